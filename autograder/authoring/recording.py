"""Selects what a release's recordings contain: only those parts of each reply that a public check uses.

A reference returns more than one check compares: a whole dict, a cache, a config. The rest may be what a hidden check
compares. So each part is left out in turn, and stays out if the check still passes and makes the same requests.

This does not protect what a public check compares, because that has to be available at home.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.authoring.leaks import Leak
from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.declare import Check, Mistake
from autograder.checking.replies import same_parts
from autograder.checking.run import PUBLIC_SEED, Outcome, process_seed, run
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.sandbox.child import determinism, protocol, wire
from autograder.sandbox.child.wire import UNRECORDED, Frame, Reference, decode, encode, pack
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local, Resolve, Transport

_MOST_PARTS = 100  # a longer list is treated as one part


@dataclass(frozen=True)
class Answer:
    """The answer to one request: callbacks made meanwhile, and the reply. key: identifies the request by content."""

    key: bytes
    callbacks: tuple[Frame, ...]
    reply: Frame


@dataclass(frozen=True)
class Dialogue:
    """One run of a check: its outcome, all of its requests in order, and the answers of both sides."""

    outcome: Outcome
    asked: tuple[bytes, ...]
    student: tuple[Answer, ...]
    reference: tuple[Answer, ...]

    @property
    def holds(self) -> bool:
        return self.outcome.status == "passed"


def record(course: Course, assignment_id: str) -> dict[str, np.ndarray]:
    """The members of answers.npz: everything that the public checks need of the reference and the mistakes.

    Raises: CourseError if the reference fails a public check, or if a public check's requests to the reference depend
    on a student's results, so that a recording could not answer them; Leak if a recording contains what a hidden check
    compares.
    """
    checks, answers = load_live(course, assignment_id)
    members: dict[str, bytes] = {}
    says: dict[str, dict[str, str]] = {}
    given: dict[bytes, list[tuple[str, Frame]]] = {}  # request -> the checks in whose recordings it is, and the answer
    for check in checks:
        if not check.public:
            continue
        with answers.deadline(check, "the reference"):
            full = _held(check, Local(answers.names), Local(answers.names))
        if full.outcome.cause:
            raise CourseError(f"{check.name}: {full.outcome.message}")
        if not full.holds:
            raise CourseError(f"the reference fails the public check {check.name}: {full.outcome.message}")
        wrongs = {} if check.costly else _with_mistakes(check, answers, full)
        student, reference = _needed(check, full)
        if _hides_a_mistake(check, answers, full, reference, wrongs):
            reference = [answer.reply for answer in full.reference]
        members[f"reference/{check.name}"] = pack(reference)
        members[f"expected/{check.name}"] = pack(student)
        for answer, recorded in zip(full.student + full.reference, student + reference, strict=True):
            given.setdefault(answer.key, []).append((check.name, recorded))
        for mistake, wrong in wrongs.items():
            says.setdefault(check.exercise, {})[mistake.name] = mistake.says
            if not wrong.holds:
                members[f"mistake/{check.name}/{mistake.name}"] = pack(_without_answers(wrong, full, student))
    _refuse_answers_of_hidden_checks(assignment_id, checks, answers, given)
    members["mistakes"] = json.dumps(says, ensure_ascii=False).encode()
    exercises = {check.exercise for check in checks}
    named = {label: names for label, names in answers.parameters.items() if label.split(".")[0] in exercises}
    members["parameters"] = json.dumps(named).encode()
    return {name: np.frombuffer(data, np.uint8) for name, data in members.items()}


def _with_mistakes(check: Check, answers: LiveAnswers, full: Dialogue) -> dict[Mistake, Dialogue]:
    """The check on each mistake of its exercise, except for mistakes that give nothing to record."""
    wrongs = {}
    for mistake in answers.known:
        if mistake.exercise == check.exercise and not (mistake.endless or mistake.varies):
            names = answers.names_with(mistake)
            with answers.deadline(check, f"the mistake {mistake.name}"):
                wrongs[mistake] = _held(check, Local(names), Local(answers.names))
            _require_same_questions(check, mistake.name, wrongs[mistake], full)
    return wrongs


def _hides_a_mistake(
    check: Check, answers: LiveAnswers, full: Dialogue, reference: list[Frame], wrongs: Mapping[Mistake, Dialogue]
) -> bool:
    """Whether these replies of the reference change the check's result for a mistake.

    A loop over parts that were left out has no iterations, and passes for everything.
    """
    for mistake, wrong in wrongs.items():
        if not wrong.holds:
            # First replay the mistake's replies, which saves computing. It has to be computed if the requests differ,
            # or if its duration is what is wrong with it.
            again = _held(check, _Retold(wrong.student), _Retold(full.reference, reference))
            if again.outcome.status != wrong.outcome.status or again.asked != wrong.asked[: len(again.asked)]:
                with answers.deadline(check, f"the mistake {mistake.name}"):
                    again = _held(check, Local(answers.names_with(mistake)), _Retold(full.reference, reference))
            if again.outcome.status != wrong.outcome.status:
                return True
    return False


def _require_same_questions(check: Check, mistake: str, wrong: Dialogue, full: Dialogue) -> None:
    answered = [answer.reply.to_bytes() for answer in wrong.reference]
    if answered != [answer.reply.to_bytes() for answer in full.reference[: len(answered)]]:
        raise CourseError(
            f"the public check {check.name} gives the reference what a student returned (seen with the mistake "
            f"{mistake}), so recorded answers cannot serve it; compute its inputs without the student"
        )


def _held(check: Check, student: Transport, reference: Transport, seed: bytes = PUBLIC_SEED) -> Dialogue:
    """Run the check on these two."""
    asked: list[bytes] = []
    sides: tuple[list[Answer], list[Answer]] = ([], [])
    determinism.seed(process_seed(check, seed))
    trusted = Namespace(_Noting(reference, asked, sides[1]), trusted=True)
    outcome = run(check, Namespace(_Noting(student, asked, sides[0])), trusted, seed)
    return Dialogue(outcome, tuple(asked), tuple(sides[0]), tuple(sides[1]))


class _Noting:
    """A transport that records another's requests and answers."""

    def __init__(self, transport: Transport, asked: list[bytes], answers: list[Answer]) -> None:
        self._transport = transport
        self._asked = asked
        self._answers = answers
        self._history: dict[int, str] = {}  # an object's handle -> a digest of all requests that concerned it

    def request(self, frame: Frame, resolve: Resolve, answer: Callable) -> tuple[Frame, list[Any]]:
        self._asked.append(frame.to_bytes())  # copied now, because serving the request may change it
        handles: set[int] = set()
        key = encode(_by_history(decode(frame), self._history, handles)).to_bytes()
        digest = hashlib.sha256(key).hexdigest()
        callbacks: list[Frame] = []

        def answer_noted(message: list[Any]) -> Frame:
            callbacks.append(encode(message, lambda handle: handle.reference))
            return answer(message)

        reply, value = self._transport.request(frame, resolve, answer_noted)
        self._answers.append(Answer(key, tuple(callbacks), reply))
        match decode(reply):
            case [protocol.VALUE, result, _]:
                _by_history(result, {}, handles)  # also handles in a tuple, such as a model and its optimizer
        self._history.update(dict.fromkeys(handles, digest))
        return reply, value


