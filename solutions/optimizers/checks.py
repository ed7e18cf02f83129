"""All checks of the optimizers assignment, public and hidden; 100 points.

The public checks compare with `reference` only. The hidden ones add oracles that share no line with it: weighted sums
over the whole history of gradients, closed forms for constant gradients, Nesterov's method in its original form, and
matrices built from chosen eigenvalues.
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
NEXT_TO_NOTHING = 1e-30  # for epsilon, in float32 too


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


def past_average(gradients, beta):
    """The average of the gradients so far, each step back counting `beta` times less; the weights sum to one."""
    return np.average(gradients, axis=0, weights=beta ** np.arange(len(gradients))[::-1])


def in_units_of(value, unit):
    """value / unit, in the dtype of value."""
    value = np.asarray(value)
    return (value / unit).astype(value.dtype)


# --------------------------------------------------------------------------------------------------- what all are asked


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


@check("sgd_momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adamax", "nadam", "adamw", points=1.5)
def follows_the_reference(student, reference, exercise, rng):
    """{exercise} follows the reference for four steps on arrays of several shapes."""
    several = []
    for shape, rate, momentum, decay, epsilon, weight_decay in [
        ((3, 1, 4), 0.13, 0.6, 0.7, 0.02, 0.3),
        ((5,), 1, 0, 0, 1e-6, 0.05),
        ((1, 1), 0.5, 0.99, 0.97, 1, 1),
    ]:
        config = of_the_optimizer(
            exercise,
            {"learning_rate": rate, "momentum": momentum, "decay_rate": decay, "beta1": 0.6, "beta2": 0.8}
            | {"epsilon": epsilon, "weight_decay": weight_decay},
        )
        several.append((5 * rng.standard_normal(shape), noise(rng, 4, shape), config))
    same_walk(student, reference, exercise, *several)


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


# ----------------------------------------------------------------------------------------------------------- one by one


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


@check("sgd", points=1)
def sgd_takes_several_steps_with_the_config_it_returned(student, rng):
    """sgd takes several steps on arrays of different shapes, each with the config that the last one returned."""
    for shape, rate in [((3, 5), 0.37), ((2, 1, 4), 2), ((1,), 1e-3)]:
        w, gradients = rng.standard_normal(shape), noise(rng, 4, shape)
        path, _ = walk(student.sgd, w, gradients, {"learning_rate": rate})
        close(path, list(w - rate * np.cumsum(gradients, axis=0)), name=f"next_w of shape {shape}, step by step")


@check("sgd_momentum", points=2.5)
def momentum_approaches_its_final_speed(student, rng):
    """Under a constant gradient the velocity approaches -learning_rate dw / (1 - momentum) as a geometric series."""
    w, dw, rate, momentum, steps = rng.standard_normal((2, 3)), rng.standard_normal((2, 3)), 0.3, 0.8, 6
    path, config = walk(student.sgd_momentum, w, [dw] * steps, {"learning_rate": rate, "momentum": momentum})
    speed = -rate * dw / (1 - momentum)
    close(memory(config, "velocity"), speed * (1 - momentum**steps), name="config['velocity']", hint=VELOCITY)
    n = np.arange(1, steps + 1)
    traveled = n - momentum * (1 - momentum**n) / (1 - momentum)
    close(path, [w + speed * share for share in traveled], name="next_w, step by step")


@check("nesterov", points=3.5)
def nesterov_is_momentum_with_the_gradient_taken_ahead(student, rng):
    """On a quadratic loss, w is the look-ahead point theta + momentum v of Nesterov's original form."""
    root, target = rng.standard_normal((4, 4)), rng.standard_normal(4)
    rate, momentum = 0.05, 0.8

    def gradient(at):
        return root @ root.T @ (at - target)

    theta, v, expected = rng.standard_normal(4), np.zeros(4), []
    w, config, path = theta.copy(), {"learning_rate": rate, "momentum": momentum}, []
    for _ in range(5):
        (w,), config = walk(student.nesterov, w, [gradient(w)], config)
        path.append(w)
        v = momentum * v - rate * gradient(theta + momentum * v)
        theta = theta + v
        expected.append(theta + momentum * v)
    close(path, expected, name="next_w, step by step", hint=LOOK_AHEAD)


