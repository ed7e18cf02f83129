"""Reading what students hand in: every file is a submission or a Failure that says what to do."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from autograder import cells as cells_module
from autograder.cells import RawCell, definitions, script_cells
from autograder.errors import CourseError, Failure
from autograder.magics import neutralise
from autograder.release import Release
from autograder.submission import read
from tests.released import ALL, SETUP, STUB, code, kinds, make_release, put, released, script, solved
from tests.samples import growth


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return make_release(tmp_path / "course")


@pytest.fixture
def hand_in(tmp_path: Path) -> Any:
    def write(content: Any, name: str = "optimizers.ipynb") -> Path:
        return put(tmp_path / "alice" / name, content)

    return write


# ---- cells ----------------------------------------------------------------------------------------------------------


def test_a_release_notebook_gives_setup_exercises_and_the_imports_of_demos(release: Release, hand_in: Any) -> None:
    submission = read(hand_in(solved()), release, "alice")
    assert (submission.id, submission.notes, kinds(submission)) == ("alice", (), ALL)
    assert submission.cells[3].source.strip() == "import matplotlib.pyplot as plt  # pictures"
    assert submission.cells[1].label == "cell 4"


def test_a_release_script_gives_the_same_cells_with_the_lines_of_the_file(release: Release, hand_in: Any) -> None:
    path = hand_in(script(solved()), "optimizers.py")
    submission = read(path, release)
    assert kinds(submission) == ALL
    lines = path.read_text().split("\n")
    for cell in submission.cells:
        if cell.kind != "demo":
            assert lines[cell.first_line - 1] == cell.source.split("\n")[0]
            assert cell.label == f"line {cell.first_line}"


def test_a_plain_python_file_comes_after_the_setup_of_the_release(release: Release, hand_in: Any) -> None:
    submission = read(hand_in("def adam(x):\n    return x\n", "mine.py"), release)
    *setup, own = submission.cells
    assert [cell.source for cell in setup] == list(release.setups.values())
    assert {cell.kind for cell in setup} == {"setup"}
    assert (own.kind, own.label) == ("script", "mine.py")
    assert submission.notes == ()


def test_each_statement_of_an_untagged_script_stands_on_its_own(hand_in: Any) -> None:
    submission = read(hand_in("# %%\nx = 1\n# %%\ny = 2\n", "mine.py"))
    assert {cell.kind for cell in submission.cells} == {"script"}


def test_a_changed_locked_cell_is_read_from_the_release(release: Release, hand_in: Any) -> None:
    notebook = solved()
    notebook["cells"][2]["source"] = "import numpy as np; np.allclose = lambda *a: True"
    submission = read(hand_in(notebook), release)
    assert submission.cells[0].source == SETUP
    assert submission.notes == ("cell 3 is locked but was changed: the released text was used",)


@pytest.mark.parametrize("name", ["optimizers.ipynb", "optimizers.py"])
def test_deleted_locked_cells_come_back_in_their_place(release: Release, hand_in: Any, name: str) -> None:
    notebook = solved()
    notebook["cells"] = [cell for cell in notebook["cells"] if "setup" not in str(cell["metadata"])]
    submission = read(hand_in(notebook if name.endswith("ipynb") else script(notebook), name), release)
    order = [cell for cell in kinds(submission) if cell[0] != "demo"]
    assert order == [cell for cell in ALL if cell[0] != "demo"]
    assert len(submission.notes) == 2


def test_setup_after_every_known_cell_comes_back_at_the_end(release: Release, hand_in: Any) -> None:
    notebook = {"cells": [code("def sgd(x): return x", "exercise:sgd"), code("y = 1")]}
    assert kinds(read(hand_in(notebook), release)) == [
        ("setup", "1"),
        ("exercise", "sgd"),
        ("setup", "2"),
        ("other", None),
    ]


def test_a_copy_of_a_locked_cell_with_own_code_in_it_is_kept(release: Release, hand_in: Any) -> None:
    notebook = solved()
    notebook["cells"].insert(2, code("def mine(): return 1", "setup:1", "setup_1"))
    notebook["cells"].append(code("def ours(): return 2", "setup:1", "setup_1"))
    submission = read(hand_in(notebook), release)
    assert [cell.source for cell in submission.cells if cell.kind == "other"] == [
        "def mine(): return 1",
        "def ours(): return 2",
    ]
    assert submission.notes == ()


def test_a_notebook_without_metadata_is_recognised_by_the_text_of_its_cells(release: Release, hand_in: Any) -> None:
    notebook = solved()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    notebook["cells"][3]["source"] = STUB.format(name="sgd")
    submission = read(hand_in(notebook), release)
    assert kinds(submission) == [*ALL[:4], ("other", None)]


def test_students_own_cells_are_kept_and_their_calls_of_check_are_not(release: Release, hand_in: Any) -> None:
    notebook = solved()
    notebook["cells"] += [code("def helper(): return 3"), code('# try\ncheck("adam")'), code("")]
    submission = read(hand_in(notebook), release)
    assert kinds(submission) == [*ALL, ("other", None)]


def test_duplicated_exercise_cells_all_run_and_are_noted(release: Release, hand_in: Any) -> None:
    notebook = solved()
    notebook["cells"].append(code("def adam(x): return 2 * x", "exercise:adam"))
    submission = read(hand_in(notebook), release)
    assert kinds(submission).count(("exercise", "adam")) == 2
    assert submission.notes == ("adam has 2 cells (cell 8, cell 10): they run in order, so the last one counts",)


def test_without_a_release_the_metadata_alone_tells(hand_in: Any) -> None:
    notebook = solved()
    for cell in notebook["cells"]:
        cell["metadata"].pop("tags", None)
    notebook["cells"].append(code("x = 1", "exercise:" + "n" * 1000))
    assert kinds(read(hand_in(notebook))) == [
        ("setup", "1"),
        ("exercise", "sgd"),
        ("setup", "2"),
        ("other", None),
        ("exercise", "adam"),
        ("other", None),
    ]


def test_nbformat_3_is_read(release: Release, hand_in: Any) -> None:
    cell = {"cell_type": "code", "input": ["def adam(x):\n", "    return x"], "metadata": {}}
    submission = read(hand_in({"nbformat": 3, "worksheets": [{"cells": [cell]}, None]}), release)
    assert submission.cells[-1].source == "def adam(x):\n    return x"


def test_a_mark_inside_a_string_is_no_cell_unless_it_has_tags() -> None:
    text = 'x = """\n# %% not a cell\n"""\n# %%\n"it\'s"  # it\'s\n'
    text += "y = '''open\n# %%\nz = 1\n# %% tags=[\"exercise:f\"]\ndef f(): 0"
    found = script_cells(text, "a.py")
    assert [cell.first_line for cell in found] == [1, 5, 8, 10]
    assert found[-1].tags == ("exercise:f",)


