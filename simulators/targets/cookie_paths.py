"""Which cookies a browser takes from a service on this machine, and sends to which paths (RFC 6265,
sections 5.1.3, 5.1.4 and 5.3)."""

from collections.abc import Mapping
from datetime import datetime

from simulators.conversation import Cookie
from simulators.targets.set_cookie import read_attribute, read_set_cookie
from simulators.targets.wire import Response


class CookiePaths:
    """Remembers, for each customer, the path that each cookie is for.

    One of the name and customer is known, the last that came. The port counts for nothing.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._paths: dict[tuple[str, str], str] = {}

    def kept(
        self, customer_id: str, response: Response, path: str, now: datetime
    ) -> tuple[Cookie, ...]:
        """The cookies that a browser takes from the response to a request for that path."""
        kept = []
        for header in response.values("set-cookie"):
            cookie = read_set_cookie(header, now)
            if cookie is None or not self._is_of_host(read_attribute(header, "domain")):
                continue
            given = read_attribute(header, "path")
            is_path = given is not None and given.startswith("/")
            self._paths[customer_id, cookie.name] = (
                given if is_path and given is not None else _default_path(path)
            )
            kept.append(cookie)
        return tuple(kept)

    def sent(self, customer_id: str, jar: Mapping[str, str], path: str) -> Mapping[str, str]:
        """Those of the jar that go with a request for that path."""
        return {
            name: value
            for name, value in jar.items()
            if _matches(path, self._paths.get((customer_id, name), "/"))
        }

    def _is_of_host(self, domain: str | None) -> bool:
        # An address has no parent domain, so that only its own name fits.
        return not domain or domain.lstrip(".").lower() == self._host


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _matches(path: str, cookie_path: str) -> bool:
    if path == cookie_path:
        return True
    return path.startswith(cookie_path if cookie_path.endswith("/") else cookie_path + "/")
