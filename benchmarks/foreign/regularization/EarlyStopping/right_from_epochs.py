# says: Right; no counter of bad epochs, it compares the number of the call with that of the best.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.best_params = float("inf"), None, None
        self._calls = 0

    def step(self, loss, params):
        now, self._calls = self._calls, self._calls + 1
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, now
            self.best_params = {k: np.array(v, copy=True) for k, v in params.items()}
        last = -1 if self.best_epoch is None else self.best_epoch
        return now - last >= self.patience
