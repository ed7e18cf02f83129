# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Optimizers
#
# You have a loss and its gradient. Downhill is known. So why are there a dozen ways of taking a step?
#
# Because a gradient only tells the direction that is steepest *right here*. It does not say how far to go, it takes
# no account of the last hundred steps, and it treats a parameter that matters a thousand times more than another just
# like its neighbor. Each optimizer after plain gradient descent repairs one or two of these three, and each is only
# two to six lines long. You will write all of them, let them race on small landscapes, and then train a real network
# with each.
#
# ## What you will be able to do
#
# - write SGD, Momentum, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, AdaMax, Nadam and AdamW from their formulas;
# - say for each which weakness of the one before it repairs, and what it costs;
# - read a path on a contour plot and tell a learning rate that is too large from a ravine that is too narrow;
# - explain bias correction with a picture, and recognize its absence from a single number;
# - compare optimizers fairly, each at a learning rate that was searched for it;
# - choose and write a learning-rate schedule, and avoid being off by one;
# - tell minima, local and global, from saddles by the curvature, and leave a saddle on purpose.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Gradient descent: one step downhill | `sgd` | 5 | ★☆☆ | 10 |
# | 2 Momentum: a ball with mass | `sgd_momentum`, `nesterov` | 20 | ★★☆ | 35 |
# | 3 Adaptive methods: a step size per parameter | `adagrad`, `rmsprop`, `adadelta` | 26 | ★★☆ | 45 |
# | 4 Adam and its relatives: both at once | `adam`, `adamax`, `nadam`, `adamw` | 36 | ★★★ | 60 |
# | 5 Learning-rate schedules | four schedules | 5 | ★☆☆ | 20 |
# | 6 Critical points: minima, maxima and saddles | `classify_critical_point`, `escape_saddle` | 8 | ★★☆ | 25 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer: a
# prediction that turns out wrong teaches more than a plot that you merely looked at.
#
# `check(...)` runs the public checks of an exercise, which carry about half of its points. The other checks are hidden,
# and run when your work is graded.
#
# NumPy is all you need, and SciPy is welcome. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or
# scikit-learn fails: what they do is what you write here. `check(...)` in the notebook does not look for them;
# `autograder check` and the grading do.
#
# Any float dtype will do: what your code computes in float32 is compared as float32. (Only part 6 asks for more digits
# than float32 has.)

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import numpy as np

# %% [markdown]
# ## The contract that all optimizers share
#
# Every optimizer is a function that takes one step for one array of parameters:
#
# ```python
# next_w, config = optimizer(w, dw, config)
# ```
#
# - `w`: the parameters, a float array of any shape. `dw`: the gradient of the loss with respect to `w`, of the same
#   shape.
# - `config`: a dict with the settings (such as `learning_rate`) **and** the memory of the optimizer (such as a
#   velocity). A setting that is missing gets its default. `None` means: all defaults, no memory yet.
# - The function returns the new parameters and the `config` for the next call. Memory lives in `config` and nowhere
#   else: a network has many arrays, and each has its own `config`.
# - `dw` is never modified: somebody else may still need it. `w` and `config` may be updated in place or copied, as
#   you like; whoever calls uses only what is returned.
# - Everything is element by element. There is not one matrix product in the first five parts.
#
# The lines that fill in defaults are written for you in each function. What is left is the idea.

# %% [markdown]
# ### Two landscapes to walk on
#
# A real loss has millions of coordinates. Two are enough to meet each difficulty, and two can be drawn:
#
# - the **ravine** $f(x, y) = \tfrac12 (x^2 + 25\,y^2)$, 25 times steeper across than along;
# - the **saddle** $f(x, y) = \tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4$, which falls to two minima at $(0, \pm 1)$
#   and whose gradient is zero at the origin between them: there it curves up along $x$ and down along $y$.

# %% tags=["setup:2"]
def ravine(x, y):
    """Loss of a narrow valley along x; arrays of any shape."""
    return 0.5 * (x**2 + 25 * y**2)


def ravine_gradient(w):
    """w: (2,) position. Returns the gradient of the ravine there, (2,)."""
    return np.array([w[0], 25 * w[1]])


def saddle(x, y):
    """Loss with a saddle at (0, 0) and minima at (0, 1) and (0, -1); arrays of any shape."""
    return 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4


def saddle_gradient(w):
    """w: (2,) position. Returns the gradient of the saddle landscape there, (2,)."""
    return np.array([w[0], w[1] ** 3 - w[1]])


def descend(optimizer, gradient, start, steps, **settings):
    """Walk `steps` steps from `start`; returns the positions, (steps + 1, number of parameters)."""
    w, config = np.array(start, dtype=float), dict(settings)
    path = [w.copy()]
    for _ in range(steps):
        w, config = optimizer(w, gradient(w), config)
        path.append(np.array(w))
    return np.array(path)

# %% tags=["demo"]
import matplotlib.pyplot as plt
from autograder import plots
from autograder.notebook import earlier, uses
from scipy.special import log_softmax
from sklearn.datasets import load_digits

plots.style()
RAVINE = {"f": ravine, "xlim": (-5, 1.5), "ylim": (-1.5, 1.5), "levels": np.array([0.2, 1, 2.5, 5, 9, 14, 20, 27])}
SADDLE = {"f": saddle, "xlim": (-1.8, 1.8), "ylim": (-1.6, 1.6), "levels": np.linspace(-0.25, 1.6, 14)}


def show_walks(paths, landscape, title, xlim=(-5, 1.5)):
    """Walks on a landscape, and the loss along each. paths: name -> (steps + 1, 2) positions."""
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), width_ratios=[1.5, 1])
    plots.contours(**landscape | {"xlim": xlim}, paths=paths, title=title, ax=left)
    plots.curves({name: landscape["f"](*path.T) for name, path in paths.items()}, log=True, title="loss", ax=right)
    plt.show()


axes = plots.axes(2)
for ax, landscape, gradient, title in [
    (axes[0], RAVINE, ravine_gradient, "the ravine"),
    (axes[1], SADDLE, saddle_gradient, "the saddle, between two minima"),
]:
    plots.contours(**landscape, title=title, ax=ax)
    for px in np.linspace(*landscape["xlim"], 10)[1:-1]:
        for py in np.linspace(*landscape["ylim"], 8)[1:-1]:
            direction = -gradient(np.array([px, py]))
            direction = direction / (np.linalg.norm(direction) + 1e-9)
            ax.quiver(px, py, *direction, color="tab:blue", scale=22, width=0.005, angles="xy")
axes[0].plot(0, 0, "k*", ms=10)
axes[1].plot([0, 0], [-1, 1], "k*", ms=10)
axes[1].plot(0, 0, "rx", ms=9, mew=2)
plt.show()

# %% [markdown]
# The arrows point along $-\nabla f$, straight down from where they stand. In the ravine nearly all of them point
# *across* the valley, hardly any towards the star. That is the first difficulty. The second you have to imagine, since
# all arrows are drawn with the same length: on the right, the gradient fades to nothing towards the red cross.

