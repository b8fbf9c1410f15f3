"""LLVM IR as text: the little of its grammar that `instrument.py` needs.

A module is globals, functions and metadata. A function is a list of blocks, a block a list of
instructions of which the last (the terminator) says where control goes on. `!dbg !7` behind an
instruction refers to a metadata line `!7 = !DILocation(line: …, column: …)`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

KERNEL_FILE = "kernel.cu"  # the name that the kernel's source goes by in a #line directive
SIZES = {"float": 4, "double": 8, "ptr": 8, "half": 2}
_GLOBAL = re.compile(r'^(@(?:"[^"]+"|[\w.$-]+)) = (.*?)\b(global|constant) (.*)$')
_FUNCTION = re.compile(r'^define .*?(@(?:"[^"]+"|[\w.$-]+))\(.*?(?: !dbg (!\d+))? \{$')
_LABEL = re.compile(r'^("[^"]+"|[\w.$-]+):')


@dataclass
class Block:
    """A basic block: straight-line code."""

    name: str
    head: str  # the label's line; empty for an entry block without one
    lines: list[str] = field(default_factory=list)

    @property
    def terminator(self) -> int:
        """Index of the first line of the last instruction (a switch takes several lines)."""
        for i in range(len(self.lines) - 1, -1, -1):
            if re.match(r"^  (?:br|switch|ret|unreachable)\b", self.lines[i]):
                return i
        raise ValueError(f"expected a terminator in block {self.name}, got {self.lines[-1:]}")

    @property
    def targets(self) -> list[str]:
        return re.findall(r'label %("[^"]+"|[\w.$-]+)', "\n".join(self.lines[self.terminator :]))

    def before_terminator(self, *new: str) -> None:
        at = self.terminator
        self.lines[at:at] = new

    @property
    def first_after_phis(self) -> int:
        return sum(1 for line in self.lines if " = phi " in line)

    @property
    def first_after_allocas(self) -> int:
        last = [i for i, line in enumerate(self.lines) if " = alloca " in line]
        return last[-1] + 1 if last else 0


@dataclass
class Function:
    """A function with a body."""

    symbol: str
    name: str  # in the source
    head: str
    blocks: list[Block]
    of_kernel: bool  # from the kernel's source, not from the runner's headers
    line: int  # of its definition

    def lines(self) -> Iterator[str]:
        for block in self.blocks:
            yield from block.lines

    def back_edges(self) -> set[tuple[str, str]]:
        """(from, to) of each jump back to a loop's head, by depth-first search."""
        successors = {block.name: block.targets for block in self.blocks}
        found: set[tuple[str, str]] = set()
        done: set[str] = set()
        open_: set[str] = {self.blocks[0].name}
        stack = [(self.blocks[0].name, iter(successors[self.blocks[0].name]))]
        while stack:
            name, rest = stack[-1]
            for target in rest:
                if target in open_:
                    found.add((name, target))
                elif target not in done:
                    open_.add(target)
                    stack.append((target, iter(successors[target])))
                    break
            else:
                open_.discard(name)
                done.add(name)
                stack.pop()
        return found


