"""course.yml is read strictly, and its faults are said with file, line, key and what to write instead."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Course, Limits, NoCourse, UnknownName
from autograder.errors import CourseError

GOOD = """\
title: Deep learning
assignments:
  - id: conv
    title: Convolution
    due: 2026-10-12 23:59:00+02:00
    preload: [numpy, scipy.signal]
    limits: {check_s: 2.5}
  - id: optimizers
    title: Optimizers
limits:
  check_s: 5
  memory_mib: 512
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "course.yml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(folder: Path, text: str) -> str:
    with pytest.raises(CourseError) as caught:
        Course.load(written(folder, text))
    message = str(caught.value)
    assert str(folder / "course.yml") in message
    return message


def test_a_complete_file_is_understood(tmp_path):
    conv = Course.load(written(tmp_path, GOOD)).assignment("conv")
    assert conv.title == "Convolution"
    assert conv.due == datetime(2026, 10, 12, 21, 59, tzinfo=UTC)
    assert conv.preload == ("numpy", "scipy.signal")


def test_an_assignment_overrides_single_limits_of_the_course(tmp_path):
    course = Course.load(written(tmp_path, GOOD))
    assert course.assignment("conv").limits == Limits(check_s=2.5, memory_mib=512)
    assert course.assignment("optimizers").limits == Limits(check_s=5.0, memory_mib=512)


def test_the_file_of_this_repository_is_valid():
    course = Course.find(Path(__file__).parent)
    assert {"optimizers", "conv"} <= {each.id for each in course.assignments}


def test_a_course_is_found_from_a_folder_below_it(tmp_path):
    written(tmp_path, GOOD)
    below = tmp_path / "assignments" / "conv"
    below.mkdir(parents=True)
    course = Course.find(below)
    assert course.root == tmp_path
    assert course.release_dir("conv") == below
    assert course.solutions_dir("conv") == tmp_path / "solutions" / "conv"


def test_a_missing_course_is_the_request_s_fault(tmp_path):
    with pytest.raises(NoCourse, match="change to the folder of your course"):
        Course.find(tmp_path)


def test_an_unknown_assignment_suggests_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'optimizers'"):
        Course.load(written(tmp_path, GOOD)).assignment("optimisers")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("- 1\n", "holds a list"),
        ("just words", "holds 'just words'"),
        ("title: [", "line 1: not YAML"),
        ("title: a\n\tb: c\n", "line 2: not YAML"),
        ("title: \x07\n", "not YAML"),
        ("title: 2026-13-44\n", "not YAML: month must be in 1..12"),
        ("title: a\ntitle: b\n", "line 2: title is already given in line 1"),
        ("&a [*a]\n", "line 1: [0] contains itself"),
        ("titel: a\nassignments: []\n", "line 1: titel is not a known key; did you mean 'title'?"),
        ("title: a\n", "line 1: assignments is missing"),
        ("title: a\nassignments: []\n", "line 2: assignments is a list: list should have at least 1 item"),
        ("title: 3\nassignments: []\n", "line 1: title is '3' (int)"),
        ("3: a\n", "is '3' (int): keys should be strings"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path, text, expected):
    assert expected in fault(tmp_path, text)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("id: Conv", "assignments[0].id is 'Conv' (str); an id has lower-case letters"),
        ("id: 'a\n\n    '", "assignments[0].id is 'a\\n' (str); an id has lower-case letters"),
        ("id: a\n    dew: 1", "line 4: assignments[0].dew is not a known key; did you mean 'due'?"),
        ("id: a\n    due: 2026-10-12", "line 4: assignments[0].due is '2026-10-12' (date); write a date, a time and a"),
        ("id: a\n    due: 2026-10-12 10:00:00", "write a date, a time and a time zone"),
        ("id: a\n    due: tomorrow", "write a date, a time and a time zone"),
        ("id: a\n    preload: numpy", "assignments[0].preload is 'numpy' (str)"),
        ("id: a\n    preload: [os; x]", "'os; x', which is not the name of a module"),
        ("id: a\n    limits: {memory: 1}", "limits.memory is not a known key; did you mean 'memory_mib'?"),
        ("id: a\n    limits: {check_s: yes}", "limits.check_s is 'True' (bool)"),
        ("id: a\n    limits: {check_s: '5'}", "limits.check_s is '5' (str)"),
        ("id: a\n    limits: {check_s: .inf}", "limits.check_s is 'inf' (float): input should be a finite number"),
        ("id: a\n    limits: {processes: 0}", "limits.processes is '0' (int): input should be greater than 0"),
        ("id: a\n    limits: {memory_mib: 1.5}", "limits.memory_mib is '1.5' (float)"),
        ("id: a\n  - id: a\n    title: t", "assignments[1].id 'a' is the id of assignments[0] too"),
    ],
)
def test_a_faulty_assignment_is_refused_with_its_key(tmp_path, lines, expected):
    text = f"title: c\nassignments:\n  - {lines}\n"
    if text.count("title:") == 1 or "id: a\n  - id: a" in text:
        text = text.replace("- id", "- title: t\n    id", 1)
    expected = expected.replace("line 4", "line 5")
    assert expected in fault(tmp_path, text)


