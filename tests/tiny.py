"""The smallest complete course, with a function, a class, a function with a callback and a question; and work on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

COURSE = """\
title: Tiny
assignments:
  - id: tiny
    title: A tiny assignment
limits: {load_s: 10, check_s: 10, submission_s: 60, memory_mib: 1024}
"""

SCRIPT = '''\
# %% [markdown]
# # Tiny

# %%
import numpy as np

# %% tags=["exercise:standardize"]
def standardize(x, eps=1e-5):
    """Columns of mean 0 and variance 1. x: (N, D). Returns out (N, D), the means (D,), and a cache of your own."""
    ### BEGIN SOLUTION
    mean, var = x.mean(axis=0), x.var(axis=0)
    return (x - mean) / np.sqrt(var + eps), mean, (x, var)
    ### END SOLUTION

# %% tags=["exercise:Counter"]
class Counter:
    """Adds up: Counter(start).add(n) returns the total, which is also the attribute `total`."""

    def __init__(self, start):
        ### BEGIN SOLUTION
        self.total = start
        ### END SOLUTION

    def add(self, n):
        ### BEGIN SOLUTION
        self.total = self.total + n
        return self.total
        ### END SOLUTION

# %% tags=["exercise:descent"]
def descent(gradient, x, steps, rate=0.1):
    """`steps` steps of gradient descent from x (D,), which stays as it is. gradient: a function of x."""
    ### BEGIN SOLUTION
    for _ in range(steps):
        x = x - rate * gradient(x)
    return x
    ### END SOLUTION

# %% tags=["exercise:q_height"]
### BEGIN SOLUTION
q_height = 4
### END SOLUTION

# %% tags=["demo"]
import matplotlib.pyplot as plt
'''

CHECKS = '''\
import numpy as np

from autograder import check, close, equal, unmodified


@check("standardize", points=20, public=True)
def standardizes_a_table(student, reference, rng):
    """A (5, 3) table is standardized."""
    x = np.arange(15.0).reshape(5, 3) ** 2 + rng.random((5, 3))
    out, mean, _ = unmodified(student.standardize, x, 0.1, inputs=(0,))
    expected, expected_mean, _ = reference.standardize(x, 0.1)
    close(out, expected, name="out")
    close(mean, expected_mean, name="mean")


@check("standardize", points=30)
def standardizes_a_hidden_table(student, reference, rng):
    """Other tables are standardized."""
    x = rng.standard_normal((4, 2))
    close(student.standardize(x, 0.5)[:2], reference.standardize(x, 0.5)[:2])


@check("Counter", points=10, public=True)
def counts_from_its_start(student, rng):
    """A counter starts where it is told to."""
    start = 5 * rng.random()
    counter = student.Counter(start)
    equal(counter.add(2), start + 2, name="add")


@check("Counter", points=15)
def keeps_its_total_between_calls(student, rng):
    """A counter remembers."""
    numbers = rng.integers(2, 50, 4)
    counter = student.Counter(0)
    for number in numbers:
        counter.add(int(number))
    equal(counter.get("total"), int(numbers.sum()), name="total")


@check("descent", points=10, public=True)
def descends_two_steps(student, reference, rng):
    """Two steps are two steps."""
    x = np.array([1.0, -2.0 - rng.random()])
    close(student.descent(lambda x: 2 * x, x, 2), reference.descent(lambda x: 2 * x, x, 2))


@check("descent", points=15)
def descends_five_steps(student, reference, rng):
    """Five steps are five steps."""
    x = rng.standard_normal(3)
    close(student.descent(lambda x: 3 * x, x, 5), reference.descent(lambda x: 3 * x, x, 5))


@check("q_height", points=0, public=True)
def predicts_the_height(student, reference):
    """The predicted height is right."""
    equal(student.get("q_height"), reference.get("q_height"), name="q_height")
'''

MISTAKES = """\
import numpy as np

from autograder import mistake


