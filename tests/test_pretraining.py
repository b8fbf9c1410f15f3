"""Pretraining: the floor is the loss of the truth, facts are found, stages are kept."""

import math

import pytest
import torch

from llmbook_utils import checkpoints, pretraining
from llmbook_utils.corpus import World
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.pretraining import (
    Recipe,
    excess,
    fact_probabilities,
    facts_known,
    floor,
    pretrained,
    write,
)
from llmbook_utils.train import TrainConfig

TINY = Recipe(
    documents=200, context=80, layers=1, heads=2, width=16, train=TrainConfig(steps=3, warmup=1)
)


class Oracle(torch.nn.Module):
    """A model that gives the world's own probabilities: the best one there can be."""

    def __init__(self, world, tokenizer):
        super().__init__()
        self.world, self.tokenizer = world, tokenizer
        self.config = GPTConfig(tokenizer.vocab_size, context=80)
        self.end = tokenizer.special_id("<end>")
        self.ids = {word: self.id(word) for word in world.words}

    def id(self, word):
        marks = not word[0].isalpha()  # which no space precedes
        ids = self.tokenizer.encode(word if marks else f" {word}")
        assert len(ids) == 1, word
        return ids[0]

    def forward(self, ids):
        words = {i: word for word, i in self.ids.items()}
        logits = torch.full((*ids.shape, self.tokenizer.vocab_size), -1e4)
        for b, row in enumerate(ids.tolist()):
            for t in range(len(row)):
                prefix = [words.get(i) for i in row[1 : t + 1]]
                if None in prefix:
                    break
                try:
                    following = self.world.next_word(prefix)
                except ValueError:  # no document begins so
                    break
                for word, p in following.items():
                    i = self.end if word == "<end>" else self.ids[word]
                    logits[b, t, i] = math.log(p)
        return logits


def test_each_word_is_one_token(world, tokenizer):
    for document in world.documents(50, seed=3):
        assert len(tokenizer.encode_document(document.text)) == len(document.words)


def test_the_true_probabilities_reach_the_floor_exactly(world, tokenizer):
    documents = world.documents(12, seed=5)
    assert excess(Oracle(world, tokenizer), tokenizer, documents) == pytest.approx(0, abs=1e-4)


def test_the_floor_comes_to_the_entropy(world, tokenizer):
    """Mean over many documents: within 5 standard errors of the exact entropy per word."""
    documents = world.documents(3000, seed=6)
    sequences = tokenizer.encode_documents([d.text for d in documents])
    assert floor(documents, sequences) == pytest.approx(world.entropy.per_word, abs=0.01)


def test_a_model_is_above_the_floor(world, tokenizer):
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size))
    assert excess(model, tokenizer, world.documents(100, seed=5)) > 4


def test_the_truth_knows_every_fact_of_its_own_world(world, tokenizer):
    known = facts_known(Oracle(world, tokenizer), tokenizer, world)
    assert len(known) == 128
    assert all(known.values())
    other = facts_known(Oracle(world, tokenizer), tokenizer, World(seed=1))
    right = sum(
        world.fact(person, attribute) == World(seed=1).fact(person, attribute)
        for person, attribute in world.pairs
    )
    assert sum(other.values()) == right < 64


def test_an_untrained_model_knows_nothing(world, tokenizer):
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size))
    p = fact_probabilities(model, tokenizer, world)
    assert p.shape == (32, 4, 8)
    torch.testing.assert_close(p.sum(-1), torch.ones(32, 4))
    assert sum(facts_known(model, tokenizer, world).values()) < 32


@pytest.fixture(scope="module")
def stage_folder(world, tmp_path_factory):
    """A folder in which the tiny stage has been trained."""
    folder = tmp_path_factory.mktemp("stages")
    pretrained(world, TINY, folder=folder, quiet=True)
    return folder


def test_a_stage_is_trained_once_and_loaded_as_it_was(world, stage_folder, tmp_path, capsys):
    first = pretrained(world, TINY, folder=tmp_path)
    again = pretrained(world, TINY, folder=tmp_path)
    elsewhere = pretrained(world, TINY, folder=stage_folder)
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in said] == ["trained", "loaded", "loaded"]
    assert first.history.loss == elsewhere.history.loss  # trained twice, with the same result
    assert first.history == again.history
    assert first.history.looked == [0, 3]
    assert set(first.history.looks) == {"excess", "facts", "sample"}
    assert first.tokenizer.merges == again.tokenizer.merges
    for a, b in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(a, b)
    text = write(first.model, first.tokenizer, "Mara lives", temperature=0)
    assert text.startswith("Mara lives")
    assert text == write(again.model, again.tokenizer, "Mara lives", temperature=0)


def test_another_world_recipe_or_split_is_another_stage(world, stage_folder, tmp_path, monkeypatch):
    trained = []

    def pretrain(*call):
        trained.append(call)
        return state

    state = checkpoints.read(next(stage_folder.glob("*.pt")))
    monkeypatch.setattr(pretraining, "_pretrain", pretrain)
    pair = world.pairs[:1]
    calls = [
        (world, TINY, ()),
        (World(seed=1), TINY, ()),
        (World(seed=0, language="zh"), TINY, ()),
        (world, Recipe(**(vars(TINY) | {"seed": 1})), ()),
        (world, TINY, pair),
    ]
    for call in calls + calls:
        pretrained(*call, folder=tmp_path, quiet=True)
    assert len(trained) == len(calls)
    assert len(list(tmp_path.glob("*.pt"))) == len(calls)
