"""A report says where the code of each exercise is in the submitted file."""

import json

import pytest

from autograder.errors import CourseError
from autograder.report.report import Report, Source
from autograder.submission.read import read, source_of
from autograder.submission.release import Release
from tests import tiny
from tests.samples import check, growth, report

NAMES = ("standardize", "Counter", "descent", "q_height")


@pytest.fixture
def release(course):
    return Release.load(course.release_dir("tiny"), "tiny")


@pytest.fixture
def source(release, tmp_path, monkeypatch):
    """The places in a text that was submitted as a file of this name; its folder is the current one."""
    monkeypatch.chdir(tmp_path)

    def found(text, name="work/ada.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return source_of(path, read(path, release), NAMES)

    return found


def test_of_a_plain_file_each_exercise_has_its_line(source):
    assert source(tiny.SOLVED) == Source(
        "work/ada.py",
        lines={name: tiny.SOLVED.split("\n").index(line) + 1 for name, line in FIRST_LINES.items()},
    )


FIRST_LINES = {
    "standardize": "def standardize(table, eps=1e-5):",
    "Counter": "class Counter:",
    "descent": "def descent(gradient, x, steps, rate=0.1):",
    "q_height": "q_height = 4.0",
}


def test_of_the_released_script_the_lines_are_the_student_s(source, release):
    text = tiny.in_script(release.folder, tiny.parts())
    places = source(text).lines
    assert {name: text.split("\n")[line - 1] for name, line in places.items()} == FIRST_LINES


def test_of_a_notebook_each_exercise_has_its_cell(source, release):
    notebook = tiny.in_notebook(release.folder, tiny.parts())
    found = source(json.dumps(notebook), "ada.ipynb")
    assert found.lines == {}
    for name, number in found.cells.items():
        assert FIRST_LINES[name] in "".join(notebook["cells"][number - 1]["source"])
    assert set(found.cells) == set(NAMES)


def test_the_last_of_two_definitions_is_the_one_that_counts(source):
    assert source("def descent():\n    pass\n\ndef descent():\n    pass\n").lines == {"descent": 4}


@pytest.mark.parametrize("line", ["async def descent(): ...", "descent: object = 3", "descent=lambda: 3"])
def test_a_definition_has_many_forms(source, line):
    assert source(f"import os\n{line}\n").lines == {"descent": 2}


@pytest.mark.parametrize("line", ["    def descent(): ...", "descent == 3", "# def descent(): ...", "descent(3)"])
def test_what_only_looks_like_one_is_none(source, line):
    assert source(f"x = 1\n{line}\n").lines == {}


def test_the_name_of_a_file_elsewhere_says_nothing_of_its_folder(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert source_of(tmp_path / "private" / "ada.py").file == "ada.py"


def test_a_file_of_a_repository_is_named_as_its_author_knows_it(tmp_path, monkeypatch):
    (tmp_path / "alice" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert source_of(tmp_path / "alice" / "work" / "ada.py").file == "work/ada.py"


def test_a_report_has_it(grade):
    assert grade(tiny.SOLVED).source.lines["standardize"] == 3


def test_a_file_that_cannot_be_read_has_a_name_and_no_lines(grade):
    assert grade("").source == Source("ada.py")


@pytest.mark.parametrize("where", [Source("a.py", lines={"adam": 3}), Source("a.ipynb", cells={"adam": 3}), None])
def test_it_survives_json(where):
    original = report(check(), source=where)
    assert Report.from_dict(json.loads(json.dumps(original.to_dict()))) == original


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"lines": {}}, r"report\.source\.file is missing"),
        ({"file": "a.py", "lines": {"adam": "3"}}, r"report\.source\.lines\.adam is '3'; it must be a int"),
        ({"file": "a.py", "page": 3}, r"report\.source\.page is not a field"),
    ],
)
def test_one_of_another_form_is_refused(source, expected):
    with pytest.raises(CourseError, match=expected):
        Report.from_dict(report(check()).to_dict() | {"source": source})


def test_many_definitions_of_one_name_are_found_in_no_time(source):
    def find(n):
        assert source("descent = 1\n" * n).lines == {"descent": n}

    assert growth(find, 5000) < 8
