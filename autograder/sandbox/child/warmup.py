"""Slow first-time work, done once in the template instead of in each of its forks."""

from __future__ import annotations

import linecache
import os
import posix
import selectors
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import determinism, loader, protocol
from .imports import import_whole
from .wire import HANDLE, PREVIOUS, Reference, decode, encode
from .workspace import Workspace

REHEARSALS = 10  # Python 3.11 optimizes a function after 8 calls
# An example of each kind of code in submissions and checks.
CELL = """import numpy as np


def step(w, dw, config=None):
    config = {} if config is None else dict(config)
    config["v"] = 0.9 * config.get("v", np.zeros_like(w)) + dw
    return w - config.setdefault("rate", 0.1) * config["v"], config


class Layer:
    def __init__(self, width):
        self.width = width

    def forward(self, x, training=True):
        return np.maximum(x.astype(float), 0).sum(axis=-1, keepdims=True)


def wrong(x):
    raise ValueError(x)
"""


def up(preload: Sequence[str]) -> None:
    """Import these modules and their late imports, and repeat what every check does.

    Raises: ImportError if one of them is missing.
    """
    for name in preload:
        import_whole(name)
    # This process was started without fork hooks: those of threading and random would cost more than a check in each
    # fork. The template has one thread, and `determinism` seeds. From now on, a submission's own hooks are registered.
    os.register_at_fork = posix.register_at_fork
    loader.replace_shell()
    loader.place_warnings()
    determinism.settle()
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[assignment,misc]  # the filter forbids epoll
    for _ in range(REHEARSALS):
        rehearse()
        if torch := sys.modules.get("torch"):
            rehearse_training(torch)


def rehearse_training(torch: Any) -> None:
    """Make layers and take steps. No gradient is computed, because autograd's threads would not survive a fork."""
    nn = torch.nn
    with torch.no_grad():
        for device in ("cpu", "meta"):
            model = nn.Sequential(
                nn.Conv2d(1, 2, 3, device=device),
                nn.BatchNorm2d(2, device=device),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Flatten(),
                nn.Dropout(),
                nn.Linear(2, 3, device=device),
            )
            model.load_state_dict(model.state_dict())
            x, y = torch.ones(2, 1, 4, 4, device=device), torch.zeros(2, dtype=torch.int64, device=device)
            for mode in (True, False):
                model.train(mode)
                nn.functional.cross_entropy(model(x), y)
    parameter = nn.Parameter(torch.zeros(1))
    parameter.grad = torch.zeros(1)
    for kind in (torch.optim.SGD, torch.optim.Adam):
        optimizer = kind([parameter])
        optimizer.step()
        optimizer.zero_grad()
    list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(4, 2)), batch_size=2, shuffle=True))


def rehearse() -> None:
    """Load a submission, and send it the requests that checks send."""
    cells = [("cell 1", "exercise", CELL, 1)]
    names, problems, restored = loader.load(cells, kinds={"step": "def", "Layer": "class"})
    del sys.modules[loader.MODULE_NAME]
    linecache.clearcache()
    encode(protocol.loaded(names, problems, restored))
    decode(encode([protocol.CHECK, 0, "step", 0.0]))
    determinism.seed(0)
    workspace = Workspace(names, None, 1 << 20, "step")
    x, x32, layer = np.ones((2, 3)), np.ones(3, np.float32), Reference(HANDLE, 0)
    before = [Reference(PREVIOUS, 0), x32, Reference(PREVIOUS, 1)]
    for request in (
        [protocol.KEEP, [protocol.CALL, "Layer", [3], {}]],
        [protocol.METHOD, layer, "forward", [x32], {"training": False}],
        [protocol.ATTRIBUTE, layer, "width"],
        [protocol.CALL, "step", [x, x, {"rate": 0.5, "t": 1}], {}],
        [protocol.CALLS, [[protocol.CALL, "step", [x, x], {}], [protocol.CALL, "step", before, {}]]],
        [protocol.CALL, "wrong", [(1, [2.0, "three"])], {}],
        [protocol.CALL, "nowhere", [], {}],
    ):
        decode(workspace.serve(encode(request)))
