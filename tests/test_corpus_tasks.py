"""Tasks on the tiny world's documents: translations, summaries, labels; and real text."""

import itertools

import pytest

from llmbook_utils.corpus import World, grammar, lexicon, tasks, tokenise
from llmbook_utils.corpus.real_text import help_pages, own_text

EN, ZH = World(0), World(0, language="zh")


@pytest.fixture(params=[EN, ZH], ids=["en", "zh"])
def world(request):
    return request.param


def tagged(document, tags):
    """The phrases that BIO tags mark: (name, words); refuses an I that continues nothing."""
    found = []
    for word, tag in zip(document.words, tags, strict=True):
        if tag.startswith("B-"):
            found.append((tag[2:], [word]))
        elif tag.startswith("I-"):
            assert found, "an entity begins with B"
            assert found[-1][0] == tag[2:], "an entity begins with B"
            found[-1][1].append(word)
    return [(name, tuple(words)) for name, words in found]


# --- translation --------------------------------------------------------------------------------


def test_translation_there_and_back():
    for source, target in ((EN, ZH), (ZH, EN)):
        for document, translation in tasks.translation_pairs(source, target, 80, seed=2):
            assert translation.language == target.language
            assert translation.log_prob == pytest.approx(document.log_prob)
            assert tasks.translate(translation, source).words == document.words
            assert list(said(source, document)) == list(said(target, translation))


def said(world, document):
    """The facts that a document tells, as numbers."""
    for (person, attribute), value in document.facts.items():
        yield world.people.index(person), attribute, world.values[attribute].index(value)


def test_a_translation_to_read():
    pet = EN.fact("Mara", "pet")
    document = EN.read(f"Mara keeps {lexicon.article(pet)} {pet}. At noon she visits Paul.")
    chinese = "".join(lexicon.phrase("pet", EN.values["pet"].index(pet), "zh"))
    assert tasks.translate(document, ZH).text == f"玛拉养了{chinese}。中午她拜访了保罗。"


def test_translation_needs_one_world_in_two_languages():
    with pytest.raises(ValueError, match="expected one world in two languages"):
        tasks.translation_pairs(EN, World(1, "zh"), 1)
    with pytest.raises(ValueError, match="expected one world in two languages"):
        tasks.translation_pairs(EN, EN, 1)


# --- summary and topic --------------------------------------------------------------------------


def test_summaries_tell_the_facts_and_nothing_else(world):
    shorter = 0
    for document in world.documents(100, seed=3):
        summary = tasks.summary(document, world)
        assert summary.facts == document.facts
        assert summary.person == document.person
        order = [world.attributes.index(attribute) for _, attribute in summary.facts]
        assert order == sorted(order)
        assert tasks.topic(summary) == "portrait"
        assert len(summary.words) <= len(document.words) + 1  # a pronoun may become a name only
        shorter += len(summary.words) < len(document.words)
        assert tasks.summary(summary, world).words == summary.words
    assert shorter > 60


def test_a_summary_to_read():
    town, job, food = (EN.fact("Paul", attribute) for attribute in ("town", "job", "food"))
    text = f"This is Paul. He loves {food}. Paul is {lexicon.article(job)} {job}."
    text += f" He has a home in {town}. At noon Mara calls him. What a day!"
    summary = f"Paul lives in {town} and works as {lexicon.article(job)} {job}. He likes {food}."
    assert tasks.summary(EN.read(text), EN).text == summary


def test_topics(world):
    english = ("finds", "buys", "loses", "meets", "visits", "calls", "gives")
    chinese = ("找到", "买", "丢", "遇见", "拜访", "打电话", "送给")
    words = english if world.language == "en" else chinese
    verbs = dict(zip(tasks.TOPICS[1:], words, strict=True))
    seen = set()
    for document in world.documents(300, seed=4):
        topic = tasks.topic(document)
        seen.add(topic)
        kinds = [kind for word in document.words for kind, verb in verbs.items() if word == verb]
        assert topic == (kinds[-1] if kinds else "portrait")
    assert seen == set(tasks.TOPICS)


# --- entities, roles, spans ---------------------------------------------------------------------


