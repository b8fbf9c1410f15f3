"""What the numbers of a failure report refer to: names of arrays and variables, lines of source."""

from dataclasses import dataclass

import numpy as np

from llmbook_utils.gpu.compiler import Library
from llmbook_utils.gpu.instrument import Site
from llmbook_utils.gpu.source import quote


@dataclass
class Circumstances:
    """What a report's numbers refer to."""

    library: Library
    kernel: int
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    dynamic_shared: int
    arrays: list[tuple[str, np.ndarray]]
    regions: list[tuple[str, int, int]]  # (name, index of array or variable, address)

    @property
    def name(self) -> str:
        return self.library.build.expressions[self.kernel]

    def line(self, number: int) -> str:
        return quote(self.library.build.source, number)

    def site(self, number: int) -> Site:
        return self.library.sites[number]

    def place(self, region: int, address: int) -> tuple[str, str]:
        """(``tile[3][17]``, what it is) for an address that belongs to a region."""
        name, index, low = self.regions[region]
        if region < len(self.arrays):
            array = self.arrays[index][1]
            element = (address - low) // array.itemsize
            shape = f" (shape {array.shape})" if array.ndim > 1 else ""
            valid = f"valid: 0 to {array.size - 1}" if array.size else "it is empty"
            return (
                f"{name}[{element}]",
                f"the array {name} has {array.size} elements{shape}, {valid}",
            )
        if index < 0:
            return f"{name}[byte {address - low}]", f"{name} is dynamic shared memory"
        variable = self.library.variables[index]
        element = (address - low) // variable.itemsize
        subscripts = []
        for extent in reversed(variable.shape[1:]):
            subscripts.append(element % extent)
            element //= extent
        if variable.shape:
            subscripts.append(element)
        text = name + "".join(f"[{i}]" for i in reversed(subscripts))
        shape = "".join(f"[{i}]" for i in variable.shape)
        kind = {"shared": "shared memory", "constant": "constant memory"}.get(
            variable.space, "device memory"
        )
        return text, f"{name}{shape} is in {kind}"

    def dynamic_place(
        self, region: int, address: int, size: int, spoken: str
    ) -> tuple[str, str] | None:
        """Dynamic shared memory, counted in elements of the size of the access."""
        name, index, low = self.regions[region]
        if region < len(self.arrays) or index >= 0:
            return None
        name = spoken or name  # each kernel may have a name of its own for it
        return f"{name}[{(address - low) // size}]", f"{name} is dynamic shared memory"
