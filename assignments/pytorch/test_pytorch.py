"""The public checks of pytorch.

Run them with `autograder check pytorch`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import contextlib
import itertools
import time

import numpy as np
import torch
import torch.nn.functional as F

from autograder import answered, check, close, equal, expect, numerical_gradient, raises, unmodified
from autograder.errors import Raised


def normal(rng, *shape, dtype=torch.float64):
    """A tensor of random numbers."""
    return torch.from_numpy(np.asarray(rng.standard_normal(shape))).to(dtype)


def is_tensor(value, what):
    """Raises: Failure unless it is a tensor."""
    expect(isinstance(value, torch.Tensor), f"{what} should be a tensor, not {type(value).__name__}")
    return value


def assemble(parts, state, sgd=None, trained="", loss="mse_loss"):
    """An nn.Sequential; if there are settings, an SGD of it or of the part that is `trained`; a loss function."""
    import torch

    model = torch.nn.Sequential(*(getattr(torch.nn, name)(*args) for name, *args in parts))
    model.load_state_dict(state, strict=False)
    optimizer = None if sgd is None else torch.optim.SGD(model.get_submodule(trained).parameters(), **sgd)
    return model, optimizer, getattr(torch.nn.functional, loss)


def network(student, parts, state):
    """An nn.Sequential on the student's side, a Handle.

    parts: such as ("Linear", 3, 4), its modules in torch.nn. state: the values that a part of it or all of it has.
    """
    model, *_ = student.probe(assemble)(parts, state)
    return model


def trainable(student, parts, state, *, trained="", loss="mse_loss", **sgd):
    """A network, an optimizer of it or of the part that is `trained`, and a loss function: Handles."""
    return student.probe(assemble)(parts, state, sgd, trained, loss)


def note_modes(model):
    """The list, so far, of whether the model was in training mode, whenever it was called: a function that gives it."""
    modes = []
    model.register_forward_pre_hook(lambda model, args: modes.append(model.training))
    return modes.copy


def recorded(function, *args, hint):
    """What a function that asks autograd returns. Raises: Failure with a hint if autograd finds no way."""
    try:
        return function(*args)
    except Raised as raised:
        if "NotImplementedError" in raised.types:
            raise
        raise Raised(f"{raised.message}\n{hint}", raised.types) from None


GRADIENT = "the gradient of Square.apply"


def gradient_of_squares(square, x, upstream, times):
    """The gradient of x, which is squared so many times."""
    import torch

    y = x.requires_grad_()
    for _ in range(times):
        y = square.apply(y)
    (gradient,) = torch.autograd.grad(y, x, upstream)
    return gradient


@check("Square", points=2, public=True)
def squares_every_entry(student, rng):
    """Values, shapes and dtypes of the square; x is not modified."""

    def dtypes(square, inputs):
        return [str(square.apply(x).dtype) for x in inputs]

    square = student.get("Square")
    cases = [((3, 4), torch.float64), ((5,), torch.float32), ((), torch.float64), ((2, 1, 3), torch.float32)]
    inputs = [normal(rng, *shape, dtype=dtype) for shape, dtype in cases]
    for x in inputs:
        y = is_tensor(unmodified(square.apply, x, inputs=(0,)), "Square.apply(x)")
        close(y, x.numpy() ** 2, rtol=1e-6, name=f"Square.apply(x) for shape {tuple(x.shape)}")
    for x, got in zip(inputs, student.probe(dtypes, "Square.apply")(square, inputs), strict=True):
        expect(got == str(x.dtype), f"Square.apply of a {x.dtype} tensor is {got}, expected the same dtype")


@check("Square", points=3, public=True)
def gradient_for_any_upstream(student, rng):
    """The gradient for a random upstream gradient, for several shapes."""
    square = student.get("Square")
    gradient = student.probe(gradient_of_squares, GRADIENT)
    for shape in [(4,), (2, 3), ()]:
        x, upstream = normal(rng, *shape), normal(rng, *shape)
        grad = recorded(gradient, square, x, upstream, 1, hint="What does backward return, and of which shape?")
        expected = numerical_gradient(lambda v, u=upstream: (v * v * u.numpy()).sum(), x.numpy(), complex_step=True)
        close(
            grad, expected, rtol=1e-9, name="gradient of x", hint="The chain rule multiplies by the upstream gradient"
        )


@check("Square", points=3, public=True)
def gradient_of_the_gradient(student, rng):
    """The gradient, recorded with create_graph=True and differentiated again, with respect to x and to upstream."""

    def differentiate_twice(square, x, upstream, second):
        from torch.autograd import grad

        y = square.apply(x.requires_grad_())
        gradient = grad(y, x, upstream.requires_grad_(), create_graph=True)
        return grad(gradient, [x, upstream], [second], allow_unused=True)

    x, upstream, second = normal(rng, 2, 3), normal(rng, 2, 3), normal(rng, 2, 3)
    gradients = student.probe(differentiate_twice, "the gradient of " + GRADIENT)
    hint = "Does backward compute with x and grad_output as they are, so that it can be recorded?"
    got = recorded(gradients, student.get("Square"), x, upstream, second, hint=hint)
    for name, part in zip(("x", "the upstream gradient"), got, strict=True):
        expect(part is not None, f"the recorded gradient does not depend on {name}\n{hint}")
    close(got[0], (2 * upstream * second).numpy(), rtol=1e-9, name="gradient of the gradient, with respect to x")
    close(got[1], (2 * x * second).numpy(), rtol=1e-9, name="gradient of the gradient, with respect to upstream")


def require_parameters(student, layer, shapes):
    """The layer's books: exactly these parameters. shapes: name -> shape. Raises: Failure."""

    def books(layer):
        parameters = {name: (value.shape, value.requires_grad) for name, value in layer.named_parameters()}
        return list(layer.state_dict()), parameters

    names, parameters = student.probe(books, "state_dict()")(layer)
    equal(
        sorted(names),
        sorted(shapes),
        name="keys of state_dict()",
        hint="Only an nn.Parameter that is assigned to an attribute of the module is registered",
    )
    for name, expected in shapes.items():
        expect(name in parameters, f"{name} is no nn.Parameter")
        shape, requires_grad = parameters[name]
        equal(shape, expected, name=f"shape of {name}")
        expect(requires_grad, f"{name} does not require a gradient, so it would never be trained")


