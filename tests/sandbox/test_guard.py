"""Library functions that an exercise forbids: met however they are reached, and only in that exercise."""

from __future__ import annotations

import pytest

from autograder.errors import Failure, Raised
from autograder.namespace import Namespace
from tests.sandbox.conftest import LIMITS

RULES = {"f": ["numpy.convolve", "numpy.lib.stride_tricks", "colorsys.rgb_to_hls", "fractions.Fraction"]}

REACHED = {
    "by its name": "import numpy as np\ndef f(): return np.convolve([1], [2])",
    "bound before it was called": "from numpy import convolve\ndef f(): return convolve([1], [2])",
    "through importlib": "import importlib\ndef f(): return importlib.import_module('numpy').convolve([1], [2])",
    "through __import__": "def f(): return __import__('numpy').convolve([1], [2])",
    "through sys.modules": "import sys\ndef f(): return sys.modules['numpy'].convolve([1], [2])",
    "through eval": "import numpy\ndef f(): return eval('numpy.con' + 'volve([1], [2])')",
    "through getattr": "import numpy\ndef f(): return getattr(numpy, 'evlovnoc'[::-1])([1], [2])",
    "as part of a forbidden module": "import numpy as np\ndef f(): return np.lib.stride_tricks.as_strided(np.ones(3))",
    "in a module that was not loaded": "def f():\n    import colorsys\n    return colorsys.rgb_to_hls(0, 0, 0)",
    "as a class": "def f():\n    from fractions import Fraction\n    return float(Fraction(1, 2))",
}


def outcome(sandbox, source, exercise, rules=RULES):
    with (
        sandbox.open([("cell 1", "code", source, 1)], LIMITS, rules) as opened,
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
