# %% [markdown]
# # PyTorch: what a framework does for you, and what it does not
#
# So far you have written every backward pass yourself. It was worth it once. But a network of fifty layers would need
# fifty of them, and each is a chance for a wrong sign. Since backpropagation is mere bookkeeping, a program can do it:
# you write the forward pass, something watches, and afterwards it walks back and hands out the gradients. That program
# is PyTorch. It also runs the same lines on a GPU, where large networks train many times faster.
#
# What it does not do is think. It follows your instructions to the letter, and most mistakes raise no exception: the
# loss goes down a little less, or the accuracy looks a little too good, and nobody notices. This notebook is about the
# machinery, and about those silent mistakes.
#
# ## What you will be able to do
#
# - say what autograd records, where a gradient goes and where it stops;
# - teach autograd a function of your own, even one that is differentiated twice;
# - write layers as modules whose parameters are found, trained, saved and loaded;
# - find the place where somebody has cut a graph by accident;
# - write a training step and an evaluation that are right, and say what each line is for;
# - say why a GPU is fast, move nested data to a device, and time a device that works while Python goes on;
# - reuse a trained network for a new task;
# - say what tells PyTorch from TensorFlow and JAX.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Tensors and autograd | `Square` | 16 | ★★☆ | 40 |
# | 2 Modules and parameters | `Linear`, `Conv2d` | 28 | ★★☆ | 60 |
# | 3 Detached tensors: where the graph is cut | `detach_bug` | 6 | ★★☆ | 25 |
# | 4 Training and evaluation | `train_step`, `evaluate` | 26 | ★☆☆ | 45 |
# | 5 GPUs: devices and timing | `to_device`, `time_on_device` | 16 | ★★☆ | 40 |
# | 6 Transfer learning | `freeze` | 8 | ★☆☆ | 20 |
#
# Write each function where it says so, run the cell, then run the check below it: it runs the public checks, which
# carry about half of the points. The others are hidden, and run when your work is graded. A picture whose function is
# not written yet says so and waits. No GPU is needed anywhere. Any float dtype will do: what your code computes in
# float32 is compared as float32.
#
# The questions named `q_...` give no points; answer them *before* you compute. An answer is a number such as `0.25`,
# or, where there is a choice, a letter in quotes such as `"a"`.

# %%
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# %% tags=["demo"]
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import matplotlib.pyplot as plt
from matplotlib.colors import ListedColormap
from scipy.special import log_softmax
from sklearn.datasets import load_digits, make_moons

from autograder import plots
from autograder.notebook import earlier, uses

plots.style()
torch.set_num_threads(1)  # for tensors as small as ours, sharing the work costs more than it saves
torch.manual_seed(0)
digits = load_digits()
digit_images = torch.tensor(digits.images / 16.0, dtype=torch.float32)[:, None]  # (1797, 1, 8, 8), values 0..1
digit_labels = torch.tensor(digits.target)

# %% [markdown]
# ---
# ## 1 Tensors and autograd
#
# A **tensor** is an array: it has a shape, a dtype, and most of what you know from NumPy works on it under the same
# name (`axis` is called `dim`). Three things are new.
#
# - It lives on a **device**, `"cpu"` or `"cuda"`.
# - Its dtype is `float32` unless you ask for another: about 7 digits, half the memory, and what GPUs are built for.
#   NumPy's default is `float64`. Mixing them is an error in most layers.
# - It may carry `requires_grad=True`: "I want a derivative with respect to this".
#
# From then on **autograd** keeps a record. Each operation that touches such a tensor leaves a node: which operation it
# was, what it has to remember for its backward pass, and whose results went in. The node hangs on the result as
# `result.grad_fn`. The graph is built *while your code runs*, anew each time: an `if` or a loop needs no special
# treatment, since what is written down is only what has happened.
#
# The next picture is drawn from such a record: that of $L = \sum\big(\tanh(w\,x + b)\big)^2$, followed from $L$
# backwards.


# %% tags=["demo"]
def recorded(tensor):
    """The nodes behind a tensor, each with its longest distance from it, and the arrows (user, used)."""
    distance, arrows, waiting = {tensor.grad_fn: 0}, set(), [tensor.grad_fn]
    while waiting:
        node = waiting.pop(0)
        for used, _ in node.next_functions:
            if used is None:  # a number, or a tensor of which no gradient is wanted
                continue
            arrows.add((node, used))
            if distance.get(used, -1) < distance[node] + 1:
                distance[used] = distance[node] + 1
                waiting.append(used)
    return distance, arrows


def draw_recorded(ax, tensor, names, title):
    """Draw autograd's own graph of a tensor, inputs on the left. names: id of a leaf -> its name."""
    distance, arrows = recorded(tensor)
    depth = max(distance.values())
    place = {}
    for level in range(depth + 1):
        column = [node for node in distance if distance[node] == level]
        for i, node in enumerate(column):
            place[node] = (1.7 * (depth - level), (len(column) - 1) / 2 - i + 0.25 * (level % 2) * (len(column) > 1))
    for user, used in arrows:
        ax.annotate(
            "",
            place[user],
            place[used],
            arrowprops={"arrowstyle": "-|>", "color": "0.4", "mutation_scale": 15, "shrinkA": 15, "shrinkB": 30},
        )
    for node, (x, y) in place.items():
        leaf = hasattr(node, "variable")
        label = names.get(id(node.variable), "leaf") if leaf else node.name().replace("Backward", "\nBackward")
        ax.text(
            x,
            y,
            label,
            ha="center",
            va="center",
            fontsize=12 if leaf else 8,
            bbox={"boxstyle": "round,pad=0.4", "facecolor": "#cfe8cf" if leaf else "white", "edgecolor": "0.4"},
        )
    height = max(abs(y) for _, y in place.values()) + 0.6
    ax.set(xlim=(-0.8, 1.7 * depth + 0.8), ylim=(-height, height), title=title)
    ax.axis("off")


w, b, x = torch.tensor(0.7, requires_grad=True), torch.tensor(-0.2, requires_grad=True), torch.tensor([1.0, 2.0, 3.0])
loss = ((w * x + b).tanh() ** 2).sum()
title = "what PyTorch has written down: x is missing, nobody asked for its gradient"
draw_recorded(plots.axes(width=12, height=2.6), loss, {id(w): "w", id(b): "b"}, title)
plt.show()

# %% [markdown]
# The green boxes are the **leaves**: tensors that were not computed from anything that is recorded. `loss.backward()`
# starts with a 1 at the right and walks against the arrows, exactly as you did by hand. What arrives at a leaf is
# **added** to its `.grad`. Added, not stored: two calls leave the sum of both. That is what a branch in the graph
# needs, and it is the reason why a training loop has to clear the gradients.
#
# Three ways to keep something out of the record:
#
# | | what it does | when |
# |---|---|---|
# | `t.detach()` | the same numbers as a new tensor without history | a value is to count as a constant |
# | `with torch.no_grad():` | nothing inside is recorded | you only want numbers: evaluation, updates |
# | `t.requires_grad_(False)` | no gradient is wanted for this leaf | freezing a part of a network |
#
# `t.item()` and `float(t)` leave the graph as well: what comes out is a number, and numbers have no history.
# (`t.numpy()` raises an error for a tensor with a history: detach it first.)
#
# **Predict.** How many of these four tensors are leaves (`t.is_leaf`)?
#
# ```python
# w = torch.ones(3, requires_grad=True)
# c = torch.ones(3)
# y = w * c
# d = y.detach()
# ```

# %% tags=["exercise:q_leaves"]
### BEGIN SOLUTION
q_leaves = 3
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# `w` and `c` were not computed, and `d` is cut from what it was computed from; only `y` has a `grad_fn`. So a leaf need
# not want a gradient: of these three only `w` does.
# </details>

# %% [markdown]
# **Predict.** `w = torch.tensor(3.0, requires_grad=True)`. Then `(w * w).backward()` is called three times (each time
# the product is computed anew), and nothing is cleared in between. What is `w.grad`?

