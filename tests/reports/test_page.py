"""The report as one page."""

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from reports.masking import masked
from reports.page import page
from reports.page_data import page_data
from reports.record import Record

NAMES = ["passing", "failing", "partial", "empty", "hostile"]


class Elements(HTMLParser):
    """The elements of a page in order, and the text of styles and scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inner: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in self.inner:
            self.inner[self.cdata_elem].append(data)


def data_in(text: str) -> Any:
    (packed, _) = Elements(text).inner["script"]
    return json.loads(zlib.decompress(base64.b64decode(json.loads(packed)["bytes"])))


@pytest.mark.parametrize("name", NAMES)
def test_the_data_in_the_page_is_that_of_the_record(
    name: str, request: pytest.FixtureRequest
) -> None:
    record: Record = request.getfixturevalue(name)
    assert data_in(page(record)) == page_data(record)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_the_same_elements_whatever_was_written(
    name: str, passing: Record, request: pytest.FixtureRequest
) -> None:
    expected = [tag for tag, _ in Elements(page(passing)).found]
    assert [tag for tag, _ in Elements(page(request.getfixturevalue(name))).found] == expected


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(failing: Record) -> None:
    elements = Elements(page(failing))
    (policy,) = (
        attributes["content"]
        for tag, attributes in elements.found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = elements.inner["style"]
    (_, script) = elements.inner["script"]

    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashed(style)}'; "
        f"script-src 'sha256-{hashed(script)}'; base-uri 'none'; form-action 'none'"
    )


def test_nothing_in_the_page_names_another_place(failing: Record) -> None:
    text = page(failing)
    assert "://" not in text
    assert "url(" not in text
    assert "@import" not in text
    attributes = [one for _, one in Elements(text).found]
    assert not any({"src", "style", "onclick"} & set(one) for one in attributes)
    assert all(one["href"].startswith("#") for one in attributes if one.get("href"))


def test_data_reaches_the_screen_as_text_only() -> None:
    script = (files("reports") / "page.js").read_text("utf-8")
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|DOMParser"
    assert re.search(forbidden, script) is None
    assert re.search(r"fetch\(|XMLHttp|WebSocket|sendBeacon|import\(", script) is None


def test_hostile_text_is_spelled_out_in_the_data(hostile: Record) -> None:
    text = json.dumps(page_data(hostile), ensure_ascii=False)
    assert not set("\x1b\x07\x00\u202e\u2066\ud800") & set(text)


def test_long_lines_and_many_findings_stay_small(hostile: Record, many: Record) -> None:
    assert len(page(hostile)) < 100_000
    assert len(page(masked(many))) < 300_000


def test_the_same_record_gives_the_same_page(failing: Record) -> None:
    assert page(failing) == page(failing)


def test_numbers_that_a_browser_cannot_hold_are_texts(hostile: Record) -> None:
    data: Any = page_data(hostile)
    assert data["scenarios"][0]["plans"] == "1.0 × 10^40 plans"


def test_the_head_tells_the_verdict_and_the_rates(failing: Record) -> None:
    data: Any = page_data(failing)
    assert data["head"]["verdict"] == "fail"
    assert data["head"]["rates"][0][:2] == ["restoration", "66 %"]
    assert ["deploy", "2", "transparent: The service restarts with a newer state schema."] in (
        data["head"]["fired"]
    )


def test_a_bad_cell_leads_to_its_finding_and_a_good_one_to_its_transcript(failing: Record) -> None:
    data: Any = page_data(failing)
    columns = [name for name, _ in data["matrix"]["columns"]]
    contact = next(row for row in data["matrix"]["rows"] if row[1] == "collecting_contact")
    assert contact[2][columns.index("crash")] == ["silent-reset", "1", "1", 0, 0]
    assert contact[2][columns.index("reload")] == ["restored", "1", "1", -1, 0]


def test_a_bad_cell_without_its_own_finding_leads_to_the_same_cause(failing: Record) -> None:
    data: Any = page_data(failing)
    columns = [name for name, _ in data["matrix"]["columns"]]
    confirming = next(row for row in data["matrix"]["rows"] if row[1] == "confirming")
    assert confirming[2][columns.index("eviction")][3] == 0
    assert confirming[2][columns.index("deploy")] == [None, "0", "0", -1, -1]


def test_a_finding_has_its_first_difference_and_its_rows(failing: Record) -> None:
    data: Any = page_data(failing)
    (pairs,) = data["findings"]["pairs"]
    first, *rows = pairs
    assert first == 2
    assert [row[0] for row in rows].count(-1) == 1
    assert rows[first][2] == "reply,session,flow,step"


def test_equal_lines_stand_in_the_page_once(many: Record, failing: Record) -> None:
    data: Any = page_data(many)
    few: Any = page_data(failing)
    assert len(data["lines"]) == len(few["lines"])


def test_masked_gherkin_is_announced(failing: Record) -> None:
    open_data: Any = page_data(failing)
    masked_data: Any = page_data(masked(failing))
    assert not open_data["head"]["masked"]
    assert masked_data["head"]["masked"]


def test_without_scripts_the_verdict_is_still_told(partial: Record) -> None:
    assert "The verdict is fail (partial), with 0 findings." in page(partial)
