"""The explorables of chapters 9 to 11, without a browser: rules, twins, words and stills."""

import json
import re

import numpy as np
import pytest
import torch
from figure_pages import (
    SVG,
    comes_in_four_forms,
    page_and_links,
    still_and_words_follow,
    words_used,
)
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.alignment.clipping import clipped_objective as objective
from llmbook_utils.alignment.reward import kl_best_of_n
from llmbook_utils.corpus.judged import KINDS as ALL_KINDS
from llmbook_utils.corpus.judged import Judged
from llmbook_utils.interactive import (
    BestOfNExplorer,
    BetaExplorer,
    Explorable,
    LossMaskExplorer,
    SamplesTable,
    clipped_objective,
)
from llmbook_utils.interactive import best_of_n_explorer as bn
from llmbook_utils.interactive import beta_explorer as be
from llmbook_utils.interactive import loss_mask_explorer as lm
from llmbook_utils.interactive.answers import KINDS, ROLES, answer_html, state_of
from llmbook_utils.interactive.clipped_objective import CLIPPED, FLAT
from llmbook_utils.interactive.theme import LIGHT, STATIC

STYLE = (STATIC / "alignment.css").read_text(encoding="utf-8")
TOKENS = ["<q>", "Where", "?", "<a>", "Oslo", ".", "<end>", "<pad>"]
IS_ANSWER = [False, False, False, False, True, True, True, False]
TWICE = TOKENS[:7] * 2
LOSSES = {"before SFT": {"One turn": [np.nan, 3, 1, 0.5, 4, 1, 2, 3]}}
LOSSES["after SFT"] = {"One turn": [np.nan, 3, 1, 0.4, 0.5, 0.1, 0.2, 3]}
GOOD = Judged((("Sure!", "polite"), ("She lives in Oslo.", "right")), 2.5, 1.0)
BAD = Judged((("Ugh,", "rude"), ("she lives in Lima & Rome.", "wrong"), ("…", "no_end")), -3.0)
FAIR = Judged((("Well,", "plain"), ("she lives in Oslo.", "right")), 2.0)
NS = [1, 2, 4]


def loss_mask(**settings):
    chats = {"One turn": (TOKENS, IS_ANSWER), "Two turns": (TWICE, IS_ANSWER[:7] * 2)}
    return LossMaskExplorer.of(chats, LOSSES, **settings)


def best_of_n(**settings):
    proxy = {"weak": [0.0, 1.0, 2.0], "strong": [0.0, 0.8, 1.6]}
    gold = {"weak": [0.4, 0.7, 0.5], "strong": [0.4, 1.0, 1.5]}
    questions = ["Where does Mara live?", "Who bakes?"]
    answers = [[FAIR, BAD, GOOD, FAIR], [BAD, BAD, FAIR, GOOD]]
    scores = {"weak": [[0.1, 0.5, 0.2, 0.9], [3, 2, 1, 0]]}
    scores["strong"] = [[0.1, -1, 0.9, 0.2], [0, 0.1, 0.2, 0.3]]
    return BestOfNExplorer.of(NS, proxy, gold, questions, answers, scores, **settings)


def betas(**settings):
    def run(speed, looks, answers):
        steps = np.arange(0, 25, 5)
        curves = {"proxy": speed * steps, "gold": steps - speed * steps**2, "kl": speed * steps / 2}
        return {"iteration": steps, "looks": looks, "answers": answers, **curves}

    runs = {0.2: run(0.01, [0, 20], [[FAIR], [GOOD]])}
    runs[0.0] = run(0.1, [0, 10, 20], [[FAIR], [GOOD], ["Oslo 奥斯陆 Oslo"]])
    return BetaExplorer.of(runs, ["Where does Mara live?"], **settings)


