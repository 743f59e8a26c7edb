"""Writes down an arrangement as the Given steps that set it up."""

from collections.abc import Iterator, Sequence

from simulators.conversation import StockedPart
from simulators.gherkin.wording import duration_text, table_text
from simulators.targets.target import Arrangement


def given_steps(arrangement: Arrangement) -> Iterator[str]:
    """The steps, without their keyword, in the order of the fields."""
    if arrangement.parts:
        yield "the catalogue" + catalogue_table(arrangement.parts)
    if (capacity := arrangement.memory_capacity) is not None:
        yield f"memory holds at most {capacity} session{'' if capacity == 1 else 's'}"
    if arrangement.memory_idle_timeout is not None:
        yield f"memory keeps a silent session for {duration_text(arrangement.memory_idle_timeout)}"
    if arrangement.session_expiry is not None:
        yield f"sessions expire after {duration_text(arrangement.session_expiry)}"
    for message, answer in (arrangement.model_answers or {}).items():
        yield _model_answer(message, answer)
    if arrangement.model_failure is not None:
        yield f'the language model fails with "{arrangement.model_failure}"'


def catalogue_table(parts: Sequence[StockedPart]) -> str:
    """A catalogue as the data table below its step."""
    return table_text(list(_catalogue(parts)))


def _catalogue(parts: Sequence[StockedPart]) -> Iterator[Sequence[str]]:
    yield "part", "price", "bulk price", "stock"
    for part in parts:
        yield part.name, _rupees(part.price), _rupees(part.bulk_price), str(part.stock)


def _model_answer(message: str, answer: str) -> str:
    if (message + answer).isprintable() and '" to "' not in message:
        return f'the language model answers "{answer}" to "{message}"'
    return "the language model answers" + table_text([("message", "answer"), (message, answer)])


def _rupees(paise: int) -> str:
    rupees, rest = divmod(paise, 100)
    return f"{rupees}.{rest:02d}" if rest else str(rupees)
