"""Renders reports in a terminal: color, tables and a progress bar for people; plain lines for pipes, CI and NO_COLOR.

Students choose names, messages and output. These are shown as `rich.text.Text`, which interprets no markup, after
`printable` has removed terminal escapes.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.course.course import Assignment
from autograder.gradebook.policy import CourseGrade, Outcome
from autograder.report.evidence import STUDENT, Figure
from autograder.report.report import CheckResult, Report
from autograder.text import SIGNS, measured, number, printable, score_line, shortened
from autograder.views.cell import unbegun

_ASCII_SIGNS = {"✓": "+", "✗": "x", "…": "."}
_STYLES = {"passed": "green", "error": "magenta", "pending": "yellow"}
_MOST_LINES = 60
_BAR_CELLS = 20
_SPARKS = "▁▂▃▄▅▆▇█"
_MOST_SPARKS = 30


def console(*, stderr: bool = False) -> Console:
    """A console that shows text unchanged. rich itself honors NO_COLOR and detects pipes."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def _live(console: Console) -> bool:
    """Whether the output is an interactive terminal, in which lines can be overwritten."""
    return console.is_terminal and not console.is_dumb_terminal and "CI" not in os.environ


def _print(console: Console, text: Text | str, indent: int = 0) -> None:
    text = Text(text) if isinstance(text, str) else text
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent)))
    else:  # never wrap a line: the program that reads a pipe has no width
        console.print(Text.assemble(" " * indent, text), soft_wrap=True)


def _block(console: Console, text: str, indent: int, style: str = "") -> None:
    lines = printable(text).rstrip("\n").split("\n")
    for line in lines[:_MOST_LINES]:
        _print(console, Text(line, style=style), indent)
    if len(lines) > _MOST_LINES:
        _print(console, Text(f"({len(lines) - _MOST_LINES} more lines)", style="dim"), indent)


def render_report(
    report: Report, console: Console, worth: Mapping[str, float] | None = None, only: Collection[str] | None = None
) -> None:
    """Print a whole report.

    worth: exercise -> the points of all of its checks. Given if the report is a student's own, with public checks only;
    exercises that are not started then share one line. only: show these exercises, and count the others.
    """
    score = score_line(report.score, report.max_score, report.pending) if report.max_score else ""
    header = Text.assemble((f"{printable(report.assignment)}  {printable(report.submission)}", "bold"))
    if score:
        header.append("  ").append(score, "bold cyan")
    waiting = [each.name for each in report.exercises if worth is not None and unbegun(each)]
    untouched = len(waiting) == len(report.exercises) > 1 and only is None and not report.notes
    if untouched:
        header.append("  nothing is written yet", "dim")
    _print(console, header)
    if untouched:
        return
    for note in report.notes:
        _print(console, Text(f"note: {printable(note)}", style="yellow"), 2)
    others = [each for each in report.exercises if only is not None and each.name not in only]
    for exercise in report.exercises:
        if exercise.name in waiting or exercise in others:
            continue
        line = Text.assemble((printable(exercise.name), "bold"))
        if exercise.max_score:
            line.append(f"  {score_line(exercise.score, exercise.max_score, exercise.pending)}  ")
            line.append_text(_bar((exercise.score or 0) / exercise.max_score, console))
            more = (worth or {}).get(exercise.name, 0) - exercise.max_score
            if round(more, 2) > 0:
                line.append(f"  {number(more)} more when graded", "dim")
        console.print()
        _print(console, line)
        said: set[str] = set()
        for check in exercise.checks:
            _render_check(check, console, said)
            if worth is not None:  # show a repeated message to the student only once
                said |= {check.message, check.hint}
    if others:
        holding = sum(each.passed for each in others)
        left = sum(each.name in waiting for each in others)
        counts = {"passing": holding, "failing": len(others) - holding - left, "not written yet": left}
        rest = "as before: " + ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        console.print()
        _print(console, Text(rest, style="dim"))
    elif waiting:
        console.print()
        _print(console, Text(f"not written yet: {printable(', '.join(waiting))}", style="dim"))
    if report.output.strip():
        console.print()
        _print(console, Text("What your code printed", style="bold"))
        _block(console, report.output, 2, "dim")
    console.print()
    isolation = "" if worth is not None else f"{'no' if report.isolation == 'none' else report.isolation} isolation, "
    _print(console, Text(f"{isolation}{number(report.duration_s)} s", style="dim"))


