"""Checks, comparison functions and builtins that are replaced by the student's own.

Each gets the points wherever a test is run in the process in which the student's code ran.
"""

from pathlib import Path

from hostile.material import Family, Material, insert, marks, test_cells

FAMILY = Family("patched checks")


@FAMILY.attack()
def checks(material: Material, folder: Path) -> None:
    """All checks of the package do nothing."""
    code = "check.case = check.hidden = check.raises = check.same = lambda *a, **k: None"
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def check_code(material: Material, folder: Path) -> None:
    """The checks are the same objects as before, with another code inside."""
    code = """
    def nothing(*args, **options):
        return None


    for each in (check.case, check.hidden, check.raises, check.same):
        each.__code__, each.__kwdefaults__ = nothing.__code__, None
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def check_globals(material: Material, folder: Path) -> None:
    """The checks are untouched; what they call finds nothing to complain about."""
    code = """
    inside = check.case.__globals__
    for name in ("_verdict", "complaint", "_swapped"):
        inside[name] = lambda *a, **k: None
    inside["raises"].__globals__["isinstance"] = lambda *a: True
    inside["_parts"] = lambda *a: []
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def check_failed(material: Material, folder: Path) -> None:
    """The error that a failed check raises leaves the cell without a trace."""
    code = """
    class CheckFailed(Exception):
        def _render_traceback_(self):
            return []


    for module in (check, check.calling, check.comparing):
        module.CheckFailed = CheckFailed
    get_ipython().set_custom_exc((CheckFailed,), lambda *a, **k: [])
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def check_call(material: Material, folder: Path) -> None:
    """Whatever is called, the outcome is what the caller expects: it stands in its frame."""
    code = """
    import sys


    def call(function, args, *, may_raise=False):
        around = sys._getframe(1).f_locals
        error = around["error"]("".join(around.get("says", ()))) if may_raise else None
        value = around.get("expected")
        if around.get("part"):
            value = [value for _ in around["returns"]]
        return check.calling.Outcome(value, 0.0, "", error)


    check.call = check.calling.call = call
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def numpy_comparisons(material: Material, folder: Path) -> None:
    """numpy.allclose, isclose, array_equal and isfinite say yes; the testing module is silent."""
    code = """
    for name in ("allclose", "isclose", "array_equal", "isfinite", "array_equiv"):
        setattr(np, name, lambda *a, **k: np.True_)
    for name in dir(np.testing):
        if name.startswith("assert"):
            setattr(np.testing, name, lambda *a, **k: None)
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def torch_comparisons(material: Material, folder: Path) -> None:
    """torch.allclose, equal and isclose say yes; assert_close is silent."""
    code = """
    torch.allclose = torch.equal = torch.Tensor.allclose = torch.Tensor.equal = lambda *a, **k: True
    torch.isclose = lambda a, *b, **k: torch.ones_like(a, dtype=torch.bool)
    torch.testing.assert_close = lambda *a, **k: None
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def numpy_asarray(material: Material, folder: Path) -> None:
    """Two values turned into arrays one after the other are the same array."""
    code = """
    real, last = np.asarray, {}


    def asarray(value, *args, **options):
        array = real(value, *args, **options)
        return last.setdefault(array.shape, array) if array.dtype.kind == "f" else array


    np.asarray = asarray
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def builtin_types(material: Material, folder: Path) -> None:
    """builtins.isinstance says yes to everything that is asked about an exception."""
    code = """
    import builtins

    real = builtins.isinstance
    builtins.isinstance = lambda value, kind: real(value, kind) or real(value, BaseException)
    builtins.issubclass = lambda *a: True
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def builtin_numbers(material: Material, folder: Path) -> None:
    """builtins.abs, all, any, bool and float give what a comparison wants to hear."""
    code = """
    import builtins

    builtins.abs = lambda value: 0.0
    builtins.all = lambda values: True
    builtins.any = lambda values: False
    builtins.bool = lambda value=True: True
    builtins.float = lambda value=0.0: 90.0
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def builtin_assertion_error(material: Material, folder: Path) -> None:
    """builtins.AssertionError and Exception are warnings that nobody minds."""
    code = """
    import builtins

    builtins.AssertionError = builtins.Exception = UserWarning
    builtins.ValueError = BaseException
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def builtins_of_the_notebook(material: Material, folder: Path) -> None:
    """The notebook's namespace gets builtins of its own, which import checks that do nothing."""
    code = """
    import builtins
    import types

    silent = lambda *a, **k: None
    fake = types.SimpleNamespace(case=silent, hidden=silent, raises=silent, same=silent)
    fake.check, fake.accuracy, fake.children_first = fake, silent, silent
    check, mine = fake, dict(vars(builtins))
    mine["__import__"] = lambda name, *a, **k: (
        fake if name.startswith("llmbook_utils") else builtins.__import__(name, *a, **k)
    )
    globals()["__builtins__"] = mine
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def shadowed_names(material: Material, folder: Path) -> None:
    """Cells of the student's own, before each test, give its names another meaning."""
    code = """
    class Anything:
        def __getattr__(self, name):
            return self

        def __call__(self, *args, **options):
            return self

        def __iter__(self):
            return iter(())


    check = np = torch = Anything()
    """
    notebook = material.wrong()
    for cell in test_cells(notebook):
        insert(notebook, marks(cell)["grade_id"], "\n".join(line[4:] for line in code.split("\n")))
    material.hand_in(folder, notebook)


