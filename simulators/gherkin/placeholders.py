"""What the rows of an outline fill in."""

from collections.abc import Iterator

from pytest_bdd.parser import PARAM_RE, Examples, ScenarioTemplate, Step


def unfilled(template: ScenarioTemplate) -> Iterator[tuple[int, str]]:
    """The placeholders of an outline that no column fills: a line, and what is wrong with it."""
    for examples in template.examples:
        for line, text in _texts(template):
            for placeholder in PARAM_RE.findall(text):
                if _is_unfilled(placeholder, examples):
                    yield line, _without_column(placeholder, examples)


def _texts(template: ScenarioTemplate) -> Iterator[tuple[int, str]]:
    """Everything in an outline that its rows fill in, with its line."""
    yield template.line_number, template.name
    for step in template.steps:
        yield from ((step.line_number, text) for text in _texts_of_step(step))


def _texts_of_step(step: Step) -> Iterator[str]:
    yield step.name
    if step.docstring is not None:
        yield step.docstring
    for row in step.datatable.raw() if step.datatable is not None else ():
        yield from map(str, row)


def _is_unfilled(placeholder: str, examples: Examples) -> bool:
    # No column begins or ends with a blank: `a < b and c > d` is a text and no placeholder.
    is_text = placeholder != placeholder.strip() and "<" not in placeholder
    return is_text == (placeholder.strip() in examples.example_params)


def _without_column(placeholder: str, examples: Examples) -> str:
    columns = ", ".join(examples.example_params)
    return (
        f"no column fills <{placeholder}>; the examples in line {examples.line_number} have"
        f" {columns}; write one of them, or add the column"
    )
