import { build, type BuildFailure, type Loader, type Message, type Plugin } from "esbuild-wasm";
import type { Problem } from "./compiler.ts";
import { OFFERED, PACKAGES } from "./packages.ts";
import type { Page } from "./pages.ts";
import { base64, folderOf, type Files, type Sources } from "./sources.ts";
import { compileVue } from "./vue.ts";

export interface Bundled {
  files: Files;
  script: string | undefined;
  sheet: string | undefined;
  problems: Problem[];
}

/** A style sheet as a browser reads it. */
export type CompileStyles = (path: string, css: string) => Promise<string>;

const LOADERS: Readonly<Record<string, Loader>> = {
  ts: "ts",
  tsx: "tsx",
  js: "jsx",
  jsx: "jsx",
  mjs: "js",
  css: "css",
  json: "json",
  txt: "text",
};

/**
 * One script and one style sheet of all that a page loads, with the pictures that they name. The
 * script can be asked which place of the sources writes an element (`marking/marks.js`).
 */
export async function bundle(
  sources: Sources,
  page: Page,
  compileStyles: CompileStyles,
): Promise<Bundled> {
  const stem = page.path.replace(/\.html?$/, "");
  const none: Bundled = { files: {}, script: undefined, sheet: undefined, problems: [] };
  if (page.entries.length === 0) return none;
  try {
    const { outputFiles } = await build({
      stdin: {
        contents: page.entries.map((one) => `import ${JSON.stringify(`/${one}`)};`).join("\n"),
      },
      outfile: `/${stem}.js`,
      plugins: [project(sources, compileStyles)],
      bundle: true,
      write: false,
      format: "iife",
      target: "es2022",
      charset: "utf8",
      jsx: "automatic",
      jsxDev: true, // with the place of each element
      minify: true,
      legalComments: "none",
      assetNames: "assets/[name]-[hash]",
      define: {
        "process.env.NODE_ENV": '"production"',
        "import.meta.env": '{"BASE_URL":"./","MODE":"production","DEV":false,"PROD":true}',
        __VUE_OPTIONS_API__: "true",
      },
      tsconfigRaw: "{}",
      logLevel: "silent",
    });
    const files = outputFiles.map((file) => [file.path.slice(1), base64(file.contents)] as const);
    const made = Object.fromEntries(files);
    const isScript = page.entries.some((entry) => !entry.endsWith(".css"));
    if (!isScript) delete made[`${stem}.js`];
    return {
      files: made,
      script: isScript ? `${stem}.js` : undefined,
      sheet: made[`${stem}.css`] === undefined ? undefined : `${stem}.css`,
      problems: [],
    };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...none, problems: error.errors.map(problemOf) };
  }
}

/** Finds and reads the files of a project; what is none of them is an error with a hint. */
function project(sources: Sources, compileStyles: CompileStyles): Plugin {
  return {
    name: "project",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (Object.hasOwn(PACKAGES, path)) return { path, namespace: "package" };
        if (kind === "url-token" && /^(data:|https?:|#)/.test(path))
          return { path, external: true };
        const file = sources.resolve(path, folderOf(importer));
        if (file !== undefined) return { path: file, namespace: "project" };
        if (sources.isPublic(path))
          return { path: `./${path.replace(/^\.?\//, "")}`, external: true };
        return { errors: [{ text: missing(path) }] };
      });
      build.onLoad({ filter: /.*/, namespace: "package" }, ({ path }) => ({
        contents: PACKAGES[path] ?? "",
        loader: "js",
      }));
      build.onLoad({ filter: /.*/, namespace: "project" }, async ({ path }) => {
        const suffix = path.split(".").pop() ?? "";
        if (suffix === "vue") return compileVue(path, sources.text(path));
        if (suffix === "css")
          return { contents: await compileStyles(path, sources.text(path)), loader: "css" };
        const loader = LOADERS[suffix];
        if (loader === undefined) return { contents: sources.bytes(path), loader: "file" };
        return { contents: sources.text(path), loader };
      });
    },
  };
}

function missing(path: string): string {
  if (/^[./]|^@\//.test(path)) return `There is no file “${path}”.`;
  return `“${path}” is not available: the packages are ${OFFERED.join(", ")}.`;
}

function problemOf({ text, location }: Message): Problem {
  return {
    file: location?.file.replace(/^\w+:/, "") ?? "",
    line: location?.line ?? 0,
    column: location === null ? 0 : location.column + 1,
    text,
  };
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
