"""Scenarios on applications that are not ours, played as any project plays them."""

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.plugin.playing
import simulators.targets.asgi
import simulators.targets.reference  # noqa: F401
from reports.record_file import read_record

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.usefixtures("findings_are_played_again_but_twice")

CHATS = '''
"""Chats that count the messages of a session."""

import asyncio
import datetime
import json
import pathlib
import uuid

FILE = pathlib.Path("kept.json")
LEFT = {}


def reset():
    FILE.unlink(missing_ok=True)


class Chat:
    def __init__(self, says="Message {count}"):
        self.sessions = json.loads(FILE.read_text()) if FILE.exists() else {}
        self.says = says

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        message = json.loads((await receive())["body"])
        session_id = message.get("sessionId")
        if session_id not in self.sessions:
            session_id = str(uuid.uuid4())
        self.sessions.setdefault(session_id, {})[message["messageId"]] = message["message"]
        self.keep()
        text = self.says.format(count=len(self.sessions[session_id]), number=uuid.uuid4())
        body = json.dumps({"response": {"text": text}, "sessionId": session_id}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    def keep(self):
        FILE.write_text(json.dumps(self.sessions))


class Forgetful(Chat):
    def keep(self):
        pass


class Leaving(Forgetful):
    def __init__(self):
        super().__init__()
        self.sessions = LEFT


class Idling(Forgetful):
    def __init__(self):
        super().__init__()
        self.used_at = datetime.datetime.now()

    async def __call__(self, scope, receive, send):
        if datetime.datetime.now() - self.used_at > datetime.timedelta(minutes=30):
            self.sessions.clear()
        self.used_at = datetime.datetime.now()
        await super().__call__(scope, receive, send)


class Ageing(Chat):
    began_at = None

    async def __call__(self, scope, receive, send):
        self.began_at = self.began_at or datetime.datetime.now()
        if datetime.datetime.now() - self.began_at > datetime.timedelta(minutes=45):
            self.sessions.clear()
        await super().__call__(scope, receive, send)


class Wedging(Chat):
    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and self.sessions and not self.has_begun:
            await asyncio.Event().wait()
        self.has_begun |= scope["type"] == "http"
        await super().__call__(scope, receive, send)

    has_begun = False


class Raising(Chat):
    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        raise LookupError("no such chat\\nat all")


def wedging():
    return Wedging()


def raising():
    return Raising()


def correct():
    return Chat()


def forgetful():
    return Forgetful()


def leaving():
    return Leaving()


def idling():
    return Idling()


def ageing():
    return Ageing()


def fickle():
    return Chat("Message {count} of {number}")
'''

CRASH = """
Feature: Chats
  Scenario: A crash between two messages
    When the customer says "One"
    And the server crashes
    And the customer says "Two"
    Then the outcome is "{outcome}"
"""


THREE = """
Feature: Chats
  @survives
  Scenario: Three messages
    When the customer says "One"
    And the customer says "Two"
    And the customer says "Three"
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nstrict = true\nfilterwarnings = error\n")
    pytester.makepyfile(chats=CHATS)
    pytester.syspathinsert()


def run(pytester: pytest.Pytester, factory: str, text: str, *more: str) -> pytest.RunResult:
    pytester.makefile(".feature", chats=text)
    return pytester.runpytest_inprocess(f"--coolwind-target=asgi:chats:{factory}", *more)


@pytest.mark.parametrize(
    ("factory", "outcome"),
    [("correct", "restored"), ("forgetful", "silent-reset"), ("fickle", "inconclusive")],
)
def test_the_outcome_of_an_application_is_what_it_is(
    pytester: pytest.Pytester, factory: str, outcome: str
) -> None:
    run(pytester, factory, CRASH.format(outcome=outcome)).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("factory", "outcome", "found"),
    [
        ("correct", "silent-reset", "restored"),
        ("forgetful", "restored", "silent-reset"),
        ("fickle", "restored", "inconclusive"),
    ],
)
def test_another_outcome_fails_the_scenario(
    pytester: pytest.Pytester, factory: str, outcome: str, found: str
) -> None:
    result = run(pytester, factory, CRASH.format(outcome=outcome))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [f"chats.feature:6: *{outcome}*", f"expected the outcome '{outcome}', found '{found}'"]
    )


def test_a_conversation_goes_on_after_a_check_on_its_outcome(pytester: pytest.Pytester) -> None:
    later = '    And the reply is "Message 2"\n    When the customer says "Three"\n'
    text = CRASH.format(outcome="restored") + later + '    Then the reply is "Message 3"\n'
    run(pytester, "correct", text).assert_outcomes(passed=1)


RESTART = """
Feature: Chats
  Scenario: A chat
    When the customer says "One"
    And the server restarts
    And the customer says "Two"
    Then the reply is "Message 2"
