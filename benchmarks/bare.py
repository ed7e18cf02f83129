"""The floor: the same checks by bare pytest in one warm process, calling the student's functions directly."""

from __future__ import annotations

import contextlib
import gc
import inspect
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checking.declare import Check, checks_of
from autograder.checking.run import drawn
from benchmarks.direct import Direct


class _Fixtures:
    """Collects the checks as plain functions, with their fixtures filled in."""

    def __init__(self, names: dict[str, Any], reference: dict[str, Any], seed: bytes, chosen: set[str]) -> None:
        self._student, self._reference, self._seed, self._chosen = names, reference, seed, chosen

    def pytest_pycollect_makeitem(self, collector: Any, name: str, obj: Any) -> Any:
        found = [each for each in checks_of(name, obj) if each.name in self._chosen]
        return [
            pytest.Function.from_parent(collector, name=each.name, callobj=self._bare(each)) for each in found
        ] or None

    def _bare(self, check: Check) -> Callable[[], None]:
        """The check as a plain function without parameters."""

        def run() -> None:
            sides = {"student": Direct(self._student), "reference": Direct(self._reference)}
            given = sides | drawn(check, self._seed)
            check.function(**{name: given[name] for name in inspect.signature(check.function).parameters})

        return run


def run(file: Path, checks: list[Check], names: dict[str, Any], reference: dict[str, Any], seed: bytes) -> float:
    """The seconds that pytest takes for the checks of `file`. Raises: RuntimeError if one does not pass."""
    plugin = _Fixtures(names, reference, seed, {check.name for check in checks})
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:autograder", "--import-mode=importlib"]
    options += ["-c", "/dev/null", "-o", "python_files=*.py", "--rootdir", str(file.parents[2])]
    output = io.StringIO()
    gc.collect()
    gc.freeze()  # pytest ends with five collections, in which objects of other measurements must not count
    start = time.perf_counter()
    with contextlib.redirect_stdout(output), np.errstate(all="ignore"):
        code = pytest.main([*options, str(file)], plugins=[plugin])
    seconds = time.perf_counter() - start
    if code != 0 or f"{len(checks)} passed" not in output.getvalue():
        raise RuntimeError(f"bare pytest did not pass {len(checks)} checks:\n{output.getvalue()[-3000:]}")
    return seconds
