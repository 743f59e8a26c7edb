"""google-genai's wire, with respx in place of the network."""

import asyncio
import json
import logging
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import respx

from coolwind.errors import ModelUnavailable
from coolwind.models import Completion, Prompt
from coolwind.models.gemini import GeminiModel

URL = "https://generativelanguage.googleapis.com/v1beta/models/example:generateContent"
ANSWER = {"candidates": [{"content": {"parts": [{"text": "17 left."}]}}]}


@pytest.fixture
def model() -> GeminiModel:
    return GeminiModel("example-key", "example", timedelta(seconds=5))


def test_the_authorities_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than all else of a model that is made."""
    loaded: list[str] = []
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)

    def noting(load: Callable[..., ssl.SSLContext]) -> Callable[..., ssl.SSLContext]:
        def noted(*arguments: Any, **more: Any) -> ssl.SSLContext:
            loaded.append(load.__name__)
            return load(*arguments, **more)

        return noted

    for owner, name in ((httpx2, "create_ssl_context"), (ssl, "create_default_context")):
        monkeypatch.setattr(owner, name, noting(getattr(owner, name)))
    GeminiModel("example-key", "example", timedelta(seconds=5))
    assert loaded == ["create_ssl_context"]


def test_one_question_is_one_post_to_google(
    model: GeminiModel, ask: Callable[..., Completion]
) -> None:
    with respx.mock(using="httpcore2") as wire:
        route = wire.post(URL).respond(json=ANSWER)
        assert ask(model) == Completion("17 left.")
    assert route.call_count == 1


def test_the_body_holds_contents_and_system_instruction_and_nothing_else(
    model: GeminiModel, ask: Callable[..., Completion]
) -> None:
    with respx.mock(using="httpcore2") as wire:
        route = wire.post(URL).respond(json=ANSWER)
        ask(model)
    request = route.calls.last.request
    body = json.loads(request.content)
    assert body.keys() - {"generationConfig"} == {"contents", "systemInstruction"}
    assert not body.get("generationConfig")
    assert request.headers["x-goog-api-key"] == "example-key"


def test_a_thought_of_the_model_is_not_shown(
    model: GeminiModel, ask: Callable[..., Completion]
) -> None:
    thinking = {"text": "The customer wants…", "thought": True}
    parts = [thinking, {"text": "17 left."}]
    with respx.mock(using="httpcore2") as wire:
        wire.post(URL).respond(json={"candidates": [{"content": {"parts": parts}}]})
        assert ask(model) == Completion("17 left.")


def test_the_library_continues_no_answer_on_its_own(
    model: GeminiModel, ask: Callable[..., Completion]
) -> None:
    content = {"parts": [{"text": "17 le"}]}
    more = {"finishReason": "CONTINUATION", "continuationToken": "bW9yZQ==", "content": content}
    with respx.mock(using="httpcore2") as wire:
        answer = respx.MockResponse(json={"candidates": [more]})
        route = wire.post(URL).mock(side_effect=[answer, httpx2.ConnectError("no more")])
        assert ask(model) == Completion("17 le")
    assert route.call_count == 1


def test_the_library_offers_no_function_calling(
    model: GeminiModel, ask: Callable[..., Completion], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with respx.mock(using="httpcore2") as wire:
        wire.post(URL).respond(json=ANSWER)
        ask(model)
    assert "AFC is enabled" not in caplog.text


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.ReadTimeout,
        httpx2.ReadError,
        httpx2.RemoteProtocolError,
    ],
)
def test_a_broken_connection_is_no_answer_and_not_repeated_by_the_library(
    model: GeminiModel, ask: Callable[..., Completion], failure: type[Exception]
) -> None:
    with respx.mock(using="httpcore2") as wire:
        route = wire.post(URL).mock(side_effect=failure("example-key"))
        with pytest.raises(ModelUnavailable) as raised:
            ask(model)
    assert route.call_count == 1
    assert "example-key" not in str(raised.value)


def test_a_model_serves_more_than_one_question(model: GeminiModel, prompt: Prompt) -> None:
    async def ask_twice() -> list[str]:
        answers = [await model.complete(prompt), await model.complete(prompt)]
        await model.close()
        return [answer.text for answer in answers]

    with respx.mock(using="httpcore2") as wire:
        wire.post(URL).respond(json=ANSWER)
        assert asyncio.run(ask_twice()) == ["17 left.", "17 left."]
