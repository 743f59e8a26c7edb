"""Findings saved in feature files, which may be a user's own."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports.record import FindingFound
from reports.reproducer import Arranged, Reproducer
from simulators.campaign.campaign import Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.errors import UsageError
from simulators.faults.catalogue import select
from simulators.gherkin.feature_file import read_feature
from simulators.gherkin.saving import Saved, check_place, save_findings
from simulators.targets.target import Arrangement, Target

Toy = Callable[..., Target]


def finding(name: str, title: str = "An order, wedged at turn 2", seed: int = 0) -> FindingFound:
    return FindingFound(
        finding_id=name,
        scenario="An order",
        feature="orders.feature",
        line=3,
        law="Liveness",
        outcome="wedged",
        field="status",
        plan="crash after turn 1",
        plans=1,
        turn=2,
        sentence="Crash after turn 1:\nEvery later message fails.",
        expected="200",
        actual="500",
        gherkin=(
            f'Scenario: {title}\n  When the customer says:\n  """\n  a\n     \n\n  b\n  """\n'
            "  Then the customer's message is accepted\n"
        ),
        clean=(),
        faulted=(),
        reproducer=Reproducer("reference", seed, Arranged(), (), ()),
    )


def names_in(path: Path) -> list[str]:
    return list(read_feature(path).feature.scenarios)


def test_a_new_file_can_be_played_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "found.feature"
    check_place(path)
    assert save_findings([finding("f1")], path) == Saved(1, 0)
    assert path.read_text() == (
        "Feature: Findings\n"
        "  Each scenario fails as its finding did, until what it shows is mended.\n"
        "\n"
        "  # Crash after turn 1:⏎Every later message fails.\n"
        "  @finding:f1\n"
        "  Scenario: An order, wedged at turn 2\n"
        "    When the customer says:\n"
        '    """\n'
        "    a\n"
        "       \n"
        "  \n"
        "    b\n"
        '    """\n'
        "    Then the customer's message is accepted\n"
    )
    ((step, _),) = [one.steps for one in read_feature(path).feature.scenarios.values()]
    assert step.docstring == "a\n   \n\nb"


def test_the_seed_goes_with_the_scenario_unless_it_is_the_usual_one(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    save_findings([finding("f1", seed=7)], path)
    assert "  @finding:f1 @seed(7)\n" in path.read_text()


def test_scenarios_get_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    save_findings([finding("f1"), finding("f2")], path)
    save_findings([finding("f3")], path)
    assert names_in(path) == [
        "An order, wedged at turn 2",
        "An order, wedged at turn 2 (f2)",
        "An order, wedged at turn 2 (f3)",
    ]


def test_what_was_saved_is_left_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    save_findings([finding("f1")], path)
    path.write_text(path.read_text().replace("An order, wedged", "My favourite"))
    before = path.read_bytes()
    assert save_findings([finding("f1"), finding("f2")], path) == Saved(1, 1)
    assert path.read_bytes().startswith(before)
    assert save_findings([finding("f1"), finding("f2")], path) == Saved(0, 2)


def test_a_finding_that_is_told_twice_is_saved_once(tmp_path: Path) -> None:
    assert save_findings([finding("f1"), finding("f1")], tmp_path / "a.feature") == Saved(1, 0)


def test_no_finding_makes_no_file(tmp_path: Path) -> None:
    assert save_findings([], tmp_path / "found.feature") == Saved(0, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
def test_a_file_of_the_users_own_is_added_to(tmp_path: Path, end: str) -> None:
    path = tmp_path / "own.feature"
    text = f'Feature: Own\r\n  Scenario: Own\r\n    When the customer says "x"{end}'
    path.write_bytes(text.encode())
    check_place(path)
    save_findings([finding("f1")], path)
    assert path.read_bytes().startswith(text.encode())
    assert names_in(path) == ["Own", "An order, wedged at turn 2"]
    assert path.read_bytes().replace(b"\r\n", b"").count(b"\n") == (end == "\n")


def test_in_a_folder_each_finding_has_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "found"
    check_place(folder)
    assert save_findings([finding("f1"), finding("f2")], folder) == Saved(2, 0)
    assert sorted(one.name for one in folder.iterdir()) == [
        "wedged-f1.feature",
        "wedged-f2.feature",
    ]
    (folder / "wedged-f1.feature").rename(folder / "mine.feature")
    check_place(folder)
    assert save_findings([finding("f1"), finding("f2")], folder) == Saved(0, 2)


def test_a_folder_may_be_called_like_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "odd.feature"
    folder.mkdir()
    save_findings([finding("f1")], folder)
    assert names_in(folder / "wedged-f1.feature") == ["An order, wedged at turn 2"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Feature: F\n  Background:\n    Given x\n  Scenario: S\n    When y\n", "has a background"),
        (
            "Feature: F\n  Rule: R\n    Background:\n      Given x\n"
            "    Scenario: S\n      When y\n",
            "has a background",
        ),
        (
            "# language: de\nFunktionalität: F\n  Szenario: S\n    Wenn y\n",
            "another language than English",
        ),
        ("@skip\nFeature: F\n  Scenario: S\n    When y\n", "has the tag @skip above"),
        ("@slow @seed(9)\nFeature: F\n  Scenario: S\n    When y\n", r"tag @seed\(9\) above"),
        (
            "Feature: F\n  Scenario: S\n    When y\n"
            "  @xfail\n  Rule: R\n    Scenario: T\n      When y\n",
            "has the tag @xfail above",
        ),
        ("no Gherkin", "this is no Gherkin"),
        ("", "the file has no feature"),
    ],
)
def test_a_file_in_which_no_scenario_can_be_added_is_refused_beforehand(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "own.feature"
    path.write_text(text)
    with pytest.raises(UsageError, match=rf"{why}.*name another"):
        check_place(path)
    with pytest.raises(UsageError, match=why):
        save_findings([finding("f1")], path)
    assert path.read_text() == text


def test_a_file_that_is_no_feature_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("")
    with pytest.raises(UsageError, match=r"name one that ends in \.feature"):
        check_place(path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="findings cannot be saved here"):
        save_findings([finding("f1")], tmp_path / "file" / "found.feature")
    unreadable = tmp_path / "folder"
    (unreadable / "x.feature").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"cannot be saved here \(Is a directory\)"):
        save_findings([finding("f1")], unreadable)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is full, a write ends in the middle."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_where_there_is_no_room_a_file_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    save_findings([finding("f1")], path)
    before = path.read_text()
    with files_of_at_most(len(before) + 50), pytest.raises(UsageError, match="cannot be saved"):
        save_findings([finding("f2", "Another order")], path)
    assert path.read_text() == before


def test_where_there_is_no_room_no_new_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    with files_of_at_most(50), pytest.raises(UsageError, match="cannot be saved"):
        save_findings([finding("f1")], path)
    assert not path.exists()


def test_findings_of_a_run_can_be_read_back(toy: Toy, tmp_path: Path) -> None:
    target = toy("no-history", "no-dedupe", "never-expires")
    script = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "two\nlines", "yes"))
    options = Options(0, 1, tuple(select("all", target.capabilities)))
    findings = explore("An order", script, Arrangement(), target, options).findings
    path = tmp_path / "found.feature"
    save_findings(findings, path)
    assert len(names_in(path)) == len(findings) > 2
