// The unions of the contract, named.
import type {
  CaughtUpFrame,
  DeltaFrame,
  Envelope,
  ErrorFrame,
  EventFrame,
  FileDelta,
  QueuedFrame,
  ReasoningDelta,
  RunChangedFrame,
  TextDelta,
  Waiting,
} from "./events";

export type Frame =
  EventFrame | DeltaFrame | CaughtUpFrame | QueuedFrame | RunChangedFrame | ErrorFrame;
export type TransientEvent = TextDelta | ReasoningDelta | FileDelta | Waiting;
export type DurableEvent = Exclude<Envelope["event"], TransientEvent>;
