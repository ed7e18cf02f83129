"""Mutation testing of the checks: makes small bugs in each reference, and finds those that no check notices.

A surviving mutant is either a gap in the checks, to be closed, or code that does the same for every input that the
statement allows. The latter is justified in solutions/<id>/equivalent.yml:

    adam:
      - change: "eps = 1e-12 -> eps = 2e-12"
        why: only guards a division by zero

An exercise is judged only by its own checks, so a bug that only another exercise's checks would notice survives.
Mutants loop, crash and allocate, so they run in the sandbox, which here only protects against accidents.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.checking.answers import load_live
from autograder.checking.declare import Check
from autograder.checking.run import exercises_in_order, process_seed, run
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.processes import cores, end_with_parent, starting
from autograder.proofs.mutants import Mutant, mutants
from autograder.sandbox import Program, Sandbox
from autograder.sandbox.backends import PROCESS
from autograder.sandbox.exchange import Look
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.program import Cell
from autograder.submission.read import read

EQUIVALENT_FILE = "equivalent.yml"
# One student's hidden inputs. If only some students' inputs reveal a bug, the others get away with it.
_SEED = hashlib.sha256(b"mutate").digest()
_LOOK_S = 0.2  # seconds of computing between tests whether a mutant will ever end
_CHUNK = 8


@dataclass(frozen=True)
class Survivor:
    """A mutant that passes every check of its exercise. why: the reason why it is equivalent; None if there is none."""

    mutant: Mutant
    why: str | None


@dataclass(frozen=True)
class Findings:
    """The results for one assignment's mutants.

    stale: justified changes that are not surviving mutants, or no longer, as (exercise, change).
    left_out: exercises judged only by checks that train or need a GPU, which are too slow to be run so often.
    """

    assignment: str
    mutants: int
    survivors: tuple[Survivor, ...]
    stale: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        return tuple(survivor for survivor in self.survivors if survivor.why is None)

    @property
    def killed(self) -> int:
        return self.mutants - len(self.survivors)

    @property
    def equivalent(self) -> int:
        return len(self.survivors) - len(self.unexplained)

    @property
    def share(self) -> float:
        """The fraction of killed mutants, among those that are not equivalent."""
        different = self.mutants - self.equivalent
        return self.killed / different if different else 1.0

    @property
    def ok(self) -> bool:
        return not self.unexplained and not self.stale

    def to_dict(self) -> dict[str, Any]:
        """The findings as data for JSON."""
        return {
            "assignment": self.assignment,
            "ok": self.ok,
            "mutants": self.mutants,
            "killed": self.killed,
            "equivalent": self.equivalent,
            "share": self.share,
            "survivors": [
                {
                    "id": each.mutant.id,
                    "exercise": each.mutant.exercise,
                    "line": each.mutant.line,
                    "old": each.mutant.old,
                    "new": each.mutant.new,
                    "why": each.why,
                }
                for each in self.survivors
            ],
            "stale": [{"exercise": exercise, "change": change} for exercise, change in self.stale],
            "left_out": list(self.left_out),
        }

    def lines(self) -> list[str]:
        """The survivors and other problems, for people to read; the numbers are in `table`."""
        rows = []
        for each in self.survivors:
            sign = "!" if each.why is None else "="
            rows += [f"  {sign} {each.mutant.id}", f"      - {each.mutant.old}", f"      + {each.mutant.new}"]
            rows += [f"      {each.why}"] if each.why else []
        where = f"solutions/{self.assignment}/{EQUIVALENT_FILE}"
        rows += [
            f"  ! {where}: no mutant of {exercise} survives with the change {change!r}; remove the entry"
            for exercise, change in self.stale
        ]
        if self.unexplained:
            rows.append(
                f"  Answer each ! by an input that shows it or, if none can, say so in {where}, under its exercise: "
                "`change: the line with - -> the line with +`, and `why:`"
            )
        rows += [f"  - {name} is judged by checks with training or a GPU only: left out" for name in self.left_out]
        return [f"{self.assignment}: {'ok' if self.ok else 'NOT OK'}", *rows]


def table(found: Sequence[Findings]) -> str:
    """The numbers, one row per assignment."""
    heads = ("assignment", "mutants", "killed", "equivalent", "unexplained", "share killed")
    rows = [(f.assignment, f.mutants, f.killed, f.equivalent, len(f.unexplained), f"{f.share:.1%}") for f in found]
    first = max(len(str(row[0])) for row in (heads, *rows))
    return "\n".join(
        str(name).ljust(first)
        + "".join(f"{cell:>{len(head) + 2}}" for cell, head in zip(cells, heads[1:], strict=True))
        for name, *cells in (heads, *rows)
    )


def mutate(course: Course, assignment_id: str, workers: int = 0) -> Findings:
    """Try every mutant of the references of one assignment. workers: processes that judge; 0 for one per core.

    Raises: CourseError if the assignment cannot be loaded, the reference does not pass its own checks or the
    justifications cannot be read.
    """
    reasons = read_reasons(course.solutions_dir(assignment_id) / EQUIVALENT_FILE)
    with Killer(course, assignment_id) as killer:
        killer.require_a_sound_reference()
        made = list(killer.mutants())
        workers = min(workers or cores(), len(made))
        killed = list(map(killer.kills, made)) if workers <= 1 else _in_parallel(course, assignment_id, made, workers)
        left_out = killer.left_out
    alive = [mutant for mutant, dead in zip(made, killed, strict=True) if not dead]
    survivors = tuple(Survivor(mutant, reasons.get((mutant.exercise, mutant.change))) for mutant in alive)
    used = {(mutant.exercise, mutant.change) for mutant in alive}
    return Findings(assignment_id, len(made), survivors, tuple(key for key in reasons if key not in used), left_out)


class Killer:
    """Judges mutants of one assignment, one after another, in one warm sandbox. Use as a context manager.

    Raises: CourseError if the assignment is unusable.
    """

    def __init__(self, course: Course, assignment_id: str) -> None:
        checks, self._answers = load_live(course, assignment_id)
        self._checks: dict[str, list[Check]] = {}
        for check in checks:
            if not check.costly:
                self._checks.setdefault(check.exercise, []).append(check)
        self.left_out = tuple(name for name in exercises_in_order(checks) if name not in self._checks)
        path = course.solutions_dir(assignment_id) / f"{assignment_id}.py"
        self._cells = [cell for cell in read(path).cells if cell.kind != "demo"]
        assignment = course.assignment(assignment_id)
        self._limits = assignment.limits
        self._sandbox = Sandbox(PROCESS, assignment.preload)

    def mutants(self) -> Iterator[Mutant]:
        for cell in self._cells:
            if cell.kind == "exercise" and cell.name in self._checks:
                yield from mutants(cell.name, cell.source, cell.first_line)

    def kills(self, mutant: Mutant) -> bool:
        """Whether a check of its exercise fails, crashes or times out with the mutant in the reference."""
        changed = {mutant.exercise: mutant.source}
        cells = [replace(cell, source=changed.get(cell.name or "", cell.source)).loadable for cell in self._cells]
        checks = self._checks[mutant.exercise]
        failed = self._first_failure(cells, checks)
        if failed is None:
            return False
        # A check that found one bug is likely to find the next. With it first, most mutants need one check.
        checks.remove(failed[0])
        checks.insert(0, failed[0])
        return True

    def require_a_sound_reference(self) -> None:
        """Raises: CourseError unless the reference passes all checks here in time; otherwise, results mean nothing."""
        cells = [cell.loadable for cell in self._cells]
        failed = self._first_failure(cells, [check for mine in self._checks.values() for check in mine])
        if failed is not None:
            raise CourseError(f"the reference does not pass {failed[0].name}: {failed[1]}")

    def _first_failure(self, cells: list[Cell], checks: Sequence[Check]) -> tuple[Check, str] | None:
        """The first check that does not pass, and why. There is no diagnosis, since no student reads it.

        Many mutants never end. Their computing time is limited as a student's is, relative to the reference's, so that
        a busy machine kills none.
        """
        usual_s = self._answers.usual_s
        with self._sandbox.open(Program(cells), self._limits) as session:
            for check in checks:
                timeout_s = check.timeout_s or self._limits.check_s
                look = Look(_LOOK_S, functools.partial(usual_s, check, _SEED))
                try:
                    with session.check(timeout_s, process_seed(check, _SEED), look=look) as exchange:
                        outcome = run(check, Namespace(exchange), self._answers.reference(check), _SEED)
                except Failure as failure:
                    return check, failure.message
                if outcome.status != "passed":
                    return check, outcome.message
        return None

    def close(self) -> None:
        self._sandbox.close()

    def __enter__(self) -> Killer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_reasons(path: Path) -> dict[tuple[str, str], str]:
    """(exercise, change) -> why it is equivalent; empty without a file. Raises: CourseError for any other content."""
    import yaml

    if not path.is_file():
        return {}
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from error
    reasons: dict[tuple[str, str], str] = {}
    try:
        for exercise, entries in (data or {}).items():
            for entry in entries:
                change, why = entry["change"], entry["why"]
                if set(entry) != {"change", "why"} or not str(why or "").strip() or (exercise, change) in reasons:
                    raise ValueError
                reasons[exercise, change] = why
    except (AttributeError, KeyError, TypeError, ValueError):
        raise CourseError(
            f'{path}: write, by exercise, a list of {{change: "old -> new", why: "..."}}, each once'
        ) from None
    return reasons


# ---- in parallel ----------------------------------------------------------------------------------------------------


def _in_parallel(course: Course, assignment_id: str, made: Sequence[Mutant], workers: int) -> list[bool]:
    """Whether each is killed, in order. Raises: CourseError if a worker dies."""
    arguments = (course.path, assignment_id)
    try:
        with (
            starting() as context,
            ProcessPoolExecutor(workers, context, _start_worker, arguments) as executor,
        ):
            return list(executor.map(_work, made, chunksize=_CHUNK))
    except BrokenProcessPool:
        raise CourseError(
            f"a process that judges the mutants of {assignment_id} has died; is there enough memory?"
        ) from None


_worker: Killer | None = None


def _start_worker(course_path: Path, assignment_id: str) -> None:
    global _worker
    end_with_parent()
    _worker = Killer(Course.load(course_path), assignment_id)


def _work(mutant: Mutant) -> bool:
    assert _worker is not None
    return _worker.kills(mutant)