HOME = 'from autograder.notebook import check, uses\ncheck("sgd")  # again\nwith uses("sgd", "adam"):\n    draw()\n'


@pytest.mark.parametrize("name", ["optimizers.ipynb", "optimizers.py"])
def test_work_merged_into_one_cell_runs_statement_by_statement_without_what_is_for_home(
    release: Release, hand_in: Any, name: str
) -> None:
    text = HOME + "def sgd(x): return x\ndef adam(x): return x"
    submission = read(hand_in({"cells": [code(text)]} if name.endswith("ipynb") else text, name), release)
    own = submission.cells[-1]
    assert own.kind == "script"
    assert own.source == "\n\nif False:\n    draw()\ndef sgd(x): return x\ndef adam(x): return x"


def test_a_cell_of_one_exercise_stops_at_its_first_exception_as_in_a_notebook(release: Release, hand_in: Any) -> None:
    submission = read(hand_in({"cells": [code("y = 1\ndef adam(x): return x")]}), release)
    assert submission.cells[-1].kind == "other"


def test_conflict_marks_in_a_cell_are_named(release: Release, hand_in: Any) -> None:
    marks = "<<<<<<< HEAD\ndef adam(x): return x\n=======\ndef adam(x): return 2\n>>>>>>> theirs"
    submission = read(hand_in({"cells": [code(marks, "exercise:adam")]}), release)
    assert "cell 1: it holds Git's conflict marks" in submission.notes[-1]


# ---- definitions ----------------------------------------------------------------------------------------------------

PLAIN = """
@wraps(g)
def f(a, b='x'):
    '''Doc.'''
    if a:  # why
        return [a, b]
    return "it's"
class A:
    x = {'y': 1}
    async def g(self): pass
n: int = 3
print(n)
f.x = 2
"""
FORMATTED = '''
@wraps(g)
def f(
  a,
  b="x",  # a comment
):

  r"""Another
  doc."""

  if a:
      return [
          a,
          b,
      ]

  return \\
      "it's"


class A:
    x = {"y": 1}

    async def g(self): pass
n: int = 3
'''


