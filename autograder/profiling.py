"""Profiles torch code: optimizer steps, copies between host and GPU, waits for the GPU, time.

torch's own profiler counts in the process that does the work. For student code, the numbers are therefore reported by
the student's process: show them as such, and compare them with the grader's own measurements (`gpu.Device.watch`, wall
time).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import Failure
from autograder.sandbox.namespace import Handle, Namespace

_WAITS = ("cudaStreamSynchronize", "cudaDeviceSynchronize", "cudaEventSynchronize", "cudaMemcpy")
_MOST_COUNTS = 100_000_000


@dataclass(frozen=True)
class Profile:
    """counts: how often each named operation ran. duration_s: wall time as measured by the caller, in seconds."""

    counts: Mapping[str, int]
    duration_s: float

    @property
    def steps(self) -> int:
        """The number of optimizer steps."""
        return self._total("Optimizer.step#")

    @property
    def copies_to_gpu(self) -> int:
        return self._total("Memcpy HtoD")

    @property
    def copies_to_host(self) -> int:
        return self._total("Memcpy DtoH")

    @property
    def waits(self) -> int:
        """How often the host waited for the GPU."""
        return sum(self.counts.get(name, 0) for name in _WAITS)

    def per_step(self, count: int) -> float:
        """A count per optimizer step. Raises: Failure if no optimizer made a step."""
        if not self.steps:
            raise Failure("no torch optimizer made a step, so nothing was trained by one")
        return count / self.steps

    def _total(self, prefix: str) -> int:
        return sum(count for name, count in self.counts.items() if name.startswith(prefix))


def profile(namespace: Namespace, work: Callable[[], Any], *, gpu: bool) -> tuple[Any, Profile]:
    """The result of `work`, which calls this namespace's functions, and its profile.

    gpu: also count what the GPU does. Raises: Failure if the student's process reports an invalid profile.
    """
    profiler_module = namespace.module("torch.profiler")
    kinds = profiler_module.get("ProfilerActivity")
    activities = [kinds.get("CPU"), *([kinds.get("CUDA")] if gpu else [])]
    profiler = profiler_module.profile(activities=activities)
    profiler.start()
    started = time.perf_counter()
    result = work()
    duration_s = time.perf_counter() - started
    profiler.stop()
    counts: dict[str, int] = {}
    for average in profiler.key_averages():
        name, count = (average.get("key"), average.get("count")) if isinstance(average, Handle) else (None, None)
        if not isinstance(name, str) or not isinstance(count, int) or not 0 <= count < _MOST_COUNTS:
            raise Failure("the profiler in the student's process reports nothing that makes sense; was it changed?")
        counts[name] = counts.get(name, 0) + count
    return result, Profile(counts, duration_s)


def limit_gpu_memory(namespace: Namespace, mib: float) -> None:
    """From now on, torch raises OutOfMemoryError if this check's process would use more GPU memory."""
    cuda = namespace.module("torch.cuda")
    total_bytes = cuda.get_device_properties(0).get("total_memory")
    if not isinstance(total_bytes, int) or total_bytes <= 0:
        raise Failure("torch.cuda in the student's process reports no memory; was it changed?")
    cuda.set_per_process_memory_fraction(min(1.0, mib * 2**20 / total_bytes))


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """The result of `work` and its wall time in seconds. A result that was sent to us needs no further waiting."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started
