"""The layers around a page: it reaches its own files, opens nothing, and what it does is noted."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

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

from webapp.previews.answer import Answer
from workers.browser.site_folder import without_place

MAX_NAVIGATIONS = 10
MAX_PROBLEMS = 50
MAX_HEARD = 1000  # messages of the console
# what the browser says of a request beside what is noted of it already
TOLD_AS_REQUEST = re.compile(
    r"net::ERR_|^Loading the \w+ '(https?|wss?):.* violates the following Content "
    r"Security Policy|^Fetch API cannot load ",
    re.DOTALL,
)


@dataclass
class PageActivity:
    """Where the page went and what went wrong in it, each thing once, in order of appearance."""

    console_errors: dict[str, None] = field(default_factory=dict)
    failed_requests: dict[str, None] = field(default_factory=dict)
    navigations: int = 0
    runs_scripts: bool = True  # of the document that was served last

    def console(self, text: str) -> None:
        if len(self.console_errors) < MAX_PROBLEMS and not TOLD_AS_REQUEST.search(text):
            self.console_errors.setdefault(without_place(text)[:300])

    def request(self, url: str) -> None:
        if len(self.failed_requests) < MAX_PROBLEMS:
            self.failed_requests.setdefault(url)

    @property
    def navigates_too_often(self) -> bool:
        """Whether the page went somewhere else more often than a page has reason to."""
        return self.navigations > MAX_NAVIGATIONS


class Site(Protocol):
    """What a page reaches."""

    def answer(self, url: str, *, across_origins: bool = False) -> Answer | None:
        """What is at `url`; None where it is not of the site."""


async def guarded_page(context: BrowserContext, site: Site, activity: PageActivity) -> Page:
    """A page that reaches the files of `site` and nothing else, and opens no other page.

    What a handler raises would surface in the next call of the driver, whatever that is about, and
    pages come and go while handlers run: so they let the driver's errors pass.
    """

    async def serve(route: Route) -> None:
        request = route.request
        leaves = _leaves_page(request)
        activity.navigations += leaves
        across = "origin" in request.headers
        answer = None
        if not activity.navigates_too_often:
            answer = site.answer(request.url, across_origins=across)
        if leaves and answer is not None:
            activity.runs_scripts = answer.runs_scripts
        with suppress(PlaywrightError):
            if answer is not None:
                await route.fulfill(body=answer.body, headers=answer.headers)
                return
            activity.request(request.url)
            # "aborted" keeps the document that is there, other reasons put an error page
            await route.abort("aborted" if leaves else "addressunreachable")

    async def close_socket(socket: WebSocketRoute) -> None:
        activity.request(socket.url)
        with suppress(PlaywrightError):
            await socket.close()

    async def close_popup(popup: Page) -> None:
        activity.console("A window that the page opened was closed.")
        with suppress(PlaywrightError):
            await popup.close()

    await context.route("**/*", serve)
    await context.route_web_socket("**/*", close_socket)
    page = await context.new_page()
    context.on("page", close_popup)
    page.on("dialog", _dismiss)
    page.on("pageerror", lambda error: activity.console(f"Uncaught {error}"))
    _listen(page, activity)
    page.on("requestfailed", lambda request: _note_failure(request, activity))
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


def _listen(page: Page, activity: PageActivity) -> None:
    """Note what the page says on its console, until it has said more than anyone reads: the driver
    passes on what is listened to, and a page can say more than can be heard."""
    heard = 0

    def note(message: ConsoleMessage) -> None:
        nonlocal heard
        heard += 1
        if message.type == "error":
            activity.console(message.text)
        if heard >= MAX_HEARD:
            page.remove_listener("console", note)

    page.on("console", note)


def _note_failure(request: Request, activity: PageActivity) -> None:
    if not request.url.startswith(("data:", "blob:")):
        activity.request(request.url)
