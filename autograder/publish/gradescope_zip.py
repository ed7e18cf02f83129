"""Writes the zip from which Gradescope builds an assignment's autograder.

It contains what grading needs and students must not see: the solutions with their hidden checks, and a secret for the
hidden inputs. This secret is only for this assignment and derived from the course's, so the zip reveals nothing about
other assignments, and a report's `seed` still replays its grade anywhere. In the container, all of it belongs to root,
and submissions run as `nobody`, inside bubblewrap if that works.
"""

from __future__ import annotations

import hashlib
import hmac
import stat

from autograder.course.course import FILE_NAME, Course
from autograder.errors import CourseError
from autograder.files import zipped
from autograder.publish import wheel

ROOT = "/autograder"
COURSE = "source/course"  # relative to the folder into which Gradescope unpacks the zip

_SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, as root and with network, to build the image in which every submission is graded.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq libseccomp2
apt-get install -y -qq bubblewrap || echo "bubblewrap could not be installed"
installed=
for version in 3.13 3.12 3.11; do
    apt-get install -y -qq "python$version" "python$version-venv" > /dev/null 2>&1 || true
    if "python$version" -m venv {root}/venv; then
        installed=$version
        break
    fi
done
if [ -z "$installed" ]; then
    echo "No Python 3.11, 3.12 or 3.13 here: choose the newest Ubuntu under 'Base image OS'." >&2
    exit 1
fi
{root}/venv/bin/python -m pip install --quiet --disable-pip-version-check{index} \\
    "{requirement}"
# The solutions, the hidden checks and the secret are root's alone; a submission runs as nobody.
chmod -R go-rwx {root}/source
"""

_RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for every submission, as root.
# What the submission may not read or write, whatever isolation there is.
chmod 700 {root}/source {root}/submission {root}/results
chmod 600 {root}/submission_metadata.json
export AUTOGRADER_SECRET
AUTOGRADER_SECRET="$(cat {root}/source/secret)"
exec {root}/venv/bin/autograder gradescope-run {assignment} --root {root}{options}
"""


def build(course: Course, assignment_id: str, *, allow_process: bool) -> bytes:
    """The zip. allow_process: if bubblewrap does not work, run submissions as plain processes of `nobody`.

    Raises: CourseError if the assignment has no solutions or no release, or if the secret cannot be read.
    """
    assignment = course.assignment(assignment_id)
    package, data = wheel.build()
    files = {f"wheels/{package}": data, f"course/{FILE_NAME}": course.path.read_bytes()}
    judging = dict(course.files_of(assignment_id))
    for folder in (course.solutions_dir(assignment_id), course.release_dir(assignment_id)):
        if not any(path.is_relative_to(folder) for path in judging.values()):
            raise CourseError(f"{folder} is missing or empty; run `autograder build`, where the solutions are")
    files |= {f"course/{name}": path.read_bytes() for name, path in judging.items()}
    extra, builds = wheel.extra_for(assignment.preload)
    index = f" --extra-index-url {builds}" if builds else ""  # builds with CUDA would not fit into the container
    requirement = f"{wheel.name_in(package)}{extra} @ file://{ROOT}/source/wheels/{package}"
    options = " --allow-process" if allow_process else ""
    files["setup.sh"] = _SETUP.format(root=ROOT, index=index, requirement=requirement).encode()
    files["run_autograder"] = _RUN.format(root=ROOT, assignment=assignment_id, options=options).encode()
    files["secret"] = f"{secret_of(course, assignment_id)}\n".encode()
    program, private = stat.S_IFREG | 0o755, stat.S_IFREG | 0o600
    return zipped(files, modes={"setup.sh": program, "run_autograder": program, "secret": private})


def secret_of(course: Course, assignment_id: str) -> str:
    """The secret for this assignment's hidden inputs in Gradescope. The course's own cannot be derived from it."""
    return hmac.new(course.secret(), f"gradescope:{assignment_id}".encode(), hashlib.sha256).hexdigest()
