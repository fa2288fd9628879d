"""Goods that leave without a delivery of Odoo: history, and what ships from Cdiscount's own warehouses."""

from odoo import _, api, models

from ...services.rules.booked import booked
from ...services.rules.order_status import LINE_SHIPPED, SUPPLY_SELLER, SUPPLY_XDOCK, canonical


class CdiscountOrderDelivered(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _outside_odoo(self, config, order, decision):
        """Return ``{line id: "shipped" or "fulfilment"}`` for the lines Odoo has no delivery to prepare for."""
        own = {SUPPLY_SELLER, SUPPLY_XDOCK} if config.xdock_supply == "own" else {SUPPLY_SELLER}
        found = {}
        for line in order.lines:
            if decision.action == "history" or canonical(line.status) in LINE_SHIPPED:
                found[line.line_id] = "shipped"
            elif line.supply_mode and canonical(line.supply_mode) not in own:
                found[line.line_id] = "fulfilment"
        return found

    @api.model
    def _prepare_sale_lines(self, config, draft, lookups):
        """Mark what has left or leaves elsewhere: no delivery is created for it, and it counts as delivered."""
        commands = super()._prepare_sale_lines(config, draft, lookups)
        outside = self._outside_odoo(config, draft.order, draft.decision)
        for _code, _id, values in commands:
            kind = outside.get(values.get("cdiscount_line_id"))
            if kind:
                values["cdiscount_outside"] = kind
            if kind == "shipped" or draft.decision.action == "history":
                values["qty_delivered"] = values["product_uom_qty"]
        return commands

    @api.model
    def _finish_mappings(self, drafts):
        """Remember what each sale order was made from, and say on it why there is nothing to deliver."""
        finished = super()._finish_mappings(drafts)
        notes = {}
        for draft in drafts:
            basis = draft.mapping.config_id.order_amount_basis
            draft.mapping.booked = booked(draft.order, draft.amounts, draft.decision, basis).dumps()
            note = self._delivery_note(draft.mapping.config_id, draft.order, draft.decision)
            if note:
                notes[draft.sale_order.id] = note
        if notes:
            self.env["sale.order"].browse(notes)._message_log_batch(bodies=notes)
        return finished

    @api.model
    def _delivery_note(self, config, order, decision):
        outside = self._outside_odoo(config, order, decision)
        if decision.action == "history":
            return _(
                "Cdiscount says this order was shipped before it came to Odoo: nothing is left to deliver, and the "
                "stock was not touched."
            )
        gone = [line for line in order.lines if outside.get(line.line_id) and line.line_id in decision.live_line_ids]
        if not gone:
            return ""
        return _(
            "Not delivered from Odoo, because they leave from Cdiscount's warehouse or have been shipped already: %s",
            ", ".join(line.title or line.sku or line.line_id for line in gone),
        )
