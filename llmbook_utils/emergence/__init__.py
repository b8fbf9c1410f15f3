"""Emergence: what appears all of a sudden, in the model or only in the metric (chapter 5).

    phone_book  random digits learnt by heart, at eight sizes: the jump is in the metric
    addition    reversed addition, at several sizes: every metric jumps
    grokking    modular addition: the rule comes long after the training data are known
    induction   attention-only models: how in-context learning appears in training
    few_shot    prompts that show examples
    sweep       the same experiments, longer: what ``llmbook sweeps emergence`` runs

Each of them can be imported by itself; nothing is imported here.
"""