FIGURES = {
    "loss mask": loss_mask,
    "loss mask, two turns": lambda: loss_mask(chat="Two turns", mask="shifted"),
    "best of n": lambda: best_of_n(step=2),
    "best of n, no answers": lambda: BestOfNExplorer.of(NS, {"a": [0, 1, 2]}, {"a": [0, 1, 0]}),
    "clipped": clipped_objective,
    "beta": betas,
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Explorable:
    return FIGURES[request.param]()


# The loss mask ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("answers", [0, 0, 0, 0, 1, 1, 1, 0]),
        ("everything", [0, 1, 1, 1, 1, 1, 1, 1]),
        ("no_end", [0, 0, 0, 0, 1, 1, 0, 0]),
        ("shifted", [0, 0, 0, 0, 0, 1, 1, 1]),  # "Oslo" is lost; padding is learned
    ],
)
def test_each_mask_marks_what_is_predicted(mask, expected):
    figure = loss_mask(mask=mask)
    assert figure.carries.tolist() == [bool(one) for one in expected]
    nats = np.array(LOSSES["after SFT"]["One turn"])
    assert figure.means()["after SFT"] == pytest.approx(nats[figure.carries].mean())


def test_masks_in_javascript_and_python_are_one():
    chats = [(TOKENS, IS_ANSWER), (TWICE, IS_ANSWER[:7] * 2)]
    cases = [[*chat, mask] for chat in chats for mask in lm.MASKS]
    expression = f"{json.dumps(cases)}.map((c) => figure.carried(...c))"
    theirs = javascript("loss_mask_explorer", expression)
    for (tokens, answer, mask), carries in zip(cases, theirs, strict=True):
        ours = LossMaskExplorer.of({"chat": (tokens, answer)}, mask=mask)
        assert ours.carries.tolist() == carries


def test_it_opens_at_the_first_word_of_an_answer():
    assert TOKENS[loss_mask().token] == "Oslo"
    assert "Having read “Where ? <a>”, the model must predict “Oslo”" in loss_mask().describe()


def test_lengths_of_chats_and_losses_must_fit():
    with pytest.raises(ValueError, match="expected 8 values in is_answer of 'a', got 2"):
        LossMaskExplorer.of({"a": (TOKENS, [True, False])})
    with pytest.raises(ValueError, match="expected 8 values in before of 'a', got 1"):
        LossMaskExplorer.of({"a": (TOKENS, IS_ANSWER)}, {"before": {"a": [1.0]}})
    with pytest.raises(ValueError, match="at most two models, got 0"):
        LossMaskExplorer.of({})


# Best of n --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["weak", "strong"])
@pytest.mark.parametrize("step", range(3))
def test_the_picked_answer_is_the_first_of_the_best(model, step):
    figure = best_of_n(model=model, step=step)
    scores = {"weak": [0.1, 0.5, 0.2, 0.9], "strong": [0.1, -1, 0.9, 0.2]}[model]
    candidates = [FAIR, BAD, GOOD, FAIR]
    picked = candidates[int(np.argmax(scores[: NS[step]]))]
    best = max(candidates[: NS[step]], key=lambda one: one.gold)
    (heading, first), (_, second) = figure._shown()
    assert first == state_of(picked) | {"proxy": first["proxy"]}
    assert second == state_of(best) | {"proxy": second["proxy"]}
    assert f"picks of {NS[step]}: proxy {max(scores[: NS[step]]):.2g}" in heading


def test_only_answers_that_are_best_for_some_n_travel():
    answers = [[Judged(((f"word {i}", "plain"),), float(-i)) for i in range(64)]]
    scores = {"a": [np.arange(64)]}
    curves = {"a": [0.0, 1.0, 2.0]}
    figure = BestOfNExplorer.of([1, 8, 64], curves, curves, ["Who?"], answers, scores)
    assert [a["pieces"][0][0] for a in figure.answers[0]] == ["word 0", "word 7", "word 63"]


def test_divergence_in_javascript_and_python_are_one():
    ns = [1, 2, 3, 16, 64, 1000]
    theirs = javascript("best_of_n_explorer", f"{ns}.map(figure.divergence)")
    np.testing.assert_allclose(theirs, [kl_best_of_n(n) for n in ns], rtol=1e-12)
    assert javascript("best_of_n_explorer", "figure.largest([1, 3, 2, 3])") == 1


def test_names_and_lengths_of_best_of_n_must_fit():
    curves = {"a": [0, 1, 2]}
    with pytest.raises(ValueError, match="same reward models"):
        BestOfNExplorer.of(NS, curves, {"b": [0, 1, 2]})
    with pytest.raises(ValueError, match="expected 3 values for 'a'"):
        BestOfNExplorer.of(NS, curves, {"a": [0, 1]})
    with pytest.raises(ValueError, match=r"1 times at least 4 answers, got \[2\]"):
        BestOfNExplorer.of(NS, curves, curves, ["Who?"], [["a", "b"]], {"a": [[1, 2]]})
    with pytest.raises(ValueError, match="a score of 'a' for each answer"):
        BestOfNExplorer.of(NS, curves, curves, ["Who?"], [["a"] * 4], {"a": [[1, 2]]})


