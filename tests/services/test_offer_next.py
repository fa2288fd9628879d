"""What is sent about an offer next: nothing twice, nothing that was not asked for, no quantity from the past."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.rules.offer_memory import remember
from services.rules.offer_next import can_undo, next_request


def request(price="24.99", quantity=12, **more):
    return {
        "sellerExternalReference": "A",
        "product": {"gtin": "3760123450010"},
        "condition": "New",
        "price": {"price": Decimal(price), "currencyCode": "EUR", "taxes": []},
        "quantity": quantity,
        "preparationTime": 1,
        "deliveryModes": [{"code": "THD", "cost": Decimal("4.99")}],
        **more,
    }


def test_what_was_never_accepted_is_created_whole():
    assert next_request("A", request()) == ("Upsert", request())
    assert next_request("A", request(), sent=remember(request()), there=False) == ("Upsert", request())


def test_what_was_accepted_is_not_sent_again_and_a_change_alone_is():
    sent = remember(request())
    assert next_request("A", request("24.990"), sent=sent) is None
    kind, found = next_request("A", request("19.99"), sent=sent)
    assert (kind, set(found)) == ("Update", {"sellerExternalReference", "price"})


def test_another_product_or_condition_replaces_the_offer():
    sent = remember(request())
    assert next_request("A", request(product={"gtin": "3760123450027"}), sent=sent)[0] == "Upsert"
    assert next_request("A", request(condition="UsedGood"), sent=sent)[0] == "Upsert"
    # Of an offer that Odoo never sent whole nothing is known: that is no difference.
    partly = remember({"sellerExternalReference": "A", "quantity": 0})
    assert next_request("A", request(), sent=partly)[0] == "Update"


def test_what_is_held_back_follows_the_quantity_alone():
    sent = remember(request())
    assert next_request("A", request("9.99"), sent=sent, held=True) is None
    kind, found = next_request("A", request("9.99", quantity=3), sent=sent, held=True)
    assert (kind, found) == ("Update", {"sellerExternalReference": "A", "quantity": 3})
    assert next_request("A", request(), held=True, there=False) is None


def test_taking_off_sale_and_deleting():
    sent, empty = remember(request()), remember(request(quantity=0))
    zero = ("Update", {"sellerExternalReference": "A", "quantity": 0})
    assert next_request("A", None, sent=sent, asked="off_sale") == zero
    assert next_request("A", None, asked="off_sale", there=True) == zero, "an offer Odoo has not made itself"
    assert next_request("A", None, sent=sent, asked="retire") == zero
    assert next_request("A", None, sent=empty, asked="retire") == ("Delete", {"sellerExternalReference": "A"})
    for asked in ("off_sale", "retire"):
        assert next_request("A", None, sent=sent, asked=asked, there=False) is None


def test_undo_brings_back_all_but_the_quantity():
    before, sent = remember(request("24.99", quantity=12)), remember(request("9.99", quantity=3, comments="Soldes"))
    kind, found = next_request("A", None, sent=sent, before=before, asked="undo")
    assert kind == "Update"
    assert set(found) == {"sellerExternalReference", "price", "comments"}
    assert (found["price"]["price"], found["comments"]) == (Decimal("24.99"), "")


@pytest.mark.parametrize(
    ("sent", "before"),
    [("", ""), (remember(request()), ""), (remember(request()), remember(request(quantity=1)))],
)
def test_nothing_to_undo(sent, before):
    assert not can_undo(sent, before)
    assert next_request("A", None, sent=sent, before=before, asked="undo") is None


def test_what_cannot_be_said_is_not_sent():
    assert next_request("A", None, sent=remember(request())) is None
