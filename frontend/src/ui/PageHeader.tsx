import type { ReactNode } from "react";
import { Link } from "../router";
import { IconButton } from "./Button";
import { ThemeMenu } from "./theme";

interface PageHeaderProps {
  here?: "projects" | "arenas" | "models"; // which of its links is the page itself
  onHelp: () => void;
  children?: ReactNode; // the page's own choices
}

/** The head of the pages that are not a project's. */
export function PageHeader({ here, onHelp, children }: PageHeaderProps) {
  return (
    <header className="page-header">
      <Link className="brand" href="/" aria-label="Mockwright">
        <Mark /> <span className="brand-name">Mockwright</span>
      </Link>
      <nav>
        <Link href="/projects" aria-current={here === "projects" ? "page" : undefined}>
          Projects
        </Link>
        <Link href="/arenas" aria-current={here === "arenas" ? "page" : undefined}>
          Arena
        </Link>
        <Link href="/models" aria-current={here === "models" ? "page" : undefined}>
          Models
        </Link>
      </nav>
      {children}
      <ThemeMenu />
      <IconButton icon="help" label="Help" onClick={onHelp} />
    </header>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M3 3h10v10H3z" />
      <path d="M8 8h9v9H8z" />
    </svg>
  );
}
