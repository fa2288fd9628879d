"""What an answer means for the offer: accepted, refused, or never arrived."""

from datetime import timedelta

from odoo import api, fields, models

from ...services.payloads.read import decimal, mapping
from ...services.payloads.storage import digest, loads
from ...services.rules.offer_memory import recall, remember
from .offer_sql import update_rows

FIRST_RETRY, LONGEST_RETRY = 600, 21_600
MOST_RETRIES = 10
"""Seconds, and how often: about two days, which is longer than a new product takes to be known."""
WITHDRAWN = ("off_sale", "retire")
COLUMNS = {
    "state": "varchar",
    "offer_state": "varchar",
    "push_wish": "varchar",
    "push_hold": "bool",
    "push_needed": "bool",
    "push_after": "timestamp",
    "sent": "text",
    "sent_before": "text",
    "price": "numeric",
    "origin_price": "numeric",
    "last_pushed_at": "timestamp",
    "refusal_id": "int4",
    "refusals": "text",
    "refusal_count": "int4",
    "refused_digest": "varchar",
}
"""What an answer changes of an offer, besides the package, which is over for it."""
OF_QUANTITY = "quantity:"
"""What the digest of a refused quantity begins with: the next one that is accepted makes it good."""


def only_quantity(request):
    """Whether a request is about nothing but the quantity."""
    return not set(request) - {"sellerExternalReference", "quantity"}


