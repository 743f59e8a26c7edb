"""From settings to a language model."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest

from coolwind.errors import ModelMisconfigured, ModelNotInstalled
from coolwind.events import Event
from coolwind.models import Completion, LanguageModel, ModelChoice


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", code], capture_output=True, text=True, check=False
    )


def test_the_scripted_model_is_the_default_and_needs_no_key(
    create: Callable[..., LanguageModel], ask: Callable[..., Completion]
) -> None:
    assert ask(create(api_key=None)).intent == "general"


def test_answers_of_the_scripted_model_are_announced(
    create: Callable[..., LanguageModel], ask: Callable[..., Completion], events: list[Event]
) -> None:
    ask(create())
    assert [event.name for event in events] == ["model.answered"]


def test_an_unknown_choice_is_refused_with_the_names_to_choose_from(
    create: Callable[..., LanguageModel],
) -> None:
    with pytest.raises(ModelMisconfigured, match=r"'gpt'; choose one of scripted, gemini, gen"):
        create("gpt")


@pytest.mark.parametrize("choice", ["gemini", "generativeai"])
@pytest.mark.parametrize("key", [None, ""])
def test_a_gemini_model_without_a_key_is_refused(
    create: Callable[..., LanguageModel], choice: str, key: str | None
) -> None:
    with pytest.raises(ModelMisconfigured, match=f"{choice!r} needs an API key"):
        create(choice, api_key=key)


@pytest.mark.parametrize("key", ["secret\n", "sec ret", "sécret", "s" * 501])
def test_a_key_that_no_header_can_carry_is_refused_and_not_told(
    create: Callable[..., LanguageModel], key: str | None
) -> None:
    with pytest.raises(ModelMisconfigured, match="copy it again") as raised:
        create("gemini", api_key=key)
    assert key not in str(raised.value)


@pytest.mark.parametrize("name", ["", "a/b", "models/../x", "a?b", "a:b", "a b", "x" * 101])
def test_a_name_that_could_leave_the_requests_path_is_refused(
    create: Callable[..., LanguageModel], name: str
) -> None:
    with pytest.raises(ModelMisconfigured, match="names no Gemini model"):
        create("gemini", model_name=name)


@pytest.mark.parametrize(
    "url", ["example.com", "ftp://example.com", "https://me:secret@example.com", "https://a.b/?c"]
)
def test_a_base_url_that_is_none_is_refused_and_not_told(
    create: Callable[..., LanguageModel], url: str
) -> None:
    with pytest.raises(ModelMisconfigured, match="base URL") as raised:
        create("gemini", base_url=url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("timeout", [timedelta(), timedelta(seconds=-1)])
def test_a_timeout_of_nothing_is_refused(
    create: Callable[..., LanguageModel], timeout: timedelta
) -> None:
    with pytest.raises(ModelMisconfigured, match="longer than nothing"):
        create("gemini", timeout=timeout)


@pytest.mark.parametrize(
    ("choice", "module"),
    [("gemini", "coolwind.models.gemini"), ("generativeai", "coolwind.models.generativeai")],
)
def test_a_missing_library_is_told_with_the_remedy(
    create: Callable[..., LanguageModel], monkeypatch: pytest.MonkeyPatch, choice: str, module: str
) -> None:
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "google", None)
    with pytest.raises(ModelNotInstalled, match=r"pip install 'coolwind\[gemini\]'"):
        create(choice)


def test_importing_the_models_loads_no_library_of_google() -> None:
    code = (
        "import sys, coolwind.models; "
        "print(sorted(name for name in sys.modules if name.startswith("
        "('google.', 'httpx', 'requests', 'grpc'))))"
    )
    assert run(code).stdout == "[]\n"


@pytest.mark.parametrize("choice", [ModelChoice.GEMINI, ModelChoice.GENERATIVEAI])
def test_a_gemini_model_can_be_chosen_where_warnings_are_errors(choice: str) -> None:
    code = (
        "from coolwind.models import create_model; import sys; "
        f"create_model({choice.value!r}, clock=None, listener=None, api_key='example'); "
        "print('google.genai' in sys.modules, 'google.generativeai' in sys.modules)"
    )
    done = run(code, "-W", "error")
    chosen = choice is ModelChoice.GEMINI
    assert done.stdout == f"{chosen} {not chosen}\n", done.stderr


def test_warnings_of_others_still_show_after_the_library_was_imported() -> None:
    code = "import coolwind.models.generativeai, warnings; warnings.warn('mine', FutureWarning)"
    assert "FutureWarning: mine" in run(code, "-W", "error").stderr
