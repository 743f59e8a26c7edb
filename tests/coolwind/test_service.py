"""The one road in: resume, repeat, flow or model, commit, remember, reply."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coolwind.errors import (
    Conflict,
    MessageReused,
    ModelUnavailable,
    NoSuchSession,
    StoreUnavailable,
    UnreadableState,
)
from coolwind.events import EventName
from coolwind.messages import Message, Tier
from coolwind.models.model import Completion, Prompt
from coolwind.models.steadfast import FALLBACK
from coolwind.resumption import CLEARED, EXPIRED, NOT_FOUND
from coolwind.service import MAX_TAKES
from coolwind.session import MAX_ANSWERED, Author
from coolwind.stores.in_memory import InMemoryStore
from coolwind.tombstone import COOKIE_SURPLUS

ORDER = "Hi so i need to buy 11 remote controls"
CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"
CALLBACK = (
    "Nobody answered my call. My name is Priya, my number is 9876543210, I am in Kochi and my AC "
    "is not cooling"
)
UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"
OTHER_UUID = "c5b1f0a2-6c0e-4a3c-9a57-2f5c8b0f7d11"


class MoodyStore:
    """An in-memory store that does what its `moods` say, one for each call of a method."""

    def __init__(self, **moods: Any) -> None:
        self.inner = InMemoryStore()
        self.moods = moods

    def __getattr__(self, name: str):
        method = getattr(self.inner, name)

        async def moody(*arguments: Any):
            moods = self.moods.get(name)
            mood = moods.pop(0) if moods else None
            if mood == "lost answer":
                await method(*arguments)
                raise StoreUnavailable("The answer was lost.")
            if isinstance(mood, Exception):
                raise mood
            if callable(mood):
                await mood()
            return await method(*arguments)

        return moody


class RememberingModel:
    """A language model that tells what it was told of the customer's earlier messages."""

    async def complete(self, prompt: Prompt) -> Completion:
        said = [entry.text for entry in prompt.history if entry.author is Author.CUSTOMER]
        return Completion(f"You wrote: {', '.join(said)}")

    async def close(self) -> None:
        pass


def by_hand(coroutine: Any):
    with pytest.raises(StopIteration) as stop:
        coroutine.send(None)
    return stop.value.value


def _as_first_written(shop: Any, answer: Any) -> None:
    """Have the store keep a session of one turn as it was kept before there were digests, and
    forget it in memory.
    """
    contents = shop.store.snapshot()
    stored = contents.sessions[answer.session_id]
    document = json.loads(stored.document)
    del document["proof_digest"], document["salt"], document["answered"][0]["mark"]
    document["proof"], document["answered"][0]["message_id"] = answer.proof, UUID
    stored = replace(stored, document=json.dumps(document))
    shop.store.restore(replace(contents, sessions={answer.session_id: stored}))
    shop.restart()


