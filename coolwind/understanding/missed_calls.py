"""What customers write when nobody took their call, and when something is out of order."""

import re
from collections.abc import Sequence

from coolwind.understanding.glossary import written_out
from coolwind.understanding.meaning import is_meant
from coolwind.understanding.sentences import (
    Clause,
    clauses,
    contains_any,
    covered,
    phrases,
    tidy,
    vocabulary,
)

MAX_PROBLEM = 300
"""Characters of a problem that are kept."""

_CALLS = vocabulary(
    "call calls called calling rang ring phoned phone telephone dialed dialled tried number line"
)
_NOBODY = phrases("nobody, no one, noone, not, never, none, no body, without, no")
_ANSWERS = vocabulary(
    "answer answers answered answering pick picked picks picking respond responds responded "
    "responding response reply replies replied attend attended attending attends lift lifted "
    "lifting reachable reach"
)
_CALLED_BACK = phrases("called back, called me back, called me, call back, calls back")
_LINE_IS = phrases(
    "is busy, was busy, always busy, line busy, switched off, is off, is engaged, was engaged, "
    "is dead, is not working, out of reach, keeps ringing, kept ringing, just rings"
)
_OTHERS = vocabulary(
    "he she friend brother sister wife husband mother father son daughter neighbour neighbor"
)
_SUPPOSED = phrases("if, unless, suppose, supposing, imagine, whether, will, would, might")
_SETTLED = phrases(
    "solved, resolved, sorted, no need, never mind, do not call, do not need a call, "
    "do not want a call, do not need a callback, do not want a callback, called me back"
)
_UNWANTED = phrases(
    "no need, no need any more, not needed, it is not needed, not required, not necessary",
    "no longer needed, no longer required, do not bother, do not worry, do not trouble yourself",
)
_OVER = _UNWANTED | phrases(
    "solved, it is solved, problem solved, is solved, was solved, got solved, has been solved",
    "resolved, it is resolved, is resolved, sorted, it is sorted, fixed, it is fixed, is fixed",
    "it works, it works again, works again, works now, ac works, is working, works fine",
    "it is working, is working again, working again, it is ok, it is okay, it is fine",
)
_NOTHING = phrases(
    "nothing, nothing is wrong, nothing wrong, none, no problem, there is no problem, no issue",
    "there is no issue, no problems, there are no problems, not a problem, no issues, no complaint",
    "bye, good bye, goodbye, see you, good night, good, hmm, hm, oh, well, test, hello, hi, hey",
    "ok, okay, thanks, thank you, yes, no, good morning, good evening, good afternoon",
)
_AROUND_NOTHING = phrases(
    "now, again, please, thanks, thank you, sir, madam, already, any more, ok, okay, sorry, fine",
    "the, my, our, ac, problem, issue, it, today, for now, at the moment, all, here, really, so",
)
_PUTS_OFF = phrases(
    "let me check, let me see, let me ask, let me think, tell you, let you know, get back to you",
    "i will ask, i will check, have to check, need to check, i do not know, not sure",
    "call you later, message you later, write you later",
)
_ASKS_FOR_CALL = phrases(
    "call back, callback, call me back, give me a call, ring me back, phone me back"
)
_CALL_ME = ("call", "me")
_AFTER_CALL_ME = vocabulary(
    "back please now asap today tomorrow on at soon when regarding about again later in "
    "immediately urgently once sir"
)

_QUESTION = re.compile(r"[^.;!?\n,]*\?")
_PIECE_END = re.compile(r"[.;!?\n,]+|\band\b|\bbut\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:about|regarding|because(?:\s+of)?|concerning|as|since)\s+", re.IGNORECASE
)
_PROBLEM_CUE = re.compile(
    r"\b(?:problem|issue|complaint|trouble|fault)\s*(?:is\s+(?:that\s+)?|was\s+|:|=|-)\s*",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"\b(?:not\s+(?:\w+\s+)?(?:cool|work|start|turn|run|heat|blow|switch|drain|respond|power)\w*"
    r"|no\s+cooling|less\s+cooling|stopp?(?:ed|s)\s+\w+ing|stopp?ed|leak\w*|nois[ey]\w*|smell\w*"
    r"|broke\w*|dead|tripp?\w*|error|repair\w*|servic\w+|install\w*|uninstall\w*|refill\w*|dripp?\w*"
    r"|vibrat\w*|freez\w*|frozen|spark\w*|burn\w*|damag\w*|fault\w*|maintenance|cleaning|"
    r"warm\s+air|hot\s+air|gas\s+\w+)\b",
    re.IGNORECASE,
)
_ABOUT_CALLS = re.compile(
    r"\b(?:call\w*|phone|nobody|no\s*one|answer\w*|pick\w*|rang|ring\w*|line|lift\w*)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|yes|no\s*,|ok|okay|please|so|that|well|it\s+is|the\s+problem\s+is|thanks|"
    r"thank\s+you|good\s+(?:morning|afternoon|evening))(?!\w)[\s,.!:-]*)+",
    re.IGNORECASE,
)


