# %% right: one branch for each rule
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% right: a table of local derivatives
LOCAL = {
    "add": lambda n, u, v: (1.0, 1.0),
    "mul": lambda n, u, v: (v, u),
    "tanh": lambda n, u: (1 - np.tanh(u) ** 2,),
    "exp": lambda n, u: (np.exp(u),),
    "pow": lambda n, u: (n.power * n.data / u,),
}


def backward_rule(node):
    shares = LOCAL[node.op](node, *[c.data for c in node.children])
    for child, share in zip(node.children, shares):
        child.grad = child.grad + share * node.grad


# %% right: match statement and math
import math


def backward_rule(node):
    g = node.grad
    match node.op:
        case "add":
            node.children[0].grad += g
            node.children[1].grad += g
        case "mul":
            a, b = node.children[0].data, node.children[1].data
            node.children[0].grad += b * g
            node.children[1].grad += a * g
        case "tanh":
            node.children[0].grad += g / math.cosh(node.children[0].data) ** 2
        case "exp":
            node.children[0].grad += g * math.exp(node.children[0].data)
        case "pow":
            k, x = node.power, node.children[0].data
            node.children[0].grad += g * k * x ** (k - 1)
    return node


# %% right: torch asked for the local derivative
def backward_rule(node):
    import torch

    inputs = [torch.tensor(c.data, dtype=torch.float64, requires_grad=True) for c in node.children]
    rule = {
        "add": lambda a, b: a + b,
        "mul": lambda a, b: a * b,
        "tanh": torch.tanh,
        "exp": torch.exp,
        "pow": lambda a: a**node.power,
    }[node.op]
    for child, share in zip(node.children, torch.autograd.grad(rule(*inputs), inputs)):
        child.grad += share.item() * node.grad


# %% right: cosh, and pow by division
def backward_rule(node):
    u, *rest = node.children
    g = node.grad
    if rest:
        v = rest[0]
        du, dv = (1, 1) if node.op == "add" else (v.data, u.data)
        u.grad = u.grad + du * g
        v.grad = v.grad + dv * g
    elif node.op == "tanh":
        u.grad += g / np.cosh(u.data) ** 2
    elif node.op == "exp":
        u.grad += g * np.exp(u.data)
    else:
        u.grad += g * node.power * node.data / u.data


# %% right: dictionary of functions, returns self
def backward_rule(node):
    rules = {
        "add": lambda *c: [1.0 for _ in c],
        "mul": lambda a, b: [b.data, a.data],
        "tanh": lambda a: [(1 + node.data) * (1 - node.data)],
        "exp": lambda a: [node.data],
        "pow": lambda a: [node.power * a.data ** (node.power - 1)],
    }
    for c, d in zip(node.children, rules[node.op](*node.children)):
        c.grad += d * node.grad
    return node


# %% wrong: assigns instead of adding  says: a gradient was overwritten
def backward_rule(node):
    if node.op == "add":
        u, v = node.children
        u.grad = node.grad
        v.grad = node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad = v.data * node.grad
        v.grad = u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad = (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad = node.data * node.grad
    else:
        u = node.children[0]
        u.grad = node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: no gradient of the node itself  says: the gradient of the node itself is missing
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += 1
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data
        v.grad += u.data
    elif node.op == "tanh":
        node.children[0].grad += 1 - node.data**2
    elif node.op == "exp":
        node.children[0].grad += node.data
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1)


# %% wrong: mul with the child's own data  says: the *other* child's data
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        for child in node.children:
            child.grad += child.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: tanh with the input instead of the output  says: use the result of the node
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.children[0].data ** 2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: tanh taken twice  says: tanh was taken twice
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - np.tanh(node.data) ** 2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: exp taken twice  says: exp was taken twice
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += np.exp(node.data) * node.grad
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: exponent not lowered  says: the exponent must go down by one
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        node.children[0].grad += node.power * node.data * node.grad


