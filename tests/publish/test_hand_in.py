"""One zip of a student's work: the file that would be graded, a receipt, and nothing else."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from autograder.authoring import build, scaffold
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.intake.find import find
from autograder.publish.hand_in import RECEIPT, hand_in
from autograder.submission.release import Release


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "course.yml").write_text("title: Tiny\nassignments:\n" + scaffold.course_entry("tiny"))
    course = Course.load(tmp_path / "course.yml")
    scaffold.new(course, "tiny")
    build.build(course, "tiny")
    return course


def write(course: Course) -> Path:
    script = course.release_dir("tiny") / "tiny.py"
    stub = 'raise NotImplementedError("mse is not written yet")'
    assert stub in script.read_text()
    script.write_text(script.read_text().replace(stub, "return 0.0"))
    return script


def test_the_zip_holds_the_work_and_a_receipt_of_it(course: Course, tmp_path: Path) -> None:
    script = write(course)
    path, receipt, notes = hand_in(course, "tiny", tmp_path / "out")
    with zipfile.ZipFile(path) as packed:
        assert sorted(packed.namelist()) == [RECEIPT, "tiny.py"]
        assert packed.read("tiny.py") == script.read_bytes()
        told = json.loads(packed.read(RECEIPT))
    assert told == {
        "assignment": "tiny", "file": "tiny.py", "written": ["mse"], "bytes": script.stat().st_size,
        "sha256": hashlib.sha256(script.read_bytes()).hexdigest(), "time": receipt.time,
    }  # fmt: skip
    assert notes == ()


def test_grading_reads_it_as_it_is(course: Course, tmp_path: Path) -> None:
    script = write(course)
    hand_in(course, "tiny", tmp_path / "class" / "ada")
    release = Release.load(course.release_dir("tiny"), "tiny")
    (found,) = find([tmp_path / "class"], "tiny", release, unpacked=tmp_path / "unpacked")
    assert (found.id, found.problem, found.notes) == ("ada", None, ())
    assert found.path is not None
    assert found.path.read_bytes() == script.read_bytes()


def test_code_that_breaks_is_packed_and_told(course: Course, tmp_path: Path) -> None:
    script = write(course)
    script.write_text(script.read_text().replace("return 0.0", "return 0.0 +"))
    line = script.read_text().split("\n").index("    return 0.0 +") + 1
    path, _, (note,) = hand_in(course, "tiny", tmp_path)
    assert path.exists()
    assert note.startswith(f"SyntaxError: invalid syntax (line {line}: `return 0.0 +`). Mend it")


def test_what_has_not_been_begun_is_not_packed(course: Course, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="nothing is written in it yet"):
        hand_in(course, "tiny", tmp_path)
    assert not (tmp_path / "tiny.zip").exists()


def test_a_zip_that_cannot_be_written_leaves_the_old_one(course: Course, tmp_path: Path) -> None:
    write(course)
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot be written"):
        hand_in(course, "tiny", tmp_path / "file")
