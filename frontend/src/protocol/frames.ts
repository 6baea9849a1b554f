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
  TextDelta,
} from "./events";

export type Frame = EventFrame | DeltaFrame | CaughtUpFrame | QueuedFrame | ErrorFrame;
export type TransientEvent = TextDelta | ReasoningDelta | FileDelta;
export type DurableEvent = Exclude<Envelope["event"], TransientEvent>;
