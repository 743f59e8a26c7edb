"""Scenarios that are played elsewhere: by the processes of a Dask cluster."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import distributed
import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.commands.run
import simulators.jobs.executors
import simulators.plugin.playing
import simulators.targets.reference
from reports.record_file import read_record
from simulators.cli import Exit, main
from simulators.errors import UsageError
from simulators.jobs.dispatching import MOST_IN_A_BATCH, batches, play
from simulators.jobs.executors import opened
from tests.simulators.records import lines_of

pytest_plugins = ("pytester",)

COOLWIND = (sys.executable, "-c", "from simulators.cli import main; raise SystemExit(main())")
CLUSTER = """
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:
        print(cluster.scheduler_address.replace("tcp://", "dask://"), flush=True)
        input()
"""
UNWATCHED = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "10s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
}
"""By itself, a cluster looks at its own threads a hundred times a second."""
SCENARIO = """
  Scenario: {name}
    When the customer says "I need {quantity} remote controls"
    And the customer says "hello"
    Then the session is {session}
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Dask cluster of two workers on this machine."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cluster.py").write_text(CLUSTER)
    process = subprocess.Popen(
        [sys.executable, "cluster.py"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**environment(), **UNWATCHED},
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.communicate("\n")


@pytest.fixture
def folder(pytester: pytest.Pytester, services: None) -> Path:
    """A folder to work in, with two feature files of which some scenarios fail."""
    del services
    (pytester.path / "features").mkdir()
    for letter, count in (("a", 2), ("b", MOST_IN_A_BATCH + 1)):
        scenarios = (
            SCENARIO.format(
                name=f"{letter}{number}",
                quantity=10 + number,
                session="new" if number == 1 else "the same",
            )
            for number in range(count)
        )
        file = pytester.path / "features" / f"{letter}.feature"
        file.write_text(f"Feature: {letter}\n{''.join(scenarios)}")
    return pytester.path


def environment() -> dict[str, str]:
    root = Path(__file__).parents[3]
    return {**os.environ, "PYTHONPATH": os.pathsep.join((".", str(root)))}


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COOLWIND, "run", *options],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("folder")
def test_a_cluster_writes_the_record_of_one_process(cluster: str) -> None:
    """A process of its own sends the scenarios; the others that are sent here are sent by this
    one."""
    options = ("--target", "service:Forgetful", "--faults", "restart,reload", "--depth", "1")
    alone = main(["run", *options, "--output", "alone"])
    together = run(*options, "--output", "together", "--executor", cluster)
    assert (alone, together.returncode) == (Exit.FAIL, Exit.FAIL), together.stderr
    assert list(lines_of("together")) == list(lines_of("alone"))
    assert len(read_record(Path("together/record.jsonl")).scenarios) == MOST_IN_A_BATCH + 3