def _by_history(value: Any, history: Mapping[int, str], handles: set[int]) -> Any:
    """A request in which objects are identified by their histories, so that it can be compared with another check's.

    handles: receives the handles in it.
    """
    if isinstance(value, Reference):
        if value.kind != wire.HANDLE:
            return [value.kind, value.id]
        handles.add(value.id)
        return [wire.HANDLE, history.get(value.id, "")]
    if isinstance(value, dict):
        return {key: _by_history(item, history, handles) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_by_history(item, history, handles) for item in value)
    return value


# ---- which parts are needed -----------------------------------------------------------------------------------------


# Whether a part is unnecessary: takes the run without the part, and the full run.
Spare = Callable[[Dialogue, Dialogue], bool]


def _unused(without: Dialogue, full: Dialogue) -> bool:
    """Leaving it out changes nothing."""
    return without.holds and without.asked == full.asked


def _not_compared(without: Dialogue, full: Dialogue) -> bool:
    """The result does not depend on it, though it may be passed on."""
    return without.holds or without.asked != full.asked[: len(without.asked)]


def _needed(check: Check, full: Dialogue, spare: Spare = _unused) -> tuple[list[Frame], list[Frame]]:
    """The student's and the reference's replies, without the unnecessary parts according to `spare`."""
    student, reference = ([answer.reply for answer in side] for side in (full.student, full.reference))

    def again() -> Dialogue:
        return _held(check, _Retold(full.student, student), _Retold(full.reference, reference))

    if not _unused(again(), full):  # for example, the check measures time, which cannot be replayed
        return student, reference
    for side, answers in ((reference, full.reference), (student, full.student)):
        for index, answer in enumerate(answers):

            def tried(reply: Frame) -> bool:
                before, side[index] = side[index], reply  # noqa: B023
                without = again()
                side[index] = before  # noqa: B023
                return spare(without, full)

            if not _is_a_finding(answer):
                side[index] = _trimmed_reply(answer.reply, tried)
    return student, reference


def _is_a_finding(answer: Answer) -> bool:
    """Whether this was computed by the check itself, and recorded among the replies for the diagnosis."""
    return decode(Frame.from_bytes(answer.key))[0] == protocol.CONTENT


