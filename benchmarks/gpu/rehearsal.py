"""`make gpu-rehearsal`: the stages on the CPU, in small. It shows that the code runs, and says nothing of any GPU.

The checks are those of a copy of the course in which they say "cpu" for "cuda" and train on few images, and a script in
the place of nvidia-smi names a GPU. The copy is in build/, and so is the result.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from autograder.errors import CourseError
from benchmarks.gpu.kit import ROOT

SAYS = "This is a rehearsal on the CPU: no number in it is a GPU's."
NAME = "no GPU: a rehearsal on the CPU"
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
    """Make the folder anew, with the copy of the course and the tool; what to add to the environment.

    Raises: CourseError if a check no longer says what is to be changed in it.
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
