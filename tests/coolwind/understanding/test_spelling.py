"""Which slips leave a word recognisable."""

import pytest

from coolwind.understanding.spelling import is_form_of


@pytest.mark.parametrize(
    ("word", "singular"),
    [
        ("remote", "remote"),
        ("remotes", "remote"),
        ("switches", "switch"),
        ("batteries", "battery"),
        ("remot", "remote"),
        ("remots", "remote"),
        ("remoets", "remote"),
        ("fillter", "filter"),
        ("remotee", "remote"),
        ("compresser", "compressor"),
        ("capasitors", "capacitor"),
        ("thermostate", "thermostat"),
    ],
)
def test_a_plural_or_a_slip_is_the_word(word: str, singular: str) -> None:
    assert is_form_of(word, singular)


@pytest.mark.parametrize(
    ("word", "singular"),
    [
        ("remove", "remote"),
        ("removes", "remote"),
        ("remotely", "remote"),
        ("fitter", "filter"),
        ("filtered", "filter"),
        ("value", "valve"),
        ("moto", "motor"),
        ("compressed", "compressor"),
        ("capacity", "capacitor"),
        ("promote", "remote"),
        ("", "remote"),
    ],
)
def test_another_english_word_is_another_word(word: str, singular: str) -> None:
    assert not is_form_of(word, singular)
