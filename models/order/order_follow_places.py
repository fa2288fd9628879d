"""Changes of addresses, dates and the shipping status, carried over to the sale order or told to a person."""

import psycopg2.errors

from odoo import _, models

from .order_import import naive


class CdiscountOrderFollowPlaces(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _follow_places(self, draft, change):
        """Addresses and the day to ship by."""
        if change.delivery or change.billing:
            _mine, busy = self._lock_customers(self.config_id, [draft])
            if busy:
                # Another worker is making contacts of this customer: the runner tries again in a moment.
                raise psycopg2.errors.LockNotAvailable("the customer is being worked on")
            _customer, invoice, delivery = self._find_partners(self.config_id, [draft.order])[draft.order.order_id]
            if change.delivery:
                self._follow_delivery_address(delivery)
            if change.billing:
                self._follow_billing_address(invoice)
        if change.ship_by:
            self._follow_ship_by(draft.order)

    def _open_pickings(self):
        return self.sale_order_id.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))

    def _done_pickings(self):
        return self.sale_order_id.picking_ids.filtered(lambda picking: picking.state == "done")

    def _follow_delivery_address(self, place):
        """Deliver to the new address, as long as nothing has left."""
        order = self.sale_order_id
        if order.partner_shipping_id == place:
            return
        if self._done_pickings():
            self._ask_a_person(
                _("The delivery address of order %s changed too late", self.reference),
                _(
                    "Goods have left for the old address already. The new one is %s: call the parcel back or tell the "
                    "customer.",
                    place.display_name,
                ),
            )
            return
        # Odoo would ask the warehouse to update the delivery by hand: that is done here.
        order.with_context(mail_activity_automation_skip=True).partner_shipping_id = place
        pickings = self._open_pickings()
        pickings.write({"partner_id": place.id})
        moves = pickings.move_ids.filtered("partner_id")
        moves.write({"partner_id": place.id})
        order.message_post(body=_("The delivery address was changed on Cdiscount: %s", place.display_name))

    def _follow_billing_address(self, place):
        """Invoice to the new address, as long as there is no invoice."""
        order = self.sale_order_id
        if order.partner_invoice_id == place:
            return
        if order.invoice_ids.filtered(lambda invoice: invoice.state != "cancel"):
            self._ask_a_person(
                _("The billing address of order %s changed too late", self.reference),
                _(
                    "There is an invoice already. The new address is %s: correct a draft, or credit the invoice and "
                    "write it anew.",
                    place.display_name,
                ),
            )
            return
        order.partner_invoice_id = place
        order.message_post(body=_("The billing address was changed on Cdiscount: %s", place.display_name))

    def _follow_ship_by(self, order):
        moment = naive(order.ship_by)
        if moment and self.sale_order_id.commitment_date != moment and not self._all_delivered():
            self.sale_order_id.commitment_date = moment

    def _all_delivered(self):
        return bool(self._done_pickings()) and not self._open_pickings()

    def _follow_shipping(self, draft, change):
        """What the marketplace says has left counts as delivered, or a person looks why Odoo still has it."""
        gone = set(change.parcelled)
        if change.shipped:
            gone |= set(draft.decision.live_line_ids)
        if not gone:
            return
        lines = self.sale_order_id.order_line.filtered(lambda line: line.cdiscount_line_id in gone)
        for line in lines.filtered("cdiscount_outside"):
            if line.qty_delivered != line.product_uom_qty:
                line.qty_delivered = line.product_uom_qty
        waiting = lines.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if waiting:
            self._ask_a_person(
                _("Order %s has been shipped, but its delivery is not done in Odoo", self.reference),
                _(
                    "Cdiscount says that these have left: %(lines)s. Validate the delivery %(pickings)s if they "
                    "have, otherwise ask who declared them shipped.",
                    lines=", ".join(waiting.product_id.mapped("display_name")),
                    pickings=", ".join(waiting.picking_id.mapped("name")),
                ),
            )
        if draft.decision.behind_line_ids and change.shipped:
            self._ask_a_person(
                _("Order %s is shipped, some of its lines are not", self.reference),
                _("Compare the order with the seller portal: Cdiscount tells both."),
            )