class TestResume:
    def test_the_seed_conversation_keeps_its_session_through_restarts(self, shop: Any) -> None:
        first = shop.say(ORDER)
        shop.restart()
        second = shop.say(CONTACT, first)
        shop.restart()
        third = shop.say("yes", second)
        assert first.session_id == second.session_id == third.session_id
        assert [first.served_from, second.served_from, third.served_from] == [
            Tier.NEW,
            Tier.STORE,
            Tier.STORE,
        ]
        assert [first.reply.step, second.reply.step, third.reply.step] == [
            "collecting_contact",
            "confirming",
            "complete",
        ]
        (order,) = by_hand(shop.store.orders())
        assert order.number == "CW-20260302-001"

    def test_a_turn_after_a_restored_one_is_served_from_memory(self, shop: Any) -> None:
        first = shop.say(ORDER)
        shop.restart()
        second = shop.say(CONTACT, first)
        assert shop.say("yes", second).served_from is Tier.MEMORY

    def test_the_model_is_told_the_history_from_before_a_restart(self, shop: Any) -> None:
        first = shop.say("hello")
        shop.restart()
        shop.say("and on Sundays?", first)
        assert [entry.text for entry in shop.model.prompts[-1].history] == [
            "hello",
            first.reply.text,
        ]

    def test_a_question_beside_an_order_is_answered_in_the_same_turn(self, shop: Any) -> None:
        answer = shop.say(f"{ORDER}. Do you deliver to Pune?")
        assert answer.reply.step == "collecting_contact"
        assert answer.reply.text.startswith(f"{shop.model.text}\n\n• 11 × ")
        assert [prompt.text for prompt in shop.model.prompts] == ["Do you deliver to Pune?"]

    def test_a_language_model_that_fails_beside_an_order_takes_nothing_from_it(
        self, shop: Any
    ) -> None:
        shop.model.error = ModelUnavailable("It is overloaded.")
        answer = shop.say(f"{ORDER}. Do you deliver to Pune?")
        assert (answer.reply.flow, answer.reply.step) == ("bulk_order", "collecting_contact")
        assert answer.reply.text.startswith(f"{FALLBACK.text}\n\n• 11 × ")

    def test_the_customer_is_restored(self, shop: Any) -> None:
        first = shop.say("hello", customer_id="meera")
        shop.restart()
        assert shop.say("hello again", first).customer_id == "meera"

    def test_without_a_session_id_a_new_session_is_not_announced(self, shop: Any) -> None:
        answer = shop.say("hello")
        assert (answer.fresh, answer.served_from) == (False, Tier.NEW)
        assert answer.reply.text == shop.model.text

    @pytest.mark.parametrize("proof", [None, "", "proof-0", "pröof", "\ud800"])
    def test_a_session_without_its_proof_is_refused(self, shop: Any, proof: str | None) -> None:
        first = shop.say(ORDER)
        stored = shop.store.snapshot().sessions[first.session_id]
        answer = shop.say(CONTACT, first, proof=proof)
        assert answer.fresh
        assert answer.reply.text.startswith(NOT_FOUND)
        assert answer.session_id != first.session_id
        assert answer.proof != first.proof
        assert answer.reply.flow is None
        assert "remote" not in answer.reply.text
        assert shop.store.snapshot().sessions[first.session_id] == stored
        assert len(shop.happened(EventName.SESSION_REFUSED)) == 1

    def test_a_session_in_the_store_is_refused_like_one_in_memory(self, shop: Any) -> None:
        first = shop.say(ORDER)
        shop.restart()
        assert shop.say(CONTACT, first, proof="proof-0").session_id != first.session_id

    def test_a_session_of_another_customer_is_refused(self, shop: Any) -> None:
        first = shop.say(ORDER, customer_id="meera")
        answer = shop.say(CONTACT, first, customer_id="anil")
        assert answer.fresh
        assert answer.customer_id == "anil"

    @pytest.mark.parametrize("restarted", [True, False])
    def test_a_customer_who_logs_in_keeps_the_session(self, shop: Any, restarted: bool) -> None:
        first = shop.say(ORDER)
        if restarted:
            shop.restart()
        named = shop.say(CONTACT, first, customer_id="meera")
        assert (named.session_id, named.fresh) == (first.session_id, False)
        assert named.reply.flow == first.reply.flow
        assert named.customer_id == "meera"

    @pytest.mark.parametrize("restarted", [True, False])
    def test_a_name_given_later_is_as_good_as_one_given_at_once(
        self, shop: Any, restarted: bool
    ) -> None:
        first = shop.say(ORDER)
        shop.say("hello", first, customer_id="meera")
        if restarted:
            shop.restart()
        assert shop.say("hello", first).customer_id == "meera"
        assert shop.say("hello", first, customer_id="anil").fresh

    @pytest.mark.parametrize("message_id", [UUID, "1", None])
    def test_who_can_read_the_store_can_prove_no_session(
        self, shop: Any, message_id: str | None
    ) -> None:
        first = shop.say(ORDER, message_id=message_id, customer_id="meera")
        shop.say(CONTACT, first, message_id=str(uuid.uuid4()))
        (stored,) = shop.store.snapshot().sessions.values()
        for secret in (first.proof, UUID):
            assert secret not in f"{stored}"
        document = json.loads(stored.document)
        for text in (value for value in document.values() if isinstance(value, str)):
            assert shop.say("hello", first, proof=text).session_id != first.session_id
            assert shop.say(ORDER, message_id=text).session_id != first.session_id

    def test_a_session_of_which_the_store_had_the_proof_itself_goes_on(self, shop: Any) -> None:
        first = shop.say(ORDER, message_id=UUID)
        _as_first_written(shop, first)
        again = shop.say(ORDER, first, message_id=UUID)
        assert again == replace(first, served_from=Tier.STORE, repeated=True)
        assert shop.say(CONTACT, again).session_id == first.session_id
        (stored,) = shop.store.snapshot().sessions.values()
        assert first.proof not in stored.document

    def test_nobody_is_given_a_session_of_which_the_store_had_the_proof_itself(
        self, shop: Any
    ) -> None:
        _as_first_written(shop, shop.say(ORDER, message_id=UUID))
        with pytest.raises(MessageReused, match="cannot be proven by it"):
            shop.say(ORDER, message_id=UUID)

    def test_a_name_without_the_proof_opens_no_session(self, shop: Any) -> None:
        first = shop.say(ORDER)
        other = shop.say(CONTACT, first, proof="proof-0", customer_id="meera")
        assert other.session_id != first.session_id

    def test_a_refused_and_an_unknown_session_read_the_same(self, shop: Any) -> None:
        first = shop.say("hello")
        refused = shop.say("hello", first, proof="proof-0")
        unknown = shop.say("hello", session_id=str(uuid.uuid4()), proof="proof-0")
        assert refused.reply == unknown.reply
        assert unknown.fresh

    @pytest.mark.parametrize("restarted", [True, False])
    def test_a_session_lives_until_its_expiry(self, shop: Any, restarted: bool) -> None:
        first = shop.say(ORDER)
        if restarted:
            shop.restart()
        shop.clock.advance(hours=24, microseconds=-1)
        assert shop.say(CONTACT, first).session_id == first.session_id

    @pytest.mark.parametrize("idle_timeout", [timedelta(minutes=30), timedelta(days=9)])
    def test_an_expired_session_starts_afresh_and_says_so(
        self, shop: Any, idle_timeout: timedelta
    ) -> None:
        shop.memory._idle_timeout = idle_timeout
        first = shop.say(ORDER)
        shop.clock.advance(hours=24)
        answer = shop.say(CONTACT, first)
        assert answer.fresh
        assert answer.reply.text.startswith(EXPIRED)
        assert "remote" not in answer.reply.text
        assert answer.session_id != first.session_id
        assert answer.served_from is Tier.NEW
        assert [e.session_id for e in shop.happened(EventName.SESSION_EXPIRED)] == [
            first.session_id
        ]

    def test_an_expired_session_without_its_proof_does_not_tell_that_it_existed(
        self, shop: Any
    ) -> None:
        first = shop.say("hello")
        shop.clock.advance(hours=24)
        answer = shop.say("hello", first, proof="proof-0")
        assert answer.reply.text.startswith(NOT_FOUND)

    def test_each_turn_puts_the_expiry_off(self, shop: Any) -> None:
        answer = shop.say(ORDER)
        for _ in range(3):
            shop.clock.advance(hours=23)
            answer = shop.say("what are your hours?", answer)
        assert answer.reply.flow == "bulk_order"

    def test_a_session_lives_from_its_reply_on_however_long_the_model_took(
        self, new_shop: Any, clock: Any
    ) -> None:
        class SlowModel:
            async def complete(self, prompt: Prompt) -> Completion:
                del prompt
                await clock.sleep(20)
                return Completion("We are open.")

            async def close(self) -> None:
                pass

        shop = new_shop(clock=clock, model=SlowModel())
        first = shop.say("what are your hours?")
        clock.advance(minutes=30, microseconds=-1)
        second = shop.say("what are your hours?", first)
        clock.advance(hours=24, microseconds=-1)
        third = shop.say("what are your hours?", second)
        assert second.served_from is Tier.MEMORY
        assert third.session_id == first.session_id

    @pytest.mark.parametrize("later", [timedelta(), COOKIE_SURPLUS - timedelta(microseconds=1)])
    def test_a_customer_who_comes_back_to_a_swept_session_reads_that_it_has_expired(
        self, shop: Any, later: timedelta
    ) -> None:
        first = shop.say(ORDER)
        shop.clock.advance(hours=24)
        assert by_hand(shop.service.sweep()) == 1
        shop.clock.moment += later
        assert by_hand(shop.service.sweep()) == 0
        answer = shop.say(CONTACT, first)
        assert answer.fresh
        assert answer.reply.text.startswith(EXPIRED)
        assert "remote" not in answer.reply.text
        assert answer.session_id != first.session_id
        assert [e.session_id for e in shop.happened(EventName.SESSION_EXPIRED)] == [
            first.session_id
        ]

    @pytest.mark.parametrize("proof", [None, "", "proof-0", "pröof", "\ud800"])
    def test_a_swept_session_without_its_proof_reads_like_one_that_never_was(
        self, shop: Any, proof: str | None
    ) -> None:
        first = shop.say(ORDER)
        shop.clock.advance(hours=24)
        by_hand(shop.service.sweep())
        shop.events.clear()
        swept = shop.say("hello", first, proof=proof)
        told = [event.name for event in shop.events]
        shop.events.clear()
        unknown = shop.say("hello", session_id=str(uuid.uuid4()), proof=proof)
        assert swept.reply == unknown.reply
        assert swept.reply.text.startswith(NOT_FOUND)
        assert told == [event.name for event in shop.events]

    def test_a_swept_session_is_forgotten_when_its_cookies_are(self, shop: Any) -> None:
        first = shop.say(ORDER)
        shop.clock.advance(hours=24)
        by_hand(shop.service.sweep())
        shop.clock.moment += COOKIE_SURPLUS
        by_hand(shop.service.sweep())
        assert shop.store.snapshot().tombstones == {}
        assert shop.say(CONTACT, first).reply.text.startswith(NOT_FOUND)

    def test_a_message_that_began_a_session_after_a_swept_one_finds_it_when_it_is_repeated(
        self, shop: Any
    ) -> None:
        first = shop.say("hello")
        shop.clock.advance(hours=24)
        by_hand(shop.service.sweep())
        second = shop.say(CALLBACK, first, message_id=UUID)
        again = shop.say(CALLBACK, first, message_id=UUID)
        assert again == replace(second, repeated=True, served_from=Tier.STORE)
        assert len(by_hand(shop.store.callback_tasks())) == 1
        assert len(shop.happened(EventName.SESSION_EXPIRED)) == 1

    def test_two_nodes_see_one_conversation(self, new_shop: Any) -> None:
        one = new_shop()
        two = new_shop(store=one.store, ids=one.ids, clock=one.clock)
        first = one.say(ORDER)
        second = two.say(CONTACT, first)
        third = one.say("yes", second)
        assert third.reply.step == "complete"
        assert third.served_from is Tier.STORE
        assert len(one.happened(EventName.TURN_RETAKEN)) == 1

    def test_no_turn_goes_into_a_session_that_another_node_found_expired(
        self, new_shop: Any
    ) -> None:
        """It stood at its commit when the session expired and the next message began anew."""
        moods: list[Any] = []
        one = new_shop(store=MoodyStore(commit=moods))
        two = new_shop(store=one.store, ids=one.ids, clock=one.clock)
        first = one.say(ORDER)
        one.clock.advance(hours=24, seconds=-1)
        fresh = []

        async def expire() -> None:
            one.clock.advance(seconds=1)
            fresh.append(two.say("hello", first))

        moods.append(expire)
        late = one.say(CONTACT, first)
        assert [fresh[0].reply.text[: len(EXPIRED)], late.reply.text[: len(EXPIRED)]] == [
            EXPIRED,
            EXPIRED,
        ]
        assert first.session_id not in (fresh[0].session_id, late.session_id)
        with pytest.raises(NoSuchSession):
            by_hand(one.service.read(first.session_id, first.proof))

    def test_a_session_that_another_node_goes_on_with_just_before_it_ends_lives(
        self, new_shop: Any
    ) -> None:
        moods: list[Any] = []
        one = new_shop(store=MoodyStore(sweep=moods))
        two = new_shop(store=one.store, ids=one.ids, clock=one.clock)
        first = one.say(ORDER)
        one.clock.advance(hours=24)
        found: list[Any] = []

        async def go_on() -> None:
            one.clock.advance(seconds=-1)
            found.append(two.say(CONTACT, first))
            one.clock.advance(seconds=1)

        moods.append(go_on)
        second = one.say("yes", first)
        assert (second.session_id, second.reply.step) == (first.session_id, "complete")


