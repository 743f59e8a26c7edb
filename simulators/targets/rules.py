"""What has to hold between the keys of `coolwind.toml`, beside their types."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Final
from urllib.parse import urlsplit

import jmespath
from pydantic import JsonValue

from simulators.targets import databases
from simulators.targets.configuration import (
    MESSAGE_NAMES,
    SERVER_NAMES,
    SESSION_NAMES,
    Call,
    Configuration,
    EffectTable,
    Kind,
    OpenTable,
    ProbeTable,
    Protocol,
    ReadTable,
    RequestTable,
    StoreTable,
    names,
)

_OWN_KEYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.PROCESS: ("command", "nodes", "routing", "stop_timeout"),
    Kind.ASGI: ("app",),
    Kind.HTTP: ("url", "restart", "crash", "incarnation", "evict"),
}
_MAIN_KEY: Final = {Kind.PROCESS: "command", Kind.ASGI: "app", Kind.HTTP: "url"}
_SOURCES: Final = ("url", "command", "file", "sql")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold: at which key, what is wrong, and what to do."""

    path: tuple[str | int, ...]
    says: str


def broken_rules(configuration: Configuration) -> Iterator[Broken]:
    """Every rule that does not hold."""
    yield from _of_kind(configuration)
    yield from _of_commands(configuration)
    yield from _of_replies(configuration)
    yield from _of_sources(configuration)
    yield from _of_faults(configuration)
    yield from _of_stores(configuration)
    yield from _of_names(configuration)


def _of_kind(configuration: Configuration) -> Iterator[Broken]:
    target, kind = configuration.target, configuration.target.kind
    for owner, keys in _OWN_KEYS.items():
        for key in keys:
            default = next(one.default for one in fields(target) if one.name == key)
            if owner is not kind and getattr(target, key) != default:
                yield Broken(
                    ("target", key), f'belongs to kind = "{owner}"; leave it out, or change kind'
                )
    main = _MAIN_KEY.get(kind)
    if main is not None and getattr(target, main) is None:
        yield Broken(("target", main), f'is missing, which kind = "{kind}" needs; write it')
    for table in ("request", "reply"):
        if kind is not Kind.REFERENCE and getattr(configuration, table) is None:
            yield Broken((table,), f"is missing; write a table [{table}]")
    if kind is Kind.REFERENCE:
        for table in ("request", "reply", "open", "clear", "read", "probe"):
            if getattr(configuration, table) is not None:
                yield Broken((table,), 'means nothing with kind = "reference"; leave it out')
    if target.url is not None and urlsplit(target.url).scheme not in ("http", "https"):
        yield Broken(("target", "url"), 'is no URL; write one such as "http://127.0.0.1:3000"')
    if target.need > target.repeat:
        yield Broken(
            ("target", "need"), f"is more than repeat = {target.repeat}; write that much at most"
        )
    if not (configuration.folder / target.cwd).is_dir():
        yield Broken(("target", "cwd"), f"{target.cwd!r} is no folder; name one beside this file")


def _of_commands(configuration: Configuration) -> Iterator[Broken]:
    folder = configuration.folder / configuration.target.cwd
    search = configuration.target.env.get("PATH", os.environ.get("PATH", os.defpath))
    for path, command in _commands(configuration):
        program = command[0]
        place = str(folder / program) if os.sep in program else program
        if not names(program) and shutil.which(place, path=search) is None:
            yield Broken(path, f"begins with {program!r}, which is no program; install or mend it")


def _commands(
    configuration: Configuration,
) -> Iterator[tuple[tuple[str | int, ...], Sequence[str]]]:
    for key in ("command", "setup", "reset", "restart", "crash", "evict"):
        command = getattr(configuration.target, key)
        if command is not None:
            yield ("target", key), command
    for path, source in _sources(configuration):
        if source.command is not None:
            yield (*path, "command"), source.command


def _of_replies(configuration: Configuration) -> Iterator[Broken]:
    reply, request = configuration.reply, configuration.request
    expressions: dict[tuple[str | int, ...], str | None] = {}
    patterns: dict[tuple[str | int, ...], str | None] = {
        ("steps", number, "reply"): step.reply for number, step in enumerate(configuration.steps)
    }
    if reply is not None:
        for key in (
            "text",
            "session_id",
            "flow",
            "step",
            "served_from",
            "fresh",
            "quick_replies",
        ):
            expressions["reply", key] = getattr(reply, key)
        patterns["reply", "fresh_phrase"] = reply.fresh_phrase
        for one, other in (("session_id", "session_cookie"), ("fresh", "fresh_phrase")):
            if getattr(reply, one) is not None and getattr(reply, other) is not None:
                yield Broken(("reply", other), f"excludes {one}; leave one of them out")
    if request is not None:
        expressions["request", "until"] = request.until
        if request.until is not None and request.stream is None:
            yield Broken(("request", "until"), "is for a stream; write stream, or leave it out")
    if configuration.open is not None:
        expressions["open", "session_id"] = configuration.open.session_id
    if configuration.read is not None:
        expressions["read", "text"] = configuration.read.text
    if configuration.probe is not None:
        for key in ("flow", "step", "data"):
            expressions["probe", key] = getattr(configuration.probe, key)
    for kind, effect in configuration.effects.items():
        expressions["effects", kind, "rows"] = effect.rows
    for path, expression in expressions.items():
        if expression is not None and (error := _error_of_expression(expression)):
            yield Broken(path, f"is no JMESPath: {error}; mend the expression")
    for path, pattern in patterns.items():
        if pattern is not None and (error := _error_of_pattern(pattern)):
            yield Broken(path, f"is no regular expression: {error}; mend it")


