"""Right answers that are written in an unusual way: they must get all of their points."""

from pathlib import Path

from nbformat.v4 import new_code_cell

from hostile.material import Family, Material, exercise_names, fill, find, insert

FAMILY = Family("benign answers")
ALL = exercise_names()


def with_answers(material: Material, folder: Path, **sources: str) -> None:
    """Hand in the reference answers, but for these, which are right as well."""
    stripped = {name: source.strip() for name, source in sources.items()}
    material.hand_in(folder, fill(material.partly(*ALL), **stripped))


@FAMILY.benign(solved=ALL)
def helpers_in_own_cells(material: Material, folder: Path) -> None:
    """Answers rest on functions and constants of cells of the student's own."""
    notebook = material.partly(*ALL)
    insert(notebook, "mse", "from functools import partial\n\nFACTOR = 2\n\n\nmean = np.mean")
    insert(notebook, "mse", "def difference(a, b):\n    return a - b")
    source = """
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = difference(y_hat, y)
    return mean(error**2), FACTOR * error / error.size
"""
    material.hand_in(folder, fill(notebook, mse=source.strip()))


@FAMILY.benign(solved=ALL)
def helpers_after_the_answer(material: Material, folder: Path) -> None:
    """A helper stands in a cell between the answer that uses it and the example."""
    notebook = material.partly(*ALL)
    source = """
def mse(y_hat, y):
    same_shape(y_hat, y)
    return np.mean((y_hat - y) ** 2), 2 * (y_hat - y) / y.size
"""
    helper = """
def same_shape(a, b):
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} is not {b.shape}")
"""
    place = notebook.cells.index(find(notebook, "mse"))
    notebook.cells.insert(place + 1, new_code_cell(helper.strip()))
    material.hand_in(folder, fill(notebook, mse=source.strip()))


@FAMILY.benign(solved=ALL)
def prints_in_functions(material: Material, folder: Path) -> None:
    """An answer that prints what it does, warns, and writes to stderr at each call."""
    source = """
def mse(y_hat, y):
    import sys
    import warnings

    print("shapes", y_hat.shape, y.shape)
    print("still here", file=sys.stderr)
    warnings.warn("this may be slow")
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return ((y_hat - y) ** 2).mean(), 2 * (y_hat - y) / y.size
"""
    with_answers(material, folder, mse=source)


@FAMILY.benign(solved=ALL)
def numpy_settings(material: Material, folder: Path) -> None:
    """np.errstate in a function, and NumPy's print and error settings changed in a cell."""
    notebook = material.partly(*ALL)
    insert(notebook, "mse", "np.set_printoptions(precision=2)\nold = np.seterr(over='ignore')")
    source = """
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    with np.errstate(over="ignore", under="ignore"):
        return np.mean(np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-abs(logits))))
"""
    material.hand_in(folder, fill(notebook, multi_label_loss=source.strip()))


@FAMILY.benign(solved=ALL)
def deeper_recursion(material: Material, folder: Path) -> None:
    """A recursive answer that raises Python's limit, in a thread with a larger stack."""
    source = """
import sys
import threading


def topological_order(children, root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for child in children[node]:
                visit(child)
            order.append(node)

    before = sys.getrecursionlimit(), threading.stack_size()
    sys.setrecursionlimit(100_000)
    threading.stack_size(256 * 2**20)
    try:
        thread = threading.Thread(target=visit, args=(root,))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(before[0])
        threading.stack_size(before[1])
    return order
"""
    with_answers(material, folder, topological_order=source)


@FAMILY.benign(solved=ALL)
def caches(material: Material, folder: Path) -> None:
    """A global cache that grows from call to call, and a function in functools.lru_cache."""
    source = """
from functools import lru_cache

CACHE = {}


@lru_cache(maxsize=None)
def exact_limit(largest):
    return 2 / largest


def predict_run(curvatures, lr):
    key = (tuple(curvatures), lr)
    if key not in CACHE:
        size = 1 - lr * np.asarray(curvatures)
        word = "diverges" if abs(size).max() > 1 else "zigzag" if size.min() < 0 else "smooth"
        CACHE[key] = exact_limit(max(curvatures)), word
    return CACHE[key]
"""
    with_answers(material, folder, predict_run=source)


