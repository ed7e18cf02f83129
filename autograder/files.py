"""Writes files safely: completely or not at all, and under names that every file system accepts."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from autograder.errors import CourseError

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
# `index` is the class page; the others are devices on Windows, whatever their extension.
_RESERVED = frozenset({"index", "con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)})
_LONGEST_NAME = 120

PACKAGE = Path(__file__).parent  # where this package is installed


def safe_name(text: str) -> str:
    """A name for a file or folder, different for every `text` on every file system.

    Unusual characters are percent-encoded. A hash is added where that is not enough: to names with capitals (two that
    differ in case are one file on some systems), and to long ones.
    """
    encoded = "".join(
        c if c in _SAFE else "".join(f"%{byte:02x}" for byte in c.encode("utf-8", "surrogatepass")) for c in text
    )
    # Neither hidden, nor a parent folder, nor an option of a command, nor a name with a special meaning.
    if encoded[:1] in (".", "-") or encoded.split(".")[0].lower() in _RESERVED:
        encoded = f"%{ord(encoded[0]):02x}{encoded[1:]}"
    if encoded.endswith("."):  # some systems drop it at the end of a folder's name
        encoded = f"{encoded[:-1]}%2e"
    if not encoded or encoded != encoded.lower() or len(encoded) > _LONGEST_NAME:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        encoded = f"{encoded[:_LONGEST_NAME]}~{digest}"  # `~` is always encoded above, so no other name looks like this
    return encoded


def require_writable(folder: Path) -> None:
    """Create the folder if it is missing. Raises: CourseError if it is not writable."""
    probe = folder / f".{secrets.token_hex(8)}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CourseError(f"Cannot write into {folder}: {error.strerror or error}. Choose another folder.") from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which replaces `path` at the end of the context, or is deleted if the context fails.

    Folders above it are made. Raises: OSError.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")  # the same folder: a rename across disks is a copy
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> Path:
    """Write `text` to `path` as UTF-8, or leave the old file unchanged. Parent folders are created.

    Raises: CourseError if the disk is full or the folder cannot be written; no half-written file stays behind.
    """
    try:
        with replacing(path) as file:
            # `replace`: an undecodable character in a student's output must not cost them their grade.
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise CourseError(
            f"Cannot write {path}: {error.strerror or error}. What was written before is complete; "
            "make room or choose another folder, then run the command again."
        ) from error
    return path


def zipped(
    files: Mapping[str, bytes], *, mode: int = stat.S_IFREG | 0o644, modes: Mapping[str, int] | None = None
) -> bytes:
    """A zip whose bytes depend only on the contents of these files, not on times or order.

    mode: of every file, as `os.stat` gives it, except those in `modes`.
    """
    import zipfile

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # the first day that a zip can express
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix on every system, so that the modes are used
            entry.external_attr = (modes or {}).get(name, mode) << 16
            packed.writestr(entry, data)
    return archive.getvalue()
