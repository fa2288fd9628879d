import pytest
from catalogue_client import CHANNEL, Shop

from sandbox.clock import parse_time


@pytest.fixture
def shop():
    return Shop(offers=250)


def test_every_offer_is_listed_once_whatever_the_size_of_a_page(shop):
    for limit, pages in ((1000, 1), (100, 3), (50, 5), (7, 36)):
        rows, seen = shop.walk_cursor(f"/offers?salesChannelId=CDISFR&limit={limit}")
        assert len(rows) == 250 == len({row["offerId"] for row in rows})
        assert seen == pages
    assert rows == shop.offers()


@pytest.mark.parametrize("base", ["/v1", "/seller/v2"])
def test_the_next_page_is_only_in_the_link_and_leads_to_the_same_base(shop, base):
    answer = shop.get("/offers?salesChannelId=CDISFR&limit=100&offerStates=Active", base=base)
    assert set(answer.get_json()) == {"itemsPerPage", "items"}
    assert answer.headers["Link"].startswith(
        f"<http://localhost{base}/offers?salesChannelId=CDISFR&limit=100&offerStates=Active&cursor="
    )


def test_the_link_can_be_spelled_otherwise_and_name_another_host(shop):
    shop.control("/settings", {"link_parameter": "Cursor", "link_host": "octopia"})
    answer = shop.get("/offers?salesChannelId=CDISFR&limit=100")
    assert answer.headers["Link"].startswith("<https://api.octopia-io.net/seller/v2/offers?")
    assert "&Cursor=" in answer.headers["Link"]
    assert len(shop.offers(limit=100)) == 250


def test_the_channel_must_be_named_and_be_one_of_the_shop(shop):
    answer = shop.get("/offers", headers=CHANNEL)
    assert answer.status_code == 400 and "salesChannelId" in answer.get_json()["errors"]
    assert shop.get("/offers?salesChannelId=SCID77").status_code == 400


@pytest.mark.parametrize(
    "query", ["limit=1001", "limit=0", "limit=x", "cursor=garbage!", "cursor=bzox", "offerStates=On"]
)
def test_a_query_that_cannot_be_read_is_refused(shop, query):
    assert shop.get(f"/offers?salesChannelId=CDISFR&{query}").status_code == 400


def test_an_offer_shows_what_the_contract_names(shop):
    offer = shop.offer("CSM-0001")
    assert list(offer) == [
        "offerId",
        "sellerExternalReference",
        "offerState",
        "createdAt",
        "updatedAt",
        "product",
        "condition",
        "integrationPrice",
        "facialPrice",
        "quantity",
        "deliveryOffers",
        "comments",
    ]
    assert offer["offerId"] == "98979_AUC3760123450010_New_CDISFR"
    assert offer["product"] == {"gtin": "3760123450010", "reference": "AUC3760123450010"}
    assert str(offer["integrationPrice"]["price"]) == "24.99" and offer["quantity"] == 100_000


def test_offers_are_found_by_reference_gtin_and_id_in_lists(shop):
    assert shop.skus("&sellerExternalReferences=CSM-0002,CSG-000099,NOPE") == ["CSM-0002", "CSG-000099"]
    rows = shop.offers()
    for name, value in (("gtins", lambda row: row["product"]["gtin"]), ("offerIds", lambda row: row["offerId"])):
        wanted = [rows[3], rows[77], rows[200]]
        assert shop.offers(f"&{name}={','.join(map(value, wanted))}") == wanted
    assert shop.offers("&gtins=4006381333931&offerIds=nonsense") == []
    many = ",".join(shop.skus()[:120])
    assert len(shop.walk_cursor(f"/offers?salesChannelId=CDISFR&limit=50&sellerExternalReferences={many}")[0]) == 120


def test_states_are_filtered_and_follow_the_quantity(shop):
    active, inactive = shop.skus("&offerStates=Active"), shop.skus("&offerStates=Inactive")
    assert len(active) + len(inactive) == 250 and 5 < len(inactive) < 40
    assert all(row["quantity"] == 0 for row in shop.offers("&offerStates=Inactive"))
    shop.control("/stock", {"CSM-0001": 0, inactive[0]: 3})
    assert shop.offer("CSM-0001")["offerState"] == "Inactive"
    assert shop.offer(inactive[0])["offerState"] == "Active"
    assert sorted(shop.skus("&offerStates=Active,Inactive")) == sorted(shop.skus())


