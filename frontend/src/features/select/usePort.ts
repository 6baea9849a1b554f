import { useEffect, useEffectEvent, useRef, type RefObject } from "react";
import { offeredPort } from "./picker";

interface Offer {
  frame: RefObject<HTMLIFrameElement | null>;
  word: string; // that the preview's script knows
  by: "picker" | "measure";
}

/** The channel that the script of a preview offered, once it has; what it tells goes to `onTold`. */
export function usePort(
  { frame, word, by }: Offer,
  onTold: (data: unknown) => void,
  onMet: (port: MessagePort) => void = () => {},
) {
  const port = useRef<MessagePort | null>(null);
  const hear = useEffectEvent(onTold);
  const meet = useEffectEvent((event: MessageEvent) => {
    const offered = offeredPort(event, frame.current?.contentWindow ?? null, word, by);
    if (!offered || port.current) return;
    port.current = offered;
    offered.onmessage = ({ data }) => hear(data);
    onMet(offered);
  });
  useEffect(() => {
    const listen = (event: MessageEvent) => meet(event);
    window.addEventListener("message", listen);
    return () => {
      window.removeEventListener("message", listen);
      port.current?.close();
      port.current = null;
    };
  }, [word]);
  return port;
}
