// Files dropped on the window or pasted into it, and pictures dragged out of another page. It listens
// from the first moment, so that a file that comes before the composer is drawn waits for it, and none
// ever replaces the page.
import { pathBelow } from "../protocol/path";
import { addressIn, fileOf, type Address } from "./dragged";
import { foldersIn, holdsPage, looseFilesIn, readFolder, type Folder } from "./folders";

interface Taker {
  files: (files: File[]) => void;
  folder: (folder: Folder) => void; // of a page
  address: (address: Address) => void; // dropped, without the picture that may be there
  over: (over: boolean) => void; // files are held over the window
}

type Handing = (taker: Taker) => void;

let waiting: Handing[] = [];
let taker: Taker | null = null;

/** Hands over what waits and what comes, until the returned function is called. */
export function takeFiles(next: Taker): () => void {
  taker = next;
  const handings = waiting;
  waiting = [];
  for (const hand of handings) hand(next);
  return () => {
    if (taker === next) taker = null;
  };
}

function handOver(hand: Handing): void {
  if (taker) hand(taker);
  else if (pathBelow(location.pathname) === "/") waiting.push(hand);
}

function receive(list: ArrayLike<File> | undefined | null): boolean {
  const files = Array.from(list ?? []);
  if (files.length === 0) return false;
  handOver((to) => to.files(files));
  return true;
}

/** A folder without a page is so many files. */
export function receiveFolder(folder: Folder): void {
  if (holdsPage(folder)) handOver((to) => to.folder(folder));
  else receive(folder.files.map(({ file }) => file));
}

/** Keeps for the start page what is taken on the way there. */
export function keepForStart(given: readonly File[] | Folder): void {
  const hand: Handing =
    "name" in given ? (to) => to.folder(given) : (to) => to.files(Array.from(given));
  waiting.push(hand);
}

function receiveAddress(address: Address): void {
  const file = fileOf(address.url);
  handOver((to) => (file ? to.files([file]) : to.address(address)));
}

export function watchWindow(): void {
  let depth = 0; // dragenter and dragleave come in pairs for every element passed
  let isOurs = false; // what is dragged began on this page
  const hold = (next: number) => {
    depth = Math.max(0, next);
    taker?.over(depth > 0);
  };
  const holds = ({ dataTransfer }: DragEvent, type: string) =>
    !isOurs && (dataTransfer?.types.includes(type) ?? false);
  const holdsFiles = (event: DragEvent) => holds(event, "Files");
  const holdsAddress = (event: DragEvent) => holds(event, "text/uri-list");
  addEventListener("dragstart", () => (isOurs = true));
  addEventListener("dragend", () => (isOurs = false));
  addEventListener("dragenter", (event) => {
    if (holdsFiles(event) || holdsAddress(event)) hold(depth + 1);
  });
  addEventListener("dragleave", () => hold(depth - 1));
  addEventListener("dragover", (event) => {
    if (holdsFiles(event) || (holdsAddress(event) && !isField(event.target)))
      event.preventDefault();
  });
  addEventListener("drop", (event) => {
    hold(0);
    const { dataTransfer } = event;
    if (!dataTransfer || !(holdsFiles(event) || holdsAddress(event))) return;
    const address = addressIn(dataTransfer);
    const isWords = !holdsFiles(event) && address?.kind !== "picture" && isField(event.target);
    if (isWords) return; // text dropped into a field is the field's
    event.preventDefault();
    const folders = foldersIn(dataTransfer.items);
    for (const folder of folders) void readFolder(folder).then(receiveFolder, () => {});
    const files = folders.length > 0 ? looseFilesIn(dataTransfer.items) : dataTransfer.files;
    if (!receive(files) && folders.length === 0 && address) receiveAddress(address);
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
