"""Checks of the LeNet assignment.

Layers are recognised by the number of their parameters, so names and composition are free. Small models with given
weights make training deterministic: after an epoch there is one right answer. What `fit` does is observed while it
trains, by hooks and spies on the student's side: each training mistake shows there with certainty, not as a somewhat
lower accuracy. Accuracies are computed here, on images and labels that the student's process never had; their
thresholds come from the distributions in measured.json (`python -m benchmarks.thresholds lenet`).

What a function promises beside its result (a mode, a device, old gradients) is judged against its own result without
the difficulty, so a wrong result is charged once, where results are compared.
"""

import contextlib
import math
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from autograder import CourseError, Failure, Raised, check, close, equal, expect, gpu, parts, question, unmodified
from autograder.datasets import digits, glyphs
from autograder.profiling import limit_gpu_memory, profile, timed
from autograder.training import accuracy, calibration_error, confusion, cross_entropy, earn, predict

# --- helpers -------------------------------------------------------------------------------------------------------


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


def dropping(task):
    """The same with a dropout that drops everything: in training mode logits are biases, and only biases learn."""
    return [("Flatten",), ("Dropout", 1.0), ("Linear", *task.w.T.shape)], {"2.weight": task.w, "2.bias": task.b}


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


def learn_from_ones(student, model):
    """Leave large gradients in a model's parameters, those of the sum of its logits for images of ones."""

    def learn(model, x):
        model(x).sum().backward()

    student.probe(learn)(model, torch.ones(10, 1, 2, 3))


# --- lenet_shapes and lenet_param_count ----------------------------------------------------------------------------


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


@check("lenet_shapes", points=2)
def shapes_of_the_layers_between(student, reference):
    """The shapes of C3, S4 and C5."""
    layers_agree(student, reference, "lenet_shapes", ("C3", "S4", "C5"))


@check("lenet_param_count", points=1, public=True)
def parameters_of_simple_layers(student, reference):
    """The parameters of C1, S2, S4 and the output layer."""
    layers_agree(student, reference, "lenet_param_count", ("C1", "S2", "S4", "output"))


@check("lenet_param_count", points=2)
def parameters_of_the_large_layers(student, reference):
    """The parameters of C3, C5 and F6."""
    layers_agree(student, reference, "lenet_param_count", ("C3", "C5", "F6"))


@check("lenet_param_count", points=1)
def the_total_is_the_sum(student, reference):
    """The total number of parameters."""
    layers_agree(student, reference, "lenet_param_count", ("total",))


q_s4_rows_for_28 = question(
    "28×28 images without padding: the rows of S4.", hint="each 5×5 window takes four rows off, each mean halves"
)


# --- LeNet5 --------------------------------------------------------------------------------------------------------

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


def logits_by_hand(x, weights, squash):
    """LeNet-5 with torch's functions. squash: the activation. For hidden checks: it is the answer."""
    for layer in ("C1", "C3"):
        maps = squash(F.conv2d(x, weights[layer, "weight"], weights[layer, "bias"]))
        x = maps.unfold(2, 2, 2).unfold(3, 2, 2).mean((-1, -2))
    x = squash(torch.einsum("nchw,fchw->nf", x, weights["C5", "weight"]) + weights["C5", "bias"])
    x = squash(x @ weights["F6", "weight"].T + weights["F6", "bias"])
    return x @ weights["output", "weight"].T + weights["output", "bias"]


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


@check("LeNet5", points=2)
def faint_images_pass_as_through_a_linear_network(student, rng):
    """For tiny weights, where tanh hardly bends, the logits are those of convolutions and means alone."""
    weights, x = random_weights(rng, gain=1.0, bias=0.0), tensor(2e-3 * rng.standard_normal((3, 1, 32, 32)))
    expected = logits_by_hand(x, weights, lambda values: values)
    hint = "Look at the convolutions, at the means over 2×2 blocks, and at the order in which maps are flattened"
    close(lenet_with(student, weights)(x), expected, rtol=1e-3, name="logits", hint=hint)


@check("LeNet5", points=2, side_condition=True)
def logits_are_free_numbers(student, rng):
    """With all weights zero the logits are the output layer's biases, whatever they are."""
    weights = {name: torch.zeros_like(value) for name, value in random_weights(rng).items()}
    weights["output", "bias"] = tensor(np.linspace(-40, 50, 10)[rng.permutation(10)])
    got = lenet_with(student, weights)(tensor(rng.random((2, 1, 32, 32))))
    expected = weights["output", "bias"].repeat(2, 1)
    close(got, expected, rtol=1e-5, name="logits", hint="Nothing follows the output layer")


def gradients_of(student, model):
    """The gradients of a model's parameters, in their order; None where there is none."""

    def tell(show, model):
        show([parameter.grad for parameter in model.parameters()])

    return quietly(student, tell, model)