@FAMILY.benign(solved=ALL)
def lambdas_and_classes(material: Material, folder: Path) -> None:
    """Answers that are a callable object, a decorated lambda, and a partial of a bound method."""
    loss = """
class Loss:
    def __call__(self, logits, targets):
        wrong = targets[(targets < 0) | (targets >= logits.shape[1])]
        if len(wrong):
            raise ValueError(f"target {wrong[0]} is no class")
        top = logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
        return float(np.mean(total - logits[np.arange(len(logits)), targets]))


softmax_cross_entropy = Loss()
"""
    multi = """
from functools import partial, wraps


def checked(function):
    @wraps(function)
    def inside(logits, targets):
        if logits.shape != targets.shape:
            raise ValueError(f"{logits.shape} and {targets.shape} differ")
        return function(logits, targets)

    return inside


multi_label_loss = checked(lambda z, y: np.mean(np.logaddexp(0, z) - y * z))
"""
    adam = """
class Adam:
    def step(self, w, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, *, power=2):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**power
        return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


adam_step = partial(Adam().step, power=2)
"""
    with_answers(
        material, folder, softmax_cross_entropy=loss, multi_label_loss=multi, adam_step=adam
    )


@FAMILY.benign(solved=ALL)
def torch_inside(material: Material, folder: Path) -> None:
    """Answers computed with torch and turned back into numbers and arrays."""
    cross = """
def softmax_cross_entropy(logits, targets):
    for target in targets:
        if not 0 <= target < logits.shape[1]:
            raise ValueError(f"target {target} is no class")
    z, y = torch.from_numpy(logits.copy()), torch.from_numpy(targets.astype(np.int64))
    return torch.nn.functional.cross_entropy(z, y).item()
"""
    source = """
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"{y_hat.shape} and {y.shape} differ")
    leaf = torch.tensor(y_hat, requires_grad=True)
    loss = torch.nn.functional.mse_loss(leaf, torch.tensor(y))
    loss.backward()
    return loss.item(), leaf.grad.numpy()
"""
    with_answers(material, folder, softmax_cross_entropy=cross, mse=source)


@FAMILY.benign(solved=ALL)
def strange_layouts(material: Material, folder: Path) -> None:
    """Right arrays with negative strides, in Fortran's order, read-only, or views."""
    source = """
def kmeans_step(points, centres):
    distance = ((points[:, None] - centres) ** 2).sum(axis=2)
    labels = distance.argmin(axis=1).astype(np.int32)[::-1].copy()[::-1]
    new = np.asfortranarray(centres.copy())
    for k in set(labels.tolist()):
        new[k] = points[labels == k].mean(axis=0)
    new.setflags(write=False)
    return labels, new
"""
    series = """
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"{len(history)} values are too few for {p} coefficients")
    padded = np.zeros(2 * (len(history) + steps))[::2]
    padded[: len(history)] = history
    for t in range(len(history), len(history) + steps):
        padded[t] = padded[t - p : t] @ coefficients[::-1]
    return padded[len(history) :]
"""
    with_answers(material, folder, kmeans_step=source, recursive_forecast=series)


@FAMILY.benign(solved=ALL)
def answers_in_two_cells(material: Material, folder: Path) -> None:
    """The answer's own cell holds only a helper; the function stands in a new cell after it."""
    notebook = material.partly(*ALL)
    find(notebook, "mse").source = "def half_gradient(error):\n    return error / error.size"
    source = """
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return float(np.mean((y_hat - y) ** 2)), 2 * half_gradient(y_hat - y)
"""
    place = notebook.cells.index(find(notebook, "mse"))
    notebook.cells.insert(place + 1, new_code_cell(source.strip()))
    material.hand_in(folder, notebook)
