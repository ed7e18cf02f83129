"""Reading submissions: every file becomes a submission, or a Failure that says what to do."""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

import autograder
from autograder.errors import CourseError, Failure
from autograder.submission import cells as cells_module
from autograder.submission.cells import RawCell, notebook_cells, script_cells
from autograder.submission.definitions import definitions, parts, with_plain_prose
from autograder.submission.magics import neutralize
from autograder.submission.read import Submission, read, source_of
from autograder.submission.release import Release
from autograder.submission.work import wherever_it_is
from tests.hostile import SHAPES
from tests.released import ALL, HELPER, SETUP, STUB, code, kinds, make_release, put, released, script, solved
from tests.samples import IN_PROPORTION, growth


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


HOME = 'from autograder.notebook import check, uses\ncheck("sgd")  # again\nwith uses("sgd",\n  "adam"):\n    draw()\n'


@pytest.mark.parametrize("name", ["optimizers.ipynb", "optimizers.py"])
def test_work_merged_into_one_cell_runs_statement_by_statement_without_what_is_for_home(
    release: Release, hand_in: Any, name: str
) -> None:
    text = HOME + "def sgd(x): return x\ndef adam(x): return x"
    submission = read(hand_in({"cells": [code(text)]} if name.endswith("ipynb") else text, name), release)
    own = submission.cells[-1]
    assert own.kind == "script"
    assert own.source == "\n\nif False:\n\n    draw()\ndef sgd(x): return x\ndef adam(x): return x"


@pytest.mark.parametrize("call", ["check()", "check(adam)", "check('adam');", 'hint("adam")', "hint( adam )  # more"])
def test_what_asks_for_help_is_left_out(release: Release, hand_in: Any, call: str) -> None:
    submission = read(hand_in({"cells": [code(f"{call}\ndef adam(x): return x")]}), release)
    assert submission.cells[-1].source == "\ndef adam(x): return x"
    alone = read(hand_in({"cells": [code("def adam(x): return x"), code(call)]}), release)
    assert [cell.source for cell in alone.cells if cell.kind != "setup"] == ["def adam(x): return x"]


def test_a_cell_of_one_exercise_stops_at_its_first_exception_as_in_a_notebook(release: Release, hand_in: Any) -> None:
    submission = read(hand_in({"cells": [code("y = 1\ndef adam(x): return x")]}), release)
    assert submission.cells[-1].kind == "other"


def test_conflict_marks_in_a_cell_are_named(release: Release, hand_in: Any) -> None:
    marks = "<<<<<<< HEAD\ndef adam(x): return x\n=======\ndef adam(x): return 2\n>>>>>>> theirs"
    submission = read(hand_in({"cells": [code(marks, "exercise:adam")]}), release)
    assert "cell 1: it holds Git's conflict marks" in submission.notes[-1]


# ---- work in the wrong place -----------------------------------------------------------------------------------------


def place(tag: str, source: str, kind: str = "code", grade_id: str | None = None) -> dict[str, Any]:
    """The released notebook, with this source in its first cell of this tag, converted to this kind of cell."""
    notebook = released()
    cell = next(cell for cell in notebook["cells"] if cell["metadata"].get("tags") == [tag])
    cell |= {"source": source, "cell_type": kind}
    if grade_id:
        cell["metadata"] = {"nbgrader": {"grade_id": grade_id}}
    return notebook


def own(submission: Submission) -> list[str]:
    """The code outside the exercises and the setup, without empty lines."""
    return ["\n".join(filter(None, c.source.split("\n"))) for c in submission.cells if c.kind in ("other", "script")]


WORK = "import math\ndef sgd(x):\n    return math.exp(x)"


@pytest.mark.parametrize("source", [f"{WORK}\ncheck('sgd')", f"check('sgd')\n{WORK}"])
def test_work_in_a_check_cell_is_read_without_the_check(release: Release, hand_in: Any, source: str) -> None:
    submission = read(hand_in(place("check", source)), release)
    assert own(submission) == [WORK]
    assert submission.notes == ("cell 2 is a check cell, but sgd in it was graded: move it to a cell of its own",)


