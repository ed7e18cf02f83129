# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Recurrent networks
#
# Every network so far had a fixed number of inputs: 64 pixels, or 784. But a sentence has as many letters as it has.
# How can one network, with one set of weights, read sequences of any length, and remember at the end what stood at
# the beginning?
#
# ## What you will be able to do
#
# - write a recurrent network as one small step that is repeated, and send gradients back through all of its
#   repetitions;
# - measure why gradients vanish or explode over time, and keep the large ones in check;
# - write an LSTM and a GRU, gate by gate, forwards and backwards;
# - train a model that writes text, letter by letter, and say in one number how good it is.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Sequences of any length | | | ★☆☆ | 10 |
# | 2 The recurrent network | `rnn_step_forward`, `rnn_step_backward`, `rnn_forward` | 15 | ★☆☆ | 45 |
# | 3 Backpropagation through time | `rnn_backward` | 9 | ★★☆ | 35 |
# | 4 Vanishing and exploding gradients | `gradient_norm_by_time`, `clip_grad_norm` | 11 | ★★☆ | 35 |
# | 5 The LSTM | `lstm_step_forward`, `lstm_step_backward`, `lstm_forward`, `lstm_backward` | 28 | ★★★ | 90 |
# | 6 The GRU | `gru_step_forward`, `gru_step_backward` | 12 | ★★★ | 45 |
# | 7 The loss | `word_embedding_*`, `temporal_affine_*`, `temporal_softmax_loss`, `perplexity` | 19 | ★★☆ | 55 |
# | 8 A language model | `sample` | 6 | ★★☆ | 20 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer.
#
# `check(...)` runs the public checks of an exercise, which carry about half of its points. The other checks are hidden,
# and run when your work is graded.
#
# NumPy is all you need, and SciPy is welcome. Any float dtype will do: what your code computes in float32 is compared
# as float32. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or scikit-learn fails: what they do is
# what you write here. `check(...)` in the notebook does not look for them; `autograder check` and the grading do.
#
# Where an exercise has three stars, three hints are folded below it. `hint("lstm_backward")` shows one
# after the other.
#
# Names and shapes are those of Stanford's course CS231n. $N$ sequences are processed at once; each has $T$ steps; an
# input has $D$ numbers per step and the state has $H$. So a batch of sequences has shape $(N, T, D)$.

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import numpy as np
from scipy.special import expit  # the sigmoid 1 / (1 + exp(-x)), for numbers of any size

# %% tags=["demo"]
import re

import matplotlib.pyplot as plt
from sklearn.neural_network import MLPClassifier

from autograder.notebook import earlier, uses
from autograder.plots import axes, curves, film, style

FORWARD, BACKWARD = "tab:blue", "tab:red"  # values and gradients, in all pictures
style()

# %% [markdown]
# ---
# ## 1 Sequences of any length: why a fixed size fails
#
# One way to give a sequence to an ordinary network: choose a longest length, fill up shorter sequences, and give each
# place its own inputs. Then each place has its own weights, too, and this is the trouble. What the network learns about
# the third place, it does not know about the seventh.
#
# Here is a task in which this shows. A string has twelve letters, `c` and `d` in any order, and somewhere `ab` or
# `ba`: which of the two? In the training strings the pair begins at places 0 to 4. Then the network is asked about
# all places.

# %% tags=["demo"]
def strings_with_a_pair(rng, n, first, last, length=12):
    """(n, 4 * length) array of strings, a letter as four numbers; what stands in each; and where it begins."""
    letters = rng.integers(2, 4, (n, length))
    places, turned = rng.integers(first, last + 1, n), rng.integers(0, 2, n)
    letters[np.arange(n), places], letters[np.arange(n), places + 1] = turned, 1 - turned
    return np.eye(4)[letters].reshape(n, -1), turned, places


pair_rng = np.random.default_rng(0)
x_train, y_train, _ = strings_with_a_pair(pair_rng, 2000, 0, 4)
x_test, y_test, where = strings_with_a_pair(pair_rng, 4000, 0, 10)
fixed = MLPClassifier((32,), learning_rate_init=0.01, tol=1e-3, random_state=0).fit(x_train, y_train)
right = fixed.predict(x_test) == y_test
ax = axes(width=7, height=2.6)
ax.bar(range(11), [right[where == p].mean() for p in range(11)], color=["tab:blue"] * 5 + ["tab:orange"] * 6)
ax.axhline(0.5, color="0.4", linestyle="--")
ax.text(10.6, 0.52, "guessing", ha="right", color="0.3")
ax.set(xlabel="place where the pair begins (blue: also in training)", ylabel="right answers", xticks=range(11))
plt.show()

# %% [markdown]
# Where it was trained, the network is right. From place 6 on, where it never saw the pair, it does about as well as
# guessing. At place 5 it is worse: the pair's first letter stands where in training only the second one of a pair
# stood, and is taken for it. And a string of 13 letters cannot be given to it at all. So a network for sequences should
#
# - take sequences of any length,
# - use the **same weights at every step**, so that what it learns at one place holds at all places,
# - carry a **memory** from step to step, since the meaning of a letter depends on what came before.
#
# A convolution along the sequence does the first two. Its memory is as long as its kernel, and no longer.

# %% [markdown]
# ---
# ## 2 The recurrent network: a step and its repetition
#
# A **recurrent neural network** (RNN; Elman 1990) has a **hidden state** $h$, a vector of $H$ numbers. It is all that
# the network knows about the past. A step takes the state so far and one input, and gives the next state:
#
# $$ h_t = \tanh\left(x_t W_x + h_{t-1} W_h + b\right). $$
#
# $W_x$ has shape $(D, H)$, $W_h$ has shape $(H, H)$, and $b$ has shape $(H,)$. None of them has an index $t$: it is
# the same step, again and again, as often as the sequence is long. Written side by side the repetitions are a deep
# network with shared weights, the **unrolled graph**. Watch it compute from left to right. The gradients, in red,
# come back from right to left; they are the subject of part 3.

# %% tags=["demo"]
STEPS = 4


def arrow(ax, start, stop, color="0.75", width=1.5):
    """An arrow between two points; returns it."""
    style = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}
    return ax.annotate("", xy=stop, xytext=start, arrowprops=style, zorder=1).arrow_patch


def box(ax, x, y, label, edge="0.5", face="white", shape="round,pad=0.35", size=11):
    """A label in a box around (x, y); returns it."""
    frame = {"boxstyle": shape, "facecolor": face, "edgecolor": edge, "lw": 1.5}
    return ax.text(x, y, label, ha="center", va="center", fontsize=size, bbox=frame, zorder=3)


fig, ax = plt.subplots(figsize=(8.5, 3.2), dpi=80)
ax.set(xlim=(-1.9, 2 * STEPS - 0.9), ylim=(-0.5, 3.4))
ax.axis("off")
box(ax, -1.5, 1.4, "$h_0$")
forwards, backwards = [], []  # for each step, what is lit up in it
for t in range(STEPS):
    at = 2 * t
    box(ax, at, 0, f"$x_{t + 1}$")
    state = box(ax, at, 1.4, f"$h_{t + 1}$")
    loss = box(ax, at, 2.8, rf"$\ell_{t + 1}$")
    ax.text(at + 0.08, 0.65, "$W_x$", fontsize=9, va="center")
    ax.text(at - 1 + (t == 0) * 0.15, 1.55, "$W_h$", fontsize=9, ha="center")
    left = at - 1.2 if t == 0 else at - 1.65
    forwards.append([arrow(ax, (at, 0.3), (at, 1.1)), arrow(ax, (left, 1.4), (at - 0.35, 1.4)), state])
    forwards[-1] += [arrow(ax, (at, 1.7), (at, 2.5)), loss]
    back = [arrow(ax, (at - 0.15, 2.5), (at - 0.15, 1.7)), arrow(ax, (at - 0.35, 1.25), (left, 1.25))]
    backwards.append([*back, arrow(ax, (at - 0.15, 1.1), (at - 0.15, 0.3)), state, loss])
title = ax.set_title("", fontsize=11)


def light(items, color):
    for item in items:
        if hasattr(item, "get_bbox_patch"):
            item.get_bbox_patch().set_edgecolor(color)
        else:
            item.set(color=color, visible=True)


def frame(k):
    if k == 0:
        for t in range(STEPS):
            light(forwards[t], "0.75")
            for item in backwards[t][:3]:
                item.set_visible(False)
    elif k <= STEPS:
        light(forwards[k - 1], FORWARD)
        title.set_text(f"forward: step {k} makes $h_{k}$")
    else:
        t = 2 * STEPS - k
        light(backwards[t], BACKWARD)
        later = f" and $h_{t + 2}$" if t + 1 < STEPS else ""
        title.set_text(f"backward: $h_{t + 1}$ gets gradients from $\\ell_{t + 1}$" + later)


film(fig, frame, range(2 * STEPS + 1), pause_ms=800)

