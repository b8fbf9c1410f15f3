"""How long things take: kept by `make test`, written into the README by `llmbook times`."""

import json
import os
import platform
from pathlib import Path

from llmbook_utils.course import course_root

BEGIN = "<!-- measured: written by `llmbook times` after `make test` -->"
END = "<!-- end of measured -->"


def notebooks(root: Path) -> list[dict]:
    """The last run of every notebook: name, seconds, peak_mb; empty before the first run."""
    path = root / "_build" / "times.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def save(root: Path, stages: list[dict], seconds: float) -> None:
    """Keep the stages of a whole `make test` (of `checks.Row`) and the seconds of it all.

    The latter are fewer than the sum: some stages run beside others.
    """
    path = root / "_build" / "stages.json"
    path.parent.mkdir(exist_ok=True)
    run = {"seconds": seconds, "stages": stages}
    path.write_text(json.dumps(run, indent=1), encoding="utf-8")


def machine() -> str:
    """The machine in words: cores, system, Python."""
    cores, system = os.cpu_count(), f"{platform.system()} {platform.machine()}"
    return f"{cores} cores, {system}, Python {platform.python_version()}"


def as_markdown(stages: list[dict], seconds: float, runs: list[dict]) -> str:
    """Two tables: what `make test` spends its time on, and every notebook."""
    pairs = [f"`{each['name']}` beside `{each['beside']}`" for each in stages if each["beside"]]
    lines = [
        f"One run of `make test` on {machine()}: {seconds / 60:.1f} minutes"
        + (f", with {' and '.join(pairs)}" if pairs else "")
        + ". Notebooks run on one thread each, one for each core at a time; alone each is faster.",
        "",
        "| notebook | seconds, one thread | peak memory |",
        "| --- | ---: | ---: |",
        *(f"| `{r['name']}` | {r['seconds']:.0f} | {r['peak_mb']:.0f} MB |" for r in runs),
        "",
        "| stage of `make test` | seconds |",
        "| --- | ---: |",
        *(f"| {stage['name']} | {stage['seconds']:.0f} |" for stage in stages),
    ]
    return "\n".join(lines)


def replaced(readme: str, measured: str) -> str:
    """The README's text with `measured` between its two marks.

    Raises:
        ValueError: a mark is missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"expected the lines {BEGIN} and {END} in README.md, in this order")
    return f"{before}{BEGIN}\n{measured}\n{END}{after}"


def main() -> int:
    """`llmbook times`: write the last whole run of `make test` into the README."""
    root = course_root()
    path = root / "_build" / "stages.json"
    if not path.is_file():
        raise FileNotFoundError("expected _build/stages.json; run the whole of `make test` first")
    run = json.loads(path.read_text(encoding="utf-8"))
    stages = run["stages"]
    if any(stage["result"] != "passed" for stage in stages):
        raise ValueError("expected a run in which every stage passed; mend it, then run it again")
    readme = root / "README.md"
    measured = as_markdown(stages, run["seconds"], notebooks(root))
    text = replaced(readme.read_text(encoding="utf-8"), measured)
    readme.write_text(text, encoding="utf-8", newline="\n")
    return 0
