"""Pages show the whole report, run nothing that a student wrote, and load nothing."""

import base64
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import matplotlib.image
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.checking.difference import compared, pictured
from autograder.errors import Mismatch
from autograder.report.evidence import Evidence, Figure
from autograder.report.report import ExerciseResult, for_student
from autograder.report.store import read_folder, write
from autograder.views.pages import SCRIPT, page_name, render_class, render_report, write_pages, write_student_pages
from autograder.views.pages.figures import pictures, plot, table
from tests.samples import check, report

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x' {{ 7*7 }} \x1b[31m \ud800"


class Reader(HTMLParser):
    """Collects tags, attributes and text of a page, and whether its tags are balanced."""

    VOID = frozenset({"meta", "rect", "line", "img", "input"})

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
        *("optimizers", "alice", "6 of 12 points, 3 pending", "A magic was skipped.", "adam", "6 / 12, 3 pending"),
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
    assert "until staff have fixed it" in text
    assert "! grader fault" in text


def test_what_was_lost_is_said_first_and_once():
    text = Reader(render_report(MIXED)).text
    assert text.count("Look at t.") == text.count("got 1\nexpected 2") == 1
    assert text.index("One thing cost 6 points") < text.index("Look at t.") < text.index("Exercise by exercise")


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ([check()], "All checks pass."),
        ([check(), check("pending")], "All graded checks pass."),
        ([check("failed", hint="a"), check("failed", hint="b", public=False)], "One thing cost 12 points"),
        ([check("failed", points=5.0)], "One thing cost 1 point"),
        ([check("error")], "until staff have fixed it"),
    ],
)
def test_the_verdict_comes_with_the_score(checks, said):
    text = Reader(render_report(report(*checks))).text
    assert re.search(rf"{said}\b|{re.escape(said)}", text)
    assert text.index(said) < text.index("Exercise by exercise")


def bars(page):
    """The bars of a page: the widths of earned and pending points, in percent."""
    found = re.findall(
        r'class="fill" width="([\d.]+)"[^>]*/>(?:<rect class="waiting" x="([\d.]+)" width="([\d.]+)")?', page
    )
    return [tuple(float(value or 0) for value in bar) for bar in found]


def test_what_is_pending_is_hatched_at_the_end_of_the_bar_and_no_part_of_what_was_lost():
    first, *_ = bars(render_report(report(check(), check(), check("pending", max_points=3.0))))
    assert first == (80.0, 80.0, 20.0)


def test_exercises_that_hold_are_folded_and_others_open():
    one = ExerciseResult("sgd", (check(),))
    two = ExerciseResult("adam", (check(), check("failed")))
    three = ExerciseResult("nadam", (check("failed", message="nadam is not written yet"),))
    page = render_report(report(exercises=(one, two, three)))
    opened = dict(re.findall(r'<details class="exercise" id="exercise-(\d)"( open)?>', page))
    assert opened == {"1": "", "2": " open", "3": ""}


def test_an_exercise_that_shows_what_it_measured_is_open_and_what_fails_for_a_common_reason_is_folded():
    fit = ExerciseResult("fit", (check(evidence=evidence()), check("pending")))
    lost = [ExerciseResult(name, (check("failed", message="no notebook"),)) for name in ("sgd", "adam")]
    page = render_report(report(exercises=(fit, *lost)))
    opened = dict(re.findall(r'<details class="exercise" id="exercise-(\d)"( open)?>', page))
    assert opened == {"1": " open", "2": "", "3": ""}


def test_of_what_one_mistake_made_of_several_comparisons_one_is_drawn():
    dw = Mismatch("dw", np.ones((2, 2)), np.zeros((2, 2)))
    failed = [
        check("failed", mistake="no_sum", name=name, evidence=pictured(dw), compared=compared(dw))
        for name in ("one", "two")
    ]
    page = render_report(report(exercises=(ExerciseResult("adam", tuple(failed)),)))
    assert page.count("dw, from -1 (black) to 1 (white)</figcaption>") == 1


def test_what_earned_a_part_of_its_points_is_not_called_failed():
    text = Reader(render_report(report(check("failed", points=2.0)))).text
    assert "◐ in part" in text
    assert "failed" not in text


def test_an_exercise_without_points_is_shown_last():
    question = ExerciseResult("q_height", (check("failed", max_points=0.0),))
    text = Reader(render_report(report(exercises=(question, ExerciseResult("adam", (check(),)))))).text
    assert text.rindex("adam") < text.rindex("q_height")


