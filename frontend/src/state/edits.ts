// What a person has changed of one revision's files and not saved yet.

export interface Edits {
  revision: number;
  newest: number; // there was when they were begun
  files: Readonly<Record<string, string>>; // what is in those that changed, by path
}

/** A file of a revision as a person has just written it; `saved` is what it holds there. */
export interface Edit {
  revision: number;
  newest: number; // revision there is
  path: string;
  text: string;
  saved: string;
}

/** The edits with one more; null where nothing differs from the revision any longer. */
export function withEdit(edits: Edits | null, edit: Edit): Edits | null {
  const { revision, path, text } = edit;
  const before = edits?.revision === revision ? edits : { ...edit, files: {} };
  const { [path]: _, ...rest } = before.files;
  const files = text === edit.saved ? rest : { ...rest, [path]: text };
  if (Object.keys(files).length === 0) return null;
  return { revision, newest: before.newest, files };
}
