"""tools/chaos: many orders over a bad line, with workers that are killed, and what became of each order."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from . import reconcile
from .console import ToolError, say
from .fleet import Fleet, Worker
from .fleet_account import LIVE, Account
from .options import Target

# A mix of everything a listing of orders can suffer. The last three leave the answer whole and move what it tells of.
FAULTS = [
    "rate_limited",
    "rate_limited_bare",
    "server_error",
    "bad_gateway_html",
    "unavailable_empty",
    "cut_body",
    "timeout",
    "invalid_json",
    "html_page",
    "reset",
    "token_revoked",
    "pages_shift",
    "orders_arrive",
    "duplicated_rows",
]
SELLER = "77001"
REST = 0.5  # seconds between two looks of a worker that finds nothing to do
SHOWN_ERRORS = 15


@dataclass
class Wish:
    """What the caller asked for."""

    target: Target
    orders: int = 1000
    workers: int = 3
    kills: int = 20
    rate: float = 0.2
    seed: int = 1
    minutes: float = 45


@dataclass
class Tally:
    """What happened on the way."""

    kills: int = 0
    kills_at_work: int = 0
    arrived: int = 0
    cancelled: int = 0
    polls: int = 0
    seconds: float = 0.0
    in_time: bool = True
    marks: list[int] = field(default_factory=list)


class Chaos:
    """One run: the worker processes come and go, the marketplace lives on, somebody presses Fetch Orders."""

    def __init__(self, fleet: Fleet, wish: Wish) -> None:
        self.fleet = fleet
        self.wish = wish
        self.chance = random.Random(wish.seed)
        self.tally = Tally()
        self.begin = time.monotonic()
        self.account = Account(fleet, SELLER, wish.orders)
        rows = fleet.market.expected(SELLER)["rows"]
        self.open_orders = [row["orderId"] for row in rows if row["status"] == "InPreparation"]
        self.chance.shuffle(self.open_orders)
        selling = sum(bool(row["must_sell"] and row["gtin_known"]) for row in rows)
        # Kills come at moments drawn by lot over the whole of the work, told by what is done of it.
        self.tally.marks = sorted(self.chance.randrange(selling) for _ in range(wish.kills))
        self.arrivals = max(1, wish.orders // 10)
        self.cancellations = max(1, wish.orders // 50)

    def run(self) -> Tally:
        fleet = self.fleet
        names = {"names": FAULTS, "rate": self.wish.rate, "seed": self.wish.seed, "path": "/orders*"}
        fleet.market.ask("/faults", {**names, "params": {"seconds": 2, "retry_after": 1, "count": 2}})
        for _ in range(self.wish.workers):
            fleet.spawn(rest=REST)
        next_poll = next_stir = next_word = 0.0
        while not self._is_over():
            now = time.monotonic() - self.begin
            if now > self.wish.minutes * 60:
                self.tally.in_time = False
                break
            if now >= next_poll:
                self.account.pull()
                self.tally.polls += 1
                next_poll = now + 5
            done = self.account.imported()
            if now >= next_stir:
                self._stir(done)
                next_stir = now + 1
            if now >= next_word:
                say(f"    {done} sale orders, {self.tally.kills} kills, {self.account.jobs(f'state IN {LIVE}')} jobs")
                next_word = now + 15
            while self.tally.kills < len(self.tally.marks) and self.tally.marks[self.tally.kills] <= done:
                self._kill_one()
            time.sleep(0.1)
        self._settle()
        self.tally.seconds = time.monotonic() - self.begin
        return self.tally

    def _is_over(self) -> bool:
        return (
            self.tally.kills >= self.wish.kills
            and self.tally.arrived >= self.arrivals
            and self.tally.cancelled >= self.cancellations
            and not self.account.jobs(f"state IN {LIVE}")
        )

    def _stir(self, done: int) -> None:
        """New orders come in and customers cancel, as much of it as the import has come along."""
        share = min(1.0, 0.02 + done / max(1, self.wish.orders * 0.6))
        coming = min(int(self.arrivals * share) - self.tally.arrived, 50)
        if coming > 0:
            self.account.add_orders(coming)
            self.tally.arrived += coming
        while self.tally.cancelled < int(self.cancellations * share) and self.open_orders:
            order = self.open_orders.pop()
            row = self.fleet.market.ask(f"/orders/{order}?seller={SELLER}")
            if row["expected"]["status"] == "InPreparation":
                self.account.move(order, "Cancelled")
            self.tally.cancelled += 1

    def _kill_one(self) -> None:
        """SIGKILL for one worker, rather one at work than one that rests; another takes its place."""
        time.sleep(self.chance.uniform(0, 0.5))
        busy = {int(pid) for (pid,) in self.fleet.sql(self._busy_pids()) if pid}
        living = self.fleet.living()
        at_work = [worker for worker in living if worker.pid in busy]
        victim: Worker = self.chance.choice(at_work or living)
        victim.kill()
        self.tally.kills += 1
        self.tally.kills_at_work += bool(at_work)
        self.fleet.spawn(rest=REST)

    def _busy_pids(self) -> str:
        return "SELECT DISTINCT split_part(worker, ':', 2) FROM cdiscount_queue WHERE state = 'running'"

    def _settle(self) -> None:
        """The line gets better: poll until a poll brings nothing."""
        self.calls = self.fleet.market.ask("/counters")
        self.fleet.market.hush()
        end = time.monotonic() + 600
        while self.tally.in_time:
            before = self._stored()
            self.account.pull()
            self.tally.polls += 1
            try:
                self.account.wait_quiet(max(1.0, end - time.monotonic()))
            except ToolError as error:
                say(str(error))
                self.tally.in_time = False
            if self._stored() == before:
                return

    def _stored(self) -> list[list[str]]:
        return self.fleet.sql(
            "SELECT count(*), md5(string_agg(digest, '' ORDER BY id)) FROM cdiscount_order_mapping "
            f"WHERE config_id = {self.account.id}"
        )


def run(wish: Wish) -> int:
    """Set up, disturb, compare, print. Returns the exit code: 0 only when every order is right."""
    with Fleet(wish.target, "chaos", wish.seed) as fleet:
        chaos = Chaos(fleet, wish)
        say(f"{wish.orders} orders, {wish.rate:.0%} faults, {wish.workers} workers, {wish.kills} kills …")
        tally = chaos.run()
        if not tally.in_time:
            fleet.stop_workers()  # both sides must stand still to be compared
        outcome = chaos.account.compare()
        waiting = chaos.account.waiting_orders()
        outcome.differences = [text for text in outcome.differences if text.split(" ")[0] not in waiting]
        print(f"\n{table(wish, chaos, outcome, len(waiting))}\n", flush=True)
        complaints: dict[str, int] = {}
        for line in [f"Odoo: {error[:150]}" for error in fleet.errors()] + [
            f"sync log: {complaint[:150]}" for complaint in chaos.account.complaints()
        ]:
            complaints[line] = complaints.get(line, 0) + 1
        if complaints:
            print("Said meanwhile:", flush=True)
            for line, times in sorted(complaints.items(), key=lambda pair: -pair[1])[:SHOWN_ERRORS]:
                print(f"    {times:>4} x {line}", flush=True)
        if not tally.in_time:
            print(f"The time of {wish.minutes:.0f} minutes was over before the work was.", flush=True)
        if outcome.agrees and tally.in_time:
            print("Both sides agree on every order.", flush=True)
        elif outcome.differences:
            print(f"{len(outcome.differences)} differences:\n{reconcile.shown(outcome.differences)}", flush=True)
        return 0 if outcome.agrees and tally.in_time else 1


def table(wish: Wish, chaos: Chaos, outcome: reconcile.Outcome, waiting: int) -> str:
    """What the run came to."""
    tally, calls = chaos.tally, chaos.calls
    listing = calls["calls"].get("GET /orders", {})
    differences = outcome.differences
    doubled = [text for text in differences if " x " in text or "twice" in text]
    lost = [text for text in differences if "not in Odoo" in text or "no sale order" in text]
    wrong = [text for text in differences if " on the marketplace" in text]
    faults = sum(calls["faults"].values())
    reached = sum(count for route, by in calls["calls"].items() if "/orders" in route for count in by.values())
    kills = f"{tally.kills} ({tally.kills_at_work} in the middle of work)"
    ratio = outcome.orders_market / tally.seconds if tally.seconds else 0
    rows = [
        ("orders on the marketplace", outcome.orders_market),
        ("    of them arrived meanwhile", outcome.orders_market - wish.orders),
        ("    cancelled meanwhile", tally.cancelled),
        ("orders in Odoo", outcome.orders_odoo),
        ("sale orders (expected)", f"{outcome.sales_odoo} ({outcome.sales_market})"),
        ("held (expected)", f"{outcome.held_odoo} ({outcome.held_market})"),
        ("sum of totals (expected)", f"{outcome.sum_odoo} ({outcome.sum_market})"),
        ("still to be done", waiting),
        ("lost", len(lost)),
        ("doubled", len(doubled)),
        ("wrong totals", len(wrong)),
        ("other differences", len(differences) - len(lost) - len(doubled) - len(wrong)),
        ("workers killed", kills),
        ("faults fired", f"{faults} of {reached} calls for orders"),
        ("HTTP calls", calls["calls_total"]),
        ("pages of orders", f"{calls['order_pages']} ({sum(listing.values())} calls)"),
        ("tokens", calls["tokens"]["issued"]),
        ("polls", tally.polls),
        ("seconds", f"{tally.seconds:.0f}"),
        ("orders per second", f"{ratio:.1f}"),
    ]
    return "\n".join(f"  {name:<32} {value!s:>32}" for name, value in rows)
