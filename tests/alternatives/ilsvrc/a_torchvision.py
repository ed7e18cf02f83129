"""The ILSVRC assignment as torchvision and PyTorch's tutorials would write it."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def topk_accuracy(output, target, k):
    """As in PyTorch's ImageNet example."""
    if k < 1 or k > output.size(1):
        raise ValueError("k is out of range")
    with torch.no_grad():
        _, pred = output.topk(k, 1, True, True)
        pred = pred.t()
        correct = pred.eq(target.view(1, -1).expand_as(pred))
        correct_k = correct[:k].reshape(-1).float().sum(0)
        return correct_k.item() / target.size(0)


def top5_error(logits, y):
    return 1 - topk_accuracy(logits, y, k=5)


q_random_top5 = 0.995


def local_response_norm(x, n, alpha, beta, k):
    """As torch.nn.functional does it: an average pooling over the channels, times n."""
    div = x.mul(x).unsqueeze(1)
    sizes = x.size()
    div = F.pad(div, (0, 0, 0, 0, n // 2, (n - 1) // 2))
    div = F.avg_pool3d(div, (n, 1, 1), stride=1).squeeze(1)
    div = div.view(sizes).mul(n * alpha).add(k).pow(beta)
    return x / div


q_conv1_rows = 54


class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        w = [n // divide for n in (96, 256, 384, 384, 256, 4096)]
        self.features = nn.Sequential(
            nn.Conv2d(3, w[0], kernel_size=11, stride=4),
            nn.ReLU(inplace=True),
            nn.LocalResponseNorm(size=5, alpha=0.0005, beta=0.75, k=2),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(w[0], w[1], kernel_size=5, padding=2, groups=2),
            nn.ReLU(inplace=True),
            nn.LocalResponseNorm(size=5, alpha=0.0005, beta=0.75, k=2),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(w[1], w[2], kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(w[2], w[3], kernel_size=3, padding=1, groups=2),
            nn.ReLU(inplace=True),
            nn.Conv2d(w[3], w[4], kernel_size=3, padding=1, groups=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(w[4] * 6 * 6, w[5]),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(w[5], w[5]),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(w[5], num_classes),
        )
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.normal_(m.weight, 0, 0.01)
                nn.init.constant_(m.bias, 0)

    def forward(self, x):
        x = self.features(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


def horizontal_flip(x, p, generator):
    flip = torch.rand(x.size(0), generator=generator).lt(p)
    out = x.clone()
    out[flip] = torch.flip(x[flip], dims=[3])
    return out


def ten_crop(img, size):
    h, w = img.shape[-2:]
    if size > h or size > w:
        raise ValueError(f"Requested crop size {size} is bigger than input size {(h, w)}")
    tl = img[..., :size, :size]
    tr = img[..., :size, w - size :]
    bl = img[..., h - size :, :size]
    br = img[..., h - size :, w - size :]
    top, left = (h - size) // 2, (w - size) // 2
    center = img[..., top : top + size, left : left + size]
    five = [tl, tr, bl, br, center]
    return torch.stack(five + [torch.flip(crop, [-1]) for crop in five], 1)


def color_jitter_pca(x, images, alpha):
    pixels = images.permute(0, 2, 3, 1).reshape(-1, 3)
    centered = pixels - pixels.mean(0)
    cov = centered.t().mm(centered) / (len(pixels) - 1)
    eigval, eigvec = torch.linalg.eigh(cov)
    rgb = torch.stack([eigvec.mv(a * eigval) for a in alpha])
    return x + rgb.view(-1, 3, 1, 1).expand_as(x)


def vgg_stack_params(n, channels, bias=False):
    rf = 3 + 2 * (n - 1)
    stack = n * (3 * 3 * channels * channels + (channels if bias else 0))
    single = rf * rf * channels * channels + (channels if bias else 0)
    return rf, stack, single


class VGG(nn.Module):
    def __init__(self, features, flat, hidden, num_classes, dropout=0.5):
        super().__init__()
        self.features = features
        self.classifier = nn.Sequential(
            nn.Linear(flat, hidden),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(hidden, hidden),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x):
        x = self.features(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


def make_layers(cfg):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            layers += [nn.Conv2d(in_channels, v, kernel_size=3, padding=1), nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)


def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    last = [v for v in config if v != "M"][-1]
    for _ in range(config.count("M")):
        size = size // 2
    return VGG(make_layers(config), last * size * size, hidden, num_classes)


q_bottleneck = 9.7


class BasicConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, **kwargs)

    def forward(self, x):
        return F.relu(self.conv(x), inplace=True)


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()
        self.branch1 = BasicConv2d(in_channels, ch1x1, kernel_size=1)
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, ch3x3red, kernel_size=1),
            BasicConv2d(ch3x3red, ch3x3, kernel_size=3, padding=1),
        )
        self.branch3 = nn.Sequential(
            BasicConv2d(in_channels, ch5x5red, kernel_size=1),
            BasicConv2d(ch5x5red, ch5x5, kernel_size=5, padding=2),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1),
            BasicConv2d(in_channels, pool_proj, kernel_size=1),
        )

    def forward(self, x):
        outputs = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(outputs, 1)


class ResidualBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        if stride != 1 or inplanes != planes:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inplanes, planes, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes),
            )
        else:
            self.shortcut = nn.Identity()

    def forward(self, x):
        identity = self.shortcut(x)
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += identity
        return self.relu(out)


q_zero_residual = 0.0


def fc_to_conv(linear, in_shape):
    c, h, w = in_shape
    if linear.in_features != c * h * w:
        raise ValueError("shape mismatch")
    conv = nn.Conv2d(c, linear.out_features, (h, w), bias=linear.bias is not None).to(linear.weight.dtype)
    state = {"weight": linear.weight.detach().view(-1, c, h, w).clone()}
    if linear.bias is not None:
        state["bias"] = linear.bias.detach().clone()
    conv.load_state_dict(state)
    return conv


def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    """As in PyTorch's recipe for automatic mixed precision."""
    model.train()
    input, target = batch
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device_type=input.device.type, dtype=dtype):
        output = model(input)
        loss = loss_fn(output, target)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
