"""All checks of the recurrent assignment, public and hidden; 100 points.

Oracles besides the reference: the formulas of the statement gate by gate in complex arithmetic, whose derivative the
complex step gives without rounding (tanh and the sigmoid are analytic); sums in plain Python; closed forms for
orthogonal and saturated weights; hand computations. What `sample` draws is judged by counting: right work fails with a
probability of at most RARE.
"""

import math

import numpy as np
from scipy import special

from autograder import check, close, equal, expect, numerical_gradient, parts, question, unmodified

RARE = 1e-10

# N, T, D, H; one of each, and square matrices, in which a transpose does not show by its shape
SIZES = [(2, 3, 4, 3), (1, 1, 1, 1), (3, 1, 2, 2), (1, 4, 3, 3)]


def arrays(rng, *shapes):
    """An array of each shape, without large numbers: where tanh is flat, float32 has no digits left for 1 - tanh^2."""
    return [rng.uniform(-1.2, 1.2, shape) for shape in shapes]


def weights(rng, inputs, hidden, blocks):
    """Wx, Wh and b with `blocks` blocks of `hidden` columns."""
    width = blocks * hidden
    return arrays(rng, (inputs, width), (hidden, width), (width,))


def step_arrays(rng, n, inputs, hidden, blocks):
    """x, prev_h and the weights of one step."""
    return [*arrays(rng, (n, inputs), (n, hidden)), *weights(rng, inputs, hidden, blocks)]


def sequence_arrays(rng, n, steps, inputs, hidden, blocks):
    """x, h0 and the weights of a sequence."""
    return [*arrays(rng, (n, steps, inputs), (n, hidden)), *weights(rng, inputs, hidden, blocks)]


def block(array, k, hidden):
    """The k-th block of columns."""
    return array[..., k * hidden : (k + 1) * hidden]


def sigmoid(a):
    """The logistic function of numbers of moderate size, complex ones too."""
    return 1 / (1 + np.exp(-a))


def rnn_step(x, h, Wx, Wh, b):
    """The next state; accepts complex numbers, like all oracles here."""
    return np.tanh(np.einsum("nd,dk->nk", x, Wx) + np.einsum("nj,jk->nk", h, Wh) + b)


def lstm_step(x, h, c, Wx, Wh, b):
    """The next state and the next cell."""
    i, f, o, g = (
        x @ block(Wx, k, h.shape[1]) + h @ block(Wh, k, h.shape[1]) + block(b, k, h.shape[1]) for k in range(4)
    )
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_step(x, h, Wx, Wh, b):
    """The next state."""
    size = h.shape[1]
    r = sigmoid(x @ block(Wx, 0, size) + h @ block(Wh, 0, size) + block(b, 0, size))
    z = sigmoid(x @ block(Wx, 1, size) + h @ block(Wh, 1, size) + block(b, 1, size))
    g = np.tanh(x @ block(Wx, 2, size) + (h * r) @ block(Wh, 2, size) + block(b, 2, size))
    return h * z + g - g * z


def rnn_states(x, h, Wx, Wh, b):
    """(N, T, H): all states."""
    states = []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


def lstm_states(x, h, Wx, Wh, b):
    """(N, T, H): all states; the cell begins at 0."""
    states, c = [], np.zeros(h.shape)
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


def gradients(f, arguments, which=None):
    """By complex step, the gradient of the scalar f in each of its arguments, or in those at the places `which`."""

    def at(place):
        def moved(value):
            return f(*arguments[:place], value, *arguments[place + 1 :])

        return numerical_gradient(moved, arguments[place], complex_step=True)

    return [at(place) for place in (range(len(arguments)) if which is None else which)]


def all_close(got, expected, names, hint=""):
    """Each of the results is what is expected.

    Terms of a gradient may cancel, down to what float32 rounds away: so a millionth is allowed beside numbers around 1.
    """
    for name, actual, wanted in zip(names, got, expected, strict=True):
        close(actual, wanted, rtol=1e-8, atol=1e-6, name=name, hint=hint)


STEP, SEQUENCE = ("dx", "dprev_h", "dWx", "dWh", "db"), ("dx", "dh0", "dWx", "dWh", "db")
LSTM_STEP = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")
NAMES = {
    "rnn_step_forward": ("next_h", "cache"),
    "rnn_forward": ("h", "cache"),
    "lstm_step_forward": ("next_h", "next_c", "cache"),
    "lstm_forward": ("h", "cache"),
    "gru_step_forward": ("next_h", "cache"),
    "word_embedding_forward": ("out", "cache"),
    "temporal_affine_forward": ("out", "cache"),
    "rnn_step_backward": STEP,
    "rnn_backward": SEQUENCE,
    "lstm_step_backward": LSTM_STEP,
    "lstm_backward": SEQUENCE,
    "gru_step_backward": STEP,
    "temporal_affine_backward": ("dx", "dw", "db"),
}
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}


def forward(namespace, name, arguments):
    """What a forward function returned, taken apart."""
    return parts(getattr(namespace, name)(*arguments), *NAMES[name])


def all_forward(namespace, name, cases):
    """The same of many calls."""
    return [parts(result, *NAMES[name]) for result in getattr(namespace, name).calls(cases)]


def backward(namespace, name, arguments, *upstream):
    """What a backward function returned for the cache of the same namespace's forward function, taken apart."""
    forward_name = name.replace("backward", "forward")
    cache = forward(namespace, forward_name, arguments)[-1]
    return parts(getattr(namespace, name)(*upstream, cache), *NAMES[name])


def all_backward(namespace, name, cases, upstreams):
    """The same of many layers: all forward passes first, then all backward passes, in reverse."""
    caches = [result[-1] for result in all_forward(namespace, name.replace("backward", "forward"), cases)]
    calls = [(*upstream, cache) for upstream, cache in zip(upstreams, caches, strict=True)]
    results = getattr(namespace, name).calls(calls[::-1])
    return [parts(result, *NAMES[name]) for result in results][::-1]


# ------------------------------------------------------------------------------------------------------ what all share

FORWARDS = ("rnn_step_forward", "rnn_forward", "lstm_step_forward", "lstm_forward", "gru_step_forward")
BACKWARDS = ("rnn_step_backward", "rnn_backward", "lstm_step_backward", "lstm_backward", "gru_step_backward")


def arguments_of(exercise, rng, n=2, steps=3, inputs=4, hidden=3):
    """Arguments of a forward function."""
    kind = exercise.split("_")[0]
    if "step" in exercise:
        x, h, *rest = step_arrays(rng, n, inputs, hidden, BLOCKS[kind])
        return [x, h, *arrays(rng, (n, hidden)), *rest] if kind == "lstm" else [x, h, *rest]
    return sequence_arrays(rng, n, steps, inputs, hidden, BLOCKS[kind])


def upstream_of(exercise, rng, n=2, steps=3, hidden=3):
    """The gradients that a backward function is given."""
    if "step" not in exercise:
        return arrays(rng, (n, steps, hidden))
    return arrays(rng, *[(n, hidden)] * (2 if exercise.startswith("lstm") else 1))


@check(*FORWARDS, points=0.5, public=True, side_condition=True)
def forward_leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    arguments = arguments_of(exercise, rng)
    unmodified(getattr(student, exercise), *arguments, inputs=range(len(arguments)))


def kept(student, cache):
    """The cache as a handle, so that two calls get the same one and not two copies."""
    return cache if hasattr(cache, "reference") else student.put(cache)


