# %% [markdown]
# # Activations and initialization
#
# Before a network has seen its first picture, somebody has to write numbers into its weights. Does it matter which?
# They will all be changed by training anyway.
#
# It matters a great deal. With weights a little too small, a signal that enters a deep network is gone before it
# reaches the end. With weights a little too large, every unit is driven to where it no longer reacts. With weights all
# equal, a thousand units do the work of one. In each of these cases the network, the loss and the optimizer are as they
# should be, and yet nothing is learned. This notebook is about the **initialization** that avoids all three, and about
# how to see which of them has happened to you.
#
# ## What you will be able to do
#
# - write the five common activation functions with their derivatives, without overflow;
# - say how the size of a signal changes from layer to layer, forwards and backwards, before you run anything;
# - derive and write the initializations of Glorot ("Xavier"), He, and the orthogonal one, for dense and for
#   convolution layers;
# - measure dead and saturated units and read from a histogram what is wrong;
# - explain why zero is right for a bias and wrong for a weight, and name the one kind of network for which it is fine.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Activation functions | `sigmoid`, `tanh`, `relu`, `leaky_relu`, `elu` | 24 | ★☆☆ | 40 |
# | 2 Variance, fan-in and fan-out | `fans`, `zero_init`, `normal_init` | 18 | ★☆☆ | 25 |
# | 3 Xavier initialization | `xavier_uniform`, `xavier_normal` | 16 | ★★☆ | 25 |
# | 4 He initialization | `he_uniform`, `he_normal` | 16 | ★★☆ | 20 |
# | 5 Orthogonal initialization | `orthogonal_init` | 8 | ★★★ | 25 |
# | 6 Activation statistics | `activation_stats` | 10 | ★★☆ | 25 |
# | 7 Zero initialization and symmetry | `zero_init_gradients` | 8 | ★★★ | 30 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer: a
# prediction that turns out wrong teaches more than a plot that you merely looked at.
#
# NumPy is all you need, and SciPy is welcome. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or
# scikit-learn fails: what they do is what you write here. The same goes for the few functions of SciPy that would do an
# exercise for you; its text names them. `check(...)` in the notebook does not look for any of this; `autograder check`
# and the grading do.
# The two exercises with three stars have hints: `hint("orthogonal_init")`, with `hint` from `autograder.notebook`.
#
# Any float dtype will do: what your code computes in float32 is compared as float32. (Only `zero_init_gradients` asks
# for more digits than float32 has.)

# %%
from itertools import pairwise

import numpy as np

FLAT = 0.01  # a slope smaller than this in magnitude lets (almost) no gradient through

# %% tags=["demo"]
import matplotlib.pyplot as plt
from scipy.special import log_softmax
from sklearn.datasets import load_digits

from autograder import plots
from autograder.notebook import earlier, uses

plots.style()

# %% [markdown]
# ---
# ## 1 Activation functions: five non-linearities
#
# A layer computes $z = xW + b$ and then bends it: $y = \varphi(z)$, number by number. Without the bend, ten layers in a
# row would be one matrix. $\varphi$ is the **activation function**, the **non-linearity** of the layer. On the way back
# the gradient is multiplied by its slope, $\varphi'(z)$. So what we need of an activation is always a pair: **its value
# and its derivative**, both at the same place.
#
# | name | $\varphi(x)$ | $\varphi'(x)$ |
# |---|---|---|
# | sigmoid | $\sigma(x) = \dfrac{1}{1 + e^{-x}}$ | $\sigma(x)\,(1 - \sigma(x))$ |
# | tanh | $\dfrac{e^x - e^{-x}}{e^x + e^{-x}}$ | $1 - \tanh^2 x$ |
# | ReLU | $x$ if $x > 0$, else $0$ | $1$ if $x > 0$, else $0$ |
# | leaky ReLU | $x$ if $x > 0$, else $a x$ | $1$ if $x > 0$, else $a$ |
# | ELU | $x$ if $x > 0$, else $\alpha (e^x - 1)$ | $1$ if $x > 0$, else $\alpha e^x$ |
#
# $a$ is the `negative_slope` and $\alpha$ the depth to which ELU sinks.
#
# Two things to watch.
#
# **The corner at zero.** At exactly $x = 0$ the last three have no derivative (ELU has one if $\alpha = 1$). Some value
# must be returned, and this course takes that of the negative side, as the table says: *zero belongs to the negative
# side*. PyTorch does the same.
#
# **Overflow.** $e^{710}$ is larger than any float64, so it becomes `inf`, with a warning. That may end well: `1 / inf`
# is 0. But `inf / inf` and `0 * inf` are `nan`, and a single `nan` in one unit spreads over the whole network in one
# step. Yet the true value and slope of these curves are always finite: if a formula breaks down at $x = \pm 1000$,
# write the same curve as another formula. Two things that help. Multiply numerator and denominator of $\sigma$ by
# $e^x$, and you have a form that never overflows where $x$ is negative, as the first never does where $x$ is positive.
# And `np.where` computes both of its branches everywhere, also where it throws the result away, so keep a large $x$ out
# of `np.exp`.
#
# **Predict.** The slope of the sigmoid is largest at $x = 0$. A gradient comes down through 10 sigmoids in a row, each
# at its very best place, with weights of 1 between them. By which factor is it multiplied altogether, at most? (A
# number below 1.)

# %% tags=["exercise:q_ten_sigmoids"]
### BEGIN SOLUTION
q_ten_sigmoids = 0.25**10
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# With $s = \sigma(x)$ the slope is $s(1 - s)$, which is largest where $s = \frac12$: there it is $\frac14$. Ten of them
# multiply to $0.25^{10}$, about a millionth, and that is the best case. Only larger weights can make up for it.
# </details>

# %% [markdown]
# ### Exercises: `sigmoid`, `tanh`, `relu`, `leaky_relu`, `elu` (24 points, ★☆☆, 40 minutes together)


