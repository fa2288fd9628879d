"""Keeping discussions as Cdiscount tells them: per page a fixed number of queries, and no write for what is known."""

from odoo import api, fields, models

from ...services.payloads.discussion import Discussion
from ...services.payloads.storage import digest
from ...services.rules.discussion import answer_by, graduation_of, state_of, waiting_since
from ..order.order_bulk import update_many
from ..order.order_import import naive
from ..order.order_store import NO_TRAIL


class CdiscountDiscussionStore(models.Model):
    _inherit = "cdiscount.discussion"

    digest = fields.Char(readonly=True, copy=False)
    detail_digest = fields.Char(readonly=True, copy=False)
    care_reference = fields.Char(readonly=True, copy=False)
    typology_id = fields.Many2one(
        "cdiscount.discussion.typology", "Reason", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.model
    def _store_page(self, config, raws):
        """Store one page of raw discussions; return those that are new or changed.

        :param raws: dicts of the marketplace; what has no number is left out, the same one twice counts once
        """
        by_id = {}
        for raw in raws:
            parsed = Discussion.parse(raw)
            if parsed:
                by_id.setdefault(parsed.discussion_id, (parsed, digest(raw)))
        known = self._known(config, by_id)
        fresh = {key: pair for key, pair in by_id.items() if key not in known or known[key].digest != pair[1]}
        if not fresh:
            return self.browse()
        known.update(self._adopt_opened(config, [pair[0] for key, pair in fresh.items() if key not in known]))
        values = self._prepare_many(config, [pair[0] for pair in fresh.values()])
        for key, (_parsed, told) in fresh.items():
            values[key]["digest"] = told
        made = self.with_context(**NO_TRAIL).create(
            [
                {"config_id": config.id, "external_id": key, **self._first_values(config), **one}
                for key, one in values.items()
                if key not in known
            ]
        )
        update_many(
            self.browse([known[key].id for key in values if key in known]),
            {known[key].id: one for key, one in values.items() if key in known},
        )
        changed = made | self.browse([known[key].id for key in values if key in known])
        changed._watch_answers()
        return changed

    @api.model
    def _known(self, config, keys):
        domain = [("config_id", "=", config.id), ("external_id", "in", list(keys))]
        return {one.external_id: one for one in self.search_fetch(domain, ["external_id", "digest", "detail_digest"])}

    @api.model
    def _first_values(self, config):
        return {"user_id": config.care_user_id.id}

    @api.model
    def _prepare_many(self, config, parsed):
        """Return ``{number: values}`` of parsed discussions, their orders and reasons found in one query each."""
        mappings = self._find_orders(config, parsed)
        typologies = self.env["cdiscount.discussion.typology"]._ensure(config, [one.sub_typology for one in parsed])
        codes = {one.sales_channel_id for one in parsed if one.sales_channel_id}
        channels = self.env["cdiscount.sales.channel"].sudo().search([("code", "in", list(codes))])
        channel_ids = {channel.code: channel.id for channel in channels}
        return {
            one.discussion_id: {
                **self._prepare_values(config, one),
                "mapping_id": mappings.get(one.order_id) or mappings.get(one.order_reference) or False,
                "typology_id": typologies[one.sub_typology].id if one.sub_typology else False,
                "sales_channel_id": channel_ids.get(one.sales_channel_id) or config.sales_channel_id.id,
            }
            for one in parsed
        }

    @api.model
    def _find_orders(self, config, parsed):
        """Return ``{marketplace id or reference: id of the order}`` for these discussions, by one query."""
        keys = {key for one in parsed for key in (one.order_id, one.order_reference) if key}
        if not keys:
            return {}
        domain = [
            ("config_id", "=", config.id),
            "|",
            ("external_id", "in", list(keys)),
            ("reference", "in", list(keys)),
        ]
        found = self.env["cdiscount.order.mapping"].sudo().search_fetch(domain, ["external_id", "reference"])
        by_reference = {one.reference: one.id for one in found if one.reference}
        return {**by_reference, **{one.external_id: one.id for one in found}}

    @api.model
    def _prepare_values(self, config, one):
        """Return what a row of the list says; who waits since when is only known once the messages are read."""
        last = one.messages[-1] if one.messages else None
        state = state_of(one.is_open, one.status, last)
        spoke = (last.created_at if last else None) or one.updated_at or one.created_at
        values = {
            "subject": one.subject or one.order_reference or one.discussion_id,
            "order_external_id": one.order_id,
            "order_reference": one.order_reference or one.order_id,
            "product_reference": one.product_id,
            "customer_reference": one.customer_id,
            "typology": one.typology,
            "sub_typology": one.sub_typology,
            "graduation_code": one.graduation,
            "graduation": graduation_of(one.graduation),
            "status": one.status,
            "is_open": one.is_open,
            "state": state,
            "opened_at": naive(one.created_at),
            "marketplace_updated_at": naive(one.updated_at),
            "last_message_at": naive(spoke),
            **self._prepare_deadline(config, state, waiting_since(one.messages) or one.updated_at),
        }
        if last:
            values["has_read"] = last.sender.is_seller or last.has_read
        return values

    @api.model
    def _prepare_deadline(self, config, state, since):
        due = answer_by(state, since, config.answer_hours)
        return {"asked_at": naive(since) if due else False, "answer_by": naive(due)}

    @api.model
    def _link_to_orders(self, mappings):
        """Give discussions that came before their order that order: one query for all of them."""
        keys = {key for mapping in mappings for key in (mapping.external_id, mapping.reference) if key}
        waiting = self.sudo().search(
            [
                ("config_id", "in", mappings.config_id.ids),
                ("mapping_id", "=", False),
                "|",
                ("order_external_id", "in", list(keys)),
                ("order_reference", "in", list(keys)),
            ]
        )
        for mapping in mappings if waiting else ():
            mine = {mapping.external_id, mapping.reference} - {False, ""}
            found = waiting.filtered(
                lambda one, mine=mine, mapping=mapping: (
                    one.config_id == mapping.config_id
                    and (one.order_external_id in mine or one.order_reference in mine)
                )
            )
            found.with_context(**NO_TRAIL).mapping_id = mapping

    @api.model
    def _link_leftovers(self, config):
        """Link what was read at the very moment its order was being stored: neither of the two saw the other."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT mapping.id FROM cdiscount_discussion talk
              JOIN cdiscount_order_mapping mapping
                ON mapping.config_id = talk.config_id AND mapping.external_id = talk.order_external_id
             WHERE talk.config_id = %(config)s AND talk.mapping_id IS NULL
             UNION
            SELECT mapping.id FROM cdiscount_discussion talk
              JOIN cdiscount_order_mapping mapping
                ON mapping.config_id = talk.config_id AND mapping.reference = talk.order_reference
             WHERE talk.config_id = %(config)s AND talk.mapping_id IS NULL
            """,
            {"config": config.id},
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        if ids:
            self._link_to_orders(self.env["cdiscount.order.mapping"].browse(ids))
        # The same a moment later: the order was there, its customer was just being made.
        nameless = [("config_id", "=", config.id), ("partner_id", "=", False), ("mapping_id.partner_id", "!=", False)]
        self.sudo().search(nameless).with_context(**NO_TRAIL)._compute_partner_id()