def misses_answer(text: str) -> bool:
    """Whether the customer says that nobody took their call, or asks to be called back."""
    said = clauses(text)
    if any(contains_any(clause.words, _SETTLED) for clause in said):
        return False
    called = any(not _CALLS.isdisjoint(clause.words) for clause in said)
    return any(_is_unanswered(clause, called) or _asks_for_call(clause) for clause in said)


def needs_no_call(text: str) -> bool:
    """Whether the customer says that the call is no longer needed, and tells no problem."""
    return problem_in(text) is None and _is_over(clauses(text))


def problem_in(text: str) -> str | None:
    """What a message says is out of order, in the customer's words."""
    plain = written_out(tidy(text))
    cue = _PROBLEM_CUE.search(plain)
    if cue is not None:
        told = problem_from(re.split(r"[;!?\n]|\.(?=\s|$)", plain[cue.end() :], maxsplit=1)[0])
        if told is not None:
            return told
    for piece in _pieces(_QUESTION.sub(" ; ", plain)):
        asked = any(clause.asked for clause in clauses(piece))
        if _PROBLEM.search(piece) and not (asked or _ABOUT_CALLS.search(piece)):
            return problem_from(piece)
    return None


def without_problem(text: str) -> str:
    """The message without what it says of calls and of what is out of order."""
    plain = _PROBLEM_CUE.sub(" ; ", written_out(tidy(text)))
    kept = [
        piece
        for piece in re.split(r"([.;!?\n,]+|\band\b)", plain, flags=re.IGNORECASE)
        if not (_PROBLEM.search(piece) or _MISSED.search(piece))
    ]
    return "".join(kept)


def problem_from(words: str) -> str | None:
    """The words as a problem, or None where they say nothing."""
    problem = _COURTESY.sub("", words.strip()).strip(" .,:;-")
    if not re.search(r"[^\W\d_]{2}", problem) or _tells_nothing(problem):
        return None
    return problem[:MAX_PROBLEM]


_MISSED = re.compile(
    r"\b(?:nobody|no\s*one|call(?:ed|ing|s)|call\s+back|callback|rang|times|pick\w*\s*up|"
    r"answer\w*|respon[ds]\w*|repl(?:y|ies|ied)|attend\w*|not\s+reachable|busy)\b",
    re.IGNORECASE,
)


def _tells_nothing(text: str) -> bool:
    """Whether it is a farewell, a good ending or a promise to tell later, and no problem."""
    said = clauses(text)
    if all(covered(clause.words, _NOTHING | _OVER, _AROUND_NOTHING) for clause in said):
        return True
    puts_off = any(contains_any(clause.words, _PUTS_OFF) for clause in said)
    return not _PROBLEM.search(text) and (puts_off or _is_over(said))


def _is_over(said: Sequence[Clause]) -> bool:
    """Whether a call is turned down, or nothing but good news is told."""
    if any(clause.asked for clause in said):
        return False
    return any(covered(clause.words, _UNWANTED, _AROUND_NOTHING) for clause in said) or (
        any(covered(clause.words, _OVER, _AROUND_NOTHING) for clause in said)
        and all(covered(clause.words, _OVER | _NOTHING, _AROUND_NOTHING) for clause in said)
    )


def _is_unanswered(clause: Clause, called: bool) -> bool:
    words = clause.words
    if clause.asked and "why" not in words:
        return False
    if contains_any(words, _SUPPOSED) or not _OTHERS.isdisjoint(words):
        return False
    unanswered = contains_any(words, _NOBODY) and (
        not _ANSWERS.isdisjoint(words) or contains_any(words, _CALLED_BACK)
    )
    return called and (unanswered or (contains_any(words, _LINE_IS) and _is_of_line(words)))


def _is_of_line(words: tuple[str, ...]) -> bool:
    return not {"phone", "line", "number", "telephone", "call", "it"}.isdisjoint(words) and (
        "my" not in words
    )


def _asks_for_call(clause: Clause) -> bool:
    return is_meant(clause) and (
        contains_any(clause.words, _ASKS_FOR_CALL)
        or any(
            clause.words[at : at + 2] == _CALL_ME
            and _AFTER_CALL_ME.issuperset(clause.words[at + 2 : at + 3])
            for at in range(len(clause.words))
        )
    )


def _pieces(text: str) -> list[str]:
    """The pieces of a message that could each be a problem; what follows an "about" is one."""
    pieces: list[str] = []
    for piece in _PIECE_END.split(text):
        pieces += reversed(_REASON.split(piece))
    return pieces
