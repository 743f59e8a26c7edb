"""A customer's message as clauses of plain lower-case words, so that grammars can be small."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from coolwind.understanding.glossary import in_plain_words

Phrases: TypeAlias = frozenset[tuple[str, ...]]

CUT = " ;; "
"""Stands where something was taken out of a text: a customer's words never join across it."""


def vocabulary(line: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(line.split())


_QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": " - "}
_THOUSANDS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{2})*,\d{3}(?![\d,])")
_SENTENCE_END = re.compile(r"([.!?;…\n]+)")
_CLAUSE_END = re.compile(
    r",|:(?=\s)|\s-\s(?!\d)"
    r"|\b(?:(?<!everything )(?<!nothing )but|because|although|though|whereas)\b"
)
_QUESTION_END = re.compile(r"(?<=[;,!?\n])\s*|(?<=\.)\s+|\s+(?=(?:and|but|also)\b)", re.IGNORECASE)
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_BULLET = re.compile(r"^\s*[*•]\s+(?=\S)", re.MULTILINE)
_LIST_NUMBER = re.compile(r"(?:^|(?<=[\s:,;]))\(?(\d{1,2})[.)]\s+(?=\S)", re.MULTILINE)
_ABBREVIATION = re.compile(r"\b((?i:rs|nos|pcs|qty|approx))\.(?=\s*[a-z\d])")
_NUMBERS_OF = re.compile(r"(?<=\d)(?:no\b\.?|\s+no(?:\.(?=\s+[a-z])|(?=\s+of\b|\s*(?:\n|$))))")
_GLUED_TIMES = re.compile(r"\bx(?=\d)")
_LEADING_PLUS = re.compile(r"(?:^|(?<=[,;\n]))\s*\+\s?(?=\d{1,4}\s+[a-z])")
_SYMBOLS = {"₹": " rs ", "%": " percent ", "@": " at "}
_WORD = re.compile(r"(?<!\w)-\d+|\d+(?:·\d+)?(?:st|nd|rd|th)?(?=\b|[a-z])|[^\W_]+(?:'[^\W_]+)*")

_OPENERS = vocabulary(
    "hi hello hey dear sir madam and so also ok okay well then yes no please just now but"
)
_QUESTION_STARTS = (
    "what",
    "when",
    "where",
    "which",
    "who",
    "whom",
    "whose",
    "why",
    "how",
    "is",
    "are",
    "was",
    "were",
    "do you",
    "do i",
    "do we",
    "do they",
    "does",
    "did",
    "can",
    "could",
    "will",
    "would",
    "should i",
    "should we",
    "should it",
    "should the",
    "should you",
    "shall",
    "may i",
    "may we",
    "am i",
    "have you",
    "has",
    "tell",
    "before that tell",
    "explain",
    "let me know",
    "i want to know",
    "i need to know",
    "i would like to know",
    "want to know",
    "i have a question",
    "one question",
    "wondering",
    "i was wondering",
    "any",
)
_BEHIND_SUBJECT = vocabulary("is are was were will would can could has")
"""Of these, those that open no question where what they speak of was cut out before them."""

_QUESTIONS = tuple(tuple(start.split()) for start in _QUESTION_STARTS)
_QUESTION_WORDS = frozenset(question[0] for question in _QUESTIONS)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence: its words in lower case, contractions written out.

    `asked` says that it has the form of a question. `first` says that it begins a sentence,
    `after_cut` that something was taken out of the text before it.
    """

    words: tuple[str, ...]
    asked: bool
    first: bool
    after_cut: bool = False


def tidy(text: str) -> str:
    """The text with plain quotes, ASCII digits and no control characters; case is kept."""
    characters = []
    for character in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(character)
        if category == "Nd":
            characters.append(str(unicodedata.decimal(character)))
        elif category in ("Cc", "Zl", "Zp"):
            characters.append("\n" if character in "\n\u2028\u2029" else " ")
        elif category == "Cs":
            characters.append(" ")
        else:
            characters.append(_QUOTES.get(character, character))
    return "".join(characters)


# Each rule looks at the same few messages of a conversation.
@lru_cache(maxsize=256)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a message in their order; a message without a word has none."""
    plain = _spoken(text)
    pieces = _SENTENCE_END.split(plain)
    sentences, ends = pieces[::2], [*pieces[1::2], ""]
    return tuple(
        clause
        for sentence, before, end in zip(sentences, ["", *ends[:-1]], ends, strict=True)
        for clause in _clauses_of(sentence, "?" in end, CUT.strip() in before)
    )


