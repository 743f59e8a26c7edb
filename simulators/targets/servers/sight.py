"""What a service of servers shows of itself: by its probe, by its effects, and by its answers."""

from simulators.errors import Unseen
from simulators.targets.configuration.tables import Configuration
from simulators.targets.configuration.templates import Values
from simulators.targets.patience import Patience
from simulators.targets.presence import Presence
from simulators.targets.probes.lists import Lists
from simulators.targets.probes.looking import observed, placed
from simulators.targets.probes.sources import Leniency
from simulators.targets.processes.programs import PATIENCE
from simulators.targets.servers.lateness import Lateness
from simulators.targets.servers.reserve import Reserve
from simulators.targets.servers.running import Running
from simulators.targets.speech.speaker import Speaker
from simulators.trace import Answer, Observation


class Sight:
    """Looks at it. Once something has struck, a service may be unable to show anything: then it is
    taken as it was seen last.

    Where it is looked at by a URL, it is looked at once more in every other conversation: workers
    that share a port may get what is asked for in turn, so that one of two would get all messages,
    and the other one all looks.
    """

    def __init__(self, configuration: Configuration, reserve: Reserve, patience: Patience) -> None:
        self.was_struck = False
        """Whether anything has struck in this conversation."""
        self.presence = Presence()
        self.lists = Lists()
        self._configuration = configuration
        self._reserve = reserve
        self._patience = patience
        self.lateness = Lateness()
        self._looks_once_more = False
        self._seen: dict[str | None, Observation] = {}

    def begins(self) -> None:
        """Another conversation begins, of which nothing was seen."""
        self.was_struck = False
        self.presence.begins()
        self.lateness.begins()
        self._looks_once_more = not self._looks_once_more
        self._seen = {}

    def observe(self, speaker: Speaker, session_id: str | None) -> Observation:
        """What the probe and the effects show of that session."""

        def look() -> Observation:
            return self._look(speaker, session_id)

        if self._looks_once_more and self._is_asked:
            look()
        return self.lateness.seen(look, is_calm=not self.was_struck)

    def _look(self, speaker: Speaker, session_id: str | None) -> Observation:
        names = speaker.names(session_id, self._running.node(speaker.owner(session_id)))
        is_there = "process" not in names or names["process"] is not None
        last = self._seen.get(session_id, Observation())
        try:
            seen = observed(
                self._configuration,
                names,
                self._running.folder,
                self._running.environment(names),
                self._leniency(names),
                cleared=last if speaker.is_cleared(session_id) else None,
                lists=self.lists,
            )
        except Unseen as error:
            if not self._may_be_unable(error, names):
                raise
            is_there &= not _is_silent(error, names)
            seen = last
        self.presence.seen(is_there=is_there)
        self._seen[session_id] = seen
        return seen

    def completed(self, answer: Answer, speaker: Speaker, node: Values) -> Answer:
        """An answer of that node's with the flow and the step that the probe tells."""
        self.presence.answered(answer)
        names = speaker.names(answer.session_id, node)
        folder, environment = self._running.folder, self._running.environment(names)
        try:
            return placed(
                *(answer, self._configuration, names, folder, environment), self._leniency(names)
            )
        except Unseen as error:
            if not self._may_be_unable(error, names):
                raise
            return answer

    @property
    def _is_asked(self) -> bool:
        """Whether any look is a request."""
        sources = (self._configuration.probe, *self._configuration.effects.values())
        return any(one is not None and one.url is not None for one in sources)

    @property
    def _running(self) -> Running:
        return self._reserve.site.running

    def _leniency(self, names: Values) -> Leniency:
        patience = self._patience.lasts_for_a_look(str(names["url"]))
        return Leniency(min(PATIENCE, patience), may_lack_tables=self.was_struck)

    def _may_be_unable(self, error: Unseen, names: Values) -> bool:
        """Whether it is the service that does not tell what is kept, or a store that is down."""
        is_own = error.port is not None and error.port in names.values()
        presence = self.presence
        is_unable = presence.is_unable or presence.is_without_store or _is_silent(error, names)
        return self.was_struck and is_own and is_unable


def _is_silent(error: Unseen, names: Values) -> bool:
    """Whether it is the server itself that does not answer at all."""
    return error.is_silent and error.port == names.get("port")
