"""The stages of `make gpu`, each a process of its own: python -m benchmarks.gpu.stages STAGE RESULT COURSE PLAN

device      one assignment's checks, by the pool, in the `process` backend
reference   only the reference, by seed: accuracy, images per second, memory, utilization, copies and waits per step
parity      CPU and GPU by dtype, and the errors of mixed precision, as fractions of what is allowed
mixed       the mistakes of mixed_precision_step
memory      a submission that requests more memory than allowed, and the reference after it in the same sandbox
slow        work that is correct, but slow in ways that only a GPU shows; and the same without them
sharing     two submissions at once
bubblewrap  the reference in bubblewrap, with the GPU's device nodes, if bubblewrap is installed
mistakes    each known mistake of fit

A submission is judged by the checks that need a GPU, in the pool that grades a class: it is given a report in which
these checks are pending. Its seed is the stage's, so that compared submissions learn from the same images. RESULT
always contains what a stage has found so far.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder import gpu
from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.compare import allowed
from autograder.checking.declare import Check
from autograder.checking.judge import PENDING
from autograder.checking.run import process_seed, run
from autograder.checking.values import untorched
from autograder.course.course import Course
from autograder.datasets import glyphs
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.grading.grader import Rubric
from autograder.grading.options import Options
from autograder.grading.pool import grade_many
from autograder.intake.find import Found
from autograder.processes import cores
from autograder.report import store
from autograder.report.report import Report
from autograder.sandbox import backends
from autograder.sandbox.child import determinism
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from benchmarks.gpu.margins import READS
from examples.make_class import Assignment


@dataclass(frozen=True)
class Plan:
    """seeds: of the reference. repeats: of a comparison. workers: the maximum. mistakes: per exercise, None for all.
    too_much_gib: what the excessive submission requests; in a rehearsal, more than any process can address."""

    seeds: int
    repeats: int
    workers: int
    mistakes: int | None
    too_much_gib: int


PLANS = {"gpu": Plan(3, 10, 8, None, 64), "rehearsal": Plan(2, 2, 2, 2, 1 << 20)}
THRESHOLDS = ("LESS_ACCURATE", "LESS_ACCURATE_MIXED", "LEAST_MIXED", "MORE_PER_STEP", "TIMES_AS_LONG", "LEAST_TIMED")
OTHER_PRECISIONS = ("half", "bfloat16")  # also compared between CPU and GPU, although no check does

_TRAIN = """\
def fit(x, y, device, seed):
    torch.manual_seed(seed)
    mean, std = x.mean().item(), x.std().item()
    model = LeNet5().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    {before}
    for _ in range(10):
        for chosen in torch.randperm(len(x), device=x.device).split(32):
            {batch}
            optimizer.zero_grad()
            loss = F.cross_entropy(model((images - mean) / std), labels)
            loss.backward()
            optimizer.step()
            {after}

    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x):
            return self.model((x - mean) / std)

    return Scaled().eval()
"""
_THERE = "x, y = x.to(device), y.to(device)"
_BATCH = "images, labels = x[chosen], y[chosen]"
WRITTEN_OUT = "in one loop"
WAYS = {
    WRITTEN_OUT: (_THERE, _BATCH, "pass"),
    "a copy per step": ("pass", "images, labels = x[chosen].to(device), y[chosen].to(device)", "pass"),
    "a wait per step": (_THERE, _BATCH, "loss.item()"),
    "synchronized per step": (_THERE, _BATCH, 'if str(device) == "cuda": torch.cuda.synchronize()'),
    "graphs kept": (f"{_THERE}; kept = []", _BATCH, "kept.append(loss)"),
}
_HOG = """\
def fit(x, y, device, seed):
    held = torch.ones({gib} << 28, device=device)  # of four bytes each
    return LeNet5().to(device).eval()