# The clipped objective --------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("epsilon", [0.05, 0.2, 0.5])
def test_the_objective_of_the_figure_is_that_of_the_course(sign, epsilon):
    ratios = [0.0, 0.3, 0.77, 0.96, 1.0, 1.03, 1.22, 1.7, 2.0]
    theirs = javascript(
        "loss_mask_explorer",  # any module: only Node's arithmetic is asked for
        f"""((min, clamp, A, epsilon) => {ratios}.map((ratio) => [{CLIPPED}, {FLAT}]))
        (Math.min, (x, low, high) => Math.min(Math.max(x, low), high), {sign}, {epsilon})""",
    )
    log_p = torch.tensor([ratios]).log().requires_grad_()
    ours, clipped = objective(log_p, torch.zeros_like(log_p), torch.full_like(log_p, sign), epsilon)
    np.testing.assert_allclose([v for v, _ in theirs], ours[0].detach().numpy(), rtol=1e-5)
    assert [flat for _, flat in theirs] == clipped[0].tolist()
    (gradient,) = torch.autograd.grad(ours.sum(), log_p)
    assert torch.equal(gradient[clipped], torch.zeros(int(clipped.sum())))


def test_the_chart_computes_that_objective_at_every_ratio_and_at_the_point():
    spec = clipped_objective(epsilon=0.3, advantage="negative").spec
    assert [p["name"] for p in spec["params"]] == ["advantage", "epsilon", "ratio"]
    assert clipped_objective(advantage="negative").params["advantage"] == "negative"
    text = json.dumps(spec)
    sign = "(advantage == 'positive' ? 1 : -1)"
    for ratio in ("datum.ratio", "ratio"):
        formula = re.sub(r"\bA\b", sign, re.sub(r"\bratio\b", ratio, CLIPPED))
        assert formula in text
    with pytest.raises(ValueError, match=r"expected the advantage .*, got 'up'"):
        clipped_objective(advantage="up")


# β ----------------------------------------------------------------------------------------------


def test_a_run_shows_its_last_look_up_to_the_moment():
    figure = betas()
    assert (figure.betas, figure.moments) == ([0.0, 0.2], [0, 10, 20])
    assert (figure.beta, figure.iteration) == (0.0, 20)
    figure.run, figure.at = 1, 1  # β = 0.2 was not looked at after 10 iterations
    assert (figure.beta, figure.iteration) == (0.2, 0)
    assert "She lives in Oslo" not in figure.describe()
    figure.at = 2
    assert figure.measured() == {"proxy": 0.2, "gold": 16.0, "kl": 0.1}
    assert "She lives in Oslo" in figure.describe()


def test_last_in_javascript_and_python_are_one():
    cases = [([0, 5, 10], moment) for moment in (-1, 0, 4, 5, 9, 10, 11)]
    theirs = javascript("beta_explorer", f"{json.dumps(cases)}.map((c) => figure.last(...c))")
    assert theirs == [be._last(iterations, moment)[0] for iterations, moment in cases]


def test_runs_that_do_not_fit_are_refused():
    run = {"iteration": [0, 1], "proxy": [0, 1], "gold": [0, 1], "kl": [0, 1]}
    with pytest.raises(ValueError, match="expected 'answers' in the run of β = 0"):
        BetaExplorer.of({0.0: run}, ["Who?"])
    with pytest.raises(ValueError, match="2 looks and 1 answers"):
        BetaExplorer.of({0.0: run | {"answers": [["a"]]}}, ["Who?"])
    with pytest.raises(ValueError, match="expected 1 answers at each look"):
        BetaExplorer.of({0.0: run | {"answers": [["a"], []]}}, ["Who?"])
    with pytest.raises(TraitError, match="expected at below 3, got 3"):
        betas(at=3)


# Answers in pieces ------------------------------------------------------------------------------


