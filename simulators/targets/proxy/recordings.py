"""Answers of a language model, or of any API, kept in a file and given again."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from simulators.errors import TargetError, UsageError

_SECRETS = frozenset({"access_token", "api-key", "api_key", "apikey", "key", "sig", "token"})
"""Parameters of a query that are no part of what is asked, and never written down."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer: its status, the type of its body, and the body, uncompressed."""

    status: int
    content_type: str
    body: bytes


class Recordings:
    """Answers by method, path and canonical body: JSON in any order of its keys is the same.

    One line of JSON each, in a file that any number of processes may add to; of answers to the
    same request the first counts. No header is kept but the content type, and no query parameter
    that is a secret.
    """

    def __init__(self, path: Path, may_ask: bool) -> None:
        """Read the file. `may_ask` says that what is not in it may be asked of the upstream, and
        is kept; else it is refused. Raises `UsageError` for a file that is none of ours, or that
        has to be there and is not."""
        self._path = path
        self._may_ask = may_ask
        self._answers: dict[str, Recorded] = {}
        if path.exists():
            self._answers = _read(path)
        elif not may_ask:
            raise UsageError(
                f"there is no file {path} to replay answers from; run once with record = {path!s}"
            )

    def find(self, method: str, target: str, body: bytes) -> Recorded | None:
        """The answer to that request; None where it has to be asked for. Raises `TargetError`
        where it may not be."""
        found = self._answers.get(_key(method, target, body))
        if found is None and not self._may_ask:
            raise TargetError(
                f"no answer to {method} {_public(target)} with this body is in {self._path}; run"
                " once with record in the place of replay"
            )
        return found

    def keep(self, method: str, target: str, body: bytes, answer: Recorded) -> None:
        """Write an answer down, unless it is an error or known."""
        key = _key(method, target, body)
        if answer.status >= 400 or key in self._answers:
            return
        self._answers[key] = answer
        line = json.dumps({"request": key, **_written(answer)}, ensure_ascii=False) + "\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One write to a file opened for appending: lines of several processes do not mix.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode("utf-8", "surrogatepass"))
        finally:
            os.close(descriptor)


def _read(path: Path) -> dict[str, Recorded]:
    answers: dict[str, Recorded] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            answer = Recorded(int(entry["status"]), str(entry["content_type"]), _body(entry))
            answers.setdefault(str(entry["request"]), answer)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path}, line {number}, is no recorded answer ({error}); remove the line, or"
                " record again"
            ) from None
    return answers


def _body(entry: Mapping[str, str]) -> bytes:
    if "base64" in entry:
        return base64.b64decode(entry["base64"], validate=True)
    return entry["body"].encode("utf-8")


def _written(answer: Recorded) -> Mapping[str, str | int]:
    head: dict[str, str | int] = {"status": answer.status, "content_type": answer.content_type}
    try:
        return {**head, "body": answer.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {**head, "base64": base64.b64encode(answer.body).decode("ascii")}


def _key(method: str, target: str, body: bytes) -> str:
    return "\n".join((f"{method} {_public(target)}", _canonical(body)))


def _public(target: str) -> str:
    parts = urlsplit(target)
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _SECRETS
    )
    return parts.path + (f"?{urlencode(query)}" if query else "")


def _canonical(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return base64.b64encode(body).decode("ascii") if body else ""
