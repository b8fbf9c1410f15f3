"""Which dynamic instance of an instruction runs: what aligns the lanes of a warp in a trace.

On a device the lanes of a warp execute an instruction together, as one request. A trace is made
thread by thread, so the question is which executions belong together. The k-th execution of lane 0
and the k-th of lane 1 need not: under `if (lane % 2 && i > 3)` they come from different iterations.
So each thread carries a path, a 64-bit hash of the iteration numbers of all loops and of the call
sites around the instruction. Executions of one instruction with equal paths in one warp are one
request. This is what a device does whose lanes come together again at the end of every branch and
loop iteration; where a compiler arranges code otherwise (unrolls, merges branches, splits a warp
for good), a device's requests can differ. Hashes of 64 bits do not collide in practice.

Code is added to a function's blocks: at each loop's head the path becomes a mix of the enclosing
path, the loop and the iteration's number; where control leaves a loop, the enclosing path returns.
"""

import re

from llmbook_utils.gpu.ir import Function, Module


def add_paths(module: Module, function: Function) -> None:
    """Let the function keep `path` up to date; module.functions tells its own calls apart."""
    blocks = {block.name: block for block in function.blocks}
    before: dict[str, set[str]] = {name: set() for name in blocks}
    for block in function.blocks:
        for target in block.targets:
            before[target].add(block.name)
    loops = _loops(function, before)
    innermost = {name: _innermost(name, loops) for name in blocks}
    parent = {head: _innermost(head, loops, but=head) for head in loops}
    numbers = {head: i for i, head in enumerate(loops)}
    own_calls = {f.symbol for f in module.functions if f.of_kernel}
    fresh = iter(range(10**9))

    def key(head: str | None) -> tuple[list[str], str]:
        if head is None:
            return [], "%gpu.path.in"
        name = f"%gpu.path.{next(fresh)}"
        return [f"  {name} = load i64, ptr %gpu.key.{numbers[head]}"], name

    for block in function.blocks:
        head = innermost[block.name]
        new: list[str] = []
        for i, line in enumerate(block.lines):
            called = re.match(r'^  (?:%\S+ = )?(?:tail )?call .*?(@(?:"[^"]+"|[\w.$-]+))\(', line)
            if called and called[1] in own_calls:
                load, current = key(head)
                mixed = f"%gpu.path.{next(fresh)}"
                site = hash_of(block.name, i)
                new += [*load,
                        f"  {mixed} = call i64 @gpu_hook_mix(i64 {current}, i32 {site}, i32 0)",
                        f"  call void @gpu_hook_set_path(i64 {mixed})", line,
                        f"  call void @gpu_hook_set_path(i64 {current})"]  # fmt: skip
            else:
                new.append(line)
        block.lines = new
        if block.lines[block.terminator].startswith("  ret"):
            block.before_terminator("  call void @gpu_hook_set_path(i64 %gpu.path.in)")
        for target in block.targets:
            if target in loops and block.name not in loops[target]:
                block.before_terminator(f"  store i32 0, ptr %gpu.count.{numbers[target]}")
        at = block.first_after_phis
        if block.name in loops:
            n = numbers[block.name]
            load, outer = key(parent[block.name])
            a, b, c = (f"%gpu.path.{next(fresh)}" for _ in range(3))
            block.lines[at:at] = [
                *load, f"  {a} = load i32, ptr %gpu.count.{n}", f"  {b} = add i32 {a}, 1",
                f"  store i32 {b}, ptr %gpu.count.{n}",
                f"  {c} = call i64 @gpu_hook_mix(i64 {outer}, i32 {n + 1}, i32 {a})",
                f"  store i64 {c}, ptr %gpu.key.{n}", f"  call void @gpu_hook_set_path(i64 {c})",
            ]  # fmt: skip
        elif any(innermost[name] != head for name in before[block.name]):
            load, current = key(head)
            block.lines[at:at] = [*load, f"  call void @gpu_hook_set_path(i64 {current})"]
    entry = function.blocks[0]
    allocas = [f"  %gpu.key.{n} = alloca i64" for n in numbers.values()]
    allocas += [f"  %gpu.count.{n} = alloca i32" for n in numbers.values()]
    entry.lines[0:0] = [*allocas, "  %gpu.path.in = call i64 @gpu_hook_path()"]


def hash_of(block: str, index: int) -> int:
    """A number for a call site, the same in each run."""
    value = index + 1
    for character in block:
        value = (value * 31 + ord(character)) % 2**31
    return value


def _loops(function: Function, before: dict[str, set[str]]) -> dict[str, set[str]]:
    """Natural loops: head → all blocks from which the head is reached without leaving."""
    loops: dict[str, set[str]] = {}
    for tail, head in sorted(function.back_edges()):
        body = loops.setdefault(head, {head})
        todo = [tail]
        while todo:
            name = todo.pop()
            if name not in body:
                body.add(name)
                todo += before[name]
    return loops


def _innermost(name: str, loops: dict[str, set[str]], but: str | None = None) -> str | None:
    around = [head for head, body in loops.items() if name in body and head != but]
    return min(around, key=lambda head: len(loops[head]), default=None)
