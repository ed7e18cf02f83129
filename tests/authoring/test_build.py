"""Building a release: what students get, what they must not get, and what is refused."""

from __future__ import annotations

import ast
import json
import types
import warnings
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np
import pytest

from autograder.authoring import build, notebook, recording, scaffold
from autograder.authoring.leaks import distinctive_expressions, distinctive_lines
from autograder.checking import answers
from autograder.checking.declare import collect
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.intake.find import find
from autograder.submission.read import Release, read

HIDDEN_LINE = 'close(student.mse(x, y), reference.mse(x, y), name=f"mse of {n} numbers")'
QUESTION = """
# %% tags=["exercise:q_size"]
### BEGIN SOLUTION
q_size = 27
### END SOLUTION
"""
QUESTION_CHECK = '''

@check("q_size", points=0, public=True)
def answers_how_large_it_is(student, reference):
    """The size is predicted."""
    close(student.get("q_size"), reference.get("q_size"))
'''
CLASS = '''
# %% tags=["exercise:Model"]
class Model:
    """Keeps a number."""

    def __init__(self, number):
        ### BEGIN SOLUTION
        self.number = number
        ### END SOLUTION

    def twice(self):
        """Returns 2 * number."""
        ### BEGIN SOLUTION
        return self.number + self.number
        ### END SOLUTION
'''
CLASS_CHECK = '''

@check("Model", points=10)
def doubles_the_number_that_it_keeps(student):
    """Model doubles."""
    close(student.Model(3.0).twice(), 6.0)
'''


class Workshop:
    """A course with one assignment, whose sources a test may change."""

    def __init__(self, root: Path) -> None:
        (root / "course.yml").write_text("title: Tiny\nassignments:\n" + scaffold.course_entry("tiny"))
        self.course = Course.load(root / "course.yml")
        scaffold.new(self.course, "tiny")
        self.sources = self.course.solutions_dir("tiny")
        self.release = self.course.release_dir("tiny")

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.sources / file).read_text()
        assert old in text
        (self.sources / file).write_text(text.replace(old, new))

    def add(self, file: str, text: str) -> None:
        (self.sources / file).write_text((self.sources / file).read_text() + text)

    def build(self) -> list[Path]:
        return build.build(self.course, "tiny")

    def notebook(self) -> Any:
        self.build()
        return nbformat.read(self.release / "tiny.ipynb", as_version=4)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


# ---- what students get ----------------------------------------------------------------------------------------------


def test_a_new_assignment_builds_as_it_is(workshop: Workshop) -> None:
    names = [path.name for path in workshop.build()]
    assert names == ["tiny.ipynb", "tiny.py", "test_tiny.py", "answers.npz"]
    assert sorted(path.name for path in workshop.release.iterdir()) == sorted(names)


def test_the_same_sources_give_the_same_bytes(workshop: Workshop) -> None:
    first = {path.name: path.read_bytes() for path in workshop.build()}
    second = {path.name: path.read_bytes() for path in workshop.build()}
    assert first == second


