"""Who a run works for where nobody watches it, as from a shell."""

from webapp.studio.events import FilesEdited, MessageReceived


class Unattended:
    """A `Person` who says nothing, changes nothing and waits for nothing."""

    async def messages(self) -> tuple[MessageReceived, ...]:
        return ()

    async def edits(self) -> tuple[FilesEdited, ...]:
        return ()

    async def wants_pause(self) -> bool:
        return False
