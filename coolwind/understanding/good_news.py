"""Whether a customer who waits for a call no longer needs one."""

from coolwind.understanding.problems import AROUND_NOTHING, NOTHING, speaks_of_fault
from coolwind.understanding.sentences import (
    clauses,
    contains_any,
    covered,
    phrase_at,
    phrases,
    vocabulary,
)

_NOT_NEEDED = phrases("no need, not needed, not required, not necessary, no longer needed")
_COURTESIES = phrases(
    "ok, okay, thanks, thank you, sorry, hi, hello, please, oh, well, sir, it is, now"
)
_TO_WHAT = vocabulary("to of for in")
_REFUSALS = phrases(
    "not need, not want, not call, not bother, not worry, not trouble, not necessary, not required",
    "not needed, no need, no call, no callback, no longer need, no longer want, no longer needed",
)
_AROUND_REFUSALS = vocabulary(
    "i we me us you do it is not no any a the more longer to call calls callback back need needed "
    "want required necessary bother worry trouble yourself now please thanks thank again so sir "
    "madam then ok okay yes just for about with all also dear sorry"
)
_WORKS = phrases(
    "it works, works again, works now, works fine, ac works, is working, working again",
    "working now, working fine, started working, is cooling, cooling now, cooling again",
    "cooling fine, cooling well, cooling properly, started cooling, now cooling, is ok, is okay",
    "is fine, ok now, okay now, fine now, problem over, problem is over, problem gone",
    "problem is gone",
)
_AROUND_WORKS = phrases(
    "is, has, fridge, machine, washing machine, well, properly, normally, back, never mind"
)
_REPAIRED = vocabulary("repaired fixed solved resolved sorted rectified")
_WHO_REPAIRED_WHAT = vocabulary(
    "i we he she they it my our your son daughter wife husband brother sister father mother uncle "
    "friend neighbour neighbor electrician technician technicians mechanic plumber somebody "
    "someone person guy shop local nearby another other one and the a by from at myself ourselves "
    "itself came has have been was is got done did all everything ac fridge refrigerator machine "
    "washing problem issue thing already now today just thanks thank you so sir madam ok okay"
)
_MAX_STRANGE = 1
_CALLED = phrases(
    "called me, called back, called us, got a call, got the call, got your call, received a call",
    "received your call",
)
_ELSEWHERE = phrases(
    "got another technician, found another technician, called another technician",
    "got someone else, found someone else, called someone else, got it elsewhere",
)
_NOT_SO = phrases(
    "not, never, no, nobody, none, to be, will, want, wants, need, needs, should, must, can, could",
    "would, if, tried, again, still, yet, last, ago, yesterday, earlier, before, please, get, send",
)


def needs_no_call(text: str) -> bool:
    """Whether the call is turned down, or nothing but good news is told; no fault beside it."""
    said = clauses(text)
    if any(clause.asked for clause in said) or speaks_of_fault(text):
        return False
    if any(_turns_down(clause.words) for clause in said):
        return True
    rest = [clause.words for clause in said if not _is_good(clause.words)]
    return len(rest) < len(said) and all(covered(each, NOTHING, AROUND_NOTHING) for each in rest)


def is_settled(text: str) -> bool:
    """Whether a call is turned down or good news is told in the text, and no fault."""
    said = [clause.words for clause in clauses(text)]
    return any(_turns_down(words) or _is_good(words) for words in said) and not speaks_of_fault(
        text
    )


def _turns_down(words: tuple[str, ...]) -> bool:
    """Whether a call is turned down: "no need, my son …", "I do not want any callback"."""
    if contains_any(words, _ELSEWHERE):
        return True
    at = 0
    while courtesy := phrase_at(words, at, _COURTESIES):
        at += len(courtesy)
    end = at + len(phrase_at(words, at, _NOT_NEEDED))
    if end > at and _TO_WHAT.isdisjoint(words[end : end + 1]):
        return True
    is_complaint = words[0] == "you"
    return contains_any(words, _REFUSALS) and set(words) <= _AROUND_REFUSALS and not is_complaint


def _is_good(words: tuple[str, ...]) -> bool:
    """Whether it works again, was repaired, or somebody called."""
    if covered(words, _WORKS, AROUND_NOTHING | _AROUND_WORKS):
        return True
    if contains_any(words, _NOT_SO):
        return False
    strange = set(words) - _REPAIRED - _WHO_REPAIRED_WHAT
    repaired = not _REPAIRED.isdisjoint(words) and len(strange) <= _MAX_STRANGE
    return repaired or contains_any(words, _CALLED)
