// Takes the ink of all text off the page and leaves everything else, layout included, as it is.
// `putBack()`, of the same world, undoes it.
() => {
  const undo = [];
  const blank = (element, properties) => {
    if (!element.style) return;
    for (const [name, value] of properties) {
      const before = [element.style.getPropertyValue(name), element.style.getPropertyPriority(name)];
      undo.push(() => element.style.setProperty(name, ...before));
      element.style.setProperty(name, value, 'important');
    }
  };
  const INK = [
    ['transition', 'none'], ['-webkit-text-fill-color', 'transparent'], ['text-shadow', 'none'],
  ];
  const DRAWN = [['transition', 'none'], ['fill', 'transparent'], ['stroke', 'transparent']];
  const CUT = [['background-image', 'none'], ['background-color', 'transparent']];
  const seen = new Set();
  const bare = (element) => {
    blank(element, element instanceof SVGElement ? DRAWN : INK);
    for (let up = element; up && !seen.has(up); up = up.parentElement ?? up.getRootNode().host) {
      seen.add(up); // letters cut out of a background
      if (/^text(, text)*$/.test(getComputedStyle(up).backgroundClip)) blank(up, CUT);
    }
  };
  const still = new CSSStyleSheet(); // a placeholder has no style of its own to write to
  still.replaceSync('::placeholder { transition: none !important }');
  const walk = (root) => {
    const before = root.adoptedStyleSheets;
    undo.push(() => (root.adoptedStyleSheets = before));
    root.adoptedStyleSheets = [...before, still];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (/\S/.test(node.data)) bare(node.parentElement ?? node.getRootNode().host);
      } else {
        if (node.matches('input, textarea, select')) bare(node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
    }
  };
  walk(document);
  globalThis.putBack = () => undo.reverse().forEach((one) => one());
}
