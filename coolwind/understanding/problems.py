"""What is out of order, in the customer's own words."""

import re

from coolwind.understanding.corrections import SLIP
from coolwind.understanding.everyday_words import EVERYDAY
from coolwind.understanding.glossary import written_out
from coolwind.understanding.names import without_streets
from coolwind.understanding.sentences import (
    CUT,
    clauses,
    contains_any,
    covered,
    phrases,
    tidy,
    vocabulary,
)
from coolwind.understanding.towns import town_in

MAX_PROBLEM = 300
"""Characters of a problem that are kept."""

NOTHING = phrases(
    "nothing, nothing is wrong, nothing wrong, none, no problem, there is no problem, no issue",
    "there is no issue, no problems, there are no problems, not a problem, no issues, no complaint",
    "bye, good bye, goodbye, see you, good night, good, hmm, hm, oh, well, test, hello, hi, hey",
    "ok, okay, thanks, thank you, yes, no, good morning, good evening, good afternoon, urgent",
    "very urgent, it is urgent, asap, hurry, hurry up, fast, come fast, come soon, quickly",
)
"""What says that there is no problem, or says nothing at all."""

AROUND_NOTHING = phrases(
    "now, again, please, thanks, thank you, sir, madam, already, any more, ok, okay, sorry, fine",
    "the, my, our, ac, problem, issue, it, today, for now, at the moment, all, here, really, so",
)
_PUTS_OFF = phrases(
    "let me check, let me see, let me ask, let me think, tell you, let you know, get back to you",
    "i will ask, i will check, have to check, need to check, i do not know, not sure",
    "call you later, message you later, write you later, i will come, we will come, i will visit",
    "i will manage, i will call, i will tell, i will explain, told you, told already, already told",
    "as told, elsewhere, too late",
)
_CONCERNS = vocabulary(
    "ac acs gas water noise cooling problem issue bad worse worst slow current old new warranty "
    "guarantee refund return exchange bill gst invoice receipt quote quotation payment paid amount "
    "order orders delivery part parts installation service repair technician technicians mechanic "
    "person human agent manager owner somebody someone speak talk"
)
"""Everyday words that say what is to be spoken of: "I want a refund"."""

_OF_CALLING = phrases("call, call me, call us, call back, callback, call fast, ring me, phone me")

_QUESTION = re.compile(r"[^.;!?\n,]*\?")
_NUMBER = r"\+?\d[\d\s().-]{8,}\d"
_PIECE_END = re.compile(rf"([.;!?\n,]+|\band\b|\bbut\b|{_NUMBER})", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:about|regarding|because(?:\s+of)?|concerning|as|since)\s+", re.IGNORECASE
)
_CUE = re.compile(
    r"\b(?:problem|issue|complaint|trouble|fault)\s*(?:is\s+(?:that\s+)?|was\s+|:|=|-)\s*",
    re.IGNORECASE,
)
_CHANGE_OF_PROBLEM = (
    r"\b(?:change|correct|update|edit|replace)\s+(?:(?:the|my|our|that)\s+)?"
    r"(?:problem|issue|complaint|trouble|fault)\b"
)
_PUT_RIGHT = (
    re.compile(
        rf"{_CHANGE_OF_PROBLEM}(?:\s+from\s+[^;!?\n]+?)?\s*(?:\b(?:to|as|into|with|by)\b|[:=])+\s*"
        r"(?P<problem>[^;!?\n]+)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:{SLIP.pattern})[\s,]*(?:(?:the|my|our|that)\s+)?"
        r"(?:problem|issue|complaint|trouble|fault)\s+(?:is|was|should\s+be)\s+(?P<problem>[^;!?\n]+)",
        re.IGNORECASE,
    ),
)
_WANTS_OTHER = re.compile(rf"{_CHANGE_OF_PROBLEM}\W*$", re.IGNORECASE)
_FAULT = re.compile(
    r"\b(?:not\s+(?:\w+\s+)?(?:cool|work|start|turn|run|heat|blow|switch|drain|respond|power)\w*"
    r"|no\s+cooling|less\s+cooling|stopp?(?:ed|s)\s+\w+ing|stopp?ed|leak\w*|nois[ey]\w*|smell\w*"
    r"|broke\w*|dead|tripp?\w*|error|dripp?\w*|vibrat\w*|freez\w*|frozen|spark\w*|burn\w*|damag\w*"
    r"|fault\w*|warm\s+air|hot\s+air)\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:repair\w*|install\w*|uninstall\w*|refill\w*|maintenance|cleaning|gas\s+\w+"
    r"|(?<!\bbad )(?<!\bpoor )(?<!\bworst )(?<!\byour )servic\w+)\b",
    re.IGNORECASE,
)
_ABOUT_CALLS = re.compile(
    r"\b(?:call\w*|phone|nobody|no\s*one|answer\w*|pick\w*|rang|ring\w*|line|lift\w*)\b",
    re.IGNORECASE,
)
_MISSED = re.compile(
    r"\b(?:nobody|no\s*one|call(?:ed|ing|s)|call\s+back|callback|rang|times|pick\w*\s*up|"
    r"answer\w*|respon[ds]\w*|repl(?:y|ies|ied)|attend\w*|not\s+reachable|busy)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|yes|no\s*,|ok|okay|please|so|that|well|it\s+is|the\s+problem\s+is|thanks|"
    r"thank\s+you|good\s+(?:morning|afternoon|evening))(?!\w)[\s,.!:-]*)+",
    re.IGNORECASE,
)


