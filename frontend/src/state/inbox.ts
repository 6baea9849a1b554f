// Files dropped on the window or pasted into it. It listens from the first moment, so that a file
// that comes before the composer is drawn waits for it, and none ever replaces the page.

interface Taker {
  files: (files: File[]) => void;
  over: (over: boolean) => void; // files are held over the window
}

let waiting: File[] = [];
let taker: Taker | null = null;

/** Hands over what waits and what comes, until the returned function is called. */
export function takeFiles(next: Taker): () => void {
  taker = next;
  const files = waiting;
  waiting = [];
  if (files.length > 0) next.files(files);
  return () => {
    if (taker === next) taker = null;
  };
}

function receive(list: FileList | undefined | null): boolean {
  const files = Array.from(list ?? []);
  if (files.length === 0) return false;
  if (taker) taker.files(files);
  else if (location.pathname === "/") waiting.push(...files);
  return true;
}

export function watchWindow(): void {
  let depth = 0; // dragenter and dragleave come in pairs for every element passed
  const hold = (next: number) => {
    depth = Math.max(0, next);
    taker?.over(depth > 0);
  };
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (holdsFiles(event)) hold(depth + 1);
  });
  addEventListener("dragleave", () => hold(depth - 1));
  addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    hold(0);
    if (!holdsFiles(event)) return; // text dropped into a field is the field's
    event.preventDefault();
    receive(event.dataTransfer?.files);
  });
  addEventListener("paste", (event) => {
    const { clipboardData } = event;
    if (isField(event.target) && clipboardData && holdsWords(clipboardData)) return;
    if (receive(clipboardData?.files)) event.preventDefault();
  });
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLInputElement ||
  (target instanceof HTMLElement && target.isContentEditable);

/** Office programs copy a picture of the words beside them; a file manager copies a file's path. */
export function holdsWords(data: DataTransfer): boolean {
  const text = data.getData("text/plain").trim();
  const isPath =
    !text.includes("\n") && Array.from(data.files).some(({ name }) => text.endsWith(name));
  return text !== "" && !isPath;
}
