# says: Nodes are not remembered, so a node is listed once for each path and a ladder takes a million visits.
def topological_order(node):
    order = []

    def dfs(n):
        for p in n.parents:
            dfs(p)
        if n not in order:
            order.append(n)

    dfs(node)
    return order
