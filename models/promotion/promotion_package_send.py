"""Sales that Cdiscount begins and ends itself: announced once, followed to the report, taken back when cancelled.

There is no list of such packages, so one whose answer was lost cannot be looked up. Whether Cdiscount has fetched the
zip tells: once it has, nothing is sent again. As long as it has not, the address is replaced before another try, so
that at most one of them can ever be carried out.
"""

from datetime import timedelta

from odoo import _, fields, models

from ...services.errors import AuthError, CircuitOpen, DataError, NotFound, OutcomeUnknown, RateLimited
from ...services.rules.promotion import check_period
from ...services.rules.promotion_package import Discount, build_package
from ...services.rules.refusals import explain_offer, is_success
from ..catalog.offer_price import exact
from ..catalog.offer_sql import update_rows
from .promotion_check import PORTION
from .promotion_offer import WITHOUT
from .promotion_package import SERVED

NOTHING_DONE = (RateLimited, CircuitOpen, AuthError, DataError)
"""Failures after which it is certain that the marketplace did nothing."""
FIRST_LOOK = timedelta(minutes=1)
LOOK = timedelta(minutes=10)
UNFETCHED = timedelta(minutes=30)
"""So long after a lost answer Cdiscount may still fetch the zip; then it has never heard of it."""
GIVE_UP = timedelta(days=2)


