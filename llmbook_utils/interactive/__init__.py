"""Interactive figures that live in JupyterLab and, without kernel or network, in the book.

``OptimiserPaths`` and ``PolynomialFit`` are drawn by modules of our own; ``chart`` gives an Altair
chart the same two lives. ``Explorable`` is what a new figure builds on.
"""

from llmbook_utils.interactive.explorable import Explorable
from llmbook_utils.interactive.optimiser_paths import OptimiserPaths
from llmbook_utils.interactive.polynomial_fit import PolynomialFit
from llmbook_utils.interactive.vega import Chart, chart, write_vega_bundle

__all__ = [
    "Chart",
    "Explorable",
    "OptimiserPaths",
    "PolynomialFit",
    "chart",
    "write_vega_bundle",
]