def loader(student):
    """load(layer, weight=...) gives a layer these values, also where an attribute is not registered, and returns it:
    what it computes is another question. Raises: Failure.
    """

    def fill(layer, state):
        registered = list(layer.state_dict())
        layer.load_state_dict({name: value for name, value in state.items() if name in registered})
        for name, value in state.items():
            if name not in registered:
                setattr(layer, name, value)

    fill_there = student.probe(fill, "load_state_dict")

    def load(layer, **state):
        fill_there(layer, state)
        return layer

    return load


@check("Linear", points=3, public=True)
def linear_registers_its_parameters(student):
    """Weight and bias are parameters with PyTorch's names and shapes."""
    require_parameters(student, student.Linear(5, 3), {"weight": (3, 5), "bias": (3,)})
    require_parameters(student, student.Linear(1, 4), {"weight": (4, 1), "bias": (4,)})


@check("Linear", points=3, public=True)
def linear_forward(student, rng):
    """The output of a layer with known weights, for a batch of 4 and of 1; x is not modified."""
    load = loader(student)
    for batch in (4, 1):
        x, weight, bias = (normal(rng, *shape, dtype=torch.float32) for shape in [(batch, 5), (3, 5), (3,)])
        layer = load(student.Linear(5, 3), weight=weight, bias=bias)
        out = is_tensor(unmodified(layer.forward, x, inputs=(0,)), "the output")
        expected = np.einsum("nd,md->nm", x.numpy(), weight.numpy()) + bias.numpy()
        close(out, expected, rtol=1e-5, name="output", hint="One row of the weights per output")


@check("Linear", points=1.5, public=True)
def linear_without_a_bias(student, rng):
    """bias=False: no parameter of that name, the attribute is None, and nothing is added."""
    layer = student.Linear(4, 2, bias=False)
    require_parameters(student, layer, {"weight": (2, 4)})
    expect(layer.get("bias") is None, "the attribute bias should be None")
    x, weight = normal(rng, 3, 4, dtype=torch.float32), normal(rng, 2, 4, dtype=torch.float32)
    close(loader(student)(layer, weight=weight)(x), F.linear(x, weight), rtol=1e-5, name="output")


@check("Conv2d", points=2, public=True)
def conv2d_registers_its_parameters(student):
    """Weight and bias are parameters with PyTorch's names and shapes, for square and other kernels."""
    require_parameters(student, student.Conv2d(3, 4, 5), {"weight": (4, 3, 5, 5), "bias": (4,)})
    require_parameters(student, student.Conv2d(2, 1, (2, 3)), {"weight": (1, 2, 2, 3), "bias": (1,)})


