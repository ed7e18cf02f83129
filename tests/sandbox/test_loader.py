"""A failure in a submission costs only the names that it would have defined."""

import functools
import inspect
import sys

import pytest

from autograder.sandbox.child.loader import MODULE_NAME, load
from tests.sandbox.conftest import student, submission


@pytest.fixture(autouse=True)
def _no_module_stays(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    yield
    sys.modules.pop(MODULE_NAME, None)


def cells(*sources, kind="code"):
    return [(f"cell {i}", kind, source, 1) for i, source in enumerate(sources)]


def test_cells_run_in_order_in_one_namespace():
    names, problems, _ = load(cells("a = 1", "b = a + 1"))
    assert (names["b"], problems) == (2, [])


def test_a_cell_that_raises_costs_only_its_own_names():
    names, problems, _ = load(cells("a = 1\nb = 1 / 0\nc = abs(2)", "d = 3"))
    assert (names["a"], names["d"]) == (1, 3)
    assert "b" not in names
    assert "c" not in names
    ((types, message, label, line),) = problems
    assert (types[0], message, label, line) == ("ZeroDivisionError", "division by zero", "cell 0", 2)


def test_in_a_script_each_statement_stands_on_its_own():
    names, problems, _ = load(cells("import no_such_module\na = 1\nraise SystemExit\nb = 2", kind="script"))
    assert (names["a"], names["b"]) == (1, 2)
    assert [problem[0][0] for problem in problems] == ["ModuleNotFoundError", "SystemExit"]


@pytest.mark.parametrize("source", ["exit()", "raise KeyboardInterrupt", "def f(:", "(" * 5000, "\0", "return 1"])
def test_nothing_that_a_cell_does_stops_the_next(source):
    names, problems, _ = load(cells(source, "a = 1"))
    assert names["a"] == 1
    assert [problem[2] for problem in problems] == ["cell 0"]


def test_a_cell_above_the_one_it_needs_is_tried_once_more():
    names, problems, _ = load(cells("b = a", "a = 1"))
    assert (names["b"], problems) == (1, [])


def test_a_name_that_never_comes_stays_a_problem():
    _, problems, _ = load(cells("b = missing", "a = 1"))
    assert [(problem[0][0], problem[2]) for problem in problems] == [("NameError", "cell 0")]


def test_progress_names_the_cell_that_runs_also_when_it_is_tried_again():
    seen = []
    load(cells("b = a", "a = 1", "c = 2"), seen.append)
    assert seen == [0, 1, 2, 0]


def test_a_line_number_is_the_files_own():
    _, problems, _ = load([("cell 7", "code", "x = 1\ny = 1 / 0", 40)])
    assert problems[0][3] == 41


def test_a_demo_does_not_run_but_its_imports_are_there_when_used():
    names, problems, _ = load(
        cells("import string as s\nimport os.path\nimport no_such_module as n\nboom()", kind="demo")
    )
    assert problems == []
    assert names["s"].digits == "0123456789"
    assert names["os"].path.basename("a/b") == "b"
    with pytest.raises(ModuleNotFoundError):
        names["n"].anything  # noqa: B018


def test_a_demo_does_not_replace_what_is_defined():
    names, _, _ = load([*cells("s = 1"), ("demo", "demo", "import string as s", 1)])
    assert names["s"] == 1


def test_a_future_import_holds_for_the_cells_that_follow():
    names, problems, _ = load(cells("from __future__ import annotations", "def f(x: not_defined): pass"))
    assert problems == []
    assert names["f"].__annotations__ == {"x": "not_defined"}


def test_a_future_import_of_ours_does_not_reach_a_cell():
    assert load(cells("def f(x: int): pass"))[0]["f"].__annotations__ == {"x": int}


def test_notebook_helpers_are_inert():
    _, problems, _ = load(cells("get_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(1, raw=True)"))
    assert problems == []


def test_earlier_work_is_what_the_assignment_gives():
    source = "def f(): return 1\ndef g(): return 2\none = earlier('a', f)\n(two, three) = earlier('a', f, g)"
    names, problems, _ = load(cells(source))
    assert problems == []
    assert (names["one"](), names["two"](), names["three"]()) == (1, 1, 2)


def test_a_dataclass_finds_its_module():
    names, problems, _ = load(cells("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\np = P()"))
    assert problems == []
    assert names["p"].x == 1


# ---- failures here that did not occur at home -----------------------------------------------------------------------


def test_an_import_that_fails_ends_no_cell():
    names, problems, _ = load(cells("from google.colab import drive\nimport operator\nx = abs(-1)\ndef f(): return x"))
    assert (names["x"], names["f"]()) == (1, 1)
    assert "operator" in names
    assert [problem[0][0] for problem in problems] == ["ModuleNotFoundError"]


def test_what_only_imports_or_defines_is_kept_after_an_exception():
    after = "import string\nfrom os import path\nrate: float = 1e-2\ndouble = lambda x: 2 * abs(x)\n@str\nclass A: pass"
    names, _, _ = load(cells(f"1 / 0\n{after}\nasync def g(): pass\ny = abs(1)\nprint(y)\nfor i in (): pass"))
    assert names.keys() >= {"string", "path", "rate", "double", "A", "g"}
    assert names.keys().isdisjoint({"y", "i"})


def test_a_cell_stops_where_its_author_stopped_it():
    names, problems, _ = load(cells("raise SystemExit('enough')\nx = list(range(3))\nwhile True: pass"))
    assert "x" not in names
    assert len(problems) == 1


def test_what_has_run_is_not_run_again_when_its_cell_is_tried_once_more():
    names, problems, _ = load(cells("runs = []", "runs.append(1)\nlate = a\nruns.append(2)", "a = 1"))
    assert (names["runs"], names["late"], problems) == ([1, 2], 1, [])


# ---- the last definition of an exercise counts ----------------------------------------------------------------------

KINDS = {"f": "def", "A": "class"}
DEFINED = "def f(x): return 'def'\nclass A:\n    def __call__(self): return self\n"

REBOUND = {
    "its result": "f = f(1)",
    "a result that can be called": "A = A()",
    "what a method of its result gives": "A = A().__call__()",
    "one of two results": "f, y = f(1), 2\nf, y = ('a', 'b')",
    "a loop": "for f in (abs, min): pass",
    "a file": "import io\nwith io.StringIO() as f: pass",
    "an import": "from os import path as A\nimport sys as f",
    "an exception": "try:\n    1 / 0\nexcept ZeroDivisionError as f:\n    pass",
    "nothing": "del f",
    "a value": "f = 3\nA = None",
    "by a function": "def run():\n    global f\n    f = f(1)\nrun()",
    "in a branch": "if True:\n    f = f(1)",
    "a walrus": "print(f := 4)",
    "augmented": "f = 1\nf += 1",
}


@pytest.mark.parametrize("source", REBOUND.values(), ids=REBOUND.keys())
@pytest.mark.parametrize("apart", [True, False], ids=["in another cell", "in the same cell"])
def test_an_exercise_that_is_bound_to_something_else_gets_its_last_definition_back(source, apart):
    names, _, restored = load(cells(DEFINED, source) if apart else cells(DEFINED + source), kinds=KINDS)
    assert names["f"](1) == "def"
    assert isinstance(names["A"], type)
    assert {name for name, _, _ in restored} <= {"f", "A"}
    assert all(label == f"cell {int(apart)}" for _, label, _ in restored)
    assert restored


REDEFINED = {
    "def": "def f(x): return 2",
    "a lambda": "f = lambda x: 2",
    "another function": "def g(x): return 2\nf = g",
    "a partial": "import functools\nf = functools.partial(lambda y, x: y, 2)",
    "a decorated one": "def double(g): return lambda x: 2\nf = double(f)",
    "a static method": "f = staticmethod(lambda x: 2)",
    "an object that can be called": "class G:\n    def __call__(self, x): return 2\nf = G()",
    "a branch": "if True:\n    def f(x): return 2\nelse:\n    def f(x): return 3",
    "one of two": "f, y = (lambda x: 2), 1",
    "annotated": "f: object = lambda x: 2",
}


@pytest.mark.parametrize("source", REDEFINED.values(), ids=REDEFINED.keys())
def test_a_later_definition_counts_whatever_it_looks_like(source):
    names, problems, restored = load(cells(DEFINED, source, "y = f(0)"), kinds=KINDS)
    assert (names["f"](1), problems, restored) == (2, [], [])


@pytest.mark.parametrize(
    "source", ["B = A\nclass A(B): pass", "A = type('A', (), {})", "A = functools.partial(dict, a=1)"]
)
def test_a_class_may_be_given_in_another_way(source):
    names, problems, restored = load(cells("import functools", DEFINED, source), kinds=KINDS)
    assert (problems, restored) == ([], [])
    assert names["A"].__class__ in (type, functools.partial)


def test_what_is_not_defined_keeps_the_value_that_it_has():
    names, _, restored = load(cells("f = 1\nfor A in (2, 3): pass\nq = 4\nq = 5"), kinds=KINDS)
    assert (names["f"], names["A"], names["q"], restored) == (1, 3, 5, [])


def test_until_the_end_the_other_value_is_there_as_at_home():
    names, problems, restored = load(cells(DEFINED, "f = f(1)\ny = f + '!'", "z = f"), kinds=KINDS)
    assert (names["y"], names["z"], problems) == ("def!", "def", [])
    assert restored == [["f", "cell 1", 1]]


# ---- as in a notebook -----------------------------------------------------------------------------------------------


def test_a_notebook_is_main_and_a_script_is_not():
    source = "is_main = __name__ == '__main__'\nclass A: pass\nimport sys\nfound = sys.modules[A.__module__].A is A"
    assert [load(cells(source), main=main)[0]["is_main"] for main in (True, False)] == [True, False]
    assert load(cells(source), main=True)[0]["found"]


def test_await_works_outside_a_function_and_tasks_live_from_cell_to_cell():
    names, problems, _ = load(
        cells(
            "import asyncio\nasync def g(x):\n    await asyncio.sleep(0)\n    return x\n"
            "task = asyncio.create_task(g(1))\nawait asyncio.sleep(0)",
            "a = await task\nb = [await g(i) for i in range(3)]\nasync with asyncio.Lock(): pass",
            "await g(1 / 0)",
            "def f(): return a",
        )
    )
    assert (names["a"], names["b"], names["f"]()) == (1, [0, 1, 2], 1)
    assert [(problem[0][0], problem[2], problem[3]) for problem in problems] == [("ZeroDivisionError", "cell 2", 1)]


def test_a_function_of_a_cell_has_its_source():
    names, _, _ = load(
        [("cell 7", "code", "x = 1\ndef f(a):\n    return a  # why\n", 1), ("line 40", "x", "g = lambda: 1", 40)]
    )
    assert inspect.getsource(names["f"]) == "def f(a):\n    return a  # why\n"
    assert inspect.getsourcelines(names["g"]) == (["g = lambda: 1\n"], 40)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_torch_compiles_a_function_of_a_cell():
    source = "import torch\n@torch.jit.script\ndef f(x: torch.Tensor) -> torch.Tensor:\n    return x + 1"
    names, problems, _ = load(cells(source))
    assert problems == []
    assert "aten::add" in str(names["f"].graph)


SHELLS = ["from IPython import get_ipython", "import IPython\nget_ipython = IPython.get_ipython", "", "x = 1"]


@pytest.mark.parametrize("source", SHELLS)
def test_the_shell_is_inert_however_it_is_reached(sandbox, source):
    magic = (
        "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().events.register('a', print)\n"
        "names = get_ipython().getoutput('nvidia-smi')\nif get_ipython(): names = None\n"
        "def f(): return '-'.join(names)"
    )
    with student(sandbox, source, magic) as names:
        assert names.f() == ""


def test_an_endless_await_ends_with_the_time_for_loading_and_costs_its_cell(sandbox):
    endless = "import asyncio\ntry:\n    await asyncio.sleep(10**6)\nfinally:\n    await asyncio.sleep(10**6)"
    with student(sandbox, "def f(): return 1", endless, load_s=3) as names:
        assert names.f() == 1


def test_a_task_that_does_not_end_is_left_behind(sandbox):
    source = "import asyncio\nasync def g():\n    await asyncio.sleep(10**6)\ntask = asyncio.create_task(g())"
    with student(sandbox, f"{source}\nawait asyncio.sleep(0)\ndef f(): return task.cancelled()") as names:
        assert names.f() is True


def test_a_warning_names_its_place_as_other_messages_do(sandbox):
    with submission(sandbox, "import numpy as np\nx = np.array([1000.0])\ny = np.exp(x)") as session:
        session.load()
        session.seal()
        assert "cell 0, line 3: RuntimeWarning: overflow encountered in exp\n" in session.output
        assert "<" not in session.output
