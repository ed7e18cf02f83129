"""The counts in the notebook on kinds of convolution, computed by the functions that its readers write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("conv_variants")


def test_the_separable_layer_that_is_counted_costs_8_4_times_less(notebook: dict[str, Any]) -> None:
    conv_cost = notebook["conv_cost"]
    ordinary = conv_cost("standard", 64, 128, 3, 32, 32, 1, 1)
    depthwise = conv_cost("grouped", 64, 64, 3, 32, 32, 1, 1, groups=64)
    pointwise = conv_cost("standard", 64, 128, 1, 32, 32)
    both = conv_cost("depthwise_separable", 64, 128, 3, 32, 32, 1, 1)
    assert ordinary == (73_728, 75_497_472)
    assert (depthwise, pointwise, both) == ((576, 589_824), (8_192, 8_388_608), (8_768, 8_978_432))
    assert round(both[1] / ordinary[1], 3) == round(1 / 128 + 1 / 9, 3) == 0.119
    assert round(ordinary[1] / both[1], 1) == 8.4
    assert pointwise[1] > 0.9 * both[1]  # nearly all of the rest


@pytest.mark.parametrize("channels", [128, 256, 512, 1024])
def test_layers_of_a_mobilenet_need_8_to_9_times_fewer_macs(notebook: dict[str, Any], channels: int) -> None:
    ordinary, separable = (
        notebook["conv_cost"](kind, channels, channels, 3, 28, 28, 1, 1)[1]
        for kind in ("standard", "depthwise_separable")
    )
    assert 8 < ordinary / separable < 9


def test_dilation_is_free_and_a_transposed_convolution_is_counted_by_its_input(notebook: dict[str, Any]) -> None:
    layer = (128, 128, 3, 28, 28)
    cost = {
        kind: notebook["conv_cost"](kind, *layer, *rest)
        for kind, *rest in [
            ("standard", 1, 1), ("dilated", 1, 4, 4), ("transposed", 2, 1), ("grouped", 1, 1, 1, 32),
            ("depthwise_separable", 1, 1), ("spatially_separable", 1, 1),
        ]
    }  # fmt: skip
    assert cost["dilated"] == cost["transposed"] == cost["standard"]
    for kind in ("grouped", "depthwise_separable", "spatially_separable"):
        assert max(cost[kind]) < max(cost["standard"])
    x, w = np.zeros((1, 1, 28, 28)), np.zeros((1, 1, 3, 3))
    larger = notebook["transposed_conv"](x, w, np.zeros(1), 2, 1, 0)
    assert larger[0, 0].size / x[0, 0].size == pytest.approx(4, rel=0.05)


def test_fields_grow_by_a_number_by_doubling_and_by_tripling(notebook: dict[str, Any]) -> None:
    fields = {
        name: [notebook["receptive_field"](layers[:depth]) for depth in range(1, 8)]
        for name, layers in {
            "plain": [(3, 1, 1)] * 7,
            "strides": [(3, 2, 1)] * 7,
            "dilations": [(3, 1, 3**n) for n in range(7)],
        }.items()
    }
    assert set(np.diff(fields["plain"])) == {2}
    growth = np.divide(fields["strides"][1:], fields["strides"][:-1])
    assert (growth > 1.95).all()
    assert (growth[2:] < 2.2).all()  # about double
    assert fields["dilations"] == [3**depth for depth in range(1, 8)]


def test_the_stack_that_is_predicted_sees_fifteen_rows_and_seven_without_strides(notebook: dict[str, Any]) -> None:
    assert notebook["receptive_field"]([(3, 2, 1), (3, 2, 1), (3, 1, 1)]) == notebook["q_stack"] == 15
    assert notebook["receptive_field"]([(3, 1, 1)] * 3) == 7
