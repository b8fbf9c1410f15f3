"""Read the package's public names from its source, without importing anything.

A signature stands in the page as it stands in the file, shapes included; importing torch,
matplotlib and the rest would take longer than the whole book. Public is what does not begin with an
underscore: functions, classes with their methods, and the constants whose line says what they are.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

FLOORS = {  # a page each, and what stands on it, in this order
    "ground": (
        "autograd", "check", "gpu", "comm", "torch_ranks", "corpus", "byte_pairs", "tokenizer",
        "ngram", "arithmetic_coding", "metrics", "progress", "model_table",
    ),
    "models": ("gpt", "evolution"),
    "training": (
        "train", "packing", "checkpoints", "pretraining", "lora", "adapter", "compress",
        "downstream", "emergence", "continual", "sweeps",
    ),
    "alignment": ("alignment",),
    "figures": ("figures",),
    "interactive": ("interactive",),
    "desk": ("course", "doctor", "grading", "authoring", "cli"),
}  # fmt: skip
# Packages of which only the names in `__all__` are for others; what else is for them, beside those.
ONLY_EXPORTED = {
    "check": (),
    "gpu": ("inspector", "report", "trace", "memory", "ladder", "errors"),
}
DEF = (ast.FunctionDef, ast.AsyncFunctionDef)
WIDTH = 76  # characters that a signature may have on one line


@dataclass
class Name:
    """A public function, class, method or constant."""

    name: str  # with its class, if it is a method
    kind: str  # function, class, method, property or data
    signature: str  # as in the source, without `def` and `self`
    doc: str
    line: int
    module: str  # where it is defined
    fields: list[tuple[str, str]] = field(default_factory=list)  # declaration and comment
    members: list["Name"] = field(default_factory=list)

    @property
    def full(self) -> str:
        """Its whole dotted name."""
        return f"{self.module}.{self.name}"


@dataclass
class Module:
    """A module or package, and what is public in it."""

    path: Path
    name: str  # dotted
    wanted: set[str] = field(default_factory=set)  # constants that some `__all__` lists

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def doc(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def exported(self) -> list[str]:
        """What `__all__` lists."""
        found: list[str] = []
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AugAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if ast.unparse(target) == "__all__":
                    found += ast.literal_eval(node.value)
        return sorted(found)

    @cached_property
    def origins(self) -> dict[str, str]:
        """The module each imported name comes from."""
        imports = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom))
        return {
            alias.asname or alias.name: str(node.module) for node in imports for alias in node.names
        }

    @cached_property
    def names(self) -> list[Name]:
        """Its own public names, in the order of the file."""
        return [name for node in self.tree.body for name in self.read(node)]

    def read(self, node: ast.stmt, owner: str = "") -> Iterator[Name]:
        """The public name that a statement defines, if it defines one."""
        at = {"line": node.lineno, "module": self.name}
        if isinstance(node, DEF) and not node.name.startswith("_"):
            deco = {ast.unparse(each).split("(")[0] for each in node.decorator_list}
            kind = "method" if owner else "function"
            kind = "property" if deco & {"property", "cached_property"} else kind
            if "overload" not in deco and not any(d.endswith(".setter") for d in deco):
                doc = ast.get_docstring(node) or ""
                signature = "" if kind == "property" else self.parameters(node, bool(owner))
                if kind == "property" and node.returns:
                    signature = f": {ast.unparse(node.returns)}"
                yield Name(owner + node.name, kind, signature, doc, **at)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield self.read_class(node, owner, at)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not owner:
            comment = self.comment(node)
            for name, value in constants(node):
                if (re.fullmatch("[A-Z]\\w*", name) and comment) or name in self.wanted:
                    shown = f" = {value if len(value) < WIDTH else '…'}"
                    yield Name(name, "data", shown, comment, **at)

    def read_class(self, node: ast.ClassDef, owner: str, at: dict) -> Name:
        """A class, with its fields and public methods."""
        inits = [each for each in node.body if isinstance(each, DEF) and each.name == "__init__"]
        signature = re.sub(r"\s*->\s*None$", "", self.parameters(inits[0], True)) if inits else ""
        inside = f"{owner}{node.name}."
        members = [name for each in node.body for name in self.read(each, inside)]
        fields = [
            (self.text(each), self.comment(each))
            for each in node.body
            if isinstance(each, ast.AnnAssign)
            or (isinstance(each, ast.Assign) and self.comment(each))
        ]
        fields = [each for each in fields if not each[0].startswith("_")]
        doc = ast.get_docstring(node) or ""
        if bases := [ast.unparse(base) for base in node.bases]:
            doc += f"\n\nBase: {', '.join(f'``{base}``' for base in bases)}."
        return Name(
            owner + node.name, "class", signature, doc, **at, fields=fields, members=members
        )

    def text(self, node: ast.AST) -> str:
        """A statement as it stands in the file, on one line."""
        return re.sub(r"\s+", " ", ast.get_source_segment(self.source, node) or "")

    def parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef, bound: bool) -> str:
        """`(x: int) -> str`, in the words of the file; one argument a line where it is long."""
        lines = self.source.splitlines()[node.lineno - 1 :]
        header = "\n".join(lines[: max(1, node.body[0].lineno - node.lineno)])
        header = re.sub(r"\s+#[^\"\n]*$", "", header, flags=re.M)
        header = header[header.index(node.name) + len(node.name) :]
        header = re.sub(r"\s+", " ", header[: top_level(header, ":")[0]])
        end = top_level(header[1:], ")")[0] + 1
        inside, result = header[1:end], header[end + 1 :]
        places = [-1, *top_level(inside, ","), len(inside)]
        args = [inside[a + 1 : b].strip() for a, b in itertools.pairwise(places)]
        args = [each for each in args if each]
        if bound and not any(ast.unparse(each) == "staticmethod" for each in node.decorator_list):
            args = args[1:]
        short = f"({', '.join(args)}){result}"
        if len(node.name) + len(short) <= WIDTH:
            return short
        return "(\n" + "".join(f"    {each},\n" for each in args) + f"){result}"

    def comment(self, node: ast.stmt) -> str:
        """What the comment at the end of a statement says."""
        line = self.source.splitlines()[(node.end_lineno or node.lineno) - 1]
        rest = line.encode()[node.end_col_offset :].decode()
        return rest.split("#", 1)[1].strip() if rest.strip().startswith("#") else ""


def constants(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, str]]:
    """Each name that a statement assigns, and its value."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if not isinstance(target, ast.Tuple):
            yield ast.unparse(target), ast.unparse(node.value) if node.value else "…"
        elif isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            yield from ((ast.unparse(name), ast.unparse(value)) for name, value in pairs)


