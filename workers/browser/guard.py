"""The layers around a page: it reaches its own files, opens nothing, and what it does is noted."""

from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Route,
    WebSocketRoute,
)
from playwright.async_api import Error as PlaywrightError

from workers.browser.site import Site

MAX_NAVIGATIONS = 10
MAX_COMPLAINTS = 50


@dataclass
class Complaints:
    """What went wrong in the page, each thing once, in order of appearance."""

    console_errors: dict[str, None] = field(default_factory=dict)
    failed_requests: dict[str, None] = field(default_factory=dict)
    navigations: int = 0

    def console(self, text: str) -> None:
        if len(self.console_errors) < MAX_COMPLAINTS and "net::ERR_" not in text:
            self.console_errors.setdefault(text[:300])

    def request(self, url: str) -> None:
        if len(self.failed_requests) < MAX_COMPLAINTS:
            self.failed_requests.setdefault(url)

    @property
    def restless(self) -> bool:
        """Whether the page went somewhere else more often than a page has reason to."""
        return self.navigations > MAX_NAVIGATIONS


async def guarded_page(context: BrowserContext, site: Site, complaints: Complaints) -> Page:
    """A page that reaches the files of `site` and nothing else, and opens no other page.

    What a handler raises would surface in the next call of the driver, whatever that is about, and
    pages come and go while handlers run: so they let the driver's errors pass.
    """

    async def serve(route: Route) -> None:
        request = route.request
        leaves = _leaves_page(request)
        complaints.navigations += leaves
        answer = None if complaints.restless else site.answer(request.url)
        with suppress(PlaywrightError):
            if answer is not None:
                await route.fulfill(body=answer.body, content_type=answer.content_type)
                return
            complaints.request(request.url)
            # "aborted" keeps the document that is there, other reasons put an error page
            await route.abort("aborted" if leaves else "addressunreachable")

    async def close_socket(socket: WebSocketRoute) -> None:
        complaints.request(socket.url)
        with suppress(PlaywrightError):
            await socket.close()

    async def close_popup(popup: Page) -> None:
        complaints.console("A window that the page opened was closed.")
        with suppress(PlaywrightError):
            await popup.close()

    await context.route("**/*", serve)
    await context.route_web_socket("**/*", close_socket)
    page = await context.new_page()
    context.on("page", close_popup)
    page.on("dialog", _dismiss)
    page.on("pageerror", lambda error: complaints.console(f"Uncaught {error}"))
    page.on("console", lambda message: _note_console(message, complaints))
    page.on("requestfailed", lambda request: _note_failure(request, complaints))
    return page


async def _dismiss(dialog: Dialog) -> None:
    with suppress(PlaywrightError):
        await dialog.dismiss()


def _leaves_page(request: Request) -> bool:
    """Whether a page as a whole is about to go elsewhere. A new window is not: it has no frame."""
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except PlaywrightError:
        return False


def _note_console(message: ConsoleMessage, complaints: Complaints) -> None:
    if message.type == "error":
        complaints.console(message.text)


def _note_failure(request: Request, complaints: Complaints) -> None:
    if not request.url.startswith(("data:", "blob:")):
        complaints.request(request.url)
