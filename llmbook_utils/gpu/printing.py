"""What kernels print, formatted as C does (runtime/print.h describes the records)."""

import re
import struct
import sys
from collections.abc import Iterator

CONVERSION = re.compile(
    r"%([-+ #0]*)(\d+|\*)?(?:\.(\d+|\*))?(hh|h|ll|l|z|j|t|L)?([diouxXeEfFgGaAcsp%])"
)

BITS = {"ll": 64, "l": 64, "z": 64, "j": 64, "t": 64, "h": 16, "hh": 8}


def decode(records: bytes) -> str:
    """The text of a launch's records."""
    text, at = [], 0
    while at < len(records):
        count, length = struct.unpack_from("<QQ", records, at)
        template = records[at + 16 : at + 16 + length].decode("utf-8", "replace")
        at += 16 + length
        values: list[int | float | str] = []
        for _ in range(count):
            letter = chr(records[at])
            form = {"f": "<d", "i": "<q"}.get(letter, "<Q")
            value = struct.unpack_from(form, records, at + 8)[0]
            at += 16
            if letter == "s":
                at += value
                value = records[at - value : at].decode("utf-8", "replace")
            values.append(value)
        text.append(format_c(template, values))
    return "".join(text)


def format_c(template: str, values: list[int | float | str]) -> str:
    """C's printf for the given values; a missing value shows as ?, as nothing better is known."""
    rest, parts, at = iter(values), [], 0
    for found in CONVERSION.finditer(template):
        parts += [template[at : found.start()], _converted(found, rest)]
        at = found.end()
    return "".join([*parts, template[at:]])


def _converted(found: re.Match[str], rest: Iterator[int | float | str]) -> str:
    flags, width, precision, length, kind = found.groups()
    if kind == "%":
        return "%"
    width = str(next(rest, 0)) if width == "*" else width or ""
    precision = str(next(rest, 0)) if precision == "*" else precision
    value = next(rest, None)
    if value is None:
        return "?"
    spec = f"%{flags}{width}" + (f".{precision}" if precision is not None else "")
    if kind == "c":
        return f"%{flags.replace('0', '')}{width}s" % chr(int(value) & 0xFF)
    if kind == "p":
        return (spec + "s") % hex(int(value))
    if kind in "aA":
        return float(value).hex()
    if kind in "diuxXo":
        bits = BITS.get(length or "", 32)
        number = int(value) % 2**bits
        if kind in "di" and number >= 2 ** (bits - 1):
            number -= 2**bits
        return (spec + (kind if kind in "xXo" else "d")) % number
    return (spec + kind) % value


def show(records: bytes, dropped: int) -> None:
    """Write a launch's output to Python's stdout."""
    if records:
        sys.stdout.write(decode(records))
    if dropped:
        sys.stdout.write(f"[{dropped} more printf calls: the buffer of 1 MiB was full]\n")
    if records or dropped:
        sys.stdout.flush()
