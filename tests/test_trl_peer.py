"""The losses of alignment against a peer: trl's trainers on the same tensors, values and gradients.

trl (Hugging Face) is no requirement of ours: the test skips where it cannot be imported. Its
trainers' loss methods are called as they are, on a stand-in for the trainer that holds its settings
(those of trl's default configuration, where not said otherwise), and with our GPT behind trl's own
log-softmax. trl 1.16 has no PPO trainer any more, so that PPO has no peer here.
"""

import warnings
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import torch

from llmbook_utils.alignment.answers import sample_answers, token_log_probs
from llmbook_utils.alignment.grpo import grpo_loss
from llmbook_utils.alignment.preference import answer_log_probs, dpo_loss, implicit_reward
from llmbook_utils.alignment.reward import RewardModel, pairwise_loss
from llmbook_utils.alignment.sft import answer_rows, encode_chat
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.pretraining import tokenizer_for
from llmbook_utils.train import language_model_loss

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what trl and its dependencies warn of at import is theirs
    try:
        from trl.trainer.dpo_trainer import DPOTrainer
        from trl.trainer.grpo_trainer import GRPOTrainer
        from trl.trainer.reward_trainer import RewardTrainer
        from trl.trainer.sft_trainer import SFTTrainer
        from trl.trainer.utils import selective_log_softmax
    except (ImportError, RuntimeError) as error:  # RuntimeError: a dependency of trl's is missing
        pytest.skip(f"needs trl ({error})", allow_module_level=True)

PROMPTS, END, PAD = 6, "<end>", "<pad>"


@pytest.fixture(scope="module")
def tokenizer(world):
    return tokenizer_for(world, world.documents(200, seed=0))


def gpt(tokenizer, seed):
    torch.manual_seed(seed)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=80, layers=1, heads=2, width=16))
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.1 * torch.randn_like(p))  # an untrained GPT finds every token equally likely
    return model


@pytest.fixture(scope="module")
def policy(tokenizer):
    return gpt(tokenizer, 0)


@pytest.fixture(scope="module")
def reference(tokenizer):
    return gpt(tokenizer, 1).requires_grad_(False)


@pytest.fixture(scope="module")
def answers(policy, world, tokenizer):
    """Answers and prompts of different lengths; some answers end, some do not."""
    exchanges = Chat(world).exchanges(PROMPTS, seed=0)
    prompts = [tokenizer.encode(" ".join(e.turns[0].question), "allow") for e in exchanges]
    return sample_answers(
        policy, prompts, tokenizer, max_new_tokens=9, generator=torch.Generator().manual_seed(0)
    )


def trainer(**settings):
    """What a trainer's loss method finds in ``self``; everything there is only one process of."""
    same = SimpleNamespace(
        gather_for_metrics=lambda x: x,
        gather=lambda x: x,
        reduce=lambda x, **_: x,
        device="cpu",
        num_processes=1,
    )
    return MagicMock(
        accelerator=same, aux_loss_enabled=False, _total_train_tokens=0, _tp_size=1, **settings
    )


def gradients(loss, model):
    return torch.autograd.grad(loss, list(model.parameters()), retain_graph=True, allow_unused=True)


def assert_same(ours, theirs, model):
    torch.testing.assert_close(ours, theirs)
    for a, b in zip(gradients(ours, model), gradients(theirs, model), strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)
    assert any(g is not None and g.abs().max() > 1e-4 for g in gradients(ours, model))


def fused(model):
    """Our GPT with the outputs that trl's trainers ask of a causal model: log p of the labels."""

    def forward(input_ids, labels, **_):
        log_p = selective_log_softmax(model(input_ids)[:, :-1], labels[:, 1:].clamp(min=0))
        counts = labels[:, 1:] != -100
        zero = torch.zeros_like(log_p)
        return SimpleNamespace(
            log_probs=log_p * counts,
            label_mask=counts,
            entropy=zero,
            is_top1=counts & False,
            mean_logits=zero,
        )

    return forward


def test_sft_loss_on_the_answers_alone(policy, world, tokenizer):
    chats = [encode_chat(tokenizer, e) for e in Chat(world, turns=2).exchanges(5, seed=0)]
    rows = answer_rows(chats, tokenizer.special_id(PAD))
    total, count = language_model_loss(policy, rows)

    T = max(len(ids) for ids, _ in chats)  # as trl's collator makes a batch
    input_ids = torch.full((5, T), tokenizer.special_id(PAD))
    labels = torch.full((5, T), -100)
    for i, (ids, is_answer) in enumerate(chats):
        input_ids[i, : len(ids)] = torch.tensor(ids)
        labels[i, : len(ids)] = torch.tensor(ids).where(torch.tensor(is_answer), -100)
    config = SimpleNamespace(loss_type="nll", average_tokens_across_devices=True)
    me = trainer(args=config, label_smoother=None, compute_loss_func=None)
    me.accelerator.parallelism_config = None
    inputs = {"input_ids": input_ids, "labels": labels, "attention_mask": labels.ne(-100)}
    theirs = SFTTrainer.compute_loss(me, fused(policy), inputs)
    assert_same(total / count, theirs, policy)


