"""Mutated frames and notebooks, read by the trusted side: a few in every test run, many with `make fuzz`."""

from __future__ import annotations

import contextlib
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

ITEM_S = 5.0  # an item takes milliseconds, so this is a hang
GROWTH_MIB = 200  # enough for one full frame, but not for a list of them


class Hang(BaseException):
    """An item has exceeded its time limit. `except Exception` in the code under test does not catch it."""


@dataclass
class Figures:
    """The results of a run. outcomes: the count of each; longest_s: of one item; grown_mib: of the process."""

    outcomes: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    grown_mib: float = 0.0
    total_s: float = 0.0

    def __str__(self) -> str:
        said = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.most_common())
        rate = self.outcomes.total() / max(self.total_s, 1e-9)
        return (
            f"{self.outcomes.total()} items in {self.total_s:.0f} s ({rate:.0f}/s): {said}; "
            f"longest {1000 * self.longest_s:.0f} ms, memory grown by {self.grown_mib:.0f} MiB"
        )


def run(count: int, item: Callable[[int], str]) -> Figures:
    """Call item(0), item(1), ...; each returns its outcome. An exception is a crash, and stops the run.

    Raises: Hang if an item takes too long; AssertionError if memory grows too much.
    """
    figures, before, started = Figures(), _peak_mib(), time.monotonic()
    for number in range(count):
        began = time.process_time()
        with _deadline(number):
            try:
                figures.outcomes[item(number)] += 1
            except Exception as error:
                raise AssertionError(f"item {number} crashed its reader: {error!r}") from error
        figures.longest_s = max(figures.longest_s, time.process_time() - began)
    figures.total_s, figures.grown_mib = time.monotonic() - started, _peak_mib() - before
    assert figures.grown_mib < GROWTH_MIB, figures
    return figures


@contextlib.contextmanager
def _deadline(number: int) -> Iterator[None]:
    def late(*_: object) -> None:
        raise Hang(f"item {number} took longer than {ITEM_S} s")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, ITEM_S)  # CPU time, which a busy machine does not affect
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _peak_mib() -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
