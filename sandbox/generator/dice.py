"""Random figures by index: the same seed and index give the same throw, whatever was thrown before.

``random.Random`` must be sown anew for each index, which costs ten times the draw; a hash is sown by its key.
"""

from hashlib import blake2b


class Throw:
    """256 random bits, taken from the low end."""

    __slots__ = ("_bits",)

    def __init__(self, bits):
        self._bits = bits

    def below(self, limit) -> int:
        """A number from 0 to ``limit`` - 1; twenty bits are used up."""
        value = (self._bits & 0xFFFFF) * limit >> 20
        self._bits >>= 20
        return value

    def choice(self, values):
        return values[self.below(len(values))]

    def chance(self, percent) -> bool:
        return self.below(100) < percent


class Dice:
    """Throws of one kind: ``Dice(seed, "offers")(17)``."""

    __slots__ = ("_key",)

    def __init__(self, seed, kind):
        self._key = blake2b(f"{seed}/{kind}".encode(), digest_size=32).digest()

    def __call__(self, index) -> Throw:
        return Throw(int.from_bytes(blake2b(b"%d" % index, key=self._key, digest_size=32).digest(), "big"))
