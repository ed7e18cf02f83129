"""Runs the attacks of a folder, one after another, in this machine's sandbox."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.settings import Limits
from autograder.errors import CourseError, Failure
from autograder.processes import end_with_parent, starting
from autograder.proofs.attack import jail
from autograder.proofs.attack.trial import Attack, Trial, Verdict
from autograder.sandbox import Program, Sandbox
from autograder.sandbox.backends import BUBBLEWRAP
from autograder.sandbox.connection import signal_name
from autograder.sandbox.namespace import Namespace
from autograder.submission.cells import decode, read_bytes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_SAYS_IN_NOTEBOOK = re.compile(r'"source"\s*:\s*("(?:[^"\\]|\\.)*")')
_SUBMITTED_AS = re.compile(r"^SUBMITTED_AS = (.+)$", re.MULTILINE)


def find(path: Path) -> list[Attack]:
    """The attacks in a folder, or in one file. Raises: CourseError if there is none, or one lacks its docstring."""
    files = [path] if path.is_file() else sorted(path.glob("*.py")) + sorted(path.glob("*.ipynb"))
    found = [_read(file) for file in files if not file.name.startswith(("test_", "__", "conftest"))]
    if not found:
        raise CourseError(f"there are no attacks in {path}: an attack is a .py or .ipynb file")
    return found


def _read(path: Path) -> Attack:
    try:
        data = read_bytes(path)
        text, _ = decode(data)
        if path.suffix == ".py":
            says = ast.get_docstring(ast.parse(text)) or ""
        else:
            first = _SAYS_IN_NOTEBOOK.search(text)
            says = json.loads(first[1]) if first else ""
        name = _SUBMITTED_AS.search(text)
        submitted_as = ast.literal_eval(name[1]) if name else path.stem
    except (Failure, SyntaxError, ValueError) as error:
        raise CourseError(f"{path} cannot be read as an attack: {error}") from error
    if not says:
        raise CourseError(f"{path} does not say what it tries; begin it with a docstring")
    return Attack(path.stem, says, data, path.suffix, submitted_as)


def attack(attacks: Sequence[Attack], isolation: str, on_verdict: Callable[[Verdict], None]) -> list[Verdict]:
    """Run these, one after another. on_verdict is called with each verdict as soon as it is known.

    Raises: CourseError if the sandbox cannot be tested here.
    """
    if isolation == BUBBLEWRAP:
        found: Iterator[Verdict] = _at_large(attacks, isolation)
    else:
        found = map(jail.verdict_from_jail, attacks)
    verdicts = []
    for verdict in found:
        on_verdict(verdict)
        verdicts.append(verdict)
    return verdicts


def _at_large(attacks: Sequence[Attack], isolation: str) -> Iterator[Verdict]:
    """Run attacks in a grader process. If an attack kills it, another one continues with the remaining attacks."""
    require_walls(isolation)
    waiting = list(attacks)
    while waiting:
        with starting() as context:
            here, there = context.Pipe(duplex=False)
            arguments = (waiting, isolation, there)
            grader = context.Process(target=_try_all, args=arguments)  # type: ignore[attr-defined]  # all but the base
            grader.start()
        there.close()
        try:
            for attack in waiting.copy():
                verdict = here.recv()
                if isinstance(verdict, CourseError):
                    raise verdict
                yield verdict
                waiting.remove(attack)
        except EOFError:
            grader.join()
            reason = signal_name(-grader.exitcode) if (grader.exitcode or 0) < 0 else f"exit status {grader.exitcode}"
            yield Verdict(waiting.pop(0).name, (f"the grader itself did not survive it ({reason})",))
        finally:
            here.close()
            grader.terminate()
            grader.join()


def _try_all(attacks: Sequence[Attack], isolation: str, verdicts: Connection) -> None:
    end_with_parent()
    try:
        with Trial(isolation) as trial:
            for each in attacks:
                verdicts.send(trial.verdict(each))
    except CourseError as error:
        verdicts.send(error)


def require_walls(isolation: str) -> None:
    """Raises: CourseError unless a harmless submission sees no other process: some attacks kill everything they see."""
    source = "import os\ndef alone(): return [os.getpid() < 10, os.getppid() < 2, not os.listdir('/proc')]\n"
    with Sandbox(isolation) as sandbox, sandbox.open(Program([("probe", "code", source, 1)]), Limits()) as session:
        with session.check(5.0) as exchange:
            alone = Namespace(exchange).alone()
        if alone != [True, True, True]:
            raise CourseError(f"a submission is not alone in the {isolation} sandbox here: no attack is let loose")
