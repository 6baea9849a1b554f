import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useSize } from "../../ui/hooks";
import {
  fit,
  isPaired,
  isStacked,
  pan,
  zoomAt,
  zoomTo,
  type Point,
  type Size,
  type View,
} from "./viewport";

const WHEEL_ZOOM = 0.0022; // per wheel pixel
const KEY_ZOOM = 1.25;

/**
 * One view for every pane of a stage, moved by wheel, drag, pinch and keys; and the stage's ref.
 * A `pair` of panes is stacked where that shows more of the page; null is one where it shows enough.
 */
export function useViewport(page: Size, pair: boolean | null) {
  const [chosen, setChosen] = useState<View | null>(null); // null follows the pane's size
  const [paneRef, pane] = useSize<HTMLDivElement>();
  const [stage, setStage] = useState<HTMLDivElement | null>(null);
  const [sizeRef, stageSize] = useSize<HTMLDivElement>();
  const stageRef = useCallback(
    (element: HTMLDivElement | null) => {
      setStage(element);
      sizeRef(element);
    },
    [sizeRef],
  );
  const paired = pair ?? isPaired(page, stageSize);
  const stacked = paired && isStacked(page, stageSize);
  const view = chosen ?? fit(page, pane, stacked);
  const pointers = useRef(new Map<number, Point>());

  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      const factor = Math.exp(-event.deltaY * WHEEL_ZOOM * (event.deltaMode === 1 ? 16 : 1));
      setChosen(zoomAt(view, factor, pointIn(event), page, pane));
    } else {
      const by = event.shiftKey ? { x: event.deltaY, y: 0 } : { x: event.deltaX, y: event.deltaY };
      setChosen(pan(view, by, page, pane));
    }
  });

  const onPointer = useEffectEvent((event: PointerEvent) => {
    const held = pointers.current;
    if (event.type === "pointerdown") {
      if (event.button !== 0 || (event.target as HTMLElement).closest("[role=slider]")) return;
      if (event.isPrimary) held.clear(); // a new gesture: what is still held was let go unseen
      held.set(event.pointerId, pointIn(event));
      (event.target as HTMLElement).setPointerCapture(event.pointerId);
      return;
    }
    const before = held.get(event.pointerId);
    if (!before) return;
    if (event.type !== "pointermove" || event.buttons === 0) {
      held.delete(event.pointerId);
      return;
    }
    const now = pointIn(event);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, now);
    if (other) {
      const factor = distance(now, other) / Math.max(distance(before, other), 1);
      setChosen(zoomAt(view, factor, other, page, pane));
    } else {
      setChosen(pan(view, { x: before.x - now.x, y: before.y - now.y }, page, pane));
    }
  });

  useEffect(() => {
    if (!stage) return;
    const stop = new AbortController();
    // React's wheel listeners are passive, and the page must not scroll or zoom with the stage.
    stage.addEventListener("wheel", (event) => onWheel(event), {
      passive: false,
      signal: stop.signal,
    });
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"] as const) {
      stage.addEventListener(type, (event) => onPointer(event), { signal: stop.signal });
    }
    return () => stop.abort();
  }, [stage]);

  const middle = { x: pane.width / 2, y: pane.height / 2 };
  const viewport = {
    view,
    pane,
    paneRef,
    paired,
    stacked,
    moved: chosen !== null,
    fit: () => setChosen(null),
    zoomIn: () => setChosen(zoomAt(view, KEY_ZOOM, middle, page, pane)),
    zoomOut: () => setChosen(zoomAt(view, 1 / KEY_ZOOM, middle, page, pane)),
    /** Go to a place; one without a size is the whole page. */
    show: (rect: Size & Point) => setChosen(rect.width > 0 ? zoomTo(rect, page, pane) : null),
  };
  return [viewport, stageRef] as const;
}

export type Viewport = ReturnType<typeof useViewport>[0];

function pointIn(event: MouseEvent): Point {
  const pane = (event.target as HTMLElement).closest(".pane")?.getBoundingClientRect();
  return { x: event.clientX - (pane?.left ?? 0), y: event.clientY - (pane?.top ?? 0) };
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