@check("LeNet5", points=2, side_condition=True)
def gradients_reach_every_layer(student, rng):
    """The gradient of each parameter says how much the network's own loss changes with it."""

    def changes(show, model, x, y, step):
        import torch
        from torch.nn.functional import cross_entropy

        model.zero_grad()
        cross_entropy(model(x), y).backward()
        found = []
        for part in model.parameters():
            if part.grad is None:
                found.append(None)
                continue
            size = part.grad.norm().item()
            move = part.grad * (step / max(size, 1e-12))  # uphill, a way of the length `step`
            with torch.no_grad():
                part += move
                above = cross_entropy(model(x), y).item()
                part -= 2 * move
                below = cross_entropy(model(x), y).item()
                part += move
            found.append((size, (above - below) / (2 * step)))
        show(found)

    x, y = tensor(rng.random((4, 1, 32, 32))), labels_of(rng.integers(0, 10, 4))
    found = quietly(student, changes, student.LeNet5(), x, y, 0.005)
    none = found.count(None)
    note(student, without_gradient=none)
    expect(not none, f"{none} of the parameters have no gradient after backward(): is a part of the graph cut off?")
    sizes, slopes = zip(*found, strict=True)
    agree = np.allclose(slopes, sizes, rtol=0.2)  # the loss bends on the way, and a ReLU has kinks
    note(student, agree=agree)
    expect(agree, "the loss does not change as the gradients say: is a part of the graph cut off?")


@check("LeNet5", points=0.5, side_condition=True)
def an_image_gets_its_logits_alone(student, rng):
    """An image gets the same logits alone as among others."""
    model, x = student.LeNet5(), tensor(rng.random((5, 1, 32, 32)))
    together, single = quietly(student, model, x), quietly(student, model, x[3:4])
    alone = np.allclose(single, together[3:4], rtol=1e-4, atol=1e-6)
    note(student, alone=alone)
    expect(alone, "an image gets other logits alone than among others")


@check("LeNet5", points=0.5, side_condition=True)
def two_networks_share_nothing(student, rng):
    """Two new networks have layers of their own, with weights of their own."""
    x = tensor(rng.random((2, 1, 32, 32)))
    model = student.LeNet5()
    before = quietly(student, model, x)
    other = quietly(student, student.LeNet5(), x)
    moved, same = not torch.equal(quietly(student, model, x), before), torch.equal(before, other)
    note(student, moved=moved, same=same)
    expect(not moved, "a network gives other logits after another one was made: do they share their layers?")
    expect(not same, "two new networks give the same logits: do they share their layers, or start from constants?")


q_first_loss = question(
    "The loss of a network that knows nothing about ten digits.", rtol=0.005, hint="p is about 1/10 for each"
)


# --- make_loaders --------------------------------------------------------------------------------------------------


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


@check("make_loaders", points=1)
def statistics_for_other_sizes(student, rng, seed):
    """The same for other sizes: large batches, batches of one, other shapes."""
    for settings in [(30, 64, 0.5, seed, (3, 7)), (25, 1, 0.21, seed, (5, 3))]:
        statistics_agree(student, rng, *settings)


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


@check("make_loaders", points=1, side_condition=True)
def there_may_be_no_validation_images(student, rng, seed):
    """With val_fraction 0 all images are for training, and the second loader is empty."""
    x, y = numbered_images(rng, 12)
    train, val, *_ = loaded(student, x, y, 4, 0.0, seed)
    sizes = [len(train.numbers), len(val.numbers)]
    note(student, sizes=sizes)
    equal(sizes, [12, 0], name="images for training and validation of 12, with val_fraction 0")


def are_different(student, numbers, what):
    """Raises: Failure unless there are images, and each has its number and comes once."""
    different = bool(numbers) and min(numbers) >= 0 and len(set(numbers)) == len(numbers)
    note(student, **{what: different})
    expect(different, f"the {what} images should be different ones of those that were given")


@check("make_loaders", points=2)
def the_seed_draws_the_split(student, rng, seed):
    """The validation images are drawn at random: the same ones for the same seed, others for another."""
    x, y = numbered_images(rng, 10 * int(rng.integers(5, 9)))
    chosen = []
    for each in (seed, seed, seed + 1):
        val, *_ = loaded(student, x, y, 16, 0.3, each, loops=(1,))
        chosen.append(sorted(val.numbers.tolist()))
    are_different(student, chosen[0], "validation")
    repeated, other = chosen[0] == chosen[1], chosen[0] != chosen[2]
    in_a_row = chosen[0] == list(range(chosen[0][0], chosen[0][0] + len(chosen[0])))
    note(student, repeated=repeated, other=other, in_a_row=in_a_row)
    expect(not in_a_row, "the validation images are neighbours in x: data can be sorted, so draw them at random")
    expect(repeated, "the same seed gives another split the second time")
    expect(other, "another seed gives the same split")


