"""Landscapes from words: a description becomes a scene, a scene becomes a painting."""

from painter.scenery.letters import choose_scene
from painter.scenery.painting import MAX_SCENE_PX, MIN_SCENE_PX, paint_scene
from painter.scenery.reading import SceneReading, read_scene
from painter.scenery.scene import Lanterns, Place, Scene, Season, Time, Trees, Weather

__all__ = [
    "MAX_SCENE_PX",
    "MIN_SCENE_PX",
    "Lanterns",
    "Place",
    "Scene",
    "SceneReading",
    "Season",
    "Time",
    "Trees",
    "Weather",
    "choose_scene",
    "paint_scene",
    "read_scene",
]
