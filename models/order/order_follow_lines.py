"""Changes of lines, prices and totals, carried over to the sale order to the cent or told to a person."""

from odoo import Command, _, models

from ...compat import sale_line_tax_field
from .tax_finder import Shapes

OPEN = ("done", "cancel")


class CdiscountOrderFollowLines(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _follow_lines(self, draft, change):
        """Bring the lines that changed up to date; what is delivered, invoiced or locked is told to a person."""
        order, config = draft.sale_order, self.config_id
        if order.locked:
            self._tell_too_late(draft, [_("the sale order is locked")])
            return
        wanted = self._wanted_lines(draft)
        touched = set(change.lines) | (set(draft.decision.live_line_ids) if change.country else set())
        known = {line.cdiscount_line_id: line for line in order.order_line if line.cdiscount_line_id}
        told, stuck = [], []
        ended = order.order_line.browse([known[line_id].id for line_id in change.ended if line_id in known])
        being_picked, gone = self._being_picked(ended), self._lines_gone(ended)
        for line_id in sorted(touched):
            values, line = wanted.get(line_id), known.get(line_id)
            reason = self._line_obstacle(line, values) if line else ""
            if reason:
                stuck.append(reason)
            elif line and values:
                self._write_line(line, values)
                told.append(f"{line.name}: {values['product_uom_qty']:g}")
            elif line:
                self._set_quantity(line, 0)
                told.append(f"{line.name}: 0")
            elif values:
                self.env["sale.order.line"].create(dict(values, order_id=order.id))
                told.append(f"{values['name']}: {values['product_uom_qty']:g}")
        if change.shipping or change.fees or change.country or touched:
            stuck += self._write_extras(order, wanted)
        self._link_lines()
        self._tell_pickers(being_picked)
        self._propose_return(gone)
        if stuck:
            self._tell_too_late(draft, stuck)
            return
        if told:
            order.message_post(body=_("Changed on Cdiscount: %s", ", ".join(told)))
        if not self._adjust_rounding(config, draft):
            self._tell_total(draft)

    def _wanted_lines(self, draft):
        """Return ``{marketplace line id, or (kind, number): sale order line values}`` as a new sale order would get.

        :raises HoldOrder: a product or a tax is missing
        """
        config = self.config_id
        self._check_draft(config, draft)
        lookups = self._load_lookups(config, [draft])
        wanted = {}
        for number, (_code, _id, values) in enumerate(self._prepare_sale_lines(config, draft, lookups)):
            wanted[values.get("cdiscount_line_id") or (values.get("cdiscount_kind"), number)] = values
        return wanted

    def _rewrite_lines(self, draft):
        """Give a draft sale order the lines the marketplace's order has now."""
        order = draft.sale_order
        wanted = self._wanted_lines(draft)
        self.line_ids.sale_line_id = False
        order.order_line.unlink()
        order.write({"order_line": [Command.create(values) for values in wanted.values()]})
        self._link_lines()
        if not self._adjust_rounding(self.config_id, draft):
            self._tell_total(draft)

    def _link_lines(self):
        """Point the order's lines to the lines of the sale order."""
        sold = {line.cdiscount_line_id: line for line in self.sale_order_id.order_line if line.cdiscount_line_id}
        for line in self.line_ids:
            sale_line = sold.get(line.external_id)
            if sale_line and line.sale_line_id != sale_line:
                line.write({"sale_line_id": sale_line.id, "product_id": sale_line.product_id.id})
        self.env["cdiscount.fee"].sudo()._book_commissions([self])

    # ------------------------------------------------------------------ one line
    def _line_obstacle(self, line, values):
        """Say why a line can no longer be changed like this, "" when it can.

        :param values: the line as it should be, None when it is no longer sold
        """
        quantity = values["product_uom_qty"] if values else 0
        if line.qty_delivered > quantity:
            return _("%(line)s: %(delivered)g delivered already", line=line.name, delivered=line.qty_delivered)
        if line.qty_invoiced > quantity:
            return _("%(line)s: %(invoiced)g invoiced already", line=line.name, invoiced=line.qty_invoiced)
        if values and line.qty_invoiced and abs(line.price_unit - values["price_unit"]) >= 0.005:
            return _("%s: invoiced already at the old price", line.name)
        if quantity and quantity < line.product_uom_qty and self._moves_of(line).product_id - line.product_id:
            return _("%s: a kit whose parts are being picked", line.name)
        return ""

    def _moves_of(self, line):
        return self._with_steps_before(line.move_ids).filtered(lambda move: move.state not in OPEN)

    def _write_line(self, line, values):
        tax = sale_line_tax_field(self.env)
        written = {
            "product_uom_qty": values["product_uom_qty"],
            "price_unit": values["price_unit"],
            "discount": values.get("discount", 0.0),
        }
        if not line.qty_invoiced:
            written[tax] = values[tax]
        self._cut_moves(line, values["product_uom_qty"])
        line.write(written)
        if line.cdiscount_outside == "shipped":
            line.qty_delivered = line.product_uom_qty

    def _set_quantity(self, line, quantity):
        self._cut_moves(line, quantity)
        # Odoo would work out another price for another quantity.
        line.write({"product_uom_qty": quantity, "price_unit": line.price_unit, "discount": line.discount})

    def _cut_moves(self, line, quantity):
        """Take back what is planned to leave beyond a quantity; Odoo by itself leaves the delivery as it was.

        Each step of a delivery (pick, pack, ship) is cut on its own.
        """
        if quantity >= line.product_uom_qty:
            return
        if not quantity:
            self._moves_of(line)._action_cancel()
            return
        for moves in self._moves_of(line).grouped("location_dest_id").values():
            done = sum(
                move.product_uom_qty
                for move in self._with_steps_before(line.move_ids)
                if move.state == "done" and move.location_dest_id == moves.location_dest_id
            )
            surplus = done + sum(moves.mapped("product_uom_qty")) - quantity
            for move in moves.sorted("id", reverse=True):
                cut = min(surplus, move.product_uom_qty)
                if cut <= 0:
                    break
                surplus -= cut
                if cut == move.product_uom_qty:
                    move._action_cancel()
                else:
                    move.product_uom_qty -= cut
                    move._action_assign()

    # ------------------------------------------------------------------ shipping, fees, rounding
    def _kind_of(self, line):
        config = self.config_id
        kinds = {config.shipping_product_id: "shipping", config.fee_product_id: "fee"}
        return line.cdiscount_kind or kinds.get(line.product_id, "")

    def _write_extras(self, order, wanted):
        """Bring the lines for shipping and fees up to date; return what could not be."""
        tax = sale_line_tax_field(self.env)
        stuck, new = [], []
        left = order.order_line.filtered(
            lambda line: not line.cdiscount_line_id and self._kind_of(line) in ("shipping", "fee")
        )
        extras = [(key[0], values) for key, values in wanted.items() if isinstance(key, tuple)]
        pairs = []
        for kind, values in extras:
            taxes = sorted(values[tax][0][2]) if values[tax] else []
            same = left.filtered(
                lambda line, kind=kind, taxes=taxes: self._kind_of(line) == kind and sorted(line[tax].ids) == taxes
            )[:1]
            left -= same
            pairs.append((same, values))
        for line, values in pairs:
            if not line:
                new.append(dict(values, order_id=order.id))
                continue
            price, quantity = values["price_unit"], values["product_uom_qty"]
            if abs(line.price_unit - price) >= 0.0000005 or line.product_uom_qty != quantity:
                if line.qty_invoiced:
                    stuck.append(_("%s: invoiced already", line.name))
                else:
                    line.write({"product_uom_qty": quantity, "price_unit": price, "discount": 0.0})
        for line in left.filtered("product_uom_qty"):
            if line.qty_invoiced:
                stuck.append(_("%s: invoiced already", line.name))
            else:
                line.write({"product_uom_qty": 0, "price_unit": line.price_unit, "discount": line.discount})
        self.env["sale.order.line"].create(new)
        return stuck

    def _adjust_rounding(self, config, draft):
        """Bring the sale order to the marketplace's total with its one rounding line; tell whether it is there."""
        order, tax = draft.sale_order, sale_line_tax_field(self.env)
        rounding = order.order_line.filtered(
            lambda line: line.cdiscount_kind == "rounding" or line.product_id == config.rounding_product_id
        )
        expected = self._wanted_total(draft)
        if self._odoo_total(order) == expected:
            return True
        if any(rounding.mapped("qty_invoiced")):
            return False
        for line in rounding.filtered("price_unit"):
            line.write({"price_unit": 0.0})
        gap = expected - self._odoo_total(order)
        shapes = Shapes()
        if abs(gap) > self._allowed_gap(config, draft, shapes):
            return False
        if gap:
            values = self._prepare_rounding_line(config, draft, gap, shapes)
            line = rounding[:1] or rounding.create(values)
            line.write({"product_uom_qty": 1, "price_unit": values["price_unit"], tax: values[tax]})
            if self._odoo_total(order) != expected:
                line.write({"price_unit": float(gap), tax: [Command.clear()]})
        return self._odoo_total(order) == expected

    # ------------------------------------------------------------------ a person
    def _tell_too_late(self, draft, reasons):
        self._ask_a_person(
            _("Order %s was changed on Cdiscount too late", self.reference),
            _(
                "Not carried over: %(reasons)s. Cdiscount's total is now %(total)s, Odoo's %(found)s. Take goods back, "
                "credit or invoice the difference.",
                reasons="; ".join(reasons),
                total=self._wanted_total(draft),
                found=self._odoo_total(draft.sale_order),
            ),
        )

    def _tell_total(self, draft):
        self._ask_a_person(
            _("The total of order %s differs from Cdiscount's", self.reference),
            _(
                "Cdiscount's total is now %(total)s, Odoo's %(found)s: somebody changed the sale order, or its taxes. "
                "Correct its lines.",
                total=self._wanted_total(draft),
                found=self._odoo_total(draft.sale_order),
            ),
        )
