"""Parses points in time and durations written by people and other programs.

A parsed time has only an offset, never a zone with rules: Python subtracts two times in the same zone by their clock
times, which is wrong by an hour if the clocks change in between.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_EXPECTED = "write a date, a time and a time zone, such as 2026-10-12 23:59:00+02:00 or 2026-10-12 23:59 Europe/Berlin"
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) +([A-Za-z][\w+/-]*)", re.ASCII)
_LENGTH = re.compile(r"\+(\d{1,6})(d|h|min)", re.ASCII)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}


def instant(value: object) -> datetime:
    """The point in time given by a text or datetime: ISO 8601 with an offset, or local time and the name of its zone.

    Raises: ValueError, which says what to write instead, also if the zone's clocks skip or repeat that time.
    """
    if isinstance(value, str):
        local = _LOCAL.fullmatch(value.strip())
        if local:
            value = _in_zone(datetime.fromisoformat(local[1]), local[2])
        else:
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                raise ValueError(_EXPECTED) from None
    offset = value.utcoffset() if isinstance(value, datetime) else None
    if offset is None:
        raise ValueError(_EXPECTED)
    assert isinstance(value, datetime)
    try:
        value.astimezone(UTC)
    except OverflowError:  # the first hours of the year 1
        raise ValueError(_EXPECTED) from None
    name = value.tzname()
    return value.replace(tzinfo=UTC if not offset else timezone(offset, name) if name else timezone(offset), fold=0)


def _in_zone(local: datetime, name: str) -> datetime:
    import zoneinfo  # takes 6 ms, which most commands can save

    try:
        zone = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; {_EXPECTED}") from None
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local
    happens = "does not exist: the clocks skip it" if skipped else "happens twice: the clocks are put back"
    offsets = " or ".join(f"{each:%z}" for each in (first, second))
    raise ValueError(f"in {name} that time {happens}; write the offset instead of the name ({offsets})")


def length(text: object) -> timedelta | None:
    """The duration in `+3d`, `+48h` or `+90min`, with days of 24 hours; None if the text has another form."""
    match = _LENGTH.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) * _UNITS[match[2]] if match else None


def spoken(span: timedelta) -> str:
    """A duration in words: its two largest units, such as `1 day 6 hours`; the rest is left out."""
    seconds = int(span.total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "less than a second"
