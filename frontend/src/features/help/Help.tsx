import { lazy, Suspense } from "react";
import { Dialog } from "../../ui/Dialog";

const HelpTopics = lazy(() => import("./HelpTopics"));

interface HelpProps {
  topic: string; // its name, of what is to be read first
  onClose: () => void;
}

/** The documents that ship with the service, and the keys, over whatever page asks for them. */
export function Help({ topic, onClose }: HelpProps) {
  return (
    <Dialog title="Help" wide onClose={onClose}>
      <Suspense fallback={<p className="help-opening">Opening the documents…</p>}>
        <HelpTopics first={topic} />
      </Suspense>
    </Dialog>
  );
}
