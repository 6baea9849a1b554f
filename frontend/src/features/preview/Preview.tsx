import { useState, type ReactNode } from "react";
import type { Project } from "../../protocol/api";
import { blobUrl } from "../../protocol/client";
import type { ImagePart } from "../../protocol/events";
import type { ViewRevision } from "../../state/view";
import type { RunSnapshot } from "../../state/run";
import { foundWords } from "../../state/found";
import { pageFile } from "../../state/mockups";
import { pageUrl, selectUrl } from "../../state/selection";
import type { Status } from "../../state/status";
import { Button } from "../../ui/Button";
import { Refusal } from "../../ui/Failure";
import { Notice } from "../../ui/Notice";
import type { CodePlace } from "../files/place";
import { Inspector } from "../inspect/Inspector";
import type { InspectorState } from "../inspect/useInspector";
import { SelectedElement } from "../select/SelectedElement";
import type { SelectionState } from "../select/useSelection";
import { StageBody } from "../studio/StageBody";
import { pageOf } from "../timeline/describe";
import { FoundOutlines } from "./FoundOutlines";
import { PreviewFrame } from "./PreviewFrame";
import { PreviewTools, type Look } from "./PreviewTools";
import type { FramedPage } from "./useKeptFrames";
import { WidthsView } from "./WidthsView";

interface PreviewProps {
  tabs: ReactNode;
  pages: ReactNode;
  project: Project;
  run: RunSnapshot;
  shown: ViewRevision | null;
  page: number;
  status: Status;
  look: Look;
  onLook: (look: Look) => void;
  selection: SelectionState;
  inspector: InspectorState;
  onSelecting: () => void;
  onLine: (place: Omit<CodePlace, "at">) => void;
}

export function Preview(props: PreviewProps) {
  const { tabs, pages, project, run, shown, page, status, look, onLook } = props;
  const { selection, inspector, onSelecting, onLine } = props;
  const [reloads, setReloads] = useState(0);
  const asset = project.assets[page];
  const mockupWidth = asset ? Math.round(asset.width / asset.scale) : 1280;
  const links = shown ? run.links[shown.number] : undefined;
  const file = pageFile(run.view.mockups[page], page);
  const { word, selected } = selection;
  const url = links && pageUrl(links.preview_url, file, look.scripts);
  const source = selected?.source;
  const active = status.action === "stop";
  const isKept = word === null && !look.scripts; // no page may work or be selected in unseen
  const keptAs = isKept ? file : url;

  return (
    <>
      <div className="stage-bar">
        {tabs}
        {pages}
        <PreviewTools
          look={look}
          change={(changes) => onLook({ ...look, ...changes })}
          mockupWidth={mockupWidth}
          url={url}
          selecting={word !== null}
          onSelecting={onSelecting}
          onRefresh={() => setReloads(reloads + 1)}
        />
      </div>
      <div className="stage-split">
        {shown && url && look.width === "several" && word === null ? (
          <WidthsView
            key={`${url} ${reloads}`}
            runId={run.summary.id}
            revision={shown}
            previewUrl={links.preview_url}
            page={file}
            mockups={run.view.mockups}
            onLine={onLine}
          />
        ) : shown && url ? (
          <PreviewFrame
            key={`${keptAs} ${word} ${reloads}`}
            near={isKept ? nearOf(run, shown.number, file) : []}
            url={word === null ? url : selectUrl(links.preview_url, file, word)}
            number={shown.number}
            scripts={look.scripts || word !== null}
            width={pixels(look.width, mockupWidth)}
            height={
              look.width === "mockup" && asset ? Math.round(asset.height / asset.scale) : null
            }
            fit={look.zoom === "fit"}
            picking={
              word === null
                ? null
                : {
                    word,
                    selected: selected?.element ?? null,
                    look: inspector.look,
                    onSelect: (element) => selection.select(element, shown.number, file),
                    onLeave: selection.leave,
                  }
            }
          />
        ) : (
          <StageBody label="Preview">
            {shown ? (
              <Notice title={`Revision ${shown.number} is saved; asking for its address…`} />
            ) : (
              <NoRevision
                run={run}
                status={status}
                mockup={asset?.content_url}
                place={page}
                page={file}
              />
            )}
          </StageBody>
        )}
        {word !== null && source && (
          <Inspector key={selected.element.selector} inspector={inspector} active={active} />
        )}
      </div>
      {!source && <Refusal error={inspector.error} onDismiss={inspector.discard} />}
      {word !== null && (
        <div className="selecting">
          {selected ? (
            <SelectedElement selected={selected} onClear={selection.clear}>
              {source && (
                <Button
                  kind="quiet"
                  onClick={() =>
                    onLine({
                      path: source.path,
                      first: source.first_line,
                      last: source.last_line,
                    })
                  }
                >
                  Show in code
                </Button>
              )}
            </SelectedElement>
          ) : (
            <p role="status">Click an element of the page, or press ↓. Esc leaves.</p>
          )}
        </div>
      )}
    </>
  );
}

/** The same page of the versions before and after. */
function nearOf(run: RunSnapshot, number: number, file: string): FramedPage[] {
  return [number - 1, number + 1].flatMap((near) => {
    const links = run.links[near];
    return links ? [{ url: pageUrl(links.preview_url, file, false), number: near }] : [];
  });
}

/** The width of the page in CSS pixels; null takes all the room there is. */
function pixels(width: Look["width"], mockupWidth: number): number | null {
  if (width === "fill") return null;
  return width === "mockup" || width === "several" ? mockupWidth : Number(width);
}

interface NoRevisionProps {
  run: RunSnapshot;
  status: Status;
  mockup: string | undefined;
  place: number; // of the mockup, and of its page
  page: string;
}

/**
 * Before the first revision: the last render if there is one, else the mockup, dimmed, and on it
 * what is found there.
 */
function NoRevision({ run, status, mockup, place, page }: NoRevisionProps) {
  const render = lastRender(run, page);
  const picture = render ? blobUrl(run.summary.id, render.sha256) : mockup;
  const active = status.action === "stop";
  const found = render ? undefined : run.view.found.find((one) => one.mockup_index === place);
  const drawn = run.view.mockups[place];
  const shade = found ? "dimmed outlined" : "dimmed";
  return (
    <div className="no-revision">
      {picture && <img src={picture} alt="" className={render ? "" : shade} />}
      {found && drawn && <FoundOutlines found={found} mockup={drawn} />}
      <Notice
        tone={status.tone === "failed" ? "problem" : "quiet"}
        title={active ? `${status.text}…` : status.text}
        hint={
          active
            ? found
              ? foundWords([found])
              : "The first version appears here."
            : "It ended before a first version was made."
        }
      />
    </div>
  );
}

function lastRender({ view }: RunSnapshot, page: string): ImagePart | null {
  const renders = view.steps.filter((step) => step.kind === "render" && step.screenshot);
  return renders.findLast((step) => pageOf(step) === page)?.screenshot ?? null;
}
