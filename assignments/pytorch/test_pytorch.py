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

from autograder import (
    Raised,
    check,
    close,
    equal,
    expect,
    numerical_gradient,
    parts,
    question,
    raises,
    unmodified,
)


def normal(rng, *shape, dtype=torch.float64):
    """A tensor of random numbers."""
    return torch.from_numpy(np.asarray(rng.standard_normal(shape))).to(dtype)


def is_tensor(value, what):
    """Raises: Failure unless it is a tensor."""
    expect(isinstance(value, torch.Tensor), f"{what} should be a tensor, not {type(value).__name__}")
    return value


def assemble(layers, state, sgd=None, trained="", loss="mse_loss"):
    """An nn.Sequential; if there are settings, an SGD of it or of the part that is `trained`; a loss function."""
    import torch

    model = torch.nn.Sequential(*(getattr(torch.nn, name)(*args) for name, *args in layers))
    model.load_state_dict(state, strict=False)
    optimizer = None if sgd is None else torch.optim.SGD(model.get_submodule(trained).parameters(), **sgd)
    return model, optimizer, getattr(torch.nn.functional, loss)


def network(student, layers, state):
    """An nn.Sequential on the student's side, a Handle.

    layers: such as ("Linear", 3, 4), its modules in torch.nn. state: the values that a part of it or all of it has.
    """
    model, *_ = student.probe(assemble)(layers, state)
    return model


def trainable(student, layers, state, *, trained="", loss="mse_loss", **sgd):
    """A network, an optimizer of it or of the part that is `trained`, and a loss function: Handles."""
    return student.probe(assemble)(layers, state, sgd, trained, loss)


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


def square_of(student):
    """The student's class. Raises: Failure unless it is a function of autograd's, called through autograd's apply."""

    def look(square):
        from torch.autograd import Function

        own = isinstance(square, type) and issubclass(square, Function)
        return own and square.apply.__func__ is Function.apply.__func__

    square = student.get("Square")
    own = student.probe(look, "Square")(square)
    expect(own, "Square should be a torch.autograd.Function that is used through its apply, with a backward of its own")
    return square


def gradient_of_squares(square, x, upstream, times):
    """The gradient of x, which is squared so many times."""
    import torch

    y = x.requires_grad_()
    for _ in range(times):
        y = square.apply(y)
    (gradient,) = torch.autograd.grad(y, x, upstream)
    return gradient


SQUARED = [((3, 4), torch.float64), ((5,), torch.float32), ((), torch.float64), ((2, 1, 3), torch.float32)]


@check("Square", points=0.5, public=True)
def squares_every_entry(student, rng):
    """Values and shapes of the square."""
    square = square_of(student)
    for shape, dtype in SQUARED:
        x = normal(rng, *shape, dtype=dtype)
        y = is_tensor(square.apply(x), "Square.apply(x)")
        close(y, x.numpy() ** 2, rtol=1e-6, name=f"Square.apply(x) for shape {shape}")


@check("Square", points=0.25, public=True, side_condition=True)
def the_square_has_the_dtype_of_x(student, rng):
    """Square.apply(x) has the dtype of x."""

    def dtypes(square, inputs):
        return [str(square.apply(x).dtype) for x in inputs]

    inputs = [normal(rng, *shape, dtype=dtype) for shape, dtype in SQUARED]
    for x, got in zip(inputs, student.probe(dtypes, "Square.apply")(square_of(student), inputs), strict=True):
        expect(got == str(x.dtype), f"Square.apply of a {x.dtype} tensor is {got}, expected the same dtype")


@check("Square", points=3, public=True)
def gradient_for_any_upstream(student, rng):
    """The gradient for a random upstream gradient, for several shapes."""
    square = square_of(student)
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
    got = recorded(gradients, square_of(student), x, upstream, second, hint=hint)
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


def sizes(rng, count):
    """Numbers of features or channels, 2 to 9, all different."""
    return [int(size) for size in 2 + rng.permutation(8)[:count]]


