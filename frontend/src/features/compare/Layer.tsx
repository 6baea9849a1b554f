import type { Spot } from "./spot";
import type { Size, View } from "./viewport";

/** A picture of the page; `width` and `height` are CSS pixels of the page. */
export interface Picture extends Size {
  source: string;
  label: string;
}

/** One picture under the shared view. */
export function Layer({
  picture,
  view,
  hidden = false,
}: {
  picture: Picture;
  view: View;
  hidden?: boolean;
}) {
  return (
    <img
      className={`layer ${view.zoom >= 3 ? "pixels" : ""}`}
      src={picture.source}
      alt={picture.label}
      aria-hidden={hidden}
      draggable={false}
      width={picture.width}
      height={picture.height}
      style={{
        transform: `translate(${-view.x * view.zoom}px, ${-view.y * view.zoom}px) scale(${view.zoom})`,
        visibility: hidden ? "hidden" : undefined,
      }}
    />
  );
}

/** The outline of a spot, at the same place in every pane. */
export function Outline({ spot, view }: { spot: Spot | null; view: View }) {
  if (!spot || spot.rect.width === 0) return null; // nothing, or the whole page
  const { x, y, width, height } = spot.rect;
  return (
    <div
      className="outline"
      aria-hidden="true"
      style={{
        transform: `translate(${(x - view.x) * view.zoom}px, ${(y - view.y) * view.zoom}px)`,
        inlineSize: width * view.zoom,
        blockSize: height * view.zoom,
      }}
    />
  );
}
