"""The table of faults. Each row: what it does, its parameters with their defaults, and where it takes hold.

``before(call, params, rng)`` may answer instead of the marketplace; ``after(call, params, rng, response)`` spoils an
answer whose effect has already happened; ``stirs`` marks faults that leave the answer alone and change the
marketplace around it. ``method`` and ``path`` are where it strikes when the caller does not say.
"""

from dataclasses import dataclass, field

from . import answers, catalogue, listing, timing


@dataclass(frozen=True)
class Fault:
    summary: str
    before: object = None
    after: object = None
    params: dict = field(default_factory=dict)
    stirs: bool = False
    defects: object = None  # table of the defects its parameter ``defect`` chooses from
    method: object = None
    path: object = None

    def check(self, params):
        """Raises ``ValueError`` for a parameter out of its bounds."""
        for name, value in params.items():
            bound = BOUNDS.get(name)
            if bound is None:
                continue
            number = float(value) if not isinstance(value, (bool, str)) and value is not None else None
            if number is None or not bound[0] <= number <= bound[1]:
                raise ValueError(f"{name} is a number from {bound[0]} to {bound[1]}, not {value!r}.")
        if "body" in params and params["body"] not in answers.BODIES:
            raise ValueError(f"body is one of {', '.join(answers.BODIES)}, not {params['body']!r}.")
        if params.get("defect") is not None and params["defect"] not in self.defects:
            raise ValueError(f"defect is one of {', '.join(self.defects)}, not {params['defect']!r}.")


# parameter -> smallest and largest value; nothing may hold a server thread for ever
BOUNDS = {
    "seconds": (0, 120),
    "pause": (0, 10),
    "pieces": (1, 1000),
    "megabytes": (1, 2048),
    "status": (200, 599),
    "count": (1, 1000),
    "share": (0, 0.99),
    "skew": (-(10**8), 10**8),
}

