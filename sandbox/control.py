"""The control interface under ``/_sandbox``: what a test or a demo asks of the marketplace. No token, no faults."""

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from . import (
    control_catalogue,
    control_discussions,
    control_finance,
    control_fulfilment,
    control_invoices,
    control_offers,
    control_orders,
    control_performance,
    control_promotions,
    control_returns,
    control_state,
)
from .jsonio import loads
from .lifecycle import MoveRefused
from .problems import Problem
from .replies import json_reply

ACTIONS = (
    *control_state.ACTIONS,
    *control_orders.ACTIONS,
    *control_discussions.ACTIONS,
    *control_performance.ACTIONS,
    *control_offers.ACTIONS,
    *control_promotions.ACTIONS,
    *control_catalogue.ACTIONS,
    *control_finance.ACTIONS,
    *control_fulfilment.ACTIONS,
    *control_returns.ACTIONS,
    *control_invoices.ACTIONS,
)
_MAP = Map([Rule(path, methods=[method], endpoint=handler) for method, path, handler in ACTIONS], strict_slashes=True)


class Control:
    """One control call: ``query``, ``body`` (an object; empty when none was sent) and the shop it is about."""

    def __init__(self, market, request):
        self.market = market
        self.query = request.args
        self.host = request.host_url
        text = request.get_data().decode("utf-8", "replace")
        self.body = loads(text) if text.strip() else {}

    def dict_body(self) -> dict:
        if not isinstance(self.body, dict):
            raise ValueError("The body must be a JSON object.")
        return self.body

    @property
    def shop(self):
        seller_id = self.query.get("seller")
        if seller_id is None:
            return self.market.shop
        if seller_id not in self.market.shops:
            raise LookupError(f"There is no seller {seller_id}.")
        return self.market.shops[seller_id]


def answer_control(market, request, path):
    """Answer of a control call; wrong use is 400, an unknown thing 404, a refused move 409, each with ``error``."""
    try:
        handler, args = _MAP.bind("sandbox").match(path or "/", request.method)
    except HTTPException:
        known = sorted({f"{method} /_sandbox{known_path}" for method, known_path, _ in ACTIONS})
        return json_reply({"error": f"There is no {request.method} /_sandbox{path}.", "known": known}, 404)
    try:
        control = Control(market, request)
        with market.lock:
            answer = handler(control, **args)
            return answer if isinstance(answer, Response) else json_reply(*_with_status(answer))
    except KeyError as error:
        return json_reply({"error": f"The key {error} is missing."}, 400)
    except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
        return json_reply({"error": str(error)}, 400)
    except LookupError as error:
        return json_reply({"error": str(error.args[0])}, 404)
    except MoveRefused as error:
        return json_reply({"error": str(error)}, 409)
    except Problem as problem:
        return json_reply({"error": str(problem), "errors": problem.errors}, problem.status)


def _with_status(answer):
    return answer if isinstance(answer, tuple) else (answer, 200)
