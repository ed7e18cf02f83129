"""Work that does none of what detection asks for; the audit says what it earns."""

import math

import numpy as np
import torch
from torch import nn

from autograder import stand_in


@stand_in("box_area")
def all_boxes_are_empty(boxes):
    return np.zeros(len(boxes))


@stand_in("box_iou")
def nothing_ever_meets(a, b):
    return np.zeros((len(a), len(b)))


@stand_in("box_iou")
def equal_or_nothing(a, b):
    return (a[:, None] == b).all(axis=2).astype(float)


@stand_in("nms")
def keeps_all_in_order(boxes, scores, iou_threshold):
    return np.argsort(-scores, kind="stable")


@stand_in("nms")
def keeps_the_best_only(boxes, scores, iou_threshold):
    return np.argsort(-scores, kind="stable")[:1]


@stand_in("nms")
def keeps_every_other(boxes, scores, iou_threshold):
    return np.argsort(-scores, kind="stable")[::2]


@stand_in("batched_nms")
def keeps_all_classes_in_order(boxes, scores, classes, iou_threshold):
    return np.argsort(-scores, kind="stable")


@stand_in("batched_nms")
def keeps_the_best_of_each_class(boxes, scores, classes, iou_threshold):
    order = np.argsort(-scores, kind="stable")
    return order[np.sort(np.unique(classes[order], return_index=True)[1])]


@stand_in("sliding_window")
def zeros_of_the_right_shape(feature_map, head):
    linear = [layer for layer in head if isinstance(layer, nn.Linear)]
    n, channels, height, width = feature_map.shape
    k = math.isqrt(linear[0].in_features // channels)
    return torch.zeros(n, linear[-1].out_features, height - k + 1, width - k + 1)


@stand_in("sliding_window")
def refuses_everything(feature_map, head):
    raise ValueError(feature_map.shape)


@stand_in("SpatialPyramidPool")
class ZerosOfTheRightLength(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        return x.new_zeros(len(x), x.shape[1] * sum(n * n for n in self.levels))


@stand_in("SpatialPyramidPool")
class MaximumEverywhere(ZerosOfTheRightLength):
    def forward(self, x):
        return torch.cat([x.amax((2, 3)).repeat_interleave(n * n, 1) for n in self.levels], 1)


@stand_in("roi_to_feature")
def the_whole_numbers_of_the_region(roi, strides):
    return tuple(int(edge) for edge in roi)


@stand_in("roi_to_feature")
def divides_by_sixteen(roi, strides):
    return tuple(int(edge // 16) for edge in roi)


@stand_in("encode_boxes")
def difference_of_the_edges(boxes, anchors):
    return boxes - anchors


@stand_in("decode_boxes")
def the_anchors_themselves(deltas, anchors):
    return anchors.copy()


@stand_in("precision_recall")
def all_detections_are_right(boxes, scores, truth, iou_threshold=0.5):
    count = sum(map(len, scores))
    return np.ones(count), np.minimum(np.arange(1, count + 1) / max(sum(map(len, truth)), 1), 1)


@stand_in("precision_recall")
def no_detection_is_right(boxes, scores, truth, iou_threshold=0.5):
    return np.zeros(sum(map(len, scores))), np.zeros(sum(map(len, scores)))


@stand_in("average_precision")
def the_largest_recall(precision, recall, points=None):
    return float(max(recall, default=0))


@stand_in("average_precision")
def the_mean_precision(precision, recall, points=None):
    return float(np.mean(precision)) if len(precision) else 0.0


@stand_in("mean_average_precision")
def detections_per_true_box(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    total = sum(map(len, truth))
    return min(1.0, sum(map(len, boxes)) / total) if total else math.nan


@stand_in("mean_average_precision")
def nothing_was_found(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    return 0.0 if sum(map(len, truth)) else math.nan
