// What axe finds on the page, each rule once with its first element; for contrast each pair of
// colours once. Runs behind axe in an isolated world, so nothing the page redefined is called.
async (clipLeft, clipTop, mostElements) => {
  const elements = document.getElementsByTagName('*').length;
  if (elements > mostElements) return { findings: [], failure: `it has ${elements} elements` };
  // the page's scripts are stopped, and no timer ends a wait
  globalThis.setTimeout = (call) => void Promise.resolve().then(call);
  const { violations } = await axe.run(document, {
    iframes: false, preload: false, elementRef: true, selectors: false, resultTypes: ['violations'],
  });
  const IMPACTS = ['critical', 'serious', 'moderate', 'minor'];
  const whole = (element) => element === document.documentElement || element === document.body;
  const firstText = (element) => {
    const own = [...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.data));
    if (!own) return element.getBoundingClientRect();
    const range = document.createRange();
    range.selectNode(own);
    return range.getClientRects()[0] ?? element.getBoundingClientRect();
  };
  const rectOf = (element) => {
    if (whole(element)) return [0, 0, 0, 0];
    const { left, top, width, height } = firstText(element);
    return [left + scrollX - clipLeft, top + scrollY - clipTop, width, height];
  };
  const contrastOf = ({ any }) => {
    const { contrastRatio, expectedContrastRatio, fgColor, bgColor } = any.find(({ id }) => id === 'color-contrast')?.data ?? {};
    if (!contrastRatio || !fgColor || !bgColor) return null;
    return { measured: contrastRatio, wanted: parseFloat(expectedContrastRatio), colour: fgColor, ground: bgColor };
  };
  const found = new Map();
  violations.sort((one, other) => IMPACTS.indexOf(one.impact) - IMPACTS.indexOf(other.impact));
  for (const { id, help, nodes } of violations)
    for (const node of nodes) {
      const contrast = contrastOf(node);
      const key = JSON.stringify([id, contrast?.colour, contrast?.ground, contrast?.wanted]);
      const known = found.get(key);
      if (known) known.count += 1;
      else {
        const { element } = node;
        const words = whole(element) ? '' : element.innerText || element.value || element.placeholder || '';
        found.set(key, {
          rule: help, tag: whole(element) ? '' : element.localName, contrast, count: 1,
          text: words.replace(/\s+/g, ' ').trim().slice(0, 80),
          selector: selectorOf(element), rect: rectOf(element),
        });
      }
    }
  return { findings: [...found.values()], failure: '' };
}