def test_entities_are_the_phrases_of_the_lexicon(world):
    language = world.language
    phrases = {
        "PERSON": {(name,) for name in world.people},
        "TOWN": {(town,) for town in world.values["town"]},
        "PLACE": {(place,) for place in lexicon.PLACES[language]},
        "TIME": {lexicon.phrase("time", i, language) for i in range(5)}
        | {(day,) for day in lexicon.DAYS[language]},
        "THING": {lexicon.phrase("thing", i, language) for i in range(64)},
    }
    single = {words[0]: kind for kind, group in phrases.items() for words in group
              if len(words) == 1}  # fmt: skip
    for document in world.documents(200, seed=5):
        tags = tasks.entities(document)
        assert set(tags) <= set(tasks.ENTITY_TAGS)
        for kind, words in tagged(document, tags):
            assert words in phrases[kind]
        for word, tag in zip(document.words, tags, strict=True):
            if word in single:  # whatever is in the lexicon is tagged
                assert tag == f"B-{single[word]}"


def test_frames_of_a_sentence():
    food = EN.fact("Mara", "food")
    town = EN.fact("Mara", "town")
    text = f"Mara often eats {food} and lives in {town}. In the evening Paul gives her an old key."
    document = EN.read(text)
    frames = [
        {role: " ".join(document.words[slice(*span)]) for role, span in frame.spans.items()}
        for frame in tasks.frames(document)
    ]
    assert frames == [
        {"agent": "Mara", "predicate": "eats", "theme": food},
        {"agent": "Mara", "predicate": "lives", "place": town},
        {"time": "In the evening", "agent": "Paul", "predicate": "gives", "recipient": "her",
         "theme": "an old key"},
    ]  # fmt: skip
    assert [frame.kind for frame in tasks.frames(document)] == ["food", "town", "give"]


def test_frames_and_tags_agree(world):
    for document in world.documents(150, seed=6):
        frames = tasks.frames(document)
        events = [frame for frame in frames if frame.kind in grammar.EVENTS]
        assert len(frames) == len(document.facts) + len(events)
        for frame in frames:
            assert {"predicate", "agent"} <= frame.spans.keys() <= set(tasks.ROLES)
            tags = tasks.role_tags(document, frame)
            assert set(tags) <= set(tasks.ROLE_TAGS)
            marked = dict(tagged(document, tags))
            assert marked == {r: document.words[a:b] for r, (a, b) in frame.spans.items()}
        for frame in events:
            assert "time" in frame.spans


def test_roles_are_the_same_in_both_languages():
    for document, translation in tasks.translation_pairs(EN, ZH, 60, seed=7):
        ours, theirs = tasks.frames(document), tasks.frames(translation)
        assert [f.kind for f in ours] == [f.kind for f in theirs]
        assert [f.spans.keys() for f in ours] == [f.spans.keys() for f in theirs]


def test_answer_spans(world):
    for document, attribute in itertools.product(world.documents(100, seed=8), world.attributes):
        span = tasks.answer_span(document, attribute)
        told = document.facts.get((document.person, attribute))
        assert (span is None) == (told is None)
        if span:
            assert document.words[span[1] - 1] == told
    with pytest.raises(ValueError, match="expected an attribute"):
        tasks.answer_span(document, "age")


# --- real text ----------------------------------------------------------------------------------


def test_help_pages():
    text = help_pages()
    assert len(text) > 300_000
    assert "\n\n\n\n" not in text
    assert "  " not in text
    assert not any(set(line) <= set("*=-~") for line in text.splitlines() if len(line) > 2)
    assert "statement" in text


def test_own_text_of_any_make(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_bytes("\ufeffZwölf\r\nBoxkämpfer\r\n\n".encode())
    assert own_text(file, at_least=10) == "Zwölf\nBoxkämpfer\n"
    assert own_text(str(file), at_least=10) == own_text(file, at_least=10)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"PK\x03\x04\x00\x00\x00", "binary file .* zero bytes"),
        ("Zwölf".encode("utf-16"), "got UTF-16"),
        ("Zwölf Boxkämpfer".encode("latin-1"), r"expected text in UTF-8, got byte 0xf6 at place 2"),
        (b"short", r"at least 1000 characters for one batch, got 5 .* smaller batch"),
    ],
)
def test_own_text_that_cannot_be_used(tmp_path, content, message):
    file = tmp_path / "mine.txt"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        own_text(file)


def test_own_text_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        own_text(tmp_path / "nothing.txt")
    with pytest.raises(ValueError, match="is not a file"):
        own_text(tmp_path)


def test_real_text_is_not_of_the_tiny_world():
    with pytest.raises(ValueError, match="expected words and marks"):
        tokenise(help_pages())
