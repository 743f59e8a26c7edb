"""What escapes the simulation is caught where it happens, and not by anybody else."""

import datetime as calendar
import importlib
import linecache
import logging
import os
import random
import secrets
import socket
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import freezegun
import pytest

from simulators.errors import TargetError
from simulators.targets.simulation.guard import Guard

SOURCE = """
import datetime as calendar
import os, pathlib, random, secrets, socket, sqlite3, subprocess, threading, time, uuid
from datetime import date, datetime as moment
from os import urandom as noise
from random import choice, random as chance
from time import monotonic, sleep, time as seconds
from uuid import uuid4 as fresh


class Shop:
    def call(self, what):
        return what()

    def swallow(self, what, kind):
        try:
            return what()
        except kind:
            return "swallowed"
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module under test, with the ways out of the simulation bound in many styles."""
    folder = tmp_path / "guarded_shop"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "counter.py").write_text(SOURCE)
    (folder / "lazy.py").write_text("import time\nOPENED_AT = time.time()\n")
    (folder / "late.py").write_text(
        "from datetime import datetime\ndef now():\n    return datetime.now()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("guarded_shop.counter")
    for name in [name for name in sys.modules if name.startswith("guarded_shop")]:
        del sys.modules[name]


@pytest.fixture
def guard(shop: ModuleType) -> Iterator[Guard]:
    guard = Guard([shop.__name__.partition(".")[0]])
    guard.install()
    yield guard
    guard.close()


ESCAPES = [
    "calendar.datetime.now()",
    "calendar.date.today()",
    "moment.now(calendar.UTC)",
    "moment.utcnow()",
    "moment.today()",
    "date.today()",
    "time.time()",
    "time.time_ns()",
    "time.monotonic_ns()",
    "time.perf_counter()",
    "time.localtime()",
    "time.gmtime()",
    "time.ctime()",
    "time.asctime()",
    "time.strftime('%H:%M')",
    "time.gmtime(None)",
    "time.clock_gettime(time.CLOCK_REALTIME)",
    "time.process_time_ns()",
    "os.times()",
    "time.sleep(0)",
    "seconds()",
    "monotonic()",
    "sleep(0)",
    "random.random()",
    "random.randint(1, 6)",
    "random.SystemRandom().random()",
    "random.Random()",
    "random.Random(x=None)",
    "random.seed()",
    "random.seed(a=None, version=2)",
    "random.Random(7).seed()",
    "chance()",
    "choice([1, 2])",
    "secrets.token_hex()",
    "secrets.choice([1, 2])",
    "os.urandom(4)",
    "noise(4)",
    "uuid.uuid1()",
    "uuid.uuid4()",
    "fresh()",
    "socket.socket().close()",
    "socket.getaddrinfo('127.0.0.1', 1)",
    "threading.Thread(target=print).start()",
    "subprocess.run(['true'])",
    "os.system('true')",
    "open('nowhere')",
    "os.listdir('.')",
    "os.symlink('nowhere', 'here')",
    "os.truncate('nowhere', 0)",
    "os.path.exists('nowhere')",
    "pathlib.Path('nowhere').is_file()",
    "os.access('nowhere', os.R_OK)",
    "sqlite3.connect(':memory:')",
]


@pytest.mark.parametrize("expression", ESCAPES)
def test_an_escape_is_caught_with_its_call_site(
    guard: Guard, shop: ModuleType, expression: str
) -> None:
    exec(f"def serve():\n    {expression}", vars(shop))
    with pytest.raises(TargetError, match=r"outside the simulation, at .*:\d+ in serve"), guard:
        shop.serve()


@pytest.mark.parametrize(
    "expression",
    [
        "calendar.datetime(2026, 1, 5)",
        "moment.fromisoformat('2026-01-05T09:00:00')",
        "moment.strptime('2026', '%Y') + calendar.timedelta(1)",
        "moment.combine(date(2026, 1, 5), calendar.time())",
        "isinstance(calendar.datetime(2026, 1, 5), date) or 1 / 0",
        "issubclass(moment, date) or 1 / 0",
        "time.gmtime(0)",
        "time.strftime('%Y', time.gmtime(0))",
        "time.asctime(time.gmtime(0))",
        "random.Random(7).random()",
        "random.Random(0).seed(a=7, version=2)",
        "uuid.UUID(int=7)",
        "uuid.uuid5(uuid.NAMESPACE_DNS, 'example.com')",
    ],
)
def test_what_depends_on_its_arguments_alone_is_no_escape(
    guard: Guard, shop: ModuleType, expression: str
) -> None:
    with guard:
        eval(expression, vars(shop))


def test_the_objects_of_a_watched_class_are_the_real_ones(guard: Guard, shop: ModuleType) -> None:
    with guard:
        made = [shop.moment(2026, 1, 5), shop.moment.fromisoformat("2026-01-05"), shop.moment.min]
    assert {type(one) for one in made} == {calendar.datetime}
    assert type(shop.date(2026, 1, 5)) is calendar.date


@pytest.mark.parametrize("kind", [Exception, BaseException])
def test_a_swallowed_escape_still_fails_the_turn(
    guard: Guard, shop: ModuleType, kind: type[BaseException]
) -> None:
    with pytest.raises(TargetError, match=r"time\.time was called"), guard:
        shop.Shop().swallow(lambda: shop.time.time(), kind)


def test_a_turn_after_an_escape_starts_with_a_clean_record(guard: Guard, shop: ModuleType) -> None:
    with pytest.raises(TargetError), guard:
        shop.seconds()
    with guard:
        shop.Shop().call(lambda: None)


def test_an_error_of_the_service_itself_is_left_alone(guard: Guard, shop: ModuleType) -> None:
    with pytest.raises(ZeroDivisionError), guard:
        shop.Shop().call(lambda: 1 / 0)


@pytest.mark.parametrize("expression", ESCAPES[:41])
def test_between_turns_everything_works(guard: Guard, shop: ModuleType, expression: str) -> None:
    del guard
    eval(expression, vars(shop))


def test_another_thread_may_do_what_it_likes(guard: Guard, shop: ModuleType) -> None:
    go, seen = threading.Event(), []

    def elsewhere() -> None:
        go.wait()
        seen.append(
            (shop.seconds(), os.urandom(1), Path(__file__).exists(), open(__file__).close())
        )

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with guard:
        go.set()
        thread.join()
    assert len(seen) == 1


def test_an_import_in_a_turn_reads_files_and_is_no_escape(guard: Guard, shop: ModuleType) -> None:
    del shop
    with guard:
        lazy = importlib.import_module("guarded_shop.lazy")
    assert lazy.OPENED_AT > 0


def test_a_module_imported_in_a_turn_is_watched_from_the_next_install(
    guard: Guard, shop: ModuleType
) -> None:
    del shop
    with guard:
        late = importlib.import_module("guarded_shop.late")
    guard.install()
    with pytest.raises(TargetError, match=r"datetime\.now"), guard:
        late.now()


def test_log_records_and_source_lines_are_no_escape(guard: Guard, tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("first\n")
    handled: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = handled.append  # type: ignore[method-assign]
    logger = logging.Logger("shop")
    logger.addHandler(handler)
    with guard:
        logger.warning("something")
        assert linecache.getline(str(source), 1) == "first\n"
    assert len(handled) == 1


def test_closing_leaves_every_module_as_it_was(shop: ModuleType) -> None:
    places: list[tuple[ModuleType, str]] = [
        *((shop, name) for name in vars(shop)),
        *((time, name) for name in vars(time)),
        *((random, name) for name in vars(random)),
        *((os, "urandom"), (uuid, "uuid4"), (secrets, "choice")),
    ]
    before = {(module, name): getattr(module, name) for module, name in places}
    guard = Guard(["guarded_shop"])
    guard.install()
    assert shop.moment is not calendar.datetime
    guard.close()
    assert all(getattr(module, name) is value for (module, name), value in before.items())
    guard.close()


def test_a_module_that_is_not_under_test_keeps_its_clock(guard: Guard) -> None:
    del guard
    assert calendar.datetime is type(calendar.datetime.now(calendar.UTC))


@pytest.mark.parametrize("escape", ["seconds()", "moment.now()", "time.time()"])
def test_two_guards_leave_each_other_alone(shop: ModuleType, escape: str) -> None:
    first, second = Guard(["guarded_shop"]), Guard(["guarded_shop"])
    before = (shop.seconds, shop.moment, time.time)
    first.install()
    second.install()
    first.close()
    with pytest.raises(TargetError, match="outside the simulation"), second:
        eval(escape, vars(shop))
    second.close()
    assert (shop.seconds, shop.moment, time.time) == before


@pytest.mark.parametrize("escape", ["time.time()", "time.gmtime()", "time.perf_counter()"])
def test_a_clock_frozen_while_another_guard_stands_escapes_nobody(
    shop: ModuleType, escape: str
) -> None:
    first, second = Guard(["guarded_shop"]), Guard(["guarded_shop"])
    before = (time.time, time.gmtime, time.perf_counter)
    first.install()
    with freezegun.freeze_time("2026-01-05"):
        pass
    second.install()
    with pytest.raises(TargetError, match="outside the simulation"), second:
        eval(escape, vars(shop))
    first.close()
    second.close()
    assert (time.time, time.gmtime, time.perf_counter) == before


def test_an_escape_through_a_library_names_the_code_under_test(
    guard: Guard, shop: ModuleType
) -> None:
    exec(textwrap.dedent("def serve():\n    return secrets.token_urlsafe()"), vars(shop))
    with pytest.raises(TargetError, match="in serve"), guard:
        shop.serve()


def test_an_escape_without_code_under_test_names_the_caller(guard: Guard) -> None:
    with pytest.raises(TargetError, match=r"at .*socket\.py:\d+"), guard:
        socket.socket()
