import type { ReactNode } from "react";

/** A page that is nothing but a few words; whoever reads by headings finds it too. */
export function WholePage({ children }: { children: ReactNode }) {
  return (
    <main className="whole-page">
      <h1 className="unseen">Mockwright</h1>
      {children}
    </main>
  );
}