FAULTS = {
    # refusals without effect
    "rate_limited": Fault(
        "429 with Retry-After", answers.status, params={"status": 429, "body": "problem", "retry_after": 1}
    ),
    "rate_limited_bare": Fault("429 without Retry-After", answers.status, params={"status": 429, "body": "problem"}),
    "server_error": Fault("500 with problem+json", answers.status, params={"status": 500, "body": "problem"}),
    "bad_gateway_html": Fault("502 with an HTML page", answers.status, params={"status": 502, "body": "html"}),
    "unavailable_empty": Fault("503 with an empty body", answers.status, params={"status": 503, "body": "empty"}),
    "gateway_timeout": Fault("504 with an HTML page", answers.status, params={"status": 504, "body": "html"}),
    "answer": Fault(
        "any status with any kind of error body",
        answers.status,
        params={"status": 400, "body": "problem", "retry_after": None, "detail": None, "errors": None},
    ),
    "unauthorized_once": Fault("401 although the token is good", answers.unauthorized),
    "token_revoked": Fault("the token of this call is revoked, 401 until a new one is fetched", answers.revoke_token),
    "forbidden": Fault("403, delegation missing", answers.forbidden),
    "redirect": Fault(
        "redirect to another host",
        answers.redirect,
        params={"status": 302, "location": "https://elsewhere.example/collect"},
    ),
    # the line
    "timeout": Fault(
        "the answer comes after some seconds, before any effect; the effect happens all the same",
        timing.wait,
        params={"seconds": 5},
    ),
    "late_answer": Fault(
        "the effect happens at once, the answer comes after some seconds",
        after=timing.wait_after,
        params={"seconds": 5},
    ),
    "reset": Fault("connection closed without answer and without effect", timing.reset),
    "cut_body": Fault("connection cut in the middle of the body", after=timing.cut_body, params={"share": 0.5}),
    "lost_answer": Fault("the effect happens, the connection ends before the answer", after=timing.lost),
    "lost_answer_500": Fault(
        "the effect happens, the answer is 500", after=answers.lost_status, params={"status": 500, "body": "problem"}
    ),
    "lost_answer_502": Fault(
        "the effect happens, the answer is 502 with HTML",
        after=answers.lost_status,
        params={"status": 502, "body": "html"},
    ),
    "slow_drip": Fault(
        "the body in small pieces with pauses", after=timing.slow_drip, params={"pieces": 20, "pause": 0.5}
    ),
    "huge": Fault(
        "an answer of many megabytes", after=timing.huge_answer, params={"megabytes": 200, "content_length": False}
    ),
    "clock_skew": Fault("the Date header is off by some seconds", after=timing.skew, params={"skew": 7200}),
    # bodies
    "invalid_json": Fault("200 with half of the JSON", after=answers.invalid_json),
    "html_page": Fault("200 with an HTML page", after=answers.html_page),
    "empty_body": Fault("200 with an empty body", after=answers.empty_body),
    "null_body": Fault("200 with null", after=answers.null_body),
    "wrong_shape": Fault("a list instead of an object, an object instead of a list", after=answers.wrong_shape),
    "data_wrapper": Fault("the answer inside a data object", after=answers.data_wrapper),
    # lists of orders
    "pages_shift": Fault(
        "after a page, some of its orders get a new updatedAt",
        after=listing.shift_pages,
        params={"count": 1},
        stirs=True,
    ),
    "orders_arrive": Fault(
        "after a page, new orders are there", after=listing.orders_arrive, params={"count": 1}, stirs=True
    ),
    "duplicated_rows": Fault(
        "a page repeats the last rows of the page before", before=listing.ask_overlap, params={"count": 1}, stirs=True
    ),
    "orders_hidden": Fault(
        "orders are missing from what is asked by updatedAt; by createdAt or by number they are there",
        before=listing.hide_orders,
        params={"order_ids": None},
        stirs=True,
        path="/orders*",
    ),
    "malformed_order": Fault(
        "one order of the page is bent out of shape",
        after=listing.malformed,
        params={"defect": None, "index": None},
        defects=listing.DEFECTS,
    ),
    # the catalogue
    "cursor_repeats": Fault(
        "the next page is announced with the cursor of this one",
        before=catalogue.repeat_cursor,
        stirs=True,
        path="/offers",
    ),
    "offers_change": Fault(
        "after a page, some of its offers get another price",
        after=catalogue.change_offers,
        params={"count": 1},
        stirs=True,
        path="/offers",
    ),
    "offers_arrive": Fault(
        "after a page, new offers are there",
        after=catalogue.offers_arrive,
        params={"count": 1},
        stirs=True,
        path="/offers",
    ),
    "malformed_offer": Fault(
        "one offer of the page is bent out of shape",
        after=catalogue.malformed,
        params={"defect": None, "index": None},
        defects=catalogue.OFFER_DEFECTS,
        path="/offers",
    ),
    "offer_lines_refused": Fault(
        "a share of the offers uploaded will be refused",
        before=catalogue.refuse_lines,
        params={"share": 0.5, "code": "2128", "message": None},
        stirs=True,
        method="POST",
        path="/offer-packages/{package_id}/offer-requests",
    ),
    "offer_package_refused": Fault(
        "the package set Ready will be Rejected as a whole",
        before=catalogue.refuse_package,
        params={"code": "1", "message": "Package rejected"},
        stirs=True,
        method="PATCH",
        path="/offer-packages/{package_id}",
    ),
    "offer_package_stuck": Fault(
        "the package set Ready stays so until a control call moves it on",
        before=catalogue.hang_package,
        stirs=True,
        method="PATCH",
        path="/offer-packages/{package_id}",
    ),
    "product_report_empty": Fault(
        "the report of a product package is empty though it is there",
        before=catalogue.empty_report,
        stirs=True,
        path="/products-integration-reports",
    ),
}
