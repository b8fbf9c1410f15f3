"""Few-shot prompts: the task is shown by examples, and no weight changes (Brown et al. 2020).

A prompt is an instruction (it can be missing), k examples with their answers, and a query whose
answer is left open: zero-, one- or few-shot for k = 0, 1, more. What matters is that the query
looks exactly like the examples up to the place where its answer begins.

Left out: choosing and ordering the examples, and calibrating what the model answers.
"""

from collections.abc import Sequence

FORM = "Input: {input}\nOutput: {output}"


def prompt(
    examples: Sequence[tuple[str, str]],
    query: str,
    *,
    instruction: str = "",
    form: str = FORM,
    separator: str = "\n\n",
) -> str:
    """The text to go on with: instruction, examples, query; it ends where the answer begins.

    ``prompt([("2+2", "4")], "3+5")`` is "Input: 2+2⏎Output: 4⏎⏎Input: 3+5⏎Output:". Spaces at the
    end are cut off: most tokenisers keep a space at the *front* of a word.

    Args:
        examples: (input, output) pairs, in the order shown.
        form: how an example is written; "{input}" and, last, "{output}" stand in it once.
        separator: between instruction, examples and query.

    Raises:
        ValueError: a form without those two, or with something behind the output.
    """
    if form.count("{input}") != 1 or form.count("{output}") != 1 or not form.endswith("{output}"):
        raise ValueError(
            f"expected a form with one {{input}} that ends in {{output}}, got {form!r}"
        )
    start = form.removesuffix("{output}")
    parts = [instruction] if instruction else []
    parts += [start.replace("{input}", x) + y for x, y in examples]
    parts.append(start.replace("{input}", query).rstrip())
    return separator.join(parts)
