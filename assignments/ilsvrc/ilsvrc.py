# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # ILSVRC: AlexNet, VGG, GoogLeNet and ResNet
#
# Between 2011 and 2015 the error of the best program in one competition fell from 26 % to less than 4 %. What did the
# winners change in their networks, from one year to the next, and which of their ideas are still in use?
#
# In this notebook you build the decisive layer of each of the four, and measure what it does. You need what `pytorch`
# and `lenet` taught: modules, parameters, a training loop. No GPU is needed, and no picture of the competition.
#
# ## What you will be able to do
#
# - say what the ImageNet challenge measured, and compute its measure;
# - build AlexNet and VGG from the tables of their papers, and say where their parameters are;
# - explain by counting why a stack of 3×3 layers replaces a large filter, and why 1×1 layers save most of the work;
# - write a residual block, and show with its gradients why 56 layers need it;
# - get more out of the same images, in training and at test time;
# - turn a classifier into a detector's first half, and train in mixed precision.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 The challenge and its measure | `topk_accuracy`, `top5_error` | 8 | ★☆☆ | 20 |
# | 2 AlexNet, 2012 | `local_response_norm`, `AlexNet` | 26 | ★★☆ | 65 |
# | 3 Data augmentation | `horizontal_flip`, `ten_crop`, `color_jitter_pca` | 10 | ★★☆ | 45 |
# | 4 VGG, 2014 | `vgg_stack_params`, `make_vgg` | 22 | ★★☆ | 45 |
# | 5 GoogLeNet, 2014 | `InceptionBlock` | 10 | ★★☆ | 30 |
# | 6 ResNet, 2015 | `ResidualBlock` | 12 | ★★☆ | 40 |
# | 7 From fully connected to convolutional | `fc_to_conv` | 6 | ★★☆ | 20 |
# | 8 Mixed precision | `mixed_precision_step` | 6 | ★★☆ | 25 |
#
# `check(...)` runs the public checks of an exercise; the others are hidden, and run when your work is graded. The
# pictures draw themselves with *your* functions: a picture whose function is not written yet says so and waits. The
# questions named `q_...` give no points; answer them *before* you compute.
#
# Images have shape $(N, C, H, W)$ and are float tensors. Any float dtype will do: what your code computes in float32
# is compared as float32. An exercise that uses `torchvision` or `timm`, which have these networks ready-made, fails; so
# does an exercise that uses `nn.LocalResponseNorm` or `F.local_response_norm` for its response normalization, and an
# exercise that uses scikit-learn or `torchmetrics` for its accuracy. `check(...)` in the notebook does not look for
# them; `autograder check` and the grading do.

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import torch
import torch.nn.functional as F
from torch import nn

# %% tags=["demo"]
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

from autograder import plots
from autograder.datasets import glyphs
from autograder.notebook import uses

plots.style()
torch.set_num_threads(1)  # our networks are so small that a second thread costs more than it gives
photo = torch.tensor(load_sample_image("china.jpg")[::4, ::4] / 255.0, dtype=torch.float32)
photo = photo.permute(2, 0, 1)[None, :, :, 26:134]  # (1, 3, 107, 108), values 0..1

# %% [markdown]
# ---
# ## 1 The challenge and its measure
#
# The *ImageNet Large Scale Visual Recognition Challenge*, **ILSVRC**, was held every year from 2010 to 2017. Its main
# task was classification: 1.2 million photographs to learn from, 50,000 to validate with, 100,000 to be tested on, and
# 1000 classes, of which more than a hundred are breeds of dogs.
#
# A photograph often shows more than one thing, and only one of them is its label. So a program was allowed five
# guesses, and an image counted as wrong only if the label was not among them. That share of the images is the
# **top-5 error**. These are the results that this notebook is about:
#
# | year | entry | top-5 error on the test set | source |
# |---|---|---|---|
# | 2012 | best entry without a convolutional network | 26.2 % | Krizhevsky and others, 2012, abstract |
# | 2012 | **AlexNet**, 7 networks, with further images from ImageNet | 15.3 % | Krizhevsky and others, 2012, abstract |
# | 2012 | AlexNet, 5 networks, without further images | 16.4 % | Simonyan and Zisserman, 2014, table 7 |
# | 2013 | **ZF**, 6 networks | 14.8 % | Simonyan and Zisserman, 2014, table 7 |
# | 2013 | Clarifai, the winner, founded by Zeiler | 11.7 % | Simonyan and Zisserman, 2014, section 4.5 |
# | 2014 | **VGG**, 7 networks, second place | 7.3 % | Simonyan and Zisserman, 2014, section 4.5 |
# | 2014 | **GoogLeNet**, 7 networks, first place | 6.67 % | Szegedy and others, 2014, section 7 |
# | 2015 | **ResNet**, several networks, first place | 3.57 % | He and others, 2015, abstract |
#
# All but the first are errors of *several* networks, averaged; a single one is usually one to three points worse.

# %% tags=["demo"]
results = {
    "no convnet": 26.2,
    "AlexNet": 15.3,
    "ZF": 14.8,
    "Clarifai": 11.7,
    "VGG": 7.3,
    "GoogLeNet": 6.67,
    "ResNet": 3.57,
}
years = [2012, 2012, 2013, 2013, 2014, 2014, 2015]
ax = plots.axes(width=8, height=2.8)
ax.bar([f"{name}\n{year}" for name, year in zip(results, years, strict=True)], list(results.values()), color="tab:blue")
for place, error in enumerate(results.values()):
    ax.text(place, error, f"{error:g}", ha="center", va="bottom", fontsize=9)
ax.set(ylabel="top-5 error in %", ylim=(0, 29))
plt.show()

# %% [markdown]
# The **top-k accuracy** is the share of images whose label is among the $k$ classes with the largest logits. For the
# logits $(2, 5, 1, 4)$ the two best classes are 1 and 3. With the label 3, top-1 is wrong and top-2 is right.
#
# ### Exercise: `topk_accuracy` (6 points, ★☆☆, 15 minutes)

