"""GitHub annotations: workflow commands, of which a log shows each at the feature file's line."""

from collections.abc import Iterator

from reports.printable import block
from reports.record import Record
from reports.sentences import counted, shown_words, struck, verdict_words
from reports.totals import status_of, totals_of

_LONGEST = 4_000


def annotations(record: Record) -> str:
    """What the run came to, and why it is no pass; then an error for each finding and each scenario
    that fails by itself, and a warning for each one that could not be decided. GitHub shows the
    first ten of either kind of a step."""
    return "".join(f"{line}\n" for line in _lines(record))


def _lines(record: Record) -> Iterator[str]:
    totals = totals_of(record)
    level = {"pass": "notice", "fail": "error"}.get(totals.verdict, "warning")
    counts = f"{counted(totals.scenarios, 'scenario')}, {counted(totals.findings, 'finding')}"
    words = "\n".join((f"{verdict_words(totals)}: {counts}", *totals.reasons))
    yield f"::{level} title=Coolwind::{_text(words)}"
    explained = {(one.feature, one.scenario) for one in record.findings}
    for finding in record.findings:
        title = f"{finding.outcome}: {finding.scenario}"
        plan = f"{finding.plan}, {shown_words(finding)}"
        means = (f"{fault}: {does}" for fault, does in struck(finding, record.started).items())
        told = "\n".join((finding.sentence, plan, *means, "", finding.gherkin))
        yield _command("error", finding.feature, finding.line, title, told)
    for scenario in record.scenarios:
        status = status_of(scenario)
        if (scenario.feature, scenario.name) in explained and scenario.status != "failed":
            continue
        if status in ("failed", "inconclusive"):
            level = "error" if status == "failed" else "warning"
            reasons = () if scenario.exploration is None else scenario.exploration.reasons
            told = scenario.message or "; ".join(reasons) or status
            title = f"{status}: {scenario.name}"
            yield _command(level, scenario.feature, scenario.line, title, told)


def _command(level: str, feature: str, line: int, title: str, told: str) -> str:
    where = f"file={_property(feature)},line={max(1, line)},title={_property(title)}"
    return f"::{level} {where}::{_text(told)}"


def _text(text: str) -> str:
    shown = block(text, _LONGEST)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
