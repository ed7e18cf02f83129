"""Runs attacks on the `process` backend, which does not protect, inside a jail that this module builds.

The grader itself is inside the jail, so an attack that kills every process or reads every file reaches only what is in
the jail. From outside, a killed grader can be told from one that reported its findings.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.files import PACKAGE
from autograder.proofs.attack.trial import Attack, Trial, Verdict
from autograder.sandbox.backends import PROCESS

_LONGEST_S = 60.0


def verdict_from_jail(attack: Attack) -> Verdict:
    """The verdict on one attack. Raises: CourseError if no jail can be built here."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise CourseError(
            "the process backend does not protect this machine, so it is attacked in a jail only: install bubblewrap"
        )
    result, theirs = os.pipe()
    # Python and this package have to be bound if they are below the host's /tmp, which a private /tmp hides.
    ours = {sys.prefix, str(PACKAGE.parent)}
    binds = [part for path in sorted(ours) if Path(path).is_relative_to("/tmp") for part in ("--ro-bind", path, path)]
    command = [
        *(bwrap, "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--die-with-parent"),
        *("--new-session", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run"),
        *("--tmpfs", "/tmp", "--tmpfs", "/var/tmp", *binds, "--cap-drop", "ALL", "--chdir", "/tmp"),
        *("--", sys.executable, "-c", f"from autograder.proofs.attack import jail; jail.inside({theirs})"),
    ]
    packed = {**vars(attack), "data": base64.b64encode(attack.data).decode()}
    reason = f"no answer within {_LONGEST_S:g} s"
    with os.fdopen(result) as answers:
        try:
            done = subprocess.run(
                command, input=json.dumps(packed).encode(), pass_fds=[theirs], capture_output=True, timeout=_LONGEST_S
            )
            said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            reason = f"exit status {done.returncode}{said and ', ' + said[:200]}"
        except subprocess.TimeoutExpired:
            pass
        finally:
            os.close(theirs)
        answer = answers.read()
    if not answer:
        return Verdict(attack.name, (f"the grader itself did not survive it ({reason})",))
    data = json.loads(answer)
    if "fault" in data:
        raise CourseError(data["fault"])
    return Verdict(attack.name, tuple(data["harms"]), data["score"], data["duration_s"])


def inside(result_fd: int) -> None:
    """In the jail: read an attack from stdin, write the verdict to this descriptor."""
    packed = json.load(sys.stdin)
    attack = Attack(**{**packed, "data": base64.b64decode(packed["data"])})
    os.set_inheritable(result_fd, False)
    answer: dict[str, Any]
    try:
        with Trial(PROCESS) as trial:
            answer = vars(trial.verdict(attack))
    except CourseError as error:
        answer = {"fault": str(error)}
    os.write(result_fd, json.dumps(answer).encode())
