"""Where the stores of a service are, and where it is to find them."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from simulators.targets.configuration.rules.broken import Broken, Path
from simulators.targets.configuration.tables import (
    SERVER_NAMES,
    Configuration,
    Kind,
    Protocol,
    StoreTable,
    names,
)
from simulators.targets.configuration.upstreams import upstream_of


def broken_stores(configuration: Configuration) -> Iterator[Broken]:
    """A table without what its protocol needs, a port that is none, and one that is taken."""
    known: dict[str, str] = {}
    for name, store in configuration.stores.items():
        path = ("stores", name)
        yield from _of_store(path, store)
        if store.listen is None:
            continue
        port = names(store.listen)
        if (
            len(port) != 1
            or store.listen != f"{{{port[0]}}}"
            or port[0] in SERVER_NAMES[Kind.PROCESS]
        ):
            yield Broken(
                (*path, "listen"), 'is no name of a port; write one such as "{store_port}"'
            )
        elif port[0] in known:
            yield Broken(
                (*path, "listen"), f"is the port of [stores.{known[port[0]]}]; name another one"
            )
        else:
            known[port[0]] = name


def _of_store(path: Path, store: StoreTable) -> Iterator[Broken]:
    is_file = store.protocol is Protocol.FILE
    if is_file and not store.paths:
        yield Broken((*path, "paths"), "is missing; name the files that are the store")
    for key in ("listen", "upstream"):
        is_given = getattr(store, key) is not None
        if is_file and is_given:
            yield Broken((*path, key), 'means nothing with protocol = "file"; leave it out')
        if not is_file and not is_given and not (key == "upstream" and store.replay):
            yield Broken((*path, key), "is missing; write it into this table")
    if store.upstream is not None and not is_file and upstream_of(store.upstream) is None:
        yield Broken(
            (*path, "upstream"),
            f"{store.upstream!r} has no host, or no port from 1 to 65535; write host:port, or a"
            " URL for http",
        )
    elif store.protocol is Protocol.HTTP and "@" in urlsplit(store.upstream or "").netloc:
        told = "has a user, who is presented to nobody; let the service present one, and leave it"
        yield Broken((*path, "upstream"), f"{told} out here")
    if store.record is not None and store.replay is not None:
        yield Broken((*path, "replay"), "excludes record; leave one of them out")
    if store.paths and not is_file:
        yield Broken((*path, "paths"), 'is for protocol = "file"; leave it out')
    for key in ("record", "replay"):
        if getattr(store, key) is not None and store.protocol is not Protocol.HTTP:
            yield Broken((*path, key), 'is for protocol = "http"; leave it out')
    if store.role == "model" and store.protocol is not Protocol.HTTP:
        yield Broken((*path, "role"), 'is "model" for protocol = "http" alone; leave it out')
