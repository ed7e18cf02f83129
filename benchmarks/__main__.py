"""Measure, and write benchmarks/results/NAME.json, the plots, docs/benchmarks.md and the figures in docs/comparison.md.

    python -m benchmarks [--quick] [NAME ...]        # without a name, all; `page` only draws existing results

floor      one submission against bare pytest; a cold start; the memory used by hostile submissions
notebook   a check in a warm kernel, and the prompt after the stop button
phases     where the time of one submission goes
nbgrader   a class graded by stock `nbgrader autograde` and by `autograder grade`
otter      the same by otter-grader (OTTER_PYTHON names the Python of its own environment)
loops      six hundred submissions, a tenth of them with endless loops
scaling    workers, a cluster on this machine, and ten thousand submissions

--quick takes about a minute for each and only shows that it runs; its numbers go to results/quick/ and onto no page.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path

NAMES = ("floor", "notebook", "phases", "nbgrader", "otter", "loops", "scaling")
ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[*NAMES, "page", []], metavar="NAME")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    folder = RESULTS / "quick" if arguments.quick else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    for name in [each for each in arguments.names or NAMES if each != "page"]:
        machine = {
            "platform": platform.platform(),
            "python": platform.python_version(),
            "cores": len(os.sched_getaffinity(0)),
            "load_before": os.getloadavg()[0],  # of other programs: numbers from a busy machine mean nothing
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        started = time.perf_counter()
        measured = importlib.import_module(f"benchmarks.{name}").measure(arguments.quick)
        result = {"machine": machine, "took_s": time.perf_counter() - started, **measured}
        text = json.dumps(rounded(result), indent=1)
        (folder / f"{name}.json").write_text(text + "\n")
        print(name, text)
    if not arguments.quick:
        from benchmarks import page

        page.write(RESULTS)
        page.quote(RESULTS)


def rounded(value: object) -> object:
    """The value with four digits, which are more than a shared machine supports."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
