"""Sending offers: what is marked is compared with what was accepted last, and what differs goes into packages.

A portion is read, compared, written into packages and its marks are taken away in one transaction that calls nobody.
What changes meanwhile collides with it, and it is done over; what changes later sets the mark again. So a change is
never lost, and needs no counter to be noticed.
"""

from datetime import timedelta

from odoo import _, api, fields, models

from ...services.payloads.storage import digest
from ...services.rules.offer_memory import remember
from ...services.rules.offer_next import next_request
from ...services.rules.offer_request import upsert_request
from ...services.rules.package_plan import Wish, plan
from .offer_sql import update_rows

PORTION = 1000
STOCK_PATIENCE = 15
"""Seconds a stock job may wait for the sending of offers; then that steps aside."""
STEP_ASIDE = 5


class CdiscountOfferPush(models.Model):
    _inherit = "cdiscount.offer.package"

    @api.model
    def _job_push(self, jobs):
        """Queue operation: compare the marked offers of a channel (the key) and send what differs, portion by portion.

        Yields wherever what was done is complete. Also brings on the way what an earlier run has left.
        """
        config = jobs.config_id
        channel = self.env["cdiscount.sales.channel"].sudo().search([("code", "=", jobs.key)], limit=1)
        yield from self._drive(config, channel)
        yield from self._read_marked(config, channel)
        seen = 0
        for records in self._marked(config, channel):
            while waiting := records._next_portion(config, channel):
                portion = waiting._lock_portion()
                if not portion:
                    # Somebody is writing to all of them just now.
                    self._come_again(config, channel, STEP_ASIDE)
                    return
                portion._take_portion(config, channel)
                seen += len(portion)
                yield _("Offers compared: %s", seen)
                yield from self._drive(config, channel)
                if self._stock_waits(config):
                    self._come_again(config, channel, STEP_ASIDE)
                    self.env["cdiscount.queue"].sudo()._wake(lanes=["stock"])
                    return
        self._ask_for_the_rest(config, channel)

    @api.model
    def _marked(self, config, channel):
        """Return an empty recordset of each model that has offers on this channel."""
        if channel == config.sales_channel_id:
            return [self.env["cdiscount.product.mapping"]]
        return [self.env["cdiscount.channel.offer"]] if channel else []

    @api.model
    def _come_again(self, config, channel, seconds):
        eta = fields.Datetime.now() + timedelta(seconds=seconds)
        self.env["cdiscount.queue"].sudo()._enqueue(config, "offer_push", channel.code, eta=eta)

    @api.model
    def _ask_for_the_rest(self, config, channel):
        """Ask for a sending when the time has come for what is to be tried again."""
        for records in self._marked(config, channel):
            later = records._domain_to_compare(config, channel, later=True)
            first = records.sudo().search(later, order="push_after", limit=1)
            if first:
                records._ask_to_send({(config.id, channel.id)}, eta=first.push_after)

    @api.model
    def _stock_waits(self, config):
        """Whether a job of another lane that sends offers too has waited long enough."""
        operations = self.env["cdiscount.queue"]._get_operations()
        alone = operations["offer_push"].alone_in
        others = [name for name, spec in operations.items() if spec.alone_in == alone and spec.lane != "catalogue"]
        long_ago = fields.Datetime.now() - timedelta(seconds=STOCK_PATIENCE)
        domain = [
            ("config_id", "=", config.id),
            ("operation", "in", others),
            ("state", "in", ("pending", "waiting_retry")),
            ("create_date", "<=", long_ago),
            "|",
            ("eta", "=", False),
            ("eta", "<=", fields.Datetime.now()),
        ]
        return bool(others and self.env["cdiscount.queue"].sudo().search_count(domain, limit=1))

    # ------------------------------------------------------------------ into packages
    @api.model
    def _pack(self, config, channel, entries, purpose="offers"):
        """Write packages with what is to be sent.

        :param entries: ``[(record, type, request, wish)]``, each reference once
        :return: ``{record.id: package.id}``
        """
        of_sku = {request["sellerExternalReference"]: (record, wish) for record, _type, request, wish in entries}
        wishes = [Wish(channel.code, package_type, request) for _record, package_type, request, _wish in entries]
        found, rows = {}, []
        for planned in plan(wishes):
            package = self.sudo().create(
                {
                    "config_id": config.id,
                    "sales_channel_id": channel.id,
                    "type": planned.type,
                    "purpose": purpose,
                    "lots": len(planned.lots),
                    "offer_count": len(planned.skus),
                }
            )
            for number, lot in enumerate(planned.lots):
                for request in lot:
                    record, wish = of_sku[request["sellerExternalReference"]]
                    found[record.id] = package.id
                    rows.append(self._prepare_line(config, package, record, number, request, wish))
        self.env["cdiscount.offer.package.line"].sudo().create(rows)
        return found

    @api.model
    def _prepare_line(self, config, package, record, lot, request, wish):
        return {
            "package_id": package.id,
            "company_id": config.company_id.id,
            "sku": request["sellerExternalReference"],
            record._line_field(): record.id,
            "lot": lot,
            "wish": wish or False,
            "request": remember(request),
        }