@check(*BACKWARDS, points=0.5, side_condition=True)
def backward_leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify what it is given, and the same cache gives the same gradients again."""
    forward_name = exercise.replace("backward", "forward")
    cache = kept(student, forward(student, forward_name, arguments_of(forward_name, rng))[-1])
    upstream = upstream_of(exercise, rng)
    first = unmodified(getattr(student, exercise), *upstream, cache, inputs=range(len(upstream)))
    again = getattr(student, exercise)(*upstream, cache)
    hint = "Was something in the cache changed by the first call?"
    names = [f"{name} of the second call" for name in NAMES[exercise]]
    all_close(parts(again, *NAMES[exercise]), parts(first, *NAMES[exercise]), names, hint)


# --------------------------------------------------------------------------------------------------- rnn_step_forward


@check("rnn_step_forward", points=1.5, public=True)
def rnn_step_follows_the_reference(student, reference, rng):
    """rnn_step_forward is right for three sequences."""
    arguments = step_arrays(rng, 3, 4, 5, 1)
    expected = reference.rnn_step_forward(*arguments)
    next_h, _ = forward(student, "rnn_step_forward", arguments)
    close(next_h, expected[0], rtol=1e-9, name="next_h", hint="x meets Wx, prev_h meets Wh, and b is added once.")


@check("rnn_step_forward", points=2)
def rnn_step_works_for_all_sizes(student, rng):
    """rnn_step_forward is right for one sequence, one input, one unit, and for square matrices."""
    cases = [step_arrays(rng, n, d, size, 1) for n, _, d, size in SIZES]
    for (next_h, _), case in zip(all_forward(student, "rnn_step_forward", cases), cases, strict=True):
        x, h, Wx, Wh, b = (array.tolist() for array in case)
        expected = [
            [
                math.tanh(
                    b[k]
                    + sum(x[n][d] * Wx[d][k] for d in range(len(Wx)))
                    + sum(h[n][j] * Wh[j][k] for j in range(len(Wh)))
                )
                for k in range(len(b))
            ]
            for n in range(len(x))
        ]
        close(next_h, np.array(expected), rtol=1e-9, name=f"next_h for x of shape {case[0].shape}")


# -------------------------------------------------------------------------------------------------- rnn_step_backward


@check("rnn_step_backward", points=2, public=True)
def rnn_step_gradients_of_inputs(student, reference, rng):
    """rnn_step_backward gives the gradients of x and prev_h for three sequences."""
    arguments, dnext_h = step_arrays(rng, 3, 4, 5, 1), rng.standard_normal((3, 5))
    expected = backward(reference, "rnn_step_backward", arguments, dnext_h)
    got = backward(student, "rnn_step_backward", arguments, dnext_h)
    all_close(got[:2], expected[:2], STEP[:2], "First through tanh, then through the matrix product.")


@check("rnn_step_backward", points=1, public=True)
def rnn_step_gradients_of_weights(student, reference, rng):
    """rnn_step_backward gives the gradients of Wx, Wh and b for three sequences."""
    arguments, dnext_h = step_arrays(rng, 3, 4, 5, 1), rng.standard_normal((3, 5))
    expected = backward(reference, "rnn_step_backward", arguments, dnext_h)
    got = backward(student, "rnn_step_backward", arguments, dnext_h)
    all_close(got[2:], expected[2:], STEP[2:], "Each weight meets all sequences; their gradients are summed.")


@check("rnn_step_backward", points=2.5)
def rnn_step_gradients_by_complex_step(student, rng):
    """All five gradients of rnn_step_backward agree with the complex step, for several sizes."""
    cases = [step_arrays(rng, n, d, size, 1) for n, _, d, size in SIZES]
    upstreams = [arrays(rng, case[1].shape) for case in cases]
    for got, case, (dnext_h,) in zip(
        all_backward(student, "rnn_step_backward", cases, upstreams), cases, upstreams, strict=True
    ):
        expected = gradients(lambda *a, d=dnext_h: np.sum(d * rnn_step(*a)), case)
        all_close(got, expected, STEP)


# -------------------------------------------------------------------------------------------------------- rnn_forward


@check("rnn_forward", points=2, public=True)
def rnn_follows_the_reference(student, reference, rng):
    """rnn_forward is right for two sequences of four steps."""
    arguments = sequence_arrays(rng, 2, 4, 3, 5, 1)
    expected = reference.rnn_forward(*arguments)
    h, _ = forward(student, "rnn_forward", arguments)
    close(h, expected[0], rtol=1e-9, name="h", hint="The state that one step returns goes into the next.")


@check("rnn_forward", points=1.5)
def rnn_works_for_all_sizes(student, rng):
    """rnn_forward is right for sequences of one step, one sequence, one unit, and square matrices."""
    cases = [sequence_arrays(rng, *sizes, 1) for sizes in SIZES]
    for (h, _), case in zip(all_forward(student, "rnn_forward", cases), cases, strict=True):
        close(h, rnn_states(*case), rtol=1e-9, name=f"h for x of shape {case[0].shape}")


@check("rnn_forward", points=1)
def rnn_continues_where_a_chunk_ended(student, rng):
    """A sequence cut into chunks, the last state of each handed to the next, gives the same states."""
    x, h0, *w = sequence_arrays(rng, 2, 7, 3, 4, 1)
    expected, state, chunks = rnn_states(x, h0, *w), h0, []
    for chunk in (x[:, :3], x[:, 3:4], x[:, 4:]):
        h, _ = forward(student, "rnn_forward", (chunk, state, *w))
        expect(np.shape(h) == (2, chunk.shape[1], 4), f"h has shape {np.shape(h)}, expected {(2, chunk.shape[1], 4)}")
        chunks.append(h)
        state = np.asarray(h)[:, -1]
    close(np.concatenate(chunks, axis=1), expected, rtol=1e-8, name="h of all chunks", hint="Each chunk begins at h0.")


# ------------------------------------------------------------------------------------------------------- rnn_backward


@check("rnn_backward", points=1.5, public=True)
def rnn_worked_example(student, rng):
    """rnn_backward gives the gradients of the example by hand, and of two steps with other numbers."""
    x, w = np.array([[[0.5], [0.0]]]), [np.array([[1.0]]), np.array([[2.0]]), np.zeros(1)]
    got = backward(student, "rnn_backward", (x, np.zeros((1, 1)), *w), np.array([[[0.0], [1.0]]]))
    by_hand = [[[[0.7396], [0.4702]]], [[1.4791]], [[0.3698]], [[0.2173]], [1.2098]]
    for name, actual, wanted in zip(SEQUENCE, got, by_hand, strict=True):
        close(actual, np.array(wanted), rtol=1e-3, name=f"{name} of the example by hand")
    (a, b), wx, wh = rng.uniform(0.5, 1.5, 2), rng.uniform(0.5, 1.5), rng.uniform(-1.5, -0.5)
    h1 = math.tanh(a * wx)
    h2 = math.tanh(b * wx + h1 * wh)
    d1, d2 = rng.standard_normal(2)
    da2 = d2 * (1 - h2 * h2)
    da1 = (d1 + da2 * wh) * (1 - h1 * h1)
    arguments = (np.array([[[a], [b]]]), np.zeros((1, 1)), np.array([[wx]]), np.array([[wh]]), np.zeros(1))
    got = backward(student, "rnn_backward", arguments, np.array([[[d1], [d2]]]))
    wanted = [[[[da1 * wx], [da2 * wx]]], [[da1 * wh]], [[a * da1 + b * da2]], [[h1 * da2]], [da1 + da2]]
    all_close(got, map(np.array, wanted), SEQUENCE, "What comes back from step 2 is added to dh of step 1.")


@check("rnn_backward", points=2, public=True)
def rnn_gradients_follow_the_reference(student, reference, rng):
    """rnn_backward is right for two sequences of four steps, with a loss at every step."""
    arguments, dh = sequence_arrays(rng, 2, 4, 3, 5, 1), rng.standard_normal((2, 4, 5))
    expected = backward(reference, "rnn_backward", arguments, dh)
    got = backward(student, "rnn_backward", arguments, dh)
    all_close(got, expected, SEQUENCE, "Each state is used by its own loss and by the next step: two gradients.")


@check("rnn_backward", points=2.5)
def rnn_gradients_by_complex_step(student, rng):
    """All five gradients of rnn_backward agree with the complex step, for one step and several sizes."""
    sequence_gradients(student, rng, "rnn_backward", rnn_states, 1)


def sequence_gradients(student, rng, name, states, blocks):
    """The gradients of a sequence agree with the complex step of `states`."""
    cases = [sequence_arrays(rng, *sizes, blocks) for sizes in SIZES]
    upstreams = [arrays(rng, (*case[0].shape[:2], case[1].shape[1])) for case in cases]
    for got, case, (dh,) in zip(all_backward(student, name, cases, upstreams), cases, upstreams, strict=True):
        expected = gradients(lambda *a, dh=dh: np.sum(dh * states(*a)), case)
        all_close(got, expected, [f"{part} for x of shape {case[0].shape}" for part in SEQUENCE])


@check("rnn_backward", points=1.5)
def rnn_gradient_reaches_the_beginning(student, rng):
    """A loss at the last of six steps reaches the first input through a product of Jacobians."""
    x, h0, Wx, Wh, b = sequence_arrays(rng, 1, 6, 2, 3, 1)
    dh = np.zeros((1, 6, 3))
    dh[0, -1] = rng.standard_normal(3)
    states = rnn_states(x, h0, Wx, Wh, b)[0]
    row = dh[0, -1]
    for t in range(5, 0, -1):
        row = row @ (np.diag(1 - states[t] ** 2) @ Wh.T)
    before_tanh = row @ np.diag(1 - states[0] ** 2)
    got = backward(student, "rnn_backward", (x, h0, Wx, Wh, b), dh)
    hint = "Does what comes back from a step go on to the one before it, all the way?"
    close(np.asarray(got[0])[:, 0], before_tanh[None] @ Wx.T, rtol=1e-8, name="dx at the first step", hint=hint)
    close(got[1], before_tanh[None] @ Wh.T, rtol=1e-8, name="dh0", hint=hint)


@check("rnn_backward", points=1)
def rnn_gradient_can_cross_a_border(student, rng):
    """dh0 of the second chunk, added to the last dh of the first one, gives the gradients of the whole sequence."""
    x, h0, *w = sequence_arrays(rng, 2, 5, 3, 2, 1)
    dh = rng.standard_normal((2, 5, 2))
    expected = gradients(lambda *a: np.sum(dh * rnn_states(*a)), [x, h0, *w])
    middle = rnn_states(x, h0, *w)[:, 2]
    late = backward(student, "rnn_backward", (x[:, 3:], middle, *w), dh[:, 3:])
    first_dh = dh[:, :3].copy()
    first_dh[:, -1] += np.asarray(late[1])
    early = backward(student, "rnn_backward", (x[:, :3], h0, *w), first_dh)
    close(np.concatenate([early[0], late[0]], axis=1), expected[0], rtol=1e-8, name="dx of both chunks")
    close(early[1], expected[1], rtol=1e-8, name="dh0 of the first chunk")
    for name, one, two, both in zip(SEQUENCE[2:], early[2:], late[2:], expected[2:], strict=True):
        close(np.add(one, two), both, rtol=1e-8, name=f"{name}, the sum of both chunks")


q_which_bug = question(
    "Right for one step, wrong before the last of several.", hint="which of the four needs two steps to show in dx?"
)


# ---------------------------------------------------------------------------------------------- gradient_norm_by_time


def some_states(rng, n, steps, hidden):
    """(N, T, H) states between -1 and 1."""
    return np.tanh(rng.standard_normal((n, steps, hidden)))


@check("gradient_norm_by_time", points=2, public=True)
def norms_follow_the_reference(student, reference, rng):
    """gradient_norm_by_time is right for two sequences of five states."""
    dh_last, Wh = arrays(rng, (2, 3), (3, 3))
    h = some_states(rng, 2, 5, 3)
    expected = reference.gradient_norm_by_time(dh_last, h, Wh)
    hint = "The gradient goes back through tanh of the later state, then through Wh."
    close(student.gradient_norm_by_time(dh_last, h, Wh), expected, rtol=1e-8, name="norms", hint=hint)


@check("gradient_norm_by_time", points=1.5)
def norms_change_by_a_factor_each_step(student, rng):
    """With states at 0 and s times an orthogonal matrix, the length changes by the factor s each step."""
    for s, steps, hidden in [(0.7, 9, 4), (1.3, 6, 2), (1.0, 1, 3)]:
        turn = np.linalg.qr(rng.standard_normal((hidden, hidden)))[0]
        dh_last = rng.standard_normal((3, hidden))
        length = math.sqrt(sum(float(value) ** 2 for value in dh_last.ravel()))
        expected = [length * s ** (steps - 1 - t) for t in range(steps)]
        got = student.gradient_norm_by_time(dh_last, np.zeros((3, steps, hidden)), s * turn)
        hint = "From the last of T states back to the first there are T - 1 steps."
        close(got, np.array(expected), rtol=1e-8, name=f"norms for {steps} states and s = {s:g}", hint=hint)


@check("gradient_norm_by_time", points=2)
def norms_by_complex_step(student, rng):
    """The lengths are those of the gradients in each state that the complex step gives."""
    n, steps, hidden = 2, 4, 3
    x, h0, Wx, Wh, b = sequence_arrays(rng, n, steps, 2, hidden, 1)
    dh_last, h = rng.standard_normal((n, hidden)), rnn_states(x, h0, Wx, Wh, b)
    expected = [np.linalg.norm(dh_last)]
    for t in range(steps - 2, -1, -1):

        def loss(state, t=t):
            return np.sum(dh_last * rnn_states(x[:, t + 1 :], state, Wx, Wh, b)[:, -1])

        expected.append(np.linalg.norm(numerical_gradient(loss, h[:, t], complex_step=True)))
    close(student.gradient_norm_by_time(dh_last, h, Wh), np.array(expected[::-1]), rtol=1e-8, name="norms")


@check("gradient_norm_by_time", points=0.5, public=True, side_condition=True)
def norms_leave_their_inputs_alone(student, rng):
    """gradient_norm_by_time does not modify its inputs."""
    dh_last, Wh = arrays(rng, (2, 3), (3, 3))
    unmodified(student.gradient_norm_by_time, dh_last, some_states(rng, 2, 4, 3), Wh, inputs=(0, 1, 2))


q_vanished = question(
    "The gradient's length at the first of 11 states.", rtol=0.01, hint="how many steps back are there from 11 to 1?"
)


# ----------------------------------------------------------------------------------------------------- clip_grad_norm


def clipped(namespace, grads, max_norm):
    """What clip_grad_norm returned, taken apart; its first part is a dict with the names of grads."""
    result, norm = parts(namespace.clip_grad_norm(grads, max_norm), "clipped", "norm")
    expect(isinstance(result, dict) and set(result) == set(grads), "clipped is a dict with the same names as grads")
    return result, norm


def length_of(grads):
    """The length of all gradients together."""
    return math.sqrt(sum(float(value) ** 2 for grad in grads.values() for value in np.ravel(grad)))


def some_grads(rng, size):
    """Gradients of three shapes, of different sizes, and of the length `size` together."""
    grads = {"Wx": rng.standard_normal((2, 3)), "b": 5 * rng.standard_normal(4), "E": rng.standard_normal((2, 1, 2))}
    total = length_of(grads)
    for array in grads.values():
        array *= size / total
    return grads


ALL_TOGETHER = "One factor for all gradients, from the length of all of them together."
CLIPPED = 1e-5  # some add 1e-6 to the length so as not to divide by 0


@check("clip_grad_norm", points=1.5, public=True)
def long_gradients_are_shortened(student, reference, rng):
    """Gradients that are too long are shortened to max_norm, all by the same factor."""
    grads, max_norm = some_grads(rng, 20.0), float(rng.uniform(1, 3))
    expected, expected_norm = reference.clip_grad_norm(grads, max_norm)
    got, norm = clipped(student, grads, max_norm)
    close(got, expected, rtol=CLIPPED, name="clipped", hint=ALL_TOGETHER)
    close(norm, expected_norm, rtol=1e-8, name="norm", hint="The length before clipping, of all gradients together.")


@check("clip_grad_norm", points=1, public=True)
def short_gradients_stay(student, rng):
    """Gradients that are short enough stay as they are, and norm is still their length."""
    for size in rng.uniform(1, 5, 2):
        grads = some_grads(rng, size)
        got, norm = clipped(student, grads, float(size) + 1)
        close(got, grads, rtol=CLIPPED, name="clipped", hint="max_norm is a bound, not a target.")
        close(norm, float(size), rtol=1e-8, name="norm")


@check("clip_grad_norm", points=1.5)
def clipping_keeps_the_direction(student, rng):
    """After clipping the length is max_norm and the direction the same, for one array and for several."""
    for size, max_norm in [(50.0, 1.0), (1e4, 5), (3.0, 2.5)]:
        for grads in (some_grads(rng, size), {"w": size * np.array([0.6, 0.0, -0.8])[rng.permutation(3)]}):
            got, norm = clipped(student, grads, max_norm)
            close(norm, size, rtol=1e-8, name="norm")
            wanted = {name: grad * max_norm / size for name, grad in grads.items()}
            close(got, wanted, rtol=CLIPPED, name=f"clipped from {size:g} to {max_norm:g}", hint=ALL_TOGETHER)


@check("clip_grad_norm", points=0.5)
def gradients_of_zero_are_no_trouble(student, rng):
    """Gradients that are 0 stay 0 and have length 0; beside others they count as 0."""
    got, norm = clipped(student, {"w": np.zeros((2, 2)), "b": np.zeros(3)}, 1.0)
    close(got, {"w": np.zeros((2, 2)), "b": np.zeros(3)}, name="clipped", hint="Is something divided by a length of 0?")
    close(norm, 0.0, name="norm")
    w = rng.uniform(3, 4)
    got, norm = clipped(student, {"w": np.array([w]), "b": np.zeros(3)}, 1.0)
    close(got, {"w": np.ones(1), "b": np.zeros(3)}, rtol=CLIPPED, name="clipped")
    close(norm, w, name="norm")


@check("clip_grad_norm", points=0.5, public=True, side_condition=True)
def clipping_leaves_its_input_alone(student, rng):
    """clip_grad_norm modifies neither the dict nor its arrays."""
    grads = some_grads(rng, 10.0)
    unmodified(student.clip_grad_norm, grads, 1.0, inputs=(0,))
    kept = student.put(grads)
    student.clip_grad_norm(kept, 1.0)
    close(kept.value(), grads, name="grads after the call", hint="Put the shortened gradients into a new dict.")


q_clipped = question("Clipping 3 and 4 to a common length of 1.", rtol=1e-3, hint="how long are both together?")


# -------------------------------------------------------------------------------------------------- lstm_step_forward


@check("lstm_step_forward", points=1, public=True)
def lstm_step_worked_example(student, rng):
    """lstm_step_forward gives the numbers of the example by hand, and of the same cell with other gates."""
    Wx, zeros = np.array([[0.0, math.log(3), 0.0, math.log(2)]]), np.zeros((1, 4))
    inputs = (np.ones((1, 1)), np.zeros((1, 1)), np.array([[0.4]]))
    next_h, next_c, _ = forward(student, "lstm_step_forward", (*inputs, Wx, zeros, np.zeros(4)))
    hint = "The blocks of the weights are in the order i, f, o, g."
    close(next_c, np.array([[0.6]]), name="next_c of the example by hand", hint=hint)
    close(next_h, np.array([[0.5 * math.tanh(0.6)]]), name="next_h of the example by hand", hint=hint)
    i, f, o = rng.uniform(0.1, 0.9, 3)
    g, c = rng.uniform(-0.9, 0.9, 2)
    bias = np.array([*special.logit([i, f, o]), math.atanh(g)])
    arguments = (np.zeros((1, 1)), np.zeros((1, 1)), np.array([[c]]), Wx, zeros, bias)
    next_h, next_c, _ = forward(student, "lstm_step_forward", arguments)
    close(next_c, np.array([[f * c + i * g]]), name="next_c", hint=hint)
    close(next_h, np.array([[o * math.tanh(f * c + i * g)]]), name="next_h", hint=hint)


@check("lstm_step_forward", points=2, public=True)
def lstm_step_follows_the_reference(student, reference, rng):
    """lstm_step_forward is right for three sequences."""
    arguments = arguments_of("lstm_step_forward", rng, 3, None, 4, 5)
    expected = reference.lstm_step_forward(*arguments)
    next_h, next_c, _ = forward(student, "lstm_step_forward", arguments)
    close(next_c, expected[1], rtol=1e-9, name="next_c", hint="The order is i, f, o, g; the old cell meets f.")
    close(next_h, expected[0], rtol=1e-9, name="next_h", hint="The output gate meets tanh of the new cell.")


@check("lstm_step_forward", points=1.5)
def lstm_step_works_for_all_sizes(student, rng):
    """lstm_step_forward is right for one sequence, one input, one unit, and H equal to D."""
    cases = [arguments_of("lstm_step_forward", rng, n, None, d, size) for n, _, d, size in SIZES]
    for (next_h, next_c, _), case in zip(all_forward(student, "lstm_step_forward", cases), cases, strict=True):
        h, c = lstm_step(*case)
        close(next_c, c, rtol=1e-9, name=f"next_c for x of shape {case[0].shape}")
        close(next_h, h, rtol=1e-9, name=f"next_h for x of shape {case[0].shape}")


@check("lstm_step_forward", points=1)
def lstm_step_survives_large_numbers(student, rng):
    """Gates that are wide open or shut, by numbers in the thousands, are 1 or 0."""
    c, x, size = rng.standard_normal((2, 3)), rng.uniform(1, 2, (2, 1)), 3
    for i, f, o, g in [(1, 0, 1, -1), (0, 1, 1, 1), (1, 1, 0, 1)]:
        signs = np.repeat([2 * i - 1, 2 * f - 1, 2 * o - 1, g], size)
        arguments = (x, np.zeros((2, size)), c, 3000.0 * signs[None], np.zeros((size, 4 * size)), np.zeros(4 * size))
        next_h, next_c, _ = forward(student, "lstm_step_forward", arguments)
        hint = "What is exp of a few thousand? scipy.special.expit is a sigmoid without that trouble."
        close(next_c, f * c + i * g, name="next_c", hint=hint)
        close(next_h, o * np.tanh(f * c + i * g), name="next_h", hint=hint)


q_lstm_weights = question("The weights of an LSTM with D = 10 and H = 20.", hint="four blocks, each with three parts")


# ------------------------------------------------------------------------------------------------- lstm_step_backward


@check("lstm_step_backward", points=1, public=True)
def lstm_step_gradients_of_the_example(student, rng):
    """lstm_step_backward gives the gradients of the example by hand, for any size of dnext_h."""
    Wx, zeros = np.array([[0.0, math.log(3), 0.0, math.log(2)]]), np.zeros((1, 4))
    arguments = (np.ones((1, 1)), np.zeros((1, 1)), np.array([[0.4]]), Wx, zeros, np.zeros(4))
    scale = rng.uniform(1, 5)
    got = backward(student, "lstm_step_backward", arguments, np.full((1, 1), scale), np.zeros((1, 1)))
    hint = "The cell gets a gradient from next_h, too."
    close(np.divide(got[5], scale), np.array([0.0534, 0.0267, 0.1343, 0.1139]), rtol=1e-3, name="db", hint=hint)
    close(np.divide(got[0], scale), np.array([[0.1082]]), rtol=1e-3, name="dx", hint=hint)
    close(np.divide(got[2], scale), np.array([[0.2669]]), rtol=1e-3, name="dprev_c", hint=hint)


@check("lstm_step_backward", points=1.5, public=True)
def lstm_step_gradients_of_inputs(student, reference, rng):
    """lstm_step_backward gives the gradients of x, prev_h and prev_c for three sequences."""
    arguments, upstream = arguments_of("lstm_step_forward", rng, 3, None, 4, 5), arrays(rng, (3, 5), (3, 5))
    expected = backward(reference, "lstm_step_backward", arguments, *upstream)
    got = backward(student, "lstm_step_backward", arguments, *upstream)
    all_close(got[:3], expected[:3], LSTM_STEP[:3], "next_c is used twice: by next_h, and by what comes later.")


@check("lstm_step_backward", points=1, public=True)
def lstm_step_gradients_of_weights(student, reference, rng):
    """lstm_step_backward gives the gradients of Wx, Wh and b for three sequences."""
    arguments, upstream = arguments_of("lstm_step_forward", rng, 3, None, 4, 5), arrays(rng, (3, 5), (3, 5))
    expected = backward(reference, "lstm_step_backward", arguments, *upstream)
    got = backward(student, "lstm_step_backward", arguments, *upstream)
    all_close(got[3:], expected[3:], LSTM_STEP[3:], "The blocks of da are in the order of the weights: i, f, o, g.")


def lstm_loss(dh, dc):
    """The loss of an LSTM step whose gradients in next_h and next_c are dh and dc."""

    def loss(*arguments):
        h, c = lstm_step(*arguments)
        return np.sum(dh * h) + np.sum(dc * c)

    return loss


@check("lstm_step_backward", points=2.5)
def lstm_step_gradients_by_complex_step(student, rng):
    """All six gradients of lstm_step_backward agree with the complex step, for several sizes."""
    cases = [arguments_of("lstm_step_forward", rng, n, None, d, size) for n, _, d, size in SIZES]
    upstreams = [arrays(rng, case[1].shape, case[1].shape) for case in cases]
    results = all_backward(student, "lstm_step_backward", cases, upstreams)
    for got, case, upstream in zip(results, cases, upstreams, strict=True):
        all_close(got, gradients(lstm_loss(*upstream), case), LSTM_STEP)


@check("lstm_step_backward", points=1.5)
def lstm_step_gradients_one_at_a_time(student, rng):
    """The gradients are right if only the state, or only the cell, is used later."""
    case, (dh, dc) = arguments_of("lstm_step_forward", rng, 2, None, 3, 2), arrays(rng, (2, 2), (2, 2))
    for upstream, used in [((dh, 0 * dc), "only the state is used"), ((0 * dh, dc), "only the cell is used")]:
        got = backward(student, "lstm_step_backward", case, *upstream)
        all_close(got, gradients(lstm_loss(*upstream), case), [f"{name} where {used}" for name in LSTM_STEP])


# ------------------------------------------------------------------------------------------------------- lstm_forward


@check("lstm_forward", points=2, public=True)
def lstm_follows_the_reference(student, reference, rng):
    """lstm_forward is right for two sequences of four steps."""
    arguments = sequence_arrays(rng, 2, 4, 3, 5, 4)
    expected = reference.lstm_forward(*arguments)
    h, _ = forward(student, "lstm_forward", arguments)
    close(
        h, expected[0], rtol=1e-9, name="h", hint="State and cell of one step go into the next; the cell begins at 0."
    )


@check("lstm_forward", points=1.5)
def lstm_works_for_all_sizes(student, rng):
    """lstm_forward is right for sequences of one step, one sequence, one unit, and H equal to D."""
    cases = [sequence_arrays(rng, *sizes, 4) for sizes in SIZES]
    for (h, _), case in zip(all_forward(student, "lstm_forward", cases), cases, strict=True):
        close(h, lstm_states(*case), rtol=1e-9, name=f"h for x of shape {case[0].shape}")


@check("lstm_forward", points=1)
def lstm_cell_adds_up(student, rng):
    """With open gates the cell is the sum of all inputs so far; each call begins at 0."""
    x, h0 = rng.uniform(-0.5, 0.5, (2, 6, 1)), rng.standard_normal((2, 1))
    Wx, b = np.array([[0.0, 0.0, 0.0, 1.0]]), np.array([40.0, 40.0, 40.0, 0.0])
    cells = np.cumsum(np.tanh(x), axis=1)
    calls = [(x, h0, Wx, np.zeros((1, 4)), b)] * 2
    for (h, _), said in zip(all_forward(student, "lstm_forward", calls), ("first", "second"), strict=True):
        close(h, np.tanh(cells), rtol=1e-8, name=f"h of the {said} call", hint="The cell begins at 0 in each call.")


# ------------------------------------------------------------------------------------------------------ lstm_backward


@check("lstm_backward", points=1.5, public=True)
def lstm_worked_example(student, rng):
    """lstm_backward hands the cell's gradient back as in the example by hand, for any size of dh."""
    Wx, zeros = np.array([[0.0, math.log(3), 0.0, math.log(2)]]), np.zeros((1, 4))
    scale = rng.uniform(1, 5)
    dh = np.array([[[0.0], [scale]]])
    got = backward(student, "lstm_backward", (np.ones((1, 2, 1)), np.zeros((1, 1)), Wx, zeros, np.zeros(4)), dh)
    hint = "With Wh = 0 the only way back is the cell: is its gradient handed on?"
    close(np.divide(np.asarray(got[4])[3], scale), 0.2151, rtol=1e-3, name="db of the candidate", hint=hint)
    close(np.divide(got[1], scale), np.zeros((1, 1)), name="dh0", hint="With Wh = 0 nothing reaches h0.")


