"""Where right and wrong answers come from: the reference and the mistakes run live, or what was recorded of them.

A *recording* is the list of replies that a check received, as the frames in which they came. The release holds the
recordings of the public checks (`answers.npz`), so a student's machine replays the reference and recognises the known
mistakes without holding the code of either.
"""

from __future__ import annotations

import functools
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from autograder import checks as checks_module
from autograder.checks import PUBLIC_SEED, Check, Mistake, Outcome, process_seed, run
from autograder.course import Course
from autograder.errors import CourseError
from autograder.namespace import Exchange, Namespace, Remembered, local
from autograder.sandbox.child import reproducible
from autograder.sandbox.child.loader import load
from autograder.sandbox.child.wire import HEADER, Frame, Reference, WireError, decode
from autograder.submission import read

Recording = Sequence[Frame]

_RECORDINGS = ("reference/", "expected/", "mistake/")
_RTOL = 1e-6
_RTOL_FLOAT32 = 1e-4  # a student may compute in float32 what the mistake computes in float64


@dataclass(frozen=True)
class KnownMistake:
    """A mistake on one check's inputs. replies: what it gives, or None if it passes that check."""

    name: str
    says: str
    replies: Recording | None


class Answers(Protocol):
    """What the grader knows about the right and the wrong answers of an assignment."""

    def reference(self, check: Check, seed: bytes = PUBLIC_SEED) -> Namespace:
        """The reference, as a check may call it. seed: as for `run`."""

    def expected(self, check: Check, seed: bytes) -> Outcome:
        """The outcome of the check with the reference in the student's place."""

    def mistakes(self, check: Check, seed: bytes) -> Iterator[KnownMistake]:
        """The known mistakes of the check's exercise on this check's inputs."""


class LiveAnswers:
    """Runs the trusted code of solutions/. names: the reference's.

    Outcomes are computed once: those of public checks for all students, of hidden checks for the student at hand. So is
    what a public check asks of the reference: it asks the same for every student.
    """

    def __init__(self, names: dict[str, Any], mistakes: Sequence[Mistake]) -> None:
        self.names = names
        self.known = list(mistakes)
        self._public: dict[tuple[str, str], Outcome] = {}
        self._hidden: dict[tuple[str, str], Outcome] = {}
        self._seed = b""
        self._memory: dict[str, list[tuple[bytes, bytes]]] = {}

    def reference(self, check: Check, seed: bytes = PUBLIC_SEED) -> Namespace:
        """The reference, about to run: what it draws from global generators is the same whenever it is asked."""
        reproducible.seed(process_seed(check, seed))
        start = functools.partial(local, self.names)
        memory = self._memory.setdefault(check.name, [])
        return Namespace(Remembered(memory, start) if check.public else start(), trusted=True)

    def expected(self, check: Check, seed: bytes) -> Outcome:
        return self._outcome(check, seed, "", self.names)

    def mistakes(self, check: Check, seed: bytes) -> Iterator[KnownMistake]:
        for mistake in self.known:
            if mistake.exercise == check.exercise:
                outcome = self.with_mistake(mistake, check, seed)
                assert outcome.student is not None
                replies = None if outcome.status == "passed" else outcome.student.replies
                yield KnownMistake(mistake.name, mistake.says, replies)

    def with_mistake(self, mistake: Mistake, check: Check, seed: bytes) -> Outcome:
        """The outcome of the check with the reference in the student's place, but for this mistake."""
        return self._outcome(check, seed, mistake.name, self.names | {mistake.exercise: mistake.implementation})

    def _outcome(self, check: Check, seed: bytes, mistake: str, names: dict[str, Any]) -> Outcome:
        if seed != self._seed:
            self._hidden.clear()
            self._seed = seed
        outcomes = self._public if check.public else self._hidden
        key = (check.name, mistake)
        if key not in outcomes:
            outcomes[key] = run(check, Namespace(local(names)), self.reference(check, seed), seed)
        return outcomes[key]


