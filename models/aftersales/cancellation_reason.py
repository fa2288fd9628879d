"""Why a seller may cancel or refund: asked of the marketplace for each status, never made up."""

from odoo import api, fields, models

from ...compat import constraints


class CdiscountCancellationReason(models.Model):
    _name = "cdiscount.cancellation.reason"
    _description = "Cdiscount Cancellation Reason"
    _order = "name"

    vars().update(
        constraints(
            ("code_uniq", "unique(config_id, order_status, code)", "This reason is known for this status already.")
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    order_status = fields.Char("Marketplace Status", required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Reason", required=True, readonly=True)

    @api.model
    def _ask_reasons(self, config, status, channel_code=""):
        """Return the reasons the marketplace allows for orders in ``status`` (asked now, kept for the record).

        :raises CdiscountError: the marketplace cannot be asked
        """
        listed = config._get_client().orders.cancellation_reasons(status, channel_code)
        reasons = self.sudo()
        known = {
            reason.code: reason
            for reason in reasons.search([("config_id", "=", config.id), ("order_status", "=", status)])
        }
        found = reasons
        for entry in listed:
            reason = known.get(entry.code)
            if reason and reason.name != entry.label:
                reason.name = entry.label
            found |= reason or reasons.create(
                {"config_id": config.id, "order_status": status, "code": entry.code, "name": entry.label}
            )
        return found.with_env(self.env)
