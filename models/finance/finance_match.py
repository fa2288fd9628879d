"""What of the marketplace's accounts Odoo can explain, and what is left over."""

from decimal import Decimal

from odoo import _, api, fields, models

from ...compat import check_access
from ...services.rules.booked import loads as load_booked
from ...services.rules.money import CENT, ZERO, round_half_up
from ...services.rules.shipment import SUPPLY_SELLER
from ..order.order_bulk import update_many

REASONS = [
    ("no_order", "Order unknown in Odoo"),
    ("no_sale", "No sale order in Odoo"),
    ("differs", "Differs from Odoo"),
    ("unknown_type", "Type unknown"),
    ("unknown_state", "State unknown"),
    ("no_amount", "Without an amount"),
]
ASKED = ("asked", "done")
"""States of a refund or gesture of ours that the marketplace has."""
BATCH = 2000


def money(amount):
    """An amount of Odoo's as an exact one."""
    return round_half_up(Decimal(repr(amount or 0.0)))


class CdiscountFinanceMatch(models.Model):
    _inherit = "cdiscount.finance.operation"

    remainder = fields.Monetary(
        "Unexplained", readonly=True, help="The part of the amount for which nothing is found in Odoo."
    )
    unexplained = fields.Boolean("To Explain", readonly=True, index=True)
    reason = fields.Selection(REASONS, "Unexplained Because", readonly=True)
    explanation = fields.Char(compute="_compute_explanation")

    @api.depends("reason", "kind", "event_type", "order_reference", "payment_state")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for one in self:
            one.explanation = one._explain_reason()

    def _explain_reason(self):
        texts = {
            "no_order": _(
                "Odoo has no order %s of this account: fetch it, or look in the seller portal what it is about.",
                self.order_reference or "",
            ),
            "no_sale": _("The order has no sale order in Odoo: it is held, ignored or cancelled."),
            "unknown_type": _("Odoo does not know the type %s: book it by hand.", self.event_type or "?"),
            "unknown_state": _(
                "Odoo does not know the state %s: the amount is in no payout.", self.payment_state or "?"
            ),
            "no_amount": _("Cdiscount sent it without an amount: look in the seller portal."),
            "differs": {
                "refund": _("Cdiscount has refunded another amount than Odoo knows of."),
                "gesture": _("Cdiscount has given another amount than Odoo knows of."),
                "commission": _("The commission is not the one that was announced with the order."),
            }.get(self.kind, _("The amount is not the one Odoo has.")),
        }
        return texts.get(self.reason, False)

    # ------------------------------------------------------------------ matching
    def action_match(self):
        """Look once more what explains these operations."""
        check_access(self, "read")
        self._match(find_orders=True)
        self.env["cdiscount.fee"].sudo()._book_operations(self.sudo())
        self.payout_id._refresh_totals()
        return True

    @api.model
    def _match_open(self, config):
        """Look again at everything of an account that was not explained: orders and refunds may be known by now."""
        found = self.sudo().search([("config_id", "=", config.id), ("unexplained", "=", True)])
        for start in range(0, len(found), BATCH):
            found[start : start + BATCH]._match(find_orders=True)
        return found

    def _match(self, find_orders=False):
        """Work out the unexplained part of these operations, together with the others of their orders.

        An order's operations of one kind are compared with what Odoo has of it; a difference is shown at the line it
        comes from, so that the sum of the unexplained parts is always the whole difference.
        """
        self = self.sudo()
        if find_orders:
            self._find_orders()
        mappings = self.mapping_id
        alone = self.filtered(lambda one: not one.mapping_id)
        together = self.search([("mapping_id", "in", mappings.ids)]) if mappings else self.browse()
        figures = together._load_figures(mappings)
        groups = {}
        for one in together:
            groups.setdefault((one.mapping_id, one.kind), []).append(one)
        values = {one.id: one._explain_alone() for one in alone}
        for (mapping, kind), operations in groups.items():
            values.update(self._explain_group(mapping, kind, operations, figures))
        update_many(alone | together, values)
        return alone | together

    def _find_orders(self):
        """Operations whose order came to Odoo later get it."""
        for config, some in (
            self.filtered(lambda one: not one.mapping_id and one.order_reference).grouped("config_id").items()
        ):
            names = list(set(some.mapped("order_reference")))
            orders = (
                self.env["cdiscount.order.mapping"]
                .sudo()
                .search_fetch(
                    [("config_id", "=", config.id), "|", ("external_id", "in", names), ("reference", "in", names)],
                    ["external_id", "reference"],
                )
            )
            by_name = {order.reference: order.id for order in orders}
            by_name.update({order.external_id: order.id for order in orders})
            update_many(
                some,
                {
                    one.id: {"mapping_id": by_name[one.order_reference]}
                    for one in some
                    if one.order_reference in by_name
                },
            )

    def _explain_alone(self):
        """Return the values of an operation that is about no order Odoo knows."""
        if not self.amount_known:
            return self._unexplained("no_amount", ZERO)
        amount = money(self.amount)
        if self.kind == "other":
            return self._unexplained("unknown_type", amount)
        if self.state == "unknown":
            return self._unexplained("unknown_state", amount)
        first = self.config_id.finance_from
        early = first and self.happened_at and self.happened_at.date() < first
        if self.kind == "subscription" or not amount or early:
            return self._explained()
        return self._unexplained("no_order", amount)

    @api.model
    def _explained(self):
        return {"remainder": 0.0, "unexplained": False, "reason": False}

    @api.model
    def _unexplained(self, reason, amount):
        return {"remainder": float(amount), "unexplained": True, "reason": reason}

    @api.model
    def _load_figures(self, mappings):
        """Read at once what Odoo knows of these orders, by order, and by line where it is about a line."""
        figures = {"sale": {}, "fees": {}, "refund": {}, "gesture": {}, "line": {}, "gone": {}}
        for mapping in mappings:
            stored = load_booked(mapping.booked)
            if mapping.state == "cancelled" or (stored and stored.cancelled):
                figures["sale"][mapping.id] = ZERO
            elif mapping.sale_order_id and stored:
                figures["sale"][mapping.id] = stored.total
        for line in mappings.line_ids:
            live = line.live and line.mapping_id.state != "cancelled"
            figures["line"][line.id] = money(line.amount_total) if live else ZERO
        fees = (
            self.env["cdiscount.fee"]
            .sudo()
            .search_fetch(
                [("mapping_id", "in", mappings.ids), ("kind", "=", "commission")], ["order_line_id", "amount_with_vat"]
            )
        )
        figures["fees"] = {fee.order_line_id.id: money(fee.amount_with_vat) for fee in fees if fee.order_line_id}
        asked = (
            self.env["cdiscount.refund"]
            .sudo()
            .search([("mapping_id", "in", mappings.ids), ("kind", "in", ("refund", "gesture")), ("state", "in", ASKED)])
        )
        for one in asked:
            sums = figures[one.kind]
            sums[one.mapping_id.id] = sums.get(one.mapping_id.id, ZERO) + money(one.amount)
            for line in one.line_ids if one.kind == "refund" else ():
                given = money(line.product_amount) + (money(line.shipping_amount) if one.shipping_refund else ZERO)
                figures["gone"][line.id] = figures["gone"].get(line.id, ZERO) + given
        return figures

    @api.model
    def _explain_group(self, mapping, kind, operations, figures):
        """Return ``{operation id: values}`` for the operations of one kind of one order."""
        values, compared = {}, []
        for one in operations:
            if not one.amount_known:
                values[one.id] = self._unexplained("no_amount", ZERO)
            elif kind == "other":
                values[one.id] = self._unexplained("unknown_type", money(one.amount))
            elif one.state == "unknown":
                values[one.id] = self._unexplained("unknown_state", money(one.amount))
            else:
                compared.append(one)
        if not compared:
            return values
        if kind in ("subscription", "logistic"):
            # Nothing announces them; a logistic fee of goods that left the seller's own warehouse is odd.
            for one in compared:
                odd = kind == "logistic" and one.order_line_id.supply_mode == SUPPLY_SELLER
                values[one.id] = self._unexplained("differs", money(one.amount)) if odd else self._explained()
            return values
        if kind == "sale" and mapping.id not in figures["sale"]:
            for one in compared:
                amount = money(one.amount)
                values[one.id] = self._unexplained("no_sale", amount) if amount else self._explained()
            return values
        parts = {one.id: money(one.amount) - self._expected_of_line(kind, one, figures) for one in compared}
        if kind in ("sale", "refund", "gesture"):
            total = figures[kind].get(mapping.id, ZERO) * (1 if kind == "sale" else -1)
            rest = sum((money(one.amount) for one in compared), ZERO) - total - sum(parts.values(), ZERO)
            if rest:
                without_line = [one for one in compared if not one.order_line_id]
                parts[(without_line or compared)[-1].id] += rest
        for one in compared:
            part = parts[one.id]
            values[one.id] = self._unexplained("differs", part) if abs(part) >= CENT else self._explained()
        return values

    @api.model
    def _expected_of_line(self, kind, one, figures):
        """Return what Odoo expects of an operation by its line, with the seller's sign."""
        line = one.order_line_id.id
        if not line:
            # Compared with the whole order, whatever it was cut into; a commission that names no line cannot be.
            return money(one.amount)
        if kind == "sale":
            return figures["line"].get(line, ZERO)
        if kind == "commission":
            return -figures["fees"].get(line, ZERO)
        if kind == "commission_refund":
            return figures["fees"].get(line, ZERO) if line in figures["gone"] else ZERO
        if kind == "refund":
            return -figures["gone"].get(line, ZERO)
        return ZERO
