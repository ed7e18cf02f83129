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


def kind_of(student, handle):
    """The name of an object's class on the student's side."""
    return student.module("builtins").type.keep(handle).get("__name__")


def item(student, container, *path):
    """A Handle to what lies at this path in a container on the student's side."""
    for key in path:
        container = student.module("operator").getitem.keep(container, key)
    return container


def wanted(student, values):
    """A tensor on the student's side of which a gradient is wanted."""
    return student.put(values).requires_grad_.keep()


def gradients(student, *args, hint, **kwargs):
    """torch.autograd.grad on the student's side. Raises: Failure with a hint if autograd finds no way."""
    try:
        return student.module("torch.autograd").grad(*args, **kwargs)
    except Raised as raised:
        if "NotImplementedError" in raised.types:
            raise
        raise Raised(f"{raised.message}\n{hint}", raised.types) from None


@check("Square", points=2, public=True)
def squares_every_entry(student, rng):
    """Values, shapes and dtypes of the square; x is not modified."""
    for shape, dtype in [
        ((3, 4), torch.float64),
        ((5,), torch.float32),
        ((), torch.float64),
        ((2, 1, 3), torch.float32),
    ]:
        x = normal(rng, *shape, dtype=dtype)
        y = is_tensor(unmodified(student.get("Square").apply, x, inputs=(0,)), "Square.apply(x)")
        got = student.module("builtins").str(student.get("Square").apply.keep(x).get("dtype"))
        expect(got == str(dtype), f"Square.apply of a {dtype} tensor is {got}, expected the same dtype")
        close(y, x.numpy() ** 2, rtol=1e-6, name=f"Square.apply(x) for shape {shape}")


@check("Square", points=3, public=True)
def gradient_for_any_upstream(student, rng):
    """The gradient for a random upstream gradient, for several shapes."""
    for shape in [(4,), (2, 3), ()]:
        x, upstream = normal(rng, *shape), normal(rng, *shape)
        leaf = wanted(student, x)
        y = student.get("Square").apply.keep(leaf)
        (grad,) = gradients(student, y, leaf, upstream, hint="What does backward return, and of which shape?")
        expected = numerical_gradient(lambda v, u=upstream: (v * v * u.numpy()).sum(), x.numpy(), complex_step=True)
        close(
            grad, expected, rtol=1e-9, name="gradient of x", hint="The chain rule multiplies by the upstream gradient"
        )


@check("Square", points=3, public=True)
def gradient_of_the_gradient(student, rng):
    """The gradient, recorded with create_graph=True and differentiated again, with respect to x and to upstream."""
    x, upstream, second = normal(rng, 2, 3), normal(rng, 2, 3), normal(rng, 2, 3)
    leaf, above = wanted(student, x), wanted(student, upstream)
    y = student.get("Square").apply.keep(leaf)
    grad = student.module("torch.autograd").grad.keep(y, leaf, above, create_graph=True)
    hint = "Does backward compute with x and grad_output as they are, so that it can be recorded?"
    got = gradients(student, grad, [leaf, above], [second], allow_unused=True, hint=hint)
    for name, part in zip(("x", "the upstream gradient"), got, strict=True):
        expect(part is not None, f"the recorded gradient does not depend on {name}\n{hint}")
    close(got[0], (2 * upstream * second).numpy(), rtol=1e-9, name="gradient of the gradient, with respect to x")
    close(got[1], (2 * x * second).numpy(), rtol=1e-9, name="gradient of the gradient, with respect to upstream")


def require_parameters(student, layer, shapes):
    """The layer's books: exactly these parameters. shapes: name -> shape. Raises: Failure."""
    names = student.module("builtins").list(layer.state_dict.keep())
    equal(
        sorted(names),
        sorted(shapes),
        name="keys of state_dict()",
        hint="Only an nn.Parameter that is assigned to an attribute of the module is registered",
    )
    for name, shape in shapes.items():
        parameter = layer.get_parameter.keep(name)
        equal(parameter.get("shape"), shape, name=f"shape of {name}")
        expect(parameter.get("requires_grad"), f"{name} does not require a gradient, so it would never be trained")