"""


def test_what_it_raises_for_every_message_is_told(pytester: pytest.Pytester) -> None:
    result = run(pytester, "raising", THREE)
    result.assert_outcomes(failed=1)
    told = "*every message with status 500*its log has 'LookupError: no such chat'*"
    result.stdout.fnmatch_lines([told])


RESTARTS = pytest.mark.parametrize("more", [(), ("--coolwind-faults=restart",)])


@RESTARTS
def test_what_outlives_a_restart_in_a_module_is_no_pass(
    pytester: pytest.Pytester, more: tuple[str, ...]
) -> None:
    result = run(pytester, "leaving", RESTART, *more)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*inconclusive: *a conversation left in chats.LEFT outlived*"])


@RESTARTS
def test_what_is_in_a_store_outlives_it_rightly(
    pytester: pytest.Pytester, more: tuple[str, ...]
) -> None:
    run(pytester, "correct", RESTART, *more).assert_outcomes(passed=1)


IDLE = """
[target]
kind = "asgi"
app = "chats:{factory}"

[request]
method = "POST"
path = "/chat"
json = {{ message = "{{text}}", messageId = "{{message_id}}", sessionId = "{{session_id}}" }}

[reply]
text = "response.text"
session_id = "sessionId"

[faults]
idle_timeout = "30m"
"""


@pytest.mark.parametrize(
    ("factory", "plan", "shown"),
    [
        ("idling", "after-idle-timeout after turn 1 (and 1 more)", "is one tick past"),
        (
            "ageing",
            "before-idle-timeout after turn 1, before-idle-timeout after turn 2 (and 2 more)",
            "is one tick before",
        ),
    ],
)
def test_a_session_that_is_lost_by_its_age_is_found(
    pytester: pytest.Pytester, factory: str, plan: str, shown: str
) -> None:
    pytester.makefile(".toml", chat=IDLE.format(factory=factory))
    pytester.makefile(".feature", chats=THREE)
    faults = "--coolwind-faults=before-idle-timeout,idle-timeout,after-idle-timeout"
    result = pytester.runpytest_inprocess("--coolwind-target=chat.toml", faults)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*silent-reset: *",
            f"plan: {plan}",
            f"*And the customer's session {shown} its idle timeout",
        ]
    )


def test_one_that_hangs_after_a_restart_is_wedged(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.targets.lives._QUIET", 0.1)
    monkeypatch.setattr("simulators.targets.lives._TIMES_AS_LONG", 0)
    plain = RESTART.replace("    And the server restarts\n", "")
    result = run(pytester, "wedging", plain, "--coolwind-faults=restart")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*wedged: The message of turn 2 is not answered*",
            "*plan: restart after turn 1*",
            '*When the customer says "One"',
            "*And the server restarts",
            '*And the customer says "Two"',
            "*Then the customer's message is accepted",
        ]
    )


def test_the_outcome_after_a_restart_that_was_none_is_open(pytester: pytest.Pytester) -> None:
    result = run(pytester, "leaving", CRASH.format(outcome="restored"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["expected the outcome 'restored', found 'inconclusive'"])


def test_two_messages_at_once_are_served(pytester: pytest.Pytester) -> None:
    at_once = "--coolwind-faults=double-click,concurrent-turn"
    options = (at_once, "--coolwind-depth=1", "--coolwind-record=record")
    run(pytester, "correct", THREE, *options)
    record = read_record(pytester.path / "record")
    (played,) = record.scenarios
    assert played.exploration is not None
    assert {"double-click", "concurrent-turn"} <= {one.fault for one in played.exploration.cells}
    assert record.started.uncovered == ()