def test_nbgrader_accepts_the_metadata(workshop: Workshop) -> None:
    workshop.change("checks.py", "points=80", "points=75")
    workshop.add("tiny.py", '\n# %% [markdown] tags=["written:5"]\n# Why is it a mean?\n')
    notebook = workshop.notebook()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # caused by nbgrader's imports
        from nbgrader.nbgraderformat import MetadataValidator
    MetadataValidator().validate_nb(notebook)
    graded = {
        cell.metadata.nbgrader.grade_id: (cell.cell_type, cell.metadata.nbgrader.get("points"))
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    assert graded == {
        "check_import": ("code", None),
        "setup_1": ("code", None),
        "mse": ("code", None),
        "check_mse": ("code", 95),
        "check_all": ("code", None),
        "written_1": ("markdown", 5),
    }
    flags = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert [(f.grade, f.solution, f.locked) for f in flags] == [
        (False, False, True),
        (False, False, True),
        (False, True, False),
        (True, False, True),
        (True, True, False),
        (False, False, True),
    ]


def test_cells_have_no_outputs_and_the_notebook_names_its_assignment(workshop: Workshop) -> None:
    notebook = workshop.notebook()
    assert notebook.metadata.autograder == {"assignment": "tiny", "schema": 1}
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_script_and_notebook_hold_the_same_cells(workshop: Workshop) -> None:
    notebook = workshop.notebook()
    script = jupytext.read(workshop.release / "tiny.py", fmt="py:percent")
    expected, actual = (
        [
            (cell.cell_type, cell.metadata.get("tags", []), cell.source)
            for cell in each.cells
            if cell.metadata.get("tags") != ["check"]
        ]
        for each in (notebook, script)
    )
    assert actual[1:] == expected  # the first is the comment at the top


def test_an_exercise_is_a_stub_that_says_it_is_not_written(workshop: Workshop) -> None:
    workshop.build()
    names: dict[str, Any] = {"__name__": "imported"}
    script = (workshop.release / "tiny.py").read_text().replace("import matplotlib.pyplot as plt", "plt = None")
    exec(script.split("with uses")[0], names)
    with pytest.raises(NotImplementedError, match="mse is not written yet"):
        names["mse"](1, 2)
    assert names["mse"].__doc__.startswith("The mean squared error.")


def test_checks_run_with_the_script_but_not_on_its_import(workshop: Workshop) -> None:
    workshop.build()
    assert 'if __name__ == "__main__":\n    check("mse")\n' in (workshop.release / "tiny.py").read_text()


def test_the_answer_to_a_question_becomes_none(workshop: Workshop) -> None:
    workshop.add("tiny.py", QUESTION)
    workshop.add("checks.py", QUESTION_CHECK)
    cells = {c.metadata.nbgrader.grade_id: c for c in workshop.notebook().cells if "nbgrader" in c.metadata}
    assert cells["q_size"].source == "# YOUR CODE HERE\nq_size = None"
    assert not cells["check_q_size"].metadata.nbgrader.grade


def test_a_class_keeps_its_methods_and_loses_each_body(workshop: Workshop) -> None:
    workshop.add("tiny.py", CLASS)
    workshop.change("checks.py", "points=80", "points=70")
    workshop.add("checks.py", CLASS_CHECK)
    stub = next(c.source for c in workshop.notebook().cells if c.source.startswith("class Model"))
    methods = ast.parse(stub).body[0].body[1:]  # type: ignore[attr-defined]
    assert [method.name for method in methods] == ["__init__", "twice"]
    assert stub.count('raise NotImplementedError("Model is not written yet")') == 2


def test_an_untouched_release_is_recognised_as_such(workshop: Workshop) -> None:
    workshop.build()
    release = Release.load(workshop.release, "tiny")
    (found,) = find([workshop.release], "tiny", release)
    assert found.path == workshop.release / "tiny.ipynb"
    submission = read(found.path, release)
    assert [(cell.kind, cell.name) for cell in submission.cells] == [
        ("setup", "1"),
        ("exercise", "mse"),
        ("demo", None),
    ]
    assert submission.notes == read(workshop.release / "tiny.py", release).notes == ()


# ---- the public checks ----------------------------------------------------------------------------------------------


def test_public_checks_come_with_what_they_use_and_nothing_else(workshop: Workshop) -> None:
    workshop.change(
        "checks.py",
        '\n\n@check("mse", points=20',
        "\nimport math, os\n\nHALF = 0.5\nOTHER = 0.25\n# what the helper adds\nSHIFT = HALF + 1  # kept\n\n\n"
        "def shifted(x):\n    # a reason\n    return x + SHIFT\n\n\ndef unused(x):\n    return OTHER\n\n\n"
        '# a remark on the check\n@check("mse", points=20',
    )
    workshop.change("checks.py", "13 / 3)", "13 / 3 * math.cos(0))\n    shifted(1)")
    workshop.build()
    text = (workshop.release / "test_tiny.py").read_text()
    assert [c.name for c in collect(workshop.release / "test_tiny.py")] == ["averages_the_squares_of_three_differences"]
    assert "from autograder import check, close\n\nimport math\n\nHALF = 0.5\n\n# what the helper adds" in text
    assert "SHIFT = HALF + 1  # kept\n\n\ndef shifted(x):\n    # a reason\n" in text
    assert "\n\n\n# a remark on the check\n@check(" in text
    assert not any(
        name in text for name in ("OTHER", "unused", "import math, os", "points=80", "follows_the_reference")
    )


def test_the_released_checks_run_on_recorded_answers(workshop: Workshop) -> None:
    workshop.build()
    checks, recorded = answers.load_released(workshop.release, "tiny")
    assert [check.exercise for check in checks] == ["mse"]
    assert recorded.expected(checks[0], b"").status == "passed"


def test_a_public_check_that_uses_a_hidden_one_is_refused(workshop: Workshop) -> None:
    workshop.change("checks.py", "13 / 3)", "13 / 3)\n    follows_the_reference_on_many_lengths")
    with pytest.raises(CourseError, match="uses the hidden check follows_the_reference_on_many_lengths"):
        workshop.build()


@pytest.mark.parametrize("statement", ["np.seterr(all='raise')", "TABLE = {}\nTABLE['a'] = 1", "for i in (): pass"])
def test_statements_whose_effect_is_not_plain_are_refused(workshop: Workshop, statement: str) -> None:
    workshop.change("checks.py", '\n\n@check("mse", points=20', f'\n{statement}\n\n\n@check("mse", points=20')
    with np.errstate(), pytest.raises(CourseError, match=r"line \d: only imports, definitions and assignments"):
        workshop.build()  # this runs the statement, so its effect on numpy is undone


# ---- what must not get out ------------------------------------------------------------------------------------------

LEAKS = [
    ("tiny.py", "x, y: (N,)", "return float( np.mean(difference ** 2) )\n    x, y: (N,)", "solution of mse"),
    (
        "tiny.py",
        "# %%\nimport",
        "# Try `difference = np.asarray(x) - np.asarray(y)`.\n\n# %%\nimport",
        "solution of mse",
    ),
    ("tiny.py", "# What is", "# Try `np.mean( difference ** 2 )`.\n# What is", "solution of mse"),
    ("tiny.py", "x, y: (N,)", "It is np.asarray(x)-np.asarray(y).\n    x, y: (N,)", "solution of mse"),
    ("tiny.py", "# What is", "# Which is `np.asarray(x)`, and `difference`?\n# What is", None),
    ("tiny.py", "import numpy as np", f"import numpy as np\n# {HIDDEN_LINE}", "hidden check follows"),
    ("tiny.py", "# What is", "# See follows_the_reference_on_many_lengths.\n# What is", "name of a hidden check"),
    (
        "tiny.py",
        "# What is",
        "# mse is right for vectors of any length,\n#\n# a single number too.\n# What is",
        "title of the hidden check",
    ),
    (
        "tiny.py",
        "# What is",
        "# The result grows with the number of elements: is it a mean?\n# What is",
        "sentence of the",
    ),
    ("tiny.py", "shifts = np", "wrong = lambda x, y: 0\n    shifts = np", None),
    ("tiny.py", "    plt.show()", "    float(np.sum((x - y) ** 2))\n    plt.show()", None),
    (
        "tiny.py",
        "    plt.show()",
        "    plt.show()\n\n\ndef wrong(x, y):\n    return float(np.sum((x - y) ** 2))",
        "mistake sum_instead_of_mean",
    ),
    (
        "tiny.py",
        "    plt.show()",
        "    gap = np.asarray(a) - np.asarray(b)\n    plt.show()",
        "as in the solution of mse",
    ),
    ("tiny.py", "    plt.show()", "    gap = np.asarray(a) - np.asarray(a)\n    plt.show()", None),
    ("tiny.py", "    plt.show()", "    gap = np.abs(a) - np.abs(b)\n    plt.show()", None),
    ("tiny.py", "import numpy as np", "import numpy as np\n\na = b = 1\nc = np.asarray(a) - np.asarray(b)", None),
    ("checks.py", "13 / 3)", "13 / 3)\n    difference = np.asarray(2) - np.asarray(1)", None),
    (
        "checks.py",
        "13 / 3)",
        "13 / 3)\n    x = y = 1\n    difference = np.asarray(x) - np.asarray(y)",
        "solution of mse",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "what"), LEAKS)
def test_a_release_that_gives_something_away_is_refused(
    workshop: Workshop, file: str, old: str, new: str, what: str | None
) -> None:
    workshop.change(file, old, new)
    if what is None:
        workshop.build()
        return
    with pytest.raises(CourseError, match=what) as caught:
        workshop.build()
    assert "line" in str(caught.value)
    assert not workshop.release.exists()


def test_a_leak_is_listed_with_its_file_line_and_text(workshop: Workshop) -> None:
    workshop.change("tiny.py", "import numpy as np", "import numpy as np\n\ndifference = np.asarray(x) - np.asarray(y)")
    with pytest.raises(CourseError) as caught:
        workshop.build()
    message = str(caught.value)
    assert "tiny.ipynb, cell 3, line 3: difference = np.asarray(x) - np.asarray(y)  <- solution of mse" in message
    line = next(row for row in message.split("\n") if row.startswith("tiny.py, line "))
    assert line.endswith("difference = np.asarray(x) - np.asarray(y)  <- solution of mse")


def test_the_answer_to_a_question_is_refused_elsewhere(workshop: Workshop) -> None:
    workshop.add("tiny.py", QUESTION + "\n# %% [markdown]\n# Well, `q_size = 27`.\n")
    workshop.add("checks.py", QUESTION_CHECK)
    with pytest.raises(CourseError, match="solution of q_size"):
        workshop.build()


def test_a_longer_name_is_not_the_shorter_one(workshop: Workshop) -> None:
    workshop.change("tiny.py", "# What is", "# follows_the_reference_on_many_lengths_too, q.v.\n# What is")
    workshop.build()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return w - rate * dw", ["w - rate * dw"]),
        ("next_w = w - rate * dw", ["w - rate * dw"]),
        ("return x, w - rate * dw", ["x, w - rate * dw", "w - rate * dw"]),
        ("out = np.maximum(0, x @ w1 + b1) @ w2", ["np.maximum(0, x @ w1 + b1) @ w2", "np.maximum(0, x @ w1 + b1)"]),
        ("elif (x > 0) * dout > np.abs(y):", ["(x > 0) * dout > np.abs(y)"]),
        ("return loss_fn(model(x), y)", []),  # merely how a function is used
        ("n = len(x) - 1", []),
        ("h, w = shape", []),
        ("else:", []),
        ("x[i * stride + u] = y", []),
    ],
)
def test_what_a_line_computes_is_a_secret_of_its_own(line: str, expected: list[str]) -> None:
    assert ["".join(each.split()) for each in distinctive_expressions(line)] == ["".join(e.split()) for e in expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("N, C, H, W = x.shape", False),
        ("return dx, dw, db", False),
        ("for i in range(n):", False),
        ("from numpy import mean, sum, std, var", False),
        ("raise ValueError(a, b, c, d + e)", False),
        ("def f(a, b, c=1, d=2 + 3): return a", False),
        ("x = x + 1", False),
        ("dx = dout * (x > 0)", True),
        ("m = beta1 * m + (1 - beta1) * dw", True),
        ("scores = scores - np.max(scores, axis=1, keepdims=True)", True),
        ("a = (1 +\n 2 * b  # why\n + c)", True),
    ],
)
def test_only_lines_that_compute_something_are_distinctive(line: str, expected: bool) -> None:
    assert bool(distinctive_lines(line)) is expected


