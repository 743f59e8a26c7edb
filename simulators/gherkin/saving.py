"""Findings saved as scenarios of a feature file, which fail as the findings did.

A feature file is added to, and nothing that stands in it is changed: it may be a user's own. Each
scenario bears its finding's ID as a tag, `@finding:ID`, and a finding whose tag is there already
is not saved again, whatever became of its scenario.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from pytest_bdd.parser import Feature, Rule

from reports.printable import one_line
from reports.record import FindingFound
from simulators.errors import UsageError
from simulators.gherkin.feature_file import FeatureText, Unplayable, read_feature

_ENDING = ".feature"
_SAVED = re.compile(r"@finding:(\w+)")
_CHANGING_TAGS = frozenset({"seed", "skip", "skipif", "xfail"})
_HEADING = """Feature: Findings
  Each scenario fails as its finding did, until what it shows is mended.
"""


@dataclass(frozen=True, slots=True)
class Saved:
    """How many findings were saved, and how many had been before."""

    added: int
    known: int


def check_place(path: Path) -> None:
    """Raises `UsageError` for a place where findings cannot be saved: a file that is no feature
    file, one that cannot be read, or one in which a scenario would not be played as it stands."""
    if path.is_dir() or not path.exists():
        return
    if path.suffix != _ENDING:
        raise UsageError(
            f"{path}: findings are saved in a folder or in a feature file; name one that ends in"
            f" {_ENDING}"
        )
    _names_in(path)


def save_findings(findings: Sequence[FindingFound], path: Path) -> Saved:
    """Save findings in a feature file or, where the path does not end in `.feature`, in a folder,
    a file each. Raises `UsageError` where that is not possible."""
    known = _known(path)
    new = {one.finding_id: one for one in findings if one.finding_id not in known}
    if path.suffix == _ENDING and not path.is_dir():
        _add(path, list(new.values()))
    else:
        for one in new.values():
            _add(path / f"{one.outcome}-{one.finding_id}{_ENDING}", [one])
    return Saved(len(new), len({one.finding_id for one in findings}) - len(new))


def _known(path: Path) -> frozenset[str]:
    """The IDs of the findings that were saved there."""
    files = sorted(path.glob(f"*{_ENDING}")) if path.is_dir() else [path]
    try:
        texts = [one.read_text("utf-8", "replace") for one in files if one.exists()]
    except OSError as error:
        raise _refusal(path, error) from error
    return frozenset(name for text in texts for name in _SAVED.findall(text))


def _add(path: Path, findings: Iterable[FindingFound]) -> None:
    names = _names_in(path) if path.exists() else set()
    text = ""
    for finding in findings:
        name, scenario = _scenario(finding, names)
        names.add(name)
        text += f"\n{scenario}"
    if not text:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else None
        _append(path, before, _HEADING + text if before is None else _continuing(before, text))
    except OSError as error:
        raise _refusal(path, error) from error


def _append(path: Path, before: bytes | None, text: str) -> None:
    """Add a text to a file that has these bytes, or is not there: all of it, or nothing."""
    try:
        with path.open("ab") as file:
            file.write(text.encode())
    except OSError:
        with suppress(OSError):
            if before is None:
                path.unlink()
            else:
                os.truncate(path, len(before))
        raise


def _scenario(finding: FindingFound, names: set[str]) -> tuple[str, str]:
    """A name that is not taken, and the scenario of that name."""
    title, steps = finding.gherkin.split("\n", 1)
    keyword, _, name = title.partition(" ")
    name = f"{name} ({finding.finding_id})" if name in names else name
    tags = f"@finding:{finding.finding_id}"
    if finding.reproducer is not None and finding.reproducer.seed:
        tags += f" @seed({finding.reproducer.seed})"
    lines = f"# {one_line(finding.sentence)}\n{tags}\n{keyword} {name}\n{steps}"
    # Lines of blanks are lines, too, where a message has them.
    return name, indent(lines, "  ", lambda _: True)


def _continuing(before: bytes, text: str) -> str:
    """The text as it goes on behind what a file has, with the line ends of the file."""
    text = text if before.endswith(b"\n") else f"\n{text}"
    return text.replace("\n", "\r\n") if b"\r\n" in before else text


def _names_in(path: Path) -> set[str]:
    """The names of the scenarios in a feature file to which more can be added."""
    try:
        text = read_feature(path)
    except Unplayable as error:
        problem = error.problems[0]
        raise UsageError(
            f"{path}:{problem.line}: {problem.says}; findings are not saved in a file that cannot"
            " be played, name another one"
        ) from error
    if (why := next(_changing(text), None)) is not None:
        raise UsageError(
            f"{path}: a scenario that is added here would not be played as it stands, because the"
            f" file has {why}; name another one"
        )
    return {one.name for one in text.feature.scenarios.values()}


def _changing(text: FeatureText) -> Iterator[str]:
    """What of a feature file makes another scenario of one that is added."""
    feature = text.feature
    rules = (one.rule for one in feature.scenarios.values() if one.rule is not None)
    places: list[Feature | Rule] = [feature, *rules]
    if feature.language != "en":
        yield "another language than English"
    for above in places:
        if above.background:
            yield "a background"
        for tag in sorted(above.tags):
            if text.tags[tag].name in _CHANGING_TAGS:
                yield f"the tag @{tag} above its scenarios"


def _refusal(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{path}: findings cannot be saved here ({error.strerror}); choose another place"
    )
