"""The command `attack`, which tests this machine's sandbox with hostile submissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.shell import BELOW, GRADED, command
from autograder.course.course import Course
from autograder.text import number, printable

if TYPE_CHECKING:
    from autograder.proofs.attack.trial import Verdict

_MOST_HARMS = 3


@command(
    argument(
        "folder",
        nargs="?",
        type=arguments.path,
        metavar="DIR",
        help="A folder of attacks, or one attack (default: tests/attacks next to course.yml).",
    ),
    argument(
        "--isolation",
        choices=["bubblewrap", "process"],
        default="bubblewrap",
        help="The sandbox to test; `process` is tested inside a jail, because it does not protect.",
    ),
    argument("--json", dest="as_json", action="store_true", help="Print one JSON object."),
)
def attack(folder: Path | None, isolation: str, as_json: bool) -> int:
    """Run hostile submissions in this machine's sandbox, and show which it stops."""
    import json

    from autograder.proofs.attack import suite

    attacks = suite.find(folder or Course.find(Path.cwd()).root / "tests" / "attacks")
    verdicts = suite.attack(attacks, isolation, lambda verdict: None if as_json else _show(verdict))
    held = sum(verdict.holds for verdict in verdicts)
    if as_json:
        pairs = zip(attacks, verdicts, strict=True)
        listed = [{"says": each.says, "holds": verdict.holds} | vars(verdict) for each, verdict in pairs]
        print(json.dumps({"isolation": isolation, "held": held, "attacks": listed}, indent=1))
    else:
        print(f"{held} of {len(verdicts)} attacks are stopped by {isolation}")
    return GRADED if held == len(verdicts) else BELOW


def _show(verdict: Verdict) -> None:
    if verdict.holds:
        said = f"holds          {verdict.attack} ({number(verdict.duration_s)} s)"
    else:
        more = len(verdict.harms) - _MOST_HARMS
        harms = [*verdict.harms[:_MOST_HARMS], *([f"and {more} more"] if more > 0 else [])]
        said = f"DOES NOT HOLD  {verdict.attack}: {'; '.join(harms)}"
    print(printable(said).replace("\n", " "), flush=True)
