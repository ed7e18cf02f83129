"""Workers, a cluster on the same cores, and ten thousand submissions.

workers   the same submissions by the pool with 1 and 2 workers and on a Dask LocalCluster, in turn; seconds per
          submission once the workers are warm, which excludes the start that a class pays once
many      ten thousand small submissions by the pool: seconds, and the parent's memory over time

    python -m benchmarks.scaling --submissions 1000      # a smaller `many`, which is only printed
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import distributed
import numpy as np

from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.grading.cluster import connect
from autograder.grading.options import Options
from autograder.grading.pool import grade_many
from autograder.intake.find import Found
from autograder.report.report import Report
from benchmarks import classes
from tests import tiny

MANY, QUICK_MANY = 10_000, 300
SUBMISSIONS, QUICK_SUBMISSIONS = 120, 24
ROUNDS, QUICK_ROUNDS = 5, 1
WARM = 8  # submissions before the measurement starts, by which each worker has graded one


def measure(quick: bool) -> dict[str, Any]:
    return {"workers": workers(quick), "many": many(QUICK_MANY if quick else MANY)}


def workers(quick: bool) -> dict[str, Any]:
    """Seconds per submission: medians over rounds in which each takes a turn, and the ratios in each round."""
    number, rounds = (QUICK_SUBMISSIONS, QUICK_ROUNDS) if quick else (SUBMISSIONS, ROUNDS)
    seconds: dict[str, list[float]] = {"1 worker": [], "2 workers": [], "cluster of 2": []}
    with tempfile.TemporaryDirectory() as temporary, contextlib.ExitStack() as stack:
        course = classes.own_course(Path(temporary, "course"), "optimizers", check_s=10)
        class_ = classes.students(
            Course.find(classes.ROOT), "optimizers", {"right": number - 4, "mistake": 3, "exception": 1, "loop": 0}
        )
        folder = Path(temporary, "submitted")
        classes.hand_in(course, "optimizers", class_, folder)
        found = [Found(each.id, folder / each.id / "optimizers.ipynb", None) for each in class_]
        local = stack.enter_context(
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
        )
        for round_ in range(rounds):
            for name, values in seconds.items():
                out, options = Path(temporary, f"{name} {round_}"), Options(workers=1 if name == "1 worker" else 2)
                with contextlib.ExitStack() as inner:
                    on_cluster = []
                    if name.startswith("cluster"):
                        on_cluster = [
                            inner.enter_context(connect(local.scheduler_address, course, "optimizers", options))
                        ]
                    clock = Clock()
                    grade_many(course, "optimizers", found, out, options, clock.tick, *on_cluster)
                values.append((clock.times[-1] - clock.times[WARM - 1]) / (number - WARM))
    one = seconds["1 worker"]
    return {
        "two_that_only_compute": two_that_only_compute(rounds),
        "submissions": number,
        "seconds_per_submission": {name: statistics.median(values) for name, values in seconds.items()},
        "throughput_of_one": {
            name: statistics.median(a / b for a, b in zip(one, values, strict=True)) for name, values in seconds.items()
        },
    }


def two_that_only_compute(rounds: int) -> float:
    """The throughput of two processes that share only the cores, relative to one: an upper limit for two workers."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as one, ProcessPoolExecutor(1, context) as other:
        ratios = []
        for _ in range(1 + rounds):
            alone = one.submit(compute).result()
            together = [each.submit(compute) for each in (one, other)]
            ratios.append(2 * alone / max(each.result() for each in together))
    return statistics.median(ratios[1:])  # during the first, the second process starts


def compute() -> float:
    """Seconds for what checks mostly do: plain Python, and numpy on small arrays."""
    started = time.perf_counter()
    x = np.arange(20_000.0).reshape(100, 200)
    for _ in range(1_000):
        x = np.tanh(x[::-1] * 0.5 + 0.1)
    return time.perf_counter() - started


class Clock:
    def __init__(self) -> None:
        self.times: list[float] = []

    def tick(self, report: Report) -> None:
        self.times.append(time.perf_counter())


def many(number: int) -> dict[str, Any]:
    """Time and the parent's memory after every hundredth of the submissions, relative to the first 500."""
    with tempfile.TemporaryDirectory() as temporary:
        course = Course.load(tiny.write_course(Path(temporary, "course")))
        build(course, "tiny")
        folder = Path(temporary, "submitted")
        folder.mkdir()
        found = []
        for index in range(number):
            path = folder / f"s{index:05}.py"
            path.write_text(f"{tiny.SOLVED}\n# {index}\n")
            found.append(Found(path.stem, path, None))
        points: list[dict[str, float]] = []
        started, done = time.perf_counter(), 0
        step = max(number // 100, 1)

        def note(report: Report) -> None:
            nonlocal done
            done += 1
            if done % step == 0:
                points.append({"done": done, "seconds": time.perf_counter() - started, "parent_mib": resident_mib()})

        grade_many(course, "tiny", found, Path(temporary, "out"), Options(), note)
    early = first(points, lambda each: each["done"] >= min(500, number // 4))
    half = first(points, lambda each: each["done"] >= number // 2)
    last = points[-1]
    rate = [(half["done"] - early["done"]) / (half["seconds"] - early["seconds"])]
    rate.append((last["done"] - half["done"]) / (last["seconds"] - half["seconds"]))
    return {
        "submissions": number,
        "seconds": last["seconds"],
        "memory_after_500_mib": early["parent_mib"],
        "memory_at_the_end_mib": last["parent_mib"],
        "memory_ratio": last["parent_mib"] / early["parent_mib"],
        "rate_first_half": rate[0],
        "rate_second_half": rate[1],
        "points": points,
    }


def first(points: list[dict[str, float]], holds: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    return next(each for each in points if holds(each))


def resident_mib() -> float:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, default=MANY)
    print(json.dumps(many(parser.parse_args().submissions), indent=1))
