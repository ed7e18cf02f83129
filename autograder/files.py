"""Writing a file so that nobody ever sees half of it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from autograder.errors import CourseError


def require_writable(folder: Path) -> None:
    """Make the folder if it is missing. Raises: CourseError if nothing can be written into it."""
    probe = folder / f".{secrets.token_hex(8)}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CourseError(f"Cannot write into {folder}: {error.strerror or error}. Choose another folder.") from error


def write_atomically(path: Path, text: str) -> Path:
    """Write all of `text` to `path`, as UTF-8, or leave what was there. Folders above it are made.

    Raises: CourseError when the disk is full or the folder cannot be written; no half-written file stays behind.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")  # the same folder: a rename across disks is a copy
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # `replace`: an undecodable character in what a student printed is no reason to lose their grade.
            with open(temporary, "x", encoding="utf-8", errors="replace", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(
            f"Cannot write {path}: {error.strerror or error}. What was written before is complete; "
            "make room or choose another folder, then run the command again."
        ) from error
    return path