@mistake("standardize", says="Which variance divides by N?")
def sample_variance(x, eps=1e-5):
    var = x.var(axis=0, ddof=1)
    return (x - x.mean(axis=0)) / np.sqrt(var + eps), x.mean(axis=0), (x, var)


@mistake("standardize", says="The second result is a mean.")
def sum_for_mean(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps), x.sum(axis=0), (x, x.var(axis=0))


@mistake("standardize", says="Along which axis?")
def wrong_axis(x, eps=1e-5):
    return (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps), x.mean(axis=1), None


@mistake("standardize", says="Is x the caller's?")
def shifts_in_place(x, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    x -= mean
    return x / np.sqrt(var + eps), mean, (x, var)


@mistake("Counter", says="What is the start for?")
class forgets_start:
    def __init__(self, start):
        self.total = 0

    def add(self, n):
        self.total += n
        return self.total


@mistake("Counter", says="Does it remember?")
class forgets_what_was:
    def __init__(self, start):
        self.start = self.total = start

    def add(self, n):
        self.total = self.start + n
        return self.total


@mistake("descent", says="How many steps?")
def a_single_step(gradient, x, steps, rate=0.1):
    return x - rate * gradient(x)


@mistake("descent", says="Is one step missing?")
def one_step_short(gradient, x, steps, rate=0.1):
    for _ in range(max(1, steps - 1)):
        x = x - rate * gradient(x)
    return x


mistake("q_height", says="Round down.", name="rounded_up")(5)
"""

# A different correct solution: other names, another cache, another algorithm.
SOLVED = """\
import numpy as np

def standardize(table, eps=1e-5):
    centre = table.sum(0) / len(table)
    spread = ((table - centre) ** 2).sum(0) / len(table)
    return [(table - centre) * (spread + eps) ** -0.5, centre, {"mine": spread}]

class Counter:
    def __init__(self, start):
        self.items = [start]
    @property
    def total(self):
        return sum(self.items)
    def add(self, n):
        self.items.append(n)
        return self.total

def descent(gradient, x, steps, rate=0.1):
    return x if steps == 0 else descent(gradient, x - rate * np.asarray(gradient(x)), steps - 1, rate)

q_height = 4.0
"""


def write_course(root: Path) -> Path:
    """Write the course's sources under `root`. Returns its course.yml. Nothing is built."""
    folder = root / "solutions" / "tiny"
    folder.mkdir(parents=True)
    for path, text in (
        (root / "course.yml", COURSE),
        (folder / "tiny.py", SCRIPT),
        (folder / "checks.py", CHECKS),
        (folder / "mistakes.py", MISTAKES),
    ):
        path.write_text(text, encoding="utf-8")
    return root / "course.yml"


def parts(source: str = SOLVED) -> dict[str, str]:
    """Exercise -> its code in a plain file."""
    found = {}
    for block in source.split("\n\n")[1:]:
        head = block.split("(")[0].split("=")[0].split(":")[0]
        found[head.replace("def ", "").replace("class ", "").strip()] = block.rstrip()
    return found


def swapped(**code: str) -> str:
    """The right work with these exercises' code replaced; an empty text leaves an exercise out."""
    return "import numpy as np\n\n" + "\n\n".join((parts() | code).values()) + "\n"


def in_notebook(release: Path, code: dict[str, str]) -> dict[str, Any]:
    """The released notebook with this code in its exercise cells."""
    notebook: dict[str, Any] = json.loads((release / "tiny.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for tag in cell["metadata"].get("tags", []):
            name = tag.removeprefix("exercise:")
            if name != tag and name in code:
                cell["source"] = code[name]
    return notebook


def in_script(release: Path, code: dict[str, str]) -> str:
    """The released script with this code in its exercise cells."""
    cells = (release / "tiny.py").read_text(encoding="utf-8").split("# %%")
    for number, cell in enumerate(cells):
        for name, text in code.items():
            mark = f' tags=["exercise:{name}"]\n'
            if cell.startswith(mark):
                cells[number] = f"{mark}{text}\n\n"
    return "# %%".join(cells)
