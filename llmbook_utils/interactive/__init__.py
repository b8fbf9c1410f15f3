"""Interactive figures that live in JupyterLab and, without kernel or network, in the book.

``OptimiserPaths``, ``PolynomialFit``, ``GridExplorer``, ``WarpExplorer``, ``NextWordExplorer``,
``TokenizerExplorer``, ``TrainingPlayer``, ``LossMaskExplorer``, ``BestOfNExplorer``,
``BetaExplorer``, ``AttentionExplorer``, ``SampleEfficiency``, ``CompressionExplorer``,
``ForgettingExplorer`` and ``ModelTimeline`` are drawn by modules of our own; ``chart`` gives an
Altair chart the same two lives, as in ``learning_rate_schedule`` and ``clipped_objective``.
``SamplesTable`` only shows.
``Explorable`` is what a new figure builds on.
"""

from llmbook_utils.interactive.attention_explorer import AttentionExplorer
from llmbook_utils.interactive.best_of_n_explorer import BestOfNExplorer
from llmbook_utils.interactive.beta_explorer import BetaExplorer
from llmbook_utils.interactive.clipped_objective import clipped_objective
from llmbook_utils.interactive.compression_explorer import CompressionExplorer
from llmbook_utils.interactive.explorable import Explorable
from llmbook_utils.interactive.forgetting_explorer import ForgettingExplorer
from llmbook_utils.interactive.grid_explorer import GridExplorer
from llmbook_utils.interactive.induction_explorer import InductionExplorer
from llmbook_utils.interactive.learning_rate import learning_rate_schedule
from llmbook_utils.interactive.loss_mask_explorer import LossMaskExplorer
from llmbook_utils.interactive.metric_sharpness import MetricSharpness
from llmbook_utils.interactive.model_timeline import ModelTimeline
from llmbook_utils.interactive.next_word_explorer import NextWordExplorer
from llmbook_utils.interactive.optimiser_paths import OptimiserPaths
from llmbook_utils.interactive.polynomial_fit import PolynomialFit
from llmbook_utils.interactive.sample_efficiency import SampleEfficiency
from llmbook_utils.interactive.samples_table import SamplesTable
from llmbook_utils.interactive.tokenizer_explorer import TokenizerExplorer
from llmbook_utils.interactive.training_player import TrainingPlayer
from llmbook_utils.interactive.vega import Chart, chart, write_vega_bundle
from llmbook_utils.interactive.warp_explorer import WarpExplorer

__all__ = [
    "AttentionExplorer",
    "BestOfNExplorer",
    "BetaExplorer",
    "Chart",
    "CompressionExplorer",
    "Explorable",
    "ForgettingExplorer",
    "GridExplorer",
    "InductionExplorer",
    "LossMaskExplorer",
    "MetricSharpness",
    "ModelTimeline",
    "NextWordExplorer",
    "OptimiserPaths",
    "PolynomialFit",
    "SampleEfficiency",
    "SamplesTable",
    "TokenizerExplorer",
    "TrainingPlayer",
    "WarpExplorer",
    "chart",
    "clipped_objective",
    "learning_rate_schedule",
    "write_vega_bundle",
]
