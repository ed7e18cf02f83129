"""Checks and known mistakes: how they are declared, found and run."""

from __future__ import annotations

import functools
import hmac
import importlib.util
import inspect
import math
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from autograder.compare import describe
from autograder.errors import CourseError, Failure, SandboxLost
from autograder.evidence import Evidence, Figure
from autograder.namespace import Namespace

PUBLIC_SEED = b"public"
_FIXTURES = ("student", "reference", "rng", "evidence")
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True)
class Check:
    """One claim about one exercise.

    function: takes any of the parameters student, reference, rng; returns if the claim holds, else raises Failure.
    title: what a student reads, the function's docstring. timeout_s: None for the assignment's limit.
    trains: it takes seconds, so known mistakes are not tried on it to name one. gpu: it needs CUDA. alone: it judges
    time, so nothing else may use the GPU meanwhile.
    """

    name: str
    exercise: str
    title: str
    points: float
    public: bool
    timeout_s: float | None
    function: Callable[..., None]
    trains: bool = False
    gpu: bool = False
    alone: bool = False

    @property
    def costly(self) -> bool:
        return self.trains or self.gpu


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation of one exercise. says: the sentence that a student reads."""

    name: str
    exercise: str
    says: str
    implementation: Any


@dataclass(frozen=True)
class Outcome:
    """What one run of a check gave. status: passed, failed, timeout, crashed, error or pending.

    share: of the points; 1 if it passed. evidence: what the check measured.
    """

    status: str
    message: str = ""
    duration_s: float = 0.0
    student: Namespace | None = None
    share: float = 0.0
    evidence: tuple[Figure, ...] = ()


def check(
    exercise: str,
    *,
    points: float,
    public: bool = False,
    timeout_s: float | None = None,
    trains: bool = False,
    gpu: bool = False,
    alone: bool = False,
) -> Callable[[F], F]:
    """Declare the decorated function as a check of `exercise`; its docstring is its title.

    points: at least 0. public: released to students, with recorded answers in place of the reference.
    timeout_s: seconds that the student's code may take in it. trains, gpu, alone: see `Check`.
    Raises: CourseError if the docstring is missing, points or timeout_s make no sense, a parameter is unknown, the
    name is taken, or `alone` or `public` does not fit.
    """

    def declare(function: F) -> F:
        title = inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        if not title:
            raise CourseError(f"the check {function.__name__} has no docstring; it is the title that students read")
        if hasattr(function.__globals__.get(function.__name__), "__check__"):
            raise CourseError(f"two checks are called {function.__name__}")
        if not (math.isfinite(points) and points >= 0):
            raise CourseError(f"the check {function.__name__} has {points} points; they must be 0 or more")
        if timeout_s is not None and not timeout_s > 0:
            raise CourseError(f"the check {function.__name__} has timeout_s={timeout_s}; it must be positive")
        unknown = set(_parameters(function)).difference(_FIXTURES)
        if unknown:
            raise CourseError(
                f"the check {function.__name__} takes {sorted(unknown)}; it can take {', '.join(_FIXTURES)}"
            )
        if alone and not gpu:
            raise CourseError(f"the check {function.__name__} is to have a GPU alone, and is not marked gpu=True")
        if gpu and public:
            raise CourseError(f"the check {function.__name__} is public; one that needs a GPU cannot be recorded")
        declared = Check(
            function.__name__, exercise, title, float(points), public, timeout_s, function, trains, gpu, alone
        )
        function.__check__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def mistake(exercise: str, *, says: str, name: str | None = None) -> Callable[[T], T]:
    """Declare a wrong implementation of `exercise`: a function, a class or, with `name`, a plain value.

    Raises: CourseError if a plain value has no `name`.
    """
    here = inspect.currentframe()
    assert here is not None
    assert here.f_back is not None
    found: list[Mistake] = here.f_back.f_globals.setdefault("__mistakes__", [])

    def declare(implementation: T) -> T:
        called = name or getattr(implementation, "__name__", None)
        if called is None:
            raise CourseError(f"a mistake of {exercise} is the plain value {implementation!r}; give it a name=")
        found.append(Mistake(called, exercise, says, implementation))
        return implementation

    return declare


def load_module(path: Path) -> ModuleType:
    """Execute a trusted course file. Raises: CourseError with the file's own error."""
    spec = importlib.util.spec_from_file_location(f"course_{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise CourseError(f"{path} does not exist or is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look up the module that they are in
    try:
        spec.loader.exec_module(module)
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from None
    except Exception as error:
        raise CourseError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    return module


def collect(path: Path) -> list[Check]:
    """The checks of a file, in the order in which they are written. Raises: CourseError if it cannot be loaded."""
    return [value.__check__ for value in vars(load_module(path)).values() if hasattr(value, "__check__")]


def collect_mistakes(path: Path) -> list[Mistake]:
    """The mistakes of a file, in the order in which they are written. Raises: CourseError if two have one name."""
    found: list[Mistake] = getattr(load_module(path), "__mistakes__", [])
    names = [item.name for item in found]
    for name in names:
        if names.count(name) > 1:
            raise CourseError(f"{path}: two mistakes are called {name}")
    return found


def seed_of(secret: bytes, submission: str) -> bytes:
    """The seed of a submission's hidden inputs: HMAC-SHA256 of the course secret and its id."""
    return hmac.digest(secret, submission.encode("utf-8", "surrogatepass"), "sha256")


@functools.lru_cache(256)
def seed_for(check: Check, seed: bytes) -> int:
    """The seed of one check's inputs; a public check's is the same for everyone, so that its answers can be shipped."""
    key = PUBLIC_SEED if check.public else seed
    return int.from_bytes(hmac.digest(key, check.name.encode(), "sha256")[:16], "big")


def process_seed(check: Check, seed: bytes) -> int:
    """What the global random number generators of the process that serves a check are seeded with."""
    return seed_for(check, seed) & 0x7FFFFFFF


def run(check: Check, student: Namespace, reference: Namespace, seed: bytes) -> Outcome:
    """Run a check once. A Failure is the student's; any other exception is status `error`, to be judged by `blame`.

    Raises: SandboxLost if the student's process was ended from outside: that is nothing to blame anybody for.
    """
    evidence = Evidence()
    fixtures = {
        "student": student,
        "reference": reference,
        "rng": np.random.default_rng(seed_for(check, seed)),
        "evidence": evidence,
    }
    wanted = _parameters(check.function)
    start = time.perf_counter()
    status, message, share = "passed", "", 1.0
    try:
        # A verdict must not depend on this process's warning filters, which may turn warnings into exceptions.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check.function(**{name: fixtures[name] for name in wanted})
    except SandboxLost:
        raise
    except Failure as failure:
        status, message, share = failure.status, failure.message, failure.share
    except AssertionError as error:
        status, message, share = "failed", str(error) or f"the check {check.name} does not hold", 0.0
    except Exception as error:  # what a check does with strange data, or a fault of ours
        status, message, share = "error", f"{type(error).__name__}: {error}", 0.0
    return Outcome(status, message, time.perf_counter() - start, student, share, tuple(evidence.figures))


@functools.lru_cache(1024)
def _parameters(function: Callable[..., None]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def blame(check: Check, outcome: Outcome, reference: Outcome) -> Outcome:
    """Whose fault it is that a check did not pass: ours, if it does not pass with the reference as student either.

    outcome: `failed` or `error`. reference: what the check says of the reference on the same inputs. An unexpected
    exception in the check is the student's fault if the reference passes: their data is what the check could not work
    with, and the message shows it beside the reference's.
    """
    if reference.status != "passed":
        if outcome.status == "error":
            return outcome
        ours = f"the reference does not pass this check on the same inputs ({reference.message}); the student's "
        return replace(outcome, status="error", share=0.0, message=f"{ours}outcome was: {outcome.message}")
    if outcome.status != "error" or outcome.student is None or not outcome.student.replies:
        return outcome
    assert reference.student is not None
    index = len(outcome.student.replies) - 1
    got = outcome.student.value_of(index)
    expected = reference.student.value_of(min(index, len(reference.student.replies) - 1))
    message = f"{check.exercise}: the check could not work with what it returned, {describe(got)}"
    if describe(expected) != describe(got):
        message += f"; expected {describe(expected)}"
    return replace(outcome, status="failed", message=f"{message} ({outcome.message})")


def exercises_in_order(checks: Sequence[Check]) -> list[str]:
    """The exercises' names, each once, in the order of their first check."""
    return list(dict.fromkeys(check.exercise for check in checks))