def evil_pages():
    bad = check("failed", title=EVIL, message=EVIL, mistake=EVIL, hint=EVIL)
    evil = report(
        submission=EVIL, output=EVIL, notes=(EVIL,), seed=EVIL, versions={EVIL: EVIL}, isolation=EVIL, assignment=EVIL,
        exercises=(ExerciseResult(EVIL, (bad,)),),
    )  # fmt: skip
    return [render_report(evil, class_page="index.html"), render_class([evil], EVIL)]


@pytest.mark.parametrize("page", evil_pages(), ids=["report", "class"])
def test_what_a_student_wrote_stays_text(page):
    read = Reader(page.replace(f"<script>{SCRIPT}</script>", ""))
    assert not {"script", "img", "iframe", "object", "form", "link"} & set(read.tags)
    assert not any(name.startswith("on") or name == "style" for name, _ in read.attributes)
    assert "<script>alert(1)</script>" in read.text
    assert "{{ 7*7 }}" in read.text
    assert "\x1b" not in page
    page.encode()


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("page", [render_report(MIXED), render_class([MIXED], "t")], ids=["report", "class"])
def test_the_policy_admits_the_page_s_own_style_and_script_and_nothing_else(page):
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (policy,) = (value for value in Reader(page).values("content") if "default-src" in value)
    own = f"style-src {digest(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    assert policy == "; ".join([f"default-src 'none'; {own}", *(f"script-src {digest(text)}" for text in script)])
    assert "url(" not in style
    assert "@import" not in style


def test_a_student_s_page_has_no_script_and_the_class_page_has_one():
    assert Reader(render_report(MIXED, class_page="index.html")).tags.count("script") == 0
    assert Reader(render_class([MIXED], "t")).tags.count("script") == 1


@pytest.mark.parametrize("said", ["innerHTML", "insertAdjacent", "eval", "fetch", "import", "document.write", "http"])
def test_the_script_makes_no_markup_of_text_and_asks_nobody(said):
    assert said not in SCRIPT


@pytest.mark.parametrize("page", [render_report(MIXED), render_class([MIXED, MIXED], "t")], ids=["report", "class"])
def test_tags_are_balanced_and_ids_are_unique(page):
    read = Reader(page)
    assert read.open == []
    assert len(set(read.values("id"))) == len(read.values("id"))
    assert {*read.values("for"), *(value[1:] for value in read.values("href") if value[0] == "#")} <= {
        *read.values("id")
    }


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
    assert "4 mean, 6 median of 6 points" not in text  # the maximum of one report is 12
    assert "4 mean, 6 median" in text
    assert "1 submission could not be graded" in text


def test_a_class_page_counts_submissions_by_tenths():
    labels = Reader(render_class(a_class(), "t")).values("aria-label")
    assert "Submissions by per cent of the points: 0–10: 1, 50–60: 1, 90–100: 1" in labels


def plain(page):
    return re.sub(r"\s+", " ", Reader(re.sub(r"(</(td|th|a|p|span)>)", r"\1 ", page)).text)


def test_a_class_page_names_mistakes_and_who_made_them():
    text = plain(render_class(a_class(), "t"))
    assert "swapped in adam 2 of 4 Rows and columns. bob" in text
    assert re.search(r"swapped in adam .*? bob No\. \d , cem No\. \d", text)


def test_a_class_page_puts_together_what_has_no_name_and_counts_what_is_alone():
    def failing(digest, submission):
        exercise = ExerciseResult("adam", (check("failed", message="off by 2"),), digest=digest)
        return report(exercises=(exercise,), submission=submission)

    text = plain(
        render_class([failing("a", "bob"), failing("b", "cem"), failing("a", "dee"), failing("c", "eve")], "t")
    )
    assert re.search(r"Not named yet .* adam 2 of 4 bob No\. \d : off by 2 also dee No\. \d 2 more fail", text)
    assert "Not named yet" not in plain(render_class(a_class(), "t"))


def test_what_is_left_out_of_a_list_of_names_can_be_shown_among_the_submissions():
    many = [report(check("failed", mistake="m"), submission=f"s{number}") for number in range(10)]
    page = render_class(many, "t")
    assert "and 2 more" in plain(page)
    assert Reader(page).values("data-token")[-1] == "m0"