def problem_in(text: str) -> str | None:
    """What a message says is out of order, in the customer's words."""
    plain = written_out(tidy(text))
    cue = _CUE.search(plain)
    if cue is not None:
        told = problem_from(re.split(r"[;!?\n]|\.(?=\s|$)", plain[cue.end() :], maxsplit=1)[0])
        if told is not None:
            return told
    for piece in _pieces(_QUESTION.sub(CUT, plain)):
        asked = any(clause.asked for clause in clauses(piece))
        if _is_out_of_order(piece) and not (asked or _ABOUT_CALLS.search(piece)):
            return problem_from(piece)
    return None


def problem_put_right(text: str) -> str | None:
    """The problem that a message puts in the place of another: "change the problem to gas leak"."""
    plain = written_out(tidy(text))
    found = next((match for cue in _PUT_RIGHT if (match := cue.search(plain))), None)
    return None if found is None else problem_from(found["problem"])


def wants_other_problem(text: str) -> bool:
    """Whether a message wants the problem changed, and does not say into what."""
    return _WANTS_OTHER.search(written_out(tidy(text))) is not None


def without_problem(text: str) -> str:
    """The message without what it says of calls and of what is out of order, but for a town in it:
    "AC not working at Pandalam".
    """
    plain = written_out(tidy(text))
    for cue in (*_PUT_RIGHT, _CUE):
        plain = cue.sub(CUT, plain)
    return "".join(
        _only_town(piece) if _is_out_of_order(piece) or _MISSED.search(piece) else piece
        for piece in _PIECE_END.split(plain)
    )


def problem_from(words: str) -> str | None:
    """The words as a problem, or None where they say nothing."""
    problem = _COURTESY.sub("", words.strip()).strip(" .,:;-")
    if not re.search(r"[^\W\d_](?:[^\W\d_]|\d)", problem) or _tells_nothing(words):
        return None
    return problem[:MAX_PROBLEM]


def speaks_of_fault(text: str) -> bool:
    """Whether something is said not to work as it should."""
    return _FAULT.search(written_out(tidy(text))) is not None


def _only_town(piece: str) -> str:
    town = town_in(piece)
    return CUT if town is None else f"{CUT}at {town}{CUT}"


def _is_out_of_order(piece: str) -> bool:
    """Whether it names a fault, or work that is to be done."""
    told = without_streets(piece)
    return _FAULT.search(told) is not None or _WORK.search(told) is not None


def _tells_nothing(text: str) -> bool:
    """Whether it is a farewell, a word about the call or a promise to tell later."""
    said = [clause.words for clause in clauses(text)]
    if all(covered(words, NOTHING, AROUND_NOTHING) for words in said):
        return True
    if _is_out_of_order(text):
        return False
    about_calls = any(contains_any(words, _PUTS_OFF | _OF_CALLING) for words in said)
    spoken = {word for words in said for word in words}
    is_small_talk = spoken <= EVERYDAY - _CONCERNS
    return about_calls or is_small_talk or said[0][:1] == ("sorry",)


def _pieces(text: str) -> list[str]:
    """The pieces of a message that could each be a problem; what follows an "about" is one."""
    pieces: list[str] = []
    for piece in _PIECE_END.split(text)[::2]:
        pieces += reversed(_REASON.split(piece))
    return pieces
