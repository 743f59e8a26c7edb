"""What varies between two clean runs of one script, and what of it is a name."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from simulators.laws.drawn_keys import Paths, drawn_keys
from simulators.laws.identifiers import IDENTIFIER, IDENTIFIER_IN_SIGNS, MOMENT, WORD
from simulators.laws.leaves import Leaf, Leaves, equal, leaves
from simulators.laws.mask import KEYS, Mask, united
from simulators.laws.pairing import Pairing, side_by_side
from simulators.laws.short_names import short_names
from simulators.trace import Exchange
from simulators.varying import ALL_OF_IT, Variation, Varies

Place: TypeAlias = tuple[int, str]

TEXTS: Final = frozenset({"text", "quick replies"})
"""What of a reply may be worded anew."""

_FREELY: Final[Variation] = {ALL_OF_IT: Varies.FREELY}


def mask_of(one: Mapping[int, Exchange], other: Mapping[int, Exchange]) -> Mask:
    """What differs between two clean runs of the same script, but for how many effects there are,
    which nothing masks."""
    return _mask_of(_turns(one, other))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of two clean runs side by side: what each of them shows, but for how many effects
    there are, and the tables of which the keys are drawn."""

    number: int
    drawn: Paths
    one: Leaves
    other: Leaves


def _turns(one: Mapping[int, Exchange], other: Mapping[int, Exchange]) -> list[_Turn]:
    return [_turn(number, one[number], other[number]) for number in one.keys() & other.keys()]


def _turn(number: int, one: Exchange, other: Exchange) -> _Turn:
    drawn = drawn_keys(one.seen, other.seen)
    counts = {f"effects.{kind}" for each in (one, other) for kind in each.seen.effects}
    first, second = (
        {path: value for path, value in leaves(each, drawn).items() if path not in counts}
        for each in (one, other)
    )
    return _Turn(number, drawn, first, second)


def _mask_of(turns: Iterable[_Turn]) -> Mask:
    mask: dict[Place, Variation] = {}
    differing: dict[Place, tuple[Leaf, Leaf]] = {}
    texts: list[tuple[Place, Leaf, Leaf]] = []
    for turn in turns:
        mask |= {(turn.number, f"{path}{KEYS}"): _FREELY for path in turn.drawn}
        for path in turn.one.keys() | turn.other.keys():
            place, pair = (turn.number, path), (turn.one.get(path), turn.other.get(path))
            if words := _varying(*pair):
                mask[place], differing[place] = words, pair
        texts += (
            ((turn.number, path), text, turn.other.get(path)) for path, text in turn.one.items()
        )
    for place, names in short_names(differing).items():
        mask[place] = {**mask[place], **dict.fromkeys(names, Varies.AS_A_NAME)}
    for place, made in _made_anew(texts).items():
        mask[place] = {**mask.get(place, {}), **dict.fromkeys(made, Varies.ANEW)}
    return mask


def mask_of_time(clean: Mapping[int, Exchange], later: Mapping[int, Exchange]) -> Mask:
    """What differs of moments, numbers and names where time passes between the messages. Whatever
    else is not the same then may be a service that forgets, and is compared."""
    turns = _turns(clean, later)
    shown = {turn.number: (turn.one, turn.other) for turn in turns}
    return {
        (turn, path): words
        for (turn, path), words in _mask_of(turns).items()
        if path.endswith(KEYS)
        or all(_is_number(one.get(path)) for one in shown[turn])
        or not _has_other_words(shown[turn][0].get(path), words)
    }


def _is_number(value: Leaf) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _made_anew(texts: Iterable[tuple[Place, Leaf, Leaf]]) -> Mapping[Place, frozenset[int]]:
    """By turn and path, the words that look like an identifier and name nothing, as one of them is
    another one each time: a token that is signed anew each second, the digest of a state."""
    pairing = Pairing()
    found: list[tuple[Place, int, str]] = []
    for place, text, other in texts:
        for position, word, counterpart in side_by_side(text, other):
            if IDENTIFIER.fullmatch(word):
                pairing.note(word, counterpart)
                found.append((place, position, word))
    places: dict[Place, frozenset[int]] = {}
    for place, position, word in found:
        if not pairing.is_one_to_one(word):
            places[place] = places.get(place, frozenset()) | {position}
    return places


