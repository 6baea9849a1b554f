import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import { usePopover } from "./usePopover";

interface PopoverProps {
  label: string; // of the button, and of what it opens
  icon?: IconName;
  text?: string; // what is pressed, in place of an icon
  down?: boolean; // opens below the button
  end?: boolean; // ends where the button does
  children: ReactNode;
}

/** A button that opens a few words beside it: by click, touch or keys; Esc closes them. */
export function Popover({ label, icon, text, down = false, end = false, children }: PopoverProps) {
  const { open, rootRef, buttonRef, panelRef, rootProps, buttonProps, panelProps } = usePopover();
  return (
    <div className="popover" ref={rootRef} {...rootProps}>
      <button
        ref={buttonRef}
        {...buttonProps}
        className={text ? "explained" : "icon-button"}
        aria-label={text ? `${text}. ${label}` : label}
        title={label}
      >
        {icon && <Icon name={icon} />}
        {text}
      </button>
      {open && (
        <div
          ref={panelRef}
          {...panelProps}
          className={`popover-panel ${down ? "down" : ""} ${end ? "end" : ""}`}
          aria-label={label}
        >
          {children}
        </div>
      )}
    </div>
  );
}
