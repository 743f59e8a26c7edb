"""Gemini through google-genai, the maintained library. Needs the extra `gemini`."""

import asyncio
from datetime import timedelta

import httpx2
from google import genai
from google.genai import errors, types

from coolwind.errors import ModelUnavailable
from coolwind.models.answers import (
    completion_of,
    failure_of,
    no_answer_because,
    no_answer_within,
)
from coolwind.models.instructions import instructions_for
from coolwind.models.model import Completion, Prompt


class GeminiModel:
    """A Gemini model. One call of `complete` is one HTTP request; nothing is tried again here.

    `model_name` is what Gemini calls the model, `base_url` a server other than Google's, and
    `timeout` the longest time that one answer may take. Cancelling `complete` ends the request.
    """

    def __init__(
        self, api_key: str, model_name: str, timeout: timedelta, base_url: str | None = None
    ) -> None:
        self._model_name = model_name
        self._timeout = timeout
        # Each that the library makes by itself takes as long as all the rest.
        authorities = httpx2.create_ssl_context()
        self._http = httpx2.AsyncClient(verify=authorities)
        self._client = genai.Client(
            # The environment could choose another service otherwise.
            vertexai=False,
            api_key=api_key,
            http_options=types.HttpOptions(
                base_url=base_url,
                api_version="v1beta",
                # Without this the library repeats some requests on its own.
                retry_options=types.HttpRetryOptions(attempts=1),
                # Where aiohttp is installed, too, the library would take that.
                httpx_async_client=self._http,
                client_args={"verify": authorities},
                async_client_args={"ssl": authorities},
            ),
        )

    async def complete(self, prompt: Prompt) -> Completion:
        instructions = instructions_for(prompt)
        config = types.GenerateContentConfig(
            system_instruction=instructions.system,
            # Without these the library sends further requests on its own, or says that it may.
            automatic_continuation=False,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )
        contents = [
            types.Content(role=content.role, parts=[types.Part(text=t) for t in content.texts])
            for content in instructions.contents
        ]
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                response = await self._client.aio.models.generate_content(
                    model=self._model_name, contents=contents, config=config
                )
            return _completion(response)
        except ModelUnavailable:
            raise
        except TimeoutError:
            raise no_answer_within(self._timeout) from None
        except errors.APIError as error:
            raise _failure(error) from None
        # The library lets whatever its HTTP client and its parser raise through.
        except Exception as error:  # noqa: BLE001
            raise no_answer_because(error) from None

    async def close(self) -> None:
        await self._client.aio.aclose()
        await self._http.aclose()
        self._client.close()


def _completion(response: types.GenerateContentResponse) -> Completion:
    feedback = response.prompt_feedback
    block_reason = feedback.block_reason.value if feedback and feedback.block_reason else None
    candidate = response.candidates[0] if response.candidates else None
    finish_reason = candidate.finish_reason if candidate else None
    content = candidate.content if candidate else None
    parts = content.parts if content and content.parts else []
    return completion_of(
        block_reason,
        finish_reason.value if finish_reason else None,
        [part.text for part in parts if part.text and not part.thought],
    )


def _failure(error: errors.APIError) -> ModelUnavailable:
    return failure_of(error.code, error.response.headers, error.details)
