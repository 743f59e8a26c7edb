"""The reference target: what each break does to the simulated service, and what can be seen."""

import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from coolwind.memory import SessionMemory
from coolwind.messages import Answer, Message, Tier
from coolwind.service import ChatService
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from simulators.conversation import Cookie, StockedPart
from simulators.errors import TargetError, UsageError
from simulators.targets.interruption import Frozen
from simulators.targets.reference import Parts, ReferenceTarget, build_outbox, build_service
from simulators.targets.simulation.naming import renamed
from simulators.targets.simulation.simulation import START
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes

ORDER = (
    "I need 11 remote controls",
    "My name is Hari, phone 9876543210, email hari@example.com",
    "yes",
)
NOBODYS = "00000000-0000-4000-8000-000000000000"


def test_a_conversation_begins_new_and_goes_on_from_memory(hari: Any) -> None:
    answers = [hari.say(text) for text in ORDER]
    assert [answer.served_from for answer in answers] == ["new", "memory", "memory"]
    assert [answer.step for answer in answers] == ["collecting_contact", "confirming", "complete"]
    assert len({answer.session_id for answer in answers}) == 1


def test_every_capability_is_declared(target: ReferenceTarget) -> None:
    assert target.capabilities == frozenset(Capability)


@pytest.mark.parametrize("capability", [Capability.RESTART, Capability.CRASH, Capability.DEPLOY])
def test_a_node_that_starts_anew_has_only_the_store(
    target: ReferenceTarget, hari: Any, capability: Capability
) -> None:
    before = hari.say(ORDER[0])
    assert target.strike(capability, hari.session_id)
    after = hari.say(ORDER[1])
    assert (after.served_from, after.step) == ("store", "confirming")
    assert after.session_id == before.session_id


@pytest.mark.parametrize("capability", [Capability.EVICT, Capability.CROWD])
def test_a_session_pushed_out_of_memory_comes_back_from_the_store(
    target: ReferenceTarget, hari: Any, writer: Any, capability: Capability
) -> None:
    other = writer(target, "ravi")
    hari.say(ORDER[0])
    other.say("Hello")
    assert target.strike(capability, hari.session_id)
    assert hari.say(ORDER[1]).served_from == "store"


def test_an_eviction_leaves_other_sessions_where_they_are(
    target: ReferenceTarget, hari: Any, writer: Any
) -> None:
    other = writer(target, "ravi")
    hari.say(ORDER[0])
    other.say("Hello")
    target.strike(Capability.EVICT, hari.session_id)
    assert other.say("Hello again").served_from == "memory"


@pytest.mark.parametrize("capability", [Capability.EVICT, Capability.CROWD])
@pytest.mark.parametrize("session_id", [None, "nobody's"])
def test_what_is_not_in_memory_cannot_be_pushed_out(
    target: ReferenceTarget, capability: Capability, session_id: str | None
) -> None:
    assert not target.strike(capability, session_id)


def test_a_crowd_that_memory_holds_pushes_nobody_out(begun: Any, writer: Any) -> None:
    class Hoard(SessionMemory):
        def put(self, session: Any, now: Any) -> None:
            self._capacity = 1_000
            super().put(session, now)

    target = begun(ReferenceTarget(memory=Hoard))
    hari = writer(target)
    hari.say(ORDER[0])
    assert not target.strike(Capability.CROWD, hari.session_id)


def test_a_crowd_is_there_until_the_next_message_was_served(begun: Any, writer: Any) -> None:
    """What it leaves is what an eviction leaves: otherwise each crowd would double the states in
    which the conversation goes on."""
    states = []
    for capability in (Capability.EVICT, Capability.CROWD):
        target = begun(ReferenceTarget())
        hari = writer(target)
        hari.say(ORDER[0])
        assert target.strike(capability, hari.session_id)
        in_a_crowd = any("stranger" in piece for piece in target.describe())
        assert in_a_crowd is (capability is Capability.CROWD)
        hari.say(ORDER[1])
        states.append(renamed(target.describe()))
    assert states[0] == states[1]


