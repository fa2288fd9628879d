"""What the marketplace has really charged, beside what it announced with the order."""

from odoo import api, fields, models

from ...compat import constraints
from ...services.rules.finance import CHARGED, invoice_of, period_of
from ..order.order_bulk import update_many


class CdiscountFeeOperation(models.Model):
    _inherit = "cdiscount.fee"

    vars().update(
        constraints(
            ("operation_uniq", "unique(operation_id)", "This operation is booked as a fee already."),
        )
    )

    operation_id = fields.Many2one(
        "cdiscount.finance.operation", readonly=True, index="btree_not_null", ondelete="set null"
    )
    charged = fields.Boolean("On Your Account", readonly=True, help="Cdiscount has booked it on your account.")
    charged_with_vat = fields.Monetary("Charged", readonly=True, help="With VAT, as Cdiscount has booked it.")
    charged_without_vat = fields.Monetary("Charged Without VAT", readonly=True)
    difference = fields.Monetary(
        compute="_compute_difference",
        store=True,
        help="What Cdiscount has charged, less what it announced with the order.",
    )
    fee_invoice_id = fields.Many2one(
        "cdiscount.fee.invoice", "Commission Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.depends("charged", "charged_with_vat", "amount_with_vat")
    def _compute_difference(self):
        for fee in self:
            difference = fee.charged_with_vat - fee.amount_with_vat if fee.charged else 0.0
            fee.difference = fee.currency_id.round(difference) if fee.currency_id else difference

    @api.model
    def _book_operations(self, operations):
        """Keep what these operations charge: on the commission that was announced, else as a fee of its own.

        Three queries whatever their number. Operations that are no fee, or not to be paid yet, are left alone.
        """
        charged = operations.filtered(lambda one: one.kind in CHARGED and one.amount_known and one.config_id)
        charged = charged.filtered(lambda one: one.state not in ("not_payable", "unknown"))
        if not charged:
            return self.browse()
        invoices = self._invoices_of(charged)
        own = {fee.operation_id: fee for fee in self.search([("operation_id", "in", charged.ids)])}
        lines = charged.filtered(lambda one: one.kind == "commission").order_line_id
        announced = {
            fee.order_line_id: fee
            for fee in self.search([("order_line_id", "in", lines.ids), ("kind", "=", "commission")])
        }
        # A commission that is charged in two parts: the first one is what was announced, the other a fee of its own.
        taken = {fee: fee.operation_id for fee in announced.values() if fee.operation_id}
        changed, fresh, doubles = {}, [], self.browse()
        for one in charged:
            values = {
                "operation_id": one.id,
                "charged": True,
                "charged_with_vat": -one.amount,
                "charged_without_vat": -one.amount_without_vat,
                "fee_invoice_id": invoices[one.id],
            }
            fee = own.get(one)
            told = one.kind == "commission" and announced.get(one.order_line_id)
            if told and taken.setdefault(told, one) != one:
                told = None
            if fee and told and not fee.order_line_id:
                # Booked before the order was known: from now on it is the commission that was announced with it.
                doubles |= fee
            fee = told or fee
            if fee and fee.order_line_id:
                changed[fee.id] = values
                continue
            values.update(amount_with_vat=-one.amount, amount_without_vat=-one.amount_without_vat)
            if fee:
                changed[fee.id] = {**values, "mapping_id": one.mapping_id.id}
            else:
                fresh.append({**values, **self._prepare_fee(one)})
        doubles.unlink()
        update_many(self.browse(changed), changed)
        return self.create(fresh) | self.browse(changed)

    @api.model
    def _prepare_fee(self, operation):
        return {
            "kind": operation.kind,
            "mapping_id": operation.mapping_id.id,
            "config_id": operation.config_id.id,
            "currency_id": operation.currency_id.id,
            "date": operation.happened_at or operation.release_date,
            "due": True,
        }

    @api.model
    def _invoices_of(self, operations):
        """Return {operation id: id of the commission invoice it is on}, by the invoice's number, else by its day."""
        wanted, keys = {}, {}
        for one in operations:
            day = one.happened_at.date() if one.happened_at else one.release_date
            on = invoice_of(day) if day else None
            key = (one.invoice_reference or "", on)
            keys[one.id] = key
            first = one.config_id.finance_from
            if on and first and period_of(on)[0] < first:
                continue  # of a period of which Odoo knows a part only
            wanted.setdefault(one.config_id, set()).add((*key, one.currency_id.id))
        found = {
            config: self.env["cdiscount.fee.invoice"].sudo()._ensure(config, some) for config, some in wanted.items()
        }
        return {
            one.id: invoice.id if (invoice := found.get(one.config_id, {}).get(keys[one.id])) else False
            for one in operations
        }

    def action_open_operation(self):
        """Open what Cdiscount has booked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.finance.operation",
            "res_id": self.operation_id.id,
            "views": [(False, "form")],
        }
