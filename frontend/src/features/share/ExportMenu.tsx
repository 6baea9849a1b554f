import { useState } from "react";
import type { Exports } from "../../protocol/api";
import { api, repositoryUrl, singleFileUrl, zipUrl } from "../../protocol/client";
import { ActionMenu } from "../../ui/ActionMenu";
import * as format from "../../ui/format";

interface ExportMenuProps {
  projectId: string;
  runId: string;
  revision: number;
}

/** The ways to take a revision or its project home. */
export function ExportMenu({ projectId, runId, revision }: ExportMenuProps) {
  const of = `${runId} ${revision}`;
  const [known, setKnown] = useState<{ of: string; exports: Exports } | null>(null);
  const exports = known?.of === of ? known.exports : null;
  const read = () =>
    api.exports(runId, revision).then(
      (answer) => setKnown({ of, exports: answer }),
      () => {}, // what the file holds is then not told; the file itself says what is wrong
    );
  return (
    <ActionMenu
      label="Other ways to download"
      icon="down"
      onOpen={() => void read()}
      actions={[
        { label: "Zip", note: `All files of revision ${revision}`, href: zipUrl(runId, revision) },
        {
          label: "One HTML file",
          note: singleFileNote(exports),
          href: singleFileUrl(runId, revision),
        },
        {
          label: "Git repository",
          note: "Every revision of the project as a commit",
          href: repositoryUrl(projectId),
        },
      ]}
    />
  );
}

const MOST_TOLD = 2;

/** How large the one file is, and what it cannot hold. */
export function singleFileNote(exports: Exports | null): string {
  const holds = "Styles, scripts, pictures and fonts in it";
  if (!exports) return holds;
  const { single_bytes: size, left_out: lacks } = exports;
  const more = lacks.length - MOST_TOLD;
  return [
    `${holds}: ${format.bytes(size)}.`,
    ...lacks.slice(0, MOST_TOLD),
    ...(more > 0 ? [`${more} more like this.`] : []),
  ].join(" ");
}
