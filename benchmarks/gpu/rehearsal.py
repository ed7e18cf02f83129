"""`make gpu-rehearsal`: the stages on the CPU, on a small scale. Shows that the code runs, but nothing about any GPU.

The checks are from a copy of the course in which "cuda" is replaced by "cpu" and training uses few images; a script
replaces nvidia-smi and names a GPU. The copy and the result are in build/. What ran is recorded in LOG, which is in the
repository.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.files import write_atomically
from benchmarks.gpu.kit import ROOT, THERE

SAYS = "This is a rehearsal on the CPU: no number in it is a GPU's."
NAME = "no GPU: a rehearsal on the CPU"
LOG = ROOT / "benchmarks" / "results" / "gpu-rehearsal.json"
_SIZES = "IMAGES, TIMED_IMAGES, MIXED_IMAGES = "
CHANGES = {
    "lenet": {
        '"cuda"': '"cpu"',
        "limit_gpu_memory(student, GPU_MEMORY_MIB)": "student.module('torch')",
        '"cpu", 0), gpu=True)': '"cpu", 0), gpu=False)',
        f"{_SIZES}60_000, 20_000, 10_000": f"{_SIZES}300, 200, 600",
        "3000)": "300)",
    },
    "ilsvrc": {'"cuda"': '"cpu"'},
}
_TOOL = f"""\
#!/bin/sh
case "$*" in
*loop-ms*) while echo "0, 0"; do sleep 0.05; done ;;
*driver_version*) echo none ;;
*) echo "{NAME}, rehearsal" ;;
esac
"""


def prepare(folder: Path) -> dict[str, str]:
    """Create the folder again, with the copy of the course and the tool. Returns additions to the environment.

    Raises: CourseError if a check does not contain the text to replace.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "course.yml", folder)
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    (folder / "assignments").symlink_to(ROOT / "assignments")
    for assignment, changes in CHANGES.items():
        path = folder / "solutions" / assignment / "checks.py"
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            if old not in text:
                raise CourseError(f"{path}: {old} is not there any more; the rehearsal is to be told (benchmarks/gpu)")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    tool = folder / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text(_TOOL)
    tool.chmod(0o755)
    return {"PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}", "CUDA_VISIBLE_DEVICES": "0"}


def note_kit(packages: int, ended: str, path: Path) -> None:
    """Log that a kit with this many packages works in this Python, next to its installed packages, and the outcome."""
    beside = {name: metadata.version(name) for name in sorted(THERE)}
    _note({"kit": {**_here(), "beside": beside, "packages": packages, "ended": ended}}, path)


def note(result: Mapping[str, Any], path: Path) -> None:
    """Log the stages of a rehearsal and what ran in each, without numbers that could be mistaken for a GPU's."""
    where = {**_here(), "torch": result["machine"]["torch"]}
    stages = {
        name: {**where, "ended": stage["ended"], "took_s": stage["took_s"], "ran": _ran(stage["found"])}
        for name, stage in result["stages"].items()
    }
    _note({"stages": stages}, path)


def _note(new: Mapping[str, Any], path: Path) -> None:
    """Write these entries into the log; other stages do not change."""
    log = json.loads(path.read_text()) if path.is_file() else {}
    log |= {**new, "stages": log.get("stages", {}) | new.get("stages", {})}
    write_atomically(path, json.dumps(log, indent=1) + "\n")


def _here() -> dict[str, str]:
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version()}


def _ran(found: Mapping[str, Any]) -> str:
    """A description of what a stage did."""
    parts = [f"{key}: {len(found[key])}" for key in ("submissions", "comparisons", "failed") if found.get(key)]
    facts = {"says_out_of_memory": "out of memory is said", "next_is_unharmed": "the next submission is unharmed"}
    parts += [what if found[key] else f"not so: {what}" for key, what in facts.items() if key in found]
    return ", ".join(parts) or found.get("why_not", "nothing")
