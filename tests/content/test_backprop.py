"""The claims of the notebook on backpropagation about costs, the softmax and its spirals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("backprop", "spiral")


class Counted:
    """A number that counts multiplications, of this and all other instances."""

    count = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def __mul__(self, other: Counted) -> Counted:
        Counted.count += 1
        return Counted(self.value * other.value)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.value + other.value)


def test_a_backward_pass_has_twice_the_multiplications_of_a_forward_pass(notebook: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    n, d, m = 3, 5, 4
    x, w, b, dout = (
        np.vectorize(Counted, otypes=[object])(rng.standard_normal(shape)) for shape in ((n, d), (d, m), m, (n, m))
    )
    Counted.count = 0
    _, cache = notebook["affine_forward"](x, w, b)
    assert Counted.count == n * d * m
    Counted.count = 0
    notebook["affine_backward"](dout, cache)
    assert Counted.count == 2 * n * d * m


def test_the_jacobian_of_the_softmax_is_as_derived(notebook: dict[str, Any]) -> None:
    scores = np.random.default_rng(1).standard_normal((1, 5))
    p = notebook["softmax"](scores)[0]
    derived = p[:, None] * (np.eye(5) - p)
    np.testing.assert_allclose(notebook["jacobian"](notebook["softmax"], scores), derived, atol=1e-9)
    np.testing.assert_allclose(-derived[2] / p[2], p - np.eye(5)[2])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_network_learns_other_spirals_too(notebook: dict[str, Any], seed: int) -> None:
    points, labels = notebook["spiral"](100, 3, np.random.default_rng(seed))
    net = notebook["TwoLayerNet"](2, 80, 3, weight_scale=0.5, reg=1e-3)
    for _ in range(2000):
        loss, grads = net.loss(points, labels)
        net.params = {name: value - grads[name] for name, value in net.params.items()}
    assert np.mean(net.loss(points).argmax(axis=1) == labels) > 0.98
    assert loss > 0.15  # includes the penalty
