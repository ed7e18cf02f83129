"""Which tests run in one process, and which begin first, where several run at a time (`pytest -n 4`).

A file's tests stay together: many begin with a class, a gradebook or a training that the others of the file look at,
too. xdist's own `--dist loadgroup` does not do that with pytest 9.2, and nothing fails: it writes a group into a test's
id, where pytest no longer looks (pytest-dev/pytest-xdist#1386). `--dist loadfile` would, but has one file wait for all
assignments.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.assignments import COURSE

# Its tests are of one assignment each: those that take long run by themselves, the others by assignment.
_BY_ASSIGNMENT = "tests/test_content.py"
_AUDIT = "test_the_audit_"
# Those that are run in one process share a template of their kernels, which has imported torch or has not.
_NOTEBOOKS = ("test_the_solved_notebook_", "test_the_untouched_notebook_")
# What takes long begins first, so that nothing waits for it in the end: seconds of computing and waiting, roughly.
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
    """What stays together with this test: all of its file, or of its assignment, or nothing."""
    file, _, name = nodeid.partition("::")
    if file != _BY_ASSIGNMENT:
        return file
    function, _, parameter = name.rstrip("]").partition("[")
    assignment = parameter.partition("/")[0]
    if function.startswith(_NOTEBOOKS):
        return f"{file}::notebooks[{COURSE.assignment(assignment).preload[-1]}]"
    return f"{file}::{function if function.startswith(_AUDIT) else ''}[{assignment}]"


def seconds(nodeid: str) -> int:
    """How long what stays together with this test takes, where that is long."""
    return _SECONDS.get(unit(nodeid), 0)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """In place of xdist's own, unless another than the usual one is asked for."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    config.option.loadscopereorder = False  # the tests come in order already
    return Units(config, log)