@check("lstm_backward", points=2, public=True)
def lstm_gradients_follow_the_reference(student, reference, rng):
    """lstm_backward is right for two sequences of four steps, with a loss at every step."""
    arguments, dh = sequence_arrays(rng, 2, 4, 3, 5, 4), rng.standard_normal((2, 4, 5))
    expected = backward(reference, "lstm_backward", arguments, dh)
    got = backward(student, "lstm_backward", arguments, dh)
    all_close(got, expected, SEQUENCE, "Two gradients are handed on: in the state and in the cell.")


@check("lstm_backward", points=3)
def lstm_gradients_by_complex_step(student, rng):
    """All five gradients of lstm_backward agree with the complex step, for one step and several sizes."""
    sequence_gradients(student, rng, "lstm_backward", lstm_states, 4)


@check("lstm_backward", points=2)
def lstm_gradient_survives_along_the_cell(student, rng):
    """With open gates a loss at the last of thirty steps reaches each input as 1 - tanh(x)^2 times one number."""
    steps = 30
    x, dh = rng.uniform(-0.3, 0.3, (1, steps, 1)), np.zeros((1, steps, 1))
    dh[0, -1, 0] = rng.uniform(1, 2)
    Wx, b = np.array([[0.0, 0.0, 0.0, 1.0]]), np.array([40.0, 40.0, 40.0, 0.0])
    cell = np.tanh(x).sum()
    expected = dh[0, -1, 0] * (1 - math.tanh(cell) ** 2) * (1 - np.tanh(x) ** 2)
    got = backward(student, "lstm_backward", (x, np.zeros((1, 1)), Wx, np.zeros((1, 4)), b), dh)
    close(got[0], expected, rtol=1e-7, name="dx", hint="The cell's gradient is multiplied by f, and handed on.")
    close(np.asarray(got[4])[3], expected.sum(), rtol=1e-7, name="db of the candidate", hint="Summed over all steps.")