# %% [markdown]
# ---
# ## 1 Gradient descent: one step downhill
#
# ### Stochastic gradient descent (SGD)
#
# $$ w_{t+1} = w_t - \eta\, g_t $$
#
# $w_t$ are the parameters after $t$ steps, $g_t = \nabla f(w_t)$ the gradient (here `dw`; *stochastic* when it comes
# from a mini-batch and is therefore noisy), and $\eta > 0$ the **learning rate**.
#
# How large may $\eta$ be? On a parabola $\tfrac12 \lambda w^2$ the gradient is $\lambda w$, and a step multiplies $w$
# by $(1 - \eta\lambda)$. It shrinks only if $|1 - \eta\lambda| < 1$, that is $\eta < 2/\lambda$. A loss with several
# curvatures has to obey the *largest*: across our ravine $\lambda = 25$, so $\eta < 0.08$. With such an $\eta$ the
# flat direction ($\lambda = 1$) gains less than 8% per step. The ratio of the largest to the smallest curvature, 25
# here, is the **condition number**; it is what makes plain gradient descent slow.

# %% [markdown]
# ### Exercise: `sgd` (5 points, ★☆☆, 10 minutes)

# %% tags=["exercise:sgd"]
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

# %% tags=["check"]
if __name__ == "__main__":
    check("sgd")

# %% tags=["demo"]
with uses("sgd"):
    rates = (0.01, 0.07, 0.081)
    walks = {
        f"learning rate {each}": descend(sgd, ravine_gradient, (-4.5, 1.0), 30, learning_rate=each) for each in rates
    }
    show_walks(walks, RAVINE, "30 steps of sgd")

# %% [markdown]
# With 0.01 (blue) the steps are too short: after 30 of them most of the way is left. With 0.07 (orange) they bounce
# from wall to wall and still get ahead. With 0.081 (green), only a little above $2/25 = 0.08$, each step climbs a bit
# further out of the valley. Change the rates in the cell above and look for the best one.

# %% [markdown]
# ---
# ## 2 Momentum: a ball with mass
#
# ### Momentum
#
# Orange wastes its steps: across the valley each step undoes the one before, and along the valley all steps agree. If
# a step remembered the earlier ones, the disagreeing parts would cancel and the agreeing parts would add up. That is
# what a heavy ball does when it rolls (Polyak, 1964):
#
# $$ v_{t+1} = \mu\, v_t - \eta\, g_t, \qquad w_{t+1} = w_t + v_{t+1} $$
#
# $v$ is the **velocity**, of the shape of $w$, zero at the start. $\mu \in [0, 1)$ is called *momentum*; friction
# would be a better name for $1 - \mu$, the share of the velocity that is lost in each step. The velocity already
# contains the learning rate and the minus sign, so it is simply added to $w$. (PyTorch's `SGD` stores $-v/\eta$
# instead. As long as $\eta$ stays the same, the paths are equal.)
#
# **Predict.** The gradient is 1 at every step, $\eta = 0.01$ and $\mu = 0.9$. After very many steps the ball has
# reached a constant speed. How far does it move per step? (Set $v_{t+1} = v_t$ and solve. Give the distance as a
# positive number.)

# %% tags=["exercise:q_momentum_speed"]
q_momentum_speed = 0.1

# %% tags=["check"]
if __name__ == "__main__":
    check("q_momentum_speed")

# %% [markdown]
# <details><summary>Why?</summary>
#
# At constant speed $v = 0.9\,v - 0.01$, so $0.1\,v = -0.01$. Each gradient goes on acting with weights $1, 0.9, 0.81,
# \dots$, which add up to $1/(1-\mu) = 10$: momentum 0.9 makes steps that agree ten times longer than $\eta g$.
# </details>

# %% [markdown]
# ### Exercise: `sgd_momentum` (10 points, ★☆☆, 15 minutes)

# %% tags=["exercise:sgd_momentum"]
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

# %% tags=["check"]
if __name__ == "__main__":
    check("sgd_momentum")

# %% tags=["demo"]
with uses("sgd_momentum"):
    walks = {
        f"momentum {mu}": descend(sgd_momentum, ravine_gradient, (-4.5, 1.0), 60, learning_rate=0.03, momentum=mu)
        for mu in (0.0, 0.5, 0.9)
    }
    show_walks(walks, RAVINE, "60 steps, learning rate 0.03", xlim=(-5, 3))

# %% [markdown]
# A heavy ball is fast, and it overshoots: with 0.9 (green) it rolls past the minimum and has to come back, and after 60
# steps 0.5 is lower. The next idea brakes earlier.

# %% [markdown]
# ### Nesterov's accelerated gradient
#
# The ball is going to move by $\mu v_t$ whatever the gradient says. So why ask for the slope where we *are*? Ask for
# it where we are *about to be* (Nesterov, 1983):
#
# $$ v_{t+1} = \mu\, v_t - \eta\, \nabla f(\theta_t + \mu v_t), \qquad \theta_{t+1} = \theta_t + v_{t+1} $$
#
# ($\theta$ are the parameters; $w$ is about to become something else.) If the hill rises again over there, the velocity
# is corrected one step sooner.
#
# But an optimizer that is handed `w` and `dw` cannot ask for a gradient elsewhere. The way out: let `w` *be* the
# point we look ahead to, $w_t = \theta_t + \mu v_t$. Then `dw` is exactly the gradient in the formula, and
#
# $$ w_{t+1} = \theta_{t+1} + \mu v_{t+1} = \theta_t + v_{t+1} + \mu v_{t+1} = w_t - \mu\, v_t + (1 + \mu)\, v_{t+1}. $$
#
# The update of $v$ has not changed at all: only the step of $w$ has. Mind that it needs the velocity from *before*
# and the one from *after* the update.

# %% [markdown]
# ### Exercise: `nesterov` (10 points, ★★☆, 20 minutes)