@check("Linear", points=2, public=True, side_condition=True)
def linear_registers_its_parameters(student, rng):
    """Weight and bias are parameters with PyTorch's names and shapes."""
    inputs, outputs = sizes(rng, 2)
    for d, m in [(inputs, outputs), (1, outputs)]:
        require_parameters(student, student.Linear(d, m), {"weight": (m, d), "bias": (m,)})


@check("Linear", points=2.75, public=True)
def linear_forward(student, rng):
    """The output of a layer with known weights, for a batch of 4 and of 1."""
    load = loader(student)
    for batch in (4, 1):
        x, weight, bias = (normal(rng, *shape, dtype=torch.float32) for shape in [(batch, 5), (3, 5), (3,)])
        layer = load(student.Linear(5, 3), weight=weight, bias=bias)
        out = is_tensor(layer(x), "the output")
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


@check("Conv2d", points=2, public=True, side_condition=True)
def conv2d_registers_its_parameters(student, rng):
    """Weight and bias are parameters with PyTorch's names and shapes, for square and other kernels."""
    channels, filters, kh, kw = sizes(rng, 4)
    require_parameters(
        student, student.Conv2d(channels, filters, kh), {"weight": (filters, channels, kh, kh), "bias": (filters,)}
    )
    require_parameters(student, student.Conv2d(channels, 1, (kh, kw)), {"weight": (1, channels, kh, kw), "bias": (1,)})


def convolutions(student, rng):
    """compare(x_shape, filters, kernel, ...): the student's layer on random images with F.conv2d. Raises: Failure."""
    load = loader(student)

    def compare(x_shape, filters, kernel, *args, **kwargs):
        kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
        x = normal(rng, *x_shape, dtype=torch.float32)
        weight, bias = normal(rng, filters, x_shape[1], kh, kw, dtype=torch.float32), normal(rng, filters).float()
        layer = load(student.Conv2d(x_shape[1], filters, kernel, *args, **kwargs), weight=weight, bias=bias)
        out = is_tensor(layer(x), "the output")
        expected = F.conv2d(x, weight, bias, *args, **kwargs)
        close(
            out,
            expected,
            rtol=2e-5,
            name=f"output for images {x_shape} and a {kh}x{kw} kernel",
            hint="Does F.unfold get stride and padding by name? How are its rows and columns ordered; is H' before W'?",
        )

    return compare


@check("Conv2d", points=2.75, public=True)
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


@check("Square", "Linear", "Conv2d", points=0.25, public=True, side_condition=True)
def leaves_x_alone(student, exercise, rng):
    """{exercise} does not modify its input."""
    x = normal(rng, 2, 3, 5, 6, dtype=torch.float32)
    if exercise == "Square":
        unmodified(square_of(student).apply, x, inputs=(0,))
    else:
        layer = student.Linear(6, 4) if exercise == "Linear" else student.Conv2d(3, 4, 3, padding=1)
        unmodified(layer.forward, x, inputs=(0,))


def stack(student, rng, *, layers=3, cut=None, zero=False, loss="mse_loss"):
    """Linear layers, called 0, 2, 4, ..., with a tanh after each: a Handle, a batch, a loss function, and the names of
    the parameters, in order.

    cut: after how many layers the values that are passed on are detached, or with `zero` multiplied by 0.
    """

    def make(sizes, state, broken, zero, loss):
        import torch
        from torch import nn

        model = nn.Sequential(*(part for size in sizes for part in (nn.Linear(*size), nn.Tanh())))
        model.load_state_dict(state)
        if broken is not None:
            model[broken].forward = (lambda x: 0.0 * x) if zero else torch.detach
        return model, getattr(nn.functional, loss)

    shapes = [(3, 4), *[(4, 4)] * (layers - 2), (4, 2)]
    state = {
        f"{2 * number}.{name}": normal(rng, *shape, dtype=torch.float32)
        for number, (columns, rows) in enumerate(shapes)
        for name, shape in (("weight", (rows, columns)), ("bias", (rows,)))
    }
    broken = None if cut is None else 2 * cut - 1
    model, loss_fn = student.probe(make)(shapes, state, broken, zero, loss)
    batch = (normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32))
    return model, batch, loss_fn, list(state)


