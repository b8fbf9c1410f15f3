"""Put checks into a kernel's intermediate code (LLVM IR), before the compiler optimises it.

clang writes the code of the kernel and of the runner as text, one instruction a line, each with its
source position. Here every read, write and atomic of the kernel's own functions that may reach
memory outside its local variables gets a call in front (`runtime/checks.h`), as does each loop
iteration and each function entry. Because this is done before optimisation, what is counted are the
accesses of the source, not those that happen to be left. Compiling the result is the second step.

`ir.py` reads the text; `dynamic_path.py` adds what only traces need.
"""

import math
import re
from dataclasses import dataclass

from llmbook_utils.gpu.dynamic_path import add_paths
from llmbook_utils.gpu.ir import Function, Module, bits_of, shape_of, size_of

SHARED, CONSTANT, DEVICE = "shared", "constant", "device"
DYNAMIC = "gpu_dynamic_shared"
REDZONE = 128  # bytes between two shared variables
LOAD = re.compile(r"^  (%\S+) = load (?:volatile )?(.+)")
STORE = re.compile(r"^  store (?:volatile )?(.+)")
BULK = re.compile(r"^  (?:tail )?call void @llvm\.mem(cpy|move|set)\S*?\((.+)")
ATOMIC = re.compile(r"^  (?:%\S+ = )?(?:tail )?call .*?@_ZL?\d+atomic\w+\((.+)")
POINTER = re.compile(r"ptr (?:(?:noundef|nonnull|noalias|\w+\(\d+\)|align (\d+)) )*(.+)")
POINTER_STEP = re.compile(
    r"^  (%\S+) = getelementptr (?:inbounds |nuw |nusw )*.+?, ptr ([%@][^,\s]+)"
)


@dataclass(frozen=True)
class Site:
    """An instruction of the kernel that was instrumented."""

    line: int
    column: int
    kind: str  # read, write, atomic, loop, enter
    size: int  # bytes
    name: str  # the pointer or variable that the source speaks of; may be empty


@dataclass(frozen=True)
class Variable:
    """A variable of the module that lives in shared, constant or global memory."""

    name: str
    space: str
    shape: tuple[int, ...]
    itemsize: int


@dataclass(frozen=True)
class Instrumented:
    """The new text, and what its numbers mean."""

    text: str
    sites: tuple[Site, ...]
    variables: tuple[Variable, ...]
    shared_bytes: tuple[int, ...]  # static shared memory of each kernel


def instrument(text: str, *, trace: bool = False, dynamic_name: str = "") -> Instrumented:
    """The module with checks in it; with ``trace``, also with the path of each access.

    ``dynamic_name`` is what the source calls its dynamic shared memory.
    """
    module = Module.parse(text)
    variables = _variables(module)
    sites: list[Site] = []
    for function in module.functions:
        if function.of_kernel:
            _Rewriter(module, function, variables, sites, dynamic_name).run()
            if trace:
                add_paths(module, function)
    _define_tables(module, variables, len(sites))
    listed = tuple(variable for variable, _ in variables.values())
    return Instrumented(module.render(), tuple(sites), listed, _shared_bytes(module, variables))


def _variables(module: Module) -> dict[str, tuple[Variable, str]]:
    """Symbol → (variable, its type in the IR) for all that the kernel declares."""
    found: dict[str, tuple[Variable, str]] = {}
    for symbol, (kind, section) in module.globals.items():
        bare = symbol.strip('@"')
        if section.endswith("gpu_shared"):
            space = SHARED
        elif section.endswith("gpu_constant"):
            space = CONSTANT
        elif (
            bare.startswith(("gpu_", "_ZN3gpu", "_ZNK3gpu", ".", "llvm.", "__const", "__ubsan"))
            or bare[0].isdigit()
        ):
            continue
        else:
            space = DEVICE
        shape, itemsize = shape_of(kind)
        found[symbol] = (Variable(source_name(bare), space, shape, itemsize), kind)
    return found


def source_name(symbol: str) -> str:
    """The name in the source of a mangled C++ variable: ``_ZZ6kernelE4tile`` is ``tile``."""
    if not symbol.startswith("_Z"):
        return symbol
    for found in reversed(list(re.finditer(r"\d+", symbol))):
        # the digits may be the end of a longer number, or belong to the name itself
        for start in range(found.start(), found.end()):
            length = int(symbol[start : found.end()])
            rest = symbol[found.end() :]
            if 0 < length <= len(rest) and re.fullmatch(r"(?:E?_\d+_?|E\w?|)", rest[length:]):
                return rest[:length]
    return symbol


