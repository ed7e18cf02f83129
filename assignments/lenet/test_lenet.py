"""The public checks of lenet.

Run them with `autograder check lenet`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import contextlib
import itertools
import math
from types import FunctionType

import numpy as np
import torch

from autograder import Failure, check, close, equal, expect, question, unmodified
from autograder.datasets import digits
from autograder.errors import Raised

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


def numbers(result, count, names):
    """The Python floats of a returned tuple, or of a single one. Raises: Failure if it is something else."""
    parts = (result,) if count == 1 else result
    expect(isinstance(parts, (tuple, list)) and len(parts) == count, f"the function should return {count}: {names}")
    for value in parts:
        expect(
            isinstance(value, (int, float)) and not isinstance(value, bool),
            f"{names}: Python floats, please, not a {type(value).__name__}: a tensor can keep a whole graph in memory",
        )
    return [float(value) for value in parts]


def assemble(parts, state, x=None, y=None, batch_size=None, device="cpu", sgd=None):
    """An nn.Sequential; if there are images, a DataLoader that does not shuffle; if there are settings, an SGD."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    model = torch.nn.Sequential(*(getattr(torch.nn, name)(*args) for name, *args in parts))
    model.load_state_dict(state, strict=False)
    model.to(device)
    loader = None if x is None else DataLoader(TensorDataset(x, y), batch_size=batch_size)
    optimizer = None if sgd is None else torch.optim.SGD(model.parameters(), **sgd)
    return model, loader, optimizer


def network(space, parts, state):
    """An nn.Sequential on one side, a Handle.

    parts: such as ("Linear", 6, 3), its modules in torch.nn. state: the values that a part of it or all of it has.
    """
    model, *_ = space.probe(assemble)(parts, state)
    return model


def with_loader(space, parts, state, x, y, batch_size):
    """A network and a DataLoader that does not shuffle: Handles."""
    model, loader, _ = space.probe(assemble)(parts, state, x, y, batch_size)
    return model, loader


def trainable(space, parts, state, x, y, batch_size, *, device="cpu", **sgd):
    """A network, a DataLoader that does not shuffle, and an optimizer SGD with these settings: Handles."""
    return space.probe(assemble)(parts, state, x, y, batch_size, device, sgd)


def linear(w, b):
    """The parts and the state of a network that flattens its images x, then computes w @ x + b."""
    return [("Flatten",), ("Linear", w.shape[1], w.shape[0])], {"1.weight": w, "1.bias": b}


def small_task(rng, n, classes=3, scale=1.0):
    """Images x (n, 1, 2, 3), labels (n,) and the weights of a linear model: w (classes, 6), b (classes,)."""
    x, y = tensor(scale * rng.standard_normal((n, 1, 2, 3))), labels_of(rng.integers(0, classes, n))
    return x, y, tensor(rng.standard_normal((classes, 6))), tensor(rng.standard_normal(classes))


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
        equal(
            shape,
            (n, 10),
            name=f"shape of what LeNet5 returns for {n} images",
            hint="Follow the shapes, layer by layer",
        )


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
    expected = ours(x)
    model = lenet_with(student, weights)
    close(
        model(x),
        expected,
        rtol=1e-4,
        name="logits",
        hint="Which activation follows which layer, how is pooled, and does anything follow the last layer?",
    )


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


def epochs(student, loaders, *which):
    """Loops over the first (0) or the second (1) of the loaders, one after another: [[(images, labels), ...], ...].

    Raises: Failure if batches are of another form.
    """

    def tell(show, loaders, which):
        show([list(loaders[k]) for k in which])

    loops = quietly(student, tell, loaders, which)
    for batch in itertools.chain(*loops):
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
    return loops


def loaders_of(student, x, y, *settings):
    """What make_loaders(x, y, *settings) returns, a Handle, and its two numbers, fetched quietly: they are random."""

    def tell_statistics(show, result):
        show((result[2], result[3]))

    result = student.make_loaders.keep(x, y, *settings)
    changed = student.make_loaders.modified
    expect(
        result.reference.type_name != "NoneType" and result.call("__len__") == 4,
        "make_loaders should return four things: train_loader, val_loader, mean and std",
    )
    for name, path in (("x", "args[0]"), ("y", "args[1]")):
        expect(path not in changed, f"{name} is changed: work on a copy, the caller needs it as it is")
    return result, *quietly(student, tell_statistics, result)


