"""Pictures made from photographs without weights, network or state.

Importing this package is cheap; the compiled kernels are loaded by the first `paint` or `warm_up`.
"""

from painter.atlas import Atlas, AtlasNote, InvalidAtlasError
from painter.boxes import Box
from painter.catalog import ParameterInfo, StyleInfo, list_styles
from painter.clips import ClipError, ClipInfo, ClipProgramError, paint_clip, paint_frames
from painter.errors import InvalidParameterError, InvalidPhotoError, PainterError, UnknownStyleError
from painter.exemplar import learn_atlas, paint_atlas, transfer_style
from painter.matting import CutOutError, InvalidReferenceError, Matte, Reference, compose, cut_out, learn_reference
from painter.painting import MAX_SIDE_PX, MIN_SIDE_PX, detect_faces, paint
from painter.sample import sample_portrait
from painter.scenery import Scene, SceneReading, choose_scene, paint_scene, read_scene
from painter.warming import warm_up, warm_up_all

__all__ = [
    "MAX_SIDE_PX",
    "MIN_SIDE_PX",
    "Atlas",
    "AtlasNote",
    "Box",
    "ClipError",
    "ClipInfo",
    "ClipProgramError",
    "CutOutError",
    "InvalidAtlasError",
    "InvalidParameterError",
    "InvalidPhotoError",
    "InvalidReferenceError",
    "Matte",
    "PainterError",
    "ParameterInfo",
    "Reference",
    "Scene",
    "SceneReading",
    "StyleInfo",
    "UnknownStyleError",
    "choose_scene",
    "compose",
    "cut_out",
    "detect_faces",
    "learn_atlas",
    "learn_reference",
    "list_styles",
    "paint",
    "paint_atlas",
    "paint_clip",
    "paint_frames",
    "paint_scene",
    "read_scene",
    "sample_portrait",
    "transfer_style",
    "warm_up",
    "warm_up_all",
]
