"""One submission: against bare pytest, from a cold shell, and the memory used by hostile ones.

overhead   one submission graded by a warm grader, against bare pytest on the same checks and code (both warm)
training   assignments whose checks train, which takes nearly all of the time: only graded
cold       `autograder check ID EXERCISE` from a shell, against importing numpy and pytest plus bare pytest
memory     peak memory of the grader's process for hostile submissions, against an ordinary one
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from autograder.checking.answers import load_live
from autograder.course.course import Course
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from benchmarks import bare

ROOT = Path(__file__).parent.parent
ROUNDS, QUICK_ROUNDS = 15, 3
ASSIGNMENTS = (
    "losses", "backprop", "initializers", "optimizers", "regularization", "conv", "conv_variants", "pytorch",
    "detection", "recurrent",
)  # fmt: skip
TRAINING, TRAINING_ROUNDS = ("lenet", "ilsvrc"), 3

HOSTILE = {
    "ordinary": "",
    "prints 1 GB": "def sgd(w, dw, config=None):\n    for _ in range(1 << 20):\n        print('x' * 1023)\n",
    "returns 2 GB": "def sgd(w, dw, config=None):\n    return np.zeros(1 << 28), {}\n",
    "returns 2 GB of lists": "def sgd(w, dw, config=None):\n    return [[0.5] * (1 << 20)] * 256, {}\n",
}


def overhead(course: Course, assignment_id: str, rounds: int) -> dict[str, Any]:
    """Alternating pairs of one graded submission and one bare pytest run; medians and the ratio of each pair."""
    checks, answers = load_live(course, assignment_id)
    folder = course.solutions_dir(assignment_id)
    graded, floor, ratios = [], [], []
    with Grader(course, assignment_id, Options()) as grader:
        found = Found("bench", folder / f"{assignment_id}.py", None)
        seed = bytes.fromhex(grader.grade(found).seed)
        bare.run(folder / "checks.py", checks, answers.names, answers.names, seed)
        for _ in range(rounds):
            start = time.perf_counter()
            report = grader.grade(found)
            graded.append(time.perf_counter() - start)
            if report.score != 100:
                raise RuntimeError(f"the reference scored {report.score}")
            floor.append(bare.run(folder / "checks.py", checks, answers.names, answers.names, seed))
            ratios.append(graded[-1] / floor[-1])
    return {
        "checks": len(checks),
        "isolation": report.isolation,
        "graded_s": statistics.median(graded),
        "bare_pytest_s": statistics.median(floor),
        "ratio": statistics.median(ratios),
        "ratio_min_max": [min(ratios), max(ratios)],
    }


def training(course: Course, assignment_id: str) -> dict[str, Any]:
    """Seconds for one submission whose checks train; without checks that need a GPU."""
    found = Found("bench", course.solutions_dir(assignment_id) / f"{assignment_id}.py", None)
    graded = []
    with Grader(course, assignment_id, Options()) as grader:
        for _ in range(TRAINING_ROUNDS):
            start = time.perf_counter()
            report = grader.grade(found)
            graded.append(time.perf_counter() - start)
            if report.score is None or report.score + report.pending != 100:
                raise RuntimeError(f"the reference scored {report.score}")
    judged = [check for check in report.checks if check.status != "pending"]
    return {"checks": len(judged), "graded_s": statistics.median(graded)}


def cold(course: Course, assignment_id: str, exercise: str, rounds: int) -> dict[str, Any]:
    """A student's `autograder check` in a fresh process, in a copy of the release that contains the reference."""
    checks, answers = load_live(course, assignment_id)
    chosen = [check for check in checks if check.public and check.exercise == exercise]
    file = course.solutions_dir(assignment_id) / "checks.py"
    command = Path(sys.executable).with_name("autograder")
    checked, imports, floor, ratios = [], [], [], []
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        release = home / "assignments" / assignment_id
        release.parent.mkdir()
        subprocess.run(["cp", "-r", course.release_dir(assignment_id), release], check=True)
        (home / "course.yml").write_text(course.path.read_text())
        (release / f"{assignment_id}.py").write_text(
            (course.solutions_dir(assignment_id) / f"{assignment_id}.py").read_text()
        )
        bare.run(file, chosen, answers.names, answers.names, b"public")
        for _ in range(rounds):
            start = time.perf_counter()
            subprocess.run([command, "check", assignment_id, exercise], cwd=home, check=True, capture_output=True)
            checked.append(time.perf_counter() - start)
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import numpy, pytest"], check=True)
            imports.append(time.perf_counter() - start)
            floor.append(bare.run(file, chosen, answers.names, answers.names, b"public"))
            ratios.append(checked[-1] / (imports[-1] + floor[-1]))
    return {
        "checks": len(chosen),
        "check_s": statistics.median(checked),
        "imports_s": statistics.median(imports),
        "bare_pytest_s": statistics.median(floor),
        "ratio": statistics.median(ratios),
        "ratio_min_max": [min(ratios), max(ratios)],
    }


def memory() -> dict[str, Any]:
    """Peak memory of a fresh grader process, MiB, for each of HOSTILE."""
    peaks = {}
    for name in HOSTILE:
        output = subprocess.run(
            [sys.executable, "-m", "benchmarks.floor", "peak", name],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        peaks[name] = json.loads(output.stdout)
    ordinary = peaks["ordinary"]["peak_mib"]
    return {"peaks": peaks, "worst_extra_mib": max(peak["peak_mib"] - ordinary for peak in peaks.values())}


def _peak(name: str) -> dict[str, Any]:
    course = Course.find(ROOT)
    reference = (course.solutions_dir("optimizers") / "optimizers.py").read_text()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "optimizers.py"
        path.write_text(f"{reference}\n\n# %%\n{HOSTILE[name]}")
        with Grader(course, "optimizers", Options()) as grader:
            report = grader.grade(Found("bench", path, None))
    # Not ru_maxrss, which a process inherits from its parent.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak_kib = int(status["VmHWM"].split()[0])
    messages = {check.message for check in report.checks if check.status != "passed"}
    return {"peak_mib": peak_kib / 1024, "score": report.score, "messages": sorted(messages)[:3]}


def measure(quick: bool) -> dict[str, Any]:
    course, rounds = Course.find(ROOT), QUICK_ROUNDS if quick else ROUNDS
    chosen = ("optimizers", "conv") if quick else ASSIGNMENTS
    return {
        "overhead": {name: overhead(course, name, rounds) for name in chosen},
        "training": {name: training(course, name) for name in (() if quick else TRAINING)},
        "cold": {"optimizers adam": cold(course, "optimizers", "adam", rounds)},
        "memory": memory(),
    }


if __name__ == "__main__" and sys.argv[1:2] == ["peak"]:
    print(json.dumps(_peak(sys.argv[2])))
