// Where to act: the element that bears the words, nearest to the place where they were; without
// words, or where nothing bears them, what is at that place. Viewport coordinates, CSS pixels.
// Runs in an isolated world, so nothing the page redefined is called.
(words, x, y, width, height, kind) => {
  const plain = (text) => (text ?? '').trim().replace(/\s+/g, ' ').toLowerCase();
  const FITTING = {
    type: 'input:not([type=checkbox], [type=radio], [type=range]), textarea, [contenteditable]',
    select: 'select',
    check: 'input[type=checkbox], input[type=radio], [role=switch], [role=checkbox], [role=radio]',
  };
  const fits = (element) => !(kind in FITTING) || element.matches(FITTING[kind]);
  const isButton = (element) => /^(button|submit|reset)$/.test(element.type ?? '');
  const names = (element) =>
    [
      element.innerText, element.placeholder, element.getAttribute('aria-label'), element.alt,
      element.labels?.[0]?.innerText, isButton(element) ? element.value : '',
    ].map(plain);
  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const middle = [x + width / 2, y + height / 2];
  const away = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const across = Math.max(left - middle[0], 0, middle[0] - right);
    return Math.hypot(across, Math.max(top - middle[1], 0, middle[1] - bottom));
  };
  const area = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width * height;
  };
  const nearest = (elements) =>
    elements.sort((one, other) => away(one) - away(other) || area(one) - area(other))[0];
  const all = [...document.querySelectorAll('body *')].filter(isShown);
  const wanted = plain(words);
  const named = wanted ? all.filter((element) => names(element).includes(wanted)) : [];
  const here = document.elementsFromPoint(...middle);
  const found =
    nearest(named.filter(fits)) ?? here.find(fits) ?? nearest(named) ?? here[0];
  if (!found || found === document.documentElement) return null;
  const inView = ({ left, top, right, bottom }) =>
    right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  if (!inView(found.getBoundingClientRect())) {
    found.scrollIntoView({ block: 'center', behavior: 'instant' });
  }
  const { left, top, right, bottom } = found.getBoundingClientRect();
  const inside = middle[0] > left && middle[0] < right && middle[1] > top && middle[1] < bottom;
  const isThere = inside || here.includes(found); // a dialog is hit by its backdrop, too
  const point = isThere ? middle : [(left + right) / 2, (top + bottom) / 2];
  return { x: point[0], y: point[1], tag: found.localName };
}
