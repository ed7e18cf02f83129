"""The claims of the notebook on recurrent networks about its experiments, with other seeds."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matplotlib.pyplot.show", lambda: None)
        return defined_by("recurrent", "learn_the_mean", "sentence", "train", "language_model")


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_clipping_makes_the_difference(notebook: dict[str, Any], seed: int) -> None:
    with np.errstate(all="ignore"):
        assert notebook["learn_the_mean"](seed, np.inf)[0][-1] > 1000
    assert np.mean(notebook["learn_the_mean"](seed, 1.0)[0][-20:]) < 0.25


@pytest.mark.parametrize("seed", [1])
def test_the_lstm_comes_close_to_the_grammar_and_writes_it(notebook: dict[str, Any], seed: int) -> None:
    weights, history, _ = notebook["train"]("LSTM", 300, seed)
    assert history[0] == pytest.approx(len(notebook["letters"]), rel=0.2)
    assert notebook["best"] < np.mean(history[-30:]) < 1.05 * notebook["best"]
    end = notebook["END"]
    drawn = notebook["sample"](notebook["language_model"](weights), notebook["number"][end], 4000, seed)
    written = "".join(notebook["letters"][k] for k in drawn).split(end)[:-1]
    fit = [text for text in written if re.fullmatch(notebook["GRAMMAR"], text)]
    assert len(fit) > 0.6 * len(written)
    assert any(text not in notebook["sentences"] for text in fit)
