"""Which clauses wish for the parts that they name, and which only speak of them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from coolwind.understanding.meaning import ASKING, in_the_present, is_meant, without_request
from coolwind.understanding.parts import BETWEEN, Mention
from coolwind.understanding.problems import speaks_of_fault
from coolwind.understanding.quantities import MEASURES, numbers_in
from coolwind.understanding.sentences import Clause, clauses, contains_any, phrases, vocabulary

BUYING = vocabulary(
    "need needs want wants buy buying order ordering purchase purchasing get require requires "
    "give send book take looking interested like arrange provide supply reserve keep needing "
    "requirement requirements requiring search searching"
)
_WISHING = BUYING - {"like", "keep"}
CHANGING = vocabulary(
    "change make set add increase reduce decrease raise lower update put include only remove "
    "delete drop cancel without replace swap exchange"
)
_LEADS_TO_PART = vocabulary(
    "i we you us me to a an the some of for in at about around approximately nearly least almost "
    "bulk large huge total quantity quantities number many several few lot lots place make and "
    "or also then urgently immediately please new more another extra additional your following "
    "pieces pcs nos only just be able want it them as list parts spare ac minimum upto up "
    "maybe would like that these those original good now today plus order purchase wholesale "
    "need needs want wants buy buying ordering purchasing get require requires give send book take "
    "looking by urgent either between is"
)
_FOR_WHOM = phrases("for my, for our, for the, for a, from the, from your")
_BARE = _LEADS_TO_PART | vocabulary(
    "hi hello hey good morning evening afternoon dear sir madam so ok okay yes yeah no sorry "
    "actually thanks thank each both needed required wanted urgent correction rather instead well "
    "is are my our x numbers max quantity qty units unit piece total asap soon not but with wait "
    "mean oh kindly right away all from will should do let be fine enough perhaps say think "
    "confirm confirmed go ahead correct wrong incorrect less fewer minus too was it itself"
)
_MAX_STRANGE = 1
_NEEDED_AFTER = phrases(
    "needed, required, wanted, i need, we need, i want, we want, to buy, to order, i require"
)
_SERVICE = vocabulary(
    "repair repaired repairing fixed fix fixing serviced servicing cleaned checked inspected "
    "tested refilled replaced installed uninstalled collected returned refunded exchanged back"
)
_OTHER_THINGS = vocabulary(
    "photo photos picture pictures video price prices rate rates details list catalogue brochure "
    "cover covers holder stand battery batteries warranty"
)
_OF_A_MACHINE = phrases(
    *(
        f"{inside} {whose} {machine}"
        for inside, whose, machine in product(
            ("in", "of"), ("my", "our", "the", "this"), ("ac", "acs", "fridge", "machine")
        )
    )
)


_BEHIND_PART = vocabulary(
    "for from of in with which that please urgently today now immediately asap also too sir madam "
    "thanks needed required wanted by at and or i we"
)
_QUALIFYING = vocabulary("for of model brand type size tomorrow")
_NO_QUALITIES = (
    _SERVICE
    | _OTHER_THINGS
    | ASKING
    | vocabulary(
        "is are was were be has have do does service return refund exchange replacement sale sell "
        "mistake free call help complaint problem discount technician mechanic"
    )
)
_LONGEST_QUALITY = 8
_PACKING = phrases("in each, into each, inside each, in every, into every, per")
_LIMITING = phrases("more than, less than, fewer than")


def is_wanted(clause: Clause, named: Sequence[Mention]) -> bool:
    """Whether the clause says that the customer wants the parts that it names."""
    if not named or not is_meant(clause) or _leaves_open(clause, named):
        return False
    before, after = clause.words[: named[0].start], clause.words[named[-1].end :]
    if not _SERVICE.isdisjoint(after) or not _OTHER_THINGS.isdisjoint(after[:1]):
        return False
    if _is_repair(clause) or contains_any(clause.words, _PACKING):
        return False
    before = in_the_present(before)
    wishes = [
        at
        for at, word in enumerate(before)
        if (word in BUYING or word in CHANGING) and not _is_earlier_order(before[: at + 1])
    ]
    if wishes and _leads_to_part(before[wishes[0] + 1 :]):
        return True
    return _SERVICE.isdisjoint(clause.words) and contains_any(after, _NEEDED_AFTER)


def wishes_for_parts(clause: Clause, named: Sequence[Mention]) -> bool:
    """Whether the clause wishes to have the parts that it names, and nothing that has to do with
    them: no "filter cleaning".
    """
    behind = clause.words[named[-1].end :] if named else ()
    while behind and (behind[0].isdigit() or behind[0] in MEASURES):
        behind = behind[1:]
    return (
        is_wanted(clause, named)
        and clause.words[0] != "you"
        and (not _WISHING.isdisjoint(clause.words) or contains_any(behind, _NEEDED_AFTER))
        and _BEHIND_PART.issuperset(behind[:1])
    )


def is_bare(clause: Clause, named: Sequence[Mention]) -> bool:
    """Whether the clause is no question and nothing but parts, numbers and courtesies.

    Measures may stand beside a part ("20 capacitors 36+1.5 mfd"), and behind counted ones which
    they are or whom they are for ("10 remotes for Hari").
    """
    if clause.asked or _leaves_open(clause, named) or _is_repair(clause):
        return False
    counts = bool(named) and named[-1].quantity is not None and is_meant(clause)
    if counts and _is_quality(clause.words[named[-1].end :]):
        clause = replace(clause, words=clause.words[: named[-1].end])
    strange = strange_words(clause, named)
    return not (strange - MEASURES if named else strange)


def hints_at_quantity(text: str) -> bool:
    """Whether a message says a number and little else, be it understood or not."""
    return any(
        numbers_in(clause.words) and len(strange_words(clause, ())) <= _MAX_STRANGE
        for clause in clauses(text)
        if not clause.asked
    )


def strange_words(clause: Clause, named: Sequence[Mention]) -> frozenset[str]:
    """The words of a clause that are no part, no number and no courtesy."""
    words = clause.words
    spoken = set(range(len(words) - len(without_request(words)), len(words)))
    ranges = [(mention.start, mention.end) for mention in named]
    for start, end in (*ranges, *((number.start, number.end) for number in numbers_in(words))):
        spoken -= set(range(start, end))
    said = {words[at] for at in spoken if not words[at].replace(".", "").isdigit()}
    return frozenset(said) - _BARE - CHANGING - BETWEEN


def wishes_to_buy(clause: Clause) -> bool:
    """Whether the clause has a word for buying."""
    return not BUYING.isdisjoint(clause.words)


def gives_up(clause: Clause) -> bool:
    """Whether a denial is of the parts: "I do not want the filters", "no filters"."""
    words = clause.words
    if contains_any(words, _LIMITING):
        return False
    return wishes_to_buy(clause) or words[0] in ("no", "not") or "without" in words


def _is_quality(behind: tuple[str, ...]) -> bool:
    """Whether the words behind parts say only which they are, or whom or what they are for."""
    begins = next((word for word in behind if word not in BETWEEN or word in _QUALIFYING), "")
    return (
        begins in _QUALIFYING
        and len(behind) <= _LONGEST_QUALITY
        and _NO_QUALITIES.isdisjoint(behind)
        and not any(word.endswith("ing") for word in behind)
        and not speaks_of_fault(" ".join(behind))
    )


def _is_repair(clause: Clause) -> bool:
    """Whether parts are to be changed where they are built in: "change 2 filters in my AC"."""
    changes = not CHANGING.isdisjoint(clause.words) and not wishes_to_buy(clause)
    return changes and contains_any(clause.words, _OF_A_MACHINE)


def _leaves_open(clause: Clause, named: Sequence[Mention]) -> bool:
    """Whether it leaves open which part is meant: "remotes or filters"."""
    return len(named) > 1 and "or" in clause.words[named[0].end : named[-1].start]


def _is_earlier_order(words: tuple[str, ...]) -> bool:
    """Whether the last words are an order that there already is: "my order" of 11 remotes."""
    return (
        len(words) > 1
        and words[-1] in ("order", "purchase")
        and words[-2] in ("my", "our", "the")
        and "place" not in words
    )


def _leads_to_part(words: tuple[str, ...]) -> bool:
    """Whether nothing between the wish and the part names another purpose."""
    return all(
        word in _LEADS_TO_PART | CHANGING | BETWEEN
        or word.isdigit()
        or _says_for_whom(words[: at + 1])
        for at, word in enumerate(words)
    )


def _says_for_whom(words: tuple[str, ...]) -> bool:
    """Whether the last words are the beginning of "for our new office" and the like."""
    return any(
        words[at : at + 2] in _FOR_WHOM for at in range(max(0, len(words) - 5), len(words) - 1)
    )
