import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useClosing } from "./hooks";
import { Icon } from "./Icon";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  note?: string | undefined;
}

interface MenuProps<Value extends string> {
  label: string; // the accessible name of the button, before the value
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
  action?: { label: string; onChoose: () => void }; // what else the menu leads to, below a line
  shown?: ReactNode; // what the button shows instead of the chosen label
  align?: "start" | "end";
  up?: boolean;
}

/** One choice out of a few: a button that opens a menu of radio items. */
export function Menu<Value extends string>(props: MenuProps<Value>) {
  const { label, value, choices, onChoose, action, shown, align = "start", up = false } = props;
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const chosen = choices.find((choice) => choice.value === value);

  useClosing(root, open, () => setOpen(false));
  useEffect(() => {
    if (!open) return;
    const items = itemsOf(list.current);
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf(list.current);
    const here = items.indexOf(document.activeElement as HTMLElement);
    const next = nextItem(event.key, items, here);
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (next) next.focus();
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  };

  return (
    <div className="menu" ref={root}>
      <button
        ref={button}
        type="button"
        className="button quiet menu-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        aria-label={`${label}: ${chosen?.label ?? value}`}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setOpen(true);
        }}
      >
        {shown ?? chosen?.label ?? value}
        <Icon name="down" />
      </button>
      {open && (
        <div
          ref={list}
          id={listId}
          role="menu"
          aria-label={label}
          className={`menu-list ${align} ${up ? "up" : ""}`}
          onKeyDown={onKeyDown}
        >
          {choices.map((choice) => (
            <button
              key={choice.value}
              type="button"
              role="menuitemradio"
              aria-checked={choice.value === value}
              tabIndex={-1}
              className="menu-item"
              onClick={() => {
                onChoose(choice.value);
                close();
              }}
            >
              <span className="menu-mark">{choice.value === value && <Icon name="check" />}</span>
              <span>
                {choice.label}
                {choice.note && <small>{choice.note}</small>}
              </span>
            </button>
          ))}
          {action && (
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="menu-item menu-action"
              onClick={() => {
                close();
                action.onChoose();
              }}
            >
              <span className="menu-mark" />
              <span>{action.label}</span>
            </button>
          )}
        </div>
      )}
    </div>
  );
}

export const itemsOf = (list: HTMLElement | null) =>
  Array.from(list?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []);

/** The item that a key leads to from the one at `here`. */
export function nextItem(key: string, items: HTMLElement[], here: number): HTMLElement | undefined {
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
