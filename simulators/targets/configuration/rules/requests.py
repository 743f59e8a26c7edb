"""What a request has to be, beside the names in it."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPMethod
from typing import Final
from urllib.parse import quote, urlsplit

from simulators.targets.configuration.rules.broken import Broken, Path, near_or_known
from simulators.targets.configuration.rules.texts import calls, hooks
from simulators.targets.configuration.tables import Configuration
from simulators.targets.configuration.templates import is_header

_OF_A_PATH: Final = "".join(map(chr, range(ord("!"), ord("~") + 1)))
_PATH: Final = re.compile(r"[!-~]*")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def broken_requests(configuration: Configuration) -> Iterator[Broken]:
    """A method that does not exist, a path or a header that is none, two bodies, an end without a
    stream."""
    for path, call in (*calls(configuration), *hooks(configuration)):
        if call.method.upper() not in list(HTTPMethod):
            remedy = near_or_known(call.method.upper(), list(HTTPMethod))
            yield Broken((*path, "method"), f'"{call.method}" is no method of HTTP; {remedy}')
        yield from _of_path((*path, "path"), call.path)
        yield from _of_headers((*path, "headers"), call.headers)
        if call.json is not None and call.form is not None:
            yield Broken((*path, "form"), "excludes json; leave one of them out")
    ready = configuration.target.ready.path
    if ready is not None:
        yield from _of_path(("target", "ready", "path"), ready)
    request = configuration.request
    if request is not None and request.until is not None and request.stream is None:
        yield Broken(("request", "until"), "is for a stream; write stream, or leave it out")


def _of_path(path: Path, text: str) -> Iterator[Broken]:
    if not text.startswith("/"):
        told = urlsplit(text).path if "://" in text else text
        yield Broken(path, f'is no path; write "/{told.removeprefix("/")}"')
    elif not _PATH.fullmatch(text):
        told = quote(text, safe=_OF_A_PATH)
        yield Broken(path, f'has what no path can have; write "{told}"')


def _of_headers(path: Path, headers: Mapping[str, str]) -> Iterator[Broken]:
    for name, text in headers.items():
        if not _NAME.fullmatch(name):
            yield Broken((*path, name), "is no name of a header; mend it")
        elif not is_header(text):
            yield Broken((*path, name), "has letters that no header can have; mend it")
