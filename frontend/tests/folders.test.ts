import { expect, test } from "vitest";
import { folderFrom, foldersIn, holdsPage, looseFilesIn, readFolder } from "../src/state/folders";

const chosen = (path: string) =>
  Object.defineProperty(new File([path], path.split("/").at(-1) ?? ""), "webkitRelativePath", {
    value: path,
  });

interface Tree {
  [name: string]: Tree | string;
}

/** A dropped folder, whose browser gives two entries at a time. */
function entryOf(name: string, tree: Tree | string): FileSystemEntry {
  if (typeof tree === "string") {
    const file = (done: (file: File) => void) => done(new File([tree], name));
    return { name, isDirectory: false, isFile: true, file } as unknown as FileSystemEntry;
  }
  const entries = Object.entries(tree).map(([inner, one]) => entryOf(inner, one));
  const createReader = () => {
    const left = [...entries];
    return { readEntries: (done: (part: FileSystemEntry[]) => void) => done(left.splice(0, 2)) };
  };
  return { name, isDirectory: true, isFile: false, createReader } as unknown as FileSystemEntry;
}

test("a chosen folder has its files by their paths, without what belongs to no page", () => {
  const paths = ["site/index.html", "site/css/a.css", "site/.git/config", "site/node_modules/b.js"];
  const folder = folderFrom(paths.map(chosen));
  expect(folder?.name).toBe("site");
  expect(folder?.files.map(({ path }) => path)).toEqual(["site/index.html", "site/css/a.css"]);
  expect(folderFrom([])).toBeNull();
  expect(folderFrom([chosen("")])).toBeNull();
});

test("a dropped folder is read to its end, however few entries come at a time", async () => {
  const tree = {
    "index.html": "a",
    "a.css": "b",
    "b.css": "c",
    img: { "1.png": "d", "2.png": "e", "3.png": "f" },
    node_modules: { "x.js": "g" },
    ".env": "secret",
  };
  const folder = await readFolder(entryOf("site", tree) as FileSystemDirectoryEntry);
  expect(folder.files.map(({ path }) => path)).toEqual([
    "site/index.html",
    "site/a.css",
    "site/b.css",
    "site/img/1.png",
    "site/img/2.png",
    "site/img/3.png",
  ]);
  expect(await folder.files[3]?.file.text()).toBe("d");
});

test("folders and files that are dropped together are told apart", () => {
  const item = (name: string, tree: Tree | string) => ({
    webkitGetAsEntry: () => entryOf(name, tree),
    getAsFile: () => new File([], name),
  });
  const items = [item("site", {}), item("a.png", "x")] as unknown as DataTransferItemList;
  expect(foldersIn(items).map(({ name }) => name)).toEqual(["site"]);
  expect(looseFilesIn(items).map(({ name }) => name)).toEqual(["a.png"]);
});

test("a folder of pictures is no page", () => {
  const of = (path: string) => ({ name: "f", files: [{ path, file: new File([], path) }] });
  expect(holdsPage(of("f/a.PNG"))).toBe(false);
  expect(holdsPage(of("f/INDEX.HTM"))).toBe(true);
});
