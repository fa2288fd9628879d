"""How an account handles what comes back."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import check_access


class CdiscountConfigReturns(models.Model):
    _inherit = "cdiscount.config"

    return_location_id = fields.Many2one(
        "stock.location",
        "Check Returns In",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Where returned goods wait until somebody has looked at them. Nothing there is sold. Empty: they go "
        "straight to stock and are sold again at once.",
    )
    return_days = fields.Integer(
        "Days for a Return", default=14, help="Until when an announced parcel is expected; after it you are reminded."
    )

    @api.constrains("return_location_id")
    def _check_return_location(self):
        stock = self.env["cdiscount.stock.mapping"]
        for config in self.filtered("return_location_id"):
            sold = [location for _warehouse, location, _buffer in stock._places(config)]
            if config.return_location_id._child_of_any(sold):
                raise ValidationError(
                    _(
                        "%(location)s is sold from: returned goods would be published before anybody has checked them. "
                        "Choose a location outside of it.",
                        location=config.return_location_id.display_name,
                    )
                )

    def action_make_return_location(self):
        """Make a place for returned goods that is outside of everything that is sold."""
        check_access(self, "write")
        for config in self.filtered(lambda one: not one.return_location_id):
            # Beside the warehouse, not in it: Odoo's forecast counts everything in the warehouse.
            parent = config.warehouse_id.view_location_id.location_id
            config.return_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": _("Returns to Check"),
                        "usage": "internal",
                        "location_id": parent.id,
                        "company_id": config.company_id.id,
                    }
                )
            )
        return True
