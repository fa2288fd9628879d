"""What the lists and charts of selling show first, and what they can be grouped by."""

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestSellScreens(CdiscountCase):
    def test_orders_to_ship_are_the_open_ones_and_only_they_have_days_left(self):
        placed = [
            self.place_order(lines=[{"sku": "CSM-0001"}], status=status) for status in ("InPreparation", "Shipped")
        ]
        self.pull()
        waiting, shipped = (self.mapping(order) for order in placed)
        (waiting | shipped).ship_by = "2020-01-01 10:00:00"
        action = self.env.ref("cdiscount_store_management.action_order_to_ship")
        found = self.env[action.res_model].search(safe_eval(action.domain))
        self.assertIn(waiting, found)
        self.assertNotIn(shipped, found)
        self.assertEqual((waiting.ship_due, shipped.ship_due), (waiting.ship_by, False))

    def test_offers_are_counted_by_the_category_of_their_product(self):
        first, second = self.env["product.category"].create([{"name": "Lamps"}, {"name": "Chairs"}])
        self.product.categ_id = first
        offer = self.env["cdiscount.product.mapping"].create(
            {"config_id": self.config.id, "seller_reference": "GROUPED-1", "product_id": self.product.id}
        )
        offers = self.env["cdiscount.product.mapping"]
        domain = [("id", "=", offer.id)]
        self.assertEqual(offers._read_group(domain, ["product_categ_id"], ["__count"]), [(first, 1)])
        self.product.categ_id = second
        self.assertEqual(offers._read_group(domain, ["product_categ_id"], ["__count"]), [(second, 1)])