def test_every_fault_of_a_file_is_listed(tmp_path):
    message = fault(tmp_path, "titel: a\nassignments:\n  - id: B\n")
    assert len(message.splitlines()) == 4  # titel, title, id, assignments[0].title


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "course.yml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CourseError, match="Cannot read"):
        Course.load(tmp_path / "course.yml")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CourseError, match="Cannot read"):
        Course.load(tmp_path / "course.yml")


def test_importing_the_module_imports_neither_pydantic_nor_yaml():
    code = "import sys, autograder.course; sys.exit(bool({'pydantic', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- the secret


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    return Course.load(written(tmp_path, GOOD))


def test_loading_a_course_creates_no_secret(course):
    assert not (course.root / ".autograder").exists()


def test_a_remembered_validation_spares_the_next_one(course, monkeypatch):
    course.remember_validation()
    monkeypatch.setattr("autograder.course._validate", lambda *_: pytest.fail("validated again"))
    assert Course.load(course.path) == course


def test_a_changed_course_is_validated_whatever_is_remembered(course):
    course.remember_validation()
    course.path.write_text(GOOD + "deadlin: tomorrow\n")
    with pytest.raises(CourseError, match="deadlin"):
        Course.load(course.path)


def test_a_validation_that_cannot_be_remembered_is_no_fault(course):
    (course.root / ".autograder").write_text("a file where a folder should be")
    course.remember_validation()
    assert Course.load(course.path) == course


def test_a_missing_secret_is_created_once_for_its_owner_only(course):
    first = course.secret()
    path = course.root / ".autograder" / "secret"
    assert len(bytes.fromhex(first.decode())) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert course.secret() == first
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_two_courses_have_two_secrets(course, tmp_path):
    (tmp_path / "other").mkdir()
    assert Course.load(written(tmp_path / "other", GOOD)).secret() != course.secret()


def test_the_environment_s_secret_comes_first(course, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", "correct horse battery")
    assert course.secret() == b"correct horse battery"
    assert not (course.root / ".autograder").exists()


def test_the_secret_file_can_be_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "a").write_text("0123456789abcdef\n")
    assert Course.load(written(tmp_path, GOOD + "secret_file: keys/a\n")).secret() == b"0123456789abcdef"


def test_a_short_secret_is_refused(course, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", " short ")
    with pytest.raises(CourseError, match="AUTOGRADER_SECRET has 5 characters"):
        course.secret()


def test_a_secret_that_cannot_be_made_is_a_course_error(course):
    (course.root / ".autograder").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match="Cannot read or create the course secret"):
        course.secret()


def test_a_grader_that_comes_second_takes_the_first_one_s_secret(course, monkeypatch):
    link = os.link

    def overtaken(source, target):
        Path(target).write_text("f" * 64)
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    assert course.secret() == b"f" * 64


def test_a_secret_is_made_on_a_file_system_without_links(course, monkeypatch):
    def refused(source, target):
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    assert len(course.secret()) == 64
    assert course.secret() == course.secret()
