import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent } from "react";
import { useClosing } from "./hooks";

/** A button and the menu that it opens, by the keys of menus; `first` is which item has focus. */
export function useMenu(
  first: (items: HTMLElement[]) => HTMLElement | undefined,
  onOpen?: (button: HTMLElement | null) => void,
) {
  const [open, setOpen] = useState(false);
  const rootRef = useRef<HTMLDivElement>(null);
  const buttonRef = useRef<HTMLButtonElement>(null);
  const listRef = useRef<HTMLDivElement>(null);
  const listId = useId();
  useClosing(rootRef, open, () => setOpen(false));
  const focusFirst = useEffectEvent(() => first(itemsOf(listRef.current))?.focus());
  useEffect(() => {
    if (open) focusFirst();
  }, [open]);

  const show = () => {
    onOpen?.(buttonRef.current);
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    buttonRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf(listRef.current);
    const next = nextItem(event.key, items, items.indexOf(document.activeElement as HTMLElement));
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (next) next.focus();
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  };
  return {
    open,
    close,
    rootRef,
    buttonRef,
    listRef,
    buttonProps: {
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": open,
      "aria-controls": open ? listId : undefined,
      onClick: () => (open ? setOpen(false) : show()),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key === "ArrowDown") show();
      },
    },
    listProps: { id: listId, role: "menu", onKeyDown },
  } as const;
}

const itemsOf = (list: HTMLElement | null) =>
  Array.from(list?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []);

/** The item that a key leads to from the one at `here`. */
function nextItem(key: string, items: HTMLElement[], here: number): HTMLElement | undefined {
  switch (key) {
    case "ArrowDown":
      return items[(here + 1) % items.length];
    case "ArrowUp":
      return items[(here - 1 + items.length) % items.length];
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default:
      if (!/^\S$/.test(key)) return undefined;
      return [...items.slice(here + 1), ...items.slice(0, here + 1)].find((item) =>
        item.textContent.toLowerCase().startsWith(key.toLowerCase()),
      );
  }
}
