"""From a failure report to an exception that says what, where, by whom, and what to look at."""

import re
import signal

from llmbook_utils.gpu import errors
from llmbook_utils.gpu.circumstances import Circumstances
from llmbook_utils.gpu.structures import Failure, Report

VERB = {"read": "reads", "write": "writes", "atomic": "updates (atomically)"}
GUARD = (
    "the guard and the index. Is there an `if` that keeps threads outside the data from this line, "
    "does it test the right extents, and is the index row * width + column?"
)


def explain(report: Report, where: Circumstances, seconds: float | None) -> errors.KernelError:
    """The exception for a report."""
    failure = Failure(report.failure)
    kind, told, look = _TELLERS[failure](report, where, seconds)
    lines = [f"{where.name}: {told[0]}", *told[1:]]
    if look:
        lines.append(f"  Look at: {look}")
    return kind("\n".join(lines))


Told = tuple[type[errors.KernelError], list[str], str]


def _who(report: Report) -> str:
    return f"thread {tuple(report.thread)} of block {tuple(report.block)}"


def _named(where: Circumstances, report: Report) -> tuple[str, str]:
    dynamic = where.dynamic_place(
        report.region, report.address, report.size, where.site(report.site).name
    )
    return dynamic or where.place(report.region, report.address)


def _out_of_bounds(report: Report, where: Circumstances, _: float | None) -> Told:
    site = where.site(report.site)
    verb, line = VERB[site.kind], where.line(site.line)
    look = GUARD
    if report.region < 0:
        spoken = f" through `{site.name}`" if site.name else ""
        near = _nearest(report.address, where)
        null = report.base < 4096
        told = f"{_who(report)} {verb} memory that it was not given{spoken}" + (
            " (a null pointer)" if null else f" ({near})" if near else ""
        )
        return errors.OutOfBounds, [told + ".", line], look
    name, what = _named(where, report)
    if where.regions[report.region][1] < 0:
        what += f"; the launch gave it shared_mem = {where.dynamic_shared} bytes"
        look = "the shared_mem argument of the launch, in bytes, and the index."
    spoken = f" (through `{site.name}`)" if site.name and site.name not in name else ""
    return (
        errors.OutOfBounds,
        [f"{_who(report)} {verb} {name}{spoken}, out of bounds: {what}.", line],
        look,
    )


def _nearest(address: int, where: Circumstances) -> str:
    best: tuple[int, str] | None = None
    for name, array in where.arrays:
        low, high = array.ctypes.data, array.ctypes.data + array.nbytes
        distance = low - address if address < low else address - high
        element = (address - low) // array.itemsize
        if best is None or distance < best[0]:
            best = (distance, f"where {name}[{element}] would be; {name} has {array.size} elements")
    return best[1] if best and best[0] < 2**30 else ""


def _uninitialised(report: Report, where: Circumstances, _: float | None) -> Told:
    name, what = _named(where, report)
    return (
        errors.UninitialisedRead,
        [f"{_who(report)} reads {name}, which no thread of the block has written yet: {what}.",
         where.line(where.site(report.site).line)],
        "a missing barrier: is there a __syncthreads() between the writes of other threads and "
        "this read? And does every element get written, at the borders of the data too? Shared "
        "memory holds garbage at the start of each block.",
    )  # fmt: skip


def _race(report: Report, where: Circumstances, _: float | None) -> Told:
    name, what = _named(where, report)
    site, other = where.site(report.site), where.site(report.other_site)
    blocks = tuple(report.block) != tuple(report.other_block)
    them = f"thread {tuple(report.other_thread)}" + (
        f" of block {tuple(report.other_block)}" if blocks else ""
    )
    past = {"read": "read", "write": "wrote", "atomic": "updated"}[other.kind]
    told = [
        f"a race on {name}: {_who(report)} {VERB[site.kind]} it, and {them} {past} it, with "
        f"nothing in between that orders the two ({what}).",
        where.line(site.line),
    ]
    if other.line != site.line:
        told.append(where.line(other.line))
    if blocks:
        look = "blocks run in any order: let each write elements of its own, or use an atomic."
    else:
        look = (
            "a barrier: __syncthreads() between writing and reading, and another one before the "
            "memory is used again (in the next round of the loop); or, where several threads add "
            "to one element, an atomic."
        )
    return errors.Race, told, look


def _divergent(report: Report, where: Circumstances, _: float | None) -> Told:
    told = [
        f"a barrier that not all threads of the block reach: {report.waiting} threads "
        f"(such as {tuple(report.thread)}) of block {tuple(report.block)} wait there",
        where.line(report.line),
    ]
    if report.exited:
        told[0] += f", {report.exited} threads have already ended"
        if not report.elsewhere:
            told[0] += f" (such as {tuple(report.other_thread)})"
    if report.elsewhere:
        told[0] += f", {report.elsewhere} do not come (such as {tuple(report.other_thread)}"
        told[0] += f", at line {report.other_line})" if report.other_line else ")"
    told[0] += "."
    if report.elsewhere and report.other_line and report.other_line != report.line:
        told.append(where.line(report.other_line))
    return (
        errors.DivergentBarrier, told,
        "a __syncthreads() inside an `if` or loop whose condition differs between threads, or "
        "an early "
        "`return` before it. Put the condition around the work, and the barrier outside.",
    )  # fmt: skip


def _divergent_warp(report: Report, where: Circumstances, _: float | None) -> Told:
    told = [
        f"a warp function that not all lanes of its mask reach: with mask "
        f"0x{report.detail & 0xFFFFFFFF:08x}, "
        f"{report.waiting} lanes wait (such as thread {tuple(report.thread)} of block "
        f"{tuple(report.block)}), "
        f"thread {tuple(report.other_thread)} does not come.",
        where.line(report.line),
    ]
    return (
        errors.DivergentBarrier,
        told,
        "the mask: it must name exactly the lanes that get to this line.",
    )