# %% tags=["exercise:sigmoid"]
def sigmoid(x):
    """The logistic function and its derivative.

    x: float array of any shape. Not modified.

    Returns y, dy: two arrays of the shape of x, the value 1 / (1 + exp(-x)) and the derivative of y with respect to x
    at each entry. Both are finite for every finite x, -1000 and 1000 included.
    Written without scipy.stats, and without expit, log_expit, softmax and log_softmax of scipy.special.
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))  # never above 1
    y = np.where(x >= 0, 1.0, small) / (1 + small)
    return y, small / (1 + small) ** 2
    ### END SOLUTION


# %% tags=["exercise:tanh"]
def tanh(x):
    """The hyperbolic tangent and its derivative.

    x: float array of any shape. Not modified.

    Returns y, dy: two arrays of the shape of x, tanh of x and the derivative of y with respect to x at each entry. Both
    are finite for every finite x, -1000 and 1000 included. (`np.tanh` may be used.)
    """
    ### BEGIN SOLUTION
    y = np.tanh(x)
    return y, 1 - y**2
    ### END SOLUTION


# %% tags=["exercise:relu"]
def relu(x):
    """The rectified linear unit and its derivative.

    x: float array of any shape. Not modified.

    Returns y, dy: two arrays of the shape of x, the value (x where x > 0, else 0) and its derivative at each entry
    (1 where x > 0, else 0; so it is 0 at x = 0).
    """
    ### BEGIN SOLUTION
    positive = x > 0
    return np.where(positive, x, 0.0), positive.astype(float)
    ### END SOLUTION


# %% tags=["exercise:leaky_relu"]
def leaky_relu(x, negative_slope=0.01):
    """The leaky rectified linear unit (Maas, Hannun & Ng 2013) and its derivative.

    x: float array of any shape. Not modified.
    negative_slope: float, the slope where x <= 0. Usually between 0 and 1, but any number is allowed.

    Returns y, dy: two arrays of the shape of x, the value (x where x > 0, else negative_slope times x) and its
    derivative at each entry (1 where x > 0, else negative_slope; so it is negative_slope at x = 0).
    """
    ### BEGIN SOLUTION
    positive = x > 0
    return np.where(positive, x, negative_slope * x), np.where(positive, 1.0, negative_slope)
    ### END SOLUTION


# %% tags=["exercise:elu"]
def elu(x, alpha=1.0):
    """The exponential linear unit (Clevert, Unterthiner & Hochreiter 2016) and its derivative.

    x: float array of any shape. Not modified.
    alpha: float > 0; the value tends to -alpha for very negative x.

    Returns y, dy: two arrays of the shape of x, the value (x where x > 0, else alpha (exp(x) - 1)) and its derivative
    at each entry (1 where x > 0, else alpha exp(x); so it is alpha at x = 0). Both are finite for every finite x, -1000
    and 1000 included.
    """
    ### BEGIN SOLUTION
    below = np.minimum(x, 0)  # a large x must not reach the exponential, not even where its result is thrown away
    return np.where(x > 0, x, alpha * np.expm1(below)), np.where(x > 0, 1.0, alpha * np.exp(below))
    ### END SOLUTION


# %% tags=["demo"]
with uses("sigmoid", "tanh", "relu", "leaky_relu", "elu"):
    grid = np.linspace(-5, 5, 401)
    curves = {
        "sigmoid": sigmoid(grid),
        "tanh": tanh(grid),
        "relu": relu(grid),
        "leaky_relu, slope 0.1": leaky_relu(grid, 0.1),
        "elu": elu(grid),
    }
    axes = plots.axes(5, width=2.6, height=2.9)
    for ax, (name, (value, slope)) in zip(axes, curves.items(), strict=True):
        ax.axhline(0, color="0.8", lw=0.8)
        ax.axvline(0, color="0.8", lw=0.8)
        ax.plot(grid, value, color="tab:blue", lw=2, label="value")
        ax.plot(grid, slope, color="tab:red", lw=1.6, ls="--", label="derivative")
        ax.fill_between(grid, -1.3, 2.5, where=np.abs(slope) < FLAT, color="0.85", lw=0)
        ax.set(title=name, ylim=(-1.3, 2.5))
    axes[0].legend(loc="upper left", fontsize=8)
    plt.show()

# %% [markdown]
# In the gray zones the derivative is below 0.01: whatever gradient arrives there, less than one percent of it gets
# through. Sigmoid and tanh have such a zone on both sides: there a unit is called **saturated**. ReLU has one on the
# left, and there the derivative is not small but zero: a unit that is on the left for every input is **dead**. ELU has
# one where it has reached its floor. Leaky ReLU was made so that no gray is left. (Its slope, usually 0.01, is drawn as
# 0.1 here so that you can see it.)
#
# How bad is it when layers are stacked?

# %% tags=["demo"]
with uses("sigmoid", "tanh", "relu"):
    depths = np.arange(1, 13)
    at = np.random.default_rng(0).standard_normal((100_000, 12))  # where each of 12 units stands, in 100,000 chains
    factors = {f.__name__: np.cumprod(f(at)[1], axis=1) for f in (sigmoid, tanh, relu)}
    limit = {"$0.25^n$": 0.25 ** depths.astype(float)}
    axes = plots.axes(2, width=5.5, height=3.2)
    for ax, pick, title in [
        (axes[0], np.mean, "product of n slopes: the mean"),
        (axes[1], np.max, "and the best of 100,000 chains"),
    ]:
        series = {name: pick(values, axis=0) for name, values in factors.items()} | limit
        plots.curves(series, x=depths, xlabel="layers n", ylabel="", title=title, log=True, ax=ax)
        ax.lines[-1].set_linestyle(":")
        ax.set_ylim(1e-9, 3)
    plt.show()

# %% [markdown]
# This is the **vanishing gradient**. Sigmoid loses a factor of more than four per layer on average, and no chain can
# lose less than four. Tanh has slope 1 at zero, so it loses little, but only while its units stay near zero. With ReLU
# a chain is open only if none of its units is off, which is rare. But an open one lets *everything* through, and a
# network has many chains side by side: enough of them stay open.
#
# The slopes are only half of the story: between two slopes the gradient is multiplied by a weight matrix. If each
# matrix made it larger by just as much as the slopes make it smaller, nothing would be lost. So let us find out how
# large weights must be.

# %% [markdown]
# ---
# ## 2 The variance of a signal, fan-in and fan-out
#
# Take one unit with $n$ inputs, $z = \sum_{i=1}^n x_i w_i$. Before training the weights are random: independent of each
# other and of the inputs, with mean 0 and variance $\operatorname{Var} w$. All mixed terms in $z^2$ then average out,
# and
#
# $$ \operatorname{Var} z \;=\; \sum_{i=1}^n \mathbb E[x_i^2]\; \operatorname{Var} w_i
#    \;=\; n\, \operatorname{Var} w\; \mathbb E[x^2]. $$
#
# So one layer multiplies the mean square of a signal by $n \operatorname{Var} w$, and $L$ layers by its $L$-th power.
# A power of a number below 1 goes to zero, a power of a number above 1 to infinity; only at $n \operatorname{Var} w =
# 1$ does the signal keep its size.
#
# **Predict.** Layers of 100 units without activation, weights of standard deviation 0.05, input of standard deviation
# 1. What is the standard deviation of the signal after 10 layers?

# %% tags=["exercise:q_ten_layers"]
### BEGIN SOLUTION
q_ten_layers = 0.5**10
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Here $n \operatorname{Var} w = 100\cdot0.05^2 = 0.25$, so each layer multiplies the mean square by 0.25 and the
# standard deviation by its root, 0.5. Ten layers leave $0.5^{10}$, about a thousandth.
# </details>

# %% tags=["demo"]
width, depth = 100, 40
rng = np.random.default_rng(1)
series = {}
for std in (0.05, 0.09, 0.1, 0.11, 0.2):
    signal, sizes = rng.standard_normal((200, width)), [1.0]
    for _ in range(depth):
        signal = signal @ rng.normal(0, std, (width, width))
        sizes.append(signal.std())
    series[f"std {std:g}: n Var w = {width * std**2:.2f}"] = sizes
ax = plots.axes(width=8.5)
plots.curves(series, xlabel="layer", ylabel="std of the signal", log=True, ax=ax)
ax.set_title("a signal on its way through 40 layers of 100 units, no activation")
plt.show()

# %% [markdown]
# Ten percent in the standard deviation of the weights are the difference between a signal that arrives and one that has
# lost or gained nearly two powers of ten. Your prediction is on the lowest line.

# %% [markdown]
# ### Fan-in and fan-out
#
# $n$ is the number of inputs that one unit adds up: its **fan-in**. Backwards it is the other way round. The gradient
# of one input, $\partial L/\partial x_i = \sum_j w_{ij}\, \partial L/\partial z_j$, adds up as many terms as there are
# units that this input feeds: the **fan-out**.
#
# - A dense layer computes $xW$ with $W$ of shape $(D_\text{in}, D_\text{out})$, throughout this notebook. Each output
#   sees all inputs, each input feeds all outputs. (`torch.nn.Linear` stores the transpose, $(D_\text{out},
#   D_\text{in})$. There the two numbers are in the other order.)
# - A convolution has weights of shape $(F, C, HH, WW)$: filters, input channels, height and width of the kernel. One
#   output adds up a window of $HH \times WW$ pixels of all $C$ channels. One input pixel lies in $HH \times WW$ windows
#   (away from the border, at stride 1) of all $F$ filters. The area counts in *both* directions.

# %% tags=["demo"]
axes = plots.axes(2, width=5.5)
for ax, (left, right), chosen, title in [
    (axes[0], (5, 3), "right", "fan-in 5: what one unit adds up"),
    (axes[1], (5, 3), "left", "fan-out 3: where one input goes"),
]:
    inputs, outputs = np.linspace(-2, 2, left), np.linspace(-1.2, 1.2, right)
    for i, a in enumerate(inputs):
        for j, b in enumerate(outputs):
            lit = j == 1 if chosen == "right" else i == 1
            ax.plot([0, 1], [a, b], color="tab:red" if lit else "0.85", lw=2 if lit else 1, zorder=2 if lit else 1)
    for i, a in enumerate(inputs):
        ax.plot(0, a, "o", ms=15, color="tab:blue" if chosen == "right" or i == 1 else "0.75", mec="white", zorder=3)
    for j, b in enumerate(outputs):
        ax.plot(1, b, "o", ms=15, color="tab:blue" if chosen == "left" or j == 1 else "0.75", mec="white", zorder=3)
    ax.text(0, -2.75, "$D_{in} = 5$", ha="center")
    ax.text(1, -2.75, "$D_{out} = 3$", ha="center")
    ax.set(title=title, xlim=(-0.4, 1.4), ylim=(-3, 2.5))
    ax.axis("off")
plt.show()

# %% [markdown]
# **Predict.** A convolution with 5×5 kernels takes 16 channels to 32. What is its fan-in?

# %% tags=["exercise:q_conv_fan_in"]
### BEGIN SOLUTION
q_conv_fan_in = 400
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# One output adds up a window of $5\cdot5$ pixels in each of 16 channels: 400 products. The 32 filters do not enter,
# since each has its own output; they count in the fan-out, $5\cdot5\cdot32 = 800$.
# </details>

# %% [markdown]
# ### Exercise: `fans` (10 points, ★☆☆, 10 minutes)


# %% tags=["exercise:fans"]
def fans(shape):
    """The fan-in and fan-out of a weight array.

    shape: tuple of ints, either
        (D_in, D_out): a dense layer x @ w, or
        (F, C, HH, WW): a convolution with F filters on C input channels and kernels of HH rows and WW columns.

    Returns fan_in, fan_out: two ints. fan_in is the number of products that one output adds up, fan_out the number of
    outputs that one input goes into (for a convolution: at stride 1, away from the border).
    Raises ValueError for a shape of any other length.
    """
    ### BEGIN SOLUTION
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) == 4:
        filters, channels, height, width = shape
        return channels * height * width, filters * height * width
    raise ValueError(f"weights have 2 or 4 axes, not {len(shape)}: {shape}")
    ### END SOLUTION


# %% [markdown]
# ### The contract that all initializers share
#
# An initializer takes a shape and returns a new float array of this shape. Those that draw at random take, as their
# last argument, `rng`: **a NumPy random generator or an int seed**. The first line of each function is written for
# you,
#
# ```python
# rng = np.random.default_rng(rng)
# ```
#
# which turns a seed into a generator and lets a generator through as it is. After that line use `rng` and nothing
# else to draw: `rng.standard_normal(shape)`, `rng.normal(...)`, `rng.uniform(...)`. Then the same seed gives the same
# weights tomorrow.
#
# For a whole network make *one* generator and hand the same one to each layer: it goes on drawing where it stopped. A
# fresh generator from the same seed for each layer would give all layers of one shape the same weights.
#
# `zero_init` is for biases, where zero is right: a bias only shifts, and nobody knows yet which way. `normal_init` is
# the obvious thing for weights: a bell curve of a width that you choose. Try it; the following parts are about which
# width.

# %% [markdown]
# ### Exercises: `zero_init`, `normal_init` (8 points, ★☆☆, 10 minutes together)


# %% tags=["exercise:zero_init"]
def zero_init(shape):
    """An array of zeros.

    shape: tuple of ints, of any length.

    Returns a new float array of this shape, all zeros.
    """
    ### BEGIN SOLUTION
    return np.zeros(shape)
    ### END SOLUTION


# %% tags=["exercise:normal_init"]
def normal_init(shape, std, rng):
    """Independent draws from a normal distribution with mean 0.

    shape: tuple of ints, of any length.
    std: float >= 0, the standard deviation (not the variance).
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a new float array of this shape.
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    return std * rng.standard_normal(shape)
    ### END SOLUTION


