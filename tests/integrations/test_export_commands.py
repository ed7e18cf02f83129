"""`export` and `grade --format` write the files that platforms expect, and print what GitHub's runner can read."""

import base64
import json
import re
from pathlib import Path

import pytest
from junitparser import JUnitXml

from autograder.report.store import write
from tests.cli.test_cli import GRADE, course, graded, run  # noqa: F401  # fixtures
from tests.samples import check, report

pytestmark = pytest.mark.usefixtures("course")
ROSTER = "Student,ID,Section,Adam (42)\n  Points Possible,,,6\nAlice,alice,A,\nBob,bob,A,\n"
CLASSROOM50 = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "adam",
    "OWNER": "alice",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://x/c",
    "RELEASE_URL": "https://x/r",
}


@pytest.fixture
def reports():
    """Writes reports of `adam` into the folder `out`."""

    def written(**by_name):
        for name, each in by_name.items():
            write(report(each, submission=name, assignment="adam"), Path("out"))

    return written


def files(folder):
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}


# ---- export


@pytest.mark.parametrize("form", ["csv", "junit", "github", "gradescope"])
def test_one_report_is_printed(run, reports, capfdbinary, form):  # noqa: F811
    reports(alice=check("failed"))
    assert run("export", "out", "--to", form) == 0
    assert capfdbinary.readouterr().out.decode()


def test_gradescope_has_a_folder_for_each_of_several_submissions(run, reports):  # noqa: F811
    reports(alice=check(), bob=check("failed"))
    assert run("export", "out", "--to", "gradescope", "--out", "up") == 0
    assert files("up") == {"alice/results.json", "bob/results.json"}
    assert json.loads(Path("up/alice/results.json").read_text())["score"] == 6


def test_a_single_submission_has_the_file_itself(run, reports):  # noqa: F811
    reports(alice=check())
    run("export", "out", "--to", "gradescope", "--out", "up")
    assert files("up") == {"results.json"}


def test_several_files_cannot_be_printed(run, reports, capsys):  # noqa: F811
    reports(alice=check(), bob=check())
    assert run("export", "out", "--to", "gradescope") == 2
    assert "add --out FOLDER" in capsys.readouterr().err


def test_classroom50_reads_its_runner_s_environment(run, reports, capfdbinary, monkeypatch):  # noqa: F811
    for name, value in CLASSROOM50.items():
        monkeypatch.setenv(name, value)
    reports(alice=check())
    assert run("export", "out", "--to", "classroom50") == 0
    assert json.loads(capfdbinary.readouterr().out)["score"] == 6


def test_classroom50_without_it_says_what_is_missing(run, reports, capsys):  # noqa: F811
    reports(alice=check())
    assert run("export", "out", "--to", "classroom50") == 3
    assert "not set: CLASSROOM" in capsys.readouterr().err


def test_canvas_fills_the_roster_in(run, reports, capfdbinary):  # noqa: F811
    Path("roster.csv").write_text(ROSTER)
    reports(alice=check())
    assert run("export", "out", "--to", "canvas", "--roster", "roster.csv") == 0
    said = capfdbinary.readouterr()
    assert b"Alice,alice,A,6\n" in said.out
    assert said.err == b"No submission of 1: Bob\n"


def test_canvas_with_a_submission_that_has_no_row_needs_staff(run, reports, capsys):  # noqa: F811
    Path("roster.csv").write_text(ROSTER)
    reports(mallory=check())
    assert run("export", "out", "--to", "canvas", "--roster", "roster.csv", "--out", "up") == 3
    assert "mallory: no row has this" in capsys.readouterr().err
    assert files("up") == {"canvas.csv"}


def test_canvas_takes_another_column_by_its_number(run, reports, capfdbinary):  # noqa: F811
    Path("roster.csv").write_text(ROSTER.replace("Adam (42)", "Homework 3 (9)"))
    reports(alice=check())
    assert run("export", "out", "--to", "canvas", "--roster", "roster.csv", "--column", "9") == 0
    assert b"Alice,alice,A,6\n" in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--to canvas", "needs --roster"),
        ("--to csv --roster course.yml", "are for --to canvas"),
        ("--to canvas --roster binary", "binary is not a text in UTF-8: save the table as 'CSV UTF-8'"),
    ],
)
def test_a_wrong_combination_is_a_usage_fault(run, reports, capsys, words, expected):  # noqa: F811
    Path("binary").write_bytes(b"\xff\xfe\x00")
    reports(alice=check())
    assert run("export", "out", *words.split()) == 2
    assert expected in capsys.readouterr().err


