"""Random lives of orders: what Odoo has booked on the marketplace account is what the marketplace has booked itself.

Each life is drawn from a seed: how the order is accepted, what is cancelled before it leaves, in how many deliveries it
leaves, what is refunded or given afterwards and by which way, and what is done to its invoice. They go on side by side,
as in a shop. At the end commissions are billed and payouts booked, and both sides are compared: per order and in
total, to the cent.

CSM_LEDGER_LIVES sets how many: few for every run of the tests, 500 now and then (a life takes most of a second).
"""

import os
import random
from collections import Counter
from decimal import Decimal

from odoo.tests import tagged

from ..compat import price_included_values
from .test_credit_notes import CreditNoteCase

LIVES = int(os.environ.get("CSM_LEDGER_LIVES", "20"))
KINDS = {
    "plain": 20,
    "two deliveries": 8,
    "cancelled by the customer": 7,
    "line cancelled by the customer": 6,
    "cancelled by the seller": 4,
    "line cancelled by the seller": 5,
    "whole credit note": 8,
    "line credit note": 8,
    "part credit note": 8,
    "refund asked": 8,
    "line refund asked": 6,
    "gesture asked": 7,
    "refund and gesture": 4,
    "cancelled after it left": 4,
    "invoice redone": 4,
    "price changed and mended": 4,
}
DUE = ("Sale", "Refund", "CommercialGesture")


def cents(amount):
    return Decimal(str(round(amount, 2))).quantize(Decimal("0.01"))


class Life:
    """One order: what is to happen to it, and what both sides call it."""

    def __init__(self, kind, order):
        self.kind = kind
        self.id = order["orderId"]
        self.lines = len(order["lines"])
        self.mapping = self.sale = None

    def invoices(self):
        return self.sale.invoice_ids.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")

    def pickings(self):
        return self.sale.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))


