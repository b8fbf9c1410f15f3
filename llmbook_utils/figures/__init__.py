"""Everything that is drawn: the style sheet, plots (arrays in, ``ax`` in and out) and diagrams.

    palette            the colours, as plain names
    style              `use_style()`, and the title, which states the finding
    diagrams           the training pipeline; the graph of a computation
    fits               a model is a fit: curves through noisy points
    predictions        predictions of a regression, a classifier, a multi-label model
    series             forecasts and how their errors grow
    groups             clusters and projections
    optimisation       loss surfaces, paths on them, learning curves
    decisions          from probabilities to decisions: regions, thresholds and costs
    ablation           which part of an experiment explains its result
    gpu_diagrams       grid, blocks, warps and threads; a GPU's memories; a tile of a matrix product
    roofline           which kernels memory bounds, which arithmetic; the ladder of matrix products
    bars               horizontal bars side by side, which two of the next ones draw
    cuda_lessons       kinds of parallel machines; a reduction as a tree; warps that wait; GB/s
    kernel_report      what `gpu.inspect` found: one access, and kernels side by side
    traffic            which sectors and banks a warp touches; a ring all-reduce, message by message
    language_models    what words cost, next words, losses beside the floor of the tiny world
    compression        arithmetic coding as nested intervals; sizes beside the entropy
    pretraining_plots  learning-rate schedule, scaling, ratings in clusters
    language_diagrams  stages and pipeline; packed rows, key-value cache, LoRA, a neural model
    shapes             what the next diagrams are made of: boxes, cells, arrows, numbered steps
    alignment_diagrams fine-tuning, loss mask, ranked pairs, reward model, the loop of PPO
    reward_plots       data size, calibration, parts of a reward, best of n; confusion matrix
    alignment_plots    numbers token by token, proxy and gold, PPO's diagnostics, reward against KL
    evolution_recurrent    skip-gram's window, an RNN in time, an LSTM cell
    evolution_transformer  attention, a block, encoder–decoder, masks, two streams, memory
    evolution_objectives   three eras, pretrain then tune, BERT's blanks, T5's spans
    evolution_plots        attention, positions, gradients through time, the race
    directions_diagrams    eight tasks, shared bodies, transfer, distillation, int8
    label_cost             how many labels a score costs, read off a curve
    directions_plots       the table of all tasks
    emergence_diagrams     prompts with examples, the phone book, addition, the induction circuit
    emergence_plots        metrics against size, exact match predicted, jumps, capacity, shots
    emergence_curves       grokking and what moves before it; induction heads and their maps
    forgetting_diagrams    stages and the matrix, three scenarios, two worlds, a reservoir
    forgetting_cures       what each cure touches; springs between two valleys
    forgetting_matrices    task × stage matrices; which classes a network still names
    forgetting_methods     methods beside each other; what was kept against what was learned
    forgetting_plots       tasks over stages and steps, Fisher information, memory, λ, weights
    knob                   where the values of a knob stand on an axis of equal ratios

A plot function never calls ``plt.show()``, labels both axes, and draws on a new figure when it is
given no ``ax``. Import from the module: ``from llmbook_utils.figures.fits import plot_fit``.
"""