def test_what_changed_since_a_moment_is_found(shop):
    rows = shop.offers()
    middle = sorted(row["updatedAt"] for row in rows)[125]
    wanted = [row for row in rows if parse_time(row["updatedAt"]) >= parse_time(middle)]
    assert shop.offers(f"&updatedAtMin={middle}") == wanted and len(wanted) >= 125
    assert shop.skus("&updatedAtMin=2026-11-23T10:00:00Z") == []
    shop.control("/offers/CSG-000200", {"price": 12})
    shop.control("/offers/CSM-0005", {"price": 12})
    assert shop.skus("&updatedAtMin=2026-11-23T10:00:00Z", limit=1) == ["CSM-0005", "CSG-000200"]
    assert shop.get("/offers?salesChannelId=CDISFR&updatedAtMin=soon").status_code == 400


def test_a_projection_leaves_the_rest_out(shop):
    (row,) = shop.offers("&sellerExternalReferences=CSM-0001&fields=sellerExternalReference,integrationPrice.price")
    assert list(row) == ["sellerExternalReference", "integrationPrice"] and list(row["integrationPrice"]) == ["price"]
    (row,) = shop.offers("&sellerExternalReferences=CSM-0001&fields=deliveryOffers.code,nothing")
    assert row == {"deliveryOffers": [{"code": "THD"}]}


def test_feedback_comes_when_it_is_asked_for(shop):
    assert "salesChannelFeedback" not in shop.offer("CSM-0001")
    rows = shop.offers("&expand=salesChannelFeedback")
    rivals = [len(row["salesChannelFeedback"]["competingOffers"]) for row in rows]
    assert min(rivals) == 0 and max(rivals) >= 3
    ignored = shop.offers("&expand=salesChannelFeedback&fields=quantity")[0]
    assert list(ignored) == ["quantity"]
    asked = shop.offers("&fields=salesChannelFeedback.competingOffers.price")
    assert [len(row["salesChannelFeedback"]["competingOffers"]) for row in asked] == rivals
    product = next(row["product"]["reference"] for row, count in zip(rows, rivals, strict=True) if count)
    (others,) = shop.get(f"/competing-offers?products[]={product}").get_json()["items"]
    assert others["productReference"] == product and others["competingOffers"]
    assert shop.get("/competing-offers").status_code == 400


def test_gtins_are_shown_as_text_as_numbers_or_both(shop):
    def kinds():
        return {type(row["product"]["gtin"]) for row in shop.offers()}

    assert kinds() == {str}
    shop.control("/settings", {"gtin_shown": "mixed"})
    assert kinds() == {str, int}
    shop.control("/settings", {"gtin_shown": "number"})
    assert kinds() == {int}


def test_an_offer_that_goes_or_comes_between_two_pages_shifts_no_other(shop):
    before = shop.skus()
    first = shop.get("/offers?salesChannelId=CDISFR&limit=100")
    cursor = first.headers["Link"].partition("cursor=")[2].partition(">")[0]
    shop.control("/offers/CSM-0010", method="DELETE")
    shop.control("/offers", {"sku": "HAND-1", "gtin": shop.app.marketplace.shop.shelf.products.goods[300].gtin})
    rest = shop.skus(f"&cursor={cursor}")
    assert rest == [*before[100:], "HAND-1"]


def test_the_same_seed_gives_the_same_offers_and_another_seed_others():
    one, again, other = (Shop(offers=120, seed=seed).offers() for seed in (1, 1, 2))
    assert one == again != other
    # The sixty products are those of the orders and of the databases made from them
    prices = [[row["integrationPrice"]["price"] for row in rows[:60]] for rows in (one, other)]
    assert prices[0] == prices[1]


def test_a_hundred_thousand_offers_are_there_at_once_and_none_is_stored():
    shop = Shop(offers=100_000)
    book = shop.market.shop.shelf.offers
    assert len(book) == 100_000 and book.stored == 0
    last = shop.offer("CSG-100000")
    assert last["product"]["gtin"] and shop.offers(f"&gtins={last['product']['gtin']}") == [last]
    shop.control("/offers/CSG-100000", {"price": 5})
    shop.control("/stock", {"CSG-050000": 7})
    assert book.stored == 2
    assert [row["sellerExternalReference"] for row in shop.offers("&updatedAtMin=2026-11-23T10:00:00Z")] == [
        "CSG-050000",
        "CSG-100000",
    ]


def test_a_sale_lowers_the_quantity_of_the_offer(shop):
    shop.control("/stock", {"CSG-000100": 5})
    shop.pass_by(60)
    shop.create(lines=[{"sku": "CSG-000100", "quantity": 3}, {"sku": "CSM-0002", "quantity": 1}])
    assert shop.offer("CSG-000100")["quantity"] == 2 and shop.offer("CSM-0002")["quantity"] == 99_999
    assert shop.skus("&updatedAtMin=2026-11-23T10:01:00Z") == ["CSM-0002", "CSG-000100"]
    shop.create(lines=[{"sku": "CSG-000100", "quantity": 3}])
    assert shop.counters()["stock_below_zero"] == 1
    offer = shop.offer("CSG-000100")
    assert (offer["quantity"], offer["offerState"]) == (0, "Inactive")
