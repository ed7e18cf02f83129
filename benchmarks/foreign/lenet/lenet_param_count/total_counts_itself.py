# says: The total is a running sum that is put into the dict first and so is added to itself; C3 sees one map only.
def lenet_param_count():
    d = {"total": 0}
    for name, cin, cout, k in [("C1", 1, 6, 5), ("C3", 1, 16, 5), ("C5", 16, 120, 5), ("F6", 120, 84, 1), ("output", 84, 10, 1)]:
        d[name] = cout * (cin * k * k + 1)
        d["total"] += sum(v for v in d.values())
    d["S2"] = d["S4"] = 0
    return d
