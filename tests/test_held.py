"""Which product an order line means, and what becomes of an order whose product nobody knows."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestProductsOfOrders(CdiscountCase):
    def buy(self, sku, gtin=None, **line):
        return self.place_order(lines=[{"sku": sku, "gtin": gtin, "unit_price": "10.00", "shipping": "0", **line}])

    def sold_product(self, order):
        return self.assert_imported_once(order).order_line[:1].product_id

    def link(self, sku, product):
        return self.env["cdiscount.product.mapping"].create(
            {"config_id": self.config.id, "seller_reference": sku, "product_id": product.id}
        )

    def test_what_a_person_has_linked_goes_before_the_product_s_own_reference(self):
        other = self.make_product("OTHER")
        self.link("CSM-0001", other)
        order = self.buy("CSM-0001")
        self.pull()
        self.assertEqual(self.sold_product(order), other)

    def test_a_sku_is_linked_once_per_account(self):
        from psycopg2 import IntegrityError

        from odoo.tools import mute_logger

        self.link("TWICE", self.product)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.link("TWICE", self.product)

    def test_a_gtin_is_the_same_with_and_without_leading_zeros(self):
        product = self.make_product("HOUSE-REF", "0012345678905")
        product.barcode = "12345678905"
        orders = [self.buy("NOT-OURS", gtin) for gtin in ("0012345678905", "12345678905", "00012345678905")]
        orders.append(self.place_order(lines=[{"sku": "NOT-OURS", "gtin": "0012345678905"}]))
        self.sandbox(f"orders/{orders[-1]['orderId']}", patch={"lines": {"0": {"offer": {"productGtin": 12345678905}}}})
        self.pull()
        for order in orders:
            self.assertEqual(self.sold_product(order), product)

    def test_an_archived_product_is_still_the_product_that_was_sold(self):
        product = self.make_product("OLD-MODEL")
        product.active = False
        order = self.buy("OLD-MODEL")
        self.pull()
        self.assertEqual(self.sold_product(order), product)

    def test_an_active_product_goes_before_an_archived_one_with_the_same_sku(self):
        old = self.make_product("SAME-REF")
        old.active = False
        new = self.make_product("SAME-REF")
        self.make_product("SAME-REF").active = False
        order = self.buy("SAME-REF")
        self.pull()
        self.assertEqual(self.sold_product(order), new)

    def test_a_product_of_the_own_company_goes_before_a_shared_one(self):
        self.make_product("SHARED-REF")
        own = self.make_product("SHARED-REF", company_id=self.company.id)
        order = self.buy("SHARED-REF")
        self.pull()
        self.assertEqual(self.sold_product(order), own)

    def test_of_two_equal_products_none_is_guessed_and_both_are_named(self):
        self.make_product("DOUBLE", name="Blue lamp")
        self.make_product("DOUBLE", name="Green lamp")
        order = self.buy("DOUBLE")
        self.pull()
        mapping = self.assert_held(order, "ambiguous_product")
        self.assertIn("Blue lamp", mapping.hold_reason)
        self.assertIn("Green lamp", mapping.hold_reason)

    def test_two_equal_products_are_not_guessed_with_the_policy_to_create_either(self):
        self.config.unknown_product_policy = "create"
        self.make_product("DOUBLE")
        self.make_product("DOUBLE")
        order = self.buy("DOUBLE")
        self.pull()
        self.assert_held(order, "ambiguous_product")

    def test_a_product_of_another_company_is_not_sold_and_its_name_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.make_product("THEIRS", name="Secret article", company_id=other.id)
        order = self.buy("THEIRS")
        self.pull()
        mapping = self.assert_held(order, "unknown_product")
        self.assertIn("another company", mapping.hold_reason)
        self.assertNotIn("Secret article", mapping.hold_reason)

    def test_a_service_can_be_sold(self):
        service = self.env["product.product"].create({"name": "Care", "default_code": "CARE-1", "type": "service"})
        order = self.buy("CARE-1")
        self.pull()
        self.assertEqual(self.sold_product(order), service)

    def test_a_combo_is_held_because_it_cannot_be_sold_from_here(self):
        if "combo" not in dict(self.env["product.product"]._fields["type"]._description_selection(self.env)):
            self.skipTest("this series has no combos")
        combo = self.env["product.combo"].create(
            {"name": "Choice", "combo_item_ids": [(0, 0, {"product_id": self.product.id})]}
        )
        self.env["product.product"].create(
            {"name": "Menu", "default_code": "MENU", "type": "combo", "combo_ids": [(6, 0, combo.ids)]}
        )
        order = self.buy("MENU")
        self.pull()
        self.assertIn("combo", self.assert_held(order, "unknown_product").hold_reason)

    # ------------------------------------------------------------------ the account's rule
    def test_the_policy_to_create_makes_one_product_and_remembers_it(self):
        self.config.unknown_product_policy = "create"
        first, second = self.buy("BRAND-NEW", "3760999990016"), self.buy("BRAND-NEW", "3760999990016")
        self.pull()
        product = self.sold_product(first)
        self.assertEqual(self.sold_product(second), product)
        self.assertEqual((product.default_code, product.barcode), ("BRAND-NEW", "3760999990016"))
        self.assertEqual(product.company_id, self.company)
        self.assertAlmostEqual(product.list_price, 10.0, 2)
        link = self.env["cdiscount.product.mapping"].search([("seller_reference", "=", "BRAND-NEW")])
        self.assertEqual((link.product_id, link.origin), (product, "created"))
        product.default_code = "HOUSE-NAME"
        product.barcode = False
        third = self.buy("BRAND-NEW")
        self.pull()
        self.assertEqual(self.sold_product(third), product, "a renamed product is still the one that was created")

    def test_a_created_product_has_the_vat_it_was_sold_with(self):
        self.config.unknown_product_policy = "create"
        order = self.buy("BOOK-1", vat_rate=5.5)
        self.pull()
        self.assertEqual(self.sold_product(order).taxes_id.mapped("amount"), [5.5])

    def test_a_gtin_that_is_taken_does_not_stop_the_creation(self):
        self.config.unknown_product_policy = "create"
        other = self.env["res.company"].create({"name": "Other company"})
        self.make_product("THEIRS-2", "3760999990023", company_id=other.id)
        self.env["product.product"].create({"name": "Box", "barcode": "3760999990030", "company_id": other.id})
        order = self.buy("MINE-2", "3760999990030")
        self.pull()
        self.assertTrue(self.sold_product(order))

    def test_the_default_product_is_sold_where_nothing_fits(self):
        default = self.make_product("ANY")
        self.config.write({"unknown_product_policy": "default", "default_product_id": default.id})
        order = self.buy("WHO-KNOWS")
        self.pull()
        self.assertEqual(self.sold_product(order), default)
        self.assertFalse(self.env["cdiscount.product.mapping"].search([("seller_reference", "=", "WHO-KNOWS")]))

    # ------------------------------------------------------------------ what held orders show
    def test_a_held_and_a_followed_order_show_the_customer_s_name(self):
        held = self.place_order(lines=[{"sku": "NOBODY-KNOWS", "gtin": None}])
        followed = self.place_order(lines=[{"sku": "CSM-0001"}], status="WaitingAcceptance")
        self.pull()
        for order in (held, followed):
            address = order.get("billingAddress") or {}
            mapping = self.mapping(order)
            self.assertFalse(mapping.partner_id)
            if address.get("lastName"):
                self.assertIn(address["lastName"].split()[0], mapping.customer_name)
        self.assertTrue(self.mapping(held).customer_name)

    def test_the_name_of_a_customer_is_in_no_log_and_no_job(self):
        order = self.place_order(lines=[{"sku": "NOBODY-KNOWS", "gtin": None}])
        self.pull()
        name = self.mapping(order).customer_name
        self.assertTrue(name)
        texts = self.env["cdiscount.sync.log"].search([]).mapped("message")
        jobs = self.env["cdiscount.queue"].search([])
        texts += [text for text in [*jobs.mapped("payload"), *jobs.mapped("error"), *jobs.mapped("key")] if text]
        self.assertFalse([text for text in texts if name in text])

    def test_a_user_reads_held_orders_and_a_manager_alone_releases_them(self):
        order = self.place_order(lines=[{"sku": "NOBODY-KNOWS", "gtin": None}])
        self.pull()
        self.make_product("NOBODY-KNOWS")
        mapping = self.mapping(order)
        user = new_test_user(self.env, "inbox", "cdiscount_store_management.group_user")
        self.assertTrue(mapping.with_user(user).read(["hold_reason", "hold_detail", "customer_name"]))
        with self.assertRaises(AccessError) as refused:
            mapping.with_user(user).action_release()
        self.assertIn(self.config.responsible_id.name, str(refused.exception))
        self.assertEqual(mapping.state, "held")
        mapping.with_user(self.manager).action_release()
        self.assert_imported_once(order)

    def test_releasing_creates_the_sale_order_at_once_and_a_second_click_shows_it(self):
        order = self.place_order(lines=[{"sku": "NOBODY-KNOWS", "gtin": None}])
        self.pull()
        mapping = self.assert_held(order, "unknown_product")
        again = mapping.action_release()
        self.assertIn("NOBODY-KNOWS", again["params"]["message"], "still missing, and said so")
        self.make_product("NOBODY-KNOWS")
        action = mapping.action_release()
        sale_order = self.assert_imported_once(order)
        self.assertEqual(action["params"]["next"]["res_id"], sale_order.id)
        self.assertEqual(mapping.action_release()["params"]["next"]["res_id"], sale_order.id)
        self.run_queue()
        self.assertEqual(self.assert_imported_once(order), sale_order)

    def test_what_odoo_refuses_is_held_with_what_odoo_says(self):
        from odoo.exceptions import UserError

        orders = [self.place_order(lines=[{"sku": "LATER", "gtin": None}]) for _number in range(3)]
        self.pull()
        self.make_product("LATER")
        mappings = self.env["cdiscount.order.mapping"].browse([self.mapping(order).id for order in orders])
        original = type(self.env["sale.order"]).action_confirm
        told = "The warehouse is closed."

        def action_confirm(records):
            if orders[1]["reference"] in records.mapped("client_order_ref"):
                raise UserError(told)
            return original(records)

        self.patch(type(self.env["sale.order"]), "action_confirm", action_confirm)
        mappings.action_release()
        self.assertIn("The warehouse is closed.", self.assert_held(orders[1], "odoo_refused").hold_reason)
        self.assert_imported_once(orders[0])
        self.assert_imported_once(orders[2])

    def test_an_order_nobody_can_create_now_is_left_to_the_queue(self):
        order = self.place_order(lines=[{"sku": "LATER", "gtin": None}])
        self.pull()
        self.make_product("LATER")
        original = type(self.env["sale.order"]).action_confirm

        def action_confirm(records):
            raise ValueError("a bug")

        self.patch(type(self.env["sale.order"]), "action_confirm", action_confirm)
        with self.assertLogs("odoo.addons.cdiscount_store_management.models.order.order_release", "WARNING"):
            self.mapping(order).action_release()
        self.assertFalse(self.mapping(order).sale_order_id)
        self.patch(type(self.env["sale.order"]), "action_confirm", original)
        self.run_queue()
        self.assert_imported_once(order)
