"""One exercise's result as a student sees it: as plain lines, and as HTML below a cell.

First the state in a line, then what the mistake seems to be, once; then what failed, the first of it opened; then what
holds. What has not been begun is one line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from autograder.report.results import CheckResult, ExerciseResult
from autograder.text import HOLDS_FOR_NOTHING, LOADING_STOPPED, SIGNS, number, printable

# Signs, beside words in the page's own color: a contrast of 4 to white and to JupyterLab's dark page, #111.
_COLORS = {"passed": "#2a8a55", "error": "#a05fb0", "pending": "#96720e"}
_FAILED = "#d0402f"
_ASIDE = "opacity:.7"  # of the page's own color: no grey has a contrast of 4.5 to both
WRAPPED = "overflow-wrap:anywhere"
_AT_HAND = 'case("{}") shows the first failure: its inputs, your result and the expected one.'
_DETAIL = "margin:.2em 0 .2em 1.4em;background:none;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere"


def render_text(
    result: ExerciseResult, headline: str | None = None, worth: float | None = None, at_hand: bool = False
) -> str:
    """The result as plain lines.

    headline: instead of the one for a student at work. worth: the points of hidden checks too, where they are known.
    at_hand: say that the failing case can be had.
    """
    lines = [f"{result.name}: {headline or _headline(result, worth)}"]
    if unbegun(result) and headline is None:
        return lines[0]
    lines += [f"  → {row}" for hint in _hints(result) for row in [printable(hint).replace("\n", "\n    ")]]
    for each in _in_order(result):
        lines.append(f"  {SIGNS[each.status]} {printable(each.title)}{_points(each)}")
        for text in _details(each, result):
            lines += [f"      {row}" for row in printable(text).split("\n")]
    if at_hand and _compares(result):
        lines.append(f"  {_AT_HAND.format(result.name)}")
    return "\n".join(lines)


def render_html(
    result: ExerciseResult, headline: str | None = None, worth: float | None = None, at_hand: bool = False
) -> str:
    """As `render_text`, as HTML that reads well on a light and on a dark page. Every text is escaped."""
    head = f"<b>{escape(result.name)}</b>: {escape(headline or _headline(result, worth))}"
    if unbegun(result) and headline is None:
        return f'<div style="{_ASIDE};{WRAPPED}">{head}</div>'
    said = "".join(f'<div style="margin:.3em 0 .3em 1em">→ {escape(hint)}</div>' for hint in _hints(result))
    rows = []
    opened = " open"  # the first that says something
    for each in _in_order(result):
        color = _COLORS.get(each.status, _FAILED)
        mark = f'<span style="color:{color};font-weight:bold">{SIGNS[each.status]}</span>'
        title = f'{mark} {escape(each.title)}<span style="{_ASIDE}">{escape(_points(each))}</span>'
        if details := _details(each, result):
            body = "".join(f'<pre style="{_DETAIL}">{escape(text)}</pre>' for text in details)
            title = f"<details{opened}><summary>{title}</summary>{body}</details>"
            opened = ""
        rows.append(f'<li style="list-style:none;margin:.15em 0">{title}</li>')
    after = (
        f'<div style="{_ASIDE}">{escape(_AT_HAND.format(result.name))}</div>' if at_hand and _compares(result) else ""
    )
    listed = f'<ul style="margin:.2em 0;padding-left:1em">{"".join(rows)}</ul>'
    return f'<div style="{WRAPPED}">{head}{said}{listed}{after}</div>'


def escape(text: str) -> str:
    """For a page: no control characters, no tags."""
    return html.escape(printable(text))


def _headline(result: ExerciseResult, worth: float | None) -> str:
    passed = sum(each.status == "passed" for each in result.checks)
    if not result.max_score:  # a question, which nothing hidden asks again
        return "right" if passed == len(result.checks) else "no answer yet" if unbegun(result) else "not yet"
    more = (worth or 0) - result.max_score
    hidden = f", {number(more)} more when graded" if round(more, 2) > 0 else ""
    if unbegun(result):
        return f"{shared_message(result)} ({number(result.max_score)} points here{hidden})"
    points = f"{number(sum(each.points for each in result.checks))} of {number(result.max_score)} points"
    here = " here" if hidden else ""
    return f"{passed} of {len(result.checks)} public checks hold, {points}{here}{hidden}"


def _compares(result: ExerciseResult) -> bool:
    return any(each.status == "failed" and each.max_points for each in result.checks)


def state_of(result: ExerciseResult) -> str:
    """The state in two or three words, for a table."""
    if any(each.status == "pending" for each in result.checks):
        return "takes long: check it alone"
    if unbegun(result):
        return shared_message(result).partition(";")[0].partition(".")[0]
    if not result.max_score:
        return _headline(result, None)
    return f"{number(sum(each.points for each in result.checks))} of {number(result.max_score)}"


_LACKING = re.compile(r"(\w+) (?:is not written yet$|is not defined\b)")
_NOTHING = ("not written yet", "not defined", "no answer yet", "needs ")


def unbegun(result: ExerciseResult) -> bool:
    """Whether all there is to say of an exercise is that it, or one that it needs, is not written or not defined."""
    said = shared_message(result)
    nothing = said.startswith(_NOTHING) and LOADING_STOPPED not in said
    return nothing and not any(each.mistake for each in result.checks)


def is_undefined(result: ExerciseResult) -> bool:
    """Whether the cell that defines it has not run, or that of another exercise which it needs."""
    return unbegun(result) and all("is not defined" in each.message for each in result.checks)


def shared_message(result: ExerciseResult) -> str:
    """What every check says, without the exercise's name; "" if they say different things or one holds.

    Of a class each method is a stub, and which of them a check meets first says nothing. Nor does it which exercise
    a check meets first, where some meet this one and some another, and neither is there.
    """
    method = re.compile(rf"{re.escape(result.name)}\.\w+(?= is not written yet$)")
    said = dict.fromkeys(method.sub(result.name, each.message) for each in result.checks)
    if any(each.status != "failed" for each in result.checks):
        return ""
    lacking = {message: found[1] for message in said if (found := _LACKING.match(message))}
    if len(said) > 1 and len(lacking) < len(said):
        return ""
    message = min(said, key=lambda message: lacking.get(message) != result.name)
    other = lacking.get(message, result.name)
    if other != result.name and LOADING_STOPPED not in message:
        return f"needs {other} first"
    return message.removeprefix(f"{result.name} is ").removeprefix(f"{result.name} has ")


def _in_order(result: ExerciseResult) -> Iterator[CheckResult]:
    """What does not hold, then what waits for it, then what holds."""
    yield from sorted(result.checks, key=lambda each: (each.status == "passed", each.message == HOLDS_FOR_NOTHING))


def _hints(result: ExerciseResult) -> Sequence[str]:
    """What the checks advise, each once: known mistakes before all else, and then nothing but these."""
    failing = [each for each in result.checks if each.status != "passed" and each.hint]
    return list(dict.fromkeys(each.hint for each in failing if each.mistake))


def _points(each: CheckResult) -> str:
    return f"  {number(each.points)}/{number(each.max_points)}" if each.max_points else ""


def _details(each: CheckResult, result: ExerciseResult) -> list[str]:
    """What came out of a check that does not hold, and where to look, unless that was said above."""
    if each.status == "passed":
        return []
    status = "" if each.status == "failed" else f"{each.status}: "
    fault = "\nThis is a fault of the course, not yours: please tell its staff." if each.status == "error" else ""
    hint = f"→ {each.hint}" if each.hint and each.hint not in _hints(result) else ""
    return [text for text in (status + each.message + fault, hint) if text.strip()]