# %% tags=["exercise:q_accumulated"]
### BEGIN SOLUTION
q_accumulated = 18
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each call adds $2w = 6$ to what is there, and nobody cleared it. (6 would be right if `backward` replaced the old
# gradient.)
# </details>

# %% [markdown]
# ### The gradients of your own network, checked
#
# In `backprop` you wrote the backward pass of a two-layer network by hand. Autograd needs its forward pass only. The
# next cell takes your `TwoLayerNet` if it is there and its public checks hold (else the one given here), computes the
# loss of the same weights on the same digits with PyTorch, and compares all gradients.


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
by_hand = TwoLayerNet(64, 50, 10, weight_scale=0.1)
flat = digits.data[:100] / 16.0
loss_by_hand, grads = by_hand.loss(flat, digits.target[:100])
W1, b1, W2, b2 = leaves = [torch.tensor(by_hand.params[name], requires_grad=True) for name in ("W1", "b1", "W2", "b2")]
scores = torch.relu(torch.from_numpy(flat) @ W1 + b1) @ W2 + b2
loss = F.cross_entropy(scores, digit_labels[:100])
loss.backward()
print(f"the loss by hand {loss_by_hand:.12f}, by PyTorch {loss.item():.12f}")
for name, leaf in zip(("W1", "b1", "W2", "b2"), leaves, strict=True):
    print(f"gradient of {name}: largest difference {np.abs(grads[name] - leaf.grad.numpy()).max():.1e}")

# %% [markdown]
# Two lines for the forward pass, one for the loss, and `loss.backward()`. All gradients agree but for rounding.
#
# ### A function of your own
#
# Autograd knows the derivatives of some hundreds of operations and puts everything else together from them. Sometimes
# you want to add one: because a formula of your own is more accurate or needs less memory, or because the forward pass
# is foreign code that nobody can look into. For this you write a class with two static methods:
#
# - `forward(ctx, x)` computes the result. Nothing in it is recorded. What the backward pass will need goes into
#   `ctx.save_for_backward(...)`.
# - `backward(ctx, grad_output)` gets the upstream gradient $\partial L/\partial y$, of the shape of the output $y$. It
#   returns $\partial L/\partial x$, of the shape of $x$. What was saved is in `ctx.saved_tensors`, a tuple.
#
# The class is never instantiated. It is called as `Square.apply(x)`.
#
# Why `save_for_backward`, where `ctx.x = x` would seem to do? Because PyTorch then watches over the tensor. If
# somebody changes it in place between forward and backward (`x += 1`), the saved value is no longer the one that the
# result was computed from. With `save_for_backward` this raises an error; with an attribute you silently get a wrong
# gradient.
#
# **Twice.** A gradient is itself computed by a formula, so it can be differentiated again: Newton's method does it,
# and so do gradient penalties and physics-informed networks. With `create_graph=True`, PyTorch records what your
# `backward` does, just as it records a forward pass. For this to work, `backward` must compute with tensors that have
# a history, in operations that autograd knows. For $y = x^2$ with upstream gradient $v$, entry by entry:
#
# $$ \frac{\partial L}{\partial x} = 2\,x\,v =: g . $$
#
# $g$ depends on *two* tensors, $x$ and $v$. Let $u$, of the same shape, be what arrives at $g$ in the second backward
# pass: the derivative, with respect to $g$, of whatever was computed from it. Then $x$ must get $2\,v\,u$, and $v$ must
# get $2\,x\,u$. You don't write these; they come out by themselves if you do not get in autograd's way. A detour by
# NumPy, by `.detach()`, `.data` or `.item()` gets in its way.

# %% [markdown]
# ### Exercise: `Square` (16 points, ★★☆, 40 minutes)


# %% tags=["exercise:Square"]
class Square(torch.autograd.Function):
    """The square of every entry, as a function of autograd's: y = Square.apply(x).

    x: float tensor of any shape, dtype and device; not modified. y has the same.

    The gradient is right for any upstream gradient, and so is the gradient of the gradient
    (torch.autograd.grad(..., create_graph=True), then differentiate again).
    x is kept with ctx.save_for_backward, so that a backward pass after x was changed in place raises an error
    instead of giving a wrong gradient.
    """

    @staticmethod
    def forward(ctx, x):
        """x: float tensor of any shape. Returns y, of the same shape."""
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        return x * x
        ### END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        """grad_output: tensor of the shape of y, the upstream gradient. Returns the gradient of x, of x's shape."""
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return 2 * x * grad_output
        ### END SOLUTION


# %% tags=["demo"]
with uses("Square"):
    points = torch.linspace(-2, 2, 81, dtype=torch.float64, requires_grad=True)
    fourth = Square.apply(Square.apply(points) - 1)  # (x² − 1)²
    (slope,) = torch.autograd.grad(fourth.sum(), points, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), points)
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 3.4), width_ratios=[1, 1.6])
    series = {"$(x^2-1)^2$": fourth, "its derivative": slope, "derivative of the derivative": bend}
    series, title = {name: each.detach() for name, each in series.items()}, "three curves, one forward formula"
    plots.curves(series, x=points.detach(), xlabel="x", ylabel="", title=title, ax=left).set_ylim(-10, 16)
    left.axhline(0, color="0.8", lw=0.8, zorder=0)
    leaf, upstream = torch.tensor(1.5, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    (first,) = torch.autograd.grad(Square.apply(leaf), leaf, upstream, create_graph=True)
    draw_recorded(right, first, {id(leaf): "x", id(upstream): "v"}, "the recorded graph of the gradient $2xv$")
    plt.show()

# %% [markdown]
# Both $x$ and $v$ must stand in the right picture. If $v$ is missing, or if no picture comes because there is nothing
# to differentiate a second time, your `backward` has cut the history of one of them.
#
# ### Frameworks compared: NumPy, PyTorch, TensorFlow, JAX
#
# All deep-learning frameworks record a computation and walk back through it. They differ in what is recorded, and when.
#
# | | NumPy | PyTorch | TensorFlow 2 | JAX |
# |---|---|---|---|---|
# | computes | at once | at once (**eager**) | at once, or traced by `tf.function` | at once, or traced by `jit` |
# | gradients | by hand | `loss.backward()` | `with tf.GradientTape()` | `jax.grad(f)`, a new function |
# | where they go | | added to `.grad` | returned by the tape | returned by that function |
# | default dtype | float64 | float32 | float32 | float32 |
# | arrays can be changed | yes | yes, and autograd watches | no, but a `Variable` can | no: `x.at[i].set(v)` copies |
# | parameters live in | | an `nn.Module` | a Keras `Model` | an argument of the function |
# | compiler | | `torch.compile` | XLA, on request | XLA |
# | runs on | CPU | CPU, GPU and others | CPU, GPU, TPU | CPU, GPU, TPU |
#
# A graph that is built while the code runs is called **dynamic**, one that is built first and run afterwards
# **static**. TensorFlow 1 was static, which can run faster and is harder to debug; today all three begin with the
# dynamic way and compile what is worth it. **Keras** 3 is a layer above: the same model on TensorFlow, JAX or PyTorch.
#
# ---
# ## 2 Modules and parameters
#
# A layer has to remember its weights, and a network its layers. `nn.Module` is the class that keeps track of them. It
# works by watching assignments: whenever `self.something = value` is executed in a module,
#
# - an `nn.Parameter` (a tensor that is to be trained) is **registered** as one of its parameters;
# - an `nn.Module` is registered as one of its children.
#
# Everything else is an ordinary attribute *and not registered*. What is registered decides what `parameters()` gives to
# the optimizer, what `state_dict()` saves, what `to(device)` moves, and whom `train()` and `eval()` reach.
#
# So a tensor that is not a `Parameter`, and a layer in a plain Python list, are used in the forward pass, get gradients
# if they want any, and are never trained, never saved and never moved. No error, no warning.

# %% tags=["demo"]


class InAList(nn.Module):
    """Two hidden layers in a plain list."""

    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 16), nn.Linear(16, 16)]
        self.head = nn.Linear(16, 2)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.head(x)