@check("make_loaders", points=1.5, side_condition=True)
def training_batches_are_mixed_anew(student, rng, seed):
    """Training images come in a new random order in every epoch, decided by the seed."""
    n = 5 * int(rng.integers(8, 20))
    x, y = numbered_images(rng, n)
    (first, second), again = (
        [each.numbers.tolist() for each in loaded(student, x, y, n // 5, 0.2, seed, loops=(0, 0))[:2]] for _ in range(2)
    )
    are_different(student, first, "training")
    mixed, ordered, repeated = first != second, first == sorted(first), [first, second] == again
    note(student, mixed=mixed, sorted=ordered, repeated=repeated)
    expect(not ordered and mixed, "the training images come in the same order in every epoch")
    expect(repeated, "the same seed gives another order of the training images the second time")


@check("make_loaders", points=0.5, side_condition=True)
def validation_images_keep_their_order(student, rng, seed):
    """Validation images come in the same order in every epoch."""
    x, y = numbered_images(rng, 40)
    first, second, *_ = loaded(student, x, y, 5, 0.5, seed, loops=(1, 1))
    steady = first.numbers.tolist() == second.numbers.tolist()
    note(student, steady=steady)
    expect(steady, "the validation images change their order")


# --- train_epoch ---------------------------------------------------------------------------------------------------


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


@check("train_epoch", points=2, side_condition=True)
def the_mean_runs_over_images(student, rng):
    """Batches of 5, 5 and 1 images, and no steps that matter: the loss is the mean over the 11 images."""
    task = task_of(rng, 11, scale=2.0)
    task.x[10] *= 8.0
    got = as_number(student.train_epoch(*put(student, task, 5, lr=0.0), "cpu"), "the loss")
    hint = "The last batch has a single image: how much does it count?"
    close(got, F.cross_entropy(task.logits(), task.y).item(), rtol=1e-4, name="the loss", hint=hint)


@check("train_epoch", points=2.5, side_condition=True)
def the_given_optimizer_steps(student, rng):
    """In two epochs the optimizer that was passed steps once for each batch, also for the smaller last one."""

    def count_steps(optimizer):
        steps = []
        optimizer.register_step_post_hook(lambda *given: steps.append(given))
        return lambda: len(steps)

    model, loader, optimizer = put(student, task_of(rng, 7), 3, lr=0.2, momentum=0.9)
    count = student.probe(count_steps)(optimizer)
    for _ in range(2):
        student.train_epoch(model, loader, optimizer, "cpu")
    equal(count(), 6, name="steps of the optimizer in two epochs of three batches")


q_softmax_twice = question(
    "The loss of a perfect network that ends with a softmax, by F.cross_entropy.",
    rtol=0.005,
    hint="put the logits 1, 0, ..., 0 into the formula of part 1",
)


# --- evaluate ------------------------------------------------------------------------------------------------------


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


@check("evaluate", points=0.5)
def large_logits_stay_finite(student, rng):
    """Logits around ±1000: the loss is what it should be, not infinite."""
    task = task_of(rng, 7, scale=400.0)
    got, _ = judged(student, task, 7)
    expected = F.cross_entropy(task.logits().double(), task.y).item()
    close(got, expected, rtol=1e-4, name="loss", hint="The logarithm of a tiny probability")


@check("evaluate", points=1.5, side_condition=True)
def evaluation_mode_is_switched_on(student, rng):
    """A model with dropout and batch normalisation is judged alike whether it comes in training mode or not."""

    def form(task):
        modules = [("Flatten",), ("BatchNorm1d", 6), ("Dropout", 1.0), ("Linear", 6, 3)]
        return modules, {"3.weight": task.w, "3.bias": task.b}

    task = task_of(rng, 8, scale=3.0)
    expected, got = (judged(student, task, 4, form, mode) for mode in ("eval", "train"))
    hint = "Was dropout active, did the batch's own statistics count?"
    close(got, expected, rtol=1e-5, name="loss and accuracy of a model that came in training mode", hint=hint)


@check("evaluate", points=1, side_condition=True)
def the_mode_is_given_back(student, rng):
    """A model in training mode is in it again afterwards; one in evaluation mode stays there."""
    model, loader, _ = put(student, task_of(rng, 3), 3)
    for mode, training in (("train", True), ("eval", False)):
        model.call(mode)
        student.evaluate.keep(model, loader, "cpu")
        equal(model.get("training"), training, name=f"model.training afterwards, of a model that came in mode {mode}")


@check("evaluate", points=1, side_condition=True)
def no_gradients_are_recorded(student, rng):
    """No graph is recorded while the model is asked."""

    def watch(model):
        import torch

        enabled = []
        model.register_forward_hook(lambda *call: enabled.append(torch.is_grad_enabled()))
        return lambda: enabled[:1]

    model, loader, _ = put(student, task_of(rng, 6), 6)
    seen = student.probe(watch)(model)
    student.evaluate.keep(model, loader, "cpu")
    enabled = seen()
    expect(enabled, "the model was not called; model(images) runs its hooks, model.forward(images) does not")
    equal(enabled[0], False, name="torch.is_grad_enabled() inside the model", hint="Gradients cost memory and time")


@check("evaluate", points=0.5, side_condition=True)
def the_model_is_left_as_it_was(student, rng):
    """Parameters, the gradients stored in them, and whether they require any stay as they are."""

    def tell(show, model):
        show([(part.detach().clone(), part.grad, part.requires_grad) for part in model.parameters()])

    model, loader, _ = put(student, task_of(rng, 6), 6)
    learn_from_ones(student, model)
    before = quietly(student, tell, model)
    student.evaluate.keep(model, loader, "cpu")
    after = quietly(student, tell, model)
    facts = [(grad is not None, bool(required)) for _, grad, required in after]
    note(student, kept=facts)
    expect(all(kept for kept, _ in facts), "a stored gradient is gone")
    expect(all(required for _, required in facts), "the parameters do not require gradients any more")
    same = all(torch.equal(old[k], new[k]) for old, new in zip(before, after, strict=True) for k in (0, 1))
    note(student, same=same)
    expect(same, "parameters or stored gradients have changed: evaluating does not touch them")


# --- overfit_one_batch ---------------------------------------------------------------------------------------------


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


@check("overfit_one_batch", points=1.5)
def this_very_model_has_learned(student, rng):
    """Afterwards the parameters of the model that was passed have moved by Adam's steps."""
    x = tensor(5.0 * rng.standard_normal((3, 1, 2, 3)))
    w, b = tensor(rng.standard_normal((3, 6)) / 10), tensor(rng.standard_normal(3) / 10)
    # Each image twice, as two classes: gradients keep changing their signs, and an optimizer that forgets goes astray.
    task = Task(x[[0, 0, 1, 1, 2, 2]], labels_of([0, 1, 1, 2, 2, 0]), w, b)
    model, *_ = put(student, task)
    student.overfit_one_batch(model, task.x, task.y, 40)
    leaves = task._replace(w=w.clone().requires_grad_(), b=b.clone().requires_grad_())
    adam = torch.optim.Adam([leaves.w, leaves.b], lr=0.002)
    for _ in range(40):
        adam.zero_grad()
        F.cross_entropy(leaves.logits(), task.y).backward()
        adam.step()
    # Rounding makes less than 1e-5, another beta of Adam's at least 6e-4.
    moved, hint = model.state_dict()["1.weight"] - w, "One Adam for all steps, and fresh gradients for each"
    close(moved, leaves.w.detach() - w, rtol=3e-4, name="how far the weights have moved", hint=hint)


@check("overfit_one_batch", points=1.5)
def ten_images_by_heart(student, rng):
    """After 60 steps a network with one hidden layer knows ten random images with random labels by heart."""

    def form(task):
        return [("Flatten",), ("Linear", 64, 60), ("Tanh",), ("Linear", 60, 4)], task.w

    # The same start for everybody, so that only the training differs.
    shapes = {"1.weight": (60, 64), "1.bias": (60,), "3.weight": (4, 60), "3.bias": (4,)}
    start = {key: tensor(0.15 * rng.standard_normal(shape)) for key, shape in shapes.items()}
    task = Task(tensor(rng.standard_normal((10, 1, 8, 8))), labels_of(rng.integers(0, 4, 10)), start, None)
    model, *_ = put(student, task, form=form)
    student.overfit_one_batch(model, task.x, task.y, 60)
    loss = cross_entropy(predict(model, task.x, 4), task.y.numpy())
    expect(loss < 0.05, f"the network has a loss of {loss:.3g} after 60 steps; by heart, it is less than 0.05")


q_which_softmax = question(
    "Which of four loss curves belongs to a softmax before the loss.", hint="what is the lowest loss that it can have?"
)


# --- what several exercises promise --------------------------------------------------------------------------------


def trained(student, exercise, task, form=linear, mode="train", stale=False):
    """The state of a network that one of two exercises has trained a little, on one batch.

    mode: in which it came. stale: whether there were gradients of something else in it.
    """
    model, loader, optimizer = put(student, task, len(task.x), form, lr=0.2)
    if stale:
        learn_from_ones(student, model)
    model.call(mode)
    if exercise == "train_epoch":
        student.train_epoch(model, loader, optimizer, "cpu")
    else:
        student.overfit_one_batch(model, task.x, task.y, 2)
    return model.state_dict()


@check("train_epoch", "overfit_one_batch", points=1.5, side_condition=True)
def training_mode_is_switched_on(student, exercise, rng):
    """Whether a model comes in training or in evaluation mode, {exercise} trains it with its dropout active."""
    task = task_of(rng, 9)
    for mode in ("train", "eval"):
        weights = trained(student, exercise, task, dropping, mode)["2.weight"]
        name = f"weights whose inputs are all dropped, of a model that came in mode {mode}"
        close(weights, task.w, rtol=1e-6, name=name, hint="Was dropout active?")


@check("train_epoch", "overfit_one_batch", points=1.5, side_condition=True)
def old_gradients_do_not_count(student, exercise, rng):
    """Gradients that somebody has left in the parameters have no influence on {exercise}."""
    task = task_of(rng, 6)
    expected, got = (trained(student, exercise, task, stale=stale) for stale in (False, True))
    hint = "Are gradients forgotten before the first step, too?"
    close(got, expected, rtol=1e-5, name="the parameters, where there were gradients before", hint=hint)


@check("train_epoch", "evaluate", points=0.5, side_condition=True)
def any_iterable_of_batches_will_do(student, exercise, rng):
    """{exercise} gives the same for a plain list of batches as for a DataLoader."""
    task, results = task_of(rng, 6), []
    for plain in (False, True):
        model, loader, optimizer = put(student, task, 3, lr=0.2)
        batches = list(zip(task.x.split(3), task.y.split(3), strict=True)) if plain else loader
        given = (model, batches, optimizer, "cpu") if exercise == "train_epoch" else (model, batches, "cpu")
        results.append(getattr(student, exercise)(*given))
    close(results[1], results[0], rtol=1e-5, name="the result", hint="Images can be counted on the way")


def on_meta(student, run):
    """Call run(), which is to work on torch's device "meta". Raises: Failure if a network met images elsewhere.

    Tensors of that device have a shape and no values: whoever asks for one gets an exception, and so does whoever
    mixes them with tensors on the CPU, and the two say different things.
    Returns what run() returns or None, the devices of all images on their way through a network, and the message.
    """

    def note_devices():
        from torch.nn.modules.module import register_module_forward_pre_hook

        devices = []

        def see(module, given):
            if given and getattr(given[0], "ndim", 0) == 4:
                devices.append(given[0].device.type)

        hook = register_module_forward_pre_hook(see)

        def end():
            hook.remove()
            return sorted(set(devices))

        return end

    seen = student.probe(note_devices)()
    result, message = None, ""
    try:
        result = run()
    except Raised as raised:
        if "not written yet" in raised.message:
            raise
        message = raised.message
    devices = seen()
    mixed = "not on the expected device" in message or "on the same device" in message
    note(student, mixed=mixed)
    expect(not mixed, f'with the device "meta" of torch, network and batches were on different devices: {message}')
    return result, devices, message


@check("train_epoch", "evaluate", points=1, side_condition=True)
def batches_go_to_the_device(student, exercise, rng):
    """{exercise} moves its batches to the device of the model."""
    model, loader, optimizer = put(student, task_of(rng, 4), 2, device="meta", lr=0.1)
    given = (model, loader, optimizer, "meta") if exercise == "train_epoch" else (model, loader, "meta")
    _, devices, _ = on_meta(student, lambda: getattr(student, exercise).keep(*given))
    equal(devices, ["meta"], name="the devices of the images that the model was given, which was on the device meta")


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


# --- fit -----------------------------------------------------------------------------------------------------------

ENOUGH = "this check has seen enough"
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


def places_of(images):
    """The class that the brightest square of each image tells, whatever shift and scale: (B,) int64 array."""
    values = np.asarray(images, np.float64)[:, 0]
    sums = [values[:, row : row + 5, column : column + 5].sum(axis=(1, 2)) for row, column in PLACES]
    return np.argmax(sums, axis=0)


def calmly(function):
    """Call, and let it be if the student's process is gone."""
    with contextlib.suppress(Failure):
        function()


@contextlib.contextmanager
def watched(student, *, loss=None, step=None, layer=None):
    """Look on while the student's side trains.

    loss(logits, labels): before each cross-entropy or NLL loss of torch, however it was imported. step(optimizer):
    after each step of an optimizer of torch. layer(input): before each module, with its first argument.
    """
    with contextlib.ExitStack() as undo:
        if loss is not None:
            mock, inside = student.module("unittest.mock"), student.module("torch._C._nn")
            go_on = mock.get("DEFAULT")

            def seen(logits, labels, *args, **kwargs):
                loss(logits, labels)
                return go_on  # and the spy calls what it stands for

            for name in ("cross_entropy_loss", "nll_loss_nd"):
                spy = mock.Mock(side_effect=seen, wraps=inside.get(name))
                patch = mock.get("patch").object(inside, name, spy)
                patch.start()
                undo.callback(calmly, patch.stop)
        if step is not None:
            optim = student.module("torch.optim.optimizer")
            hook = optim.register_optimizer_step_post_hook(lambda optimizer, *rest: step(optimizer))
            undo.callback(calmly, hook.remove)
        if layer is not None:
            modules = student.module("torch.nn.modules.module")
            hook = modules.register_module_forward_pre_hook(lambda module, given: layer(given[0]) if given else None)
            undo.callback(calmly, hook.remove)
        yield


def are_images(given):
    """Whether this is a batch of 32×32 images with one channel, normalised or not."""
    return isinstance(given, torch.Tensor) and given.ndim == 4 and given.shape[1:] == (1, 32, 32)


def are_shares(logits):
    """Whether these rows are probabilities instead."""
    total = logits.double().sum(dim=1)
    return bool((logits >= 0).all() and torch.allclose(total, torch.ones_like(total), atol=1e-3))


def fit_until(student, x, y, seed, *, step=None, **watchers):
    """Watch a training until a watcher raises InterruptedError(ENOUGH), or until its end.

    Raises: Failure if it ends and no optimizer of torch has taken a step: then there was nothing to see.
    """
    steps = []

    def noted(optimizer):
        steps.append(True)
        if step is not None:
            step(optimizer)

    with watched(student, step=noted, **watchers):
        try:
            student.fit.keep(x, y, "cpu", seed)
        except Raised as raised:
            if "InterruptedError" not in raised.types:
                raise
            return
    expect(steps, "no optimizer of torch.optim has taken a step")


def first_parameter(student, optimizer):
    """The parameters of an optimizer's first group, and the first of them: two handles."""
    builtins, operator = student.module("builtins"), student.module("operator")
    group = operator.getitem.keep(builtins.getattr.keep(optimizer, "param_groups"), 0)
    parameters = operator.getitem.keep(group, "params")
    return parameters, operator.getitem.keep(parameters, 0)


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


@check("fit", points=0.5, timeout_s=60)
def all_is_learned_in_the_steps(student, rng, evidence):
    """An optimizer of torch.optim steps, and where each step is taken back, the network does not know its images."""
    x, y = squares(rng, 100)

    def step(optimizer):
        raise InterruptedError(ENOUGH)

    fit_until(student, x, y, 0, step=step)
    learns_by_steps_alone(student, evidence, x, y)


@check("fit", points=0.5, timeout_s=60, side_condition=True)
def each_step_follows_fresh_gradients(student, rng):
    """The optimizer steps along gradients of the network, and they are forgotten between the steps."""
    x, y = squares(rng, 100)
    given, spoiled = [], []

    def step(optimizer):
        parameters, first = first_parameter(student, optimizer)
        gradient = student.module("builtins").getattr.keep(first, "grad")
        given.append(gradient.reference.type_name != "NoneType")
        values = quietly(student, student.module("operator").methodcaller("detach"), first)
        spoiled.append(not bool(torch.isfinite(values).all()))
        if len(spoiled) == 2:
            raise InterruptedError(ENOUGH)
        # Not-a-number multiplies the gradients of this step: unless they are cleared, it gets into the next.
        student.module("torch.nn.utils").clip_grad_norm_.keep(parameters, math.nan)

    fit_until(student, x, y, 0, step=step)
    note(student, given=given[0], spoiled=spoiled)
    expect(given[0], "the optimizer's parameters have no gradients: whose parameters are they?")
    expect(not any(spoiled), "gradients of a batch are still there in the next step")


def losses_of(student, x, y, enough):
    """What the losses of a training are given, until this is `enough`: [(images, logits, labels), ...].

    images: what went through the network before, normalised or not; None if it was of another form.
    """
    images, found = [None], []

    def layer(given):
        if are_images(given):
            images[:] = [given]

    def loss(logits, labels):
        found.append((images[0], logits, labels))
        if enough(found):
            raise InterruptedError(ENOUGH)

    fit_until(student, x, y, 0, layer=layer, loss=loss)
    return found


@check("fit", points=1, timeout_s=60, side_condition=True)
def the_loss_takes_logits(student, rng):
    """The loss is given logits, not probabilities."""
    found = losses_of(student, *squares(rng, 100), lambda found: len(found) == 3)
    rows = [logits.detach() for _, logits, _ in found if logits.ndim == 2]
    probabilities = bool(rows) and all(map(are_shares, rows))
    note(student, probabilities=probabilities)
    expect(not probabilities, "the loss is given probabilities; F.cross_entropy takes the softmax itself")


@check("fit", points=1, timeout_s=60, side_condition=True)
def every_image_keeps_its_label(student, rng):
    """While training, the labels of a batch are those of its images."""
    found = losses_of(student, *squares(rng, 100), lambda found: len(found) == 3)
    agree = [
        float(np.mean(places_of(images) == labels.numpy()))
        for images, _, labels in found
        if images is not None and labels.ndim == 1 and len(images) == len(labels)
    ]
    paired = not agree or float(np.mean(agree)) > 0.5
    note(student, paired=paired)
    expect(paired, "in the batches, most labels belong to other images")


@check("fit", points=1, timeout_s=60, side_condition=True)
def batches_are_mixed(student, rng):
    """Images that come sorted by class are trained on in mixed batches."""
    x, y = squares(rng, 200)
    found = losses_of(student, x, y, lambda found: sum(len(labels) for *_, labels in found) >= len(x))
    batches = [(labels if labels.ndim == 1 else labels.argmax(dim=1)).tolist() for *_, labels in found]
    whole = bool(batches) and len(batches[0]) > len(x) // 2  # with one batch for all images there is nothing to mix
    seen = [label for batch in batches for label in batch][: len(x) // 2]
    ordered = bool(seen) and not whole and seen == sorted(seen)
    note(student, ordered=ordered)
    expect(not ordered, "the images were sorted by class, and so are the training batches")


@check("fit", points=1, timeout_s=60, side_condition=True)
def what_it_learned_from_is_what_it_gets(student, rng):
    """Inside, images are scaled when the network is used as they were in training."""
    x, y = squares(rng, 100)
    latest, inputs = [], []

    def layer(given):
        # A single or an empty image is no training: some networks measure the shapes of their layers with one.
        if are_images(given) and len(given) > 1 and given.std() > 0:
            latest[:] = [(float(given.double().mean()), float(given.double().std()))]
        elif latest:  # what came before was the first layer
            inputs.append(latest.pop())
            raise InterruptedError(ENOUGH)

    fit_until(student, x, y, 0, layer=layer)
    model = student.fit(x, y, "cpu", 0)
    with watched(student, layer=layer), contextlib.suppress(Raised):  # of the watcher, who has seen enough
        quietly(student, model, x)
    alike = True
    if len(inputs) == 2:
        (mean, std), (mean_used, std_used) = inputs
        alike = abs(mean - mean_used) < max(std, std_used) and 0.4 < (std_used + 1e-9) / (std + 1e-9) < 2.5
    note(student, alike=alike)
    expect(
        alike,
        "the first layer gets numbers of another size when the network is used than in training: the normalisation "
        "belongs into the network that is returned",
    )


@check("fit", points=1, timeout_s=60, side_condition=True)
def trains_on_the_given_device(student, rng):
    """Network and batches are on the device that is asked for."""
    model, devices, message = on_meta(student, lambda: student.fit.keep(*squares(rng, 100), "meta", 0))
    if model is not None:
        device = student.module("builtins").next.keep(model.parameters()).get("device").get("type")
        equal(device, "meta", name='device of the parameters after fit(x, y, "meta", 0)')
    # Whoever asks for a number before any image goes through the network is told that "meta" has none.
    told = "meta" in devices or "meta" in message
    expect(told, f"no batch of images was on the device that fit was given. {message}")


# Letters and signs that no two of are alike in any font, however they are turned and slanted.
SIGNS = "ABDEFGHKLMNPRSTVXYZ234578ahekgrt?&#%"


def characters(rng, n_train, n_test):
    """Ten characters, drawn in many fonts and numbered at random: x_train, y_train, x_test, y_test."""
    alphabet = "".join(rng.permutation(list(SIGNS))[:10])
    x, y = glyphs(n_train + n_test, seed=int(rng.integers(2**31)), size=32, alphabet=alphabet)
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


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


@check("fit", points=5, trains=True, timeout_s=120)
def reads_digits_of_a_split_of_your_own(student, seed, evidence):
    """After training on 1,442 handwritten digits it reads 355 others; your split is your own."""
    split = digits(size=32, seed=seed)
    right = train_and_measure(student, evidence, *split, seed)
    earn_by_accuracy(evidence, right, "accuracy on 355 digits that it has not seen")


@check("fit", points=4, trains=True, timeout_s=120)
def reads_characters_that_nobody_has_announced(student, rng, seed, evidence):
    """After training on 1,500 images of ten characters, numbered at random, it reads 500 others."""
    right = train_and_measure(student, evidence, *characters(rng, 1500, 500), seed)
    # Some alphabets are harder than others: accuracies spread more than on digits.
    earn_by_accuracy(evidence, right, "accuracy on 500 characters that it has not seen", full=0.85)


# --- fit, on a GPU: compared with the reference on the same GPU, in the same run -----------------------------------

GPU_MEMORY_MIB = 8192
IMAGES, TIMED_IMAGES, MIXED_IMAGES = 60_000, 20_000, 10_000  # to train on

# What `make gpu` is to find out about these thresholds, each with all points up to it, stands in docs/gpu.md.
LESS_ACCURATE = 0.03  # than the reference
LESS_ACCURATE_MIXED = 0.05  # the same, both with products in bfloat16
LEAST_MIXED = 0.8  # what the reference itself has to reach so
MORE_PER_STEP = 0.5  # copies to the GPU, and waits for it, than the reference
TIMES_AS_LONG = 2.0  # as the reference; three times that earns nothing
LEAST_TIMED = 0.5  # how accurate what is timed has to be


@check("fit", points=4, gpu=True, trains=True, timeout_s=400)
def reads_as_well_as_the_reference_on_a_gpu(student, reference, rng, evidence):
    """Trained on a GPU on 60,000 characters, in 8 GiB, it reads others nearly as well as the reference does."""
    x, y, x_test, y_test = characters(rng, IMAGES, 3000)
    images, labels, seed = tensor(x), labels_of(y), int(rng.integers(1000))
    limit_gpu_memory(student, GPU_MEMORY_MIB)
    rights = {}
    for name, space in (("the reference", reference), ("you", student)):
        with gpu.find().watch() as usage:
            model, taken_s = timed(lambda space=space: space.fit(images, labels, "cuda", seed))
        at_home = model.to("cpu")  # it is asked with images from here
        rights[name] = accuracy(predict(at_home, x_test), y_test)
        evidence.number(f"accuracy, {name}", rights[name])
        evidence.number(f"seconds of training, {name}", taken_s)
        evidence.number(f"most MiB of the GPU in use, {name}", usage.peak_memory_mib)
        evidence.number(f"share of the time in which the GPU computed, {name}", usage.utilization)
    full = rights["the reference"] - LESS_ACCURATE
    learns_by_steps_alone(student, evidence, images[:A_FEW], labels[:A_FEW], "cuda")
    earn(rights["you"], none=full - 0.3, full=full, what="accuracy on 3,000 characters that it has not seen")


# Convolutions may round their factors to 10 bits on a GPU (TF32); double precision is computed as it is written.
PARITY_RTOL = {"float": 5e-3, "double": 1e-8}


@check("fit", points=1, gpu=True, timeout_s=120)
def gpu_and_cpu_agree(student, rng):
    """A network has the same logits and gradients on the GPU as on the CPU, in single and in double precision."""
    weights, x, y = random_weights(rng, gain=1.5), tensor(rng.random((4, 1, 32, 32))), labels_of(rng.integers(0, 10, 4))
    functional = student.module("torch.nn.functional")
    for precision, rtol in PARITY_RTOL.items():
        found = {}
        for device in ("cpu", "cuda"):
            model = lenet_with(student, weights).to(device).call(precision)
            images = student.put(getattr(x, precision)()).to.keep(device)
            labels = student.put(y).to.keep(device)
            logits = model.forward.keep(images)
            functional.cross_entropy.keep(logits, labels).backward()
            found[device] = [logits.detach(), *gradients_of(student, model)]
        close(found["cuda"], found["cpu"], rtol=rtol, name=f"logits and gradients in {precision} precision")


@check("fit", points=1, gpu=True, trains=True, timeout_s=200)
def learns_in_mixed_precision(student, reference, rng, evidence):
    """Under torch.autocast, with products in bfloat16, it still learns nearly as well as the reference does."""
    x, y, x_test, y_test = characters(rng, MIXED_IMAGES, 1000)
    rights = {}
    for name, space in (("the reference", reference), ("you", student)):
        # Without its cache, or the weights of the first step would be multiplied in all that follow.
        autocast = space.module("torch").autocast(
            "cuda", dtype=space.module("torch").get("bfloat16"), cache_enabled=False
        )
        autocast.call("__enter__")
        try:
            model = space.fit(tensor(x), labels_of(y), "cuda", 0)
        finally:
            calmly(lambda autocast=autocast: autocast.call("__exit__", None, None, None))
        rights[name] = accuracy(predict(model.float().to("cpu"), x_test), y_test)
        evidence.number(f"accuracy, {name}", rights[name])
    if rights["the reference"] < LEAST_MIXED:
        right = rights["the reference"]
        raise CourseError(f"the reference itself hardly learns in bfloat16: {right:.0%} of new characters")
    full = rights["the reference"] - LESS_ACCURATE_MIXED
    learns_by_steps_alone(student, evidence, tensor(x[:A_FEW]), labels_of(y[:A_FEW]), "cuda")
    earn(rights["you"], none=full - 0.3, full=full, what="accuracy after training in mixed precision")


@check("fit", points=3, gpu=True, timeout_s=200)
def data_and_network_stay_on_the_gpu(student, reference, rng, evidence):
    """All the training long the parameters are on the GPU, and no step copies images or waits, beyond the reference."""
    x, y, *_ = characters(rng, 500, 10)
    images, labels, places = tensor(x), labels_of(y), []

    def step(optimizer):
        _, first = first_parameter(student, optimizer)
        places.append(first.get("device").get("type"))
        raise InterruptedError(ENOUGH)

    with watched(student, step=step), contextlib.suppress(Raised):
        student.fit(images, labels, "cuda", 0)
    equal(places[:1], ["cuda"], name="device of the optimizer's first parameter in the first step")
    counts = {}
    for name, space in (("the reference", reference), ("you", student)):
        space.fit(images[:200], labels[:200], "cuda", 0)  # CUDA wakes up outside of the measurement
        model, done = profile(space, lambda space=space: space.fit(images, labels, "cuda", 0), gpu=True)
        counts[name] = (done.per_step(done.copies_to_gpu), done.per_step(done.waits))
        source = "student" if space is student else "grader"
        for what, value in zip(("copies to the GPU", "waits for the GPU"), counts[name], strict=True):
            evidence.number(f"{what} per step, {name}", value, source=source)
    place = student.module("builtins").next.keep(model.parameters()).get("device").get("type")
    equal(place, "cuda", name="device of the parameters of the network that is returned")
    (copies, waits), (allowed_copies, allowed_waits) = counts["you"], counts["the reference"]
    problems = [
        f"{value:.1f} {what} per step, the reference has {allowed:.1f}"
        for what, value, allowed in (("copies", copies, allowed_copies), ("waits", waits, allowed_waits))
        if value > allowed + MORE_PER_STEP
    ]
    if problems:
        raise Failure("; ".join(problems), share=0.5 if len(problems) == 1 else 0.0)


@check("fit", points=3, gpu=True, alone=True, timeout_s=300)
def trains_nearly_as_fast_as_the_reference(student, reference, rng, evidence):
    """Training on 20,000 images takes at most twice the reference's time on the same GPU; 6 times earns nothing."""
    x, y, x_test, y_test = characters(rng, TIMED_IMAGES, 500)
    images, labels, seconds = tensor(x), labels_of(y), {}
    for name, space in (("the reference", reference), ("you", student)):
        space.fit(images[:500], labels[:500], "cuda", 0)  # CUDA wakes up outside of the measurement
        model, seconds[name] = timed(lambda space=space: space.fit(images, labels, "cuda", 1))
        evidence.number(f"seconds, {name}", seconds[name])
    right = accuracy(predict(model.to("cpu"), x_test), y_test)
    evidence.number("accuracy after this training", right)
    expect(
        right >= LEAST_TIMED,
        f"fast, but it reads only {right:.0%} of new characters; time counts for a network that learns",
    )
    learns_by_steps_alone(student, evidence, images[:A_FEW], labels[:A_FEW], "cuda")
    times = seconds["you"] / seconds["the reference"]
    earn(times, none=3 * TIMES_AS_LONG, full=TIMES_AS_LONG, what="time as a multiple of the reference's")
