"""Wrong implementations that students of this assignment write, each with what they should look at."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import mistake, slip

# ------------------------------------------------------------------------------------------------------------ box_area

slip(
    "box_area", "boxes[:, 2:] - boxes[:, :2]", "boxes[:, 2:] - boxes[:, :2] + 1",
    name="area_with_one_more_pixel",
    says="Each side is one too long. Edges are real numbers here: a box from 2 to 5 is 3 wide.",
)  # fmt: skip
slip(
    "box_area", "np.maximum(boxes[:, 2:] - boxes[:, :2], 0)", "boxes[:, 2:] - boxes[:, :2]",
    name="area_of_empty_boxes_with_a_sign",
    says="The area of an empty box should be 0. What do two negative sides give, multiplied?",
)  # fmt: skip
slip(
    "box_area", "np.maximum(boxes[:, 2:] - boxes[:, :2], 0)", "np.abs(boxes[:, 2:] - boxes[:, :2])",
    name="area_without_a_sign",
    says="A box that ends before it begins is empty; it is not a box with its edges exchanged.",
)  # fmt: skip
slip(
    "box_area", "return sides[:, 0] * sides[:, 1]",
    "return np.maximum((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 0)",
    name="area_clamped_after_the_product",
    says="The product is compared with 0, but two negative sides have a positive product.",
)  # fmt: skip
slip(
    "box_area", "return sides[:, 0] * sides[:, 1]", "return np.maximum(boxes[:, 2], 0) * np.maximum(boxes[:, 3], 0)",
    name="area_of_width_and_height",
    says="The last two numbers of a box are its right and its lower edge, not its width and height.",
)  # fmt: skip
slip(
    "box_area", "return sides[:, 0] * sides[:, 1]", "return sides[:, 0] + sides[:, 1]",
    name="sides_added",
    says="This is half of the perimeter. An area is width times height.",
)  # fmt: skip


@mistake("box_area", says="The numbers are x1, y1, x2, y2, not x1, x2, y1, y2.")
def area_of_other_columns(boxes):
    return np.maximum(boxes[:, 1] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 2], 0)


@mistake("box_area", says="The caller's boxes are changed: work on a copy.")
def area_in_place(boxes):
    boxes[:, 2:] -= boxes[:, :2]
    sides = np.maximum(boxes[:, 2:], 0)
    return sides[:, 0] * sides[:, 1]


# ------------------------------------------------------------------------------------------------------------- box_iou


def overlap_of(a, b):
    """(N, M) shared areas."""
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    return np.maximum(sides, 0).prod(axis=2)


def area_of(boxes):
    return np.maximum(boxes[:, 2:] - boxes[:, :2], 0).prod(axis=1)


def ratio(shared, whole):
    return np.divide(shared, whole, out=np.zeros(np.shape(shared)), where=np.broadcast_to(whole, shared.shape) > 0)


slip(
    "box_iou", "sides = np.maximum(end - begin, 0)", "sides = end - begin",
    name="negative_overlap_not_clamped",
    says="Boxes that lie apart in both directions have two negative sides, whose product is positive. Clamp each at 0.",
)  # fmt: skip
slip(
    "box_iou", "sides = np.maximum(end - begin, 0)", "sides = end - begin",
    "shared = sides[..., 0] * sides[..., 1]", "shared = np.maximum(sides[..., 0] * sides[..., 1], 0)",
    name="overlap_clamped_after_the_product",
    says="The product is clamped instead of the sides: two negative sides have a positive product.",
)  # fmt: skip
slip(
    "box_iou", "sides = np.maximum(end - begin, 0)", "sides = np.abs(end - begin)",
    name="overlap_without_a_sign",
    says="The sign of end minus begin says whether the boxes meet at all; the absolute value forgets it.",
)  # fmt: skip
slip(
    "box_iou", "np.maximum(end - begin, 0)", "np.maximum(end - begin + 1, 0)",
    name="overlap_with_one_more_pixel",
    says="Each side of the overlap is one too long: edges are real numbers here.",
)  # fmt: skip
slip(
    "box_iou", "box_area(b) - shared", "box_area(b)",
    name="shared_area_counted_twice",
    says="The sum of both areas counts the shared area twice. Is the IoU of a box with itself 1?",
)  # fmt: skip
slip(
    "box_iou", "box_area(b) - shared", "box_area(b) - 2 * shared",
    name="shared_area_left_out",
    says="Here the union lacks the shared area altogether; it should count once.",
)  # fmt: skip
slip(
    "box_iou", "np.maximum(a[:, None, :2], b[:, :2])", "np.minimum(a[:, None, :2], b[:, :2])",
    "np.minimum(a[:, None, 2:], b[:, 2:])", "np.maximum(a[:, None, 2:], b[:, 2:])",
    name="box_around_both",
    says="This is the box around both. The intersection begins at the later beginning and ends at the earlier end.",
)  # fmt: skip
slip(
    "box_iou", "return shared / np.where(union > 0, union, 1)",
    'with np.errstate(all="ignore"):\n        return shared / union',
    name="zero_by_zero",
    says="Two empty boxes have a union without area, and 0 / 0 is nan. The statement says what to return there.",
)  # fmt: skip
slip(
    "box_iou", "return shared / np", "return 1 - shared / np",
    name="distance_instead_of_likeness",
    says="This is 1 minus the IoU, the Jaccard distance.",
)  # fmt: skip


@mistake("box_iou", says="The overlap is divided by the smaller area, so a box inside another one has 1.")
def iou_by_the_smaller_area(a, b):
    return ratio(overlap_of(a, b), np.minimum(area_of(a)[:, None], area_of(b)))


@mistake("box_iou", says="The overlap is divided by the area of the first box alone.")
def iou_by_the_first_area(a, b):
    return ratio(overlap_of(a, b), np.maximum(area_of(a)[:, None], 0 * area_of(b)))


@mistake("box_iou", says="Twice the overlap by the sum of the areas is the Dice coefficient, another measure.")
def dice_coefficient(a, b):
    return ratio(2 * overlap_of(a, b), area_of(a)[:, None] + area_of(b))


@mistake("box_iou", says="The result is transposed: rows belong to a, columns to b.")
def iou_transposed(a, b):
    shared = overlap_of(b, a)
    return ratio(shared, area_of(b)[:, None] + area_of(a) - shared)


@mistake("box_iou", says="Only a[i] with b[i] is compared; each box of a meets each box of b.", raises="ValueError")
def iou_of_pairs_only(a, b):
    if len(a) != len(b) and 1 not in (len(a), len(b)):
        raise ValueError("operands could not be broadcast together")
    sides = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0)
    shared = sides.prod(axis=1)
    return ratio(shared, area_of(a) + area_of(b) - shared)


@mistake("box_iou", says="A small number is added to the union, which changes the IoU of all boxes.")
def iou_with_an_epsilon(a, b):
    shared = overlap_of(a, b)
    return shared / (area_of(a)[:, None] + area_of(b) - shared + 1e-3)


@mistake("box_iou", says="What is added to the union is not small beside a small box: where there is no union, give 0.")
def iou_with_a_millionth(a, b):
    shared = overlap_of(a, b)
    return shared / (area_of(a)[:, None] + area_of(b) - shared + 1e-6)


@mistake("box_iou", says="x and y are combined wrongly: the width is taken twice.")
def width_for_height(a, b):
    sides = np.maximum(np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2]), 0)
    shared = sides[..., 0] ** 2
    return ratio(shared, area_of(a)[:, None] + area_of(b) - shared)


# ----------------------------------------------------------------------------------------------------------------- nms


def iou_with(box, others):
    shared = overlap_of(box[None], others)[0]
    return ratio(shared, area_of(box[None]) + area_of(others) - shared)


slip(
    "nms", "np.argsort(-scores, kind=\"stable\")", "np.argsort(scores, kind=\"stable\")",
    name="lowest_score_first",
    says="The box with the lowest score is kept first: np.argsort sorts in ascending order.",
)  # fmt: skip
slip(
    "nms", "np.argsort(-scores, kind=\"stable\")", "np.argsort(scores, kind=\"stable\")[::-1]",
    name="ties_to_the_higher_index",
    says="Turning an ascending order round also turns ties round: of equal scores, the lower index goes first.",
)  # fmt: skip
slip(
    "nms", "np.argsort(-scores, kind=\"stable\")", "np.arange(len(scores))",
    name="order_of_the_input",
    says="The boxes are looked at in the order in which they come; the scores are not used.",
)  # fmt: skip
slip(
    "nms", "<= iou_threshold", "< iou_threshold",
    name="equal_iou_is_dropped",
    says="A box whose IoU equals the threshold is dropped; only a greater one should be.",
)  # fmt: skip
slip(
    "nms", "<= iou_threshold", "> iou_threshold",
    name="keeps_what_overlaps",
    says="What overlaps is kept and what does not is dropped: look at the comparison.",
)  # fmt: skip
slip(
    "nms", "<= iou_threshold", "<= 0.5",
    name="threshold_is_fixed",
    says="The threshold is always 0.5, whatever is passed.",
)  # fmt: skip
slip(
    "nms", "<= iou_threshold", "<= 1 - iou_threshold",
    name="threshold_turned_round",
    says="The IoU is compared with 1 minus the threshold.",
)  # fmt: skip
slip(
    "nms", "return np.array(kept, dtype=int)", "return np.array(kept[:1], dtype=int)",
    name="only_the_best",
    says="Only one box is kept. After the best and what it drops, go on with what is left.",
)  # fmt: skip
slip(
    "nms", "return np.array(kept, dtype=int)", "return np.sort(np.array(kept, dtype=int))",
    name="in_the_order_of_indices",
    says="The right boxes are kept, but in the order of their indices; the highest score comes first.",
)  # fmt: skip
slip(
    "nms", "return np.array(kept, dtype=int)", "return boxes[kept]",
    name="returns_boxes",
    says="These are the boxes themselves; return their indices.",
)  # fmt: skip
slip(
    "nms", "return np.array(kept, dtype=int)", "return np.isin(np.arange(len(boxes)), kept)",
    name="returns_a_mask",
    says="This is a mask of True and False; return the indices, the highest score first.",
)  # fmt: skip
slip(
    "nms", "kept = []", "order, kept = left, []",
    "return np.array(kept, dtype=int)", "return np.array([int(np.flatnonzero(order == k)[0]) "
    "for k in kept], dtype=int)",
    name="places_in_the_ranking",
    says="These are places in the sorted order, not indices of the boxes as they came.",
)  # fmt: skip
slip(
    "nms", "left = others[box_iou(boxes[best : best + 1], boxes[others])[0] <= iou_threshold]",
    "left = left[np.flatnonzero(box_iou(boxes[best : best + 1], boxes[others])[0] <= iou_threshold)]",
    name="places_among_the_others",
    says="Places among the boxes behind the best one are used as places in the list that begins with it: add 1.",
)  # fmt: skip
slip(
    "nms", "while len(left):", "while len(left) > 1:",
    name="the_last_one_is_forgotten",
    says="The loop ends one too early: a box that is left alone is kept, too.",
)  # fmt: skip


@mistake("nms", says="A box that has been dropped still suppresses others. Compare with the kept ones only.")
def dropped_boxes_suppress(boxes, scores, iou_threshold):
    order = np.argsort(-scores, kind="stable")
    better = [order[:rank] for rank in range(len(order))]
    kept = [
        i for i, rest in zip(order, better, strict=True) if (iou_with(boxes[i], boxes[rest]) <= iou_threshold).all()
    ]
    return np.array(kept, dtype=int)


@mistake("nms", says="Each box is compared with the last one that was kept only; it has to spare all of them.")
def compared_with_the_last_kept(boxes, scores, iou_threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if not kept or iou_with(boxes[i], boxes[kept[-1:]])[0] <= iou_threshold:
            kept.append(i)
    return np.array(kept, dtype=int)


@mistake("nms", says="The best box of each place is missing: a box overlaps with itself.")
def compares_with_itself(boxes, scores, iou_threshold):
    order = np.argsort(-scores, kind="stable")
    kept = []
    while len(order):
        best = order[0]
        others = order[iou_with(boxes[best], boxes[order]) <= iou_threshold]
        if len(others) == len(order):
            kept.append(best)
            others = order[1:]
        order = others
    return np.array(kept, dtype=int)


@mistake("nms", says="Boxes with scores of 0 or less are left out, but a score may be any number.")
def negative_scores_left_out(boxes, scores, iou_threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if scores[i] > 0 and (iou_with(boxes[i], boxes[kept]) <= iou_threshold).all():
            kept.append(i)
    return np.array(kept, dtype=int)


@mistake("nms", says="Scores are changed in place while boxes are dropped: they belong to the caller.")
def scores_are_used_up(boxes, scores, iou_threshold):
    kept = []
    while len(scores) and scores.max() > -np.inf:
        best = int(np.argmax(scores))
        kept.append(best)
        scores[iou_with(boxes[best], boxes) > iou_threshold] = -np.inf
        scores[best] = -np.inf
    return np.array(kept, dtype=int)


@mistake("nms", says="Without any box there is nothing to index: return an empty array.", raises="IndexError")
def needs_a_box(boxes, scores, iou_threshold):
    order = list(np.argsort(-scores, kind="stable"))
    kept = [order.pop(0)]
    for i in order:
        if (iou_with(boxes[i], boxes[kept]) <= iou_threshold).all():
            kept.append(i)
    return np.array(kept, dtype=int)


# --------------------------------------------------------------------------------------------------------- batched_nms

slip(
    "batched_nms", "for each in np.unique(classes):", "for each in [0]:",
    "np.flatnonzero(classes == each)", "np.arange(len(boxes))",
    name="across_classes",
    says="Boxes of different classes suppress each other; classes are not used.",
)  # fmt: skip
slip(
    "batched_nms", "return ranked[kept[ranked]]", "return np.flatnonzero(kept)",
    name="batched_in_the_order_of_indices",
    says="The right boxes are kept, but in the order of their indices; the highest score comes first.",
)  # fmt: skip
slip(
    "batched_nms", "return ranked[kept[ranked]]",
    "best = ranked[kept[ranked]]\n    return best[np.argsort(classes[best], kind='stable')]",
    name="class_after_class",
    says="The result comes class after class. It should be in the order of the scores of all classes.",
)  # fmt: skip
slip(
    "batched_nms", "kept[members[nms(boxes[members], scores[members], iou_threshold)]]",
    "kept[nms(boxes[members], scores[members], iou_threshold)]",
    name="indices_within_the_class",
    says="nms gives places within the class; they have to be turned into indices of all boxes.",
)  # fmt: skip
for name, edits in [
    ("indices_within_the_class_ranked", ["return ranked[kept[ranked]]",
     "kept = np.array(kept, dtype=int)\n    return kept[np.argsort(-scores[kept], kind='stable')]"]),
    ("indices_within_the_class_sorted_by_both", ["return ranked[kept[ranked]]",
     "kept = np.sort(np.array(kept, dtype=int))\n    return kept[np.argsort(-scores[kept], kind='stable')]"]),
    ("indices_within_the_class_joined", ["return ranked[kept[ranked]]", "return np.array(kept, dtype=int)"]),
]:  # fmt: skip
    slip(
        "batched_nms", "kept = np.zeros(len(boxes), dtype=bool)", "kept = []",
        "kept[members[nms(boxes[members], scores[members], iou_threshold)]] = True",
        "kept += nms(boxes[members], scores[members], iou_threshold).tolist()", *edits,
        name=name,
        says="nms gives places within the class; they have to be turned into indices of all boxes.",
    )  # fmt: skip
slip(
    "batched_nms", "ranked = np.argsort(-scores, kind=\"stable\")",
    "ranked = np.argsort(scores, kind=\"stable\")[::-1]",
    name="batched_ties_to_the_higher_index",
    says="Of equal scores, the lower index comes first; an ascending order turned round has it the other way.",
)  # fmt: skip
slip(
    "batched_nms", "ranked = np.argsort(-scores, kind=\"stable\")", "ranked = np.argsort(scores, kind=\"stable\")",
    name="batched_lowest_score_first",
    says="The lowest score comes first in the result: np.argsort sorts in ascending order.",
)  # fmt: skip
slip(
    "batched_nms", "for each in np.unique(classes):", "for each in range(len(np.unique(classes))):",
    name="classes_are_taken_for_zero_to_k",
    says="The numbers of the classes may have gaps: there may be a class 7 without a class 6.",
)  # fmt: skip
slip(
    "batched_nms", "for each in np.unique(classes):", "for each in np.unique(classes)[:-1]:",
    name="last_class_forgotten",
    says="The boxes of the last class are all missing.",
)  # fmt: skip


def moved_apart(boxes, classes, distance):
    return boxes + (classes * distance)[:, None]


def kept_of(boxes, scores, iou_threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if (iou_with(boxes[i], boxes[kept]) <= iou_threshold).all():
            kept.append(i)
    return np.array(kept, dtype=int)


@mistake("batched_nms", says="The classes are moved apart by the largest coordinate, but boxes may lie left of 0, too.")
def moved_by_the_largest_coordinate(boxes, scores, classes, iou_threshold):
    return kept_of(moved_apart(boxes, classes, boxes.max(initial=0) + 1), scores, iou_threshold)


@mistake("batched_nms", says="The classes are moved apart by a fixed, small distance; boxes of two classes still meet.")
def moved_by_a_little(boxes, scores, classes, iou_threshold):
    return kept_of(moved_apart(boxes, classes, 10.0), scores, iou_threshold)


@mistake("batched_nms", says="The boxes that are passed in are moved, and stay moved: work on a copy.")
def moved_in_place(boxes, scores, classes, iou_threshold):
    boxes += (classes * (2 * np.abs(boxes).max(initial=0) + 1))[:, None]
    return kept_of(boxes, scores, iou_threshold)


@mistake("batched_nms", says="Only the best box of each class is kept, wherever the others lie.")
def one_box_per_class(boxes, scores, classes, iou_threshold):
    best = [max(np.flatnonzero(classes == each), key=lambda i: scores[i]) for each in np.unique(classes)]
    return np.array(sorted(best, key=lambda i: -scores[i]), dtype=int)


@mistake("batched_nms", says="Without any box there is nothing to join: return an empty array.", raises="ValueError")
def nothing_to_concatenate(boxes, scores, classes, iou_threshold):
    members = [np.flatnonzero(classes == each) for each in np.unique(classes)]
    kept = np.sort(np.concatenate([of[kept_of(boxes[of], scores[of], iou_threshold)] for of in members]))
    return kept[np.argsort(-scores[kept], kind="stable")]


# ------------------------------------------------------------------------------------------------------ sliding_window

slip(
    "sliding_window", "elif not isinstance(layer, (nn.Flatten, nn.Dropout)):", "elif False:",
    name="no_activations",
    says="The activations between the layers are left out: without them, two linear layers are one.",
)  # fmt: skip
slip(
    "sliding_window", "return maps\n", "return F.relu(maps)\n",
    name="activation_at_the_end",
    says="The scores are cut off at 0: nothing follows the last nn.Linear.",
)  # fmt: skip
slip(
    "sliding_window", "(nn.Flatten, nn.Dropout)", "nn.Flatten",
    name="dropout_as_the_mode_says",
    says="In training mode dropout is still at work. When a trained head is used, it does nothing.",
)  # fmt: skip
slip(
    "sliding_window", "if maps.shape[1] * window**2 != layer.in_features or window > min(maps.shape[2:]):",
    "if window > min(maps.shape[2:]):",
    "math.isqrt(layer.in_features // maps.shape[1])",
    "max(1, round((layer.in_features / maps.shape[1]) ** 0.5))",
    name="takes_any_number_of_inputs",
    says="If in_features is not C times a square, no window fits: a ValueError is asked for.",
    raises="RuntimeError",
)  # fmt: skip
slip(
    "sliding_window", "or window > min(maps.shape[2:])", "or window > maps.shape[2]",
    name="width_of_the_map_not_looked_at",
    says="A window that is wider than the map should raise a ValueError, as one that is higher does.",
    raises="RuntimeError",
)  # fmt: skip
slip(
    "sliding_window", "return maps\n", "return maps[:, :, :-1, :-1]\n",
    name="last_windows_missing",
    says="The last row and the last column of windows are missing: there are H - k + 1 places.",
)  # fmt: skip
slip(
    "sliding_window", "return maps\n", "return maps.transpose(2, 3)\n",
    name="rows_and_columns_exchanged",
    says="Rows and columns of the result are exchanged.",
)  # fmt: skip
slip(
    "sliding_window", "return maps\n", "return maps.permute(0, 2, 3, 1)\n",
    name="scores_last",
    says="The scores of a place are the last axis; they should be the second, as channels are.",
)  # fmt: skip
slip(
    "sliding_window", "return maps\n", "return maps.softmax(dim=1)\n",
    name="softmax_of_the_scores",
    says="A softmax has been applied; the scores of the head are asked for as they are.",
)  # fmt: skip
slip(
    "sliding_window", "return maps\n", "return maps.amax(dim=(2, 3))\n",
    name="best_of_all_places",
    says="The places are gone: return the scores of each place.",
)  # fmt: skip


def through(maps, head, convolve):
    """The head's layers as convolutions; `convolve(maps, weight, bias, k)` does one."""
    window = None
    for layer in head:
        if isinstance(layer, nn.Linear):
            k = 1 if window else math.isqrt(layer.in_features // maps.shape[1])
            if maps.shape[1] * k * k != layer.in_features or k > min(maps.shape[2:]):
                raise ValueError(layer.in_features)
            maps, window = convolve(maps, layer.weight, layer.bias, k), k
        elif not isinstance(layer, nn.Flatten | nn.Dropout):
            maps = layer(maps)
    return maps


@mistake("sliding_window", says="The weights are laid out with the channel last; nn.Flatten puts it first.")
def kernel_with_the_channel_last(feature_map, head):
    def convolve(maps, weight, bias, k):
        kernel = weight.reshape(len(weight), k, k, maps.shape[1]).permute(0, 3, 1, 2)
        return F.conv2d(maps, kernel, bias)

    return through(feature_map, head, convolve)


@mistake("sliding_window", says="Rows and columns of the kernels are exchanged.")
def kernel_transposed(feature_map, head):
    def convolve(maps, weight, bias, k):
        return F.conv2d(maps, weight.reshape(len(weight), -1, k, k).transpose(2, 3), bias)

    return through(feature_map, head, convolve)


@mistake("sliding_window", says="The kernels are turned by 180°; a patch is multiplied by the weights as they are.")
def kernel_turned(feature_map, head):
    def convolve(maps, weight, bias, k):
        return F.conv2d(maps, weight.reshape(len(weight), -1, k, k).flip(2, 3), bias)

    return through(feature_map, head, convolve)


@mistake("sliding_window", says="The biases of the layers are missing.")
def without_biases(feature_map, head):
    def convolve(maps, weight, bias, k):
        return F.conv2d(maps, weight.reshape(len(weight), -1, k, k))

    return through(feature_map, head, convolve)


@mistake("sliding_window", says="The windows do not overlap here: the stride is 1, not k.")
def windows_side_by_side(feature_map, head):
    def convolve(maps, weight, bias, k):
        return F.conv2d(maps, weight.reshape(len(weight), -1, k, k), bias, stride=k)

    return through(feature_map, head, convolve)


@mistake("sliding_window", says="The map is padded, so there are windows that stick out of it.")
def padded_to_the_same_size(feature_map, head):
    def convolve(maps, weight, bias, k):
        around = ((k - 1) // 2, k // 2) * 2
        return F.conv2d(F.pad(maps, around), weight.reshape(len(weight), -1, k, k), bias)

    return through(feature_map, head, convolve)


def cut_out(maps, head):
    """All windows one by one, each through the whole head: (N, K, H - k + 1, W - k + 1)."""
    first = next(layer for layer in head if isinstance(layer, nn.Linear))
    k = math.isqrt(first.in_features // maps.shape[1])
    if maps.shape[1] * k * k != first.in_features or k > min(maps.shape[2:]):
        raise ValueError(first.in_features)
    rows = [
        torch.stack([head(maps[:, :, i : i + k, j : j + k]) for j in range(maps.shape[3] - k + 1)], dim=-1)
        for i in range(maps.shape[2] - k + 1)
    ]
    return torch.stack(rows, dim=2)


@mistake("sliding_window", says="The scores are right, but each window runs through the head by itself.")
def window_after_window(feature_map, head):
    modes = [layer.training for layer in head.modules()]
    scores = cut_out(feature_map, head.eval())
    for layer, mode in zip(head.modules(), modes, strict=True):
        layer.training = mode
    return scores


@mistake("sliding_window", says="The head is put into evaluation mode and stays there: leave it as it was.")
def head_stays_in_evaluation(feature_map, head):
    head.eval()
    kinds = nn.Linear, nn.Flatten, nn.Dropout
    for layer in head:
        if not isinstance(layer, kinds):
            layer.eval()

    def convolve(maps, weight, bias, k):
        return F.conv2d(maps, weight.reshape(len(weight), -1, k, k), bias)

    return through(feature_map, head, convolve)


@mistake("sliding_window", says="Only the first map of the batch is looked at.")
def only_the_first_map(feature_map, head):
    def convolve(maps, weight, bias, k):
        return F.conv2d(maps, weight.reshape(len(weight), -1, k, k), bias)

    return through(feature_map[:1], head, convolve)


@mistake(
    "sliding_window", says="Layers after the first are convolved with the window's size again; they see one place."
)
def later_layers_see_a_window(feature_map, head):
    first = []

    def convolve(maps, weight, bias, k):
        kernel = weight.reshape(len(weight), -1, k, k)
        if first:
            maps = F.avg_pool2d(maps, 2, stride=1, padding=1)[:, :, :-1, :-1]
        first.append(k)
        return F.conv2d(maps, kernel, bias)

    return through(feature_map, head, convolve)


# -------------------------------------------------------------------------------------------------- SpatialPyramidPool

slip(
    "SpatialPyramidPool", "for n in self.levels:", "for n in self.levels[-1:]:",
    name="last_level_only",
    says="Only the last level is returned; the levels are joined.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "for n in self.levels:", "for n in sorted(self.levels):",
    name="levels_sorted",
    says="The levels are sorted; they come in the order in which they were given.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "for n in self.levels:", "for n in self.levels[::-1]:",
    name="levels_turned_round",
    says="The last level comes first.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "amax(dim=(2, 3))", "mean(dim=(2, 3))",
    name="average_of_the_bins",
    says="The bins are averaged; their maximum is asked for.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "dim=2).flatten(1)", "dim=1).flatten(1)",
    name="bin_after_bin",
    says="The numbers come bin after bin; within a level they should come channel after channel.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "for row in rows for column in columns", "for column in columns for row in rows",
    name="bins_column_by_column",
    says="The bins come column by column; they should come row by row.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "height, width = x.shape[2:]", "width, height = x.shape[2:]",
    "for row in rows for column in columns", "for row in rows for column in columns if x[:, :, row, column].numel()",
    name="height_and_width_exchanged",
    says="Height and width of the map are exchanged.",
    raises="RuntimeError",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "return torch.cat(levels, dim=1)", "return torch.cat(levels, dim=1).detach()",
    name="no_gradient_through_the_pool",
    says="The result has no history: no gradient reaches the layers before.",
    raises="RuntimeError",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "x[:, :, row, column].amax(dim=(2, 3))", "F.relu(x)[:, :, row, column].amax(dim=(2, 3))",
    name="never_below_zero",
    says="A bin of negative numbers gives 0. Does a padding or a starting value of 0 win against them?",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "return torch.cat(levels, dim=1)", "return torch.cat(levels, dim=1).sum(dim=0)",
    name="batch_summed",
    says="The batch is gone; each map has a vector of its own.",
)  # fmt: skip
slip(
    "SpatialPyramidPool", "return torch.cat(levels, dim=1)", "return torch.cat(levels, dim=0)",
    name="levels_joined_along_the_batch",
    says="The levels are joined along the batch; join them along the second axis.",
    raises="RuntimeError",
)  # fmt: skip


@mistake(
    "SpatialPyramidPool",
    says="A window of ceil(H / n) with stride floor(H / n) gives other bins, and for some sizes more than n.",
)
class WindowAndStride(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        height, width = x.shape[2:]
        pooled = []
        for n in self.levels:
            window = -(-height // n), -(-width // n)
            level = F.max_pool2d(x, window, stride=(max(height // n, 1), max(width // n, 1)))
            pooled.append(level[:, :, :n, :n].flatten(1))
        return torch.cat(pooled, dim=1)


@mistake(
    "SpatialPyramidPool", says="The map is padded until the level divides its sides; the bins follow from its own size."
)
class PaddedUntilItFits(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        pooled = []
        for n in self.levels:
            high, wide = -(-x.shape[2] // n), -(-x.shape[3] // n)
            around = 0, n * wide - x.shape[3], 0, n * high - x.shape[2]
            pooled.append(F.max_pool2d(F.pad(x, around, value=-1e9), (high, wide)).flatten(1))
        return torch.cat(pooled, dim=1)


@mistake(
    "SpatialPyramidPool", says="Rows that the level does not divide are cut off at the end; every row belongs to a bin."
)
class RestCutOff(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        pooled = []
        for n in self.levels:
            high, wide = max(x.shape[2] // n, 1), max(x.shape[3] // n, 1)
            pooled.append(F.max_pool2d(x[:, :, : n * high, : n * wide], (high, wide)).flatten(1))
        return torch.cat(pooled, dim=1)


class Bins(nn.Module):
    """Bins by the statement; `begin` and `end` are their edges along a side."""

    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def begin(self, i, n, side):
        return i * side // n

    def end(self, i, n, side):
        return -(-(i + 1) * side // n)

    def edges(self, n, side):
        """Never empty: what would be is the last cell before it."""
        for i in range(n):
            begin = min(self.begin(i, n, side), side - 1)
            yield slice(begin, max(self.end(i, n, side), begin + 1))

    def forward(self, x):
        levels = []
        for n in self.levels:
            rows, columns = list(self.edges(n, x.shape[2])), list(self.edges(n, x.shape[3]))
            bins = [x[:, :, row, column].amax((2, 3)) for row in rows for column in columns]
            levels.append(torch.stack(bins, dim=2).flatten(1))
        return torch.cat(levels, dim=1)


@mistake("SpatialPyramidPool", says="The end of a bin is rounded down; round it up, so that neighbors may share a row.")
class BinsEndRoundedDown(Bins):
    def end(self, i, n, side):
        return (i + 1) * side // n


@mistake("SpatialPyramidPool", says="The beginning of a bin is rounded up; it should be rounded down.")
class BinsBeginRoundedUp(Bins):
    def begin(self, i, n, side):
        return -(-i * side // n)


@mistake(
    "SpatialPyramidPool", says="The bins are floor(H / n) high and the last one takes the rest; the edges are rounded."
)
class LastBinTakesTheRest(Bins):
    def begin(self, i, n, side):
        return i * max(side // n, 1)

    def end(self, i, n, side):
        return side if i == n - 1 else (i + 1) * max(side // n, 1)


@mistake(
    "SpatialPyramidPool", says="All windows are ceil(H / n) high, side by side, and too few if n does not divide H."
)
class WindowsSideBySide(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        windows = [tuple(-(-side // n) for side in x.shape[2:]) for n in self.levels]
        return torch.cat([F.max_pool2d(x, window, ceil_mode=True).flatten(1) for window in windows], dim=1)


@mistake("SpatialPyramidPool", says="There is a layer with weights in the module; pooling has nothing to learn.")
class PoolWithWeights(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        pooled = [F.adaptive_max_pool2d(x, n).flatten(1) for n in self.levels]
        return torch.cat(pooled, dim=1)


# ------------------------------------------------------------------------------------------------------ roi_to_feature

slip(
    "roi_to_feature", "math.prod(strides)", "sum(strides)",
    name="strides_added",
    says="The strides are added; one step on the map is their product in pixels.",
    raises="ZeroDivisionError",
)  # fmt: skip
slip(
    "roi_to_feature", "math.prod(strides)", "(strides[-1] if strides else 1)",
    name="last_stride_only",
    says="Only the last stride counts here; every layer before shrinks the map, too.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.prod(strides)", "2 ** len(strides)",
    name="every_stride_is_two",
    says="The strides are taken to be 2 each; use their values.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.prod(strides)", "max(strides, default=1)",
    name="largest_stride_only",
    says="Only the largest stride counts here; strides multiply.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.floor(edge / step)", "round(edge / step)",
    "math.ceil(edge / step)", "round(edge / step)",
    name="rounded_to_the_nearest",
    says="The edges are rounded to the nearest cell, so cells that the region touches are lost.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.ceil(edge / step)", "math.floor(edge / step)",
    name="end_rounded_down",
    says="The end is rounded down, so the last cells that the region touches are lost.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.floor(edge / step)", "math.ceil(edge / step)",
    name="beginning_rounded_up",
    says="The beginning is rounded up, so the first cells that the region touches are lost.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.ceil(edge / step)", "math.floor(edge / step) + 1",
    name="one_cell_too_many",
    says="floor + 1 is one cell too many where the region ends exactly between two cells.",
)  # fmt: skip
slip(
    "roi_to_feature", "math.ceil(edge / step)", "math.ceil(edge / step) - 1",
    name="last_cell_included",
    says="right and bottom are the last cells themselves here; in a slice the end is not included.",
)  # fmt: skip
slip(
    "roi_to_feature", "max(right, left + 1), max(bottom, top + 1)", "right, bottom",
    name="no_cell_for_a_thin_region",
    says="A region without width or height gets no cell at all; at least one is asked for.",
)  # fmt: skip
slip(
    "roi_to_feature", "return left, top, max(right, left + 1), max(bottom, top + 1)",
    "return top, left, max(bottom, top + 1), max(right, left + 1)",
    name="roi_rows_first",
    says="x and y are exchanged in the result: left comes first.",
)  # fmt: skip
slip(
    "roi_to_feature", "return left, top, max(right, left + 1), max(bottom, top + 1)",
    "return left, top, max(right - left, 1), max(bottom - top, 1)",
    name="roi_width_and_height",
    says="These are width and height in cells; right and bottom are asked for.",
)  # fmt: skip
slip(
    "roi_to_feature", "edge / step) for edge in roi[:2]", "edge * step) for edge in roi[:2]",
    "edge / step) for edge in roi[2:]", "edge * step) for edge in roi[2:]",
    name="multiplied_by_the_stride",
    says="The map is smaller than the image: divide by the stride.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------- encode and decode

slip(
    "encode_boxes", "center, anchor_center = boxes[:, :2] + size / 2, anchors[:, :2] + anchor_size / 2",
    "center, anchor_center = boxes[:, :2], anchors[:, :2]",
    name="corners_for_centers",
    says="The upper left corners are compared; t_x and t_y are about the centers.",
)  # fmt: skip
slip(
    "encode_boxes", "(center - anchor_center) / anchor_size", "(center - anchor_center)",
    name="difference_in_pixels",
    says="The difference of the centers is in pixels; divide by the sides of the anchor.",
)  # fmt: skip
slip(
    "encode_boxes", "(center - anchor_center) / anchor_size", "(center - anchor_center) / size",
    name="difference_by_the_box",
    says="The difference is divided by the sides of the box; the anchor's are meant, since they are known beforehand.",
)  # fmt: skip
slip(
    "encode_boxes", "np.log(size / anchor_size)", "size / anchor_size",
    name="ratio_without_logarithm",
    says="The logarithm of the ratio is missing: for a box of the anchor's size, t_w is 0.",
)  # fmt: skip
slip(
    "encode_boxes", "np.log(size / anchor_size)", "size / anchor_size - 1",
    name="ratio_minus_one",
    says="Ratio minus 1 is like its logarithm near 1 only.",
)  # fmt: skip
slip(
    "encode_boxes", "np.log(size / anchor_size)", "np.log(anchor_size / size)",
    name="ratio_turned_round",
    says="The ratio is turned round: a box larger than its anchor has a positive t_w.",
)  # fmt: skip
slip(
    "encode_boxes", "np.log(size / anchor_size)", "np.log2(size / anchor_size)",
    name="logarithm_to_base_two",
    says="The natural logarithm is meant; decoding uses e.",
)  # fmt: skip
slip(
    "encode_boxes", "(center - anchor_center)", "(anchor_center - center)",
    name="difference_turned_round",
    says="The sign of the difference is wrong: a box right of its anchor has a positive t_x.",
)  # fmt: skip
slip(
    "encode_boxes", "/ anchor_size, np.log(", "/ anchor_size[:, ::-1], np.log(",
    name="width_and_height_exchanged",
    says="t_x is divided by the height and t_y by the width.",
)  # fmt: skip
slip(
    "encode_boxes", "boxes[:, 2:] - boxes[:, :2], anchors[:, 2:] - anchors[:, :2]",
    "boxes[:, 2:] - boxes[:, :2] + 1, anchors[:, 2:] - anchors[:, :2] + 1",
    name="encoded_with_one_more_pixel",
    says="The sides are one too long: edges are real numbers here.",
)  # fmt: skip
slip(
    "decode_boxes", "np.exp(deltas[:, 2:])", "deltas[:, 2:]",
    name="decoded_without_exp",
    says="The exponential is missing: t_w = 0 leaves the width as it is.",
)  # fmt: skip
slip(
    "decode_boxes", "np.exp(deltas[:, 2:])", "(1 + deltas[:, 2:])",
    name="decoded_linearly",
    says="1 + t is like the exponential near 0 only.",
)  # fmt: skip
slip(
    "decode_boxes", "deltas[:, :2] * size", "deltas[:, :2]",
    name="moved_by_pixels",
    says="The center is moved by t_x pixels; t_x is in units of the anchor's width.",
)  # fmt: skip
slip(
    "decode_boxes", "anchors[:, :2] + size / 2 + deltas", "anchors[:, :2] + deltas",
    name="decoded_around_the_corner",
    says="The center of the anchor is half a side away from its corner.",
)  # fmt: skip
slip(
    "decode_boxes", "deltas[:, :2] * size", "deltas[:, :2] * size * np.exp(deltas[:, 2:])",
    name="moved_by_the_new_size",
    says="The shift is in units of the anchor's sides, not of those of the new box.",
)  # fmt: skip
slip(
    "decode_boxes", "[center - half, center + half]", "[center, 2 * half]",
    name="returns_center_and_size",
    says="These are centers and sizes; x1, y1, x2, y2 are asked for.",
)  # fmt: skip
slip(
    "decode_boxes", "[center - half, center + half]", "[center, center + 2 * half]",
    name="center_for_corner",
    says="The box begins at its center; it should reach half a side to both directions.",
)  # fmt: skip
slip(
    "decode_boxes", "[center - half, center + half]", "[center - 2 * half, center + 2 * half]",
    name="twice_as_large",
    says="The box reaches a whole side from its center in both directions; half a side is right.",
)  # fmt: skip
slip(
    "decode_boxes", "[center - half, center + half]", "[center - half, center + half - 1]",
    name="decoded_with_one_pixel_less",
    says="One is subtracted at the end, as for whole pixels: edges are real numbers here.",
)  # fmt: skip
slip(
    "decode_boxes", "np.exp(deltas[:, 2:])", "np.exp(deltas[:, :1:-1])",
    name="decoded_sizes_exchanged",
    says="t_w changes the height and t_h the width.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- precision_recall

slip(
    "precision_recall", " and not claimed[image][best]", "",
    name="duplicates_are_right",
    says="A second detection of the same object counts as right: each true box can be claimed once.",
)  # fmt: skip
slip(
    "precision_recall", "ranked.sort(key=lambda detection: -detection[0])",
    "ranked.sort(key=lambda detection: detection[0])",
    name="worst_detections_first",
    says="The detections are ranked from the lowest score to the highest.",
)  # fmt: skip
slip(
    "precision_recall", "ranked.sort(key=lambda detection: -detection[0])", "pass",
    name="never_ranked",
    says="The detections are taken in the order in which they come; rank them by their scores.",
)  # fmt: skip
slip(
    "precision_recall", "ranked.sort(key=lambda detection: -detection[0])",
    "ranked.sort(key=lambda detection: (detection[1], -detection[0]))",
    name="ranked_image_by_image",
    says="The detections are ranked within each image, one image after another; there is one ranking for all.",
)  # fmt: skip
slip(
    "precision_recall", "ranked.sort(key=lambda detection: -detection[0])", "ranked.sort(reverse=True)",
    name="ties_to_the_later_image",
    says="Of equal scores, the later image goes first: sorting tuples in reverse turns ties round.",
)  # fmt: skip
slip(
    "precision_recall", ">= iou_threshold", "> iou_threshold",
    name="equal_iou_is_not_enough",
    says="An IoU that equals the threshold is enough.",
)  # fmt: skip
slip(
    "precision_recall", ">= iou_threshold", ">= 0.5",
    name="matching_threshold_is_fixed",
    says="The threshold is always 0.5, whatever is passed.",
)  # fmt: skip
slip(
    "precision_recall", "best = np.argmax(overlaps[image][index])",
    "best = np.argmax(np.where(claimed[image], -1, overlaps[image][index]))",
    name="takes_another_free_box",
    says="This is COCO's rule, the best of the free boxes. Here only the one with the largest IoU counts.",
)  # fmt: skip
slip(
    "precision_recall", "best = np.argmax(overlaps[image][index])",
    "best = np.argmax(overlaps[image][index] >= iou_threshold)",
    name="first_box_that_fits",
    says="The first true box above the threshold is taken; the one with the largest IoU is meant.",
)  # fmt: skip
slip(
    "precision_recall", "max(total, 1)", "np.maximum(right.cumsum(), 1)",
    name="recall_by_what_was_found",
    says="The recall is divided by the number of right detections; divide by the number of all true boxes.",
)  # fmt: skip
slip(
    "precision_recall", "max(total, 1)", "max(len(right), 1)",
    name="recall_by_the_detections",
    says="The recall is divided by the number of detections; divide by the number of true boxes.",
)  # fmt: skip
slip(
    "precision_recall", "sum(len(true) for true in truth)",
    "sum(len(true) for true, of in zip(truth, scores) if len(of))",
    name="images_without_detections_forgotten",
    says="True boxes of images without any detection are missing in the recall: they were not found, either.",
)  # fmt: skip
slip(
    "precision_recall", "np.arange(1, len(right) + 1)", "len(right)",
    name="precision_by_all_detections",
    says="The precision of the best k is divided by all detections; divide by k.",
)  # fmt: skip
slip(
    "precision_recall", "np.arange(1, len(right) + 1)", "np.arange(2, len(right) + 2)",
    name="precision_off_by_one",
    says="The precision of the best k detections is divided by k + 1.",
)  # fmt: skip
slip(
    "precision_recall", "right.cumsum() / max(total, 1)",
    "right.cumsum() / total if total else np.full(len(right), np.nan)",
    name="recall_of_nothing_is_nan",
    says="Without true boxes the recall is 0 by the statement, not nan.",
)  # fmt: skip
slip(
    "precision_recall", "return right.cumsum() / np.arange(1, len(right) + 1), right.cumsum() / max(total, 1)",
    "return right.cumsum() / max(total, 1), right.cumsum() / np.arange(1, len(right) + 1)",
    name="recall_first",
    says="Precision comes first, recall second.",
)  # fmt: skip
slip(
    "precision_recall", "return right.cumsum() / np.arange(1, len(right) + 1), right.cumsum() / max(total, 1)",
    "return right / np.arange(1, len(right) + 1), right / max(total, 1)",
    name="never_added_up",
    says="Entry k is about the best k + 1 detections together: the right ones have to be added up.",
)  # fmt: skip
slip(
    "precision_recall", "if len(truth[image]):", "if True:",
    name="needs_a_true_box",
    says="An image may have no true box at all: what is the largest IoU there?",
    raises="ValueError",
)  # fmt: skip


@mistake(
    "precision_recall",
    says="Boxes are matched with the true boxes of all images; each meets those of its own image only.",
)
def matched_across_images(boxes, scores, truth, iou_threshold=0.5):
    found, true, score = (np.concatenate(arrays) for arrays in (boxes, truth, scores))
    order = np.argsort(-score, kind="stable")
    right, claimed = np.zeros(len(found)), set()
    for rank, i in enumerate(order if len(true) else []):
        overlap = iou_with(found[i], true)
        best = int(np.argmax(overlap))
        if overlap[best] >= iou_threshold and best not in claimed:
            claimed.add(best)
            right[rank] = 1
    return right.cumsum() / np.arange(1, len(right) + 1), right.cumsum() / max(len(true), 1)


slip(
    "precision_recall",
    "claimed = [np.zeros(len(true), dtype=bool) for true in truth]",
    "claimed = [np.zeros(max(map(len, truth), default=0), dtype=bool)] * len(truth)",
    name="marks_shared_by_all_images",
    says="The marks of claimed boxes are shared by all images: the first box of one is not the first of another.",
)  # fmt: skip


@mistake(
    "precision_recall", says="True boxes choose detections here, each its best; the detections choose, by their scores."
)
def best_box_of_each_object(boxes, scores, truth, iou_threshold=0.5):
    right = [np.zeros(len(found)) for found in boxes]
    for number, (found, true) in enumerate(zip(boxes, truth, strict=True)):
        for box in true if len(found) else []:
            overlap = iou_with(box, found)
            if overlap.max() >= iou_threshold:
                right[number][np.argmax(overlap)] = 1
    order = np.argsort(-np.concatenate(scores), kind="stable")
    hits = np.concatenate(right)[order].cumsum()
    return hits / np.arange(1, len(hits) + 1), hits / max(sum(map(len, truth)), 1)


# --------------------------------------------------------------------------------------------------- average_precision

slip(
    "average_precision", "np.maximum.accumulate(precision[::-1])[::-1]", "precision",
    name="no_envelope",
    says="The area under the curve with its teeth: the best precision at this recall or a higher one is meant.",
)  # fmt: skip
slip(
    "average_precision", "np.maximum.accumulate(precision[::-1])[::-1]", "np.maximum.accumulate(precision)",
    name="envelope_from_the_left",
    says="The envelope looks to the left: p*(r) is the best precision at recalls of at least r.",
)  # fmt: skip
slip(
    "average_precision", "    if points is None:",
    "    precision = np.maximum.accumulate(precision)\n    if points is None:",
    "np.maximum.accumulate(precision[::-1])[::-1]", "precision",
    name="best_so_far_at_every_level",
    says="This is the best precision so far; the best at this recall or a higher one is meant.",
)  # fmt: skip
slip(
    "average_precision", "np.diff(recall, prepend=0)", "np.diff(recall, prepend=recall[:1])",
    name="first_step_forgotten",
    says="The area from recall 0 to the first recall is missing.",
)  # fmt: skip
slip(
    "average_precision", "return float(np.sum(np.diff(recall, prepend=0) * envelope))",
    "return float(np.mean(envelope)) if len(envelope) else 0.0",
    name="mean_over_detections",
    says="The envelope is averaged over the detections; recall grows by right detections only.",
)  # fmt: skip
slip(
    "average_precision", "return float(np.sum(np.diff(recall, prepend=0) * envelope))",
    "r, p = np.append(0, recall), np.append(precision[:1], precision)\n"
    "        return float(np.sum(np.diff(r) * (p[1:] + p[:-1]) / 2))",
    name="trapezoids_under_the_teeth",
    says="The area is summed in trapezoids under the curve itself; smooth it by the envelope first.",
)  # fmt: skip
slip(
    "average_precision", "return float(np.mean(best))", "return float(np.sum(best) / (points - 1))",
    name="divided_by_the_gaps",
    says="The sum over the points is divided by the number of gaps between them.",
)  # fmt: skip
slip(
    "average_precision", "np.linspace(0, 1, points)", "np.linspace(0, 1, 11)",
    name="always_eleven_points",
    says="There are always 11 points, whatever is asked for.",
)  # fmt: skip
slip(
    "average_precision", "np.linspace(0, 1, points)", "np.linspace(0, 1, points, endpoint=False)",
    name="levels_without_one",
    says="The levels end before 1: they run from 0 to 1, both included.",
)  # fmt: skip
slip(
    "average_precision", "np.linspace(0, 1, points)", "np.linspace(0, 1, points + 1)[1:]",
    name="levels_without_zero",
    says="The levels begin after 0: they run from 0 to 1, both included.",
)  # fmt: skip
slip(
    "average_precision", "[recall >= level - 1e-9]", "[recall >= level]",
    name="levels_missed_by_rounding",
    says="A recall of 3/10 does not reach the level 0.3 here, because of rounding.",
)  # fmt: skip
slip(
    "average_precision", "[recall >= level - 1e-9]", "[recall > level + 1e-9]",
    name="levels_have_to_be_passed",
    says="A recall that equals the level is enough; here it has to be greater.",
)  # fmt: skip
slip(
    "average_precision", "max(precision[recall >= level - 1e-9], default=0)",
    "next(iter(precision[recall >= level - 1e-9]), 0)",
    name="first_precision_that_reaches",
    says="The first precision that reaches the level is taken; the best one is meant.",
)  # fmt: skip
slip(
    "average_precision", "return float(np.mean(best))", "return float(np.mean([b for b in best if b] or [0]))",
    name="only_levels_that_are_reached",
    says="The mean is over the levels that are reached; the others count as 0.",
)  # fmt: skip
slip(
    "average_precision", "if points is None:", "if True:",
    name="points_are_ignored",
    says="The area is returned, whatever points is.",
)  # fmt: skip
slip(
    "average_precision", "if points is None:", "points = points or 11\n    if points is None:",
    name="eleven_points_for_the_area",
    says="Without points, the exact area under the envelope is meant, not 11 points.",
)  # fmt: skip
slip(
    "average_precision", "np.sum(np.diff(recall, prepend=0) * envelope)",
    "np.sum(np.diff(recall, prepend=0) * envelope) / recall[-1]",
    name="area_by_the_largest_recall",
    says="The area is divided by the largest recall, so what was never found does not count.",
    raises="IndexError",
)  # fmt: skip
slip(
    "average_precision",
    "float(np.sum(np.diff(recall, prepend=0) * envelope))", "float(np.mean(precision)) if len(precision) else 0.0",
    name="mean_of_all_precisions",
    says="This is the mean of the precisions of all detections; each should count for the recall that it adds.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------- mean_average_precision

slip(
    "mean_average_precision", "np.unique(np.concatenate(truth_labels))",
    "np.unique(np.concatenate([*labels, *truth_labels]))",
    name="classes_of_the_detections_count",
    says="A class without any true box counts as 0; it should be left out.",
)  # fmt: skip
slip(
    "mean_average_precision", "np.unique(np.concatenate(truth_labels))",
    "np.unique(np.concatenate([*labels, *truth_labels]))", "if found else", "if any(map(len, truth)) else",
    name="classes_of_the_detections_count_among_others",
    says="A class without any true box counts as 0; it should be left out.",
)  # fmt: skip
slip(
    "mean_average_precision", "np.unique(np.concatenate(truth_labels))", "np.unique(np.concatenate(labels))",
    name="only_classes_that_were_detected",
    says="The mean is over the classes of the detections; a class that was never detected counts, too, with AP 0.",
)  # fmt: skip
slip(
    "mean_average_precision", "for threshold in iou_thresholds]", "for threshold in iou_thresholds[:1]]",
    name="first_threshold_only",
    says="Only the first threshold is used; the mean is over all of them.",
)  # fmt: skip
slip(
    "mean_average_precision", "precision_recall(*mine, true, threshold)", "precision_recall(*mine, true)",
    name="thresholds_not_passed_on",
    says="The thresholds are not passed on to precision_recall.",
)  # fmt: skip
slip(
    "mean_average_precision", "true, threshold)) for", "true, threshold), 11) for",
    name="mean_of_eleven_points",
    says="The APs are those with 11 points; the all-point form is asked for.",
)  # fmt: skip
slip(
    "mean_average_precision", "if found else math.nan", "if found else 0.0",
    name="zero_without_truth",
    says="Without any true box there is no mean: nan is asked for.",
)  # fmt: skip
slip(
    "mean_average_precision", "array[kind == each] for array, kind in zip(truth, truth_labels, strict=True)",
    "array for array, kind in zip(truth, truth_labels, strict=True)",
    name="true_boxes_of_all_classes",
    says="Each class is compared with the true boxes of all classes.",
)  # fmt: skip
slip(
    "mean_average_precision", "array[kind == each] for array, kind in zip(arrays, labels, strict=True)",
    "array for array, kind in zip(arrays, labels, strict=True)",
    name="detections_of_all_classes",
    says="The detections of all classes are ranked for each class.",
)  # fmt: skip
slip(
    "mean_average_precision", "float(np.mean(found))", "float(np.sum(found))",
    name="sum_of_the_classes",
    says="The APs are added; their mean is asked for.",
)  # fmt: skip
slip(
    "mean_average_precision", "float(np.mean(found))", "float(np.max(found))",
    name="best_class_only",
    says="This is the AP of the best class; the mean is asked for.",
)  # fmt: skip


def ap_of(boxes, scores, truth, threshold):
    """The all-point average precision of lists over images."""
    overlaps = [[iou_with(box, true) for box in found] for found, true in zip(boxes, truth, strict=True)]
    ranked = sorted((-s, i, k) for i, of in enumerate(scores) for k, s in enumerate(of))
    claimed, right = set(), []
    for _, i, k in ranked:
        best = (i, int(np.argmax(overlaps[i][k]))) if len(truth[i]) else None
        right.append(bool(best) and overlaps[i][k][best[1]] >= threshold and best not in claimed)
        claimed |= {best} if right[-1] else set()
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    total = sum(map(len, truth))
    return sum(precision[rank:].max() for rank, hit in enumerate(right) if hit) / total if total else math.nan


@mistake("mean_average_precision", says="The classes are thrown together: one curve for all instead of one for each.")
def classes_thrown_together(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    return float(np.mean([ap_of(boxes, scores, truth, threshold) for threshold in iou_thresholds]))


@mistake(
    "mean_average_precision", says="Each class is weighed by its number of true boxes; all classes count the same."
)
def weighed_by_the_true_boxes(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    kinds = np.concatenate(truth_labels)
    total = 0.0
    for each in np.unique(kinds):
        mine = [[a[k == each] for a, k in zip(arrays, labels, strict=True)] for arrays in (boxes, scores)]
        true = [a[k == each] for a, k in zip(truth, truth_labels, strict=True)]
        total += np.mean([ap_of(*mine, true, threshold) for threshold in iou_thresholds]) * np.mean(kinds == each)
    return float(total) if len(kinds) else math.nan


@mistake("mean_average_precision", says="The AP of each image is computed and averaged; all images share one ranking.")
def mean_over_images(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    found = []
    for each in np.unique(np.concatenate(truth_labels)):
        for b, s, k, t, kt in zip(boxes, scores, labels, truth, truth_labels, strict=True):
            if (kt == each).any():
                one = [b[k == each]], [s[k == each]], [t[kt == each]]
                found += [ap_of(*one, threshold) for threshold in iou_thresholds]
    return float(np.mean(found)) if found else math.nan


# ------------------------------------------------------------------------------------------------ prediction questions

mistake("q_half_moved", says="This is the shared part of one box; divide by the union.", name="half_of_one_box")(0.5)
mistake("q_half_moved", says="The union is one and a half boxes: the shared half counts once.", name="by_both_boxes")(
    0.25
)
mistake("q_windows", says="Both counts are one too small: the first place counts as well.", name="windows_without_one")(
    98
)
mistake("q_windows", says="A window cannot begin in the last five rows and columns.", name="every_cell_a_window")(260)
mistake("q_windows", says="Windows overlap; they do not stand side by side.", name="windows_that_do_not_overlap")(6)
mistake("q_pyramid", says="A level of n has n times n bins.", name="bins_in_one_direction")(3072)
mistake("q_pyramid", says="This is the number of bins; each has a number for each channel.", name="channels_forgotten")(
    50
)
mistake("q_pyramid", says="All levels are joined, not only the last.", name="last_level_of_the_pyramid")(9216)
mistake("q_twice", says="The second detection of an object is wrong, however well it fits.", name="copies_are_right")(
    1.0
)
