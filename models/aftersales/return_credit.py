"""The credit note of a return: drafted from the posted invoice, for exactly what comes back."""

from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...services.rules.money import round_half_up


class CdiscountReturnCredit(models.Model):
    _inherit = "cdiscount.return"

    drafted_ids = fields.One2many("account.move", "cdiscount_return_id", "Drafted Credit Notes", readonly=True)
    credit_note_ids = fields.Many2many("account.move", string="Credit Notes", compute="_compute_credit_note_ids")
    credit_note_count = fields.Integer("Number of Credit Notes", compute="_compute_credit_note_ids")
    credit_missing = fields.Boolean(
        "Credit Note Missing",
        compute="_compute_credit_note_ids",
        help="These lines were invoiced and are not credited yet.",
    )

    @api.depends(
        "drafted_ids.state",
        "line_ids.order_line_id.sale_line_id.invoice_lines.parent_state",
        "line_ids.quantity",
        "line_ids.received",
        "money_waived",
        "state",
    )
    def _compute_credit_note_ids(self):
        for one in self.sudo():
            own = one.drafted_ids.filtered(lambda move: move.state != "cancel")
            notes = own | one._credited_lines().move_id
            one.credit_note_ids = notes
            one.credit_note_count = len(notes)
            one.credit_missing = one._credit_missing()

    def _invoice_lines(self):
        """Return the lines of posted invoices that these lines of the order were invoiced with."""
        lines = self.line_ids.order_line_id.sale_line_id.invoice_lines
        return lines.filtered(lambda line: line.move_id.move_type == "out_invoice" and line.move_id.state == "posted")

    def _credited_lines(self):
        """Return the lines of credit notes, draft ones too, about these lines of the order; whoever made them."""
        lines = self.line_ids.order_line_id.sale_line_id.invoice_lines
        return lines.filtered(lambda line: line.move_id.move_type == "out_refund" and line.move_id.state != "cancel")

    def _credit_missing(self):
        return bool(self.sudo()._quantities_to_credit()) and not self.money_waived

    def _quantities_to_credit(self):
        """Return ``{invoice line: quantity}``: what comes back, was invoiced and is on no credit note yet."""
        found = {}
        if self.state in ("refused", "cancelled"):
            return found
        credited = self._credited_lines()
        for line in self.line_ids:
            sale_line = line.order_line_id.sale_line_id
            invoiced = self._invoice_lines().filtered(lambda row, own=sale_line: own in row.sale_line_ids)
            notes = credited.filtered(lambda row, own=sale_line: own in row.sale_line_ids)
            # What an accountant has credited by hand may be meant for this return: better once too little than twice.
            own = notes.filtered(lambda row: row.move_id.cdiscount_return_id in (self, self.browse()))
            left = sum(invoiced.mapped("quantity")) - sum(notes.mapped("quantity"))
            wanted = min(line._counted() - sum(own.mapped("quantity")), left)
            for row in invoiced:
                taken = min(wanted, row.quantity)
                if taken > 0:
                    found[row] = taken
                    wanted -= taken
        return found

    # ------------------------------------------------------------------ making it
    def action_credit_note(self):
        """Draft the credit note of what comes back, once, and open it."""
        self.ensure_one()
        self._check_open(("expected", "received", "checked", "settled"))
        # Two people at the same moment: the second one waits here, begins anew and finds the first one's draft.
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_return SET write_date = write_date WHERE id = %s", [self.id])
        this = self.sudo().with_company(self.company_id)
        quantities = this._quantities_to_credit()
        if not quantities:
            if this.credit_note_ids:
                return self._open_credit_notes()
            this._refuse_credit_note()
        rows = self.env["account.move.line"].sudo().union(*quantities)
        for invoice, lines in rows.grouped("move_id").items():
            this._make_credit_note(invoice, {line: quantities[line] for line in lines})
        this.invalidate_recordset(["credit_note_ids", "credit_note_count", "credit_missing"])
        this._advance()
        return self._open_credit_notes()

    def _refuse_credit_note(self):
        drafts = self.line_ids.order_line_id.sale_line_id.invoice_lines.move_id.filtered(
            lambda move: move.state == "draft" and move.move_type == "out_invoice"
        )
        if drafts:
            raise UserError(
                _(
                    "The invoice of order %s is still a draft: correct or delete it, there is nothing to credit.",
                    self.reference,
                )
            )
        raise UserError(
            _("Order %s was not invoiced in Odoo, or nothing is delivered: there is nothing to credit.", self.reference)
        )

    def _open_credit_notes(self):
        return {**self._open_records(self.credit_note_ids), "name": _("Credit Notes")}

    def _make_credit_note(self, invoice, quantities):
        """Reverse an invoice and leave what comes back on it; correct to the cent.

        :param quantities: ``{invoice line: quantity}``
        """
        today = fields.Date.context_today(self)
        values = {
            "ref": _("Return %(name)s of %(invoice)s", name=self.name, invoice=invoice.name),
            "date": today,
            "invoice_date": today,
            "invoice_date_due": today,
            "invoice_origin": invoice.invoice_origin,
            "cdiscount_return_id": self.id,
            "cdiscount_mapping_id": self.mapping_id.id,
            "cdiscount_config_id": self.config_id.id,
        }
        note = invoice._reverse_moves([values])
        if self._is_everything(invoice, quantities):
            return note
        pairs = list(zip(invoice.invoice_line_ids, note.invoice_line_ids, strict=True))
        commands = []
        for line, copied in pairs:
            if line in quantities:
                commands.append(fields.Command.update(copied.id, {"quantity": quantities[line]}))
            elif share := self._shipping_share(line, quantities):
                commands.append(fields.Command.update(copied.id, {"price_unit": copied.price_unit * share}))
            else:
                commands.append(fields.Command.delete(copied.id))
        note.write({"invoice_line_ids": commands})
        self._close_gap(note, quantities)
        return note

    def _is_everything(self, invoice, quantities):
        """Whether all that was invoiced comes back: the credit note is then the invoice itself, backwards."""
        goods = invoice.invoice_line_ids.filtered(
            lambda line: "goods" in line.sale_line_ids.mapped("cdiscount_kind") or not line.sale_line_ids
        ).filtered(lambda line: line.display_type == "product")
        shipping = invoice.invoice_line_ids.filtered(lambda line: self._kind(line) == "shipping")
        return all(quantities.get(line, 0.0) >= line.quantity for line in goods) and (
            self.shipping_refund or not shipping
        )

    def _kind(self, invoice_line):
        return invoice_line.sale_line_ids[:1].cdiscount_kind

    def _whole_lines(self, quantities):
        """Return the order lines that are credited completely."""
        credited = {line.sale_line_ids[:1]: quantity for line, quantity in quantities.items()}
        return self.line_ids.order_line_id.filtered(
            lambda sold: credited.get(sold.sale_line_id, 0.0) >= sold.sale_line_id.product_uom_qty
        )

    def _shipping_share(self, invoice_line, quantities):
        """Return the share of an invoice's shipping line that belongs to the lines that come back completely."""
        if not self.shipping_refund or self._kind(invoice_line) != "shipping" or not invoice_line.price_total:
            return 0.0
        return sum(self._whole_lines(quantities).mapped("shipping_amount")) / invoice_line.price_total

    def _close_gap(self, note, quantities):
        """Add a cent that Odoo's arithmetic misses as one visible line: the customer gets back what was agreed."""
        wanted = Decimal(0)
        for line in self.line_ids:
            mine = sum(
                quantity for row, quantity in quantities.items() if line.order_line_id.sale_line_id in row.sale_line_ids
            )
            wanted += line._worth_of(mine)
        gap = round_half_up(wanted - Decimal(str(round(note.amount_total, 2))))
        # More than a few cents is no rounding: a discount or a price that somebody has changed on the invoice.
        if not gap or abs(gap) > Decimal("0.05") * max(len(quantities), 1):
            return
        product = self.config_id.rounding_product_id
        note.write(
            {
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "name": product.display_name,
                            "quantity": 1,
                            "price_unit": float(gap),
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ]
            }
        )


class AccountMoveOfReturn(models.Model):
    _inherit = "account.move"

    cdiscount_return_id = fields.Many2one(
        "cdiscount.return", copy=False, readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        # A credit note that an accountant has made may be what a return was still waiting for.
        returns = posted.filtered(lambda move: move.move_type == "out_refund").sudo().cdiscount_mapping_id.return_ids
        returns.filtered(lambda one: one.state == "checked")._advance()
        return posted

    def action_open_cdiscount_return(self):
        """Open the return this credit note belongs to."""
        self.ensure_one()
        return self.env["cdiscount.return"]._open_records(self.cdiscount_return_id)
