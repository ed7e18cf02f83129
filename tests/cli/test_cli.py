"""Every command does what its help says, and ends with the documented exit code."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import autograder.grading.own_work
import autograder.grading.pool
from autograder import cli
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.grading.own_work import remember, remembered
from autograder.publish import hand_in
from autograder.report.report import ExerciseResult
from autograder.report.store import read_folder, write
from autograder.sandbox import Sandbox
from tests.samples import check, report

COURSE = """\
title: A course
assignments:
  - {id: adam, title: Adam, due: 2030-01-01 12:00:00+00:00}
  - {id: conv, title: Convolution}
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / "course.yml").write_text(COURSE)
    (tmp_path / "assignments" / "adam").mkdir(parents=True)
    (tmp_path / "assignments" / "conv").mkdir()
    monkeypatch.chdir(tmp_path)
    return Course.load(tmp_path / "course.yml")


@pytest.fixture
def run(monkeypatch):
    """Runs a command line; returns its exit code."""

    def run_line(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run_line


@pytest.fixture
def checked(monkeypatch):
    """Replaces checking with a fixed outcome for each assignment; records the requests."""
    outcomes: dict[str, object] = {
        "adam": report(check(), assignment="adam"),
        "conv": report(check(), assignment="conv"),
    }
    asked = []

    def check_public(course, assignment_id, exercise, sandbox):
        asked.append((assignment_id, exercise))
        outcome = outcomes[assignment_id]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(autograder.grading.own_work, "check_public", check_public)
    return outcomes, asked


# ---- check, status and submit


def test_submit_says_what_is_in_the_zip(course, run, monkeypatch, capsys):
    receipt = hand_in.Receipt("adam", "adam.py", ("adam", "sgd"), "ab12", 77, "2026-11-29T16:24:42+00:00")
    asked = []

    def packed(course, assignment_id, folder):
        asked.append((assignment_id, folder.resolve()))
        return folder / "adam.zip", receipt, ("adam.ipynb was not read",)

    monkeypatch.setattr(hand_in, "hand_in", packed)
    assert run("submit", "adam") == 0
    assert asked == [("adam", course.root.resolve())]
    said = capsys.readouterr()
    assert "adam.py, 77 bytes" in said.out
    assert "adam, sgd" in said.out
    assert said.err == "adam.ipynb was not read\n"
    monkeypatch.chdir(course.root.resolve() / "assignments" / "adam")
    assert run("submit") == 0
    assert asked[-1] == ("adam", Path.cwd().parent.parent)  # outside the release
    assert run("submit", "--out", Path.cwd() / "x") == 0
    assert asked[-1] == ("adam", Path.cwd() / "x")


def test_submit_wants_one_assignment_with_work_in_it(course, run, monkeypatch, capsys):
    assert run("submit") == 2
    assert "autograder submit adam" in capsys.readouterr().err

    def nothing(*_):
        raise Failure("nothing is written")

    monkeypatch.setattr(hand_in, "hand_in", nothing)
    assert run("submit", "conv") == 1
    assert capsys.readouterr().err == "nothing is written\n"


def test_check_shows_the_report(course, run, checked, capsys):
    assert run("check", "adam") == 0
    assert "adam  alice  6 / 6" in capsys.readouterr().out


def test_check_passes_the_exercise_on(course, run, checked):
    run("check", "adam", "adam_step")
    assert checked[1] == [("adam", "adam_step")]


def test_options_may_stand_between_names(course, run, checked, monkeypatch):
    monkeypatch.setattr("watchfiles.watch", lambda *folders, **options: iter(()))
    assert run("check", "adam", "--watch", "adam_step") == 0
    assert checked[1] == [("adam", "adam_step")]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["assignments/conv"], ("conv", None)),
        (["assignments/conv/conv.py", "pool"], ("conv", "pool")),
        (["pool"], ("conv", "pool")),
        (["both", "pool"], None),
        (["both"], None),
        (["poool"], None),
    ],
)
def test_check_finds_out_what_was_meant(course, run, checked, monkeypatch, capsys, words, asked):
    exercises = {"adam": {"adam": 1.0, "both": 1.0}, "conv": {"pool": 1.0, "both": 1.0}}
    monkeypatch.setattr(autograder.grading.own_work, "worth_of", lambda course, each: exercises[each])
    (course.root / "assignments" / "conv" / "conv.py").write_text("")
    assert run("check", *words) == (0 if asked else 2)
    assert checked[1] == ([asked] if asked else [])
    if words == ["both"]:
        assert "adam and conv have an exercise both" in capsys.readouterr().err


