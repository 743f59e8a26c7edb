"""A message in, an answer or a refusal out: what the API does, without most of its HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from starlette.responses import JSONResponse

from coolwind.errors import CoolwindError, NoSuchSession, StoreUnavailable, UnreadableState
from coolwind.http.incoming import PROOF_COOKIE, SESSION_COOKIE, message_in, presented_by
from coolwind.http.problems import (
    MALFORMED_COOKIE,
    UNEXPECTED,
    BadRequest,
    error_response,
    problem_response,
)
from coolwind.messages import Answer as ServiceAnswer
from coolwind.tombstone import COOKIE_SURPLUS
from simulators.conversation import Cookie
from simulators.targets.cookies.set_cookie import LONGEST_LIFE, TAKEN_AWAY
from simulators.targets.reference.journal import Journal
from simulators.targets.reference.nodes import Node
from simulators.targets.simulation.simulation import VirtualClock
from simulators.targets.speech.wire import Response, Wire
from simulators.targets.target import Delivery
from simulators.trace import Answer

_WIRE = Wire()


class Doorway:
    """Stands between the customers' browsers and a node; sessions live for `expiry`, and
    `note_proof` hears of each proof that a browser is given.

    What the service raises without being meant to is an error to the customer, and is noted.
    """

    def __init__(
        self,
        clock: VirtualClock,
        expiry: timedelta,
        journal: Journal,
        note_proof: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._note_proof = note_proof
        life = timedelta(seconds=int((expiry + COOKIE_SURPLUS).total_seconds()))
        self._cookie_life = min(life, LONGEST_LIFE)

    async def serve(self, node: Node, delivery: Delivery) -> Answer:
        """Hand over one message."""
        try:
            message = message_in(_WIRE.body(delivery), presented_by(delivery.cookies))
            return self._answer(await node.service.handle(message))
        except Exception as error:  # noqa: BLE001 - what a server does, too
            return self._refusal(error)

    async def hand_over(self, node: Node) -> None:
        """Hand over the notifications that wait."""
        try:
            await node.outbox.deliver_pending()
        except StoreUnavailable:
            pass
        except Exception as error:  # noqa: BLE001 - the turn is over, and was answered
            self._journal.note(error)

    async def clear(self, node: Node, delivery: Delivery) -> Answer:
        """The customer clears the chat."""
        try:
            await node.service.clear(*_named(delivery))
        except (NoSuchSession, UnreadableState) as error:
            return replace(self._refusal(error), cookies=self._no_cookies())
        except Exception as error:  # noqa: BLE001 - what a server does, too
            return self._refusal(error)
        return Answer(204, "", cookies=self._no_cookies())

    async def read(self, node: Node, delivery: Delivery) -> Answer:
        """The customer asks for the conversation so far."""
        try:
            session = await node.service.read(*_named(delivery))
        except Exception as error:  # noqa: BLE001 - what a server does, too
            return self._refusal(error)
        return Answer(200, "\n".join(entry.text for entry in session.history))

    async def sweep(self, node: Node) -> Answer:
        """The service forgets the sessions that have expired."""
        try:
            await node.service.sweep()
        except Exception as error:  # noqa: BLE001 - what a server does, too
            return self._refusal(error)
        return Answer(204, "")

    def _answer(self, answer: ServiceAnswer) -> Answer:
        reply = answer.reply
        self._note_proof(answer.proof)
        return Answer(
            status=200,
            text=reply.text,
            session_id=answer.session_id,
            flow=reply.flow,
            step=reply.step,
            served_from=answer.served_from.value,
            fresh=answer.fresh,
            quick_replies=reply.quick_replies,
            intent=reply.intent,
            escalated=reply.escalated,
            cookies=self._cookies(answer.session_id, answer.proof, self._cookie_life),
        )

    def _refusal(self, error: Exception) -> Answer:
        match error:
            case BadRequest():
                answer = self._read(problem_response(error.problem, str(error)))
                if error.problem is MALFORMED_COOKIE:
                    return replace(answer, cookies=self._no_cookies())
                return answer
            case CoolwindError():
                return self._read(error_response(error))
            case _:
                self._journal.note(error)
                detail = "It is not known whether the request was served."
                return self._read(problem_response(UNEXPECTED, detail))

    def _read(self, response: JSONResponse) -> Answer:
        headers = tuple(response.headers.items())
        received = Response(response.status_code, headers, bytes(response.body))
        return _WIRE.answer(received, self._clock.moment)

    def _no_cookies(self) -> tuple[Cookie, ...]:
        return self._cookies("", "", TAKEN_AWAY)

    def _cookies(self, session_id: str, proof: str, life: timedelta) -> tuple[Cookie, ...]:
        until = self._clock.moment + life
        return (Cookie(SESSION_COOKIE, session_id, until), Cookie(PROOF_COOKIE, proof, until))


def _named(delivery: Delivery) -> tuple[str, str | None]:
    """The session that a browser asks for, and the proof that it presents."""
    presented = presented_by(delivery.cookies, delivery.session_id or None)
    if presented.session_id is None:
        raise NoSuchSession("No conversation was asked for: send a message to begin one.")
    return presented.session_id, presented.proof
