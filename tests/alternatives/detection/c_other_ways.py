"""The detection assignment by other routes: torch for boxes, float32, a matrix of all overlaps, masks, running maxima,
bisection."""

import bisect
import functools
import itertools
import operator

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def box_area(boxes):
    return F.relu(torch.from_numpy(np.asarray(boxes)).unflatten(1, (2, 2)).diff(dim=1)[:, 0]).prod(dim=1)


def box_iou(a, b):
    a, b = (torch.from_numpy(np.asarray(boxes, np.float64)) for boxes in (a, b))
    lt, rb = torch.max(a[:, None, :2], b[:, :2]), torch.min(a[:, None, 2:], b[:, 2:])
    inter = (rb - lt).clamp(min=0).prod(2)
    union = box_area(a.numpy())[:, None] + box_area(b.numpy())[None] - inter
    return torch.nan_to_num(inter / union, nan=0.0).numpy()


def nms(boxes, scores, iou_threshold):
    rank = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)  # stable in reverse, too
    drops = box_iou(boxes, boxes)[np.ix_(rank, rank)] > iou_threshold
    alive = np.ones(len(rank), bool)
    for i in range(len(rank)):
        if alive[i]:
            alive[i + 1 :] &= ~drops[i, i + 1 :]
    return np.array(rank, int)[alive]


def batched_nms(boxes, scores, classes, iou_threshold):
    groups = {}
    for index, each in enumerate(classes):
        groups.setdefault(int(each), []).append(index)
    kept = {members[k] for members in groups.values() for k in nms(boxes[members], scores[members], iou_threshold)}
    return np.array(sorted(kept, key=lambda i: (-scores[i], i)), dtype=int)


def sliding_window(feature_map, head):
    channels, shape = feature_map.shape[1], feature_map.shape[2:]
    first, *others = [(layer.weight, layer.bias) for layer in head if isinstance(layer, nn.Linear)]
    k = next((k for k in range(1, min(shape) + 1) if channels * k * k == first[0].shape[1]), None)
    if k is None:
        raise ValueError(f"{first[0].shape[1]} inputs")
    windows = feature_map.unfold(2, k, 1).unfold(3, k, 1)  # (N, C, H', W', k, k)
    x = torch.einsum("nchwuv,fcuv->nhwf", windows, first[0].unflatten(1, (channels, k, k))) + first[1]
    others = iter(others)
    for layer in list(head)[2:]:
        match layer:
            case nn.Dropout():
                continue
            case nn.Linear():
                weight, bias = next(others)
                x = x @ weight.T + bias
            case _:
                x = layer(x)
    return x.movedim(-1, 1)


class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    @staticmethod
    def edges(size, n):
        return [(i * size // n, (size * (i + 1) + n - 1) // n) for i in range(n)]

    def along(self, x, n, dim):
        return torch.stack([x.narrow(dim, a, b - a).amax(dim) for a, b in self.edges(x.shape[dim], n)], dim=dim)

    def forward(self, x):
        # The maximum of a rectangle is the maximum of the maxima of its rows.
        return torch.hstack([self.along(self.along(x, n, 2), n, 3).flatten(1) for n in self.levels])


def roi_to_feature(roi, strides):
    step = functools.reduce(operator.mul, strides, 1)
    left, top = (int(edge // step) for edge in roi[:2])
    right, bottom = (int(-(-edge // step)) for edge in roi[2:])
    return np.array([left, top, right + (right == left), bottom + (bottom == top)]).tolist()


_TO_CENTER = np.array(
    [[0.5, 0, -1, 0], [0, 0.5, 0, -1], [0.5, 0, 1, 0], [0, 0.5, 0, 1]]
)  # x1, y1, x2, y2 -> x, y, w, h


def encode_boxes(boxes, anchors):
    box, anchor = np.asarray(boxes) @ _TO_CENTER, np.asarray(anchors) @ _TO_CENTER
    return np.hstack([(box[:, :2] - anchor[:, :2]) / anchor[:, 2:], np.log(box[:, 2:]) - np.log(anchor[:, 2:])])


def decode_boxes(deltas, anchors):
    anchor = np.asarray(anchors) @ _TO_CENTER
    box = np.hstack([anchor[:, :2] + deltas[:, :2] * anchor[:, 2:], anchor[:, 2:] * np.e ** deltas[:, 2:]])
    return box @ np.linalg.inv(_TO_CENTER)


def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    wanted = []  # for each detection: which true box it would claim, or None
    for image, (found, true) in enumerate(zip(boxes, truth, strict=True)):
        iou = box_iou(found, true) if len(true) else np.zeros((len(found), 1))
        best = iou.argmax(axis=1)
        wanted += [(image, int(j)) if iou[i, j] >= iou_threshold else None for i, j in enumerate(best)]
    order = np.argsort(-np.concatenate(scores), kind="stable")
    ranked = [wanted[i] for i in order]
    first = {claim: rank for rank, claim in reversed(list(enumerate(ranked))) if claim is not None}
    hits = np.array(
        list(itertools.accumulate(first.get(claim, -1) == rank for rank, claim in enumerate(ranked))), float
    )
    total = sum(map(len, truth))
    return hits / np.arange(1, len(hits) + 1), hits / total if total else 0 * hits


def average_precision(precision, recall, points=None):
    envelope = [*list(itertools.accumulate(reversed(list(precision)), max))[::-1], 0.0]
    if points is None:
        steps = zip(itertools.chain([0.0], recall), recall, envelope, strict=False)
        return float(sum((after - before) * height for before, after, height in steps))
    levels = [step / (points - 1) for step in range(points)]
    return float(np.mean([envelope[bisect.bisect_left(list(recall), level - 1e-9)] for level in levels]))


def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    aps = [
        average_precision(
            *precision_recall(
                [b[k == c] for b, k in zip(boxes, labels, strict=False)],
                [s[k == c] for s, k in zip(scores, labels, strict=False)],
                [t[k == c] for t, k in zip(truth, truth_labels, strict=False)],
                threshold,
            )
        )
        for threshold, c in itertools.product(iou_thresholds, set(np.hstack(truth_labels).tolist()))
    ]
    return torch.tensor(aps, dtype=torch.float64).mean()


q_half_moved = 0.333
q_windows = np.int64(120)
q_pyramid = np.float64(12800)
q_twice = 0.5