# %% [markdown]
# ---
# ## 3 Xavier (Glorot) initialization
#
# Forwards a signal keeps its size if $\text{fan}_\text{in} \operatorname{Var} w = 1$. Backwards, by the same argument,
# a gradient keeps its size if $\text{fan}_\text{out} \operatorname{Var} w = 1$. Both at once is impossible unless the
# layer is square. **Xavier initialization** (Glorot and Bengio, 2010) puts the *mean* of the two fans in the place of
# either:
#
# $$ \operatorname{Var} w = g^2\, \frac{2}{\text{fan}_\text{in} + \text{fan}_\text{out}} $$
#
# The **gain** $g$ makes up for what the activation takes away; 1 stands for an activation that looks like $\varphi(x)
# = x$ around zero, which tanh does. The name *Xavier* is Glorot's first name.
#
# The formula says how wide the distribution is, not which one it is. Two are in use:
#
# - **normal**: a bell curve with this variance;
# - **uniform**: all numbers between $-b$ and $b$ equally likely. Its variance is
#   $\frac{1}{2b}\int_{-b}^{b} w^2\, dw = \frac{b^2}{3}$. So if the standard deviation is to be $s$, the bound is
#   $b = \sqrt 3\, s$, not $s$.
#
# For what follows only the variance matters. (Uniform has no outliers; normal is rounder: it looks the same from all
# directions.)
#
# **Why?** A layer has 100 inputs and 400 outputs, and Xavier weights with gain 1. What does it do to a signal on its
# way up, and to a gradient on its way down?
#
# <details><summary>An answer</summary>
#
# $\operatorname{Var} w = \frac{2}{500}$. Upwards the mean square is multiplied by $100\cdot\frac{2}{500} = 0.4$,
# downwards by $400\cdot\frac{2}{500} = 1.6$: each is off by less than a factor of three, in opposite directions. If the
# next layer leads from 400 units back to 100, it multiplies by 1.6 and 0.4, and the two together by 0.64 either way.
# </details>
#
# **Predict.** Uniform weights are to have standard deviation 0.1. What is the largest value that can occur?

# %% tags=["exercise:q_uniform_bound"]
### BEGIN SOLUTION
q_uniform_bound = 0.1 * 3**0.5
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The variance of a uniform distribution between $-b$ and $b$ is $b^2/3$, so its standard deviation is $b/\sqrt3$. For
# 0.1 the bound is $0.1\sqrt3 = 0.173$: some values must lie beyond the standard deviation, since others are near 0.
# </details>

# %% [markdown]
# ### Exercises: `xavier_uniform`, `xavier_normal` (16 points, ★★☆, 20 minutes together)


# %% tags=["exercise:xavier_uniform"]
def xavier_uniform(shape, gain, rng):
    """Uniform weights with the variance of Glorot & Bengio (2010), equation 16.

    shape: tuple of ints, (D_in, D_out) or (F, C, HH, WW) as in `fans`.
    gain: float > 0; multiplies the standard deviation.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a new float array of this shape: independent draws, uniform between -b and b, such that their standard
    deviation is gain sqrt(2 / (fan_in + fan_out)).
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    fan_in, fan_out = fans(shape)
    bound = gain * np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, shape)
    ### END SOLUTION


# %% tags=["exercise:xavier_normal"]
def xavier_normal(shape, gain, rng):
    """Normal weights with the variance of Glorot & Bengio (2010), equation 12.

    shape: tuple of ints, (D_in, D_out) or (F, C, HH, WW) as in `fans`.
    gain: float > 0; multiplies the standard deviation.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a new float array of this shape: independent draws from a normal distribution (not truncated) with mean 0
    and standard deviation gain sqrt(2 / (fan_in + fan_out)).
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    fan_in, fan_out = fans(shape)
    return gain * np.sqrt(2 / (fan_in + fan_out)) * rng.standard_normal(shape)
    ### END SOLUTION


