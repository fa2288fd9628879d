"""A refund or gesture that was asked on the order itself gets its credit note in Odoo: in draft, to the cent."""

from decimal import Decimal

from odoo import Command, _, fields, models

from ...services.rules.credit_note import TOLERANCE, shares
from ...services.rules.money import ZERO
from .credit_note import exact


class CdiscountRefundDraft(models.Model):
    _inherit = "cdiscount.refund"

    def _note_done(self, note=False):
        result = super()._note_done(note)
        self._prepare_credit_note()
        return result

    def _prepare_credit_note(self):
        """Find or draft the credit note of requests that took effect; an order without invoice needs none."""
        for refund in self.sudo():
            config, mapping = refund.config_id, refund.mapping_id
            if refund.state != "done" or refund.credit_note_id or not config.credit_note_draft:
                continue
            moves = mapping.sale_order_id.invoice_ids.with_company(config.company_id)
            invoices = moves.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")
            if not invoices:
                continue
            credit_note = refund._find_credit_note() or refund._draft_credit_note(invoices.sorted("id"))
            if credit_note:
                refund.credit_note_id = credit_note
                if credit_note.state == "draft":
                    refund._say_drafted(credit_note)

    def _find_credit_note(self):
        """Return a credit note of the order that stands for nothing else and comes to this amount."""
        domain = [
            ("cdiscount_mapping_id", "=", self.mapping_id.id),
            ("move_type", "=", "out_refund"),
            ("state", "!=", "cancel"),
            ("cdiscount_refund_ids", "=", False),
            ("cdiscount_credit", "not in", ("none", "dropped")),
        ]
        free = self.env["account.move"].search(domain, order="id")
        amount = exact(self.amount)
        return free.filtered(lambda move: abs(exact(move.amount_total) - amount) <= TOLERANCE)[:1]

    def _draft_credit_note(self, invoices):
        """Return a draft credit note over this request's amount, False when nothing of it was invoiced."""
        whole = invoices[:1]
        untouched = not whole.reversal_move_ids if "reversal_move_ids" in whole._fields else not whole.reversal_move_id
        if len(invoices) == 1 and untouched and self.kind != "gesture" and whole.amount_total == self.amount:
            today = fields.Date.context_today(self)
            return whole._reverse_moves([{"ref": self._credit_ref(), "invoice_date": today, "date": today}])
        lines = self._gesture_lines(invoices) if self.kind == "gesture" else self._refund_lines(invoices)
        if not lines:
            return False
        values = {
            "move_type": "out_refund",
            "partner_id": whole.partner_id.id,
            "partner_shipping_id": whole.partner_shipping_id.id,
            "journal_id": whole.journal_id.id,
            "currency_id": whole.currency_id.id,
            "fiscal_position_id": whole.fiscal_position_id.id,
            "invoice_origin": whole.invoice_origin,
            "reversed_entry_id": whole.id,
            "ref": self._credit_ref(),
            "cdiscount_mapping_id": self.mapping_id.id,
            "cdiscount_config_id": self.config_id.id,
            "invoice_line_ids": [Command.create(line) for line in lines],
        }
        move = self.env["account.move"].create(values)
        gap = exact(self.amount) - exact(move.amount_total)
        if gap:
            product = self.config_id.rounding_product_id
            move.write(
                {
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "name": product.display_name,
                                "quantity": 1,
                                "price_unit": float(gap),
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ]
                }
            )
        return move

    def _credit_ref(self):
        return _("Cdiscount %(request)s: %(reason)s", request=self.external_id or "", reason=self.reason or "")[:200]

    def _refund_lines(self, invoices):
        """Return values of credit note lines for the refunded lines, as they were invoiced, and for their shipping."""
        invoiced = invoices.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        sold = self.line_ids.sale_line_id
        lines = [line._cdiscount_credit_values() for line in invoiced if line.sale_line_ids & sold]
        freight = sum((exact(line.shipping_amount) for line in self.line_ids), ZERO) if self.shipping_refund else ZERO
        carried = invoiced.filtered(lambda line: line.sale_line_ids[:1].cdiscount_kind == "shipping")
        weights = {line.id: exact(line.price_total) for line in carried if line.price_total}
        parts = shares(freight, weights) if lines else {}
        for line in carried:
            part = parts.get(line.id)
            if part:
                lines.append(line._cdiscount_credit_values(part))
        return lines

    def _gesture_lines(self, invoices):
        """Return values of one line for each kind of VAT the goods were sold with, in proportion."""
        goods = invoices.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.sale_line_ids[:1].cdiscount_kind == "goods"
        )
        groups = {taxes.ids and tuple(taxes.ids): lines for taxes, lines in goods.grouped("tax_ids").items()}
        weights = {str(key): sum((exact(line.price_total) for line in lines), ZERO) for key, lines in groups.items()}
        parts = shares(exact(self.amount), {key: weight for key, weight in weights.items() if weight > 0})
        values = []
        for key, lines in groups.items():
            part = parts.get(str(key))
            if part:
                first = max(lines, key=lambda line: line.price_total)
                values.append(
                    {
                        **first._cdiscount_credit_values(part),
                        "name": _("Commercial gesture: %s", self.reason or self.reason_code),
                        "product_id": False,
                        "product_uom_id": False,
                        "sale_line_ids": [Command.clear()],
                    }
                )
        return values

    def _say_drafted(self, credit_note):
        credit_note.message_post(
            body=_(
                "Drafted because Cdiscount has given the customer %(amount)s for order %(order)s. Check it, then post "
                "it; Cdiscount is not asked again.",
                amount=self.currency_id.format(self.amount) if self.currency_id else self.amount,
                order=self.mapping_id.reference,
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _cdiscount_credit_values(self, amount=None):
        """Return this invoice line's values for a credit note.

        :param amount: Decimal with VAT; the line is then one piece of this price, else as it was invoiced
        """
        self.ensure_one()
        values = {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "name": self.name,
            "account_id": self.account_id.id,
            "tax_ids": [Command.set(self.tax_ids.ids)],
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "analytic_distribution": self.analytic_distribution,
            "sale_line_ids": [Command.set(self.sale_line_ids.ids)],
        }
        if amount is not None and self.price_total:
            # In the ratio of what was invoiced: right whether the price holds the VAT or not.
            net = Decimal(str(self.price_unit * self.quantity * (1 - (self.discount or 0) / 100)))
            price = net * amount / exact(self.price_total)
            values.update(quantity=1, price_unit=float(round(price, 6)), discount=0)
        return values


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        # What was refunded before the invoice was written is credited now.
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        refunds = invoices.sudo().cdiscount_mapping_id.refund_ids
        if refunds:
            refunds.filtered(lambda one: one.state == "done" and not one.credit_note_id)._prepare_credit_note()
        return posted
