"""Files as a store: a real process that changes them, with strace attached."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.errors import TargetError, UsageError
from simulators.targets.proxy.strike import (
    Action,
    Crash,
    Delay,
    Drop,
    Hold,
    Moment,
    Refuse,
    Strike,
)
from simulators.targets.stores import strace
from simulators.targets.stores.file_calls import Reading, points_of, stable_name
from simulators.targets.stores.file_store import FileStore
from simulators.targets.stores.strace import why_not
from simulators.targets.target import Point

SERVER = """
import json, os, sqlite3, subprocess, sys, tempfile, threading
database = sqlite3.connect("shop.db", isolation_level=None)
database.execute("CREATE TABLE IF NOT EXISTS orders (number)")
def into_sqlite():
    database.execute("INSERT INTO orders VALUES (1)")
def into_json():
    with open("session.json", "w") as file:
        json.dump({"step": "confirming"}, file)
def in_threads():
    for number in range(3):
        writing = threading.Thread(target=append, args=(number,))
        writing.start()
        writing.join()
def append(number):
    with open("%d.json" % number, "w") as file:
        json.dump(number, file)
def by_renaming():
    with open("session-%d.tmp" % (os.getpid() + 1000000), "w") as file:
        json.dump({"step": "confirming"}, file)
    os.rename(file.name, "session.json")
