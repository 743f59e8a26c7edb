"""What outlives a restart in this process: the state of modules, and the application itself."""

import asyncio
import builtins
import importlib
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from simulators.targets.application.held import Held, Look, Looked
from simulators.targets.application.outliving import Outliving

SESSION = "6f1c7c1e-session"
Play = Callable[..., str]
_NUMBERS = itertools.count()


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """Plays conversations with a restart in a service of that source, whose `turn` takes a session
    ID; what outlived them."""
    monkeypatch.syspath_prepend(tmp_path)
    loaded = list(sys.modules)

    def played(source: str, conversations: int = 1) -> str:
        name = f"an_outliving_shop_{next(_NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(source)
        service = __import__(name)
        outliving = Outliving(name)
        for conversation in range(conversations):
            outliving.begin()
            _start(service, outliving)
            session_id = f"{SESSION}-{conversation}"
            service.turn(session_id)
            outliving.heard(session_id)
            _start(service, outliving)
        return " ".join(outliving.reasons).replace(name, "shop")

    yield played
    for name in set(sys.modules).difference(loaded):
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(tmp_path):
            del sys.modules[name]


def _start(service: ModuleType, outliving: Outliving) -> None:
    outliving.made(getattr(service, "create", object)())
    outliving.started()


def _told_of(home: str, modules: Iterable[ModuleType]) -> str:
    """What is told after a restart of the service with that home, where each of these modules has
    kept the session."""
    outliving = Outliving(home)
    outliving.begin()
    outliving.started()
    for module in modules:
        module.KEPT[SESSION] = 1
    outliving.heard(SESSION)
    outliving.started()
    (told,) = outliving.reasons
    return told


IN_MODULES = {
    "shop.KEPT": "KEPT = {}\ndef turn(one): KEPT[one] = 1",
    "shop.ONES": "ONES = []\ndef turn(one): ONES.append({'id': one})",
    "shop.last": "last = None\ndef turn(one):\n    global last\n    last = (one,)",
    "shop.CHAT": (
        "class Chat:\n    def __init__(self): self.kept = {}\n"
        "CHAT = Chat()\ndef turn(one): CHAT.kept[one] = 1"
    ),
    "shop.SLOTS": (
        "class Slots:\n    __slots__ = ('one',)\nSLOTS = Slots()\ndef turn(one): SLOTS.one = one"
    ),
    "shop.Chat.kept": "class Chat:\n    kept = {}\ndef turn(one): Chat.kept[one] = 1",
    "shop.turn": "def turn(one, kept=[]): kept.append(one)",
    "shop.closed": (
        "def closing():\n    kept = set()\n    return kept.add\n"
        "def named():\n    add = closing()\n    return lambda one: add(one)\n"
        "closed = named()\ndef turn(one): closed(one)"
    ),
    "shop.store": (
        "import functools\n@functools.lru_cache\ndef store(): return {}\n"
        "def turn(one): store()[one] = 1"
    ),
    "shop.SEEN": "SEEN = frozenset()\ndef turn(one):\n    global SEEN\n    SEEN |= {one}",
    "shop.TOLD": "TOLD = frozenset()\ndef turn(one):\n    global TOLD\n    TOLD |= {'of ' + one}",
    "shop.QUEUE": "import queue\nQUEUE = queue.Queue()\ndef turn(one): QUEUE.put('of ' + one)",
    "shop.LIBRARY": "import queue\nLIBRARY = queue.Queue()\ndef turn(one): LIBRARY.put({one: 1})",
    "shop.SCOPE": (
        "import contextvars\nSCOPE = contextvars.ContextVar('scope', default={})\n"
        "def turn(one): SCOPE.get()[one] = 1"
    ),
    "shop.STEPS": (
        "def steps():\n    kept = {}\n    while True: kept[(yield)] = 1\n"
        "STEPS = steps()\nnext(STEPS)\ndef turn(one): STEPS.send(one)"
    ),
    "shop.DATABASE": (
        "import sqlite3\nDATABASE = sqlite3.connect(':memory:')\n"
        "DATABASE.execute('CREATE TABLE chats (id)')\n"
        "def turn(one): DATABASE.execute('INSERT INTO chats VALUES (?)', (one,))"
    ),
    "shop.ENGINE": (
        "import sqlalchemy\nENGINE = sqlalchemy.create_engine('sqlite://')\n"
        "def turn(one):\n    with ENGINE.begin() as c:\n"
        "        c.execute(sqlalchemy.text('CREATE TABLE chats (id)'))\n"
        "        c.execute(sqlalchemy.text('INSERT INTO chats VALUES (:id)'), {'id': one})"
    ),
    "shop.BYTES": "import queue\nBYTES = queue.Queue()\ndef turn(one): BYTES.put(one.encode())",
}