def test_a_scenario_that_takes_its_process_with_it_is_trouble(folder: Path, cluster: str) -> None:
    (folder / "conftest.py").write_text(
        "import os, signal\nfrom pytest_bdd import then\n"
        "@then('the power fails')\ndef fail(): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    file = folder / "features" / "a.feature"
    file.write_text(file.read_text() + "  Scenario: a2\n    Then the power fails\n")
    assert main(["run", "--executor", cluster, "--output", "out"]) is Exit.FAIL
    record = read_record(Path("out/record.jsonl"))
    assert [one.name for one in record.scenarios][:3] == ["a0", "a1", "b0"]
    assert record.ended is not None
    assert "its process ended with status -9" in record.ended.reasons[-1]


def test_a_run_that_is_interrupted_leaves_its_cluster_alone(folder: Path, cluster: str) -> None:
    quiet = [f'  Scenario: S{n}\n    When the customer says "hello"\n' for n in range(48)]
    file = folder / "features" / "a.feature"
    file.write_text(f"Feature: A\n{''.join(quiet)}")
    (folder / "features" / "b.feature").unlink()
    process = subprocess.Popen(
        [*COOLWIND, "run", "--executor", cluster, "--output", "out"],
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("[ 8/"):
            break
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == Exit.INTERRUPTED
    record = read_record(Path("out/record.jsonl"))
    assert record.ended is not None
    assert record.ended.interrupted
    assert MOST_IN_A_BATCH <= len(record.scenarios) < 48
    file.write_text(f"Feature: A\n{quiet[0]}")
    assert main(["run", "--executor", cluster]) is Exit.INCONCLUSIVE


def test_a_worker_that_is_killed_leaves_no_process_and_no_file(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "conftest.py").write_text(
        "import os, signal\nfrom pytest_bdd import then\n"
        "@then('nothing happens')\n"
        "def wait():\n    with open('begun', 'w'):\n        signal.pause()\n"
    )
    (folder / "features" / "a.feature").write_text(
        "Feature: A\n  Scenario: A\n    Then nothing happens\n"
    )
    os.mkfifo("begun")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    options = ("-o", "coolwind_features=true", "--coolwind-target=reference", "-pno:cacheprovider")
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from simulators.jobs.dispatching import play; play('.', sys.argv[1:], [])",
            *options,
            "features/a.feature",
        ],
        env={**environment(), "TMPDIR": str(temporary)},
    )
    # Whoever writes there holds it open for as long as it lives.
    with open("begun") as begun:
        worker.kill()
        assert begun.read() == ""
    worker.wait()
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_collected_is_told_as_without_an_executor(
    cluster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/c.feature").write_text("Feature: C\n  Scenario: C\n    When nobody knows\n")
    assert main(["run", "--executor", cluster]) is Exit.USAGE
    assert "features/c.feature:3: there is no step" in capsys.readouterr().err


def test_a_batch_is_of_one_file_and_small() -> None:
    ids = [f"{name}.feature::test_{number}" for name in "ab" for number in range(9)]
    sizes = [len(batch) for batch in batches(ids)]
    assert sizes == [8, 1, 8, 1]
    assert [each for batch in batches(ids) for each in batch] == ids


def test_a_worker_without_the_files_says_so(tmp_path: Path) -> None:
    (report,) = play(str(tmp_path), [], ["a.feature::test_a"])
    assert report["nodeid"] == "a.feature::test_a"
    assert report["outcome"] == "failed"
    assert "file or directory not found" in report["longrepr"]


@pytest.mark.parametrize(
    "text",
    [
        *("dask", "dask://", "ray://here:1", "DASK://here:1", "10.0.0.1:8786"),
        *("dask://here", "dask://here:99999", "dask://:1", "dask://[here:1"),
    ],
)
def test_only_dask_is_known(text: str) -> None:
    with pytest.raises(UsageError, match="give dask://HOST:PORT"), opened(text):
        pass


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulators.jobs.executors, "PATIENCE", "200ms")
    with (
        pytest.raises(UsageError, match="no scheduler answers there"),
        opened("dask://127.0.0.1:1"),
    ):
        pass


def test_what_has_to_be_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"install coolwind\[dask\]"), opened("dask://here:1"):
        pass


class Broken(Executor):
    """Loses whatever it is given."""

    def submit(self, fn: object, /, *args: object, **kwargs: object) -> Future[Any]:
        del fn, args, kwargs
        future: Future[Any] = Future()
        future.set_exception(RuntimeError("the worker is gone"))
        return future


class Gone(Broken):
    """Calls off whatever it is given, as Dask does whose scheduler is gone, and then nothing."""

    def submit(self, fn: object, /, *args: object, **kwargs: object) -> Future[Any]:
        del fn, args, kwargs
        future: Future[Any] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        del wait, cancel_futures
        raise distributed.client.ClosedClientError("the client is closed")


@pytest.mark.parametrize(
    ("executor", "what"),
    [
        (Broken(), "RuntimeError: the worker is gone"),
        (Gone(), "its executor has called it off, as one does whose scheduler is gone"),
    ],
    ids=("failed", "called off"),
)
def test_a_batch_that_an_executor_loses_is_trouble(
    folder: Path,
    executor: Executor,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del folder
    client = SimpleNamespace(get_executor=lambda **_: executor, close=lambda: None)
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: client)
    assert main(["run", "--executor", "dask://here:1"]) is Exit.TROUBLE
    assert f"not played to its end: {what} (11 times)" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_jobs_and_an_executor_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--executor", "dask://127.0.0.1:1", "--jobs", "2"]) is Exit.USAGE
    said = capsys.readouterr().err
    assert said.startswith("coolwind: --jobs and --executor exclude each other")
