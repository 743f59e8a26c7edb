"""The check of the effects that a play does not have as the clean run has them."""

from collections.abc import Iterator, Mapping, Sequence

from simulators.gherkin.values import leaves_named, matches, written
from simulators.gherkin.wording import table_text
from simulators.laws import Breach
from simulators.laws.judge import Judged
from simulators.laws.leaves import Leaf, observed
from simulators.trace import Observation, Row, Strike


def effect_check(breach: Breach, judged: Judged) -> str | None:
    """The step that asks for their number or, where that is right, for an effect that is not there
    as it has to be; None where no step fails by that breach alone."""
    kind = breach.field
    if not _is_seen_last(breach, judged):
        return None
    if breach.expected.isdecimal():
        plural = "" if breach.expected == "1" else "s"
        return f'exactly {breach.expected} "{kind}" effect{plural}'
    clean = judged.reference.get(breach.turn)
    rows = () if clean is None else clean.seen.effects.get(kind, ())
    there = _seen_last(judged).effects.get(kind, ())
    for name, text in (cell for row in rows for cell in _cells(kind, row, breach)):
        if not any(matches(value, text) for row in there for value in leaves_named(row, name)):
            return f'an effect "{kind}" has{table_text([(name,), (text,)])}'
    return None


def _cells(kind: str, row: Row, breach: Breach) -> Iterator[tuple[str, str]]:
    """The value of a row that the breach names, as a column and its text, where a table can hold
    it."""
    for name, value in _leaves(kind, row).items():
        text = "" if value is None else written(value)
        is_column = name == name.strip().lower() and text == text.strip() != ""
        if f"{name} {value}" == breach.expected and is_column:
            yield name, text


def _leaves(kind: str, row: Row) -> Mapping[str, Leaf]:
    """Every value of the row of an effect, by its dotted path there."""
    prefix = f"effects.{kind}.0."
    found = observed(Observation(None, {kind: (row,)}))
    return {
        path.removeprefix(prefix): value for path, value in found.items() if path.startswith(prefix)
    }


def _is_seen_last(breach: Breach, judged: Judged) -> bool:
    """Whether a check finds the effects in which the breach is: of those that are looked at by
    session, it finds those of the one that wrote last."""
    return all(
        breach.field not in last.seen.own or breach.customer == last.customer
        for last in judged.shown.exchanges[-1:]
    )


def _seen_last(judged: Judged) -> Observation:
    """What was there when the play came to its end."""
    settled: Sequence[Observation] = [
        one.seen
        for one in judged.shown.happenings
        if not (isinstance(one, Strike) and one.is_unsettled)
    ]
    return settled[-1] if settled else Observation()