def joined(batches, n):
    """All batches' images, their numbers, and labels, one after the other."""
    if not batches:
        return torch.zeros(0, 1, 1, 1), np.zeros(0, np.int64), np.zeros(0, np.int64)
    images = torch.cat([images for images, _ in batches])
    return images, numbers_of(images, n), torch.cat([labels for _, labels in batches]).numpy()


@check("make_loaders", points=2, public=True)
def every_image_is_in_one_of_the_two_sets(student, rng, seed):
    """About 50 images: each is once in an epoch of one loader, beside its label, in batches of the right size."""
    n_val = int(rng.integers(9, 15))
    n = 4 * n_val + 3  # a quarter of them would be n_val + 3/4
    size = int(rng.choice([size for size in (6, 7, 8, 9, 10) if n_val % size and (n - n_val) % size]))
    x, y = numbered_images(rng, n)
    loaders, *_ = loaders_of(student, x, y, size, 0.25, seed)
    train, val = epochs(student, loaders, 0, 1)
    (_, train_numbers, train_labels), (_, val_numbers, val_labels) = joined(train, n), joined(val, n)
    everything, labels = np.concatenate([train_numbers, val_numbers]), np.concatenate([train_labels, val_labels])
    once = sorted(everything.tolist()) == list(range(n))
    both = len(set(train_numbers.tolist()) & set(val_numbers.tolist()))
    paired = bool(np.array_equal(labels, y.numpy()[everything]))
    sizes = [[len(batch) for _, batch in batches] for batches in (train, val)]
    note(student, train=len(train_numbers), val=len(val_numbers), sizes=sizes, once=once, both=both > 0, paired=paired)
    expect(both == 0, f"{both} images are in the training set and in the validation set")
    equal(len(val_numbers), n_val, name=f"images for validation of {n}, with val_fraction 0.25", hint="Rounded down")
    equal(len(train_numbers), n - n_val, name="images for training in one epoch", hint="Is the last batch dropped?")
    expect(once, "not every image comes exactly once")
    expect(paired, "labels do not stand beside their images")
    for got, count in zip(sizes, (n - n_val, n_val), strict=True):
        expected = [size] * (count // size) + [count % size] * (count % size > 0)
        equal(got, expected, name="sizes of the batches")


def normalised_as(student, batches, n, x, mean, std, which):
    """Raises: Failure unless the images of these batches are (x - mean) / std."""
    images, found, _ = joined(batches, n)
    expect(bool((found >= 0).all()), f"the {which} images are not a shift and a scaling of what was given")
    right = (x[found] - mean) / std
    as_they_came = bool(len(found) and torch.equal(images, x[found]))
    off = float((images.double() - right.double()).abs().max() / right.double().abs().max()) if len(right) else 0.0
    note(student, **{which: off < 1e-3, "as they came": as_they_came})
    expect(off < 1e-3, f"the {which} images are not normalised as (x - mean) / std of the training images")


def statistics_agree(student, rng, n, size, fraction, seed, shape):
    """Raises: Failure unless mean, std and both loaders' images are as the training images demand."""
    x, y = numbered_images(rng, n, *shape)
    loaders, *statistics = loaders_of(student, x, y, size, fraction, seed)
    train, val = epochs(student, loaders, 0, 1)
    _, found, _ = joined(train, n)
    of_training = x[np.unique(found[found >= 0])].double()
    candidates = {"training": of_training, "all": x.double()}
    known = [isinstance(value, (int, float, torch.Tensor)) and math.prod(np.shape(value)) == 1 for value in statistics]
    note(student, numbers=known, tensors=[isinstance(value, torch.Tensor) for value in statistics])
    mean, std = numbers(statistics, 2, "mean and std")
    near = {
        name: [math.isclose(mean, values.mean(), rel_tol=1e-3), math.isclose(std, values.std(), rel_tol=2e-3)]
        for name, values in candidates.items()
    }
    note(student, near=near, variance=math.isclose(std, of_training.var(), rel_tol=5e-3))
    leaked = near["all"] == [True, True] != near["training"]
    expect(not leaked, "mean and std are those of all images: some of them are for validation")
    expect(
        near["training"][0], f"mean: {mean:.6g}, expected {of_training.mean():.6g}, over the training images' pixels"
    )
    expect(near["training"][1], f"std: {std:.6g}, expected {of_training.std():.6g}, over the training images' pixels")
    normalised_as(student, train, n, x, mean, std, "training")
    normalised_as(student, val, n, x, mean, std, "validation")


@check("make_loaders", points=2, public=True)
def statistics_are_those_of_the_training_images(student, rng):
    """mean and std come from the training images alone, and normalise the images of both loaders."""
    statistics_agree(student, rng, 40, 8, 0.3, 0, (4, 5))


def parameters_close(student_model, reference_model, rtol=1e-4, hint=""):
    """Raises: Failure unless two models of the same form have the same state."""
    got, expected = student_model.state_dict(), reference_model.state_dict()
    for key, value in expected.items():
        close(got[key], value, rtol=rtol, atol=1e-6, name=f"{key} after the training", hint=hint)


@check("train_epoch", points=3, public=True)
def three_batches_follow_the_reference(student, reference, rng):
    """A linear model after one epoch of three batches with SGD has the parameters of the reference."""
    x, y, w, b = small_task(rng, 12, scale=1.5)
    models = []
    for space in (reference, student):
        model, loader, optimizer = trainable(space, *linear(w, b), x, y, 4, lr=0.5)
        space.train_epoch(model, loader, optimizer, "cpu")
        models.append(model)
    note(student, gradients_left=[gradient is not None for gradient in gradients_of(student, models[1])])
    parameters_close(models[1], models[0], hint="Forget, compute the loss, compute the gradients, step: for each batch")


@check("train_epoch", points=2, public=True)
def returns_the_mean_loss(student, reference, rng):
    """The returned loss is a Python float, the mean over the epoch's two batches, each before its step."""
    x, y, w, b = small_task(rng, 10, scale=2.0)
    losses = []
    for space in (reference, student):
        losses.append(space.train_epoch(*trainable(space, *linear(w, b), x, y, 5, lr=0.3), "cpu"))
    note(student, kind=type(losses[1]).__name__)
    numbers(losses[1], 1, "the loss")
    close(losses[1], losses[0], rtol=1e-4, name="the loss", hint="The loss of each image before the step of its batch")


q_softmax_twice = question(
    "The loss of a perfect network that ends with a softmax, by F.cross_entropy.",
    rtol=0.005,
    hint="put the logits 1, 0, ..., 0 into the formula of part 1",
)


@check("evaluate", points=2, public=True)
def loss_and_accuracy_of_equal_batches(student, reference, rng):
    """Twelve images in three batches: mean cross-entropy and share of right answers."""
    x, y, w, b = small_task(rng, 12)
    expected = reference.evaluate(*with_loader(reference, *linear(w, b), x, y, 4), "cpu")
    got = student.evaluate(*with_loader(student, *linear(w, b), x, y, 4), "cpu")
    note(student, kinds=[type(value).__name__ for value in got] if isinstance(got, (list, tuple)) else None)
    loss, share = numbers(got, 2, "loss and accuracy")
    close(loss, expected[0], rtol=1e-4, name="loss", hint="The mean over the images of the cross-entropy of the logits")
    close(share, expected[1], rtol=1e-6, name="accuracy", hint="The share, from 0 to 1, of images that are right")


@check("evaluate", points=2, public=True)
def a_smaller_last_batch_counts_less(student, reference, rng):
    """Eleven images in batches of 5, 5 and 1: each image counts the same."""
    x, _, w, b = small_task(rng, 11, scale=2.0)
    y = labels_of((x.flatten(1) @ w.T + b).argmax(dim=1).numpy())
    y[[2, 3, 7]] = (y[[2, 3, 7]] + 1) % 3
    y[10] = (y[10] + 1) % 3
    expected = reference.evaluate(*with_loader(reference, *linear(w, b), x, y, 5), "cpu")
    loss, share = numbers(
        student.evaluate(*with_loader(student, *linear(w, b), x, y, 5), "cpu"), 2, "loss and accuracy"
    )
    close(share, expected[1], rtol=1e-6, name="accuracy", hint="7 of 11 are right: count, and divide once, at the end")
    close(loss, expected[0], rtol=1e-4, name="loss", hint="The mean over images is not the mean over batches")


@check("overfit_one_batch", points=3, public=True)
def six_losses_follow_the_reference(student, reference, rng):
    """A linear model on five images for six steps: the losses are those of the reference."""
    x, y, w, b = small_task(rng, 5, scale=50.0)  # so large that few steps change the gradients
    expected = reference.overfit_one_batch(network(reference, *linear(w, b)), x, y, 6)
    got = student.overfit_one_batch(network(student, *linear(w, b)), x, y, 6)
    expect(isinstance(got, (list, tuple)) and len(got) > 0, "overfit_one_batch should return a list of losses")
    note(student, count=len(got), kind=type(got[0]).__name__)
    numbers(got, 6, "a loss for each of the 6 steps")
    # The losses differ from the first one only by little: it is the fall that is to be compared.
    close(got[0], expected[0], rtol=1e-5, name="the first loss", hint="Before the first step, the mean over the batch")
    fall = [expected[0] - value for value in expected]
    close([got[0] - value for value in got], fall, rtol=1e-3, name="how far the loss has fallen before each step")


@check("overfit_one_batch", points=1, public=True, side_condition=True)
def one_loss_per_step(student, rng):
    """A list of Python floats, one for each step; none for 0 steps."""
    x, y, w, b = small_task(rng, 4)
    for steps in (0, 1, 3):
        got = student.overfit_one_batch(network(student, *linear(w, b)), x, y, steps)
        expect(isinstance(got, (list, tuple)), "overfit_one_batch should return a list")
        note(student, count=len(got), kinds=sorted({type(value).__name__ for value in got}))
        equal(len(got), steps, name=f"number of losses for {steps} steps")
        for loss in got:
            numbers(loss, 1, "the losses")


q_which_softmax = question(
    "Which of four loss curves belongs to a softmax before the loss.", hint="what is the lowest loss that it can have?"
)

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


@check("fit", points=1, public=True, timeout_s=60, side_condition=True)
def returns_a_network_that_is_ready(student, rng):
    """In evaluation mode, it returns logits, tells images apart, and judges each on its own; x and y are intact."""
    x, y = squares(rng, 100)
    model = unmodified(student.fit, x, y, "cpu", 0, inputs=(0, 1))
    equal(model.get("training"), False, name="model.training", hint="Whoever gets the network wants to use it")
    shown = x[::15]  # of different classes
    logits = quietly(student, model, shown)
    shape = tuple(logits.shape) if isinstance(logits, torch.Tensor) else None
    note(student, shape=shape)
    equal(shape, (7, 10), name="shape of the logits of 7 images")
    finite = bool(torch.isfinite(logits).all())
    shares = finite and bool((logits >= 0).all() and torch.allclose(logits.sum(dim=1), torch.ones(7), atol=1e-3))
    # Among images of very different brightness: statistics of the batch would be others.
    mixed = quietly(student, model, torch.cat([shown, 1 - shown, torch.zeros(3, 1, 32, 32)]))[:7]
    alone = finite and bool((logits - mixed).abs().max() <= 1e-3 * logits.abs().max())
    apart = finite and bool((logits - logits[:1]).abs().max() > 1e-3 * logits.abs().max())
    note(student, finite=finite, probabilities=shares, alone=alone, apart=apart)
    expect(finite, "the network returns infinities or NaN: did the training diverge?")
    expect(not shares, "the network returns probabilities; it should return logits, since the loss takes the softmax")
    expect(apart, "the network says the same of different images")
    expect(alone, "what the network says of an image depends on the other images in the batch")


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


def alike(a, b):
    """Whether two tensors are the same but for rounding."""
    return a.shape == b.shape and bool((a - b).abs().max() <= 1e-5 * a.abs().max())


@check("fit", points=1, public=True, timeout_s=60, side_condition=True)
def labels_and_seed_make_the_network(student, rng, seed):
    """The same call begins in the same way, another seed in another; other labels give another network."""
    x, y = squares(rng, 100)
    probe = tensor(rng.random((5, 1, 32, 32)))
    answers = [quietly(student, student.fit(x, labels, "cpu", seed), probe) for labels in (y, 9 - y)]
    begun = [quietly(student, after_three_steps, student.get("fit"), x, y, each) for each in (seed, seed, seed + 1)]
    stepped = all(each is not None for each in begun)
    note(student, stepped=stepped)
    expect(stepped, "no optimizer of torch.optim has taken a step")
    first, again, other = begun
    repeated, other_seed, other_labels = alike(first, again), not alike(first, other), not alike(*answers)
    note(student, repeated=repeated, other_seed=other_seed, other_labels=other_labels)
    expect(other_labels, "with other labels, the network is the same: what was trained is not what was returned")
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
