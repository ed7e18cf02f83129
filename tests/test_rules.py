"""What a submission uses that its assignment asks it to write itself, found by reading it."""

from __future__ import annotations

import textwrap

import pytest

from autograder.rules import Rules, Violation, search

FORBIDDEN = Rules(forbidden={"f": ("scipy.signal.convolve2d", "numpy.lib.stride_tricks"), "*": ("torch.nn.Conv2d",)})
NUMPY_ONLY = Rules(allowed_imports=("numpy",))


def found(source: str, rules: Rules = FORBIDDEN, exercises: tuple[str, ...] = ("f", "g")) -> list[tuple[str, str, int]]:
    cells = [("cell 1", "cell", textwrap.dedent(source).strip(), 1)]
    return [(each.exercise, each.name, each.line) for each in search(cells, exercises, rules)]


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.signal\ndef f(): return scipy.signal.convolve2d",
        "import scipy.signal as s\ndef f(): return s.convolve2d",
        "from scipy import signal\ndef f(): return signal.convolve2d",
        "from scipy.signal import convolve2d\ndef f(): return convolve2d(1, 2)",
        "from scipy.signal import convolve2d as mine\ndef f(): return mine(1, 2)",
        "x = 1\ndef f():\n    from scipy.signal import convolve2d",
        "import importlib\ndef f(): return importlib.import_module('scipy.signal.convolve2d')",
        "import scipy\ndef f(): return eval('scipy.signal.convolve2d(x, w)')",
        "import scipy.signal\ndef f(run=scipy.signal.convolve2d): return run",
        "import scipy.signal\nclass f:\n    def g(self): return scipy.signal.convolve2d",
    ],
)
def test_a_forbidden_name_is_found_however_it_is_written(source: str) -> None:
    assert [(exercise, name) for exercise, name, _ in found(source)] == [("f", "scipy.signal.convolve2d")]


def test_a_name_inside_a_forbidden_module_is_found_under_the_name_of_the_rule() -> None:
    source = "import numpy as np\ndef f(x): return np.lib.stride_tricks.as_strided(x)"
    assert found(source) == [("f", "numpy.lib.stride_tricks", 2)]


def test_a_helper_belongs_to_the_exercise_that_uses_it() -> None:
    source = """
        from scipy.signal import convolve2d
        def deep(x): return convolve2d(x, x)
        def helper(x): return deep(x)
        def f(x): return helper(x)
        def g(x): return x
    """
    assert found(source) == [("f", "scipy.signal.convolve2d", 2)]


def test_a_value_that_holds_the_function_belongs_to_the_exercise_that_uses_it() -> None:
    assert found("import scipy.signal\nrun = scipy.signal.convolve2d\ndef f(x): return run(x)") == [
        ("f", "scipy.signal.convolve2d", 2)
    ]


def test_another_exercise_may_use_what_this_one_may_not() -> None:
    assert found("import scipy.signal\ndef g(x): return scipy.signal.convolve2d(x, x)\ndef f(x): return g(x)") == []


def test_what_is_forbidden_everywhere_is_found_in_each_exercise() -> None:
    source = "from torch import nn\ndef f(): return nn.Conv2d(1, 1, 1)\ndef g(): return nn.Conv2d(2, 2, 2)"
    assert found(source) == [("f", "torch.nn.Conv2d", 2), ("g", "torch.nn.Conv2d", 3)]


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    '''Not with scipy.signal.convolve2d, by hand.'''",
        "import numpy as np\ndef f(x): return np.lib.pad(x)",
        "import scipy.signal\ndef f(x): return scipy.signal.convolve(x, x)",
        "def f(scipy): return scipy.signal.convolve2d",
        "import scipy.signal\ndef unused(x): return scipy.signal.convolve2d(x, x)\ndef f(x): return x",
        "def f(x: return",
    ],
)
def test_what_only_looks_like_it_is_not_a_violation(source: str) -> None:
    assert found(source) == []


def test_a_demo_cell_is_not_searched() -> None:
    source = "import scipy.signal\ndef f(): return scipy.signal.convolve2d"
    assert search([("cell 1", "demo", source, 1)], ["f"], FORBIDDEN) == []


def test_lines_are_those_of_the_file() -> None:
    cells = [("a.py", "cell", "import scipy.signal\ndef f():\n    return scipy.signal.convolve2d", 40)]
    assert [(each.label, each.line) for each in search(cells, ["f"], FORBIDDEN)] == [("a.py", 42)]


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.ndimage\ndef f(): return scipy.ndimage.zoom",
        "def f():\n    import scipy.ndimage\n    return scipy.ndimage.zoom",
        "def f():\n    from scipy.ndimage import zoom",
    ],
)
def test_an_import_that_is_not_allowed_is_found_where_it_is_used(source: str) -> None:
    assert {(exercise, name.partition(".")[0]) for exercise, name, _ in found(source, NUMPY_ONLY)} == {("f", "scipy")}


def test_the_standard_library_and_what_is_allowed_may_be_imported() -> None:
    source = "import math, itertools\nimport numpy as np\ndef f(x): return math.pi * np.linalg.norm(x)"
    assert found(source, NUMPY_ONLY) == []


def test_an_import_that_no_exercise_uses_costs_none() -> None:
    assert found("import scipy.ndimage\ndef f(x): return x", NUMPY_ONLY) == []


def test_without_rules_nothing_is_searched_for() -> None:
    assert not Rules()
    assert found("import scipy.signal\ndef f(): return scipy.signal.convolve2d", Rules()) == []


def test_the_message_says_what_to_do() -> None:
    assert "write that part yourself" in Violation("f", "scipy.signal.convolve2d", "cell 1", 2).message
    assert "not among the imports" in Violation("f", "scipy.ndimage", "cell 1", 2, imported=True).message
