"""What a request has to be, beside the names in it."""

from collections.abc import Iterator
from http import HTTPMethod

from simulators.targets.configuration import Configuration
from simulators.targets.rules.broken import Broken, near_or_known
from simulators.targets.rules.texts import calls, hooks


def broken_requests(configuration: Configuration) -> Iterator[Broken]:
    """A method that does not exist, a path that is none, two bodies, an end without a stream."""
    for path, call in (*calls(configuration), *hooks(configuration)):
        if call.method.upper() not in list(HTTPMethod):
            remedy = near_or_known(call.method.upper(), list(HTTPMethod))
            yield Broken((*path, "method"), f'"{call.method}" is no method of HTTP; {remedy}')
        if not call.path.startswith("/"):
            yield Broken((*path, "path"), f'is no path; write "/{call.path}"')
        if call.json is not None and call.form is not None:
            yield Broken((*path, "form"), "excludes json; leave one of them out")
    ready = configuration.target.ready.path
    if ready is not None and not ready.startswith("/"):
        yield Broken(("target", "ready", "path"), f'is no path; write "/{ready}"')
    request = configuration.request
    if request is not None and request.until is not None and request.stream is None:
        yield Broken(("request", "until"), "is for a stream; write stream, or leave it out")
