// What of the studio is in the address: so a reload, and whoever is sent the link, see the same.
import type { NewSelection } from "../protocol/api";

export const TABS = ["preview", "compare", "code", "replay"] as const;

export interface StudioAddress {
  tab: (typeof TABS)[number];
  version: number | null; // that a person chose to see
  element: Pick<NewSelection, "page" | "selector"> | null; // that is selected
}

export function parseStudio(search: string): StudioAddress {
  const asked = new URLSearchParams(search);
  const version = Number(asked.get("v"));
  const page = asked.get("page");
  const selector = asked.get("select");
  return {
    tab: TABS.find((tab) => tab === asked.get("tab")) ?? "preview",
    version: Number.isInteger(version) && version > 0 ? version : null,
    element: page && selector ? { page, selector } : null,
  };
}

/** The query of an address with this in it, and the rest as it is. */
export function studioSearch(search: string, { tab, version, element }: StudioAddress): string {
  const asked = new URLSearchParams(search);
  const put = (name: string, value: string | null | undefined) =>
    value ? asked.set(name, value) : asked.delete(name);
  put("tab", tab === "preview" ? null : tab);
  put("v", version === null ? null : String(version));
  put("page", element?.page);
  put("select", element?.selector);
  return asked.size > 0 ? `?${asked}` : "";
}
