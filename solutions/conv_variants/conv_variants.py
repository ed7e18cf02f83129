# %% [markdown]
# # Kinds of convolution
#
# You can write a convolution. Then you open the code of a real network and find a 1×1 kernel, `dilation=2`,
# `groups=32`, and a layer called `ConvTranspose2d`. Are these new operations that you have to learn one by one?
#
# No. They are all the convolution that you know, with one thing changed: which pixels a kernel looks at, which
# channels it is connected to, or in which direction the numbers flow. Each change buys something, and each has a
# price that you can count before you run anything.
#
# ## What you will be able to do
#
# - read a 1×1 convolution as a matrix that mixes channels;
# - widen a kernel's view without a single additional weight, and say how far a stack of layers sees;
# - enlarge a feature map with a transposed convolution, and prove that it is the gradient of an ordinary one;
# - split a convolution into groups, or into a spatial and a channel part, and compute what that saves;
# - decide by a rank whether a kernel splits into a column and a row;
# - count the parameters and the multiplications of every kind.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 1×1 convolution | `conv1x1` | 8 | ★☆☆ | 15 |
# | 2 Dilated convolution | `dilated_conv` | 14 | ★★☆ | 30 |
# | 3 Receptive field | `receptive_field` | 10 | ★★☆ | 20 |
# | 4 Transposed convolution | `transposed_conv` | 18 | ★★★ | 45 |
# | 5 Grouped convolution | `grouped_conv` | 14 | ★★☆ | 25 |
# | 6 Depthwise separable convolution | `depthwise_separable_conv` | 14 | ★★☆ | 30 |
# | 7 Spatially separable kernels | `separable_kernel` | 10 | ★★☆ | 20 |
# | 8 Parameters and MACs | `conv_cost` | 12 | ★★☆ | 30 |
#
# Write each function where it says so, run the cell, then run the check below it: it runs the public checks, which
# carry about half of the points. The others are hidden, and run when your work is graded. The pictures draw
# themselves with *your* functions: a picture whose function is not written yet says so and waits. Questions named
# `q_...` give no points; answer them before you compute.
#
# NumPy is all you need, and SciPy is welcome. Any float dtype will do: what your code computes in float32 is compared
# as float32. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or scikit-learn fails: what they do is
# what you write here. `check(...)` in the notebook does not look for them; `autograder check` and the grading do.
#
# Where an exercise has three stars, three hints are folded below it. `hint("transposed_conv")` shows one
# after the other.
#
# ## The contract that all layers share
#
# - Images are arrays of shape $(N, C, H, W)$: image, channel, row, column. A layer returns one array, `out`, of shape
#   $(N, F, H', W')$. There is no cache here, since only the forward pass is asked for.
# - Kernels are laid on the window as they are, not turned (cross-correlation), as in the assignment on convolution.
# - `stride` is the step between windows and `pad` the width of the frame of zeros, the same for rows and columns.
#   Kernels ($HH\times WW$) and images need not be square. Every kernel that you are given fits into its image.
# - Inputs are never modified.
#
# The next cell holds the two functions of the convolution assignment that this notebook builds on, and the one below
# it takes your own instead if they pass their public checks. Use them wherever you like: several exercises are short
# if you see how to bring them back to an ordinary convolution.

# %%
import numpy as np


def im2col(x, kh, kw, stride, pad):
    """All windows of x, one per column. x: (N, C, H, W). Returns (C*kh*kw, N*H'*W'), rows in the order (c, u, v)."""
    framed = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    windows = np.lib.stride_tricks.sliding_window_view(framed, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.transpose(1, 4, 5, 0, 2, 3).reshape(x.shape[1] * kh * kw, -1)


def conv_forward_fast(x, w, b, conv_param):
    """An ordinary convolution, as one matrix product.

    x: (N, C, H, W). w: (F, C, HH, WW). b: (F,). conv_param: dict with "stride" and "pad".
    Returns out, cache: out is (N, F, H', W') with H' = (H + 2*pad - HH) // stride + 1, and W' likewise.
    """
    stride, pad = conv_param["stride"], conv_param["pad"]
    height, (filters, _, kh, kw) = x.shape[2], w.shape
    rows = (height + 2 * pad - kh) // stride + 1
    columns = w.reshape(filters, -1) @ im2col(x, kh, kw, stride, pad) + b[:, None]
    return columns.reshape(filters, len(x), rows, -1).swapaxes(0, 1), (x, w, b, conv_param)


# %% tags=["demo"]
import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle
from sklearn.datasets import load_sample_image

from autograder import plots
from autograder.notebook import earlier, uses

im2col, conv_forward_fast = earlier("conv", im2col, conv_forward_fast)
plots.style()
photo = load_sample_image("china.jpg")[60:380:2, 100:580:2].transpose(2, 0, 1) / 255  # (3, 160, 240), values 0..1
gray = photo.mean(axis=0)


def numbers(ax, values, title, colors=None):
    """A matrix as cells with its numbers written in; colors: (rows, columns) of color names."""
    rows, columns = values.shape
    for (i, j), value in np.ndenumerate(values):
        face = "white" if colors is None else colors[i][j]
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor=face, edgecolor="0.6", linewidth=0.8))
        ax.text(j + 0.5, i + 0.5, value if isinstance(value, str) else f"{value:g}", ha="center", va="center")
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(rows + 0.1, -0.1), aspect="equal", title=title)
    ax.axis("off")


# %% [markdown]
# ---
# ## 1 The 1×1 convolution: mixing channels
#
# A kernel of a single pixel seems pointless: it sees no neighbors. But a filter always runs over all channels, so a
# **1×1 convolution** (also *pointwise convolution*) still adds up $C$ numbers at each place:
#
# $$\text{out}_{n,f,i,j} = b_f + \sum_{c=0}^{C-1} w_{f,c}\; x_{n,c,i,j}.$$
#
# The weights are a matrix $w$ of shape $(F, C)$. At each pixel it multiplies the vector of the $C$ channels, and it
# is the same matrix at every pixel. So a 1×1 convolution is a fully connected layer that is applied to each pixel by
# itself. It mixes channels, and leaves space alone.
#
# **By hand.** One pixel with the channels $(2, 1, 3)$, and two filters:
#
# $$w=\begin{pmatrix}1&0&-1\\0.5&0.5&0\end{pmatrix},\quad b=\begin{pmatrix}0\\1\end{pmatrix},\qquad
# \text{out}=\begin{pmatrix}1\cdot2+0\cdot1-1\cdot3+0\\0.5\cdot2+0.5\cdot1+0\cdot3+1\end{pmatrix}
# =\begin{pmatrix}-1\\2.5\end{pmatrix}.$$
#
# **Counted.** From 3 to 2 channels there are $3\cdot2=6$ weights (and 2 biases). On a 4×5 image each weight is used
# once per pixel: $6\cdot20=120$ multiplications. A 3×3 kernel would need nine times as many of both.
#
# In a color photo, the channels are red, green and blue. Mixing them gives new channels with a meaning of their own.

# %% [markdown]
# ### Exercise: `conv1x1` (8 points, ★☆☆, 15 minutes)


# %% tags=["exercise:conv1x1"]
def conv1x1(x, w, b):
    """A 1×1 convolution, stride 1, no padding.

    x: (N, C, H, W) float array; not modified.
    w: (F, C) float array, one row of weights per filter; not modified.
    b: (F,) float array, one bias per filter; not modified.

    Returns out: (N, F, H, W) float array.
    """
    ### BEGIN SOLUTION
    return np.einsum("nchw,fc->nfhw", x, w) + b[:, None, None]
    ### END SOLUTION


