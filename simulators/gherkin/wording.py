"""How values are written in a step, so that the step library reads them back."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta

from reports.printable import one_line
from simulators.conversation import THE_CUSTOMER
from simulators.trace import JsonValue

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_BARE_NAME = re.compile(r"[A-Z][A-Za-z0-9_-]*")


def customer_name(customer: str) -> str:
    """A customer: `the customer`, Hari, or in quotes what is not one capitalised word."""
    if customer == THE_CUSTOMER or _BARE_NAME.fullmatch(customer):
        return customer
    return '"' + one_line(customer).replace('"', "'") + '"'


def text_argument(text: str) -> str:
    """A text behind `says` or `is`: in quotes on the same line, or as a doc string below, which is
    marked as JSON where a feature file could not hold the text as it is."""
    if text.isprintable():
        return f' "{text}"'
    if all(line.isprintable() for line in text.split("\n")) and not re.search(r'"""|\\', text):
        return f':\n"""\n{text}\n"""'
    # A backslash before three quotes is taken away where the doc string is read.
    quoted = json.dumps(text)[1:-1].replace('\\"', "\\u0022")
    return f':\n"""json\n"{quoted}"\n"""'


def json_text(value: JsonValue) -> str:
    """A value as JSON, readable where it can be."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if text.isprintable() else json.dumps(value, sort_keys=True)


def duration_text(duration: timedelta) -> str:
    """A duration in the largest unit that leaves no rest: `31 minutes`, `1 hour`."""
    for unit, size in _UNITS:
        count, rest = divmod(duration, timedelta(seconds=size))
        if count and not rest:
            return _counted(str(count), unit)
    seconds, rest = divmod(duration, timedelta(seconds=1))
    fraction = f".{rest.microseconds:06d}".rstrip("0") if rest else ""
    return _counted(f"{seconds}{fraction}", "second")


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """A data table below its step, its columns aligned."""
    cells = [[_cell(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "".join(f"\n  | {line} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _counted(count: str, unit: str) -> str:
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"
