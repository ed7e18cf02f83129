"""Terminal output is plain in pipes, and a student's text never becomes markup or an escape."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from autograder.course.course import Assignment
from autograder.report.evidence import Evidence
from autograder.report.report import ExerciseResult
from autograder.text import did_you_mean, measured, misspelled, number, printable, score_line, shortened
from autograder.views import terminal
from autograder.views.cell import unbegun
from autograder.views.terminal import progress, render_grade, render_grades, render_report, render_status, render_table
from tests.samples import check, grade, report

NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)


def console(*, terminal: bool = False, encoding: str = "utf-8", width: int = 100) -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True, newline="")
    return Console(
        file=file, force_terminal=terminal, width=width, color_system="standard" if terminal else None,
        markup=False, emoji=False, highlight=False,
    )  # fmt: skip


def text_of(console: Console) -> str:
    console.file.seek(0)
    return console.file.read()


def shown(*checks, terminal: bool = False, encoding: str = "utf-8", **changes) -> str:
    target = console(terminal=terminal, encoding=encoding)
    render_report(report(*checks, **changes), target)
    return text_of(target)


def test_a_report_shows_score_title_and_points():
    text = shown(check())
    assert "optimizers  alice  6 / 6" in text
    assert "✓ Adam follows the reference.  6/6" in text


def test_a_failed_check_shows_message_mistake_and_hint():
    text = shown(check("failed", message="shape (2,)\nexpected (3,)", mistake="no_bias_correction", hint="Look at t."))
    assert "      shape (2,)\n      expected (3,)\n      → Look at t.\n" in text
    assert "      Known mistake: no bias correction\n" in shown(check("failed", mistake="no_bias_correction"))


@pytest.mark.parametrize("status", ["timeout", "crashed", "error", "pending"])
def test_every_other_status_is_said_in_words(status):
    assert f"Adam follows the reference.  {status}" in shown(check(status))


@pytest.mark.parametrize(("worth", "said"), [(8.5, "2.5 more when graded"), (6.0, ""), (6.0000001, "")])
def test_public_points_are_told_from_those_to_come(worth, said):
    target = console()
    result = report(exercises=(ExerciseResult("adam", (check(),)),))
    render_report(result, target, {"adam": worth})
    assert ("more when graded" in text_of(target)) == bool(said)
    assert said in text_of(target)


def test_a_student_reads_in_one_line_what_is_not_begun():
    unwritten = [
        ExerciseResult(
            name, tuple(check("failed", name=str(n), message=f"{name} is not written yet") for n in range(3))
        )
        for name in ("adam", "nadam")
    ]
    result = report(exercises=(ExerciseResult("sgd", (check(),)), *unwritten))
    target = console()
    render_report(result, target, {})
    assert "not written yet: adam, nadam\n" in text_of(target)
    assert text_of(target).count("written yet") == 1
    everything = console()
    render_report(result, everything)
    assert text_of(everything).count("written yet") == 6


def test_what_is_as_before_is_counted_and_zeros_are_not():
    unwritten = ExerciseResult("adam", (check("failed", message="adam is not written yet"),))
    target = console()
    render_report(report(exercises=(ExerciseResult("sgd", (check(),)), unwritten)), target, {}, only=["sgd"])
    assert "as before: 1 not written yet\n" in text_of(target)


def test_an_untouched_assignment_is_one_line():
    unwritten = [ExerciseResult(name, (check("failed", message=f"{name} is not written yet"),)) for name in ("a", "b")]
    target = console()
    render_report(report(exercises=tuple(unwritten)), target, {})
    assert text_of(target) == "optimizers  alice  0 / 12  nothing is written yet\n"


def test_a_student_reads_a_reason_once_and_nothing_of_the_sandbox():
    broken = [check("failed", name=str(n), message="Loading stopped", hint="Mend it.") for n in range(3)]
    target = console()
    render_report(report(exercises=(ExerciseResult("sgd", tuple(broken)),)), target, {})
    assert (text_of(target).count("Loading stopped"), text_of(target).count("Mend it.")) == (1, 1)
    assert text_of(target).count("✗") == 3
    assert "isolation" not in text_of(target)


def test_an_exercise_without_points_shows_none():
    assert "q_height\n  ✗ What is the height?\n" in shown(
        exercises=(ExerciseResult("q_height", (check("failed", title="What is the height?", max_points=0.0),)),)
    )


def test_notes_and_output_are_shown():
    text = shown(check(), notes=("A magic was skipped.",), output="loss 1\n")
    assert "note: A magic was skipped." in text
    assert "What your code printed\n  loss 1\n" in text


def test_long_output_is_cut_and_says_so():
    text = shown(check(), output="line\n" * 100)
    assert text.count("  line\n") == 60
    assert "(40 more lines)" in text


def test_markup_in_a_student_s_text_stays_text():
    text = shown(
        check("failed", message="[red]m[/red]", hint="[link=x]h[/link]"), submission="[bold]a[/]", output=":+1:"
    )
    for each in ("[red]m[/red]", "[link=x]h[/link]", "[bold]a[/]", ":+1:"):
        assert each in text


@pytest.mark.parametrize("terminal", [False, True])
def test_terminal_escapes_of_a_student_do_not_reach_the_terminal(terminal):
    evil = "\x1b]0;owned\x07\x1b[2J\x9b1m\x08\x00\u202eabc"
    text = shown(
        check("failed", message=evil, hint=evil, mistake="m", title=evil),
        submission=evil, output=evil, notes=(evil,), terminal=terminal,
    )  # fmt: skip
    for escape in ("\x1b]", "\x1b[2J", "\x9b", "\x07", "\x08", "\x00", "\u202e"):
        assert escape not in text


def test_a_pipe_gets_one_line_per_line():
    message = "x" * 500
    assert f"      {message}\n" in shown(check("failed", message=message))


def test_a_pipe_gets_no_colours():
    assert "\x1b" not in shown(check(), check("failed", message="m", hint="h"))


def test_a_terminal_gets_colours():
    assert "\x1b[32m" in shown(check(), terminal=True)


def test_no_color_is_honoured(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in shown(check(), terminal=True)


def test_an_ascii_terminal_gets_ascii():
    shown(check(), check("failed"), check("pending"), encoding="ascii").encode("ascii")


def test_a_table_for_a_pipe_is_separated_by_tabs():
    target = console()
    render_table([report(check(), check("failed", mistake="wrong_sign"), submission="a\tb\nc")], target)
    assert text_of(target) == "submission\tscore\twhat is wrong\tknown mistakes\na b c\t6 / 12\tadam\twrong sign\n"


def test_a_table_for_a_terminal_has_a_row_for_each_submission():
    target = console(terminal=True)
    render_table([report(check(), submission=name) for name in ("[red]ada[/red]", "bob")], target)
    lines = text_of(target).splitlines()
    assert len(lines) == 3
    assert "[red]ada[/red]" in lines[1]


def test_a_score_is_never_broken_over_lines():
    target = console(terminal=True, width=50)
    render_table([report(check("error"), check("pending"), submission="x" * 80)], target)
    assert "not graded / 6, 6 pending" in text_of(target)


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (timedelta(days=2, hours=3), "2026-10-12 15:00 UTC (in 2 d)"),
        (timedelta(hours=5), "(in 5 h)"),
        (timedelta(hours=-5), "(5 h ago)"),
        (timedelta(days=-3), "(3 d ago)"),
    ],
)
def test_status_says_how_long_is_left(away, expected):
    target = console()
    render_status([(Assignment("conv", "Convolution", due=NOW + away), None)], target, NOW)
    assert expected in text_of(target)


def test_status_shows_the_points_of_the_last_check():
    target = console()
    found = [(Assignment("conv", "Convolution"), report(check())), (Assignment("adam", "Adam"), None)]
    render_status(found, target, NOW)
    assert text_of(target).splitlines()[1:] == [
        "conv\tConvolution\tno date\t6 / 6",
        "adam\tAdam\tno date\tnot checked yet",
    ]


def test_progress_in_a_pipe_is_a_line_for_each_submission(monkeypatch):
    clock = iter([0.0, 2.0, 3.0])
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    target = console()
    with progress(200, target) as on_report:
        on_report(report(check(), submission="a[b]"))
        on_report(report(check("error")))
    assert text_of(target).splitlines() == [
        "1/200  0.5/s, 6 min 38 s left  a[b]: 6 / 6",
        "2/200  0.67/s, 4 min 57 s left  alice: not graded / 6",
    ]


def test_progress_says_hours_when_it_takes_hours(monkeypatch):
    clock = iter([0.0, 60.0])
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    target = console()
    with progress(121, target) as on_report:
        on_report(report(check()))
    assert "2 h 0 min left" in text_of(target)


def test_progress_in_a_terminal_is_a_bar(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    target = console(terminal=True)
    with progress(2, target) as on_report:
        on_report(report(check()))
        on_report(report(check()))
    assert "2/2" in text_of(target)
    assert "alice" not in text_of(target)


def test_progress_in_ci_is_lines_even_in_a_terminal(monkeypatch):
    monkeypatch.setenv("CI", "true")
    target = console(terminal=True)
    with progress(1, target) as on_report:
        on_report(report(check()))
    assert "alice: 6 / 6" in text_of(target)


# ---- wording


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\n", "a\tb\n"),
        ("a\r\nb", "a\nb"),
        ("10%\r20%", "10%�20%"),
        ("\x1b[0m", "�[0m"),
        ("\udc80", "�"),
        ("é👍🏽", "é👍🏽"),
    ],
)
def test_printable_keeps_lines_and_marks_what_it_removes(text, expected):
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("value", "text"), [(84.0, "84"), (0.3, "0.3"), (1 / 3, "0.33"), (-0.001, "0"), (1e6, "1000000")]
)
def test_numbers_have_at_most_two_decimals(value, text):
    assert number(value) == text


def test_a_long_list_is_shortened():
    assert shortened(list("abcdef")) == "a, b, c, d and 2 more"
    assert shortened(list("abcd")) == "a, b, c, d"


def test_a_score_line_tells_pending_points():
    assert score_line(80, 100, 5) == "80 / 95, 5 pending"


@pytest.mark.parametrize(
    ("known", "expected"),
    [(["adam", "sgd"], "; did you mean 'adam'?"), (["x", "y"], "; known are 'x', 'y'"), ([], "; known are none")],
)
def test_an_unknown_name_is_met_with_the_nearest_or_all(known, expected):
    assert did_you_mean("adma", known) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (["np", "Adam", "sgd"], "Adam"),
        (["adma"], ""),
        (["a_dam", "adams"], "a_dam"),
        (["adams"], "adams"),
        (["ADAM", "Adam"], "ADAM"),
        (["adam.x", "a" * 200, ""], ""),
        ([], ""),
    ],
)
def test_the_nearest_name_is_one_that_may_be_meant(known, expected):
    assert misspelled("adam", known) == expected


def test_a_name_that_another_one_is_meant_by_is_not_the_nearest():
    known, exercises = ["Adam", "Adam_W"], ["adam", "adamw", "nadam"]
    assert [misspelled(name, known, exercises) for name in exercises] == ["Adam", "Adam_W", ""]


# ---- the course's grades


def test_a_class_s_grades_are_a_row_each():
    target = console()
    render_grades([grade(), grade("bob", provisional=False, total=None)], target)
    assert [line.split("\t") for line in text_of(target).splitlines()] == [
        ["student", "grade", "conv", "rnn", "gan"],
        ["alice", "70 % (not final)", "70 / 95, 5 pending", "0 / 50 (dropped)", "waits"],
        ["bob", "none yet", "70 / 95, 5 pending", "0 / 50 (dropped)", "waits"],
    ]


def test_a_grade_is_shown_with_the_reason_for_every_number():
    target = console()
    render_grade(grade(), target)
    assert text_of(target).splitlines() == [
        "alice  70 % (not final)",
        "",
        "conv  70 / 95, 5 pending",
        "  80 / 100 before 10 for lateness",
        "  A day late. The best.",
        "",
        "rnn  0 / 50 (dropped)",
        "  Nothing was handed in.",
        "",
        "gan  waits",
        "  Staff will look.",
        "",
        "(1 × 70 %) / 1 = 70 %.",
    ]


def test_a_student_s_name_is_no_escape_in_the_grades():
    target = console(terminal=True)
    render_grades([grade("\x1b[2Jeve")], target)
    assert "\x1b[2J" not in text_of(target)


# ---- a check's measurements


def measured_by(kind: str, *arguments: object, **options: object):
    found = Evidence()
    getattr(found, kind)(*arguments, **options)
    return check(evidence=tuple(found.figures))


def curves(series, **source):
    return measured_by("curve", "loss", series, x="epoch", y="nats", **source)


def test_a_measured_number_is_a_line():
    text = shown(measured_by("number", "accuracy on hidden digits", 0.968))
    assert "  6/6\n      accuracy on hidden digits  0.968\n" in text


def test_what_the_student_s_process_says_of_itself_is_marked():
    words = "  (reported by the student's own process)\n"
    assert f"steps  12{words}" in shown(measured_by("number", "steps", 12, source="student"))
    assert words in shown(curves({"yours": [1, 2, 3]}, source="student"))
    assert words not in shown(curves({"yours": [1, 2, 3]}), measured_by("number", "steps", 12))


def test_a_curve_is_a_line_for_each_series_on_one_scale():
    text = shown(curves({"yours": [4, 2, None, 0.5], "the reference": [2, 0.5, 0.5, 0.5]}))
    assert "      loss, yours  4 █▄ ▁ 0.5\n" in text
    assert "      loss, the reference  2 ▄▁▁▁ 0.5\n" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([3, 1], "3 → 1"), ([2], "2"), ([None, None], "no values"), ([], "no values"), ([5, 5, 5], "5 → 5"),
        ([1.5e308, -1.5e308, 0], "1.500e308 █▁▅ 0"), ([0, 5e-324, 0], "0 → 0"),
    ],
)  # fmt: skip
def test_a_curve_that_has_no_shape_is_its_ends(values, said):
    assert f"loss, yours  {said}\n" in shown(curves({"yours": values}))


def test_a_long_curve_fits_into_a_line():
    (line,) = (line for line in shown(curves({"yours": list(range(400))})).splitlines() if "loss" in line)
    assert 20 <= sum(c in "▁▂▃▄▅▆▇█" for c in line) <= 30


def test_an_ascii_terminal_gets_the_ends_of_a_curve():
    assert "loss, yours  4 -> 1\n" in shown(curves({"yours": [4, 2, 1]}), encoding="ascii")


def test_pictures_and_tables_are_left_to_the_page():
    pictures = measured_by("images", "wrong digits", [[[0.0]]], ["a"])
    table = measured_by("matrix", "confusion", [[1]], rows="r", columns="c")
    text = shown(pictures, table)
    assert "wrong digits" not in text
    assert "confusion" not in text


def test_measurements_stand_between_message_and_hint():
    failed = replace(measured_by("number", "accuracy", 0.5), status="failed", message="too low", hint="Train longer.")
    assert "      too low\n      accuracy  0.5\n      → Train longer.\n" in shown(failed)


@pytest.mark.parametrize("terminal", [False, True])
def test_names_of_figures_are_no_escapes_and_stay_on_their_line(terminal):
    evil = "\x1b[2J[red]a[/red]\nb\tc"
    text = shown(
        measured_by("number", evil, 1), measured_by("curve", evil, {evil: [1, 2, 3]}, x="x", y="y"), terminal=terminal
    )
    assert "\x1b[2J" not in text
    assert text.count("[red]a[/red] b c") == 3


def test_partial_credit_is_shown_as_points():
    assert "Adam follows the reference.  4.8/8\n" in shown(check("failed", points=4.8, max_points=8.0))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.96849, "0.9685"), (1.0, "1"), (0.0, "0"), (-0.0, "0"), (61706, "61706"), (12345.6, "12346"),
        (9999.7, "10000"), (0.0001, "0.0001"), (2.5e-05, "2.500e-5"), (-1 / 3, "-0.3333"), (1e300, "1.000e300"),
        (1e9, "1000000000"), (1e-300, "1.000e-300"),
    ],
)  # fmt: skip
def test_measurements_have_four_digits(value, text):
    assert measured(value) == text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("q_a is not what S2 gives: (6, 13, 13)", False),
        ("q_a is not written yet", True),
        ("q_a is not defined. Is it spelled like that?", True),
        ("q_a has no answer yet", True),
        ("adam is not written yet", True),
    ],
)
def test_what_is_wrong_is_not_taken_for_what_is_not_written(said, expected):
    assert unbegun(ExerciseResult("q_a", (check("failed", message=said), check("failed", message=said)))) == expected
