import type { ReactNode } from "react";
import { Icon } from "./Icon";
import { useMenu } from "./useMenu";

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
  const { open, close, rootRef, buttonRef, listRef, buttonProps, listProps } = useMenu(
    (items) => items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0],
  );
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <div className="menu" ref={rootRef}>
      <button
        ref={buttonRef}
        {...buttonProps}
        className="button quiet menu-button"
        aria-label={`${label}: ${chosen?.label ?? value}`}
      >
        {shown ?? chosen?.label ?? value}
        <Icon name="down" />
      </button>
      {open && (
        <div
          ref={listRef}
          {...listProps}
          aria-label={label}
          className={`menu-list ${align} ${up ? "up" : ""}`}
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
