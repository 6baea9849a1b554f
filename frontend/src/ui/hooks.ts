import {
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type RefObject,
} from "react";
import { forget, keep, readKept } from "../state/kept";
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

/** Closes what is open with a press anywhere outside of it. */
export function useClosing(root: RefObject<HTMLElement | null>, open: boolean, close: () => void) {
  const onPress = useEffectEvent((event: PointerEvent) => {
    if (!root.current?.contains(event.target as Node)) close();
  });
  useEffect(() => {
    if (!open) return;
    const listen = (event: PointerEvent) => onPress(event);
    document.addEventListener("pointerdown", listen);
    return () => document.removeEventListener("pointerdown", listen);
  }, [open]);
}

/** The time now, to the second; drawn anew `every` so many milliseconds, or not by itself. */
export function useNow(every: number | null): number {
  const subscribe = useCallback(
    (tell: () => void) => {
      if (every === null) return () => {};
      const timer = setInterval(tell, every);
      return () => clearInterval(timer);
    },
    [every],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / 1000) * 1000);
}

/** The size of an element's content box, kept up to date. */
export function useSize<Target extends HTMLElement>() {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver | null>(null);
  const ref = useCallback((element: Target | null) => {
    observer.current?.disconnect();
    if (!element) return;
    // at once: what waits for a size would miss the keys that are pressed meanwhile
    setSize({ width: element.clientWidth, height: element.clientHeight });
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.current.observe(element);
  }, []);
  return [ref, size] as const;
}

export type Loaded<Data> =
  { state: "loading" } | { state: "failed"; error: unknown } | { state: "ready"; data: Data };

/**
 * Loads data for a key, and again on `reload`; an answer for an older key is dropped.
 * Data stays until newer data comes, a failure until it is tried again.
 */
export function useLoaded<Data>(key: string, load: () => Promise<Data>) {
  const [attempt, setAttempt] = useState(0);
  const asked = `${attempt} ${key}`;
  const [answer, setAnswer] = useState<{ to: string; loaded: Loaded<Data> } | null>(null);
  const begin = useEffectEvent(load);
  useEffect(() => {
    let current = true;
    begin().then(
      (data) => current && setAnswer({ to: asked, loaded: { state: "ready", data } }),
      (error: unknown) => current && setAnswer({ to: asked, loaded: { state: "failed", error } }),
    );
    return () => {
      current = false;
    };
  }, [asked]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const holds = answer && (answer.to === asked || answer.loaded.state === "ready");
  return [holds ? answer.loaded : ({ state: "loading" } as const), reload] as const;
}

/** Words that a reload does not lose, once they are others than the first. */
export function useKept(key: string, first = "") {
  const [text, setText] = useState(() => readKept<string>(key) ?? first);
  const change = (next: string) => {
    setText(next);
    if (next === first) forget(key);
    else keep(key, next);
  };
  return [text, change] as const;
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

/** The browser asks before it leaves or reloads the page, while what the page does would be lost. */
export function useAskBeforeUnload(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isNeeded]);
}
