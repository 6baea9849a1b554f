// The documents that a person who uses the service may want, as the help shows them: read from docs/
// when the front end is built, so that they are in every package of it.
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { Marked, type Token, type Tokens } from "marked";
import type { Plugin } from "vite";

const FILES = [
  ["first-page", "Your first page", "tutorial/first-page.md"],
  ["plain-commands", "Say what to change", "how-to/plain-commands.md"],
  ["recordings", "A screen recording", "how-to/recordings.md"],
  ["models", "Models of your own", "how-to/endpoint.md"],
  ["rules", "Rules, tokens, a base", "how-to/rules-and-base.md"],
  ["score", "What the score means", "explanation/score.md"],
  ["troubleshooting", "When it does not work", "how-to/troubleshooting.md"],
] as const;

/** A part of a document below one heading; `text` is its words alone. */
export interface Section {
  heading: string;
  html: string;
  text: string;
}

export interface Topic {
  name: string;
  label: string;
  file: string; // below docs/
  sections: Section[];
}

const DOCS = new URL("../docs/", import.meta.url);

export function readTopics(): Topic[] {
  return FILES.map(([name, label, file]) => ({
    name,
    label,
    file,
    sections: sectionsOf(readFileSync(new URL(file, DOCS), "utf8"), file),
  }));
}

/** A heading begins a section. */
function sectionsOf(source: string, file: string): Section[] {
  const marked = rendererOf(file);
  const parts: Token[][] = [];
  for (const token of marked.lexer(source)) {
    if (token.type === "heading" || parts.length === 0) parts.push([]);
    parts.at(-1)?.push(token);
  }
  return parts.map((tokens) => {
    const [first] = tokens;
    return {
      heading: first?.type === "heading" ? plain((first as Tokens.Heading).text) : "",
      html: marked.parser(tokens),
      text: plain(tokens.map(({ raw }) => raw).join("")),
    };
  });
}

const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[#*`|]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

function rendererOf(file: string): Marked {
  return new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const level = Math.min(depth + 2, 6); // the dialog's name is an h2
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        if (/^https?:/.test(href)) {
          return `<a href="${href}" target="_blank" rel="noreferrer">${words}</a>`;
        }
        const path = posix.join(posix.dirname(file), href.replace(/#.*/, ""));
        const topic = FILES.find(([, , one]) => one === path)?.[0];
        return topic ? `<a href="#help" data-topic="${topic}">${words}</a>` : words;
      },
    },
  });
}

const ID = "virtual:help-topics";

export function helpTopics(): Plugin {
  return {
    name: "help-topics",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      for (const [, , file] of FILES) this.addWatchFile(new URL(file, DOCS).pathname);
      return `export default ${JSON.stringify(readTopics())}`;
    },
  };
}
