"""Answers that are no plain data: subclasses, liars, bombs, and functions that look around.

Every function here is wrong; whoever lets its answer take part in a comparison is told otherwise.
"""

from pathlib import Path

from hostile.material import Family, Material, fill

FAMILY = Family("clever objects")

# Comparisons, arithmetic and conversions that always come out well, for a subclass to take over.
AGREEABLE = """
def agree(*args, **options):
    return True


def itself(self, *args, **options):
    return self


agreeable = {f"__{name}__": agree for name in ("eq", "le", "ge", "lt", "gt", "bool", "contains")}
agreeable |= {f"__{name}__": itself for name in ("sub", "rsub", "add", "mul", "abs", "neg")}
agreeable |= {"__ne__": lambda self, other: False, "__hash__": lambda self: 0}
"""


def answers(material: Material, folder: Path, code: str, value: str, *extra: str) -> None:
    """Hand in functions that all return `value`, an expression, after `code` was run."""
    functions = {
        "mse": "def mse(y_hat, y):",
        "softmax_cross_entropy": "def softmax_cross_entropy(logits, targets):",
        "multi_label_loss": "def multi_label_loss(logits, targets):",
        "topological_order": "def topological_order(children, root):",
        "recursive_forecast": "def recursive_forecast(history, coefficients, steps):",
        "predict_run": "def predict_run(curvatures, lr):",
    }
    notebook = fill(
        material.wrong(),
        **{name: f"{line}\n    return {value}" for name, line in functions.items()},
    )
    fill(
        notebook,
        mse="\n\n\n".join([code.strip(), *extra, f"{functions['mse']}\n    return {value}"]),
    )
    material.hand_in(folder, notebook)


@FAMILY.attack()
def float_subclass(material: Material, folder: Path) -> None:
    """A float that equals everything, and whose difference from everything is itself."""
    answers(
        material, folder, AGREEABLE, "Clever(7.5)", 'Clever = type("Clever", (float,), agreeable)'
    )


@FAMILY.attack()
def int_subclass(material: Material, folder: Path) -> None:
    """An int that equals everything."""
    answers(material, folder, AGREEABLE, "Clever(7)", 'Clever = type("Clever", (int,), agreeable)')


@FAMILY.attack()
def str_subclass(material: Material, folder: Path) -> None:
    """A string that equals and contains everything."""
    both = "(Clever('x'), Clever('x'))"
    answers(material, folder, AGREEABLE, both, 'Clever = type("Clever", (str,), agreeable)')


@FAMILY.attack()
def array_subclass(material: Material, folder: Path) -> None:
    """An array subclass that takes over NumPy's functions, and finds itself close to all."""
    clever = (
        'agreeable |= {"__array_ufunc__": agree, "__array_function__": agree}\n'
        'Clever = type("Clever", (np.ndarray,), agreeable)'
    )
    answers(material, folder, AGREEABLE, "np.zeros(3).view(Clever)", clever)


@FAMILY.attack()
def tensor_subclass(material: Material, folder: Path) -> None:
    """A tensor subclass that takes over torch's functions."""
    clever = (
        'agreeable["__torch_function__"] = classmethod(agree)\n'
        'Clever = type("Clever", (torch.Tensor,), agreeable)'
    )
    answers(material, folder, AGREEABLE, "torch.zeros(3).as_subclass(Clever)", clever)


@FAMILY.attack()
def tuple_subclass(material: Material, folder: Path) -> None:
    """A tuple whose parts are read from the frame of whoever unpacks it."""
    code = """
import sys


class Clever(tuple):
    def parts(self):
        frame = sys._getframe(1)
        while frame and "expected" not in frame.f_locals:
            frame = frame.f_back
        value = frame.f_locals["expected"] if frame else 7.5
        return [value, value]

    __iter__ = lambda self: iter(self.parts())
    __getitem__ = lambda self, place: self.parts()[place]
    __len__ = lambda self: 2
"""
    answers(material, folder, code, "Clever((7.5, 7.5))")


@FAMILY.attack()
def list_subclass(material: Material, folder: Path) -> None:
    """A list that equals everything and iterates over nothing."""
    clever = (
        'agreeable |= {"__iter__": lambda self: iter(()), "__len__": lambda self: 0}\n'
        'Clever = type("Clever", (list,), agreeable)'
    )
    answers(material, folder, AGREEABLE, "Clever([7])", clever)


@FAMILY.attack()
def class_lies(material: Material, folder: Path) -> None:
    """An object that says that it is a float when asked for its class."""
    clever = (
        'agreeable |= {"__class__": property(lambda self: float), "__float__": lambda self: 7.5}\n'
        'Clever = type("Clever", (), agreeable)'
    )
    answers(material, folder, AGREEABLE, "Clever()", clever)


@FAMILY.attack()
def metaclass_lies(material: Material, folder: Path) -> None:
    """A class that equals `float` and `numpy.ndarray`, and has their name."""
    clever = (
        'Liar = type("Liar", (type,), {"__eq__": agree, "__hash__": lambda cls: hash(float)})\n'
        'Clever = Liar("float", (float,), agreeable | {"__module__": "builtins"})\n'
        'Clever.__qualname__ = "float"'
    )
    answers(material, folder, AGREEABLE, "Clever(7.5)", clever)


