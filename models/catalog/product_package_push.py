"""Sending product sheets: looked for, checked, stored, sent; within what the marketplace takes an hour."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from odoo import _, api, fields, models

from ...services.errors import CdiscountError, InvalidRequest, OutcomeUnknown
from ...services.payloads.package_result import Said
from ...services.resources.product_packages import SAFE_PACKAGE
from ...services.rules.gtin import sent as gtin_as_sent
from ...services.rules.product_sheet import sheet_request
from ...services.rules.quota import WINDOW, room
from ...services.rules.refusals import explain_product
from ..order.order_import import aware, naive

_logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(days=1)
FIRST_LOOK = timedelta(minutes=1)
DOWNLOAD = timedelta(minutes=2)
"""How long a sheet waits for the properties of its category to be downloaded."""


@dataclass(frozen=True)
class Ready:
    """A sheet that may be sent. ``request`` is the JSON of it."""

    mapping: models.Model
    request: dict
    digest: str
    is_new: bool

    @property
    def gtin(self):
        return str(self.request["gtin"])


class CdiscountProductPackagePush(models.Model):
    _inherit = "cdiscount.product.package"

    @api.model
    def _job_push(self, jobs):
        """Queue operation: send the waiting product sheets of an account, at most 25 in a package.

        What is sent is stored and committed before the call: whatever happens then, it is known that these sheets may
        have arrived, and they are looked for before they are sent again.
        """
        config = jobs.config_id
        self._resume(config)
        client = config._get_client()
        yield from self._look_for_products(config, client)
        yield from self._send_waiting(config, client)

    @api.model
    def _resume(self, config):
        """Have every package whose end is not known looked after, also one whose worker died in the middle."""
        for package in self.search([("config_id", "=", config.id), ("state", "in", ("sending", "submitted"))]):
            package._follow()

    def _follow(self):
        """Have the report on this package read: after a minute at first, later up to a quarter of an hour."""
        self.ensure_one()
        age = fields.Datetime.now() - (self.submitted_at or fields.Datetime.now())
        delay = min(max(age / 2, FIRST_LOOK), timedelta(minutes=15))
        queue = self.env["cdiscount.queue"].sudo()
        queue._enqueue(self.config_id, "sheet_report", str(self.id), eta=fields.Datetime.now() + delay)

    @api.model
    def _ask_again(self, config, moment):
        """Have the waiting sheets sent at a moment (naive UTC)."""
        self.env["cdiscount.queue"].sudo()._enqueue(config, "sheet_push", "sheets", eta=moment)

    # ------------------------------------------------------------------ is it there already
    @api.model
    def _look_for_products(self, config, client):
        """Ask the marketplace which of the waiting products it has: they need no sheet. Yields after each batch."""
        mappings = self.env["cdiscount.product.mapping"]
        limit = fields.Datetime.now() - LOOK_AGAIN
        domain = [
            *self._waiting_domain(config),
            ("product_reference", "=", False),
            *("|", ("sheet_looked_at", "=", False), ("sheet_looked_at", "<", limit)),
        ]
        while batch := mappings.search(domain, limit=SAFE_PACKAGE, order="id"):
            codes = batch._sheet_gtins()
            there = dict(client.products.by_gtins(code for code in codes.values() if code))
            for mapping in batch:
                mapping._note_product(there.get(codes[mapping.id]))
            batch.filtered(lambda mapping: mapping.sheet_state == "none")._mark_push()
            yield None

    @api.model
    def _waiting_domain(self, config):
        return [("config_id", "=", config.id), ("sheet_state", "=", "waiting"), ("product_id", "!=", False)]

    # ------------------------------------------------------------------ one package after the other
    @api.model
    def _send_waiting(self, config, client):
        """Send what waits until nothing is left or the quota is used up. Yields at each point of return."""
        aside, downloads = set(), False
        while True:
            # What is remembered of the products may be from before the last commit.
            self.env.invalidate_all()
            space = self._room(config)
            batch = self._next_batch(config, space.now, aside)
            if not batch:
                break
            ready, later, lacking = self._prepare_batch(config, batch)
            aside |= set(later.ids)
            downloads = downloads or lacking
            yield None
            if ready:
                yield from self._send(config, client, ready)
        if downloads:
            self._ask_again(config, fields.Datetime.now() + DOWNLOAD)
        if not space.now and self._next_batch(config, 1, aside):
            self._ask_again(config, naive(space.next_at) + timedelta(seconds=1))

    @api.model
    def _room(self, config):
        """Return the Room for sheets of new products; those of products that exist do not count."""
        now = datetime.now(timezone.utc)
        # What did not arrive used nothing up.
        packages = self.search(
            [
                ("config_id", "=", config.id),
                ("submitted_at", ">", naive(now - 2 * WINDOW)),
                ("state", "!=", "dropped"),
            ]
        )
        exceeded = self.search(
            [
                ("config_id", "=", config.id),
                ("quota_exceeded", "=", True),
                ("submitted_at", ">", naive(now - 2 * WINDOW)),
            ],
            order="submitted_at desc",
            limit=1,
        )
        return room(
            [(aware(package.submitted_at), package.new_count) for package in packages],
            now,
            exceeded_at=aware(exceeded.submitted_at) if exceeded else None,
        )

    @api.model
    def _next_batch(self, config, space, aside):
        """Return the next offers: products that exist first, then as many new ones as there is room for."""
        mappings = self.env["cdiscount.product.mapping"]
        domain = [*self._waiting_domain(config), ("id", "not in", list(aside))]
        batch = mappings.search([*domain, ("product_reference", "!=", False)], limit=SAFE_PACKAGE, order="id")
        free = min(space, SAFE_PACKAGE - len(batch))
        if free > 0:
            batch |= mappings.search([*domain, ("product_reference", "=", False)], limit=free, order="id")
        return batch

    @api.model
    def _prepare_batch(self, config, batch):
        """Check sheets and build their requests.

        :return: (list of Ready, offers that wait for another time, whether something is being downloaded for them)
        """
        mappings = batch.browse()
        sheets = batch._sheets()
        categories = batch._sheet_categories(config)
        properties = batch._sheet_properties(categories)
        found = batch._check_sheets()
        busy = self._in_flight(config)
        ready, later, lacking = [], mappings, False
        for mapping in batch:
            sheet, category = sheets[mapping.id], categories.get(mapping.product_id.id)
            code = gtin_as_sent(sheet.gtin)
            if found[mapping.id].blocking:
                mapping._block_sheet()
            elif code in busy:
                # Another offer of the same product is on its way; looked for again, the product will be there.
                mapping.sheet_looked_at = False
                later |= mapping
            elif category and not category.properties_at:
                later, lacking = later | mapping, True
            else:
                busy.add(code)
                request = sheet_request(sheet, properties.get(sheet.category, ()))
                digest = mapping._digest_of(request, mapping._imported_fields(config))
                ready.append(Ready(mapping, request, digest, not mapping.product_reference))
        return ready, later, lacking

    @api.model
    def _in_flight(self, config):
        """Return the GTINs of the sheets whose end is not known."""
        lines = self.env["cdiscount.product.package.line"].search(
            [("config_id", "=", config.id), ("verdict", "in", ("pending", "checked"))]
        )
        return set(lines.mapped("gtin"))

    # ------------------------------------------------------------------ the call
    @api.model
    def _send(self, config, client, ready):
        """Send one package. One that is refused as it stands is cut in halves until the bad sheet stands alone."""
        package = self._open_package(config, ready)
        yield None
        try:
            reference = client.product_packages.submit([one.request for one in ready])
        except OutcomeUnknown:
            # They may have arrived: the report tells, later.
            package._follow()
            yield None
            return
        except InvalidRequest as error:
            package._refused_as_a_whole(error, alone=len(ready) == 1)
            yield None
            if len(ready) > 1:
                middle = len(ready) // 2
                yield from self._send(config, client, ready[:middle])
                yield from self._send(config, client, ready[middle:])
            return
        except CdiscountError:
            # Nothing was done: such an error ends a call that is not safe to repeat only before it was made.
            package._give_back()
            yield None
            raise
        package.write({"reference": reference, "state": "submitted"})
        package._follow()
        yield None

    @api.model
    def _open_package(self, config, ready):
        """Store what is about to be sent."""
        package = self.create(
            {
                "config_id": config.id,
                "submitted_at": fields.Datetime.now(),
                "sheet_count": len(ready),
                "new_count": sum(one.is_new for one in ready),
                "line_ids": [fields.Command.create(self._prepare_line(one)) for one in ready],
            }
        )
        package.line_ids.mapping_id.write({"sheet_state": "submitted"})
        return package

    @api.model
    def _prepare_line(self, one):
        return {
            "mapping_id": one.mapping.id,
            "sku": one.mapping.seller_reference,
            "gtin": one.gtin,
            "title": one.request.get("title"),
            "category": one.request.get("categoryCode"),
            "digest": one.digest,
            "is_new": one.is_new,
        }

    def _give_back(self, message=False):
        """Nothing of this package arrived: its sheets wait for the next one."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.verdict == "pending")
        lines.write({"verdict": "dropped"})
        lines.mapping_id.write({"sheet_state": "waiting"})
        self.message = message
        self._count()

    def _refused_as_a_whole(self, error, alone):
        """The marketplace refused to take the package in.

        :param alone: whether there is one sheet in it, which is the reason then
        """
        detail = error.params.get("detail") or ""
        message = _(
            "Cdiscount refused to take the package in (HTTP %(status)s). %(detail)s",
            status=error.status or "?",
            detail=detail,
        ).strip()
        if not alone:
            self._give_back(message)
            return
        self.message = message
        self.line_ids._settle_refused([explain_product(Said("", detail or message))])
        self._count()


class CdiscountSheetSending(models.Model):
    _inherit = "cdiscount.product.mapping"

    def _sheet_gtins(self):
        """Return ``{mapping.id: GTIN}`` of offers of one account, "" without one."""
        config = self.config_id.sudo()
        values = self.env["cdiscount.field.mapping"].sudo()._values(config, self.product_id, ("gtin",))
        return {
            mapping.id: gtin_as_sent(values.get(mapping.product_id.id, {}).get("gtin") or mapping.gtin)
            for mapping in self
        }

    def _note_product(self, product):
        """Remember what the marketplace said of this product: it has it (services' Product), or it has not (None)."""
        self.ensure_one()
        values = {"sheet_looked_at": fields.Datetime.now()}
        if product:
            values.update(
                product_reference=product.reference, category_reference=product.category or False, sheet_state="none"
            )
        self.write(values)

    def _block_sheet(self):
        """The check found what would be refused: a person corrects it and sends it again."""
        self.write({"sheet_state": "blocked"})
