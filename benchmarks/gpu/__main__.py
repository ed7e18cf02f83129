"""Measure the checks that need a GPU: `make gpu` on a machine with one. The stages are described in stages.py.

    python -m benchmarks.gpu [STAGE ...]        # without a name, those that are missing in benchmarks/results/gpu.json
    python -m benchmarks.gpu --rehearse         # everything on the CPU, on a small scale, to find errors in the code
    python -m benchmarks.gpu --rehearse-kit     # only the kit, which needs neither torch nor a GPU

Each stage is a process with a time limit, and its result is written when it ends. If the machine goes away or a stage
hangs, only that stage is lost, and the next start continues with the missing ones. A stage that is named is measured
again. This module needs nothing but Python; the stages use the kit (kit.py) and the machine's own torch.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import gpu
from autograder.errors import CourseError
from autograder.files import write_atomically
from benchmarks.gpu import kit, margins, rehearsal

ROOT = kit.ROOT
RESULTS = ROOT / "benchmarks" / "results" / "gpu.json"
# The stages in order, and the time limit in seconds of each. The longest comes last; its partial results are kept.
LIMITS_S = {
    "device": 90,
    "reference": 300,
    "parity": 120,
    "mixed": 120,
    "memory": 150,
    "slow": 240,
    "sharing": 180,
    "bubblewrap": 180,
    "mistakes": 480,
}
NO_GPU = (
    "There is no NVIDIA GPU here (nvidia-smi names none): nothing was measured. The kit works on this machine; "
    "run `make gpu` on one that has a GPU, or `make gpu-rehearsal` where torch is installed."
)
DONE = "done"


@dataclass(frozen=True)
class Place:
    """results: the file. course: the course's folder. plan: how much to measure, a name in stages.PLANS.
    environment: of the stages' processes. patience: factor on the stages' time limits, which are for a GPU."""

    results: Path
    course: Path
    plan: str
    environment: Mapping[str, str]
    patience: float = 1.0

    def command(self, stage: str, result: Path) -> list[str]:
        """The command of one stage, which writes its result into this file."""
        return [sys.executable, "-m", "benchmarks.gpu.stages", stage, str(result), str(self.course), self.plan]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks.gpu", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("stages", nargs="*", choices=[*LIMITS_S, []], metavar="STAGE")
    parser.add_argument("--rehearse", action="store_true")
    parser.add_argument("--rehearse-kit", action="store_true")
    given = parser.parse_args()
    said = "ended" if given.rehearse else "ended; the same command goes on"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(said))  # this ends the stage, too
    try:
        if given.rehearse_kit:
            _kit()
            ended = NO_GPU if gpu.find() is None else "There is a GPU here: run `make gpu`."
            rehearsal.note_kit(kit.size(), ended, rehearsal.LOG)
            print(ended)
        else:
            place = _rehearsal() if given.rehearse else _machine()
            measure(place, given.stages)
    except CourseError as error:
        sys.exit(str(error))


def _machine() -> Place:
    """This machine, if it has a GPU. Raises: CourseError, which says what to do, if something is missing."""
    environment = _kit()
    if gpu.find() is None:
        raise CourseError(NO_GPU)
    return Place(RESULTS, ROOT, "gpu", environment)


def _kit() -> dict[str, str]:
    """Install the kit and test it without a GPU. Returns the environment that uses it. Raises: CourseError."""
    kit.install()
    environment = os.environ | {"PYTHONPATH": str(kit.SITE)}
    asked("ready", ROOT, "gpu", environment)
    return environment


def _rehearsal() -> Place:
    folder = ROOT / "build" / "gpu-rehearsal"
    environment = os.environ | rehearsal.prepare(folder)
    print(rehearsal.SAYS)
    asked("ready", folder, "rehearsal", environment)
    return Place(folder / "gpu.json", folder, "rehearsal", environment, patience=10.0)


def asked(question: str, course: Path, plan: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The immediate answer of `stages` to a question. Raises: CourseError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "benchmarks.gpu.stages", question, str(answer), str(course), plan]
        ended = in_time(command, 300, environment)
        if ended != DONE:
            raise CourseError(ended)
        result: dict[str, Any] = json.loads(answer.read_text())
        return result


def measure(place: Place, named: Iterable[str]) -> None:
    """Run the named or missing stages, and print the margins.

    Raises: CourseError if they cannot be started; SystemExit if one of them fails.
    """
    machine = asked("machine", place.course, place.plan, place.environment)
    result = json.loads(place.results.read_text()) if place.results.is_file() else {"machine": machine, "stages": {}}
    if result["machine"] != machine:
        raise CourseError(
            f"{place.results} is of another machine ({result['machine']}, this is {machine}); "
            "move it away to begin anew."
        )
    limits_s = {name: limit_s * place.patience for name, limit_s in LIMITS_S.items()}
    named = tuple(named)
    try:
        carry_out(result, place.results, limits_s, place.command, place.environment, named)
    finally:
        if place.plan == "rehearsal":
            rehearsal.note(result, rehearsal.LOG)
    print(margins.text(result))
    missing = [name for name in LIMITS_S if result["stages"].get(name, {}).get("ended") != DONE]
    # A rehearsal creates its course again, and so loses all earlier results on it.
    next_ = "the same command goes on" if place.plan == "gpu" else f'STAGES="{" ".join(missing)}" tries them alone'
    print(f"{place.results}: " + (f"not complete ({', '.join(missing)}); {next_}" if missing else "complete"))
    if place.plan == "rehearsal":
        print(rehearsal.SAYS)
    if set(named or LIMITS_S) & set(missing):
        sys.exit(1)


def carry_out(
    result: dict[str, Any],
    path: Path,
    limits_s: Mapping[str, float],
    command: Callable[[str, Path], list[str]],
    environment: Mapping[str, str],
    named: tuple[str, ...] = (),
) -> None:
    """Run stages in order: the named ones, or else those not done in `result`. Add their findings, and write it.

    command: returns the command of a stage, which writes its result, even unfinished, into the given file. A stage's
    findings before its end are kept, and passed to it when it is started again, unless it is named.
    """
    stages = result["stages"]
    for name, limit_s in limits_s.items():
        before = {} if name in named else stages.get(name, {})
        if (named and name not in named) or before.get("ended") == DONE:
            continue
        print(f"\n== {name}, {limit_s:g} s at most", flush=True)
        started, ended = time.monotonic(), "interrupted"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "stage.json"
            file.write_text(json.dumps(before.get("found", {})))
            try:
                ended = in_time(command(name, file), limit_s, environment)
            finally:
                found = json.loads(file.read_text())
                stages[name] = {"ended": ended, "took_s": round(time.monotonic() - started, 1), "found": found}
                result["margins"] = margins.rows(result)
                write_atomically(path, json.dumps(result, indent=1) + "\n")
                print(f"== {name}: {ended}, {stages[name]['took_s']:g} s", flush=True)


def in_time(command: list[str], limit_s: float, environment: Mapping[str, str]) -> str:
    """Run a command. Returns "done", or how else it ended. All processes in its group end with it."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=said, start_new_session=True)
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return f"took longer than {limit_s:g} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        said.seek(0)
        lines = said.read().strip().splitlines()
    if code == 0:
        return DONE
    if len(lines) > 1:  # a single line is a message, which the caller prints
        print("\n".join(lines[-20:]), file=sys.stderr, flush=True)
    return lines[-1] if lines else f"ended with exit status {code}"


if __name__ == "__main__":
    main()
