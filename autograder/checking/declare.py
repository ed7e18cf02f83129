"""Checks, known mistakes and stand-ins: how course files declare them, and how they are collected from the files."""

from __future__ import annotations

import importlib.util
import inspect
import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from autograder.checking.compare import answered
from autograder.errors import CourseError
from autograder.sandbox.namespace import TAKEN, Namespace
from autograder.text import did_you_mean

FIXTURES = ("student", "reference", "rng", "seed", "exercise", "evidence")
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True, eq=False)  # hashed by identity: hashing all fields is slow, and checks are keys of many dicts
class Check:
    """One claim about one exercise.

    function: takes any of the parameters student, reference, rng. It returns if the claim is true, else raises Failure.
    title: shown to students, the function's docstring. timeout_s: None for the assignment's limit.
    trains: it takes seconds, so known mistakes are not tried on it. gpu: it needs CUDA. alone: it measures time, so
    nothing else may use the GPU meanwhile. side_condition: it also passes for code that does nothing (inputs are left
    alone, a bad argument raises), so it earns its points only if another check of the exercise passes.
    random: it judges random draws, so a diagnosis compares their properties, not their values.
    timed: it measures how long the student's code takes, so a diagnosis uses it only if nothing else fails.
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
    side_condition: bool = False
    random: bool = False
    timed: bool = False

    @property
    def costly(self) -> bool:
        return self.trains or self.gpu


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation of one exercise. says: the sentence for the student.

    raises: names of the exceptions by which the mistake shows; any other error in its code is a bug in the course.
    TimeoutError stands for an endless loop.
    varies: its results differ between machines, as null vectors do. It is recognized where it can be run next to the
    student's code; a release contains no recording of it.
    edits: turn the reference into the mistake, as (text, replacement); `implementation` is then None until `made` is
    called.
    """

    name: str
    exercise: str
    says: str
    implementation: Any
    raises: tuple[str, ...] = ()
    edits: tuple[tuple[str, str], ...] = ()
    varies: bool = False

    @property
    def endless(self) -> bool:
        """Whether it never ends. Then only an audit runs it, since it returns nothing to recognize it by."""
        return "TimeoutError" in self.raises

    def edited(self, source: str) -> str:
        """The source of the reference's cell with the edits. Raises: CourseError if an edit does not match exactly once
        or changes nothing.

        The text of an edit may include a line's newline, even for the last line.
        """
        source = source.strip("\n") + "\n"
        for old, new in self.edits:
            if (times := source.count(old)) != 1:
                raise CourseError(f"the slip {self.name}: {old!r} stands {times} times in {self.exercise}, not once")
            if old == new:
                raise CourseError(f"the slip {self.name}: {old!r} is replaced by itself")
            source = source.replace(old, new)
        return source.strip("\n")

    def made(self, source: str, names: Mapping[str, Any], file: str) -> Mistake:
        """The mistake with its implementation. source: of the reference's cell; names: the reference's; file: its path.

        Raises: CourseError if an edit does not match exactly once or changes nothing, or the result does not define it.
        """
        source = self.edited(source)
        own = {name: value for name, value in names.items() if name != self.exercise}
        try:
            exec(compile(source, file, "exec"), own)
        except Exception as error:
            raise CourseError(f"the slip {self.name} cannot be loaded: {type(error).__name__}: {error}") from error
        if self.exercise not in own:
            raise CourseError(f"the slip {self.name} does not define {self.exercise} any more")
        return replace(self, implementation=own[self.exercise])


