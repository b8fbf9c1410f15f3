"""Byte-pair encoding: exact round trips, a naive count's merges, and its peers' very tokens."""

import json
import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils.byte_pairs import apply_merges, learn_merges, merge, token_bytes
from llmbook_utils.tokenizer import PATTERN, Tokenizer

SMALL = (
    "Mara lives in Oslo. She is a baker. Mara's cat saw 12 red boats, then 7 blue ones!\n"
    "Ivo lives in Lima; he is a farmer.\n\n    def bake(self, bread):\n\treturn bread ** 2\n"
    "玛拉住在奥斯陆。她是面包师。Élan vital, naïve café, größer, Ελλάδα, 👩‍🚀.\n"
)
unicode_text = st.text(st.characters(exclude_categories=()))  # lone surrogates included
near_text = st.text(st.sampled_from(" ab12.,_-\n\t 玛é<end>d"))
pieces = st.dictionaries(
    st.text("abc", min_size=1, max_size=12).map(str.encode), st.integers(1, 5), max_size=12
)


@pytest.fixture(scope="module")
def topics():
    """Real English, 465 KB."""
    from pydoc_data.topics import topics

    return "\n".join(topics.values())


@pytest.fixture(scope="module")
def real(topics):
    return Tokenizer.train(topics, vocab_size=1258)


@pytest.fixture(scope="module")
def small():
    return Tokenizer.train(SMALL, vocab_size=330, specials=("<pad>", "<end>", "<q>", "<a>"))


# Merges -----------------------------------------------------------------------------------------


def naive_merges(pieces, limit):
    """Sennrich et al.'s algorithm as it is printed: count everything again before each merge."""
    words = [(list(piece), times) for piece, times in pieces.items()]
    merges = []
    while limit is None or len(merges) < limit:
        counts = Counter()
        for word, times in words:
            for pair in pairwise(word):
                counts[pair] += times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        words = [(merge(word, best, 256 + len(merges)), times) for word, times in words]
        merges.append(best)
    return merges


def naive_apply(piece, merges):
    """Every merge in turn, over the whole piece."""
    ids = list(piece)
    for rank, pair in enumerate(merges):
        ids = merge(ids, pair, 256 + rank)
    return ids


@given(pieces, st.none() | st.integers(0, 12))
def test_training_equals_counting_everything_again(pieces, limit):
    assert learn_merges(pieces, limit) == naive_merges(pieces, limit)


@settings(deadline=None)
@given(pieces, st.text("abc", max_size=40).map(str.encode))
def test_encoding_equals_every_merge_in_turn(pieces, piece):
    merges = learn_merges(pieces, 15)
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    assert apply_merges(piece, ranks) == naive_apply(piece, merges)


def test_training_on_real_text_equals_counting_everything_again(topics):
    text = topics[:20_000]
    tokenizer = Tokenizer.train(text, vocab_size=318, document_prefix="")
    cut = tokenizer.encode(text, "text")
    pieces = Counter(piece.encode() for piece in tokenizer._pieces(text))
    assert list(tokenizer.merges) == naive_merges(pieces, 60)
    assert len(cut) == sum(len(naive_apply(p, tokenizer.merges)) * n for p, n in pieces.items())


def test_the_example_by_hand():
    """low ×5, lower ×2, newest ×6, widest ×3, as in Sennrich et al. (2016); worked on paper."""
    pieces = {b"low": 5, b"lower": 2, b"newest": 6, b"widest": 3}
    tokens = token_bytes(learn_merges(pieces, 6))[256:]
    # es and st occur 9 times each, and e < s; lo and ow 7 times each, and l < o; then ne and
    # (ne)w, (ew) wait for newest, 6 times; e–w and n–e and w–est are equal, e < n < w
    assert tokens == [b"es", b"est", b"lo", b"low", b"ew", b"new"]


