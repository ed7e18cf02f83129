"""The public checks of optimizers.

Run them with `autograder check optimizers`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import itertools

import numpy as np

from autograder import check, close, equal, expect, parts, previous, question, unmodified

VELOCITY = "The velocity holds learning rate and sign, so that it is added to w just as it is."
LOOK_AHEAD = "The velocity is that of sgd_momentum; the step of w uses both the old and the new one."
EPSILON_OUTSIDE = "Is the present gradient in the cache before the step uses it? Is epsilon outside the square root?"
DELTA = (
    "Epsilon stands inside both roots; the step uses the new average of squared gradients and the old one of updates."
)
CORRECTED = "t is increased before it is used, epsilon is added to the root of the corrected second moment."
MAXIMUM = "u is a maximum per element, without bias correction; epsilon is added to u when dividing and is not stored."
AHEAD = (
    "beta1 times the new m is corrected with t + 1, (1 - beta1) times dw with t; the form with t twice is another one."
)
DECOUPLED = "The decay acts on the old w, is scaled by the learning rate, and never enters m and v."

BETAS = ["learning_rate", "beta1", "beta2", "epsilon"]
# Of each optimizer: its settings, what it keeps in config, and what to look at where it goes wrong.
ABOUT = {
    "sgd": (["learning_rate"], [], ""),
    "sgd_momentum": (["learning_rate", "momentum"], ["velocity"], VELOCITY),
    "nesterov": (["learning_rate", "momentum"], ["velocity"], LOOK_AHEAD),
    "adagrad": (["learning_rate", "epsilon"], ["cache"], EPSILON_OUTSIDE),
    "rmsprop": (["learning_rate", "decay_rate", "epsilon"], ["cache"], EPSILON_OUTSIDE),
    "adadelta": (["learning_rate", "decay_rate", "epsilon"], ["cache", "delta_cache"], DELTA),
    "adam": (BETAS, ["m", "v", "t"], CORRECTED),
    "adamax": (BETAS, ["m", "u", "t"], MAXIMUM),
    "nadam": (BETAS, ["m", "v", "t"], AHEAD),
    "adamw": ([*BETAS, "weight_decay"], ["m", "v", "t"], DECOUPLED),
}


def walk(optimizer, w, gradients, config):
    """Feed the gradients to an optimizer one after the other.

    w: array; gradients: list of arrays of its shape; config: dict or None, not modified.
    Returns the parameters after each step (a list) and the last config.
    """
    return walks(optimizer, [(w, gradients, config)])[0]


def walks(optimizer, cases):
    """Several walks in one request. cases: list of (w, gradients, config). Returns what `walk` does, of each."""
    calls = []
    for w, gradients, config in cases:
        calls += [(w, gradients[0], config), *((previous(0), dw, previous(1)) for dw in gradients[1:])]
    results = iter([parts(result, "next_w", "config") for result in optimizer.calls(calls)])
    ends = []
    for _, gradients, _ in cases:
        path, configs = zip(*itertools.islice(results, len(gradients)), strict=True)
        ends.append((list(path), configs[-1]))
    return ends


def memory(config, key):
    """The entry of a returned config, or a Failure that says it is missing."""
    expect(isinstance(config, dict), "the second value returned must be the config, a dict")
    expect(
        key in config, f"config[{key!r}] is missing from the returned config; what the next step needs is kept there"
    )
    return config[key]


def same_walk(student, reference, exercise, *cases):
    """Compare the parameters after every step, and what the last config remembers. cases: as `walks` takes them."""
    _, kept, hint = ABOUT[exercise]
    both = zip(*(walks(getattr(each, exercise), cases) for each in (student, reference)), strict=True)
    for (path, last), (expected, expected_config) in both:
        for step, (got, wanted) in enumerate(zip(path, expected, strict=True), start=1):
            close(got, wanted, name=f"next_w after step {step}" if len(path) > 1 else "next_w", hint=hint)
        for key in kept:
            close(memory(last, key), expected_config[key], name=f"config[{key!r}]", hint=hint)


def of_the_optimizer(exercise, values):
    """Those of the values that the optimizer has a setting or a memory for."""
    names, kept, _ = ABOUT[exercise]
    return {key: value for key, value in values.items() if key in names or key in kept}


def noise(rng, steps, shape):
    """Gradients of mixed size: `steps` arrays, each entry normal times its own scale between 0.1 and 10."""
    scale = 10 ** rng.uniform(-1, 1, shape)
    return [scale * rng.standard_normal(shape) for _ in range(steps)]


def starts(student, reference, exercise, rng):
    """Three steps with gradients that are huge, ordinary, as small as epsilon, and at first absent.

    w is small, so that every step is seen beside it.
    """
    w = 1e-3 * np.array([1.0, -2.0, 3.0, 4.0])
    gradients = np.array([[250.0, -0.5, 1e-8, 0.0], [-100.0, -0.25, 2e-8, 0.0], [50.0, 1.0, 1e-3, 0.1]])
    same_walk(student, reference, exercise, (w, list(gradients * rng.uniform(1, 2, (3, 4))), None))


@check("sgd_momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamax", "nadam", points=2, public=True)
def starts_with_its_defaults(student, reference, exercise, rng):
    """{exercise} with all defaults takes three steps with huge, ordinary, tiny and absent gradients."""
    starts(student, reference, exercise, rng)


@check("adamw", points=1, public=True)
def adamw_starts_with_its_defaults(student, reference, rng):
    """adamw with all defaults takes three steps with huge, ordinary, tiny and absent gradients."""
    starts(student, reference, "adamw", rng)


def continues(student, reference, exercise, rng):
    """A step in the middle of a walk. Averages of squares and the maximum are positive."""
    w, dw, first, second = rng.standard_normal((4, 2, 4))
    config = of_the_optimizer(
        exercise,
        {"learning_rate": 0.2, "momentum": 0.7, "decay_rate": 0.6, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.3}
        | {"weight_decay": 0.4, "velocity": first, "m": first, "cache": first**2, "delta_cache": second**2}
        | {"v": second**2, "u": abs(second), "t": 5},
    )
    same_walk(student, reference, exercise, (w, [dw], config))


@check("sgd_momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamax", "nadam", points=2, public=True)
def continues_with_its_memory(student, reference, exercise, rng):
    """{exercise} continues with what it finds in config; epsilon, if any, is large enough to see where it stands."""
    continues(student, reference, exercise, rng)


@check("adamw", points=1, public=True)
def adamw_continues_with_its_memory(student, reference, rng):
    """adamw continues with what it finds in config; epsilon is large enough to see where it stands."""
    continues(student, reference, "adamw", rng)


@check("sgd_momentum", "adam", points=1, public=True)
def keeps_two_parameters_apart(student, reference, exercise, rng):
    """Two parameters that take turns in {exercise}, each with its own config, do not influence each other."""
    first, second, *gradients = rng.standard_normal((8, 2, 3))
    of_each = [(first, gradients[::2]), (second, gradients[1::2])]
    expected = [walk(getattr(reference, exercise), w, dws, None)[0] for w, dws in of_each]
    paths, configs, ws = ([], []), [None, None], [first, second]
    for i, dw in enumerate(gradients):
        (ws[i % 2],), configs[i % 2] = walk(getattr(student, exercise), ws[i % 2], [dw], configs[i % 2])
        paths[i % 2].append(ws[i % 2])
    for path, right, which in zip(paths, expected, ["first", "second"], strict=True):
        hint = "What it remembers has to live in config, which belongs to one parameter."
        close(path, right, name=f"next_w of the {which} parameter, step by step", hint=hint)


@check("sgd", points=2, public=True)
def sgd_steps_against_the_gradient(student, reference, rng):
    """sgd moves each parameter against its gradient, by learning_rate times its size, step by step."""
    rows = np.array([[1.0, -2.0, 0.5], [0.5, 3.0, -4.0], [2.0, 1.0, -1.0]])
    w, *gradients = rows[:, np.newaxis] * rng.uniform(1, 2, (3, 1, 3))
    same_walk(student, reference, "sgd", (w, gradients, {"learning_rate": 0.1}))


@check("sgd", points=1, public=True)
def sgd_has_a_default_learning_rate(student, reference, rng):
    """sgd without a config takes the default learning rate."""
    w, dw = rng.standard_normal(2), np.array([30.0, 7.0]) * rng.uniform(1, 2, 2)
    same_walk(student, reference, "sgd", (w, [dw], None))


@check("adam", points=2, public=True)
def adam_follows_the_reference_for_five_steps(student, reference, rng):
    """adam follows the reference for five steps on a (4, 5) parameter."""
    w, gradients = rng.standard_normal((4, 5)), noise(rng, 5, (4, 5))
    same_walk(student, reference, "adam", (w, gradients, {"learning_rate": 0.1}))


def leaves_dw(student, exercise, rng):
    """Two steps that must not change the gradient they are given, the second with what the first one remembers."""
    w, dw = rng.standard_normal((2, 3, 4))
    optimizer, config = getattr(student, exercise), {"learning_rate": 0.1}
    next_w, config = parts(unmodified(optimizer, w, dw, config, inputs=(1,)), "next_w", "config")
    unmodified(optimizer, next_w, dw + 1, config, inputs=(1,))


@check(
    "sgd", "sgd_momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamax", "nadam",
    points=1, public=True, side_condition=True,
)  # fmt: skip
def leaves_the_gradient_alone(student, exercise, rng):
    """{exercise} does not modify dw."""
    leaves_dw(student, exercise, rng)


@check("adamw", points=0.5, public=True, side_condition=True)
def adamw_leaves_the_gradient_alone(student, rng):
    """adamw does not modify dw."""
    leaves_dw(student, "adamw", rng)


STEPS_DONE = "t counts the steps already done: it is 0 for the first step."


@check("step_decay", points=0.5, public=True)
def step_decay_drops_after_every_full_period(student, reference, rng):
    """step_decay keeps the rate for `every` steps and drops it exactly then."""
    every, lr0, drop = int(rng.integers(8, 12)), rng.uniform(0.1, 1), rng.uniform(0.3, 0.7)
    ts = [0, 1, every - 1, every, every + 1, 2 * every - 1, 2 * every, 3 * every + 5]
    cases = [(t, lr0, drop, every) for t in ts]
    name = f"rates at t = {ts}, every = {every}"
    close(student.step_decay.calls(cases), reference.step_decay.calls(cases), name=name, hint=STEPS_DONE)


@check("exponential_decay", points=0.5, public=True)
def exponential_decay_starts_at_lr0_and_falls(student, reference, rng):
    """exponential_decay starts at lr0 and falls by the same factor at each step."""
    ts, lr0, k = [0, 1, 2, 10, 50], rng.uniform(0.1, 1), rng.uniform(0.03, 0.1)
    cases = [(t, lr0, k) for t in ts]
    expected = reference.exponential_decay.calls(cases)
    close(student.exponential_decay.calls(cases), expected, name=f"rates at t = {ts}", hint=STEPS_DONE)


@check("cosine_decay", points=0.5, public=True)
def cosine_decay_goes_from_lr0_to_lr_min(student, reference, rng):
    """cosine_decay goes from lr0 at t = 0 to lr_min at t = total, slowly at both ends, and stays there."""
    total, lr0, lr_min = int(rng.integers(36, 45)), rng.uniform(0.5, 1), rng.uniform(0.05, 0.2)
    ts = [0, 1, 10, 20, 30, total - 1, total, total + 9]
    cases = [(t, lr0, total, lr_min) for t in ts]
    expected = reference.cosine_decay.calls(cases)
    close(student.cosine_decay.calls(cases), expected, name=f"rates at t = {ts}, total = {total}", hint=STEPS_DONE)


@check("warmup", points=0.5, public=True)
def warmup_rises_from_the_first_step_to_the_last(student, reference, rng):
    """warmup rises in equal steps up to lr0, the first of them not zero; without warm-up steps it is lr0."""
    n, lr0 = int(rng.integers(4, 7)), rng.uniform(0.1, 1)
    ts = [*range(n + 2), 100]
    cases = [(t, lr0, n) for t in ts] + [(0, lr0, 0)]
    name = f"rates at t = {ts}, warmup_steps = {n}, and at t = 0 without warm-up"
    close(student.warmup.calls(cases), reference.warmup.calls(cases), name=name, hint=STEPS_DONE)


def with_eigenvalues(rng, eigenvalues):
    """A symmetric matrix with these eigenvalues and random perpendicular eigenvectors."""
    basis, _ = np.linalg.qr(rng.standard_normal((len(eigenvalues), len(eigenvalues))))
    matrix = basis * np.array(eigenvalues, dtype=float) @ basis.T
    return (matrix + matrix.T) / 2


def names_kinds(student, cases):
    """Ask for the kind of every (title, matrix, kind) first, so that a diagnosis sees all answers; then compare."""
    answers = student.classify_critical_point.calls((matrix,) for _, matrix, _ in cases)
    for answer, (title, _, kind) in zip(answers, cases, strict=True):
        equal(answer, kind, name=f"the kind for {title}")


@check("classify_critical_point", points=1, public=True)
def names_the_four_kinds_in_two_dimensions(student, rng):
    """classify_critical_point names a bowl, a hill, a pass and a valley floor in two dimensions."""
    a, b = (float(number) for number in rng.integers(1, 9, 2) / 2)
    cases = [
        ([[a, 0.0], [0.0, b]], "minimum"),
        ([[-a, 0.0], [0.0, -b]], "maximum"),
        ([[a, 0.0], [0.0, -b]], "saddle"),
        ([[a, 0.0], [0.0, 0.0]], "degenerate"),
        ([[a, a + b], [a + b, b]], "saddle"),
    ]
    cases = [(f"{matrix}", np.array(matrix), kind) for matrix, kind in cases]
    # Rounding leaves no exact zero in the first, and the others are small for their unit only.
    turned = [([0, 3], "degenerate"), ([1e-6, 2e-6], "minimum"), ([1e-12, 2e-12], "minimum")]
    cases += [(f"eigenvalues {values}", with_eigenvalues(rng, values), kind) for values, kind in turned]
    names_kinds(student, cases)


def moves_down(student, cases):
    """Move from the point of every (x, matrix, lowest, step) first, so that a diagnosis sees all answers; then compare.

    Length and curvature are compared: this accepts either sign, and any direction for a multiple eigenvalue.
    """
    results = student.escape_saddle.calls((x, matrix, step) for x, matrix, _, step in cases)
    for moved, (x, matrix, lowest, step) in zip(results, cases, strict=True):
        expect(np.shape(moved) == x.shape, f"shape {np.shape(moved)}, expected {x.shape}, that of x")
        move = np.asarray(moved, dtype=float) - x
        close(np.sqrt(move @ move), step, rtol=1e-4, name="distance moved")
        hint = "The direction is a unit eigenvector of the smallest eigenvalue; eigenvectors are columns."
        close(move @ matrix @ move / step**2, lowest, rtol=1e-4, name="curvature along the move", hint=hint)


@check("escape_saddle", points=1.5, public=True)
def escapes_along_the_only_way_down(student, rng):
    """escape_saddle moves by `step` along the only direction in which the loss falls."""
    cases = []
    for down, up, step in [(-1.0, 4.0, 0.25), (-4.0, 1.0, 1.5)]:
        across, along = np.cos(angle := rng.uniform(0.2, 0.6)), np.sin(angle)
        # Eigenvectors at 10 to 35 degrees from an axis: unlike those at 45 degrees, no row of theirs is also a column.
        basis = np.array([[across, -along], [along, across]])
        cases.append((rng.standard_normal(2), basis * [down, up] @ basis.T, down, step))
    moves_down(student, cases)


@check("escape_saddle", points=0.5, public=True, side_condition=True)
def stays_where_no_way_leads_down(student, rng):
    """escape_saddle returns x where no curvature is negative."""
    hint = "A smallest eigenvalue of at least -1e-8 times the largest magnitude is no negative curvature."
    x = rng.standard_normal(3)
    flat = [np.diag([1.0, -7e-9, 0.5]), np.diag([1e12, 1e12, -1e2]), np.zeros((3, 3))]
    for point in student.escape_saddle.calls((x, matrix, 0.5) for matrix in (with_eigenvalues(rng, [1, 2, 5]), *flat)):
        close(point, x, name="the point returned", hint=hint)


@check("escape_saddle", points=0.5, public=True, side_condition=True)
def escape_leaves_its_inputs_alone(student, rng):
    """escape_saddle modifies neither x nor the Hessian."""
    unmodified(student.escape_saddle, rng.standard_normal(3), with_eigenvalues(rng, [-1, 2, 5]), 0.5, inputs=(0, 1))
    unmodified(student.escape_saddle, rng.standard_normal(3), with_eigenvalues(rng, [1, 2, 5]), 0.5, inputs=(0, 1))


q_momentum_speed = question("The final speed of a ball with momentum.", rtol=1e-3, positive=True)
q_adagrad_hundredth_step = question("The length of AdaGrad's hundredth step.", rtol=1e-3, positive=True)

q_adam_first_step = question("The length of Adam's first step.", rtol=1e-3, positive=True)
q_which_bug = question("The bug in the classmate's Adam.")

q_cosine_halfway = question("The learning rate in the middle of a cosine schedule.", rtol=1e-3, positive=True)
q_quartic = question("The kind of the critical point of x^4 + y^2.")
