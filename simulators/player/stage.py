"""The stage that faults strike at: the service breaks, time jumps, a browser forgets."""

from datetime import timedelta
from typing import Final

from simulators.faults.fault import TICK, Contract, Fault, Fired, Moment
from simulators.player.deliveries import Deliveries
from simulators.player.scene import Scene
from simulators.player.standing import Sent
from simulators.targets.evidence import unseen
from simulators.targets.target import Capability
from simulators.trace import Life, Strike
from simulators.values import replace

_AGAINST_A_SESSION: Final = frozenset({Capability.EVICT, Capability.CROWD})


class TargetStage:
    """What a fault can do (`faults.fault.Stage`), to the target and the customers of one play.

    Breaks of the service are passed on to the target; what a customer does happens in their
    browser.
    """

    def __init__(self, scene: Scene, deliveries: Deliveries) -> None:
        self._scene = scene
        self._deliveries = deliveries

    def strike(self, fault: Fault, customer: str) -> Strike:
        """Let a fault strike here."""
        fired = fault.strike(self, customer)
        has_ended = fired.fired and fault.contract is Contract.FRESH
        if has_ended and self._scene.life(customer) is not Life.EXPIRED:
            self._scene.seat(customer, replace(self._scene.customer(customer), noted=Life.ENDED))
        return self._scene.keep_strike(fault.name, customer, fired)

    def break_service(self, capability: str, customer: str) -> Fired:
        """Break the target in the way of that capability."""
        scene, wanted = self._scene, Capability(capability)
        session_id = scene.customer(customer).session_id
        if wanted in _AGAINST_A_SESSION and session_id is None:
            return Fired(False, f"{customer} has no session yet")
        if not scene.target.strike(wanted, session_id):
            return Fired(False, unseen(scene.target, wanted))
        scene.standing = scene.standing.after_break(wanted, customer)
        return Fired(True, f"{wanted.value} seen to take place")

    def jump_to_idle_timeout(self, customer: str, moment: Moment) -> Fired:
        """Let time pass until the session leaves memory."""
        lifetime = self._scene.target.lifetimes().idle
        return self._jump(customer, lifetime, moment, "idle timeout")

    def jump_to_expiry(self, customer: str, moment: Moment) -> Fired:
        """Let time pass until the session expires in the store."""
        lifetime = self._scene.target.lifetimes().expiry
        return self._jump(customer, lifetime, moment, "expiry")

    def repeat_last_message(self, customer: str) -> Fired:
        """Deliver the customer's last message once more, byte for byte."""
        who = self._scene.customer(customer)
        if who.sent is None:
            return Fired(False, f"{customer} has sent no message yet")
        if who.was_refused and not who.is_unanswered:
            return Fired(False, "the last message was refused, and may be taken another time")
        return self._repeat(customer, Sent(who.sent, who.turn))

    def repeat_earlier_message(self, customer: str) -> Fired:
        """Deliver the message before the customer's last one once more, byte for byte; it was late
        on its way."""
        who = self._scene.customer(customer)
        if who.earlier is None:
            return Fired(False, f"{customer} has sent no message before in this session")
        return self._repeat(customer, who.earlier)

    def reload_page(self, customer: str) -> Fired:
        """The page in use starts anew."""
        who = self._scene.customer(customer)
        if who.browser.storage is None:
            return Fired(True, "the page, which sends no session ID, began anew")
        if who.browser.page_session_id is None:
            return Fired(False, "the page had nothing to forget")
        browser = who.browser.reload()
        self._scene.seat(customer, replace(who, browser=browser))
        kept = "forgot" if browser.page_session_id is None else "kept"
        return Fired(True, f"the page {kept} its session ID")

    def open_tab(self, customer: str) -> Fired:
        """The customer goes on in a new tab."""
        who = self._scene.customer(customer)
        browser = who.browser.open_tab()
        self._scene.seat(customer, replace(who, browser=browser))
        which = "an empty tab" if browser.page_session_id is None else "a tab with the session ID"
        return Fired(True, f"{which} is in front")

    def lose_cookies(self, customer: str) -> Fired:
        """The customer's cookie jar is emptied."""
        who = self._scene.customer(customer)
        if not who.browser.live_cookies(self._scene.now):
            return Fired(False, "the cookie jar was empty")
        self._scene.seat(customer, replace(who, browser=who.browser.lose_cookies()))
        return Fired(True, "the cookie jar was emptied")

    def clear_chat(self, customer: str) -> Fired:
        """The customer clears the chat, and the page forgets its session ID."""
        scene = self._scene
        who = scene.customer(customer)
        if who.session_id is None:
            return Fired(False, f"{customer} has no session yet")
        if scene.life(customer).is_over and not who.presents_its_session(scene.now):
            return Fired(False, f"{customer}'s chat is over, and the page knows of none to clear")
        answer = scene.target.clear(scene.delivery(customer, "", scene.standing.turn))
        if answer.is_error:
            return Fired(False, f"clearing the chat was answered with status {answer.status}")
        scene.seat(customer, who.cleared(answer))
        return Fired(True, "the chat was cleared", announced=True)

    def _repeat(self, customer: str, sent: Sent) -> Fired:
        if self._scene.customer(customer).is_unanswered:
            return Fired(False, "the last message was not answered, and is to be sent again first")
        if self._scene.life(customer) is Life.EXPIRED:
            return Fired(False, "the session expired, and with it the promise to know its messages")
        self._deliveries.repeat(customer, sent)
        return Fired(True, f"the message of turn {sent.turn} was delivered again")

    def _jump(self, customer: str, lifetime: timedelta | None, moment: Moment, name: str) -> Fired:
        scene = self._scene
        who = scene.customer(customer)
        begin = who.wrote_at if moment is Moment.BEFORE else who.heard_at
        if lifetime is None or begin is None or scene.life(customer).is_over:
            return Fired(False, f"{customer}'s session has no {name} ahead")
        offset = {Moment.BEFORE: -TICK, Moment.AT: 0 * TICK, Moment.AFTER: TICK}[moment]
        arrival = begin + lifetime + offset
        distance = arrival - scene.now
        lifetimes, customers = scene.target.lifetimes(), scene.standing.customers
        for other, one in customers.items():
            if one.may_be_over(arrival, lifetimes):
                return Fired(False, f"{other}'s session may have expired by then, or not")
        if distance <= 0 * TICK:
            return Fired(False, f"the {name} had passed already")
        scene.target.advance(distance)
        if scene.now < arrival:
            return Fired(False, "the target's time was not seen to pass")
        return Fired(True, f"{distance} went by")