@dataclass
class Module:
    """A file of IR, taken apart."""

    parts: list[str | Function]  # in order, everything that is no function as it stood
    functions: list[Function]
    globals: dict[str, tuple[str, str]]  # symbol → (type, section)
    kernels: list[str]  # the entries of gpu_kernels: symbols of functions
    positions: dict[str, tuple[int, int]]  # !dbg number → line, column

    @classmethod
    def parse(cls, text: str) -> "Module":
        metadata = dict(re.findall(r"^(!\d+) = (?:distinct )?(!DI.*)$", text, re.MULTILINE))
        files = {n for n, m in metadata.items() if f'!DIFile(filename: "{KERNEL_FILE}"' in m}
        module = cls([], [], {}, [], {})
        for number, body in metadata.items():
            if body.startswith("!DILocation("):
                at = re.match(r"!DILocation\(line: (\d+)(?:, column: (\d+))?", body)
                if at:
                    module.positions[number] = (int(at[1]), int(at[2] or 0))
        lines = iter(text.split("\n"))
        for line in lines:
            start = _FUNCTION.match(line)
            if start:
                sub = metadata.get(start[2] or "", "")
                file = re.search(r"file: (!\d+)", sub)
                name = re.search(r'name: "([^"]*)"', sub)
                row = re.search(r"\bline: (\d+)", sub)
                function = Function(
                    start[1],
                    name[1] if name else "",
                    line,
                    [],
                    bool(file and file[1] in files),
                    int(row[1]) if row else 0,
                )
                _read_blocks(function, lines)
                module.functions.append(function)
                module.parts.append(function)
                continue
            declared = _GLOBAL.match(line)
            if declared and "external" not in declared[2].split():
                section = re.search(r', section "([^"]*)"', line)
                module.globals[declared[1]] = (
                    _first_type(declared[4]),
                    section[1] if section else "",
                )
            if line.startswith("@gpu_kernels ="):
                module.kernels = re.findall(r'(@"?_ZN3gpu6Kernel[^,\s]*?4callEPPv"?)', line)
            module.parts.append(line)
        return module

    def position(self, line: str) -> tuple[int, int]:
        """Line and column in the source of an instruction; zeros when it has none."""
        number = re.search(r"!dbg (!\d+)", line)
        return self.positions.get(number[1], (0, 0)) if number else (0, 0)

    def define(self, name: str, definition: str) -> None:
        """Give a declared global its definition."""
        for i, part in enumerate(self.parts):
            if isinstance(part, str) and part.startswith(f"@{name} = external"):
                self.parts[i] = f"@{name} = {definition}"
                return
        self.parts.append(f"@{name} = {definition}")

    def pad(self, symbol: str, size: int) -> None:
        """Align a global to ``size`` bytes and put as many unused ones behind it."""
        for i, part in enumerate(self.parts):
            if isinstance(part, str) and part.startswith(f"{symbol} = "):
                section = re.search(r', section "[^"]*"', part)
                self.parts[i] = re.sub(r", align \d+", f", align {size}", part) + (
                    f"\n@gpu_pad.{i} = internal global [{size} x i8] zeroinitializer"
                    f"{section[0] if section else ''}, align {size}"
                )
                return

    def render(self) -> str:
        """The module as text, without debug information, which only slows the compiler down."""
        out: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                if not part.startswith("!llvm.dbg.cu"):
                    out.append(part)
                continue
            out.append(part.head)
            for block in part.blocks:
                if block.head:
                    out.append(block.head)
                out += block.lines
            out.append("}")
        return re.sub(r",? !dbg !\d+", "", "\n".join(out))


def _read_blocks(function: Function, lines: Iterator[str]) -> None:
    for line in lines:
        if line == "}":
            return
        label = _LABEL.match(line)
        if label:
            function.blocks.append(Block(label[1], line))
        elif line.strip():
            if not function.blocks:
                function.blocks.append(Block("entry", ""))
            function.blocks[-1].lines.append(line)


def _first_type(text: str) -> str:
    """The type at the beginning of ``[4 x float] zeroinitializer, …``."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character in "<[{(") - (character in ">]})")
        if depth == 0 and character in " ,":
            return text[:i]
    return text


def size_of(kind: str) -> int | None:
    """Bytes of a type; None for structures."""
    if kind in SIZES:
        return SIZES[kind]
    if number := re.fullmatch(r"i(\d+)", kind):
        return (int(number[1]) + 7) // 8
    if several := re.fullmatch(r"[\[<](\d+) x (.+)[\]>]", kind):
        item = size_of(several[2])
        return None if item is None else int(several[1]) * item
    return None


def shape_of(kind: str) -> tuple[tuple[int, ...], int]:
    """Extents and item size of a (nested) array type: ``[16 x [17 x float]]`` → (16, 17), 4."""
    shape = []
    while several := re.fullmatch(r"\[(\d+) x (.+)\]", kind):
        shape.append(int(several[1]))
        kind = several[2]
    vector = re.fullmatch(r'%"?struct\.(?:\w+?)([1-4])"?', kind)
    if vector:
        base = re.sub(r'%"?struct\.|[1-4]"?$', "", kind)
        item = {"float": 4, "int": 4, "uint": 4, "double": 8}.get(base)
        if item:
            return tuple(shape), item * int(vector[1])
    return tuple(shape), size_of(kind) or 1


def bits_of(kind: str, value: str, name: Callable[[], str]) -> tuple[list[str], str]:
    """Instructions that make a value of at most eight bytes an i64, and the result's name."""
    size = size_of(kind) or 0
    width = 8 * size
    calls, current = [], value
    if number := re.fullmatch(r"i(\d+)", kind):
        width = int(number[1])
    elif kind == "ptr":
        wide = name()
        return [f"  {wide} = ptrtoint ptr {value} to i64"], wide
    else:
        current = name()
        calls.append(f"  {current} = bitcast {kind} {value} to i{width}")
    if width < 64:
        wide = name()
        calls.append(f"  {wide} = zext i{width} {current} to i64")
        current = wide
    return calls, current