def test_an_exercise_of_two_is_that_of_the_folder_one_is_in(course, run, checked, monkeypatch):
    monkeypatch.setattr(autograder.grading.own_work, "worth_of", lambda course, each: {"both": 1.0})
    monkeypatch.chdir(course.root / "assignments" / "conv")
    assert run("check", "both") == 0
    assert checked[1] == [("conv", "both")]


def test_check_without_id_checks_every_assignment(course, run, checked):
    run("check")
    assert [asked[0] for asked in checked[1]] == ["adam", "conv"]


def test_check_inside_an_assignment_checks_that_one(course, run, checked, monkeypatch):
    monkeypatch.chdir(course.release_dir("conv"))
    run("check")
    assert [asked[0] for asked in checked[1]] == ["conv"]


def test_check_leaves_out_assignments_that_the_student_has_not_got(course, run, checked):
    course.release_dir("adam").rmdir()
    run("check")
    assert [asked[0] for asked in checked[1]] == ["conv"]


def test_check_without_any_assignment_is_a_usage_fault(course, run, checked, capsys):
    for each in ("adam", "conv"):
        course.release_dir(each).rmdir()
    assert run("check") == 2
    assert "There is no assignment in" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [("failed", 1), ("timeout", 1), ("error", 3)])
def test_check_tells_what_came_out_by_its_exit_code(course, run, checked, status, code):
    checked[0]["adam"] = report(check(status), assignment="adam")
    assert run("check") == code


def test_work_that_cannot_be_read_is_said_and_the_rest_is_checked(course, run, checked, capsys):
    checked[0]["adam"] = Failure("adam.py is not text")
    assert run("check") == 1
    said = capsys.readouterr()
    assert "adam: adam.py is not text" in said.err
    assert "conv  alice  6 / 6" in said.out


def test_status_shows_what_the_last_check_found(course, run, checked, capsys):
    run("check", "adam")
    capsys.readouterr()
    assert run("status") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[1][0] == "adam"
    assert rows[1][3] == "6 / 6"
    assert rows[2] == ["conv", "Convolution", "no date", "not checked yet"]


def test_checking_one_exercise_leaves_the_points_of_the_assignment(course, run, checked):
    remember(course, report(check(), check(), assignment="adam"))
    run("check", "adam", "adam_step")
    assert remembered(course, "adam").max_score == 12


def test_a_status_that_cannot_be_written_does_not_hide_the_check(course, run, checked, capsys):
    (course.root / ".autograder").write_text("a file where a folder should be")
    assert run("check", "adam") == 0
    said = capsys.readouterr()
    assert "6 / 6" in said.out
    assert "`autograder status` will not know of this" in said.err


def test_a_damaged_status_counts_as_none(course, run, capsys):
    path = course.root / ".autograder" / "status" / "adam.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    assert run("status") == 0
    assert "not checked yet" in capsys.readouterr().out


def test_watch_checks_what_was_saved_and_outlives_a_course_fault(course, run, checked, monkeypatch, capsys):
    import watchfiles

    def watch(*folders, **options):
        yield {(1, str(course.release_dir("conv") / "conv.py"))}
        checked[0]["adam"] = CourseError("damaged release")
        yield {(1, str(course.release_dir("adam") / "adam.ipynb"))}
        yield {(1, str(course.release_dir("conv") / "conv.py"))}
        raise KeyboardInterrupt

    monkeypatch.setattr(watchfiles, "watch", watch)
    assert run("check", "--watch") == 0
    assert [asked[0] for asked in checked[1]] == ["adam", "conv", "conv", "adam", "conv"]
    assert "damaged release" in capsys.readouterr().err


# ---- faults


def test_an_unknown_assignment_is_a_usage_fault(course, run, capsys):
    assert run("check", "adan") == 2
    assert "did you mean 'adam'" in capsys.readouterr().err


