"""How messages are written for an endpoint."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """`window` is the tokens that the model reads, where they are known. The rest, but for
    `reasoning`, is learnt from refusals.

    `most_pictures` is how many a request may hold, None where there is no saying;
    `no_old_pictures` keeps of pictures those of the newest result; `light` sends smaller ones;
    `strict_roles` puts pictures into the results they belong to, lets the assistant speak between a
    result and the person, and the person once at a time; `no_empty_words` puts words where there
    are none; `no_system` lets the person say what the system would; `reasoning` sends earlier
    thoughts.
    """

    window: int | None = None
    most_pictures: int | None = None
    no_old_pictures: bool = False
    light: bool = False
    strict_roles: bool = False
    no_empty_words: bool = False
    no_system: bool = False
    reasoning: bool = True