def test_every_kind_has_a_mark_words_a_colour_and_a_rule():
    assert set(KINDS) == set(ROLES) == set(ALL_KINDS) - {"plain"}
    assert len({mark for mark, _ in KINDS.values()}) == len(KINDS)
    rules = dict(re.findall(r"\.xp-is-(\w+) \{ (?:--xp-of: var\(--xp-(\w+)\))?", STYLE))
    assert {kind: rules[kind] or "soft" for kind in KINDS} == ROLES


def test_answers_in_html_are_marked_and_escaped():
    page = answer_html(state_of(BAD))
    assert "Lima &amp; Rome." in page
    assert page.count("xp-piece") == 3
    assert 'aria-label="wrong"' in page
    assert answer_html(state_of("")) == "(nothing)"
    assert "xp-piece" not in answer_html(state_of("<b>"))
    assert "&lt;b&gt;" in answer_html(state_of("<b>"))


def test_the_table_shows_every_answer_with_its_gold_reward():
    stages = {"after SFT": [FAIR, BAD], "PPO": [GOOD, "Oslo <br>"]}
    table = SamplesTable(["Where?", "Who?"], stages, ["Oslo", "Mara"], {"PPO": "with β = 0.1"})
    page = table._repr_html_()
    assert page.count("<dt>") == 4
    assert page.count('class="xp-question"') == 2
    assert [*re.findall(r"<dt>[^<]+<strong>([^<]+)", page)] == ["+2.0", "+2.5", "−3.0"]
    assert "xp-few" in page.split("</style>")[1]
    assert "<br>" not in page
    assert "<small>Mara</small>" in page
    legend = page.split('class="xp-marks"')[1]
    assert [kind for kind in KINDS if f"xp-is-{kind}" in legend] == [
        "right", "wrong", "polite", "rude", "no_end"
    ]  # fmt: skip
    assert repr(table).splitlines()[1] == "  after SFT: Well, she lives in Oslo.  [2]"
    many = SamplesTable(["Where?"], {str(i): [GOOD] for i in range(5)})._repr_html_()
    assert "xp-many" in many.split("</style>")[1]
    with pytest.raises(ValueError, match="expected 2 answers in 'PPO', got 1"):
        SamplesTable(["Where?", "Who?"], {"PPO": [GOOD]})


# What a figure embeds ---------------------------------------------------------------------------


def test_a_figure_comes_in_four_forms(figure):
    comes_in_four_forms(figure)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (loss_mask, "mask", "shifted"),
        (loss_mask, "chat", "Two turns"),
        (best_of_n, "step", 1),
        (best_of_n, "model", "strong"),
        (best_of_n, "question", "Who bakes?"),
        (betas, "at", 0),
        (betas, "run", 1),
    ],
)
def test_the_still_and_the_words_follow_the_state(make, name, value):
    still_and_words_follow(make(), **{name: value})


def test_the_page_is_the_same_every_time_and_asks_no_other_host(figure):
    page, links = page_and_links(figure)
    assert links == {SVG}
    assert len(page) < 90_000


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("loss_mask_explorer", lm.LABELS),
        ("best_of_n_explorer", bn.LABELS),
        ("beta_explorer", be.LABELS),
    ],
)
def test_every_word_comes_from_the_labels(name, labels):
    assert words_used(name) == set(labels)


def test_colours_are_roles_and_every_rule_is_used():
    assert set(re.findall(r"var\(--xp-([\w-]+)\)", STYLE)) <= set(LIGHT) | {"of"}
    names = ("loss_mask_explorer", "best_of_n_explorer", "beta_explorer", "kit")
    sources = "".join((STATIC / f"{name}.js").read_text("utf-8") for name in names)
    table = SamplesTable(["?"], {"a": [GOOD]}, notes={"a": "b"})._repr_html_().split("</style>")[1]
    sources += table + "xp-many xp-options"
    classes = set(re.findall(r"\.(xp-[\w-]+)", STYLE))
    built = ("xp-key-", "xp-is-", "xp-dot-")  # put together in the modules
    curves = {"xp-proxy", "xp-gold", "xp-kl"}
    unused = {name for name in classes - curves if name not in sources}
    assert {name for name in unused if not name.startswith(built)} == set()


def test_settings_out_of_range_are_refused():
    with pytest.raises(TraitError, match="half"):
        loss_mask(mask="half")
    with pytest.raises(TraitError, match="expected a step below 3, got 7"):
        best_of_n(step=7)
