"""What an answer of a Gemini server means, whichever library fetched it."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

from coolwind.errors import ModelRefused, ModelUnavailable
from coolwind.models.model import Completion

BLOCKED = Completion(
    "Sorry, I cannot help with that. I can tell you about our spare parts, prices and stock, "
    "our opening hours and our repair service.",
    intent="blocked",
)
"""What the customer reads when the model's safety rules stopped the answer."""

_BLOCKING = frozenset(
    {"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "IMAGE_SAFETY"}
)
_WORTH_ANOTHER_TRY = frozenset({408, 429})
_SENTENCE_END = re.compile(r"(?<!\bRs)(?<!\bNo)[.!?।](?=\s)|(?<=\S)(?=\n)")
_LONGEST_WAIT = timedelta(days=1)
_SECONDS = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*", re.ASCII)


def completion_of(
    block_reason: str | None, finish_reason: str | None, texts: Iterable[str]
) -> Completion:
    """The completion that a well-formed answer holds.

    `block_reason` is that of the prompt's feedback, `finish_reason` that of the first candidate,
    both as Gemini spells them, and `texts` are the candidate's texts. Of an answer that reached its
    length limit, the whole sentences are taken: half a price is a wrong one. Raises
    `ModelUnavailable` when the answer holds no words, or not one whole sentence.
    """
    if block_reason not in (None, "BLOCK_REASON_UNSPECIFIED") or finish_reason in _BLOCKING:
        return BLOCKED
    text = "".join(texts)
    if not text.strip():
        raise ModelUnavailable("the language model answered without any words")
    return Completion(_whole_sentences(text) if finish_reason == "MAX_TOKENS" else text)


def failure_of(status: int, headers: Mapping[str, str], document: object) -> ModelUnavailable:
    """The error that an HTTP status other than 200 stands for.

    Its text holds nothing of what the server wrote, which might repeat the key or the customer's
    words. `headers` are looked up by their lower-case names, and `document` is the JSON document
    of the body, None where it held none.
    """
    reason = f"the language model answered with HTTP status {status}"
    if 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
        return ModelRefused(f"{reason}; check the API key and the model's name")
    return ModelUnavailable(reason, _retry_after(headers, document))


def no_answer_within(timeout: timedelta) -> ModelUnavailable:
    """The error that a call which took too long stands for."""
    seconds = f"{timeout.total_seconds():g}"
    return ModelUnavailable(f"the language model did not answer within {seconds} seconds")


def no_answer_because(error: Exception) -> ModelUnavailable:
    """The error that a failure of the connection or of its library stands for."""
    return ModelUnavailable(f"the language model gave no readable answer ({type(error).__name__})")


def _whole_sentences(text: str) -> str:
    """The text up to the end of its last whole sentence, with a sign that it goes on."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text.rstrip())]
    if not ends:
        raise ModelUnavailable("the language model's answer was cut in its first sentence")
    return f"{text[: ends[-1]]} …"


def _retry_after(headers: Mapping[str, str], document: object) -> timedelta | None:
    """How long to wait: the longer of the Retry-After header (RFC 9110) and `RetryInfo`."""
    waits = [_in_header(headers), _in_details(document)]
    return max((wait for wait in waits if wait is not None), default=None)


def _in_header(headers: Mapping[str, str]) -> timedelta | None:
    value = headers.get("retry-after", "")
    wait = _seconds(value)
    if wait is not None or not value:
        return wait
    # A moment is measured from the server's own clock: ours may differ from it.
    try:
        moment = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(moment, timedelta()), _LONGEST_WAIT)


def _in_details(document: object) -> timedelta | None:
    error = document.get("error") if isinstance(document, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and str(detail.get("@type")).endswith("google.rpc.RetryInfo"):
            return _seconds(str(detail.get("retryDelay")).removesuffix("s"))
    return None


def _seconds(value: str) -> timedelta | None:
    found = _SECONDS.fullmatch(value)
    return min(timedelta(seconds=float(found[1])), _LONGEST_WAIT) if found else None
