"""Runs one attack, with a victim and a grader for it, and examines everything that it may have touched."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.integrations import FORMATS
from autograder.integrations.documents import documents
from autograder.proofs.attack import traces
from autograder.proofs.attack.victim import ASSIGNMENT, HONEST, HONEST_POINTS, Victim
from autograder.report.report import Report, for_student
from autograder.submission import reading_process
from autograder.views.pages import render_class, render_report

_SETTLE_S = 20.0  # for the kernel and the supervisor to take back what an attack had, even on a busy machine
# The supervisor measures every 0.05 s, or 0.01 s if much is used, and later on a busy machine. Memory may exceed the
# limit between two measurements: on two cores, with processes that all write at once, by some 300 MiB.
_SLACK_PROCESSES, _SLACK_MIB, _GROWTH_MIB = 6, 384, 150
_TIMES_MORE = 3  # repetitions of a failing measurement of the machine's memory, and of grading honest work
_MOST_PATHS = 5
_STRANGERS = "processes that were not there"
_DESCRIPTORS = "descriptors of the grader"
_MOST_S = 30.0  # an attack's own limits are far below
_RUNNER = dict.fromkeys(
    ("CLASSROOM", "ASSIGNMENT", "OWNER", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "victim"
)


@dataclass(frozen=True)
class Attack:
    """A hostile file. says: what it tries, its docstring. submitted_as: its file name, also a weapon."""

    name: str
    says: str
    data: bytes
    suffix: str
    submitted_as: str

    def armed(self, constants: dict[str, Any]) -> bytes:
        """The file to submit, with these constants prepended. A notebook is not changed."""
        lines = "".join(f"{name} = {value!r}\n" for name, value in constants.items())
        if self.suffix == ".py":
            return lines.encode() + self.data
        try:
            notebook = json.loads(self.data)
            notebook["cells"].insert(0, {"cell_type": "code", "metadata": {}, "outputs": [], "source": lines})
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
            return self.data
        return json.dumps(notebook).encode()


@dataclass(frozen=True)
class Verdict:
    """The result of an attack. harms: what it achieved, as sentences; empty if the walls withstood it."""

    attack: str
    harms: tuple[str, ...]
    score: float | None = None
    duration_s: float = 0.0

    @property
    def holds(self) -> bool:
        return not self.harms


class Trial:
    """A victim, and the grader that grades attacks on it. Use as a context manager."""

    def __init__(self, isolation: str) -> None:
        with contextlib.ExitStack() as stack:
            self.victim = stack.enter_context(Victim(isolation))
            self.grader = stack.enter_context(Grader(self.victim.course, ASSIGNMENT, Options(isolation)))
            self._honest = self._grade_honest()  # before any attack
            checks = self.grader.checks[0].function.__globals__
            self._seen: list[Any] = checks["SEEN"]
            self._asked: list[str] = checks["ASKED"]
            self._limits = self.grader.assignment.limits
            if self._grade_honest() != self._honest:
                raise CourseError("honest submissions get other reports each time, so nothing can be said of attacks")
            self._processes = _settled(lambda: len(traces.descendants(os.getpid())))
            self._stack = stack.pop_all()

    def verdict(self, attack: Attack) -> Verdict:
        """Grade the attack, and examine everything that it may have touched."""
        victim = self.victim
        inbox = victim.root / "inbox"
        path = inbox / f"{attack.submitted_as if '/' not in attack.submitted_as else attack.name}{attack.suffix}"
        path.write_bytes(attack.armed(victim.constants(attack.name)))
        self._seen.clear()
        self._asked.clear()
        victim.reached.clear()
        before = self._state_when(lambda state: not state[_STRANGERS])  # the previous attack may still be ending
        found, allowed_mib = Found(attack.submitted_as, path, None), self._limits.memory_mib + self._limits.tmp_mib
        started = time.monotonic()
        with traces.Watch() as watch:
            report = self.grader.grade(found)
        duration_s = time.monotonic() - started
        taken_mib = watch.machine_mib
        for _ in range(_TIMES_MORE):  # other programs may have taken the memory, which is counted machine-wide
            if taken_mib > allowed_mib + _SLACK_MIB:
                traces.let_memory_return()
                with traces.Watch() as again:
                    self.grader.grade(found)
                taken_mib = min(taken_mib, again.machine_mib)
        harms = [*self._score(report), *self._damage(before), *self._theft(report), *self._exports(report)]
        if watch.processes > self._limits.processes + _SLACK_PROCESSES:
            harms.append(f"it had {watch.processes} processes at a time, of {self._limits.processes} allowed")
        if (had_mib := max(watch.memory_mib, taken_mib)) > allowed_mib + _SLACK_MIB:
            harms.append(f"it had {had_mib:.0f} MiB of memory, of {self._limits.memory_mib} MiB allowed")
        harms += [f"it had {what} of the kernel's" for what in sorted(watch.held)]
        if watch.grown_mib > _GROWTH_MIB:
            harms.append(f"it made the grader take {watch.grown_mib:.0f} MiB")
        if duration_s > _MOST_S:
            harms.append(f"it kept the grader for {duration_s:.0f} s")
        self._seen.clear()
        path.unlink(missing_ok=True)
        return Verdict(attack.name, tuple(harms), report.score, duration_s)

    # ---- the claims -------------------------------------------------------------------------------------------------

    def _score(self, report: Report) -> Iterator[str]:
        if report.score is None:
            yield f"it passes for a fault of ours: {_first_error(report)}"
        elif report.score > HONEST_POINTS:
            yield f"it got {report.score:g} points, {HONEST_POINTS:g} of them for honest work"

    def _theft(self, report: Report) -> Iterator[str]:
        shown = for_student(report)
        others = {"the seed of another submission": self._honest[0]["seed"]}
        for kind in traces.secrets_in(self.victim.secrets | others, [json.dumps(shown.to_dict()), *self._seen]):
            yield f"it got {kind} out"
        inputs = {f"a hidden input ({asked})": asked for asked in self._asked}
        for kind in traces.secrets_in(inputs, [json.dumps(shown.to_dict())]):
            yield f"it got {kind} out"
        for service in dict.fromkeys(self.victim.reached):
            yield f"it reached {service}"

    def _damage(self, before: dict[str, Any]) -> Iterator[str]:
        now = self._state_when(lambda state: not _worse(before, state))
        paths = traces.changed(before["files"], now["files"])
        yield from [f"it changed {path}" for path in paths[:_MOST_PATHS]]
        if len(paths) > _MOST_PATHS:
            yield f"it changed {len(paths) - _MOST_PATHS} files more"
        yield from [
            f"{what}: {now[what]}, and before: {before[what]}" for what in _worse(before, now) if what != "files"
        ]
        if not self.victim.neighbour_is_well():
            yield "a submission that ran beside it no longer answers rightly"
        # On a busy machine, honest work may time out once; real harm shows each time.
        if all(self._grade_honest() != self._honest for _ in range(_TIMES_MORE)):
            yield "honest submissions get other reports than without it"

    def _state_when(self, settled: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state once `settled` is true of it, or after the time for that."""
        deadline = time.monotonic() + _SETTLE_S
        while not settled(state := self._state()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return state

    def _state(self) -> dict[str, Any]:
        """Everything that must not change."""
        victim = self.victim
        reading_process.prepare()  # a file that took too long may have ended it; it then restarts with the next file
        return {
            "files": traces.tree(victim.root),
            "files that everybody can see": sorted(traces.marked_files(victim.mark))[:_MOST_PATHS],
            _STRANGERS: max(0, len(traces.descendants(os.getpid())) - self._processes),
            "the sleeping process sleeps": traces.is_asleep(victim.canary.pid),
            _DESCRIPTORS: traces.open_descriptors(),
            "somebody listens": traces.listens(victim.free_port),
        }

    def _exports(self, report: Report) -> Iterator[str]:
        for name, text in _documents(report):
            try:
                if found := traces.unsafe(name, text):
                    yield found
            except Exception as error:  # a file that its program cannot read is damaged
                yield f"{name} cannot be read: {type(error).__name__}: {error}"

    def _grade_honest(self) -> list[dict[str, Any]]:
        folder = self.victim.root / "submitted"
        return [_timeless(self.grader.grade(Found(name, folder / f"{name}.py", None))) for name in HONEST]

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _settled(count: Callable[[], int]) -> int:
    """The minimum count within the time in which ending processes end."""
    counted = []
    for _ in range(10):
        counted.append(count())
        time.sleep(0.05)
    return min(counted)


def _worse(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What has changed for the worse. Fewer descriptors are fine: the previous attack's may still have been open."""
    more = now[_DESCRIPTORS] > before[_DESCRIPTORS]
    return [what for what in now if (more if what == _DESCRIPTORS else now[what] != before[what])]


def _timeless(report: Report) -> dict[str, Any]:
    exercises = tuple(
        replace(each, checks=tuple(replace(check, duration_s=0.0) for check in each.checks))
        for each in report.exercises
    )
    return replace(report, exercises=exercises, duration_s=0.0).to_dict()


def _first_error(report: Report) -> str:
    return next(check.message for check in report.checks if check.status == "error")[:300]


def _documents(report: Report) -> Iterator[tuple[str, str]]:
    """Every document that is made from a report: name -> text."""
    from autograder.views.terminal import console, render_table
    from autograder.views.terminal import render_report as render_in_terminal

    for each in (report, for_student(report)):
        yield "report.html", render_report(each, class_page="index.html")
    yield "index.html", render_class([report], report.assignment)
    for form in FORMATS:
        with contextlib.suppress(CourseError):  # the format may be unable to express this report
            yield from documents(form, [report], _RUNNER, datetime.now(UTC)).items()
    screen = console()
    screen.file = io.StringIO()
    render_in_terminal(report, screen)
    render_table([report], screen)
    yield "screen", re.sub(r"^::", " ::", screen.file.getvalue(), flags=re.MULTILINE)
