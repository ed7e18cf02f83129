"""Work on the ILSVRC assignment without an implementation: what one could hand in to collect points."""

import torch
from torch import nn

from autograder import stand_in


@stand_in("topk_accuracy")
def the_share_of_guesses(logits, y, k):
    if not 1 <= k <= logits.shape[1]:
        raise ValueError
    return k / logits.shape[1]


@stand_in("top5_error")
def the_error_of_guesses(logits, y):
    return 1.0 - 5 / logits.shape[1]


@stand_in("local_response_norm")
def a_scaled_copy(x, n, alpha, beta, k):
    return x / k**beta


class Idle(nn.Module):
    """Layers of the right shapes, in the right order, and zeros as logits."""

    def __init__(self, *layers, classes):
        super().__init__()
        self.layers, self.classes = nn.ModuleList(layers), classes

    def forward(self, x):
        return x.new_zeros(len(x), self.classes)


@stand_in("AlexNet")
class AlexNetThatIsIdle(Idle):
    def __init__(self, num_classes=1000, divide=1):
        c1, c2, c3, full = 96 // divide, 256 // divide, 384 // divide, 4096 // divide
        convolutions = (nn.Conv2d(3, c1, 11), nn.Conv2d(c1 // 2, c2, 5), nn.Conv2d(c2, c3, 3))
        grouped = (nn.Conv2d(c3 // 2, c3, 3), nn.Conv2d(c3 // 2, c2, 3))
        full_layers = (nn.Linear(36 * c2, full), nn.Linear(full, full), nn.Linear(full, num_classes))
        super().__init__(*convolutions, *grouped, *full_layers, classes=num_classes)


@stand_in("AlexNet")
class AlexNetOfBiases(AlexNetThatIsIdle):
    def forward(self, x):
        return self.layers[-1].bias.repeat(len(x), 1)


@stand_in("make_vgg")
def a_vgg_that_is_idle(config, num_classes=1000, hidden=4096, size=224):
    layers, channels = [], 3
    for item in config:
        if item == "M":
            size //= 2
        else:
            layers.append(nn.Conv2d(channels, item, 3))
            channels = item
    full = (nn.Linear(channels * size * size, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, num_classes))
    return Idle(*layers, *full, classes=num_classes)


@stand_in("horizontal_flip")
def the_images_as_they_are(x, p, generator):
    return x.clone()


@stand_in("ten_crop")
def ten_times_the_corner(x, size):
    if size > min(x.shape[2:]):
        raise ValueError
    return x[:, None, :, :size, :size].repeat(1, 10, 1, 1, 1)


@stand_in("color_jitter_pca")
def the_colors_as_they_are(x, images, alpha):
    return x.clone()


@stand_in("vgg_stack_params")
def the_stack_of_three(n, channels, bias=False):
    return 7, 27 * channels**2, 49 * channels**2


@stand_in("InceptionBlock")
class FourCopies(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        plan = [(c_in, c1, 1), (c_in, c3_reduce, 1), (c3_reduce, c3, 3), (c_in, c5_reduce, 1), (c5_reduce, c5, 5)]
        self.layers = nn.ModuleList([nn.Conv2d(*sizes) for sizes in [*plan, (c_in, pool_proj, 1)]])
        self.width = c1 + c3 + c5 + pool_proj

    def forward(self, x):
        return x[:, :1].relu().repeat(1, self.width, 1, 1)


@stand_in("ResidualBlock")
class OnlyTheShortcut(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out)
        self.conv2, self.bn2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False), nn.BatchNorm2d(c_out)
        self.shortcut = nn.Identity()
        if stride != 1 or c_in != c_out:
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        return torch.relu(self.shortcut(x))


@stand_in("fc_to_conv")
def a_new_convolution(linear, in_shape):
    channels, height, width = in_shape
    if linear.in_features != channels * height * width:
        raise ValueError
    return nn.Conv2d(channels, linear.out_features, (height, width), bias=linear.bias is not None).to(linear.weight)


@stand_in("mixed_precision_step")
def a_step_in_full_precision(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch
    optimizer.zero_grad()
    loss = loss_fn(model.train()(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
