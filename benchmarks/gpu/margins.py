"""How far correct work is below the thresholds of the checks on a GPU, and wrong work above, in standard deviations.

All quantities here must be at most some threshold. Times, and errors relative to what is allowed, are compared by their
logarithms. The standard deviation is that of the correct submissions of all stages.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ENOUGH = 3.0
_SMALLEST = 1e-6  # the minimum of a deviation, and of a value before its logarithm is taken

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Quantity:
    """A quantity that a check measures. of: computes it from the evidence's numbers. threshold: the constant's name in
    checks.py. least: the constant is a minimum for 1 minus the value."""

    check: str
    what: str
    of: Callable[[Numbers], float]
    threshold: str
    logarithmic: bool = False
    least: bool = False


def _between(title: str) -> Callable[[Numbers], float]:
    return lambda numbers: numbers[f"{title}, you"] - numbers[f"{title}, the reference"]


def _less(title: str) -> Callable[[Numbers], float]:
    return lambda numbers: -_between(title)(numbers)


def _missed(title: str) -> Callable[[Numbers], float]:
    return lambda numbers: 1 - numbers[title]


READS, _MIXED = "reads_as_well_as_the_reference_on_a_gpu", "learns_in_mixed_precision"
_STAYS, _FAST = "data_and_network_stay_on_the_gpu", "trains_nearly_as_fast_as_the_reference"
QUANTITIES = (
    Quantity(READS, "accuracy below the reference's", _less("accuracy"), "LESS_ACCURATE"),
    Quantity(_MIXED, "accuracy below the reference's", _less("accuracy"), "LESS_ACCURATE_MIXED"),
    Quantity(_MIXED, "errors of the reference", _missed("accuracy, the reference"), "LEAST_MIXED", least=True),
    Quantity(_STAYS, "more copies per step", _between("copies to the GPU per step"), "MORE_PER_STEP"),
    Quantity(_STAYS, "more waits per step", _between("waits for the GPU per step"), "MORE_PER_STEP"),
    Quantity(
        _FAST,
        "times the reference's time",
        lambda numbers: numbers["seconds, you"] / numbers["seconds, the reference"],
        "TIMES_AS_LONG",
        logarithmic=True,
    ),
    Quantity(_FAST, "errors after this training", _missed("accuracy after this training"), "LEAST_TIMED", least=True),
)


def rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each threshold that was measured: check, what, n, mean, sd, threshold, margin in sd (None if n < 2),
    and for each wrong submission its value and how far it is beyond the threshold."""
    found = [stage["found"] for stage in result["stages"].values()]
    constants = {name: value for each in found for name, value in each.get("thresholds", {}).items()}
    graded = [row for each in found for row in each.get("submissions", ())]
    table = []
    for quantity in QUANTITIES:
        values = list(_values(quantity, graded))
        right = [value for _, is_right, value in values if is_right]
        if right:
            threshold = constants[quantity.threshold]
            threshold = 1 - threshold if quantity.least else threshold
            wrong = {name: value for name, is_right, value in values if not is_right}
            where = {"check": quantity.check, "what": quantity.what}
            table.append(where | _row(right, wrong, threshold, logarithmic=quantity.logarithmic))
    shares: dict[tuple[str, str], list[float]] = {}
    for each in found:
        for one in each.get("comparisons", ()):
            shares.setdefault((one["check"], one["what"]), []).append(one["share"])
    for (check, what), values in shares.items():
        where = {"check": check, "what": f"{what}, as a share of what is allowed"}
        table.append(where | _row(values, {}, 1.0, logarithmic=True))
    return table


def _values(quantity: Quantity, graded: list[dict[str, Any]]) -> Iterator[tuple[str, bool, float]]:
    """(submission, whether it is correct, value) for each check that came far enough to measure it."""
    for row in graded:
        try:
            yield row["submission"], row["right"], quantity.of(row["checks"][quantity.check]["numbers"])
        except KeyError:
            continue


def _row(right: list[float], wrong: Mapping[str, float], threshold: float, *, logarithmic: bool) -> dict[str, Any]:
    def scaled(value: float) -> float:
        return math.log(max(value, _SMALLEST)) if logarithmic else value

    mean = statistics.mean(map(scaled, right))
    sd = max(statistics.stdev(map(scaled, right)), _SMALLEST) if len(right) > 1 else None

    def beyond(value: float) -> float | None:
        return None if sd is None else round((scaled(value) - scaled(threshold)) / sd, 2)

    return {
        "n": len(right),
        "values": right,
        "mean": math.exp(mean) if logarithmic else mean,
        "sd": sd,
        "scale": "logarithm" if logarithmic else "value",
        "threshold": threshold,
        "margin_sd": None if sd is None else round((scaled(threshold) - mean) / sd, 2),
        "wrong": {name: {"value": value, "beyond_sd": beyond(value)} for name, value in wrong.items()},
    }


def close(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a table in which correct work is not safely below its threshold, or the margin is unknown."""
    return [row for row in table if row["margin_sd"] is None or row["margin_sd"] < ENOUGH]


def text(result: Mapping[str, Any]) -> str:
    """The margins, the thresholds that are too close, and the checks that catch each wrong submission."""
    table = rows(result)
    lines = [
        "",
        f"{'what right work gives':62} {'n':>3} {'mean':>9} {'sd':>9} {'threshold':>9} {'margin':>7}",
        *(_line(row) for row in table),
        "",
        "Margins below three standard deviations: "
        + (
            "; ".join(f"{row['what']} ({row['check']})" for row in close(table)) or "none"
            if table
            else "nothing measured"
        ),
        "",
    ]
    for stage in result["stages"].values():
        for row in stage["found"].get("submissions", ()):
            lines.append(_caught(row, table))
    return "\n".join(lines)


def _line(row: Mapping[str, Any]) -> str:
    sd, margin = ("-" if row[key] is None else f"{min(row[key], 999):.3g}" for key in ("sd", "margin_sd"))
    what = f"{row['what']} ({row['check']})"
    if len(what) > 62:
        what = f"{what[:61]}…"
    return f"{what:62} {row['n']:3} {row['mean']:9.3g} {sd:>9} {row['threshold']:9.3g} {margin:>7}"


def _caught(row: Mapping[str, Any], table: list[dict[str, Any]]) -> str:
    """One submission: its points, and for each check that took some, which threshold was exceeded by how much."""
    lost = []
    for name, check in row["checks"].items():
        if check["status"] == "passed":
            continue
        beyond = [
            f"{each['what']} {wrong['value']:.3g}, {wrong['beyond_sd']} sd beyond"
            for each in table
            if each["check"] == name
            and (wrong := each["wrong"].get(row["submission"]))
            and (wrong["beyond_sd"] or 0) > 0
        ]
        said = "; ".join(beyond) or check["message"][:100]
        lost.append(f"\n    {check['status']:8} {name} {check['points']:g} of {check['of']:g}: {said}")
    head = f"{row['submission']}: {row['points']:g} of {row['of']:g}"
    return head + ("".join(lost) or ", all checks hold")
