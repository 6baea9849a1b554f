import { compile } from "tailwindcss";
import index from "tailwindcss/index.css?raw";
import preflight from "tailwindcss/preflight.css?raw";
import theme from "tailwindcss/theme.css?raw";
import utilities from "tailwindcss/utilities.css?raw";
import type { CompileStyles } from "./bundle.ts";
import { folderOf, type Sources } from "./sources.ts";

const SHEETS: Readonly<Record<string, string>> = {
  tailwindcss: index,
  "tailwindcss/preflight.css": preflight,
  "tailwindcss/preflight": preflight,
  "tailwindcss/theme.css": theme,
  "tailwindcss/theme": theme,
  "tailwindcss/utilities.css": utilities,
  "tailwindcss/utilities": utilities,
};
const USES_TAILWIND = /@import\s+["']tailwindcss|@tailwind\b|@theme\b|@apply\b|@utility\b/;
const MARKUP = /\.(?:html?|[jt]sx?|mjs|vue)$/;
const CANDIDATE = /[^\s"'`<>]+/g;

/** Compiles style sheets; one that imports Tailwind gets the utilities that the project uses. */
export function tailwindSheet(sources: Sources): CompileStyles {
  const texts = sources.paths().filter((path) => MARKUP.test(path));
  const candidates = new Set(texts.flatMap((path) => sources.text(path).match(CANDIDATE) ?? []));
  return async (path, css) => {
    if (!USES_TAILWIND.test(css)) return css;
    const compiled = await compile(css, {
      base: folderOf(path),
      loadStylesheet: (id, base) => {
        const published = SHEETS[id];
        if (published !== undefined) return loaded(id, base, published);
        const file = sources.resolve(id, base);
        if (file === undefined) throw new Error(`There is no style sheet “${id}”.`);
        return loaded(file, folderOf(file), sources.text(file));
      },
      loadModule: (id) => {
        throw new Error(`“${id}” is not available: a theme is written in CSS, with @theme.`);
      },
    });
    return compiled.build([...candidates]);
  };
}

function loaded(path: string, base: string, content: string) {
  return Promise.resolve({ path, base, content });
}
