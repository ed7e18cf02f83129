"""Pages show the whole report, run nothing that a student wrote, and load nothing."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from autograder.errors import CourseError
from autograder.pages import page_name, render_class, render_report, write_pages
from autograder.report import ExerciseResult, for_student, write
from tests.samples import check, report

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x' {{ 7*7 }} \x1b[31m \ud800"


class Reader(HTMLParser):
    """Collects tags, attributes and text of a page, and whether its tags are balanced."""

    VOID = frozenset({"meta", "rect", "line"})

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


MIXED = report(
    check(),
    check("failed", message="got 1\nexpected 2", mistake="no_bias_correction", hint="Look at t.", public=False),
    check("pending", max_points=3.0),
    output="loss 1\n",
    notes=("A magic was skipped.",),
)


@pytest.mark.parametrize(
    "said",
    [
        *("optimizers", "alice", "6 of 15 points", "3 points are pending", "A magic was skipped.", "adam", "6 / 15"),
        *("✓ passed", "✗ failed", "… pending", "Adam follows the reference.", "(hidden check)", "got 1\nexpected 2"),
        *("Known mistake: no bias correction", "Look at t.", "loss 1", "bubblewrap isolation", "00ff", "python 3.11.2"),
    ],
)
def test_a_page_says_everything_that_the_report_says(said):
    assert said in Reader(render_report(MIXED)).text


def test_a_student_s_page_says_nothing_that_is_hidden():
    text = Reader(render_report(for_student(MIXED))).text
    for hidden in ("got 1", "00ff", "no bias correction"):
        assert hidden not in text


def test_a_page_of_an_error_asks_for_staff():
    text = Reader(render_report(report(check("error", message="reference raised")))).text
    assert "not graded of 6 points" in text
    assert "Staff have to look" in text
    assert "! grader fault" in text


def test_an_exercise_without_points_is_shown_last():
    question = ExerciseResult("q_height", (check("failed", max_points=0.0),))
    text = Reader(render_report(report(exercises=(question, ExerciseResult("adam", (check(),)))))).text
    assert text.rindex("adam") < text.index("q_height")


def evil_pages():
    bad = check("failed", title=EVIL, message=EVIL, mistake=EVIL, hint=EVIL)
    evil = report(
        submission=EVIL, output=EVIL, notes=(EVIL,), seed=EVIL, versions={EVIL: EVIL}, isolation=EVIL, assignment=EVIL,
        exercises=(ExerciseResult(EVIL, (bad,)),),
    )  # fmt: skip
    return [render_report(evil, class_page="index.html"), render_class([evil], EVIL)]


@pytest.mark.parametrize("page", evil_pages(), ids=["report", "class"])
def test_what_a_student_wrote_stays_text(page):
    read = Reader(page)
    assert not {"script", "img", "iframe", "object", "form", "link"} & set(read.tags)
    assert not any(name.startswith("on") or name == "style" for name, _ in read.attributes)
    assert "<script>alert(1)</script>" in read.text
    assert "{{ 7*7 }}" in read.text
    assert "\x1b" not in page
    page.encode()


@pytest.mark.parametrize("page", [render_report(MIXED), render_class([MIXED], "t")], ids=["report", "class"])
def test_the_policy_admits_the_page_s_own_style_and_nothing_else(page):
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = (value for value in Reader(page).values("content") if "default-src" in value)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("page", [render_report(MIXED), render_class([MIXED, MIXED], "t")], ids=["report", "class"])
def test_tags_are_balanced_and_ids_are_unique(page):
    read = Reader(page)
    assert read.open == []
    assert len(set(read.values("id"))) == len(read.values("id"))


def test_links_within_a_page_lead_somewhere():
    read = Reader(render_report(MIXED))
    targets = {href[1:] for href in read.values("href")}
    assert targets
    assert targets <= set(read.values("id"))


def a_class():
    swapped = check("failed", mistake="swapped", hint="Rows and columns.", title="Shapes.")
    return [
        report(check(), submission="ada"),
        report(swapped, submission="bob"),
        report(swapped, check(), submission="cem"),
        report(check("error"), submission="dee"),
    ]


def test_a_class_page_sums_up():
    text = Reader(render_class(a_class(), "optimizers")).text
    assert "4 submissions" in text
    assert "4 mean, 6 median" in text
    assert "1 submission could not be graded" in text


def test_a_class_page_counts_submissions_by_tenths():
    labels = Reader(render_class(a_class(), "t")).values("aria-label")
    assert "Submissions by per cent of the points: 0–10: 1, 50–60: 1, 90–100: 1" in labels


def test_a_class_page_counts_each_mistake_once_per_submission():
    labels = Reader(render_class([report(*[check("failed", mistake="m")] * 2)] * 3, "t")).values("aria-label")
    assert "3 of 3" in labels


def test_a_class_page_names_mistakes_and_failing_checks():
    text = re.sub(r"\s+", " ", Reader(render_class(a_class(), "t")).text)
    assert "swapped in adam 2 of 4 Rows and columns." in text
    assert "Shapes." in text


def test_a_class_without_faults_says_so():
    text = Reader(render_class([report(check())], "t")).text
    assert "No known mistake was recognised." in text
    assert "Every check holds for everyone." in text


@pytest.mark.parametrize("reports", [[], [report()], [report(check("error"))]], ids=["none", "empty", "error"])
def test_a_class_without_scores_has_a_page(reports):
    assert "mean" not in Reader(render_class(reports, "t")).text or reports == [report()]


@pytest.mark.parametrize("score", [0.0, 5.9999995, 6.0])
def test_every_score_has_a_bin(score):
    labels = Reader(render_class([report(check(points=score))], "t")).values("aria-label")
    assert any(label.endswith(": 1") for label in labels)


def test_pages_are_written_beside_the_reports_and_every_link_leads_to_one(tmp_path):
    for name in ("alice", "Bob", "a/b #1?", "index", "çağla", ".."):
        write(report(check(), submission=name), tmp_path)
    paths = write_pages(tmp_path)
    assert paths[0] == tmp_path / "html" / "index.html"
    assert sorted(paths) == sorted((tmp_path / "html").iterdir())
    links = {unquote(href) for href in Reader(paths[0].read_text("utf-8")).values("href") if not href.startswith("#")}
    assert links == {path.name for path in paths[1:]}
    assert all('<a href="index.html">' in path.read_text("utf-8") for path in paths[1:])


def test_a_page_and_its_report_have_the_same_name():
    assert page_name(report(submission="bob.k")) == "bob.k.html"


def test_no_reports_no_pages(tmp_path):
    with pytest.raises(CourseError, match="No reports"):
        write_pages(tmp_path)
