"""A report says what was earned, survives writing and reading, and is never half written."""

import dataclasses
import json
import os
import subprocess
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.files import safe_name
from autograder.report.report import CheckResult, ExerciseResult, Report, completed, for_student
from autograder.report.results import Compared
from autograder.report.store import file_name, read, read_folder, write
from tests.samples import check, report

FULL = report(
    check(),
    check("failed", message="got 1", mistake="no_bias_correction", hint="Divide by 1 - beta**t.", public=False),
    check("pending", max_points=3.0),
    output="loss 1\n",
    notes=("A magic was skipped.",),
    submitted=datetime(2026, 10, 12, 23, 59, tzinfo=timezone(timedelta(hours=2))),
)


def test_the_score_is_the_sum_of_the_points():
    assert (FULL.score, FULL.max_score, FULL.pending) == (6.0, 15.0, 3.0)


def test_sums_of_decimals_print_as_people_write_them():
    parts = [check(name=str(n), points=p, max_points=p) for n, p in enumerate((0.1, 0.2))]
    assert report(*parts).score == 0.3


def test_an_error_of_ours_leaves_no_score():
    broken = report(check(), check("error"))
    assert broken.score is None
    assert broken.exercises[0].score is None
    assert broken.needs_staff


def test_exercises_are_wrong_with_their_reason():
    exercises = (
        ExerciseResult("sgd", (check(), check("pending"))),
        ExerciseResult("adam", (check("failed"),)),
        ExerciseResult("conv", (check("crashed"), check("failed"), check("timeout"))),
    )
    assert report(exercises=exercises).wrong == ("adam", "conv (timeout, crashed)")


@pytest.mark.parametrize("status", ["failed", "error"])
def test_what_is_said_of_all_checks_is_what_is_wrong(status):
    unread = check(status, message="no conv.ipynb in ada")
    assert report(exercises=(ExerciseResult("adam", (unread,)), ExerciseResult("conv", (unread,)))).wrong == (
        "no conv.ipynb in ada",
    )


def test_mistakes_are_named_once():
    twice = [check("failed", mistake="swapped"), check("failed", mistake="swapped"), check()]
    assert report(*twice).mistakes == ("swapped",)


def test_the_fields_are_those_of_schema_v1():
    data = report(check()).to_dict()
    assert list(data) == [
        *("schema", "assignment", "submission", "score", "max_score", "pending", "isolation", "seed", "versions"),
        *("duration_s", "output", "exercises"),
    ]
    assert data["schema"] == "autograder/report/v1"
    assert list(data["exercises"][0]) == ["name", "score", "max_score", "checks"]
    assert list(data["exercises"][0]["checks"][0]) == [
        *("name", "title", "points", "max_points", "public", "status", "message", "mistake", "hint", "duration_s")
    ]


@pytest.mark.parametrize(
    "original", [FULL, report(check("error")), report(), report(check("timeout"), check("crashed"))]
)
def test_a_report_survives_json(original):
    assert Report.from_dict(json.loads(json.dumps(original.to_dict()))) == original


def changed(**changes):
    return FULL.to_dict() | changes


def with_check(**changes):
    data = FULL.to_dict()
    data["exercises"][0]["checks"][0] |= changes
    return data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], "report is not an object"),
        ({}, r"report\.schema is missing"),
        (changed(schema="autograder/report/v2"), "this version reads 'autograder/report/v1'"),
        (changed(assignment=3), r"report\.assignment is '3'; it must be a str"),
        (changed(score=7.0), r"report\.score is 7\.0, but its checks add up to 6\.0"),
        (changed(score=None), r"report\.score is None, but"),
        (changed(pending=0.0), r"report\.pending is 0\.0, but"),
        (changed(duration_s=float("nan")), r"report\.duration_s is 'nan'"),
        (changed(duration_s=10**400), r"report\.duration_s is '10000"),
        (changed(versions={"python": 3}), r"report\.versions\.python is '3'"),
        (changed(notes=[1]), r"report\.notes\.0 is '1'"),
        (changed(submitted="2026-10-12 23:59"), r"report\.submitted is '2026-10-12 23:59'; write a date, a time and"),
        (changed(grade="A"), r"report\.grade is not a field"),
        (changed(exercises=[3]), r"report\.exercises\[0\] is not an object"),
        (with_check(status="ok"), r"checks\[0\]\.status is 'ok'; it must be one of passed, failed"),
        (with_check(points=7.0), "points is 7; it must lie between 0 and 6"),
        (with_check(points=-1), "points is -1; it must lie between 0 and 6"),
        (with_check(points=True), "points is 'True'; it must be a float"),
        (with_check(public=1), "public is '1'; it must be a bool"),
        (with_check(colour="red"), r"checks\[0\]\.colour is not a field"),
        (with_check(points=5), r"exercises\[0\]\.score is 6\.0, but its checks add up to 5\.0"),
    ],
)
def test_what_is_not_a_consistent_report_is_refused(data, expected):
    with pytest.raises(CourseError, match=expected):
        Report.from_dict(data)