# %% [markdown]
# As always, a layer comes as two functions. The forward pass returns its result and a **cache**: whatever your own
# backward pass will need. Its form is up to you (a tuple, a dict, an object of your own); nothing but your own code
# looks into it.
#
# ### Exercise: `rnn_step_forward` (4 points, ★☆☆, 10 minutes)

# %% tags=["exercise:rnn_step_forward"]
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """One step of a recurrent network with tanh, for N sequences at once.

    x: (N, D) float array, the inputs of this step; not modified.
    prev_h: (N, H) float array, the state before the step; not modified.
    Wx: (D, H), Wh: (H, H), b: (H,) float arrays, the weights; not modified.

    Returns (next_h, cache):
        next_h: (N, H) float array, the state after the step;
        cache: anything that your rnn_step_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("rnn_step_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("rnn_step_forward")

# %% [markdown]
# ### The backward pass of a step
#
# Let $a = x W_x + h W_h + b$, so that the next state is $h' = \tanh a$. We are told the gradient of the loss in $h'$
# (short for "with respect to $h'$"). The derivative of tanh is $1 - \tanh^2$, so the gradient in $a$ is, entry by
# entry,
#
# $$ \mathrm{d}a = \mathrm{d}h' \odot (1 - h'^2). $$
#
# The rest is a fully connected layer with two inputs, each with its own matrix. With $a_{nk} = \sum_d x_{nd} W_{x,dk}
# + \dots$, the number $x_{nd}$ reaches every $a_{nk}$ with the factor $W_{x,dk}$, and the weight $W_{x,dk}$ reaches
# every row $n$ with the factor $x_{nd}$. Summing over these paths gives
#
# $$ \mathrm{d}x = \mathrm{d}a\, W_x^\top,\quad \mathrm{d}h = \mathrm{d}a\, W_h^\top,\quad
# \mathrm{d}W_x = x^\top \mathrm{d}a,\quad \mathrm{d}W_h = h^\top \mathrm{d}a,\quad
# \mathrm{d}b = \textstyle\sum_n \mathrm{d}a_n . $$
#
# ### Exercise: `rnn_step_backward` (6 points, ★★☆, 20 minutes)

# %% tags=["exercise:rnn_step_backward"]
def rnn_step_backward(dnext_h, cache):
    """The gradients of one step.

    dnext_h: (N, H) float array, the gradient of the loss in next_h; not modified.
    cache: what your rnn_step_forward returned; the same cache may be used again.

    Returns (dx, dprev_h, dWx, dWh, db), float arrays of the shapes of x, prev_h, Wx, Wh and b. The gradients of the
    weights are summed over the N sequences.
    """
    # YOUR CODE HERE
    raise NotImplementedError("rnn_step_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("rnn_step_backward")

# %% [markdown]
# ### The network over a whole sequence
#
# Now repeat the step. The state that goes into step $t$ is the one that came out of step $t-1$, and the first one gets
# $h_0$. All states are returned: what comes after the network may want one at each step, as in the picture.
#
# A text of a million letters is not one sequence but many **chunks**, one after the other. The last state of one
# chunk is handed to the next as its $h_0$. Computed in chunks or in one go, the states are the same.
#
# Your function may call your `rnn_step_forward`, so get that one right first: the checks here see the states only, and
# cannot tell whose fault a wrong one is.
#
# ### Exercise: `rnn_forward` (5 points, ★☆☆, 15 minutes)

# %% tags=["exercise:rnn_forward"]
def rnn_forward(x, h0, Wx, Wh, b):
    """A recurrent network over whole sequences.

    x: (N, T, D) float array with T >= 1, the inputs; not modified.
    h0: (N, H) float array, the state before the first step; not modified.
    Wx: (D, H), Wh: (H, H), b: (H,) float arrays, the weights, the same at every step; not modified.

    Returns (h, cache):
        h: (N, T, H) float array, the states after each of the T steps (h0 is not among them);
        cache: anything that your rnn_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("rnn_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("rnn_forward")

# %% [markdown]
# How long does such a network remember? Give it one input at the first step and nothing afterwards, and look at the
# size of its state. Here $W_h$ is an orthogonal matrix, which changes no lengths, times a number $s$.

# %% tags=["demo"]
def orthogonal(rng, size):
    """A (size, size) matrix that turns vectors and keeps their lengths."""
    return np.linalg.qr(rng.standard_normal((size, size)))[0]


with uses("rnn_forward"):
    memory_rng = np.random.default_rng(1)
    turn, pulse = orthogonal(memory_rng, 20), np.zeros((1, 30, 20))
    pulse[0, 0] = 0.1 * memory_rng.standard_normal(20)
    lengths = {}
    for s in (0.5, 0.8, 1.0, 1.2):
        states, _ = rnn_forward(pulse, np.zeros((1, 20)), np.eye(20), s * turn, np.zeros(20))
        lengths[f"$s$ = {s}"] = np.linalg.norm(states[0], axis=1)
    ax = axes(width=7, height=2.8)
    curves(lengths, x=range(1, 31), ylabel="length of the state", title="one input, then silence", log=True, ax=ax)
    plt.show()

# %% [markdown]
# With $s$ below 1 the trace of the input fades like $s^t$. With $s = 1$ it stays for long, slowly shrunk by tanh. With
# $s$ above 1 the state grows until tanh holds it, and then it goes on by itself: it says nothing about how strong the
# input was. To remember for long, $s$ has to lie close to 1. Keep this picture in mind for part 4.

# %% [markdown]
# ---
# ## 3 Backpropagation through time
#
# The total loss is $L = \sum_t \ell_t(h_t)$. Each $h_t$ is used **twice**: by its own loss $\ell_t$, and by the next
# step. Look at the picture again: two arrows leave each state, so two red arrows come back, and at a branch gradients
# are added. With $\mathrm{d}h_t$ for what comes from $\ell_t$, and $\delta_t$ for the whole gradient $\partial
# L/\partial h_t$,
#
# $$ \delta_T = \mathrm{d}h_T, \qquad
# \delta_t = \mathrm{d}h_t + \underbrace{\left(\delta_{t+1} \odot (1 - h_{t+1}^2)\right) W_h^\top}_{\text{from step }
# t+1} . $$
#
# So one walks from the last step to the first, and hands on one array. This is **backpropagation through time** (BPTT;
# Werbos 1990). The weights are used at each of the $T$ steps, which is a branch with $T$ arms. So their gradients are
# added as well, over all steps, with $\mathrm{d}a_t = \delta_t \odot (1 - h_t^2)$:
#
# $$ \mathrm{d}W_h = \sum_{t=1}^{T} h_{t-1}^\top\, \mathrm{d}a_t, \qquad
# \mathrm{d}W_x = \sum_{t=1}^{T} x_t^\top\, \mathrm{d}a_t, \qquad
# \mathrm{d}b = \sum_{t=1}^{T} \textstyle\sum_n \mathrm{d}a_{t,n}, \qquad
# \mathrm{d}h_0 = \mathrm{d}a_1 W_h^\top . $$
#
# **By hand.** One sequence, $D = H = 1$, two steps: $x = (0.5,\ 0)$, $h_0 = 0$, $W_x = 1$, $W_h = 2$, $b = 0$. The loss
# looks at the last state only: $\mathrm{d}h = (0,\ 1)$.
#
# | | $t = 1$ | $t = 2$ |
# |---|---|---|
# | $h_t$ | $\tanh(0.5) = 0.4621$ | $\tanh(2 \cdot 0.4621) = 0.7279$ |
# | $1 - h_t^2$ | $0.7864$ | $0.4702$ |
# | $\delta_t$ | $0 + 0.4702 \cdot 2 = 0.9404$ | $1$ |
# | $\mathrm{d}a_t$ | $0.9404 \cdot 0.7864 = 0.7396$ | $0.4702$ |
#
# So $\mathrm{d}x = (0.7396,\ 0.4702)$, $\mathrm{d}h_0 = 2 \cdot 0.7396 = 1.4791$,
# $\mathrm{d}W_x = 0.5 \cdot 0.7396 + 0 = 0.3698$, $\mathrm{d}W_h = 0 + 0.4621 \cdot 0.4702 = 0.2173$ and
# $\mathrm{d}b = 0.7396 + 0.4702 = 1.2098$. Although the second input is 0, its gradient is not.
#
# Over a million letters nobody walks all the way back. In **truncated** BPTT the state is handed over from chunk to
# chunk, and the gradient is not: each chunk's $\mathrm{d}h_0$ is computed, and dropped.
#
# ### Exercise: `rnn_backward` (9 points, ★★☆, 30 minutes)

# %% tags=["exercise:rnn_backward"]
def rnn_backward(dh, cache):
    """Backpropagation through time.

    dh: (N, T, H) float array, the gradient of the loss in each state as it comes from that state's own loss, without
        what comes back from later steps; not modified.
    cache: what your rnn_forward returned; the same cache may be used again.

    Returns (dx, dh0, dWx, dWh, db), float arrays of the shapes of x, h0, Wx, Wh and b. The gradients of the weights are
    summed over the N sequences and the T steps.
    """
    # YOUR CODE HERE
    raise NotImplementedError("rnn_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("rnn_backward")

# %% [markdown]
# **Which bug is this?** A classmate's `rnn_backward` passes all comparisons with sequences of one step. For two steps
# and more, `dx` of the last step is right, all earlier ones are wrong, and so are `dWx`, `dWh` and `db`.
#
# - **a** `dh[:, t]` is given to each step without adding what came back from step $t+1$
# - **b** the gradients of the weights are overwritten instead of added up
# - **c** the derivative of tanh is missing
# - **d** the steps are visited from the first to the last, each handing its gradient to the next
#
# Answer with a letter.

# %% tags=["exercise:q_which_bug"]
# YOUR CODE HERE
q_which_bug = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_which_bug")

# %% [markdown]
# <details><summary>Why?</summary>
#
# With **b** every `dx` would be right. With **c** one step alone would be wrong already, and with **d** the last step's
# `dx` would be wrong as well, since it would get a gradient that belongs to an earlier step.
# </details>

# %% [markdown]
# ---
# ## 4 Vanishing and exploding gradients
#
# Suppose that only the last state matters, so that all $\mathrm{d}h_t$ but the last are 0. Then the recursion of part
# 3 is a product:
#
# $$ \delta_{t} = \left(\delta_{t+1} \odot (1 - h_{t+1}^2)\right) W_h^\top
# \qquad\text{for } t = T-1, \dots, 1. $$
#
# From step $T$ back to step $t$ the gradient is multiplied $T - t$ times by the same matrix. A number that is
# multiplied by 0.9 a hundred times is $0.00003$; one that is multiplied by 1.1 is $13{,}781$. If $W_h$ makes vectors
# shorter the gradient **vanishes**: what happened a hundred steps ago has no influence on learning. If $W_h$ makes them
# longer it may explode (an **exploding gradient**), and one step of gradient descent throws the weights far away. The
# factors $1 - h^2 \le 1$ of tanh can only shrink it (Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013).
#
# Measure it: how long is $\delta_t$ at each step? For a batch, the length is over all entries of the $(N, H)$ array,
# $\lVert\delta\rVert = \sqrt{\sum_{n,k} \delta_{nk}^2}$.
#
# **Predict.** The states are near 0, so that tanh does nothing, and $W_h$ is half the identity matrix. The gradient at
# the last of 11 states has length 1. How long is it at the first?

# %% tags=["exercise:q_vanished"]
# YOUR CODE HERE
q_vanished = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_vanished")

# %% [markdown]
# <details><summary>Why?</summary>
#
# From state 11 back to state 1 there are ten steps, not eleven, and each halves the gradient: $2^{-10}$. Had $W_h$ been
# twice the identity, it would be 1024.
# </details>
#
# ### Exercise: `gradient_norm_by_time` (6 points, ★★☆, 20 minutes)

# %% tags=["exercise:gradient_norm_by_time"]
def gradient_norm_by_time(dh_last, h, Wh):
    """How long the gradient is at each step, if the loss looks at the last state only.

    dh_last: (N, H) float array, the gradient of the loss in the last state; not modified.
    h: (N, T, H) float array, the states after each of T >= 1 steps, as rnn_forward returns them; not modified.
    Wh: (H, H) float array; not modified.

    Returns a (T,) float array: at index t the length, over all N * H entries, of the gradient in h[:, t]. The last one
    is the length of dh_last.
    """
    # YOUR CODE HERE
    raise NotImplementedError("gradient_norm_by_time is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("gradient_norm_by_time")

# %% tags=["demo"]
with uses("rnn_forward", "gradient_norm_by_time"):
    time_rng = np.random.default_rng(2)
    turn, inputs = orthogonal(time_rng, 20), time_rng.standard_normal((4, 50, 20))
    for ax, size, said in zip(axes(2), (1e-5, 1.0), ("tiny inputs: tanh does nothing", "large inputs"), strict=True):
        lengths = {}
        for s in (0.5, 0.8, 1.0, 1.2):
            states, _ = rnn_forward(size * inputs, np.zeros((4, 20)), np.eye(20), s * turn, np.zeros(20))
            lengths[f"$s$ = {s}"] = gradient_norm_by_time(np.ones((4, 20)), states, s * turn)
        curves(lengths, x=range(1, 51), ylabel="length of the gradient", title=said, log=True, ax=ax)
        ax.set(ylim=(1e-18, 1e6))
    plt.show()

# %% [markdown]
# Read it from right to left, as the gradient travels. On the left the lines are straight on the logarithmic scale:
# each step is another factor $s$. On the right the inputs are large, many states are near $\pm 1$, where tanh is
# flat, and all four vanish. For a gradient to explode two things have to come together: a large $W_h$, and states
# that are not saturated.
#
# ### Gradient clipping
#
# Against exploding gradients there is a simple remedy: if the gradient is too long, shorten it, and keep its direction.
# The length is that of **all gradients together**, as if all of their entries stood in one vector $g$:
#
# $$ \lVert g \rVert = \sqrt{\textstyle\sum_{\text{arrays}} \sum_{\text{entries}} g_i^2}, \qquad
# g \leftarrow g \cdot \min\left(1,\ \frac{\text{max norm}}{\lVert g \rVert}\right). $$
#
# Clipping each array by itself, or each entry, would also bound the step. But it would change its direction, which
# then is not the steepest any more.
#
# **Predict.** The gradients are `{"w": [3.0], "b": [4.0]}` and the largest norm allowed is 1. What is `w`'s gradient
# after clipping?

# %% tags=["exercise:q_clipped"]
# YOUR CODE HERE
q_clipped = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_clipped")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The common length is 5, so both are divided by 5. Clipped by itself, `w` would be 1, and so would `b`: the step would
# point in another direction.
# </details>
#
# ### Exercise: `clip_grad_norm` (5 points, ★☆☆, 15 minutes)

# %% tags=["exercise:clip_grad_norm"]
def clip_grad_norm(grads, max_norm):
    """Shorten gradients that are too long, all by the same factor.

    grads: dict from names to float arrays of any shapes, the gradients of all weights; neither the dict nor an array is
        modified.
    max_norm: float > 0, the largest length allowed, of all gradients together.

    Returns (clipped, norm):
        clipped: a new dict with the same names and shapes; if norm <= max_norm, with the same values;
        norm: float, the length before clipping.
    """
    # YOUR CODE HERE
    raise NotImplementedError("clip_grad_norm is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("clip_grad_norm")

# %% [markdown]
# Does it help? A small network reads 30 numbers and is to say the mean of the last four. Its $W_h$ is large at first,
# and the steps are large, too. The same start and the same data, with and without clipping.

# %% tags=["demo"]
def learn_the_mean(seed, max_norm, steps=150, lr=0.3, hidden=24):
    """Losses and gradient lengths of a training run; it ends early if the loss passes 1000."""
    rng = np.random.default_rng(seed)
    p = {"Wx": rng.standard_normal((1, hidden)), "Wh": 2 * rng.standard_normal((hidden, hidden)) / hidden**0.5}
    p |= {"b": np.zeros(hidden), "w": rng.standard_normal((hidden, 1)) / hidden**0.5}
    losses, norms = [], []
    while len(losses) < steps and (not losses or losses[-1] < 1000):
        x = rng.standard_normal((32, 30, 1))
        h, cache = rnn_forward(x, np.zeros((32, hidden)), p["Wx"], p["Wh"], p["b"])
        error = h[:, -1] @ p["w"] - x[:, -4:].mean(axis=1)
        dh = np.zeros_like(h)
        dh[:, -1] = 2 * error @ p["w"].T / 32
        grads = dict(zip(["dx", "dh0", "Wx", "Wh", "b"], rnn_backward(dh, cache), strict=True))
        grads = {name: grads[name] for name in ("Wx", "Wh", "b")} | {"w": h[:, -1].T @ (2 * error / 32)}
        clipped, norm = clip_grad_norm(grads, max_norm)
        p = {name: p[name] - lr * clipped[name] for name in p}
        losses.append(np.mean(error**2))
        norms.append(norm)
    return losses, norms

# %% tags=["demo"]
with uses("rnn_forward", "rnn_backward", "clip_grad_norm"):
    runs = {"clipped at 1": learn_the_mean(0, 1.0), "not clipped": learn_the_mean(0, np.inf)}
    left, right = axes(2)
    curves({said: losses for said, (losses, _) in runs.items()}, log=True, ax=left)
    left.axhline(0.25, color="0.5", linestyle="--")
    left.text(150, 0.28, "always answering 0", ha="right", color="0.3")
    curves({said: norms for said, (_, norms) in runs.items()}, ylabel="length before clipping", log=True, ax=right)
    plt.show()
    lost = sum(learn_the_mean(seed, np.inf)[0][-1] > 1000 for seed in range(4))
    learned = sum(np.mean(learn_the_mean(seed, 1.0)[0][-20:]) < 0.25 for seed in range(4))
    print(f"of 4 runs without clipping {lost} ended in huge numbers; of 4 with clipping {learned} learned")

# %% [markdown]
# Without clipping a single long gradient is enough: the weights that it leaves behind make the next one longer still,
# and a few steps later the loss has passed all bounds. With clipping the same long gradients occur at first, and each
# of them moves the weights by a small step in its direction.
#
# Clipping does nothing about gradients that vanish: multiplying a lost signal by a large number brings back noise. That
# takes another kind of step.

# %% [markdown]
# ---
# ## 5 The LSTM
#
# What made the gradient vanish is that the state is multiplied by $W_h$ and squashed at each step. The **long
# short-term memory** (LSTM; Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000)
# has a second state $c$, the **cell**, along which there is no matrix and no tanh. It is only multiplied, entry by
# entry, by a number between 0 and 1 that says how much to keep, and something is added:
#
# $$ c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh(c_t). $$
#
# | | | says |
# |---|---|---|
# | $i = \sigma(a_i)$ | **input gate** | how much of the candidate is written into the cell |
# | $f = \sigma(a_f)$ | **forget gate** | how much of the old cell is kept |
# | $o = \sigma(a_o)$ | **output gate** | how much of the cell is shown as the state $h$ |
# | $g = \tanh(a_g)$ | **candidate** | what could be written |
#
# $\sigma(a) = 1/(1 + e^{-a})$ is the sigmoid, between 0 and 1 like a valve. All four come from the same input and the
# same old state, each with its own weights. For one matrix product instead of four, the weights stand side by side:
#
# $$ [\,a_i \mid a_f \mid a_o \mid a_g\,] = x_t W_x + h_{t-1} W_h + b, \qquad
# W_x: (D, 4H),\quad W_h: (H, 4H),\quad b: (4H,). $$
#
# The order of the four blocks of $H$ columns is **i, f, o, g**, as in CS231n. PyTorch's is i, f, g, o.

# %% tags=["demo"]
GATES = {"face": "#fff3cd", "edge": "tab:orange", "shape": "square,pad=0.45"}
OPERATION = {"face": "#e8f0fe", "edge": "tab:blue", "shape": "circle,pad=0.25"}
PLAIN = {"edge": "white"}


def draw_cell(ax, parts, wires, title):
    """parts: name -> (x, y, label, kind). wires: lists of names and points; each ends in an arrow."""
    for x, y, label, kind in parts.values():
        box(ax, x, y, label, **kind)
    for wire in wires:
        points = [parts[at][:2] if isinstance(at, str) else at for at in wire]
        ax.plot(*zip(*points, strict=True), color="0.45", lw=1.5, zorder=1)
        (x0, y0), (x1, y1) = points[-2:]
        gap = (0.62 if wire[-1] == "g" and y0 == y1 else 0.33) / np.hypot(x1 - x0, y1 - y0)
        arrow(ax, (x0, y0), (x1 - gap * (x1 - x0), y1 - gap * (y1 - y0)), color="0.45")
    ax.set(xlim=(-0.8, 10.8), ylim=(0.4, 5.6), title=title)
    ax.set_aspect("equal")
    ax.axis("off")


lstm_parts = {
    "c": (0, 5, "$c_{t-1}$", PLAIN),
    "xh": (0, 0.9, "$x_t,\\ h_{t-1}$", PLAIN),
    "f": (2.4, 2, "$f=\\sigma$", GATES),
    "i": (4.2, 2, "$i=\\sigma$", GATES),
    "g": (6.2, 2, "$g=\\tanh$", GATES),
    "o": (8.2, 2, "$o=\\sigma$", GATES),
    "keep": (2.4, 5, "×", OPERATION),
    "write": (5.2, 3.5, "×", OPERATION),
    "add": (5.2, 5, "+", OPERATION),
    "tanh": (9.2, 4.1, "tanh", OPERATION | {"size": 8}),
    "show": (9.2, 3.0, "×", OPERATION),
    "c'": (10.4, 5, "$c_t$", PLAIN),
    "h'": (10.4, 3.0, "$h_t$", PLAIN),
}
draw_cell(
    axes(width=10, height=4.6),
    lstm_parts,
    [
        ["c", "keep"],
        ["keep", "add"],
        ["add", "c'"],
        *([(0.8, 0.9), (lstm_parts[gate][0], 0.9), gate] for gate in "figo"),
        ["f", "keep"],
        ["i", (4.2, 3.5), "write"],
        ["g", (6.2, 3.5), "write"],
        ["write", "add"],
        [(9.2, 5), "tanh"],
        ["tanh", "show"],
        ["o", (8.2, 3.0), "show"],
        ["show", "h'"],
    ],
    "one step of an LSTM: four gates (yellow), and the cell on the straight line above",
)
plt.show()

# %% [markdown]
# Follow the line from $c_{t-1}$ to $c_t$. Whatever is in the cell arrives multiplied by $f$, and that is all. With
# $f = 1$ and $i = 0$ it arrives unchanged, after any number of steps.
#
# **By hand.** $D = H = 1$, $x = 1$, $h_{t-1} = 0$, $c_{t-1} = 0.4$, $b = 0$, and $W_x = (0,\ \ln 3,\ 0,\ \ln 2)$. Then
# $i = o = \sigma(0) = 0.5$, $f = \sigma(\ln 3) = 0.75$ and $g = \tanh(\ln 2) = 0.6$. So
# $c_t = 0.75 \cdot 0.4 + 0.5 \cdot 0.6 = 0.6$ and $h_t = 0.5 \tanh(0.6) = 0.2685$.
#
# The sigmoid has a trap. Written as $e^a/(1 + e^a)$ it gives "not a number" for $a = 1000$. SciPy's `expit`, imported
# above, does not.
#
# **Predict.** An LSTM reads vectors of 10 numbers and has a state of 20. How many weights does it have, biases
# included?

# %% tags=["exercise:q_lstm_weights"]
# YOUR CODE HERE
q_lstm_weights = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_lstm_weights")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each of the four has $10 \cdot 20 + 20 \cdot 20 + 20 = 620$. The number of steps does not enter, since they share the
# weights, and the cell has none of its own.
# </details>
#
# ### Exercise: `lstm_step_forward` (6 points, ★★☆, 20 minutes)

# %% tags=["exercise:lstm_step_forward"]
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of an LSTM, for N sequences at once.

    x: (N, D) float array, the inputs of this step; not modified.
    prev_h, prev_c: (N, H) float arrays, state and cell before the step; not modified.
    Wx: (D, 4H), Wh: (H, 4H), b: (4H,) float arrays, the weights; not modified. The four blocks of H columns are in
        the order i, f, o, g.

    Returns (next_h, next_c, cache):
        next_h, next_c: (N, H) float arrays, state and cell after the step, right for weights and inputs of any size;
        cache: anything that your lstm_step_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("lstm_step_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("lstm_step_forward")

# %% [markdown]
# ### The backward pass of an LSTM step
#
# We are told two gradients, in $h_t$ and in $c_t$. But $c_t$ is used twice: the next step gets it, and so does
# $h_t = o \odot \tanh(c_t)$. So first collect all that reaches the cell. The derivative of tanh is $1 - \tanh^2$:
#
# $$ \mathrm{d}c = \mathrm{d}c_t + \mathrm{d}h_t \odot o \odot (1 - \tanh^2 c_t). $$
#
# Now $c_t = f \odot c_{t-1} + i \odot g$ is two products and a sum. Each factor gets the other one:
#
# $$ \mathrm{d}f = \mathrm{d}c \odot c_{t-1},\quad \mathrm{d}c_{t-1} = \mathrm{d}c \odot f,\quad
# \mathrm{d}i = \mathrm{d}c \odot g,\quad \mathrm{d}g = \mathrm{d}c \odot i,\quad
# \mathrm{d}o = \mathrm{d}h_t \odot \tanh c_t . $$
#
# Before the gates, with $\sigma' = \sigma(1 - \sigma)$:
#
# $$ \mathrm{d}a_i = \mathrm{d}i \odot i(1-i),\quad \mathrm{d}a_f = \mathrm{d}f \odot f(1-f),\quad
# \mathrm{d}a_o = \mathrm{d}o \odot o(1-o),\quad \mathrm{d}a_g = \mathrm{d}g \odot (1-g^2). $$
#
# Side by side they are an $(N, 4H)$ array $\mathrm{d}a$, and what remains is as in `rnn_step_backward`.
#
# **By hand**, the example goes on with $\mathrm{d}h_t = 1$ and $\mathrm{d}c_t = 0$. $\tanh(0.6) = 0.5370$, so
# $\mathrm{d}c = 0.5 \cdot (1 - 0.5370^2) = 0.3558$.
#
# | | $i$ | $f$ | $o$ | $g$ |
# |---|---|---|---|---|
# | in the gate | $0.3558 \cdot 0.6 = 0.2135$ | $0.3558 \cdot 0.4 = 0.1423$ | $0.5370$ | $0.3558 \cdot 0.5 = 0.1779$ |
# | times its derivative | $0.25$ | $0.1875$ | $0.25$ | $0.64$ |
# | $= \mathrm{d}a$, and here also $\mathrm{d}b$ | $0.0534$ | $0.0267$ | $0.1343$ | $0.1139$ |
#
# So $\mathrm{d}x = 0.0267 \ln 3 + 0.1139 \ln 2 = 0.1082$ and $\mathrm{d}c_{t-1} = 0.3558 \cdot 0.75 = 0.2669$.
#
# ### Exercise: `lstm_step_backward` (8 points, ★★★, 30 minutes)

# %% tags=["exercise:lstm_step_backward"]
def lstm_step_backward(dnext_h, dnext_c, cache):
    """The gradients of one LSTM step.

    dnext_h, dnext_c: (N, H) float arrays, the gradients of the loss in next_h and next_c. dnext_c comes from later
        steps only; what reaches next_c through next_h is not in it. Not modified.
    cache: what your lstm_step_forward returned; the same cache may be used again.

    Returns (dx, dprev_h, dprev_c, dWx, dWh, db), float arrays of the shapes of x, prev_h, prev_c, Wx, Wh and b. The
    gradients of the weights are summed over the N sequences.
    """
    # YOUR CODE HERE
    raise NotImplementedError("lstm_step_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("lstm_step_backward")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Draw the picture of the step with all arrows turned round. At which place do two red arrows meet? What meets there has
# to be added before anything else is computed. Then put the numbers of the example by hand on the arrows.
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Three stages. First everything that reaches the cell: from the next step, and from the state through the output gate
# and tanh. Then from the cell to the four gates, each by the factor that it was multiplied with, and through each
# gate's own derivative. The rest is `rnn_step_backward` with four blocks of columns in place of one.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# all that you need from the cache, tanh(next_c) among it
# dc = what came in for the cell + what came in for the state, on its way through o and tanh
# for i, f, o, g: da_... = (gradient in the gate) * (derivative of its sigmoid or tanh, from the gate's own value)
# da = the four side by side, in the order of the weights: (N, 4H)
# dx, dprev_h, dWx, dWh, db from da, as in the plain step
# dprev_c = ... (the factor that the old cell was multiplied with)
# ```
# </details>

# %% [markdown]
# ### The LSTM over a whole sequence
#
# Like `rnn_forward`, with two things to hand on. The cell is internal: it begins at 0, and only the states $h$ are
# returned.
#
# ### Exercise: `lstm_forward` (5 points, ★★☆, 10 minutes)

# %% tags=["exercise:lstm_forward"]
def lstm_forward(x, h0, Wx, Wh, b):
    """An LSTM over whole sequences.

    x: (N, T, D) float array with T >= 1, the inputs; not modified.
    h0: (N, H) float array, the state before the first step; not modified. The cell before the first step is 0, in each
        call.
    Wx: (D, 4H), Wh: (H, 4H), b: (4H,) float arrays, the weights, in the order i, f, o, g; not modified.

    Returns (h, cache):
        h: (N, T, H) float array, the states after each of the T steps;
        cache: anything that your lstm_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("lstm_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("lstm_forward")

# %% [markdown]
# Backwards there are two gradients to hand on as well. What comes from the losses, $\mathrm{d}h_t$, is added to the
# one in the state. The one in the cell begins at 0 after the last step: nothing else looks at the cell.
#
# **By hand.** The weights of the example, $W_h = 0$, $x = (1,\ 1)$ and $h_0 = 0$. The cell goes $0 \to 0.3 \to
# 0.525$, since $c_1 = 0.75 \cdot 0 + 0.3$ and $c_2 = 0.75 \cdot 0.3 + 0.3$. Let $\mathrm{d}h = (0,\ 1)$. At step 2
# the cell gets $0.5\,(1 - \tanh^2 0.525) = 0.3841$. Since $W_h = 0$, nothing goes back through $h_1$, and
# $\mathrm{d}h_1 = 0$. But the cell hands $0.75 \cdot 0.3841 = 0.2881$ back to step 1. So the candidate of step 1
# learns, too: $\mathrm{d}b_g = (0.3841 + 0.2881) \cdot 0.5 \cdot 0.64 = 0.2151$.
#
# ### Exercise: `lstm_backward` (9 points, ★★★, 30 minutes)

# %% tags=["exercise:lstm_backward"]
def lstm_backward(dh, cache):
    """Backpropagation through time for an LSTM.

    dh: (N, T, H) float array, the gradient of the loss in each state as it comes from that state's own loss, without
        what comes back from later steps; not modified.
    cache: what your lstm_forward returned; the same cache may be used again.

    Returns (dx, dh0, dWx, dWh, db), float arrays of the shapes of x, h0, Wx, Wh and b. The gradients of the weights are
    summed over the N sequences and the T steps.
    """
    # YOUR CODE HERE
    raise NotImplementedError("lstm_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("lstm_backward")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Put your `rnn_backward` beside it. What is handed from a step to the one before it there, and what else is handed on
# here? Which of the two also gets something from the losses?
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Walk from the last step to the first with two arrays in hand, the gradient in the state and the gradient in the cell.
# Both are 0 after the last step. At each step the state's is joined by that step's own `dh`; the cell's is not joined
# by anything. The weights' gradients are summed on the way.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# two gradients to hand on, both 0; sums for the three weights, 0; a place for dx, (N, T, D)
# for t from T - 1 down to 0:
#     one call of lstm_step_backward, with step t's cache
#     dx of step t in its place, and what goes on to step t - 1
#     the weights' gradients are added
# what is in hand for the state after the first step is dh0; what is in hand for the cell is dropped
# ```
# </details>

# %% [markdown]
# Does the cell keep its promise? Both networks get random weights of the same size and the same inputs. The loss
# looks at the last state only. How long is its gradient in the *inputs* of each step?

# %% tags=["demo"]
with uses("rnn_forward", "rnn_backward", "lstm_forward", "lstm_backward"):
    compare_rng, size, length = np.random.default_rng(3), 32, 60
    lengths = {}
    for said, forward, backward, blocks, forget in [
        ("RNN", rnn_forward, rnn_backward, 1, 0.0),
        ("LSTM, bias of the forget gate 0", lstm_forward, lstm_backward, 4, 0.0),
        ("LSTM, bias of the forget gate 2", lstm_forward, lstm_backward, 4, 2.0),
        ("LSTM, bias of the forget gate 4", lstm_forward, lstm_backward, 4, 4.0),
    ]:
        weights = [0.5 * compare_rng.standard_normal((size, blocks * size)) / size**0.5 for _ in range(2)]
        bias = np.zeros(blocks * size)
        bias[size : 2 * size] = forget
        h, cache = forward(compare_rng.standard_normal((8, length, size)), np.zeros((8, size)), *weights, bias)
        dh = np.zeros_like(h)
        dh[:, -1] = 1
        lengths[said] = np.linalg.norm(backward(dh, cache)[0], axis=(0, 2))
        lengths[said] /= lengths[said][-1]
    ax = axes(width=7.5)
    curves(lengths, x=range(1, length + 1), ylabel="gradient in $x_t$, relative to the last", log=True, ax=ax)
    ax.set(ylim=(1e-20, 10))
    plt.show()

# %% [markdown]
# With a forget gate around $\sigma(0) = 0.5$ the cell's gradient is halved at each step, and the LSTM forgets, too.
# With $\sigma(4) = 0.98$ its gradient is still there after sixty steps. So one starts with a positive bias for the
# forget gate, and lets it learn when to forget.
#
# **Why?** The gates $f$ lie between 0 and 1. So the gradient along the cell can only shrink, never explode. Why do
# people clip the gradients of LSTMs all the same?
#
# <details><summary>An answer</summary>
#
# The cell is not the only way back. The gates and the candidate depend on $h_{t-1}$ through $W_h$, as in a plain RNN,
# and along these paths the gradient is multiplied by a matrix at each step. If $W_h$ is large, it can explode there.
#
# </details>

# %% [markdown]
# ---
# ## 6 The GRU
#
# Are four gates and two states needed? The **gated recurrent unit** (GRU; Cho et al. 2014) has one state and three
# blocks. A **reset gate** $r$ says how much of the old state the candidate sees; an **update gate** $z$ says how much
# of the old state is kept:
#
# $$ r = \sigma(x W_{x,r} + h W_{h,r} + b_r), \qquad z = \sigma(x W_{x,z} + h W_{h,z} + b_z), $$
# $$ g = \tanh\left(x W_{x,g} + (r \odot h)\, W_{h,g} + b_g\right), \qquad h' = z \odot h + (1 - z) \odot g. $$
#
# The blocks stand side by side in the order **r, z, g**: $W_x$ is $(D, 3H)$, $W_h$ is $(H, 3H)$ and $b$ is $(3H,)$.
#
# Two things differ from source to source, so look closely when you compare:
#
# - Here $z$ weighs the **old** state, as in Cho et al. and in PyTorch. In Chung et al. (2014) it weighs the new one.
# - Here the reset gate comes **before** the matrix: $(r \odot h)\, W_{h,g}$, as in the published version of Cho et al.
#   PyTorch applies it after, $r \odot (h W_{h,g} + \dots)$, which is faster on a GPU and gives other numbers.

# %% tags=["demo"]
gru_parts = {
    "h": (0, 5, "$h_{t-1}$", PLAIN),
    "xh": (0, 0.9, "$x_t,\\ h_{t-1}$", PLAIN),
    "z": (2.2, 2, "$z=\\sigma$", GATES),
    "r": (4.4, 2, "$r=\\sigma$", GATES),
    "reset": (6.0, 2, "×", OPERATION),
    "g": (7.8, 2, "$g=\\tanh$", GATES),
    "keep": (2.2, 5, "×", OPERATION),
    "rest": (4.4, 3.5, "1−", OPERATION | {"size": 9}),
    "write": (7.8, 3.5, "×", OPERATION),
    "add": (7.8, 5, "+", OPERATION),
    "h'": (10.4, 5, "$h_t$", PLAIN),
}
draw_cell(
    axes(width=10, height=4.6),
    gru_parts,
    [
        ["h", "keep"],
        ["keep", "add"],
        ["add", "h'"],
        *([(0.8, 0.9), (gru_parts[part][0], 0.9), part] for part in ("z", "r", "reset", "g")),
        ["z", "keep"],
        [(2.2, 3.5), "rest"],
        ["rest", "write"],
        ["r", "reset"],
        ["reset", "g"],
        ["g", "write"],
        ["write", "add"],
    ],
    "one step of a GRU: what is kept and what is written add up to one",
)
for part, label in (("reset", "$h$ only"), ("g", "$x$ only")):
    plt.text(gru_parts[part][0] + 0.12, 1.2, label, fontsize=9, va="center")
plt.show()

# %% [markdown]
# The upper row is the way of the state, and all that happens to it there is a factor $z$ and a sum, as with the cell of
# the LSTM. One gate does for both places: where $z$ is near 1, little is written.
#
# ### Exercise: `gru_step_forward` (5 points, ★★☆, 15 minutes)

# %% tags=["exercise:gru_step_forward"]
def gru_step_forward(x, prev_h, Wx, Wh, b):
    """One step of a GRU, for N sequences at once.

    x: (N, D) float array, the inputs of this step; not modified.
    prev_h: (N, H) float array, the state before the step; not modified.
    Wx: (D, 3H), Wh: (H, 3H), b: (3H,) float arrays, the weights; not modified. The three blocks of H columns are in the
        order r, z, g. r scales prev_h before it meets the block g of Wh; z weighs prev_h, and 1 - z the candidate.

    Returns (next_h, cache):
        next_h: (N, H) float array, the state after the step, right for weights and inputs of any size;
        cache: anything that your gru_step_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("gru_step_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("gru_step_forward")

# %% [markdown]
# ### The backward pass of a GRU step
#
# Count the ways on which $h$ reaches the result. It is kept ($z \odot h$), it goes into both gates, and it goes into
# the candidate as $r \odot h$: four ways, so four terms. From $h' = z \odot h + (1 - z) \odot g$:
#
# $$ \mathrm{d}z = \mathrm{d}h' \odot (h - g), \qquad \mathrm{d}g = \mathrm{d}h' \odot (1 - z), \qquad
# \mathrm{d}a_z = \mathrm{d}z \odot z(1-z), \qquad \mathrm{d}a_g = \mathrm{d}g \odot (1 - g^2). $$
#
# The candidate saw the product $s = r \odot h$, with $\mathrm{d}s = \mathrm{d}a_g W_{h,g}^\top$. Each factor gets the
# other one: $\mathrm{d}a_r = \mathrm{d}s \odot h \odot r(1-r)$, and $h$ gets $\mathrm{d}s \odot r$. Together
#
# $$ \mathrm{d}h = \mathrm{d}h' \odot z + \mathrm{d}s \odot r + \mathrm{d}a_r W_{h,r}^\top
# + \mathrm{d}a_z W_{h,z}^\top . $$
#
# $\mathrm{d}W_x$, $\mathrm{d}b$ and $\mathrm{d}x$ are as before. For $\mathrm{d}W_h$ remember what each block was
# multiplied by: $h$ for r and z, and $r \odot h$ for g.
#
# ### Exercise: `gru_step_backward` (7 points, ★★★, 30 minutes)

# %% tags=["exercise:gru_step_backward"]
def gru_step_backward(dnext_h, cache):
    """The gradients of one GRU step.

    dnext_h: (N, H) float array, the gradient of the loss in next_h; not modified.
    cache: what your gru_step_forward returned; the same cache may be used again.

    Returns (dx, dprev_h, dWx, dWh, db), float arrays of the shapes of x, prev_h, Wx, Wh and b. The gradients of the
    weights are summed over the N sequences.
    """
    # YOUR CODE HERE
    raise NotImplementedError("gru_step_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("gru_step_backward")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Mark every place in the picture at which $h_{t-1}$ is used, and count: there are four. In which order can their
# gradients be computed, if the reset gate's needs what comes out of the candidate?
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Begin at the sum $z \odot h + (1 - z) \odot g$: it gives the gradients in $z$ and in $g$. Go through the candidate's
# tanh and its block of $W_h$ to the product $r \odot h$, which gives the gradients in $r$ and, once more, in $h$.
# Then all three blocks are known before their non-linearities.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# da_z, da_g from dnext_h
# ds = gradient in the product of r and prev_h: da_g through the last H columns of Wh
# da_r from ds
# da = r, z, g side by side; dx, dWx and db from it as always
# dprev_h = four terms: kept, through r * prev_h, through the gate r, through the gate z
# dWh = two parts side by side: 2H columns that met prev_h, and H columns that met r * prev_h
# ```
# </details>

# %% [markdown]
# **Why?** Which of the GRU's two gates plays the part of the LSTM's forget gate, and what can an LSTM do with its two
# gates $f$ and $i$ that a GRU cannot?
#
# <details><summary>An answer</summary>
#
# The update gate $z$. In a GRU, what is kept and what is written add up to one: to write more it has to forget more. An
# LSTM can keep all and add all ($f = i = 1$), so its cell can count.
#
# </details>

# %% [markdown]
# ---
# ## 7 Word embedding, and the loss of a sequence
#
# Letters (or words) are not numbers to compute with: `b` is not twice `a`. Each of the $V$ letters of the vocabulary
# gets a vector of its own, the **embedding**, a row of a $(V, D)$ matrix $W$ that is learned like any other weight.
# The forward pass looks rows up:
#
# $$ \text{out}_{n,t} = W_{x_{n,t}}. $$
#
# A row that is looked up in several places is a branch with several arms. So backwards, the gradients of all places
# where a letter stands are **added** into its row; rows that were not used get 0:
#
# $$ \mathrm{d}W_v = \sum_{n,t\,:\;x_{n,t} = v} \mathrm{d}\text{out}_{n,t} . $$
#
# NumPy has a trap here. `dW[x] += dout` does not add twice to a row that occurs twice in `x`: it computes `dW[x] +
# dout` first and then stores it, so the last one wins. Look for the function that adds `at` each place.
#
# ### Exercise: `word_embedding_forward` (2 points, ★☆☆, 5 minutes)
#
# **and `word_embedding_backward`** (4 points, ★★☆, 15
# minutes)

# %% tags=["exercise:word_embedding_forward"]
def word_embedding_forward(x, W):
    """Look up the vector of each letter or word.

    x: (N, T) int array with values 0 ... V - 1; not modified.
    W: (V, D) float array, a vector for each of the V words; not modified.

    Returns (out, cache):
        out: (N, T, D) float array;
        cache: anything that your word_embedding_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("word_embedding_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("word_embedding_forward")

# %% tags=["exercise:word_embedding_backward"]
def word_embedding_backward(dout, cache):
    """The gradient in the vectors of all words.

    dout: (N, T, D) float array, the gradient of the loss in out; not modified.
    cache: what your word_embedding_forward returned; the same cache may be used again.

    Returns dW, a (V, D) float array.
    """
    # YOUR CODE HERE
    raise NotImplementedError("word_embedding_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("word_embedding_backward")

# %% [markdown]
# At the other end, each state is turned into one score for each letter, by a fully connected layer that is the same
# at every step: $\text{out}_{n,t} = x_{n,t}\, w + b$. You wrote the layer in the assignment `backprop`. The sequences
# and the steps are just $N \cdot T$ rows to it, so $\mathrm{d}w = \sum_{n,t} x_{n,t}^\top\,
# \mathrm{d}\text{out}_{n,t}$, $\mathrm{d}b = \sum_{n,t} \mathrm{d}\text{out}_{n,t}$ and $\mathrm{d}x_{n,t} =
# \mathrm{d}\text{out}_{n,t}\, w^\top$.
#
# ### Exercise: `temporal_affine_forward` (2 points, ★☆☆, 5 minutes)
#
# **and `temporal_affine_backward`** (2 points,
# ★☆☆, 10 minutes)

# %% tags=["exercise:temporal_affine_forward"]
def temporal_affine_forward(x, w, b):
    """The same fully connected layer at every step.

    x: (N, T, D) float array; not modified.
    w: (D, M) float array, b: (M,) float array; not modified.

    Returns (out, cache):
        out: (N, T, M) float array;
        cache: anything that your temporal_affine_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("temporal_affine_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("temporal_affine_forward")

# %% tags=["exercise:temporal_affine_backward"]
def temporal_affine_backward(dout, cache):
    """The gradients of the layer, summed over sequences and steps.

    dout: (N, T, M) float array, the gradient of the loss in out; not modified.
    cache: what your temporal_affine_forward returned; the same cache may be used again.

    Returns (dx, dw, db), float arrays of the shapes of x, w and b.
    """
    # YOUR CODE HERE
    raise NotImplementedError("temporal_affine_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("temporal_affine_backward")

# %% [markdown]
# ### The loss of a sequence
#
# At each step the model gives $V$ scores, and the softmax turns them into probabilities of the next letter. The loss
# of a step is $-\log p$ of the letter that did come, as in `softmax_loss`. The letters of one sequence belong
# together, so their losses are **added over its steps**, and the **average is over the $N$ sequences**:
#
# $$ L = -\frac{1}{N} \sum_{n=1}^{N} \sum_{t=1}^{T} m_{n,t} \log p_{n,t,y_{n,t}}, \qquad
# p_{n,t} = \operatorname{softmax}(x_{n,t}). $$
#
# Sentences in a batch have different lengths and are filled up to the longest. The **mask** $m$ is 1 where a letter
# belongs to the sentence, and 0 where it is filling. Filling costs nothing and gets no gradient. The derivative of
# $-\log p_y$ in the scores is $p$ minus 1 at the right letter (you derived it in `losses`), so
#
# $$ \frac{\partial L}{\partial x_{n,t,v}} = \frac{m_{n,t}}{N} \left(p_{n,t,v} - [v = y_{n,t}]\right). $$
#
# Subtract each row's largest score before `exp`, which changes no probability.
#
# ### Exercise: `temporal_softmax_loss` (6 points, ★★☆, 20 minutes)

# %% tags=["exercise:temporal_softmax_loss"]
def temporal_softmax_loss(x, y, mask):
    """The softmax loss of sequences, added over the steps and averaged over the sequences.

    x: (N, T, V) float array, the scores of each of V words at each step, of any size; not modified. Adding the same
        number to all scores of a step changes nothing.
    y: (N, T) int array, the right words, 0 ... V - 1 also where the mask is False; not modified.
    mask: (N, T) bool array, True where a step counts; not modified.

    Returns (loss, dx):
        loss: float, minus the sum over the steps that count of the log probability of the right word, divided by N;
        dx: (N, T, V) float array, the gradient of the loss in x.
    """
    # YOUR CODE HERE
    raise NotImplementedError("temporal_softmax_loss is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("temporal_softmax_loss")

# %% [markdown]
# ### Perplexity: how good is it, in one number?
#
# This loss grows with the length of the sentences, so it cannot be compared. The **perplexity** can. Take the loss per
# letter that counts, and then $e$ to that:
#
# $$ \text{perplexity} = \exp\left(\frac{\text{sum of } -\log p \text{ over all letters that count}}
# {\text{number of letters that count}}\right). $$
#
# It says between how many equally likely letters the model hesitates, on (geometric) average. Sure of every letter and
# right, it is 1.
#
# **Predict.** A model that knows nothing gives each of the 27 letters of its vocabulary the same probability. What is
# its perplexity?

# %% tags=["exercise:q_uniform"]
# YOUR CODE HERE
q_uniform = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_uniform")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each letter costs $\log 27$, so does the average, and $e^{\log 27} = 27$, whatever the text says and however long it
# is. This is the **uniform baseline**: any model that has learned something is below it.
# </details>
#
# ### Exercise: `perplexity` (3 points, ★☆☆, 10 minutes)

# %% tags=["exercise:perplexity"]
def perplexity(loss, mask):
    """The perplexity of a batch.

    loss: float, as temporal_softmax_loss returns it: a sum over the steps that count, divided by N.
    mask: (N, T) bool array, True where a step counts, at least once; not modified.

    Returns a float >= 1: e to the loss per step that counts.
    """
    # YOUR CODE HERE
    raise NotImplementedError("perplexity is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("perplexity")

# %% [markdown]
# ---
# ## 8 A language model that writes
#
# A **language model** reads letters and gives the scores of the next one. To let it write, draw a letter with the
# probabilities that the scores say, and give it to the model as its next input:
#
# $$ k_{1} \sim \operatorname{softmax}(\text{scores after the seed}), \qquad
# k_{j+1} \sim \operatorname{softmax}(\text{scores after } k_j). $$
#
# The state is handed on from step to step: it holds all that was written so far. Always taking the most likely letter
# instead of drawing would write the same sentence each time.
#
# Here the model is any function that is given a letter and a state, and returns the scores and the new state. For the
# first letter, the state is `None`. What a state is, only the model knows; hand it on as it is.
#
# ### Exercise: `sample` (6 points, ★★☆, 20 minutes)

# %% tags=["exercise:sample"]
def sample(model, seed_token, length, rng):
    """Let a model write.

    model: a function (token, state) -> (scores, state). token: int, the last token; state: None at first, then what the
        model returned; scores: (V,) float array of any size, whose softmax is the distribution of the next token.
    seed_token: int, what the model is given first; it is not part of the result.
    length: int >= 1, how many tokens to draw.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a list (or 1-d array) of `length` ints, each drawn from the softmax of the scores that the model gave after
    the token before.
    """
    rng = np.random.default_rng(rng)
    # YOUR CODE HERE
    raise NotImplementedError("sample is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("sample")

# %% [markdown]
# ### Training on the letters of a grammar
#
# The text comes from a small grammar. It is simple, but it needs memory: in *the dogs that the old cat sees run*, the
# verb at the end must fit *dogs*, not *cat*. And since we know the grammar, we know the best perplexity that is
# possible.

# %% tags=["demo"]
NOUNS = [["cat", "dog", "bird", "child"], ["cats", "dogs", "birds", "children"]]  # one, several
ALONE = [["sleeps", "runs", "sings", "waits"], ["sleep", "run", "sing", "wait"]]
OTHERS = [["sees", "likes", "hears"], ["see", "like", "hear"]]


def choose(rng, words, cost):
    """One of the words, all equally likely; what it costs, -log p, is added to the list."""
    cost.append(np.log(len(words)))
    return words[rng.integers(len(words))]


def maybe(rng, p, cost):
    """True with probability p."""
    yes = rng.random() < p
    cost.append(-np.log(p if yes else 1 - p))
    return yes


def phrase(rng, many, cost):
    """The cat, or the old cat."""
    adjective = choose(rng, ["small", "old", "happy", "quiet"], cost) + " " if maybe(rng, 0.25, cost) else ""
    return "the " + adjective + choose(rng, NOUNS[many], cost)


def sentence(rng):
    """A sentence of the grammar, and minus the logarithm of its probability."""
    cost = []
    many = choose(rng, [0, 1], cost)
    text = phrase(rng, many, cost)
    if maybe(rng, 0.3, cost):
        other = choose(rng, [0, 1], cost)
        text += " that " + phrase(rng, other, cost) + " " + choose(rng, OTHERS[other], cost)
    if maybe(rng, 0.6, cost):
        text += " " + choose(rng, ALONE[many], cost)
    else:
        text += " " + choose(rng, OTHERS[many], cost) + " " + phrase(rng, choose(rng, [0, 1], cost), cost)
    return text + ".", sum(cost)


text_rng = np.random.default_rng(4)
sentences, costs = zip(*(sentence(text_rng) for _ in range(2000)), strict=True)
END = "\n"  # begins and ends each sentence
letters = [END, *sorted(set("".join(sentences)))]
number = {letter: k for k, letter in enumerate(letters)}
# Each sentence has an END to predict, too. The grammar never says more than its own probabilities.
best = np.exp(sum(costs) / sum(len(text) + 1 for text in sentences))
print("\n".join(sentences[:5]))
print(f"\n{len(letters)} letters: perplexity {len(letters)} for who knows nothing, {best:.2f} for the grammar itself")

# %% [markdown]
# A sentence of $k$ letters is $k + 1$ steps: from END predict the first letter, ..., from the last letter predict
# END. The weights are moved by **Adam**, yours if your `adam` from the assignment `optimizers` passes its public
# checks, else the one below.

# %% tags=["setup:2"]
def adam(w, dw, config=None):
    """One step of Adam. config: dict that keeps "m", "v" and "t"; "learning_rate" is 1e-3 if absent."""
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0} | (config or {})
    config["t"] += 1
    moments = {}
    for name, beta, now in (("m", config["beta1"], dw), ("v", config["beta2"], dw**2)):
        config[name] = beta * config.get(name, 0.0) + (1 - beta) * now
        moments[name] = config[name] / (1 - beta ** config["t"])
    return w - config["learning_rate"] * moments["m"] / (np.sqrt(moments["v"]) + config["epsilon"]), config

# %% tags=["demo"]
adam = earlier("optimizers", adam)
LAYERS = {  # blocks side by side, whole sequences forwards and backwards
    "RNN": (1, rnn_forward, rnn_backward),
    "LSTM": (4, lstm_forward, lstm_backward),
}


def as_arrays(texts):
    """x, y: (N, T) ints, inputs and what comes next; mask: (N, T) bools."""
    longest = max(map(len, texts)) + 1
    x, y = np.zeros((len(texts), longest), int), np.zeros((len(texts), longest), int)
    mask = np.zeros((len(texts), longest), bool)
    for row, text in enumerate(texts):
        codes = [number[letter] for letter in text]
        x[row, 1 : len(text) + 1], y[row, : len(text)], mask[row, : len(text) + 1] = codes, codes, True
    return x, y, mask


def first_weights(kind, rng, embedding=12, hidden=48):
    """The weights before training; an LSTM begins with open forget gates."""
    width = LAYERS[kind][0] * hidden
    shapes = {"embedding": (len(letters), embedding), "Wx": (embedding, width), "Wh": (hidden, width)}
    p = {name: rng.standard_normal(shape) / shape[0] ** 0.5 for name, shape in shapes.items()}
    p |= {"b": np.zeros(width), "w": rng.standard_normal((hidden, len(letters))) / hidden**0.5}
    if kind == "LSTM":
        p["b"][hidden : 2 * hidden] = 1
    return p | {"scores": np.zeros(len(letters))}


def loss_and_gradients(kind, p, x, y, mask):
    """One forward and one backward pass through your layers."""
    _, forward, backward = LAYERS[kind]
    vectors, looked_up = word_embedding_forward(x, p["embedding"])
    h, cache = forward(vectors, np.zeros((len(x), len(p["Wh"]))), p["Wx"], p["Wh"], p["b"])
    scores, layer = temporal_affine_forward(h, p["w"], p["scores"])
    loss, dscores = temporal_softmax_loss(scores, y, mask)
    dh, dw, db = temporal_affine_backward(dscores, layer)
    dvectors, _, dWx, dWh, dbias = backward(dh, cache)
    grads = {"embedding": word_embedding_backward(dvectors, looked_up), "Wx": dWx, "Wh": dWh, "b": dbias}
    return loss, grads | {"w": dw, "scores": db}


def train(kind, steps, seed=0, lr=0.02, show_at=()):
    """Train with Adam and clipping; returns weights, perplexities, and the weights at the steps `show_at`."""
    rng = np.random.default_rng(seed)
    p, history, kept = first_weights(kind, rng), [], {}
    configs = {name: {"learning_rate": lr} for name in p}
    for step in range(1, steps + 1):
        if step - 1 in show_at:
            kept[step - 1] = dict(p)
        x, y, mask = as_arrays([sentences[k] for k in rng.integers(0, len(sentences), 24)])
        loss, grads = loss_and_gradients(kind, p, x, y, mask)
        history.append(perplexity(loss, mask))
        for name, grad in clip_grad_norm(grads, 5.0)[0].items():
            p[name], configs[name] = adam(p[name].copy(), grad, configs[name])
    return p, history, kept | {steps: p}

# %% tags=["demo"]
TRAINING = ("rnn_forward", "rnn_backward", "lstm_forward", "lstm_backward", "word_embedding_forward")
TRAINING += ("word_embedding_backward", "temporal_affine_forward", "temporal_affine_backward")
TRAINING += ("temporal_softmax_loss", "clip_grad_norm", "perplexity")
with uses(*TRAINING):
    runs = {kind: train(kind, 300, show_at=(0, 30)) for kind in LAYERS}
    ax = axes(width=8)
    curves(
        {kind: history for kind, (_, history, _) in runs.items()}, x=range(1, 301), ylabel="perplexity", log=True, ax=ax
    )
    ax.set(xscale="log", yticks=[1, 2, 5, 10, 20], yticklabels=[1, 2, 5, 10, 20])
    for level, said in ((len(letters), "knows nothing"), (best, "knows the grammar")):
        ax.axhline(level, color="0.5", linestyle="--")
        ax.text(300, 0.97 * level, said, va="top", ha="right", color="0.3")
    plt.show()
    for kind, (_, history, _) in runs.items():
        print(f"{kind}: perplexity {np.mean(history[-30:]):.2f} over the last 30 batches; possible are {best:.2f}")

# %% [markdown]
# Both begin at about the uniform baseline. First they learn which letters are frequent, then the words, then how words
# follow each other. The lower dashed line is as far as anybody can come, and the LSTM comes close.
#
# And this is what it writes, before, during and after.

# %% tags=["demo"]
def language_model(p):
    """An LSTM with the weights p as a function (token, state) -> (scores, state); after END it begins anew."""

    def model(token, state):
        zeros = np.zeros((1, len(p["Wh"])))
        h, c = (zeros, zeros) if state is None or letters[token] == END else state
        vector = word_embedding_forward(np.array([[token]]), p["embedding"])[0][:, 0]
        h, c, _ = lstm_step_forward(vector, h, c, p["Wx"], p["Wh"], p["b"])
        return temporal_affine_forward(h[:, None], p["w"], p["scores"])[0][0, 0], (h, c)

    return model


def either(pattern):
    """The pattern for one or for several, with NOUN and the lists of words filled in."""
    filled = []
    for many in (0, 1):
        words = {"NOUN": "the (?:(?:small|old|happy|quiet) )?" + one_of(NOUNS[many])}
        words |= {"ALONE": one_of(ALONE[many]), "OTHERS": one_of(OTHERS[many])}
        filled.append(re.sub("NOUN|ALONE|OTHERS", lambda found, words=words: words[found[0]], pattern))
    return one_of(filled)


def one_of(patterns):
    """A regular expression for any of them."""
    return "(?:" + "|".join(patterns) + ")"


GRAMMAR = either("NOUN(?: that " + either("NOUN OTHERS") + ")? (?:ALONE|OTHERS " + either("NOUN") + r")\.")

# %% tags=["demo"]
with uses(*TRAINING, "lstm_step_forward", "sample"):
    for step, weights in runs["LSTM"][2].items():
        written = "".join(letters[k] for k in sample(language_model(weights), number[END], 150, 5))
        print(f"--- after {step} steps\n{written}\n")
    written = "".join(letters[k] for k in sample(language_model(weights), number[END], 6000, 6)).split(END)[:-1]
    fit = [text for text in written if re.fullmatch(GRAMMAR, text)]
    new = [text for text in fit if text not in sentences]
    print(f"{len(written)} sentences: {len(fit)} follow the grammar, and {len(new)} of these were not in the text")

# %% [markdown]
# Before training it is letters at random. After thirty steps there are word-like pieces, in the end mostly sentences of
# the grammar, some of which it never read. Many of the wrong ones have a verb that does not fit its noun, often with a
# clause in between: it forgot whether it was one cat or several. Others have a word that does not exist.
#
# **Why?** The model is trained on sentences of the grammar only. When it writes, it reads what it wrote itself. Why
# can one wrong letter spoil the rest of a sentence?
#
# <details><summary>An answer</summary>
#
# After a wrong letter the state is one that never occurred in training, and nothing says what is to follow. So the next
# letter is more likely to be wrong as well. In training the model was always given the right letter, whatever it had
# predicted, which is called *teacher forcing*.
#
# </details>
#
# ## Where to go from here
#
# - J. Elman, [Finding structure in time](https://doi.org/10.1207/s15516709cog1402_1), 1990, and P. Werbos,
#   [Backpropagation through time: what it does and how to do it](https://doi.org/10.1109/5.58337), 1990.
# - Y. Bengio, P. Simard and P. Frasconi, [Learning long-term dependencies with gradient descent is
#   difficult](https://doi.org/10.1109/72.279181), 1994.
# - R. Pascanu, T. Mikolov and Y. Bengio, [On the difficulty of training recurrent neural
#   networks](https://arxiv.org/abs/1211.5063), 2013: exploding and vanishing gradients, and clipping by the norm.
# - S. Hochreiter and J. Schmidhuber, [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735), 1997; F.
#   Gers, J. Schmidhuber and F. Cummins, [Learning to forget](https://doi.org/10.1162/089976600300015015), 2000.
# - K. Cho et al., [Learning phrase representations using RNN encoder–decoder](https://arxiv.org/abs/1406.1078), 2014:
#   the GRU; J. Chung et al., [Empirical evaluation of gated recurrent neural
#   networks](https://arxiv.org/abs/1412.3555), 2014.
# - A. Karpathy, [The unreasonable effectiveness of recurrent neural
#   networks](https://karpathy.github.io/2015/05/21/rnn-effectiveness/), 2015.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, [chapter
#   10](https://www.deeplearningbook.org/contents/rnn.html).
# - Stanford CS231n, [assignments](https://cs231n.github.io/): the conventions used here.

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit recurrent` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
