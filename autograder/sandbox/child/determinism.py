"""The same code on the same inputs gives the same result, each time that it is graded."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator


def settle() -> None:
    """Make torch, if it is loaded, deterministic where it can be."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
        torch.set_deterministic_debug_mode("warn")


def seed(number: int) -> None:
    """Seed every global random number generator that is loaded, and let torch record gradients, as in a new process.

    number: from 0 to 2**31 - 1.
    """
    random.seed(number)
    numpy_random, torch = sys.modules.get("numpy.random"), sys.modules.get("torch")
    if numpy_random is not None:
        numpy_random.seed(number)
    if torch is not None:
        torch.default_generator.manual_seed(number)  # torch.manual_seed asks every kind of device: 3 ms in a new fork
        if torch.version.cuda:
            torch.cuda.manual_seed_all(number)
        torch.set_grad_enabled(True)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """What the block seeds and draws leaves the global generators, and the recording of gradients, as they were."""
    numpy_random, torch = sys.modules.get("numpy.random"), sys.modules.get("torch")
    drawn = random.getstate()
    drawn_by_numpy = numpy_random.get_state() if numpy_random is not None else None
    drawn_by_torch = (torch.default_generator.get_state(), torch.is_grad_enabled()) if torch is not None else None
    try:
        yield
    finally:
        random.setstate(drawn)
        if numpy_random is not None:
            numpy_random.set_state(drawn_by_numpy)
        if torch is not None and drawn_by_torch is not None:
            torch.default_generator.set_state(drawn_by_torch[0])
            torch.set_grad_enabled(drawn_by_torch[1])
