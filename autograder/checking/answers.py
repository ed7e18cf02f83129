"""Sources of right and wrong answers: the reference and the mistakes, run live or replayed from recordings.

A *recording* is the list of replies that a check received, as frames. The release contains the recordings of the public
checks (`answers.npz`), so a student's machine can replay the reference and recognize known mistakes without the code of
either.
"""

from __future__ import annotations

import functools
import inspect
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from autograder.checking import declare
from autograder.checking.deadline import Endless, deadline
from autograder.checking.declare import Check, Mistake
from autograder.checking.lending import lent, uses
from autograder.checking.replies import Leaves, leaves, same_reply
from autograder.checking.run import PUBLIC_SEED, Outcome, process_seed, run
from autograder.course.course import Course, Limits
from autograder.errors import CourseError
from autograder.sandbox.child import determinism
from autograder.sandbox.child.loader import load
from autograder.sandbox.child.wire import Frame, WireError, unpack
from autograder.sandbox.direct import Direct
from autograder.sandbox.namespace import Namespace, record_of
from autograder.sandbox.transports import Local, Recorded
from autograder.submission.definitions import definitions
from autograder.submission.read import read

Recording = Sequence[Frame]

_RECORDINGS = ("reference/", "expected/", "mistake/")
_PATIENCE = 3.0  # factor on the students' time limits for the course's own code, since it also runs on busy machines


@dataclass(frozen=True)
class KnownMistake:
    """A mistake on one check's inputs. replies: what it returns, or None if it passes that check."""

    name: str
    says: str
    replies: Recording | None

    @functools.cached_property
    def calls(self) -> list[Leaves]:
        """The parts of each call's result."""
        return [call for frame in self.replies or () for call in leaves(frame)]


class Answers(Protocol):
    """The right and wrong answers of an assignment."""

    @property
    def parameters(self) -> Mapping[str, Sequence[str]]:
        """The argument names of each of the reference's functions, and of each method as `CLASS.METHOD`."""

    def reference(self, check: Check, seed: bytes = PUBLIC_SEED) -> Namespace:
        """The reference, for a check to call. seed: as for `run`."""

    def computing(self, check: Check, seed: bytes) -> Namespace | None:
        """The reference, if it can answer calls that no check has made; None if it is a recording."""

    def expected(self, check: Check, seed: bytes) -> Outcome:
        """The outcome of the check with the reference in the student's place."""

    def mistakes(self, check: Check, seed: bytes, names: Collection[str] | None = None) -> Iterator[KnownMistake]:
        """The known mistakes of the check's exercise on this check's inputs. names: only these; None: all."""

    def usual_s(self, check: Check, seed: bytes) -> float | None:
        """The usual duration of the check in seconds, measured with the reference; None if unknown.

        May be called in the middle of a check. Not measured for checks that train.
        """

    def loans(
        self, check: Check, broken: Collection[str], called: Collection[str] = ()
    ) -> list[dict[str, Callable[..., Any]]]:
        """Functions to lend to a check, each lot to be tried by itself.

        broken: exercises; first come those of them that the check's exercise builds on. called: what the check has
        called. Where another exercise among that builds on a broken one, such as the forward pass of the whole
        sequence on that of a step, all that the two build on is lent together: it has to fit, as caches do.
        """


