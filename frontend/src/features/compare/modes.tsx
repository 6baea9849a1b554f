// The five ways to hold a mockup and its render against each other.
import { useEffect, useState, type KeyboardEvent, type PointerEvent } from "react";
import { Layer, Outline, type Picture } from "./Layer";
import type { Spot } from "./spot";
import type { Viewport } from "./useViewport";

export interface ModeProps {
  mockup: Picture;
  render: Picture;
  heat: Picture | null; // there is none of two versions: what differs is drawn instead
  viewport: Viewport;
  marked: Spot | null;
  opacity: number; // of the render, in onion skin
  blinking: boolean;
}

const LABEL_ROOM = 36; // screen pixels under a short page, for the name of its pane

export function SideBySide({ mockup, render, viewport, marked }: ModeProps) {
  const { view, paneRef, stacked } = viewport;
  const height = Math.max(mockup.height, render.height) * view.zoom + 2 * LABEL_ROOM;
  const style = stacked ? { maxBlockSize: height } : undefined; // what is short stands together
  return (
    <>
      <div className="pane" ref={paneRef} style={style}>
        <Layer picture={mockup} view={view} />
        <Outline spot={marked} view={view} />
        <span className="pane-label">{mockup.label}</span>
      </div>
      <div className="pane" style={style}>
        <Layer picture={render} view={view} />
        <Outline spot={marked} view={view} />
        <span className="pane-label">{render.label}</span>
      </div>
    </>
  );
}

const inText = ({ label }: Picture): string => label.toLowerCase();

const SWIPE_STEP = 2; // percent per arrow key
const SWIPE_PAGE = 10;

export function Swipe({ mockup, render, viewport, marked }: ModeProps) {
  const { view, paneRef, pane } = viewport;
  const [share, setShare] = useState(50);
  const set = (value: number) => setShare(Math.min(100, Math.max(0, value)));

  const onKeyDown = (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: -SWIPE_STEP,
      ArrowRight: SWIPE_STEP,
      PageDown: -SWIPE_PAGE,
      PageUp: SWIPE_PAGE,
      Home: -100,
      End: 100,
    }[event.key];
    if (by === undefined) return;
    set(share + by);
    event.preventDefault();
  };
  const onDrag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    set(((event.clientX - left) / Math.max(pane.width, 1)) * 100);
  };

  return (
    <div className="pane" ref={paneRef}>
      <Layer picture={render} view={view} />
      <div className="over" style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}>
        <Layer picture={mockup} view={view} />
      </div>
      <Outline spot={marked} view={view} />
      <span className="pane-label">{mockup.label}</span>
      <span className="pane-label end">{render.label}</span>
      <div
        className="divider"
        role="slider"
        tabIndex={0}
        aria-label={`Divider between ${inText(mockup)} and ${inText(render)}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
        aria-valuetext={`${Math.round(share)} % ${inText(mockup)}`}
        style={{ insetInlineStart: `${share}%` }}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onDrag}
      />
    </div>
  );
}

export function OnionSkin({ mockup, render, viewport, marked, opacity }: ModeProps) {
  const { view, paneRef } = viewport;
  return (
    <div className="pane" ref={paneRef}>
      <Layer picture={mockup} view={view} />
      <div className="over" style={{ opacity }}>
        <Layer picture={render} view={view} />
      </div>
      <Outline spot={marked} view={view} />
      <span className="pane-label">
        {render.label} over {inText(mockup)}, {Math.round(opacity * 100)} %
      </span>
    </div>
  );
}

const BLINK_MS = 700;

export function Blink({ mockup, render, viewport, marked, blinking }: ModeProps) {
  const { view, paneRef } = viewport;
  const [mockupShown, setMockupShown] = useState(true);
  useEffect(() => {
    if (!blinking) return;
    const timer = setInterval(() => setMockupShown((shown) => !shown), BLINK_MS);
    return () => clearInterval(timer);
  }, [blinking]);
  return (
    <div className="pane" ref={paneRef}>
      <Layer picture={mockup} view={view} hidden={!mockupShown} />
      <Layer picture={render} view={view} hidden={mockupShown} />
      <Outline spot={marked} view={view} />
      <button type="button" className="pane-label" onClick={() => setMockupShown(!mockupShown)}>
        {mockupShown ? mockup.label : render.label}
      </button>
    </div>
  );
}

/** What a person would notice; of two versions, each pixel that is not the same. */
export function HeatMap({ mockup, render, heat, viewport, marked }: ModeProps) {
  const { view, paneRef } = viewport;
  return (
    <div className="pane" ref={paneRef}>
      <Layer picture={heat ?? mockup} view={view} />
      {!heat && (
        <div className="over difference">
          <Layer picture={render} view={view} />
        </div>
      )}
      <Outline spot={marked} view={view} />
      <span className="pane-label">
        {heat
          ? "Heat map: where they differ"
          : `Black where ${mockup.label} and ${render.label} are the same`}
      </span>
    </div>
  );
}
