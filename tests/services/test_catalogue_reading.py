"""Offers, products, categories and brands are read whole, once, whatever the list does meanwhile."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from catalogue_shop import CatalogueShop
from stub_app import Stub, transport_to

from services.auth import Credentials, MemoryTokenProvider
from services.client import CdiscountClient
from services.errors import InvalidRequest, NotFound, ProtocolError
from services.profile import PROFILES
from services.resources.cursor import next_link
from services.resources.offers import OfferFilter

ALL = OfferFilter()


@pytest.fixture
def shop(clock):
    return CatalogueShop(clock)


def skus_of(pages):
    return [offer.sku for page in pages for offer in page.items]


# ---------------------------------------------------------------- offers


def test_every_offer_is_read_once_and_says_what_the_channel_holds(clock):
    shop = CatalogueShop(clock, offers=2350)
    offers = [offer for page in shop.client.offers.pages(ALL) for offer in page.items]
    expected = shop.offer_rows()
    assert len(offers) == len({offer.sku for offer in offers}) == expected["count"] == 2350
    assert sum(trace.path.startswith("/v1/offers?") for trace in shop.traces) == 3
    rows = {row["sku"]: row for row in expected["rows"]}
    for offer in offers:
        row = rows[offer.sku]
        assert offer.gtin == row["gtin"]
        assert offer.price == Decimal(row["price"])
        assert offer.quantity == row["quantity"]
        assert offer.is_active is (row["state"] == "Active")
        assert offer.delivery_modes and offer.updated_at is not None


@pytest.mark.parametrize("setting", [{"link_parameter": "Cursor"}, {"link_host": "octopia"}])
def test_the_next_page_is_found_however_it_is_announced(clock, setting):
    shop = CatalogueShop(clock, offers=250)
    shop.settings(**setting)
    assert len(set(skus_of(shop.client.offers.pages(ALL, limit=100)))) == 250
    assert {url.split("/")[2] for _, url in shop.session.wsgi.calls} <= {
        "api.cdiscount.com",
        "iam.cdiscount.com",
        "localhost",
    }


def test_a_reading_goes_on_where_another_process_stopped(clock):
    shop = CatalogueShop(clock, offers=250)
    first = shop.client.offers.page(ALL, limit=100)
    rest = skus_of(CatalogueShop(clock, offers=250).client.offers.pages(ALL, first.next_cursor, limit=100))
    assert len(set(skus_of([first]) + rest)) == 250
    assert not set(skus_of([first])) & set(rest)


def test_a_cursor_that_comes_back_once_loses_nothing(clock):
    shop = CatalogueShop(clock, offers=250)
    shop.fault("cursor_repeats")
    found = skus_of(shop.client.offers.pages(ALL, limit=100))
    assert len(found) == len(set(found)) == 250


def test_a_list_that_goes_round_in_circles_is_an_error_and_not_an_end(clock):
    shop = CatalogueShop(clock, offers=250)
    shop.fault("cursor_repeats", times=None)
    seen = []
    with pytest.raises(ProtocolError):
        for page in shop.client.offers.pages(ALL, limit=100):
            seen += skus_of([page])
    assert len(seen) == 100
    assert len(shop.session.wsgi.calls) < 20


def test_a_circle_over_several_pages_is_noticed(clock):
    stub = Listed(lambda n: f'</offers?cursor={"abc"[n % 3]}>; rel="next"')
    with pytest.raises(ProtocolError):
        list(stub.client(clock).offers.pages(ALL))
    assert stub.asked == 4


def test_a_list_that_never_brings_anything_new_ends(clock):
    stub = Listed(lambda n: f'</offers?cursor=c{n}>; rel="next"', same=True)
    with pytest.raises(ProtocolError):
        list(stub.client(clock).offers.pages(ALL))
    assert stub.asked < 50


def test_a_job_that_reads_one_page_notices_a_circle_as_well(clock):
    client = Listed(lambda n: "</offers?cursor=again>; rel=next").client(clock)
    assert client.offers.page(ALL).next_cursor == "again"
    with pytest.raises(ProtocolError):
        client.offers.page(ALL, "again")


def test_an_offer_that_was_not_asked_for_is_no_answer(clock):
    client = Listed(lambda n: "").client(clock)
    assert client.offers.get("OTHER") is None
    assert [offer.sku for offer in client.offers.by_skus(["OTHER", "SKU-2"])] == ["SKU-2"]


@pytest.mark.parametrize("link", ["</offers?page=2>; rel=next", "<http://[>; rel=next", "</offers>; rel=next"])
def test_a_next_page_nobody_can_ask_for_is_not_taken_for_the_end(clock, link):
    with pytest.raises(ProtocolError):
        list(Listed(lambda n: link).client(clock).offers.pages(ALL))


class Listed(Stub):
    """One offer a page, and the ``Link`` that ``link(page number)`` gives."""

    def __init__(self, link, same=False):
        super().__init__()
        self.link, self.same, self.asked = link, same, 0

    def __call__(self, environ, start_response):
        if "token" in environ["PATH_INFO"]:
            body, headers = {"access_token": "t0ken", "expires_in": 7200}, []
        else:
            self.asked += 1
            sku = "SKU" if self.same else f"SKU-{self.asked}"
            body, headers = {"items": [{"sellerExternalReference": sku}]}, [("Link", self.link(self.asked - 1))]
        start_response("200 OK", [("Content-Type", "application/json"), *headers])
        return [json.dumps(body).encode()]

    def client(self, clock):
        transport = transport_to(self, clock)
        rules = PROFILES["cdiscount"]
        tokens = MemoryTokenProvider(
            transport, Credentials(rules, rules.token_url, "sandbox", "sandbox-pass1"), clock.now
        )
        return CdiscountClient(base_url=rules.base_url, seller_id="98979", token_provider=tokens, transport=transport)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ('<https://h/offers?cursor=a>; rel="next"', "https://h/offers?cursor=a"),
        ("</offers?cursor=a>;rel=next", "/offers?cursor=a"),
        ('<a>; rel="prev", <b>; title="x, <c>"; rel="last Next"', "b"),
        (
            '<https://h/offers?sellerExternalReferences=A,B&cursor=a>; rel="next"',
            "https://h/offers?sellerExternalReferences=A,B&cursor=a",
        ),
        ('<a>; REL="NEXT"', "a"),
        ('<a>; rel="prev"', None),
        ('<a>; rel="nextpage"', None),
        ("garbage", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_header_is_read_as_rfc_8288_says(header, address):
    assert next_link(header) == address


@pytest.mark.parametrize("fault", ["offers_change", "offers_arrive"])
def test_offers_that_move_meanwhile_push_none_out_of_sight(clock, fault):
    shop = CatalogueShop(clock, offers=250)
    before = set(skus_of(shop.client.offers.pages(ALL)))
    shop.fault(fault, times=10, params={"count": 3})
    assert before <= set(skus_of(shop.client.offers.pages(ALL, limit=50)))


@pytest.mark.parametrize(
    "defect",
    [
        "missing_reference",
        "null_reference",
        "product_null",
        "null_gtin",
        "price_null",
        "price_text",
        "stock_text",
        "modes_object",
        "unknown_state",
        "offer_date_garbage",
        "offer_not_an_object",
    ],
)
def test_a_bent_offer_does_not_stop_the_others(shop, defect):
    shop.fault("malformed_offer", params={"defect": defect})
    page = shop.client.offers.page(ALL)
    lost = defect in ("missing_reference", "null_reference", "offer_not_an_object")
    assert (len(page.items), page.rejected) == (60 - lost, int(lost))
    if defect in ("null_gtin", "product_null"):
        assert [offer.gtin for offer in page.items].count("") == 1
    if defect in ("price_null", "price_text"):
        assert [offer.price for offer in page.items].count(None) == 1
    if defect == "stock_text":
        assert [offer.quantity for offer in page.items].count(None) == 1


@pytest.mark.parametrize("fault", ["data_wrapper", "server_error", "cut_body", "rate_limited", "token_revoked"])
def test_a_passing_fault_is_not_noticed(shop, fault):
    shop.fault(fault, path="/offers")
    assert len(skus_of(shop.client.offers.pages(ALL))) == 60


@pytest.mark.parametrize("shown", ["number", "mixed", "text"])
def test_a_gtin_keeps_its_zeros_however_it_is_sent(shop, shown):
    shop.settings(gtin_shown=shown)
    assert {len(offer.gtin) for page in shop.client.offers.pages(ALL) for offer in page.items} == {13}


def test_filters_select_what_they_say(shop):
    offers = shop.client.offers
    active = skus_of(offers.pages(OfferFilter(states=("Active",))))
    inactive = skus_of(offers.pages(OfferFilter(states=("Inactive",))))
    assert len(active) + len(inactive) == 60 and not set(active) & set(inactive)
    projected = offers.page(OfferFilter(fields=("quantity",)))
    assert projected.rejected == 0 and projected.items[0].quantity is not None and projected.items[0].price is None
    with pytest.raises(InvalidRequest):
        offers.page(OfferFilter(states=("Sleeping",)))
    changed = shop.clock.now()
    shop.clock.pass_by(60)
    shop.control("offers/CSM-0003", {"price": 77.77})
    (offer,) = offers.page(OfferFilter(updated_at_min=changed)).items
    assert (offer.sku, offer.price) == ("CSM-0003", Decimal("77.77"))


def test_many_offers_are_asked_for_by_reference_in_few_calls(clock):
    shop = CatalogueShop(clock, offers=500)
    wanted = [f"CSM-{number:04d}" for number in range(1, 61)] + [f"CSG-{number:06d}" for number in range(61, 301)]
    calls = len(shop.traces)
    found = {offer.sku for offer in shop.client.offers.by_skus([*wanted, "NOT-THERE", "CSM-0001", ""])}
    assert found == set(wanted)
    assert len(shop.traces) - calls <= 5
    assert shop.client.offers.get("CSM-0007").sku == "CSM-0007"
    assert shop.client.offers.get("NOT-THERE") is None
    assert all(len(url) < 2000 for _, url in shop.session.wsgi.calls)


# ---------------------------------------------------------------- products


def test_a_product_is_found_by_its_gtin_in_any_spelling(shop):
    (known,) = shop.client.products.page(limit=1).items
    gtin = known.gtin
    for spelling in (gtin, gtin.lstrip("0"), "0" + gtin, f" {gtin[:6]} {gtin[6:]} "):
        assert shop.client.products.find(spelling).reference == known.reference
    for nothing in ("4000000000006", "", "no gtin", "0"):
        assert shop.client.products.find(nothing) is None
    assert dict(shop.client.products.by_gtins([gtin, "4000000000006"])).keys() == {gtin}


def test_a_product_that_has_nothing_to_do_with_the_question_is_no_answer(shop):
    other = shop.client.products.page(limit=1).items[0]
    stub = {"items": [{"gtin": other.gtin, "reference": other.reference}]}
    shop.client.get_page = lambda path, params, sales_channel_id="": (stub["items"], Answer())
    assert shop.client.products.find("4000000000006") is None
    assert shop.client.products.find(other.gtin).reference == other.reference


class Answer:
    headers: dict = {}


def test_all_products_of_a_category_are_read(shop):
    some = shop.client.products.page(limit=1).items[0]
    found = [item for page in shop.client.products.pages(some.category, limit=2) for item in page.items]
    assert len(found) == shop.client.products.count(some.category) >= 1
    assert {product.category for product in found} == {some.category}
    assert some.title and some.brand and len(some.pictures) == 3 and some.attributes
    assert shop.client.products.count() > 500


# ---------------------------------------------------------------- categories, properties, brands


def test_the_whole_tree_is_read_in_forty_calls(shop):
    found = list(shop.client.categories.all())
    asked = sum(trace.path.startswith("/v1/categories?") for trace in shop.traces)
    assert len(found) == len({category.reference for category in found}) == shop.client.categories.count()
    assert asked <= -(-len(found) // 200) + 1
    assert all(category.detailed for category in found)
    by_reference = {category.reference: category for category in found}
    for category in found:
        assert category.level == len(category.reference) // 2
        assert (category.parent in by_reference) is (category.level > 1)
    assert any(category.takes_products and category.is_variant for category in found)
    assert shop.client.categories.get(found[-1].reference) == found[-1]


def test_a_service_with_smaller_pages_still_gives_the_whole_tree(shop):
    ask = shop.client.get_items

    def smaller(path, params=None):
        return ask(path, {**params, "pageSize": "100"}) if path == "/categories" else ask(path, params)

    shop.client.get_items = smaller
    assert len(list(shop.client.categories.all())) == shop.client.categories.count()


def test_a_service_that_ignores_the_number_of_the_page_ends(shop):
    ask = shop.client.get_items
    shop.client.get_items = lambda path, params=None: ask(path, {**params, "pageIndex": "1"})
    assert len(list(shop.client.categories.all(page_size=100))) == 100


def test_references_alone_are_taken_for_what_they_are(shop):
    shop.client.get_items = lambda path, params=None: ["0Z", "0Z01", {"categoryReference": "0Z0102"}, None, 7, {}]
    found = list(shop.client.categories.all())
    assert [(one.reference, one.level, one.parent, one.detailed) for one in found[:3]] == [
        ("0Z", 1, "", False),
        ("0Z01", 2, "0Z", False),
        ("0Z0102", 3, "0Z01", False),
    ]
    assert len(found) == 3


def test_properties_say_what_is_mandatory_and_what_is_allowed(shop):
    category = next(one for one in shop.client.categories.all() if one.takes_products and one.is_variant)
    found = shop.client.categories.properties(category.reference)
    assert len(found) == len({one.reference for one in found}) >= 8
    colour = next(one for one in found if one.label == "Couleur")
    assert colour.is_mandatory and colour.is_variation and "Noir" in colour.choices
    assert any(not one.is_mandatory and not one.choices for one in found)
    with pytest.raises(NotFound):
        shop.client.categories.properties("999999")
    with pytest.raises(NotFound):
        shop.client.categories.get("999999")


def test_all_brands_are_read(shop):
    found = [brand for page in shop.client.categories.brand_pages() for brand in page]
    assert len(found) > 1500 and all(brand.label and brand.reference for brand in found)
    assert len(set(found)) == len(found)