@pytest.mark.parametrize("name", IN_MODULES)
def test_where_a_module_keeps_a_session_is_named(play: Play, name: str) -> None:
    assert f"left in {name} outlived a restart" in play(IN_MODULES[name])


def test_a_session_that_an_earlier_conversation_left_is_named(play: Play) -> None:
    kept = "KEPT = {}\ndef turn(one): KEPT.setdefault('6f1c7c1e-session-1', 'a step')"
    assert "left in shop.KEPT outlived a restart" in play(kept, 2)


def test_a_session_id_that_is_a_constant_is_no_session(play: Play) -> None:
    assert play("DEMO = ['6f1c7c1e-session-0']\ndef turn(one): pass", 2) == ""


def test_a_short_session_id_is_found_where_it_stands_alone() -> None:
    shop = ModuleType("shop")
    shop.ALONE, shop.LONGER = frozenset({"s-1", "b"}), frozenset({"s-10"})  # type: ignore[attr-defined]
    held = Look(lambda _: True, {"s-1"}).at({"shop": shop})
    assert held["shop.ALONE"].session_ids == {"s-1"}
    assert held["shop.LONGER"].session_ids == set()


def test_what_cannot_change_is_looked_at_again_only_in_another_place() -> None:
    shop = ModuleType("shop")
    shop.HERE = shop.THERE = word = "s-1"  # type: ignore[attr-defined]
    known = {"shop.HERE": Looked(word, Held(("known",), frozenset()))}
    assert Look(lambda _: True, {"s-1"}, known).at({"shop": shop}) == {
        "shop.HERE": Held(("known",), frozenset()),
        "shop.THERE": Held(("'s-1'",), frozenset({"s-1"})),
    }
    shop.HERE = "s-2"  # type: ignore[attr-defined]
    held = Look(lambda _: True, {"s-2"}, known).at({"shop": shop})
    assert held["shop.HERE"].session_ids == {"s-2"}


def test_what_one_target_found_at_first_another_one_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have the same modules, and the session has the same ID in every conversation."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a_shop_of_two.py").write_text("last = None\n")
    shop = importlib.import_module("a_shop_of_two")
    monkeypatch.setitem(sys.modules, "a_shop_of_two", shop)
    one, other = Outliving("a_shop_of_two"), Outliving("a_shop_of_two")
    one.begin()
    one.started()
    shop.last = SESSION
    for outliving in (other, one):
        outliving.starts()
        outliving.begin()
        outliving.started()
        outliving.heard(SESSION)
        outliving.started()
    assert other.reasons == []
    assert "left in a_shop_of_two.last outlived a restart" in one.reasons[0]


