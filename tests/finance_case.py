"""A shop whose money is followed: orders, the marketplace's accounts, journals to book them in."""

from datetime import timedelta

from odoo import fields

from .common import CdiscountCase

LINES = [{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "3.00", "vat_rate": 20}]


class FinanceCase(CdiscountCase):
    """Verbs to sell, to read the accounts, and to look at both sides."""

    def sell(self, status="Shipped", **more):
        """An order that is in Odoo; returns its mapping."""
        order = self.place_order(**{"status": status, "lines": LINES, "scenario": "plain", **more})
        self.pull()
        self.assert_imported_once(order)
        return self.mapping(order)

    def read_accounts(self, config=None):
        """Read the accounts; the test fails when a job does not go through."""
        config = config or self.config
        config.action_pull_finance()
        self.run_queue(config)
        open_jobs = self.env["cdiscount.queue"].search(
            [("config_id", "=", config.id), ("operation", "=", "finance_pull"), ("state", "!=", "done")]
        )
        self.assertFalse(open_jobs, open_jobs.mapped("error"))

    def accounts(self):
        """The marketplace's own sums."""
        return self.sandbox("finance", method="GET")

    def operations(self, mapping=None, **values):
        domain = [("config_id", "=", self.config.id), *((name, "=", value) for name, value in values.items())]
        if mapping:
            domain.append(("mapping_id", "=", mapping.id))
        return self.env["cdiscount.finance.operation"].search(domain)

    def odd(self, **body):
        """An operation of the marketplace that nobody expects."""
        return self.sandbox("finance/operations", **body)["operation"]

    def refund(self, mapping):
        """The marketplace gives the whole order back, asked for outside Odoo."""
        client = self.config._get_client()
        reasons = client.call("GET", "/cancellation-reasons", params={"orderStatus": "Shipped"}).json()
        client.orders.cancel(mapping.external_id, reasons[0]["code"], True)

    def move_clock(self, days):
        """Let time pass on the marketplace."""
        self.sandbox("clock", advance=days * 86400)

    def set_up_books(self):
        """Journals, accounts and a vendor, as an accountant sets them once."""
        accounts = self.env["account.account"]
        self.marketplace_account = accounts.create(
            {
                "name": "Cdiscount owes",
                "code": "467900",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        self.transfer_account = accounts.create(
            {"name": "Money on its way", "code": "580900", "account_type": "asset_current", "reconcile": True}
        )
        self.journal = self.env["account.journal"].create(
            {"name": "Marketplace", "code": "MKTP", "type": "general", "company_id": self.company.id}
        )
        rows = self.env["cdiscount.payment.mapping"].search([("config_id", "=", self.config.id)])
        rows.unlink()
        self.env["cdiscount.payment.mapping"].create(
            {
                "config_id": self.config.id,
                "journal_id": self.journal.id,
                "account_id": self.marketplace_account.id,
            }
        )
        self.vendor = self.env["res.partner"].create({"name": "Cdiscount", "is_company": True})
        self.config.write(
            {
                "vendor_id": self.vendor.id,
                "payout_account_id": self.transfer_account.id,
                "finance_from": fields.Date.today() - timedelta(days=120),
            }
        )

    def purchase_tax(self, amount=20.0, **values):
        return self.env["account.tax"].create(
            {
                "name": f"Purchase VAT {amount:g} {self.env['account.tax'].search_count([])}",
                "amount": amount,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                **values,
            }
        )

    def reverse_charge(self):
        """A tax whose VAT is owed and deducted at once."""
        lines = [
            (0, 0, {"repartition_type": "base"}),
            (0, 0, {"repartition_type": "tax", "factor_percent": 100}),
            (0, 0, {"repartition_type": "tax", "factor_percent": -100}),
        ]
        return self.purchase_tax(
            20.0,
            invoice_repartition_line_ids=lines,
            refund_repartition_line_ids=[(0, 0, dict(row[2])) for row in lines],
        )