def test_no_course_is_a_usage_fault(tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("status") == 2
    assert "No course.yml" in capsys.readouterr().err


def test_a_faulty_course_needs_staff(course, run, capsys):
    course.path.write_text("title: [")
    assert run("status") == 3
    assert "not YAML" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("chek", "did you mean 'check'?"),
        ("check --fast", "--fast"),
        ("grade nowhere --assignment adam --out o", "'nowhere' does not exist"),
        ("grade . --assignment adam", "--out"),
        ("grade . --assignment adam --out o --workers 0", "--workers"),
        ("grade . --assignment adam --out o --isolation none", "--isolation"),
        ("grade . --assignment adam --out o --seed xyz", "not hexadecimal"),
        ("report nowhere", "'nowhere' does not exist"),
        ("export . --to pdf", "--to"),
        ("grades", "DIR"),
        ("grades nowhere", "'nowhere' does not exist"),
    ],
)
def test_a_wrong_command_line_is_a_usage_fault(course, run, capsys, line, expected):
    assert run(*line.split()) == 2
    assert expected in capsys.readouterr().err


def test_an_interrupt_has_its_own_exit_code(course, run, checked):
    checked[0]["adam"] = KeyboardInterrupt()
    assert run("check") == 130


def test_without_a_command_all_are_listed(run, capsys):
    assert run() == 2
    assert "Grade submissions in a sandbox" in capsys.readouterr().err


def test_a_fault_cannot_write_to_the_terminal_what_a_student_chose(course, run, capsys):
    assert run("check", "\x1b[2J") == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "status", "build", "audit", "new", "grade", "report", "export", "grades"])
def test_every_command_has_help(run, capsys, command):
    assert run(command, "--help") == 0
    assert "usage: autograder" in capsys.readouterr().out


# ---- grade, report, export


@pytest.fixture
def graded(course, monkeypatch):
    """Replaces grading with fixed scores: `alice` 6 of 6, `bob` 0 of 6."""
    monkeypatch.setattr("autograder.submission.release.Release.load", lambda *_: None)
    monkeypatch.setattr("autograder.authoring.stale.warnings", lambda *_: ["students have another release"])
    outcomes = {"alice": check(), "bob": check("failed", mistake="swapped")}
    calls, templates = [], []

    def grade_many(course, assignment_id, found, out, options, on_report, cluster, template):
        calls.append((assignment_id, [each.id for each in found], options))
        templates.append(template)
        reports = [report(outcomes[each.id], submission=each.id, assignment=assignment_id) for each in found]
        for each in reports:
            write(each, out)
            on_report(each)
        return reports

    monkeypatch.setattr(autograder.grading.pool, "grade_many", grade_many)
    for name in outcomes:
        (course.root / "in" / name).mkdir(parents=True)
        (course.root / "in" / name / "adam.py").write_text("def adam(): pass\n")
    return outcomes, calls, templates


GRADE = ("grade", "in", "--assignment", "adam", "--out", "out")


def test_grade_writes_reports_and_shows_a_table(course, run, graded, capsys):
    assert run(*GRADE) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1:] == ["alice\t6 / 6\t\t", "bob\t0 / 6\tadam\tswapped"]
    assert "2 graded in" in said.err
    assert "mean score 3" in said.err
    assert [each.submission for each in read_folder(Path("out"))] == ["alice", "bob"]


@pytest.mark.parametrize("forks", [True, False])
def test_grade_starts_its_sandbox_first_and_ends_it_last(course, run, graded, isolation, monkeypatch, forks):
    """It starts while other modules are imported, and only if workers are forked, which can share it."""
    events = []

    class Noted(Sandbox):
        def __init__(self, *args, **options):
            events.append("started")
            super().__init__(*args, **options)

        def close(self):
            events.append("closed")
            super().close()

    monkeypatch.setattr("autograder.grading.options.can_fork", lambda: forks)
    monkeypatch.setattr("autograder.grading.options.Sandbox", Noted)
    monkeypatch.setattr("autograder.submission.release.Release.load", lambda *_: events.append("read"))
    assert run(*GRADE, "--isolation", isolation) == 0
    assert [type(each) for each in graded[2]] == ([Noted] if forks else [type(None)])
    assert events == (["started", "read", "closed"] if forks else ["read"])


def test_grade_tells_staff_once_that_the_release_is_stale_and_goes_on(course, run, graded, capsys):
    assert run(*GRADE) == 0
    assert capsys.readouterr().err.count("students have another release\n") == 1


def test_grade_passes_its_options_on(course, run, graded):
    run(*GRADE, "--isolation", "process", "--workers", 3, "--seed", "00FF", "--resume")
    assert graded[1] == [("adam", ["alice", "bob"], autograder.grading.options.Options("process", 3, "00FF", True))]


def test_grade_is_in_a_sandbox_unless_told_otherwise(course, run, graded):
    run(*GRADE)
    assert graded[1][0][2] == autograder.grading.options.Options("bubblewrap", 0, None, False)


