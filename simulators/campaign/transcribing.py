"""Traces as lines of the run record, and back: what was judged once can be judged again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from reports.record import Circumstances, LawBroken, Line, Varying
from simulators.laws.judge import Judged
from simulators.laws.mask import Mask
from simulators.trace import Answer, Exchange, Life, Observation, Row, Strike, Trace
from simulators.varying import Variation, Varies

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def lines_of(happenings: Sequence[Exchange | Strike]) -> tuple[Line, ...]:
    """Happenings, line by line, as the record keeps them."""
    began = next((one.at for one in happenings if isinstance(one, Exchange)), _BEGINNING)
    return tuple(
        _line_of_strike(one) if isinstance(one, Strike) else _line_of_exchange(one, began)
        for one in happenings
    )


def transcript(trace: Trace) -> tuple[Line, ...]:
    """A trace, line by line, as the record keeps it."""
    return lines_of(trace.happenings)


def clean_transcript(judged: Judged) -> tuple[Line, ...]:
    """What a play was held against, line by line, as the record keeps it. A message that is left
    alone has no answer there, and is the one of the play."""
    written = judged.trace.turns
    return lines_of(
        [
            replace(exchange, text=written[turn].text)
            if exchange.answer.is_missing and turn in written
            else exchange
            for turn, exchange in sorted(judged.reference.items())
        ]
    )


def trace_of(lines: Sequence[Line]) -> Trace:
    """The inverse of `lines_of`, but for the date of the beginning, how long answers took, and
    cookies, which no law looks at. Raises ValueError for lines that do not tell all of it."""
    return Trace(tuple(map(_happening, lines)))


def laws_broken(judged: Judged) -> tuple[LawBroken, ...]:
    """Every law that a play broke, the nearest to the cause first, as the record keeps it."""
    return tuple(
        LawBroken(one.law, one.turn, one.customer, one.field, one.expected, one.actual)
        for one in judged.breaches
    )


def varying_of(mask: Mask) -> tuple[Varying, ...]:
    """A mask as the record keeps it."""
    return tuple(
        Varying(
            turn,
            path,
            tuple(sorted(words)),
            names=_varying_so(words, Varies.AS_A_NAME),
            made_anew=_varying_so(words, Varies.ANEW),
            in_sequence=_varying_so(words, Varies.IN_SEQUENCE),
        )
        for (turn, path), words in sorted(mask.items())
    )


def _varying_so(words: Variation, how: Varies) -> tuple[int, ...]:
    return tuple(sorted(position for position, one in words.items() if one is how))


def mask_of_record(varying: Sequence[Varying]) -> Mask:
    """The inverse of `varying_of`."""
    return {
        (one.turn, one.path): {
            **dict.fromkeys(one.words, Varies.FREELY),
            **dict.fromkeys(one.names, Varies.AS_A_NAME),
            **dict.fromkeys(one.made_anew, Varies.ANEW),
            **dict.fromkeys(one.in_sequence, Varies.IN_SEQUENCE),
        }
        for one in varying
    }


def _line_of_strike(strike: Strike) -> Line:
    return Line(
        strike.after_turn,
        strike.customer,
        "",
        strike.evidence,
        fault=strike.fault,
        kept=_kept(strike.seen),
        effects=_effects(strike.seen),
        circumstances=Circumstances(
            own_effects=tuple(sorted(strike.seen.own)),
            has_fired=strike.fired,
            is_announced=strike.announced,
            point=strike.point,
            is_unsettled=strike.is_unsettled,
        ),
    )


def _line_of_exchange(exchange: Exchange, began: datetime) -> Line:
    answer = exchange.answer
    return Line(
        exchange.turn,
        exchange.customer,
        exchange.text,
        answer.text,
        answer.status,
        answer.session_id,
        answer.served_from,
        answer.flow,
        answer.step,
        tab=exchange.tab,
        at=max(0.0, (exchange.at - began).total_seconds()),
        repeats=exchange.repeats,
        kept=_kept(exchange.seen),
        effects=_effects(exchange.seen),
        calls=exchange.calls,
        circumstances=Circumstances(
            exchange.message_id,
            answer.fresh,
            answer.quick_replies,
            answer.intent,
            exchange.life.value,
            exchange.presented,
            exchange.interrupted,
            is_overlapped=exchange.overlapped,
            departs=exchange.departs,
            escalated=answer.escalated,
            own_effects=tuple(sorted(exchange.seen.own)),
        ),
        node=answer.node,
        writes=exchange.writes,
    )


def _kept(seen: Observation) -> str | None:
    return None if seen.kept is None else _json(seen.kept)


def _effects(seen: Observation) -> Mapping[str, tuple[str, ...]]:
    return {kind: tuple(map(_json, rows)) for kind, rows in seen.effects.items()}


def _json(value: Row) -> str:
    return json.dumps(value, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    """What a target shows may be any mapping or sequence; JSON knows one of each."""
    return dict(value) if isinstance(value, Mapping) else [*value]  # type: ignore[misc]


def _happening(line: Line) -> Exchange | Strike:
    told = line.circumstances
    if told is None:
        raise ValueError("a line does not tell what the laws take into account")
    seen = Observation(
        None if line.kept is None else json.loads(line.kept),
        {kind: tuple(map(json.loads, rows)) for kind, rows in line.effects.items()},
        frozenset(told.own_effects),
    )
    if line.fault is not None:
        return Strike(
            line.fault,
            line.customer,
            line.turn,
            told.has_fired,
            line.reply,
            told.is_announced,
            seen,
            told.point,
            told.is_unsettled,
        )
    answer = Answer(
        line.status,
        line.reply,
        line.session_id,
        line.flow,
        line.step,
        line.served_from,
        told.fresh,
        told.quick_replies,
        told.intent,
        told.escalated,
        node=line.node,
    )
    return Exchange(
        line.turn,
        line.customer,
        line.text,
        told.message_id,
        answer,
        seen,
        _BEGINNING + timedelta(seconds=line.at or 0.0),
        line.tab,
        line.repeats,
        Life(told.life),
        told.is_presented,
        told.is_interrupted,
        told.is_overlapped,
        told.departs,
        calls=line.calls,
        writes=line.writes,
    )
