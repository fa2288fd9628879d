"""A promotion while the workers that begin and end it are killed: its prices go out once, and all of them come back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from test_packages_killed import NEVER, PACKAGE, publish

PROMOTION = "cdiscount.promotion"
UPLOADED = {"model": PACKAGE, "method": "_keep", "when": "before", "nth": 3}
SUBMITTED = {"model": PACKAGE, "method": "_step_submit", "when": "after"}
ANSWERED = {"model": PACKAGE, "method": "_store_page", "when": "after"}
BEGUN = {"model": PROMOTION, "method": "_mark_offers", "when": "after"}
ENDED = {"model": PROMOTION, "method": "_stop", "when": "after"}
OFFERS = 8


class Sale:
    """Offers that are on the marketplace, and a promotion of 20 % on them that is to begin at once."""

    def __init__(self, fleet, shop):
        self.fleet, self.shop = fleet, shop
        offers = publish(fleet, shop, OFFERS)
        worker = fleet.spawn(rest=0.05)
        live = f"SELECT count(*) FROM cdiscount_product_mapping WHERE config_id = {shop.id} AND state = 'live'"
        fleet.eventually(lambda: fleet.number(live) == OFFERS, "every offer published", 120)
        shop.wait_quiet()
        worker.kill()
        fleet.sql(
            "UPDATE cdiscount_price_point SET since = since - interval '60 days' "
            f"WHERE mapping_id IN (SELECT id FROM cdiscount_product_mapping WHERE config_id = {shop.id})"
        )
        rows = fleet.session.search_read("cdiscount.product.mapping", [["id", "in", offers]], ["seller_reference"])
        self.skus = sorted(row["seller_reference"] for row in rows)
        self.normal = self.there()
        fleet.market.ask("/counters/reset", {})
        now = datetime.now(timezone.utc)
        (self.id,) = self.call(
            "create",
            [
                {
                    "name": "Black Friday",
                    "config_id": shop.id,
                    "kind": "strike",
                    "percent": 20.0,
                    "offer_ids": [[6, 0, offers]],
                    "date_start": f"{now - timedelta(minutes=1):%Y-%m-%d %H:%M:%S}",
                    "date_end": f"{now + timedelta(days=1):%Y-%m-%d %H:%M:%S}",
                }
            ],
        )
        self.call("action_check", [self.id])
        self.call("action_schedule", [self.id])

    def call(self, method, *arguments):
        return self.fleet.session.call(PROMOTION, method, *arguments)

    def there(self):
        """(price, strike price) as the marketplace shows them, by SKU."""
        rows = self.fleet.market.ask(f"/offers?rows=full&channel=CDISFR&seller={self.shop.seller}")["rows"]
        return {row["sku"]: (row["price"], row["origin_price"]) for row in rows if row["sku"] in self.skus}

    def reduced(self):
        """Whether every offer is there at four fifths of its price, with the old one crossed out."""
        return all(
            strike == self.normal[sku][0] and abs(float(price) - 0.8 * float(strike)) < 0.0051
            for sku, (price, strike) in self.there().items()
        )

    def lines(self):
        look = f"SELECT DISTINCT state FROM cdiscount_promotion_line WHERE promotion_id = {self.id} ORDER BY 1"
        return [row[0] for row in self.fleet.sql(look)]

    def state(self):
        return self.fleet.sql(f"SELECT state FROM cdiscount_promotion WHERE id = {self.id}")[0][0]

    def come_to_its_end(self):
        self._set("date_end = now() AT TIME ZONE 'UTC' - interval '1 second'")

    def look_again(self):
        """Ten minutes go by for the promotion."""
        self._set("next_at = now() AT TIME ZONE 'UTC'")

    def _set(self, what):
        self.fleet.sql(f"UPDATE cdiscount_promotion SET {what} WHERE id = {self.id}")
        self.fleet.sql(
            f"UPDATE cdiscount_queue SET eta = NULL WHERE operation = 'promotion_run' AND key = '{self.id}' "
            "AND state IN ('pending', 'waiting_retry')"
        )

    def kill_at(self, place):
        victim = self.fleet.spawn(halt=place)
        victim.wait_halted(120)
        victim.kill()


def test_a_promotion_begins_and_ends_whole_although_its_workers_are_killed(fleet, account):
    sale = Sale(fleet, account())
    for place in (BEGUN, UPLOADED, ANSWERED):
        sale.kill_at(place)
        if place is BEGUN:
            assert (sale.state(), sale.there()) == ("scheduled", sale.normal), "it has begun as a whole or not at all"
    for _ in range(2):
        fleet.spawn(rest=0.05)
    fleet.eventually(sale.reduced, "every promotional price", 90)
    fleet.eventually(lambda: sale.lines() == ["accepted"], "the answer of every offer", 60)
    for worker in fleet.living():
        worker.kill()

    sale.come_to_its_end()
    for place in (ENDED, UPLOADED, SUBMITTED):
        sale.kill_at(place)
        if place is ENDED:
            assert sale.state() == "running" and sale.reduced(), "it is over as a whole or not at all"
    for _ in range(2):
        fleet.spawn(rest=0.05)
    fleet.eventually(lambda: sale.there() == sale.normal, "every normal price", 90)
    in_flight = f"config_id = {sale.shop.id} AND (package_id IS NOT NULL OR push_needed)"
    look = f"SELECT count(*) FROM cdiscount_product_mapping WHERE {in_flight}"
    fleet.eventually(lambda: not fleet.number(look), "every answer stored", 60)
    sale.look_again()
    fleet.eventually(lambda: sale.lines() == ["over"], "the end of the promotion", 60)
    assert sale.there() == sale.normal
    counters = fleet.market.ask("/counters")
    assert {name: counters.get(name, 0) for name in NEVER} == dict.fromkeys(NEVER, 0)
