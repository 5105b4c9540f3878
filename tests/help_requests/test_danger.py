"""Words that mean danger to life."""

import pytest

from volunteer.help_requests import danger


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("婆婆在厨房跌倒了", ["跌倒"]),
        ("闻到煤气,头晕,胸痛", ["煤气", "胸痛"]),
        ("他说想不开,想不开", ["想不开"]),
        ("I smell gas and she FELL", ["smell gas", "FELL"]),
        ("he can’t breathe", ["can't breathe"]),
        ("父亲走失了,手机打不通", ["走失"]),
        ("早上在厕所绊了一跤,腿痛,走不得路", ["一跤"]),
        ("门口结冰滑倒了,屋里又是煤烟", ["滑倒", "煤烟"]),
        ("grandma had a fall", ["a fall"]),
    ],
)
def test_words_of_danger_are_found_each_once_as_they_stand(text, found):
    assert danger.words_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "厨房的灯不亮了",
        "路滑，想请人带菜",
        "a falling leaf",
        "a fellow from the kitchen",
        "strokes of a brush",
        "买药",
        "陪我说说话",
    ],
)
def test_everyday_words_are_none(text):
    assert danger.words_in(text) == []


@pytest.mark.parametrize("word", danger.WORDS.split())
def test_every_word_of_the_list_is_found_within_a_sentence(word):
    assert word in "".join(danger.words_in(f"昨天晚上{word},请快来"))


@pytest.mark.parametrize("word", danger.ENGLISH)
def test_every_english_word_is_found_too(word):
    assert danger.words_in(f"Yesterday: {word}.")
