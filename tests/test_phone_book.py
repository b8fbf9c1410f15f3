"""The phone book: what is stored, and that only the sharp metric jumps."""

import math

import pytest
import torch

from llmbook_utils import metrics
from llmbook_utils.emergence import phone_book
from llmbook_utils.emergence.phone_book import Recall
from llmbook_utils.gpt import GPT

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_book_has_different_keys_and_random_digits():
    book = phone_book.book(400, 8)
    assert book.tokens.shape == (400, 10)
    assert len({tuple(row) for row in book.tokens[:, :2].tolist()}) == 400
    assert book.tokens[:, :2].min() >= 10
    counts = torch.bincount(book.digits.flatten(), minlength=10)
    assert len(counts) == 10
    assert (counts - 320).abs().max() < 5 * 320**0.5
    assert torch.equal(book.tokens, phone_book.book(400, 8).tokens)
    assert not torch.equal(book.tokens, phone_book.book(400, 8, seed=2).tokens)


def test_a_line_of_the_book_can_be_read():
    book = phone_book.book(3, 4)
    letters, digits = book.line(1).split()
    assert letters.isalpha()
    assert [int(d) for d in digits] == book.digits[1].tolist()


@pytest.mark.parametrize(("entries", "digits"), [(0, 8), (677, 8), (5, 0)])
def test_a_book_that_cannot_be_is_refused(entries, digits):
    with pytest.raises(ValueError, match="expected 1 to 676 entries"):
        phone_book.book(entries, digits)


def test_bits_known_by_chance_and_by_heart():
    digits = torch.randint(10, (5, 3), generator=torch.Generator().manual_seed(0))
    chance = torch.full((1, 5, 3, 10), -math.log(10))
    by_heart = torch.full((1, 5, 3, 10), -100.0).scatter(-1, digits[None, ..., None], 0.0)
    recall = Recall(4, 100, (0, 1), digits, torch.cat([chance, by_heart]))
    torch.testing.assert_close(recall.bits_known, torch.tensor([0, 15 * math.log2(10)]))
    torch.testing.assert_close(recall.bits_per_parameter, recall.bits_known / 100)
    assert recall.correct[1].all()
    assert recall.true_log_p[0].unique().item() == pytest.approx(-math.log(10))


def test_each_model_depends_on_its_own_seed_alone():
    book = phone_book.book(16)
    both = phone_book.learn(book, [8], (3, 4), steps=4, quiet=True)[0]
    alone = phone_book.learn(book, [4, 8], (4,), steps=4, quiet=True)[1]
    torch.testing.assert_close(both.log_p[1], alone.log_p[0])
    assert not torch.allclose(both.log_p[0], both.log_p[1])
    assert alone.parameters == sum(p.numel() for p in GPT(phone_book.config(book, 8)).parameters())


def test_asking_does_not_show_the_digit_asked_for():
    book = phone_book.book(20)
    model = phone_book.memorise(book, 8, steps=5)
    changed = phone_book.Book(book.tokens.clone())
    changed.tokens[:, -1] = (changed.tokens[:, -1] + 1) % 10
    torch.testing.assert_close(phone_book.ask(model, changed), phone_book.ask(model, book))


@pytest.mark.thorough  # with one seed: tests/test_chapter_05.py
def test_digits_climb_where_whole_numbers_jump():
    """On another book and with other seeds than in the chapter; about 10 s."""
    book = phone_book.book(seed=5)
    small, middle, large = phone_book.learn(book, [8, 16, 28], (10, 11, 12), quiet=True)
    for i in range(3):
        exact = [metrics.exact_digits(r.correct[i]) for r in (small, middle, large)]
        digits = [metrics.digit_accuracy(r.correct[i]) for r in (small, middle, large)]
        nats = [metrics.nats_per_digit(r.true_log_p[i]) for r in (small, middle, large)]
        assert exact[0] < 0.02
        assert exact[2] > 0.9
        assert 0.15 < digits[0] < 0.45  # already well above chance, while exact match is zero
        assert digits[0] + 0.2 < digits[1] < digits[2]
        assert math.log(10) - 0.05 > nats[0] > nats[1] + 0.5 > nats[2] + 1
        for recall in (small, middle, large):
            correct = recall.correct[i]
            foretold = metrics.independent_exact(correct)
            assert foretold == pytest.approx(metrics.exact_digits(correct), abs=0.08)
        assert (middle.bits_per_parameter[i] > large.bits_per_parameter[i]).item()
        assert 0 < small.bits_per_parameter[i] < 2
