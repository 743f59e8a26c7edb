"""Output whose reader has enough."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.errors import UsageError
from simulators.heard import Heard

_MAIN = "import sys; from simulators.cli import main; sys.exit(main())"


def test_output_goes_on_when_nobody_reads_it_any_more() -> None:
    reads, writes = os.pipe()
    with open(writes, "w", encoding="utf-8") as stream:
        heard = Heard(stream)
        print("first", file=heard, flush=True)
        assert os.read(reads, 100) == b"first\n"
        os.close(reads)
        print("second", file=heard, flush=True)
        assert heard.write("third") == 5
        assert not heard.isatty()
        assert heard.encoding == stream.encoding
        assert heard.fileno() == writes


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is full")
def test_output_that_has_no_room_is_told_and_goes_nowhere_from_then_on() -> None:
    with open("/dev/full", "w", encoding="utf-8") as stream:
        heard = Heard(stream)
        heard.write("first")
        with pytest.raises(UsageError, match=r"cannot be written \(No space .*another place"):
            heard.flush()
        print("second", file=heard, flush=True)


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_run_needs_no_stream(closed: str, tmp_path: Path) -> None:
    scenario = 'Feature: F\n  Scenario: S\n    When the customer says "hello"\n'
    (tmp_path / "a.feature").write_text(scenario)
    run = f'exec "$0" -c "{_MAIN}" run a.feature --faults crash {closed}'
    done = subprocess.run(
        ["sh", "-c", run, sys.executable], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert (tmp_path / "coolwind-report" / "record.jsonl").read_text().startswith('{"kind"')
