"""Interactive figures that live in JupyterLab and, without kernel or network, in the book.

``OptimiserPaths``, ``PolynomialFit``, ``GridExplorer`` and ``WarpExplorer`` are drawn by modules of
our own; ``chart`` gives an Altair chart the same two lives. ``Explorable`` is what a new figure
builds on.
"""

from llmbook_utils.interactive.explorable import Explorable
from llmbook_utils.interactive.grid_explorer import GridExplorer
from llmbook_utils.interactive.optimiser_paths import OptimiserPaths
from llmbook_utils.interactive.polynomial_fit import PolynomialFit
from llmbook_utils.interactive.vega import Chart, chart, write_vega_bundle
from llmbook_utils.interactive.warp_explorer import WarpExplorer

__all__ = [
    "Chart",
    "Explorable",
    "GridExplorer",
    "OptimiserPaths",
    "PolynomialFit",
    "WarpExplorer",
    "chart",
    "write_vega_bundle",
]