def test_the_other_node_has_the_store_and_a_memory_of_its_own(
    target: ReferenceTarget, hari: Any
) -> None:
    hari.say(ORDER[0])
    assert target.strike(Capability.FAILOVER, hari.session_id)
    assert hari.say(ORDER[1]).served_from == "store"
    assert target.strike(Capability.FAILOVER, hari.session_id)
    assert hari.say(ORDER[2]).step == "complete"


def test_a_crash_strikes_the_node_that_serves_and_no_other(
    target: ReferenceTarget, hari: Any
) -> None:
    hari.say("Hello")
    target.strike(Capability.FAILOVER, None)
    target.strike(Capability.CRASH, None)
    target.strike(Capability.FAILOVER, None)
    assert hari.say("Hello").served_from == "memory"


def test_a_deploy_leaves_documents_that_only_a_migration_can_read(begun: Any, writer: Any) -> None:
    stores: list[InMemoryStore] = []

    def store() -> InMemoryStore:
        stores.append(InMemoryStore())
        return stores[-1]

    target = begun(ReferenceTarget(store=store))
    hari = writer(target)
    hari.say(ORDER[0])
    assert target.strike(Capability.DEPLOY, None)
    [stored] = stores[-1].snapshot().sessions.values()
    assert '"schema":1' in stored.document
    assert hari.say(ORDER[1]).step == "confirming"


def test_a_store_that_is_out_is_a_clean_error_and_comes_back(
    target: ReferenceTarget, hari: Any
) -> None:
    hari.say(ORDER[0])
    assert target.strike(Capability.STORE_OUTAGE, None)
    assert not target.strike(Capability.STORE_OUTAGE, None)
    refused = hari.say(ORDER[1])
    assert (refused.status, refused.retry_after, refused.cookies) == (503, 5.0, ())
    assert not target.strike(Capability.SWEEP, None)
    assert target.strike(Capability.STORE_RECOVERY, None)
    assert hari.say(ORDER[1]).step == "confirming"


def test_a_sweep_forgets_what_has_expired(target: ReferenceTarget, hari: Any) -> None:
    hari.say(ORDER[0])
    assert target.observe(hari.session_id).kept is not None
    target.advance(timedelta(hours=24))
    assert target.strike(Capability.SWEEP, None)
    assert target.observe(hari.session_id).kept is None


def test_what_breaks_nothing_is_refused(target: ReferenceTarget) -> None:
    with pytest.raises(TargetError, match="clock is nothing that breaks a service"):
        target.strike(Capability.CLOCK, None)


def test_the_store_is_observed_with_everything_that_a_session_keeps(
    target: ReferenceTarget, hari: Any
) -> None:
    hari.say(ORDER[0])
    kept = target.observe(hari.session_id).kept
    assert kept is not None
    assert kept["customer"] == "hari"
    assert kept["bulk_order"]["step"] == "collecting_contact"  # type: ignore[index,call-overload]
    assert kept["history"][0] == {"author": "customer", "text": ORDER[0]}  # type: ignore[index]


def test_nothing_is_kept_of_a_session_that_nobody_began(target: ReferenceTarget) -> None:
    assert target.observe("nobody's").kept is None
    assert target.observe(None).kept is None


def test_every_effect_is_observed_once(target: ReferenceTarget, hari: Any) -> None:
    for text in (*ORDER, *target.opening("callback", "collecting_problem"), "It does not cool"):
        hari.say(text)
    effects = target.observe(hari.session_id).effects
    assert [row["number"] for row in effects["order"]] == ["CW-20260105-001"]
    assert [row["number"] for row in effects["callback"]] == ["CB-20260105-001"]
    assert sorted(str(row["recipient"]) for row in effects["email"])[0] == "hari@example.com"
    assert len({row["key"] for row in effects["email"]}) == len(effects["email"])


def test_an_email_handed_over_twice_is_one_email(begun: Any, writer: Any) -> None:
    class Forgetful(InMemoryStore):
        handed_over: list[str] = []  # noqa: RUF012

        async def mark_delivered(self, key: str, now: datetime) -> None:
            self.handed_over.append(key)
            if self.handed_over.count(key) > 2:
                await super().mark_delivered(key, now)

    hari = writer(begun(ReferenceTarget(store=Forgetful)))
    for text in ORDER:
        hari.say(text)
    assert len(Forgetful.handed_over) > len(hari.target.observe(None).effects["email"]) == 2