class TestRepeat:
    def test_a_message_that_comes_twice_gets_the_recorded_reply(self, shop: Any) -> None:
        first = shop.say(ORDER)
        second = shop.say(CONTACT, first, message_id="m2")
        third = shop.say("yes", second, message_id="m3")
        again = shop.say("yes", second, message_id="m3")
        assert again == replace(third, repeated=True)
        assert len(by_hand(shop.store.orders())) == 1
        assert len(shop.happened(EventName.TURN_SERVED)) == 3

    def test_a_repeated_message_is_recognised_after_a_restart(self, shop: Any) -> None:
        first = shop.say(ORDER)
        second = shop.say(CONTACT, first, message_id="m2")
        shop.restart()
        again = shop.say(CONTACT, first, message_id="m2")
        assert again.reply == second.reply
        assert (again.repeated, again.served_from) == (True, Tier.STORE)
        assert shop.say("yes", first).served_from is Tier.MEMORY

    def test_the_same_message_id_with_another_text_is_refused(self, shop: Any) -> None:
        first = shop.say(ORDER)
        shop.say(CONTACT, first, message_id="m2")
        before = shop.store.snapshot()
        with pytest.raises(MessageReused, match="another text"):
            shop.say("yes", first, message_id="m2")
        assert shop.store.snapshot() == before

    def test_texts_that_are_equal_once_cut_are_the_same_message(self, shop: Any) -> None:
        first = shop.say("hello")
        shop.say("x" * 501, first, message_id="m2")
        assert shop.say("x" * 502, first, message_id="m2").repeated

    def test_a_repeated_opening_message_finds_its_session(self, shop: Any) -> None:
        first = shop.say(ORDER, message_id=UUID)
        again = shop.say(ORDER, message_id=UUID)
        assert again == replace(first, repeated=True, served_from=Tier.STORE)

    @pytest.mark.parametrize("message_id", ["1", None, "8e03978e"])
    def test_an_opening_message_that_anybody_could_name_opens_nothing_again(
        self, shop: Any, message_id: str | None
    ) -> None:
        first = shop.say(ORDER, message_id=message_id)
        assert shop.say(ORDER, message_id=message_id).session_id != first.session_id

    @pytest.mark.parametrize("other", [{"text": "hello"}, {"customer_id": "anil"}])
    def test_an_opening_message_is_not_found_by_another(self, shop: Any, other: Any) -> None:
        first = shop.say(ORDER, message_id=UUID, customer_id="meera")
        message = {"text": ORDER, "customer_id": "meera", **other}
        assert shop.say(message_id=UUID, **message).session_id != first.session_id

    def test_an_expired_opening_message_opens_a_new_session(self, shop: Any) -> None:
        first = shop.say(ORDER, message_id=UUID)
        shop.clock.advance(hours=24)
        again = shop.say(ORDER, message_id=UUID)
        assert again.session_id != first.session_id
        assert list(shop.store.snapshot().sessions) == [again.session_id]

    def test_a_message_that_began_a_session_afresh_finds_it_when_it_is_repeated(
        self, shop: Any
    ) -> None:
        lost = str(uuid.uuid4())
        first = shop.say(ORDER, session_id=lost, message_id=UUID)
        again = shop.say(ORDER, session_id=lost, message_id=UUID)
        assert again == replace(first, repeated=True, served_from=Tier.STORE)
        assert again.fresh

    @pytest.mark.parametrize("restarted", [True, False])
    @pytest.mark.parametrize("message_id", ["m1", UUID])
    def test_a_message_whose_reply_is_forgotten_is_refused(
        self, shop: Any, message_id: str, restarted: bool
    ) -> None:
        first = shop.say("hello")
        shop.say(CALLBACK, first, message_id=message_id)
        for turn in range(2 * MAX_ANSWERED):
            shop.say("hello", first, message_id=f"hello {turn}")
        if restarted:
            shop.restart()
        before = shop.store.snapshot()
        for text in (CALLBACK, "hello"):
            with pytest.raises(MessageReused, match="too long"):
                shop.say(text, first, message_id=message_id)
        assert shop.store.snapshot() == before
        assert len(by_hand(shop.store.callback_tasks())) == 1

    def test_an_opening_message_whose_reply_is_forgotten_is_refused(self, shop: Any) -> None:
        answer = shop.say("hello", message_id=UUID)
        for turn in range(MAX_ANSWERED):
            shop.say("hello", answer, message_id=f"m{turn}")
        with pytest.raises(MessageReused, match="too long"):
            shop.say("hello", message_id=UUID)

    def test_what_a_release_forgot_that_kept_no_marks_is_refused_as_the_opening_message(
        self, shop: Any
    ) -> None:
        answer = shop.say("hello", message_id=UUID)
        for turn in range(MAX_ANSWERED):
            shop.say("hello", answer, message_id=f"m{turn}")
        contents = shop.store.snapshot()
        stored = contents.sessions[answer.session_id]
        document = json.loads(stored.document)
        assert len(document.pop("forgotten")) == 1
        stored = replace(stored, document=json.dumps(document))
        shop.store.restore(replace(contents, sessions={answer.session_id: stored}))
        shop.restart()
        with pytest.raises(MessageReused, match="too long"):
            shop.say("hello", message_id=UUID)

    @pytest.mark.parametrize("swept", [True, False])
    @pytest.mark.parametrize("restarted", [True, False])
    @pytest.mark.parametrize("message_id", ["m2", UUID])
    def test_a_later_message_of_a_cleared_session_happens_once(
        self, shop: Any, message_id: str, restarted: bool, swept: bool
    ) -> None:
        first = shop.say("hello", message_id=OTHER_UUID)
        shop.say(CALLBACK, first, message_id=message_id)
        by_hand(shop.service.clear(first.session_id, first.proof))
        if restarted:
            shop.restart()
        shop.clock.advance(hours=24, microseconds=-1)
        if swept:
            by_hand(shop.service.sweep())
        before = shop.store.snapshot()
        with pytest.raises(MessageReused, match="cleared") as refusal:
            shop.say(CALLBACK, first, message_id=message_id)
        assert len(by_hand(shop.store.callback_tasks())) == 1
        assert shop.store.snapshot() == before
        for word in ("Priya", "9876543210", first.session_id, first.proof):
            assert word not in str(refusal.value)

    def test_a_later_message_of_a_cleared_session_happens_once_when_it_comes_without_cookies(
        self, shop: Any
    ) -> None:
        first = shop.say("hello")
        shop.say(CALLBACK, first, message_id=UUID)
        by_hand(shop.service.clear(first.session_id, first.proof))
        with pytest.raises(MessageReused, match="cleared"):
            shop.say(CALLBACK, message_id=UUID)
        assert len(by_hand(shop.store.callback_tasks())) == 1

    def test_a_message_of_a_cleared_session_happens_once_when_it_comes_to_the_next_session(
        self, shop: Any
    ) -> None:
        first = shop.say("hello")
        shop.say(CALLBACK, first, message_id=UUID)
        by_hand(shop.service.clear(first.session_id, first.proof))
        second = shop.say("hello again")
        with pytest.raises(MessageReused, match="cleared"):
            shop.say(CALLBACK, second, message_id=UUID)
        assert len(by_hand(shop.store.callback_tasks())) == 1

    def test_a_message_id_that_is_no_uuid_belongs_to_its_session_alone(self, shop: Any) -> None:
        first = shop.say("hello", message_id="1")
        by_hand(shop.service.clear(first.session_id, first.proof))
        second = shop.say("hello", message_id="1")
        assert second.session_id != first.session_id
        stranger = shop.say("hello", first, message_id="1", proof="proof-0")
        assert stranger.reply.text.startswith(NOT_FOUND)

    def test_another_message_to_a_cleared_session_begins_a_new_one_and_says_why(
        self, shop: Any
    ) -> None:
        first = shop.say(ORDER, message_id="m1")
        by_hand(shop.service.clear(first.session_id, first.proof))
        answer = shop.say(CALLBACK, first, message_id="m2")
        assert answer.fresh
        assert answer.reply.text.startswith(CLEARED)
        assert "remote" not in answer.reply.text
        assert answer.session_id != first.session_id
        assert len(by_hand(shop.store.callback_tasks())) == 1
        assert shop.happened(EventName.SESSION_EXPIRED) == []

    def test_a_message_of_a_session_that_was_cleared_and_has_expired_is_new(
        self, shop: Any
    ) -> None:
        first = shop.say("hello")
        shop.say(CALLBACK, first, message_id="m2")
        by_hand(shop.service.clear(first.session_id, first.proof))
        shop.clock.advance(hours=24)
        assert shop.say(CALLBACK, first, message_id="m2").reply.text.startswith(CLEARED)

    @pytest.mark.parametrize("restarted", [True, False])
    def test_the_opening_message_of_a_cleared_session_happens_once(
        self, shop: Any, restarted: bool
    ) -> None:
        first = shop.say(CALLBACK, message_id=UUID)
        by_hand(shop.service.clear(first.session_id, first.proof))
        if restarted:
            shop.restart()
        before = shop.store.snapshot()
        with pytest.raises(MessageReused, match="cleared") as refusal:
            shop.say(CALLBACK, message_id=UUID)
        assert len(by_hand(shop.store.callback_tasks())) == 1
        assert shop.store.snapshot() == before
        for word in ("Priya", "9876543210", first.session_id, first.proof):
            assert word not in str(refusal.value)

    def test_the_words_of_a_cleared_session_are_welcome_under_an_id_of_their_own(
        self, shop: Any
    ) -> None:
        first = shop.say(CALLBACK, message_id=UUID)
        by_hand(shop.service.clear(first.session_id, first.proof))
        again = shop.say(CALLBACK, message_id=OTHER_UUID)
        assert again.session_id != first.session_id
        assert len(by_hand(shop.store.callback_tasks())) == 2

    @pytest.mark.parametrize("swept", [True, False])
    def test_a_cleared_session_is_forgotten_when_it_would_have_expired(
        self, shop: Any, swept: bool
    ) -> None:
        first = shop.say("hello", message_id=UUID)
        shop.clock.advance(hours=23)
        by_hand(shop.service.clear(first.session_id, first.proof))
        shop.clock.advance(hours=1, microseconds=-1)
        if swept:
            by_hand(shop.service.sweep())
        with pytest.raises(MessageReused, match="cleared"):
            shop.say("hello", message_id=UUID)
        shop.clock.advance(microseconds=1)
        if swept:
            by_hand(shop.service.sweep())
        assert shop.say("hello", message_id=UUID).served_from is Tier.NEW
        (tombstone,) = shop.store.snapshot().tombstones.values()
        assert tombstone.marks == frozenset()

    def test_an_opening_message_that_was_served_and_cleared_meanwhile_is_refused(
        self, new_shop: Any
    ) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        other = new_shop(store=store.inner, ids=shop.ids, clock=shop.clock)

        async def meanwhile() -> None:
            answer = await other.service.handle(Message(CALLBACK, message_id=UUID))
            await other.service.clear(answer.session_id, answer.proof)

        store.moods["commit"] = [meanwhile]
        with pytest.raises(MessageReused, match="cleared"):
            shop.say(CALLBACK, message_id=UUID)
        assert len(by_hand(store.inner.callback_tasks())) == 1
        assert store.inner.snapshot().sessions == {}

    def test_a_node_that_remembers_a_cleared_session_refuses_its_opening_message(
        self, new_shop: Any
    ) -> None:
        one = new_shop()
        two = new_shop(store=one.store, ids=one.ids, clock=one.clock)
        first = one.say(CALLBACK, message_id=UUID)
        by_hand(two.service.clear(first.session_id, first.proof))
        with pytest.raises(MessageReused, match="cleared"):
            one.say(CALLBACK, first, message_id=UUID)
        assert len(by_hand(one.store.callback_tasks())) == 1

    def test_a_session_that_another_node_cleared_gives_no_recorded_reply(
        self, new_shop: Any
    ) -> None:
        one = new_shop()
        two = new_shop(store=one.store, ids=one.ids, clock=one.clock)
        first = one.say(ORDER, message_id="m1")
        by_hand(two.service.clear(first.session_id, first.proof))
        with pytest.raises(MessageReused, match="cleared"):
            one.say(ORDER, first, message_id="m1")


