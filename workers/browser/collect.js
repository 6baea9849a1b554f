// What the page shows in `clip`, as the browser laid it out: lines of text and rectangles of
// pictures, in CSS pixels from the corner of `clip`. Content of pseudo-elements and of frames is out of reach.
// Runs in an isolated world, so nothing the page redefined is called.
(clipLeft, clipTop, clipWidth, clipHeight, failed) => {
  const FAINT = 0.05;
  const styles = new Map();
  const style = (element) => {
    let found = styles.get(element);
    if (!found) styles.set(element, (found = getComputedStyle(element)));
    return found;
  };

  // colours: [red, green, blue, alpha], alpha in [0, 1]
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const parsed = new Map();
  const parse = (css) => {
    let colour = parsed.get(css);
    if (!colour) {
      const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(css);
      if (plain) colour = [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]];
      else {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = css;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        colour = [r, g, b, a / 255];
      }
      parsed.set(css, colour);
    }
    return colour;
  };
  const over = (top, alpha, bottom) => [0, 1, 2].map((i) => top[i] * alpha + bottom[i] * (1 - alpha));
  const backdrop = remembered((element) => {
    if (!element) return [255, 255, 255];
    const [r, g, b, a] = parse(style(element).backgroundColor);
    return a === 1 ? [r, g, b] : over([r, g, b], a, backdrop(parent(element)));
  });
  const opacity = remembered((element) =>
    element ? +style(element).opacity * opacity(parent(element)) : 1,
  );
  const gradient = (css) => {
    const stops = (css.match(/rgba?\([^)]*\)/g) ?? []).map(parse);
    return stops.length && [0, 1, 2, 3].map((i) => stops.reduce((sum, s) => sum + s[i], 0) / stops.length);
  };
  const stencilOf = remembered((element) => // the style of what the letters are cut out of
    element && (style(element).backgroundClip.includes('text') ? style(element) : stencilOf(parent(element))),
  );
  const ink = (element, pseudo) => {
    const cs = pseudo ? getComputedStyle(element, pseudo) : style(element);
    let colour = parse(element instanceof SVGElement ? cs.fill : cs.webkitTextFillColor);
    const stencil = colour[3] < FAINT && stencilOf(element);
    if (stencil) colour = gradient(stencil.backgroundImage) || parse(stencil.backgroundColor);
    const alpha = colour[3] * opacity(element) * (pseudo ? +cs.opacity : 1);
    if (alpha < FAINT) return null;
    return over(colour, alpha, backdrop(element)).map((channel) => Math.round(channel));
  };

  // rectangles: [left, top, right, bottom]
  const meet = (a, b) => [
    Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3]),
  ];
  const area = (r) => Math.max(0, r[2] - r[0]) * Math.max(0, r[3] - r[1]);
  const onPage = (r) => [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY];
  const page = [clipLeft, clipTop, clipLeft + clipWidth, clipTop + clipHeight];
  const contains = (element, position) => {
    const cs = style(element);
    if (cs.transform !== 'none' || cs.filter !== 'none' || cs.contain.includes('paint')) return true;
    return position === 'absolute' && cs.position !== 'static';
  };
  const container = (element) => {
    const { position } = style(element);
    let up = parent(element);
    if (position === 'absolute' || position === 'fixed')
      while (up && !contains(up, position)) up = parent(up);
    return up;
  };
  const inner = remembered((element) => {
    if (!element || element === document.documentElement || element === document.body) return page;
    const outer = inner(container(element));
    const cs = style(element);
    let [left, top, right, bottom] = outer;
    if (cs.display === 'inline' || cs.display === 'contents') return outer;
    const box = onPage(element.getBoundingClientRect());
    const cut = /^rect\((.+)\)$/.exec(cs.clip);
    if (cut && cs.position === 'absolute' && /^(0px,? ?){4}$/.test(cut[1])) return [0, 0, 0, 0];
    if (cs.overflowX !== 'visible') [left, right] = [Math.max(left, box[0]), Math.min(right, box[2])];
    if (cs.overflowY !== 'visible') [top, bottom] = [Math.max(top, box[1]), Math.min(bottom, box[3])];
    return [left, top, right, bottom];
  });
  const clip = (element) => inner(style(element).display === 'inline' ? container(element) : element);
  const hidden = (element) =>
    style(element).visibility !== 'visible' || opacity(element) < FAINT || !element.checkVisibility();

  // lines of text
  const range = document.createRange();
  const spread = (node, from, to) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    return [...range.getClientRects()].filter((rect) => rect.width > 0);
  };
  const sameLine = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5 * Math.min(a.height, b.height);
  const linesOf = (node) => {
    const start = node.data.search(/\S/);
    const end = node.data.trimEnd().length;
    const all = spread(node, start, end);
    if (all.length < 2) return all.map((rect) => ({ from: start, to: end, rect }));
    const lines = [];
    let guess = 64;
    for (let from = start; from < end; ) {
      const first = spread(node, from, from + 1)[0];
      if (!first || /\s/.test(node.data[from])) { from += 1; continue; }
      const onLine = (to) => spread(node, from, to).every((rect) => sameLine(rect, first));
      let [low, high] = [from + 1, from + guess]; // the line ends in [low, high)
      while (high < end && onLine(high)) [low, high] = [high, high + 2 * (high - from)];
      high = Math.min(high, end);
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (onLine(middle)) low = middle;
        else high = middle - 1;
      }
      guess = low - from + 8; // the next line is about as long
      const rects = spread(node, from, from + node.data.slice(from, low).trimEnd().length);
      const left = Math.min(...rects.map((r) => r.left)), right = Math.max(...rects.map((r) => r.right));
      const top = Math.min(...rects.map((r) => r.top)), bottom = Math.max(...rects.map((r) => r.bottom));
      lines.push({ from, to: low, rect: new DOMRect(left, top, right - left, bottom - top) });
      from = low;
    }
    return lines;
  };
  const CASES = {
    uppercase: (text) => text.toUpperCase(),
    lowercase: (text) => text.toLowerCase(),
    capitalize: (text) => text.replace(/(^|[\s\-([{"'/])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase()),
  };
  const cased = (text, cs) => CASES[cs.textTransform]?.(text) ?? text;
  const seenPart = (node, line, seen, ellipsis) => {
    if (line.rect.right + scrollX <= seen[2] + 1) return node.data.slice(line.from, line.to);
    let [low, high] = [line.from, line.to];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const right = Math.max(0, ...spread(node, line.from, middle).map((rect) => rect.right));
      if (right + scrollX <= seen[2] + 1) low = middle;
      else high = middle - 1;
    }
    const text = node.data.slice(line.from, low);
    return ellipsis ? `${text.slice(0, -1).trimEnd()}…` : text;
  };
  const blockOf = remembered((element) => {
    const up = parent(element);
    return style(element).display === 'inline' && up ? blockOf(up) : element;
  });

  const texts = [];
  const joins = (last, next) =>
    last && last.block === next.block && last.size === next.size &&
    last.colour.join() === next.colour.join() &&
    Math.abs((last.box[1] + last.box[3]) - (next.box[1] + next.box[3])) < 0.5 * next.size &&
    next.box[0] - last.box[2] > -1 && next.box[0] - last.box[2] < 0.4 * next.size;
  const say = (text, box, element, colour, block) => {
    const said = text.replace(/[\s\u200b]+/gu, ' ').trim();
    const seen = meet(box, clip(element));
    if (!said || area(seen) < 0.25 * area(box) || area(seen) === 0) return;
    const cs = style(element);
    const size = parseFloat(cs.fontSize);
    const next = {
      text: said, box: seen, colour, size, block, selector: selectorOf(element), weight: +cs.fontWeight,
      italic: cs.fontStyle !== 'normal', family: cs.fontFamily, spacing: parseFloat(cs.letterSpacing) || 0,
      paragraph: selectorOf(block ?? element),
    };
    const last = texts.at(-1);
    if (!block || !joins(last, next)) return void texts.push(next);
    last.text += (next.box[0] - last.box[2] > 0.12 * size ? ' ' : '') + said;
    last.box = [last.box[0], Math.min(last.box[1], seen[1]), seen[2], Math.max(last.box[3], seen[3])];
  };
  const readNode = (node) => {
    const element = node.parentElement ?? node.getRootNode().host;
    if (!element || !/\S/.test(node.data) || hidden(element)) return;
    if (element instanceof HTMLDetailsElement && !element.open) return;
    const colour = ink(element);
    if (!colour) return;
    const ellipsis = style(blockOf(element)).textOverflow === 'ellipsis';
    for (const line of linesOf(node)) {
      const box = onPage(line.rect);
      const text = cased(seenPart(node, line, meet(box, clip(element)), ellipsis), style(element));
      say(text, box, element, colour, blockOf(element));
    }
  };

  // form fields: their text is in no text node
  const BLANK = new Set(['checkbox', 'radio', 'hidden', 'file', 'range', 'color', 'image']);
  const BUTTONS = new Set(['submit', 'button', 'reset']);
  const fieldText = (field) => {
    if (field instanceof HTMLSelectElement)
      return field.size > 1 || field.multiple ? '' : field.selectedOptions[0]?.text ?? '';
    if (BLANK.has(field.type)) return '';
    if (field.type === 'password' && field.value) return '•'.repeat(field.value.length);
    if (BUTTONS.has(field.type) && !field.value) return field.type === 'submit' ? 'Submit' : field.type === 'reset' ? 'Reset' : '';
    return field.value || field.placeholder || '';
  };
  const readField = (field) => {
    const text = fieldText(field);
    if (!text.trim() || hidden(field)) return;
    const isPlaceholder = 'placeholder' in field && !field.value;
    const colour = ink(field, isPlaceholder ? '::placeholder' : undefined);
    if (!colour) return;
    const cs = style(field);
    const box = onPage(field.getBoundingClientRect());
    const px = (name) => parseFloat(cs[name]) || 0;
    const left = box[0] + px('borderLeftWidth') + px('paddingLeft');
    const right = box[2] - px('borderRightWidth') - px('paddingRight');
    canvas.font = `${cs.fontStyle} ${cs.fontWeight} ${cs.fontSize} ${cs.fontFamily}`;
    const size = px('fontSize');
    const lineHeight = px('lineHeight') || 1.2 * size;
    const rows = field instanceof HTMLTextAreaElement ? text.split('\n') : [text];
    const top = field instanceof HTMLTextAreaElement
      ? box[1] + px('borderTopWidth') + px('paddingTop')
      : (box[1] + box[3]) / 2 - lineHeight / 2;
    rows.forEach((row, i) => {
      const width = Math.min(canvas.measureText(row).width, right - left);
      const centred = BUTTONS.has(field.type) || cs.textAlign === 'center';
      const x = centred ? (left + right - width) / 2 : /right|end/.test(cs.textAlign) ? right - width : left;
      const middle = top + (i + 0.5) * lineHeight;
      say(cased(row, cs), [x, middle - 0.6 * size, x + width, middle + 0.6 * size], field, colour, null);
    });
  };

  // boxes: what is drawn and is no text
  const boxes = [];
  const PLAIN = { picture: false, fill: null, gradient: false, shadow: false, border: null, borders: [0, 0, 0, 0], radius: 0 };

  // pictures
  const PICTURES = 'img, svg, canvas, video, iframe, object, embed, input[type=image]';
  const pictures = [];
  const show = (box, element) => {
    const seen = meet(box, clip(element));
    if (area(seen) >= 1) {
      pictures.push(seen);
      boxes.push({ ...PLAIN, box: seen, picture: true, selector: selectorOf(element) });
    }
  };
  const isPicture = (element) =>
    element.matches(PICTURES) && !element.parentElement?.closest('svg') &&
    !(element instanceof HTMLImageElement && element.naturalWidth === 0);
  const painted = (cs, box) => {
    // where one unrepeated background of a fixed size lands in its box
    const sizes = /^([\d.]+)px(?: ([\d.]+)px)?$/.exec(cs.backgroundSize);
    const place = /^([\d.]+)(px|%) ([\d.]+)(px|%)$/.exec(cs.backgroundPosition);
    if (cs.backgroundRepeat !== 'no-repeat' || !sizes || !place) return box;
    const [width, height] = [+sizes[1], +(sizes[2] ?? sizes[1])];
    const offset = (value, unit, room) => (unit === 'px' ? +value : (room * value) / 100);
    const x = box[0] + offset(place[1], place[2], box[2] - box[0] - width);
    const y = box[1] + offset(place[3], place[4], box[3] - box[1] - height);
    return meet([x, y, x + width, y + height], box);
  };
  const PAINTED = ['backgroundImage', 'borderImageSource', 'maskImage', 'content', 'listStyleImage'];
  const broken = new Set(failed);
  const paints = (cs) =>
    PAINTED.some((name) =>
      [...(cs[name] ?? '').matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g)].some(([, url]) => !broken.has(url)),
    );
  const readPictures = (element) => {
    if (hidden(element)) return;
    const whole = element === document.body || element === document.documentElement;
    const box = whole ? page : onPage(element.getBoundingClientRect());
    if (isPicture(element)) show(box, element);
    else if (paints(style(element))) show(painted(style(element), box), element);
    for (const pseudo of ['::before', '::after']) {
      const cs = getComputedStyle(element, pseudo);
      if (cs.content !== 'none' && paints(cs)) show(box, element);
    }
  };

  // what has a ground, a border or a shadow of its own
  const SIDES = ['Top', 'Right', 'Bottom', 'Left'];
  const readBox = (element) => {
    if (element instanceof SVGElement || hidden(element)) return;
    const cs = style(element);
    const fill = parse(cs.backgroundColor);
    const sides = SIDES.map((side) => {
      const shown = cs[`border${side}Style`] !== 'none' && parse(cs[`border${side}Color`])[3] >= FAINT;
      return shown ? parseFloat(cs[`border${side}Width`]) : 0;
    });
    const gradient = cs.backgroundImage.includes('gradient(');
    const shadow = cs.boxShadow !== 'none';
    const line = SIDES[sides.findIndex((width) => width > 0)];
    if (!(fill[3] >= FAINT || gradient || shadow || line)) return;
    const box = meet(onPage(element.getBoundingClientRect()), clip(parent(element) ?? element));
    if (area(box) < 1) return;
    boxes.push({
      ...PLAIN, box, fill: fill[3] >= FAINT ? fill : null, gradient, shadow, borders: sides,
      border: line ? parse(cs[`border${line}Color`]) : null,
      radius: parseFloat(cs.borderTopLeftRadius) || 0, selector: selectorOf(element),
    });
  };

  const read = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) readNode(node);
      else {
        if (node.matches('input, textarea, select')) readField(node);
        readPictures(node);
        readBox(node);
        if (node.shadowRoot) read(node.shadowRoot);
      }
    }
  };
  read(document);

  const rect = ([left, top, right, bottom]) => [left - clipLeft, top - clipTop, right - left, bottom - top];
  const placed = ({ box, block, ...rest }) => ({ ...rest, rect: rect(box) });
  return { texts: texts.map(placed), pictures: pictures.map(rect), boxes: boxes.map(placed) };
}
