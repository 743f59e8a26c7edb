"""Which language model answers: from plain settings to a model ready for use."""

import re
from datetime import timedelta
from enum import StrEnum

from coolwind.clock import Clock
from coolwind.errors import ModelMisconfigured, ModelNotInstalled
from coolwind.events import Listener
from coolwind.models.model import LanguageModel
from coolwind.models.scripted import ScriptedModel
from coolwind.models.steadfast import Patience, SteadfastModel

DEFAULT_GEMINI = "gemini-flash-latest"
"""The Gemini model that is asked where none is named."""

# It becomes a part of the request's path.
_MODEL_NAME = re.compile(r"(?:(?:models|tunedModels)/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_API_KEY = re.compile(r"[!-~]{1,500}")
_BASE_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


class ModelChoice(StrEnum):
    """The language models that the shop can choose from."""

    SCRIPTED = "scripted"
    GEMINI = "gemini"
    GENERATIVEAI = "generativeai"


def create_model(
    choice: str = ModelChoice.SCRIPTED,
    *,
    clock: Clock,
    listener: Listener,
    api_key: str | None = None,
    model_name: str = DEFAULT_GEMINI,
    base_url: str | None = None,
    timeout: timedelta = timedelta(seconds=10),
    patience: Patience | None = None,
) -> SteadfastModel:
    """The chosen model, wrapped so that it always has an answer.

    `choice` is a value of `ModelChoice`; the scripted model needs nothing else. For both Gemini
    models, `api_key` is the key, `model_name` what Gemini calls the model, `base_url` a server
    other than Google's, and `timeout` the longest time that one call may take. Raises
    `ModelMisconfigured` for arguments that cannot work, and `ModelNotInstalled` when the extra
    `gemini` is missing. No error tells the key.
    """
    if choice not in list(ModelChoice):
        names = ", ".join(ModelChoice)
        raise ModelMisconfigured(f"there is no language model {choice!r}; choose one of {names}")
    inner: LanguageModel = ScriptedModel()
    if choice != ModelChoice.SCRIPTED:
        key = _checked_key(api_key, choice)
        _check_server(model_name, base_url, timeout)
        url = base_url.rstrip("/") if base_url else None
        inner = _gemini(ModelChoice(choice), key, model_name, timeout, url)
    return SteadfastModel(inner, clock, listener, patience or Patience())


def _gemini(
    choice: ModelChoice, api_key: str, model_name: str, timeout: timedelta, base_url: str | None
) -> LanguageModel:
    # The libraries behind the adapters take up to two seconds to import.
    try:
        if choice is ModelChoice.GEMINI:
            from coolwind.models.gemini import GeminiModel

            return GeminiModel(api_key, model_name, timeout, base_url)
        from coolwind.models.generativeai import GenerativeAIModel

        return GenerativeAIModel(api_key, model_name, timeout, base_url)
    except ImportError as error:
        raise ModelNotInstalled(
            f"the library of the language model {choice.value!r} cannot be imported ({error}); "
            "run pip install 'coolwind[gemini]'"
        ) from error


def _checked_key(api_key: str | None, choice: str) -> str:
    if not api_key:
        raise ModelMisconfigured(
            f"the language model {str(choice)!r} needs an API key: give it in "
            "COOLWIND_MODEL_API_KEY"
        )
    if not _API_KEY.fullmatch(api_key):
        raise ModelMisconfigured(
            "the API key of the language model holds spaces, line ends or characters other than "
            "ASCII; copy it again"
        )
    return api_key


def _check_server(model_name: str, base_url: str | None, timeout: timedelta) -> None:
    if not _MODEL_NAME.fullmatch(model_name):
        raise ModelMisconfigured(
            f"{model_name!r} names no Gemini model; write it as in {DEFAULT_GEMINI!r}"
        )
    if base_url and not _BASE_URL.fullmatch(base_url):
        # It is not shown: people put passwords into URLs.
        raise ModelMisconfigured(
            "the base URL of the language model is none; write it as in "
            "'https://gemini.example.com', without user, password and query"
        )
    if timeout <= timedelta():
        raise ModelMisconfigured(
            f"the language model's timeout is {timeout}; give a duration longer than nothing"
        )
