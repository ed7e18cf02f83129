"""Known wrong implementations of the LeNet assignment.

The helpers below are right; each mistake deviates from them in one place.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder import mistake

# --- lenet_shapes and lenet_param_count ----------------------------------------------------------------------------


def _shapes(**changed):
    right = {"input": (1, 32, 32), "C1": (6, 28, 28), "S2": (6, 14, 14), "C3": (16, 10, 10), "S4": (16, 5, 5)}
    return right | {"C5": (120, 1, 1), "F6": (84,), "output": (10,)} | changed


@mistake("lenet_shapes", says="The convolutions seem to keep the size, as with padding; here there is none.")
def shapes_with_padding():
    return _shapes(C1=(6, 32, 32), S2=(6, 16, 16), C3=(16, 16, 16), S4=(16, 8, 8), C5=(120, 8, 8))


@mistake("lenet_shapes", says="A 5×5 window fits 32 - 5 + 1 times into 32 rows: the first place counts as well.")
def shapes_one_too_small():
    return _shapes(C1=(6, 27, 27), S2=(6, 13, 13), C3=(16, 8, 8), S4=(16, 4, 4))


@mistake("lenet_shapes", says="The channels stand last; torch's order is channels, height, width.")
def shapes_channels_last():
    return {name: shape[1:] + shape[:1] for name, shape in _shapes().items()}


@mistake("lenet_shapes", says="The mean over 2×2 blocks halves height and width.")
def shapes_pooling_keeps_the_size():
    return _shapes(S2=(6, 28, 28), C3=(16, 24, 24), S4=(16, 24, 24), C5=(120, 20, 20))


@mistake("lenet_shapes", says="C5 is a convolution: it returns maps, though each has only one place.")
def shapes_c5_flat():
    return _shapes(C5=(120,))


@mistake("lenet_shapes", says="The images have 32 rows here; 28 rows would need padding.")
def shapes_of_28_rows():
    return _shapes(input=(1, 28, 28), C1=(6, 24, 24), S2=(6, 12, 12), C3=(16, 8, 8), S4=(16, 4, 4))


@mistake("lenet_shapes", says="C3 has 16 filters that each look at all six maps: it returns 16 maps, not 6 × 16.")
def shapes_maps_multiplied():
    return _shapes(C3=(96, 10, 10), S4=(96, 5, 5))


def _counts(total=None, **changed):
    right = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 48120, "F6": 10164, "output": 850} | changed
    return right | {"total": sum(right.values()) if total is None else total}


@mistake("lenet_param_count", says="Every filter and every unit has a bias, too.")
def count_without_biases():
    return _counts(C1=150, C3=2400, C5=48000, F6=10080, output=840)


@mistake("lenet_param_count", says="A filter of C3 or C5 has weights for each of the maps that it looks at.")
def count_one_map_per_filter():
    return _counts(C3=416, C5=3120)


@mistake(
    "lenet_param_count", says="This is C3 as in the paper, where a filter sees some of the maps; here it sees all."
)
def count_partial_c3():
    return _counts(C3=1516)


@mistake("lenet_param_count", says="Our S2 and S4 are plain means, which have nothing to learn.")
def count_trainable_means():
    return _counts(S2=12, S4=32)


@mistake("lenet_param_count", says="Weights are shared: those of a filter count once, not once for each place.")
def count_at_every_place():
    return _counts(C1=156 * 28 * 28, C3=2416 * 10 * 10)


@mistake("lenet_param_count", says="The total is not the sum of the layers.")
def count_total_of_weights():
    return _counts(total=61470)


@mistake("lenet_param_count", says="A bias belongs to a filter: there is one for each, not one for the layer.")
def count_one_bias_per_layer():
    return _counts(C1=151, C3=2401, C5=48001, F6=10081, output=841)


mistake("q_s4_rows_for_28", says="These are the rows for 32×32 images.", name="rows_as_for_32")(5)
mistake("q_s4_rows_for_28", says="This is the map before S4 takes its means.", name="rows_before_the_mean")(8)
mistake("q_s4_rows_for_28", says="Only one of the two convolutions and means seems to be counted.", name="rows_of_s2")(
    12
)
mistake("q_s4_rows_for_28", says="Without padding each convolution takes four rows off.", name="rows_with_padding")(7)

mistake("q_first_loss", says="A loss of 0 means certainty about the right digit.", name="first_loss_zero")(0)
mistake("q_first_loss", says="This is the probability of one digit; the loss is its -log.", name="first_loss_share")(
    0.1
)
mistake("q_first_loss", says="The logarithm is the natural one.", name="first_loss_log10")(1.0)
mistake("q_first_loss", says="The logarithm is the natural one.", name="first_loss_log2")(3.32)
mistake("q_first_loss", says="A probability is below 1, so -log of it is positive.", name="first_loss_negative")(-2.3)

mistake("q_softmax_twice", says="That would be right if the loss took the output for what it is.", name="twice_zero")(0)
mistake("q_softmax_twice", says="That is the loss of a network that knows nothing.", name="twice_ln_10")(2.3)
mistake("q_softmax_twice", says="There are nine wrong digits, each with the logit 0.", name="twice_two_classes")(0.31)
mistake("q_softmax_twice", says="That is the probability; the loss is its -log.", name="twice_probability")(0.23)

mistake("q_which_softmax", says="This loss comes below what two softmaxes allow.", name="which_restless")("a")
mistake("q_which_softmax", says="This loss comes much closer to 0 than two softmaxes allow.", name="which_lowest")("c")
mistake("q_which_softmax", says="After a softmax no loss can be larger than 2.46.", name="which_highest")("d")


# --- LeNet5 --------------------------------------------------------------------------------------------------------


class _Net(nn.Module):
    """LeNet-5, layer by layer, so that one of them can be another."""

    c1, c3, c5 = (1, 6, 5), (6, 16, 5), (16, 120, 5)
    bias = True

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(*self.c1, bias=self.bias)
        self.conv3 = nn.Conv2d(*self.c3, bias=self.bias)
        self.conv5 = nn.Conv2d(*self.c5, bias=self.bias)
        self.full6 = nn.Linear(120, 84, bias=self.bias)
        self.full7 = nn.Linear(84, 10, bias=self.bias)

    def squash(self, x):
        return torch.tanh(x)

    def pool(self, x):
        return F.avg_pool2d(x, 2)

    def flat(self, x):
        return x.flatten(1)

    def first(self, x):
        return self.pool(self.squash(self.conv1(x)))

    def third(self, x):
        return self.pool(self.squash(self.conv3(x)))

    def fifth(self, x):
        return self.squash(self.flat(self.conv5(x)))

    def sixth(self, x):
        return self.squash(self.full6(x))

    def last(self, x):
        return self.full7(x)

    def forward(self, x):
        return self.last(self.sixth(self.fifth(self.third(self.first(x)))))


@mistake("LeNet5", says="The network ends with a softmax. Logits are wanted: the loss takes the softmax itself.")
class softmax_at_the_end(_Net):
    def last(self, x):
        return F.softmax(self.full7(x), dim=1)


@mistake("LeNet5", says="The network ends with a log-softmax. Logits are wanted: the loss takes the softmax itself.")
class log_softmax_at_the_end(_Net):
    def last(self, x):
        return F.log_softmax(self.full7(x), dim=1)


@mistake("LeNet5", says="A tanh follows the output layer, so no logit can leave -1 ... 1.")
class tanh_at_the_end(_Net):
    def last(self, x):
        return torch.tanh(self.full7(x))


@mistake("LeNet5", says="The activation is not tanh: for strongly positive and negative inputs it should go to ±1.")
class relu_for_tanh(_Net):
    def squash(self, x):
        return torch.relu(x)


@mistake("LeNet5", says="The activation looks like a sigmoid, between 0 and 1; tanh lies between -1 and 1.")
class sigmoid_for_tanh(_Net):
    def squash(self, x):
        return torch.sigmoid(x)


@mistake("LeNet5", says="This is the activation of the paper, 1.7159 tanh(2x/3); here it is plain tanh.")
class tanh_of_the_paper(_Net):
    def squash(self, x):
        return 1.7159 * torch.tanh(2 * x / 3)


@mistake("LeNet5", says="S2 and S4 take the largest value of a block; they should take the mean.")
class max_pooling(_Net):
    def pool(self, x):
        return F.max_pool2d(x, 2)


@mistake("LeNet5", says="S2 and S4 add up each block; they should take its mean.")
class pooling_by_sum(_Net):
    def pool(self, x):
        return 4 * F.avg_pool2d(x, 2)


@mistake("LeNet5", says="S2 and S4 keep one of four values; they should take the mean of the block.")
class pooling_by_skipping(_Net):
    def pool(self, x):
        return x[:, :, ::2, ::2]


@mistake("LeNet5", says="The tanh comes after the mean; here the convolution is squashed first, then averaged.")
class tanh_after_the_mean(_Net):
    def first(self, x):
        return torch.tanh(self.pool(self.conv1(x)))

    def third(self, x):
        return torch.tanh(self.pool(self.conv3(x)))


@mistake("LeNet5", says="An activation is missing after C1 or C3.")
class no_tanh_after_c1_and_c3(_Net):
    def first(self, x):
        return self.pool(self.conv1(x))

    def third(self, x):
        return self.pool(self.conv3(x))


@mistake("LeNet5", says="The activation after C5 is missing.")
class no_tanh_after_c5(_Net):
    def fifth(self, x):
        return self.flat(self.conv5(x))


@mistake("LeNet5", says="The activation after F6 is missing: two linear layers in a row are one linear layer.")
class no_tanh_after_f6(_Net):
    def sixth(self, x):
        return self.full6(x)


@mistake("LeNet5", says="The maps are flattened in another order: channel first, then row, then column.")
class flattened_channels_last(_Net):
    def __init__(self):
        super().__init__()
        self.conv5 = nn.Linear(400, 120)

    def fifth(self, x):
        return torch.tanh(self.conv5(x.permute(0, 2, 3, 1).flatten(1)))


@mistake("LeNet5", says="F6 does not fit what C5 returns. What is its shape after flattening?")
class wrong_flatten_size(_Net):
    def __init__(self):
        super().__init__()
        self.conv5 = nn.Linear(16 * 4 * 4, 120)

    def fifth(self, x):
        return torch.tanh(self.conv5(x.flatten(1)))


@mistake("LeNet5", says="C1 has padding, so its maps are larger and the later layers no longer fit.")
class c1_with_padding(_Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)


@mistake("LeNet5", says="Flattening swallows the batch axis: each image should keep a row of its own.")
class batch_flattened_away(_Net):
    def flat(self, x):
        return x.flatten()


@mistake("LeNet5", says="Layers lie in a plain list: nobody registers their parameters, so nobody will train them.")
class layers_in_a_plain_list(_Net):
    def __init__(self):
        super().__init__()
        self.convolutions = [self.conv1, self.conv3, self.conv5]
        del self.conv1, self.conv3, self.conv5

    def forward(self, x):
        for k, layer in enumerate(self.convolutions):
            x = torch.tanh(layer(x))
            x = self.pool(x) if k < 2 else x.flatten(1)
        return self.last(self.sixth(x))


@mistake("LeNet5", says="The layers have no biases.")
class no_biases(_Net):
    bias = False


@mistake("LeNet5", says="The filters of C1 and C3 are 3×3; they should be 5×5.")
class filters_of_3(_Net):
    c1, c3, c5 = (1, 6, 3), (6, 16, 3), (16, 120, 6)


@mistake("LeNet5", says="C3 has 12 maps; it should have 16.")
class twelve_maps_in_c3(_Net):
    c3, c5 = (6, 12, 5), (12, 120, 5)


@mistake(
    "LeNet5",
    says="F6 is not among the parameters: does C5 go straight to the output, or is the layer kept where nn.Module "
    "does not look, as in a plain list?",
)
class without_f6(_Net):
    def __init__(self):
        super().__init__()
        del self.full6
        self.full7 = nn.Linear(120, 10)

    def sixth(self, x):
        return x


@mistake("LeNet5", says="A part of the network computes without a graph, so the layers before it get no gradient.")
class graph_cut_off(_Net):
    def third(self, x):
        return self.pool(self.squash(self.conv3(x.detach())))


@mistake("LeNet5", says="The layers are made once for the class: all networks share one set of parameters.")
class layers_shared_by_the_class(nn.Module):
    shared = _Net()

    def __init__(self):
        super().__init__()
        self.net = self.shared

    def forward(self, x):
        return self.net(x)


@mistake("LeNet5", says="Each image's logits depend on the other images of the batch.")
class centred_over_the_batch(_Net):
    def last(self, x):
        logits = self.full7(x)
        return logits - logits.mean(dim=0, keepdim=True) + self.full7.bias


# --- make_loaders --------------------------------------------------------------------------------------------------


def _split(x, val_fraction, seed):
    """Numbers of the images for training and for validation, and the generator that drew them."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=generator)
    n_val = int(len(x) * val_fraction)
    return order[n_val:], order[:n_val], generator


