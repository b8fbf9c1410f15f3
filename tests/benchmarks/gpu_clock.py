"""What the benchmarks on a GPU share: the device, its clock, and where results are kept.

They need Python 3.11 or newer, NumPy and cupy, and no installation: the package is found beside
them. Results go to llmbook_utils/data/measured/NAME_DEVICE.json, from where chapter 2 reads them.
"""

import json
import os
import re
import statistics
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
# cupy.matmul takes tensor cores with TF32 only when this is 1
os.environ["CUPY_TF32"] = "0"

from llmbook_utils.gpu.backend import gpu_problem  # noqa: E402
from llmbook_utils.gpu.measured import FOLDER  # noqa: E402


def cupy_or_leave() -> Any:
    """cupy, when a probe kernel runs on a GPU; else say why not, and end."""
    cupy, problem = gpu_problem()
    if cupy is None:
        print(f"left out, there is no GPU to measure: {problem}")
        print("on a machine with an NVIDIA GPU: pip install -r requirements-gpu.txt, and again")
        sys.exit()
    return cupy


def device(cupy: Any) -> dict[str, Any]:
    """Which device, driver and libraries, the day, and what the device says of itself."""
    here = cupy.cuda.Device()
    says = here.attributes
    version = cupy.cuda.runtime.runtimeGetVersion()
    return {
        "device": cupy.cuda.runtime.getDeviceProperties(here.id)["name"].decode(),
        "sms": says["MultiProcessorCount"],
        "clock_ghz": says["ClockRate"] / 1e6,
        # two bits a cycle on each line
        "bandwidth": 2 * says["MemoryClockRate"] * says["GlobalMemoryBusWidth"] / 8e6,
        "date": date.today().isoformat(),
        "cupy": cupy.__version__,
        "cuda": f"{version // 1000}.{version % 1000 // 10}",
        "driver": cupy.cuda.runtime.driverGetVersion(),
    }


def milliseconds(cupy: Any, run: Callable[[], Any], budget: float = 1000.0) -> float:
    """The median launch, by the device's clock: at least 5 launches, up to 50 within the budget."""
    run()
    run()
    times: list[float] = []
    while len(times) < 5 or (len(times) < 50 and sum(times) < budget):
        start, end = cupy.cuda.Event(), cupy.cuda.Event()
        start.record()
        run()
        end.record()
        end.synchronize()
        times.append(cupy.cuda.get_elapsed_time(start, end))
    return statistics.median(times)


def keep(name: str, found: dict[str, Any]) -> None:
    """Write the results beside those of other devices."""
    FOLDER.mkdir(exist_ok=True)
    short = re.sub(r"[^a-z0-9]+", "_", found["device"].lower()).strip("_")
    path = FOLDER / f"{name}_{short}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written to {path.relative_to(ROOT)}")


def chapter_cells(*ids: str, **names: Any) -> dict[str, Any]:
    """What cells of chapter 2 define, run in this order with ``names``."""
    notebook = json.loads((ROOT / "chapters" / "02_cuda.ipynb").read_text(encoding="utf-8"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    for cell in ids:
        exec(compile(sources[cell], cell, "exec"), names)
    return names
