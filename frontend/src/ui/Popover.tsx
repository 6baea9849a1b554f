import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useClosing } from "./hooks";
import { Icon, type IconName } from "./Icon";

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
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const panelId = useId();
  useClosing(root, open, () => setOpen(false));
  useEffect(() => {
    if (open) panel.current?.focus();
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    button.current?.focus();
    event.stopPropagation();
    event.preventDefault();
  };
  return (
    <div className="popover" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className={text ? "explained" : "icon-button"}
        aria-label={text ? `${text}. ${label}` : label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        onClick={() => setOpen(!open)}
      >
        {icon && <Icon name={icon} />}
        {text}
      </button>
      {open && (
        <div
          ref={panel}
          id={panelId}
          className={`popover-panel ${down ? "down" : ""} ${end ? "end" : ""}`}
          role="dialog"
          aria-label={label}
          tabIndex={-1}
        >
          {children}
        </div>
      )}
    </div>
  );
}