def two_cuts(rng, layers):
    """Two places between so many layers, in random order."""
    return [int(place) for place in 1 + rng.permutation(layers - 1)[:2]]


@check("detach_bug", points=2, public=True)
def names_what_lies_before_the_cut(student, rng):
    """A healthy network, and networks with a detach() after one or another of their layers."""
    layers = int(rng.integers(3, 6))
    for cut in rng.permutation(np.array([None, *two_cuts(rng, layers)])):
        model, batch, loss_fn, names = stack(student, rng, layers=layers, cut=cut)
        found = student.detach_bug(model, batch, loss_fn)
        where = "a healthy network" if cut is None else f"a network that is cut after {cut} of {layers} layers"
        equal(found, names[: 2 * (cut or 0)], name=f"the parameters named for {where}")


@check("detach_bug", points=1, public=True)
def names_what_is_never_used(student, rng):
    """Two more parameters and a buffer, in a network that is otherwise healthy: the loss uses one parameter only."""

    def register(model, place, used, unused, values):
        from torch import nn

        class Scaled(nn.Tanh):
            def forward(self, x):
                return super().forward(x) * self.get_parameter(used)

        part = model[place] = Scaled()
        for name in sorted((used, unused)):
            part.register_parameter(name, nn.Parameter(values))
        part.register_buffer("seen", values)

    place = int(rng.choice([1, 3]))
    used, unused = map(str, rng.permutation(["bend", "gain", "scale", "shift", "slope"])[:2])
    model, batch, loss_fn, _ = stack(student, rng)
    student.probe(register)(model, place, used, unused, normal(rng, 4, dtype=torch.float32))
    loss_fn = student.module("unittest.mock").Mock(wraps=loss_fn)
    equal(student.detach_bug(model, batch, loss_fn), [f"{place}.{unused}"], name="the parameters named")
    expect(loss_fn.get("called"), "loss_fn was never called; the loss is loss_fn(model(x), y)")


@check("detach_bug", points=1, public=True)
def names_everything_if_the_loss_has_no_history(student, rng):
    """A detach() after the last layer: all trainable parameters are named, and nothing is raised; without it, none."""
    for layers, whole in rng.permutation([(3, 0), (4, 1)]).tolist():
        model, batch, loss_fn, names = stack(student, rng, layers=layers, cut=None if whole else layers)
        equal(student.detach_bug(model, batch, loss_fn), [] if whole else names, name="the parameters named")


def known_weights(rng, inputs, outputs, scale=1.0):
    """What a network of one linear layer is made of: its layers and its state, and the weights as arrays."""
    weight, bias = normal(rng, outputs, inputs, dtype=torch.float32), normal(rng, outputs, dtype=torch.float32)
    state = {"0.weight": scale * weight, "0.bias": scale * bias}
    return [("Linear", inputs, outputs)], state, *(value.double().numpy() for value in state.values())


def linear_model(student, rng, inputs, outputs, scale=1.0):
    """A network of one linear layer with known weights: a Handle, and the weights as arrays."""
    layers, state, weight, bias = known_weights(rng, inputs, outputs, scale)
    return network(student, layers, state), weight, bias


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

    layers, state, weight, bias = known_weights(rng, 3, 2)
    model, optimizer, loss_fn = trainable(student, layers, state, lr=0.5)
    x, y = normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32)
    # Whether a gradient arrived and what became of it lets the diagnosis tell what was called from what was left out.
    look = student.probe(watch)(model.get_parameter.keep("0.weight"))
    student.train_step.keep(model, (x, y), optimizer, loss_fn)
    *_, after = look(model)
    _, new_weight, new_bias = descent_of_mean_squares(x, y, weight, bias, 0.5)
    hint = "Which of the three lines is missing or in another order?"
    close(after["0.weight"], new_weight, rtol=1e-5, name="weight after one step", hint=hint)
    close(after["0.bias"], new_bias, rtol=1e-5, name="bias after one step", hint=hint)


