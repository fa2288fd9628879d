"""From what the warehouses hold to the number that is published."""

from ..compat import storable_product_values
from .stock_case import StockCase


class TestQuantities(StockCase):
    def test_what_is_free_in_the_accounts_warehouse_is_published(self):
        elsewhere = self.warehouse("ELSE")
        self.put(self.product, 7)
        self.put(self.product, 50, elsewhere)
        self.assertEqual(self.published(self.product), 7)

    def test_a_product_without_any_stock_is_published_as_zero(self):
        self.assertEqual(self.published(self.product), 0)

    def test_stock_below_zero_is_published_as_zero(self):
        self.put(self.product, -3)
        self.assertEqual(self.published(self.product), 0)

    def test_several_warehouses_add_up_and_each_keeps_its_own_back(self):
        second, third = self.warehouse("SEC"), self.warehouse("THI")
        self.put(self.product, 7)
        self.put(self.product, 5, second)
        self.put(self.product, 2, third)
        self.sells_from(self.home, (second, 3), (third, 4))
        self.assertEqual(self.published(self.product), 7 + 2 + 0)

    def test_goods_in_quality_control_are_not_for_sale(self):
        self.home.reception_steps = "three_steps"
        self.put(self.product, 4)
        self.put(self.product, 9, location=self.home.wh_qc_stock_loc_id)
        self.assertEqual(self.published(self.product), 4)

    def test_goods_on_a_shelf_below_the_stock_location_count(self):
        shelf = self.env["stock.location"].create({"name": "A-01", "location_id": self.home.lot_stock_id.id})
        self.put(self.product, 4, location=shelf)
        self.assertEqual(self.published(self.product), 4)

    def test_the_basis_decides_whether_reserved_and_expected_goods_count(self):
        self.put(self.product, 10)
        self.promise(self.product, 3)
        self.receive_later(self.product, 20)
        for basis, quantity in (("free", 7), ("on_hand", 10), ("forecast", 27)):
            self.set(stock_basis=basis)
            self.assertEqual(self.published(self.product), quantity, basis)

    def receive_later(self, product, quantity):
        """Goods are on their way from a supplier."""
        kind = self.home.in_type_id
        values = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "product_uom": product.uom_id.id,
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.home.lot_stock_id.id,
        }
        if "name" in self.env["stock.move"]._fields:
            values["name"] = product.name
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": values["location_id"],
                "location_dest_id": values["location_dest_id"],
                "move_ids": [(0, 0, values)],
            }
        )
        picking.action_confirm()
        return picking

    def test_a_confirmed_order_counts_whether_or_not_it_is_reserved(self):
        self.put(self.product, 10)
        order = self.promise(self.product, 3)
        self.assertEqual(self.published(self.product), 7)
        order.picking_ids.do_unreserve()
        self.assertEqual(self.published(self.product), 7)

    def test_a_delivery_in_several_steps_counts_once(self):
        self.home.delivery_steps = "pick_pack_ship"
        self.put(self.product, 10)
        self.promise(self.product, 3, reserve=False)
        self.assertEqual(self.published(self.product), 7)

    def test_an_order_larger_than_the_stock_leaves_nothing(self):
        self.put(self.product, 2)
        self.promise(self.product, 5)
        self.assertEqual(self.published(self.product), 0)


class TestDemandOfOrders(StockCase):
    def test_orders_that_are_not_sale_orders_yet_are_promised(self):
        self.offer(self.product)
        self.put(self.product, 10)
        for status in ("Processing", "Accepted", "WaitingAcceptance"):
            self.receive(self.raw_order(self.goods(quantity=2), status=status))
        self.assertEqual(self.published(self.product), 4)

    def test_a_held_order_is_promised_too(self):
        self.offer(self.product)
        self.put(self.product, 10)
        held = self.receive(self.raw_order(self.goods(quantity=2), self.goods(sku="NOBODY-KNOWS")))[0]
        self.assertEqual(held.state, "held")
        self.assertEqual(self.published(self.product), 8)

    def test_a_cancelled_or_shipped_order_is_not(self):
        self.offer(self.product)
        self.put(self.product, 10)
        self.receive(self.raw_order(self.goods(quantity=2), status="Cancelled"))
        self.receive(self.raw_order(self.goods(quantity=2), status="Shipped"))
        self.assertEqual(self.published(self.product), 10)

    def test_an_order_counts_once_from_its_coming_to_its_delivery(self):
        self.offer(self.product)
        self.put(self.product, 10)
        raw = self.raw_order(self.goods(quantity=2), status="Accepted")
        self.receive(raw)
        self.assertEqual(self.published(self.product), 8)
        raw["status"] = "InPreparation"
        sale_order = self.receive(raw)[0].sale_order_id
        self.assertEqual(self.published(self.product), 8)
        picking = sale_order.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.published(self.product), 8)

    def test_a_product_found_by_its_reference_alone_is_promised(self):
        self.put(self.product, 10)
        self.receive(self.raw_order(self.goods(quantity=2), status="Accepted"))
        self.assertEqual(self.published(self.product), 8)

    def test_what_the_marketplace_ships_itself_does_not_leave_from_here(self):
        self.put(self.product, 10)
        line = self.goods(quantity=2)
        line["offer"]["supplyMode"] = "Fulfillment"
        self.receive(self.raw_order(line, status="Accepted"))
        self.assertEqual(self.published(self.product), 10)

    def test_orders_of_another_account_from_the_same_warehouse_count(self):
        other = self.make_account(name="Second shop", seller_id="11111")
        self.put(self.product, 10)
        self.receive(self.raw_order(self.goods(quantity=2), status="Accepted"), config=other)
        self.assertEqual(self.published(self.product), 8)


