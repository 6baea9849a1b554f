// CodeMirror's view of two texts, in the chunk of its own that the editor is in.
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { colours, languageOf } from "../files/Editor";

export type DiffLook = "unified" | "side";

interface DiffViewProps {
  path: string;
  before: string;
  after: string;
  look: DiffLook;
  label: string;
}

const COLLAPSED = { margin: 3, minSize: 6 }; // lines around a change, and those that are folded

const theme = EditorView.theme({
  "&": { fontSize: "12.5px", backgroundColor: "transparent" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--ink-3)" },
});

export function DiffView({ path, before, after, look, label }: DiffViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const shared = [
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label }),
      syntaxHighlighting(colours),
      theme,
      languageOf(path),
    ];
    if (look === "side") {
      const view = new MergeView({
        parent: host.current,
        a: { doc: before, extensions: shared },
        b: { doc: after, extensions: shared },
        collapseUnchanged: COLLAPSED,
        gutter: true,
      });
      return () => view.destroy();
    }
    const unified = unifiedMergeView({
      original: before,
      mergeControls: false,
      collapseUnchanged: COLLAPSED,
    });
    const view = new EditorView({
      parent: host.current,
      doc: after,
      extensions: [...shared, unified],
    });
    return () => view.destroy();
  }, [path, before, after, look, label]);
  return <div className="diff" ref={host} />;
}
