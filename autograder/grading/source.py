"""What a submission's own text says about its checks: quotes its lines, finds its loops, explains missing names."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Collection, Sequence

from autograder.errors import AtWork, Failure
from autograder.sandbox.explain import explain
from autograder.sandbox.loaded import Problem
from autograder.sandbox.session import Session
from autograder.submission.loops import Loop, entered_once, is_endless, is_never_left, loop_around, loops_in
from autograder.submission.read import Submission
from autograder.submission.reading_process import apart
from autograder.text import LOADING_STOPPED, misspelled, place

_LOOPS_S = 1.0  # once finding a submission's loops has taken this long, its other cells are not searched

# A statement that may handle an exception.
_CATCHES = re.compile(r"^\s*(try|with|async with)\b", re.MULTILINE)


class Source:
    """The text of a loaded submission. exercises: of the assignment; none of them is a misspelling of another."""

    def __init__(self, submission: Submission, session: Session, exercises: Collection[str]) -> None:
        self._cells = {cell.label: cell for cell in submission.cells}
        self._lines = {cell.label: cell.source.split("\n") for cell in submission.cells}
        self._session = session
        self._exercises = exercises
        self._searched_s = 0.0  # for loops; the submission reports in which cells it is, and may report any
        # A submission may miss a name, or time out, in each check.
        self.explain_missing = functools.cache(self._explain_missing)
        self._loops = functools.cache(self._find_loops)

    def line(self, label: str, line: int) -> str:
        """The beginning of a line; "" if there is none."""
        index = line - self._cells[label].first_line if label in self._cells else -1
        return self._lines[label][index][:200] if 0 <= index < len(self._lines[label]) else ""

    def _explain_missing(self, name: str) -> str:
        """Why a name is missing, or what to look at."""
        defines = re.compile(
            rf"^[ \t]*(?:(?:async[ \t]+)?def|class|from|import)\b.*\b{re.escape(name)}\b|^{re.escape(name)}[ \t]*[:=]",
            re.MULTILINE,
        )
        first: dict[str, Problem] = {}  # of each cell, which may have many
        for problem in self._session.problems:
            first.setdefault(problem.label, problem)
        for label, problem in first.items():
            if label not in self._cells or not defines.search(self._cells[label].source):
                continue  # the problems of other cells do not matter here
            text = self.line(problem.label, problem.line).strip()
            where = place(problem.label, problem.line, text)
            said = f"{LOADING_STOPPED} {problem.types[0]}: {problem.message} ({where}). "
            return said + explain(problem.types, problem.message, text)
        names = [known for known in self._session.names if known not in self._exercises]
        near = misspelled(name, names, self._exercises)
        return f"There is `{near}`: is that it?" if near else "Is it spelled like that, and at the top level?"

    def _find_loops(self, label: str) -> list[Loop]:
        if self._searched_s >= _LOOPS_S:
            return []
        start = time.monotonic()
        try:
            return apart(label, loops_in, self._cells[label].source)
        except Failure:  # without loops, the message names the function
            return []
        finally:
            self._searched_s += time.monotonic() - start

    def explain_timeout(self, at_work: Sequence[AtWork]) -> str:
        """Where the code was when time ran out."""
        known = [at for at in at_work if at.label in self._cells]
        for at in known:
            if line := loop_around(self._lines_in_cell(at), self._loops(at.label)):
                line += self._cells[at.label].first_line - 1
                return f"It was still at {place(at.label, line, self.line(at.label, line))}"
        return f"It was still in {known[-1].function}." if known else ""

    def _lines_in_cell(self, at: AtWork) -> list[int]:
        start = self._cells[at.label].first_line - 1
        return [line - start for line in at.lines]

    def endless(self, at_work: Sequence[AtWork], recurs: bool) -> str:
        """Why code at these places can never end; "" if it may. See `Look`."""
        at = at_work[0]
        if at.label not in self._cells:
            return ""
        if recurs and is_endless(self._lines_in_cell(at), self._loops(at.label)):
            return "it only repeats itself"
        if any(each.label not in self._cells or _CATCHES.search(self._cells[each.label].source) for each in at_work):
            return ""  # the loop may be left by an exception
        never_left = is_never_left(self._lines_in_cell(at), at.steady, self._loops(at.label))
        return "its condition stays true" if never_left else ""

    def loop(self, at: AtWork) -> int:
        """The line of the loop that the code is in and entered once; 0 if there is none. See `Look`."""
        return entered_once(self._lines_in_cell(at), self._loops(at.label)) if at.label in self._cells else 0