def test_a_check_cell_that_defines_nothing_is_skipped_as_ever(release: Release, hand_in: Any) -> None:
    submission = read(hand_in(place("check", "check('sgd')  # now\nprint(sgd(2))\nsgd(3)")), release)
    assert (own(submission), submission.notes) == ([], ())


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("grade_id", ["sgd", None], ids=["by its id", "by its tag"])
@pytest.mark.parametrize("text", [WORK, f"```python\n{WORK}\n```", f"~~~\n{WORK}\n~~~"])
def test_an_exercise_that_became_prose_is_read_as_code(
    release: Release, hand_in: Any, kind: str, grade_id: str | None, text: str
) -> None:
    submission = read(hand_in(place("exercise:sgd", text, kind, grade_id)), release)
    (cell,) = [cell for cell in submission.cells if cell.name == "sgd"]
    assert (cell.kind, cell.source.strip("\n")) == ("exercise", WORK)
    assert submission.notes == ("cell 4 is text, but sgd in it was graded as code: make it a code cell again (key Y)",)


@pytest.mark.parametrize(
    "cell",
    [
        {"metadata": {"nbgrader": {"grade_id": "written_1"}}, "source": "def sgd(x): return x"},
        {"metadata": {"tags": ["important"]}, "source": "def sgd(x): return x"},
        {"metadata": {"tags": ["exercise:sgd"]}, "source": "I have written this one below."},
        {"metadata": {}, "source": "def sgd(x): return x"},
        {"metadata": {"tags": ["exercise:sgd"]}, "source": 5},
    ],
    ids=["an answer", "a tag of their own", "a remark", "prose", "damaged"],
)
def test_prose_stays_prose(release: Release, hand_in: Any, cell: dict[str, Any]) -> None:
    notebook = solved()
    notebook["cells"].append({"cell_type": "markdown"} | cell)
    before = read(hand_in(solved()), release)
    assert read(hand_in(notebook), release).cells == before.cells
    assert read(hand_in(notebook)).loadable == read(hand_in(solved())).loadable


DEMO_WORK = """\
import math
from os import path
from autograder.notebook import uses
RATE = 1e-2
step = lambda w: w - RATE
history = train(3)
rows = [
    abs(x) for x in range(3)
]
plt.plot([1, 2])
@cache
def helper(x):
    return path.join(x)
with uses("sgd"):
    helper(1)
class A: pass
helper = helper(2)
"""


def test_of_a_cell_for_pictures_what_it_defines_is_read_and_nothing_else(release: Release, hand_in: Any) -> None:
    submission = read(hand_in(place("demo", DEMO_WORK)), release)
    (code,) = own(submission)
    assert code == (
        "import math\nfrom os import path\nRATE = 1e-2\nstep = lambda w: w - RATE\n"
        "@cache\ndef helper(x):\n    return path.join(x)\nclass A: pass"
    )
    assert submission.notes == ("cell 7 is not run when graded, but RATE, step, helper, A in it was read",)
    (cell,) = [cell for cell in submission.cells if cell.kind == "script"]
    assert cell.source.split("\n")[11] == "def helper(x):"


def test_a_trial_in_a_cell_for_pictures_does_not_replace_what_is_defined_elsewhere(
    release: Release, hand_in: Any
) -> None:
    notebook = place("demo", "def sgd(x): return 0\ndef shape_of(x): return 0\ndef adam(x): return 1")
    notebook["cells"][3]["source"] = "def sgd(x):\n    return x"
    assert own(read(hand_in(notebook), release)) == ["def adam(x): return 1"]


def test_pictures_as_they_were_released_are_not_read(release: Release, hand_in: Any) -> None:
    demo = "import matplotlib.pyplot as plt\ndef draw(x):\n    plt.plot(x)\nRANGE = (0, 1)"
    ours = place("demo", demo)
    put(release.folder / "optimizers.ipynb", ours)
    again = Release.load(release.folder, "optimizers")
    changed = place("demo", demo.replace("(0, 1)", "(0, 2)") + "\ndraw(RANGE)")
    assert own(read(hand_in(ours), again)) == []
    assert own(read(hand_in(changed), again)) == ["RANGE = (0, 2)"]


