"""Runs public checks on what this kernel or script defines, and shows the results: `check` and `case`."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from autograder.errors import CourseError
from autograder.notebook.history import edited, outdated, stopped_at
from autograder.notebook.places import name_of, own_release, release_of
from autograder.notebook.shell import display, judged, names, release_in, shell
from autograder.text import printable
from autograder.views.cell import is_undefined, render_html, render_text
from autograder.views.overview import overview_html, overview_text

if TYPE_CHECKING:
    from autograder.notebook.failing_case import Case
    from autograder.report.report import ExerciseResult

Result = TypeVar("Result")

_PATIENCE_S = 3.0
_MOST_LINES = 20


def check(exercise: Any = None) -> float | None:
    """Run the public checks of one exercise on what this kernel or script defines, and show the result.

    exercise: its name, or the function or class itself. Without it, the whole assignment is checked, with a row for
    each exercise. The code's output is shown below the result. An interrupt ends the whole check and shows where the
    code was.

    nbgrader reads the grade from the value of the cell, so this returns the points, but only when nbgrader runs it.
    nbgrader takes anything on stderr for an error, so warnings and the code's stderr are shown on stdout. Its button
    Validate expects full points, but public checks give only a part. There, this returns None, which counts as success,
    and if a check fails, it prints the result to stderr, which nbgrader shows.
    Raises: CourseError if there is no such exercise, or the release is missing or damaged.
    """
    if exercise is None:
        _show_all()
        return None
    name = name_of(exercise, "check")
    nbgrader = os.environ.get("NBGRADER_EXECUTION")
    if said := outdated(name, names()) or edited(name, names()):
        print(said)
        return None
    folder = release_of(name)
    result, printed = _at_work(name, lambda: judged(folder, name))
    if result is None:
        return None
    worth = _worth(folder, name)
    text = render_text(result, worth=worth, at_hand=True)
    measured, drawn = _evidence(result)
    display(text + measured, "text/html", render_html(result, worth=worth, at_hand=True) + drawn)
    _show_printed(printed)
    if nbgrader == "validate" and not result.passed:
        print(text, file=sys.stderr)
    return float(sum(each.points for each in result.checks)) if nbgrader == "autograde" else None


def _evidence(result: ExerciseResult) -> tuple[str, str]:
    """The checks' measurements, such as a loss curve, as lines and as HTML."""
    measured = [figure for each in result.checks for figure in each.evidence]
    if not measured:
        return "", ""
    from autograder.report.evidence import GRADER
    from autograder.views.pages import embedded
    from autograder.views.terminal import evidence_text

    figures = [replace(figure, source=GRADER) for figure in measured]  # one process, so the source does not matter
    return f"\n{evidence_text(figures)}", embedded(figures)


def _show_all() -> None:
    """Show the assignment's table. If everything could be checked here, store it for `autograder status`."""
    from autograder.checking import kernel

    folder = own_release()
    results, printed = _at_work(folder.name, lambda: kernel.check_all_in_kernel(folder, names()))
    if results is None:
        return
    release = release_in(folder)
    if all(is_undefined(each) for each in results):
        above = " (Run > Run All Above Selected Cell)" if shell() is not None else ""
        print(f"{release.assignment_id}: nothing is defined yet. Run the cells above first{above}.")
        return
    shown = release.assignment_id, results, release.worth, release.minutes
    display(overview_text(*shown), "text/html", overview_html(*shown))
    _show_printed(printed)
    if not any(each.pending for each in results):
        _remember(folder, release.assignment_id, results)


def _remember(folder: Path, assignment_id: str, results: tuple[ExerciseResult, ...]) -> None:
    from autograder.checking.run import PUBLIC_SEED
    from autograder.course.course import Course
    from autograder.grading.own_work import remember
    from autograder.report.report import Report

    with contextlib.suppress(CourseError):  # no course.yml or no writable folder: then `status` does not work either
        remember(Course.find(folder), Report(assignment_id, "notebook", results, "none", PUBLIC_SEED.hex()))


def _at_work(label: str, judge: Callable[[], Result]) -> tuple[Result | None, str]:
    """The result of `judge` and the code's output. If it was interrupted, print where, and return None as the result.

    In a script, an interrupt ends the script.
    """
    printed = io.StringIO()
    quiet = contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed)
    try:
        with _patience(), quiet[0], quiet[1], warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return judge(), printed.getvalue()
    except KeyboardInterrupt as stop:
        if shell() is None:
            raise
        where = stopped_at(stop)
        print(f"{label}: stopped{f' at {where}' if where else ''}")
        return None, ""


def case(exercise: Any = None) -> Case | None:
    """The first failing case of an exercise: the function's inputs, its result and the expected result.

    Jupyter shows it if it is the last line of a cell. It has `.args`, `.got` and `.expected`, and `.show()` plots them.
    Returns None if all checks pass, or nothing is written.
    Raises: CourseError if there is no such exercise, or the release is missing or damaged.
    """
    from autograder.checking import kernel
    from autograder.notebook.failing_case import Case

    name = name_of(exercise, "case")
    failing, printed = _at_work(name, lambda: kernel.first_failing(release_of(name), name, names()))
    _show_printed(printed)
    if failing is None or failing.message.startswith(f"{name} is not "):
        print(failing.message if failing else f"{name}: no public check fails")
        return None
    return Case.of(failing)


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """After a few seconds, print that the check is still running, and how to stop it."""
    how = "Ctrl-C" if shell() is None else "■ (interrupt the kernel)"
    timer = threading.Timer(_PATIENCE_S, print, [f"Still running; {how} stops it."], {"file": sys.stdout})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _show_printed(text: str) -> None:
    if not text.strip():
        return
    lines = printable(text).rstrip().split("\n")
    print(*lines[:_MOST_LINES], sep="\n")
    if len(lines) > _MOST_LINES:
        print(f"({len(lines) - _MOST_LINES} more lines)")


def _worth(folder: Path, name: str) -> float | None:
    """The points of all checks of an exercise, including hidden ones; None if the release does not say."""
    with contextlib.suppress(CourseError):
        return release_in(folder).worth.get(name)
    return None
