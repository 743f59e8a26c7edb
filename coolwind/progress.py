"""What a turn did to the flows of a session, as events."""

from coolwind.effects import CallbackTask, Order
from coolwind.events import Event, EventName
from coolwind.flows.flow import Flow, Outcome, State
from coolwind.session import Session


def step_of(state: State | None) -> str | None:
    """The step that a state names."""
    return None if not state else str(state["step"])


def state_events(session: Session, waiting: Flow | None) -> tuple[Event, ...]:
    """What the service found before it let a flow take the turn."""
    state = None if waiting is None else session.states[waiting.name]
    checked = Event(
        EventName.STATE_CHECKED,
        session.session_id,
        {
            "flow_states": " ".join(sorted(session.states)),
            "has_existing_state": bool(session.states),
            "flow": None if waiting is None else waiting.name,
            "step": step_of(state),
            "is_active": waiting is not None,
        },
    )
    if session.states:
        return (checked,)
    return (checked, Event(EventName.STATE_MISSING, session.session_id))


def flow_events(
    flow: Flow, before: State | None, outcome: Outcome, session_id: str
) -> tuple[Event, ...]:
    """What an outcome means for its flow.

    A flow is completed by an order or a callback task, and cancelled when it was active and is so
    no more without any.
    """
    was_active, is_active = flow.is_active(before), flow.is_active(outcome.state)
    from_step, step = step_of(before), step_of(outcome.state)
    completed = any(isinstance(effect, Order | CallbackTask) for effect in outcome.effects)
    happened = []
    if not was_active and (is_active or completed):
        happened.append(EventName.FLOW_STARTED)
    if step != from_step:
        happened.append(EventName.FLOW_ADVANCED)
    if completed:
        happened.append(EventName.FLOW_COMPLETED)
    elif was_active and not is_active:
        happened.append(EventName.FLOW_CANCELLED)
    fields = {"flow": flow.name, "from_step": from_step, "step": step}
    return tuple(Event(name, session_id, fields) for name in happened)
