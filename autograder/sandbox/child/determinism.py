"""The same code on the same inputs gives the same result, each time that it is graded."""

from __future__ import annotations

import random
import sys


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
