"""Run records as a real run writes them."""

from dataclasses import replace

import pytest

from reports.record import (
    Cell,
    Exploration,
    FaultColumn,
    FindingFound,
    Line,
    Record,
    RunEnded,
    RunStarted,
    ScenarioPlayed,
    WrittenStep,
)
from reports.reproducer import Arranged, ArrangedPart, Reproducer, ScriptedAction

SESSION = "b840918e-9665-48be-9533-a000bfceb596"
OTHER_SESSION = "50be7ff3-88f2-4d52-890c-9e95a3716f7b"
FAULTS = (
    ("restart", "transparent", "The service stops in good order and starts again."),
    ("crash", "transparent", "The process dies and starts again."),
    ("eviction", "transparent", "Memory drops this session."),
    ("memory-pressure", "transparent", "Other sessions push this one out of memory."),
    ("idle-timeout", "transparent", "Time passes until the session leaves memory."),
    ("failover", "transparent", "Another node on the same store takes over."),
    ("deploy", "transparent", "The service restarts with a newer state schema."),
    ("reload", "transparent", "The page loses its memory."),
    ("new-tab", "transparent", "The customer goes on in a new tab."),
    ("duplicate", "transparent", "The last message is delivered once more."),
    ("lost-cookie", "fresh", "The cookie jar is emptied."),
    ("expiry", "fresh", "The session expires in the store."),
    ("clear-chat", "fresh", "The customer clears the chat."),
)
STEPS = (
    (None, None),
    ("bulk_order", "collecting_contact"),
    ("bulk_order", "confirming"),
    ("callback", "collecting_contact"),
)
CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"
GHERKIN = f"""Scenario: An order survives a crash after turn 1
  When the customer writes "Hi so i need to buy 11 remote controls"
  And the service crashes
  And the customer writes "{CONTACT}"
  Then the session ID is the same as in turn 1
  And the conversation is at step "confirming" of "bulk_order"
"""


def _turns(session: str = SESSION, tier: str = "memory") -> tuple[Line, ...]:
    customer = "the customer"
    return (
        Line(
            1,
            customer,
            "Hi so i need to buy 11 remote controls",
            "11 × remote control at the bulk price of ₹250 each. To confirm your order, please "
            "provide: name, phone, email.",
            200,
            SESSION,
            "new",
            "bulk_order",
            "collecting_contact",
        ),
        Line(
            2,
            customer,
            CONTACT,
            "Perfect, Hari! Pickup location: Thiruvalla, Kerala, ready in 2 to 4 hours. "
            "Confirm this order?",
            200,
            session,
            tier,
            "bulk_order",
            "confirming",
        ),
        Line(
            3,
            customer,
            "yes",
            "Your order CW-20251016-001 is placed.",
            200,
            session,
            "memory",
            "bulk_order",
            "initial",
        ),
    )


def _crash() -> Line:
    evidence = "the process died, incarnation 2 answers"
    return Line(1, "the customer", "", evidence, fault="crash")


@pytest.fixture
def clean() -> tuple[Line, ...]:
    """The seed's conversation with no fault."""
    return _turns()


@pytest.fixture
def faulted(clean: tuple[Line, ...]) -> tuple[Line, ...]:
    """The seed's conversation on its old code, with a crash after the first turn."""
    lost = replace(
        clean[1],
        reply="Sure! Could you tell me your delivery location?",
        session_id=OTHER_SESSION,
        served_from="new",
        flow=None,
        step=None,
    )
    odd = replace(clean[2], reply="Great! How can I help you today?", session_id=OTHER_SESSION)
    return (clean[0], _crash(), lost, replace(odd, flow=None, step=None))


@pytest.fixture
def started() -> RunStarted:
    """A run with every fault of the catalogue."""
    return RunStarted(
        coolwind="0.1.0",
        python="3.11.9",
        target="reference",
        seed=1,
        depth=1,
        faults=tuple(FaultColumn(*fault) for fault in FAULTS),
        paths=("features",),
        started_at="2026-11-22T10:00:00Z",
    )


@pytest.fixture
def explored() -> Exploration:
    """Every fault at every step came through, but for those that could not be tried."""
    cells = tuple(
        Cell(flow, step, name, 1, 1, "fresh" if contract == "fresh" else "restored")
        for flow, step in STEPS[:3]
        for name, contract, _ in FAULTS
        if (step, name) != ("confirming", "deploy")
    )
    tiers = {"memory": 60, "store": 40, "new": 20}
    return Exploration("pass", len(cells), 120, cells, tiers)


@pytest.fixture
def order(clean: tuple[Line, ...], explored: Exploration) -> ScenarioPlayed:
    """The seed's conversation as a scenario that passed."""
    return ScenarioPlayed(
        name="A bulk order is placed",
        feature="bulk_order.feature",
        line=7,
        tags=("survives",),
        status="passed",
        seconds=0.25,
        transcript=clean,
        exploration=explored,
        counts={
            "created": 1,
            "restored": 3,
            "answered": 7,
            "started:bulk_order": 1,
            "completed:bulk_order": 1,
        },
    )


