"""Learning platforms' downloads: no student is lost, merged with another, or mistaken for somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.intake.find import Found, find
from autograder.intake.timestamps import stamped
from autograder.integrations import canvas as roster
from autograder.submission.release import Release
from tests import samples
from tests.lms import SYSTEMS, Files, blackboard, brightspace, canvas, gradescope, moodle, put_all, zipped
from tests.released import make_release, released, solved

NOTEBOOK = json.dumps(solved()).encode()
STUDENTS: dict[str, Files] = {
    "Ada Lovelace": {"optimizers.ipynb": NOTEBOOK},
    "Zoë Brown": {"work.zip": zipped({"src/optimizers.ipynb": NOTEBOOK, "data/x.csv": b"1"})},
    "Bob Builder": {"report.pdf": b"%PDF-1.7"},
    "Cem Can": {"mine.ipynb": NOTEBOOK},
}
IDS = {
    "moodle": ["Ada Lovelace", "Bob Builder", "Cem Can", "Zoë Brown"],
    "canvas": ["brownzoë_102", "builderbob_103", "cancem_104", "lovelaceada_101"],
    "blackboard": ["ada_lovelace", "bob_builder", "cem_can", "zoë_brown"],
    "brightspace": ["Ada Lovelace", "Bob Builder", "Cem Can", "Zoë Brown"],
    "gradescope": ["ada.lovelace@uni.edu", "bob.builder@uni.edu", "cem.can@uni.edu", "zoë.brown@uni.edu"],
}


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return make_release(tmp_path / "course")


@pytest.fixture
def given(tmp_path: Path, release: Release) -> Any:
    """The submissions found in a download, packed or not."""

    def read(files: Files, *, packed: bool = True, wrapped: str = "") -> list[Found]:
        files = {f"{wrapped}{name}": data for name, data in files.items()}
        path = tmp_path / ("download.zip" if packed else "download")
        if packed:
            path.write_bytes(zipped(files))
        else:
            put_all(path, files)
        found = find([path], "optimizers", release, tmp_path / "ours")
        return sorted(found, key=lambda item: item.id)

    return read


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("system", SYSTEMS)
def test_everybody_who_handed_something_in_is_found(given: Any, system: str, packed: bool) -> None:
    found = given(SYSTEMS[system](STUDENTS), packed=packed)
    assert [item.id for item in found] == IDS[system]
    assert sum(item.path is not None for item in found) == 3
    (bob,) = [item for item in found if item.path is None]
    assert "no optimizers.ipynb or optimizers.py" in str(bob.problem)
    assert "report.pdf" in str(bob.problem)


@pytest.mark.parametrize("form", [lambda s: moodle(s, flat=True), lambda s: brightspace(s, flat=True)])
def test_files_may_lie_side_by_side(given: Any, form: Any) -> None:
    assert [item.id for item in given(form(STUDENTS))] == IDS["moodle"]


def test_a_folder_around_all_of_it_is_nobody(given: Any) -> None:
    assert [item.id for item in given(moodle(STUDENTS), wrapped="optimizers/")] == IDS["moodle"]


@pytest.mark.parametrize("form", [moodle, brightspace])
def test_namesakes_are_told_apart_by_their_number(given: Any, form: Any) -> None:
    one, other = {"Kim Lee": {"optimizers.ipynb": NOTEBOOK}}, {"Kim Lee": {"optimizers.py": b"x = 1"}}
    found = given(form(one, first=11) | form(other, first=12) | form({"Ada": {"a.pdf": b""}}, first=13))
    assert [(item.id, item.path and item.path.name) for item in found] == [
        ("Ada", None),
        ("Kim Lee_11", "optimizers.ipynb"),
        ("Kim Lee_12", "optimizers.py"),
    ]


def test_the_numbers_that_moodle_makes_for_each_assignment_make_no_other_students(given: Any) -> None:
    assert [item.id for item in given(moodle({"Ada": {"optimizers.ipynb": NOTEBOOK}}, first=999))] == ["Ada"]


def test_what_moodle_has_as_text_belongs_to_the_same_student(given: Any) -> None:
    files = moodle({"Ada": {"optimizers.ipynb": NOTEBOOK}, "Bob": {"optimizers.ipynb": NOTEBOOK}})
    found = given(files | {"Ada_700_assignsubmission_onlinetext_/onlinetext.html": b"<p>See the file."})
    assert [item.id for item in found] == ["Ada", "Bob"]


def test_what_canvas_marks_as_late_is_said_and_is_no_part_of_a_name(given: Any) -> None:
    late, other = given(
        canvas({"Ada Lovelace": STUDENTS["Ada Lovelace"], "Cem Can": STUDENTS["Cem Can"]}, ("Cem Can",))
    )
    assert (late.id, late.notes) == ("cancem_102", ("Canvas says that it is late.",))
    assert (other.id, other.notes) == ("lovelaceada_101", ())


def test_of_what_was_handed_in_to_canvas_again_the_last_counts(given: Any) -> None:
    stub = json.dumps(released()).encode()
    found = given(
        {
            "lovelaceada_101_5001_optimizers.ipynb": stub,
            "lovelaceada_101_5009_optimizers-1.ipynb": NOTEBOOK,
            "cancem_104_5003_optimizers.ipynb": NOTEBOOK,
        }
    )
    assert [item.id for item in found] == ["cancem_104", "lovelaceada_101"]
    assert found[1].path.read_bytes() == NOTEBOOK
    assert found[1].notes == ("It was handed in more than once: the last counts.",)


def test_who_is_hidden_by_canvas_is_told_apart(given: Any) -> None:
    files = {"anon_aB3xy_5001_optimizers.ipynb": NOTEBOOK, "LATE_anon_Zz9qr_5002_optimizers.ipynb": NOTEBOOK}
    assert [item.id for item in given(files)] == ["anon_Zz9qr", "anon_aB3xy"]


def test_text_and_links_that_canvas_took_have_a_report(given: Any) -> None:
    files = canvas({"Ada Lovelace": STUDENTS["Ada Lovelace"]}) | {
        "cancem_104_text.html": b"Sorry",
        "brownzo_7_link.html": b"",
    }
    assert [item.id for item in given(files)] == ["brownzo_7", "cancem_104", "lovelaceada_101"]


def test_files_whose_names_only_look_like_canvas_s_stay_apart(given: Any) -> None:
    files = {"hw_1_2_ada.ipynb": NOTEBOOK, "hw_1_3_bob.ipynb": NOTEBOOK, "hw_1_4_eve.ipynb": NOTEBOOK}
    assert [item.id for item in given(files)] == ["hw_1_2_ada", "hw_1_3_bob", "hw_1_4_eve"]


def test_the_id_in_a_download_of_canvas_finds_its_row_in_the_roster(given: Any) -> None:
    reports = [samples.report(samples.check(), submission=item.id) for item in given(canvas(STUDENTS))]
    rows = "".join(f'"{name}",{number},A,\n' for name, number in (("Lovelace, Ada", 101), ("Brown, Zoë", 102)))
    rows += "".join(f'"{name}",{number},A,\n' for name, number in (("Builder, Bob", 103), ("Can, Cem", 104)))
    upload = roster.render(reports, f"Student,ID,Section,Optimizers (42)\n{rows}", "Optimizers")
    assert (upload.problems, upload.missing) == ((), ())


def test_a_table_of_times_may_say_the_id_or_the_number_in_it(given: Any, tmp_path: Path) -> None:
    found = given(canvas({"Ada Lovelace": STUDENTS["Ada Lovelace"], "Cem Can": STUDENTS["Cem Can"]}))
    (tmp_path / "times.csv").write_text(
        "student;submitted\n101;2026-10-12T12:00:00Z\ncancem_102;2026-10-12T13:00:00Z\n"
    )
    times = {item.id: item.submitted for item in stamped(found, "optimizers", str(tmp_path / "times.csv"))}
    assert times == {
        "lovelaceada_101": datetime(2026, 10, 12, 12, tzinfo=UTC),
        "cancem_102": datetime(2026, 10, 12, 13, tzinfo=UTC),
    }


def test_user_names_with_underscores_are_whole_with_blackboard_s_receipts_and_without(given: Any) -> None:
    files = blackboard({"Ada Smith": STUDENTS["Ada Lovelace"], "Bob Smith": STUDENTS["Cem Can"]}, "HW_1")
    assert [item.id for item in given(files)] == ["ada_smith", "bob_smith"]
    files = {name: data for name, data in files.items() if not name.endswith(".txt")}
    assert [item.id for item in given(files, packed=False)] == ["ada_smith", "bob_smith"]


def test_of_several_attempts_at_blackboard_the_last_counts(given: Any) -> None:
    head = "HW_ada_attempt_2026-01-{}-10-00-00_optimizers.ipynb"
    found = given({head.format("09"): b"{}", head.format("30"): NOTEBOOK, head.format("10"): b"{}"})
    assert [item.id for item in found] == ["ada"]
    assert found[0].path.read_bytes() == NOTEBOOK
    assert found[0].notes == ("It was handed in more than once: the last counts.",)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Oct 10, 2025 1022 AM", "Oct 10, 2025 1204 PM"),
        ("Oct 9, 2025 1159 PM", "Oct 10, 2025 1204 AM"),
        ("Dec 31, 2025 1000 AM", "Jan 1, 2026 900 AM"),
        ("13 September 2025 310 PM", "13 September 2025 1110 PM"),
        ("2025-09-30 2359", "2025-10-01 0001"),
    ],
)
def test_of_several_attempts_at_brightspace_the_last_counts(given: Any, earlier: str, later: str) -> None:
    files = {
        f"5-7 - Ada Lovelace - {later}/optimizers.ipynb": NOTEBOOK,
        f"5-7 - Ada Lovelace - {earlier}/optimizers.ipynb": b"{}",
        f"6-7 - Cem Can - {earlier}/optimizers.ipynb": NOTEBOOK,
    }
    ada, cem = given(files)
    assert (ada.id, ada.path.read_bytes(), cem.id, cem.notes) == ("Ada Lovelace", NOTEBOOK, "Cem Can", ())


def test_gradescope_says_when_and_which_group(given: Any) -> None:
    files = gradescope({"Ada": STUDENTS["Ada Lovelace"]})
    name = "assignment_7_export/submission_metadata.yml"
    files[name] += b"\nsubmission_901:\n  :submitters:\n  - :email: b@x\n  - :email: a@x\n"
    first, second = given(files)
    assert (first.id, first.path, first.problem) == (
        "a@x, b@x", None, "no optimizers.ipynb or optimizers.py in a@x, b@x"
    )  # fmt: skip
    assert second.submitted == datetime(2026, 1, 31, 17, tzinfo=UTC)


def test_damaged_metadata_of_gradescope_are_refused(given: Any) -> None:
    with pytest.raises(CourseError, match=r"Cannot read submission_metadata\.yml"):
        given({"submission_metadata.yml": b"a: [", "submission_1/optimizers.ipynb": NOTEBOOK})


def test_what_came_by_mail_is_graded_with_the_download(given: Any) -> None:
    files = moodle({"Ada": STUDENTS["Ada Lovelace"], "Cem": STUDENTS["Cem Can"]})
    found = given(files | {"dan.ipynb": NOTEBOOK, "eve/optimizers.py": b"x = 1", "grades.csv": b""}, packed=False)
    assert [item.id for item in found] == ["Ada", "Cem", "dan", "eve"]


A_CLASS = {"Ada": STUDENTS["Ada Lovelace"], "Bob": STUDENTS["Bob Builder"], "Cem": STUDENTS["Cem Can"]}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    "places", [("download/all.zip",), ("A.zip", "B.zip"), ("A/all.zip", "B/all.zip"), ("all.zip", "dan/optimizers.py")]
)
def test_a_class_s_download_in_a_folder_or_beside_others_is_never_one_student(
    given: Any, system: str, places: tuple[str, ...]
) -> None:
    files = {place: zipped(SYSTEMS[system](A_CLASS)) if place.endswith(".zip") else b"x = 1" for place in places}
    with pytest.raises(CourseError, match=r"submission contains .* the work of several students"):
        given(files)


@pytest.mark.parametrize("form", [moodle, canvas, blackboard, brightspace])
def test_downloads_of_two_sections_that_lie_unpacked_are_their_students(given: Any, form: Any) -> None:
    other = {name: files for name, files in A_CLASS.items() if name != "Cem"}
    sections = {"A": form(A_CLASS), "B": form({f"{name} Lee": files for name, files in other.items()})}
    found = given({f"{section}/{name}": data for section, files in sections.items() for name, data in files.items()})
    assert len(found) == 5
    assert sum(item.path is not None for item in found) == 3


def test_what_a_student_whom_the_platform_names_hands_in_stays_theirs(given: Any) -> None:
    found = given(moodle({"Ada": STUDENTS["Ada Lovelace"], "Eve": {"work.zip": zipped(moodle(A_CLASS))}}))
    assert [item.id for item in found] == ["Ada", "Eve"]


def test_what_one_student_has_packed_keeps_nobody_else_from_being_graded_and_names_nobody(
    given: Any, tmp_path: Path, release: Release
) -> None:
    download = zipped(moodle({"Bob": {"optimizers.ipynb": NOTEBOOK}, "Carl": {"optimizers.ipynb": NOTEBOOK}}))
    put_all(tmp_path / "class", {"ada/optimizers.ipynb": NOTEBOOK, "mallory/work.zip": download})
    folders = sorted((tmp_path / "class").iterdir())
    for paths in ([tmp_path / "class"], folders):  # as `grade class` and as `grade class/*`
        ada, mallory = find(paths, "optimizers", release, tmp_path / f"unpacked {len(paths)}")
        assert (ada.id, ada.problem, mallory.id) == ("ada", None, "mallory")
        assert "the work of several students" in str(mallory.problem)


def test_a_download_that_is_damaged_is_refused(tmp_path: Path, release: Release) -> None:
    data = zipped(moodle(STUDENTS))
    (tmp_path / "class.zip").write_bytes(data[: len(data) // 2])
    with pytest.raises(CourseError, match=r"class\.zip cannot be read as submissions: .* damaged"):
        find([tmp_path / "class.zip"], "optimizers", release, tmp_path / "ours")
