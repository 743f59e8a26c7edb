"""What is handed to Allure, where a run writes results for it with its pytest-bdd adapter."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

import pytest

from reports.masking import masked_transcript
from reports.record import Line
from reports.transcript import transcript_text
from simulators.campaign.transcribing import lines_of
from simulators.trace import Exchange, Strike

_TOLD = frozenset(
    {"name", "fullName", "description", "descriptionHtml", "value", "message", "trace"}
)
"""The fields of a result, and of what stands in it, that tell what people wrote."""

_BELOW_A_STEP = frozenset({"Data table", "Doc string"})
"""What the adapter calls the files with what stands below a step."""

_FIXTURE = "play"
"""A parameter of the steps that says nothing to a reader."""


class _Parameter(Protocol):
    name: str


class _Attachment(Protocol):
    name: str
    source: str


class _Executed(Protocol):
    """A result of Allure's, or a step of one."""

    attachments: list[_Attachment]
    parameters: list[_Parameter]
    steps: list["_Executed"]


class _Results:
    """Masks what the adapter writes of scenarios that Coolwind plays; each result follows the
    transcript of its scenario."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: tuple[Line, ...] | None = None

    def follow(self, lines: tuple[Line, ...]) -> None:
        """The next result is that of the scenario with this transcript."""
        self._lines = lines

    def report_result(self, result: _Executed) -> None:
        """Called by Allure before it writes a result."""
        lines, self._lines = self._lines, None
        if lines is None:
            return
        _leave_out_the_fixture(result)
        files = [self._folder / source for source in _below_steps(result)]
        places = [*_told(result)]
        below = [file.read_bytes().decode() for file in files]
        _, hidden = masked_transcript(lines, [*below, *(text for _, _, text in places)])
        for file, shown in zip(files, hidden, strict=False):
            file.write_bytes(shown.encode())
        for (thing, name, _), shown in zip(places, hidden[len(files) :], strict=True):
            setattr(thing, name, shown)


_RESULTS = pytest.StashKey[_Results]()


def attach_transcript(item: pytest.Item, happenings: Sequence[Exchange | Strike]) -> None:
    """Put the transcript beside the result of a scenario, and mask personal data in both, and in
    what stands below its steps: results are shared. Without Allure, nothing happens."""
    if not item.config.getoption("allure_report_dir", None):
        return
    lines = lines_of(happenings)
    _results_of(item.config).follow(lines)
    if lines:
        allure = import_module("allure")
        text = transcript_text(masked_transcript(lines)[0])
        allure.attach(text, "Coolwind transcript", allure.attachment_type.TEXT)


def _results_of(config: pytest.Config) -> _Results:
    if _RESULTS not in config.stash:
        folder = Path(config.getoption("allure_report_dir"))
        config.stash[_RESULTS] = results = _Results(folder)
        commons = import_module("allure_commons")
        commons.hookimpl(_Results.report_result, tryfirst=True)
        commons.plugin_manager.register(results)
        config.add_cleanup(lambda: commons.plugin_manager.unregister(results))
    return config.stash[_RESULTS]


def _leave_out_the_fixture(executed: _Executed) -> None:
    executed.parameters = [one for one in executed.parameters if one.name != _FIXTURE]
    for step in executed.steps:
        _leave_out_the_fixture(step)


def _below_steps(executed: _Executed) -> Iterator[str]:
    """The names of the files with the tables and the texts below the steps of a result."""
    for step in executed.steps:
        yield from (one.source for one in step.attachments if one.name in _BELOW_A_STEP)
        yield from _below_steps(step)


def _told(thing: object) -> Iterator[tuple[object, str, str]]:
    """All texts of a result, with the places where they stand."""
    for name, value in vars(thing).items():
        if isinstance(value, str):
            if name in _TOLD:
                yield thing, name, value
            continue
        for one in value if isinstance(value, list) else [value]:
            if hasattr(one, "__dict__"):
                yield from _told(one)
