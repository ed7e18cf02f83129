"""How checks open a student's submission."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.checking.declare import Check, check
from autograder.course.settings import Limits, Rules
from autograder.errors import AtWork, Failure
from autograder.grading import source
from autograder.grading.student import Student
from autograder.submission.read import Cell, Submission
from autograder.submission.rules import RuleBook

LABELS = [f"cell {number}" for number in range(50)]


@pytest.mark.parametrize("fails", [False, True])
def test_a_submission_that_says_that_it_is_in_many_cells_has_few_of_them_read(
    monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    clock, read = 0.0, list[str]()

    def apart(label: str, *_: object) -> list[Any]:
        nonlocal clock
        clock += 0.4
        read.append(label)
        if fails:
            raise Failure("it takes too long")
        return []

    def holds(student: Any) -> None:
        """It holds."""

    looks = []

    class Session:
        limits, names, problems = Limits(), {"f"}, ()

        def load(self) -> None:
            pass

        @contextlib.contextmanager
        def check(self, *_: object, look: Any, **__: object) -> Iterator[Any]:
            looks.append(look)
            yield SimpleNamespace(reused=False)

    monkeypatch.setattr(source, "apart", apart)
    monkeypatch.setattr(source, "time", SimpleNamespace(monotonic=lambda: clock))
    cells = tuple(Cell(label, "while x: pass", "other", None) for label in LABELS)
    submission = Submission("ada", Path("ada.ipynb"), cells, ())
    opened = Student(Session(), submission, b"", RuleBook(Rules(), [], ["f"]))  # type: ignore[arg-type]
    it: Check = check("f", points=1, public=True)(holds).__checks__[0]  # type: ignore[attr-defined]
    with opened.open(it, 1.0, False):
        assert not any(looks[0].loop(AtWork(label, "f", (1, 1), (), 1)) for label in LABELS)
    assert read == LABELS[:3]