def loaded(student, layer, **state):
    """Give a layer these values, also where an attribute is not registered: what it computes is another question.

    Raises: Failure.
    """
    builtins = student.module("builtins")
    registered = builtins.list(layer.state_dict.keep())
    layer.load_state_dict({name: value for name, value in state.items() if name in registered})
    for name, value in state.items():
        if name not in registered:
            builtins.setattr(layer, name, value)
    return layer


@check("Linear", points=3, public=True)
def linear_registers_its_parameters(student):
    """Weight and bias are parameters with PyTorch's names and shapes."""
    require_parameters(student, student.Linear(5, 3), {"weight": (3, 5), "bias": (3,)})
    require_parameters(student, student.Linear(1, 4), {"weight": (4, 1), "bias": (4,)})


@check("Linear", points=3, public=True)
def linear_forward(student, rng):
    """The output of a layer with known weights, for a batch of 4 and of 1; x is not modified."""
    for batch in (4, 1):
        x, weight, bias = (normal(rng, *shape, dtype=torch.float32) for shape in [(batch, 5), (3, 5), (3,)])
        layer = loaded(student, student.Linear(5, 3), weight=weight, bias=bias)
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
    close(loaded(student, layer, weight=weight)(x), F.linear(x, weight), rtol=1e-5, name="output")


@check("Conv2d", points=2, public=True)
def conv2d_registers_its_parameters(student):
    """Weight and bias are parameters with PyTorch's names and shapes, for square and other kernels."""
    require_parameters(student, student.Conv2d(3, 4, 5), {"weight": (4, 3, 5, 5), "bias": (4,)})
    require_parameters(student, student.Conv2d(2, 1, (2, 3)), {"weight": (1, 2, 2, 3), "bias": (1,)})


def compare_convolution(student, rng, x_shape, filters, kernel, *args, **kwargs):
    """Compare the student's layer on random images with F.conv2d. Raises: Failure."""
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    x = normal(rng, *x_shape, dtype=torch.float32)
    weight, bias = normal(rng, filters, x_shape[1], kh, kw, dtype=torch.float32), normal(rng, filters).float()
    layer = loaded(student, student.Conv2d(x_shape[1], filters, kernel, *args, **kwargs), weight=weight, bias=bias)
    out = is_tensor(unmodified(layer.forward, x, inputs=(0,)), "the output")
    expected = F.conv2d(x, weight, bias, *args, **kwargs)
    close(
        out,
        expected,
        rtol=2e-5,
        name=f"output for images {x_shape} and a {kh}x{kw} kernel",
        hint="Does F.unfold get stride and padding by name? How are its rows and columns ordered; is H' before W'?",
    )


@check("Conv2d", points=3, public=True)
def conv2d_with_stride_1(student, rng):
    """Two images, three channels, a 3×3 kernel and no padding."""
    compare_convolution(student, rng, (2, 3, 5, 7), 4, 3)


@check("Conv2d", points=3, public=True)
def conv2d_with_stride_and_padding(student, rng):
    """Stride 2 and padding 1, a stride that does not divide, and a wide frame."""
    compare_convolution(student, rng, (2, 2, 7, 6), 3, 3, stride=2, padding=1)
    compare_convolution(student, rng, (1, 1, 6, 9), 2, 2, stride=3)
    compare_convolution(student, rng, (3, 2, 4, 3), 1, 3, 1, 2)


def stack(student, rng, act="Tanh"):
    """Three linear layers, called 0, 2 and 4, with an activation after each: a Handle, and a batch for it."""
    nn = student.module("torch.nn")
    layers = [
        (nn.Linear(3, 4), getattr(nn, act)()),
        (nn.Linear(4, 4), getattr(nn, act)()),
        (nn.Linear(4, 2), nn.Tanh()),
    ]
    model = nn.Sequential(*(part for layer in layers for part in layer))
    model.load_state_dict(
        {
            f"{i}.{name}": normal(rng, *shape, dtype=torch.float32)
            for i, (rows, columns) in zip((0, 2, 4), ((4, 3), (4, 4), (2, 4)), strict=True)
            for name, shape in (("weight", (rows, columns)), ("bias", (rows,)))
        }
    )
    batch = (normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32))
    return model, batch


