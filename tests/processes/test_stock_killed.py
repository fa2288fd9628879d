"""Stock on its way while the workers that send it are killed: what is shown is there; in the end it is the stock."""

from __future__ import annotations

import contextlib
import threading

PACKAGE = "cdiscount.offer.package"
QUICK = {"upload_delay": 0.3, "ready_delay": 0.3, "integration_delay": 0.5}
NEVER = (
    "offer_duplicates_posted",
    "offer_uploads_posted_twice",
    "offer_packages_open_together",
    "stock_below_zero",
)
OPENED = {"model": PACKAGE, "method": "_keep", "when": "before", "nth": 2}
UPLOADED = {"model": PACKAGE, "method": "_keep", "when": "before", "nth": 3}
SUBMITTED = {"model": PACKAGE, "method": "_step_submit", "when": "after"}
ANSWERED = {"model": PACKAGE, "method": "_store_page", "when": "after"}


class Shelves:
    """Goods in a warehouse of their own that an account sells from, each with an offer that shows nothing yet."""

    def __init__(self, fleet, shop, count):
        self.fleet, self.shop, self.call = fleet, shop, fleet.session.call
        fleet.market.ask(f"/settings?seller={shop.seller}", QUICK)
        code = f"K{shop.seller[-4:]}"
        made = self.call("stock.warehouse", "create", [{"name": f"Warehouse {code}", "code": code}])
        found = fleet.session.search_read("stock.warehouse", [["id", "in", made]], ["lot_stock_id"])
        self.location = found[0]["lot_stock_id"][0]
        self.call("cdiscount.stock.mapping", "create", [{"config_id": shop.id, "warehouse_id": made[0]}])
        products = fleet.session.search_read(
            "product.product", [["default_code", "=like", "CSM-%"]], ["default_code", "barcode"], limit=count
        )
        self.products = {product["default_code"]: product["id"] for product in products}
        self.levels = dict.fromkeys(self.products, 0)
        fleet.market.ask(f"/stock?seller={shop.seller}", self.levels)
        offers = self.call(
            "cdiscount.product.mapping",
            "create",
            [
                {
                    "config_id": shop.id,
                    "product_id": product["id"],
                    "seller_reference": product["default_code"],
                    "gtin": product["barcode"],
                    "state": "live",
                    "offer_state": "active",
                    "push_hold": True,
                    "publish": True,
                }
                for product in products
            ],
        )
        assert len(offers) == count
        fleet.market.ask("/counters/reset", {})

    def count(self, level, skus=None):
        """Somebody counts goods: ``level(number of the product)`` pieces are there."""
        levels = {sku: level(number) for number, sku in enumerate(self.products) if skus is None or sku in skus}
        # Before it is written: a worker may be quicker than this line's end.
        self.levels.update({sku: max(number, self.levels[sku]) for sku, number in levels.items()})
        inventory = {"context": {"inventory_mode": True}}
        rows = [
            {"product_id": self.products[sku], "location_id": self.location, "inventory_quantity": number}
            for sku, number in levels.items()
        ]
        quants = self.call("stock.quant", "create", rows, **inventory)
        self.call("stock.quant", "action_apply_inventory", quants, **inventory)
        self.levels.update(levels)

    def shown(self):
        """What the marketplace shows, by SKU."""
        stock = self.fleet.market.ask(f"/stock?seller={self.shop.seller}&sku={','.join(self.products)}")
        return stock["stock"]

    def free(self):
        """What is free in Odoo, by SKU."""
        rows = self.fleet.sql(
            f"""
            SELECT product_id, sum(quantity - reserved_quantity)::int FROM stock_quant
             WHERE location_id = {self.location} GROUP BY product_id
            """
        )
        found = {int(product): int(number) for product, number in rows}
        return {sku: found.get(product, 0) for sku, product in self.products.items()}

    @contextlib.contextmanager
    def watched(self):
        """Look at the marketplace all the time: whatever number it comes to show is there when it appears."""
        wrong, over = [], threading.Event()
        before = self.shown()

        def look():
            nonlocal before
            while not over.wait(0.05):
                # Goods may come between the two readings, so the marketplace is read first.
                now = self.shown()
                wrong.extend(
                    f"{sku}: {number} shown, {self.levels[sku]} there"
                    for sku, number in now.items()
                    if number != before[sku] and number > self.levels[sku]
                )
                before = now

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join(30)
        assert not wrong

    def assert_shown(self):
        """In the end the marketplace shows what is free, and nothing was sent twice."""
        self.fleet.eventually(lambda: self.shown() == self.free(), "the free stock on the marketplace", 120)
        doubtful = (
            f"SELECT count(*) FROM cdiscount_product_mapping WHERE config_id = {self.shop.id} "
            "AND (package_id IS NOT NULL OR stock_dirty OR stock_unsure)"
        )
        self.fleet.eventually(lambda: not self.fleet.number(doubtful), "every answer stored", 60)
        assert self.shown() == self.free() == self.levels
        counters = self.fleet.market.ask("/counters")
        assert {name: counters.get(name, 0) for name in NEVER} == dict.fromkeys(NEVER, 0)


def kill_at(fleet, place):
    victim = fleet.spawn(halt=place)
    victim.wait_halted(120)
    victim.kill()


def test_stock_that_changes_while_workers_are_killed_is_true_in_the_end(fleet, account):
    shelves = Shelves(fleet, account(), 20)
    skus = list(shelves.products)
    shelves.count(lambda number: 10 + number)
    with shelves.watched():
        # Nothing is in the package that was opened, so what is sold now is not offered any more.
        kill_at(fleet, OPENED)
        shelves.count(lambda number: number % 4, skus[:10])
        # What the marketplace has taken in cannot be taken back; more may come.
        kill_at(fleet, UPLOADED)
        shelves.count(lambda number: 40 + number, skus[5:15])
        kill_at(fleet, SUBMITTED)
        kill_at(fleet, ANSWERED)
        shelves.count(lambda number: number % 3, skus[::2])
        for _ in range(3):
            fleet.spawn(rest=0.05)
        shelves.assert_shown()


def test_three_workers_follow_stock_that_moves_all_the_time(fleet, account):
    shelves = Shelves(fleet, account(), 20)
    with shelves.watched():
        victim = fleet.spawn(halt=UPLOADED)
        shelves.count(lambda number: 5)
        victim.wait_halted(120)
        victim.kill()
        for _ in range(3):
            fleet.spawn(rest=0.05)
        for more in range(1, 8):
            shelves.count(lambda number, more=more: 5 + more * (1 + number % 3))
        shelves.assert_shown()