def test_lines_before_broken_text_are_still_seen() -> None:
    assert len(distinctive_lines("dx = dout * (x > 0)\ny = (((")) == 1


# ---- what is refused ------------------------------------------------------------------------------------------------

BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
REFUSED = [
    ("tiny.py", END, "", r"line 18: ### BEGIN SOLUTION without ### END"),
    ("tiny.py", BEGIN, "", r"line \d+: ### END SOLUTION without"),
    ("tiny.py", BEGIN, BEGIN + BEGIN, r"line 19: ### BEGIN SOLUTION inside the region that begins in line 18"),
    ("tiny.py", BEGIN, "    # BEGIN SOLUTION\n", r"line 18: write the mark exactly so"),
    ("tiny.py", "import numpy as np", "import numpy as np\n" + BEGIN, r"line 10: a solution mark outside an exercise"),
    ("tiny.py", "# What is", "# ### BEGIN SOLUTION\n# What is", r"line 1: a solution mark in prose"),
    ("tiny.py", 'tags=["demo"]', 'tags=["dmo"]', r"unknown tag 'dmo' on a code cell; did you mean 'demo'"),
    ("tiny.py", 'tags=["exercise:mse"]', 'tags=["exercise:a b"]', r"unknown tag 'exercise:a b'"),
    ("tiny.py", "# %% [markdown]", '# %% [markdown] tags=["essay"]', r"line 1: unknown tag 'essay'"),
    ("tiny.py", "def mse(", "def rmse(", r"does not define mse"),
    ("tiny.py", "def mse(x, y):", "def mse(x, y:", r"is not Python"),
    ("tiny.py", "def mse(x, y):", "def mse(x, y): pass\nif True:", r"a solution of mse is not inside a function"),
    ("checks.py", '"mse", points=80', '"mae", points=80', r"mae"),
    ("checks.py", "points=80", "points=90", r"the points sum to 110, expected 100"),
    ("checks.py", "import numpy as np", "import numpy as", r"cannot be loaded"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), REFUSED, ids=[row[3] for row in REFUSED])
