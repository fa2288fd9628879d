"""Keeping a page of orders as the marketplace sent it: one search, one comparison, one insert, whatever its size."""

import logging

from odoo import _, api, fields, models

from ...services.errors import DataError
from ...services.payloads import Order
from ...services.payloads.storage import digest, dumps
from ...services.rules.order_status import KNOWN_STATUSES, decide
from ...services.rules.totals import order_amounts
from .order_import import naive

_logger = logging.getLogger(__name__)

OPEN_STATUSES = {"Processing", "WaitingAcceptance", "Accepted", "InPreparation"}


class CdiscountOrderStore(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _store_page(self, config, items):
        """Store raw orders of one account; ask for sale orders and cancellations where the status wants it.

        :param items: list of dicts with a text ``orderId``; the same order twice on a page counts once, the last wins
        :return: number of orders that were new or had changed
        """
        raw_by_id = {raw["orderId"]: raw for raw in items}
        digests = {external_id: digest(raw) for external_id, raw in raw_by_id.items()}
        mappings = self.sudo().with_company(config.company_id)
        known = {
            mapping.external_id: mapping
            for mapping in mappings.search(
                [("config_id", "=", config.id), ("external_id", "in", list(raw_by_id))], order="id"
            )
        }
        changed = [
            external_id
            for external_id in raw_by_id
            if external_id not in known or known[external_id].digest != digests[external_id]
        ]
        if not changed:
            return 0
        refs = mappings._load_referentials(config, [raw_by_id[external_id] for external_id in changed])
        create_values, touched = [], mappings.browse()
        for external_id in changed:
            values, line_values = mappings._prepare_mapping_values(config, raw_by_id[external_id], refs)
            values["digest"] = digests[external_id]
            mapping = known.get(external_id)
            if mapping:
                mapping._update_stored(values, line_values)
                touched |= mapping
            else:
                values.update(
                    config_id=config.id,
                    external_id=external_id,
                    line_ids=[fields.Command.create(line) for line in line_values],
                )
                if values["state"] == "new" and not mappings._passes_filter(config, values["status"]):
                    values["state"] = "ignored"
                create_values.append(values)
        touched |= mappings.create(create_values)
        touched._act_on_status()
        return len(changed)

    @api.model
    def _passes_filter(self, config, status):
        """Tell whether a new order of this status is to become known as more than a number."""
        if config.order_status_filter == "in_preparation":
            return status == "InPreparation" or status in OPEN_STATUSES
        if config.order_status_filter == "open":
            return status in OPEN_STATUSES or status not in KNOWN_STATUSES
        return True

    @api.model
    def _load_referentials(self, config, raws):
        """Look up once per page what many orders share."""
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        channels = self.env["cdiscount.sales.channel"].with_context(active_test=False).search([])
        return {
            "currency": {currency.name: currency.id for currency in currencies},
            "channel": {channel.code: channel.id for channel in channels},
        }

    @api.model
    def _prepare_mapping_values(self, config, raw, refs):
        """Return (values of the mapping, list of values of its lines) for one raw order."""
        values = {
            "payload": dumps(raw),
            "state": "new",
            "hold_code": False,
            "hold_reason": False,
            "hold_detail": False,
            "customer_name": self._read_customer_name(raw),
        }
        try:
            order = Order.parse(raw)
            amounts = order_amounts(order)
        except DataError as error:
            values.update(
                reference=str(raw.get("reference") or raw["orderId"]),
                status=str(raw.get("status") or ""),
                state="held",
                hold_code="payload_invalid",
                hold_reason=_(
                    "Cdiscount sent this order incomplete, so it cannot be read (%s). It is read again with its next "
                    "change; if it stays so, tell Cdiscount's support.",
                    error.params.get("path") or error.code,
                ),
            )
            return values, []
        values.update(
            reference=order.reference or order.order_id,
            status=order.status or "",
            purchased_at=naive(order.purchased_at or order.created_at),
            marketplace_updated_at=naive(order.updated_at),
            ship_by=naive(order.ship_by),
            business=bool(order.business),
            sales_channel_id=refs["channel"].get(order.sales_channel_id) or config.sales_channel_id.id,
            payment_method=order.payment_method or False,
            currency_id=refs["currency"].get(order.currency or "EUR", False),
            country_code=self._delivery_country(order),
            amount_total=float(self._total_to_accept(amounts) or amounts.header_total or 0),
            commission_total=float(sum((line.commission_with_vat or 0) for line in amounts.lines if line.live)),
        )
        by_id = {line.line_id: line for line in order.lines}
        lines = [
            self._prepare_line_values(by_id[line.line_id], line, number)
            for number, line in enumerate(amounts.lines, start=1)
        ]
        return values, lines

    @api.model
    def _delivery_country(self, order):
        for line in order.lines:
            if line.shipping_address and line.shipping_address.country_code:
                return line.shipping_address.country_code[:2].upper()
        address = order.billing_address
        return address.country_code[:2].upper() if address and address.country_code else False

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

    def _update_stored(self, values, line_values):
        """Write what changed; an order that has a sale order, or was put aside, keeps its own state."""
        self.ensure_one()
        # An order held because its data were incomplete has just come anew: it is judged again from the beginning.
        still_held = self.state == "held" and self.hold_code != "payload_invalid" and values["state"] == "new"
        if self.state in ("imported", "cancelled", "ignored") or still_held:
            for name in ("state", "hold_code", "hold_reason", "hold_detail"):
                values.pop(name)
        existing = {line.external_id: line for line in self.line_ids}
        commands = []
        for line in line_values:
            old = existing.pop(line["external_id"], None)
            commands.append(fields.Command.update(old.id, line) if old else fields.Command.create(line))
        if line_values:
            # A line the marketplace no longer tells of is not sold any more; it stays visible.
            commands += [fields.Command.update(line.id, {"live": False}) for line in existing.values()]
        self.write(dict(values, line_ids=commands))

    def _act_on_status(self):
        """Ask for what the marketplace's status wants of these orders: build, cancel, or only follow."""
        to_build = self.browse()
        for mapping in self:
            if mapping.state == "ignored" or mapping.hold_code == "payload_invalid":
                continue
            decision = decide(mapping._parse())
            if decision.action in ("build", "history"):
                if not mapping.sale_order_id:
                    to_build |= mapping
                else:
                    mapping._follow_change(decision)
            elif decision.action == "cancel":
                mapping._follow_cancellation()
            elif decision.action == "unknown":
                mapping._log_unknown_status()
        to_build._request_build()

    def _log_unknown_status(self):
        log = self.env["cdiscount.sync.log"]
        code = f"unknown_status:{self.status}"
        if not log.sudo().search_count([("config_id", "=", self.config_id.id), ("cause_code", "=", code)], limit=1):
            log._add(
                self.config_id,
                "order_pull",
                _(
                    'Order %(order)s has the status "%(status)s", which this version does not know. Such orders are '
                    "stored and shown, and nothing is done with them. Look at them on Cdiscount.",
                    order=self.reference,
                    status=self.status,
                ),
                level="warning",
                record=self,
                cause_code=code,
            )
