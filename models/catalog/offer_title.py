"""Titles of offers nobody has linked yet: the list of offers has none, so their sheets are asked for, some each day."""

from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import constraints
from ...services.errors import CdiscountError, DataError, ProtocolError
from ..order.order_bulk import update_many
from ..order.order_store import NO_TRAIL
from .link import MORE_TO_COME

KEY = "titles"
PRIORITY = 90
BATCH = 50
"""Sheets of one job, a call each: what is more urgent goes between two jobs."""
AGAIN = timedelta(days=7)
"""How long a sheet that does not exist is not asked for again."""
REFUSALS = 5
"""Answers of no use, one after the other, after which it is not the offers that are wrong."""


class CdiscountOfferTitleSetting(models.Model):
    _inherit = "cdiscount.config"

    title_read_limit = fields.Integer(
        "Read Titles of Offers Not Linked",
        default=500,
        help="The list of offers tells no titles. For offers that are not linked and not ignored they are read from "
        "the product sheets, one call for each, at most this many a day; suggestions by name need them. 0: never.",
    )

    vars().update(
        constraints(
            ("title_read_limit_positive", "CHECK(title_read_limit >= 0)", "Enter 0 or more titles to read a day."),
        )
    )


class CdiscountOfferTitle(models.Model):
    _inherit = "cdiscount.product.mapping"

    title_asked_at = fields.Datetime("Title Asked For", readonly=True, copy=False, index="btree_not_null")
    shown_title = fields.Char(
        "Title",
        compute="_compute_shown_title",
        compute_sudo=True,
        help="The title on Cdiscount; the name of the product while that is not known.",
    )

    @api.depends("title", "product_id.name")
    @api.depends_context("lang")
    def _compute_shown_title(self):
        for offer in self:
            offer.shown_title = offer.title or offer.product_id.name

    # ------------------------------------------------------------------ asking
    @api.model
    def _without_title(self, config):
        """Domain of the offers whose title is to be read."""
        return [
            ("config_id", "=", config.id),
            ("product_id", "=", False),
            ("ignored", "=", False),
            ("title", "in", (False, "")),
            ("gtin", "not in", (False, "")),
            ("details_wanted", "=", False),
            "|",
            ("title_asked_at", "=", False),
            ("title_asked_at", "<", fields.Datetime.now() - AGAIN),
        ]

    @api.model
    def _titles_left(self, config):
        """Return how many titles may still be asked for today (by the clock of Greenwich)."""
        if config.title_read_limit <= 0:
            return 0
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        asked = self.sudo().search_count([("config_id", "=", config.id), ("title_asked_at", ">=", today)])
        return max(config.title_read_limit - asked, 0)

    @api.model
    def _request_titles(self, config):
        """Have the queue read the titles that are missing: today, or tomorrow when enough were read today.

        :return: how many are read today
        """
        if config.title_read_limit <= 0:
            return 0
        wanted = self.sudo().search_count(self._without_title(config), limit=config.title_read_limit)
        if not wanted:
            return 0
        left, eta = self._titles_left(config), None
        if not left:
            eta = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self.env["cdiscount.queue"].sudo()._enqueue(config, "product_fetch", KEY, priority=PRIORITY, eta=eta)
        return min(wanted, left)

    def action_suggest(self):
        result = super().action_suggest()
        configs = self.config_id or self.env["cdiscount.config"].search([])
        connected = configs.filtered(lambda config: config.state == "connected")
        count = sum(self._request_titles(config) for config in connected)
        if count:
            more = _("Titles being read from Cdiscount: %s; suggestions by name follow.", count)
            result["params"]["message"] += f" {more}"
        return result

    # ------------------------------------------------------------------ the work
    @api.model
    def _job_fetch(self, jobs):
        if jobs.key == KEY:
            yield from self._read_titles(jobs)
        else:
            yield from super()._job_fetch(jobs)

    @api.model
    def _read_titles(self, jobs):
        """Read one batch of titles, and ask for a job of its own for the next."""
        config = jobs.config_id
        mappings = self.sudo().with_company(config.company_id).with_context(**NO_TRAIL)
        size = min(mappings._titles_left(config), BATCH)
        if size:
            # First those that were never asked for.
            some = mappings.search(mappings._without_title(config), limit=size, order="title_asked_at nulls first, id")
            gtins = {mapping.id: mapping.gtin for mapping in some}
            client = config._get_client()
            # Nothing is held while the marketplace thinks, and what people do meanwhile is seen afterwards.
            yield None
            asked, failure = self._ask_title_sheets(client, gtins)
            mappings._keep_titles(asked)
            if failure:
                # What came before the failure is kept, and not asked for again. The job itself goes on with the rest.
                yield None
                raise failure
        mappings._request_titles(config)

    @api.model
    def _ask_title_sheets(self, client, gtins):
        """Ask for the sheets of ``{mapping.id: GTIN}``.

        :return: (``{mapping.id: Product, or None}`` of those that were answered, the error that ended it or None)
        """
        asked, refused = {}, []
        for mapping_id, gtin in gtins.items():
            try:
                asked[mapping_id] = client.products.find(gtin)
            except (DataError, ProtocolError) as error:
                # One GTIN that the marketplace stumbles over does not keep the others from their titles.
                refused.append(mapping_id)
                if len(refused) == REFUSALS:
                    return asked, error
            except CdiscountError as error:
                return asked, error
            else:
                asked.update(dict.fromkeys(refused))
                refused = []
        asked.update(dict.fromkeys(refused))
        return asked, None

    @api.model
    def _keep_titles(self, asked):
        """Keep what the sheets say of offers that are still not linked, and look for their suggestions again.

        A constant number of statements for any number of offers.

        :param asked: ``{mapping.id: Product or None}``
        """
        now = fields.Datetime.now()
        values, titled = {}, self.browse()
        for mapping in self.search([("id", "in", list(asked))]):
            sheet = asked[mapping.id]
            values[mapping.id] = {"title_asked_at": now}
            if sheet and sheet.title and not mapping.product_id and not mapping.title:
                values[mapping.id].update(mapping._sheet_values(sheet), suggested_at=False)
                titled |= mapping
        update_many(self.browse(values), values)
        titled.filtered(lambda mapping: not mapping.ignored)._request_suggestions(seconds=MORE_TO_COME)
