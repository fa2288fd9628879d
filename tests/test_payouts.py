"""Operations and payouts: read once, followed, explained, and what is left over is shown."""

from datetime import datetime, timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .finance_case import LINES, FinanceCase


@tagged("post_install", "-at_install")
class TestPayouts(FinanceCase):
    def setUp(self):
        super().setUp()
        self.config.finance_from = fields.Date.today() - timedelta(days=120)

    def cents(self, amount):
        return Decimal(str(round(amount, 2))).quantize(Decimal("0.01"))

    def assert_all_explained(self):
        odd = self.operations(unexplained=True)
        self.assertFalse(odd, [(one.reference, one.reason, one.remainder) for one in odd])

    # ------------------------------------------------------------------ both sides agree
    def test_every_operation_is_in_odoo_once_and_the_payouts_come_to_the_same(self):
        self.start_marketplace(orders=60)
        self.make_catalogue(self.app)
        self.config.default_product_id = self.product
        self.config.unknown_product_policy = "default"
        self.pull()
        self.read_accounts()
        expected = self.accounts()
        self.assertEqual(len(self.operations()), expected["operations"])
        for day, row in expected["payouts"].items():
            payout = self.env["cdiscount.payout"].search([("config_id", "=", self.config.id), ("date", "=", day)])
            self.assertEqual(len(payout), 1, day)
            self.assertEqual(self.cents(payout.amount), Decimal(row["amount"]), day)
            self.assertEqual(self.cents(payout.operation_total), Decimal(row["amount"]), day)
            self.assertFalse(payout.difference)
        for mapping in self.env["cdiscount.order.mapping"].search([("state", "=", "imported")]):
            total = sum(self.operations(mapping).mapped("amount"))
            wanted = Decimal(expected["orders"].get(mapping.external_id, {}).get("total", 0))
            self.assertEqual(self.cents(total), wanted, mapping.reference)
        odd = self.operations(unexplained=True)
        held = odd.filtered(lambda one: one.mapping_id.state != "imported")
        self.assertFalse(odd - held, [(one.reference, one.reason, one.remainder) for one in odd - held])

    def test_a_second_reading_changes_nothing(self):
        self.sell()
        self.read_accounts()
        before = {one.id: (one.write_date, one.amount, one.state) for one in self.operations()}
        fees = self.env["cdiscount.fee"].search_count([])
        self.read_accounts()
        self.assertEqual({one.id: (one.write_date, one.amount, one.state) for one in self.operations()}, before)
        self.assertEqual(self.env["cdiscount.fee"].search_count([]), fees)

    def test_pages_by_cursor_and_ignored_filters_bring_the_same(self):
        for _ in range(3):
            self.sell()
        self.sandbox("settings", finance_paging="cursor", finance_filters=False)
        self.read_accounts()
        self.assertEqual(len(self.operations()), self.accounts()["operations"])
        self.read_accounts()
        self.assertEqual(len(self.operations()), self.accounts()["operations"])

    def test_a_reading_that_is_interrupted_goes_on_where_it_was(self):
        self.place_order(status="Shipped", count=60, lines=LINES, scenario="plain")
        self.fault("server_error", path="/operations", after=1, times=8)
        self.config.action_pull_finance()
        self.run_queue()
        self.sandbox("faults", method="DELETE")
        self.assertTrue(self.config.finance_progress)
        self.assertEqual(len(self.operations()), 100)
        self.env["cdiscount.queue"].search([("operation", "=", "finance_pull")]).action_retry()
        asked = self.calls("/operations")
        self.run_queue()
        self.assertEqual(len(self.operations()), self.accounts()["operations"])
        self.assertEqual(self.calls("/operations") - asked, 2, "the first page is not read again")
        self.assertFalse(self.config.finance_progress)

    def test_the_number_of_queries_does_not_grow_with_a_page(self):
        for _ in range(2):
            self.sell()
        self.read_accounts()
        operations = self.env["cdiscount.finance.operation"]
        client = self.config._get_client()

        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            pages = [page for page, _place in client.finance.operations()]
            with self.counted() as sent:
                for page in pages:
                    stored = operations._store_page(self.config, page)
                    stored._match()
                    self.env["cdiscount.fee"]._book_operations(stored)
            return len(sent)

        for row in self.operations():
            row.digest = "changed"
        few = statements()
        for _ in range(8):
            self.sell()
        self.read_accounts()
        for row in self.operations():
            row.digest = "changed"
        self.assertLessEqual(statements(), few + 3)

    # ------------------------------------------------------------------ states
    def test_states_are_followed_from_estimated_to_paid(self):
        mapping = self.sell()
        self.read_accounts()
        sale = self.operations(mapping, kind="sale")
        self.assertEqual(sale.state, "estimated")
        payout = sale.payout_id
        self.assertEqual(payout.state, "estimated")
        days = (payout.date - fields.Date.today()).days
        self.move_clock(days - 1)
        self.read_accounts()
        self.assertEqual((sale.state, payout.state), ("in_process", "in_process"))
        self.move_clock(2)
        self.read_accounts()
        self.assertEqual((sale.state, payout.state), ("paid", "paid"))
        self.assertEqual(payout.paid_total, payout.amount)
        self.assertEqual(len(self.operations(mapping)), 2)

    def test_blocked_money_is_kept_apart_and_comes_with_a_later_payout(self):
        mapping, other = self.sell(), self.sell()
        self.read_accounts()
        payout = self.operations(mapping, kind="sale").payout_id
        before = self.config.next_payout_amount
        net = sum(self.operations(mapping).mapped("amount"))
        self.sandbox(f"finance/orders/{mapping.external_id}", blocked=True)
        self.read_accounts()
        self.config.invalidate_recordset()
        self.assertEqual(set(self.operations(mapping).mapped("state")), {"blocked"})
        self.assertAlmostEqual(self.config.blocked_amount, net)
        self.assertAlmostEqual(self.config.next_payout_amount, before - net)
        self.assertAlmostEqual(payout.blocked_total, net)
        self.assertAlmostEqual(payout.operation_total, sum(self.operations(other).mapped("amount")))
        self.assertFalse(payout.remainder)

    def test_what_has_not_left_is_in_no_payout_until_it_has(self):
        mapping = self.sell("InPreparation")
        self.read_accounts()
        self.assertEqual(set(self.operations(mapping).mapped("state")), {"not_payable"})
        self.assertFalse(self.operations(mapping).payout_id)
        self.assert_all_explained()
        self.assertFalse(self.env["cdiscount.fee"].search([("mapping_id", "=", mapping.id), ("charged", "=", True)]))
        self.sandbox(f"orders/{mapping.external_id}/move", to="Shipped")
        self.read_accounts()
        self.assertEqual(set(self.operations(mapping).mapped("state")), {"estimated"})
        self.assertTrue(self.operations(mapping).payout_id)

    # ------------------------------------------------------------------ what cannot be explained
    def test_an_operation_nobody_expects_is_a_number_one_can_open(self):
        self.sell()
        release = "2099-01-01"
        self.odd(eventType="Refund", amount=-12.34, orderReference="UNKNOWN-1", releasePaymentDate=release)
        self.odd(eventType="LoyaltyBonus", amount=-3.2, releasePaymentDate=release)
        self.read_accounts()
        payout = self.env["cdiscount.payout"].search([("date", "=", release)])
        self.assertEqual(self.cents(payout.remainder), Decimal("-15.54"))
        self.assertEqual(payout.unexplained_count, 2)
        shown = self.env["cdiscount.finance.operation"].search(payout.action_open_unexplained()["domain"])
        self.assertEqual(sorted(shown.mapped("reason")), ["no_order", "unknown_type"])
        self.assertTrue(all(shown.mapped("explanation")))
        self.assertEqual(self.config.unexplained_count, 2)

    def test_odd_shapes_are_kept_and_stop_nothing(self):
        mapping = self.sell()
        self.odd(eventType="Sale", paymentState="Frozen", amount=5, orderReference=mapping.reference)
        self.odd(
            eventType="Sale",
            operation={"amount": None, "orderReference": None, "paymentState": None, "operationReference": None},
        )
        self.odd(eventType="Sale", operation={"eventType": None, "currencyCode": "QQQ", "releasePaymentDate": 7})
        self.read_accounts()
        self.assertEqual(len(self.operations()), self.accounts()["operations"])
        reasons = set(self.operations(unexplained=True).mapped("reason"))
        self.assertLessEqual({"unknown_state", "no_amount", "unknown_type"}, reasons)

    def test_a_refund_made_elsewhere_is_unexplained_until_odoo_knows_of_it(self):
        mapping = self.sell()
        self.refund(mapping)
        self.read_accounts()
        refund = self.operations(mapping, kind="refund")
        self.assertEqual((refund.amount, refund.remainder, refund.reason), (-23.0, -23.0, "differs"))
        self.env["cdiscount.refund"].create(
            {
                "mapping_id": mapping.id,
                "kind": "refund",
                "reason_code": "x",
                "state": "done",
                "line_ids": [(6, 0, mapping.line_ids.ids)],
            }
        )
        self.read_accounts()
        self.assert_all_explained()

    def test_a_commission_other_than_announced_shows_the_difference(self):
        mapping = self.sell()
        line = mapping.line_ids
        line.write({"commission_with_vat": line.commission_with_vat - 0.5})
        self.read_accounts()
        commission = self.operations(mapping, kind="commission")
        self.assertEqual((self.cents(commission.remainder), commission.reason), (Decimal("-0.50"), "differs"))
        self.assertEqual(self.cents(line.mapping_id.fee_ids.difference), Decimal("0.50"))

    def test_an_order_that_comes_to_odoo_later_explains_its_operations(self):
        order = self.place_order(status="Shipped", lines=LINES, scenario="plain")
        self.read_accounts()
        self.assertEqual(set(self.operations(unexplained=True).mapped("reason")), {"no_order"})
        self.pull()
        self.operations(unexplained=True).action_match()
        self.assert_all_explained()
        self.assertEqual(self.operations(kind="sale").mapping_id, self.mapping(order))

    def test_a_cancelled_order_leaves_nothing(self):
        mapping = self.sell("InPreparation")
        self.read_accounts()
        self.sandbox(f"orders/{mapping.external_id}/move", to="Cancelled")
        self.pull()
        self.read_accounts()
        self.assertFalse(sum(self.operations(mapping).mapped("amount")))
        self.assert_all_explained()

    # ------------------------------------------------------------------ when
    def test_the_accounts_are_asked_once_after_each_day(self):
        jobs = self.env["cdiscount.queue"].search
        domain = [("operation", "=", "finance_pull"), ("config_id", "=", self.config.id)]
        self.config.finance_asked_at = datetime(2026, 11, 9, 8)
        self.config._schedule_due_jobs(datetime(2026, 11, 9, 9))
        self.assertFalse(jobs(domain))
        self.config._schedule_due_jobs(datetime(2026, 11, 9, 10, 1))
        self.config._schedule_due_jobs(datetime(2026, 11, 9, 10, 2))
        self.assertEqual(len(jobs(domain)), 1)
        jobs(domain).unlink()
        self.config._schedule_due_jobs(datetime(2026, 11, 10, 10))
        self.assertFalse(jobs(domain))
        self.config._schedule_due_jobs(datetime(2027, 1, 3, 10))
        self.assertEqual(len(jobs(domain)), 1, "after a downtime once")

    def test_payouts_of_days_before_are_left_out(self):
        self.config.finance_from = fields.Date.today()
        self.read_accounts()
        self.assertFalse(self.operations().filtered(lambda one: one.release_date < fields.Date.today()))
        self.assertFalse(self.env["cdiscount.payout"].search([("date", "<", fields.Date.today())]))

    def test_an_earlier_day_brings_what_was_left_out(self):
        self.config.finance_from = fields.Date.today()
        self.read_accounts()
        self.config.finance_from = fields.Date.today() - timedelta(days=120)
        self.read_accounts()
        self.assertEqual(len(self.operations()), self.accounts()["operations"])
        invoices = self.env["cdiscount.fee.invoice"].search([("config_id", "=", self.config.id)])
        self.assertTrue(invoices)
        self.assertFalse(any(invoices.mapped("difference")))

    def test_of_two_accounts_of_a_seller_one_takes_the_subscription(self):
        channel = self.env["cdiscount.sales.channel"]._ensure({"OTHERCH"})
        other = self.make_account(
            name="Second", sales_channel_id=channel.id, finance_from=fields.Date.today() - timedelta(days=120)
        )
        self.sell()
        self.read_accounts()
        self.read_accounts(other)
        self.assertFalse(self.env["cdiscount.finance.operation"].search([("config_id", "=", other.id)]))
        self.assertTrue(self.operations(kind="subscription"))

    def test_two_accounts_of_a_seller_never_book_the_same_twice(self):
        self.set_up_books()
        channel = self.env["cdiscount.sales.channel"]._ensure({"OTHERCH"})
        other = self.make_account(
            name="Second", sales_channel_id=channel.id, finance_from=self.config.finance_from, vendor_id=self.vendor.id
        )
        mapping = self.sell()
        self.move_clock(20)
        # While the first one is not connected the second one takes what is nobody's.
        self.config.state = "error"
        self.read_accounts(other)
        self.assertFalse(self.env["cdiscount.finance.operation"].search([("mapping_id", "=", mapping.id)]))
        self.config.state = "connected"
        self.read_accounts()
        both = self.env["cdiscount.finance.operation"].search([("config_id", "in", (self.config + other).ids)])
        self.assertEqual(len(both), len(set(both.mapped("reference"))))
        self.assertEqual(len(both), self.accounts()["operations"])
        self.assertTrue(both.filtered(lambda one: one.config_id == other and one.kind == "subscription"))
        fees = self.env["cdiscount.fee"].search([("operation_id", "in", both.ids)])
        charged = -sum(both.filtered(lambda one: one.kind in ("commission", "subscription")).mapped("amount"))
        self.assertAlmostEqual(sum(fees.mapped("charged_with_vat")), charged)

        payout = self.operations(mapping, kind="sale").payout_id
        there = self.env["cdiscount.payout"].search(
            [("config_id", "=", other.id), ("reference", "=", payout.reference)]
        )
        self.assertEqual(there.amount, payout.amount)
        self.assertFalse(payout.difference or there.difference, "together the operations are the payout")
        row = self.env["cdiscount.payment.mapping"].search([("config_id", "=", self.config.id)])
        row.copy({"config_id": other.id})
        other.payout_account_id = self.transfer_account
        payout.action_book()
        with self.assertRaisesRegex(UserError, self.config.name):
            there.action_book()
        self.assertFalse(there.move_id)
        payout.move_id.button_cancel()
        there.action_book()
        sums = {line.account_id: line.amount_currency for line in there.move_id.line_ids}
        self.assertAlmostEqual(sums[self.transfer_account], there.amount, msg="the bank gets all of it")

    # ------------------------------------------------------------------ the entry
    def paid_payout(self):
        self.set_up_books()
        mapping = self.sell()
        self.move_clock(20)
        self.read_accounts()
        return self.operations(mapping, kind="sale").payout_id

    def test_a_payout_is_booked_once_from_the_marketplace_to_the_bank(self):
        payout = self.paid_payout()
        payout.action_book()
        entry = payout.move_id
        self.assertEqual((entry.state, entry.move_type), ("draft", "entry"))
        sums = {line.account_id: line.amount_currency for line in entry.line_ids}
        self.assertAlmostEqual(sums[self.transfer_account], payout.amount)
        self.assertAlmostEqual(sums[self.marketplace_account], -payout.amount)
        payout.action_book()
        self.assertEqual(payout.move_id, entry)
        entries = self.env["account.move"].search_count([("cdiscount_config_id", "=", self.config.id)])
        self.assertEqual(entries, 1)

    def test_nothing_is_booked_before_it_was_paid_or_without_accounts(self):
        mapping = self.sell()
        self.read_accounts()
        payout = self.operations(mapping, kind="sale").payout_id
        with self.assertRaises(UserError):
            payout.action_book()
        self.move_clock(20)
        self.read_accounts()
        self.env["cdiscount.payment.mapping"].search([("config_id", "=", self.config.id)]).unlink()
        with self.assertRaises(UserError):
            payout.action_book()
        self.assertFalse(payout.move_id)

    def test_a_user_reads_and_does_not_book(self):
        payout = self.paid_payout()
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        self.assertTrue(payout.with_user(user).read(["due_amount", "remainder"]))
        with self.assertRaises(UserError):
            payout.with_user(user).action_book()
        self.assertFalse(self.env["cdiscount.payout"].with_user(self.manager_elsewhere()).search([]))