def test_faulty_sources_are_refused_with_their_place(
    workshop: Workshop, file: str, old: str, new: str, message: str
) -> None:
    workshop.change(file, old, new)
    with pytest.raises(CourseError, match=message) as caught:
        workshop.build()
    assert file in str(caught.value)


def test_an_exercise_without_marks_is_refused(workshop: Workshop) -> None:
    workshop.change("tiny.py", BEGIN, "")
    workshop.change("tiny.py", END, "")
    with pytest.raises(CourseError, match="line 12: the exercise mse has no ### BEGIN SOLUTION"):
        workshop.build()


def test_the_same_exercise_twice_is_refused(workshop: Workshop) -> None:
    text = (workshop.sources / "tiny.py").read_text()
    workshop.add("tiny.py", "\n# %% tags" + text.split("# %% tags")[1])
    with pytest.raises(CourseError, match="more than one exercise mse"):
        workshop.build()


def test_a_script_without_exercises_or_without_text_is_refused(workshop: Workshop) -> None:
    (workshop.sources / "tiny.py").write_text("# %%\nx = 1\n")
    with pytest.raises(CourseError, match="no cell is an exercise"):
        workshop.build()
    (workshop.sources / "tiny.py").write_bytes(b"\xff")
    with pytest.raises(CourseError, match="cannot be read"):
        workshop.build()