def by_a_temporary_file():
    with tempfile.NamedTemporaryFile("w", dir=".", suffix=".tmp", delete=False) as file:
        json.dump({"step": "confirming"}, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(file.name, "session.json")
def in_another_process():
    subprocess.run(["sh", "-c", "echo 1 > first.json; echo 2 > second.json"], check=True)
    by_a_temporary_file()
def a_temporary_file_of_another_process():
    subprocess.run([sys.executable, "-S", "-c", TEMPORARY], check=True)
TEMPORARY = '''
import tempfile
with tempfile.NamedTemporaryFile("w", dir=".", suffix=".tmp", delete=False) as file:
    file.write("1")
'''
print("ready", flush=True)
for line in sys.stdin:
    try:
        globals()[line.strip()]()
        print("done", flush=True)
    except Exception as error:
        print(error, flush=True)
"""


@dataclass
class Server:
    """A process that changes files when it is told to."""

    folder: Path
    process: "subprocess.Popen[str]"
    killed: list[str] = field(default_factory=list)

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """What it says; nothing where it is dead."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self, name: str) -> None:
        self.killed.append(name)
        self.process.kill()

    def orders(self) -> int:
        """How many orders are in its database, as the next process finds it."""
        import sqlite3

        with sqlite3.connect(self.folder / "shop.db") as database:
            ((count,),) = database.execute("SELECT count(*) FROM orders")
        database.close()
        return int(count)


@pytest.fixture
def server(tmp_path: Path, need: Callable[[str | None], None]) -> Iterator[Server]:
    """A server that runs; skipped where strace cannot be used, but in CI it has to be."""
    need(why_not())
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", SERVER],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        server = Server(tmp_path, process)
        assert server.answer() == "ready"
        yield server
        process.kill()


@pytest.fixture
def store(server: Server) -> Iterator[FileStore]:
    """All of the server's files."""
    store = FileStore([f"{server.folder}/**"], "node-1")
    yield store
    store.end()


def play(server: Server, store: FileStore, word: str, strike: Strike | None = None) -> str:
    """One delivery; what the server answers."""
    store.begin([server.process.pid], strike)
    server.tell(word)
    answer = server.answer()
    store.end()
    return answer


def names(store: FileStore) -> list[str]:
    return [point.name for point in store.points()]


def test_a_sqlite_commit_has_its_points(server: Server, store: FileStore):
    assert play(server, store, "into_sqlite") == "done"
    first, *_ = store.points()
    assert first == Point("store.pwrite64 #1 (shop.db-journal)", changes=True, is_first=True)
    assert names(store)[-1] == "store.unlink #1 (shop.db-journal)"
    flushed = {point.name: point.changes for point in store.points() if "sync" in point.name}
    assert flushed == dict.fromkeys(flushed, False)
    assert list(flushed)[-1].endswith(" (shop.db)")


def test_the_points_are_the_same_each_time(server: Server, store: FileStore):
    play(server, store, "into_sqlite")
    before = store.points()
    play(server, store, "into_sqlite")
    assert store.points() == before != ()


def test_a_file_that_is_written_anew_is_empty_for_a_while(server: Server, store: FileStore):
    play(server, store, "into_json")
    assert store.points() == (
        Point("store.openat #1 (session.json)", changes=True, is_first=True),
        Point("store.fwrite #1 (session.json)", changes=True, is_first=False),
    )


def test_a_file_that_is_renamed_to_its_place_has_a_name_of_its_own(server, store):
    play(server, store, "by_renaming")
    assert names(store) == [
        "store.fwrite #1 (session-*.tmp)",
        "store.rename #1 (session.json)",
    ]


@pytest.mark.parametrize(
    ("moment", "kept"), [(Moment.BEFORE, ""), (Moment.DONE, '{"step": "confirming"}')]
)
def test_a_server_dies_at_a_write(server: Server, store: FileStore, moment: Moment, kept: str):
    strike = Strike("store.fwrite #1 (session.json)", moment, Crash(server.kill))
    assert play(server, store, "into_json", strike) == ""
    assert store.has_struck()
    assert server.process.wait() == -signal.SIGKILL
    assert server.killed == ["node-1"]
    assert (server.folder / "session.json").read_text() == kept


def test_a_server_dies_at_a_rename_that_it_has_not_made(server: Server, store: FileStore):
    strike = Strike("store.rename #1 (session.json)", Moment.BEFORE, Crash(server.kill))
    assert play(server, store, "by_renaming", strike) == ""
    assert store.has_struck()
    assert not (server.folder / "session.json").exists()


@pytest.mark.parametrize("point", ["store.fwrite #1 (*.tmp)", "store.fsync #1 (*.tmp)"])
def test_a_server_dies_at_a_file_whose_name_differs_each_time(server, store, point):
    """As it is, where a service renames the file that it has written to its place."""
    strike = Strike(point, Moment.BEFORE, Crash(server.kill))
    assert play(server, store, "by_a_temporary_file", strike) == ""
    assert store.has_struck()
    (written,) = server.folder.glob("*.tmp")
    assert (written.read_text() == "") is ("fwrite" in point)


def test_a_change_of_a_file_whose_name_differs_each_time_fails(server, store):
    strike = Strike("store.fwrite #1 (*.tmp)", Moment.BEFORE, Refuse())
    assert "No space left" in play(server, store, "by_a_temporary_file", strike)
    assert store.has_struck()
    assert play(server, store, "by_a_temporary_file") == "done"
    assert names(store)[-1] == "store.rename #1 (session.json)"


@pytest.mark.parametrize(
    ("point", "moment"),
    [("store.fwrite #3 (*.tmp)", Moment.BEFORE), ("store.fwrite #2 (second.json)", Moment.DONE)],
)
def test_a_process_that_the_server_starts_goes_on_where_it_was_stopped(
    server, store, point, moment
):
    strike = Strike(point, moment, Crash(server.kill))
    assert play(server, store, "in_another_process", strike) == ""
    assert store.has_struck()
    assert (server.folder / "second.json").read_text() == "2\n"


def test_a_file_whose_name_differs_each_time_is_struck_in_a_process_that_was_started(server, store):
    strike = Strike("store.fwrite #1 (*.tmp)", Moment.BEFORE, Refuse())
    assert "returned non-zero" in play(server, store, "a_temporary_file_of_another_process", strike)
    assert store.has_struck()


def test_a_file_of_such_a_name_that_is_not_opened_is_not_struck(server, store):
    strike = Strike("store.fwrite #1 (*.tmp)", Moment.BEFORE, Refuse())
    assert play(server, store, "into_json", strike) == "done"
    assert not store.has_struck()


def test_a_server_dies_right_after_a_change_that_another_of_its_threads_made(server, store):
    play(server, store, "in_threads")
    assert "store.fwrite #2 (*.json)" in names(store)
    for path in server.folder.glob("*.json"):
        path.unlink()
    strike = Strike("store.fwrite #2 (*.json)", Moment.DONE, Crash(server.kill))
    assert play(server, store, "in_threads", strike) == ""
    assert store.has_struck()
    assert sorted(path.name for path in server.folder.glob("*.json")) == ["0.json", "1.json"]
    assert (server.folder / "1.json").read_text() == "1"


def test_a_server_dies_in_the_middle_of_a_commit_that_sqlite_undoes(server, store):
    play(server, store, "into_sqlite")
    flush = [name for name in names(store) if "sync" in name][-1]
    strike = Strike(flush, Moment.BEFORE, Crash(server.kill))
    assert play(server, store, "into_sqlite", strike) == ""
    assert store.has_struck()
    assert server.orders() == 1


@pytest.mark.parametrize(
    ("code", "said"), [(None, "full"), ("EIO", "I/O error"), ("EROFS", "I/O error")]
)
def test_a_change_fails_and_can_be_tried_again(
    server: Server, store: FileStore, code: str | None, said: str
):
    strike = Strike("store.pwrite64 #1 (shop.db-journal)", Moment.BEFORE, Refuse(code))
    assert said in play(server, store, "into_sqlite", strike)
    assert store.has_struck()
    assert play(server, store, "into_sqlite") == "done"
    assert server.orders() == 1


def test_each_later_change_of_the_kind_fails_too(server: Server, store: FileStore):
    strike = Strike("store.openat #1 (session.json)", Moment.BEFORE, Refuse("EROFS"), repeats=True)
    store.begin([server.process.pid], strike)
    for _ in range(2):
        server.tell("into_json")
        assert "Read-only file system" in server.answer()
    store.end()


def test_a_slow_change_comes_to_its_end(server: Server, store: FileStore):
    slow = Delay(timedelta(milliseconds=10))
    strike = Strike("store.fwrite #1 (session.json)", Moment.BEFORE, slow)
    assert play(server, store, "into_json", strike) == "done"
    assert store.has_struck()


def test_a_change_is_held_after_it_was_made(server: Server, store: FileStore):
    strike = Strike("store.fwrite #1 (session.json)", Moment.DONE, Hold())
    store.begin([server.process.pid], strike)
    server.tell("into_json")
    assert store.wait_until_struck(5)
    assert (server.folder / "session.json").read_text() == '{"step": "confirming"}'
    store.end()
    assert server.answer() == "done"


def test_a_point_that_does_not_come_is_not_struck(server: Server, store: FileStore):
    strike = Strike("store.fwrite #2 (session.json)", Moment.BEFORE, Crash(server.kill))
    assert play(server, store, "into_json", strike) == "done"
    assert not store.has_struck()


def test_a_call_of_that_number_at_another_file_is_not_the_point(server: Server, store: FileStore):
    strike = Strike("store.pwrite64 #1 (orders.db)", Moment.BEFORE, Refuse())
    assert "full" in play(server, store, "into_sqlite", strike)
    assert not store.has_struck()


def test_a_strike_at_another_store_leaves_the_files_alone(server: Server, store: FileStore):
    strike = Strike("model.complete #1", Moment.BEFORE, Refuse("429"))
    assert play(server, store, "into_json", strike) == "done"


@pytest.mark.parametrize(
    ("moment", "action", "remedy"),
    [
        (Moment.BEFORE, Drop(), "let it fail, or let it be slow"),
        (Moment.BEFORE, Hold(), "hold it then"),
        (Moment.BEFORE, Refuse("ENOENT"), "ask for one of ENOSPC, EIO, EROFS"),
        (Moment.DONE, Refuse(), "let it fail before"),
    ],
)
def test_what_cannot_be_done_to_a_file_is_told(
    server: Server, store: FileStore, moment: Moment, action: Action, remedy: str
):
    with pytest.raises(UsageError, match=remedy):
        store.begin([server.process.pid], Strike("store.fwrite #1 (a)", moment, action))


def test_a_server_that_is_gone_cannot_be_watched(server: Server, store: FileStore):
    server.kill("")
    server.process.wait()
    with pytest.raises(TargetError, match="strace cannot attach to the server"):
        store.begin([server.process.pid])


def test_nothing_of_strace_is_left(server: Server, store: FileStore):
    before = {thread.name for thread in threading.enumerate()}
    play(server, store, "into_json")
    assert {thread.name for thread in threading.enumerate()} == before
    assert "TracerPid:\t0" in Path(f"/proc/{server.process.pid}/status").read_text()


def test_strace_bears_the_mark_of_what_it_watches(server: Server):
    store = FileStore([f"{server.folder}/**"], "node-1", mark={"SHOP": "4711"})
    store.begin([server.process.pid])
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    tracer = status.partition("TracerPid:")[2].split()[0]
    environment = Path(f"/proc/{tracer}/environ").read_bytes().split(b"\0")
    store.end()
    assert b"SHOP=4711" in environment


def test_without_strace_the_reason_names_the_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TargetError, match="strace is not installed; run apt-get install strace"):
        FileStore(["/nowhere/**"], "node-1")


