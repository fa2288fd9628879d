"""tools/screens: which pictures are taken, under which names, and the page to look through them."""

from __future__ import annotations

import re
from pathlib import Path

from tools.lib import paths, release, screens_list, screens_sheet

XML = "\n".join(file.read_text(encoding="utf-8") for file in sorted((paths.ROOT / "views").glob("*.xml")))


def every_shot():
    return [shot for stage in ("empty", "shop") for shot in screens_list.shots(("en", "fr"), stage=stage)]


def test_no_two_pictures_have_the_same_name():
    files = [shot.file for shot in every_shot()]
    assert len(files) == len(set(files)) > 60


def test_every_screen_opens_an_action_that_the_addon_has():
    for screen in screens_list.SCREENS:
        module, _, name = screen.full_action.partition(".")
        if module == paths.ADDON:
            assert f'id="{name}"' in XML, screen.name


def test_every_picture_of_the_description_is_taken():
    taken = {shot.file for shot in every_shot()}
    for name, kept in screens_list.PUBLISHED.items():
        assert kept.file in taken, name
        assert re.fullmatch(r"screenshot_[a-z_]+\.png", name)


def test_the_dashboard_is_seen_light_and_dark_wide_and_narrow_in_both_languages():
    files = {shot.file for shot in screens_list.shots(("en", "fr"), ["dashboard"])}
    assert len(files) == 8
    assert "dashboard_fr_420_dark.png" in files


def test_the_pictures_of_the_description_come_first_and_can_be_asked_for_alone():
    shown = {kept.file for kept in screens_list.PUBLISHED.values()}
    first = screens_list.shots(("en", "fr"))[: len(shown) - 1]
    alone = screens_list.shots(("en", "fr"), ["description"])
    assert [shot.file for shot in first] != [] and {shot.file for shot in first} <= shown
    assert {shot.file for shot in [*alone, *screens_list.shots(("en", "fr"), ["description"], "empty")]} == shown


def test_a_name_that_no_screen_has_is_told():
    assert screens_list.unknown(["dashboard", "description", "dashbord"]) == ["dashbord"]


def test_the_contact_sheet_shows_each_picture_and_says_what_was_wrong(tmp_path: Path):
    result = {
        "file": "orders_en_1400_light.png",
        "screen": "orders",
        "title": "All Orders",
        "language": "en",
        "width": 1400,
        "theme": "light",
        "problems": ["TypeError: <x> is not a function"],
    }
    page = screens_sheet.write(tmp_path, [result, {**result, "file": "orders_fr_1400_light.png", "problems": []}])
    text = page.read_text(encoding="utf-8")
    assert text.count("<img") == 2
    assert "TypeError: &lt;x&gt; is not a function" in text
    assert "http" not in text


def test_the_release_holds_the_page_and_each_of_its_pictures():
    files, _moment = release.committed_files()
    shipped = release.release_files(files, 19, "1.0.0")
    for name in ("index.html", "icon.png", "banner.png", *screens_list.PUBLISHED):
        assert f"static/description/{name}" in shipped, name
