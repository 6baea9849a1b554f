// The box of what stands at a place of a picture: the plane of one colour that it lies on, such as a
// button; or, on the page itself, the words there.
import type { Rect } from "../../protocol/events";
import type { Pixels } from "./pixels";

const ALIKE = 24; // of 255 a channel: colours that a codec makes of one
const AROUND = 5; // pixels around the place, among which its ground is looked for
const MOST = 0.6; // of the pixels' sides: a larger plane is the page
const GAP = { x: 8, y: 3 }; // CSS pixels between letters and words of one line
const SMALL = 24; // CSS pixels a side of a box around nothing

interface Box {
  left: number;
  top: number;
  right: number; // the last pixel in it, as is `bottom`
  bottom: number;
}

/** In CSS pixels of the picture. */
export function snapped(pixels: Pixels, scale: number): Rect {
  const ground = groundAt(pixels);
  const plane = planeOf(pixels, ground);
  const box = isPage(plane, pixels) ? wordsAt(pixels, ground, scale) : plane;
  const half = Math.round((SMALL * scale) / 2);
  const found = box ?? {
    left: pixels.x - half,
    top: pixels.y - half,
    right: pixels.x + half,
    bottom: pixels.y + half,
  };
  return {
    x: (pixels.left + found.left) / scale,
    y: (pixels.top + found.top) / scale,
    width: (found.right - found.left + 1) / scale,
    height: (found.bottom - found.top + 1) / scale,
  };
}

const isPage = ({ left, top, right, bottom }: Box, { width, height }: Pixels) =>
  right - left > MOST * width || bottom - top > MOST * height;

/** The pixel whose colour is most often met around the place: not a letter, where one was hit. */
function groundAt(pixels: Pixels): number {
  const counts = new Map<number, { count: number; at: number }>();
  for (let y = pixels.y - AROUND; y <= pixels.y + AROUND; y += 1) {
    for (let x = pixels.x - AROUND; x <= pixels.x + AROUND; x += 1) {
      if (x < 0 || y < 0 || x >= pixels.width || y >= pixels.height) continue;
      const at = y * pixels.width + x;
      const [r = 0, g = 0, b = 0] = pixels.data.subarray(4 * at, 4 * at + 3);
      const colour = ((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4);
      const known = counts.get(colour) ?? { count: 0, at };
      counts.set(colour, { ...known, count: known.count + 1 });
    }
  }
  const most = [...counts.values()].toSorted((one, two) => two.count - one.count)[0];
  return most?.at ?? pixels.y * pixels.width + pixels.x;
}

function isAlike({ data }: Pixels, one: number, other: number): boolean {
  for (let channel = 0; channel < 3; channel += 1) {
    const apart = (data[4 * one + channel] ?? 0) - (data[4 * other + channel] ?? 0);
    if (Math.abs(apart) > ALIKE) return false;
  }
  return true;
}

/** The box of all that hangs together with the ground in its colour. */
function planeOf(pixels: Pixels, ground: number): Box {
  const { width, height } = pixels;
  const seen = new Uint8Array(width * height);
  const open = [ground];
  seen[ground] = 1;
  const box = boxAt(ground % width, Math.floor(ground / width));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    grow(box, x, y);
    const around = [x > 0 && at - 1, x < width - 1 && at + 1, y > 0 && at - width];
    for (const next of [...around, y < height - 1 && at + width]) {
      if (next === false || seen[next] || !isAlike(pixels, next, ground)) continue;
      seen[next] = 1;
      open.push(next);
    }
  }
  return box;
}

/** The box of what is not of the ground's colour, from the place on as far as there is more of it
 * within a gap; null where there is nothing. */
function wordsAt(pixels: Pixels, ground: number, scale: number): Box | null {
  const { width, height } = pixels;
  const [gapX, gapY] = [Math.ceil(GAP.x * scale), Math.ceil(GAP.y * scale)];
  let box = null as Box | null;
  let reach = boxAt(pixels.x, pixels.y);
  for (;;) {
    let grown: Box | null = box ? Object.assign({}, box) : null;
    for (let y = Math.max(0, reach.top - gapY); y <= reach.bottom + gapY && y < height; y += 1) {
      for (let x = Math.max(0, reach.left - gapX); x <= reach.right + gapX && x < width; x += 1) {
        if (isAlike(pixels, y * width + x, ground)) continue;
        if (grown) grow(grown, x, y);
        else grown = boxAt(x, y);
      }
    }
    if (!grown || (box && same(box, grown))) return box;
    box = grown;
    reach = grown;
  }
}

const boxAt = (x: number, y: number): Box => ({ left: x, top: y, right: x, bottom: y });

function grow(box: Box, x: number, y: number): void {
  box.left = Math.min(box.left, x);
  box.top = Math.min(box.top, y);
  box.right = Math.max(box.right, x);
  box.bottom = Math.max(box.bottom, y);
}

const same = (one: Box, other: Box) =>
  one.left === other.left &&
  one.top === other.top &&
  one.right === other.right &&
  one.bottom === other.bottom;
