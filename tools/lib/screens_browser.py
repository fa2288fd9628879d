"""Takes the pictures: runs in the environment of tools/screens, driven by a JSON file, and answers with another.

    python -m tools.lib.screens_browser JOB.json

The job: url, login, password, series, chromium, folder, stage, languages, only. The answer, beside it with the ending
``.result``: a list of ``{"file", "screen", "title", "language", "width", "theme", "problems"}``.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from tools.lib.paths import ADDON
from tools.lib.screens_list import LANGUAGES, Screen, Shot, shots

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
STILL = """
*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
.o-mail-ChatHub, .o-mail-ChatWindow, .o-mail-ChatWindowContainer, .o_notification_manager, .o-overlay-item .tooltip {
    visibility: hidden !important;
}
"""
LOADED = ".o_view_controller, .o_form_view, .o_cdiscount_dashboard, .o_action, .modal"
TROUBLE = ".o_error_dialog, .modal .o_dialog_error, .o_dialog_warning"
QUIET_ERRORS = ("favicon", "manifest.webmanifest")  # what a browser without a face asks for in vain
CALL = """async ([model, method, args, kwargs]) => {
    const body = JSON.stringify({jsonrpc: "2.0", method: "call", params: {model, method, args, kwargs}});
    const headers = {"Content-Type": "application/json"};
    const answer = await (await fetch("/web/dataset/call_kw", {method: "POST", headers, body})).json();
    if (answer.error) throw new Error(answer.error.data ? answer.error.data.message : answer.error.message);
    return answer.result;
}"""
PATIENCE = 30_000  # milliseconds until a screen that does not come is a problem


class Photographer:
    """A signed-in browser."""

    def __init__(self, browser: Any, job: dict[str, Any]) -> None:
        self.job = job
        self.folder = Path(job["folder"])
        context = browser.new_context(reduced_motion="reduce", locale="en-GB", timezone_id="Europe/Paris")
        context.add_init_script(
            f"addEventListener('DOMContentLoaded', () => {{ const style = document.createElement('style');"
            f" style.textContent = {json.dumps(STILL)}; document.head.append(style); }});"
        )
        self.context = context
        self.desk = context.new_page()  # for questions to Odoo; never photographed
        self.desk.goto(f"{job['url']}/web/login")
        self.desk.fill("input[name=login]", job["login"])
        self.desk.fill("input[name=password]", job["password"])
        self.desk.click("form button[type=submit]")
        self.desk.wait_for_selector(".o_web_client", timeout=120_000)
        self.user = self.call("res.users", "search", [["login", "=", job["login"]]])[0]
        self.call("res.users", "write", [self.user], {"odoobot_state": "disabled"})
        root = self.call(
            "ir.model.data", "search_read", [["name", "=", "menu_root"], ["module", "=", ADDON]], ["res_id"]
        )
        context.add_init_script(
            f"sessionStorage.getItem('menu_id') || sessionStorage.setItem('menu_id', {root[0]['res_id']})"
        )
        self.installed = {item["code"] for item in self.call("res.lang", "search_read", [], ["code"])}

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.desk.evaluate(CALL, [model, method, list(args), kwargs])

    def speak(self, language: str) -> None:
        """Give the user this language, after installing it, with the addon's present words."""
        code = LANGUAGES[language]
        if code not in self.installed:
            found = self.call("res.lang", "search", [["code", "=", code]], context={"active_test": False})
            wizard = self.call("base.language.install", "create", [{"lang_ids": [[6, 0, found]], "overwrite": True}])
            self.call("base.language.install", "lang_install", wizard)
            self.installed.add(code)
        self.call("res.users", "write", [self.user], {"lang": code})

    def address(self, screen: Screen) -> str:
        record = 0
        if screen.model:
            domain = [leaf for leaf in screen.domain if leaf]
            found = self.call(screen.model, "search", domain, limit=1, order=screen.order)
            if not found:
                raise LookupError(f"no {screen.model} for {domain}")
            record = found[0]
        if self.job["series"] < 18:
            words = [f"action={screen.full_action}"]
            words += [f"id={record}", f"model={screen.model}", "view_type=form"] if record else []
            words += [f"view_type={screen.view}"] if screen.view else []
            return f"{self.job['url']}/web#{'&'.join(words)}"
        path = f"{self.job['url']}/odoo/action-{screen.full_action}"
        path += f"/{record}" if record else ""
        return path + (f"?view_type={screen.view}" if screen.view else "")

    def take(self, shot: Shot) -> list[str]:
        """Take one picture; return what was wrong with the screen."""
        problems: list[str] = []
        screen = shot.screen
        if screen.action == "action_dashboard":
            self.call("cdiscount.dashboard", "keep_preferences", {"theme": shot.theme})
        page = self.context.new_page()
        page.set_viewport_size({"width": shot.width, "height": screen.height(shot.width)})
        page.on("console", lambda said: problems.append(said.text[:300]) if _is_error(said) else None)
        page.on("pageerror", lambda error: problems.append(str(error)[:300]))
        try:
            page.goto(self.address(screen), timeout=PATIENCE)
            page.wait_for_selector(LOADED, timeout=PATIENCE)
            _settle(page)
            for selector in screen.clicks:
                page.locator(selector).locator("visible=true").first.click(timeout=PATIENCE)
                _settle(page)
            if screen.ready:
                page.wait_for_selector(screen.ready, timeout=PATIENCE)
        except (Error, LookupError) as error:
            problems.append(f"the screen does not come: {str(error).splitlines()[0][:300]}")
        if page.locator(TROUBLE).count():
            problems.append(f"an error dialog: {page.locator(TROUBLE).first.inner_text()[:300]}")
        page.mouse.move(0, 0)
        if screen.hidden:
            page.add_style_tag(content=f"{screen.hidden} {{ display: none !important; }}")
        (self.folder / shot.file).write_bytes(_picture(page, screen.frame))
        page.close()
        return problems


def _is_error(said: Any) -> bool:
    return said.type == "error" and not any(word in f"{said.text} {said.location}" for word in QUIET_ERRORS)


def _settle(page: Page) -> None:
    """Wait until nothing is being read any more and the letters are there."""
    with contextlib.suppress(Error):  # a screen that asks again and again never rests
        page.wait_for_load_state("networkidle", timeout=10_000)
    page.evaluate("document.fonts.ready.then(() => true)")


def _picture(page: Page, frame: str) -> bytes:
    """A picture that is the same as the one before: charts are drawn, skeletons are gone."""
    found = page.locator(frame) if frame else None
    target = found.last if found and found.count() else page
    last = target.screenshot()
    for _try in range(12):
        page.wait_for_timeout(250)
        fresh = target.screenshot()
        if fresh == last:
            break
        last = fresh
    return last


def main(job_file: str) -> None:
    """Take all pictures of the job and write down how each went."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    results = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=job["chromium"], args=ARGUMENTS)
        photographer = Photographer(browser, job)
        spoken = None
        for shot in shots(job["languages"], job["only"], job["stage"]):
            if shot.language != spoken:
                photographer.speak(shot.language)
                spoken = shot.language
            problems = photographer.take(shot)
            print(f"{shot.file}{': ' + '; '.join(problems) if problems else ''}", flush=True)
            screen = shot.screen
            results.append(
                {
                    "file": shot.file,
                    "screen": screen.name,
                    "title": screen.title,
                    "language": shot.language,
                    "width": shot.width,
                    "theme": shot.theme,
                    "problems": problems,
                }
            )
        photographer.speak("en")
        browser.close()
    Path(f"{job_file}.result").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
