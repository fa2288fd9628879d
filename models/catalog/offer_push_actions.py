"""What a person does with a selection of offers: publish, send again, take off sale, delete, undo."""

from odoo import _, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.rules.offer_next import can_undo

FRESH = {"push_after": False, "refused_digest": False, "refusal_count": 0}
"""Values with which an offer is sent although the same was refused before."""


class CdiscountOfferPushActions(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def action_publish(self):
        """Have Odoo keep these offers on the channel up to date; what the channel does not know yet is created.

        A product the marketplace does not know gets its sheet first, and is offered as soon as that is there.
        """
        check_access(self, "write")
        linked = self.filtered("product_id")
        if not linked:
            raise UserError(_("Nothing to publish: none of these offers is linked with a product."))
        linked.write({"publish": True, "push_wish": False, "push_hold": False, **FRESH})
        sheets = linked._ask_missing_sheets()
        linked._mark_push()
        left = len(self) - len(linked)
        return self._notice(
            _("Offers being compared and sent: %s.", len(linked)),
            sheets and _("Of %s, Cdiscount has to know the product first: its sheet goes ahead.", sheets),
            left and _("Not linked with a product: %s. Link them first.", left),
        )

    def _ask_missing_sheets(self):
        """Have sheets sent that the marketplace lacks or that have changed; return how many offers wait for theirs."""
        asked = self._offer_mapping()._needs_sheet()._ask_sheets()
        return len(asked.filtered(lambda mapping: not mapping.product_reference))

    def action_push_now(self):
        """Compare these offers now and send what differs; what was held back after an undo goes on."""
        check_access(self, "write")
        published = self.filtered("publish")
        if not published:
            raise UserError(_("Nothing to send: Odoo does not publish these offers. Use Publish."))
        published.write({"push_hold": False, "push_after": False})
        published._mark_push()
        left = len(self) - len(published)
        text = _("Offers being compared, and sent where they differ: %s.", len(published))
        return self._notice(text, left and _("Not published by Odoo: %s.", left))

    def action_resubmit(self):
        """Send refused offers and sheets again, corrected or not."""
        check_access(self, "write")
        refused = self.filtered(lambda record: record.state == "rejected" or record.refusal_id)
        refused.write(FRESH)
        refused._mark_push()
        sheets = self._offer_mapping()._resubmit_sheets()
        if not refused and not sheets:
            raise UserError(_("Nothing to send again: none of these was refused."))
        return self._notice(
            _(
                "Being sent again: offers %(offers)s, product sheets %(sheets)s.",
                offers=len(refused),
                sheets=len(sheets),
            )
        )

    # ------------------------------------------------------------------ withdrawing
    def action_unpublish(self):
        """Take these offers off sale: quantity 0, on every channel. Odoo no longer changes them afterwards."""
        there, never = self._withdraw("off_sale")
        text = there and _("Offers being taken off sale, by a quantity of 0: %s.", there)
        return self._notice(text, self._told_never_there(never))

    def action_retire(self):
        """Delete these offers from Cdiscount, on every channel; they are taken off sale first."""
        there, never = self._withdraw("retire")
        return self._notice(
            there and _("Offers being taken off sale and then deleted: %s.", there), self._told_never_there(never)
        )

    def _told_never_there(self, count):
        return count and _("Offers that Cdiscount does not have yet, and that will not be sent: %s.", count)

    def _withdraw(self, wish):
        """Ask for ``off_sale`` or ``retire``, and take back what was to be published and is not there yet.

        :return: (number of offers that are withdrawn, number of those that are not sent any more)
        """
        check_access(self, "write")
        there = self.filtered(lambda record: record._is_there() or record.package_id)
        never = self - there
        planned = never.filtered(lambda record: record.publish or record.push_wish or record._has_sheet_to_send())
        never.write({"publish": False, "push_wish": False, "push_needed": False, "state": "draft"})
        never._forget_sheets_to_send()
        there.write({"publish": False, "push_wish": wish, "push_hold": False, **FRESH})
        there._mark_push()
        further = self._further_offers()
        if further:
            further._withdraw(wish)
        if not there and not planned and not further:
            raise UserError(_("Nothing to withdraw: Cdiscount does not have these offers. They are not published."))
        return len(there), len(planned)

    def _has_sheet_to_send(self):
        """Whether the sheet of the product waits to be sent."""
        return self._name == "cdiscount.product.mapping" and self.sheet_state == "waiting"

    def _forget_sheets_to_send(self):
        """The product of an offer that is not published any more need not be described."""
        if self._name == "cdiscount.product.mapping":
            self.filtered(lambda record: record.sheet_state == "waiting").write({"sheet_state": "none"})

    def _further_offers(self):
        """Return the same offers on further channels: the quantity is one for all, so they go together."""
        if self._name != "cdiscount.product.mapping":
            return self.browse()
        further = self.channel_offer_ids
        return further.filtered(lambda record: record._is_there() or record.package_id or record.publish)

    # ------------------------------------------------------------------ undo
    def action_undo_push(self):
        """Send again what Cdiscount had accepted before the last sending: price, delivery, preparation, comments.

        The quantity stays: bringing an older one back would sell what is gone. So that the next comparison does not
        bring Odoo's present values again, the offers are held back until somebody publishes them or chooses Send Now.
        """
        check_access(self, "write")
        able = self.filtered(lambda record: can_undo(record.sent or "", record.sent_before or ""))
        if not able:
            raise UserError(
                _(
                    "Nothing to undo: Cdiscount has accepted no two different versions of these offers from Odoo. "
                    "Correct the price in Odoo and choose Send Now."
                )
            )
        able.write({"push_wish": "undo", **FRESH})
        able._mark_push()
        left = len(self) - len(able)
        text = _(
            "Offers that get back what they had before the last sending: %s. They are held back afterwards: only "
            "their quantity is kept up to date, until you publish them again or choose Send Now.",
            len(able),
        )
        return self._notice(text, left and _("Others, for which there is nothing to undo: %s.", left))

    def _notice(self, *texts):
        return self.env["cdiscount.config"]._notify(" ".join(text for text in texts if text))
