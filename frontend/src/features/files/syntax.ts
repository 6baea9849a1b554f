// What is wrong with the syntax of a file, at its place.
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";
import type { ViewUpdate } from "@codemirror/view";

const MOST = 50;
const WRONG: Readonly<Record<string, string>> = {
  MismatchedCloseTag: "This end tag closes no element that is open.",
  IncompleteCloseTag: "This end tag is not finished.",
  IncompleteTag: "This tag is not finished.",
};

const PARSE_MS = 50; // that a person waits for the parser at once; it goes on by itself

/**
 * The parser's own errors; it goes on behind each. None before it came to the end: where it stops on
 * the way, everything seems to be missing.
 */
export function syntaxErrors(state: EditorState): Diagnostic[] {
  const found: Diagnostic[] = [];
  ensureSyntaxTree(state, state.doc.length, PARSE_MS)?.iterate({
    enter: ({ name, type, from, to }) => {
      if (found.length >= MOST) return false;
      const message = WRONG[name] ?? (type.isError ? messageAt(state, from, to) : undefined);
      if (message === undefined) return;
      const line = state.doc.lineAt(from);
      const end = Math.max(to, Math.min(from + 1, line.to));
      if (found.at(-1)?.from !== from) found.push({ from, to: end, severity: "error", message });
    },
  });
  return found;
}

/** Whether the parser got further. */
export const isParsedAnew = ({ startState, state }: ViewUpdate): boolean =>
  syntaxTree(startState) !== syntaxTree(state);

function messageAt(state: EditorState, from: number, to: number): string {
  const text = state.sliceDoc(from, Math.min(to, from + 20)).trim();
  return text ? `“${text}” is not expected here.` : "Something is missing here.";
}
