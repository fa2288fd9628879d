"""The figures of a compared day: both sides by status, what they say of the day, and what was repaired."""

from decimal import Decimal

from odoo import _, api, fields, models

from ..order.order_labels import STATUSES
from .completeness import WORST


class CdiscountCompletenessFigures(models.Model):
    _inherit = "cdiscount.completeness.day"

    def _close_reading(self, window, totals, repair):
        """Write down what the whole day came to."""
        self.ensure_one()
        gaps = self.env["cdiscount.completeness.gap"].sudo()
        gaps.search([("day_id", "=", self.id), "|", ("run", "!=", self.run), ("run", "=", False)]).unlink()
        here, now = self._count_here(window), fields.Datetime.now()
        self._write_cells(
            {
                status: {
                    "count_market": one.count,
                    "amount_market": float(one.amount),
                    "missing_count": one.missing,
                    "differing_count": one.differing,
                    "amounts_known": True,
                }
                for status, one in totals.by_status.items()
            },
            here,
            # What is not told of any more has nothing on Cdiscount.
            {"count_market": 0, "amount_market": 0, "missing_count": 0, "differing_count": 0, "amounts_known": True},
        )
        self._sum_up()
        values = {"compared_at": now, "read_at": now}
        if repair:
            values["fetched_count"] = self.fetched_count + totals.fetched
            values["updated_count"] = self.updated_count + totals.updated
            self._log_repair(totals)
        self.write(values)

    def _log_repair(self, totals):
        """Say what reading again has brought: orders that had been missing are a reason to look at the polls."""
        if not totals.fetched and not totals.updated:
            return
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "completeness_check",
            _(
                "Reading the orders of %(day)s again fetched %(fetched)s that had been missing and brought %(updated)s "
                "up to date.",
                day=self.day.strftime("%d/%m/%Y"),
                fetched=totals.fetched,
                updated=totals.updated,
            ),
            level="warning" if totals.fetched else "info",
            records=totals.fetched + totals.updated,
        )

    def _write_counts(self, window, counts):
        """Write down counts that agree; amounts stay those of the last reading, which is told beside them."""
        self._write_cells(
            {status: {"count_market": count} for status, count in counts.items()},
            self._count_here(window),
            {"count_market": 0},
        )
        self._sum_up()
        self.compared_at = fields.Datetime.now()

    def _count_again(self):
        """Bring Odoo's side up to date after something was fetched."""
        self.ensure_one()
        window = self._window()
        if not window:
            return
        groups = (
            self.env["cdiscount.completeness.gap"]
            .sudo()
            ._read_group([("day_id", "=", self.id)], ["status", "kind"], ["__count"])
        )
        gaps = {(status, kind): count for status, kind, count in groups}
        self._write_cells(
            {
                cell.status: {
                    "missing_count": gaps.get((cell.status, "missing"), 0),
                    "differing_count": gaps.get((cell.status, "total"), 0),
                }
                for cell in self.cell_ids
            },
            self._count_here(window),
            {},
        )
        self._sum_up()

    def _write_cells(self, there, here, nothing):
        """Write the figures of each status, Cdiscount's side beside Odoo's.

        :param there: ``{status: values}``; ``nothing``: values of a status Cdiscount does not tell of
        """
        cells = {cell.status: cell for cell in self.cell_ids}
        fresh = []
        for place, (status, _label) in enumerate(STATUSES):
            if status not in there and status not in here and status not in cells:
                continue
            count, amount = here.get(status, (0, Decimal(0)))
            values = {**there.get(status, nothing), "count_odoo": count, "amount_odoo": float(amount)}
            if status in cells:
                cells[status].write(values)
            else:
                fresh.append({**values, "day_id": self.id, "status": status, "sequence": place})
        self.env["cdiscount.completeness"].sudo().create(fresh)
        self.invalidate_recordset(["cell_ids"])
        for cell in self.cell_ids:
            cell.state = self._state_of(cell)

    @api.model
    def _state_of(self, cell):
        if cell.missing_count:
            return "missing"
        if cell.differing_count:
            return "differs"
        return "complete" if cell.count_market == cell.count_odoo else "moving"

    def _sum_up(self):
        """Make the day's figures from those of its statuses."""
        cells = self.cell_ids
        values = {
            name: sum(cells.mapped(name))
            for name in (
                "count_market",
                "count_odoo",
                "amount_market",
                "amount_odoo",
                "missing_count",
                "differing_count",
            )
        }
        states = set(cells.mapped("state")) or {"complete"}
        if values["count_market"] > values["count_odoo"]:
            states.add("missing")
        elif values["count_market"] < values["count_odoo"]:
            states.add("extra")
        values["state"] = min(states, key=WORST.get)
        values["amounts_known"] = bool(cells) and all(cells.mapped("amounts_known"))
        self.write(values)