def test_reward_loss(policy, answers, tokenizer):
    torch.manual_seed(2)
    model = RewardModel(policy)
    chosen, rejected = answers.select([0, 1, 2]), answers.select([3, 4, 5])
    ours = pairwise_loss(model.rewards(chosen), model.rewards(rejected))

    # trl asks a sequence classifier, which reads its last token that is no padding
    def classifier(input_ids, attention_mask, **_):
        last = attention_mask.sum(1) - 1
        logits = model(input_ids).gather(1, last[:, None])
        return SimpleNamespace(logits=logits)

    inputs = {
        "input_ids": answers.ids,
        "attention_mask": (torch.arange(answers.ids.shape[1]) <= answers.last[:, None]).long(),
    }
    me = trainer(args=SimpleNamespace(center_rewards_coefficient=None))
    assert_same(ours, RewardTrainer.compute_loss(me, classifier, inputs), model)


def test_dpo_loss(policy, reference, answers):
    beta = 0.3
    rewards = implicit_reward(
        answer_log_probs(policy, answers), answer_log_probs(reference, answers), beta
    )
    ours = dpo_loss(*rewards.chunk(2))

    config = SimpleNamespace(gradient_checkpointing_kwargs=None, use_weighting=False)
    me = trainer(
        args=config,
        beta=beta,
        ld_alpha=None,
        precompute_ref_logps=False,
        ref_model=fused(reference),
        f_divergence_type="reverse_kl",
        loss_types=["sigmoid"],
        loss_weights=[1.0],
        use_weighting=False,
    )
    inputs = {"input_ids": answers.ids, "completion_mask": answers.mask.long()}
    inputs["attention_mask"] = torch.ones_like(answers.ids)
    theirs = DPOTrainer._compute_loss(me, fused(policy), inputs, return_outputs=False)
    assert_same(ours, theirs, policy)


@pytest.mark.parametrize("beta", [0.0, 0.2])
def test_grpo_loss(policy, reference, answers, beta):
    mask = answers.mask[:, 1:]
    log_p = token_log_probs(policy, answers.ids)
    torch.manual_seed(3)
    old = log_p.detach() + 0.3 * torch.randn_like(log_p)  # some ratios are clipped
    log_reference = token_log_probs(reference, answers.ids)
    advantages = torch.randn(PROMPTS)
    ours, clipped = grpo_loss(log_p, old, log_reference, advantages, mask, 0.2, beta)
    assert 0 < clipped < 1

    # trl keeps prompts and completions apart: completions start in column 0
    width = int(answers.lengths.max())
    place = answers.last[:, None] - answers.lengths[:, None] + torch.arange(width)
    place = place.clamp(max=mask.shape[1] - 1)  # what is beyond is masked
    keep = torch.arange(width) < answers.lengths[:, None]

    def log_probs(model, *_, **__):
        logits = model(answers.ids)[:, :-1]
        theirs = selective_log_softmax(logits, answers.ids[:, 1:]).gather(1, place)
        return theirs, torch.zeros_like(theirs), None

    config = SimpleNamespace(delta=None, use_bias_correction_kl=False)
    me = trainer(
        args=config,
        beta=beta,
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        importance_sampling_level="token",
        epsilon_low=0.2,
        epsilon_high=0.2,
        use_vllm=False,
        loss_type="grpo",
        current_gradient_accumulation_steps=1,
        _entropy_bonus_enabled=False,
        _get_per_token_logps_and_entropies=log_probs,
    )
    inputs = {
        "prompt_ids": torch.zeros(PROMPTS, 0),
        "prompt_mask": torch.zeros(PROMPTS, 0),
        "completion_ids": torch.zeros(PROMPTS, width),
        "completion_mask": keep.long(),
        "advantages": advantages,
        "old_per_token_logps": old.gather(1, place),
        "ref_per_token_logps": log_reference.gather(1, place),
    }
    assert_same(ours, GRPOTrainer._compute_loss(me, policy, inputs), policy)


def test_token_log_probs(policy, answers):
    logits = policy(answers.ids)[:, :-1]
    theirs = selective_log_softmax(logits, answers.ids[:, 1:])
    torch.testing.assert_close(token_log_probs(policy, answers.ids), theirs)
