# says: The biases are not counted.
def lenet_param_count():
    n = {"C1": 25 * 6, "S2": 0, "C3": 25 * 6 * 16, "S4": 0, "C5": 25 * 16 * 120, "F6": 120 * 84, "output": 84 * 10}
    n["total"] = sum(n.values())
    return n