def test_definitions_are_the_same_after_a_formatter_and_with_other_comments() -> None:
    assert definitions(PLAIN) == definitions(FORMATTED)
    assert definitions(PLAIN)["f"] == (
        "0 @wraps(g)",
        '0 def f(a,b="x"):',
        "1 ifa:",
        "2 return[a,b]",
        """1 return"it's\"""",
    )
    assert definitions(PLAIN).keys() == {"f", "A", "n"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("    y = 1\n    return y", "    y = 1\nreturn y"),
        ("    for i in x:\n        y()\n        z()", "    for i in x:\n        y()\n    z()"),
        ("    return (a + b) * c", "    return a + b * c"),
        ("    return (1,)", "    return (1)"),
        ("    return 'a b'", "    return 'ab'"),
        ("    return 'a\"b'", "    return 'a' b'"),
        ("    x = '''a'''", "    x = '''b'''"),
        ("    return -1", "    return 1"),
    ],
)
def test_definitions_that_do_not_do_the_same_differ(one: str, other: str) -> None:
    assert definitions(f"def f():\n{one}") != definitions(f"def f():\n{other}")


def test_the_last_definition_of_a_name_counts() -> None:
    assert definitions("f = 1\ndef f(): 2\nf = 3") == {"f": ("0 f=3",)}


def test_a_note_limit_keeps_reports_short(release: Release, hand_in: Any) -> None:
    notebook = solved()
    notebook["cells"] += [code(f"%magic{n}") for n in range(100)]
    notes = read(hand_in(notebook), release).notes
    assert len(notes) == 21
    assert "more notes" in notes[-1]


# ---- magics ---------------------------------------------------------------------------------------------------------

LINES = [
    "%matplotlib inline",
    "!pip install 'torch' # it's",
    "!!ls [a",
    "?help",
    "np.zeros?",
    "x = !ls",
    "files, n = %sx ls",
    "if True:\n    %load_ext autoreload\n    !ls\n",
    "!pip install a \\\n   b\ny = 1",
    'x = """\n%not\n!this\n"""\n%cd here',
    "x = (7\n%3)\n%cd there",
    "x = 7 \\\n%3\n%cd there",
    "x != y\nprint('why?')  # why?",
    "text = 'a = !ls'",
    "    x = 1\n    %cd here",
    "%cd 'a' \"b\"",
    "#!ls\nx = 5 % 3",
]


@pytest.mark.parametrize("source", LINES)
def test_magics_become_the_calls_that_ipython_makes_of_them(source: str) -> None:
    (cell,), _ = neutralise([RawCell("cell 1", source)])
    expected = compile(TransformerManager().transform_cell(source), "a", "exec")
    actual = compile(cell.source, "a", "exec")
    assert (actual.co_code, actual.co_consts, actual.co_names) == (
        expected.co_code,
        expected.co_consts,
        expected.co_names,
    )
    assert cell.source.count("\n") == source.count("\n")


def test_time_runs_its_statement_and_time_cells_run_their_body() -> None:
    (one, two), notes = neutralise(
        [RawCell("cell 1", "%time y = f(1)"), RawCell("cell 2", "\n%%time\n%%capture\nz = 2")]
    )
    assert (one.source, two.source) == ("y = f(1)", "\n\n\nz = 2")
    assert [note.split(":")[0] for note in notes] == ["cell 1", "cell 2", "cell 2"]


@pytest.mark.parametrize("magic", ["bash", "html", "writefile a.py", "javascript", "!", "timeit"])
def test_a_cell_in_another_language_is_skipped_with_a_note(magic: str) -> None:
    kept, notes = neutralise([RawCell("cell 1", f"%%{magic}\nanything <goes>")])
    assert kept == []
    assert "skipped" in notes[0]


def test_each_kind_of_magic_is_noted_once() -> None:
    _, notes = neutralise([RawCell("cell 1", "!ls\n!ls a\nawait f()"), RawCell("cell 2", "!ls\nx = await f()")])
    assert len(notes) == 2
    assert notes[1].startswith("cell 1: `await`")


