"""Opens a student's loaded submission for checks, with messages that quote the student's own lines."""

from __future__ import annotations

import contextlib
import functools
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from autograder.checking import deadline
from autograder.checking.declare import Check
from autograder.checking.judge import OpenStudent, RunTogether
from autograder.checking.run import Outcome, process_seed
from autograder.errors import AtWork, CourseError, Failure
from autograder.sandbox import together
from autograder.sandbox.exchange import Look
from autograder.sandbox.explain import explain
from autograder.sandbox.loaded import Problem
from autograder.sandbox.namespace import Namespace, record_of
from autograder.sandbox.session import Session
from autograder.sandbox.transports import Transport
from autograder.submission.loops import Loop, entered_once, is_endless, is_never_left, loop_around, loops_in
from autograder.submission.read import Submission
from autograder.submission.reading_process import apart
from autograder.submission.release import Release
from autograder.submission.rules import RuleBook
from autograder.submission.slips import Slip, slips_in
from autograder.text import LOADING_STOPPED, misspelled, place

# The first load, and one more after a check that ended the process. More take time, and may be the grader's fault.
_USUAL_LOADS = 2

# Seconds of computing between reports of where the code is; for checks that train, as a fraction of their time limit.
_LOOK_S, _LOOK_WHERE_IT_TRAINS = 0.02, 0.02

# Checks that run together are given up after so many seconds, by the clock; where one call of the code computes for so
# many looks; or where all calls do. Right work takes a tenth of that, but in `lenet`.
_TOGETHER_S, _ONE_CALL, _ALL_CALLS = 2.0, 4, 20
_LOOK_TOGETHER_S = 0.05

_LOOPS_S = 1.0  # once finding a submission's loops has taken this long, its other cells are not searched

# A statement that may handle an exception.
_CATCHES = re.compile(r"^\s*(try|with|async with)\b", re.MULTILINE)


class Student(NamedTuple):
    """open: for one check. run_together: for several."""

    open: OpenStudent
    run_together: RunTogether