# %% wrong: power rule without the factor  says: the factor k is missing
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        u = node.children[0]
        u.grad += u.data ** (node.power - 1) * node.grad


# %% wrong: returns the shares instead of adding them  says: no gradient arrived
def backward_rule(node):
    if node.op == "add":
        return node.grad, node.grad
    if node.op == "mul":
        u, v = node.children
        return v.data * node.grad, u.data * node.grad
    if node.op == "tanh":
        return ((1 - node.data**2) * node.grad,)
    if node.op == "exp":
        return (node.data * node.grad,)
    return (node.power * node.children[0].data ** (node.power - 1) * node.grad,)


# %% wrong: the children are taken as different nodes  says: a gradient was overwritten
def backward_rule(node):
    before = [child.grad for child in node.children]
    if node.op == "add":
        shares = [node.grad, node.grad]
    elif node.op == "mul":
        u, v = node.children
        shares = [v.data * node.grad, u.data * node.grad]
    elif node.op == "tanh":
        shares = [(1 - node.data**2) * node.grad]
    elif node.op == "exp":
        shares = [node.data * node.grad]
    else:
        u = node.children[0]
        shares = [node.power * u.data ** (node.power - 1) * node.grad]
    for child, old, share in zip(node.children, before, shares):
        child.grad = old + share


# %% wrong: only the first child  says: only the first child
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        u.grad += node.grad
    elif node.op == "mul":
        u.grad += node.children[1].data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    else:
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: derivative of the sigmoid for tanh  says: derivative of the sigmoid
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += node.data * (1 - node.data) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad
    else:
        u = node.children[0]
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: pow is forgotten  says: nothing arrived at the child of a pow
def backward_rule(node):
    if node.op == "add":
        for child in node.children:
            child.grad += node.grad
    elif node.op == "mul":
        u, v = node.children
        u.grad += v.data * node.grad
        v.grad += u.data * node.grad
    elif node.op == "tanh":
        node.children[0].grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        node.children[0].grad += node.data * node.grad


# %% wrong: pow overwrites  says: a gradient was overwritten
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += node.grad
        b.grad += node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += b.data * node.grad
        b.grad += a.data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad = node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: add passes the data  says: the derivative of u + v is 1
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += a.data * node.grad
        b.grad += b.data * node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += b.data * node.grad
        b.grad += a.data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: pow integrates  says: this is the integral
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += node.grad
        b.grad += node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += b.data * node.grad
        b.grad += a.data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad += u.data ** (node.power + 1) / (node.power + 1) * node.grad


# %% wrong: pow as an exponential with log  says: differentiates an exponential
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += node.grad
        b.grad += node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += b.data * node.grad
        b.grad += a.data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad += node.data * np.log(abs(u.data)) * node.grad


# %% wrong: mul twice the share when children are equal  says: one share was added twice
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += node.grad
        b.grad += node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += b.data * node.grad
        b.grad += a.data * node.grad
        if a is b:
            a.grad += b.data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: mul divides by the child  says: do not divide
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += node.grad
        b.grad += node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += node.data / a.data * node.grad
        b.grad += node.data / a.data * node.grad
    elif node.op == "tanh":
        u.grad += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad += node.power * u.data ** (node.power - 1) * node.grad


# %% wrong: local variable g instead of the attribute  says: does it not change `grad`
def backward_rule(node):
    u = node.children[0]
    if node.op == "add":
        a, b = node.children
        a.grad += node.grad
        b.grad += node.grad
    elif node.op == "mul":
        a, b = node.children
        a.grad += b.data * node.grad
        b.grad += a.data * node.grad
    elif node.op == "tanh":
        g = u.grad
        g += (1 - node.data**2) * node.grad
    elif node.op == "exp":
        u.grad += node.data * node.grad
    elif node.op == "pow":
        u.grad += node.power * u.data ** (node.power - 1) * node.grad
