"""The check of the very value in which a play is not as the clean run."""

from collections.abc import Mapping

from simulators.gherkin.effect_check import effect_check
from simulators.gherkin.wording import customer_name, json_text, text_argument
from simulators.laws import DATA, EFFECT, EXPIRY, ISOLATION, Breach
from simulators.laws.judge import Judged
from simulators.laws.mask import Mask
from simulators.trace import Exchange, JsonValue


def exact_check(breach: Breach, judged: Judged, varying: Mask) -> str | None:
    """The check of the very value that differs; None where no sentence asks for it, or where it is
    `varying` from play to play."""
    if _varies(breach, judged, varying):
        return None
    whose = customer_name(breach.customer)
    expected = judged.reference.get(breach.turn)
    match breach.law, breach.field:
        case "Session", _:
            return f"{whose}'s session is the same"
        case "Expiry", "session ID":
            return f"{whose}'s session is new"
        case "Expiry", "announcement":
            return f"{whose}'s reply says that it starts afresh"
        case (("Expiry" | "Tier"), "served from") if " or " not in breach.expected:
            return f'{whose}\'s turn was served from "{breach.expected}"'
        case "Liveness", _ if all(one.turn <= breach.turn for one in judged.shown.exchanges):
            return f"{whose}'s message is accepted"
        case "Step", _ if expected is not None:
            return _place(whose, expected)
        case "Data", path if (kept := _certain(_kept(expected, path), judged)) is not None:
            return f'{whose}\'s session keeps "{path}" as {json_text(kept)}'
        case "Effect", _:
            return effect_check(breach, judged)
        case "Reply", "text" if expected is not None and _goes_on(breach, judged):
            return f"{whose}'s reply is{text_argument(expected.answer.text)}"
        case "Isolation", "session ID":
            return f"{whose}'s session is never another customer's"
        case (("Isolation" | "Expiry"), "text"):
            return f'{whose}\'s reply does not mention "{breach.actual}"'
        case _:
            return None


def _varies(breach: Breach, judged: Judged, varying: Mask) -> bool:
    """Whether a correct service may have another value in the next play than the clean run had, as
    that of an order number that is drawn, or a broken one another one to be found by."""
    if breach.law in (ISOLATION.name, EXPIRY.name):
        ids = {one.answer.session_id for one in judged.shown.exchanges}
        return breach.field == "text" and breach.actual in ids
    place = {DATA.name: f"kept.{breach.field}", EFFECT.name: f"effects.{breach.field}"}
    is_counted = breach.law == EFFECT.name and breach.expected.isdecimal()
    return not is_counted and any(
        turn == breach.turn and f"{path}.".startswith(f"{place.get(breach.law, breach.field)}.")
        for turn, path in varying
    )


def _place(whose: str, expected: Exchange) -> str:
    answer = expected.answer
    if answer.flow is None and answer.step is None:
        return f"{whose} is in no flow"
    if answer.flow is None:
        return f'{whose}\'s conversation is at step "{answer.step}" of no flow'
    return f'{whose}\'s conversation is at step "{answer.step}" of "{answer.flow}"'


def _kept(expected: Exchange | None, path: str) -> JsonValue:
    value: JsonValue = None if expected is None else expected.seen.kept
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _certain(kept: JsonValue, judged: Judged) -> JsonValue:
    """The value; None where it repeats a reply before which the word of a new start belongs."""
    openings = (
        judged.reference[exchange.turn].answer.text
        for exchange in judged.shown.exchanges
        if exchange.life.is_over and exchange.turn in judged.reference
    )
    return None if any(json_text(text)[1:-1] in json_text(kept) for text in openings) else kept


def _goes_on(breach: Breach, judged: Judged) -> bool:
    """Whether a correct reply has nothing before its text, such as the word of a new start."""
    return not judged.shown.turns[breach.turn].life.is_over
