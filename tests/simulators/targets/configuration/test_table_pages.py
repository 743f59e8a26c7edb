"""The pages of the tables say what the tables are."""

from pathlib import Path

from simulators.targets.configuration.table_pages import pages

FOLDER = Path(__file__).parents[4] / "docs" / "tables"


def test_each_page_is_as_the_schema_has_it() -> None:
    written = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    again = "python -m simulators.targets.configuration.table_pages"
    assert written == pages(), f"run {again} {FOLDER}"


def test_the_page_of_a_table_names_its_keys_and_those_of_its_inner_tables() -> None:
    page = pages()["target"]
    assert page.startswith("# `[target]`\n\nThe service itself")
    assert "| `nodes` | a number | `1` | process: how many servers on one store. |" in page
    assert "## `ready`" in page
    assert "| `timeout` | a duration: a number with ms, s, m, h or d | `30s` |" in page