class TestWhatIsKeptBack(StockCase):
    def setUp(self):
        super().setUp()
        self.put(self.product, 20)

    def test_the_most_specific_buffer_wins(self):
        self.set(stock_buffer=3)
        self.assertEqual(self.published(self.product), 17)
        parent = self.env["product.category"].create({"name": "Toys"})
        child = self.env["product.category"].create({"name": "Bears", "parent_id": parent.id})
        self.product.categ_id = child
        rules = self.env["cdiscount.stock.rule"]
        rules.create({"config_id": self.config.id, "categ_id": parent.id, "stock_buffer_units": 5})
        self.assertEqual(self.published(self.product), 15)
        rules.create({"config_id": self.config.id, "categ_id": child.id, "stock_buffer_percent": 50})
        self.assertEqual(self.published(self.product), 10)
        self.offer(self.product, stock_buffer_own=True, stock_buffer_units=0)
        self.assertEqual(self.published(self.product), 20)

    def test_caps_and_the_least_worth_showing(self):
        self.set(stock_cap=12)
        self.assertEqual(self.published(self.product), 12)
        self.set(stock_cap=0, stock_cap_percent=25)
        self.assertEqual(self.published(self.product), 5)
        self.set(stock_minimum=6)
        self.assertEqual(self.published(self.product), 0)
        self.offer(self.product, stock_limit_own=True, stock_cap=7)
        self.assertEqual(self.published(self.product), 7)

    def test_a_frozen_offer_does_not_follow_the_stock(self):
        offer = self.offer(self.product, stock_freeze="fixed", stock_fixed_qty=3)
        self.assertEqual(self.published(self.product), 3)
        offer.write({"stock_freeze": "keep", "published_qty": 9, "last_pushed_at": "2026-01-01 00:00:00"})
        self.assertEqual(self.published(self.product), 9)

    def test_products_without_stock(self):
        service = self.env["product.product"].create({"name": "Advice", "type": "service", "default_code": "ADV"})
        offer = self.offer(service, quantity_read=44)
        self.assertEqual(self.published(service), 44)
        self.set(stock_untracked="fixed", stock_untracked_qty=99)
        self.assertEqual(self.published(service), 99)
        offer.write({"stock_freeze": "fixed", "stock_fixed_qty": 1})
        self.assertEqual(self.published(service), 1)

    def test_another_company_sells_its_own_stock(self):
        company = self.env["res.company"].create({"name": "Second company"})
        self.manager.company_ids |= company
        other = self.make_account(name="Second", company_id=company.id, seller_id="22222")
        self.put(self.product, 3, other.warehouse_id)
        self.assertEqual((self.published(self.product), self.published(self.product, other)), (20, 3))


class TestManyProducts(StockCase):
    def test_the_number_of_queries_does_not_depend_on_the_number_of_products(self):
        self.sells_from(self.home, self.warehouse("SEC"), self.warehouse("THI"), self.warehouse("FOU"))
        products = self.env["product.product"].create(
            [{"name": f"P{n}", "default_code": f"P{n}", **storable_product_values(self.env)} for n in range(200)]
        )
        for product in products:
            self.put(product, 5)
            self.offer(product)
        self.env.flush_all()
        self.assertEqual(self.count(products), self.count(products[:10]))

    def count(self, products):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        quantities = self.mapping_model._quantities_to_publish(self.config, products)
        self.assertEqual(set(quantities.values()), {5})
        return self.env.cr.sql_log_count - before