def test_empty_cells_and_cells_of_comments_only_are_left_out(workshop: Workshop) -> None:
    before = len(workshop.notebook().cells)
    workshop.add("tiny.py", "\n# %%\n\n# %%\n# a remark\n")
    assert len(workshop.notebook().cells) == before


def test_a_commented_magic_stays_a_comment(workshop: Workshop) -> None:
    workshop.change("tiny.py", "import matplotlib", "# %matplotlib inline\nimport matplotlib")
    assert any(cell.source.startswith("# %matplotlib inline\n") for cell in workshop.notebook().cells)
    assert "\n# %matplotlib inline\n" in (workshop.release / "tiny.py").read_text()


def test_a_mark_in_a_string_is_refused(workshop: Workshop) -> None:
    workshop.change(
        "tiny.py", "import numpy as np", 'x = """\n# %% tags=["demo"]\nimport math\n"""\nimport numpy as np'
    )
    with pytest.raises(CourseError, match="cut in the wrong place"):
        workshop.build()


def test_exercises_and_checks_must_belong_to_each_other(workshop: Workshop) -> None:
    workshop.add("tiny.py", QUESTION)
    with pytest.raises(CourseError, match="no check for the exercises q_size"):
        workshop.build()
    workshop.add("checks.py", QUESTION_CHECK + QUESTION_CHECK.replace("q_size", "q_other").replace("answers", "tells"))
    with pytest.raises(CourseError, match=r"no exercise.* for q_other"):
        workshop.build()


