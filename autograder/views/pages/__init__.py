"""Renders reports as web pages: one for each submission and one for the class.

A page is a single file that loads nothing, so it can be mailed, printed or opened from a disk. `printable` removes
control characters from everything that a student chose, and Jinja2 escapes it. In case of an escaping bug, the content
security policy forbids the network, any style sheet but the one with this hash, and any script but, on the class page,
the one with this hash. That script adds no text to the page that is not already in it.
"""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from autograder.files import write_atomically
from autograder.report.evidence import Figure
from autograder.report.report import CheckResult, Report, for_student
from autograder.report.store import file_name
from autograder.text import SIGNS, measured, number, printable, score_line, shortened
from autograder.views.pages import classwide, figures
from autograder.views.pages.causes import UNWRITTEN, Cause, causes, lost, unwritten

if TYPE_CHECKING:
    from jinja2 import Environment

_OUTPUT = "autograder-figures"
_FOLDER = Path(__file__).parent
SCRIPT = (_FOLDER / "class.js").read_text(encoding="utf-8")
_BINS = 10
_MOST_NAMES, _MOST_MISTAKES = 8, 12
_FILTERS = (
    ("full", "all points"),
    ("lost", "points lost"),
    ("zero", "no points"),
    ("pending", "pending"),
    ("staff", "needs staff"),
)
# A sign and a word, so that no status depends on color alone.
_WORDS = {"timeout": "out of time", "error": "grader fault"}
_IN_PART = ("◐", "in part")
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_STATUS = {status: (sign, _WORDS.get(status, status)) for status, sign in SIGNS.items()}


@dataclass(frozen=True)
class Count:
    """The number of submissions with some property; `share` of the largest such number, from 0 to 1."""

    label: str
    count: int
    share: float


def render_report(report: Report, *, class_page: str = "") -> str:
    """The page of one submission. `class_page`: the address of the class page, for people who may read it.

    It shows the whole report; a student's page is `render_report(for_student(report))`.
    """
    found = causes(report)
    shown = [each for each in report.exercises if each.max_score]
    return page(
        "report.html",
        title=f"{report.assignment}: {report.submission}",
        report=report,
        class_page=class_page,
        causes=found,
        headline=_headline(found),
        at={exercise.name: number for number, exercise in enumerate(shown, 1)},
        said={text for cause in found for text in (cause.sentence, cause.message)},
        told=[check for cause in found for check in cause.checks],
        opened={
            name
            for cause in found
            for name in cause.exercises
            if len(cause.exercises) == 1 and cause.sentence != UNWRITTEN
        },
        unwritten=unwritten,
        UNWRITTEN=UNWRITTEN,
        state=_state,
    )


def page(template: str, **values: Any) -> str:
    """A page made from a template and these values, whose text is escaped."""
    return _environment().get_template(template).render(**values)


def _headline(found: Sequence[Cause]) -> str:
    """How many points were lost, and for how many reasons."""
    if not found:
        return ""
    count = _COUNTS[len(found)] if len(found) < len(_COUNTS) else str(len(found))
    points = number(sum(cause.points for cause in found))
    return f"{count} thing{'s' * (len(found) > 1)} cost {points} point{'s' * (points != '1')}"


def _state(check: CheckResult) -> tuple[str, str]:
    """A check's sign and word, so that no status depends on color alone. A check with partial credit is "in part"."""
    return _IN_PART if check.status == "failed" and check.points else _STATUS[check.status]


def render_class(reports: Sequence[Report], title: str) -> str:
    """The page of a class, for staff: what waits for them, scores, mistakes, statistics of the exercises.

    It links to `page_name` of each report. Its script, `SCRIPT`, sorts and filters, but adds no content.
    """
    found = classwide.mistakes(reports)
    groups = classwide.groups(reports)
    items = classwide.exercises(reports)
    rows = _rows(reports, {each.exercise: f"e{at}" for at, each in enumerate(items)}, found)
    by_name = {row.report.submission: row for row in rows}
    scores = [row.score for row in rows if row.score is not None]
    maxima = {row.judged for row in rows}
    return page(
        "class.html",
        script=_environment().globals["class_script"],
        title=title,
        rows=rows,
        by_name=by_name,
        mean=statistics.fmean(scores) if scores else None,
        median=statistics.median(scores) if scores else None,
        of=maxima.pop() if len(maxima) == 1 else None,
        staff=[row for row in rows if row.score is None],
        unread=[row for row in rows if row.score == 0 and row.judged],
        pending=[row for row in rows if row.pending > row.by_hand],
        by_hand=[row for row in rows if row.by_hand],
        slow=[by_name[report.submission] for report in classwide.slow(reports)],
        bins=_histogram(rows),
        mistakes=found,
        groups=[group for group in groups if len(group.reports) > 1],
        single=sum(len(group.reports) == 1 for group in groups),
        exercises=items,
        names=[each.exercise for each in items],
        checks=classwide.checks(reports),
        statuses=_FILTERS,
        most=_MOST_NAMES,
        fewest=classwide.FEWEST,
        shown=_MOST_MISTAKES,
    )


@dataclass(frozen=True)
class _Row:
    """A submission on the class page, with its sums. judged: the points that are neither pending nor given by hand.

    alias: its number if names are hidden. tokens: what it can be filtered by.
    """

    report: Report
    address: str
    alias: int
    tokens: str
    score: float | None
    judged: float
    pending: float
    by_hand: float

    @property
    def share(self) -> float:
        """The fraction of all points, 0 to 1."""
        return (self.score or 0.0) / ((self.judged + self.pending) or 1.0)

    @property
    def waiting(self) -> float:
        return self.pending / ((self.judged + self.pending) or 1.0)

    @property
    def points(self) -> str:
        return score_line(self.score, self.judged + self.pending, self.pending)

    @property
    def why(self) -> str:
        """The possible reason if nothing was earned."""
        said = [*self.report.notes, *(check.message for check in self.report.checks if check.status != "passed")]
        return next((text for text in said if text), "")

    @property
    def slowest(self) -> CheckResult | None:
        return max(self.report.checks, key=lambda check: check.duration_s, default=None)


