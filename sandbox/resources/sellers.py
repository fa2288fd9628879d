"""Sellers, addresses, subscriptions, indicators, delivery modes (contract §2, §10). Keys are snake_case here."""

from ..clock import format_time
from ..indicators import DEFAULTS
from ..referentials import LEGACY_DELIVERY_MODES
from ..replies import json_reply
from ..route import Route


def get_seller(call):
    shop = call.shop
    settings = shop.settings
    slug = shop.name.lower().replace(" ", "-")
    return json_reply(
        {
            "seller_id": int(shop.seller_id) if shop.seller_id.isdigit() else shop.seller_id,
            "login": call.account.login,
            "api_login": f"{call.account.login}-api",
            "shop_name": shop.name,
            "shop_url": f"https://shop.example/m-{shop.seller_id}-{slug}.html",
            "siret_number": "12345678900011",
            "email": f"ops@{slug}.example",
            "sales_advices_email": f"ops@{slug}.example",
            "creation_date": "2021-05-04T09:00:00Z",
            "last_update_date": format_time(call.market.opened_at.replace(microsecond=0)),
            "seller_state": settings.seller_state,
            "seller_sub_state": settings.seller_sub_state,
            "subscription_step": "Finished",
            "auto_accept_order": settings.auto_accept_order,
            "fulfillment_profile_id": None,
            "seller_legal_information": {},
            "delivery_modes": {"href": "/sellers/delivery-modes"},
            "subscription": {"href": "/sellers/subscriptions"},
        }
    )


def _counted(items):
    return json_reply({"count": len(items), "items": items})


def get_addresses(call):
    return _counted(
        [
            {
                "type": "Company",
                "address": "12 quai des Chartrons",
                "country": "FR",
                "city": "Bordeaux",
                "zip_code": "33000",
            },
            {
                "type": "Return",
                "address": "4 rue de l'Entrepôt",
                "country": "FR",
                "city": "Mérignac",
                "zip_code": "33700",
            },
        ]
    )


def get_subscriptions(call):
    return _counted(
        [
            {
                "subscription_id": str(place),
                "sales_channel_id": channel,
                "status": "Active",
                "action": None,
                "offer_submission_currency": "EUR",
                "seller_payment_currency": "EUR",
            }
            for place, (channel, _) in enumerate(call.shop.subscriptions, 1)
        ]
    )


def get_indicators(call):
    shown = call.shop.indicators
    return json_reply(DEFAULTS if shown is None else shown)


def get_delivery_modes(call):
    return _counted(
        [
            {
                "code": code,
                "name": name,
                "delivery_delay": 0,
                "is_express_delivery": express,
                "more_than30_kg_product": heavy,
            }
            for code, name, express, heavy in LEGACY_DELIVERY_MODES
        ]
    )


ROUTES = (
    Route("GET", "/sellers", get_seller),
    Route("GET", "/sellers/addresses", get_addresses),
    Route("GET", "/sellers/subscriptions", get_subscriptions),
    Route("GET", "/sellers/indicators", get_indicators),
    Route("GET", "/sellers/delivery-modes", get_delivery_modes),
)
