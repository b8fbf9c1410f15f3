"""Build the static book from executed notebooks, and serve it on this machine."""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import time
import webbrowser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from llmbook_utils.authoring import execute, launch
from llmbook_utils.course import course_root

# what the program `jupyter-book` does; it cannot be started as a module
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"
STRICT = ["-W", "-n", "--keep-going"]  # every warning is an error, and all are shown


class BuildFailed(ValueError):
    """A notebook or page is at fault; what is wrong has been printed."""


def page_notebooks(root: Path) -> list[Path]:
    """The notebooks among the pages of book/_toc.yml, in reading order."""
    toc = yaml.safe_load((root / "book" / "_toc.yml").read_text(encoding="utf-8"))
    names = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [path for name in names if (path := root / f"{name}.ipynb").is_file()]


def build(strict: bool = True) -> Path:
    """Build `_build/html` and return it. Only notebooks that changed are executed.

    When nothing at all has changed since the last build, nothing is done.

    Args:
        strict: treat every warning as an error, and show all of them before failing.

    Raises:
        BuildFailed: a notebook's cell fails, or Jupyter Book reports an error or a warning.
    """
    root = course_root()
    execute.drop_stale_cache(root)
    if changed := execute.not_in_cache(page_notebooks(root), root):
        failed = [run.name for run in execute.execute(changed) if not run.ok]
        if failed:
            raise BuildFailed(
                f"expected every cell to run; these chapters fail: {', '.join(failed)}"
            )
    html = root / "_build" / "html"
    stamp, key = root / "_build" / "book.key", sources_key(root)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == key and html.is_dir():
        launch.write_copies(root, html, launch.address(root))  # the commit may be another
        print(f"{html} is up to date")
        return html
    forget_unjudged_pages(root, stamp)
    stamp.unlink(missing_ok=True)
    start = time.perf_counter()
    jupyter_book(root, STRICT if strict else [])
    if strict:
        stamp.write_text(key, encoding="utf-8")
    print(f"built {html} in {time.perf_counter() - start:.0f} s")
    return html


def epub() -> Path:
    """Build the book, write `_build/epub/llmbook.epub` from the same pages, and return it.

    Raises:
        BuildFailed: as for `build`, and when the EPUB has a warning of its own.
    """
    root = course_root()
    build()
    start = time.perf_counter()
    shutil.rmtree(root / "_build" / "epub", ignore_errors=True)
    jupyter_book(root, [*STRICT, "--builder", "custom", "--custom-builder", "epub"])
    os.utime(root / "_build" / "book.key")  # the pages are still those that passed
    book = root / "_build" / "epub" / "llmbook.epub"
    print(f"wrote {book} in {time.perf_counter() - start:.0f} s")
    return book


def jupyter_book(root: Path, options: list[str]) -> None:
    """Let Jupyter Book build the pages, with these options.

    Raises:
        BuildFailed: it reports an error, or a warning that counts as one.
    """
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", ".", "--toc", "book/_toc.yml", "-q"]
    command += options
    done = subprocess.run(
        command,
        cwd=root,
        env=build_environment(),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    print(complaints(done.stderr), end="", file=sys.stderr)
    if done.returncode:
        log = root / "_build" / "book-errors.log"
        log.write_text(done.stderr, encoding="utf-8")
        raise BuildFailed(
            f"`jupyter-book {' '.join(command[3:])}` ended with status {done.returncode}; "
            f"its messages stand above, and with every detail in {log}"
        )


def forget_unjudged_pages(root: Path, stamp: Path) -> None:
    """Let Sphinx read every page again, unless its last build was ours, strict and successful.

    It warns about a page only when it reads it, so a second try would pass in silence.
    """
    pages = root / "_build" / ".doctrees"
    read = pages / "environment.pickle"
    if read.is_file() and not (stamp.is_file() and read.stat().st_mtime <= stamp.stat().st_mtime):
        shutil.rmtree(pages)


def sources_key(root: Path) -> str:
    """A hash of all that the pages are made of: sources, executed notebooks, programs, address."""
    build = root / "_build"
    files = [root / "_config.yml", root / "constraints.txt", build / ".jupyter_cache.key"]
    files += sorted((root / "llmbook_utils").rglob("*.py"))  # the pages about the package show it
    files.append(root / "pyproject.toml")
    for folder in (root / "book", root / "chapters", root / "exercises", build / "executed"):
        files += (path for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts)
    digest = hashlib.sha256((launch.address(root) or "").encode())
    for path in files:
        if path.is_file():
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def complaints(stderr: str) -> str:
    """Jupyter Book's warnings and errors without the frames of its tracebacks."""
    lines = stderr.splitlines(keepends=True)
    return "".join(
        line
        for line in lines
        if not line.startswith((" ", "Traceback", "RuntimeError", "The above"))
    )


def build_environment() -> dict[str, str]:
    """The environment for Jupyter Book: programs beside this Python are found, text is UTF-8."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONUTF8": "1"}


class PageHandler(SimpleHTTPRequestHandler):
    """Serves files without a line in the terminal for each of them."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


# Windows may say that JavaScript is text/plain, and browsers then refuse modules
PageHandler.extensions_map = SimpleHTTPRequestHandler.extensions_map | {
    ".js": "text/javascript",
    ".woff2": "font/woff2",
}


def server(html: Path, port: int = 0) -> ThreadingHTTPServer:
    """A web server for the folder, for this machine only; port 0 takes any free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(PageHandler, directory=html))


def serve(port: int = 8000, open_browser: bool = True) -> None:
    """Serve the built book until Ctrl-C; a port that is taken is replaced by a free one."""
    html = course_root() / "_build" / "html"
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"expected the built book in {html}; run `llmbook book` first")
    try:
        pages = server(html, port)
    except OSError:
        pages = server(html)
    url = f"http://127.0.0.1:{pages.server_address[1]}/"
    print(f"the book is at {url} (Ctrl-C ends it)", flush=True)
    if open_browser:
        webbrowser.open(url)
    with pages:
        try:
            pages.serve_forever()
        except KeyboardInterrupt:
            print()