def _loaders(train, val, batch_size, generator, *, shuffle=True, shuffle_val=False, drop_last=False):
    """train, val: (images, labels)."""
    return (
        DataLoader(TensorDataset(*train), batch_size, shuffle=shuffle, drop_last=drop_last, generator=generator),
        DataLoader(TensorDataset(*val), batch_size, shuffle=shuffle_val and len(val[0]) > 0),
    )


def _normalised(
    x, y, train, val, batch_size, generator, *, mean=None, std=None, val_mean=None, val_std=None, **options
):
    """The right result for these sets, but for what is given: other statistics than the training set's, or options."""
    mean = x[train].mean().item() if mean is None else mean
    std = x[train].std().item() if std is None else std
    val_mean, val_std = mean if val_mean is None else val_mean, std if val_std is None else val_std
    train_set, val_set = ((x[train] - mean) / std, y[train]), ((x[val] - val_mean) / val_std, y[val])
    return (*_loaders(train_set, val_set, batch_size, generator, **options), mean, std)


@mistake("make_loaders", says="mean and std are those of all images: the validation images have a say in them.")
def statistics_of_all_images(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, mean=x.mean().item(), std=x.std().item())


@mistake("make_loaders", says="The validation images are normalised by statistics of their own.")
def validation_by_its_own_statistics(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    own = {"val_mean": x[val].mean().item(), "val_std": x[val].std().item()} if len(val) > 1 else {}
    return _normalised(x, y, train, val, batch_size, generator, **own)


@mistake("make_loaders", says="The validation images are not normalised.")
def validation_not_normalised(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, val_mean=0.0, val_std=1.0)


@mistake("make_loaders", says="The images are not normalised, though mean and std are right.")
def nothing_normalised(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    loaders = _loaders((x[train], y[train]), (x[val], y[val]), batch_size, generator)
    return (*loaders, x[train].mean().item(), x[train].std().item())


@mistake("make_loaders", says="Each image is normalised by its own mean and std; two numbers for all are wanted.")
def statistics_of_each_image(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    scaled = (x - x.mean(dim=(1, 2, 3), keepdim=True)) / x.std(dim=(1, 2, 3), keepdim=True)
    loaders = _loaders((scaled[train], y[train]), (scaled[val], y[val]), batch_size, generator)
    return (*loaders, x[train].mean().item(), x[train].std().item())


@mistake("make_loaders", says="There is a mean for each pixel; one for all pixels together is wanted.")
def statistics_of_each_pixel(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    mean, std = x[train].mean(dim=0), x[train].std(dim=0) + 1e-6
    return _normalised(x, y, train, val, batch_size, generator, mean=mean, std=std)


@mistake("make_loaders", says="mean and std are tensors; Python floats are wanted (.item()).")
def statistics_as_tensors(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, mean=x[train].mean(), std=x[train].std())


@mistake("make_loaders", says="The images are divided by the variance; the standard deviation is its root.")
def divided_by_the_variance(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, std=x[train].var().item())


@mistake("make_loaders", says="The validation images are among the training images, too.")
def validation_images_trained_on(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    statistics = {"mean": x[train].mean().item(), "std": x[train].std().item()}
    return _normalised(x, y, torch.cat([train, val]), val, batch_size, generator, **statistics)


@mistake("make_loaders", says="The last images are for validation; data can be sorted, so draw them at random.")
def last_images_for_validation(x, y, batch_size, val_fraction, seed):
    n_val = int(len(x) * val_fraction)
    order = torch.arange(len(x))
    generator = torch.Generator().manual_seed(seed)
    return _normalised(x, y, order[: len(x) - n_val], order[len(x) - n_val :], batch_size, generator)


@mistake("make_loaders", says="The two sets are swapped: val_fraction is the share of the validation set.")
def sets_swapped(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, *((val, train) if len(val) else (train, val)), batch_size, generator)


@mistake("make_loaders", says="The size of the validation set is rounded to the nearest number; round it down.")
def validation_size_rounded(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, round(len(x) * val_fraction) / len(x) + 1e-9, seed)
    return _normalised(x, y, train, val, batch_size, generator)


@mistake("make_loaders", says="The training images are not shuffled from epoch to epoch.")
def training_never_shuffled(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, shuffle=False)


@mistake("make_loaders", says="The validation images come in another order each time; theirs should stay the same.")
def validation_shuffled(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, shuffle_val=True)


@mistake("make_loaders", says="The seed decides the split, but not the order of the training batches.")
def shuffled_without_the_seed(x, y, batch_size, val_fraction, seed):
    train, val, _ = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, None)


@mistake("make_loaders", says="The split does not depend on the seed.")
def split_with_a_fixed_seed(x, y, batch_size, val_fraction, seed):
    train, val, _ = _split(x, val_fraction, 0)
    return _normalised(x, y, train, val, batch_size, torch.Generator().manual_seed(seed))


@mistake("make_loaders", says="The split is another one each time, whatever the seed.")
def split_without_the_seed(x, y, batch_size, val_fraction, seed):
    train, val, _ = _split(x, val_fraction, int(torch.randint(1 << 30, ())))
    return _normalised(x, y, train, val, batch_size, torch.Generator().manual_seed(seed))


@mistake("make_loaders", says="The last, smaller batch is dropped, and with it some images.")
def smaller_batch_dropped(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    return _normalised(x, y, train, val, batch_size, generator, drop_last=True)


@mistake("make_loaders", says="The images are drawn in a new order, and their labels are not.")
def labels_left_behind(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    n_val = len(val)
    order = torch.arange(len(x))
    mean, std = x[train].mean().item(), x[train].std().item()
    train_set, val_set = ((x[train] - mean) / std, y[order[n_val:]]), ((x[val] - mean) / std, y[order[:n_val]])
    return (*_loaders(train_set, val_set, batch_size, generator), mean, std)


@mistake("make_loaders", says="x itself is changed: -= and /= work in place, on the caller's images.")
def normalised_in_place(x, y, batch_size, val_fraction, seed):
    train, val, generator = _split(x, val_fraction, seed)
    mean, std = x[train].mean().item(), x[train].std().item()
    x -= mean
    x /= std
    return (*_loaders((x[train], y[train]), (x[val], y[val]), batch_size, generator), mean, std)


# --- train_epoch ---------------------------------------------------------------------------------------------------


def _in_order(order):
    """What to do with a loss: such as "clear backward step", which is right."""

    def learn(optimizer, loss):
        does = {"clear": optimizer.zero_grad, "backward": loss.backward, "step": optimizer.step}
        for part in order.split():
            does[part]()

    return learn


_learn = _in_order("clear backward step")


def _after_a_softmax(logits, labels):
    return F.cross_entropy(F.softmax(logits, dim=1), labels)


def _epoch(model, loader, optimizer, device, *, mode=True, step=_learn, report=None, loss_of=F.cross_entropy):
    """One right epoch with replaceable parts.

    step(optimizer, loss) learns from one batch. report([(loss, count), ...]) gives the result.
    """
    if mode is not None:
        model.train(mode)
    found = []
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = loss_of(model(images), labels)
        step(optimizer, loss)
        found.append((loss.item(), len(labels)))
    return (report or _mean_over_images)(found)


def _mean_over_images(found):
    return sum(loss * count for loss, count in found) / sum(count for _, count in found)


@mistake("train_epoch", says="Gradients are never forgotten: each step follows the sum of all so far.")
def no_zero_grad(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, step=_in_order("backward step"))


@mistake("train_epoch", says="Gradients are forgotten once, at the start of the epoch; it is due before every batch.")
def zero_grad_once(model, loader, optimizer, device):
    optimizer.zero_grad()
    return no_zero_grad(model, loader, optimizer, device)


@mistake("train_epoch", says="Gradients are forgotten only after a step: what was stored before still counts once.")
def zero_grad_after_the_step(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, step=_in_order("backward step clear"))


@mistake("train_epoch", says="Gradients are forgotten between computing them and the step: nothing is learned.")
def zero_grad_before_the_step(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, step=_in_order("backward clear step"))


@mistake("train_epoch", says="A softmax is taken before F.cross_entropy, which takes one itself.")
def softmax_before_cross_entropy(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, loss_of=_after_a_softmax)


@mistake("train_epoch", says="The loss of a batch is the sum over its images; the step should follow their mean.")
def summed_loss(model, loader, optimizer, device):
    return _epoch(
        model,
        loader,
        optimizer,
        device,
        loss_of=lambda logits, y: F.cross_entropy(logits, y, reduction="sum"),
        report=lambda found: sum(loss for loss, _ in found) / sum(count for _, count in found),
    )


@mistake("train_epoch", says="Gradients are computed, but the optimizer never steps.")
def no_step(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, step=_in_order("clear backward"))


@mistake("train_epoch", says="The optimizer steps once, at the end of the epoch; it should after every batch.")
def one_step_per_epoch(model, loader, optimizer, device):
    optimizer.zero_grad()
    result = _epoch(model, loader, optimizer, device, step=_in_order("backward"))
    optimizer.step()
    return result


@mistake("train_epoch", says="Only the first batch is trained on: is there a return inside the loop?")
def first_batch_only(model, loader, optimizer, device):
    return _epoch(model, [next(iter(loader))], optimizer, device)


@mistake("train_epoch", says="Another optimizer steps, not the one that was passed; what that one remembers is lost.")
def optimizer_of_its_own(model, loader, optimizer, device):
    own = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    return _epoch(model, loader, own, device)


@mistake("train_epoch", says="The training mode is not switched on: a model that has just been evaluated stays there.")
def training_mode_forgotten(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, mode=None)


@mistake("train_epoch", says="The model is put into evaluation mode, and it trains there.")
def trained_in_evaluation_mode(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, mode=False)


@mistake("train_epoch", says="This is the mean over the batches; a smaller batch counts as much as a large one.")
def mean_over_batches(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, report=lambda found: sum(loss for loss, _ in found) / len(found))


@mistake("train_epoch", says="This is the loss of the last batch, not the mean of the epoch.")
def loss_of_the_last_batch(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, report=lambda found: found[-1][0])


@mistake("train_epoch", says="The losses of the batches are added up and not divided.")
def sum_of_the_losses(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, report=lambda found: sum(loss for loss, _ in found))


@mistake("train_epoch", says="The losses are weighted by the size of their batch, but never divided by all images.")
def sum_over_images(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, report=lambda found: sum(loss * count for loss, count in found))


@mistake("train_epoch", says="A tensor comes back: it may hold the graphs of all batches. A Python float is wanted.")
def loss_tensor_returned(model, loader, optimizer, device):
    return _epoch(model, loader, optimizer, device, report=lambda found: torch.tensor(_mean_over_images(found)))


@mistake("train_epoch", says="The loss is measured after the step; the loss from which the gradient came is wanted.")
def loss_after_the_step(model, loader, optimizer, device):
    model.train()
    found = []
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        _learn(optimizer, F.cross_entropy(model(images), labels))
        found.append((F.cross_entropy(model(images), labels).item(), len(labels)))
    return _mean_over_images(found)


@mistake("train_epoch", says="The number of images is taken from loader.dataset, which not every loader has.")
def needs_a_dataset(model, loader, optimizer, device):
    size = len(loader.dataset)
    return _epoch(model, loader, optimizer, device, report=lambda found: sum(loss * n for loss, n in found) / size)


class _Unmoved:
    """Batches whose tensors ignore to()."""

    def __init__(self, loader):
        self.loader = loader

    def __iter__(self):
        for images, labels in self.loader:
            yield _Stuck(images), _Stuck(labels)


class _Stuck:
    def __init__(self, value):
        self.value = value

    def to(self, device):
        return self.value


@mistake("train_epoch", says="The batches stay on the CPU; each has to be moved to the device of the model.")
def batches_left_on_the_cpu(model, loader, optimizer, device):
    return _epoch(model, _Unmoved(loader), optimizer, device)


# --- evaluate ------------------------------------------------------------------------------------------------------


def _judge(model, loader, device, *, mode=True, grad=False, loss_of=F.cross_entropy, right_of=None, report=None):
    """A right evaluation with replaceable parts.

    loss_of(logits, labels): the mean loss of a batch. right_of(logits, labels): how many are right.
    report([(loss, right, count), ...]) gives the result.
    """
    right_of, report = right_of or _right, report or _shares
    if mode:
        model.eval()
    found = []
    with torch.set_grad_enabled(grad):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            found.append((float(loss_of(logits, labels)), float(right_of(logits, labels)), len(labels)))
    return report(found)


def _right(logits, labels):
    return (logits.argmax(dim=1) == labels).sum()


def _shares(found):
    count = sum(n for _, _, n in found)
    return sum(loss * n for loss, _, n in found) / count, sum(right for _, right, _ in found) / count


@mistake("evaluate", says="The model stays in training mode: dropout drops, and batch statistics count and change.")
def evaluation_mode_forgotten(model, loader, device):
    return _judge(model, loader, device, mode=False)


@mistake("evaluate", says="A graph is recorded for every batch, though nobody wants gradients.")
def no_no_grad(model, loader, device):
    return _judge(model, loader, device, grad=True)


@mistake("evaluate", says="Loss and accuracy are averaged over the batches; a smaller batch counts too much.")
def averaged_over_batches(model, loader, device):
    def report(found):
        return sum(loss for loss, _, _ in found) / len(found), sum(right / n for _, right, n in found) / len(found)

    return _judge(model, loader, device, report=report)


@mistake("evaluate", says="The accuracy is averaged over the batches; a smaller batch counts too much.")
def accuracy_averaged_over_batches(model, loader, device):
    def report(found):
        return _shares(found)[0], sum(right / n for _, right, n in found) / len(found)

    return _judge(model, loader, device, report=report)


@mistake("evaluate", says="The loss is averaged over the batches; a smaller batch counts too much.")
def loss_averaged_over_batches(model, loader, device):
    def report(found):
        return sum(loss for loss, _, _ in found) / len(found), _shares(found)[1]

    return _judge(model, loader, device, report=report)


@mistake("evaluate", says="The mean losses of the batches are added up and divided by the number of images.")
def means_divided_by_images(model, loader, device):
    def report(found):
        return sum(loss for loss, _, _ in found) / sum(n for _, _, n in found), _shares(found)[1]

    return _judge(model, loader, device, report=report)


@mistake("evaluate", says="Only the last batch is judged.")
def only_the_last_batch(model, loader, device):
    return _judge(model, loader, device, report=lambda found: _shares(found[-1:]))


@mistake("evaluate", says="The accuracy is in percent; it should lie between 0 and 1.")
def accuracy_in_percent(model, loader, device):
    loss, accuracy = _judge(model, loader, device)
    return loss, 100 * accuracy


@mistake("evaluate", says="Right answers are counted, but not divided by the number of images.")
def right_answers_counted(model, loader, device):
    return _judge(model, loader, device, report=lambda found: (_shares(found)[0], sum(r for _, r, _ in found)))


@mistake("evaluate", says="Loss and accuracy are swapped.")
def accuracy_first(model, loader, device):
    return _judge(model, loader, device)[::-1]


@mistake("evaluate", says="A softmax is taken before F.cross_entropy, which takes one itself.")
def softmax_before_the_judgement(model, loader, device):
    return _judge(model, loader, device, loss_of=_after_a_softmax)


@mistake("evaluate", says="The logarithm of a softmax: a probability that rounds to 0 makes the loss infinite.")
def log_of_softmax(model, loader, device):
    return _judge(model, loader, device, loss_of=lambda logits, y: F.nll_loss(torch.log(F.softmax(logits, dim=1)), y))


@mistake("evaluate", says="The largest logit is looked for among the images; the classes are along the second axis.")
def argmax_over_the_batch(model, loader, device):
    def right_of(logits, labels):
        best = logits.argmax(dim=0)
        return sum(int(best[k % len(best)]) == int(labels[k]) for k in range(len(labels)))

    return _judge(model, loader, device, right_of=right_of)


@mistake("evaluate", says="Tensors come back; Python floats are wanted (.item()).")
def judged_in_tensors(model, loader, device):
    return tuple(torch.tensor(value) for value in _judge(model, loader, device))


@mistake("evaluate", says="Stored gradients are cleared; an evaluation leaves the model as it is.")
def gradients_cleared(model, loader, device):
    model.zero_grad()
    return _judge(model, loader, device)


@mistake("evaluate", says="The batches stay on the CPU; each has to be moved to the device of the model.")
def judged_on_the_cpu(model, loader, device):
    return _judge(model, _Unmoved(loader), device)


@mistake("evaluate", says="The parameters require no gradients afterwards; an evaluation leaves the model as it is.")
def frozen_by_the_evaluation(model, loader, device):
    model.requires_grad_(False)
    return _judge(model, loader, device)


@mistake("evaluate", says="Only a DataLoader has a dataset; count the images as they come.")
def counted_by_the_dataset(model, loader, device):
    loss, accuracy = _judge(model, loader, device)
    count = len(loader.dataset)
    return loss * count / count, accuracy


# --- overfit_one_batch ---------------------------------------------------------------------------------------------


def _overfit(model, x, y, steps, *, train=True, optimizer=None, step=_learn, loss_of=F.cross_entropy):
    """Right, with replaceable parts. step(optimizer, loss) learns."""
    if train:
        model.train()
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(steps):
        loss = loss_of(model(x), y)
        step(optimizer, loss)
        losses.append(loss.item())
    return losses


@mistake("overfit_one_batch", says="Gradients are not forgotten between the steps.")
def overfit_without_zero_grad(model, x, y, steps):
    return _overfit(model, x, y, steps, step=_in_order("backward step"))


@mistake("overfit_one_batch", says="A new optimizer for every step: it forgets each time what it has learned.")
def new_optimizer_every_step(model, x, y, steps):
    losses = []
    for _ in range(steps):
        losses += _overfit(model, x, y, 1)
    return losses


@mistake("overfit_one_batch", says="The optimizer holds the parameters of another network, so this one never moves.")
def overfits_another_network(model, x, y, steps):
    stranger = nn.Linear(2, 2)
    return _overfit(model, x, y, steps, optimizer=torch.optim.Adam(stranger.parameters(), lr=0.002))


@mistake("overfit_one_batch", says="A copy is trained; the caller looks at the model that was passed.")
def overfits_a_copy(model, x, y, steps):
    import copy

    return _overfit(copy.deepcopy(model), x, y, steps)


@mistake("overfit_one_batch", says="A softmax is taken before F.cross_entropy, which takes one itself.")
def overfit_after_a_softmax(model, x, y, steps):
    return _overfit(model, x, y, steps, loss_of=_after_a_softmax)


@mistake("overfit_one_batch", says="Each loss is measured after its step; the first should be that of the new network.")
def losses_after_the_steps(model, x, y, steps):
    losses = _overfit(model, x, y, steps)
    with torch.no_grad():
        return [*losses, F.cross_entropy(model(x), y).item()][1:] if steps else []


@mistake("overfit_one_batch", says="One loss too many: one for each step, and none after the last.")
def one_loss_too_many(model, x, y, steps):
    losses = _overfit(model, x, y, steps)
    with torch.no_grad():
        return [*losses, F.cross_entropy(model(x), y).item()]


@mistake("overfit_one_batch", says="The losses are tensors with their graphs; Python floats are wanted (.item()).")
def losses_as_tensors(model, x, y, steps):
    return [torch.tensor(loss) for loss in _overfit(model, x, y, steps)]


@mistake("overfit_one_batch", says="Only the last loss comes back; a list of all is wanted.")
def only_the_last_loss(model, x, y, steps):
    return (_overfit(model, x, y, steps) or [0.0])[-1]


@mistake("overfit_one_batch", says="This is plain SGD; Adam is asked for.")
def sgd_for_adam(model, x, y, steps):
    return _overfit(model, x, y, steps, optimizer=torch.optim.SGD(model.parameters(), lr=0.002))


@mistake("overfit_one_batch", says="The learning rate is Adam's default; 0.002 is asked for.")
def default_learning_rate(model, x, y, steps):
    return _overfit(model, x, y, steps, optimizer=torch.optim.Adam(model.parameters()))


@mistake("overfit_one_batch", says="The betas are not Adam's defaults: its memory of squared gradients is too short.")
def another_beta(model, x, y, steps):
    return _overfit(model, x, y, steps, optimizer=torch.optim.Adam(model.parameters(), lr=0.002, betas=(0.9, 0.99)))


@mistake("overfit_one_batch", says="The training mode is not switched on.")
def overfit_in_evaluation_mode(model, x, y, steps):
    return _overfit(model, x, y, steps, train=False)


@mistake("overfit_one_batch", says="Gradients are forgotten only after a step: what was stored before still counts.")
def overfit_with_old_gradients(model, x, y, steps):
    return _overfit(model, x, y, steps, step=_in_order("backward step clear"))


@mistake("overfit_one_batch", says="Every step dances to new labels: they should stay beside their images.")
def labels_dealt_out_again(model, x, y, steps):
    return _overfit(model, x, y, steps, loss_of=lambda z, y: F.cross_entropy(z, y.roll(1)))


@mistake("overfit_one_batch", says="x itself is changed: -= and /= work in place, on the caller's images.")
def batch_normalised_in_place(model, x, y, steps):
    x -= x.mean()
    return _overfit(model, x, y, steps)


# --- fit -----------------------------------------------------------------------------------------------------------


class _Scaled(nn.Module):
    """A network with its normalisation in front."""

    def __init__(self, net, mean, std):
        super().__init__()
        self.net, self.mean, self.std = net, mean, std

    def forward(self, x):
        return self.net((x - self.mean) / self.std)


def _train(model, x, y, *, epochs=10, parameters=None, shuffle=True, step=_learn, loss_of=F.cross_entropy):
    """Train a network on images and labels that lie where it is, in place. Returns it with its history."""
    optimizer = torch.optim.Adam(parameters or model.parameters(), lr=0.002)
    model.history = []
    for _ in range(epochs):
        order = torch.randperm(len(x), device=x.device) if shuffle else torch.arange(len(x), device=x.device)
        total = 0.0
        for chosen in order.split(32):
            loss = loss_of(model(x[chosen]), y[chosen])
            step(optimizer, loss)
            total += loss.item() * len(chosen)
        model.history.append(total / len(x))
    return model


def _fit(x, y, device, seed, *, net=_Net, scaled=_Scaled, batches_on=None, **options):
    """Right, with replaceable parts; options are _train's. batches_on: another device for images and labels."""
    torch.manual_seed(seed)
    model = scaled(net(), x.mean().item(), x.std().item()).to(device)
    return _train(model, x.to(batches_on or device), y.to(batches_on or device), **options).eval()


@mistake("fit", says="Gradients are never forgotten: each step follows the sum of all so far.")
def fit_without_zero_grad(x, y, device, seed):
    return _fit(x, y, device, seed, step=_in_order("backward step"))


@mistake("fit", says="A softmax is taken before the loss, which takes one itself.")
def fit_after_a_softmax(x, y, device, seed):
    return _fit(x, y, device, seed, loss_of=_after_a_softmax)


@mistake("fit", says="The network ends with a softmax; it should return logits, and the loss takes the softmax.")
def fit_of_probabilities(x, y, device, seed):
    return _fit(x, y, device, seed, net=lambda: nn.Sequential(_Net(), nn.Softmax(dim=1)))


@mistake("fit", says="The batches come in the order of the data, which can be sorted by class.")
def fit_without_shuffling(x, y, device, seed):
    return _fit(x, y, device, seed, shuffle=False)


@mistake("fit", says="The images are shuffled and their labels are not: they no longer belong together.")
def fit_with_strange_labels(x, y, device, seed):
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    return _fit(x[order], y, device, seed)


@mistake("fit", says="It trains on normalised images and returns a network that is then given images as they are.")
def fit_normalises_outside(x, y, device, seed):
    torch.manual_seed(seed)
    return _train(_Net().to(device), ((x - x.mean()) / x.std()).to(device), y.to(device)).eval()


class _ScaledByBatch(_Scaled):
    def forward(self, x):
        return self.net((x - x.mean()) / (x.std() + 1e-6))


@mistake("fit", says="Each batch is normalised by its own statistics: an image is judged by the company that it keeps.")
def fit_normalises_each_batch(x, y, device, seed):
    return _fit(x, y, device, seed, scaled=_ScaledByBatch)


@mistake("fit", says="The network is returned in training mode.")
def fit_left_in_training_mode(x, y, device, seed):
    return _fit(x, y, device, seed).train()


@mistake("fit", says="A network is trained, but another one is returned, which has learned nothing.")
def fit_returns_a_new_network(x, y, device, seed):
    _fit(x, y, device, seed)
    torch.manual_seed(seed)
    return _Scaled(_Net(), x.mean().item(), x.std().item()).to(device).eval()


@mistake("fit", says="The optimizer holds the parameters of another network, so the returned one never moves.")
def fit_moves_another_network(x, y, device, seed):
    return _fit(x, y, device, seed, parameters=list(_Net().parameters()))


@mistake("fit", says="Gradients are computed, but no optimizer ever steps.")
def fit_without_steps(x, y, device, seed):
    return _fit(x, y, device, seed, step=_in_order("clear backward"))


@mistake("fit", says="The seed does not decide everything: the same call gives another network each time.")
def fit_without_a_seed(x, y, device, seed):
    return _fit(x, y, device, int(torch.randint(1 << 30, ())))


@mistake("fit", says="The seed is not used: every seed gives the same network.")
def fit_with_a_fixed_seed(x, y, device, seed):
    return _fit(x, y, device, 0)


@mistake("fit", says="x itself is changed: -= and /= work in place, on the caller's images.")
def fit_changes_its_images(x, y, device, seed):
    model = _fit(x, y, device, seed)
    x -= x.mean()
    return model


@mistake("fit", says="The device is ignored: everything stays on the CPU.")
def fit_stays_on_the_cpu(x, y, device, seed):
    return _fit(x, y, "cpu", seed)


@mistake("fit", says="The network moves to the device, and the batches do not follow.")
def fit_leaves_its_batches_behind(x, y, device, seed):
    return _fit(x, y, device, seed, batches_on="cpu")


class _ElevenClasses(_Net):
    def __init__(self):
        super().__init__()
        self.full7 = nn.Linear(84, 11)


@mistake("fit", says="The network returns a softmax of each image's best guess: one column per class is wanted.")
def fit_of_nine_classes(x, y, device, seed):
    return _fit(x, y, device, seed, net=_ElevenClasses)
