"""Runs one check once on one student's code: its inputs, its outcome, and who is to blame for a failure."""

from __future__ import annotations

import contextlib
import functools
import hmac
import inspect
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checking.declare import Check
from autograder.checking.values import describe
from autograder.errors import CourseError, Failure, Mismatch, SandboxLost
from autograder.report.evidence import Evidence, Figure
from autograder.sandbox.namespace import Namespace, record_of, value_of

PUBLIC_SEED = b"public"
_RETURN = "Is a `return` missing?"


@dataclass(frozen=True)
class Outcome:
    """The result of one run of a check. status: passed, failed, timeout, crashed, error or pending.

    share: of the points; 1 if it passed. evidence: what the check measured. hint: of the check, for whoever it does not
    hold. mismatch: the two values that differ, where it is two values.
    cause: of an `error`, the exception that the check raised; the message also says where. coding_error: it is one
    that no data provoke, such as a NameError, so it is the check's own. lent: the functions of the reference that took
    the place of the student's. waits: the exercises whose own checks fail and that the code was seen to call, which
    could not be lent.
    """

    status: str
    message: str = ""
    duration_s: float = 0.0
    student: Namespace | None = None
    share: float = 0.0
    evidence: tuple[Figure, ...] = ()
    cause: str = ""
    coding_error: bool = False
    lent: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    hint: str = ""
    mismatch: Mismatch | None = None


def seed_of(secret: bytes, submission: str) -> bytes:
    """The seed of a submission's inputs: the HMAC-SHA256 of its id, keyed with the course secret."""
    return hmac.digest(secret, submission.encode("utf-8", "surrogatepass"), "sha256")


@functools.lru_cache(256)
def seed_for(check: Check, seed: bytes) -> int:
    """The seed of one check's inputs. seed: a student's own, or PUBLIC_SEED for the public checks' recorded answers."""
    return int.from_bytes(hmac.digest(seed, check.name.encode(), "sha256")[:16], "big")


def process_seed(check: Check, seed: bytes) -> int:
    """The seed of the global random number generators in the process that serves a check."""
    return seed_for(check, seed) & 0x7FFFFFFF


def drawn(check: Check, seed: bytes) -> dict[str, Any]:
    """The check's fixtures that depend only on the seed and the check."""
    number = seed_for(check, seed)
    # `seed` consists of other bits than `process_seed`.
    fixtures: dict[str, Any] = {"seed": number >> 97, "exercise": check.exercise}
    if "rng" in _parameters(check.function):  # creating one takes longer than most comparisons
        fixtures["rng"] = np.random.default_rng(number)
    return fixtures


def run(check: Check, student: Namespace, reference: Namespace, seed: bytes) -> Outcome:
    """Run a check once. A Failure is the student's error; any other exception has status `error`, to judge by `blame`.

    Raises: SandboxLost if the student's process was ended from outside, which is nobody's fault.
    """
    with quietly():
        return run_quietly(check, student, reference, seed)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """The result of a check must not depend on this process's warning filters, which may turn warnings into errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def run_quietly(check: Check, student: Namespace, reference: Namespace, seed: bytes) -> Outcome:
    """The same as `run`, inside `quietly`."""
    evidence = Evidence()
    fixtures = {"student": student, "reference": reference, "evidence": evidence, **drawn(check, seed)}
    wanted = _parameters(check.function)
    start = time.perf_counter()
    status, message, share, cause, coding_error = "passed", "", 1.0, "", False
    hint, mismatch = "", None
    try:
        with np.errstate(all="ignore"):
            check.function(**{name: fixtures[name] for name in wanted})
    except SandboxLost:
        raise
    except Failure as failure:
        status, message, share = failure.status, failure.message, failure.share
        hint, mismatch = failure.hint, failure.mismatch
        if "got None" in message and _last_returned(student) is None:
            message += f". {_RETURN}"
    except AssertionError as error:
        status, message, share = "failed", str(error) or f"the check {check.name} does not hold", 0.0
    except Exception as error:  # the check met unexpected data, or has a bug
        status, share, cause = "error", 0.0, f"{type(error).__name__}: {error}"
        message, coding_error = _told(check, error, cause), is_coding_error(error)
    duration_s = time.perf_counter() - start
    figures = tuple(evidence.figures)
    return Outcome(
        status, message, duration_s, student, share, figures, cause, coding_error, hint=hint, mismatch=mismatch
    )


def _last_returned(student: Namespace) -> Any:
    """The last value that the student's code returned; None if several calls returned only None; True if none did."""
    replies = record_of(student).replies
    if not replies:
        return True
    value = value_of(student, len(replies) - 1)
    return None if isinstance(value, list) and value and not any(each is not None for each in value) else value


def is_coding_error(error: BaseException) -> bool:
    """Whether an exception is caused by how the code is written, whatever its data."""
    missing = isinstance(error, AttributeError) and str(error).startswith("module ")
    return missing or isinstance(error, NameError | ImportError | SyntaxError)


def _told(check: Check, error: Exception, cause: str) -> str:
    """The message for staff if a check raised: the exception, and the line in the check's file."""
    if isinstance(error, CourseError):  # it says what is wrong, and the check is not at fault
        return cause
    path = Path(check.function.__code__.co_filename)
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(path)]
    where = f" ({'/'.join(path.parts[-2:])}, line {lines[-1]})" if lines else ""
    return f"the check itself raised {cause}{where}"


@functools.lru_cache(1024)
def _parameters(function: Callable[..., None]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def blame(check: Check, outcome: Outcome, reference: Outcome) -> Outcome:
    """Decide who is to blame for a check that did not pass. It is the course if the reference does not pass, either.

    outcome: `failed` or `error`. reference: the outcome for the reference on the same inputs. If the check raised an
    unexpected exception but the reference passes, the student's data caused it; the message shows them and the
    reference's. A coding error stays the course's fault.
    """
    if reference.status != "passed":
        if outcome.status == "error":
            return outcome
        ours = f"the reference does not pass this check on the same inputs ({reference.message}); the student's "
        return replace(outcome, status="error", share=0.0, message=f"{ours}outcome was: {outcome.message}")
    if (
        outcome.status != "error"
        or outcome.coding_error
        or outcome.student is None
        or not record_of(outcome.student).replies
    ):
        return outcome
    assert reference.student is not None
    index = len(record_of(outcome.student).replies) - 1
    got = value_of(outcome.student, index)
    expected = value_of(reference.student, min(index, len(record_of(reference.student).replies) - 1))
    if got is None and expected is not None:
        message = f"{check.exercise} returned None, expected {describe(expected)}. {_RETURN}"
        return replace(outcome, status="failed", message=message)
    message = f"{check.exercise}: the check could not work with what it returned, {describe(got)}"
    if describe(expected) != describe(got):
        message += f"; expected {describe(expected)}"
    return replace(outcome, status="failed", message=f"{message} ({outcome.cause})")


def exercises_in_order(checks: Sequence[Check]) -> list[str]:
    """The names of the exercises, without repetition, in the order of their first check."""
    return list(dict.fromkeys(check.exercise for check in checks))