# %% tags=["demo"]
with uses("xavier_uniform", "xavier_normal"):
    shapes = [((400, 100), "dense (400, 100)"), ((64, 16, 3, 3), "convolution (64, 16, 3, 3)")]
    for ax, (shape, title) in zip(plots.axes(2, width=5.5, height=3.2), shapes, strict=True):
        samples = {}
        for f in (xavier_uniform, xavier_normal):
            drawn = f(shape, 1.0, 0)
            samples[f"{f.__name__}: std {drawn.std():.4f}, largest {np.abs(drawn).max():.3f}"] = drawn
        plots.histograms(samples, bins=60, xlabel="weight", title=title, ax=ax)
        ax.set(xlim=(-0.3, 0.3), ylim=(0, 10))
    plt.show()

# %% [markdown]
# Two shapes of distribution, one standard deviation. That is what the forward pass sees.

# %% [markdown]
# ---
# ## 4 He (Kaiming) initialization for ReLU
#
# ReLU is not like $\varphi(x) = x$ around zero. If $z$ is spread evenly to both sides, ReLU replaces one half of all
# values by zero and leaves the other half alone, so that
#
# $$ \mathbb E[\text{relu}(z)^2] = \tfrac12 \operatorname{Var} z. $$
#
# Each layer halves the mean square, and after 20 layers a millionth of it is left. The repair, **He initialization**
# (He, Zhang, Ren & Sun, 2015), makes the weights larger by $\sqrt 2$. A leaky ReLU lets $a^2$ of the cut half through,
# and loses less: $\mathbb E[y^2] = \tfrac12 (1 + a^2) \operatorname{Var} z$. Hence
#
# $$ \operatorname{Var} w = \frac{2}{1 + a^2} \cdot \frac{1}{\text{fan}} $$
#
# where fan is *one* of the two, not the mean: with `mode="fan_in"` the signal keeps its size on its way up, with
# `mode="fan_out"` the gradient keeps its size on its way down.
#
# Either is enough. Take fan-in. On the way down, layer $l$ multiplies the mean square of the gradient by $\frac{1 +
# a^2}{2}\,\text{fan}_\text{out} \operatorname{Var} w$, which is the ratio of its two fans. The fan-out of a layer is
# the fan-in of the next, $\text{fan}_\text{out}^{(l)} = \text{fan}_\text{in}^{(l+1)}$, so in the product of all layers
# nearly everything cancels:
#
# $$ \prod_{l=1}^{L} \frac{\text{fan}_\text{out}^{(l)}}{\text{fan}_\text{in}^{(l)}}
#    = \frac{\text{fan}_\text{out}^{(L)}}{\text{fan}_\text{in}^{(1)}} . $$
#
# What is left depends on the first and the last layer alone and does not grow with the depth.

# %% [markdown]
# ### Exercises: `he_uniform`, `he_normal` (16 points, ★★☆, 15 minutes together)


# %% tags=["exercise:he_uniform"]
def he_uniform(shape, negative_slope, mode, rng):
    """Uniform weights with the variance of He et al. (2015), for ReLU and leaky ReLU.

    shape: tuple of ints, (D_in, D_out) or (F, C, HH, WW) as in `fans`.
    negative_slope: float, the slope a of the leaky ReLU that follows; 0 for ReLU.
    mode: "fan_in" or "fan_out", the fan to divide by.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a new float array of this shape: independent draws, uniform between -b and b, such that their standard
    deviation is sqrt(2 / ((1 + negative_slope squared) fan)).
    Raises ValueError for any other mode.
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'mode is "fan_in" or "fan_out", not {mode!r}')
    fan_in, fan_out = fans(shape)
    fan = fan_in if mode == "fan_in" else fan_out
    bound = np.sqrt(6 / ((1 + negative_slope**2) * fan))
    return rng.uniform(-bound, bound, shape)
    ### END SOLUTION


# %% tags=["exercise:he_normal"]
def he_normal(shape, negative_slope, mode, rng):
    """Normal weights with the variance of He et al. (2015), for ReLU and leaky ReLU.

    shape: tuple of ints, (D_in, D_out) or (F, C, HH, WW) as in `fans`.
    negative_slope: float, the slope a of the leaky ReLU that follows; 0 for ReLU.
    mode: "fan_in" or "fan_out", the fan to divide by.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a new float array of this shape: independent draws from a normal distribution (not truncated) with mean 0
    and standard deviation sqrt(2 / ((1 + negative_slope squared) fan)).
    Raises ValueError for any other mode.
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'mode is "fan_in" or "fan_out", not {mode!r}')
    fan_in, fan_out = fans(shape)
    fan = fan_in if mode == "fan_in" else fan_out
    return np.sqrt(2 / ((1 + negative_slope**2) * fan)) * rng.standard_normal(shape)
    ### END SOLUTION


# %% tags=["demo"]
def sizes_both_ways(x, weights, activation, rng):
    """Send x up and a random gradient down through dense layers without biases.

    x: (N, D) array; weights: list of (D_in, D_out) arrays; activation: function that returns value and derivative.
    Returns the root mean square of the signal after each layer, and of the gradient before each layer's activation.
    """
    signal, slopes, up = x, [], []
    for w in weights:
        signal, slope = activation(signal @ w)
        slopes.append(slope)
        up.append(np.sqrt(np.mean(signal**2)))
    gradient, down = rng.standard_normal(signal.shape), []
    for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
        gradient = gradient * slope
        down.append(np.sqrt(np.mean(gradient**2)))
        gradient = gradient @ w.T
    return up, down[::-1]


# %% tags=["demo"]
with uses("relu", "tanh", "xavier_normal", "he_normal", "normal_init"):
    layers = [(256, 256)] * 30
    draws = {
        "normal, std 0.01": lambda shape, rng: normal_init(shape, 0.01, rng),
        "xavier_normal, gain 1": lambda shape, rng: xavier_normal(shape, 1.0, rng),
        "he_normal": lambda shape, rng: he_normal(shape, 0.0, "fan_in", rng),
        "normal, std 0.3": lambda shape, rng: normal_init(shape, 0.3, rng),
    }
    axes = plots.axes(2, 2, width=5.5, height=3)
    for row, f in zip(axes, (tanh, relu), strict=True):
        up, down = {}, {}
        for label, draw in draws.items():
            rng = np.random.default_rng(2)
            x = rng.standard_normal((100, 256))
            up[label], down[label] = sizes_both_ways(x, [draw(s, rng) for s in layers], f, rng)
        ways = [(up, "signal on its way up →"), (down, "← gradient on its way down")]
        for ax, (series, title) in zip(row, ways, strict=True):
            plots.curves(series, x=range(1, 31), xlabel="layer", ylabel="root mean square", log=True, ax=ax)
            ax.set(ylim=(1e-9, 1e9), title=f"{f.__name__}: {title}")
    plt.show()

# %% [markdown]
# In the lower row only He stays level. Xavier loses a factor of $\sqrt 2$ per layer, in both directions, and the others
# are hopeless. In the upper row tanh forgives more, because it squashes what is too large: both Xavier and He will do.
# But look at the standard deviation 0.3. On the left its signal is the most level of all, and on the right its gradient
# grows a millionfold on the way down. The signal looks so healthy because it cannot leave the interval from −1 to 1:
# about half of the units are saturated, and nothing gets through *them*. But the others hand the gradient on through
# weights that are five times too large. This is the **exploding gradient**.
#
# **Predict.** A friend builds a ReLU network of 20 layers with 256 units each. The root mean square of the signal is 1
# at the input and about $10^{-3}$ after the last layer, falling by the same factor in each. What was done wrong?
#
# - `"a"`: the weights were drawn with He's *variance* used as standard deviation;
# - `"b"`: Xavier was used where He belongs;
# - `"c"`: fan-out was used for fan-in;
# - `"d"`: all layers were drawn from the same seed.