def replace_activation(student, model, position, function):
    """Make child `position` of a stack compute another function, a Handle."""
    student.module("builtins").setattr(model.get_submodule(str(position)), "forward", function)


def mean_squares(student):
    """The mean squared error, as a function on the student's side."""
    return student.module("torch.nn.functional").get("mse_loss")


@check("detach_bug", points=2, public=True)
def names_what_lies_before_the_cut(student, rng):
    """A healthy network, and networks with a detach() after the first and after the second layer."""
    names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"]
    for position, count in [(None, 0), (1, 2), (3, 4)]:
        model, batch = stack(student, rng)
        if position is not None:
            replace_activation(student, model, position, student.module("torch").get("detach"))
        found = student.detach_bug(model, batch, mean_squares(student))
        where = "a healthy network" if position is None else f"a network that is cut after {count // 2} of 3 layers"
        equal(found, names[:count], name=f"the parameters named for {where}")


@check("detach_bug", points=1, public=True)
def names_what_is_never_used(student, rng):
    """A parameter that the forward pass does not use, and a buffer, in a network that is otherwise healthy."""
    model, batch = stack(student, rng)
    model.register_parameter("spare", student.module("torch.nn").Parameter.keep(normal(rng, 2)))
    model.register_buffer("seen", normal(rng, 2))
    loss_fn = student.module("unittest.mock").Mock(wraps=mean_squares(student))
    equal(student.detach_bug(model, batch, loss_fn), ["spare"], name="the parameters named")
    expect(loss_fn.get("called"), "loss_fn was never called; the loss is loss_fn(model(x), y)")


def linear_model(student, rng, inputs, outputs):
    """A Handle to an nn.Linear with known weights, and the weights as arrays."""
    weight, bias = normal(rng, outputs, inputs, dtype=torch.float32), normal(rng, outputs, dtype=torch.float32)
    model = student.module("torch.nn").Linear(inputs, outputs)
    model.load_state_dict({"weight": weight, "bias": bias})
    return model, weight.double().numpy(), bias.double().numpy()


def descent_of_mean_squares(x, y, weight, bias, rate):
    """One step on the mean squared error of a linear model, by hand: (loss before, weight, bias), float64 arrays."""
    x, y = x.double().numpy(), y.double().numpy()
    error = x @ weight.T + bias - y
    slope = 2 * error / error.size
    return (error**2).mean(), weight - rate * slope.T @ x, bias - rate * slope.sum(axis=0)


@check("train_step", points=4, public=True)
def one_step_of_gradient_descent(student, rng):
    """One step of SGD on the mean squared error of a linear model."""
    model, weight, bias = linear_model(student, rng, 3, 2)
    x, y = normal(rng, 5, 3, dtype=torch.float32), normal(rng, 5, 2, dtype=torch.float32)
    optimizer = student.module("torch.optim").SGD(model.parameters(), lr=0.5)
    parameter = model.get_parameter.keep("weight")
    # Asking something whenever a gradient arrives lets the diagnosis tell what was called from what was left out.
    parameter.register_hook(lambda grad: parameter.get("is_leaf") and None)
    student.train_step.keep(model, (x, y), optimizer, mean_squares(student))
    parameter.get("grad")
    _, new_weight, new_bias = descent_of_mean_squares(x, y, weight, bias, 0.5)
    after = model.state_dict()
    hint = "Which of the three lines is missing or in another order?"
    close(after["weight"], new_weight, rtol=1e-5, name="weight after one step", hint=hint)
    close(after["bias"], new_bias, rtol=1e-5, name="bias after one step", hint=hint)


