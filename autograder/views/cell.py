"""Renders one exercise's result for a student: as plain lines, and as HTML below a notebook cell.

The first line is the state. Then come the likely mistake, once; the failing checks, the first one unfolded; and the
passing checks. An exercise that has not been started is one line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from autograder.report.results import CheckResult, ExerciseResult
from autograder.text import HOLDS_FOR_NOTHING, LOADING_STOPPED, SIGNS, number, printable

# Signs next to words in the page's own color: a contrast of 4 to white and to JupyterLab's dark page, #111.
_COLORS = {"passed": "#2a8a55", "error": "#a05fb0", "pending": "#96720e"}
_FAILED = "#d0402f"
_ASIDE = "opacity:.7"  # of the page's own color: no gray has a contrast of 4.5 to both
WRAPPED = "overflow-wrap:anywhere"
_AT_HAND = 'case("{}") shows the first failure: its inputs, your result and the expected one.'
_DETAIL = "margin:.2em 0 .2em 1.4em;background:none;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere"


def render_text(
    result: ExerciseResult, headline: str | None = None, worth: float | None = None, at_hand: bool = False
) -> str:
    """The result as plain lines.

    headline: replaces the usual first line. worth: the points of all checks, including hidden ones, if known.
    at_hand: mention `case`, which shows the failing case.
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
    """Like `render_text`, but as HTML that is readable on light and dark pages. All text is escaped."""
    head = f"<b>{escape(result.name)}</b>: {escape(headline or _headline(result, worth))}"
    if unbegun(result) and headline is None:
        return f'<div style="{_ASIDE};{WRAPPED}">{head}</div>'
    said = "".join(f'<div style="margin:.3em 0 .3em 1em">→ {escape(hint)}</div>' for hint in _hints(result))
    rows = []
    opened = " open"  # for the first check with details
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
    """The text for a page, without control characters and with tags escaped."""
    return html.escape(printable(text))


def _headline(result: ExerciseResult, worth: float | None) -> str:
    passed = sum(each.status == "passed" for each in result.checks)
    if not result.max_score:  # a question, which no hidden check asks again
        return "right" if passed == len(result.checks) else "no answer yet" if unbegun(result) else "not yet"
    more = (worth or 0) - result.max_score
    hidden = f", {number(more)} more when graded" if round(more, 2) > 0 else ""
    if unbegun(result):
        return f"{shared_message(result)} ({number(result.max_score)} points here{hidden})"
    points = f"{number(sum(each.points for each in result.checks))} of {number(result.max_score)} points"
    here = " here" if hidden else ""
    return f"{passed} of {len(result.checks)} public checks pass, {points}{here}{hidden}"


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
    """Whether the exercise, or one that it needs, is not written or not defined, so there is nothing else to say."""
    said = shared_message(result)
    nothing = said.startswith(_NOTHING) and LOADING_STOPPED not in said
    return nothing and not any(each.mistake for each in result.checks)


def is_undefined(result: ExerciseResult) -> bool:
    """Whether the cell that defines the exercise, or another exercise that it needs, has not run."""
    return unbegun(result) and all("is not defined" in each.message for each in result.checks)


def shared_message(result: ExerciseResult) -> str:
    """The message that all checks share, without the exercise's name; "" if messages differ or a check passes.

    In a class, each method is a stub, and it does not matter which of them a check calls first. If several exercises
    are missing, it does not matter either which of them a check calls first.
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
    """The failing checks, then the side conditions that wait for them, then the passing checks."""
    yield from sorted(result.checks, key=lambda each: (each.status == "passed", each.message == HOLDS_FOR_NOTHING))


def _hints(result: ExerciseResult) -> Sequence[str]:
    """The sentences of known mistakes in the failing checks, without repetition."""
    failing = [each for each in result.checks if each.status != "passed" and each.hint]
    return list(dict.fromkeys(each.hint for each in failing if each.mistake))


def _points(each: CheckResult) -> str:
    return f"  {number(each.points)}/{number(each.max_points)}" if each.max_points else ""


def _details(each: CheckResult, result: ExerciseResult) -> list[str]:
    """The message of a failing check, and its hint unless it was shown above."""
    if each.status == "passed":
        return []
    status = "" if each.status == "failed" else f"{each.status}: "
    fault = (
        "\nThis is a problem of the course, not of your code: please tell its staff." if each.status == "error" else ""
    )
    hint = f"→ {each.hint}" if each.hint and each.hint not in _hints(result) else ""
    return [text for text in (status + each.message + fault, hint) if text.strip()]
