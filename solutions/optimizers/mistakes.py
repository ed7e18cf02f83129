"""Wrong implementations that students of this assignment write; most are an edit of the reference at one place."""

import numpy as np

from autograder import mistake, slip

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

slip(
    "sgd", "w - config", "w + config",
    name="sgd_climbs", says="The loss grows with each step: look at the sign of the update.",
)  # fmt: skip
slip(
    "sgd", '- config["learning_rate"] * dw', "- 1e-2 * dw",
    name="sgd_hard_coded_rate", says="The learning rate is always the same number, whatever config says.",
)  # fmt: skip
slip(
    "sgd", '"learning_rate", 1e-2)', '"learning_rate", 1e-3)',
    name="sgd_wrong_default", says="Without a config the learning rate is not the default of the statement.",
)  # fmt: skip
slip(
    "sgd", '    config = {} if config is None else config\n    config.setdefault("learning_rate", 1e-2)\n', "",
    name="sgd_needs_a_config",
    says="Without a third argument config is None: make a dict first; then the defaults apply.",
)  # fmt: skip
slip(
    "sgd", "return next_w, config", "return next_w, {}",
    name="sgd_returns_a_fresh_config",
    says="The settings are lost after the first step: the config you return has to hold them.",
)  # fmt: skip
slip(
    "sgd", "* dw", "* np.sign(dw)",
    name="sgd_uses_the_sign_only", says="The step has the same length whatever the size of the gradient.",
)  # fmt: skip
slip(
    "sgd", "* dw", "* dw / np.linalg.norm(dw)",
    name="sgd_normalises_the_gradient",
    says="The gradient is divided by its length; here the step is proportional to the gradient.",
)  # fmt: skip
slip(
    "sgd", 'next_w = w - config["learning_rate"] * dw', 'dw *= config["learning_rate"]\n    next_w = w - dw',
    name="sgd_scales_dw_in_place",
    says="The result is right, but dw itself was changed on the way: an operator such as *= works in place.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------- sgd_momentum

slip(
    "sgd_momentum", '] - config["learning', '] + config["learning',
    name="momentum_climbs", says="The ball rolls uphill: the velocity has to contain the minus sign of the step.",
)  # fmt: skip
slip(
    "sgd_momentum", '] - config["learning', '] + config["learning', "w + velocity", "w - velocity",
    name="momentum_with_the_other_sign",
    says="The velocity points uphill and is subtracted from w; here it contains the minus sign and is added.",
)  # fmt: skip
slip(
    "sgd_momentum", '- config["learning_rate"] * dw', "+ dw", "w + velocity", 'w - config["learning_rate"] * velocity',
    name="momentum_velocity_without_learning_rate",
    says="This looks like PyTorch's form: the velocity sums gradients, and the learning rate comes when it is "
    "applied. Here the velocity itself contains learning rate and sign.",
)  # fmt: skip
slip(
    "sgd_momentum", '- config["learning_rate"] * dw', "- dw",
    name="momentum_without_learning_rate",
    says="The learning rate is missing: the velocity takes in the whole gradient.",
)  # fmt: skip
slip(
    "sgd_momentum", "w + velocity", 'w + config["learning_rate"] * velocity',
    name="momentum_learning_rate_twice",
    says="The learning rate multiplies the gradient and the velocity once more when it is applied to w.",
)  # fmt: skip
slip(
    "sgd_momentum", '    config["velocity"] = velocity\n', "",
    name="momentum_velocity_not_stored", says="Every step starts from rest: the new velocity is not stored in config.",
)  # fmt: skip
slip(
    "sgd_momentum", '- config["learning', '- (1 - config["momentum"]) * config["learning',
    name="momentum_averages",
    says="The gradient is scaled by 1 - momentum, as in a moving average; the formula has no such factor.",
)  # fmt: skip
slip(
    "sgd_momentum",
    'config["velocity"] = velocity\n    next_w = w + velocity',
    'next_w = w + config["velocity"]\n    config["velocity"] = velocity',
    name="momentum_applies_the_old_velocity",
    says="w moves by the velocity from before the update; the present gradient arrives one step late.",
)  # fmt: skip
slip(
    "sgd_momentum", 'config["momentum"] *', "0.9 *",
    name="momentum_hard_coded", says="The momentum is always 0.9, whatever config says.",
)  # fmt: skip
slip(
    "sgd_momentum", 'config["momentum"] * config', "config",
    name="momentum_without_friction",
    says="The velocity grows without friction: the old one is not multiplied by the momentum.",
)  # fmt: skip
slip(
    "sgd_momentum", 'velocity = config["momentum"]', 'velocity = -config["momentum"]',
    name="momentum_brakes",
    says="The signs of old velocity and gradient agree: the ball is pushed back by its own motion.",
)  # fmt: skip


@mistake(
    "sgd_momentum",
    says="Two parameters share one velocity. A default argument such as config={} is created once and kept "
    "for all calls.",
)
def momentum_shares_its_default_config(w, dw, config=None):
    c = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (as_if_shared(w, config) or {})
    c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + c["velocity"], remembered(w, config, c)


slip(
    "sgd_momentum",
    "    velocity = config", '    dw *= -config["learning_rate"]\n    velocity = config',
    '- config["learning_rate"] * dw', "+ dw",
    name="momentum_scales_dw_in_place",
    says="The result is right, but dw itself was changed on the way: an operator such as *= works in place.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------- nesterov

slip(
    "nesterov", "w - momentum * before + (1 + momentum) * after", "w + after",
    name="nesterov_is_plain_momentum",
    says="This is plain momentum. Either the look-ahead is missing, or the old velocity was overwritten before it "
    "was used (v_prev = v makes no copy, and v *= mu changes both).",
)  # fmt: skip
slip(
    "nesterov", "w - momentum * before", "w",
    name="nesterov_never_goes_back",
    says="w jumps ahead by (1 + momentum) times the new velocity, but does not first go back from the old look-ahead.",
)  # fmt: skip
slip(
    "nesterov", "w - momentum * before + (1 + momentum) * after", "w + momentum * after",
    name="nesterov_only_looks_ahead",
    says="w moves by momentum times the new velocity only; the step with the gradient itself is missing.",
)  # fmt: skip
slip(
    "nesterov", "w - momentum * before + (1 + momentum) * after", "w - momentum * after + (1 + momentum) * before",
    name="nesterov_swaps_the_velocities", says="Old and new velocity have changed places in the step of w.",
)  # fmt: skip
slip(
    "nesterov", "w - momentum", "w + momentum",
    name="nesterov_goes_ahead_twice",
    says="The old velocity is added where it should be subtracted: w has to go back from the old look-ahead point.",
)  # fmt: skip
slip(
    "nesterov", "w - momentum * before", "w - before",
    name="nesterov_goes_back_too_far",
    says="w goes back by the whole old velocity; the look-ahead was only momentum times it.",
)  # fmt: skip
slip(
    "nesterov", 'config["velocity"] = after', 'config["velocity"] = (1 + momentum) * after - momentum * before',
    name="nesterov_stores_its_step",
    says="What is stored is the step of w, not the velocity: the look-ahead then enters the velocity again and again.",
)  # fmt: skip
slip(
    "nesterov", '    config["velocity"] = after\n', "",
    name="nesterov_velocity_not_stored", says="Every step starts from rest: the new velocity is not stored in config.",
)  # fmt: skip
slip(
    "nesterov", "before - config", "before + config",
    name="nesterov_climbs", says="The velocity points uphill: it has to contain the minus sign of the step.",
)  # fmt: skip
slip(
    "nesterov",
    "    after =", '    dw *= config["learning_rate"]\n    after =',
    '- config["learning_rate"] * dw', "- dw",
    name="nesterov_scales_dw_in_place",
    says="The result is right, but dw itself was changed on the way: an operator such as *= works in place.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------ adagrad

slip(
    "adagrad", 'config["cache"] + dw**2', '0.99 * config["cache"] + 0.01 * dw**2',
    name="adagrad_decays",
    says="The cache forgets: this is a moving average as in RMSProp, and AdaGrad adds up all squared gradients.",
)  # fmt: skip
slip(
    "adagrad", 'config["cache"] + dw**2', '0.9 * config["cache"] + 0.1 * dw**2',
    name="adagrad_decays_quickly",
    says="The cache forgets, with 0.9 for the old one: AdaGrad adds up all squared gradients at full weight.",
)  # fmt: skip
slip(
    "adagrad", '(np.sqrt(cache) + config["epsilon"])', 'np.sqrt(cache + config["epsilon"])',
    name="adagrad_epsilon_inside_the_root", says="Epsilon is inside the square root; the statement has it outside.",
)  # fmt: skip
slip(
    "adagrad", "np.sqrt(cache)", "cache",
    name="adagrad_without_root", says="The step is divided by the cache itself; take its square root.",
)  # fmt: skip
slip(
    "adagrad", '    config["cache"] = cache\n', "",
    name="adagrad_cache_not_stored", says="Every step begins with an empty cache: the new sum is not stored in config.",
)  # fmt: skip
slip(
    "adagrad", 'config["cache"] + dw**2', "dw**2",
    name="adagrad_replaces_the_sum",
    says="The cache holds the present squared gradient only; add it to the sum that is there.",
)  # fmt: skip
slip(
    "adagrad", "dw**2", "np.sum(dw**2)",
    name="adagrad_one_sum_for_all",
    says="All parameters share one sum of squares; the cache has one entry per parameter.",
)  # fmt: skip
slip(
    "adagrad",
    'config["cache"] + dw**2\n    config["cache"] = cache', 'config["cache"]\n    config["cache"] = cache + dw**2',
    name="adagrad_uses_the_old_cache",
    says="The step is taken with the cache from before; add the present squared gradient first.",
)  # fmt: skip
slip(
    "adagrad", "dw**2", "np.abs(dw)",
    name="adagrad_sums_magnitudes", says="The cache adds up magnitudes of gradients; it should add up their squares.",
)  # fmt: skip
slip(
    "adagrad", "w - config", "w + config",
    name="adagrad_climbs", says="The step goes uphill: look at the sign of the update.",
)  # fmt: skip
slip(
    "adagrad",
    "    next_w =", '    dw /= np.sqrt(cache) + config["epsilon"]\n    next_w =',
    ' / (np.sqrt(cache) + config["epsilon"])', "",
    name="adagrad_divides_dw_in_place",
    says="The result is right, but dw itself was changed on the way: operators such as /= work in place.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------- adadelta

slip(
    "adadelta", 'config["delta_cache"] + eps', 'config["delta_cache"]',
    name="adadelta_numerator_without_epsilon",
    says="It never moves: with delta_cache zero at the start, the numerator needs its epsilon as well.",
)  # fmt: skip
slip(
    "adadelta", "-np.sqrt(config", "-np.sqrt(rho * config",
    name="adadelta_fades_updates_before_the_step",
    says="delta_cache is already faded before the step uses it; the whole of its update comes after the step.",
)  # fmt: skip
slip(
    "adadelta",
    'w + config["learning_rate"] * delta',
    'w - config["learning_rate"] * np.sqrt(config["delta_cache"] + eps) / np.sqrt(squares + eps) * dw',
    name="adadelta_updates_before_the_step",
    says="delta_cache is updated first and then used for the step that goes to w; the step uses the old one.",
)  # fmt: skip
slip(
    "adadelta", "np.sqrt(squares + eps)", 'np.sqrt(config["cache"] + eps)',
    name="adadelta_uses_the_old_cache",
    says="The step divides by the old average of squared gradients; the present gradient has to be in it already.",
)  # fmt: skip
slip(
    "adadelta", "delta**2", "dw**2",
    name="adadelta_averages_gradients_twice",
    says="delta_cache averages squared gradients; it should average the squares of the updates.",
)  # fmt: skip
slip(
    "adadelta",
    "delta = -np", 'delta = -config["learning_rate"] * np',
    'w + config["learning_rate"] * delta', "w + delta",
    name="adadelta_averages_scaled_updates",
    says="The learning rate gets into delta_cache: average the square of the update before it is scaled.",
)  # fmt: skip
slip(
    "adadelta", 'w + config["learning_rate"] * delta', "w + delta",
    name="adadelta_ignores_the_learning_rate", says="The learning rate in config has no effect.",
)  # fmt: skip
slip(
    "adadelta", 'w + config["learning_rate"] * delta', 'w - config["learning_rate"] * delta',
    name="adadelta_climbs", says="The step goes uphill: look at the sign of the update.",
)  # fmt: skip
slip(
    "adadelta",
    '-np.sqrt(config["delta_cache"] + eps) / np.sqrt(squares + eps)',
    '-(np.sqrt(config["delta_cache"]) + eps) / (np.sqrt(squares) + eps)',
    name="adadelta_epsilon_outside_the_roots",
    says="Epsilon is outside the square roots; for AdaDelta the statement has it inside both.",
)  # fmt: skip
slip(
    "adadelta",
    '    config["cache"] = squares\n    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * delta**2\n',
    "",
    name="adadelta_averages_not_stored", says="The averages are not stored in config, so each step is a first step.",
)  # fmt: skip
slip(
    "adadelta", '    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * delta**2\n', "",
    name="adadelta_updates_not_stored",
    says="delta_cache stays as it was: after the step it has to take in the square of the update.",
)  # fmt: skip
slip(
    "adadelta",
    'config["delta_cache"] + eps) / np.sqrt(squares + eps)', 'squares + eps) / np.sqrt(config["delta_cache"] + eps)',
    name="adadelta_fraction_upside_down",
    says="The fraction is upside down: the size of the updates belongs on top, that of the gradients below.",
)  # fmt: skip
slip(
    "adadelta",
    'rho * config["cache"] + (1 - rho)', '(1 - rho) * config["cache"] + rho',
    'rho * config["delta_cache"] + (1 - rho)', '(1 - rho) * config["delta_cache"] + rho',
    name="adadelta_weights_swapped",
    says="The weights of the averages are swapped: decay_rate belongs to the old average.",
)  # fmt: skip
slip(
    "adadelta", "delta = -np", "dw *= -np", "np.sqrt(squares + eps) * dw", "np.sqrt(squares + eps)\n    delta = dw",
    name="adadelta_scales_dw_in_place",
    says="The result is right, but dw itself was changed on the way: an operator such as *= works in place.",
)  # fmt: skip
slip(
    "adadelta", '"learning_rate", 1.0)', '"learning_rate", 1e-2)',
    name="adadelta_default_of_the_others",
    says="Without a config the learning rate is not the default of the statement: AdaDelta's is 1.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------ rmsprop

slip(
    "rmsprop", 'rho * config["cache"] + (1 - rho)', '(1 - rho) * config["cache"] + rho',
    name="rmsprop_weights_swapped",
    says="The weights of the average are swapped: decay_rate belongs to the old average.",
)  # fmt: skip
slip(
    "rmsprop", "(1 - rho) * dw**2", "dw**2",
    name="rmsprop_adds_at_full_weight",
    says="The squared gradient enters at full weight; in an average the two weights add up to one.",
)  # fmt: skip
slip(
    "rmsprop", 'rho * config["cache"] + (1 - rho) * dw**2', 'config["cache"] + dw**2',
    name="rmsprop_is_adagrad",
    says="Nothing is forgotten: this is AdaGrad's sum of all squared gradients, not a moving average.",
)  # fmt: skip
slip(
    "rmsprop", '(np.sqrt(mean_square) + config["epsilon"])', 'np.sqrt(mean_square + config["epsilon"])',
    name="rmsprop_epsilon_inside_the_root", says="Epsilon is inside the square root; the statement has it outside.",
)  # fmt: skip
slip(
    "rmsprop", "np.sqrt(mean_square)", "mean_square",
    name="rmsprop_without_root", says="The step is divided by the mean square itself; take its square root.",
)  # fmt: skip
slip(
    "rmsprop", '    config["cache"] = mean_square\n', "",
    name="rmsprop_cache_not_stored",
    says="Every step begins with an empty average: the new one is not stored in config.",
)  # fmt: skip
slip(
    "rmsprop",
    '    config["cache"] = mean_square\n', "",
    "np.sqrt(mean_square)", 'np.sqrt(config["cache"])',
    "    return", '    config["cache"] = mean_square\n    return',
    name="rmsprop_uses_the_old_cache",
    says="The step is taken with the average from before; let the present squared gradient in first.",
)  # fmt: skip
slip(
    "rmsprop",
    'config["cache"] = mean_square', 'config.update(cache=mean_square, t=config.get("t", 0) + 1)',
    "np.sqrt(mean_square)", 'np.sqrt(mean_square / (1 - rho ** config["t"]))',
    name="rmsprop_with_bias_correction",
    says="The average is bias-corrected as in Adam; RMSProp divides by the average as it is.",
)  # fmt: skip
slip(
    "rmsprop", "dw**2", "dw",
    name="rmsprop_without_square", says="The cache averages the gradients themselves; it should average their squares.",
)  # fmt: skip
slip(
    "rmsprop", 'rho = config["decay_rate"]', "rho = 0.9",
    name="rmsprop_hard_coded_decay", says="The decay rate is always 0.9, whatever config says.",
)  # fmt: skip
slip(
    "rmsprop", "dw**2", "np.mean(dw**2)",
    name="rmsprop_one_average_for_all",
    says="All parameters share one mean square; the cache has one entry per parameter.",
)  # fmt: skip
slip(
    "rmsprop",
    "    next_w =", '    dw /= np.sqrt(mean_square) + config["epsilon"]\n    next_w =',
    ' / (np.sqrt(mean_square) + config["epsilon"])', "",
    name="rmsprop_divides_dw_in_place",
    says="The result is right, but dw itself was changed on the way: operators such as /= work in place.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------------- adam

slip(
    "adam", "m / (1 - beta1**t)", "m", "v / (1 - beta2**t)", "v",
    name="adam_without_bias_correction",
    says="This looks like Adam without bias correction: the first steps come out up to six times too long.",
)  # fmt: skip
slip(
    "adam", "v / (1 - beta2**t)", "v",
    name="adam_corrects_only_the_first_moment",
    says="Only the first moment is corrected; the second starts at zero just the same.",
)  # fmt: skip
slip(
    "adam", "m / (1 - beta1**t)", "m",
    name="adam_corrects_only_the_second_moment",
    says="Only the second moment is corrected; the first starts at zero just the same.",
)  # fmt: skip
slip(
    "adam", "    next_w =", "    config.update(m=m_hat, v=v_hat)\n    next_w =",
    name="adam_stores_corrected_moments",
    says="The corrected moments are stored, so the next step corrects them a second time. Store m and v without hats.",
)  # fmt: skip
slip(
    "adam", "v=v, t=t", "v=v",
    name="adam_t_not_stored",
    says="t stays where it was: the new count is not stored in config, and each step corrects as if it were the "
    "same one.",
)  # fmt: skip
slip(
    "adam", 'config["t"] + 1', 'config["t"] + 2',
    name="adam_t_incremented_twice", says="t goes up by two per step.",
)  # fmt: skip
slip(
    "adam", "t=t", "t=t + 1",
    name="adam_t_incremented_again_at_the_end",
    says="t goes up twice: once before it is used, and again at the end of the step.",
)  # fmt: skip
slip(
    "adam", 'config["t"] + 1', 'config["t"]', "t=t", "t=t + 1",
    name="adam_t_incremented_too_late",
    says="t is used before it is increased. The first step then divides by 1 - beta^0, which is zero.",
)  # fmt: skip
slip(
    "adam", "beta1**t", "beta1 ** (t + 1)", "beta2**t", "beta2 ** (t + 1)",
    name="adam_corrects_one_step_ahead",
    says="t is used one step too late: what corrects is t + 1 while config stores t.",
)  # fmt: skip
slip(
    "adam", "beta1**t", "beta1", "beta2**t", "beta2",
    name="adam_correction_without_power",
    says="The correction divides by 1 - beta; it should be 1 - beta to the power t.",
)  # fmt: skip
slip(
    "adam", "beta1**t", "beta1 * t", "beta2**t", "beta2 * t",
    name="adam_correction_with_a_product", says="The correction divides by 1 - beta * t; the t is an exponent.",
)  # fmt: skip
slip(
    "adam", '(np.sqrt(v_hat) + config["epsilon"])', 'np.sqrt(v_hat + config["epsilon"])',
    name="adam_epsilon_inside_the_root", says="Epsilon is inside the square root; the statement has it outside.",
)  # fmt: skip
slip(
    "adam", '(np.sqrt(v_hat) + config["epsilon"])', '((np.sqrt(v) + config["epsilon"]) / np.sqrt(1 - beta2**t))',
    name="adam_epsilon_before_the_correction",
    says="Epsilon is added to the root of the uncorrected second moment, and then scaled with it by the correction; "
    "it belongs to the root of the corrected one.",
)  # fmt: skip
slip(
    "adam", 'config["beta1"], config["beta2"]', 'config["beta2"], config["beta1"]',
    name="adam_betas_swapped", says="beta1 and beta2 have changed places.",
)  # fmt: skip
slip(
    "adam", "m / (1 - beta1**t)", "m / (1 - beta2**t)", "v / (1 - beta2**t)", "v / (1 - beta1**t)",
    name="adam_corrections_swapped",
    says="The corrections have changed places: m is corrected with beta1, v with beta2.",
)  # fmt: skip
slip(
    "adam",
    'beta1 * config["m"] + (1 - beta1)', '(1 - beta1) * config["m"] + beta1',
    'beta2 * config["v"] + (1 - beta2)', '(1 - beta2) * config["v"] + beta2',
    name="adam_weights_swapped",
    says="The weights of the averages are swapped: beta belongs to the old average, 1 - beta to the gradient.",
)  # fmt: skip
slip(
    "adam", "(1 - beta1) * dw", "dw",
    name="adam_first_moment_is_a_sum",
    says="The gradient enters the first moment at full weight; in an average the two weights add up to one.",
)  # fmt: skip
slip(
    "adam", "(1 - beta1) * dw", "dw", "(1 - beta2) * dw**2", "dw**2",
    name="adam_moments_are_sums",
    says="The gradient enters both moments at full weight; in an average the two weights add up to one.",
)  # fmt: skip
slip(
    "adam", "w - config", "w + config",
    name="adam_climbs", says="The step goes uphill: look at the sign of the update.",
)  # fmt: skip
slip(
    "adam", "dw**2", "dw",
    name="adam_without_square", says="The second moment averages the gradient itself; it should average its square.",
)  # fmt: skip
slip(
    "adam", "dw**2", "m**2",
    name="adam_squares_the_first_moment",
    says="The second moment averages the square of the first; it should average the square of the gradient.",
)  # fmt: skip
slip(
    "adam", "np.sqrt(v_hat)", "v_hat",
    name="adam_without_root", says="The step is divided by the second moment itself; take its square root.",
)  # fmt: skip
slip(
    "adam", "m=m, v=v, t=t", "t=t",
    name="adam_moments_not_stored",
    says="The moments are not stored in config, so each step begins with empty averages.",
)  # fmt: skip
slip(
    "adam", 'config["learning_rate"] * m_hat', "1e-3 * m_hat",
    name="adam_hard_coded_rate", says="The learning rate is always 0.001, whatever config says.",
)  # fmt: skip
slip(
    "adam", "* m_hat", "* dw",
    name="adam_steps_along_the_gradient",
    says="The numerator is the gradient itself: this is RMSProp with a correction. Adam steps along the first moment.",
)  # fmt: skip


@mistake(
    "adam",
    says="Two parameters share one config. A default argument such as config={} is created once and kept for "
    "all calls.",
)
def adam_shares_its_default_config(w, dw, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    c |= {"m": np.zeros_like(w), "v": np.zeros_like(w)} | (as_if_shared(w, config) or {})
    c["t"] += 1
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    m_hat, v_hat = c["m"] / (1 - c["beta1"] ** c["t"]), c["v"] / (1 - c["beta2"] ** c["t"])
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), remembered(w, config, c)


slip(
    "adam", "    config.update", "    dw *= dw\n    config.update",
    name="adam_squares_dw_in_place",
    says="The result is right, but dw itself was changed on the way: squaring with **= or out=dw works in place.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------- adamax

slip(
    "adamax", 'np.maximum(config["beta2"] * config["u"], np.abs(dw))', 'config["beta2"] * config["u"] + np.abs(dw)',
    name="adamax_sums",
    says="The magnitudes are added up; AdaMax keeps the larger of the faded maximum and the new magnitude.",
)  # fmt: skip
slip(
    "adamax",
    'np.maximum(config["beta2"] * config["u"], np.abs(dw))',
    'config["beta2"] * config["u"] + (1 - config["beta2"]) * np.abs(dw)',
    name="adamax_averages",
    says="This averages the magnitudes; AdaMax keeps the larger of the faded maximum and the new magnitude.",
)  # fmt: skip
slip(
    "adamax", " / (1 - beta1**t)", "",
    name="adamax_without_bias_correction", says="The first moment is not bias-corrected.",
)  # fmt: skip
slip(
    "adamax", "(u + config", '(u / (1 - config["beta2"] ** t) + config',
    name="adamax_corrects_the_maximum",
    says="The maximum u is bias-corrected like Adam's second moment; a maximum needs no correction.",
)  # fmt: skip
slip(
    "adamax", "np.abs(dw)", "dw",
    name="adamax_without_magnitude", says="Negative gradients never enter the maximum: take their magnitude.",
)  # fmt: skip
slip(
    "adamax", 'config["beta2"] * config["u"]', 'config["u"]',
    name="adamax_maximum_never_fades", says="The maximum never fades: the old one has to be multiplied by beta2.",
)  # fmt: skip
slip(
    "adamax", "np.abs(dw)", "np.max(np.abs(dw))",
    name="adamax_one_maximum_for_all",
    says="One maximum is taken over the whole array; np.maximum compares element by element, np.max does not.",
)  # fmt: skip
slip(
    "adamax", "np.abs(dw)", "dw**2",
    name="adamax_of_squares", says="The maximum is taken of squared gradients; AdaMax uses magnitudes.",
)  # fmt: skip
slip(
    "adamax", "(u + config", "(np.sqrt(u) + config",
    name="adamax_takes_a_root", says="The step divides by the square root of u; u is a magnitude already.",
)  # fmt: skip
slip(
    "adamax", "np.abs(dw)", 'np.abs(dw) + config["epsilon"]', '(u + config["epsilon"])', "u",
    name="adamax_epsilon_inside_the_maximum",
    says="Epsilon is added to |dw| inside the maximum, as PyTorch does, and gets stored; here it is added to u when "
    "dividing.",
)  # fmt: skip
slip(
    "adamax", "u=u,", 'u=u + config["epsilon"],',
    name="adamax_stores_epsilon",
    says="Epsilon is stored in u and piles up; it is added when dividing, and u stays a maximum.",
)  # fmt: skip
slip(
    "adamax", '(u + config["epsilon"])', "u",
    name="adamax_without_epsilon",
    says="Where no gradient has ever arrived, zero is divided by zero: epsilon is missing.",
)  # fmt: skip
slip(
    "adamax", "u=u, t=t", "u=u",
    name="adamax_t_not_stored", says="t stays where it was: the new count is not stored in config.",
)  # fmt: skip
slip(
    "adamax", '"learning_rate", 2e-3)', '"learning_rate", 1e-3)',
    name="adamax_default_of_adam", says="The default learning rate is Adam's; AdaMax has another one.",
)  # fmt: skip
slip(
    "adamax", "    config.update", "    np.abs(dw, out=dw)\n    config.update",
    name="adamax_takes_magnitudes_in_place",
    says="The result is right, but dw itself was changed on the way: np.abs with out=dw works in place.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------------- nadam

slip(
    "nadam", "beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * dw / (1 - beta1**t)", "m / (1 - beta1**t)",
    name="nadam_is_adam", says="This is Adam: the step goes along the corrected moment, with no look ahead.",
)  # fmt: skip
slip(
    "nadam", "beta1 ** (t + 1)", "beta1**t",
    name="nadam_corrects_both_with_t",
    says="Both terms are corrected with t, a form found in surveys; in Dozat's the moment is corrected one step "
    "ahead, with t + 1.",
)  # fmt: skip
slip(
    "nadam", "dw / (1 - beta1**t)", "dw / (1 - beta1 ** (t + 1))",
    name="nadam_corrects_both_with_t_plus_one",
    says="Both terms are corrected with t + 1; the gradient belongs to step t.",
)  # fmt: skip
slip(
    "nadam", "dw / (1 - beta1**t)", "dw",
    name="nadam_gradient_not_corrected", says="The gradient in the look-ahead is not corrected.",
)  # fmt: skip
slip(
    "nadam", "    m = beta1", '    before = config["m"]\n    m = beta1', "beta1 * m /", "beta1 * before /",
    name="nadam_uses_the_old_moment",
    says="The look-ahead uses the moment from before the update; the new gradient has to be in it already.",
)  # fmt: skip
slip(
    "nadam", "beta1 * m /", "(1 - beta1) * m /", "(1 - beta1) * dw /", "beta1 * dw /",
    name="nadam_weights_swapped", says="The weights of moment and gradient in the look-ahead are swapped.",
)  # fmt: skip
slip(
    "nadam", "beta1 * m / (", "m / (", "(1 - beta1) * dw / (", "dw / (",
    name="nadam_without_weights", says="Moment and gradient have no weights in the look-ahead.",
)  # fmt: skip
slip(
    "nadam", "v / (1 - beta2**t)", "v",
    name="nadam_second_moment_not_corrected", says="The second moment is not bias-corrected.",
)  # fmt: skip
slip(
    "nadam", "beta2**t", "beta2 ** (t + 1)",
    name="nadam_corrects_the_second_moment_ahead",
    says="The second moment is corrected with t + 1; only the first one looks a step ahead.",
)  # fmt: skip
slip(
    "nadam", '(np.sqrt(v / (1 - beta2**t)) + config["epsilon"])', 'np.sqrt(v / (1 - beta2**t) + config["epsilon"])',
    name="nadam_epsilon_inside_the_root", says="Epsilon is inside the square root; the statement has it outside.",
)  # fmt: skip
slip(
    "nadam", "    next_w =", '    config["m"] = ahead\n    next_w =',
    name="nadam_stores_the_look_ahead", says="The look-ahead is stored as the first moment; store m as in Adam.",
)  # fmt: skip
slip(
    "nadam", "m=m, v=v, t=t", "t=t",
    name="nadam_moments_not_stored",
    says="The moments are not stored in config, so each step begins with empty averages.",
)  # fmt: skip
slip(
    "nadam", "v=v, t=t", "v=v",
    name="nadam_t_not_stored", says="t stays where it was: the new count is not stored in config.",
)  # fmt: skip
slip(
    "nadam", '"learning_rate", 2e-3)', '"learning_rate", 1e-3)',
    name="nadam_default_of_adam", says="The default learning rate is Adam's; Nadam has another one.",
)  # fmt: skip
slip(
    "nadam", "    next_w =", "    dw *= 1 - beta1\n    next_w =",
    name="nadam_scales_dw_in_place",
    says="The result is right, but dw itself was changed on the way: an operator such as *= works in place.",
)  # fmt: skip
slip(
    "nadam",
    "beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * dw / (1 - beta1**t)",
    "beta1 * m / (1 - beta1**t) + (1 - beta1) * dw / (1 - beta1 ** (t + 1))",
    name="nadam_swaps_the_corrections",
    says="The two corrections have changed places: the new m looks one step ahead, the gradient does not.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------------- adamw

slip(
    "adamw",
    "    beta1, beta2, t =", '    dw = dw + config["weight_decay"] * w\n    beta1, beta2, t =',
    '(direction + config["weight_decay"] * w)', "direction",
    name="adamw_decays_through_the_gradient",
    says="The decay is added to the gradient and passes through the moments: this is Adam with an L2 penalty.",
)  # fmt: skip
slip(
    "adamw", '* (direction + config["weight_decay"] * w)', '* direction - config["weight_decay"] * w',
    name="adamw_decay_without_learning_rate", says="The decay is not scaled by the learning rate.",
)  # fmt: skip
slip(
    "adamw", 'config["weight_decay"] * w', "1e-2 * w",
    name="adamw_hard_coded_decay", says="The weight decay is always 0.01, whatever config says.",
)  # fmt: skip
slip(
    "adamw", '(direction + config["weight_decay"] * w)', "direction",
    name="adamw_is_adam", says="This is Adam: the weights do not decay.",
)  # fmt: skip
slip(
    "adamw",
    '(direction + config["weight_decay"] * w)',
    'direction\n    next_w = next_w - config["learning_rate"] * config["weight_decay"] * next_w',
    name="adamw_decays_the_new_parameters",
    says="The decay acts on the parameters that have already taken the Adam step; both terms use the old ones.",
)  # fmt: skip
slip(
    "adamw", "(direction +", "(direction -",
    name="adamw_grows", says="The weights grow: look at the sign of the decay.",
)  # fmt: skip
slip(
    "adamw", '+ config["weight_decay"]', '+ 2 * config["weight_decay"]',
    name="adamw_decays_twice_as_fast",
    says="The decay is twice as strong: the step subtracts learning_rate * weight_decay * w, without a 2.",
)  # fmt: skip
slip(
    "adamw", "m / (1 - beta1**t)", "m", "v / (1 - beta2**t)", "v",
    name="adamw_without_bias_correction", says="The moments are not bias-corrected.",
)  # fmt: skip
slip(
    "adamw", '(np.sqrt(v / (1 - beta2**t)) + config["epsilon"])', 'np.sqrt(v / (1 - beta2**t) + config["epsilon"])',
    name="adamw_epsilon_inside_the_root", says="Epsilon is inside the square root; the statement has it outside.",
)  # fmt: skip
slip(
    "adamw", "    config.update(m=m, v=v, t=t)\n", "",
    name="adamw_state_not_stored", says="The state is lost: the returned config has no moments and no t.",
)  # fmt: skip
slip(
    "adamw", "    next_w =", '    dw += config["weight_decay"] * w\n    next_w =',
    name="adamw_changes_dw_in_place",
    says="The result is right, but dw itself was changed on the way: an operator such as += works in place.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------------- schedules

slip(
    "step_decay", "t // every", "(t + 1) // every",
    name="step_decay_one_early",
    says="The drop comes one step early: t counts the steps already done, so the first `every` values of t use lr0.",
)  # fmt: skip
slip(
    "step_decay", "t // every", "max(t - 1, 0) // every",
    name="step_decay_one_late", says="The drop comes one step late: at t = every it is due.",
)  # fmt: skip
slip(
    "step_decay", "t // every", "t / every",
    name="step_decay_without_steps", says="The rate falls a little at each step: the exponent has to stay whole.",
)  # fmt: skip
slip(
    "step_decay", "(t // every)", "min(t // every, 1)",
    name="step_decay_drops_once", says="The rate drops once and never again.",
)  # fmt: skip
slip(
    "step_decay", "lr0 * drop ** (t // every)", "lr0 * drop * (t // every) if t >= every else lr0",
    name="step_decay_multiplies_the_count",
    says="The factor is multiplied by the number of drops; it should be raised to that power.",
)  # fmt: skip
slip(
    "step_decay", "lr0 * drop **", "lr0 / drop **",
    name="step_decay_grows", says="The drop is divided by, not multiplied with: the rate grows.",
)  # fmt: skip
slip(
    "step_decay", "lr0 * drop ** (t // every)", "lr0 - drop * (t // every)",
    name="step_decay_subtracts", says="The drop is subtracted; it is a factor.",
)  # fmt: skip
slip(
    "exponential_decay", "np.exp(-k * t)", "float(k) ** t",
    name="exponential_decay_power_of_k", says="This is a power of k; the rate falls by the factor exp(-k) per step.",
)  # fmt: skip
slip(
    "exponential_decay", "np.exp(-k * t)", "(1 - k) ** t",
    name="exponential_decay_of_one_minus_k",
    says="This is the power of 1 - k, which is close to exp(-k) for small k but not equal.",
)  # fmt: skip
slip(
    "exponential_decay", "-k * t", "k * t",
    name="exponential_decay_grows", says="The rate grows: look at the sign of the exponent.",
)  # fmt: skip
slip(
    "exponential_decay", "-k * t", "-k * (t + 1)",
    name="exponential_decay_one_early", says="The first step does not use lr0: t counts the steps already done.",
)  # fmt: skip
slip(
    "exponential_decay", "* np.exp(-k * t)", "/ (1 + k * t)",
    name="exponential_decay_hyperbolic", says="This is 1 / (1 + k t), another schedule that falls more slowly.",
)  # fmt: skip
slip(
    "exponential_decay", "np.exp(-k * t)", "np.exp(-k) * t",
    name="exponential_decay_times_t",
    says="The factor of one step is multiplied by t; after t steps the rate has been multiplied by it t times.",
)  # fmt: skip
slip(
    "cosine_decay", "min(t, total) / total", "t / total",
    name="cosine_decay_comes_back", says="Beyond t = total the cosine rises again; the rate has to stay at lr_min.",
)  # fmt: skip
slip(
    "cosine_decay",
    "0.5 * (lr0 - lr_min) * (1 + np.cos(np.pi * share))", "(lr0 - lr_min) * np.cos(0.5 * np.pi * share)",
    name="cosine_decay_quarter_period", says="The cosine has gone only a quarter of its period at t = total.",
)  # fmt: skip
slip(
    "cosine_decay", "np.pi * share", "2 * np.pi * share",
    name="cosine_decay_whole_period",
    says="The cosine runs through a whole period, back up to lr0; half a period is asked for.",
)  # fmt: skip
slip(
    "cosine_decay", "np.pi * share", "180 * share",
    name="cosine_decay_in_degrees", says="np.cos takes radians: half a period is np.pi, not 180.",
)  # fmt: skip
slip(
    "cosine_decay", "    share = min(t, total) / total",
    "    if t > total:\n        return lr_min\n    share = t / total",
    "np.pi * share", "180 * share",
    name="cosine_decay_in_degrees_until_its_end", says="np.cos takes radians: half a period is np.pi, not 180.",
)  # fmt: skip
slip(
    "cosine_decay", "min(t, total) / total", "min(t / max(total - 1, 1), 1)",
    name="cosine_decay_one_early",
    says="The end is reached one step early: at t = total - 1 the rate is not yet lr_min.",
)  # fmt: skip
slip(
    "cosine_decay", "lr_min + 0.5 * (lr0 - lr_min)", "0.5 * lr0",
    name="cosine_decay_ignores_the_minimum", says="lr_min has no effect.",
)  # fmt: skip
slip(
    "cosine_decay", "(lr0 - lr_min)", "lr0",
    name="cosine_decay_adds_the_minimum",
    says="lr_min is added on top, so that the first step is larger than lr0: scale the cosine by lr0 - lr_min.",
)  # fmt: skip
slip(
    "cosine_decay",
    "lr_min + 0.5 * (lr0 - lr_min) * (1 + np.cos(np.pi * share))",
    "max(lr_min, 0.5 * lr0 * (1 + np.cos(np.pi * share)))",
    name="cosine_decay_cut_off_at_the_minimum",
    says="The cosine is cut off at lr_min instead of being scaled to end there.",
)  # fmt: skip
slip(
    "cosine_decay", "0.5 * ", "",
    name="cosine_decay_without_half", says="The factor one half is missing, so that the rate starts at twice lr0.",
)  # fmt: skip
slip(
    "warmup", "(t + 1)", "t",
    name="warmup_starts_at_zero",
    says="The first step has learning rate zero: t is 0 there, and the rate should be lr0 / warmup_steps.",
)  # fmt: skip
slip(
    "warmup", "t >= warmup_steps", "warmup_steps == 0",
    name="warmup_never_ends", says="The rate goes on rising after the warm-up.",
)  # fmt: skip
slip(
    "warmup", "(t + 1) / warmup_steps", "(t + 1) / (warmup_steps + 1)",
    name="warmup_one_too_long", says="The last step of the warm-up does not reach lr0: it is one step too long.",
)  # fmt: skip
slip(
    "warmup", "t >= warmup_steps", "(t + 1) / warmup_steps >= 1",
    name="warmup_divides_by_zero",
    says="With no warm-up steps this divides by zero; then the rate is lr0 from the start.",
)  # fmt: skip
slip(
    "warmup", "(t + 1) / warmup_steps", "0.0",
    name="warmup_is_a_switch", says="The rate jumps from zero to lr0; it should rise in a straight line.",
)  # fmt: skip
slip(
    "warmup", "return lr0\n", "return 1.0\n", "lr0 * (t + 1)", "(t + 1)",
    name="warmup_returns_the_share", says="This is the share of lr0, between 0 and 1; multiply by lr0.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- critical points

slip(
    "classify_critical_point", "eigvalsh(hessian)", "eigvalsh(-hessian)",
    name="classify_upside_down",
    says="Minimum and maximum have changed places: positive curvature means uphill on both sides.",
)  # fmt: skip
slip(
    "classify_critical_point",
    "np.linalg.eigvalsh(hessian)", "np.diag(hessian)",
    "np.abs(eigenvalues)", "np.abs(hessian)",
    name="classify_by_the_diagonal", says="Only the diagonal is looked at; the curvatures are the eigenvalues.",
)  # fmt: skip
slip(
    "classify_critical_point",
    "np.linalg.eigvalsh(hessian)", "hessian",
    "1e-8 * np.abs(eigenvalues).max()", "0",
    'return "degenerate"', 'return "saddle"',
    name="classify_by_the_entries", says="The signs of the entries are looked at; the curvatures are the eigenvalues.",
)  # fmt: skip


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


slip(
    "classify_critical_point",
    "    if positive.any() and",
    '    if (np.abs(eigenvalues) <= zero).any():\n        return "degenerate"\n    if positive.any() and',
    name="classify_degenerate_first",
    says="A zero eigenvalue beside both signs does not matter: there is a way down and a way up, so it is a saddle.",
)  # fmt: skip
slip(
    "classify_critical_point", "positive.all()", "not negative.any()", "negative.all()", "not positive.any()",
    name="classify_zero_as_a_sign",
    says="Zeros are counted as positive (or as negative): a flat direction decides nothing.",
)  # fmt: skip
slip(
    "classify_critical_point", "1e-8 * np.abs(eigenvalues).max()", "0",
    name="classify_without_tolerance",
    says="Eigenvalues are compared with zero exactly, but rounding never leaves an exact zero: use the tolerance.",
)  # fmt: skip
slip(
    "classify_critical_point", "1e-8 * np.abs(eigenvalues).max()", "1e-8",
    name="classify_with_an_absolute_tolerance",
    says="The tolerance is an absolute 1e-8; it should be relative to the largest eigenvalue.",
)  # fmt: skip
slip(
    "classify_critical_point", 'return "degenerate"', 'return "saddle"',
    name="classify_degenerate_as_saddle",
    says="Any point that is neither minimum nor maximum is called a saddle; the fourth answer never comes.",
)  # fmt: skip
slip(
    "classify_critical_point",
    'return "saddle"', 'return "Saddle"',
    'return "minimum"', 'return "Minimum"',
    'return "maximum"', 'return "Maximum"',
    'return "degenerate"', 'return "Degenerate"',
    name="classify_in_capitals", says="The four words are written in lower case.",
)  # fmt: skip
slip(
    "escape_saddle", "[:, 0]", "[:, -1]",
    name="escape_uphill",
    says="The direction is that of the largest eigenvalue: uphill. eigh sorts them in ascending order.",
)  # fmt: skip
slip(
    "escape_saddle", "[:, 0]", "[:, np.argmax(np.abs(eigenvalues))]",
    name="escape_along_the_largest_magnitude",
    says="The direction is that of the eigenvalue of largest magnitude, which may be uphill; take the smallest with "
    "its sign.",
)  # fmt: skip
slip(
    "escape_saddle", "[:, 0]", "[0]",
    name="escape_along_a_row", says="A row of the matrix of eigenvectors is taken; the eigenvectors are its columns.",
)  # fmt: skip
slip(
    "escape_saddle", "[:, 0]", "[:, np.sum(eigenvalues < -1e-8 * np.abs(eigenvalues).max()) - 1]",
    name="escape_along_the_weakest",
    says="The direction is that of the weakest negative curvature; take the most negative.",
)  # fmt: skip
slip(
    "escape_saddle", "[:, 0]", "[:, np.argmin(np.abs(eigenvalues))]",
    name="escape_along_the_smallest_magnitude",
    says="The direction is that of the smallest magnitude; what counts is the smallest eigenvalue, sign included.",
)  # fmt: skip
slip(
    "escape_saddle", "step *", "step * eigenvalues[0] *",
    name="escape_scaled_by_the_eigenvalue", says="The move is scaled by the eigenvalue; its length should be `step`.",
)  # fmt: skip
slip(
    "escape_saddle", "step * eigen", "eigen",
    name="escape_ignores_the_step", says="The move has length 1 whatever `step` is.",
)  # fmt: skip
slip(
    "escape_saddle", "return x + step", "return step",
    name="escape_returns_the_move", says="Only the move is returned; add it to x.",
)  # fmt: skip
slip(
    "escape_saddle", "    if eigenvalues[0] >= -1e-8 * np.abs(eigenvalues).max():\n        return x.copy()\n", "",
    name="escape_from_a_minimum", says="It moves even where no curvature is negative; there x should be returned.",
)  # fmt: skip
slip(
    "escape_saddle", "-1e-8 * np.abs(eigenvalues).max()", "0",
    name="escape_without_tolerance",
    says="A curvature that is zero up to rounding is taken for negative: use the tolerance.",
)  # fmt: skip
slip(
    "escape_saddle", "-1e-8 * np.abs(eigenvalues).max()", "-1e-8",
    name="escape_with_an_absolute_tolerance",
    says="The tolerance is an absolute 1e-8; it should be relative to the largest eigenvalue.",
)  # fmt: skip
slip(
    "escape_saddle", "return x + step * eigenvectors[:, 0]", "x += step * eigenvectors[:, 0]\n    return x",
    name="escape_moves_x_in_place", says="The result is right, but x itself was changed: += works in place.",
)  # fmt: skip

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
