import { useRef } from "react";
import { useSize } from "../../ui/hooks";
import { Picker, type PickerProps } from "../select/Picker";
import { StageBody } from "../studio/StageBody";
import { useKeptFrames, type FramedPage } from "./useKeptFrames";

interface PreviewFrameProps extends FramedPage {
  near?: readonly FramedPage[]; // that are likely to be asked for next
  scripts: boolean;
  width: number | null; // CSS pixels of the page; null takes all the room there is
  height: number | null; // of the mockup, where the page is shown at the mockup's width
  fit: boolean;
  picking: Omit<PickerProps, "frame" | "zoom"> | null;
}

const MARGIN = 16; // around a page narrower than the stage

/** The generated page on the stage. */
export function PreviewFrame(props: PreviewFrameProps) {
  return (
    <StageBody label="Preview" kind="preview">
      <PageFrame {...props} />
    </StageBody>
  );
}

/** The generated page, on its own origin, in a frame that may do nothing but show itself. */
export function PageFrame(props: PreviewFrameProps) {
  const { url, number, near = [], scripts, width, height, fit, picking } = props;
  const frame = useRef<HTMLIFrameElement>(null);
  const [ref, room] = useSize<HTMLDivElement>();
  const { frames, isThere, tellLoaded } = useKeptFrames({ url, number }, near);
  const inset = width === null ? 0 : MARGIN;
  const roomWidth = Math.max(room.width - 2 * inset, 1);
  const roomHeight = Math.max(room.height - 2 * inset, 1);
  const pageWidth = width ?? roomWidth;
  const zoom = fit ? Math.min(1, roomWidth / pageWidth) : 1;
  const shownHeight = Math.min(roomHeight, height === null ? roomHeight : height * zoom);
  return (
    <div className="frame-room" ref={ref}>
      {room.width > 0 && (
        <div
          className="frame-box"
          style={{
            inlineSize: pageWidth * zoom,
            blockSize: shownHeight,
            margin: `${inset}px auto`,
          }}
        >
          {frames.map((one) => (
            <iframe
              key={one.url}
              ref={one.url === url ? frame : undefined}
              className={one.url === url ? undefined : "kept"}
              title={`Preview of revision ${one.number}`}
              src={one.url}
              sandbox={scripts ? "allow-scripts" : ""}
              referrerPolicy="no-referrer"
              onLoad={() => {
                if (tellLoaded(one.url)) picking?.onLeave(); // it went elsewhere by itself
              }}
              style={{
                inlineSize: pageWidth,
                blockSize: shownHeight / zoom,
                transform: `scale(${zoom})`,
              }}
            />
          ))}
          {picking && <Picker frame={frame} zoom={zoom} {...picking} />}
        </div>
      )}
      {!isThere && (
        <p className="frame-note" role="status">
          Loading revision {number}…
        </p>
      )}
    </div>
  );
}
