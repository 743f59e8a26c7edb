"""What `coolwind.toml` says of a target, table by table.

The docstrings of the fields are the documentation of the keys. `configuration_file` reads and
checks a file; values of these types are right in themselves.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, JsonValue

from simulators.conversation import Storage

_UNITS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST: Final = timedelta(days=3_660)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
PLACE: Final = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}")
"""A name in braces, or doubled braces."""


MESSAGE_NAMES: Final = frozenset(
    {
        "text",
        "session_id",
        "customer_id",
        "message_id",
        "conversation_id",
        "conversation_number",
        "message_number",
    }
)
"""What can be named where a message is sent."""

SESSION_NAMES: Final = frozenset(
    {"session_id", "customer_id", "conversation_id", "conversation_number"}
)
"""What can be named where a conversation is looked at."""


def duration(text: object) -> timedelta:
    """The duration that a text such as `30m` means. Raises ValueError."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError('is no duration; write a number with ms, s, m, h or d, such as "30m"')
    milliseconds = float(match[1]) * _UNITS[match[2]]
    if milliseconds > _LONGEST / timedelta(milliseconds=1):
        raise ValueError("is longer than ten years; write a shorter one")
    return timedelta(milliseconds=milliseconds)


def some_time(lasts: timedelta) -> timedelta:
    """A duration that is more than nothing. Raises ValueError."""
    if not lasts:
        raise ValueError('is no time at all; write a duration such as "30s"')
    return lasts


def names(template: str) -> Sequence[str]:
    """The names in braces of a template; braces that are doubled are text."""
    return [match[1] for match in PLACE.finditer(template) if match[1]]


Duration: TypeAlias = Annotated[timedelta, BeforeValidator(duration), AfterValidator(some_time)]
DurationOrNone: TypeAlias = Annotated[timedelta, BeforeValidator(duration)]
Count: TypeAlias = Annotated[int, Field(strict=True, ge=1)]
Command: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]
"""A program and its arguments; no shell is between."""

_STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Kind(StrEnum):
    """How a target is reached, and how it is broken."""

    REFERENCE = "reference"
    ASGI = "asgi"
    PROCESS = "process"
    HTTP = "http"


SERVER_NAMES: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.REFERENCE: frozenset(),
    Kind.ASGI: frozenset({"state_dir", "job"}),
    Kind.PROCESS: frozenset({"port", "state_dir", "node", "job"}),
    Kind.HTTP: frozenset({"port", "job"}),
}
"""What can be named wherever a server is started or looked at, beside the ports of stores: its
port, the folder of its state, its number from 1, and a number from 0 that no other servers of the
run have at the same time."""


class Routing(StrEnum):
    """Which of several nodes gets a message."""

    PINNED = "pinned"
    STICKY = "sticky"
    ROUND_ROBIN = "round-robin"


