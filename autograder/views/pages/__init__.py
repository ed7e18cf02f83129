"""Reports as web pages: one for each submission and one for the class.

A page is one file without scripts that loads nothing, so it can be mailed, printed or opened from a disk. Everything
that a student chose is escaped by Jinja2 after `printable` has removed control characters, and the content security
policy forbids whatever an escaping mistake could let in: no script, no network, only the style sheet of this hash.
"""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from autograder.files import write_atomically
from autograder.report.evidence import Figure
from autograder.report.report import Report, for_student
from autograder.report.store import file_name
from autograder.text import SIGNS, measured, number, printable, score_line, shortened
from autograder.views.pages import figures

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_BINS = 10
_MOST_ROWS = 12
# A sign and a word: no status is told by its color alone.
_WORDS = {"timeout": "out of time", "error": "grader fault"}
_STATUS = {status: (sign, _WORDS.get(status, status)) for status, sign in SIGNS.items()}


@dataclass(frozen=True)
class Count:
    """How many submissions something holds for; `share` of the largest such number or of all, from 0 to 1."""

    label: str
    count: int
    share: float
    detail: str = ""


def render_report(report: Report, *, class_page: str = "") -> str:
    """The page of one submission. `class_page`: the address of the class page, for those who may read it.

    It shows all that the report holds; a student's page is `render_report(for_student(report))`.
    """
    page = _environment().get_template("report.html")
    title = f"{report.assignment}: {report.submission}"
    return page.render(report=report, title=title, status=_STATUS, class_page=class_page)


def render_class(reports: Sequence[Report], title: str) -> str:
    """The page of a class: scores, known mistakes, the checks that fail most; links to `page_name` of each report."""
    scores = [report.score for report in reports if report.score is not None]
    maxima = {report.max_score for report in reports}
    return (
        _environment()
        .get_template("class.html")
        .render(
            title=title,
            rows=[(report, quote(page_name(report))) for report in reports],
            mean=statistics.fmean(scores) if scores else None,
            median=statistics.median(scores) if scores else None,
            of=maxima.pop() if len(maxima) == 1 else None,
            staff=sum(report.needs_staff for report in reports),
            bins=_histogram(reports),
            mistakes=_frequent_mistakes(reports),
            checks=_failing_checks(reports),
        )
    )


def page_name(report: Report) -> str:
    """The file name of a report's page."""
    return Path(file_name(report.submission)).with_suffix(".html").name


def write_pages(reports: Sequence[Report], reports_dir: Path) -> list[Path]:
    """Write html/index.html and one page for each report into their folder."""
    folder = reports_dir / "html"
    title = ", ".join(sorted({report.assignment for report in reports}))
    written = [write_atomically(folder / "index.html", render_class(reports, title))]
    for report in reports:
        page = render_report(report, class_page="index.html")
        written.append(write_atomically(folder / page_name(report), page))
    return written


def write_student_pages(reports: Sequence[Report], reports_dir: Path) -> Path:
    """Write a page for each student into students/, which is returned: what of their report is theirs to see.

    Those in html/ are for staff: they hold the seed, and what hidden checks found.
    """
    folder = reports_dir / "students"
    for report in reports:
        write_atomically(folder / page_name(report), render_report(for_student(report)))
    return folder


def _histogram(reports: Sequence[Report]) -> list[Count]:
    """Submissions by their share of the points, in tenths; full marks belong to the last tenth."""
    tenths = Counter(
        min(int(_BINS * report.score / report.max_score + 1e-9), _BINS - 1)
        for report in reports
        if report.score is not None and report.max_score
    )
    most = max(tenths.values(), default=1)
    width = 100 // _BINS
    return [
        Count(f"{tenth * width}–{(tenth + 1) * width}", tenths[tenth], tenths[tenth] / most) for tenth in range(_BINS)
    ]


def _frequent_mistakes(reports: Sequence[Report]) -> list[Count]:
    """The known mistakes by the number of submissions that show them, with the sentence that students read."""
    says: dict[tuple[str, str], str] = {}
    found: Counter[tuple[str, str]] = Counter()
    for report in reports:
        shown = set()
        for exercise in report.exercises:
            for check in exercise.checks:
                if check.mistake:
                    key = (exercise.name, check.mistake)
                    shown.add(key)
                    says.setdefault(key, check.hint)
        found.update(sorted(shown))
    return [
        Count(f"{mistake.replace('_', ' ')} in {exercise}", count, count / len(reports), says[exercise, mistake])
        for (exercise, mistake), count in found.most_common(_MOST_ROWS)
    ]


def _failing_checks(reports: Sequence[Report]) -> list[Count]:
    """The checks by the number of submissions that do not pass them."""
    titles: dict[tuple[str, str], str] = {}
    found: Counter[tuple[str, str]] = Counter()
    for report in reports:
        for exercise in report.exercises:
            for check in exercise.checks:
                if check.status not in ("passed", "pending"):
                    titles.setdefault((exercise.name, check.name), check.title)
                    found[exercise.name, check.name] += 1
    return [Count(key[0], count, count / len(reports), titles[key]) for key, count in found.most_common(_MOST_ROWS)]


def drawn(evidence: Sequence[Figure]) -> str:
    """Figures as HTML for somebody else's page: in a shadow tree, where its style sheet and ours do not meet."""
    environment = _environment()
    body = environment.get_template("figures.html").module.evidence(evidence)  # type: ignore[attr-defined]  # a macro
    style = str(environment.globals["style"]).replace(":root", ":host")
    style += ":host { display: block; padding: .3rem; background: var(--page); color: var(--ink); }"
    return f'<div><template shadowrootmode="open"><style>{style}</style>{body}</template></div>'


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return printable(value) if type(value) is str else value  # what the templates themselves say is Markup

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals.update(
        style=Markup(style),  # our own file; its hash is what the policy admits
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
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
