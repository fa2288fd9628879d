"""Which category of the marketplace a shop's own category most probably means."""

from __future__ import annotations

import doctest

from services.rules import category_match
from services.rules.category_match import CategoryMatcher

TREE = CategoryMatcher(
    [
        ("desk", "Lampes de bureau", "Maison > Luminaire"),
        ("table", "Lampes à poser", "Maison > Luminaire"),
        ("garden", "Lampes", "Jardin > Éclairage"),
        ("torch", "Lampes", "Bricolage > Outillage"),
        ("chair", "Chaises", "Maison > Meubles"),
        ("shirt", "T-shirts", "Mode > Homme"),
        ("spare", "Accessoires pour lampes", "Maison > Luminaire"),
    ]
)


def best(*names):
    found = TREE.best(names)
    return found and found[0]


def test_case_accents_plural_order_and_small_words_do_not_matter():
    assert best("Lampe a poser") == "table"
    assert best("BUREAU, lampe de") == "desk"
    assert best("Tout", "Chaise") == "chair"
    assert best("t shirt") == "shirt"


def test_the_names_above_decide_between_equal_names():
    assert best("Jardin", "Lampes") == "garden"
    assert best("Outillages", "Lampes") == "torch"


def test_nothing_is_proposed_where_nothing_is_alike():
    assert best("Chairs of other makers") is None
    assert best("Bureau et chaises de jardin pliantes") is None
    assert best("") is None
    assert TREE.best([]) is None
    assert CategoryMatcher([]).best(["Lampes"]) is None


def test_the_likeness_is_a_share_and_whole_names_are_wholly_alike():
    assert TREE.best(["Chaises"])[1] == 1
    assert 0.55 <= TREE.best(["Lampe bureau LED"])[1] < 1


def test_the_examples_are_right():
    assert not doctest.testmod(category_match).failed