def _bad_mask(report: Report, where: Circumstances, _: float | None) -> Told:
    lane = linear_number(report, where) % 32
    told = [
        f"{_who(report)} is lane {lane} of its warp and calls a warp function with mask "
        f"0x{report.detail & 0xFFFFFFFF:08x}, which does not name that lane.",
        where.line(report.line),
    ]
    return errors.DivergentBarrier, told, "the mask: each calling lane must be in it."


def linear_number(report: Report, where: Circumstances) -> int:
    x, y, z = report.thread
    return x + where.block[0] * (y + where.block[1] * z)


def _runaway(report: Report, where: Circumstances, _: float | None) -> Told:
    site = where.site(report.site)
    told = [
        f"{_who(report)} has gone through loops more than 67 million times.",
        where.line(site.line),
    ]
    return (
        errors.RunawayLoop, told,
        "the loop's condition and step: does it get closer to its end in each round? A loop "
        "that waits "
        "for another thread never ends.",
    )  # fmt: skip


def _misaligned(report: Report, where: Circumstances, _: float | None) -> Told:
    name, _what = where.place(report.region, report.address)
    site = where.site(report.site)
    told = [
        f"{_who(report)} {VERB[site.kind]} {report.size} bytes at once at {name}, whose address "
        "is not a "
        f"multiple of {report.size}.",
        where.line(site.line),
    ]
    vector = {8: "float2", 16: "float4"}.get(report.size, "value")
    return (
        errors.MisalignedAccess, told,
        f"a {vector} must start at an index that is a multiple of {max(report.size // 4, 1)}; a "
        "row whose "
        "length is not such a multiple shifts all rows after it.",
    )  # fmt: skip


def _division(report: Report, where: Circumstances, _: float | None) -> Told:
    told = [f"{_who(report)} divides an integer by zero.", where.line(report.line)]
    return (
        errors.DivisionByZero,
        told,
        "a device does not stop there: it goes on with a meaningless number.",
    )


def _overflow(report: Report, where: Circumstances, _: float | None) -> Told:
    site = where.site(report.site)
    told = [
        f"{_who(report)} has called {site.name or 'functions'} too deeply: its stack is full.",
        where.line(site.line),
    ]
    return (
        errors.StackOverflow,
        told,
        "the recursion's end; a device's stack is small (1 KiB), a loop is better.",
    )


def _assertion(report: Report, where: Circumstances, _: float | None) -> Told:
    text = (report.text or b"").decode("utf-8", "replace")
    return (
        errors.AssertionFailed,
        [f"{_who(report)}: assertion failed: {text}", where.line(report.line)],
        "",
    )


def _constant(report: Report, where: Circumstances, _: float | None) -> Told:
    name, _what = where.place(report.region, report.address)
    told = [f"{_who(report)} writes {name}, which is __constant__: a kernel can only read it.",
            where.line(where.site(report.site).line)]  # fmt: skip
    return errors.OutOfBounds, told, "set it from Python (RawModule.get_global) before the launch."


def _array_index(report: Report, where: Circumstances, _: float | None) -> Told:
    source = where.library.build.source.split("\n")
    text = source[report.line - 1] if 0 < report.line <= len(source) else ""
    name = re.match(r"\w*", text[max(report.column - 1, 0) :])
    index = report.address if report.address < 2**63 else report.address - 2**64
    kind = (report.text or b"").decode("utf-8", "replace").strip("'")
    extent = re.search(r"\[(\d+)\]", kind)
    valid = f"valid: 0 to {int(extent[1]) - 1}" if extent else ""
    told = [
        f"{_who(report)} uses index {index} in `{name[0] if name else ''}`, of type {kind}: "
        f"{valid}.",
        where.line(report.line),
    ]
    return (
        errors.OutOfBounds,
        told,
        "the index: is it a thread's position in the block, or in the whole grid?",
    )


def _crash(report: Report, where: Circumstances, seconds: float | None) -> Told:
    if report.detail == getattr(signal, "SIGALRM", -1):
        # without a time limit of ours it is somebody else's alarm that rang
        when = "when an alarm rang" if seconds is None else f"after {seconds:g} seconds"
        told = [f"the launch was not done {when}, in {_who(report)}, and was stopped."]
        return errors.RunawayLoop, told, "a loop without an end; or raise the kernel's time_limit."
    if report.detail == signal.SIGFPE:
        return errors.DivisionByZero, [f"{_who(report)} divides an integer by zero."], _again()
    told = [
        f"the processor stopped {_who(report)} ({signal.Signals(report.detail).name}): it used "
        "memory it does not own."
    ]
    return errors.KernelCrash, told, _again()


def _again() -> str:
    return "a checked run names the line: with gpu.checked(True): …, on a smaller input."


_TELLERS = {
    Failure.OUT_OF_BOUNDS: _out_of_bounds,
    Failure.UNINITIALISED: _uninitialised,
    Failure.RACE: _race,
    Failure.DIVERGENT_BARRIER: _divergent,
    Failure.EARLY_EXIT: _divergent,
    Failure.DIVERGENT_WARP: _divergent_warp,
    Failure.BAD_MASK: _bad_mask,
    Failure.RUNAWAY_LOOP: _runaway,
    Failure.MISALIGNED: _misaligned,
    Failure.DIVISION_BY_ZERO: _division,
    Failure.STACK_OVERFLOW: _overflow,
    Failure.ASSERTION: _assertion,
    Failure.CONSTANT_WRITE: _constant,
    Failure.ARRAY_INDEX: _array_index,
    Failure.CRASH: _crash,
}