def test_what_is_added_to_a_locked_cell_is_read_and_what_is_changed_in_it_is_not(
    release: Release, hand_in: Any
) -> None:
    changed = HELPER.replace("np.shape(x)", "(0,)") + "\ndef mine(x): return x\nnp.shape = abs"
    submission = read(hand_in(place("setup:2", changed)), release)
    assert own(submission) == ["def mine(x): return x"]
    assert [cell.source for cell in submission.cells if cell.kind == "setup"] == [SETUP, HELPER]


# ---- text that is prose ----------------------------------------------------------------------------------------------

PROSE = [
    '"""# $\\underbrace{x}$ \\xrightarrow \\N{x}\ndef sgd(x): return 0\nadam = 3\n"""\n',
    "'''\\x'''\n",
    'u"""\\u"""\n',
    '"""a""" """\\u b"""\n',
]


@pytest.mark.parametrize("prose", PROSE)
def test_text_at_the_top_level_cannot_break_a_file_nor_define_anything(
    release: Release, hand_in: Any, prose: str
) -> None:
    path = hand_in(f"{prose}def sgd(x):\n    return x\n{prose}y = 1\n", "mine.py")
    submission = read(path, release)
    compile(submission.cells[-1].source, "a", "exec")
    assert definitions(submission.cells[-1].source).keys() == {"sgd", "y"}
    assert source_of(path, submission, ["sgd", "adam"]).lines == {"sgd": 1 + prose.count("\n")}


def test_text_at_the_top_level_goes_also_where_nothing_in_it_could_break_the_code() -> None:
    text = '"""Some\nprose."""\nx = 1\n'
    assert with_plain_prose(text) == with_plain_prose(f"u{text}") == "\n\nx = 1\n"


def test_a_docstring_with_an_unknown_escape_is_read_as_it_stands() -> None:
    text = "def f():\n    '''$\\underbrace{x}$\\n \\\\u \\' \\\n end'''\n    return '\\x41'\n"
    names: dict[str, Any] = {}
    exec(with_plain_prose(text), names)
    said = "$\\underbrace{x}$\n \\u '  end"
    assert names["f"].__doc__ in (said, inspect.cleandoc(said))  # since Python 3.13 without common indentation
    assert names["f"]() == "A"


