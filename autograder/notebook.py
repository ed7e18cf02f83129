"""What a notebook imports: `check("adam")` judges what this kernel has, `uses("adam")` guards a picture."""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import CourseError
from autograder.text import SIGNS, did_you_mean, number, printable

if TYPE_CHECKING:
    from autograder.report import CheckResult, ExerciseResult

_COLOURS = {"passed": "#2e8b57", "error": "#a050a0", "pending": "#b8860b"}
_DETAIL = "margin:.2em 0 .2em 1.4em;background:none;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere"
_DECLARED = re.compile(r"^@check\(\s*[\"'](\w+)[\"']", re.MULTILINE)


class Points(float):
    """The value of a check cell: nbgrader reads the plain form; a page shows the result above it and no bare number."""

    def _repr_html_(self) -> str:
        return ""


def check(name: str) -> Points | None:
    """Run the public checks of one exercise on what this kernel or script defines, show the result, return the points.

    The points are a Python float and the cell's value, because stock nbgrader reads the grade from there. It takes
    anything on stderr for an error, so warnings and what the code writes there are shown on stdout.
    Its button Validate wants full points, of which public checks give but a part. So there all public checks together
    have no value, which it takes for success; else it gets the result on stderr, which it shows.
    Raises: CourseError if there is no such exercise, or the release is missing or damaged.
    """
    noise = io.StringIO()
    with contextlib.redirect_stderr(noise):
        result = _judged(name)
    if noise.getvalue().strip():
        print(printable(noise.getvalue()))
    _show(result)
    if os.environ.get("NBGRADER_EXECUTION") == "validate":
        if any(each.status != "passed" for each in result.checks):
            print(render_text(result), file=sys.stderr)
        return None
    return Points(sum(each.points for each in result.checks))


def _judged(name: str) -> ExerciseResult:
    from autograder import kernel  # it imports numpy; `uses` alone does not need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kernel.check_in_kernel(_folder(name), name, sys.modules["__main__"].__dict__)


def _folder(name: str) -> Path:
    """The release that has this exercise: beside the notebook or script, or in assignments/ of a folder above it."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    starts = [Path(script).absolute().parent] if script else []
    starts.append(Path.cwd())
    known: dict[Path, list[str]] = {}
    for start in starts:
        for folder in (start, *start.parents):
            for test in sorted([*folder.glob("test_*.py"), *folder.glob("assignments/*/test_*.py")]):
                if (test.parent / "answers.npz").is_file():
                    known[test.parent] = _DECLARED.findall(test.read_text(encoding="utf-8"))
            fitting = [release for release, exercises in known.items() if name in exercises]
            if len(fitting) > 1:  # several assignments in sight have it: the file's name says which one this is
                fitting = [release for release in fitting if release.name == _stem(script)]
            if len(fitting) == 1:
                return fitting[0]
    if not known:
        raise CourseError(
            f"no assignment is in {Path.cwd()}; start Jupyter so that test_<assignment>.py lies beside it"
        )
    exercises = dict.fromkeys(exercise for names in known.values() for exercise in names)
    raise CourseError(f"there is no exercise {name!r} with a public check{did_you_mean(name, exercises)}")


def _stem(script: str | None) -> str:
    """The name of the notebook or script without its ending, where it can be known."""
    return Path(script or os.environ.get("JPY_SESSION_NAME", "")).stem


def _show(result: ExerciseResult) -> None:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        print(render_text(result))
        return
    from IPython.display import display

    display({"text/plain": render_text(result), "text/html": render_html(result)}, raw=True)


def render_text(result: ExerciseResult, headline: str | None = None) -> str:
    """The result as plain lines. headline: instead of the one for a student at work."""
    lines = [f"{result.name}: {headline or _headline(result)}"]
    for each in result.checks:
        lines.append(f"  {SIGNS[each.status]} {printable(each.title)}{_points(each)}")
        if each.status != "passed":
            for text in _details(each):
                lines += [f"      {row}" for row in printable(text).split("\n")]
    return "\n".join(lines)


def render_html(result: ExerciseResult, headline: str | None = None) -> str:
    """The result as HTML that reads well on a light and on a dark page. Every text is escaped."""
    rows = []
    for each in result.checks:
        colour = _COLOURS.get(each.status, "#c0392b")
        mark = f'<span style="color:{colour};font-weight:bold">{SIGNS[each.status]}</span>'
        body = f'{mark} {escape(each.title)}<span style="opacity:.6">{escape(_points(each))}</span>'
        if each.status != "passed":
            body += "".join(f'<pre style="{_DETAIL}">{escape(text)}</pre>' for text in _details(each))
        rows.append(f'<li style="list-style:none;margin:.15em 0">{body}</li>')
    head = f"<b>{escape(result.name)}</b>: {escape(headline or _headline(result))}"
    return f'<div>{head}<ul style="margin:.2em 0;padding-left:1em">{"".join(rows)}</ul></div>'


def escape(text: str) -> str:
    """For a page: no control characters, no tags."""
    return html.escape(printable(text))


def _headline(result: ExerciseResult) -> str:
    passed = sum(each.status == "passed" for each in result.checks)
    if not result.max_score:  # a question, which nothing hidden asks again
        return "right" if passed == len(result.checks) else "not yet"
    points = f"{number(sum(each.points for each in result.checks))} of {number(result.max_score)} points"
    hidden = " (hidden checks come when it is graded)" if passed == len(result.checks) else ""
    return f"{passed} of {len(result.checks)} public checks hold, {points}{hidden}"


def _points(each: CheckResult) -> str:
    return f"  {number(each.points)}/{number(each.max_points)}" if each.max_points else ""


def _details(each: CheckResult) -> list[str]:
    """What came out, and which known mistake it looks like."""
    status = "" if each.status == "failed" else f"{each.status}: "
    fault = "\nThis is a fault of the course, not yours: please tell its staff." if each.status == "error" else ""
    return [text for text in (status + each.message + fault, each.hint and f"→ {each.hint}") if text]


@contextlib.contextmanager
def uses(*names: str) -> Iterator[None]:
    """A picture that needs these exercises. While one of them is missing or wrong, say so instead of raising.

    So what follows still runs, in a script too. An error with exercises whose public checks all hold is raised.
    Figures begun inside are closed, so that no empty one is shown.
    """
    figures = _figures()
    try:
        yield
    except NotImplementedError as error:
        missing = re.match(r"(\w+) is not written yet", str(error))
        which = missing[1] if missing else " or ".join(names)
        print(f"{which} is not written yet: this picture appears when it is.")
    except Exception as error:
        wrong = [name for name in names if not _holds(name)]
        if not wrong:
            raise
        said = printable(f"{type(error).__name__}: {error}")
        print(f"No picture yet, see the check of {', '.join(wrong)}. It stopped with {said}")
    else:
        return
    for figure in _figures() - figures:
        sys.modules["matplotlib.pyplot"].close(figure)


def _holds(name: str) -> bool:
    """Whether all public checks of an exercise hold, or none can be asked."""
    with contextlib.suppress(CourseError), contextlib.redirect_stdout(io.StringIO()):
        return all(each.status == "passed" for each in _judged(name).checks)
    return True


def _figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()
