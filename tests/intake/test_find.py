"""Finding submissions: whose they are, and which file is graded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.intake.find import Found, find
from autograder.submission.read import read, source_of
from autograder.submission.release import Release
from tests.released import ALL, code, kinds, make_release, put, released, script, solved


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return make_release(tmp_path / "course")


def ids(found: list[Found]) -> list[tuple[str, str | None, bool]]:
    return [(item.id, item.path.name if item.path else None, item.problem is not None) for item in found]


def test_a_file_is_named_by_its_stem_or_by_its_folder(tmp_path: Path, release: Release) -> None:
    one = put(tmp_path / "bob.py", "x = 1")
    two = put(tmp_path / "alice" / "optimizers.py", "x = 1")
    three = put(tmp_path / "carol" / "optimizers" / "optimizers.ipynb", solved())
    found = find([one, two, three], "optimizers", release)
    assert [item.id for item in found] == ["bob", "alice", "carol"]


def test_a_file_in_a_repository_is_named_by_the_repository(tmp_path: Path, release: Release) -> None:
    one = put(tmp_path / "alice" / "assignments" / "optimizers" / "optimizers.py", "x = 1")
    assert [item.id for item in find([one], "optimizers", release)] == ["alice"]
    assert [item.id for item in find([one.parent], "optimizers", release)] == ["alice"]


def test_a_folder_of_submissions_is_read_in_order(tmp_path: Path, release: Release) -> None:
    top = tmp_path / "submitted"
    put(top / "zoë" / "optimizers.ipynb", solved())
    put(top / "bob" / "optimizers" / "optimizers.py", "x = 1")
    put(top / "carol" / "unpacked" / "homework.py", "x = 1")
    put(top / "dave.py", "x = 1")
    put(top / "test_me.py", "x = 1")
    put(top / ".hidden" / "optimizers.py", "x = 1")
    put(top / "__pycache__" / "optimizers.py", "x = 1")
    put(top / "erin" / ".ipynb_checkpoints" / "optimizers.py", "x = 1")
    put(top / "frank" / "a.py", "x = 1")
    put(top / "frank" / "b.py", "x = 1")
    assert ids(find([top], "optimizers", release)) == [
        ("bob", "optimizers.py", False),
        ("carol", "homework.py", False),
        ("dave", "dave.py", False),
        ("erin", None, True),
        ("frank", None, True),
        ("zoë", "optimizers.ipynb", False),
    ]


def test_a_class_in_which_one_file_has_the_assignments_name_is_not_taken_for_one_student(
    tmp_path: Path, release: Release
) -> None:
    put(tmp_path / "alice.py", script(solved()))
    put(tmp_path / "optimizers.py", script(solved()))
    assert len(find([tmp_path], "optimizers", release)) == 1
    put(tmp_path / "helpers.py", "def plot(x):\n    return x")
    put(tmp_path / "optimizers_old.py", script(solved()))
    assert len(find([tmp_path], "optimizers", release)) == 1
    put(tmp_path / "bob.ipynb", written(adam="return 2"))
    with pytest.raises(CourseError, match=r"optimizers\.py, and work on .* in alice\.py, bob\.ipynb.*name the files"):
        find([tmp_path], "optimizers", release)
    files = [tmp_path / name for name in ("alice.py", "bob.ipynb", "optimizers_old.py")]
    assert [item.id for item in find(files, "optimizers", release)] == ["alice", "bob", "optimizers_old"]


def test_the_current_folder_has_its_own_name(tmp_path: Path, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "alice" / "assignments" / "optimizers" / "optimizers.py", "x = 1")
    put(tmp_path / "alice" / "other" / "a.py", "x = 1")
    monkeypatch.chdir(tmp_path / "alice")
    assert ids(find(["."], "optimizers", release)) == [("alice", "optimizers.py", False)]


def test_a_folder_with_one_file_of_another_name_is_a_submission(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "alice" / "homework.ipynb", solved())
    assert ids(find([tmp_path / "alice"], "optimizers", release)) == [("alice", "homework.ipynb", False)]


def test_an_empty_folder_is_a_problem(tmp_path: Path, release: Release) -> None:
    (tmp_path / "alice").mkdir()
    (found,) = find([tmp_path / "alice"], "optimizers", release)
    assert "no optimizers.ipynb or optimizers.py in alice" in str(found.problem)


def test_links_to_folders_are_not_followed(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "secret" / "optimizers.py", "x = 1")
    (tmp_path / "all" / "bob").mkdir(parents=True)
    (tmp_path / "all" / "alice").symlink_to(tmp_path / "secret")
    (tmp_path / "all" / "bob" / "optimizers").symlink_to(tmp_path / "secret")
    alice, bob = find([tmp_path / "all"], "optimizers", release)
    assert (alice.path, bob.path) == (None, None)
    assert "not followed" in str(bob.problem)


def test_missing_paths_and_equal_ids_are_course_errors(tmp_path: Path, release: Release) -> None:
    with pytest.raises(CourseError, match="no such file"):
        find([tmp_path / "nowhere"], "optimizers", release)
    put(tmp_path / "a" / "bob.py", "x = 1")
    put(tmp_path / "b" / "bob.py", "x = 1")
    with pytest.raises(CourseError, match=r"a.bob\.py and .*b.bob\.py"):
        find([tmp_path / "a" / "bob.py", tmp_path / "b" / "bob.py"], "optimizers", release)


def taken(folder: Path, release: Release | None) -> tuple[str | None, str]:
    """The name of the file to grade, and the notes on the choice."""
    (found,) = find([folder], "optimizers", release)
    assert (found.path is None) == (found.problem is not None)
    return found.path.name if found.path else None, " ".join(found.notes)


def written(**bodies: str) -> dict[str, Any]:
    """The release notebook with solutions for these exercises."""
    notebook = released()
    for cell in notebook["cells"]:
        for name, body in bodies.items():
            if cell["metadata"].get("tags") == [f"exercise:{name}"]:
                cell["source"] = f"def {name}(x):\n    {body}"
    return notebook


def both(folder: Path, notebook: Any, text: str) -> Path:
    put(folder / "optimizers.ipynb", notebook)
    put(folder / "optimizers.py", text)
    return folder


@pytest.mark.parametrize(
    ("notebook", "text", "expected"),
    [
        (released(), script(released()), "optimizers.ipynb"),
        (solved(), script(released()), "optimizers.ipynb"),
        (released(), script(solved()), "optimizers.py"),
        (solved(), script(solved()), "optimizers.ipynb"),
        ("{", script(released()), "optimizers.ipynb"),
        (solved(), script(written(sgd="return x")), "optimizers.ipynb"),
        (written(sgd="return x"), script(solved()), "optimizers.py"),
        (solved(), script(released()).replace("# YOUR CODE HERE", "# what now?"), "optimizers.ipynb"),
    ],
    ids=["neither", "notebook", "script", "both alike", "damaged", "more in it", "more in the script", "comments only"],
)
def test_the_one_of_notebook_and_script_that_holds_all_of_the_work_is_taken(
    tmp_path: Path, release: Release, notebook: Any, text: str, expected: str
) -> None:
    assert taken(both(tmp_path / "alice", notebook, text), release) == (expected, "")


# Parts of an exercise in one release and in the next: head, docstring, given code.
EARLIER = {
    "a docstring": ('def adam(x):\n    """Retruns x."""\n', 'def adam(x):\n    """Returns x."""\n'),
    "a head": ("def adam(x, rate=1):\n", "def adam(x, rate=2):\n"),
    "given code": ("def adam(x):\n    rate = 1\n", "def adam(x):\n    rate = 2\n"),
}


@pytest.mark.parametrize("suffix", [".ipynb", ".py"])
@pytest.mark.parametrize(("before", "now"), EARLIER.values(), ids=EARLIER.keys())
def test_a_stub_that_has_changed_since_the_students_began_is_no_work_of_theirs(
    tmp_path: Path, before: str, now: str, suffix: str
) -> None:
    stub = '    raise NotImplementedError("adam is not written yet")'
    theirs, ours = released(), released()
    theirs["cells"][-2]["source"], ours["cells"][-2]["source"] = before + stub, now + stub
    put(tmp_path / "course" / "optimizers" / "optimizers.ipynb", ours)
    put(tmp_path / "course" / "optimizers" / "optimizers.py", script(ours))
    release = Release.load(tmp_path / "course" / "optimizers", "optimizers")
    work = json.loads(json.dumps(theirs))
    work["cells"][-2]["source"] = before + "    return x"
    notebook, text = (work, script(theirs)) if suffix == ".ipynb" else (theirs, script(work))
    assert taken(both(tmp_path / "alice", notebook, text), release) == (f"optimizers{suffix}", "")


def test_what_a_formatter_has_done_to_a_stub_is_no_work(tmp_path: Path) -> None:
    stub = "def adam(x, *, rate=1e-3, name='adam'):\n    '''Doc.'''\n    raise NotImplementedError('adam')"
    formatted = (
        'def adam(\n    x,\n    *,\n    rate=1e-3,\n    name="adam",\n):\n'
        '    """Doc."""\n\n    raise NotImplementedError("adam")\n'
    )
    ours = released()
    ours["cells"][-2]["source"] = stub
    put(tmp_path / "course" / "optimizers" / "optimizers.ipynb", ours)
    put(tmp_path / "course" / "optimizers" / "optimizers.py", script(ours))
    release = Release.load(tmp_path / "course" / "optimizers", "optimizers")
    text = script(ours).replace(stub, formatted)
    assert formatted in text
    assert taken(both(tmp_path / "alice", written(sgd="return x"), text), release) == ("optimizers.ipynb", "")


def test_a_stub_in_one_file_does_not_hide_that_the_other_has_more(tmp_path: Path, release: Release) -> None:
    begun = written(sgd="y = x\n    raise NotImplementedError")
    finished = script(written(sgd="y = x\n    return y"))
    assert taken(both(tmp_path / "alice", begun, finished), release) == ("optimizers.py", "")


def test_a_file_in_which_no_exercise_was_written_was_not_worked_in(tmp_path: Path, release: Release) -> None:
    scratch = released()
    scratch["cells"].append(code("def scratch(): return 1"))
    assert taken(both(tmp_path / "alice", scratch, script(solved())), release) == ("optimizers.py", "")


@pytest.mark.parametrize(
    "change",
    [
        {"tags": ["check"]},
        {"tags": ["demo"]},
        {"tags": ["exercise:adam"], "type": "markdown"},
        {"tags": ["exercise:adam"], "type": "raw"},
    ],
    ids=["a check cell", "a cell for pictures", "Markdown", "raw"],
)
def test_work_in_the_wrong_place_is_work(tmp_path: Path, release: Release, change: dict[str, Any]) -> None:
    notebook = released()
    cell = code("def adam(x):\n    return x") | {"cell_type": change.get("type", "code")}
    notebook["cells"].append(cell | {"metadata": {"tags": change["tags"]}})
    assert taken(both(tmp_path / "alice", notebook, script(released())), release) == ("optimizers.ipynb", "")
    assert taken(both(tmp_path / "bob", released(), script(released())), release) == ("optimizers.ipynb", "")
    begun = script(written(sgd="return x"))
    _, note = taken(both(tmp_path / "carol", notebook, begun), release)
    assert "other code for sgd" in note


def test_a_name_given_to_a_result_does_not_hide_the_work(tmp_path: Path, release: Release) -> None:
    notebook = written(sgd="return x")
    notebook["cells"].append(code("sgd = sgd(3)"))
    assert taken(both(tmp_path / "alice", notebook, script(written(sgd="return x"))), release) == (
        "optimizers.ipynb",
        "",
    )


@pytest.mark.parametrize(
    ("notebook", "text", "expected", "says"),
    [
        ({"sgd": "return x"}, {"adam": "return x"}, "optimizers.ipynb", "(finished exercises: 1 and 1)"),
        ({"sgd": "return x"}, {"sgd": "return 2"}, "optimizers.ipynb", "other code for sgd."),
        ({"sgd": "return 1"}, {"sgd": "return 2", "adam": "return x"}, "optimizers.py", "other code for sgd."),
        ({"sgd": "y = 1\n    return x"}, {"sgd": "return x\n    y = 1"}, "optimizers.ipynb", "other code for sgd."),
        ({"sgd": "if x:\n        y = 1"}, {"sgd": "if x: y = 1"}, "optimizers.ipynb", "other code for sgd."),
        (
            {"sgd": "return f(x)\ndef f(x): return 1"},
            {"sgd": "return f(x)\ndef f(x): return 2"},
            "optimizers.ipynb",
            "for f.",
        ),
    ],
    ids=["each has another exercise", "the same one", "more in the script", "lines swapped", "one line", "a helper"],
)
def test_what_is_in_both_and_not_the_same_is_said(
    tmp_path: Path, release: Release, notebook: Any, text: Any, expected: str, says: str
) -> None:
    chosen, note = taken(both(tmp_path / "alice", written(**notebook), script(written(**text))), release)
    assert chosen == expected
    assert note.startswith(f"{expected} was used and not optimizers.")
    assert says in note


def test_a_stub_beside_which_work_was_done_is_never_preferred_for_a_lack_of_knowledge(
    tmp_path: Path, release: Release
) -> None:
    other = script(released()).replace("raise Not", "y = 5\n    raise Not")  # not from a release, but still a stub
    chosen, note = taken(both(tmp_path / "alice", written(sgd="return x"), other), release)
    assert chosen == "optimizers.ipynb"
    assert "finished exercises: 1 and 0" in note


def test_work_beside_a_damaged_notebook_is_graded_with_a_note(tmp_path: Path, release: Release) -> None:
    chosen, note = taken(both(tmp_path / "alice", "{", script(solved())), release)
    assert chosen == "optimizers.py"
    assert note.startswith(
        "optimizers.py was used, because another file could not be read: optimizers.ipynb: this is not"
    )


def test_without_a_release_the_placeholders_tell_what_was_worked_on(tmp_path: Path) -> None:
    assert taken(both(tmp_path / "alice", solved(), script(released())), None) == ("optimizers.ipynb", "")
    assert taken(both(tmp_path / "bob", released(), script(solved())), None) == ("optimizers.py", "")
    assert taken(both(tmp_path / "carol", released(), "def adam(x):\n    return x"), None) == ("optimizers.py", "")


# ---- files under other names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stub", ["optimizers.py", "optimizers.ipynb"])
def test_a_renamed_notebook_beside_a_stub_is_found(tmp_path: Path, release: Release, stub: str) -> None:
    folder = both(tmp_path / "alice", released(), script(released()))
    (folder / ({"optimizers.py", "optimizers.ipynb"} - {stub}).pop()).unlink()
    put(folder / "my solution.ipynb", solved())
    assert taken(folder, release) == (
        "my solution.ipynb",
        f"my solution.ipynb was used, because there is less of your work in {stub}. "
        "The right name is optimizers.ipynb.",
    )


def test_a_notebook_saved_above_the_assignment_is_found(tmp_path: Path, release: Release) -> None:
    folder = tmp_path / "alice"
    both(folder / "assignments" / "optimizers", released(), script(released()))
    put(folder / "mine.ipynb", solved())
    chosen, note = taken(folder, release)
    assert chosen == "mine.ipynb"
    assert "less of your work in assignments/optimizers/optimizers.ipynb, assignments/optimizers/optimizers.py" in note


def test_of_two_places_the_one_with_the_work_counts(tmp_path: Path, release: Release) -> None:
    folder = both(tmp_path / "alice", released(), script(released()))
    put(folder / "assignments" / "optimizers" / "optimizers.py", script(solved()))
    (found,) = find([folder], "optimizers", release)
    assert (found.path, found.notes) == (folder / "assignments" / "optimizers" / "optimizers.py", ())


def test_a_later_copy_counts_if_it_holds_all_of_the_first(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "alice" / "optimizers.ipynb", written(sgd="return x"))
    put(tmp_path / "alice" / "optimizers (1).ipynb", written(sgd="return x", adam="return x"))
    chosen, note = taken(tmp_path / "alice", release)
    assert (chosen, "less of your work in optimizers.ipynb." in note) == ("optimizers (1).ipynb", True)


def test_the_right_name_counts_where_a_copy_holds_other_work(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "alice" / "optimizers.ipynb", written(sgd="return 1"))
    put(tmp_path / "alice" / "backup.ipynb", written(sgd="return 2", adam="return x"))
    chosen, note = taken(tmp_path / "alice", release)
    assert chosen == "optimizers.ipynb"
    assert "and not backup.ipynb (finished exercises: 1 and 2), which has other code for sgd, adam." in note


def test_two_copies_without_the_right_name_are_one_if_they_are_equal(tmp_path: Path, release: Release) -> None:
    for number, work in ((1, "return x"), (2, "return x")):
        put(tmp_path / "all" / "alice" / f"optimizers ({number}).ipynb", written(sgd=work))
    (found,) = find([tmp_path / "all"], "optimizers", release)
    assert found.path == tmp_path / "all" / "alice" / "optimizers (1).ipynb"
    assert "no more of your work in optimizers (2).ipynb" in found.notes[0]
    put(tmp_path / "all" / "alice" / "optimizers (2).ipynb", written(sgd="return 2"))
    (found,) = find([tmp_path / "all"], "optimizers", release)
    assert "Each has work that the others lack" in str(found.problem)


def test_other_assignments_in_the_same_folder_are_no_matter(tmp_path: Path, release: Release) -> None:
    make_release(tmp_path / "course", "conv", ("conv2d", "pool"))
    other = released("conv", ("conv2d", "pool"))
    put(tmp_path / "alice" / "conv.ipynb", other)
    put(tmp_path / "alice" / "optimizers.ipynb", solved())
    assert taken(tmp_path / "alice", release) == ("optimizers.ipynb", "")
    put(tmp_path / "alice" / "optimizers.ipynb", released())
    chosen, note = taken(tmp_path / "alice", release)
    assert (chosen, "conv.ipynb: this is not optimizers" in note) == ("optimizers.ipynb", True)


def test_a_file_with_too_much_code_is_not_compared_and_does_not_hold_the_class_up(
    tmp_path: Path, release: Release
) -> None:
    put(tmp_path / "alice" / "optimizers.ipynb", solved())
    put(tmp_path / "alice" / "optimizers.py", "def adam(x):\n" + "    x\n" * 300_000)
    chosen, note = taken(tmp_path / "alice", release)
    assert (chosen, "KiB of code" in note) == ("optimizers.ipynb", True)


@pytest.mark.parametrize("name", ["OPTIMIZERS.IPYNB", "Optimizers.ipynb", "Optimizers.PY"])
def test_capitals_in_a_name_do_not_matter(tmp_path: Path, release: Release, name: str) -> None:
    is_notebook = name.lower().endswith("ipynb")
    path = put(tmp_path / "alice" / name, solved() if is_notebook else script(solved()))
    put(tmp_path / "alice" / "helper.py", "x = 1")
    assert taken(tmp_path / "alice", release) == (name, "")
    assert kinds(read(path, release)) == ALL
    assert bool(source_of(path, read(path, release), ["adam"]).cells) == is_notebook
    assert [item.id for item in find([path], "optimizers", release)] == ["alice"]


def test_what_a_mac_packs_beside_the_work_is_not_looked_at(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "all" / "alice" / "unpacked" / "optimizers.ipynb", solved())
    put(tmp_path / "all" / "alice" / "__MACOSX" / "optimizers.ipynb", released())
    assert ids(find([tmp_path / "all"], "optimizers", release)) == [("alice", "optimizers.ipynb", False)]


def test_an_archive_is_named_wherever_it_lies(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "all" / "alice" / "work.zip", "PK")
    put(tmp_path / "all" / "bob.zip", "PK")
    put(tmp_path / "all" / "carol.zip", "PK")
    put(tmp_path / "all" / "carol" / "optimizers.ipynb", solved())
    alice, bob, carol = find([tmp_path / "all"], "optimizers", release)
    assert "in alice, but work.zip: this archive was not opened" in str(alice.problem)
    assert "bob.zip: this archive was not opened" in str(bob.problem)
    assert (carol.problem, carol.notes) == (None, ())


@pytest.mark.parametrize("stray", ["optimizers.zip", "optimizers.ipynb.txt"])
@pytest.mark.parametrize("stub", ["optimizers.ipynb", "mine.ipynb"])
def test_a_stub_beside_a_file_that_cannot_be_graded_is_graded_with_a_note(
    tmp_path: Path, release: Release, stub: str, stray: str
) -> None:
    put(tmp_path / "alice" / stub, released())
    put(tmp_path / "alice" / stray, "PK")
    chosen, note = taken(tmp_path / "alice", release)
    assert chosen == stub
    assert f"nothing is written in {stub}, and {stray} was not read" in note
    put(tmp_path / "alice" / stub, solved())
    assert "was not read" not in taken(tmp_path / "alice", release)[1]


def test_what_is_there_instead_is_said(tmp_path: Path, release: Release) -> None:
    put(tmp_path / "alice" / "optimizers.pdf", "x")
    (found,) = find([tmp_path / "alice"], "optimizers", release)
    assert str(found.problem) == "no optimizers.ipynb or optimizers.py in alice, but optimizers.pdf"


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "all" / "alice" / "a.py", "x = 1")
    put(tmp_path / "all" / "bob" / "a.py", "x = 1")
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("bob"):
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert ids(find([tmp_path / "all"], "optimizers")) == [("alice", "a.py", False), ("bob", None, True)]


def test_a_link_to_another_students_file_is_nobodys_work(tmp_path: Path, release: Release) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ada.py").write_text("x = 1\n")
    (folder / "mallory.py").symlink_to("ada.py")
    found = find([folder], "optimizers", release)
    assert [(each.id, each.problem) for each in found] == [
        ("ada", None),
        ("mallory", "this is a link to a file; hand in the file itself"),
    ]
