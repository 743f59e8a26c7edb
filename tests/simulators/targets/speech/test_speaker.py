"""What customers' pages send, and what they read of the answers, as a TOML file has it."""

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from simulators.conversation import Browser, Cookie
from simulators.errors import TargetError
from simulators.targets.configuration.schema import adapter
from simulators.targets.speech.speaker import Speaker, Understanding
from simulators.targets.speech.wire import Request, Response
from simulators.targets.target import Delivery
from simulators.trace import NO_ANSWER, Answer, JsonValue

NOW = datetime(2026, 11, 27, tzinfo=UTC)
HELLO = Delivery("Hello", "hari", "m1")

TABLES = """
target = { kind = "http", url = "http://127.0.0.1" }
request = { path = "/chat", json = { text = "{text}", session = "{session_id}" } }
reply = { text = "text", session_id = "session" }
"""


class Service:
    """Notes the requests, and answers each in the same way."""

    def __init__(self, document: JsonValue, status: int = 200, **headers: str) -> None:
        self.requests: list[Request] = []
        self.response: Response | None = Response(
            status,
            tuple((name.replace("_", "-"), value) for name, value in headers.items()),
            json.dumps(document).encode(),
        )

    def __call__(self, request: Request) -> Response | None:
        self.requests.append(request)
        return self.response

    @property
    def body(self) -> JsonValue:
        body: JsonValue = json.loads(self.requests[-1].body)
        return body


def speaker(*changes: str, salt: str = "0") -> Speaker:
    """One that speaks by the tables, of which the changes replace those of their names."""
    tables = tomllib.loads(TABLES)
    for change in changes:
        tables |= tomllib.loads(change)
    return Speaker(adapter().validate_python(tables), salt)


def deliver(
    speaks: Speaker, service: Callable[[Request], Response | None], **with_: object
) -> Answer:
    delivery = Delivery(**{"text": "Hello", "customer_id": "hari", "message_id": "m1", **with_})  # type: ignore[arg-type]
    return speaks.deliver(delivery, service, lambda: NOW)


class TestRequests:
    def test_a_session_that_is_not_known_yet_is_left_out(self) -> None:
        service, speaks = Service({"text": "Hi", "session": "s1"}), speaker()
        deliver(speaks, service)
        assert service.body == {"text": "Hello"}
        deliver(speaks, service, session_id="s1")
        assert service.body == {"text": "Hello", "session": "s1"}

    def test_a_customer_whose_page_names_nobody_is_left_out(self) -> None:
        service = Service({"text": "Hi", "session": "s1"})
        speaks = speaker('request = {path = "/", json = {text = "{text}", user = "{customer_id}"}}')
        deliver(speaks, service)
        assert isinstance(service.body, dict)
        assert set(service.body) == {"text", "user"}
        own = service.body
        deliver(speaks, service, customer_id="mallory", claims="hari")
        assert service.body == own
        deliver(speaks, service, names_user=False)
        assert service.body == {"text": "Hello"}

    def test_a_value_in_a_path_does_not_begin_a_new_part(self) -> None:
        service = Service({"text": "Hi"})
        request = 'request = { path = "/say/{text}", query = { to = "{text}" } }'
        deliver(speaker(request), service, text="a/b")
        assert (service.requests[0].path, service.requests[0].query) == ("/say/a%2Fb", "to=a%2Fb")

    def test_a_path_with_a_value_that_is_not_known_is_told_of(self) -> None:
        with pytest.raises(TargetError, match="has a value that is not known yet"):
            deliver(speaker('request = { path = "/{session_id}" }'), Service({}))

    def test_headers_and_forms_have_values_too(self) -> None:
        request = """
        [request]
        path = "/"
        form = { text = "{text}" }
        headers = { "X-Number" = "{message_number}" }
        """
        service = Service({"text": "Hi"})
        deliver(speaker(request), service, text="a b")
        assert service.requests[0].body == b"text=a+b"
        assert dict(service.requests[0].headers)["x-number"] == "1"

    @pytest.mark.parametrize("text", ["\u0d39\u0d32\u0d4b", "Hello\nX-Admin: yes"])
    def test_what_no_header_can_be_is_trouble(self, text: str) -> None:
        request = 'request = { path = "/", headers = { x-text = "{text}" } }'
        with pytest.raises(TargetError, match=r"the header x-text cannot be .*; send it in the"):
            deliver(speaker(request), Service({"text": "Hi"}), text=text)

    def test_a_repeated_message_has_the_same_number_and_identifier(self) -> None:
        request = 'request = { path = "/", json = ["{message_number}", "{message_id}"] }'
        service, speaks = Service({"text": "Hi"}), speaker(request)
        bodies = []
        for number in (1, 2, 1):
            deliver(speaks, service, message_id=f"m{number}", number=number)
            bodies.append(service.body)
        assert bodies[0] == bodies[2] != bodies[1]
        assert [body[0] for body in bodies] == [1, 2, 1]  # type: ignore[index]

    def test_a_message_that_overtakes_another_has_its_own_number(self) -> None:
        request = 'request = { path = "/", json = "{message_number}" }'
        service, speaks = Service({"text": "Hi"}), speaker(request)
        deliver(speaks, service, message_id="m3", number=3)
        assert service.body == 3

    def test_another_salt_makes_other_customers(self) -> None:
        request = 'request = { path = "/", json = "{customer_id}" }'
        service = Service({"text": "Hi"})
        bodies = []
        for salt in "011":
            deliver(speaker(request, salt=salt), service)
            bodies.append(service.body)
        assert bodies[0] != bodies[1] == bodies[2]