"""


class Stage:
    """The environment of a stage. found: its result so far, including that of an earlier start."""

    def __init__(self, path: Path, course: Path, plan: str) -> None:
        self._path = path
        self.course = Course.find(course)
        self.is_rehearsal, self.plan = plan == "rehearsal", PLANS[plan]
        self.workers = max(1, min(self.plan.workers, cores() // 2))
        self.found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}

    def keep(self, **found: Any) -> None:
        """Add to the result, and write it to the disk."""
        self.found |= found
        write_atomically(self._path, json.dumps(self.found))

    def grade(
        self,
        work: Mapping[str, Mapping[str, str]],
        assignment: str = "lenet",
        *,
        right: Iterable[str] = (),
        seed: int = 0,
        workers: int = 1,
        isolation: str = backends.PROCESS,
    ) -> None:
        """Judge submissions by the checks that need a GPU. Earlier results are not computed again.

        work: name -> the sources of its exercises. right: the names of those that should get full points.
        """
        checks, _ = load_live(self.course, assignment)
        names, right = {check.name for check in checks if check.gpu}, frozenset(right)
        self.keep(thresholds=self.found.get("thresholds", {}) | _constants(checks))
        before = self.found.setdefault("submissions", [])
        known = {(row["submission"], row["seed"]) for row in before}
        options = Options(isolation, workers, seed=digest(f"gpu {seed}").hex(), gpu=True)

        def note(report: Report) -> None:
            found = row(report, names) | {"seed": seed, "right": report.submission in right}
            self.keep(submissions=[*self.found["submissions"], found])
            print(f"{found['points']:5.2f} of {found['of']:g}  {report.submission}, seed {seed}", flush=True)

        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            maker = Assignment(self.course, assignment)
            rubric = Rubric(self.course, assignment, options)
            waiting = []
            for number, (name, code) in enumerate(work.items()):
                if (name, seed) not in known:
                    path = folder / f"{number}.py"
                    path.write_text(maker.script(code))
                    waiting.append(Found(name, path, None))
                    store.write(_waiting(rubric.unjudged(waiting[-1], "not judged", "crashed"), names), folder / "out")
            if waiting:
                grade_many(self.course, assignment, waiting, folder / "out", options, note)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _constants(checks: Iterable[Check]) -> dict[str, float]:
    """The thresholds in these checks' file, by name."""
    names: dict[str, Any] = next(iter(checks)).function.__globals__
    return {name: names[name] for name in THRESHOLDS if name in names}


def _waiting(report: Report, names: Iterable[str]) -> Report:
    """The report with exactly these checks pending."""
    exercises = []
    for each in report.exercises:
        checks = (
            replace(check, status="pending", message=PENDING) if check.name in names else check for check in each.checks
        )
        exercises.append(replace(each, checks=tuple(checks)))
    return replace(report, exercises=tuple(exercises))


def row(report: Report, names: Iterable[str]) -> dict[str, Any]:
    """These checks' results for one submission."""
    checks = [check for check in report.checks if check.name in names]
    return {
        "submission": report.submission,
        "points": sum(check.points for check in checks),
        "of": sum(check.max_points for check in checks),
        "checks": {
            check.name: {
                "status": check.status,
                "points": check.points,
                "of": check.max_points,
                "message": check.message,
                "duration_s": check.duration_s,
                "numbers": {f.title: f.data["value"] for f in check.evidence if f.kind == "number"},
            }
            for check in checks
        },
    }


# ---- before the stages ----------------------------------------------------------------------------------------------


def ready(stage: Stage) -> None:
    """Test what needs neither GPU nor torch: images, a class of submissions, the pool. Raises: CourseError."""
    x, y = glyphs(100, size=32)
    if x.shape != (100, 1, 32, 32) or len(set(y)) != 10:
        raise CourseError(f"glyphs drew {x.shape} of {len(set(y))} characters here")
    maker = Assignment(stage.course, "optimizers")
    with tempfile.TemporaryDirectory() as temporary:
        found = []
        for name in ("", "adam_without_bias_correction"):
            path = Path(temporary) / f"{name or 'right'}.py"
            path.write_text(maker.script(maker.work(*filter(None, [name]))))
            found.append(Found(path.stem, path, None))
        options = Options(backends.PROCESS, 2, seed=digest("ready").hex())
        scores = [
            each.score for each in grade_many(stage.course, "optimizers", found, Path(temporary) / "out", options)
        ]
    if scores[0] != 100 or scores[1] is None or scores[1] >= 100:
        raise CourseError(f"right work and a mistake in optimizers have {scores} points here, by the `process` backend")
    stage.keep(scores=scores)
    print("Packages, images, submissions, sandbox and pool work here.", flush=True)


