"""Once an invoice is posted, it is not the customer who owes it but the marketplace: one journal entry says so."""

from odoo import _, api, fields, models

from ...compat import check_access

TERMS = ("asset_receivable", "liability_payable")
SETTLED_TYPES = ("out_invoice", "out_refund", "in_invoice", "in_refund")


class AccountMove(models.Model):
    _inherit = "account.move"

    cdiscount_settles_id = fields.Many2one(
        "account.move",
        "Settles",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The invoice or bill that this entry moved to the marketplace account.",
    )
    cdiscount_settlement_ids = fields.One2many(
        "account.move", "cdiscount_settles_id", "Settled on Cdiscount", readonly=True
    )

    cdiscount_settlement_id = fields.Many2one(
        "account.move", "Settling Entry", compute="_compute_cdiscount_settlement", compute_sudo=True
    )
    cdiscount_to_settle = fields.Boolean(compute="_compute_cdiscount_settlement", compute_sudo=True)

    def init(self):
        result = super().init()
        # Two workers settling the same invoice at once: the second one fails, is done over and finds it settled.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS account_move_cdiscount_settles_uniq
                ON account_move (cdiscount_settles_id)
             WHERE cdiscount_settles_id IS NOT NULL AND state = 'posted'
            """
        )
        return result

    @api.depends("cdiscount_settlement_ids.state", "state", "payment_state", "cdiscount_config_id")
    def _compute_cdiscount_settlement(self):
        for move in self:
            move.cdiscount_settlement_id = move._cdiscount_settlements()[:1]
            open_document = move.state == "posted" and move.payment_state in ("not_paid", "partial")
            ours = bool(move.cdiscount_config_id and move.move_type in SETTLED_TYPES)
            move.cdiscount_to_settle = ours and open_document and bool(move._cdiscount_payment_row())

    # ------------------------------------------------------------------ settling
    def _cdiscount_settle(self):
        """Move what is open of these posted invoices, credit notes and bills to the marketplace account, once.

        One journal entry each, in the journal of the order's payment method, reconciled with what it settles. What is
        draft, is no document of a seller account, has nothing open, or whose payment method has no journal and account
        is left alone. Repeating it changes nothing.

        :return: the entries that settle these documents now, new or not
        """
        open_moves = self.sudo().filtered(
            lambda move: move.state == "posted" and move.cdiscount_config_id and move.move_type in SETTLED_TYPES
        )
        entries = open_moves._cdiscount_settlements()
        known = {entry.cdiscount_settles_id: entry for entry in entries}
        values = []
        for move in open_moves - self.browse().concat(*known):
            row = move._cdiscount_payment_row()
            lines = move._cdiscount_open_lines()
            if row and lines:
                values.append(move._cdiscount_settlement_values(row, lines))
        if values:
            made = self.env["account.move"].sudo().with_context(default_move_type="entry").create(values)
            made._post(soft=False)
            known.update({entry.cdiscount_settles_id: entry for entry in made})
        for move, entry in known.items():
            move._cdiscount_reconcile(entry)
        return self.browse().concat(*known.values())

    def _cdiscount_settlements(self):
        """Return the posted entries that settle these documents."""
        return self.sudo().cdiscount_settlement_ids.filtered(lambda entry: entry.state == "posted")

    def _cdiscount_payment_row(self):
        """Return the payment mapping that says where this document is settled, or an empty one."""
        self.ensure_one()
        return self.env["cdiscount.payment.mapping"]._of(
            self.cdiscount_config_id, self.cdiscount_mapping_id.payment_method
        )

    def _cdiscount_open_lines(self):
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type in TERMS
                and not line.reconciled
                and not (line.company_currency_id.is_zero(line.amount_residual) and not line.amount_residual_currency)
            )
        )

    def _cdiscount_settlement_values(self, row, lines):
        """Return the values of the entry that settles the open ``lines`` of this document.

        In the currency and at the rate of the document itself, so that no exchange difference arises.
        """
        self.ensure_one()
        label = _("%(document)s, order %(order)s", document=self.name, order=self.cdiscount_mapping_id.reference)
        if not self.cdiscount_mapping_id:
            label = self.name
        items = []
        for line in lines:
            items.append((line.account_id, line.partner_id, -line.amount_residual, -line.amount_residual_currency))
        items.append(
            (
                row.account_id,
                self.cdiscount_config_id._marketplace_partner(),
                sum(lines.mapped("amount_residual")),
                sum(lines.mapped("amount_residual_currency")),
            )
        )
        return {
            "move_type": "entry",
            "journal_id": row.journal_id.id,
            "company_id": self.company_id.id,
            "date": self.date,
            "ref": label,
            "currency_id": self.currency_id.id,
            "cdiscount_config_id": self.cdiscount_config_id.id,
            "cdiscount_mapping_id": self.cdiscount_mapping_id.id,
            "cdiscount_settles_id": self.id,
            "line_ids": [
                fields.Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": partner.id,
                        "name": label,
                        "currency_id": self.currency_id.id,
                        "balance": balance,
                        "amount_currency": amount,
                    }
                )
                for account, partner, balance, amount in items
            ],
        }

    def _cdiscount_reconcile(self, entry):
        """Reconcile this document with the entry that settles it; lines somebody took apart come together again."""
        self.ensure_one()
        for line in self._cdiscount_open_lines():
            counter = entry.line_ids.filtered(
                lambda other, line=line: (
                    other.account_id == line.account_id and other.partner_id == line.partner_id and not other.reconciled
                )
            )
            if counter:
                (line + counter).reconcile()

    # ------------------------------------------------------------------ undoing
    def _cdiscount_unsettle(self):
        """Cancel the entries that settle these documents: they are about to change."""
        entries = self._cdiscount_settlements()
        if entries:
            entries.line_ids.remove_move_reconcile()
            entries.button_draft()
            entries.button_cancel()

    def button_draft(self):
        self._cdiscount_unsettle()
        return super().button_draft()

    def button_cancel(self):
        self._cdiscount_unsettle()
        return super().button_cancel()

    # ------------------------------------------------------------------ by the queue, and by hand
    def _cdiscount_request_settlement(self, config):
        """Ask the queue to settle these documents, where the account says how."""
        if config.payment_mapping_ids.filtered("ready"):
            self.env["cdiscount.queue"].sudo()._enqueue(config, "invoice_settle", [str(move.id) for move in self])

    @api.model
    def _job_cdiscount_settle(self, jobs):
        """Queue operation: settle a batch of posted documents (the keys are their ids)."""
        self.sudo().browse([int(key) for key in jobs.mapped("key")]).exists()._cdiscount_settle()

    def action_cdiscount_settle(self):
        """Settle these documents now (button)."""
        check_access(self, "write")
        self._cdiscount_settle()
        return True

    def action_open_cdiscount_settlement(self):
        """Open the entry that settles this document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.cdiscount_settlement_id.id,
            "views": [(False, "form")],
        }


class CdiscountConfig(models.Model):
    _inherit = "cdiscount.config"

    def _marketplace_partner(self):
        """Return the contact that stands for the marketplace on its account, where one was chosen."""
        self.ensure_one()
        return self.vendor_id
