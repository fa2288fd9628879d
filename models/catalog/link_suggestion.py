"""The best suggestion for each offer that is not linked: worked out in the background, kept on the offer."""

from datetime import timedelta

from odoo import _, api, fields, models

from ..order.order_bulk import update_many

BATCH = 2000
AT_ONCE = 200
"""Offers a person may wait for; more are looked at in the background."""

# What _after_link and a new search do away with.
NO_SUGGESTION = {"suggestion_id": False, "suggestion_reason": False, "suggestion_score": 0}


class CdiscountLinkSuggestion(models.Model):
    _inherit = "cdiscount.product.mapping"

    suggestion_id = fields.Many2one(
        "product.product", "Suggested Product", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    suggestion_reason = fields.Selection(
        [
            ("same_gtin", "Same GTIN"),
            ("same_reference", "Same reference, written differently"),
            ("similar_reference", "Similar reference"),
            ("similar_name", "Similar name"),
        ],
        "Why",
        readonly=True,
        copy=False,
    )
    suggestion_score = fields.Integer(
        "Likeness %",
        readonly=True,
        copy=False,
        help="100: the same GTIN. Nothing that is only similar has more than 90.",
    )
    suggested_at = fields.Datetime(
        "Suggestions Looked For", readonly=True, copy=False, help="Empty: the queue looks for a suggestion soon."
    )

    @api.model
    def _waiting_for_suggestion(self, config):
        return [
            ("config_id", "=", config.id),
            ("product_id", "=", False),
            ("ignored", "=", False),
            ("suggested_at", "=", False),
        ]

    @api.model
    def _job_suggest(self, jobs):
        """Queue operation: look at every offer that is not linked and was not looked at. Yields after each batch."""
        config = jobs.config_id
        while batch := self.sudo().search(self._waiting_for_suggestion(config), limit=BATCH, order="id"):
            batch._store_suggestions()
            yield None

    def _store_suggestions(self):
        """Look for suggestions for these offers and keep them; a constant number of statements per account."""
        now = fields.Datetime.now()
        for config, offers in self.grouped("config_id").items():
            wanted = {
                offer.id: (offer.seller_reference, offer.gtin, offer.title) for offer in offers if not offer.product_id
            }
            found = self._suggest_products(config.company_id, wanted)
            values = {}
            for offer in offers:
                best = found.get(offer.id)
                values[offer.id] = dict(NO_SUGGESTION, suggested_at=now)
                if best:
                    values[offer.id].update(
                        suggestion_id=best.product, suggestion_reason=best.reason, suggestion_score=best.score
                    )
            update_many(offers.sudo(), values)

    def _request_suggestions(self, seconds=0):
        """Ask the queue to look at what was not looked at, of the accounts of these offers.

        :param seconds: how long more of them may come meanwhile: each look reads all products
        """
        eta = fields.Datetime.now() + timedelta(seconds=seconds) if seconds else None
        for config in self.config_id:
            self.env["cdiscount.queue"].sudo()._enqueue(config, "offer_suggest", "offers", eta=eta)

    def action_suggest(self):
        """Look again for suggestions: for these offers at once, for many or for all of them in the background."""
        self.env["cdiscount.order.mapping"]._require_manager()
        domain = [("product_id", "=", False), ("ignored", "=", False)]
        offers = self.filtered_domain(domain) if self else self.search(domain)
        if not offers:
            return self._tell(_("Every offer is linked or ignored: there is nothing to look for."))
        if len(offers) <= AT_ONCE:
            offers._store_suggestions()
            found = offers.filtered("suggestion_id")
            return self._tell(
                _("Suggestions found: %(found)s (offers looked at: %(count)s).", found=len(found), count=len(offers)),
                reload=True,
            )
        offers.sudo().write({"suggested_at": False})
        offers._request_suggestions()
        return self._tell(_("Suggestions are being looked for (offers: %s): come back in a few minutes.", len(offers)))

    @api.model
    def _tell(self, message, kind="success", reload=False):
        """Return the action that shows one sentence, on top of the screen as it is or as it has become."""
        params = {"message": message, "type": kind, "sticky": kind != "success"}
        if reload:
            params["next"] = {"type": "ir.actions.client", "tag": "soft_reload"}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
