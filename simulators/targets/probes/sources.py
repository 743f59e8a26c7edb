"""Where a probe looks: a URL, a command, a file or a database, each of which gives JSON."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from simulators.errors import TargetError, Unseen
from simulators.targets.configuration.databases import address_of, is_not_there, lacks_a_table
from simulators.targets.configuration.tables import EffectTable, ProbeTable, Sql
from simulators.targets.configuration.tables import names as names_in
from simulators.targets.configuration.templates import Values, filled
from simulators.targets.processes.programs import PATIENCE, run_command
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.requests import quote_path
from simulators.targets.speech.wire import Request
from simulators.trace import JsonValue

_JSON_LINES: Final = (".jsonl", ".ndjson")
_PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z_]+)\b")

_NOTHING_KEPT: Final = (
    "mend it; where nothing is kept, as after a clear, let it print nothing, or null, and end with"
    " status 0, or give a url, where status 404 says so"
)


@dataclass(frozen=True, slots=True)
class Leniency:
    """What is forgiven to a service: how long it is waited for, and whether it may have no database
    yet, or not the table, because something struck before it made them."""

    patience: timedelta = PATIENCE
    may_lack_tables: bool = False


USUAL: Final = Leniency()
"""Where nothing has struck."""


def look(
    source: ProbeTable | EffectTable,
    names: Values,
    folder: Path,
    environment: Mapping[str, str],
    leniency: Leniency = USUAL,
) -> JsonValue:
    """The document that a source gives; None where there is nothing, or where a name in it stands
    for nothing yet. Raises `TargetError` for a source that gives no JSON, and `Unseen` for one that
    does not answer."""
    if source.url is not None:
        return _fetched(source.url, names, leniency.patience)
    if source.command is not None:
        arguments = [filled(one, names) for one in source.command]
        known = [one for one in arguments if one is not None]
        return _printed(known, folder, environment) if len(known) == len(arguments) else None
    if source.file is not None:
        path = filled(source.file, names)
        return None if path is None else _stored(folder / path)
    if source.sql is not None:
        return _selected(source.sql, names, leniency)
    return None


def wanted(source: ProbeTable | EffectTable) -> frozenset[str]:
    """Every name that a source asks for."""
    sql = source.sql
    templates = (source.url, *(source.command or ()), source.file, sql and sql.url)
    parameters = _PARAMETER.findall(sql.query) if sql is not None else []
    return frozenset((*parameters, *(name for one in templates if one for name in names_in(one))))


def _fetched(template: str, names: Values, patience: timedelta) -> JsonValue:
    if any(names.get(name) is None for name in re.findall(r"\{([a-z_]+)\}", template)):
        return None
    parts = urlsplit(quote_path(template, names))
    request = Request("GET", parts.path or "/", (("accept", "application/json"),), parts.query)
    try:
        longest = patience if parts.port == names.get("port") else PATIENCE
        response = Line(f"{parts.scheme}://{parts.netloc}", longest).send(request)
    except Unanswered as error:
        what = f"the probe {template} was not answered: {error}; mend it"
        raise Unseen(what, parts.port, is_silent=True) from error
    if response.status == HTTPStatus.NOT_FOUND:
        return None
    if response.status >= HTTPStatus.BAD_REQUEST:
        what = (
            f"the probe {template} was answered with status {response.status}:"
            f" {response.excerpt()}; mend its URL"
        )
        is_unable = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise Unseen(what, parts.port) if is_unable else TargetError(what)
    return _read(response.body.decode(errors="replace"), f"the probe {template}")


def _printed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> JsonValue:
    what = "the probe's command"
    text = run_command(command, folder, environment, what, remedy=_NOTHING_KEPT)
    return _read(text, f"the probe's command {command[0]}") if text.strip() else None


def _stored(path: Path) -> JsonValue:
    try:
        text = path.read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise TargetError(f"{path} cannot be read ({error.strerror}); mend file") from error
    if path.suffix in _JSON_LINES:
        return _lines(text)
    try:
        document: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return _lines(text)
    return document


def _lines(text: str) -> JsonValue:
    """JSON lines; what is no JSON, as a process leaves it that dies while it writes, stands there
    as text."""
    rows: list[JsonValue] = []
    # A text in JSON may hold what ends a line elsewhere, such as U+2028.
    for line in text.split("\n"):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except (ValueError, RecursionError):
            rows.append(line)
    return rows


def _selected(sql: Sql, names: Values, leniency: Leniency) -> JsonValue:
    import sqlalchemy
    from sqlalchemy.exc import OperationalError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    url = filled(sql.url, names)
    wanted = _PARAMETER.findall(sql.query)
    if url is None or any(names.get(name) is None for name in wanted if name in names):
        return None
    try:
        address = address_of(url)
        if is_not_there(address):
            if leniency.may_lack_tables:
                return None
            raise TargetError(f"there is no database {address.database}; mend the url of its query")
        engine = sqlalchemy.create_engine(address, poolclass=NullPool)
        with engine.connect() as connection:
            rows = connection.execute(
                sqlalchemy.text(sql.query), {name: names.get(name) for name in wanted}
            )
            return [{key: _json(value) for key, value in row.items()} for row in rows.mappings()]
    except (SQLAlchemyError, TypeError, ValueError) as error:
        if leniency.may_lack_tables and lacks_a_table(error):
            return None
        # Drivers complain in their own way of a part of the URL that means nothing to them.
        said = " ".join(str(error).split())[:300]
        what = f"the query {sql.query!r} failed: {said}; mend it, or its url"
        is_unable = isinstance(error, OperationalError)
        raise (Unseen(what, engine.url.port) if is_unable else TargetError(what)) from error


def _json(value: object) -> JsonValue:
    """A value of a database as JSON. A text that is JSON is read."""
    match value:
        case None | bool() | int() | float():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).decode(errors="replace")
        case dict() | list():
            document: JsonValue = json.loads(json.dumps(value, default=str))
            return document
        case str() if value[:1] in ("{", "["):
            try:
                document = json.loads(value)
            except ValueError:
                return value
            return document
        case _:
            return str(value)


def _read(text: str, what: str) -> JsonValue:
    try:
        document: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TargetError(
            f"{what} gave no JSON but {' '.join(text.split())[:80]!r}; mend it"
        ) from error
    return document


def environment_of(table: Mapping[str, str], names: Values) -> dict[str, str]:
    """Coolwind's environment with the variables of a table. Raises `TargetError` for a variable
    with a value that nothing stands for."""
    filled_in = {key: filled(template, names) for key, template in table.items()}
    unknown = [key for key, value in filled_in.items() if value is None]
    if unknown:
        raise TargetError(
            f"the variable {unknown[0]} has a name that stands for nothing here; mend env in"
            " [target]"
        )
    return {**os.environ, **{key: value for key, value in filled_in.items() if value is not None}}
