"""The plain service uses the store as a correct service has to, at the ends of sessions too."""

from datetime import timedelta

import pytest

from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Capability, Delivery
from simulators.trace import Answer
from tests.defects.plain_service import PlainService

CALLBACK = (
    "Nobody answered my call. My name is Priya, my number is 9876543210, I am in Kochi and my AC "
    "is not cooling"
)
HELLO = Delivery("hello", "priya", "8e03978e-40d5-43dd-bc93-6894a57f9324")


@pytest.fixture
def target():
    target = ReferenceTarget(build=PlainService)
    target.begin(0, Arrangement())
    yield target
    target.close()


def later(text: str, first: Answer):
    message_id = "c5b1f0a2-6c0e-4a3c-9a57-2f5c8b0f7d11"
    return Delivery(text, "priya", message_id, first.session_id, tuple(first.cookies))


def test_no_message_of_a_cleared_session_happens_twice(target: ReferenceTarget) -> None:
    callback = later(CALLBACK, target.deliver(HELLO))
    target.deliver(callback)
    target.clear(callback)
    assert [target.deliver(each).status for each in (HELLO, callback)] == [422, 422]
    assert len(target.observe(None).effects["callback"]) == 1


def test_a_message_of_a_cleared_session_is_new_once_that_would_have_expired(
    target: ReferenceTarget,
) -> None:
    callback = later(CALLBACK, target.deliver(HELLO))
    target.deliver(callback)
    target.clear(callback)
    target.advance(timedelta(hours=24))
    assert [target.deliver(each).served_from for each in (HELLO, callback)] == ["new", "new"]


def test_an_opening_message_is_new_once_its_session_has_expired(target: ReferenceTarget) -> None:
    target.deliver(HELLO)
    target.advance(timedelta(hours=24))
    assert target.deliver(HELLO).served_from == "new"


@pytest.mark.parametrize(
    ("ends", "words"), [(Capability.SWEEP, "has expired"), (None, "was cleared")]
)
def test_whoever_comes_back_to_a_session_that_has_ended_is_told_how(
    target: ReferenceTarget, ends: Capability | None, words: str
) -> None:
    callback = later(CALLBACK, target.deliver(HELLO))
    if ends is None:
        target.clear(callback)
    else:
        target.advance(timedelta(hours=24))
        assert target.strike(ends, None)
    answer = target.deliver(callback)
    assert answer.fresh
    assert words in answer.text
