"""Connects nbgrader's stock commands: `nbgrader_config.py` calls `configure`, and `autograde` grades in the sandbox.

Every nbgrader command and the Jupyter server read that file, so little is imported here. The parts that replace
nbgrader's own are named as strings and imported by the command that needs them.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.integrations.nbgrader import sources

__all__ = ["configure", "gradebook", "ledger", "table"]

CONFIG_FILE = "nbgrader_config.py"
_HERE = __name__
_STOCK = "nbgrader.preprocessors"


def configure(c: Any, config_file: str | Path) -> None:
    """Set up nbgrader for the course whose folder contains this `nbgrader_config.py`. c: traitlets' Config.

    Problems with the course are logged and not raised. If the configuration raised, nbgrader would go on without it,
    and run students' notebooks unprotected.
    """
    root = Path(config_file).absolute().parent
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.course_id = root.name
    c.CourseDirectory.source_directory = sources.FOLDER
    # Not assignments/: nbgrader would consider these releases done, and not fill its gradebook.
    c.CourseDirectory.release_directory = "release"
    c.GenerateAssignment.preprocessors = [
        *_stock("IncludeHeaderFooter", "InstantiateTests", "LockCells"),
        f"{_HERE}.steps.Release",
        *_stock("ClearOutput", "CheckCellMetadata", "ComputeChecksums", "SaveCells"),
        *_stock("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums", "CheckCellMetadata"),
    ]
    c.Autograde.exporter_class = f"{_HERE}.exporter.SandboxedExporter"
    c.Autograde.autograde_preprocessors = [
        f"{_HERE}.steps.Judge",
        *_stock("IgnorePattern"),
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        *_stock("LimitOutput"),
        f"{_HERE}.steps.SaveGrades",
        f"{_HERE}.steps.LatePenalties",
        *_stock("CheckCellMetadata"),
    ]
    # For Formgrader's pages and the feedback: students' text must not contain active content there.
    c.HTMLExporter.filters = {"markdown2html": f"{_HERE}.prose.markdown2html"}
    c.AssignLatePenalties.plugin_class = f"{_HERE}.steps.LatePolicy"
    c.ZipCollectApp.extractor_plugin = f"{_HERE}.collect.Extractor"
    c.ZipCollectApp.collector_plugin = f"{_HERE}.collect.Collector"
    c.Execute.timeout = 600  # the button Validate runs the notebook, which may train a model
    if shutil.which("alembic") is None:  # nbgrader runs it to create a gradebook; it is next to this Python
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    try:
        course = Course.load(root / "course.yml")
        c.CourseDirectory.course_id = re.sub(r"\W+", "_", course.title.lower()).strip("_") or root.name
        # nbgrader must not overwrite a submitted script.
        c.Autograde.exclude_overwriting = {each.id: [f"{each.id}.py"] for each in course.assignments}
        for problem in sources.refresh(course):
            logging.getLogger("traitlets").warning(problem)
    except CourseError as error:
        logging.getLogger("traitlets").error(str(error))


def _stock(*names: str) -> list[str]:
    return [f"{_STOCK}.{name}" for name in names]
