"""What is drawn: the icon of the app and the cover of its page in the Apps store. Both are this project's own."""

from __future__ import annotations

ICON_SIZE = 256
ICON = """
<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256">
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#2a63c9"/><stop offset="1" stop-color="#173f8c"/>
    </linearGradient>
  </defs>
  <rect x="8" y="8" width="240" height="240" rx="52" fill="url(#ground)"/>
  <path d="M60 116h136v84a8 8 0 0 1-8 8H68a8 8 0 0 1-8-8z" fill="#fff"/>
  <rect x="74" y="138" width="58" height="44" rx="5" fill="#2a63c9"/>
  <path d="M84 170l14-14 10 9 16-18" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round"
    stroke-linejoin="round"/>
  <path d="M148 208v-64a6 6 0 0 1 6-6h22a6 6 0 0 1 6 6v64z" fill="#f2714d"/>
  <circle cx="174" cy="176" r="4" fill="#fff"/>
  <path d="M56 56h144l16 52a18 18 0 0 1-35.2 4.6A18 18 0 0 1 145.6 112.6a18 18 0 0 1-35.2 0A18 18 0 0 1 75.2 112.6
    A18 18 0 0 1 40 108z" fill="#fff"/>
  <path d="M56 56h28.8l-9.6 56.6A18 18 0 0 1 40 108z" fill="#f2714d"/>
  <path d="M113.6 56h28.8l3.2 56.6a18 18 0 0 1-35.2 0z" fill="#f2714d"/>
  <path d="M171.2 56H200l16 52a18 18 0 0 1-35.2 4.6z" fill="#f2714d"/>
  <rect x="50" y="44" width="156" height="16" rx="8" fill="#fff"/>
</svg>
"""

COVER_SIZE = (560, 280)
COVER_SCALE = 2
COVER = """
<!DOCTYPE html><html><head><meta charset="utf-8"><style>
* { box-sizing: border-box; margin: 0; }
body { width: 560px; height: 280px; overflow: hidden; background: #173f8c; color: #fff;
  font-family: Roboto, "Segoe UI", Arial, sans-serif; position: relative; }
.words { position: absolute; left: 24px; top: 24px; width: 226px; }
.words svg { width: 52px; height: 52px; display: block; margin: 0 0 12px -3px; }
h1 { font-size: 25px; line-height: 29px; font-weight: 700; }
p { font-size: 13.5px; line-height: 19px; margin-top: 10px; color: #d7e3fb; }
b { display: inline-block; margin-top: 13px; padding: 3px 10px; border-radius: 11px; background: #f2714d;
  font-size: 11.5px; line-height: 18px; font-weight: 600; white-space: nowrap; }
.picture { position: absolute; left: 268px; top: 26px; width: 470px; border-radius: 8px;
  box-shadow: 0 8px 28px #061a42; }
</style></head><body>
<div class="words">ICON<h1>Cdiscount Store Management</h1>
<p>Orders, stock, prices, claims and payouts of your Cdiscount shop, in Odoo.</p>
<b>Odoo 17, 18, 19 &middot; English, fran&ccedil;ais</b></div>
<img class="picture" src="PICTURE" alt="">
</body></html>
"""


def cover(picture: str) -> str:
    """The page of the cover around a picture (a data address)."""
    return COVER.replace("ICON", ICON).replace("PICTURE", picture)
