# says: forward normalizes with the mean and the standard deviation of the batch that it is given, so what is said of an image depends on the images beside it.
def fit(x, y, device, seed):
    torch.manual_seed(seed)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2))
            self.fc = nn.Sequential(nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))

        def forward(self, img):
            img = (img - img.mean()) / img.std()
            return self.fc(self.conv(img))

    net = Net().to(device)
    images, labels = x.to(device), y.to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.002)
    for epoch in range(10):
        net.train()
        for idx in torch.randperm(len(images), device=images.device).split(32):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(images[idx]), labels[idx])
            loss.backward()
            optimizer.step()
    net.eval()
    return net
