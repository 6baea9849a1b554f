// Pan and zoom over a page, as plain arithmetic: the same view drives every picture on the stage.

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** `zoom` is screen pixels per CSS pixel of the page; `x`, `y` the page point at the pane's corner. */
export interface View extends Point {
  zoom: number;
}

const MIN_ZOOM = 0.1;
const MAX_ZOOM = 12;
const REGION_MAX_ZOOM = 4;
const EDGE_MARGIN = 16; // screen pixels that a zoomed page may be moved past its edge
const REGION_MARGIN = 32; // screen pixels left around a region zoomed to

/** The whole width, or the whole page; never enlarged. */
export function fit(page: Size, pane: Size, whole = false): View {
  const high = whole ? pane.height / Math.max(page.height, 1) : 1;
  const zoom = Math.max(MIN_ZOOM, Math.min(fitZoom(page, pane), high));
  return clamp({ zoom, x: 0, y: 0 }, page, pane);
}

const STACKING_GAIN = 1.2; // times as large; less is not worth another order

/** Whether two pictures of a page are larger one above the other than side by side. */
export function isStacked(page: Size, stage: Size): boolean {
  const [beside, above] = pairZooms(page, stage);
  return above > beside * STACKING_GAIN;
}

/** Of the whole width beside its other, and of the whole page above its other. */
const pairZooms = (page: Size, stage: Size) =>
  [
    Math.min(stage.width / 2 / page.width, 1),
    Math.min(stage.width / page.width, stage.height / 2 / page.height, 1),
  ] as const;

const READABLE_ZOOM = 0.5; // at which a pair is worth showing, though one alone would be larger

/** Whether two pictures of a page beside or above each other show enough of it, or as much as one alone. */
export function isPaired(page: Size, stage: Size): boolean {
  const alone = Math.min(stage.width / page.width, 1);
  const pair = Math.max(...pairZooms(page, stage));
  return pair >= READABLE_ZOOM || alone <= pair * STACKING_GAIN;
}

const fitZoom = (page: Size, pane: Size) =>
  within(pane.width / Math.max(page.width, 1), MIN_ZOOM, 1);

/** Keeps the page in sight: little further than its edges; a small page sits in the middle. */
export function clamp(view: View, page: Size, pane: Size): View {
  const margin = view.zoom > fitZoom(page, pane) ? EDGE_MARGIN / view.zoom : 0;
  const along = (start: number, whole: number, seen: number) =>
    seen >= whole ? (whole - seen) / 2 : within(start, -margin, whole - seen + margin);
  return {
    zoom: view.zoom,
    x: along(view.x, page.width, pane.width / view.zoom),
    y: along(view.y, page.height, pane.height / view.zoom),
  };
}

/** Moves by screen pixels. */
export function pan(view: View, by: Point, page: Size, pane: Size): View {
  return clamp({ ...view, x: view.x + by.x / view.zoom, y: view.y + by.y / view.zoom }, page, pane);
}

/** Zooms by a factor; the page point under `at` (pane pixels) stays where it is. */
export function zoomAt(view: View, factor: number, at: Point, page: Size, pane: Size): View {
  const zoom = within(view.zoom * factor, MIN_ZOOM, MAX_ZOOM);
  const x = view.x + at.x / view.zoom - at.x / zoom;
  const y = view.y + at.y / view.zoom - at.y / zoom;
  return clamp({ zoom, x, y }, page, pane);
}

/** Brings a rectangle of the page to the middle, as large as it goes. */
export function zoomTo(rect: Size & Point, page: Size, pane: Size): View {
  const zoom = within(
    Math.min(
      (pane.width - 2 * REGION_MARGIN) / Math.max(rect.width, 1),
      (pane.height - 2 * REGION_MARGIN) / Math.max(rect.height, 1),
    ),
    MIN_ZOOM,
    REGION_MAX_ZOOM,
  );
  const x = rect.x + rect.width / 2 - pane.width / zoom / 2;
  const y = rect.y + rect.height / 2 - pane.height / zoom / 2;
  return clamp({ zoom, x, y }, page, pane);
}

const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
