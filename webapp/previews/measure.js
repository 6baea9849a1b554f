// Tells how far a page whose own scripts do not run is wider than its window, and what makes it so.
// It is put before the page, behind elements.js, and speaks with the interface alone.
const secret = document.currentScript.nonce; // the page cannot know it
document.currentScript.remove();

const { port1: app, port2: theirs } = new MessageChannel();
const root = document.documentElement; // before the page can give its name to something else
const MOST = 8; // elements that are told
const SLACK = 1; // px; places are rounded

/** What the body cuts off the whole page does. */
const clips = (element) =>
  element.localName !== 'body' && getComputedStyle(element).overflowX !== 'visible';
/** The outermost elements past the window's edge; what scrolls or is cut inside another is not. */
const pastEdge = (element, edge, found = []) => {
  for (const child of element.children) {
    if (found.length === MOST) break;
    const { right, width } = child.getBoundingClientRect();
    if (width > 0 && right + scrollX > edge + SLACK) found.push(child);
    else if (!clips(child)) pastEdge(child, edge, found);
  }
  return found;
};
const about = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  const text = (element.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 80);
  return { selector: selectorOf(element), tag: element.localName, text, rect: { x, y, width, height } };
};
const tell = () => {
  const { scrollWidth, clientWidth } = root;
  const overflow = Math.max(0, scrollWidth - clientWidth);
  const elements = overflow > 0 ? pastEdge(root, clientWidth).map(about) : [];
  app.postMessage({ type: 'size', overflow, elements });
};

// a link would lead the frame to a page that nobody measures
for (const type of ['click', 'auxclick', 'submit']) {
  const stay = (event) => (type === 'submit' || event.target.closest?.('a, area')) && event.preventDefault();
  addEventListener(type, stay, { capture: true });
}

let isDue = false;
const later = () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    tell();
  });
};
for (const type of ['load', 'resize', 'scroll']) addEventListener(type, later, { capture: true });
// who may frame a page is in its policy
addEventListener('DOMContentLoaded', () => {
  window.parent.postMessage({ measure: secret }, '*', [theirs]);
  later();
});
