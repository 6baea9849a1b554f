import { initialize } from "esbuild-wasm";
import esbuildWasm from "esbuild-wasm/esbuild.wasm?url";
import { bundle } from "./bundle.ts";
import { readPage, writePage } from "./pages.ts";
import { Sources, type Files } from "./sources.ts";
import { tailwindSheet } from "./tailwind.ts";

/** What is wrong with a source file; `line` and `column` count from 1, and are 0 where unknown. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  text: string;
}

export interface Built {
  files: Files;
  problems: Problem[];
}

declare global {
  interface Window {
    /** The site of a project's source files: what its own `npm run build` would write, near enough. */
    build: (files: Files) => Promise<Built>;
  }
}

const MOST_PROBLEMS = 20;
const ready = initialize({ wasmURL: esbuildWasm, worker: false });

window.build = async (files) => {
  const sources = new Sources(files);
  const site: Files = {};
  const problems: Problem[] = [];
  try {
    const compileStyles = tailwindSheet(sources);
    await ready;
    for (const path of sources.pages()) {
      const page = readPage(sources, path);
      const built = await bundle(sources, page, compileStyles);
      Object.assign(site, built.files);
      problems.push(...built.problems);
      site[path] = writePage(page, built);
    }
  } catch (error) {
    problems.push(...problemsOf(error));
  }
  if (sources.pages().length === 0)
    problems.push({ file: "index.html", line: 0, column: 0, text: "There is no index.html." });
  return { files: { ...sources.publicFiles(), ...site }, problems: unique(problems) };
};

/** One problem of several pages is told once. */
function unique(problems: Problem[]): Problem[] {
  const byText = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return [...byText.values()].slice(0, MOST_PROBLEMS);
}

function problemsOf(error: unknown): Problem[] {
  const text = error instanceof Error ? error.message : String(error);
  return [{ file: "", line: 0, column: 0, text }];
}
