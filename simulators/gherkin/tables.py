"""Data tables of a feature file, read into values."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from simulators.conversation import StockedPart
from simulators.errors import ScenarioError

Table = Sequence[Sequence[str]]
"""The cells of a data table, row by row, the heading first."""


def rows_of(table: Table, columns: Sequence[str]) -> list[Mapping[str, str]]:
    """Each row below the heading, by column. Raises `ScenarioError` for other columns than
    these, a column named twice, or no row."""
    heading = [cell.strip().lower() for cell in table[0]]
    wanted = ", ".join(columns)
    if sorted(heading) != sorted(columns):
        raise ScenarioError(f"the table has the columns {', '.join(heading)}; it takes {wanted}")
    if len(table) < 2:
        raise ScenarioError(f"the table has no row below its heading; fill in {wanted}")
    return [dict(zip(heading, row, strict=True)) for row in table[1:]]


def record_of(table: Table) -> Mapping[str, str]:
    """The one row below the heading, by column, empty cells left out. Raises `ScenarioError`
    unless there is exactly one."""
    if len(table) != 2:
        raise ScenarioError(
            f"the table has {len(table) - 1} rows below its heading; it takes one heading, one row"
        )
    heading = [cell.strip().lower() for cell in table[0]]
    if len(set(heading)) != len(heading) or not all(heading):
        raise ScenarioError(f"the heading {', '.join(heading)} must name each column once")
    return {name: cell for name, cell in zip(heading, table[1], strict=True) if cell}


def contact_message(details: Mapping[str, str]) -> str:
    """How a customer writes their details: `My name is Hari and my phone is 9876543210`.

    Raises `ScenarioError` when there are none.
    """
    if not details:
        raise ScenarioError("the table names no detail; fill in name, phone or email")
    words = {"phone": "phone number"}
    parts = [f"my {words.get(name, name)} is {value}" for name, value in details.items()]
    *others, last = parts
    message = f"{', '.join(others)} and {last}" if others else last
    return message[0].upper() + message[1:]


def stocked_parts(table: Table) -> tuple[StockedPart, ...]:
    """The catalogue of a table with part, price, bulk price and stock; prices in rupees."""
    rows = rows_of(table, ("part", "price", "bulk price", "stock"))
    seen: set[str] = set()
    for part in (row["part"].strip() for row in rows):
        if not part:
            raise ScenarioError("a row of the table names no part; write one")
        if part.casefold() in seen:
            raise ScenarioError(f"the table has the part {part!r} twice; keep one of the rows")
        seen.add(part.casefold())
    return tuple(
        StockedPart(row["part"], _paise(row["price"]), _paise(row["bulk price"]), _pieces(row))
        for row in rows
    )


def _paise(text: str) -> int:
    try:
        paise = Decimal(text.replace(",", "").removeprefix("₹")) * 100
    except InvalidOperation:
        paise = Decimal(-1)
    if not paise.is_finite() or paise < 0 or paise != int(paise):
        raise ScenarioError(f"{text!r} is no price; write rupees, as in 450 or 450.50")
    return int(paise)


def _pieces(row: Mapping[str, str]) -> int:
    if not row["stock"].isdecimal():
        raise ScenarioError(f"{row['stock']!r} is no number of pieces; write 0 or more")
    return int(row["stock"])