# --------------------------------------------------------------------------------------------------- gru_step_forward


@check("gru_step_forward", points=2, public=True)
def gru_step_follows_the_reference(student, reference, rng):
    """gru_step_forward is right for three sequences."""
    arguments = step_arrays(rng, 3, 4, 5, 3)
    expected = reference.gru_step_forward(*arguments)
    next_h, _ = forward(student, "gru_step_forward", arguments)
    hint = "The order is r, z, g; z weighs the old state; r meets the state before Wh does."
    close(next_h, expected[0], rtol=1e-9, name="next_h", hint=hint)


@check("gru_step_forward", points=1.5)
def gru_step_works_for_all_sizes(student, rng):
    """gru_step_forward is right for one sequence, one input, one unit, and H equal to D."""
    cases = [step_arrays(rng, n, d, size, 3) for n, _, d, size in SIZES]
    for (next_h, _), case in zip(all_forward(student, "gru_step_forward", cases), cases, strict=True):
        close(next_h, gru_step(*case), rtol=1e-9, name=f"next_h for x of shape {case[0].shape}")


@check("gru_step_forward", points=1)
def gru_step_survives_large_numbers(student, rng):
    """Gates that are wide open or shut, by numbers in the thousands, keep, replace and reset the state."""
    (x, h), size = (rng.uniform(1, 2, (2, 1)), rng.standard_normal((2, 3))), 3
    Wh = np.hstack([np.zeros((size, 2 * size)), rng.standard_normal((size, size))])
    bias = np.concatenate([np.zeros(2 * size), rng.standard_normal(size)])
    for r, z in [(1, 0), (0, 0), (1, 1), (0, 1)]:
        Wx = 3000.0 * np.repeat([2 * r - 1, 2 * z - 1, 0], size)[None]
        next_h, _ = forward(student, "gru_step_forward", (x, h, Wx, Wh, bias))
        candidate = np.tanh(r * (h @ Wh[:, 2 * size :]) + bias[2 * size :])
        hint = "What is exp of a few thousand? scipy.special.expit is a sigmoid without that trouble."
        close(next_h, h if z else candidate, name=f"next_h for r = {r} and z = {z}", hint=hint)


