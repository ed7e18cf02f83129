"""The floor: the same checks by bare pytest in one warm process, calling the student's functions directly."""

from __future__ import annotations

import contextlib
import gc
import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks import Check, seed_for
from benchmarks.direct import Direct


class _Fixtures:
    """Gives pytest the three fixtures and collects the checks as the plain functions that they are."""

    def __init__(self, names: dict[str, Any], reference: dict[str, Any], seed: bytes, chosen: set[str]) -> None:
        self._student, self._reference, self._seed, self._chosen = names, reference, seed, chosen

    def pytest_pycollect_makeitem(self, collector: Any, name: str, obj: Any) -> Any:
        declared = getattr(obj, "__check__", None)
        if declared is None or name not in self._chosen:
            return None
        return pytest.Function.from_parent(collector, name=name)

    @pytest.fixture
    def student(self) -> Direct:
        return Direct(self._student)

    @pytest.fixture
    def reference(self) -> Direct:
        return Direct(self._reference)

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        return np.random.default_rng(seed_for(request.function.__check__, self._seed))


def run(file: Path, checks: list[Check], names: dict[str, Any], reference: dict[str, Any], seed: bytes) -> float:
    """Seconds that pytest takes for the checks of `file`. Raises: RuntimeError if one does not pass."""
    plugin = _Fixtures(names, reference, seed, {check.name for check in checks})
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:autograder", "--import-mode=importlib"]
    options += ["-c", "/dev/null", "-o", "python_files=*.py", "--rootdir", str(file.parents[2])]
    output = io.StringIO()
    gc.collect()
    gc.freeze()  # pytest ends with five collections, in which what other measurements have loaded must not count
    start = time.perf_counter()
    with contextlib.redirect_stdout(output), np.errstate(all="ignore"):
        code = pytest.main([*options, str(file)], plugins=[plugin])
    seconds = time.perf_counter() - start
    if code != 0 or f"{len(checks)} passed" not in output.getvalue():
        raise RuntimeError(f"bare pytest did not pass {len(checks)} checks:\n{output.getvalue()[-3000:]}")
    return seconds
