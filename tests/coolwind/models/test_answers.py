"""What an answer of a Gemini server means."""

from datetime import timedelta

import pytest

from coolwind.errors import ModelRefused, ModelUnavailable
from coolwind.models.answers import BLOCKED, completion_of, failure_of

DATE = {"date": "Mon, 02 Nov 2026 10:00:00 GMT"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 1.5 ", 1.5),
        ("0", 0),
        ("999999999", 86_400),
        ("Mon, 02 Nov 2026 10:02:00 GMT", 120),
        ("Mon, 02 Nov 2026 09:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_moment_of_the_servers_clock(
    value: str, seconds: float
) -> None:
    failure = failure_of(429, {"retry-after": value, **DATE}, None)
    assert failure.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", ["", "soon", "-5", "nan", "inf", "1e9", "9" * 400, "١٢", "Mon, 99 Nov 2026 10:02:00"]
)
def test_a_retry_after_without_sense_is_ignored(value: str) -> None:
    assert failure_of(429, {"retry-after": value, **DATE}, None).retry_after is None


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 02 Nov 2026 10:00:00 -0000"])
def test_a_moment_without_the_servers_clock_is_ignored(date: str) -> None:
    headers = {"retry-after": "Mon, 02 Nov 2026 10:02:00 GMT", "date": date}
    assert failure_of(429, headers, None).retry_after is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("We have 17. They cost ₹1", "We have 17. …"),
        ("In stock! It is ₹4.5", "In stock! …"),
        ("• Air filter: ₹250\n• Remote: ₹38", "• Air filter: ₹250 …"),
        ("We have 17. A gas refill costs Rs. 1", "We have 17. …"),
    ],
)
def test_an_answer_at_its_length_limit_ends_with_its_last_whole_sentence(
    text: str, shown: str
) -> None:
    assert completion_of(None, "MAX_TOKENS", [text]).text == shown


@pytest.mark.parametrize("text", ["We have 17", "It costs Rs. 1", "It is ₹4.5", "Sure.\n"])
def test_an_answer_cut_in_its_first_sentence_is_none(text: str) -> None:
    with pytest.raises(ModelUnavailable, match="cut in its first sentence"):
        completion_of(None, "MAX_TOKENS", [text])


def test_of_two_waits_the_longer_counts() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "30s"}]
    document = {"error": {"details": details}}
    waits = [failure_of(429, {"retry-after": s}, document).retry_after for s in ("20", "40")]
    assert waits == [timedelta(seconds=30), timedelta(seconds=40)]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {"error": "text"},
        {"error": {"details": "text"}},
        {"error": {"details": ["text", {}, {"@type": 7}]}},
        {"error": {"details": [{"@type": "google.rpc.RetryInfo"}]}},
        {"error": {"details": [{"@type": "google.rpc.RetryInfo", "retryDelay": {"a": 1}}]}},
        {"error": {"details": [{"@type": "google.rpc.RetryInfo", "retryDelay": "-3s"}]}},
    ],
    ids=range(9),
)
def test_a_hostile_error_document_names_no_wait(document: object) -> None:
    assert failure_of(429, {}, document).retry_after is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_a_client_error_is_a_refusal(status: int) -> None:
    assert isinstance(failure_of(status, {}, None), ModelRefused)


@pytest.mark.parametrize("status", [302, 408, 429, 500, 503])
def test_any_other_status_may_pass(status: int) -> None:
    failure = failure_of(status, {}, None)
    assert not isinstance(failure, ModelRefused)
    assert str(failure) == f"the language model answered with HTTP status {status}"


def test_an_unspecified_block_reason_blocks_nothing() -> None:
    assert completion_of("BLOCK_REASON_UNSPECIFIED", "STOP", ["yes"]).text == "yes"


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "something new"])
def test_any_block_reason_blocks(reason: str) -> None:
    assert completion_of(reason, None, ["yes"]) == BLOCKED


def test_a_blocked_answer_is_told_by_its_intent() -> None:
    assert BLOCKED.intent == "blocked"


def test_an_answer_without_words_is_none() -> None:
    with pytest.raises(ModelUnavailable, match="without any words"):
        completion_of(None, "STOP", [])