def test_broken_python_is_left_for_the_sandbox_to_report() -> None:
    for source in ['x = """open\n%cd a', "f((\n%cd a", "%%", ")\n%cd a"]:
        (cell,), _ = neutralise([RawCell("cell 1", source)])
        assert cell.source.split("\n")[0] == (source.split("\n")[0] if source != "%%" else cell.source.split("\n")[0])


# ---- damaged and hostile files --------------------------------------------------------------------------------------

BAD = [
    ("", "is empty"),
    ("  \n", "is empty"),
    ("{", "JSON breaks at line 1, column 2"),
    ("[" * 200_000, "damaged"),
    ('{"a":' * 100_000, "damaged"),
    ("1" * 5000, "damaged"),
    ("[1]", "no cells"),
    ("<html>", "web page"),
    ("<<<<<<< HEAD", "conflict"),
    ("[" + "0," * 2_100_000 + "0]", "too large"),
    ({"nbformat": 4}, "no list of cells"),
    ({"cells": {"0": 1}}, "no list of cells"),
    ({"cells": []}, "no code"),
    ({"cells": [None, 1, {"cell_type": 5}, {"cell_type": "code", "source": 7}]}, "no code"),
    ({"cells": [{"cell_type": "code", "source": ["a", 1]}]}, "no code"),
    ({"cells": [code("%%bash\nls")]}, "no code"),
    ({"cells": [code("x" * (2**19 + 1))]}, "512 KiB of code"),
]


@pytest.mark.parametrize(("content", "message"), BAD, ids=[message for _, message in BAD])
def test_a_damaged_notebook_is_a_failure_that_says_so(
    release: Release, hand_in: Any, content: Any, message: str
) -> None:
    with pytest.raises(Failure, match=message):
        read(hand_in(content), release)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfx = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        ("x = 'é'".encode("latin-1"), "x = 'é'"),
        ("x = 'é'".encode("utf-16"), "x = 'é'"),
        (b"x\0 = 1\ry = 2", "x = 1\ny = 2"),
    ],
)
def test_odd_encodings_are_read(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    assert read(path).cells[0].source == expected


def test_lone_surrogates_nan_and_damaged_cells_are_survived(hand_in: Any) -> None:
    cell = '{"cell_type": "code", "metadata": [1], "source": "a = \'\\ud800\'"}'
    text = '{"metadata": [], "x": NaN, "cells": [' + cell + ", null]}"
    submission = read(hand_in(text))
    assert submission.cells[0].source == "a = '?'"
    assert submission.notes == ("cells that are damaged and were ignored: 2",)


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"not \.pdf"):
        read(put(tmp_path / "a.pdf", "x"))
    with pytest.raises(Failure, match="zip archive"):
        read(put(tmp_path / "a.py", "PK\x03\x04"))
    with pytest.raises(Failure, match="cannot be read"):
        read(tmp_path / "missing.py")
    with pytest.raises(Failure, match="NUL"):
        read(tmp_path / "a\0.py")
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(Failure, match="not a regular file"):
        read(tmp_path / "folder.py")


def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    with pytest.raises(Failure, match="not a regular file"):
        read(tmp_path / "a.py")


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells_module, "FILE_LIMIT_BYTES", 10)
    with pytest.raises(Failure, match="larger than"):
        read(put(tmp_path / "a.py", "x = 1234567"))


