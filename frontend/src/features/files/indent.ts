// A line that is wrapped goes on below its own first character, not at the edge.
import { countColumn, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from "@codemirror/view";

const theme = EditorView.baseTheme({
  ".cm-line": {
    paddingInlineStart: "calc(6px + var(--indent, 0px))",
    textIndent: "calc(-1 * var(--indent, 0px))",
  },
});

function indented(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at);
      const spaces = /^\s*/.exec(line.text)?.[0] ?? "";
      const columns = countColumn(spaces, view.state.tabSize);
      if (columns > 0) {
        // no deeper than would leave half of the room
        const style = `--indent: min(${columns}ch, 50%)`;
        builder.add(line.from, line.from, Decoration.line({ attributes: { style } }));
      }
      at = line.to + 1;
    }
  }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    lines: DecorationSet;

    constructor(view: EditorView) {
      this.lines = indented(view);
    }

    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.lines = indented(update.view);
    }
  },
  { decorations: ({ lines }) => lines },
);

export const hangingIndent = [theme, plugin];
