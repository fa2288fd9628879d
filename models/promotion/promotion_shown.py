"""What Cdiscount shows customers just now, asked by a person; and offers of which a package in XML told as well."""

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.errors import CdiscountError
from ...services.rules.offer_memory import recall, remember
from ..catalog.offer_sql import update_rows
from ..connection.messages import describe_failure

MOST = 500


class CdiscountPromotionLineShown(models.Model):
    _inherit = "cdiscount.promotion.line"

    shown_price = fields.Float(
        "Shown on Cdiscount", digits=(16, 2), readonly=True, help="What customers paid when it was last looked."
    )
    shown_origin = fields.Float("Crossed Out There", digits=(16, 2), readonly=True)
    shown_at = fields.Datetime("Looked At", readonly=True)


class CdiscountPromotionShown(models.Model):
    _inherit = "cdiscount.promotion"

    def action_read_shown(self):
        """Ask Cdiscount what it shows of the offers of this promotion, and put it beside what it should show."""
        self.ensure_one()
        check_access(self, "write")
        self.config_id._require_connection()
        lines = (
            self.line_ids.filtered(lambda line: line.state not in ("left_out", "proposed"))[:MOST]
            or self.line_ids[:MOST]
        )
        if not lines:
            raise UserError(_("No offer is in the promotion: check it first."))
        client = self.config_id._get_client()
        now, rows = fields.Datetime.now(), []
        for channel, same in lines.grouped("sales_channel_id").items():
            by_sku = {line.mapping_id.seller_reference: line for line in same}
            try:
                for offer in client.offers.by_skus(by_sku, channel.code):
                    paid = offer.facial_price or offer.price or 0
                    rows.append((by_sku[offer.sku].id, paid, offer.origin_price or 0, now))
            except CdiscountError as error:
                raise UserError(describe_failure(self.env, error, self.config_id).text) from error
        update_rows(lines.sudo(), {"shown_price": "numeric", "shown_origin": "numeric", "shown_at": "timestamp"}, rows)
        return self.env["cdiscount.config"]._notify(_("Offers looked at: %s.", len(rows)))


class CdiscountOfferPromotions(models.Model):
    _inherit = "cdiscount.product.mapping"

    def action_open_price_history(self):
        """Open the prices that were kept of these offers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_price_point")
        return dict(action, domain=[("mapping_id", "in", self.ids)])

    def action_make_promotion(self):
        """Open a new promotion with these offers."""
        if len(self.config_id) > 1:
            raise UserError(_("A promotion holds offers of one account: choose offers of one."))
        check_access(self.env["cdiscount.promotion"], "create")
        return {
            "type": "ir.actions.act_window",
            "name": _("New Promotion"),
            "res_model": "cdiscount.promotion",
            "views": [(False, "form")],
            "context": {"default_config_id": self.config_id.id, "default_offer_ids": [(6, 0, self.ids)]},
        }

    def _refresh_after_package(self):
        """Have price and quantity of these offers sent once more.

        A package in XML repeats both as they were when it was written. What was accepted between then and the moment
        Cdiscount carried it out was undone by it.
        """
        rows = []
        for offer in self:
            if offer.sent:
                request = recall(offer.sent)
                rows.append((offer.id, remember({k: v for k, v in request.items() if k not in ("price", "quantity")})))
        update_rows(self, {"sent": "text"}, rows)
        self._mark_push()
