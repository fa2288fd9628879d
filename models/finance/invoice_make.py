"""Making the invoices of marketplace orders: in batches, each once, to the cent; what cannot be made says why."""

from decimal import Decimal

import psycopg2.errors

from odoo import Command, _, api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ...compat import check_access
from ...services.rules.money import round_half_up

CENT = Decimal("0.01")


class CdiscountOrderInvoice(models.Model):
    _inherit = "cdiscount.order.mapping"

    invoice_ids = fields.One2many(
        "account.move",
        "cdiscount_mapping_id",
        "Invoices",
        domain=[("move_type", "in", ("out_invoice", "out_refund"))],
        readonly=True,
    )
    invoice_count = fields.Integer(compute="_compute_invoice_count", compute_sudo=True)
    can_invoice = fields.Boolean(compute="_compute_can_invoice", compute_sudo=True)
    invoice_problem = fields.Text(
        "Not Invoiced Because", readonly=True, copy=False, help="Why the invoice could not be made, and what to do."
    )

    @api.depends("invoice_ids")
    def _compute_invoice_count(self):
        groups = self.env["account.move"]._read_group(
            [("cdiscount_mapping_id", "in", self.ids), ("move_type", "in", ("out_invoice", "out_refund"))],
            ["cdiscount_mapping_id"],
            ["__count"],
        )
        counts = {mapping.id: count for mapping, count in groups}
        for order in self:
            order.invoice_count = counts.get(order.id, 0)

    @api.depends("sale_order_id.state", "sale_order_id.order_line.qty_to_invoice")
    def _compute_can_invoice(self):
        for order in self:
            order.can_invoice = order.sale_order_id.state == "sale" and order._has_to_invoice()

    # ------------------------------------------------------------------ asking
    def _request_invoice(self):
        """Ask the queue to invoice these orders."""
        for config, orders in self.grouped("config_id").items():
            self.env["cdiscount.queue"].sudo()._enqueue(config, "invoice_make", orders.mapped("external_id"))

    def action_make_invoice(self):
        """Make the invoices of these orders now, whatever the account's policy says about when (button)."""
        check_access(self, "write")
        orders = self.sudo().filtered(lambda order: order.sale_order_id.state == "sale")
        if not orders:
            raise UserError(_("There is no confirmed sale order to invoice."))
        for order in orders:
            if not order.sale_order_id.cdiscount_invoice_policy:
                order.sale_order_id.cdiscount_invoice_policy = order.config_id._invoice_moment()
        due = orders.filtered(lambda order: order._has_to_invoice())
        if not due:
            raise UserError(_("Nothing is to be invoiced: what has left is invoiced already, or nothing has left yet."))
        refused = due._refuse_differing()
        if due - refused:
            (due - refused)._make_invoices()
        elif len(due) == 1:
            raise UserError(due.invoice_problem)
        return self.action_open_invoices()

    def action_open_invoices(self):
        """Open the invoices and credit notes of these orders."""
        moves = self.sudo().invoice_ids
        action = {
            "type": "ir.actions.act_window",
            "name": _("Invoices"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }
        if len(moves) == 1:
            action.update(res_id=moves.id, views=[(False, "form")])
        return action

    # ------------------------------------------------------------------ the job
    @api.model
    def _job_invoice(self, jobs):
        """Queue operation: make and post the invoices of a batch of orders (the keys are their numbers).

        Nothing is made where nothing is to be invoiced, so a second run makes no second invoice. A batch Odoo refuses
        is cut by the queue until the order it is about stands alone.
        """
        orders = self.sudo().search(
            [
                ("config_id", "=", jobs.config_id.id),
                ("external_id", "in", jobs.mapped("key")),
                ("sale_order_id.state", "=", "sale"),
            ],
            order="id",
        )
        due = orders.filtered(lambda order: order.sale_order_id.cdiscount_invoice_policy and order._has_to_invoice())
        due -= due._refuse_differing()
        invoices = due._make_invoices() if due else self.env["account.move"]
        if invoices:
            self.env["cdiscount.sync.log"]._add(
                jobs.config_id,
                "invoice_make",
                _("Invoices made: %s.", len(invoices)),
                records=len(invoices),
                job=jobs[:1],
            )

    @api.model
    def _job_invoice_failed(self, job, cause):
        """Called when the invoice of an order cannot be made even alone: the order says why, a person is told."""
        order = self.sudo().search([("config_id", "=", job.config_id.id), ("external_id", "=", job.key)])
        if order:
            order._note_invoice_problem(cause.text)

    def _note_invoice_problem(self, text):
        self.ensure_one()
        self.invoice_problem = text
        self._ask_a_person(_("Order %s could not be invoiced", self.reference), text)

    def _has_to_invoice(self):
        self.ensure_one()
        return any(line.qty_to_invoice > 0 for line in self.sale_order_id.order_line if not line.display_type)

    def _refuse_differing(self):
        """Put aside orders whose sale order is not what the customer has paid; return them."""
        refused = self.filtered("total_difference")
        for order in refused:
            currency = order.currency_id or order.company_id.currency_id
            order._note_invoice_problem(
                _(
                    "The sale order comes to %(found)s, the customer paid %(paid)s on Cdiscount. Correct the sale "
                    "order and choose Make Invoice, or invoice it by hand.",
                    found=currency.format(order.amount_odoo),
                    paid=currency.format(order.amount_odoo - order.total_difference),
                )
            )
        return refused

    def _make_invoices(self):
        """Create and post one invoice for each of these orders; return them.

        :raises UserError: Odoo cannot book one of them
        """
        sale_orders = self.sale_order_id
        try:
            made = sale_orders.with_context(raise_if_nothing_to_invoice=False)._create_invoices(grouped=True)
            for order in self:
                order._close_invoice_gap(made.filtered(lambda move, order=order: move.cdiscount_mapping_id == order))
            made.action_post()
            self.env.flush_all()
        except RedirectWarning as warning:
            # Odoo would open a screen; a job has none.
            raise UserError(str(warning.args[0])) from warning
        except (psycopg2.errors.CheckViolation, psycopg2.errors.NotNullViolation) as error:
            raise UserError(
                _(
                    "Odoo could not book the invoice: an account is missing. Set the income account of the product "
                    "category and of the sales journal, and the receivable account of the customer; then retry."
                )
            ) from error
        self.filtered("invoice_problem").invoice_problem = False
        return made

    # ------------------------------------------------------------------ to the cent
    def _close_invoice_gap(self, draft):
        """Bring the draft that completes an order to what is left of its total.

        Several invoices of one order round their taxes separately, and can be a cent off together.
        """
        self.ensure_one()
        order = self.sale_order_id
        lines = order.order_line.filtered(lambda line: not line.display_type)
        if not draft or any(line.qty_invoiced < line.product_uom_qty for line in lines):
            return
        standing = order.invoice_ids.filtered(lambda move: move.state != "cancel")
        credit_notes = standing.filtered(lambda move: move.move_type == "out_refund")
        gap = _exact(order.amount_total) - sum(
            (_exact(move.amount_total) for move in standing - credit_notes), Decimal(0)
        )
        gap += sum((_exact(move.amount_total) for move in credit_notes), Decimal(0))
        if not gap:
            return
        if abs(gap) > CENT * len(draft.invoice_line_ids) * len(standing):
            if credit_notes:
                # Given back beside the goods: what is left of the total is no longer the order's.
                return
            raise UserError(
                _(
                    "The invoices of %(order)s come to %(found)s, the order to %(total)s. Compare their taxes, then "
                    "retry.",
                    order=order.name,
                    found=sum(standing.mapped("amount_total")),
                    total=order.amount_total,
                )
            )
        product = self.config_id.rounding_product_id
        draft.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": product.display_name,
                            "quantity": 1,
                            "price_unit": float(gap),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ]
            }
        )


def _exact(amount):
    return round_half_up(Decimal(str(amount)))