# %% tags=["exercise:nesterov"]
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
    # YOUR CODE HERE
    raise NotImplementedError("nesterov is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("nesterov")

# %% tags=["demo"]
with uses("sgd_momentum", "nesterov"):
    walks = {
        f.__name__: descend(f, ravine_gradient, (-4.5, 1.0), 60, learning_rate=0.03, momentum=0.9)
        for f in (sgd_momentum, nesterov)
    }
    show_walks(walks, RAVINE, "60 steps, learning rate 0.03, momentum 0.9", xlim=(-5, 3))

# %% [markdown]
# The swings across the valley, where the curvature is large, are gone after a few steps. Along the valley both roll
# past the minimum, Nesterov a little less far.
#
# **Why?** Momentum with $\mu = 0.9$ and $\eta = 0.03$ takes agreeing steps of $0.3\,g$. Why not use plain SGD with
# $\eta = 0.3$ instead?
#
# <details><summary>An answer</summary>
#
# It would diverge: across the valley $\eta$ must stay below $2/25 = 0.08$, whatever we want along it. Momentum makes
# the *effective* step depend on the direction. Where gradients agree they add up to ten times as much; where they
# alternate in sign, the terms $g - 0.9\,g + 0.81\,g - \dots$ nearly cancel.
# </details>

# %% [markdown]
# ---
# ## 3 Adaptive methods: a step size per parameter
#
# ### AdaGrad: the sum of squared gradients
#
# One learning rate for all parameters is a compromise that suits none. In our ravine $y$ wants $\eta \approx 0.04$,
# and $x$ would be happy with 1. In a language model the weights of the word *the* get a gradient in each batch, those
# of *otter* once in a thousand: when it comes, it should count.
#
# **AdaGrad** (Duchi, Hazan & Singer, 2011) lets each parameter measure its own gradients, and divides by what it has
# seen:
#
# $$ c_{t+1} = c_t + g_t^2, \qquad w_{t+1} = w_t - \frac{\eta}{\sqrt{c_{t+1}} + \varepsilon}\; g_t $$
#
# $c$ (`cache`) has the shape of $w$ and starts at zero; squares, root and division are element by element.
# $\varepsilon$ keeps the division alive while no gradient has arrived. It stands *outside* the root here; libraries
# differ on that, and the difference shows when gradients are about as small as $\varepsilon$ or $\sqrt\varepsilon$.
#
# Multiply the loss by 1000, and the path stays the same.
#
# **Why?** Show it from the formula.
#
# <details><summary>An answer</summary>
#
# Every $g$ becomes $1000\,g$, every $g^2$ becomes $10^6 g^2$, and so does their sum $c$. Its root is 1000 times as
# large, and the 1000 cancels in $g/\sqrt c$ (but for $\varepsilon$). The same holds for RMSProp and Adam: their steps
# depend on how gradients compare with each other, not on the unit of the loss.
# </details>
#
# **Predict.** The gradient of one parameter is 5 at every step, $\eta = 0.1$. How long is the *hundredth* step?
# (Forget $\varepsilon$.)

# %% tags=["exercise:q_adagrad_hundredth_step"]
# YOUR CODE HERE
q_adagrad_hundredth_step = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_adagrad_hundredth_step")

# %% [markdown]
# <details><summary>Why?</summary>
#
# After a hundred steps $c = 100\cdot 25$, and its root is $10\cdot 5$. The 5 cancels against the gradient, so step $t$
# has length $\eta/\sqrt t$, whatever the size of a constant gradient.
# </details>

# %% [markdown]
# ### Exercise: `adagrad` (8 points, ★☆☆, 15 minutes)

# %% tags=["exercise:adagrad"]
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
    # YOUR CODE HERE
    raise NotImplementedError("adagrad is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("adagrad")

# %% [markdown]
# ### RMSProp: a moving average of squared gradients
#
# The sum in AdaGrad only ever grows, so the steps only ever shrink. For a convex problem that is a virtue; in a
# network that still has to find its valley it means coming to a halt on the way. Hinton's repair, from a slide of his
# 2012 course: forget. Replace the sum by a moving average of the last $1/(1-\rho)$ or so squared gradients:
#
# $$ c_{t+1} = \rho\, c_t + (1 - \rho)\, g_t^2, \quad w_{t+1} = w_t - \frac{\eta}{\sqrt{c_{t+1}} + \varepsilon}\; g_t $$
#
# $\rho$ (`decay_rate`) weighs the *old* average. The root of a mean of squares: hence the name, root-mean-square
# propagation, or **RMSProp**.

# %% [markdown]
# ### Exercise: `rmsprop` (8 points, ★☆☆, 10 minutes)

# %% tags=["exercise:rmsprop"]
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
    # YOUR CODE HERE
    raise NotImplementedError("rmsprop is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("rmsprop")

# %% tags=["demo"]
with uses("adagrad", "rmsprop"):
    slopes = np.where(np.arange(300) < 120, 1.0, 0.1)  # the gradient suddenly becomes ten times smaller
    lengths = {}
    for label, f, settings in [("adagrad", adagrad, {}), ("rmsprop, decay 0.9", rmsprop, {"decay_rate": 0.9})]:
        places, config = [np.zeros(1)], {"learning_rate": 0.01, **settings}
        for slope in slopes:
            w, config = f(places[-1].copy(), np.array([slope]), config)
            places.append(w)
        lengths[label] = -np.diff(np.ravel(places))
    title = "AdaGrad remembers everything, RMSProp forgets"
    ax = plots.curves(lengths, ylabel="length of the step", title=title, log=True, ax=plots.axes(width=8, height=3.2))
    ax.axhline(0.01, color="0.6", lw=0.8, ls="--")
    ax.annotate("gradient drops from 1 to 0.1", (120, 7e-4), (140, 2.2e-4), arrowprops={"arrowstyle": "->"}, fontsize=9)
    plt.show()

# %% [markdown]
# AdaGrad's steps shrink like $1/\sqrt t$, and when the ground gets flatter they stay short. RMSProp has noticed after
# some 60 steps that the gradients are small now, and is back at its full step $\eta$ (dashed). Look also at the first
# few steps of RMSProp: they are too *long*, the first three times the dashed line. The average starts at zero and is
# too small at first. Keep that in mind until Adam.

# %% [markdown]
# ### AdaDelta: without a learning rate
#
# Zeiler (2012) looked at the *units*. If $w$ is in meters and the loss in euros, the gradient is in euros per meter.
# Then $\eta g$ is not in meters, and $g/\sqrt c$ has no unit at all. So $\eta$ would have to carry the unit, and
# nobody can guess it. He put something into the numerator that is known to be in meters: the typical size of the
# *recent updates* themselves.
#
# $$ c_{t+1} = \rho\, c_t + (1-\rho)\, g_t^2 $$
# $$ \Delta_t = -\frac{\sqrt{d_t + \varepsilon}}{\sqrt{c_{t+1} + \varepsilon}}\; g_t $$
# $$ d_{t+1} = \rho\, d_t + (1-\rho)\, \Delta_t^2, \qquad w_{t+1} = w_t + \eta\, \Delta_t $$
#
# $c$ (`cache`) averages squared gradients, $d$ (`delta_cache`) squared updates; both have the shape of $w$ and start
# at zero. The order matters: the step uses the *new* $c$ and the *old* $d$, for $\Delta_t$ is not known before. Here
# $\varepsilon$ stands *inside* both roots, and it does real work: at the start $d$ is zero, and only
# $\sqrt\varepsilon$ gets the thing moving. $\eta$ is 1 in the paper; if you set it to something else, it scales the
# step alone, and $d$ goes on averaging the unscaled $\Delta_t^2$.

# %% [markdown]
# ### Exercise: `adadelta` (10 points, ★★☆, 20 minutes)

# %% tags=["exercise:adadelta"]
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
    # YOUR CODE HERE
    raise NotImplementedError("adadelta is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("adadelta")

# %% tags=["demo"]
with uses("adadelta"):
    walks = {
        f"epsilon {epsilon:g}": descend(adadelta, ravine_gradient, (-4.5, 1.0), 120, epsilon=epsilon)
        for epsilon in (1e-6, 1e-4, 1e-2)
    }
    left, right = plots.axes(2, width=5.5)
    plots.contours(**RAVINE, paths=walks, title="120 steps of adadelta, no learning rate to choose", ax=left)
    lengths = {name: np.linalg.norm(np.diff(path, axis=0), axis=1) for name, path in walks.items()}
    plots.curves(lengths, ylabel="length of the step", log=True, ax=right).set_ylim(1e-6, 2)
    plt.show()

# %% [markdown]
# There is no learning rate to choose, but there is an $\varepsilon$: it sets the length of the first steps, and they
# hardly grow from there. With the default of $10^{-6}$ the walk has barely begun after 120 steps. What had to be chosen
# before still has to be chosen; it has another name.

# %% [markdown]
# ---
# ## 4 Adam and its relatives: both at once
#
# ### Adam: momentum, RMSProp and bias correction
#
# Momentum averages gradients: *which way?* RMSProp averages their squares: *how large are they here?* **Adam** (Kingma
# & Ba, 2015) does both, and repairs the start that you saw go wrong. With $t$ counted from 1:
#
# $$ m_t = \beta_1 m_{t-1} + (1-\beta_1)\, g_t \qquad\qquad v_t = \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 $$
# $$ \hat m_t = \frac{m_t}{1-\beta_1^{\,t}} \qquad\qquad\qquad\quad \hat v_t = \frac{v_t}{1-\beta_2^{\,t}} $$
# $$ w_t = w_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} $$
#
# $m$ and $v$ are the first and second **moment**, both of the shape of $w$, both zero at the start. $\beta^{\,t}$ is
# a power.
#
# #### Why the hats?
#
# Let the gradient be the same $g$ at each step. Unrolling the average gives
#
# $$ m_t = (1-\beta_1)\,(1 + \beta_1 + \dots + \beta_1^{\,t-1})\, g = (1 - \beta_1^{\,t})\, g, $$
#
# too small, by a factor that we know. Dividing by it, the **bias correction**, repairs the average exactly. The same
# goes for $v$, where it matters far more: $\beta_2 = 0.999$ remembers a thousand steps, and so it takes about a
# thousand steps to fill.
#
# Three things to watch: `t` counts up *before* it is used (at $t=0$ you would divide by zero); the moments without
# hats are what is stored; and $\varepsilon$ is added to the root of the *corrected* $\hat v$.
#
# **Predict.** Adam's very first step. $\eta = 0.001$, all else at the defaults, and the gradient is an enormous 250.
# How far does $w$ move? (Again as a positive number.)

# %% tags=["exercise:q_adam_first_step"]
# YOUR CODE HERE
q_adam_first_step = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_adam_first_step")

# %% [markdown]
# <details><summary>Why?</summary>
#
# With the correction, $\hat m_1 = g_1$ and $\hat v_1 = g_1^2$, so the step is $\eta\, g_1/|g_1|$: the learning rate in
# size, with the sign of the gradient. That makes $\eta$ easy to choose: it says about how far a parameter moves in a
# step.
# </details>

# %% [markdown]
# ### Exercise: `adam` (13 points, ★★★, 25 minutes)

# %% tags=["exercise:adam"]
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
    # YOUR CODE HERE
    raise NotImplementedError("adam is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("adam")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You have written both halves: the average of gradients is momentum without the learning rate in it, the average of
# squares is RMSProp. Begin with these two, and leave the correction for later. Which three things must be in `config`
# when the function returns?
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Keep two versions of each moment apart: the one that is stored, and the one that is divided by its correction and used
# in this step only. If the corrected one is stored, it is corrected again in the next call. The power in the
# correction is the number of steps *with* this one.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# 1. the number of this step, one more than what `config` has;
# 2. the new first moment, from the old one and `dw`; the new second one, from the old one and `dw` squared;
# 3. all three go into `config`;
# 4. two new names for the moments after the division;
# 5. the step: learning rate times one of them, over the root of the other plus epsilon.
# </details>

# %% tags=["demo"]
with uses("adam"):

    def moments_of(slopes, **settings):
        """Your moments and your step lengths for one weight with these gradients: three (steps,) arrays."""
        found, config = [], {"learning_rate": 1.0, **settings}
        for slope in slopes:
            w, config = adam(np.zeros(1), np.array([slope]), config)
            found.append((config["m"][0], config["v"][0], -w[0]))
        return np.array(found).T

    noisy = 1 + 0.25 * np.random.default_rng(0).standard_normal(20)  # a gradient whose mean is 1
    stored, _, lengths = moments_of(noisy, beta2=0.0)  # then the root of v is |g|, and the step shows the corrected m
    left, right = plots.axes(2, width=5.5)
    left.bar(range(1, 21), noisy, color="0.88", label="gradients")
    left.axhline(1, color="0.4", lw=0.8, ls="--")
    both = {"m as it is stored": stored, "m as your step uses it": lengths * noisy}
    plots.curves(both, x=range(1, 21), xlabel="step t", ylabel="", title="the first 20 steps of m", ax=left)
    first, second, lengths = moments_of(np.ones(5000))
    ratio = {"without correction": first / np.sqrt(second) / lengths, "with it": np.ones(5000)}
    title = "length of the step, compared with yours (constant gradient)"
    plots.curves(ratio, x=range(1, 5001), xlabel="step t", ylabel="", title=title, ax=right).set_xscale("log")
    plt.show()

# %% [markdown]
# Left: without correction the average starts at a tenth of what it should be. Right: the effect on the step. The
# numerator is too small, but the root in the denominator is much more so, and the uncorrected step is up to six and a
# half times too *long*: around the tenth step, when the weights are still nearly random and the gradients large.
#
# **Which bug is this?** A classmate feeds a constant gradient of 1 to their Adam with $\eta = 0.001$. The first step
# has length 0.00316 and the second 0.00425.
#
# - `"a"`: the learning rate is not taken from `config`
# - `"b"`: the moments are not bias-corrected
# - `"c"`: $t$ is stored nowhere, so that each step believes it is the first
# - `"d"`: the root over $\hat v$ is missing
#
# Answer with the letter.

# %% tags=["exercise:q_which_bug"]
# YOUR CODE HERE
q_which_bug = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_which_bug")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Without correction the first step is $\eta\,(1-\beta_1)/\sqrt{1-\beta_2} = 0.001\cdot 0.1/\sqrt{0.001} = 0.00316$.
# In (c) each step would be 0.001, and with a constant gradient of 1 the root of (d) changes nothing.
# </details>

# %% [markdown]
# ### AdaMax: the maximum norm
#
# The root of an average of squares is one way to measure size. Adam's authors generalized it to a $p$-norm and let $p
# \to \infty$; what remains is a maximum that slowly forgets:
#
# $$ m_t = \beta_1 m_{t-1} + (1-\beta_1)\, g_t, \qquad u_t = \max(\beta_2\, u_{t-1},\; |g_t|), \qquad
# w_t = w_{t-1} - \frac{\eta}{1-\beta_1^{\,t}}\; \frac{m_t}{u_t + \varepsilon} $$
#
# The maximum is taken element by element: `np.maximum` of two arrays, not `np.max` along one. $u$ needs no correction:
# a maximum is not too small at the start, the first gradient sets it at once. ($\varepsilon$ is not in the paper. It
# is here so that a gradient of zero does not divide zero by zero.)

# %% [markdown]
# ### Exercise: `adamax` (8 points, ★★☆, 10 minutes)

# %% tags=["exercise:adamax"]
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
    # YOUR CODE HERE
    raise NotImplementedError("adamax is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("adamax")

# %% [markdown]
# ### Nadam: Adam with Nesterov's look-ahead
#
# Adam has momentum; Nesterov improved momentum by looking ahead. Dozat (2016) put the two together. Adam moves along
# $\hat m_t$, in which the newest gradient has the small weight $1 - \beta_1$ and the rest is history. Nadam moves
# along what the average will be *one step later*, if the gradient stays as it is: history $m_t$ already contains
# $g_t$, and $g_t$ is added once more.
#
# $$ \bar m_t = \frac{\beta_1\, m_t}{1-\beta_1^{\,t+1}} + \frac{(1-\beta_1)\, g_t}{1-\beta_1^{\,t}}, \qquad
# w_t = w_{t-1} - \eta\, \frac{\bar m_t}{\sqrt{\hat v_t} + \varepsilon} $$
#
# with $m_t$, $v_t$, $\hat v_t$ exactly as in Adam. Mind the two different powers: the first term is an average of one
# step ahead, so it is corrected with $t+1$. Dozat lets $\beta_1$ itself vary with $t$; we keep it constant. (You will
# also find the formula with $\beta_1^{\,t}$ in both places. It is an approximation to this one, and not what is asked
# for here.)

# %% [markdown]
# ### Exercise: `nadam` (10 points, ★★★, 15 minutes)

# %% tags=["exercise:nadam"]
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
    # YOUR CODE HERE
    raise NotImplementedError("nadam is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("nadam")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Copy what your `adam` does up to the last line. Everything that is stored stays as it is there; only the numerator of
# the step is another.
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# The numerator has two terms with two different corrections. The first belongs to an average that already looks one
# step further, so its power counts one step more. The second is the newest gradient alone, corrected as in Adam.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```python
# ...                     # t, m, v and config, as in adam
# history = ...           # the new m, weighted, over a correction with t + 1
# newest = ...            # dw, weighted, over a correction with t
# next_w = ...            # as in adam, with history + newest in the numerator
# ```
#
# To test it by hand: with a constant gradient of 1 the very first step is $\eta\,(0.9\cdot 0.1/0.19 + 1) =
# 1.474\,\eta$.
# </details>

# %% [markdown]
# ### AdamW: decoupled weight decay
#
# To keep weights small, one adds $\tfrac{\lambda}{2}\lVert w\rVert^2$ to the loss; its gradient $\lambda w$ joins `dw`.
# With SGD that means that each step shrinks $w$ by the factor $1 - \eta\lambda$, and so people called the two by the
# same name, *weight decay*. With Adam they are different things: $\lambda w$ in the gradient is divided by $\sqrt{\hat
# v}$ like all the rest, so a weight with large gradients hardly shrinks at all. Loshchilov & Hutter (2019) take the
# decay out of the gradient, and let it act on the weight directly (**decoupled weight decay**, **AdamW**):
#
# $$ w_t = w_{t-1} - \eta \left( \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} + \lambda\, w_{t-1} \right) $$
#
# $m$ and $v$ see the gradient only. Both terms use the same old $w_{t-1}$.
#
# This is the form of PyTorch's `AdamW`, in which $\eta$ multiplies both terms. The paper's algorithm 2 multiplies the
# decay by the schedule alone and not by the learning rate: with a schedule $s_t$, its step is $s_t\,(\alpha\,\hat
# m_t/(\sqrt{\hat v_t} + \varepsilon) + \lambda\, w_{t-1})$. So $\lambda$ in the paper is $\eta\lambda$ here, and
# whoever doubles PyTorch's learning rate doubles its weight decay as well.

# %% [markdown]
# ### Exercise: `adamw` (5 points, ★☆☆, 10 minutes)

# %% tags=["exercise:adamw"]
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
    # YOUR CODE HERE
    raise NotImplementedError("adamw is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("adamw")

# %% tags=["demo"]
with uses("adam", "adamw"):
    noise = np.random.default_rng(1).standard_normal((400, 2)) * np.array([0.01, 10.0])  # gradients without a signal
    decay, kept = 0.5, {}
    for label in ("decay in the gradient (Adam + L2)", "decoupled decay (AdamW)"):
        w, config, history = np.ones(2), {"learning_rate": 0.005}, []
        for dw in noise:
            if label.startswith("decoupled"):
                w, config = adamw(w, dw, config | {"weight_decay": decay})
            else:
                w, config = adam(w, dw + decay * w, config)
            history.append(np.array(w))
        kept[label] = np.array(history)
    for ax, (label, history) in zip(plots.axes(2, width=5.5, height=3.2), kept.items(), strict=True):
        weights = {"weight with small gradients": history[:, 0], "weight with large gradients": history[:, 1]}
        expected = {r"$(1-\eta\lambda)^t$": (1 - 0.005 * decay) ** np.arange(1, 401)}
        plots.curves(weights | expected, ylabel="weight", title=label, ax=ax).set_ylim(-0.05, 1.1)
    plt.show()

# %% [markdown]
# The gradients in this experiment are pure noise, so the decay alone should decide what becomes of the weights.
# Right: it does, up to the noise, for both. Left: the weight with small gradients is pulled to zero far too fast, and
# the other is hardly touched.

# %% [markdown]
# ### The race
#
# Five of your optimizers on both landscapes; `RACERS` says which, and with which settings. Use the slider below the
# picture to go through it, three steps at a time. Those that you have not written yet are left out.

# %% tags=["demo"]
RACERS = {
    "sgd": {"learning_rate": 0.03},
    "sgd_momentum": {"learning_rate": 0.03},
    "adagrad": {"learning_rate": 0.4},
    "rmsprop": {"learning_rate": 0.05, "decay_rate": 0.9},
    "adam": {"learning_rate": 0.15},
}
STARTS = (RAVINE, ravine_gradient, (-4.5, 1.0), "ravine"), (SADDLE, saddle_gradient, (-1.5, 0.01), "saddle")
walks = {}
for name, settings in RACERS.items():
    with uses(name):
        walks[name] = [descend(globals()[name], slope, start, 80, **settings) for _, slope, start, _ in STARTS]

if walks:
    fig, axes = plt.subplots(1, 2, figsize=(11, 4.4), dpi=80, width_ratios=[1.35, 1])
    for ax, (landscape, *_) in zip(axes, STARTS, strict=True):
        plots.contours(**landscape | ({"xlim": (-5, 3)} if landscape is RAVINE else {}), ax=ax)
    lines = [[ax.plot([], [], marker="o", ms=7, mec="white", lw=1.8, label=name)[0] for name in walks] for ax in axes]
    axes[0].legend(loc="lower left", ncols=3, fontsize=9)

    def draw_frame(step):
        """Show all walks up to a step, with a dot where they are."""
        for side, (ax, (*_, place)) in enumerate(zip(axes, STARTS, strict=True)):
            ax.set_title(f"{place}, step {step}")
            for line, walk in zip(lines[side], walks.values(), strict=True):
                line.set_data(*walk[side][: step + 1].T)
                line.set_markevery([step])

    plots.film(fig, draw_frame, range(0, 81, 3), pause_ms=200)

# %% [markdown]
# On the ravine the methods with a step size per parameter cut the corner, more or less along the diagonal: for them the
# valley is as round as a bowl. On the saddle they leave first as well: the gradient along $y$ is tiny there, but it
# is divided by its own size. Plain SGD is still near the saddle after 80 steps.
#
# Each rate here was chosen by hand so that the picture is good, and neither landscape is a network. So this race
# proves little. For a comparison that means something, the task has to be real and the learning rate of each has to
# be *searched*.

# %% [markdown]
# ### All ten on real digits, each at its own searched learning rate
#
# The network of `backprop`, an **MLP** (multilayer perceptron) with one hidden layer of 50 ReLU units, learns to read
# 1,000 real digits of 8×8 pixels in 200 mini-batches. The next cell takes *your* `TwoLayerNet` if it is there and its
# public checks hold; otherwise it takes the one given here, and it says which.

# %% tags=["demo"]
class TwoLayerNet:
    """The network of `backprop`: affine, ReLU, affine, and softmax with cross-entropy."""

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        rng, sizes = np.random.default_rng(0), {"W1": (input_dim, hidden_dim), "W2": (hidden_dim, num_classes)}
        self.reg, self.params = reg, {name: rng.normal(0, weight_scale, size) for name, size in sizes.items()}
        self.params |= {"b1": np.zeros(hidden_dim), "b2": np.zeros(num_classes)}

    def loss(self, X, y=None):
        """X: (N, D). Returns the scores (N, C); with y, (N,) class numbers, the loss and a dict of its gradients."""
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        chances = log_softmax(scores, axis=1)
        up = (np.exp(chances) - np.eye(scores.shape[1])[y]) / len(y)
        down = (up @ W2.T) * (hidden > 0)
        loss = self.reg / 2 * (np.sum(W1**2) + np.sum(W2**2)) - np.mean(chances[np.arange(len(y)), y])
        grads = {"W1": X.T @ down + self.reg * W1, "W2": hidden.T @ up + self.reg * W2}
        return loss, grads | {"b1": down.sum(axis=0), "b2": up.sum(axis=0)}


TwoLayerNet = earlier("backprop", TwoLayerNet)

# %% [markdown]
# **A fair comparison.** The data are split into three parts. 1,000 digits train. 350 others, the **validation set**,
# choose: each optimizer is tried with the same nine learning rates, from 0.003 to 30 in steps of a factor of
# $\sqrt{10}$, and keeps the one with the smallest validation loss. The last 447, the **test set**, have no part in any
# choice, and judge. (A grid will do for a single setting. With several, random trials are better; `regularization`
# shows why.) Everything else is at the defaults of your functions, and the start is He's initialization from
# `initializers`. It takes some ten seconds.

# %% tags=["demo"]
OPTIMIZERS = ["sgd", "sgd_momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamax", "nadam", "adamw"]
RATES = 10.0 ** np.arange(-2.5, 1.6, 0.5)
digits = load_digits()
pictures, labels = digits.data / 8 - 1, digits.target  # 1797 images of 64 pixels, from -1 to 1
train_part, validation_part, test_part = np.split(np.random.default_rng(0).permutation(1797), [1000, 1350])


def train_on_digits(optimizer, rate, seed, steps=200):
    """A TwoLayerNet after `steps` mini-batches of 50 digits; the seed decides its start and its batches."""
    rng = np.random.default_rng(seed)
    net = TwoLayerNet(64, 50, 10)
    for name, fan_in in (("W1", 64), ("W2", 50)):
        net.params[name] = rng.normal(0, np.sqrt(2 / fan_in), net.params[name].shape)
    configs = {name: {"learning_rate": rate} for name in net.params}
    for _ in range(steps):
        batch = rng.choice(train_part, 50)
        _, grads = net.loss(pictures[batch], labels[batch])
        for name in grads:
            net.params[name], configs[name] = optimizer(net.params[name], grads[name], configs[name])
    return net


def search_and_test(optimizer, seed=0, runs=5):
    """The validation loss at each rate, and the test accuracies of runs at the best: (rates,) and (runs,) arrays."""
    with np.errstate(all="ignore"):  # some rates are far too large
        nets = [train_on_digits(optimizer, rate, seed) for rate in RATES]
        losses = [net.loss(pictures[validation_part], labels[validation_part])[0] for net in nets]
    losses = np.nan_to_num(losses, nan=np.inf)
    nets = [train_on_digits(optimizer, RATES[losses.argmin()], seed + run) for run in range(1, runs + 1)]
    right = [net.loss(pictures[test_part]).argmax(axis=1) == labels[test_part] for net in nets]
    return losses, np.mean(right, axis=1)

# %% tags=["demo"]
with uses(*OPTIMIZERS):
    results = {name: search_and_test(globals()[name]) for name in OPTIMIZERS}
    fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4), width_ratios=[1.1, 1])
    losses = np.array([each for each, _ in results.values()])
    shown = left.imshow(np.minimum(losses, 2.5), cmap="viridis_r", aspect="auto")
    left.plot(losses.argmin(axis=1), range(10), "*", ms=13, color="white", mec="black")
    left.set_xticks(range(len(RATES)), [f"{rate:.2g}" for rate in RATES])
    left.set(title="validation loss after 200 steps; the star is the best", xlabel="learning rate")
    fig.colorbar(shown, ax=left)
    for row, (_, accuracies) in enumerate(results.values()):
        right.plot(100 * accuracies, [row] * len(accuracies), "o", color="tab:blue", alpha=0.5)
        right.plot(100 * accuracies.mean(), row, "|", ms=20, mew=2.5, color="tab:red")
        right.text(1.02, row, f"{100 * accuracies.mean():.1f}", va="center", transform=right.get_yaxis_transform())
    right.set(title="test accuracy in percent, five seeds each, and the mean", ylim=left.get_ylim())
    for ax in (left, right):
        ax.set_yticks(range(10), OPTIMIZERS)
    plt.show()
    means = 100 * np.array([accuracies.mean() for _, accuracies in results.values()])
    spread = 100 * np.mean([accuracies.std(ddof=1) for _, accuracies in results.values()])
    print(f"means from {means.min():.1f} to {means.max():.1f} percent; over the seeds of one optimizer: ± {spread:.1f}")
    print(
        f"one test digit is {100 / len(test_part):.1f} points; by chance alone, {means.mean():.1f} percent of 447 ",
        end="",
    )
    print(f"digits come out ± {100 * np.sqrt(means.mean() / 100 * (1 - means.mean() / 100) / len(test_part)):.1f}")

# %% [markdown]
# Read the left picture down a column first. At one common rate, say 0.01, AdaDelta has learned next to nothing, SGD is
# halfway, and others are done. Whoever compares optimizers at one rate, or at their defaults, measures the rate. Now
# look at the stars: at its own rate *each of the ten* reads about 97 of 100 digits. The means differ by one or two
# points, no more than the dots of a single optimizer do, and 447 digits could not tell them apart anyhow. So do not
# take a ranking from this picture: with other seeds another one comes first. (Plain SGD is last more often than not:
# 200 steps are few for it.)
#
# What is left of the advantage of the newer methods? They do not end up better here. But a step of Adam is about $\eta$
# in size, whatever the gradients are, so a rate that did well on one task is a good start on the next: the stars of
# Adam and its relatives lie at 0.01 or 0.03. The best rate of SGD depends on the scale of the loss: multiply the loss
# by 100, and it becomes a hundredth. (For image networks with a good schedule, SGD with momentum is hard to beat;
# transformers are mostly trained with AdamW.)
#
# **Why?** The stars were chosen on validation digits. Why not choose them on the test digits, and save 350 for
# training?
#
# <details><summary>An answer</summary>
#
# The best of nine noisy results is the luckiest of them, so its own figure is too good. Reported on the digits that
# chose it, each optimizer would look better than it is, and most so the one that was tried most often. Only data that
# had no part in the choice give an honest figure.
# </details>

# %% [markdown]
# ---
# ## 5 Learning-rate schedules
#
# Mini-batch gradients are noisy. At a constant $\eta$ the noise keeps the parameters dancing around the minimum, the
# more wildly the larger $\eta$ is. A large $\eta$ is good for traveling and a small one for arriving, so change it
# on the way. In all four functions **$t$ counts the steps that are already done**: it is 0 for the first step, and
# the result is the learning rate *for the step about to be taken*. (Whether a "step" is a batch or an epoch is for
# the caller to decide.)
#
# | schedule | formula | remark |
# |---|---|---|
# | step | $\eta_0\, d^{\lfloor t / n \rfloor}$ | times $d$ after every $n$ steps |
# | exponential | $\eta_0\, e^{-k t}$ | |
# | cosine | $\eta_{min} + \tfrac12 (\eta_0 - \eta_{min}) (1 + \cos(\pi t / T))$ | stays there after $t = T$ |
# | **warm-up** | $\eta_0 \min(1, (t+1)/W)$ | a straight rise; the first step is not wasted on $\eta = 0$ |
#
# **Predict.** A cosine from $\eta_0 = 0.1$ to $\eta_{min} = 0.02$ over $T = 400$ steps. What is the learning rate at
# $t = 200$?

# %% tags=["exercise:q_cosine_halfway"]
# YOUR CODE HERE
q_cosine_halfway = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_cosine_halfway")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Halfway, $\cos(\pi/2) = 0$, and the rate is the mean of its two ends. (0.05 forgets that the cosine ends at
# $\eta_{min}$ and not at zero.)
# </details>

# %% [markdown]
# ### Exercises: `step_decay`, `exponential_decay`, `cosine_decay`, `warmup` (5 points, ★☆☆, 15 minutes together)

# %% tags=["exercise:step_decay"]
def step_decay(t, lr0, drop, every):
    """Learning rate that is multiplied by `drop` after every `every` steps.

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate of the first step.
    drop: float, the factor, usually below 1.
    every: int >= 1. Steps 0 ... every - 1 use lr0, steps every ... 2 * every - 1 use lr0 * drop, and so on.

    Returns the learning rate for step t, a float.
    """
    # YOUR CODE HERE
    raise NotImplementedError("step_decay is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("step_decay")

# %% tags=["exercise:exponential_decay"]
def exponential_decay(t, lr0, k):
    """Learning rate that falls by the same factor exp(-k) at each step.

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate of the first step (t = 0).
    k: float >= 0, the rate of decay per step.

    Returns the learning rate for step t, a float.
    """
    # YOUR CODE HERE
    raise NotImplementedError("exponential_decay is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("exponential_decay")

# %% tags=["exercise:cosine_decay"]
def cosine_decay(t, lr0, total, lr_min=0.0):
    """Learning rate that follows half a period of a cosine (Loshchilov & Hutter 2017, one cycle).

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate at t = 0.
    total: int >= 1, the step at which lr_min is reached: t = total gives lr_min, and so does every t > total.
    lr_min: float, where it ends.

    Returns the learning rate for step t, a float.
    """
    # YOUR CODE HERE
    raise NotImplementedError("cosine_decay is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("cosine_decay")

# %% tags=["exercise:warmup"]
def warmup(t, lr0, warmup_steps):
    """Learning rate that rises in a straight line, and then stays.

    t: int >= 0, steps already done (0 for the first step).
    lr0: float, the learning rate after the warm-up.
    warmup_steps: int >= 0. Step t = 0 uses lr0 / warmup_steps (not zero), t = 1 twice that, and
        t = warmup_steps - 1 is the first to use lr0, as do all later ones. 0 means no warm-up: always lr0.

    Returns the learning rate for step t, a float.
    """
    # YOUR CODE HERE
    raise NotImplementedError("warmup is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("warmup")

# %% tags=["demo"]
with uses("step_decay", "exponential_decay", "cosine_decay", "warmup"):
    ts = np.arange(121)
    curves = {
        "step: halve every 30": [step_decay(int(t), 0.1, 0.5, 30) for t in ts],
        "exponential: k = 0.03": [exponential_decay(int(t), 0.1, 0.03) for t in ts],
        "cosine: to 0.01 at 100": [cosine_decay(int(t), 0.1, 100, 0.01) for t in ts],
        "warm-up 15, then cosine": [
            warmup(int(t), 0.1, 15) if t < 15 else cosine_decay(int(t) - 15, 0.1, 85, 0.01) for t in ts
        ],
    }
    axes = plots.axes(4, width=3, height=2.6)
    for ax, (title, values) in zip(axes, curves.items(), strict=True):
        ax.plot(ts, values, ".", ms=3)
        ax.set(title=title, xlabel="t", ylim=(0, 0.11))
    axes[0].set_ylabel("learning rate")
    plt.show()

# %% [markdown]
# The step schedule jumps at 30, 60, 90 and 120. The exponential one falls fastest at the beginning, the cosine in the
# middle, and a warm-up puts a slope in front of any of them. What does a falling rate do?

# %% tags=["demo"]
with uses("sgd", "cosine_decay"):
    noise = 4 * np.random.default_rng(3).standard_normal((300, 2, 100))  # 100 walkers at once, the first is drawn
    axes, losses = plots.axes(3, width=4), {}
    for ax, final, title in zip(axes, (0.05, 0.0), ("constant 0.05", "cosine from 0.05 to 0"), strict=False):
        walkers = [np.tile([[-4.5], [1.0]], 100)]
        for t in range(300):
            slope, rate = ravine_gradient(walkers[-1]) + noise[t], cosine_decay(t, 0.05, 300, final)
            walkers.append(np.array(sgd(walkers[-1].copy(), slope, {"learning_rate": rate})[0]))
        losses[title] = [ravine(*each).mean() for each in walkers]
        plots.contours(**RAVINE, paths={title: np.array(walkers)[:, :, 0]}, title="noisy gradients", ax=ax)
    plots.curves(losses, log=True, title="mean loss of 100 such walks", ax=axes[2])
    plt.show()

# %% [markdown]
# Same noise, same first step. At a constant rate the loss stays at the level of the noise; with the cosine it sinks
# as the rate does.

# %% [markdown]
# ---
# ## 6 Critical points: minima, maxima and saddles
#
# An optimizer comes to rest where $\nabla f = 0$: at a **critical point**. Is it the bottom? Around a critical point
# $w^*$ the loss looks like
#
# $$ f(w^* + d) \approx f(w^*) + \tfrac12\, d^\top H\, d, $$
#
# where $H$, the **Hessian**, is the symmetric $D \times D$ matrix of second derivatives. Along an eigenvector of $H$
# with length 1 the second term is $\tfrac12\lambda$: the eigenvalues are the curvatures in $D$ perpendicular
# directions.
#
# | eigenvalues | the point is | what it means |
# |---|---|---|
# | all positive | a **minimum** | uphill everywhere (a *local* one: a lower valley may exist elsewhere) |
# | all negative | a **maximum** | downhill everywhere |
# | some positive, some negative | a **saddle point** | there is a way down, whatever the remaining eigenvalues are |
# | else: some are zero, the rest have one sign | **degenerate** | the second derivatives do not decide |
#
# Computed eigenvalues are hardly ever exactly zero. Here $\lambda$ counts as zero if $|\lambda| \le 10^{-8} \max_i
# |\lambda_i|$: small *compared with the others*, since the same landscape measured in other units has a Hessian of
# another size. A Hessian that is all zero is degenerate.
#
# **Predict.** What will your function say about $f(x, y) = x^4 + y^2$ at the origin? Answer with one of the four
# words, as a string.

# %% tags=["exercise:q_quartic"]
# YOUR CODE HERE
q_quartic = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_quartic")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The Hessian at the origin is $\mathrm{diag}(0, 2)$: the second derivative of $x^4$ is $12x^2$, which is zero there.
# The point *is* a minimum, but second derivatives cannot see it: $-x^4 + y^2$ has the same
# Hessian at the origin, and no minimum there.
# </details>

# %% [markdown]
# ### Exercise: `classify_critical_point` (4 points, ★★☆, 15 minutes)

# %% tags=["exercise:classify_critical_point"]
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
    # YOUR CODE HERE
    raise NotImplementedError("classify_critical_point is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("classify_critical_point")

# %% tags=["demo"]
with uses("classify_critical_point"):
    rng = np.random.default_rng(0)
    sizes = np.arange(1, 9)
    kinds = {"minimum": "tab:green", "maximum": "tab:orange", "saddle": "tab:red"}
    shares = {kind: [] for kind in kinds}
    for size in sizes:
        matrices = rng.standard_normal((400, size, size))
        answers = [classify_critical_point(a + a.T) for a in matrices]
        for kind in kinds:
            shares[kind].append(np.mean([answer == kind for answer in answers]))
    ax = plots.axes(width=7.5, height=3)
    bottom = np.zeros(len(sizes))
    for kind, color in kinds.items():
        ax.bar(sizes, shares[kind], bottom=bottom, color=color, label=kind)
        bottom += shares[kind]
    ax.set(
        xlabel="number of parameters D", ylabel="share", title="400 random symmetric Hessians for each D", xticks=sizes
    )
    ax.legend(loc="lower right")
    plt.show()

# %% [markdown]
# A random Hessian needs only one eigenvalue of the other sign to be a saddle, and with $D$ of them it is ever more
# unlikely that all agree. The Hessian of a network is not a random matrix, but experiments agree: in many dimensions,
# critical points of high loss are nearly always saddles and hardly ever bad local minima (Dauphin et al., 2014).
#
# ### Local and global minima
#
# The lowest point of all is the **global minimum**; a minimum that is only lower than its neighborhood is a **local
# minimum**. The gradient knows the neighborhood only, so where descent ends depends on where it starts. (For a
# **convex** loss, one whose curvature is nowhere negative, such as that of linear regression, there is no difference:
# each local minimum is a global one.)

# %% tags=["demo"]
with uses("sgd", "sgd_momentum"):

    def hills(w):
        """A loss of one weight with a global minimum on the left and a local one on the right; w: any shape."""
        return 0.25 * w**4 - 0.5 * w**2 + 0.1 * w

    def hills_gradient(w):
        return w**3 - w + 0.1

    along = np.linspace(-1.6, 1.9, 200)
    for ax, (f, settings) in zip(plots.axes(2), [(sgd, {}), (sgd_momentum, {"momentum": 0.9})], strict=True):
        plots.curves({"": hills(along)}, x=along, xlabel="w", title=f"{f.__name__}, 100 steps", ax=ax)
        for start in (-1.5, 0.0, 0.5, 1.8):
            path = descend(f, hills_gradient, [start], 100, learning_rate=0.05, **settings)[:, 0]
            ax.plot(path, hills(path), ".-", ms=4, lw=0.8)
            ax.plot(path[-1], hills(path[-1]), "*", ms=13, mec="white", color=ax.lines[-1].get_color(), zorder=5)
    plt.show()

# %% [markdown]
# Plain SGD ends in whichever valley it starts in: two of the four starts lead to the local minimum on the right. With
# momentum, the ball from the far right arrives with enough speed to roll over the hill in between. That was luck, not
# foresight: from elsewhere it may roll out of the better valley as well.

# %% [markdown]
# ### Leaving a saddle
#
# Exactly on a saddle the gradient is zero, and every optimizer above would stay there forever. But the Hessian knows
# the way: along the unit eigenvector $u$ of the *most negative* eigenvalue the loss falls fastest, by about $\tfrac12
# |\lambda_{min}| s^2$ for a move of length $s$. If $u$ is an eigenvector then so is $-u$, and at a saddle both go
# down equally. Take either.

# %% [markdown]
# ### Exercise: `escape_saddle` (4 points, ★★☆, 10 minutes)

# %% tags=["exercise:escape_saddle"]
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
    # YOUR CODE HERE
    raise NotImplementedError("escape_saddle is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("escape_saddle")

# %% tags=["demo"]
with uses("sgd", "escape_saddle"):
    origin, hessian = np.zeros(2), np.diag([1.0, -1.0])
    arrival = descend(sgd, saddle_gradient, (-1.5, 0.0), 60, learning_rate=0.1)
    pushed = escape_saddle(origin, hessian, 0.1)
    descent = np.vstack([origin, descend(sgd, saddle_gradient, pushed, 100, learning_rate=0.1)])
    left, right = plots.axes(2)
    walks = {"sgd on the ridge, 60 steps": arrival, "escape, then sgd": descent}
    plots.contours(**SADDLE, paths=walks, title="one push is enough", ax=left)
    title = "down to the saddle, and down from it"
    plots.curves({"": saddle(*np.vstack([arrival, descent]).T)}, title=title, ax=right)
    right.axvline(len(arrival), color="0.6", ls="--", lw=0.9)
    right.annotate("escape_saddle", (len(arrival), 0.05), (len(arrival) + 15, 0.4), arrowprops={"arrowstyle": "->"})
    plt.show()

# %% [markdown]
# In practice nobody computes the Hessian of a large network. The noise of the mini-batches does the pushing: any
# small component along $u$ grows by the factor $1 + \eta|\lambda|$ with each step. But it takes a while, and that is
# the plateau you see in many training curves.

# %% [markdown]
# ---
# ## What to read next
#
# - S. Ruder, *An overview of gradient descent optimization algorithms*, 2016, arXiv:1609.04747. All of these methods
#   in one notation.
# - G. Goh, *Why Momentum Really Works*, Distill, 2017. Interactive pictures; the eigenvalue argument of part 1 in
#   full.
# - D. Kingma and J. Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015, arXiv:1412.6980. Sections 2, 3 and
#   7.1 (AdaMax).
# - J. Duchi, E. Hazan and Y. Singer, *Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*,
#   JMLR 12, 2011.
# - M. Zeiler, *ADADELTA: An Adaptive Learning Rate Method*, 2012, arXiv:1212.5701. Section 3.2 is the argument about
#   units.
# - T. Dozat, *Incorporating Nesterov Momentum into Adam*, ICLR workshop 2016.
# - I. Loshchilov and F. Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019, arXiv:1711.05101, and *SGDR*,
#   ICLR 2017, arXiv:1608.03983 (cosine schedule).
# - Y. Dauphin et al., *Identifying and attacking the saddle point problem in high-dimensional non-convex
#   optimization*, NIPS 2014, arXiv:1406.2572.
# - I. Sutskever, J. Martens, G. Dahl and G. Hinton, *On the importance of initialization and momentum in deep
#   learning*, ICML 2013.
# - Stanford CS231n, course notes *Neural Networks 3*: the calling convention used here comes from this course.

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit optimizers` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
