"""The service's settings: environment variables, checked before anything starts."""

import os
import re
from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self, cast

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from coolwind.documents import PREVIOUS_SCHEMA, SCHEMA
from coolwind.errors import InvalidSettings
from coolwind.models.choice import DEFAULT_GEMINI, ModelChoice
from coolwind.notifiers import Encryption

PREFIX = "COOLWIND_"
_SQLITE = "sqlite:///"


class CookieSecurity(StrEnum):
    """When cookies are sent over encrypted connections only."""

    AUTO = "auto"
    ALWAYS = "always"


def _sqlite_url(url: str) -> str:
    if not url.startswith(_SQLITE) or url.removeprefix(_SQLITE) in ("", ":memory:"):
        raise ValueError("this database is not supported")
    return url


def _email(text: str) -> str:
    name, _, domain = text.rpartition("@")
    if not name or not domain or not text.isprintable() or any(map(str.isspace, text)):
        raise ValueError("this is no email address")
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("this names no server")
    return text


def _duration(value: object, read: ValidatorFunctionWrapHandler) -> timedelta:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    try:
        return cast(timedelta, read(value))
    except ValidationError:
        raise ValueError("this is no such length of time") from None


_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_HOST = re.compile(r"[^\s/@\x00-\x1f\x7f]{1,253}")
_Duration = Annotated[
    timedelta, Field(gt=timedelta(), le=timedelta(days=3650)), WrapValidator(_duration)
]
_SECONDS = "give seconds above 0 and up to ten years, or a duration as in PT30M"


class Settings(BaseSettings):
    """Everything that can be set; each field's description is the remedy for a bad value."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    database: Annotated[str, AfterValidator(_sqlite_url)] = Field(
        default="sqlite:///coolwind.db",
        description="only SQLite is: give sqlite:///FILE, or sqlite:////FOLDER/FILE from the root",
    )
    database_patience: _Duration = Field(default=timedelta(seconds=5), description=_SECONDS)
    memory_idle_timeout: _Duration = Field(default=timedelta(minutes=30), description=_SECONDS)
    memory_capacity: int = Field(default=10_000, ge=1, description="give a whole number from 1")
    session_expiry: _Duration = Field(default=timedelta(hours=24), description=_SECONDS)
    sweep_interval: _Duration = Field(default=timedelta(minutes=10), description=_SECONDS)
    outbox_interval: _Duration = Field(default=timedelta(seconds=30), description=_SECONDS)
    state_schema: int = Field(
        default=SCHEMA,
        ge=PREVIOUS_SCHEMA,
        le=SCHEMA,
        description=f"give {SCHEMA}, or {PREVIOUS_SCHEMA} while the previous release still runs",
    )
    cookie_security: CookieSecurity = Field(
        default=CookieSecurity.AUTO, description="give auto (as the request came) or always"
    )
    model: ModelChoice = Field(
        default=ModelChoice.SCRIPTED, description=f"give one of {', '.join(ModelChoice)}"
    )
    model_api_key: SecretStr | None = Field(
        default=None, description="give the key of the Gemini API"
    )
    model_name: str = Field(default=DEFAULT_GEMINI, description="give the name of a Gemini model")
    model_base_url: str | None = Field(
        default=None, description="give the address of a Gemini server"
    )
    model_timeout: _Duration = Field(default=timedelta(seconds=10), description=_SECONDS)
    shop_email: Annotated[str, AfterValidator(_email)] = Field(
        default="shop@example.com",
        description="give the address that learns of orders and callbacks",
    )
    smtp_host: Annotated[str, AfterValidator(_host)] | None = Field(
        default=None,
        description="give the mail server's name or address, or unset it: then notifications wait "
        "in the outbox",
    )
    smtp_port: int = Field(default=587, ge=1, le=65_535, description="give a port from 1 to 65535")
    smtp_encryption: Encryption = Field(
        default=Encryption.STARTTLS, description=f"give one of {', '.join(Encryption)}"
    )
    smtp_user: str | None = Field(default=None, description="give it together with the password")
    smtp_password: SecretStr | None = Field(
        default=None, description="give it together with the user"
    )
    smtp_sender: Annotated[str, AfterValidator(_email)] = Field(
        default="chat@example.com", description="give the address that sends notifications"
    )

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError(
                f"{PREFIX}SMTP_USER and {PREFIX}SMTP_PASSWORD go together: give both or none"
            )
        return self

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.database.removeprefix(_SQLITE))


def load_settings() -> Settings:
    """The settings of this process's environment.

    Raises `InvalidSettings` with one line for each bad value: the variable, what is wrong with it,
    and what to give; and with one for each variable that sets nothing. No line shows a value.
    """
    lines = [_unknown_line(name) for name in _unknown(os.environ)]
    try:
        settings = Settings()
    except ValidationError as error:
        lines += [_line(problem) for problem in error.errors(include_input=False)]
    if lines:
        raise InvalidSettings("\n".join(lines))
    return settings


def _variables() -> list[str]:
    return [f"{PREFIX}{field.upper()}" for field in Settings.model_fields]


def _unknown(environment: Iterable[str]) -> list[str]:
    """The service's variables that set nothing; their case does not matter."""
    own = (name for name in environment if name.upper().startswith(PREFIX))
    return sorted(name for name in own if name.upper() not in _variables())


def _unknown_line(name: str) -> str:
    nearest = get_close_matches(name.upper(), _variables(), n=1, cutoff=0)
    return f"{ascii(name)[1:-1]}: there is no such setting; did you mean {nearest[0]}?"


def _line(problem: ErrorDetails) -> str:
    what = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return what
    field = str(problem["loc"][0])
    return f"{PREFIX}{field.upper()}: {what}; {Settings.model_fields[field].description}"
