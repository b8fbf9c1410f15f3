"""The table of models: every line has its paper, and says what the paper says."""

import csv
import re
import tomllib
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest
from pybtex.database import Entry, parse_file
from setuptools import find_namespace_packages

from llmbook_utils.model_table import (
    ARCHITECTURES,
    BRANCHES,
    ERAS,
    TABLE,
    TRANSFORMERS,
    as_markdown,
    in_words,
    load,
    models,
    named,
    tree,
)

ROOT = Path(__file__).resolve().parents[1]
BIBLIOGRAPHY = parse_file(ROOT / "book" / "references.bib").entries
NAMES = [model.name for model in models()]


def plain(text: str) -> str:
    for tex, letter in (("{", ""), ("}", ""), ("\\&", "&"), ("--", "–")):
        text = text.replace(tex, letter)
    return text


def written_by(entry: Entry) -> str:
    people = entry.persons["author"]
    if not people[0].first_names:  # an organisation
        return plain(str(people[0]))
    last = [plain(" ".join(person.prelast_names + person.last_names)) for person in people]
    return (
        last[0] if len(last) == 1 else " and ".join(last) if len(last) == 2 else f"{last[0]} et al."
    )


def address(entry: Entry) -> str:
    fields = entry.fields
    if "url" in fields:
        return fields["url"]
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    found = re.search(r"arXiv:(\S+)", f"{fields.get('howpublished')} {fields.get('note')}")
    assert found is not None, "the paper has no address"
    return f"https://arxiv.org/abs/{found[1]}"


# Papers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_paper_is_in_the_bibliography_and_is_cited_as_there(name):
    model = named(name)
    entry = BIBLIOGRAPHY[model.key]
    assert model.authors == written_by(entry)
    assert model.title == plain(entry.fields["title"])
    assert model.link == address(entry)
    # the paper may come out in a journal years later, and never long before the model
    assert -1 <= int(entry.fields["year"]) - model.year <= 3


def test_an_arxiv_number_is_not_younger_than_a_year_after_the_model():
    compared = 0
    for model in models():
        found = re.fullmatch(r"https://arxiv\.org/abs/(\d\d)(\d\d)\.\d{4,5}", model.link)
        if found and model.month:
            months = (2000 + int(found[1]) - model.year) * 12 + int(found[2]) - model.month
            assert 0 <= months <= 5, f"{model.name}: arXiv is {months} months away"
            compared += 1
    assert compared > 40


# Lines ------------------------------------------------------------------------------------------


def test_the_table_spans_the_time_and_holds_each_model_once():
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(models()) == len(set(NAMES)) >= 60
    assert len({name.casefold() for name in NAMES}) == len(NAMES)
    assert all(None not in row and None not in row.values() for row in rows)  # no comma too many
    assert [model.when for model in models()] == sorted(model.when for model in models())
    since = [model for model in models() if not model.older]
    assert since[0].name == "word2vec"
    assert since[-1].year >= 2026
    assert len(models()) - len(since) <= 6


@pytest.mark.parametrize("name", NAMES)
def test_a_line_is_complete_and_possible(name):
    model = named(name)
    assert 1948 <= model.year <= date.today().year
    assert model.month is not None or model.older
    assert model.architecture in ARCHITECTURES
    assert model.branch in BRANCHES
    assert model.organisations
    assert all(len(organisation) > 2 for organisation in model.organisations)
    assert model.objective
    assert model.idea.endswith(".")
    assert model.parameters is None or 10**6 < model.parameters < 3 * 10**12
    assert model.tokens is None or 10**8 <= model.tokens <= 4 * 10**13
    if model.active_parameters is not None:
        assert model.parameters is not None
        assert model.active_parameters < model.parameters
    for number in (model.parameters, model.active_parameters, model.tokens):
        assert number is None or len(str(number).rstrip("0")) <= 4  # as published, not computed


def test_a_number_of_tokens_stands_in_the_words_too():
    words = ("million", "billion", "trillion")
    for model in models():
        if model.tokens:
            amounts = re.findall(rf"([\d.]+) ({'|'.join(words)})", model.training_text)
            stated = {float(amount) * 1000 ** (words.index(word) + 2) for amount, word in amounts}
            assert any(round(value) == model.tokens for value in stated), model.name


def test_every_branch_and_era_has_its_models():
    since = [model for model in models() if not model.older]
    for branch in BRANCHES:
        assert sum(model.branch == branch for model in since) >= 8, branch
    for era in ERAS:
        assert sum(model.era == era for model in since) >= 5, era
    first = {era: next(model.name for model in since if model.era == era) for era in ERAS}
    assert first == dict(zip(ERAS, ("word2vec", "Transformer", "GPT-2"), strict=True))
    assert {model.architecture for model in models() if model.era == ERAS[1]} <= set(TRANSFORMERS)


# What is known ----------------------------------------------------------------------------------