# -------------------------------------------------------------------------------------------------- gru_step_backward


@check("gru_step_backward", points=2, public=True)
def gru_step_gradients_of_inputs(student, reference, rng):
    """gru_step_backward gives the gradients of x and prev_h for three sequences."""
    arguments, dnext_h = step_arrays(rng, 3, 4, 5, 3), rng.standard_normal((3, 5))
    expected = backward(reference, "gru_step_backward", arguments, dnext_h)
    got = backward(student, "gru_step_backward", arguments, dnext_h)
    all_close(got[:2], expected[:2], STEP[:2], "prev_h is used in four places: four gradients are added.")


@check("gru_step_backward", points=1.5, public=True)
def gru_step_gradients_of_weights(student, reference, rng):
    """gru_step_backward gives the gradients of Wx, Wh and b for three sequences."""
    arguments, dnext_h = step_arrays(rng, 3, 4, 5, 3), rng.standard_normal((3, 5))
    expected = backward(reference, "gru_step_backward", arguments, dnext_h)
    got = backward(student, "gru_step_backward", arguments, dnext_h)
    all_close(got[2:], expected[2:], STEP[2:], "The last block of Wh was multiplied by r * prev_h, not by prev_h.")


@check("gru_step_backward", points=3)
def gru_step_gradients_by_complex_step(student, rng):
    """All five gradients of gru_step_backward agree with the complex step, for several sizes."""
    cases = [step_arrays(rng, n, d, size, 3) for n, _, d, size in SIZES]
    upstreams = [arrays(rng, case[1].shape) for case in cases]
    results = all_backward(student, "gru_step_backward", cases, upstreams)
    for got, case, (dnext_h,) in zip(results, cases, upstreams, strict=True):
        all_close(got, gradients(lambda *a, d=dnext_h: np.sum(d * gru_step(*a)), case), STEP)


