# %% right: a stack with marks
def topological_order(children, root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for child in children[node]:
                stack.append((child, False))
    return order


# %% right: a stack of iterators
def topological_order(children, root):
    order, seen = [], {root}
    stack = [(root, iter(children[root]))]
    while stack:
        node, rest = stack[-1]
        for child in rest:
            if child not in seen:
                seen.add(child)
                stack.append((child, iter(children[child])))
                break
        else:
            order.append(node)
            stack.pop()
    return order


# %% right: Kahn's algorithm from the root
from collections import deque


def topological_order(children, root):
    users = [0] * len(children)
    seen, todo = {root}, deque([root])
    while todo:
        for child in children[todo.popleft()]:
            users[child] += 1
            if child not in seen:
                seen.add(child)
                todo.append(child)
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for child in children[node]:
            users[child] -= 1
            if users[child] == 0:
                ready.append(child)
    return order[::-1]


# %% right: recursion with a higher limit
import sys


def topological_order(children, root):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for child in children[node]:
            visit(child)
        order.append(node)

    try:
        visit(root)
    finally:
        sys.setrecursionlimit(before)
    return order


# %% right: graphlib
from graphlib import TopologicalSorter


def topological_order(children, root):
    needed, todo = set(), [root]
    while todo:
        node = todo.pop()
        if node not in needed:
            needed.add(node)
            todo.extend(children[node])
    return list(TopologicalSorter({node: children[node] for node in needed}).static_order())


# %% right: list as memory, slow
def topological_order(children, root):
    order, stack = [], [root]
    opened = []
    done = set()
    while stack:
        node = stack[-1]
        waiting = [c for c in children[node] if c not in done]
        if node in done:
            stack.pop()
        elif waiting:
            stack.append(waiting[0])
        else:
            done.add(stack.pop())
            order.append(node)
    return order


# %% right: order itself as memory (quadratic)
def topological_order(children, root):
    order, stack = [], [root]
    while stack:
        node = stack[-1]
        if node in order:
            stack.pop()
            continue
        new = [c for c in children[node] if c not in order]
        if new: stack.extend(new)
        else: order.append(stack.pop())
    return order


# %% wrong: plain recursion  says: calls itself too deeply
def topological_order(children, root, order=None):
    order = [] if order is None else order
    for child in children[root]:
        if child not in order:
            topological_order(children, child, order)
    if root not in order:
        order.append(root)
    return order


# %% wrong: root first  says: this is the reverse of a right order
def topological_order(children, root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in children[node])
    return order[::-1]


# %% wrong: no memory of visited nodes  says: remember which nodes were visited
def topological_order(children, root):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((child, False) for child in children[node])
    return order


# %% wrong: breadth first, reversed  says: comes before its child
def topological_order(children, root):
    order, seen, todo = [], {root}, [root]
    while todo:
        node = todo.pop(0)
        order.append(node)
        for child in children[node]:
            if child not in seen:
                seen.add(child)
                todo.append(child)
    return order[::-1]


# %% wrong: appended before the children  says: comes before its child
def topological_order(children, root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(children[node])
    return order


# %% wrong: all nodes, needed or not  says: leave it out
def topological_order(children, root):
    order, seen = [], set()
    for start in range(len(children)):
        stack = [(start, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((child, False) for child in children[node])
    return order


# %% wrong: sorted by number  says: comes before its child
def topological_order(children, root):
    seen, stack = {root}, [root]
    while stack:
        for child in children[stack.pop()]:
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return sorted(seen)


# %% wrong: the root is left out  says: is missing
def topological_order(children, root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in children[node])
    return order[:-1]


# %% wrong: prints instead of returning  says: did you forget `return`
def topological_order(children, root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in children[node])
    print(order)


# %% wrong: empties the input  says: changed its input
def topological_order(children, root):
    order, seen, stack = [], {root}, [root]
    while stack:
        node = stack[-1]
        if children[node]:
            child = children[node].pop()
            if child not in seen:
                seen.add(child)
                stack.append(child)
        else:
            order.append(stack.pop())
    return order


# %% wrong: a dictionary's keys  says: expected a list
def topological_order(children, root):
    order, seen, stack = {}, set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order[node] = True
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in children[node])
    return order.keys()


# %% wrong: only the first child followed  says: follow *every* child
def topological_order(children, root):
    order, n = [root], root
    while children[n]:
        n = children[n][0]; order.append(n)
    return order[::-1]


# %% wrong: a set is returned  says: has no order
def topological_order(children, root):
    seen, stack = set(), [root]
    while stack:
        n = stack.pop(); seen.add(n); stack.extend(c for c in children[n] if c not in seen)
    return seen


# %% wrong: recursion, duplicates removed keeping the last  says: append a node only after all of its children
def topological_order(children, root):
    def go(n):
        out = []
        for c in children[n]: out += go(c)
        return out + [n]
    return list(dict.fromkeys(reversed(go(root))))[::-1]


# %% wrong: memory as a default argument (kept between calls)  says: an empty memory of visited nodes
def topological_order(children, root, seen=set()):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done: order.append(node)
        elif node not in seen:
            seen.add(node); stack.append((node, True)); stack.extend((c, False) for c in children[node])
    return order


# %% wrong: forgets the isolated root  says: the root itself comes last
def topological_order(children, root):
    if not children[root]: return []
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done: order.append(node)
        elif node not in seen:
            seen.add(node); stack.append((node, True)); stack.extend((c, False) for c in children[node])
    return order


# %% wrong: Kahn counts repeated children once but subtracts twice  says: is missing
def topological_order(children, root):
    below, todo = {root}, [root]
    while todo:
        for c in children[todo.pop()]:
            if c not in below: below.add(c); todo.append(c)
    missing = {n: len(set(children[n])) for n in below}
    ready, out = [n for n in below if not missing[n]], []
    while ready:
        n = ready.pop(); out.append(n)
        for q in below:
            if n in children[q]:
                missing[q] -= children[q].count(n)
                if missing[q] == 0: ready.append(q)
    return out
