"""From a raw order to the values of its mapping. Nothing here raises for what the marketplace sent."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import _, api, models

from ...services.errors import DataError
from ...services.payloads import Order
from ...services.payloads.read import to_moment
from ...services.payloads.storage import digest, dumps
from ...services.rules.order_status import canonical, decide
from ...services.rules.totals import order_amounts
from .order_import import naive

_logger = logging.getLogger(__name__)

UNUSABLE_LINES = ("line_quantity_missing", "line_price_missing")


@dataclass
class Incoming:
    """One raw order on its way into the database.

    :param problem: why it cannot be used as it is, in the user's words; "" when it can
    :param values: of the mapping, without state; lines: of its lines
    """

    raw: dict
    external_id: str
    digest: str
    order: Order | None = None
    amounts: object = None
    decision: object = None
    problem: str = ""
    values: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)

    @property
    def updated_at(self):
        return naive(self.order.updated_at) if self.order else False

    @property
    def action(self):
        return self.decision.action if self.decision else ""


class CdiscountOrderRead(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _digest_of(self, raw):
        """Return the digest of a raw order, or False for one that cannot even be written down."""
        try:
            return digest(raw)
        except Exception:
            _logger.warning("Cdiscount order %s cannot be digested", raw["orderId"])
            return False

    @api.model
    def _read_order(self, config, raw, refs, basis="offer"):
        """Return the Incoming of a raw order; one that is bent out of shape comes back with its problem."""
        incoming = Incoming(raw, raw["orderId"], self._digest_of(raw))
        try:
            self._read_values(config, incoming, refs, basis)
        except Exception as error:
            path = error.params.get("path") if isinstance(error, DataError) else ""
            if not isinstance(error, DataError):
                # A surprise in one order of a hundred is that order's matter, not its page's.
                _logger.warning("Cdiscount order %s cannot be read", incoming.external_id, exc_info=True)
            incoming.problem = self._incomplete_text(path or "-")
            incoming.values, incoming.lines = self._prepare_unreadable_values(incoming), []
        return incoming

    @api.model
    def _read_values(self, config, incoming, refs, basis):
        order = incoming.order = Order.parse(incoming.raw)
        incoming.amounts = order_amounts(order, basis)
        incoming.decision = decide(order)
        incoming.values, incoming.lines = self._prepare_mapping_values(config, incoming, refs)
        incoming.problem = self._find_problem(incoming)

    @api.model
    def _find_problem(self, incoming):
        """Say what is missing from an order that parses but cannot be acted upon; "" when nothing is."""
        if incoming.decision.reason == "status_missing":
            return self._incomplete_text("status")
        if incoming.decision.reason == "no_lines":
            return self._incomplete_text("lines")
        if incoming.action in ("build", "history"):
            for problem in incoming.amounts.blocking_problems:
                if problem.code in UNUSABLE_LINES:
                    return _(
                        "Cdiscount sent the line %s without its price or quantity, so the order cannot be right. It is "
                        "read again with its next change; if it stays so, tell Cdiscount's support.",
                        problem.params.get("line_id", ""),
                    )
        return ""

    @api.model
    def _incomplete_text(self, path):
        return _(
            "Cdiscount sent this order incomplete, so it cannot be read (%s). It is read again with its next "
            "change; if it stays so, tell Cdiscount's support.",
            path,
        )

    @api.model
    def _prepare_unreadable_values(self, incoming):
        raw = incoming.raw
        try:
            payload = dumps(raw)
        except Exception:
            payload = "{}"
        reference, status = raw.get("reference"), raw.get("status")
        return {
            "payload": payload,
            "digest": incoming.digest,
            "reference": reference[:120] if isinstance(reference, str) and reference else incoming.external_id,
            "status": status[:120] if isinstance(status, str) else "",
            "marketplace_created_at": naive(to_moment(raw.get("createdAt"))),
        }

    @api.model
    def _prepare_mapping_values(self, config, incoming, refs):
        """Return (values of the mapping without its state, list of values of its lines)."""
        order, amounts = incoming.order, incoming.amounts
        created_at = order.created_at or order.purchased_at
        waits = incoming.action == "accept"
        values = {
            "payload": dumps(incoming.raw),
            "digest": incoming.digest,
            "customer_name": self._read_customer_name(incoming.raw),
            "reference": order.reference or order.order_id,
            "status": canonical(order.status or ""),
            "purchased_at": naive(order.purchased_at or order.created_at),
            "marketplace_created_at": naive(created_at),
            "marketplace_updated_at": naive(order.updated_at),
            "ship_by": naive(order.ship_by),
            "accept_by": naive(created_at + timedelta(hours=config.acceptance_hours))
            if waits and created_at
            else False,
            "business": bool(order.business),
            "sales_channel_id": refs["channel"].get(order.sales_channel_id) or config.sales_channel_id.id,
            "payment_method": order.payment_method or False,
            "currency_id": refs["currency"].get(order.currency or "EUR", False),
            "country_code": self._delivery_country(order),
            "amount_total": float(self._total_to_accept(amounts) or amounts.header_total or 0),
            "commission_total": float(sum((line.commission_with_vat or 0) for line in amounts.lines if line.live)),
        }
        by_id = {line.line_id: line for line in order.lines}
        lines = [
            self._prepare_line_values(by_id[line.line_id], line, number)
            for number, line in enumerate(amounts.lines, start=1)
        ]
        return values, lines

    @api.model
    def _prepare_line_values(self, line, amounts, number):
        """Return the values of one order line from its payload and its computed amounts."""
        return {
            "sequence": number,
            "external_id": line.line_id,
            "status": line.status or "",
            "live": amounts.live,
            "sku": line.sku or False,
            "gtin": line.gtin or False,
            "title": line.title or line.sku or line.line_id,
            "supply_mode": line.supply_mode or False,
            "quantity": float(amounts.quantity),
            "unit_price": float(amounts.unit_incl),
            "product_amount": float(amounts.product_incl),
            "shipping_amount": float(amounts.shipping_incl),
            "amount_total": float(amounts.product_incl + amounts.shipping_incl),
            "vat_rate": float(amounts.vat_rate or 0),
            "commission_with_vat": float(amounts.commission_with_vat or 0),
            "commission_without_vat": float(amounts.commission_without_vat or 0),
            "commission_rate": float(amounts.commission_rate or 0),
        }
