"""The public checks of lenet.

Run them with `autograder check lenet`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import contextlib
import math
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
import torch

from autograder import Failure, Raised, check, close, equal, expect, parts, question, unmodified
from autograder.datasets import digits

from autograder.training import accuracy, calibration_error, confusion, cross_entropy, earn, predict


def quietly(student, function, *args):
    """A copy of what function(*args) gives on the student's side.

    function: a Handle, or one of ours for `probe`, which is given another argument first: whom to tell what it finds.
    It comes by a callback and so is no part of the replies, by which known mistakes are recognised: initial weights
    and shuffles are random, and no two right answers agree in them.
    """

    def call(show, function, *args):
        show(function(*args))

    found = []
    try:
        if isinstance(function, FunctionType):
            student.probe(function)(found.append, *args)
        else:
            student.probe(call)(found.append, function, *args)
    except Raised as raised:
        _, _, said = raised.message.partition(" raised ")
        raise Raised(f"calling it raised {said}", raised.types) from None
    return found[0]


def note(student, **facts):
    """Make what a check has seen a part of the replies, so that known mistakes are recognised by it."""
    student.put(facts).value()


def tensor(values):
    """A float32 tensor of an array."""
    return torch.from_numpy(np.asarray(values, np.float32))


def labels_of(values):
    """An int64 tensor of an array."""
    return torch.from_numpy(np.asarray(values, np.int64))


def as_number(value, name):
    """The number in a float or in a tensor of one; which of them is for `numbers_are_python_floats` to say."""
    single = isinstance(value, (int, float, torch.Tensor)) and math.prod(np.shape(value)) == 1
    expect(single, f"{name} should be a number, not a {type(value).__name__} of shape {np.shape(value)}")
    return float(value)


class Task(NamedTuple):
    """Images x (n, 1, 2, 3), labels y (n,), and the weights of a linear model: w (classes, 6), b (classes,)."""

    x: Any
    y: Any
    w: Any
    b: Any

    def logits(self):
        return self.x.flatten(1) @ self.w.T + self.b


def task_of(rng, n, classes=3, scale=1.0):
    """Random images of this scale, random labels and weights."""
    x, y = tensor(scale * rng.standard_normal((n, 1, 2, 3))), labels_of(rng.integers(0, classes, n))
    return Task(x, y, tensor(rng.standard_normal((classes, 6))), tensor(rng.standard_normal(classes)))


def linear(task):
    """The modules in torch.nn and the values of a network that flattens its images x, then computes w @ x + b."""
    return [("Flatten",), ("Linear", *task.w.T.shape)], {"1.weight": task.w, "1.bias": task.b}


def assemble(modules, state, x, y, batch_size, device, sgd):
    """On either side: an nn.Sequential, a DataLoader that does not shuffle and, if there are settings, an SGD."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    model = torch.nn.Sequential(*(getattr(torch.nn, name)(*args) for name, *args in modules))
    model.load_state_dict(state, strict=False)
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), **sgd) if sgd else None
    return model, DataLoader(TensorDataset(x, y), batch_size=batch_size), optimizer


def put(space, task, batch_size=1, form=linear, device="cpu", **sgd):
    """A network of this form, a DataLoader of the task's images, and an optimizer SGD with these settings: Handles."""
    return space.probe(assemble)(*form(task), task.x, task.y, batch_size, device, sgd)


def entries(space, function, names):
    """What a function without arguments says of these layers, and of no others: a recording is to hold no more."""

    def pick(function, names):
        table = function()
        return {name: table[name] for name in names if name in table} if isinstance(table, dict) else None

    return space.probe(pick, function)(space.get(function), names)


def layers_agree(student, reference, function, names):
    """Raises: Failure naming the layers in which two dicts differ, without saying what is right."""
    got, expected = (entries(space, function, names) for space in (student, reference))
    expect(isinstance(got, dict), f"{function}() should be a dict with a key for each layer")
    missing = [name for name in names if name not in got]
    expect(not missing, f"these keys are missing: {', '.join(missing)}")
    plain = [name for name in names if np.asarray(got[name]).dtype.kind not in "iu"]
    expect(not plain, f"{', '.join(plain)}: whole numbers, please (in a tuple, for a shape)")
    wrong = [name for name in names if np.asarray(got[name]).tolist() != np.asarray(expected[name]).tolist()]
    expect(not wrong, f"not right yet: {', '.join(wrong)}. Go through the table layer by layer, with a pencil")


