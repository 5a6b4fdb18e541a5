"""What is remembered within a bound says what a dictionary would."""

from __future__ import annotations

import random

from docgen.memory import FirstPlaces


def test_first_places_are_those_of_a_dictionary():
    """Of 20,000 hashes, a third of which come again, and some of which fall together in every slot; places of any size."""
    chance = random.Random(17)
    hashes = [chance.choice([chance.getrandbits(64) - (1 << 63), chance.randrange(-9, 9) << 32, chance.randrange(4000)])
              for _each in range(20_000)]  # fmt: skip
    places, known = FirstPlaces(), dict[int, int]()
    for number, hashed in enumerate(hashes, 1):
        place = number if number % 50 else chance.choice([-number, 0, number << 40])
        assert places.first(hashed, place) == known.setdefault(hashed, place)
