"""The same single faults twice, as whole commands: hand-written pytest-bdd scenarios, one a fault,
and `coolwind run` on the undisturbed scenarios."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.conversations import Conversation, bulk_order
from reports.record_file import read_record
from simulators.faults.catalogue import select
from simulators.targets.reference import ReferenceTarget

_ROOT = Path(__file__).parents[1]
_STEPS = ("collecting_contact", "confirming", "complete")
_BDD, _COOLWIND = "pytest_bdd.plugin", "simulators.pytest_plugin"
_TEST = 'from pytest_bdd import scenarios\n\nscenarios("orders.feature")\n'
_CONFTEST = 'pytest_plugins = ["benchmarks.hand_written"]\n'


@dataclass(frozen=True, slots=True)
class Command:
    """A whole command: seconds on the clock from start to end, and lines of Gherkin that somebody
    wrote for it."""

    seconds: float
    lines: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """So many plans of one fault, both ways."""

    plans: int
    by_hand: Command
    coolwind: Command

    @property
    def times_faster(self) -> float:
        """How many times faster Coolwind is."""
        return self.by_hand.seconds / self.coolwind.seconds


def compare(orders: int, wish: str) -> Comparison:
    """So many bulk orders, each under every fault of the wish after each of its turns."""
    target = ReferenceTarget()
    faults = [fault.name for fault in select(wish, target.capabilities)]
    target.close()
    conversations = [bulk_order(11 + number) for number in range(orders)]
    plans = sum(len(one.texts) for one in conversations) * len(faults)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = _write(folder / "by_hand", conversations, lambda one: _by_hand(one, faults))
        (folder / "by_hand" / "test_orders.py").write_text(_TEST)
        (folder / "by_hand" / "conftest.py").write_text(_CONFTEST)
        pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
        by_hand = Command(_run(folder / "by_hand", [_BDD], pytest), written)
        written = _write(folder / "coolwind", conversations, _undisturbed)
        main = ("-c", "from simulators.cli import main; raise SystemExit(main())")
        run = (*main, "run", "orders.feature", "--depth", "1", "--faults", wish)
        coolwind = Command(_run(folder / "coolwind", [_BDD, _COOLWIND], run), written)
        record = read_record(folder / "coolwind" / "coolwind-report" / "record.jsonl")
        judged = sum(one.exploration.plans for one in record.scenarios if one.exploration)
        assert judged == plans, (judged, plans)
    return Comparison(plans, by_hand, coolwind)


def _write(
    folder: Path,
    conversations: Sequence[Conversation],
    scenarios: Callable[[Conversation], Iterator[str]],
) -> int:
    folder.mkdir()
    lines = ["Feature: Bulk orders", *(line for one in conversations for line in scenarios(one))]
    (folder / "orders.feature").write_text("\n".join(lines) + "\n")
    return len(lines)


def _by_hand(conversation: Conversation, faults: Sequence[str]) -> Iterator[str]:
    for fault in faults:
        for struck_after in range(1, len(conversation.texts) + 1):
            yield f"  Scenario: {conversation.name}, {fault} after turn {struck_after}"
            for turn, (text, step) in enumerate(zip(conversation.texts, _STEPS, strict=True), 1):
                yield f'    When I say "{text}"'
                yield f'    Then I am at step "{step}" of "bulk_order"'
                if turn == struck_after:
                    yield f"    When the fault {fault} strikes"
            yield "    Then it is one session"
            yield "    And there is 1 order"
            yield '    And the order is for "hari@example.com"'


def _undisturbed(conversation: Conversation) -> Iterator[str]:
    yield f"  Scenario: {conversation.name}"
    for text in conversation.texts:
        yield f'    When the customer says "{text}"'
    yield "    Then exactly 1 order is placed"


def _run(folder: Path, plugins: Sequence[str], arguments: Sequence[str]) -> float:
    """Seconds from start to end, with no other plugins of pytest, whichever are installed. Raises
    `CalledProcessError` unless the command passes."""
    pytest = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": ",".join(plugins)}
    began = time.monotonic()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **pytest, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began