class RecordedAnswers:
    """Replays answers.npz. Raises: CourseError if the file is missing or damaged.

    content: of the file, if it is at hand.
    """

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self.path = path
        try:
            # Members are read when they are asked for: most of the file is about mistakes that nobody makes today.
            self._archive = np.load(io.BytesIO(content or path.read_bytes()), allow_pickle=False)
            self._members = set(self._archive.files)
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise self._damaged(error) from None
        self._says: dict[str, dict[str, str]] = json.loads(self._member("mistakes"))

    def reference(self, check: Check, seed: bytes = PUBLIC_SEED) -> Namespace:
        return Namespace(self._replay(f"reference/{check.name}"), trusted=True)

    def expected(self, check: Check, seed: bytes) -> Outcome:
        student = Namespace(self._replay(f"expected/{check.name}"))
        student.replies = list(self._recording(f"expected/{check.name}"))
        return Outcome("passed", student=student)

    def mistakes(self, check: Check, seed: bytes) -> Iterator[KnownMistake]:
        for name, says in self._says.get(check.exercise, {}).items():
            member = f"mistake/{check.name}/{name}"
            yield KnownMistake(name, says, self._recording(member) if member in self._members else None)

    def agrees_with(self, other: RecordedAnswers, trained: Collection[str] = ()) -> bool:
        """Whether both say the same, but for the rounding of another machine.

        trained: names of the checks that train, in which rounding grows to another result of the same form.
        """
        if self._members != other._members:
            return False
        for name in self._members:
            if self._member(name) == other._member(name) or name.partition("/")[2] in trained:
                continue
            if not name.startswith(_RECORDINGS):
                return False
            mine, theirs = self._recording(name), other._recording(name)
            if len(mine) != len(theirs) or not all(map(_same_reply, mine, theirs)):
                return False
        return True

    def _recording(self, member: str) -> list[Frame]:
        if member not in self._members:
            raise CourseError(f"{self.path} does not fit its checks ({member} is missing); get the release again")
        try:
            return _unpack(self._member(member))
        except WireError as error:
            raise self._damaged(error) from None

    def _member(self, name: str) -> bytes:
        try:
            return bytes(self._archive[name].tobytes())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> CourseError:
        return CourseError(f"the recorded answers {self.path} cannot be read ({error}); get the release again")

    def _replay(self, member: str) -> Exchange:
        frames = iter(self._recording(member))

        def exchange(
            request: Frame, resolve: Callable[[Reference], Any], answer: Callable[[list[Any]], Frame]
        ) -> tuple[Frame, list[Any]]:
            frame = next(frames, None)
            if frame is None:
                raise CourseError(f"{self.path} holds too few answers for {member}; get the release again")
            return frame, decode(frame, resolve)

        return exchange


def load_live(course: Course, assignment_id: str) -> tuple[list[Check], LiveAnswers]:
    """The checks and live answers of solutions/<id>/. Raises: CourseError with the file at fault."""
    folder = course.solutions_dir(assignment_id)
    script = folder / f"{assignment_id}.py"
    if not script.is_file():
        raise CourseError(f"{script} does not exist; is this the instructors' copy of the course?")
    names, problems = load(read(script).loadable)
    if problems:
        types, message, _, line = problems[0]
        raise CourseError(f"{script}, line {line}: {types[0]}: {message}")
    checks = checks_module.collect(folder / "checks.py")
    reproducible.settle()
    for check in checks:
        if check.exercise not in names:
            raise CourseError(f"{folder / 'checks.py'}: {check.name} judges {check.exercise}, which is not in {script}")
    mistakes = checks_module.collect_mistakes(folder / "mistakes.py")
    exercises = {check.exercise for check in checks}
    for mistake in mistakes:
        if mistake.exercise not in exercises:
            raise CourseError(f"{folder / 'mistakes.py'}: {mistake.name} is of {mistake.exercise}, which has no check")
    return checks, LiveAnswers(names, mistakes)


def load_released(folder: Path, assignment_id: str) -> tuple[list[Check], RecordedAnswers]:
    """The public checks and recorded answers of a release. Raises: CourseError."""
    return checks_module.collect(folder / f"test_{assignment_id}.py"), RecordedAnswers(folder / "answers.npz")


def record(course: Course, assignment_id: str) -> dict[str, np.ndarray]:
    """The members of answers.npz: all that the public checks need of the reference and the mistakes.

    Raises: CourseError if the reference fails a public check, or if what a public check asks of the reference depends
    on what a student returns, so that a recording could not answer it.
    """
    checks, answers = load_live(course, assignment_id)
    members: dict[str, bytes] = {}
    says: dict[str, dict[str, str]] = {}
    for check in checks:
        if not check.public:
            continue
        reference = answers.reference(check)
        outcome = run(check, Namespace(local(answers.names)), reference, PUBLIC_SEED)
        if outcome.status != "passed":
            raise CourseError(f"the reference fails the public check {check.name}: {outcome.message}")
        assert outcome.student is not None
        members[f"reference/{check.name}"] = _pack(reference.replies)
        members[f"expected/{check.name}"] = _pack(outcome.student.replies)
        for mistake in answers.known:
            if mistake.exercise != check.exercise or check.costly:
                continue
            says.setdefault(check.exercise, {})[mistake.name] = mistake.says
            asked = answers.reference(check)
            names = answers.names | {mistake.exercise: mistake.implementation}
            outcome = run(check, Namespace(local(names)), asked, PUBLIC_SEED)
            answered = [frame.to_bytes() for frame in reference.replies]
            if [frame.to_bytes() for frame in asked.replies] != answered[: len(asked.replies)]:
                raise CourseError(
                    f"the public check {check.name} gives the reference what a student returned (seen with the mistake "
                    f"{mistake.name}), so recorded answers cannot serve it; compute its inputs without the student"
                )
            if outcome.status != "passed":
                assert outcome.student is not None
                members[f"mistake/{check.name}/{mistake.name}"] = _pack(outcome.student.replies)
    members["mistakes"] = json.dumps(says, ensure_ascii=False).encode()
    return {name: np.frombuffer(data, np.uint8) for name, data in members.items()}


