"""The public checks of recurrent.

Run them with `autograder check recurrent`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import math

import numpy as np
from scipy import special

from autograder import check, close, equal, expect, numerical_gradient, parts, question, unmodified

RARE = 1e-10


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


def backward(namespace, name, arguments, *upstream):
    """What a backward function returned for the cache of the same namespace's forward function, taken apart."""
    forward_name = name.replace("backward", "forward")
    cache = forward(namespace, forward_name, arguments)[-1]
    return parts(getattr(namespace, name)(*upstream, cache), *NAMES[name])


FORWARDS = ("rnn_step_forward", "rnn_forward", "lstm_step_forward", "lstm_forward", "gru_step_forward")


def arguments_of(exercise, rng, n=2, steps=3, inputs=4, hidden=3):
    """Arguments of a forward function."""
    kind = exercise.split("_")[0]
    if "step" in exercise:
        x, h, *rest = step_arrays(rng, n, inputs, hidden, BLOCKS[kind])
        return [x, h, *arrays(rng, (n, hidden)), *rest] if kind == "lstm" else [x, h, *rest]
    return sequence_arrays(rng, n, steps, inputs, hidden, BLOCKS[kind])


@check(*FORWARDS, points=0.5, public=True, side_condition=True)
def forward_leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    arguments = arguments_of(exercise, rng)
    unmodified(getattr(student, exercise), *arguments, inputs=range(len(arguments)))


def kept(student, cache):
    """The cache as a handle, so that two calls get the same one and not two copies."""
    return cache if hasattr(cache, "reference") else student.put(cache)


@check("rnn_step_forward", points=1.5, public=True)
def rnn_step_follows_the_reference(student, reference, rng):
    """rnn_step_forward is right for three sequences."""
    arguments = step_arrays(rng, 3, 4, 5, 1)
    expected = reference.rnn_step_forward(*arguments)
    next_h, _ = forward(student, "rnn_step_forward", arguments)
    close(next_h, expected[0], rtol=1e-9, name="next_h", hint="x meets Wx, prev_h meets Wh, and b is added once.")


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


@check("rnn_forward", points=2, public=True)
def rnn_follows_the_reference(student, reference, rng):
    """rnn_forward is right for two sequences of four steps."""
    arguments = sequence_arrays(rng, 2, 4, 3, 5, 1)
    expected = reference.rnn_forward(*arguments)
    h, _ = forward(student, "rnn_forward", arguments)
    close(h, expected[0], rtol=1e-9, name="h", hint="The state that one step returns goes into the next.")


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


q_which_bug = question(
    "Right for one step, wrong before the last of several.", hint="which of the four needs two steps to show in dx?"
)


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


@check("gradient_norm_by_time", points=0.5, public=True, side_condition=True)
def norms_leave_their_inputs_alone(student, rng):
    """gradient_norm_by_time does not modify its inputs."""
    dh_last, Wh = arrays(rng, (2, 3), (3, 3))
    unmodified(student.gradient_norm_by_time, dh_last, some_states(rng, 2, 4, 3), Wh, inputs=(0, 1, 2))


q_vanished = question(
    "The gradient's length at the first of 11 states.", rtol=0.01, hint="how many steps back are there from 11 to 1?"
)


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


@check("clip_grad_norm", points=0.5, public=True, side_condition=True)
def clipping_leaves_its_input_alone(student, rng):
    """clip_grad_norm modifies neither the dict nor its arrays."""
    grads = some_grads(rng, 10.0)
    unmodified(student.clip_grad_norm, grads, 1.0, inputs=(0,))
    kept = student.put(grads)
    student.clip_grad_norm(kept, 1.0)
    close(kept.value(), grads, name="grads after the call", hint="Put the shortened gradients into a new dict.")


q_clipped = question("Clipping 3 and 4 to a common length of 1.", rtol=1e-3, hint="how long are both together?")


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


q_lstm_weights = question("The weights of an LSTM with D = 10 and H = 20.", hint="four blocks, each with three parts")


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


@check("lstm_forward", points=2, public=True)
def lstm_follows_the_reference(student, reference, rng):
    """lstm_forward is right for two sequences of four steps."""
    arguments = sequence_arrays(rng, 2, 4, 3, 5, 4)
    expected = reference.lstm_forward(*arguments)
    h, _ = forward(student, "lstm_forward", arguments)
    close(
        h, expected[0], rtol=1e-9, name="h", hint="State and cell of one step go into the next; the cell begins at 0."
    )


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


@check("gru_step_forward", points=2, public=True)
def gru_step_follows_the_reference(student, reference, rng):
    """gru_step_forward is right for three sequences."""
    arguments = step_arrays(rng, 3, 4, 5, 3)
    expected = reference.gru_step_forward(*arguments)
    next_h, _ = forward(student, "gru_step_forward", arguments)
    hint = "The order is r, z, g; z weighs the old state; r meets the state before Wh does."
    close(next_h, expected[0], rtol=1e-9, name="next_h", hint=hint)


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


@check("word_embedding_forward", points=0.75, public=True)
def embedding_follows_the_reference(student, reference, rng):
    """word_embedding_forward looks up two sequences of four words."""
    x, W = rng.integers(0, 5, (2, 4)), rng.standard_normal((5, 3))
    expected = reference.word_embedding_forward(x, W)
    out, _ = forward(student, "word_embedding_forward", (x, W))
    close(out, expected[0], name="out", hint="Row x[n, t] of W.")


@check("word_embedding_backward", points=1.5, public=True)
def embedding_gradient_follows_the_reference(student, reference, rng):
    """word_embedding_backward is right where words occur several times, or never."""
    x = rng.permutation([0, 0, 0, 2, 2, 5, 5, 5]).reshape(2, 4)
    W, dout = arrays(rng, (6, 3), (2, 4, 3))
    expected = reference.word_embedding_backward(dout, reference.word_embedding_forward(x, W)[1])
    _, cache = forward(student, "word_embedding_forward", (x, W))
    hint = "The gradients of all places where a word stands are added."
    close(student.word_embedding_backward(dout, cache), expected, rtol=1e-9, name="dW", hint=hint)


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


@check("temporal_affine_backward", points=0.75, public=True)
def affine_gradients_follow_the_reference(student, reference, rng):
    """temporal_affine_backward is right for two sequences of three steps."""
    arguments, dout = affine_arrays(rng, 2, 3, 4, 5), rng.standard_normal((2, 3, 5))
    expected = backward(reference, "temporal_affine_backward", arguments, dout)
    got = backward(student, "temporal_affine_backward", arguments, dout)
    all_close(got, expected, ("dx", "dw", "db"), "The weights are used at each step of each sequence.")


@check("word_embedding_forward", "temporal_affine_forward", points=0.5, public=True, side_condition=True)
def layer_leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    if exercise == "word_embedding_forward":
        arguments = [rng.integers(0, 5, (2, 4)), rng.standard_normal((5, 3))]
    else:
        arguments = affine_arrays(rng, 2, 3, 4, 5)
    unmodified(getattr(student, exercise), *arguments, inputs=range(len(arguments)))


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


q_uniform = question("The perplexity of knowing nothing about 27 letters.", hint="e to the logarithm of what?")

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
