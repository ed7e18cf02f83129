"""Instants are read as intended, and a time that is ambiguous or does not exist is refused."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.times import instant, length, spoken


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-12T21:59:00Z",
        "2026-10-12 23:59:00+02:00",
        " 2026-10-12 23:59 Europe/Berlin\n",
        "2026-10-12 17:59:00 America/New_York",
        "2026-10-12 21:59:00.000000 UTC",
    ],
)
def test_an_instant_can_be_written_in_any_zone(text):
    assert instant(text) == datetime(2026, 10, 12, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["", "tomorrow", "2026-10-12", "2026-10-12 23:59", datetime(2026, 10, 12), None, 5, "0001-01-01T00:00+05:00"],
)
def test_what_is_no_instant_is_refused_with_what_to_write(value):
    with pytest.raises(ValueError, match="write a date, a time and a time zone"):
        instant(value)


@pytest.mark.parametrize("zone", ["Europe/Berln", "CEST", "Europe", "../etc/passwd", "A//B"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match="write a date, a time and a time zone"):
        instant(f"2026-10-12 23:59 {zone}")


@pytest.mark.parametrize(("day", "zone"), [("2026-03-29", "Europe/Berlin"), ("2026-03-08", "America/New_York")])
def test_a_time_that_the_clocks_skip_is_refused(day, zone):
    with pytest.raises(ValueError, match="does not exist: the clocks skip it"):
        instant(f"{day} 02:30 {zone}")


def test_a_time_that_happens_twice_is_refused_with_both_offsets():
    with pytest.raises(ValueError, match=r"happens twice.*\(\+0200 or \+0100\)"):
        instant("2026-10-25 02:30 Europe/Berlin")


def test_an_instant_keeps_the_name_of_its_offset():
    assert f"{instant('2026-10-12 23:59 Europe/Berlin'):%H:%M %Z}" == "23:59 CEST"


@given(st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)), st.sampled_from(["Europe/Berlin", "America/New_York"]))
def test_two_instants_are_as_far_apart_as_a_clock_without_seasons_says(naive, name):
    moment = naive.replace(tzinfo=UTC)
    first, second = (instant(each.astimezone(ZoneInfo(name))) for each in (moment, moment + timedelta(days=1)))
    assert second - first == timedelta(days=1)


OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS))
def test_what_is_written_is_read_back(moment):
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        return
    assert instant(moment.isoformat()) == expected


def test_a_length_is_read_in_its_unit():
    assert [length(text) for text in ("+2d", "+48h", "+90min")] == [
        timedelta(days=2), timedelta(days=2), timedelta(minutes=90)
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["48h", "+48", "-1d", "+1.5h", "+1w", "", None, 48, "+٣d"])
def test_what_is_no_length_is_none(text):
    assert length(text) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 second"),
        (61, "1 minute 1 second"),
        (86400 * 2 + 5, "2 days 5 seconds"),
        (90061, "1 day 1 hour"),
        (0.4, "less than a second"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(seconds, text):
    assert spoken(timedelta(seconds=seconds)) == text
