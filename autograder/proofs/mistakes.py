"""Tests the known mistakes: which checks catch each one, and whether it is recognized by its own name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograder.checking.answers import Answers, LiveAnswers, RecordedAnswers
from autograder.checking.declare import Check, Mistake
from autograder.checking.judge import results_of
from autograder.checking.run import PUBLIC_SEED, Outcome, blame
from autograder.proofs.coding_errors import coding_error_of
from autograder.report.report import CheckResult
from autograder.text import HOLDS_FOR_NOTHING

SEEDS = 3  # claims about mistakes are tested on the hidden inputs of this many students; of one if a check trains


@dataclass(frozen=True)
class MistakeAudit:
    """The results of one mistake. named_as: the names that its failing checks were given, over all seeds."""

    name: str
    exercise: str
    caught_by: tuple[str, ...]
    named_as: tuple[str, ...]
    named_by_release: bool
    taken_for: tuple[str, ...] = ()  # its names according to the release alone, without hidden checks as evidence
    coding_errors: tuple[str, ...] = ()  # why some of its failures prove nothing
    endless: bool = False  # it never ends, and so returns nothing to be recognized by

    @property
    def ok(self) -> bool:
        return bool(self.caught_by) and (self.endless or self.named_as == (self.name,))


def seed_of(student: int) -> bytes:
    """The seed of one of the students on whose inputs claims are tested. student: 0, 1, ..."""
    return hashlib.sha256(f"audit {student}".encode()).digest()


def audit_mistakes(
    checks: list[Check], answers: LiveAnswers, public: list[Check], recorded: RecordedAnswers
) -> tuple[MistakeAudit, ...]:
    """The results of each mistake in the exercises of these checks.

    public, recorded: the release's checks and answers, with which a mistake is recognized at home from its recordings.
    Comparing the release with its sources verifies these recordings.
    A check that takes seconds is run only on mistakes that no other check has caught, and otherwise on mistakes until
    one fails it; benchmarks.thresholds measures the rest.
    """
    known = [mistake for mistake in answers.known if mistake.exercise in {check.exercise for check in checks}]
    tries = {mistake.name: _Tries() for mistake in known}
    cheap, costly = ([c for c in checks if not c.gpu and c.costly == costs] for costs in (False, True))
    for number in range(SEEDS):  # the outer loop, since outcomes for a seed are computed once for all mistakes
        for mistake in known:
            if mistake.endless:
                _wait(mistake, cheap, answers, seed_of(number), tries[mistake.name])
            elif not tries[mistake.name].unjudged:  # if so, it may have timed out, and would again
                _try(mistake, cheap, answers, seed_of(number), tries[mistake.name])
        for check in costly if number == 0 else ():
            mine = [mistake for mistake in known if mistake.exercise == check.exercise and not mistake.endless]
            # A mistake that fails most of the other checks is likely to fail this one, too.
            for mistake in sorted(mine, key=lambda mistake: -len(tries[mistake.name].caught_by)):
                missed = not tries[mistake.name].caught_by
                failed = any(check.name in each.caught_by for each in tries.values())
                if (missed or not failed) and not tries[mistake.name].unjudged:
                    _try(mistake, [check], answers, seed_of(number), tries[mistake.name])
    return tuple(_summary(mistake, tries[mistake.name], public, recorded) for mistake in known)


@dataclass
class _Tries:
    """The results of one mistake so far: names of checks and of mistakes, without repetition, in order of appearance.

    coding_errors: why these checks' failures prove nothing. unjudged: some check could not judge it.
    """

    caught_by: dict[str, None] = field(default_factory=dict)
    named_as: dict[str, None] = field(default_factory=dict)
    coding_errors: dict[str, dict[str, None]] = field(default_factory=dict)
    unjudged: bool = False


def _wait(mistake: Mistake, checks: list[Check], answers: LiveAnswers, seed: bytes, tries: _Tries) -> None:
    """Look for a check in which the mistake does not end. One is enough, since each takes its whole time limit."""
    mine = (check for check in checks if check.exercise == mistake.exercise)
    while not tries.caught_by and (check := next(mine, None)) is not None:
        if answers.with_mistake(mistake, check, seed).status == "timeout":
            tries.caught_by[check.name] = None


def _try(mistake: Mistake, checks: list[Check], answers: LiveAnswers, seed: bytes, tries: _Tries) -> None:
    """Add the mistake's results on one student's inputs."""
    mine = {check.name: check for check in checks if check.exercise == mistake.exercise}
    # It is run once, for judging and for recognition, since it returns the same for the same seed.
    outcomes = {
        check: _blamed(check, answers.with_mistake(mistake, check, seed), answers, seed) for check in mine.values()
    }
    for result in _judged(outcomes, answers, seed):
        if result.status in ("passed", "pending") or result.message == HOLDS_FOR_NOTHING:
            continue
        if result.status in ("error", "timeout"):
            tries.unjudged = True
        coding_error = _coding_error(result, mistake, mine[result.name], answers, seed)
        if coding_error:
            tries.coding_errors.setdefault(coding_error, {})[result.name] = None
            continue
        tries.caught_by[result.name] = None
        if result.mistake is not None:
            tries.named_as[result.mistake] = None


def _coding_error(result: CheckResult, mistake: Mistake, check: Check, answers: LiveAnswers, seed: bytes) -> str:
    """Why this check's failure with the mistake proves nothing; "" if it proves something."""
    if result.status == "timeout":
        return f'{result.message} If so, and if that is the mistake, say raises="TimeoutError"'
    if result.status == "error":
        return result.message
    if check.costly and " raised " not in result.message:  # an exception would be raised again soon
        return ""
    return coding_error_of(mistake, check, answers, seed)


def _blamed(check: Check, outcome: Outcome, answers: LiveAnswers, seed: bytes) -> Outcome:
    if outcome.status == "passed":
        return outcome
    outcome = blame(check, outcome, answers.expected(check, seed))
    return replace(outcome, student=None) if check.costly else outcome  # or comparing it would train all mistakes


def _summary(mistake: Mistake, tries: _Tries, public: list[Check], recorded: RecordedAnswers) -> MistakeAudit:
    """The mistake's results on all inputs, and its names according to the release alone."""
    outcomes = {
        check: recorded.with_mistake(mistake.name, check)
        for check in public
        if check.exercise == mistake.exercise and not check.costly and not tries.unjudged
    }
    at_home = {result.mistake for result in _judged(outcomes, recorded, PUBLIC_SEED)}
    return MistakeAudit(
        name=mistake.name,
        exercise=mistake.exercise,
        caught_by=tuple(tries.caught_by),
        named_as=tuple(tries.named_as),
        named_by_release=mistake.name in at_home,
        taken_for=tuple(sorted(name for name in at_home if name not in (None, mistake.name))),
        coding_errors=tuple(
            f"the mistake {mistake.name} ({mistake.exercise}) proves nothing of {', '.join(where)}: {coding_error}"
            for coding_error, where in tries.coding_errors.items()
        ),
        endless=mistake.endless,
    )


def _judged(outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes) -> list[CheckResult]:
    """The results of one exercise's checks."""
    return [result for exercise in results_of(outcomes, answers, seed) for result in exercise.checks]
