"""Where a store really is, as a file tells it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from simulators.errors import TargetError
from simulators.targets.configuration.tables import StoreTable
from simulators.targets.proxy.listener import Upstream

_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}


def upstream_of(text: str) -> Upstream | None:
    """The upstream that `host:port` or a URL means; None where that is no place to call."""
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.hostname is None or port is None:
        return None
    return Upstream(parts.hostname, port, is_encrypted=parts.scheme == "https")


def upstream_of_table(name: str, table: StoreTable) -> Upstream:
    """The upstream of the store of that name. Raises `TargetError` where there is none."""
    upstream = upstream_of(table.upstream or "")
    if upstream is None:
        raise TargetError(
            f"[stores.{name}] has no port in upstream = {table.upstream!r}; write host:port"
        )
    return upstream