def test_canvas_takes_one_assignment_at_a_time(run, reports, capsys):  # noqa: F811
    Path("roster.csv").write_text(ROSTER)
    reports(alice=check())
    write(report(check(), submission="bob", assignment="conv"), Path("out"))
    assert run("export", "out", "--to", "canvas", "--roster", "roster.csv") == 2
    assert "several assignments (adam, conv)" in capsys.readouterr().err


# ---- grade --format


def test_grade_writes_a_folder_for_each_format_beside_the_reports(run, graded):  # noqa: F811
    assert run(*GRADE, "--format", "csv,junit, gradescope,github") == 0
    written = {name for name in files("out") if "/" in name}
    assert written == {
        "csv/scores.csv",
        "junit/junit.xml",
        "gradescope/alice/results.json",
        "gradescope/bob/results.json",
        "github/annotations.txt",
        "github/summary.md",
    }
    assert JUnitXml.fromfile("out/junit/junit.xml").tests == 2


def test_what_grade_wrote_does_not_disturb_the_reports(run, graded, capsys):  # noqa: F811
    run(*GRADE, "--format", "gradescope")
    assert run("report", "out") == 0


def test_a_failing_check_does_not_change_the_exit_code(run, graded):  # noqa: F811
    assert run(*GRADE, "--format", "junit") == 0


def test_an_unknown_format_is_a_usage_fault(run, capsys):  # noqa: F811
    assert run(*GRADE, "--format", "junit,gradscope") == 2
    assert "did you mean 'gradescope'?" in capsys.readouterr().err


@pytest.fixture
def actions(monkeypatch):
    """The environment of a step of GitHub Actions."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.setenv(variable, variable.lower())
        Path(variable.lower()).write_text("before\n")


def heard_by_runner(log):
    """The parts of a step's log in which commands are not stopped."""
    return re.sub(r"^::stop-commands::(\w+)\n.*?^::\1::\n", "", log, flags=re.MULTILINE | re.DOTALL)


def test_in_actions_annotations_are_printed_where_the_runner_reads_commands(run, graded, actions, capsys):  # noqa: F811
    run(*GRADE, "--format", "github")
    lines = capsys.readouterr().out.splitlines()
    word = lines[0].removeprefix("::stop-commands::")
    end = lines.index(f"::{word}::")
    assert len(word) > 20
    assert any("alice" in line for line in lines[1:end])
    assert [line.split(" ")[0] for line in lines[end + 1 :]] == ["::error"]


def test_in_actions_the_summary_is_appended(run, graded, actions):  # noqa: F811
    run(*GRADE, "--format", "github")
    assert Path("github_step_summary").read_text().startswith("before\n### 2 submissions\n")


def test_in_actions_the_result_of_one_submission_is_a_step_output(run, graded, actions):  # noqa: F811
    run("grade", "in/bob", "--assignment", "adam", "--out", "out", "--format", "github")
    before, line = Path("github_output").read_text().splitlines()
    name, _, value = line.partition("=")
    assert (before, name) == ("before", "result")
    assert json.loads(base64.b64decode(value))["status"] == "fail"


def test_of_a_class_there_is_no_step_output(run, graded, actions):  # noqa: F811
    run(*GRADE, "--format", "github")
    assert Path("github_output").read_text() == "before\n"


def test_without_the_format_the_runner_is_told_nothing(run, graded, actions, capsys):  # noqa: F811
    run(*GRADE, "--format", "junit")
    assert "::" not in heard_by_runner(capsys.readouterr().out)
    assert Path("github_step_summary").read_text() == "before\n"


@pytest.mark.parametrize("words", ["report out", "grades out", "grades out --student ::debug::x"])
def test_in_actions_what_is_shown_of_reports_is_no_command(run, actions, capsys, words):  # noqa: F811
    write(report(check(), submission="::debug::x", assignment="adam", output="\n::debug::x"), Path("out"))
    assert run(*words.split()) == 0
    log = capsys.readouterr().out
    assert "::debug::x" in log
    assert "debug" not in heard_by_runner(log)


def test_elsewhere_nothing_is_a_command(run, graded, monkeypatch, capsys):  # noqa: F811
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    run(*GRADE, "--format", "github")
    assert "::" not in capsys.readouterr().out


# ---- the zip


def test_the_zip_without_solutions_needs_a_look_and_is_not_written(run, capsys):  # noqa: F811
    assert run("gradescope-zip", "adam", "--out", "adam.zip") == 3
    assert "solutions" in capsys.readouterr().err
    assert not Path("adam.zip").exists()


def test_the_zip_is_for_its_writer_only(run, monkeypatch, capsys):  # noqa: F811
    monkeypatch.setattr("autograder.publish.gradescope_zip.build", lambda *_, **__: b"zip")
    assert run("gradescope-zip", "adam", "--out", "adam.zip") == 0
    assert Path("adam.zip").stat().st_mode & 0o777 == 0o600
    assert "for staff only" in capsys.readouterr().err
