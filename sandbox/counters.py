"""What was called, how often, and what should not have been."""

from collections import Counter, deque

from .catalogue import MARKS
from .clock import format_time

CALLS_KEPT = 2000


class Counters:
    """Counts since the last reset. The marketplace's lock is held around every call."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.calls = {}
        self.faults = Counter()
        self.tokens = Counter()
        self.refusals = Counter()
        self.marks = Counter(
            order_pages=0,
            order_rows=0,
            shipments_accepted=0,
            shipments_refused=0,
            shipments_posted_twice=0,
            parcel_number_reused=0,
            carrier_code_instead_of_label=0,
            shipment_object_instead_of_array=0,
            approvals_posted_twice=0,
            cancellations_posted_twice=0,
            gestures_posted_twice=0,
            messages_posted_twice=0,
            stock_below_zero=0,
            **dict.fromkeys(MARKS, 0),
        )
        self.log = deque(maxlen=CALLS_KEPT)

    def call(self, moment, method, route, path, query, status, faults=()):
        statuses = self.calls.setdefault(f"{method} {route}", Counter())
        statuses[str(status)] += 1
        entry = {
            "at": format_time(moment),
            "method": method,
            "route": route,
            "path": path,
            "query": query,
            "status": status,
        }
        if faults:
            entry["faults"] = list(faults)
        self.log.append(entry)

    def token_issued(self, profile):
        self.tokens["issued"] += 1
        self.tokens[f"issued_{profile}"] += 1

    def token_refused(self, error):
        self.tokens["refused"] += 1
        self.refusals[error] += 1

    def mark(self, name, by=1):
        self.marks[name] += by

    def document(self) -> dict:
        by_status = Counter()
        for statuses in self.calls.values():
            by_status.update(statuses)
        return {
            "calls_total": sum(by_status.values()),
            "calls": {route: dict(statuses) for route, statuses in sorted(self.calls.items())},
            "by_status": dict(sorted(by_status.items())),
            "tokens": {"issued": 0, "refused": 0, **self.tokens, "refusals": dict(self.refusals)},
            "faults": dict(self.faults),
            **self.marks,
        }
