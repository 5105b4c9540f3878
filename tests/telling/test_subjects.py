"""Every kind of message stands under one subject, where somebody looks for it."""

from volunteer.notifications import letters
from volunteer.telling.subjects import SUBJECTS, by_subject


def test_every_kind_stands_once_under_a_subject_with_a_name(app):
    with app.test_request_context():
        found = by_subject(letters.kinds())

    assert sorted(kind for _subject, of_it in found for kind in of_it) == letters.kinds()
    # None is left for “Other messages”.
    assert len(found) == len(SUBJECTS)


def test_a_kind_that_nobody_thought_of_is_not_lost(app):
    with app.test_request_context():
        assert [of_it for _subject, of_it in by_subject(["meal_changed", "brand_new"])] == [
            ["meal_changed"],
            ["brand_new"],
        ]