def test_no_merge_makes_a_token_twice():
    """tiktoken, which looks a pair up by its bytes, relies on it; so here is hard input."""
    rng = random.Random(0)
    for _ in range(300):
        words = ["".join(rng.choices("ab", k=rng.randint(1, 15))) for _ in range(8)]
        merges = learn_merges({word.encode(): rng.randint(1, 9) for word in words})
        token_bytes(merges)  # raises if one does


def test_training_goes_on_until_every_piece_is_one_token():
    texts = ["Mara lives in Oslo.", "Oslo is where Mara lives.", "The baker, Ivo, saw 123 boats!"]
    tokenizer = Tokenizer.train(texts)
    for text in texts:
        assert len(tokenizer.encode_document(text, end=None)) == len(tokenizer._pieces(" " + text))
    (mara,) = tokenizer.encode(" Mara")
    assert all(mara in tokenizer.encode_document(text) for text in texts[:2])


def test_training_is_the_same_every_time_and_in_every_order_of_texts():
    lines = SMALL.splitlines()
    first = Tokenizer.train(lines, vocab_size=330)
    assert first.merges == Tokenizer.train(lines[::-1], vocab_size=330).merges
    assert first.merges == Tokenizer.train(iter(lines), vocab_size=330).merges


def test_more_merges_extend_fewer():
    few, many = (Tokenizer.train(SMALL, vocab_size=size) for size in (280, 340))
    assert many.merges[: len(few.merges)] == few.merges
    assert (few.vocab_size, many.vocab_size) == (280, 340)
    assert len(many.encode(SMALL)) < len(few.encode(SMALL))


def test_a_small_text_gives_a_smaller_vocabulary():
    assert Tokenizer.train("aa", vocab_size=1000, document_prefix="").merges == ((97, 97),)
    assert Tokenizer.train([], vocab_size=1000).merges == ()


def test_special_tokens_in_training_texts_are_cut_out():
    texts = ["Mara.<end>Mara.<end>Mara.<end>" * 20]
    tokenizer = Tokenizer.train(texts, document_prefix="")
    assert set(token_bytes(tokenizer.merges)[256:]) <= {
        b"Ma",
        b"Mar",
        b"Mara",
        b"ar",
        b"ara",
        b"ra",
    }


# Round trips ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(unicode_text | near_text)
def test_any_text_comes_back(small, text):
    assert small.decode(small.encode(text, "text")) == text
    assert small.decode(small.encode(text, "allow")) == text
    for specials in ("text", "allow"):
        ids = small.encode_document(text, end=None, specials=specials)
        assert small.decode_document(ids, end=None) == text


@settings(deadline=None)
@given(unicode_text | near_text)
def test_the_pieces_are_the_text(small, text):
    assert "".join(small._pieces(text)) == text


def test_real_text_comes_back(real, topics):
    ids = real.encode(topics, "text")
    assert real.decode(ids) == topics
    assert len(ids) < 0.5 * len(topics.encode())
    assert max(ids) < real.vocab_size


def test_lone_surrogates_come_back_and_differ_from_the_whole_character(small):
    for text in ("\ud83d", "\udc69a", "\ud83d\udc69"):  # the last is two halves in Python
        assert small.decode(small.encode(text)) == text
    assert small.encode("\ud83d\udc69") != small.encode("👩")


def test_ids_that_are_no_text_give_replacement_characters(small):
    half = "玛".encode()[:2]
    assert small.decode(half) == "�"
    assert small.decode([*half, *b"ok"]).endswith("ok")


def test_ids_may_come_as_a_list_an_array_or_a_tensor(small):
    import torch

    ids = small.encode("Mara lives")
    for same in (tuple(ids), np.array(ids), torch.tensor(ids), iter(ids), list(np.array(ids))):
        assert small.decode(same) == "Mara lives"


def test_a_long_piece_takes_no_more_than_its_length(small):
    """90,000 letters without a space: a heap, not a search at every step."""
    text = "aba" * 30_000
    assert small.decode(small.encode(text)) == text


def test_a_full_memory_of_pieces_is_emptied(monkeypatch):
    monkeypatch.setattr("llmbook_utils.tokenizer.CACHED", 4)
    tokenizer = Tokenizer.train(SMALL, vocab_size=330)
    assert tokenizer.decode(tokenizer.encode(SMALL)) == SMALL
    assert len(tokenizer._of_piece) <= 4