def rows_of(page):
    return [value.split() for value in Reader(page).values("data-is")]


def test_submissions_can_be_filtered_by_what_they_lost_what_is_pending_and_who_has_to_look():
    assert rows_of(render_class(a_class(), "t")) == [
        ["full"],
        ["lost", "zero", "e0", "m0"],
        ["lost", "e0", "m0"],
        ["staff"],
    ]
    assert rows_of(render_class([report(check(), check("pending"))], "t")) == [["pending", "full"]]


def test_every_filter_that_is_offered_is_a_word_of_the_rows_or_of_nobody():
    read = Reader(render_class(a_class(), "t"))
    assert set(read.values("value")) - {""} == {"e0", "m0", "full", "lost", "zero", "pending", "staff"}


def test_names_that_are_hidden_have_numbers_in_an_order_that_says_nothing():
    many = [report(check(), submission=f"s{number:02}", seed=str(number)) for number in range(20)]
    body = render_class(many, "t").partition("<tbody>")[2].partition("</tbody>")[0]
    numbers = re.findall(r'class="alias">No\. (\d+)<', body)
    assert sorted(numbers, key=int) == [str(number) for number in range(1, 21)]
    assert numbers != sorted(numbers, key=int)


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ([check("failed", message="conv.ipynb: this is not a notebook")], "alice No. 1 : conv.ipynb: this is not a"),
        ([check("pending")], "1 waits for a machine with a GPU"),
        ([check("error", message="the reference raised")], "is_error: the reference raised"),
        ([check()], "Nothing needs your attention."),
    ],
)
def test_a_class_page_begins_with_what_waits_for_staff(checks, said):
    text = plain(render_class([report(*checks)], "t"))
    assert said in text
    assert text.index(said) < text.index("Scores")


def test_the_mean_is_of_what_was_judged():
    assert "6 mean, 6 median of 6 points" in plain(render_class([report(check(), check("pending"))] * 2, "t"))


def test_a_class_without_faults_says_so():
    text = Reader(render_class([report(check())], "t")).text
    assert "No known mistake was recognized." in text


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
    paths = write_pages(read_folder(tmp_path), tmp_path)
    assert paths[0] == tmp_path / "html" / "index.html"
    assert sorted(paths) == sorted((tmp_path / "html").iterdir())
    links = {unquote(href) for href in Reader(paths[0].read_text("utf-8")).values("href") if not href.startswith("#")}
    assert links == {path.name for path in paths[1:]}
    assert all('<a href="index.html">' in path.read_text("utf-8") for path in paths[1:])