@check("train_step", points=1.5, public=True, side_condition=True)
def returns_the_loss_before_the_step(student, rng):
    """The loss of this batch before the step."""
    layers, state, weight, bias = known_weights(rng, 4, 3)
    model, optimizer, loss_fn = trainable(student, layers, state, lr=0.3)
    x, y = normal(rng, 6, 4, dtype=torch.float32), normal(rng, 6, 3, dtype=torch.float32)
    got = student.train_step(model, (x, y), optimizer, loss_fn)
    expected, _, _ = descent_of_mean_squares(x, y, weight, bias, 0.3)
    close(got, expected, rtol=1e-5, name="loss", hint="Which loss is it: of this batch, before the step, not scaled?")


@check("train_step", points=0.5, public=True, side_condition=True)
def the_loss_is_a_python_float(student, rng):
    """The loss is returned as a Python float."""

    def kind_of(loss):
        return type(loss).__name__

    layers, state, _, _ = known_weights(rng, 4, 3)
    model, optimizer, loss_fn = trainable(student, layers, state, lr=0.3)
    x, y = normal(rng, 6, 4, dtype=torch.float32), normal(rng, 6, 3, dtype=torch.float32)
    kind = student.probe(kind_of)(student.train_step.keep(model, (x, y), optimizer, loss_fn))
    expect(kind != "Tensor", "train_step returns a tensor, which holds on to its whole graph; a Python float is wanted")
    expect(kind == "float", f"train_step returns a {kind}, expected a float")


@check("train_step", points=1.5, public=True)
def gradients_from_earlier_do_not_count(student, rng):
    """The parameters still have the gradients of another loss when the step begins."""
    layers, state, weight, bias = known_weights(rng, 2, 3)
    model, optimizer, loss_fn = trainable(student, layers, state, lr=0.2)
    x, y = normal(rng, 4, 2, dtype=torch.float32), normal(rng, 4, 3, dtype=torch.float32)
    model.forward.keep(normal(rng, 7, 2, dtype=torch.float32)).sum.keep().backward()
    student.train_step.keep(model, (x, y), optimizer, loss_fn)
    _, new_weight, new_bias = descent_of_mean_squares(x, y, weight, bias, 0.2)
    after = model.state_dict()
    close(
        after["0.weight"], new_weight, rtol=1e-5, name="weight after one step", hint="When are old gradients cleared?"
    )
    close(after["0.bias"], new_bias, rtol=1e-5, name="bias after one step", hint="When are old gradients cleared?")


def modes_of_a_step(student, rng):
    """(in which modes a model that was in evaluation mode was called in one step, whether it trains afterwards)."""
    layers = [("Linear", 3, 4), ("BatchNorm1d", 4), ("Linear", 4, 2)]
    model, optimizer, loss_fn = trainable(student, layers, {}, lr=0.1)
    model.eval.keep()
    noted = student.probe(note_modes)(model)
    x, y = normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32)
    student.train_step.keep(model, (x, y), optimizer, loss_fn)
    modes = noted()
    expect(modes, "the model was never called; call it as model(x)")
    return modes, model.get("training")


@check("train_step", points=1, public=True, side_condition=True)
def trains_in_training_mode(student, rng):
    """A model that was in evaluation mode is in training mode during the forward pass and afterwards."""
    modes, training = modes_of_a_step(student, rng)
    expect(all(modes), "the model was in evaluation mode during the forward pass: batch norm and dropout do not train")
    expect(training, "afterwards the model is not in training mode")


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
    got_loss, got_accuracy = parts(student.evaluate(model, batches, "cpu"), "loss", "accuracy")
    loss, accuracy = true_scores(batches, weight, bias)
    close(got_accuracy, accuracy, rtol=1e-6, name="accuracy", hint="The share, 0 to 1, of the 7 examples")
    close(got_loss, loss, rtol=1e-5, name="loss", hint="F.cross_entropy takes logits")


def labeled(rng, sizes, rights, weight, bias):
    """Batches (x, y) of these sizes, of which a linear model has so many right."""
    batches = []
    for size, right in zip(sizes, rights, strict=True):
        x = normal(rng, size, weight.shape[1], dtype=torch.float32)
        best = (x.double().numpy() @ weight.T + bias).argmax(axis=1)
        wrong = rng.permutation(size)[right:]
        best[wrong] = (best[wrong] + rng.integers(1, len(weight), len(wrong))) % len(weight)
        batches.append((x, torch.from_numpy(best)))
    return batches


