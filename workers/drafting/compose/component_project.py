"""A project of components: a page, an app, its components and one stylesheet for each mockup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.drafting.compose.components import RESERVED, Component, Template, componentise
from workers.drafting.compose.html_css import WrittenPage, write_pages
from workers.drafting.compose.markup import tags_of, texts_of
from workers.drafting.compose.page_files import FontStack, PageFiles
from workers.drafting.compose.project import SOURCES, document, in_sources, project_files
from workers.drafting.language import language_of
from workers.drafting.page import Container


@dataclass(frozen=True)
class ComponentWriter:
    """How a stack writes components. `root` is the id of the element that the app fills; `suffix`
    and `main_suffix` end the files of components and of the module that begins; `main` writes that
    of an app and its stylesheet, `component` a component, given the ways to components and `src`.
    """

    stack: str
    root: str
    suffix: str
    main_suffix: str
    styles: str
    main: Callable[[str, str], str]
    component: Callable[[Component, str, str], str]

    def compose(self, roots: Sequence[Container], font_stack: FontStack) -> PageFiles:
        """The files of the project and its pictures."""
        pages = list(write_pages(roots, font_stack))
        files = project_files(self.stack, [(page.stem, page.title) for page in pages])
        for page in pages:
            files |= self._page_files(page)
        assets = [asset for page in pages for asset in page.assets]
        return PageFiles(files, tuple(map(in_sources, assets)))

    def _page_files(self, page: WrittenPage) -> dict[str, str]:
        number = str(page.index + 1) if page.index else ""
        app, styles = f"App{number}", f"{self.styles}{number}.css"
        main = f"main{number}{self.main_suffix}"
        folder = f"components/page{number}" if page.index else "components"
        to_source = "../" * (1 + folder.count("/"))
        tree = componentise(page.body, taken=RESERVED | {app})
        whole = Component(app, Template("", "", (), tree.children))
        css = page.sheet.to_css(tags_of(page.body))
        files = {
            f"{page.stem}.html": document(
                page.title, language_of(texts_of(page.body)), self.root, main
            ),
            f"{SOURCES}{main}": self.main(app, styles),
            f"{SOURCES}{app}{self.suffix}": self.component(whole, f"./{folder}/", "./"),
            f"{SOURCES}{styles}": f"{css}\n#{self.root} {{\n  display: contents;\n}}\n",
        }
        for one in tree.components:
            path = f"{SOURCES}{folder}/{one.name}{self.suffix}"
            files[path] = self.component(one, "./", to_source)
        return files
