"""The catalogue port: what the shop sells. How much of it is left is the store's knowledge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

BULK_QUANTITY = 5
"""Pieces of one part from which the bulk price applies."""


@dataclass(frozen=True, slots=True)
class Part:
    """A spare part.

    Prices are whole paise (1/100 rupee) for one piece. `words` are the lower-case singular names
    by which customers ask for the part; `opening_stock` is what a new store starts with.
    """

    part_id: str
    name: str
    words: tuple[str, ...]
    price: int
    bulk_price: int
    opening_stock: int

    def price_for(self, quantity: int) -> int:
        """Paise for one piece when that many are bought."""
        return self.bulk_price if quantity >= BULK_QUANTITY else self.price


class Catalogue(Protocol):
    """What the shop sells."""

    def parts(self) -> Sequence[Part]:
        """Every part, in the order in which the shop shows them."""
        ...


def rupees(paise: int) -> str:
    """An amount as the shop writes it: `₹1,250.00`."""
    return f"₹{paise // 100:,}.{paise % 100:02d}"


class ShopCatalogue:
    """The spare parts of the Cool Wind shop."""

    def parts(self) -> Sequence[Part]:
        return _PARTS


_PARTS = (
    Part("remote", "AC remote control", ("remote control", "remote"), 45_000, 38_000, 60),
    Part("capacitor", "Run capacitor", ("run capacitor", "capacitor"), 32_000, 27_500, 80),
    Part("fan-motor", "Fan motor", ("fan motor", "blower motor", "motor"), 185_000, 169_000, 25),
    Part("pcb", "Control board", ("control board", "pcb board", "pcb"), 260_000, 239_000, 20),
    Part("compressor", "Compressor", ("compressor",), 780_000, 735_000, 12),
    Part("filter", "Air filter", ("air filter", "filter"), 25_000, 20_000, 100),
    Part("thermostat", "Thermostat", ("thermostat",), 68_000, 60_000, 40),
    Part("gas-valve", "Gas valve", ("gas valve", "valve"), 54_000, 47_000, 30),
)
