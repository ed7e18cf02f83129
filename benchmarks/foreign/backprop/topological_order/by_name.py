# says: Nodes are remembered by their names, but a node need not have one and two nodes may have the same.
def topological_order(node):
    names = set()
    order = []
    stack = [(node, iter(node.parents))]
    names.add(node.name)
    while stack:
        n, it = stack[-1]
        for p in it:
            if p.name not in names:
                names.add(p.name)
                stack.append((p, iter(p.parents)))
                break
        else:
            order.append(n)
            stack.pop()
    return order
