"""The public checks of ilsvrc.

Run them with `autograder check ilsvrc`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import math

import numpy as np
import torch

from autograder import CourseError, check, close, equal, expect, question, raises, unmodified


def normal(rng, *shape, scale=1.0):
    """A float32 tensor of random numbers."""
    return torch.from_numpy(np.asarray(scale * rng.standard_normal(shape), np.float32))


def is_tensor(value, what):
    """Raises: Failure unless it is a tensor."""
    expect(isinstance(value, torch.Tensor), f"{what} should be a tensor, not {type(value).__name__}")
    return value


def weights_for(reference, rng, name, args, gain=1.5, bias=0.3):
    """Weights of standard deviation gain / sqrt(inputs), and biases, for all parameters of a network, in order."""
    made = []
    for shape in parameter_shapes(reference, name, *args):
        scale = gain / math.sqrt(math.prod(shape[1:])) if len(shape) > 1 else bias
        made.append(normal(rng, *shape, scale=scale))
    return made


def fill_and_run(make, args, weights, x, upstream):
    """On the student's side: a network with these weights in evaluation mode.

    Returns the shapes of its parameters and, where they are those of the weights, its output and, if there is an
    upstream gradient, the gradients of x and of the weights.
    """
    import torch

    model = make(*args)
    parameters = list(model.parameters())
    shapes = [tuple(part.shape) for part in parameters]
    if shapes != [tuple(part.shape) for part in weights]:
        return shapes, None, None
    with torch.no_grad():
        for part, values in zip(parameters, weights, strict=True):
            part.copy_(values)
    model.eval()
    if upstream is None:
        with torch.no_grad():
            return shapes, model(x), None
    out = model(x.requires_grad_())
    gradients = torch.autograd.grad(out, [x, *parameters], upstream, allow_unused=True)
    return shapes, out.detach(), list(gradients)


def ran(space, name, args, weights, x, upstream=None):
    """The output of a network with these weights, and its gradients. Raises: Failure if its parameters do not fit."""
    run = space.probe(fill_and_run, name)
    shapes, out, gradients = run(space.get(name), args, weights, x, upstream)
    require_shapes(shapes, [tuple(part.shape) for part in weights])
    return is_tensor(out, f"what {name} returns"), gradients


def require_shapes(shapes, expected):
    """Raises: Failure naming the first parameter that is not as it should be."""
    shapes, expected = [tuple(shape) for shape in shapes], [tuple(shape) for shape in expected]
    for number, (got, wanted) in enumerate(zip(shapes, expected, strict=False)):
        part = "bias" if number % 2 else "weight"
        expect(
            got == wanted,
            f"parameters() lists {got} as number {number + 1}; expected the {part} {wanted} of layer {number // 2 + 1}",
        )
    expect(len(shapes) == len(expected), f"parameters() lists {len(shapes)} tensors, expected {len(expected)}")


def parameter_shapes(space, name, *args):
    """The shapes of a network's parameters, in order, without the memory for their values where that is possible."""

    def look(make, args):
        import torch

        try:
            with torch.device("meta"):
                model = make(*args)
        except NotImplementedError:
            raise
        except Exception:  # it computes with its weights while it is made
            model = make(*args)
        return [tuple(part.shape) for part in model.parameters()]

    return space.probe(look, name)(space.get(name), args)


def close_in_direction(got, expected, *, name, rtol=1e-3, hint=""):
    """Require that two tensors are equal up to a positive factor. Raises: Failure."""
    equal(tuple(got.shape), tuple(expected.shape), name=f"shape of {name}")
    size, right = float(got.double().norm()), float(expected.double().norm())
    if not right:
        raise CourseError(f"{name} is expected to be zero")
    expect(math.isfinite(size) and size > 0, f"{name}: all are zero, or some are not finite\n{hint}")
    close(
        got.double() / size,
        expected.double() / right,
        rtol=rtol,
        name=f"{name}, each divided by their length",
        hint=hint,
    )


def guesses(rng, n, classes):
    """Logits, different within a row, and labels that are neither all right nor all wrong: tensors."""
    logits = np.stack([rng.permutation(classes) for _ in range(n)]) + 0.5 * rng.random((n, 1)) - classes / 2
    return torch.from_numpy(logits.astype(np.float32)), torch.from_numpy(rng.integers(0, classes, n))