class CdiscountPromotionPackageSend(models.Model):
    _inherit = "cdiscount.promotion"

    package_ids = fields.One2many("cdiscount.promotion.package", "promotion_id", "Announcements", readonly=True)

    # ------------------------------------------------------------------ announcing
    def _announce(self):
        """Send the announcement, or go on with it: a generator, each step is committed."""
        package = self._package("announce")
        if not package:
            late = [
                one
                for one in check_period(self.kind, self.date_start, self.date_end, fields.Datetime.now())
                if one.blocking
            ]
            if late:
                self._fail_sale("\n".join(self._problem_texts(late)))
                return
            package = self._make_package("announce")
            yield None
        yield from self._drive_package(package)

    def _package(self, purpose):
        """Return the package of a purpose that belongs to the present life of this promotion."""
        newest = self.package_ids[:1]
        # One before it belongs to what was cancelled and taken up again since.
        mine = newest.purpose == purpose and newest.state not in ("refused", "given_up")
        return newest if mine else newest.browse()

    def _make_package(self, purpose):
        """Write the zip down before anybody is told of it."""
        lines = self.line_ids.filtered(lambda line: line.state in ("waiting", "sent", "accepted", "returning"))
        rows = []
        for start in range(0, len(lines), PORTION):
            portion = lines[start : start + PORTION]
            offers = portion._offers()
            terms = self._united(offers.values()).with_context(**{WITHOUT: True})._offer_terms()
            for line in portion:
                said = terms.get(offers[line.id].id)
                if said and said.price:
                    rows.append((said, self._discount_of(line) if purpose == "announce" else None))
            self._keep_normal(portion)
        channel = self.config_id.sales_channel_id.code
        content = build_package(f"{self.name} {self.id}", channel, rows)
        package = self.env["cdiscount.promotion.package"].create(
            {"promotion_id": self.id, "purpose": purpose, "offer_count": len(rows)}
        )
        self.env["ir.attachment"].sudo().create(
            {
                "name": package._file_name(),
                "raw": content,
                "mimetype": "application/zip",
                "res_model": package._name,
                "res_id": package.id,
            }
        )
        return package

    def _discount_of(self, line):
        return Discount(
            kind=self.kind,
            percent=int(self.percent),
            start=self.date_start,
            end=self.date_end,
            reference=exact(line.reference_price, 2),
        )

    def _drive_package(self, package):
        now = fields.Datetime.now()
        if package.state in ("sending", "unclear"):
            # Somebody died, or the answer was lost: it may have been told.
            if package.fetched_at:
                package.write({"state": "processing", "note": _("Cdiscount has fetched it; its number was lost.")})
            elif now - package.posted_at < UNFETCHED:
                package.state = "unclear"
                self._look_again(now + LOOK)
                return
            else:
                package.write({"state": "waiting", "attempt": package.attempt + 1, "posted_at": False})
                yield None
        if package.state == "waiting":
            yield from self._post_package(package, now)
        if package.state == "processing":
            yield from self._read_report(package, now)

    def _post_package(self, package, now):
        package.write({"state": "sending", "posted_at": now, "expires_at": now + SERVED})
        # Cdiscount may come for the zip before its answer is here.
        yield None
        client = self.config_id._get_client()
        try:
            number = client.xml_packages.submit(package._address(), self.config_id.sales_channel_id.code)
        except OutcomeUnknown:
            package.state = "unclear"
            self._look_again(now + LOOK)
            yield None
            return
        except NOTHING_DONE:
            package.state = "waiting"
            yield None
            raise
        package.write({"state": "processing", "external_id": number, "note": False})
        if package.purpose == "announce":
            self.write({"state": "sent"})
            self._move_sale_lines(("waiting",), "sent")
        yield None

    # ------------------------------------------------------------------ the report
    def _read_report(self, package, now):
        if not package.external_id:
            self._give_up_number(package)
            return
        client = self.config_id._get_client()
        lines, refused = [], False
        try:
            for page in client.xml_packages.pages(package.external_id):
                if page.state == "waiting":
                    self._wait_for_report(package, now)
                    return
                refused = page.state == "refused"
                lines += page.lines
        except NotFound:
            self._wait_for_report(package, now)
            return
        if package.purpose == "announce":
            self._store_report(package, lines, refused)
        else:
            self._store_withdrawn(package, lines, refused)
        yield None

    def _wait_for_report(self, package, now):
        if now - package.posted_at > GIVE_UP:
            self._give_up_number(package)
            return
        early = now - package.posted_at < timedelta(minutes=5)
        self._look_again(now + (FIRST_LOOK if early else LOOK))

    def _give_up_number(self, package):
        """It is with Cdiscount, and its report cannot be read: a person looks, and nothing is sent again."""
        note = _("Cdiscount has fetched the announcement, but its report cannot be read: look in the seller portal.")
        package.write({"state": "given_up", "note": note})
        if package.purpose == "announce":
            self._move_sale_lines(("waiting", "sent"), "accepted")
            self.write({"state": "sent", "note": note})
            self._look_again(self.date_start)
        else:
            self._move_sale_lines(("returning",), "over")
        self._tell_person(_("The announcement of %s is unclear", self.name), note)

    def _store_report(self, package, lines, whole):
        """Keep what became of each offer."""
        by_sku = {line.sku: line for line in lines}
        catalogue = self.env["cdiscount.refusal"]
        rows, taken = [], []
        for line in self.line_ids.filtered(lambda line: line.state in ("waiting", "sent")):
            told = by_sku.get(line.mapping_id.seller_reference)
            if told and told.integrated:
                taken.append(line.id)
            elif told or whole:
                reasons = [one for one in map(explain_offer, told.reasons if told else ()) if not is_success(one)]
                refusal, stored = catalogue._explain(reasons)
                rows.append((line.id, (refusal or catalogue._of_cause("unknown")).id, stored or None))
        records = self.env["cdiscount.promotion.line"].sudo().browse([row[0] for row in rows])
        update_rows(records, {"refusal_id": "int4", "refusals": "text"}, rows, "state = 'refused'")
        self._move_sale_lines(("sent", "waiting"), "accepted", taken)
        package.write({"state": "refused" if not taken else "done", "refused_count": len(rows)})
        # The package said prices and stock, and something newer may have been sent before it was carried out.
        self.line_ids.mapped("mapping_id").sudo().filtered("publish")._refresh_after_package()
        if not taken:
            self._move_sale_lines(("sent", "waiting"), "left_out")
            self._fail_sale(_("Cdiscount refused every offer of the sale: see the lines."))
            return
        if rows:
            self._tell_person(
                _("Offers refused for %(name)s: %(count)s", count=len(rows), name=self.name),
                _("See the reason on each line of the promotion."),
            )
        self._look_again(self.date_start)

    def _store_withdrawn(self, package, lines, whole):
        refused = sum(1 for line in lines if not line.integrated)
        package.write({"state": "refused" if whole else "done", "refused_count": refused})
        if whole or refused:
            self._tell_person(
                _("The sale %s could not be taken back", self.name),
                _("Cdiscount refused the withdrawal: end the sale in the seller portal."),
            )
        self._move_sale_lines(("returning",), "over")
        self.line_ids.mapped("mapping_id").sudo().filtered("publish")._refresh_after_package()

    def _move_sale_lines(self, before, after, ids=None):
        lines = self.line_ids.filtered(lambda line: line.state in before)
        ids = lines.ids if ids is None else ids
        self.env["cdiscount.offer.package"]._move_lines(ids, before, after)

    def _fail_sale(self, note):
        self.write({"state": "failed", "note": note, "next_at": False})
        self._tell_person(_("The promotion %s failed", self.name), note)

    # ------------------------------------------------------------------ begin and end
    def _follow_sale(self, now):
        """Between the announcement and the end: read the report, note the begin."""
        package = self._package("announce")
        if package.state in ("sending", "unclear", "waiting", "processing"):
            yield from self._drive_package(package)
        self._note_begin_of_sale(now)
        if self.state == "running":
            self._look_after(now)

    def _note_begin_of_sale(self, now):
        if self.state == "sent" and self.date_start <= now and "accepted" in self.line_ids.mapped("state"):
            self.write({"state": "running", "began_at": self.date_start})
            self._note_sale_prices(self.date_start, "price_promo")
            self._log(_("The promotion %s has begun.", self.name))

    def _stop_sale(self, state, note, now):
        """End a sale: by itself at its end, by another package before."""
        self._note_begin_of_sale(now)
        shown = self.state == "running"
        before_end = self.date_end > now
        if shown:
            self._note_sale_prices(now if before_end else self.date_end, "normal_price")
        lost = self.package_ids.filtered(lambda package: package.state in ("waiting", "sending", "unclear"))
        if before_end and (self.state in ("sent", "running") or set(lost.mapped("state")) - {"waiting"}):
            self._move_sale_lines(("waiting", "sent", "accepted"), "returning")
        else:
            self._move_sale_lines(("waiting", "sent", "accepted"), "over")
        lost.write({"state": "given_up"})
        self.write({"state": state, "ended_at": min(now, self.date_end), "note": note})
        if shown:
            self._refresh_results()
        self._look_again(now if self._has_prices_there() else None)

    def _note_sale_prices(self, since, column):
        """What customers pay from a moment on: Cdiscount changes it without telling."""
        rows = [
            (line.mapping_id.id, line.sales_channel_id.id, exact(line[column] or line.price_now, 2), line.id)
            for line in self.line_ids
            if line.state == "accepted"
        ]
        self.env["cdiscount.price.point"].sudo()._note(rows, "sale", since)

    def _follow_return(self, now):
        """A sale is taken back by a package; prices that Odoo itself has changed go back with the next sending."""
        if not self.by_package:
            yield from super()._follow_return(now)
            return
        if not self._has_prices_there():
            self._look_again(None)
            return
        package = self._package("withdraw")
        if not package:
            package = self._make_package("withdraw")
            yield None
        yield from self._drive_package(package)
        if not self._has_prices_there():
            self._look_again(None)