FACTS = {  # name: year, month, organisations, parameters, architecture
    "word2vec": (2013, 1, {"Google"}, None, "word vectors"),
    "Transformer": (2017, 6, {"Google"}, 213_000_000, "encoder–decoder"),
    "ELMo": (2018, 2, {"Allen Institute for AI", "University of Washington"}, None, "recurrent"),
    "GPT": (2018, 6, {"OpenAI"}, 117_000_000, "decoder-only"),
    "BERT": (2018, 10, {"Google"}, 340_000_000, "encoder-only"),
    "Transformer-XL": (2019, 1, {"CMU", "Google"}, 800_000_000, "decoder-only"),
    "GPT-2": (2019, 2, {"OpenAI"}, 1_500_000_000, "decoder-only"),
    "XLNet": (2019, 6, {"CMU", "Google"}, None, "permuted"),
    "RoBERTa": (2019, 7, {"Facebook AI"}, 355_000_000, "encoder-only"),
    "T5": (2019, 10, {"Google"}, 11_000_000_000, "encoder–decoder"),
    "DialoGPT": (2019, 11, {"Microsoft"}, 762_000_000, "decoder-only"),
    "GPT-3": (2020, 5, {"OpenAI"}, 175_000_000_000, "decoder-only"),
    "Chinchilla": (2022, 3, {"DeepMind"}, 70_000_000_000, "decoder-only"),
    "PaLM": (2022, 4, {"Google"}, 540_000_000_000, "decoder-only"),
    "LLaMA": (2023, 2, {"Meta AI"}, 65_000_000_000, "decoder-only"),
    "GPT-4": (2023, 3, {"OpenAI"}, None, "decoder-only"),
    "Mamba": (2023, 12, {"CMU", "Princeton University"}, 2_800_000_000, "state space"),
    "DeepSeek-V3": (2024, 12, {"DeepSeek"}, 671_000_000_000, "decoder-only"),
    "DeepSeek-V4": (2026, 4, {"DeepSeek"}, 1_600_000_000_000, "decoder-only"),
}


@pytest.mark.parametrize("name", FACTS)
def test_the_facts_of_the_course_stand_in_the_table(name):
    model = named(name)
    known = (
        model.year,
        model.month,
        set(model.organisations),
        model.parameters,
        model.architecture,
    )
    assert known == FACTS[name]


def test_recurrent_networks_are_older_than_word_vectors():
    assert named("RNN").year == 1990
    assert named("LSTM").year == 1997
    assert named("LSTM").when < named("word2vec").when
    assert named("neural n-gram model").key == "bengio2003"


def test_what_was_published_of_training():
    assert named("T5").key == "raffel2020"  # the journal's year
    assert named("Chinchilla").tokens == 20 * named("Chinchilla").parameters
    assert named("GPT-3").tokens == 300 * 10**9
    assert named("BERT").tokens == 3_300_000_000
    for secret in ("GPT-4", "ChatGPT", "Claude 3", "OpenAI o1", "Gemini 2.5", "GPT-5"):
        assert named(secret).parameters is None
        assert named(secret).tokens is None


# The reader -------------------------------------------------------------------------------------


def test_the_tree_holds_each_model_once_below_its_parent():
    rows = tree(models())
    assert sorted(model.name for model, _ in rows) == sorted(NAMES)
    above: list[str] = []
    for model, depth in rows:
        del above[depth:]
        assert (above[-1] if above else None) == model.parent
        above.append(model.name)
    depths = {model.name: depth for model, depth in rows}
    assert depths["DeepSeek-R1"] > depths["DeepSeek-V3"] > depths["LLaMA"] > depths["GPT"] > 3


def test_the_tree_of_some_models_bridges_those_that_are_left_out():
    some = [named(name) for name in ("Transformer", "GPT-3", "LLaMA", "word2vec")]
    shown = [(model.name, depth) for model, depth in tree(some)]
    assert shown == [("word2vec", 0), ("Transformer", 0), ("GPT-3", 1), ("LLaMA", 2)]


def test_numbers_are_said_as_people_say_them():
    said = [in_words(n) for n in (213_000_000, 1_630_000_000, 15_600_000_000_000, 12)]
    assert said == ["213 million", "1.63 billion", "15.6 trillion", "12"]
    assert in_words(None, "not published") == "not published"


def test_a_markdown_table_has_a_line_for_each_model():
    lines = as_markdown([named("BERT"), named("Mixtral 8x7B")]).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    assert "[Devlin et al.](https://doi.org/10.18653/v1/N19-1423)" in lines[2]
    assert "47 billion (13 billion active)" in lines[3]
    assert not any("|" in field for model in models() for field in (model.name, model.objective))


def test_a_broken_table_is_refused(tmp_path):
    text = TABLE.read_text(encoding="utf-8")
    for old, new, said in (
        ("\nBERT,2018,10,", "\nGPT,2018,10,", "expected each model once, got GPT again"),
        ("\nBERT,2018,10,", "\nBERT,2018,13,", r"expected a month from 1 to 12, got 13 \(BERT\)"),
        (
            "\nBERT,2018,10,Google,BERT,encoder-only,",
            "\nBERT,2018,10,Google,BERT,big,",
            "got 'big'",
        ),
        ("\nBERT,2018,10,", "\nBERT,2016,10,", "expected an older model as parent of BERT"),
        ("\nTransformer,", "\nTransfomer,", "expected an older model as parent of .*Transformer"),
    ):
        assert old in text
        (tmp_path / "models.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            load(tmp_path / "models.csv")
    with pytest.raises(ValueError, match="expected a model of the table"):
        named("BART-5")


def test_the_table_is_installed_with_the_package(tmp_path):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    assert any(fnmatch(TABLE.name, pattern) for pattern in patterns)
    include = settings["tool"]["setuptools"]["packages"]["find"]["include"]
    (tmp_path / "llmbook_utils" / "data").mkdir(parents=True)  # as it is, without an __init__.py
    assert not (TABLE.parent / "__init__.py").exists()
    assert "llmbook_utils.data" in find_namespace_packages(str(tmp_path), include=include)
