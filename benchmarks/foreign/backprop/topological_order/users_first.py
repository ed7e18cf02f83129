# says: The list is turned round: the node itself comes first and its parents after it.
def topological_order(node):
    order, done = [], set()
    stack = [(node, False)]
    while stack:
        n, ready = stack.pop()
        if ready:
            order.append(n)
        elif n not in done:
            done.add(n)
            stack.append((n, True))
            for p in n.parents:
                stack.append((p, False))
    return list(reversed(order))