def machine(stage: Stage) -> None:
    """Record the machine and versions. Raises: CourseError, which says what to do, if torch or its GPU is missing."""
    try:
        import torch
    except ImportError as error:
        raise CourseError(
            f"{sys.executable} has no torch ({error}): make gpu PYTHON=/path/to/python, the one that has it."
        ) from None
    if not (torch.cuda.is_available() or stage.is_rehearsal):
        raise CourseError(
            f"There is a GPU, and torch {torch.__version__} cannot use it (built for CUDA {torch.version.cuda}): "
            "name a Python whose torch can, make gpu PYTHON=/path/to/python."
        )
    device = gpu.find()
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    driver = subprocess.run(query, capture_output=True, text=True).stdout.strip().partition("\n")[0]
    stage.keep(
        device=device.name if device else "none",
        driver=driver,
        torch=str(torch.__version__),
        cuda=torch.version.cuda,
        python=platform.python_version(),
        numpy=np.__version__,
        cores=cores(),
    )


# ---- the stages -----------------------------------------------------------------------------------------------------


def _reference(stage: Stage, assignment: str) -> dict[str, str]:
    return Assignment(stage.course, assignment).work()


def _mistakes(stage: Stage, assignment: str, exercise: str) -> dict[str, dict[str, str]]:
    """The submissions with each known mistake of an exercise, last in the file first: those only show on a GPU."""
    maker = Assignment(stage.course, assignment)
    names = [name for name, (of, _) in reversed(maker.wrong.items()) if of == exercise]
    return {name: maker.work(name) for name in names[: stage.plan.mistakes]}


def device(stage: Stage) -> None:
    stage.grade({"ilsvrc": _reference(stage, "ilsvrc")}, "ilsvrc", right=["ilsvrc"])


def reference(stage: Stage) -> None:
    checks, answers = load_live(stage.course, "lenet")
    torch = sys.modules["torch"]
    epochs = len(answers.names["fit"](torch.rand(100, 1, 32, 32), torch.arange(100) % 10, "cpu", 0).history)
    for seed in range(stage.plan.seeds):
        stage.grade({"reference": _reference(stage, "lenet")}, right=["reference"], seed=seed)
    images = next(iter(checks)).function.__globals__["IMAGES"]
    numbers = [row["checks"][READS]["numbers"] for row in stage.found["submissions"]]
    seconds = [value for each in numbers for title, value in each.items() if title.startswith("seconds of training")]
    stage.keep(images_a_second=[round(images * epochs / value) for value in seconds])
    print("images a second:", stage.found["images_a_second"], flush=True)


def parity(stage: Stage) -> None:
    stage.keep(comparisons=[], precisions={}, failed=[])
    for assignment, name in (
        ("lenet", "gpu_and_cpu_agree"),
        ("ilsvrc", "steps_in_float16_on_a_gpu"),
        ("ilsvrc", "steps_in_bfloat16_on_a_gpu"),
    ):
        checks, answers = load_live(stage.course, assignment)
        (check,) = [check for check in checks if check.name == name]
        for number in range(stage.plan.repeats):
            found = compared(stage, check, answers, digest(f"gpu {number}"))
            stage.keep(comparisons=[*stage.found["comparisons"], *found])
        if name == "gpu_and_cpu_agree":
            for precision in OTHER_PRECISIONS:
                check.function.__globals__["PARITY_RTOL"] = {precision: 1.0}
                found = compared(stage, check, answers, digest("gpu 0"))
                stage.keep(precisions=stage.found["precisions"] | {precision: [each["share"] for each in found]})
    print("largest error of a value, of the largest value:", stage.found["precisions"], flush=True)