class TestReadingAConversation:
    READ = 'read = { path = "/chat/{session_id}", text = "messages[].text" }'

    def shown(self, document: JsonValue, status: int = 200) -> tuple[Service, Answer]:
        service = Service(document, status, retry_after="7", set_cookie="a=b")
        delivery = Delivery("", "hari", "", "s7", (Cookie("a", "b"),))
        return service, speaker(self.READ).read(delivery, service, lambda: NOW)

    def test_each_message_is_a_line(self) -> None:
        service, answer = self.shown({"messages": [{"text": "Hello"}, {"text": 7}]})
        assert (answer.status, answer.text) == (200, "Hello\n7")
        assert [cookie.name for cookie in answer.cookies] == ["a"]
        assert (service.requests[0].method, service.requests[0].path) == ("GET", "/chat/s7")
        assert dict(service.requests[0].headers)["cookie"] == "a=b"

    def test_it_may_be_one_text(self) -> None:
        speaks = speaker('read = { path = "/", text = "page" }')
        service = Service({"page": "Hello, Hari"})
        assert speaks.read(HELLO, service, lambda: NOW).text == "Hello, Hari"

    def test_a_refusal_is_what_it_says(self) -> None:
        _, answer = self.shown({"error": "No such chat."}, 404)
        assert (answer.status, answer.text, answer.retry_after) == (404, "No such chat.", 7.0)

    def test_no_answer_is_none(self) -> None:
        answer = speaker(self.READ).read(
            Delivery("", "hari", "", "s7"), lambda _: None, lambda: NOW
        )
        assert answer == NO_ANSWER

    def test_an_answer_without_it_is_trouble(self) -> None:
        with pytest.raises(
            TargetError, match=r"without messages\[\].text in .*; mend text in .read"
        ):
            self.shown({"title": "A chat"})


