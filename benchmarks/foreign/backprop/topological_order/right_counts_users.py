# says: right
def topological_order(node):
    # Kahn: first find all nodes and how many users each has, then take those without users
    users, todo = {node: 0}, [node]
    while todo:
        for parent in todo.pop().parents:
            if parent not in users:
                users[parent] = 0
                todo.append(parent)
            users[parent] += 1
    ready, backwards = [node], []
    while ready:
        last = ready.pop()
        backwards.append(last)
        for parent in last.parents:
            users[parent] -= 1
            if not users[parent]:
                ready.append(parent)
    return backwards[::-1]
