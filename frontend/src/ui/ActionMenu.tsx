import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useClosing } from "./hooks";
import { Icon, type IconName } from "./Icon";
import { itemsOf, nextItem } from "./Menu";

/** What a menu does: `href` is a file to download, `onChoose` anything else. */
export type Action = { label: string; note?: string | undefined; kind?: "danger" } & (
  { href: string } | { onChoose: () => void }
);

interface ActionMenuProps {
  label: string; // of the button, and of the menu
  about?: string; // id of the element that names what it is about
  icon: IconName;
  text?: string; // beside the icon
  actions: readonly Action[];
  onOpen?: () => void;
}

const ROOM = 240; // px, for a menu to open in

/** A few things to do with something: an icon button that opens a menu of them. */
export function ActionMenu({ label, about, icon, text, actions, onOpen }: ActionMenuProps) {
  const [open, setOpen] = useState(false);
  const [up, setUp] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  useClosing(root, open, () => setOpen(false));
  useEffect(() => {
    if (open) itemsOf(list.current)[0]?.focus();
  }, [open]);

  const show = () => {
    const { top = 0, bottom = 0 } = button.current?.getBoundingClientRect() ?? {};
    setUp(bottom + ROOM > innerHeight && top > ROOM);
    setOpen(true);
    onOpen?.();
  };
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf(list.current);
    const next = nextItem(event.key, items, items.indexOf(document.activeElement as HTMLElement));
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (next) next.focus();
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  };

  return (
    <div className="menu action-menu" ref={root}>
      <button
        ref={button}
        type="button"
        className={text ? "button plain" : "icon-button"}
        aria-label={label}
        aria-describedby={about}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") show();
        }}
      >
        <Icon name={icon} />
        {text}
      </button>
      {open && (
        <div
          ref={list}
          id={listId}
          role="menu"
          aria-label={label}
          className={`menu-list end ${up ? "up" : ""}`}
          onKeyDown={onKeyDown}
        >
          {actions.map((action) => (
            <Item key={action.label} action={action} onDone={close} />
          ))}
        </div>
      )}
    </div>
  );
}

function Item({ action, onDone }: { action: Action; onDone: () => void }) {
  const { label, note, kind = "" } = action;
  const noteId = useId();
  const named = {
    role: "menuitem",
    tabIndex: -1,
    className: `menu-item ${kind}`,
    "aria-label": label,
    "aria-describedby": note ? noteId : undefined,
  };
  const words = (
    <span>
      {label}
      {note && <small id={noteId}>{note}</small>}
    </span>
  );
  if ("href" in action) {
    return (
      <a {...named} href={action.href} download="" onClick={onDone}>
        {words}
      </a>
    );
  }
  return (
    <button
      {...named}
      type="button"
      onClick={() => {
        onDone();
        action.onChoose();
      }}
    >
      {words}
    </button>
  );
}
