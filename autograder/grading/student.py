"""A student's loaded submission, opened for checks, with messages that quote the student's own lines."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator, Sequence

from autograder.checking import deadline
from autograder.checking.declare import Check
from autograder.checking.run import Outcome, process_seed
from autograder.errors import AtWork, CourseError, Failure
from autograder.grading.source import Source
from autograder.sandbox import together
from autograder.sandbox.exchange import Look
from autograder.sandbox.namespace import Namespace, record_of
from autograder.sandbox.session import Session
from autograder.sandbox.transports import Transport
from autograder.submission.read import Submission
from autograder.submission.reading_process import apart
from autograder.submission.release import Release
from autograder.submission.rules import RuleBook
from autograder.submission.slips import Slip, slips_in
from autograder.text import place

# The first load, and one more after a check that ended the process. More take time, and may be the grader's fault.
_USUAL_LOADS = 2

# Seconds of computing between reports of where the code is; for checks that train, as a fraction of their time limit.
_LOOK_S, _LOOK_WHERE_IT_TRAINS, _LOOK_TOGETHER_S = 0.02, 0.02, 0.05

# Checks that run together are given up after so many seconds, by the clock; where one call of the code computes for so
# many looks; or where all calls do. Right work takes a tenth of that, but in `lenet`.
_TOGETHER_S, _ONE_CALL, _ALL_CALLS = 2.0, 4, 20


class Student:
    """A submission in its session.

    seed: of its inputs. exercises: of the assignment. usual_s: see `Answers`. given: see `Namespace`.
    """

    def __init__(
        self,
        session: Session,
        submission: Submission,
        seed: bytes,
        rules: RuleBook,
        exercises: Collection[str] = (),
        usual_s: Callable[[Check, bytes], float | None] = lambda check, seed: None,
        given: Collection[str] = (),
    ) -> None:
        self._session = session
        self._source = Source(submission, session, exercises)
        self._seed = seed
        self._rules = rules
        self._usual_s = usual_s
        self._given = given
        self._slow: set[str] = set()  # exercises in which checks that ran together were given up

    @contextlib.contextmanager
    def open(self, check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        """The student's names, for one check. See `OpenStudent`."""
        session, source = self._session, self._source
        self._rules.require_kept(check.exercise)
        session.load()
        if not check.public:
            session.seal()  # or a student could print, and read, the hidden inputs
        if check.exercise not in session.names:
            raise Failure(f"{check.exercise} is not defined. {source.explain_missing(check.exercise)}".strip())
        long_s = check.timeout_s or session.limits.check_s
        every_s = max(_LOOK_WHERE_IT_TRAINS * long_s, _LOOK_S) if check.costly else _LOOK_S
        look = Look(every_s, lambda: self._usual_s(check, self._seed), source.endless, source.loop)
        seed = process_seed(check, self._seed)
        with session.check(timeout_s, seed, check.exercise, shared=shared, look=look) as exchange:
            yield self._namespace(exchange, reused=exchange.reused)

    def run_together(
        self, checks: Sequence[Check], run: Callable[[Check, Namespace], Outcome]
    ) -> dict[Check, tuple[Outcome, float]]:
        """Run checks at once, those of exercises that are defined. See `RunTogether`."""
        session = self._session
        with contextlib.suppress(Failure, CourseError):  # each check by itself meets it again, and says so
            session.load()
            if not all(check.public for check in checks):
                session.seal()
            while together.AVAILABLE and len(chosen := [check for check in checks if self._suits(check)]) > 1:
                begun = [(process_seed(check, self._seed), check.exercise) for check in chosen]
                opened: list[Namespace] = []
                runs = [functools.partial(self._run_in, opened, check, run) for check in chosen]
                with session.checks(_TOGETHER_S, begun, Look(_LOOK_TOGETHER_S, endless=self._hopeless())) as exchange:
                    results = together.together(exchange, runs, deadline.is_running)
                for each in opened:  # their replies are in reference cycles
                    record_of(each).forget()
                if results is not None:
                    return dict(zip(chosen, results, strict=True))
                at_work = {at.function.split(".")[0] for at in exchange.at_work if exchange.lost_in}
                if at_work.isdisjoint(check.exercise for check in chosen):
                    break
                self._slow |= at_work
        return {}

    def _suits(self, check: Check) -> bool:
        exercise = check.exercise
        return exercise in self._session.names and self._rules.is_kept(exercise) and exercise not in self._slow

    def _run_in(
        self,
        opened: list[Namespace],
        check: Check,
        run: Callable[[Check, Namespace], Outcome],
        transport: Transport,
    ) -> Outcome:
        opened.append(self._namespace(transport, reused=True))
        return run(check, opened[-1])

    def _hopeless(self) -> Callable[[Sequence[AtWork], bool], str]:
        """Says why checks that run together are given up; see `Look.endless`."""
        looks = 0

        def hopeless(at_work: Sequence[AtWork], recurs: bool) -> str:
            nonlocal looks
            looks += 1
            takes_long = looks >= _ALL_CALLS or any(at.looks >= _ONE_CALL for at in at_work)
            return self._source.endless(at_work, recurs) or ("it takes long" if takes_long else "")

        return hopeless

    def _namespace(self, transport: Transport, *, reused: bool) -> Namespace:
        return Namespace(
            transport,
            reused=reused,
            explain_missing=self._source.explain_missing,
            source_line=self._source.line,
            explain_timeout=self._source.explain_timeout,
            given=self._given,
        )


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