# %% tags=["demo"]
with uses("conv1x1"):
    mixing = np.array([[0.30, 0.59, 0.11], [1.0, -1.0, 0.0], [-0.5, -0.5, 1.0]])
    mixed = conv1x1(photo[None], mixing, np.zeros(3))[0]
    as_gray = np.repeat(mixed[:1], 3, axis=0)  # the same red, green and blue everywhere
    plots.images([photo, as_gray], ["the photo (red, green, blue)", "brightness"], size=3.2)
    plots.images(list(mixed[1:]), ["red − green", "blue − (red + green) / 2"], signed=True, size=3.2)
    plt.show()

# %% [markdown]
# Three rows of three weights have turned red, green and blue into brightness and two differences of colors. No
# edge has moved and nothing is blurred: each pixel was computed from itself alone. Networks use 1×1 convolutions to
# change the number of channels cheaply, for example 256 → 64 before an expensive 3×3 layer.

# %% [markdown]
# ---
# ## 2 Dilated convolution: a wider reach for the same cost
#
# To label a pixel as sky or water, you have to look far around it. A larger kernel sees more, but 7×7 has 49 weights
# where 3×3 has 9. A **dilated convolution** (or *à trous*, French for "with holes") spreads the same 9 weights out:
# between neighboring taps of the kernel lie $d-1$ pixels that are skipped. $d$ is the **dilation**; $d=1$ is the
# ordinary convolution.

# %% tags=["demo"]
fig, axes = plt.subplots(1, 3, figsize=(9, 3.3))
for ax, d in zip(axes, (1, 2, 3), strict=True):
    for i, j in np.ndindex(9, 9):
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor="white", edgecolor="0.8", linewidth=0.6))
    for i, j in np.ndindex(3, 3):
        ax.add_patch(Rectangle((4 + (j - 1) * d, 4 + (i - 1) * d), 1, 1, facecolor="tab:red", edgecolor="white"))
    ax.add_patch(Rectangle((4 - d, 4 - d), 2 * d + 1, 2 * d + 1, fill=False, edgecolor="black", linewidth=2))
    ax.set(xlim=(-0.2, 9.2), ylim=(9.2, -0.2), aspect="equal")
    ax.set_title(f"dilation {d}: 9 weights, {2 * d + 1}×{2 * d + 1} pixels")
    ax.axis("off")
plt.show()

# %% [markdown]
# The red taps are the nine weights, the black frame is what the kernel spans. In the formula only the step between
# taps changes ($\tilde x$ is the padded image, $s$ the stride):
#
# $$\text{out}_{n,f,i,j}=b_f+\sum_{c,u,v}\tilde x_{n,\,c,\;is+ud,\;js+vd}\;w_{f,c,u,v}.$$
#
# The first tap is at $0$ and the last one at $d\,(k-1)$, so a kernel of $k$ taps spans
#
# $$k_d = d\,(k-1)+1$$
#
# pixels, and this is what has to fit: $H'=\lfloor (H+2p-k_d)/s\rfloor+1$ with the **effective kernel size** $k_d$.
#
# **By hand.** One row $(3, 1, 4, 1, 5, 9, 2)$, kernel $(1, 2, -1)$, $d=2$. The kernel spans $2\cdot2+1=5$ pixels, so
# there are $7-5+1=3$ outputs:
#
# $$3+2\cdot4-5=6,\qquad 1+2\cdot1-9=-6,\qquad 4+2\cdot5-2=12.$$
#
# **Counted.** 3 weights and $3\cdot3=9$ multiplications, whatever the dilation. With padding that keeps the size, a
# 3×3 layer from 64 to 64 channels on a 56×56 map costs $9\cdot64\cdot64\cdot56^2=115{,}605{,}504$ multiplications for
# $d=1$ and for $d=8$ alike, and the latter spans 17 rows.

# %% [markdown]
# **Predict.** How many rows does a 5×5 kernel with dilation 3 span?

# %% tags=["exercise:q_span"]
### BEGIN SOLUTION
q_span = 13
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Five taps have four gaps between them, and each gap is three rows wide: the last tap is twelve rows below the first.
# The first row counts, too. (Fifteen is 5 times 3: that counts a gap after the last tap.)
# </details>

# %% [markdown]
# ### Exercise: `dilated_conv` (14 points, ★★☆, 30 minutes)
#
# Two ways lead there. Either you gather the pixels under each tap from the padded image with slices that have a step;
# or you build the spread-out kernel, zeros in the holes, and give it to an ordinary convolution. The second computes
# many products with 0, and is right.


# %% tags=["exercise:dilated_conv"]
def dilated_conv(x, w, b, stride, pad, dilation):
    """A dilated convolution.

    x: (N, C, H, W) float array; not modified.
    w: (F, C, HH, WW) float array, the kernels without their holes; not modified.
    b: (F,) float array; not modified.
    stride: int >= 1, step between windows.
    pad: int >= 0, zeros added on each of the four sides.
    dilation: int >= 1, step between neighboring taps of a kernel; 1 is an ordinary convolution. A kernel fits into its
        padded image with its holes, too.

    Returns out: (N, F, H', W') float array, with H' = (H + 2*pad - (dilation*(HH - 1) + 1)) // stride + 1, and W'
    likewise.
    """
    ### BEGIN SOLUTION
    filters, _, kh, kw = w.shape
    out_h = (x.shape[2] + 2 * pad - dilation * (kh - 1) - 1) // stride + 1
    out_w = (x.shape[3] + 2 * pad - dilation * (kw - 1) - 1) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((len(x), filters, out_h, out_w)) + b[:, None, None]
    for u, v in np.ndindex(kh, kw):
        top, left = u * dilation, v * dilation
        bottom, right = top + stride * out_h, left + stride * out_w
        under_tap = padded[:, :, top:bottom:stride, left:right:stride][:, :, :out_h, :out_w]
        out += np.einsum("nchw,fc->nfhw", under_tap, w[:, :, u, v])
    return out
    ### END SOLUTION