@check("train_step", points=2, public=True)
def returns_the_loss_as_a_number(student, rng):
    """The loss before the step, as a Python float."""
    model, weight, bias = linear_model(student, rng, 4, 3)
    x, y = normal(rng, 6, 4, dtype=torch.float32), normal(rng, 6, 3, dtype=torch.float32)
    optimizer = student.module("torch.optim").SGD(model.parameters(), lr=0.3)
    kept = student.train_step.keep(model, (x, y), optimizer, mean_squares(student))
    kind, got = kind_of(student, kept), kept.value()
    expected, _, _ = descent_of_mean_squares(x, y, weight, bias, 0.3)
    expect(kind != "Tensor", "train_step returns a tensor, which holds on to its whole graph; a Python float is wanted")
    close(got, expected, rtol=1e-5, name="loss", hint="Which loss is it: of this batch, before the step, not scaled?")
    expect(isinstance(got, float), f"train_step returns a {type(got).__name__}, expected a float")


@check("train_step", points=1.5, public=True)
def gradients_from_earlier_do_not_count(student, rng):
    """The parameters still have the gradients of another loss when the step begins."""
    model, weight, bias = linear_model(student, rng, 2, 3)
    x, y = normal(rng, 4, 2, dtype=torch.float32), normal(rng, 4, 3, dtype=torch.float32)
    optimizer = student.module("torch.optim").SGD(model.parameters(), lr=0.2)
    model.forward.keep(normal(rng, 7, 2, dtype=torch.float32)).sum.keep().backward()
    student.train_step.keep(model, (x, y), optimizer, mean_squares(student))
    _, new_weight, new_bias = descent_of_mean_squares(x, y, weight, bias, 0.2)
    after = model.state_dict()
    close(after["weight"], new_weight, rtol=1e-5, name="weight after one step", hint="When are old gradients cleared?")
    close(after["bias"], new_bias, rtol=1e-5, name="bias after one step", hint="When are old gradients cleared?")


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
    nn = student.module("torch.nn")
    norm = nn.BatchNorm1d(3)
    model = nn.Sequential(norm, nn.Dropout(0.5), nn.Linear(3, 4))
    model.train.keep()
    modes = []
    model.register_forward_hook(lambda module, args, output: modes.append(module.get("training")))
    student.evaluate.keep(model, classified(rng, [4, 3]), "cpu")
    expect(
        len(modes) == 2, f"the model was called {len(modes)} times for 2 batches; call it once per batch, as model(x)"
    )
    expect(not any(modes), "the model was in training mode while it was evaluated: dropout is active")
    tracked = norm.get("num_batches_tracked")
    expect(tracked == 0, f"batch normalisation has learned from {int(tracked)} batches of test data")


def require_moved(student, handle, what):
    """Raises: Failure unless it is a tensor on the device meta."""
    kind = kind_of(student, handle)
    expect(kind == "Tensor", f"{what} should be a tensor, and is a {kind}")
    expect(handle.get("is_meta"), f"{what} is not on the device")


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
    for device in ("meta", student.module("torch").device("meta")):
        require_moved(student, student.to_device.keep(x, device), "to_device(x, 'meta')")
    for device in ("cpu", student.module("torch").device("cpu")):
        close(is_tensor(student.to_device(x, device), "to_device(x, 'cpu')"), x, rtol=0, name="to_device(x, 'cpu')")


@check("to_device", points=2.5, public=True)
def moves_what_is_nested(student, rng):
    """Lists, tuples and dicts inside each other: types, keys and order stay, every tensor is moved."""
    a, b, c = normal(rng, 2), normal(rng, 1, 3), torch.from_numpy(rng.integers(0, 9, 4))
    nested = {"z": [a, (b, [c])], "a": {"inner": (a,)}, 3: b}
    moved = student.to_device.keep(nested, "meta")
    keys = student.module("builtins").list(moved)
    equal(keys, list(nested), name="the keys of to_device(nested, 'meta'), in order")
    same_build(student.to_device(nested, "cpu"), nested, "to_device(nested, 'cpu')")
    for path in [("z", 0), ("z", 1, 0), ("z", 1, 1, 0), ("a", "inner", 0), (3,)]:
        where = "".join(f"[{key!r}]" for key in path)
        require_moved(student, item(student, moved, *path), f"the entry {where} of the result")