class TestConversationsThatTheClientNames:
    REQUEST = 'request = { path = "/", json = ["{conversation_id}", "{conversation_number}"] }'
    REPLY = 'reply = { text = "text" }'

    def test_the_name_stays_until_the_chat_is_cleared(self) -> None:
        speaks = speaker(self.REQUEST, self.REPLY, 'clear = { path = "/clear" }')
        service = Service({"text": "Hi"})
        names = [deliver(speaks, service, message_id=one).session_id for one in ("m1", "m2")]
        speaks.clear(HELLO, service, lambda: NOW)
        names.append(deliver(speaks, service).session_id)
        assert names[0] == names[1] != names[2]
        assert service.body[0] == names[2]  # type: ignore[index]
        assert isinstance(service.body[1], int)  # type: ignore[index]

    def test_a_conversation_is_looked_at_by_its_name_until_the_next_message(self) -> None:
        speaks = speaker(self.REQUEST, self.REPLY, 'clear = { path = "/clear" }')
        service = Service({"text": "Hi"})
        name = deliver(speaks, service).session_id
        assert not speaks.is_cleared(name)
        speaks.clear(HELLO, service, lambda: NOW)
        assert speaks.names(name, {})["conversation_id"] == name
        assert speaks.is_cleared(name)

    def test_one_that_is_cleared_while_a_message_is_served_is_looked_at_by_the_next_name(
        self,
    ) -> None:
        speaks = speaker(self.REQUEST, self.REPLY, 'clear = { path = "/clear" }')
        service, names = Service({"text": "Hi"}), []

        def serving(request: Request) -> Response | None:
            names.append(deliver(speaks, service).session_id)
            return service(request)

        speaks.clear(HELLO, serving, lambda: NOW)
        assert speaks.names(names[0], {})["conversation_id"] != names[0]
        assert not speaks.is_cleared(names[0])

    def test_a_conversation_is_opened_once_before_its_first_message(self) -> None:
        speaks = speaker(self.REQUEST, self.REPLY, 'open = { path = "/open/{conversation_id}" }')
        service = Service({"text": "Hi"})
        deliver(speaks, service)
        deliver(speaks, service, message_id="m2")
        assert [one.path[:5] for one in service.requests] == ["/open", "/", "/"]

    def test_a_session_that_opening_gives_is_used_at_once(self) -> None:
        speaks = speaker(self.REPLY, 'open = { path = "/open", session_id = "id" }')
        service = Service({"text": "Hi", "id": "s7"})
        assert deliver(speaks, service).session_id == "s7"
        assert service.body == {"text": "Hello", "session": "s7"}

    def test_a_conversation_that_cannot_be_opened_is_the_answer(self) -> None:
        speaks = speaker(self.REPLY, 'open = { path = "/open" }')
        answer = deliver(speaks, Service({"error": "come back later"}, 503, retry_after="3"))
        assert (answer.status, answer.text, answer.retry_after) == (503, "come back later", 3.0)


class TestReplies:
    def test_what_a_reply_says_is_found_in_a_list(self) -> None:
        reply = """
        [reply]
        text = "[-1].parts[0].text"
        step = "[-1].step"
        flow = "[-1].flow"
        served_from = "[0]"
        fresh = "[1]"
        quick_replies = "[-1].offers"
        """
        last = {"parts": [{"text": "Hi"}], "step": "s", "flow": "f", "offers": ["yes", "no"]}
        answer = deliver(speaker(reply), Service(["store", True, last]))
        assert (answer.text, answer.flow, answer.step) == ("Hi", "f", "s")
        assert (answer.served_from, answer.fresh, answer.quick_replies) == (
            "store",
            True,
            ("yes", "no"),
        )

    def test_a_step_is_known_by_the_text(self) -> None:
        steps = 'steps = [{ flow = "order", step = "confirming", reply = "[Cc]onfirm" }]'
        answer = deliver(speaker(steps), Service({"text": "Please confirm."}))
        assert (answer.flow, answer.step) == ("order", "confirming")
        assert deliver(speaker(steps), Service({"text": "Hello"})).step is None

    def test_a_new_start_is_known_by_the_text(self) -> None:
        reply = 'reply = { text = "text", fresh_phrase = "start (over|afresh)" }'
        assert deliver(speaker(reply), Service({"text": "Let us start afresh."})).fresh is True
        assert deliver(speaker(reply), Service({"text": "Hello"})).fresh is False

    def test_a_reply_without_its_text_is_trouble(self) -> None:
        with pytest.raises(TargetError, match=r"answered 200 without text in its JSON.*mend text"):
            deliver(speaker(), Service({"txt": "Hi"}))

    @pytest.mark.parametrize(
        ("status", "header", "body", "why"),
        [
            (302, ("location", "/login"), b"", "sends the page to /login; mend path in .request"),
            (202, ("content-length", "0"), b"", "and nothing with it; let the reply come as"),
            (200, ("content-type", "text/html"), b"<p>Hi", "no JSON: <p>Hi; mend path in .request"),
        ],
    )
    def test_an_answer_of_another_kind_is_trouble_with_its_remedy(
        self, status: int, header: tuple[str, str], body: bytes, why: str
    ) -> None:
        with pytest.raises(TargetError, match=f"answered {status}.*{why}"):
            deliver(speaker(), lambda _: Response(status, (header,), body))

    @pytest.mark.parametrize("body", [b"Hi, Hari.", b"42"])
    def test_a_reply_may_be_plain_text(self, body: bytes) -> None:
        plain = Response(200, (("content-type", "text/plain; charset=utf-8"),), body)
        answer = deliver(speaker('reply = { text = "@" }'), lambda _: plain)
        assert answer.text == body.decode()

    def test_json_is_read_as_such_whatever_it_is_called(self) -> None:
        response = Response(200, (("content-type", "text/plain"),), b'{"text": "Hi"}')
        assert deliver(speaker(), lambda _: response).text == "Hi"

    def test_a_reply_without_its_text_is_what_the_customer_sees_where_others_had_one(self) -> None:
        configuration = adapter().validate_python(tomllib.loads(TABLES))
        understanding = Understanding()
        deliver(Speaker(configuration, "0", understanding), Service({"text": "Hi"}))
        speaks = Speaker(configuration, "1", understanding)
        answer = deliver(speaks, Service({"error": "unknown session"}))
        assert (answer.status, answer.text) == (200, "unknown session")
        assert answer.session_id is None

    def test_no_answer_is_no_answer(self) -> None:
        service = Service({})
        service.response = None
        assert deliver(speaker('open = { path = "/" }'), service) == NO_ANSWER
        assert deliver(speaker(), service) == NO_ANSWER


