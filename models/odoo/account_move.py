"""The marketplace's side of an invoice, a credit note or a vendor bill."""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    cdiscount_config_id = fields.Many2one(
        "cdiscount.config", "Cdiscount Account", copy=False, index="btree_not_null", ondelete="restrict", readonly=True
    )
    cdiscount_mapping_id = fields.Many2one(
        "cdiscount.order.mapping",
        "Cdiscount Order",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )

    def copy_data(self, default=None):
        """A credit note, and the invoice that corrects one, belong to the order of the first; a mere copy does not."""
        copies = super().copy_data(default)
        if self.env.context.get("include_business_fields"):
            for move, values in zip(self, copies, strict=True):
                if move.is_invoice() and move.cdiscount_config_id:
                    values.setdefault("cdiscount_config_id", move.cdiscount_config_id.id)
                    values.setdefault("cdiscount_mapping_id", move.cdiscount_mapping_id.id)
        return copies

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Credit what was settled on the marketplace account.

        An invoice that was settled on the marketplace account stays so, and its credit note is settled on its own, as
        the marketplace pays the one and takes back the other: reconciling the two with each other would take away what
        a payout may have cleared already.
        """
        defaults = default_values_list or [{} for _move in self]
        settled = self._cdiscount_settlements().cdiscount_settles_id & self if cancel else self.browse()
        if not settled:
            return super()._reverse_moves(defaults, cancel=cancel)
        made = self.browse()
        for move, values in zip(self, defaults, strict=True):
            one = super(AccountMove, move)._reverse_moves([values], cancel=cancel and move not in settled)
            if move in settled:
                one._post(soft=False)
            made += one
        return made

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._cdiscount_after_post()
        return posted

    def _cdiscount_after_post(self):
        """What follows from a posted invoice of the marketplace is done by the queue: posting never fails for it."""
        ours = self.sudo().filtered(lambda move: move.cdiscount_config_id and move.is_invoice())
        for config, moves in ours.grouped("cdiscount_config_id").items():
            moves._cdiscount_request_settlement(config)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_invoice(self):
        """Whoever makes the invoice, it knows the marketplace order."""
        values = super()._prepare_invoice()
        mapping = self.sudo().cdiscount_mapping_id
        values["cdiscount_mapping_id"] = mapping.id
        values["cdiscount_config_id"] = mapping.config_id.id or self.cdiscount_config_id.id
        if not values.get("journal_id") and mapping.config_id.invoice_journal_id:
            values["journal_id"] = mapping.config_id.invoice_journal_id.id
        return values

    def _get_invoice_grouping_keys(self):
        """Orders of the marketplace are invoiced one by one: Cdiscount and its customer look for one order's total."""
        return [*super()._get_invoice_grouping_keys(), "cdiscount_mapping_id"]