class Protocol(StrEnum):
    """What is spoken with a store."""

    POSTGRES = "postgres"
    REDIS = "redis"
    HTTP = "http"
    TCP = "tcp"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """When a server that was started counts as ready."""

    __pydantic_config__ = _STRICT

    path: str | None = None
    """A path that is then answered with a status below 400; without it, a TCP connection does."""
    timeout: Duration = timedelta(seconds=30)
    """How long it may take at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTable:
    """The service itself: how it is started, or where it is."""

    __pydantic_config__ = _STRICT

    kind: Kind
    """`process` is a server that Coolwind starts, stops and kills; `asgi` an ASGI application in
    Coolwind's own process; `http` a service that is running already; `reference` Coolwind's own."""
    command: Command | None = None
    """process: the program that serves, with its arguments."""
    cwd: str = "."
    """The folder that commands start in, from the one that this file is in."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of all commands, beside Coolwind's own."""
    ready: Ready = field(default_factory=Ready)
    """process, http: when a server counts as ready."""
    nodes: Annotated[Count, Field(le=9)] = 1
    """process: how many servers on one store."""
    routing: Routing = Routing.PINNED
    """Which node gets a message: `pinned` the same one until it fails over, `sticky` one for each
    customer until it fails over, `round-robin` the next one each time."""
    stop_timeout: DurationOrNone = timedelta(seconds=10)
    """process: how long a server may take to stop after SIGTERM, before SIGKILL; `0s` for
    SIGKILL at once."""
    setup: Command | None = None
    """A command that runs once, before anything else."""
    reset: Command | None = None
    """A command that runs before each conversation, so that the service has seen nobody."""
    app: str | None = None
    """asgi: `module:factory`, which is called at the start and at every restart. A function `reset`
    of that module is called before each conversation."""
    url: str | None = None
    """http: where the service is."""
    restart: Command | None = None
    """http: a command that restarts the service."""
    crash: Command | None = None
    """http: a command that kills the service and starts it again."""
    incarnation: Command | None = None
    """http: a command that prints what tells one process of the service from the next, such as its
    number. Without it, a restart or a crash is seen by connections that are closed or refused."""
    evict: Command | None = None
    """http: a command that drops the session `{session_id}` from memory."""
    repeat: Annotated[Count, Field(le=100)] = 1
    """How often a plan that breaks a law is played, where replies vary; flow, step and effects have
    to be the same each time."""
    need: Annotated[Count, Field(le=100)] = 1
    """In how many of these plays the laws have to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An HTTP request, with values of the conversation in the place of `{names}`."""

    __pydantic_config__ = _STRICT

    method: str = "POST"
    """The HTTP method."""
    path: str
    """The path, with its query where there is one."""
    json: JsonValue = None
    """The JSON body; a key whose value is not known yet is left out."""
    form: Mapping[str, str] | None = None
    """The body as a form, in the place of `json`."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The query; a key whose value is not known yet is left out."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers; one whose value is not known yet is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTable:
    """The request that opens a conversation, where one has to be opened before its first
    message."""

    __pydantic_config__ = _STRICT

    method: str = "POST"
    """The HTTP method."""
    path: str
    """The path, with its query where there is one."""
    json: JsonValue = None
    """The JSON body."""
    form: Mapping[str, str] | None = None
    """The body as a form, in the place of `json`."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers."""
    session_id: str | None = None
    """JMESPath to the session ID in the answer, where the service chooses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """The request by which a customer asks for the conversation so far."""

    __pydantic_config__ = _STRICT

    method: str = "GET"
    """The HTTP method."""
    path: str
    """The path, with its query where there is one."""
    json: JsonValue = None
    """The JSON body; a key whose value is not known yet is left out."""
    form: Mapping[str, str] | None = None
    """The body as a form, in the place of `json`."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The query; a key whose value is not known yet is left out."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers; one whose value is not known yet is left out."""
    text: str
    """JMESPath to what the customer reads in the answer: a text, or a list of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTable:
    """The request that brings a message to the service."""

    __pydantic_config__ = _STRICT

    method: str = "POST"
    """The HTTP method."""
    path: str
    """The path, with its query where there is one."""
    json: JsonValue = None
    """The JSON body; a key whose value is not known yet is left out. Of a WebSocket, the message
    that is sent."""
    form: Mapping[str, str] | None = None
    """The body as a form, in the place of `json`."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The query; a key whose value is not known yet is left out."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers; one whose value is not known yet is left out."""
    stream: Literal["sse", "websocket"] | None = None
    """The reply comes in pieces: as server-sent events, or over a WebSocket. The JSON body is then
    the list of their data."""
    until: str | None = None
    """JMESPath on one piece: true for the last one. Without it, events go on until the response
    ends, and a WebSocket brings one message."""
    timeout: Duration = timedelta(seconds=30)
    """How long a reply may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTable:
    """Where a reply says what: JMESPath on its JSON body, which may be a list. A body that is plain
    text (`text/plain`) is that text: `@`."""

    __pydantic_config__ = _STRICT

    text: str
    """The text that the customer reads."""
    session_id: str | None = None
    """The session ID. Where nothing says it, it is the `{conversation_id}`."""
    session_cookie: str | None = None
    """The name of the cookie that is the session ID, in the place of `session_id`."""
    kept_in: Storage = Storage.PAGE
    """Where the page keeps the `{session_id}` that it sends: `page` is its own memory, which a
    reload loses; `sessionStorage` outlives a reload and is empty in a new tab; `localStorage`
    outlives a reload, and all tabs share it."""
    flow: str | None = None
    """The flow that the session is in."""
    step: str | None = None
    """The step of that flow."""
    served_from: str | None = None
    """The tier that served the turn: memory, store or new."""
    fresh: str | None = None
    """True where the service says that it starts afresh."""
    fresh_phrase: str | None = None
    """A regular expression that finds a new start in the text, in the place of `fresh`."""
    quick_replies: str | None = None
    """The list of replies that are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTable:
    """A step that is known by the text of the reply. The first that fits counts."""

    __pydantic_config__ = _STRICT

    flow: str
    """The flow."""
    step: str
    """The step of that flow."""
    reply: str
    """A regular expression that is found in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """A query to a database."""

    __pydantic_config__ = _STRICT

    url: str
    """Where the database is: `sqlite:///…`, `postgresql://…`, or any other URL of SQLAlchemy."""
    query: str
    """The query, with parameters such as `:session_id`. Its answer is a list of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTable:
    """What the service keeps of a conversation, looked at after each turn. One source; then
    JMESPath on the JSON document that it gives."""

    __pydantic_config__ = _STRICT

    url: str | None = None
    """A URL that is fetched with GET; status 404 means that nothing is kept."""
    command: Command | None = None
    """A command that prints JSON; nothing, or `null`, where nothing is kept. It ends well then,
    too, as `curl -f` does not at a status 404, which `url` takes for that."""
    file: str | None = None
    """A file of JSON or of JSON lines; one that does not exist keeps nothing."""
    sql: Sql | None = None
    """A query to a database."""
    flow: str | None = None
    """The flow, where the reply does not say it."""
    step: str | None = None
    """The step, where the reply does not say it."""
    data: str = "@"
    """What is compared with the clean run; all of the document, unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTable:
    """An effect that has to happen exactly once, and where it is counted. Without a source, the
    answer of the probe. A source that names the conversation, such as with `:session_id`, counts
    the effects of that conversation alone; any other counts those of all customers together. Where
    a source shows nothing of a conversation that was cleared, what was seen before stands."""

    __pydantic_config__ = _STRICT

    url: str | None = None
    """A URL that is fetched with GET."""
    command: Command | None = None
    """A command that prints JSON."""
    file: str | None = None
    """A file of JSON or of JSON lines; one that does not exist holds no effect."""
    sql: Sql | None = None
    """A query to a database."""
    rows: str = "[]"
    """JMESPath to the list of effects, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsTable:
    """What the service promises of its sessions, and what can be done to them."""

    __pydantic_config__ = _STRICT

    idle_timeout: Duration | None = None
    """How long after its last turn a session leaves memory."""
    expiry: Duration | None = None
    """How long after its last turn a session is over."""
    clock: Literal["faketime", "none"] | Call = "none"
    """How the service's time is moved: by libfaketime, or by a hook of the service, a request with
    the `{offset}` from real time in seconds, or with the `{seconds}` that pass now. It is called
    on every node, and again after each start."""
    evict: Call | None = None
    """A request that drops the session `{session_id}` from memory."""
    retries: Annotated[bool, Field(strict=True)] = False
    """Whether the service promises that a repeated message is harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTable:
    """A store, or a language model, that the service calls."""

    __pydantic_config__ = _STRICT

    protocol: Protocol
    """What is spoken: postgres, redis, http, tcp; or file, for a store in the server's process."""
    listen: str | None = None
    """The name of the port that the service is to call in its place, such as `{store_port}`."""
    upstream: str | None = None
    """Where the store is: `host:port`, or a URL for http."""
    paths: tuple[str, ...] = ()
    """file: patterns of the files that are the store, such as `{state_dir}/**`."""
    role: Literal["store", "model"] = "store"
    """Whether it is a store or a language model."""
    record: str | None = None
    """http: the file that answers are recorded in."""
    replay: str | None = None
    """http: the file that answers are taken from, in the place of the upstream's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that a file says. `folder` is the one that it is in."""

    __pydantic_config__ = _STRICT

    target: TargetTable
    request: RequestTable | None = None
    open: OpenTable | None = None
    reply: ReplyTable | None = None
    clear: Call | None = None
    read: ReadTable | None = None
    steps: tuple[StepTable, ...] = ()
    probe: ProbeTable | None = None
    effects: Mapping[str, EffectTable] = field(default_factory=dict)
    faults: FaultsTable = field(default_factory=FaultsTable)
    stores: Mapping[str, StoreTable] = field(default_factory=dict)
    folder: Path = field(default_factory=Path)

    @property
    def ports(self) -> frozenset[str]:
        """The names of the ports that stores are to be called at."""
        return frozenset(
            name for store in self.stores.values() if store.listen for name in names(store.listen)
        )
