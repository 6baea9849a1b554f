import { useSyncExternalStore, type AnchorHTMLAttributes } from "react";
import { addressOf, pathBelow } from "./protocol/path";

export type Route =
  | { page: "start" }
  | { page: "projects" }
  | { page: "arenas"; arenaId: string | null; number: number | null } // of a round
  | { page: "models"; endpointId: string | null } // "new" for one to be added
  | { page: "recording"; recordingId: string }
  | { page: "project"; projectId: string; runId: string | null; group: string | null }
  | { page: "unknown" };

export function parseRoute(pathname: string, search: string): Route {
  if (pathname === "/") return { page: "start" };
  if (pathname === "/projects") return { page: "projects" };
  const models = /^\/models(?:\/([^/]+))?$/.exec(pathname);
  if (models) return { page: "models", endpointId: models[1] ?? null };
  const arenas = /^\/arenas(?:\/([^/]+))?$/.exec(pathname);
  if (arenas) {
    const number = Number(new URLSearchParams(search).get("round"));
    return {
      page: "arenas",
      arenaId: arenas[1] ?? null,
      number: Number.isInteger(number) && number > 0 ? number : null,
    };
  }
  const recordingId = /^\/recordings\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (recordingId) return { page: "recording", recordingId };
  const projectId = /^\/p\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (!projectId) return { page: "unknown" };
  const asked = new URLSearchParams(search);
  return { page: "project", projectId, runId: asked.get("run"), group: asked.get("variants") };
}

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());
const address = () => (pathBelow(location.pathname) ?? "") + location.search;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("popstate", listener);
  };
}

export function navigate(to: string): void {
  history.pushState(null, "", addressOf(to));
  scrollTo(0, 0);
  tell();
}

export function useRoute(): Route {
  const [pathname = "", search = ""] = useSyncExternalStore(subscribe, address).split(/(?=\?)/);
  return parseRoute(pathname, search);
}

export function Link({
  href,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  return (
    <a
      href={addressOf(href)}
      {...rest}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}
