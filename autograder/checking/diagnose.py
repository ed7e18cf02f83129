"""Diagnoses failing checks: the known mistake that returns the same, or else a relation between the numbers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograder.checking.answers import Answers
from autograder.checking.declare import Check
from autograder.checking.known import Match, calls_in, failing, matches, says_unwritten
from autograder.checking.replies import MESSAGE
from autograder.checking.rules.apply import findings
from autograder.checking.rules.finding import EXACT
from autograder.checking.run import Outcome
from autograder.sandbox.namespace import record_of
from autograder.text import stub_in


@dataclass(frozen=True)
class Diagnosis:
    """What explains a failing check's results: a known mistake, or a general rule. says: the sentence for the student.

    mistake: its id; None if only a place is known. general: found by a rule. whole: it needs no further hint.
    """

    mistake: str | None
    says: str
    general: bool = False
    whole: bool = True


def diagnose(
    outcomes: Mapping[Check, Outcome], answers: Answers, seed: bytes, faulty: Collection[str] = ()
) -> dict[Check, Diagnosis]:
    """Name the mistakes behind one exercise's failing checks.

    outcomes: all checks of the exercise. faulty: the exercises whose own public checks fail.
    """
    found = {
        check: match
        for check, match in matches(outcomes, answers, seed).items()
        if match.enough or not outcomes[check].waits  # a few truth values may as well come of the other exercise
    }
    named = {check: Diagnosis(match.mistake.name, match.mistake.says) for check, match in found.items()}
    with contextlib.suppress(Exception):  # an error in the rules must not lose a mistake that was found
        named |= _by_rules(outcomes, found, answers, seed, faulty)
    return named


def _by_rules(
    outcomes: Mapping[Check, Outcome],
    known: Mapping[Check, Match],
    answers: Answers,
    seed: bytes,
    faulty: Collection[str],
) -> dict[Check, Diagnosis]:
    """What general rules say about the failing checks that no known mistake explains.

    known: the mistakes that were found. A mistake explains the checks that it fails by itself. If a mistake is not
    sure, a relation that is exactly true between the results is reported instead.
    """
    names = {match.mistake.name for match in known.values()}
    # A timed check compares large results of one kind, and adds no information to the other checks.
    all_timed = all(check.timed for check, outcome in outcomes.items() if outcome.status == "failed")
    unknown = {
        check: outcome
        for check, outcome in outcomes.items()
        if failing(outcome) is not None
        and (all_timed or not check.timed)
        and not (known[check].sure if check in known else _explained(names, check, answers, seed))
    }
    expected = {}
    for check in unknown:
        right = answers.expected(check, seed)
        expected[check] = calls_in(record_of(right.student).replies) if right.student is not None else []
    found = findings(unknown, expected, faulty, lambda check: answers.computing(check, seed), answers.parameters)
    return {
        check: Diagnosis(None if finding.weak else finding.name, finding.says, general=True, whole=finding.whole)
        for check, finding in found.items()
        if check not in known or finding.tier <= EXACT
    }


def _explained(names: Collection[str], check: Check, answers: Answers, seed: bytes) -> bool:
    """Whether one of these mistakes fails the check. Timed checks are not run; a wrong function fails them, too."""
    if not names or check.timed:
        return bool(names)
    return any(each.replies is not None for each in answers.mistakes(check, seed, names))


def repair_first(check: Check, outcome: Outcome, faulty: Collection[str], known: Collection[str]) -> str:
    """A hint for a failing check that needs another exercise, such as a forward pass before a backward one.

    faulty: the exercises whose own public checks fail. known: the reference's names, of functions or `CLASS.METHOD`.
    Only these are repeated, since the student's code names its own stubs, and students read the hints of hidden
    checks. Returns "" if the check called none of them.
    """
    record = failing(outcome)
    if record is None:
        return ""
    if outcome.waits:
        return f"Repair `{outcome.waits[0]}` {_FIRST}"
    end = calls_in(record.replies[-1:])[-1]
    if says_unwritten(end):
        stub = stub_in(end.get(MESSAGE, ""))
        names = {label.split(".")[0] for label in known} - {check.exercise}
        return f"{check.exercise} needs `{stub}` first." if stub in names else ""
    other = next((name for name in record.called if name in faulty and name != check.exercise), None)
    return f"Repair `{other}` {_FIRST}" if other else ""


def waits_for_another(hint: str) -> bool:
    """Whether this is a hint of `repair_first`: the error is in another exercise."""
    return hint.endswith(_FIRST) or bool(_NEEDS.match(hint))


_FIRST = "first: its own checks fail."
_NEEDS = re.compile(r"\w+ needs `\w+` first\.")