@pytest.mark.parametrize("flow", ["bulk_order", "callback"])
def test_every_step_of_a_flow_has_an_opening_that_leads_there(
    target: ReferenceTarget, writer: Any, flow: str
) -> None:
    steps = {
        "bulk_order": "initial collecting_parts collecting_quantity collecting_contact confirming"
        " complete",
        "callback": "initial collecting_name collecting_phone collecting_location"
        " collecting_problem complete",
    }
    for step in steps[flow].split():
        customer = writer(target, step)
        answers = [customer.say(text) for text in target.opening(flow, step)]
        if step == "initial":
            assert answers == []
        else:
            assert (answers[-1].flow, answers[-1].step) == (flow, step)


def test_an_opening_orders_what_the_shop_sells(target: ReferenceTarget, writer: Any) -> None:
    shelf = (StockedPart("Fan motor", 1_850_00, 1_690_00, 7), StockedPart("Grille", 900, 700, 0))
    target.begin(0, Arrangement(parts=shelf))
    for step in ("collecting_quantity", "collecting_contact", "confirming", "complete"):
        customer = writer(target, step)
        answers = [customer.say(text) for text in target.opening("bulk_order", step)]
        assert (answers[-1].flow, answers[-1].step) == ("bulk_order", step)
    [order] = target.observe(None).effects["order"]
    assert order["lines"][0]["quantity"] == 7


def test_an_unknown_opening_names_those_that_are_known(target: ReferenceTarget) -> None:
    with pytest.raises(UsageError, match="confirming of bulk_order"):
        target.opening("bulk_order", "paying")


def test_the_cookie_counts_before_the_page(target: ReferenceTarget, hari: Any, writer: Any) -> None:
    hari.say(ORDER[0])
    other = writer(target, "ravi")
    other.say("Hello")
    delivery = replace(hari.delivery(ORDER[1]), session_id=other.session_id)
    assert target.deliver(delivery).session_id == hari.session_id


def test_a_session_id_without_its_proof_gets_a_new_session(
    target: ReferenceTarget, hari: Any
) -> None:
    hari.say(ORDER[0])
    stolen = Delivery("Hello", "mallory", "m", hari.session_id)
    answer = target.deliver(stolen)
    assert (answer.served_from, answer.fresh) == ("new", True)
    assert answer.session_id != hari.session_id


def test_a_state_shows_which_session_a_browser_can_prove(
    target: ReferenceTarget, hari: Any
) -> None:
    first = hari.say(ORDER[0])
    proof = {cookie.name: cookie.value for cookie in first.cookies}["chat_session_proof"]
    in_memory_and_store = [piece for piece in target.describe() if proof in piece]
    assert len(in_memory_and_store) == 2


def test_cookies_outlive_the_session_so_that_its_end_can_be_announced(
    target: ReferenceTarget, hari: Any
) -> None:
    first = hari.say(ORDER[0])
    target.advance(timedelta(hours=24))
    second = hari.say(ORDER[1])
    assert (second.served_from, second.fresh) == ("new", True)
    assert all(cookie.expires_at == START + timedelta(days=8) for cookie in first.cookies)


