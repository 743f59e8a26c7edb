"""The lines of an order in the making: what was asked for, against what is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coolwind.catalogue import Part, rupees
from coolwind.effects import OrderLine
from coolwind.flows.flow import Facts
from coolwind.understanding.purchases import Change, Request


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one part; None until the customer has said how many."""

    part_id: str
    quantity: int | None


Lines = tuple[Line, ...]
Remarks = tuple[str, ...]
"""Sentences that the customer has to read before the next question."""


def with_requests(lines: Lines, requests: Sequence[Request]) -> Lines:
    """The lines after the customer asked for some parts and gave up others."""
    for request in requests:
        lines = _with_request(lines, request)
    return lines


def with_quantity(lines: Lines, quantity: int, change: Change) -> Lines | None:
    """The lines after a number was said without a part.

    It belongs to the first line that waits for one, else to the only line. None where it is not
    clear to which.
    """
    place = next((at for at, line in enumerate(lines) if line.quantity is None), None)
    if place is None:
        if len(lines) != 1:
            return None
        place = 0
    return (*lines[:place], _counted(lines[place], quantity, change), *lines[place + 1 :])


def with_quantity_each(lines: Lines, quantity: int, change: Change) -> Lines:
    """The lines after a number was said of each part.

    It belongs to every line that waits for one, else to all of them.
    """
    is_waited_for = any(line.quantity is None for line in lines)
    return tuple(
        line if is_waited_for and line.quantity is not None else _counted(line, quantity, change)
        for line in lines
    )


def checked(lines: Lines, facts: Facts) -> tuple[Lines, Remarks]:
    """The lines that the shop can sell, and why others are not as the customer wanted them.

    A quantity that cannot be had becomes None, a part that cannot be had goes.
    """
    kept: list[Line] = []
    remarks: list[str] = []
    for line in lines:
        part = part_of(line, facts)
        if part is None:
            remarks.append("One part of your order is no longer sold, so I took it out.")
            continue
        left = facts.stock.get(part.part_id, 0)
        if left < 1:
            remarks.append(f"{part.name}: it is sold out at the moment.")
            continue
        if line.quantity is not None and line.quantity < 1:
            remarks.append("The number of pieces has to be a whole number from 1 up.")
            line = replace(line, quantity=None)
        elif line.quantity is not None and line.quantity > left:
            remarks.append(f"{part.name}: only {left} left, so {line.quantity} is too many.")
            line = replace(line, quantity=None)
        kept.append(line)
    return tuple(kept), tuple(remarks)


def order_lines(lines: Lines, facts: Facts) -> tuple[OrderLine, ...]:
    """The finished lines with their names and prices of today."""
    return tuple(
        OrderLine(part.part_id, part.name, line.quantity, part.price_for(line.quantity))
        for line in lines
        if line.quantity is not None and (part := part_of(line, facts)) is not None
    )


def described(lines: Sequence[OrderLine], facts: Facts) -> str:
    """The lines with their prices and the total, one a row."""
    rows = [
        f"• {line.quantity} × {line.name} at {rupees(line.price)}{_kind_of_price(line, facts)}: "
        f"{rupees(line.quantity * line.price)}"
        for line in lines
    ]
    total = sum(line.quantity * line.price for line in lines)
    return "\n".join([*rows, f"Total: {rupees(total)}"])


def part_of(line: Line, facts: Facts) -> Part | None:
    """The line's part, or None where the shop no longer sells it."""
    return next((part for part in facts.parts if part.part_id == line.part_id), None)


def _with_request(lines: Lines, request: Request) -> Lines:
    part_id, quantity = request.part.part_id, request.quantity
    old = next((line for line in lines if line.part_id == part_id), None)
    if request.change is Change.REMOVE:
        return tuple(line for line in lines if line is not old)
    if old is None:
        return (*lines, Line(part_id, quantity))
    if quantity is None:
        return lines
    new = _counted(old, quantity, request.change)
    return tuple(new if line is old else line for line in lines)


def _counted(line: Line, quantity: int, change: Change) -> Line:
    more = line.quantity or 0 if change is Change.ADD else 0
    return replace(line, quantity=more + quantity)


def _kind_of_price(line: OrderLine, facts: Facts) -> str:
    part = part_of(Line(line.part_id, line.quantity), facts)
    return " (bulk price)" if part is not None and line.price == part.bulk_price else ""
