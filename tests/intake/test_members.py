"""Who is who in a folder or an archive: a class, its sections, or one student; ambiguous cases are refused."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.intake.find import Found, find, require_work
from autograder.submission.release import Release
from tests.lms import Files, put_all, zipped
from tests.released import make_release, released, solved

NOTEBOOK = json.dumps(solved()).encode()
STUB = json.dumps(released()).encode()
WORK = {"optimizers.ipynb": NOTEBOOK}


@pytest.fixture
def release(tmp_path: Path) -> Release:
    made = make_release(tmp_path / "course")
    make_release(tmp_path / "course", "conv", ("forward", "backward"))
    return made


@pytest.fixture
def given(tmp_path: Path, release: Release) -> Any:
    """The submissions found in a folder of this name."""

    def read(name: str, files: Files) -> dict[str, Found]:
        found = find([put_all(tmp_path / "given" / name, files)], "optimizers", release, tmp_path / "ours")
        return {item.id: item for item in found}

    return read


def graded(found: dict[str, Found]) -> dict[str, str | None]:
    return {name: item.path and item.path.name for name, item in found.items()}


def work_of(*folders: str) -> Files:
    return {f"{folder}/optimizers.ipynb": NOTEBOOK for folder in folders}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"dan/report.pdf": b""}, "but report.pdf"),
        ({"dan.pdf": b""}, "but dan.pdf"),
        ({"dan.zip": zipped({"report.docx": b""})}, "but report.docx"),
        ({"dan.rar": b"Rar!"}, "dan.rar: this archive was not opened"),
        ({"dan.zip": b"no archive"}, "it is not an archive"),
        ({"dan.zip": zipped(WORK)[:100]}, "it is damaged"),
        ({"dan/a/b/picture.png": b""}, "but picture.png"),
    ],
)
@pytest.mark.parametrize("others", [("ada", "bob", "cem"), ()])
def test_of_four_the_one_without_a_notebook_has_a_report_that_says_what_was_found(
    given: Any, extra: Files, said: str, others: tuple[str, ...]
) -> None:
    loose = {} if others else {"ada.ipynb": NOTEBOOK, "bob.ipynb": NOTEBOOK, "cem.ipynb": NOTEBOOK}
    found = given("class", work_of(*others) | loose | extra)
    assert sorted(found) == ["ada", "bob", "cem", "dan"]
    assert [name for name, item in found.items() if item.path is None] == ["dan"]
    assert said in str(found["dan"].problem)


def test_an_empty_folder_has_a_report(tmp_path: Path, given: Any) -> None:
    (tmp_path / "given" / "class" / "dan").mkdir(parents=True)
    assert graded(given("class", work_of("ada", "bob"))) == {
        "ada": "optimizers.ipynb", "bob": "optimizers.ipynb", "dan": None
    }  # fmt: skip


def test_tables_and_pages_of_staff_are_no_students(given: Any) -> None:
    files = {"grades.csv": b"", "README.md": b"", "index.html": b"", "course.yml": b"", ".DS_Store": b""}
    assert sorted(given("class", work_of("ada", "bob") | files)) == ["ada", "bob"]


@pytest.mark.parametrize("depth", ["", "2026/", "2026/autumn/"])
def test_a_class_in_sections_is_its_students(given: Any, depth: str) -> None:
    found = given("class", work_of(*(f"{depth}{each}" for each in ("A/ada", "A/bob", "B/cem", "B/dan"))))
    assert sorted(found) == ["ada", "bob", "cem", "dan"]


def test_a_folder_around_a_class_is_nobody(given: Any) -> None:
    assert sorted(given("class", work_of("submissions/ada", "submissions/bob"))) == ["ada", "bob"]


def test_a_student_s_own_folders_are_looked_into(given: Any) -> None:
    found = given("class", work_of("ada/src", "bob") | {"ada/data/train.csv": b"", "ada/data/load.py": b"x = 1"})
    assert graded(found) == {"ada": "optimizers.ipynb", "bob": "optimizers.ipynb"}


def test_folders_of_one_student_are_no_students(given: Any) -> None:
    assert graded(given("ada", work_of("src") | {"data/train.csv": b"", "data/load.py": b""})) == {
        "ada": "optimizers.ipynb"
    }


def test_where_sections_and_students_cannot_be_told_apart_nothing_is_graded(given: Any) -> None:
    with pytest.raises(CourseError, match=r"who is who\? group has several folders .* ada not.*name each of them"):
        given("class", work_of("ada", "group/bob", "group/cem"))


def test_students_of_one_name_in_two_sections_are_refused(given: Any) -> None:
    with pytest.raises(CourseError, match="two submissions have the id ada"):
        given("class", work_of("A/ada", "A/bob", "B/ada", "B/cem"))


def test_accents_apart_or_not_do_not_make_two_students_of_one(given: Any) -> None:
    with pytest.raises(CourseError, match="two submissions have the id Zoë"):
        given("class", work_of("Zoë", "Zoe\u0308", "ada"))


@pytest.mark.parametrize("name", ["class", "optimizers"])
def test_a_student_may_be_called_like_the_assignment(given: Any, name: str) -> None:
    assert graded(given(name, work_of("optimizers", "ada"))) == {
        "ada": "optimizers.ipynb", "optimizers": "optimizers.ipynb"
    }  # fmt: skip


def test_where_nobody_beside_them_has_any_work_it_is_asked_for(given: Any) -> None:
    with pytest.raises(
        CourseError, match=r"optimizers the work of one student, or a student of this name beside dan\?"
    ):
        given("class", work_of("optimizers") | {"dan/report.pdf": b""})
    assert sorted(given("ada", work_of("optimizers") | {"data/train.csv": b""})) == ["ada"]
    assert sorted(given("class2", work_of("ada/optimizers", "bob") | {"ada/slides/talk.pdf": b""})) == ["ada", "bob"]


def test_also_in_a_section(given: Any) -> None:
    assert sorted(given("class", work_of("A/optimizers", "A/ada", "B/bob", "B/cem"))) == [
        "ada",
        "bob",
        "cem",
        "optimizers",
    ]


def test_a_student_s_folder_of_several_assignments_is_one_student_s(given: Any) -> None:
    files = work_of("optimizers") | {"conv/conv.ipynb": b"{}"}
    assert graded(given("ada", files)) == {"ada": "optimizers.ipynb"}
    hers = {f"ada/{name}": data for name, data in files.items()}
    assert sorted(given("submitted", hers | work_of("bob/optimizers"))) == ["ada", "bob"]


def test_a_folder_in_which_nobody_has_any_work_is_refused_and_not_graded_as_zeros(
    tmp_path: Path, release: Release
) -> None:
    folder = put_all(tmp_path / "given", {"texts/a.pdf": b"", "pictures/b.png": b""})
    found = find([folder], "optimizers", release)
    with pytest.raises(
        CourseError, match=r"None of 2 students has a notebook or script .* but b\.png.*Is it the right"
    ):
        require_work(found, [folder])
    require_work(found, [folder / "texts", folder / "pictures"])  # named individually, so each is a student


@pytest.mark.parametrize("files", [{}, {"notes.txt": b""}])
def test_a_folder_without_any_work_is_nobody_s_zero(tmp_path: Path, release: Release, files: dict[str, bytes]) -> None:
    folder = put_all(tmp_path / "given", files)
    folder.mkdir(exist_ok=True)
    with pytest.raises(CourseError, match=r"given: no optimizers\.ipynb or optimizers\.py.*Is it the right folder"):
        require_work(find([folder], "optimizers", release), [folder])


# ---- archives


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (WORK, ["ada"]),
        ({"ada/optimizers.ipynb": NOTEBOOK}, ["ada"]),
        ({"homework.ipynb": NOTEBOOK, "notes.pdf": b""}, ["ada"]),
        (work_of("bob", "cem"), ["bob", "cem"]),
        (work_of("class/bob", "class/cem") | {"__MACOSX/class/._bob": b""}, ["bob", "cem"]),
        (work_of("optimizers/bob", "optimizers/cem"), ["bob", "cem"]),
        ({"bob.ipynb": NOTEBOOK, "cem.ipynb": NOTEBOOK}, ["bob", "cem"]),
        ({"bob.zip": zipped(WORK), "cem.zip": zipped({"cem/optimizers.ipynb": NOTEBOOK})}, ["bob", "cem"]),
        ({"class.zip": zipped(work_of("bob", "cem"))}, ["bob", "cem"]),
    ],
)
def test_an_archive_is_a_student_s_or_a_class_s_as_a_folder_is(
    tmp_path: Path, release: Release, files: Files, students: list[str]
) -> None:
    (tmp_path / "ada.zip").write_bytes(zipped(files))
    found = find([tmp_path / "ada.zip"], "optimizers", release, tmp_path / "ours")
    assert [item.id for item in found] == students
    assert all(item.path and item.path.read_bytes() == NOTEBOOK for item in found)


@pytest.mark.parametrize("name", ["class.tar", "class.tar.gz", "class.tgz"])
def test_a_tar_is_opened_too(tmp_path: Path, release: Release, name: str) -> None:
    folder = put_all(tmp_path / "given", work_of("bob", "cem"))
    with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as packed:
        packed.add(folder, ".")
    found = find([tmp_path / name], "optimizers", release, tmp_path / "ours")
    assert [item.id for item in found] == ["bob", "cem"]


def test_work_in_an_archive_counts_more_than_a_stub_beside_it(given: Any) -> None:
    found = given("class", {"ada/optimizers.ipynb": STUB, "ada/mine.zip": zipped(WORK)} | work_of("bob"))
    assert found["ada"].path.read_bytes() == NOTEBOOK


def test_a_class_of_archives_beside_notebooks_is_not_one_student(given: Any) -> None:
    found = given("class", {"ada.ipynb": NOTEBOOK, "bob.zip": zipped(WORK), "cem.zip": zipped(WORK)})
    assert sorted(found) == ["ada", "bob", "cem"]
    assert all(item.path for item in found.values())


def test_a_notebook_and_an_archive_of_one_name_are_one_student_s(given: Any) -> None:
    found = given("class", {"ada.ipynb": STUB, "ada.zip": zipped(WORK), "bob.ipynb": NOTEBOOK})
    assert sorted(found) == ["ada", "bob"]
    assert found["ada"].path.read_bytes() == NOTEBOOK
