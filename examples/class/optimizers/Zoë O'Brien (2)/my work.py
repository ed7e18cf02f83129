import numpy as np


def sgd(w, dw, config=None):
    """One step of stochastic gradient descent.

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1e-2.

    Returns next_w, config: the parameters after the step, and the dict to pass to the next call.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    next_w = w - config["learning_rate"] * dw
    return next_w, config


q_momentum_speed = 0.1


def sgd_momentum(w, dw, config=None):
    """One step of gradient descent with momentum (Polyak 1964), the velocity carrying learning rate and sign.

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1e-2.
        momentum: 0.9, the share of the velocity that is kept.
        velocity: array of the shape of w, zeros at the start; the step taken last.

    Returns next_w, config, with the new velocity in config["velocity"].
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    config["velocity"] = velocity
    next_w = w + velocity
    return next_w, config


def nesterov(w, dw, config=None):
    """One step of Nesterov momentum, in the form where w is the point looked ahead to.

    w: float array of any shape, the parameters (the look-ahead point, at which dw was taken). May be updated in place.
    dw: array of the shape of w, the gradient of the loss at w. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1e-2.
        momentum: 0.9, the share of the velocity that is kept.
        velocity: array of the shape of w, zeros at the start.

    The velocity is updated as in sgd_momentum; w moves back by momentum times the old velocity and ahead by
    (1 + momentum) times the new one (Bengio et al. 2013, "Advances in optimizing recurrent networks", section 3.5).

    Returns next_w, config, with the new velocity in config["velocity"].
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    momentum, before = config["momentum"], config["velocity"]
    after = momentum * before - config["learning_rate"] * dw
    config["velocity"] = after
    next_w = w - momentum * before + (1 + momentum) * after
    return next_w, config


q_adagrad_hundredth_step = 0.01


def adagrad(w, dw, config=None):
    """One AdaGrad step (Duchi, Hazan & Singer 2011, diagonal form).

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1e-2.
        epsilon: 1e-8, added to the square root (outside it).
        cache: array of the shape of w, zeros at the start; the sum of all squared gradients, the present one included.

    Returns next_w, config, with the new sum in config["cache"].
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    cache = config["cache"] + dw**2
    config["cache"] = cache
    next_w = w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return next_w, config


def rmsprop(w, dw, config=None):
    """One RMSProp step (Tieleman & Hinton 2012, lecture 6e).

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1e-2.
        decay_rate: 0.99, the weight of the old average.
        epsilon: 1e-8, added to the square root (outside it).
        cache: array of the shape of w, zeros at the start; the moving average of squared gradients, updated before the
            step uses it. There is no bias correction.

    Returns next_w, config, with the new average in config["cache"].
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    rho = config["decay_rate"]
    mean_square = rho * config["cache"] + (1 - rho) * dw**2
    config["cache"] = mean_square
    next_w = w - config["learning_rate"] * dw / (np.sqrt(mean_square) + config["epsilon"])
    return next_w, config


def adadelta(w, dw, config=None):
    """One AdaDelta step (Zeiler 2012, algorithm 1).

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1.0, scales the step that is added to w, not what is averaged in delta_cache.
        decay_rate: 0.95, the weight of the old averages.
        epsilon: 1e-6, added inside both square roots.
        cache: array of the shape of w, zeros at the start; the moving average of squared gradients, updated before the
            step uses it.
        delta_cache: array of the shape of w, zeros at the start; the moving average of squared unscaled updates,
            updated after the step has used it.

    Returns next_w, config, with the new averages in config["cache"] and config["delta_cache"].
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))
    rho, eps = config["decay_rate"], config["epsilon"]
    squares = rho * config["cache"] + (1 - rho) * dw**2
    delta = -np.sqrt(config["delta_cache"] + eps) / np.sqrt(squares + eps) * dw
    config["cache"] = squares
    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * delta**2
    next_w = w + config["learning_rate"] * delta
    return next_w, config


q_adam_first_step = 0.001


