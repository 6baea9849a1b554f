import type { MockupRef, Rect } from "../../protocol/events";
import type { Found } from "../../state/view";

interface FoundOutlinesProps {
  found: Found;
  mockup: MockupRef;
}

/** What is found on a mockup, each thing outlined where it stands. As large as the mockup's picture. */
export function FoundOutlines({ found, mockup: { width, height, scale } }: FoundOutlinesProps) {
  return (
    <svg
      className="found"
      width={width}
      height={height}
      viewBox={`0 0 ${width / scale} ${height / scale}`}
      aria-hidden="true"
    >
      {distinct(found.boxes).map(([key, rect]) => (
        <rect key={`box ${key}`} className="found-box" {...rect} />
      ))}
      {distinct(found.rules).map(([key, rect]) => (
        <path key={`rule ${key}`} className="found-rule" d={alongMiddle(rect)} />
      ))}
      {distinct(found.pictures).map(([key, rect]) => (
        <path key={`picture ${key}`} className="found-picture" d={crossed(rect)} />
      ))}
      {distinct(found.texts).map(([key, rect]) => (
        <rect
          key={`text ${key}`}
          className={found.complete ? "found-text read" : "found-text"}
          rx={2}
          {...grown(rect)}
        />
      ))}
    </svg>
  );
}

/** By what it looks like, so that what stays where it was is not drawn anew. */
const distinct = (rects: readonly Rect[]) => [
  ...new Map(rects.map((rect) => [`${rect.x} ${rect.y} ${rect.width} ${rect.height}`, rect])),
];

const ROOM = 3; // CSS pixels of the page around the letters

const grown = ({ x, y, width, height }: Rect) => ({
  x: x - ROOM,
  y: y - ROOM,
  width: width + 2 * ROOM,
  height: height + 2 * ROOM,
});

const alongMiddle = ({ x, y, width, height }: Rect) =>
  width > height ? `M${x} ${y + height / 2}h${width}` : `M${x + width / 2} ${y}v${height}`;

/** A box with its diagonals, as a drawing has where a picture goes. */
const crossed = ({ x, y, width, height }: Rect) =>
  `M${x} ${y}h${width}v${height}h${-width}zl${width} ${height}m0 ${-height}l${-width} ${height}`;