class CdiscountOfferToSend(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def init(self):
        result = super().init()
        if not self._abstract:
            # Few of many thousand offers are marked, and they are looked for all the time.
            self.env.cr.execute(
                f"""
                CREATE INDEX IF NOT EXISTS {self._table}_to_compare
                    ON {self._table} (config_id, sales_channel_id, id) WHERE push_needed
                """
            )
        return result

    @api.model
    def _line_field(self):
        """Return the name of the field by which a line of a package knows these records."""
        return "mapping_id" if self._name == "cdiscount.product.mapping" else "channel_offer_id"

    @api.model
    def _domain_to_compare(self, config, channel, later=False):
        """Return what is to be compared now, or (``later``) what waits for its moment."""
        now = fields.Datetime.now()
        moment = [("push_after", ">", now)] if later else ["|", ("push_after", "=", False), ("push_after", "<=", now)]
        domain = [
            ("config_id", "=", config.id),
            ("sales_channel_id", "=", channel.id),
            ("push_needed", "=", True),
            ("package_id", "=", False),
            "|",
            ("publish", "=", True),
            ("push_wish", "!=", False),
            *moment,
        ]
        if self._name == "cdiscount.product.mapping":
            # Refused for certain before the sheet of its product is there; once it is, the offer is marked anew.
            domain += [
                "|",
                "|",
                ("sheet_state", "in", ("none", "live")),
                ("product_reference", "not in", (False, "")),
                ("sent", "!=", False),
            ]
        return domain

    @api.model
    def _next_portion(self, config, channel):
        return self.sudo().search(self._domain_to_compare(config, channel), order="id", limit=PORTION)

    def _lock_portion(self):
        """Return those of these offers that nobody else is writing to, locked until the commit.

        To compare a thousand offers takes seconds. Without the lock a change of one of them within that time would make
        all of it be done over, again and again in a busy shop; with it a collision shows before anything was done.
        """
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT id FROM {self._table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED", (self.ids,)
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _take_portion(self, config, channel):
        """Compare these offers, put what differs into packages, take their marks away. Calls nobody."""
        # What is remembered of products and prices may be from before the last commit: a change since then would be
        # compared with what it was, and its mark taken away.
        self.env.invalidate_all()
        entries, rows, healed = [], [], []
        published = self.filtered(lambda record: record.publish and not record.push_wish)
        terms = published._offer_terms() if published else {}
        problems = published._offer_problems(terms) if published else {}
        for record in self:
            request = record._offer_request(terms[record.id]) if record.id in terms else None
            if request is not None and not problems[record.id].ready:
                # Not sent; the problems are shown on the offer. Its correction marks it anew.
                rows.append(record._row_of_nothing(blocked=True))
                continue
            due = record._next_request(request)
            if due and record._is_refused_already(due[1]):
                due = None
                rows.append((record.id, False, record.state, record.push_wish or None))
            elif due:
                entries.append((record, *due, record.push_wish))
            else:
                rows.append(record._row_of_nothing())
                healed += [(record.id, 0)] if record.refusal_id else []
        packages = self.env["cdiscount.offer.package"]._pack(config, channel, entries)
        for record, package_type, _request, wish in entries:
            state = "submitted" if package_type == "Upsert" or record.state == "rejected" else record.state
            rows.append((record.id, packages[record.id], state, wish or None))
        self._write_taken(rows)
        # What was refused is no longer wanted.
        update_rows(
            self, {"refusal_count": "int4"}, healed, "refusals = NULL, refusal_id = NULL, refused_digest = NULL"
        )

    def _write_taken(self, rows):
        """Take the marks away: ``[(id, package id or False, state, wish)]``; one statement."""
        columns = {"package_id": "int4", "state": "varchar", "push_wish": "varchar"}
        fixed = "push_needed = FALSE, push_after = NULL"
        update_rows(self, columns, [(key, package or None, state, wish) for key, package, state, wish in rows], fixed)

    def _row_of_nothing(self, blocked=False):
        """Return the row of an offer of which nothing is to be sent."""
        state, wish = self.state, self.push_wish
        if wish in ("off_sale", "retire"):
            # The channel does not have it: that is what was asked for.
            return self.id, False, "inactive" if wish == "off_sale" else "draft", None
        if not blocked and self.sent and state in ("ready", "submitted", "rejected", "inactive") and self.publish:
            state = "live"
        return self.id, False, state, None

    def _next_request(self, request):
        """Return (type, request) that is due now, or None; see ``services.rules.offer_next``."""
        return next_request(
            self._offer_mapping().seller_reference,
            request,
            sent=self.sent or "",
            before=self.sent_before or "",
            asked=self.push_wish or "",
            there=self._is_there(),
            held=self.push_hold,
        )

    def _is_there(self):
        """Whether the channel has the offer, as far as is known."""
        return self.offer_state != "absent" and bool(self.sent or self.offer_state)

    def _offer_request(self, terms):
        """Return the whole offer as it is sent, from its terms."""
        return upsert_request(terms, self.config_id.sudo().offer_tax_shape or "value")

    def _is_refused_already(self, request):
        """Whether this very request was refused, and only a person can do something about it."""
        return bool(self.refused_digest) and not self.push_wish and self.refused_digest == digest(request)
