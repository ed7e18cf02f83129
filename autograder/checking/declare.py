"""Checks, known mistakes and stand-ins: how a course declares them, and how they are found in its files."""

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


@dataclass(frozen=True, eq=False)  # each is another one: to hash all that it says takes long, and dicts ask often
class Check:
    """One claim about one exercise.

    function: takes any of the parameters student, reference, rng; returns if the claim holds, else raises Failure.
    title: what a student reads, the function's docstring. timeout_s: None for the assignment's limit.
    trains: it takes seconds, so known mistakes are not tried on it to name one. gpu: it needs CUDA. alone: it judges
    time, so nothing else may use the GPU meanwhile. side_condition: it also holds of code that does nothing (inputs are
    left alone, a bad argument raises), so it earns its points only beside a check of the exercise that does not.
    random: what it judges is drawn at random, so a diagnosis compares properties of the draws, not their values.
    timed: it measures how long the student's code takes, so a diagnosis asks it only where nothing else fails.
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
    """A known wrong implementation of one exercise. says: the sentence that a student reads.

    raises: names of the exceptions that are the mistake itself; any other error of its code is its author's.
    TimeoutError stands for a loop without end.
    varies: what it gives is another thing on another machine, such as null vectors: it is known where it is run beside
    the student's code, and a release has no recording of it.
    edits: what makes the reference the mistake, as (text, text in its place); then `implementation` is None until
    `made` has been called.
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
        """Whether it is not to end. Then only an audit runs it: it gives nothing to know a student's code by."""
        return "TimeoutError" in self.raises

    def edited(self, source: str) -> str:
        """The source of the reference's cell, edited. Raises: CourseError if an edit has not one place or no effect.

        A line may be named with its newline, also the last one, wherever the source comes from.
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

        Raises: CourseError if an edit is not of one place, changes nothing, or leaves no Python that defines it.
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
    """Declare the decorated function as a check of an exercise, or of each of several; its docstring is its title.

    Of several there is a check each, called `function[exercise]`; the parameter `exercise` says which one it is, and
    so does `{exercise}` in the title.
    points: of each, at least 0. public: released to students, with recorded answers in place of the reference.
    timeout_s: seconds that the student's code may take in it. trains, gpu, alone, side_condition, random, timed: see
    `Check`.
    Raises: CourseError if the docstring is missing, points or timeout_s make no sense, a parameter is unknown, the
    name is taken, or `alone`, `public` or `side_condition` does not fit.
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
        """The check of the answer that is called `name`: public, and without points."""

        def answers(student: Namespace, reference: Namespace) -> None:
            answered(student, reference, name, rtol=self.rtol, positive=self.positive, hint=self.hint)

        answers.__name__ = name
        return Check(name, name, self.title, 0.0, True, None, answers)


def question(title: str, *, rtol: float = 0.0, positive: bool = False, hint: str = "") -> Question:
    """Declare the check of an answer, under the answer's own name: `q_peak = question("The day of the peak.")`.

    title: what students read; it does not give the answer away. rtol, positive, hint: see `answered`.
    Raises: CourseError without a title.
    """
    if not title.strip():
        raise CourseError("a question has no title, which students read")
    return Question(title, rtol, positive, hint)


def checks_of(name: str, value: Any) -> tuple[Check, ...]:
    """The checks that a file declares by this name and value; none for any other value."""
    if isinstance(value, Question):
        return (value.check(name),)
    found = getattr(value, "__checks__", ())
    return tuple(each for each in found if isinstance(each, Check)) if isinstance(found, tuple) else ()


def _list_of_the_caller_s_file(name: str) -> list[Any]:
    """The list of this name among the globals of the file that declares something by the function that calls this."""
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

    raises: the exceptions, such as "AttributeError", that it is caught by. Without it, what an error in its own code
    raises (a NameError, an AttributeError, a wrong signature) does not count, and `audit` names it. "TimeoutError" says
    that it never ends.
    varies: what it gives is another thing on another machine, and is not recorded.
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
    """Declare a mistake of `exercise` as an edit of the reference: a text that stands once in it, and what it becomes.

    Further pairs are further edits, one after another: `slip("adam", "m / (1 - beta1**t)", "m", name=..., says=...)`.
    says, name, raises, varies: as for `mistake`.
    Raises: CourseError if the texts are no pairs. Whether they fit is seen when the reference is at hand.
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
    sys.modules[spec.name] = module  # dataclasses look up the module that they are in
    try:
        spec.loader.exec_module(module)
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from None
    except Exception as error:
        raise CourseError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    return module


def collect(path: Path) -> list[Check]:
    """The checks of a file, in the order in which they are written.

    Raises: CourseError if it cannot be loaded, if an exercise has a name that checks cannot call, or if a side
    condition has no check to stand beside.
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
    """The mistakes of a file, in the order in which they are written. Raises: CourseError if two have one name."""
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
    """The stand-ins of a file, which need not exist.

    Raises: CourseError if it cannot be loaded, or if one stands in for something that is not an exercise.
    """
    found: list[StandIn] = getattr(load_module(path), "__standins__", []) if path.is_file() else []
    for each in found:
        if each.exercise not in exercises:
            said = did_you_mean(each.exercise, exercises)
            raise CourseError(f"{path}: {each.name} stands in for {each.exercise!r}, which is not an exercise{said}")
    return found
