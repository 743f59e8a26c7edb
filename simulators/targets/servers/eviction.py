"""Lets a service of servers drop a session from its memory, in the way that its file tells."""

from http import HTTPStatus

from simulators.errors import TargetError
from simulators.targets.configuration.tables import Call, Configuration
from simulators.targets.configuration.templates import Values
from simulators.targets.processes.commands import carry_out
from simulators.targets.servers.running import Running
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.requests import request_of
from simulators.targets.speech.speaker import Speaker


def evict(
    configuration: Configuration, running: Running, speaker: Speaker, session_id: str | None
) -> bool:
    """Every node drops the session; whether one did. Raises `TargetError` where a node cannot."""
    call, command = configuration.faults.evict, configuration.target.evict
    dropped = []
    for node in running.nodes():
        names = speaker.names(session_id, node)
        if call is not None:
            dropped.append(_is_evicted(call, names))
        elif command is not None:
            carry_out("evict", command, names, running.folder, running.environment(names))
            dropped.append(True)
    return any(dropped)


def _is_evicted(call: Call, names: Values) -> bool:
    try:
        response = Line(str(names["url"])).send(request_of(call, names))
    except Unanswered as error:
        raise TargetError(
            f"the request that evicts a session was not answered: {error}; mend evict in [faults]"
        ) from error
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TargetError(
            f"the request that evicts a session was answered with status {response.status}:"
            f" {response.excerpt()}; mend evict in [faults]"
        )
    # A node that does not know the session has nothing to drop.
    return response.status < HTTPStatus.BAD_REQUEST
