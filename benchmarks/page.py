"""Makes docs/benchmarks.md and its plots from benchmarks/results/*.json, so that no number on the page is typed.

It also writes the few numbers that docs/comparison.md quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
BUSY = 0.5  # a load above this before the measurement is mentioned

Result = Mapping[str, Any]


def write(results: Path, docs: Path = DOCS) -> None:
    """Write the page, and the plots of the results."""
    found = read(results)
    (docs / "benchmarks.md").write_text(render(found))
    draw(found, docs / "benchmarks")


def quote(results: Path) -> None:
    """Write the quoted numbers into docs/comparison.md."""
    path = DOCS / "comparison.md"
    path.write_text(quoting(path.read_text(), read(results)))


def read(results: Path) -> dict[str, Result]:
    """The results, by the benchmark's name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(results.glob("*.json"))}


def quoting(text: str, found: Mapping[str, Result]) -> str:
    """The text of docs/comparison.md with the measured numbers.

    Raises: ValueError if a sentence that quotes one is missing.
    """
    stock = found["nbgrader"]["assignments"]["conv"]["ordinary"]
    other = found["otter"]["assignments"]["conv"]
    warm_s = found["floor"]["overhead"]["conv"]["graded_s"]
    check_s = found["floor"]["cold"]["optimizers adam"]["check_s"]
    for sentence, *figures in (
        ("one class of {} submissions", stock["submissions"]),
        ("measured, for {} submissions", stock["submissions"]),
        ("| {}, against {} by `autograder grade`", seconds(stock["nbgrader_s"]), seconds(stock["autograder_s"])),
        (
            "`otter run`, without containers: {}, against {} |",
            *map(seconds, (other["otter_run_s"], other["autograder_s"])),
        ),
        ("| as above; {} s for one submission", f"{warm_s:.2f}"),
        ("check` of `adam`: {} s,", f"{check_s:.2f}"),
    ):
        pattern = re.escape(sentence).replace(r"\{\}", r"[^|,]+?")
        text, count = re.subn(pattern, sentence.format(*figures), text)
        if count != 1:
            raise ValueError(f"docs/comparison.md should say once: {sentence}")
    return text


def render(found: Mapping[str, Result]) -> str:
    """The page. A benchmark without results has no section."""
    sections = {
        "nbgrader": nbgrader,
        "otter": otter,
        "floor": floor,
        "notebook": notebook,
        "phases": phases,
        "loops": loops,
        "scaling": scaling,
    }
    parts = [part(found[name]) for name, part in sections.items() if name in found]
    return "\n\n".join([INTRODUCTION, *parts, gpu(found.get("gpu"), found.get("gpu-rehearsal"))]) + "\n"


INTRODUCTION = """\
# Benchmarks

`make bench` measures everything below, writes `benchmarks/results/*.json`, and makes this page and its plots from them;
`python -m benchmarks NAME` measures one part, and `--quick` shows in about a minute each that it runs. What is compared
was measured in one run, on the same cores, one after the other. What a number is of is said in the script of that name
in `benchmarks/`."""


def measured(title: str, result: Result) -> str:
    """The head of a section: where and when it was measured, and a warning if other programs ran."""
    machine = result["machine"]
    load = machine["load_before"]
    busy = f" **The machine was busy (load {load:g}): these numbers are noisy.**" if load > BUSY else ""
    where = f"{machine['cores']} cores, Python {machine['python']}, {machine['at'][:10]}"
    return f"## {title}\n\n{where}; `benchmarks/results/`.{busy}\n\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 1 else f"{1000 * value:.1f} ms"


def nbgrader(result: Result) -> str:
    rows = []
    for name, each in result["assignments"].items():
        for group in ("ordinary", "loops", "all"):
            one = each[group]
            row = (name, group, one["submissions"], seconds(one["nbgrader_s"]), seconds(one["autograder_s"]))
            rows.append((*row, f"{one['ratio']:.1f}×"))
    bounds = "\n".join(
        f"- {name}: the deadlines of its loops, over the workers: {seconds(each['deadlines']['over_workers_s'])}; "
        f"the whole class took {each['deadlines']['all_over_that']:.2f} times that. "
        f"{each['same_score']:.0%} of the scores are the same by both graders."
        for name, each in result["assignments"].items()
    )
    heads = ("assignment", "submissions", "number", "nbgrader autograde", "autograder grade", "ratio")
    return (
        measured("Against stock nbgrader", result)
        + "A class with known mistakes, exceptions and endless loops, from what was handed in to stored scores, by the "
        "two commands. nbgrader's notebook has a test cell for each of our checks, which runs that very check; both "
        "have the same deadline.\n\n"
        + table(heads, rows)
        + f"\n\n{bounds}\n- Scores differ where what also holds of code that does nothing counts only beside other "
        "checks, and where a check is judged with the course's own function in place of a broken one: a cell of "
        "nbgrader's stands by itself.\n- A submission stays with one worker, so with few loops of different lengths "
        "one of them is busy longer."
        "\n\n![Seconds per submission](benchmarks/nbgrader.svg)"
    )


