"""What can go wrong with a kernel: one family of exceptions, each with a message for a learner."""


class KernelError(RuntimeError):
    """A kernel that does not compile, cannot be launched, or went wrong while it ran."""


class CompileError(KernelError):
    """The source is not valid CUDA C; the message quotes the kernel's own lines."""


class UnsupportedFeature(CompileError):
    """Valid CUDA that needs a real device, or more than this runner offers."""


class ArgumentError(KernelError, TypeError):
    """An argument does not fit the kernel's parameter, or there are too many or too few."""


class LaunchError(KernelError, ValueError):
    """Grid, block or shared memory beyond a device's limits."""


class OutOfBounds(KernelError, IndexError):
    """An access outside the array or variable that its pointer belongs to; it did not happen."""


class UninitialisedRead(KernelError):
    """Shared memory was read that no thread of the block had written."""


class Race(KernelError):
    """Two threads used the same memory, one of them to write, with nothing that orders them."""


class DivergentBarrier(KernelError):
    """Not all threads of the block (or lanes of the mask) came to the same barrier."""


class RunawayLoop(KernelError):
    """A loop that went on far too long, or a launch that was out of time."""


class MisalignedAccess(KernelError):
    """An address that is no multiple of the size of what is read or written there."""


class DivisionByZero(KernelError, ZeroDivisionError):
    """An integer was divided by zero."""


class StackOverflow(KernelError):
    """A function called itself too often."""


class AssertionFailed(KernelError, AssertionError):
    """The kernel's own assert."""


class KernelCrash(KernelError):
    """The processor stopped an unchecked kernel (a wild pointer, mostly)."""
