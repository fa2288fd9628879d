"""Invoices of marketplace orders: at the right moment, once, to the cent; what cannot be made says why."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo import fields
from odoo.exceptions import RedirectWarning, UserError

from .orders_case import OrdersCase

CLOSED = "The period is closed."


class InvoicesCase(OrdersCase):
    """An account that makes invoices, and verbs to ship."""

    policy = "shipment"

    def setUp(self):
        super().setUp()
        self.config.write({"invoice_policy": self.policy, "invoice_from": fields.Date.today() - timedelta(days=3650)})
        self.run_queue()
        self.other = self.make_product("CSM-0002")

    def invoices(self, sale_order):
        return sale_order.invoice_ids.filtered(lambda move: move.state == "posted")

    def ship(self, sale_order, **quantities):
        """Validate the delivery, for the pieces given per SKU only; the rest becomes a backorder."""
        picking = sale_order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))[:1]
        for move in picking.move_ids:
            wanted = quantities.get(move.product_id.default_code.replace("-", "_"), 0 if quantities else None)
            move.quantity = move.product_uom_qty if wanted is None else wanted
            move.picked = True
        picking.with_context(
            skip_backorder=True, skip_sms=True, picking_ids_not_to_backorder=[], skip_expired=True
        ).button_validate()
        self.assertEqual(picking.state, "done")

    def assert_invoiced(self, sale_order, *totals):
        """The posted invoices of an order have these totals, and numbers of Odoo."""
        found = self.invoices(sale_order).sorted("id")
        self.assertEqual([self.cents(move.amount_total) for move in found], [self.cents(total) for total in totals])
        self.assertTrue(all(move.name and move.name != "/" for move in found))
        return found


class TestInvoicesAtShipment(InvoicesCase):
    def test_nothing_is_invoiced_before_the_goods_have_left(self):
        order = self.sell(self.goods("10.00", 2))
        self.assertFalse(order.invoice_ids)
        self.ship(order)
        self.run_queue()
        (invoice,) = self.assert_invoiced(order, "20.00")
        self.assertEqual(invoice.invoice_date, fields.Date.context_today(invoice))
        self.assertEqual(invoice.cdiscount_mapping_id, order.cdiscount_mapping_id)
        self.assertEqual(invoice.cdiscount_config_id, self.config)

    def test_the_policy_of_the_product_does_not_count(self):
        for product_policy in ("order", "delivery"):
            self.product.invoice_policy = product_policy
            order = self.sell(self.goods("10.00", 2))
            self.run_queue()
            self.assertFalse(order.invoice_ids, product_policy)
            self.ship(order)
            self.run_queue()
            self.assert_invoiced(order, "20.00")

    def test_what_leaves_in_two_parcels_is_invoiced_twice_and_to_the_cent_together(self):
        order = self.sell(self.goods("9.99", 3, shipping="4.99"), self.goods("0.33", 7, sku="CSM-0002"))
        total = order.amount_total
        self.ship(order, CSM_0001=1)
        self.run_queue()
        first = self.assert_invoiced(order, "14.98")
        self.assertIn("shipping", first.invoice_line_ids.sale_line_ids.mapped("cdiscount_kind"))
        self.ship(order)
        self.run_queue()
        both = self.invoices(order)
        self.assertEqual(len(both), 2)
        self.assertEqual(self.cents(sum(both.mapped("amount_total"))), self.cents(total))

    def test_a_second_run_makes_no_second_invoice(self):
        order = self.sell(self.goods())
        self.ship(order)
        self.run_queue()
        order.cdiscount_mapping_id._request_invoice()
        self.config._schedule_due_jobs(fields.Datetime.now() + timedelta(days=2))
        self.run_queue()
        self.assert_invoiced(order, "10.00")

    def test_orders_that_come_shipped_are_invoiced(self):
        orders = [self.sell(self.goods(), status=status) for status in ("Shipped", "Delivered")]
        for order in orders:
            self.assert_invoiced(order, "10.00")

    def test_what_leaves_from_the_marketplaces_warehouse_is_invoiced_when_it_has_left(self):
        raw = self.raw_order(self.goods())
        raw["lines"][0]["offer"]["supplyMode"] = "Fulfillment"
        (mapping,) = self.receive(raw)
        order = mapping.sale_order_id
        self.assertFalse(order.invoice_ids)
        raw.update(status="Shipped", updatedAt="2026-11-24T10:00:00Z")
        for entry in raw["lines"]:
            entry["status"] = "Shipped"
        self.receive(raw)
        self.assert_invoiced(order, "10.00")

    def test_cancelled_lines_are_left_out(self):
        dead = {**self.goods("50.00", sku="CSM-0002"), "status": "Cancelled"}
        order = self.sell(self.goods("10.00", shipping="2.00"), dead)
        self.ship(order)
        self.run_queue()
        self.assert_invoiced(order, "12.00")

    def test_a_corrected_first_part_does_not_keep_the_second_from_being_invoiced(self):
        order = self.sell(self.goods("9.99", 1), self.goods("0.33", 7, sku="CSM-0002"))
        self.ship(order, CSM_0001=1)
        self.run_queue()
        first = self.assert_invoiced(order, "9.99")
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=first.ids)
        wizard.create({"reason": "Wrong name", "journal_id": first.journal_id.id}).modify_moves()
        corrected = order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.assertEqual(corrected.cdiscount_mapping_id, order.cdiscount_mapping_id)
        corrected.action_post()
        self.ship(order)
        self.run_queue()
        signed = sum(self.invoices(order).mapped("amount_total_signed"))
        self.assertEqual(self.cents(signed), self.cents(order.amount_total))

    def test_what_was_credited_is_not_invoiced_again(self):
        order = self.sell(self.goods())
        self.ship(order)
        self.run_queue()
        (invoice,) = self.assert_invoiced(order, "10.00")
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        credit.action_post()
        self.assertEqual(credit.cdiscount_mapping_id, order.cdiscount_mapping_id)
        order.cdiscount_mapping_id._request_invoice()
        self.run_queue()
        self.assertEqual(len(self.invoices(order)), 2, "the invoice and its credit note")

    def test_orders_from_before_the_day_are_left_alone_until_a_person_asks(self):
        self.config.invoice_from = fields.Date.today() + timedelta(days=1)
        order = self.sell(self.goods(), status="Shipped")
        self.assertFalse(order.invoice_ids)
        order.cdiscount_mapping_id.action_make_invoice()
        self.assert_invoiced(order, "10.00")
        with self.assertRaises(UserError):
            order.cdiscount_mapping_id.action_make_invoice()

    def test_switching_on_with_an_earlier_day_takes_up_what_was_sold_since(self):
        self.config.invoice_policy = "never"
        order = self.sell(self.goods(), status="Shipped")
        self.assertFalse(order.invoice_ids)
        self.config.invoice_policy = "shipment"
        self.run_queue()
        self.assert_invoiced(order, "10.00")

    def test_an_invoice_somebody_cancelled_is_made_anew_only_when_asked_for(self):
        order = self.sell(self.goods(), status="Shipped")
        (invoice,) = self.assert_invoiced(order, "10.00")
        invoice.button_draft()
        invoice.button_cancel()
        self.config._schedule_due_jobs(fields.Datetime.now() + timedelta(days=2))
        self.run_queue()
        self.assert_invoiced(order)
        order.cdiscount_mapping_id.action_make_invoice()
        self.assert_invoiced(order, "10.00")

    def test_a_batch_that_breaks_half_way_leaves_nothing_and_is_done_over(self):
        orders = [self.sell(self.goods()) for _number in range(3)]
        for order in orders:
            self.ship(order)
        original = type(self.env["account.move"]).action_post
        broken = []

        def post(moves):
            result = original(moves)
            if not broken:
                broken.append(True)
                raise RuntimeError("the worker stumbles")
            return result

        with patch.object(type(self.env["account.move"]), "action_post", post):
            self.run_queue()
        self.env["cdiscount.queue"].search([("state", "=", "waiting_retry")]).action_retry()
        self.run_queue()
        for order in orders:
            self.assert_invoiced(order, "10.00")

    def test_one_order_odoo_refuses_stops_no_other_and_says_why(self):
        good, bad = self.sell(self.goods()), self.sell(self.goods(sku="CSM-0002"))
        original = type(self.env["account.move"]).action_post

        def post(moves):
            if bad.cdiscount_mapping_id in moves.cdiscount_mapping_id:
                raise UserError(CLOSED)
            return original(moves)

        with patch.object(type(self.env["account.move"]), "action_post", post):
            self.ship(good)
            self.ship(bad)
            self.run_queue()
        self.assert_invoiced(good, "10.00")
        self.assertFalse(bad.invoice_ids)
        mapping = bad.cdiscount_mapping_id
        self.assertIn("The period is closed.", mapping.invoice_problem)
        self.assertTrue(mapping.activity_ids)
        mapping.action_make_invoice()
        self.assertFalse(mapping.invoice_problem)
        self.assert_invoiced(bad, "10.00")

    def test_a_sale_order_that_is_not_what_the_customer_paid_is_not_invoiced(self):
        order = self.sell(self.goods())
        self.ship(order)
        order.order_line[:1].price_unit = 8
        self.run_queue()
        self.assertFalse(order.invoice_ids)
        mapping = order.cdiscount_mapping_id
        self.assertIn("8.00", mapping.invoice_problem)
        order.order_line[:1].price_unit = 10
        mapping.action_make_invoice()
        self.assert_invoiced(order, "10.00")


class TestInvoicesAtConfirmation(InvoicesCase):
    policy = "confirmation"

    def test_an_order_is_invoiced_as_soon_as_it_is_confirmed(self):
        self.product.invoice_policy = "delivery"
        order = self.sell(self.goods("10.00", 2, shipping="3.00"))
        self.run_queue()
        self.assert_invoiced(order, "23.00")
        self.assertNotEqual(order.invoice_status, "to invoice")
        self.ship(order)
        self.run_queue()
        self.assert_invoiced(order, "23.00")

    def test_every_tax_set_up_gives_the_marketplaces_total(self):
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            for included in (True, False):
                self.forget_taxes()
                for rate in (20, 10, 5.5, 2.1):
                    self.make_tax(rate, included)
                with self.subTest(rounding=rounding, included=included):
                    order = self.sell(
                        self.goods("3.33", 7, shipping="5.99"),
                        self.goods("19.99", 3, rate="5.5"),
                        self.goods("0.07", 13, rate="10"),
                    )
                    self.run_queue()
                    (invoice,) = self.assert_invoiced(order, "90.18")
                    self.assertEqual(self.cents(invoice.amount_tax), self.cents(order.amount_tax))
                    self.assertEqual(invoice.fiscal_position_id, order.fiscal_position_id)

    def test_two_orders_of_one_customer_have_an_invoice_each(self):
        orders = [self.sell(self.goods(), customer={"reference": "SAME"}) for _number in range(2)]
        self.run_queue()
        for order in orders:
            self.assert_invoiced(order, "10.00")

    def test_switching_on_invoices_what_was_confirmed_since_in_one_batch(self):
        self.config.invoice_policy = "never"
        mappings = self.receive(*[self.raw_order(self.goods()) for _number in range(12)])
        self.config.invoice_policy = "confirmation"
        with self.counted() as statements:
            self.run_queue()
        for mapping in mappings:
            self.assert_invoiced(mapping.sale_order_id, "10.00")
        # Odoo 17 takes 62 for each, later series fewer.
        self.assertLess(len(statements), 12 * 66)

    def test_a_missing_account_is_told_in_words(self):
        problems = {
            "account is missing": psycopg2.errors.NotNullViolation("null value in column account_id"),
            "Please install a chart": RedirectWarning("Please install a chart of accounts.", 1, "Go"),
        }
        for words, problem in problems.items():
            with (
                self.subTest(words),
                patch.object(type(self.env["account.move"]), "action_post", side_effect=problem, autospec=True),
            ):
                order = self.sell(self.goods())
                self.run_queue()
                self.assertFalse(order.invoice_ids)
                self.assertIn(words, order.cdiscount_mapping_id.invoice_problem)


class TestNoInvoices(InvoicesCase):
    policy = "never"

    def test_nobody_makes_an_invoice_by_itself(self):
        order = self.sell(self.goods(), status="Shipped")
        self.config._schedule_due_jobs(fields.Datetime.now() + timedelta(days=2))
        self.run_queue()
        self.assertFalse(order.invoice_ids)

    def test_an_invoice_made_by_hand_knows_its_marketplace_order(self):
        orders = [self.sell(self.goods(), customer={"reference": "SAME"}) for _number in range(2)]
        made = (orders[0] | orders[1])._create_invoices()
        self.assertEqual(made.cdiscount_mapping_id, orders[0].cdiscount_mapping_id | orders[1].cdiscount_mapping_id)
        self.assertEqual(len(made), 2)