def student_in(
    session: Session,
    submission: Submission,
    seed: bytes,
    rules: RuleBook,
    exercises: Collection[str] = (),
    usual_s: Callable[[Check, bytes], float | None] = lambda check, seed: None,
    given: Collection[str] = (),
) -> Student:
    """Opens the loaded submission for a check, with messages that quote the student's own lines.

    exercises: of the assignment; none of them counts as a misspelling of another. usual_s: see `Answers`.
    given: see `Namespace`.
    """
    cells = {cell.label: cell for cell in submission.cells}
    lines = {cell.label: cell.source.split("\n") for cell in submission.cells}

    def source_line(label: str, line: int) -> str:
        index = line - cells[label].first_line if label in cells else -1
        return lines[label][index][:200] if 0 <= index < len(lines[label]) else ""

    @functools.cache  # a submission may define many names, and miss one in each check
    def explain_missing(name: str) -> str:
        defines = re.compile(
            rf"^[ \t]*(?:(?:async[ \t]+)?def|class|from|import)\b.*\b{re.escape(name)}\b|^{re.escape(name)}[ \t]*[:=]",
            re.MULTILINE,
        )
        first: dict[str, Problem] = {}  # of each cell, which may have many
        for problem in session.problems:
            first.setdefault(problem.label, problem)
        for label, problem in first.items():
            if label not in cells or not defines.search(cells[label].source):
                continue  # the problems of other cells do not matter here
            text = source_line(problem.label, problem.line).strip()
            where = place(problem.label, problem.line, text)
            said = f"{LOADING_STOPPED} {problem.types[0]}: {problem.message} ({where}). "
            return said + explain(problem.types, problem.message, text)
        near = misspelled(name, [known for known in session.names if known not in exercises], exercises)
        return f"There is `{near}`: is that it?" if near else "Is it spelled like that, and at the top level?"

    read_s = 0.0  # spent on finding loops in cells; the submission reports which cells, and may report any

    @functools.cache  # a long cell takes long to parse, and a submission may time out in each check
    def loops(label: str) -> list[Loop]:
        nonlocal read_s
        if read_s >= _LOOPS_S:
            return []
        start = time.monotonic()
        try:
            return apart(label, loops_in, cells[label].source)
        except Failure:  # without loops, the message names the function
            return []
        finally:
            read_s += time.monotonic() - start

    def explain_timeout(at_work: Sequence[AtWork]) -> str:
        known = [at for at in at_work if at.label in cells]
        for at in known:
            if line := loop_around(lines_in_cell(at), loops(at.label)):
                line += cells[at.label].first_line - 1
                return f"It was still at {place(at.label, line, source_line(at.label, line))}"
        return f"It was still in {known[-1].function}." if known else ""

    def lines_in_cell(at: AtWork) -> list[int]:
        start = cells[at.label].first_line - 1
        return [line - start for line in at.lines]

    def endless(at_work: Sequence[AtWork], recurs: bool) -> str:
        at = at_work[0]
        if at.label not in cells:
            return ""
        if recurs and is_endless(lines_in_cell(at), loops(at.label)):
            return "it only repeats itself"
        if any(each.label not in cells or _CATCHES.search(cells[each.label].source) for each in at_work):
            return ""  # the loop may be left by an exception
        return "its condition stays true" if is_never_left(lines_in_cell(at), at.steady, loops(at.label)) else ""

    def loop(at: AtWork) -> int:
        return entered_once(lines_in_cell(at), loops(at.label)) if at.label in cells else 0

    def namespace(transport: Transport, *, reused: bool) -> Namespace:
        return Namespace(
            transport,
            reused=reused,
            explain_missing=explain_missing,
            source_line=source_line,
            explain_timeout=explain_timeout,
            given=given,
        )

    given_up: set[str] = set()  # exercises in which checks that ran together were given up

    def run_together(
        checks: Sequence[Check], run: Callable[[Check, Namespace], Outcome]
    ) -> dict[Check, tuple[Outcome, float]]:
        if not together.AVAILABLE:
            return {}

        opened: list[Namespace] = []

        def talk(check: Check, transport: Transport) -> Outcome:
            opened.append(namespace(transport, reused=True))
            return run(check, opened[-1])

        looks = 0

        def hopeless(at_work: Sequence[AtWork], recurs: bool) -> str:
            nonlocal looks
            looks += 1
            takes_long = looks >= _ALL_CALLS or any(at.looks >= _ONE_CALL for at in at_work)
            return endless(at_work, recurs) or ("it takes long" if takes_long else "")

        with contextlib.suppress(Failure, CourseError):  # each check by itself meets it again, and says so
            session.load()
            if not all(check.public for check in checks):
                session.seal()
            known = [check for check in checks if check.exercise in session.names and rules.is_kept(check.exercise)]
            while len(chosen := [check for check in known if check.exercise not in given_up]) > 1:
                looks = 0
                begun = [(process_seed(check, seed), check.exercise) for check in chosen]
                runs = [functools.partial(talk, check) for check in chosen]
                with session.checks(_TOGETHER_S, begun, Look(_LOOK_TOGETHER_S, endless=hopeless)) as exchange:
                    results = together.together(exchange, runs, deadline.is_running)
                for each in opened:  # their replies are in reference cycles
                    record_of(each).forget()
                if results is not None:
                    return dict(zip(chosen, results, strict=True))
                at_work = {at.function.split(".")[0] for at in exchange.at_work if exchange.lost_in}
                if at_work.isdisjoint(check.exercise for check in chosen):
                    break
                given_up.update(at_work)
        return {}

    @contextlib.contextmanager
    def open_student(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        rules.require_kept(check.exercise)
        session.load()
        if not check.public:
            session.seal()  # or a student could print, and read, the hidden inputs
        if check.exercise not in session.names:
            raise Failure(f"{check.exercise} is not defined. {explain_missing(check.exercise)}".strip())
        long_s = check.timeout_s or session.limits.check_s
        every_s = max(_LOOK_WHERE_IT_TRAINS * long_s, _LOOK_S) if check.costly else _LOOK_S
        look = Look(every_s, lambda: usual_s(check, seed), endless, loop)
        with session.check(timeout_s, process_seed(check, seed), check.exercise, shared=shared, look=look) as exchange:
            yield namespace(exchange, reused=exchange.reused)

    return Student(open_student, run_together)


def slips_of(submission: Submission, release: Release) -> Callable[[str], Sequence[Slip]]:
    """The possible slips in an exercise of a submission, in terms of the student's own code."""

    def slips(exercise: str) -> Sequence[Slip]:
        others = [name for name in release.exercises if name != exercise]
        with contextlib.suppress(Failure):  # the search takes too long
            return apart(submission.path.name, slips_in, submission.loadable, exercise, others)
        return []

    return slips


def problems_of(session: Session) -> tuple[str, ...]:
    """Notes on problems during loading, and on how often the submission was loaded."""
    notes = [f"{place(p.label, p.line)}: stopped with {p.types[0]}: {p.message[:300]}" for p in session.problems[:10]]
    for r in session.restored[:10]:
        notes.append(f"{r.name} has another value from {place(r.label, r.line)} on: its last definition was graded")
    if session.loads > _USUAL_LOADS:
        after = "once more after each check in which its process ended or ran out of time"
        notes.append(f"the code was loaded {session.loads} times: {after}")
    if session.losses:
        notes.append("the sandbox was ended from outside while it ran this submission")
    return tuple(notes)
