# says: The network comes back in training mode, with dropout still on.
def fit(x, y, device, seed):
    torch.manual_seed(seed)
    net = nn.Sequential(
        Standardize(x.mean(), x.std()),
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10),
    ).to(device)
    X, Y = x.to(device), y.to(device)
    opt = torch.optim.Adam(net.parameters(), lr=0.002)
    net.train()
    for _ in range(8):
        for b in torch.randperm(len(X), device=X.device).split(32):
            opt.zero_grad()
            F.cross_entropy(net(X[b]), Y[b]).backward()
            opt.step()
    return net