class TestTurn:
    def test_bulk_order_goes_before_callback(self, shop: Any) -> None:
        answer = shop.say("I called and nobody answered, I need 11 remote controls")
        assert answer.reply.flow == "bulk_order"

    def test_an_active_flow_keeps_the_conversation(self, shop: Any) -> None:
        first = shop.say(ORDER)
        answer = shop.say("I called you and nobody answered the phone", first)
        assert answer.reply.flow == "bulk_order"

    def test_something_else_is_answered_by_the_model_with_a_reminder(self, shop: Any) -> None:
        first = shop.say(ORDER)
        answer = shop.say("what are your opening hours?", first)
        said, reminder = answer.reply.text.split("\n\n")
        assert said == shop.model.text
        assert "name" in reminder
        assert (answer.reply.flow, answer.reply.step) == ("bulk_order", "collecting_contact")
        assert answer.reply.intent == "hours"

    def test_the_model_has_no_effects(self, shop: Any) -> None:
        shop.model.text = "Order CW-20260302-001 is placed."
        shop.say("please place an order for me")
        assert by_hand(shop.store.orders()) == []

    def test_only_the_first_500_characters_are_read(self, shop: Any) -> None:
        shop.say("x" * 600)
        assert shop.model.prompts[0].text == "x" * 494 + " [cut]"

    def test_a_model_without_an_answer_does_not_lose_the_turn(self, shop: Any) -> None:
        shop.model.error = ModelUnavailable("It is overloaded.")
        answer = shop.say("hello")
        assert answer.reply.text == FALLBACK.text
        session = by_hand(shop.service.read(answer.session_id, answer.proof))
        assert [entry.text for entry in session.history] == ["hello", FALLBACK.text]
        assert len(shop.happened(EventName.MODEL_FAILED)) == 1

    def test_the_day_of_an_order_is_the_day_in_the_shop(self, shop: Any) -> None:
        shop.clock.moment = shop.clock.moment.replace(hour=20)
        answer = shop.say("yes", shop.say(CONTACT, shop.say(ORDER)))
        assert "CW-20260303-001" in answer.reply.text

    def test_two_orders_have_two_numbers(self, shop: Any) -> None:
        for _ in range(2):
            shop.say("yes", shop.say(CONTACT, shop.say(ORDER)))
        assert [order.number for order in by_hand(shop.store.orders())] == [
            "CW-20260302-001",
            "CW-20260302-002",
        ]
        assert by_hand(shop.store.shelf(shop.clock.now().date())).stock["remote"] == 38


