"""Payment methods that occur in orders are listed by themselves; journal and account are proposed, or made."""

from odoo import _, api, models
from odoo.exceptions import UserError

from ...compat import check_access

NAME = "Cdiscount"


class CdiscountPaymentProposal(models.Model):
    _inherit = "cdiscount.payment.mapping"

    @api.model
    def action_open(self):
        """Open the payment methods of the user's accounts, with those that have occurred meanwhile."""
        if self.env.user.has_group("cdiscount_store_management.group_manager"):
            for config in self.env["cdiscount.config"].search([]):
                self._propose(config)
        action = "cdiscount_store_management.action_payment_mapping"
        return self.env["ir.actions.act_window"]._for_xml_id(action)

    @api.model
    def _propose(self, config):
        """Give every payment method seen in the account's orders a row, and the others one.

        A new row takes journal and account of the one for the others; where there is none, a journal and an account
        whose names say so.
        """
        rows = self.search([("config_id", "=", config.id)])
        known = {self._spelled(row.method) for row in rows}
        seen = self.env["cdiscount.order.mapping"]._read_group(
            [("config_id", "=", config.id), ("payment_method", "!=", False)], ["payment_method"], ["__count"]
        )
        usual = rows.filtered(lambda row: not row.method and row.ready)[:1] or rows.filtered("ready")[:1]
        journal = usual.journal_id or self._find_journal(config.company_id)
        account = usual.account_id or self._find_account(config.company_id)
        values = []
        for method in ["", *(method for method, _count in sorted(seen, key=lambda found: -found[1]))]:
            if self._spelled(method) not in known:
                known.add(self._spelled(method))
                values.append(
                    {
                        "config_id": config.id,
                        "method": method,
                        "sequence": 10 if method else 99,
                        "journal_id": journal.id,
                        "account_id": account.id,
                    }
                )
        return rows + self.create(values)

    @api.model
    def _find_journal(self, company):
        journals = self.env["account.journal"]
        return journals.search(
            [*journals._check_company_domain(company), ("type", "=", "general"), ("name", "ilike", NAME)], limit=1
        )

    @api.model
    def _find_account(self, company):
        accounts = self.env["account.account"].with_company(company)
        return accounts.search(
            [
                *accounts._check_company_domain(company),
                ("reconcile", "=", True),
                ("account_type", "in", ("asset_receivable", "asset_current")),
                ("name", "ilike", NAME),
            ],
            limit=1,
        )

    def action_make_account(self):
        """Make a journal and an account for what Cdiscount owes, where these rows have none (button)."""
        check_access(self, "write")
        for row in self:
            company = row.company_id
            if not row.journal_id:
                row.journal_id = self._find_journal(company) or self._make_journal(company)
            if not row.account_id:
                row.account_id = self._find_account(company) or self._make_account(company)
        return True

    @api.model
    def _make_journal(self, company):
        journals = self.env["account.journal"].sudo().with_company(company)
        taken = set(journals.with_context(active_test=False).search([("company_id", "=", company.id)]).mapped("code"))
        code = next((code for code in ("CDIS", *(f"CDI{number}" for number in range(1, 99))) if code not in taken), "")
        return journals.create({"name": NAME, "code": code, "type": "general", "company_id": company.id})

    @api.model
    def _make_account(self, company):
        """Make an account beside the company's receivables; in the French chart among the various debtors (467)."""
        accounts = self.env["account.account"].sudo().with_company(company)
        near = accounts.search(
            [*accounts._check_company_domain(company), ("account_type", "=", "asset_receivable")], limit=1
        )
        if not near.code:
            raise UserError(_("%s has no chart of accounts yet: install one first.", company.name))
        french = company.account_fiscal_country_id.code == "FR"
        start = f"467{'0' * max(len(near.code) - 3, 1)}" if french else near.code
        taken = set(
            accounts.with_context(active_test=False).search(accounts._check_company_domain(company)).mapped("code")
        )
        number = int(start) if start.isdigit() else 0
        codes = (str(number + step) if number else f"{start}{step}" for step in range(1, 1000))
        code = next(code for code in codes if code not in taken)
        return accounts.create(
            {"name": _("%s: to be paid out", NAME), "code": code, "account_type": "asset_current", "reconcile": True}
        )


class CdiscountConfig(models.Model):
    _inherit = "cdiscount.config"

    def action_propose_payments(self):
        """List the payment methods seen in the orders; make journal and account where there is none (button)."""
        check_access(self, "write")
        for config in self:
            rows = self.env["cdiscount.payment.mapping"]._propose(config)
            rows.filtered(lambda row: not row.ready).action_make_account()
        return True
