import { encoded, type Sources } from "./sources.ts";

/** A page's document, and the modules and sheets of the project that it loads. */
export interface Page {
  path: string;
  document: Document;
  entries: string[];
}

/** What was made of a page's entries: the names of its script and of its style sheet. */
interface Outputs {
  script: string | undefined;
  sheet: string | undefined;
}

export function readPage(sources: Sources, path: string): Page {
  const document = new DOMParser().parseFromString(sources.text(path), "text/html");
  const entries: string[] = [];
  for (const element of document.querySelectorAll("script[src], link[rel~=stylesheet][href]")) {
    const address = element.getAttribute("src") ?? element.getAttribute("href") ?? "";
    const file = sources.resolve(address, "");
    if (file === undefined || sources.isPublic(address)) continue;
    if (element.tagName === "SCRIPT" && element.getAttribute("type") !== "module") continue;
    entries.push(file);
    element.remove();
  }
  for (const element of document.querySelectorAll("[src^='/'], link[href^='/']"))
    for (const name of ["src", "href"]) {
      const address = element.getAttribute(name);
      if (address?.startsWith("/")) element.setAttribute(name, `.${address}`);
    }
  return { path, document, entries };
}

/** The page with what was built of its entries in their place: a script that needs no server. */
export function writePage({ document }: Page, { script, sheet }: Outputs): string {
  if (sheet !== undefined) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.setAttribute("href", sheet);
    document.head.append(link, "\n");
  }
  if (script !== undefined) {
    const element = document.createElement("script");
    element.defer = true;
    element.setAttribute("src", script);
    document.head.append(element, "\n");
  }
  return encoded(`<!doctype html>\n${document.documentElement.outerHTML}\n`);
}
