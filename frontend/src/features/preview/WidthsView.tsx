import { useRef, useState } from "react";
import type { MockupRef } from "../../protocol/events";
import { api } from "../../protocol/client";
import { measureUrl } from "../../state/selection";
import type { ViewRevision } from "../../state/view";
import * as format from "../../ui/format";
import { useSize } from "../../ui/hooks";
import type { CodePlace } from "../files/place";
import { newWord, type Pointed } from "../select/picker";
import { usePort } from "../select/usePort";
import { StageBody } from "../studio/StageBody";
import { overflowWords, parseSize, scoreAt, widthsOf, type PageSize, type Width } from "./widths";

interface WidthsViewProps {
  runId: string;
  revision: ViewRevision;
  previewUrl: string;
  page: string; // the file
  mockups: readonly MockupRef[];
  onLine: (place: Omit<CodePlace, "at">) => void;
}

/** The page in windows of several widths at once, and where it is wider than they are. */
export function WidthsView(props: WidthsViewProps) {
  const { runId, revision, previewUrl, page, mockups, onLine } = props;
  const [problem, setProblem] = useState("");
  const show = async ({ selector }: Pointed) => {
    try {
      const on = { revision: revision.number, page, selector };
      const source = await api.element(runId, on);
      onLine({ path: source.path, first: source.first_line, last: source.last_line });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <StageBody label="Preview" kind="widths">
      {problem && <p role="alert">{problem}</p>}
      <ul aria-label={`Revision ${revision.number} at several widths`}>
        {widthsOf(mockups, page).map((width) => (
          <AtWidth
            key={`${previewUrl} ${page} ${width.width}`}
            width={width}
            score={scoreAt(revision.pages, width.mockup)}
            previewUrl={previewUrl}
            page={page}
            onElement={(element) => void show(element)}
          />
        ))}
      </ul>
    </StageBody>
  );
}

interface AtWidthProps {
  width: Width;
  score: number | null;
  previewUrl: string;
  page: string;
  onElement: (element: Pointed) => void;
}

function AtWidth({ width, score, previewUrl, page, onElement }: AtWidthProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [word] = useState(newWord);
  const [box, room] = useSize<HTMLDivElement>();
  const [size, setSize] = useState<PageSize | null>(null);
  usePort({ frame, word, by: "measure" }, (data) => setSize((known) => parseSize(data) ?? known));
  const zoom = room.width / width.width;
  const over = size !== null && size.overflow > 0;
  return (
    <li className={over ? "too-wide" : ""} style={{ flexGrow: Math.sqrt(width.width) }}>
      <p>
        <b>{width.width}</b> <span>{width.name}</span>
        {score !== null && (
          <span title={format.SCORE_MEANING}>{format.score(score)} like its mockup</span>
        )}
        <span className="overflow" role="status">
          {size ? overflowWords(size) : "measuring…"}
        </span>
      </p>
      <div className="width-frame" ref={box}>
        {room.width > 0 && (
          <>
            <iframe
              ref={frame}
              title={`${width.name}, ${width.width} px wide`}
              src={measureUrl(previewUrl, page, word)}
              sandbox="allow-scripts"
              referrerPolicy="no-referrer"
              style={{
                inlineSize: width.width,
                blockSize: room.height / zoom,
                transform: `scale(${zoom})`,
              }}
            />
            <div className="rings" aria-hidden="true">
              {size?.elements.map(({ selector, rect }) => (
                <div
                  key={selector}
                  className="ring past-edge"
                  style={{
                    insetInlineStart: rect.x * zoom,
                    insetBlockStart: rect.y * zoom,
                    inlineSize: rect.width * zoom,
                    blockSize: rect.height * zoom,
                  }}
                />
              ))}
            </div>
          </>
        )}
      </div>
      {over && size.elements.length > 0 && (
        <ul className="past-edge-list" aria-label={`Too wide at ${width.width} px`}>
          {size.elements.map((element) => (
            <li key={element.selector}>
              <button
                type="button"
                className="region"
                title={`Show ${element.selector} in the code`}
                onClick={() => onElement(element)}
              >
                <code>{element.tag}</code> <span>{element.text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
