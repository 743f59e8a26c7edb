"""Answers of a language model, or of any API, kept in a file and given again."""

import base64
import fcntl
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import parse_qsl, urlencode

from simulators.errors import TargetError, Unrecorded, UsageError

_SECRETS: Final = frozenset(
    {
        "access_token",
        "api-key",
        "api_key",
        "apikey",
        "client_secret",
        "password",
        "refresh_token",
        "subscription-key",
        "x-amz-credential",
        "x-amz-security-token",
        "x-amz-signature",
        "x-api-key",
        "x-goog-credential",
        "x-goog-signature",
    }
)
"""Keys of a JSON body that are no part of what is asked, and never written down."""
_SECRETS_OF_A_QUERY: Final = _SECRETS | {"key", "sig", "token"}
_SERVER: Final = re.compile(r"https?://[^/?]*")
_HEADER: Final = re.compile(r"[\t -~\xa0-\xff]*")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer: its status, the type of its body, the body, and what it is compressed with where
    the upstream compresses what nobody wants compressed."""

    status: int
    content_type: str
    body: bytes
    encoding: str = ""


class Recordings:
    """Answers by method, path and canonical body: JSON in any order of its keys is the same.

    One line of JSON each, in a file that any number of servers and processes may add to; of answers
    to the same request the first counts. No header is kept but the content type and encoding, no
    query parameter that is a secret, and no such key of a JSON body.
    """

    def __init__(self, path: Path, may_ask: bool) -> None:
        """Read the file. `may_ask` says that what is not in it may be asked of the upstream, and
        is kept; else it is refused. Raises `UsageError` for a file that is none of ours, that
        cannot be read, or that has to be there and is not."""
        self._path = path
        self._may_ask = may_ask
        self._answers: dict[str, Recorded] = {}
        self._lines = self._bytes = 0
        if not may_ask and not path.exists():
            raise UsageError(
                f"there is no file {path} to replay answers from; run once with record = {path!s}"
            )
        self._look()

    def find(self, method: str, target: str, body: bytes) -> Recorded | None:
        """The answer to that request; None where it has to be asked for. Raises `Unrecorded`
        where it may not be."""
        key = _key(method, target, body)
        if key not in self._answers:
            self._look()
        found = self._answers.get(key)
        if found is None and not self._may_ask:
            raise Unrecorded(
                f"no answer to {method} {_public(target)} with this body is in {self._path}; run"
                " once with record in the place of replay, and with the same faults: a service that"
                " has lost what was said before asks something else"
            )
        return found

    def keep(self, method: str, target: str, body: bytes, answer: Recorded) -> Recorded:
        """Write an answer down, unless it is an error, a redirection, or known by now; the one that
        is to be given. Raises `TargetError` where the file cannot be written."""
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            return answer
        key = _key(method, target, body)
        line = json.dumps({"request": key, **_written(answer)}, ensure_ascii=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._learn(file)
                if key not in self._answers:
                    file.write(line.encode("utf-8"))
                    file.flush()
                    self._learn(file)
        except OSError as error:
            raise TargetError(
                f"no answer can be recorded in {self._path} ({error.strerror}); name another file"
            ) from None
        return self._answers[key]

    def _look(self) -> None:
        """Read what was added to the file, by whomever."""
        try:
            with self._path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                self._learn(file)
        except FileNotFoundError:
            return
        except OSError as error:
            raise UsageError(
                f"{self._path} cannot be read ({error.strerror}); name a file of recorded answers"
            ) from None

    def _learn(self, file: BinaryIO) -> None:
        file.seek(self._bytes)
        for line in file:
            try:
                key, answer = _entry(line)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise UsageError(
                    f"{self._path}, line {self._lines + 1}, is no recorded answer ({error}); remove"
                    " the line, or record again"
                ) from None
            self._answers.setdefault(key, answer)
            self._lines += 1
            self._bytes += len(line)


def _entry(line: bytes) -> tuple[str, Recorded]:
    """A request and its answer. Raises ValueError, KeyError, TypeError or RecursionError for what
    is none, or would be no HTTP."""
    if not line.endswith(b"\n"):
        raise ValueError("its end is missing, or the newline behind it")
    entry = json.loads(line.decode("utf-8"))
    request, status = entry["request"], entry["status"]
    if not isinstance(request, str) or status not in range(200, 300):
        raise ValueError("it has no request, or no status of an answer")
    headers = [str(entry["content_type"]), str(entry.get("content_encoding", ""))]
    if not all(map(_HEADER.fullmatch, headers)):
        raise ValueError("its content type or encoding is no header")
    return request, Recorded(status, headers[0], _body(entry), headers[1])


def _body(entry: Mapping[str, str]) -> bytes:
    if "base64" in entry:
        return base64.b64decode(entry["base64"], validate=True)
    return bytes(entry["body"], "utf-8")


def _written(answer: Recorded) -> Mapping[str, str | int]:
    head: dict[str, str | int] = {"status": answer.status, "content_type": answer.content_type}
    if answer.encoding:
        head["content_encoding"] = answer.encoding
    try:
        return {**head, "body": answer.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {**head, "base64": base64.b64encode(answer.body).decode("ascii")}


def _key(method: str, target: str, body: bytes) -> str:
    return "\n".join((f"{method} {_public(target)}", _canonical(body)))


def _public(target: str) -> str:
    path, _, asked = _SERVER.sub("", target, count=1).partition("?")
    query = sorted(
        (name, value)
        for name, value in parse_qsl(asked, keep_blank_values=True)
        if name.lower() not in _SECRETS_OF_A_QUERY
    )
    return path + (f"?{urlencode(query)}" if query else "")


def _canonical(body: bytes) -> str:
    try:
        document = json.loads(body)
        if isinstance(document, dict):
            document = {
                key: value for key, value in document.items() if key.lower() not in _SECRETS
            }
        return json.dumps(document, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return base64.b64encode(body).decode("ascii") if body else ""
