"""Wrong implementations that students of this assignment write, each with what they should look at."""

import numpy as np

from autograder import mistake


def filled(w, config, arrays=(), **defaults):
    """A copy of config with its defaults, and zeros of the shape of w for the missing `arrays`."""
    zeros = {key: np.zeros_like(w) for key in arrays}
    return defaults | zeros | (config or {})


previous = {"w": None, "config": None}


def as_if_shared(w, config):
    """What `config={}` as a default argument leads to when a second parameter starts without a config.

    A real mutable default would also carry over from one check to the next, and its answers would depend on what ran
    before. So only two calls without config in direct succession share, and only for two parameters of one shape.
    """
    before, w_before = previous["config"], previous["w"]
    if config is None and before is not None and w.shape == w_before.shape and (w != w_before).any():
        return before
    return config


def remembered(w, config, new):
    """Note a call that came without config; returns the new config."""
    previous.update({"w": w.copy(), "config": dict(new)} if config is None else {"w": None, "config": None})
    return new


# ---------------------------------------------------------------------------------------------------------------- sgd


@mistake("sgd", says="The loss grows with each step: look at the sign of the update.")
def sgd_climbs(w, dw, config=None):
    c = filled(w, config, learning_rate=1e-2)
    return w + c["learning_rate"] * dw, c


@mistake("sgd", says="The learning rate is always the same number, whatever config says.")
def sgd_hard_coded_rate(w, dw, config=None):
    return w - 1e-2 * dw, filled(w, config, learning_rate=1e-2)


@mistake("sgd", says="Without a config the learning rate is not the default of the statement.")
def sgd_wrong_default(w, dw, config=None):
    c = filled(w, config, learning_rate=1e-3)
    return w - c["learning_rate"] * dw, c


@mistake("sgd", says="Without a third argument config is None: make a dict first; then the defaults apply.")
def sgd_needs_a_config(w, dw, config=None):
    return w - config["learning_rate"] * dw, config


@mistake("sgd", says="The settings are lost after the first step: the config you return has to hold them.")
def sgd_returns_a_fresh_config(w, dw, config=None):
    c = filled(w, config, learning_rate=1e-2)
    return w - c["learning_rate"] * dw, {}


@mistake("sgd", says="The step has the same length whatever the size of the gradient.")
def sgd_uses_the_sign_only(w, dw, config=None):
    c = filled(w, config, learning_rate=1e-2)
    return w - c["learning_rate"] * np.sign(dw), c


@mistake("sgd", says="The gradient is divided by its length; here the step is proportional to the gradient.")
def sgd_normalises_the_gradient(w, dw, config=None):
    c = filled(w, config, learning_rate=1e-2)
    return w - c["learning_rate"] * dw / np.linalg.norm(dw), c


@mistake(
    "sgd", says="The result is right, but dw itself was changed on the way: an operator such as *= works in place."
)
def sgd_scales_dw_in_place(w, dw, config=None):
    c = filled(w, config, learning_rate=1e-2)
    dw *= c["learning_rate"]
    return w - dw, c


# ------------------------------------------------------------------------------------------------------- sgd_momentum


def momentum_config(w, config):
    return filled(w, config, ["velocity"], learning_rate=1e-2, momentum=0.9)


@mistake("sgd_momentum", says="The ball rolls uphill: the velocity has to contain the minus sign of the step.")
def momentum_climbs(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] + c["learning_rate"] * dw
    return w + c["velocity"], c


@mistake(
    "sgd_momentum",
    says="The velocity points uphill and is subtracted from w; here it contains the minus sign and is added.",
)
def momentum_with_the_other_sign(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] + c["learning_rate"] * dw
    return w - c["velocity"], c


@mistake(
    "sgd_momentum",
    says="This looks like PyTorch's form: the velocity sums gradients, and the learning rate comes when it is applied. "
    "Here the velocity itself contains learning rate and sign.",
)
def momentum_velocity_without_learning_rate(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] + dw
    return w - c["learning_rate"] * c["velocity"], c


@mistake("sgd_momentum", says="The learning rate is missing: the velocity takes in the whole gradient.")
def momentum_without_learning_rate(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] - dw
    return w + c["velocity"], c


