"""The lines of an order in the making: what was asked for, against what is left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coolwind.catalogue import Part, rupees
from coolwind.effects import OrderLine
from coolwind.flows.flow import Facts
from coolwind.understanding.requests import Change, Request


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one part; None until the customer has said how many."""

    part_id: str
    quantity: int | None


Lines = tuple[Line, ...]
Remarks = tuple[str, ...]
"""Sentences that the customer has to read before the next question."""

WHICH_PART = 'For which part? Tell me the part and the number, such as "12 remotes".'

WHICH_GOES = 'If another part shall go for it, tell me which, such as "no filters".'

WHAT_CHANGES = (
    "I did not understand what is to change. Tell me, such as "
    '"12 remotes", "no filters" or "my name is Hari".'
)


def with_requests(lines: Lines, requests: Sequence[Request]) -> tuple[Lines, Remarks]:
    """The lines after the customer asked for some parts and gave up others."""
    kept = {request.part for request in requests}
    if any(request.change is Change.ONLY for request in requests):
        lines = tuple(line for line in lines if line.part_id in {p.part_id for p in kept if p})
    remarks: Remarks = ()
    for request in requests:
        if request.part is not None:
            ordered = [line.part_id for line in lines]
            is_new = request.change is Change.INSTEAD and request.part.part_id not in ordered
            remarks = (*remarks, WHICH_GOES) if is_new and len(ordered) > 1 else remarks
            lines = _with_part(lines, request, request.part)
            continue
        places = _places_counted(lines, request)
        remarks = remarks if places else (WHICH_PART,)
        lines = _without_none(
            _counted(line, request) if at in places else line for at, line in enumerate(lines)
        )
    return lines, remarks


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


def _with_part(lines: Lines, request: Request, part: Part) -> Lines:
    old = next((line for line in lines if line.part_id == part.part_id), None)
    if old is None and request.change is Change.REMOVE:
        return lines
    if old is None:
        kept = () if request.change is Change.INSTEAD and len(lines) == 1 else lines
        return (*kept, Line(part.part_id, request.quantity))
    return _without_none(_counted(line, request) if line is old else line for line in lines)


def _places_counted(lines: Lines, request: Request) -> Sequence[int]:
    """The places of the lines that a number counts which was said without a part.

    It belongs to the lines that wait for one, the first or each of them; else to the one with the
    quantity that is given up, else to the only line, or to each.
    """
    every = range(len(lines))
    waiting = [at for at in every if lines[at].quantity is None]
    given_up = [at for at in every if lines[at].quantity == request.given_up]
    if request.each:
        return waiting or every
    if waiting:
        return waiting[:1]
    return given_up if len(given_up) == 1 else every if len(lines) == 1 else ()


def _counted(line: Line, request: Request) -> Line | None:
    """The line with the quantity that a request leaves, or None where it leaves none."""
    if request.change is Change.DOUBT:
        return replace(line, quantity=None)
    if request.change is Change.DOUBLE:
        return replace(line, quantity=None if line.quantity is None else 2 * line.quantity)
    if request.quantity is None:
        return None if request.change is Change.REMOVE else line
    if request.change is Change.ADD:
        return replace(line, quantity=(line.quantity or 0) + request.quantity)
    if request.change is Change.REMOVE:
        left = (line.quantity or 0) - request.quantity
        return replace(line, quantity=left) if left > 0 else None
    return replace(line, quantity=request.quantity)


def _without_none(lines: Iterable[Line | None]) -> Lines:
    return tuple(line for line in lines if line is not None)


def _kind_of_price(line: OrderLine, facts: Facts) -> str:
    part = part_of(Line(line.part_id, line.quantity), facts)
    return " (bulk price)" if part is not None and line.price == part.bulk_price else ""
