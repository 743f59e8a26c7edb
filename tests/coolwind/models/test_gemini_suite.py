"""What both Gemini adapters owe, shown against a local server."""

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coolwind.errors import ModelRefused, ModelUnavailable
from coolwind.events import Event, EventName
from coolwind.models import Completion, LanguageModel, Patience, Prompt
from coolwind.models.answers import BLOCKED
from coolwind.models.steadfast import FALLBACK
from coolwind.models.text import MAX_ANSWER

API_KEY = "example-key-0123456789"
SHORT = timedelta(milliseconds=150)
AMPLE = timedelta(seconds=20)


@pytest.fixture(params=["gemini", "generativeai"])
def choice(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def steadfast(
    choice: str, create: Callable[..., LanguageModel], gemini_server: Any
) -> LanguageModel:
    """The adapter as the service uses it: wrapped with retries."""
    return create(choice, base_url=gemini_server.url, timeout=AMPLE, model_name="example")


@pytest.fixture
def bare(choice: str, gemini_server: Any) -> Callable[..., LanguageModel]:
    """Makes the adapter alone."""

    def make(timeout: timedelta = AMPLE, base_url: str = gemini_server.url) -> LanguageModel:
        if choice == "gemini":
            from coolwind.models.gemini import GeminiModel

            return GeminiModel(API_KEY, "example", timeout, base_url)
        from coolwind.models.generativeai import GenerativeAIModel

        return GenerativeAIModel(API_KEY, "example", timeout, base_url)

    return make


def test_an_answer_reaches_the_customer(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("There are 17 ", "left.")
    assert ask(steadfast) == Completion("There are 17 left.")


def test_the_request_goes_to_the_named_model_with_the_key_in_a_header(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("Fine.")
    ask(steadfast)
    (request,) = gemini_server.requests
    assert request.path.split("?")[0] == "/v1beta/models/example:generateContent"
    assert request.headers["x-goog-api-key"] == API_KEY
    assert API_KEY not in request.path


def test_the_path_of_the_base_url_is_kept(
    choice: str,
    create: Callable[..., LanguageModel],
    ask: Callable[..., Completion],
    gemini_server: Any,
) -> None:
    gemini_server.answers("Fine.")
    ask(create(choice, base_url=gemini_server.url + "/proxy/", model_name="example"))
    path = gemini_server.requests[0].path.split("?")[0]
    assert path == "/proxy/v1beta/models/example:generateContent"


def test_history_and_message_are_sent_as_contents(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("Fine.")
    ask(steadfast)
    assert gemini_server.requests[0].contents == [
        ("user", ["Do you sell filters?"]),
        ("model", ["Yes, air filters."]),
        ("user", ["How many are left?"]),
    ]


def test_catalogue_and_stock_are_sent_as_system_instruction(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("Fine.")
    ask(steadfast)
    assert "Air filter: ₹250.00, bulk ₹200.00, 17 in stock" in gemini_server.requests[0].system


def test_the_model_is_given_no_tools(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("Fine.")
    ask(steadfast)
    assert not gemini_server.requests[0].body.get("tools")


def test_the_environment_chooses_neither_key_nor_service(
    ask: Callable[..., Completion],
    gemini_server: Any,
    monkeypatch: pytest.MonkeyPatch,
    create: Callable[..., LanguageModel],
    choice: str,
) -> None:
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, "another-key")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v9")
    gemini_server.answers("Fine.")
    ask(create(choice, base_url=gemini_server.url + "/", model_name="example"))
    (request,) = gemini_server.requests
    assert request.path.startswith("/v1beta/models/example")
    assert request.headers["x-goog-api-key"] == API_KEY


@pytest.mark.parametrize(
    "document",
    [
        {"promptFeedback": {"blockReason": "SAFETY"}},
        {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "candidates": []},
        {"candidates": [{"finishReason": "SAFETY"}]},
        {
            "candidates": [
                {"finishReason": "SAFETY", "content": {"parts": [{"text": "half a sentence"}]}}
            ]
        },
    ],
    ids=["prompt", "prompt, prohibited", "candidate", "candidate with text"],
)
def test_a_safety_block_is_a_polite_refusal_without_a_retry(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, document: object
) -> None:
    gemini_server.sends(document)
    assert ask(steadfast) == BLOCKED
    assert len(gemini_server.requests) == 1


def test_of_an_answer_cut_at_its_length_limit_the_whole_sentences_are_shown(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("We have 17. Each costs Rs. 1", finish_reason="MAX_TOKENS")
    assert ask(steadfast).text == "We have 17. …"


def test_an_answer_cut_in_its_first_sentence_is_asked_for_again(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("Each costs Rs. 1", finish_reason="MAX_TOKENS")
    gemini_server.answers("Each costs Rs. 1,200.")
    assert ask(steadfast).text == "Each costs Rs. 1,200."
    assert len(gemini_server.requests) == 2


def test_what_the_model_thinks_is_not_shown(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    parts = [{"text": "They ask for stock.", "thought": True}, {"text": "There are 17 left."}]
    gemini_server.sends({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]})
    assert ask(steadfast).text == "There are 17 left."


def test_thoughts_alone_are_an_answer_without_words(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    parts = [{"text": "They ask for stock.", "thought": True}]
    gemini_server.sends({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]})
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."
    assert len(gemini_server.requests) == 2


def test_half_of_a_character_is_left_out_and_a_whole_one_stays(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("There \ud83d\ude00 are 17\ud83d left.")
    assert ask(steadfast).text == "There \U0001f600 are 17 left."
    assert len(gemini_server.requests) == 1


EMPTY = {
    "no candidates": {"candidates": []},
    "empty object": {},
    "candidate without content": {"candidates": [{"finishReason": "STOP"}]},
    "candidate without parts": {"candidates": [{"content": {"role": "model"}}]},
    "blank text": {"candidates": [{"content": {"parts": [{"text": " \n"}]}}]},
    "part that is no text": {
        "candidates": [{"content": {"parts": [{"functionCall": {"name": "place_order"}}]}}]
    },
}


@pytest.mark.parametrize("document", EMPTY.values(), ids=EMPTY.keys())
def test_an_answer_without_words_is_asked_for_again(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, document: object
) -> None:
    gemini_server.sends(document)
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."
    assert len(gemini_server.requests) == 2


UNREADABLE = {
    "no JSON": b"<html>Bad gateway</html>",
    "empty body": b"",
    "JSON of another kind": b"[1, 2]",
    "wrong types": b'{"candidates": "none", "promptFeedback": 7}',
    "wrong types inside": b'{"candidates": [{"content": {"parts": [{"text": {"a": 1}}]}}]}',
    "bytes that are no UTF-8": b'{"candidates": "\xff\xfe"}',
    "deep nesting": b"[" * 100_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_answer_is_no_answer(
    bare: Callable[..., LanguageModel],
    ask: Callable[..., Completion],
    gemini_server: Any,
    body: bytes,
) -> None:
    gemini_server.sends_bytes(body)
    with pytest.raises(ModelUnavailable):
        ask(bare())
    assert len(gemini_server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failing_server_is_asked_a_bounded_number_of_times(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, status: int
) -> None:
    """Counts what arrives: the libraries' own retries would multiply ours."""
    gemini_server.fails(status)
    assert ask(steadfast) == FALLBACK
    assert len(gemini_server.requests) == Patience().attempts


def test_an_unreadable_answer_is_asked_for_again(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.sends_bytes(b"<html>")
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."


def test_an_answer_that_is_cut_off_is_asked_for_again(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.cuts_off()
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."
    assert len(gemini_server.requests) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_key_goes_to_no_server_that_an_answer_names(
    steadfast: LanguageModel,
    ask: Callable[..., Completion],
    gemini_server: Any,
    elsewhere: Any,
    status: int,
) -> None:
    elsewhere.answers("Give me your key.")
    gemini_server.fails(status, {"Location": f"{elsewhere.url}/v1beta/models/example"})
    assert ask(steadfast) == FALLBACK
    assert gemini_server.requests
    assert not elsewhere.was_asked


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_request_is_not_sent_again(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, status: int
) -> None:
    gemini_server.fails(status)
    assert ask(steadfast) == FALLBACK
    assert len(gemini_server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_says_where_to_look(
    bare: Callable[..., LanguageModel],
    ask: Callable[..., Completion],
    gemini_server: Any,
    status: int,
) -> None:
    gemini_server.fails(status)
    with pytest.raises(ModelRefused, match=f"status {status}; check the API key"):
        ask(bare())


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(
    steadfast: LanguageModel,
    ask: Callable[..., Completion],
    gemini_server: Any,
    clock: Any,
    status: int,
) -> None:
    gemini_server.fails(status, {"Retry-After": "7"})
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."
    assert clock.slept == [7.0]


def test_a_retry_info_in_the_error_document_is_honoured(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, clock: Any
) -> None:
    retry_info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "6.5s"}
    gemini_server.fails(429, details=[{"@type": "example"}, retry_info])
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."
    assert clock.slept == [6.5]


def test_retry_after_is_read_beside_a_body_that_is_no_json(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, clock: Any
) -> None:
    gemini_server.fails_with(503, b"<html>busy</html>", {"Retry-After": "3"})
    gemini_server.answers("There are 17 left.")
    assert ask(steadfast).text == "There are 17 left."
    assert clock.slept == [3.0]


def test_a_wait_beyond_the_deadline_is_not_waited(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any, clock: Any
) -> None:
    gemini_server.fails(429, {"Retry-After": "3600"})
    assert ask(steadfast) == FALLBACK
    assert clock.slept == []


def test_a_silent_server_is_given_up_at_the_timeout(
    bare: Callable[..., LanguageModel], ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.is_silent()
    with pytest.raises(ModelUnavailable, match=r"did not answer within 0\.15 seconds"):
        ask(bare(SHORT))
    assert gemini_server.abandoned.wait(20)
    assert len(gemini_server.requests) == 1


def test_a_server_that_drips_is_given_up_at_the_timeout(
    bare: Callable[..., LanguageModel], ask: Callable[..., Completion], gemini_server: Any
) -> None:
    """The bound is on the whole answer, not on the silence between two bytes."""
    gemini_server.drips()
    with pytest.raises(ModelUnavailable, match="did not answer within"):
        ask(bare(SHORT))


def test_a_timeout_is_tried_again(
    create: Callable[..., LanguageModel],
    choice: str,
    ask: Callable[..., Completion],
    gemini_server: Any,
) -> None:
    gemini_server.is_silent()
    gemini_server.answers("There are 17 left.")
    model = create(choice, base_url=gemini_server.url, timeout=timedelta(seconds=1))
    assert ask(model).text == "There are 17 left."


def test_a_refused_connection_is_no_answer(
    bare: Callable[..., LanguageModel], ask: Callable[..., Completion]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ModelUnavailable, match="no readable answer"):
        ask(bare(base_url=f"http://127.0.0.1:{port}"))


def test_a_cancelled_question_ends_the_request(
    bare: Callable[..., LanguageModel], prompt: Prompt, gemini_server: Any
) -> None:
    """google-generativeai ends it at its timeout, for a thread cannot be interrupted."""
    gemini_server.is_silent()

    async def ask_and_cancel() -> None:
        model = bare(timedelta(seconds=1))
        question = asyncio.create_task(model.complete(prompt))
        await asyncio.to_thread(gemini_server.arrived.wait, 20)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        assert await asyncio.to_thread(gemini_server.abandoned.wait, 20)
        await model.close()

    asyncio.run(ask_and_cancel())
    assert len(gemini_server.requests) == 1


def test_two_questions_at_once_get_their_own_answers(
    bare: Callable[..., LanguageModel], prompt: Prompt, gemini_server: Any
) -> None:
    gemini_server.answers("first")
    gemini_server.answers("second")
    gemini_server.answers("never")

    async def ask_twice() -> set[str]:
        model = bare()
        answers = await asyncio.gather(model.complete(prompt), model.complete(prompt))
        await model.close()
        return {answer.text for answer in answers}

    assert asyncio.run(ask_twice()) == {"first", "second"}


def test_a_hostile_answer_is_made_storable(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    document = {"candidates": [{"content": {"parts": [{"text": "\x00\x1b[31mred\u202e\n"}]}}]}
    gemini_server.sends(document)
    assert ask(steadfast).text == "[31mred"


def test_an_unpaired_surrogate_never_reaches_the_customer(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.sends_bytes(b'{"candidates":[{"content":{"parts":[{"text":"a\\ud800b"}]}}]}')
    ask(steadfast).text.encode()


def test_an_endless_answer_is_cut(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("word " * 100_000)
    assert len(ask(steadfast).text) <= MAX_ANSWER


def test_a_customer_text_that_is_no_unicode_is_still_sent(
    steadfast: LanguageModel, ask: Callable[..., Completion], prompt: Prompt, gemini_server: Any
) -> None:
    gemini_server.answers("Fine.")
    assert ask(steadfast, replace(prompt, text="hello \ud800\x00 there")).text == "Fine."
    assert gemini_server.requests[0].contents[-1] == ("user", ["hello  there"])


@pytest.mark.filterwarnings("ignore:TIRED")
def test_an_unknown_finish_reason_does_not_spoil_an_answer(
    steadfast: LanguageModel, ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("There are 17 left.", finish_reason="TIRED")
    assert ask(steadfast).text == "There are 17 left."


@pytest.mark.parametrize("status", [400, 429, 500])
def test_the_key_appears_in_no_error_and_no_log(
    bare: Callable[..., LanguageModel],
    ask: Callable[..., Completion],
    gemini_server: Any,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """Not even when the server repeats it."""
    caplog.set_level(logging.DEBUG)
    gemini_server.fails(status, message=f"bad key {API_KEY}")
    with pytest.raises(ModelUnavailable) as raised:
        ask(bare())
    shown = "".join(traceback.format_exception(raised.value))
    assert API_KEY not in shown + repr(raised.value) + caplog.text


def test_failures_are_announced_without_what_the_server_wrote(
    steadfast: LanguageModel,
    ask: Callable[..., Completion],
    gemini_server: Any,
    events: list[Event],
) -> None:
    gemini_server.fails(503, message=f"bad key {API_KEY}")
    ask(steadfast)
    assert [event.name for event in events] == [EventName.MODEL_FAILED] * 3
    assert "bad key" not in json.dumps([dict(event.fields) for event in events])


def test_without_a_base_url_google_is_asked_through_the_proxy_of_the_environment(
    choice: str,
    create: Callable[..., LanguageModel],
    ask: Callable[..., Completion],
    gemini_server: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", gemini_server.url)
    monkeypatch.setenv("https_proxy", gemini_server.url)
    assert ask(create(choice, patience=Patience(attempts=1))) == FALLBACK
    assert gemini_server.tunnels == ["generativelanguage.googleapis.com:443"]


def test_closing_hangs_up(
    bare: Callable[..., LanguageModel], ask: Callable[..., Completion], gemini_server: Any
) -> None:
    gemini_server.answers("Fine.")
    model = bare()
    ask(model)
    assert gemini_server.left.wait(20)
    assert model
