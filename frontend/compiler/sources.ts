/** Files by their paths, their bytes in base64. */
export type Files = Record<string, string>;

const PUBLIC = "public/";
const TRIED = ["", ".tsx", ".ts", ".jsx", ".js", ".mjs", ".vue", ".css", ".json"];

/** The files of a project, looked up as Vite looks them up. */
export class Sources {
  private readonly files: Files;

  constructor(files: Files) {
    this.files = files;
  }

  /** The pages beside index.html: each is an entry of its own. */
  pages(): string[] {
    return Object.keys(this.files)
      .filter((path) => /^[^/]+\.html?$/.test(path))
      .sort();
  }

  paths(): string[] {
    return Object.keys(this.files);
  }

  has(path: string): boolean {
    return Object.hasOwn(this.files, path);
  }

  bytes(path: string): Uint8Array {
    return Uint8Array.from(atob(this.files[path] ?? ""), (letter) => letter.charCodeAt(0));
  }

  text(path: string): string {
    return new TextDecoder().decode(this.bytes(path));
  }

  /** What lies in `public/` is at the site's root, unchanged. */
  publicFiles(): Files {
    const found = Object.entries(this.files).filter(([path]) => path.startsWith(PUBLIC));
    return Object.fromEntries(found.map(([path, data]) => [path.slice(PUBLIC.length), data]));
  }

  isPublic(address: string): boolean {
    return this.has(PUBLIC + plain(address).replace(/^\.?\//, ""));
  }

  /** The file that `specifier` names in a file of `folder`; undefined where there is none. */
  resolve(specifier: string, folder: string): string | undefined {
    const named = plain(specifier);
    const path = named.startsWith("@/")
      ? join("src", named.slice(2))
      : named.startsWith("/")
        ? join("", named)
        : join(folder, named);
    const candidates = TRIED.flatMap((end) => [
      path + end,
      ...(end ? [`${path}/index${end}`] : []),
    ]);
    return candidates.find((candidate) => this.has(candidate));
  }
}

export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

export function base64(bytes: Uint8Array): string {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(letters);
}

export function encoded(text: string): string {
  return base64(new TextEncoder().encode(text));
}

function plain(specifier: string): string {
  return specifier.replace(/[?#].*$/, "");
}

function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
