// Which files two versions differ in, and by how many lines.
import { Chunk } from "@codemirror/merge";
import { Text } from "@codemirror/state";
import type { FileRef } from "../../protocol/events";
import { isText } from "../files/contents";

export interface ChangedFile {
  path: string;
  before: FileRef | null; // null where it is new
  after: FileRef | null; // null where it is gone
}

export interface TextChange {
  path: string;
  before: string | null; // null where it is no text
  after: string | null;
  added: number; // lines
  removed: number;
}

/** Pages first, as a person looks for them. */
export function changedFiles(
  before: readonly FileRef[],
  after: readonly FileRef[],
): readonly ChangedFile[] {
  const at = (files: readonly FileRef[], path: string) =>
    files.find((file) => file.path === path) ?? null;
  const paths = [...new Set([...after, ...before].map(({ path }) => path))];
  return paths
    .map((path) => ({ path, before: at(before, path), after: at(after, path) }))
    .filter((one) => one.before?.sha256 !== one.after?.sha256)
    .sort((a, b) => Number(isPage(b.path)) - Number(isPage(a.path)) || (a.path < b.path ? -1 : 1));
}

const isPage = (path: string) => /\.html?$/i.test(path);

/** The texts of a file that changed; a picture has none, and no lines. */
export async function textChange(
  { path, before, after }: ChangedFile,
  read: (sha256: string) => Promise<string>,
): Promise<TextChange> {
  if (!isText(path)) return { path, before: null, after: null, added: 0, removed: 0 };
  const [old, now] = await Promise.all(
    [before, after].map((file) => (file ? read(file.sha256) : Promise.resolve(""))),
  );
  return { path, before: old ?? "", after: now ?? "", ...countLines(old ?? "", now ?? "") };
}

export function countLines(before: string, after: string): { added: number; removed: number } {
  const [old, now] = [textOf(before), textOf(after)];
  let [added, removed] = [0, 0];
  for (const chunk of Chunk.build(old, now)) {
    removed += linesOf(old, chunk.fromA, chunk.toA, chunk.endA);
    added += linesOf(now, chunk.fromB, chunk.toB, chunk.endB);
  }
  return { added, removed };
}

const textOf = (text: string) => Text.of(text.split("\n"));

const linesOf = (text: Text, from: number, to: number, end: number): number =>
  from === to || text.length === 0 ? 0 : text.lineAt(end).number - text.lineAt(from).number + 1;
