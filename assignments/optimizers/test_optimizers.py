"""The public checks of optimizers.

Run them with `autograder check optimizers`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np

from autograder import answered, check, close, equal, expect, previous, unmodified

EPSILON_OUTSIDE = "Is the present gradient in the cache before the step uses it? Is epsilon outside the square root?"
BOTH_RETURNED = "an optimizer returns two values: return next_w, config"

# Gradients that are huge, ordinary, as small as epsilon, and absent; the second step turns some of them round.
MIXED = [np.array([250.0, -0.5, 1e-8, 0.0]), np.array([-100.0, -0.25, 2e-8, 0.0])]


def walk(optimizer, w, gradients, config):
    """Feed the gradients to an optimizer one after the other.

    w: array; gradients: list of arrays of its shape; config: dict or None, not modified.
    Returns the parameters after each step (a list) and the last config.
    """
    results = optimizer.calls([(w, gradients[0], config), *((previous(0), dw, previous(1)) for dw in gradients[1:])])
    for result in results:
        expect(isinstance(result, (tuple, list)) and len(result) == 2, BOTH_RETURNED)
    return [w for w, _ in results], results[-1][1]


def memory(config, key):
    """The entry of a returned config, or a Failure that says it is missing."""
    expect(isinstance(config, dict), "the second value returned must be the config, a dict")
    expect(
        key in config, f"config[{key!r}] is missing from the returned config; what the next step needs is kept there"
    )
    return config[key]


def same_walk(student, reference, w, gradients, config, keys=(), hint=""):
    """Compare the parameters after every step, and the entries `keys` of the last config."""
    expected, expected_config = walk(reference, w, gradients, config)
    path, last = walk(student, w, gradients, config)
    for step, (got, wanted) in enumerate(zip(path, expected, strict=True), start=1):
        close(got, wanted, name=f"next_w after step {step}" if len(path) > 1 else "next_w", hint=hint)
    for key in keys:
        close(memory(last, key), expected_config[key], name=f"config[{key!r}]", hint=hint)


def noise(rng, steps, shape):
    """Gradients of mixed size: `steps` arrays, each entry normal times its own scale between 0.1 and 10."""
    scale = 10 ** rng.uniform(-1, 1, shape)
    return [scale * rng.standard_normal(shape) for _ in range(steps)]


def leaves_dw_alone(optimizer, rng, **config):
    """Two steps on a (3, 4) parameter that must not change the gradient they are given."""
    w, dw = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    result = unmodified(optimizer, w, dw, config, inputs=(1,))
    expect(isinstance(result, (tuple, list)) and len(result) == 2, BOTH_RETURNED)
    unmodified(optimizer, result[0], dw + 1, result[1], inputs=(1,))


@check("sgd", points=2, public=True)
def sgd_steps_against_the_gradient(student, reference):
    """sgd moves each parameter against its gradient, by learning_rate times its size."""
    w, dw = np.array([[1.0, -2.0, 0.5]]), np.array([[0.5, 3.0, -4.0]])
    same_walk(student.sgd, reference.sgd, w, [dw], {"learning_rate": 0.1})


@check("sgd", points=1, public=True)
def sgd_has_a_default_learning_rate(student, reference):
    """sgd without a config takes the default learning rate."""
    same_walk(student.sgd, reference.sgd, np.array([1.0, -2.0]), [np.array([30.0, 7.0])], None)


@check("sgd", points=1, public=True)
def sgd_leaves_the_gradient_alone(student, rng):
    """sgd does not modify dw."""
    leaves_dw_alone(student.sgd, rng, learning_rate=0.1)


VELOCITY = "The velocity holds learning rate and sign, so that it is added to w just as it is."


@check("sgd_momentum", points=2, public=True)
def momentum_starts_from_rest(student, reference):
    """sgd_momentum with all defaults takes two steps from rest."""
    w, gradients = np.array([1.0, -2.0, 0.5]), [np.array([30.0, -7.0, 0.0]), np.array([-10.0, -7.0, 2.0])]
    same_walk(student.sgd_momentum, reference.sgd_momentum, w, gradients, None, ["velocity"], VELOCITY)


@check("sgd_momentum", points=2, public=True)
def momentum_continues_with_a_given_velocity(student, reference, rng):
    """sgd_momentum continues with the velocity found in config."""
    w, dw, velocity = rng.standard_normal((3, 2, 4))
    config = {"learning_rate": 0.2, "momentum": 0.7, "velocity": velocity}
    same_walk(student.sgd_momentum, reference.sgd_momentum, w, [dw], config, ["velocity"], VELOCITY)


@check("sgd_momentum", points=1, public=True)
def momentum_leaves_the_gradient_alone(student, rng):
    """sgd_momentum does not modify dw."""
    leaves_dw_alone(student.sgd_momentum, rng, learning_rate=0.1)


LOOK_AHEAD = "The velocity is that of sgd_momentum; the step of w uses both the old and the new one."


@check("nesterov", points=2, public=True)
def nesterov_starts_from_rest(student, reference):
    """nesterov with all defaults takes two steps from rest."""
    w, gradients = np.array([1.0, -2.0, 0.5]), [np.array([30.0, -7.0, 0.0]), np.array([-10.0, -7.0, 2.0])]
    same_walk(student.nesterov, reference.nesterov, w, gradients, None, ["velocity"], LOOK_AHEAD)


@check("nesterov", points=2, public=True)
def nesterov_continues_with_a_given_velocity(student, reference, rng):
    """nesterov continues with the velocity found in config."""
    w, dw, velocity = rng.standard_normal((3, 2, 4))
    config = {"learning_rate": 0.2, "momentum": 0.7, "velocity": velocity}
    same_walk(student.nesterov, reference.nesterov, w, [dw], config, ["velocity"], LOOK_AHEAD)


@check("nesterov", points=1, public=True)
def nesterov_leaves_the_gradient_alone(student, rng):
    """nesterov does not modify dw."""
    leaves_dw_alone(student.nesterov, rng, learning_rate=0.1)


@check("adagrad", points=1.5, public=True)
def adagrad_takes_two_steps_with_its_defaults(student, reference):
    """adagrad with all defaults takes two steps with huge, ordinary, tiny and absent gradients."""
    same_walk(student.adagrad, reference.adagrad, np.zeros(4), MIXED, None, ["cache"], EPSILON_OUTSIDE)


@check("adagrad", points=2, public=True)
def adagrad_continues_with_a_given_cache(student, reference, rng):
    """adagrad continues with the cache found in config; epsilon is large enough to see where it stands."""
    w, dw, cache = rng.standard_normal((3, 2, 4))
    config = {"learning_rate": 0.2, "epsilon": 0.3, "cache": cache**2}
    same_walk(student.adagrad, reference.adagrad, w, [dw], config, ["cache"], EPSILON_OUTSIDE)


@check("adagrad", points=1, public=True)
def adagrad_leaves_the_gradient_alone(student, rng):
    """adagrad does not modify dw."""
    leaves_dw_alone(student.adagrad, rng, learning_rate=0.1)


DELTA = (
    "Epsilon stands inside both roots; the step uses the new average of squared gradients and the old one of updates."
)


@check("adadelta", points=2, public=True)
def adadelta_takes_two_steps_with_its_defaults(student, reference):
    """adadelta with all defaults takes two steps with huge, ordinary, tiny and absent gradients."""
    gradients = [*MIXED, np.array([50.0, 1.0, 1e-3, 0.1])]
    same_walk(student.adadelta, reference.adadelta, np.zeros(4), gradients, None, ["cache", "delta_cache"], DELTA)


@check("adadelta", points=2, public=True)
def adadelta_continues_with_given_averages(student, reference, rng):
    """adadelta continues with the averages found in config; epsilon is large enough to see where it stands."""
    w, dw, cache, delta_cache = rng.standard_normal((4, 2, 4))
    config = {"decay_rate": 0.6, "epsilon": 0.3, "cache": cache**2, "delta_cache": delta_cache**2}
    same_walk(student.adadelta, reference.adadelta, w, [dw], config, ["cache", "delta_cache"], DELTA)


@check("adadelta", points=1, public=True)
def adadelta_leaves_the_gradient_alone(student, rng):
    """adadelta does not modify dw."""
    leaves_dw_alone(student.adadelta, rng, epsilon=1e-3)


@check("rmsprop", points=1.5, public=True)
def rmsprop_takes_two_steps_with_its_defaults(student, reference):
    """rmsprop with all defaults takes two steps with huge, ordinary, tiny and absent gradients."""
    same_walk(student.rmsprop, reference.rmsprop, np.zeros(4), MIXED, None, ["cache"], EPSILON_OUTSIDE)


@check("rmsprop", points=2, public=True)
def rmsprop_continues_with_a_given_cache(student, reference, rng):
    """rmsprop continues with the cache found in config; epsilon is large enough to see where it stands."""
    w, dw, cache = rng.standard_normal((3, 2, 4))
    config = {"learning_rate": 0.2, "decay_rate": 0.8, "epsilon": 0.3, "cache": cache**2}
    same_walk(student.rmsprop, reference.rmsprop, w, [dw], config, ["cache"], EPSILON_OUTSIDE)


@check("rmsprop", points=1, public=True)
def rmsprop_leaves_the_gradient_alone(student, rng):
    """rmsprop does not modify dw."""
    leaves_dw_alone(student.rmsprop, rng, learning_rate=0.1)


CORRECTED = "t is increased before it is used, epsilon is added to the root of the corrected second moment."


@check("adam", points=2, public=True)
def adam_takes_its_first_step_with_its_defaults(student, reference):
    """adam with all defaults takes its first step with huge, ordinary, tiny and absent gradients."""
    same_walk(student.adam, reference.adam, np.zeros(4), MIXED[:1], None, ["m", "v", "t"], CORRECTED)


@check("adam", points=2, public=True)
def adam_continues_from_step_five(student, reference, rng):
    """adam continues with m, v and t = 5 found in config; epsilon is large enough to see where it stands."""
    w, dw, m, v = rng.standard_normal((4, 2, 4))
    config = {"learning_rate": 0.2, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.3, "m": m, "v": v**2, "t": 5}
    same_walk(student.adam, reference.adam, w, [dw], config, ["m", "v", "t"], CORRECTED)


@check("adam", points=2, public=True)
def adam_follows_the_reference_for_five_steps(student, reference, rng):
    """adam follows the reference for five steps on a (4, 5) parameter."""
    w, gradients = rng.standard_normal((4, 5)), noise(rng, 5, (4, 5))
    same_walk(student.adam, reference.adam, w, gradients, {"learning_rate": 0.1}, ["m", "v", "t"], CORRECTED)


@check("adam", points=1, public=True)
def adam_leaves_the_gradient_alone(student, rng):
    """adam does not modify dw."""
    leaves_dw_alone(student.adam, rng, learning_rate=0.1)


MAXIMUM = "u is a maximum per element, without bias correction; epsilon is added to u when dividing and is not stored."


@check("adamax", points=1.5, public=True)
def adamax_takes_two_steps_with_its_defaults(student, reference):
    """adamax with all defaults takes two steps with huge, ordinary, tiny and absent gradients."""
    same_walk(student.adamax, reference.adamax, np.zeros(4), MIXED, None, ["m", "u", "t"], MAXIMUM)


@check("adamax", points=2, public=True)
def adamax_continues_from_step_three(student, reference, rng):
    """adamax continues with m, u and t = 3 found in config; epsilon is large enough to see where it stands."""
    w, dw, m, u = rng.standard_normal((4, 2, 4))
    config = {"learning_rate": 0.2, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.3, "m": m, "u": abs(u), "t": 3}
    same_walk(student.adamax, reference.adamax, w, [dw], config, ["m", "u", "t"], MAXIMUM)


@check("adamax", points=1, public=True)
def adamax_leaves_the_gradient_alone(student, rng):
    """adamax does not modify dw."""
    leaves_dw_alone(student.adamax, rng, learning_rate=0.1)


AHEAD = (
    "beta1 times the new m is corrected with t + 1, (1 - beta1) times dw with t; the form with t twice is another one."
)


@check("nadam", points=2, public=True)
def nadam_takes_two_steps_with_its_defaults(student, reference):
    """nadam with all defaults takes two steps with huge, ordinary, tiny and absent gradients."""
    same_walk(student.nadam, reference.nadam, np.zeros(4), MIXED, None, ["m", "v", "t"], AHEAD)


@check("nadam", points=2, public=True)
def nadam_continues_from_step_three(student, reference, rng):
    """nadam continues with m, v and t = 3 found in config; epsilon is large enough to see where it stands."""
    w, dw, m, v = rng.standard_normal((4, 2, 4))
    config = {"learning_rate": 0.2, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.3, "m": m, "v": v**2, "t": 3}
    same_walk(student.nadam, reference.nadam, w, [dw], config, ["m", "v", "t"], AHEAD)


@check("nadam", points=1, public=True)
def nadam_leaves_the_gradient_alone(student, rng):
    """nadam does not modify dw."""
    leaves_dw_alone(student.nadam, rng, learning_rate=0.1)


DECOUPLED = "The decay acts on the old w, is scaled by the learning rate, and never enters m and v."


@check("adamw", points=1, public=True)
def adamw_takes_two_steps_with_its_defaults(student, reference):
    """adamw with all defaults takes two steps with huge, ordinary, tiny and absent gradients."""
    w = np.array([1.0, -20.0, 3.0, 40.0])
    same_walk(student.adamw, reference.adamw, w, MIXED, None, ["m", "v", "t"], DECOUPLED)


@check("adamw", points=1, public=True)
def adamw_continues_from_step_three(student, reference, rng):
    """adamw continues with m, v and t = 3 found in config; epsilon is large enough to see where it stands."""
    w, dw, m, v = rng.standard_normal((4, 2, 4))
    config = {"learning_rate": 0.2, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.3, "weight_decay": 0.4}
    same_walk(student.adamw, reference.adamw, w, [dw], config | {"m": m, "v": v**2, "t": 3}, ["m", "v", "t"], DECOUPLED)


@check("adamw", points=0.5, public=True)
def adamw_leaves_the_gradient_alone(student, rng):
    """adamw does not modify dw."""
    leaves_dw_alone(student.adamw, rng, learning_rate=0.1, weight_decay=0.1)


STEPS_DONE = "t counts the steps already done: it is 0 for the first step."


@check("step_decay", points=0.5, public=True)
def step_decay_drops_after_every_full_period(student, reference):
    """step_decay keeps the rate for `every` steps and drops it exactly then."""
    ts = [0, 1, 9, 10, 11, 19, 20, 35]
    expected = reference.step_decay.calls((t, 0.1, 0.5, 10) for t in ts)
    close(student.step_decay.calls((t, 0.1, 0.5, 10) for t in ts), expected, name=f"rates at t = {ts}", hint=STEPS_DONE)


@check("exponential_decay", points=0.5, public=True)
def exponential_decay_starts_at_lr0_and_falls(student, reference):
    """exponential_decay starts at lr0 and falls by the same factor at each step."""
    ts = [0, 1, 2, 10, 50]
    expected = reference.exponential_decay.calls((t, 0.1, 0.05) for t in ts)
    close(
        student.exponential_decay.calls((t, 0.1, 0.05) for t in ts),
        expected,
        name=f"rates at t = {ts}",
        hint=STEPS_DONE,
    )


@check("cosine_decay", points=0.5, public=True)
def cosine_decay_goes_from_lr0_to_lr_min(student, reference):
    """cosine_decay goes from lr0 at t = 0 to lr_min at t = total, slowly at both ends."""
    ts = [0, 1, 10, 20, 30, 39, 40]
    expected = reference.cosine_decay.calls((t, 0.1, 40, 0.02) for t in ts)
    close(
        student.cosine_decay.calls((t, 0.1, 40, 0.02) for t in ts), expected, name=f"rates at t = {ts}", hint=STEPS_DONE
    )


@check("warmup", points=0.5, public=True)
def warmup_rises_from_the_first_step_to_the_last(student, reference):
    """warmup rises in equal steps; the first is not zero and the last of the warm-up is lr0."""
    ts = [0, 1, 2, 3, 4, 5, 100]
    expected = reference.warmup.calls((t, 0.1, 4) for t in ts)
    close(student.warmup.calls((t, 0.1, 4) for t in ts), expected, name=f"rates at t = {ts}", hint=STEPS_DONE)


def names_kinds(student, cases):
    """Ask for the kind of every (title, matrix, kind) first, so that a diagnosis sees all answers; then compare."""
    answers = student.classify_critical_point.calls((matrix,) for _, matrix, _ in cases)
    for answer, (title, _, kind) in zip(answers, cases, strict=True):
        equal(answer, kind, name=f"the kind for {title}")


@check("classify_critical_point", points=1, public=True)
def names_the_four_kinds_in_two_dimensions(student):
    """classify_critical_point names a bowl, a hill, a pass and a valley floor in two dimensions."""
    cases = [
        ([[2.0, 0.0], [0.0, 3.0]], "minimum"),
        ([[-2.0, 0.0], [0.0, -3.0]], "maximum"),
        ([[2.0, 0.0], [0.0, -3.0]], "saddle"),
        ([[2.0, 0.0], [0.0, 0.0]], "degenerate"),
        ([[1.0, 2.0], [2.0, 1.0]], "saddle"),
    ]
    names_kinds(student, [(f"{matrix}", np.array(matrix), kind) for matrix, kind in cases])


def moves_down(student, cases):
    """Move from the point of every (x, matrix, lowest, step) first, so that a diagnosis sees all answers; then compare.

    Length and curvature are compared: this accepts either sign, and any direction for a multiple eigenvalue.
    """
    results = student.escape_saddle.calls((x, matrix, step) for x, matrix, _, step in cases)
    for moved, (x, matrix, lowest, step) in zip(results, cases, strict=True):
        expect(np.shape(moved) == x.shape, f"shape {np.shape(moved)}, expected {x.shape}, that of x")
        move = np.asarray(moved, dtype=float) - x
        close(np.sqrt(move @ move), step, rtol=1e-6, name="distance moved")
        hint = "The direction is a unit eigenvector of the smallest eigenvalue; eigenvectors are columns."
        close(move @ matrix @ move / step**2, lowest, rtol=1e-6, name="curvature along the move", hint=hint)


@check("escape_saddle", points=1.5, public=True)
def escapes_along_the_only_way_down(student):
    """escape_saddle moves by `step` along the only direction in which the loss falls."""
    # Eigenvectors along (1, 2) and (2, -1): unlike those at 45 degrees, no row of theirs is also a column.
    first, second = np.array([[3.0, 2.0], [2.0, 0.0]]), np.array([[0.0, -2.0], [-2.0, -3.0]])
    moves_down(student, [(np.array([1.0, -2.0]), first, -1.0, 0.25), (np.array([3.0, 0.5]), second, -4.0, 1.5)])


@check("q_momentum_speed", points=0, public=True)
def answers_how_fast_the_ball_gets(student, reference):
    """The final speed of a ball with momentum."""
    answered(student, reference, "q_momentum_speed", rtol=1e-3, positive=True)


@check("q_adagrad_hundredth_step", points=0, public=True)
def answers_how_long_the_hundredth_step_is(student, reference):
    """The length of AdaGrad's hundredth step."""
    answered(student, reference, "q_adagrad_hundredth_step", rtol=1e-3, positive=True)


@check("q_adam_first_step", points=0, public=True)
def answers_how_long_the_first_step_is(student, reference):
    """The length of Adam's first step."""
    answered(student, reference, "q_adam_first_step", rtol=1e-3, positive=True)


@check("q_which_bug", points=0, public=True)
def answers_which_bug_it_is(student, reference):
    """The bug in the classmate's Adam."""
    answered(student, reference, "q_which_bug")


@check("q_cosine_halfway", points=0, public=True)
def answers_where_the_cosine_is_halfway(student, reference):
    """The learning rate in the middle of a cosine schedule."""
    answered(student, reference, "q_cosine_halfway", rtol=1e-3, positive=True)


@check("q_quartic", points=0, public=True)
def answers_what_the_quartic_is(student, reference):
    """The kind of the critical point of x^4 + y^2."""
    answered(student, reference, "q_quartic")
