"""Finds errors in an assignment's own code that would make a proof look better than it is.

A mistake that raises a NameError fails every check without being a mistake. A check that draws its inputs from a
global generator gives a grade that cannot be replayed. A misspelled rule forbids nothing.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import random
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checking.answers import LiveAnswers
from autograder.checking.declare import Check, Mistake
from autograder.checking.replies import RAISED, leaves
from autograder.checking.run import Outcome, is_coding_error, process_seed, run
from autograder.course.settings import Rules
from autograder.sandbox.child import determinism
from autograder.sandbox.child.wire import Frame
from autograder.sandbox.child.workspace import Workspace
from autograder.sandbox.namespace import Namespace, record_of
from autograder.sandbox.transports import Answer, Local, Resolve, Transport
from autograder.text import nearest

# ---- mistakes ------------------------------------------------------------------------------------------------------


def coding_error_of(mistake: Mistake, check: Check, answers: LiveAnswers, seed: bytes) -> str:
    """Why this check's failure with the mistake proves nothing; "" if it proves something.

    It proves nothing if the mistake's code raises a coding error that is not declared as the mistake, or if the check
    itself raises on results that have the same structure as the reference's.
    """
    outcome = answers.with_mistake(mistake, check, seed)
    if outcome.cause and (outcome.coding_error or _built_alike(outcome, answers.expected(check, seed))):
        return outcome.message
    assert outcome.student is not None
    last = leaves(replies[-1])[-1] if (replies := record_of(outcome.student).replies) else {}
    if RAISED not in last:
        return ""
    watched = _Watched(answers.names_with(mistake))
    with answers.deadline(check, f"the mistake {mistake.name}"):
        run(check, Namespace(Local(watched)), answers.reference(check, seed), seed)
    error = watched.raised
    if error is None or set(mistake.raises) & {each.__name__ for each in type(error).__mro__}:
        return ""
    return _told(error, mistake) if _own_error(error, mistake) else ""


class _Watched(Workspace):
    """A workspace that keeps the exception that its last request raised."""

    raised: BaseException | None = None

    def perform(self, request: Sequence[Any]) -> Any:
        self.raised = None
        try:
            return super().perform(request)
        except Exception as error:
            self.raised = error
            raise


def _file_of(mistake: Mistake) -> str:
    try:
        return inspect.getsourcefile(mistake.implementation) or ""
    except TypeError:  # a plain value
        return ""


def _frames(error: BaseException) -> list[str]:
    return [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]


def _own_error(error: BaseException, mistake: Mistake) -> bool:
    """Whether a coding error in the mistake raised the exception, or it cannot be called as the exercise is."""
    files, own = _frames(error), _file_of(mistake)
    if is_coding_error(error):
        return own in files
    if isinstance(error, AttributeError | NotImplementedError):
        return files[-1] == own
    called = isinstance(error, TypeError) and files[-1] == inspect.getsourcefile(Workspace)
    return called and "argument" in str(error)


def _told(error: BaseException, mistake: Mistake) -> str:
    said = f"it raises {type(error).__name__}: {error}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _file_of(mistake)]
    return f"{said} ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else f"{said} when it is called"


def _built_alike(outcome: Outcome, reference: Outcome) -> bool:
    """Whether the returned values have the same parts, of the same shapes, as the reference's."""
    if outcome.student is None or reference.student is None:
        return False
    mine, theirs = (list(map(leaves, record_of(each.student).replies)) for each in (outcome, reference) if each.student)
    return len(mine) <= len(theirs) and all(
        len(a) == len(b)
        and all(x.keys() == y.keys() and all(_alike(x[path], y[path]) for path in x) for x, y in zip(a, b, strict=True))
        for a, b in zip(mine, theirs, strict=False)
    )


