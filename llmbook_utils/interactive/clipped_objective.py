"""The figure of PPO's clipped objective for one token: where it pushes, and where it lets go."""

from llmbook_utils.interactive.vega import Chart, chart

# L = min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) and dL/dρ, in Vega's language; a test compares them with
# llmbook_utils.alignment.ppo.
CLIPPED = "min(ratio * A, clamp(ratio, 1 - epsilon, 1 + epsilon) * A)"
FLAT = "(A > 0 && ratio > 1 + epsilon) || (A < 0 && ratio < 1 - epsilon)"
SIGN = "(advantage == 'positive' ? 1 : -1)"
LABELS = {
    "epsilon": "Clip range ε",
    "ratio": "Ratio ρ of this token",
    "advantage": "Advantage Â",
    "positive": "+1: good token",
    "negative": "−1: bad token",
    "x": "ratio ρ = new probability / old probability",
    "y": "objective of one token",
    "unclipped": "ρ Â, not clipped",
    "clipped": "clipped objective",
    "flat": "gradient is zero",
    "pushes_up": "gradient +1: make it more probable",
    "pushes_down": "gradient −1: make it less probable",
    "lets_go": "gradient 0: no push any more",
    "alt": (
        "The clipped objective of PPO for one token, against the ratio of its new to its old "
        "probability from 0 to 2, beside the unclipped product of ratio and advantage. With a "
        "positive advantage it rises and is flat above 1 + ε; with a negative one it is flat below "
        "1 − ε and then falls. Where it is flat the gradient is zero. Controls set ε, the sign of "
        "the advantage, and the ratio of a point."
    ),
}


def clipped_objective(
    epsilon: float | int = 0.2,
    advantage: str = "positive",
    ratio: float | int = 1.4,
    labels: dict[str, str] | None = None,
) -> Chart:
    """Set ε, the sign of the advantage and a ratio; see the objective and where it is flat.

    L(ρ) = min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) (Schulman et al. 2017, equation 7).

    >>> clipped_objective(epsilon=0.1).params["epsilon"]
    0.1

    :param epsilon: ε, from 0.05 to 0.5.
    :param advantage: "positive" (Â = 1) or "negative" (Â = −1).
    :param ratio: ρ of the point, from 0 to 2.
    """
    import altair as alt

    if advantage not in ("positive", "negative"):
        raise ValueError(f'expected the advantage "positive" or "negative", got {advantage!r}')
    t = labels or LABELS
    signs = [t["positive"], t["negative"]]
    sign = alt.binding_radio(options=["positive", "negative"], labels=signs, name=t["advantage"])
    params = [
        alt.param("advantage", value=advantage, bind=sign),
        alt.param(
            "epsilon",
            value=epsilon,
            bind=alt.binding_range(min=0.05, max=0.5, step=0.05, name=t["epsilon"]),
        ),
        alt.param(
            "ratio", value=ratio, bind=alt.binding_range(min=0, max=2, step=0.05, name=t["ratio"])
        ),
    ]
    here = {"A": SIGN, "epsilon": "epsilon", "ratio": "datum.ratio"}
    clipped, flat = (_with(formula, here) for formula in (CLIPPED, FLAT))
    x = alt.X("ratio:Q", title=t["x"], scale=alt.Scale(domain=[0, 2]))
    y = alt.Y("value:Q", title=t["y"], scale=alt.Scale(domain=[-2.1, 2.1]))
    names = [t["clipped"], t["flat"], t["unclipped"]]
    legend = alt.Legend(orient="top-left", title=None, symbolType="stroke", symbolSize=300)
    dashes = alt.Scale(domain=names, range=[[1, 0], [1, 0], [5, 4]])
    look = {
        "color": alt.Color("line:N", scale=alt.Scale(domain=names), legend=legend),
        "strokeDash": alt.StrokeDash("line:N", scale=dashes, legend=legend),
    }

    def curve(name: str, value: str, width: float, where: str = "true") -> alt.Chart:
        steps = alt.SequenceParams(start=0, stop=2.001, step=0.01, **{"as": "ratio"})
        return (
            alt.Chart(alt.Data(sequence=steps))
            .transform_filter(where)
            .transform_calculate(value=value, line=f"'{name}'")
            .mark_line(strokeWidth=width)
            .encode(x=x, y=y, **look)
        )

    lines = [
        curve(t["unclipped"], f"datum.ratio * {SIGN}", 1.6),
        curve(t["clipped"], clipped, 2.6),
        curve(t["flat"], clipped, 5.0, flat),
    ]
    point = alt.Chart(alt.Data(values=[{}])).transform_calculate(
        ratio="ratio",
        value=_with(CLIPPED, here | {"ratio": "ratio"}),
        said=f"({_with(FLAT, here | {'ratio': 'ratio'})}) ? '{t['lets_go']}' : "
        f"{SIGN} > 0 ? '{t['pushes_up']}' : '{t['pushes_down']}'",
    )
    bounds = (
        alt.Chart(alt.Data(values=[{"side": -1}, {"side": 1}]))
        .transform_calculate(ratio="1 + datum.side * epsilon")
        .mark_rule(strokeDash=[2, 3])
        .encode(x="ratio:Q")
    )
    dot = point.mark_point(size=110, filled=True, opacity=1).encode(x=x, y=y)
    words = (
        point.transform_calculate(left="0.03", low="-1.9")
        .mark_text(fontSize=13, fontWeight=600, align="left")
        .encode(x=alt.X("left:Q"), y=alt.Y("low:Q"), text="said:N")
    )
    return chart(alt.layer(bounds, *lines, dot, words).add_params(*params), alt_text=t["alt"])


def _with(formula: str, names: dict[str, str]) -> str:
    """The formula with each name replaced by what stands for it here."""
    import re

    return re.sub(r"\b(A|epsilon|ratio)\b", lambda found: names[found[0]], formula)
