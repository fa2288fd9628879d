"""One seller account of a fleet: a shop of its own on the marketplace, and what came of its orders in Odoo."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from . import reconcile, shop
from .fleet import Fleet

LIVE = "('pending', 'running', 'waiting_retry')"


class Account:
    """An account in Odoo that is connected to a shop of its own, so that tests do not meet each other's orders."""

    def __init__(self, fleet: Fleet, seller: str, orders: int = 0, **values: Any) -> None:
        self.fleet = fleet
        self.seller = seller
        login = f"login-{seller}"
        fleet.market.ask("/shops", {"seller_id": seller, "login": login, "password": "sandbox-pass1", "orders": orders})
        since = datetime.now(timezone.utc) - timedelta(days=400)
        given = {"order_auto_import": False, "order_import_from": f"{since:%Y-%m-%d %H:%M:%S}", **values}
        self.id = shop.connect(fleet.session, fleet.market.url, login, seller, name=f"Shop {seller}", **given)

    # --- the marketplace's side ---------------------------------------------------------------------------------------
    def add_orders(self, count: int, **wish: Any) -> list[str]:
        """New orders of the shop; their ids."""
        asked = {"count": count, "answer": "ids", **wish}
        return self.fleet.market.ask(f"/orders?seller={self.seller}", asked, timeout=120)["ids"]

    def move(self, order: str, to: str, line: int | None = None) -> None:
        """Have an order, or one line of it, change its status."""
        asked = {"to": to, "force": True, **({"line": line} if line else {})}
        self.fleet.market.ask(f"/orders/{order}/move?seller={self.seller}", asked)

    # --- what a person does -------------------------------------------------------------------------------------------
    def act(self, action: str) -> Any:
        """Press a button of the account."""
        return self.fleet.session.call("cdiscount.config", action, [self.id])

    def pull(self) -> None:
        self.act("action_pull_orders")

    # --- Odoo's side --------------------------------------------------------------------------------------------------
    def jobs(self, condition: str = "TRUE") -> int:
        return self.fleet.number(f"SELECT count(*) FROM cdiscount_queue WHERE config_id = {self.id} AND {condition}")

    def waiting_orders(self) -> set[str]:
        """Orders whose sale order is still to be created."""
        condition = f"config_id = {self.id} AND operation = 'order_build' AND state IN {LIVE}"
        return {row[0] for row in self.fleet.sql(f"SELECT DISTINCT key FROM cdiscount_queue WHERE {condition}")}

    def imported(self) -> int:
        """Orders that have their sale order."""
        condition = f"config_id = {self.id} AND sale_order_id IS NOT NULL"
        return self.fleet.number(f"SELECT count(*) FROM cdiscount_order_mapping WHERE {condition}")

    def orders(self) -> int:
        """Orders of the marketplace that are known in Odoo."""
        return self.fleet.number(f"SELECT count(*) FROM cdiscount_order_mapping WHERE config_id = {self.id}")

    def wait_quiet(self, seconds: float = 300) -> None:
        """Wait until no job is left to do."""
        self.fleet.eventually(lambda: not self.jobs(f"state IN {LIVE}"), "the end of all jobs", seconds)

    def compare(self) -> reconcile.Outcome:
        """Both sides order by order, and that nothing is in Odoo twice."""
        rows = self.fleet.market.expected(self.seller)["rows"]
        outcome = reconcile.compare(rows, shop.odoo_orders(self.fleet.session, self.id))
        outcome.differences += self.doubled()
        failed = f"SELECT operation, key, error FROM cdiscount_queue WHERE config_id = {self.id} AND state = 'failed'"
        outcome.differences += ["job failed: " + " ".join(row) for row in self.fleet.sql(failed)]
        return outcome

    def doubled(self) -> list[str]:
        """Whatever is there more than once and should not be, in words."""
        looks = {
            "sale orders of one marketplace order": "SELECT origin, count(*) FROM sale_order "
            f"WHERE cdiscount_config_id = {self.id} GROUP BY 1 HAVING count(*) > 1",
            "sale orders that no marketplace order has": "SELECT o.name, 1 FROM sale_order o "
            "LEFT JOIN cdiscount_order_mapping m ON m.sale_order_id = o.id "
            f"WHERE o.cdiscount_config_id = {self.id} AND m.id IS NULL",
            "outgoing deliveries of one sale order": "SELECT p.origin, count(*) FROM stock_picking p "
            f"JOIN sale_order o ON o.id = p.sale_id WHERE o.cdiscount_config_id = {self.id} "
            "AND p.state <> 'cancel' GROUP BY 1 HAVING count(*) > 1",
            "contacts of one customer": "SELECT payload::jsonb #>> '{customer,reference}', count(DISTINCT partner_id) "
            f"FROM cdiscount_order_mapping WHERE config_id = {self.id} AND partner_id IS NOT NULL "
            "AND payload::jsonb #>> '{customer,reference}' IS NOT NULL "
            "GROUP BY 1 HAVING count(DISTINCT partner_id) > 1",
            "equal addresses of one contact": "SELECT string_agg(a.id::text, ' '), count(*) FROM res_partner a "
            f"JOIN cdiscount_customer c ON c.partner_id = a.parent_id AND c.config_id = {self.id} AND a.active "
            "GROUP BY a.parent_id, a.type, a.name, a.street, a.street2, a.zip, a.city, a.phone HAVING count(*) > 1",
        }
        return [f"{what}: {' x '.join(row)}" for what, look in looks.items() for row in self.fleet.sql(look)]

    def complaints(self) -> list[str]:
        """Lines of the sync log that a person would read as trouble."""
        look = (
            f"SELECT level, operation, cause_code, message FROM cdiscount_sync_log "
            f"WHERE config_id = {self.id} AND level <> 'info' ORDER BY id"
        )
        return [" ".join(row) for row in self.fleet.sql(look)]

    def running_jobs(self) -> int:
        return self.jobs("state = 'running'")
