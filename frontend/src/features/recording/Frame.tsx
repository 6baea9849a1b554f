import { useRef, useState, type PointerEvent } from "react";
import type { Rect, State } from "../../protocol/events";
import { pixelsAround } from "./pixels";
import { snapped } from "./snap";

interface FrameProps {
  source: string;
  state: State;
  scale: number; // image pixels a CSS pixel
  label: string;
  box?: Rect | null;
  onPick?: (box: Rect) => void; // CSS pixels of the picture
}

interface Point {
  x: number;
  y: number;
}

const CLICK = 4; // CSS pixels of the screen within which a press is no drawing

/** A state's picture with a box on it, which a click puts around what is there, and a mouse draws. */
export function Frame({ source, state, scale, label, box = null, onPick }: FrameProps) {
  const image = useRef<HTMLImageElement>(null);
  const [from, setFrom] = useState<Point | null>(null);
  const [drawn, setDrawn] = useState<Rect | null>(null);
  const pointOf = (event: PointerEvent): Point => {
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    const ratio = state.width / scale / width;
    return { x: (event.clientX - left) * ratio, y: (event.clientY - top) * ratio };
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0) return;
    setFrom(pointOf(event));
    if (event.pointerType !== "touch") event.currentTarget.setPointerCapture(event.pointerId);
  };
  const draw = (event: PointerEvent) => {
    if (!from || event.pointerType === "touch") return; // a finger scrolls
    const next = between(from, pointOf(event));
    if (drawn || Math.max(next.width, next.height) > CLICK) setDrawn(next);
  };
  const end = (event: PointerEvent) => {
    const point = pointOf(event);
    setFrom(null);
    setDrawn(null);
    if (!from || !onPick) return;
    if (drawn) onPick(drawn);
    else if (image.current) onPick(snapped(pixelsAround(image.current, point, scale), scale));
  };
  const shown = drawn ?? box;
  return (
    <div className="frame">
      <div
        className={onPick ? "frame-picture picking" : "frame-picture"}
        {...(onPick
          ? {
              onPointerDown: begin,
              onPointerMove: draw,
              onPointerUp: end,
              onPointerCancel: () => setFrom(null),
            }
          : {})}
      >
        <img ref={image} src={source} alt={label} draggable={false} />
        {shown && <span className="frame-box" style={styleOf(shown, state, scale)} />}
      </div>
    </div>
  );
}

const between = (one: Point, other: Point): Rect => ({
  x: Math.min(one.x, other.x),
  y: Math.min(one.y, other.y),
  width: Math.abs(one.x - other.x),
  height: Math.abs(one.y - other.y),
});

const styleOf = ({ x, y, width, height }: Rect, state: State, scale: number) => ({
  insetInlineStart: `${(100 * x * scale) / state.width}%`,
  insetBlockStart: `${(100 * y * scale) / state.height}%`,
  inlineSize: `${(100 * width * scale) / state.width}%`,
  blockSize: `${(100 * height * scale) / state.height}%`,
});