def test_what_is_given_back_to_students_holds_nothing_that_is_hidden(tmp_path):
    figures = evidence()
    hidden = check("failed", message="got 1, expected 7", mistake="swapped", public=False, evidence=figures)
    for name in ("alice", "bob"):
        write(report(check("failed", message="shape (2,)"), hidden, submission=name, seed="5eed"), tmp_path)
    folder = write_student_pages(read_folder(tmp_path), tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["alice.html", "bob.html"]
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        assert "shape (2,)" in text
        assert not any(secret in text for secret in ("5eed", "expected 7", "swapped", "confusion matrix", "index.html"))


def test_a_page_and_its_report_have_the_same_name():
    assert page_name(report(submission="bob.k")) == "bob.k.html"


# ---- a check's measurements


def evidence(**source):
    found = Evidence()
    found.number("accuracy on hidden digits", 0.96849, **source)
    found.curve(
        "loss", {"yours": [2.0, None, 1.0, 0.5], "the reference": [2, 1, 0.5, 0]}, x="epoch", y="nats", **source
    )
    found.images("read wrongly", DIGITS, ["1, read as 7", "3, read as 8"], **source)
    found.matrix("confusion matrix", [[9, 1], [0, 0]], rows="digit", columns="predicted", **source)
    return tuple(found.figures)


DIGITS = np.arange(2 * 3 * 5, dtype=np.uint8).reshape(2, 3, 5) * 8


def page_of(*figures: Figure, status: str = "passed") -> str:
    return render_report(report(check(status, evidence=figures)))


@pytest.mark.parametrize("status", ["passed", "failed"])
@pytest.mark.parametrize(
    "said",
    [
        *(
            "accuracy on hidden digits 0.9685",
            "yours last 0.5",
            "the reference last 0",
            "epoch",
            "nats",
            "read wrongly",
        ),
        *("1, read as 7", "3, read as 8", "confusion matrix", "predicted →", "digit ↓ 0 1", "0 9 1", "1 0 0"),
    ],
)
def test_a_page_shows_what_a_check_measured(said, status):
    page = page_of(*evidence(), status=status)
    text = re.sub(r"\s+", " ", Reader(re.sub(r"(</(td|th|dt|li)>)", r"\1 ", page)).text)
    assert said in text


def test_what_hidden_checks_measured_is_not_on_a_student_s_page():
    hidden = report(check(evidence=evidence(), public=False))
    assert "confusion matrix" in render_report(hidden)
    page = render_report(for_student(hidden))
    assert "confusion matrix" not in page
    assert "<figure" not in page


@pytest.mark.parametrize("figure", evidence(source="student"), ids=lambda figure: figure.kind)
def test_what_the_student_s_process_says_of_itself_is_marked_in_words(figure):
    words = "(reported by the student’s own process)"
    assert words in Reader(page_of(figure)).text
    assert words not in Reader(page_of(replace(figure, source="grader"))).text


def test_partial_credit_is_a_part_of_the_points():
    assert "4.8/8" in Reader(render_report(report(check("failed", points=4.8, max_points=8.0)))).text


def evil_evidence():
    found = Evidence()
    found.number(EVIL, 1.5, source="student")
    found.curve(EVIL, {EVIL: [1, 2, None, 3], "</svg>": []}, x=EVIL, y=EVIL, source="student")
    found.images(EVIL, DIGITS, [EVIL, EVIL], source="student")
    found.matrix(EVIL, [[1, 2]], rows=EVIL, columns=EVIL, source="student")
    return tuple(found.figures)


def test_titles_names_and_captions_stay_text():
    page = page_of(*evil_evidence())
    read = Reader(page)
    assert not {"script", "iframe", "object", "form", "link"} & set(read.tags)
    assert not any(name.startswith("on") or name == "style" for name, _ in read.attributes)
    assert all(source.startswith("data:image/png;base64,") for source in read.values("src"))
    assert len(read.values("src")) == 2
    assert read.open == []
    assert read.text.count("<script>alert(1)</script>") >= 8
    assert "\x1b" not in page
    page.encode()


@pytest.mark.parametrize("figure", [*evidence(), *evil_evidence()])
def test_pages_with_figures_are_balanced_and_name_no_id_twice(figure):
    read = Reader(page_of(figure, figure))
    assert read.open == []
    assert len(set(read.values("id"))) == len(read.values("id"))


def test_every_class_of_a_page_with_figures_is_in_the_style_sheet():
    many = Evidence()
    many.curve("c", {str(n): [n, n + 1] for n in range(8)}, x="x", y="y")
    many.matrix("m", np.diag(range(1, 11)) + np.arange(100).reshape(10, 10), rows="r", columns="c")
    page = page_of(*evidence(), *many.figures)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    used = {name for value in Reader(page).values("class") for name in value.split()}
    unstyled = {name for name in used if not re.search(rf"\.{re.escape(name)}\b", style)}
    assert unstyled == set()


# ---- the drawing of figures


def curve(**series):
    found = Evidence()
    found.curve("c", series, x="x", y="y")
    return plot(found.figures[0])


def test_a_line_goes_through_its_points_and_stops_at_gaps():
    drawn = curve(a=[0, 10, None, 5, 5, None, 10])
    (line,) = drawn.lines
    assert [part.count("L") for part in line.path.split("M")[1:]] == [1, 1]
    assert line.path.startswith(f"M{drawn.left} {drawn.bottom:.1f}L")
    assert line.dots[0] == (drawn.left, drawn.bottom)
    assert line.dots[-1] == (drawn.right, drawn.top)
    assert line.dots[2][1] == (drawn.top + drawn.bottom) / 2


def test_a_point_between_two_gaps_is_a_dot_also_in_a_long_line():
    (line,) = curve(a=[1.0] * 30 + [None, 2.0, None] + [1.0] * 30).lines
    assert len(line.dots) == 1


def test_a_curve_is_told_in_words():
    assert curve(a=[2, None, 0.5], b=[None]).said == "a: from 2 to 0.5; b: no values"
    assert [line.last for line in curve(a=[2, 0.5, None], b=[]).lines] == ["last 0.5", "no values"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 2.31], ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
        ([-3, 4], ["-4", "-2", "0", "2", "4"]),
        ([0.00001, 0.00004], ["0.00001", "0.00002", "0.00003", "0.00004"]),
        ([1e7, 3e7], ["1.0e7", "1.5e7", "2.0e7", "2.5e7", "3.0e7"]),
        ([0.9, 0.97], ["0.90", "0.92", "0.94", "0.96", "0.98"]),
        ([5, 5], ["4.5", "5.0", "5.5"]),
        ([0, 0], ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
    ],
)
def test_ticks_are_round_numbers_around_the_values(values, labels):
    assert [tick.text for tick in curve(a=values).up] == labels