def share_by_loops(logits, y, k):
    """The top-k accuracy: how many logits of a row are larger than the label's, in plain Python."""
    right = 0
    for row, label in zip(logits.tolist(), y.tolist(), strict=True):
        right += sum(value > row[label] for value in row) < k
    return right / len(y)


@check("topk_accuracy", points=2, public=True)
def topk_of_a_few_images(student, rng):
    """topk_accuracy for k = 1, 2 and 3 of eight classes; the logits are not modified."""
    for n, k in ((7, 1), (9, 2), (11, 3)):
        logits, y = guesses(rng, n, 8)
        got = unmodified(student.topk_accuracy, logits, y, k, inputs=(0, 1))
        close(got, share_by_loops(logits, y, k), name=f"topk_accuracy for k = {k}", hint="The k largest of each row")


@check("topk_accuracy", points=1, public=True, side_condition=True)
def topk_refuses_other_k(student, rng):
    """topk_accuracy raises a ValueError for k = 0 and for more than there are classes."""
    logits, y = guesses(rng, 4, 5)
    for k in (0, 6):
        raises(student.topk_accuracy, logits, y, k, error="ValueError")


@check("top5_error", points=1, public=True)
def top5_of_a_few_images(student, rng):
    """top5_error for twelve classes."""
    for n in (13, 17):
        logits, y = guesses(rng, n, 12)
        close(student.top5_error(logits, y), 1 - share_by_loops(logits, y, 5), name="top5_error")


q_random_top5 = question("The top-5 error of five random guesses among 1000 classes.", rtol=1e-6)

LRN_HINT = "Which channels are summed, and what is alpha multiplied by?"


@check("local_response_norm", points=4, public=True)
def lrn_of_random_maps(student, reference, rng):
    """local_response_norm for several n, alpha, beta and k; x is not modified."""
    for shape, n in (((2, 7, 3, 4), 3), ((1, 6, 2, 5), 5)):
        x = normal(rng, *shape, scale=3.0)
        settings = (n, *rng.uniform(0.2, 0.9, 3).tolist())
        got = is_tensor(unmodified(student.local_response_norm, x, *settings, inputs=(0,)), "the result")
        close(got, reference.local_response_norm(x, *settings), name=f"the result for n = {n}", hint=LRN_HINT)


def alexnet_task(reference, rng, n, bias=0.0, scale=0.5):
    """Arguments of a small AlexNet, its weights, and images of this size: (args, weights, x)."""
    args = (int(rng.integers(5, 15)), 16)
    weights = weights_for(reference, rng, "AlexNet", args, 1.6, bias)
    return args, weights, normal(rng, n, 3, 227, 227, scale=scale)


@check("AlexNet", points=2, public=True, side_condition=True)
def alexnet_has_its_layers(student, reference, rng):
    """The parameters of small AlexNets have the shapes of the table, in its order."""
    for divide in (8, 16):
        classes = int(rng.integers(5, 20))
        args = (classes, divide)
        require_shapes(parameter_shapes(student, "AlexNet", *args), parameter_shapes(reference, "AlexNet", *args))


@check("AlexNet", points=4, public=True)
def alexnet_logits_of_faint_images(student, reference, rng):
    """For given weights without biases, the logits are the reference's up to a factor: layers, groups and pooling."""
    args, weights, x = alexnet_task(reference, rng, 2)
    got, _ = ran(student, "AlexNet", args, weights, x)
    expected, _ = ran(reference, "AlexNet", args, weights, x)
    hint = (
        "Follow the table: stride and padding, groups, a ReLU after each layer but the last, pooling of 3 with stride 2"
    )
    close_in_direction(got, expected, name="the logits", hint=hint)


q_conv1_rows = question("Rows of conv1's output for images of 224 rows.", hint="Rounded down, then plus one")


def generator(space, seed):
    """A torch.Generator on a side, seeded."""
    return space.module("torch").Generator.keep().manual_seed.keep(seed)


