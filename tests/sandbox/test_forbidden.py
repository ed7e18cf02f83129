"""Library functions that an exercise forbids: blocked however they are reached, and only in that exercise."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from autograder.errors import Failure, Raised
from autograder.sandbox import Program
from autograder.sandbox.exchange import Look
from autograder.sandbox.namespace import Namespace
from tests.sandbox.conftest import LIMITS

RULES = {"f": ["numpy.convolve", "numpy.hypot", "numpy.lib.stride_tricks", "colorsys.rgb_to_hls", "fractions.Fraction"]}

REACHED = {
    "by its name": "import numpy as np\ndef f(): return np.convolve([1], [2])",
    "bound before it was called": "from numpy import convolve\ndef f(): return convolve([1], [2])",
    "through importlib": "import importlib\ndef f(): return importlib.import_module('numpy').convolve([1], [2])",
    "through __import__": "def f(): return __import__('numpy').convolve([1], [2])",
    "through sys.modules": "import sys\ndef f(): return sys.modules['numpy'].convolve([1], [2])",
    "through eval": "import numpy\ndef f(): return eval('numpy.con' + 'volve([1], [2])')",
    "through getattr": "import numpy\ndef f(): return getattr(numpy, 'evlovnoc'[::-1])([1], [2])",
    "through a method of a ufunc": "import numpy as np\ndef f(): return np.hypot.outer([3.0], [4.0])",
    "as part of a forbidden module": "import numpy as np\ndef f(): return np.lib.stride_tricks.as_strided(np.ones(3))",
    "in a module that was not loaded": "def f():\n    import colorsys\n    return colorsys.rgb_to_hls(0, 0, 0)",
    "in another module of the library": "import numpy._core.numeric as n\ndef f(): return n.convolve([1], [2])",
    "as a class": "def f():\n    from fractions import Fraction\n    return float(Fraction(1, 2))",
}


def outcome(sandbox, source, exercise, rules=RULES):
    with (
        sandbox.open(Program([("cell 1", "code", source, 1)], rules), LIMITS) as opened,
        opened.check(10, 0, exercise) as exchange,
    ):
        return getattr(Namespace(exchange), exercise)()


@pytest.mark.parametrize("source", REACHED.values(), ids=REACHED.keys())
def test_a_forbidden_function_raises_however_it_is_reached(sandbox, source):
    with pytest.raises(Raised, match="may not be used in f") as raised:
        outcome(sandbox, source, "f")
    assert raised.value.types[0] == "Forbidden"


@pytest.mark.parametrize("source", REACHED.values(), ids=REACHED.keys())
def test_another_exercise_may_use_it(sandbox, source):
    outcome(sandbox, source.replace("def f", "def g"), "g")


def test_loading_may_use_it(sandbox):
    assert outcome(sandbox, "import numpy as np\nk = float(np.convolve([1], [2])[0])\ndef f(): return k", "f") == 2


def test_what_is_forbidden_for_all_is_forbidden_in_each(sandbox):
    source = "import numpy as np\ndef g(): return np.convolve([1], [2])"
    with pytest.raises(Failure, match="may not be used in g"):
        outcome(sandbox, source, "g", {"*": ["numpy.convolve"]})


def test_a_name_that_no_library_has_forbids_nothing(sandbox):
    assert outcome(sandbox, "def f(): return 1", "f", {"f": ["numpy.nonsense", "nonsense.more"]}) == 1


def test_a_guarded_class_is_still_itself(sandbox):
    source = (
        "from fractions import Fraction\ndef g(): return isinstance(Fraction(1, 2), Fraction) and Fraction(1, 2) == 0.5"
    )
    assert outcome(sandbox, source, "g") is True


@pytest.mark.parametrize("module", ["xml", "xml.dom", "xml.dom.minidom"])
def test_a_forbidden_package_that_was_not_loaded_cannot_be_imported(sandbox, module):
    source = f"import importlib\ndef f(): return importlib.import_module({module!r}).__name__"
    with pytest.raises(Failure, match="xml may not be used in f"):
        outcome(sandbox, source, "f", {"f": ["xml"]})
    assert outcome(sandbox, source.replace("def f", "def g"), "g", {"f": ["xml"]}) == module


def test_a_forbidden_package_that_loading_has_imported_is_guarded_when_it_is_complete(sandbox):
    source = "import xml.sax\nparse = xml.sax.parseString\ndef f(): return parse(b'', None)"
    with pytest.raises(Failure, match=r"xml\.sax\.parseString may not be used in f"):
        outcome(sandbox, source, "f", {"f": ["xml.sax"]})


@pytest.mark.parametrize(
    "line", ["from scipy import signal, sparse", "import scipy.sparse as sparse\nfrom scipy import signal"]
)
def test_a_package_that_loads_its_modules_on_demand_can_still_be_imported(sandbox, line):
    pytest.importorskip("scipy")
    source = f"{line}\ndef f(): return signal.convolve([1, 2], [3]).tolist()\ndef g(): return sparse.eye_array(2).nnz"
    assert outcome(sandbox, source, "g", {"f": ["scipy.signal", "scipy.ndimage"]}) == 2
    with pytest.raises(Failure, match=r"scipy\.signal\.convolve may not be used in f"):
        outcome(sandbox, source, "f", {"f": ["scipy.signal", "scipy.ndimage"]})


OURS = ["random", "numpy", "numpy.random", "msgpack", "importlib", "traceback"]  # called by our code on that side


def test_a_package_that_imports_its_parts_when_they_are_asked_for_can_be_imported(sandbox):
    names = ["special.softmax", "special.expit", "stats.norm", "optimize.approx_fprime", "differentiate"]
    rules = {"f": [f"scipy.{name}" for name in names]}
    source = "from scipy import linalg, special\n"
    assert outcome(sandbox, source + "def g(): return float(special.softmax([0.0, 0.0])[0])", "g", rules) == 0.5
    for name in ("special.softmax", "special.expit", "stats.norm.pdf", "optimize.approx_fprime"):
        with pytest.raises(Raised, match="may not be used in f"):
            outcome(sandbox, f"import scipy\n{source}def f(): return scipy.{name}(0.0)", "f", rules)


def test_what_two_exercises_forbid_by_two_names_is_forbidden_in_both_in_whatever_module_it_is():
    names = pytest.importorskip("scipy.stats").__name__
    rules = {"f": [f"{names}.norm"], "g": [names], "h": [f"{names}.distributions.norm"]}
    script = (
        "from autograder.sandbox.child import forbidden\n"
        f"forbidden.install({rules})\n"
        "from scipy.stats._continuous_distns import norm\n"
        "for exercise in 'fghi':\n"
        "    with forbidden.Judging(exercise):\n"
        "        try:\n            print(exercise, norm.pdf(0.0) > 0)\n"
        "        except forbidden.Forbidden:\n            print(exercise, 'forbidden')\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:4] == ["f forbidden", "g forbidden", "h forbidden", "i True"]


def test_a_function_that_a_library_looks_up_when_it_is_asked_for_is_guarded():
    pytest.importorskip("torch")
    script = (
        "import torch\nfrom autograder.sandbox.child import forbidden\n"
        "forbidden.install({'f': ['torch.ops.aten.conv_tbc', 'torch._C._VariableFunctions.conv_tbc']})\n"
        "with forbidden.Judging('f'):\n"
        "    try:\n        torch.ops.aten.conv_tbc(1, 2, 3)\n"
        "    except forbidden.Forbidden as error:\n        print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "torch.ops.aten.conv_tbc may not be used in f\n"


def test_our_own_code_may_use_what_is_forbidden_to_the_student(sandbox):
    source = (
        "import numpy as np\ndef same(x): return x\ndef total(x): return np.sum(x)\n"
        "def asks(f, x):\n    try:\n        return f(x)\n    except ValueError as error:\n        return str(error)\n"
        "def fails(): raise KeyError('k')"
    )

    def refuse(x):
        raise ValueError("no")

    with sandbox.open(Program([("cell 1", "code", source, 1)], {"*": OURS}), LIMITS) as opened:
        for turn in range(3):
            with opened.check(10, turn, "same", shared=True, look=Look(0.001)) as exchange:
                student = Namespace(exchange)
                assert exchange.reused == (turn > 0)
                assert student.same(np.arange(3.0)).tolist() == [0, 1, 2]
                assert student.asks(lambda x: 2 * x, np.ones(2)).tolist() == [2, 2]
                assert student.asks(refuse, np.ones(2)) == "no"
                with pytest.raises(Failure, match="KeyError: 'k'"):
                    student.fails()
                with pytest.raises(Failure, match=r"numpy\.sum may not be used in same"):
                    student.total(np.ones(2))
        assert opened.loads == 1


def test_what_a_callback_of_the_check_calls_of_the_student_is_under_the_guard_again(sandbox):
    source = "import numpy as np\ndef f(ask): return ask(1)\ndef inner(x): return float(np.sum(x))"
    with (
        sandbox.open(Program([("cell 1", "code", source, 1)], {"f": ["numpy.sum"]}), LIMITS) as opened,
        opened.check(10, 0, "f") as exchange,
    ):
        student = Namespace(exchange)
        with pytest.raises(Failure, match=r"numpy\.sum may not be used in f"):
            student.f(lambda x: student.inner([x]))