def otter(result: Result) -> str:
    head = measured("Against otter-grader", result)
    if "missing" in result:
        return head + f"Not measured: {result['missing']}"
    rows = []
    missing = [name for name, each in result["assignments"].items() if "missing" in each]
    for name, each in result["assignments"].items():
        if name not in missing:
            row = [name, each["submissions"], seconds(each["otter_run_s"]), seconds(each["otter_api_s"])]
            rows.append([*row, seconds(each["autograder_s"]), f"{each['ratio_run']:.1f}×", f"{each['ratio_api']:.1f}×"])
    heads = ("assignment", "submissions", "otter run", "otter's API", "autograder grade", "run", "API")
    return (
        head + f"otter-grader {result['otter']}, without containers: `otter run` for each submission, and "
        "`otter.api.grade_submission` for all in one process, without any isolation. The class has no endless loops: "
        "otter has no deadline for them.\n\n"
        + table(heads, rows)
        + "".join(f"\n\n{name}: not measured." for name in missing)
    )


def floor(result: Result) -> str:
    rows = [
        (name, each["checks"], seconds(each["bare_pytest_s"]), seconds(each["graded_s"]), f"{each['ratio']:.2f}×")
        for name, each in result["overhead"].items()
    ]
    training = [(name, each["checks"], seconds(each["graded_s"])) for name, each in result["training"].items()]
    cold = [
        (
            name,
            each["checks"],
            seconds(each["imports_s"] + each["bare_pytest_s"]),
            seconds(each["check_s"]),
            f"{each['ratio']:.2f}×",
        )
        for name, each in result["cold"].items()
    ]
    return (
        measured("Against the floor", result)
        + "One submission in a warm sandbox, against bare pytest in one warm process on the same checks and code.\n"
        + "What other measurements have loaded is kept out of the collections of garbage with which pytest ends:\n\n"
        + table(("assignment", "checks", "bare pytest", "graded", "ratio"), rows)
        + "\n\nWhere checks train, nearly all of the time is the student's code:\n\n"
        + table(("assignment", "checks", "graded"), training)
        + "\n\n`autograder check` from a shell, against importing numpy and pytest and running the checks:\n\n"
        + table(("exercise", "checks", "floor", "check", "ratio"), cold)
        + f"\n\nThe worst of the hostile submissions took {result['memory']['worst_extra_mib']:.0f} MiB more of the "
        "grader's memory than an ordinary one."
    )


def notebook(result: Result) -> str:
    warm = [
        (name, seconds(each["cpu_s"]), seconds(each["wall_s"]), seconds(each["wall_min_max_s"][1]))
        for name, each in result["warm"].items()
    ]
    stop = [(name, seconds(each["median_s"]), seconds(each["min_max_s"][1])) for name, each in result["stop"].items()]
    return (
        measured("What a student waits for", result)
        + f'`check("...")` of right work in a warm kernel, {result["rounds"]} times:\n\n'
        + table(("exercise", "CPU", "median", "longest"), warm)
        + "\n\nFrom the interrupt that ■ sends until the kernel is idle, with `check` in a loop without end:\n\n"
        + table(("the loop does", "median", "longest"), stop)
    )


def phases(result: Result) -> str:
    order = ("read", "fork and load", "student", "checks", "diagnosis", "stop", "digest", "write", "other", "total")
    rows = [
        (name, *(seconds(each[phase]) if phase in each else "" for phase in order))
        for name, each in result["wall"].items()
    ]
    used = [
        (name, *(seconds(each[key]) if key in each else "" for key in ("submission_s", "own_code_s", "beyond_s")))
        for name, each in result["cpu"].items()
        if not isinstance(each, str)
    ]
    return (
        measured("Where the time of one submission goes", result)
        + "Medians, by stopwatches around the grader's functions, each without those inside it. `student`: the grader "
        "waits for the student's process; `checks`: the reference, the comparisons, the frames.\n\n"
        + table(("submission", *order), rows)
        + "\n\nCPU of all processes together, and of the student's own functions; where checks train, nearly all of it "
        "is the student's networks at work:\n\n"
        + table(("assignment", "a submission", "own code", "beyond it"), used)
        + "\n\n![Phases](benchmarks/phases.svg)"
    )


def gpu(result: Result | None, log: Result | None = None) -> str:
    """The results of `make gpu` about the thresholds; until it has run, the log of the rehearsal."""
    head = "## Checks on a GPU\n\n"
    if result is None:
        head += "Not yet run on a GPU: [gpu.md](gpu.md) says how, and what is to be found out."
        return head + (rehearsal(log) if log else "")
    rows = [
        (
            f"`{each['check']}`: {each['what']}",
            each["n"],
            f"{each['mean']:.3g}",
            f"{each['threshold']:.3g}",
            "" if each["margin_sd"] is None else f"{each['margin_sd']:.3g}",
        )
        for each in result["margins"]
    ]
    machine = result["machine"]
    missing = [name for name, stage in result["stages"].items() if stage["ended"] != "done"]
    return (
        head + f"{machine['device']}, driver {machine['driver']}, torch {machine['torch']}, CUDA {machine['cuda']}, "
        f"Python {machine['python']}; `benchmarks/results/gpu.json`. What right work gives, and how many standard "
        "deviations it stays below the threshold ([gpu.md](gpu.md)):\n\n"
        + table(("what", "runs", "mean", "threshold", "margin"), rows)
        + (f"\n\nNot complete: {', '.join(missing)}." if missing else "")
    )