def test_a_student_sees_of_a_hidden_check_its_title_status_and_hint_only():
    took = dataclasses.replace(FULL.checks[1], duration_s=1.5)
    full = dataclasses.replace(FULL, exercises=(ExerciseResult("adam", (FULL.checks[0], took)),))
    hidden = for_student(full).exercises[0].checks[1]
    assert (hidden.title, hidden.status, hidden.hint) == ("Adam follows the reference.", "failed", FULL.checks[1].hint)
    assert (hidden.message, hidden.mistake, hidden.duration_s) == ("", None, 0)


def test_a_student_sees_how_long_all_took_in_seconds():
    assert for_student(dataclasses.replace(FULL, duration_s=2.25)).duration_s == 3


def test_a_student_does_not_see_the_seed():
    assert for_student(FULL).seed == ""


def test_a_student_sees_public_checks_and_output_whole():
    seen = for_student(FULL)
    assert seen.exercises[0].checks[0] == FULL.checks[0]
    assert seen.output == FULL.output


# ---- files


def test_a_written_report_is_read_back(tmp_path):
    assert read(write(FULL, tmp_path / "new" / "folder")) == FULL


def test_text_that_is_no_valid_unicode_is_kept(tmp_path):
    odd = report(check("failed", message="\ud800 \x00 \x1b[31m"), submission="a\udcffb")
    assert read(write(odd, tmp_path)) == odd


