"""What a person sees on a base page, as the browser knows it: texts, icons and boxes."""

from dataclasses import dataclass

from playwright.async_api import Browser

from bench.distortions import Page
from webapp.studio.events import Rect

LINK = '<link rel="stylesheet" href="style.css">'
# Texts are elements with nothing but text, boxes those with an even border, a shadow or round
# corners. A selector leads down from `body` by position, so that it holds when texts change.
READ_ITEMS = r"""() => {
  const place = (element) => [...element.parentElement.children].indexOf(element) + 1;
  const path = (element) => {
    const steps = [];
    for (; element !== document.body; element = element.parentElement)
      steps.unshift(`${element.localName}:nth-child(${place(element)})`);
    return ['body', ...steps].join(' > ');
  };
  const rect = (r) => ({x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height});
  const textRect = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return {rect: rect(range.getBoundingClientRect()), lines: range.getClientRects().length};
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const cs = getComputedStyle(element);
    const own = rect(element.getBoundingClientRect());
    if (cs.visibility !== 'visible' || own.width < 4 || own.height < 4) continue;
    const item = {
      selector: path(element), lines: 0, text: '', markup: '', box: own,
      size: parseFloat(cs.fontSize), leading: cs.lineHeight, weight: +cs.fontWeight,
      colour: cs.color, radius: parseFloat(cs.borderTopLeftRadius), border: '', shadow: '',
    };
    if (element.localName === 'svg') {
      if (own.width <= 48) found.push({...item, what: 'icon', markup: element.innerHTML});
      continue;
    }
    if (element.closest('svg, option')) continue;
    const text = element.textContent.trim();
    if (text && !element.children.length && element.firstChild.data === text) {
      const {rect, lines} = textRect(element);
      found.push({...item, what: 'text', text, box: rect, lines});
    }
    const sides = ['Top', 'Right', 'Bottom', 'Left'].map(
      (side) => cs[`border${side}Width`] + ' ' + cs[`border${side}Color`]);
    const even = sides.every((side) => side === sides[0]) && parseFloat(sides[0]) > 0;
    const border = even && !sides[0].includes('rgba(0, 0, 0, 0)') ? sides[0] : '';
    const shadow = cs.boxShadow === 'none' || cs.boxShadow.includes('inset') ? '' : cs.boxShadow;
    const filled = cs.backgroundColor !== 'rgba(0, 0, 0, 0)' || cs.backgroundImage !== 'none';
    const round = !cs.borderTopLeftRadius.includes('%') && item.radius >= 6 && (filled || border);
    if (own.width >= 24 && own.height >= 20 && (border || shadow || round))
      found.push({...item, what: 'box', border, shadow, radius: round ? item.radius : 0});
  }
  return found;
}"""


@dataclass(frozen=True)
class Item:
    """One thing on a page. `box` and lengths are CSS pixels; `colour` and the others are CSS.

    `border` is a width and a colour, where all four sides have the same; `markup` is what stands
    inside an icon; `lines` counts a text's lines.
    """

    what: str  # text, icon or box
    selector: str
    box: Rect
    text: str
    lines: int
    markup: str
    size: float
    leading: str
    weight: int
    colour: str
    radius: float
    border: str
    shadow: str


async def items_of(browser: Browser, page: Page) -> list[Item]:
    """All items of a base page. Its pictures are not loaded, as their sizes are given."""
    html = (page.folder / "index.html").read_text()
    css = (page.folder / "style.css").read_text()
    sheet = await browser.new_page(viewport={"width": page.width, "height": page.height})
    try:
        await sheet.set_content(html.replace(LINK, f"<style>{css}</style>"))
        return [
            Item(**{**found, "box": Rect(**found["box"])})
            for found in await sheet.evaluate(READ_ITEMS)
        ]
    finally:
        await sheet.close()
