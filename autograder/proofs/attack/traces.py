"""Finds what an attack may leave behind: secrets in its output, changed files, processes, memory, active markup."""

from __future__ import annotations

import base64
import contextlib
import csv
import hashlib
import io
import json
import os
import re
import socket
import stat
import threading
import time
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from autograder.views.pages import SCRIPT

# Where a process may leave files that outlive it.
SHARED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/")
_WATCH_INTERVAL_S = 0.1
_AIO_RING = "/[aio]"  # the name of a mapped context of asynchronous requests
# Descriptors, by the kernel's names, that are counted per user or reveal what others do.
_WATCHERS = ("inotify", "fanotify", "[io_uring]", "bpf", "[perf_event]", "[userfaultfd]", "pidfd")
_SOCKET_BYTES = 212_992  # of unread data, by default
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OWN_FIELDS = ("find", "nameless")
_LIVE_TAGS = {"script", "iframe", "object", "embed", "img", "link", "form", "base", "input", "video", "audio", "a"}


# ---- secrets --------------------------------------------------------------------------------------------------------


def secrets_in(secrets: Mapping[str, str], values: Iterable[Any]) -> list[str]:
    """The secrets in these values, in plain text or in forms in which somebody may hide them."""
    data = b"\n".join(chunk for value in values for chunk in _bytes_of(value))
    folded = data.lower()
    return [
        kind
        for kind, secret in secrets.items()
        if any(shape in data for shape in _shapes(secret)) or secret.encode().hex().encode() in folded
    ]


def _shapes(secret: str) -> Iterator[bytes]:
    plain = secret.encode()
    yield from (plain, plain[::-1], secret.encode("utf-16-le"), secret.swapcase().encode(), plain[::-1].hex().encode())
    for before in range(3):  # the base64 form depends on the position of the secret in the text
        coded = base64.b64encode(b"x" * before + plain)
        yield coded[4 if before else 0 : len(coded) - 4]


def _bytes_of(value: Any) -> Iterator[bytes]:
    if isinstance(value, str):
        yield value.encode("utf-8", "surrogatepass")
    elif isinstance(value, bytes):
        yield value
    elif isinstance(value, np.ndarray):
        yield value.tobytes()
        if value.dtype.kind in "iuf" and value.size < 1 << 20:  # characters encoded as numbers
            with np.errstate(all="ignore"):
                yield value.astype(np.float64).astype(np.uint8).tobytes()
    elif isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from _bytes_of(item)
    elif isinstance(value, list | tuple):
        if value and all(type(item) is int and 0 <= item < 256 for item in value):
            yield bytes(value)
        for item in value:
            yield from _bytes_of(item)
    else:
        yield repr(value).encode()


# ---- files and processes --------------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, str]:
    """Path -> description of everything in a folder. Any change to a file changes its description."""
    found = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = path.lstat()
        described = f"mode {status.st_mode:o}, owner {status.st_uid}"
        if path.is_symlink():
            described += f", link to {os.readlink(path)}"
        elif path.is_file():
            described += f", {hashlib.sha256(path.read_bytes()).hexdigest()}, {status.st_mtime_ns}"
        found[str(path)] = described
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The paths that are new, gone or different."""
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def marked_files(mark: str) -> list[str]:
    """Files with the mark of this run in the folders that everybody may write to."""
    found = []
    for folder in SHARED_FOLDERS:
        with contextlib.suppress(OSError):
            found += [f"{folder}/{name}" for name in os.listdir(folder) if mark in name]
    return found


def descendants(pid: int) -> set[int]:
    """Processes below `pid`, without ended ones that nobody has waited for."""
    below = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    below.add(process.pid)
    return below


def open_descriptors() -> int:
    """The number of this process's open descriptors."""
    return psutil.Process().num_fds()


def listens(port: int) -> bool:
    """Whether somebody on this machine listens on this port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
        return True
    return False


def is_asleep(pid: int) -> bool:
    """Whether a process that only sleeps is unaffected: not ended, stopped, traced, and with its priority."""
    try:
        process = psutil.Process(pid)
        return process.status() == psutil.STATUS_SLEEPING and process.nice() == psutil.Process().nice()
    except psutil.NoSuchProcess:
        return False


class Watch:
    """Measures what an attack takes of the machine while it runs. Use as a context manager.

    processes: the maximum number of new processes below this one, with their threads. memory_mib: the maximum memory of
    these, including files that are kept in memory. grown_mib: by how much this process grew, which reads what they
    send. machine_mib: by how much the machine's available memory shrank, whoever took it. held: kernel objects of
    theirs that block others or are visible to others.
    """

    def __init__(self) -> None:
        self.processes = 0
        self.memory_mib = self.grown_mib = self.machine_mib = 0.0
        self.held: set[str] = set()
        self._had_mib = _numbers("/proc/self/status", "VmRSS") / 1024
        self._available_mib = _available_mib()
        self._ended = threading.Event()
        self._before = descendants(os.getpid())
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._ended.wait(_WATCH_INTERVAL_S):
            pids = descendants(os.getpid()) - self._before
            self.processes = max(self.processes, sum(_numbers(f"/proc/{pid}/status", "Threads") for pid in pids))
            held = sum(_numbers(f"{path}/smaps_rollup", "Pss_Anon", "Pss_Shmem") for path in _with_memory(pids)) / 1024
            self.memory_mib = max(self.memory_mib, held, _memory_files_mib(pids))
            self.machine_mib = max(self.machine_mib, self._available_mib - _available_mib())
            self.held |= _held_of_the_kernel(pids)

    def __enter__(self) -> Watch:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # resets the maximum size
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self.grown_mib = _numbers("/proc/self/status", "VmHWM") / 1024 - self._had_mib


def _available_mib() -> float:
    """The machine's available memory."""
    return _numbers("/proc/meminfo", "MemAvailable", "SwapFree") / 1024