# Documents and special tokens -------------------------------------------------------------------


def test_a_word_at_the_start_of_a_document_is_the_word_of_its_middle():
    texts = ["Mara saw Ivo.", "Ivo saw Mara."]
    tokenizer = Tokenizer.train(texts)
    (mara, saw, ivo, stop, end), second = tokenizer.encode_documents(texts)
    assert second == [ivo, saw, mara, stop, end]
    assert tokenizer.token(mara) == b" Mara"
    assert end == tokenizer.special_id("<end>")
    prompt = tokenizer.encode_document("Mara saw", end=None)
    assert prompt == [mara, saw]
    assert tokenizer.decode_document([*prompt, ivo, stop, end, saw]) == "Mara saw Ivo."


@pytest.mark.parametrize("text", ["", " ", "  Mara", "\nMara", ".", "Mara ", "玛拉"])
def test_a_document_comes_back_whatever_it_starts_with(small, text):
    ids = small.encode_document(text)
    assert small.decode_document(ids) == text
    assert ids == [*small.encode(" " + text if text else ""), small.special_id("<end>")]


def test_a_dialogue_has_the_words_of_other_documents():
    texts = ["Where is Mara?", "Mara is in Oslo."]
    tokenizer = Tokenizer.train(texts, specials=("<end>", "<q>", "<a>"))
    dialogue = "<q> Where is Mara?<a> Mara is in Oslo.<q><a>"
    ids = tokenizer.encode_document(dialogue, specials="allow")
    shown = [tokenizer.token(i).decode() for i in ids]
    assert "|".join(shown) == "<q>| Where| is| Mara|?|<a>| Mara| is| in| Oslo|.|<q>|<a>|<end>"
    assert tokenizer.decode_document(ids) == dialogue
    assert tokenizer.decode_document(ids, end=None) == dialogue + "<end>"
    late = tokenizer.encode_document("Mara.<a> Oslo.", specials="allow")
    assert tokenizer.token(late[0]) == b" Mara"
    assert tokenizer.decode_document(late) == "Mara.<a> Oslo."
    assert Tokenizer.train([dialogue], specials=("<end>", "<q>", "<a>")).merges == tokenizer.merges


def test_chinese_documents_need_no_prefix():
    tokenizer = Tokenizer.train(["玛拉住在奥斯陆。"], document_prefix="")
    ids = tokenizer.encode_document("奥斯陆。")
    assert [tokenizer.token(i).decode() for i in ids] == [*"奥斯陆。", "<end>"]
    assert tokenizer.decode_document(ids) == "奥斯陆。"


def test_special_tokens_are_refused_unless_allowed(small):
    text = "Ask: <q> Where?<end>"
    with pytest.raises(ValueError, match="got '<q>' at character 5"):
        small.encode(text)
    allowed = small.encode(text, "allow")
    assert allowed.count(small.special_id("<q>")) == 1
    assert allowed[-1] == small.special_id("<end>")
    plain = small.encode(text, "text")
    assert not {small.special_id(s) for s in small.specials} & set(plain)
    assert small.decode(allowed) == small.decode(plain) == text
    with pytest.raises(ValueError, match="without special tokens"):
        small.encode_document("a<end>b")


def test_the_longest_special_token_wins():
    tokenizer = Tokenizer(specials=("<|a|>", "<|a|>b", "."))
    assert tokenizer.encode("<|a|>b.", "allow") == [257, 258]
    assert tokenizer.encode("<|a|>c", "allow") == [256, ord("c")]


def test_ids_are_bytes_then_merges_then_specials(small):
    assert [small.token(i) for i in range(256)] == [bytes([i]) for i in range(256)]
    for rank, (a, b) in enumerate(small.merges):
        assert small.token(256 + rank) == small.token(a) + small.token(b)
    assert [small.special_id(s) for s in small.specials] == [326, 327, 328, 329]
    assert small.token(327) == b"<end>"
    assert small.vocab_size == 330
    assert repr(small) == "Tokenizer(330 tokens: 256 bytes, 70 merges, <pad> <end> <q> <a>)"


