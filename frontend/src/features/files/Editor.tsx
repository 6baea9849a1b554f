// CodeMirror. A chunk of its own: nothing else imports it.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { css } from "@codemirror/lang-css";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import {
  Annotation,
  Compartment,
  EditorState,
  RangeSetBuilder,
  StateEffect,
  type StateEffectType,
  StateField,
  Transaction,
} from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers, type DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useEffectEvent, useRef } from "react";
import type { LineRange } from "../../protocol/events";
import type { CodePlace } from "./place";
import { hangingIndent } from "./indent";
import { isParsedAnew, syntaxErrors } from "./syntax";

interface EditorProps {
  path: string;
  text: string;
  changed: readonly LineRange[];
  writing: boolean;
  place: CodePlace | null; // to bring into sight
  onEdit: ((text: string) => void) | null; // null where it can only be read
  onSave: () => void;
  onCursor: (line: number) => void; // where it is put by hand
}

export const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.keyword, tags.moduleKeyword], color: "var(--code-keyword)" },
  { tag: [tags.attributeName, tags.propertyName, tags.className], color: "var(--code-name)" },
  { tag: [tags.string, tags.attributeValue, tags.color], color: "var(--code-string)" },
  { tag: [tags.number, tags.unit, tags.bool, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.angleBracket, tags.bracket], color: "var(--ink-3)" },
]);

const look = EditorView.theme({
  "&": { blockSize: "100%", fontSize: "12.5px", backgroundColor: "transparent" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--ink-3)" },
  ".cm-changed": { backgroundColor: "var(--accent-wash)", boxShadow: "inset 2px 0 var(--accent)" },
  ".cm-place": {
    boxShadow: "inset 3px 0 var(--accent-strong)",
    backgroundColor: "var(--accent-wash)",
  },
  "&.cm-editor .cm-panels": {
    backgroundColor: "var(--panel)",
    color: "var(--ink)",
    borderBlockEnd: "1px solid var(--line)",
  },
  ".cm-panel.cm-search": { padding: "6px 32px 6px 8px", font: "13px var(--sans)" },
  ".cm-panel.cm-search label": { fontSize: "13px" },
  "&.cm-editor .cm-textfield": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    padding: "4px 8px",
    fontSize: "13px",
  },
  "&.cm-editor .cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    padding: "4px 10px",
    fontSize: "13px",
  },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", fontSize: "18px", padding: "0 8px" },
  ".cm-searchMatch": { backgroundColor: "var(--accent-wash)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent)" },
  "&.cm-editor .cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
});

const setChanged = StateEffect.define<readonly LineRange[]>();
const setPlace = StateEffect.define<readonly LineRange[]>();

/** Lines that an effect marks by a class. */
const markedLines = (effect: StateEffectType<readonly LineRange[]>, name: string) =>
  StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(lines, { state, changes, effects }) {
      const set = effects.find((one) => one.is(effect));
      return set ? mark(state, set.value, name) : lines.map(changes);
    },
    provide: (field) => EditorView.decorations.from(field),
  });

function mark(state: EditorState, ranges: readonly LineRange[], name: string): DecorationSet {
  if (ranges.some(({ first, last }) => first <= 1 && last >= state.doc.lines))
    return Decoration.none; // all of it
  const builder = new RangeSetBuilder<Decoration>();
  const line = Decoration.line({ class: name });
  const numbers = ranges.flatMap(({ first, last }) => span(first, Math.min(last, state.doc.lines)));
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const from = state.doc.line(number).from;
    builder.add(from, from, line);
  }
  return builder.finish();
}

const span = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

const access = new Compartment();
const given = Annotation.define<true>(); // a change that comes from outside, not from typing

const accessOf = (canEdit: boolean) => [
  EditorState.readOnly.of(!canEdit),
  EditorView.editable.of(canEdit),
];

export function languageOf(path: string) {
  if (/\.(html?|svg|vue)$/i.test(path)) return html();
  if (/\.css$/i.test(path)) return css();
  if (/\.(m?js|json)$/i.test(path)) return javascript();
  if (/\.(tsx?|jsx)$/i.test(path)) return javascript({ jsx: true, typescript: true });
  return [];
}

export default function Editor(props: EditorProps) {
  const { path, text, changed, writing, place, onEdit, onSave, onCursor } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const typed = useEffectEvent((now: string) => onEdit?.(now));
  const save = useEffectEvent(onSave);
  const moved = useEffectEvent(onCursor);
  const canEdit = onEdit !== null;

  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      extensions: [
        lineNumbers(),
        lintGutter(),
        linter((view) => syntaxErrors(view.state), { needsRefresh: isParsedAnew }),
        access.of(accessOf(false)),
        history(),
        search({ top: true }),
        keymap.of([
          { key: "Mod-s", run: () => (save(), true) },
          ...searchKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of(({ docChanged, transactions, state }) => {
          const byHand = transactions.some((one) => one.docChanged && !one.annotation(given));
          if (docChanged && byHand) typed(state.doc.toString());
          if (transactions.some((one) => one.isUserEvent("select")))
            moved(state.doc.lineAt(state.selection.main.head).number);
        }),
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": "Code" }),
        EditorView.lineWrapping,
        hangingIndent,
        syntaxHighlighting(colours),
        look,
        markedLines(setChanged, "cm-changed"),
        markedLines(setPlace, "cm-place"),
        languageOf(path),
      ],
    });
    editor.current = view;
    return () => view.destroy();
  }, [path]);

  useEffect(() => {
    editor.current?.dispatch({ effects: access.reconfigure(accessOf(canEdit)) });
  }, [canEdit]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const shown = view.state.doc.toString();
    if (shown !== text) {
      view.dispatch({
        changes: difference(shown, text),
        annotations: [given.of(true), Transaction.addToHistory.of(false)],
      });
    }
    view.dispatch({ effects: setChanged.of(writing ? [] : changed) });
    if (!writing && !view.hasFocus) showFirst(view, changed);
    if (writing) view.scrollDOM.scrollTop = view.scrollDOM.scrollHeight;
  }, [text, changed, writing]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !place || place.first > view.state.doc.lines) return;
    const start = view.state.doc.line(place.first).from;
    view.dispatch({
      effects: [setPlace.of([place]), EditorView.scrollIntoView(start, { y: "center" })],
    });
  }, [place]);

  return <div className="editor" ref={host} />;
}

/** Brings what changed into sight; a file that is new from its first line stays at its top. */
function showFirst(view: EditorView, changed: readonly LineRange[]): void {
  const first = changed[0]?.first ?? 1;
  if (first <= 1 || first > view.state.doc.lines) return;
  const place = view.state.doc.line(first).from;
  view.dispatch({ effects: EditorView.scrollIntoView(place, { y: "center" }) });
}

/** Replaces only what follows the common beginning: text that streams in is appended. */
function difference(before: string, after: string) {
  let same = 0;
  const end = Math.min(before.length, after.length);
  while (same < end && before[same] === after[same]) same += 1;
  return { from: same, to: before.length, insert: after.slice(same) };
}
