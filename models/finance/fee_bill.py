"""From a commission invoice to the vendor bill, once."""

from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.rules.money import CENT
from .finance_match import money
from .purchase_tax import PurchaseTaxFinder

LABELS_OF = ("commission", "commission_refund", "subscription", "logistic", "other")


class HoldBill(Exception):
    """The vendor bill cannot be made; the text says why and what to do."""


class CdiscountFeeBill(models.Model):
    _inherit = "cdiscount.fee.invoice"

    def action_draft_bill(self):
        """Make the vendor bills of these commission invoices, as drafts."""
        check_access(self, "write")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(_("Vendor bills are made by people who may work with invoices: ask your accountant."))
        ready = self.filtered(lambda one: one.state in ("to_bill", "held"))
        if not ready:
            raise UserError(
                _("Nothing to bill: these commission invoices have their bill already, or their period is not over.")
            )
        ready._draft_bills()
        held = ready.filtered(lambda one: one.state == "held")
        if held and len(ready) == 1:
            raise UserError(held.hold_reason)
        return ready.action_open_bill() if len(ready) == 1 else True

    def _draft_bills(self):
        """Make one draft bill per commission invoice; one that cannot be made is held with the reason."""
        for invoice in self.sudo():
            # Two people, or a person and a job, at the same moment: the second one waits, begins anew, and then sees
            # the bill of the first.
            self.env.flush_all()
            self.env.cr.execute("UPDATE cdiscount_fee_invoice SET write_date = write_date WHERE id = %s", [invoice.id])
            if invoice.state == "billed":
                continue
            invoice._refresh_totals()
            try:
                with self.env.cr.savepoint():
                    invoice.move_id = invoice._make_bill()
            except HoldBill as reason:
                invoice.hold_reason = str(reason)
                continue
            invoice.hold_reason = False
            invoice._tell_differences()
        return self.move_id

    def _make_bill(self):
        self.ensure_one()
        config = self.config_id
        if not config.vendor_id:
            raise HoldBill(
                _("Choose who invoices the commissions: account %s, page Finance, Cdiscount as Vendor.", config.name)
            )
        fees = self.fee_ids.filtered("charged")
        if not fees:
            raise HoldBill(_("None of the fees of this invoice was read yet: use Read the Accounts."))
        groups = self._group_fees(fees)
        total = sum((entry["without"] + entry["vat"] for entry in groups), Decimal(0))
        sign = 1 if total >= 0 else -1
        move = self.env["account.move"].with_company(config.company_id).create(self._prepare_bill(groups, sign))
        self._adjust_bill(move, groups, sign)
        if self.document_id:
            self.document_id.copy({"res_model": "account.move", "res_id": move.id})
        return move

    @api.model
    def _group_fees(self, fees):
        """Return what is billed: one entry per kind, with and without VAT apart."""
        groups = {}
        for fee in fees:
            with_vat, without = money(fee.charged_with_vat), money(fee.charged_without_vat)
            key = (fee.kind, with_vat != without)
            entry = groups.setdefault(key, {"kind": fee.kind, "without": Decimal(0), "vat": Decimal(0), "count": 0})
            entry["without"] += without
            entry["vat"] += with_vat - without
            entry["count"] += 1
        order = {kind: place for place, kind in enumerate(LABELS_OF)}
        return [groups[key] for key in sorted(groups, key=lambda key: (order.get(key[0], 99), key[1]))]

    def _prepare_bill(self, groups, sign):
        config = self.config_id
        finder = PurchaseTaxFinder(self.env, config.company_id, config.vendor_id, config.fee_tax_id)
        values = {
            "move_type": "in_invoice" if sign > 0 else "in_refund",
            "company_id": config.company_id.id,
            "partner_id": config.vendor_id.id,
            "invoice_date": self.date,
            "date": self.date,
            "ref": self.reference if self.announced else _("Commissions until %s", self.date_to or self.date),
            "currency_id": (self.currency_id or self.env.ref("base.EUR")).id,
            "cdiscount_config_id": config.id,
            "invoice_origin": config.name,
            "invoice_line_ids": [
                fields.Command.create(self._prepare_bill_line(entry, finder, sign)) for entry in groups
            ],
        }
        if config.fee_journal_id:
            values["journal_id"] = config.fee_journal_id.id
        return values

    def _prepare_bill_line(self, entry, finder, sign):
        product = self.config_id._fee_product(entry["kind"])
        if not product:
            raise HoldBill(
                _(
                    "Choose a product for what Cdiscount charges: account %s, page Finance.",
                    self.config_id.name,
                )
            )
        taxes = finder(product, entry["without"], entry["vat"], entry["count"])
        kinds = dict(self.env["cdiscount.fee"]._fields["kind"]._description_selection(self.env))
        if taxes is None:
            rate = round(entry["vat"] * 100 / entry["without"], 1) if entry["without"] else Decimal(0)
            raise HoldBill(
                _(
                    "No purchase tax of %(rate)s %% fits the VAT of %(kind)s. Choose it on account %(account)s, page "
                    "Finance, Purchase Tax (a reverse charge tax when Cdiscount invoices without VAT), then draft the "
                    "bill again.",
                    rate=format(rate.normalize(), "f"),
                    kind=kinds[entry["kind"]],
                    account=self.config_id.name,
                )
            )
        included = all(tax.price_include for tax in taxes)
        amount = entry["without"] + entry["vat"] if included else entry["without"]
        return {
            "product_id": product.id,
            "name": _(
                "%(kind)s, %(first)s to %(last)s (%(count)s)",
                kind=kinds[entry["kind"]],
                first=self.date_from or self.date,
                last=self.date_to or self.date,
                count=entry["count"],
            ),
            "quantity": 1.0,
            "price_unit": float(sign * amount),
            "tax_ids": [fields.Command.set(taxes.ids)],
        }

    def _adjust_bill(self, move, groups, sign):
        """Make VAT and total those of the invoice: its VAT is the sum of amounts that were rounded one by one."""
        vat = float(sign * sum((entry["vat"] for entry in groups), Decimal(0)))
        total = float(sign * sum((entry["without"] + entry["vat"] for entry in groups), Decimal(0)))
        currency = move.currency_id
        difference = currency.round(vat - move.amount_tax)
        lines = move.line_ids.filtered(lambda line: line.tax_line_id and line.amount_currency)
        if difference and len(lines) == 1:
            direction = 1 if move.move_type == "in_invoice" else -1
            amount = currency.round(lines.amount_currency + direction * difference)
            move.write({"line_ids": [fields.Command.update(lines.id, {"amount_currency": amount})]})
        left = currency.round(total - move.amount_total)
        if abs(left) > float(CENT) * (1 + sum(entry["count"] for entry in groups)):
            raise HoldBill(
                _(
                    "The vendor bill would come to %(found)s instead of %(wanted)s. Compare the purchase taxes of the "
                    "products on account %(account)s, page Finance, then draft the bill again.",
                    found=currency.format(move.amount_total),
                    wanted=currency.format(total),
                    account=self.config_id.name,
                )
            )
        if left and self.config_id.rounding_product_id:
            line = {
                "product_id": self.config_id.rounding_product_id.id,
                "name": _("Rounding"),
                "quantity": 1.0,
                "price_unit": left,
                "tax_ids": [fields.Command.clear()],
            }
            move.write({"invoice_line_ids": [fields.Command.create(line)]})

    def _tell_differences(self):
        """Write on the bill what an accountant should look at before posting it."""
        notes = []
        if self.difference:
            notes.append(
                _(
                    "Cdiscount's invoice is %(invoice)s, the fees Odoo has read come to %(fees)s.",
                    invoice=self.currency_id.format(self.announced_amount),
                    fees=self.currency_id.format(self.amount_with_vat),
                )
            )
        if self.commission_difference:
            notes.append(
                _(
                    "The commissions are %s more than was announced with the orders (less, when negative).",
                    self.currency_id.format(self.commission_difference),
                )
            )
        for note in notes:
            self.move_id.message_post(body=note)


