"""What the marketplace counts by its days: payouts and commission invoices, known by a reference or only by a day."""

from odoo import api, fields, models

from ...compat import constraints


class CdiscountAnnounced(models.AbstractModel):
    """A record for a day of one account. Until the marketplace names it, its day stands for its reference."""

    _name = "cdiscount.announced"
    _description = "Announced by Cdiscount for a Day"
    _rec_name = "reference"

    vars().update(
        constraints(
            (
                "reference_uniq",
                "unique(config_id, reference)",
                "The account has it already: each payout and each invoice exists once.",
            ),
        )
    )

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    reference = fields.Char(required=True, readonly=True, help="As Cdiscount names it, else its day.")
    announced = fields.Boolean(
        "Listed by Cdiscount", readonly=True, help="Cdiscount itself has listed it, not only what is in it."
    )
    date = fields.Date(readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @api.model
    def _ensure(self, config, wanted):
        """Find or make the records of one account.

        :param wanted: set of (reference or "", day or None, currency id)
        :return: {(reference, day): record}; what has neither reference nor day is left out
        """
        wanted = sorted(
            {one for one in wanted if one[0] or one[1]}, key=lambda one: (not one[0], one[0], str(one[1]), one[2])
        )
        if not wanted:
            return {}
        names = {reference for reference, _day, _currency in wanted if reference}
        days = {day for _reference, day, _currency in wanted if day}
        records = self.search(
            [
                ("config_id", "=", config.id),
                "|",
                ("reference", "in", [*names, *(day.isoformat() for day in days)]),
                ("date", "in", list(days)),
            ],
            order="id",
        )
        by_name = {record.reference: record for record in records}
        by_day = {}
        for record in records:
            by_day.setdefault(record.date, record)
        found, missing = {}, {}
        for reference, day, currency in wanted:
            record = by_name.get(reference) if reference else by_day.get(day)
            if not record and reference and day and day.isoformat() in by_name:
                # Until now only its day was known.
                record = by_name.pop(day.isoformat())
                record.reference = reference
                by_name[reference] = record
            if record:
                found[(reference, day)] = record
            else:
                missing.setdefault((reference or (day and day.isoformat())), (reference, day, currency))
        made = self.create(
            [
                {"config_id": config.id, "reference": name, "date": day, "currency_id": currency, **self._of_day(day)}
                for name, (_reference, day, currency) in missing.items()
            ]
        )
        by_name.update({record.reference: record for record in made})
        for record in made:
            by_day.setdefault(record.date, record)
        for reference, day, _currency in wanted:
            if (reference, day) not in found:
                found[(reference, day)] = by_name.get(reference) if reference else by_day[day]
        return found

    @api.model
    def _of_day(self, day):
        """Return further values of a record for a day."""
        return {}
