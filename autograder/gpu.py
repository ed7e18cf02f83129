"""Detects this machine's GPU, and schedules who may use it.

Checks that only compute may share the GPU. A check that measures time has it exclusively, among all graders on this
machine. A file lock holds the turns, so it is released however its holder ends. `profiling` measures what student code
does on the GPU.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROBE_S = 30.0
_SAMPLE_MS = 50
_SAMPLE = re.compile(r"^ *([\d.]+), *([\d.]+) *$", re.MULTILINE)


@dataclass
class Usage:
    """A GPU's use by all processes. utilization: the mean fraction of time in which it computed, 0 to 1."""

    first_memory_mib: float = 0.0
    peak_memory_mib: float = 0.0
    utilization: float = 0.0

    def read(self, samples: str) -> None:
        """samples: lines of `memory in MiB, utilization in percent`; other lines are ignored."""
        rows = [(float(match[1]), float(match[2])) for match in _SAMPLE.finditer(samples)]
        if rows:
            memory, busy = zip(*rows, strict=True)
            self.first_memory_mib, self.peak_memory_mib = memory[0], max(memory)
            self.utilization = sum(busy) / len(busy) / 100


@dataclass(frozen=True)
class Device:
    """One GPU. name, uuid: according to its driver. lock: the file that is locked to use it."""

    name: str
    uuid: str
    lock: Path

    @contextlib.contextmanager
    def turn(self, *, alone: bool) -> Iterator[None]:
        """Wait for the GPU, exclusively if `alone`, or else shared with others."""
        import fcntl  # not on Windows, where there is no sandbox either

        try:
            lock = os.open(self.lock, os.O_RDONLY | os.O_CREAT, 0o644)
        except PermissionError:  # in /tmp, another user's file may be opened, but not with O_CREAT
            lock = os.open(self.lock, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def watch(self) -> Iterator[Usage]:
        """Measure the GPU's use through its driver, not by the processes' reports. The result is set at the end."""
        query = "--query-gpu=memory.used,utilization.gpu"
        command = ["nvidia-smi", f"--id={self.uuid}", query, "--format=csv,noheader,nounits", f"--loop-ms={_SAMPLE_MS}"]
        usage = Usage()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            try:
                yield usage
            finally:
                process.terminate()
                usage.read(process.communicate()[0])


@functools.cache
def find() -> Device | None:
    """The GPU that CUDA_VISIBLE_DEVICES names, or the first one; None if there is none. This process does not touch it.

    The driver's own tool finds it, since CUDA does not survive a fork once it is initialized.
    """
    tool = shutil.which("nvidia-smi")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    if tool is None or visible in ("", "-1"):
        return None
    command = [tool, "--query-gpu=name,uuid", "--format=csv,noheader", f"--id={visible}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    name, _, uuid = done.stdout.strip().partition("\n")[0].partition(", ")
    if done.returncode != 0 or not uuid:
        return None
    digest = hashlib.sha256(uuid.encode()).hexdigest()[:16]
    return Device(name, uuid, Path(tempfile.gettempdir()) / f"autograder-gpu-{digest}.lock")
