# says: A loss is compared with the last one and not with the best.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.best_params = float("inf"), None, None
        self.last, self.count, self.bad = float("inf"), 0, 0

    def step(self, loss, params):
        better = loss < self.last - self.min_delta
        self.last = loss
        if better:
            self.best_loss, self.best_epoch, self.bad = loss, self.count, 0
            self.best_params = copy.deepcopy(params)
        else:
            self.bad += 1
        self.count += 1
        return self.bad >= self.patience