def test_a_tier_that_nobody_knows_is_trouble() -> None:
    speaks = speaker('reply = { text = "text", served_from = "tier" }')
    with pytest.raises(TargetError, match="served from 'cache', where memory, store or new are"):
        deliver(speaks, Service({"text": "Hi", "tier": "cache"}))
    translated = speaker("""
        [reply]
        text = "text"
        served_from = "tier == 'cache' && 'memory' || 'store'"
    """)
    for tier, known in (("cache", "memory"), ("db", "store")):
        answer = deliver(translated, Service({"text": "Hi", "tier": tier}))
        assert answer.served_from == known


def test_steps_that_no_reply_ever_has_are_told() -> None:
    steps = [{"flow": "order", "step": "sure", "reply": "Confim"}]
    understanding = Understanding()
    configuration = adapter().validate_python({**tomllib.loads(TABLES), "steps": steps})
    speaks = Speaker(configuration, "0", understanding)
    deliver(speaks, Service({"text": "Confirm it?", "session": "s1"}))
    assert understanding.finds.silent["steps"] == (
        '[[steps]] knew no reply, as in "Confirm it?"; mend the expressions in reply, or leave the'
        " tables out"
    )
    deliver(speaks, Service({"text": "Confim it?", "session": "s1"}))
    deliver(speaks, Service({"text": "Hello", "session": "s1"}))
    assert understanding.finds.silent["steps"] is None


def test_a_session_cookie_that_never_comes_is_told() -> None:
    tables = {**tomllib.loads(TABLES), "reply": {"text": "text", "session_cookie": "sdi"}}
    understanding = Understanding()
    speaks = Speaker(adapter().validate_python(tables), "0", understanding)
    deliver(speaks, Service({"text": "Hi"}, set_cookie="sid=1"))
    assert understanding.finds.silent == {
        "reply.session_cookie": (
            "[reply] session_cookie = 'sdi' never found anything, as in [\"sid\"]; mend"
            " session_cookie, or leave it out"
        )
    }


