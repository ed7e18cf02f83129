"""The grader's side of one submission: loads it, and provides a process for each check.

Protects against: code that hangs or crashes while it is loaded (the cell is skipped, and the submission loaded again);
a submission that exceeds its total time; the content of hidden checks reaching the submission's author.
Does not protect against: what the submission tells its own checks. `Exchange` limits what a check's process may send.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograder.course.settings import Limits
from autograder.errors import CourseError, Failure, SandboxLost, Timeout
from autograder.sandbox.child import protocol
from autograder.sandbox.child.channel import DeadlinePassed
from autograder.sandbox.child.wire import Frame, WireError, encode
from autograder.sandbox.connection import PATIENCE_S, Connection
from autograder.sandbox.exchange import HOPELESS_S, NEVER, Allowance, Exchange, Look, Place
from autograder.sandbox.loaded import Problem, Restored, loaded
from autograder.sandbox.program import Program
from autograder.sandbox.template import Template

_START_S = 120.0  # for the template's imports, on a cold disk
_MAX_LOAD_ATTEMPTS = 3
_MOST_GROWTH_BYTES = 2 << 30
_BUSIEST = 3.0
_CORES = os.cpu_count() or 1  # computed once: each call reads a file


def _busyness() -> float:
    """The factor by which limits by the clock are extended, compared to an idle machine.

    Code that waits for the disk or for other processes is not in an endless loop. Limits on computing stay the same.
    """
    return min(max(os.getloadavg()[0] / _CORES, 1.0), _BUSIEST)


class Session:
    """One submission in the sandbox: loaded once, forked for its checks. Use as a context manager.

    names: what the submission defined. problems: the cells that raised. restored: names that were rebound.
    output: the beginning of what it printed; complete once the session has stopped. loads: how often it was loaded,
    because its processes ended. Its author sees these five; they do not change after the session is sealed.
    losses: how often the sandbox was ended from outside during a check.
    """

    def __init__(self, template: Template, program: Program, limits: Limits) -> None:
        self._template = template
        self._program = program
        self._cells = list(program.cells)
        self.limits = limits
        self.names: frozenset[str] = frozenset()
        self.problems: list[Problem] = []
        self.restored: list[Restored] = []
        self.loads = 0
        self.losses = 0
        self._stuck: set[Place] = set()  # where checks timed out
        self._bound: contextlib.AbstractContextManager[None] | None = None  # on this process's memory during a check
        self._sealed = False
        self._skipped: list[Problem] = []
        self._load_failure: Failure | None = None
        self._connection: Connection | None = None  # to the processes of the last load
        self._printed = ""  # by the processes of earlier loads
        self._remaining_s = limits.submission_s

    @property
    def output(self) -> str:
        printed = self._printed + (self._connection.output if self._connection else "")
        return printed[: self.limits.output_kib * 1024]

    @contextlib.contextmanager
    def check(
        self, timeout_s: float, seed: int = 0, exercise: str = "", *, shared: bool = False, look: Look = NEVER
    ) -> Iterator[Exchange]:
        """A fork of the loaded submission, for one check of this exercise.

        timeout_s: seconds that the student's code may take in total, by the clock of an idle machine; the grader's own
        time is not counted.
        shared: the fork may have served another shared check (`Exchange.reused`) and may serve the next one. A shared
        check ends early if it computes in a function in which another check timed out.
        While it is open, this process gets a MemoryError if it grows by more than 2 GiB.
        Raises: Failure if the submission cannot be loaded; CourseError if the sandbox cannot start.
        """
        hopeless = frozenset(self._stuck) if shared else frozenset()
        if hopeless:
            look = replace(look, every_s=min(look.every_s, HOPELESS_S))
        opening = encode([protocol.CHECK, seed, exercise, look.every_s])
        with self._exchange(opening, timeout_s, look, hopeless, shared=shared) as exchange:
            try:
                yield exchange
            finally:
                self._stuck |= exchange.lost_in

    @contextlib.contextmanager
    def checks(self, timeout_s: float, checks: Sequence[tuple[int, str]], look: Look) -> Iterator[Exchange]:
        """A fork for several checks at once, for `Exchange.round`. checks: the seed and exercise of each.

        timeout_s: of all together. Otherwise the same as a shared `check`.
        """
        opening = encode([protocol.CHECKS, [list(each) for each in checks], look.every_s])
        with self._exchange(opening, timeout_s, look, frozenset(), shared=True) as exchange:
            yield exchange

    @contextlib.contextmanager
    def _exchange(
        self, opening: Frame, timeout_s: float, look: Look, hopeless: frozenset[Place], *, shared: bool
    ) -> Iterator[Exchange]:
        if not shared and self._connection is not None:
            self._connection.end_idle()  # ends all processes if the loader has exited meanwhile
        connection = self.load()
        if self._remaining_s <= 0:
            raise self._used_up()
        busyness = _busyness()
        left_s = busyness * min(timeout_s, self._remaining_s)
        exchange = Exchange(connection, opening, Allowance(left_s, timeout_s, look, hopeless))
        try:
            with self._bounded():
                yield exchange
        except SandboxLost:
            self.losses += 1
            raise
        finally:
            self._remaining_s -= (left_s - exchange.left_s) / busyness
            if not exchange.ended:
                # Code that keeps something could answer a check with what the same check has asked it before.
                connection.finish(keep=shared and not exchange.interrupted and not exchange.keeps)

    def _bounded(self) -> contextlib.AbstractContextManager[None]:
        """Limit memory while a check handles replies and callback arguments, which could make it grow without bound."""
        if self._bound is None:
            if not hasattr(os, "fork"):  # such systems have no memory limits
                return contextlib.nullcontext()
            from autograder.sandbox.child.confine import AtMost, mapped_bytes

            mapped = 0 if self._template.gpu else mapped_bytes()  # CUDA maps terabytes
            self._bound = AtMost(mapped + _MOST_GROWTH_BYTES if mapped else 0)
        return self._bound

    def _used_up(self) -> Timeout:
        return Timeout(f"not run: the submission has used up its {self.limits.submission_s:g} seconds")

    def load(self) -> Connection:
        """Load the submission unless it is loaded. A cell that hangs or crashes is skipped and recorded.

        Raises: Failure if that does not help.
        """
        if self._load_failure is not None:
            raise self._load_failure
        for _ in range(_MAX_LOAD_ATTEMPTS):
            if self._connection is not None and not self._connection.closed:
                return self._connection
            if self._remaining_s <= 0:  # a submission that ends during each check is loaded for each check
                raise self._used_up()
            loading = self._try_to_load()
            if isinstance(loading, Connection):
                return loading
            index, failure = loading
            if index is None or len(self._cells) == 1:
                self._load_failure = failure
                raise failure
            label, _, _, first_line = self._cells.pop(index)
            kind = "TimeoutError" if isinstance(failure, Timeout) else "ChildProcessError"
            self._skipped.append(Problem((kind,), str(failure), label, first_line))
        self._load_failure = failure
        raise failure

    def _try_to_load(self) -> Connection | tuple[int | None, Failure]:
        """The loaded submission; or the index of the cell that ended it, if known, and the failure."""
        connection = self._spawn()
        index: int | None = None
        started_s, busyness = time.monotonic(), _busyness()
        deadline = started_s + busyness * self.limits.load_s
        try:
            connection.send(encode([protocol.LOAD, [list(cell) for cell in self._cells]]), deadline)
            while True:
                message = connection.read(connection.receive(deadline), protocol.WHILE_LOADING)
                assert message is not None  # no check has begun, so no message is stale
                if message[0] == protocol.LOADED:
                    self._note(message)
                    return connection
                index = self._number_of_cell(message)
        except DeadlinePassed:
            connection.stop()
            said = f"loading did not end within {self.limits.load_s:g} s; is there a loop without end?"
            return index, Timeout(said)
        except WireError as error:
            return index, connection.failure_of_end(f"loading ended unexpectedly ({error})")
        finally:
            self._remaining_s -= (time.monotonic() - started_s) / busyness

    def _number_of_cell(self, message: list[Any]) -> int:
        """Raises: WireError if there is no such cell."""
        number = message[1]
        if 0 <= number < len(self._cells):
            return int(number)
        raise WireError("a malformed message: there is no such cell")

    def _note(self, message: list[Any]) -> None:
        """Store what the submission reports about itself, unless it is sealed."""
        names, problems, restored = loaded(message)
        if not self._sealed:
            self.names, self.problems, self.restored = names, self._skipped + problems, restored
            self.loads += 1

    def _spawn(self) -> Connection:
        """The connection to a loader inside its walls. No student code has run yet, so a failure here is the grader's.

        Tries twice, because a template that has died (for example, because memory ran out) is then replaced.
        """
        try:
            return self._try_to_spawn()
        except CourseError:
            return self._try_to_spawn()

    def _try_to_spawn(self) -> Connection:
        self._printed = self.output
        self._connection = None
        connection = Connection(*self._template.spawn(self._settings()), self.limits, sealed=self._sealed)
        self._connection = connection
        try:
            connection.read(connection.receive(time.monotonic() + _START_S), protocol.WHILE_STARTING)
        except WireError as error:
            reason = connection.stop(patience_s=PATIENCE_S)
            cause = self._template.bury() or connection.output.strip().rpartition("\n")[2] or reason or str(error)
            raise CourseError(f"the {self._template.isolation} sandbox does not start: {cause}") from None
        return connection

    def _settings(self) -> dict[str, Any]:
        """The settings of the walls and limits, for the supervisor and the loader."""
        limits = self.limits
        return {
            "tmp_mib": limits.tmp_mib,
            "memory_mib": limits.memory_mib,
            "cpu_s": int(limits.submission_s) + 1,
            "processes": limits.processes,
            "output_kib": 0 if self._sealed else limits.output_kib,
            "output_limit_mib": limits.output_limit_mib,
            "reply_mib": limits.reply_mib,
            "forbidden": {exercise: list(names) for exercise, names in self._program.forbidden.items()},
            "loading": {"kinds": dict(self._program.kinds), "main": self._program.main},
            "cwd": "/tmp" if os.path.isdir("/tmp") else os.getcwd(),
        }

    def seal(self) -> None:
        """Keep what the submission has reported so far, to show it to its author, and nothing from now on.

        Its output is still limited. Hidden inputs must not reach the author, so the session is sealed before the first
        hidden check. Even if a check leaves something behind that runs when the submission is loaded again, its report
        is dropped.
        """
        if not self._sealed and self._connection is not None:
            self._connection.seal()
        self._sealed = True

    def stop(self) -> str:
        """End all of the submission's processes. Returns the supervisor's reason. Idempotent."""
        return self._connection.stop() if self._connection is not None else protocol.STOPPED

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
