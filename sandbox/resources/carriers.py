"""Carriers: a bare array whose codes are not unique (contract §2.7)."""

from ..referentials import CARRIERS
from ..replies import json_reply
from ..route import Route


def list_carriers(call):
    return json_reply([{"code": code, "label": label} for code, label in CARRIERS])


ROUTES = (Route("GET", "/carriers", list_carriers),)