class InAModuleList(InAList):
    """The same layers in a list that registers them."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(self.layers)


for network in (InAList(), InAModuleList()):
    print(f"{type(network).__name__:14}", [name for name, _ in network.named_parameters()])

# %% [markdown]
# **Predict.** Someone builds a network with `self.layers = [nn.Linear(10, 20), nn.Linear(20, 20)]` and
# `self.head = nn.Linear(20, 5)`. How many numbers does the optimizer get from `network.parameters()`? (Each layer has
# biases.)

# %% tags=["exercise:q_registered"]
### BEGIN SOLUTION
q_registered = 105
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Only the head is registered: $20\cdot 5$ weights and 5 biases. The 640 numbers of the two layers in the list are used
# in every forward pass and never trained.
# </details>

# %% [markdown]
# ### The fully connected layer
#
# For inputs $x$ of shape $(N, D)$ and $M$ outputs, PyTorch stores the weights as a matrix $W$ of shape $(M, D)$, one
# row per *output*. That is the transpose of what you used in `backprop`:
#
# $$ \text{out}_{nm} = \sum_{d=1}^{D} x_{nd}\,W_{md} + b_m . $$
#
# More axes in front are allowed: a batch of $N$ sentences of $T$ words, $D$ numbers each, has the shape $(N, T, D)$ and
# gives $(N, T, M)$; only the last axis is transformed. Names and shapes are part of the contract: a saved state names
# them, `{"weight": ..., "bias": ...}`, and can only be loaded where the same names and shapes are.
#
# How should the weights start? Small, random and different from each other; `initializers` has the story. PyTorch's
# own `nn.Linear` draws uniformly between $-1/\sqrt D$ and $1/\sqrt D$, biases too.

# %% [markdown]
# ### Exercise: `Linear` (12 points, ★☆☆, 20 minutes)
#
# Without `nn.Linear` and `F.linear`, of course. The check below
# does not look for them; `autograder check` and the grading do, and a layer that uses one of them, by whatever name,
# fails (`nn.LazyLinear` is one, too). In a cell of your own they are welcome, to compare with.


# %% tags=["exercise:Linear"]
class Linear(nn.Module):
    """A fully connected layer: every output is a weighted sum of all inputs, plus a bias.

    Written without nn.Linear and F.linear.

    in_features, out_features: ints, D inputs and M outputs.
    bias: bool, whether there is a bias.

    Attributes:
        weight: nn.Parameter of shape (M, D), starts random, no two rows alike (the scale is up to you; nn.Linear draws
            uniformly between -1/sqrt(D) and 1/sqrt(D));
        bias: nn.Parameter of shape (M,), starts as you like; None if bias is False.

    state_dict() has the keys "weight" and, with a bias, "bias", and no others: nn.Linear can load it and vice versa.
    """

    def __init__(self, in_features, out_features, bias=True):
        ### BEGIN SOLUTION
        super().__init__()
        bound = in_features**-0.5
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound)) if bias else None
        ### END SOLUTION

    def forward(self, x):
        """x: (..., D) float tensor with any number of axes in front; not modified. Returns a (..., M) tensor."""
        ### BEGIN SOLUTION
        out = x @ self.weight.T
        return out if self.bias is None else out + self.bias
        ### END SOLUTION


# %% [markdown]
# Note that a module is called as `layer(x)`, never as `layer.forward(x)`: the call runs the hooks, too, which others
# may have hung on the module to watch it.
#
# ### The convolution, as one matrix product
#
# In `conv` you wrote `im2col`: every window of the image becomes a column of a matrix, and the convolution becomes a
# product of two matrices. PyTorch has it under the name `F.unfold`:
#
# $$ \texttt{F.unfold}(x,\; (k_h, k_w),\; \texttt{stride=}\ldots,\; \texttt{padding=}\ldots) \quad\text{has shape}\quad
# (N,\; C\,k_h k_w,\; H'W') $$
#
# for $x$ of shape $(N, C, H, W)$, if the output of the convolution is $H'$ high and $W'$ wide. Name the stride and the
# padding: by place, the third argument is a `dilation`, which spreads the window. There is one matrix per image. Down a
# column the channel changes slowest and the window's own column fastest: the order in which a filter of shape
# $(C, k_h, k_w)$ lies in memory. Along a row the windows come as they lie in the image, row by row.


# %% tags=["demo"]
image = torch.arange(12.0).reshape(1, 1, 3, 4)
unfolded = F.unfold(image, (2, 2))[0]
pale = ["mistyrose", "lightblue", "honeydew", "lavender", "bisque", "lightyellow"]
_, (left, right) = plt.subplots(1, 2, figsize=(9, 2.8), width_ratios=[1.2, 2])
plots.numbers(image[0, 0], "one image, 3×4, one channel", colors=[["whitesmoke"] * 4] * 3, ax=left)
plots.numbers(unfolded, "F.unfold: each 2×2 window is a column", colors=[pale] * 4, ax=right)
for edge, window, column in [("tab:red", (0, 0), 0), ("tab:brown", (2, 1), 5)]:
    for ax, (x, y), size in [(left, window, (2, 2)), (right, (column, 0), (1, 4))]:
        ax.add_patch(plt.Rectangle((x - 0.47, y - 0.47), size[0] - 0.06, size[1] - 0.06, fill=False, ec=edge, lw=2.5))
plt.show()

# %% [markdown]
# The red window is the first column, the brown one the last. Six windows fit, two rows of three, and their columns
# stand in that order. Pixels in the middle of the image occur in up to four columns.


# %%
def pair(value):
    """(value, value) for a number, the value itself for a pair: kernel sizes, strides and paddings may be either."""
    return (value, value) if isinstance(value, int) else tuple(value)


# %% [markdown]
# ### Exercise: `Conv2d` (16 points, ★★☆, 40 minutes)
#
# The aim is `F.unfold` and one product, without a loop. As with
# `Linear`, what you are to write must not be used: no `nn.Conv2d`, no `F.conv2d`, and no other convolution of PyTorch,
# in one or three dimensions or transposed. The helper `pair` above is there for you.


# %% tags=["exercise:Conv2d"]
class Conv2d(nn.Module):
    """A convolution layer (cross-correlation: the kernel is not turned), through F.unfold.

    Written without nn.Conv2d, F.conv2d and PyTorch's other convolutions.

    in_channels, out_channels: ints, C and the number of filters.
    kernel_size, stride, padding: each an int for both directions, or a pair (along the height, along the width).
        padding: zeros added on each side.
    bias: bool, whether every filter has a bias.

    Attributes:
        weight: nn.Parameter of shape (out_channels, C, kh, kw), starts random, no two filters alike;
        bias: nn.Parameter of shape (out_channels,), starts as you like; None if bias is False.

    state_dict() has the keys "weight" and, with a bias, "bias", and no others: nn.Conv2d can load it and vice versa.
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        ### BEGIN SOLUTION
        super().__init__()
        kh, kw = pair(kernel_size)
        self.stride, self.padding = pair(stride), pair(padding)
        bound = (in_channels * kh * kw) ** -0.5
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kh, kw).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound)) if bias else None
        ### END SOLUTION

    def forward(self, x):
        """x: (N, C, H, W) float tensor; not modified.

        Returns a tensor of shape (N, out_channels, H', W'), H' = floor((H + 2 padding - kh) / stride) + 1, W' likewise.
        """
        ### BEGIN SOLUTION
        filters, _, kh, kw = self.weight.shape
        columns = F.unfold(x, (kh, kw), padding=self.padding, stride=self.stride)
        out = self.weight.flatten(1) @ columns
        if self.bias is not None:
            out = out + self.bias[:, None]
        out_h = (x.shape[2] + 2 * self.padding[0] - kh) // self.stride[0] + 1
        return out.reshape(len(x), filters, out_h, -1)
        ### END SOLUTION


