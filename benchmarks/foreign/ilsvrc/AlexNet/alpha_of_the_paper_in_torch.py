# says: nn.LocalResponseNorm gets alpha = 1e-4, which it divides by 5, so that it normalizes too little.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        w = [n // divide for n in (96, 256, 384, 384, 256, 4096)]
        self.conv1 = nn.Conv2d(3, w[0], 11, 4)
        self.conv2 = nn.Conv2d(w[0], w[1], 5, padding=2, groups=2)
        self.conv3 = nn.Conv2d(w[1], w[2], 3, padding=1)
        self.conv4 = nn.Conv2d(w[2], w[3], 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(w[3], w[4], 3, padding=1, groups=2)
        self.fc6, self.fc7, self.fc8 = nn.Linear(36 * w[4], w[5]), nn.Linear(w[5], w[5]), nn.Linear(w[5], num_classes)
        self.norm = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2)
        self.pool = nn.MaxPool2d(3, 2)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.pool(self.norm(torch.relu(self.conv1(x))))
        x = self.pool(self.norm(torch.relu(self.conv2(x))))
        x = torch.relu(self.conv3(x))
        x = torch.relu(self.conv4(x))
        x = self.pool(torch.relu(self.conv5(x)))
        x = self.drop(torch.relu(self.fc6(x.flatten(1))))
        x = self.drop(torch.relu(self.fc7(x)))
        return self.fc8(x)