class TestConflict:
    def test_a_turn_is_taken_again_from_what_is_stored(self, new_shop: Any) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        first = shop.say(ORDER)
        other = new_shop(store=store.inner, clock=shop.clock)

        async def meanwhile() -> None:
            await other.service.handle(Message(CONTACT, first.session_id, first.proof))

        store.moods["commit"] = [meanwhile]
        answer = shop.say("yes", first)
        assert answer.reply.step == "complete"
        assert answer.served_from is Tier.STORE

    def test_the_model_is_not_asked_again(self, new_shop: Any) -> None:
        shop = new_shop(store=MoodyStore(commit=[Conflict("."), Conflict(".")]))
        assert shop.say("hello").reply.text == shop.model.text
        assert len(shop.model.prompts) == 1

    def test_the_model_is_asked_again_where_another_node_has_taken_the_conversation_further(
        self, new_shop: Any
    ) -> None:
        one = new_shop(model=RememberingModel())
        two = new_shop(model=RememberingModel(), store=one.store, ids=one.ids, clock=one.clock)
        first = one.say("hello")
        two.say("do you sell thermostats?", first)
        answer = one.say("what did I ask?", first)
        assert answer.reply.text == "You wrote: hello, do you sell thermostats?"
        assert len(one.happened(EventName.MODEL_ANSWERED)) == 3
        assert len(one.happened(EventName.TURN_RETAKEN)) == 1

    def test_a_model_that_failed_is_not_asked_again_either(self, new_shop: Any) -> None:
        shop = new_shop(store=MoodyStore(commit=[Conflict(".")]))
        shop.model.error = ModelUnavailable("It is overloaded.")
        shop.say("hello")
        assert len(shop.model.prompts) == 1

    def test_a_turn_that_always_loses_ends_as_unavailable(self, new_shop: Any) -> None:
        shop = new_shop(store=MoodyStore(commit=[Conflict(".")] * MAX_TAKES))
        with pytest.raises(StoreUnavailable, match="send the message again"):
            shop.say("hello")
        assert len(shop.happened(EventName.TURN_RETAKEN)) == MAX_TAKES
        assert len(shop.happened(EventName.STORE_UNAVAILABLE)) == 1
        assert shop.say("hello").served_from is Tier.NEW

    def test_two_openings_at_once_are_one_session(self, new_shop: Any) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        other = new_shop(store=store.inner, clock=shop.clock)
        answers = []

        async def meanwhile() -> None:
            answers.append(await other.service.handle(Message(ORDER, message_id=UUID)))

        store.moods["commit"] = [meanwhile]
        answer = shop.say(ORDER, message_id=UUID)
        assert (answer.session_id, answer.proof) == (answers[0].session_id, answers[0].proof)
        assert answer.repeated

    def test_a_turn_in_flight_at_a_clear_becomes_a_new_session(self, new_shop: Any) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        first = shop.say(ORDER, message_id=OTHER_UUID)

        async def meanwhile() -> None:
            await store.inner.delete(first.session_id)

        store.moods["commit"] = [meanwhile]
        answer = shop.say(CONTACT, first, message_id=UUID)
        assert answer.fresh
        assert answer.reply.text.startswith(CLEARED)
        assert list(store.inner.snapshot().sessions) == [answer.session_id]

    def test_pieces_that_are_gone_meanwhile_are_not_sold(self, new_shop: Any) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        ready = shop.say(CONTACT, shop.say("I need 60 remote controls"))
        other = new_shop(store=store.inner, clock=shop.clock)
        theirs = other.say(CONTACT, other.say("I need 60 remote controls"))

        async def meanwhile() -> None:
            await other.service.handle(Message("yes", theirs.session_id, theirs.proof))

        store.moods["commit"] = [meanwhile]
        answer = shop.say("yes", ready)
        assert answer.reply.step != "complete"
        assert len(by_hand(store.inner.orders())) == 1