# %% tags=["exercise:q_which_bug"]
### BEGIN SOLUTION
q_which_bug = "b"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# From 1 to $10^{-3}$ in 20 layers is a factor of $10^{-3/20} = 0.71 = 1/\sqrt2$ in each. That is what ReLU takes away,
# and what He's $\sqrt 2$ gives back. He's variance as standard deviation, $2/256$, would leave a tenth in each layer;
# fan-out and fan-in are the same here; and one seed for all layers leaves their sizes as they are.
# </details>

# %% [markdown]
# ---
# ## 5 Orthogonal initialization
#
# "The signal keeps its size" was a statement about averages. A particular input may still be stretched or squeezed: a
# square matrix of random numbers with $n \operatorname{Var} w = 1$ has singular values (its stretching factors) from
# nearly 0 to 2. Multiply many of them, and the spread explodes.
#
# A matrix that stretches *nothing* is **orthogonal**: all its singular values are 1. If $W$ has at least as many rows
# as columns, this means $W^\top W = I$ (its columns have length 1 and are perpendicular). If it has fewer rows than
# columns, only $W W^\top = I$ is possible (the rows are). Saxe, McClelland and Ganguli (2014) start from such matrices,
# times a gain.
#
# How do you draw one at random, so that no direction is preferred? Take a matrix $A$ of normal numbers with at least as
# many rows as columns, and decompose it: $A = QR$, with the columns of $Q$ orthonormal and $R$ upper triangular. That
# is Gram and Schmidt's procedure, and $Q$ is nearly what we want. *Nearly*, because the decomposition is unique only
# up to signs: flip column $j$ of $Q$ and row $j$ of $R$, and $QR$ is the same. Which of the two a library returns is
# not specified, and LAPACK's choice is not random at all: the picture below shows it. The repair is to make the choice
# unique: **multiply column $j$ of $Q$ by the sign of $R_{jj}$** (Mezzadri, 2007).

# %% tags=["demo"]
rng = np.random.default_rng(3)
corners = np.array([np.linalg.qr(rng.standard_normal((3, 3)))[0][0, 0] for _ in range(1000)])
ax = plots.axes(width=6.5, height=2.6)
ax.hist(corners, bins=np.linspace(-1, 1, 41), color="tab:red", alpha=0.7)
ax.axvline(0, color="0.5", lw=0.8)
positive = f"{np.sum(corners > 0)} are positive"
ax.set(title=f"Q[0, 0] of np.linalg.qr, 1000 random 3×3 matrices: {positive}", xlabel="value", ylabel="count")
plt.show()

# %% [markdown]
# By symmetry positive and negative should be equally frequent. LAPACK's usual algorithm never gives a positive value.

# %% [markdown]
# ### Exercise: `orthogonal_init` (8 points, ★★★, 25 minutes)


