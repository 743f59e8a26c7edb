"""What stands behind contractions, shorthand and the words of home that customers mix in."""

import re
from collections.abc import Iterable, Mapping

_CONTRACTIONS = {
    "a/c": "ac",
    "don't": "do not",
    "dont": "do not",
    "doesn't": "does not",
    "doesnt": "does not",
    "didn't": "did not",
    "didnt": "did not",
    "can't": "can not",
    "cant": "can not",
    "cannot": "can not",
    "couldn't": "could not",
    "won't": "will not",
    "wont": "will not",
    "wouldn't": "would not",
    "shouldn't": "should not",
    "isn't": "is not",
    "isnt": "is not",
    "aren't": "are not",
    "wasn't": "was not",
    "haven't": "have not",
    "hasn't": "has not",
    "i'm": "i am",
    "im": "i am",
    "i'd": "i would",
    "i've": "i have",
    "i'll": "i will",
    "we're": "we are",
    "we'll": "we will",
    "no's": "nos",
    "we'd": "we would",
    "it's": "it is",
    "that's": "that is",
    "thats": "that is",
    "what's": "what is",
    "whats": "what is",
    "let's": "let us",
    "lets": "let us",
    "pls": "please",
    "plz": "please",
    "u": "you",
    "ur": "your",
    "wanna": "want to",
    "gonna": "going to",
    "nvm": "never mind",
    "nevermind": "never mind",
    "anymore": "any more",
}


def _spellings(lines: Mapping[str, str]) -> dict[str, str]:
    """From each spelling on the left, separated by commas, to the words on the right."""
    return {spelling: plain for line, plain in lines.items() for spelling in line.split(", ")}


_SHORTHAND = _spellings(
    {
        "thx, thanx, tnx, thnx, ty": "thanks",
        "yess, ys, yse": "yes",
        "okk": "ok",
        "mam, ma'am, mem, madame": "madam",
        "cancle, cancell, canel": "cancel",
        "confrm, confim, conform, cnfrm": "confirm",
        "oder, odr": "order",
        "qnty, qtty": "quantity",
        "doz": "dozen",
        "moter, motar": "motor",
        "moters, motars": "motors",
        "romote, remort, rimote": "remote",
        "romotes, remorts, rimotes": "remotes",
        "vlave, valv": "valve",
        "vlaves, valvs": "valves",
        "atleast": "at least",
        "coz, bcoz, cuz": "because",
        "wnt": "want",
        "tmrw, tmrow": "tomorrow",
        "or so, or more": "",
        "no one": "nobody",
    }
)
_MALAYALAM_AND_HINDI = _spellings(
    {
        "venam, venum, veenam, vennam, chahiye, chahie, chaiye": "needed",
        "bhejo, bhej do, bhejna, bhejiye, de do, dedo, dijiye, order karna hai, lena hai": "needed",
        "tharu, tharuka, ayakku, ayakkuka, edukkan und, edukkanam, vanganam, vaanganam": "needed",
        "venda, vendaa, nahi chahiye, nahin chahiye, nhi chahiye": "not needed",
        "ini venda": "no longer needed",
        "nahi, nahin, nhi, alla": "not",
        "illa": "no",
        "mat": "do not",
        "mathi": "enough",
        "matram, mathram, sirf": "only",
        "koodi, koode": "also",
        "haan, haa, athe, aama": "yes",
        "sab theek hai, sab thik hai, sahi hai": "ok",
        "sheri, seri, theek hai, thik hai, theek": "ok",
        "pannunga": "please",
        "cheyyu, cheyyuka, cheytho, cheyyam, karo, kar do, kardo, kijiye, karen": "please",
        "enikku, enik, mujhe, muje": "i",
        "njangalkku, hame, humko": "we",
        "ente, mera, meri, mere": "my",
        "aur": "and",
        "ennam": "pieces",
        "ippol, ippo, abhi": "now",
        "ek, oru": "one",
        "rendu, randu": "two",
        "teen, moonnu, munnu": "three",
        "chaar, naalu": "four",
        "paanch, panch, anchu": "five",
        "saat": "seven",
        "aath, ettu": "eight",
        "pathu, patthu": "ten",
        "bees, irupathu": "twenty",
        "pachas, pachaas, ambathu": "fifty",
        "nooru": "hundred",
        "hai": "hi",
        "ethra, kitna, kitne, kitni": "how much",
        "evide, kahan": "where",
        "eppol, kab": "when",
        "enthu, entha, kya": "what",
        "chetta, chettan, chechi, ikka, bhai, bhaiya, bhaiyya, bro, boss, saar, sirji, ji, yaar": (
            "sir"
        ),
        "da, mone, mole, machane, aliya": "sir",
    }
)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(
        r"(?<![\w'])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w'])", re.IGNORECASE
    )


_PLAIN_WORDS = _SHORTHAND | _MALAYALAM_AND_HINDI
_CONTRACTED = _any_of(_CONTRACTIONS)
_NOT_PLAIN = _any_of(_PLAIN_WORDS)
HOME_WORDS = frozenset(word for word in _PLAIN_WORDS if " " not in word) - {"karen", "da", "anchu"}
"""Single words that stand for English ones, but for those that are part of names, too."""

_NOT_BEHIND = re.compile(r"(\d+)\s+(?:alla|nahin|nahi|nhi)\b(?=\s+\d)")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")


def written_out(text: str) -> str:
    """The text with contractions replaced by what they stand for."""
    return _CONTRACTED.sub(lambda found: _CONTRACTIONS[found.group().lower()], text)


def in_plain_words(text: str) -> str:
    """A text in lower case, in English words as a dictionary spells them ("yesss", "venda").

    Meant for what customers wish: names and problems are kept as they were written.
    """
    english = written_out(_NOT_BEHIND.sub(r"not \1", _DRAWN_OUT.sub(r"\1", text)))
    return _NOT_PLAIN.sub(lambda found: _PLAIN_WORDS[found.group()], english)
