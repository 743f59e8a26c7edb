"""Gemini through google-generativeai, whose support has ended. Needs the extra `gemini`."""

import asyncio
import json
import warnings
from datetime import timedelta
from typing import Any

from coolwind.errors import ModelUnavailable
from coolwind.models.answers import (
    completion_of,
    failure_of,
    no_answer_because,
    no_answer_within,
)
from coolwind.models.instructions import instructions_for
from coolwind.models.model import Completion, Prompt

with warnings.catch_warnings():
    # The library says at its import that it is out of support, and a part of it that the
    # interpreter will be. Whoever turns warnings into errors could not import it.
    warnings.simplefilter("ignore", FutureWarning)
    from google import generativeai
    from google.ai.generativelanguage import GenerativeServiceClient
    from google.ai.generativelanguage_v1beta.services.generative_service.transports import (
        GenerativeServiceRestTransport,
    )
    from google.api_core.client_options import ClientOptions
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.api_key import Credentials
    from google.auth.exceptions import RefreshError
    from requests import Response


class GenerativeAIModel:
    """A Gemini model. One call of `complete` is one HTTP request; nothing is tried again here.

    `model_name` is what Gemini calls the model, `base_url` a server other than Google's, and
    `timeout` the longest time that one answer may take. The library is synchronous, so a request
    runs in a thread. Cancelling `complete` leaves that thread behind, until the server has been
    silent for `timeout`.
    """

    def __init__(
        self, api_key: str, model_name: str, timeout: timedelta, base_url: str | None = None
    ) -> None:
        self._model_name = model_name if "/" in model_name else f"models/{model_name}"
        self._timeout = timeout
        # `generativeai.configure` would set the key for the whole process.
        self._client = GenerativeServiceClient(
            credentials=_FixedKey(api_key),  # type: ignore[no-untyped-call]
            transport=_LegibleTransport,
            client_options=ClientOptions(api_endpoint=base_url),
        )

    async def complete(self, prompt: Prompt) -> Completion:
        request = _request(self._model_name, prompt)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                response = await asyncio.to_thread(
                    self._client.generate_content,
                    request,
                    retry=None,
                    timeout=self._timeout.total_seconds(),
                )
            return _completion(response)
        except ModelUnavailable:
            raise
        except TimeoutError:
            raise no_answer_within(self._timeout) from None
        except RefreshError:
            raise failure_of(401, {}, None) from None
        except GoogleAPICallError as error:
            raise _failure(error) from None
        # The library lets whatever its HTTP client and its parser raise through.
        except Exception as error:  # noqa: BLE001
            raise no_answer_because(error) from None

    async def close(self) -> None:
        self._client.transport.close()  # type: ignore[no-untyped-call]


class _FixedKey(Credentials):
    """An API key; the library sends a request again for credentials that can be refreshed."""

    def refresh(self, request: object) -> None:  # noqa: ARG002
        raise RefreshError("an API key cannot be refreshed")  # type: ignore[no-untyped-call]


class _LegibleTransport(GenerativeServiceRestTransport):
    """HTTP, from which the library gets no more than it can read, and which takes the API key to
    no other server.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._session.max_redirects = 0
        self._session.hooks["response"].append(_make_legible)


def _make_legible(response: Response, **_: object) -> None:
    """Take from an answer what the library shows as words or does not read: thoughts, which it does
    not know, and unpaired surrogates.
    """
    try:
        document = json.loads(response.content, object_hook=_without_thoughts)
    except (ValueError, RecursionError):
        return
    response._content = json.dumps(document, ensure_ascii=False).encode(errors="ignore")


def _without_thoughts(found: dict[str, Any]) -> dict[str, Any]:
    """The object of an answer's document, without those of its parts that are thoughts."""
    parts = found.get("parts")
    if isinstance(parts, list):
        said = [part for part in parts if not (isinstance(part, dict) and part.get("thought"))]
        return {**found, "parts": said}
    return found


def _request(model_name: str, prompt: Prompt) -> generativeai.protos.GenerateContentRequest:
    protos = generativeai.protos
    instructions = instructions_for(prompt)
    return protos.GenerateContentRequest(
        model=model_name,
        system_instruction=protos.Content(parts=[protos.Part(text=instructions.system)]),
        contents=[
            protos.Content(role=content.role, parts=[protos.Part(text=t) for t in content.texts])
            for content in instructions.contents
        ],
    )


def _completion(response: generativeai.protos.GenerateContentResponse) -> Completion:
    candidate = response.candidates[0] if response.candidates else None
    return completion_of(
        response.prompt_feedback.block_reason.name,
        candidate.finish_reason.name if candidate else None,
        [part.text for part in candidate.content.parts] if candidate else [],
    )


def _failure(error: GoogleAPICallError) -> ModelUnavailable:
    response = error.response
    try:
        document = response.json()
    except ValueError:
        document = None
    return failure_of(response.status_code, response.headers, document)