# %% tags=["exercise:orthogonal_init"]
def orthogonal_init(shape, gain, rng):
    """A random orthogonal matrix times a gain (Saxe, McClelland & Ganguli 2014).

    shape: tuple of ints, (D_in, D_out), or (F, C, HH, WW). The latter is treated as a matrix of F rows and C HH WW
        columns (in the order of reshape).
    gain: float > 0; all singular values of the matrix are equal to it.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a new float array of this shape. As a matrix M of r rows and c columns: if r >= c, M^T M is gain squared
    times the identity; if r <= c, M M^T is. Every orthogonal matrix is equally likely: the Q of a decomposition QR of
    normal numbers, with the signs chosen such that the diagonal of R is positive, has this property.
    Written without ortho_group, special_ortho_group and unitary_group of scipy.stats.
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    rows, columns = shape[0], int(np.prod(shape[1:]))
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))
    matrix = q if rows >= columns else q.T
    return gain * matrix.reshape(shape)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# `np.linalg.qr` of a matrix with 5 rows and 3 columns gives a $Q$ of the same shape, with orthonormal columns. What
# does it give for 3 rows and 5 columns, and how do you get 3 orthonormal rows of length 5 instead?
# </details>
# <details><summary>Hint 2: the idea</summary>
#
# Always decompose a tall matrix, and turn the result over if a wide one is wanted: the transpose of orthonormal columns
# are orthonormal rows. Make the signs unique before that, column by column. A convolution's shape is read as a matrix
# of $F$ rows at the beginning, and given back its four axes at the end.
# </details>
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# rows, columns = the shape, read as that of a matrix
# tall = normal numbers of shape (the larger of the two, the smaller of the two)
# q, r = np.linalg.qr(...)
# each column of q times ...
# matrix = q, or ...
# return the gain times the matrix, in the shape that was asked for
# ```
# </details>

# %% tags=["demo"]
with uses("orthogonal_init", "xavier_normal"):
    axes = plots.axes(3, width=4.2, height=3.3)
    for label, draw, color in [
        ("xavier_normal", xavier_normal, "tab:purple"),
        ("orthogonal_init", orthogonal_init, "tab:green"),
    ]:
        rng = np.random.default_rng(4)
        product, spectra = np.eye(100), []
        for _ in range(20):
            product = product @ draw((100, 100), 1.0, rng)
            spectra.append(np.linalg.svd(product, compute_uv=False))
        axes[0].plot(range(1, 101), spectra[0], ".", ms=4, color=color, label=label)
        axes[1].semilogy(range(1, 101), np.maximum(spectra[-1], 1e-20), ".", ms=4, color=color)
    axes[0].set(title="one 100×100 matrix", xlabel="number, by size", ylabel="singular value", ylim=(-0.05, 2.4))
    axes[0].legend(loc="upper right")
    axes[1].set(title="the product of 20 of them", xlabel="number, by size")
    corners = [orthogonal_init((3, 3), 1.0, seed)[0, 0] for seed in range(1000)]
    axes[2].hist(corners, bins=np.linspace(-1, 1, 21), color="tab:green", alpha=0.7)
    axes[2].axhline(50, color="0.4", ls="--", lw=0.9)
    axes[2].set(title="[0, 0] of 1000 draws, 3×3", xlabel="value", ylabel="count")
    plt.show()

# %% [markdown]
# On the left both look harmless. After twenty layers the product of normal matrices has lost most of its directions: a
# few survive, the others have been squeezed by many powers of ten. The orthogonal product is still orthogonal. On the
# right, with the signs repaired, all values between −1 and 1 are equally likely: the first coordinate of a random
# point on a sphere is uniform, which goes back to Archimedes.

# %% [markdown]
# ---
# ## 6 Activation statistics: dead and saturated units
#
# How do you find out what happened in *your* network? Send a batch through it and look at each layer. Four numbers per
# layer tell most of it:
#
# - the **mean** and the **standard deviation** of all its activations (all inputs and all units together);
# - the share that is **saturated**: of all pairs of an input and a unit, how many have a slope $|\varphi'(z)| < 0.01$
#   (the constant `FLAT`)?
# - the share of **dead** units: how many units have $|\varphi'(z)| < 0.01$ for *every* input of the batch?
#
# A saturated entry does no harm by itself: in a healthy ReLU layer half of the entries are, and a ReLU that is never
# off bends nothing. A dead unit is lost: no input of the batch lets a gradient through to its weights.

# %% [markdown]
# ### Exercise: `activation_stats` (10 points, ★★☆, 25 minutes)


# %% tags=["exercise:activation_stats"]
def activation_stats(x, weights, activation):
    """Four numbers for each layer of a dense network without biases.

    x: (N, D_0) float array, a batch of inputs. Not modified.
    weights: list of L arrays, the l-th of shape (D_l, D_{l+1}). Not modified. Layer l computes z = h @ w from the
        output h of the layer before (from x, if it is the first), and passes the value of activation(z) on.
    activation: function that takes an array and returns (value, derivative), such as those of part 1.

    Returns a dict of four lists of L floats, one per layer:
        "mean", "std": of all N D_{l+1} values that the layer passes on; std is the root of the mean squared deviation
            (divided by the number of values, not by one less).
        "saturated": the share of these N D_{l+1} entries whose derivative is smaller than 0.01 in magnitude.
        "dead": the share of the D_{l+1} units whose derivative is smaller than 0.01 in magnitude for each of the N
            inputs.
    """
    ### BEGIN SOLUTION
    stats = {"mean": [], "std": [], "saturated": [], "dead": []}
    h = x
    for w in weights:
        h, slope = activation(h @ w)
        flat = np.abs(slope) < FLAT
        stats["mean"].append(float(h.mean()))
        stats["std"].append(float(h.std()))
        stats["saturated"].append(float(flat.mean()))
        stats["dead"].append(float(flat.all(axis=0).mean()))
    return stats
    ### END SOLUTION


# %% tags=["demo"]
with uses("sigmoid", "tanh", "relu", "normal_init", "xavier_normal", "he_normal", "activation_stats"):
    cases = [
        ("tanh, std 0.01", tanh, lambda shape, rng: normal_init(shape, 0.01, rng), "tab:gray"),
        ("tanh, N(0, 1)", tanh, lambda shape, rng: normal_init(shape, 1.0, rng), "tab:red"),
        ("sigmoid, N(0, 1)", sigmoid, lambda shape, rng: normal_init(shape, 1.0, rng), "tab:pink"),
        ("tanh, Xavier", tanh, lambda shape, rng: xavier_normal(shape, 1.0, rng), "tab:purple"),
        ("relu, Xavier", relu, lambda shape, rng: xavier_normal(shape, 1.0, rng), "tab:orange"),
        ("relu, He", relu, lambda shape, rng: he_normal(shape, 0.0, "fan_in", rng), "tab:green"),
    ]
    shown = [1, 3, 5, 7, 9]
    ranges = {tanh: (-1, 1), sigmoid: (0, 1), relu: (0, 2)}
    axes = plots.axes(len(shown), len(cases), width=2.4, height=1.65)
    for row, (label, f, draw, color) in zip(axes, cases, strict=True):
        rng = np.random.default_rng(5)
        signal, weights = rng.standard_normal((300, 200)), [draw((200, 200), rng) for _ in range(9)]
        stats = activation_stats(signal, weights, f)
        for layer, w in enumerate(weights):
            signal = f(signal @ w)[0]
            if layer + 1 in shown:
                ax = row[shown.index(layer + 1)]
                ax.hist(signal.ravel(), bins=np.linspace(*ranges[f], 41), color=color)
                title = f"layer {layer + 1}: std {stats['std'][layer]:.1e}, flat {stats['saturated'][layer]:.0%}"
                ax.set_title(title, fontsize=8)
                ax.set(yticks=[], **({"ylim": (0, 3000)} if f is relu else {}))  # cuts off the bar at zero
        row[0].set_ylabel(label)
        print(f"{label:17} dead units in layer 9: {stats['dead'][8]:.0%}")
    axes[0, 0].figure.suptitle("activations layer by layer (flat: share with a slope below 0.01)")
    plt.show()

# %% [markdown]
# Read it row by row. (In the two ReLU rows the tall bars are cut off at the top.)
#
# - **tanh, std 0.01**: everything collapses into the bar at zero.
# - **tanh, N(0, 1)**: with a variance of 1 a unit adds up 200 terms and gets a $z$ of size 14. Nearly all values are at
#   $\pm 1$, and five of six are flat, in every layer.
# - **sigmoid, N(0, 1)**: the same, with the walls at 0 and 1 in place of $\pm 1$, so that the *mean* is 0.5. About two
#   thirds are flat. And deep down many units are dead: the outputs of a sigmoid are all positive, so a unit whose
#   weights have a mean below zero is pushed far to the left by every input alike. (ReLU has this problem, too.)
# - **tanh, Xavier**: broad in every layer, though it narrows slowly; this is what healthy looks like.
# - **relu, Xavier**: shrinks towards zero.
# - **relu, He**: the bar at zero is the half that is switched off, and beside it the other half is as broad in layer 9
#   as in layer 1.
#
# So flat is a bad sign in a tanh and none in a ReLU, where it is half of the entries by design: the share alone does
# not tell.
#
# **Why?** The outputs of a sigmoid are all positive. What does this mean for the gradient of the weights of one unit in
# the layer above?
#
# <details><summary>An answer</summary>
#
# The gradient of weight $w_i$ is $x_i\,\partial L/\partial z$. If all inputs $x_i$ are positive, all weights of the
# unit get a gradient of the same sign, for one example: they all grow or all shrink together. To raise one and lower
# another, several steps have to zigzag. With tanh, whose outputs have both signs, this does not happen.
# </details>

# %% tags=["demo"]
with uses("relu", "tanh", "leaky_relu", "he_normal", "activation_stats"):
    rng = np.random.default_rng(6)
    base = [he_normal((200, 200), 0.0, "fan_in", rng) for _ in range(25)]
    batch = rng.standard_normal((200, 200))
    axes = plots.axes(3, width=4.2, height=3.4)
    spread, flat = {}, {}
    for factor in (0.5, 0.8, 1.0, 1.25, 2.0):
        scaled = [factor * w for w in base]
        spread[f"He × {factor:g}"] = activation_stats(batch, scaled, relu)["std"]
        flat[f"He × {factor:g}"] = activation_stats(batch, scaled, tanh)["saturated"]
    layers = range(1, 26)
    plots.curves(spread, x=layers, xlabel="layer", ylabel="", title="relu: std by depth", log=True, ax=axes[0])
    plots.curves(flat, x=layers, xlabel="layer", ylabel="", title="tanh: saturated share", ax=axes[1])
    shifts = np.linspace(0, 0.04, 9)
    dead = {
        label: [activation_stats(inputs, [base[0] - shift], f)["dead"][0] for shift in shifts]
        for label, f, inputs in [
            ("relu, positive inputs", relu, np.abs(batch)),
            ("relu, centered inputs", relu, batch),
            ("leaky_relu, positive inputs", leaky_relu, np.abs(batch)),
        ]
    }
    plots.curves(dead, x=-shifts, xlabel="mean of the weights", ylabel="", title="dead units in one layer", ax=axes[2])
    axes[2].set_xticks([-0.04, -0.02, 0])
    axes[1].set_ylim(-0.03, 1.03)
    axes[2].lines[-1].set_linestyle((0, (4, 4)))  # it lies on another
    plt.show()

# %% [markdown]
# On the left the gain decides over powers of ten. In the middle it decides how many tanh units are saturated. On the
# right the weights of a layer have standard deviation 0.1 and a *mean* slightly below zero. If the inputs are all
# positive, as pixels are, a mean of $-0.02$ is enough to kill most of the layer. Center the data, or use an activation
# that cannot die: neither of the two loses a single unit (the two lines at zero).

# %% [markdown]
# ---
# ## 7 Zero initialization and symmetry
#
# With variances so delicate, why not start all weights at zero and let the gradient decide? Take a network for
# classification: layers of sizes $D, H_1, \dots, C$, sigmoid after every layer but the last, and softmax with
# cross-entropy on the scores at the end, averaged over the $N$ inputs. All weights and biases are zero. What is the
# first gradient?
#
# Go through it. Each hidden layer receives $z = 0$, so it passes on $\sigma(0)$, the same number for every unit and
# every input. The scores $s_{nc}$ of input $n$ and class $c$ are all 0, so softmax gives each class the probability
# $1/C$. At the scores the gradient is
#
# $$ \frac{\partial L}{\partial s_{nc}} = \frac1N \Bigl( \frac1C - [\,y_n = c\,] \Bigr), $$
#
# where the bracket is 1 if $c$ is the class $y_n$ of input $n$, and 0 if it is not.
# From there you can go down: the gradient of a weight matrix is (its input)$^\top$ times (the gradient at its output),
# that of a bias sums over the inputs, and what is passed further down is multiplied by the matrix above. Which is zero.
#
# **Predict.** Ten classes, all weights zero. What is the loss before the first step?

# %% tags=["exercise:q_first_loss"]
### BEGIN SOLUTION
q_first_loss = 2.302585
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Softmax of equal scores gives each class the probability $1/10$, and $-\ln\frac1{10} = \ln 10 = 2.303$, whatever the
# images are. If your network prints another number before the first step, look at its initialization.
# </details>

# %% [markdown]
# **Predict.** The same with four layers and *tanh* instead of sigmoid: four weight matrices and four biases, the
# classes not equally frequent. How many of these eight arrays have a gradient that is not zero?

# %% tags=["exercise:q_arrays_that_move"]
### BEGIN SOLUTION
q_arrays_that_move = 1
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# $\tanh(0) = 0$, so every hidden layer passes on zeros, and the gradient of a weight matrix, its input times something,
# is zero for all but perhaps the first. The first receives zeros from above, like all hidden layers: what comes down
# has been multiplied by a matrix of zeros. What moves is the last bias.
# </details>

# %% [markdown]
# ### Exercise: `zero_init_gradients` (8 points, ★★★, 30 minutes)
#
# You may write a full forward and backward pass, or think first and write only what is left of it. (`pairwise(sizes)`,
# imported at the top, gives the shapes of the weight matrices one by one.)


# %% tags=["exercise:zero_init_gradients"]
def zero_init_gradients(x, y, sizes):
    """The first gradient of a network that starts at zero, and which of its arrays move at all.

    x: (N, D) float64 array, the inputs. Not modified.
    y: (N,) int array, the classes, each in 0 ... C - 1. Not modified.
    sizes: list of ints [D, H_1, ..., C], at least two. There are len(sizes) - 1 layers: layer l has a weight matrix of
        shape (sizes[l], sizes[l + 1]) and a bias of shape (sizes[l + 1],), all zero. A sigmoid follows each layer but
        the last; softmax and cross-entropy, averaged over the N inputs, follow the last. [D, C] is a network without
        hidden layer.

    Returns gradients, moves:
        gradients: list with a pair (dw, db) for each layer, from the first to the last, the gradient of the loss with
            respect to its weights and its bias.
        moves: list with a pair of bools for each layer: whether any entry of dw, and any entry of db, is larger than
            1e-12 in magnitude (what is smaller is rounding).
    """
    ### BEGIN SOLUTION
    n, classes = len(y), sizes[-1]
    dscores = np.full((n, classes), 1 / classes)
    dscores[np.arange(n), y] -= 1
    dscores /= n
    below = x if len(sizes) == 2 else np.full((n, sizes[-2]), 0.5)  # sigmoid(0)
    gradients = [(np.zeros(shape), np.zeros(shape[1])) for shape in pairwise(sizes[:-1])]  # nothing passes zeros
    gradients.append((below.T @ dscores, dscores.sum(axis=0)))
    moves = [(bool(np.abs(dw).max() > 1e-12), bool(np.abs(db).max() > 1e-12)) for dw, db in gradients]
    return gradients, moves
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which number does every hidden unit pass on, for every input? And by what is the gradient multiplied on its way from
# the last layer to the one below it?
# </details>
# <details><summary>Hint 2: the idea</summary>
#
# Only the last layer can have a gradient that is not zero. You need two things for it: the gradient at the scores,
# which stands above, and what the last layer receives from below. The latter is one constant, unless there is no hidden
# layer. All other gradients are zeros of the right shapes.
# </details>
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# dscores = ...                       # (N, C), the formula above
# below = ... if there is no hidden layer, else ...
# gradients = [a pair of zeros for each layer but the last]
# gradients.append(the pair of the last layer, from below and dscores)
# moves = [... for dw, db in gradients]
# ```
# </details>

# %% tags=["demo"]
with uses("zero_init_gradients"):
    rng = np.random.default_rng(7)
    points, kinds = rng.standard_normal((60, 5)), rng.choice(3, 60, p=[0.6, 0.3, 0.1])
    axes = plots.axes(3, 2, width=3, height=2.5)
    for row, (title, sizes) in zip(axes, [("one layer", [5, 3]), ("three layers", [5, 6, 6, 3])], strict=True):
        gradients, moves = zero_init_gradients(points, kinds, sizes)
        for ax in row:
            ax.axis("off")
        for ax, (dw, _), (moved, _), number in zip(row, gradients, moves, range(1, 4), strict=False):
            ax.axis("on")
            ax.imshow(dw, cmap="RdBu_r", vmin=-0.25, vmax=0.25)
            ax.set_title(f"{title}: dw of layer {number}, {'moves' if moved else 'does not move'}", fontsize=9)
            ax.set(xticks=[], yticks=[], xlabel="unit above", ylabel="unit below")
    plt.show()

# %% [markdown]
# Red is positive, blue negative, near-white zero. The network without hidden layers learns from zeros as well as from
# anything else: its loss is convex, so that every start leads to a global minimum. In the deep one only the last layer
# moves, and look how: **all its rows are equal**. Each hidden unit gets the same outgoing weights as all the others. In
# the next step the layer below receives its first gradient, and again all its columns are equal, and so on forever:
# units that start equal and are treated equally remain equal. This is the **symmetry** that random weights have to
# break. (With tanh or ReLU it is even worse: they pass on zeros, and nothing but the last bias moves, ever.)
#
# **Why?** Let all classes be equally frequent, in a network with hidden layers that starts at zero. What moves, and
# why? (Your function tells what.)
#
# <details><summary>An answer</summary>
#
# Nothing. The last bias receives $\sum_n \frac1N\bigl(\frac1C - [y_n = c]\bigr)$, the difference between the share
# $1/C$ that the network gives to class $c$ and the share that it has, and the last weights half of that. Where all
# shares are equal, the network has already found the best answer that does not look at its input.
# </details>

# %% tags=["demo"]
rng = np.random.default_rng(8)
angle = rng.uniform(0, 2 * np.pi, 200)
inner = np.arange(200) % 2
cloud = (np.where(inner, 0.7, 2.0) * np.stack([np.cos(angle), np.sin(angle)])).T + 0.15 * rng.standard_normal((200, 2))


def train_small(w1, activation, steps, rate):
    """Train 2 inputs -> hidden units -> 1 score to tell the inner ring from the outer; plain gradient descent.

    w1: (2, H) array, the first weights; the rest starts at equal numbers so that only w1 can break the symmetry.
    Returns the path of w1, (steps + 1, 2, H), and the losses, binary cross-entropy.
    """
    w1, b1, w2, b2 = w1.copy(), np.zeros(w1.shape[1]), np.full(w1.shape[1], 0.5), 0.0
    path, losses = [w1.copy()], []
    for _ in range(steps):
        hidden, slope = activation(cloud @ w1 + b1)
        scores = hidden @ w2 + b2
        losses.append(np.mean(np.logaddexp(0, np.where(inner, -scores, scores))))
        error = (sigmoid(scores)[0] - inner) / len(inner)
        dhidden = np.outer(error, w2) * slope
        w2, b2 = w2 - rate * hidden.T @ error, b2 - rate * error.sum()
        w1, b1 = w1 - rate * cloud.T @ dhidden, b1 - rate * dhidden.sum(axis=0)
        path.append(w1.copy())
    return np.array(path), losses


with uses("sigmoid", "tanh", "zero_init", "xavier_normal"):
    starts = {
        "all zero": (zero_init((2, 8)), "tab:red"),
        "all 0.3": (np.full((2, 8), 0.3), "tab:orange"),
        "xavier_normal": (xavier_normal((2, 8), 1.0, 9), "tab:green"),
    }
    walks = {name: (*train_small(w1, tanh, 900, 1.0), color) for name, (w1, color) in starts.items()}
    axes = plots.axes(4, width=3, height=3.1)
    fig, dots = axes[0].figure, []
    for ax, (name, (_, losses, color)) in zip(axes, walks.items(), strict=False):
        dots.append(ax.plot([], [], "o", ms=9, alpha=0.6, color=color)[0])
        trails = [ax.plot([], [], lw=0.8, color=color, alpha=0.5)[0] for _ in range(8)]
        dots[-1].trails = trails
        ax.set(xlim=(-4.5, 4.5), ylim=(-4.5, 4.5), xlabel="weight from x", title=name)
        axes[3].plot(losses, color=color, label=name)
    axes[0].set_ylabel("weight from y")
    axes[3].set(xlabel="step", title="loss")
    axes[3].set_ylim(-0.05, 1.3)
    axes[3].legend(fontsize=8, loc="upper right")
    clock = axes[3].axvline(0, color="0.5", lw=0.8)

    def draw_frame(frame):
        """The eight hidden units of each network after 30 * frame steps."""
        for dot, (walk, _, _) in zip(dots, walks.values(), strict=True):
            now = walk[30 * frame]
            dot.set_data(now[0], now[1])
            for unit, trail in enumerate(dot.trails):
                trail.set_data(walk[: 30 * frame + 1, 0, unit], walk[: 30 * frame + 1, 1, unit])
        clock.set_xdata([30 * frame] * 2)

    plots.film(fig, draw_frame, range(31), pause_ms=160)

# %% [markdown]
# Eight hidden units per network, each a dot at its two incoming weights; the task is to tell an inner ring of points
# from an outer one. On the left and in the second picture there are eight dots as well: they are all in the same place,
# all the time. A network of eight units that are equal can do no more than a network of one. From zero they hardly
# leave the origin, because the rings pull a unit that stands there to all sides alike; from 0.3 they wander about and
# gain little. With Xavier's weights the units spread out, and the loss goes to 0.

# %% [markdown]
# ### Training a deep network from five initializations
#
# Finally a network with eight hidden layers of 64 ReLU units on scikit-learn's handwritten digits, trained by plain
# SGD. All runs see the same batches; only the first numbers differ. The layers come from the assignment `backprop` and
# the loss from `losses`: your own, if they are there.


# %% tags=["demo"]
def softmax_loss(x, y):
    """Cross-entropy of the scores x (N, C) for the classes y (N,), and its gradient."""
    log_p, target = log_softmax(x, axis=1), np.eye(x.shape[1])[y]
    return -np.sum(target * log_p) / len(x), (np.exp(log_p) - target) / len(x)


def affine_forward(x, w, b):
    """x (N, D), w (D, M), b (M,) to (N, M), and a cache."""
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    """The gradients with respect to x, w and b."""
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


softmax_loss = earlier("losses", softmax_loss)
affine_forward, affine_backward = earlier("backprop", affine_forward, affine_backward)
digits = load_digits()
images, labels = (digits.data - digits.data.mean()) / digits.data.std(), digits.target


def train_deep(weights, activation, steps, rate, seed):
    """Plain SGD on the digits; returns the loss of each step's batch."""
    layers = [(w.copy(), np.zeros(w.shape[1])) for w in weights]
    order, losses = np.random.default_rng(seed), []
    for _ in range(steps):
        batch = order.integers(0, len(images), 64)
        out, caches, slopes = images[batch], [], [1.0]
        for w, b in layers:
            z, cache = affine_forward(out, w, b)
            caches.append(cache)
            out, slope = activation(z)
            slopes.append(slope)
        loss, dz = softmax_loss(z, labels[batch])  # the last layer has no activation
        losses.append(loss)
        for number in reversed(range(len(layers))):
            dx, dw, db = affine_backward(dz, caches[number])
            w, b = layers[number]
            layers[number] = (w - rate * dw, b - rate * db)
            dz = dx * slopes[number]
    return losses


