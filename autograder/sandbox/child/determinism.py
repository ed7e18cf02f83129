"""Makes the same code give the same result for the same inputs each time it is graded."""

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
    """Seed every loaded global random number generator, and let torch record gradients, as in a new process.

    number: from 0 to 2**31 - 1.
    """
    random.seed(number)
    numpy_random, torch = sys.modules.get("numpy.random"), sys.modules.get("torch")
    if numpy_random is not None:
        numpy_random.seed(number)
    if torch is not None:
        torch.default_generator.manual_seed(number)  # torch.manual_seed asks all kinds of devices: 3 ms in a new fork
        if torch.version.cuda:
            torch.cuda.manual_seed_all(number)
        torch.set_grad_enabled(True)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Restore the global generators and torch's gradient recording after the block, which may seed and draw."""
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
