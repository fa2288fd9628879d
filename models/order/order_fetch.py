"""Asking the marketplace for one order, by hand: lost, filtered out, older than the import, or held as incomplete."""

from odoo import _, api, models
from odoo.exceptions import UserError

from ...services.errors import CdiscountError, NotFound
from ...services.payloads.read import identifier, sub, text
from ..connection.messages import describe_failure

MOST_AT_ONCE = 20
"""Orders read while a person waits: each is a call of its own."""


class CdiscountOrderFetch(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _fetch_one(self, config, reference):
        """Read one order by its number or reference, store it and create its sale order.

        :return: (mapping or an empty recordset, a sentence that says what became of it)
        :raises UserError: the marketplace could not be asked
        """
        config._require_connection()
        reference = (reference or "").strip()
        raw = self._ask_for_order(config, reference)
        if not raw:
            return self.browse(), _(
                "Cdiscount does not know the order %(reference)s for the seller %(seller)s. Check the number (seller "
                "portal: Orders), and whether it was sold by this account and on %(channel)s.",
                reference=reference,
                seller=config.seller_id,
                channel=config.sales_channel_id.name,
            )
        channel = identifier(sub(raw, "salesChannel"), "id") or identifier(raw, "salesChannelId", "salesChannel")
        if not config._keeps_channel(channel):
            return self.browse(), _(
                "The order %(reference)s was sold on %(channel)s: choose the account of that sales channel.",
                reference=reference,
                channel=channel,
            )
        return self._take_in(config, raw)

    @api.model
    def _ask_for_order(self, config, reference):
        """Return the raw order of a number or a reference, or None when the marketplace has none."""
        try:
            orders = config._get_client().orders
            try:
                return orders.get(reference)
            except NotFound:
                for written in dict.fromkeys((reference, reference.upper())):
                    filters = self._order_filter(config, reference=written)
                    for raw in orders.page(filters, 1).items:
                        # A service that does not obey the filter answers with any order.
                        if text(raw, "reference").casefold() == reference.casefold():
                            return raw
                return None
        except CdiscountError as error:
            raise UserError(describe_failure(self.env, error, config).text) from error

    @api.model
    def _take_in(self, config, raw):
        """Store a raw order a person has asked for, whatever the account's filter says, and create its sale order."""
        domain = [("config_id", "=", config.id), ("external_id", "=", raw["orderId"])]
        known = self.sudo().search(domain)
        before = known.state
        if before == "ignored" or known.hold_code == "payload_invalid":
            # Judged again even when the marketplace sends the very same.
            known.digest = False
        stored = self._store_page(config, [raw], asked=True)
        mapping = self.sudo().search(domain)
        if mapping.state in ("new", "held") and self._has_job(mapping):
            mapping._build_now()
        return self.browse(mapping.id), mapping._tell_outcome(before, bool(stored.changed))

    @api.model
    def _has_job(self, mapping):
        """Whether the status wants a sale order: storing has asked the queue for one."""
        return bool(
            self.env["cdiscount.queue"]
            .sudo()
            .search_count(
                [
                    ("config_id", "=", mapping.config_id.id),
                    ("operation", "=", "order_build"),
                    ("key", "=", mapping.external_id),
                    ("state", "in", ("pending", "waiting_retry")),
                ]
            )
        )

    def _tell_outcome(self, before, changed):
        """Return one sentence that says what became of an order that was read by hand.

        :param before: its state before, False when it was not known
        """
        self.ensure_one()
        names = {"order": self.display_name, "sale": self.sale_order_id.name, "status": self.status_label or "-"}
        if self.state == "held":
            return _("Order %(order)s is held: %(reason)s", order=names["order"], reason=self.hold_reason or "")
        if self.state == "cancelled":
            return _(
                "Order %(order)s was cancelled on Cdiscount (%(status)s): it has no sale order to prepare.", **names
            )
        if self.sale_order_id and before == "imported":
            if changed:
                return _("Order %(order)s was known; its changes are taken over into %(sale)s.", **names)
            return _("Order %(order)s was known as %(sale)s, and nothing has changed on Cdiscount.", **names)
        if self.sale_order_id:
            return _("Order %(order)s was found and imported as %(sale)s.", **names)
        if self._has_job(self):
            return _("Order %(order)s was found; the queue is creating its sale order.", **names)
        return _("Order %(order)s was found. Cdiscount's status is %(status)s: its sale order follows later.", **names)

    def _read_again(self):
        """Read these orders anew from Cdiscount; returns one sentence for each."""
        if len(self) > MOST_AT_ONCE:
            raise UserError(_("Choose at most %s orders: each is asked for on its own while you wait.", MOST_AT_ONCE))
        return [self._fetch_one(order.config_id, order.external_id)[1] for order in self]

    def action_read_again(self):
        """Read these orders anew from Cdiscount and say what became of them."""
        self._require_manager()
        messages = self._read_again()
        self.env.invalidate_all()
        held = self.filtered(lambda order: order.state == "held")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join(messages),
                "type": "warning" if held else "success",
                "sticky": bool(held),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
