"""What a customer wants to buy: the beginning of an order, and changes to a running one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from coolwind.catalogue import Part
from coolwind.understanding.meaning import in_the_present, is_denied, is_meant
from coolwind.understanding.parts import Mention, mentions_in
from coolwind.understanding.quantities import numbers_in
from coolwind.understanding.sentences import Clause, clauses, contains_any, phrases, vocabulary
from coolwind.understanding.wishes import ORDER_WORDS, takes_back


class Change(StrEnum):
    """What is to happen to a part's quantity in an order."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Request:
    """One part asked for; `quantity` is None where none is said."""

    part: Part
    quantity: int | None
    change: Change = Change.SET


_BUYING = vocabulary(
    "need needs want wants buy buying order ordering purchase purchasing get require requires "
    "give send book take looking interested like"
)
_CHANGING = vocabulary(
    "change make set add increase reduce decrease raise lower update put include only remove "
    "delete drop cancel without"
)
_EXPLICITLY_BUYING = vocabulary("buy buying order ordering purchase purchasing")
_LEADS_TO_PART = vocabulary(
    "i we you us me to a an the some of for in at about around approximately nearly least almost "
    "bulk large huge total quantity quantities number many several few lot lots place make and "
    "or also then urgently immediately please new more another extra additional your following "
    "pieces pcs nos only just have be able want it them as list parts spare ac minimum upto up "
    "maybe would like that these those original good now today plus order purchase wholesale "
    "need needs want wants buy buying ordering purchasing get require requires give send book take "
    "looking"
)
_FOR_WHOM = phrases("for my, for our, for the, for a, from the, from your")
_BARE = _LEADS_TO_PART | vocabulary(
    "hi hello hey good morning evening afternoon dear sir madam so ok okay yes yeah no sorry "
    "actually thanks thank each needed required wanted urgent correction rather instead well is "
    "are my our x quantity qty units unit piece total asap soon not but with wait mean oh bro "
    "kindly right away all from will should do let be fine enough perhaps say think"
)
_NEEDED_AFTER = phrases(
    "needed, required, wanted, i need, we need, i want, we want, to buy, to order, i require"
)
_SERVICE = vocabulary(
    "repair repaired repairing fixed fix fixing serviced servicing cleaned checked inspected "
    "tested refilled replaced installed uninstalled collected returned refunded exchanged back"
)
_BULK = phrases(
    "bulk, wholesale, large quantity, large quantities, huge quantity, large number, in quantity"
)
_BULK_BARE = vocabulary(
    "hi hello hey so please bulk order orders purchase buy buying wholesale parts spare a the of "
    "in i for ac some new another again start want place need to quantity large and also ok yes "
    "sir madam"
)
_BULK_LEADS = _BULK_BARE | vocabulary(
    "would like have my our shop make get start another us me company office business hotel "
    "give be able an do go ahead with or"
)
_BULK_TAILS = vocabulary(
    "order orders purchase of for spare parts part ac items goods quantity quantities please and "
    "now today some the my our shop company office business hotel thanks sir madam urgently "
    "asap new one again from you your pieces buying rate price rates prices at in"
)
_VAGUE = vocabulary("some many several few lots lot multiple")
_ADDING = vocabulary("add also another plus more extra additional include")
_REMOVING = vocabulary("remove delete drop cancel without")
_EACH = vocabulary("each apiece")
_WRONG_QUANTITY = phrases(
    "change the quantity, change quantity, change my quantity, wrong quantity, quantity is wrong, "
    "update the quantity, update quantity, correct the quantity, different quantity, "
    "change the number of pieces"
)
_ALL_OF_THEM = phrases(
    "all, all of them, all of it, whatever is left, whatever you have, everything, the rest, "
    "all that is left, as many as you have, all you have, all of those"
)


