"""What an adapter of a user's own needs: the example of the documentation, and what it may lack."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from simulators.cli import main
from simulators.targets.adapter import lack_of
from simulators.targets.target import Capability

PAGE = Path(__file__).parents[3] / "docs" / "targets.md"
FEATURE = """
Feature: A shop
  @survives
  Scenario: Two messages
    When the customer says "Hello"
    And the customer says "Are you there?"
    Then every turn had the same session
    And the reply is "That was message 2."
"""
FAIL = r"def fail(*_): raise ValueError('\x1b[2J')"


def example() -> str:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (block,) = (one for one in blocks if "class Shop" in one)
    return str(block)


@pytest.fixture
def shop() -> type:
    module = ModuleType("shop")
    exec(example(), vars(module))
    made: type = module.Shop
    return made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Run the example after it was changed."""

    def run_(change: str) -> int:
        (tmp_path / "shop_coolwind.py").write_text(f"{example()}\n{change}\n")
        (tmp_path / "shop.feature").write_text(FEATURE)
        monkeypatch.chdir(tmp_path)
        monkeypatch.delitem(sys.modules, "shop_coolwind", raising=False)
        return main(["run", "--target", "shop_coolwind:target", "--faults", "restart"])

    return run_


def test_the_example_lacks_nothing_and_passes(shop: type, run: Callable[[str], int]) -> None:
    assert lack_of(shop()) is None
    assert run("") == 0


def test_it_is_found_out_where_it_loses_something(run: Callable[[str], int]) -> None:
    assert run("Shop.strike = lambda self, *_: self._store.clear() or True") == 1


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"now": None, "lifetimes": 7}, "it has no now, lifetimes; let it be a"),
        ({"capabilities": frozenset({Capability.CLEAR})}, "it has no clear; .* or declare less"),
        ({"capabilities": frozenset({Capability.POINTS})}, "no points, interrupt, was_interrupted"),
        ({"capabilities": frozenset({"clear"})}, "make them a frozenset of Capability"),
        ({"capabilities": [Capability.CLEAR]}, "make them a frozenset of Capability"),
        ({"capabilities": None}, "make them a frozenset of Capability"),
        ({"name": None}, "its name is no text"),
    ],
)
def test_what_it_lacks_is_told(shop: type, changes: dict[str, object], lack: str) -> None:
    told = lack_of(type("Lacking", (shop,), changes)())
    assert told is not None
    assert re.search(lack, told)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ("import sys; sys.exit(0)", 4, "importing shop_coolwind failed with SystemExit: 0"),
        ("def target(): raise SystemExit(0)", 4, "target() failed with SystemExit: 0"),
        ("def target(): return 7", 4, "target() returned a int, and its capabilities are none"),
        ("Shop.close = lambda _: 1 / 0", 3, "ZeroDivisionError: division by zero; mend it first"),
        ("Shop.deliver = lambda *_: 1 / 0", 3, "failed with ZeroDivisionError: division by zero"),
        (
            "Shop.deliver = lambda *_: exit(0)",
            3,
            "failed with SystemExit: 0 (<frozen _sitebuiltins>",
        ),
        (f"{FAIL}\nShop.deliver = fail", 3, r"failed with ValueError: \u001b[2J (shop_coolwind"),
        (f"{FAIL}\nShop.begin = fail", 3, r"did not start: ValueError: \u001b[2J; mend it first"),
        ("Shop.strike = lambda *_: {}[7]", 3, "failed with KeyError: 7 (shop_coolwind.py, line"),
    ],
)
def test_one_that_fails_is_trouble_and_told_in_a_line(
    run: Callable[[str], int],
    capsys: pytest.CaptureFixture[str],
    change: str,
    status: int,
    says: str,
) -> None:
    assert run(change) == status
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("coolwind: ")
    assert says in last