# Misuse -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: t.decode([5, 330]), ValueError, "expected an id from 0 to 329, got 330"),
        (lambda t: t.decode([-1]), ValueError, "expected an id from 0 to 329, got -1"),
        (lambda t: t.special_id("<eos>"), ValueError, "<pad> <end> <q> <a>.*got '<eos>'"),
        (lambda t: Tokenizer.train("a", vocab_size=257), ValueError, "at least 258 .*got 257"),
        (lambda t: Tokenizer([(97, 256)]), ValueError, r"merge 0 to use ids from 0 to 255"),
        (lambda t: Tokenizer([(97, 98), (97, 98)]), ValueError, "merge 1 .*b'ab' again"),
        (lambda t: Tokenizer(specials=("<a>", "<a>")), ValueError, "that differ"),
        (lambda t: Tokenizer(specials=("",)), ValueError, "not empty"),
        (lambda t: Tokenizer(pattern="("), ValueError, "expected a regular expression"),
        (lambda t: Tokenizer(pattern="(a)|."), ValueError, "without groups"),
        (lambda t: Tokenizer(pattern=r"\w+").encode("a b"), ValueError, "leaves out a part of"),
    ],
)
def test_misuse_is_said(small, call, error, message):
    with pytest.raises(error, match=message):
        call(small)


def test_wrong_types_are_said(small):
    """Called as a reader would, past the checks of types that tests switch on."""
    from llmbook_utils import tokenizer as module

    with pytest.raises(TypeError, match=r"expected a text \(str\), got bytes"):
        module._text(b"Mara")
    with pytest.raises(TypeError, match="got one str: '<end>'"):
        module._distinct("<end>")
    for ids in ([[1, 2]], [1.0], 5, np.ones((2, 2), int)):
        with pytest.raises(TypeError, match="expected one row of whole numbers as ids"):
            module._whole_numbers(ids)
    with pytest.raises(TypeError, match="got one str; encode_document takes one"):
        small.encode_documents("Mara")


# Files ------------------------------------------------------------------------------------------


def test_a_saved_tokenizer_is_the_same(small, tmp_path):
    path = tmp_path / "tokenizer.json"
    small.save(path)
    again = Tokenizer.load(str(path))
    for name in ("merges", "specials", "pattern", "document_prefix"):
        assert getattr(again, name) == getattr(small, name)
    assert again.encode(SMALL) == small.encode(SMALL)
    chinese = Tokenizer(specials=("<结束>",), document_prefix="")
    chinese.save(path)
    assert Tokenizer.load(path).special_id("<结束>") == 256


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: {**c, "format": "other"}, "expected the format"),
        (lambda c: [c], "expected the format"),
        (lambda c: {**c, "merges": None}, "expected 'merges' to be a list"),
        (lambda c: {k: v for k, v in c.items() if k != "specials"}, "expected 'specials'"),
        (lambda c: {**c, "specials": [1]}, "expected 'specials' to hold texts"),
        (lambda c: {**c, "merges": [[1, 2, 3]]}, r"two ids, got \[1, 2, 3\]"),
        (lambda c: {**c, "merges": [[1, True]]}, "two ids"),
        (lambda c: {**c, "merges": [[1, 2.0]]}, "two ids"),
        (lambda c: {**c, "merges": [[1, 999]]}, "merge 0 to use ids from 0 to 255"),
        (lambda c: {**c, "pattern": "["}, "regular expression"),
    ],
)
def test_a_file_that_is_no_tokenizer_is_named(small, tmp_path, change, message):
    path = tmp_path / "tokenizer.json"
    small.save(path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ValueError, match=message) as caught:
        Tokenizer.load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_named(tmp_path, data):
    path = tmp_path / "tokenizer.json"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"tokenizer\.json is not a tokenizer's file"):
        Tokenizer.load(path)


# Peers ------------------------------------------------------------------------------------------


