"""What the queue can do: one table from the name of an operation to the method that does it.

An integrator adds an operation by extending ``cdiscount.queue._get_operations``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One kind of job.

    :param model: model whose method is called
    :param method: called as ``env[model].method(jobs)`` in the account's user and company. It may be a generator:
        every ``yield`` is a point at which what was done so far is complete; the runner commits there, renews the
        lease and may stop when its time is over (the job then continues in a later run)
    :param lane: orders, stock, catalogue, aftersales or finance; one lane never waits for another
    :param priority: lower goes first
    :param batch: how many jobs of one account are handed over together
    :param max_attempts: failures that may be waited out before a person has to look
    :param on_failure: method called with ``(job, cause)`` in a fresh transaction once a job has failed for good
    :param alone_in: operations of one account that name the same thing here never run at the same time
    :param periodic: True for what the clock asks for again and again: as long as waiting can help, it never fails for
        good, and never waits long
    :param needs_connection: False for jobs that call nobody and so go on while an account is in error
    """

    model: str
    method: str
    lane: str
    priority: int = 50
    batch: int = 1
    max_attempts: int = 8
    on_failure: str = ""
    alone_in: str = ""
    periodic: bool = False
    needs_connection: bool = True


@dataclass(frozen=True)
class Postponed:
    """What a method returns when another worker holds what some of its jobs need: they go back and come again soon.

    :param keys: the jobs' keys
    :param seconds: how long they stay away
    """

    keys: tuple
    seconds: int = 5


LANES = [
    ("orders", "Orders"),
    ("stock", "Stock"),
    ("catalogue", "Catalogue"),
    ("aftersales", "After-sales"),
    ("finance", "Finance"),
]

