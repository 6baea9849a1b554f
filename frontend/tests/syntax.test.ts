// @vitest-environment happy-dom
import { html } from "@codemirror/lang-html";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { syntaxErrors } from "../src/features/files/syntax";

const opened = (doc: string) => EditorState.create({ doc, extensions: html() });

test("an end tag that closes nothing is named at its line", () => {
  const state = opened("<main>\n<p>One</p></b>\n</main>\n");
  const [first, ...rest] = syntaxErrors(state);
  expect(first?.message).toContain("closes no element");
  expect(state.doc.lineAt(first?.from ?? 0).number).toBe(2);
  expect(rest).toEqual([]);
});

test("where the parser has not come to yet, nothing is wrong", () => {
  const page = `<main>\n${'<section class="card"><p>Words</p></section>\n'.repeat(20_000)}</main>\n`;
  expect(syntaxErrors(opened(page))).toEqual([]);
});
