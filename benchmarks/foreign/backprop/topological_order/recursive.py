# says: The search is recursive, so graphs that are thousands of nodes deep end in a RecursionError.
def topological_order(node):
    order, seen = [], set()

    def visit(n):
        if n in seen:
            return
        seen.add(n)
        for p in n.parents:
            visit(p)
        order.append(n)

    visit(node)
    return order