@check("to_device", points=1, public=True)
def does_not_modify_containers(student, rng):
    """The list and the dict that were given still hold their tensors on the CPU."""
    given = student.put([normal(rng, 2), {"x": normal(rng, 3)}])
    moved = student.to_device.keep(given, "meta")
    expect(not student.module("operator").is_(given, moved), "the given list itself is returned, not a new one")
    for path in [(0,), (1, "x")]:
        where = "".join(f"[{key!r}]" for key in path)
        expect(not item(student, given, *path).get("is_meta"), f"the entry {where} of the given list was replaced")
        require_moved(student, item(student, moved, *path), f"the entry {where} of the result")


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


@contextlib.contextmanager
def pretending(student, machine, gpu):
    """Put the machine's clock and synchronize where the student's function finds them; afterwards put things back.

    gpu: what torch.cuda.is_available() says meanwhile.
    """
    builtins, cuda = student.module("builtins"), student.module("torch.cuda")
    names = builtins.getattr.keep(student.get("time_on_device"), "__globals__", {})
    clocks = {"perf_counter": machine.clock, "monotonic": machine.clock, "time": machine.clock}
    clocks_ns = {"perf_counter_ns": machine.clock_ns, "monotonic_ns": machine.clock_ns, "time_ns": machine.clock_ns}
    clocks |= {"process_time": machine.idle_clock, "thread_time": machine.idle_clock}
    if not machine.real:
        names.update({"time": student.module("types").SimpleNamespace(**clocks, **clocks_ns)})
    before = {name: builtins.getattr.keep(cuda, name) for name in ("synchronize", "is_available")}
    builtins.setattr(cuda, "synchronize", machine.synchronize)
    builtins.setattr(cuda, "is_available", lambda: gpu)
    try:
        yield
    finally:
        for name, value in before.items():
            builtins.setattr(cuda, name, value)
        names.update({"time": student.module("time")})


def timed(student, device, warmup, works_s, *, queued=False, gpu=False):
    """(what time_on_device returns, the machine) for orders that take these times, the first `warmup` for warming up.

    A function that does not look at `time.perf_counter` through the module `time` sees no make-believe clock: it is
    run again with a machine that takes real time.
    """
    for real in (False, True):
        machine = Machine(works_s, queued=queued, real=real)
        with pretending(student, machine, gpu or queued):
            got = student.time_on_device(machine.fn, device, warmup, len(works_s) - warmup)
        student.put([machine.calls, machine.waits]).value()  # so that the diagnosis can tell what was called how often
        if machine.looks:
            break
    expect(isinstance(got, float), f"time_on_device returns a {type(got).__name__}, expected a float")
    return got, machine


def require_time(got, expected_s, machine, hint):
    """Raises: Failure unless this is the time, exactly on a make-believe clock, roughly on a real one."""
    if machine.real:
        expect(0.9 * expected_s <= got <= 1.5 * expected_s + 0.02, f"{got:.4f} s, expected {expected_s:.4f} s\n{hint}")
    else:
        close(got, expected_s, rtol=1e-6, atol=1e-9, name="seconds", hint=hint)


@check("time_on_device", points=2, public=True)
def calls_fn_as_often_as_it_should(student):
    """On the CPU, fn is called warmup + repeats times, and the result is positive."""
    for warmup, works in [(2, [0.001] * 5), (0, [0.002]), (1, [0.001] * 3)]:
        got, machine = timed(student, "cpu", warmup, works)
        equal(
            machine.calls,
            len(works),
            name=f"calls of fn for {warmup} to warm up and {len(works) - warmup} repeats",
        )
        require_time(got, works[-1], machine, "Every call took the same time; seconds are wanted")


