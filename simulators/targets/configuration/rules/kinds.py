"""What each kind of target needs, and what means nothing to it."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final
from urllib.parse import urlsplit

from simulators.targets.configuration.rules.broken import Broken
from simulators.targets.configuration.rules.texts import commands
from simulators.targets.configuration.tables import Configuration, Kind, Routing, names

_OWN_KEYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.PROCESS: ("command", "nodes", "routing", "stop_timeout"),
    Kind.ASGI: ("app",),
    Kind.HTTP: ("url", "restart", "crash", "incarnation", "evict"),
}
_MAIN_KEY: Final = {Kind.PROCESS: "command", Kind.ASGI: "app", Kind.HTTP: "url"}


def broken_kinds(configuration: Configuration) -> Iterator[Broken]:
    """A key or a table that the kind needs or has no use for, and what cannot be started."""
    yield from _of_keys(configuration)
    yield from _of_tables(configuration)
    yield from _of_commands(configuration)


def _of_keys(configuration: Configuration) -> Iterator[Broken]:
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
    if target.url is not None and urlsplit(target.url).scheme not in ("http", "https"):
        yield Broken(("target", "url"), 'is no URL; write one such as "http://127.0.0.1:3000"')
    if kind is Kind.PROCESS and target.routing is not Routing.PINNED and target.nodes == 1:
        yield Broken(
            ("target", "routing"),
            "chooses among several nodes, and there is one; write nodes = 2, or leave it out",
        )
    if target.need > target.repeat:
        yield Broken(
            ("target", "need"), f"is more than repeat = {target.repeat}; write that much at most"
        )


def _of_tables(configuration: Configuration) -> Iterator[Broken]:
    kind = configuration.target.kind
    for table in ("request", "reply"):
        if kind is not Kind.REFERENCE and getattr(configuration, table) is None:
            yield Broken((table,), f"is missing; write a table [{table}]")
    if kind is Kind.REFERENCE:
        for table in ("request", "reply", "open", "clear", "read", "probe"):
            if getattr(configuration, table) is not None:
                yield Broken((table,), 'means nothing with kind = "reference"; leave it out')


def _of_commands(configuration: Configuration) -> Iterator[Broken]:
    target = configuration.target
    for variable, value in target.env.items():
        if not variable or "=" in variable or "\0" in variable + value:
            told = "can be no variable of an environment; mend its name, or its value"
            yield Broken(("target", "env", variable), told)
    folder = configuration.folder / target.cwd
    if not folder.is_dir():
        yield Broken(("target", "cwd"), f"{target.cwd!r} is no folder; name one beside this file")
    search = target.env.get("PATH", os.environ.get("PATH", os.defpath))
    for path, command in commands(configuration):
        program = command[0]
        place = str(folder / program) if os.sep in program else program
        if not names(program) and shutil.which(place, path=search) is None:
            yield Broken(path, f"begins with {program!r}, which is no program; install or mend it")