class TestTrouble:
    @pytest.mark.parametrize("method", ["load", "shelf", "commit"])
    def test_a_store_out_of_reach_loses_nothing(self, new_shop: Any, method: str) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        first = shop.say(ORDER)
        shop.restart()
        before = store.inner.snapshot()
        store.moods[method] = [StoreUnavailable("It is out of reach.")]
        with pytest.raises(StoreUnavailable):
            shop.say(CONTACT, first)
        assert store.inner.snapshot() == before
        assert shop.memory.snapshot() == ()
        assert len(shop.happened(EventName.STORE_UNAVAILABLE)) == 1
        assert shop.say(CONTACT, first).reply.step == "confirming"

    def test_a_lost_answer_of_the_store_does_not_double_the_turn(self, new_shop: Any) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        ready = shop.say(CONTACT, shop.say(ORDER))
        store.moods["commit"] = ["lost answer"]
        with pytest.raises(StoreUnavailable):
            shop.say("yes", ready, message_id="m3")
        assert shop.memory.snapshot() == ()
        assert shop.say("yes", ready, message_id="m3").reply.step == "complete"
        assert len(by_hand(store.inner.orders())) == 1

    def test_a_turn_that_was_not_committed_is_not_announced(self, new_shop: Any) -> None:
        shop = new_shop(store=MoodyStore(commit=[StoreUnavailable("It is out of reach.")]))
        with pytest.raises(StoreUnavailable):
            shop.say(ORDER)
        assert [event.name for event in shop.events] == [EventName.STORE_UNAVAILABLE]

    def test_state_that_nobody_can_read_is_no_new_session(self, shop: Any) -> None:
        first = shop.say(ORDER)
        contents = shop.store.snapshot()
        stored = replace(contents.sessions[first.session_id], document="{}")
        shop.store.restore(replace(contents, sessions={first.session_id: stored}))
        shop.restart()
        with pytest.raises(UnreadableState, match=first.session_id):
            shop.say(CONTACT, first)
        assert len(shop.store.snapshot().sessions) == 1
        assert len(shop.happened(EventName.STATE_UNREADABLE)) == 1


