"""Where a probe looks, and how an effect is counted."""

import re
from collections.abc import Iterator
from typing import Final

from simulators.targets.configuration import databases
from simulators.targets.configuration.rules.broken import Broken, near_or_known
from simulators.targets.configuration.rules.texts import sources
from simulators.targets.configuration.tables import (
    SERVER_NAMES,
    SESSION_NAMES,
    Configuration,
    Kind,
    ProbeTable,
    Sql,
    names,
)
from simulators.targets.configuration.upstreams import upstream_of
from simulators.targets.proxy.sql import change_of

_SOURCES: Final = ("url", "command", "file", "sql")


def broken_sources(configuration: Configuration) -> Iterator[Broken]:
    """Too many sources or none, no database, and a parameter that nothing stands for, or that is
    written as none."""
    known = SESSION_NAMES | SERVER_NAMES[configuration.target.kind] | configuration.ports
    for path, source in sources(configuration):
        given = [key for key in _SOURCES if getattr(source, key) is not None]
        if len(given) > 1:
            yield Broken((*path, given[1]), f"excludes {given[0]}; leave one of them out")
        elif not given and isinstance(source, ProbeTable):
            yield Broken(path, f"has no source; write one of {', '.join(_SOURCES)}")
        elif not given and configuration.probe is None:
            yield Broken(path, "has no source, and there is no [probe]; write one of them")
        if source.url is not None and _is_of_an_application(configuration, source.url):
            yield Broken(
                (*path, "url"),
                "asks the application, which has no port in Coolwind's own process; write file,"
                ' command or sql, or let kind = "process" start it',
            )
        elif source.url is not None and not _is_url(source.url):
            told = "is no URL that can be asked"
            yield Broken((*path, "url"), f'{told}; write one such as "http://127.0.0.1:{{port}}/"')
        if source.file is not None and not source.file.strip():
            yield Broken((*path, "file"), "names no file; name one, or leave it out")
        if source.sql is not None:
            if error := databases.why_not(source.sql.url):
                yield Broken((*path, "sql", "url"), error)
            if changed := change_of(source.sql.query):
                yield Broken(
                    (*path, "sql", "query"),
                    f"changes the database ({changed}), where it only looks; write a SELECT",
                )
            for name in _parameters(source.sql):
                if name not in known:
                    remedy = near_or_known(f":{name}", [f":{one}" for one in known])
                    yield Broken(
                        (*path, "sql", "query"),
                        f"has :{name}, which stands for nothing here; {remedy}",
                    )
            for name in names(source.sql.query):
                if name in known:
                    yield Broken(
                        (*path, "sql", "query"),
                        f"has {{{name}}}, which nothing fills in there; write :{name}, without"
                        " quotes around it",
                    )


def _is_of_an_application(configuration: Configuration, url: str) -> bool:
    """Whether it is asked of an application that listens nowhere."""
    is_in_process = configuration.target.kind is Kind.ASGI
    return is_in_process and ("port" in names(url) or url.startswith("/"))


def _is_url(text: str) -> bool:
    """Whether it is one of HTTP, whatever stands for its names."""
    for name in names(text):
        text = text.replace(f"{{{name}}}", "http://127.0.0.1" if name == "url" else "1")
    is_asked = text.startswith(("http://", "https://"))
    return is_asked and upstream_of(text) is not None and not re.search(r"[^!-~]", text)


def _parameters(sql: Sql) -> list[str]:
    """The parameters of a query, as SQLAlchemy finds them."""
    try:
        from sqlalchemy import text
    except ImportError:
        return []
    return list(text(sql.query).compile().params)
