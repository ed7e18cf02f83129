"""Unpacks handed-in or downloaded archives, which may be hostile, into a temporary folder of the grader.

Protects against: paths that lead out of the folder (they are changed to paths inside), links and devices (left out),
bombs (written bytes are counted, and no declared size is believed), endless file lists, and headers that would fill
this process's memory. Does not protect against the content of an unpacked file, because nothing here runs it.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from autograder.errors import Failure
from autograder.text import same_name, shortened

OPENED = (".zip", ".tar", ".tgz", ".gz")
KNOWN = (*OPENED, ".rar", ".7z", ".bz2", ".xz")
_CHUNK = 2**16
_LONGEST_NAME = 120
_DEEPEST = 20
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, zlib.error, EOFError, struct.error, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip
_RATIO = 200  # unpacked to packed size of large archives; a notebook of zeros compresses well
_SMALL_BYTES = 64 * 2**20
_LIST_BYTES = 512  # per file; zipfile reads the whole list at once, into ten times as much memory
_NESTED = 8  # archives inside each other; a zip that contains itself would make folders too deep to be removed
_DEEPEST_FOLDER = 200
# Tar entries that describe the file after them; tarfile reads them into fifty times as much memory.
_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME,
            tarfile.GNUTYPE_LONGLINK)  # fmt: skip
_HEADER_BYTES = 2**16


@dataclass
class Budget:
    """How much may still be unpacked from an archive and those in it: files, bytes in all, and bytes per file."""

    files: int
    bytes: int
    each: int = 256 * 2**20


def for_a_class() -> Budget:
    return Budget(100_000, 16 * 2**30, 2**30)


def for_a_student() -> Budget:
    return Budget(5_000, 256 * 2**20)


def is_archive(name: str) -> bool:
    """Whether `unpack` opens a file of this name."""
    return name.lower().endswith(OPENED)


def stem(name: str) -> str:
    """The name without an archive's suffix."""
    return re.sub(r"(\.tar)?\.[^.]*\Z", "", name, flags=re.IGNORECASE)


def is_a_programs(name: str) -> bool:
    """Whether a file or folder with this name was made by a program, and is nobody's work."""
    return name.startswith((".", "~$")) or name in ("__pycache__", "__MACOSX", "Thumbs.db", "desktop.ini")


def walk(folder: Path) -> Iterator[Path]:
    """The regular files in a folder and its subfolders, sorted, without files made by programs or behind links."""
    deepest = str(folder).count(os.sep) + _DEEPEST_FOLDER
    for above, folders, files in os.walk(folder):
        if above.count(os.sep) >= deepest:
            folders.clear()
        folders[:] = sorted(each for each in folders if not is_a_programs(each))
        for path in (Path(above, name) for name in sorted(files) if not is_a_programs(name)):
            if path.is_file() and not path.is_symlink():
                yield path


def unpack(archive: Path, folder: Path, budget: Budget) -> list[str]:
    """Unpack `archive` into `folder`, which is created. Returns notes on what was left out.

    If two files have the same name, the later one is kept, as usual. Raises: Failure if the archive cannot be unpacked
    completely: it is damaged, encrypted, or larger than the budget.
    """
    writer = _Writer(folder, budget, archive)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(archive, "rb") as file:
            start = file.read(2)
            file.seek(0)
            if start == b"PK":
                _unpack_zip(file, writer)
            else:
                _unpack_other(file, archive.name, writer)
    except _DAMAGED as error:
        encrypted = "password" in str(error) or "encrypted" in str(error)
        what = "it is encrypted" if encrypted else f"it is damaged, or of an unusual kind ({str(error)[:100]})"
        raise Failure(f"{archive.name}: {what}. Pack it again as a plain .zip.") from error
    except OSError as error:
        raise Failure(f"{archive.name}: it cannot be unpacked ({error.strerror or error})") from error
    return writer.notes


