"""The journal entry of a payout: Cdiscount owes it no longer, the bank gets it."""

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...compat import check_access


class CdiscountPayoutEntry(models.Model):
    _inherit = "cdiscount.payout"

    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    move_state = fields.Selection(related="move_id.state", string="Entry Status")

    def action_book(self):
        """Draft the journal entry of a payout that was paid, once, and open it."""
        self.ensure_one()
        check_access(self, "write")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(_("Journal entries are made by people who may work with invoices: ask your accountant."))
        # Two people at the same moment: the second one waits, begins anew, and finds the entry of the first.
        self.env.flush_all()
        same = self._of_twins()
        ids = (self | same).ids
        self.env.cr.execute("SELECT FROM cdiscount_payout WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        self.env.cr.execute("UPDATE cdiscount_payout SET write_date = write_date WHERE id = ANY(%s)", [ids])
        if not self.move_id or self.move_id.state == "cancel":
            booked = same.filtered(lambda one: one.move_id and one.move_id.state != "cancel")[:1]
            if booked:
                raise UserError(
                    _(
                        "Payout %(payout)s is booked already, on account %(account)s of the same seller: Cdiscount "
                        "pays all accounts of a seller together, once.",
                        payout=self.display_name,
                        account=booked.config_id.name,
                    )
                )
            if self.state != "paid":
                raise UserError(_("Payout %s is not paid yet: there is nothing to book.", self.display_name))
            amount = self.currency_id.round(self.due_amount)
            if not amount:
                raise UserError(_("Payout %s comes to zero: there is nothing to book.", self.display_name))
            self.sudo().move_id = self.sudo()._make_entry(amount)
        return self.action_open_entry()

    def action_open_entry(self):
        """Open the journal entry of the payout."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def _make_entry(self, amount):
        config, company = self.config_id, self.company_id
        row = self.env["cdiscount.payment.mapping"]._of(config)
        journal = config.payout_journal_id or row.journal_id
        account = config.payout_account_id or company.transfer_account_id
        if not row:
            raise UserError(
                _(
                    "Choose the journal and the marketplace account first: account %s, page Invoices, Payment Methods.",
                    config.name,
                )
            )
        if not account:
            raise UserError(
                _("Choose where the payout arrives: account %s, page Finance, Payout Account.", config.name)
            )
        label = _("Cdiscount payout %s", self.reference)
        balance = self.currency_id._convert(amount, company.currency_id, company, self.date)
        partner = config._marketplace_partner()

        def line(where, sign):
            return fields.Command.create(
                {
                    "account_id": where.id,
                    "partner_id": partner.id,
                    "name": label,
                    "currency_id": self.currency_id.id,
                    "amount_currency": sign * amount,
                    "balance": sign * balance,
                }
            )

        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "company_id": company.id,
                    "date": self.date,
                    "ref": label,
                    "currency_id": self.currency_id.id,
                    "cdiscount_config_id": config.id,
                    "line_ids": [line(account, 1), line(row.account_id, -1)],
                }
            )
        )


class CdiscountConfigPayout(models.Model):
    _inherit = "cdiscount.config"

    payout_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('general', 'bank')), ('company_id', '=', company_id)]",
        help="Where payouts are booked. Empty: the journal of the payment methods.",
    )
    payout_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="What a payout is booked on until the bank statement shows it: a transfer or a bank account. Empty: the "
        "inter-bank transfer account of the company.",
    )