@pytest.mark.parametrize(("pass_at", "code"), [("0", 0), ("0.5", 1), ("6", 1)])
def test_a_score_below_the_mark_is_told_by_the_exit_code(course, run, graded, pass_at, code):
    assert run(*GRADE, "--pass-at", pass_at) == code


def test_pending_points_are_not_held_against_a_score(course, run, graded):
    graded[0]["bob"] = check("pending")
    assert run(*GRADE, "--pass-at", "6") == 0


def test_a_submission_that_needs_staff_comes_before_a_low_score(course, run, graded, capsys):
    graded[0]["bob"] = check("error")
    assert run(*GRADE, "--pass-at", "100") == 3
    said = capsys.readouterr().err
    assert "1 could not be graded, through no fault of the student" in said
    assert "bob: " in said


def test_nothing_to_grade_is_a_usage_fault(course, run, graded, monkeypatch, capsys):
    monkeypatch.setattr("autograder.intake.find.find", lambda *_: [])
    assert run(*GRADE) == 2
    assert "no submission of adam in in" in capsys.readouterr().err


def test_two_submissions_of_one_name_are_a_usage_fault(course, run, graded, capsys):
    assert run("grade", "in", "in", "--assignment", "adam", "--out", "out") == 2
    assert "alice" in capsys.readouterr().err


def test_an_interrupted_run_says_how_to_go_on(course, run, graded, monkeypatch, capsys):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(autograder.grading.pool, "grade_many", interrupted)
    assert run(*GRADE) == 130
    assert "Finished reports are kept in out; the same command with --resume" in capsys.readouterr().err


def test_report_writes_pages_and_shows_a_table(course, run, graded, capsys):
    run(*GRADE)
    capsys.readouterr()
    assert run("report", "out") == 0
    said = capsys.readouterr()
    assert "alice\t6 / 6" in said.out
    assert "3 pages; begin with out/html/index.html" in said.err
    assert Path("out/html/index.html").is_file()


def test_report_of_one_submission_shows_it_whole(course, run, capsys):
    write(report(check("failed", message="got 1")), Path("one"))
    assert run("report", "one") == 0
    assert "got 1" in capsys.readouterr().out


@pytest.fixture
def unnamed(course):
    """Reports in `out` on `ann` and `bob`, who fail in the same way, and `cem`, who fails in another."""
    for name, digest in (("ann", "aa"), ("bob", "aa"), ("cem", "bb")):
        exercise = ExerciseResult("adam", (check("failed", message="off"),), digest=digest)
        write(report(exercises=(exercise,), submission=name, assignment="adam"), Path("out"))


NAMING = ("mistake", "new", "adam", "--says", "Why a sine?", "--from")


@pytest.mark.parametrize("source", [["out/ann.json"], ["out", "--submission", "ann"]])
def test_a_sentence_for_one_reaches_all_who_returned_the_same_with_the_next_report(
    course, run, unnamed, capsys, source
):
    graded = {path: path.read_bytes() for path in Path("out").glob("*.json")}
    assert run(*NAMING, *source, "--name", "adam_of_sines") == 0
    capsys.readouterr()
    assert run("report", "out") == 0
    rows = {line.split("\t")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert ["adam of sines" in rows[name] for name in ("ann", "bob", "cem")] == [True, True, False]
    assert "Why a sine?" in Path("out/students/bob.html").read_text()
    assert {path: path.read_bytes() for path in Path("out").glob("*.json")} == graded


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("out",), "name a report in it with --submission"),
        (("out", "--submission", "zoe"), "there is no report on zoe"),
        (("out/ann.json", "--name", "no name"), "'no name' is not a valid name"),
        (("out/dee.json",), "has no unnamed failure of adam"),
    ],
)
def test_what_cannot_be_named_is_a_usage_fault(course, run, unnamed, capsys, line, expected):
    write(report(check("failed", mistake="swapped"), submission="dee", assignment="adam"), Path("out"))
    assert run(*NAMING, *line) == 2
    assert expected in capsys.readouterr().err


def test_a_mistake_of_no_exercise_is_a_usage_fault(run, unnamed, capsys):
    assert run("mistake", "new", "adm", "--says", "x", "--from", "out/ann.json") == 2
    assert "did you mean 'adam'?" in capsys.readouterr().err


def test_report_of_a_folder_without_reports_needs_a_look(course, run, capsys):
    assert run("report", "assignments") == 3
    assert "No reports in assignments" in capsys.readouterr().err


