# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Losses and gradient descent
#
# "Learn from examples" is no instruction that a computer understands. This is one: *here is a number; make it smaller*.
# So before anything can be learned, somebody has to say in one number how wrong the present answers are. That number is
# the **loss**. Which one you choose decides what the machine will care about, and its derivative decides how it learns.
#
# In this notebook you write the five losses that nearly everything else is built on. You will see that they are not
# arbitrary: most of them fall out of one question, *how probable is what I have seen?* Then you will measure their
# derivatives, follow them downhill, and train a classifier of handwritten digits with nothing but your own functions.
#
# ## What you will be able to do
#
# - write the squared error, the cross-entropy (for two classes and for many) and the hinge loss, with their gradients;
# - derive a loss from a probability, and say what a maximum-likelihood estimate gets wrong;
# - write formulas with exponentials so that scores of 1000 do them no harm;
# - check any gradient by measuring it, and say which step to measure with, and why a smaller one is worse;
# - fit a line by gradient descent, and read from its history whether the learning rate was right;
# - cut data into mini-batches that show every example exactly once.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 How wrong is a number? | `mse_loss` | 8 | ★☆☆ | 15 |
# | 2 Where losses come from | `gaussian_nll`, `gaussian_mle` | 14 | ★★☆ | 35 |
# | 3 How wrong is a choice? | `softmax`, `softmax_loss`, `svm_loss`, `bce_with_logits` | 38 | ★★☆ | 85 |
# | 4 Is this gradient right? | `eval_numerical_gradient` | 10 | ★★☆ | 25 |
# | 5 Downhill | `gradient_descent`, `linear_regression_gd` | 20 | ★★☆ | 40 |
# | 6 A handful at a time | `minibatches` | 10 | ★★☆ | 25 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer: a
# prediction that turns out wrong teaches more than a plot that you merely looked at.
#
# `check(...)` runs the public checks of an exercise, which carry about half of its points. The other checks are hidden,
# and run when your work is graded.
#
# NumPy is all you need, and SciPy is welcome. An exercise that uses PyTorch, TensorFlow, JAX or autograd fails: what
# they do is what you write here. `check(...)` in the notebook does not look for them; `autograder check` and the
# grading do.

# %% tags=["check"]
from autograder.notebook import check

# %% tags=["setup:1"]
import numpy as np

# %% tags=["demo"]
import matplotlib.pyplot as plt
from IPython.display import HTML, display
from matplotlib.animation import FuncAnimation
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits

from autograder.notebook import uses

plt.rcParams.update({"figure.dpi": 90, "axes.spines.top": False, "axes.spines.right": False, "legend.framealpha": 0.9})

# %% [markdown]
# ---
# # 1 How wrong is a number?
#
# You predict $x_i$, the truth is $y_i$. The difference $x_i - y_i$ is the **error**. Adding up errors is no good: one
# of $+5$ and one of $-5$ would cancel. Square them first, and take the mean of all $M$ entries:
#
# $$ L = \frac1M \sum_{i=1}^M (x_i - y_i)^2 $$
#
# This is the **mean squared error** (MSE). Squaring has a character: an error of 10 counts as much as a hundred errors
# of 1. So MSE would rather be slightly wrong everywhere than badly wrong once.
#
# What we need just as much is its derivative with respect to each prediction. Only one term of the sum contains $x_i$:
#
# $$ \frac{\partial L}{\partial x_i} = \frac2M\, (x_i - y_i) $$
#
# It has the sign of the error, so a step *against* it moves each prediction towards its target. And it is large where
# the error is large: a loss says how wrong you are, its gradient says what to do about it.
#
# The losses of this notebook (all but that of part 2) come with their gradient and share one contract:
#
# ```python
# loss, dx = some_loss(x, y)
# ```
#
# `x` are the predictions, `y` is the truth, `loss` is one number and `dx` has the shape of `x`: how the loss changes
# with each entry of `x`. Neither `x` nor `y` is modified.
#
# (Some books put a $\frac12$ in front, to be rid of the 2. Here there is none, as in `torch.nn.MSELoss`. And the mean
# is taken over *all* entries, also where `x` has several axes.)
#
# **Predict.** One of the best hidden bugs of this field. Your predictions have shape `(100, 1)`, your targets `(100,)`.
# NumPy subtracts them without a word. How many entries does `x - y` have?

# %% tags=["exercise:q_broadcast"]
# YOUR CODE HERE
q_broadcast = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_broadcast")

# %% [markdown]
# **Exercise: `mse_loss`** (8 points, ★☆☆, 15 minutes). The shapes will be equal here. In your own projects, write an
# `assert` that says so.