@mistake(
    "sgd_momentum", says="The learning rate multiplies the gradient and the velocity once more when it is applied to w."
)
def momentum_learning_rate_twice(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + c["learning_rate"] * c["velocity"], c


@mistake("sgd_momentum", says="Every step starts from rest: the new velocity is not stored in config.")
def momentum_velocity_not_stored(w, dw, config=None):
    c = momentum_config(w, config)
    return w + c["momentum"] * c["velocity"] - c["learning_rate"] * dw, c


@mistake(
    "sgd_momentum",
    says="The gradient is scaled by 1 - momentum, as in a moving average; the formula has no such factor.",
)
def momentum_averages(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] - (1 - c["momentum"]) * c["learning_rate"] * dw
    return w + c["velocity"], c


@mistake(
    "sgd_momentum", says="w moves by the velocity from before the update; the present gradient arrives one step late."
)
def momentum_applies_the_old_velocity(w, dw, config=None):
    c = momentum_config(w, config)
    next_w = w + c["velocity"]
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return next_w, c


@mistake("sgd_momentum", says="The momentum is always 0.9, whatever config says.")
def momentum_hard_coded(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = 0.9 * c["velocity"] - c["learning_rate"] * dw
    return w + c["velocity"], c


@mistake("sgd_momentum", says="The velocity grows without friction: the old one is not multiplied by the momentum.")
def momentum_without_friction(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["velocity"] - c["learning_rate"] * dw
    return w + c["velocity"], c


@mistake(
    "sgd_momentum", says="The signs of old velocity and gradient agree: the ball is pushed back by its own motion."
)
def momentum_brakes(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = -c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + c["velocity"], c


@mistake(
    "sgd_momentum",
    says="Two parameters share one velocity. A default argument such as config={} is created once and kept "
    "for all calls.",
)
def momentum_shares_its_default_config(w, dw, config=None):
    c = momentum_config(w, as_if_shared(w, config))
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + c["velocity"], remembered(w, config, c)


@mistake(
    "sgd_momentum",
    says="The result is right, but dw itself was changed on the way: an operator such as *= works in place.",
)
def momentum_scales_dw_in_place(w, dw, config=None):
    c = momentum_config(w, config)
    dw *= -c["learning_rate"]
    c["velocity"] = c["momentum"] * c["velocity"] + dw
    return w + c["velocity"], c


# ----------------------------------------------------------------------------------------------------------- nesterov


@mistake(
    "nesterov",
    says="This is plain momentum. Either the look-ahead is missing, or the old velocity was overwritten before it was "
    "used (v_prev = v makes no copy, and v *= mu changes both).",
)
def nesterov_is_plain_momentum(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + c["velocity"], c


@mistake(
    "nesterov",
    says="w jumps ahead by (1 + momentum) times the new velocity, but does not first go back from the old look-ahead.",
)
def nesterov_never_goes_back(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + (1 + c["momentum"]) * c["velocity"], c


@mistake(
    "nesterov",
    says="w moves by momentum times the new velocity only; the step with the gradient itself is missing.",
)
def nesterov_only_looks_ahead(w, dw, config=None):
    c = momentum_config(w, config)
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + c["momentum"] * c["velocity"], c


@mistake("nesterov", says="Old and new velocity have changed places in the step of w.")
def nesterov_swaps_the_velocities(w, dw, config=None):
    c = momentum_config(w, config)
    old = c["velocity"]
    c["velocity"] = c["momentum"] * old - c["learning_rate"] * dw
    return w - c["momentum"] * c["velocity"] + (1 + c["momentum"]) * old, c


@mistake(
    "nesterov",
    says="The old velocity is added where it should be subtracted: w has to go back from the old look-ahead point.",
)
def nesterov_goes_ahead_twice(w, dw, config=None):
    c = momentum_config(w, config)
    old = c["velocity"]
    c["velocity"] = c["momentum"] * old - c["learning_rate"] * dw
    return w + c["momentum"] * old + (1 + c["momentum"]) * c["velocity"], c


@mistake("nesterov", says="w goes back by the whole old velocity; the look-ahead was only momentum times it.")
def nesterov_goes_back_too_far(w, dw, config=None):
    c = momentum_config(w, config)
    old = c["velocity"]
    c["velocity"] = c["momentum"] * old - c["learning_rate"] * dw
    return w - old + (1 + c["momentum"]) * c["velocity"], c


@mistake(
    "nesterov",
    says="What is stored is the step of w, not the velocity: the look-ahead then enters the velocity again and again.",
)
def nesterov_stores_its_step(w, dw, config=None):
    c = momentum_config(w, config)
    old = c["velocity"]
    new = c["momentum"] * old - c["learning_rate"] * dw
    c["velocity"] = (1 + c["momentum"]) * new - c["momentum"] * old
    return w + c["velocity"], c


@mistake("nesterov", says="Every step starts from rest: the new velocity is not stored in config.")
def nesterov_velocity_not_stored(w, dw, config=None):
    c = momentum_config(w, config)
    new = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w - c["momentum"] * c["velocity"] + (1 + c["momentum"]) * new, c


@mistake("nesterov", says="The velocity points uphill: it has to contain the minus sign of the step.")
def nesterov_climbs(w, dw, config=None):
    c = momentum_config(w, config)
    old = c["velocity"]
    c["velocity"] = c["momentum"] * old + c["learning_rate"] * dw
    return w - c["momentum"] * old + (1 + c["momentum"]) * c["velocity"], c


@mistake(
    "nesterov", says="The result is right, but dw itself was changed on the way: an operator such as *= works in place."
)
def nesterov_scales_dw_in_place(w, dw, config=None):
    c = momentum_config(w, config)
    old = c["velocity"]
    dw *= c["learning_rate"]
    c["velocity"] = c["momentum"] * old - dw
    return w - c["momentum"] * old + (1 + c["momentum"]) * c["velocity"], c


# ------------------------------------------------------------------------------------------------------------ adagrad


def adagrad_config(w, config):
    return filled(w, config, ["cache"], learning_rate=1e-2, epsilon=1e-8)


@mistake(
    "adagrad",
    says="The cache forgets: this is a moving average as in RMSProp, and AdaGrad adds up all squared gradients.",
)
def adagrad_decays(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = 0.99 * c["cache"] + 0.01 * dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake(
    "adagrad",
    says="The cache forgets, with 0.9 for the old one: AdaGrad adds up all squared gradients at full weight.",
)
def adagrad_decays_quickly(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = 0.9 * c["cache"] + 0.1 * dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("adagrad", says="Epsilon is inside the square root; the statement has it outside.")
def adagrad_epsilon_inside_the_root(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = c["cache"] + dw**2
    return w - c["learning_rate"] * dw / np.sqrt(c["cache"] + c["epsilon"]), c


@mistake("adagrad", says="The step is divided by the cache itself; take its square root.")
def adagrad_without_root(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = c["cache"] + dw**2
    return w - c["learning_rate"] * dw / (c["cache"] + c["epsilon"]), c


@mistake("adagrad", says="Every step begins with an empty cache: the new sum is not stored in config.")
def adagrad_cache_not_stored(w, dw, config=None):
    c = adagrad_config(w, config)
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"] + dw**2) + c["epsilon"]), c


@mistake("adagrad", says="All parameters share one sum of squares; the cache has one entry per parameter.")
def adagrad_one_sum_for_all(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = c["cache"] + np.sum(dw**2)
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("adagrad", says="The step is taken with the cache from before; add the present squared gradient first.")
def adagrad_uses_the_old_cache(w, dw, config=None):
    c = adagrad_config(w, config)
    next_w = w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"])
    c["cache"] = c["cache"] + dw**2
    return next_w, c


@mistake("adagrad", says="The cache adds up magnitudes of gradients; it should add up their squares.")
def adagrad_sums_magnitudes(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = c["cache"] + np.abs(dw)
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("adagrad", says="The step goes uphill: look at the sign of the update.")
def adagrad_climbs(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = c["cache"] + dw**2
    return w + c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake(
    "adagrad", says="The result is right, but dw itself was changed on the way: operators such as /= work in place."
)
def adagrad_divides_dw_in_place(w, dw, config=None):
    c = adagrad_config(w, config)
    c["cache"] = c["cache"] + dw**2
    dw /= np.sqrt(c["cache"]) + c["epsilon"]
    return w - c["learning_rate"] * dw, c


# ----------------------------------------------------------------------------------------------------------- adadelta


def adadelta_config(w, config):
    return filled(w, config, ["cache", "delta_cache"], learning_rate=1.0, decay_rate=0.95, epsilon=1e-6)


@mistake(
    "adadelta", says="It never moves: with delta_cache zero at the start, the numerator needs its epsilon as well."
)
def adadelta_numerator_without_epsilon(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    delta = np.sqrt(c["delta_cache"]) / np.sqrt(c["cache"] + eps) * dw
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * delta**2
    return w - c["learning_rate"] * delta, c


@mistake(
    "adadelta",
    says="delta_cache is already faded before the step uses it; the whole of its update comes after the step.",
)
def adadelta_fades_updates_before_the_step(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    c["delta_cache"] = rho * c["delta_cache"]
    delta = np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw
    c["delta_cache"] = c["delta_cache"] + (1 - rho) * delta**2
    return w - c["learning_rate"] * delta, c


@mistake(
    "adadelta",
    says="delta_cache is updated first and then used for the step that goes to w; the step uses the old one.",
)
def adadelta_updates_before_the_step(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    direction = dw / np.sqrt(c["cache"] + eps)
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * (c["delta_cache"] + eps) * direction**2
    return w - c["learning_rate"] * np.sqrt(c["delta_cache"] + eps) * direction, c


@mistake(
    "adadelta",
    says="The step divides by the old average of squared gradients; the present gradient has to be in it already.",
)
def adadelta_uses_the_old_cache(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    delta = np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * delta**2
    return w - c["learning_rate"] * delta, c


@mistake("adadelta", says="delta_cache averages squared gradients; it should average the squares of the updates.")
def adadelta_averages_gradients_twice(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    delta = np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * dw**2
    return w - c["learning_rate"] * delta, c


@mistake(
    "adadelta", says="The learning rate gets into delta_cache: average the square of the update before it is scaled."
)
def adadelta_averages_scaled_updates(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    delta = c["learning_rate"] * np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * delta**2
    return w - delta, c


@mistake("adadelta", says="The learning rate in config has no effect.")
def adadelta_ignores_the_learning_rate(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    delta = np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * delta**2
    return w - delta, c


@mistake("adadelta", says="Epsilon is outside the square roots; for AdaDelta the statement has it inside both.")
def adadelta_epsilon_outside_the_roots(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    delta = (np.sqrt(c["delta_cache"]) + eps) / (np.sqrt(c["cache"]) + eps) * dw
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * delta**2
    return w - c["learning_rate"] * delta, c


@mistake("adadelta", says="The averages are not stored in config, so each step is a first step.")
def adadelta_averages_not_stored(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    squares = rho * c["cache"] + (1 - rho) * dw**2
    return w - c["learning_rate"] * np.sqrt(c["delta_cache"] + eps) / np.sqrt(squares + eps) * dw, c


@mistake("adadelta", says="delta_cache stays as it was: after the step it has to take in the square of the update.")
def adadelta_updates_not_stored(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    return w - c["learning_rate"] * np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw, c


@mistake(
    "adadelta", says="The fraction is upside down: the size of the updates belongs on top, that of the gradients below."
)
def adadelta_fraction_upside_down(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    delta = np.sqrt(c["cache"] + eps) / np.sqrt(c["delta_cache"] + eps) * dw
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * delta**2
    return w - c["learning_rate"] * delta, c


@mistake("adadelta", says="The weights of the averages are swapped: decay_rate belongs to the old average.")
def adadelta_weights_swapped(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = (1 - rho) * c["cache"] + rho * dw**2
    delta = np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps) * dw
    c["delta_cache"] = (1 - rho) * c["delta_cache"] + rho * delta**2
    return w - c["learning_rate"] * delta, c


@mistake(
    "adadelta", says="The result is right, but dw itself was changed on the way: an operator such as *= works in place."
)
def adadelta_scales_dw_in_place(w, dw, config=None):
    c = adadelta_config(w, config)
    rho, eps = c["decay_rate"], c["epsilon"]
    c["cache"] = rho * c["cache"] + (1 - rho) * dw**2
    dw *= np.sqrt(c["delta_cache"] + eps) / np.sqrt(c["cache"] + eps)
    c["delta_cache"] = rho * c["delta_cache"] + (1 - rho) * dw**2
    return w - c["learning_rate"] * dw, c


# ------------------------------------------------------------------------------------------------------------ rmsprop


def rmsprop_config(w, config):
    return filled(w, config, ["cache"], learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8)


@mistake("rmsprop", says="The weights of the average are swapped: decay_rate belongs to the old average.")
def rmsprop_weights_swapped(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = (1 - c["decay_rate"]) * c["cache"] + c["decay_rate"] * dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("rmsprop", says="The squared gradient enters at full weight; in an average the two weights add up to one.")
def rmsprop_adds_at_full_weight(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = c["decay_rate"] * c["cache"] + dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("rmsprop", says="Nothing is forgotten: this is AdaGrad's sum of all squared gradients, not a moving average.")
def rmsprop_is_adagrad(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = c["cache"] + dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("rmsprop", says="Epsilon is inside the square root; the statement has it outside.")
def rmsprop_epsilon_inside_the_root(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    return w - c["learning_rate"] * dw / np.sqrt(c["cache"] + c["epsilon"]), c


@mistake("rmsprop", says="The step is divided by the mean square itself; take its square root.")
def rmsprop_without_root(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    return w - c["learning_rate"] * dw / (c["cache"] + c["epsilon"]), c


@mistake("rmsprop", says="Every step begins with an empty average: the new one is not stored in config.")
def rmsprop_cache_not_stored(w, dw, config=None):
    c = rmsprop_config(w, config)
    mean_square = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(mean_square) + c["epsilon"]), c


@mistake("rmsprop", says="The step is taken with the average from before; let the present squared gradient in first.")
def rmsprop_uses_the_old_cache(w, dw, config=None):
    c = rmsprop_config(w, config)
    next_w = w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"])
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    return next_w, c


@mistake("rmsprop", says="The average is bias-corrected as in Adam; RMSProp divides by the average as it is.")
def rmsprop_with_bias_correction(w, dw, config=None):
    c = filled(w, config, ["cache"], learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, t=0)
    c["t"] += 1
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    root = np.sqrt(c["cache"] / (1 - c["decay_rate"] ** c["t"]))
    return w - c["learning_rate"] * dw / (root + c["epsilon"]), c


@mistake("rmsprop", says="The cache averages the gradients themselves; it should average their squares.")
def rmsprop_without_square(w, dw, config=None):
    c = filled(w, config, ["cache"], learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8)
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw
    with np.errstate(invalid="ignore"):
        return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("rmsprop", says="The decay rate is always 0.9, whatever config says.")
def rmsprop_hard_coded_decay(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = 0.9 * c["cache"] + 0.1 * dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake("rmsprop", says="All parameters share one mean square; the cache has one entry per parameter.")
def rmsprop_one_average_for_all(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * np.mean(dw**2)
    return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"]), c


@mistake(
    "rmsprop", says="The result is right, but dw itself was changed on the way: operators such as /= work in place."
)
def rmsprop_divides_dw_in_place(w, dw, config=None):
    c = rmsprop_config(w, config)
    c["cache"] = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    dw /= np.sqrt(c["cache"]) + c["epsilon"]
    return w - c["learning_rate"] * dw, c


# --------------------------------------------------------------------------------------------------------------- adam


def adam_config(w, config):
    return filled(w, config, ["m", "v"], learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0)


def with_moments(c, dw):
    """The config after t and both moments have been updated as they should."""
    m = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    v = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    return c | {"m": m, "v": v, "t": c["t"] + 1}


def corrected(c, t=None):
    """The two moments of c with bias correction for step t, by default c's own."""
    t = c["t"] if t is None else t
    return c["m"] / (1 - c["beta1"] ** t), c["v"] / (1 - c["beta2"] ** t)


@mistake(
    "adam", says="This looks like Adam without bias correction: the first steps come out up to six times too long."
)
def adam_without_bias_correction(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    return w - c["learning_rate"] * c["m"] / (np.sqrt(c["v"]) + c["epsilon"]), c


@mistake("adam", says="Only the first moment is corrected; the second starts at zero just the same.")
def adam_corrects_only_the_first_moment(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    return w - c["learning_rate"] * corrected(c)[0] / (np.sqrt(c["v"]) + c["epsilon"]), c


@mistake("adam", says="Only the second moment is corrected; the first starts at zero just the same.")
def adam_corrects_only_the_second_moment(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    return w - c["learning_rate"] * c["m"] / (np.sqrt(corrected(c)[1]) + c["epsilon"]), c


@mistake(
    "adam",
    says="The corrected moments are stored, so the next step corrects them a second time. Store m and v without hats.",
)
def adam_stores_corrected_moments(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    c["m"], c["v"] = corrected(c)
    return w - c["learning_rate"] * c["m"] / (np.sqrt(c["v"]) + c["epsilon"]), c


@mistake(
    "adam",
    says="t stays where it was: the new count is not stored in config, and each step corrects as if it were "
    "the same one.",
)
def adam_t_not_stored(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c | {"t": c["t"] - 1}


@mistake("adam", says="t goes up by two per step.")
def adam_t_incremented_twice(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    c["t"] += 1
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="t goes up twice: once before it is used, and again at the end of the step.")
def adam_t_incremented_again_at_the_end(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c | {"t": c["t"] + 1}


@mistake("adam", says="t is used before it is increased. The first step then divides by 1 - beta^0, which is zero.")
def adam_t_incremented_too_late(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    with np.errstate(all="ignore"):
        m_hat, v_hat = (
            moment / np.float64(1 - beta ** (c["t"] - 1))
            for moment, beta in [(c["m"], c["beta1"]), (c["v"], c["beta2"])]
        )
        return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="t is used one step too late: what corrects is t + 1 while config stores t.")
def adam_corrects_one_step_ahead(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c, c["t"] + 1)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="The correction divides by 1 - beta; it should be 1 - beta to the power t.")
def adam_correction_without_power(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c, 1)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="The correction divides by 1 - beta * t; the t is an exponent.")
def adam_correction_with_a_product(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    with np.errstate(all="ignore"):
        m_hat = c["m"] / np.float64(1 - c["beta1"] * c["t"])
        v_hat = c["v"] / np.float64(1 - c["beta2"] * c["t"])
        return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="Epsilon is inside the square root; the statement has it outside.")
def adam_epsilon_inside_the_root(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / np.sqrt(v_hat + c["epsilon"]), c


@mistake(
    "adam",
    says="Epsilon is added to the root of the uncorrected second moment, and then scaled with it by the correction; "
    "it belongs to the root of the corrected one.",
)
def adam_epsilon_before_the_correction(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    root = (np.sqrt(c["v"]) + c["epsilon"]) / np.sqrt(1 - c["beta2"] ** c["t"])
    return w - c["learning_rate"] * corrected(c)[0] / root, c


@mistake("adam", says="beta1 and beta2 have changed places.")
def adam_betas_swapped(w, dw, config=None):
    c = adam_config(w, config)
    swapped = with_moments(c | {"beta1": c["beta2"], "beta2": c["beta1"]}, dw)
    m_hat, v_hat = corrected(swapped)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), swapped | {
        "beta1": c["beta1"],
        "beta2": c["beta2"],
    }


@mistake("adam", says="The corrections have changed places: m is corrected with beta1, v with beta2.")
def adam_corrections_swapped(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = c["m"] / (1 - c["beta2"] ** c["t"]), c["v"] / (1 - c["beta1"] ** c["t"])
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake(
    "adam", says="The weights of the averages are swapped: beta belongs to the old average, 1 - beta to the gradient."
)
def adam_weights_swapped(w, dw, config=None):
    c = adam_config(w, config)
    c["m"] = (1 - c["beta1"]) * c["m"] + c["beta1"] * dw
    c["v"] = (1 - c["beta2"]) * c["v"] + c["beta2"] * dw**2
    c["t"] += 1
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake(
    "adam", says="The gradient enters the first moment at full weight; in an average the two weights add up to one."
)
def adam_first_moment_is_a_sum(w, dw, config=None):
    c = adam_config(w, config)
    m = c["beta1"] * c["m"] + dw
    c = with_moments(c, dw) | {"m": m}
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="The gradient enters both moments at full weight; in an average the two weights add up to one.")
def adam_moments_are_sums(w, dw, config=None):
    c = adam_config(w, config)
    c = c | {"m": c["beta1"] * c["m"] + dw, "v": c["beta2"] * c["v"] + dw**2, "t": c["t"] + 1}
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="The step goes uphill: look at the sign of the update.")
def adam_climbs(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c)
    return w + c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="The second moment averages the gradient itself; it should average its square.")
def adam_without_square(w, dw, config=None):
    c = adam_config(w, config)
    c = with_moments(c, dw) | {"v": c["beta2"] * c["v"] + (1 - c["beta2"]) * dw}
    m_hat, v_hat = corrected(c)
    with np.errstate(invalid="ignore"):
        return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake(
    "adam", says="The second moment averages the square of the first; it should average the square of the gradient."
)
def adam_squares_the_first_moment(w, dw, config=None):
    c = adam_config(w, config)
    v = c["v"]
    c = with_moments(c, dw)
    c["v"] = c["beta2"] * v + (1 - c["beta2"]) * c["m"] ** 2
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake("adam", says="The step is divided by the second moment itself; take its square root.")
def adam_without_root(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (v_hat + c["epsilon"]), c


@mistake("adam", says="The moments are not stored in config, so each step begins with empty averages.")
def adam_moments_not_stored(w, dw, config=None):
    c = adam_config(w, config)
    new = with_moments(c, dw)
    m_hat, v_hat = corrected(new)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c | {"t": new["t"]}


@mistake("adam", says="The learning rate is always 0.001, whatever config says.")
def adam_hard_coded_rate(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    m_hat, v_hat = corrected(c)
    return w - 1e-3 * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


@mistake(
    "adam",
    says="The numerator is the gradient itself: this is RMSProp with a correction. Adam steps along the first moment.",
)
def adam_steps_along_the_gradient(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    return w - c["learning_rate"] * dw / (np.sqrt(corrected(c)[1]) + c["epsilon"]), c


@mistake(
    "adam",
    says="Two parameters share one config. A default argument such as config={} is created once and kept for "
    "all calls.",
)
def adam_shares_its_default_config(w, dw, config=None):
    c = with_moments(adam_config(w, as_if_shared(w, config)), dw)
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), remembered(w, config, c)


@mistake(
    "adam",
    says="The result is right, but dw itself was changed on the way: squaring with **= or out=dw works in place.",
)
def adam_squares_dw_in_place(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    dw *= dw
    m_hat, v_hat = corrected(c)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c


# ------------------------------------------------------------------------------------------------------------- adamax


def adamax_config(w, config):
    return filled(w, config, ["m", "u"], learning_rate=2e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0)


def with_maximum(c, dw):
    """The config after t, first moment and fading maximum have been updated as they should."""
    m = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    return c | {"m": m, "u": np.maximum(c["beta2"] * c["u"], np.abs(dw)), "t": c["t"] + 1}


def adamax_step(w, c):
    return w - c["learning_rate"] / (1 - c["beta1"] ** c["t"]) * c["m"] / (c["u"] + c["epsilon"])


@mistake(
    "adamax", says="The magnitudes are added up; AdaMax keeps the larger of the faded maximum and the new magnitude."
)
def adamax_sums(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": c["beta2"] * c["u"] + np.abs(dw)}
    return adamax_step(w, c), c


@mistake(
    "adamax", says="This averages the magnitudes; AdaMax keeps the larger of the faded maximum and the new magnitude."
)
def adamax_averages(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": c["beta2"] * c["u"] + (1 - c["beta2"]) * np.abs(dw)}
    return adamax_step(w, c), c


@mistake("adamax", says="The first moment is not bias-corrected.")
def adamax_without_bias_correction(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    return w - c["learning_rate"] * c["m"] / (c["u"] + c["epsilon"]), c


@mistake("adamax", says="The maximum u is bias-corrected like Adam's second moment; a maximum needs no correction.")
def adamax_corrects_the_maximum(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    return adamax_step(w, c | {"u": c["u"] / (1 - c["beta2"] ** c["t"])}), c


@mistake("adamax", says="Negative gradients never enter the maximum: take their magnitude.")
def adamax_without_magnitude(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": np.maximum(c["beta2"] * c["u"], dw)}
    return adamax_step(w, c), c


@mistake("adamax", says="The maximum never fades: the old one has to be multiplied by beta2.")
def adamax_maximum_never_fades(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": np.maximum(c["u"], np.abs(dw))}
    return adamax_step(w, c), c


@mistake(
    "adamax", says="One maximum is taken over the whole array; np.maximum compares element by element, np.max does not."
)
def adamax_one_maximum_for_all(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": np.maximum(c["beta2"] * c["u"], np.max(np.abs(dw)))}
    return adamax_step(w, c), c


@mistake("adamax", says="The maximum is taken of squared gradients; AdaMax uses magnitudes.")
def adamax_of_squares(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": np.maximum(c["beta2"] * c["u"], dw**2)}
    return adamax_step(w, c), c


@mistake("adamax", says="The step divides by the square root of u; u is a magnitude already.")
def adamax_takes_a_root(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    return adamax_step(w, c | {"u": np.sqrt(c["u"])}), c


@mistake(
    "adamax",
    says="Epsilon is added to |dw| inside the maximum, as PyTorch does, and gets stored; here it is added to "
    "u when dividing.",
)
def adamax_epsilon_inside_the_maximum(w, dw, config=None):
    c = adamax_config(w, config)
    c = with_maximum(c, dw) | {"u": np.maximum(c["beta2"] * c["u"], np.abs(dw) + c["epsilon"])}
    return w - c["learning_rate"] / (1 - c["beta1"] ** c["t"]) * c["m"] / c["u"], c


@mistake("adamax", says="Epsilon is stored in u and piles up; it is added when dividing, and u stays a maximum.")
def adamax_stores_epsilon(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    c = c | {"u": c["u"] + c["epsilon"]}
    return adamax_step(w, c | {"epsilon": 0.0}), c


@mistake("adamax", says="Where no gradient has ever arrived, zero is divided by zero: epsilon is missing.")
def adamax_without_epsilon(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    with np.errstate(all="ignore"):
        return adamax_step(w, c | {"epsilon": 0.0}), c


@mistake("adamax", says="t stays where it was: the new count is not stored in config.")
def adamax_t_not_stored(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    return adamax_step(w, c), c | {"t": c["t"] - 1}


@mistake("adamax", says="The default learning rate is Adam's; AdaMax has another one.")
def adamax_default_of_adam(w, dw, config=None):
    c = with_maximum(adamax_config(w, {"learning_rate": 1e-3} | (config or {})), dw)
    return adamax_step(w, c), c


@mistake("adamax", says="The result is right, but dw itself was changed on the way: np.abs with out=dw works in place.")
def adamax_takes_magnitudes_in_place(w, dw, config=None):
    c = with_maximum(adamax_config(w, config), dw)
    np.abs(dw, out=dw)
    return adamax_step(w, c), c


# -------------------------------------------------------------------------------------------------------------- nadam


def nadam_config(w, config):
    return adam_config(w, {"learning_rate": 2e-3} | (config or {}))


def nadam_step(w, c, ahead):
    return w - c["learning_rate"] * ahead / (np.sqrt(corrected(c)[1]) + c["epsilon"])


def look_ahead(c, dw):
    beta1, t = c["beta1"], c["t"]
    return beta1 * c["m"] / (1 - beta1 ** (t + 1)) + (1 - beta1) * dw / (1 - beta1**t)


@mistake("nadam", says="This is Adam: the step goes along the corrected moment, with no look ahead.")
def nadam_is_adam(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    return nadam_step(w, c, corrected(c)[0]), c


@mistake(
    "nadam",
    says="Both terms are corrected with t, a form found in surveys; in Dozat's the moment is corrected one "
    "step ahead, with t + 1.",
)
def nadam_corrects_both_with_t(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    ahead = (c["beta1"] * c["m"] + (1 - c["beta1"]) * dw) / (1 - c["beta1"] ** c["t"])
    return nadam_step(w, c, ahead), c


@mistake("nadam", says="Both terms are corrected with t + 1; the gradient belongs to step t.")
def nadam_corrects_both_with_t_plus_one(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    ahead = (c["beta1"] * c["m"] + (1 - c["beta1"]) * dw) / (1 - c["beta1"] ** (c["t"] + 1))
    return nadam_step(w, c, ahead), c


@mistake("nadam", says="The gradient in the look-ahead is not corrected.")
def nadam_gradient_not_corrected(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    ahead = c["beta1"] * c["m"] / (1 - c["beta1"] ** (c["t"] + 1)) + (1 - c["beta1"]) * dw
    return nadam_step(w, c, ahead), c


@mistake(
    "nadam", says="The look-ahead uses the moment from before the update; the new gradient has to be in it already."
)
def nadam_uses_the_old_moment(w, dw, config=None):
    old = nadam_config(w, config)
    c = with_moments(old, dw)
    return nadam_step(w, c, look_ahead(c | {"m": old["m"]}, dw)), c


@mistake("nadam", says="The weights of moment and gradient in the look-ahead are swapped.")
def nadam_weights_swapped(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    beta1, t = c["beta1"], c["t"]
    ahead = (1 - beta1) * c["m"] / (1 - beta1 ** (t + 1)) + beta1 * dw / (1 - beta1**t)
    return nadam_step(w, c, ahead), c


@mistake("nadam", says="The second moment is not bias-corrected.")
def nadam_second_moment_not_corrected(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    return w - c["learning_rate"] * look_ahead(c, dw) / (np.sqrt(c["v"]) + c["epsilon"]), c


@mistake("nadam", says="The second moment is corrected with t + 1; only the first one looks a step ahead.")
def nadam_corrects_the_second_moment_ahead(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    root = np.sqrt(corrected(c, c["t"] + 1)[1])
    return w - c["learning_rate"] * look_ahead(c, dw) / (root + c["epsilon"]), c


@mistake("nadam", says="Epsilon is inside the square root; the statement has it outside.")
def nadam_epsilon_inside_the_root(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    return w - c["learning_rate"] * look_ahead(c, dw) / np.sqrt(corrected(c)[1] + c["epsilon"]), c


@mistake("nadam", says="The look-ahead is stored as the first moment; store m as in Adam.")
def nadam_stores_the_look_ahead(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    ahead = look_ahead(c, dw)
    return nadam_step(w, c, ahead), c | {"m": ahead}


@mistake("nadam", says="The moments are not stored in config, so each step begins with empty averages.")
def nadam_moments_not_stored(w, dw, config=None):
    old = nadam_config(w, config)
    c = with_moments(old, dw)
    return nadam_step(w, c, look_ahead(c, dw)), old | {"t": c["t"]}


@mistake("nadam", says="t stays where it was: the new count is not stored in config.")
def nadam_t_not_stored(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    return nadam_step(w, c, look_ahead(c, dw)), c | {"t": c["t"] - 1}


@mistake("nadam", says="The default learning rate is Adam's; Nadam has another one.")
def nadam_default_of_adam(w, dw, config=None):
    c = with_moments(adam_config(w, config), dw)
    return nadam_step(w, c, look_ahead(c, dw)), c


@mistake(
    "nadam", says="The result is right, but dw itself was changed on the way: an operator such as *= works in place."
)
def nadam_scales_dw_in_place(w, dw, config=None):
    c = with_moments(nadam_config(w, config), dw)
    ahead = look_ahead(c, dw)
    dw *= 1 - c["beta1"]
    return nadam_step(w, c, ahead), c


# -------------------------------------------------------------------------------------------------------------- adamw


def adamw_config(w, config):
    return adam_config(w, {"weight_decay": 1e-2} | (config or {}))


def adam_direction(c):
    m_hat, v_hat = corrected(c)
    return m_hat / (np.sqrt(v_hat) + c["epsilon"])


@mistake(
    "adamw", says="The decay is added to the gradient and passes through the moments: this is Adam with an L2 penalty."
)
def adamw_decays_through_the_gradient(w, dw, config=None):
    c = adamw_config(w, config)
    c = with_moments(c, dw + c["weight_decay"] * w)
    return w - c["learning_rate"] * adam_direction(c), c


@mistake("adamw", says="The decay is not scaled by the learning rate.")
def adamw_decay_without_learning_rate(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    return w - c["learning_rate"] * adam_direction(c) - c["weight_decay"] * w, c


@mistake("adamw", says="The weight decay is always 0.01, whatever config says.")
def adamw_hard_coded_decay(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    return w - c["learning_rate"] * (adam_direction(c) + 1e-2 * w), c


@mistake("adamw", says="This is Adam: the weights do not decay.")
def adamw_is_adam(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    return w - c["learning_rate"] * adam_direction(c), c


@mistake(
    "adamw", says="The decay acts on the parameters that have already taken the Adam step; both terms use the old ones."
)
def adamw_decays_the_new_parameters(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    next_w = w - c["learning_rate"] * adam_direction(c)
    return next_w - c["learning_rate"] * c["weight_decay"] * next_w, c


@mistake("adamw", says="The weights grow: look at the sign of the decay.")
def adamw_grows(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    return w - c["learning_rate"] * (adam_direction(c) - c["weight_decay"] * w), c


@mistake(
    "adamw", says="The decay is twice as strong: the step subtracts learning_rate * weight_decay * w, without a 2."
)
def adamw_decays_twice_as_fast(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    return w - c["learning_rate"] * (adam_direction(c) + 2 * c["weight_decay"] * w), c


@mistake("adamw", says="The moments are not bias-corrected.")
def adamw_without_bias_correction(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    direction = c["m"] / (np.sqrt(c["v"]) + c["epsilon"])
    return w - c["learning_rate"] * (direction + c["weight_decay"] * w), c


@mistake("adamw", says="The state is lost: the returned config has no moments and no t.")
def adamw_state_not_stored(w, dw, config=None):
    old = adamw_config(w, config)
    c = with_moments(old, dw)
    return w - c["learning_rate"] * (adam_direction(c) + c["weight_decay"] * w), old


@mistake(
    "adamw", says="The result is right, but dw itself was changed on the way: an operator such as += works in place."
)
def adamw_changes_dw_in_place(w, dw, config=None):
    c = with_moments(adamw_config(w, config), dw)
    dw += c["weight_decay"] * w
    return w - c["learning_rate"] * (adam_direction(c) + c["weight_decay"] * w), c


# ---------------------------------------------------------------------------------------------------------- schedules


@mistake(
    "step_decay",
    says="The drop comes one step early: t counts the steps already done, so the first `every` values of t use lr0.",
)
def step_decay_one_early(t, lr0, drop, every):
    return lr0 * drop ** ((t + 1) // every)


@mistake("step_decay", says="The drop comes one step late: at t = every it is due.")
def step_decay_one_late(t, lr0, drop, every):
    return lr0 * drop ** (max(t - 1, 0) // every)


@mistake("step_decay", says="The rate falls a little at each step: the exponent has to stay whole.")
def step_decay_without_steps(t, lr0, drop, every):
    return lr0 * drop ** (t / every)


@mistake("step_decay", says="The rate drops once and never again.")
def step_decay_drops_once(t, lr0, drop, every):
    return lr0 * drop if t >= every else lr0


@mistake("step_decay", says="The factor is multiplied by the number of drops; it should be raised to that power.")
def step_decay_multiplies_the_count(t, lr0, drop, every):
    return lr0 * drop * (t // every) if t >= every else lr0


@mistake("step_decay", says="The drop is divided by, not multiplied with: the rate grows.")
def step_decay_grows(t, lr0, drop, every):
    return lr0 / drop ** (t // every)


@mistake("exponential_decay", says="This is a power of k; the rate falls by the factor exp(-k) per step.")
def exponential_decay_power_of_k(t, lr0, k):
    return lr0 * float(k) ** t


@mistake("exponential_decay", says="This is the power of 1 - k, which is close to exp(-k) for small k but not equal.")
def exponential_decay_of_one_minus_k(t, lr0, k):
    return lr0 * (1 - k) ** t


@mistake("exponential_decay", says="The rate grows: look at the sign of the exponent.")
def exponential_decay_grows(t, lr0, k):
    return lr0 * np.exp(k * t)


@mistake("exponential_decay", says="The first step does not use lr0: t counts the steps already done.")
def exponential_decay_one_early(t, lr0, k):
    return lr0 * np.exp(-k * (t + 1))


@mistake("exponential_decay", says="This is 1 / (1 + k t), another schedule that falls more slowly.")
def exponential_decay_hyperbolic(t, lr0, k):
    return lr0 / (1 + k * t)


@mistake("cosine_decay", says="Beyond t = total the cosine rises again; the rate has to stay at lr_min.")
def cosine_decay_comes_back(t, lr0, total, lr_min=0.0):
    return lr_min + 0.5 * (lr0 - lr_min) * (1 + np.cos(np.pi * t / total))


@mistake("cosine_decay", says="The cosine has gone only a quarter of its period at t = total.")
def cosine_decay_quarter_period(t, lr0, total, lr_min=0.0):
    return lr_min + (lr0 - lr_min) * np.cos(0.5 * np.pi * min(t, total) / total)


@mistake("cosine_decay", says="The cosine runs through a whole period, back up to lr0; half a period is asked for.")
def cosine_decay_whole_period(t, lr0, total, lr_min=0.0):
    return lr_min + 0.5 * (lr0 - lr_min) * (1 + np.cos(2 * np.pi * min(t, total) / total))


@mistake("cosine_decay", says="The end is reached one step early: at t = total - 1 the rate is not yet lr_min.")
def cosine_decay_one_early(t, lr0, total, lr_min=0.0):
    last = max(total - 1, 1)
    return lr_min + 0.5 * (lr0 - lr_min) * (1 + np.cos(np.pi * min(t, last) / last))


@mistake("cosine_decay", says="lr_min has no effect.")
def cosine_decay_ignores_the_minimum(t, lr0, total, lr_min=0.0):
    return 0.5 * lr0 * (1 + np.cos(np.pi * min(t, total) / total))


@mistake(
    "cosine_decay",
    says="lr_min is added on top, so that the first step is larger than lr0: scale the cosine by lr0 - lr_min.",
)
def cosine_decay_adds_the_minimum(t, lr0, total, lr_min=0.0):
    return lr_min + 0.5 * lr0 * (1 + np.cos(np.pi * min(t, total) / total))


@mistake("cosine_decay", says="The cosine is cut off at lr_min instead of being scaled to end there.")
def cosine_decay_cut_off_at_the_minimum(t, lr0, total, lr_min=0.0):
    return max(lr_min, 0.5 * lr0 * (1 + np.cos(np.pi * min(t, total) / total)))


@mistake("cosine_decay", says="The factor one half is missing, so that the rate starts at twice lr0.")
def cosine_decay_without_half(t, lr0, total, lr_min=0.0):
    return lr_min + (lr0 - lr_min) * (1 + np.cos(np.pi * min(t, total) / total))


@mistake(
    "warmup", says="The first step has learning rate zero: t is 0 there, and the rate should be lr0 / warmup_steps."
)
def warmup_starts_at_zero(t, lr0, warmup_steps):
    return lr0 * t / warmup_steps if t < warmup_steps else lr0


@mistake("warmup", says="The rate goes on rising after the warm-up.")
def warmup_never_ends(t, lr0, warmup_steps):
    return lr0 * (t + 1) / max(warmup_steps, 1)


@mistake("warmup", says="The last step of the warm-up does not reach lr0: it is one step too long.")
def warmup_one_too_long(t, lr0, warmup_steps):
    return lr0 * min(1, (t + 1) / (warmup_steps + 1))


@mistake("warmup", says="With no warm-up steps this divides by zero; then the rate is lr0 from the start.")
def warmup_divides_by_zero(t, lr0, warmup_steps):
    return lr0 * min(1, (t + 1) / warmup_steps)


@mistake("warmup", says="The rate jumps from zero to lr0; it should rise in a straight line.")
def warmup_is_a_switch(t, lr0, warmup_steps):
    return lr0 if t >= warmup_steps else 0.0


@mistake("warmup", says="This is the share of lr0, between 0 and 1; multiply by lr0.")
def warmup_returns_the_share(t, lr0, warmup_steps):
    return min(1.0, (t + 1) / max(warmup_steps, 1))


# ---------------------------------------------------------------------------------------------------- critical points


def kind(positive, negative, zero):
    """The name for a point that has such curvatures."""
    if positive and negative:
        return "saddle"
    if zero or positive == negative:
        return "degenerate"
    return "minimum" if positive else "maximum"


def kind_of(values, zero):
    return kind((values > zero).any(), (values < -zero).any(), (np.abs(values) <= zero).any())


@mistake(
    "classify_critical_point",
    says="Minimum and maximum have changed places: positive curvature means uphill on both sides.",
)
def classify_upside_down(hessian):
    values = np.linalg.eigvalsh(hessian)
    return kind_of(-values, 1e-8 * np.abs(values).max())


@mistake("classify_critical_point", says="Only the diagonal is looked at; the curvatures are the eigenvalues.")
def classify_by_the_diagonal(hessian):
    values = np.diag(hessian)
    return kind_of(values, 1e-8 * np.abs(hessian).max())


@mistake("classify_critical_point", says="The signs of the entries are looked at; the curvatures are the eigenvalues.")
def classify_by_the_entries(hessian):
    return "minimum" if (hessian > 0).all() else "maximum" if (hessian < 0).all() else "saddle"


@mistake(
    "classify_critical_point",
    says="The sign of the determinant decides only in two dimensions: two negative eigenvalues make it positive.",
)
def classify_by_the_determinant(hessian):
    scale = np.abs(hessian).max() or 1.0
    determinant = np.linalg.det(hessian / scale)
    if abs(determinant) <= 1e-8:
        return "degenerate"
    if determinant < 0 and len(hessian) > 1:
        return "saddle"
    return "minimum" if np.trace(hessian) > 0 else "maximum"


@mistake(
    "classify_critical_point",
    says="The determinant is compared with a fixed small number, and its sign decides only in two dimensions.",
)
def classify_by_the_determinant_as_it_is(hessian):
    determinant = np.linalg.det(hessian)
    if abs(determinant) <= 1e-10:
        return "degenerate"
    if determinant < 0:
        return "saddle"
    return "minimum" if np.trace(hessian) > 0 else "maximum"


@mistake("classify_critical_point", says="The sign of the trace is only the sign of the mean curvature.")
def classify_by_the_trace(hessian):
    trace = np.trace(hessian)
    if abs(trace) <= 1e-8 * np.abs(hessian).max():
        return "saddle" if hessian.any() else "degenerate"
    return "minimum" if trace > 0 else "maximum"


@mistake(
    "classify_critical_point",
    says="A zero eigenvalue beside both signs does not matter: there is a way down and a way up, so it is a saddle.",
)
def classify_degenerate_first(hessian):
    values = np.linalg.eigvalsh(hessian)
    if (np.abs(values) <= 1e-8 * np.abs(values).max()).any():
        return "degenerate"
    return kind_of(values, 0)


@mistake(
    "classify_critical_point", says="Zeros are counted as positive (or as negative): a flat direction decides nothing."
)
def classify_zero_as_a_sign(hessian):
    values = np.linalg.eigvalsh(hessian)
    zero = 1e-8 * np.abs(values).max()
    if (values >= -zero).all():
        return "minimum"
    return "maximum" if (values <= zero).all() else "saddle"


@mistake(
    "classify_critical_point",
    says="Eigenvalues are compared with zero exactly, but rounding never leaves an exact zero: use the tolerance.",
)
def classify_without_tolerance(hessian):
    return kind_of(np.linalg.eigvalsh(hessian), 0)


@mistake(
    "classify_critical_point",
    says="The tolerance is an absolute 1e-8; it should be relative to the largest eigenvalue.",
)
def classify_with_an_absolute_tolerance(hessian):
    return kind_of(np.linalg.eigvalsh(hessian), 1e-8)


@mistake(
    "classify_critical_point",
    says="Any point that is neither minimum nor maximum is called a saddle; the fourth answer never comes.",
)
def classify_degenerate_as_saddle(hessian):
    values = np.linalg.eigvalsh(hessian)
    zero = 1e-8 * np.abs(values).max()
    if (values > zero).all():
        return "minimum"
    return "maximum" if (values < -zero).all() else "saddle"


@mistake("classify_critical_point", says="The four words are written in lower case.")
def classify_in_capitals(hessian):
    values = np.linalg.eigvalsh(hessian)
    zero = 1e-8 * np.abs(values).max()
    if (values > zero).any() and (values < -zero).any():
        return "Saddle"
    if (values > zero).all():
        return "Minimum"
    return "Maximum" if (values < -zero).all() else "Degenerate"


@mistake(
    "escape_saddle", says="The direction is that of the largest eigenvalue: uphill. eigh sorts them in ascending order."
)
def escape_uphill(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    return x + step * vectors[:, -1] if values[0] < -1e-8 * np.abs(values).max() else x.copy()


@mistake(
    "escape_saddle",
    says="The direction is that of the eigenvalue of largest magnitude, which may be uphill; take the "
    "smallest with its sign.",
)
def escape_along_the_largest_magnitude(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    if values[0] >= -1e-8 * np.abs(values).max():
        return x.copy()
    return x + step * vectors[:, np.argmax(np.abs(values))]


@mistake("escape_saddle", says="A row of the matrix of eigenvectors is taken; the eigenvectors are its columns.")
def escape_along_a_row(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    return x + step * vectors[0] if values[0] < -1e-8 * np.abs(values).max() else x.copy()


@mistake("escape_saddle", says="The direction is that of the weakest negative curvature; take the most negative.")
def escape_along_the_weakest(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    falling = np.flatnonzero(values < -1e-8 * np.abs(values).max())
    return x + step * vectors[:, falling[-1]] if len(falling) else x.copy()


@mistake(
    "escape_saddle",
    says="The direction is that of the smallest magnitude; what counts is the smallest eigenvalue, sign included.",
)
def escape_along_the_smallest_magnitude(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    if values[0] >= -1e-8 * np.abs(values).max():
        return x.copy()
    return x + step * vectors[:, np.argmin(np.abs(values))]


@mistake("escape_saddle", says="The move is scaled by the eigenvalue; its length should be `step`.")
def escape_scaled_by_the_eigenvalue(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    if values[0] >= -1e-8 * np.abs(values).max():
        return x.copy()
    return x + step * values[0] * vectors[:, 0]


@mistake("escape_saddle", says="The move has length 1 whatever `step` is.")
def escape_ignores_the_step(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    return x + vectors[:, 0] if values[0] < -1e-8 * np.abs(values).max() else x.copy()


@mistake("escape_saddle", says="Only the move is returned; add it to x.")
def escape_returns_the_move(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    return step * vectors[:, 0] if values[0] < -1e-8 * np.abs(values).max() else x.copy()


@mistake("escape_saddle", says="It moves even where no curvature is negative; there x should be returned.")
def escape_from_a_minimum(x, hessian, step):
    return x + step * np.linalg.eigh(hessian)[1][:, 0]


@mistake("escape_saddle", says="A curvature that is zero up to rounding is taken for negative: use the tolerance.")
def escape_without_tolerance(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    return x + step * vectors[:, 0] if values[0] < 0 else x.copy()


@mistake("escape_saddle", says="The tolerance is an absolute 1e-8; it should be relative to the largest eigenvalue.")
def escape_with_an_absolute_tolerance(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    return x + step * vectors[:, 0] if values[0] < -1e-8 else x.copy()


@mistake("escape_saddle", says="The result is right, but x itself was changed: += works in place.")
def escape_moves_x_in_place(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    if values[0] < -1e-8 * np.abs(values).max():
        x += step * vectors[:, 0]
    return x


# ---------------------------------------------------------------------------------------------- prediction questions

mistake(
    "q_momentum_speed",
    says="This is the first step. Each later one adds to a velocity of which 0.9 is kept.",
    name="speed_of_sgd",
)(0.01)
mistake(
    "q_momentum_speed",
    says="Friction takes away 1 - 0.9 of the velocity per step: divide by that, not by 0.9.",
    name="speed_over_momentum",
)(0.01 / 0.9)
mistake(
    "q_adagrad_hundredth_step",
    says="The cache has grown a hundredfold by then, so the step is not as long as the first.",
    name="adagrad_first_step",
)(0.1)
mistake(
    "q_adagrad_hundredth_step",
    says="The step is divided by the root of the cache, and the root of 100 is 10.",
    name="adagrad_no_root",
)(0.001)
mistake(
    "q_adagrad_hundredth_step",
    says="The size of the gradient cancels: it is in the numerator and in the root.",
    name="adagrad_times_gradient",
)(0.05)
mistake("q_adam_first_step", says="That is sgd. Adam divides by the size of the gradient.", name="first_step_of_sgd")(
    0.25
)
mistake("q_adam_first_step", says="That is the first step without bias correction.", name="first_step_uncorrected")(
    0.1 / 0.001**0.5 * 0.001
)
mistake(
    "q_which_bug",
    says="A rate taken from elsewhere would scale all steps alike; here the second is longer than the first.",
    name="bug_is_the_rate",
)("a")
mistake("q_which_bug", says="With t = 1 for ever the first step would be right.", name="bug_is_t")("c")
mistake("q_which_bug", says="With a gradient of 1 the root changes nothing: try it.", name="bug_is_the_root")("d")
mistake("q_cosine_halfway", says="This is halfway from lr0 to zero; the curve ends at 0.02.", name="halfway_to_zero")(
    0.05
)
mistake("q_cosine_halfway", says="Only the part above the minimum is halved.", name="halfway_plus_minimum")(0.07)
mistake("q_cosine_halfway", says="This is half the distance; add where the curve ends.", name="half_the_distance")(0.04)
mistake(
    "q_quartic",
    says="It is a minimum indeed, but the Hessian cannot know: what is the second derivative of x^4 at 0?",
    name="quartic_is_a_minimum",
)("minimum")
mistake("q_quartic", says="A saddle needs a direction in which the loss falls.", name="quartic_is_a_saddle")("saddle")