@check("evaluate", points=1.5, public=True)
def accuracy_of_unequal_batches(student, rng):
    """Batches of 8, 5 and 1, and of 1, 7 and 4: every example counts the same in the accuracy."""
    model, weight, bias = linear_model(student, rng, 3, 4)
    # What the lonely example is, the others mostly are not, so that its weight shows.
    few, many = (rng.integers(2, 5), rng.integers(1, 3), 1), (0, rng.integers(5, 7), 3)
    for sizes_, rights in [((8, 5, 1), few), ((1, 7, 4), many)]:
        batches = labeled(rng, sizes_, rights, weight, bias)
        result = student.evaluate(model, batches, "cpu")
        hint = "Does the lonely example count as much as the others?"
        close(result[1], sum(rights) / sum(sizes_), rtol=1e-6, name="accuracy", hint=hint)


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


def modes_of_an_evaluation(student, rng):
    """(a model with dropout and batch normalization, in which modes it was called for two batches)."""
    model = network(student, [("BatchNorm1d", 3), ("Dropout", 0.5), ("Linear", 3, 4)], {})
    noted = student.probe(note_modes)(model)
    student.evaluate.keep(model, classified(rng, [4, 3]), "cpu")
    modes = noted()
    expect(modes, "the model was never called; call it as model(x)")
    return model, modes


@check("evaluate", points=1, public=True, side_condition=True)
def evaluates_in_evaluation_mode(student, rng):
    """The model is in evaluation mode whenever it is called, and running statistics stay as they are."""
    model, modes = modes_of_an_evaluation(student, rng)
    expect(not any(modes), "the model was in training mode while it was evaluated: dropout is active")
    tracked = model.get_buffer("0.num_batches_tracked")
    expect(tracked == 0, f"batch normalization has learned from {int(tracked)} batches of test data")


@check("evaluate", points=0.5, public=True, side_condition=True)
def asks_the_model_once_for_each_batch(student, rng):
    """The model is called once for each batch."""
    count = len(modes_of_an_evaluation(student, rng)[1])
    expect(count == 2, f"the model was called {count} times for 2 batches; call it once per batch, as model(x)")


@check("evaluate", points=1, side_condition=True, public=True)
def gives_the_mode_back(student, rng):
    """A model in training mode is in it again afterwards; one in evaluation mode stays there."""
    model, _, _ = linear_model(student, rng, 3, 4)
    for training in (True, False):
        model.train.keep(training)
        student.evaluate.keep(model, classified(rng, [3]), "cpu")
        was, now = ("training", "evaluation") if training else ("evaluation", "training")
        expect(model.get("training") == training, f"the model was in {was} mode and is now in {now} mode")


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


def note_builds(student, results):
    """Make the types in these results a part of the replies, so that known mistakes are recognized by them."""

    def build(value):
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        return f"{type(value).__name__}({', '.join(map(build, inside))})"

    student.put([build(each) for each in results]).value()


@check("to_device", points=1, public=True)
def moves_a_tensor(student, rng):
    """A tensor to the device "meta", and one to the CPU, by name and as a torch.device."""
    x = normal(rng, 2, 3)
    meta, cpu = student.module("torch").device.calls([("meta",), ("cpu",)])
    moved = [student.to_device.keep(x, device) for device in ("meta", meta)]
    require_moved(student, moved, dict.fromkeys([(0,), (1,)], "to_device(x, 'meta')"))
    for got in student.to_device.calls([(x, "cpu"), (x, cpu)]):
        close(is_tensor(got, "to_device(x, 'cpu')"), x, rtol=0, name="to_device(x, 'cpu')")


