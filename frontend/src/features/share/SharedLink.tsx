import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "../../ui/Button";

interface SharedLinkProps {
  name: string;
  url: string;
  isNew: boolean;
  children: ReactNode;
}

/** An open link, to read and to copy. */
export function SharedLink({ name, url, isNew, children }: SharedLinkProps) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  useEffect(() => {
    if (isNew) field.current?.select();
  }, [isNew]);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(url);
      setCopied("yes");
    } catch {
      setCopied("no"); // there is no clipboard on a page that came over plain HTTP
    }
  };
  return (
    <>
      <span className="share-name">{name}</span>
      <input
        ref={field}
        readOnly
        aria-label={`Link to ${name}`}
        value={url}
        onFocus={(event) => event.target.select()}
      />
      <Button icon="copy" aria-label={`Copy link to ${name}`} onClick={() => void copy()}>
        {copied === "yes" ? "Copied" : "Copy link"}
      </Button>
      {copied === "no" && (
        <small role="alert">The browser does not let this page copy: press Ctrl+C or ⌘C.</small>
      )}
      {children}
    </>
  );
}
