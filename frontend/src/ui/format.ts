// Numbers as people read them.

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${trim(size / 1024)} KB`;
  return `${trim(size / (1024 * 1024))} MB`;
}

const trim = (value: number) =>
  value < 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);

/** A duration of a step: 12 ms, 0.24 s, 3.1 s, 42 s, 2 min 05 s. */
export function duration(seconds: number): string {
  if (seconds < 0.1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, "0")} s`;
}

/** A running clock: 00:07, 12:40. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

export function dollars(cost: number): string {
  if (cost >= 0.005) return `$${cost.toFixed(2)}`;
  return cost > 0 ? "under $0.01" : "$0.00";
}

/** A score as it is shown, in tenths of a percent; it never shows as perfect unless it is. */
const tenths = (value: number): number =>
  value >= 1 ? 1000 : Math.min(999, Math.round(value * 1000));

/** A score: 98.1 %. */
export const score = (value: number): string => `${(tenths(value) / 10).toFixed(1)}\u00a0%`;

/** What is between two scores as they are shown, in points without a sign: 0.4, or <0.1. */
export function distance(one: number, other: number): string {
  const apart = Math.abs(tenths(one) - tenths(other));
  return apart === 0 && one !== other ? "<0.1" : (apart / 10).toFixed(1);
}

/** How a score changed, in points: +1.2, −0.4, ±0.0. */
export function change(before: number, now: number): string {
  const sign = now === before ? "±" : now > before ? "+" : "−";
  return sign + distance(before, now);
}

/** Where a score stands, as it is shown: a person sees nothing, looks closer, sends it back. */
export function grade(value: number): "good" | "fair" | "poor" {
  if (tenths(value) >= 920) return "good";
  return tenths(value) >= 800 ? "fair" : "poor";
}

/** What a score means, in one sentence. */
export const SCORE_MEANING =
  "100\u00a0% is the mockup itself; below 92\u00a0% a person sees a difference without being told.";

export function ago(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(iso).toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** A time of the day as the person's own clock shows it: 14:02. */
export const timeOfDay = (iso: string): string =>
  new Date(iso).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