def convolutions(student, rng):
    """compare(x_shape, filters, kernel, ...): the student's layer on random images with F.conv2d. Raises: Failure."""
    load = loader(student)

    def compare(x_shape, filters, kernel, *args, **kwargs):
        kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
        x = normal(rng, *x_shape, dtype=torch.float32)
        weight, bias = normal(rng, filters, x_shape[1], kh, kw, dtype=torch.float32), normal(rng, filters).float()
        layer = load(student.Conv2d(x_shape[1], filters, kernel, *args, **kwargs), weight=weight, bias=bias)
        out = is_tensor(unmodified(layer.forward, x, inputs=(0,)), "the output")
        expected = F.conv2d(x, weight, bias, *args, **kwargs)
        close(
            out,
            expected,
            rtol=2e-5,
            name=f"output for images {x_shape} and a {kh}x{kw} kernel",
            hint="Does F.unfold get stride and padding by name? How are its rows and columns ordered; is H' before W'?",
        )

    return compare


@check("Conv2d", points=3, public=True)
def conv2d_with_stride_1(student, rng):
    """Two images, three channels, a 3×3 kernel and no padding."""
    compare = convolutions(student, rng)
    compare((2, 3, 5, 7), 4, 3)


@check("Conv2d", points=3, public=True)
def conv2d_with_stride_and_padding(student, rng):
    """Stride 2 and padding 1, a stride that does not divide, and a wide frame."""
    compare = convolutions(student, rng)
    compare((2, 2, 7, 6), 3, 3, stride=2, padding=1)
    compare((1, 1, 6, 9), 2, 2, stride=3)
    compare((3, 2, 4, 3), 1, 3, 1, 2)


def stack(student, rng, broken=None, *, zero=False, loss="mse_loss"):
    """Three linear layers, called 0, 2 and 4, with a tanh after each: a Handle, a batch, and a loss function.

    broken: the child that gives what it gets, detached, or with `zero` multiplied by 0.
    """

    def make(sizes, state, broken, zero, loss):
        import torch
        from torch import nn

        model = nn.Sequential(*(part for size in sizes for part in (nn.Linear(*size), nn.Tanh())))
        model.load_state_dict(state)
        if broken is not None:
            model[broken].forward = (lambda x: 0.0 * x) if zero else torch.detach
        return model, getattr(nn.functional, loss)

    sizes = [(3, 4), (4, 4), (4, 2)]
    state = {
        f"{2 * number}.{name}": normal(rng, *shape, dtype=torch.float32)
        for number, (columns, rows) in enumerate(sizes)
        for name, shape in (("weight", (rows, columns)), ("bias", (rows,)))
    }
    model, loss_fn = student.probe(make)(sizes, state, broken, zero, loss)
    batch = (normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32))
    return model, batch, loss_fn


@check("detach_bug", points=2, public=True)
def names_what_lies_before_the_cut(student, rng):
    """A healthy network, and networks with a detach() after the first and after the second layer."""
    names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"]
    for position, count in [(None, 0), (1, 2), (3, 4)]:
        model, batch, loss_fn = stack(student, rng, broken=position)
        found = student.detach_bug(model, batch, loss_fn)
        where = "a healthy network" if position is None else f"a network that is cut after {count // 2} of 3 layers"
        equal(found, names[:count], name=f"the parameters named for {where}")


@check("detach_bug", points=1, public=True)
def names_what_is_never_used(student, rng):
    """A parameter that the forward pass does not use, and a buffer, in a network that is otherwise healthy."""

    def register(model, spare, seen):
        import torch

        model.register_parameter("spare", torch.nn.Parameter(spare))
        model.register_buffer("seen", seen)

    model, batch, loss_fn = stack(student, rng)
    student.probe(register)(model, normal(rng, 2), normal(rng, 2))
    loss_fn = student.module("unittest.mock").Mock(wraps=loss_fn)
    equal(student.detach_bug(model, batch, loss_fn), ["spare"], name="the parameters named")
    expect(loss_fn.get("called"), "loss_fn was never called; the loss is loss_fn(model(x), y)")


def known_weights(rng, inputs, outputs, scale=1.0):
    """What a network of one linear layer is made of: its parts and its state, and the weights as arrays."""
    weight, bias = normal(rng, outputs, inputs, dtype=torch.float32), normal(rng, outputs, dtype=torch.float32)
    state = {"0.weight": scale * weight, "0.bias": scale * bias}
    return [("Linear", inputs, outputs)], state, *(value.double().numpy() for value in state.values())


