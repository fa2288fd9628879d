"""Accepting many suggestions at once: how sure they must be is a person's choice."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

SURENESS = [
    ("100", "Same GTIN only"),
    ("95", "Same GTIN, or same reference written differently"),
    ("85", "Also very similar references and names"),
    ("60", "Every suggestion"),
]


class CdiscountLinkAccept(models.TransientModel):
    _name = "cdiscount.link.accept"
    _description = "Accept Suggestions"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    scope = fields.Selection(
        [("selected", "The selected offers"), ("all", "Every offer that is not linked")],
        "Which Offers",
        required=True,
        default=lambda self: "selected" if self.env.context.get("active_ids") else "all",
    )
    offer_ids = fields.Many2many(
        "cdiscount.product.mapping", default=lambda self: self._selected(), string="Selected Offers"
    )
    sureness = fields.Selection(SURENESS, "Accept", required=True, default="95")
    count = fields.Integer("Will Be Linked", compute="_compute_counts")
    left_count = fields.Integer("Stay Not Linked", compute="_compute_counts")

    @api.model
    def _selected(self):
        if self.env.context.get("active_model") != "cdiscount.product.mapping":
            return []
        return [fields.Command.set(self.env.context.get("active_ids") or [])]

    def _domain(self, least):
        domain = [("product_id", "=", False), ("ignored", "=", False)]
        if self.scope == "selected":
            domain.append(("id", "in", self.offer_ids._origin.ids))
        if least:
            domain += [("suggestion_id", "!=", False), ("suggestion_score", ">=", least)]
        return domain

    @api.depends("scope", "offer_ids", "sureness")
    def _compute_counts(self):
        offers = self.env["cdiscount.product.mapping"]
        for wizard in self:
            wizard.count = offers.search_count(wizard._domain(int(wizard.sureness or 100)))
            wizard.left_count = offers.search_count(wizard._domain(0)) - wizard.count

    def action_accept(self):
        """Link the offers whose suggestion is sure enough."""
        self.ensure_one()
        offers = self.env["cdiscount.product.mapping"]
        offers.env["cdiscount.order.mapping"]._require_manager()
        least = int(self.sureness)
        found = offers.search(self._domain(least))
        if not found:
            raise UserError(
                _("No suggestion is sure enough: choose a lower sureness, or link these offers one by one.")
            )
        action = found.action_accept_suggestion(least=least)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
