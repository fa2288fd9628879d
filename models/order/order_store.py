"""Keeping a page of orders as the marketplace sent it: one search, one comparison, one write, whatever its size."""

import logging
from dataclasses import dataclass
from datetime import timedelta

import psycopg2

from odoo import _, api, fields, models

from ...services.rules.booked import loads as load_booked
from .order_bulk import update_many

_logger = logging.getLogger(__name__)

NO_TRAIL = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
}
# What the database refuses for reasons of its own: the queue repeats the whole page.
PASSING_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.errors.UniqueViolation)
FREE_HOLD = {"hold_code": False, "hold_reason": False, "hold_detail": False}
STATE = ("state", *FREE_HOLD)


@dataclass(frozen=True)
class StoredPage:
    """What became of a page.

    :param changed: orders that were new or had changed
    :param incomplete: orders that came bent out of shape and are worth another reading
    :param again: orders that came bent in the same way as before
    """

    changed: int = 0
    incomplete: int = 0
    again: int = 0


class CdiscountOrderStore(models.Model):
    _inherit = "cdiscount.order.mapping"

    marketplace_created_at = fields.Datetime("Created on Cdiscount", readonly=True, index=True)
    accept_by = fields.Datetime(readonly=True, help="Cdiscount waits for your acceptance until then.")
    booked = fields.Text(
        readonly=True, copy=False, help="What the sale order was last brought up to date with. Amounts only."
    )

    @api.model
    def _store_page(self, config, items, asked=False):
        """Store raw orders of one account; ask for sale orders and for what has changed where the status wants it.

        One bad order never stops its page: what cannot be read is held with the reason, and a bent copy of a known
        order changes nothing. A copy older than what is stored changes nothing either.

        :param items: list of dicts with a text ``orderId``; the same order twice counts once, the newest wins
        :param asked: a person asked for these orders: the account's filter does not apply
        """
        mappings = self.sudo().with_company(config.company_id).with_context(**NO_TRAIL)
        raw_by_id = {raw["orderId"]: raw for raw in items if config._keeps_channel(self._channel_of(raw))}
        known = mappings._load_known(config, raw_by_id)
        refs = mappings._load_referentials(config, raw_by_id.values())
        fresh, wanted, incomplete, again = [], mappings.browse(), 0, 0
        for raw in raw_by_id.values():
            mapping = known.get(raw["orderId"])
            same = bool(mapping and mapping.digest and mapping.digest == self._digest_of(raw))
            if same and not mapping._is_unreadable():
                if asked and mapping.state == "ignored":
                    wanted |= mapping
                continue
            basis = ((mapping and load_booked(mapping.booked)) or config).order_amount_basis
            incoming = mappings._read_order(config, raw, refs, basis)
            if incoming.problem:
                again += same
                incomplete += not same
            if mapping and mappings._is_no_news(config, mapping, incoming):
                continue
            fresh.append(incoming)
        wanted._become_known()
        if not fresh:
            return StoredPage(len(wanted), incomplete, again)
        touched = mappings._insert(config, [one for one in fresh if one.external_id not in known], asked)
        touched += mappings._update(config, known, [one for one in fresh if one.external_id in known], asked)
        mappings._act_on_status(config, touched)
        return StoredPage(len(touched) + len(wanted), incomplete, again)

    def _is_unreadable(self):
        """Tell whether the order is held because its data were incomplete: each copy of it is judged anew."""
        return self.state == "held" and self.hold_code == "payload_invalid"

    @api.model
    def _channel_of(self, raw):
        channel = raw.get("salesChannel")
        code = channel.get("id") if isinstance(channel, dict) else raw.get("salesChannelId")
        return code if isinstance(code, str) else ""

    @api.model
    def _load_known(self, config, ids):
        """Return ``{order id: mapping}`` of the orders known already, without their payloads."""
        found = self.search_fetch(
            [("config_id", "=", config.id), ("external_id", "in", list(ids))],
            ["external_id", "digest", "state", "hold_code", "marketplace_updated_at", "sale_order_id", "booked"],
            order="id",
        )
        return {mapping.external_id: mapping for mapping in found}

    @api.model
    def _load_referentials(self, config, raws):
        """Look up once per page what many orders share; channels nobody has seen before are created."""
        currencies = self.env["res.currency"].with_context(active_test=False).search_fetch([], ["name"])
        channels = self.env["cdiscount.sales.channel"].with_context(active_test=False)
        known = {channel.code: channel.id for channel in channels.search_fetch([], ["code"])}
        unknown = {self._channel_of(raw) for raw in raws} - set(known) - {""}
        if unknown:
            known.update({channel.code: channel.id for channel in channels._ensure(unknown)})
        return {"currency": {currency.name: currency.id for currency in currencies}, "channel": known}

    @api.model
    def _is_no_news(self, config, mapping, incoming):
        """Tell whether a copy of a known order must not replace what is stored: it is bent, or older."""
        if incoming.problem:
            if not mapping._is_unreadable():
                self._log_once(
                    config,
                    f"order_incomplete:{incoming.external_id}"[:120],
                    _(
                        "Order %s came incomplete. What was known of it before is kept until it comes whole again.",
                        incoming.external_id,
                    ),
                    mapping,
                )
            return True
        stored, now = mapping.marketplace_updated_at, fields.Datetime.now()
        if not stored or not incoming.updated_at or stored > now + timedelta(days=1):
            # Without two believable dates nothing says which copy is the older one.
            return False
        return incoming.updated_at < stored

    # ------------------------------------------------------------------ new orders
    @api.model
    def _insert(self, config, fresh, asked):
        """Create the mappings of new orders; return [(mapping, incoming)]."""
        for incoming in fresh:
            incoming.values.update(
                config_id=config.id,
                external_id=incoming.external_id,
                # The lines' copy of the day is given with them: computed later it costs a statement per order.
                line_ids=[
                    fields.Command.create(dict(line, purchased_at=incoming.values.get("purchased_at")))
                    for line in incoming.lines
                ],
                **self._first_state(config, incoming, asked),
            )
        return self._each_or_all(config, fresh, self._insert_all)

    @api.model
    def _insert_all(self, fresh):
        return list(zip(self.create([incoming.values for incoming in fresh]), fresh, strict=True))

    @api.model
    def _first_state(self, config, incoming, asked):
        if incoming.problem:
            return {"state": "held", "hold_code": "payload_invalid", "hold_reason": incoming.problem}
        values = incoming.values
        if not asked and not self._passes_filter(config, values["status"], values["purchased_at"]):
            return {"state": "ignored"}
        return {"state": "cancelled" if incoming.action == "cancel" else "new"}

    # ------------------------------------------------------------------ known orders
    @api.model
    def _update(self, config, known, fresh, asked):
        """Write what changed; return [(mapping, incoming)]."""
        for incoming in fresh:
            mapping = known[incoming.external_id]
            if not incoming.values["marketplace_updated_at"]:
                incoming.values.pop("marketplace_updated_at")
            incoming.values.update(self._next_state(config, mapping, incoming, asked))
        pairs = {incoming.external_id: known[incoming.external_id] for incoming in fresh}
        return self._each_or_all(config, fresh, lambda some: self._update_all(pairs, some))

    @api.model
    def _next_state(self, config, mapping, incoming, asked):
        """Return the state values an order that was known enters with its new payload; {} when it keeps its own."""
        cancelled = incoming.action == "cancel"
        if mapping._is_unreadable():
            return {**FREE_HOLD, **self._first_state(config, incoming, asked=True)}
        if mapping.state == "ignored":
            return self._first_state(config, incoming, asked)
        if mapping.state in ("new", "held") and cancelled and not mapping.sale_order_id:
            return {**FREE_HOLD, "state": "cancelled"}
        if mapping.state == "cancelled" and not cancelled and not mapping.sale_order_id:
            # Cancelled and alive again before anything was made of it.
            return {"state": "new"}
        return {}

    @api.model
    def _update_all(self, pairs, fresh):
        mappings = self.browse([pairs[incoming.external_id].id for incoming in fresh])
        lines = {}
        for line in mappings.line_ids:
            lines.setdefault(line.mapping_id.id, {})[line.external_id] = line
        by_columns, line_values, new_lines, states = {}, {}, [], {}
        for incoming in fresh:
            mapping = pairs[incoming.external_id]
            by_columns[mapping.id] = {name: incoming.values[name] for name in incoming.values if name not in STATE}
            state = {name: incoming.values[name] for name in STATE if name in incoming.values}
            if state:
                states.setdefault(tuple(state.items()), self.browse())
                states[tuple(state.items())] |= mapping
            existing = dict(lines.get(mapping.id, {}))
            for values in incoming.lines:
                old = existing.pop(values["external_id"], None)
                if old:
                    line_values[old.id] = values
                else:
                    new_lines.append(dict(values, mapping_id=mapping.id))
            for gone in existing.values():
                # A line the marketplace no longer tells of is not sold any more; it stays visible.
                line_values[gone.id] = {"live": False}
        update_many(mappings, by_columns)
        update_many(mappings.line_ids, line_values)
        # Few different ones, and others hang on them (causes, trail): one write each, the ordinary way.
        for state, some in states.items():
            some.write(dict(state))
        mappings.line_ids.create(new_lines)
        return [(pairs[incoming.external_id], incoming) for incoming in fresh]

    # ------------------------------------------------------------------ one bad order must not stop its page
    @api.model
    def _each_or_all(self, config, fresh, write):
        """Write all at once; when the database refuses, one by one, so that only the bad ones are left out."""
        if not fresh:
            return []
        try:
            with self.env.cr.savepoint():
                return write(fresh)
        except PASSING_ERRORS:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(fresh) == 1:
                self._note_unstorable(config, fresh[0], error)
                return []
        return [pair for incoming in fresh for pair in self._each_or_all(config, [incoming], write)]

    @api.model
    def _note_unstorable(self, config, incoming, error):
        """Hold an order Odoo cannot store with the little that can be stored, or say so at least."""
        _logger.warning("Cdiscount order %s cannot be stored: %s", incoming.external_id, type(error).__name__)
        text = _(
            "Order %s could not be stored. It is read again with its next change; if it stays so, call the integrator.",
            incoming.external_id,
        )
        known = self.search([("config_id", "=", config.id), ("external_id", "=", incoming.external_id)])
        if not known:
            values = {
                "config_id": config.id,
                "external_id": incoming.external_id,
                "reference": incoming.external_id,
                "state": "held",
                "hold_code": "payload_invalid",
                "hold_reason": text,
            }
            try:
                with self.env.cr.savepoint():
                    known = self.create(values)
            except PASSING_ERRORS:
                raise
            except Exception:
                self.env.invalidate_all()
                _logger.warning("Cdiscount order %s cannot even be held", incoming.external_id)
        self._log_once(config, f"order_unstorable:{incoming.external_id}"[:120], text, known, level="error")

    @api.model
    def _log_once(self, config, code, text, record=None, level="warning"):
        log = self.env["cdiscount.sync.log"]
        if not log.sudo().search_count([("config_id", "=", config.id), ("cause_code", "=", code)], limit=1):
            log._add(config, "order_pull", text, level=level, record=record or None, cause_code=code)

    # ------------------------------------------------------------------ what the status asks for
    @api.model
    def _act_on_status(self, config, touched):
        """Ask the queue for what the marketplace's status wants of these orders: create, follow, or only show."""
        build = follow = self.browse()
        for mapping, incoming in touched:
            state = incoming.values.get("state") or mapping.state
            if state == "ignored" or incoming.problem:
                continue
            if mapping.sale_order_id:
                follow |= mapping
            elif incoming.action in ("build", "history") and state in ("new", "held"):
                build |= mapping
            elif incoming.action == "unknown":
                mapping._log_unknown_status()
        build._request_build()
        follow._request_follow()
        self._watch_acceptance(touched)

    def _log_unknown_status(self):
        self._log_once(
            self.config_id,
            f"unknown_status:{self.status}"[:120],
            _(
                'Order %(order)s has the status "%(status)s", which this version does not know. Such orders are '
                "stored and shown, and nothing is done with them. Look at them on Cdiscount.",
                order=self.reference,
                status=self.status,
            ),
            self,
        )