def test_an_inconsistent_report_is_not_written(tmp_path):
    with pytest.raises(CourseError, match="points is 9"):
        write(report(check(points=9.0)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_report_replaces_the_one_before(tmp_path):
    write(FULL, tmp_path)
    write(report(check("failed")), tmp_path)
    assert [each.score for each in read_folder(tmp_path)] == [0.0]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_report_and_nothing_else(tmp_path, monkeypatch, call):
    before = write(FULL, tmp_path).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(CourseError, match=r"Cannot write .*alice\.json: No space left on device.*make room"):
        write(report(check("failed")), tmp_path)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [before]


@pytest.fixture
def tiny_disk(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_full_disk_leaves_no_half_report(tiny_disk):
    write(FULL, tiny_disk)
    with pytest.raises(CourseError, match="No space left on device"):
        write(report(check(), submission="bob", output="x" * 200_000), tiny_disk)
    assert [each.name for each in tiny_disk.iterdir()] == ["alice.json"]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(CourseError, match="Cannot write"):
        write(FULL, tmp_path / "out")


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000])
def test_a_file_that_is_not_json_is_named(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(CourseError, match=r"a\.json is not JSON"):
        read(tmp_path / "a.json")


def test_a_file_that_is_no_report_is_named_with_its_field(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(CourseError, match=r"a\.json: report\.schema is missing"):
        read(tmp_path / "a.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"Cannot read .*No such file"):
        read(tmp_path / "a.json")


def test_a_folder_is_read_in_order_of_submission(tmp_path):
    for name in ("bob", "Alice", "çağla"):
        write(report(check(), submission=name), tmp_path)
    assert [each.submission for each in read_folder(tmp_path)] == ["Alice", "bob", "çağla"]


def test_a_folder_without_reports_says_how_to_make_them(tmp_path):
    with pytest.raises(CourseError, match="autograder grade"):
        read_folder(tmp_path)


# ---- file names

any_id = st.text(st.characters(), max_size=300)


@pytest.mark.parametrize("plain", ["alice", "bob.k", "group_7", "a-b", "2024123"])
def test_a_plain_id_is_its_own_file_name(plain):
    assert file_name(plain) == f"{plain}.json"


@given(any_id)
@example("..")
@example("")
@example(".hidden")
@example("-rf")
@example("a/../../b")
@example("CON")
@example("nul.txt")
@example("index")
@example("é" * 300)
@example("\ud800\x00\n")
def test_every_id_has_a_safe_file_name(submission):
    name = file_name(submission)
    assert Path(name).name == name
    assert name.isascii()
    assert name.isprintable()
    assert not set(name) & set('<>:"/\\|?*')
    assert name[0] not in ".-"
    assert name.endswith(".json")
    assert len(name) < 200
    assert name.split(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1", "lpt9", "index"}


@given(any_id, any_id)
@example("Alice", "alice")
@example("a b", "a%20b")
@example("é", "e\u0301")
@example("x" * 200, "x" * 201)
@example(".a", "%2ea")
def test_two_ids_have_two_files_even_where_case_is_ignored(one, other):
    same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert (file_name(one).lower() == file_name(other).lower()) == same


def test_a_name_with_its_accents_apart_is_the_same_student():
    apart, whole = report(submission="Zoe\u0308"), report(submission="Zoë")
    assert apart == whole
    assert file_name("Zoe\u0308") == file_name("Zoë")


@pytest.mark.parametrize("student", ["a.", "a..", "..", "."])
def test_no_folder_ends_with_a_dot_which_some_systems_leave_out(student):
    assert not safe_name(student).endswith(".")


def test_a_file_of_every_example_can_be_made(tmp_path):
    ids = ["..", "", "a/b", "é" * 300, "Alice", "alice", "\ud800", "nul", "a\nb"]
    for each in ids:
        write(report(check(), submission=each), tmp_path)
    assert {each.submission for each in read_folder(tmp_path)} == set(ids)


# ---- partial credit, and what waited for a GPU


@pytest.mark.parametrize(
    "parts",
    [
        [(4.8, 8.0)],
        [(2.67, 8.0), (0.33, 1.0), (0.01, 0.1)],
        [(20 / 3, 20 / 3)] * 3,
        [(1 / 3, 1 / 3)] * 30,
        [(0.07, 7.0)] * 100,
    ],
    ids=["one", "hundredths", "thirds", "many thirds", "many"],
)
def test_parts_of_points_add_up_after_reading(tmp_path, parts):
    checks = [check("failed", name=f"c{n}", points=p, max_points=m) for n, (p, m) in enumerate(parts)]
    exercises = (ExerciseResult("f", tuple(checks[::2])), ExerciseResult("g", tuple(checks[1::2])))
    original = report(exercises=exercises)
    again = read(write(original, tmp_path))
    assert again == original
    assert again.score == pytest.approx(sum(points for points, _ in parts), abs=1e-6)


def waiting(**changes):
    return check("pending", name="on_a_gpu", points=0.0, max_points=3.0, **changes)


def later(*checks, **changes):
    return report(*checks, **({"versions": {"python": "3.12", "gpu": "H"}, "duration_s": 2.0} | changes))


JUDGED = check("failed", name="on_a_gpu", points=1.2, max_points=3.0, message="slow")


def test_only_what_was_pending_is_completed():
    before = report(check(name="kept", message="first"), waiting())
    by = later(check("failed", name="kept", message="second"), JUDGED)
    after = completed(before, by)
    assert after.checks == (before.checks[0], JUDGED)
    assert (after.score, after.pending) == (7.2, 0)


def test_what_was_not_judged_stays_pending():
    before = report(waiting(), check())
    assert completed(before, later()).checks == before.checks
    assert completed(before, later(exercises=())).pending == 3


def test_a_completed_report_says_where_each_part_ran():
    before = report(waiting())
    after = completed(before, later(JUDGED))
    assert after.versions == {"python": "3.11.2", "gpu": "H"}
    assert after.isolation == "bubblewrap"
    assert after.duration_s == 2.25
    elsewhere = completed(before, later(JUDGED, isolation="process"))
    assert elsewhere.isolation == "bubblewrap"
    assert elsewhere.versions["gpu_isolation"] == "process"


def test_a_completed_report_keeps_the_rest_of_the_first():
    before = report(waiting(), output="first", notes=("note",))
    after = completed(before, later(JUDGED, output="second", notes=(), seed="11"))
    assert (after.output, after.notes, after.seed, after.submission) == ("first", ("note",), "00ff", "alice")


def test_a_completed_report_can_be_written(tmp_path):
    after = completed(report(check(), waiting()), later(JUDGED))
    assert read(write(after, tmp_path)) == after


def test_what_was_compared_is_kept_and_of_a_hidden_check_not_shown():
    compared = Compared("dw", (2, 3), (2, 3), (1, 2), 2.0, 1.0, 6, "twice")
    one = CheckResult("c", "Title.", 0.0, 1.0, False, "failed", compared=compared)
    whole = report(one)
    again = Report.from_dict(json.loads(json.dumps(whole.to_dict())))
    assert again == whole
    assert for_student(again).checks[0].compared is None
