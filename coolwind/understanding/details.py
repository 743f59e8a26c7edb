"""The details by which a customer is reached, and what one message tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Detail(StrEnum):
    """What is asked of a customer to reach them."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LOCATION = "location"


Known: TypeAlias = Mapping[Detail, str]
"""The details that are known, each with its value."""


@dataclass(frozen=True, slots=True)
class Details:
    """What one message tells of its writer; `phone` in E.164 form.

    `unwanted` are details that it calls wrong without the right ones. `complaints` are sentences
    for the customer about a phone or an email that cannot be one, or a company in the place of a
    name. `rest` is the message without what was understood.
    """

    name: str | None
    phone: str | None
    email: str | None
    location: str | None
    unwanted: tuple[Detail, ...]
    complaints: tuple[str, ...]
    rest: str

    @property
    def told(self) -> Known:
        """The details that the message tells, by name."""
        values = {detail: getattr(self, detail) for detail in Detail}
        return {detail: value for detail, value in values.items() if value is not None}

    @property
    def says_something(self) -> bool:
        """Whether a detail is told or called wrong."""
        return bool(self.told or self.unwanted)

    def added_to(self, known: Known) -> Known:
        """The known details with those that are told, and without those that are called wrong."""
        kept = {detail: value for detail, value in known.items() if detail not in self.unwanted}
        return {**kept, **self.told}