@check("lenet_shapes", points=2, public=True)
def shapes_of_the_first_and_last_layers(student, reference):
    """The shapes of the input, C1, S2, F6 and the output."""
    names = ("input", "C1", "S2", "F6", "output")
    layers_agree(student, reference, "lenet_shapes", names)


@check("lenet_param_count", points=1, public=True)
def parameters_of_simple_layers(student, reference):
    """The parameters of C1, S2, S4 and the output layer."""
    layers_agree(student, reference, "lenet_param_count", ("C1", "S2", "S4", "output"))


q_s4_rows_for_28 = question(
    "28×28 images without padding: the rows of S4.", hint="each 5×5 window takes four rows off, each mean halves"
)

# Layer -> the shape of its weights. Their sizes are all different, and so are those of the biases.
WEIGHTS = {
    "C1": (6, 1, 5, 5),
    "C3": (16, 6, 5, 5),
    "C5": (120, 16, 5, 5),
    "F6": (84, 120),
    "output": (10, 84),
}


def layer_names(state):
    """Which layer each entry of a state_dict belongs to: {"features.0.weight": ("C1", "weight"), ...}."""
    by_size = {math.prod(shape): (layer, "weight") for layer, shape in WEIGHTS.items()}
    by_size |= {shape[0]: (layer, "bias") for layer, shape in WEIGHTS.items()}
    return {key: by_size[value.numel()] for key, value in state.items() if value.numel() in by_size}


def layers_missing(names, layers):
    """The parts of these layers that are not exactly once among the values of `layer_names`."""
    wanted = [(layer, part) for layer in layers for part in ("weight", "bias")]
    return [f"{layer}'s {part}" for layer, part in wanted if list(names.values()).count((layer, part)) != 1]


def random_weights(rng, gain=1.0, bias=0.3):
    """Weights of standard deviation gain / sqrt(inputs) and biases: {("C1", "weight"): tensor, ...}."""
    made = {}
    for layer, shape in WEIGHTS.items():
        made[layer, "weight"] = tensor(gain / math.sqrt(math.prod(shape[1:])) * rng.standard_normal(shape))
        made[layer, "bias"] = tensor(bias * rng.standard_normal(shape[0]))
    return made


def in_shape(value, shape):
    """The weights of a layer in the shape that a network keeps them in, (outputs, inputs) or turned."""
    flat = value.flatten(1) if value.ndim > 1 else value
    turned = flat.ndim == 2 and shape == tuple(flat.T.shape) != tuple(flat.shape)
    return (flat.T if turned else value).reshape(shape)


def load_weights(model, state, weights):
    """Give the layers of a model these weights. state: its state_dict. Raises: Failure if layers are missing."""
    names = layer_names(state)
    missing = layers_missing(names, WEIGHTS)
    expect(not missing, f"the network's parameters do not have {', '.join(missing)}; see the check of the parameters")
    filled = dict(state)
    for key, name in names.items():
        filled[key] = in_shape(weights[name], tuple(state[key].shape))
    model.load_state_dict(filled)


def tell_state(show, model):
    show(model.state_dict())


def lenet_with(student, weights):
    """A LeNet5 of the student's with these weights."""
    model = student.LeNet5()
    state = quietly(student, tell_state, model)
    expect(isinstance(state, dict), "LeNet5() should be an nn.Module; does __init__ call super().__init__() first?")
    note(student, parameters=sorted(value.numel() for value in state.values()))
    load_weights(model, state, weights)
    return model


@check("LeNet5", points=2, public=True, side_condition=True)
def one_row_of_logits_per_image(student, rng):
    """For 3 images and for one, the network returns an array of shape (N, 10)."""
    model = student.LeNet5()
    for n in (3, 1):
        logits = quietly(student, model, tensor(rng.random((n, 1, 32, 32))))
        shape = tuple(logits.shape) if isinstance(logits, torch.Tensor) else None
        note(student, shape=shape)
        name = f"shape of what LeNet5 returns for {n} images"
        equal(shape, (n, 10), name=name, hint="Follow the shapes, layer by layer")


