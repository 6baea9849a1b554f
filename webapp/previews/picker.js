// Lets a person select elements of a page whose own scripts do not run. It is put before the page,
// behind elements.js, and speaks with the interface alone, on a channel of its own.
const secret = document.currentScript.nonce; // the page cannot know it
document.currentScript.remove();

const { port1: app, port2: theirs } = new MessageChannel();
let hovered = null;
let selected = null;

const tell = (type, element) => app.postMessage(element ? { type, ...about(element) } : { type });
const about = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return {
    selector: selectorOf(element),
    tag: element.localName,
    text: (element.innerText ?? element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 80),
    rect: { x, y, width, height },
  };
};

const isShown = (element) => element.getClientRects().length > 0;
/** A drawing is one thing; of a page the least is its body. */
const elementAt = (target) => {
  const element = target instanceof Element ? target : null;
  const drawing = element?.closest('svg');
  return drawing ?? (element === document.documentElement ? document.body : element);
};

const hover = (element) => {
  if (element === hovered) return;
  hovered = element;
  tell('hover', element);
};
const select = (element, type = 'select') => {
  selected = element;
  hovered = null;
  element?.scrollIntoView({ block: 'nearest' });
  tell(type, element);
};

/** What was selected in another revision, where this one has it and no other like it. */
const onlyOne = (selector) => {
  const found = document.querySelectorAll(selector);
  return found.length === 1 ? found[0] : null;
};

const shownIn = (element) => [...(element?.children ?? [])].filter(isShown);
const beside = (by) => {
  const all = shownIn(selected.parentElement);
  return all[all.indexOf(selected) + by];
};
const WALKS = {
  parent: () => (selected === document.body ? null : selected.parentElement),
  child: () => (selected.localName === 'svg' ? null : shownIn(selected)[0]),
  previous: () => beside(-1),
  next: () => beside(1),
};
const walk = (to) => {
  const next = selected ? WALKS[to]?.() : document.body;
  if (next) select(next);
};
const KEYS = { ArrowUp: 'parent', ArrowDown: 'child', ArrowLeft: 'previous', ArrowRight: 'next' };

const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};
const on = (types, handle) => {
  for (const type of types.split(' ')) addEventListener(type, handle, { capture: true, passive: false });
};
on('pointermove', (event) => hover(elementAt(event.target)));
on('click', (event) => select(elementAt(event.target)));
on('pointerup', (event) => {
  // none of these gets a click, nor does what is in them
  if (event.target.closest?.(':disabled, audio, video')) select(elementAt(event.target));
});
on('mousedown mouseup click dblclick auxclick dragstart submit', stop);
on('keydown', (event) => {
  if (event.key === 'Escape') tell('escape');
  else if (KEYS[event.key]) walk(KEYS[event.key]);
  else return;
  stop(event);
});
document.documentElement.addEventListener('pointerleave', () => hover(null));

let isDue = false;
on('scroll resize', () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    if (hovered) tell('hover', hovered);
    if (selected) tell('moved', selected);
  });
});

// how what is selected would look, once the interface is done with it
const sheet = document.createElement('style');
let undress = () => {};
const wordsOf = (element) => {
  const texts = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
  return texts.length === 1 ? texts[0] : null;
};
const dress = ({ style, text, picture }) => {
  document.head.append(sheet); // behind every other
  sheet.textContent = style;
  undress();
  undress = () => {};
  if (!selected) return;
  const words = typeof text === 'string' ? wordsOf(selected) : null;
  if (words) {
    const before = words.data;
    words.data = text;
    undress = () => (words.data = before);
  } else if (picture && selected.localName === 'img') {
    const shown = selected;
    const before = shown.getAttribute('src');
    shown.src = picture;
    undress = () => (before === null ? shown.removeAttribute('src') : shown.setAttribute('src', before));
  }
  tell('moved', selected);
};

// files that a person is writing, in place of those that the page was loaded with
const folder = /^.*?\/r\/[^/]+\//.exec(location.href)?.[0] ?? location.href;
let written = null; // the page as it was put in last
const rewrite = ({ page, files }) => {
  const html = files[page];
  if (html !== undefined && html !== written) {
    written = html;
    // a page that led itself elsewhere would be lost
    const next = new DOMParser().parseFromString(html.replace(/http-equiv/gi, 'data-equiv'), 'text/html');
    const chosen = selected && selectorOf(selected);
    document.head.replaceWith(next.head);
    document.body.replaceWith(next.body);
    hovered = null;
    if (chosen) select(onlyOne(chosen), 'moved');
  }
  for (const link of document.querySelectorAll('link[rel~=stylesheet i]')) {
    const text = files[decodeURIComponent(link.href.replace(folder, ''))];
    const beside = link.nextElementSibling?.matches('style[data-unsaved]') ? link.nextElementSibling : null;
    link.disabled = text !== undefined;
    if (text === undefined) {
      beside?.remove();
      continue;
    }
    const style = beside ?? document.createElement('style');
    style.dataset.unsaved = '';
    // an address in a sheet is seen from the sheet
    style.textContent = text.replace(/url\(\s*(["']?)([^"')]+)\1\s*\)/g, (whole, quote, address) =>
      /^(data:|#)/.test(address) ? whole : `url("${new URL(address, link.href).href}")`,
    );
    if (!beside) link.after(style);
  }
};

app.onmessage = ({ data }) => {
  if (data.walk) walk(data.walk);
  if (data.select) select(onlyOne(data.select), 'moved');
  if (data.choose) select(onlyOne(data.choose));
  if (data.clear) selected = null;
  if (data.look) dress(data.look);
  if (data.unsaved) rewrite(data.unsaved);
};
// who may frame a page is in its policy; while its style sheets load nothing has a place
addEventListener('load', () => window.parent.postMessage({ picker: secret }, '*', [theirs]));