class CdiscountOfferPackageAnswers(models.Model):
    _inherit = "cdiscount.offer.package"

    def _records_on_their_way(self):
        """Return the offers that wait for this package, one recordset for each model that has some."""
        found = []
        for records in self._marked(self.config_id, self.sales_channel_id):
            mine = records.sudo().search([("package_id", "=", self.id)])
            found += [mine] if mine else []
        return found

    def _by_record(self, lines):
        """Return ``[(record, line)]`` of lines whose offer waits for this package; others are in doubt.

        An offer that was sent anew meanwhile may now show the older one of two packages: it is sent whole once more.
        """
        found = []
        # What is remembered of them may be from before the last commit.
        self.env.invalidate_all()
        for name in ("mapping_id", "channel_offer_id"):
            pairs = [(line[name], line) for line in lines if line[name]]
            late = [record for record, _line in pairs if record.package_id != self]
            if late:
                self._send_whole(late[0].browse([record.id for record in late]))
            found += [(record, line) for record, line in pairs if record.package_id == self]
        return found

    def _write_offers(self, rows):
        """Store ``[(record, {column: value})]``; the package is over for these offers.

        One statement for each set of columns that occurs. Other columns are left alone: they may be marked meanwhile.
        """
        groups = {}
        for record, values in rows:
            groups.setdefault((record._name, tuple(sorted(values))), []).append((record.id, values))
        for (name, columns), members in groups.items():
            kinds = {column: COLUMNS[column] for column in columns}
            tuples = [(key, *(values[column] for column in columns)) for key, values in members]
            update_rows(self.env[name].sudo(), kinds, tuples, "package_id = NULL")

    # ------------------------------------------------------------------ accepted
    def _store_accepted(self, lines):
        if not lines:
            return
        rows, quantities = [], []
        for record, line in self._by_record(lines):
            request = loads(line.request or "{}")
            rows.append((record, self._values_of_accepted(record, line, request)))
            if self.type == "Delete" or "quantity" in request:
                quantities.append((record, request.get("quantity") or 0))
        self._write_offers(rows)
        self._store_quantities(quantities)
        lines.write({"answer": "accepted"})

    @api.model
    def _store_quantities(self, quantities):
        """Remember what is published: it is kept with the offer of the account's own channel."""
        mine = [(record.id, number) for record, number in quantities if record._name == "cdiscount.product.mapping"]
        update_rows(self.env["cdiscount.product.mapping"].sudo(), {"published_qty": "int4"}, mine)

    def _values_of_accepted(self, record, line, request):
        wish = line.wish if line.wish == record.push_wish else ""
        healthy = {"refusal_id": None, "refusals": None, "refusal_count": 0, "refused_digest": None, "push_after": None}
        values = {"last_pushed_at": self.submitted_at or fields.Datetime.now()}
        if self.type == "Delete":
            gone = {"offer_state": "absent", "sent": None, "sent_before": None, "push_hold": False}
            state = "ready" if record.publish else "draft"
            return {
                **values,
                **healthy,
                **gone,
                "state": state,
                "push_wish": None if wish else record.push_wish or None,
            }
        request = recall(line.request) if line.request else request
        values["sent"] = remember(request, "" if self.type == "Upsert" else record.sent or "")
        if only_quantity(request):
            # A quantity is not what somebody would take back, and it does not make a refused price good.
            if wish or not record.refused_digest or record.refused_digest.startswith(OF_QUANTITY):
                values.update(healthy)
                values["state"] = "live" if record.state in ("ready", "submitted", "rejected") else record.state
                if record.publish and not wish:
                    values["state"] = "live"
        else:
            # Undoing the last sending of an offer that is off sale does not put it on sale again.
            off_sale = not record.publish and record.state == "inactive"
            values.update(healthy, state="inactive" if off_sale else "live", sent_before=record.sent or None)
        if "price" in request:
            price = mapping(request["price"])
            values.update(price=decimal(price.get("price")), origin_price=decimal(price.get("originPrice")) or 0)
        if self.type == "Upsert" and record.offer_state != "inactive":
            values["offer_state"] = "active"
        if wish == "undo":
            values.update(push_wish=None, push_hold=True)
        elif wish == "off_sale":
            values.update(push_wish=None, state="inactive")
        elif wish == "retire":
            # Its quantity is 0 now: what follows is the deletion.
            values.update(state="inactive", push_needed=True)
        return values

    # ------------------------------------------------------------------ refused
    def _store_refused(self, lines, reasons_of):
        """Store that lines were refused, with a number of statements that does not depend on theirs.

        :param reasons_of: called with a line, returns its Refusal objects
        """
        found, done = [], lines.browse()
        for line in lines:
            reasons = tuple(reasons_of(line))
            gone = self.type != "Upsert" and any(reason.cause == "offer_missing" for reason in reasons)
            if gone and self.type == "Delete":
                # What was to be deleted is not there.
                done |= line
            else:
                found.append((line, reasons, gone))
        self._store_accepted(done)
        if not found:
            return
        catalogue = self.env["cdiscount.refusal"]
        texts = {line: (*catalogue._explain(reasons), reasons, gone) for line, reasons, gone in found}
        rows = []
        for record, line in self._by_record(lines - done):
            refusal, stored, reasons, gone = texts[line]
            waits = bool(reasons) and all(reason.wait for reason in reasons)
            values = self._values_of_refused(record, line, waits, gone)
            rows.append((record, {**values, "refusal_id": refusal.id or None, "refusals": stored or None}))
        self._write_offers(rows)
        told = [(line.id, stored or None) for line, (_refusal, stored, _reasons, _gone) in texts.items()]
        update_rows(lines, {"refusals": "text"}, told, "answer = 'refused'")

    def _values_of_refused(self, record, line, waits, gone):
        count = (record.refusal_count or 0) + 1
        values = {"state": "rejected", "refusal_count": count, "refused_digest": None}
        if line.wish == "undo":
            values["push_wish"] = None
        if gone and line.wish in WITHDRAWN and line.wish == record.push_wish:
            # It is not there any more: nothing is left to be taken off sale.
            state = "inactive" if line.wish == "off_sale" else "draft"
            return {**values, "state": state, "offer_state": "absent", "sent": None, "push_wish": None}
        if gone and count < MOST_RETRIES:
            # An Update changes what is there; what is not there is created.
            return {**values, "offer_state": "absent", "sent": None, "state": "ready", "push_needed": True}
        if waits and count < MOST_RETRIES:
            seconds = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (count - 1))
            later = fields.Datetime.now() + timedelta(seconds=seconds)
            return {**values, "push_needed": True, "push_after": later}
        if line.request:
            request = recall(line.request)
            values["refused_digest"] = (OF_QUANTITY if only_quantity(request) else "") + digest(request)
        return values

    # ------------------------------------------------------------------ not arrived
    def _store_missing(self, lines):
        """What did not arrive is compared and sent anew."""
        if not lines:
            return
        pairs = self._by_record(lines)
        for name in ("cdiscount.product.mapping", "cdiscount.channel.offer"):
            mine = [record.id for record, _line in pairs if record._name == name]
            self._compare_again(self.env[name].sudo().browse(mine))
        lines.write({"answer": "missing"})

    def _compare_again(self, records):
        """Let these offers out of the package and mark them."""
        if not records:
            return
        self.env.flush_all()
        stock = ", stock_dirty = TRUE" if self.purpose == "stock" and "stock_dirty" in records._fields else ""
        self.env.cr.execute(
            f"""
            UPDATE {records._table}
               SET package_id = NULL, push_needed = TRUE,
                   state = CASE WHEN state <> 'submitted' THEN state WHEN sent IS NULL THEN 'ready' ELSE 'live' END
                   {stock}
             WHERE id = ANY(%s)
            """,
            (records.ids,),
        )
        records.invalidate_recordset(flush=False)
        records.modified(["state"])

    @api.model
    def _send_whole(self, records):
        """What the channel shows of these offers is not known for certain: they are sent whole."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET sent = NULL, push_needed = TRUE WHERE id = ANY(%s) AND publish",
            (records.ids,),
        )
        records.invalidate_recordset(flush=False)

    def _doubt(self, of_sku):
        """A package of somebody else has changed offers: those that Odoo publishes are sent whole."""
        for records in self._marked(self.config_id, self.sales_channel_id):
            known = records.sudo().search(
                [
                    ("config_id", "=", self.config_id.id),
                    ("sales_channel_id", "=", self.sales_channel_id.id),
                    ("seller_reference", "in", list(of_sku)),
                    ("package_id", "=", False),
                ]
            )
            if known:
                self._send_whole(known)
