"""Judge what this kernel or script defines by the public checks, and show the result."""

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

    exercise: its name, or the function or class itself; without one, all of the assignment, a row each. What the code
    prints is shown below the result. Interrupting ends the whole check, and says where the code was.

    nbgrader reads the grade from the value of the cell: under it, and only there, this returns the points. It takes
    anything on stderr for an error, so warnings and what the code writes there are shown on stdout. Its button
    Validate wants full points, of which public checks give but a part. So there all public checks together have no
    value, which it takes for success; else it gets the result on stderr, which it shows.
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
    """What the checks have measured, such as a curve of the loss: as lines and as HTML."""
    measured = [figure for each in result.checks for figure in each.evidence]
    if not measured:
        return "", ""
    from autograder.report.evidence import GRADER
    from autograder.views.pages import embedded
    from autograder.views.terminal import evidence_text

    figures = [replace(figure, source=GRADER) for figure in measured]  # who says so need not be said: it is one process
    return f"\n{evidence_text(figures)}", embedded(figures)


def _show_all() -> None:
    """The table of the assignment; `autograder status` will know of it, if all could be judged here."""
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

    with contextlib.suppress(CourseError):  # without a course.yml, or where nothing can be written, nobody asks either
        remember(Course.find(folder), Report(assignment_id, "notebook", results, "none", PUBLIC_SEED.hex()))


def _at_work(label: str, judge: Callable[[], Result]) -> tuple[Result | None, str]:
    """What it gives, and what the code printed meanwhile; None if it was interrupted, which is said.

    In a script an interrupt ends the script.
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
    """The first failing case of an exercise: what the function was given, what came out and what was expected.

    As the last line of a cell it is shown; it has `.args`, `.got` and `.expected`, and `.show()` draws them as maps.
    None if all holds, or nothing is written.
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
    """Says after a while that it is still at work, and how to end it."""
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
    """The points of all checks of an exercise, the hidden ones too; None where the release does not say."""
    with contextlib.suppress(CourseError):
        return release_in(folder).worth.get(name)
    return None
