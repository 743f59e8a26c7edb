"""Speaks with a service as its customers' pages do, in the words of `coolwind.toml`."""

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from simulators.conversation import Browser, Cookie
from simulators.errors import TargetError
from simulators.targets.configuration.expressions import Finds, as_text, found
from simulators.targets.configuration.pages import kept_in
from simulators.targets.configuration.tables import (
    Configuration,
    ReadTable,
    ReplyTable,
    RequestTable,
)
from simulators.targets.configuration.templates import Values
from simulators.targets.cookies.places import carried, place_of
from simulators.targets.speech.requests import Table, quote_path, request_of
from simulators.targets.speech.speech import Send
from simulators.targets.speech.wire import Request, Response, sentence
from simulators.targets.target import Delivery
from simulators.trace import NO_ANSWER, TIERS, Answer, JsonValue

_LARGEST_NUMBER: Final = 2**31
_OF_CONVERSATIONS: Final = ("conversation_id", "conversation_number")


@dataclass(slots=True)
class Understanding:
    """What conversations have shown of a description: whether its [reply] ever found a text, and
    what its other expressions found."""

    is_proven: bool = False
    finds: Finds = field(default_factory=Finds)


class Speaker:
    """The customers' pages of one conversation: what they send, and what they read of the answers.

    A page keeps the conversation ID that it chose until its chat is cleared. `salt` makes the
    identifiers of one conversation differ from those of every other. A reply without its text is
    trouble, until the `understanding` of some conversation proves that the description is right:
    from then on it is what the customer sees.
    """

    def __init__(
        self, configuration: Configuration, salt: str, understanding: Understanding | None = None
    ) -> None:
        request, reply = configuration.request, configuration.reply
        if request is None or reply is None:
            raise TargetError("nothing says how the service is spoken to; write [request], [reply]")
        self._request: RequestTable = request
        self._reply: ReplyTable = reply
        self._configuration = configuration
        self._salt = salt
        self._understanding = understanding or Understanding()
        self._clears: dict[str, int] = {}
        self._opened: dict[str, str | None] = {}
        self._left: set[str | None] = set()
        self._owners: dict[str, str] = {}
        self._conversations: dict[str, Values] = {}
        self._set_by_opening: dict[str, tuple[Cookie, ...]] = {}
        self._is_known_by_cookies = kept_in(configuration) is None
        self._with_cookies: set[str] = set()

    def open(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer | None:
        """Open the conversation of a message where that has to be; what comes back, where the
        message cannot be sent because of it."""
        values, table = self._values(delivery), self._configuration.open
        conversation = str(values["conversation_id"])
        if table is None or conversation in self._opened:
            return None
        response = send(self._called(table, values, delivery))
        if response is None:
            return NO_ANSWER
        if response.status >= HTTPStatus.BAD_REQUEST:
            return self._read(table, response, delivery, values, now())
        document = response.document()
        self._understanding.finds.note("open", {"session_id": table.session_id}, document)
        self._opened[conversation] = as_text(found(table.session_id, document))
        self._set_by_opening[delivery.customer_id] = self._kept(table, response, values, now())
        return None

    def deliver(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """Send one message, and open its conversation first where that has to be; what comes
        back."""
        self._note_lost_cookies(delivery)
        refusal = self.open(delivery, send, now)
        if refusal is not None:
            return refusal
        values, opening = self._values(delivery), self._set_by_opening
        jar = Browser().keep((*delivery.jar, *opening.get(delivery.customer_id, ())))
        delivery = replace(delivery, jar=jar.live_cookies(now()))
        response = send(self._called(self._request, values, delivery))
        if response is None:
            return NO_ANSWER
        answer = self._read(self._request, response, delivery, values, now())
        answer = replace(answer, cookies=(*opening.pop(delivery.customer_id, ()), *answer.cookies))
        if answer.cookies:
            self._with_cookies.add(delivery.customer_id)
        if answer.session_id is not None:
            self._owners[answer.session_id] = delivery.customer_id
            self._note_conversation(answer.session_id, values)
        return answer

    def clear(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """The customer clears the chat."""
        table, values = self._configuration.clear, self._values(delivery)
        assert table is not None
        noted = {**self._conversations}
        response = send(self._called(table, values, delivery))
        if response is None:
            return NO_ANSWER
        if response.status < HTTPStatus.BAD_REQUEST:
            customer = delivery.customer_id
            self._clears[customer] = self._clears.get(customer, 0) + 1
            conversation = str(values["conversation_id"])
            self._left |= {conversation, self._opened.get(conversation)}
            # What was served meanwhile may belong to the next one.
            self._conversations = {
                session: one
                for session, one in self._conversations.items()
                if noted.get(session) is one
            }
        # What a cleared chat is answered with is no reply.
        cookies = self._kept(table, response, values, now())
        return Answer(response.status, response.excerpt(), cookies=cookies)

    def read(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """The customer asks for the conversation so far; the answer's text shows it."""
        table, values = self._configuration.read, self._values(delivery)
        assert table is not None
        response = send(self._called(table, values, delivery))
        if response is None:
            return NO_ANSWER
        return Answer(
            response.status,
            _shown(table, response),
            cookies=self._kept(table, response, values, now()),
            retry_after=response.retry_after(),
        )

    def owner(self, session_id: str | None) -> str | None:
        """The customer, by the adapter's ID, who was answered in that session last."""
        return self._owners.get(session_id or "")

    def names(self, session_id: str | None, node: Values) -> Values:
        """What the names stand for where the conversation of a session is looked at, on a node
        that its own names tell."""
        customer = self.owner(session_id)
        known = dict.fromkeys(("customer_id", *_OF_CONVERSATIONS))
        own = known if customer is None else self._names_of_customer(customer)
        conversation = self._conversations.get(session_id or "", {})
        return {**node, **own, **conversation, "session_id": session_id}

    def is_cleared(self, session_id: str | None) -> bool:
        """Whether the customer has cleared the conversation of a session, and written nothing
        since."""
        customer = self.owner(session_id)
        if customer is None:
            return False
        own, now = self.names(session_id, {}), self._names_of_customer(customer)
        return own["conversation_id"] != now["conversation_id"]

    def _values(self, delivery: Delivery) -> Values:
        names = self._names_of_customer(delivery.customer_id)
        user = delivery.user_id
        names["customer_id"] = None if user is None else self._identifier(user)
        opened = self._opened.get(str(names["conversation_id"]))
        # An answer that came late tells a page no name that it has chosen, and left, itself.
        told = None if delivery.session_id in self._left else delivery.session_id
        return {
            **names,
            "text": delivery.text,
            "session_id": told or opened,
            "message_id": self._identifier(delivery.message_id) if delivery.message_id else None,
            "message_number": delivery.number,
        }

    def _note_lost_cookies(self, delivery: Delivery) -> None:
        """Whoever comes without the cookies that they had, where nothing else says which
        conversation theirs is, begins another one."""
        customer = delivery.customer_id
        if self._is_known_by_cookies and not delivery.jar and customer in self._with_cookies:
            self._with_cookies.discard(customer)
            self._clears[customer] = self._clears.get(customer, 0) + 1

    def _note_conversation(self, session_id: str, values: Values) -> None:
        own = self._names_of_customer(self._owners[session_id])
        if own["conversation_id"] == values["conversation_id"]:
            self._conversations[session_id] = {name: own[name] for name in _OF_CONVERSATIONS}
        else:
            self._conversations.pop(session_id, None)

    def _names_of_customer(self, customer_id: str) -> dict[str, str | int | None]:
        clears = self._clears.get(customer_id, 0)
        conversation = self._identifier(f"conversation {clears} of {customer_id}")
        return {
            "customer_id": self._identifier(customer_id),
            "conversation_id": conversation,
            "conversation_number": uuid.UUID(conversation).int % _LARGEST_NUMBER,
        }

    def _identifier(self, text: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._salt} {text}"))

    def _called(
        self,
        table: Table,
        values: Values,
        delivery: Delivery,
    ) -> Request:
        return request_of(table, values, delivery.jar)

    def _kept(
        self, table: Table, response: Response, values: Values, now: datetime
    ) -> tuple[Cookie, ...]:
        path = quote_path(table.path, values).partition("?")[0]
        return response.cookies(place_of(self._configuration.target.url, path), now)

    def _read(
        self, table: Table, response: Response, delivery: Delivery, values: Values, now: datetime
    ) -> Answer:
        document, reply = _document(response), self._reply
        cookies = self._kept(table, response, values, now)
        text = found(reply.text, document)
        if isinstance(text, str):
            self._understanding.is_proven = True
        else:
            if response.status < HTTPStatus.BAD_REQUEST and not self._understanding.is_proven:
                raise TargetError(_missing(response, document, reply.text))
            text = sentence(document) or response.excerpt()
        if response.status >= HTTPStatus.BAD_REQUEST:
            return Answer(
                response.status, text, cookies=cookies, retry_after=response.retry_after()
            )
        jar = Browser().keep((*delivery.jar, *cookies)).live_cookies(now)
        self._understanding.finds.note("reply", self._named, document)
        flow, step = self._place(document, text)
        quick_replies = found(reply.quick_replies, document)
        return Answer(
            status=response.status,
            text=text,
            session_id=self._session_id(document, jar, values),
            flow=flow,
            step=step,
            served_from=self._tier(document),
            fresh=self._is_fresh(document, text),
            quick_replies=tuple(map(str, quick_replies)) if isinstance(quick_replies, list) else (),
            cookies=cookies,
            retry_after=response.retry_after(),
        )

    def _session_id(self, document: JsonValue, jar: Sequence[Cookie], values: Values) -> str | None:
        reply = self._reply
        if reply.session_cookie is not None:
            sent = carried(jar, quote_path(self._request.path, values).partition("?")[0])
            self._understanding.finds.note_cookies(
                "reply", "session_cookie", reply.session_cookie, [one.name for one in sent]
            )
            return next((one.value for one in sent if one.name == reply.session_cookie), None)
        if reply.session_id is not None:
            return as_text(found(reply.session_id, document))
        opened = values["session_id"]
        return str(opened if opened is not None else values["conversation_id"])

    @property
    def _named(self) -> Mapping[str, str | None]:
        """The expressions of [reply] that find something in an answer sooner or later."""
        reply = self._reply
        return {
            "session_id": reply.session_id,
            "flow": reply.flow,
            "step": reply.step,
            "served_from": reply.served_from,
        }

    def _tier(self, document: JsonValue) -> str | None:
        tier = as_text(found(self._reply.served_from, document))
        if tier is not None and tier not in TIERS:
            raise TargetError(
                f"the turn was served from {tier!r}, where memory, store or new are known; write"
                " served_from in [reply] so that it gives these, such as"
                " \"tier == 'cache' && 'memory' || 'store'\", or leave it out"
            )
        return tier

    def _place(self, document: JsonValue, text: str) -> tuple[str | None, str | None]:
        flow, step = (as_text(found(one, document)) for one in (self._reply.flow, self._reply.step))
        if step is None:
            for known in self._configuration.steps:
                if re.search(known.reply, text):
                    self._understanding.finds.note_step(text, is_known=True)
                    return known.flow, known.step
            if self._configuration.steps:
                self._understanding.finds.note_step(text, is_known=False)
        return flow, step

    def _is_fresh(self, document: JsonValue, text: str) -> bool | None:
        if self._reply.fresh_phrase is not None:
            return re.search(self._reply.fresh_phrase, text) is not None
        fresh = found(self._reply.fresh, document)
        return fresh if isinstance(fresh, bool) else None


def _shown(table: ReadTable, response: Response) -> str:
    """What a customer reads who asked for the conversation so far, one message a line."""
    document = response.document()
    if response.status >= HTTPStatus.BAD_REQUEST:
        return sentence(document) or response.excerpt()
    shown = found(table.text, document)
    if isinstance(shown, str):
        return shown
    if not isinstance(shown, list):
        raise TargetError(
            f"the service answered {response.status} without {table.text} in its JSON:"
            f" {response.excerpt()}; mend text in [read]"
        )
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in shown)


def _document(response: Response) -> JsonValue:
    """The body as JSON; one that is plain text, as that text."""
    document, kinds = response.document(), response.values("content-type")
    is_plain = any(one.lower().startswith("text/plain") for one in kinds)
    if is_plain and not isinstance(document, dict | list):
        return response.body.decode(errors="replace")
    return document


def _missing(response: Response, document: JsonValue, path: str) -> str:
    """That the first reply is none, and what to do about it."""
    said, shown = f"the service answered {response.status}", response.excerpt()
    if place := next(response.values("location"), None):
        return f"{said} and sends the page to {place}; mend path in [request]"
    if not response.body:
        return (
            f"{said}, and nothing with it; let the reply come as the answer to its message, or over"
            " stream in [request]: one that is pushed or fetched later takes an adapter of your own"
        )
    if document is None:
        return (
            f"{said}, and no JSON: {shown}; mend path in [request], or let the service answer JSON,"
            ' or text/plain with text = "@" in [reply]'
        )
    return f"{said} without {path} in its JSON: {shown}; mend text in [reply]"
