# says: Nodes are listed when they are met first and the list is turned round, which is no topological order if a node is reached along ways of different length.
def topological_order(node):
    stack, seen, order = [node], {node}, []
    while stack:
        n = stack.pop()
        order.append(n)
        for p in n.parents:
            if p not in seen:
                seen.add(p)
                stack.append(p)
    return order[::-1]
