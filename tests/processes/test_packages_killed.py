"""Offers on their way while the workers that send them are killed: each is published, and once."""

from __future__ import annotations

PACKAGE = "cdiscount.offer.package"
QUICK = {"upload_delay": 0.3, "ready_delay": 0.3, "integration_delay": 0.5}
NEVER = ("offer_duplicates_posted", "offer_uploads_posted_twice", "offer_packages_open_together")
# One after the other, each on what the one before has left behind: the package was opened, an upload was taken in, the
# package was submitted, its answers were stored, and each time nobody has written it down yet.
PLACES = (
    {"model": PACKAGE, "method": "_keep", "when": "before", "nth": 2},
    {"model": PACKAGE, "method": "_keep", "when": "before", "nth": 3},
    {"model": PACKAGE, "method": "_step_submit", "when": "after"},
    {"model": PACKAGE, "method": "_store_page", "when": "after"},
)


def publish(fleet, shop, count):
    """Publish so many products; returns the ids of their offers."""
    fleet.market.ask(f"/settings?seller={shop.seller}", QUICK)
    fleet.market.ask("/counters/reset", {})
    call = fleet.session.call
    products = fleet.session.search_read(
        "product.product",
        [["default_code", "=like", "CSM-%"], ["weight", "<", 30]],
        ["default_code", "barcode"],
        limit=count,
    )
    call("cdiscount.delivery.cost", "create", [{"config_id": shop.id, "mode": "THD", "cost": 4.99}])
    offers = call(
        "cdiscount.product.mapping",
        "create",
        [
            {
                "config_id": shop.id,
                "product_id": product["id"],
                "seller_reference": product["default_code"],
                "gtin": product["barcode"],
                "product_reference": f"P{product['barcode']}",
                "stock_freeze": "fixed",
                "stock_fixed_qty": 12,
            }
            for product in products
        ],
    )
    call("cdiscount.product.mapping", "action_publish", offers)
    return offers


def assert_published_once(fleet, shop, offers):
    live = f"SELECT count(*) FROM cdiscount_product_mapping WHERE config_id = {shop.id} AND state = 'live'"
    fleet.eventually(lambda: fleet.number(live) == len(offers), "every offer published", 180)
    counters = fleet.market.ask("/counters")
    assert {name: counters.get(name, 0) for name in NEVER} == dict.fromkeys(NEVER, 0)
    in_flight = f"SELECT count(*) FROM cdiscount_product_mapping WHERE config_id = {shop.id} AND package_id IS NOT NULL"
    assert fleet.number(in_flight) == 0


def test_workers_killed_right_after_each_call_publish_every_offer_once(fleet, account):
    shop = account()
    offers = publish(fleet, shop, 20)
    for place in PLACES:
        victim = fleet.spawn(halt=place)
        victim.wait_halted(120)
        victim.kill()
    fleet.spawn()
    assert_published_once(fleet, shop, offers)


def test_three_workers_send_one_package_after_the_other(fleet, account):
    shop = account()
    offers = publish(fleet, shop, 20)
    for _ in range(3):
        fleet.spawn(rest=0.05)
    for offer in offers:
        fleet.session.call("cdiscount.product.mapping", "action_push_now", [offer])
    assert_published_once(fleet, shop, offers)
    told = [line for line in shop.complaints() if line.split()[1].startswith("offer")]
    assert not told, "the log a person reads says nothing of workers in each other's way"
