"""The same reply; a repeated message gets the recorded one."""

from collections.abc import Callable

import pytest

from simulators.laws import REPLY, Breach
from simulators.trace import Exchange, Life, Strike

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]


def test_the_same_reply_is_right(exchange: Make, broken: Check) -> None:
    turn = exchange(1, reply="Welcome")
    assert broken(REPLY, [turn], [turn]) == []


def test_another_reply_is_a_breach(exchange: Make, broken: Check) -> None:
    (breach,) = broken(REPLY, [exchange(1, reply="What?")], [exchange(1, reply="Welcome")])
    assert breach == Breach("Reply", 1, "the customer", "text", "Welcome", "What?")


def test_a_new_start_may_be_announced_before_the_reply(exchange: Make, broken: Check) -> None:
    clean = [exchange(1), exchange(2, reply="Next: contact", life=Life.NONE)]
    afresh = exchange(2, reply="We start afresh. Next: contact", life=Life.EXPIRED)
    assert broken(REPLY, [clean[0], afresh], clean) == []


def test_an_announcement_is_no_reason_for_another_reply(exchange: Make, broken: Check) -> None:
    clean = [exchange(1), exchange(2, reply="Next: contact", life=Life.NONE)]
    afresh = exchange(2, reply="We start afresh. Next: complete", life=Life.EXPIRED)
    (breach,) = broken(REPLY, [clean[0], afresh], clean)
    assert breach.turn == 2


def test_the_announcement_is_recorded_with_the_reply(exchange: Make, broken: Check) -> None:
    clean = [exchange(1), exchange(2, reply="Next: contact", life=Life.NONE)]
    text = "We start afresh. Next: contact"
    happened = [
        clean[0],
        exchange(2, reply=text, life=Life.EXPIRED),
        exchange(2, reply=text, repeats=True),
    ]
    assert broken(REPLY, happened, clean) == []


def test_an_empty_reply_makes_no_text_an_announcement(exchange: Make, broken: Check) -> None:
    clean = [exchange(1), exchange(2, reply="", life=Life.NONE)]
    afresh = exchange(2, reply="Your order of 11 remotes", life=Life.EXPIRED)
    assert broken(REPLY, [clean[0], afresh], clean)


def test_a_live_conversation_announces_nothing(exchange: Make, broken: Check) -> None:
    clean = [exchange(1, reply="Next: contact")]
    assert broken(REPLY, [exchange(1, reply="Sorry. Next: contact")], clean)


class TestARepeatedMessage:
    """It gets the reply that was recorded."""

    def test_another_reply_is_a_breach_where_it_came_to_light(
        self, exchange: Make, broken: Check
    ) -> None:
        clean = [exchange(1, reply="Welcome"), exchange(2, reply="Hi", customer="Anu")]
        again = exchange(1, reply="What?", repeats=True)
        (breach,) = broken(REPLY, [*clean, again], clean)
        assert breach == Breach("Reply", 2, "the customer", "repeated reply", "Welcome", "What?")

    @pytest.mark.parametrize(
        ("told", "again", "expected", "actual"),
        [
            (
                {"quick_replies": ("yes", "cancel")},
                {},
                "quick replies yes / cancel",
                "quick replies nothing",
            ),
            ({"intent": "order"}, {"intent": "callback"}, "intent order", "intent callback"),
            ({"escalated": False}, {"escalated": True}, "escalated False", "escalated True"),
        ],
    )
    def test_what_was_recorded_is_more_than_a_text(
        self,
        exchange: Make,
        broken: Check,
        told: dict[str, object],
        again: dict[str, object],
        expected: str,
        actual: str,
    ) -> None:
        clean = [exchange(1, **told)]
        assert broken(REPLY, [*clean, exchange(1, repeats=True, **told)], clean) == []
        (breach,) = broken(REPLY, [*clean, exchange(1, repeats=True, **again)], clean)
        assert breach == Breach("Reply", 1, "the customer", "repeated reply", expected, actual)

    def test_the_reply_to_a_message_sent_again_after_an_error_is_the_recorded_one(
        self, exchange: Make, broken: Check
    ) -> None:
        clean = [exchange(1, reply="Welcome")]
        happened = [
            exchange(1, reply="Try again", status=503),
            *clean,
            exchange(1, reply="Welcome", repeats=True),
        ]
        assert broken(REPLY, happened, clean) == []

    def test_an_error_that_nobody_reads_is_no_breach(self, exchange: Make, broken: Check) -> None:
        clean = [exchange(1, reply="Welcome")]
        again = exchange(1, reply="Try again", status=503, repeats=True)
        assert broken(REPLY, [*clean, again], clean) == []

    def test_it_may_be_answered_anew_where_the_model_had_failed(
        self, exchange: Make, broken: Check
    ) -> None:
        clean = [exchange(1, reply="Sorry")]
        again = exchange(1, reply="We are open", repeats=True)
        strikes = [
            Strike("broken", "the customer", 1, fired=True, evidence="", point=point)
            for point in ("model.complete #1", "store.load #1")
        ]
        assert broken(REPLY, [*clean, strikes[0], again], clean) == []
        assert broken(REPLY, [*clean, strikes[1], again], clean)

    def test_an_expired_session_has_no_recorded_reply(self, exchange: Make, broken: Check) -> None:
        clean = [exchange(1, reply="Welcome")]
        again = exchange(1, reply="We start afresh", repeats=True, life=Life.EXPIRED)
        assert broken(REPLY, [*clean, again], clean) == []

    def test_quick_replies_are_part_of_the_reply(self, exchange: Make, broken: Check) -> None:
        clean = [exchange(1, quick_replies=("yes", "cancel"))]
        [breach] = broken(REPLY, [exchange(1)], clean)
        assert (breach.field, breach.expected, breach.actual) == (
            "quick replies",
            "yes / cancel",
            "nothing",
        )

    @pytest.mark.parametrize(
        ("told", "field", "expected", "actual"),
        [
            ({"intent": "callback"}, "intent", "order", "callback"),
            ({"intent": "order", "escalated": True}, "escalated", "nothing", "True"),
        ],
    )
    def test_what_a_reply_is_about_is_part_of_it(
        self,
        exchange: Make,
        broken: Check,
        told: dict[str, object],
        field: str,
        expected: str,
        actual: str,
    ) -> None:
        [breach] = broken(REPLY, [exchange(1, **told)], [exchange(1, intent="order")])
        assert (breach.field, breach.expected, breach.actual) == (field, expected, actual)