class LedgerCase(CreditNoteCase):
    def setUp(self):
        super().setUp()
        self.random = random.Random(20261123)
        self.products = [self.make_product(f"LEDGER-{number}") for number in range(4)]
        self.account = self.env["account.account"].create(
            {"name": "Cdiscount owes us", "code": "467900", "account_type": "asset_current", "reconcile": True}
        )
        bank = self.account.copy({"name": "Transfers", "code": "580900"})
        journal = self.env["account.journal"].create({"name": "Cdiscount", "code": "CDIS", "type": "general"})
        values = {"config_id": self.config.id, "journal_id": journal.id, "account_id": self.account.id}
        self.env["cdiscount.payment.mapping"].create(values)
        self.env["account.tax"].create(
            {
                "name": "Purchases 20",
                "amount": 20,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                **price_included_values(self.env, False),
            }
        )
        self.config.write(
            {
                "acceptance_mode": "auto",
                "credit_note_policy": "auto",
                "invoice_policy": "shipment",
                "invoice_from": "2020-01-01",
                "vendor_id": self.env["res.partner"].create({"name": "Cdiscount SA"}).id,
                "fee_bill_policy": "draft",
                "payout_account_id": bank.id,
            }
        )

    # ------------------------------------------------------------------ how lives begin
    def born(self, count):
        """So many orders in preparation, imported; a part of them was accepted on the way."""
        kinds = list(KINDS)[:count]
        kinds += self.random.choices(list(KINDS), list(KINDS.values()), k=count - len(kinds))
        lives = [self.begin(kind) for kind in kinds]
        self.pull()
        for life in lives:
            life.accepted = self.there(life)["status"] == "Accepted"
            if life.accepted:
                self.sandbox(f"orders/{life.id}/move", to="InPreparation")
        self.pull()
        for life in lives:
            life.mapping = self.mapping(life.id)
            life.sale = life.mapping.sale_order_id
            self.assertTrue(life.sale, life.mapping.hold_reason)
        return lives

    def begin(self, kind):
        some = self.random
        wanted = some.randint(2, 3) if "line" in kind or kind == "two deliveries" else some.randint(1, 3)
        lines = [
            {
                "sku": product.default_code,
                "gtin": None,
                "quantity": some.randint(1, 4),
                "unit_price": f"{some.randint(300, 9999) / 100:.2f}",
                "shipping": f"{some.choice((0, 0, 290, 499, 595)) / 100:.2f}",
            }
            for product in some.sample(self.products, wanted)
        ]
        status = "WaitingAcceptance" if some.random() < 0.2 else "InPreparation"
        return Life(kind, self.place_order(lines=lines, status=status))

    def there(self, life):
        return self.sandbox(f"orders/{life.id}", method="GET")["order"]

    # ------------------------------------------------------------------ what happens to them
    def before_it_leaves(self, life):
        if life.kind == "cancelled by the customer":
            self.sandbox(f"orders/{life.id}/move", to="Cancelled")
        elif life.kind == "line cancelled by the customer":
            self.sandbox(f"orders/{life.id}/move", to="CancelRequest", line=1)
            self.sandbox(f"orders/{life.id}/move", to="Cancelled", line=1)
        elif "cancelled by the seller" in life.kind:
            lines = life.mapping.line_ids[:1] if "line" in life.kind else life.mapping.line_ids
            self.env["cdiscount.refund"]._ask(life.mapping, lines, self.out_of_stock)
        elif life.kind == "price changed and mended":
            line = life.sale.order_line.filtered("cdiscount_line_id")[:1]
            price = line.price_unit
            line.price_unit = price - 1
            line.price_unit = price

    def leave(self, lives):
        """Deliver everything that is left, all together; of some orders a part goes first."""
        first = [life for life in lives if life.kind == "two deliveries"]
        for life in first:
            moves = life.pickings().move_ids
            for move in moves:
                move.write({"quantity": move.product_uom_qty if move == moves[0] else 0, "picked": move == moves[0]})
        self.validate(first, "A")
        for life in lives:
            for move in life.pickings().move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
                move.write({"quantity": move.product_uom_qty, "picked": True})
        self.validate(lives, "B")

    def validate(self, lives, mark):
        pickings = self.env["stock.picking"]
        for life in lives:
            for picking in life.pickings():
                picking.carrier_tracking_ref = f"{mark}{life.id}"
                pickings |= picking
        if pickings:
            pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()

    def after_it_has_left(self, life):
        """What is refunded, given or done anew."""
        kind, lines = life.kind, life.mapping.line_ids
        if kind == "whole credit note":
            self.credited(life)
        elif kind == "line credit note":
            self.credited(life, lines[:1], shipping=self.random.random() < 0.5)
        elif kind == "part credit note":
            self.credited(life, amount=self.part(life))
        elif kind in ("refund asked", "line refund asked"):
            chosen = lines[:1] if "line" in kind else lines
            shipping = self.random.random() < 0.7
            self.env["cdiscount.refund"]._ask(life.mapping, chosen, self.damaged, shipping, "refund")
        elif kind == "gesture asked":
            self.give(life, self.part(life))
        elif kind == "refund and gesture":
            self.env["cdiscount.refund"]._ask(life.mapping, lines[-1:], self.damaged, False, "refund")
            if len(lines) > 1:
                self.give(life, 0.01 * self.random.randint(1, 99))
        elif kind == "cancelled after it left":
            self.sandbox(f"orders/{life.id}/move", to="Cancelled", force=True)
        elif kind == "invoice redone":
            self.redo(life.invoices()[:1])

    def part(self, life):
        return self.random.randint(1, int(life.sale.amount_total * 30)) / 100

    def give(self, life, amount):
        action = life.mapping.action_commercial_gesture()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"amount": amount, "reason_details": "Scratched"})
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.code == "Other")
        wizard.action_confirm()

    def credited(self, life, lines=None, amount=None, shipping=True):
        """An accountant's credit note: of everything, of some lines with or without their shipping, or an amount."""
        move = life.invoices()[:1]._reverse_moves([{"ref": "Accountant"}])
        own = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        if amount:
            first = own.filtered(lambda line: line.sale_line_ids.cdiscount_kind == "goods")[:1]
            (own - first).unlink()
            first.write({"quantity": 1, "price_unit": amount, "discount": 0})
        elif lines:
            goods = own.filtered(lambda line: line.sale_line_ids == lines.sale_line_id)
            freight = own.filtered(lambda line: line.sale_line_ids[:1].cdiscount_kind == "shipping")
            wanted = lines.shipping_amount if shipping else 0
            (own - goods - (freight[:1] if wanted else freight.browse())).unlink()
            if wanted:
                freight[:1].price_unit *= wanted / freight[:1].price_total
        move.action_post()

    def redo(self, invoice):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Address"})
        )
        wizard.reverse_moves(is_modify=True)

    def post_drafts(self):
        """An accountant posts what was drafted; what an order cancelled too late was invoiced is credited."""
        drafts = self.env["account.move"].search(
            [("cdiscount_config_id", "=", self.config.id), ("state", "=", "draft")]
        )
        for move in drafts.filtered(lambda move: not move.invoice_date and move.is_invoice()):
            move.invoice_date = move.date
        drafts.action_post()

    def pass_time(self):
        """Two months later: commissions are billed, payouts are paid and booked."""
        self.sandbox("clock", advance=62 * 86400)
        self.pull()
        self.config.action_pull_finance()
        self.run_queue()
        self.post_drafts()
        for payout in self.env["cdiscount.payout"].search([("config_id", "=", self.config.id), ("state", "=", "paid")]):
            if payout.due_amount:
                payout.action_book()
        self.post_drafts()
        self.run_queue()

    def live(self, count):
        lives = self.born(count)
        reasons = self.env["cdiscount.cancellation.reason"]
        self.out_of_stock = reasons._ask_reasons(self.config, "InPreparation").filtered(
            lambda reason: reason.code == "seller-out-of-stock"
        )
        self.damaged = self.config.refund_reason_id
        for life in lives:
            self.before_it_leaves(life)
        self.settle()
        self.pull()
        self.leave(lives)
        self.settle()
        self.pull()
        self.run_queue()
        for life in lives:
            self.after_it_has_left(life)
        self.settle()
        self.pull()
        for life in lives:
            if life.kind == "cancelled after it left":
                self.credited(life)
        self.post_drafts()
        self.settle()
        # What was credited is not invoiced again when the day's plan looks for what is left to invoice.
        self.config.invoice_planned_at = False
        self.env["cdiscount.queue"]._enqueue(self.config, "invoice_plan", "plan")
        self.settle()
        self.pass_time()
        return lives

    # ------------------------------------------------------------------ both sides
    def booked_by_order(self):
        """{order id: what posted entries of the order say on the marketplace account}"""
        groups = self.env["account.move.line"]._read_group(
            [("account_id", "=", self.account.id), ("parent_state", "=", "posted")],
            ["move_id"],
            ["balance:sum"],
        )
        found = Counter()
        for move, balance in groups:
            found[move.cdiscount_mapping_id.external_id or ""] += cents(balance)
        return found

    def assert_books_agree(self, lives):
        truth = self.sandbox("finance", method="GET")
        due = {
            name: sum((Decimal(sums.get(kind, "0")) for kind in DUE), Decimal(0))
            for name, sums in truth["orders"].items()
        }
        booked = self.booked_by_order()
        different = {
            (life.kind, life.id): (str(booked[life.id]), str(due.get(life.id, Decimal(0))))
            for life in lives
            if booked[life.id] != due.get(life.id, Decimal(0))
        }
        self.assertFalse(different, "what Odoo has booked and what Cdiscount has, per order")
        billed = {
            invoice.reference: cents(sum(invoice.move_id.mapped("amount_total_signed")))
            for invoice in self.env["cdiscount.fee.invoice"].search([("config_id", "=", self.config.id)])
            if invoice.move_id.state == "posted"
        }
        charged = {name: -Decimal(invoice["amountWithVat"]) for name, invoice in truth["invoices"].items()}
        self.assertTrue(billed)
        self.assertEqual(billed, {name: charged[name] for name in billed})
        paid = sum(
            cents(payout.due_amount)
            for payout in self.env["cdiscount.payout"].search([("config_id", "=", self.config.id)])
            if payout.move_id.state == "posted"
        )
        self.assertTrue(paid)
        total = sum(due.values(), Decimal(0)) + sum(billed.values()) - paid
        self.assertEqual(sum(booked.values()), total, "the balance of the marketplace account")


@tagged("post_install", "-at_install")
class TestLedger(LedgerCase):
    def test_random_lives_are_booked_as_the_marketplace_has_them(self):
        lives = self.live(LIVES)
        self.assert_books_agree(lives)
        self.assertEqual(set(KINDS), {life.kind for life in lives}, "every kind of life has happened")

    def test_prices_without_vat_are_booked_to_the_cent_too(self):
        self.env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False
        for rate in (20.0, 10.0, 5.5, 2.1):
            self.env["account.tax"].create(
                {
                    "name": f"VAT {rate} besides",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "company_id": self.company.id,
                    **price_included_values(self.env, False),
                }
            )
        self.assert_books_agree(self.live(max(len(KINDS), LIVES // 3)))