# %% tags=["demo"]
with uses("dilated_conv"):
    across = np.array([[[[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]]])
    maps = [dilated_conv(gray[None, None], across, np.zeros(1), 1, d, d)[0, 0] for d in (1, 3, 8)]
    inside = [each[8:-8, 8:-8] for each in maps]  # the frame of zeros makes edges of its own
    plots.images(inside, [f"dilation {d}, {2 * d + 1}×{2 * d + 1} pixels" for d in (1, 3, 8)], signed=True, size=3.2)
    plt.show()

# %% [markdown]
# One kernel, "right minus left", at three dilations. With $d=1$ it responds to edges, a pixel or two wide. With $d=8$
# it compares pixels 16 columns apart, so it responds to the whole side of the tower: to a change over a distance.
# All three maps took the same number of multiplications. The fine grid in the last one comes from the holes, since
# neighboring outputs share no pixel.

# %% [markdown]
# ---
# ## 3 The receptive field: how far a stack sees
#
# The **receptive field** of a stack of layers is the span of input pixels that one output pixel can depend on: from
# the first pixel that matters to the last, both included. Count along one direction, layer by layer from the input.
# Let $r_l$ be the receptive field after layer $l$, and $j_l$ the **jump**: how far apart two neighboring pixels of its
# output are, in pixels of the image.
#
# Before the first layer a pixel sees itself, $r_0=1$, and neighbors are one apart, $j_0=1$. Layer $l$ with kernel
# size $k_l$, stride $s_l$ and dilation $d_l$ reads from the first tap to the last one, $d_l(k_l-1)$ pixels of *its*
# input, each of which stands for a jump of $j_{l-1}$ pixels of the image. Afterwards neighbors are $s_l$ times as far
# apart:
#
# $$r_l = r_{l-1} + d_l\,(k_l-1)\,j_{l-1},\qquad j_l = j_{l-1}\,s_l .$$
#
# Written out, $r_L = 1+\sum_{l=1}^{L} d_l(k_l-1)\prod_{i<l}s_i$: each layer's reach times the strides of all layers
# *before* it. A layer's own stride matters only to those that follow. Padding does not matter.
#
# **By hand.** Three layers $(k, s, d)$: $(3,1,1)$, $(3,2,1)$, $(3,1,2)$.
#
# | layer | adds $d(k-1)\,j$ | receptive field $r$ | jump $j$ afterwards |
# |---|---|---|---|
# | (input) | | 1 | 1 |
# | 3×3 | $1\cdot2\cdot1=2$ | 3 | 1 |
# | 3×3, stride 2 | $1\cdot2\cdot1=2$ | 5 | 2 |
# | 3×3, dilation 2 | $2\cdot2\cdot2=8$ | 13 | 2 |

# %% tags=["demo"]
fig, axes = plt.subplots(1, 3, figsize=(11, 3.2))
stacks = {(1, 1, 1): "7 pixels in 7", (1, 2, 4): "15 pixels in 15", (1, 3, 3): "15 pixels in 15"}
for ax, (dilations, title) in zip(axes, stacks.items(), strict=True):
    seen = {0}
    for row, d in enumerate(reversed(dilations)):
        below = {at + tap for at in seen for tap in (-d, 0, d)}
        for at in seen:
            ax.plot([[at] * 3, [at - d, at, at + d]], [[row] * 3, [row + 1] * 3], color="tab:red", lw=0.8)
        ax.plot(range(-8, 9), [row] * 17, "o", ms=4, mfc="white", mec="0.7", zorder=3)
        ax.plot(sorted(seen), [row] * len(seen), "o", ms=5, color="tab:red", zorder=4)
        seen = below
    ax.plot(range(-8, 9), [3] * 17, "o", ms=4, mfc="white", mec="0.7", zorder=3)
    ax.plot(sorted(seen), [3] * len(seen), "o", ms=5, color="tab:red", zorder=4)
    ax.set(yticks=[0, 3], yticklabels=["output", "input"], xticks=[], ylim=(3.3, -0.3))
    ax.set_title(f"dilations {', '.join(map(str, dilations))}: {title}")
plt.show()

# %% [markdown]
# Red is what one output pixel depends on, three layers of kernel size 3 deep. Three ordinary layers see 7 pixels.
# With dilations that double, the same nine weights see 15, and not one pixel is left out: the holes of each layer are
# filled by the layers before it. The dilations 1, 3, 3 also see every pixel of theirs. That is not true of all
# dilations: 2, 2, 2 would only ever see every second pixel (the **gridding** artifact).

# %% [markdown]
# **Predict.** Three layers of kernel size 3, the first two with stride 2, the third with stride 1, all with dilation 1.
# How many rows does one output see?

# %% tags=["exercise:q_stack"]
### BEGIN SOLUTION
q_stack = 15
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The three layers add 2, then 2 times a jump of 2, then 2 times a jump of 4, to the one pixel of the start. Seven
# would be right without strides: each stride stretches all that comes after it.
# </details>

# %% [markdown]
# ### Exercise: `receptive_field` (10 points, ★★☆, 20 minutes)


# %% tags=["exercise:receptive_field"]
def receptive_field(layers):
    """The receptive field of a stack of layers along one direction, in pixels of the input.

    layers: list of (kernel_size, stride, dilation) triples of ints >= 1, from the input to the output. Pooling layers
        count like convolutions.

    Returns an int, the span from the first input pixel that an output can depend on to the last, both included.
    Without layers it is 1.
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        field += dilation * (kernel - 1) * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% tags=["demo"]
with uses("receptive_field"):
    depths = range(1, 8)
    stacks = {
        "3×3": [[(3, 1, 1)] * n for n in depths],
        "7×7": [[(7, 1, 1)] * n for n in depths],
        "3×3, stride 2": [[(3, 2, 1)] * n for n in depths],
        "3×3, dilations 1, 3, 9, ...": [[(3, 1, 3**i) for i in range(n)] for n in depths],
    }
    plots.curves(
        {name: [receptive_field(layers) for layers in stack] for name, stack in stacks.items()},
        x=list(depths),
        xlabel="number of layers",
        ylabel="receptive field in pixels",
        title="how far the output sees",
        log=True,
    )
    plt.show()

# %% [markdown]
# On this logarithmic axis a straight line means growth by a constant factor. Plain layers add the same number of pixels
# each time, even large ones. Strides of 2 about double the field with each layer, and dilations 1, 3, 9, ... triple
# it, without leaving a pixel out. What tells these two apart is the output: seven strides of 2 leave one pixel in
# $128\times128$, while dilated layers keep them all.

# %% [markdown]
# ---
# ## 4 Transposed convolution: the way back
#
# A convolution with stride 2 halves a map. To draw an image or to label every pixel, a network has to go the other
# way and enlarge it, with weights that it can learn. Turn the picture of a convolution round: instead of *gathering* a
# window into one number, let each number *stamp* a copy of the kernel, scaled by it, onto a larger canvas, $s$
# pixels from stamp to stamp. Where stamps overlap they are added. This is a **transposed convolution**.

# %% tags=["demo"]
stamps = ["tab:blue", "tab:orange", "tab:green", "tab:red"]
fig, axes = plt.subplots(1, 3, figsize=(11, 3.3))
for place, color in enumerate(stamps):
    axes[0].add_patch(Rectangle((place % 2, place // 2), 1, 1, facecolor=color, alpha=0.45, edgecolor="white"))
axes[0].set(xlim=(-1.5, 3.5), ylim=(3.5, -1.5), aspect="equal", title="a 2×2 input")
for ax, step in zip(axes[1:], (2, 3), strict=True):
    for place, color in enumerate(stamps):
        corner = (step * (place % 2), step * (place // 2))
        ax.add_patch(Rectangle(corner, 3, 3, facecolor=color, alpha=0.45, edgecolor="white", linewidth=2))
    size = step + 3
    for line in range(size + 1):
        ax.plot([0, size], [line, line], [line, line], [0, size], color="0.7", linewidth=0.5)
    ax.set(xlim=(-0.3, 6.3), ylim=(6.3, -0.3), aspect="equal", title=f"3×3 stamps, stride {step}: {size}×{size}")
for ax in axes:
    ax.axis("off")
plt.show()

# %% [markdown]
# With stride 2 the 3×3 stamps share a row and a column, and the pixel in the middle receives all four. With stride 3
# they lie side by side.
#
# **The name.** Write a convolution as a matrix. Here is one of a row of 7 pixels with a kernel $(1, 2, 3)$ and stride
# 2; empty cells are zeros.

# %% tags=["demo"]
matrix = np.array([[1, 2, 3, 0, 0, 0, 0], [0, 0, 1, 2, 3, 0, 0], [0, 0, 0, 0, 1, 2, 3]])
cells = np.where(matrix == 0, "", matrix.astype(str))
shades = np.where(matrix == 0, "white", np.array(["tab:blue", "tab:orange", "tab:green"])[:, None])
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4))
numbers(axes[0], cells, "convolution: 7 pixels → 3", shades)
numbers(axes[1], cells.T, "its transpose: 3 pixels → 7", shades.T)
plt.show()

# %% [markdown]
# On the left, each *row* holds the kernel: it gathers one output. On the right, the same matrix transposed, each
# *column* holds the kernel: it stamps one input. Nothing is inverted. The matrix on the left throws four numbers
# away, and the transpose does not bring them back; it only has the shape of the way back.
#
# **The gradient.** Let $y = Ax$ be a convolution, written as a matrix, and $g=\partial L/\partial y$ the gradient of a
# loss in its output. By the chain rule
#
# $$\frac{\partial L}{\partial x_i}=\sum_j g_j\,\frac{\partial y_j}{\partial x_i}=\sum_j g_jA_{ji},
# \qquad\text{that is}\qquad\frac{\partial L}{\partial x}=A^\top g .$$
#
# So a transposed convolution is what the backward pass of a convolution computes as `dx`, used as a forward pass. A
# matrix and its transpose satisfy
#
# $$\langle A x,\,y\rangle = \langle x,\,A^\top y\rangle\qquad\text{for all } x, y,$$
#
# where $\langle a,b\rangle=\sum_i a_ib_i$ is the **inner product**. No other matrix in the place of $A^\top$ does so
# for all $x$ and $y$ (take unit vectors: the two sides are then single entries of the matrices). This identity is a
# complete test, and you will use it.
#
# **Size.** The stamps reach over $(H-1)s+HH$ rows. A convolution with padding $p$ also reads a frame of zeros around
# its image. On the way back, what is stamped onto this frame belongs to no pixel, so the transpose *crops* a frame of
# $p$ from the canvas: padding makes the output smaller here. One thing is missing. The convolution rounds down: with
# $k=3$, $s=2$, $p=1$ both 7 and 8 rows become 4. On the way back, 4 rows could become 7 or 8, and **output padding**
# $o$ says which: it adds $o$ rows at the bottom and $o$ columns at the right of the *canvas*, before the frame is
# cropped:
#
# $$H' = (H-1)\,s + HH - 2p + o,\qquad 0\le o<s .$$
#
# With $p>0$ the rows that are gained are not zeros: the frame now lies further out, and cuts less off the stamps.
#
# **By hand.** One direction is enough. $x=(2,1)$, kernel $(1,2,3)$, $s=2$:
#
# | | canvas |
# |---|---|
# | 2 stamps $2\cdot(1,2,3)$ at 0 | 2, 4, 6, ·, · |
# | 1 stamps $1\cdot(1,2,3)$ at 2 | ·, ·, 1, 2, 3 |
# | sum ($p=0$, $o=0$) | 2, 4, 7, 2, 3 |
# | cropped by $p=1$ | 4, 7, 2 |
# | with $o=1$, canvas 2, 4, 7, 2, 3, 0, cropped by $p=1$ | 4, 7, 2, 3 |
#
# **Counted.** Each input pixel is multiplied by each weight once: $2\cdot3=6$ multiplications. With channels there is
# a kernel for each pair of them. The array $w$ has shape $(C, F, HH, WW)$: **input channels first**. It is the very
# array of the convolution from $F$ to $C$ channels whose transpose this is.

# %% [markdown]
# **Predict.** Four rows go through a transposed convolution with a kernel of 5 rows, stride 3, padding 1 and output
# padding 2. How many rows come out?

# %% tags=["exercise:q_canvas"]
### BEGIN SOLUTION
q_canvas = 14
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The last of four stamps begins three steps of 3 below the first and is 5 rows high, and output padding adds 2: a
# canvas of 16. The frame of width 1 is then cut away at the top and at the bottom.
# </details>

# %% [markdown]
# ### Exercise: `transposed_conv` (18 points, ★★★, 45 minutes)
#
# Stamping is the direct way. There is another one: put $s-1$ zeros between the pixels of $x$ and run an ordinary
# convolution with stride 1 over the result. If you take it, ask yourself how the kernel must lie, which of its axes
# are which channels, and how wide the frame of zeros has to be.


# %% tags=["exercise:transposed_conv"]
def transposed_conv(x, w, b, stride, pad, output_padding):
    """A transposed convolution: the transpose of the convolution with the same w, stride and pad, plus a bias.

    x: (N, C, H, W) float array; not modified.
    w: (C, F, HH, WW) float array, input channels first; not modified.
    b: (F,) float array, added to every pixel of the output; not modified.
    stride: int >= 1, step between stamps.
    pad: int >= 0, width of the frame that is cropped from the canvas on each of the four sides.
    output_padding: int, rows added at the bottom and columns added at the right of the canvas before it is cropped.

    Returns out: (N, F, H', W') float array, with H' = (H - 1)*stride + HH - 2*pad + output_padding, and W' likewise.
    Raises ValueError unless 0 <= output_padding < stride.
    """
    ### BEGIN SOLUTION
    if not 0 <= output_padding < stride:
        raise ValueError(f"output_padding is {output_padding}; it is at least 0 and below the stride, {stride}")
    n_images, _, height, width = x.shape
    _, filters, kh, kw = w.shape
    canvas_h = (height - 1) * stride + kh + output_padding
    canvas_w = (width - 1) * stride + kw + output_padding
    canvas = np.zeros((n_images, filters, canvas_h, canvas_w))
    for i, j in np.ndindex(height, width):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + kh, left : left + kw] += np.einsum("nc,cfuv->nfuv", x[:, :, i, j], w)
    return canvas[:, :, pad : canvas_h - pad, pad : canvas_w - pad] + b[:, None, None]
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Stamp the example in one direction by hand, with $s=3$ instead of 2. Where does stamp number $i$ begin, where does the
# last one end, and how long must the canvas be?
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# A pixel of the input has $C$ numbers, and the kernel between channel $c$ and filter $f$ is `w[c, f]`. So the stamp
# of a pixel is $F$ blocks of $HH\times WW$, each a sum over $c$ of number times kernel. All images can be stamped at
# once. The order of the steps is: canvas (with the output padding), stamps, crop, bias.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# refuse an output padding that is out of range
# canvas = zeros, (N, F, rows before cropping, columns before cropping)
# for each row i and column j of the input:
#     stamp = sum over c of x[n, c, i, j] · w[c, f], for all n and f: (N, F, HH, WW)
#     add the stamp to the block of the canvas that begins at ...
# cut pad rows and columns off each side (and remember what a slice that ends at -0 gives)
# add the bias, one number per filter
# ```
# </details>


# %% tags=["demo"]
with uses("transposed_conv"):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 3, 8, 8)), rng.standard_normal((4, 3, 3, 3))
    down, _ = conv_forward_fast(x, w, np.zeros(4), {"stride": 2, "pad": 1})
    y = rng.standard_normal(down.shape)
    up = transposed_conv(y, w, np.zeros(3), 2, 1, 1)
    print(f"a convolution takes {x.shape} to {down.shape}; its transpose takes {y.shape} to {up.shape}")
    print(f"<conv(x), y> = {np.sum(down * y):.10f}")
    print(f"<x, convT(y)> = {np.sum(x * up):.10f}")

    ones = np.ones((1, 1, 6, 6))
    covered = [transposed_conv(ones, np.ones((1, 1, k, k)), np.zeros(1), 2, 0, 0)[0, 0] for k in (2, 3, 4)]
    plots.images(covered, [f"kernel {k}, stride 2" for k in (2, 3, 4)], size=2.6)
    plt.show()

# %% [markdown]
# The two inner products agree in every digit shown. Below them, how many stamps fall on each pixel, darker for more:
# an input of ones and a kernel of ones. If the stride does not divide the kernel size (3 and 2), the number alternates
# between 1, 2 and 4, and images that were generated this way show a **checkerboard**. With kernel 2 or 4 it is even,
# but for the border. That is why decoders often use kernel 4 with stride 2.

# %% [markdown]
# **Which bug is this?** Somebody runs the example by hand, $x=(2,1)$, kernel $(1,2,3)$, stride 2, no padding, and gets
# $6, 4, 5, 2, 1$. What is wrong? Answer with a letter.
#
# - (a) stamps overwrite each other where they overlap
# - (b) the kernel is turned round
# - (c) the stride is ignored
# - (d) the stamps are divided by how often each pixel was hit

# %% tags=["exercise:q_which_bug_is_it"]
### BEGIN SOLUTION
q_which_bug_is_it = "b"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The stamps are $2\cdot(3,2,1)$ and $1\cdot(3,2,1)$, added where they meet: $2+3=5$. This is what an image with zeros
# in between gives under an ordinary convolution whose kernel was not turned first.
# </details>

# %% [markdown]
# **Why?** A transposed convolution is sometimes called a *deconvolution*. Does it undo a convolution? Think about it
# before you unfold the answer.
#
# <details><summary>An answer</summary>
#
# No. To undo $A$ you would need its inverse, and a convolution that makes the map smaller has none: different images
# have the same output. The transpose only gives back the *shape*. For $x=(2,1)$ above, convolving the result
# $(2,4,7,2,3)$ with the same kernel and stride gives $2+8+21=31$ and $7+4+9=20$, not $(2,1)$. Networks use it because
# it enlarges with weights that can be learned, and not because it recovers anything.
# </details>

# %% [markdown]
# ---
# ## 5 Groups: connect only some channels
#
# In an ordinary convolution each filter reads all input channels. A **grouped convolution** cuts the channels into $G$
# groups: the first $C/G$ input channels are connected to the first $F/G$ filters only, the next to the next, and so
# on. Nothing crosses from group to group.


# %% tags=["demo"]
def wiring(ax, links, title, left="in", right="out"):
    """Channels as dots, connections as lines. links: (F, C) bool array."""
    outputs, inputs = links.shape
    shades = plt.cm.tab10(np.linspace(0, 1, 10))
    for f, c in np.argwhere(links):
        ax.plot([0, 1], [c * (outputs - 1) / max(inputs - 1, 1), f], color=shades[c % 10], linewidth=0.9, alpha=0.7)
    ax.plot(np.zeros(inputs), np.arange(inputs) * (outputs - 1) / max(inputs - 1, 1), "ko", ms=6)
    ax.plot(np.ones(outputs), np.arange(outputs), "ko", ms=6)
    ax.set(xticks=[0, 1], xticklabels=[left, right], yticks=[], ylim=(outputs - 0.5, -0.5), title=title)
    ax.spines[:].set_visible(False)


fig, axes = plt.subplots(1, 4, figsize=(11, 3))
for ax, count in zip(axes, (1, 2, 4, 8), strict=True):
    connected = np.kron(np.eye(count, dtype=bool), np.ones((8 // count, 8 // count), dtype=bool))
    wiring(ax, connected, f"{count} group{'s' if count > 1 else ''}: {connected.sum()} kernels")
plt.show()

# %% [markdown]
# Each line is one $HH\times WW$ kernel. Twice as many groups need half as many kernels, and half as many
# multiplications. With as many groups as channels, on the right, each channel is filtered by itself: a **depthwise
# convolution**.
#
# A filter has weights for its own group's channels only, so $w$ has the shape $(F, C/G, HH, WW)$. Filter $f$ belongs
# to group $\lfloor f\,/\,(F/G)\rfloor$.
#
# **By hand.** One pixel with channels $(1,2,3,4)$, $G=2$, four 1×1 filters with weights $(1,1)$, $(2,0)$, $(0,1)$,
# $(1,-1)$ and no bias. The first two filters see $(1,2)$, the other two see $(3,4)$:
#
# $$1+2=3,\qquad 2\cdot1+0=2,\qquad 0+4=4,\qquad 3-4=-1 .$$
#
# **Counted.** $F\cdot(C/G)\cdot HH\cdot WW=4\cdot2\cdot1=8$ weights instead of 16.

# %% [markdown]
# **Predict.** A 3×3 convolution from 64 to 128 channels has 4 groups. How many weights does it have, without biases?

# %% tags=["exercise:q_group_weights"]
### BEGIN SOLUTION
q_group_weights = 18432
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each of the 128 filters has 9 weights for each of the 16 channels of its group. The number of filters stays what it
# is, so the groups divide once, not twice.
# </details>

# %% [markdown]
# ### Exercise: `grouped_conv` (14 points, ★★☆, 25 minutes)


# %% tags=["exercise:grouped_conv"]
def grouped_conv(x, w, b, groups, stride, pad):
    """A grouped convolution.

    x: (N, C, H, W) float array; not modified.
    w: (F, C/groups, HH, WW) float array; not modified.
    b: (F,) float array; not modified.
    groups: int >= 1. Neighboring channels form a group: input channels g*C/groups ... (g+1)*C/groups - 1 are connected
        to filters g*F/groups ... (g+1)*F/groups - 1.
    stride, pad: ints, as in an ordinary convolution.

    Returns out: (N, F, H', W') float array, with H' = (H + 2*pad - HH) // stride + 1, and W' likewise.
    Raises ValueError if groups does not divide C, or does not divide F.
    """
    ### BEGIN SOLUTION
    if x.shape[1] % groups or len(w) % groups:
        raise ValueError(f"{groups} groups do not divide {x.shape[1]} channels and {len(w)} filters")
    split = zip(np.split(x, groups, axis=1), np.split(w, groups), np.split(b, groups), strict=True)
    conv_param = {"stride": stride, "pad": pad}
    return np.concatenate([conv_forward_fast(*group, conv_param)[0] for group in split], axis=1)
    ### END SOLUTION


# %% tags=["demo"]
with uses("grouped_conv"):
    rng = np.random.default_rng(1)
    fig, axes = plt.subplots(1, 3, figsize=(10, 3))
    for ax, (groups, filters) in zip(axes, [(1, 12), (3, 12), (6, 12)], strict=True):
        w = rng.standard_normal((filters, 6 // groups, 3, 3))
        still = grouped_conv(np.zeros((1, 6, 5, 5)), w, np.zeros(filters), groups, 1, 0)
        moved = np.zeros((filters, 6), dtype=bool)
        for channel in range(6):
            poked = np.zeros((1, 6, 5, 5))
            poked[0, channel] = 1.0
            moved[:, channel] = (grouped_conv(poked, w, np.zeros(filters), groups, 1, 0) != still).any(axis=(0, 2, 3))
        wiring(ax, moved, f"groups={groups}: 6 channels, {filters} filters")
    plt.show()

# %% [markdown]
# These lines were measured, not drawn from a formula: each input channel was switched on alone, and a line goes to
# every output that changed. On the right each channel feeds two filters of its own.

# %% [markdown]
# ---
# ## 6 Depthwise separable convolution: space and channels apart
#
# A 3×3 convolution does two jobs at once: it looks at the neighborhood, and it mixes the channels. A **depthwise
# separable convolution** does one after the other:
#
# 1. **depthwise**: filter each channel by itself, with $M$ kernels per channel (the **depth multiplier**, most often
#    1): $C\to C\cdot M$ maps;
# 2. **pointwise**: mix the maps by a 1×1 convolution: $C\cdot M\to F$ channels.

# %% tags=["demo"]
fig, axes = plt.subplots(1, 3, figsize=(10, 3), width_ratios=[1, 1, 1])
wiring(axes[0], np.ones((8, 8), dtype=bool), "ordinary: 64 lines of 9 weights")
wiring(axes[1], np.eye(8, dtype=bool), "depthwise: 8 lines of 9 weights", "in", "maps")
wiring(axes[2], np.ones((8, 8), dtype=bool), "then pointwise: 64 lines of 1 weight", "maps", "out")
plt.show()

# %% [markdown]
# **The saving.** Per output pixel an ordinary convolution multiplies $k^2CF$ times, the separable one (with $M=1$)
# $k^2C+CF$ times. The ratio is
#
# $$\frac{k^2C+CF}{k^2CF}=\frac1F+\frac1{k^2}.$$
#
# **Counted.** 3×3 from 64 to 128 channels on a 32×32 map, size kept:
#
# | | weights | multiplications |
# |---|---|---|
# | ordinary | $9\cdot64\cdot128=73{,}728$ | $73{,}728\cdot32^2=75{,}497{,}472$ |
# | depthwise | $9\cdot64=576$ | $589{,}824$ |
# | pointwise | $64\cdot128=8{,}192$ | $8{,}388{,}608$ |
# | both together | $8{,}768$ | $8{,}978{,}432$ |
#
# That is $1/128+1/9\approx0.119$ of the cost, 8.4 times less. Nearly all of what is left is the 1×1 part.
#
# What is given up? Combined, the two steps are an ordinary convolution with the kernels
# $w_{f,c}=\sum_m \text{pw}_{f,\,cM+m}\,\text{dw}_{c,m}$. With $M=1$ all filters have to use *the same* $k\times k$
# pattern for channel $c$, each with its own factor.
#
# **By hand.** In one row, the windows of two channels are $(1,2,0)$ and $(0,1,3)$. The depthwise kernels $(1,1,1)$ and
# $(1,0,-1)$ make them $3$ and $-3$. The pointwise weights $(2,1)$ and $(1,1)$ make these
# $2\cdot3-3=3$ and $3-3=0$.

# %% [markdown]
# **Predict.** For a 3×3 layer from 256 to 256 channels: how many times fewer multiplications does a depthwise
# separable convolution ($M=1$) need than an ordinary one? (One digit after the point is enough.)

# %% tags=["exercise:q_saving"]
### BEGIN SOLUTION
q_saving = 8.7
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The ratio of costs is $1/256+1/9$, and its inverse is just below 9. For many filters the kernel's area is what you
# save, and no more: the 1×1 part remains.
# </details>

# %% [markdown]
# ### Exercise: `depthwise_separable_conv` (14 points, ★★☆, 30 minutes)
#
# Build it from what you have, yours or `conv_forward_fast`. Watch the order of the maps in between: the $M$ maps of
# channel 0 come first, then those of channel 1.


# %% tags=["exercise:depthwise_separable_conv"]
def depthwise_separable_conv(x, dw, pw, stride, pad):
    """A depthwise convolution, then a pointwise one; no biases, and nothing in between.

    x: (N, C, H, W) float array; not modified.
    dw: (C, M, HH, WW) float array, M kernels for each channel; not modified. Map c*M + m is channel c under dw[c, m].
    pw: (F, C*M) float array, as w of conv1x1: one row of weights per output channel; not modified.
    stride, pad: ints, of the depthwise part.

    Returns out: (N, F, H', W') float array, with H' = (H + 2*pad - HH) // stride + 1, and W' likewise.
    """
    ### BEGIN SOLUTION
    channels, multiplier = dw.shape[:2]
    conv_param = {"stride": stride, "pad": pad}
    maps = [
        conv_forward_fast(x[:, c : c + 1], dw[c][:, None], np.zeros(multiplier), conv_param)[0] for c in range(channels)
    ]
    return np.tensordot(pw, np.concatenate(maps, axis=1), axes=(1, 1)).swapaxes(0, 1)
    ### END SOLUTION


# %% tags=["demo"]
with uses("depthwise_separable_conv"):
    blur = np.ones((3, 3)) / 9
    right_minus_left = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    patterns = np.stack([np.stack([blur, right_minus_left, right_minus_left.T])] * 3)  # (3 colors, 3 kernels, 3, 3)
    brightness = np.repeat(np.eye(3)[None], 3, axis=0).transpose(1, 0, 2).reshape(3, 9) / 3
    red_green = np.concatenate([np.eye(3)[:1], -np.eye(3)[:1], np.zeros((1, 3))], axis=1)
    out = depthwise_separable_conv(photo[None], patterns, np.concatenate([brightness[1:], red_green]), 1, 1)[0]
    titles = ["edges across, in brightness", "edges down, in brightness", "red − green, blurred"]
    inside = out[:, 1:-1, 1:-1]  # the frame of zeros makes edges of its own
    plots.images(inside / np.abs(inside).max(axis=(1, 2), keepdims=True), titles, signed=True, size=3.2)
    plt.show()

# %% [markdown]
# The depthwise step filtered each color with three kernels ($M=3$), nine maps in all. The pointwise step then added
# up "the same kernel over all colors", or subtracted "green from red". It could combine what the first step found;
# it could not look anywhere else.

# %% [markdown]
# **Why?** Why not leave the pointwise step out, and stack depthwise layers alone?
#
# <details><summary>An answer</summary>
#
# Then no channel would ever hear of another: after a hundred layers output channel 5 would still be a function of
# input channel 5 alone. A network has to bring channels together somewhere, by 1×1 layers here, or by shuffling the
# channels between grouped layers (ShuffleNet).
# </details>

# %% [markdown]
# ---
# ## 7 Spatially separable kernels: a column times a row
#
# A kernel can also be split in space. If every entry is a product $k_{uv}=c_u\,r_v$, the kernel is the **outer
# product** of a column and a row, and the double sum falls apart:
#
# $$\sum_{u,v} x_{i+u,\,j+v}\;c_u r_v=\sum_u c_u\Big(\sum_v r_v\,x_{i+u,\,j+v}\Big).$$
#
# First convolve each row with $r$, then each column of the result with $c$. For a $k\times k$ kernel that takes $2k$
# multiplications per pixel in place of $k^2$.
#
# Which kernels allow it? In an outer product each row is a multiple of the same row $r$, so as a *matrix* the kernel
# has **rank** 1. Conversely a matrix of rank 1 has rows that are all multiples of one row: their factors are the
# column. So the question "is it **separable**?" is the question "is its rank 1?".
#
# **By hand.** The Sobel kernel has the rows $(1,0,-1)$, $(2,0,-2)$, $(1,0,-1)$: they are $1$, $2$, $1$ times the first.
# The Laplace kernel has the rows $(0,1,0)$, $(1,-4,1)$, $(0,1,0)$: the second is not a multiple of the first.
#
# $$\begin{pmatrix}1&0&-1\\2&0&-2\\1&0&-1\end{pmatrix}
# =\begin{pmatrix}1\\2\\1\end{pmatrix}\begin{pmatrix}1&0&-1\end{pmatrix}$$
#
# **Counted.** Sobel: $3+3=6$ multiplications per pixel in place of 9. A Gaussian blur of 15×15 is separable, too: 30
# in place of 225.
#
# For numbers with rounding errors, a rank is read from the **singular values** $\sigma_1\ge\sigma_2\ge\dots\ge0$: any
# matrix is a sum of outer products $\sum_i\sigma_i\,a_ib_i^\top$ with unit vectors $a_i$, $b_i$
# (`np.linalg.svd`), and its rank is the number of $\sigma_i$ that are not zero.

# %% tags=["demo"]
rng = np.random.default_rng(2)
steps = np.arange(-3, 4)
bell = np.exp(-(steps**2) / 4)
kernels = {
    "box": np.ones((7, 7)),
    "Gaussian": np.outer(bell, bell),
    "Sobel-like": np.outer(bell, steps * bell),
    "disk": (steps[:, None] ** 2 + steps**2 <= 9).astype(float),
    "random": rng.standard_normal((7, 7)),
}
fig, axes = plt.subplots(2, 5, figsize=(11, 4.2), height_ratios=[1.2, 1])
for (name, kernel), (above, below) in zip(kernels.items(), axes.T, strict=True):
    limit = np.abs(kernel).max()
    above.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
    above.set(title=name, xticks=[], yticks=[])
    spectrum = np.linalg.svd(kernel, compute_uv=False)
    below.bar(range(1, 8), spectrum / spectrum[0], color="tab:blue")
    below.set(ylim=(0, 1.05), xticks=range(1, 8), xlabel="i")
axes[1, 0].set_ylabel("σᵢ / σ₁")
plt.show()

# %% [markdown]
# The first three kernels have a single bar: one column and one row are all there is. The disk has three, and the
# random kernel has seven: it is not separable, and neither is any other that you draw at random.

# %% [markdown]
# **Predict.** One of these 3×3 kernels is not separable. Which one? Answer with its letter.
#
# - (a) rows $(1,1,1)$, $(1,1,1)$, $(1,1,1)$
# - (b) rows $(1,2,1)$, $(2,4,2)$, $(1,2,1)$
# - (c) rows $(1,0,0)$, $(0,1,0)$, $(0,0,1)$
# - (d) rows $(-1,-2,-1)$, $(0,0,0)$, $(1,2,1)$

# %% tags=["exercise:q_not_separable"]
### BEGIN SOLUTION
q_not_separable = "c"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# A diagonal of ones is the identity matrix, whose rows are multiples of nothing but themselves: its rank is 3. In each
# of the others all rows are multiples of one row; a row of zeros is 0 times it.
# </details>

# %% [markdown]
# ### Exercise: `separable_kernel` (10 points, ★★☆, 20 minutes)


# %% tags=["exercise:separable_kernel"]
def separable_kernel(k):
    """Split a kernel into a column and a row, if it allows that.

    k: (HH, WW) float array of any scale; not modified.

    Returns (column, row), arrays of shapes (HH,) and (WW,) with np.outer(column, row) equal to k up to rounding. They
    are not unique (2*column and row/2 would do as well), and any such pair is right.
    Returns None if k is not separable: if its second singular value is more than 1e-5 times its first. (Any test that
    allows for rounding in the seventh digit and sees one percent will do.) A kernel of zeros is separable, and so is
    one with a single row or column.
    """
    ### BEGIN SOLUTION
    columns, sizes, rows = np.linalg.svd(k, full_matrices=False)
    if (sizes[1:] > 1e-5 * sizes[0]).any():
        return None
    return columns[:, 0] * sizes[0], rows[0]
    ### END SOLUTION


# %% tags=["demo"]
with uses("separable_kernel"):
    for name, kernel in kernels.items():
        pair = separable_kernel(kernel)
        if pair is None:
            print(f"{name:10}  not separable: 49 multiplications per pixel")
            continue
        column, row = pair
        by_kernel, _ = conv_forward_fast(gray[None, None], kernel[None, None], np.zeros(1), {"stride": 1, "pad": 0})
        by_row, _ = conv_forward_fast(gray[None, None], row[None, None, None], np.zeros(1), {"stride": 1, "pad": 0})
        by_both, _ = conv_forward_fast(by_row, column[None, None, :, None], np.zeros(1), {"stride": 1, "pad": 0})
        worst = np.abs(by_both - by_kernel).max() / np.abs(by_kernel).max()
        print(f"{name:10}  separable: 14 multiplications per pixel, relative difference {worst:.0e}")

# %% [markdown]
# Row, then column gives the same picture as the kernel itself, up to rounding in the last of sixteen digits.
#
# A network can be *built* this way, too: a $k\times1$ layer followed by a $1\times k$ layer, each with its own
# channels. That is what we count as a spatially separable convolution in the next part.

# %% [markdown]
# ---
# ## 8 The cost of a convolution: parameters and MACs
#
# Two numbers describe the cost of a layer: its parameters, and the **multiply–accumulate operations** (MACs) for one
# image, each one product that is added to a sum. Memory goes with the first, and (roughly) time with the second.
#
# One rule gives the MACs of everything that gathers: *each weight is used once per output position*. So
# $\text{MACs}=\text{parameters}\times H'W'$, where $H'W'$ is the number of **output** positions of that step. What the
# stride skips is not computed. The transposed convolution stamps: there, each weight is used once per **input**
# position. Products with the zeros of the padding count (most implementations compute them), and so do products that
# are stamped onto the frame and cropped; PyTorch's own counter works by the same two rules. Biases are left out.
#
# **By hand.** $k=3$, from 2 to 4 channels, a 5×6 image, stride 2, padding 1. The output has
# $\lfloor(5+2-3)/2\rfloor+1=3$ rows and $\lfloor(6+2-3)/2\rfloor+1=3$ columns.
#
# | kind | parameters | MACs |
# |---|---|---|
# | ordinary | $9\cdot2\cdot4=72$ | $72\cdot3\cdot3=648$ |
# | in 2 groups | $9\cdot1\cdot4=36$ | $36\cdot3\cdot3=324$ |
# | transposed | $9\cdot2\cdot4=72$ | $72\cdot5\cdot6=2160$ |
# | depthwise separable, $M=1$ | $9\cdot2+2\cdot4=26$ | $26\cdot3\cdot3=234$ |
# | spatially separable | $3\cdot2\cdot4+3\cdot4\cdot4=72$ | $24\cdot3\cdot6+48\cdot3\cdot3=864$ |
#
# The last line has two layers. The first has $3\times1$ kernels and moves, strides and pads vertically only (down the
# columns): 2 → 4 channels, output $3\times6$. The second has $1\times3$ kernels and does so horizontally only: 4 → 4
# channels, output $3\times3$. From 2 to 4 channels that saves nothing; from $C$ to $C$ it has $6C^2$ weights in place
# of $9C^2$.

# %% [markdown]
# ### Exercise: `conv_cost` (12 points, ★★☆, 30 minutes)


# %% tags=["exercise:conv_cost"]
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    """Parameters and MACs of one layer, without biases, for one image.

    kind: a string, one of
        "standard": an ordinary convolution; a 1×1 convolution is one with k = 1;
        "dilated": one with `dilation`;
        "grouped": one with `groups`, which divides cin and cout;
        "transposed": a transposed convolution; each weight is used once per input position;
        "depthwise_separable": k×k depthwise with `multiplier` kernels per channel, then pointwise;
        "spatially_separable": k×1 kernels, cin → cout channels, with stride and pad vertically (down the columns) only;
            then 1×k kernels, cout → cout channels, with stride and pad horizontally only.
    cin, cout: ints, channels of the input and of the output.
    k: int, kernels are k×k.
    h, w: ints, height and width of the INPUT.
    stride, pad: ints. dilation, groups, multiplier: ints that stay 1 for the kinds that do not name them.

    Returns (params, macs), two ints. Raises ValueError for any other kind.
    """
    ### BEGIN SOLUTION
    span = dilation * (k - 1) + 1
    out_h, out_w = (h + 2 * pad - span) // stride + 1, (w + 2 * pad - span) // stride + 1
    if kind == "transposed":
        params = cin * cout * k**2
        return params, params * h * w
    if kind == "depthwise_separable":
        params = multiplier * cin * (k**2 + cout)
        return params, params * out_h * out_w
    if kind == "spatially_separable":
        first, second = k * cin * cout, k * cout * cout
        return first + second, first * out_h * w + second * out_h * out_w
    if kind not in ("standard", "dilated", "grouped"):
        raise ValueError(f"kind is {kind!r}, which is none of the kinds above")
    params = cout * (cin // groups) * k**2
    return params, params * out_h * out_w
    ### END SOLUTION


# %% tags=["demo"]
with uses("conv_cost", "receptive_field"):
    layer = (128, 128, 3, 28, 28)  # 3×3, 128 → 128 channels on a 28×28 map, size kept
    layers = {
        "standard": (*conv_cost("standard", *layer, 1, 1), receptive_field([(3, 1, 1)])),
        "1×1": (*conv_cost("standard", 128, 128, 1, 28, 28), receptive_field([(1, 1, 1)])),
        "dilated, d = 4": (*conv_cost("dilated", *layer, 1, 4, 4), receptive_field([(3, 1, 4)])),
        "transposed, stride 2": (*conv_cost("transposed", *layer, 2, 1), "–"),
        "grouped, G = 32": (*conv_cost("grouped", *layer, 1, 1, 1, 32), receptive_field([(3, 1, 1)])),
        "depthwise separable": (*conv_cost("depthwise_separable", *layer, 1, 1), receptive_field([(3, 1, 1)])),
        "spatially separable": (*conv_cost("spatially_separable", *layer, 1, 1), receptive_field([(3, 1, 1)])),
    }
    print(f"{'128 → 128 channels, 28×28':27}{'parameters':>12}{'MACs':>14}{'rows seen':>11}")
    for name, (params, macs, field) in layers.items():
        print(f"{name:27}{params:>12,}{macs:>14,}{field:>11}")
    ax = plots.axes(width=8, height=3)
    ax.barh(list(layers)[::-1], [macs / 1e6 for _, macs, _ in layers.values()][::-1], color="tab:blue")
    ax.set(xlabel="million MACs", title="one layer, 128 → 128 channels on a 28×28 map")
    plt.show()

# %% [markdown]
# Dilation is free, groups and the two separable kinds are cheaper, and a transposed convolution with stride 2 costs
# as much as the ordinary one here, although its output is about four times as large: it is counted by its input.
#
# **Why?** MobileNet-like layers need 8 to 9 times fewer MACs than ordinary ones, and yet they rarely run 8 times
# faster. Why?
#
# <details><summary>An answer</summary>
#
# Every product needs its numbers brought from memory. An ordinary layer uses each pixel that it has fetched for all of
# its filters, hundreds of times. A depthwise layer uses it $k^2$ times and is done, so the processor waits for memory
# most of the time. MACs count the work; whether the work or the transport is the bottleneck is another question (see
# *ShuffleNet V2* below).
# </details>
#
# ## All kinds on one page
#
# $C\to F$ channels, $k\times k$ kernels, input $H\times W$, output $H'\times W'$, without biases. $P$ stands for the
# parameters of the same line. The receptive field is that of one layer, in one direction.
#
# | kind | what it computes | parameters $P$ | MACs | receptive field | used in |
# |---|---|---|---|---|---|
# | ordinary | gathers a window over all channels | $k^2CF$ | $P\,H'W'$ | $k$ | everywhere |
# | 1×1, pointwise | mixes the channels of each pixel | $CF$ | $P\,HW$ | 1 | Inception, ResNet |
# | dilated | the same taps, $d$ pixels apart | $k^2CF$ | $P\,H'W'$ | $d(k-1)+1$ | DeepLab, WaveNet |
# | transposed | gradient of a convolution: stamps, adds | $k^2CF$ | $P\,HW$ | $\le\lceil k/s\rceil$ | FCN, DCGAN |
# | grouped | $G$ convolutions side by side | $k^2CF/G$ | $P\,H'W'$ | $k$ | AlexNet, ResNeXt |
# | depthwise separable | filters each channel, then mixes | $M(k^2C+CF)$ | $P\,H'W'$ | $k$ | Xception, MobileNet |
# | spatially separable | columns of taps, then rows | $kCF+kF^2$ | $kCF\,H'W+kF^2\,H'W'$ | $k$ | Inception-v3, Sobel |
#
# In words: 1×1 layers change the number of channels before something expensive, and follow every depthwise layer.
# Dilation serves where each pixel gets an answer and needs context (segmentation, audio). Transposed convolutions
# enlarge maps (segmentation, generated images). Groups first fitted AlexNet onto two GPUs, and gave ResNeXt more
# accuracy at the same cost. The separable kinds make networks small enough for a phone.
#
# ## Further reading
#
# - V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016,
#   [arXiv:1603.07285](https://arxiv.org/abs/1603.07285): transposed and dilated convolutions with animations.
# - PyTorch, [ConvTranspose2d](https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html): the sizes and
#   `output_padding` as here, "the gradient of Conv2d with respect to its input".
# - M. Lin, Q. Chen and S. Yan, *Network In Network*, 2013, [arXiv:1312.4400](https://arxiv.org/abs/1312.4400): 1×1.
# - F. Yu and V. Koltun, *Multi-Scale Context Aggregation by Dilated Convolutions*, 2016,
#   [arXiv:1511.07122](https://arxiv.org/abs/1511.07122); P. Wang and others, *Understanding Convolution for Semantic
#   Segmentation*, 2018, [arXiv:1702.08502](https://arxiv.org/abs/1702.08502): gridding, and dilations that avoid it.
# - A. Araujo, W. Norris and J. Sim, *Computing Receptive Fields of Convolutional Neural Networks*, Distill 2019,
#   [doi:10.23915/distill.00021](https://distill.pub/2019/computing-receptive-fields/).
# - A. Odena, V. Dumoulin and C. Olah, *Deconvolution and Checkerboard Artifacts*, Distill 2016,
#   [distill.pub/2016/deconv-checkerboard](https://distill.pub/2016/deconv-checkerboard/).
# - S. Xie and others, *Aggregated Residual Transformations for Deep Neural Networks* (ResNeXt), 2017,
#   [arXiv:1611.05431](https://arxiv.org/abs/1611.05431).
# - A. Howard and others, *MobileNets*, 2017, [arXiv:1704.04861](https://arxiv.org/abs/1704.04861): what part 6 saves.
# - N. Ma and others, *ShuffleNet V2*, 2018, [arXiv:1807.11164](https://arxiv.org/abs/1807.11164): why fewer MACs need
#   not mean less time.
# - C. Szegedy and others, *Rethinking the Inception Architecture for Computer Vision*, 2016,
#   [arXiv:1512.00567](https://arxiv.org/abs/1512.00567): $k\times1$ and $1\times k$ layers.
# - B. Wronski, [Separate your
#   filters!](https://bartwronski.com/2020/02/03/separate-your-filters-svd-and-low-rank-approximation-of-image-filters/),
#   2020: kernels, ranks and singular values.