class TestReadAndClear:
    def test_a_customer_reads_their_own_session_as_it_is_stored(self, shop: Any) -> None:
        first = shop.say(ORDER)
        session = by_hand(shop.service.read(first.session_id, first.proof))
        assert session.states["bulk_order"]["step"] == "collecting_contact"
        assert shop.service.waiting_flow(session).name == "bulk_order"

    @pytest.mark.parametrize("proof", [None, "proof-0"])
    def test_a_foreign_session_can_neither_be_read_nor_cleared(
        self, shop: Any, proof: str | None
    ) -> None:
        first = shop.say(ORDER)
        for method in (shop.service.read, shop.service.clear):
            with pytest.raises(NoSuchSession):
                by_hand(method(first.session_id, proof))
        assert shop.say(CONTACT, first).reply.step == "confirming"

    @pytest.mark.parametrize("swept", [True, False])
    def test_an_expired_session_cannot_be_read(self, shop: Any, swept: bool) -> None:
        first = shop.say(ORDER)
        shop.clock.advance(hours=24)
        if swept:
            by_hand(shop.service.sweep())
        with pytest.raises(NoSuchSession, match="expired"):
            by_hand(shop.service.read(first.session_id, first.proof))

    def test_whether_a_session_has_ended_is_told_to_its_customer_alone(self, shop: Any) -> None:
        first = shop.say(ORDER)
        by_hand(shop.service.clear(first.session_id, first.proof))
        for method in (shop.service.read, shop.service.clear):
            with pytest.raises(NoSuchSession, match="cleared"):
                by_hand(method(first.session_id, first.proof))
            with pytest.raises(NoSuchSession, match="no such"):
                by_hand(method(first.session_id, "proof-0"))

    @pytest.mark.parametrize("restarted", [True, False])
    def test_a_cleared_session_does_not_come_back(self, shop: Any, restarted: bool) -> None:
        first = shop.say(ORDER)
        by_hand(shop.service.clear(first.session_id, first.proof))
        if restarted:
            shop.restart()
        answer = shop.say(CONTACT, first)
        assert answer.fresh
        assert answer.reply.flow is None
        assert len(shop.happened(EventName.SESSION_CLEARED)) == 1

    def test_clearing_keeps_the_order_that_was_placed(self, shop: Any) -> None:
        done = shop.say("yes", shop.say(CONTACT, shop.say(ORDER)))
        by_hand(shop.service.clear(done.session_id, done.proof))
        assert len(by_hand(shop.store.orders())) == 1

    def test_the_service_tells_whether_the_store_can_be_read_and_written(
        self, new_shop: Any
    ) -> None:
        shop = new_shop(
            store=MoodyStore(
                shelf=[None, StoreUnavailable(".")], try_write=[None, StoreUnavailable(".")]
            )
        )
        by_hand(shop.service.check_store())
        for _ in ("it cannot be read", "it cannot be written"):
            with pytest.raises(StoreUnavailable):
                by_hand(shop.service.check_store())
        by_hand(shop.service.check_store())
        told = [event.session_id for event in shop.happened(EventName.STORE_UNAVAILABLE)]
        assert told == [None, None]

    @pytest.mark.parametrize(("request_for", "method"), [("read", "load"), ("clear", "delete")])
    def test_a_store_out_of_reach_is_announced_whatever_the_customer_wanted(
        self, new_shop: Any, request_for: str, method: str
    ) -> None:
        store = MoodyStore()
        shop = new_shop(store=store)
        first = shop.say(ORDER)
        store.moods[method] = [StoreUnavailable("It is out of reach.")]
        with pytest.raises(StoreUnavailable):
            by_hand(getattr(shop.service, request_for)(first.session_id, first.proof))
        (told,) = shop.happened(EventName.STORE_UNAVAILABLE)
        assert told.session_id == first.session_id
        assert told.fields == {"reason": "It is out of reach."}


