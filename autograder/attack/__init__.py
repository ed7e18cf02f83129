"""Hostile submissions, let loose on the sandbox of this machine, and what they achieved.

An attack is a file: honest work on one of two exercises, and an attempt to get more, to learn, or to harm. Nothing is
assumed about how it is stopped. For each of them the same claims are examined:

  1. it earns no more than its honest work, and does not pass for a fault of ours;
  2. files and processes that are not its own are as they were, and it leaves none: no file, process or listener;
  3. no secret is in anything that it returned or that its author gets to see;
  4. the reports on honest submissions, graded before and after it, are what they are without it;
  5. while it runs it takes no more than its limits allow, and afterwards the grader has what it had before;
  6. the pages and exports of its report run nothing and load nothing.

An attack's own traces bear a mark that it is told, so that they are not mistaken for those of other programs.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.attack import traces
from autograder.attack.victim import ASSIGNMENT, HONEST, HONEST_POINTS, Victim
from autograder.cells import decode, read_bytes
from autograder.errors import CourseError, Failure
from autograder.grade import Grader, Options
from autograder.hand_ins import Found
from autograder.integrations import FORMATS
from autograder.integrations.documents import documents
from autograder.namespace import Namespace
from autograder.pages import render_class, render_report
from autograder.report import Report, for_student
from autograder.sandbox import Sandbox
from autograder.sandbox.backends import BUBBLEWRAP
from autograder.settings import Limits

_SAYS_IN_NOTEBOOK = re.compile(r'"source"\s*:\s*("(?:[^"\\]|\\.)*")')
_SUBMITTED_AS = re.compile(r"^SUBMITTED_AS = (.+)$", re.MULTILINE)
_SETTLE_S = 5.0  # in which the kernel and the warden may take back what an attack had
# The warden looks every 0.05 s, on a busy machine later: what is taken in between is over the limit for as long.
_SLACK_PROCESSES, _SLACK_MIB, _GROWTH_MIB = 6, 256, 150
_MOST_PATHS = 5
_MOST_S = 30.0  # an attack's own limits are far below
_RUNNER = dict.fromkeys(
    ("CLASSROOM", "ASSIGNMENT", "OWNER", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "victim"
)


@dataclass(frozen=True)
class Attack:
    """A hostile file. says: what it tries, its docstring. submitted_as: the name of the submission, also its weapon."""

    name: str
    says: str
    data: bytes
    suffix: str
    submitted_as: str

    def armed(self, constants: dict[str, Any]) -> bytes:
        """The file as it is handed in: with these constants in front. What is no notebook stays as it is."""
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
    """What became of an attack. harms: what it achieved, as sentences; none if the walls hold."""

    attack: str
    harms: tuple[str, ...]
    score: float | None = None
    duration_s: float = 0.0

    @property
    def holds(self) -> bool:
        return not self.harms


def find(path: Path) -> list[Attack]:
    """The attacks in a folder, or in one file. Raises: CourseError if there is none, or one says not what it tries."""
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
    """Let these loose, one after another; on_verdict is called with each verdict as it is found.

    Raises: CourseError if the sandbox cannot be tried here.
    """
    if isolation == BUBBLEWRAP:
        found: Iterator[Verdict] = _at_large(attacks, isolation)
    else:
        from autograder.attack.jail import verdict_from_jail  # which needs this module

        found = map(verdict_from_jail, attacks)
    verdicts = []
    for verdict in found:
        on_verdict(verdict)
        verdicts.append(verdict)
    return verdicts


def _at_large(attacks: Sequence[Attack], isolation: str) -> Iterator[Verdict]:
    require_walls(isolation)
    with Trial(isolation) as trial:
        for each in attacks:
            yield trial.verdict(each)


def require_walls(isolation: str) -> None:
    """Raises: CourseError unless a harmless submission finds itself alone: what kills everyone must not meet anyone."""
    source = "import os\ndef alone(): return [os.getpid() < 10, os.getppid() < 2, not os.listdir('/proc')]\n"
    with Sandbox(isolation) as sandbox, sandbox.open([("probe", "code", source, 1)], Limits()) as session:
        with session.check(5.0) as exchange:
            alone = Namespace(exchange).alone()
        if alone != [True, True, True]:
            raise CourseError(f"a submission is not alone in the {isolation} sandbox here: no attack is let loose")


class Trial:
    """A victim and the grader that its attacks are graded by. Use as a context manager."""

    def __init__(self, isolation: str) -> None:
        with contextlib.ExitStack() as stack:
            self.victim = stack.enter_context(Victim(isolation))
            self.grader = stack.enter_context(Grader(self.victim.course, ASSIGNMENT, Options(isolation)))
            self._honest = self._grade_honest()  # no attack has been here yet
            self._seen: list[Any] = self.grader.checks[0].function.__globals__["SEEN"]
            self._limits = self.grader.assignment.limits
            if self._grade_honest() != self._honest:
                raise CourseError("honest submissions get other reports each time, so nothing can be said of attacks")
            self._processes = _settled(lambda: len(traces.descendants(os.getpid())))
            self._stack = stack.pop_all()

    def verdict(self, attack: Attack) -> Verdict:
        """Grade the attack, and look at everything that it may have touched."""
        victim = self.victim
        inbox = victim.root / "inbox"
        path = inbox / f"{attack.submitted_as if '/' not in attack.submitted_as else attack.name}{attack.suffix}"
        path.write_bytes(attack.armed(victim.constants(attack.name)))
        self._seen.clear()
        victim.reached.clear()
        before = self._state()
        started = time.monotonic()
        with traces.Watch() as watch:
            report = self.grader.grade(Found(attack.submitted_as, path, None))
        duration_s = time.monotonic() - started
        harms = [*self._score(report), *self._damage(before), *self._theft(report), *self._exports(report)]
        if watch.processes > self._limits.processes + _SLACK_PROCESSES:
            harms.append(f"it had {watch.processes} processes at a time, of {self._limits.processes} allowed")
        if watch.memory_mib > self._limits.memory_mib + self._limits.tmp_mib + _SLACK_MIB:
            harms.append(f"it had {watch.memory_mib:.0f} MiB of memory, of {self._limits.memory_mib} MiB allowed")
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
        for service in dict.fromkeys(self.victim.reached):
            yield f"it reached {service}"

    def _damage(self, before: dict[str, Any]) -> Iterator[str]:
        deadline = time.monotonic() + _SETTLE_S
        while (now := self._state()) != before and time.monotonic() < deadline:
            time.sleep(0.05)
        paths = traces.changed(before["files"], now["files"])
        yield from [f"it changed {path}" for path in paths[:_MOST_PATHS]]
        if len(paths) > _MOST_PATHS:
            yield f"it changed {len(paths) - _MOST_PATHS} files more"
        for what, found in now.items():
            if what != "files" and found != before[what]:
                yield f"{what}: {found}, and before: {before[what]}"
        if not self.victim.neighbour_is_well():
            yield "a submission that ran beside it no longer answers rightly"
        if self._grade_honest() != self._honest:
            yield "honest submissions get other reports than without it"

    def _state(self) -> dict[str, Any]:
        """What must be as it was."""
        victim = self.victim
        return {
            "files": traces.tree(victim.root),
            "files that everybody can see": sorted(traces.marked_files(victim.mark))[:_MOST_PATHS],
            "processes that were not there": max(0, len(traces.descendants(os.getpid())) - self._processes),
            "the sleeping process sleeps": traces.is_asleep(victim.canary.pid),
            "descriptors of the grader": traces.open_descriptors(),
            "somebody listens": traces.listens(victim.free_port),
        }

    def _exports(self, report: Report) -> Iterator[str]:
        for name, text in _documents(report):
            try:
                if found := traces.unsafe(name, text):
                    yield found
            except Exception as error:  # what its program could not read, somebody has broken
                yield f"{name} cannot be read: {type(error).__name__}: {error}"

    def _grade_honest(self) -> list[dict[str, Any]]:
        folder = self.victim.root / "submitted"
        return [_timeless(self.grader.grade(Found(name, folder / f"{name}.py", None))) for name in HONEST]

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _settled(count: Callable[[], int]) -> int:
    """The least that was counted in the time that it takes what is ending to end."""
    counted = []
    for _ in range(10):
        counted.append(count())
        time.sleep(0.05)
    return min(counted)


def _timeless(report: Report) -> dict[str, Any]:
    exercises = tuple(
        replace(each, checks=tuple(replace(check, duration_s=0.0) for check in each.checks))
        for each in report.exercises
    )
    return replace(report, exercises=exercises, duration_s=0.0).to_dict()


def _first_error(report: Report) -> str:
    return next(check.message for check in report.checks if check.status == "error")[:300]


def _documents(report: Report) -> Iterator[tuple[str, str]]:
    """Everything that is made of a report for somebody to open: name -> text."""
    from autograder.terminal import console, render_table
    from autograder.terminal import render_report as render_in_terminal

    for each in (report, for_student(report)):
        yield "report.html", render_report(each, class_page="index.html")
    yield "index.html", render_class([report], report.assignment)
    for form in FORMATS:
        with contextlib.suppress(CourseError):  # a format that has no word for what this report says
            yield from documents(form, [report], _RUNNER, datetime.now(UTC)).items()
    screen = console()
    screen.file = io.StringIO()
    render_in_terminal(report, screen)
    render_table([report], screen)
    yield "screen", re.sub(r"^::", " ::", screen.file.getvalue(), flags=re.MULTILINE)
