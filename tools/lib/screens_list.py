"""The screens of which tools/screens takes pictures, and which pictures go into static/description."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .paths import ADDON

WIDE, PHONE = 1400, 420
HEIGHTS = {WIDE: 900, PHONE: 860}
LANGUAGES = {"en": "en_US", "fr": "fr_FR"}


@dataclass(frozen=True)
class Screen:
    """One place in Odoo: an action, and perhaps a record, a view, and what to click before the picture is taken.

    ``action`` is an external id, ours when it names no addon. ``domain`` finds the record that is opened (none: no
    record). ``clicks`` are CSS selectors, pressed in turn. ``frame`` names what the picture is of (none: everything),
    ``hidden`` what is left out. ``heights`` replaces the height of a width. A screen of the stage ``empty`` is taken
    before there is an account, one of the stage ``shop`` when the demo's shop is in Odoo.
    """

    name: str
    title: str
    action: str
    model: str = ""
    domain: tuple = ()
    order: str = "id"
    view: str = ""
    clicks: tuple[str, ...] = ()
    ready: str = ""
    widths: tuple[int, ...] = (WIDE,)
    themes: tuple[str, ...] = ("light",)
    heights: tuple[tuple[int, int], ...] = ()
    stage: str = "shop"
    frame: str = ""
    hidden: str = ""

    @property
    def full_action(self) -> str:
        return self.action if "." in self.action else f"{ADDON}.{self.action}"

    def height(self, width: int) -> int:
        return dict(self.heights).get(width, HEIGHTS[width])


@dataclass(frozen=True)
class Shot:
    """One picture: a screen in a language, a width and a theme."""

    screen: Screen
    language: str
    width: int
    theme: str

    @property
    def file(self) -> str:
        return f"{self.screen.name}_{self.language}_{self.width}_{self.theme}.png"


DESCRIPTION = "description"
BOTH = (WIDE, PHONE)
DASHBOARD = ".o_cdiscount_dashboard .csm_footer"
MAPPING, DISCUSSION, OFFER = "cdiscount.order.mapping", "cdiscount.discussion", "cdiscount.product.mapping"
LIVE_OFFER = (["state", "=", "live"], ["publish", "=", True], ["product_id", "!=", False])
IMPORTED = (["state", "=", "imported"], ["status", "=", "InPreparation"])

SCREENS = (
    Screen(
        "first_steps",
        "Dashboard of a new shop",
        "action_dashboard",
        stage="empty",
        ready=".csm_first_run",
        widths=BOTH,
        heights=((WIDE, 1000), (PHONE, 1300)),
    ),
    Screen(
        "first_steps_credentials",
        "First step: credentials",
        "action_dashboard",
        stage="empty",
        clicks=(".csm_steps li:first-child button",),
        ready=".modal .o_form_view",
    ),
    Screen(
        "dashboard",
        "Dashboard",
        "action_dashboard",
        ready=DASHBOARD,
        widths=BOTH,
        themes=("light", "dark"),
        hidden=".csm_notice.csm_info:not([name])",  # that the demo has no licence key
        heights=((WIDE, 1420), (PHONE, 3300)),
    ),
    Screen("orders", "All Orders", "action_order_mapping", widths=BOTH),
    Screen("order", "An order", "action_order_mapping", MAPPING, IMPORTED, order="ship_by desc, id", widths=BOTH),
    Screen("orders_to_ship", "Orders to Ship", "action_order_to_ship", widths=BOTH),
    Screen("sales_analysis", "Sales Analysis", "action_sales_analysis"),
    Screen("order_lines", "Order Lines", "action_order_line"),
    Screen("held_orders", "Held Orders", "action_order_held", widths=BOTH),
    Screen(
        "resolve",
        "What held orders wait for",
        "action_order_held",
        MAPPING,
        (["state", "=", "held"],),
        clicks=("button[name=action_resolve]",),
        ready=".modal .o_form_view",
        frame=".modal-content",
    ),
    Screen(
        "sale_order",
        "A sale order from Cdiscount",
        "sale.action_orders",
        "sale.order",
        (["cdiscount_mapping_ids.status", "=", "InPreparation"], ["state", "=", "sale"]),
    ),
    Screen("offers", "Offers", "action_product_mapping", widths=BOTH),
    Screen(
        "offers_linked",
        "Offers, those of products first",
        "action_product_mapping",
        clicks=("th[data-name=product_id]",),
    ),
    Screen("offer", "An offer", "action_product_mapping", OFFER, LIVE_OFFER),
    Screen("offers_not_linked", "Offers Not Linked", "action_offer_not_linked"),
    Screen("refusals", "Refusals", "action_refusal"),
    Screen("stock", "Published Stock", "action_stock_offers"),
    Screen(
        "stock_explained",
        "How a published number comes about",
        "action_stock_offers",
        clicks=("button[name=action_explain_stock]",),
        ready=".modal .o_form_view",
        frame=".modal-content",
    ),
    Screen("promotions", "Promotions", "action_promotion"),
    Screen("promotion", "A promotion", "action_promotion", "cdiscount.promotion", (["state", "=", "running"],)),
    Screen("claims", "Discussions and Claims", "action_discussion_inbox", widths=BOTH),
    Screen(
        "claim",
        "A claim",
        "action_discussion",
        DISCUSSION,
        (["state", "=", "to_answer"],),
        order="answer_by desc, id",
        widths=BOTH,
    ),
    Screen("returns", "Returns", "action_return"),
    Screen("return", "A return", "action_return", "cdiscount.return", (["state", "=", "settled"],)),
    Screen("payouts", "Payouts", "action_payout"),
    Screen("operations", "Finance operations", "action_finance_operation"),
    Screen("margins_pivot", "Margins, pivot", "action_margin", view="pivot"),
    Screen("margins_graph", "Margins, chart", "action_margin", view="graph", ready=".o_graph_renderer canvas"),
    Screen("api_health", "API Health", "action_api_day"),
    Screen("indicators", "Indicators", "action_indicator"),
    Screen("completeness", "Completeness", "action_completeness_grid", ready=".o_action"),
    Screen("causes", "To Solve", "action_failure_cause"),
    Screen("queue", "Queue", "action_queue"),
    Screen("logs", "Logs", "action_sync_log"),
    Screen("health", "Health", "action_health", widths=BOTH, heights=((WIDE, 1200), (PHONE, 1400))),
    Screen("initial_import", "Initial Import", "action_initial_import", "cdiscount.initial.import", ([],)),
    Screen("settings", "Settings with the licence", "action_settings", ready=".o_setting_box, .o_settings_container"),
    Screen("account", "An account", "action_config", "cdiscount.config", ([],), widths=BOTH),
)


@dataclass(frozen=True)
class Published:
    """A picture of static/description: which one it is, and how many of its lines are kept (0: all)."""

    file: str
    lines: int = 0


PUBLISHED = {
    "screenshot_dashboard.png": Published("dashboard_en_1400_light.png", 1211),
    "screenshot_dashboard_dark.png": Published("dashboard_en_1400_dark.png", 860),
    "screenshot_phone.png": Published("dashboard_en_420_light.png", 860),
    "screenshot_first_steps.png": Published("first_steps_en_1400_light.png"),
    "screenshot_account.png": Published("account_en_1400_light.png"),
    "screenshot_orders.png": Published("orders_en_1400_light.png"),
    "screenshot_resolve.png": Published("resolve_en_1400_light.png"),
    "screenshot_sale_order.png": Published("sale_order_en_1400_light.png"),
    "screenshot_offers.png": Published("offers_linked_en_1400_light.png"),
    "screenshot_stock.png": Published("stock_explained_en_1400_light.png"),
    "screenshot_claim.png": Published("claim_en_1400_light.png", 560),
    "screenshot_payouts.png": Published("payouts_en_1400_light.png", 600),
    "screenshot_margins.png": Published("margins_pivot_en_1400_light.png", 620),
    "screenshot_completeness.png": Published("completeness_en_1400_light.png", 680),
    "screenshot_health.png": Published("health_en_1400_light.png", 680),
    "screenshot_dashboard_fr.png": Published("dashboard_fr_1400_light.png", 1211),
    "screenshot_claims_fr.png": Published("claims_fr_1400_light.png", 600),
}
"""The screenshots of static/description by their names there."""


def shots(languages: Iterable[str], only: Iterable[str] = (), stage: str = "shop") -> list[Shot]:
    """The pictures of a stage, those of static/description first, then language by language.

    ``only`` names screens, or ``description`` for the pictures of static/description; all when it names none.
    """
    wanted = set(only)
    shown = {kept.file for kept in PUBLISHED.values()}
    every = [
        Shot(screen, language, width, theme)
        for language in languages
        for screen in SCREENS
        if screen.stage == stage
        for width in screen.widths
        for theme in screen.themes
    ]
    chosen = [
        shot
        for shot in every
        if not wanted or shot.screen.name in wanted or (DESCRIPTION in wanted and shot.file in shown)
    ]
    return sorted(chosen, key=lambda shot: shot.file not in shown)


def unknown(names: Iterable[str]) -> list[str]:
    """Names that no screen has."""
    return sorted(set(names) - {screen.name for screen in SCREENS} - {DESCRIPTION})