OPERATIONS = {
    "order_pull": Operation(
        "cdiscount.order.mapping", "_job_pull", "orders", priority=10, alone_in="reading orders", periodic=True
    ),
    "order_follow": Operation(
        "cdiscount.order.mapping",
        "_job_follow",
        "orders",
        priority=15,
        batch=50,
        on_failure="_job_follow_failed",
        needs_connection=False,
    ),
    "order_build": Operation(
        "cdiscount.order.mapping",
        "_job_build",
        "orders",
        priority=20,
        batch=50,
        on_failure="_job_build_failed",
        # Confirming reserves stock: batches that meet the same quants at once would fail and be done over. One after
        # the other they are quicker, and nobody waits for a lock.
        alone_in="creating sale orders",
        needs_connection=False,
    ),
    "order_answer": Operation(
        "cdiscount.order.mapping", "_job_answer", "orders", priority=8, on_failure="_job_answer_failed"
    ),
    "shipment_push": Operation("cdiscount.shipment", "_job_push", "orders", priority=12, on_failure="_job_push_failed"),
    "refund_push": Operation("cdiscount.refund", "_job_push", "aftersales", priority=20, on_failure="_job_push_failed"),
    "credit_note_push": Operation(
        "cdiscount.refund", "_job_credit_note", "aftersales", priority=18, on_failure="_job_credit_note_failed"
    ),
    "return_pull": Operation(
        "cdiscount.return", "_job_pull", "aftersales", priority=60, alone_in="reading returns", periodic=True
    ),
    "return_watch": Operation(
        "cdiscount.return", "_job_watch", "aftersales", priority=80, periodic=True, needs_connection=False
    ),
    "finance_pull": Operation(
        "cdiscount.finance.operation",
        "_job_pull",
        "finance",
        priority=50,
        alone_in="reading the accounts",
        periodic=True,
    ),
    "margin_fill": Operation(
        "cdiscount.margin",
        "_job_fill",
        "finance",
        priority=70,
        alone_in="working out margins",
        periodic=True,
        needs_connection=False,
    ),
    "carrier_pull": Operation("cdiscount.carrier", "_job_pull", "orders", priority=60),
    "initial_import": Operation(
        "cdiscount.initial.import",
        "_job_run",
        "orders",
        priority=30,
        on_failure="_job_failed",
        alone_in="reading orders",
    ),
    "offer_pull": Operation(
        "cdiscount.offer.walk",
        "_job_pull",
        "catalogue",
        priority=20,
        on_failure="_job_pull_failed",
        alone_in="reading offers",
        periodic=True,
    ),
    "product_fetch": Operation("cdiscount.product.mapping", "_job_fetch", "catalogue", priority=60),
    "stock_push": Operation(
        "cdiscount.stock.mapping", "_job_push", "stock", priority=13, alone_in="sending offers", periodic=True
    ),
    "stock_check": Operation(
        "cdiscount.stock.mapping", "_job_check", "stock", priority=80, alone_in="comparing stock", periodic=True
    ),
    "fulfilment_pull": Operation(
        "cdiscount.fulfilment.stock",
        "_job_pull",
        "stock",
        priority=60,
        alone_in="reading fulfilment stock",
        periodic=True,
    ),
    "offer_push": Operation(
        "cdiscount.offer.package", "_job_push", "catalogue", priority=40, alone_in="sending offers", periodic=True
    ),
    "offer_package": Operation("cdiscount.offer.package", "_job_follow", "catalogue", priority=30, periodic=True),
    "offer_suggest": Operation(
        "cdiscount.product.mapping",
        "_job_suggest",
        "catalogue",
        priority=80,
        alone_in="looking for suggestions",
        needs_connection=False,
    ),
    "link_sheet": Operation(
        "cdiscount.link.upload",
        "_job_run",
        "catalogue",
        priority=25,
        on_failure="_job_failed",
        alone_in="linking by spreadsheet",
        needs_connection=False,
    ),
    "sheet_push": Operation(
        "cdiscount.product.package",
        "_job_push",
        "catalogue",
        priority=45,
        alone_in="sending product sheets",
        periodic=True,
    ),
    "sheet_check": Operation(
        "cdiscount.product.mapping",
        "_job_check",
        "catalogue",
        priority=70,
        alone_in="checking offers",
        needs_connection=False,
    ),
    "sheet_report": Operation("cdiscount.product.package", "_job_report", "catalogue", priority=35, periodic=True),
    "price_check": Operation(
        "cdiscount.config", "_job_check_prices", "catalogue", priority=35, periodic=True, needs_connection=False
    ),
    "promotion_check": Operation(
        "cdiscount.promotion",
        "_job_check",
        "catalogue",
        priority=55,
        on_failure="_job_check_failed",
        alone_in="checking promotions",
        needs_connection=False,
    ),
    "promotion_run": Operation(
        "cdiscount.promotion", "_job_run", "catalogue", priority=25, alone_in="promotions", periodic=True
    ),
    "conflict_check": Operation(
        "cdiscount.field.conflict", "_job_check", "catalogue", priority=60, needs_connection=False
    ),
    "category_pull": Operation(
        "cdiscount.category", "_job_pull", "catalogue", priority=70, alone_in="reading categories", periodic=True
    ),
    "property_pull": Operation("cdiscount.category", "_job_pull_properties", "catalogue", priority=45),
    "brand_pull": Operation(
        "cdiscount.brand", "_job_pull", "catalogue", priority=75, alone_in="reading brands", periodic=True
    ),
    "invoice_make": Operation(
        "cdiscount.order.mapping",
        "_job_invoice",
        "finance",
        priority=30,
        batch=50,
        on_failure="_job_invoice_failed",
        # Numbers are given one after the other: two workers would only wait for each other.
        alone_in="making invoices",
        needs_connection=False,
    ),
    "invoice_plan": Operation(
        "cdiscount.order.mapping", "_job_invoice_plan", "finance", priority=60, periodic=True, needs_connection=False
    ),
    "invoice_push": Operation(
        "cdiscount.invoice.document", "_job_push", "finance", priority=45, on_failure="_job_push_failed"
    ),
    "invoice_settle": Operation(
        "account.move", "_job_cdiscount_settle", "finance", priority=40, batch=50, needs_connection=False
    ),
    "indicator_pull": Operation(
        "cdiscount.indicator", "_job_pull", "aftersales", priority=70, alone_in="reading indicators", periodic=True
    ),
    "early_check": Operation(
        "cdiscount.indicator",
        "_job_early",
        "aftersales",
        priority=75,
        alone_in="working out early warnings",
        periodic=True,
        needs_connection=False,
    ),
    "completeness_check": Operation(
        # In a lane of its own kind: nobody's orders or answers wait for a night's reading.
        "cdiscount.completeness.day",
        "_job_compare",
        "finance",
        priority=80,
        alone_in="comparing orders",
        periodic=True,
    ),
    "order_fetch": Operation("cdiscount.completeness.gap", "_job_fetch", "orders", priority=25, batch=20),
    "discussion_pull": Operation(
        "cdiscount.discussion",
        "_job_pull",
        "aftersales",
        priority=30,
        alone_in="reading discussions",
        periodic=True,
    ),
    "discussion_read": Operation("cdiscount.discussion", "_job_read", "aftersales", priority=32, batch=20),
    "discussion_push": Operation(
        "cdiscount.discussion", "_job_push", "aftersales", priority=18, on_failure="_job_push_failed"
    ),
    "message_push": Operation(
        "cdiscount.discussion.message", "_job_push", "aftersales", priority=10, on_failure="_job_push_failed"
    ),
    "attachment_fetch": Operation(
        "cdiscount.discussion.attachment", "_job_fetch", "aftersales", priority=60, on_failure="_job_fetch_failed"
    ),
}

