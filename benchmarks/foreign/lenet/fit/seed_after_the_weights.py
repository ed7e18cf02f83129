# says: The seed is set after the network was made, so the first weights do not depend on it.
def fit(x, y, device, seed):
    net = nn.Sequential(
        Standardize(x.mean(), x.std()),
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    ).to(device)
    torch.manual_seed(seed)
    x, y = x.to(device), y.to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.002)
    net.history = []
    for epoch in range(10):
        total = torch.zeros((), device=x.device)
        for b in torch.randperm(len(x), device=x.device).split(32):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x[b]), y[b])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(b)
        net.history.append((total / len(x)).item())
    net.eval()
    return net
