"""How long a student waits in a notebook: for `check` in a warm kernel, and for the prompt after the stop button.

warm    `check("...")` of correct work in a kernel that has checked it before: wall time, and the kernel's CPU time
stop    from an interrupt, as sent by Jupyter, until the kernel is idle; the work is in an endless loop
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.course.course import Course
from benchmarks.classes import exercises, setups

ROOT = Path(__file__).parent.parent
ROUNDS, QUICK_ROUNDS = 20, 3
EXERCISES = (("losses", "softmax_loss"), ("optimizers", "adam"), ("conv", "conv_forward_naive"))
WAIT_S = 120

# Endless loops; what one does in each turn determines when Python handles the interrupt.
LOOPS = {
    "a counter": "n = 0\n    while True:\n        n += 1",
    "NumPy": "import numpy as np\n    a = np.ones((400, 400))\n    while True:\n        np.tanh(a @ a)",
    "exceptions, caught": "while True:\n        try:\n            [0][1]\n        except Exception:\n            pass",
}


class Kernel:
    """A kernel in a copy of an assignment's release, with the reference as the student's work."""

    def __init__(self, client: Any, manager: Any) -> None:
        self.client, self.manager = client, manager

    def run(self, code: str) -> None:
        """Run code. Raises: RuntimeError if it raised."""
        answer = self.client.execute_interactive(code, output_hook=lambda _: None, timeout=WAIT_S)
        if answer["content"]["status"] != "ok":
            raise RuntimeError("\n".join(answer["content"]["traceback"]))

    def value(self, expression: str) -> float:
        answer = self.client.execute_interactive(
            "", user_expressions={"it": expression}, output_hook=lambda _: None, timeout=WAIT_S
        )
        return float(answer["content"]["user_expressions"]["it"]["data"]["text/plain"])

    def interrupted(self, code: str, after_s: float) -> float:
        """Seconds from the interrupt, which is sent `after_s` after the code began, until the kernel is idle."""
        asked = self.client.execute(code)
        self._until(asked, "busy")
        time.sleep(after_s)
        start = time.perf_counter()
        self.manager.interrupt_kernel()
        self._until(asked, "idle")
        return time.perf_counter() - start

    def _until(self, asked: str, state: str) -> None:
        while True:
            message = self.client.get_iopub_msg(timeout=WAIT_S)
            mine = message["parent_header"].get("msg_id") == asked
            if mine and message["content"].get("execution_state") == state:
                return


@contextmanager
def kernel(course: Course, assignment_id: str) -> Iterator[Kernel]:
    from jupyter_client.manager import start_new_kernel

    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / assignment_id
        shutil.copytree(course.release_dir(assignment_id), home)
        manager, client = start_new_kernel(cwd=str(home))
        try:
            started = Kernel(client, manager)
            started.run("from autograder.notebook import check\nimport time")
            for source in [*setups(course, assignment_id), *exercises(course, assignment_id).values()]:
                started.run(source)
            yield started
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def warm(course: Course, assignment_id: str, exercise: str, rounds: int) -> dict[str, Any]:
    wall, cpu = [], []
    with kernel(course, assignment_id) as student:
        student.run(f"check({exercise!r})")
        for _ in range(rounds):
            student.run(f"_w, _c = time.perf_counter(), time.process_time()\ncheck({exercise!r})\n"
                        "_w, _c = time.perf_counter() - _w, time.process_time() - _c")  # fmt: skip
            wall.append(student.value("_w"))
            cpu.append(student.value("_c"))
    return {
        "wall_s": statistics.median(wall),
        "cpu_s": statistics.median(cpu),
        "wall_min_max_s": [min(wall), max(wall)],
    }


def stop(course: Course, rounds: int) -> dict[str, Any]:
    found = {}
    with kernel(course, "losses") as student:
        for name, body in LOOPS.items():
            student.run(f"def softmax(x):\n    {body}")
            took = [student.interrupted("check('softmax')", 0.5 + 0.1 * turn) for turn in range(rounds)]
            found[name] = {"median_s": statistics.median(took), "min_max_s": [min(took), max(took)]}
    return found


def measure(quick: bool) -> dict[str, Any]:
    course, rounds = Course.find(ROOT), QUICK_ROUNDS if quick else ROUNDS
    return {
        "rounds": rounds,
        "warm": {f"{name} {exercise}": warm(course, name, exercise, rounds) for name, exercise in EXERCISES},
        "stop": stop(course, rounds // 2 + 1),
    }
