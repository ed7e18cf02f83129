"""The detection assignment in plain Python: one box, one bin, one number after another."""

from math import ceil, exp, floor, isqrt, log, nan

import numpy as np
import torch
from torch import nn


def _area(box):
    x1, y1, x2, y2 = map(float, box)
    return (x2 - x1) * (y2 - y1) if x2 > x1 and y2 > y1 else 0.0


def _iou(p, q):
    shared = _area((max(p[0], q[0]), max(p[1], q[1]), min(p[2], q[2]), min(p[3], q[3])))
    return shared / (_area(p) + _area(q) - shared) if shared else 0.0


def box_area(boxes):
    return np.array([_area(box) for box in boxes])


def box_iou(a, b):
    table = np.empty((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            table[i, j] = _iou(a[i], b[j])
    return table


def nms(boxes, scores, iou_threshold):
    alive, kept = list(range(len(scores))), []
    while alive:
        best = max(alive, key=lambda i: (scores[i], -i))
        alive = [i for i in alive if i != best and not _iou(boxes[best], boxes[i]) > iou_threshold]
        kept.append(best)
    return kept


def batched_nms(boxes, scores, classes, iou_threshold):
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        if not any(classes[i] == classes[j] and _iou(boxes[i], boxes[j]) > iou_threshold for j in kept):
            kept.append(i)
    return np.array(kept, np.int32)


def sliding_window(feature_map, head):
    linears = [layer for layer in head if isinstance(layer, nn.Linear)]
    n, c, h, w = feature_map.shape
    if linears[0].in_features % c or isqrt(linears[0].in_features // c) ** 2 * c != linears[0].in_features:
        raise ValueError("not square")
    k = isqrt(linears[0].in_features // c)
    if not (k <= h and k <= w):
        raise ValueError("too large")
    windows = [feature_map[:, :, i : i + k, j : j + k] for i in range(h - k + 1) for j in range(w - k + 1)]
    x = torch.cat(windows)
    for layer in head:
        if type(layer) is not nn.Dropout:
            x = layer(x)
    return x.reshape(h - k + 1, w - k + 1, n, -1).permute(2, 3, 0, 1)


class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.pyramid = [int(n) for n in levels]

    def _bin(self, maps, n, i, j):
        h, w = maps.shape[-2:]
        rows = [r for r in range(h) if r >= i * h // n and r < ceil((i + 1) * h / n)]
        columns = [q for q in range(w) if q >= j * w // n and q < ceil((j + 1) * w / n)]
        return maps[:, rows][:, :, columns].flatten(1).max(1).values

    def forward(self, x):
        vectors = []
        for maps in x:
            numbers = []
            for n in self.pyramid:
                bins = [self._bin(maps, n, i, j) for i in range(n) for j in range(n)]
                numbers.append(torch.stack(bins).t().reshape(-1))
            vectors.append(torch.hstack(numbers))
        return torch.vstack(vectors)


def roi_to_feature(roi, strides):
    step = 1
    for stride in strides:
        step = step * stride
    left, top, right, bottom = roi[0] / step, roi[1] / step, roi[2] / step, roi[3] / step
    result = [floor(left), floor(top), ceil(right), ceil(bottom)]
    for axis in (0, 1):
        if result[axis + 2] == result[axis]:
            result[axis + 2] += 1
    return result


def encode_boxes(boxes, anchors):
    deltas = np.zeros((len(boxes), 4))
    for row, (x1, y1, x2, y2), (u1, v1, u2, v2) in zip(deltas, boxes, anchors, strict=False):
        w, h = u2 - u1, v2 - v1
        row[:] = (x1 + x2 - u1 - u2) / 2 / w, (y1 + y2 - v1 - v2) / 2 / h, log(x2 - x1) - log(w), log(y2 - y1) - log(h)
    return deltas


def decode_boxes(deltas, anchors):
    boxes = np.zeros((len(deltas), 4))
    for row, (tx, ty, tw, th), (u1, v1, u2, v2) in zip(boxes, deltas, anchors, strict=False):
        w, h = u2 - u1, v2 - v1
        x, y = u1 + w * (0.5 + tx), v1 + h * (0.5 + ty)
        row[0], row[2] = x - w * exp(tw) / 2, x + w * exp(tw) / 2
        row[1], row[3] = y - h * exp(th) / 2, y + h * exp(th) / 2
    return boxes


def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    queue = []
    for image in range(len(scores)):
        for number in range(len(scores[image])):
            queue.append((-float(scores[image][number]), image, number))
    free = {(image, j) for image, true in enumerate(truth) for j in range(len(true))}
    total, hits, precision, recall = len(free), 0, [], []
    for rank, (_, image, number) in enumerate(sorted(queue), 1):
        best, chosen = -1.0, None
        for j, true in enumerate(truth[image]):
            iou = _iou(boxes[image][number], true)
            if iou > best:
                best, chosen = iou, (image, j)
        if chosen in free and best >= iou_threshold:
            free.remove(chosen)
            hits += 1
        precision.append(hits / rank)
        recall.append(hits / total if total else 0.0)
    return np.array(precision), np.array(recall)


def average_precision(precision, recall, points=None):
    def best_from(level):
        return max([p for p, r in zip(precision, recall, strict=False) if r >= level], default=0.0)

    if points:
        return sum(best_from(i / (points - 1) - 1e-9) for i in range(points)) / points
    area, last = 0.0, 0.0
    for r in recall:
        if r > last:
            area += (r - last) * best_from(r)
            last = r
    return area


def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    def of_class(arrays, kinds, c):
        pairs = zip(arrays, kinds, strict=True)
        return [[item for item, kind in zip(array, of, strict=True) if kind == c] for array, of in pairs]

    total, count = 0.0, 0
    for c in sorted({int(kind) for kinds in truth_labels for kind in kinds}):
        mine = of_class(boxes, labels, c), of_class(scores, labels, c), of_class(truth, truth_labels, c)
        for threshold in iou_thresholds:
            total += average_precision(*precision_recall(*mine, threshold))
            count += 1
    return total / count if count else nan


q_half_moved = 1 / 3
q_windows = 120.0
q_pyramid = 12_800
q_twice = 0.5