def test_export_prints_csv(course, run, graded, capfdbinary):
    run(*GRADE)
    capfdbinary.readouterr()
    assert run("export", "out", "--to", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode("utf-8-sig"))))
    assert [row["score"] for row in rows] == ["6.0", "0.0"]


# ---- the times of handing in, and the course's grades


def test_grade_takes_the_times_of_handing_in_from_a_table(course, run, graded, monkeypatch):
    seen = []
    grade_many = autograder.grading.pool.grade_many

    def noting(course, assignment_id, found, *rest):
        seen.extend(found)
        return grade_many(course, assignment_id, found, *rest)

    monkeypatch.setattr(autograder.grading.pool, "grade_many", noting)
    Path("times.csv").write_text("student,submitted\nalice,2030-01-01T12:00:00Z\nbob,2030-01-01T13:00:00Z\n")
    assert run(*GRADE, "--timestamps", "times.csv") == 0
    assert [f"{each.submitted:%H:%M}" for each in seen] == ["12:00", "13:00"]


def test_a_time_that_is_missing_is_a_usage_fault_before_anything_is_graded(course, run, graded, capsys):
    assert run(*GRADE, "--timestamps", "nbgrader") == 2
    assert "There is no timestamp.txt beside the submission of alice, bob" in capsys.readouterr().err
    assert graded[1] == []


@pytest.fixture
def two_folders(course):
    """Two assignments of alice, the second without a deadline; late work loses half the maximum per day."""
    course.path.write_text(COURSE + "late: {penalty: 50%}\n")
    late = datetime(2030, 1, 1, 13, tzinfo=UTC)
    write(report(check(), assignment="adam", submitted=late), Path("graded-adam"))
    write(report(check(), assignment="conv"), Path("graded-conv"))


def test_grades_shows_the_class_with_what_lateness_costs(run, two_folders, capsys):
    assert run("grades", "graded-adam", "graded-conv") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == ["student\tgrade\tadam\tconv", "alice\t75 %\t3 / 6\t6 / 6"]
    assert "not known" not in said.err


def test_grades_explains_one_student_s_grade(run, two_folders, capsys):
    assert run("grades", "graded-adam", "graded-conv", "--student", "alice") == 0
    assert "1 started day at 50 % of the maximum: 3 points taken off." in capsys.readouterr().out


def test_a_student_is_asked_for_with_or_without_accents_apart(run, two_folders, capsys):
    write(report(check(), assignment="adam", submission="Zoe\u0308"), Path("graded-adam"))
    for name in ("Zoë", "Zoe\u0308"):
        assert run("grades", "graded-adam", "--student", name) == 0
        assert "Zoë" in capsys.readouterr().out


def test_grades_names_students_with_an_extension_of_whom_there_is_no_report(course, run, two_folders, capsys):
    course.path.write_text(course.path.read_text() + "extensions_file: extensions.yml\n")
    (course.root / "extensions.yml").write_text("alcie: {adam: +48h}\nalice: {adam: +48h}\nzoe: {conv: excused}\n")
    assert run("grades", "graded-adam", "graded-conv") == 0
    said = capsys.readouterr().err
    assert "extensions.yml names alcie, who has no report; did you mean 'alice'?\n" in said
    assert "extensions.yml names zoe, who has no report\n" in said
    assert "names alice" not in said


def test_grades_prints_csv(run, two_folders, capfdbinary):
    assert run("grades", "graded-adam", "graded-conv", "--csv") == 0
    (row,) = csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode("utf-8-sig")))
    assert (row["total"], row["adam"], row["adam score"], row["conv"]) == ("75.0", "3.0", "6.0", "6.0")


ROSTER = "Student,ID,SIS Login ID,Section,Adam (7)\nPoints Possible,,,,6\nLovelace,1,alice,A,\nBabbage,2,bob,A,\n"


def test_grades_fills_a_gradebook_of_canvas_with_what_counts(run, two_folders, capfdbinary):
    write(report(check("error"), assignment="adam", submission="bob"), Path("graded-adam"))
    Path("roster.csv").write_text(ROSTER)
    line = ("grades", "graded-adam", "graded-conv", "--canvas", "roster.csv", "--assignment", "adam")
    assert run(*line) == 3  # staff must look at bob's work
    said = capfdbinary.readouterr()
    table = list(csv.DictReader(io.StringIO(said.out.decode())))
    assert [row["Adam (7)"] for row in table] == ["6", "3", ""]
    assert b"bob: it could not be graded because the grader failed" in said.err