# %% tags=["demo"]
with uses("Conv2d"):
    layer = Conv2d(1, 3, 3, padding=1, bias=False)
    edges = torch.tensor([[1.0, 0.0, -1.0]] * 3)
    bank = torch.stack([edges, edges.T, torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])])
    layer.load_state_dict({"weight": bank[:, None]})
    with torch.no_grad():
        maps = layer(digit_images[[3, 8]])
    pictures = [each for which, made in zip((3, 8), maps, strict=True) for each in (4 * digit_images[which, 0], *made)]
    titles = ["a real digit", "left − right", "above − below", "Laplace"]
    plots.images([each.numpy() for each in pictures], titles, columns=4, signed=True, size=2)
    plt.show()

# %% [markdown]
# Each filter is a question about a neighborhood: red where the answer is positive, blue where it is negative. The first
# responds to the left and right edges of a stroke, the second to its upper and lower edges, and Laplace's to a pixel
# that differs from its neighbors, in whichever direction.

# %% [markdown]
# ---
# ## 3 Detached tensors: where the graph is cut
#
# Now that layers and gradients are somebody else's work, a new kind of bug appears: the forward pass is right, the
# loss is right, but somewhere on the way a value has lost its history. Everything before that place gets no gradient.
# If it is only a part of the network, the rest still learns, the loss still falls, and you will think that the network
# is just not very good. Ways in which it happens:
#
# | line | why it cuts |
# |---|---|
# | `x = torch.tensor(layer(x))` | makes a new tensor from the numbers |
# | `x = layer(x).detach()` | says so itself; left over from debugging |
# | `x = torch.from_numpy(np.tanh(layer(x).detach().numpy()))` | NumPy records nothing |
# | `with torch.no_grad(): x = backbone(x)` | forgotten when the backbone was to be trained after all |
# | `x = (layer(x) > 0).float()` | a comparison has no derivative |
# | `self.aux = nn.Linear(...)`, never called | not cut, but never connected |
#
# A parameter that the loss does not reach has `.grad` equal to `None` after `backward()`. That is not the same as a
# gradient of zeros: zeros are an *answer* ("at this point the loss does not depend on it"; think of a ReLU that is
# switched off), `None` says that nobody asked.
#
# Write a tool for it, to be run once on a new network before you train it for a night. The gradients are wanted
# without touching anybody's `.grad`; look at `torch.autograd.grad` and its argument `allow_unused`.

# %% [markdown]
# ### Exercise: `detach_bug` (6 points, ★★☆, 25 minutes)


# %% tags=["exercise:detach_bug"]
def detach_bug(model, batch, loss_fn):
    """Which parameters wait for a gradient that never comes?

    model: an nn.Module.
    batch: (x, y), inputs and targets, tensors on the model's device.
    loss_fn: a function; loss_fn(model(x), y) is a tensor with one number.

    Returns a list of names, as model.named_parameters() has them and in its order: those of all parameters that are to
    be trained (requires_grad is True) but to which no gradient of this loss flows. A frozen parameter is not named,
    and neither is one whose gradient exists and is zero. If no parameter at all has influenced the loss in a way that
    is recorded, all trainable ones are named; no error is raised.

    Neither the parameters nor their .grad (None or a tensor) are changed.
    """
    ### BEGIN SOLUTION
    x, y = batch
    loss = loss_fn(model(x), y)
    trainable = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if not loss.requires_grad:
        return list(trainable)
    gradients = torch.autograd.grad(loss, list(trainable.values()), allow_unused=True)
    return [name for name, gradient in zip(trainable, gradients, strict=True) if gradient is None]
    ### END SOLUTION


# %% tags=["demo"]
class Stack(nn.Module):
    """Three layers and a place to break something: `between` is applied after layer 2."""

    def __init__(self, between, quiet=False):
        super().__init__()
        self.layer1, self.layer2, self.layer3 = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 3)
        self.between, self.quiet = between, quiet

    def forward(self, x):
        with torch.set_grad_enabled(not self.quiet):
            x = torch.relu(self.layer1(x))
        return self.layer3(self.between(self.layer2(x)))


candidates = {
    "healthy: torch.tanh(x)": Stack(torch.tanh),
    "np.tanh(x.detach().numpy())": Stack(lambda x: torch.from_numpy(np.tanh(x.detach().numpy()))),
    "(x > 0).float()": Stack(lambda x: (x > 0).float()),
    "layer 1 under no_grad": Stack(torch.tanh, quiet=True),
    "x * 0 (a true zero)": Stack(lambda x: x * 0),
}
with uses("detach_bug"):
    sample = (torch.randn(5, 6), torch.tensor([0, 2, 1, 1, 0]))
    parameter_names = [name for name, _ in candidates["healthy: torch.tanh(x)"].named_parameters()]
    table = np.array(
        [[name in detach_bug(net, sample, F.cross_entropy) for name in parameter_names] for net in candidates.values()]
    )
    ax = plots.axes(width=9, height=3)
    ax.imshow(table, cmap=ListedColormap(["#cfe8cf", "#f3b5ae"]), vmin=0, vmax=1, aspect="auto")
    for (i, j), lost in np.ndenumerate(table):
        ax.text(j, i, "no gradient" if lost else "reached", ha="center", va="center", fontsize=8)
    ax.set_xticks(range(len(parameter_names)), parameter_names, fontsize=8)
    ax.set_yticks(range(len(candidates)), list(candidates), fontsize=9)
    ax.set_title("which parameters does a gradient reach?")
    plt.show()

# %% [markdown]
# **Why?** The last network multiplies by 0, so nothing in layers 1 and 2 can change the loss. Why are they "reached"?
#
# <details><summary>An answer</summary>
#
# The product is recorded like any other operation, and its derivative is computed: it is 0, and 0 times what comes from
# above is a gradient of zeros. Autograd follows the record and does not ask whether it is of use. `None` would mean
# that there is no path in the record at all.
# </details>

# %% [markdown]
# ---
# ## 4 Training and evaluation
#
# ### A training step
#
# A training step has five parts. The forward pass and the loss you know. Then come the famous three lines: clear the
# old gradients, compute the new ones, move the parameters. What does each of them do, and what happens without it?
#
# - **Clear** (`zero_grad`). Gradients are added to `.grad`; this sets it to `None`. Without clearing, each step moves
#   along the sum of all gradients so far, the old ones in full. It is a momentum that never decays: the network
#   overshoots and swings.
# - **Backward.** Fills `.grad`. Without it there is nothing to move along.
# - **Step.** The optimizer looks at the `.grad` of *the parameters that it was given when it was made* and changes
#   them in place. It knows neither the model nor the loss. An optimizer of another model moves nothing here, or
#   rather: it moves the other model.
#
# The order matters as well: clear before backward, or the new gradients are thrown away before they are used.
#
# **The loss function expects logits.** `F.cross_entropy` applies the log-softmax itself. A softmax before it raises
# no error, but then it is applied twice: the probabilities lie in $[0, 1]$, so the loss can no longer get near 0 and
# the gradients become faint.
#
# **Modes.** Some layers behave differently while training: dropout drops, batch normalization uses the batch's own
# statistics. `model.train()` and `model.eval()` switch the whole tree of modules. A step belongs into training mode.
#
# **Return a number.** `loss` carries the whole graph behind it. If you collect losses as tensors, you keep every graph
# of the epoch alive, until the memory is full. `loss.item()` is a Python float and holds nothing.

# %% [markdown]
# ### Exercise: `train_step` (14 points, ★☆☆, 20 minutes)


# %% tags=["exercise:train_step"]
def train_step(model, batch, optimizer, loss_fn):
    """One step of training.

    model: an nn.Module; put into training mode, called once, and left in training mode.
    batch: (x, y), inputs and targets, tensors on the model's device; not modified.
    optimizer: a torch.optim optimizer of the model's parameters; it makes exactly one step.
    loss_fn: a function; loss_fn(model(x), y) is the loss, a tensor with one number. The model's outputs go into it as
        they are.

    Gradients that the parameters still have from earlier do not count.

    Returns the loss of this batch before the step, as a Python float.
    """
    ### BEGIN SOLUTION
    x, y = batch
    model.train()
    optimizer.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% [markdown]
