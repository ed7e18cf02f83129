"""Names the arguments of a call that the student's code changed in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.sandbox.child import protocol


def paths(request: list[Any], modified: list[int]) -> Iterator[str]:
    """Paths such as "args[1]" or "args[2][m]" of the arguments that a request's call changed in place.

    modified: as a reply states it (see `protocol`): arrays by their order, lists and dicts as -1, -2, ...; numbers that
    no argument has are ignored, since the student's side sent them.
    """
    if request[0] == protocol.CALLS:
        return
    if request[0] == protocol.KEEP:
        (_, request) = request
    arrays: list[str] = []
    containers: list[str] = []
    for i, value in enumerate(request[-2]):
        _walk(value, f"args[{i}]", arrays, containers)
    for key, value in request[-1].items():
        _walk(value, f"kwargs[{key}]", arrays, containers)
    for index in modified:
        if not isinstance(index, int):
            continue
        found, place = (arrays, index) if index >= 0 else (containers, -1 - index)
        if place < len(found):
            yield found[place]


def _walk(value: Any, path: str, arrays: list[str], containers: list[str]) -> None:
    if isinstance(value, list | dict):
        containers.append(path)
    if isinstance(value, list | tuple):
        for i, item in enumerate(value):
            _walk(item, f"{path}[{i}]", arrays, containers)
    elif isinstance(value, dict):
        for key, item in value.items():
            _walk(item, f"{path}[{key}]", arrays, containers)
    elif isinstance(value, np.ndarray) or type(value).__name__ in ("Tensor", "Parameter"):
        arrays.append(path)
