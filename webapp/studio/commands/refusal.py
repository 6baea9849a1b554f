"""Why a plain command is not carried out."""

from typing import Literal

RefusalCode = Literal["command_unknown", "command_target", "command_refused"]


class CommandRefused(Exception):
    """`code` finds the text that a person reads; `detail` is a sentence with the facts.

    command_unknown     the words are no plain command: they need a language model
    command_target      no element is meant, or it is not clear which
    command_refused     the element has nothing that this could change
    """

    def __init__(self, code: RefusalCode, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(detail)