def linear_model(student, rng, inputs, outputs, scale=1.0):
    """A network of one linear layer with known weights: a Handle, and the weights as arrays."""
    parts, state, weight, bias = known_weights(rng, inputs, outputs, scale)
    return network(student, parts, state), weight, bias


def descent_of_mean_squares(x, y, weight, bias, rate):
    """One step on the mean squared error of a linear model, by hand: (loss before, weight, bias), float64 arrays."""
    x, y = x.double().numpy(), y.double().numpy()
    error = x @ weight.T + bias - y
    slope = 2 * error / error.size
    return (error**2).mean(), weight - rate * slope.T @ x, bias - rate * slope.sum(axis=0)


@check("train_step", points=4, public=True)
def one_step_of_gradient_descent(student, rng):
    """One step of SGD on the mean squared error of a linear model."""

    def watch(weight):
        arrived = []
        weight.register_hook(lambda gradient: arrived.append(True))
        return lambda model: (bool(arrived), weight.grad, model.state_dict())

    parts, state, weight, bias = known_weights(rng, 3, 2)
    model, optimizer, loss_fn = trainable(student, parts, state, lr=0.5)
    x, y = normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32)
    # Whether a gradient arrived and what became of it lets the diagnosis tell what was called from what was left out.
    look = student.probe(watch)(model.get_parameter.keep("0.weight"))
    student.train_step.keep(model, (x, y), optimizer, loss_fn)
    *_, after = look(model)
    _, new_weight, new_bias = descent_of_mean_squares(x, y, weight, bias, 0.5)
    hint = "Which of the three lines is missing or in another order?"
    close(after["0.weight"], new_weight, rtol=1e-5, name="weight after one step", hint=hint)
    close(after["0.bias"], new_bias, rtol=1e-5, name="bias after one step", hint=hint)


@check("train_step", points=2, public=True)
def returns_the_loss_as_a_number(student, rng):
    """The loss before the step, as a Python float."""

    def look(loss):
        return type(loss).__name__, loss

    parts, state, weight, bias = known_weights(rng, 4, 3)
    model, optimizer, loss_fn = trainable(student, parts, state, lr=0.3)
    x, y = normal(rng, 6, 4, dtype=torch.float32), normal(rng, 6, 3, dtype=torch.float32)
    kept = student.train_step.keep(model, (x, y), optimizer, loss_fn)
    kind, got = student.probe(look)(kept)
    expected, _, _ = descent_of_mean_squares(x, y, weight, bias, 0.3)
    expect(kind != "Tensor", "train_step returns a tensor, which holds on to its whole graph; a Python float is wanted")
    close(got, expected, rtol=1e-5, name="loss", hint="Which loss is it: of this batch, before the step, not scaled?")
    expect(isinstance(got, float), f"train_step returns a {type(got).__name__}, expected a float")


@check("train_step", points=1.5, public=True)
def gradients_from_earlier_do_not_count(student, rng):
    """The parameters still have the gradients of another loss when the step begins."""
    parts, state, weight, bias = known_weights(rng, 2, 3)
    model, optimizer, loss_fn = trainable(student, parts, state, lr=0.2)
    x, y = normal(rng, 4, 2, dtype=torch.float32), normal(rng, 4, 3, dtype=torch.float32)
    model.forward.keep(normal(rng, 7, 2, dtype=torch.float32)).sum.keep().backward()
    student.train_step.keep(model, (x, y), optimizer, loss_fn)
    _, new_weight, new_bias = descent_of_mean_squares(x, y, weight, bias, 0.2)
    after = model.state_dict()
    close(
        after["0.weight"], new_weight, rtol=1e-5, name="weight after one step", hint="When are old gradients cleared?"
    )
    close(after["0.bias"], new_bias, rtol=1e-5, name="bias after one step", hint="When are old gradients cleared?")


def classified(rng, sizes, inputs=3, classes=4):
    """Batches (x, y) of these sizes."""
    return [
        (normal(rng, size, inputs, dtype=torch.float32), torch.from_numpy(rng.integers(0, classes, size)))
        for size in sizes
    ]


def true_scores(batches, weight, bias):
    """(loss, accuracy) of a linear model over all examples, by NumPy."""
    x = np.concatenate([np.asarray(part) for part, _ in batches]).astype(np.float64)
    y = np.concatenate([np.asarray(part) for _, part in batches])
    logits = x @ weight.T + bias
    top = logits.max(axis=1)
    losses = top + np.log(np.exp(logits - top[:, None]).sum(axis=1)) - logits[np.arange(len(y)), y]
    return losses.mean(), (logits.argmax(axis=1) == y).mean()