@check("to_device", points=3, public=True)
def moves_what_is_nested(student, rng):
    """Lists, tuples and dicts inside each other: types, keys and order stay, every tensor is moved."""
    a, b, c = normal(rng, 2), normal(rng, 1, 3), torch.from_numpy(rng.integers(0, 9, 4))
    nested = {"z": [a, (b, [c])], "a": {"inner": (a,)}, 3: b}
    moved = student.to_device.keep(nested, "meta")
    keys = student.module("builtins").list(moved)
    equal(keys, list(nested), name="the keys of to_device(nested, 'meta'), in order")
    got = student.to_device(nested, "cpu")
    note_builds(student, [got])
    same_build(got, nested, "to_device(nested, 'cpu')")
    paths = [("z", 0), ("z", 1, 0), ("z", 1, 1, 0), ("a", "inner", 0), (3,)]
    require_moved(student, moved, {path: f"{entry(path)} of the result" for path in paths})


@check("to_device", points=1.5, public=True)
def keeps_named_tuples(student, rng):
    """A named tuple inside a list: its class and its fields stay, its tensors are moved."""

    def look(moved, sample):
        made = moved[0]
        return getattr(made, "_fields", None), isinstance(made, sample), getattr(made, "label", None)

    sample = student.module("collections").namedtuple("Sample", ["image", "label", "extra"])
    made = sample._make.keep([normal(rng, 2, 2), 5, [normal(rng, 1)]])
    moved = student.to_device.keep([made], "meta")
    fields, same_class, label = student.probe(look, "looking into the result")(moved, sample)
    equal(fields, ("image", "label", "extra"), name="the fields", hint="What became of the named tuple?")
    expect(same_class, "the named tuple is of another class")
    require_moved(student, moved, {(0, 0): "the field image", (0, 2, 0): "the tensor in the field extra"})
    equal(label, 5, name="the field label")


@check("to_device", points=1, public=True, side_condition=True)
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