def _bar(share: float, console: Console) -> Text:
    full, empty = ("#", "-") if console.options.ascii_only else ("━", "─")
    filled = int(_BAR_CELLS * share + 1e-9)
    return Text.assemble((full * filled, "green"), (empty * (_BAR_CELLS - filled), "dim"))


def _render_check(check: CheckResult, console: Console, said: set[str]) -> None:
    """said: messages and hints that are not repeated."""
    sign, style = SIGNS[check.status], _STYLES.get(check.status, "red")
    if console.options.ascii_only:
        sign = _ASCII_SIGNS.get(sign, sign)
    line = Text.assemble((f"{sign} ", style), printable(check.title))
    if check.status not in ("passed", "failed"):
        line.append(f"  {check.status}", style)
    if check.max_points:
        line.append(f"  {number(check.points)}/{number(check.max_points)}", "dim")
    _print(console, line, 2)
    if check.status != "passed" and check.message and check.message not in said:
        _block(console, check.message, 6)
    for figure in check.evidence:
        _render_figure(figure, console)
    if check.status == "passed":
        return
    if check.hint:
        if check.hint not in said:
            _block(console, f"{'->' if console.options.ascii_only else '→'} {check.hint}", 6, "yellow")
    elif check.mistake:
        _block(console, f"Known mistake: {check.mistake}".replace("_", " "), 6, "yellow")


def _render_figure(figure: Figure, console: Console) -> None:
    """Print a line for a number and for each series of a curve. Images and tables are shown only on pages."""
    title = _one_line(figure.title)
    source = "  (reported by the student's own process)" if figure.source == STUDENT else ""
    if figure.kind == "number":
        _print(console, Text.assemble((title, "dim"), f"  {measured(figure.data['value'])}", (source, "dim")), 6)
    elif figure.kind == "curve":
        known = [value for values in figure.data["series"].values() for value in values if value is not None]
        for name, values in figure.data["series"].items():
            said = _course_of(values, min(known, default=0.0), max(known, default=0.0), console)
            _print(console, Text.assemble((f"{title}, {_one_line(name)}", "dim"), f"  {said}", (source, "dim")), 6)


def evidence_text(figures: Sequence[Figure]) -> str:
    """These figures as plain lines, for output without a page."""
    plain = Console(file=io.StringIO(), width=80, markup=False, emoji=False, highlight=False)
    for figure in figures:
        _render_figure(figure, plain)
    return plain.file.getvalue().rstrip()  # type: ignore[attr-defined]  # it is a StringIO


def _one_line(text: str) -> str:
    return printable(text).replace("\n", " ").replace("\t", " ")


