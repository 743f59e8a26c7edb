"""The file of a run record."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from reports import record_file, record_lines
from reports.errors import RecordError
from reports.record import VERSION, Entry, Record, RunEnded, RunStarted, ScenarioPlayed
from reports.record_file import RecordWriter, read_record
from reports.record_lines import KINDS, line_of, schema

DOCS = Path(__file__).parents[2] / "docs"


def entries_of(record: Record) -> tuple[Entry, ...]:
    ended = () if record.ended is None else (record.ended,)
    return (record.started, *record.scenarios, *record.findings, *ended)


def write(path: Path, record: Record) -> Path:
    with RecordWriter(path) as writer:
        for entry in entries_of(record):
            writer.write(entry)
    return path


@pytest.mark.parametrize("name", ["passing", "failing", "partial", "empty", "hostile"])
def test_what_was_written_is_read(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    record: Record = request.getfixturevalue(name)
    assert read_record(write(tmp_path / "record.jsonl", record)) == record


def test_what_many_findings_share_is_read_once(tmp_path: Path, failing: Record) -> None:
    first = failing.findings[0]
    again = replace(first, finding_id="another", faulted=first.faulted[:-1])
    path = write(tmp_path / "record.jsonl", replace(failing, findings=(first, again)))
    one, other = read_record(path).findings
    assert one.clean is other.clean
    assert one.reproducer is other.reproducer
    assert one.gherkin is other.gherkin
    assert all(line is same for line, same in zip(one.faulted, other.faulted, strict=False))
    assert (one.faulted, other.faulted) == (first.faulted, again.faulted)


@pytest.mark.parametrize("name", ["passing", "failing", "hostile"])
def test_every_written_line_fits_the_schema_in_the_documentation(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = write(tmp_path / "record.jsonl", request.getfixturevalue(name))
    described = json.loads((DOCS / "run-record.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(described)
    for line in path.read_bytes().splitlines():
        validator.validate(json.loads(line))


def test_the_schema_in_the_documentation_is_that_of_the_values() -> None:
    documented = (DOCS / "run-record.schema.json").read_text("utf-8")
    assert documented == json.dumps(schema(), indent=2) + "\n"
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_entry_has_a_kind_and_is_documented() -> None:
    assert {shape.made for shape in KINDS.values()} == set(get_args(Entry))
    documented = (DOCS / "run-record.md").read_text("utf-8")
    assert all(f"`{kind}`" in documented for kind in KINDS)


def test_the_schema_refuses_what_the_reader_refuses(started: RunStarted) -> None:
    line = json.loads(line_of(started))
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid(line)
    assert not validator.is_valid({**line, "seed": "1"})
    assert not validator.is_valid({**line, "unknown": 1})


def test_runs_with_the_same_content_have_the_same_lines(passing: Record) -> None:
    scenario = passing.scenarios[0]
    turned = replace(scenario, counts=dict(reversed(scenario.counts.items())))
    assert line_of(scenario) == line_of(turned)


def test_keys_stand_in_the_order_of_the_fields(started: RunStarted) -> None:
    assert list(json.loads(line_of(started)))[:4] == ["kind", "coolwind", "python", "target"]


def test_text_stays_readable_and_a_lone_surrogate_is_escaped(started: RunStarted) -> None:
    line = line_of(replace(started, target="മലയാളം \ud800"))
    assert "മലയാളം \\ud800" in line.decode("utf-8")


def test_an_entry_is_readable_before_the_run_ends(tmp_path: Path, failing: Record) -> None:
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as writer:
        writer.write(failing.started)
        writer.write(failing.findings[0])
        assert read_record(path).findings == failing.findings


def test_the_parent_folder_is_made_and_the_file_is_for_its_owner(
    tmp_path: Path, passing: Record
) -> None:
    path = write(tmp_path / "a" / "b" / "record.jsonl", passing)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_run_replaces_the_record_of_an_earlier_one(
    tmp_path: Path, passing: Record, failing: Record
) -> None:
    path = write(tmp_path / "record.jsonl", passing)
    write(path, failing)
    assert read_record(path) == failing


def test_a_record_that_another_run_still_writes_is_left_to_it(
    tmp_path: Path, passing: Record, failing: Record
) -> None:
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as earlier:
        earlier.write(passing.started)
        with pytest.raises(RecordError, match=r"still writing here; wait for its end"):
            RecordWriter(path)
        earlier.write(passing.scenarios[0])
        assert read_record(path).scenarios == passing.scenarios[:1]
    write(path, failing)
    assert read_record(path) == failing


def test_a_link_is_replaced_and_what_it_points_to_is_kept(tmp_path: Path, passing: Record) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    path = tmp_path / "record.jsonl"
    path.symlink_to(kept)
    write(path, passing)
    assert kept.read_text() == "mine"


def test_a_record_cannot_be_made_where_a_folder_is(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"cannot be made .* choose another folder"):
        RecordWriter(tmp_path)


def test_a_record_cannot_be_made_at_a_path_that_is_none() -> None:
    with pytest.raises(RecordError, match="cannot be made"):
        RecordWriter(Path("a\0b"))


def test_a_writer_can_be_closed_twice(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "record.jsonl")
    writer.close()
    writer.close()
    assert (tmp_path / "record.jsonl").read_bytes() == b""


def test_a_full_disk_leaves_no_half_of_an_entry(
    tmp_path: Path, passing: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.jsonl"
    writer = RecordWriter(path)
    writer.write(passing.started)
    before = path.read_bytes()
    real = os.write
    room = [10]

    def short(descriptor: int, line: bytes) -> int:
        if not room:
            raise OSError(28, "No space left on device")
        return real(descriptor, line[: room.pop()])

    monkeypatch.setattr(record_file.os, "write", short)
    with pytest.raises(RecordError, match="No space left on device"):
        writer.write(passing.scenarios[0])
    monkeypatch.undo()
    assert path.read_bytes() == before
    writer.write(passing.scenarios[0])
    writer.close()
    assert read_record(path).scenarios == passing.scenarios[:1]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"verdict": "perfect"}, r"RunEnded cannot be written \(verdict: 'perfect' is none of"),
        ({"seconds": float("nan")}, "seconds: a finite number is expected"),
        ({"seconds": -1.0}, "seconds: a number of at least 0 is expected"),
        ({"seconds": True}, "seconds: a number is expected, not bool"),
        ({"interrupted": 1}, "interrupted: true or false is expected, not int"),
        ({"reasons": "all"}, "reasons: a list is expected, not str"),
        ({"reasons": (1,)}, "reasons.1: a text is expected, not int"),
    ],
)
def test_a_wrong_value_is_not_written(
    change: dict[str, object], problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "record.jsonl"
    wrong = replace(RunEnded("pass", 1.0), **change)  # type: ignore[arg-type]
    with RecordWriter(path) as writer, pytest.raises(RecordError, match=problem):
        writer.write(wrong)
    assert path.read_bytes() == b""


def test_what_is_no_entry_is_not_written(tmp_path: Path, passing: Record) -> None:
    with (
        RecordWriter(tmp_path / "record.jsonl") as writer,
        pytest.raises(RecordError, match="Record is no entry of a run record"),
    ):
        writer.write(passing)  # type: ignore[arg-type]


def test_counts_by_something_that_is_no_name_are_not_written(
    tmp_path: Path, order: ScenarioPlayed
) -> None:
    with (
        RecordWriter(tmp_path / "record.jsonl") as writer,
        pytest.raises(RecordError, match="every name in the table must be a text"),
    ):
        writer.write(replace(order, counts={1: 1}))  # type: ignore[dict-item]


@pytest.mark.parametrize("kept", [1, 20, 200])
def test_a_last_line_that_was_cut_is_left_out(kept: int, tmp_path: Path, failing: Record) -> None:
    path = write(tmp_path / "record.jsonl", replace(failing, findings=(), ended=None))
    path.write_bytes(path.read_bytes() + line_of(failing.findings[0])[:kept])
    read = read_record(path)
    assert read.scenarios == failing.scenarios
    assert read.findings == ()
    assert read.ended is None


def test_a_last_line_may_lack_its_line_feed(tmp_path: Path, passing: Record) -> None:
    path = write(tmp_path / "record.jsonl", passing)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert read_record(path) == passing


def test_a_record_of_an_earlier_writer_lacks_newer_fields(
    tmp_path: Path, order: ScenarioPlayed, started: RunStarted
) -> None:
    line = json.loads(line_of(order))
    for name in ("counts", "exploration", "message"):
        del line[name]
    path = tmp_path / "record.jsonl"
    path.write_bytes(line_of(started) + json.dumps(line).encode() + b"\n")
    (read,) = read_record(path).scenarios
    assert read == replace(order, counts={}, exploration=None, message=None)


def test_a_whole_number_of_any_size_is_read(tmp_path: Path, hostile: Record) -> None:
    (scenario,) = read_record(write(tmp_path / "record.jsonl", hostile)).scenarios
    assert scenario.exploration is not None
    assert scenario.exploration.plans == 10**40


START = b"START\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty; name the file that a run wrote"),
        (b"hello", "line 1: this is not JSON"),
        (b"\x89PNG\r\n\x1a\n\x00", "line 1: this is not JSON .byte 1 is not UTF-8"),
        (b"{}\n", "line 1: this is no entry of a run record: it has no kind"),
        (b"[]\n", "line 1: this is no entry"),
        (b"7\n", "line 1: this is no entry"),
        (b'{"kind": "x"}\n', "line 1: 'x' is no kind of entry"),
        (b'{"kind": ["run_ended"]}\n', r"line 1: \['run_ended'\] is no kind"),
        (b'{"kind": "run_ended", "verdict": "pass", "seconds": 1}\n', "does not begin with its"),
        (b'{"kind": "run_started"}\n', "line 1: coolwind: the field is missing in RunStarted"),
        (b"[" * 100_000 + b"\n", "line 1: this is not JSON .it is nested too deeply"),
        (START + START, "line 2: the record starts a second time; give the two runs as two"),
        (START + b"\n", "line 2: this is not JSON"),
        (START + b'{"kind": "run_ended", "verdict": "good", "seconds": 1}\n', "'good' is none of"),
        (START + b'{"kind": "run_ended", "verdict": "pass", "seconds": NaN}\n', "NaN is no JSON"),
        (START + b'{"kind": "run_ended", "verdict": "pass", "seconds": 1e999}\n', "finite"),
        (START + b'{"kind": "run_ended", "seconds": 1}\n', "verdict: the field is missing"),
        (START + b'{"kind": "run_ended", "more": 1}\n', "'more' is no field of RunEnded"),
        (START + b'{"kind": "finding_found", "clean": [1]}\n', "the field is missing"),
        (START + b"1" * 5000 + b"\n", "line 2: this is not JSON"),
        (
            START + b'{"kind": "run_ended", "verdict": "pass", "seconds": 1}\n' * 2,
            "line 3: the record goes on after its end",
        ),
    ],
)
def test_what_is_no_record_is_refused_in_one_line(
    content: bytes, problem: str, tmp_path: Path, started: RunStarted
) -> None:
    path = tmp_path / "record.jsonl"
    path.write_bytes(content.replace(START, line_of(started)))
    with pytest.raises(RecordError, match=problem) as refused:
        read_record(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("transcript", "x", "transcript: a list is expected, not str"),
        ("transcript", [1], "transcript.1: Line is expected, not int"),
        ("counts", [], "counts: a table is expected, not list"),
        ("counts", {"a\nb": "x"}, r"counts.'a\\nb': a whole number is expected, not str"),
        ("line", 1.5, "line: a whole number is expected, not float"),
        ("line", None, "line: a whole number is expected, not null"),
        ("status", "x" * 1000, "status: 'xxxx"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(
    name: str, value: object, problem: str, tmp_path: Path, failing: Record
) -> None:
    line = {**json.loads(line_of(failing.scenarios[0])), name: value}
    path = tmp_path / "record.jsonl"
    path.write_bytes(line_of(failing.started) + json.dumps(line).encode() + b"\n")
    with pytest.raises(RecordError, match=f"line 2: {problem}") as refused:
        read_record(path)
    assert len(str(refused.value)) < len(str(path)) + 200
    assert "\n" not in str(refused.value)


def test_a_record_of_a_newer_version_asks_for_an_update(
    tmp_path: Path, started: RunStarted
) -> None:
    line = {**json.loads(line_of(started)), "version": VERSION + 1, "new": 1}
    path = tmp_path / "record.jsonl"
    path.write_text(json.dumps(line) + "\n")
    with pytest.raises(RecordError, match="a newer Coolwind wrote this record; update Coolwind"):
        read_record(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"cannot be read \(No such file or directory"):
        read_record(tmp_path / "missing.jsonl")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="name the file that a run wrote"):
        read_record(tmp_path)


def test_an_endless_line_is_refused_before_it_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_lines, "LONGEST_LINE", 100)
    path = tmp_path / "record.jsonl"
    path.write_bytes(b"x" * 1000)
    with pytest.raises(RecordError, match="line 1: the line is too long"):
        read_record(path)


def test_a_huge_record_is_refused(
    tmp_path: Path, passing: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "record.jsonl", passing)
    monkeypatch.setattr(record_lines, "LARGEST_FILE", path.stat().st_size - 1)
    with pytest.raises(RecordError, match="the record is larger than"):
        read_record(path)
