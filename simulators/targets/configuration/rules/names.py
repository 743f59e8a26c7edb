"""What may be named in braces, and what has to be."""

from collections.abc import Iterator, Set

from simulators.conversation import Storage
from simulators.targets.configuration.rules.broken import Broken, Path, near_or_known
from simulators.targets.configuration.rules.texts import (
    calls,
    hooks,
    sources,
    texts_of_call,
    texts_of_server,
    texts_of_source,
)
from simulators.targets.configuration.tables import (
    MESSAGE_NAMES,
    SERVER_NAMES,
    SESSION_NAMES,
    Call,
    Configuration,
    Kind,
    names,
)

_TIMES = frozenset({"offset", "seconds"})


def broken_names(configuration: Configuration) -> Iterator[Broken]:
    """A name that stands for nothing, and one that is missing."""
    yield from _unknown_names(configuration)
    yield from _missing_names(configuration)


def _unknown_names(configuration: Configuration) -> Iterator[Broken]:
    server = SERVER_NAMES[configuration.target.kind] | configuration.ports
    for path, text in texts_of_server(configuration):
        yield from _unknown(path, text, server)
    for name, store in configuration.stores.items():
        for pattern in store.paths:
            yield from _unknown(("stores", name, "paths"), pattern, server)
    for path, call in calls(configuration):
        for place, text in texts_of_call(path, call):
            yield from _unknown(place, text, MESSAGE_NAMES)
    for path, hook in hooks(configuration):
        known = _TIMES if path[-1] == "clock" else SESSION_NAMES
        for place, text in texts_of_call(path, hook):
            yield from _unknown(place, text, known | server)
    for path, source in sources(configuration):
        for place, text in texts_of_source(path, source):
            yield from _unknown(place, text, SESSION_NAMES | server)


def _missing_names(configuration: Configuration) -> Iterator[Broken]:
    target, request, clock = (
        configuration.target,
        configuration.request,
        configuration.faults.clock,
    )
    if request is not None and _lacks(texts_of_call((), request), {"text"}, MESSAGE_NAMES):
        yield Broken(
            ("request",),
            "says nothing of what the customer writes; put {text} into json, form, query or path",
        )
    requests = [text for path, call in calls(configuration) for text in texts_of_call(path, call)]
    reply = configuration.reply
    if (
        reply is not None
        and reply.kept_in is not Storage.PAGE
        and _lacks(iter(requests), {"session_id"}, MESSAGE_NAMES)
    ):
        yield Broken(
            ("reply", "kept_in"),
            "means nothing where the page sends no {session_id}; put it into [request], or leave"
            " kept_in out",
        )
    server = SERVER_NAMES[target.kind] | configuration.ports
    if isinstance(clock, Call) and _lacks(texts_of_call((), clock), _TIMES, server | _TIMES):
        yield Broken(("faults", "clock"), "says nothing of the time; put {offset} or {seconds} in")
    if (
        target.kind is Kind.PROCESS
        and target.command is not None
        and _lacks(texts_of_server(configuration), {"port"}, server)
    ):
        yield Broken(
            ("target", "command"),
            "does not tell the server where to listen; put {port} into command or env, or, where"
            ' its port cannot be chosen, start it yourself and write kind = "http"',
        )
    if target.kind is not Kind.HTTP:
        for name, store in configuration.stores.items():
            ports = set(names(store.listen or "")) - SERVER_NAMES[Kind.PROCESS]
            if ports and _lacks(texts_of_server(configuration), ports, server):
                yield Broken(
                    ("stores", name, "listen"),
                    f"is a port that nobody calls; put {store.listen} into command or env of"
                    " [target], in the place of the store's own port",
                )


def _lacks(texts: Iterator[tuple[Path, str]], wanted: Set[str], known: Set[str]) -> bool:
    """Whether the texts name none of what is wanted, and nothing that may be meant by it."""
    found = {name for _, text in texts for name in names(text)}
    return not found & wanted and found <= known


def _unknown(path: Path, text: str, known: frozenset[str]) -> Iterator[Broken]:
    for name in names(text):
        if name not in known:
            remedy = near_or_known(f"{{{name}}}", [f"{{{one}}}" for one in known])
            yield Broken(path, f"has {{{name}}}, which stands for nothing here; {remedy}")