class TestCookies:
    REPLY = 'reply = { text = "text", session_cookie = "sid" }'

    def sent(self, set_cookie: str, path: str = "/chat") -> str | None:
        """The cookies of the second message, after the first had that header for an answer."""
        speaks = speaker(self.REPLY, f'request = {{ path = "{path}" }}')
        service = Service({"text": "Hi"}, set_cookie=set_cookie)
        browser = Browser().keep(deliver(speaks, service).cookies)
        deliver(speaks, service, jar=browser.live_cookies(NOW))
        return dict(service.requests[-1].headers).get("cookie")

    def test_the_session_is_the_cookie_also_where_it_is_not_set_again(self) -> None:
        speaks = speaker(self.REPLY)
        answer = deliver(speaks, Service({"text": "Hi"}, set_cookie="sid=s1; Secure; Path=/"))
        assert answer.session_id == "s1"
        jar = (Cookie("sid", "s1"),)
        assert deliver(speaks, Service({"text": "Hi"}), jar=jar).session_id == "s1"

    def test_who_has_lost_the_cookies_that_alone_say_it_begins_another_session(self) -> None:
        speaks = speaker('reply = { text = "text" }', 'request = { path = "/", query = {} }')
        service = Service({"text": "Hi"}, set_cookie="a=b")
        first = deliver(speaks, service)
        jar = Browser().keep(first.cookies).live_cookies(NOW)
        assert deliver(speaks, service, jar=jar).session_id == first.session_id
        second = deliver(speaks, service)
        assert second.session_id not in (None, first.session_id)
        assert deliver(speaks, service, jar=jar).session_id == second.session_id

    def test_who_was_given_no_cookie_goes_on(self) -> None:
        speaks = speaker('reply = { text = "text" }', 'request = { path = "/", query = {} }')
        answers = [deliver(speaks, Service({"text": "Hi"})) for _ in range(2)]
        assert answers[0].session_id == answers[1].session_id

    def test_a_page_that_names_its_conversation_goes_on_without_cookies(self) -> None:
        by_name = 'request = { path = "/", query = { id = "{conversation_id}" } }'
        speaks = speaker('reply = { text = "text" }', by_name)
        service = Service({"text": "Hi"}, set_cookie="a=b")
        assert deliver(speaks, service).session_id == deliver(speaks, service).session_id

    def test_the_session_is_no_cookie_that_goes_elsewhere(self) -> None:
        speaks, elsewhere = speaker(self.REPLY), "sid=s2; Path=/other"
        answer = deliver(
            speaks, Service({"text": "Hi"}, set_cookie=elsewhere), jar=(Cookie("sid", "s1"),)
        )
        assert answer.session_id == "s1"

    def test_a_cookie_that_is_taken_away_at_another_path_stays(self) -> None:
        speaks, away = speaker(self.REPLY), "sid=; Path=/chat; Max-Age=0"
        jar = (Cookie("sid", "s1"),)
        answer = deliver(speaks, Service({"text": "Hi"}, set_cookie=away), jar=jar)
        assert answer.session_id == "s1"
        browser = Browser().keep(jar).keep(answer.cookies)
        assert browser.live_cookies(NOW) == jar

    def test_a_cookie_goes_to_its_path_alone(self) -> None:
        assert self.sent("sid=s1; Path=/chat") == "sid=s1"
        assert self.sent("sid=s1; Path=/other") is None
        assert self.sent("sid=s1; Path=/ch") is None
        assert self.sent("sid=s1", path="/chat/say") == "sid=s1"

    def test_quotes_go_back_as_they_came(self) -> None:
        assert self.sent('sid="s\\0541"') == 'sid="s\\0541"'

    def test_a_cookie_of_another_host_is_ignored(self) -> None:
        answer = deliver(
            speaker(self.REPLY), Service({"text": "Hi"}, set_cookie="sid=s1; Domain=example.com")
        )
        assert (answer.session_id, answer.cookies) == (None, ())

    def test_a_cookie_of_the_service_s_own_name_is_kept(self) -> None:
        target = 'target = { kind = "http", url = "http://localhost:3000" }'
        service = Service({"text": "Hi"}, set_cookie="sid=s1; Domain=localhost; Secure")
        assert deliver(speaker(self.REPLY, target), service).session_id == "s1"

    def test_what_the_opening_sets_goes_with_the_message_and_stays(self) -> None:
        speaks = speaker(self.REPLY, 'open = { path = "/open" }')
        service = Service({"text": "Hi"})
        opening = Response(200, (("set-cookie", "sid=s1; Path=/"),), b"{}")
        answers = iter([opening, None, service.response, service.response])

        def send(request: Request) -> Response | None:
            service(request)
            return next(answers)

        assert deliver(speaks, send) == NO_ANSWER
        answer = deliver(speaks, send)
        assert (answer.session_id, answer.cookies) == ("s1", (Cookie("sid", "s1"),))
        deliver(speaks, send)
        sent = [dict(request.headers).get("cookie") for request in service.requests]
        assert sent == [None, "sid=s1", "sid=s1", None]

    def test_what_a_clear_with_a_query_sets_goes_beside_its_path(self) -> None:
        speaks = speaker('clear = { path = "/chat/clear?next=/other/page" }')
        service = Service({}, set_cookie="a=b")
        answer = speaks.clear(HELLO, service, lambda: NOW)
        assert answer.cookies == (Cookie("a", "b", path="/chat"),)
