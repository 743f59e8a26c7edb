"""The clean run: how a conversation goes where nothing breaks, and what of it may vary."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from simulators.laws.leaves import equal, leaves
from simulators.laws.mask import Mask, united
from simulators.laws.masking import mask_of, unsettled
from simulators.player.course import Course
from simulators.player.place import Place
from simulators.player.player import Checkpoint, Player
from simulators.player.repetition import Delivered
from simulators.trace import Exchange, Trace


@dataclass(frozen=True, slots=True)
class Stop:
    """A place before the first turn or after a turn of the clean run, with what had come about by
    then; `ahead` is the delivery after it."""

    place: Place
    checkpoint: Checkpoint
    trace: Trace
    ahead: Delivered | None = None


@dataclass(frozen=True, slots=True)
class Clean:
    """The clean run.

    `reference` is its turns or, from where the script itself lets a conversation end, those of
    somebody new. `mask` is what varies between two clean runs; `wavering` names, in words, what
    differed between two that had to be equal, and is empty for a repeatable target. Of that,
    `unsettled` is what no target may vary in.
    """

    trace: Trace
    reference: Mapping[int, Exchange]
    mask: Mask
    wavering: tuple[str, ...]
    stops: tuple[Stop, ...]
    unsettled: tuple[str, ...] = ()


def clean_run(course: Course, player: Player, other: Player) -> Clean:
    """Play the clean run of a course: once with the other player, whose seed differs, to see what
    varies; twice with the course's own, to see whether it can be repeated."""
    varied = course.play_through(other)
    first = course.play_through(player)
    place = course.begin({})
    stops = [Stop(place, course.checkpoint(), course.trace)]
    while (after := course.advance(place)) is not None:
        place = after
        if not place.has_ended:
            stops[-1] = replace(stops[-1], ahead=course.delivered())
            stops.append(Stop(place, course.checkpoint(), course.trace))
    trace = course.trace
    reference = {**trace.turns, **place.references[0]}
    pairs = (first.turns, varied.turns), (first.turns, trace.turns)
    differing = tuple(dict.fromkeys(what for pair in pairs for what in unsettled(*pair)))
    return Clean(
        trace,
        reference,
        united(mask_of(trace.turns, varied.turns), mask_of(trace.turns, first.turns)),
        (*differing, *_wavering(first.turns, trace.turns)),
        tuple(replace(stop, place=replace(stop.place, references=(reference,))) for stop in stops),
        differing,
    )


def _wavering(first: Mapping[int, Exchange], second: Mapping[int, Exchange]) -> Iterator[str]:
    """Two plays of one script have the same turns; what they show may differ."""
    for turn in sorted(first):
        one, other = leaves(first[turn]), leaves(second[turn])
        for path in sorted(one.keys() | other.keys()):
            if not equal(one.get(path), other.get(path)):
                yield (
                    f"{path} of turn {turn} was {one.get(path)!r} in one clean run"
                    f" and {other.get(path)!r} in the next"
                )
