"""Kits are sold from their components. Runs where the manufacturing app is installed."""

from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockKits(StockCase):
    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            self.skipTest("kits need the manufacturing app")
        self.wheel, self.frame = self.make_product("WHEEL"), self.make_product("FRAME")
        self.bike = self.make_product("CSM-0003")
        self.kit(self.bike, {self.wheel: 2, self.frame: 1})

    def kit(self, product, parts):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "product_qty": 1,
                "bom_line_ids": [
                    (0, 0, {"product_id": part.id, "product_qty": count}) for part, count in parts.items()
                ],
            }
        )

    def test_a_kit_is_what_its_scarcest_component_allows(self):
        self.put(self.wheel, 9)
        self.put(self.frame, 10)
        self.assertEqual(self.published(self.bike), 4)
        self.assertEqual(self.published(self.bike), int(self.bike.free_qty))

    def test_kits_within_kits(self):
        van = self.make_product("CSM-0004")
        self.kit(van, {self.bike: 2, self.frame: 1})
        self.put(self.wheel, 9)
        self.put(self.frame, 6)
        self.assertEqual(self.published(van), 2)

    def test_an_order_of_a_kit_is_promised_in_components(self):
        self.offer(self.bike)
        self.put(self.wheel, 10)
        self.put(self.frame, 10)
        self.receive(self.raw_order(self.goods(quantity=2, sku="CSM-0003"), status="Accepted"))
        self.assertEqual((self.published(self.bike), self.published(self.wheel)), (3, 6))

    def test_components_in_different_warehouses_make_no_kit(self):
        second = self.warehouse("SEC")
        self.sells_from(self.home, second)
        self.put(self.wheel, 10)
        self.put(self.frame, 10, second)
        self.assertEqual(self.published(self.bike), 0)

    def test_a_component_that_moves_reaches_the_marketplace(self):
        self.live(self.bike, 0)
        self.put(self.wheel, 10)
        self.put(self.frame, 10)
        self.settle()
        self.assertEqual(self.shown(self.bike), 5)
        self.put(self.frame, -9)
        self.settle()
        self.assertEqual(self.shown(self.bike), 1)
        action = (
            self.env["cdiscount.product.mapping"].search([("product_id", "=", self.bike.id)]).action_explain_stock()
        )
        truth = self.env[action["res_model"]].browse(action["res_id"])
        self.assertTrue(truth.kit)
        self.assertEqual(truth.to_publish, 1)
