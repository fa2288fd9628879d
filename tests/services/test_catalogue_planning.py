"""Which product an offer is, what goes into which package, and which step is next."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import package_flow as flow
from services.rules.offer_matching import Candidate, match_offer, suggest
from services.rules.package_plan import Wish, missing, plan

LAMP, KETTLE = "03760123450010", "03760123450027"


@pytest.mark.parametrize(
    ("sku", "gtin", "kind", "product"),
    [
        ("LINKED", "3760123450027", "linked", 9),
        ("SKU-1", "", "sku", 1),
        ("SKU-1", "3760123450010", "sku", 1),
        ("OTHER", "3760123450010", "gtin", 1),
        ("OTHER", "3760123450027", "several", None),
        ("TWICE", "", "several", None),
        ("TWICE", "3760123450027", "sku", 2),
        ("OTHER", "", "none", None),
        ("sku-1", "", "none", None),
    ],
)
def test_an_offer_finds_its_product_by_reference_then_by_gtin(sku, gtin, kind, product):
    by_sku = {"SKU-1": [1], "TWICE": [2, 3], "LINKED": [1]}
    found = match_offer(sku, gtin, {"LINKED": 9}, by_sku, {LAMP: [1], KETTLE: [2, 4]})
    assert (found.kind, found.product) == (kind, product)
    assert (found.candidates != ()) is (kind == "several")


def test_a_reference_whose_gtin_is_another_product_is_taken_but_told():
    found = match_offer("SKU-1", "3760123450027", {}, {"SKU-1": [1]}, {KETTLE: [2]})
    assert (found.kind, found.product, found.gtin_product) == ("sku", 1, 2)
    assert match_offer("SKU-1", "3760123450010", {}, {"SKU-1": [1]}, {LAMP: [1, 5]}).gtin_product is None


def test_what_comes_near_is_suggested_best_first():
    ours = [
        Candidate(1, "LAMP-BLACK", "", "Lampe de bureau noire"),
        Candidate(2, "KET-1", "3760123450027", "Bouilloire"),
        Candidate(3, "lamp black 2", "", "Chaise"),
        Candidate(4, "ZZZ", "", "Noire lampe de bureau"),
        Candidate(5, "QQQ", "", "Tournevis"),
    ]
    found = suggest("LAMP-BLACK2", "3760123450027", "Lampe de bureau, noire", ours)
    assert [one.product for one in found] == [2, 3, 1, 4]
    assert [one.reason for one in found][:2] == ["same_gtin", "same_reference"]
    assert suggest("LAMP-BLACK2", "3760123450027", "Lampe", ours, limit=1)[0].product == 2
    assert suggest("", "", "", ours) == ()


# ---------------------------------------------------------------- packages


def wish(sku, type_="Update", channel="CDISFR", **more):
    return Wish(channel, type_, {"sellerExternalReference": sku, **more})


def test_wishes_about_one_offer_become_one_line():
    (package,) = plan([wish("A", quantity=3), wish("A", price={"price": 1}), wish("A", quantity=2)])
    assert package.lots == (({"sellerExternalReference": "A", "quantity": 2, "price": {"price": 1}},),)


@pytest.mark.parametrize(
    ("types", "outcome", "quantity"),
    [
        (["Upsert", "Update"], "Upsert", 1),
        (["Update", "Upsert"], "Upsert", 1),
        (["Upsert", "Delete"], "Delete", 1),
        (["Delete", "Update"], "Delete", 0),
        (["Delete", "Upsert"], "Upsert", 1),
    ],
)
def test_the_last_word_counts(types, outcome, quantity):
    (package,) = plan([wish("A", type_, quantity=number) for number, type_ in enumerate(types)])
    assert (package.type, package.lots[0][0]["quantity"]) == (outcome, quantity)


def test_what_is_out_of_stock_goes_first_and_new_offers_before_deletions():
    found = plan([wish("D", "Delete"), wish("U", "Upsert"), wish("A", quantity=5), wish("B", quantity=0)])
    assert [(package.type, package.skus) for package in found] == [
        ("Update", ("B", "A")),
        ("Upsert", ("U",)),
        ("Delete", ("D",)),
    ]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.sampled_from(["Update", "Upsert", "Delete"]), st.sampled_from(["CDISFR", "DARTY"])
        ),
        max_size=120,
    ),
    st.integers(1, 7),
    st.integers(7, 20),
)
def test_no_package_names_a_reference_twice_and_none_is_forgotten(rows, upload, size):
    wishes = [wish(f"S{number}", type_, channel) for number, type_, channel in rows]
    found = plan(wishes, upload, size)
    for package in found:
        assert len(package.skus) == len(set(package.skus)) <= size
        assert all(1 <= len(lot) <= upload for lot in package.lots)
    told = [(package.channel, sku) for package in found for sku in package.skus]
    assert sorted(told) == sorted({(one.channel, one.sku) for one in wishes})


def test_ten_thousand_offers_are_a_hundred_uploads_of_one_package():
    (package,) = plan(wish(f"S{number}") for number in range(10_000))
    assert [len(lot) for lot in package.lots] == [100] * 100
    assert len(plan(wish(f"S{number}") for number in range(50_001))) == 2


def test_what_the_results_do_not_name_did_not_arrive():
    assert missing(["A", "B", "A", "C"], {"B"}) == ("A", "C")


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (flow.Progress(), "create"),
        (flow.Progress(creating=True), "find"),
        (flow.Progress("P", lots=2), "upload"),
        (flow.Progress("P", lots=2, sent=1, taken=1), "upload"),
        (flow.Progress("P", lots=2, sent=1, posting=True), "look"),
        (flow.Progress("P", lots=2, sent=2, taken=2), "look"),
        (flow.Progress("P", lots=2, sent=2, taken=2, phase="busy"), "look"),
        (flow.Progress("P", lots=2, sent=2, taken=2, phase="open"), "submit"),
        (flow.Progress("P", lots=2, sent=2, taken=2, phase="open", submitted=True), "wait"),
        (flow.Progress("P", lots=2, sent=1, taken=1, closed=True, phase="open"), "submit"),
        (flow.Progress("P", lots=2, sent=2), "empty"),
        (flow.Progress("P", phase="moving"), "wait"),
        (flow.Progress("P", phase="integrated"), "results"),
        (flow.Progress("P", phase="rejected"), "refused"),
        (flow.Progress("P", phase="integrated", read=True), "done"),
    ],
)
def test_the_next_step_of_a_package(progress, step):
    assert flow.next_step(progress) == step


def test_a_refused_lot_does_not_stop_the_others():
    progress = flow.turned_down(flow.uploaded(flow.Progress("P", lots=3)))
    assert flow.next_step(progress) == "upload" and progress.sent == 2
    assert flow.next_step(flow.turned_down(progress)) == "look"
    assert flow.next_step(flow.turned_down(flow.Progress("P", lots=1))) == "empty"


def test_what_was_not_sent_is_simply_sent_later():
    assert flow.next_step(flow.not_sent(flow.Progress(creating=True))) == "create"
    assert flow.next_step(flow.not_sent(flow.Progress("P", lots=2, sent=1, taken=1, posting=True))) == "upload"


def test_a_package_that_was_not_created_is_created_again():
    asked = flow.Progress(creating=True)
    assert flow.next_step(flow.found(asked, (), frozenset())) == "create"
    assert flow.next_step(flow.found(asked, ("OLD",), frozenset({"OLD"}))) == "create"
    assert flow.found(asked, ("OLD", "NEW"), frozenset({"OLD"})).package_id == "NEW"
