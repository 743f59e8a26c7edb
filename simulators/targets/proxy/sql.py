"""What a piece of SQL asks for, by its first keywords."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.labels import of_words

_UNSEEN = re.compile(
    r"""
      --[^\n]*                                   # a comment to the end of the line
    | /\*.*?(?:\*/|\Z)                           # a comment between marks
    | [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)            # text with escapes
    | '(?:[^']|'')*(?:'|\Z)                      # text
    | \$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z)  # text between dollars
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = r'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[\w$]+)'
_NAME = rf"{_PART}(?:\s*\.\s*{_PART})*"

_READING: Final = re.compile(
    "SELECT|SHOW|EXPLAIN|VALUES|TABLE|FETCH|MOVE|DECLARE|CLOSE|SET|RESET|BEGIN|START|ROLLBACK|ABORT"
    "|DESC|DESCRIBE|USE|SAVEPOINT|RELEASE|LISTEN|UNLISTEN|PREPARE|DEALLOCATE|DISCARD|LOCK|CHECKPOINT|LOAD"
)
"""Statements that change nothing durable. What is not among them is taken for a change."""

_OBJECT: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        keyword: re.compile(pattern + rf"\s*(?P<name>{_NAME})", re.IGNORECASE)
        for keyword, pattern in {
            "INSERT": r"\bINSERT\s+(?:\w+\s+){0,2}?INTO",
            "REPLACE": r"\bREPLACE\s+(?:\w+\s+)?INTO",
            "UPDATE": r"\bUPDATE\s+(?:(?:ONLY|IGNORE)\s+)?",
            "DELETE": r"\bDELETE\s+FROM\s+(?:ONLY\s+)?",
            "MERGE": r"\bMERGE\s+INTO\s+(?:ONLY\s+)?",
            "SELECT": r"\bFROM\s+(?:ONLY\s+)?",
            "COPY": r"\bCOPY\s",
            "TRUNCATE": r"\bTRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?",
            "LOCK": r"\bLOCK\s+(?:TABLE\s+)?(?:ONLY\s+)?",
            "CREATE": r"\bCREATE\s[^;(]*?\b(?:TABLE|INDEX|SCHEMA)\s+(?:IF\s+NOT\s+EXISTS\s+)?",
            "ALTER": r"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?",
            "DROP": r"\bDROP\s+(?:TABLE|INDEX|SCHEMA)\s+(?:IF\s+EXISTS\s+)?",
        }.items()
    }
)
_CHANGING: Final = frozenset(_OBJECT) - {"SELECT", "COPY", "LOCK"}
"""Statements that are known to change something."""
_CHANGING_INSIDE = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+(?!SKIP\b|NOWAIT\b|OF\b)[\w\"]+.*?\bSET\b|DELETE\s+FROM|MERGE\s+INTO)",
    re.IGNORECASE | re.DOTALL,
)
_SELECT_INTO = re.compile(r"\ASELECT\b[^;]*?\bINTO\s", re.IGNORECASE)
_COPY_OUT = re.compile(r"\bTO\s+(?:STDOUT|PROGRAM|'')", re.IGNORECASE)
_OWN_TIME = (
    r"(?:\b(?:now|(?:clock|statement|transaction)_timestamp)\s*\("
    r"|\b(?:current_(?:timestamp|date|time)|localtime(?:stamp)?)\b)"
)
_BY_OWN_TIME: Final = re.compile(
    rf"(?:\A(?:SELECT|DELETE)\b|\bWHERE\b).*?{_OWN_TIME}", re.IGNORECASE | re.DOTALL
)
_ENDS = frozenset({"COMMIT", "END"})


def call_of(sql: str, has_written: bool) -> Call:
    """What the statements ask for; one that writes comes before those that read.

    `has_written` says that the transaction has written something, which a COMMIT then makes
    durable. A function that a SELECT calls is not looked into: that is a read.
    """
    calls = [_call_of(one, has_written) for one in _statements(sql)]
    return first_writing(calls) if calls else Call(Kind.READ)


def change_of(sql: str) -> str | None:
    """What the statements change, such as `DELETE orders`; None where they change nothing, or where
    that is not told by their keywords, as of a procedure that is called."""
    for one in _statements(sql):
        call = _call_of(one, has_written=False)
        if call.kind is Kind.WRITE and call.label.split()[0] in _CHANGING:
            return call.label
    return None


def decided_by_own_time(sql: str) -> str | None:
    """What is asked for where a database's own time decides which rows that are, or what is told of
    them, such as `SELECT sessions`; None where no statement leaves that to it."""
    for one in _statements(sql):
        if _BY_OWN_TIME.search(one):
            return _call_of(one, has_written=False).label
    return None


def is_reading(keyword: str) -> bool:
    """Whether statements that begin with that keyword, in capitals, change nothing durable."""
    return _READING.fullmatch(keyword) is not None


def first_writing(calls: list[Call]) -> Call:
    """The first of the calls that writes, else the first."""
    return next((one for one in calls if one.kind is Kind.WRITE), calls[0])


def _statements(sql: str) -> Iterator[str]:
    visible = _UNSEEN.sub(lambda match: "''" if _is_text(match[0]) else " ", sql)
    for statement in visible.split(";"):
        if stripped := statement.strip(" \t\r\n\f\v("):
            yield stripped


def _is_text(unseen: str) -> bool:
    return not unseen.startswith(("--", "/*"))


def _call_of(statement: str, has_written: bool) -> Call:
    keyword = statement.split(None, 1)[0].upper()
    if keyword in _ENDS:
        return Call(Kind.WRITE if has_written else Kind.READ, "COMMIT")
    if keyword == "COPY" and _COPY_OUT.search(statement):
        return Call(Kind.READ, _label(keyword, statement))
    if keyword in ("WITH", "EXPLAIN") and (inside := _CHANGING_INSIDE.search(statement)):
        return Call(Kind.WRITE, _label(inside[1].split(None, 1)[0].upper(), statement))
    if keyword == "WITH":
        return Call(Kind.READ, "SELECT")
    if not is_reading(keyword) or _SELECT_INTO.search(statement):
        return Call(Kind.WRITE, _label(keyword, statement))
    return Call(Kind.READ, _label(keyword, statement))


def _label(keyword: str, statement: str) -> str:
    pattern = _OBJECT.get(keyword)
    found = pattern.search(statement) if pattern is not None else None
    name = re.sub(r'[\s"`]', "", found["name"]) if found is not None else ""
    word = keyword if keyword.isalpha() else "?"
    return of_words(word, name)
