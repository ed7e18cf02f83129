"""All checks of the detection assignment, public and hidden; 100 points.

Oracles besides the reference: boxes made from known areas, counted pixels of whole-numbered boxes, non-maximum
suppression by its definition, each window cut out and classified in this process, torch's adaptive max pooling, and
average precision in exact fractions, with the matching done anew for every number of detections.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, close, equal, expect, parts, question, raises, unmodified


def some_boxes(rng, count, side=20.0, spread=60.0):
    """(count, 4) boxes of sides from side / 2 to side, at random places."""
    corner, size = rng.uniform(-spread / 2, spread, (count, 2)), rng.uniform(side / 2, side, (count, 2))
    return np.concatenate([corner, corner + size], axis=1)


def whole_boxes(rng, count, size=12):
    """(count, 4) boxes with whole edges from 0 to `size`, at least one pixel wide and high."""
    first = rng.integers(0, size, (count, 2))
    return np.concatenate([first, rng.integers(first + 1, size + 1)], axis=1).astype(float)


def clusters(rng, count, each):
    """(count * each, 4) boxes in shuffled order: `count` places far apart, `each` nearly equal boxes at each of them.

    Two of one place have an IoU above 0.8, and two of different places share nothing.
    """
    corner = 100.0 * np.arange(count)[:, None] * [1, -1] + rng.uniform(0, 20, (count, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(40, 60, (count, 2))], axis=1)
    boxes = np.repeat(boxes, each, axis=0) + rng.uniform(-1, 1, (count * each, 4))
    return boxes[rng.permutation(len(boxes))]


def distinct_scores(rng, count):
    """(count,) scores in random order, no two closer than 0.5 / count."""
    return (rng.permutation(count) + rng.uniform(0.25, 0.75, count)) / count


def steps(rng, count):
    """(count, 4) boxes of equal size, each moved to the right by a quarter of its side: neighbors have IoU 0.6, and
    others at most 1/3."""
    side, (left, top) = rng.uniform(10, 50), rng.uniform(-30, 30, 2)
    left = left + 0.25 * side * np.arange(count)
    return np.stack([left, np.full(count, top), left + side, np.full(count, top + side)], axis=1)


def indices(result, expected, hint=""):
    """Require an array of these indices, in this order."""
    expect(np.ndim(result) == 1, "the result should be a one-dimensional array of indices")
    whole = np.asarray(result).dtype.kind in "iu"
    expect(whole or not len(result), "the result should hold indices, whole numbers that boxes[...] accepts")
    equal(list(np.asarray(result)), list(np.asarray(expected)), name="the kept indices", hint=hint)


def iou_of(a, b):
    """The IoU of two boxes, in plain Python; 0 where the union has no area."""

    def area(x1, y1, x2, y2):
        return max(x2 - x1, 0) * max(y2 - y1, 0)

    a, b = [float(edge) for edge in a], [float(edge) for edge in b]
    shared = area(max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    union = area(*a) + area(*b) - shared
    return shared / union if union > 0 else 0.0


# ------------------------------------------------------------------------------------------------------------ box_area


@check("box_area", points=1, public=True)
def areas_of_boxes(student, reference, rng):
    """box_area follows the reference for boxes at places of either sign."""
    boxes = some_boxes(rng, 5)
    close(unmodified(student.box_area, boxes, inputs=(0,)), reference.box_area(boxes), name="the areas")


@check("box_area", points=1, public=True)
def empty_boxes_have_no_area(student, reference, rng):
    """A box that ends before it begins has area 0, in x, in y and in both, and so does a box without width."""
    boxes = some_boxes(rng, 5)
    boxes[1], boxes[2], boxes[3] = boxes[1, [2, 1, 0, 3]], boxes[2, [0, 3, 2, 1]], boxes[3, [2, 3, 0, 1]]
    boxes[4, 2] = boxes[4, 0]
    close(student.box_area(boxes), reference.box_area(boxes), name="the areas", hint="A box can be empty in two ways.")


@check("box_area", points=1)
def areas_of_any_number(student, rng):
    """box_area is width times height for many boxes, for one and for none."""
    for count in (40, 1, 0):
        corner, size = rng.uniform(-1000, 1000, (count, 2)), rng.uniform(0.1, 30, (count, 2))
        boxes = np.concatenate([corner, corner + size], axis=1)
        close(student.box_area(boxes), size[:, 0] * size[:, 1], name=f"the areas of {count} boxes")


# ------------------------------------------------------------------------------------------------------------- box_iou


@check("box_iou", points=2, public=True)
def iou_of_each_pair(student, reference, rng):
    """box_iou follows the reference for each of three boxes with each of four that overlap."""
    a, b = some_boxes(rng, 3, spread=12), some_boxes(rng, 4, spread=12)
    got = unmodified(student.box_iou, a, b, inputs=(0, 1))
    close(got, reference.box_iou(a, b), name="the IoU", hint="The union counts the shared area once.")


@check("box_iou", points=2, public=True)
def iou_of_boxes_that_do_not_meet(student, reference, rng):
    """Boxes that lie apart in x, in y or in both directions have IoU 0; a box and itself have 1, others lie between."""
    box = some_boxes(rng, 1)
    apart = np.array([[0.0, 0], [50, 0], [0, -50], [50, 50], [-50, 60], [3, 4]]) * rng.uniform(1, 1.3, (6, 2))
    others = box + np.concatenate([apart, apart], axis=1)
    close(student.box_iou(box, others), reference.box_iou(box, others), name="the IoU", hint="Can a side be negative?")


@check("box_iou", points=3)
def iou_by_counting_pixels(student, rng):
    """For boxes with whole edges, the IoU is the number of shared pixels by the number of covered ones."""

    def painted(boxes):
        images = np.zeros((len(boxes), 12, 12), bool)
        for image, (x1, y1, x2, y2) in zip(images, boxes.astype(int), strict=True):
            image[y1:y2, x1:x2] = True
        return images.reshape(len(boxes), -1)

    a, b = whole_boxes(rng, 9), whole_boxes(rng, 7)
    first, second = painted(a)[:, None], painted(b)
    close(student.box_iou(a, b), (first & second).sum(2) / (first | second).sum(2), name="the IoU")


@check("box_iou", points=1)
def iou_of_empty_boxes(student, rng):
    """An empty box has IoU 0 with every box, itself included; other pairs of the same lists are right."""
    boxes = some_boxes(rng, 5, spread=8)
    boxes[0, 2:] = boxes[0, :2]
    boxes[1] = boxes[1, [2, 3, 0, 1]]
    boxes[2] = boxes[2, [2, 1, 0, 3]]
    expected = [[iou_of(a, b) for b in boxes] for a in boxes]
    close(student.box_iou(boxes, boxes), expected, name="the IoU", hint="What is 0 / 0?")


@check("box_iou", points=1)
def iou_of_any_number(student, rng):
    """One box with many, many with one, and no boxes at all, large ones and ones far smaller than a pixel."""
    for n, m, unit in [(1, 6, 1.0), (6, 1, 0.01), (4, 3, 0.002), (0, 3, 1.0), (2, 0, 1.0), (0, 0, 1.0)]:
        a, b = unit * some_boxes(rng, n, spread=9), unit * some_boxes(rng, m, spread=9)
        expected = np.array([iou_of(one, other) for one in a for other in b]).reshape(n, m)
        # A ten-millionth in the union, against a division by 0, does no harm; a millionth does.
        close(student.box_iou(a, b), expected, rtol=3e-4, name=f"the IoU of {n} and {m} boxes")


# ----------------------------------------------------------------------------------------------------------------- nms

ONE_IS_KEPT = "Of the boxes at one place, only the one with the highest score is kept."
NO_SAY = "Does a box that has been dropped suppress others?"


@check("nms", points=3, public=True)
def keeps_the_best_of_each_place(student, reference, rng):
    """Of nearly equal boxes at each of three places, the best is kept, the highest score first."""
    boxes, scores = clusters(rng, 3, 4), distinct_scores(rng, 12)
    got = unmodified(student.nms, boxes, scores, 0.5, inputs=(0, 1))
    indices(got, reference.nms(boxes, scores, 0.5), ONE_IS_KEPT)


@check("nms", points=2, public=True)
def a_dropped_box_has_no_say(student, reference, rng):
    """In rows of overlapping boxes, with falling scores and with any, those are kept that no kept box drops."""
    for count in (7, 10):
        boxes, scores, order = steps(rng, count), distinct_scores(rng, count), rng.permutation(count)
        scores[:7] = np.sort(scores[:7])[::-1]
        boxes, scores = boxes[order], scores[order]
        indices(student.nms(boxes, scores, 0.5), reference.nms(boxes, scores, 0.5), NO_SAY)


@check("nms", points=2, public=True)
def ties_go_to_the_lower_index(student, reference, rng):
    """Of equal scores, the box with the lower index goes first."""
    boxes = clusters(rng, 4, 40)
    scores = rng.choice(rng.uniform(0, 1, 2), len(boxes))
    hint = "Which of two equal scores comes first in your order? np.argsort can be told to keep it."
    indices(student.nms(boxes, scores, 0.5), reference.nms(boxes, scores, 0.5), hint)


@check("nms", points=1, public=True)
def an_iou_at_the_threshold_may_stay(student, reference, rng):
    """A box whose IoU equals the threshold is kept; a little more, and it is dropped."""
    unit = 2.0 ** rng.integers(0, 6)
    half = unit * np.array([[0, 0, 8, 8], [0, 0, 4, 8], [100, 0, 108, 8], [100, 0, 105, 8]])
    boxes, scores = half[rng.permutation(4)], distinct_scores(rng, 4)
    indices(student.nms(boxes, scores, 0.5), reference.nms(boxes, scores, 0.5), "Greater than, or equal?")


@check("nms", points=3)
def nms_by_its_definition(student, rng):
    """For many random boxes and several thresholds, the kept ones are those that the definition keeps."""
    for count, threshold in [(40, 0.3), (60, 0.55), (25, 0.12)]:
        boxes, scores = some_boxes(rng, count, spread=35), distinct_scores(rng, count)
        kept = []
        for index in sorted(range(count), key=lambda i: -scores[i]):
            if all(iou_of(boxes[index], boxes[other]) <= threshold for other in kept):
                kept.append(index)
        indices(student.nms(boxes, scores, threshold), kept, NO_SAY)


@check("nms", points=1)
def nms_of_logits(student, rng):
    """Scores may be any numbers, negative ones and large ones too."""
    boxes, scores = clusters(rng, 3, 3), 50 * (distinct_scores(rng, 9) - 0.9)
    place = np.round(boxes[:, 0] / 100)
    best = [max(np.flatnonzero(place == each), key=lambda i: scores[i]) for each in np.unique(place)]
    indices(student.nms(boxes, scores, 0.5), sorted(best, key=lambda i: -scores[i]), ONE_IS_KEPT)


@check("nms", points=1)
def nms_of_few_boxes(student, rng):
    """No box, one box, and boxes that do not meet: nothing is dropped."""
    hint = "Nothing overlaps, so all are kept, in the order of their scores."
    for count in (0, 1, 5):
        boxes, scores = clusters(rng, count, 1), distinct_scores(rng, count)
        indices(student.nms(boxes, scores, 0.1), np.argsort(-scores), hint)


@check("nms", points=1)
def the_extremes_of_the_threshold(student, rng):
    """With threshold 0, all that touches the best is dropped; with threshold 1, nothing is, not even an equal box."""
    boxes, scores = steps(rng, 4), np.sort(distinct_scores(rng, 4))[::-1]
    indices(student.nms(boxes, scores, 0.0), [0], NO_SAY)
    twice = np.concatenate([boxes, boxes])
    scores = distinct_scores(rng, 8)
    indices(student.nms(twice, scores, 1.0), np.argsort(-scores), "Is the IoU of a box with itself greater than 1?")


# --------------------------------------------------------------------------------------------------------- batched_nms


@check("batched_nms", points=2.5, public=True)
def classes_do_not_suppress_each_other(student, reference, rng):
    """Of nearly equal boxes at three places, the best of each class is kept, the highest score first."""
    boxes, scores, classes = clusters(rng, 3, 6), distinct_scores(rng, 18), rng.integers(0, 3, 18)
    got = unmodified(student.batched_nms, boxes, scores, classes, 0.5, inputs=(0, 1, 2))
    hint = "Only boxes of one class suppress each other; the result is in the order of the scores of all."
    indices(got, reference.batched_nms(boxes, scores, classes, 0.5), hint)


@check("batched_nms", points=1.5, public=True)
def places_of_either_sign(student, reference, rng):
    """Boxes far left and far right of 0, in classes of any number: still, classes do not suppress each other."""
    side, classes = rng.uniform(20, 30), np.repeat(np.sort(rng.choice(8, 4, replace=False)), 12)
    left = np.tile([-6.0, -4, -2, 0, 2, 4], 8) * side
    boxes = np.stack([left, left, left + side, left + side], axis=1) + rng.uniform(-0.5, 0.5, (48, 4))
    scores = distinct_scores(rng, 48)
    expected = reference.batched_nms(boxes, scores, classes, 0.5)
    hint = "If you move the classes apart: far enough, for negative places too?"
    indices(student.batched_nms(boxes, scores, classes, 0.5), expected, hint)


@check("batched_nms", points=2.5)
def batched_nms_by_its_definition(student, rng):
    """For many random boxes of five classes, the kept ones are those that the definition keeps."""
    for count, threshold in [(70, 0.4), (50, 0.6)]:
        boxes, scores = some_boxes(rng, count, spread=25), distinct_scores(rng, count)
        classes, kept = rng.choice([0, 1, 5, 17, 1000], count), []
        for index in sorted(range(count), key=lambda i: -scores[i]):
            same = [other for other in kept if classes[other] == classes[index]]
            if all(iou_of(boxes[index], boxes[other]) <= threshold for other in same):
                kept.append(index)
        indices(student.batched_nms(boxes, scores, classes, threshold), kept)


@check("batched_nms", points=1)
def ties_between_classes(student, rng):
    """Of equal scores, the lower index goes first, within a class and between classes."""
    boxes, classes = clusters(rng, 6, 4), rng.integers(0, 3, 24)
    scores, place, kept = rng.choice(rng.uniform(0, 1, 3), 24), np.round(boxes[:, 0] / 100), {}
    for index in sorted(range(24), key=lambda i: (-scores[i], i)):
        kept.setdefault((place[index], classes[index]), index)
    hint = "Equal scores keep the order of the indices."
    indices(student.batched_nms(boxes, scores, classes, 0.5), list(kept.values()), hint)


@check("batched_nms", points=0.5)
def batched_nms_of_one_class_and_of_none(student, rng):
    """One class behaves like nms, and no boxes give no indices."""
    boxes, scores = steps(rng, 6), np.sort(distinct_scores(rng, 6))[::-1]
    indices(student.batched_nms(boxes, scores, np.full(6, 3), 0.5), [0, 2, 4])
    indices(student.batched_nms(np.zeros((0, 4)), np.zeros(0), np.zeros(0, int), 0.5), [])


# ------------------------------------------------------------------------------------------------------ sliding_window


class Head:
    """A head on both sides, with the same random weights; `theirs` is a Handle.

    sizes: the in_features of each nn.Linear and the number of outputs; no two of them are equal.
    """

    def __init__(self, student, rng, sizes, activation="ReLU", dropout=0.0, training=False):
        layers = [nn.Flatten()]
        for ins, outs in itertools.pairwise(sizes):
            layers += [nn.Linear(ins, outs), getattr(nn, activation)(), *[nn.Dropout(dropout)] * bool(dropout)]
        del layers[-1 - bool(dropout) :]  # the last layer gives the scores as they are
        self.ours = nn.Sequential(*layers).eval()
        state = {}
        for name, value in self.ours.state_dict().items():
            state[name] = normal(rng, *value.shape) / math.sqrt(value.shape[-1])
        self.ours.load_state_dict(state)
        spec = [(type(layer).__name__, *_arguments(layer)) for layer in layers]
        self.theirs = student.probe(assemble)(spec, state, training)

    def windows(self, maps, size):
        """What the head says to each window that is cut out: (N, K, H - size + 1, W - size + 1)."""
        with torch.no_grad():
            cut = maps.unfold(2, size, 1).unfold(3, size, 1).permute(0, 2, 3, 1, 4, 5)
            scores = self.ours(cut.reshape(-1, maps.shape[1], size, size))
        return scores.reshape(*cut.shape[:3], -1).permute(0, 3, 1, 2)


def _arguments(layer):
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    return (layer.p,) if isinstance(layer, nn.Dropout) else ()


def assemble(spec, state, training):
    """An nn.Sequential of layers with these weights."""
    import torch

    head = torch.nn.Sequential(*(getattr(torch.nn, name)(*args) for name, *args in spec))
    head.load_state_dict(state)
    return head.train(training)


def normal(rng, *shape):
    """A float32 tensor of random numbers."""
    return torch.from_numpy(rng.standard_normal(shape)).float()


def is_tensor(value, what):
    """Raises: Failure unless it is a tensor."""
    expect(isinstance(value, torch.Tensor), f"{what} should be a tensor, not {type(value).__name__}")
    return value


ORDER = "nn.Flatten lays out a patch channel by channel, and within a channel row by row."


@check("sliding_window", points=3, public=True)
def one_layer_at_every_window(student, rng):
    """A head of one layer: each score is that of the window cut out at this place; feature_map is not modified."""
    head, maps = Head(student, rng, (3 * 2 * 2, 5)), normal(rng, 1, 3, 6, 4)
    got = is_tensor(unmodified(student.sliding_window, maps, head.theirs, inputs=(0,)), "the result")
    close(got, head.windows(maps, 2), rtol=1e-6, name="scores", hint=ORDER)


@check("sliding_window", points=2, public=True)
def layers_after_the_first(student, rng):
    """A head of two layers with an activation between them, for two maps."""
    head, maps = Head(student, rng, (2 * 3 * 3, 7, 4)), normal(rng, 2, 2, 5, 6)
    got = is_tensor(student.sliding_window(maps, head.theirs), "the result")
    close(
        got, head.windows(maps, 3), rtol=1e-6, name="scores", hint="What follows the first layer sees one place each."
    )


@check("sliding_window", points=4)
def deep_heads_on_maps_of_any_shape(student, rng):
    """Three layers, other activations, windows of other sizes, high and wide maps."""
    cases = [((4 * 3 * 3, 6, 5, 2), "Tanh", (3, 4, 8, 5)), ((3 * 4 * 4, 5, 9, 6), "Sigmoid", (2, 3, 5, 11))]
    for sizes, activation, shape in [*cases, ((2 * 2 * 2, 9, 3, 5), "ReLU", (1, 2, 7, 7))]:
        head, maps = Head(student, rng, sizes, activation), normal(rng, *shape)
        size = math.isqrt(sizes[0] // shape[1])
        got = is_tensor(student.sliding_window(maps, head.theirs), "the result")
        close(got, head.windows(maps, size), rtol=1e-6, name=f"scores for {shape}", hint=ORDER)


@check("sliding_window", points=1.5)
def the_smallest_and_the_largest_window(student, rng):
    """Windows of one cell, and a window as high or as large as the map."""
    for sizes, size, shape in [((6, 4, 3), 1, (2, 6, 3, 4)), ((27, 5, 2), 3, (2, 3, 3, 5)), ((32, 3), 4, (2, 2, 4, 4))]:
        head, maps = Head(student, rng, sizes), normal(rng, *shape)
        got = is_tensor(student.sliding_window(maps, head.theirs), "the result")
        close(got, head.windows(maps, size), rtol=1e-6, name=f"scores for windows of {size}×{size}")


@check("sliding_window", points=1.5, public=True)
def dropout_does_nothing_and_modes_stay(student, rng):
    """With dropout, in training mode and not, the scores are those of evaluation; modes and weights stay."""

    def state(head):
        return [layer.training for layer in head.modules()], [value.clone() for value in head.state_dict().values()]

    look, maps = student.probe(state), normal(rng, 2, 2, 4, 5)
    for training in (True, False):
        head = Head(student, rng, (18, 6, 3), dropout=0.5, training=training)
        before = look(head.theirs)
        got = is_tensor(student.sliding_window(maps, head.theirs), "the result")
        close(got, head.windows(maps, 3), rtol=1e-6, name="scores", hint="nn.Dropout does nothing here.")
        modes, values = look(head.theirs)
        equal(modes, before[0], name="the modes of the head afterwards", hint="Leave the head as it was.")
        close(values, before[1], rtol=0, name="the weights of the head afterwards")


@check("sliding_window", points=1, public=True)
def all_places_at_once(student, rng):
    """No layer of the head is called more than once, and the scores are right."""

    def count_calls(head):
        calls = [0] * len(head)

        def note(index):
            def called(module, args, out):
                calls[index] += 1

            return called

        for index, layer in enumerate(head):
            layer.register_forward_hook(note(index))
        return calls.copy

    head, maps = Head(student, rng, (2 * 2 * 2, 5, 3)), normal(rng, 2, 2, 4, 4)
    calls = student.probe(count_calls)(head.theirs)
    got = is_tensor(student.sliding_window(maps, head.theirs), "the result")
    most = max(calls())
    expect(most <= 1, f"a layer of the head is called {most} times; all places can go through it together")
    close(got, head.windows(maps, 2), rtol=1e-6, name="scores")


@check("sliding_window", points=1, public=True, side_condition=True)
def refuses_what_does_not_fit(student, rng):
    """ValueError if in_features is not C times a square, or if the window is higher or wider than the map."""
    for inputs, shape in [(24, (1, 2, 6, 6)), (18, (1, 4, 6, 6)), (18, (1, 2, 2, 6)), (18, (1, 2, 6, 2))]:
        head = Head(student, rng, (inputs, 3))
        raises(student.sliding_window, normal(rng, *shape), head.theirs, error=("ValueError",))


# -------------------------------------------------------------------------------------------------- SpatialPyramidPool

BINS = "Bin i has the rows from floor(i H / n) to ceil((i + 1) H / n) - 1."


def pyramid(x, levels):
    """What PyTorch's own pooling gives."""
    return torch.cat([F.adaptive_max_pool2d(x, level).flatten(1) for level in levels], dim=1)


