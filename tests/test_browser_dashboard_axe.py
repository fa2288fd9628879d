"""The dashboard for everybody: axe-core finds nothing that hinders, in light and dark, wide and narrow."""

import importlib.util
from pathlib import Path

from odoo.tests import tagged

from .dashboard_case import DashboardCase

LOOK = """
    // The library would take Odoo's loader for its own.
    const library = await (await fetch(AXE)).text();
    new Function("module", "exports", "define", library).call(window);
    // Colours that are still fading in are not the colours.
    document.head.insertAdjacentHTML("beforeend", "<style>* { transition: none !important; }</style>");
    const check = async (told) => {
        const { violations } = await axe.run(".o_cdiscount_dashboard", {
            resultTypes: ["violations"],
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
        });
        const bad = violations.filter((found) => ["serious", "critical"].includes(found.impact));
        const told_ = bad.map((found) => `${found.id}: ${found.nodes.slice(0, 3).map(
            (node) => `${node.target} ${node.any[0]?.message || ""}`).join("; ")}`);
        if (bad.length) { throw new Error(`${told}: ${told_.join(" | ")}`); }
        const { scrollWidth, clientWidth } = page();
        if (scrollWidth > clientWidth) { throw new Error(`${told}: ${scrollWidth - clientWidth} pixels too wide`); }
    };
    await arrive();
    for (const theme of ["light", "dark"]) {
        if (page().dataset.theme !== theme) { press("theme"); }
        await wait(() => page().dataset.theme === theme);
        await check(`as it is, ${theme}`);
        if (EMPTY) { continue; }
        press("custom");
        await wait(() => named("apply"));
        write(named("date_from"), "");
        press("apply");
        press("trend_table");
        await wait(() => named("slot_0") && one("#csm_range_error").textContent);
        fate = fail;
        press("refresh");
        await wait(() => named("error") && named("try_again"));
        await check(`with a wrong range, the table and an error, ${theme}`);
        fate = null;
        press("try_again");
        press("custom");
        press("trend_table");
        await quiet();
    }
"""


class AxeCase(DashboardCase):
    def look(self, empty=False):
        found = importlib.util.find_spec("axe_core_python")
        if not found:
            self.skipTest("axe-core-python is not installed: tools/requirements/test.txt")
        axe = self.env["ir.attachment"].create(
            {
                "name": "axe.min.js",
                "raw": Path(found.submodule_search_locations[0], "axe.min.js").read_bytes(),
                "mimetype": "text/plain",
                "public": True,
            }
        )
        self.at_the_dashboard(LOOK, AXE=f"/web/content/{axe.id}", EMPTY=empty)


@tagged("post_install", "-at_install")
class TestBrowserDashboardWide(AxeCase):
    browser_size = "1400x1000"

    def test_nothing_hinders_on_a_wide_screen(self):
        self.make_shop()
        self.look()

    def test_nothing_hinders_in_an_empty_shop(self):
        self.look(empty=True)


@tagged("post_install", "-at_install")
class TestBrowserDashboardPhone(AxeCase):
    browser_size = "390x844"

    def test_nothing_hinders_on_a_phone(self):
        self.make_shop()
        self.look()
