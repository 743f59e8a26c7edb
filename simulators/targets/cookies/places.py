"""Where a request goes, and which cookies a browser takes from there and sends there (RFC 6265,
sections 5.1.3, 5.1.4, 5.3 and 5.4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from simulators.conversation import Cookie


@dataclass(frozen=True, slots=True)
class Place:
    """A path of a host. The port counts for nothing; `is_safe` says that a Secure cookie may go
    there: over HTTPS, or to this machine."""

    path: str
    host: str = "127.0.0.1"
    is_safe: bool = True

    @property
    def default_path(self) -> str:
        """The path of a cookie that names none."""
        return self.path.rpartition("/")[0] or "/"

    def is_in(self, domain: str | None) -> bool:
        """Whether a cookie of that domain may come from here, and goes back here."""
        name = (domain or "").removeprefix(".").lower()
        if not name or name == self.host:
            return True
        # An address has no parent, and whatever has no dot is everybody's.
        return "." in name and self.host.endswith(f".{name}") and not _is_address(self.host)


def place_of(url: str | None, path: str) -> Place:
    """That path of the service at a URL; without one, of a service on this machine."""
    parts = urlsplit(url or "http://127.0.0.1")
    host = (parts.hostname or "").lower()
    return Place(path, host, is_safe=parts.scheme == "https" or _is_this_machine(host))


def carried(jar: Iterable[Cookie], path: str) -> Sequence[Cookie]:
    """Those of the cookies that go with a request for that path."""
    return [cookie for cookie in jar if _matches(path, cookie.path)]


def cookie_header(jar: Iterable[Cookie], path: str) -> str:
    """The header `Cookie` of a request for that path; "" for none."""
    return "; ".join(f"{one.name}={one.value}" for one in carried(jar, path))


def _matches(path: str, cookie_path: str) -> bool:
    if path == cookie_path:
        return True
    return path.startswith(cookie_path if cookie_path.endswith("/") else cookie_path + "/")


def _is_this_machine(host: str) -> bool:
    return ip_address(host).is_loopback if _is_address(host) else _ends_in_localhost(host)


def _ends_in_localhost(host: str) -> bool:
    return host.rpartition(".")[2] == "localhost"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