class LiveAnswers:
    """Runs the trusted code of solutions/. names: the reference's. check_s: the time limit of a check without its own.
    uses: exercise -> the exercises that its reference calls.

    Outcomes are cached for the current student. The reference's outcomes on the public inputs are cached for all
    students. Endless code is stopped and reported as the course's own bug.
    """

    def __init__(
        self,
        names: dict[str, Any],
        mistakes: Sequence[Mistake],
        check_s: float = Limits.check_s,
        uses: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.names = names
        self.uses = dict(uses or {})
        self.known = list(mistakes)
        self._check_s = check_s
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._at_home: dict[tuple[str, str], Outcome] = {}
        self._known: dict[tuple[str, str], KnownMistake] = {}
        self._seed = b""

    @functools.cached_property
    def parameters(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {}
        for name, value in self.names.items():
            if inspect.isfunction(value):
                found[name] = list(inspect.signature(value).parameters)
            elif inspect.isclass(value):
                methods = {key: each for key, each in vars(value).items() if inspect.isfunction(each)}
                for key, each in methods.items():
                    label = name if key == "__init__" else f"{name}.{key}"
                    found[label] = list(inspect.signature(each).parameters)[1:]
        return found

    def reference(self, check: Check, seed: bytes = PUBLIC_SEED) -> Namespace:
        """The reference, ready to run. What it draws from global generators is the same each time."""
        determinism.seed(process_seed(check, seed))
        return self._reference(check)

    def computing(self, check: Check, seed: bytes) -> Namespace | None:
        return self.reference(check, seed)

    def _reference(self, check: Check) -> Namespace:
        return Direct(self.names, lambda: self.deadline(check, "the reference"))

    def deadline(self, check: Check, who: str) -> AbstractContextManager[None]:
        """The time limit for trusted code in a check. Raises: CourseError, which names both, if it takes too long."""
        return deadline(_PATIENCE * (check.timeout_s or self._check_s), f"{who} in the check {check.name}")

    def expected(self, check: Check, seed: bytes) -> Outcome:
        return self._outcome(check, seed, "", self.names)

    def mistakes(self, check: Check, seed: bytes, names: Collection[str] | None = None) -> Iterator[KnownMistake]:
        for mistake in self.known:
            wanted = names is None or mistake.name in names
            if wanted and mistake.exercise == check.exercise and not mistake.endless:
                outcome = self.with_mistake(mistake, check, seed)
                key = (check.name, mistake.name)
                if key not in self._known:
                    assert outcome.student is not None
                    replies = None if outcome.status == "passed" else record_of(outcome.student).replies
                    self._known[key] = KnownMistake(mistake.name, mistake.says, replies)
                yield self._known[key]

    def with_mistake(self, mistake: Mistake, check: Check, seed: bytes) -> Outcome:
        """The outcome of the check if the student's code is the reference with this mistake.

        Its status is "timeout" if the mistake does not end.
        """
        return self._outcome(check, seed, mistake.name, self.names_with(mistake))

    def names_with(self, mistake: Mistake) -> dict[str, Any]:
        """The reference's names, with this mistake in place of its exercise."""
        return self.names | {mistake.exercise: mistake.implementation}

    def usual_s(self, check: Check, seed: bytes) -> float | None:
        if check.costly:
            return None
        with determinism.undisturbed():
            outcome = self.expected(check, seed)
        return outcome.duration_s if outcome.status == "passed" else None

    def loans(
        self, check: Check, broken: Collection[str], called: Collection[str] = ()
    ) -> list[dict[str, Callable[..., Any]]]:
        own = self._functions(check.exercise)
        others = set().union(*map(self._functions, called)) - own
        lots = [own & set(broken)]
        if others & set(broken):
            lots.append((own | others) - {check.exercise, *called})
        lots = [lot for lot in lots if lot & set(broken)]
        reference = self._reference(check) if lots else None
        return [{name: lent(getattr(reference, name)) for name in sorted(lot)} for lot in lots]

    def _functions(self, exercise: str) -> set[str]:
        """The exercises that this one builds on and that are functions."""
        return {name for name in self.uses.get(exercise, ()) if inspect.isfunction(self.names.get(name))}

    def _outcome(self, check: Check, seed: bytes, mistake: str, names: dict[str, Any]) -> Outcome:
        outcomes = self._at_home
        if mistake or seed != PUBLIC_SEED:
            outcomes = self._outcomes
            if seed != self._seed:
                outcomes.clear()
                self._known.clear()
                self._seed = seed
        key = (check.name, mistake)
        if key not in outcomes:
            student = Namespace(Local(names))
            try:
                with self.deadline(check, f"the mistake {mistake}" if mistake else "the reference"):
                    outcomes[key] = run(check, student, self.reference(check, seed), seed)
            except CourseError as error:
                status = "timeout" if mistake and isinstance(error, Endless) else "error"
                outcomes[key] = Outcome(status, str(error), student=student)
        return outcomes[key]


class RecordedAnswers:
    """Replays answers.npz. Raises: CourseError if the file is missing or damaged.

    content: the file's bytes, if they are available.
    """

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self.path = path
        try:
            # Members are read on demand: most of the file is about mistakes that a student does not make.
            self._archive = np.load(io.BytesIO(content or path.read_bytes()), allow_pickle=False)
            self._members = set(self._archive.files)
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise self._damaged(error) from None
        self._says: dict[str, dict[str, str]] = json.loads(self._member("mistakes"))
        named = self._member("parameters") if "parameters" in self._members else b"{}"  # an older release has none
        self.parameters: dict[str, list[str]] = json.loads(named)

    def reference(self, check: Check, seed: bytes = PUBLIC_SEED) -> Namespace:
        return Namespace(self._replay(f"reference/{check.name}"), trusted=True)

    def computing(self, check: Check, seed: bytes) -> Namespace | None:
        return None

    def expected(self, check: Check, seed: bytes) -> Outcome:
        return Outcome("passed", student=self._replayed(f"expected/{check.name}"))

    def mistakes(self, check: Check, seed: bytes, names: Collection[str] | None = None) -> Iterator[KnownMistake]:
        for name, says in self._says.get(check.exercise, {}).items():
            if names is not None and name not in names:
                continue
            member = f"mistake/{check.name}/{name}"
            yield KnownMistake(name, says, self._recording(member) if member in self._members else None)

    def with_mistake(self, name: str, check: Check) -> Outcome:
        """The outcome of a public check with the recorded replies of this mistake."""
        member = f"mistake/{check.name}/{name}"
        if member not in self._members:
            return Outcome("passed")
        return Outcome("failed", student=self._replayed(member))

    def _replayed(self, member: str) -> Namespace:
        """A namespace that replays a recording as a student would answer, with all replies in its record already."""
        student = Namespace(self._replay(member))
        record_of(student).replies.extend(self._recording(member))
        return student

    def usual_s(self, check: Check, seed: bytes) -> float | None:
        return None  # it is a recording

    def loans(
        self, check: Check, broken: Collection[str], called: Collection[str] = ()
    ) -> list[dict[str, Callable[..., Any]]]:
        return []  # nothing can be computed here, and at home nothing is lost by a fault that is repaired first

    def agrees_with(self, other: RecordedAnswers, varying: Collection[str] = ()) -> bool:
        """Whether both contain the same answers, apart from another machine's rounding.

        varying: names of checks that train, where rounding errors grow, or that measure time, where the clock decides
        how often a function is called, and which mistakes are too slow.
        """

        def varies(name: str) -> bool:
            return name.startswith(_RECORDINGS) and name.split("/")[1] in varying

        differ = self._members ^ other._members
        if not all(varies(name) and name.startswith("mistake/") for name in differ):
            return False
        for name in self._members & other._members:
            if varies(name) or self._member(name) == other._member(name):
                continue
            if not name.startswith(_RECORDINGS):
                return False
            mine, theirs = self._recording(name), other._recording(name)
            if len(mine) != len(theirs) or not all(map(same_reply, mine, theirs)):
                return False
        return True

    def _recording(self, member: str) -> list[Frame]:
        if member not in self._members:
            raise CourseError(f"{self.path} does not fit its checks ({member} is missing); get the release again")
        try:
            return unpack(self._member(member))
        except WireError as error:
            raise self._damaged(error) from None

    def _member(self, name: str) -> bytes:
        try:
            return bytes(self._archive[name].tobytes())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> CourseError:
        return CourseError(f"the recorded answers {self.path} cannot be read ({error}); get the release again")

    def _replay(self, member: str) -> Recorded:
        too_few = f"{self.path} holds too few answers for {member}; get the release again"
        return Recorded(self._recording(member), too_few)


def load_live(course: Course, assignment_id: str) -> tuple[list[Check], LiveAnswers]:
    """The checks and live answers of solutions/<id>/. Raises: CourseError, which names the file at fault."""
    folder = course.solutions_dir(assignment_id)
    script = folder / f"{assignment_id}.py"
    if not script.is_file():
        raise CourseError(f"{script} does not exist; is this the instructors' copy of the course?")
    assignment = course.assignment(assignment_id)
    course.require_modules(assignment_id)
    with deadline(_PATIENCE * assignment.limits.load_s, f"{script}: loading it"):
        solution = read(script)
        names, problems, _ = load(solution.loadable)
    if problems:
        types, message, _, line = problems[0]
        raise CourseError(f"{script}, line {line}: {types[0]}: {message}")
    checks = declare.collect(folder / "checks.py")
    determinism.settle()
    for check in checks:
        if check.exercise not in names:
            raise CourseError(f"{folder / 'checks.py'}: {check.name} judges {check.exercise}, which is not in {script}")
    exercises = {check.exercise for check in checks}
    course.require_exercises(assignment_id, exercises)
    file = folder / "mistakes.py"
    defining = {name: cell.source for cell in solution.cells for name in definitions(cell.source)}  # the last one wins
    mistakes = []
    for mistake in declare.collect_mistakes(file):
        if mistake.exercise not in exercises:
            raise CourseError(f"{file}: {mistake.name} is of {mistake.exercise}, which has no check")
        if mistake.edits:
            try:
                mistake = mistake.made(defining[mistake.exercise], names, str(script))
            except CourseError as error:
                raise CourseError(f"{file}: {error}") from None
        mistakes.append(mistake)
    built_on = uses([cell.source for cell in solution.cells], exercises)
    return checks, LiveAnswers(names, mistakes, assignment.limits.check_s, built_on)


def load_released(folder: Path, assignment_id: str) -> tuple[list[Check], RecordedAnswers]:
    """The public checks and recorded answers of a release. Raises: CourseError."""
    return declare.collect(folder / f"test_{assignment_id}.py"), RecordedAnswers(folder / "answers.npz")
