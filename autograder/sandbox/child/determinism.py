"""Makes the same code give the same result for the same inputs each time it is graded."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any


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
    numpy_random = sys.modules.get("numpy.random")
    drawn = random.getstate()
    drawn_by_numpy = numpy_random.get_state() if numpy_random is not None else None
    of_torch = state_of_torch()
    try:
        yield
    finally:
        random.setstate(drawn)
        if numpy_random is not None:
            numpy_random.set_state(drawn_by_numpy)
        restore_torch(of_torch)


def state_of_torch() -> Any:
    """The state of torch's generator, and whether gradients are recorded; None if torch is not loaded."""
    torch = sys.modules.get("torch")
    return None if torch is None else (torch.default_generator.get_state(), torch.is_grad_enabled())


def restore_torch(state: Any) -> None:
    """Undo what happened after this `state_of_torch`."""
    torch = sys.modules.get("torch")
    if torch is not None and state is not None:
        torch.default_generator.set_state(state[0])
        torch.set_grad_enabled(state[1])
