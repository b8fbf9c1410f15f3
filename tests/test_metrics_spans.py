"""Entities from tags and answers to questions: by hand, broken tags included, and against loops."""

import pytest
from properties import given, st

from llmbook_utils.metrics import entity_scores, spans, squad_exact, squad_f1

TAGS = st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"]), max_size=9)


def test_entities_go_from_b_to_the_last_i_of_their_kind():
    tags = ["B-A", "I-A", "O", "B-A", "B-A", "I-A", "B-B", "I-B"]
    assert spans(tags) == [(0, 2, "A"), (3, 4, "A"), (4, 6, "A"), (6, 8, "B")]
    assert spans([]) == spans(["O", "O"]) == []


@pytest.mark.parametrize(
    ("tags", "begin", "drop"),
    [
        (["O", "I-A", "I-A"], [(1, 3, "A")], []),
        (["I-A"], [(0, 1, "A")], []),
        (["B-A", "I-B", "I-A"], [(0, 1, "A"), (1, 2, "B"), (2, 3, "A")], [(0, 1, "A")]),
        (["B-A", "O", "I-A"], [(0, 1, "A"), (2, 3, "A")], [(0, 1, "A")]),
        (["I-A", "B-A"], [(0, 1, "A"), (1, 2, "A")], [(1, 2, "A")]),
    ],
)
def test_the_rule_for_broken_tags_is_stated(tags, begin, drop):
    assert spans(tags) == begin
    assert spans(tags, broken="drop") == drop


@given(TAGS)
def test_spans_follow_one_another_and_hold_every_tag_that_is_not_o(tags):
    found = spans(tags)
    assert [place for s in found for place in range(s.start, s.stop)] == [
        place for place, tag in enumerate(tags) if tag != "O"
    ]
    assert all({tag[2:] for tag in tags[s.start : s.stop]} == {s.kind} for s in found)
    assert all("B" not in {tag[0] for tag in tags[s.start + 1 : s.stop]} for s in found)
    assert set(spans(tags, "drop")) <= set(found)


@given(TAGS)
def test_conlleval_s_own_rules_give_the_same_entities(tags):
    """conlleval's two questions for each place: does an entity end before it, does one begin?"""
    found, start = [], None
    before, kind_before = "O", ""
    for i, tag in enumerate([*tags, "O"]):
        letter, kind = (tag[0], tag[2:]) if tag != "O" else ("O", "")
        ends = before in "BI" and (letter in "BO" or kind != kind_before)
        begins = letter == "B" or (letter == "I" and (before == "O" or kind != kind_before))
        if ends:
            found.append((start, i, kind_before))
        if begins:
            start = i
        before, kind_before = letter, kind
    assert spans(tags) == found


def test_entity_f1_by_hand():
    """Three entities; one found, one with a wrong end, one missed; and one that is none."""
    targets = [["B-A", "I-A", "O", "B-B"], ["O", "B-A", "I-A", "O"]]
    predictions = [["B-A", "I-A", "O", "O"], ["B-B", "B-A", "O", "O"]]
    assert entity_scores(targets, predictions) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert entity_scores(targets, targets) == (1, 1, 1)


def test_the_rule_for_broken_tags_changes_the_score():
    targets, predictions = [["O", "B-A", "I-A"]], [["O", "I-A", "I-A"]]
    assert entity_scores(targets, predictions).f1 == 1
    assert entity_scores(targets, predictions, broken="drop").f1 == 0


def test_texts_without_entities_score_0():
    assert entity_scores([["O"]], [["O"]]) == (0, 0, 0)


def test_an_entity_does_not_go_on_in_the_next_text():
    assert entity_scores([["B-A"], ["I-A"]], [["B-A"], ["I-A"]]) == (1, 1, 1)
    assert entity_scores([["B-A"], ["B-A"]], [["B-A"], ["I-A"]]).f1 == 1


def test_answers_are_compared_without_case_marks_and_articles():
    assert squad_exact("An owl.", ["owl"]) == 1
    assert squad_exact("In Oslo", ["Oslo", "in  oslo!"]) == 1
    assert squad_exact("owls", ["owl"]) == 0
    assert squad_f1("an old owl", ["the owl"]) == pytest.approx(2 * 1 / (2 + 1))
    assert squad_f1("an old owl", ["owl", "old owl"]) == 1
    assert squad_f1("owl owl", ["owl"]) == pytest.approx(2 / 3)


def test_an_answer_to_a_question_without_one_is_wrong():
    assert squad_exact("", [""]) == squad_f1("", [""]) == 1
    assert squad_exact("owl", [""]) == squad_f1("owl", [""]) == squad_f1("", ["owl"]) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: spans(["B"]),
        lambda: spans(["B-"]),
        lambda: spans(["X-A"]),
        lambda: spans(["O"], broken="guess"),
        lambda: entity_scores([], []),
        lambda: entity_scores([["O"]], [["O", "O"]]),
        lambda: squad_exact("owl", []),
        lambda: squad_f1("owl", "owl"),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        call()