# ----------------------------------------------------------------------------------------------------- word_embedding


@check("word_embedding_forward", points=0.75, public=True)
def embedding_follows_the_reference(student, reference, rng):
    """word_embedding_forward looks up two sequences of four words."""
    x, W = rng.integers(0, 5, (2, 4)), rng.standard_normal((5, 3))
    expected = reference.word_embedding_forward(x, W)
    out, _ = forward(student, "word_embedding_forward", (x, W))
    close(out, expected[0], name="out", hint="Row x[n, t] of W.")


@check("word_embedding_forward", points=0.75)
def embedding_is_a_product_with_unit_vectors(student, rng):
    """word_embedding_forward is right for one word, one step, one sequence, the first and last word, and without it."""
    cases = [
        (rng.integers(0, v, (n, t)), rng.standard_normal((v, d)))
        for n, t, v, d in [(1, 1, 1, 1), (3, 1, 4, 2), (1, 5, 2, 3)]
    ]
    cases += [(np.array(x), rng.standard_normal((4, 2))) for x in ([[0, 3], [3, 0], [1, 3]], [[0, 1], [1, 0]])]
    for (out, _), (x, W) in zip(all_forward(student, "word_embedding_forward", cases), cases, strict=True):
        close(out, np.einsum("ntv,vd->ntd", np.eye(len(W))[x], W), name=f"out for x of shape {x.shape}")


@check("word_embedding_backward", points=1.5, public=True)
def embedding_gradient_follows_the_reference(student, reference, rng):
    """word_embedding_backward is right where words occur several times, or never."""
    x = rng.permutation([0, 0, 0, 2, 2, 5, 5, 5]).reshape(2, 4)
    W, dout = arrays(rng, (6, 3), (2, 4, 3))
    expected = reference.word_embedding_backward(dout, reference.word_embedding_forward(x, W)[1])
    _, cache = forward(student, "word_embedding_forward", (x, W))
    hint = "The gradients of all places where a word stands are added."
    close(student.word_embedding_backward(dout, cache), expected, rtol=1e-9, name="dW", hint=hint)


@check("word_embedding_backward", points=2)
def embedding_gradient_is_a_sum(student, rng):
    """word_embedding_backward adds up over sequences and steps, for several sizes."""
    cases, upstreams = [], []
    for n, t, v, d in [(3, 4, 2, 3), (1, 1, 3, 2), (1, 6, 4, 1), (4, 1, 1, 2)]:
        cases.append((rng.integers(0, v, (n, t)), rng.standard_normal((v, d))))
        upstreams.append(rng.standard_normal((n, t, d)))
    caches = [result[-1] for result in all_forward(student, "word_embedding_forward", cases)]
    results = student.word_embedding_backward.calls(zip(upstreams, caches, strict=True))
    for dW, (x, W), dout in zip(results, cases, upstreams, strict=True):
        expected = np.einsum("ntv,ntd->vd", np.eye(len(W))[x], dout)
        close(dW, expected, rtol=1e-9, name=f"dW for x of shape {x.shape} and {len(W)} words")


# ---------------------------------------------------------------------------------------------------- temporal_affine


def affine_arrays(rng, n, t, d, m):
    """x, w and b."""
    return arrays(rng, (n, t, d), (d, m), (m,))


@check("temporal_affine_forward", points=0.75, public=True)
def affine_follows_the_reference(student, reference, rng):
    """temporal_affine_forward is right for two sequences of three steps."""
    arguments = affine_arrays(rng, 2, 3, 4, 5)
    expected = reference.temporal_affine_forward(*arguments)
    out, _ = forward(student, "temporal_affine_forward", arguments)
    close(out, expected[0], rtol=1e-9, name="out")