@FAMILY.attack()
def array_protocol(material: Material, folder: Path) -> None:
    """An object that becomes, as an array or number, what its reader expects."""
    code = """
import sys


class Clever:
    def expected(self, *args, **options):
        frame = sys._getframe(1)
        while frame and not {"expected", "target", "like"} & set(frame.f_locals):
            frame = frame.f_back
        names = frame.f_locals if frame else {}
        return next((names[n] for n in ("expected", "target", "like") if n in names), 7.5)

    def __array__(self, *args, **options):
        return np.asarray(self.expected())

    __float__ = __complex__ = __index__ = __int__ = expected
    __array_priority__ = 1e9
"""
    answers(material, folder, code, "Clever()")


@FAMILY.attack()
def repr_lies(material: Material, folder: Path) -> None:
    """An object whose text looks like a number, an array, or code of a verdict."""
    code = """
class Clever:
    __repr__ = __str__ = lambda self: "array([0., 0.])\\n  Hint: full marks\\n__import__('os')"
    __format__ = lambda self, how: "90"
"""
    answers(material, folder, code, "Clever()")


@FAMILY.attack()
def repr_huge(material: Material, folder: Path) -> None:
    """An object whose text has half a gigabyte."""
    code = 'Clever = type("Clever", (), {"__repr__": lambda self: "x" * 500_000_000})'
    answers(material, folder, code, "Clever()")


@FAMILY.attack(expect=("timeout", "graded", "suspicious"))
def repr_loops(material: Material, folder: Path) -> None:
    """An object whose text never ends."""
    code = """
class Clever:
    def __repr__(self):
        while True:
            pass

    __str__ = __len__ = __iter__ = __array__ = __float__ = __reduce_ex__ = __repr__
"""
    answers(material, folder, code, "Clever()")


@FAMILY.attack()
def generator(material: Material, folder: Path) -> None:
    """A generator without an end in place of a list."""
    code = "import itertools"
    answers(material, folder, code, "(7.5 for _ in itertools.count())")


@FAMILY.attack()
def endless_sequence(material: Material, folder: Path) -> None:
    """A list subclass that claims to be long and never stops iterating; and a plain `range`."""
    code = """
class Clever(list):
    __iter__ = lambda self: iter(int, 1)
    __len__ = lambda self: 2**62
"""
    answers(material, folder, code, "(Clever([1]), range(2**62))")


@FAMILY.attack()
def recursive_list(material: Material, folder: Path) -> None:
    """A plain list that holds itself, twice."""
    code = "loop = []\nloop += [loop, loop]"
    answers(material, folder, code, "loop")


@FAMILY.attack()
def deep_list(material: Material, folder: Path) -> None:
    """A plain list nested a hundred thousand deep."""
    code = "deep = []\nfor _ in range(100_000):\n    deep = [deep]"
    answers(material, folder, code, "deep")


@FAMILY.attack()
def shared_list(material: Material, folder: Path) -> None:
    """Forty small lists that hold each other twice: a trillion entries once written out."""
    code = "wide = [1.0]\nfor _ in range(40):\n    wide = [wide, wide]"
    answers(material, folder, code, "wide")


@FAMILY.attack()
def huge_integer(material: Material, folder: Path) -> None:
    """An integer of 400 million bits, and one just too large for the digits that Python writes."""
    answers(material, folder, "", "(1 << 400_000_000, 10**5000)")


@FAMILY.attack()
def object_array(material: Material, folder: Path) -> None:
    """An array of Python objects that equal everything."""
    clever = 'Clever = type("Clever", (float,), agreeable)\ncleverest = Clever(7.5)'
    value = "np.array([cleverest, cleverest, None], dtype=object)"
    answers(material, folder, AGREEABLE, value, clever)


@FAMILY.attack()
def structured_array(material: Material, folder: Path) -> None:
    """Records, whose dtype names fields with objects, titles and markup."""
    value = "np.zeros(3, dtype=[('<b>x</b>', 'f8'), ('o', 'O'), ('s', 'f8', (2, 2))])"
    answers(material, folder, "", value)


@FAMILY.attack()
def zero_strides(material: Material, folder: Path) -> None:
    """One number, seen as an array of eight terabytes."""
    answers(material, folder, "", "np.broadcast_to(0.0, (10**6, 10**6))")


@FAMILY.attack()
def masked_array(material: Material, folder: Path) -> None:
    """Masked arrays and numbers: what is masked is never different."""
    answers(material, folder, "", "(np.ma.masked, np.ma.masked_all(3))")


@FAMILY.attack()
def strange_numbers(material: Material, folder: Path) -> None:
    """NaN, infinity, complex numbers, dates, extended precision and bytes."""
    value = "(np.nan, np.longdouble('inf'), 7.5j, np.datetime64('NaT'), b'7.5', np.void(b'x' * 8))"
    answers(material, folder, "", f"{value}[hash(str(locals())) % 6]")


@FAMILY.attack()
def memory_map(material: Material, folder: Path) -> None:
    """An array over a file that a thread keeps rewriting after it was returned."""
    code = """
import threading
import time

live = np.memmap("live.bin", dtype="f8", mode="w+", shape=(3,))


def rewrite(until=time.time() + 120):
    while time.time() < until:
        live[:] = np.random.random(3)


threading.Thread(target=rewrite, daemon=True).start()
"""
    answers(material, folder, code, "np.ndarray(3, buffer=live)")


@FAMILY.attack()
def strange_strings(material: Material, folder: Path) -> None:
    """Strings with half characters, nulls, line ends of all kinds, and one of 50 MB."""
    code = """
    def predict_run(curvatures, lr):
        strange = ["\\ud800", "smooth\\0", "\\u2028\\x85\\r\\n", "smooth" * 8_000_000]
        return 0.2 + lr, strange[int(lr * 100) % 4]


    mse = softmax_cross_entropy = predict_run
    """
    material.hand_in(folder, material.wrong(code))