def test_a_strace_that_may_not_attach_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    refusing = tmp_path / "strace"
    refusing.write_text(
        "#!/bin/sh\necho 'strace: attach: ptrace(PTRACE_SEIZE, 1): Operation not permitted' >&2\n"
    )
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    reason = strace.why_not()
    assert reason is not None
    assert "Operation not permitted" in reason
    assert "ptrace_scope" in reason


@pytest.fixture
def told() -> Callable[..., list[str]]:
    """The points of some lines of strace."""

    def tell(*lines: str) -> list[str]:
        reading = Reading(["/state/**/*.db", "/state/*.json"])
        calls = [call for line in lines if (call := reading.call_of(line)) is not None]
        return [point.name for point in points_of("store", calls)]

    return tell


def test_calls_of_several_threads_are_told_apart(told):
    assert told(
        "7 fsync(3</state/shop.db> <unfinished ...>",
        '8 unlink("/state/a.json" <unfinished ...>',
        "7 <... fsync resumed>) = 0",
        "8 <... unlink resumed>)   = 0",
    ) == ["store.fsync #1 (shop.db)", "store.unlink #1 (a.json)"]


def test_only_files_of_the_patterns_count(told):
    assert told(
        "7 fsync(3</state/deep/er/shop.db>) = 0",
        "7 fsync(3</state/deep/a.json>) = 0",
        "7 fsync(3</elsewhere/shop.db>) = 0",
        "7 fsync(3</stateless/shop.db>) = 0",
        '7 write(1<pipe:[1]>, ""..., 4) = 4',
        "--- SIGCHLD ---",
    ) == ["store.fsync #1 (shop.db)"]