SELECTION = [
    ("order_pull", "Fetch orders"),
    ("order_build", "Create sale order"),
    ("order_follow", "Carry over a change"),
    ("order_answer", "Answer an order"),
    ("shipment_push", "Announce a shipment"),
    ("refund_push", "Cancel or refund"),
    ("credit_note_push", "Tell of a credit note"),
    ("return_pull", "Read returns to Cdiscount's warehouses"),
    ("return_watch", "Look for returns that are late"),
    ("carrier_pull", "Read carriers"),
    ("finance_pull", "Read the accounts"),
    ("margin_fill", "Work out margins"),
    ("initial_import", "Initial import"),
    ("offer_pull", "Read offers"),
    ("product_fetch", "Fetch product details"),
    ("stock_push", "Send stock"),
    ("stock_check", "Compare stock with Cdiscount"),
    ("fulfilment_pull", "Read stock in Cdiscount's warehouses"),
    ("offer_push", "Send offers"),
    ("offer_package", "Read the answers about offers"),
    ("offer_suggest", "Look for suggestions"),
    ("link_sheet", "Link offers from a spreadsheet"),
    ("sheet_push", "Send product sheets"),
    ("sheet_report", "Read the report on product sheets"),
    ("sheet_check", "Check offers"),
    ("price_check", "Look for prices that begin or end"),
    ("promotion_check", "Check a promotion"),
    ("promotion_run", "Begin and end promotions"),
    ("conflict_check", "Compare conflicts again"),
    ("category_pull", "Download categories"),
    ("property_pull", "Download properties"),
    ("brand_pull", "Download brands"),
    ("invoice_make", "Make invoices"),
    ("invoice_plan", "Look for orders to invoice"),
    ("invoice_settle", "Settle invoices"),
    ("invoice_push", "Send an invoice"),
    ("indicator_pull", "Read the seller's indicators"),
    ("early_check", "Work out early warnings"),
    ("completeness_check", "Compare the orders of some days"),
    ("order_fetch", "Fetch a missing order"),
    ("discussion_pull", "Fetch messages"),
    ("discussion_read", "Read a discussion"),
    ("discussion_push", "Close or reopen a discussion"),
    ("message_push", "Send an answer"),
    ("attachment_fetch", "Fetch an attachment"),
]