@check("evaluate", points=3, public=True)
def scores_one_batch(student, rng):
    """Loss and accuracy of a linear model on a single batch of 7."""
    model, weight, bias = linear_model(student, rng, 3, 4)
    batches = classified(rng, [7])
    result = student.evaluate(model, batches, "cpu")
    expect(
        isinstance(result, (tuple, list)) and len(result) == 2, "evaluate should return two things: loss and accuracy"
    )
    loss, accuracy = true_scores(batches, weight, bias)
    close(result[1], accuracy, rtol=1e-6, name="accuracy", hint="The share, 0 to 1, of the 7 examples")
    close(result[0], loss, rtol=1e-5, name="loss", hint="F.cross_entropy takes logits")


@check("evaluate", points=1.5, public=True)
def accuracy_of_unequal_batches(student, rng):
    """Batches of 8, 5 and 1: every example counts the same in the accuracy."""
    model, weight, bias = linear_model(student, rng, 3, 4)
    batches = classified(rng, [8, 5, 1])
    best = (batches[2][0].double().numpy() @ weight.T + bias).argmax(axis=1)
    batches[2] = (batches[2][0], torch.from_numpy(best))  # the lonely example is right, so that its weight shows
    _, accuracy = true_scores(batches, weight, bias)
    result = student.evaluate(model, batches, "cpu")
    close(result[1], accuracy, rtol=1e-6, name="accuracy", hint="Does the last example count as much as the others?")


@check("evaluate", points=1.5, public=True)
def loss_of_unequal_batches(student, rng):
    """Batches of 1, 6 and 3: every example counts the same in the loss."""
    model, weight, bias = linear_model(student, rng, 3, 4)
    batches = classified(rng, [1, 6, 3])
    worst = (batches[0][0].double().numpy() @ weight.T + bias).argmin(axis=1)
    batches[0] = (batches[0][0], torch.from_numpy(worst))  # the lonely example is wrong, so that its weight shows
    loss, _ = true_scores(batches, weight, bias)
    result = student.evaluate(model, batches, "cpu")
    close(result[0], loss, rtol=1e-5, name="loss", hint="Does the first example count as much as the others?")


@check("evaluate", points=1.5, public=True)
def evaluates_in_evaluation_mode(student, rng):
    """The model is in evaluation mode whenever it is called, and running statistics stay as they are."""
    model = network(student, [("BatchNorm1d", 3), ("Dropout", 0.5), ("Linear", 3, 4)], {})
    noted = student.probe(note_modes)(model)
    student.evaluate.keep(model, classified(rng, [4, 3]), "cpu")
    modes = noted()
    expect(
        len(modes) == 2, f"the model was called {len(modes)} times for 2 batches; call it once per batch, as model(x)"
    )
    expect(not any(modes), "the model was in training mode while it was evaluated: dropout is active")
    tracked = model.get_buffer("0.num_batches_tracked")
    expect(tracked == 0, f"batch normalisation has learned from {int(tracked)} batches of test data")


def require_moved(student, root, places):
    """Raises: Failure unless there are tensors on the device meta. places: path in root -> what messages call it."""

    def look(root, paths):
        found = []
        for path in paths:
            part = root
            for key in path:
                part = part[key]
            found.append((type(part).__name__, getattr(part, "is_meta", False)))
        return found

    found = student.probe(look, "looking into the result")(root, list(places))
    for what, (kind, is_meta) in zip(places.values(), found, strict=True):
        expect(kind == "Tensor", f"{what} should be a tensor, and is a {kind}")
        expect(is_meta, f"{what} is not on the device")


def entry(path):
    """How messages call what lies at this path in a container."""
    return "the entry " + "".join(f"[{key!r}]" for key in path)


def same_build(actual, expected, name):
    """Compare nested containers with their types. Raises: Failure."""
    if isinstance(expected, torch.Tensor):
        close(is_tensor(actual, name), expected, rtol=0, name=name)
        expect(actual.dtype == expected.dtype, f"{name} has dtype {actual.dtype}, expected {expected.dtype}")
        return
    expect(
        type(actual) is type(expected),
        f"{name} is of type {type(actual).__name__}, expected {type(expected).__name__}",
    )
    if isinstance(expected, dict):
        equal(list(actual), list(expected), name=f"the keys of {name}")
        for key, value in expected.items():
            same_build(actual[key], value, f"{name}[{key!r}]")
    elif isinstance(expected, (list, tuple)):
        equal(len(actual), len(expected), name=f"the length of {name}")
        for number, value in enumerate(expected):
            same_build(actual[number], value, f"{name}[{number}]")
    else:
        equal(actual, expected, name=name)


