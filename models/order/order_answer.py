"""Accepting or refusing an order that waits for it: by itself, when the goods are there, or by a person."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...services.errors import CdiscountError
from ...services.rules.order_status import canonical

WAITING = "WaitingAcceptance"
AGAIN_MINUTES = 30
"""How long until it is looked again whether the goods for an order have come."""


class CdiscountConfigAnswer(models.Model):
    _inherit = "cdiscount.config"

    acceptance_mode = fields.Selection(
        [
            ("manual", "By hand"),
            ("available", "By itself when every line is available"),
            ("auto", "By itself, always"),
        ],
        "Accept Orders",
        default="manual",
        required=True,
        help="What happens to an order that waits for your acceptance. Available is what the warehouses of this "
        "account have free, less what is sold already; the oldest order comes first. Nothing is ever refused by "
        "itself.",
    )


class CdiscountOrderAnswer(models.Model):
    _inherit = "cdiscount.order.mapping"

    answer = fields.Selection(
        [("accept", "Accept"), ("refuse", "Refuse")], "Your Answer", readonly=True, copy=False, tracking=True
    )
    answer_state = fields.Selection(
        [("asked", "On its way"), ("given", "Given"), ("failed", "Failed")], readonly=True, copy=False
    )
    answer_note = fields.Text("About the Answer", readonly=True, copy=False)
    waits_for_answer = fields.Boolean(compute="_compute_waits_for_answer")

    @api.depends("status", "state", "answer_state")
    def _compute_waits_for_answer(self):
        for order in self:
            open_order = order.state in ("new", "held") and canonical(order.status or "") == WAITING
            order.waits_for_answer = open_order and order.answer_state != "asked"

    # ------------------------------------------------------------------ a person
    def action_accept(self):
        """Accept these orders on Cdiscount."""
        return self._answer_by_hand("accept")

    def action_refuse(self):
        """Refuse these orders on Cdiscount, as a whole: the customer is refunded."""
        return self._answer_by_hand("refuse")

    def _answer_by_hand(self, answer):
        self._require_manager()
        waiting = self.filtered("waits_for_answer")
        if not waiting:
            raise UserError(_("None of these orders waits for an answer on Cdiscount."))
        for config in waiting.config_id:
            config._require_connection()
        waiting.sudo().write({"answer": answer, "answer_state": "asked", "answer_note": False})
        waiting._request_answers()
        names = ", ".join(waiting[:5].mapped("reference")) + (", …" if len(waiting) > 5 else "")
        if answer == "accept":
            return self.env["cdiscount.config"]._notify(_("Being accepted on Cdiscount: %s", names))
        return self.env["cdiscount.config"]._notify(_("Being refused on Cdiscount: %s", names))

    def _request_answers(self, eta=None):
        for config in self.config_id:
            keys = self.filtered(lambda order, config=config: order.config_id == config).mapped("external_id")
            self.env["cdiscount.queue"].sudo()._enqueue(config, "order_answer", keys, eta=eta)

    # ------------------------------------------------------------------ by itself
    @api.model
    def _watch_acceptance(self, touched):
        result = super()._watch_acceptance(touched)
        waiting = self.browse()
        for mapping, incoming in touched:
            state = incoming.values.get("state") or mapping.state
            if incoming.action == "accept" and state == "new" and not mapping.answer:
                waiting |= mapping
        waiting.filtered(lambda order: order.config_id.acceptance_mode != "manual")._request_answers()
        return result

    @api.model
    def _job_answer(self, jobs):
        """Give the answer to an order that waits for it (queue; the key is the marketplace's order number)."""
        domain = [("config_id", "=", jobs.config_id.id), ("external_id", "=", jobs.key)]
        order = self.sudo().search(domain)
        if not order or canonical(order.status or "") != WAITING or order.state == "ignored":
            return
        if not order.answer:
            order._decide_by_itself()
        # What was decided is kept before it is said: after a crash it is known what may have been said.
        yield
        if not order.answer:
            return
        orders = order.config_id._get_client().orders
        try:
            orders.approve(order.external_id, order.answer == "accept")
        except CdiscountError as error:
            if error.kind == "wait":
                raise
            # Refused, or not known: what the order says now tells which.
            raw = orders.get(order.external_id)
            if canonical(str(raw.get("status") or "")) == WAITING:
                raise
        else:
            raw = orders.get(order.external_id)
        self._store_page(order.config_id, [raw], asked=True)
        order._note_answered()

    def _decide_by_itself(self):
        """Accept the order if the account's rule allows it; else say what is missing and look again later."""
        self.ensure_one()
        mode = self.config_id.acceptance_mode
        missing = self._missing_goods() if mode == "available" else []
        if mode == "manual":
            return
        if not missing:
            self.write({"answer": "accept", "answer_state": "asked", "answer_note": False})
            return
        self.answer_note = _(
            "Not accepted by itself, because it is not all there: %s. Accept or refuse it, or receive the goods.",
            ", ".join(missing[:10]),
        )
        if not self.accept_by or fields.Datetime.now() < self.accept_by:
            self._request_answers(eta=fields.Datetime.now() + timedelta(minutes=AGAIN_MINUTES))

    def _missing_goods(self):
        """Return the SKUs of this order that are not free, after everything that was sold before it."""
        self.ensure_one()
        order = self._parse()
        lines = [line for line in order.lines if line.line_id in self.line_ids.filtered("live").mapped("external_id")]
        found = self._find_products(self.config_id, lines)
        products = {line.line_id: found[self._product_key(line)] for line in lines}
        unknown = [line.sku or line.title for line in lines if not products[line.line_id]]
        known = self.env["product.product"].union(*(product for product in products.values() if product))
        supplies = self.env["cdiscount.stock.mapping"]._supplies(self.config_id, known)
        later = self._sold_later([(line, products[line.line_id]) for line in lines if products[line.line_id]])
        short = [
            line.sku or line.title
            for line in lines
            if products[line.line_id]
            and supplies[products[line.line_id].id].tracked
            # All that is sold is taken off already, this order with it.
            and supplies[products[line.line_id].id].available + later.get(products[line.line_id].id, 0) < 0
        ]
        return list(dict.fromkeys(unknown + short))

    def _sold_later(self, products):
        """Return ``{product id: units}`` of the orders that wait for an answer too and were bought after this one.

        :param products: ``[(order line, product)]`` of this order
        """
        mine = (self.purchased_at or self.create_date, self.id)
        by_sku = {line.sku: product for line, product in products if line.sku}
        by_gtin = {line.gtin: product for line, product in products if line.gtin}
        lines = self.env["cdiscount.order.mapping.line"].search(
            [
                ("config_id", "=", self.config_id.id),
                ("mapping_id", "!=", self.id),
                ("mapping_id.state", "=", "new"),
                ("mapping_id.status", "=", WAITING),
                ("mapping_id.answer", "=", False),
                ("live", "=", True),
                "|",
                ("sku", "in", list(by_sku)),
                ("gtin", "in", list(by_gtin)),
            ]
        )
        later = {}
        for line in lines:
            other = line.mapping_id
            if (other.purchased_at or other.create_date, other.id) > mine:
                product = by_sku.get(line.sku) or by_gtin.get(line.gtin)
                later[product.id] = later.get(product.id, 0) + line.quantity
        return later

    # ------------------------------------------------------------------ outcomes
    def _note_answered(self):
        """What the marketplace says of the order now that it was answered."""
        self.ensure_one()
        status = canonical(self.status or "")
        refused = status in ("Refused", "Cancelled", "Rejected")
        as_wanted = refused == (self.answer == "refuse")
        note = False
        if not as_wanted:
            note = _("The answer came too late: Cdiscount says %s.", self.status_label or status)
        self.write({"answer_state": "given", "answer_note": note})
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "order_answer",
            _("Order %(order)s is answered: %(status)s.", order=self.reference, status=self.status_label or status),
            direction="out",
            level="info" if as_wanted else "warning",
            records=1,
            record=self,
        )

    @api.model
    def _job_answer_failed(self, job, cause):
        """Called when an answer cannot be given: the order shows why, and a person is told before the deadline."""
        order = self.sudo().search([("config_id", "=", job.config_id.id), ("external_id", "=", job.key)])
        if order:
            order.write({"answer_state": "failed", "answer_note": cause.text})
            order._ask_a_person(
                _("Order %s could not be answered on Cdiscount", order.reference),
                _("%s Answer it in the seller portal before the deadline, or try again.", cause.text),
            )
