// Formats code as Prettier does. A chunk of its own: it is loaded when it is first asked for.
import * as prettier from "prettier/standalone";
import * as babel from "prettier/plugins/babel";
import * as estree from "prettier/plugins/estree";
import * as html from "prettier/plugins/html";
import * as postcss from "prettier/plugins/postcss";

const PARSERS: Readonly<Record<string, string>> = {
  html: "html",
  htm: "html",
  css: "css",
  js: "babel",
  mjs: "babel",
  jsx: "babel",
  json: "json",
  ts: "babel-ts",
  tsx: "babel-ts",
  vue: "vue",
};

/** The text formatted. Rejects with a sentence that names the line where it cannot be read. */
export default async function format(path: string, text: string): Promise<string> {
  const parser = PARSERS[path.split(".").pop()?.toLowerCase() ?? ""] ?? "html";
  try {
    return await prettier.format(text, {
      parser,
      plugins: [babel, estree, html, postcss],
      printWidth: 100,
    });
  } catch (problem) {
    throw new Error(sentenceOf(problem), { cause: problem });
  }
}

function sentenceOf(problem: unknown): string {
  const { message, loc } = problem as Error & { loc?: { start?: { line: number } } };
  const what = message.split("\n")[0]?.replace(/ \(\d+:\d+\)$/, "") ?? "";
  return loc?.start ? `Line ${loc.start.line}: ${what}` : what;
}