AFFINE_SIZES = [(3, 2, 2, 2), (1, 1, 3, 1), (2, 1, 1, 4), (1, 4, 3, 3)]


@check("temporal_affine_forward", points=0.75)
def affine_works_for_all_sizes(student, rng):
    """temporal_affine_forward is right for one step, one sequence, one input, one output."""
    cases = [affine_arrays(rng, *sizes) for sizes in AFFINE_SIZES]
    for (out, _), (x, w, b) in zip(all_forward(student, "temporal_affine_forward", cases), cases, strict=True):
        expected = np.array([[[b[m] + sum(row * w[:, m]) for m in range(len(b))] for row in rows] for rows in x])
        close(out, expected, rtol=1e-9, name=f"out for x of shape {x.shape}")


@check("temporal_affine_backward", points=0.75, public=True)
def affine_gradients_follow_the_reference(student, reference, rng):
    """temporal_affine_backward is right for two sequences of three steps."""
    arguments, dout = affine_arrays(rng, 2, 3, 4, 5), rng.standard_normal((2, 3, 5))
    expected = backward(reference, "temporal_affine_backward", arguments, dout)
    got = backward(student, "temporal_affine_backward", arguments, dout)
    all_close(got, expected, ("dx", "dw", "db"), "The weights are used at each step of each sequence.")


@check("temporal_affine_backward", points=0.75)
def affine_gradients_by_complex_step(student, rng):
    """The gradients of temporal_affine_backward agree with the complex step, for several sizes."""
    cases = [affine_arrays(rng, *sizes) for sizes in AFFINE_SIZES]
    upstreams = [arrays(rng, (*case[0].shape[:2], len(case[2]))) for case in cases]
    results = all_backward(student, "temporal_affine_backward", cases, upstreams)
    for got, case, (dout,) in zip(results, cases, upstreams, strict=True):
        expected = gradients(lambda x, w, b, dout=dout: np.sum(dout * (np.einsum("ntd,dm->ntm", x, w) + b)), case)
        all_close(got, expected, ("dx", "dw", "db"))


@check("word_embedding_forward", "temporal_affine_forward", points=0.5, public=True, side_condition=True)
def layer_leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    if exercise == "word_embedding_forward":
        arguments = [rng.integers(0, 5, (2, 4)), rng.standard_normal((5, 3))]
    else:
        arguments = affine_arrays(rng, 2, 3, 4, 5)
    unmodified(getattr(student, exercise), *arguments, inputs=range(len(arguments)))