@check("time_on_device", points=2, public=True)
def median_of_the_repeats(student):
    """Slow calls while warming up, then five calls of which one has a hiccup; and an even number of calls."""
    hint = "The median of the timed calls, in seconds; warming up is not timed"
    got, machine = timed(student, "cpu", 2, [0.2, 0.15, 0.03, 0.05, 0.1, 0.005, 0.02])
    require_time(got, 0.03, machine, hint)
    got, machine = timed(student, "cpu", 1, [0.2, 0.01, 0.04, 0.12, 0.02])
    require_time(got, 0.03, machine, hint)


@check("time_on_device", points=1.5, public=True)
def waits_before_it_stops_the_clock(student):
    """On a make-believe GPU whose calls return at once, the time is that of the work."""
    got, machine = timed(student, "cuda", 0, [0.03, 0.02, 0.05], queued=True)
    hint = "The call returns before the work is done: wait, then stop; take the median"
    require_time(got, 0.03 + Machine.ORDER_S, machine, hint)


PARTS = ["backbone.0.weight", "backbone.0.bias", "backbone.2.weight", "backbone.2.bias", "backbone2.weight",
         "backbone2.bias", "old_head.weight", "old_head.bias", "head.weight", "head.bias"]  # fmt: skip


def branching_model(student):
    """A model whose parameters are called as in PARTS."""
    nn = student.module("torch.nn")
    backbone = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 4))
    tails = {"backbone2": nn.Linear(4, 5), "old_head": nn.Linear(5, 6), "head": nn.Linear(6, 7)}
    model = nn.ModuleDict({"backbone": backbone, **tails})
    sizes = [2, 3, 4, 5, 6, 7]
    shapes = [shape for columns, rows in itertools.pairwise(sizes) for shape in ((rows, columns), (rows,))]
    model.load_state_dict({name: torch.ones(shape) for name, shape in zip(PARTS, shapes, strict=True)})
    return model


def frozen_parts(model):
    """The names of the parameters that do not require a gradient."""
    return [name for name in PARTS if not model.get_parameter.keep(name).get("requires_grad")]


@check("freeze", points=2, public=True)
def freezes_a_submodule(student):
    """Everything in the submodule that was named is frozen, and nothing else."""
    model = branching_model(student)
    student.freeze.keep(model, ["old_head"])
    equal(frozen_parts(model), PARTS[6:8], name="frozen parameters", hint="requires_grad belongs to the parameters")
    model = branching_model(student)
    student.freeze.keep(model, ["head", "backbone2"])
    equal(frozen_parts(model), PARTS[4:6] + PARTS[8:], name="frozen parameters", hint="Every name in the list counts")


@check("freeze", points=1.5, public=True)
def returns_what_is_left_to_train(student):
    """The parameters that are still to be trained, in the model's order, ready for an optimizer."""
    model = branching_model(student)
    left = student.freeze.keep(model, ["backbone2", "old_head"])
    shapes = [(3, 2), (3,), (4, 3), (4,), (7, 6), (7,)]
    kind = kind_of(student, left)
    expect(kind in ("list", "tuple"), f"freeze returns a {kind}, expected a list")
    count = student.module("builtins").len(left)
    equal(count, len(shapes), name="the number of returned parameters")
    for number, shape in enumerate(shapes):
        part = item(student, left, number)
        kind = kind_of(student, part)
        expect(kind == "Parameter", f"entry {number} of the result is a {kind}, expected a parameter")
        equal(part.get("shape"), shape, name=f"the shape of the returned parameter {number}")
        expect(part.get("requires_grad"), f"the returned parameter {number} is frozen")


@check("freeze", points=1, public=True)
def refuses_a_name_that_does_not_exist(student):
    """ValueError for what fits no parameter, alone and beside a right name: a typo, part of a name, a ReLU."""
    for names in (["bakbone"], ["head", "tail"], ["back"], ["bias"], ["backbone.1"]):
        raises(student.freeze, branching_model(student), names, error=("ValueError",))


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
