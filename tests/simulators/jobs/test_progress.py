"""How a run tells that it goes on while a scenario takes long."""

import io

from simulators.jobs.progress import Lines, Pace
from tests.simulators.clock import Clock


def test_the_time_left_goes_by_the_plans_that_were_tried(clock: Clock) -> None:
    pace = Pace(clock)
    assert pace.words("An order", 1, 21) == "1 plan tried of about 21"
    clock.seconds = 30
    assert pace.words("An order", 11, 21) == (
        "11 plans tried of about 21, 20 a minute, about 0:00:30 left"
    )
    assert pace.words("Another", 1, 5) == "1 plan tried of about 5"
    clock.seconds += 0.5
    assert pace.words("Another", 2, 5) == "2 plans tried of about 5"


def test_more_plans_than_expected_leave_no_time_to_tell(clock: Clock) -> None:
    pace = Pace(clock)
    pace.words("An order", 1, 2)
    assert pace.words("An order", 3, 2) == "3 plans tried"
    assert pace.words("An order", 4, None) == "4 plans tried"
    clock.seconds = 2
    assert pace.words("An order", 5, None) == "5 plans tried, 2.0 a second"


def test_a_line_is_written_every_ten_seconds_and_no_sooner(clock: Clock) -> None:
    stream = io.StringIO()
    lines = Lines(stream, clock)
    for second in range(1, 26):
        clock.seconds = second
        lines.advance("An order", second, 31)
    assert stream.getvalue() == (
        "An order: 10 plans tried of about 31, 1.0 a second, about 0:00:21 left\n"
        "An order: 20 plans tried of about 31, 1.0 a second, about 0:00:11 left\n"
    )
