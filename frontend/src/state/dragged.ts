// What a browser gives of a picture that is dragged out of another page: often its address alone.

/** `picture`: the address is a picture's; `page`: that of a page, or of anything else. */
export interface Address {
  kind: "picture" | "page";
  url: string;
}

const PICTURE_ENDINGS = /\.(png|jpe?g|webp|gif|avif|hei[cf]|tiff?|bmp|svg)$/i;

/** The address in what is dropped; null where there is none. */
export function addressIn(data: DataTransfer): Address | null {
  const picture = pictureIn(data.getData("text/html"));
  if (picture) return { kind: "picture", url: picture };
  const url = data
    .getData("text/uri-list")
    .split(/\r?\n/)
    .find((line) => line && !line.startsWith("#")); // its comments
  if (!url) return null;
  const isPicture = url.startsWith("data:image/") || PICTURE_ENDINGS.test(pathOf(url));
  return { kind: isPicture ? "picture" : "page", url };
}

/** The address of a picture that stands alone; nothing of what is parsed here is loaded or run. */
function pictureIn(html: string): string | null {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  if (body.textContent.trim()) return null;
  return body.querySelector("img")?.getAttribute("src") ?? null;
}

/** The picture that a data: URL holds; null for any other address, or where it cannot be read. */
export function fileOf(url: string): File | null {
  const [, type = "", coding, content = ""] =
    /^data:(image\/[\w.+-]+)(?:;(?!base64)[^;,]*)*(;base64)?,(.*)$/is.exec(url) ?? [];
  if (!type) return null;
  try {
    const text = decodeURIComponent(content);
    const bytes = coding
      ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
      : new TextEncoder().encode(text);
    return new File([bytes], "dropped image", { type });
  } catch {
    return null; // cut off, or not what it says
  }
}

/** What to call it: the end of its path, or its host. */
export const nameOf = (url: string): string => pathOf(url).split("/").pop() || hostOf(url);

const parsed = (url: string) => (URL.canParse(url) ? new URL(url) : null);
const pathOf = (url: string) => decoded(parsed(url)?.pathname ?? "");
const hostOf = (url: string) => parsed(url)?.host || "dropped image";

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
