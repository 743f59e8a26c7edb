"""The conversations that are measured."""

from dataclasses import dataclass

from simulators.conversation import THE_CUSTOMER, Say, Script

_CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"
_QUESTIONS = ("What are your opening hours?", "Where is your shop?", "Do you deliver?")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a customer says, turn by turn."""

    name: str
    texts: tuple[str, ...]

    @property
    def script(self) -> Script:
        """The same for a player."""
        return tuple(Say(THE_CUSTOMER, text) for text in self.texts)


def bulk_order(quantity: int = 11) -> Conversation:
    """A bulk order in three turns."""
    first = f"Hi so i need to buy {quantity} remote controls"
    return Conversation(f"A bulk order of {quantity}", (first, _CONTACT, "yes"))


def long_order(turns: int) -> Conversation:
    """The same with questions in the middle of it, in so many turns."""
    questions = (_QUESTIONS[number % len(_QUESTIONS)] for number in range(turns - 3))
    first, *rest = bulk_order().texts
    return Conversation(f"An order in {turns} turns", (first, *questions, *rest))