@pytest.fixture
def callback() -> ScenarioPlayed:
    """A scenario without fault plans."""
    return ScenarioPlayed(
        name="A missed call is called back",
        feature="callback.feature",
        line=3,
        tags=(),
        status="passed",
        seconds=0.1,
        transcript=(
            Line(
                1,
                "Asha",
                "I called and nobody answered",
                "Sorry! What is your name and phone number?",
                200,
                OTHER_SESSION,
                "new",
                "callback",
                "collecting_contact",
            ),
        ),
        counts={"created": 1, "answered": 3, "started:callback": 2, "completed:callback": 1},
    )


@pytest.fixture
def finding(clean: tuple[Line, ...], faulted: tuple[Line, ...]) -> FindingFound:
    """The silent reset of the seed's old code."""
    return FindingFound(
        finding_id="F1",
        scenario="A bulk order is placed",
        feature="bulk_order.feature",
        line=7,
        law="session",
        outcome="silent-reset",
        field="session_id",
        plan="crash after turn 1",
        plans=9,
        turn=2,
        sentence="After a crash the customer's bulk order is lost without a word: "
        "a new session answers.",
        expected=SESSION,
        actual=OTHER_SESSION,
        gherkin=GHERKIN,
        clean=clean,
        faulted=faulted,
        reproduced=9,
        replays=10,
        reproducer=Reproducer(
            "service:Seed",
            0,
            Arranged(parts=(ArrangedPart("AC remote control", 40_000, 38_000, 20),)),
            tuple(ScriptedAction("say", line.customer, line.text) for line in clean),
            ("crash after turn 1",),
        ),
    )


@pytest.fixture
def passing(started: RunStarted, order: ScenarioPlayed, callback: ScenarioPlayed) -> Record:
    """A run that passed."""
    return Record(started, (order, callback), (), RunEnded("pass", 1.5))


@pytest.fixture
def failing(passing: Record, order: ScenarioPlayed, finding: FindingFound) -> Record:
    """A run on the seed's old code."""
    assert order.exploration is not None
    lost = {"restart", "crash", "eviction", "memory-pressure", "idle-timeout", "failover"}
    cells = tuple(
        replace(cell, outcome="silent-reset") if cell.fault in lost and cell.flow else cell
        for cell in order.exploration.cells
    )
    explored = replace(order.exploration, verdict="fail", cells=cells)
    broken = replace(order, exploration=explored)
    failed = replace(
        order,
        name="An order goes on after a restart",
        line=30,
        status="failed",
        message="turn 2 has another session ID than turn 1",
        exploration=None,
        transcript=finding.faulted,
        counts={},
    )
    skipped = replace(
        order, name="A later one", line=40, status="skipped", exploration=None, transcript=()
    )
    scenarios = (broken, failed, skipped, passing.scenarios[1])
    return Record(passing.started, scenarios, (finding,), RunEnded("fail", 2.5))


@pytest.fixture
def partial(failing: Record) -> Record:
    """The same run, killed before its end."""
    return replace(failing, scenarios=failing.scenarios[:1], findings=(), ended=None)


@pytest.fixture
def empty(started: RunStarted) -> Record:
    """A run that was killed at its start."""
    return Record(replace(started, faults=()))


@pytest.fixture
def many(failing: Record, finding: FindingFound) -> Record:
    """A run with 1,000 findings."""
    findings = tuple(
        replace(
            finding,
            finding_id=f"F{number}",
            scenario=f"Scenario {number % 50}",
            plan=f"crash after turn {number}",
            actual=f"50be7ff3-88f2-4d52-890c-{number:012d}",
        )
        for number in range(1000)
    )
    return replace(failing, findings=findings)


@pytest.fixture
def hostile(failing: Record, finding: FindingFound) -> Record:
    """A run in which customers and the service wrote the worst they could."""
    script = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    turned = "\u202egnihton\u202c \u2066hidden\u2069"
    broken = "\x1b[31mred\x07\x00 \ud800 ``` | {{ 7*7 }} ]]> <!-- @everyone #1\r\nsecond line"
    text = f"{script} {turned} {broken}"
    long = "x" * 1_000_000
    lines = (
        Line(1, text, text, long, 500, text, text, text, text),
        Line(1, text, "", text, fault=text),
    )
    bad = replace(
        finding,
        finding_id=text,
        scenario=text,
        feature=text,
        law=text,
        outcome=text,
        field=text,
        plan=text,
        sentence=text,
        expected=text,
        actual=long,
        gherkin=text,
        clean=lines,
        faulted=lines,
    )
    scenario = ScenarioPlayed(
        text,
        text,
        1,
        (text,),
        "failed",
        0.0,
        text,
        lines,
        Exploration("fail", 10**40, 1, (Cell(text, text, text, 1, 1, text),), {text: 1}, (text,)),
        {"started:" + text: 1},
        steps=(WrittenStep(text, long, 0, ((text, long),)), WrittenStep("", "", 1, (), text)),
    )
    started = replace(failing.started, target=text, paths=(text,), uncovered=(text, f"`{text}"))
    return Record(started, (scenario,), (bad,), RunEnded("fail", 1.0, (text,)))