class _Rewriter:
    """Adds the calls to one function."""

    def __init__(self, module: Module, function: Function,
                 variables: dict[str, tuple[Variable, str]], sites: list[Site],
                 dynamic_name: str) -> None:  # fmt: skip
        self.module, self.function = module, function
        self.variables, self.sites, self.dynamic_name = variables, sites, dynamic_name
        self.root: dict[str, str] = {}  # pointer → where it was computed from
        self.spoken: dict[str, str] = {}  # root → the source's name for it
        self.fresh = 0

    def run(self) -> None:
        self.find_roots()
        back_edges = self.function.back_edges()
        for number, block in enumerate(self.function.blocks):
            new = []
            for line in block.lines:
                new += [*self.before(line), line]
            block.lines = new
            if any(source == block.name for source, _ in back_edges):
                site = self.site(block.lines[block.terminator], "loop", 0, "")
                block.before_terminator(f"  call void @gpu_hook_loop(i32 {site})")
            if number == 0:
                site = len(self.sites)
                self.sites.append(Site(self.function.line, 0, "enter", 0, self.function.name))
                block.lines.insert(
                    block.first_after_allocas, f"  call void @gpu_hook_enter(i32 {site})"
                )

    def find_roots(self) -> None:
        for line in self.function.lines():
            name = line.split(" = ", 1)[0].strip() if " = " in line else ""
            if " = alloca " in line:
                self.root[name] = "local"
                continue
            step = POINTER_STEP.match(line)
            if step:
                self.root[step[1]] = self.root_of(step[2])
            load = LOAD.match(line)
            if load and load[2].startswith("ptr,"):
                self.spoken[load[1]] = re.sub(
                    r"(\.addr)?\d*$", "", operands(load[2])[1][4:].strip('%@"')
                )

    def root_of(self, pointer: str) -> str:
        if pointer.startswith("getelementptr"):
            inside = re.search(r"ptr (@[^,\s)]+)", pointer)
            return inside[1] if inside else pointer
        return self.root.get(pointer, pointer)

    def before(self, line: str) -> list[str]:
        """The calls that go in front of an instruction."""
        if "!nosanitize" in line:
            return []
        if found := LOAD.match(line):
            kind, pointer = operands(found[2])[:2]
            return self.access(line, "read", pointer[4:], size_of(kind), None)
        if found := STORE.match(line):
            stored, pointer = operands(found[1])[:2]
            kind, value = _typed(stored)
            return self.access(line, "write", pointer[4:], size_of(kind), (kind, value))
        if found := BULK.match(line):
            return self.bulk(line, found[1] == "set", operands(found[2]))
        if found := ATOMIC.match(line):
            where, value = operands(found[1])[:2]
            return self.access(
                line, "atomic", _pointer(where)[0], size_of(value.split(" ")[0]), None
            )
        return []

    def bulk(self, line: str, is_fill: bool, parts: list[str]) -> list[str]:
        """memset and memcpy, in pieces as large as the alignment lets a device move at once."""
        to, align = _pointer(parts[0])
        total = int(parts[2].removeprefix("i64 ")) if parts[2].removeprefix("i64 ").isdigit() else 0
        source = None
        if not is_fill:
            source, other = _pointer(parts[1])
            align = self.type_alignment(to, align, source, other, total)
        chunk = min(align, total, 16)
        if not total:
            return []
        if total // chunk > 16 or total % chunk:
            chunk = total
        calls: list[str] = []
        for offset in range(0, total - chunk + 1, chunk):
            if source is not None:
                calls += self.piece(line, "read", source, offset, chunk, None)
                calls += self.piece(line, "write", to, offset, chunk, source)
            elif self.watched(self.root_of(to)):
                byte = parts[1].removeprefix("i8 ")
                known = byte.isdigit() and chunk in (1, 2, 4, 8)
                value = (
                    (f"i{8 * chunk}", str(int(byte) * (2 ** (8 * chunk) // 255))) if known else None
                )
                more, moved = self.moved(to, offset)
                calls += more + self.access(line, "write", moved, chunk, value, self.root_of(to))
        return calls

    def type_alignment(self, to: str, align: int, source: str, other: int, total: int) -> int:
        """The alignment of the type that is copied, as far as it shows.

        clang gives each side the alignment that it can prove: a float4 in an array of floats has 4,
        while a local variable or what a float4* points to has its type's.
        """
        if self.root_of(source) == "local":
            best = other
        elif self.root_of(to) == "local":
            best = align
        else:
            best = max(align, other)
        return best if total % min(best, 16) == 0 else min(align, other)

    def piece(
        self, line: str, kind: str, pointer: str, offset: int, size: int, source: str | None
    ) -> list[str]:
        """Part of a copy: the value written is what stands at the same place of the source."""
        if not self.watched(self.root_of(pointer)):
            return []
        calls, moved = self.moved(pointer, offset)
        if source is None or size not in (1, 2, 4, 8):
            return calls + self.access(line, kind, moved, size, None, self.root_of(pointer))
        more, from_where = self.moved(source, offset)
        value = self.name()
        calls += [*more, f"  {value} = load i{8 * size}, ptr {from_where}, align 1"]
        return calls + self.access(
            line, kind, moved, size, (f"i{8 * size}", value), self.root_of(pointer)
        )

    def moved(self, pointer: str, offset: int) -> tuple[list[str], str]:
        if not offset:
            return [], pointer
        name = self.name()
        return [f"  {name} = getelementptr i8, ptr {pointer}, i64 {offset}"], name

    def access(self, line: str, kind: str, pointer: str, size: int | None,
               value: tuple[str, str] | None, root: str = "") -> list[str]:  # fmt: skip
        root = root or self.root_of(pointer)
        if size is None or not self.watched(root):
            return []
        site = self.site(line, kind, size, self.spoken_name(root))
        arguments = f"ptr {pointer}, ptr {root}, i32 {size}, i32 {site}"
        if kind != "write":
            return [f"  call void @gpu_hook_{kind}({arguments})"]
        # only values of up to eight bytes are told apart (two threads may write the same value)
        calls, bits = bits_of(*value, self.name) if value and size <= 8 else ([], "0")
        return [*calls, f"  call void @gpu_hook_write({arguments}, i64 {bits})"]

    def watched(self, root: str) -> bool:
        if root == "local" or root in ("null", "undef", "poison"):
            return False
        return not root.startswith("@") or root in self.variables or DYNAMIC in root

    def spoken_name(self, root: str) -> str:
        if root in self.variables:
            return self.variables[root][0].name
        if DYNAMIC in root:  # on macOS the symbol carries a prefix
            return self.dynamic_name
        return self.spoken.get(root, "")

    def site(self, line: str, kind: str, size: int, name: str) -> int:
        row, column = self.module.position(line)
        self.sites.append(Site(row, column, kind, size, name))
        return len(self.sites) - 1

    def name(self) -> str:
        self.fresh += 1
        return f"%gpu.value.{self.fresh}"


def operands(text: str) -> list[str]:
    """Split at the commas outside all brackets: ``float, ptr getelementptr (…, …), align 4``."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "<[{(") - (character in ">]})")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _pointer(text: str) -> tuple[str, int]:
    """``ptr noundef align 16 %x`` → ``%x``, 16."""
    found = POINTER.match(text)
    return (found[2], int(found[1] or 1)) if found else (text, 1)


def _typed(text: str) -> tuple[str, str]:
    """``"<4 x float> %v"`` → type and value."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character in "<[{(") - (character in ">]})")
        if character == " " and depth == 0:
            return text[:i], text[i + 1 :]
    return text, ""


def _define_tables(module: Module, variables: dict[str, tuple[Variable, str]], sites: int) -> None:
    rows = [
        f"{{ ptr, i64 }} {{ ptr {symbol}, i64 ptrtoint "
        f"(ptr getelementptr ({kind}, ptr null, i64 1) to i64) }}"
        for symbol, (_, kind) in variables.items()
    ]
    module.define(
        "gpu_variables", f"hidden constant [{len(rows)} x {{ ptr, i64 }}] [{', '.join(rows)}]"
    )
    module.define("gpu_region_cache", f"hidden global [{max(sites, 1)} x i32] zeroinitializer")
    for symbol, (variable, _) in variables.items():
        if variable.space == SHARED:
            module.pad(symbol, REDZONE)


def _shared_bytes(module: Module, variables: dict[str, tuple[Variable, str]]) -> tuple[int, ...]:
    """Static shared memory of each kernel: of all variables that it or what it calls refers to."""
    mentions = {
        f.symbol: set(re.findall(r'@(?:"[^"]+"|[\w.$]+)', "\n".join(f.lines())))
        for f in module.functions
    }
    totals = []
    for entry in module.kernels:
        seen, todo = {entry}, [entry]
        while todo:
            for symbol in mentions.get(todo.pop(), ()):
                if symbol not in seen:
                    seen.add(symbol)
                    todo.append(symbol)
        total = 0
        for symbol in seen & variables.keys():
            variable = variables[symbol][0]
            if variable.space == SHARED:
                total += variable.itemsize * math.prod(variable.shape)
        totals.append(total)
    return tuple(totals)