# %% tags=["exercise:mse_loss"]
def mse_loss(x, y):
    """The mean squared error and its gradient.

    x: float array of any shape, the predictions. Not modified.
    y: float array of the shape of x, the targets. Not modified.

    Returns loss, dx: the mean of (x - y) squared over all entries, a float; and the gradient of this mean with respect
    to x, an array of the shape of x.
    """
    # YOUR CODE HERE
    raise NotImplementedError("mse_loss is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("mse_loss")

# %% tags=["demo"]
with uses("mse_loss"):
    at = np.array([0.5, 1.5, 2.5, 3.5, 4.5])
    truth = np.array([1.1, 1.3, 3.4, 2.9, 4.6])
    slopes = np.linspace(0.2, 1.8, 81)
    fig, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
    for ax, slope in zip(axes, (0.5, 1.01), strict=False):
        guess = slope * at
        ax.plot([0, 6], [0, 6 * slope], color="tab:blue", lw=2)
        ax.plot(at, truth, "o", color="k", ms=5, zorder=3)
        for left, low, high in zip(at, np.minimum(guess, truth), np.maximum(guess, truth), strict=True):
            ax.add_patch(Rectangle((left, low), high - low, high - low, color="tab:red", alpha=0.3, lw=0))
        ax.set(title=f"slope {slope}: loss {mse_loss(guess, truth)[0]:.2f}", xlim=(0, 7), ylim=(0, 6), aspect="equal")
    axes[2].plot(slopes, [mse_loss(slope * at, truth)[0] for slope in slopes], color="tab:red", lw=2, label="loss")
    for slope in (0.5, 1.01, 1.4):
        loss, dx = mse_loss(slope * at, truth)
        climb = np.sum(dx * at)  # the predictions are slope * at, so the chain rule multiplies by at
        near = slope + np.array([-0.2, 0.2])
        axes[2].plot(near, loss + climb * (near - slope), color="k", lw=1.5)
        axes[2].plot(slope, loss, "ko", ms=5)
    axes[2].plot([], [], color="k", label="slope from your dx")
    axes[2].set(xlabel="slope of the line", title="the loss of every line through 0")
    axes[2].legend()
    plt.show()

# %% [markdown]
# The loss is the mean area of the red squares. On the right, your gradient is drawn as a tangent: at a slope of 0.5 it
# says "turn the line up", at 1.4 "turn it down", and near 1.01 there is nothing left to say.
#
# But why squares? Why not $|x - y|$, or the fourth power? There is an answer, and it is not "because it is easy to
# differentiate".

# %% [markdown]
# ---
# # 2 Where losses come from
#
# Measure the same thing many times and you get slightly different numbers. The usual model is the **normal
# distribution**: there is a true value $\mu$, and noise of size $\sigma$ around it. The density at $x$ is
#
# $$ p(x) = \frac{1}{\sqrt{2\pi}\,\sigma}\; e^{-\frac{(x-\mu)^2}{2\sigma^2}} $$
#
# Now turn the question round. The data $x_1, \dots, x_n$ are known, $\mu$ and $\sigma$ are not. How well would a given
# pair explain what we saw? If the measurements are independent, their densities multiply:
# $p(x_1)\,p(x_2)\cdots p(x_n)$. As a function of $\mu$ and $\sigma$ this is called the **likelihood**.

# %% tags=["demo"]
seen = np.array([1.2, 1.9, 2.3, 2.6, 3.5])
grid = np.linspace(-3, 7, 400)


def bell(x, mu, sigma):
    """The density of the normal distribution; arrays of any shape."""
    return np.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)


fig, axes = plt.subplots(1, 3, figsize=(12, 2.9), layout="constrained", sharey=True)
for ax, (mu, sigma), color in zip(
    axes, [(0.5, 0.8), (2.3, 2.0), (2.3, 0.8)], ["tab:red", "tab:orange", "tab:green"], strict=True
):
    ax.plot(grid, bell(grid, mu, sigma), color=color, lw=2)
    ax.vlines(seen, 0, bell(seen, mu, sigma), color=color, alpha=0.6)
    ax.plot(seen, np.zeros(5), "ko", ms=5, clip_on=False)
    ax.set(title=f"mu {mu}, sigma {sigma}: likelihood {np.prod(bell(seen, mu, sigma)):.1e}", xlabel="x", ylim=(0, 0.6))
axes[0].set_ylabel("density")
plt.show()

# %% [markdown]
# The likelihood is the product of the five heights. Red is in the wrong place. Orange is in the right place and too
# broad: a density has area 1, so what it spends on places where nothing was seen is missing where something was.
#
# A product of many small numbers is a bad thing to compute: a thousand heights like these, multiplied, are exactly 0 in
# floating point. So take the logarithm, which turns the product into a sum, and the minus sign, which turns "as
# probable as possible" into "as small as possible". This is the **negative log-likelihood** (NLL), a loss like any
# other:
#
# $$ \text{NLL} = -\sum_{i=1}^n \log p(x_i)
#    = \sum_{i=1}^n \left[\tfrac12 \log(2\pi) + \log\sigma + \frac{(x_i-\mu)^2}{2\sigma^2}\right] $$
#
# Look at the last term. If the prediction for each measurement is $\mu_i$ and $\sigma$ is fixed, then all that depends
# on the prediction is $\sum_i (x_i - \mu_i)^2$, up to a constant factor. **The squared error is the negative
# log-likelihood of normal noise.** Whoever minimises MSE believes, knowingly or not, in bell-shaped errors of the same
# width everywhere.
#
# Here the NLL is the *sum* over the data, not the mean: it is the logarithm of a product. And mind that the logarithm
# has to be taken on paper. Far from $\mu$ the density itself is 0 in floating point, and the logarithm of that comes
# too late.
#
# **Predict.** A density is no probability. How high is the normal distribution with $\sigma = 0.1$ at its centre?

# %% tags=["exercise:q_peak"]
# YOUR CODE HERE
q_peak = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_peak")

# %% [markdown]
# **Exercise: `gaussian_nll`** (8 points, ★☆☆, 15 minutes)

