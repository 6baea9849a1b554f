// What is wrong with the syntax of a file, at its place.
import { syntaxTree } from "@codemirror/language";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";

const MOST = 50;
const WRONG: Readonly<Record<string, string>> = {
  MismatchedCloseTag: "This end tag closes no element that is open.",
  IncompleteCloseTag: "This end tag is not finished.",
  IncompleteTag: "This tag is not finished.",
};

/** The parser's own errors; it goes on behind each. */
export function syntaxErrors(state: EditorState): Diagnostic[] {
  const found: Diagnostic[] = [];
  syntaxTree(state).iterate({
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

function messageAt(state: EditorState, from: number, to: number): string {
  const text = state.sliceDoc(from, Math.min(to, from + 20)).trim();
  return text ? `“${text}” is not expected here.` : "Something is missing here.";
}