REAL_RUNS = 3  # of a function whose clock is out of reach
LONG_S = 0.05  # beside this, what a busy machine adds is short


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
    """Put these in the place of the module `time`, its clocks and what is in torch.cuda, as the function sees them.

    Returns a function that puts things back and hands back what it is given.
    """
    import contextlib
    import inspect
    import time
    import types

    import torch

    undo = contextlib.ExitStack()
    known = getattr(inspect.unwrap(function), "__globals__", {})
    fakes = {id(time): types.SimpleNamespace(**clocks)} if clocks else {}
    for module, news in [(time, clocks), (torch.cuda, cuda)]:
        fakes |= {id(getattr(module, name)): new for name, new in news.items()}
    seen = {name: fakes[id(value)] for name, value in known.items() if id(value) in fakes}
    for names, new in [(known, seen), (vars(torch.cuda), cuda)]:
        undo.callback(names.update, {name: names[name] for name in new})
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

    A function that finds its clock elsewhere than in `time` or among its globals sees no make-believe one: it is run
    again with machines that take real time, and with one that takes three times as long.
    """
    function, replace_there = student.get("time_on_device"), student.probe(replace)

    def run(machine, device, warmup, gpu):
        with pretending(replace_there, function, machine, gpu or machine.queued):
            got = student.time_on_device(machine.fn, device, warmup, len(machine.works_s) - warmup)
        expect(isinstance(got, float), f"time_on_device returns a {type(got).__name__}, expected a float")
        return got

    def timed(device, warmup, works_s, *, queued=False, gpu=False):
        machine = Machine(works_s, queued=queued)
        got = run(machine, device, warmup, gpu)
        if not machine.looks:
            machines = [Machine(works_s, queued=queued, real=True) for _ in range(REAL_RUNS)]
            # A busy machine only ever adds to real time.
            got, machine = min(((run(each, device, warmup, gpu), each) for each in machines), key=lambda pair: pair[0])
            for longer in 1, max(1, LONG_S / max(works_s)):  # what a busy machine adds may exceed short calls
                works = longer * np.array(works_s[warmup:])
                machines = [Machine(list(times * works), queued=queued, real=True) for times in (1, 3)]
                fast, slow = (run(each, device, 0, gpu) for each in machines)
                if slow > 1.5 * fast:
                    break
            expect(slow > 1.5 * fast, f"{fast:.4f} s, and {slow:.4f} s for calls that take three times as long")
        return got, machine

    return timed


def require_time(got, expected_s, machine, hint):
    """Raises: Failure unless this is the time, exactly on a make-believe clock, roughly on a real one."""
    if machine.real:
        expect(0.9 * expected_s <= got <= 1.5 * expected_s + 0.02, f"{got:.4f} s, expected {expected_s:.4f} s\n{hint}")
    else:
        close(got, expected_s, rtol=1e-6, atol=1e-9, name="seconds", hint=hint)


def about(rng, *works_s):
    """These times, each by up to a tenth longer or shorter: those that differ by a third keep their order."""
    return [float(work_s) for work_s in works_s * rng.uniform(0.9, 1.1, len(works_s))]


@check("time_on_device", points=1, public=True, side_condition=True)
def calls_fn_as_often_as_it_should(student, rng):
    """On the CPU, fn is called warmup + repeats times."""
    timed = timer(student)
    for warmup, repeats in [(2, 3), (0, 1), (1, 2)]:
        _, machine = timed("cpu", warmup, about(rng, 0.002) * (warmup + repeats))
        equal(machine.calls, warmup + repeats, name=f"calls of fn for {warmup} to warm up and {repeats} repeats")


@check("time_on_device", points=1, public=True, side_condition=True)
def takes_the_time_of_a_call(student, rng):
    """Calls that all take the same time: the result is that time in seconds."""
    timed = timer(student)
    for warmup, repeats in [(2, 3), (0, 1), (1, 2)]:
        works = about(rng, 0.001 * rng.integers(1, 4)) * (warmup + repeats)
        got, machine = timed("cpu", warmup, works)
        require_time(got, works[-1], machine, "Every call took the same time; seconds are wanted")


@check("time_on_device", points=2, public=True)
def median_of_the_repeats(student, rng):
    """Slow calls while warming up, then five calls of which one has a hiccup; and an even number of calls."""
    timed = timer(student)
    hint = "The median of the timed calls, in seconds; warming up is not timed"
    for warmup, works in [
        (2, about(rng, 0.2, 0.15, 0.03, 0.05, 0.1, 0.005, 0.02)),
        (1, about(rng, 0.2, 0.01, 0.04, 0.12, 0.02)),
    ]:
        got, machine = timed("cpu", warmup, works)
        require_time(got, np.median(works[warmup:]), machine, hint)


@check("time_on_device", points=1.5, public=True)
def waits_before_it_stops_the_clock(student, rng):
    """On a make-believe GPU whose calls return at once, the time is that of the work."""
    timed = timer(student)
    works = about(rng, 0.03, 0.02, 0.05)
    got, machine = timed("cuda", 0, works, queued=True)
    hint = "The call returns before the work is done: wait, then stop; take the median"
    require_time(got, works[0] + Machine.ORDER_S, machine, hint)


@check("time_on_device", points=1.5, public=True)
def waits_before_it_starts_the_clock(student, rng):
    """On a make-believe GPU, orders from warming up are still in the queue when the clock is started."""
    timed = timer(student)
    works = about(rng, 0.05, 0.05, 0.05, 0.02)
    got, machine = timed("cuda", 3, works, queued=True)
    require_time(got, works[3] + Machine.ORDER_S, machine, "Whose work is still in the queue when the clock starts?")


class Branches:
    """A network with names and sizes of its own.

    trunk: an nn.Sequential of two linear layers with a ReLU between, "0" and "2" in it. twin, old, head: linear layers;
    the name of the twin begins like the trunk's, the old one's ends like the head's. parameters: name -> shape.
    """

    def __init__(self, rng):
        self.trunk = str(rng.choice(["backbone", "body", "stem", "trunk"]))
        self.head = str(rng.choice(["head", "last", "top"]))
        self.twin, self.old = f"{self.trunk}2", f"old_{self.head}"
        sizes_ = sizes(rng, 6)
        layers = [f"{self.trunk}.0", f"{self.trunk}.2", self.twin, self.old, self.head]
        self.layers = dict(zip(layers, itertools.pairwise(sizes_), strict=True))
        self.parameters = {}
        for name, (columns, rows) in self.layers.items():
            self.parameters |= {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}

    def within(self, *layers):
        """The names of the parameters in these layers, or called so, in the model's order."""
        return [name for name in self.parameters if any(name == part or name.startswith(f"{part}.") for part in layers)]

    def models(self, student, count, state=None):
        """So many models on the student's side, all parameters 1 or with the values of a state: a list of Handles."""

        def make(count, layers, state):
            from torch import nn

            models = []
            for _ in range(count):
                (_, first), (_, second), *others = [(name, nn.Linear(*size)) for name, size in layers.items()]
                trunk = next(iter(layers)).split(".")[0]
                models.append(nn.ModuleDict({trunk: nn.Sequential(first, nn.ReLU(), second)} | dict(others)))
                models[-1].load_state_dict(state)
            return models

        state = state or {name: torch.ones(shape) for name, shape in self.parameters.items()}
        return student.probe(make)(count, self.layers, state)


