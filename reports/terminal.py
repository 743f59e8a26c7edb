"""Styled lines, written to a terminal in colours and to everything else as plain text."""

import os
from collections.abc import Iterable, Mapping
from typing import TextIO, TypeAlias

COLUMNS = 100
"""The width that everything is made to fit where nobody says how wide a terminal is."""

Span: TypeAlias = tuple[str, str]
"""A piece of a line and its style, in the words of rich; an empty style is plain."""

Spans: TypeAlias = tuple[Span, ...]
"""One line."""


def columns_of(stream: TextIO, environment: Mapping[str, str]) -> int:
    """How wide the terminal is that a stream goes to, `COLUMNS` where it is none.

    The environment variable of the same name goes before what the terminal tells.
    """
    if not stream.isatty():
        return COLUMNS
    told = environment.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or COLUMNS
    except (OSError, ValueError):
        return COLUMNS


def plain(lines: Iterable[Spans]) -> str:
    """The lines as plain text."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def show(lines: Iterable[Spans], stream: TextIO, environment: Mapping[str, str]) -> None:
    """Write lines to a stream, in colours when it is a terminal that shows them.

    The environment variables `NO_COLOR` and `TERM` are kept.
    """
    if not stream.isatty() or environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        encoding = stream.encoding or "utf-8"
        stream.write(plain(lines).encode(encoding, "replace").decode(encoding))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*(span for span in line if span[0])))