def parameters_at_work(student, rng, layers):
    """Raises: Failure unless these layers' parameters are registered, each once, and the logits depend on the weights,
    by how much depending on the image.
    """

    def change_each(show, model, x, state, others):
        import torch

        def logits(state):
            model.load_state_dict(state)
            with torch.no_grad():
                return model(x)

        before = logits(state)
        changed = {key: logits(state | {key: value}) for key, value in others.items()}
        show((before, logits(state), changed))

    model = student.LeNet5()
    quietly(student, model, torch.zeros(1, 1, 32, 32))  # lazy layers get their parameters here
    state = quietly(student, tell_state, model)
    names = layer_names(state)
    of_these = {key: name for key, name in names.items() if name[0] in layers}
    missing = layers_missing(of_these, layers)
    note(student, missing=missing)
    have = ", ".join(f"{key} {tuple(value.shape)}" for key, value in state.items()) or "none at all"
    expect(
        not missing,
        f"{', '.join(missing)} not found (or twice) among the registered parameters, by their number of entries. "
        f"There are: {have}",
    )
    drawn, others = (
        {key: in_shape(weights[name], tuple(state[key].shape)) for key, name in names.items()}
        for weights in (random_weights(rng), random_weights(rng))
    )
    others = {key: others[key] for key, (_, part) in of_these.items() if part == "weight"}
    x = tensor(rng.random((2, 1, 32, 32)))
    before, again, changed = quietly(student, change_each, model, x, state | drawn, others)
    steady = bool(torch.allclose(before, again, rtol=1e-4, atol=1e-6))
    idle = [of_these[key][0] for key in others if float((changed[key] - before).diff(dim=0).abs().max()) < 1e-6]
    note(student, steady=steady, idle=idle)
    expect(steady, "the same images do not get the same logits twice")
    expect(
        not idle, f"{', '.join(idle)}: other weights of this layer give the same logits, or change all images' alike"
    )


@check("LeNet5", points=2, public=True)
def convolutions_have_their_parameters(student, rng):
    """C1, C3 and C5 have the right number of weights and biases, registered, and logits depend on them."""
    parameters_at_work(student, rng, ("C1", "C3", "C5"))


@check("LeNet5", points=2, public=True)
def full_layers_have_their_parameters(student, rng):
    """F6 and the output layer have the right number of weights and biases, registered, and logits depend on them."""
    parameters_at_work(student, rng, ("F6", "output"))


@check("LeNet5", points=3, public=True)
def given_weights_give_the_reference_logits(student, reference, rng):
    """With given weights, two images get the logits of the reference."""
    weights, x = random_weights(rng, gain=2.0), tensor(rng.random((2, 1, 32, 32)))
    reference.module("torch").manual_seed(0)  # what the reference says is recorded, to be the same everywhere
    ours = reference.LeNet5()
    load_weights(ours, ours.state_dict(), weights)
    hint = "Which activation follows which layer, how is pooled, and does anything follow the last layer?"
    close(lenet_with(student, weights)(x), ours(x), rtol=1e-4, name="logits", hint=hint)


def gradients_of(student, model):
    """The gradients of a model's parameters, in their order; None where there is none."""

    def tell(show, model):
        show([parameter.grad for parameter in model.parameters()])

    return quietly(student, tell, model)


q_first_loss = question(
    "The loss of a network that knows nothing about ten digits.", rtol=0.005, hint="p is about 1/10 for each"
)