def frozen_parts(model):
    """The names of the parameters that do not require a gradient."""
    return [name for name, value in model.named_parameters() if not value.requires_grad]


@check("freeze", points=2, public=True)
def freezes_a_submodule(student, rng):
    """Everything in the submodule that was named is frozen, and nothing else."""
    frozen, net = student.probe(frozen_parts), Branches(rng)
    first, second = net.models(student, 2)
    student.freeze.keep(first, [net.old])
    hint = "requires_grad belongs to the parameters"
    equal(frozen(first), net.within(net.old), name="frozen parameters", hint=hint)
    student.freeze.keep(second, [net.head, net.twin])
    hint = "Every name in the list counts"
    equal(frozen(second), net.within(net.head, net.twin), name="frozen parameters", hint=hint)


@check("freeze", points=1.5, public=True)
def returns_what_is_left_to_train(student, rng):
    """The parameters that are still to be trained, in the model's order, ready for an optimizer."""

    def look(left):
        found = []
        for part in left if isinstance(left, (list, tuple)) else []:
            facts = getattr(part, "shape", None), getattr(part, "requires_grad", None)
            found.append((type(part).__name__, *facts))
        return type(left).__name__, found

    net = Branches(rng)
    (model,) = net.models(student, 1)
    left = student.freeze.keep(model, [net.twin, net.old])
    kind, returned = student.probe(look)(left)
    expect(kind in ("list", "tuple"), f"freeze returns a {kind}, expected a list")
    expected = [net.parameters[name] for name in net.within(net.trunk, net.head)]
    equal(len(returned), len(expected), name="the number of returned parameters")
    for number, (kind, shape, requires_grad) in enumerate(returned):
        expect(kind == "Parameter", f"entry {number} of the result is a {kind}, expected a parameter")
        equal(shape, expected[number], name=f"the shape of the returned parameter {number}")
        expect(requires_grad, f"the returned parameter {number} is frozen")


@check("freeze", points=1, public=True, side_condition=True)
def refuses_a_name_that_does_not_exist(student, rng):
    """ValueError for what fits no parameter, alone and beside a right name: a typo, part of a name, a ReLU."""
    net = Branches(rng)
    typo = net.trunk[0] + net.trunk[2:]
    unknown = ([typo], [net.head, "tail"], [net.trunk[:-1]], ["bias"], [f"{net.trunk}.1"])
    for model, names in zip(net.models(student, len(unknown)), unknown, strict=True):
        raises(student.freeze, model, names, error="ValueError")


q_leaves = question("How many of the four tensors are leaves.", rtol=1e-6)
q_accumulated = question("w.grad after three backward passes.", rtol=1e-6)

q_registered = question("The parameters of a network with two layers in a plain list.", rtol=1e-6)
q_which_line = question("The same loss in every step, and all gradients are zero after it.", rtol=1e-6)

q_accuracy = question("Batches of 4, 4 and 2 with 4, 2 and 0 right.", rtol=1e-6)
q_clock = question("Five orders to an empty queue, the clock stopped before waiting.", rtol=1e-6)

q_frozen = question("A frozen backbone with batch normalization in training.", rtol=1e-6)
