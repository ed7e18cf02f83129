"""Renders a student's progress in an assignment: a row for each exercise, the next one, and the time left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.report.results import ExerciseResult
from autograder.text import number
from autograder.views.cell import WRAPPED, escape, state_of

_CELLS = 10
_GREEN, _GREY = "#2a8a55", "#8885"


def overview_text(
    assignment: str, results: Sequence[ExerciseResult], worth: Mapping[str, float], minutes: Mapping[str, float]
) -> str:
    """worth: exercise -> the points of all checks. minutes: exercise -> its estimated time. Both are in the release."""
    widest = max(len(each.name) for each in results)
    rows = [f"{assignment}: {_total(results, worth)}"]
    for each in results:
        full = int(_CELLS * _share(each) + 1e-9)
        bar = ("━" * full + "─" * (_CELLS - full) if each.max_score else "").ljust(_CELLS)
        rows.append(f"  {each.name:<{widest}}  {bar}  {state_of(each)}".rstrip())
    return "\n".join([*rows, *_what_next(results, minutes)])


def overview_html(
    assignment: str, results: Sequence[ExerciseResult], worth: Mapping[str, float], minutes: Mapping[str, float]
) -> str:
    """The same as an HTML table. All text is escaped."""
    rows = ""
    for each in results:
        part = round(100 * _share(each))
        background = f"linear-gradient(90deg,{_GREEN} {part}%,{_GREY} {part}%)"
        bar = f'<div style="width:8em;height:.5em;background:{background}"></div>'
        cells = [escape(each.name), bar if each.max_score else "", escape(state_of(each))]
        rows += "<tr>" + "".join(f'<td style="text-align:left;{WRAPPED}">{cell}</td>' for cell in cells) + "</tr>"
    after = "".join(f"<div>{escape(line)}</div>" for line in _what_next(results, minutes))
    head = f"<b>{escape(assignment)}</b>: {escape(_total(results, worth))}"
    return f"<div style='{WRAPPED}'>{head}<table>{rows}</table>{after}</div>"


def _share(result: ExerciseResult) -> float:
    return (result.score or 0.0) / result.max_score if result.max_score else 0.0


def _total(results: Sequence[ExerciseResult], worth: Mapping[str, float]) -> str:
    here = sum(each.max_score for each in results)
    more = sum(worth.values()) - here
    got = sum(each.score or 0.0 for each in results)
    return f"{number(got)} of {number(here)} points here, {number(more)} more when graded"


def _what_next(results: Sequence[ExerciseResult], minutes: Mapping[str, float]) -> list[str]:
    left = [each for each in results if not each.passed]
    if not left:
        return ["All public checks pass. You can hand in your work now."]
    first = next((each for each in left if each.max_score), left[0])
    time = f", about {_duration(minutes[first.name])}" if first.name in minutes else ""
    total = sum(minutes.get(each.name, 0.0) for each in left)
    return [f"Next: {first.name}{time}." + (f" Time left in all: about {_duration(total)}." if total else "")]


def _duration(minutes: float) -> str:
    hours, rest = divmod(5 * round(minutes / 5), 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{max(rest, 5)} min"
