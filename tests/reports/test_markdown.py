"""The summary as Markdown."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from reports.markdown import MOST_IN_A_COMMENT, markdown
from reports.record import PlanClass, Record
from reports.summary import summary


def test_it_says_what_the_terminal_says(failing: Record) -> None:
    text = markdown(failing)
    assert text.startswith("## ❌ Coolwind: fail\n\n4 scenarios, 38 fault plans, 127 turns,")
    assert (
        "\n| fault | `no flow` | `bulk_order collecting_contact` | `bulk_order confirming` |"
        in text
    )
    assert "\n| `crash` | `R` | `S` | `S` |\n" in text
    assert "| `restoration` | 35 % | 6 of 17 messages answered |" in text
    assert "### `silent-reset` breaks the `session` law" in text
    assert "```gherkin\nScenario: An order survives a crash after turn 1\n" in text
    assert "fault crash (the customer): the process died, incarnation 2 answers" in text
    assert "\n  - `crash`: `The process dies and starts again.`\n" in text
    assert text.index("\nClean run\n\n```text\n") < text.index("\nWith the fault\n\n```text\n")
    assert "- At bulk\\_order confirming: struck by every fault but deploy." in text


def test_faults_that_did_no_harm_and_the_same_stand_in_one_row(failing: Record) -> None:
    text = markdown(failing)
    assert "\n| `reload`, `new-tab`, `duplicate` | `R` | `R` | `R` |\n" in text
    assert "\n| `restart` | `R` | `S` | `S` |\n| `crash` | `R` | `S` | `S` |\n" in text


def test_a_reference_without_a_turn_is_no_clean_run(failing: Record) -> None:
    (finding,) = failing.findings
    *before, last = finding.clean
    not_made = replace(last, reply="", status=0, session_id=None, served_from=None)
    finding = replace(finding, clean=(*before, not_made))
    text = markdown(replace(failing, findings=(finding,)))
    assert f"\nClean run without turn {last.turn}, which may not have happened\n\n```text" in text
    assert "\n  no answer\n```\n\nWith the fault\n" in text


def test_it_says_first_how_the_plans_end(failing: Record) -> None:
    explored = failing.scenarios[0].exploration
    assert explored is not None
    classes = (PlanClass("crash", "silent-reset", 4), PlanClass("deploy", "restored", 34))
    scenario = replace(failing.scenarios[0], exploration=replace(explored, classes=classes))
    told = replace(failing, scenarios=(scenario,))
    assert "1 finding\n\nPlans by how they end: 34 `restored`, 4 `silent-reset`.\n" in markdown(
        told
    )
    assert "\nplans by how they end: 34 restored, 4 silent-reset\n" in summary(told)


def test_a_partial_record_is_marked(empty: Record) -> None:
    text = markdown(empty)
    assert text.startswith("## ⚠️ Coolwind: inconclusive (partial)")
    assert "`the run was cut short: this is what it found until then`" in text


def test_a_pass_needs_few_words(passing: Record) -> None:
    assert markdown(passing).startswith("## ✅ Coolwind: pass")
    assert "###" not in markdown(passing)


@pytest.mark.parametrize("name", ["many", "hostile"])
def test_it_fits_a_comment(name: str, request: pytest.FixtureRequest) -> None:
    text = markdown(request.getfixturevalue(name))
    assert len(text) <= MOST_IN_A_COMMENT + 100 < 65_536


def test_what_does_not_fit_is_counted(many: Record) -> None:
    text = markdown(many)
    shown = text.count("###")
    assert 0 < shown < 1000
    assert text.endswith(f"{1000 - shown + 1:,} more sections in the report.\n")


def test_hostile_text_is_neither_markup_nor_mention(hostile: Record) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(hostile))
    children = [child for token in tokens for child in token.children or ()]
    outside_code = [child.content for child in children if child.type == "text"]
    html = [one.content for one in (*tokens, *children) if one.type.startswith("html")]
    assert {re.sub(r"\s", "", content) for content in html} <= {
        "<details><summary>Cleanandfaultedtranscript</summary>",
        "<details><summary>Scenarios</summary>",
        "</details>",
    }
    assert not any(re.search(r"@\w|#\d", content) for content in outside_code)
    assert not any(token.type in ("link_open", "image") for token in children)


def test_nothing_foreign_begins_a_line_or_goes_unseen(hostile: Record) -> None:
    text = markdown(hostile)
    assert {one for one in text if not one.isprintable()} == {"\n", "\u200b"}
    outside = re.sub(r"(?ms)^(`{3,})gherkin$.*?^\1$", "", text)
    assert "second line" in outside
    assert not any(line.startswith("second line") for line in outside.split("\n"))


def test_a_pipe_cannot_open_another_cell(failing: Record) -> None:
    named = replace(failing.scenarios[0], name="a | b \\| c `|` @everyone")
    text = markdown(replace(failing, scenarios=(named,)))
    (row,) = (line for line in text.split("\n") if "everyone" in line)
    assert row.count("|") == 5


def test_an_address_in_a_sentence_is_no_link(failing: Record) -> None:
    finding = replace(failing.findings[0], sentence="see https://example.com and www.example.com")
    text = markdown(replace(failing, findings=(finding,)))
    assert "https://" not in text
    assert "www.e" not in text


def test_empty_text_is_called_so(failing: Record) -> None:
    finding = replace(failing.findings[0], expected="", actual="`")
    text = markdown(replace(failing, findings=(finding,)))
    assert "`session_id`: `(empty)` became `` ` ``" in text