def _rows(reports: Sequence[Report], of_exercise: Mapping[str, str], found: Sequence[classwide.Shown]) -> list[_Row]:
    """of_exercise: exercise -> its token."""
    mistaken: dict[str, list[str]] = {}
    for at, shown in enumerate(found):
        for report in shown.reports:
            mistaken.setdefault(report.submission, []).append(f"m{at}")
    # In the order of a digest, so that a number reveals nothing about a name; the seed is the student's own and secret.
    mixed = sorted(reports, key=lambda each: hashlib.sha256(repr((each.seed, each.submission)).encode()).digest())
    alias = {report.submission: number for number, report in enumerate(mixed, 1)}
    rows = []
    for report in reports:
        name, score, pending = report.submission, report.score, report.pending
        judged = report.max_score - pending
        lost_in = [each.name for each in report.exercises if any(map(lost, each.checks))]
        holds = {
            "staff": score is None,
            "pending": pending > 0,
            "lost": bool(lost_in),
            "zero": score == 0,
            "full": score is not None and score >= judged,
        }
        tokens = [token for token, true in holds.items() if true]
        tokens += [of_exercise[each] for each in lost_in if each in of_exercise] + mistaken.get(name, [])
        address = quote(page_name(report))
        rows.append(_Row(report, address, alias[name], " ".join(tokens), score, judged, pending, report.by_hand))
    return rows


def page_name(report: Report) -> str:
    """The file name of a report's page."""
    return Path(file_name(report.submission)).with_suffix(".html").name


def write_pages(reports: Sequence[Report], reports_dir: Path) -> list[Path]:
    """Write html/index.html and one page per report into the reports' folder."""
    folder = reports_dir / "html"
    title = ", ".join(sorted({report.assignment for report in reports}))
    written = [write_atomically(folder / "index.html", render_class(reports, title))]
    for report in reports:
        page = render_report(report, class_page="index.html")
        written.append(write_atomically(folder / page_name(report), page))
    return written


def write_student_pages(reports: Sequence[Report], reports_dir: Path) -> Path:
    """Write each student's page, with what they may see of their report, into students/. Returns that folder.

    The pages in html/ are for staff: they contain the seed, and the results of hidden checks.
    """
    folder = reports_dir / "students"
    for report in reports:
        write_atomically(folder / page_name(report), render_report(for_student(report)))
    return folder


def _histogram(rows: Sequence[_Row]) -> list[Count]:
    """Submissions by their fraction of the judged points, in tenths; full marks belong to the last tenth."""
    tenths = Counter(
        min(int(_BINS * row.score / row.judged + 1e-9), _BINS - 1)
        for row in rows
        if row.score is not None and row.judged
    )
    most = max(tenths.values(), default=1)
    width = 100 // _BINS
    return [
        Count(f"{tenth * width}–{(tenth + 1) * width}", tenths[tenth], tenths[tenth] / most) for tenth in range(_BINS)
    ]


# Other pages have their own themes, which may differ from the system's. So there is no background behind a figure, text
# has the page's color, and lines have a contrast of 3 to white and to JupyterLab's dark page, #111.
_ELSEWHERE = """display: block; --page: transparent; --ink: currentColor;
  --quiet: color-mix(in srgb, currentColor 80%, transparent); --line: color-mix(in srgb, currentColor 25%, transparent);
  --panel: color-mix(in srgb, currentColor 6%, transparent); --accent: #3d82c4; --s0: #3d82c4; --s1: #d06020;
  --s2: #1f8f6c; --s3: #b062ac; --s4: #8f7a1a; --s5: #7d72d8; --s6: #cf4d72; --s7: #738393;
"""


def drawn(evidence: Sequence[Figure]) -> str:
    """Figures as HTML for another page: in a shadow tree, which separates its style sheet from ours."""
    style, body = _parts(evidence, ":host")
    return f'<div><template shadowrootmode="open"><style>{style}</style>{body}</template></div>'


def embedded(evidence: Sequence[Figure]) -> str:
    """Figures as HTML for the output of a notebook's cell. A script inserts it, so a shadow tree would not be created.

    Instead, our style sheet is nested into a class of ours.
    """
    style, body = _parts(evidence, "&")
    return f'<style>.{_OUTPUT} {{ {style} }}</style><div class="{_OUTPUT}">{body}</div>'


def _parts(evidence: Sequence[Figure], root: str) -> tuple[str, str]:
    """A style sheet with this root, and the figures."""
    environment = _environment()
    body = environment.get_template("figures.html").module.evidence(evidence)  # type: ignore[attr-defined]  # a macro
    style = str(environment.globals["style"]).replace(":root", root)
    return f"{style} {root} {{ {_ELSEWHERE} }}", body


def _digest(text: str) -> str:
    """The name of this text in a content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return printable(value) if type(value) is str else value  # text of the templates themselves is Markup

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    environment.globals.update(
        style=Markup(style),  # our own files; the policy admits them by their hashes
        class_script=Markup(SCRIPT),
        policy=f"default-src 'none'; style-src '{_digest(style)}'; img-src data:; base-uri 'none'; form-action 'none'",
        digest=_digest,
        measured=measured,
        number=number,
        plot=figures.plot,
        plot_height=figures.HEIGHT,
        plot_width=figures.WIDTH,
        pictures=figures.pictures,
        table=figures.table,
        score_line=score_line,
        shortened=shortened,
    )
    return environment
