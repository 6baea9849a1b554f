import { useCallback, useState } from "react";

interface ClampedProps {
  text: string;
  className: string;
  whole?: boolean; // from the start
  lines?: "two" | "twelve";
}

/** The first lines of a text, and the rest of a longer one at a press. */
export function Clamped({ text, className, whole = false, lines = "two" }: ClampedProps) {
  const [open, setOpen] = useState(whole);
  const [isCut, setCut] = useState(false);
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    // Told once it is on the screen: what is scrolled out of sight has no lines yet.
    const observer = new ResizeObserver(() => {
      if (element.scrollHeight > element.clientHeight + 1) setCut(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div className={`clamped ${className}`}>
      <p className={open ? "" : `${lines}-lines`} ref={measure}>
        {text.trim()}
      </p>
      {(isCut || whole) && (
        <button
          type="button"
          className="show-rest"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "Less" : "More"}
        </button>
      )}
    </div>
  );
}
