"""What code keeps from one call to the next is seen, wherever it keeps it; and what holds nothing is no obstacle."""

import functools

import numpy as np
import pytest

from autograder.sandbox import Program
from autograder.sandbox.child.kept import kept
from autograder.sandbox.child.loader import load
from autograder.sandbox.exchange import NEVER
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.together import together
from tests.sandbox.conftest import LIMITS, submission


def loaded(source):
    names, problems, _ = load([("cell 1", "code", source, 1)])
    assert not problems
    return names


KEEPS = {
    "a default": "def f(x, seen=[]):\n    seen.append(x)\n    return len(seen)",
    "a keyword's default": "def f(x, *, seen={}):\n    seen[len(seen)] = x\n    return len(seen)",
    "a global list": "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)",
    "an array": "import numpy as np\nseen = np.zeros(3)\ndef f(x):\n    seen[0] += x\n    return seen[0]",
    "an attribute of the function": "def f(x):\n    f.count = getattr(f, 'count', 0) + 1\n    return f.count",
    "a closure": "def made():\n    seen = []\n    def f(x):\n        seen.append(x)\n    return f\nf = made()",
    "a wrapper of a library": "import contextlib\n@contextlib.contextmanager\ndef g(s=[]):\n    yield s.append(1)\n"
    "def f(x):\n    with g(): return x",
    "a function in a dict": "fs = {1: lambda x, seen=[]: seen.append(x)}\ndef f(x):\n    fs[1](x)",
    "a local base class": "def made():\n    class B:\n        s = []\n    return B\nclass F(made()): pass\n"
    "def f(x): F.s.append(x)",
    "a cached property": "import functools\nclass F:\n    @functools.cached_property\n    def p(self, s=[]):\n"
    "        s.append(1)\nf = lambda x: F().p",
    "a way of computing": "import numpy as np\ndef f(x): np.seterr(divide='raise')",
    "a helper": "def helper(x, seen=[]):\n    seen.append(x)\ndef f(x):\n    helper(x)",
    "a class attribute": "class F:\n    seen = []\n    def __init__(self, x):\n        self.seen.append(x)\nf = F",
    "a counter in a class": "class F:\n    n = 0\n    def __init__(self, x):\n        F.n += 1\nf = F",
    "a default of a method": "class F:\n    def __init__(self, x, seen=[]):\n        seen.append(x)\nf = F",
    "a static method": "class F:\n    @staticmethod\n    def g(x, seen=[]):\n        seen.append(x)\nf = F.g",
    "a property": "class F:\n    def g(self, s=[]):\n        s.append(1)\n    p = property(g)\nf = lambda x: F().p",
}


@pytest.mark.parametrize("name", KEEPS)
def test_what_a_call_leaves_behind_is_seen(name):
    names = loaded(KEEPS[name])
    before = kept(names)
    assert before is not None
    assert kept(names) == before
    with np.errstate():
        names["f"](1)
        assert kept(names) != before


CANNOT_BE_TOLD = {
    "an instance": "class Box: pass\nbox = Box()\ndef f(): return box",
    "a cache": "import functools\n@functools.lru_cache\ndef helper(x): return [x]\ndef f(): return helper(1)",
    "a generator": "import numpy as np\nrng = np.random.default_rng()\ndef f(): return rng.random()",
    "an iterator": "numbers = iter(range(9))\ndef f(): return next(numbers)",
    "a large array": "import numpy as np\nlarge = np.zeros(1 << 20)\ndef f(): return large",
    "a global name": "count = 0\ndef f(x):\n    global count\n    count = 1 - count\n    return count",
    "a new global name": "def f(x):\n    global count\n    count = x",
    "a deleted global name": "count = 0\ndef f(x):\n    global count\n    del count",
    "a nonlocal name": "def made(n=0):\n    def f(x):\n        nonlocal n\n        n = 1 - n\n    return f\nf = made()",
    "a cached method": "import functools\nclass F:\n    @functools.cache\n    def g(self): return []",
    "a descriptor": "class D:\n    def __get__(self, *_): return self\nclass F:\n    d = D()",
    "a method of an object": "class F:\n    def g(self): self.n = 1\nf = F().g",
    "a function with a cache": "import functools\n@functools.cache\ndef f(x): return [x]",
    "a function with values": "import functools\nf = functools.partial(lambda seen, x: seen.append(x), [])",
    "all global names": "def f(): return globals().setdefault('seen', [])",
}


@pytest.mark.parametrize("name", CANNOT_BE_TOLD)
def test_what_cannot_be_compared_is_said(name):
    assert kept(loaded(CANNOT_BE_TOLD[name]), ["f"]) is None