# %% tags=["exercise:gaussian_nll"]
def gaussian_nll(x, mu, sigma):
    """The negative log-likelihood of independent normal observations.

    x: float array of any shape, the observations. Not modified.
    mu: float, the mean of all of them; or float array of the shape of x, one mean for each. Not modified.
    sigma: float > 0, the standard deviation (not the variance) of all of them.

    Returns nll: float, the sum (not the mean) of -log p over all entries of x, with the natural logarithm and the
    constant log(2 pi) / 2 for each. It is finite for observations at any distance from mu, and for any number of them.
    """
    # YOUR CODE HERE
    raise NotImplementedError("gaussian_nll is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("gaussian_nll")

# %% [markdown]
# ## The best explanation
#
# Which $\mu$ and $\sigma$ make the NLL smallest? Set its derivatives to zero. For $\mu$ that gives
# $\sum_i (x_i - \mu) = 0$, and for $\sigma$ it gives $\sum_i \bigl[\frac1\sigma - \frac{(x_i-\mu)^2}{\sigma^3}\bigr]
# = 0$. Solved:
#
# $$ \hat\mu = \frac1n \sum_i x_i, \qquad\qquad \hat\sigma = \sqrt{\frac1n \sum_i (x_i - \hat\mu)^2} $$
#
# The mean, and the standard deviation *with $n$ in the denominator*. These are the **maximum-likelihood estimates**
# (MLE). You may have learned $n - 1$ in a statistics course. That is another estimate, with another aim; you will see
# below what it repairs.
#
# One thing to watch. On paper, $\frac1n \sum (x_i - \hat\mu)^2$ is equal to $\frac1n \sum x_i^2 - \hat\mu^2$. In
# floating point it is not: if the data are 1,000,000 ± 1, the second form subtracts two numbers near $10^{12}$, of
# which only the first sixteen digits are known.

# %% [markdown]
# **Exercise: `gaussian_mle`** (6 points, ★☆☆, 10 minutes)

# %% tags=["exercise:gaussian_mle"]
def gaussian_mle(x):
    """The normal distribution that makes the observations most likely.

    x: float array of any shape with at least one entry; all entries are observations of one quantity. Not modified.

    Returns mu, sigma: two floats, the mean and the standard deviation that minimise gaussian_nll(x, mu, sigma). So
    sigma has n in its denominator, not n - 1. If all observations are equal, sigma is 0. Both are accurate also where
    the spread is a millionth of the mean.
    """
    # YOUR CODE HERE
    raise NotImplementedError("gaussian_mle is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("gaussian_mle")

# %% tags=["demo"]
with uses("gaussian_nll", "gaussian_mle"):
    best_mu, best_sigma = gaussian_mle(seen)
    mus, sigmas = np.linspace(0.5, 4.1, 61), np.linspace(0.35, 2.2, 61)
    heights = np.array([[gaussian_nll(seen, mu, sigma) for mu in mus] for sigma in sigmas])
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
    levels = heights.min() + np.array([0.05, 0.2, 0.5, 1, 2, 4, 8, 16])
    axes[0].contourf(mus, sigmas, heights, levels=levels, cmap="Blues", alpha=0.35, extend="both")
    axes[0].contour(mus, sigmas, heights, levels=levels, colors="0.55", linewidths=0.6)
    axes[0].plot(best_mu, best_sigma, "k*", ms=13, label=f"MLE: mu {best_mu:.2f}, sigma {best_sigma:.2f}")
    axes[0].set(xlabel="mu", ylabel="sigma", title="NLL of the five observations above")
    axes[0].legend()
    sizes = np.array([2, 3, 4, 6, 8, 12, 20])
    samples = np.random.default_rng(0).standard_normal((2000, 20))
    variances = [np.mean([gaussian_mle(sample)[1] ** 2 for sample in samples[:, :size]]) for size in sizes]
    axes[1].axhline(1, color="0.4", ls="--", lw=1, label="the true variance")
    axes[1].plot(sizes, 1 - 1 / sizes, color="0.7", lw=4, label="(n - 1) / n")
    axes[1].plot(sizes, variances, "o", color="tab:red", label="mean of your sigma squared, 2000 samples")
    axes[1].set(xlabel="observations n", title="the MLE is too sure of itself", ylim=(0.4, 1.1), xticks=sizes)
    axes[1].legend(loc="lower right")
    plt.show()

# %% [markdown]
# On the left your estimate sits at the bottom of the loss. On the right, what it gets wrong: on average the estimated
# variance is too small, by exactly $(n-1)/n$. The mean was chosen to be as close as possible to *these* observations,
# so they look closer together than they are. Dividing by $n - 1$ makes up for it. With a million examples nobody can
# tell the difference; but remember the pattern: *a model that was fitted to some data looks better on them than it is.*

# %% [markdown]
# ---
# # 3 How wrong is a choice?
#
# Now the answer is a class: cat, dog or ship. A model gives one **score** per class, any real numbers, the larger the
# better. For $N$ examples and $C$ classes they form an $(N, C)$ array, a row per example. The truth is an array of $N$
# ints, `y[n]` being the column of the right class. How wrong is a row of scores?
#
# ## Softmax
#
# Part 2 had a recipe: say how probable what you saw is, and take $-\log$. So turn the scores into probabilities.
# Exponentiate, which makes everything positive, and divide by the sum, which makes them add up to 1:
#
# $$ p_c = \frac{e^{x_c}}{\sum_{k} e^{x_k}} $$
#
# The name says it: a soft form of "the largest one takes it all".
#
# Adding the same number to all scores of a row changes nothing: $e^{x_c + a} = e^a e^{x_c}$, and $e^a$ cancels. That is
# useful, because $e^{710}$ is already more than a float64 can hold. **Subtract from each row its own maximum.** Then
# the largest exponent is 0 and nothing can overflow; what underflows to 0 is as good as 0.

# %% [markdown]
# **Exercise: `softmax`** (8 points, ★☆☆, 15 minutes)

# %% tags=["exercise:softmax"]
def softmax(x):
    """The probabilities of the classes, by rows.

    x: (N, C) float array, the scores; a row per example, a column per class. Not modified.

    Returns p: (N, C) float array, p[n, c] = exp(x[n, c]) / sum over k of exp(x[n, k]). All are finite and each row sums
    to 1 for every finite x, with scores such as 1000 and -1000 in one row or in different ones.
    """
    # YOUR CODE HERE
    raise NotImplementedError("softmax is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("softmax")

# %% tags=["demo"]
with uses("softmax"):
    scores = np.array([[2.0, 1.0, 0.2, -1.0]])
    fig, axes = plt.subplots(1, 4, figsize=(12, 2.6), layout="constrained", sharey=True)
    for ax, (title, row) in zip(
        axes,
        [
            ("the scores", scores),
            ("all plus 500", scores + 500),
            ("all times 5", 5 * scores),
            ("all times 0.2", 0.2 * scores),
        ],
        strict=True,
    ):
        bars = ax.bar(range(4), softmax(row)[0], color=["tab:green", "tab:blue", "tab:orange", "tab:red"])
        ax.bar_label(bars, [f"{p:.2f}" for p in softmax(row)[0]], fontsize=9)
        ax.set(title=title, xticks=range(4), xticklabels=[f"{x:g}" for x in row[0]], xlabel="score", ylim=(0, 1.1))
    axes[0].set_ylabel("probability")
    plt.show()

# %% [markdown]
# Only differences count: 500 more for everybody changes nothing. Multiplying does change something. With large scores
# softmax is nearly certain, with small ones it hardly cares.
#
# ## Cross-entropy
#
# Softmax gives the right class of example $n$ the probability $p_{n y_n}$. Its negative logarithm is the loss, averaged
# over the examples:
#
# $$ L = -\frac1N \sum_{n=1}^N \log p_{n y_n}
#      = \frac1N \sum_{n=1}^N \Bigl[\, \log \sum_k e^{x_{nk}} \;-\; x_{n y_n} \Bigr] $$
#
# This is the **cross-entropy**, or softmax loss. Certain and right costs nothing, a fair guess among $C$ classes costs
# $\log C$, certain and wrong costs as much as you were certain.
#
# Compute it in the *second* form. If the right class has a score of $-1000$ and another has $1000$, then $p$ is 0 in
# floating point and $-\log p$ is infinite, though the loss is just 2000. $\log \sum_k e^{x_k}$ needs the same care as
# softmax: with $m$ the maximum of the row it is $m + \log \sum_k e^{x_k - m}$.
#
# The gradient is the most pleasant one in the whole field. The derivative of $\log\sum_k e^{x_k}$ with respect to $x_c$
# is $p_c$, and so
#
# $$ \frac{\partial L}{\partial x_{nc}} = \frac1N \bigl( p_{nc} - [\,c = y_n\,] \bigr), $$
#
# where the bracket is 1 for the right class and 0 for the others. What the model says, minus what it should have said.

# %% [markdown]
# **Exercise: `softmax_loss`** (12 points, ★★☆, 30 minutes)

# %% tags=["exercise:softmax_loss"]
def softmax_loss(x, y):
    """The cross-entropy of softmax, averaged over the examples, and its gradient.

    x: (N, C) float array, the scores. Not modified.
    y: (N,) int array, the right classes, each in 0 ... C - 1. Not modified.

    Returns loss, dx: the mean over the N examples of -log(softmax(x)[n, y[n]]), a float; and the gradient of this mean
    with respect to x, an (N, C) array. Both are finite and right for every finite x: scores of 1000 for a wrong class
    and -1000 for the right one are a loss of 2000.
    """
    # YOUR CODE HERE
    raise NotImplementedError("softmax_loss is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("softmax_loss")

# %% [markdown]
# ## The hinge: right is not enough, right by a margin is
#
# Cross-entropy is never satisfied: there is always a little more certainty to gain. The loss of the **support vector
# machine** thinks otherwise. The right class shall be ahead of each other class by at least 1. Whoever comes closer
# costs what is missing, and whoever stays away costs nothing (Weston and Watkins, 1999):
#
# $$ L = \frac1N \sum_{n=1}^N \; \sum_{c \,\neq\, y_n} \max\bigl(0,\; x_{nc} - x_{n y_n} + 1\bigr) $$
#
# For the gradient, look at one term of the sum. If it is zero it has no influence. If it is positive, it grows with
# $x_{nc}$ at rate 1 and falls with $x_{n y_n}$ at rate 1. So each wrong class that comes too close gets $\frac1N$, and
# the right class gets $-\frac1N$ *for each of them*. (At the kink, where $x_{nc} - x_{n y_n} + 1$ is exactly 0, there
# is no derivative. Take 0: the margin is kept.)
#
# **Predict.** At the start of training all scores are about 0. What does this loss print for 10 classes?

# %% tags=["exercise:q_svm_start"]
# YOUR CODE HERE
q_svm_start = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_svm_start")

# %% [markdown]
# **Exercise: `svm_loss`** (10 points, ★★☆, 20 minutes)

# %% tags=["exercise:svm_loss"]
def svm_loss(x, y):
    """The multiclass hinge loss (Weston & Watkins 1999) with margin 1, averaged over the examples, and its gradient.

    x: (N, C) float array, the scores. Not modified.
    y: (N,) int array, the right classes, each in 0 ... C - 1. Not modified.

    Returns loss, dx: the mean over the N examples of the sum over all classes c other than y[n] of
    max(0, x[n, c] - x[n, y[n]] + 1), a float; and the gradient of this mean with respect to x, an (N, C) array. A class
    for which x[n, c] - x[n, y[n]] + 1 is exactly 0 adds nothing to the gradient.
    """
    # YOUR CODE HERE
    raise NotImplementedError("svm_loss is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("svm_loss")

# %% [markdown]
# ## Yes or no
#
# With two classes, one score is enough: the **logit** $x$ says how much "yes" is ahead of "no". Softmax of the pair
# $(x, 0)$ gives "yes" the probability $\sigma(x) = 1 / (1 + e^{-x})$, the **sigmoid**. The target $y$ is 1 for yes and
# 0 for no; anything between is allowed too, if you are not sure yourself. The **binary cross-entropy** (BCE) is the
# mean over all $M$ entries of
#
# $$ \ell = -\,y \log \sigma(x) - (1-y) \log\bigl(1 - \sigma(x)\bigr), \qquad\qquad
#    \frac{\partial \ell}{\partial x} = \sigma(x) - y $$
#
# What it says minus what it should have said, once more. (And then divided by $M$, because of the mean.)
#
# The danger is the same, too. At $x = 1000$ and $y = 0$ the loss is 1000, but $1 - \sigma(x)$ is 0 in floating point.
# Adding a small number before the logarithm does not repair that, it only replaces infinity by another wrong number.
# Simplify on paper: $-\log\sigma(x) = \log(1 + e^{-x})$, $-\log(1 - \sigma(x)) = \log(1 + e^{x})$, and the two differ
# by $x$. So
#
# $$ \ell = \log(1 + e^{x}) - x\,y, \qquad \log(1 + e^x) = \max(x, 0) + \log\bigl(1 + e^{-|x|}\bigr), $$
#
# in which no exponent is ever positive. This is why libraries want *logits*, and not probabilities.

# %% [markdown]
# **Exercise: `bce_with_logits`** (8 points, ★★☆, 20 minutes)

# %% tags=["exercise:bce_with_logits"]
def bce_with_logits(x, y):
    """The binary cross-entropy of a sigmoid, averaged over all entries, and its gradient.

    x: float array of any shape, the logits. Not modified.
    y: float array of the shape of x, the targets, each between 0 and 1. Not modified.

    Returns loss, dx: the mean over all entries of -y log(s) - (1 - y) log(1 - s) with s = 1 / (1 + exp(-x)), a float;
    and the gradient of this mean with respect to x, an array of the shape of x. Both are finite and right for every
    finite x, -1000 and 1000 included.
    """
    # YOUR CODE HERE
    raise NotImplementedError("bce_with_logits is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("bce_with_logits")

# %% tags=["demo"]
with uses("mse_loss", "softmax_loss", "svm_loss", "bce_with_logits"):
    ahead = np.linspace(-3, 4, 141)  # by how much the right class is ahead of the other
    first, one = np.array([0]), np.ones((1, 1))
    curves = {
        "softmax_loss": ("tab:blue", [softmax_loss(np.array([[a, 0.0]]), first) for a in ahead]),
        "bce_with_logits": ("tab:green", [bce_with_logits(a * one, one) for a in ahead]),
        "svm_loss": ("tab:red", [svm_loss(np.array([[a, 0.0]]), first) for a in ahead]),
        "mse_loss, target 1": ("tab:orange", [mse_loss(a * one, one) for a in ahead]),
    }
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.5), layout="constrained")
    for ax, part, title in [(axes[0], 0, "loss"), (axes[1], 1, "gradient of the right class's score")]:
        for name, (color, results) in curves.items():
            values = [np.ravel(result[part])[0] for result in results]
            dashes = (0, (4, 4)) if name.startswith("bce") else "-"
            ax.plot(ahead, values, color=color, lw=2, ls=dashes, label=name)
        ax.axvline(0, color="0.8", lw=0.8, zorder=0)
        ax.set(xlabel="score of the right class minus score of the other", title=title)
    axes[0].step(ahead, ahead < 0, color="0.6", lw=1.2, where="mid")
    axes[0].text(-2.9, 1.08, "wrong: 1, right: 0", color="0.5", fontsize=8)
    axes[0].set_ylim(-0.1, 4)
    axes[1].set_ylim(-2.5, 2.5)
    axes[1].legend(loc="upper left", fontsize=8)
    plt.show()

# %% [markdown]
# What we really want to count is the grey step: right or wrong. It is flat almost everywhere, so its gradient says
# nothing. The others are slopes that lead to it. Green is blue: the sigmoid *is* a softmax of two. Red is content
# beyond 1, blue never quite. And orange shows why squares are for numbers and not for choices: being *too* right costs
# as much as being wrong, and the gradient then pulls a perfect answer back.

# %% [markdown]
# ---
# # 4 Is this gradient right?
#
# You have written four gradients by hand. Nothing in NumPy will tell you if one has a wrong sign. But a derivative can
# be measured: move one entry a little, and see what the value does.
#
# $$ \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h} $$
#
# ($e_i$ moves entry $i$ alone.) Going to both sides is worth it. Write down the Taylor series of the two values: the
# terms in $h^2$ are equal and cancel, so the error of this **central difference** is $\frac{h^2}{6} f'''$. A **forward
# difference**, $(f(x + h e_i) - f(x))/h$, has the error $\frac h2 f''$. With $h = 0.001$ it is the difference between a
# millionth and a thousandth.
#
# So make $h$ tiny? No. $f$ itself is only known to about sixteen digits, and the difference of two nearly equal numbers
# keeps the last, wrong ones. Dividing by $h$ blows them up: this error is about $10^{-16} f / h$. The best $h$ is where
# the two errors meet, near $10^{-5}$.
#
# **Predict.** A linear classifier of 8×8 images into 10 classes has a weight per pixel and class, and a bias per class.
# How often is the loss computed to measure its whole gradient by central differences?

# %% tags=["exercise:q_evaluations"]
# YOUR CODE HERE
q_evaluations = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_evaluations")

# %% [markdown]
# **Exercise: `eval_numerical_gradient`** (10 points, ★★☆, 20 minutes)

# %% tags=["exercise:eval_numerical_gradient"]
def eval_numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x, measured entry by entry by central differences.

    f: a function that takes a float array of the shape of x and returns a float. It does not modify its argument.
    x: float array of any shape. Its values are the same afterwards, to the last bit (an entry may be moved meanwhile,
        if its old value is then put back).
    h: float > 0, the step: each entry is moved by h to both sides, and the two values of f are 2 h apart.

    Returns grad: float array of the shape of x, grad[i] = (f(x + h e_i) - f(x - h e_i)) / (2 h), where e_i is 1 at
    entry i and 0 elsewhere.
    """
    # YOUR CODE HERE
    raise NotImplementedError("eval_numerical_gradient is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("eval_numerical_gradient")

# %% tags=["demo"]
with uses("eval_numerical_gradient", "mse_loss", "softmax_loss", "svm_loss", "bce_with_logits"):
    rng = np.random.default_rng(5)
    steps = 10.0 ** np.arange(-13, 0.5, 0.25)
    point = np.array([0.7])
    central = [abs(eval_numerical_gradient(lambda x: np.exp(x[0]), point, h)[0] / np.exp(0.7) - 1) for h in steps]
    forward = [abs((np.exp(0.7 + h) - np.exp(0.7)) / h / np.exp(0.7) - 1) for h in steps]
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.5), layout="constrained")
    axes[0].loglog(steps, forward, ".-", color="tab:orange", label="forward difference")
    axes[0].loglog(steps, central, ".-", color="tab:blue", label="your central difference")
    axes[0].set(xlabel="h", ylabel="relative error", title="derivative of exp at 0.7", ylim=(1e-12, 2))
    axes[0].legend()
    scores, classes = rng.standard_normal((7, 4)), rng.integers(0, 4, 7)
    cases = {
        "mse_loss": (mse_loss, rng.standard_normal((7, 4))),
        "softmax_loss": (softmax_loss, classes),
        "svm_loss": (svm_loss, classes),
        "bce_with_logits": (bce_with_logits, rng.uniform(0, 1, (7, 4))),
    }
    errors = []
    for loss, y in cases.values():
        measured = eval_numerical_gradient(lambda x, loss=loss, y=y: loss(x, y)[0], scores)
        claimed = loss(scores, y)[1]
        errors.append(abs(measured - claimed).max() / abs(claimed).max())
    axes[1].barh(list(cases), errors, color="tab:green", height=0.6)
    axes[1].set(
        xscale="log", xlim=(1e-13, 10), xlabel="relative difference", title="claimed against measured gradients"
    )
    axes[1].axvline(1e-6, color="0.5", ls="--", lw=1)
    axes[1].text(1.5e-6, 3.15, "suspicious from here on", fontsize=8, va="center", color="0.4")
    axes[1].invert_yaxis()
    plt.show()

# %% [markdown]
# Left: from right to left, both errors first fall with $h$, blue twice as steeply; then rounding takes over and throws
# them up again. Right: this is a **gradient check** of your own four losses. Make it a habit. It is slow, but it needs
# to be done once, on a small example.
#
# It has a blind spot, though. It compares the gradient with *your* loss, so it cannot see what is wrong with both.
#
# **Which bug is this?** A classmate's `svm_loss` prints 10.0 for ten classes when all scores are 0. The gradient check
# agrees in nine digits, on random scores too.
#
# - `"a"`: the losses of the examples are added, not averaged
# - `"b"`: the right class is counted in the sum like any other
# - `"c"`: the margin of 1 is missing
# - `"d"`: the gradient has no entry for the right class
#
# Answer with the letter.

# %% tags=["exercise:q_which_bug"]
# YOUR CODE HERE
q_which_bug = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_which_bug")

# %% [markdown]
# ---
# # 5 Downhill
#
# The gradient points to where the loss grows fastest. So take a step the other way, look again, and repeat. This is
# **gradient descent**:
#
# $$ x_{t+1} = x_t - \eta\, \nabla f(x_t) $$
#
# $\eta > 0$ is the **learning rate**, `lr`. It is no distance: where the ground is steep, the step is long, and on flat
# ground it is short. Near a minimum the steps become shorter all by themselves.
#
# **Predict.** $f(x) = x^2$, start at $x = 4$, learning rate 0.25. Where are you after 3 steps?

# %% tags=["exercise:q_three_steps"]
# YOUR CODE HERE
q_three_steps = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_three_steps")

# %% [markdown]
# **Exercise: `gradient_descent`** (8 points, ★☆☆, 15 minutes)

# %% tags=["exercise:gradient_descent"]
def gradient_descent(grad, x0, lr, steps):
    """Walk downhill and write down every position.

    grad: a function that takes a (D,) float array and returns the gradient there, a (D,) float array.
    x0: (D,) float array, the start. Not modified.
    lr: float, the learning rate, the same for all steps.
    steps: int >= 0, how many steps to take; all of them are taken.

    Returns path: (steps + 1, D) float array. path[0] is x0, and path[t + 1] = path[t] - lr * grad(path[t]).
    """
    # YOUR CODE HERE
    raise NotImplementedError("gradient_descent is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("gradient_descent")

# %% tags=["demo"]
with uses("gradient_descent", "eval_numerical_gradient"):

    def hills(x):
        """A bowl with bumps; x: (2, ...) array."""
        return 0.15 * (x[0] ** 2 + x[1] ** 2) + np.sin(1.7 * x[0]) * np.cos(1.3 * x[1])

    across, along = np.meshgrid(np.linspace(-4, 4, 160), np.linspace(-3.5, 3.5, 160))
    surface, levels = hills(np.array([across, along])), np.linspace(-1, 4, 21)
    fig, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for ax, title in zip(axes, ("lr 0.1, four starts", "one start, three rates"), strict=True):
        ax.contourf(across, along, surface, levels=levels, cmap="Blues", alpha=0.5, extend="both")
        ax.contour(across, along, surface, levels=levels, colors="0.6", linewidths=0.5)
        ax.set(title=title, xlim=(-4, 4), ylim=(-3.5, 3.5), aspect="equal")
    walks = [(axes[0], start, 0.1, "tab:green") for start in [(-3.5, 3), (1.6, 3.2), (0.9, -3), (1.2, 0.3)]]
    walks += [(axes[1], (-3.5, 3), lr, color) for lr, color in [(0.02, "tab:orange"), (0.1, "tab:green"), (0.9, "r")]]
    for ax, start, lr, color in walks:
        path = gradient_descent(lambda x: eval_numerical_gradient(hills, x), np.array(start, dtype=float), lr, 40)
        ax.plot(*path.T, ".-", ms=4, lw=1.2, color=color, label=f"lr {lr}")
        ax.plot(*path[-1], "*", ms=12, color=color, mec="white", zorder=5)
    axes[1].legend(loc="lower left", fontsize=8)
    plt.show()

# %% [markdown]
# No formula for the gradient was needed here: your numerical one is called at every step. Left: where you arrive
# depends on where you start. Gradient descent finds *a* valley, not the lowest. Right: orange is still on its way after
# 40 steps, and red is too fast to come to rest in any valley.

# %% [markdown]
# ## Fitting a line
#
# Now let the position be the parameters of a model. **Linear regression** predicts a number from $D$ features,
# $\hat y_n = \sum_d X_{nd} w_d + b$, or for all examples at once $\hat y = Xw + b$. Its loss is the MSE. With your
# `mse_loss`, the gradient of the predictions, $\delta = \partial L / \partial \hat y$, is there already. What is left
# is to ask how the predictions depend on the parameters: $w_d$ enters prediction $n$ with the factor $X_{nd}$, and $b$
# enters each with the factor 1. So
#
# $$ \frac{\partial L}{\partial w} = X^\top \delta, \qquad\qquad \frac{\partial L}{\partial b} = \sum_n \delta_n. $$
#
# Start at $w = 0$, $b = 0$. In each step both gradients are taken at the *same* point, and then both parameters move.
# The loss is a bowl without bumps, so here there is only one valley, and gradient descent with a small enough $\eta$
# cannot miss it.

# %% [markdown]
# **Exercise: `linear_regression_gd`** (12 points, ★★☆, 25 minutes). You may use your `mse_loss`.

# %% tags=["exercise:linear_regression_gd"]
def linear_regression_gd(X, y, lr, steps):
    """Linear regression by gradient descent on the mean squared error, with all examples in each step.

    X: (N, D) float array, the features. Not modified.
    y: (N,) float array, the targets. Not modified.
    lr: float, the learning rate.
    steps: int >= 0, how many steps to take; all of them are taken.

    The loss is the mean over the N examples of (X w + b - y) squared (without a factor 1/2). w and b start at zero and
    move together: both gradients of a step are taken before either of the two has moved.

    Returns w, b, history:
        w: (D,) float array, the weights after the last step.
        b: float, the bias after the last step.
        history: list of steps + 1 floats. history[t] is the loss after t steps, so that history[0] belongs to w = 0 and
            b = 0, and the last one to the w and b that are returned.
    """
    # YOUR CODE HERE
    raise NotImplementedError("linear_regression_gd is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("linear_regression_gd")

# %% tags=["demo"]
with uses("linear_regression_gd"):
    rng = np.random.default_rng(3)
    feature = rng.uniform(-1, 3, 40)
    target = 1.5 * feature - 1 + 0.7 * rng.standard_normal(40)
    moments = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 30, 36, 42, 50, 60]
    fits = [linear_regression_gd(feature[:, None], target, 0.1, t) for t in moments]
    history = linear_regression_gd(feature[:, None], target, 0.1, 60)[2]
    all_w, all_b = np.meshgrid(np.linspace(-0.4, 2.4, 80), np.linspace(-2, 1.2, 80))
    losses = np.mean((feature[:, None, None] * all_w + all_b - target[:, None, None]) ** 2, axis=0)
    fig, axes = plt.subplots(1, 3, figsize=(12, 3.4), dpi=75, layout="constrained")
    axes[0].plot(feature, target, "o", ms=4, color="0.5")
    line = axes[0].plot([], [], color="tab:red", lw=2)[0]
    axes[0].set(xlabel="feature", ylabel="target", xlim=(-1.2, 3.2))
    axes[1].contour(all_w, all_b, losses, levels=min(history) * 1.6 ** np.arange(0.1, 8), colors="0.6", linewidths=0.7)
    trail = axes[1].plot([], [], ".-", color="tab:red", lw=1.2)[0]
    axes[1].set(xlabel="w", ylabel="b", title="the same, seen from above")
    axes[2].semilogy(history, color="0.8", lw=2)
    dot = axes[2].plot([], [], "o", color="tab:red")[0]
    axes[2].set(xlabel="step", title="history")

    def draw_frame(frame):
        """The line, its place in the plane of w and b, and its loss after moments[frame] steps."""
        w, b, _ = fits[frame]
        line.set_data([-1.2, 3.2], [-1.2 * w[0] + b, 3.2 * w[0] + b])
        trail.set_data([fit[0][0] for fit in fits[: frame + 1]], [fit[1] for fit in fits[: frame + 1]])
        dot.set_data([moments[frame]], [history[moments[frame]]])
        axes[0].set_title(f"after {moments[frame]} steps")

    movie = FuncAnimation(fig, draw_frame, frames=len(moments), interval=250)
    display(HTML(movie.to_jshtml(default_mode="once")))
    plt.close(fig)

# %% [markdown]
# First the line turns quickly, then it sinks slowly to where it belongs. Why in this order? The bowl is not round: it
# is steeper in one direction than in the other, and one learning rate has to do for both. Features on very different
# scales make that far worse.

# %% tags=["demo"]
with uses("linear_regression_gd"):
    rng = np.random.default_rng(4)
    rooms, area = rng.integers(1, 6, 60), rng.uniform(30, 150, 60)
    price = 20 * rooms + 2.5 * area + 10 * rng.standard_normal(60)
    houses = np.column_stack([rooms, area]).astype(float)
    scaled = (houses - houses.mean(axis=0)) / houses.std(axis=0)
    design = np.column_stack([houses, np.ones(60)])
    smallest = np.mean((design @ np.linalg.lstsq(design, price, rcond=None)[0] - price) ** 2)
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.2), layout="constrained", sharey=True)
    for ax, data, rates, title in [
        (axes[0], houses, [1e-5, 1e-4, 1.1e-4], "rooms and square metres as they are"),
        (axes[1], scaled, [0.01, 0.1, 0.5], "both scaled to mean 0 and standard deviation 1"),
    ]:
        for lr, color in zip(rates, ("tab:orange", "tab:green", "tab:red"), strict=True):
            ax.semilogy(linear_regression_gd(data, price, lr, 60)[2], color=color, lw=2, label=f"lr {lr:g}")
        ax.axhline(smallest, color="0.5", ls="--", lw=1)
        ax.set(xlabel="step", title=title, ylim=(50, 1e6))
        ax.legend(loc="upper right", fontsize=8)
    axes[0].set_ylabel("loss")
    plt.show()

# %% [markdown]
# The dashed line is the best that any line can do. Left: the area has numbers near 100, and its direction is so steep
# that a rate of 0.00011 is already too large; for the rooms and the bias this is far too small, and green stays above
# the dashed line. Right: the same data in units of their own spread. Every rate shown leads down, and 0.5
# arrives in three steps. **Scale your features.**

# %% [markdown]
# ---
# # 6 A handful at a time
#
# Each step above looked at all examples. With a million of them that is a million computations for one small step. But
# the loss is a mean, and a mean can be estimated from a few: take a random handful, compute the gradient on them, and
# step. It is a little wrong each time and right on average.
#
# | batch | called | one step costs | the gradient is |
# |---|---|---|---|
# | all $N$ | batch gradient descent (BGD) | $N$ examples | exact |
# | 1 | stochastic gradient descent (SGD) | 1 example | very noisy |
# | some, often 32 to 256 | mini-batch gradient descent | a batch | slightly noisy |
#
# One run through all examples is an **epoch**. In each, every example should have its turn exactly once. So shuffle,
# and then cut. Two ways to spoil it: leaving out the last few if $N$ is no multiple of the batch size, and shuffling
# `X` and `y` in two different orders. After the second the loss still falls a bit, and nothing is learned.
#
# As its last argument `minibatches` takes `rng`: **a NumPy random generator or an int seed**. The first line is written
# for you. It turns a seed into a generator and lets a generator through as it is. After it use `rng` and nothing else
# to draw: then the same seed gives the same batches tomorrow, and a generator goes on where it stopped, so that the
# next epoch has another order.
#
# **Predict.** 1000 examples, batches of 64, 5 epochs. How many steps are taken?

# %% tags=["exercise:q_steps"]
# YOUR CODE HERE
q_steps = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_steps")

# %% [markdown]
# **Exercise: `minibatches`** (10 points, ★★☆, 20 minutes)

# %% tags=["exercise:minibatches"]
def minibatches(X, y, batch_size, rng):
    """Cut the examples into batches, in random order, for one epoch.

    X: (N, ...) array with N >= 1, the inputs; an example along the first axis. Not modified.
    y: (N,) array, the targets. Not modified.
    batch_size: int >= 1; 1 is SGD, and N or more gives a single batch with all examples.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a list (no generator) of pairs (X_batch, y_batch), in which every example occurs exactly once, with its own
    target. Every batch has batch_size examples, but for the last one, which has what is left and is never empty. All
    orders of the N examples are equally likely.
    """
    rng = np.random.default_rng(rng)
    # YOUR CODE HERE
    raise NotImplementedError("minibatches is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("minibatches")

# %% tags=["demo"]
with uses("minibatches", "mse_loss"):
    rng = np.random.default_rng(6)
    feature = rng.uniform(-1, 3, (200, 1))
    target = 1.5 * feature[:, 0] - 1 + 0.7 * rng.standard_normal(200)
    best = np.linalg.lstsq(np.c_[feature, np.ones(200)], target, rcond=None)[0]
    all_w, all_b = np.meshgrid(np.linspace(-0.2, 2.2, 80), np.linspace(-1.7, 0.5, 80))
    losses = np.mean((feature[:, :, None] * all_w + all_b - target[:, None, None]) ** 2, axis=0)
    fig, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained", sharey=True)
    for ax, size, color in zip(axes, (200, 20, 1), ("tab:blue", "tab:green", "tab:red"), strict=True):
        w, b, path = np.zeros(1), 0.0, [(0.0, 0.0)]
        for _ in range(6):
            for X_batch, y_batch in minibatches(feature, target, size, rng):
                derror = mse_loss(X_batch @ w + b, y_batch)[1]
                w, b = w - 0.05 * X_batch.T @ derror, b - 0.05 * derror.sum()
                path.append((w[0], b))
        ax.contour(all_w, all_b, losses, levels=losses.min() * 1.25 ** np.arange(0.1, 12), colors="0.7", linewidths=0.7)
        ax.plot(*np.array(path).T, ".-", ms=4, lw=0.9, color=color)
        ax.plot(*best, "k*", ms=12, zorder=5)
        ax.set(title=f"batches of {size}: {len(path) - 1} steps in 6 epochs", xlabel="w", xlim=(-0.2, 2.2))
    axes[0].set_ylabel("b")
    plt.show()

# %% [markdown]
# All three have looked at every example six times. Blue has made six careful steps. Green has arrived. Red was
# there first, and cannot hold still: each example pulls towards its own opinion. (A learning rate that shrinks with
# time would calm it down.)
#
# ## All of it, on handwriting
#
# scikit-learn's 1,797 handwritten digits, 8×8 pixels each. The model is as simple as they come, $Xw + b$ with a column
# of $w$ per class. The loss, its gradient and the batches are yours.

# %% tags=["demo"]
digits = load_digits()
shuffled = np.random.default_rng(1).permutation(len(digits.data))
images, labels = (digits.data / 16)[shuffled], digits.target[shuffled]
training, held_out = slice(0, 1400), slice(1400, None)


def train_digits(loss_of, batch_size, lr, epochs):
    """Train a linear classifier of the digits by mini-batch gradient descent.

    loss_of: function (scores, classes) -> loss, dscores.
    Returns w (64, 10), the loss of all training images after each epoch, and the share of new images it gets right.
    """
    rng = np.random.default_rng(2)
    w, b, losses = np.zeros((64, 10)), np.zeros(10), []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(images[training], labels[training], batch_size, rng):
            dscores = loss_of(X_batch @ w + b, y_batch)[1]
            w, b = w - lr * X_batch.T @ dscores, b - lr * dscores.sum(axis=0)
        losses.append(loss_of(images[training] @ w + b, labels[training])[0])
    right = np.mean((images[held_out] @ w + b).argmax(axis=1) == labels[held_out])
    return w, losses, right


with uses("softmax_loss", "minibatches"):
    fig, ax = plt.subplots(figsize=(11, 3.2), layout="constrained")
    for size, color in [(1400, "tab:blue"), (100, "tab:green"), (10, "tab:red")]:
        _, losses, right = train_digits(softmax_loss, size, 0.1, 20)
        label = f"batches of {size}: {right:.0%} of the new images right"
        ax.semilogy(range(1, 21), losses, "o-", ms=3, color=color, label=label)
    ax.axhline(np.log(10), color="0.6", lw=0.8, ls=":")
    ax.text(20, np.log(10) * 1.05, "log 10: guessing", ha="right", fontsize=8, color="0.4")
    ax.set(xlabel="epoch", ylabel="training loss", title="same model, same rate, same number of images seen")
    ax.set_xticks([1, 5, 10, 15, 20])
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    plt.show()

# %% [markdown]
# All runs have seen each image 20 times. But blue has taken 20 steps and red 2800: a small batch gives a worse
# direction, and far more of them. (The computer, for its part, likes large batches. In between there is usually a size
# that is best.)
#
# What has such a model learned?

# %% tags=["demo"]
with uses("softmax_loss", "svm_loss", "minibatches"):
    fig, axes = plt.subplots(2, 10, figsize=(12, 3), layout="constrained")
    for row, loss_of, name in zip(axes, (softmax_loss, svm_loss), ("softmax", "svm"), strict=True):
        w, _, right = train_digits(loss_of, 50, 0.1, 20)
        for digit, ax in enumerate(row):
            limit = abs(w).max()
            ax.imshow(w[:, digit].reshape(8, 8), cmap="RdBu_r", vmin=-limit, vmax=limit)
            ax.set(xticks=[], yticks=[], title=str(digit))
        row[0].set_ylabel(f"{name}\n{right:.1%} right")
    plt.show()

# %% [markdown]
# Each little picture is one column of $w$: where ink speaks for a digit (red) and where against it (blue). The 0 wants
# no ink in its middle. One template per class is all that a linear model has, and on these tidy images it goes a long
# way. To do better, a model has to build its own features first. That is what the rest of this course is about.

# %% [markdown]
# ---
# # What to read next
#
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016. Section 4.1 on overflow and underflow,
#   5.5 on maximum likelihood, 6.2 on losses and outputs.
# - C. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006. Section 1.2.4: the normal distribution, its
#   maximum likelihood, and the bias of its variance.
# - J. Weston and C. Watkins, *Support Vector Machines for Multi-Class Pattern Recognition*, ESANN 1999; and K. Crammer
#   and Y. Singer, *On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines*, JMLR 2, 2001: the
#   other hinge, with the worst class in place of the sum.
# - P. Blanchard, D. Higham and N. Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA Journal of
#   Numerical Analysis 41, 2021. Everything about the trick with the maximum.
# - L. Bottou, F. Curtis and J. Nocedal, *Optimization Methods for Large-Scale Machine Learning*, SIAM Review 60, 2018,
#   arXiv:1606.04838. Why a noisy gradient is enough.
# - W. Squire and G. Trapp, *Using Complex Variables to Estimate Derivatives of Real Functions*, SIAM Review 40, 1998. A
#   difference without cancellation: the checks of this notebook use it.
# - Stanford CS231n, course notes *Linear Classification* and *Optimization 1*: the calling conventions used here come
#   from this course.