def as_tiktoken(tokenizer):
    """tiktoken with our merges, pattern and special tokens."""
    tiktoken = pytest.importorskip("tiktoken", reason="tiktoken is not installed")
    tokens = token_bytes(tokenizer.merges)
    return tiktoken.Encoding(
        "ours",
        pat_str=tokenizer.pattern,
        mergeable_ranks={token: rank for rank, token in enumerate(tokens)},
        special_tokens={s: tokenizer.special_id(s) for s in tokenizer.specials},
    )


@pytest.fixture(scope="module")
def tiktoken_small(small):
    return as_tiktoken(small)


@pytest.fixture(scope="module")
def hf_small(small):
    return as_hf(small)


def byte_letters():
    """GPT-2's printable letter for each byte: itself where it has one, else one from U+0100 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    return letters | {byte: chr(256 + i) for i, byte in enumerate(others)}


def as_hf(tokenizer):
    """Hugging Face's tokenizers with our merges; it is given pieces, or cuts by our pattern."""
    hf = pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    letters = byte_letters()
    names = ["".join(letters[b] for b in t) for t in token_bytes(tokenizer.merges)]
    peer = hf.Tokenizer(
        hf.models.BPE(
            vocab={name: i for i, name in enumerate(names)},
            merges=[(names[a], names[b]) for a, b in tokenizer.merges],
        )
    )
    peer.pre_tokenizer = hf.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return peer


@settings(deadline=None)
@given(text=st.text("abc é玛\n", min_size=1, max_size=30))
def test_tiktoken_makes_the_same_tokens_of_a_piece(small, tiktoken_small, text):
    ours = apply_merges(text.encode(), {pair: rank for rank, pair in enumerate(small.merges)})
    assert tiktoken_small._encode_single_piece(text) == ours


def test_tiktoken_makes_the_same_tokens_of_real_text(real, topics):
    assert as_tiktoken(real).encode_ordinary(topics) == real.encode(topics, "text")


def test_tiktoken_treats_special_tokens_alike(small):
    peer, text = as_tiktoken(small), "Ask: <q> Where?<end>"
    assert peer.encode(text, allowed_special="all") == small.encode(text, "allow")
    assert peer.encode(text, disallowed_special=()) == small.encode(text, "text")
    with pytest.raises(ValueError, match="special token"):
        peer.encode(text)


@settings(deadline=None)
@given(text=st.text("abc é玛\n", min_size=1, max_size=30))
def test_hf_tokenizers_makes_the_same_tokens_of_a_piece(small, hf_small, text):
    ours = apply_merges(text.encode(), {pair: rank for rank, pair in enumerate(small.merges)})
    assert hf_small.encode(text).ids == ours


def test_hf_tokenizers_makes_the_same_tokens_of_real_text(real, topics):
    peer = as_hf(real)
    pieces = real._pieces(topics)
    assert peer.encode(pieces, is_pretokenized=True).ids == real.encode(topics, "text")


def test_hf_tokenizers_learns_a_code_of_the_same_length(real, topics):
    """It breaks ties otherwise, so merges may differ; what they are worth may not."""
    hf = pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    peer = hf.Tokenizer(hf.models.BPE())
    peer.pre_tokenizer = hf.pre_tokenizers.Sequence(
        [
            hf.pre_tokenizers.Split(hf.Regex(HF_PATTERN), "isolated"),
            hf.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = hf.trainers.BpeTrainer(
        vocab_size=1256,
        initial_alphabet=hf.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    peer.train_from_iterator([" " + topics], trainer)
    theirs, ours = len(peer.encode(topics).ids), len(real.encode(topics, "text"))
    assert abs(theirs - ours) < 0.002 * ours


# the same rules in the dialect of its regular expressions, for text without Chinese
HF_PATTERN = r" ?[^\W\d_]+| ?\d+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+"


def test_the_pattern_for_peers_is_ours():
    import re

    assert re.findall(HF_PATTERN, SMALL.split("玛")[0]) == re.findall(PATTERN, SMALL.split("玛")[0])
