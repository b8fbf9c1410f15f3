"""A class of hostile submissions for the assignment 01_training_basics, and one of odd honest ones.

`ALL` tries to get points that the work does not deserve, to read, write or reach what lies outside,
to stop the grader, or to run script in its reports. `BENIGN` only looks unusual. To use them:

    with Traps(course, folder) as traps:
        each.write(traps.material, submission)  # for all of them, each into an empty folder
        traps.watch()
        ...  # grade

Afterwards, for every `Hostile`: the points that count are at most `honest` (or the state does not
let them count), and the state is in `expect` where that is given; `traps.sprung()` is empty; and
`traps.leaks` finds nothing in the outputs, messages and feedback of any. For those of the two
families of scripts, `markup.active(feedback, scripts.MARKER)` is empty too. For every `Benign` the
points are exactly `honest`. A classmate, `traps.material.secret`, has everything right throughout.

What is handed in is code that attacks the machine that runs it. Run it in a sandbox only.
"""

from hostile import (
    benign,
    benign_answers,
    clever_functions,
    clever_objects,
    endless,
    floods,
    notebook_bombs,
    outside,
    patched_checks,
    patched_kernel,
    paths,
    planted_files,
    script_outputs,
    scripts,
    spies,
    tests_tampered,
)
from hostile.material import Benign, HandIn, Hostile, Material
from hostile.traps import Traps

__all__ = ["ALL", "BENIGN", "Benign", "HandIn", "Hostile", "Material", "Traps"]

_FAMILIES = (
    tests_tampered,
    notebook_bombs,
    patched_checks,
    patched_kernel,
    planted_files,
    clever_objects,
    clever_functions,
    spies,
    outside,
    floods,
    endless,
    paths,
    scripts,
    script_outputs,
)
ALL: list[HandIn] = [each for module in _FAMILIES for each in module.FAMILY.members]
BENIGN: list[HandIn] = [*benign.FAMILY.members, *benign_answers.FAMILY.members]