def purchase_in(text: str, parts: Sequence[Part]) -> tuple[Request, ...] | None:
    """What a message that begins an order asks for; None where it begins none.

    Empty where the customer clearly wishes to buy in bulk and names no part yet.
    """
    asked = requests_in(text, parts)
    said = clauses(text)
    named = [at for at, clause in enumerate(said) if mentions_in(clause.words, parts)]
    if named and any(takes_back(clause, ORDER_WORDS) for clause in said[named[-1] + 1 :]):
        return None
    in_bulk = any(_wants_bulk(clause, parts) for clause in said)
    wanted = tuple(r for r in asked if r.change is not Change.REMOVE)
    if any(request.quantity is not None for request in wanted):
        return wanted
    if in_bulk or (wanted and any(_buys_several(clause, parts) for clause in said)):
        return wanted
    return None


def requests_in(text: str, parts: Sequence[Part]) -> tuple[Request, ...]:
    """Every part that the customer asks for, or gives up, in a message; one request a part."""
    found: dict[str, Request] = {}
    standing, waiting = True, ""
    for clause in map(_without_denied_numbers, clauses(text)):
        if clause.first:
            standing = True
        named = mentions_in(clause.words, parts)
        bare = _is_bare(clause, named)
        if is_denied(clause):
            if _gives_up(clause):
                found |= {m.part.part_id: Request(m.part, None, Change.REMOVE) for m in named}
        elif not named and bare and waiting in found and (counted := numbers_in(clause.words)):
            found[waiting] = replace(found[waiting], quantity=counted[0].value)
        elif _is_wanted(clause, named) or (bare and standing and not clause.asked):
            for mention in named:
                _collect(found, Request(mention.part, mention.quantity, _change_in(clause)))
        waiting = named[-1].part.part_id if named and named[-1].quantity is None else ""
        if not bare:
            standing = is_meant(clause)
    return tuple(found.values())


def quantity_in(text: str) -> tuple[int, Change] | None:
    """The number of pieces in a message that says little else, and whether it comes on top.

    None where the message says no number, or several.
    """
    said = [
        (number.value, _change_in(clause))
        for clause in map(_without_denied_numbers, clauses(text))
        if not clause.asked and not is_denied(clause) and _is_bare(clause, ())
        for number in numbers_in(clause.words)
    ]
    return said[0] if len(said) == 1 and said[0][1] is not Change.REMOVE else None


def doubts_quantity(text: str) -> bool:
    """Whether the customer wants another quantity without saying which."""
    return any(
        is_meant(clause) and contains_any(clause.words, _WRONG_QUANTITY) for clause in clauses(text)
    )


def counts_each(text: str) -> bool:
    """Whether a number of pieces is said of every part ("10 each")."""
    return any(not _EACH.isdisjoint(clause.words) for clause in clauses(text))


def takes_all(text: str) -> bool:
    """Whether an answer to "how many" is: whatever is left."""
    return any(
        not clause.asked and _without_please(clause.words) in _ALL_OF_THEM
        for clause in clauses(text)
    )


