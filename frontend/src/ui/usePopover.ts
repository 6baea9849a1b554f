import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useClosing } from "./hooks";

/** A button and the panel that it opens: Esc or a press elsewhere closes that, and focus goes where
 * it belongs. */
export function usePopover() {
  const [open, setOpen] = useState(false);
  const rootRef = useRef<HTMLDivElement>(null);
  const buttonRef = useRef<HTMLButtonElement>(null);
  const panelRef = useRef<HTMLDivElement>(null);
  const panelId = useId();
  useClosing(rootRef, open, () => setOpen(false));
  useEffect(() => {
    if (open) panelRef.current?.focus();
  }, [open]);
  // What was pressed in it may be gone, and focus with it.
  useEffect(() => {
    if (open && document.activeElement === document.body) panelRef.current?.focus();
  });
  const close = () => {
    setOpen(false);
    buttonRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    close();
    event.stopPropagation();
    event.preventDefault();
  };
  return {
    open,
    close,
    rootRef,
    buttonRef,
    panelRef,
    rootProps: { onKeyDown },
    buttonProps: {
      type: "button",
      "aria-haspopup": "dialog",
      "aria-expanded": open,
      "aria-controls": open ? panelId : undefined,
      onClick: () => setOpen(!open),
    },
    panelProps: { id: panelId, role: "dialog", tabIndex: -1 },
  } as const;
}
