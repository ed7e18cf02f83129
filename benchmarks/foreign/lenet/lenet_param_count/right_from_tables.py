# says: right
def lenet_param_count():
    inputs = {"C1": 25, "S2": -1, "C3": 6 * 25, "S4": -1, "C5": 16 * 25, "F6": 120, "output": 84}
    outputs = [6, 6, 16, 16, 120, 84, 10]
    counts = {name: units * (n + 1) for units, (name, n) in zip(outputs, inputs.items())}
    return {**counts, "total": sum(counts.values())}
