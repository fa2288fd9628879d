"""Both sides of an offer compared with what they last agreed on, a page of offers at once."""

from dataclasses import dataclass, field

from odoo import _, api, models

from ...services.rules import field_memory
from ...services.rules.field_memory import Agreed, agreed, compare
from ...services.rules.merge import UNKNOWN, Conflict
from ..order.order_import import aware, naive
from .field_memory import OFFER_FIELDS, SHEET_FIELDS
from .field_names import FIELDS

NAMED = 5
"""Offers a log line names."""


@dataclass
class Comparison:
    """What comparing a page has found. ``to_write``: ``{field: {record: value}}``, the others hold (record, field)."""

    memories: dict = field(default_factory=dict)
    to_write: dict = field(default_factory=dict)
    first: set = field(default_factory=set)
    to_send: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    settled: list = field(default_factory=list)
    lost: list = field(default_factory=list)


class CdiscountFieldReconcile(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def _reconcile(self, config, theirs, moments=None, shown=None):
        """Bring both sides together, as the field mapping of the account says.

        What only one side has changed goes to the other one; where both have, the owner of the field decides, or a
        person. Nothing is sent here: what Odoo is right about is marked to be sent.

        :param theirs: ``{record.id: {field: value}}`` as read; a field that is not there is not compared
        :param moments: ``{record.id: aware datetime}`` of the last change on the marketplace
        :param shown: what of it to take over as the state of the channel (offers, not sheets)
        """
        records = self.browse(theirs).filtered("product_id")
        if not records:
            return
        names = [name for name in FIELDS if any(name in told for told in theirs.values())]
        ours = records._odoo_side(config, names)
        lines = {line.name: line for line in config._ensure_field_mappings()}
        waiting = self.env["cdiscount.field.conflict"].sudo()._open_fields(records)
        found = Comparison()
        for record in records:
            found.memories[record] = record._agreements()
            for name, value in theirs[record.id].items():
                if value is not UNKNOWN:
                    record._compare_field(
                        found, lines[name], ours[record.id].get(name, UNKNOWN), value, (moments or {}).get(record.id)
                    )
        problems = self._write_found(config, found)
        self._remember_written(config, found, problems)
        self._keep_agreements(found.memories, shown)
        self._open_conflicts(config, found, problems, theirs, ours, moments or {}, waiting)
        self._mark_found(found)
        self._log_found(config, found, problems)

    def _compare_field(self, found, line, ours, theirs, theirs_at):
        """Compare one field of this offer and note what is to be done."""
        name, memory = line.name, found.memories[self]
        known = memory.get(name, Agreed())
        if ours is UNKNOWN:
            # Odoo has nothing to say it with: it is Cdiscount's alone, and nobody's change.
            memory[name] = Agreed(theirs)
            return
        result = compare(
            ours,
            theirs,
            known,
            line.owner,
            direction=line.effective_direction,
            ours_at=aware(self._changed_at(name)) if line.owner == "newer" else None,
            theirs_at=theirs_at,
        )
        if isinstance(result, Conflict):
            found.conflicts.append((self, name, "both"))
            return
        if result.lost:
            found.lost.append((self, name, known.meant_by(ours), theirs, result.source))
        if result.write_odoo:
            found.to_write.setdefault(name, {})[self] = result.value
            if known.value is UNKNOWN:
                found.first.add((self, name))
            return
        if result.write_cdiscount:
            # What was agreed stays until Cdiscount has accepted the sending.
            found.to_send.append((self, name))
            if known.value is UNKNOWN:
                memory[name] = Agreed(theirs)
        else:
            memory[name] = agreed(theirs, ours)
        found.settled.append((self, name))

    def _changed_at(self, name):
        """Return when Odoo's value was last changed, as well as it can be told: the product, or its price rule."""
        product = self.product_id
        moments = [product.write_date, product.product_tmpl_id.write_date]
        if name == "price":
            pricelist = self._offer_pricelist(self.config_id.sudo())
            items = pricelist.sudo().item_ids.filtered(lambda item: item.product_id == product)
            moments = items.mapped("write_date") or moments
        return max((moment for moment in moments if moment), default=None)

    # ------------------------------------------------------------------ what follows
    def _write_found(self, config, found):
        """Write into Odoo; return ``{(record, field): code}`` of what could not be written."""
        problems = {}
        for name, wanted in found.to_write.items():
            for first in (True, False):
                part = {record: value for record, value in wanted.items() if ((record, name) in found.first) == first}
                if part:
                    refused = self._write_field(config, name, part, first)
                    problems.update({(self.browse(key), name): code for key, code in refused.items()})
        return problems

    def _remember_written(self, config, found, problems):
        """Remember what was written, with what Odoo makes of it; find what did not arrive."""
        written = {
            (record, name): value
            for name, wanted in found.to_write.items()
            for record, value in wanted.items()
            if (record, name) not in problems
        }
        if written:
            records = self.browse({record.id for record, _name in written})
            now = records._odoo_side(config, list({name for _record, name in written}))
            for (record, name), value in written.items():
                made = now[record.id][name]
                if name in ("price", "origin_price") and not self._is_near(config, made, value):
                    problems[record, name] = "rule"
                    continue
                found.memories[record][name] = agreed(value, made)
                found.settled.append((record, name))
        found.conflicts += [(record, name, code) for (record, name), code in problems.items()]

    @api.model
    def _is_near(self, config, made, value):
        """Whether a price is what was written but for rounding. Far from it, another rule has the last word."""
        if made in (None, UNKNOWN):
            return False
        room = 0.05 if config.price_rounding == "none" else max(config.price_step, 0.05)
        return abs(float(made) - float(value)) <= room

    def _mark_found(self, found):
        """Have sent what Odoo is right about."""
        offers = self.browse({record.id for record, name in found.to_send if FIELDS[name].part == "offer"})
        if offers:
            offers._mark_push()
        sheets = self.browse({record.id for record, name in found.to_send if FIELDS[name].part == "sheet"})
        sheets = sheets.filtered("publish")
        if sheets:
            sheets._differing_sheets()._ask_sheets()

    def _open_conflicts(self, config, found, problems, theirs, ours, moments, waiting):
        conflicts = self.env["cdiscount.field.conflict"].sudo()
        solved = [(record, name) for record, name in found.settled if name in waiting.get(record.id, ())]
        conflicts._agree(solved)
        rows = [
            {
                "mapping_id": record.id,
                "name": name,
                "note": code,
                "ours": conflicts._stored(ours[record.id][name]),
                "theirs": conflicts._stored(theirs[record.id][name]),
                "base": conflicts._stored(found.memories[record].get(name, Agreed()).value),
                "ours_at": record._changed_at(name),
                "theirs_at": naive(moments.get(record.id)),
            }
            for record, name, code in found.conflicts
        ]
        conflicts._note(config, rows)

    def _log_found(self, config, found, problems):
        """Say what was overwritten although the other side had been changed as well."""
        log = self.env["cdiscount.sync.log"]
        labels = dict(self.env["cdiscount.field.mapping"]._fields["name"]._description_selection(self.env))
        for source, direction in (("theirs", "in"), ("ours", "out")):
            entries = [entry for entry in found.lost if entry[4] == source and (entry[0], entry[1]) not in problems]
            if not entries:
                continue
            examples = "; ".join([self._told_loss(labels, *entry) for entry in entries[:NAMED]])
            if source == "theirs":
                message = _("Changed on both sides, Cdiscount's value counts: %s.", examples)
            else:
                message = _("Changed on both sides, Odoo's value counts: %s.", examples)
            if len(entries) > NAMED:
                message = _("%(message)s And %(count)s more.", message=message, count=len(entries) - NAMED)
            log._add(
                config,
                "offer_pull",
                message,
                level="warning",
                direction=direction,
                records=len(entries),
                record=entries[0][0],
                cause_code="field_overwritten",
            )

    @api.model
    def _told_loss(self, labels, record, name, mine, other, source):
        told = self.env["cdiscount.field.conflict"]._told
        return _(
            "%(field)s of %(sku)s: %(lost)s gave way to %(kept)s",
            field=labels[name],
            sku=record.seller_reference,
            lost=told(name, mine if source == "theirs" else other),
            kept=told(name, other if source == "theirs" else mine),
        )


class CdiscountOfferReconcile(models.Model):
    _inherit = "cdiscount.product.mapping"

    def _reconcile_offers(self, offers):
        """Compare prices and texts of offers that were read.

        :param offers: ``{id: Offer}``; the mappings hold the values read already. Nothing is done for offers without
            a product, or that are none of Odoo's business
        """
        for config, mappings in self._to_compare(offers):
            theirs = {mapping.id: mapping._offer_side(offers[mapping.id]) for mapping in mappings}
            moments = {mapping.id: offers[mapping.id].updated_at for mapping in mappings}
            mappings._reconcile(config, theirs, moments, shown=theirs)

    def _reconcile_content(self, payloads):
        """Compare texts of product sheets that were read; see ``_reconcile_offers``.

        A sheet that another seller wrote says nothing of what this one has changed: where Odoo has a text of its own
        it stays, unless the account takes everything from Cdiscount.

        :param payloads: ``{id: Product}`` of the services
        """
        for config, mappings in self._to_compare(payloads):
            lines = {line.name: line for line in config._ensure_field_mappings()}
            ours = mappings._odoo_side(config, SHEET_FIELDS)
            theirs = {}
            for mapping in mappings:
                payload = payloads[mapping.id]
                told = {name: getattr(payload, name) or "" for name in SHEET_FIELDS}
                theirs[mapping.id] = {
                    name: value
                    for name, value in told.items()
                    if mapping._is_comparable(lines[name], ours[mapping.id][name], value, payload)
                }
            mappings._reconcile(config, theirs)

    @api.model
    def _to_compare(self, read):
        """Return pairs (account, mappings) of what can be compared."""
        mappings = self.sudo().browse(read).filtered(lambda mapping: mapping.product_id and not mapping.ignored)
        return [
            (config.sudo(), same_account.with_company(config.company_id))
            for config, same_account in mappings.grouped("config_id").items()
        ]

    def _is_comparable(self, line, ours, theirs, payload):
        if line.name == "gtin":
            # With or without leading zeros it is the same number; another one is another product, not a change.
            return bool(theirs) and not (ours is not UNKNOWN and str(ours).strip())
        if not theirs:
            return False
        mine = payload.may_edit or bool(self.sheet_sent)
        return mine or line.effective_direction == "import" or field_memory.is_empty(ours)

    @api.model
    def _offer_side(self, offer):
        """Return ``{field: value}`` of an offer that was read; what came bent is not compared."""
        told = {"comments": offer.comments}
        if offer.price is not None:
            told.update(price=offer.price, origin_price=offer.origin_price)
        return {name: told[name] for name in OFFER_FIELDS if name in told}
