"""The zip that students get of a course: its content, and that it works."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder import cli
from autograder.authoring.leaks import Secret, leaks
from autograder.checking.declare import collect, collect_mistakes
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.publish import students
from tests import tiny


@pytest.fixture(scope="module")
def packed(course: Course) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(students.packed(course, ["tiny"]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_these_files(packed: dict[str, bytes]) -> None:
    (package,) = [name for name in packed if name.endswith(".whl")]
    release = {f"assignments/tiny/{name}" for name in ("tiny.ipynb", "tiny.py", "test_tiny.py", "answers.npz")}
    assert set(packed) == {package, "course.yml", "README.md"} | release


def test_the_zip_is_the_same_bytes_for_the_same_course(course: Course) -> None:
    assert students.packed(course, ["tiny"]) == students.packed(course, ["tiny"])


def test_no_hidden_check_and_no_mistake_is_in_the_zip(course: Course, packed: dict[str, bytes]) -> None:
    folder = course.solutions_dir("tiny")
    secrets = [Secret(each.says, "a mistake") for each in collect_mistakes(folder / "mistakes.py")]
    secrets += [Secret(each.title, "a hidden check") for each in collect(folder / "checks.py") if not each.public]
    kinds = (".py", ".yml", ".ipynb", ".md")
    texts = {name: data.decode("utf-8", "replace") for name, data in packed.items() if name.endswith(kinds)}
    assert secrets
    assert not leaks(texts, secrets)


def test_work_that_somebody_has_written_into_the_release_is_not_in_the_zip(own_course: Course) -> None:
    script = own_course.release_dir("tiny") / "tiny.py"
    before = script.read_text()
    script.write_text(tiny.in_script(script.parent, tiny.parts()))
    with zipfile.ZipFile(io.BytesIO(students.packed(own_course, ["tiny"]))) as archive:
        assert archive.read("assignments/tiny/tiny.py").decode() == before


def test_students_see_neither_the_secret_nor_what_the_grade_is_made_of(own_course: Course) -> None:
    text = own_course.path.read_text().replace("title:", "secret_file: hush.txt\nlate_days: 3\ntitle:", 1)
    own_course.path.write_text(text)
    (own_course.root / "hush.txt").write_text("0123456789abcdef0123")
    data = students.packed(Course.load(own_course.path), ["tiny"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert set(yaml.safe_load(archive.read("course.yml"))) == {"title", "assignments"}
        assert not [name for name in archive.namelist() if b"0123456789abcdef0123" in archive.read(name)]


def test_the_readme_installs_the_wheel_that_lies_beside_it(packed: dict[str, bytes]) -> None:
    (package,) = [name for name in packed if name.endswith(".whl")]
    assert f'pip install "./{package}[notebook]"' in packed["README.md"].decode()


def test_the_readme_speaks_of_torch_only_where_an_assignment_needs_it(own_course: Course) -> None:
    def readme() -> str:
        data = students.packed(Course.load(own_course.path), ["tiny"])
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read("README.md").decode()

    assert "[torch]" not in readme()
    text = own_course.path.read_text()
    own_course.path.write_text(text.replace("    title: A tiny", "    preload: [numpy, torch]\n    title: A tiny"))
    assert "`tiny` need PyTorch" in readme()


def test_an_unknown_assignment_is_refused(course: Course) -> None:
    with pytest.raises(CourseError, match="No assignment 'tyni'"):
        students.packed(course, ["tyni"])


def test_release_writes_the_zip(own_course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(own_course.root)
    monkeypatch.setattr(sys, "argv", ["autograder", "release", "tiny", "--out", str(tmp_path / "week 1.zip")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert (tmp_path / "week 1.zip").read_bytes() == students.packed(own_course, ["tiny"])
