"""`make fuzz`: many frames and notebooks. Prints the numbers; stops at the first item that breaks the grader."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.submission.release import Release
from tests import fuzz, tiny
from tests.fuzz import frames, notebooks


def main(frame_count: int = 100_000, notebook_count: int = 20_000) -> None:
    print(f"frames: {fuzz.run(frame_count, frames.item)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        course = Course.load(tiny.write_course(Path(folder)))
        build(course, "tiny")
        release = Release.load(course.release_dir("tiny"), "tiny")
        print(f"notebooks: {fuzz.run(notebook_count, notebooks.reader(release, Path(folder)))}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