def varying_as(
    turns: Mapping[int, Exchange], more: Iterable[Mapping[int, Exchange]]
) -> Mapping[int, Exchange]:
    """The turns, each with what was not the same whenever they were played once more, but for what
    no mask may hide: number of effects, flow and step."""
    mask: Mask = {}
    for again in more:
        settled = {turn: (_settled(one), _settled(again[turn])) for turn, one in turns.items()}
        found = mask_of(turns, again).items()
        may_vary = {
            (turn, path): words
            for (turn, path), words in found
            if settled[turn][0].get(path) == settled[turn][1].get(path)
        }
        mask = united(mask, may_vary)
    varies: dict[int, dict[str, Variation]] = {}
    for (turn, path), words in widened(mask, turns).items():
        varies.setdefault(turn, {})[path] = words
    return {
        turn: replace(exchange, varies=varies.get(turn, {})) for turn, exchange in turns.items()
    }


def widened(mask: Mask, turns: Mapping[int, Exchange]) -> Mask:
    """The mask of those turns, in which a text varies as a whole where other words than names and
    numbers do: the next run may have more or fewer of them."""
    return {
        (turn, path): _FREELY
        if path in TEXTS and is_worded_anew(turns[turn], path, words)
        else words
        for (turn, path), words in mask.items()
    }


def words_are_drawn(mask: Mask) -> bool:
    """Whether any reply is worded anew."""
    return any(
        path in TEXTS and words.get(ALL_OF_IT) is Varies.FREELY for (_, path), words in mask.items()
    )


def with_varying(mask: Mask, turns: Iterable[Exchange]) -> Mask:
    """The mask with what varies in those turns by themselves."""
    own = {
        (exchange.turn, path): words
        for exchange in turns
        for path, words in exchange.varies.items()
    }
    return united(mask, own) if own else mask


def unsettled(one: Mapping[int, Exchange], other: Mapping[int, Exchange]) -> Iterator[str]:
    """What differs between two clean runs of the same script that no mask may hide, in words.

    A law that did not look at it would look at nothing: whether a message was taken, whether there
    is a session and whether it is kept, in which flow and step it is, and how many effects there
    are. Of what stands in a flow's or step's name, identifiers may vary.
    """
    for turn in sorted(one.keys() & other.keys()):
        first, second = _settled(one[turn]), _settled(other[turn])
        for path in dict.fromkeys((*first, *second)):
            was, then = first.get(path, 0), second.get(path, 0)
            if was != then:
                yield (
                    f"{path} of turn {turn} was {_in_words(was)} in one clean run and"
                    f" {_in_words(then)} in the next"
                )


def is_worded_anew(exchange: Exchange, path: str, varying: Variation) -> bool:
    """Whether one of the words that vary there is no name, number, date or time."""
    return _has_other_words(leaves(exchange).get(path), varying)


def _has_other_words(value: Leaf, varying: Variation) -> bool:
    """The same of a value."""
    text = value if isinstance(value, str) else ""
    words, in_moments = WORD.findall(text), {at for moment in _moments(text) for at in moment}
    return any(
        position == ALL_OF_IT or not any(letter.isdigit() for letter in words[position])
        for position, how in varying.items()
        if position not in in_moments and how is not Varies.AS_A_NAME
    )


def _settled(exchange: Exchange) -> Leaves:
    """What has to be the same in each clean run; of an effect that is not there, nothing."""
    answer, seen = exchange.answer, exchange.seen
    return {
        "an error": answer.is_error,
        "a session ID": answer.session_id is not None,
        "a session in the store": seen.kept is not None,
        "flow": _without_identifiers(answer.flow),
        "step": _without_identifiers(answer.step),
        **{f"effects.{kind}": len(rows) for kind, rows in seen.effects.items()},
    }


def _without_identifiers(name: str | None) -> str | None:
    if name is None:
        return None
    return WORD.sub(lambda word: "…" if IDENTIFIER.fullmatch(word[0]) else word[0], name)


def _in_words(value: Leaf) -> str:
    match value:
        case bool():
            return "there" if value else "not there"
        case None:
            return "none"
        case _:
            return str(value)


def _varying(one: Leaf, other: Leaf) -> Variation:
    if equal(one, other):
        return {}
    if not isinstance(one, str) or not isinstance(other, str):
        return _FREELY
    words, others = WORD.findall(one), WORD.findall(other)
    if len(words) != len(others):
        is_name = all(map(IDENTIFIER_IN_SIGNS.fullmatch, (one, other)))
        return {ALL_OF_IT: Varies.AS_A_NAME} if is_name else _FREELY
    pairs = enumerate(zip(words, others, strict=True))
    varying = {position for position, (word, counterpart) in pairs if word != counterpart}
    in_moments = {at for moment in _moments(one) if not varying.isdisjoint(moment) for at in moment}
    return dict.fromkeys(varying | in_moments, Varies.FREELY)


def _moments(text: str) -> Iterator[range]:
    """The positions of the words of each date and time of day."""
    starts = [word.start() for word in WORD.finditer(text)]
    for moment in MOMENT.finditer(text):
        yield range(bisect_left(starts, moment.start()), bisect_left(starts, moment.end()))