# Below, your step trains a small network to separate two half moons; then it is sabotaged. Each curve is *your*
# `train_step` with one thing made ineffective from outside (the optimizer's `zero_grad` does nothing, and so on).


# %% tags=["demo"]
def saboteur(method):
    """An Adam in which one method does nothing."""
    return type("Saboteur", (torch.optim.Adam,), {method: lambda self, *args, **kwargs: None})


def without_clearing(model):
    """Make model.zero_grad ineffective, too."""
    model.zero_grad = lambda *args, **kwargs: None
    return model


moons_x, moons_y = make_moons(200, noise=0.12, random_state=0)
moons = torch.tensor(moons_x, dtype=torch.float32), torch.tensor(moons_y)


def loss_curve(make_model, optimizer_class=torch.optim.Adam, loss_fn=F.cross_entropy, other_model=False, steps=150):
    """Losses of `steps` calls of train_step on the moons, always from the same start."""
    torch.manual_seed(1)
    model = make_model()
    owner = make_model() if other_model else model
    optimizer = optimizer_class(owner.parameters(), lr=0.02)
    return [train_step(model, moons, optimizer, loss_fn) for _ in range(steps)]


with uses("train_step"):
    curves = {
        "all lines there": loss_curve(InAModuleList),
        "no zero_grad": loss_curve(lambda: without_clearing(InAModuleList()), saboteur("zero_grad")),
        "no step": loss_curve(InAModuleList, saboteur("step")),
        "optimizer of another model": loss_curve(InAModuleList, other_model=True),
        "softmax before the cross-entropy": loss_curve(
            InAModuleList, loss_fn=lambda logits, y: F.cross_entropy(F.softmax(logits, dim=1), y)
        ),
        "hidden layers in a plain list": loss_curve(InAList),
    }
    good, loud = "all lines there", ("no zero_grad", "no step", "optimizer of another model")
    for ax, title in zip(plots.axes(2, width=5.5), ("what you see at once", "what you do not see"), strict=True):
        shown = {k: v for k, v in curves.items() if k == good or (k in loud) == (title == "what you see at once")}
        plots.curves(shown, ylabel="loss of the same 200 points", title=title, log=True, ax=ax)
    plt.show()

# %% [markdown]
# On the left, the two flat lines (one hides the other) look like a bug at once. Without clearing, the loss begins well
# and swings apart later: with a smaller learning rate, later than you look. On the right, the plain list and the second
# softmax simply *learn*, only worse. In a real project there is no good curve beside them to compare with, so these two
# stay undetected.
#
# **Which bug is this?** A fellow student trains on one and the same batch. The loss is the same in every step, to the
# last digit. The optimizer was made from `model.parameters()`, and after each call all `.grad` are exactly zero. (Her
# PyTorch is old: there, `zero_grad` writes zeros into every `.grad` that is a tensor, and leaves a `None` alone.) Which
# line is at fault?
#
# - **a** `optimizer.zero_grad()` is missing
# - **b** `optimizer.zero_grad()` stands between `loss.backward()` and `optimizer.step()`
# - **c** `loss.backward()` is missing
# - **d** `loss.item()` is missing

# %% tags=["exercise:q_which_line"]
### BEGIN SOLUTION
q_which_line = "b"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# All gradients are zero after each call, so they were cleared after they were computed, and the optimizer moved along
# zeros. In (a) they would pile up, in (c) they would be `None` from the start, and (d) changes no weight.
# </details>

# %% [markdown]
# Now everything is yours: your `Linear`, your `train_step`, and the border that they find.

# %% tags=["demo"]
with uses("Linear", "train_step"):
    torch.manual_seed(2)
    network = nn.Sequential(Linear(2, 24), nn.Tanh(), Linear(24, 24), nn.Tanh(), Linear(24, 2))
    adam = torch.optim.Adam(network.parameters(), lr=0.02)
    across, up = np.meshgrid(np.linspace(-1.7, 2.7, 56), np.linspace(-1.2, 1.7, 40))
    grid = torch.tensor(np.stack([across.ravel(), up.ravel()], axis=1), dtype=torch.float32)
    frames = []
    for moment in range(14):
        with torch.no_grad():
            share = F.softmax(network(grid), dim=1)[:, 1].reshape(up.shape).numpy()
        frames.append((7 * moment, share))
        for _ in range(7):
            train_step(network, moons, adam, F.cross_entropy)
    fig, ax = plt.subplots(figsize=(5.6, 3.8), dpi=80)

    def draw_moment(number):
        """Color the plane by the predicted probability."""
        ax.clear()
        step, share = frames[number]
        ax.contourf(across, up, share, levels=np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.7)
        ax.contour(across, up, share, levels=[0.5], colors="black", linewidths=1)
        ax.scatter(*moons_x.T, c=moons_y, cmap="RdBu_r", s=12, edgecolors="black", linewidths=0.4)
        ax.set_title(f"after {step} steps", fontsize=10)
        ax.set_xticks([])
        ax.set_yticks([])

    plots.film(fig, draw_moment, range(len(frames)), pause_ms=250)

# %% [markdown]
# On the black line both classes are equally probable. After a few steps it is nearly straight and cuts off the tips of
# both moons; then it bends around them, until hardly any point lies on the wrong side.
#
# ### Evaluation
#
# How good is the network? Four things go wrong so often that each deserves its sentence.
#
# - **Mode.** With dropout still on, you measure a thinned network; with batch normalization in training mode, the
#   score of an example depends on its neighbors in the batch, *and the running statistics learn from the test data*.
#   So: `model.eval()`, and afterwards back to the mode in which you found it.
# - **No graph.** Evaluation needs no gradients. `with torch.no_grad():` saves the memory and the time of the record.
# - **Averages.** 100 examples in batches of 32 give batches of 32, 32, 32 and 4. The mean of the four batch means
#   counts each example of the last batch eight times. Add up over *examples*; divide once, at the end.
# - **Numbers.** Add up Python numbers, not tensors with a history.


# %% tags=["demo"]
class Dropping(nn.Module):
    """A random network with dropout, to look at one and the same input many times."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 2))

    def forward(self, x):
        return self.body(x)


torch.manual_seed(3)
dropping, one_point = Dropping(), torch.tensor([[0.5, 0.25]])
with torch.no_grad():
    dropping.train()
    in_training = [F.softmax(dropping(one_point), dim=1)[0, 1].item() for _ in range(400)]
    dropping.eval()
    in_evaluation = F.softmax(dropping(one_point), dim=1)[0, 1].item()
ax = plots.axes(width=8, height=2.8)
ax.hist(in_training, bins=30, color="0.75", label="400 answers in training mode")
ax.axvline(in_evaluation, color="tab:red", lw=2, label="every answer in evaluation mode")
ax.set(xlabel="probability of class 1 for one and the same input", ylabel="how often")
ax.legend(fontsize=8)
plt.show()

# %% [markdown]
# **Predict.** Ten examples come in batches of 4, 4 and 2. In the first batch 4 are right, in the second 2, in the
# third none. A colleague reports the mean of the three batch accuracies, 0.5. What is the accuracy really?

# %% tags=["exercise:q_accuracy"]
### BEGIN SOLUTION
q_accuracy = 0.6
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Six of ten examples are right. The mean of the three batch accuracies gives the last two examples, both wrong, as much
# weight as four others.
# </details>

# %% [markdown]
# ### Exercise: `evaluate` (12 points, ★☆☆, 25 minutes)


# %% tags=["exercise:evaluate"]
def evaluate(model, loader, device):
    """Mean loss and accuracy over all examples of a loader.

    model: an nn.Module on `device`; model(x) gives logits, a (batch, classes) float tensor. It is asked once for each
        batch, in evaluation mode and without recording a graph. Afterwards model.training is what it was before.
    loader: gives batches (x, y), y a (batch,) tensor of class numbers; a DataLoader or any iterable, such as a list.
        Batches may have different sizes; there is at least one example.
    device: where the model lives and each batch has to be moved, a string such as "cpu" or a torch.device.

    Returns (loss, accuracy), two Python floats:
        loss: the cross-entropy (natural logarithm), averaged over examples, not over batches;
        accuracy: the share of examples, 0 to 1, whose largest logit is that of their class.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    total_loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total_loss += F.cross_entropy(logits, y, reduction="sum").item()
            right += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train(was_training)
    return total_loss / count, right / count
    ### END SOLUTION


