"""What each break does to the service."""

from collections.abc import Callable

from simulators.errors import TargetError
from simulators.targets.reference.crowd import greeting_of
from simulators.targets.reference.delivery import Doorway
from simulators.targets.reference.nodes import Nodes
from simulators.targets.target import Capability


class Strikes:
    """Breaks the service; `crowd` is how many strangers fill the memory of a node."""

    def __init__(self, nodes: Nodes, doorway: Doorway, crowd: int) -> None:
        self._nodes = nodes
        self._doorway = doorway
        self._crowd = crowd

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Break it in the way of that capability; True when it was seen to have taken place."""
        nodes = self._nodes
        match capability:
            case Capability.RESTART:
                return nodes.restart()
            case Capability.CRASH:
                return nodes.crash()
            case Capability.EVICT:
                return self._pushed_out(session_id, nodes.serving.parts.memory.drop)
            case Capability.CROWD:
                return self._pushed_out(session_id, self._let_crowd_in)
            case Capability.FAILOVER:
                return nodes.fail_over()
            case Capability.DEPLOY:
                return nodes.deploy()
            case Capability.STORE_OUTAGE:
                return nodes.cut_off()
            case Capability.STORE_RECOVERY:
                return nodes.reconnect()
            case Capability.SWEEP:
                return not nodes.run(self._doorway.sweep(nodes.serving)).is_error
            case _:
                raise TargetError(
                    f"{capability.value} is nothing that breaks a service; strike with a restart,"
                    " a crash or another break"
                )

    def _pushed_out(self, session_id: str | None, push: Callable[[str], None]) -> bool:
        node = self._nodes.serving
        if session_id is None or not node.remembers(session_id):
            return False
        push(session_id)
        return not node.remembers(session_id)

    def _let_crowd_in(self, session_id: str) -> None:
        node, kept = self._nodes.serving, self._nodes.kept
        for number in range(self._crowd):
            if node.remembers(session_id):
                answer = self._nodes.run(self._doorway.serve(node, greeting_of(number)))
                self._nodes.run(self._doorway.hand_over(node))
                # A service that lets a stranger into a session of somebody's keeps that.
                if answer.session_id is not None and answer.session_id not in kept:
                    self._nodes.note_stranger(answer.session_id)