def said_and_asked(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a message as they are written, each with whether it begins as a question; one
    piece where none can."""
    if "?" not in text and _QUESTION_WORDS.isdisjoint(_words(_spoken(text))):
        yield text.strip(), False
        return
    for piece in filter(str.strip, _QUESTION_END.split(text)):
        yield piece.strip(), any(clause.asked for clause in clauses(piece.replace("?", " ")))


def covered(words: tuple[str, ...], needed: Phrases, allowed: Phrases) -> bool:
    """Whether the words are nothing but phrases of the two lists, one of `needed` among them.

    A text that is wholly understood is meant as it reads; one strange word, and it is not.
    """
    longest = max(map(len, chain(needed, allowed)), default=0)
    found = {(0, False)}
    for start in range(len(words)):
        reached = [met for met in (False, True) if (start, met) in found]
        last = min(start + longest, len(words)) if reached else start
        for end in range(start + 1, last + 1):
            phrase = words[start:end]
            if phrase in needed:
                found.add((end, True))
            if phrase in allowed:
                found.update((end, met) for met in reached)
    return (len(words), True) in found


def phrases(*lines: str) -> Phrases:
    """Phrases separated by commas, as tuples of words."""
    return frozenset(tuple(phrase.split()) for line in lines for phrase in line.split(","))


def phrase_at(
    words: tuple[str, ...], at: int, several: Collection[tuple[str, ...]]
) -> tuple[str, ...]:
    """The longest of the phrases that begins at a place in the words, or none."""
    first = words[at : at + 1]
    found = [p for p in several if p[:1] == first and words[at : at + len(p)] == p]
    return max(found, key=len, default=())


def contains_any(words: tuple[str, ...], several: Collection[tuple[str, ...]]) -> bool:
    """Whether one of the phrases stands in the words, in one piece."""
    said = set(words)
    return any(
        words[at : at + len(phrase)] == phrase
        for phrase in several
        if phrase[0] in said
        for at in range(len(words))
    )


def _spoken(text: str) -> str:
    """The text in lower case and plain words, without the marks that only layout needs."""
    plain = _ABBREVIATION.sub(r"\1", tidy(text))
    plain = without_list_marks(plain)
    plain = _THOUSANDS.sub(lambda found: found.group().replace(",", ""), plain.lower())
    plain = _LEADING_PLUS.sub(" plus ", plain)
    plain = _GLUED_TIMES.sub("x ", _NUMBERS_OF.sub(" nos", plain))
    for symbol, words in _SYMBOLS.items():
        plain = plain.replace(symbol, words)
    return _DECIMAL_POINT.sub("·", in_plain_words(plain))


def without_list_marks(text: str) -> str:
    """The text with each item of a list on a line of its own: no mark of one counts pieces."""
    if len(_BULLET.findall(text)) > 1:
        text = _BULLET.sub("", text)
    numbers = [int(number) for number in _LIST_NUMBER.findall(text)]
    is_list = len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return _LIST_NUMBER.sub("\n", text) if is_list and numbers[0] == 1 else text


def _clauses_of(sentence: str, ends_as_question: bool, after_cut: bool) -> Iterator[Clause]:
    spoken = [words for piece in _CLAUSE_END.split(sentence) if (words := _words(piece))]
    after_cut = after_cut and not sentence.lstrip().startswith(",")
    for place, words in enumerate(spoken):
        last = place == len(spoken) - 1
        is_cut = after_cut and place == 0
        opens = _opens_as_question(words) and not (is_cut and words[0] in _BEHIND_SUBJECT)
        asked = (ends_as_question and last) or opens
        yield Clause(words, asked, first=place == 0, after_cut=is_cut)


def _words(piece: str) -> tuple[str, ...]:
    return tuple(word.replace("·", ".").removesuffix("'s") for word in _WORD.findall(piece))


def _opens_as_question(words: tuple[str, ...]) -> bool:
    start = next((at for at, word in enumerate(words) if word not in _OPENERS), len(words))
    return any(words[start : start + len(form)] == form for form in _QUESTIONS)
