import { useState, type ReactNode } from "react";
import { blobUrl, type Project } from "../../protocol/api";
import type { ImagePart, ViewRevision } from "../../protocol/events";
import type { RunSnapshot } from "../../state/run";
import { pageUrl } from "../../state/selection";
import type { Status } from "../../state/status";
import { IconButton, IconLink } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { Notice } from "../../ui/Notice";
import { Segments } from "../../ui/Tabs";
import { StageBody } from "../studio/StageBody";
import { pageOf } from "../timeline/describe";
import { PreviewFrame } from "./PreviewFrame";

type Width = "mockup" | "390" | "768" | "1280" | "fill";

interface PreviewProps {
  tabs: ReactNode;
  pages: ReactNode;
  project: Project;
  run: RunSnapshot;
  shown: ViewRevision | null;
  page: number;
  status: Status;
}

export function Preview({ tabs, pages, project, run, shown, page, status }: PreviewProps) {
  const [width, setWidth] = useState<Width>("mockup");
  const [zoom, setZoom] = useState<"fit" | "full">("fit");
  const [scripts, setScripts] = useState(false);
  const [reloads, setReloads] = useState(0);
  const asset = project.assets[page];
  const mockupWidth = asset ? Math.round(asset.width / asset.scale) : 1280;
  const links = shown ? run.links[shown.number] : undefined;
  const file = shown?.pages.find((one) => one.mockup_index === page)?.page ?? pageFile(page);
  const url = links && pageUrl(links.preview_url, file, scripts);

  return (
    <>
      <div className="stage-bar">
        {tabs}
        {pages}
        <div className="stage-tools">
          <Menu
            label="Width"
            align="end"
            value={width}
            shown={width === "mockup" ? `${mockupWidth}` : undefined}
            choices={[
              { value: "mockup", label: `${mockupWidth}`, note: "The mockup's own" },
              { value: "390", label: "390", note: "Phone" },
              { value: "768", label: "768", note: "Tablet" },
              { value: "1280", label: "1280", note: "Laptop" },
              { value: "fill", label: "Fill", note: "All the room there is" },
            ]}
            onChoose={setWidth}
          />
          <Segments
            label="Zoom"
            options={[
              { name: "fit", label: "Fit" },
              { name: "full", label: "100 %" },
            ]}
            selected={zoom}
            onSelect={setZoom}
          />
          <IconButton icon="refresh" label="Refresh" onClick={() => setReloads(reloads + 1)} />
          <label className="switch" title="The page's own scripts run only while this is on">
            <input
              type="checkbox"
              role="switch"
              checked={scripts}
              onChange={(event) => setScripts(event.target.checked)}
            />
            scripts
          </label>
          <IconLink icon="open" label="Open page in a new tab" href={url} newTab />
        </div>
      </div>
      {shown && url ? (
        <PreviewFrame
          key={`${url} ${reloads}`}
          url={url}
          number={shown.number}
          scripts={scripts}
          width={width === "fill" ? null : width === "mockup" ? mockupWidth : Number(width)}
          height={width === "mockup" && asset ? Math.round(asset.height / asset.scale) : null}
          fit={zoom === "fit"}
        />
      ) : (
        <StageBody label="Preview">
          {shown ? (
            <Notice title={`Revision ${shown.number} is saved; asking for its address…`} />
          ) : (
            <NoRevision run={run} status={status} mockup={asset?.content_url} page={file} />
          )}
        </StageBody>
      )}
    </>
  );
}

const pageFile = (page: number) => (page === 0 ? "index.html" : `page-${page + 1}.html`);

interface NoRevisionProps {
  run: RunSnapshot;
  status: Status;
  mockup: string | undefined;
  page: string;
}

/** Before the first revision: the last render if there is one, else the mockup, dimmed. */
function NoRevision({ run, status, mockup, page }: NoRevisionProps) {
  const render = lastRender(run, page);
  const picture = render ? blobUrl(run.summary.id, render.sha256) : mockup;
  const active = status.action === "stop";
  return (
    <div className="no-revision">
      {picture && <img src={picture} alt="" className={render ? "" : "dimmed"} />}
      <Notice
        tone={status.tone === "failed" ? "problem" : "quiet"}
        title={active ? `${status.text}…` : status.text}
        hint={
          active ? "The first version appears here." : "It ended before a first version was made."
        }
      />
    </div>
  );
}

function lastRender({ view }: RunSnapshot, page: string): ImagePart | null {
  const renders = view.steps.filter((step) => step.kind === "render" && step.screenshot);
  return renders.findLast((step) => pageOf(step) === page)?.screenshot ?? null;
}
