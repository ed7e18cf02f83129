"""The ILSVRC assignment step by step, with loops, functions instead of layers, and networks that reuse each other."""

import torch
import torch.nn.functional as F
from torch import nn


def topk_accuracy(logits, y, k):
    n, classes = logits.shape
    if k not in range(1, classes + 1):
        raise ValueError(k)
    right = 0
    for scores, label in zip(logits.tolist(), y.tolist(), strict=True):
        ranking = sorted(range(classes), key=lambda c: scores[c], reverse=True)
        right += label in ranking[:k]
    return right / n


def top5_error(logits, y):
    wrong = 0
    for scores, label in zip(logits, y, strict=True):
        wrong += int((scores > scores[label]).sum()) >= 5
    return wrong / len(y)


q_random_top5 = 1 - 5 / 1000


def local_response_norm(x, n, alpha, beta, k):
    channels = []
    for i in range(x.shape[1]):
        first, last = max(0, i - n // 2), min(x.shape[1] - 1, i + n // 2)
        total = torch.zeros_like(x[:, 0])
        for j in range(first, last + 1):
            total = total + x[:, j] ** 2
        channels.append(x[:, i] / (k + alpha * total) ** beta)
    return torch.stack(channels, 1)


q_conv1_rows = (224 - 11) // 4 + 1


class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96 // divide, 11, 4)
        self.conv2 = nn.Conv2d(96 // divide, 256 // divide, 5, 1, 2, 1, 2)
        self.conv3 = nn.Conv2d(256 // divide, 384 // divide, 3, 1, 1)
        self.conv4 = nn.Conv2d(384 // divide, 384 // divide, 3, 1, 1, 1, 2)
        self.conv5 = nn.Conv2d(384 // divide, 256 // divide, 3, 1, 1, 1, 2)
        self.fc6 = nn.Linear(256 // divide * 36, 4096 // divide)
        self.fc7 = nn.Linear(4096 // divide, 4096 // divide)
        self.fc8 = nn.Linear(4096 // divide, num_classes)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = local_response_norm(F.relu(conv(x)), 5, 1e-4, 0.75, 2)
            x = F.max_pool2d(x, 3, 2)
        for conv in (self.conv3, self.conv4, self.conv5):
            x = F.relu(conv(x))
        x = F.max_pool2d(x, 3, 2).reshape(len(x), -1)
        for full in (self.fc6, self.fc7):
            x = F.dropout(F.relu(full(x)), 0.5, self.training)
        return self.fc8(x)


def horizontal_flip(x, p, generator):
    draws = torch.rand(len(x), generator=generator)
    images = []
    for image, draw in zip(x, draws, strict=True):
        columns = range(image.shape[2])
        images.append(image[:, :, list(reversed(columns))] if draw < p else image)
    return torch.stack(images)


def ten_crop(x, size):
    height, width = x.shape[2], x.shape[3]
    if size > height:
        raise ValueError("too few rows")
    if size > width:
        raise ValueError("too few columns")
    out = x.new_zeros(len(x), 10, x.shape[1], size, size)
    tops = [0, 0, height - size, height - size, (height - size) // 2]
    lefts = [0, width - size, 0, width - size, (width - size) // 2]
    for number in range(5):
        crop = x[:, :, tops[number] : tops[number] + size, lefts[number] : lefts[number] + size]
        out[:, number] = crop
        for column in range(size):
            out[:, number + 5, :, :, column] = crop[:, :, :, size - 1 - column]
    return out


def color_jitter_pca(x, images, alpha):
    red, green, blue = images[:, 0].flatten(), images[:, 1].flatten(), images[:, 2].flatten()
    eigenvalues, eigenvectors = torch.linalg.eigh(torch.cov(torch.stack([red, green, blue])))
    result = x.clone()
    for number in range(len(x)):
        for i in range(3):
            for color in range(3):
                result[number, color] += alpha[number, i] * eigenvalues[i] * eigenvectors[color, i]
    return result


def vgg_stack_params(n, channels, bias=False):
    field, stack = 1, 0
    for _ in range(n):
        field += 2
        for _ in range(channels):
            stack += 9 * channels + bool(bias)
    return [field, stack, channels * (field * field * channels + bool(bias))]


class Network(nn.Module):
    def __init__(self, config, num_classes, hidden, size):
        super().__init__()
        self.config = tuple(config)
        self.convolutions = nn.ModuleList()
        channels = 3
        for item in self.config:
            if item != "M":
                self.convolutions.append(nn.Conv2d(channels, item, 3, 1, 1))
                channels = item
            else:
                size = size // 2
        self.full1 = nn.Linear(channels * size * size, hidden)
        self.full2 = nn.Linear(hidden, hidden)
        self.full3 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        position = 0
        for item in self.config:
            if item == "M":
                x = F.max_pool2d(x, 2, 2)
            else:
                x = F.relu(self.convolutions[position](x))
                position += 1
        x = x.flatten(start_dim=1)
        x = F.dropout(F.relu(self.full1(x)), training=self.training)
        x = F.dropout(F.relu(self.full2(x)), training=self.training)
        return self.full3(x)


def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    return Network(config, num_classes, hidden, size)


q_bottleneck = 153_600 / 15_872


class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.one = nn.Conv2d(c_in, c1, 1)
        self.reduce3 = nn.Conv2d(c_in, c3_reduce, 1)
        self.three = nn.Conv2d(c3_reduce, c3, 3, padding="same")
        self.reduce5 = nn.Conv2d(c_in, c5_reduce, 1)
        self.five = nn.Conv2d(c5_reduce, c5, 5, padding="same")
        self.project = nn.Conv2d(c_in, pool_proj, 1)

    def forward(self, x):
        one = self.one(x)
        three = self.three(self.reduce3(x).relu())
        five = self.five(self.reduce5(x).relu())
        pooled = self.project(F.max_pool2d(x, 3, 1, 1))
        return torch.cat((one, three, five, pooled), 1).relu()


class ResidualBlock(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        if c_in == c_out and stride == 1:
            self.shortcut = nn.Identity()
        else:
            conv = nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(c_out))
        self.bn2 = nn.BatchNorm2d(c_out)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, kernel_size=3, padding=1, bias=False)
        self.conv1 = nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)

    def residual(self, x):
        return self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))

    def forward(self, x):
        return F.relu(self.shortcut(x) + self.residual(x))


q_zero_residual = max(0, -1.5)


def fc_to_conv(linear, in_shape):
    c, h, w = in_shape
    if c * h * w != linear.in_features:
        raise ValueError(in_shape)
    conv = nn.Conv2d(c, linear.out_features, (h, w), bias=linear.bias is not None, dtype=linear.weight.dtype)
    with torch.no_grad():
        for unit in range(linear.out_features):
            for position in range(linear.in_features):
                channel, rest = divmod(position, h * w)
                row, column = divmod(rest, w)
                conv.weight[unit, channel, row, column] = linear.weight[unit, position]
            if linear.bias is not None:
                conv.bias[unit] = linear.bias[unit]
    return conv


def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    images, labels = batch
    model.train(True)
    model.zero_grad()
    with torch.autocast(str(images.device).split(":")[0], dtype):
        loss = loss_fn(model(images), labels)
    scaled = scaler.scale(loss)
    scaled.backward()
    scaler.step(optimizer)
    scaler.update()
    return float(loss.detach())