@check("adagrad", points=1.5)
def adagrad_steps_shrink_like_one_over_the_root_of_t(student, rng):
    """Under a constant gradient of any size, step t of adagrad has length learning_rate / sqrt(t)."""
    dw = np.array([1e4, -3.0, 1e-3]) * rng.uniform(1, 2, 3)
    path, last = walk(student.adagrad, np.zeros(3), [dw] * 5, {"learning_rate": 0.5, "epsilon": NEXT_TO_NOTHING})
    distance = 0.5 * np.cumsum(1 / np.sqrt(np.arange(1, 6)))
    close(path, [-d * np.sign(dw) for d in distance], name="next_w, step by step")
    close(in_units_of(memory(last, "cache"), dw**2), np.full(3, 5.0), name="config['cache'] / dw**2")


@check("adadelta", points=3.5)
def adadelta_learning_rate_scales_the_walk(student, rng):
    """For the same gradients, learning_rate scales the distance walked and leaves both averages as they were."""
    hint = "delta_cache averages the squares of the updates before learning_rate scales them."
    start, gradients = rng.standard_normal(3), noise(rng, 5, 3)
    squares, updates, walked = np.zeros(3), np.zeros(3), []
    for dw in gradients:  # decay_rate 1/2 and epsilon 1, written out
        squares = (squares + dw * dw) / 2
        update = dw * ((updates + 1) / (squares + 1)) ** 0.5
        updates = (updates + update * update) / 2
        walked.append(update)
    for rate in (0.25, 3):
        settings = {"learning_rate": rate, "decay_rate": 0.5, "epsilon": 1}
        path, config = walk(student.adadelta, start, gradients, settings)
        close(path, list(start - rate * np.cumsum(walked, axis=0)), name="next_w, step by step", hint=hint)
        close(memory(config, "delta_cache"), updates, name="config['delta_cache']", hint=hint)
        close(memory(config, "cache"), squares, name="config['cache']", hint=hint)


@check("rmsprop", points=1.5)
def rmsprop_fills_its_average_from_zero(student, rng):
    """Under a constant gradient of any size, step t of rmsprop has length learning_rate / sqrt(1 - decay_rate^t)."""
    dw = np.array([1e4, -3.0, 1e-3]) * rng.uniform(1, 2, 3)
    config = {"learning_rate": 0.5, "decay_rate": 0.9, "epsilon": NEXT_TO_NOTHING}
    path, last = walk(student.rmsprop, np.zeros(3), [dw] * 5, config)
    filled = 1 - 0.9 ** np.arange(1, 6)
    distance = 0.5 * np.cumsum(filled**-0.5)
    close(path, [-d * np.sign(dw) for d in distance], name="next_w, step by step")
    close(in_units_of(memory(last, "cache"), dw**2), np.full(3, filled[-1]), name="config['cache'] / dw**2")


@check("adam", points=2, public=True)
def adam_follows_the_reference_for_five_steps(student, reference, rng):
    """adam follows the reference for five steps on a (4, 5) parameter."""
    w, gradients = rng.standard_normal((4, 5)), noise(rng, 5, (4, 5))
    same_walk(student, reference, "adam", (w, gradients, {"learning_rate": 0.1}))