# %% [markdown]
# Your convolution, your training step and your evaluation together, on real digits: 1,300 to learn from, 497 to be
# judged by. The network is small (8 filters, one hidden layer), and so are the pictures.

# %% tags=["demo"]
order = torch.randperm(len(digit_images), generator=torch.Generator().manual_seed(0))
fit_part, test_part = order[:1300], order[1300:]


def batches_of(images, labels, size, generator=None):
    """Batches (x, y); in random order if there is a generator."""
    numbers = torch.randperm(len(images), generator=generator) if generator else torch.arange(len(images))
    return [(images[part], labels[part]) for part in numbers.split(size)]


with uses("Linear", "Conv2d", "train_step", "evaluate"):
    torch.manual_seed(5)
    reader = nn.Sequential(
        Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), Linear(128, 32), nn.ReLU(), Linear(32, 10)
    )
    adam = torch.optim.Adam(reader.parameters(), lr=0.005)
    shuffle = torch.Generator().manual_seed(1)
    history = []
    for _ in range(8):
        for batch in batches_of(digit_images[fit_part], digit_labels[fit_part], 32, shuffle):
            train_step(reader, batch, adam, F.cross_entropy)
        history.append(
            [
                evaluate(reader, batches_of(digit_images[part], digit_labels[part], 200), "cpu")
                for part in (fit_part, test_part)
            ]
        )
    scores = np.array(history)  # (epochs, 2 parts, 2 numbers)
    for ax, column, label in zip(plots.axes(2), (0, 1), ("mean cross-entropy", "accuracy"), strict=True):
        series = {"digits it learned from": scores[:, 0, column], "new digits": scores[:, 1, column]}
        plots.curves(series, x=range(1, 9), xlabel="epoch", ylabel=label, ax=ax)
    ax.set_title(f"{scores[-1, 1, 1]:.1%} of the new digits are read")
    plt.show()

# %% [markdown]
# After the first epoch the two are nearly equal: what the network has learned holds for all digits. At the end its
# loss is larger on new digits than on those that it learned from. This is the generalization gap of
# `regularization`, and it is small here. Both figures are your `evaluate`'s: with the first alone you would not see it.
#
# ---
# ## 5 GPUs: devices and timing
#
# ### Why a GPU is fast
#
# A CPU is built to finish *one* sequence of operations as soon as possible: a few strong cores, large caches, much
# hardware that guesses what comes next. A **GPU** (graphics processing unit) is built to finish *many* equal ones
# together: it spends its transistors on arithmetic instead. An NVIDIA A100 (2020), for example, has 6,912 units that
# each do a multiplication and an addition per clock, at 1.41 GHz:
#
# $$ 6912 \cdot 2 \cdot 1.41\cdot 10^9 \approx 19.5\cdot 10^{12}\ \text{operations a second in float32.} $$
#
# Three things make that usable, and set its limits:
#
# - **The same instruction for many numbers.** Threads run in groups of 32 (**warps**) that execute one instruction on
#   32 numbers. This fits tensors, in which each entry is treated alike, and fits code full of `if` badly.
# - **Waiting is hidden.** A number from memory takes hundreds of clocks to arrive. A GPU keeps thousands of threads
#   ready, and while some wait, others compute. So it needs *much* work at a time: with a batch of one it mostly waits.
# - **Memory.** The A100 (with 40 GB) reads 1,555 · 10⁹ bytes a second, many times as much as a CPU, and yet it could
#   compute 12.5 operations for each byte in that time. A sum of two float32 tensors does one operation for 12 bytes, so
#   it runs at less than 1 % of the speed above. A product of two $n\times n$ matrices does $2n^3$ operations on $12n^2$
#   bytes, $n/6$ per byte: from $n \approx 75$ on the arithmetic counts, if each number is read once. That is why linear
#   layers and convolutions (as matrix products, part 2) profit most, and why special units for small matrix products
#   (**tensor cores**) raise the A100 to 156 · 10¹² with slightly rounded float32.
#
# ### Moving data to a device
#
# A tensor lives on a device, and an operation needs all its inputs on the same one. `x.to(device)` copies `x` over and
# returns the copy (for a module, `model.to(device)` moves the parameters themselves). It does *not* change `x`:
# `x.to(device)` alone on a line does nothing. Each copy from the CPU to the GPU goes through a
# narrow connection (32 · 10⁹ bytes a second to an A100, a fiftieth of what its own memory delivers); move a batch once,
# not every number when it is needed.
#
# In real projects a batch is rarely just one tensor. It is a dict with a list of pairs inside, with names and numbers
# in between. The same function can handle all of it: for a container, call yourself on what is inside.
#
# Without a GPU you can still see whether something was moved, by a device that every machine has: `"meta"`. Tensors on
# it have a shape and a dtype but no numbers. It is made for planning huge networks without the memory for them.

# %% [markdown]
# ### Exercise: `to_device` (8 points, ★★☆, 15 minutes)