def test_two_checks_of_one_name_are_refused(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = collect(workshop.sources / "checks.py")
    monkeypatch.setattr(notebook, "collect", lambda path: [*checks, checks[0]])
    with pytest.raises(CourseError, match="two checks are called averages"):
        workshop.build()


# ---- replacing the release ------------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_build_replaces_the_old_release_and_leaves_nothing_else(workshop: Workshop) -> None:
    workshop.build()
    (workshop.release / ".ipynb_checkpoints").mkdir()
    workshop.change("tiny.py", "The mean squared error.", "The mean of the squared differences.")
    workshop.build()
    assert b"mean of the squared" in (workshop.release / "tiny.py").read_bytes()
    assert [path.name for path in workshop.release.parent.iterdir()] == ["tiny"]


def test_files_that_no_build_has_written_are_not_deleted(workshop: Workshop) -> None:
    workshop.build()
    (workshop.release / "mine.txt").write_text("x")
    with pytest.raises(CourseError, match=r"move away what is yours: mine\.txt"):
        workshop.build()
    assert (workshop.release / "mine.txt").exists()


def test_a_failed_build_leaves_the_old_release(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.build()
    before = contents(workshop.release)
    workshop.change("tiny.py", "The mean squared error.", "Another statement.")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(CourseError, match=r"cannot be written \(disk full\); the old one is unchanged"):
        workshop.build()
    assert contents(workshop.release) == before
    assert [path.name for path in workshop.release.parent.iterdir()] == ["tiny"]


def test_answers_come_from_one_function(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "record", lambda course, assignment_id: {"b": np.arange(3), "a/b": np.ones(2)})
    workshop.build()
    with np.load(workshop.release / "answers.npz", allow_pickle=False) as archive:
        assert {"a/b", "b", "release/tiny.py", "release/tiny.ipynb"} <= set(archive.files)
        np.testing.assert_array_equal(archive["b"], [0, 1, 2])


# ---- a new assignment -----------------------------------------------------------------------------------------------


def test_a_new_assignment_never_overwrites_one(workshop: Workshop) -> None:
    with pytest.raises(CourseError, match="exists already"):
        scaffold.new(workshop.course, "tiny")
    with pytest.raises(CourseError, match="cannot be an id"):
        scaffold.new(workshop.course, "../tiny")


def test_the_mistake_of_a_new_assignment_fails_its_checks(workshop: Workshop) -> None:
    checks, live = answers.load_live(workshop.course, "tiny")
    assert all(live.expected(check, b"seed").status == "passed" for check in checks)
    for check in checks:
        assert [known.replies is not None for known in live.mistakes(check, b"seed")] == [True]


def test_stubs_earn_nothing(workshop: Workshop) -> None:
    workshop.build()
    source = next(c.source for c in read(workshop.release / "tiny.py").cells if c.kind == "exercise")
    module = types.ModuleType("stub")
    exec(source, module.__dict__)
    _, live = answers.load_live(workshop.course, "tiny")
    for check in collect(workshop.sources / "checks.py"):
        with pytest.raises((NotImplementedError, Failure)):
            check.function(
                **{
                    name: {"student": module, "reference": live.reference(check), "rng": np.random.default_rng(0)}[name]
                    for name in check.function.__code__.co_varnames[: check.function.__code__.co_argcount]
                }
            )


def test_the_released_notebook_is_stored_line_by_line(workshop: Workshop) -> None:
    workshop.build()
    notebook = json.loads((workshop.release / "tiny.ipynb").read_text())
    assert all(isinstance(cell["source"], list) for cell in notebook["cells"])
