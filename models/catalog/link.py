"""Saying which product an offer is: one by one or a thousand at once, and what becomes of the orders that waited."""

from dataclasses import dataclass, field

from odoo import _, api, models
from odoo.exceptions import UserError

from ...compat import check_access
from ..order.order_bulk import update_many
from ..order.order_release import PRIORITY
from .link_suggestion import NO_SUGGESTION

NOT_FOUND = ("unknown_product", "ambiguous_product")
"""Why an order is held that a link may release."""
MORE_TO_COME = 60
"""Seconds: an import stores page after page."""


@dataclass
class LinkOutcome:
    """Ids of offers that were linked, given another product, had it already; ``{id: sentence}`` of those refused."""

    linked: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)


class CdiscountLink(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            if not values.get("product_id") and values.get("origin", "linked") == "linked":
                values["origin"] = "none"
        offers = super().create(vals_list)
        # What an order has created is on its way into that order already.
        offers.filtered(lambda offer: offer.product_id and offer.origin != "created")._release_waiting()
        offers.filtered(lambda offer: not offer.product_id and not offer.ignored)._request_suggestions(
            seconds=MORE_TO_COME
        )
        return offers

    def write(self, vals):
        if "product_id" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda offer: offer.product_id.id != (vals["product_id"] or False))
        if not changed:
            return super().write(vals)
        if vals["product_id"]:
            vals = {"origin": "linked", "ignored": False, **NO_SUGGESTION, **vals}
        else:
            vals = {"origin": "none", "suggested_at": False, **vals}
        result = super().write(vals)
        if not vals["product_id"]:
            changed._request_suggestions(seconds=MORE_TO_COME)
        elif vals["origin"] != "created":
            changed._release_waiting()
        return result

    # ------------------------------------------------------------------ linking
    def _check_links(self, products):
        """Sort what is asked for into a LinkOutcome without doing it.

        :param products: ``{mapping.id: product.id}`` for these offers
        """
        outcome = LinkOutcome()
        # Read beyond the rules: that a product belongs to somebody else must be seen to be refused.
        goods = self.env["product.product"].sudo().browse(set(products.values())).exists()
        known = {product.id: product for product in goods}
        for offer in self:
            product = known.get(products[offer.id])
            if product is None:
                outcome.refused[offer.id] = _("%s: this product does not exist any more.", offer.seller_reference)
            elif product.company_id.id not in (False, offer.company_id.id):
                outcome.refused[offer.id] = _(
                    "%(sku)s: the product belongs to another company than the account %(account)s.",
                    sku=offer.seller_reference,
                    account=offer.config_id.name,
                )
            elif product.type == "combo":
                outcome.refused[offer.id] = _("%s: a combo cannot be sold from here.", offer.seller_reference)
            elif offer.product_id == product:
                outcome.unchanged.append(offer.id)
            else:
                (outcome.changed if offer.product_id else outcome.linked).append(offer.id)
        return outcome

    def _link(self, products):
        """Link offers with products, as a person who may decides it; the orders that waited for them are tried again.

        A constant number of statements for any number of offers of one account.

        :param products: ``{mapping.id: product.id}`` for these offers
        :return: LinkOutcome
        """
        self.env["cdiscount.order.mapping"]._require_manager()
        check_access(self, "write")
        outcome = self._check_links(products)
        changed = self.browse([*outcome.linked, *outcome.changed])
        values = {"origin": "linked", "ignored": False, **NO_SUGGESTION}
        update_many(changed, {offer.id: dict(values, product_id=products[offer.id]) for offer in changed})
        changed._has_new_product(self.browse(outcome.changed))
        changed._release_waiting()
        return outcome

    def _release_waiting(self):
        """Have the orders tried again that are held because these offers were not linked."""
        lines = self.env["cdiscount.order.mapping.line"].sudo()
        orders = self.env["cdiscount.order.mapping"].sudo()
        for config, offers in self.grouped("config_id").items():
            references = offers.mapped("seller_reference")
            held = [("state", "=", "held"), ("hold_code", "in", NOT_FOUND), ("sale_order_id", "=", False)]
            waiting = orders.search([("config_id", "=", config.id), *held, ("hold_detail", "in", references)])
            waiting |= lines.search(
                [
                    ("config_id", "=", config.id),
                    *((f"mapping_id.{name}", operator, value) for name, operator, value in held),
                    "|",
                    ("sku", "in", references),
                    ("gtin", "in", references),
                ]
            ).mapping_id
            if waiting:
                waiting._request_build(priority=PRIORITY)

    # ------------------------------------------------------------------ what a person can do
    def action_accept_suggestion(self, least=0):
        """Link offers with the product suggested for them.

        :param least: only suggestions with at least this likeness (0 to 100)
        """
        self.env["cdiscount.order.mapping"]._require_manager()
        suggested = self.filtered(
            lambda offer: not offer.product_id and offer.suggestion_id and offer.suggestion_score >= least
        )
        if not suggested:
            raise UserError(
                _(
                    "There is no suggestion to accept here. Choose the product yourself, create it, or use Look for "
                    "Suggestions after the product exists in Odoo."
                )
            )
        outcome = suggested._link({offer.id: offer.suggestion_id.id for offer in suggested})
        return self._tell_outcome(outcome, len(self) - len(suggested))

    def action_ignore(self):
        """Say that these offers are none of Odoo's business."""
        self._set_ignored(True)
        return self._tell(_("Offers ignored from now on: %s.", len(self)), reload=True)

    def action_not_ignore(self):
        """Show these offers as not linked again."""
        self._set_ignored(False)
        self.filtered(lambda offer: not offer.product_id)._request_suggestions()
        return self._tell(_("Offers no longer ignored: %s.", len(self)), reload=True)

    def _set_ignored(self, ignored):
        self.env["cdiscount.order.mapping"]._require_manager()
        self.filtered(lambda offer: offer.ignored != ignored).write({"ignored": ignored})

    @api.model
    def _tell_outcome(self, outcome, left_out=0):
        """Return the action that tells what was linked, and why the rest was not."""
        parts = [_("Offers linked: %s.", len(outcome.linked) + len(outcome.changed))]
        if left_out:
            parts.append(_("Left as they are, without a suggestion that is sure enough: %s.", left_out))
        if outcome.refused:
            parts.append(" ".join(list(outcome.refused.values())[:5]))
        return self._tell(" ".join(parts), "warning" if outcome.refused else "success", reload=True)