def compared(stage: Stage, check: Check, answers: LiveAnswers, seed: bytes) -> list[dict[str, Any]]:
    """Run a check on the reference in this process. Returns the errors of the values that it compares by `close`."""
    names = check.function.__globals__
    close, found = names["close"], []

    def note(actual: Any, expected: Any, *, rtol: float, name: str, **rest: Any) -> None:
        found.append({"check": check.name, "what": name, "share": share(actual, expected, rtol)})

    names["close"] = note
    try:
        determinism.seed(process_seed(check, seed))
        outcome = run(check, Namespace(Local(answers.names)), answers.reference(check, seed), seed)
    finally:
        names["close"] = close
    if outcome.status != "passed":
        stage.keep(failed=[*stage.found["failed"], f"{check.name}: {outcome.message}"])
        print(stage.found["failed"][-1], flush=True)
    return found


def share(actual: Any, expected: Any, rtol: float) -> float:
    """The largest error relative to what `close` allows; for lists, that of the worst item."""
    if isinstance(expected, list | tuple) and any(np.ndim(untorched(each)) for each in expected):
        return max(share(a, e, rtol) for a, e in zip(actual, expected, strict=True))
    a, e = (np.asarray(untorched(value), np.float64) for value in (actual, expected))
    return float(np.abs(a - e).max() / allowed(actual, float(np.abs(e).max()), rtol))


def mixed(stage: Stage) -> None:
    stage.grade(_mistakes(stage, "ilsvrc", "mixed_precision_step"), "ilsvrc", workers=stage.workers)


def memory(stage: Stage) -> None:
    right = _reference(stage, "lenet")
    hog = right | {"fit": _HOG.format(gib=stage.plan.too_much_gib)}
    stage.grade({"too much memory": hog, "reference after it": right}, right=["reference after it"])
    rows = {row["submission"]: row for row in stage.found["submissions"]}
    said = rows["too much memory"]["checks"][READS]["message"]  # from the check that limits memory
    after = rows["reference after it"]
    stage.keep(says_out_of_memory="memory" in said, next_is_unharmed=after["points"] == after["of"])
    print({name: stage.found[name] for name in ("says_out_of_memory", "next_is_unharmed")}, flush=True)


def slow(stage: Stage) -> None:
    right = _reference(stage, "lenet")
    ways = {
        name: right | {"fit": _TRAIN.format(before=before, batch=batch, after=after)}
        for name, (before, batch, after) in WAYS.items()
    }
    stage.grade(ways, right=[WRITTEN_OUT], workers=stage.workers)


def sharing(stage: Stage) -> None:
    right = _reference(stage, "lenet")
    both = dict.fromkeys(("reference beside another", "another"), right)
    stage.grade(both, right=both, workers=2)


def bubblewrap(stage: Stage) -> None:
    try:
        backends.command(backends.BUBBLEWRAP, 0, ())
    except CourseError as error:
        stage.keep(why_not=str(error))
        print(f"not measured: {error}", flush=True)
        return
    name = "reference in bubblewrap"
    stage.grade({name: _reference(stage, "lenet")}, right=[name], isolation=backends.BUBBLEWRAP)


def mistakes(stage: Stage) -> None:
    stage.grade(_mistakes(stage, "lenet", "fit"), workers=stage.workers)


STAGES = {
    function.__name__: function
    for function in (device, reference, parity, mixed, memory, slow, sharing, bubblewrap, mistakes)
}


def main() -> None:
    name, result, course, plan = sys.argv[1:]
    warnings.simplefilter("ignore")  # torch warns about dtypes and devices
    try:
        ({"ready": ready, "machine": machine} | STAGES)[name](Stage(Path(result), Path(course), plan))
    except CourseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