def pools_right(student, rng, levels, *shape, shift=0.0, hint=BINS):
    """Compare with PyTorch's own pooling, for numbers around `shift`."""
    x = normal(rng, *shape) + shift
    got = is_tensor(unmodified(student.SpatialPyramidPool(levels).forward, x, inputs=(0,)), "the result")
    close(got, pyramid(x, levels), rtol=1e-6, name=f"levels {levels} of a map {tuple(shape)}", hint=hint)


@check("SpatialPyramidPool", points=2, public=True)
def one_bin_and_bins_of_equal_size(student, rng):
    """Level 1 is the maximum of each channel; level 2 of a map with even sides has bins of equal size."""
    pools_right(student, rng, [1], 2, 3, 4, 6)
    pools_right(student, rng, [2], 2, 3, 4, 6)


@check("SpatialPyramidPool", points=2, public=True)
def levels_are_joined_in_order(student, rng):
    """Levels 1, 2 and 4 of a map of 8×4: the levels in the given order, each channel after channel."""
    hint = "The levels in the given order; within a level channel after channel; within a channel the bins."
    pools_right(student, rng, [1, 2, 4], 2, 3, 8, 4, hint=hint)
    pools_right(student, rng, [4, 1], 1, 2, 8, 4, hint=hint)


@check("SpatialPyramidPool", points=3, public=True)
def bins_of_unequal_size(student, rng):
    """Sides that the level does not divide: bins begin rounded down and end rounded up."""
    pools_right(student, rng, [2], 1, 2, 5, 7)
    pools_right(student, rng, [3], 2, 2, 7, 5)