# %% tags=["exercise:topk_accuracy"]
def topk_accuracy(logits, y, k):
    """The share of images whose label is among the k classes with the largest logits.

    logits: (N, C) float tensor, the logits of an image all different. y: (N,) int tensor, classes from 0 to C - 1.
    k: int. Returns a Python float from 0 to 1. Raises: ValueError unless 1 <= k <= C.
    """
    # YOUR CODE HERE
    raise NotImplementedError("topk_accuracy is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("topk_accuracy")

# %% [markdown]
# ### Exercise: `top5_error` (2 points, ★☆☆, 5 minutes)

# %% tags=["exercise:top5_error"]
def top5_error(logits, y):
    """The share of images whose label is not among the five classes with the largest logits.

    logits: (N, C) float tensor, C >= 5. y: (N,) int tensor. Returns a Python float from 0 to 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError("top5_error is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("top5_error")

# %% [markdown]
# **Predict.** A program guesses five different classes of the 1000 at random. What is its top-5 error? (As a number
# from 0 to 1.)

# %% tags=["exercise:q_random_top5"]
# YOUR CODE HERE
q_random_top5 = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_random_top5")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each of the 1000 classes is equally likely to be the label, and five of them are guessed: the chance to be right is
# 5/1000, and the error $1-0.005$. For $k=1$ it would be 0.999.
# </details>

# %% tags=["demo"]
with uses("topk_accuracy"):
    noise = torch.Generator().manual_seed(0)
    labels = torch.randint(1000, (2000,), generator=noise)
    logits = torch.randn(2000, 1000, generator=noise)
    logits[torch.arange(2000), labels] += 3.0  # a program that knows something
    shares = [topk_accuracy(logits, labels, guesses) for guesses in range(1, 21)]
    ax = plots.axes(width=6, height=2.6)
    plots.curves({"": shares}, x=range(1, 21), xlabel="k", ylabel="top-k accuracy", ax=ax)
    ax.set(ylim=(0, 1), title="an imitation: the label's logit is larger by 3 on average")
    plt.show()

# %% [markdown]
# The curve shows why the measure matters: the same logits give quite different numbers for $k=1$ and $k=5$, so an
# "error" without its $k$ says little.
#
# ---
# ## 2 AlexNet, 2012
#
# AlexNet is LeNet, larger: five convolutions in place of three, three fully connected layers in place of two, and a
# thousand times as many parameters. A network like this could not be trained before, and the paper says what made it
# possible.
#
# - **ReLU** in place of tanh. A tanh that is far from zero passes almost no gradient; a ReLU passes all or nothing. On
#   a smaller set of images the authors reach the same training error six times faster.
# - **Two GPUs.** One had 3 GiB of memory, too little for the network, so each held half of the filters. In the second,
#   fourth and fifth convolution a filter sees only the maps on its own GPU: today we call this a **grouped
#   convolution** with two groups (`groups=2` in `nn.Conv2d`; you wrote one in `conv_variants`). It lowers the top-5
#   error by 1.2 points against a network with half the filters on one GPU.
# - **Overlapping pooling**: windows of 3×3 with stride 2, so that neighbors share a row or column. 0.3 points.
# - **Local response normalization**, below. 1.2 points.
# - **Dropout** with probability ½ in the two large fully connected layers (in `torch`, `p` is the probability to
#   *drop*; in `regularization` it was the one to keep), and **data augmentation**, part 3. If one of the two is
#   missing, the network overfits.
#
# ### Local response normalization
#
# A ReLU has no upper bound, so one channel can be hundreds of times as large as its neighbors. **Local response
# normalization** (LRN) lets channels at the same place compete. With $a_i$ the activation of channel $i$ at one place
# of an image, and $C$ channels,
#
# $$ b_i = \frac{a_i}{\Big(k + \alpha \sum_{j=j_0}^{j_1} a_j^2\Big)^{\beta}},\qquad
# j_0=\max(0,\,i-\lfloor n/2\rfloor),\quad j_1=\min(C-1,\,i+\lfloor n/2\rfloor) . $$
#
# The sum runs over the $n$ channels around $i$, at the first and last channels over fewer; nothing is summed over rows
# or columns. AlexNet has $k=2$, $n=5$, $\alpha=10^{-4}$, $\beta=0.75$.
#
# By hand, for three channels with $a=(1,2,3)$ at one place, $n=3$, $k=1$, $\alpha=1$, $\beta=1$:
#
# $$ b_0=\frac{1}{1+(1+4)}=\frac16,\quad b_1=\frac{2}{1+(1+4+9)}=\frac2{15},\quad b_2=\frac{3}{1+(4+9)}=\frac3{14}. $$
#
# Take care when you compare: `nn.LocalResponseNorm` divides $\alpha$ by $n$ before it multiplies the sum. The paper
# does not, and neither do we.
#
# ### Exercise: `local_response_norm` (10 points, ★★☆, 25 minutes)

# %% tags=["exercise:local_response_norm"]
def local_response_norm(x, n, alpha, beta, k):
    """Local response normalization as in the formula above, section 3.3 of the AlexNet paper.

    x: (N, C, H, W) float tensor; not modified. n: odd int >= 1, also larger than C. alpha, beta, k: floats, k > 0.
    Returns a tensor of x's shape and dtype, through which gradients flow back to x.
    """
    # YOUR CODE HERE
    raise NotImplementedError("local_response_norm is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("local_response_norm")

# %% tags=["demo"]
with uses("local_response_norm"):
    activity = torch.tensor([1.0, 1, 1, 1, 20, 1, 1, 1, 6, 1, 1, 1])
    quieted = local_response_norm(activity.reshape(1, -1, 1, 1), 5, 0.05, 0.75, 1.0).ravel()
    for ax, values, title in zip(plots.axes(2, 1, 4.5, 2.4), (activity, quieted), ("before", "after"), strict=True):
        ax.bar(range(12), values)
        ax.set(xlabel="channel", title=f"{title} (n = 5)")
    plt.show()

# %% [markdown]
# The loud channel loses most, and takes its four neighbors down with it; channels that are further away stay. VGG's
# authors measured no gain from it (their section 4.1), and batch normalization has replaced it since.
#
# ### The network
#
# | layer | filters | kernel, stride, padding | groups | followed by | output for 227×227 |
# |---|---|---|---|---|---|
# | conv1 | 96 | 11, 4, 0 | 1 | ReLU, LRN, max pool 3/2 | 96×55×55, then 96×27×27 |
# | conv2 | 256 | 5, 1, 2 | 2 | ReLU, LRN, max pool 3/2 | 256×27×27, then 256×13×13 |
# | conv3 | 384 | 3, 1, 1 | 1 | ReLU | 384×13×13 |
# | conv4 | 384 | 3, 1, 1 | 2 | ReLU | 384×13×13 |
# | conv5 | 256 | 3, 1, 1 | 2 | ReLU, max pool 3/2 | 256×13×13, then 256×6×6 |
# | fc6 | 4096 | | | ReLU, dropout ½ | 4096 |
# | fc7 | 4096 | | | ReLU, dropout ½ | 4096 |
# | fc8 | classes | | | nothing: logits | classes |
#
# "Max pool 3/2" is a window of 3×3 with stride 2 and no padding. Every layer has biases. By hand for conv2: a filter
# sees the 48 maps of its group, so the layer has $256\cdot(48\cdot 5\cdot 5) + 256 = 307{,}456$ parameters; without
# groups it would be 614,656.
#
# **Predict.** The paper says that its images are 224×224. A window of 11 with stride 4 and no padding fits
# $\lfloor(H-11)/4\rfloor+1$ times into $H$ rows. How many rows of conv1's output does 224 give? (The paper's other
# numbers need 55: this is why everybody uses 227.)

# %% tags=["exercise:q_conv1_rows"]
# YOUR CODE HERE
q_conv1_rows = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_conv1_rows")

# %% [markdown]
# <details><summary>Why?</summary>
#
# 224 − 11 = 213 is not a multiple of 4: the window fits 54 times, and one row is left over. With 227 it fits exactly
# 55 times.
# </details>

# %% [markdown]
# A network with 60 million parameters is slow to try out. So ours takes a second argument, `divide`: all numbers of
# filters and units in the table, except the number of classes, are divided by it. `AlexNet(1000)` is the network of
# the paper, and `AlexNet(10, divide=16)` its small copy for a quick look. It is a good habit with any large network.
#
# ### Exercise: `AlexNet` (16 points, ★★☆, 40 minutes)

# %% tags=["exercise:AlexNet"]
class AlexNet(nn.Module):
    """AlexNet of 2012 from images to logits, as in the table above.

    num_classes: int, the units of fc8. divide: int, a power of two up to 16, by which the other widths of the table
    are divided; the numbers of groups stay.

    The convolutions are nn.Conv2d and the fully connected layers nn.Linear, made in the order of the table, so that
    parameters() lists the weight and the bias of conv1, then those of conv2, and so on. The maps are flattened as torch
    does it. LRN with n = 5, alpha = 1e-4, beta = 0.75, k = 2 is your function or nn.LocalResponseNorm (mind its alpha).
    In evaluation mode nothing is dropped.
    """

    def __init__(self, num_classes=1000, divide=1):
        # YOUR CODE HERE
        raise NotImplementedError("AlexNet is not written yet")

    def forward(self, x):
        """x: (N, 3, 227, 227) float tensor. Returns the logits, (N, num_classes) float tensor."""
        # YOUR CODE HERE
        raise NotImplementedError("AlexNet is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("AlexNet")

# %% tags=["demo"]
def parameters_and_work(network, image_shape):
    """For each convolution and fully connected layer: its parameters, and its multiplications for one image.

    network: on the device "meta", where tensors have shapes and no values, so that nothing large is stored or computed.
    """
    found = []

    def note(layer, given, out):
        places = out[0, 0].numel() if out.ndim == 4 else 1
        found.append((sum(each.numel() for each in layer.parameters()), layer.weight.numel() * places))

    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(note)
    network.eval()(torch.empty(1, *image_shape, device="meta"))
    return np.array(found).T


def draw_parameters_and_work(counts, work, names):
    for ax, values, title in zip(
        plots.axes(2, 1, 6, 2.6),
        (counts / 1e6, work / 1e6),
        ("million parameters", "million multiplications"),
        strict=True,
    ):
        ax.bar(names, values, color=["tab:blue" if name[0] == "c" else "tab:orange" for name in names])
        ax.tick_params(axis="x", labelsize=7)
        ax.set_title(f"{title}: {values.sum():,.1f} in total")
    plt.show()


with uses("AlexNet"):
    with torch.device("meta"):
        network = AlexNet(1000)
    names = ["c1", "c2", "c3", "c4", "c5", "f6", "f7", "f8"]
    draw_parameters_and_work(*parameters_and_work(network, (3, 227, 227)), names)

# %% [markdown]
# Convolutions in blue, fully connected layers in orange. More than nine tenths of the 61 million parameters are in the
# three fully connected layers, and more than nine tenths of the multiplications in the convolutions. Dropout sits
# where the parameters are; the split over two GPUs saves where the work is.
#
# **Why** does dropout stand after fc6 and fc7, and not after the convolutions?
#
# <details><summary>An answer</summary>
#
# Overfitting needs parameters, and the convolutions of AlexNet have only 2.3 million of 61 million: each of their
# weights is used at hundreds of places and so learns from hundreds of examples per image. Dropping single activations
# of a map also does little, since its neighbors tell nearly the same.
# </details>
#
# ---
# ## 3 Data augmentation
#
# 1.2 million photographs are few for 61 million parameters. A cat that looks to the left is still a cat when it looks
# to the right. So AlexNet's authors made new images from old ones, by changes that leave the label as it is: crops,
# mirror images, and other colors.
#
# In training each image of a batch is mirrored or not, anew each time.
#
# ### Exercise: `horizontal_flip` (3 points, ★☆☆, 10 minutes)

# %% tags=["exercise:horizontal_flip"]
def horizontal_flip(x, p, generator):
    """Mirror each image of a batch with probability p, left to right.

    x: (N, C, H, W) float tensor on the CPU; not modified. p: float, 0 to 1. generator: torch.Generator.
    Which images are mirrored is decided by one draw, torch.rand(N, generator=generator): those whose number is
    smaller than p. Returns a tensor of x's shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError("horizontal_flip is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("horizontal_flip")

# %% [markdown]
# At test time AlexNet looked at each image ten times and averaged the ten answers: four corners and the center, and
# the mirror images of these five. This is **ten-crop testing**. For a 5×6 image and size 4, the center crop begins at
# row $\lfloor(5-4)/2\rfloor=0$ and column $\lfloor(6-4)/2\rfloor=1$.
#
# ### Exercise: `ten_crop` (4 points, ★★☆, 15 minutes)

# %% tags=["exercise:ten_crop"]
def ten_crop(x, size):
    """Ten square crops of each image.

    x: (N, C, H, W) float tensor; not modified. size: int, rows and columns of a crop.
    Returns an (N, 10, C, size, size) tensor, in this order: upper left, upper right, lower left, lower right, center
    (from row (H - size) // 2 and column (W - size) // 2 on), then the mirror images of these five, in the same order.
    Raises: ValueError if size is larger than H or W.
    """
    # YOUR CODE HERE
    raise NotImplementedError("ten_crop is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("ten_crop")

# %% tags=["demo"]
with uses("ten_crop"):
    where = ["upper left", "upper right", "lower left", "lower right", "center"]
    titles = where + [f"{name}, mirrored" for name in where]
    plots.images(list(ten_crop(photo, 80)[0].numpy()), titles, columns=5, size=1.7)
    plt.show()

# %% [markdown]
# The color of the light changes, and the object stays. The authors asked along which directions the colors of all
# pixels vary: those are the eigenvectors $p_1,p_2,p_3$ of the $3\times3$ covariance matrix of the pixels' red, green
# and blue values, and the variances along them are its eigenvalues $\lambda_1,\lambda_2,\lambda_3$. This is **principal
# component analysis** (PCA). To *every* pixel of an image they add the same
#
# $$ \alpha_1\lambda_1\,p_1 + \alpha_2\lambda_2\,p_2 + \alpha_3\lambda_3\,p_3, $$
#
# with three numbers $\alpha_i$ that are drawn once for each image, from a normal distribution with standard deviation
# 0.1. An eigenvector may have either sign; since $\alpha$ may, too, it does not matter which.
#
# ### Exercise: `color_jitter_pca` (3 points, ★★☆, 20 minutes)

# %% tags=["exercise:color_jitter_pca"]
def color_jitter_pca(x, images, alpha):
    """Change the colors of each image along the principal components of the colors of many images.

    x: (N, 3, H, W) float tensor, the images to change; not modified.
    images: (M, 3, H', W') float tensor, whose pixels, all together, give the covariance matrix (divided by the number
        of pixels less one, as torch.cov does) and its eigenvalues in ascending order, as torch.linalg.eigh returns
        them.
    alpha: (N, 3) float tensor: alpha[n, i] belongs to image n and the i-th eigenvalue.
    Returns an (N, 3, H, W) tensor. Eigenvectors have length 1 and either sign.
    """
    # YOUR CODE HERE
    raise NotImplementedError("color_jitter_pca is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("color_jitter_pca")

# %% tags=["demo"]
with uses("color_jitter_pca", "horizontal_flip"):
    six = photo.repeat(6, 1, 1, 1)
    draws = torch.randn(6, 3, generator=torch.Generator().manual_seed(3))
    jittered = color_jitter_pca(six, photo, 0.6 * draws)  # six times AlexNet's, to be visible
    augmented = horizontal_flip(jittered, 0.5, torch.Generator().manual_seed(1)).clamp(0, 1)
    plots.images(list(augmented.numpy()), columns=6, size=1.8)
    plt.show()

# %% [markdown]
# Six times the same photograph, as a network would see it in six epochs: in other light, and some of them mirrored.
#
# ---
# ## 4 VGG, 2014
#
# AlexNet's filters are 11×11, 5×5 and 3×3. Which size is best? Simonyan and Zisserman's answer: only ever 3×3, and more
# layers. Two layers of 3×3 see the same 5×5 pixels as one layer of 5×5, but they have a ReLU between them, and fewer
# parameters.
#
# Count it, for $C$ channels everywhere and stride 1. The first layer of 3×3 sees 3 rows, and each further layer adds
# two: $n$ layers have a **receptive field** of $2n+1$ rows. A 3×3 layer has $9C^2$ weights, one layer with the same
# receptive field $(2n+1)^2C^2$. For $n=3$ that is $27C^2$ against $49C^2$: the single layer has $49/27-1=81\,\%$ more.
# With $C=64$ and without biases, $110{,}592$ against $200{,}704$.
#
# ### Exercise: `vgg_stack_params` (8 points, ★☆☆, 15 minutes)

# %% tags=["exercise:vgg_stack_params"]
def vgg_stack_params(n, channels, bias=False):
    """A stack of 3×3 convolutions with stride 1, and the single convolution that sees as far.

    n: int >= 1, how many layers of 3×3. channels: int, channels coming into and out of every layer. bias: whether every
    convolution has a bias for each of its filters.
    Returns three ints (receptive_field, stack, single): rows of the receptive field of the stack, parameters of the
    stack, parameters of one convolution whose kernel has as many rows and columns as the receptive field.
    """
    # YOUR CODE HERE
    raise NotImplementedError("vgg_stack_params is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("vgg_stack_params")

# %% tags=["demo"]
with uses("vgg_stack_params"):
    fields, stacks, singles = zip(*(vgg_stack_params(n, 64) for n in range(1, 6)), strict=True)
    ax = plots.axes(width=6, height=2.6)
    plots.curves(
        {"stack of 3×3": np.array(stacks) / 1e3, "one layer": np.array(singles) / 1e3},
        x=fields, xlabel="rows of the receptive field", ylabel="thousand parameters", ax=ax,
    )  # fmt: skip
    ax.set(xticks=fields, title="64 channels")
    plt.show()

# %% [markdown]
# A straight line against a parabola: the larger the field, the more a stack saves.
#
# **Why** is a stack more than a cheap copy of the large filter?
#
# <details><summary>An answer</summary>
#
# Without the ReLU between them, two 3×3 layers are one linear map, a 5×5 filter of a special form, and can do less than
# a free 5×5 filter. With the ReLU they are no longer linear: they can say "an edge here *and* another one beside it",
# which no single filter can.
# </details>
#
# ### The network
#
# A VGG network is a list. A number stands for a convolution with so many filters of 3×3, stride 1 and padding 1,
# followed by a ReLU; `"M"` for a max pooling of 2×2 with stride 2. Then come three fully connected layers, with ReLU
# and dropout ½ after the first two, in this order. The padding keeps the size of the maps, so only `"M"` changes it. By
# hand for the list `[8, "M", 16, "M"]` and images of 32×32: $8{\times}32{\times}32 \to 8{\times}16{\times}16 \to
# 16{\times}16{\times}16 \to 16{\times}8{\times}8$, and $16\cdot8\cdot8=1024$ numbers go into the first fully connected
# layer.
#
# ### Exercise: `make_vgg` (14 points, ★★☆, 30 minutes)

# %% tags=["setup:2"]
VGG = {
    "A": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "D": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
    "E": [64, 64, "M", 128, 128, "M"] + [256] * 4 + ["M"] + [512] * 4 + ["M"] + [512] * 4 + ["M"],
}  # the columns of table 1 of the paper: 11, 16 and 19 layers with weights

# %% tags=["exercise:make_vgg"]
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    """A VGG network from images to logits.

    config: list of ints and "M", as explained above; not modified. num_classes: int, units of the last layer.
    hidden: int, units of the first two fully connected layers. size: int, rows and columns of the images (3 channels);
    a pooling of an odd number of rows drops the last one.
    Returns an nn.Module. Called with (N, 3, size, size) it returns logits (N, num_classes), without a softmax.

    All layers have biases. They are nn.Conv2d and nn.Linear, made in the order in which they are used, so that
    parameters() lists the weight and the bias of the first, then those of the second, and so on. The maps are flattened
    as torch does it. In evaluation mode nothing is dropped.
    """
    # YOUR CODE HERE
    raise NotImplementedError("make_vgg is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("make_vgg")

# %% tags=["demo"]
with uses("make_vgg"):
    with torch.device("meta"):
        network = make_vgg(VGG["D"])
    names = [f"c{number}" for number in range(1, 14)] + ["f14", "f15", "f16"]
    draw_parameters_and_work(*parameters_and_work(network, (3, 224, 224)), names)

# %% [markdown]
# VGG-16 has 138 million parameters, and the first fully connected layer alone holds three quarters of them: it looks
# at $512\cdot7\cdot7$ numbers. The work has grown more than twenty-fold since AlexNet. Both are what the next two
# winners attack.
#
# ---
# ## 5 GoogLeNet, 2014
#
# Which size should a filter have: 1×1, 3×3 or 5×5? GoogLeNet does not choose. An **Inception block** computes all of
# them side by side, and a max pooling as well, and concatenates the results along the channels. The next block picks
# what it needs.
#
# | branch | layers | channels out |
# |---|---|---|
# | 1 | convolution 1×1 | `c1` |
# | 2 | convolution 1×1 to `c3_reduce` channels, convolution 3×3 | `c3` |
# | 3 | convolution 1×1 to `c5_reduce` channels, convolution 5×5 | `c5` |
# | 4 | max pooling 3×3, convolution 1×1 | `pool_proj` |
#
# Every stride is 1, paddings keep the size of the maps, every convolution has a bias and is followed by a ReLU.
#
# The 1×1 layers in branches 2 and 3 are **bottlenecks**: they squeeze the channels before the expensive filter. Count
# the multiplications of branch 3 in the first block of GoogLeNet, which gets 192 channels of 28×28, with `c5_reduce` 16
# and `c5` 32. Each of the $28\cdot28=784$ places costs, with $k^2\cdot c_\text{in}$ multiplications for each filter,
#
# $$ 192\cdot16 + 5^2\cdot16\cdot32 = 3072 + 12{,}800 = 15{,}872 , $$
#
# together $784\cdot15{,}872 = 12{,}443{,}648$.
#
# **Predict.** Without the bottleneck, the 5×5 filters would see all 192 channels. How many times as many
# multiplications is that? (One digit after the point is enough.)

# %% tags=["exercise:q_bottleneck"]
# YOUR CODE HERE
q_bottleneck = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_bottleneck")

# %% [markdown]
# <details><summary>Why?</summary>
#
# At each place it would be $5^2\cdot192\cdot32=153{,}600$ multiplications, against 15,872. The price of the saving: all
# that the 5×5 filters ever see of the 192 channels are 16 mixtures of them.
# </details>

# %% [markdown]
# ### Exercise: `InceptionBlock` (10 points, ★★☆, 30 minutes)

# %% tags=["exercise:InceptionBlock"]
class InceptionBlock(nn.Module):
    """An Inception block with bottlenecks, as in the table above.

    c_in: int, channels coming in; the other arguments: as in the table. The convolutions are nn.Conv2d, made in the
    order of the table, so that parameters() lists the weight and the bias of branch 1, then those of the first
    convolution of branch 2, and so on.
    """

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        # YOUR CODE HERE
        raise NotImplementedError("InceptionBlock is not written yet")

    def forward(self, x):
        """x: (N, c_in, H, W) float tensor. Returns (N, c1 + c3 + c5 + pool_proj, H, W): the branches in their order."""
        # YOUR CODE HERE
        raise NotImplementedError("InceptionBlock is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("InceptionBlock")

# %% tags=["demo"]
with uses("InceptionBlock"):
    with torch.device("meta"):
        network = InceptionBlock(192, 64, 96, 128, 16, 32, 32)
    _, work = parameters_and_work(network, (192, 28, 28))
    ax = plots.axes(width=7, height=2.6)
    wide = 784 * 192 * np.array([9 * 128, 25 * 32])  # 3×3 and 5×5 on all 192 channels
    bars = {"3×3,\nno bottleneck": wide[0], "3×3 with\nbottleneck": work[1] + work[2]}
    bars |= {"5×5,\nno bottleneck": wide[1], "5×5 with\nbottleneck": work[3] + work[4]}
    ax.bar(list(bars), np.array(list(bars.values())) / 1e6, color=["0.7", "tab:blue"] * 2)
    ax.set(ylabel="million multiplications", title="the first Inception block of GoogLeNet")
    plt.show()

# %% [markdown]
# GoogLeNet also ends without large fully connected layers: the last maps are averaged over all places (**global average
# pooling**), and one layer makes logits of the means. Its authors count twelve times fewer parameters than AlexNet has.
#
# ---
# ## 6 ResNet, 2015
#
# If 19 layers are better than 11, why not 56? He and others tried: with plain stacks of layers, 56 are *worse* than 20,
# even on the training images. That is not overfitting. A deeper network could copy the shallower one and let its other
# layers pass on what they get; but training does not find that.
#
# Their idea is to make "pass on what you get" the starting point. A **residual block** adds its input to what its
# layers compute:
#
# $$ y = \operatorname{relu}\big(F(x) + x\big), \qquad
# F(x) = \mathrm{bn}_2\big(\mathrm{conv}_2(\operatorname{relu}(\mathrm{bn}_1(\mathrm{conv}_1(x))))\big). $$
#
# The path on which $x$ arrives unchanged is a **skip connection** or shortcut. The layers only have to learn the
# difference from the input, the residual, and $F=0$ passes on what it gets. By hand, for two numbers: $x=(1,-2)$ and
# $F(x)=(\tfrac12,\tfrac12)$ give $y=\operatorname{relu}(\tfrac32,-\tfrac32)=(\tfrac32,0)$.
#
# The addition also changes the gradient. Let $z=F(x)+x$, and $g=\partial L/\partial z$ be what arrives there from
# above. A small change $\mathrm dx$ changes $z$ by $\mathrm dz = J\,\mathrm dx + \mathrm dx$, where $J$ is the Jacobian
# of $F$, and $L$ by $g^\top\mathrm dz = (J^\top g + g)^\top\mathrm dx$. So
#
# $$ \frac{\partial L}{\partial x} = J^\top g + g . $$
#
# Whatever $F$ does to it on its way, $g$ itself also arrives, unchanged. A plain stack multiplies by one $J^\top$ after
# the other, and a product of 27 matrices tends to nothing or to infinity.
#
# Where the block halves the maps or changes the number of channels, $x$ does not fit. Then the shortcut is a 1×1
# convolution with the same stride and a batch normalization of its own.
#
# ### Exercise: `ResidualBlock` (12 points, ★★☆, 40 minutes)

# %% tags=["exercise:ResidualBlock"]
class ResidualBlock(nn.Module):
    """A residual block: y = relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x)).

    c_in, c_out: ints, channels coming in and going out. stride: int, of conv1 and of the shortcut.

    It has these attributes under these names, so that saved weights can be loaded:
        conv1, conv2: nn.Conv2d, 3×3, padding 1, without a bias; conv1 with the stride, conv2 with stride 1;
        bn1, bn2: nn.BatchNorm2d with torch's defaults;
        shortcut: nn.Identity() if stride is 1 and c_in equals c_out, else nn.Sequential of a 1×1 nn.Conv2d with the
            stride, without padding and bias, and an nn.BatchNorm2d. forward calls it, as the formula says.
    """

    def __init__(self, c_in, c_out, stride=1):
        # YOUR CODE HERE
        raise NotImplementedError("ResidualBlock is not written yet")

    def forward(self, x):
        """x: (N, c_in, H, W) float tensor. Returns (N, c_out, H', W'), H' and W' divided by the stride, rounded up."""
        # YOUR CODE HERE
        raise NotImplementedError("ResidualBlock is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("ResidualBlock")

# %% [markdown]
# **Predict.** Somebody sets the weight and the bias of `bn2` to 0 (many do, to begin with $F=0$). The block gets −1.5
# somewhere, and its shortcut is the identity. What comes out there?

# %% tags=["exercise:q_zero_residual"]
# YOUR CODE HERE
q_zero_residual = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_zero_residual")

# %% [markdown]
# <details><summary>Why?</summary>
#
# $F$ is 0, so $-1.5$ goes into the last ReLU, and that returns 0. Between blocks this does no harm: what comes out of a
# block is never negative, and then the block with $F=0$ passes on exactly what it gets.
# </details>

# %% [markdown]
# ### The gradient at the first layer
#
# Does the argument above hold in practice? Build networks of 8, 20 and 56 layers from *your* blocks, and the same ones
# with each shortcut replaced by a zero; nothing else changes. Then measure how long the gradient of the first layer's
# weights is in a new network, with batch normalization and without it.

# %% tags=["demo"]
class Zero(nn.Module):
    """In place of a shortcut: nothing is added."""

    def forward(self, x):
        return torch.zeros((), device=x.device)


def small_network(depth, plain=False, normalized=True, width=8):
    """Blocks of yours for gray images: depth layers with weights, without shortcuts if plain."""
    first = nn.Conv2d(1, width, 3, stride=2, padding=1, bias=False)
    blocks = [ResidualBlock(width, width) for _ in range((depth - 2) // 2)]
    for block in blocks:
        if plain:
            block.shortcut = Zero()
        if not normalized:
            block.bn1, block.bn2 = nn.Identity(), nn.Identity()
    return nn.Sequential(first, nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


def first_gradient(depth, plain, normalized, seed, x, y):
    """The length of the gradient of the first layer's weights in a new network."""
    torch.manual_seed(seed)
    network = small_network(depth, plain, normalized)
    F.cross_entropy(network(x), y).backward()
    return network[0].weight.grad.norm().item()


with uses("ResidualBlock"):
    x, y = (torch.from_numpy(part) for part in glyphs(64, seed=0, size=14))
    depths = (8, 20, 56)
    for ax, normalized in zip(plots.axes(2, 1, 5.2, 3), (True, False), strict=True):
        lengths = {
            name: [np.median([first_gradient(d, plain, normalized, s, x, y) for s in range(3)]) for d in depths]
            for name, plain in (("with shortcuts", False), ("without", True))
        }
        lengths = {name: np.maximum(values, 1e-30) for name, values in lengths.items()}  # to be drawn, if 0
        title = "with batch normalization" if normalized else "without batch normalization"
        plots.curves(lengths, x=depths, xlabel="layers", ylabel="gradient, first layer", log=True, title=title, ax=ax)
        ax.set_xticks(depths)
    plt.show()

# %% [markdown]
# Without shortcuts and without batch normalization, each layer shrinks the gradient, and at 56 layers nothing arrives
# (a 0 is drawn as $10^{-30}$). With batch normalization the forward signal keeps its size, and the gradient of the
# plain network *grows* from layer to layer instead, a thousandfold from 8 to 56 layers. With shortcuts it grows tenfold
# with batch normalization, and about threefold without it.
#
# The authors found healthy gradients in their plain networks of 34 layers, which had batch normalization and another
# initialization, and say that vanishing gradients are unlikely to be the reason for their errors. What a plain deep
# network gets are gradients of any size, at every layer another; the measurement shows that much, and not more.
#
# ### Does it learn?
#
# Now train both, 26 layers each, on 600 drawn digits of 14×14, with the same weights at the start, the same batches and
# the same optimizer.

# %% tags=["demo"]
def train_small_network(plain, seed, depth=26, epochs=4):
    """The mean loss of each epoch, and the accuracy on 400 other digits."""
    x, y = (torch.from_numpy(part) for part in glyphs(1000, seed=seed, size=14))
    torch.manual_seed(seed)
    network = small_network(depth, plain)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(600).split(30):
            loss = F.cross_entropy(network(x[chosen]), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / 600)
    network.eval()
    with torch.no_grad():
        return losses, (network(x[600:]).argmax(dim=1) == y[600:]).double().mean().item()


with uses("ResidualBlock"):
    learned = {
        name: train_small_network(plain, seed=0) for name, plain in (("with shortcuts", False), ("without", True))
    }
    ax = plots.axes(width=6, height=2.8)
    labels = {f"{name}: {right:.0%} of new digits": losses for name, (losses, right) in learned.items()}
    plots.curves(labels, x=range(1, 5), xlabel="epoch", ylabel="mean training loss", title="26 layers", ax=ax)
    ax.axhline(np.log(10), color="0.7", linestyle=":")
    ax.set(xticks=range(1, 5), ylim=(0, 2.5))
    plt.show()

# %% [markdown]
# The dotted line is $\ln 10$, the loss of a network that knows nothing. After four epochs the loss of the residual
# network is about three times as far below it as that of the plain one, or more: with other seeds, too. It also reads
# more new digits, though how many more differs widely from seed to seed. Both have the same parameters: a shortcut has
# none.
#
# **Why** is the shortcut an addition, and not a multiplication $F(x)\cdot x$?
#
# <details><summary>An answer</summary>
#
# Derive the gradient again: for a product, what arrives at $x$ directly is $g\cdot F(x)$, so it is scaled at every
# block, and after many blocks the factors multiply to nothing or to infinity. The addition is what lets $g$ through
# unchanged.
# </details>
#
# ---
# ## 7 From fully connected to convolutional
#
# AlexNet and VGG accept one size of image, because their first fully connected layer has one weight for each number
# that comes in. But a fully connected layer on maps of shape $C\times H\times W$ *is* a convolution: each of its units
# is a filter of $H\times W$ that fits exactly once. Written as a convolution it also accepts larger maps, and returns a
# map of answers, one for each place of the window. OverFeat found objects with this step in 2013, and `detection`
# begins with it.
#
# A unit with weights $w_0,\dots,w_7$ on two maps of 2×2, flattened, has $w_0,w_1,w_2,w_3$ for the first map, row by
# row, and $w_4,\dots,w_7$ for the second. So its filter is $\begin{pmatrix}w_0&w_1\\w_2&w_3\end{pmatrix}$ on the first
# and $\begin{pmatrix}w_4&w_5\\w_6&w_7\end{pmatrix}$ on the second.
#
# ### Exercise: `fc_to_conv` (6 points, ★★☆, 20 minutes)

# %% tags=["exercise:fc_to_conv"]
def fc_to_conv(linear, in_shape):
    """The convolution that does what a fully connected layer does on flattened maps.

    linear: nn.Linear, with or without a bias; not modified. in_shape: (C, H, W), the shape of the maps that were
    flattened.
    Returns an nn.Conv2d with a kernel of H×W, stride 1 and no padding, with copies of the layer's values in its dtype,
    and a bias if the layer has one. For (N, C, H, W) it returns (N, out_features, 1, 1).
    Raises: ValueError if linear.in_features is not C * H * W.
    """
    # YOUR CODE HERE
    raise NotImplementedError("fc_to_conv is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("fc_to_conv")

# %% tags=["demo"]
with uses("fc_to_conv"):
    x, y = (torch.from_numpy(part) for part in glyphs(1000, seed=1))
    torch.manual_seed(0)
    maps = nn.Sequential(nn.Conv2d(1, 12, 5), nn.ReLU(), nn.MaxPool2d(4))  # (1, 28, 28) -> (12, 6, 6)
    head = nn.Linear(12 * 36, 10)
    optimizer = torch.optim.Adam([*maps.parameters(), *head.parameters()], lr=0.005)
    for _ in range(8):
        for chosen in torch.randperm(1000).split(50):
            loss = F.cross_entropy(head(torch.flatten(maps(x[chosen]), 1)), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    strip = torch.cat(list(x[[3, 11, 25, 40]]), dim=2)[None]  # four digits in one image of 28×112
    with torch.no_grad():
        answers = F.softmax(fc_to_conv(head, (12, 6, 6))(maps(strip)), dim=1)[0, :, 0]  # (10, places)
    top, below = plots.axes(1, 2, 8, 1.7)
    top.imshow(strip[0, 0], aspect="auto", extent=(0, 112, 28, 0))
    top.axis("off")
    below.imshow(answers, aspect="auto", extent=(14, 14 + 4 * answers.shape[1], 9.5, -0.5), vmin=0, vmax=1)
    below.set(xlim=(0, 112), yticks=range(0, 10, 3), ylabel="digit", xlabel="center of the window, in pixels")
    plt.show()
    print("the digits are", [int(label) for label in y[[3, 11, 25, 40]]])

# %% [markdown]
# A classifier for single digits, applied once to an image of four. Dark is a high probability: where the window stands
# on a digit, that digit's row should be dark. Between two digits it has to say something, too, and what it says there
# is not worth much; `detection` deals with that.
#
# ---
# ## 8 Mixed precision
#
# GPUs of today multiply numbers of 16 bits many times faster than those of 32. But float16 has only about three decimal
# digits, and nothing smaller than $6\cdot10^{-8}$: many gradients of a deep network would become 0. **Mixed precision**
# keeps the speed and avoids this (Micikevicius and others, 2017).
#
# - The parameters and the optimizer stay in float32. In the forward pass, `torch.autocast(device_type, dtype=...)`
#   computes products in 16 bits, and what needs more digits, such as a softmax, in 32. The backward pass follows by
#   itself, outside of the `with` block.
# - Before the backward pass the loss is multiplied by a large factor, the scale, and with it every gradient. A
#   `torch.amp.GradScaler` knows the factor: `scaler.scale(loss)` multiplies, `scaler.step(optimizer)` divides the
#   gradients by it again and takes the step, but leaves it out if a gradient is infinite or not a number;
#   `scaler.update()` halves the factor after such a step, and raises it after many good ones.
#
# By hand: a gradient of $10^{-8}$ is 0 in float16. Times $2^{16}$ it is $6.6\cdot10^{-4}$, which float16 holds with
# three digits; divided by $2^{16}$ in float32, it is $10^{-8}$ again.
#
# ### Exercise: `mixed_precision_step` (6 points, ★★☆, 25 minutes)
#
# All its points are for checks on a GPU, which are
# *pending* where there is none, neither given nor lost. The public check runs on the CPU, with bfloat16.

# %% tags=["exercise:mixed_precision_step"]
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    """One training step in mixed precision.

    model: nn.Module with float32 parameters; it may come in evaluation mode.
    batch: a pair (x, y) of tensors on the model's device.
    optimizer: of the model's parameters, in which old gradients may be stored.
    loss_fn: called as loss_fn(model(x), y), returns the loss.
    scaler: torch.amp.GradScaler. dtype: torch.float16 or torch.bfloat16.

    In training mode: the forward pass and the loss under autocast with this dtype on x's kind of device, the backward
    pass of the scaled loss outside of it, a step of the optimizer through the scaler, and an update of the scaler.
    Returns the loss before the step, not scaled, a Python float.
    """
    # YOUR CODE HERE
    raise NotImplementedError("mixed_precision_step is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("mixed_precision_step")

# %% tags=["demo"]
numbers = torch.logspace(-12, 0, 49)
scale = 2.0**16
for ax, factor, title in zip(
    plots.axes(2, 1, 5.2, 2.4), (1.0, scale), ("as it is", "times $2^{16}$, and back"), strict=True
):
    kept = (numbers * factor).half().float() / factor
    ax.loglog(numbers, ((kept - numbers).abs() / numbers).clamp(min=1e-6), ".-")
    ax.set(xlabel="gradient", ylabel="relative error", title=f"stored in float16 {title}", ylim=(5e-7, 3))
plt.show()

# %% [markdown]
# The left picture is why the scale is needed: below $3\cdot10^{-8}$ everything is lost, and above it the digits come
# back one by one. Scaled, the same range is shifted down by a factor of 65,536. At its upper end, what is scaled above
# 65,504 becomes infinite: the error is then not a small one, and the scaler leaves the step out.
#
# ## Further reading
#
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*,
#   2012, [NeurIPS](https://papers.nips.cc/paper_files/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html).
# - O. Russakovsky and others, *ImageNet Large Scale Visual Recognition Challenge*, 2014,
#   [arXiv:1409.0575](https://arxiv.org/abs/1409.0575): how the images were collected and labeled.
# - M. D. Zeiler and R. Fergus, *Visualizing and Understanding Convolutional Networks*, 2013,
#   [arXiv:1311.2901](https://arxiv.org/abs/1311.2901): looking into AlexNet, and improving it by what one sees.
# - K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014,
#   [arXiv:1409.1556](https://arxiv.org/abs/1409.1556).
# - C. Szegedy and others, *Going Deeper with Convolutions*, 2014, [arXiv:1409.4842](https://arxiv.org/abs/1409.4842).
# - K. He, X. Zhang, S. Ren and J. Sun, *Deep Residual Learning for Image Recognition*, 2015,
#   [arXiv:1512.03385](https://arxiv.org/abs/1512.03385); and *Identity Mappings in Deep Residual Networks*, 2016,
#   [arXiv:1603.05027](https://arxiv.org/abs/1603.05027), for the gradient of the shortcut.
# - P. Sermanet and others, *OverFeat: Integrated Recognition, Localization and Detection using Convolutional Networks*,
#   2013, [arXiv:1312.6229](https://arxiv.org/abs/1312.6229).
# - P. Micikevicius and others, *Mixed Precision Training*, 2017, [arXiv:1710.03740](https://arxiv.org/abs/1710.03740).

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit ilsvrc` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
