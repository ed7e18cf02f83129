# says: right
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self._settings = patience, min_delta
        self._improved = []
        self.best_loss = float("inf")
        self.best_epoch = self.best_params = None

    def step(self, loss, params):
        patience, least = self._settings
        better = bool(loss < self.best_loss - least)
        if better:
            self.best_epoch = len(self._improved)
            self.best_loss = float(loss)
            self.best_params = {name: np.array(value) for name, value in params.items()}
        self._improved.append(better)
        return len(self._improved) >= patience and not any(self._improved[-patience:])
