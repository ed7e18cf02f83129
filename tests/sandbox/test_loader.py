"""What fails in a submission costs only the names that it would have defined."""

import sys

import pytest

from autograder.sandbox.child.loader import MODULE_NAME, load


@pytest.fixture(autouse=True)
def _no_module_stays():
    yield
    sys.modules.pop(MODULE_NAME, None)


def cells(*sources, kind="code"):
    return [(f"cell {i}", kind, source, 1) for i, source in enumerate(sources)]


def test_cells_run_in_order_in_one_namespace():
    names, problems = load(cells("a = 1", "b = a + 1"))
    assert (names["b"], problems) == (2, [])


def test_a_cell_that_raises_costs_only_its_own_names():
    names, problems = load(cells("a = 1\nb = 1 / 0\nc = 2", "d = 3"))
    assert (names["a"], names["d"]) == (1, 3)
    assert "b" not in names
    assert "c" not in names
    ((types, message, label, line),) = problems
    assert (types[0], message, label, line) == ("ZeroDivisionError", "division by zero", "cell 0", 2)


def test_in_a_script_each_statement_stands_on_its_own():
    names, problems = load(cells("import no_such_module\na = 1\nraise SystemExit\nb = 2", kind="script"))
    assert (names["a"], names["b"]) == (1, 2)
    assert [problem[0][0] for problem in problems] == ["ModuleNotFoundError", "SystemExit"]


@pytest.mark.parametrize("source", ["exit()", "raise KeyboardInterrupt", "def f(:", "(" * 5000, "\0", "return 1"])
def test_nothing_that_a_cell_does_stops_the_next(source):
    names, problems = load(cells(source, "a = 1"))
    assert names["a"] == 1
    assert [problem[2] for problem in problems] == ["cell 0"]


def test_a_cell_above_the_one_it_needs_is_tried_once_more():
    names, problems = load(cells("b = a", "a = 1"))
    assert (names["b"], problems) == (1, [])


def test_a_name_that_never_comes_stays_a_problem():
    _, problems = load(cells("b = missing", "a = 1"))
    assert [(problem[0][0], problem[2]) for problem in problems] == [("NameError", "cell 0")]


def test_progress_names_the_cell_that_runs_also_when_it_is_tried_again():
    seen = []
    load(cells("b = a", "a = 1", "c = 2"), seen.append)
    assert seen == [0, 1, 2, 0]


def test_a_line_number_is_the_files_own():
    _, problems = load([("cell 7", "code", "x = 1\ny = 1 / 0", 40)])
    assert problems[0][3] == 41


def test_a_demo_does_not_run_but_its_imports_are_there_when_used():
    names, problems = load(cells("import string as s\nimport os.path\nimport no_such_module as n\nboom()", kind="demo"))
    assert problems == []
    assert names["s"].digits == "0123456789"
    assert names["os"].path.basename("a/b") == "b"
    with pytest.raises(ModuleNotFoundError):
        names["n"].anything  # noqa: B018


def test_a_demo_does_not_replace_what_is_defined():
    names, _ = load([*cells("s = 1"), ("demo", "demo", "import string as s", 1)])
    assert names["s"] == 1


def test_a_future_import_holds_for_the_cells_that_follow():
    names, problems = load(cells("from __future__ import annotations", "def f(x: not_defined): pass"))
    assert problems == []
    assert names["f"].__annotations__ == {"x": "not_defined"}


def test_a_future_import_of_ours_does_not_reach_a_cell():
    assert load(cells("def f(x: int): pass"))[0]["f"].__annotations__ == {"x": int}


def test_notebook_helpers_are_inert():
    _, problems = load(cells("get_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(1, raw=True)"))
    assert problems == []


def test_a_dataclass_finds_its_module():
    names, problems = load(cells("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\np = P()"))
    assert problems == []
    assert names["p"].x == 1
