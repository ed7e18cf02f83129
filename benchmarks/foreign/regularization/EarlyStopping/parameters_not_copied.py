# says: The best parameters are a reference to the dict that training goes on changing.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.best_params = float("inf"), None, None
        self.calls = 0

    def step(self, loss, params):
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch, self.best_params = loss, self.calls, params
        self.calls += 1
        return self.best_epoch is not None and self.calls - 1 - self.best_epoch >= self.patience
