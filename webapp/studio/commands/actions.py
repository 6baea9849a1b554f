"""What each action of the grammar does."""

from collections.abc import Callable

from webapp.studio.commands import markup, painting, sizing
from webapp.studio.commands.work import Work

ACTIONS: dict[str, Callable[[Work], None]] = {
    "colour": painting.set_colour,
    "darker": painting.shift_lightness,
    "lighter": painting.shift_lightness,
    "bold": sizing.inherited("font-weight", "700"),
    "regular": sizing.inherited("font-weight", "400"),
    "italic": sizing.inherited("font-style", "italic"),
    "upright": sizing.inherited("font-style", "normal"),
    "uppercase": sizing.inherited("text-transform", "uppercase"),
    "underlined": sizing.decorated("underline"),
    "no underline": sizing.decorated("none"),
    "bigger": sizing.resize,
    "smaller": sizing.resize,
    "wider": sizing.widen,
    "narrower": sizing.widen,
    "size": sizing.set_size,
    "corners": sizing.set_length("border-radius"),
    "width": sizing.set_length("width"),
    "space": sizing.set_length("padding"),
    "airier": sizing.set_space,
    "tighter": sizing.set_space,
    "round": sizing.set_corners,
    "pill": sizing.set_corners,
    "square": sizing.set_corners,
    "shadow": sizing.set_shadow,
    "no shadow": sizing.set_shadow,
    "border": painting.set_border,
    "no border": painting.set_border,
    "centre": sizing.align,
    "left": sizing.align,
    "right": sizing.align,
    "remove": markup.remove,
    "duplicate": markup.duplicate,
    "earlier": markup.move,
    "later": markup.move,
    "swap": markup.swap,
    "text": markup.set_text,
}
