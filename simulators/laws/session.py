"""Laws on whose conversation it is, and which one: session, expiry, tier, isolation, liveness."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile

from reports.record import NO_RETRY
from simulators.faults.catalogue import named
from simulators.laws.law import Breach, Case, Law
from simulators.laws.leaves import observed
from simulators.trace import Answer, Exchange, Life, Observation, Strike

_PERSONAL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?<!\d)\d(?:[ -]?\d){8,14}(?!\d)"
)
_SHORTEST_TELLING_ID = 8
_FEWEST_TELLING_WORDS = 5


def _check_session(case: Case) -> Iterator[Breach]:
    counterpart: dict[str, str] = {}
    first_turn: dict[str, int] = {}
    for turn, exchange in case.exchanges():
        reference = case.reference.get(exchange.turn)
        actual = exchange.answer.session_id
        expected = None if reference is None else reference.answer.session_id
        if reference is not None and reference.departs:
            # What is legal from here on was played from here, under the names of here.
            counterpart.update({known: known for known in counterpart.values()})
        if expected is None or exchange.answer.is_error:
            continue
        if actual is None:
            if not exchange.repeats:
                yield Breach(
                    "Session", turn, exchange.customer, "session ID", "a session ID", "none"
                )
            continue
        is_new = actual not in first_turn
        first_turn.setdefault(actual, turn)
        if exchange.repeats and not _continued(case.trace.turns[exchange.turn]):
            continue
        known = counterpart.setdefault(expected, actual)
        if known != actual and not exchange.life.is_over:
            found = f"the session of turn {first_turn[actual]}"
            wanted = f"the session of turn {first_turn[known]}"
            yield Breach(
                "Session",
                turn,
                exchange.customer,
                "session ID",
                wanted,
                "a new session" if is_new else found if found != wanted else "another session",
            )


def _continued(exchange: Exchange) -> bool:
    """Whether there was a session for the message to go on with."""
    return exchange.life is not Life.NONE and not exchange.life.is_over


def _check_expiry(case: Case) -> Iterator[Breach]:
    if not any(exchange.life.is_over for exchange in case.deliveries):
        return
    seen: set[str] = set()
    announced: set[str] = set()
    written: dict[str, set[str]] = {}
    said: dict[str, str] = {}
    sent_before = _sent_in_vain(case)
    for happening in case.trace.happenings:
        match happening:
            case Strike(announced=True):
                announced.add(happening.customer)
            case Exchange(repeats=False):
                own = written.setdefault(happening.customer, set())
                if happening.life.is_over and not happening.answer.is_error:
                    was_told = happening.customer in announced
                    if happening.turn not in sent_before:
                        yield from _check_fresh_start(happening, seen, was_told)
                    yield from _check_nothing_shown(happening, own, case)
                    announced.discard(happening.customer)
                # By the script and the reference alone, so that plays that stand in equal states
                # are judged alike.
                before = said.get(happening.customer, "")
                own |= {*_personal(happening.text), *_words_of_their_own(happening.text, before)}
                expected = case.reference.get(happening.turn)
                if expected is not None:
                    said[happening.customer] = f"{before}\n{_offered(expected.answer)}"
                if happening.answer.session_id is not None and not happening.answer.is_error:
                    seen.add(happening.answer.session_id)


def _check_fresh_start(exchange: Exchange, seen: set[str], was_told: bool) -> Iterator[Breach]:
    answer, turn, customer = exchange.answer, exchange.turn, exchange.customer
    if answer.session_id in seen:
        yield Breach("Expiry", turn, customer, "session ID", "a new session", "the old session")
    elif answer.served_from not in (None, "new"):
        yield Breach("Expiry", turn, customer, "served from", "new", str(answer.served_from))
    elif answer.fresh is False and exchange.presented and not was_told:
        yield Breach("Expiry", turn, customer, "announcement", "a word of the new start", "none")


def _check_nothing_shown(exchange: Exchange, written: set[str], case: Case) -> Iterator[Breach]:
    """An announcement may say that there was a conversation, and nothing that it was about."""
    expected = case.reference.get(exchange.turn)
    usual = _plain(exchange.text + "\n" + (expected.answer.text if expected else ""))
    shown = _plain(exchange.answer.text)
    for token in sorted(written):
        if token in shown and token not in usual:
            yield Breach(
                "Expiry",
                exchange.turn,
                exchange.customer,
                "text",
                "nothing of the conversation before",
                _as_shown(token, exchange.answer.text),
            )


def _offered(answer: Answer) -> str:
    """What the service says, and what it gives to choose from."""
    return _plain("\n".join((answer.text, *answer.quick_replies)))


def _words_of_their_own(text: str, said: str) -> Iterator[str]:
    """A whole message, where it has words enough to be known again, and the service had not said
    the same before, as in a menu."""
    message = _plain(text.strip())
    if len(message.split()) >= _FEWEST_TELLING_WORDS and message not in said:
        yield message


def _check_tier(case: Case) -> Iterator[Breach]:
    sent_before = _sent_in_vain(case)
    for exchange in _taken(case):
        if exchange.turn in sent_before:
            continue
        actual = exchange.answer.served_from
        expected = case.reference.get(exchange.turn)
        if actual is None or expected is None or expected.answer.served_from is None:
            continue
        able = _able_to_serve(exchange.life, expected)
        if actual not in able:
            yield Breach(
                "Tier", exchange.turn, exchange.customer, "served from", " or ".join(able), actual
            )


def _able_to_serve(life: Life, expected: Exchange) -> tuple[str, ...]:
    clean = str(expected.answer.served_from)
    if clean == "new":
        return ("new",)
    match life:
        case Life.LOST:
            return ("store",)
        case Life.HELD if expected.life is Life.HELD and clean == "memory":
            return (clean,)
        case _:
            return ("memory", "store")


def _check_isolation(case: Case) -> Iterator[Breach]:
    if len({exchange.customer for exchange in case.deliveries}) < 2:
        return
    sessions: dict[str, str] = {}
    tokens: dict[str, str] = {}
    personal: dict[str, str] = {}
    for exchange in case.deliveries:
        if (session_id := exchange.answer.session_id) is not None:
            sessions.setdefault(session_id, exchange.customer)
        for token in _private(exchange):
            tokens.setdefault(token, exchange.customer)
        for token in _personal(exchange.text):
            personal.setdefault(token, exchange.customer)
    written: dict[str, str] = {}
    for last, exchange in case.exchanges():
        turn = exchange.turn or last
        customer, answer = exchange.customer, exchange.answer
        written[customer] = written.get(customer, "") + "\n" + _plain(exchange.text)
        if (owner := sessions.get(answer.session_id or "", customer)) != customer:
            yield Breach(
                "Isolation",
                turn,
                customer,
                "session ID",
                f"a session of {customer}",
                f"the session of {owner}",
            )
        shown = _plain(answer.text)
        for token, owner in tokens.items():
            if owner != customer and token in shown and token not in written[customer]:
                yield Breach(
                    "Isolation",
                    turn,
                    customer,
                    "text",
                    f"nothing of {owner}",
                    _as_shown(token, answer.text),
                )
        reference = case.reference.get(exchange.turn)
        if reference is None or reference.seen.kept == exchange.seen.kept:
            continue
        kept, as_usual = _kept(exchange), _kept(reference)
        for token, owner in personal.items():
            is_new = token in kept and token not in as_usual
            if owner != customer and is_new and token not in written[customer]:
                yield Breach(
                    "Isolation", turn, customer, "what is kept", f"nothing of {owner}", token
                )


def _kept(exchange: Exchange) -> str:
    """Every text that the service keeps of a session, a line each."""
    leaves = observed(Observation(exchange.seen.kept)).values()
    return "\n".join(_plain(leaf) for leaf in leaves if isinstance(leaf, str))


def _private(exchange: Exchange) -> Iterator[str]:
    """What is one customer's alone: the session ID, where it is too long to be said by chance,
    and what they wrote to be reached by."""
    session_id = exchange.answer.session_id
    if session_id is not None and len(session_id) >= _SHORTEST_TELLING_ID:
        yield _plain(session_id)
    yield from _personal(exchange.text)


@lru_cache(maxsize=4_096)
def _personal(text: str) -> tuple[str, ...]:
    """Telephone numbers and email addresses of a text, in the form that `_plain` gives them."""
    return tuple(_plain(match[0]) for match in _PERSONAL.finditer(text))


@lru_cache(maxsize=4_096)
def _plain(text: str) -> str:
    """Text in which a telephone number reads the same, however it was grouped."""
    return re.sub(r"(?<=\d)[ -](?=\d)", "", text).lower()


def _as_shown(token: str, text: str) -> str:
    """What `_plain` made a token of, as it stands in the text."""
    grouped = re.search("[ -]?".join(map(re.escape, token)), text, re.IGNORECASE)
    return grouped[0] if grouped else token


def _check_liveness(case: Case) -> Iterator[Breach]:
    refused = [one for one in case.deliveries if one.answer.is_error and not one.repeats]
    slowed = _slowed(case) if refused else []
    for exchange in refused:
        expected = case.reference.get(exchange.turn)
        if expected is None or expected.answer.is_error:
            continue
        if exchange.interrupted and not any(one is exchange for one in slowed):
            continue
        is_answered = any(
            one.turn == exchange.turn and not one.repeats and not one.answer.is_error
            for one in case.deliveries
        )
        if is_answered and _is_told_to_wait(exchange, case):
            continue
        yield Breach(
            "Liveness",
            exchange.turn,
            exchange.customer,
            "status of the first try" if is_answered else "status",
            str(expected.answer.status),
            str(exchange.answer.status),
        )


def _is_told_to_wait(refused: Exchange, case: Case) -> bool:
    """Whether a message was refused for a time that the service names, after one that has no answer
    because a fault struck inside its turn: the same one, when it came again, or the next."""
    if refused.interrupted or refused.answer.retry_after is None:
        return False
    before = takewhile(lambda one: one is not refused, case.deliveries)
    told = [one for one in before if one.interrupted or one.answer.retry_after is None]
    return bool(told) and told[-1].interrupted and told[-1].answer.is_error


def _slowed(case: Case) -> list[Exchange]:
    """The deliveries in which something took its time, and nothing failed or died."""
    return [
        one
        for one, following in pairwise(case.trace.happenings)
        if isinstance(one, Exchange)
        and isinstance(following, Strike)
        and following.fired
        and following.fault != NO_RETRY
        and named(following.fault).only_takes_time
    ]


def _sent_in_vain(case: Case) -> frozenset[int]:
    """The turns inside which a fault struck: what is answered when the message is sent again may
    have been stored before."""
    return frozenset(one.turn for one in case.deliveries if one.interrupted)


def _taken(case: Case) -> Iterator[Exchange]:
    """The deliveries that made a turn and were taken."""
    for exchange in case.deliveries:
        if not exchange.repeats and not exchange.answer.is_error:
            yield exchange


SESSION = Law("Session", "The same session ID in every turn, never another's.", _check_session)
EXPIRY = Law("Expiry", "An expired conversation starts afresh, and says so.", _check_expiry)
TIER = Law("Tier", "The tier that served the turn is the one that could.", _check_tier)
ISOLATION = Law("Isolation", "Nothing of one customer reaches another.", _check_isolation)
LIVENESS = Law("Liveness", "After the faults the conversation can be finished.", _check_liveness)
