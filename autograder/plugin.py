"""The pytest plugin: collects checks, so that plain `pytest assignments/conv` checks a student's work.

Every pytest run in the environment loads it, so it imports the package only when a file contains a check.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest


def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> list[pytest.Item] | None:
    declared = getattr(obj, "__checks__", obj)
    first = declared[0] if isinstance(declared, tuple) and declared else declared
    if type(first).__module__ != "autograder.checking.declare":  # another library may use the name
        return None
    from autograder.checking.declare import checks_of

    return [CheckItem.from_parent(collector, name=each.name, check=each) for each in checks_of(name, obj)] or None


class CheckItem(pytest.Item):
    """One public check, judged on the work next to its file."""

    def __init__(self, *, check: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check
        self.extra_keyword_matches.add(check.exercise)  # `pytest -k adam`

    def runtest(self) -> None:
        judges, sandboxes = self.session.stash.setdefault(_JUDGES, ({}, contextlib.ExitStack()))
        folder = self.path.parent
        if folder not in judges:
            judges[folder] = _judge_of(folder, self.path.stem.removeprefix("test_"), sandboxes)
        judge = judges[folder]
        (exercise,) = judge.judge(self._judged_with(judge.checks) if self.check.side_condition else [self.check])
        (result,) = (each for each in exercise.checks if each.name == self.check.name)
        if result.status != "passed":
            raise CheckDidNotPass(result)

    def _judged_with(self, checks: Any) -> list[Any]:
        """The checks to run. A side condition earns points only with another check, so the fast ones run, too."""
        own = [each for each in checks if each.exercise == self.check.exercise]
        quick = [each for each in own if not each.costly or each.name == self.check.name]
        return quick if any(not each.side_condition for each in quick) else own

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, CheckDidNotPass):
            result = excinfo.value.result
            hint = f"\n{result.hint}" if result.hint else ""
            return f"{result.title}\n{result.status}: {result.message}{hint}"
        if type(excinfo.value).__module__.startswith("autograder"):
            return f"{type(excinfo.value).__name__}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.check.function.__code__.co_firstlineno - 1, self.name


def _judge_of(folder: Path, assignment_id: str, sandboxes: contextlib.ExitStack) -> Any:
    from autograder.course.course import Assignment, Course, NoCourse, UnknownName
    from autograder.grading.own_work import PublicJudge
    from autograder.sandbox import plain

    try:
        assignment = Course.find(folder).assignment(assignment_id)
    except (NoCourse, UnknownName):  # a release alone, without its course.yml
        assignment = Assignment(assignment_id, assignment_id)
    sandbox = sandboxes.enter_context(plain.own(assignment.preload))
    return sandboxes.enter_context(PublicJudge(folder, assignment, sandbox))


class CheckDidNotPass(Exception):
    """Carries the result of a check to the report."""

    def __init__(self, result: Any) -> None:
        super().__init__(result.message)
        self.result = result


_JUDGES: pytest.StashKey[tuple[dict[Path, Any], contextlib.ExitStack]] = pytest.StashKey()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _JUDGES in session.stash:
        session.stash[_JUDGES][1].close()
