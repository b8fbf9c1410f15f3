# %% right: recursion
def few_shot_prompt(instruction, examples, query, shots, budget):
    usable = [(q, a) for q, a in examples if q != query]
    usable = usable[:shots]
    prompt = (instruction + "\n\n") if instruction != "" else ""
    for q, a in usable:
        prompt += f"Q: {q}\nA: {a}\n\n"
    prompt += f"Q: {query}\nA:"
    if len(prompt.split()) > budget:
        if usable:
            return few_shot_prompt(instruction, usable[1:], query, len(usable) - 1, budget)
        raise ValueError(f"does not fit into {budget} words")
    return prompt


# %% right: counting words beforehand
def few_shot_prompt(instruction, examples, query, shots, budget):
    head = [instruction] if instruction else []
    tail = ["Q: " + query + "\nA:"]
    left = budget - sum(len(b.split()) for b in head + tail)
    if left < 0:
        raise ValueError("budget of %d is too small" % budget)
    blocks = []
    for q, a in examples:
        if q == query:
            continue
        if len(blocks) == shots:
            break
        blocks.append("Q: " + q + "\nA: " + a)
    lengths = [len(b.split()) for b in blocks]
    while sum(lengths) > left:
        blocks.pop(0)
        lengths.pop(0)
    return "\n\n".join(head + blocks + tail)


# %% right: all lengths tried
def few_shot_prompt(instruction, examples, query, shots, budget):
    def build(pairs):
        lines = [instruction, ""] if instruction else []
        for q, a in pairs:
            lines += ["Q: " + q, "A: " + a, ""]
        return "\n".join([*lines, "Q: " + query, "A:"])

    pairs = []
    for pair in examples:
        if pair[0] != query and len(pairs) < shots:
            pairs.append(pair)
    fitting = [build(pairs[i:]) for i in range(len(pairs) + 1)]
    fitting = [p for p in fitting if len(p.split()) <= budget]
    if not fitting:
        raise ValueError(f"no prompt has at most {budget} words")
    return fitting[0]


# %% wrong: a space at the end  says: the prompt ends with the colon: a space would stand where the answer's own first space belongs.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA: ")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: a line end at the end  says: the prompt ends with the colon; after a line end the model would begin something new.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:\n")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: no open answer  says: after the query comes the line `A:`, where the model goes on.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: the answer is given away  says: an example whose question is the query gives its answer away: pass it over.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = examples[:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: cut before passing over  says: pass over first, then count: `shots` examples are taken of those that may be used.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples[:shots] if pair[0] != query]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: an example whose answer is the query  says: examples are passed over for their *question*, not for their answer.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if query not in pair][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: the last examples  says: the *first* examples are taken, in their order.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][-shots:] if shots else []
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: in reverse order  says: the examples keep their order.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots][::-1]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: one line end between blocks  says: between two blocks stands an empty line: two line ends.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: empty instruction kept  says: without an instruction the prompt begins with the first block, not with empty lines.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: instruction at the end  says: the instruction comes first.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(-1, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: instruction forgotten  says: the instruction is missing: it is the first block.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: query first  says: the query comes last: its answer is what the model goes on with.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.insert(0, f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: other names for the lines  says: the lines begin with `Q: ` and `A: `.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Question: {question}\nAnswer: {answer}" for question, answer in chosen]
        blocks.append(f"Question: {query}\nAnswer:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: the last example dropped first  says: where the budget is short, the *first* example is dropped first: the last ones stand nearest to the query.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[:-1]


# %% wrong: all or nothing  says: drop one example after the other, and only until the prompt fits.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = []


# %% wrong: characters  says: the budget counts words, not characters.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt) <= budget * 4.0:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: the budget ignored  says: the prompt has more words than the budget allows.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if chosen or len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: less than the budget  says: as many words as the budget are allowed.
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) < budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]


# %% wrong: no error without room  says: accepted bad input
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            return prompt
        chosen = chosen[1:]


# %% wrong: cut off in the middle  says: accepted bad input
def few_shot_prompt(instruction, examples, query, shots, budget):
    r"""A prompt of an instruction, a few solved examples and a question that is left open.

    The prompt is made of blocks, joined by one empty line (two line ends) between any two:

        1. the instruction; no block at all if it is "";
        2. for each example a block of two lines,  Q: <question>  and  A: <answer>;
        3. for the query the two lines  Q: <query>  and  A:  — the text ends with that colon.

    Which examples: those whose question equals the query are passed over. Of the others the first
    `shots` are taken, in their order, or all if there are fewer. If the prompt then has more words
    than the budget, examples are dropped, the first of them first, until it fits. A word is what
    `prompt.split()` finds.

    Args:
        instruction: a string.
        examples: list of pairs (question, answer) of strings, without line ends.
        query: a string. shots: an int ≥ 0. budget: the most words, an int.

    Returns:
        The prompt, a string.

    Raises:
        ValueError: the prompt does not fit even without any example. The message contains the
            budget.

    About 9 lines.
    """
    chosen = [pair for pair in examples if pair[0] != query][:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            return " ".join(prompt.split()[:budget])
        chosen = chosen[1:]


# %% wrong: the caller's list is emptied  says: changed its input
def few_shot_prompt(instruction, examples, query, shots, budget):
    for pair in list(examples):
        if pair[0] == query:
            examples.remove(pair)
    chosen = examples[:shots]
    while True:
        blocks = [f"Q: {question}\nA: {answer}" for question, answer in chosen]
        blocks.append(f"Q: {query}\nA:")
        if instruction:
            blocks.insert(0, instruction)
        prompt = "\n\n".join(blocks)
        if len(prompt.split()) <= budget:
            return prompt
        if not chosen:
            raise ValueError(f"expected at most {budget} words, got {len(prompt.split())}")
        chosen = chosen[1:]