def _course_of(values: Sequence[float | None], low: float, high: float, console: Console) -> str:
    """`2.3 ▇▅▃▁ 0.05`: the first value, the values scaled between `low` and `high`, the last value."""
    known = [value for value in values if value is not None]
    if not known:
        return "no values"
    first, last = measured(known[0]), measured(known[-1])
    half = high / 2 - low / 2  # high - low may overflow a float
    if console.options.ascii_only or not half or len(values) < 3:
        return f"{first} {'->' if console.options.ascii_only else '→'} {last}" if len(known) > 1 else last
    step = -(-len(values) // _MOST_SPARKS)
    shares = [None if value is None else (value / 2 - low / 2) / half for value in values[::step]]
    sparks = "".join(" " if share is None else _SPARKS[round((len(_SPARKS) - 1) * share)] for share in shares)
    return f"{first} {sparks} {last}"


@dataclass(frozen=True)
class Outline:
    """The parts of a report that a table shows; small enough to keep for each of thousands of submissions."""

    submission: str
    score: float | None
    max_score: float
    pending: float
    by_hand: float
    wrong: tuple[str, ...]
    mistakes: tuple[str, ...]
    fault: str | None

    @classmethod
    def of(cls, report: Report) -> Outline:
        return cls(**{name: getattr(report, name) for name in cls.__annotations__})


def render_table(reports: Sequence[Report | Outline], console: Console) -> None:
    """Print a row per submission: score, what is wrong, known mistakes. Tab-separated outside a terminal."""
    rows = [
        (
            printable(report.submission),
            score_line(report.score, report.max_score, report.pending),
            printable(shortened(report.wrong)),
            printable(shortened(report.mistakes)).replace("_", " "),
        )
        for report in reports
    ]
    _table(console, ("submission", "score", "what is wrong", "known mistakes"), rows, right=1)


def render_status(found: Sequence[tuple[Assignment, Report | None]], console: Console, now: datetime) -> None:
    """Print the assignments of a course, their deadlines, and the points of the last check of each."""
    rows = [
        (
            assignment.id,
            assignment.title,
            _due(assignment.due, now),
            score_line(report.score, report.max_score, report.pending) if report else "not checked yet",
        )
        for assignment, report in found
    ]
    _table(console, ("assignment", "title", "due", "public checks"), rows, right=3)


def render_grades(grades: Sequence[CourseGrade], console: Console) -> None:
    """Print a row per student: the grade, and the score of each assignment. Tab-separated outside a terminal."""
    heads = ["student", "grade", *(outcome.assignment for outcome in grades[0].outcomes)] if grades else ["student"]
    rows = [
        (printable(grade.student), _total(grade), *(_final(outcome) for outcome in grade.outcomes)) for grade in grades
    ]
    _table(console, heads, rows, right=1)


def render_grade(grade: CourseGrade, console: Console) -> None:
    """Print one student's grade, with the reason for every number."""
    _print(console, Text.assemble((f"{printable(grade.student)}  ", "bold"), (_total(grade), "bold cyan")))
    for outcome in grade.outcomes:
        console.print()
        _print(console, Text.assemble((f"{outcome.assignment}  ", "bold"), _final(outcome)))
        if outcome.penalty.points and outcome.attempt:
            before = score_line(outcome.attempt.score, outcome.max_score)
            _print(console, f"{before} before {number(outcome.penalty.points)} for lateness", 2)
        _print(console, outcome.said, 2)
    console.print()
    _print(console, grade.reason)


def _total(grade: CourseGrade) -> str:
    text = "none yet" if grade.total is None else f"{number(grade.total)} %"
    return text + (" (not final)" if grade.provisional else "")


def _final(outcome: Outcome) -> str:
    if outcome.final is None and outcome.status in ("excused", "waits"):
        return outcome.status
    status = f" ({outcome.status})" if outcome.status != "counts" else ""
    return score_line(outcome.final, outcome.max_score, outcome.pending) + status


def _due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "no date"
    seconds = (due - now).total_seconds()
    days, hours = divmod(int(abs(seconds)) // 3600, 24)
    length = f"{days} d" if days else f"{hours} h"
    return f"{due:%Y-%m-%d %H:%M %Z} ({f'in {length}' if seconds >= 0 else f'{length} ago'})"


def _table(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], right: int) -> None:
    if not console.is_terminal:
        for row in (heads, *rows):
            # Not through rich, which would turn the tabs into spaces.
            console.file.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index == right else "left", no_wrap=index == right, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell.replace("\n", " ")) for cell in row))
    console.print(table)


@contextmanager
def progress(total: int, console: Console) -> Iterator[Callable[[Report], None]]:
    """A context that yields a function to call with each finished report. It shows a bar with rate and time left, or
    a line for each report outside a terminal."""
    started, done = time.monotonic(), 0

    def pace() -> str:
        rate = done / max(time.monotonic() - started, 1e-6)
        return f"{number(rate)}/s, {_duration((total - done) / rate)} left"

    if not _live(console):

        def log(report: Report) -> None:
            nonlocal done
            done += 1
            line = f"{done}/{total}  {pace()}  {printable(report.submission)}: "
            _print(console, line + score_line(report.score, report.max_score, report.pending))

        yield log
        return

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (MofNCompleteColumn(), BarColumn(None), TextColumn("{task.fields[pace]}", markup=False))
    # No refresh thread, because workers are forked while the bar is shown.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=total, pace="")

        def advance(report: Report) -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, pace=pace(), refresh=True)

        yield advance


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