def copy_opened(folder: Path, into: Path, budget: Budget) -> list[str]:
    """Copy `folder` to `into`, and replace each archive by a folder with its name and content, recursively.

    Returns notes, also on archives that cannot be opened, which stay. Raises: Failure if it is larger than the budget.
    """
    into.mkdir(parents=True)
    notes = copy(folder, into, budget)
    failed = set[Path]()
    for depth in range(_NESTED + 1):
        packed = [path for path in walk(into) if is_archive(path.name) and path not in failed]
        if not packed:
            break
        for archive in packed:
            if depth == _NESTED:
                notes.append(f"{archive.name}: it lies in too many archives, one in the other")
                continue
            places = (archive.with_name(name) for name in (stem(archive.name), f"{archive.name} unpacked"))
            place = next((place for place in places if not os.path.lexists(place)), None)
            try:
                if place is None:
                    raise Failure(f"{archive.name}: there is already something with this name next to it")
                notes += unpack(archive, place, budget)
                archive.unlink()
            except Failure as failure:
                notes.append(failure.message)
                failed.add(archive)
                if place:
                    shutil.rmtree(place, ignore_errors=True)
    return notes


def copy(folder: Path, into: Path, budget: Budget) -> list[str]:
    """Copy the files of `folder` to `into`, except links and programs' files. Returns notes on what was left out.

    Raises: Failure if they are larger than the budget.
    """
    writer = _Writer(into, budget, folder)
    for source in walk(folder):
        name = source.relative_to(folder).as_posix()
        try:
            with open(source, "rb") as file:
                writer.write(name, file)
        except OSError as error:
            writer.skip(name, error.strerror or "it cannot be read")
    return writer.notes