@check("horizontal_flip", points=1, public=True)
def flips_all_or_none(student, rng, seed):
    """horizontal_flip mirrors every image for p = 1 and none for p = 0; x is not modified."""
    x = normal(rng, 4, 3, 2, 5)
    for p, expected in ((1.0, x.numpy()[..., ::-1]), (0.0, x.numpy())):
        got = unmodified(student.horizontal_flip, x, p, generator(student, seed), inputs=(0,))
        close(got, expected, rtol=0, name=f"the images for p = {p:g}", hint="Left to right: which axis is it?")


def crops_by_loops(x, size):
    """The ten crops pixel by pixel. x: (N, C, H, W) array."""
    n, channels, height, width = x.shape
    out = np.zeros((n, 10, channels, size, size), x.dtype)
    starts = [(0, 0), (0, width - size), (height - size, 0), (height - size, width - size)]
    starts.append(((height - size) // 2, (width - size) // 2))
    for number, (top, left) in enumerate(starts):
        for i in range(size):
            for j in range(size):
                out[:, number, :, i, j] = x[:, :, top + i, left + j]
                out[:, number + 5, :, i, size - 1 - j] = x[:, :, top + i, left + j]
    return out


@check("ten_crop", points=1.5, public=True)
def crops_of_two_images(student, rng):
    """The ten crops of two images, in the right order; x is not modified."""
    x = normal(rng, 2, 3, 7, 9)
    got = is_tensor(unmodified(student.ten_crop, x, 3, inputs=(0,)), "the result")
    expected = crops_by_loops(x.numpy(), 3)
    equal(tuple(got.shape), expected.shape, name="shape of the result")
    for number in range(10):
        close(got[:, number], expected[:, number], rtol=0, name=f"crop {number}")


@check("ten_crop", points=0.5, public=True, side_condition=True)
def crops_that_do_not_fit(student, rng):
    """ten_crop raises a ValueError if a crop is larger than the image, in rows or in columns."""
    for shape in ((1, 3, 4, 8), (1, 3, 8, 4)):
        raises(student.ten_crop, normal(rng, *shape), 5, error="ValueError")


def colorful(rng, m, height, width):
    """Images whose colors vary along three directions by different amounts: (m, 3, height, width) float32 tensor."""
    mix = np.linalg.qr(rng.standard_normal((3, 3)))[0] * np.array([0.2, 0.7, 1.6])
    colors = np.einsum("cd,mdhw->mchw", mix, rng.standard_normal((m, 3, height, width)))
    return torch.from_numpy((colors + rng.standard_normal((1, 3, 1, 1))).astype(np.float32))


def principal_colors(images):
    """Variances (3,), ascending, and directions (3, 3), in columns, of the colors of images: float64 arrays."""
    pixels = images.double().numpy().transpose(0, 2, 3, 1).reshape(-1, 3)
    return np.linalg.eigh(np.cov(pixels, rowvar=False))


def color_shift(student, x, images, alpha):
    """What color_jitter_pca adds to each image: (N, 3) array. Raises: Failure if it differs from pixel to pixel."""
    got = is_tensor(unmodified(student.color_jitter_pca, x, images, alpha, inputs=(0, 1, 2)), "the result")
    equal(tuple(got.shape), tuple(x.shape), name="shape of the result")
    added = (got.double() - x.double()).numpy()
    shift = added.mean(axis=(2, 3))
    expect(
        np.abs(added - shift[:, :, None, None]).max() < 1e-4 * (1 + np.abs(shift).max()),
        "what is added differs between the pixels of an image; each color gets one number per image",
    )
    return shift


@check("color_jitter_pca", points=1, public=True)
def jitter_along_single_components(student, rng):
    """With one alpha at a time, each image moves along that component by alpha times the variance, up to the sign."""
    images, x = colorful(rng, 4, 6, 5), normal(rng, 3, 3, 2, 4)
    strength = rng.uniform(0.5, 1.5, 3)
    alpha = torch.from_numpy(np.diag(strength).astype(np.float32))
    shift = color_shift(student, x, images, alpha)
    variances, directions = principal_colors(images)
    along = np.abs(shift @ directions)
    close(along, np.diag(strength * variances), rtol=1e-4, atol=1e-4, name="shift along each component (rows: images)")


@check("vgg_stack_params", points=3, public=True)
def stacks_of_two_and_three(student, reference, rng):
    """vgg_stack_params for two and three layers, with and without biases."""
    for n, bias in ((2, False), (3, False), (2, True)):
        channels = int(rng.integers(3, 200))
        expected = reference.vgg_stack_params(n, channels, bias)
        equal(
            student.vgg_stack_params(n, channels, bias), expected, name=f"(receptive_field, stack, single) for n = {n}"
        )


def vgg_task(reference, rng, config, size, n):
    """Arguments of make_vgg with this list, weights, and images: (args, weights, x)."""
    args = (config, int(rng.integers(3, 9)), int(rng.integers(10, 16)), size)
    return args, weights_for(reference, rng, "make_vgg", args, 1.6), normal(rng, n, 3, size, size)


def a_config(rng, poolings):
    """A list for make_vgg: one to two convolutions before each of so many poolings."""
    config = []
    for _ in range(poolings):
        config += [int(rng.integers(3, 8)) for _ in range(int(rng.integers(1, 3)))]
        config.append("M")
    return config


@check("make_vgg", points=1.5, public=True, side_condition=True)
def vgg_has_its_layers(student, reference, rng):
    """The parameters of networks for several lists have the right shapes, in order."""
    for poolings, size in ((2, 8), (3, 24), (1, 10)):
        args = (a_config(rng, poolings), int(rng.integers(3, 9)), int(rng.integers(10, 16)), size)
        require_shapes(parameter_shapes(student, "make_vgg", *args), parameter_shapes(reference, "make_vgg", *args))


@check("make_vgg", points=0.5, public=True, side_condition=True)
def vgg_leaves_its_list_alone(student, rng):
    """The list is not modified."""

    def what_is_left(make, config):
        make(config, 3, 4, 8)
        return config

    config = a_config(rng, 2)
    left = student.probe(what_is_left, "make_vgg")(student.get("make_vgg"), config)
    equal(left, config, name="the list afterwards", hint="The caller needs it as it is: go through it, or copy it")


@check("make_vgg", points=4, public=True)
def vgg_logits(student, reference, rng):
    """For given weights, the logits of two images are the reference's."""
    args, weights, x = vgg_task(reference, rng, a_config(rng, 2), 12, 2)
    got, _ = ran(student, "make_vgg", args, weights, x)
    expected, _ = ran(reference, "make_vgg", args, weights, x)
    hint = "A ReLU after each layer but the last; padding 1; how is it pooled?"
    close(got, expected, rtol=1e-3, name="the logits", hint=hint)


def inception_task(reference, rng, *shape):
    """Seven different numbers of channels, weights, and maps x of (n, height, width): (args, weights, x)."""
    args = tuple(int(size) for size in 2 + rng.permutation(8)[:7])
    n, height, width = shape
    return args, weights_for(reference, rng, "InceptionBlock", args), normal(rng, n, args[0], height, width)


@check("InceptionBlock", points=2, public=True, side_condition=True)
def inception_has_its_layers(student, reference, rng):
    """The parameters of the convolutions have the shapes of the table, in its order."""
    for _ in range(2):
        args = tuple(int(size) for size in 2 + rng.permutation(9)[:7])
        require_shapes(
            parameter_shapes(student, "InceptionBlock", *args), parameter_shapes(reference, "InceptionBlock", *args)
        )


@check("InceptionBlock", points=3, public=True)
def inception_output(student, reference, rng):
    """For given weights, the output is the reference's: its shape first, then each branch."""
    args, weights, x = inception_task(reference, rng, 2, 6, 7)
    got, _ = ran(student, "InceptionBlock", args, weights, x)
    expected, _ = ran(reference, "InceptionBlock", args, weights, x)
    equal(tuple(got.shape), tuple(expected.shape), name="shape of the output", hint="Is every size kept?")
    last = np.cumsum([args[1], args[3], args[5], args[6]])
    for branch, (end, width) in enumerate(zip(last, (args[1], args[3], args[5], args[6]), strict=True)):
        part = slice(int(end) - width, int(end))
        close(got[:, part], expected[:, part], rtol=1e-4, name=f"channels of branch {branch + 1}")


q_bottleneck = question("How many times as many multiplications without the bottleneck.", rtol=0.01)


def residual_state(rng, c_in, c_out, projects):
    """A state for ResidualBlock: name -> tensor."""

    def norm(prefix):
        uniform = torch.from_numpy(rng.uniform(0.5, 2.0, (2, c_out)).astype(np.float32))
        return {
            f"{prefix}.weight": uniform[0],
            f"{prefix}.bias": normal(rng, c_out),
            f"{prefix}.running_mean": normal(rng, c_out),
            f"{prefix}.running_var": uniform[1],
        }

    state = {"conv1.weight": normal(rng, c_out, c_in, 3, 3, scale=1 / math.sqrt(9 * c_in))} | norm("bn1")
    state |= {"conv2.weight": normal(rng, c_out, c_out, 3, 3, scale=1 / math.sqrt(9 * c_out))} | norm("bn2")
    if projects:
        state |= {"shortcut.0.weight": normal(rng, c_out, c_in, 1, 1, scale=1 / math.sqrt(c_in))} | norm("shortcut.1")
    return state


def run_block(make, args, state, x, mode, upstream):
    """On the student's side: a block with this state. Returns its state's shapes and, where they are those of the given
    one, its output, its state afterwards and, if there is an upstream gradient, the gradients by name.
    """
    import torch

    block = make(*args)
    if type(getattr(block, "shortcut", None)) is torch.nn.Sequential:
        block.shortcut = torch.nn.Sequential(*block.shortcut)  # what the layers in it are called is up to the student
    shapes = {name: tuple(part.shape) for name, part in block.state_dict().items() if part.ndim}
    if shapes != {name: tuple(part.shape) for name, part in state.items()}:
        return shapes, None, None, None
    block.load_state_dict(state, strict=False)
    block.train(mode)
    out = block(x.requires_grad_())
    gradients = None
    if upstream is not None:
        named = dict(block.named_parameters())
        found = torch.autograd.grad(out, [x, *named.values()], upstream, allow_unused=True)
        gradients = dict(zip(["x", *named], found, strict=True))
    after = {name: part for name, part in block.state_dict().items() if part.ndim}
    return shapes, out.detach(), after, gradients


def block_ran(space, args, state, x, mode=False, upstream=None):
    """The output of a block with this state, its state afterwards, its gradients. Raises: Failure if it has another."""
    run = space.probe(run_block, "ResidualBlock")
    shapes, *results = run(space.get("ResidualBlock"), args, state, x, mode, upstream)
    wanted = {name: tuple(part.shape) for name, part in state.items()}
    missing = [name for name in wanted if name not in shapes]
    expect(not missing, f"state_dict() of ResidualBlock{args} lacks {', '.join(missing)}")
    spare = [name for name in shapes if name not in wanted]
    expect(
        not spare, f"state_dict() of ResidualBlock{args} also has {', '.join(spare)}; expected are {', '.join(wanted)}"
    )
    for name, shape in wanted.items():
        equal(tuple(shapes[name]), shape, name=f"shape of {name} in ResidualBlock{args}")
    return results


BLOCK_HINT = "In which order do convolution, batch normalization, addition and ReLU come?"


@check("ResidualBlock", points=2, public=True)
def block_with_an_identity(student, reference, rng):
    """In evaluation mode, a block whose shortcut is the identity: its output for given weights and statistics."""
    channels = int(rng.integers(3, 8))
    state, x = residual_state(rng, channels, channels, False), normal(rng, 2, channels, 6, 5)
    got, *_ = block_ran(student, (channels, channels), state, x)
    expected, *_ = block_ran(reference, (channels, channels), state, x)
    close(got, expected, rtol=1e-4, name="the output", hint=BLOCK_HINT)


@check("ResidualBlock", points=2, public=True)
def block_with_a_projection(student, reference, rng):
    """In evaluation mode, blocks that change the channels, the size or both: their output for a given state."""
    first, second = (int(size) for size in 3 + rng.permutation(5)[:2])
    for c_in, c_out, stride in ((first, second, 2), (first, second, 1), (second, second, 2)):
        state, x = residual_state(rng, c_in, c_out, True), normal(rng, 2, c_in, 7, 6)
        got, *_ = block_ran(student, (c_in, c_out, stride), state, x)
        expected, *_ = block_ran(reference, (c_in, c_out, stride), state, x)
        close(got, expected, rtol=1e-4, name=f"the output of ResidualBlock{(c_in, c_out, stride)}", hint=BLOCK_HINT)


q_zero_residual = question("What a block with F = 0 makes of -1.5.")


def convert_and_run(convert, weight, bias, in_shape, x):
    """On the student's side: convert a layer with these values and run it on x. Returns what `converted` looks at."""
    import torch

    linear = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None).to(weight.dtype)
    with torch.no_grad():
        linear.weight.copy_(weight)
        if bias is not None:
            linear.bias.copy_(bias)
    conv = convert(linear, in_shape)
    with torch.no_grad():
        out = conv(x)
        for part in conv.parameters():
            part.zero_()
    values = [None if part is None else part.detach() for part in (linear.weight, linear.bias)]
    return isinstance(conv, torch.nn.Conv2d), out, str(conv.weight.dtype), conv.bias is not None, values


def converted(student, weight, bias, in_shape, x):
    """What the student's convolution returns for x. Raises: Failure if it is none, or another one is meant."""
    run = student.probe(convert_and_run, "fc_to_conv")
    is_conv, out, dtype, has_bias, after = run(student.get("fc_to_conv"), weight, bias, in_shape, x)
    expect(is_conv, "fc_to_conv should return an nn.Conv2d")
    equal(has_bias, bias is not None, name="whether the convolution has a bias")
    expect(dtype == str(weight.dtype), f"the convolution is {dtype}, the layer {weight.dtype}")
    close(
        after[0], weight, rtol=0, name="the layer's weight after the convolution's was set to 0", hint="Copy the values"
    )
    return is_tensor(out, "what the convolution returns")


@check("fc_to_conv", points=2, public=True)
def convolution_of_maps_that_fit(student, rng):
    """The convolution returns for maps of the given shape what the layer returns for them, flattened."""
    for channels, height, width in ((3, 4, 2), (2, 3, 5)):
        m, n = int(rng.integers(3, 7)), 2
        weight, bias = normal(rng, m, channels * height * width), normal(rng, m)
        x = normal(rng, n, channels, height, width)
        out = converted(student, weight, bias, (channels, height, width), x)
        expected = np.einsum("nd,md->nm", x.numpy().reshape(n, -1), weight.numpy()) + bias.numpy()
        equal(tuple(out.shape), (n, m, 1, 1), name="shape of the output")
        close(
            out[:, :, 0, 0],
            expected,
            rtol=1e-4,
            name="the output",
            hint="In which order does flattening list the numbers?",
        )


@check("fc_to_conv", points=1, public=True, side_condition=True)
def shapes_that_do_not_fit(student, rng):
    """fc_to_conv raises a ValueError if the layer takes another number of inputs."""
    linear = student.module("torch.nn").Linear(int(rng.integers(10, 20)) * 2 + 1, 3)
    raises(student.fc_to_conv, linear, (2, 3, 2), error="ValueError")


def step_and_look(step, parts, state, x, y, device, dtype, scale, old_gradient):
    """On the student's side: steps of SGD on batches (x[k], y[k]).

    Returns the type of the first loss, the losses, the parameters and the scale afterwards, and what was seen: the
    dtype of each product, training mode, autocast in the backward pass and in the loss.
    """
    import torch
    from torch import nn

    model = nn.Sequential(*(getattr(nn, name)(*args) for name, *args in parts))
    model.load_state_dict(state)
    model.to(device).eval()
    kinds, modes, backward, inside = [], [], [], []

    def loss_fn(out, labels):
        inside.append(torch.is_autocast_enabled(device))
        return nn.functional.cross_entropy(out, labels)

    def look(layer, given, out):
        kinds.append(str(out.dtype))
        modes.append(layer.training)
        if out.requires_grad:
            out.register_hook(lambda gradient: backward.append(torch.is_autocast_enabled(device)))

    model[0].register_forward_hook(look)
    for part in model.parameters():
        part.grad = torch.full_like(part, old_gradient)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scaler = torch.amp.GradScaler(device, init_scale=scale, growth_interval=1000)
    losses = []
    for images, labels in zip(x, y, strict=True):
        batch = (images.to(device), labels.to(device))
        losses.append(step(model, batch, optimizer, loss_fn, scaler, getattr(torch, dtype)))
    after = {name: value.cpu() for name, value in model.state_dict().items()}
    return type(losses[0]).__name__, losses, after, scaler.get_scale(), (kinds, modes, backward, inside)


PARTS = [("Linear", 12, 16), ("Tanh",), ("Linear", 16, 5)]


def plain_steps(state, x, y):
    """The same steps in float64, by autograd in this process: losses and parameters."""
    here = {name: value.double().requires_grad_() for name, value in state.items()}
    losses = []
    for images, labels in zip(x, y, strict=True):
        hidden = torch.tanh(images.double() @ here["0.weight"].T + here["0.bias"])
        logits = hidden @ here["2.weight"].T + here["2.bias"]
        loss = (torch.logsumexp(logits, 1) - logits[torch.arange(len(labels)), labels]).mean()
        slopes = torch.autograd.grad(loss, list(here.values()))
        here = {
            name: (value - 0.5 * slope).detach().requires_grad_()
            for (name, value), slope in zip(here.items(), slopes, strict=True)
        }
        losses.append(loss.item())
    return losses, here


def mixed_task(rng, steps):
    """A state, images (steps, 20, 12) and labels (steps, 20)."""
    state = {
        "0.weight": normal(rng, 16, 12, scale=0.4),
        "0.bias": normal(rng, 16, scale=0.2),
        "2.weight": normal(rng, 5, 16, scale=0.4),
        "2.bias": normal(rng, 5, scale=0.2),
    }
    return state, normal(rng, steps, 20, 12), torch.from_numpy(rng.integers(0, 5, (steps, 20)))


def require_mixed_steps(student, rng, device, dtype, tolerance):
    """Raises: Failure unless three steps in mixed precision nearly give what they give in double precision."""
    state, x, y = mixed_task(rng, 3)
    run = student.probe(step_and_look, "mixed_precision_step")
    step = student.get("mixed_precision_step")
    returned, losses, after, scale, (kinds, modes, backward, inside) = run(
        step, PARTS, state, x, y, device, dtype, 1024.0, 3000.0
    )
    expect(returned == "float", f"mixed_precision_step returns a {returned}, expected a Python float")
    wanted = f"torch.{dtype}"
    expect(
        kinds and set(kinds) == {wanted}, f"the products of the forward pass are {kinds or 'none'}, expected {wanted}"
    )
    expect(all(modes), "the model was not in training mode")
    expect(backward and not any(backward), "the backward pass belongs outside of autocast (or there was none)")
    expect(all(inside), "the loss is computed outside of autocast; the forward pass and the loss belong inside")
    expected, parameters = plain_steps(state, x, y)
    close(losses, expected, rtol=tolerance, name="the losses", hint="The loss before the step, not scaled")
    for name, value in parameters.items():
        moved, right = after[name].double() - state[name], value.detach() - state[name]
        close(
            moved,
            right,
            rtol=2 * tolerance,
            name=f"how far {name} has moved",
            hint="Is each gradient divided by the scale?",
        )
    equal(scale, 1024.0, name="the scale afterwards")


def require_skipped_step(student, rng, device, dtype):
    """Raises: Failure unless a step with infinite gradients is left out, and the scale is halved."""
    state, x, y = mixed_task(rng, 1)
    x[0, 0, 0] = math.inf
    run = student.probe(step_and_look, "mixed_precision_step")
    step = student.get("mixed_precision_step")
    _, _, after, scale, _ = run(step, PARTS, state, x, y, device, dtype, 1024.0, 0.0)
    close(after, state, rtol=0, name="the parameters after a step with infinite gradients", hint="Whose step is it?")
    equal(scale, 512.0, name="the scale after it", hint="Who halves it?")


@check("mixed_precision_step", points=0, public=True)
def steps_in_bfloat16_on_the_cpu(student, rng):
    """On the CPU, three steps with products in bfloat16 nearly give what they give in full precision."""
    require_mixed_steps(student, rng, "cpu", "bfloat16", 0.05)


@check("mixed_precision_step", points=0, public=True)
def infinite_gradients_on_the_cpu(student, rng):
    """On the CPU, a step with infinite gradients is left out, and the scale is halved."""
    require_skipped_step(student, rng, "cpu", "bfloat16")
