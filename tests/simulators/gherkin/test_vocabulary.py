"""The list of all steps, and what is made of it."""

import ast

import pytest

from simulators.faults.catalogue import FAULTS
from simulators.gherkin.sentence import Sentence
from simulators.gherkin.vocabulary import catalogue, definitions, knows, nearest, stubs

SENTENCES = [one.sentence for one in definitions()]


@pytest.mark.parametrize("sentence", SENTENCES, ids=[one.name for one in SENTENCES])
def test_no_line_is_said_by_two_steps(sentence: Sentence) -> None:
    matching = [one for one in SENTENCES if one.is_matching(sentence.example)]
    assert matching == [sentence]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
@pytest.mark.parametrize("customer", ["the customer", "Hari", '"Mrs Ray"', "Éva", "ഹരി"])
def test_every_fault_of_the_catalogue_is_a_step(fault: object, customer: str) -> None:
    line = fault.sentence.format(customer=customer, point="store.commit #1", turn=2)  # type: ignore[attr-defined]
    assert knows(line)


@pytest.mark.parametrize("line", ['everybody says "x"', "the moon is full", ""])
def test_anything_else_is_no_step(line: str) -> None:
    assert not knows(line)


def test_every_step_says_what_it_does() -> None:
    assert all(one.does.endswith(".") for one in definitions())


def test_the_catalogue_lists_every_step() -> None:
    text = catalogue()
    assert all(one.sentence.name in text for one in definitions())


def test_the_stubs_are_python_with_plain_strings() -> None:
    tree = ast.parse(stubs())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        [decorator] = function.decorator_list
        [parser] = decorator.args  # type: ignore[attr-defined]
        assert isinstance(parser.args[0].value, str)
    assert len(functions) >= len(definitions())


def test_the_stubs_match_what_the_steps_match() -> None:
    for one in definitions():
        assert one.sentence.example.split("{")[0]
        assert all("(" not in spelling for spelling in one.sentence.spellings())


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('the customer say "hello there"', '{customer} says "{text}"'),
        ("the session is teh same", "{whose} session is the same"),
        ("exactly one order is placed", "(exactly ){count} order(s) is/are placed"),
        ("the server crashed", "the server crashes"),
        ("30 minuts pass", "{duration} pass(es)"),
        ("2 hours pas", "{duration} pass(es)"),
        ("the rely asks for the name and the phone number", "{whose} reply asks for {things}"),
        (
            'the laguage model fails with "empty" at "store.save #1" in turn 1',
            'the language model fails with "empty" at "{point}" in turn {turn}',
        ),
    ],
)
def test_the_nearest_sentence_is_suggested(line: str, meant: str) -> None:
    assert meant in nearest(line, [one.name for one in SENTENCES])


def test_nothing_is_suggested_for_something_else_entirely() -> None:
    for line in ("zzz", "an article", "I open the shop"):
        assert nearest(line, [one.name for one in SENTENCES]) == []
