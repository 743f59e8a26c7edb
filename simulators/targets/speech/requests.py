"""From a table of `coolwind.toml` to the request that it describes."""

import json
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import quote, urlencode

from simulators.conversation import Cookie
from simulators.errors import TargetError
from simulators.targets.configuration.tables import Call, OpenTable, ReadTable, RequestTable
from simulators.targets.configuration.templates import (
    Values,
    filled,
    filled_json,
    filled_table,
    is_header,
)
from simulators.targets.cookies.places import cookie_header
from simulators.targets.speech.pieces import Stream
from simulators.targets.speech.wire import Request

Table: TypeAlias = Call | OpenTable | ReadTable | RequestTable
"""What describes a request."""


def quote_path(path: str, values: Values) -> str:
    """A path with values in it, of which a slash does not begin a new part."""
    quoted = {
        name: None if value is None else quote(str(value), safe="")
        for name, value in values.items()
    }
    filled_path = filled(path, quoted)
    if filled_path is None:
        raise TargetError(
            f"the path {path!r} has a value that is not known yet; send it in the query or in the"
            " body"
        )
    return filled_path


def request_of(
    table: Table,
    values: Values,
    jar: Sequence[Cookie] = (),
) -> Request:
    """The request that a table describes, with the cookies of a jar."""
    path, _, query = quote_path(table.path, values).partition("?")
    more = urlencode(filled_table(table.query, values))
    headers = {"accept": "application/json"}
    body = b""
    if table.json is not None:
        body = json.dumps(filled_json(table.json, values)).encode("ascii")
        headers["content-type"] = "application/json"
    elif table.form is not None:
        body = urlencode(filled_table(table.form, values)).encode("ascii")
        headers["content-type"] = "application/x-www-form-urlencoded"
    if body:
        headers["content-length"] = str(len(body))
    if cookies := cookie_header(jar, path):
        headers["cookie"] = cookies
    given = filled_table(table.headers, values)
    for name, value in given.items():
        if not is_header(value):
            raise TargetError(
                f"the header {name} cannot be {value!r}; send it in the query or in the body"
            )
    headers |= {name.lower(): value for name, value in given.items()}
    return Request(
        table.method.upper(),
        path,
        tuple(headers.items()),
        "&".join(filter(None, (query, more))),
        body,
        _stream(table) if isinstance(table, RequestTable) else None,
    )


def _stream(table: RequestTable) -> Stream | None:
    return None if table.stream is None else Stream(table.stream, table.until)