# %% tags=["demo"]
with uses("relu", "zero_init", "normal_init", "xavier_normal", "he_normal", "orthogonal_init"):
    shapes = [(64, 64)] * 8 + [(64, 10)]
    series = {}
    for label, draw in [
        ("zero_init", lambda shape, rng: zero_init(shape)),
        ("normal, std 0.03", lambda shape, rng: normal_init(shape, 0.03, rng)),
        ("xavier_normal, gain 1", lambda shape, rng: xavier_normal(shape, 1.0, rng)),
        ("he_normal", lambda shape, rng: he_normal(shape, 0.0, "fan_in", rng)),
        ("orthogonal_init, gain √2", lambda shape, rng: orthogonal_init(shape, 2**0.5, rng)),
    ]:
        rng = np.random.default_rng(10)
        losses = train_deep([draw(shape, rng) for shape in shapes], relu, 600, 0.05, 11)
        series[label] = np.convolve(losses, np.ones(15) / 15, mode="valid")
    ax = plots.axes(width=9, height=3.6)
    plots.curves(series, title="eight ReLU layers, the same data, five initializations", ax=ax)
    ax.lines[1].set_linestyle((0, (4, 4)))  # it lies on the first
    ax.axhline(np.log(10), color="0.7", lw=0.8, ls=":")
    ax.text(600, np.log(10) + 0.03, "log 10: guessing", ha="right", va="bottom", fontsize=8, color="0.4")
    ax.set_ylim(-0.05, 2.6)
    plt.show()