@pytest.mark.parametrize(
    ("delivery", "status"),
    [
        (Delivery("", "hari", "m"), 422),
        (Delivery("\x00", "hari", "m"), 422),
        (Delivery("x" * 70_000, "hari", "m"), 413),
        (Delivery("Hello", "", "m"), 422),
        (Delivery("Hello", "hari", "m" * 200), 422),
        (Delivery("Hello", "hari", "m", "not a session ID"), 422),
        (Delivery("Hello", "hari", "m", "nor this", (Cookie("chat_session_id", NOBODYS),)), 422),
        (Delivery("Hello", "hari", "m", None, (Cookie("chat_session_id", "garbage"),)), 400),
        (Delivery("Hello", "hari", "m", None, (Cookie("chat_session_proof", "gar bage"),)), 400),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(
    target: ReferenceTarget, delivery: Delivery, status: int
) -> None:
    before = target.describe()
    answer = target.deliver(delivery)
    assert answer.status == status
    assert answer.text
    assert target.describe() == before


def test_a_bad_cookie_is_taken_away(target: ReferenceTarget) -> None:
    answer = target.deliver(
        Delivery("Hello", "hari", "m", None, (Cookie("chat_session_id", "garbage"),))
    )
    assert {cookie.name for cookie in answer.cookies} == {"chat_session_id", "chat_session_proof"}
    assert all(cookie.expires_at < target.now() for cookie in answer.cookies if cookie.expires_at)


def test_a_cleared_chat_is_gone_and_its_cookies_too(target: ReferenceTarget, hari: Any) -> None:
    hari.say(ORDER[0])
    cleared = target.clear(hari.delivery(""))
    assert (cleared.status, {cookie.value for cookie in cleared.cookies}) == (204, {""})
    assert target.observe(hari.session_id).kept is None
    assert hari.say(ORDER[0]).served_from == "new"


@pytest.mark.parametrize(
    ("delivery", "status", "takes_cookies"),
    [
        (Delivery("", "hari", ""), 404, True),
        (Delivery("", "hari", "", "00000000-0000-4000-8000-000000000000"), 404, True),
        (Delivery("", "hari", "", None, (Cookie("chat_session_id", "garbage"),)), 400, True),
    ],
)
def test_what_cannot_be_cleared_is_said(
    target: ReferenceTarget, delivery: Delivery, status: int, takes_cookies: bool
) -> None:
    answer = target.clear(delivery)
    assert (answer.status, bool(answer.cookies)) == (status, takes_cookies)


def test_the_lifetimes_are_those_that_were_arranged(target: ReferenceTarget) -> None:
    assert target.lifetimes() == Lifetimes(timedelta(minutes=30), timedelta(hours=24))
    arranged = Arrangement(
        memory_idle_timeout=timedelta(minutes=1), session_expiry=timedelta(hours=2)
    )
    target.begin(0, arranged)
    assert target.lifetimes() == Lifetimes(timedelta(minutes=1), timedelta(hours=2))


def test_a_scenario_can_stock_the_shop(target: ReferenceTarget, hari: Any) -> None:
    target.begin(0, Arrangement(parts=[StockedPart("Copper pipe", 10_000, 9_000, 7)]))
    assert hari.say("I need 6 copper pipe").step == "collecting_contact"
    target.begin(0, Arrangement(parts=[StockedPart("AC remote control", 10_000, 9_000, 7)]))
    assert "₹540.00" in hari.say("I need 6 remote controls").text


def test_the_shop_can_change_its_catalogue(target: ReferenceTarget, hari: Any) -> None:
    hari.say("I need 6 remote controls")
    target.change_catalogue([StockedPart("AC remote control", 10_000, 9_000, 7)])
    assert "6 × AC remote control at ₹90.00" in hari.say("make it 6").text
    assert "only 7 left" in hari.say("make it 8").text
    target.change_catalogue([StockedPart("Thermostat", 10_000, 9_000, 7)])
    assert "One part of your order is no longer sold" in hari.say("make it 6").text


@pytest.mark.parametrize(
    "changed",
    [StockedPart("AC remote control", 45_000, 38_100, 60), StockedPart("Fan", 1, 1, 1)],
    ids=["a price", "the parts"],
)
def test_what_the_shop_sells_is_part_of_the_fingerprint_and_goes_with_the_snapshot(
    target: ReferenceTarget, hari: Any, changed: StockedPart
) -> None:
    usual = [StockedPart("AC remote control", 45_000, 38_000, 60)]
    target.begin(0, Arrangement(parts=usual))
    before, snapshot, delivery = target.describe(), target.snapshot(), hari.delivery("6 remotes")
    first = target.deliver(delivery)
    target.restore(snapshot)
    target.change_catalogue([changed])
    assert target.describe() != before
    target.strike(Capability.RESTART, None)
    assert target.deliver(delivery) != first
    target.restore(snapshot)
    assert target.describe() == before
    assert target.deliver(delivery) == first


def test_a_catalogue_that_is_changed_back_is_the_same_again(target: ReferenceTarget) -> None:
    usual = [StockedPart("AC remote control", 45_000, 38_000, 60)]
    target.begin(0, Arrangement(parts=usual))
    before = target.describe()
    target.change_catalogue([StockedPart("AC remote control", 45_000, 38_000, 5)])
    assert target.describe() != before
    target.change_catalogue(usual)
    assert target.describe() == before


def test_a_scenario_can_make_memory_small(target: ReferenceTarget, hari: Any, writer: Any) -> None:
    target.begin(0, Arrangement(memory_capacity=1))
    hari.say("Hello")
    writer(target, "ravi").say("Hello")
    assert hari.say("Hello").served_from == "store"


def test_a_scenario_can_say_what_the_model_answers(target: ReferenceTarget, hari: Any) -> None:
    target.begin(0, Arrangement(model_answers={"Why?": "Because."}))
    assert hari.say("Why?").text == "Because."
    assert hari.say("Hello").text != "Because."


@pytest.mark.parametrize("failure", ["429", "500", "timeout", "empty"])
def test_a_scenario_can_make_the_model_fail(
    target: ReferenceTarget, hari: Any, failure: str
) -> None:
    target.begin(0, Arrangement(model_failure=failure))
    answer = hari.say("Why is the sky blue?")
    assert (answer.status, answer.intent) == (200, "unavailable")
    assert "model.failed" in [name for name, _ in target.events()]


def test_an_unknown_failure_of_the_model_is_the_users_mistake(target: ReferenceTarget) -> None:
    with pytest.raises(UsageError, match="choose one of 429, 500, timeout, empty"):
        target.begin(0, Arrangement(model_failure="tired"))


def test_events_and_metrics_begin_with_each_conversation(
    target: ReferenceTarget, hari: Any
) -> None:
    hari.say("Hello")
    created = [fields for name, fields in target.events() if name == "session.created"]
    assert [fields["session_id"] for fields in created] == [hari.session_id]
    assert target.metrics()["coolwind_sessions_created_total"] == 1.0
    target.begin(0, Arrangement())
    assert target.events() == []
    assert target.metrics()["coolwind_sessions_created_total"] == 0.0


def test_metrics_hold_nothing_of_the_wall_clock(target: ReferenceTarget, hari: Any) -> None:
    hari.say("Hello")
    assert max(target.metrics().values()) < 10**6


def test_the_same_seed_gives_the_same_conversation(target: ReferenceTarget, hari: Any) -> None:
    first = [hari.say(text) for text in ORDER]
    target.begin(0, Arrangement())
    again = type(hari)(target)
    assert [again.say(text) for text in ORDER] == first
    target.begin(1, Arrangement())
    other = type(hari)(target)
    assert other.say(ORDER[0]).session_id != first[0].session_id


def test_a_target_that_has_not_begun_says_so() -> None:
    with pytest.raises(TargetError, match="call begin first"):
        ReferenceTarget().now()


def test_a_strange_snapshot_is_refused(target: ReferenceTarget) -> None:
    with pytest.raises(TargetError, match="a dict is no snapshot"):
        target.restore({})


# What follows are variations of the service, as the defect gallery has them.


class _Failing(ChatService):
    async def handle(self, message: Message) -> Answer:
        if message.text == "fail":
            raise KeyError("step")
        return await super().handle(message)


def _with(cls: type[ChatService]) -> Callable[[Parts], ChatService]:
    def build(parts: Parts) -> ChatService:
        return cls(**{name: getattr(parts, name) for name in _PORTS})

    return build


_PORTS = (
    *("clock", "ids", "store", "model", "catalogue", "flows", "memory", "turns", "listener"),
    "expiry",
)


def test_what_a_service_raises_is_an_error_to_the_customer_and_an_event(
    begun: Any, writer: Any
) -> None:
    target = begun(ReferenceTarget("failing", _with(_Failing)))
    answer = writer(target).say("fail")
    assert (answer.status, answer.cookies) == (500, ())
    [(name, fields)] = target.events()
    assert name == "service.failed"
    assert "KeyError" in str(fields["error"])
    assert "test_reference.py" in str(fields["at"])
    assert target.name == "failing"
    assert target.metrics()["coolwind_sessions_created_total"] == 0.0


def test_a_failing_outbox_does_not_spoil_the_answer(begun: Any, writer: Any) -> None:
    class Broken:
        async def deliver_pending(self) -> int:
            raise ValueError("no mail today")

    target = begun(ReferenceTarget(outbox=lambda _: Broken()))
    assert writer(target).say("Hello").status == 200
    assert target.events()[-1][0] == "service.failed"


class _Leaking(ChatService):
    """Lets everybody into the first session."""

    first: str | None = None

    async def handle(self, message: Message) -> Answer:
        answer = await super().handle(message)
        self.first = self.first or answer.session_id
        return replace(answer, session_id=self.first)


def test_a_crowd_takes_no_session_of_somebody_elses_with_it(begun: Any, writer: Any) -> None:
    target = begun(ReferenceTarget(build=_with(_Leaking)))
    hari = writer(target)
    hari.say(ORDER[0])
    assert target.strike(Capability.CROWD, hari.session_id)
    hari.say(ORDER[1])
    assert hari.say("yes").step == "complete"


class _Counting(ChatService):
    """Keeps something in an attribute that no port knows of."""

    heard = 0

    def __init__(self, **ports: Any) -> None:
        super().__init__(**ports)
        self.notes: dict[str, list[str]] = {}

    async def handle(self, message: Message) -> Answer:
        self.heard += 1
        self.notes.setdefault("heard", []).append(message.text)
        answer = await super().handle(message)
        return replace(answer, reply=replace(answer.reply, text=f"{self.heard} {self.notes}"))


def test_what_a_service_keeps_in_its_attributes_goes_with_the_snapshot(
    begun: Any, writer: Any
) -> None:
    target = begun(ReferenceTarget(build=_with(_Counting)))
    hari = writer(target)
    hari.say("one")
    snapshot, delivery = target.snapshot(), hari.delivery("two")
    first = target.deliver(delivery)
    target.restore(snapshot)
    assert target.deliver(delivery) == first


def test_what_a_service_keeps_in_its_attributes_is_part_of_the_fingerprint(begun: Any) -> None:
    target = begun(ReferenceTarget(build=_with(_Counting)))
    before = target.describe()
    target.deliver(Delivery("", "hari", ""))
    assert target.describe() == before
    target.deliver(Delivery("one", "hari", "", "00000000-0000-4000-8000-000000000000"))
    assert target.describe() != before


def _described_with(meaning: object, begun: Any, writer: Any) -> Any:
    """The state of a service that keeps the meaning of a message in memory."""

    class Noting(SessionMemory):
        def put(self, session: Session, now: datetime) -> None:
            states: Any = {"notes": {"meaning": meaning}}
            super().put(replace(session, states=states), now)

    target = begun(ReferenceTarget(memory=Noting))
    writer(target).say("hello")
    return target.describe()


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        ({1: 2}, {"1": 2}),
        (("a", "b"), ["a", "b"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Tier.STORE, "store"),
    ],
)
def test_what_json_takes_away_from_a_state_is_part_of_the_fingerprint(
    stored: object, restored: object, begun: Any, writer: Any
) -> None:
    assert _described_with(stored, begun, writer) != _described_with(restored, begun, writer)


@pytest.mark.parametrize("meaning", [{1: 2, "1": 2}, {1, "1", None}])
def test_a_state_that_json_cannot_sort_is_described_all_the_same(
    meaning: object, begun: Any, writer: Any
) -> None:
    assert _described_with(meaning, begun, writer) == _described_with(meaning, begun, writer)


def test_the_order_of_a_set_is_no_part_of_the_fingerprint(begun: Any, writer: Any) -> None:
    one, other = ({*words} for words in (range(0, 80, 8), range(72, -8, -8)))
    assert list(one) != list(other)
    assert _described_with(one, begun, writer) == _described_with(other, begun, writer)


class _Closing(ChatService):
    def __init__(self, *, closed: list[str], **ports: Any) -> None:
        super().__init__(**ports)
        self._closed = closed

    async def close(self) -> None:
        self._closed.append("closed")


def test_only_a_graceful_stop_lets_a_service_close(begun: Any) -> None:
    closed: list[str] = []
    target = begun(
        ReferenceTarget(
            build=lambda parts: _Closing(
                closed=closed, **{name: getattr(parts, name) for name in _PORTS}
            )
        )
    )
    target.strike(Capability.CRASH, None)
    assert closed == []
    target.strike(Capability.RESTART, None)
    assert closed == ["closed"]
    target.strike(Capability.DEPLOY, None)
    assert closed == ["closed"] * 3


def test_a_dead_incarnation_that_uses_the_store_is_found_out(begun: Any, writer: Any) -> None:
    living: list[ChatService] = []

    def build(parts: Parts) -> ChatService:
        living.append(_with(ChatService)(parts))
        return living[0]

    target = begun(ReferenceTarget(build=build))
    target.strike(Capability.CRASH, None)
    with pytest.raises(TargetError, match="an incarnation of the service that is dead"):
        writer(target).say("Hello")


def test_one_that_is_used_from_another_world_is_found_out(begun: Any, writer: Any) -> None:
    ever: list[Parts] = []

    class Keeping(ChatService):
        async def handle(self, message: Message) -> Answer:
            await ever[0].store.tombstone(NOBODYS)
            return await super().handle(message)

    def build(parts: Parts) -> ChatService:
        ever.append(parts)
        return _with(Keeping)(parts)

    assert not writer(begun(ReferenceTarget(build=build)), "hari").say("Hello").is_error
    other = writer(begun(ReferenceTarget(build=build)), "hari")
    with pytest.raises(TargetError, match=r"zombie write: .* called store.tombstone; let nothing"):
        other.say("Hello")


def test_a_service_that_leaves_the_simulation_is_found_out(begun: Any, writer: Any) -> None:
    import time

    class Impatient(ChatService):
        async def handle(self, message: Message) -> Answer:
            time.sleep(0)
            return await super().handle(message)

    target = begun(ReferenceTarget(build=_with(Impatient)))
    with pytest.raises(TargetError, match=r"time\.sleep was called outside .* in .*handle"):
        writer(target).say("Hello")


class _Forgetful(InMemoryStore):
    async def load(self, session_id: str) -> None:
        del session_id


def test_another_store_takes_the_place_of_the_usual_one(begun: Any, writer: Any) -> None:
    target = begun(ReferenceTarget(store=_Forgetful))
    hari = writer(target)
    hari.say("Hello")
    target.strike(Capability.CRASH, None)
    assert hari.say("Hello").served_from == "new"


def test_the_default_pieces_make_the_correct_service(begun: Any, writer: Any) -> None:
    target = begun(ReferenceTarget("x", build_service, outbox=build_outbox))
    assert [writer(target).say(text).status for text in ORDER] == [200] * 3


def test_a_document_that_nobody_can_read_is_observed_as_such(begun: Any, writer: Any) -> None:
    class Scribbling(InMemoryStore):
        async def commit(self, commit: Any) -> None:
            await super().commit(commit)
            sessions = {
                key: replace(stored, document="{}")
                for key, stored in self.snapshot().sessions.items()
            }
            self.restore(replace(self.snapshot(), sessions=sessions))

    target = begun(ReferenceTarget(store=Scribbling))
    hari = writer(target)
    hari.say("Hello")
    kept = target.observe(hari.session_id).kept
    assert kept is not None
    assert "cannot be read" in str(kept["unreadable"])
    assert target.describe()
    with pytest.raises(TargetError, match="the previous release could not have stored this"):
        target.strike(Capability.DEPLOY, None)


def test_the_points_of_a_turn_are_discovered(target: ReferenceTarget, hari: Any) -> None:
    for text in ORDER:
        hari.say(text)
    points = target.points()
    assert [point.name for point in points if not point.changes] == [
        *("store.tombstone_with #1", "store.shelf #1", "store.pending #1", "store.pending #2"),
        "store.count_waiting #1",
    ]
    assert [point.name for point in points if point.changes] == [
        *("store.commit #1", "mail.deliver #1", "store.mark_delivered #1"),
        *("mail.deliver #2", "store.mark_delivered #2"),
    ]
    assert [point.name for point in points if point.is_first] == ["store.tombstone_with #1"]
    assert not target.was_interrupted()
    hari.say("Do you like cricket?")
    assert "model.complete #1" in [point.name for point in target.points()]


@pytest.mark.parametrize("break_", ["crash before", "crash after"])
def test_a_crash_inside_a_turn_gives_no_answer_and_another_incarnation(
    target: ReferenceTarget, hari: Any, break_: str
) -> None:
    for text in ORDER[:2]:
        hari.say(text)
    target.interrupt(break_, "store.commit #1")
    delivery = hari.delivery(ORDER[2])
    assert hari.deliver(delivery).is_missing
    assert target.was_interrupted()
    stored = break_ == "crash after"
    assert len(target.observe(None).effects["order"]) == stored
    again = hari.deliver(delivery)
    assert (again.status, again.step, again.served_from) == (200, "complete", "store")
    assert not target.was_interrupted()
    assert [len(target.observe(None).effects[kind]) for kind in ("order", "email")] == [1, 2]


@pytest.mark.parametrize(
    ("break_", "point"),
    [
        *product(("crash before", "crash after"), ("mail.deliver #1", "store.mark_delivered #1")),
        *product(("error before", "error after", "timeout"), ("store.mark_delivered #1",)),
    ],
)
def test_an_email_that_is_interrupted_comes_round_again_and_is_one(
    target: ReferenceTarget, hari: Any, break_: str, point: str
) -> None:
    for text in ORDER[:2]:
        hari.say(text)
    target.interrupt(break_, point)
    assert hari.say(ORDER[2]).status == 200
    assert target.was_interrupted()
    emails = target.observe(None).effects["email"]
    assert len(emails) == 2
    hari.say("Hello")
    assert target.observe(None).effects["email"] == emails


def test_a_turn_with_another_failure_is_a_clean_error_that_can_be_tried_again(
    target: ReferenceTarget, hari: Any
) -> None:
    began = target.now()
    target.interrupt("timeout", "store.commit #1")
    delivery = hari.delivery(ORDER[0])
    assert hari.deliver(delivery).status == 503
    assert target.now() - began == timedelta(seconds=10)
    assert hari.deliver(delivery).step == "collecting_contact"


def test_an_unknown_break_names_those_that_there_are(target: ReferenceTarget) -> None:
    with pytest.raises(UsageError, match="there is no break 'earthquake'; there are crash before"):
        target.interrupt("earthquake", "store.commit #1")


class _Tidy(ChatService):
    tidied = 0

    async def handle(self, message: Message) -> Answer:
        try:
            return await super().handle(message)
        finally:
            await self._store.try_write()
            type(self).tidied += 1


class _Interrupted(ChatService):
    async def handle(self, message: Message) -> Answer:
        try:
            return await super().handle(message)
        except Frozen:
            # As where somebody ends the run just then.
            raise KeyboardInterrupt from None


def test_who_ends_the_run_while_the_dead_are_buried_is_heard(begun: Any, writer: Any) -> None:
    target = begun(ReferenceTarget(build=_with(_Interrupted)))
    target.interrupt("crash after", "store.commit #1")
    assert writer(target).say("Hello").is_missing
    with pytest.raises(KeyboardInterrupt):
        target.close()


def test_what_died_inside_a_turn_is_never_resumed_and_ends_in_silence(
    begun: Any, writer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ends.append)
    target = begun(ReferenceTarget(build=_with(_Tidy)))
    hari = writer(target)
    hari.say("Hello")
    target.interrupt("crash after", "store.commit #1")
    assert hari.say("Hello").is_missing
    assert hari.say("Hello").status == 200
    target.close()
    gc.collect()
    assert (_Tidy.tidied, ends) == (2, [])


def test_what_another_store_keeps_beside_its_contents_is_a_durable_change(
    begun: Any, writer: Any
) -> None:
    class Counting(InMemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.loads: dict[str, int] = {}

        async def load(self, session_id: str) -> Any:
            self.loads[session_id] = self.loads.get(session_id, 0) + 1
            return await super().load(session_id)

    changed = {}
    for store in (InMemoryStore, Counting):
        target = begun(ReferenceTarget(store=store))
        hari = writer(target)
        hari.say(ORDER[0])
        target.strike(Capability.RESTART, hari.session_id)
        hari.say(ORDER[1])
        changed[store] = [point.name for point in target.points() if point.changes]
    assert "store.load #1" not in changed[InMemoryStore]
    assert changed[Counting] == ["store.load #1", *changed[InMemoryStore]]