def _of_sources(configuration: Configuration) -> Iterator[Broken]:
    for path, source in _sources(configuration):
        given = [key for key in _SOURCES if getattr(source, key) is not None]
        if len(given) > 1:
            yield Broken((*path, given[1]), f"excludes {given[0]}; leave one of them out")
        elif not given and isinstance(source, ProbeTable):
            yield Broken(path, f"has no source; write one of {', '.join(_SOURCES)}")
        elif not given and configuration.probe is None:
            yield Broken(path, "has no source, and there is no [probe]; write one of them")
        if source.sql is not None and (error := databases.why_not(source.sql.url)):
            yield Broken((*path, "sql", "url"), error)


def _sources(
    configuration: Configuration,
) -> Iterator[tuple[tuple[str | int, ...], ProbeTable | EffectTable]]:
    if configuration.probe is not None:
        yield ("probe",), configuration.probe
    for kind, effect in configuration.effects.items():
        yield ("effects", kind), effect


def _of_faults(configuration: Configuration) -> Iterator[Broken]:
    faults, target = configuration.faults, configuration.target
    if faults.evict is not None and target.evict is not None:
        yield Broken(("faults", "evict"), "excludes evict in [target]; leave one of them out")
    if faults.clock == "faketime" and target.kind is not Kind.PROCESS:
        yield Broken(
            ("faults", "clock"),
            f'cannot be "faketime" with kind = "{target.kind}"; give a hook of the service, or'
            " leave it out",
        )
    if isinstance(faults.clock, Call) and not {"offset", "seconds"} & {
        name for _, template in _texts_of_call((), faults.clock) for name in names(template)
    }:
        yield Broken(("faults", "clock"), "says nothing of the time; put {offset} or {seconds} in")


def _of_stores(configuration: Configuration) -> Iterator[Broken]:
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


def _of_store(path: tuple[str | int, ...], store: StoreTable) -> Iterator[Broken]:
    is_file = store.protocol is Protocol.FILE
    if is_file and not store.paths:
        yield Broken((*path, "paths"), "is missing; name the files that are the store")
    for key in ("listen", "upstream"):
        is_given = getattr(store, key) is not None
        if is_file and is_given:
            yield Broken((*path, key), 'means nothing with protocol = "file"; leave it out')
        if not is_file and not is_given and not (key == "upstream" and store.replay):
            yield Broken((*path, key), "is missing; write it into this table")
    if store.paths and not is_file:
        yield Broken((*path, "paths"), 'is for protocol = "file"; leave it out')
    for key in ("record", "replay"):
        if getattr(store, key) is not None and store.protocol is not Protocol.HTTP:
            yield Broken((*path, key), 'is for protocol = "http"; leave it out')


def _of_names(configuration: Configuration) -> Iterator[Broken]:
    server = SERVER_NAMES[configuration.target.kind] | configuration.ports
    for path, template in _texts_of_server(configuration):
        yield from _unknown(path, template, server)
    for table in ("request", "open", "clear", "read"):
        call = getattr(configuration, table)
        if call is not None:
            if call.json is not None and call.form is not None:
                yield Broken((table, "form"), "excludes json; leave one of them out")
            for path, template in _texts_of_call((table,), call):
                yield from _unknown(path, template, MESSAGE_NAMES)
    faults = configuration.faults
    if faults.evict is not None:
        for path, template in _texts_of_call(("faults", "evict"), faults.evict):
            yield from _unknown(path, template, SESSION_NAMES | server)
    if isinstance(faults.clock, Call):
        for path, template in _texts_of_call(("faults", "clock"), faults.clock):
            yield from _unknown(path, template, server | {"offset", "seconds"})
    for path, source in _sources(configuration):
        for place, template in _texts_of_source(path, source):
            yield from _unknown(place, template, SESSION_NAMES | server)


def _texts_of_server(
    configuration: Configuration,
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    target = configuration.target
    for key in ("command", "setup", "reset", "restart", "crash", "incarnation"):
        for argument in getattr(target, key) or ():
            yield ("target", key), argument
    for variable, value in target.env.items():
        yield ("target", "env", variable), value
    for name, store in configuration.stores.items():
        for pattern in store.paths:
            yield ("stores", name, "paths"), pattern


def _texts_of_call(
    path: tuple[str | int, ...], call: Call | OpenTable | ReadTable | RequestTable
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield (*path, "path"), call.path
    yield from (((*path, "json"), text) for text in _texts(call.json))
    for key in ("form", "query", "headers"):
        for name, text in (getattr(call, key) or {}).items():
            yield (*path, key, name), text


def _texts_of_source(
    path: tuple[str | int, ...], source: ProbeTable | EffectTable
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in ("url", "file"):
        if (text := getattr(source, key)) is not None:
            yield (*path, key), text
    yield from (((*path, "command"), argument) for argument in source.command or ())
    if source.sql is not None:
        yield (*path, "sql", "url"), source.sql.url


def _texts(document: JsonValue) -> Iterator[str]:
    match document:
        case str():
            yield document
        case dict():
            for value in document.values():
                yield from _texts(value)
        case list():
            for item in document:
                yield from _texts(item)


def _unknown(path: tuple[str | int, ...], template: str, known: frozenset[str]) -> Iterator[Broken]:
    for name in names(template):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = (
                f"did you mean {{{near[0]}}}?"
                if near
                else f"known are {', '.join(f'{{{one}}}' for one in sorted(known))}"
            )
            yield Broken(path, f"has {{{name}}}, which stands for nothing here; {remedy}")


def _error_of_expression(expression: str) -> str | None:
    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        return " ".join(str(error).split())
    return None


def _error_of_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None
