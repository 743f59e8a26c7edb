"""Who called in vain."""

import pytest

from coolwind.understanding.missed_calls import misses_answer

MISSED = [
    "I tried calling but didnt get through",
    "called you twice but could not get through. need 5 remotes also",
    "no one answering",
    "nobody answers",
    "nobody picked up",
    "Why are you not picking up?",
    "you people never pick up",
    "I rang but it went to voicemail",
    "call not connecting",
    "calls are not going through",
    "my call is not going through",
    "unable to reach you over phone",
    "I tried your number several times",
    "I got a missed call from you",
    "I called three times and nobody picked up",
    "I called three times. Nobody picked up!",
    "nobody answers the phone",
    "no one is answering my calls",
    "I tried calling but no response",
    "you are not picking up my calls",
    "your phone is always busy",
    "your number is switched off",
    "why is nobody answering my calls?",
    "Nobody picked up when I called",
    "I rang twice, no answer",
    "I have been calling since morning and nobody attends",
    "I didn't get any reply to my calls",
    "please call me back",
    "I need a callback",
    "can you call me back?",
    "call me",
    "please call me on 9876543210",
    "can someone call me?",
    "please call",
    "I called, nobody answered. The AC is ok but the fridge is not cooling",
]

NOT_MISSED = [
    "no answer needed",
    "nobody answered my question",
    "you did not answer",
    "I will not pick up today",
    "is nobody answering?",
    "will call, but I could not get through the traffic",
    "my payment is not going through",
    "the wifi is not connecting",
    "my phone is not connecting",
    "I tried the remote but it is not connecting",
    "unable to reach your shop by bus",
    "I tried the remote several times",
    "I tried your number and Ravi answered",
    "I got a missed call from my wife",
    "is my call going through?",
    "I called yesterday and Ravi answered",
    "nobody picked up my order",
    "nobody answered my email",
    "do you offer callbacks?",
    "how do I request a callback?",
    "I don't need a callback",
    "don't call me back",
    "if nobody answers my call, what should I do?",
    "will somebody pick up if I call?",
    "did anyone call me?",
    "I called my friend and he did not answer",
    "I called and nobody answered but it is solved now",
    "please call me Hari",
    "I called and nobody answered, but my son repaired it",
    "I will call back later",
    "let me call you back",
    "call me when my order is ready",
    "my phone is not working",
    "my AC is not cooling",
    "the remote does not respond",
    "what is your phone number?",
    "what do you call this part?",
    "I need 11 remotes",
    "my phone number is not 9876543210",
    "",
]


@pytest.mark.parametrize("text", MISSED)
def test_a_call_in_vain_is_understood(text: str) -> None:
    assert misses_answer(text)


@pytest.mark.parametrize("text", NOT_MISSED)
def test_what_is_no_call_in_vain_is_none(text: str) -> None:
    assert not misses_answer(text)
