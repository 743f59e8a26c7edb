"""In which way a word varies that varies in two masks."""

from itertools import permutations

import pytest

from simulators.varying import ALL_OF_IT, Varies, either


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Varies.AS_A_NAME, Varies.AS_A_NAME, Varies.AS_A_NAME),
        (Varies.AS_A_NAME, Varies.FREELY, Varies.FREELY),
        (Varies.AS_A_NAME, Varies.ANEW, Varies.ANEW),
        (Varies.AS_A_NAME, Varies.IN_SEQUENCE, Varies.IN_SEQUENCE),
        (Varies.FREELY, Varies.ANEW, Varies.ANEW),
        (Varies.FREELY, Varies.IN_SEQUENCE, Varies.IN_SEQUENCE),
    ],
)
def test_a_word_is_a_name_only_where_it_is_one_in_both(
    one: Varies, other: Varies, both: Varies
) -> None:
    for first, second in permutations((one, other)):
        assert either({ALL_OF_IT: first}, {ALL_OF_IT: second}) == {ALL_OF_IT: both}


def test_what_varies_by_one_alone_varies_as_it_does_there() -> None:
    united = either({1: Varies.AS_A_NAME}, {2: Varies.ANEW})
    assert united == {1: Varies.AS_A_NAME, 2: Varies.ANEW}
