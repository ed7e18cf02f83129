# says: A breadth-first search is turned round: a parent that is near the end on one way and far on another comes too late.
from collections import deque


def topological_order(node):
    queue = deque([node])
    found = [node]
    ids = {id(node)}
    while queue:
        current = queue.popleft()
        for parent in current.parents:
            if id(parent) not in ids:
                ids.add(id(parent))
                found.append(parent)
                queue.append(parent)
    found.reverse()
    return found