@check("to_device", points=1.5, public=True)
def moves_a_tensor(student, rng):
    """A tensor to the device "meta", and one to the CPU, by name and as a torch.device."""
    x = normal(rng, 2, 3)
    meta, cpu = student.module("torch").device.calls([("meta",), ("cpu",)])
    moved = [student.to_device.keep(x, device) for device in ("meta", meta)]
    require_moved(student, moved, dict.fromkeys([(0,), (1,)], "to_device(x, 'meta')"))
    for got in student.to_device.calls([(x, "cpu"), (x, cpu)]):
        close(is_tensor(got, "to_device(x, 'cpu')"), x, rtol=0, name="to_device(x, 'cpu')")


@check("to_device", points=2.5, public=True)
def moves_what_is_nested(student, rng):
    """Lists, tuples and dicts inside each other: types, keys and order stay, every tensor is moved."""
    a, b, c = normal(rng, 2), normal(rng, 1, 3), torch.from_numpy(rng.integers(0, 9, 4))
    nested = {"z": [a, (b, [c])], "a": {"inner": (a,)}, 3: b}
    moved = student.to_device.keep(nested, "meta")
    keys = student.module("builtins").list(moved)
    equal(keys, list(nested), name="the keys of to_device(nested, 'meta'), in order")
    same_build(student.to_device(nested, "cpu"), nested, "to_device(nested, 'cpu')")
    paths = [("z", 0), ("z", 1, 0), ("z", 1, 1, 0), ("a", "inner", 0), (3,)]
    require_moved(student, moved, {path: f"{entry(path)} of the result" for path in paths})


@check("to_device", points=1, public=True)
def does_not_modify_containers(student, rng):
    """The list and the dict that were given still hold their tensors on the CPU."""

    def look(given, moved):
        return given is moved, given[0].is_meta, given[1]["x"].is_meta

    given = student.put([normal(rng, 2), {"x": normal(rng, 3)}])
    moved = student.to_device.keep(given, "meta")
    same, *replaced = student.probe(look, "looking into the given list")(given, moved)
    expect(not same, "the given list itself is returned, not a new one")
    paths = [(0,), (1, "x")]
    for path, is_meta in zip(paths, replaced, strict=True):
        expect(not is_meta, f"{entry(path)} of the given list was replaced")
    require_moved(student, moved, {path: f"{entry(path)} of the result" for path in paths})


class Machine:
    """A make-believe device with a clock; its orders take given times.

    works_s: seconds that each call of `fn` takes on the device, in order. queued: calls return at once, as on a GPU,
    and `synchronize` waits; otherwise they return when the work is done. real: let real time pass, for a function that
    looks at a clock of its own.
    """

    ORDER_S = 1e-5  # to give an order to a queue

    def __init__(self, works_s, *, queued=False, real=False):
        self.works_s, self.queued, self.real = list(works_s), queued, real
        self.calls = self.looks = self.waits = 0
        self.now_s = self.done_s = 0.0

    def _pass(self, seconds):
        if self.real:
            time.sleep(seconds)
        self.now_s += seconds

    def fn(self):
        """Called by the student's function. Returns None."""
        work_s = self.works_s[min(self.calls, len(self.works_s) - 1)]
        self.calls += 1
        if self.queued:
            self._pass(self.ORDER_S)
            self.done_s = max(self.done_s, self.now_s) + work_s
        else:
            self._pass(work_s)

    def synchronize(self, *args, **kwargs):
        """In place of torch.cuda.synchronize."""
        self.waits += 1
        if not self.queued:
            raise RuntimeError("torch.cuda.synchronize was called, and the device is no CUDA device")
        if self.done_s > self.now_s:
            self._pass(self.done_s - self.now_s)

    def clock(self):
        """In place of time.perf_counter, in seconds."""
        self.looks += 1
        return self.now_s

    def idle_clock(self):
        """In place of time.process_time, which does not count time spent waiting."""
        self.looks += 1
        return 0.0

    def clock_ns(self):
        """In place of time.perf_counter_ns."""
        return round(1e9 * self.clock())


