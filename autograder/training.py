"""Scores a trained model on the grader's side: requests predictions, and compares them with labels it never sees.

A student's model may return anything; `predict` accepts only a finite (n, classes) array of numbers. The metrics take
such arrays and are plain NumPy. `earn` turns a metric into points.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checking.values import describe, untorched
from autograder.errors import CourseError, Failure
from autograder.sandbox.namespace import Function, Handle

_LARGEST = float(np.finfo(np.float32).max)  # the most that a float32 model can return; sums of it fit into a float64


def predict(model: Callable[[Any], Any], x: np.ndarray, classes: int = 10, batch: int = 256) -> np.ndarray:
    """The logits of a student's model for the images or points x, requested in batches of `batch`.

    model: a handle or a function. It is called with one float32 batch at a time, in the order of x: a tensor if the
    grader has loaded torch, else an array. The check has to switch it to evaluation mode.
    x: (n, ...) numbers. Returns (n, classes) float64, finite.
    Raises: Failure if the result for a batch is not a (batch, classes) tensor or array of finite real numbers.
    """
    x = np.asarray(x, np.float32)
    if not x.ndim or not len(x) or batch < 1 or classes < 1:
        raise CourseError(f"predict: nothing to ask for: x {x.shape}, batch {batch}, classes {classes}")
    torch = sys.modules.get("torch")
    logits = np.empty((len(x), classes))
    for first in range(0, len(x), batch):
        part = x[first : first + batch].copy()
        answer = model(part if torch is None else torch.from_numpy(part))
        logits[first : first + batch] = _checked(answer, (len(part), classes), _name(model))
    return logits


def _checked(answer: Any, shape: tuple[int, int], name: str) -> np.ndarray:
    answer = untorched(answer)
    wanted = f"expected {shape}: for each of {shape[0]} inputs a row of {shape[1]} logits, one per class"
    if not isinstance(answer, np.ndarray):
        raise Failure(f"{name}: the model returned {describe(answer)}; {wanted}")
    if answer.shape != shape:
        hint = ""
        if answer.size == shape[0] * shape[1]:
            hint = ". As many numbers, but in another shape: is the last layer's output (N, classes)?"
        elif answer.ndim == 1 and len(answer) == shape[0]:
            hint = ". Return the scores of all classes, not the best class"
        raise Failure(f"{name}: the model returned the shape {answer.shape}, {wanted}{hint}")
    if answer.dtype.kind not in "fiu":
        raise Failure(f"{name}: the model returned values of dtype {answer.dtype}; logits are real numbers")
    with np.errstate(invalid="ignore"):  # a signaling NaN
        logits = answer.astype(np.float64)
    wrong = ~(np.abs(logits) <= _LARGEST)
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        raise Failure(
            f"{name}: the model returned {logits[row, column]:g} as the logit of class {column} for an input, and "
            f"{int(wrong.any(axis=1).sum())} of {shape[0]} inputs have such logits. Did the training diverge? "
            "Print the loss of each step, and try a smaller learning rate"
        )
    return logits


def _name(model: Any) -> str:
    if isinstance(model, Handle):
        return model.reference.type_name or "model"
    return model.name if isinstance(model, Function) else getattr(model, "__name__", type(model).__name__)


def accuracy(logits: np.ndarray, y: np.ndarray) -> float:
    """The fraction of rows whose largest logit is at the label; of equal ones, the first counts.

    logits: (n, classes). y: (n,) int labels.
    """
    logits, y = _matched(logits, y)
    return float(np.mean(logits.argmax(axis=1) == y))


def confusion(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(classes, classes) int64: how many of the row's class were predicted as the column's class.

    logits: (n, classes). y: (n,) int labels.
    """
    logits, y = _matched(logits, y)
    classes = logits.shape[1]
    return np.bincount(y * classes + logits.argmax(axis=1), minlength=classes**2).reshape(classes, classes)


def cross_entropy(logits: np.ndarray, y: np.ndarray) -> float:
    """The mean of -log softmax(logits)[y], in nats, by log-sum-exp.

    logits: (n, classes). y: (n,) int labels.
    """
    logits, y = _matched(logits, y)
    return float(-np.mean(_log_softmax(logits)[np.arange(len(y)), y]))


def calibration_error(logits: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """The expected calibration error, 0 to 1: how far confidence is from accuracy.

    Predictions are put into `bins` equal intervals by the softmax of the predicted class. Each interval contributes
    |accuracy - mean confidence|, weighted by its number of predictions (Guo et al. 2017, On Calibration, eq. 3).
    logits: (n, classes). y: (n,) int labels.
    """
    logits, y = _matched(logits, y)
    if bins < 1:
        raise CourseError(f"calibration_error: {bins} bins")
    confidence = np.exp(_log_softmax(logits).max(axis=1))
    right = logits.argmax(axis=1) == y
    interval = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)  # open below, closed above
    gap = np.bincount(interval, right - confidence, minlength=bins)
    return float(np.abs(gap).sum() / len(y))


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _matched(logits: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays. Raises: CourseError if they do not match; a student's logits were checked by `predict`."""
    logits, y = np.asarray(logits, np.float64), np.asarray(y)
    if logits.ndim != 2 or not logits.size or y.shape != logits.shape[:1] or y.dtype.kind not in "iu":
        raise CourseError(f"logits {logits.shape} and labels {y.shape} of dtype {y.dtype} do not belong together")
    if y.min() < 0 or y.max() >= logits.shape[1]:
        raise CourseError(f"labels from {y.min()} to {y.max()}, but logits of {logits.shape[1]} classes")
    if not (np.abs(logits) <= _LARGEST).all():
        raise CourseError("logits that are not finite; those of a student come from predict()")
    return logits, y.astype(np.int64)


def earn(value: float, *, none: float, full: float, what: str) -> None:
    """Give all points from `full` on, none up to `none`, and the fraction (value - none) / (full - none) in between.

    With full < none, smaller is better (a loss, a perplexity). what: the name of the value in the message.
    Raises: Failure with the share, unless all points are earned; CourseError if none and full are equal or not finite.
    """
    if not np.isfinite([none, full]).all() or none == full:
        raise CourseError(f"earn: {what} earns nothing at {none} and everything at {full}, which is not a scale")
    share = float((value - none) / (full - none))
    if share >= 1:
        return
    share = max(share, 0.0) if share == share else 0.0  # NaN earns nothing
    got, needed = (f"{number:.4g}" for number in (value, full))
    if got == needed:
        got, needed = f"{value:.8g}", f"{full:.8g}"
    better = "at least" if full > none else "at most"
    earned = f"this earns {int(100 * share + 1e-9)} % of the points" if share else f"{none:g} earns nothing yet"
    raise Failure(f"{what}: {got}; for all points it must be {better} {needed}, {earned}", share=share)
