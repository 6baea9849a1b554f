// What the scripts that read a page share: they are run behind it.
const parent = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;
const remembered = (compute) => {
  const known = new Map();
  return (element) => {
    if (!known.has(element)) known.set(element, compute(element));
    return known.get(element);
  };
};

// the shortest of a few plain forms that names one element alone
const name = (element) => {
  const tag = element.localName;
  const classes = [...element.classList].filter((name) => /^[a-zA-Z][\w-]*$/.test(name));
  return tag + classes.map((name) => `.${name}`).join('');
};
const alone = (selector, element) => {
  const found = element.getRootNode().querySelectorAll(selector);
  return found.length === 1 && found[0] === element;
};
const selectorOf = remembered((element) => {
  if (/^[a-zA-Z][\w-]*$/.test(element.id) && alone(`#${element.id}`, element)) return `#${element.id}`;
  const own = name(element);
  if (alone(own, element)) return own;
  const up = parent(element);
  if (!up) return own;
  const around = selectorOf(up);
  if (alone(`${around} > ${own}`, element)) return `${around} > ${own}`;
  const place = [...up.children].filter((other) => other.localName === element.localName).indexOf(element) + 1;
  return `${around} > ${element.localName}:nth-of-type(${place})`;
});
