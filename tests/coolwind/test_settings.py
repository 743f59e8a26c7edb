"""Settings come from the environment; a bad one is one line with its remedy."""

from datetime import timedelta
from pathlib import Path

import pytest

from coolwind.errors import InvalidSettings
from coolwind.settings import PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.memory_idle_timeout == timedelta(minutes=30)
    assert settings.session_expiry == timedelta(hours=24)
    assert settings.database_path == Path("coolwind.db")


@pytest.mark.parametrize(
    ("text", "length"),
    [("1800", {"minutes": 30}), ("0.5", {"seconds": 0.5}), ("PT2H", {"hours": 2})],
)
def test_a_duration_is_seconds_or_iso_8601(
    monkeypatch: pytest.MonkeyPatch, text: str, length: dict[str, float]
) -> None:
    monkeypatch.setenv("COOLWIND_SESSION_EXPIRY", text)
    assert load_settings().session_expiry == timedelta(**length)


def test_a_database_is_named_from_here_or_from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    for url, path in (("sqlite:///a/b.db", "a/b.db"), ("sqlite:////a/b.db", "/a/b.db")):
        monkeypatch.setenv("COOLWIND_DATABASE", url)
        assert load_settings().database_path == Path(path)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DATABASE", "postgresql://db.example.com/chat", "sqlite:///FILE"),
        ("DATABASE", "sqlite:///", "sqlite:///FILE"),
        ("DATABASE", "sqlite:///:memory:", "sqlite:///FILE"),
        ("MEMORY_IDLE_TIMEOUT", "soon", "seconds"),
        ("MEMORY_IDLE_TIMEOUT", "0", "seconds"),
        ("SESSION_EXPIRY", "-5", "seconds"),
        ("SESSION_EXPIRY", "999999999999", "seconds"),
        ("MEMORY_CAPACITY", "0", "from 1"),
        ("STATE_SCHEMA", "3", "give 2"),
        ("COOKIE_SECURITY", "never", "auto"),
        ("MODEL", "oracle", "scripted"),
        ("SMTP_HOST", "", "unset it"),
        ("SMTP_HOST", "mail example.com", "name"),
        ("SMTP_HOST", "smtp://mail.example.com", "name"),
        ("SMTP_PORT", "70000", "65535"),
        ("SMTP_ENCRYPTION", "rot13", "starttls"),
        ("SHOP_EMAIL", "shop", "address"),
        ("SMTP_SENDER", "a b@example.com", "address"),
    ],
)
def test_a_bad_value_is_one_line_with_variable_and_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(f"COOLWIND_{name}", value)
    with pytest.raises(InvalidSettings) as raised:
        load_settings()
    (line,) = str(raised.value).splitlines()
    assert line.startswith(f"COOLWIND_{name}: ")
    assert remedy in line


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("COOLWIND_MEMORY_CAPACTIY", "COOLWIND_MEMORY_CAPACITY"),
        ("COOLWIND_DATABASE_URL", "COOLWIND_DATABASE"),
        ("COOLWIND_SMPT_HOST", "COOLWIND_SMTP_HOST"),
        ("coolwind_modell", "COOLWIND_MODEL"),
    ],
)
def test_an_unknown_variable_is_refused_and_the_nearest_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, "swordfish")
    with pytest.raises(InvalidSettings) as raised:
        load_settings()
    assert str(raised.value) == f"{name}: there is no such setting; did you mean {nearest}?"


def test_a_variable_with_a_strange_name_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOLWIND_\n\x1b[2J", "1")
    with pytest.raises(InvalidSettings) as raised:
        load_settings()
    assert str(raised.value).isprintable()


def test_a_known_variable_counts_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("coolwind_memory_capacity", "7")
    assert load_settings().memory_capacity == 7


def test_each_bad_value_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOLWIND_MODEL", "oracle")
    monkeypatch.setenv("COOLWIND_SMTP_PORT", "0")
    monkeypatch.setenv("COOLWIND_SMTP_PROT", "25")
    with pytest.raises(InvalidSettings) as raised:
        load_settings()
    assert len(str(raised.value).splitlines()) == 3


def test_a_user_without_a_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOLWIND_SMTP_USER", "shop")
    with pytest.raises(InvalidSettings, match="COOLWIND_SMTP_PASSWORD go together"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOLWIND_MODEL_API_KEY", "swordfish")
    assert "swordfish" not in repr(load_settings())
