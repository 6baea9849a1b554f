// Whether a person has seen what a newcomer is shown; remembered by their browser.
const KEY = "mockwright-first-steps";

export function isNewcomer(): boolean {
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return false; // what cannot be put away for good is not shown
  }
}

export function putAway(): void {
  try {
    localStorage.setItem(KEY, "seen");
  } catch {
    // It is away until the page is loaded again.
  }
}

/** Where it is kept that a run is the first one shown, until its follow-up is sent. */
export const followUpKey = (runId: string) => `mockwright-follow-up-${runId}`;

/** What the first run shown is told to change: words that need no model. */
export const FOLLOW_UP = "button green";
