"""What held orders wait for is decided on one screen, once for all of them, and they come in at once."""

from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestResolve(CdiscountCase):
    def hold(self, count=1, **line):
        """Orders that are held."""
        line = {"sku": "UNHEARD-OF", "gtin": None, "unit_price": "10.00", "shipping": "0", **line}
        orders = [self.place_order(lines=[line]) for _number in range(count)]
        self.pull()
        return orders

    def held(self):
        return self.env["cdiscount.order.mapping"].search([("state", "=", "held")])

    def resolve(self, mappings, user=None):
        action = mappings.with_user(user or self.manager).action_resolve()
        return self.env[action["res_model"]].with_user(user or self.manager).browse(action["res_id"])

    def alter(self, order, **patch):
        self.sandbox(f"orders/{order['orderId']}", patch=patch)

    # ------------------------------------------------------------------ products
    def test_many_orders_with_one_unknown_sku_are_one_thing_to_decide(self):
        orders = self.hold(count=7)
        wizard = self.resolve(self.held())
        self.assertEqual(len(wizard.line_ids), 1)
        line = wizard.product_line_ids
        self.assertEqual((line.name, line.order_count), ("UNHEARD-OF", 7))
        line.product_id = self.product
        wizard.action_apply()
        for order in orders:
            self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, self.product)
        later = self.place_order(lines=[{"sku": "UNHEARD-OF", "gtin": None}])
        self.pull()
        self.assert_imported_once(later)

    def test_all_that_an_order_lacks_is_shown_at_once(self):
        self.place_order(
            lines=[
                {"sku": "LACK-1", "gtin": None, "vat_rate": 20},
                {"sku": "LACK-2", "gtin": None, "vat_rate": 17},
            ]
        )
        self.pull()
        wizard = self.resolve(self.held())
        self.assertEqual(sorted(wizard.product_line_ids.mapped("name")), ["LACK-1", "LACK-2"])
        self.assertEqual(len(wizard.tax_line_ids), 1)

    def test_the_missing_product_can_be_created_from_the_order(self):
        order = self.hold(gtin="3760999990115", title="Garden chair")[0]
        wizard = self.resolve(self.held())
        wizard.product_line_ids.create_product = True
        action = wizard.action_apply()
        sale_order = self.assert_imported_once(order)
        product = sale_order.order_line[:1].product_id
        self.assertEqual((product.default_code, product.barcode), ("UNHEARD-OF", "3760999990115"))
        self.assertEqual(product.name, "Garden chair")
        self.assertEqual(action["params"]["next"]["res_id"], sale_order.id, "the person sees the sale order")

    def test_a_product_with_a_similar_reference_is_suggested_and_taken_by_one_click(self):
        product = self.make_product("CHAIR-42-BLUE")
        self.hold(sku="chair 42 blue")
        wizard = self.resolve(self.held())
        line = wizard.product_line_ids
        self.assertEqual(line.suggested_product_id, product)
        self.assertFalse(line.product_id, "a suggestion decides nothing")
        line.action_take_suggestion()
        self.assertEqual(line.product_id, product)
        wizard.action_apply()
        self.assertFalse(self.held())

    def test_a_product_with_a_similar_name_is_suggested(self):
        product = self.make_product("X-9", name="Wooden garden table, 6 seats")
        self.hold(title="Wooden garden table 6 seats (new)")
        self.assertEqual(self.resolve(self.held()).product_line_ids.suggested_product_id, product)

    def test_one_of_two_equal_products_is_chosen(self):
        first = self.make_product("DOUBLE")
        self.make_product("DOUBLE")
        order = self.hold(sku="DOUBLE")[0]
        wizard = self.resolve(self.held())
        wizard.product_line_ids.product_id = first
        wizard.action_apply()
        self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, first)

    # ------------------------------------------------------------------ VAT
    def test_a_rate_is_mapped_for_its_country_and_used_from_then_on(self):
        tax = self.taxes[20.0].copy({"name": "Special 17", "amount": 17.0})
        tax.active = False
        order = self.hold(sku="CSM-0001", vat_rate=17)[0]
        self.assert_held(order, "tax_not_mapped")
        tax.active = True
        tax.type_tax_use = "sale"
        wizard = self.resolve(self.held())
        if wizard.tax_line_ids:
            wizard.tax_line_ids.tax_id = tax
        wizard.action_apply()
        field = "tax_ids" if "tax_ids" in self.env["sale.order.line"]._fields else "tax_id"
        self.assertEqual(self.assert_imported_once(order).order_line[:1][field], tax)

    # ------------------------------------------------------------------ totals
    def test_an_accepted_difference_brings_the_sale_order_to_the_marketplace_s_total(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "unit_price": "10.00", "shipping": "0"}])
        self.alter(order, totalPrice={"offerPrice": "12.34"})
        self.pull()
        mapping = self.assert_held(order, "total_differs")
        wizard = self.resolve(mapping)
        line = wizard.total_line_ids
        self.assertEqual((line.amount_total, line.amount_found, round(line.amount_gap, 2)), (12.34, 10.0, 2.34))
        line.accept = True
        wizard.action_apply()
        sale_order = self.assert_imported_once(order, "12.34")
        closing = sale_order.order_line.filtered(lambda line: line.product_id == self.config.rounding_product_id)
        self.assertEqual(len(closing), 1)
        self.assertIn(self.manager.name, closing.name)
        self.assertEqual(mapping.accepted_by, self.manager)
        note = mapping.message_ids.filtered(lambda message: "12.34" in (message.body or ""))
        self.assertIn(self.manager.name, note[:1].body)
        self.assertEqual(Decimal(str(mapping.amount_total)), Decimal("12.34"))

    def test_an_acceptance_is_for_the_amounts_that_were_seen_and_no_others(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "unit_price": "10.00", "shipping": "0"}])
        self.alter(order, totalPrice={"offerPrice": "12.34"})
        self.pull()
        mapping = self.assert_held(order, "total_differs")
        mapping.with_user(self.manager)._accept_total(mapping._draft_orders(mapping)[0].amounts)
        self.alter(order, totalPrice={"offerPrice": "99.00"})
        self.pull()
        mapping.action_release()
        self.assert_held(order, "total_differs")

    # ------------------------------------------------------------------ places and money
    def test_a_country_nobody_knows_is_chosen_once_and_remembered(self):
        first, second = (self.place_order(lines=[{"sku": "CSM-0001"}]) for _number in range(2))
        for order in (first, second):
            self.alter(order, lines={"0": {"shippingAddress": {"countryCode": "FRANKREICH"}}})
        self.pull()
        self.assert_held(first, "country_unknown")
        wizard = self.resolve(self.held())
        self.assertEqual(wizard.country_line_ids.mapped("order_count"), [2])
        wizard.country_line_ids.country_id = self.env.ref("base.fr")
        wizard.action_apply()
        for order in (first, second):
            self.assertEqual(self.assert_imported_once(order).partner_shipping_id.country_id.code, "FR")
        third = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.alter(third, lines={"0": {"shippingAddress": {"countryCode": "Frankreich"}}})
        self.pull()
        self.assert_imported_once(third)

    def test_a_country_written_out_is_not_mistaken_for_the_one_of_its_first_letters(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.alter(order, lines={"0": {"shippingAddress": {"countryCode": "AUSTRIA"}}})
        self.pull()
        self.assertIn("AUSTRIA", self.assert_held(order, "country_unknown").hold_detail)

    def test_a_currency_is_activated(self):
        zloty = self.env.ref("base.PLN")
        zloty.active = False
        order = self.place_order(lines=[{"sku": "CSM-0001", "unit_price": "10.00", "shipping": "0"}])
        self.alter(order, currencyCode="PLN")
        self.pull()
        self.assert_held(order, "currency_unknown")
        wizard = self.resolve(self.held())
        wizard.currency_line_ids.accept = True
        wizard.action_apply()
        self.assertTrue(zloty.active)
        self.assertEqual(self.assert_imported_once(order, "10.00").currency_id, zloty)

    def test_an_order_that_came_incomplete_is_read_again(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "quantity": 2}])
        self.alter(order, lines={"0": {"quantity": None}})
        self.pull()
        mapping = self.assert_held(order, "payload_invalid")
        wizard = self.resolve(mapping)
        self.assertEqual(wizard.other_line_ids.mapped("kind"), ["data"])
        wizard.action_read_again()
        self.assert_held(order, "payload_invalid")
        self.alter(order, lines={"0": {"quantity": 2}})
        wizard.action_read_again()
        self.assert_imported_once(order)

    # ------------------------------------------------------------------ people
    def test_a_user_sees_what_is_missing_and_is_told_whom_to_ask(self):
        self.hold()
        user = new_test_user(self.env, "inbox", "cdiscount_store_management.group_user")
        wizard = self.resolve(self.held(), user)
        self.assertEqual(wizard.product_line_ids.name, "UNHEARD-OF")
        self.assertFalse(wizard.can_decide)
        wizard.product_line_ids.product_id = self.product
        with self.assertRaises(AccessError) as refused:
            wizard.action_apply()
        self.assertIn(self.config.responsible_id.name, str(refused.exception))
        self.assertEqual(len(self.held()), 1)

    def test_deciding_nothing_is_said_and_changes_nothing(self):
        self.hold()
        with self.assertRaises(UserError):
            self.resolve(self.held()).action_apply()
        self.assertEqual(len(self.held()), 1)

    def test_a_second_click_shows_what_the_first_one_made(self):
        order = self.hold()[0]
        wizard = self.resolve(self.held())
        wizard.product_line_ids.product_id = self.product
        wizard.action_apply()
        sale_order = self.assert_imported_once(order)
        self.assertEqual(wizard.action_apply()["params"]["next"]["res_id"], sale_order.id)
        self.assert_imported_once(order)

    def test_of_two_people_the_first_decides_and_the_second_undoes_nothing(self):
        order = self.hold()[0]
        self.hold(sku="STILL-OPEN")
        mine, theirs = self.resolve(self.held()), self.resolve(self.held())
        for wizard, product in ((mine, self.product), (theirs, self.make_product("OTHER-ONE"))):
            wizard.product_line_ids.filtered(lambda line: line.name == "UNHEARD-OF").product_id = product
        mine.action_apply()
        theirs.action_apply()
        self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, self.product)
        link = self.env["cdiscount.product.mapping"].search([("seller_reference", "=", "UNHEARD-OF")])
        self.assertEqual(link.product_id, self.product)

    def test_an_order_cancelled_meanwhile_makes_no_sale_order(self):
        kept, lost = self.hold(count=2)
        wizard = self.resolve(self.held())
        self.sandbox(f"orders/{lost['orderId']}/move", to="Cancelled")
        self.pull()
        wizard.product_line_ids.product_id = self.product
        wizard.action_apply()
        self.assert_imported_once(kept)
        self.assertEqual(self.mapping(lost).state, "cancelled")
        self.assertFalse(self.mapping(lost).sale_order_id)

    def test_what_is_left_stays_on_the_screen(self):
        done = self.hold(sku="FIRST-SKU")[0]
        left = self.hold(sku="SECOND-SKU")[0]
        wizard = self.resolve(self.held())
        wizard.product_line_ids.filtered(lambda line: line.name == "FIRST-SKU").product_id = self.product
        action = wizard.action_apply()
        self.assert_imported_once(done)
        self.assert_held(left, "unknown_product")
        self.assertEqual((action["res_model"], action["res_id"]), (wizard._name, wizard.id))
        self.assertEqual(wizard.product_line_ids.mapped("name"), ["SECOND-SKU"])
        self.assertIn("1", wizard.message)

    def test_nothing_is_missing_any_more_and_one_click_creates_the_order(self):
        order = self.hold()[0]
        self.make_product("UNHEARD-OF")
        wizard = self.resolve(self.held())
        self.assertFalse(wizard.line_ids)
        self.assertEqual(wizard.ready_count, 1)
        wizard.action_apply()
        self.assert_imported_once(order)
