"""Faults of the line and of the clock."""

from datetime import datetime, timedelta, timezone

from werkzeug.http import http_date

from . import cuts


def wait(call, params, rng):
    call.market.sleep(float(params["seconds"]))


def wait_after(call, params, rng, response):
    call.market.sleep(float(params["seconds"]))
    return response


def reset(call, params, rng):
    return cuts.no_answer()


def lost(call, params, rng, response):
    return cuts.no_answer()


def cut_body(call, params, rng, response):
    return cuts.cut(response, float(params["share"]))


def slow_drip(call, params, rng, response):
    return cuts.drip(response, call.market.sleep, int(params["pieces"]), float(params["pause"]))


def huge_answer(call, params, rng, response):
    return cuts.huge(int(params["megabytes"]), bool(params["content_length"]))


def skew(call, params, rng, response):
    response.headers["Date"] = http_date(datetime.now(timezone.utc) + timedelta(seconds=float(params["skew"])))
    return response
