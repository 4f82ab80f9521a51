"""The styles that exist, with what can be set and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from painter.errors import InvalidParameterError, UnknownStyleError


@dataclass(frozen=True)
class ParameterInfo:
    """A number that shapes a style."""

    name: str
    default: float
    minimum: float
    maximum: float
    description: str


@dataclass(frozen=True)
class StyleInfo:
    """One style of the painter."""

    style_id: str
    name: Mapping[str, str]  # by language: "ko", "en"
    description: Mapping[str, str]
    parameters: tuple[ParameterInfo, ...]
    sources: tuple[str, ...]

    def fill_parameters(self, given: Mapping[str, float]) -> dict[str, float]:
        """All parameters by name, the given ones instead of the defaults.

        Raises InvalidParameterError for a name that the style does not know or a value out of its range.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name, value in given.items():
            parameter = known.get(name)
            if parameter is None:
                raise InvalidParameterError(
                    f"Style {self.style_id!r} has no parameter {name!r}; it has: {', '.join(known)}."
                )
            if not parameter.minimum <= value <= parameter.maximum:
                raise InvalidParameterError(
                    f"{name} must lie between {parameter.minimum:g} and {parameter.maximum:g}, not {value!r}."
                )
        return {name: float(given.get(name, parameter.default)) for name, parameter in known.items()}


_FLOW_SOURCE = "Structure-tensor flow: Brox, Weickert et al. 2006; Kyprianidis and Döllner 2008"
_SMEAR_SOURCE = "Line integral convolution: Cabral and Leedom 1993"
_SMOOTH_SOURCE = "Domain transform: Gastal and Oliveira 2011"
_LINE_SOURCE = "Flow-based lines: Kang, Lee and Chui 2007; Winnemöller, Kyprianidis and Olsen 2012"
_PIGMENT_SOURCE = "Pigment density and paper: Bousseau, Kaplan, Thollot and Sillion 2006"
_FACE_SOURCE = "Face hint: Viola and Jones 2001; Liao et al. 2007"

_STYLES = (
    StyleInfo(
        style_id="watercolour",
        name={"ko": "수채화", "en": "Watercolour"},
        description={
            "ko": "젖은 물감이 종이에 번지고, 가장자리는 칠하지 않고 남겨 둔 수채화입니다.",
            "en": "Wet pigment on rough paper, with an unpainted border.",
        },
        parameters=(
            ParameterInfo("wetness", 1.0, 0.0, 2.0, "How far the washes run into each other and bloom."),
            ParameterInfo("granulation", 1.0, 0.0, 2.0, "How strongly pigment settles in the paper's hollows."),
            ParameterInfo("edge_darkening", 1.0, 0.0, 2.0, "Dark rims where a wash has dried."),
            ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the unpainted border; 0 paints to the sides."),
            ParameterInfo("pencil", 0.5, 0.0, 1.0, "Strength of the pencil drawing under the paint."),
            ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
        ),
        sources=(
            _PIGMENT_SOURCE,
            "Washes, edge darkening and granulation: Curtis, Anderson, Seims, Fleischer and Salesin 1997",
            _SMOOTH_SOURCE,
            _FLOW_SOURCE,
            _SMEAR_SOURCE,
            _LINE_SOURCE,
            _FACE_SOURCE,
        ),
    ),
    StyleInfo(
        style_id="ink_wash",
        name={"ko": "수묵담채", "en": "Ink wash on hanji"},
        description={
            "ko": "한지에 먹의 농담과 옅은 색으로 그린 수묵담채화입니다.",
            "en": "Ink in few tones with a breath of colour, on hanji paper.",
        },
        parameters=(
            ParameterInfo("wetness", 1.0, 0.0, 2.0, "How far the ink runs into the damp paper."),
            ParameterInfo("colourfulness", 1.0, 0.0, 2.0, "Strength of the light colour; 0 is ink alone."),
            ParameterInfo("brush", 1.0, 0.0, 2.0, "Weight of the drawn brush lines."),
            ParameterInfo("mist", 1.0, 0.0, 1.0, "How much of the background dissolves into the paper."),
            ParameterInfo("seal", 1.0, 0.0, 1.0, "Opacity of the red seal; 0 leaves it out."),
        ),
        sources=(
            _PIGMENT_SOURCE,
            "Ink diffusion on paper, as a look: Chu and Tai 2005",
            _SMOOTH_SOURCE,
            _FLOW_SOURCE,
            _SMEAR_SOURCE,
            _LINE_SOURCE,
            _FACE_SOURCE,
        ),
    ),
    StyleInfo(
        style_id="colour_pencil",
        name={"ko": "색연필화", "en": "Coloured pencil"},
        description={
            "ko": "형태를 따라 겹겹이 그은 색연필 선으로 그린 그림입니다.",
            "en": "Layers of coloured strokes that follow the form.",
        },
        parameters=(
            ParameterInfo("stroke_contrast", 1.0, 0.0, 1.5, "How clearly single strokes stand out."),
            ParameterInfo("outline", 1.0, 0.0, 2.0, "Strength of the drawn outlines."),
            ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
            ParameterInfo("background", 0.6, 0.0, 1.0, "How fully the background is shaded."),
            ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the margin in which strokes run out; 0 fills the sheet."),
        ),
        sources=(
            "Pencil tone and line: Lu, Xu and Jia 2012",
            "Strokes along the form: Mao, Nagasaka and Imamiya 2002 (LIC pencil drawing); " + _SMEAR_SOURCE,
            _PIGMENT_SOURCE,
            _FLOW_SOURCE,
            _LINE_SOURCE,
            _FACE_SOURCE,
        ),
    ),
)


def list_styles() -> tuple[StyleInfo, ...]:
    """All styles, the flagship first."""
    return _STYLES


def get_style(style_id: str) -> StyleInfo:
    """The style with this id; raises UnknownStyleError."""
    for style in _STYLES:
        if style.style_id == style_id:
            return style
    raise UnknownStyleError(style_id, tuple(style.style_id for style in _STYLES))
