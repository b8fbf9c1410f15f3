"""Alignment: from a model that goes on with a text to one that answers as people would like.

    answers      what a model says to a prompt: sampling, log-probabilities, the gold reward
    sft          supervised fine-tuning: imitate demonstrations (chapter 9)
    comparisons, reward, best_of_n    learn what raters prefer, and choose by it (chapter 10)
    kl, advantages, clipping, ppo     make the model do more of what is preferred (chapter 11)
    preference, grpo                  the same, by shorter ways (chapter 11)

Each of them can be imported by itself; nothing is imported here.
"""
