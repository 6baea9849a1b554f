// A page for tests of components and hooks; a file that uses it runs in `happy-dom`.
import { act, createElement, type ReactNode } from "react";
import { createRoot } from "react-dom/client";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }); // so that React waits for act()

/** Draws a tree into a new element of the page. */
export async function draw(tree: ReactNode) {
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element);
  const show = (next: ReactNode) => act(async () => Promise.resolve(root.render(next)));
  await show(tree);
  return {
    element,
    show,
    leave: async () => {
      await act(async () => Promise.resolve(root.unmount()));
      element.remove();
    },
  };
}

/** Runs a hook in a component of its own. `latest()` is what it returned last. */
export async function run<Result>(hook: () => Result) {
  const results: Result[] = [];
  const Host = ({ use }: { use: () => Result }) => {
    results.push(use());
    return null;
  };
  const page = await draw(createElement(Host, { use: hook }));
  return {
    latest: () => results.at(-1) as Result,
    again: (next: () => Result) => page.show(createElement(Host, { use: next })),
    leave: page.leave,
  };
}

/** Something happens, and all that follows from it at once. */
export const happens = (what: () => void) => act(async () => Promise.resolve(what()));