def leaves(reply: Frame) -> list[Leaves]:
    """The parts of a reply, by their paths, for each call that it answers: one, unless several were asked for at once.

    Parts are arrays, plain values, which arguments were changed in place. An exception is its type's name and message.
    An object that stayed on its side is `A_HANDLE`: what its class is called is the student's choice.
    """
    try:
        message = decode(reply)
    except WireError:
        return [Leaves()]
    match message:  # what a hostile process has sent may be anything
        case ["raised", [str(type_name), *_], str(said), *_]:
            return [Leaves({("raised",): type_name, ("raised", "message"): said})]
        case ["values", [_, *_] as values, *_]:
            return [_leaves_of(value, ("value",)) for value in values]
        case ["value", value, *modified]:
            return [Leaves(_leaves_of(value, ("value",)) | {("modified in place",): str(modified)})]
        case [str(kind), *content] if kind not in ("raised", "values"):
            return [_leaves_of(content[0] if content else None, (kind,))]
    return [Leaves()]


class Leaves(dict[tuple[Any, ...], Any]):
    """The parts of what one call gave, by their paths."""

    @functools.cached_property
    def layouts(self) -> dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, ...]]]:
        """The shapes of all parts, by path, for each item of the result."""
        found: dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, ...]]] = {}
        for path, value in self.items():
            found.setdefault(path[:2], {})[path] = np.shape(value)
        return found


A_HANDLE = "<an object>"


def _leaves_of(value: Any, path: tuple[Any, ...]) -> Leaves:
    found = Leaves()
    _collect_leaves(value, path, found)
    return found


def _collect_leaves(value: Any, path: tuple[Any, ...], found: Leaves) -> None:
    if isinstance(value, list | tuple):
        found[(*path, "length")] = len(value)
        for i, item in enumerate(value):
            _collect_leaves(item, (*path, i), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect_leaves(item, (*path, key), found)
    elif isinstance(value, Reference):
        found[path] = A_HANDLE
    else:
        found[path] = bool(value) if isinstance(value, np.bool_) else value


def same_value(a: Any, b: Any) -> bool:
    """Whether two leaves are the same result, but for rounding."""
    if isinstance(a, str | bytes | bool | None) or isinstance(b, str | bytes | bool | None):
        return type(a) is type(b) and bool(a == b)
    try:
        x, y = np.asarray(a), np.asarray(b)
        if x.shape != y.shape or x.dtype.kind not in "biufc" or y.dtype.kind not in "biufc":
            return False
        scale = float(np.max(np.abs(y[np.isfinite(y)]), initial=0.0))
        rtol = _RTOL_FLOAT32 if x.dtype in (np.float32, np.float16) else _RTOL
        with np.errstate(all="ignore"):
            return bool(np.allclose(x, y, rtol=0, atol=rtol * scale + 1e-12, equal_nan=True))
    except (TypeError, ValueError):
        return False


def _same_reply(a: Frame, b: Frame) -> bool:
    mine, theirs = leaves(a), leaves(b)
    return len(mine) == len(theirs) and all(
        x.keys() == y.keys() and all(same_value(x[path], y[path]) for path in x)
        for x, y in zip(mine, theirs, strict=True)
    )


def _pack(frames: Recording) -> bytes:
    return b"".join(frame.to_bytes() for frame in frames)


def _unpack(data: bytes) -> list[Frame]:
    frames, offset = [], 0
    while offset < len(data):
        n_structure, n_buffers = HEADER.unpack_from(data, offset)
        end = offset + HEADER.size + n_structure + n_buffers
        frames.append(Frame.from_bytes(data[offset:end]))
        offset = end
    return frames
