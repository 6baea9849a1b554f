import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { commandFor, type Command } from "../state/keys";

const TYPING = "input:not([type=range], [type=checkbox]), textarea, select, [contenteditable=true]";

/**
 * Runs a handler for keyboard commands. It returns true if it did something.
 * A part of a page is asked before the page: Esc leaves a zoom before it stops a run.
 */
export function useCommands(
  handle: (command: Command) => boolean,
  scope: "page" | "part" = "page",
): void {
  const onCommand = useEffectEvent(handle);
  // A layout effect: a key pressed as soon as the page is seen must not be lost.
  useLayoutEffect(() => {
    const onKeyDown = (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      const typing = target.matches(TYPING);
      const command = commandFor(event, typing);
      if (typing && command === "escape")
        target.blur(); // leaving a field is all that Esc does there
      else if (!command || !onCommand(command)) return;
      event.preventDefault();
    };
    const listened = scope === "part" ? document : window; // events reach the document first
    listened.addEventListener("keydown", onKeyDown);
    return () => listened.removeEventListener("keydown", onKeyDown);
  }, [scope]);
}

/** The time now, once a second while `ticking`. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

/** The size of an element's content box, kept up to date. */
export function useSize<Target extends HTMLElement>() {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver | null>(null);
  const ref = useCallback((element: Target | null) => {
    observer.current?.disconnect();
    if (!element) return;
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.current.observe(element);
  }, []);
  return [ref, size] as const;
}

export type Loaded<Data> =
  { state: "loading" } | { state: "failed"; error: unknown } | { state: "ready"; data: Data };

/** Loads data for a key, and again on `reload`; an answer for an older key is dropped. */
export function useLoaded<Data>(key: string, load: () => Promise<Data>) {
  const [loaded, setLoaded] = useState<Loaded<Data>>({ state: "loading" });
  const [attempt, setAttempt] = useState(0);
  const begin = useEffectEvent(load);
  useEffect(() => {
    let current = true;
    setLoaded((before) => (before.state === "ready" ? before : { state: "loading" }));
    begin().then(
      (data) => current && setLoaded({ state: "ready", data }),
      (error: unknown) => current && setLoaded({ state: "failed", error }),
    );
    return () => {
      current = false;
    };
  }, [key, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  return [loaded, reload, setLoaded] as const;
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const onChange = () => setMatches(media.matches);
    onChange();
    media.addEventListener("change", onChange);
    return () => media.removeEventListener("change", onChange);
  }, [query]);
  return matches;
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}
