"""Measure the numbers of training checks: `python -m benchmarks.thresholds lenet [--seeds 20] [--only CHECK]`.

Each check of an assignment that trains (and needs no GPU) is run with the reference, and with each known mistake of its
exercise, on the hidden inputs of one student per seed. The measured value is the first number of its evidence; the
threshold is the number "all points from". Both are written to solutions/<id>/measured.json, with the fitted
distribution and the false-fail rate: how often the reference would miss full points by bad luck.

If a mistake's numbers equal the reference's to the last digit on three seeds, it does not affect training. It is left
to the behavioral checks, and not measured further. The same is true of a mistake that equals another one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.declare import Check
from autograder.checking.run import process_seed, run
from autograder.course.course import Course
from autograder.sandbox.child import determinism
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local

ROOT = Path(__file__).parent.parent
THRESHOLD = "all points from"
SEEDS_TO_BE_THE_SAME = 3
_CLOSEST = 1e-3  # accuracies of 0 and 1 have no logit, so they are moved by this much


Numbers = dict[str, float]


def measure(check: Check, answers: LiveAnswers, names: dict[str, Any], number: int) -> tuple[Numbers, float]:
    """The numbers in a check's evidence for student `number`, by title, and the fraction of points earned."""
    seed = hashlib.sha256(f"threshold {number}".encode()).digest()
    determinism.seed(process_seed(check, seed))
    outcome = run(check, Namespace(Local(names)), answers.reference(check), seed)
    if outcome.status not in ("passed", "failed"):
        raise RuntimeError(f"{check.name}: {outcome.status}: {outcome.message}")
    numbers = {figure.title: figure.data["value"] for figure in outcome.evidence if figure.kind == "number"}
    return numbers, outcome.share


def distribution(values: Sequence[float], threshold: float) -> dict[str, Any]:
    """A normal distribution fitted to the values' logits, and how often it is below the threshold."""
    logits = logit(np.clip(values, _CLOSEST, 1 - _CLOSEST))
    mean, sd = float(logits.mean()), float(logits.std(ddof=1))
    return {
        "distribution": "normal on logit(value)",
        "logit_mean": round(mean, 4),
        "logit_sd": round(sd, 4),
        "central_value": round(float(expit(mean)), 4),
        "rate_below_threshold": float(f"{norm.cdf((logit(threshold) - mean) / max(sd, 1e-9)):.3g}"),
    }


def of_one(
    check: Check, answers: LiveAnswers, names: dict[str, Any], seeds: int, earlier: Mapping[str, Sequence[Numbers]]
) -> tuple[dict[str, Any], list[Numbers], float]:
    """The entry for the reference or one mistake; all its numbers by seed; the threshold.

    earlier: name -> the numbers by seed of what was measured before.
    """
    every: list[Numbers] = []
    values: list[float | None] = []
    shares: list[float] = []
    metric, threshold = "", float("nan")
    for number in range(seeds):
        numbers, share = measure(check, answers, names, number)
        title, value = next(iter(numbers.items()), ("", None))
        metric, threshold = title or metric, numbers.get(THRESHOLD, threshold)
        values.append(value)
        shares.append(share)
        every.append(numbers)
        same = [name for name, known in earlier.items() if every == list(known[: number + 1])]
        if same and any(every) and number + 1 == SEEDS_TO_BE_THE_SAME:
            return {"same_numbers_as": same[0], "on_seeds": number + 1}, every, threshold
    found = [value for value in values if value is not None]
    summary: dict[str, Any] = {"metric": metric, "values": [value and round(value, 5) for value in values]}
    if found:
        summary |= {"mean": round(float(np.mean(found)), 4), "sd": round(float(np.std(found, ddof=1)), 4)}
    summary["mean_share_of_points"] = round(float(np.mean(shares)), 3)
    return summary, every, threshold


def measure_check(check: Check, answers: LiveAnswers, seeds: int) -> dict[str, Any]:
    """The entry for one check: the numbers of the reference and of each mistake."""
    summary, numbers, threshold = of_one(check, answers, answers.names, seeds, {})
    summary |= distribution(summary["values"], threshold)
    _say(check.name, "the reference", summary)
    mistakes, earlier = {}, {"the reference": numbers}
    for mistake in answers.known:
        if mistake.exercise == check.exercise:
            names = answers.names | {mistake.exercise: mistake.implementation}
            mistakes[mistake.name], numbers, _ = of_one(check, answers, names, seeds, earlier)
            if "values" in mistakes[mistake.name]:
                earlier[mistake.name] = numbers
            _say(check.name, mistake.name, mistakes[mistake.name])
    return {"points": check.points, "threshold": threshold, "reference": summary, "mistakes": mistakes}


def _say(check: str, who: str, summary: dict[str, Any]) -> None:
    shown = {key: summary[key] for key in ("mean", "sd", "rate_below_threshold") if key in summary} or summary
    print(f"{time.strftime('%H:%M:%S')} {check}: {who}: {shown}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, and write after each check. The numbers of other checks are kept."""
    import torch

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("assignment")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", help="measure this check alone")
    given = parser.parse_args()
    course = Course.find(ROOT)
    checks, answers = load_live(course, given.assignment)
    path = course.solutions_dir(given.assignment) / "measured.json"
    before = json.loads(path.read_text())["checks"] if path.is_file() else {}
    result: dict[str, Any] = {
        "assignment": given.assignment,
        "seeds": given.seeds,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "checks": {check.name: before[check.name] for check in checks if check.name in before},
    }
    for check in checks:
        if check.trains and not check.gpu and given.only in (None, check.name):
            result["checks"][check.name] = measure_check(check, answers, given.seeds)
            path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