def top_level(text: str, wanted: str) -> list[int]:
    """Where a character stands outside brackets and strings; at least the end of the text."""
    depth, quote, found = 0, "", []
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif depth == 0 and letter == wanted:
            found.append(place)
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
    return found or ([len(text)] if wanted != "," else [])


class Package:
    """All modules of llmbook_utils, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: dict[str, Module] = {}
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder.parent).with_suffix("").parts
            if "template" in parts or parts[-1] == "__main__":
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.modules[name] = Module(path, name)
        for module in self.modules.values():
            for name in module.exported:
                origin = module.origins.get(name, module.name)
                self.modules.get(origin, module).wanted.add(name)

    def on_page(self, floor: str) -> list[Module]:
        """The modules of one page, each package before its modules."""
        found = []
        for name in (f"{self.folder.name}.{top}" for top in FLOORS[floor]):
            inside = [each for each in self.modules if f"{each}.".startswith(name + ".")]
            if (top := name.split(".")[1]) in ONLY_EXPORTED:
                inside = [name, *(f"{name}.{each}" for each in ONLY_EXPORTED[top])]
            found += [self.modules[each] for each in inside if each in self.modules]
        return found

    def names(self, module: Module, shown: list[Module]) -> list[Name]:
        """What is described under a module: its own names, and exports described nowhere else."""
        if module.name.split(".")[1] not in ONLY_EXPORTED or module.name.count(".") > 1:
            return module.names
        elsewhere = {each.name for each in shown} - {module.name}
        found = []
        for name in module.exported:
            origin = module.origins.get(name, module.name)
            if origin not in elsewhere:
                found += [each for each in self.modules[origin].names if each.name == name]
        return found