def replace(function, clocks, cuda):
    """Put these in the place of the module `time` as the function sees it and of names in torch.cuda.

    Returns a function that puts things back and hands back what it is given.
    """
    import contextlib
    import time
    import types

    import torch

    undo = contextlib.ExitStack()
    seen = {"time": types.SimpleNamespace(**clocks)} if clocks else {}
    for names, new in [(getattr(function, "__globals__", {}), seen), (vars(torch.cuda), cuda)]:
        undo.callback(names.update, {name: names.get(name, time) for name in new})
        names.update(new)

    def put_back(*facts):
        undo.close()
        return facts

    return put_back


@contextlib.contextmanager
def pretending(replace_there, function, machine, gpu):
    """Put the machine's clock and synchronize where the student's function finds them; afterwards put things back.

    replace_there: `replace` on the student's side. gpu: what torch.cuda.is_available() says meanwhile.
    """
    clocks = {"perf_counter": machine.clock, "monotonic": machine.clock, "time": machine.clock}
    clocks |= {"perf_counter_ns": machine.clock_ns, "monotonic_ns": machine.clock_ns, "time_ns": machine.clock_ns}
    clocks |= {"process_time": machine.idle_clock, "thread_time": machine.idle_clock}
    cuda = {"synchronize": machine.synchronize, "is_available": lambda: gpu}
    put_back = replace_there(function, {} if machine.real else clocks, cuda)
    try:
        yield
    finally:
        put_back(machine.calls, machine.waits)  # so that the diagnosis can tell what was called how often


def timer(student):
    """timed(device, warmup, works_s): what time_on_device returns, and the machine, for orders that take these times,
    the first `warmup` of them to warm up.

    A function that does not look at `time.perf_counter` through the module `time` sees no make-believe clock: it is
    run again with a machine that takes real time.
    """
    function, replace_there = student.get("time_on_device"), student.probe(replace)

    def timed(device, warmup, works_s, *, queued=False, gpu=False):
        for real in (False, True):
            machine = Machine(works_s, queued=queued, real=real)
            with pretending(replace_there, function, machine, gpu or queued):
                got = student.time_on_device(machine.fn, device, warmup, len(works_s) - warmup)
            if machine.looks:
                break
        expect(isinstance(got, float), f"time_on_device returns a {type(got).__name__}, expected a float")
        return got, machine

    return timed


def require_time(got, expected_s, machine, hint):
    """Raises: Failure unless this is the time, exactly on a make-believe clock, roughly on a real one."""
    if machine.real:
        expect(0.9 * expected_s <= got <= 1.5 * expected_s + 0.02, f"{got:.4f} s, expected {expected_s:.4f} s\n{hint}")
    else:
        close(got, expected_s, rtol=1e-6, atol=1e-9, name="seconds", hint=hint)


@check("time_on_device", points=2, public=True)
def calls_fn_as_often_as_it_should(student):
    """On the CPU, fn is called warmup + repeats times, and the result is positive."""
    timed = timer(student)
    for warmup, works in [(2, [0.001] * 5), (0, [0.002]), (1, [0.001] * 3)]:
        got, machine = timed("cpu", warmup, works)
        equal(
            machine.calls,
            len(works),
            name=f"calls of fn for {warmup} to warm up and {len(works) - warmup} repeats",
        )
        require_time(got, works[-1], machine, "Every call took the same time; seconds are wanted")


@check("time_on_device", points=2, public=True)
def median_of_the_repeats(student):
    """Slow calls while warming up, then five calls of which one has a hiccup; and an even number of calls."""
    timed = timer(student)
    hint = "The median of the timed calls, in seconds; warming up is not timed"
    got, machine = timed("cpu", 2, [0.2, 0.15, 0.03, 0.05, 0.1, 0.005, 0.02])
    require_time(got, 0.03, machine, hint)
    got, machine = timed("cpu", 1, [0.2, 0.01, 0.04, 0.12, 0.02])
    require_time(got, 0.03, machine, hint)


@check("time_on_device", points=1.5, public=True)
def waits_before_it_stops_the_clock(student):
    """On a make-believe GPU whose calls return at once, the time is that of the work."""
    timed = timer(student)
    got, machine = timed("cuda", 0, [0.03, 0.02, 0.05], queued=True)
    hint = "The call returns before the work is done: wait, then stop; take the median"
    require_time(got, 0.03 + Machine.ORDER_S, machine, hint)


PARTS = ["backbone.0.weight", "backbone.0.bias", "backbone.2.weight", "backbone.2.bias", "backbone2.weight",
         "backbone2.bias", "old_head.weight", "old_head.bias", "head.weight", "head.bias"]  # fmt: skip

SIZES = [2, 3, 4, 5, 6, 7]
SHAPES = [shape for columns, rows in itertools.pairwise(SIZES) for shape in ((rows, columns), (rows,))]


