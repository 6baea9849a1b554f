// Which lines of a text are new against an earlier one.
import type { LineRange } from "../../protocol/events";

/**
 * Lines between the common beginning and the common end that the earlier text does not have
 * there. Not the shortest edit, but what a person would point at, in linear time.
 */
export function changedLines(before: string, after: string): LineRange[] {
  const old = before.split("\n");
  const now = after.split("\n");
  let start = 0;
  while (start < now.length && start < old.length && now[start] === old[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(now.length, old.length) - start &&
    now[now.length - 1 - end] === old[old.length - 1 - end]
  ) {
    end += 1;
  }
  const left = new Map<string, number>();
  for (const line of old.slice(start, old.length - end)) left.set(line, (left.get(line) ?? 0) + 1);

  const ranges: LineRange[] = [];
  now.slice(start, now.length - end).forEach((line, index) => {
    const remaining = left.get(line) ?? 0;
    if (remaining > 0) {
      left.set(line, remaining - 1);
      return;
    }
    const number = start + index + 1;
    const last = ranges.at(-1);
    if (last && last.last === number - 1) last.last = number;
    else ranges.push({ first: number, last: number });
  });
  return ranges;
}
