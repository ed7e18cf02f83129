# says: Right; Kahn's algorithm from the last node backwards, with counts of the uses that are still to come.
def topological_order(node):
    uses, stack = {node: 0}, [node]
    while stack:
        for p in stack.pop().parents:
            if p not in uses:
                uses[p] = 0
                stack.append(p)
            uses[p] += 1
    out, free = [], [node]
    while free:
        n = free.pop()
        out.append(n)
        for p in n.parents:
            uses[p] -= 1
            if uses[p] == 0:
                free.append(p)
    out.reverse()
    return out
