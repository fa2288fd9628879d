"""Which category of the marketplace a shop's own category most probably means, by the words of their names."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from ..text import key

LIKELY = 0.55
# Words that say nothing of what is sold.
_EMPTY_WORDS = frozenset(
    (
        "a",
        "all",
        "and",
        "au",
        "aux",
        "autre",
        "d",
        "de",
        "des",
        "divers",
        "du",
        "en",
        "et",
        "for",
        "l",
        "la",
        "le",
        "les",
        "of",
        "other",
        "others",
        "ou",
        "par",
        "pour",
        "sans",
        "sur",
        "the",
        "tout",
        "un",
        "une",
        "vendable",
        "saleable",
    )
)
_ABOVE = 0.2  # what the names above may add to the likeness of the names themselves


def words_of(name: str) -> frozenset[str]:
    """The words of a name that mean something, singular and plural alike.

    >>> sorted(words_of("Lampes de bureau"))
    ['bureau', 'lampe']
    """
    return frozenset(_stem(word) for word in key(name).split() if word not in _EMPTY_WORDS)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


class CategoryMatcher:
    """Finds the best of many candidates; looks only at those that share a word with the name.

    :param candidates: (anything to recognise it by, its name, the names above it as one text)
    """

    def __init__(self, candidates: Iterable[tuple[Hashable, str, str]]):
        self._labels: dict[Hashable, tuple[str, frozenset[str], frozenset[str]]] = {}
        self._by_word: dict[str, list[Hashable]] = defaultdict(list)
        counts: Counter[str] = Counter()
        for ident, label, above in candidates:
            words = words_of(label)
            self._labels[ident] = (label, words, words_of(above))
            counts.update(words)
            for word in words:
                self._by_word[word].append(ident)
        total = len(self._labels) + 1
        # A word that is in every name ("accessoire") says little, one that is in few says much.
        self._weights = {word: math.log(total / count) + 0.1 for word, count in counts.items()}
        self._unknown = math.log(total) + 0.1

    def best(self, names: Sequence[str]) -> tuple[Hashable, float] | None:
        """The most similar candidate and its likeness from 0 to 1, or None when none is alike enough.

        :param names: of the shop's category and those above it, from the top down
        """
        own = words_of(names[-1]) if names else frozenset()
        above = words_of(" ".join(names[:-1]))
        ranked = []
        for ident in {ident for word in own for ident in self._by_word.get(word, ())}:
            label, words, over = self._labels[ident]
            likeness = 2 * self._weight(own & words) / (self._weight(own) + self._weight(words))
            # "Lampes" below "Jardin" are rather the garden's than the desk's.
            share = self._share(above - own, over | words)
            likeness += (1 - likeness) * _ABOVE * share
            ranked.append((likeness, share, -len(label), label, ident))
        if not ranked:
            return None
        likeness, *_order, ident = max(ranked, key=lambda row: row[:4])
        return (ident, likeness) if likeness >= LIKELY else None

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._weights.get(word, self._unknown) for word in words)

    def _share(self, wanted: frozenset[str], found: frozenset[str]) -> float:
        return self._weight(wanted & found) / self._weight(wanted) if wanted else 0.0
