"""What was measured on real GPUs, by tests/benchmarks/bench_gpu_*.py, and is kept with the package.

`data/measured/NAME_DEVICE.json` holds the results of a benchmark on a device, with the day, the
versions of driver and libraries, and the device's own numbers.
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "measured"
H100 = "nvidia_h100_80gb_hbm3"


def measurements(name: str, device: str = H100) -> dict[str, Any]:
    """The results of a benchmark: "ladder", "lessons" or "counters".

    ``["device"]`` is the GPU's name; "sms", "clock_ghz" and "bandwidth" (GB/s) are what it says of
    itself: streaming multiprocessors, highest clock, and what its memory could deliver. Raises
    ValueError, with what there is, for a benchmark or device that is not kept.
    """
    path = FOLDER / f"{name}_{device}.json"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.json")))
        raise ValueError(f"expected one of the kept measurements ({known}), got {path.stem}")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