# %% tags=["exercise:to_device"]
def to_device(obj, device):
    """Move every tensor in a nested structure to a device.

    obj: a tensor; or a list, tuple, named tuple or dict, whose items or values are again any of these, nested as deep
        as you like; or anything else.
    device: a string such as "cpu", "cuda" or "meta", or a torch.device.

    Returns the same structure with every tensor on the device (one that is there already need not be copied).
    Containers are new and of the same type (a list, a tuple, a named tuple of the same class with its fields, a dict
    with the same keys in the same order); the ones that were given are not modified. Anything that is neither a tensor
    nor one of these containers (numbers, strings, None) is returned as it is.
    """
    ### BEGIN SOLUTION
    if isinstance(obj, torch.Tensor):
        return obj.to(device)
    if isinstance(obj, dict):
        return {key: to_device(value, device) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        moved = [to_device(item, device) for item in obj]
        if hasattr(obj, "_fields"):
            return type(obj)(*moved)
        return tuple(moved) if isinstance(obj, tuple) else moved
    return obj
    ### END SOLUTION


# %% tags=["demo"]
with uses("to_device"):
    Sample = namedtuple("Sample", "image label")
    nested = {"batch": [Sample(torch.zeros(1, 28, 28), 7), Sample(torch.ones(1, 28, 28), 3)], "name": "two digits"}
    moved = to_device(nested, "meta")
    for place, part in [("given", nested), ("returned", moved)]:
        first = part["batch"][0]
        print(f"{place:9} {type(first).__name__}, image on {first.image.device}, {part['name']!r}, label {first.label}")

# %% [markdown]
# ### Timing a device that works asynchronously
#
# A GPU does not compute when you call it. The call writes an order (a *kernel*) into a queue and returns at once,
# after some millionths of a second; the GPU works through the queue while Python goes on (**asynchronous** execution).
# That does not make the GPU faster, but it keeps it busy: it need not wait for Python between two orders. The two meet
# only when Python needs a number (`.item()`, `print`, `.cpu()`), or when you say so: `torch.cuda.synchronize()` waits
# until the queue is empty.
#
# Hence the most common wrong benchmark in deep learning: start the clock, call, stop the clock. It measures how fast
# you can write orders.
#
# **Predict.** A GPU needs 8 ms for a kernel, and giving the order takes 0.01 ms. The queue is empty. You start the
# clock, give 5 orders, stop the clock, and then call `torch.cuda.synchronize()`. About how much does the clock show?
#
# - **a** 40 ms
# - **b** 8 ms
# - **c** 0.05 ms
# - **d** 0 ms, the orders are never carried out

# %% tags=["exercise:q_clock"]
### BEGIN SOLUTION
q_clock = "c"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Five orders are given in 0.05 ms, and nothing in between waits for the device. The 40 ms pass in `synchronize`, after
# the clock was stopped.
# </details>
#
# You need no GPU to see this. Below, the "device" is a thread that takes 30 ms for each order; the orders return at
# once.

# %% tags=["demo"]
device_thread = ThreadPoolExecutor(max_workers=1)


def busy(log):
    """The device's work: 30 ms; when it began and ended is written down."""
    log.append(time.perf_counter())
    time.sleep(0.03)
    log.append(time.perf_counter())


def run_orders(count, patient):
    """Give `count` orders. Returns, in ms: when each call returned, when the device worked, what the clock shows."""
    worked, returned = [], []
    since = time.perf_counter()
    for _ in range(count):
        order = device_thread.submit(busy, worked)
        returned.append(time.perf_counter())
    if patient:
        order.result()  # the last order is done: the queue is empty
    stopped = time.perf_counter()
    order.result()
    returned, worked, stopped = (1e3 * (np.array(moments) - since) for moments in (returned, worked, stopped))
    return returned, worked.reshape(-1, 2), stopped


_, axes = plt.subplots(2, 1, figsize=(10, 3.6), sharex=True)
for ax, patient in zip(axes, (False, True), strict=True):
    returned, worked, stopped = run_orders(5, patient)
    ax.barh(0, worked[:, 1] - worked[:, 0], left=worked[:, 0], height=0.5, color="#9ecae1", edgecolor="0.3")
    ax.plot(returned, np.ones(5), "v", color="tab:green", markersize=9)
    ax.axvline(stopped, color="tab:red", lw=2)
    ax.text(stopped + 2, 0.5, f"clock stopped: {stopped:.1f} ms", color="tab:red", va="center", fontsize=9)
    ax.set_yticks([0, 1], ["the device works", "calls return"])
    ax.set(ylim=(-0.5, 1.5), xlim=(-3, 195), title="with waiting" if patient else "without waiting")
axes[1].set_xlabel("milliseconds")
plt.show()

# %% [markdown]
# An honest measurement
#
# - runs the function a few times untimed: the first calls load libraries, fetch memory and choose algorithms;
# - waits for the device *before* it starts the clock, or it pays for somebody else's orders;
# - waits *before* it stops the clock;
# - repeats and takes the **median**: what a call usually takes. Whatever else the machine does makes some calls longer;
#   a mean takes all of that in, the median leaves out what is rare.
#
# (In the notebook on convolution, `best_time` took the **minimum**. Nothing makes a call shorter than its work, so the
# shortest time is nearest to what the work alone takes: the right number to compare two ways of doing it, and the one
# that Python's `timeit` recommends. The median is the one to plan with. Say which you report.)
#
# On the CPU there is nothing to wait for: the call returns when the work is done. So if your machine has no GPU, you
# cannot see *here* whether you have forgotten to wait. The checks can: they put a make-believe `torch.cuda.synchronize`
# and a make-believe clock in place of the real ones and watch your function use them. That is also why the statement
# names both.

# %% [markdown]
# ### Exercise: `time_on_device` (8 points, ★★☆, 25 minutes)


# %% tags=["exercise:time_on_device"]
def time_on_device(fn, device, warmup, repeats):
    """How long does fn take?

    fn: a function without arguments. On a GPU it may return before its work is done.
    device: where fn works, a string such as "cpu", "cuda" or "cuda:0", or a torch.device.
    warmup: int >= 0, how often fn is called first, untimed.
    repeats: int >= 1, how often fn is then called, each call timed by itself.

    fn is called exactly warmup + repeats times. Take the time with time.perf_counter(). If the device is a CUDA device,
    call torch.cuda.synchronize(device) so that the clock starts when all earlier work is done, and stops when fn's
    work is done; on the CPU it must not be called.

    Returns the median of the repeats in seconds, as a Python float (of an even number of repeats, the mean of the two
    in the middle).
    """
    ### BEGIN SOLUTION
    asynchronous = torch.device(device).type == "cuda"
    for _ in range(warmup):
        fn()
    times = []
    for _ in range(repeats):
        if asynchronous:
            torch.cuda.synchronize(device)
        start = time.perf_counter()
        fn()
        if asynchronous:
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - start)
    return float(np.median(times))
    ### END SOLUTION


# %% tags=["demo"]
with uses("time_on_device"):
    sides = [64, 128, 256, 512, 1024]
    ax = plots.axes(width=8)
    for device, style in [("cpu", "o-"), *([("cuda", "s-")] if torch.cuda.is_available() else [])]:
        took = []
        for side in sides:
            matrix = torch.randn(side, side, device=device)
            took.append(1e3 * time_on_device(lambda matrix=matrix: matrix @ matrix, device, 3, 15))
        ax.loglog(
            sides, took, style, label=f"{device}: {2e-9 * sides[-1] ** 3 / took[-1]:.2f} · 10¹² operations/s at the end"
        )
    guide = np.array(sides) ** 3.0
    ax.loglog(sides, took[-1] * guide / guide[-1], "--", color="0.6", label="grows with side³, as the operations do")
    ax.set(xlabel="side of a square matrix", ylabel="milliseconds", title="time of a matrix product, by your function")
    ax.set_xticks(sides, [str(side) for side in sides])
    ax.legend(fontsize=8)
    plt.show()
    if not torch.cuda.is_available():
        print("This machine has no GPU, so there is one measured line. On one with CUDA a second appears by itself.")

# %% [markdown]
# Where a measured line runs along the dashed one, the time is that of the multiplications. Where it lies above it, at
# small sizes, it is the fixed cost of each call, which does not shrink with the matrix. So a GPU gains little on small
# matrices, however many multiplications it could do.
#
# ---
# ## 6 Transfer learning
#
# A network that has learned to read the digits 0 to 4 knows about strokes, corners and loops. The digits 5 to 9 are
# made of the same things. If you have only a few examples of them, why start from noise? **Transfer learning** takes
# the trained layers (the *backbone*), puts a new last layer (the *head*) on top and trains only that. The backbone is
# **frozen**: `requires_grad = False` on its parameters. Then no gradient is computed for them, and no optimizer moves
# them.
#
# The names in `model.named_parameters()` form a tree with dots: `"backbone.0.weight"` is the parameter `weight` of
# child `0` of child `backbone`. To freeze `"backbone"` means: everything whose name goes on after `"backbone."`. Mind
# the dot: `"backbone2.weight"` is somebody else.
#
# Two traps. First, `module.requires_grad = False` sets an attribute that nobody reads; it is the *parameters* that
# have to be told (or `module.requires_grad_(False)`, with the underscore, which tells them all). Second, a typo in a
# name would freeze nothing, silently. So your function raises an error.
#
# **Predict.** A backbone with batch normalization is frozen, and the whole network is then trained with `train_step`.
# What of the backbone can still change?
#
# - **a** its weights
# - **b** its `.grad`
# - **c** the running means of its batch normalization
# - **d** nothing

# %% tags=["exercise:q_frozen"]
### BEGIN SOLUTION
q_frozen = "c"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Running statistics are buffers, not parameters: in training mode each forward pass updates them, whatever
# `requires_grad` says. Whoever wants the backbone to stay as it is puts it into evaluation mode as well.
# </details>

# %% [markdown]
# ### Exercise: `freeze` (8 points, ★☆☆, 15 minutes)