class _Writer:
    """Writes an archive's content to a folder under safe names, and counts files and bytes."""

    def __init__(self, folder: Path, budget: Budget, archive: Path) -> None:
        self._folder, self._budget, self._name = folder, budget, archive.name
        packed = archive.is_file()
        self._left = max(_SMALL_BYTES, _RATIO * archive.stat().st_size) if packed else budget.bytes
        self._skipped: list[str] = []

    @property
    def notes(self) -> list[str]:
        return [f"{self._name}: left out {shortened(self._skipped)}"] if self._skipped else []

    def write(self, name: str, source: IO[bytes]) -> None:
        """Raises: Failure if the limits would be exceeded."""
        self._count(1)
        path = self._folder.joinpath(*_parts(name) or ["unnamed"])
        if not self._made(path.parent) or path.is_dir():
            self._skipped.append(f"{path.name} (a file and a folder have this name)")
            return
        with open(path, "wb") as target:
            if self._copy(source, target, self._budget.each):
                return
        path.unlink()
        self._skipped.append(f"{path.name} (larger than {self._budget.each >> 20} MiB)")

    def make(self, name: str) -> None:
        self._count(1)
        self._made(self._folder.joinpath(*_parts(name)))

    def skip(self, name: str, why: str) -> None:
        self._count(1)
        parts = _parts(name) or ["?"]
        self._made(self._folder.joinpath(*parts[:-1]))  # a student with only this file has handed something in
        self._skipped.append(f"{parts[-1]} ({why})")

    def require_short_list(self, size: int) -> None:
        self._count(size // _LIST_BYTES)
        self._budget.files += size // _LIST_BYTES

    @contextlib.contextmanager
    def spooled(self, packed: Any) -> Iterator[IO[bytes]]:
        """A compressed stream's content, as a file of bounded size."""
        with tempfile.TemporaryFile() as file:
            before = self._left, self._budget.bytes
            self._copy(packed, file, self._budget.bytes + _CHUNK)
            self._left, self._budget.bytes = before  # the content is counted when it is written
            file.seek(0)
            yield file

    def _copy(self, source: IO[bytes], target: IO[bytes], most: int) -> bool:
        """Copy at most `most` bytes. Returns whether that was everything."""
        while chunk := source.read(_CHUNK):
            most -= len(chunk)
            if most < 0:
                return False
            self._left -= len(chunk)
            self._budget.bytes -= len(chunk)
            if min(self._left, self._budget.bytes) < 0:
                raise Failure(f"{self._name}: unpacked, it is too large. Pack only your own work.")
            target.write(chunk)
        return True

    def _count(self, files: int) -> None:
        self._budget.files -= files
        if self._budget.files < 0:
            raise Failure(f"{self._name}: it contains too many files. Pack only your own work.")

    def _made(self, folder: Path) -> bool:
        with contextlib.suppress(FileExistsError, NotADirectoryError):
            folder.mkdir(parents=True, exist_ok=True)
        return folder.is_dir()


def _parts(name: str) -> list[str]:
    """The folders and the file of a name in an archive, each made safe, and without leading outside."""
    parts = [re.sub(r"[\x00-\x1f\x7f]", "_", part).strip() for part in re.split(r"[/\\]", same_name(name))]
    parts = [part for part in parts if part not in ("", ".", "..") and not _DRIVE.fullmatch(part)]
    return [_short(part) for part in [*parts[:-1][:_DEEPEST], *parts[-1:]]]


def _short(part: str) -> str:
    part = part.encode("utf-8", "replace").decode()
    end = PurePosixPath(part).suffix[:20]
    return part if len(part.encode()) <= 2 * _LONGEST_NAME else part[: _LONGEST_NAME // 2 - len(end)] + end


def _unpack_zip(file: IO[bytes], writer: _Writer) -> None:
    writer.require_short_list(_list_bytes(file))
    with zipfile.ZipFile(file) as packed:
        for info in packed.infolist():
            name, kind = _zip_name(info), stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir():
                writer.make(name)
            elif kind not in (0, stat.S_IFREG):
                writer.skip(name, "a link" if kind == stat.S_IFLNK else "not a regular file")
            else:
                with packed.open(info) as source:
                    writer.write(name, source)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The intended name: without the UTF-8 flag, zipfile decodes a name as cp437, although a Mac has written UTF-8."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _list_bytes(file: IO[bytes]) -> int:
    """The length of a zip's list of files, according to the final records that zipfile uses (APPNOTE 4.3.14, 4.3.16).

    If two records may be meant, the larger length: the bytes of a record may contain another one.
    """
    end_record, locator, end_record_64 = 22, 20, 56
    file.seek(max(0, file.seek(0, os.SEEK_END) - 2**16 - end_record - locator - end_record_64))
    end = file.read()
    sizes = [0]
    for at in (len(end) - end_record, end.rfind(b"PK\x05\x06")):
        record = end[at : at + end_record] if at >= 0 else b""
        if len(record) == end_record and record.startswith(b"PK\x05\x06"):
            before = end[max(0, at - locator - end_record_64) : at]
            is_64 = before.startswith(b"PK\x06\x06") and before[end_record_64:].startswith(b"PK\x06\x07")
            sizes += struct.unpack("<Q", before[40:48]) if is_64 else struct.unpack("<L", record[12:16])
    return max(sizes)


def _unpack_other(file: IO[bytes], name: str, writer: _Writer) -> None:
    """Unpack a tar, compressed or not, or one compressed file."""
    with contextlib.ExitStack() as stack:
        compressed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if compressed:
            file = stack.enter_context(writer.spooled(gzip.GzipFile(fileobj=file)))
        try:
            packed = stack.enter_context(tarfile.open(fileobj=file, mode="r:", tarinfo=_Header))
        except tarfile.TarError:
            if not compressed:
                raise Failure(
                    f"{name}: it is not an archive, whatever its name says. Hand in the file itself."
                ) from None
            file.seek(0)
            writer.write(name[:-3] if name.lower().endswith(".gz") else stem(name), file)
            return
        for member in packed:
            packed.members = []  # type: ignore[attr-defined]  # otherwise it keeps all headers
            packed.pax_headers = {}
            if member.isdir():
                writer.make(member.name)
            elif member.isreg() and (source := packed.extractfile(member)):
                writer.write(member.name, source)
            else:
                writer.skip(member.name, "a link" if member.issym() or member.islnk() else "not a regular file")


class _Header(tarfile.TarInfo):
    """A tar header that describes what follows it. Raises: RuntimeError if it is larger than any file name requires."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.type == tarfile.GNUTYPE_SPARSE or (header.type in _HEADERS and header.size > _HEADER_BYTES):
            raise RuntimeError("a header that is too large")
        return header