def adam(w, dw, config=None):
    """One Adam step (Kingma & Ba 2015, algorithm 1).

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 1e-3.
        beta1: 0.9, the weight of the old first moment.
        beta2: 0.999, the weight of the old second moment.
        epsilon: 1e-8, added to the square root of the corrected second moment (outside the root).
        m, v: arrays of the shape of w, zeros at the start; the moments, stored without bias correction.
        t: 0 at the start; the number of steps taken. It is increased by one before it is used, so the first step
            corrects with t = 1.

    Returns next_w, config, with the new m, v and t in config.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    config.update(m=m, v=v, t=t)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    next_w = w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    return next_w, config


q_which_bug = "b"


def adamax(w, dw, config=None):
    """One AdaMax step (Kingma & Ba 2015, algorithm 2).

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 2e-3.
        beta1: 0.9, the weight of the old first moment.
        beta2: 0.999, the factor by which the old maximum fades.
        epsilon: 1e-8, added to the maximum u when dividing; not stored in u.
        m: array of the shape of w, zeros at the start; the first moment, stored without bias correction.
        u: array of the shape of w, zeros at the start; the fading maximum of |dw|. It is not bias-corrected.
        t: 0 at the start; the number of steps taken, increased by one before it is used.

    Returns next_w, config, with the new m, u and t in config.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("u", np.zeros_like(w))
    config.setdefault("t", 0)
    beta1, t = config["beta1"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    u = np.maximum(config["beta2"] * config["u"], np.abs(dw))
    config.update(m=m, u=u, t=t)
    next_w = w - config["learning_rate"] / (1 - beta1**t) * m / (u + config["epsilon"])
    return next_w, config


def nadam(w, dw, config=None):
    """One Nadam step (Dozat 2016, with a constant beta1 in place of the momentum schedule).

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss. Not modified.
    config: dict, or None for the defaults.
        learning_rate: 2e-3.
        beta1: 0.9, the weight of the old first moment.
        beta2: 0.999, the weight of the old second moment.
        epsilon: 1e-8, added to the square root of the corrected second moment (outside the root).
        m, v: arrays of the shape of w, zeros at the start; the moments as in Adam, stored without bias correction.
        t: 0 at the start; the number of steps taken, increased by one before it is used.

    The step goes along beta1 times the new m, corrected with t + 1, plus (1 - beta1) times dw, corrected with t;
    the second moment is corrected with t.

    Returns next_w, config, with the new m, v and t in config.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    config.update(m=m, v=v, t=t)
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * dw / (1 - beta1**t)
    next_w = w - config["learning_rate"] * ahead / (np.sqrt(v / (1 - beta2**t)) + config["epsilon"])
    return next_w, config


def adamw(w, dw, config=None):
    """One AdamW step: Adam with decoupled weight decay (Loshchilov & Hutter 2019), in the form of torch.optim.AdamW.

    w: float array of any shape, the parameters. May be updated in place or left alone.
    dw: array of the shape of w, the gradient of the loss without any weight penalty. Not modified.
    config: dict, or None for the defaults.
        learning_rate, beta1, beta2, epsilon, m, v, t: as in adam, with the same defaults.
        weight_decay: 1e-2. The step also subtracts learning_rate * weight_decay times the old w.

    Returns next_w, config, with the new m, v and t in config.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("weight_decay", 1e-2)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    config.update(m=m, v=v, t=t)
    direction = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + config["epsilon"])
    next_w = w - config["learning_rate"] * (direction + config["weight_decay"] * w)
    return next_w, config


q_cosine_halfway = 0.06


def step_decay(t, lr0, drop, every):
    """Learning rate that is multiplied by `drop` after every `every` steps.

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate of the first step.
    drop: float, the factor, usually below 1.
    every: int >= 1. Steps 0 ... every - 1 use lr0, steps every ... 2 * every - 1 use lr0 * drop, and so on.

    Returns the learning rate for step t, a float.
    """
    return lr0 * drop ** (t // every)


def exponential_decay(t, lr0, k):
    """Learning rate that falls by the same factor exp(-k) at each step.

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate of the first step (t = 0).
    k: float >= 0, the rate of decay per step.

    Returns the learning rate for step t, a float.
    """
    return lr0 * np.exp(-k * t)


def cosine_decay(t, lr0, total, lr_min=0.0):
    """Learning rate that follows half a period of a cosine (Loshchilov & Hutter 2017, one cycle).

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate at t = 0.
    total: int >= 1, the step at which lr_min is reached: t = total gives lr_min, and so does every t > total.
    lr_min: float, where it ends.

    Returns the learning rate for step t, a float.
    """
    share = min(t, total) / total
    return lr_min + 0.5 * (lr0 - lr_min) * (1 + np.cos(np.pi * share))


def warmup(t, lr0, warmup_steps):
    """Learning rate that rises in a straight line, and then stays.

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate after the warm-up.
    warmup_steps: int >= 0. Step t = 0 uses lr0 / warmup_steps (not zero), t = 1 twice that, and
        t = warmup_steps - 1 is the first to use lr0, as do all later ones. 0 means no warm-up: always lr0.

    Returns the learning rate for step t, a float.
    """
    if t >= warmup_steps:
        return lr0
    return lr0 * t / warmup_steps


q_quartic = "degenerate"


def classify_critical_point(hessian):
    """Name a critical point by the signs of its curvatures.

    hessian: (D, D) symmetric float64 array, D >= 1, the second derivatives at a point where the gradient is zero.

    An eigenvalue counts as zero if its magnitude is at most 1e-8 times the largest magnitude among the eigenvalues.

    Returns a string:
        "saddle"      at least one positive and at least one negative eigenvalue (zeros beside them do not matter);
        "minimum"     all positive;
        "maximum"     all negative;
        "degenerate"  all else: zeros, alone or beside eigenvalues of one sign.
    """
    eigenvalues = np.linalg.eigvalsh(hessian)
    zero = 1e-8 * np.abs(eigenvalues).max()
    positive, negative = eigenvalues > zero, eigenvalues < -zero
    if positive.any() and negative.any():
        return "saddle"
    if positive.all():
        return "minimum"
    if negative.all():
        return "maximum"
    return "degenerate"


def escape_saddle(x, hessian, step):
    """Move away from a saddle along the direction of most negative curvature.

    x: (D,) float array, a critical point. Not modified.
    hessian: (D, D) symmetric float64 array, the second derivatives at x. Not modified.
    step: float > 0, how far to move.

    Returns a (D,) array at distance `step` from x, in the direction of a unit eigenvector of the smallest eigenvalue
    (either sign of it is right, and so is any such eigenvector if the smallest eigenvalue is a multiple one).
    If there is no negative curvature, that is if the smallest eigenvalue is at least -1e-8 times the largest magnitude
    among the eigenvalues, there is nothing to escape to: returns an array equal to x.
    """
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    if eigenvalues[0] >= -1e-8 * np.abs(eigenvalues).max():
        return x.copy()
    return x + step * eigenvectors[:, 0]