def let_memory_return() -> None:
    """Wait while the machine gets back the memory of ended processes, which the baseline would otherwise lack."""
    before = 0.0
    while (now := _available_mib()) > before + 8:
        before = now
        time.sleep(_WATCH_INTERVAL_S)


def _with_memory(pids: Iterable[int]) -> Iterator[str]:
    """Where each process shows its memory: if its first thread has ended, at another thread."""
    for pid in pids:
        with contextlib.suppress(OSError):
            threads = os.listdir(f"/proc/{pid}/task")
            yield f"/proc/{pid}/task/{max(threads, key=int, default=pid)}"


def _held_of_the_kernel(pids: set[int]) -> set[str]:
    """Watches and the like among their descriptors, asynchronous requests, and file locks.

    Everything is attributed to its owner. The machine-wide counts would include what others do at the same time.
    """
    held = set()
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", errors="replace") as file:
            if any(_AIO_RING in line for line in file):
                held.add("asynchronous requests, of which the machine has so many")
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    held |= {what for what in _WATCHERS if what in os.readlink(f"/proc/{pid}/fd/{name}")}
    with contextlib.suppress(OSError), open("/proc/locks") as file:
        held |= {"a lock on a file" for line in file if not pids.isdisjoint(map(_number, line.split()[4:5]))}
    return held


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _numbers(path: str, *names: str) -> int:
    """The sum of the lines `name: number` of a file in /proc; 0 if the process has just ended.

    psutil would also parse such a line in a process's own name, so an attack could choose what is counted.
    """
    with contextlib.suppress(OSError), open(path, errors="replace") as file:  # processes choose their own names
        return sum(int(line.split()[1]) for line in file if line.partition(":")[0] in names)
    return 0


def _memory_files_mib(pids: Iterable[int]) -> float:
    """The memory of these processes' open files without a name, of their sockets, and of their own /tmp."""
    blocks: dict[tuple[int, int], int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    file = os.stat(f"/proc/{pid}/fd/{name}")
                    is_socket = stat.S_ISSOCK(file.st_mode)
                    blocks[file.st_dev, file.st_ino] = _SOCKET_BYTES if is_socket else 512 * file.st_blocks
            folder = f"/proc/{pid}/root/tmp"
            if os.stat(folder).st_dev != os.stat("/tmp").st_dev:
                disk = os.statvfs(folder)
                blocks[os.stat(folder).st_dev, 0] = disk.f_frsize * (disk.f_blocks - disk.f_bfree)
    return sum(blocks.values()) / 2**20


# ---- what people open -----------------------------------------------------------------------------------------------


def unsafe(name: str, text: str) -> str:
    """What in a page or export could act on its reader; "" if nothing could. name: the file's, for its suffix."""
    controls = {c for c in text if c not in "\n\t\r" and unicodedata.category(c) in ("Cc", "Cs")}
    if controls:
        return f"{name} holds the control character {min(controls)!r}"
    ending = name.rpartition(".")[2]
    if ending in ("html", "md"):
        found = _Live(text).found if ending == "html" else re.findall(r"(?<!\\)<\w+|\]\((?!#)", _outside_code(text))
        return f"{name} holds live markup: {found[0]}" if found else ""
    if ending == "csv":
        # Separated by commas, and by semicolons as a spreadsheet does if the comma is the decimal mark.
        cells = [cell for mark in ",;" for row in csv.reader(io.StringIO(text), delimiter=mark) for cell in row]
        formulas = [cell for cell in cells if cell.startswith(_FORMULA) and not re.fullmatch(r"[-+]?[\d.]+", cell)]
        return f"{name} holds the formula {formulas[0][:40]!r}" if formulas else ""
    if ending == "xml":
        ET.fromstring(text)  # raises if text has broken out of an attribute
        return f"{name} declares entities" if "<!" in text else ""
    if ending == "json":
        formats = {str(item) for key, item in _pairs(json.loads(text)) if key.endswith("format")}
        return f"{name} asks for {formats & {'html', 'md', 'ansi'}}" if formats & {"html", "md", "ansi"} else ""
    commands = [line for line in text.split("\n") if line.startswith("::")]
    strange = [line for line in commands if not re.match(r"::(error|notice|warning|debug) ?[^:]*::", line)]
    return f"{name} holds the command {strange[0][:40]!r}" if strange else ""


class _Live(HTMLParser):
    """Tags and attributes that run or load something, except for our own script and search fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.replace(f"<script>{SCRIPT}</script>", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = all(name != "href" or re.fullmatch(r"#[\w-]*|[\w%~.-]+\.html", value or "") for name, value in attrs)
        inline = tag == "img" and all(name != "src" or (value or "").startswith("data:image/") for name, value in attrs)
        field = tag == "input" and dict(attrs).get("id") in _OWN_FIELDS
        if tag in _LIVE_TAGS and not (tag == "a" and own) and not inline and not field:
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name, _ in attrs if name.startswith("on") or name in ("style", "srcdoc")]

    handle_startendtag = handle_starttag


def _outside_code(text: str) -> str:
    return re.sub(r"^( {4}.*|```.*?^```)$", "", text, flags=re.MULTILINE | re.DOTALL)


def _pairs(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key, value
            yield from _pairs(value)
    elif isinstance(data, list):
        for item in data:
            yield from _pairs(item)
