// What a loaded page is written with and what of it is seen: the facts of bench/code_facts.py.
() => {
  const UNSEEN = new Set(['script', 'style', 'link', 'meta', 'template', 'noscript', 'title']);
  const WITH_TEXT = 'a, button, input, textarea, select, table, li, nav, h1, h2, h3, h4, h5, h6, [role]';
  const FIELDS = 'input, textarea, select';
  const CONTROLS = `a, button, ${FIELDS}`;
  // states and parts of an element that no selector can ask for now
  const STATE = '::?(?:before|after|marker|placeholder|selection|first-line|first-letter|backdrop|' +
    'file-selector-button|hover|focus-visible|focus-within|focus|active|visited|' +
    '-webkit-[\\w-]+|-moz-[\\w-]+|-ms-[\\w-]+)';
  const words = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
  const ownTexts = (element) => [...element.childNodes].filter(
    (node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.data));

  const isVisible = (element, box) => box.width >= 2 && box.height >= 2
    && box.right + scrollX > 0 && box.bottom + scrollY > 0
    && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  const shownInField = (field) => words(field.localName === 'select'
    ? field.selectedOptions[0]?.text : field.value || field.placeholder);

  const fieldCuts = (field, style) => {
    if (field.localName === 'textarea') return field.scrollHeight > field.clientHeight + 1;
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = style.font;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(shownInField(field)).width > room + 1;
  };

  const textsIn = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (/\S/.test(node.data) && text.width >= 1) found.push({ text, parent: node.parentElement });
    }
    return found;
  };

  const isCut = (control, style) => {
    if (control.matches(FIELDS)) return fieldCuts(control, style);
    for (const { text, parent } of textsIn(control)) {
      if (text.left < -1 || text.right > innerWidth + 1) return true;
      for (let around = parent; around !== document.body; around = around.parentElement) {
        const cs = getComputedStyle(around);
        const box = around.getBoundingClientRect();
        const wide = text.left < box.left - 1 || text.right > box.right + 1;
        const high = text.top < box.top - 1 || text.bottom > box.bottom + 1;
        if ((cs.overflowX !== 'visible' && wide) || (cs.overflowY !== 'visible' && high)) return true;
      }
    }
    return false;
  };

  const sidesOf = ({ left, top, right, bottom }) =>
    [left + scrollX, top + scrollY, right - left, bottom - top];
  // an element of a line of its own is often wider than what it says
  const boxOfWords = (element, box) => {
    const texts = element.matches(FIELDS) ? [] : textsIn(element).map(({ text }) => text);
    return sidesOf(!texts.length ? box : {
      left: Math.min(...texts.map(({ left }) => left)), top: Math.min(...texts.map(({ top }) => top)),
      right: Math.max(...texts.map(({ right }) => right)),
      bottom: Math.max(...texts.map(({ bottom }) => bottom)),
    });
  };

  const places = new Map();
  const factsOf = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const visible = isVisible(element, box);
    const named = element.matches(WITH_TEXT);
    return {
      tag: element.localName, parent: places.get(element.parentElement) ?? -1,
      role: element.getAttribute('role') ?? '', type: element.getAttribute('type') ?? '',
      link: element.localName === 'a' && element.hasAttribute('href'),
      classes: [...element.classList],
      box: sidesOf(box), words: named ? boxOfWords(element, box) : sidesOf(box), visible,
      drawing: element.parentElement?.closest('svg') != null,
      texts: ownTexts(element).length,
      text: !named ? '' : element.matches(FIELDS) ? shownInField(element) : words(element.innerText),
      size: parseFloat(style.fontSize),
      absolute: style.position === 'absolute' || style.position === 'fixed',
      inline: style.display === 'inline',
      cut: visible && element.matches(CONTROLS) && isCut(element, style),
    };
  };

  const elements = [];
  const visit = (element) => {
    if (UNSEEN.has(element.localName)) return;
    const facts = factsOf(element);
    places.set(element, elements.length);
    elements.push(facts);
    for (const child of element.children) visit(child);
  };
  visit(document.body);

  const matched = (selector) => {
    const plain = selector
      .replace(new RegExp(`(^|[\\s,>+~(])${STATE}`, 'g'), '$1*')
      .replace(new RegExp(STATE, 'g'), '');
    try { return [...document.querySelectorAll(plain)]; } catch { return []; }
  };
  const rule = (selector, css, media, found) => ({
    selector, css, media, matches: found.length,
    tags: [...new Set(found.map((element) => element.localName))].sort(),
  });
  const rules = [];
  let groups = 0;
  const read = (list, media) => {
    for (const one of list) {
      if (one instanceof CSSStyleRule)
        rules.push(rule(one.selectorText, one.style.cssText, media, matched(one.selectorText)));
      else if (one instanceof CSSGroupingRule) {
        groups += 1;
        read(one.cssRules, media || one instanceof CSSMediaRule);
      }
    }
  };
  for (const sheet of document.styleSheets) {
    try { read(sheet.cssRules, false); } catch { /* of another origin: it is not the page's own */ }
  }
  for (const element of document.querySelectorAll('body, body *'))
    if (element.getAttribute('style')) rules.push(rule('', element.style.cssText, false, [element]));
  return { elements, rules, groups };
}