def test_the_axis_counts_the_values_that_were_measured_not_those_that_are_shown():
    drawn = curve(a=list(range(1000)))
    assert [tick.text for tick in drawn.across] == ["0", "200", "400", "600", "800"]
    assert drawn.across[-1].at == pytest.approx(drawn.left + (drawn.right - drawn.left) * 800 / 999, abs=0.1)
    assert [tick.text for tick in curve(a=[1, 2, 3]).across] == ["0", "1", "2"]


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=6))
@example([1e308, -1e308])
@example([5e-324, 1e-323])
@example([1e-300, 3e-300])
@example([1e17, 1e17 + 16])
@example([-0.0, 0.0])
@example([None])
@example([])
@settings(max_examples=300, deadline=None)
def test_every_curve_stays_within_its_axes(values):
    drawn = curve(a=values)
    for x, y in drawn.lines[0].dots:
        assert drawn.left <= x <= drawn.right
        assert drawn.top <= y <= drawn.bottom
    assert 2 <= len(drawn.up) <= 8
    assert [tick.at for tick in drawn.up] == sorted((tick.at for tick in drawn.up), reverse=True)
    assert (drawn.up[0].at, drawn.up[-1].at) == (drawn.bottom, drawn.top)
    assert len({tick.text for tick in drawn.up}) == len(drawn.up)
    assert all(len(tick.text) <= 14 for tick in drawn.up)


def test_a_picture_is_a_png_with_the_image_s_pixels():
    found = Evidence()
    found.images("i", DIGITS, ["one"])
    first, second = pictures(found.figures[0])
    for picture, image in ((first, DIGITS[0]), (second, DIGITS[1])):
        kind, _, data = picture.address.partition(",")
        assert kind == "data:image/png;base64"
        assert np.array_equal(decoded(base64.b64decode(data)), image)
    assert (first.caption, second.caption) == ("one", "")
    assert (first.width, first.height) == (80, 48)


def decoded(data):
    """The pixels of a PNG, as read by another library."""
    image = matplotlib.image.imread(io.BytesIO(data), format="png")
    return (image * 255).round().astype(np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (64, 64), (1, 64), (64, 1), (28, 28)])
def test_pictures_of_every_size_are_shown_at_a_whole_factor(shape):
    found = Evidence()
    found.images("i", np.zeros((1, *shape), np.uint8))
    (picture,) = pictures(found.figures[0])
    assert picture.height % shape[0] == picture.width % shape[1] == 0
    assert 64 <= max(picture.width, picture.height) <= 84


@pytest.mark.parametrize("shape", [(0, 8, 8), (3, 0, 8), (3, 8, 0)])
def test_no_pictures_are_said_to_be_none(shape):
    found = Evidence()
    found.images("read wrongly", np.zeros(shape))
    assert pictures(found.figures[0]) == ()
    assert "none" in Reader(page_of(*found.figures)).text.split()


def shades(values):
    found = Evidence()
    found.matrix("m", values, rows="r", columns="c")
    return [[(cell.value, cell.shade, cell.exact) for cell in row] for row in table(found.figures[0])]


def test_a_number_is_shaded_by_its_share_of_its_row():
    assert shades([[9, 0], [1, 1]]) == [[(9, 9, True), (0, 0, False)], [(1, 5, False), (1, 5, True)]]
    assert shades([[99, 1]]) == [[(99, 9, False), (1, 1, False)]]  # rare confusions are visible, too


def test_rows_of_zeros_and_negative_numbers_have_shades():
    assert shades([[0, 0]]) == [[(0, 0, False), (0, 0, False)]]
    assert shades([[-5, 5]]) == [[(-5, 0, False), (5, 5, False)]]
