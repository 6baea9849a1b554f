// Work in progress that is not in the record yet: text being thought, files being written.
// The next durable event repeats it whole, so it can be dropped at any time.
import type { DeltaFrame, Envelope } from "../protocol/events";

export interface Live {
  text: string;
  reasoning: string;
  waiting: string; // what is waited for; empty once anything is heard
  files: Readonly<Record<string, string>>;
  clearedAt: number; // deltas sent before this event are late and say nothing new
}

export const nothingLive: Live = {
  text: "",
  reasoning: "",
  waiting: "",
  files: {},
  clearedAt: 0,
};

export function addDelta(live: Live, { event, after_seq }: DeltaFrame): Live {
  if (after_seq < live.clearedAt) return live;
  switch (event.type) {
    case "text_delta":
      return { ...live, waiting: "", text: live.text + event.text };
    case "reasoning_delta":
      return { ...live, waiting: "", reasoning: live.reasoning + event.text };
    case "waiting":
      return { ...live, waiting: event.text };
    case "file_delta": {
      const before = event.start ? "" : (live.files[event.path] ?? "");
      const files = { ...live.files, [event.path]: before + event.text };
      return { ...live, waiting: "", files };
    }
    default:
      return live; // durable events do not travel as deltas
  }
}

/** Drop what a durable event has now made part of the record. */
export function dropRecorded(live: Live, { seq, event }: Envelope): Live {
  switch (event.type) {
    case "turn_started":
    case "run_started":
    case "run_resumed":
    case "run_finished":
    case "run_failed":
      return { ...nothingLive, clearedAt: seq };
    case "turn_finished":
      return { ...live, text: "", reasoning: "", waiting: "", clearedAt: seq };
    case "file_written": {
      const { [event.file.path]: _written, ...files } = live.files;
      return { ...live, files };
    }
    default:
      return live;
  }
}