@pytest.mark.parametrize(
    "text",
    [
        '"""open\ndef f(): pass',
        "'\\u'",
        "x = '''\\u'''",
        '"""a""".join(x)',
        '"""a"""; x = "b"',
        'f("""a""")',
        "r'''\\u'''",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert with_plain_prose(text) == text


@pytest.mark.parametrize("assignment", ["conv", "backprop", "regularization"])
def test_a_notebook_of_the_course_that_colab_has_saved_as_python_is_python(assignment: str, hand_in: Any) -> None:
    folder = Path(autograder.__file__).parents[1] / "assignments" / assignment
    notebook = json.loads((folder / f"{assignment}.ipynb").read_text(encoding="utf-8"))
    parts = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        parts.append(text if cell["cell_type"] == "code" else f'"""{text}\n"""')
    whole = "\n\n".join(parts) + "\n"
    with pytest.raises(SyntaxError):
        compile(whole, "a", "exec")
    release = Release.load(folder, assignment)
    submission = read(hand_in(whole, f"{assignment}.py"), release)
    compile(submission.cells[-1].source, "a", "exec")
    assert definitions(submission.cells[-1].source).keys() >= set(release.exercises)


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


def test_a_name_that_is_given_to_a_result_is_not_defined_by_that() -> None:
    text = "def f(x): return 1\nf = f(2)\ng = lambda: 1\ng = xg(1)\nh = o.h(1)\ndef k(): 1\nk = half(k)\n"
    assert definitions(text).keys() == {"f", "g", "h", "k"}
    assert (definitions(text)["f"], definitions(text)["g"]) == (("0 def f(x):return1",), ("0 g=xg(1)",))


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
    (cell,), _ = neutralize([RawCell("cell 1", source)])
    expected = compile(TransformerManager().transform_cell(source), "a", "exec")
    actual = compile(cell.source, "a", "exec")
    assert (actual.co_code, actual.co_consts, actual.co_names) == (
        expected.co_code,
        expected.co_consts,
        expected.co_names,
    )
    assert cell.source.count("\n") == source.count("\n")


def test_time_runs_its_statement_and_time_cells_run_their_body() -> None:
    (one, two), notes = neutralize(
        [RawCell("cell 1", "%time y = f(1)"), RawCell("cell 2", "\n%%time\n%%capture\nz = 2")]
    )
    assert (one.source, two.source) == ("y = f(1)", "\n\n\nz = 2")
    assert [note.split(":")[0] for note in notes] == ["cell 1", "cell 2", "cell 2"]


@pytest.mark.parametrize("magic", ["bash", "html", "writefile a.py", "javascript", "!", "timeit"])
def test_a_cell_in_another_language_is_skipped_with_a_note(magic: str) -> None:
    kept, notes = neutralize([RawCell("cell 1", f"%%{magic}\nanything <goes>")])
    assert [cell.source for cell in kept] == [""]
    assert "skipped" in notes[0]


def test_each_kind_of_magic_is_noted_once() -> None:
    _, notes = neutralize([RawCell("cell 1", "!ls\n!ls a\n%cd f"), RawCell("cell 2", "!ls\nx = 1")])
    assert [note.split(":")[0] for note in notes] == ["cell 1", "cell 1"]


def test_broken_python_is_left_for_the_sandbox_to_report() -> None:
    for source in ['x = """open\n%cd a', "f((\n%cd a", "%%", ")\n%cd a"]:
        (cell,), _ = neutralize([RawCell("cell 1", source)])
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
    ({"cells": [code("x" * (2**18 + 1))]}, "256 KiB of code"),
]


@pytest.mark.parametrize(("content", "message"), BAD, ids=[message for _, message in BAD])
def test_a_damaged_notebook_is_a_failure_that_says_so(
    release: Release, hand_in: Any, content: Any, message: str
) -> None:
    with pytest.raises(Failure, match=message):
        read(hand_in(content), release)


def with_outputs(outputs: str) -> str:
    cell = json.dumps(code("x = 1")).replace('"outputs": []', f'"outputs" :\n [{outputs}]')
    return f'{{"cells": [{cell}, {json.dumps(code("y = [1, {}]"))}], "metadata": {{}}}}'


OUTPUTS = {
    "commas in text": lambda n: json.dumps({"data": {"image/svg+xml": ["M 1,2 [3,4], {" * 9] * n}}),
    "numbers": lambda n: json.dumps({"data": {"x": [1.5] * 5 * n}}),
    "quotes": lambda n: json.dumps('"]}' * n + "\\"),
    "outputs of outputs": lambda n: '{"outputs": [{"outputs": []}, ' + "1," * n + "1]}",
    "no JSON": lambda n: "[what, " * n + "]" * n,
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_what_is_in_the_outputs_is_skipped_however_long_it_is(
    hand_in: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(cells_module, "JSON_LIMIT_ITEMS", 100)
    submission = read(hand_in(with_outputs(OUTPUTS[kind](2_000))))
    assert [cell.source for cell in submission.cells] == ["x = 1", "y = [1, {}]"]


def test_what_is_in_the_outputs_may_be_no_json(hand_in: Any) -> None:
    submission = read(hand_in(with_outputs("what, [NaN 1,,]")))
    assert [cell.source for cell in submission.cells] == ["x = 1", "y = [1, {}]"]


def test_what_is_outside_of_outputs_is_counted_without_what_is_in_strings(
    hand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells_module, "JSON_LIMIT_ITEMS", 40)
    read(hand_in({"cells": [code("x = [1, 2, 3]" * 100)]}))
    for much in ([1] * 50, [{}] * 50, [[]] * 50, "[" * 50):
        with pytest.raises(Failure, match="too large"):
            read(hand_in({"cells": [code("x = 1")], "metadata": {"a": much}} if isinstance(much, list) else much))


def test_more_strings_and_brackets_than_are_worth_skipping_are_refused(
    hand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells_module, "JSON_LIMIT_TOKENS", 1_000)
    with pytest.raises(Failure, match="too large"):
        read(hand_in(with_outputs('"a",' * 1_000 + "1")))


@pytest.mark.parametrize(
    ("text", "where"), [('{"a": [],\n "cells": [}', "line 2, column 12"), ("{", "line 1, column 2")]
)
def test_a_break_after_outputs_is_found_where_it_is(hand_in: Any, text: str, where: str) -> None:
    with pytest.raises(Failure, match=f"breaks at {where}"):
        read(hand_in(text))
    before = '{"outputs": [1,\n\n "]"],'
    with pytest.raises(Failure, match=r"breaks at line 4, column 6"):
        read(hand_in(f'{before}\n "a" }}'))
    with pytest.raises(Failure, match=r"breaks at line 2, column 17"):
        read(hand_in('{"a": 1,\n"outputs": [1, 2'))


JSON_MADE_TO_BE_SLOW = {
    "open string": lambda n: '{"a": "' + '\\"' * n,
    "open outputs": lambda n: '{"outputs": [' * n,
    "names of outputs": lambda n: '"outputs" : ' * n,
    "spaces": lambda n: ('"outputs"' + " " * n) * 20,
    "many outputs": lambda n: '{"outputs": [], ' * n,
}


@pytest.mark.parametrize("kind", JSON_MADE_TO_BE_SLOW)
def test_json_made_to_be_slow_takes_time_in_proportion(kind: str) -> None:
    def look(n: int) -> None:
        with pytest.raises(Failure):
            notebook_cells(JSON_MADE_TO_BE_SLOW[kind](n), "a")

    assert growth(look, 40_000) < IN_PROPORTION


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


@pytest.mark.parametrize("tag", ["demo", "check", "setup:1"])
@pytest.mark.parametrize("shape", ["prose", "definitions of one name", "decorators of nothing", "an open string"])
def test_work_in_odd_places_is_sought_in_time_in_proportion(release: Release, tag: str, shape: str) -> None:
    def seek(size: int) -> None:
        wherever_it_is([(RawCell("cell 1", SHAPES[shape](size)), "changed" if ":" in tag else tag, None)], release)

    assert growth(seek, 30_000) < IN_PROPORTION


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
@example(pieces=["%", "%", "!", "\n"])
def test_any_text_keeps_its_number_of_lines_or_is_skipped_as_no_python(pieces: list[str]) -> None:
    text = "".join(pieces)
    kept, notes = neutralize([RawCell("cell 1", text)])
    skipped = any("is not Python" in note for note in notes)
    for cell in kept:
        assert cell.source.count("\n") == (0 if skipped else text.count("\n"))


@FUZZ
@given(pieces=st.lists(st.sampled_from([*"'\"#\\\n ([x)],@=:\t", "    ", '"""', "def f(", "async "]), max_size=60))
def test_any_text_has_definitions(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(lines for lines in definitions(text).values())
    assert "".join(part.source for part in parts(text)) == text
    assert with_plain_prose(text).count("\n") == text.count("\n")
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
    assert growth(lambda n: script_cells(("# %% " + "tags=[" * n + "\n") * 100, "a.py"), 330) < IN_PROPORTION


def test_headings_say_how_long_an_exercise_takes(tmp_path: Path) -> None:
    notebook = released()
    folder = tmp_path / "optimizers"

    def minutes(*prose: str) -> dict[str, float]:
        more = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in prose]
        put(folder / "optimizers.ipynb", notebook | {"cells": notebook["cells"] + more})
        put(folder / "optimizers.py", script(notebook))
        return Release.load(folder, "optimizers").minutes

    one = "**Exercise: `sgd`** (5 points, ★☆☆, 10 minutes). Use `adam`."
    assert minutes(one, "It takes `adam` 3 minutes (or 4 minutes).") == {"sgd": 10.0}
    assert minutes("### Exercises: `adam` and `sgd` (40 minutes together)") == {"sgd": 20.0, "adam": 20.0}
