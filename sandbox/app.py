"""The WSGI application: from a request to the handler, through faults, token, headers and counters."""

from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from .auth import TOKEN_PATHS, authorize, token_endpoint
from .call import Call
from .control import answer_control
from .faults.engine import TOKEN_ROUTE
from .marketplace import Marketplace, Opening
from .problems import Problem, gateway_not_found
from .resources import ROUTES

PREFIXES = ("/seller/v2", "/v1")  # bases of the profiles octopia and cdiscount
CONTROL = "/_sandbox"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


def _relative(path):
    for prefix in PREFIXES:
        if path.startswith(prefix + "/"):
            return path[len(prefix) :]
    return None


def _check_media(request, method, media):
    accept = request.headers.get("Accept")
    if accept and not any(
        part.split(";")[0].strip() in ("*/*", "application/*", "application/json", "application/problem+json")
        for part in accept.lower().split(",")
    ):
        raise Problem(406, detail="The API answers application/json.")
    json_too = media == "application/json" and request.mimetype.endswith("+json")
    if method in BODY_METHODS and request.mimetype != media and not json_too:
        raise Problem(415, detail=f"The body must be {media}.")


class SandboxApp:
    """A WSGI callable; ``marketplace`` is the state behind it."""

    def __init__(self, marketplace):
        self.marketplace = marketplace
        self._map = Map(
            [Rule(route.rule, methods=[route.method], endpoint=route) for route in ROUTES],
            strict_slashes=True,
            redirect_defaults=False,
            merge_slashes=False,
        )

    def __call__(self, environ, start_response):
        request = Request(environ)
        # Read before anything answers: a body left in the socket would be a connection reset for the client
        request.get_data(cache=True)
        response = self._dispatch(request)
        if "Date" not in response.headers:
            follows = self.marketplace.settings.date_follows_clock
            response.headers["Date"] = http_date(self.marketplace.clock.now() if follows else None)
        return response(environ, start_response)

    def _dispatch(self, request):
        path = request.path
        if path == CONTROL or path.startswith(CONTROL + "/"):
            return answer_control(self.marketplace, request, path[len(CONTROL) :])
        if path in TOKEN_PATHS:
            call = Call(self.marketplace, request, request.method, TOKEN_ROUTE, TOKEN_ROUTE)
            return self._run(call, lambda: token_endpoint(self.marketplace, request, TOKEN_PATHS[path]))
        relative = _relative(path)
        route, args = self._match(relative, request.method) if relative else (None, {})
        if route is None:
            with self.marketplace.lock:
                self.marketplace.counters.call(self.marketplace.clock.now(), request.method, "unknown", path, {}, 404)
            return gateway_not_found()
        call = Call(self.marketplace, request, request.method, relative, route.path, args)
        return self._run(call, lambda: self._handle(call, route))

    def _match(self, path, method):
        try:
            return self._map.bind("sandbox").match(path, method)
        except HTTPException:
            return None, {}

    def _handle(self, call, route):
        call.account, call.shop = authorize(self.marketplace, call.request)
        _check_media(call.request, call.method, route.media)
        needs_channel = route.channel or call.shop.settings.channel_required
        if needs_channel and not call.request.headers.get("SalesChannelId"):
            raise Problem(400, errors={"SalesChannelId": ["The SalesChannelId header is required."]})
        call.shop.run_due()
        return route.handler(call)

    def _run(self, call, handle):
        market = self.marketplace
        with market.lock:
            strikes = market.faults.pick(call.method, call.path, call.route)
        response = None
        try:
            for strike in strikes:
                response = strike.before(call)
                if response is not None:
                    break
            if response is None:
                with market.lock:
                    response = handle()
        except Problem as problem:
            response = problem.response(call.request.path, market.trace_id())
        for strike in strikes:
            response = strike.after(call, response)
        with market.lock:
            market.counters.call(
                market.clock.now(),
                call.method,
                call.route,
                call.request.path,
                call.request.args.to_dict(),
                getattr(response, "log_status", response.status_code),
                [strike.name for strike in strikes],
            )
        return response


def create_app(seed=1, orders=300, clock=None, *, sleep=None, **opening) -> SandboxApp:
    """A marketplace of its own.

    ``seed`` and ``orders`` make its history, ``clock`` is ``None`` (the machine's), a datetime (stands still) or a
    callable; ``sleep`` is what slow answers wait with. ``opening``: ``shipping_reading`` (line, unit, mixed),
    ``channels``, ``login``, ``password``, ``seller_id``.
    """
    if "channels" in opening:
        opening["channels"] = tuple(dict(opening["channels"]).items())
    return SandboxApp(Marketplace(Opening(seed=seed, orders=orders, **opening), clock=clock, sleep=sleep))
