import type { Project, ProjectAsset } from "../../protocol/api";
import { blobUrl } from "../../protocol/client";
import type { ImagePart, PageResult } from "../../protocol/events";
import type { RunSnapshot } from "../../state/run";
import type { Picture } from "./Layer";

/** What a page is held against: its mockup, or how it looked when it was imported without one. */
export const beginningOf = (asset: ProjectAsset | undefined) =>
  asset?.is_own ? "Imported page" : "Mockup";

/** What is compared, in CSS pixels of the page. */
export function picturesOf(run: RunSnapshot, project: Project, result: PageResult, page: number) {
  const asset = project.assets[page];
  const scale = run.view.mockups[page]?.scale ?? asset?.scale ?? 1;
  const picture = (part: ImagePart, label: string): Picture => ({
    source: blobUrl(run.summary.id, part.sha256),
    label,
    width: part.width / scale,
    height: part.height / scale,
  });
  const render = picture(result.screenshot, "Render");
  const mockup: Picture = {
    source: asset?.content_url ?? render.source,
    label: beginningOf(asset),
    width: asset ? asset.width / scale : render.width,
    height: asset ? asset.height / scale : render.height,
  };
  return { mockup, render, heat: picture(result.heat_map, "Heat map") };
}