@pytest.mark.parametrize(
    ("options", "expected"),
    [("", "--canvas needs --assignment"), ("--assignment conv", "there are no reports on conv in graded-adam")],
)
def test_grades_for_canvas_needs_an_assignment_that_was_graded(run, two_folders, capsys, options, expected):
    Path("roster.csv").write_text(ROSTER)
    assert run("grades", "graded-adam", "--canvas", "roster.csv", *options.split()) == 2
    assert expected in capsys.readouterr().err


def test_grades_of_somebody_unknown_is_a_usage_fault(run, two_folders, capsys):
    assert run("grades", "graded-adam", "--student", "alise") == 2
    assert "there is no report on alise; did you mean 'alice'?" in capsys.readouterr().err


def test_grades_says_whose_times_are_not_known(run, two_folders, capsys):
    write(report(check(), assignment="adam", submission="bob"), Path("graded-adam"))
    assert run("grades", "graded-adam") == 0
    assert "The hand-in time is not known for bob" in capsys.readouterr().err


# ---- build, audit, new: with the modules that do it


def test_an_assignment_goes_from_new_to_grade(course, run, capsys):
    assert run("new", "mini") == 0
    said = capsys.readouterr()
    assert "solutions/mini/checks.py" in said.out
    entry = "".join(line for line in said.err.splitlines(keepends=True) if line.startswith("  "))
    course.path.write_text(COURSE + entry)
    assert run("build", "mini") == 0
    assert "assignments/mini/mini.py" in capsys.readouterr().out
    assert run("check", "mini") == 1
    assert run("audit", "mini", "--json") in (0, 1, 3)  # 3: no bubblewrap on this machine
    line = "grade assignments/mini --assignment mini --out out --isolation process --pass-at 1"
    assert run(*line.split()) == 1
    (graded,) = read_folder(Path("out"))
    assert graded.score == 0


def test_new_begins_a_course_where_there_is_none(tmp_path, run, monkeypatch, capsys):
    (tmp_path / "deep_learning").mkdir()
    monkeypatch.chdir(tmp_path / "deep_learning")
    assert run("new", "mini") == 0
    assert capsys.readouterr().out.splitlines()[0] == "course.yml"
    course = Course.load(Path("course.yml"))
    assert (course.title, [each.id for each in course.assignments]) == ("Deep learning", ["mini"])
    assert run("build") == 0


def test_new_writes_no_course_for_an_id_that_cannot_be_one(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("new", "Mini!") == 3
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_what_exists(course, run):
    assert run("new", "mini") == 0
    assert run("new", "mini") != 0


class _Audit:
    def __init__(self, ok: bool) -> None:
        self.ok = ok

    def to_dict(self) -> dict[str, bool]:
        return {"ok": self.ok}

    def lines(self) -> list[str]:
        return [f"ok: {self.ok}"]


@pytest.fixture
def audits(monkeypatch):
    import autograder.proofs.audit

    monkeypatch.setattr(
        autograder.proofs.audit, "audit", lambda course, assignment_id, students: _Audit(assignment_id == "adam")
    )


def test_audit_prints_its_lines(course, run, audits, capsys):
    assert run("audit", "adam") == 0
    assert capsys.readouterr().out == "ok: True\n"


def test_an_audit_that_finds_something_is_told_by_the_exit_code(course, run, audits):
    assert run("audit") == 1


def test_audit_prints_json(course, run, audits, capsys):
    run("audit", "--json")
    assert json.loads(capsys.readouterr().out) == {"adam": {"ok": True}, "conv": {"ok": False}}


# ---- the process


def test_the_command_line_starts_without_what_only_some_commands_need():
    heavy = {
        "torch",
        "jupyter_core",
        "nbgrader",
        "nbformat",
        "matplotlib",
        "dask",
        "pydantic",
        "rich",
        "jinja2",
        "IPython",
    }
    code = f"import sys, autograder.cli; print({heavy!r} & set(sys.modules) or '')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == ""


def test_a_terminal_that_cannot_show_a_sign_still_shows_the_report(course, tmp_path):
    write(report(check("failed"), submission="çağla ✓"), tmp_path / "one")
    said = subprocess.run(
        [sys.executable, "-c", "from autograder.cli import main; main()", "report", "one"],
        cwd=tmp_path, env={"PYTHONIOENCODING": "ascii", "PATH": ""}, capture_output=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0
    assert b"optimizers" in said.stdout
