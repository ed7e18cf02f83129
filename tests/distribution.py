"""Decides which tests run in one process, and which begin first, if tests run in parallel (`pytest -n 4`).

A file's tests stay together, because many share a class, a gradebook or a training run. xdist's own `--dist loadgroup`
does not do that with pytest 9.2, and silently: it writes a group into a test's id, where pytest no longer looks
(pytest-dev/pytest-xdist#1386). `--dist loadfile` would, but one file would then have to run all assignments.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.assignments import COURSE

# Its tests are for one assignment each. Slow ones run alone, the others by assignment.
_BY_ASSIGNMENT = "tests/test_content.py"
_AUDIT = "test_the_audit_"
# In one process, these share a template for their kernels, which either has imported torch or has not.
_NOTEBOOKS = ("test_the_solved_notebook_", "test_the_untouched_notebook_")
# Slow groups begin first, so that nothing waits for them in the end. Approximate seconds of computing and waiting.
_SECONDS = {
    f"{_BY_ASSIGNMENT}::notebooks[numpy]": 120,
    f"{_BY_ASSIGNMENT}::test_the_audit_finds_no_problem[lenet]": 110,
    "tests/attacks/test_walls.py": 100,
    "tests/attacks/test_held.py": 100,
    "tests/integrations/test_nbgrader.py": 80,
    f"{_BY_ASSIGNMENT}::notebooks[torch]": 80,
    "tests/integrations/test_nbgrader_parts.py": 70,
    f"{_BY_ASSIGNMENT}::[lenet]": 60,
    f"{_BY_ASSIGNMENT}::[ilsvrc]": 60,
    "tests/sandbox/test_session.py": 60,
    "tests/grading/test_pool.py": 60,
    f"{_BY_ASSIGNMENT}::test_the_audit_finds_no_problem[ilsvrc]": 45,
    "tests/content/test_pytorch.py": 30,
    "tests/views/test_browser.py": 30,
    "tests/grading/test_grader.py": 30,
    "tests/grading/test_cluster.py": 30,
    "tests/content/test_optimizers.py": 20,
}


def unit(nodeid: str) -> str:
    """The group of a test: its file, its assignment, or the test alone."""
    file, _, name = nodeid.partition("::")
    if file != _BY_ASSIGNMENT:
        return file
    function, _, parameter = name.rstrip("]").partition("[")
    assignment = parameter.partition("/")[0]
    if function.startswith(_NOTEBOOKS):
        return f"{file}::notebooks[{COURSE.assignment(assignment).preload[-1]}]"
    return f"{file}::{function if function.startswith(_AUDIT) else ''}[{assignment}]"


def seconds(nodeid: str) -> int:
    """The duration of the test's group, if it is long."""
    return _SECONDS.get(unit(nodeid), 0)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Replaces xdist's own scheduler, unless another option than the usual one is given."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    config.option.loadscopereorder = False  # the tests are in order already
    return Units(config, log)
