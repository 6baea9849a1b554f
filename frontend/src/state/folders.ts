// Folders that are dropped on the window or chosen: all their files, with where each lies.

/** Paths begin with the folder's own name, as a browser gives them. */
export interface Folder {
  name: string;
  files: { path: string; file: File }[];
}

const MOST = 400; // files; the server says how many a page may have
const LEFT_OUT = new Set(["node_modules", "__MACOSX"]);

/** What belongs to no page and may be large; the server leaves it out too. */
const isLeftOut = (name: string) => name.startsWith(".") || LEFT_OUT.has(name);

/** The folder that a field for folders holds; null where it holds none. */
export function folderFrom(files: readonly File[]): Folder | null {
  const name = files[0]?.webkitRelativePath.split("/")[0];
  if (!name) return null;
  const kept = files.filter((file) => !file.webkitRelativePath.split("/").some(isLeftOut));
  return { name, files: kept.map((file) => ({ path: file.webkitRelativePath, file })) };
}

/** The folders among what is dropped, which have to be asked for at once. */
export const foldersIn = (items: DataTransferItemList): FileSystemDirectoryEntry[] =>
  Array.from(items).flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    return entry?.isDirectory ? [entry as FileSystemDirectoryEntry] : [];
  });

/** The files among what is dropped, without the folders, which a browser lists as files too. */
export const looseFilesIn = (items: DataTransferItemList): File[] =>
  Array.from(items).flatMap((item) => {
    const file = item.webkitGetAsEntry()?.isDirectory ? null : item.getAsFile();
    return file ? [file] : [];
  });

/** All that is in a dropped folder. */
export async function readFolder(folder: FileSystemDirectoryEntry): Promise<Folder> {
  const files: Folder["files"] = [];
  await collect(folder, folder.name, files);
  return { name: folder.name, files };
}

async function collect(
  folder: FileSystemDirectoryEntry,
  path: string,
  files: Folder["files"],
): Promise<void> {
  const reader = folder.createReader();
  const read = () => new Promise<FileSystemEntry[]>((...then) => reader.readEntries(...then));
  // a browser gives them in parts, the last of which is empty
  for (let part = await read(); part.length > 0; part = await read()) {
    for (const entry of part) {
      if (isLeftOut(entry.name) || files.length >= MOST) continue;
      const at = `${path}/${entry.name}`;
      if (entry.isDirectory) await collect(entry as FileSystemDirectoryEntry, at, files);
      else {
        const file = await new Promise<File>((...then) =>
          (entry as FileSystemFileEntry).file(...then),
        );
        files.push({ path: at, file });
      }
    }
  }
}

/** Whether there is a page in it, and it is not just a folder of pictures. */
export const holdsPage = ({ files }: Folder): boolean =>
  files.some(({ path }) => /\.html?$/i.test(path));