def _without_please(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without polite ones and without "I take"."""
    polite = ["please", "ok", "okay", "yes", "then", "i", "take", "will", "want", "give", "me"]
    return tuple(word for word in words if word not in polite)


def _is_wanted(clause: Clause, named: Sequence[Mention]) -> bool:
    """Whether the clause says that the customer wants the parts that it names."""
    if not named or not is_meant(clause):
        return False
    first, last = named[0], named[-1]
    before, after = clause.words[: first.start], clause.words[last.end :]
    if not _SERVICE.isdisjoint(after):
        return False
    before = in_the_present(before)
    wishes = [
        at
        for at, word in enumerate(before)
        if (word in _BUYING or word in _CHANGING) and not _is_earlier_order(before[: at + 1])
    ]
    if wishes and _leads_to_part(before[wishes[0] + 1 :]):
        return True
    return _SERVICE.isdisjoint(clause.words) and contains_any(after, _NEEDED_AFTER)


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
        word in _LEADS_TO_PART | _CHANGING or word.isdigit() or _says_for_whom(words[: at + 1])
        for at, word in enumerate(words)
    )


def _says_for_whom(words: tuple[str, ...]) -> bool:
    """Whether the last words are the beginning of "for our new office" and the like."""
    return any(
        words[at : at + 2] in _FOR_WHOM for at in range(max(0, len(words) - 5), len(words) - 1)
    )


def _is_bare(clause: Clause, named: Sequence[Mention]) -> bool:
    """Whether the clause is nothing but parts, numbers and courtesies."""
    spoken = set(range(len(clause.words)))
    for mention in named:
        spoken -= set(range(mention.start, mention.end))
    for number in numbers_in(clause.words):
        spoken -= set(range(number.start, number.end))
    return all(clause.words[at] in _BARE | _CHANGING or clause.words[at].isdigit() for at in spoken)


def _change_in(clause: Clause) -> Change:
    if not _REMOVING.isdisjoint(clause.words):
        return Change.REMOVE
    return Change.ADD if not _ADDING.isdisjoint(clause.words) else Change.SET


def _collect(found: dict[str, Request], request: Request) -> None:
    """Add a request to those of the same message: "5 remotes and 6 remotes" are 11."""
    earlier = found.get(request.part.part_id)
    if (
        earlier is None
        or earlier.quantity is None
        or request.quantity is None
        or earlier.change is Change.REMOVE
    ):
        found[request.part.part_id] = request
    else:
        found[request.part.part_id] = replace(earlier, quantity=earlier.quantity + request.quantity)


def _gives_up(clause: Clause) -> bool:
    """Whether a denial is of the parts: "I do not want the filters", "no filters"."""
    words = clause.words
    return not _BUYING.isdisjoint(words) or words[0] in ("no", "not") or "without" in words


def _wants_bulk(clause: Clause, parts: Sequence[Part]) -> bool:
    """Whether the clause is a wish to buy in bulk."""
    words = in_the_present(clause.words)
    start = next((at for at in range(len(words)) if _bulk_at(words, at)), None)
    if start is None or not is_meant(clause):
        return False
    wishes = [at for at, word in enumerate(words[:start]) if word in _BUYING | {"place", "make"}]
    named = mentions_in(words, parts)
    of_parts = {at for mention in named for at in range(mention.start, mention.end)}
    of_numbers = {at for n in numbers_in(words) for at in range(n.start, n.end)}
    rest = [words[at] for at in range(len(words)) if at not in of_parts | of_numbers]
    if all(word in _BULK_BARE for word in rest):
        return True
    between = set(range(wishes[0], start)) - of_parts if wishes else set()
    after = [words[at] for at in range(start + 1, len(words)) if at not in of_parts | of_numbers]
    return (
        bool(wishes)
        and all(words[at] in _BULK_LEADS or words[at].isdigit() for at in between)
        and all(word in _BULK_TAILS for word in after)
    )


def _bulk_at(words: tuple[str, ...], at: int) -> bool:
    return any(words[at : at + len(phrase)] == phrase for phrase in _BULK)


def _buys_several(clause: Clause, parts: Sequence[Part]) -> bool:
    """Whether the clause buys more than one piece without a number ("buy some remotes")."""
    named = mentions_in(clause.words, parts)
    several = any(mention.plural for mention in named)
    if not several or not _is_wanted(clause, named):
        return False
    return not (_VAGUE | _EXPLICITLY_BUYING).isdisjoint(clause.words)


def _without_denied_numbers(clause: Clause) -> Clause:
    """The clause without "not 11", which corrects a number and denies no wish."""
    words = clause.words
    if len(words) > 1 and words[0] == "no" and words[1].isdigit():
        return replace(clause, words=words[1:])
    for at in range(len(words) - 1):
        if words[at] == "not" and words[at + 1].isdigit():
            return replace(clause, words=words[:at] + words[at + 2 :])
    return clause
