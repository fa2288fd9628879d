"""Asking before many offers are taken off sale, deleted or put back: an entry of the Action menu does not ask."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class CdiscountLinkConfirm(models.TransientModel):
    _name = "cdiscount.link.confirm"
    _description = "Confirm for Many Offers"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    kind = fields.Selection(
        [
            ("action_undo_push", "Undo the last sending"),
            ("action_unpublish", "Take off sale"),
            ("action_retire", "Delete from Cdiscount"),
        ],
        required=True,
        readonly=True,
    )
    offer_ids = fields.Many2many(
        "cdiscount.product.mapping", default=lambda self: self._selected(), string="Offers", readonly=True
    )
    count = fields.Integer("Selected Offers", compute="_compute_count")

    @api.model
    def _selected(self):
        return [fields.Command.set(self.env.context.get("active_ids") or [])]

    @api.depends("offer_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.offer_ids)

    def action_confirm(self):
        """Do it, and say what became of it."""
        self.ensure_one()
        offers = self.offer_ids.exists()
        if not offers:
            raise UserError(_("Select offers first."))
        # One of the three methods of the selection: the field takes nothing else.
        action = getattr(offers, self.kind)()
        if isinstance(action, dict) and action.get("tag") == "display_notification":
            action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