def _alike(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and (a is None) == (b is None) and isinstance(a, str) == isinstance(b, str)


# ---- randomness ----------------------------------------------------------------------------------------------------


_TIMES_MEASURED = 3


def unrepeatable(check: Check, answers: LiveAnswers, seed: bytes) -> bool:
    """Whether a check makes different requests when it runs again with the same `rng`.

    The global generators have the same state whenever the reference runs, and a different one in each run while the
    check's own code does. A timed check may make one more request on a busy machine, but not each time.
    """
    for _ in range(_TIMES_MEASURED if check.timed else 1):
        first, second = (_asked(check, answers, seed, salt) for salt in (1, 2))
        if first == second:
            return False
    return True


def _asked(check: Check, answers: LiveAnswers, seed: bytes, salt: int) -> list[bytes]:
    asked: list[bytes] = []
    start = process_seed(check, seed)

    student, reference = (Namespace(_Salted(Local(answers.names), asked, start, salt)) for _ in range(2))
    determinism.seed(salt)
    with answers.deadline(check, "the reference"):
        outcome = run(check, student, reference, seed)
    return [*asked, outcome.status.encode()]


class _Salted:
    """Records the requests, and sets the global generators to another state for each salt."""

    def __init__(self, transport: Transport, asked: list[bytes], start: int, salt: int) -> None:
        self._transport = transport
        self._asked = asked
        self._start = start
        self._salt = salt

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        self._asked.append(frame.to_bytes())
        determinism.seed(self._start)
        try:
            return self._transport.request(frame, resolve, answer)
        finally:
            determinism.seed(self._salt * len(self._asked))


_MODULES = {
    "numpy.random": {name for name in dir(np.random) if name.islower()} - {"bit_generator", "mtrand", "default_rng"},
    "random": {name for name in dir(random) if name.islower() and not name.startswith("_")},
    "torch": {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "manual_seed", "seed"},
    "os": {"urandom"},
    "uuid": {"uuid1", "uuid4"},
    "secrets": {"token_bytes", "token_hex", "randbits", "randbelow", "choice"},
    "time": {"time", "time_ns"},
}
_GLOBAL = {f"{module}.{name}" for module, names in _MODULES.items() for name in names}
_UNLESS_SEEDED = {"numpy.random.default_rng", "numpy.random.RandomState", "random.Random"}


def global_randomness(path: Path) -> Iterator[tuple[int, str]]:
    """(line, name) of what a checks file draws from other sources than `rng`.

    Imports inside a function are ignored, because such a function is a probe, which runs on the other side.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known: dict[str, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for each in statement.names:
                root = each.name.partition(".")[0]
                known[each.asname or root] = each.name if each.asname else root
        elif isinstance(statement, ast.ImportFrom):
            known |= {each.asname or each.name: f"{statement.module}.{each.name}" for each in statement.names}
    calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute | ast.Name) or not (name := _dotted(node, known)):
            continue
        call = calls.get(id(node))
        keywords = {keyword.arg for keyword in call.keywords} if call else set()
        seeded = call is not None and (call.args or "seed" in keywords)
        if (name in _GLOBAL and "generator" not in keywords) or (name in _UNLESS_SEEDED and not seeded):
            yield node.lineno, name


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    """`np.random.rand` as numpy.random.rand; empty if it does not begin with a name that the file imports."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return ""
    return ".".join([known[node.id], *reversed(parts)])


# ---- rules ---------------------------------------------------------------------------------------------------------


def unknown_names(rules: Rules) -> Iterator[str]:
    """Names in the rules that the installed library does not have. A library that is not installed is skipped."""
    for exercise, names in rules.forbidden.items():
        for name in names:
            package, *parts = name.split(".")
            if not parts:  # a whole library, which graders may not have installed
                continue
            try:
                found: Any = importlib.import_module(package)
            except ImportError:
                continue
            for part in parts:
                inside = found
                found = _member(found, part)
                if found is None:
                    known = [each for each in dir(inside) if not each.startswith("_")]
                    yield f"rules.forbidden of {exercise}: there is no {name}{nearest(part, known)}"
                    break


def _member(owner: Any, name: str) -> Any:
    """The attribute or submodule of this name; None if there is none."""
    found = getattr(owner, name, None)
    if found is None and inspect.ismodule(owner):
        try:
            return importlib.import_module(f"{owner.__name__}.{name}")
        except ImportError:
            return None
    return found
