"""Plain text out of HTML, with its paragraphs: the marketplace refuses tags in a description."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ..text import clean

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figure", "footer", "form", "header"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table"),
        *("tbody", "tfoot", "thead", "tr", "ul"),
    )
)
_SILENT = frozenset(("script", "style", "template", "title", "head", "noscript"))
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|&(?:[a-zA-Z]{2,8}|#\d{1,6});")
_BLANKS = re.compile(r"[ \t\u00a0\u202f]+")
_GAPS = re.compile(r"\n{3,}")


def looks_like_html(text: str) -> bool:
    """Whether a text has tags or entities in it; "5 < 6" has not."""
    return bool(_LOOKS_LIKE_HTML.search(text))


def text_of_html(html: str, links: bool = False) -> str:
    """What a reader sees: one line per block, list entries with a dash, no tags, entities decoded.

    :param links: write the address of a link behind its words: a tag that is dropped would take it along

    >>> text_of_html("<p>Lampe&nbsp;LED</p><ul><li>12 W</li><li>E27</li></ul>")
    'Lampe LED\\n- 12 W\\n- E27'
    """
    reader = _Reader(links)
    reader.feed(clean(html))
    reader.close()
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(reader.pieces).split("\n")]
    kept = [line for line in lines if line != "-"]
    return _GAPS.sub("\n\n", "\n".join(kept)).strip()


class _Reader(HTMLParser):
    def __init__(self, links: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._links = links
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "li":
            self._break()
            self.pieces.append("- ")
        elif tag in _BLOCKS:
            self._break()
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "a" and self._links:
            self._link = (dict(attrs).get("href") or "", len(self.pieces))

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._break()
        elif tag == "a" and self._link:
            (address, place), self._link = self._link, None
            if address.startswith(("http://", "https://")) and address not in "".join(self.pieces[place:]):
                self.pieces.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = data.replace("\r", "").replace("\n", " ")
        # Blanks between two blocks are only how the source is laid out.
        if text.strip() or (self.pieces and not self.pieces[-1].endswith(("\n", " "))):
            self.pieces.append(text)

    def _break(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n") and self.pieces[-1] != "- ":
            self.pieces.append("\n")
