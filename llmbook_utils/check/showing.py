"""A value on one line, as a message to a student shows it."""

from typing import Any

import numpy as np


def show(value: Any, limit: int = 160) -> str:
    """A value on one line, short enough to read."""
    if type(value).__module__ == "torch" and hasattr(value, "detach"):
        return f"a tensor: {show(np.asarray(value.tolist()), limit)}"
    if isinstance(value, np.ndarray):
        if value.size > 24:
            return f"an array of shape {value.shape}"
        text = np.array2string(
            value,
            separator=", ",
            max_line_width=1000,
            formatter={"float_kind": "{:.6g}".format},
        )
        text = " ".join(text.split())
    elif isinstance(value, (float, np.floating)):
        text = f"{float(value):.10g}"
    elif isinstance(value, np.integer):
        text = str(int(value))
    elif type(value) in (tuple, list) and len(value) <= 24:
        inside = ", ".join(show(item, limit) for item in value)
        text = f"[{inside}]" if type(value) is list else f"({inside})"
    else:
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
