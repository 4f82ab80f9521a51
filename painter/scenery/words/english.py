"""English words: what they mean for a scene."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS = {
    "mountains": "mountain ridge peak valley summit range highland alp",
    "sea": "sea ocean beach shore coast seaside wave seashore bay harbour harbor surf",
    "lake": "lake pond lakeside lakeshore reservoir",
    "river": "river stream brook creek riverside riverbank",
    "fields": "field meadow farmland paddy plain wheat barley pasture grassland prairie reed farm",
    "forest": "forest wood woodland woods grove",
    "hill": "hill hillside hilltop garden village hometown",
    "path": "path trail lane footpath road",
    "broadleaf": "oak zelkova elm beech linden poplar",
    "cherry": "cherry blossom sakura plum petal",
    "maple": "maple",
    "ginkgo": "ginkgo gingko",
    "pine": "pine conifer spruce fir",
    "willow": "willow",
    "bare": "bare leafless",
    "spring": "spring springtime april",
    "summer": "summer summertime june july august",
    "autumn": "autumn fall september october november",
    "winter": "winter wintry december january february",
    "dawn": "dawn morning daybreak",
    "sunrise": "sunrise",
    "day": "day daytime noon midday afternoon daylight",
    "dusk": "dusk evening twilight",
    "sunset": "sunset sundown",
    "night": "night midnight nighttime nightfall",
    "clear": "clear cloudless fine",
    "clouds": "cloud cloudy overcast",
    "mist": "mist misty fog foggy haze hazy",
    "rain": "rain rainy raining drizzle shower rainfall",
    "snow": "snow snowy snowing snowfall snowflake snowflakes",
    "sun": "sun sunshine sunlight sunny sunlit",
    "moon": "moon moonlight moonlit crescent moonrise",
    "stars": "star starry starlight starlit stars galaxy",
    "lantern": "lantern lamp candle candlelight",
    "birds": "bird crane goose geese seagull gull heron swallow",
    "firefly": "firefly fireflies",
}

MEANINGS: Mapping[str, tuple[str, ...]] = {
    **{word: (effect,) for effect, words in _WORDS.items() for word in words.split()},
    "snowscape": ("snow",),
}
"""Word to the names of its effects; a plural ending may follow."""

_NEUTRAL = """
a an the and or of in on at by with over under above below beside between behind near through across from to
into for is are am be there it its his her their my our your this that these those some many few one two three
tree trees sky water light air view scene landscape picture painting paint draw please show where when while
as quiet calm still peaceful gentle soft warm cool cold pale bright dark deep high low wide small large big
great little old young blue white red green golden gold yellow pink grey gray silver pretty beautiful lonely
distant far full falling fallen flowing rolling rising setting blooming blowing flying hanging glowing shining
lit covered filled standing early late time leaf leaves branch branches flower flowers grass ground wind along
around down up out very just paper after before during back bank edge floating drifting afloat covered capped
rises sets
"""
NEUTRAL = frozenset(_NEUTRAL.split())
"""Words that change nothing in a picture: neither understood nor unknown."""

_NEGATORS = """
no not without never nor dont isnt arent
"""
NEGATORS = frozenset(_NEGATORS.split())
"""They deny the word after them."""
