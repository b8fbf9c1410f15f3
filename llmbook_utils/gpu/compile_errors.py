"""What the compiler complained about, told with the kernel's own lines."""

import re

from llmbook_utils.gpu.ir import KERNEL_FILE
from llmbook_utils.gpu.source import without_comments

# names of C's headers that learners use, and what CUDA C has without any header
MISSING = {
    "INFINITY": "__int_as_float(0x7f800000), or a number such as 1e30f",
    "FLT_MAX": "3.402823466e38f",
    "INT_MAX": "2147483647",
    "M_PI": "3.14159265358979f",
    "NAN": "__int_as_float(0x7fffffff)",
    "uint32_t": "unsigned int",
    "uint8_t": "unsigned char",
    "int64_t": "long long",
    "uint64_t": "unsigned long long",
    "uint": "unsigned int",
}


def explain(output: str, source: str, most: int = 3) -> str:
    """clang's errors, with the kernel's own lines quoted."""
    lines = source.split("\n")
    told = []
    if brace := unmatched_brace(source):
        # clang would complain about what comes after the kernel, which is ours
        row, problem = brace
        return (
            f"the kernel does not compile.\n  line {row}: {problem}\n    {lines[row - 1].rstrip()}"
        )
    file = re.escape(KERNEL_FILE)
    errors = [
        (int(found[1]), int(found[2]), found[3])
        for found in re.finditer(rf"{file}:(\d+):(\d+): (?:fatal )?error: (.*)", output)
    ]
    # an error in our headers, on behalf of a line of the kernel
    indirect = (
        rf"static assertion failed.*?: (CUDA has .*)(?:\n(?!{file}).*)*\n{file}:(\d+):(\d+): note"
    )
    errors += [(int(found[2]), int(found[3]), found[1]) for found in re.finditer(indirect, output)]
    for row, column, problem in errors:
        text = lines[row - 1] if row <= len(lines) else ""
        told.append(f"line {row}: {problem}\n    {text.rstrip()}\n    {' ' * (column - 1)}^")
    if not told and (missing := re.search(r"undefined symbol: (\S+)", output)):
        return (
            f"the kernel does not compile: it uses `{missing[1]}`, which is only declared. "
            "A kernel can call what its own source defines and what CUDA has built in."
        )
    if not told:
        rest = [x for x in output.split("\n") if "error" in x] or output.strip().split("\n")[-5:]
        return "the kernel does not compile:\n  " + "\n  ".join(rest)
    for name, instead in MISSING.items():
        if f"'{name}'" in output:
            told[min(len(told), most) - 1] += (
                f"\n    A GPU's compiler does not know {name} either: write {instead}."
            )
    more = f"\n  … and {len(told) - most} more" if len(told) > most else ""
    return "the kernel does not compile.\n  " + "\n  ".join(told[:most]) + more


def unmatched_brace(source: str) -> tuple[int, str] | None:
    """Line of the first brace without a partner, and what is wrong with it."""
    opened: list[int] = []
    for row, text in enumerate(without_comments(source).split("\n"), 1):
        for character in text:
            if character == "{":
                opened.append(row)
            elif character == "}":
                if not opened:
                    return row, "this closing brace has no opening one"
                opened.pop()
    return (opened[0], "the brace that opens here is never closed") if opened else None
