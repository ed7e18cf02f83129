"""Reads and writes reports as files: a folder with one JSON document for each submission."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.files import safe_name, write_atomically
from autograder.report.report import Report
from autograder.text import same_name


def file_name(submission_id: str) -> str:
    """The name of the file for this submission's report."""
    return f"{safe_name(same_name(submission_id))}.json"


def write(report: Report, folder: Path) -> Path:
    """Write the report into `folder` under `file_name`.

    Raises: CourseError if it is inconsistent or cannot be written; no half-written file stays behind.
    """
    data = report.to_dict()
    Report.from_dict(data)  # refuse to write a report that could not be read again
    return write_atomically(Path(folder) / file_name(report.submission), _text(data))


def _text(data: dict[str, Any]) -> str:
    """JSON with a line for each field and exercise. json.dumps indents in Python, which takes ten times as long."""
    fields = []
    for key, value in data.items():
        rows = ",\n  ".join(map(json.dumps, value)) if isinstance(value, list) else ""
        fields.append(f"{json.dumps(key)}: " + (f"[\n  {rows}\n ]" if rows else json.dumps(value)))
    return "{\n " + ",\n ".join(fields) + "\n}\n"


def read(path: Path) -> Report:
    """Read and validate one report. Raises: CourseError, which names the file and the field."""
    try:
        return Report.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise CourseError(f"Cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is not JSON: {error}") from error
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from error


def read_folder(folder: Path) -> list[Report]:
    """All reports of a folder, ordered by submission. Raises: CourseError if there is none, or one cannot be read."""
    reports = [read(path) for path in Path(folder).glob("*.json") if not path.name.startswith(".")]
    if not reports:
        raise CourseError(f"No reports in {folder}; `autograder grade ... --out {folder}` writes them there.")
    return sorted(reports, key=lambda report: (report.assignment, report.submission))
