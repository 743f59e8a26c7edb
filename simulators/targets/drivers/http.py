"""The calls to stores behind an API: by httpx, httpx2, aiohttp and urllib3, on which requests
stands."""

from typing import Any
from urllib.parse import urlsplit

from simulators.targets.application.patches import Patches
from simulators.targets.drivers.calls import Asking, Calls
from simulators.targets.drivers.wrapping import around
from simulators.targets.proxy.dialect import Kind
from simulators.targets.proxy.http import storing

_GONE = "Server disconnected without sending a response."
_LATE = "The read operation timed out"


def watch_httpx(httpx: Any, calls: Calls, patches: Patches) -> None:
    """Watch the clients of httpx or of httpx2, which is a fork of it."""

    def sending(_: object, request: Any, *__: object, **___: object) -> Asking:
        return _asking(
            request.method,
            request.url.path,
            httpx.RemoteProtocolError(_GONE, request=request),
            httpx.ReadTimeout(_LATE, request=request),
            "status_code",
        )

    for client in (httpx.Client, httpx.AsyncClient):
        patches.put(client, "send", around(calls, sending))


def watch_aiohttp(aiohttp: Any, calls: Calls, patches: Patches) -> None:
    """Watch sessions. A WebSocket is one call, which opens it."""

    def requesting(_: object, method: str, url: object, *__: object, **___: object) -> Asking:
        gone, late = aiohttp.ServerDisconnectedError(), aiohttp.ServerTimeoutError(_LATE)
        return _asking(method, urlsplit(str(url)).path, gone, late, "status")

    patches.put(aiohttp.ClientSession, "_request", around(calls, requesting))


def watch_urllib3(urllib3: Any, calls: Calls, patches: Patches) -> None:
    """Watch pools of connections; what is tried again, or elsewhere, is one call."""

    def opening(pool: object, method: str, url: str, *_: object, **__: object) -> Asking:
        gone = urllib3.exceptions.ProtocolError(_GONE)
        late = urllib3.exceptions.ReadTimeoutError(pool, url, _LATE)
        return _asking(method, urlsplit(url).path, gone, late, "status")

    patches.put(urllib3.HTTPConnectionPool, "urlopen", around(calls, opening))


def _asking(method: str, path: str, gone: Exception, late: Exception, status: str) -> Asking:
    call = storing(method.upper(), path or "/")

    def changes(response: object) -> bool:
        return call.kind is Kind.WRITE and getattr(response, status) < 400

    return Asking(call, lambda: gone, lambda: late, changes)
