"""The working part of the dashboard: what is due, what failed and why, what was done, what stands still."""

from datetime import timedelta

from odoo import api, models

# Each part is an index of the queue's own; together they would be a walk through all that was ever done.
QUEUE = """
SELECT (SELECT count(*) FROM cdiscount_queue
         WHERE config_id = ANY(%(configs)s) AND state IN ('pending', 'waiting_retry'))
     + (SELECT count(*) FROM cdiscount_queue WHERE config_id = ANY(%(configs)s) AND state = 'running'),
       (SELECT count(*) FROM cdiscount_queue WHERE config_id = ANY(%(configs)s) AND state = 'failed')
"""
RATE = """
SELECT count(*) FROM cdiscount_queue
 WHERE config_id = ANY(%(configs)s) AND state = 'done' AND finished_at >= %(now)s - interval '1 hour'
"""
OUT_OF_STOCK = """
SELECT count(*) FROM cdiscount_product_mapping
 WHERE config_id = ANY(%(configs)s) AND publish AND (stock_to_publish = 0 OR stock_to_publish IS NULL)
"""
DUE = """
SELECT count(*), count(*) FILTER (WHERE {moment} < %(now)s),
       count(*) FILTER (WHERE {moment} >= %(now)s AND {moment} < %(soon)s), min({moment})
  FROM {table} WHERE config_id = ANY(%(configs)s) AND {waiting}
   AND (%(channels)s::int[] IS NULL OR sales_channel_id = ANY(%(channels)s::int[]))
"""
DEADLINES = {
    "accept": (
        "cdiscount_order_mapping",
        "accept_by",
        "status_kind = 'WaitingAcceptance' AND state IN ('new', 'held')",
    ),
    "ship": (
        "cdiscount_order_mapping",
        "ship_by",
        "status_kind = 'InPreparation' AND state IN ('new', 'held', 'imported')",
    ),
    "answer": ("cdiscount_discussion", "answer_by", "state = 'to_answer'"),
}
"""What has to be done until when: (table, column of the moment, what still waits)."""
SOON = timedelta(hours=24)
ACTIVITY = 12
CAUSES = 5


class CdiscountDashboardWork(models.AbstractModel):
    _inherit = "cdiscount.dashboard"

    @api.model
    def _work(self, scope):
        return {
            "deadlines": [self._deadline(scope, kind) for kind in DEADLINES] if scope.configs else [],
            "failures": self._failures(scope),
            "activity": self._activity(scope),
            "footer": self._footer(scope),
            "notices": self._notices(scope),
        }

    @api.model
    def _deadline(self, scope, kind):
        table, moment, waiting = DEADLINES[kind]
        statement = DUE.format(table=table, moment=moment, waiting=waiting)
        total, late, soon, first = self._fetch(statement, {**scope.values, "soon": scope.now + SOON})[0]
        return {
            "kind": kind,
            "total": total,
            "late": late,
            "soon": soon,
            "first": first.isoformat(sep=" ", timespec="seconds") if first else False,
        }

    @api.model
    def _failures(self, scope):
        causes = self.env["cdiscount.failure.cause"]
        domain = [("config_id", "in", scope.configs.ids), ("state", "=", "open")]
        found = causes.search(domain, order="waiting_count desc, last_seen desc, id desc", limit=CAUSES)
        return {
            "total": causes.search_count(domain) if len(found) == CAUSES else len(found),
            "causes": [
                {
                    "id": cause.id,
                    "name": cause.name,
                    "remedy": cause.remedy,
                    "count": cause.waiting_count,
                    "can_resolve": cause.can_resolve,
                }
                for cause in found
            ],
        }

    @api.model
    def _activity(self, scope):
        lines = self.env["cdiscount.sync.log"].search([("config_id", "in", scope.configs.ids)], limit=ACTIVITY)
        return [
            {
                "id": line.id,
                "icon": line.icon,
                "type": line.icon_title,
                "level": line.level,
                "message": line.message,
                "date": line.create_date.isoformat(sep=" ", timespec="seconds"),
                "account": line.config_id.name,
                "opens": bool(line.res_model and line.res_id),
            }
            for line in lines
        ]

    @api.model
    def _footer(self, scope):
        if not scope.configs:
            return {"jobs": 0, "errors": 0, "out_of_stock": 0, "rate": 0}
        jobs, errors = self._fetch(QUEUE, scope.values)[0]
        return {
            "jobs": jobs,
            "errors": errors,
            "out_of_stock": self._fetch(OUT_OF_STOCK, scope.values)[0][0],
            "rate": self._fetch(RATE, scope.values)[0][0],
        }

    @api.model
    def _notices(self, scope):
        """What a person should know before the numbers: ``[{"level", "text", "model", "id"}]``, the worst first."""
        notices = [
            {"level": "danger", "text": config.state_message, "model": config._name, "id": config.id}
            for config in scope.configs
            if config.state == "error" and config.state_message
        ]
        watch = self.env["cdiscount.queue"].get_watch()
        if watch and watch["config_id"] in scope.configs.ids:
            level = "danger" if watch["blocked"] else "warning"
            notices.append(
                {"level": level, "text": watch["title"], "model": "cdiscount.config", "id": watch["config_id"]}
            )
        # Who has no shop yet has better things to do first than to enter a key.
        connected = any(config.state != "draft" for config in scope.configs)
        if connected and self.env.user.has_group("base.group_system"):
            licence = self.env["cdiscount.licence"]._status()
            if licence["state"] != "active":
                notices.append({"level": "info", "text": licence["note"], "model": "res.config.settings", "id": False})
        return notices
