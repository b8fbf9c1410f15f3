"""Tripwires: signs in a student's code that an instructor should look at before it counts.

They decide nothing: a test outside the sandbox cannot be talked round, and a clever attack can
avoid every sign. But whoever replaces `numpy.allclose` or walks up the stack wants something other
than to solve the exercise. The list is short on purpose: what honest solutions use is not on it.
"""

import ast
import functools
import re
from collections.abc import Iterable, Iterator

from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import marks
from llmbook_utils.grading.plan import parsed

_ATTRIBUTES = {
    "input_transformers_post": "changes how IPython reads cells",
    "input_transformers_cleanup": "changes how IPython reads cells",
    "ast_transformers": "changes how IPython reads cells",
    "set_custom_exc": "changes how IPython reports errors",
    "_getframe": "looks at its callers",
    "currentframe": "looks at its callers",
    "f_back": "looks at its callers",
    "f_globals": "looks at its callers",
    "f_locals": "looks at its callers",
    "tb_frame": "looks at its callers",
    "get_objects": "searches the memory for objects",
    "get_referrers": "searches the memory for objects",
    "__code__": "changes or reads the code of functions",
    "__subclasses__": "searches for classes",
    "settrace": "watches other code run",
    "setprofile": "watches other code run",
    "meta_path": "changes what an import finds",
    "_exit": "ends the process",
    "fork": "starts processes",
    "kill": "sends signals",
    "killpg": "sends signals",
    "setsid": "starts a daemon",
    "register_post_execute": "hooks into IPython",
}
_MODULES = {
    "ctypes": "reaches past Python",
    "socket": "uses the network",
    "urllib": "uses the network",
    "requests": "uses the network",
    "httpx": "uses the network",
    "zmq": "talks to the grader's sockets",
    "ptrace": "looks at other processes",
}
_PACKAGES = ("llmbook_utils.grading", "llmbook_utils.authoring", "nbgrader")
_TEXTS = {
    r"/proc/": "looks at other processes",
    r"gradebook|grading_ledger": "looks for the gradebook",
    r"HIDDEN TESTS|_hidden\b": "looks for hidden tests",
    r"(^|/)solutions?/": "looks for the solutions",
    r"/etc/(passwd|shadow)|\.ssh\b": "looks for secrets",
    r"autograded|submitted/": "looks for other submissions",
}
_HUGE = 20_000  # characters of a cell
_HOOKS = {"excepthook", "displayhook", "stdout", "stderr"}  # of sys: replacing them is common


def signs(notebook: NotebookNode) -> list[str]:
    """Sentences about the student's code cells in a rebuilt notebook, without doubles."""
    found: dict[str, None] = {}
    for number, cell in enumerate(notebook.cells, 1):
        grader = marks(cell)
        students = not grader or (grader.get("solution") and not grader.get("grade"))
        if cell.cell_type != "code" or not students:
            continue
        place = f"`{grader['grade_id']}`" if grader else f"cell {number}"
        for sign in signs_in(cell.source):
            found[f"{place} {sign}"] = None
    return list(found)


def signs_in(source: str) -> list[str]:
    """What is remarkable in one cell."""
    # most cells, examples above all, are alike in many submissions; a huge one is not kept
    return list(_remembered(source) if len(source) < _HUGE else _found(source))


@functools.lru_cache(200)
def _remembered(source: str) -> tuple[str, ...]:
    return _found(source)


def _found(source: str) -> tuple[str, ...]:
    tree = parsed(_without_magics(source))
    modules = set(_imported(tree))
    found: dict[str, None] = {}
    try:
        for node in ast.walk(tree):
            for sign in _signs(node, modules):
                found[sign] = None
    except RecursionError:
        found["is nested more deeply than any program"] = None
    return tuple(found)


def _without_magics(source: str) -> str:
    """Magics are no Python; the lines around them still are."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)


def _imported(tree: ast.AST) -> Iterator[str]:
    """Names of imported modules."""
    yield "np"
    yield from ("torch", "check", "builtins", "numpy")
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]


def _signs(node: ast.AST, modules: set[str]) -> Iterable[str]:
    if isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
        yield f"{_ATTRIBUTES[node.attr]} (`{node.attr}`)"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{name}" for name in names)]
            names += [alias.name for alias in node.names if alias.name in _ATTRIBUTES]
        for name in names:
            if name.split(".")[0] in _MODULES:
                yield f"{_MODULES[name.split('.')[0]]} (`{name}`)"
            elif name.startswith(_PACKAGES):
                yield f"imports the grader's own code (`{name}`)"
            elif name in _ATTRIBUTES:
                yield f"{_ATTRIBUTES[name]} (`{name}`)"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 2000:
        for pattern, meaning in _TEXTS.items():
            if re.search(pattern, node.value):
                yield f"{meaning} (`{node.value[:40]!s}`)"
    yield from _replaced(node, modules)


def _replaced(node: ast.AST, modules: set[str]) -> Iterator[str]:
    """Attributes of modules that are assigned, deleted or set."""
    targets: list[ast.expr] = []
    if isinstance(node, (ast.Assign, ast.Delete)):
        targets = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    for target in targets:
        if isinstance(target, ast.Attribute):
            root = ast.unparse(target).split(".")
            settings = root[:2] in (["torch", "backends"], ["plt", "style"]) or "rcParams" in root
            if root[0] in modules and not settings and target.attr not in _HOOKS:
                yield f"replaces `{'.'.join(root)}`"
        if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "sys.modules":
            yield "replaces a module in `sys.modules`"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    if node.func.id in ("setattr", "delattr") and node.args:
        first = ast.unparse(node.args[0]).split(".")[0]
        if first in modules:
            yield f"replaces parts of `{first}`"
    if node.func.id in ("exec", "eval"):
        yield f"runs code from text (`{node.func.id}`)"