ORDINARY = """
import functools
import math
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum
import numpy as np
from numpy.linalg import norm
from scipy.special import expit

EPS = 1e-8
MEAN = np.array([0.5, 0.25])
NAMES = {"a": 1, "b": [2, 3]}
CHOICES = {"relu", "tanh"}
FUNCTIONS = {"relu": lambda x: np.maximum(x, 0), "norm": norm}
REST = (..., slice(1, None))
scratch = iter(range(9))  # no function uses it

def helper(x, axis=-1, dtype=np.float64, shape=(1, 2)):
    return expit(x - MEAN) / (norm(x) + EPS)

def f(x, config=None):
    config = {} if config is None else config
    config.setdefault("t", 0)
    seen = [helper(x) for _ in NAMES["b"] if "relu" in CHOICES and FUNCTIONS and REST]
    return sum(seen), config

class Layer:
    slope = 0.1
    __slots__ = ("cache", "w")
    def __init__(self, w):
        self.w, self.cache = w, None
    @property
    def size(self):
        return self.w.size
    @classmethod
    def of(cls, n):
        return cls(np.ones(n))
    def forward(self, x):
        self.cache = x
        return self.w * x

class Deep(Layer):
    def forward(self, x):
        size = self.size
        return super().forward(x) * math.pi * sum([size for _ in range(2)])

Pair = namedtuple("Pair", "a b")
"""


def test_ordinary_code_keeps_nothing():
    names = loaded(ORDINARY)
    asked = ["f", "Deep", "Pair", "missing"]
    before = kept(names, asked)
    assert before is not None
    names["f"](np.ones(2))
    names["Deep"].of(2).forward(np.ones(2))
    names["Pair"](1, 2)
    assert kept(names, asked) == before


def test_a_module_of_torch_keeps_nothing():
    pytest.importorskip("torch")
    names = loaded(
        "import torch\nfrom torch import nn\ndevice = torch.device('cpu')\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(2, 3)\n"
        "    def forward(self, x):\n        return torch.relu(self.fc(x))\n"
        "@torch.no_grad()\ndef f(model, x):\n    model.eval()\n    return model(x.to(device))"
    )
    before = kept(names)
    assert before is not None
    names["f"](names["Net"](), __import__("torch").ones(1, 2))
    assert kept(names) == before


# A running total that starts again with another shape: another call in between makes it look right.
SHARED = """
kept = {}
def total(x):
    if kept.get("shape") != x.shape:
        kept.update(shape=x.shape, total=0 * x)
    kept["total"] = kept["total"] + x
    return kept["total"]
"""


UNTOLD = SHARED.replace("kept = {}", "class Kept(dict): pass\nkept = Kept()")


@pytest.mark.parametrize("source", [SHARED, UNTOLD], ids=["compared", "not to be compared"])
def test_nothing_counts_that_was_found_while_the_code_kept_something(bubblewrap, source):
    def total(size, talk):
        return [Namespace(talk).total(np.ones(size)).sum() for _ in range(2)]

    runs = [functools.partial(total, 1), functools.partial(total, 2)]
    with submission(bubblewrap, source) as opened:
        with opened.checks(20.0, [(0, "total")] * 2, NEVER) as exchange:
            assert together(exchange, runs) is None
        with opened.check(20.0) as exchange:
            assert total(1, exchange) == [1, 2]


# It returns what it was asked before this: the same check, asked again, would get its own answer.
LATE = """
last = []
def double(x):
    last.append(2 * x)
    return last[-2] if len(last) > 1 else 0
"""


def test_a_process_that_kept_something_serves_no_other_check(bubblewrap):
    with submission(bubblewrap, LATE) as opened:
        with opened.checks(20.0, [(0, "double")] * 2, NEVER) as exchange:
            assert together(exchange, [lambda talk: Namespace(talk).double(4)] * 2) is None
        with opened.check(20.0, shared=True) as exchange:
            assert Namespace(exchange).double(4) == 0


def test_an_object_that_another_check_may_ask_for_is_seen(bubblewrap):
    source = "class F:\n    def __call__(self): return 1\nf = F()\ndef g(): return 2\n"
    program = Program((("cell 1", "code", source, 1),), kinds={"f": "def", "g": "def"})
    with bubblewrap.open(program, LIMITS) as opened, opened.checks(20.0, [(0, "g")] * 2, NEVER) as exchange:
        assert together(exchange, [lambda talk: Namespace(talk).f()] * 2) is None