def check(
    *exercises: str,
    points: float,
    public: bool = False,
    timeout_s: float | None = None,
    trains: bool = False,
    gpu: bool = False,
    alone: bool = False,
    side_condition: bool = False,
    random: bool = False,
    timed: bool = False,
) -> Callable[[F], F]:
    """Declare the decorated function as a check of one or several exercises. Its docstring is the title.

    Several exercises give one check each, called `function[exercise]`. The parameter `exercise` says which one it is,
    and so does `{exercise}` in the title.
    points: of each, at least 0. public: released to students, with recorded answers in place of the reference.
    timeout_s: seconds that the student's code may take in it. trains, gpu, alone, side_condition, random, timed: see
    `Check`.
    Raises: CourseError if the docstring is missing, points or timeout_s are invalid, a parameter is unknown, the name
    is taken, or `alone`, `public` or `side_condition` does not fit.
    """

    def declare(function: F) -> F:
        name = function.__name__
        title = inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        if not exercises:
            raise CourseError(f"the check {name} is of no exercise: @check(EXERCISE, points=...)")
        if not title:
            raise CourseError(f"the check {name} has no docstring; it is the title that students read")
        if hasattr(function.__globals__.get(name), "__checks__"):
            raise CourseError(f"two checks are called {name}")
        if not (math.isfinite(points) and points >= 0):
            raise CourseError(f"the check {name} has {points} points; they must be 0 or more")
        if timeout_s is not None and not timeout_s > 0:
            raise CourseError(f"the check {name} has timeout_s={timeout_s}; it must be positive")
        unknown = set(inspect.signature(function).parameters).difference(FIXTURES)
        if unknown:
            raise CourseError(f"the check {name} takes {sorted(unknown)}; it can take {', '.join(FIXTURES)}")
        if alone and not gpu:
            raise CourseError(f"the check {name} is to have a GPU alone, and is not marked gpu=True")
        if gpu and public:
            raise CourseError(f"the check {name} is public; one that needs a GPU cannot be recorded")
        if gpu and side_condition:
            raise CourseError(f"the check {name} needs a GPU, so it cannot be a side condition")
        function.__checks__ = tuple(  # type: ignore[attr-defined]
            Check(
                name=name if len(exercises) == 1 else f"{name}[{exercise}]",
                exercise=exercise,
                title=title.replace("{exercise}", exercise),
                points=float(points),
                public=public,
                timeout_s=timeout_s,
                function=function,
                trains=trains,
                gpu=gpu,
                alone=alone,
                side_condition=side_condition,
                random=random,
                timed=timed,
            )
            for exercise in exercises
        )
        return function

    return declare


@dataclass(frozen=True)
class Question:
    """A question, whose answer is a plain value in a cell. title, rtol, positive, hint: see `question`."""

    title: str
    rtol: float
    positive: bool
    hint: str

    def check(self, name: str) -> Check:
        """The check of the answer called `name`; public, and without points."""

        def answers(student: Namespace, reference: Namespace) -> None:
            answered(student, reference, name, rtol=self.rtol, positive=self.positive, hint=self.hint)

        answers.__name__ = name
        return Check(name, name, self.title, 0.0, True, None, answers)


def question(title: str, *, rtol: float = 0.0, positive: bool = False, hint: str = "") -> Question:
    """Declare the check of an answer, under the answer's own name: `q_peak = question("The day of the peak.")`.

    title: shown to students; must not give the answer away. rtol, positive, hint: see `answered`.
    Raises: CourseError without a title.
    """
    if not title.strip():
        raise CourseError("a question has no title, which students read")
    return Question(title, rtol, positive, hint)


def checks_of(name: str, value: Any) -> tuple[Check, ...]:
    """The checks that a file declares by this name and value; empty for any other value."""
    if isinstance(value, Question):
        return (value.check(name),)
    found = getattr(value, "__checks__", ())
    return tuple(each for each in found if isinstance(each, Check)) if isinstance(found, tuple) else ()


def _list_of_the_caller_s_file(name: str) -> list[Any]:
    """The list of this name in the globals of the course file that calls our caller."""
    here = inspect.currentframe()
    assert here is not None
    assert here.f_back is not None
    assert here.f_back.f_back is not None
    found: list[Any] = here.f_back.f_back.f_globals.setdefault(name, [])
    return found


def mistake(
    exercise: str, *, says: str, name: str | None = None, raises: str | Sequence[str] = (), varies: bool = False
) -> Callable[[T], T]:
    """Declare a wrong implementation of `exercise`: a function, a class or, with `name`, a plain value.

    raises: the exceptions, such as "AttributeError", by which it is caught. Without it, coding errors in the mistake
    itself (a NameError, an AttributeError, a wrong signature) do not count, and `audit` reports them. "TimeoutError"
    declares that it never ends.
    varies: its results differ between machines and are not recorded.
    Raises: CourseError if a plain value has no `name`.
    """
    found: list[Mistake] = _list_of_the_caller_s_file("__mistakes__")

    def declare(implementation: T) -> T:
        called = name or getattr(implementation, "__name__", None)
        if called is None:
            raise CourseError(f"a mistake of {exercise} is the plain value {implementation!r}; give it a name=")
        wanted = (raises,) if isinstance(raises, str) else tuple(raises)
        found.append(Mistake(called, exercise, says, implementation, wanted, varies=varies))
        return implementation

    return declare


