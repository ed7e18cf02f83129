"""Grade a class of LeNets on this machine's GPU: `make gpu`. Writes benchmarks/results/gpu.json and prints the table.

The class is the reference, the reference with each known mistake of `fit`, and work that is right and slow in ways that
only a GPU shows. Times are compared with the reference's, trained beside each submission in the same run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from autograder import gpu
from autograder.checking.answers import load_live
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading.grader import Options
from autograder.grading.pool import grade_many
from autograder.intake.find import Found
from autograder.report.report import Report
from autograder.sandbox import backends
from benchmarks.__main__ import RESULTS, ROOT
from examples.make_class import Assignment

_TRAIN = """\
def fit(x, y, device, seed):
    torch.manual_seed(seed)
    mean, std = x.mean().item(), x.std().item()
    model = LeNet5().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    {before}
    for _ in range(10):
        for chosen in torch.randperm(len(x)).split(64):
            {batch}
            loss = F.cross_entropy(model((images - mean) / std), labels)
            optimizer.zero_grad()
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
_RESIDENT = "x, y = x.to(device), y.to(device)"
_CHOSEN = "images, labels = x[chosen.to(device)], y[chosen.to(device)]"
_SLOW = {
    "a copy per step": {
        "before": "pass",
        "batch": "images, labels = x[chosen].to(device), y[chosen].to(device)",
        "after": "pass",
    },
    "a wait per step": {"before": _RESIDENT, "batch": _CHOSEN, "after": "loss.item()"},
    "synchronised per step": {
        "before": _RESIDENT,
        "batch": _CHOSEN,
        "after": "if device == 'cuda': torch.cuda.synchronize()",
    },
    "graphs kept": {"before": f"{_RESIDENT}; kept = []", "batch": _CHOSEN, "after": "kept.append(loss)"},
}


def submissions(course: Course, folder: Path) -> list[Found]:
    """Files of the class, by what is wrong in them."""
    a = Assignment(course, "lenet")
    wrong = [name for name, (exercise, _) in a.wrong.items() if exercise == "fit"]
    work = {"reference": a.work(), **{name: a.work(name) for name in wrong}}
    work |= {name: a.work() | {"fit": _TRAIN.format(**parts)} for name, parts in _SLOW.items()}
    found = []
    for name, code in work.items():
        path = folder / f"{name.replace(' ', '_')}.py"
        path.write_text(a.script(code))
        found.append(Found(name, path, None))
    return found


def row(report: Report, names: set[str]) -> dict[str, Any]:
    """What these checks found in one submission."""
    checks = [check for check in report.checks if check.name in names]
    return {
        "submission": report.submission,
        "points": sum(check.points for check in checks),
        "of": sum(check.max_points for check in checks),
        "checks": {
            check.name: {
                "status": check.status,
                "points": check.points,
                "message": check.message,
                "duration_s": check.duration_s,
                "numbers": {f.title: f.data["value"] for f in check.evidence if f.kind == "number"},
            }
            for check in checks
        },
    }


def main() -> None:
    device = gpu.find()
    if device is None:
        sys.exit("There is no NVIDIA GPU here (nvidia-smi names none): nothing was measured.")
    import torch

    course = Course.find(ROOT)
    names = {check.name for check in load_live(course, "lenet")[0] if check.gpu}
    try:
        backends.command(backends.BUBBLEWRAP, 0, ())
        isolation = backends.BUBBLEWRAP
    except CourseError:
        isolation = backends.PROCESS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        options = Options(isolation, workers=2)
        reports = grade_many(course, "lenet", submissions(course, folder), folder / "out", options)
    driver = subprocess.run(
        ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"], capture_output=True, text=True
    )
    result = {
        "device": device.name,
        "driver": driver.stdout.strip(),
        "torch": str(torch.__version__),
        "cuda": torch.version.cuda,
        "isolation": isolation,
        "submissions": [row(report, names) for report in reports],
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "gpu.json").write_text(json.dumps(result, indent=1) + "\n")
    for each in result["submissions"]:
        print(f"{each['points']:5.2f} of {each['of']:g}  {each['submission']}")
        for name, check in each["checks"].items():
            print(f"        {check['status']:8} {name}: {check['message'][:90]}")


if __name__ == "__main__":
    main()