# %% [markdown]
# Zero and 0.03 lie on top of each other at $\log 10$: they guess, and no gradient tells them better. Xavier does get
# there, but it first has to grow its weights. He and the orthogonal initialization learn from the first step. (A bump
# is a few steps that went too far; the averaging over 15 steps makes it wide.)
#
# Batch normalization makes networks far less sensitive to all this, by measuring the spread in each layer and dividing
# by it. But even there the numbers you have written are where training begins.

# %% [markdown]
# ---
# ## Further reading
#
# - X. Glorot and Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010.
#   Section 4.2 is part 3 of this notebook, and its figure 6 shows histograms of tanh layers like those of part 6.
# - K. He, X. Zhang, S. Ren and J. Sun, *Delving Deep into Rectifiers*, ICCV 2015, arXiv:1502.01852. Section 2.2.
# - A. Saxe, J. McClelland and S. Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep linear neural
#   networks*, ICLR 2014, arXiv:1312.6120.
# - F. Mezzadri, *How to generate random matrices from the classical compact groups*, Notices of the AMS 54, 2007,
#   arXiv:math-ph/0609050. Why the signs matter, and the three lines that repair them.
# - Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, *Efficient BackProp*, 1998. Much of all this, twelve years before.
# - D.-A. Clevert, T. Unterthiner and S. Hochreiter, *Fast and Accurate Deep Network Learning by Exponential Linear
#   Units (ELUs)*, ICLR 2016, arXiv:1511.07289.
# - D. Mishkin and J. Matas, *All you need is a good init*, ICLR 2016, arXiv:1511.06422. Measure, divide, repeat.
# - Stanford CS231n, course notes *Neural Networks 2*: weight initialization.