@check("SpatialPyramidPool", points=3)
def pyramids_of_any_map(student, rng):
    """Pyramids of several levels on maps of many shapes."""
    for levels, shape in [([1, 2, 3, 6], (2, 3, 13, 10)), ([4, 3, 2], (3, 2, 9, 17)), ([5, 1], (1, 4, 11, 8))]:
        pools_right(student, rng, levels, *shape)


@check("SpatialPyramidPool", points=1.5)
def maps_smaller_than_the_level(student, rng):
    """Maps with fewer rows or columns than bins, down to one cell: no bin is empty."""
    for levels, shape in [([1, 2, 4], (2, 3, 3, 2)), ([3, 6], (1, 2, 1, 5)), ([2], (1, 1, 1, 1))]:
        pools_right(student, rng, levels, *shape)


@check("SpatialPyramidPool", points=1)
def maxima_below_zero(student, rng):
    """Maps of negative numbers only: no zero of padding wins."""
    pools_right(student, rng, [1, 2, 3], 2, 2, 7, 5, shift=-20.0, hint="Every number of this map is negative.")


@check("SpatialPyramidPool", points=1.5)
def one_length_for_all_sizes(student, rng):
    """One module pools maps of different sizes, one after another, into vectors of the same length and x's dtype."""
    pool = student.SpatialPyramidPool([3, 1, 2])
    for height, width in [(6, 9), (11, 4), (3, 3), (20, 7)]:
        x = normal(rng, 2, 3, height, width).to(torch.float64 if height == 11 else torch.float32)
        got = is_tensor(pool.forward(x), "the result")
        expect(got.dtype == x.dtype, f"the result is {got.dtype}, expected {x.dtype} as x is")
        close(got, pyramid(x, [3, 1, 2]), rtol=1e-6, name=f"pooled map of {height}×{width}", hint=BINS)


