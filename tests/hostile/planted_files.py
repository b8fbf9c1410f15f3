"""Files beside the notebook that want to be loaded by whoever runs Python in that folder.

The answers are wrong. Each file leaves a trace on the host when it is run there.
"""

from pathlib import Path

from hostile.material import Family, Material

FAMILY = Family("planted files")


def leaves_a_trace(material: Material, name: str) -> str:
    """Python code that shows on the host when it is run there."""
    path = str(material.canary / name)
    return f"try:\n    open({path!r}, 'w').close()\nexcept OSError:\n    pass\n"


@FAMILY.attack()
def startup_files(material: Material, folder: Path) -> None:
    """Files that Python, IPython, Jupyter, pytest and nbgrader load when they start beside them."""
    names = ["sitecustomize", "usercustomize", "ipython_config", "ipython_kernel_config"]
    names += ["jupyter_config", "jupyter_nbconvert_config", "nbgrader_config", "conftest", "setup"]
    for name in names:
        (folder / f"{name}.py").write_text(leaves_a_trace(material, name))
    (folder / "hostile.pth").write_text(f"import os; os.system('touch {material.canary}/pth')\n")
    (folder / ".env").write_text(f"PYTHONPATH={folder}\nPYTHONSTARTUP={folder}/conftest.py\n")
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n")
    material.hand_in(folder, material.wrong())


@FAMILY.attack()
def local_numpy(material: Material, folder: Path) -> None:
    """A numpy.py beside the notebook loads the real one and makes its comparisons agree."""
    (folder / "numpy.py").write_text(
        leaves_a_trace(material, "numpy") + "import sys\n"
        "sys.path = [p for p in sys.path if p and not p.endswith('01_training_basics')]\n"
        "del sys.modules['numpy']\n"
        "import numpy\n"
        "numpy.allclose = lambda *a, **k: True\n"
    )
    material.hand_in(folder, material.wrong())


@FAMILY.attack()
def local_package(material: Material, folder: Path) -> None:
    """An llmbook_utils/ beside the notebook, whose checks do nothing."""
    (folder / "llmbook_utils" / "check").mkdir(parents=True)
    (folder / "llmbook_utils" / "__init__.py").write_text(leaves_a_trace(material, "package"))
    source = leaves_a_trace(material, "check") + (
        "def __getattr__(name):\n    return lambda *args, **options: None\n"
    )
    (folder / "llmbook_utils" / "check" / "__init__.py").write_text(source)
    material.hand_in(folder, material.wrong())


@FAMILY.attack()
def local_standard_library(material: Material, folder: Path) -> None:
    """Modules of the standard library beside the notebook, for a grader that starts there."""
    for name in ("json", "ast", "struct", "base64", "socket", "select", "random", "nbformat"):
        (folder / f"{name}.py").write_text(leaves_a_trace(material, name))
    material.hand_in(folder, material.wrong())