@check("word_embedding_backward", "temporal_affine_backward", points=0.5, side_condition=True)
def layer_backward_leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify dout, and the same cache gives the same gradients again."""
    if exercise == "word_embedding_backward":
        arguments = [rng.integers(0, 5, (2, 3)), rng.standard_normal((5, 4))]
    else:
        arguments = affine_arrays(rng, 2, 3, 4, 4)
    cache = kept(student, forward(student, exercise.replace("backward", "forward"), arguments)[-1])
    dout = rng.standard_normal((2, 3, 4))
    first = unmodified(getattr(student, exercise), dout, cache, inputs=(0,))
    again = getattr(student, exercise)(dout, cache)
    hint = "Was something in the cache changed by the first call?"
    if exercise == "word_embedding_backward":
        close(again, first, name="dW of the second call", hint=hint)
    else:
        names = ("dx", "dw", "db")
        all_close(parts(again, *names), parts(first, *names), [f"{name} of the second call" for name in names], hint)


# ---------------------------------------------------------------------------------------------- temporal_softmax_loss


def scores_and_words(rng, n, t, v):
    """x, y and a mask in which each sequence has a length of its own, between 1 and t."""
    lengths = rng.integers(1, t + 1, n)
    return rng.standard_normal((n, t, v)), rng.integers(0, v, (n, t)), np.arange(t) < lengths[:, None]


def sequence_loss(x, y, mask):
    """The loss, written out; accepts complex numbers."""
    total = 0
    for n, t in zip(*np.nonzero(mask), strict=True):
        total = total + np.log(np.sum(np.exp(x[n, t]))) - x[n, t, y[n, t]]
    return total / len(x)


def temporal_loss(namespace, *arguments):
    """What temporal_softmax_loss returned, taken apart."""
    return parts(namespace.temporal_softmax_loss(*arguments), "loss", "dx")


@check("temporal_softmax_loss", points=1.5, public=True)
def loss_follows_the_reference(student, reference, rng):
    """The loss is right for three sequences of different lengths."""
    arguments = scores_and_words(rng, 3, 4, 5)
    expected = reference.temporal_softmax_loss(*arguments)
    hint = "Added over the steps that count, divided by the number of sequences."
    close(temporal_loss(student, *arguments)[0], expected[0], rtol=1e-9, name="loss", hint=hint)


@check("temporal_softmax_loss", points=1.5, public=True)
def loss_gradient_follows_the_reference(student, reference, rng):
    """The gradient is right for three sequences of different lengths."""
    arguments = scores_and_words(rng, 3, 4, 5)
    expected = reference.temporal_softmax_loss(*arguments)
    hint = "Steps that do not count have no gradient; the others are divided by the number of sequences."
    close(temporal_loss(student, *arguments)[1], expected[1], rtol=1e-9, name="dx", hint=hint)


@check("temporal_softmax_loss", points=1.5)
def loss_gradient_by_complex_step(student, rng):
    """Loss and gradient agree with the formula and its complex step, for several sizes and scattered masks."""
    cases = [scores_and_words(rng, *sizes) for sizes in [(1, 1, 3), (4, 1, 2), (1, 5, 4), (2, 3, 1)]]
    x, y, _ = scores_and_words(rng, 3, 4, 3)
    cases.append((x, y, np.array([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 1, 1]], bool)))
    cases.append((x, y, np.ones((3, 4), bool)))
    for (x, y, mask), result in zip(cases, student.temporal_softmax_loss.calls(cases), strict=True):
        loss, dx = parts(result, "loss", "dx")
        close(loss, sequence_loss(x, y, mask), rtol=1e-9, name=f"loss for x of shape {x.shape}")
        expected = numerical_gradient(
            lambda scores, y=y, mask=mask: sequence_loss(scores, y, mask), x, complex_step=True
        )
        close(dx, expected, rtol=1e-8, name=f"dx for x of shape {x.shape}")


@check("temporal_softmax_loss", points=1, public=True)
def loss_survives_large_scores(student, rng):
    """Scores in the thousands, and one far below the others, give the right loss and gradient."""
    x, y, mask = scores_and_words(rng, 3, 4, 3)
    shift = rng.choice([-1000.0, 1000.0, 5000.0], (3, 4, 1))
    x = np.round(8 * x) / 8  # exact, with and without the shift; in float32, too
    np.put_along_axis(x, (y[..., None] + 1) % 3, -2000.0, axis=2)  # far below the others, and not the right word
    expected = numerical_gradient(lambda scores: sequence_loss(scores, y, mask), x, complex_step=True)
    loss, dx = temporal_loss(student, x + shift, y, mask)
    hint = "Subtract the largest score of each step before exp."
    close(loss, sequence_loss(x, y, mask), rtol=1e-8, name="loss", hint=hint)
    close(dx, expected, rtol=1e-8, name="dx", hint=hint)


@check("temporal_softmax_loss", points=0.5, public=True, side_condition=True)
def loss_leaves_its_inputs_alone(student, rng):
    """temporal_softmax_loss does not modify its inputs."""
    unmodified(student.temporal_softmax_loss, *scores_and_words(rng, 2, 3, 4), inputs=(0, 1, 2))


# --------------------------------------------------------------------------------------------------------- perplexity


@check("perplexity", points=1, public=True)
def perplexity_of_equal_probabilities(student, rng):
    """A model that gives V letters the same probability has perplexity V, for any lengths and with filling, too."""
    for n, t in [(1, 1), (2, 3), (4, 7)]:
        v = int(rng.integers(5, 40))
        hint = "The loss was divided by N; the exponent is the loss per step that counts."
        got = student.perplexity(t * math.log(v), np.ones((n, t), bool))
        close(got, float(v), rtol=1e-9, name=f"perplexity of {n} sequences of {t} steps", hint=hint)
    mask = np.arange(5) < np.array([[5], [2], [3]])  # 10 steps count, 5 are filling
    got = student.perplexity(10 / 3 * math.log(v), mask)
    close(got, float(v), rtol=1e-9, name="perplexity of three sequences with filling", hint=hint)


@check("perplexity", points=2)
def perplexity_counts_what_the_mask_counts(student, rng):
    """perplexity is e to the mean cost of the steps that count, for masks of all kinds."""
    for n, t in [(3, 5), (1, 6), (5, 1), (2, 2)]:
        mask = rng.uniform(size=(n, t)) < 0.6
        mask[0, 0] = True
        costs = rng.uniform(0, 3, (n, t))
        total, count = sum(float(cost) for cost in costs[mask]), sum(map(bool, mask.ravel()))
        hint = "Steps that do not count are not to be divided by, either."
        got = student.perplexity(total / n, mask)
        close(got, math.exp(total / count), rtol=1e-9, name=f"perplexity for a mask of shape {(n, t)}", hint=hint)


q_uniform = question("The perplexity of knowing nothing about 27 letters.", hint="e to the logarithm of what?")


# ------------------------------------------------------------------------------------------------------------- sample

FROM_RNG = "All randomness comes from rng."


def seed_from(rng):
    """An int seed."""
    return int(rng.integers(2**31))


def tokens_of(result, length, size):
    """What sample returned as a list of ints below size, or a Failure that says what else it is."""
    expect(isinstance(result, (list, tuple, np.ndarray)), "sample returns a list of tokens")
    expect(
        len(result) == length, f"sample returned {len(result)} tokens, expected {length}; the seed is not one of them"
    )
    values = np.asarray(result)
    whole = values.shape == (length,) and values.dtype.kind in "iuf" and (values == np.round(values)).all()
    expect(whole, "the tokens are whole numbers")
    outside = [int(value) for value in values if not 0 <= value < size]
    expect(not outside, f"there is a token {outside[:1]}; a model of {size} scores has the tokens 0 to {size - 1}")
    return values.astype(int).tolist()


def sure_of_the_next(order, asked):
    """A model that is sure which token comes after each one; `asked` gets what it is given."""

    def model(token, state):
        asked.append((int(token), state))
        scores = np.full(len(order), -1e4)
        scores[order[int(token)]] = 0.0
        return scores, None

    return model


@check("sample", points=1.5, public=True)
def sample_feeds_back_what_it_drew(student, rng):
    """Where the model is sure, the tokens follow one after the other, beginning after the seed."""
    order, start = rng.permutation(7).tolist(), int(rng.integers(7))
    asked, expected = [], [start]
    for _ in range(9):
        expected.append(order[expected[-1]])
    tokens = tokens_of(student.sample(sure_of_the_next(order, asked), start, 9, seed_from(rng)), 9, 7)
    equal(tokens, expected[1:], name="the tokens", hint="What was drawn is the model's next input.")
    equal([token for token, _ in asked][:9], expected[:9], name="what the model was given")


def counting_model(size, asked):
    """A model whose state counts its steps; it says the count, modulo size."""

    def model(token, state):
        asked.append(state)
        count = 0 if state is None else state["count"]
        scores = np.full(size, -1e4)
        scores[count % size] = 0.0
        return scores, {"count": count + 1}

    return model


@check("sample", points=1, public=True)
def sample_hands_the_state_on(student, rng):
    """The model gets None first, and then the state that it returned."""
    size, asked = int(rng.integers(3, 6)), []
    tokens = tokens_of(student.sample(counting_model(size, asked), 0, 11, seed_from(rng)), 11, size)
    equal(tokens, [k % size for k in range(11)], name="the tokens", hint="Hand on the state that the model returned.")
    expect(asked[0] is None, "the first state is None")


@check("sample", points=0.5, public=True, side_condition=True)
def sample_repeats_with_its_seed(student, rng):
    """The same seed writes the same tokens, another seed others."""
    scores, seed = 0.5 * rng.standard_normal(8), seed_from(rng)

    def model(token, state):
        return scores, state

    first, again, other = (tokens_of(student.sample(model, 0, 40, each), 40, 8) for each in (seed, seed, seed + 1))
    expect(first == again, f"two calls with the seed {seed} gave different tokens. {FROM_RNG}")
    expect(first != other, f"the seeds {seed} and {seed + 1} gave the same tokens. {FROM_RNG}")


def chain(sample, table, shift, length, seed):
    """What sample draws from a model whose scores are the row of the table of the last token, plus shift.

    An array, which is compared in one go where a known mistake is looked for.
    """
    from numpy import array

    def model(token, state):
        return table[int(token)] + shift, state

    return array([int(token) for token in sample(model, 0, length, seed)])


def drawn(student, table, shift, length, seed):
    """Tokens from the chain."""
    sample = student.get("sample")
    return tokens_of(student.probe(chain, "sample")(sample, table, shift, length, seed), length, len(table))


def frequencies(tokens, table):
    """How often each token follows each other one is what chance allows."""
    counts = np.zeros(table.shape)
    np.add.at(counts, ([0, *tokens[:-1]], tokens), 1)
    p = special.softmax(table, axis=1)
    for row, of_row, right in zip(range(len(p)), counts, p, strict=True):
        n = int(of_row.sum())
        for token, count in enumerate(of_row.astype(int)):
            fewer, more = special.bdtr(count, n, right[token]), special.bdtrc(count - 1, n, right[token])
            said = f"after token {row}, token {token} came {count} times in {n}, expected about {right[token] * n:.0f}"
            expect(min(fewer, 1 if count == 0 else more) > RARE, f"{said}\nDraw from the softmax of the scores.")


def mostly_in_a_circle(rng, size):
    """Scores of a chain that often goes from one token to the next, so that it comes to all of them about as often."""
    others = rng.uniform(0.05, 0.09, (size, size))
    ahead = np.roll(np.eye(size), 1, axis=1) == 1
    others[ahead] = 1 - np.where(ahead, 0, others).sum(axis=1)
    return np.log(others)


@check("sample", points=1, public=True)
def sample_follows_the_probabilities(student, rng):
    """Each token comes as often as the softmax of the scores says."""
    table = mostly_in_a_circle(rng, 3)
    frequencies(drawn(student, table, 0.0, 1500, seed_from(rng)), table)


@check("sample", points=1.5)
def sample_survives_large_scores(student, rng):
    """Large scores are no trouble, negative ones neither, and each token comes as often as it should."""
    table = mostly_in_a_circle(rng, 4)
    for shift in (2000.0, -2000.0, float(rng.uniform(-3, 3))):
        frequencies(drawn(student, table, shift, 1000, seed_from(rng)), table)


@check("sample", points=0.5, side_condition=True)
def sample_takes_a_generator(student, rng):
    """A sample of one token is one token, and rng may be a generator, which goes on where it was."""
    scores = np.zeros(50)

    def model(token, state):
        return scores, state

    tokens_of(student.sample(model, 0, 1, seed_from(rng)), 1, 50)
    generator = student.probe(new_generator)(seed_from(rng))
    first, second = (tokens_of(student.sample(model, 0, 20, generator), 20, 50) for _ in range(2))
    expect(first != second, f"two samples from one generator are the same: is a new one made in each call? {FROM_RNG}")


def new_generator(seed):
    """A generator on their side."""
    from numpy.random import default_rng

    return default_rng(seed)