class _Retold:
    """A transport that makes the same callbacks again, and replies with these frames or the recorded ones."""

    def __init__(self, answers: Sequence[Answer], replies: Sequence[Frame] | None = None) -> None:
        if replies is None:
            replies = [answer.reply for answer in answers]
        self._again = iter(zip(answers, map(_copy, replies), strict=True))

    def request(self, frame: Frame, resolve: Resolve, answer: Callable) -> tuple[Frame, list[Any]]:
        then, reply = next(self._again)
        for question in then.callbacks:
            answer(decode(_copy(question), resolve))
        return reply, decode(reply, resolve)


def _copy(frame: Frame) -> Frame:
    return Frame(frame.structure, bytearray(frame.buffers))


def _trimmed_reply(frame: Frame, tried: Callable[[Frame], bool]) -> Frame:
    match decode(frame):
        case [(protocol.VALUE | protocol.VALUES) as kind, value, modified]:

            def framed(content: Any) -> Frame:
                return encode([kind, content, modified])

            return framed(_trimmed(value, lambda content: tried(framed(content))))
    return frame


def _trimmed(value: Any, tried: Callable[[Any], bool]) -> Any:
    """The value without unnecessary parts. tried: whether the check still passes with a given value instead."""
    if isinstance(value, Reference):
        return value
    if tried(UNRECORDED):
        return UNRECORDED
    if isinstance(value, dict):
        for key in list(value):
            without = {name: item for name, item in value.items() if name != key}
            if tried(without):
                value = without
            else:
                value = value | {key: _trimmed(value[key], lambda item: tried(value | {key: item}))}  # noqa: B023
    elif isinstance(value, list | tuple) and len(value) <= _MOST_PARTS:
        for index in range(len(value)):

            def put(item: Any) -> Any:
                return type(value)([*value[:index], item, *value[index + 1 :]])  # noqa: B023

            value = put(_trimmed(value[index], lambda item: tried(put(item))))
    return value


def _without_answers(wrong: Dialogue, full: Dialogue, needed: Sequence[Frame]) -> list[Frame]:
    """A mistake's answers, without the parts that are right and that the check does not use."""
    frames = [answer.reply for answer in wrong.student]
    for index, (frame, right, kept) in enumerate(zip(frames, full.student, needed, strict=False)):
        match decode(frame), decode(right.reply), decode(kept):
            case [kind, value, modified], [right_kind, right_value, _], [_, kept_value, _] if kind == right_kind:
                frames[index] = encode([kind, _wrong_parts(value, right_value, kept_value), modified])
    return frames


def _wrong_parts(value: Any, right: Any, kept: Any) -> Any:
    if isinstance(value, dict) and isinstance(right, dict):
        parts = {
            key: _wrong_parts(item, right.get(key), kept.get(key, UNRECORDED) if isinstance(kept, dict) else kept)
            for key, item in value.items()
        }
        return {key: part for key, part in parts.items() if not _left_out(part)}
    if isinstance(value, list | tuple) and type(value) is type(right) and len(value) == len(right):
        inside = kept if isinstance(kept, list | tuple) else [kept] * len(value)
        return type(value)(map(_wrong_parts, value, right, inside))
    return UNRECORDED if _left_out(kept) and same_parts(value, right) else value


def _left_out(part: Any) -> bool:
    return isinstance(part, Reference) and part == UNRECORDED


# ---- what hidden checks compare -------------------------------------------------------------------------------------


def _refuse_answers_of_hidden_checks(
    assignment_id: str, checks: Sequence[Check], answers: LiveAnswers, given: dict[bytes, list[tuple[str, Frame]]]
) -> None:
    """Raises: Leak if a recording answers a hidden check's request with a part that this check compares."""
    places = []
    for check in checks:
        if check.public or check.costly or not check.points:
            continue
        with answers.deadline(check, "the reference"):
            full = _held(check, Local(answers.names), Local(answers.names))
        if not any(answer.key in given for answer in full.student):
            continue
        student, _ = _needed(check, full, _not_compared)
        for answer, needed in zip(full.student, student, strict=True):
            asked_of_all = not answer.callbacks and not _is_a_finding(answer)
            for public, recorded in given.get(answer.key, ()) if asked_of_all else ():
                if parts := list(_shared(decode(needed)[1], decode(recorded)[1])):
                    places.append(f"answers.npz, {public}: {', '.join(parts[:5])}  <- hidden check {check.name}")
    if places:
        raise Leak(assignment_id, places)


def _shared(needed: Any, recorded: Any, path: str = "the result") -> Iterator[str]:
    """The parts of one answer that are also in the other."""
    if isinstance(needed, Reference) or isinstance(recorded, Reference):
        return
    if isinstance(needed, dict) and isinstance(recorded, dict):
        for key in needed.keys() & recorded.keys():
            yield from _shared(needed[key], recorded[key], f"{path}[{key!r}]")
    elif isinstance(needed, list | tuple) and isinstance(recorded, list | tuple):
        for index, (mine, theirs) in enumerate(zip(needed, recorded, strict=False)):
            yield from _shared(mine, theirs, f"{path}[{index}]")
    elif same_parts(needed, recorded):
        yield path