class TestEvents:
    def test_the_seeds_fields_are_logged(self, shop: Any) -> None:
        first = shop.say(ORDER)
        shop.restart()
        shop.events.clear()
        shop.say(CONTACT, first)
        assert [event.name for event in shop.events] == [
            EventName.SESSION_RESTORED,
            EventName.STATE_CHECKED,
            EventName.FLOW_ADVANCED,
            EventName.TURN_SERVED,
        ]
        assert {event.session_id for event in shop.events} == {first.session_id}
        restored, checked, advanced, served = (dict(event.fields) for event in shop.events)
        assert restored == {"seconds": 0.0}
        assert checked == {
            "flow_states": "bulk_order",
            "has_existing_state": True,
            "flow": "bulk_order",
            "step": "collecting_contact",
            "is_active": True,
        }
        assert advanced == {
            "flow": "bulk_order",
            "from_step": "collecting_contact",
            "step": "confirming",
        }
        assert served == {"served_from": "store", "flow": "bulk_order", "step": "confirming"}

    def test_a_new_session_has_no_state_to_be_found(self, shop: Any) -> None:
        shop.say("hello")
        assert [event.name for event in shop.events] == [
            EventName.MODEL_ANSWERED,
            EventName.SESSION_CREATED,
            EventName.STATE_CHECKED,
            EventName.STATE_MISSING,
            EventName.TURN_SERVED,
        ]

    def test_a_completed_flow_is_told_from_a_cancelled_one(self, shop: Any) -> None:
        shop.say("yes", shop.say(CONTACT, shop.say(ORDER)))
        shop.say("cancel", shop.say(ORDER))
        assert len(shop.happened(EventName.FLOW_STARTED)) == 2
        assert len(shop.happened(EventName.FLOW_COMPLETED)) == 1
        assert len(shop.happened(EventName.FLOW_CANCELLED)) == 1

    def test_a_callback_that_is_corrected_is_completed_once(self, shop: Any) -> None:
        arranged = shop.say(
            "nobody answered my call, I am Hari, 9876543210, from Kochi, AC not cooling"
        )
        shop.say("call me on 9123456780 instead", arranged)
        assert len(shop.happened(EventName.FLOW_STARTED)) == 1
        assert len(shop.happened(EventName.FLOW_COMPLETED)) == 1
        (task,) = by_hand(shop.store.callback_tasks())
        assert task.phone == "+919123456780"

    def test_events_hold_nothing_that_the_customer_wrote(self, shop: Any) -> None:
        done = shop.say("yes", shop.say(CONTACT, shop.say(ORDER)))
        shop.say("my secret is swordfish", done)
        told = json.dumps([[event.name, dict(event.fields)] for event in shop.events])
        for word in ("Hari", "hari", "9876543210", "swordfish", done.proof):
            assert word not in told
