"""Only what changed is published, the last push can be undone, and what the channel shows instead is seen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest
from catalogue_shop import CatalogueShop
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.offer_memory import changed_since, drift, recall, remember, update_of
from services.rules.offer_request import GROUPS, changed_groups, update_request, upsert_request
from services.rules.offer_terms import DeliveryTerm, OfferTerms
from services.wire import json_bytes

GOOD = OfferTerms(
    sku="SKU-1",
    gtin="3700000000013",
    price=D("24.90"),
    vat_rate=D("5.5"),
    eco_tax=D("0.12"),
    quantity=12,
    preparation_time=1,
    delivery_modes=(DeliveryTerm("THD", D("4.99"), D(1)),),
)
amounts = st.decimals("0.01", 9999, places=2)
terms = st.builds(
    lambda price, origin, eco, quantity, cost, comment: replace(
        GOOD,
        price=price,
        origin_price=origin,
        eco_tax=eco,
        quantity=quantity,
        delivery_modes=(DeliveryTerm("THD", cost),),
        comments=comment,
    ),
    amounts,
    st.none() | amounts,
    amounts,
    st.integers(0, 99),
    amounts,
    st.sampled_from(["", "Neuf", "Déballé"]),
)


def test_what_was_published_is_sent_again_exactly():
    request = upsert_request(GOOD)
    assert json_bytes(recall(remember(request))).count(b'"') == json_bytes(request).count(b'"')
    assert recall(remember(request)) == request
    with pytest.raises(ValueError):
        recall("[]")


def test_nothing_changed_means_nothing_to_send_and_nothing_kept_means_all():
    request = upsert_request(GOOD)
    assert changed_since(upsert_request(replace(GOOD, price=D("24.9"))), remember(request)) == ()
    assert changed_since(request, "") == ("price", "quantity", "preparation", "delivery")


@settings(max_examples=100, deadline=None)
@given(terms, terms)
def test_what_changed_is_found_from_what_was_kept(new, last):
    stored = remember(upsert_request(last))
    found = changed_since(upsert_request(new), stored)
    assert found == changed_groups(new, last)
    assert update_of(upsert_request(new), found) == update_request(new, found)
    # An accepted Update is laid over: then there is nothing left to send.
    kept = remember(update_request(new, found), stored)
    assert [group for group in changed_since(upsert_request(new), kept) if group != "comments" or new.comments] == []


def test_the_last_push_is_undone_and_drift_is_seen(clock):
    shop = CatalogueShop(clock)
    (gtin,) = shop.gtins_to_sell(1)
    before = replace(GOOD, gtin=gtin, origin_price=D("29.9"))
    stored = remember(upsert_request(before))
    shop.publish([upsert_request(before)])
    assert drift(shop.client.offers.get("SKU-1"), recall(stored)) == ()
    after = replace(before, price=D(19), quantity=0, origin_price=None)
    groups = changed_groups(after, before)
    shop.publish([update_request(after, groups)], "Update")
    assert drift(shop.client.offers.get("SKU-1"), recall(stored)) == ("price", "quantity")
    assert drift(shop.client.offers.get("SKU-1"), upsert_request(after)) == ()
    shop.publish([update_of(recall(stored), groups)], "Update")
    assert drift(shop.client.offers.get("SKU-1"), recall(stored)) == ()
    shop.control("offers/SKU-1", {"delivery_modes": [{"code": "THD", "cost": 9.99}], "comments": "Neuf"})
    changed = shop.client.offers.get("SKU-1")
    assert drift(changed, {**recall(stored), "comments": ""}) == ("delivery", "comments")
    assert set(GROUPS) >= set(drift(changed, recall(stored)))
