"""What the screens of orders, lines and commissions tell."""

from odoo.tests import new_test_user, tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestFaces(CdiscountCase):
    def fees(self, order):
        return self.env["cdiscount.fee"].search([("mapping_id", "=", self.mapping(order).id)])

    # ------------------------------------------------------------------ words
    def test_known_statuses_are_shown_in_words_and_unknown_ones_as_they_came(self):
        known = self.place_order(lines=[{"sku": "CSM-0001"}])
        unknown = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox(f"orders/{unknown['orderId']}", patch={"status": "Teleported", "payment": {"method": "Barter"}})
        self.sandbox(f"orders/{known['orderId']}", patch={"payment": {"method": "CardIn4Instalments"}})
        self.pull()
        mapping = self.mapping(known)
        self.assertEqual((mapping.status_label, mapping.payment_label), ("To ship", "Card in 4 instalments"))
        self.assertEqual(mapping.sale_order_id.cdiscount_status, "To ship")
        self.assertEqual(mapping.line_ids.mapped("status_label"), ["To ship"])
        mapping = self.mapping(unknown)
        self.assertEqual((mapping.status_label, mapping.payment_label), ("Teleported", "Barter"))
        self.assertEqual(mapping.status_kind, "other")

    def test_the_words_follow_a_change_of_the_status(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        self.sandbox(f"orders/{order['orderId']}/move", to="Shipped")
        self.pull()
        self.assertEqual(self.mapping(order).status_label, "Shipped")
        self.assertEqual(self.mapping(order).status_kind, "Shipped")
        self.assertEqual(self.mapping(order).line_ids.status_kind, "Shipped")

    def test_late_orders_are_found_and_shipped_ones_are_not_late(self):
        orders = self.env["cdiscount.order.mapping"]
        placed = [
            self.place_order(lines=[{"sku": "CSM-0001"}], status=status)
            for status in ("InPreparation", "InPreparation", "Shipped")
        ]
        self.pull()
        late, on_time, shipped = (self.mapping(order) for order in placed)
        (late | shipped).ship_by = "2020-01-01 10:00:00"
        on_time.ship_by = "2099-01-01 10:00:00"
        self.assertEqual((late.late, on_time.late, shipped.late), (True, False, False))
        self.assertEqual(orders.search([("late", "=", True)]), late)
        self.assertEqual(orders.search([("late", "=", False)]), on_time | shipped)
        self.assertEqual(orders.search([("late", "!=", True)]), on_time | shipped)

    # ------------------------------------------------------------------ commissions
    def test_the_commission_of_a_line_cancelled_later_does_not_count(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "quantity": 2}, {"sku": "CSM-0001"}])
        self.pull()
        fees = self.fees(order)
        self.assertEqual(len(fees), 2)
        self.assertTrue(all(fees.mapped("amount_with_vat")))
        self.sandbox(f"orders/{order['orderId']}/move", line=1, to="Cancelled")
        self.pull()
        dead = fees.filtered(lambda fee: not fee.due)
        self.assertEqual(dead.order_line_id, self.mapping(order).line_ids[:1])
        self.assertEqual((dead.amount_with_vat, dead.amount_without_vat, dead.vat_amount), (0, 0, 0))
        self.assertAlmostEqual(sum(fees.mapped("amount_with_vat")), self.mapping(order).commission_total, 2)
        self.assertEqual(self.fees(order), fees, "nothing is booked twice")

    def test_the_commission_of_a_cancelled_order_does_not_count(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        self.assertTrue(sum(self.fees(order).mapped("amount_with_vat")))
        self.sandbox(f"orders/{order['orderId']}/move", to="Cancelled")
        self.pull()
        self.assertEqual(self.mapping(order).state, "cancelled")
        self.assertEqual(sum(self.fees(order).mapped("amount_with_vat")), 0)
        self.assertEqual(self.mapping(order).net_total, 0)

    def test_the_net_after_commission_is_shown_on_both_orders(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "unit_price": "100.00", "shipping": "0", "vat_rate": 20}])
        patch = {"offerPrice": {"commission": {"amountWithVat": "18.00", "amountWithoutVat": "15.00", "rate": 18}}}
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": {"0": patch}})
        self.pull()
        mapping = self.mapping(order)
        sale_order = self.assert_imported_once(order, "100.00")
        self.assertAlmostEqual(mapping.net_total, 82.0, 2)
        self.assertAlmostEqual(sale_order.cdiscount_commission, 18.0, 2)
        self.assertAlmostEqual(sale_order.cdiscount_net, 82.0, 2)
        self.assertAlmostEqual(sale_order.cdiscount_net_untaxed, 83.33 - 15.0, 2)
        self.assertEqual(self.fees(order).vat_amount, 3.0)

    def test_a_line_without_commission_is_pointed_out_and_books_nothing(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        nothing = {"offerPrice": {"commission": None}, "sellingPrice": {"commission": None}}
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": {"0": nothing}})
        self.pull()
        self.assertFalse(self.fees(order))
        self.assertEqual(self.mapping(order).without_commission, 1)

    def test_a_negative_commission_is_in_the_seller_s_favour(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "unit_price": "100.00", "shipping": "0"}])
        patch = {"offerPrice": {"commission": {"amountWithVat": "-6.00", "amountWithoutVat": "-5.00", "rate": 6}}}
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": {"0": patch}})
        self.pull()
        self.assertEqual(self.fees(order).amount_with_vat, -6.0)
        self.assertAlmostEqual(self.mapping(order).net_total, 106.0, 2)

    def test_a_commission_in_another_currency_is_summed_in_the_company_s(self):
        zloty = self.env.ref("base.PLN")
        zloty.active = True
        home = self.company.currency_id
        self.env["res.currency.rate"].create(
            {"currency_id": zloty.id, "name": "2020-01-01", "rate": 4.0, "company_id": self.company.id}
        )
        order = self.place_order(lines=[{"sku": "CSM-0001", "unit_price": "100.00", "shipping": "0"}])
        patch = {"offerPrice": {"commission": {"amountWithVat": "20.00", "amountWithoutVat": "16.67", "rate": 20}}}
        self.sandbox(f"orders/{order['orderId']}", patch={"currencyCode": "PLN", "lines": {"0": patch}})
        self.pull()
        fee = self.fees(order)
        self.assertEqual((fee.currency_id, fee.amount_with_vat), (zloty, 20.0))
        expected = zloty._convert(20.0, home, self.company, fee.date)
        self.assertAlmostEqual(fee.amount_company, expected, 2)
        self.assertNotAlmostEqual(fee.amount_company, 20.0, 2)
        self.assertEqual(self.assert_imported_once(order).currency_id, zloty)

    # ------------------------------------------------------------------ ways between documents
    def test_a_product_leads_to_its_references_and_sales(self):
        self.env["cdiscount.product.mapping"].create(
            {"config_id": self.config.id, "seller_reference": "ALIAS-1", "product_id": self.product.id}
        )
        self.place_order(lines=[{"sku": "ALIAS-1"}, {"sku": "CSM-0001"}])
        self.pull()
        user = new_test_user(self.env, "inbox", "cdiscount_store_management.group_user,sales_team.group_sale_salesman")
        for product in (self.product.with_user(user), self.product.product_tmpl_id.with_user(user)):
            self.assertEqual((product.cdiscount_reference_count, product.cdiscount_line_count), (1, 2))
            lines = product.action_open_cdiscount_lines()
            self.assertEqual(self.env[lines["res_model"]].search_count(lines["domain"]), 2)
            links = product.action_open_cdiscount_references()
            self.assertEqual(self.env[links["res_model"]].search(links["domain"]).seller_reference, "ALIAS-1")

    def test_an_order_leads_to_its_sale_order_and_commissions(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        mapping = self.mapping(order)
        self.assertEqual(mapping.action_open_sale_order()["res_id"], mapping.sale_order_id.id)
        fees = mapping.action_open_fees()
        self.assertEqual(self.env[fees["res_model"]].search(fees["domain"]), self.fees(order))
        self.assertEqual(mapping.sale_order_id.action_open_cdiscount_order()["res_id"], mapping.id)

    def test_a_salesperson_without_cdiscount_rights_can_open_products_and_sale_orders(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        sale_order = self.mapping(order).sale_order_id.with_user(seller)
        self.assertTrue(sale_order.read(["cdiscount_status", "cdiscount_commission", "cdiscount_net"]))
        for model in ("sale.order", "product.template", "product.product"):
            self.env[model].with_user(seller).get_views([(False, "form")])
        product = self.product.with_user(seller)
        self.assertTrue(product.read(["name", "default_code"]))

    def test_every_screen_of_orders_can_be_seen_as_list_card_and_chart(self):
        wanted = {
            "action_order_mapping": {"list", "form", "kanban", "pivot", "graph"},
            "action_order_held": {"list", "form", "kanban", "pivot", "graph"},
            "action_order_line": {"list", "form", "kanban", "pivot", "graph"},
            "action_fee": {"list", "form", "kanban", "pivot", "graph"},
            "action_product_mapping": {"list", "form", "kanban", "pivot", "graph"},
        }
        user = new_test_user(self.env, "inbox", "cdiscount_store_management.group_user")
        for name, modes in wanted.items():
            action = self.env.ref(f"cdiscount_store_management.{name}")
            self.assertEqual(set(action.view_mode.replace("tree", "list").split(",")), modes, name)
            self.assertIn("o_view_nocontent", action.help, f"{name}: an empty screen says what to do next")
            model = self.env[action.res_model].with_user(user)
            model.get_views([(view_id, mode) for view_id, mode in action.views] + [(False, "search")])

    def test_the_held_orders_open_as_cards_by_reason_and_keep_their_own_list(self):
        action = self.env.ref("cdiscount_store_management.action_order_held")
        views = {mode: view_id for view_id, mode in action.views}
        self.assertEqual(next(iter(mode for _view, mode in action.views)), "kanban")
        own = self.env.ref("cdiscount_store_management.cdiscount_order_mapping_view_list_held")
        self.assertIn(own.id, views.values())