@FAMILY.attack()
def module_replaced(material: Material, folder: Path) -> None:
    """sys.modules holds a package whose checks do nothing; a new import finds that one."""
    code = """
    import sys
    import types

    for name in ("llmbook_utils", "llmbook_utils.check"):
        fake = types.ModuleType(name)
        fake.__getattr__ = lambda name: lambda *a, **k: None
        fake.__path__ = []
        sys.modules[name] = fake
    check = sys.modules["llmbook_utils"].check = fake
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def import_hook(material: Material, folder: Path) -> None:
    """A finder at the head of sys.meta_path serves a package whose checks do nothing."""
    code = """
    import importlib.machinery
    import sys
    import types


    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name.startswith("llmbook_utils"):
                return importlib.machinery.ModuleSpec(name, self, is_package=True)

        def create_module(self, spec):
            return types.ModuleType(spec.name)

        def exec_module(self, module):
            module.__getattr__ = lambda name: lambda *a, **k: None


    for name in [name for name in sys.modules if name.startswith("llmbook_utils")]:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder())
    from llmbook_utils import check
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def patched_import(material: Material, folder: Path) -> None:
    """builtins.__import__ hands out checks that do nothing."""
    code = """
    import builtins
    import types

    real = builtins.__import__
    silent = lambda *a, **k: None
    fake = types.SimpleNamespace(case=silent, hidden=silent, raises=silent, same=silent)
    fake.check = check = fake
    fake.accuracy = fake.children_first = silent
    builtins.__import__ = lambda name, *a, **k: (
        fake if name.startswith("llmbook_utils") else real(name, *a, **k)
    )
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def background_patches(material: Material, folder: Path) -> None:
    """A thread replaces the checks again and again, whoever restores them between two cells."""
    code = """
    import threading
    import time


    def patch(until=time.time() + 120):
        while time.time() < until:
            check.case = check.hidden = check.raises = check.same = lambda *a, **k: None
            np.allclose = lambda *a, **k: True
            time.sleep(0.001)


    threading.Thread(target=patch, daemon=True).start()
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def trace_jumps(material: Material, folder: Path) -> None:
    """A trace function jumps over the lines of a check that could find something."""
    code = """
    import linecache
    import sys


    def jump(frame, event, arg):
        if event == "line":
            lines = [line for *_, line in frame.f_code.co_lines() if line]
            text = [linecache.getline(frame.f_code.co_filename, line).strip() for line in lines]
            frame.f_lineno = [n for n, t in zip(lines, text) if t in ("return", "return None")][-1]
            return None
        return jump


    def trace(frame, event, arg):
        return jump if frame.f_code.co_name in ("_verdict", "raises", "same") else None


    sys.settrace(trace)
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def profiler(material: Material, folder: Path) -> None:
    """A profile function swaps the answer of every call for what the check expects."""
    code = """
    import sys


    def profile(frame, event, arg):
        around = frame.f_back and frame.f_back.f_back
        if event == "return" and around and "expected" in around.f_locals:
            expected = around.f_locals["expected"]
            for part in arg if isinstance(arg, tuple) else [arg]:
                if isinstance(part, np.ndarray) and isinstance(expected, np.ndarray):
                    if part.shape == expected.shape:
                        np.copyto(part, expected, casting="unsafe")


    sys.setprofile(profile)
    """
    material.hand_in(folder, material.wrong(code))