def test_a_link_is_read_only_within_its_folder(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.py", "x = 1")
    folder = tmp_path / "alice"
    put(folder / "real.py", "x = 2")
    (folder / "out.py").symlink_to(secret)
    (folder / "in.py").symlink_to("real.py")
    (folder / "loop.py").symlink_to("loop.py")
    assert read(folder / "in.py").cells[0].source == "x = 2"
    with pytest.raises(Failure, match="link to a file outside"):
        read(folder / "out.py")
    with pytest.raises(Failure, match="cannot be read"):
        read(folder / "loop.py")


def test_another_assignments_file_is_refused_by_name(tmp_path: Path, release: Release, hand_in: Any) -> None:
    make_release(tmp_path / "course", "conv", ("conv2d", "pool"))
    (tmp_path / "course" / "notes").mkdir()
    other = released("conv", ("conv2d", "pool"))
    with pytest.raises(Failure, match="seems to be conv"):
        read(hand_in(other), release)
    with pytest.raises(Failure, match="seems to be conv"):
        read(hand_in(script(other), "optimizers.py"), release)
    with pytest.raises(Failure, match="another one, with gelu"):
        read(hand_in(script(released("x", ("gelu",))), "optimizers.py"), release)


def test_work_on_this_assignment_in_another_notebook_is_read(release: Release, hand_in: Any) -> None:
    other = released("conv", ("conv2d", "pool"))
    other["cells"].append(code("def adam(x): return x\nsgd = adam"))
    assert read(hand_in(other), release).cells


def test_a_missing_release_is_the_courses_fault(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="autograder build"):
        Release.load(tmp_path, "conv")


HOSTILE = {  # twice each is still code that is read
    "continued magics": "%a \\\n" * 50_000,
    "escaped quotes": '# %%\n\\"""\n' * 25_000,
    "open tags": "# %% " + "tags=[" * 40_000 + "\n" + "x?\n",
    "one word": "x" * 250_000 + "?",
    "escapes": '"' + "\\a" * 120_000 + "%",
    "brackets": "%" + "\n(" * 120_000,
    "spaces": "import a" + " " * 120_000 + "!" + "\nx = " + " " * 120_000 + "%",
    "marks": "# %%\nx = 1\n" * 22_000,
    "home": "from autograder.notebook import " + " " * 120_000 + "!\ncheck(" + " " * 120_000 + "!\n",
    "quotes": "'''\"\"\"" * 40_000 + "\n# %%\n%x",
    "cell magics": "%%x\n" * 60_000 + "y",
    "exercises": "".join(f'# %% tags=["exercise:{[n, "sgd"][n % 2]}"]\nx=1\n' for n in range(8_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_text_made_to_be_slow_is_read_in_time(release: Release, tmp_path: Path, text: str) -> None:
    path = put(tmp_path / "a.py", text + "\nz = 1")
    notebook = put(tmp_path / "a.ipynb", {"cells": [code(text + "\nz = 1", "demo"), code(text + "\nz = 1")]})
    started = time.process_time()
    for file in (path, notebook):
        read(file, release)
        read(file)
    definitions(text)
    assert time.process_time() - started < 20


# ---- fuzzing --------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A release notebook with up to four values anywhere in it replaced, and perhaps some characters of its text."""
    notebook: Any = solved()
    for _ in range(draw(st.integers(1, 4))):
        place, key = None, None
        at = notebook
        while isinstance(at, dict | list) and at:
            place = at
            key = draw(st.sampled_from(list(at) if isinstance(at, dict) else list(range(len(at)))))
            at = at[key]
            if draw(st.booleans()):
                break
        if place is not None:
            place[key] = draw(JSON)
    text = json.dumps(notebook)
    for _ in range(draw(st.integers(0, 2))):
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(st.text(max_size=3)) + text[cut + draw(st.integers(0, 3)) :]
    return text


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(text=mutated())
def test_any_mutated_notebook_is_a_submission_or_a_failure(release: Release, tmp_path: Path, text: str) -> None:
    path = tmp_path / "fuzz.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for known in (release, None):
        try:
            submission = read(path, known)
        except Failure:
            continue
        for cell in submission.cells:
            assert "\0" not in cell.source
            cell.source.encode("utf-8")


@FUZZ
@given(pieces=st.lists(st.sampled_from([*"%!?='\"#\\\n ([x)]", "# %%\n", '"""', "tags=["]), max_size=60))
def test_any_text_keeps_its_number_of_lines(pieces: list[str]) -> None:
    text = "".join(pieces)
    kept, _ = neutralise([RawCell("cell 1", text)])
    for cell in kept:
        assert cell.source.count("\n") == text.count("\n")


@FUZZ
@given(pieces=st.lists(st.sampled_from([*"'\"#\\\n ([x)],@=:\t", "    ", '"""', "def f(", "async "]), max_size=60))
def test_any_text_has_definitions(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(lines for lines in definitions(text).values())
    assert definitions(text + "\nlast = 1").get("last", ("0 last=1",))[-1] == "0 last=1"


@FUZZ
@given(data=st.binary(max_size=60))
def test_any_bytes_are_a_submission_or_a_failure(release: Release, tmp_path: Path, data: bytes) -> None:
    for name in ("a.py", "a.ipynb"):
        (tmp_path / name).write_bytes(data)
        try:
            read(tmp_path / name, release)
        except Failure:
            continue


def test_marks_made_to_be_slow_are_read_in_no_time() -> None:
    assert growth(lambda n: script_cells(("# %% " + "tags=[" * n + "\n") * 100, "a.py"), 330) < 8