@check("adam", points=2.5)
def adam_steps_along_weighted_averages(student, rng):
    """Each step of adam divides one weighted average of all gradients so far by the root of another."""
    for shape, rate, beta1, beta2, epsilon in [
        ((3, 1, 4), 0.1, 0.6, 0.9, 0.05),
        ((5,), 1, 0, 0.5, 1e-6),
        ((1, 1), 2, 0.95, 0.3, 1),
    ]:
        w, gradients, expected = rng.standard_normal(shape), noise(rng, 4, shape), []
        config = {"learning_rate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        path, _ = walk(student.adam, w, gradients, config)
        squares = [dw * dw for dw in gradients]
        for n in range(1, 5):
            size = np.sqrt(past_average(squares[:n], beta2)) + epsilon
            w = w - rate * past_average(gradients[:n], beta1) / size
            expected.append(w)
        close(path, expected, name=f"next_w of shape {shape}, step by step", hint=CORRECTED)


@check("adam", points=1.5)
def adam_steps_have_the_length_of_the_learning_rate(student, rng):
    """adam steps by learning_rate while the gradient stays the same, whatever its size, and by less when it turns."""
    dw = np.array([1e5, -3.0, 1e-4]) * rng.uniform(1, 2, 3)
    config = {"learning_rate": 0.25, "beta1": 0.8, "epsilon": NEXT_TO_NOTHING}
    path, _ = walk(student.adam, np.zeros(3), [dw] * 6 + [-dw], config)
    average = (0.8 * (1 - 0.8**6) - 0.2) / (1 - 0.8**7)  # of six gradients and the one against them
    steps = [*range(1, 7), 6 + average]
    close(path, [-0.25 * n * np.sign(dw) for n in steps], name="next_w, step by step", hint=CORRECTED)


@check("adam", points=1)
def adam_stores_its_moments_uncorrected(student, rng):
    """After n steps with a constant gradient, m is (1 - beta1^n) dw and v is (1 - beta2^n) dw^2."""
    hint = "m and v are stored as they are before bias correction."
    w, dw = rng.standard_normal((2, 3)), rng.standard_normal((2, 3))
    _, config = walk(student.adam, w, [dw] * 4, {"beta1": 0.7, "beta2": 0.9})
    close(memory(config, "m"), (1 - 0.7**4) * dw, name="config['m']", hint=hint)
    close(memory(config, "v"), (1 - 0.9**4) * dw**2, name="config['v']", hint=hint)


@check("adamax", points=1.5)
def adamax_divides_by_the_largest_faded_gradient(student, rng):
    """Each step of adamax divides a weighted average of all gradients by the largest of them, older ones faded."""
    w, gradients, expected = rng.standard_normal(4), noise(rng, 5, 4), []
    config = {"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.75, "epsilon": 1e-12}
    path, last = walk(student.adamax, w, gradients, config)
    for n in range(1, 6):
        largest = np.max([0.75 ** (n - 1 - i) * abs(gradients[i]) for i in range(n)], axis=0)
        w = w - 0.1 * past_average(gradients[:n], 0.7) / (largest + 1e-12)
        expected.append(w)
    close(path, expected, name="next_w, step by step", hint=MAXIMUM)
    close(memory(last, "u"), largest, name="config['u']", hint=MAXIMUM)


@check("nadam", points=3.5)
def nadam_steps_along_the_average_of_one_step_ahead(student, rng):
    """Each step of nadam combines all gradients so far with the newest once more, corrected one step ahead."""
    w, gradients, expected = rng.standard_normal(4), noise(rng, 5, 4), []
    config = {"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.75, "epsilon": 0.01}
    path, _ = walk(student.nadam, w, gradients, config)
    for n in range(1, 6):
        absent = [*gradients[:n], np.zeros(4)]  # the average one step later, its own gradient not yet there
        newest = gradients[n - 1] / sum(0.7**i for i in range(n))
        size = np.sqrt(past_average([dw**2 for dw in gradients[:n]], 0.75)) + 0.01
        w = w - 0.1 * (past_average(absent, 0.7) + newest) / size
        expected.append(w)
    close(path, expected, name="next_w, step by step", hint=AHEAD)


@check("adamw", points=0.5, side_condition=True)
def adamw_without_gradient_only_shrinks_the_weights(student, rng):
    """Where the gradient is zero, each step of adamw multiplies w by 1 - learning_rate weight_decay."""
    w, dw = rng.standard_normal(4), np.array([0.0, 0.0, 1.0, 1.0]) * rng.uniform(1, 2, 4)
    path, _ = walk(student.adamw, w, [dw] * 4, {"learning_rate": 0.5, "weight_decay": 0.3})
    still = [at[:2] for at in path if np.shape(at) == (4,)]
    close(still, [w[:2] * 0.85**n for n in range(1, 5)], name="next_w without gradient, step by step", hint=DECOUPLED)


@check("adamw", points=0.5)
def adamw_without_decay_is_adam(student, reference, rng):
    """With weight_decay 0 adamw walks as adam does."""
    w, gradients, config = rng.standard_normal(4), noise(rng, 4, 4), {"learning_rate": 0.1, "beta2": 0.9}
    expected, _ = walk(reference.adam, w, gradients, config)
    path, _ = walk(student.adamw, w, gradients, config | {"weight_decay": 0})
    close(path, expected, name="next_w, step by step")


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


# ---------------------------------------------------------------------------------------------------------- schedules

STEPS_DONE = "t counts the steps already done: it is 0 for the first step."


@check("step_decay", points=0.5, public=True)
def step_decay_drops_after_every_full_period(student, reference, rng):
    """step_decay keeps the rate for `every` steps and drops it exactly then."""
    every, lr0, drop = int(rng.integers(8, 12)), rng.uniform(0.1, 1), rng.uniform(0.3, 0.7)
    ts = [0, 1, every - 1, every, every + 1, 2 * every - 1, 2 * every, 3 * every + 5]
    cases = [(t, lr0, drop, every) for t in ts]
    name = f"rates at t = {ts}, every = {every}"
    close(student.step_decay.calls(cases), reference.step_decay.calls(cases), name=name, hint=STEPS_DONE)


@check("step_decay", points=0.5)
def step_decay_multiplies_once_per_period(student, rng):
    """step_decay, unrolled: the rate is multiplied by drop once after every `every` steps."""
    every, lr0, drop = int(rng.integers(3, 6)), rng.uniform(0.1, 1), rng.uniform(0.2, 0.9)
    for period, first in [(every, lr0), (1, 2)]:
        expected, rate = [], first
        for t in range(13):
            if t > 0 and t % period == 0:
                rate = rate * drop
            expected.append(rate)
        rates = student.step_decay.calls((t, first, drop, period) for t in range(13))
        close(rates, expected, name=f"rates at t = 0 ... 12, every = {period}", hint=STEPS_DONE)


@check("exponential_decay", points=0.5, public=True)
def exponential_decay_starts_at_lr0_and_falls(student, reference, rng):
    """exponential_decay starts at lr0 and falls by the same factor at each step."""
    ts, lr0, k = [0, 1, 2, 10, 50], rng.uniform(0.1, 1), rng.uniform(0.03, 0.1)
    cases = [(t, lr0, k) for t in ts]
    expected = reference.exponential_decay.calls(cases)
    close(student.exponential_decay.calls(cases), expected, name=f"rates at t = {ts}", hint=STEPS_DONE)


@check("exponential_decay", points=0.5)
def exponential_decay_halves_in_log_two_over_k_steps(student, rng):
    """exponential_decay with k = ln(2) / n halves the rate in every n steps; k = 0 leaves it as it is."""
    n, lr0 = int(rng.integers(2, 7)), rng.uniform(0.1, 1)
    rates = student.exponential_decay.calls((t, lr0, np.log(2) / n) for t in range(3 * n))
    close(rates, [lr0 / 2 ** (t / n) for t in range(3 * n)], name="rates", hint=STEPS_DONE)
    close(student.exponential_decay(7, lr0, 0), lr0, name="rate with k = 0")


@check("cosine_decay", points=0.5, public=True)
def cosine_decay_goes_from_lr0_to_lr_min(student, reference, rng):
    """cosine_decay goes from lr0 at t = 0 to lr_min at t = total, slowly at both ends, and stays there."""
    total, lr0, lr_min = int(rng.integers(36, 45)), rng.uniform(0.5, 1), rng.uniform(0.05, 0.2)
    ts = [0, 1, 10, 20, 30, total - 1, total, total + 9]
    cases = [(t, lr0, total, lr_min) for t in ts]
    expected = reference.cosine_decay.calls(cases)
    close(student.cosine_decay.calls(cases), expected, name=f"rates at t = {ts}, total = {total}", hint=STEPS_DONE)


@check("cosine_decay", points=0.5)
def cosine_decay_is_a_squared_cosine(student, rng):
    """cosine_decay lies between its ends like the square of a cosine that runs over a quarter period."""
    total, lr0, lr_min = int(rng.integers(5, 9)), rng.uniform(0.5, 1), rng.uniform(0.01, 0.2)
    for low, rates in [
        (lr_min, student.cosine_decay.calls((t, lr0, total, lr_min) for t in range(total + 1))),
        (0.0, student.cosine_decay.calls((t, lr0, total) for t in range(total + 1))),
    ]:
        share = np.cos(np.linspace(0, np.pi / 2, total + 1)) ** 2
        close(rates, list(low * (1 - share) + lr0 * share), name="rates at t = 0 ... total", hint=STEPS_DONE)


@check("cosine_decay", points=0.5)
def cosine_decay_stays_at_its_end(student, rng):
    """cosine_decay reaches lr_min at t = total, and stays there for every t beyond."""
    total, lr_min = int(rng.integers(2, 9)), rng.uniform(0.01, 0.2)
    rates = student.cosine_decay.calls((total + late, 0.7, total, lr_min) for late in (-1, 0, 1, total, 5 * total + 2))
    before = lr_min + (0.7 - lr_min) * np.sin(np.pi / 2 / total) ** 2
    close(rates, [before] + [lr_min] * 4, name="rates from t = total - 1 on")


@check("warmup", points=0.5, public=True)
def warmup_rises_from_the_first_step_to_the_last(student, reference, rng):
    """warmup rises in equal steps up to lr0, the first of them not zero; without warm-up steps it is lr0."""
    n, lr0 = int(rng.integers(4, 7)), rng.uniform(0.1, 1)
    ts = [*range(n + 2), 100]
    cases = [(t, lr0, n) for t in ts] + [(0, lr0, 0)]
    name = f"rates at t = {ts}, warmup_steps = {n}, and at t = 0 without warm-up"
    close(student.warmup.calls(cases), reference.warmup.calls(cases), name=name, hint=STEPS_DONE)


@check("warmup", points=0.5)
def warmup_rises_by_equal_amounts(student, rng):
    """warmup over n steps gives n equally spaced rates up to lr0 and then stays there."""
    n, lr0 = int(rng.integers(5, 12)), rng.uniform(0.1, 1)
    rates = student.warmup.calls((t, lr0, n) for t in range(n + 3))
    close(rates, [*np.linspace(0, lr0, n + 1)[1:].tolist(), lr0, lr0, lr0], name="rates", hint=STEPS_DONE)


@check("warmup", points=0.5)
def warmup_of_no_or_one_step_is_none(student, rng):
    """warmup with 0 or 1 warm-up steps gives lr0 from the start, and with 2 from the second step on."""
    lr0 = rng.uniform(0.1, 1)
    rates = student.warmup.calls((t, lr0, n) for n in (0, 1, 2) for t in (0, 1, 5))
    close(rates, [lr0] * 6 + [lr0 / 2, lr0, lr0], name="rates for 0, 1 and 2 warm-up steps")


# ---------------------------------------------------------------------------------------------------- critical points


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


@check("classify_critical_point", points=1)
def names_the_kind_whatever_the_axes(student, rng):
    """classify_critical_point finds the kind of Hessians whose axes are turned, in one to six dimensions."""
    cases = [
        ([-1, -2, 3, 4], "saddle"),
        ([1, 2, 3, 0.5], "minimum"),
        ([-1, -2, -3, -0.5], "maximum"),
        ([-0.1, 5, 5, 5, 5, 5], "saddle"),
        ([0.1, -5, -5, -5, -5], "saddle"),
        ([-1, -4], "maximum"),
        ([2], "minimum"),
        ([-2], "maximum"),
    ]
    names_kinds(student, [(f"eigenvalues {values}", with_eigenvalues(rng, values), kind) for values, kind in cases])


@check("classify_critical_point", points=1)
def tells_a_degenerate_point_from_a_saddle(student, rng):
    """classify_critical_point calls zeros degenerate, unless there is curvature of both signs beside them."""
    cases = [
        ([0, 1, 2], "degenerate"),
        ([0, -1, -2], "degenerate"),
        ([0, 0, 3, 1], "degenerate"),
        ([0, 1, -1], "saddle"),
        ([0, 0, -3, 1], "saddle"),
    ]
    cases = [(f"eigenvalues {values}", with_eigenvalues(rng, values), kind) for values, kind in cases]
    names_kinds(student, [*cases, ("a matrix of zeros", np.zeros((3, 3)), "degenerate")])


@check("classify_critical_point", points=1)
def judges_zero_relative_to_the_largest_curvature(student, rng):
    """classify_critical_point gives the same answer in whatever unit the landscape is measured."""
    scale = rng.uniform(1, 2)
    cases = [
        ([1e-12, 2e-12], "minimum"),
        ([1e-12, -2e-12], "saddle"),
        ([-1e-12, -3e-12, -2e-12], "maximum"),
        ([1e12, 1e2], "degenerate"),
        ([-1e12, 1e2], "degenerate"),
        ([1.0, 1.5e-8], "minimum"),
        ([1.0, -1.5e-8], "saddle"),
        ([1.0, 7e-9], "degenerate"),
        ([-1.0, -7e-9], "degenerate"),
    ]
    cases = [(f"eigenvalues of about {v}", scale * with_eigenvalues(rng, v), kind) for v, kind in cases]
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


@check("escape_saddle", points=1.5)
def escapes_along_the_most_negative_curvature(student, rng):
    """escape_saddle takes the most negative of several curvatures, in two to six dimensions, even if it is multiple."""
    kinds = [([-1, -3, 8, 2, 1], 0.1), ([-0.5, 6], 2), ([-2, -2, 1, -1], 0.7), ([-7, -1, -2, -3, 1, 5], 1)]
    cases = [(rng.standard_normal(len(v)), with_eigenvalues(rng, v), min(v), step) for v, step in kinds]
    faint = (rng.standard_normal(2), np.diag([3e-12, -1e-12]), -1e-12, 0.5)
    slight = (rng.standard_normal(2), np.diag([-1.5e-8, 1.0]), -1.5e-8, 0.5)
    moves_down(student, [*cases, faint, slight])


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


# ---------------------------------------------------------------------------------------------- prediction questions


q_momentum_speed = question("The final speed of a ball with momentum.", rtol=1e-3, positive=True)
q_adagrad_hundredth_step = question("The length of AdaGrad's hundredth step.", rtol=1e-3, positive=True)


q_adam_first_step = question("The length of Adam's first step.", rtol=1e-3, positive=True)
q_which_bug = question("The bug in the classmate's Adam.")


q_cosine_halfway = question("The learning rate in the middle of a cosine schedule.", rtol=1e-3, positive=True)
q_quartic = question("The kind of the critical point of x^4 + y^2.")
