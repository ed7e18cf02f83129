"""Reports that several tests need."""

from autograder.report import CheckResult, ExerciseResult, Report


def check(status: str = "passed", **changes: object) -> CheckResult:
    values: dict[str, object] = {
        "name": f"is_{status}",
        "title": "Adam follows the reference.",
        "points": 6.0 if status == "passed" else 0.0,
        "max_points": 6.0,
        "public": True,
        "status": status,
    }
    return CheckResult(**(values | changes))  # type: ignore[arg-type]  # the values are of their fields' types


def report(*checks: CheckResult, submission: str = "alice", **changes: object) -> Report:
    values: dict[str, object] = {
        "assignment": "optimizers",
        "submission": submission,
        "exercises": (ExerciseResult("adam", checks),),
        "isolation": "bubblewrap",
        "seed": "00ff",
        "versions": {"python": "3.11.2"},
        "duration_s": 0.25,
    }
    return Report(**(values | changes))  # type: ignore[arg-type]  # the values are of their fields' types
