import { useId, useState } from "react";
import { Icon, type IconName } from "./Icon";
import { useMenu } from "./useMenu";

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
  const [up, setUp] = useState(false);
  const { open, close, rootRef, buttonRef, listRef, buttonProps, listProps } = useMenu(
    (items) => items[0],
    (button) => {
      const { top = 0, bottom = 0 } = button?.getBoundingClientRect() ?? {};
      setUp(bottom + ROOM > innerHeight && top > ROOM);
      onOpen?.();
    },
  );
  return (
    <div className="menu action-menu" ref={rootRef}>
      <button
        ref={buttonRef}
        {...buttonProps}
        className={text ? "button plain" : "icon-button"}
        aria-label={label}
        aria-describedby={about}
        title={label}
      >
        <Icon name={icon} />
        {text}
      </button>
      {open && (
        <div
          ref={listRef}
          {...listProps}
          aria-label={label}
          className={`menu-list end ${up ? "up" : ""}`}
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
