"""From stored orders to sale orders: in batches, each order once, held when something is missing."""

import logging
import time
from dataclasses import dataclass

from odoo import _, api, models

from ...services.errors import DataError
from ...services.payloads import Order
from ...services.rules.order_status import decide
from ...services.rules.totals import order_amounts
from ..odoo.analytic import NO_MODELS
from ..queue.operations import Postponed
from .order_bulk import update_many

_logger = logging.getLogger(__name__)


class HoldOrder(Exception):
    """An order cannot become a sale order until a person has solved something.

    :param code: one of HOLD_REASONS
    :param text: what is missing and what to do, in the user's words
    :param detail: the missing thing itself: a SKU, a rate, a country
    """

    def __init__(self, code, text, detail=""):
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail


@dataclass
class Draft:
    """What is known of one order while its sale order is being made."""

    mapping: object
    order: Order
    amounts: object
    decision: object
    values: dict = None
    sale_order: object = None


class CdiscountOrderBuild(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _job_build(self, jobs):
        """Queue operation: create the sale orders of a batch of stored orders of one account."""
        started = time.monotonic()
        config = jobs.config_id
        mappings = self.sudo().search(
            [
                ("config_id", "=", config.id),
                ("external_id", "in", jobs.mapped("key")),
                ("sale_order_id", "=", False),
                ("state", "in", ("new", "held")),
            ]
        )
        drafts = self._draft_orders(mappings)
        drafts, busy = self._lock_customers(config, drafts)
        if drafts:
            self._build_drafts(config, drafts, jobs, started)
        return Postponed(tuple(draft.mapping.external_id for draft in busy)) if busy else None

    @api.model
    def _lock_customers(self, config, drafts):
        """Divide drafts into those whose customer this transaction holds and those another worker is busy with.

        Two orders of a new customer in two workers would make two contacts: neither sees what the other has not
        committed, and a record that does not exist yet cannot be locked. An advisory lock on what identifies it can.
        It is tried, not waited for: after waiting, this transaction would still see the world from before.
        """
        keys_of = {draft.mapping.id: self._customer_locks(config, draft.order) for draft in drafts}
        keys = sorted(set().union(*keys_of.values()))
        if not keys:
            return [], []
        self.env.cr.execute(
            """
            SELECT k FROM unnest(%s) AS k
             WHERE pg_try_advisory_xact_lock(hashtext('cdiscount.customer'), hashtext(k))
            """,
            (keys,),
        )
        held = {row[0] for row in self.env.cr.fetchall()}
        mine = [draft for draft in drafts if keys_of[draft.mapping.id] <= held]
        return mine, [draft for draft in drafts if not keys_of[draft.mapping.id] <= held]

    @api.model
    def _build_drafts(self, config, drafts, jobs, started):
        ready = self._prepare_drafts(config, drafts)
        ready = self._create_sale_orders(config, ready)
        self._finish_mappings(ready)
        if ready:
            self.env["cdiscount.sync.log"]._add(
                config,
                "order_build",
                _("Sale orders created: %s.", len(ready)) if len(ready) > 1 else _("One sale order created."),
                records=len(ready),
                duration=time.monotonic() - started,
                job=jobs[:1],
            )

    @api.model
    def _draft_orders(self, mappings):
        """Read the payloads; leave out what no longer needs a sale order."""
        drafts = []
        for mapping in mappings:
            try:
                order = mapping._parse()
            except DataError:
                # Held as incomplete when it was stored; a release cannot help before the marketplace sends it anew.
                continue
            decision = decide(order)
            if decision.action in ("build", "history"):
                amounts = order_amounts(order, mapping.config_id.order_amount_basis)
                drafts.append(Draft(mapping, order, amounts, decision))
        return drafts

    @api.model
    def _prepare_drafts(self, config, drafts):
        """Compute the sale order values of each draft; hold those that cannot be right. Returns the others."""
        lookups = self._load_lookups(config, drafts)
        possible = []
        for draft in drafts:
            try:
                self._check_draft(config, draft)
                draft.values = {"order_line": self._prepare_sale_lines(config, draft, lookups)}
            except HoldOrder as hold:
                draft.mapping._hold(hold)
            else:
                possible.append(draft)
        places = self._find_partners(config, [draft.order for draft in possible])
        for draft in possible:
            draft.values.update(self._prepare_sale_values(config, draft, places[draft.order.order_id], lookups))
        return possible

    @api.model
    def _load_lookups(self, config, drafts):
        """Look up once what the lines of many orders share."""
        lines = [line for draft in drafts for line in draft.order.lines]
        return {
            "products": self._find_products(config, lines),
            "tax": self._load_taxes(config),
            "pricelists": {},
        }

    @api.model
    def _create_sale_orders(self, config, drafts):
        """Create and confirm the sale orders of a batch with the right total; return the drafts that made it."""
        if not drafts:
            return []
        no_models = not self.env["account.analytic.distribution.model"].sudo().search_count([], limit=1)
        quick = self.env["sale.order"].with_context(**{NO_MODELS: no_models})
        orders = quick.create([draft.values for draft in drafts]).with_env(self.env)
        for draft, order in zip(drafts, orders, strict=True):
            draft.sale_order = order
        drafts = self._close_gaps(config, drafts)
        self._confirm_sale_orders(drafts)
        return drafts

    @api.model
    def _finish_mappings(self, drafts):
        """Link the orders and lines of the marketplace with what came of them, in two statements."""
        mappings = self.concat(*[draft.mapping for draft in drafts])
        mappings.write({"state": "imported", "hold_code": False, "hold_reason": False, "hold_detail": False})
        made, sold = {}, {}
        for draft in drafts:
            order = draft.sale_order
            made[draft.mapping.id] = {"sale_order_id": order.id, "partner_id": order.partner_id.id}
            lines = {line.cdiscount_line_id: line for line in order.order_line if line.cdiscount_line_id}
            for line in draft.mapping.line_ids:
                if line.external_id in lines:
                    sale_line = lines[line.external_id]
                    sold[line.id] = {"sale_line_id": sale_line.id, "product_id": sale_line.product_id.id}
        update_many(mappings, made)
        update_many(mappings.line_ids, sold)
        self.env["cdiscount.fee"].sudo()._book_commissions([draft.mapping for draft in drafts])

    # ------------------------------------------------------------------ held orders
    def _hold(self, hold):
        """Put the order aside with its reason; it keeps everything and is released by one click."""
        self.ensure_one()
        if (self.state, self.hold_code, self.hold_reason) == ("held", hold.code, hold.text):
            self._note_hold_cause()
            return
        self.write(
            {"state": "held", "hold_code": hold.code, "hold_reason": hold.text, "hold_detail": hold.detail or False}
        )
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "order_build",
            _("Order %(order)s is held: %(reason)s", order=self.reference, reason=hold.text),
            level="warning",
            record=self,
            cause_code=f"held:{hold.code}",
        )

    @api.model
    def _job_build_failed(self, job, cause):
        """Called when the order of a job cannot be created even alone: it is held, its neighbours went through."""
        mapping = self.sudo().search(
            [("config_id", "=", job.config_id.id), ("external_id", "=", job.key), ("sale_order_id", "=", False)]
        )
        if mapping:
            mapping._hold(HoldOrder("odoo_refused", cause.text))