def branching_models(student, count, state=None):
    """Models whose parameters are called as in PARTS, all 1 or with the values of a state: a list of Handles."""

    def make(count, state):
        from torch import nn

        models = []
        for _ in range(count):
            backbone = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 4))
            heads = {"backbone2": nn.Linear(4, 5), "old_head": nn.Linear(5, 6), "head": nn.Linear(6, 7)}
            models.append(nn.ModuleDict({"backbone": backbone, **heads}))
            models[-1].load_state_dict(state)
        return models

    state = state or {name: torch.ones(shape) for name, shape in zip(PARTS, SHAPES, strict=True)}
    return student.probe(make)(count, state)


def frozen_parts(model):
    """The names of the parameters that do not require a gradient."""
    return [name for name, value in model.named_parameters() if not value.requires_grad]


@check("freeze", points=2, public=True)
def freezes_a_submodule(student):
    """Everything in the submodule that was named is frozen, and nothing else."""
    frozen = student.probe(frozen_parts)
    first, second = branching_models(student, 2)
    student.freeze.keep(first, ["old_head"])
    equal(frozen(first), PARTS[6:8], name="frozen parameters", hint="requires_grad belongs to the parameters")
    student.freeze.keep(second, ["head", "backbone2"])
    equal(frozen(second), PARTS[4:6] + PARTS[8:], name="frozen parameters", hint="Every name in the list counts")


@check("freeze", points=1.5, public=True)
def returns_what_is_left_to_train(student):
    """The parameters that are still to be trained, in the model's order, ready for an optimizer."""

    def look(left):
        found = []
        for part in left if isinstance(left, (list, tuple)) else []:
            facts = getattr(part, "shape", None), getattr(part, "requires_grad", None)
            found.append((type(part).__name__, *facts))
        return type(left).__name__, found

    (model,) = branching_models(student, 1)
    left = student.freeze.keep(model, ["backbone2", "old_head"])
    kind, parts = student.probe(look)(left)
    expect(kind in ("list", "tuple"), f"freeze returns a {kind}, expected a list")
    expected = SHAPES[:4] + SHAPES[8:]
    equal(len(parts), len(expected), name="the number of returned parameters")
    for number, (kind, shape, requires_grad) in enumerate(parts):
        expect(kind == "Parameter", f"entry {number} of the result is a {kind}, expected a parameter")
        equal(shape, expected[number], name=f"the shape of the returned parameter {number}")
        expect(requires_grad, f"the returned parameter {number} is frozen")


@check("freeze", points=1, public=True)
def refuses_a_name_that_does_not_exist(student):
    """ValueError for what fits no parameter, alone and beside a right name: a typo, part of a name, a ReLU."""
    unknown = (["bakbone"], ["head", "tail"], ["back"], ["bias"], ["backbone.1"])
    for model, names in zip(branching_models(student, len(unknown)), unknown, strict=True):
        raises(student.freeze, model, names, error=("ValueError",))


@check("q_leaves", points=0, public=True)
def predicts_the_leaves(student, reference):
    """How many of the four tensors are leaves."""
    answered(student, reference, "q_leaves", rtol=1e-6)


@check("q_accumulated", points=0, public=True)
def predicts_what_is_collected(student, reference):
    """w.grad after three backward passes."""
    answered(student, reference, "q_accumulated", rtol=1e-6)


@check("q_registered", points=0, public=True)
def predicts_what_the_optimizer_gets(student, reference):
    """The parameters of a network with two layers in a plain list."""
    answered(student, reference, "q_registered", rtol=1e-6)


@check("q_which_line", points=0, public=True)
def finds_the_line_at_fault(student, reference):
    """The same loss in every step, and all gradients are zero after it."""
    answered(student, reference, "q_which_line", rtol=1e-6)


@check("q_accuracy", points=0, public=True)
def predicts_the_accuracy(student, reference):
    """Batches of 4, 4 and 2 with 4, 2 and 0 right."""
    answered(student, reference, "q_accuracy", rtol=1e-6)


@check("q_clock", points=0, public=True)
def predicts_what_the_clock_shows(student, reference):
    """Five orders to an empty queue, the clock stopped before waiting."""
    answered(student, reference, "q_clock", rtol=1e-6)


@check("q_frozen", points=0, public=True)
def predicts_what_still_changes(student, reference):
    """A frozen backbone with batch normalisation in training."""
    answered(student, reference, "q_frozen", rtol=1e-6)