@check("SpatialPyramidPool", points=1.5)
def gradients_go_to_the_maxima(student, rng):
    """The gradient for a random upstream gradient, added up where bins share a maximum."""

    def backward(pool, x, upstream):
        import torch

        x.requires_grad_()
        (gradient,) = torch.autograd.grad(pool(x), x, upstream)
        return gradient

    x, levels = normal(rng, 2, 3, 7, 5), [1, 2, 3]
    upstream = normal(rng, 2, 3 * 14)
    got = student.probe(backward, "torch.autograd.grad of the pooled map")(
        student.SpatialPyramidPool(levels), x, upstream
    )
    leaf = x.clone().requires_grad_()
    # Not with `upstream` as an argument: torch then imports its symbolic shapes, which takes half a second.
    (expected,) = torch.autograd.grad((pyramid(leaf, levels) * upstream).sum(), leaf)
    close(is_tensor(got, "the gradient"), expected, rtol=1e-6, name="the gradient of x")


@check("SpatialPyramidPool", points=0.5, public=True, side_condition=True)
def is_a_module_without_parameters(student):
    """SpatialPyramidPool is an nn.Module, and it has nothing to learn."""

    def look(pool):
        import torch

        return isinstance(pool, torch.nn.Module) and sum(1 for _ in pool.parameters())

    found = student.probe(look)(student.SpatialPyramidPool([1, 2]))
    expect(found is not False, "SpatialPyramidPool should be an nn.Module")
    equal(found, 0, name="the number of parameters")