def numbered_images(rng, n, height=4, width=5):
    """Images that keep their number under x -> (x - m) / s, and labels that follow from it, two in a row of each class.

    x: (n, 1, height, width) float32; the pixels at (0, 0), (0, 1) and (0, 2) are as far apart as 0, 1 and the number
    is from n. Their brightness differs so much that no random half has the statistics of the whole.
    """
    x = rng.uniform(0, 1, (n, 1, height, width)) * np.linspace(0.2, 5, n)[rng.permutation(n), None, None, None] ** 2
    x[:, 0, 0, :3] = np.stack([np.zeros(n), np.ones(n), np.arange(n) / n], axis=1)
    return tensor(x), labels_of(rng.permutation(10)[np.arange(n) // 2 % 10])


def numbers_of(images, n):
    """The numbers of `numbered_images` after any normalisation, -1 where there is none: (B,) int64 array."""
    corner = np.asarray(images, np.float64)[:, 0, 0, :3]
    with np.errstate(all="ignore"):
        place = (corner[:, 2] - corner[:, 0]) / (corner[:, 1] - corner[:, 0]) * n
    whole = np.round(place)
    return np.where(np.abs(place - whole) < 0.1, whole, -1).astype(np.int64)


class Epoch(NamedTuple):
    """What one loop over a loader gives: all images, their numbers and labels, and the size of each batch."""

    images: Any
    numbers: Any
    labels: Any
    sizes: Any


def epoch_of(batches, n):
    """The batches of one loop over `n` numbered images, as an Epoch. Raises: Failure if they are of another form."""
    for batch in batches:
        expect(
            isinstance(batch, (list, tuple)) and len(batch) == 2 and all(isinstance(b, torch.Tensor) for b in batch),
            "each batch should be a pair of tensors, images and labels",
        )
        images, labels = batch
        expect(
            images.ndim == 4 and labels.ndim == 1 and len(images) == len(labels),
            f"a batch has images of shape {tuple(images.shape)} and labels of shape {tuple(labels.shape)}; "
            "expected (B, 1, H, W) and (B,)",
        )
    if not batches:
        return Epoch(torch.zeros(0, 1, 1, 1), np.zeros(0, np.int64), np.zeros(0, np.int64), [])
    images, labels = (torch.cat(each) for each in zip(*batches, strict=True))
    return Epoch(images, numbers_of(images, n), labels.numpy(), [len(labels) for _, labels in batches])


def loaded(student, x, y, *settings, loops=(0, 1)):
    """Loops over the loaders of make_loaders(x, y, *settings), 0 the first, 1 the second: their Epochs, mean and std.

    All of it is fetched quietly: it is random. Raises: Failure if it is of another form.
    """

    def tell(show, result, loops):
        show((*[list(result[k]) for k in loops], result[2], result[3]))

    result = student.make_loaders.keep(x, y, *settings)
    expect(
        result.reference.type_name != "NoneType" and result.call("__len__") == 4,
        "make_loaders should return four things: train_loader, val_loader, mean and std",
    )
    *found, mean, std = quietly(student, tell, result, loops)
    return *[epoch_of(batches, len(x)) for batches in found], mean, std


def about_fifty_images(rng):
    """Numbered images x, labels, a batch size that divides neither set, and the size of a quarter, rounded down."""
    n_val = int(rng.integers(9, 15))
    n = 4 * n_val + 3  # a quarter of them would be n_val + 3/4
    size = int(rng.choice([size for size in (6, 7, 8, 9, 10) if n_val % size and (n - n_val) % size]))
    return *numbered_images(rng, n), size, n_val


@check("make_loaders", points=1, public=True, side_condition=True)
def every_image_is_in_one_of_the_two_sets(student, rng, seed):
    """About 50 images: each is once in an epoch of one loader, and a quarter, rounded down, are for validation."""
    x, y, size, n_val = about_fifty_images(rng)
    train, val, *_ = loaded(student, x, y, size, 0.25, seed)
    n, both = len(x), len(set(train.numbers.tolist()) & set(val.numbers.tolist()))
    once = sorted([*train.numbers.tolist(), *val.numbers.tolist()]) == list(range(n))
    note(student, train=len(train.numbers), val=len(val.numbers), once=once, both=both > 0)
    expect(both == 0, f"{both} images are in the training set and in the validation set")
    equal(len(val.numbers), n_val, name=f"images for validation of {n}, with val_fraction 0.25", hint="Rounded down")
    equal(len(train.numbers), n - n_val, name="images for training in one epoch", hint="Is the last batch dropped?")
    expect(once, "not every image comes exactly once")


@check("make_loaders", points=0.5, public=True, side_condition=True)
def labels_stand_beside_their_images(student, rng, seed):
    """In the batches of both loaders, each label is that of its image."""
    x, y, size, _ = about_fifty_images(rng)
    train, val, *_ = loaded(student, x, y, size, 0.25, seed)
    paired = all(bool(np.array_equal(each.labels, y.numpy()[each.numbers])) for each in (train, val))
    note(student, paired=paired)
    expect(paired, "labels do not stand beside their images")


@check("make_loaders", points=0.5, public=True, side_condition=True)
def batches_have_the_size(student, rng, seed):
    """The batches of both loaders have batch_size images, the last one what is left."""
    x, y, size, _ = about_fifty_images(rng)
    train, val, *_ = loaded(student, x, y, size, 0.25, seed)
    note(student, sizes=[train.sizes, val.sizes])
    for got in (train.sizes, val.sizes):
        count = sum(got)
        expected = [size] * (count // size) + [count % size] * (count % size > 0)
        equal(got, expected, name="sizes of the batches")


def statistics_agree(student, rng, n, size, fraction, seed, shape):
    """Raises: Failure unless mean and std are those of the images that are not for validation."""
    x, y = numbered_images(rng, n, *shape)
    val, mean, std = loaded(student, x, y, size, fraction, seed, loops=(1,))
    mean, std = as_number(mean, "mean"), as_number(std, "std")
    of_training = x[np.setdiff1d(np.arange(n), val.numbers)].double()
    near = {
        name: [math.isclose(mean, values.mean(), rel_tol=1e-3), math.isclose(std, values.std(), rel_tol=2e-3)]
        for name, values in {"training": of_training, "all": x.double()}.items()
    }
    note(student, near=near, variance=math.isclose(std, of_training.var(), rel_tol=5e-3))
    leaked = near["all"] == [True, True] != near["training"]
    expect(not leaked, "mean and std are those of all images: some of them are for validation")
    for name, got, right, agrees in zip(
        ("mean", "std"), (mean, std), (of_training.mean(), of_training.std()), near["training"], strict=True
    ):
        expect(agrees, f"{name}: {got:.6g}, expected {right:.6g}, over the training images' pixels")


@check("make_loaders", points=0.5, public=True)
def statistics_are_those_of_the_training_images(student, rng, seed):
    """mean and std are those of the training images alone."""
    statistics_agree(student, rng, 40, 8, 0.3, seed, (4, 5))


@check("make_loaders", points=0.5, public=True)
def images_are_normalised(student, rng, seed):
    """The images of both loaders are normalised as (x - mean) / std, with the numbers that are returned."""
    x, y = numbered_images(rng, 40)
    train, val, mean, std = loaded(student, x, y, 8, 0.3, seed)
    mean, std = as_number(mean, "mean"), as_number(std, "std")
    for name, each in (("training", train), ("validation", val)):
        known = bool((each.numbers >= 0).all())
        note(student, known=known)
        expect(known, f"the {name} images are not a shift and a scaling of what was given")
        right, as_they_came = (x[each.numbers] - mean) / std, torch.equal(each.images, x[each.numbers])
        agrees = np.allclose(each.images, right, rtol=0, atol=1e-3 * float(right.abs().max()))
        note(student, agrees=agrees, as_they_came=as_they_came)
        expect(agrees and not as_they_came, f"the {name} images are not normalised as (x - mean) / std")


@check("train_epoch", points=3, public=True)
def three_batches_follow_the_reference(student, reference, rng):
    """A linear model after an epoch of batches of 4, 4 and 3 images with SGD has the parameters of the reference."""
    task, states = task_of(rng, 11, scale=1.5), []
    for space in (reference, student):
        model, loader, optimizer = put(space, task, 4, lr=0.5)
        space.train_epoch(model, loader, optimizer, "cpu")
        states.append(model.state_dict())
    note(student, gradients_left=[gradient is not None for gradient in gradients_of(student, model)])
    hint = "Forget, compute the loss, compute the gradients, step: for each batch"
    close(states[1], states[0], rtol=1e-4, atol=1e-6, name="the parameters after the epoch", hint=hint)


@check("train_epoch", points=1.5, public=True)
def returns_the_mean_loss(student, reference, rng):
    """The returned loss is the mean over the epoch's two batches, each before its step."""
    task = task_of(rng, 10, scale=2.0)
    expected, got = (space.train_epoch(*put(space, task, 5, lr=0.3), "cpu") for space in (reference, student))
    hint = "The loss of each image before the step of its batch"
    close(as_number(got, "the loss"), expected, rtol=1e-4, name="the loss", hint=hint)


q_softmax_twice = question(
    "The loss of a perfect network that ends with a softmax, by F.cross_entropy.",
    rtol=0.005,
    hint="put the logits 1, 0, ..., 0 into the formula of part 1",
)


def judged(space, task, batch_size, form=linear, mode="eval"):
    """Loss and accuracy that evaluate gives a network that comes in this mode: two numbers."""
    model, loader, _ = put(space, task, batch_size, form)
    model.call(mode)
    loss, share = parts(space.evaluate(model, loader, "cpu"), "loss", "accuracy")
    return as_number(loss, "the loss"), as_number(share, "the accuracy")


def uneven(rng):
    """A task for batches of 5, 5 and 1 images: some are right, but not the last."""
    task = task_of(rng, 11, scale=2.0)
    labels = task.logits().argmax(dim=1)
    wrong = [*rng.permutation(10)[: int(rng.integers(1, 9))], 10]
    labels[wrong] = (labels[wrong] + 1) % 3
    return task._replace(y=labels)


@check("evaluate", points=1, public=True)
def loss_of_equal_batches(student, reference, rng):
    """Twelve images in three batches: the loss is the mean cross-entropy."""
    task = task_of(rng, 12)
    (expected, _), (got, _) = (judged(space, task, 4) for space in (reference, student))
    close(got, expected, rtol=1e-4, name="loss", hint="The mean over the images of the cross-entropy of the logits")


@check("evaluate", points=1, public=True)
def accuracy_of_equal_batches(student, reference, rng):
    """Twelve images in three batches: the accuracy is the share of right answers."""
    task = task_of(rng, 12)
    (_, expected), (_, got) = (judged(space, task, 4) for space in (reference, student))
    close(got, expected, rtol=1e-6, name="accuracy", hint="The share, from 0 to 1, of images that are right")


@check("evaluate", points=0.75, public=True)
def the_loss_counts_each_image_the_same(student, reference, rng):
    """Eleven images in batches of 5, 5 and 1: each counts the same in the loss."""
    task = uneven(rng)
    (expected, _), (got, _) = (judged(space, task, 5) for space in (reference, student))
    close(got, expected, rtol=1e-4, name="loss", hint="The mean over images is not the mean over batches")


@check("evaluate", points=0.75, public=True)
def the_accuracy_counts_each_image_the_same(student, reference, rng):
    """Eleven images in batches of 5, 5 and 1: each counts the same in the accuracy."""
    task = uneven(rng)
    (_, expected), (_, got) = (judged(space, task, 5) for space in (reference, student))
    close(got, expected, rtol=1e-6, name="accuracy", hint="Count, and divide once, at the end")


@check("overfit_one_batch", points=2.5, public=True)
def six_losses_follow_the_reference(student, reference, rng):
    """A linear model on five images for six steps: the losses are those of the reference."""
    task = task_of(rng, 5, scale=50.0)  # so large that few steps change the gradients
    expected = reference.overfit_one_batch(put(reference, task)[0], task.x, task.y, 6)
    got = student.overfit_one_batch(put(student, task)[0], task.x, task.y, 6)
    expect(isinstance(got, (list, tuple)) and len(got) >= 6, "overfit_one_batch should return a list of losses")
    got = [as_number(loss, "a loss") for loss in got[:6]]
    # The losses differ from the first one only by little: it is the fall that is to be compared.
    close(got[0], expected[0], rtol=1e-5, name="the first loss", hint="Before the first step, the mean over the batch")
    fall = [expected[0] - value for value in expected]
    close([got[0] - value for value in got], fall, rtol=1e-3, name="how far the loss has fallen before each step")


@check("overfit_one_batch", points=0.5, public=True, side_condition=True)
def one_loss_per_step(student, rng):
    """There is one loss for each step, and none for 0 steps."""
    task = task_of(rng, 4)
    for steps in (0, 1, 3):
        got = student.overfit_one_batch(put(student, task)[0], task.x, task.y, steps)
        expect(isinstance(got, (list, tuple)), "overfit_one_batch should return a list")
        equal(len(got), steps, name=f"number of losses for {steps} steps")


q_which_softmax = question(
    "Which of four loss curves belongs to a softmax before the loss.", hint="what is the lowest loss that it can have?"
)


@check("make_loaders", "train_epoch", "evaluate", "overfit_one_batch", points=0.5, public=True, side_condition=True)
def numbers_are_python_floats(student, exercise, rng):
    """The numbers that {exercise} returns are Python floats."""
    task = task_of(rng, 6)
    model, loader, optimizer = put(student, task, 3, lr=0.1)
    if exercise == "make_loaders":
        *_, mean, std = loaded(student, task.x, task.y, 3, 0.5, 0)
        found = mean, std
    elif exercise == "train_epoch":
        found = (student.train_epoch(model, loader, optimizer, "cpu"),)
    elif exercise == "evaluate":
        found = parts(student.evaluate(model, loader, "cpu"), "loss", "accuracy")
    else:
        found = student.overfit_one_batch(model, task.x, task.y, 2)
        expect(isinstance(found, (list, tuple)), "overfit_one_batch should return a list")
    others = [type(value).__name__ for value in found if not isinstance(value, (int, float)) or isinstance(value, bool)]
    note(student, others=others)
    expect(not others, f"Python floats, please, not a {others[:1]}: a tensor can keep a whole graph in memory")


PLACES = [(row, column) for row in (6, 20) for column in (1, 7, 13, 19, 25)]  # of the squares, one for each class


def squares(rng, n):
    """Faint images with one bright 5×5 square, whose place tells the class; sorted by class.

    x: (n, 1, 32, 32) float32, up to 0.25. y: (n,) int64, 0, 0, ..., 9, 9.
    """
    x, y = rng.uniform(0, 0.05, (n, 1, 32, 32)), np.sort(np.arange(n) % 10)
    for image, label in zip(x, y, strict=True):
        row, column = PLACES[label]
        image[0, row : row + 5, column : column + 5] += 0.2
    return tensor(x), labels_of(y)


def calmly(function):
    """Call, and let it be if the student's process is gone."""
    with contextlib.suppress(Failure):
        function()


def are_shares(logits):
    """Whether these rows are probabilities instead."""
    total = logits.double().sum(dim=1)
    return bool((logits >= 0).all() and torch.allclose(total, torch.ones_like(total), atol=1e-3))


def undo_steps():
    """On the student's side: from now on each step of an optimizer of torch is taken back. Returns what ends this."""
    import torch
    from torch.optim import optimizer as steps

    kept = []

    def keep(optimizer, *rest):
        kept[:] = [(part, part.detach().clone()) for group in optimizer.param_groups for part in group["params"]]

    def take_back(optimizer, *rest):
        with torch.no_grad():
            for part, value in kept:
                part.copy_(value)

    hooks = [steps.register_optimizer_step_pre_hook(keep), steps.register_optimizer_step_post_hook(take_back)]

    def end():
        for hook in hooks:
            hook.remove()

    return end


def learns_by_steps_alone(student, evidence, x, y, device="cpu"):
    """Raises: Failure if the network knows the images that it was given although each step was taken back.

    Then it has learned in another way, from a model of a library, say. A network that has not learned is right about
    one image in ten.
    """
    end = student.probe(undo_steps)()
    try:
        model = student.fit(x, y, device, 0)
    except Raised:  # it needs its steps
        return
    finally:
        calmly(end)
    right = accuracy(predict(model.to("cpu"), x), y.numpy())
    note(student, knows=right >= 0.6)
    evidence.number("accuracy on its own images with steps taken back", right)
    expect(
        right < 0.6,
        f"the network knows {right:.0%} of its own images although each step of the optimizer was taken back: "
        "it has to learn in the steps of an optimizer of torch.optim",
    )


@check("make_loaders", "overfit_one_batch", "fit", points=0.5, public=True, timeout_s=60, side_condition=True)
def leaves_its_images_alone(student, exercise, rng):
    """{exercise} modifies neither images nor labels."""
    if exercise == "overfit_one_batch":
        task = task_of(rng, 5)
        unmodified(student.overfit_one_batch, put(student, task)[0], task.x, task.y, 2, inputs=(1, 2))
        return
    x, y = squares(rng, 100)
    function, given = getattr(student, exercise), (32, 0.25, 0) if exercise == "make_loaders" else ("cpu", 0)
    function.keep(x, y, *given)
    for name, path in (("x", "args[0]"), ("y", "args[1]")):
        expect(path not in function.modified, f"{name} is changed: work on a copy, the caller needs it as it is")


@check("fit", points=0.25, public=True, timeout_s=60, side_condition=True)
def returns_a_network_in_evaluation_mode(student, rng):
    """The network comes in evaluation mode."""
    model = student.fit.keep(*squares(rng, 100), "cpu", 0)
    equal(model.get("training"), False, name="model.training", hint="Whoever gets the network wants to use it")


@check("fit", points=0.25, public=True, timeout_s=60, side_condition=True)
def returns_a_network_of_logits(student, rng):
    """The network gives ten finite logits for each image, and no probabilities."""
    x, y = squares(rng, 100)
    logits = quietly(student, student.fit(x, y, "cpu", 0), x[:7])
    shape = tuple(logits.shape) if isinstance(logits, torch.Tensor) else None
    note(student, shape=shape)
    equal(shape, (7, 10), name="shape of the logits of 7 images")
    finite, shares = bool(torch.isfinite(logits).all()), are_shares(logits)
    note(student, finite=finite, probabilities=shares)
    expect(finite, "the network returns infinities or NaN: did the training diverge?")
    expect(not shares, "the network returns probabilities; it should return logits, since the loss takes the softmax")


@check("fit", points=0.5, public=True, timeout_s=60, side_condition=True)
def an_image_is_judged_for_itself(student, rng):
    """What the network says of an image depends on this image, and not on others in the batch."""
    x, y = squares(rng, 100)
    model, shown = student.fit(x, y, "cpu", 0), x[::15]  # of different classes
    logits = quietly(student, model, shown)
    # Among images of very different brightness: statistics of the batch would be others.
    mixed = quietly(student, model, torch.cat([shown, 1 - shown, torch.zeros(3, 1, 32, 32)]))[:7]
    apart = float((logits - logits[:1]).abs().max()) > 1e-3 * float(logits.abs().max())
    alone = float((logits - mixed).abs().max()) <= 1e-3 * float(logits.abs().max())
    note(student, alone=alone, apart=apart)
    expect(apart, "the network says the same of different images")
    expect(alone, "what the network says of an image depends on the other images in the batch")


def alike(a, b):
    """Whether two tensors are the same but for rounding."""
    return a.shape == b.shape and bool((a - b).abs().max() <= 1e-5 * a.abs().max())


@check("fit", points=0.25, public=True, timeout_s=60, side_condition=True)
def labels_make_the_network(student, rng):
    """With other labels, the network is another."""
    x, y = squares(rng, 100)
    shown = tensor(rng.random((5, 1, 32, 32)))
    answers = [quietly(student, student.fit(x, labels, "cpu", 0), shown) for labels in (y, 9 - y)]
    other = not alike(*answers)
    note(student, other=other)
    expect(other, "with other labels, the network is the same: what was trained is not what was returned")


def after_three_steps(show, fit, x, y, seed):
    """On the student's side: the optimizer's first parameter after the first three steps of a training, or after all
    if there are fewer; None if there is none.
    """
    from torch.optim.optimizer import register_optimizer_step_post_hook

    values = []

    def step(optimizer, *rest):
        values.append(optimizer.param_groups[0]["params"][0].detach().clone())
        if len(values) == 3:
            raise InterruptedError

    hook = register_optimizer_step_post_hook(step)
    try:
        fit(x, y, "cpu", seed)
    except InterruptedError:
        pass
    finally:
        hook.remove()
    show(values[-1] if values else None)


@check("fit", points=0.25, public=True, timeout_s=60, side_condition=True)
def the_seed_makes_the_network(student, rng, seed):
    """The same call begins in the same way, another seed in another."""
    x, y = squares(rng, 100)
    begun = [quietly(student, after_three_steps, student.get("fit"), x, y, each) for each in (seed, seed, seed + 1)]
    expect(all(each is not None for each in begun), "no optimizer of torch.optim has taken a step")
    first, again, other = begun
    repeated, other_seed = alike(first, again), not alike(first, other)
    note(student, repeated=repeated, other_seed=other_seed)
    expect(repeated, "the same images, labels and seed give other weights the second time")
    expect(other_seed, "another seed gives the same weights")


A_FEW = 120  # images to see that a network learns by steps alone

# The losses of the course's own fit on 1,000 digits: how a training without a bug looks.
A_SOUND_HISTORY = [1.203, 0.280, 0.141, 0.082, 0.061, 0.031, 0.028, 0.017, 0.012, 0.007]


def train_and_measure(student, evidence, x_train, y_train, x_test, y_test, seed):
    """Train with fit, ask the network about the test images, record what a report can show. Returns the accuracy."""
    model = student.fit(tensor(x_train), labels_of(y_train), "cpu", seed)
    logits = predict(model, x_test)
    right, answers = accuracy(logits, y_test), logits.argmax(axis=1)
    evidence.number("accuracy on images it has not seen", right)
    evidence.number("cross-entropy on them", cross_entropy(logits, y_test))
    evidence.number("calibration error", calibration_error(logits, y_test))
    with contextlib.suppress(Failure):
        history = model.get("history")
        if isinstance(history, (list, tuple)):
            curves = {"yours": history, "a LeNet-5 without a bug": A_SOUND_HISTORY}
            evidence.curve("mean training loss", curves, x="epoch", y="loss", source="student")
    evidence.matrix("confusion matrix", confusion(logits, y_test), rows="class", columns="answer")
    wrong = np.flatnonzero(answers != y_test)[:24]
    if len(wrong):
        captions = [f"{y_test[k]}, not {answers[k]}" for k in wrong]
        evidence.images("images it got wrong", x_test[wrong], captions)
    with contextlib.suppress(Failure):
        kernels = [value for value in model.state_dict().values() if value.ndim == 4 and value.shape[1] == 1]
        if kernels:
            limit = max(float(kernels[0].abs().max()), 1e-9)
            pictures = (kernels[0][:32, 0].double().numpy() / limit + 1) / 2
            evidence.images("first-layer filters, grey is 0", pictures, [""] * len(pictures), source="student")
    learns_by_steps_alone(student, evidence, tensor(x_train[:A_FEW]), labels_of(y_train[:A_FEW]))
    return right


def earn_by_accuracy(evidence, right, what, full=0.9):
    """All points from `full` on, none up to 0.6. How rarely a LeNet without a bug gets less is in measured.json."""
    evidence.number("all points from", full)
    earn(right, none=0.6, full=full, what=what)


@check("fit", points=3, public=True, trains=True, timeout_s=120)
def learns_to_read_a_thousand_digits(student, seed, evidence):
    """After training on 1,000 handwritten digits it reads 355 others; from 60 % right on, points are in proportion."""
    split = digits(size=32, seed=seed)
    x, y = split.x_train[:1000], split.y_train[:1000]
    right = train_and_measure(student, evidence, x, y, split.x_test, split.y_test, seed)
    earn_by_accuracy(evidence, right, "accuracy on 355 digits that it has not seen")