def test_files_that_are_not_of_the_patterns_are_noted_be_they_in_memory():
    reading = Reading(["/state/*.json"])
    for path in ("/elsewhere/a.json", "/dev/shm/state/a.json", "/dev/null", "pipe:[1]"):
        reading.call_of(f'7 write(1<{path}>, ""..., 4) = 4')
    assert list(reading.others) == ["/elsewhere/a.json", "/dev/shm/state/a.json"]


def test_what_fails_by_itself_is_no_point(told):
    assert told('7 unlink("/state/a.json") = -1 ENOENT (No such file or directory)') == []


def test_a_new_file_with_a_drawn_name_is_no_change_until_it_is_written(told):
    opened = 'openat(AT_FDCWD, "/state/a.json.7f3e9c21b4d8.json", O_WRONLY|O_CREAT|O_TRUNC) = 3'
    written = '7 write(3</state/a.json.7f3e9c21b4d8.json>, "{}", 2) = 2'
    assert told(f"7 {opened}", written) == ["store.fwrite #1 (a.json.*.json)"]
    named = '7 openat(AT_FDCWD, "/state/a.json", O_WRONLY|O_CREAT|O_TRUNC) = 3'
    assert told(named) == ["store.openat #1 (a.json)"]


def test_a_file_with_a_drawn_name_that_was_there_is_emptied_when_it_is_opened(tmp_path):
    kept = tmp_path / "a.7f3e9c21b4d8.json"
    kept.touch()
    reading = Reading([f"{tmp_path}/*.json"])
    reading.begin(())
    call = reading.call_of(f'7 openat(AT_FDCWD, "{kept}", O_WRONLY|O_CREAT|O_TRUNC) = 3')
    assert call is not None
    assert call.has_changed


def test_a_path_in_another_folder_and_another_alphabet_is_found(told):
    line = r'7 renameat(5</tmp>, "new", 6</state>, "\340\264\225.json") = 0'
    assert told(line) == ["store.renameat #1 (ക.json)"]


@pytest.mark.parametrize(
    ("drawn", "name"),
    [
        (".tmp-vydaitvt.json", ".tmp-*.json"),
        (".tmp-_rwyrm7w.json", ".tmp-*.json"),
        (".session.b7gmh_dl.json", ".session.*.json"),
        ("ordersvydaitvt.json", "orders*.json"),
        ("tmpvydaitvt.json", "*.json"),
    ],
)
def test_a_file_that_tempfile_names_goes_by_what_it_does_not_draw(told, drawn, name):
    assert told(
        f'7 openat(AT_FDCWD</>, "/state/{drawn}", O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW, 0600) = 5',
        f"7 write(5</state/{drawn}>, ..., 9) = 9",
        f'7 rename("/state/{drawn}", "/state/shop.json") = 0',
    ) == [f"store.fwrite #1 ({name})", "store.rename #1 (shop.json)"]


def test_a_file_goes_by_a_name_that_is_the_same_in_every_run():
    assert stable_name("/state/session-5b6c7a10.json.12345.tmp") == "session-*.json.*.tmp"
    assert stable_name("/state/chat-2f1b84e7-84e7-4b66-b66e-0123456789ab.json") == "chat-*.json"
    tokens = "V1StGXR8_Z5jdHi6B-myT", "-b1StGXR85_q", "k_Z5jdHi6B8myT", "V1StGXR8Z5jdHi6BmyT"
    assert {stable_name(f"/state/{token}.json") for token in tokens} == {"*.json"}
    temporary = "tmp2blvmn77", "tmpqk3z_x1p", "tmpabcdefgh"
    assert {stable_name(f"/state/{name}.json") for name in temporary} == {"*.json"}
    assert stable_name("/state/shop_orders-v2.db") == "shop_orders-v2.db"