# ------------------------------------------------------------------------------------------------------ roi_to_feature


def cells(result, expected, hint=""):
    """Require four ints."""
    edges = parts(result, "left", "top", "right", "bottom")
    whole = all(isinstance(edge, int | np.integer) and not isinstance(edge, bool) for edge in edges)
    expect(whole, "the edges should be whole numbers of type int: they are to slice the map")
    equal(list(edges), list(expected), name="(left, top, right, bottom)", hint=hint)


@check("roi_to_feature", points=2, public=True)
def cells_of_a_region(student, reference, rng):
    """The cells of regions, for strides that multiply to 12 and to 16."""
    hint = "Strides multiply; round down at the beginning and up at the end."
    for strides in ([3, 2, 2], [4, 1, 2, 2]):
        corner = rng.uniform(0, 100, 2)
        roi = [*corner, *(corner + rng.uniform(40, 90, 2))]
        cells(student.roi_to_feature(roi, strides), reference.roi_to_feature(roi, strides), hint)


@check("roi_to_feature", points=1, public=True)
def regions_between_the_lines(student, reference, rng):
    """A region without width or height still gets one cell, and a region whose edges lie on cells gets these cells."""
    step = 4 * int(rng.integers(1, 4))
    left, top, wide, high = (int(value) for value in rng.integers(1, 9, 4))
    rois = [[left, top, left, top + high], [left, top, left + wide, top], [left, top, left + wide, top + high]]
    for roi in rois:
        roi = [float(step * edge) for edge in roi]
        strides = [step // 2, 1, 2]
        cells(student.roi_to_feature(roi, strides), reference.roi_to_feature(roi, strides), "At least one cell.")


@check("roi_to_feature", points=2)
def cells_that_a_region_touches(student, rng):
    """The cells are those that share some area with the region, looked for one by one."""
    for strides in ([3, 2], [5], [1, 1], [4, 2, 2, 1], [2, 1, 3, 2]):
        step = int(np.prod(strides))
        corner = rng.uniform(0, 150, 2)
        roi = np.concatenate([corner, corner + rng.uniform(0.01, 100, 2)])
        touched = [
            [cell for cell in range(300) if step * cell < roi[axis + 2] and step * (cell + 1) > roi[axis]]
            for axis in (0, 1)
        ]
        expected = [touched[0][0], touched[1][0], touched[0][-1] + 1, touched[1][-1] + 1]
        cells(student.roi_to_feature(roi.tolist(), strides), expected, f"Strides {strides}.")


@check("roi_to_feature", points=1)
def a_map_of_the_images_size(student, rng):
    """Without strides, cells are pixels: the region's edges, rounded outwards."""
    x1, y1 = rng.uniform(0, 30, 2)
    x2, y2 = x1 + rng.uniform(1, 30), y1 + rng.uniform(1, 30)
    expected = [math.floor(x1), math.floor(y1), math.ceil(x2), math.ceil(y2)]
    cells(student.roi_to_feature([x1, y1, x2, y2], []), expected)


# -------------------------------------------------------------------------------------------------- encode and decode

FOUR = "Differences of centers in units of the anchor's sides; logarithms of the ratios of the sides."


def moved(anchors, deltas):
    """The boxes that these deltas mean, one number after another."""
    boxes = []
    for (x1, y1, x2, y2), (tx, ty, tw, th) in zip(anchors.tolist(), deltas.tolist(), strict=True):
        x, y = (x1 + x2) / 2 + tx * (x2 - x1), (y1 + y2) / 2 + ty * (y2 - y1)
        w, h = (x2 - x1) * math.exp(tw), (y2 - y1) * math.exp(th)
        boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return np.array(boxes).reshape(-1, 4)


def some_deltas(rng, count):
    return rng.uniform(-0.8, 0.8, (count, 4))


@check("encode_boxes", points=1, public=True)
def deltas_of_a_box_that_was_moved(student, reference, rng):
    """Boxes of the anchors' sizes at other places."""
    anchors = some_boxes(rng, 4)
    boxes = anchors + np.tile(rng.uniform(-30, 30, (4, 2)), 2)
    got = unmodified(student.encode_boxes, boxes, anchors, inputs=(0, 1))
    close(got, reference.encode_boxes(boxes, anchors), name="deltas", hint=FOUR)


@check("encode_boxes", points=1.5, public=True)
def deltas_of_other_sizes(student, reference, rng):
    """Boxes of other places and sizes."""
    anchors, boxes = some_boxes(rng, 5), some_boxes(rng, 5, side=70)
    close(student.encode_boxes(boxes, anchors), reference.encode_boxes(boxes, anchors), name="deltas", hint=FOUR)


@check("encode_boxes", points=2)
def encodes_what_the_deltas_mean(student, rng):
    """Anchors that were moved and scaled by known deltas give these deltas back."""
    for count in (12, 1):
        anchors, deltas = some_boxes(rng, count, side=50), some_deltas(rng, count)
        close(student.encode_boxes(moved(anchors, deltas), anchors), deltas, name="deltas", hint=FOUR)


@check("encode_boxes", points=0.5)
def deltas_have_no_unit(student, rng):
    """The deltas stay the same if boxes and anchors are moved and enlarged together."""
    anchors, deltas = some_boxes(rng, 6), some_deltas(rng, 6)
    boxes, factor, shift = moved(anchors, deltas), rng.uniform(3, 30), np.tile(rng.uniform(-200, 200, 2), 2)
    close(student.encode_boxes(factor * boxes + shift, factor * anchors + shift), deltas, rtol=1e-6, name="deltas")


@check("decode_boxes", points=1, public=True)
def boxes_at_other_places(student, reference, rng):
    """Deltas that move the anchor and leave its size."""
    anchors, deltas = some_boxes(rng, 4), some_deltas(rng, 4) * [1, 1, 0, 0]
    got = unmodified(student.decode_boxes, deltas, anchors, inputs=(0, 1))
    close(got, reference.decode_boxes(deltas, anchors), name="boxes", hint=FOUR)


@check("decode_boxes", points=1.5, public=True)
def boxes_of_other_sizes(student, reference, rng):
    """Deltas that move and scale the anchor."""
    anchors, deltas = some_boxes(rng, 5, side=60), some_deltas(rng, 5)
    close(student.decode_boxes(deltas, anchors), reference.decode_boxes(deltas, anchors), name="boxes", hint=FOUR)


@check("decode_boxes", points=2)
def decodes_what_the_deltas_mean(student, rng):
    """Boxes of many deltas, computed one number after another."""
    for count in (12, 1, 0):
        anchors, deltas = some_boxes(rng, count, side=50), some_deltas(rng, count)
        close(student.decode_boxes(deltas, anchors), moved(anchors, deltas), name="boxes", hint=FOUR)


@check("decode_boxes", points=0.5)
def decoded_boxes_grow_around_the_center(student, rng):
    """A t_w alone keeps the center and the height, and multiplies the width by its exponential."""
    anchors, grow = some_boxes(rng, 5), rng.uniform(-2, 2, 5)
    deltas = np.zeros((5, 4))
    deltas[:, 2] = grow
    wider = (anchors[:, 2] - anchors[:, 0]) * (np.exp(grow) - 1) / 2
    expected = anchors + np.stack([-wider, np.zeros(5), wider, np.zeros(5)], axis=1)
    close(student.decode_boxes(deltas, anchors), expected, name="boxes")


# ---------------------------------------------------------------------------------------------------- precision_recall


def detections(rng, counts, extra):
    """Images with clear cases only: lists of boxes, scores and true boxes.

    counts: of each image, how many true boxes there are. extra: how many detections meet nothing. Of the true boxes,
    about two thirds are detected, some of them twice. IoUs are above 0.8 or 0.
    """
    boxes, truth = [], []
    for count in counts:
        places = rng.permutation(count + extra)
        corner = 100.0 * places[:, None] * [1, -1] + rng.uniform(0, 20, (count + extra, 2))
        real = np.concatenate([corner, corner + rng.uniform(40, 60, (count + extra, 2))], axis=1)
        found = np.concatenate([real[rng.random(len(real)) < 0.65], real[rng.random(len(real)) < 0.3]])
        found = found + rng.uniform(-1, 1, found.shape)
        boxes.append(found[rng.permutation(len(found))])
        truth.append(real[:count])
    total = distinct_scores(rng, sum(len(found) for found in boxes))
    return boxes, np.split(total, np.cumsum([len(found) for found in boxes])[:-1]), truth


def both(result):
    """Precision and recall of what was returned."""
    return parts(result, "precision", "recall")


def curve_by_definition(boxes, scores, truth, threshold):
    """Precision and recall, two lists: for each number of detections the matching is done anew, in plain Python."""
    ranked = sorted(
        (-score, image, index) for image, of in enumerate(scores) for index, score in enumerate(of.tolist())
    )
    total = sum(len(true) for true in truth)
    precision, recall = [], []
    for count in range(1, len(ranked) + 1):
        claimed = set()
        for _, image, index in ranked[:count]:
            likeness = [(iou_of(boxes[image][index], true), -place) for place, true in enumerate(truth[image])]
            if likeness and max(likeness)[0] >= threshold:
                claimed.add((image, max(likeness)[1]))  # claiming again adds nothing
        precision.append(len(claimed) / count)
        recall.append(len(claimed) / total if total else 0.0)
    return precision, recall


def follows_the_reference(student, reference, boxes, scores, truth, *threshold, hint=""):
    got = both(student.precision_recall(boxes, scores, truth, *threshold))
    expected = reference.precision_recall(boxes, scores, truth, *threshold)
    for name, values, right in zip(("precision", "recall"), got, expected, strict=True):
        close(values, right, name=name, hint=hint)


@check("precision_recall", points=1.5, public=True)
def curve_of_one_image(student, reference, rng):
    """One image, some objects found and some not, at the default threshold."""
    (real,) = detections(rng, [6], 0)[2]
    boxes, scores = [np.concatenate([real[:4] + 1, real[2:] + 500])], [distinct_scores(rng, 8)]
    follows_the_reference(student, reference, boxes, scores, [real])


@check("precision_recall", points=1, public=True)
def a_second_detection_is_wrong(student, reference, rng):
    """Objects that are detected two and three times: only the first detection of each is right."""
    (real,) = detections(rng, [5], 0)[2]
    boxes, scores = [np.concatenate([real, real[:4] + 1, real[1:3] - 1])], [distinct_scores(rng, 11)]
    follows_the_reference(student, reference, boxes, scores, [real], hint="A true box can be claimed once.")


@check("precision_recall", points=1, public=True)
def one_ranking_for_all_images(student, reference, rng):
    """Several images: their detections are ranked together, and each is matched within its image."""
    boxes, scores, truth = detections(rng, [3, 4, 2, 3], 2)
    hint = "All detections of all images are ranked by their scores; a box only meets those of its own image."
    follows_the_reference(student, reference, boxes, scores, truth, 0.5, hint=hint)


@check("precision_recall", points=0.5, public=True)
def a_claimed_box_is_not_replaced(student, reference, rng):
    """The best true box is claimed already, another one would do: the detection is wrong."""
    pair, others = steps(rng, 2), clusters(rng, 6, 1) + 1000
    seen = others + 500 * (rng.random((6, 1)) < 0.5)
    near = pair[0] + 0.02 * (pair[1] - pair[0])
    boxes, scores = [np.stack([pair[0], near, *seen])], distinct_scores(rng, 8)
    scores[:2] = np.sort(scores[:2])[::-1]
    hint = "Only the true box with the largest IoU counts, even if it is claimed."
    follows_the_reference(student, reference, boxes, [scores], [np.concatenate([pair, others])], hint=hint)


@check("precision_recall", points=0.5, public=True)
def an_iou_at_the_threshold_is_enough(student, reference, rng):
    """An IoU of exactly the threshold makes a detection right, and a little less does not."""
    unit, left = 2.0 ** rng.integers(0, 6), 40.0 * np.arange(8)
    real = unit * np.stack([left, left, left + 8, left + 8], axis=1)
    seen = real - unit * np.outer(rng.choice([4.0, 4, 5], 8), [0, 0, 1, 0])
    follows_the_reference(student, reference, [seen], [distinct_scores(rng, 8)], [real], hint="At least, or more?")


@check("precision_recall", points=2)
def curve_by_its_definition(student, rng):
    """Random boxes that overlap more or less, several thresholds: as the definition says for each number of them."""
    for threshold in (0.5, 0.3, 0.62):
        truth, row = [some_boxes(rng, count, spread=30) for count in (5, 0, 3, 6)], steps(rng, 7)
        near = [true + rng.uniform(-4, 4, true.shape) for true in truth]
        truth, near = [*truth, row], [*near, row + rng.uniform(-0.5, 0.5, row.shape)]
        boxes = [np.concatenate([some_boxes(rng, 9, spread=30), each]) for each in near]
        scores = np.split(distinct_scores(rng, sum(map(len, boxes))), np.cumsum([len(each) for each in boxes])[:-1])
        got = both(student.precision_recall(boxes, scores, truth, threshold))
        expected = curve_by_definition(boxes, scores, truth, threshold)
        for name, values, right in zip(("precision", "recall"), got, expected, strict=True):
            close(values, right, name=f"{name} at threshold {threshold}")


@check("precision_recall", points=0.5)
def ties_between_images(student, rng):
    """Of equal scores, the earlier image goes first, and within an image the lower index."""
    boxes, scores, truth = detections(rng, [3, 3, 4], 2)
    values = rng.uniform(0, 1, 2)
    scores = [rng.choice(values, len(of)) for of in scores]
    got = both(student.precision_recall(boxes, scores, truth, 0.5))
    expected = curve_by_definition(boxes, scores, truth, 0.5)
    for name, numbers, right in zip(("precision", "recall"), got, expected, strict=True):
        close(numbers, right, name=name, hint="How are equal scores ordered?")


@check("precision_recall", points=1)
def nothing_true_and_nothing_found(student, rng):
    """No true box at all or just one, images without detections or without true boxes, and no detection at all."""
    none, some = np.zeros((0, 4)), clusters(rng, 3, 1)
    scores = distinct_scores(rng, 3)
    cases = [
        ("without true boxes", [some, none], [scores, np.zeros(0)], [none, none]),
        ("with one true box", [none, some], [np.zeros(0), scores], [none, some[1:2]]),
        ("with empty images", [none, some, some[:0]], [scores[:0], scores, scores[:0]], [some, some[:2], none]),
        ("without detections", [none, none], [np.zeros(0), np.zeros(0)], [some, none]),
    ]
    for title, *case in cases:
        got = both(student.precision_recall(*case, 0.5))
        for name, values, right in zip(("precision", "recall"), got, curve_by_definition(*case, 0.5), strict=True):
            equal(np.shape(values), (len(right),), name=f"the shape of {name} {title}")
            close(values, np.array(right), name=f"{name} {title}")


# --------------------------------------------------------------------------------------------------- average_precision


def curve_of(right, total):
    """Exact precision and recall, lists of fractions, of detections that are right or wrong."""
    hits = np.cumsum(right).tolist()
    return [Fraction(hit, rank) for rank, hit in enumerate(hits, 1)], [Fraction(hit, total) for hit in hits]


def area_by_definition(right, total):
    """Each right detection adds 1 / total to the recall, at the best precision from there on: in fractions."""
    precision, _ = curve_of(right, total)
    return float(sum(max(precision[rank:]) for rank, hit in enumerate(right) if hit) / Fraction(total))


def mean_by_definition(right, total, points):
    """The mean of the best precision at recalls j / (points - 1), in fractions."""
    precision, recall = curve_of(right, total)
    best = Fraction(0)
    for j in range(points):
        best += max((p for p, r in zip(precision, recall, strict=True) if r >= Fraction(j, points - 1)), default=0)
    return float(best / points)


def as_floats(right, total):
    """(precision, recall) as float64 arrays."""
    return tuple(np.array([float(value) for value in values]) for values in curve_of(right, total))


def some_hits(rng, count, total):
    """(count,) of 0 and 1: at most `total` ones, the first is likely, later ones less and less."""
    right = rng.random(count) < np.linspace(0.95, 0.3, count)
    return (right & (np.cumsum(right) <= total)).astype(int)


@check("average_precision", points=2, public=True)
def area_under_the_envelope(student, reference, rng):
    """The all-point AP of a curve with teeth."""
    right = some_hits(rng, 12, 9)
    right[:3] = [1, 0, 1]  # teeth
    curve = as_floats(right, 9)
    got = unmodified(student.average_precision, *curve, inputs=(0, 1))
    close(got, reference.average_precision(*curve), name="AP", hint="Which precision counts for a recall?")


@check("average_precision", points=1.5, public=True)
def mean_at_eleven_points(student, reference, rng):
    """The AP with 11 points of a curve that does not reach recall 1."""
    curve = as_floats([1, 0, *some_hits(rng, 10, 8)], 13)
    close(student.average_precision(*curve, 11), reference.average_precision(*curve, 11), name="AP with 11 points")


@check("average_precision", points=0.5, public=True)
def levels_that_are_just_reached(student, reference, rng):
    """A recall of exactly 3/10 or 7/10 reaches the level 0.3 or 0.7, whatever the rounding."""
    right = np.concatenate([np.ones(3), np.zeros(1 + rng.integers(3)), np.ones(4), np.zeros(1 + rng.integers(3))])
    curve = as_floats(right.astype(int), 10)
    hint = "np.linspace(0, 1, 11)[3] is a little more than 0.3."
    close(student.average_precision(*curve, 11), reference.average_precision(*curve, 11), name="AP", hint=hint)


@check("average_precision", points=1.5)
def area_in_exact_fractions(student, rng):
    """The all-point AP, against the sum over the right detections in exact fractions."""
    for count, total in [(30, 17), (5, 5), (1, 1), (60, 40), (9, 30)]:
        right = some_hits(rng, count, total)
        got = student.average_precision(*as_floats(right, total))
        close(got, area_by_definition(right, total), rtol=1e-9, name=f"AP of {count} detections, {total} true boxes")


@check("average_precision", points=1)
def means_in_exact_fractions(student, rng):
    """The AP with 11, 101, 5 and 2 points, against exact fractions."""
    for count, total, points in [(30, 17, 11), (60, 40, 101), (9, 20, 5), (12, 7, 2), (25, 10, 11)]:
        right = some_hits(rng, count, total)
        got = student.average_precision(*as_floats(right, total), points)
        expected = mean_by_definition(right, total, points)
        close(got, expected, rtol=1e-9, name=f"AP with {points} points of {count} detections, {total} true boxes")


@check("average_precision", points=0.5)
def curves_without_points(student, rng):
    """No detections, or only wrong ones, give 0 in both forms; a curve of one step is right."""
    for curve in [(np.zeros(0), np.zeros(0)), (np.zeros(4), np.zeros(4))]:
        for points in (None, 11):
            close(student.average_precision(*curve, points), 0.0, name=f"AP with points={points}")
    found = int(rng.integers(2, 6))
    curve = as_floats([1] * found + [0, 0, 1, 0], 7)
    expected = (found + (found + 1) / (found + 3)) / 7
    close(student.average_precision(*curve), expected, name="AP of a curve with one step down")


# ---------------------------------------------------------------------------------------------- mean_average_precision


def clear_cases(rng, found, total, wrong=2, images=3):
    """Detections of several classes whose APs are known: of the `total[c]` true boxes of class c, `found[c]` are found,
    with IoUs above 0.8, and `wrong` detections that meet nothing follow with lower scores. Each class has scores of its
    own size.

    Returns boxes, scores, labels, truth, truth_labels, lists over images. Nothing else overlaps.
    """
    seen_in, true_in = [[] for _ in range(images)], [[] for _ in range(images)]
    sizes = 3.0 ** -rng.permutation(len(total))
    for label, (count, extra) in enumerate(zip(total, np.broadcast_to(wrong, len(total)), strict=True)):
        for number in range(count + extra):
            corner = np.array([1000.0 * label, 200.0 * number]) + rng.uniform(0, 20, 2)
            box, image = np.concatenate([corner, corner + rng.uniform(40, 60, 2)]), int(rng.integers(images))
            if number < count:
                true_in[image].append((box, label))
            if number < found[label]:
                near = box + rng.uniform(-1, 1, 4)
                seen_in[image].append((near, label, sizes[label] * rng.uniform(0.5, 1)))
            elif number >= count:
                seen_in[image].append((box, label, sizes[label] * rng.uniform(0, 0.5)))
    lists = [[], [], [], [], []]
    for seen, true in zip(seen_in, true_in, strict=True):
        seen = [seen[i] for i in rng.permutation(len(seen))]
        lists[0].append(np.array([box for box, *_ in seen]).reshape(-1, 4))
        lists[1].append(np.array([score for *_, score in seen], float))
        lists[2].append(np.array([label for _, label, _ in seen], int))
        lists[3].append(np.array([box for box, _ in true]).reshape(-1, 4))
        lists[4].append(np.array([label for _, label in true], int))
    return lists


@check("mean_average_precision", points=1.5, public=True)
def mean_over_classes(student, reference, rng):
    """Three classes in three images: a class counts as much as another, however many boxes it has."""
    total = rng.integers(3, 9, 3)
    case = clear_cases(rng, rng.integers(1, total), total)
    hint = "Each class has its own AP, from its own boxes; the mAP is their mean."
    close(student.mean_average_precision(*case), reference.mean_average_precision(*case), name="mAP", hint=hint)


@check("mean_average_precision", points=0.5, public=True)
def classes_without_true_boxes(student, reference, rng):
    """Detections of a class that has no true box do not count; a class that was never detected has AP 0."""
    total = rng.integers(3, 9, 4) * [1, 0, 1, 1]
    case = clear_cases(rng, rng.integers(0, total + 1) * [1, 0, 1, 0], total, [2, 2, 2, 0])
    hint = "The mean is over the classes of the true boxes."
    close(student.mean_average_precision(*case), reference.mean_average_precision(*case), name="mAP", hint=hint)


@check("mean_average_precision", points=1.5)
def mean_of_known_shares(student, rng):
    """Classes of which a known share is found: the mAP is the mean of the shares."""
    for found, total in [([3, 1, 0, 5], [4, 6, 3, 5]), ([2], [9]), ([0, 4], [0, 5]), ([2, 0], [2, 1])]:
        case = clear_cases(rng, found, total, images=int(rng.integers(1, 5)))
        expected = np.mean([f / t for f, t in zip(found, total, strict=True) if t])
        close(student.mean_average_precision(*case), expected, rtol=1e-9, name=f"mAP for {found} of {total} found")


@check("mean_average_precision", points=1, public=True)
def mean_over_thresholds(student, rng):
    """Boxes that are moved by known parts of their sides count up to a threshold, and not beyond."""
    parts_moved = np.array([0.0, 0.1, 0.2, 0.4])
    left = 100.0 * np.arange(4)
    true = np.stack([left, left, left + 50, left + 50], axis=1) + rng.uniform(-5, 5, 2).repeat(2)[[0, 2, 1, 3]]
    seen = true + 50 * parts_moved[:, None] * [1, 0, 1, 0]
    thresholds = np.sort(rng.choice(np.arange(0.3, 1, 0.05), 6, replace=False)) + 0.012
    ious = (1 - parts_moved) / (1 + parts_moved)
    case = [seen], [np.sort(distinct_scores(rng, 4))[::-1]], [np.zeros(4, int)], [true], [np.zeros(4, int)]
    expected = np.mean([(ious >= threshold).mean() for threshold in thresholds])
    close(student.mean_average_precision(*case, thresholds.tolist()), expected, rtol=1e-9, name="mAP")
    first = (ious >= thresholds[0]).mean()
    close(student.mean_average_precision(*case, (float(thresholds[0]),)), first, rtol=1e-9, name="mAP, one threshold")


@check("mean_average_precision", points=0.5)
def nothing_to_find(student, rng):
    """Without any true box there is no mean: nan. With true boxes and no detection it is 0."""
    boxes, scores, labels, truth, truth_labels = clear_cases(rng, [2, 1], [3, 2])
    none, no_labels = [each[:0] for each in truth], [each[:0] for each in truth_labels]
    close(student.mean_average_precision(boxes, scores, labels, none, no_labels), math.nan, name="mAP without truth")
    nothing = [[each[:0] for each in arrays] for arrays in (boxes, scores, labels)]
    close(student.mean_average_precision(*nothing, truth, truth_labels), 0.0, name="mAP without detections")


# ------------------------------------------------------------------------------------------------ prediction questions

q_half_moved = question("The IoU of a box and the same box, moved by half of its width.", rtol=0.01)
q_windows = question("The windows of 6×6 on a map of 13×20.")
q_pyramid = question("The length of the vector for 256 channels and levels 1, 2, 3 and 6.")
q_twice = question("The precision of a detector that says everything twice.", rtol=0.01)