# %% tags=["exercise:freeze"]
def freeze(model, names):
    """Freeze parts of a model, and return what is left to train.

    model: an nn.Module.
    names: a list of strings, each the full name of a parameter ("head.bias") or of a submodule ("backbone",
        "backbone.0"), as in model.named_parameters() and model.named_modules(). A submodule stands for all parameters
        in it, at any depth.

    Sets requires_grad to False on these parameters; the others stay as they are. Values do not change.

    Returns a list of the parameters that still have requires_grad True, in the order of model.parameters(): what you
    give to an optimizer.
    Raises ValueError if one of the names is neither a parameter nor a submodule with parameters in it.
    """
    ### BEGIN SOLUTION
    for name in names:
        meant = [p for full, p in model.named_parameters() if full == name or full.startswith(f"{name}.")]
        if not meant:
            raise ValueError(f"{name!r} is no parameter of the model and no submodule with parameters")
        for parameter in meant:
            parameter.requires_grad_(False)
    return [p for p in model.parameters() if p.requires_grad]
    ### END SOLUTION


# %% [markdown]
# Does it pay? Real digits are put at random places of a larger, empty field, which makes the task harder: a network has
# to learn the strokes *and* that the place does not matter. One network learns this from 800 pictures of the digits 0
# to 4. Then there are only a handful of examples of each of the digits 5 to 9. Three networks compete on them: one with
# the trained backbone, frozen; one that starts from the same backbone but may change it (**fine-tuning**); one that
# starts from noise. All are judged by your `evaluate` on 400 digits that none of them has seen, averaged over several
# draws of the handful. It takes a few seconds.


# %% tags=["demo"]
class Reader(nn.Module):
    """A backbone of three convolutions, which ends with the strongest answer of each filter, and a head."""

    def __init__(self):
        super().__init__()
        first = [nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        then = [nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.Conv2d(24, 48, 3), nn.ReLU()]
        self.backbone = nn.Sequential(*first, *then, nn.AdaptiveMaxPool2d(1), nn.Flatten())
        self.head = nn.Linear(48, 5)

    def forward(self, x):
        return self.head(self.backbone(x))


def scattered(numbers, generator):
    """Digits at random places of a 14×14 field: (N, 1, 14, 14)."""
    fields = torch.zeros(len(numbers), 1, 14, 14)
    places = torch.randint(0, 7, (len(numbers), 2), generator=generator)
    for field, number, (top, left) in zip(fields, numbers, places.tolist(), strict=True):
        field[:, top : top + 8, left : left + 8] = digit_images[number]
    return fields


STUDENTS = {  # name -> what is frozen, whether the backbone is the trained one, the learning rate
    "trained backbone, frozen": (["backbone"], True, 0.02),
    "trained backbone, fine-tuned": ([], True, 0.005),
    "everything from noise": ([], False, 0.005),
}


def transfer(seed, counts, draws):
    """name -> accuracy on the exam for each number of examples of a class, and each draw of them: (counts, draws)."""
    chance = torch.Generator().manual_seed(seed)
    low, high = torch.nonzero(digit_labels < 5)[:800, 0], torch.nonzero(digit_labels >= 5)[:, 0]
    pool, judged = high[:-400], high[-400:]
    exam = batches_of(scattered(judged, chance), digit_labels[judged] - 5, 400)
    torch.manual_seed(seed)
    teacher = Reader()
    adam = torch.optim.Adam(teacher.parameters(), lr=0.005)
    for _ in range(20):
        for batch in batches_of(scattered(low, chance), digit_labels[low], 40, chance):
            train_step(teacher, batch, adam, F.cross_entropy)

    def learn_from(count, draw, frozen, trained, rate):
        torch.manual_seed(draw)
        student = Reader()
        if trained:
            student.backbone.load_state_dict(teacher.backbone.state_dict())
        optimizer = torch.optim.Adam(freeze(student, frozen), lr=rate)
        handful = torch.cat([pool[digit_labels[pool] == digit][torch.randperm(70)[:count]] for digit in range(5, 10)])
        batch = scattered(handful, torch.Generator().manual_seed(draw)), digit_labels[handful] - 5
        for _ in range(60):
            train_step(student, batch, optimizer, F.cross_entropy)
        return evaluate(student, exam, "cpu")[1]

    return {
        name: np.array([[learn_from(count, draw, *how) for draw in range(draws)] for count in counts])
        for name, how in STUDENTS.items()
    }


# %% tags=["demo"]
with uses("train_step", "evaluate", "freeze"):
    counts, draws = [1, 2, 4, 8, 16], 4
    ax = plots.axes(width=8, height=3.8)
    for (label, reached), style in zip(transfer(0, counts, draws).items(), ("o-", "^-", "s-"), strict=True):
        ax.errorbar(counts, reached.mean(1), reached.std(1) / draws**0.5, fmt=style, label=label, capsize=3)
    ax.axhline(0.2, color="0.8", lw=1, zorder=0)
    ax.text(16, 0.21, "guessing", color="0.5", fontsize=8, ha="right")
    ax.set_xscale("log", base=2)
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.set(
        xlabel="examples of each new digit", ylabel="accuracy on 400 new digits", title="digits 5–9, having read 0–4"
    )
    ax.legend(fontsize=8, loc="upper left")
    plt.show()

# %% [markdown]
# With one or two examples of each digit a trained backbone is worth most, frozen or not. With more, the frozen one is
# in the way, for it has never seen a 5 to 9 and cannot improve: by 16 examples the network from noise has overtaken it.
# Fine-tuning is ahead of the frozen backbone at every size, and least with few examples. Its lead over the network from
# noise shrinks as the examples grow; with other random starts it is gone at 16.
#
# It need not be so elsewhere. With a backbone of millions of parameters and a handful of examples fine-tuning can
# overfit, and freezing wins. Freezing is also the cheaper way: no gradients for the backbone, and its outputs could be
# computed once. So try both, and decide by validation.
#
# **Why?** The network from noise and the fine-tuned one have the same parameters, the same optimizer and the same
# examples. What does the second one have that the first one lacks?
#
# <details><summary>An answer</summary>
#
# A starting point. Descent ends near where it begins, and with few examples many different networks fit them all. The
# trained backbone begins where strokes are told apart wherever they lie; five examples would not teach that, and they
# need not: it is enough that they do not destroy it.
# </details>
#
# ---
# ## What to read next
#
# - PyTorch, [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html) and [Extending
#   PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html): leaves, saved tensors, in-place changes,
#   custom functions.
# - PyTorch, [CUDA semantics](https://docs.pytorch.org/docs/stable/notes/cuda.html): asynchronous execution, streams,
#   what waits for what.
# - NVIDIA, [CUDA C++ Programming Guide](https://docs.nvidia.com/cuda/cuda-c-programming-guide), chapter 1: why a GPU is
#   built as it is. The figures of the A100 are those of NVIDIA's data sheet.
# - TensorFlow, [Introduction to gradients](https://www.tensorflow.org/guide/autodiff); JAX,
#   [Transformations](https://docs.jax.dev/en/latest/101/transformations.html); [Keras 3](https://keras.io/keras_3/).
# - A. Paszke et al., *PyTorch: An Imperative Style, High-Performance Deep Learning Library*, NeurIPS 2019,
#   [arXiv:1912.01703](https://arxiv.org/abs/1912.01703): why the graph is built while the code runs.
# - A. Karpathy, [A Recipe for Training Neural Networks](https://karpathy.github.io/2019/04/25/recipe/), 2019: silent
#   mistakes, and the habits that catch them.
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, *How transferable are features in deep neural networks?*, NeurIPS
#   2014, [arXiv:1411.1792](https://arxiv.org/abs/1411.1792).
# - K. Chellapilla, S. Puri and P. Simard, *High Performance Convolutional Neural Networks for Document Processing*,
#   2006: the convolution as a matrix product.
# - A. Baydin, B. Pearlmutter, A. Radul and J. Siskind, *Automatic Differentiation in Machine Learning: a Survey*, JMLR
#   18, 2018, [arXiv:1502.05767](https://arxiv.org/abs/1502.05767).
