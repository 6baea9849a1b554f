// Which files the Code tab lists: a chosen revision's, or the work as it stands.
import type { FileRef, LineRange } from "../../protocol/events";
import type { ViewRevision } from "../../state/view";
import type { RunSnapshot } from "../../state/run";

const NONE: readonly LineRange[] = []; // the same each time: a new list is a new change to show

export interface ShownFile {
  path: string;
  file: FileRef | null; // null while it is first written
  changed: readonly LineRange[];
  earlier: FileRef | null; // in the revision before, to mark what changed since
  textSoFar: string | null; // the text so far of a file being written
}

export function shownFiles({ view, live }: RunSnapshot, shown: ViewRevision | null): ShownFile[] {
  const newest = view.revisions.at(-1);
  if (shown && newest && shown.number !== newest.number) {
    const before = view.revisions.find(({ number }) => number === shown.number - 1);
    return shown.files.map((file) => ofRevision(file, before)).sort(pagesFirst);
  }
  const written = view.files.map(({ file, changed }): ShownFile => ({
    path: file.path,
    file,
    changed,
    earlier: null,
    textSoFar: live.files[file.path] ?? null,
  }));
  const known = new Set(written.map(({ path }) => path));
  const begun = Object.entries(live.files)
    .filter(([path]) => !known.has(path))
    .map(([path, textSoFar]): ShownFile => ({
      path,
      file: null,
      changed: NONE,
      earlier: null,
      textSoFar,
    }));
  return [...written, ...begun].sort(pagesFirst);
}

function ofRevision(file: FileRef, before: ViewRevision | undefined): ShownFile {
  const earlier = before?.files.find(({ path }) => path === file.path) ?? null;
  return { path: file.path, file, changed: NONE, earlier, textSoFar: null };
}

/** Whether the last step, or the revision shown, made it what it is. */
export const isTouched = ({ file, changed, earlier }: ShownFile): boolean =>
  changed.length > 0 || (earlier !== null && earlier.sha256 !== file?.sha256);

const COMPONENT = /\.([jt]sx|vue)$/i;
const ROOT = /(^|\/)App\.\w+$/;

/** What is read first: the root of a page's components, else the largest of them, else the page. */
export function mainFile(files: readonly ShownFile[]): ShownFile | null {
  const components = files.filter(({ path }) => COMPONENT.test(path));
  const size = ({ file }: ShownFile) => file?.size ?? 0;
  return (
    components.find(({ path }) => ROOT.test(path)) ??
    components.toSorted((a, b) => size(b) - size(a))[0] ??
    files[0] ??
    null
  );
}

/** Pages, then styles, then the rest; by name among equals. */
function pagesFirst(a: ShownFile, b: ShownFile): number {
  return rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1);
}

function rank(path: string): number {
  if (path.includes("/")) return 3;
  if (path.endsWith(".html")) return path === "index.html" ? -1 : 0;
  return path.endsWith(".css") ? 1 : 2;
}