def rehearsal(log: Result) -> str:
    """What was rehearsed without a GPU, when and with what; `benchmarks/gpu/rehearsal.py` writes the log."""
    rows = [
        (f"`{name}`", each["ended"], each["ran"], f"{each['python']}, torch {each['torch']}", each["at"][:10])
        for name, each in log["stages"].items()
    ]
    kit = log.get("kit")
    return (
        "\n\nRehearsed on the CPU, in small, so that every line but CUDA's own calls has run. What came out says "
        "nothing of a GPU (`benchmarks/results/gpu-rehearsal.json`):\n\n"
        + table(("stage", "ended", "ran", "Python", "on"), rows)
        + (
            f"\n\nThe kit: {kit['packages']} packages were installed from their wheels alone into Python "
            f"{kit['python']}, beside {', '.join(map(' '.join, kit['beside'].items()))}, on {kit['at'][:10]}; images, "
            f"a class of submissions and the pool worked there, and it ended as it should: *{kit['ended']}*"
            if kit
            else ""
        )
    )


def loops(result: Result) -> str:
    took = result["seconds"]
    return (
        measured("A large class with endless loops", result)
        + f"{result['submissions']} submissions of `{result['assignment']}` by `autograder grade`, {result['loops']} "
        f"of them with endless loops, took {seconds(took['all'])}, and {seconds(took['without_loops'])} without those: "
        f"the loops are {result['share']:.0%} of the time. In a quarter of them nothing shows that they have no end."
    )


def scaling(result: Result) -> str:
    workers, many = result["workers"], result["many"]
    rows = [
        (name, seconds(value), f"{workers['throughput_of_one'][name]:.2f}×")
        for name, value in workers["seconds_per_submission"].items()
    ]
    return (
        measured("Workers, a cluster, ten thousand submissions", result)
        + f"{workers['submissions']} submissions of `optimizers`, once the workers are warm:\n\n"
        + table(("by", "per submission", "throughput"), rows)
        + f"\n\nTwo processes that only compute reach {workers['two_that_only_compute']:.2f}× of one on these cores."
        + f"\n\n{many['submissions']} small submissions through the pool took {seconds(many['seconds'])}: "
        f"{many['rate_first_half']:.1f} per second in the first half, {many['rate_second_half']:.1f} in the second. "
        f"The parent held {many['memory_after_500_mib']:.0f} MiB after the first 500 and "
        f"{many['memory_at_the_end_mib']:.0f} MiB at the "
        f"end ({many['memory_ratio']:.2f}×).\n\n![Memory and time](benchmarks/scaling.svg)"
    )


def draw(found: Mapping[str, Result], folder: Path) -> None:
    """Draw the plots of all results that have one."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "benchmarks"  # so that the same numbers give the same file
    import matplotlib.pyplot as plt

    folder.mkdir(exist_ok=True)
    plots: dict[str, Callable[[Result, Any], None]] = {
        "nbgrader": draw_nbgrader,
        "phases": draw_phases,
        "scaling": draw_scaling,
    }
    for name, plot in plots.items():
        if name in found:
            figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
            plot(found[name], axes)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
            plt.close(figure)


def draw_nbgrader(result: Result, axes: Any) -> None:
    names = list(result["assignments"])
    for shift, key, label in ((-0.2, "nbgrader_s", "nbgrader autograde"), (0.2, "autograder_s", "autograder grade")):
        each = [result["assignments"][name]["ordinary"] for name in names]
        axes.bar(
            [n + shift for n in range(len(names))], [one[key] / one["submissions"] for one in each], 0.4, label=label
        )
    axes.set(xticks=range(len(names)), xticklabels=names, yscale="log", ylabel="seconds per submission")
    axes.legend()


def draw_phases(result: Result, axes: Any) -> None:
    names = list(result["wall"])
    left = [0.0] * len(names)
    for phase in ("read", "fork and load", "student", "checks", "diagnosis", "stop", "digest", "write", "other"):
        widths = [1000 * result["wall"][name].get(phase, 0.0) for name in names]
        axes.barh(names, widths, left=left, label=phase)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set(xlabel="milliseconds of one submission")
    axes.invert_yaxis()
    axes.legend(fontsize=7, ncols=3)


def draw_scaling(result: Result, axes: Any) -> None:
    points = result["many"]["points"]
    done = [each["done"] for each in points]
    axes.plot(done, [each["parent_mib"] for each in points], color="C0")
    axes.set(xlabel="submissions graded", ylabel="MiB of the parent", ylim=(0, None))
    axes.yaxis.label.set_color("C0")
    clock = axes.twinx()
    clock.plot(done, [each["seconds"] for each in points], color="C1")
    clock.set(ylabel="seconds", ylim=(0, None))
    clock.yaxis.label.set_color("C1")