COUNTS = {
    "shop.number": "number = 0\ndef turn(one):\n    global number\n    number += 1",
    "shop.numbers": "import itertools\nnumbers = itertools.count()\ndef turn(one): next(numbers)",
    "shop.Order.made": "class Order:\n    made = 0\ndef turn(one): Order.made += 1",
    "shop.words": (
        "words = frozenset({'a word'})\ndef turn(one):\n    global words\n"
        "    words |= {f'word {len(words)}'}"
    ),
    "shop.late": (
        "class Late:\n    made = ()\nlate = None\ndef turn(one):\n    global late\n"
        "    late = late or Late()\n    late.made += (1,)"
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_what_goes_on_from_one_conversation_to_the_next_is_named(play: Play, name: str) -> None:
    assert f"left in {name} outlived a restart" in play(COUNTS[name], 2)


HARMLESS = {
    "a constant": "PRICES = {'fan': 3}\ndef turn(one): PRICES['fan']",
    "words": (
        "WORDS = frozenset({'a', 'b'})\ndef turn(one):\n    global WORDS\n"
        "    WORDS = frozenset(['b', 'a'])"
    ),
    "a logger": (
        "import logging, logging.handlers\nlog = logging.getLogger('a shop')\n"
        "log.addHandler(logging.handlers.MemoryHandler(9))\n"
        "def turn(one): log.warning('%s', one)"
    ),
    "a pattern": "import re\nID = re.compile('[a-f]+')\ndef turn(one): ID.match(one)",
    "a pure function": (
        "import functools\n@functools.lru_cache\ndef price(part): return len(part)\n"
        "def turn(one): price('fan')"
    ),
    "a metric": (
        "import prometheus_client\nregistry = prometheus_client.CollectorRegistry()\n"
        "TURNS = prometheus_client.Counter('turns', 'all', ['step'], registry=registry)\n"
        "def turn(one): TURNS.labels('first').inc()"
    ),
    "an engine": (
        "import sqlalchemy\nENGINE = sqlalchemy.create_engine('sqlite://')\ndef turn(one):\n"
        "    with ENGINE.connect() as c:\n"
        "        c.execute(sqlalchemy.text('select :id'), {'id': one})"
    ),
    "a database in a file": (
        "import sqlite3\nDATABASE = sqlite3.connect(__file__.replace('.py', '.db'))\n"
        "DATABASE.execute('CREATE TABLE chats (id)')\n"
        "def turn(one): DATABASE.execute('INSERT INTO chats VALUES (?)', (one,))"
    ),
    "a context of each request": (
        "import contextvars\nSCOPE = contextvars.ContextVar('scope')\n"
        "def turn(one): contextvars.copy_context().run(SCOPE.set, one)"
    ),
    "a driver that is loaded late": (
        "driver = None\ndef turn(one):\n    global driver\n    import decimal\n"
        "    driver = driver or decimal.Context()"
    ),
    "a registry of classes": ("KNOWN = {}\ndef turn(one):\n    KNOWN[one] = type('Late', (), {})"),
    "locks": "import asyncio\nLOCKS = {}\ndef turn(one): LOCKS[one] = asyncio.Lock()",
    "tasks": (
        "import asyncio\nTASKS = set()\nloop = asyncio.new_event_loop()\n"
        "def turn(one): TASKS.add(loop.create_future())\nloop.close()"
    ),
    "a proxy of nothing": (
        "class Proxy:\n    @property\n    def __class__(self): raise LookupError('no request')\n"
        "    def __getattr__(self, name): raise LookupError('no request')\n"
        "request = Proxy()\ndef turn(one): pass"
    ),
    "a memo": "MEMO = {}\ndef turn(one): MEMO['fan'] = 'Fan'",
    "what each start makes anew": (
        "KEPT = {}\ndef create():\n    global KEPT\n    KEPT = {}\n    return object()\n"
        "def turn(one): KEPT[one] = 1"
    ),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_does_no_harm_raises_no_alarm(play: Play, what: str) -> None:
    assert play(HARMLESS[what], 3) == ""


def test_what_changes_while_it_is_looked_at_ends_the_look(play: Play) -> None:
    endless = "LIST = []\nfor _ in range(9999):\n    LIST = [LIST]\ndef turn(one): pass"
    assert play(endless, 2) == ""


def test_modules_beside_the_factory_are_the_services_own(play: Play, tmp_path: Path) -> None:
    (tmp_path / "beside_the_shop.py").write_text("KEPT = {}")
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "installed_beside.py").write_text("KEPT = {}\nDONE = {}")
    sys.path.insert(0, str(tmp_path / "site-packages"))
    try:
        told = play(
            "import beside_the_shop, installed_beside\ndef turn(one):\n"
            "    beside_the_shop.KEPT[one] = installed_beside.KEPT[one] = 1\n"
            "    installed_beside.DONE[len(installed_beside.DONE)] = 1"
        )
    finally:
        sys.path.remove(str(tmp_path / "site-packages"))
    assert "beside_the_shop.KEPT" in told
    assert "installed_beside.KEPT" in told
    assert "installed_beside.DONE" not in told


@pytest.mark.parametrize(
    ("name", "turn"),
    [
        ("os.environ", "os.environ['A_CHAT'] = one"),
        ("builtins.A_KEPT", "builtins.A_KEPT = [one]"),
    ],
)
def test_what_stands_in_pythons_own_modules_is_named(
    play: Play, monkeypatch: pytest.MonkeyPatch, name: str, turn: str
) -> None:
    monkeypatch.setenv("A_CHAT", "")
    monkeypatch.setattr(builtins, "A_KEPT", [], raising=False)
    assert name in play(f"import builtins, os\ndef turn(one): {turn}")


def test_a_cache_of_a_library_is_looked_at_again_and_again(tmp_path: Path) -> None:
    """A session may come there late, by a turn that no plan made before."""
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "installed_cache.py").write_text("KEPT = {}")
    sys.path.insert(0, str(tmp_path / "site-packages"))
    outliving = Outliving(__name__)
    try:
        cache = importlib.import_module("installed_cache")
        outliving.begin()
        outliving.started()
        outliving.heard(SESSION)
        for _ in range(7):
            outliving.started()
        assert not outliving.reasons
        cache.KEPT["a page"] = [SESSION.encode()]
        outliving.started()
    finally:
        sys.path.remove(str(tmp_path / "site-packages"))
        sys.modules.pop("installed_cache", None)
    (told,) = outliving.reasons
    assert "installed_cache.KEPT" in told


def test_of_what_is_installed_only_the_package_is_the_services_own(tmp_path: Path) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    for name in ("installed_shop", "installed_else"):
        (folder / f"{name}.py").write_text("KEPT = {}\nLAST = ()")
    sys.path.insert(0, str(folder))
    try:
        shop, other = (__import__(name) for name in ("installed_shop", "installed_else"))
        other.LAST = SESSION
        told = _told_of("installed_shop", [shop])
    finally:
        sys.path.remove(str(folder))
        for name in ("installed_shop", "installed_else"):
            sys.modules.pop(name, None)
    assert "installed_shop.KEPT" in told
    assert "installed_else" not in told


def test_what_tests_keep_is_not_the_services(play: Play, tmp_path: Path) -> None:
    (tmp_path / "outliving" / "tests").mkdir(parents=True)
    (tmp_path / "outliving" / "tests" / "helper.py").write_text("KEPT = {}")
    (tmp_path / "test_outliving_shop.py").write_text("KEPT = {}")
    told = play(
        "from outliving.tests import helper\nimport test_outliving_shop\nKEPT = {}\n"
        "def turn(one):\n    KEPT[one] = helper.KEPT[one] = 1\n"
        "    test_outliving_shop.KEPT[one] = 1"
    )
    assert "left in shop.KEPT outlived" in told


def test_a_service_among_tests_has_what_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "outliving_project" / "tests"
    (folder / "shops").mkdir(parents=True)
    for path in ("helper", "shops/test_shop", "shops/beside"):
        (folder / f"{path}.py").write_text("KEPT = {}")
    monkeypatch.syspath_prepend(tmp_path)
    home = "outliving_project.tests.shops.test_shop"
    names = [home, "outliving_project.tests.helper", "outliving_project.tests.shops.beside"]
    modules = [importlib.import_module(name) for name in names]
    told = _told_of(home, modules)
    assert "shops.test_shop.KEPT" in told
    assert "shops.beside.KEPT" in told
    assert "helper" not in told


def test_many_names_are_told_in_short(play: Play) -> None:
    source = "\n".join(f"KEPT_{number} = []" for number in range(5))
    turn = "\ndef turn(one):\n    for number in range(5): globals()[f'KEPT_{number}'].append(one)"
    assert "shop.KEPT_0, shop.KEPT_1, shop.KEPT_2 and 2 more outlived" in play(source + turn)


def test_a_factory_that_returns_one_application_is_told_of(play: Play) -> None:
    one = "ONE = object()\ndef create(): return ONE\ndef turn(one): pass"
    assert "the factory returned the application that it had made before" in play(one)


def test_nothing_is_known_of_a_factory_without_a_module() -> None:
    outliving = Outliving(None)
    outliving.begin()
    outliving.started()
    assert outliving.reasons == []


LOCKED = """
import asyncio
import threading

LOCK = asyncio.Lock()
BY_SESSION = {"s-1": threading.Lock()}

async def turn():
    await LOCK.acquire()
    BY_SESSION["s-1"].acquire(timeout=1)

async def turns():
    await asyncio.gather(*map(in_turn, range(2)))

async def in_turn(number):
    async with LOCK:
        await asyncio.sleep(0)
"""


def test_the_locks_of_modules_are_new_ones_at_each_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a_locking_shop.py").write_text(LOCKED)
    shop = __import__("a_locking_shop")
    try:
        outliving = Outliving("a_locking_shop")
        for _ in range(2):
            outliving.starts()
            assert not shop.LOCK.locked()
            assert not shop.BY_SESSION["s-1"].locked()
            # Who has waited for a lock has bound it to the event loop.
            asyncio.run(shop.turns())
            asyncio.run(shop.turn())
            assert shop.LOCK.locked()
            assert shop.BY_SESSION["s-1"].locked()
    finally:
        del sys.modules["a_locking_shop"]
