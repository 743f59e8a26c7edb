"""Digests that are blind to identifiers, and to nothing else."""

from simulators.targets.naming import digest

ONE = "dbe8f453-146c-4482-9794-83917633c192"
OTHER = "b62a7617-ecc0-4619-9f0a-54e12b8cbd16"


def test_an_identifier_goes_by_its_name() -> None:
    assert digest([f"session {ONE}"], {ONE: "S1"}, ()) == digest(
        [f"session {OTHER}"], {OTHER: "S1"}, ()
    )


def test_identifiers_with_different_names_differ() -> None:
    assert digest([f"session {ONE}"], {ONE: "S1"}, ()) != digest(
        [f"session {ONE}"], {ONE: "S2"}, ()
    )


def test_an_identifier_without_a_name_goes_by_its_place_when_nobody_else_made_it() -> None:
    pieces = [f"{ONE} and {OTHER}", f"again {ONE}"]
    swapped = [f"{OTHER} and {ONE}", f"again {OTHER}"]
    assert digest(pieces, {}, {ONE, OTHER}) == digest(swapped, {}, {ONE, OTHER})
    assert digest(pieces, {}, {ONE, OTHER}) != digest(
        [pieces[0], f"again {OTHER}"], {}, {ONE, OTHER}
    )


def test_an_identifier_that_somebody_else_made_is_text() -> None:
    assert digest([f"session {ONE}"], {}, ()) != digest([f"session {OTHER}"], {}, ())


def test_a_name_is_not_taken_for_what_somebody_wrote() -> None:
    assert digest([f"session {ONE}"], {ONE: "S1"}, ()) != digest(["session S1"], {}, ())


def test_a_name_can_be_given_to_any_word() -> None:
    assert digest(["customer hari-1 wrote"], {"hari-1": "C1"}, ()) == digest(
        ["customer ravi wrote"], {"ravi": "C1"}, ()
    )


def test_a_word_is_not_renamed_within_another() -> None:
    assert digest(["harish wrote"], {"hari": "C1"}, ()) == digest(["harish wrote"], {}, ())


def test_the_longer_of_two_names_counts() -> None:
    names = {"hari": "C1", "hari-2": "C2"}
    assert digest(["it is hari-2"], names, ()) == digest(["it is ravi"], {"ravi": "C2"}, ())


def test_pieces_do_not_run_into_each_other() -> None:
    assert digest(["ab", "c"], {}, ()) != digest(["a", "bc"], {}, ())


def test_an_order_number_is_an_identifier() -> None:
    one = digest(["placed CW-20260105-001"], {"CW-20260105-001": "order"}, ())
    assert one == digest(["placed CW-20260106-001"], {"CW-20260106-001": "order"}, ())
