// What a person gives beside mockups, as plain data: rules, design tokens, a page to start from.
import type { Reference, ReferenceLimits } from "../../protocol/api";
import type { Folder } from "../../state/folders";
import * as format from "../../ui/format";

export type Kind = Reference["kind"];

export interface ReferenceItem {
  key: string;
  name: string;
  kind: Kind;
  size: number;
  file: File | Folder | null; // null once the server has it
  upload:
    | { state: "sending"; share: number }
    | { state: "ready"; reference: Reference }
    | { state: "refused"; reason: string; hint: string; retry: boolean };
}

export const sizeOf = (what: File | Folder): number =>
  what instanceof File ? what.size : what.files.reduce((sum, { file }) => sum + file.size, 0);

/** What a file of this name is for; null for a picture, and for what is no use. */
export function kindOf(name: string, limits: ReferenceLimits): Kind | null {
  const ending = /\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? "";
  return limits.kinds[ending] ?? null;
}

const FOR: Record<Kind, string> = { rules: "rules", tokens: "design tokens", base: "base" };

/** What a file is for, and what it is: "base: 12 files, index.html · 340 KB". */
export function referenceWords({ kind, size, upload }: ReferenceItem): string {
  const inside =
    kind === "base" && upload.state === "ready" ? `: ${filesIn(upload.reference)}, index.html` : "";
  const notes = upload.state === "ready" ? upload.reference.notes : [];
  return [`${FOR[kind]}${inside}`, format.bytes(size), ...notes].join(" · ");
}

/** A project's files in one line: "DESIGN.md · base site.zip (12 files)". */
export const referencesLine = (references: readonly Reference[]): string =>
  references
    .map((one) => (one.kind === "base" ? `base ${one.name} (${filesIn(one)})` : one.name))
    .join(" · ");

/** What was imported, and what it is measured against where there was no mockup. */
export function importedLine(
  references: readonly Reference[],
  mockups: readonly { is_own: boolean }[],
): string {
  const base = references.find(({ kind }) => kind === "base");
  const what = base ? `You imported ${base.name} (${filesIn(base)}).` : "You imported this page.";
  if (!mockups[0]?.is_own) return what;
  return `${what} There is no mockup: it is measured against its own first picture.`;
}

const filesIn = ({ files }: Reference) => `${files} ${files === 1 ? "file" : "files"}`;

/** Why a file cannot be sent, known before sending it; null if it can. */
export function refusalOfReference(
  file: { kind: Kind; size: number },
  taken: readonly { kind: Kind }[],
  limits: ReferenceLimits,
): { reason: string; hint: string } | null {
  const isBase = file.kind === "base";
  const alike = taken.filter(({ kind }) => (kind === "base") === isBase).length;
  if (isBase && alike > 0) {
    return { reason: "A project starts from one page.", hint: "Remove the other one first." };
  }
  if (!isBase && alike >= limits.max_texts) {
    return {
      reason: `A project takes up to ${limits.max_texts} files of rules and tokens.`,
      hint: "Remove one to make room.",
    };
  }
  const most = isBase ? limits.max_base_bytes : limits.max_text_bytes;
  if (file.size > most) {
    return {
      reason: `The file has ${format.bytes(file.size)}; up to ${format.bytes(most)} is taken.`,
      hint: "Leave out what the page does not need.",
    };
  }
  return null;
}