def slip(
    exercise: str, *edits: str, says: str, name: str, raises: str | Sequence[str] = (), varies: bool = False
) -> None:
    """Declare a mistake of `exercise` as an edit of the reference: a text that occurs once in it, and its replacement.

    Further pairs are applied one after another: `slip("adam", "m / (1 - beta1**t)", "m", name=..., says=...)`.
    says, name, raises, varies: as for `mistake`.
    Raises: CourseError if the number of texts is odd. Whether they match is checked once the reference is loaded.
    """
    if not edits or len(edits) % 2:
        raise CourseError(f"the slip {name} takes pairs of texts: what stands in {exercise}, and what it becomes")
    found: list[Mistake] = _list_of_the_caller_s_file("__mistakes__")
    wanted = (raises,) if isinstance(raises, str) else tuple(raises)
    pairs = tuple(zip(edits[::2], edits[1::2], strict=True))
    found.append(Mistake(name, exercise, says, None, wanted, pairs, varies))


def load_module(path: Path) -> ModuleType:
    """Execute a trusted course file. Raises: CourseError with the file's own error."""
    spec = importlib.util.spec_from_file_location(f"course_{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise CourseError(f"{path} does not exist or is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look up their module there
    try:
        spec.loader.exec_module(module)
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from None
    except Exception as error:
        raise CourseError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    return module


def collect(path: Path) -> list[Check]:
    """The checks of a file, in the order of their definitions.

    Raises: CourseError if the file cannot be loaded, if an exercise has a name that checks cannot call, or if a side
    condition is the only check of its exercise.
    """
    found = [check for name, value in vars(load_module(path)).items() for check in checks_of(name, value)]
    for check in found:
        if check.exercise in TAKEN:
            raise CourseError(
                f"{path}: {check.name} is of an exercise called {check.exercise}, and `student.{check.exercise}` means "
                f"something else in a check; give the exercise another name"
            )
        beside = [c for c in found if c.exercise == check.exercise and not c.side_condition and not c.gpu]
        if check.side_condition and not any(c.public or not check.public for c in beside):
            kind = "public check" if check.public else "check"
            raise CourseError(
                f"{path}: {check.name} is a side condition of {check.exercise}, which has no other {kind} to earn it"
            )
    return found


def collect_mistakes(path: Path) -> list[Mistake]:
    """The mistakes of a file, in the order of their definitions. Raises: CourseError if two have the same name."""
    found: list[Mistake] = getattr(load_module(path), "__mistakes__", [])
    names = [item.name for item in found]
    for name in names:
        if names.count(name) > 1:
            raise CourseError(f"{path}: two mistakes are called {name}")
    return found


@dataclass(frozen=True)
class StandIn:
    """An implementation that does none of the work. name: what it does instead."""

    exercise: str
    name: str
    implementation: Any


def stand_in(exercise: str) -> Callable[[T], T]:
    """Declare a function or class that does none of the work of `exercise`; its name says what it does instead."""
    found: list[StandIn] = _list_of_the_caller_s_file("__standins__")

    def declare(implementation: T) -> T:
        found.append(StandIn(exercise, implementation.__name__, implementation))  # type: ignore[attr-defined]
        return implementation

    return declare


def collect_standins(path: Path, exercises: Collection[str]) -> list[StandIn]:
    """The stand-ins of a file; none if the file does not exist.

    Raises: CourseError if it cannot be loaded, or if one stands in for something that is not an exercise.
    """
    found: list[StandIn] = getattr(load_module(path), "__standins__", []) if path.is_file() else []
    for each in found:
        if each.exercise not in exercises:
            said = did_you_mean(each.exercise, exercises)
            raise CourseError(f"{path}: {each.name} stands in for {each.exercise!r}, which is not an exercise{said}")
    return found