class CdiscountConfigBill(models.Model):
    _inherit = "cdiscount.config"

    vendor_id = fields.Many2one(
        "res.partner",
        "Cdiscount as Vendor",
        check_company=True,
        help="Who invoices commissions and fees. Its country and fiscal position decide on the VAT of the bills.",
    )
    fee_bill_policy = fields.Selection(
        [("never", "By hand"), ("draft", "As a draft when Cdiscount has invoiced a period")],
        "Vendor Bills",
        default="never",
        required=True,
    )
    fee_journal_id = fields.Many2one(
        "account.journal",
        "Purchase Journal",
        check_company=True,
        domain="[('type', '=', 'purchase'), ('company_id', '=', company_id)]",
        help="Empty: the purchase journal of the company.",
    )
    fee_tax_id = fields.Many2one(
        "account.tax",
        "Purchase Tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase')]",
        help="Used for commissions and fees when it gives the VAT of the invoice. Empty: found by rate, the vendor's "
        "fiscal position included. Choose a reverse charge tax here when Cdiscount invoices you without VAT.",
    )
    commission_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("cdiscount_store_management.product_commission", raise_if_not_found=False),
        help="Its expense account is that of the vendor bills.",
    )
    subscription_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("cdiscount_store_management.product_subscription", raise_if_not_found=False),
    )
    logistic_product_id = fields.Many2one(
        "product.product",
        "Logistic Fee Product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("cdiscount_store_management.product_logistic", raise_if_not_found=False),
    )

    def _fee_product(self, kind):
        """Return the product a kind of fee is billed with."""
        self.ensure_one()
        own = {"subscription": self.subscription_product_id, "logistic": self.logistic_product_id}.get(kind)
        return own or self.commission_product_id

    def _draft_due_bills(self):
        """Draft the bills of the periods that Cdiscount has invoiced, where the account wants it."""
        for config in self.filtered(lambda one: one.fee_bill_policy == "draft"):
            config.env["cdiscount.fee.invoice"].sudo().search(
                [("config_id", "=", config.id), ("state", "in", ("to_bill", "held"))], order="date"
            )._draft_bills()
