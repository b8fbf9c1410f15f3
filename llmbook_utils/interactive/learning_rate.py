"""The figure of the learning rate over the steps: warm-up, then half a cosine."""

from llmbook_utils.interactive.vega import Chart, chart

# The twin of llmbook_utils.train.learning_rate in Vega's language; a test compares the two.
RATE = (
    "step < warmup ? peak * (step + 1) / (warmup + 1) : peak * (final + (1 - final) "
    "* (1 + cos(PI * min((step - warmup) / max(1, total - warmup), 1))) / 2)"
)
LABELS = {
    "peak": "Highest rate η",
    "warmup": "Warm-up steps",
    "total": "Steps in all",
    "final": "Final share of η",
    "step": "step",
    "rate": "learning rate",
    "alt": (
        "The learning rate at each training step: it rises in a straight line during the warm-up "
        "and then falls along half a cosine to a share of its highest value. Controls set the "
        "highest rate, the warm-up, the number of steps and the final share."
    ),
}


def learning_rate_schedule(
    peak: float = 0.003,
    warmup: int = 50,
    total: int = 500,
    final: float = 0.1,
    labels: dict[str, str] | None = None,
) -> Chart:
    """Set the highest rate, the warm-up, the steps and the end; see the rate at each step.

    >>> learning_rate_schedule(warmup=100).params["warmup"]
    100

    :param peak: the highest learning rate, up to 0.01.
    :param warmup: steps in which the rate rises, up to 300.
    :param total: all steps, from 100 to 1000.
    :param final: the rate at the end, as a share of the highest.
    """
    import altair as alt

    t = labels or LABELS
    ranges = {"peak": (0.0005, 0.01, 0.0005), "warmup": (0, 300, 10)}
    ranges |= {"total": (100, 1000, 50), "final": (0, 1, 0.05)}
    values = {"peak": peak, "warmup": warmup, "total": total, "final": final}
    params = [
        alt.param(
            name,
            value=values[name],
            bind=alt.binding_range(min=low, max=high, step=step, name=t[name]),
        )
        for name, (low, high, step) in ranges.items()
    ]
    rate = RATE.replace("step ", "datum.step ").replace("(step", "(datum.step")
    x = alt.X("step:Q", title=t["step"], scale=alt.Scale(domain=[0, 1000]))
    y = alt.Y("rate:Q", title=t["rate"], scale=alt.Scale(domain=[0, 0.0105]))
    curve = (
        alt.Chart(
            alt.Data(sequence=alt.SequenceParams(start=0, stop=1001, step=2, **{"as": "step"}))
        )
        .transform_filter("datum.step <= total")
        .transform_calculate(rate=rate)
        .mark_line()
        .encode(x=x, y=y)
    )
    end = (
        alt.Chart(alt.Data(values=[{}]))
        .transform_calculate(step="warmup")
        .mark_rule(strokeDash=[4, 4])
        .encode(x="step:Q")
    )
    return chart(alt.layer(curve, end).add_params(*params), alt_text=t["alt"])
