// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { addressIn, fileOf, nameOf } from "../src/state/dragged";

const dropped = (uriList: string, html = "") =>
  ({
    getData: (type: string) =>
      type === "text/uri-list" ? uriList : type === "text/html" ? html : "",
  }) as unknown as DataTransfer;

const SHOT = "https://example.com/shots/page%201.png?size=2";

test.each([
  ["a picture by its element", dropped(SHOT, `<meta><img src="${SHOT}">`), "picture", SHOT],
  [
    "a picture in a link",
    dropped("https://a.de/", `<a href="/"><img src="${SHOT}"></a>`),
    "picture",
    SHOT,
  ],
  ["a picture by its ending", dropped(SHOT), "picture", SHOT],
  ["a picture behind a comment", dropped(`# from a page\r\n${SHOT}\r\n`), "picture", SHOT],
  ["a link", dropped("https://a.de/b", '<a href="https://a.de/b">b</a>'), "page", "https://a.de/b"],
  [
    "words with a picture",
    dropped("https://a.de/", `See <img src="${SHOT}">`),
    "page",
    "https://a.de/",
  ],
])("%s", (_, data, kind, url) => {
  expect(addressIn(data)).toEqual({ kind, url });
});

test("plain words have no address", () => {
  expect(addressIn(dropped("", "<b>words</b>"))).toBeNull();
});

test.each([
  ["data:image/png;base64,aGVsbG8=", "image/png", "hello"],
  ["data:image/png;base64,aGVsbG8%3D", "image/png", "hello"],
  ["data:image/png;name=a.png;base64,aGVsbG8=", "image/png", "hello"],
  ["data:image/svg+xml;charset=utf-8,%3Csvg/%3E", "image/svg+xml", "<svg/>"],
  ["data:image/svg+xml,<svg>\n</svg>", "image/svg+xml", "<svg>\n</svg>"],
])("a picture in its address is a file: %s", async (url, type, text) => {
  const file = fileOf(url);
  expect(file?.type).toBe(type);
  expect(await file?.text()).toBe(text);
});

test.each(["https://a.de/b.png", "data:text/plain,words", "data:image/png;base64,%%%"])(
  "%s holds no picture",
  (url) => {
    expect(fileOf(url)).toBeNull();
  },
);

test("it is called by the end of its path, else by its host", () => {
  expect(nameOf(SHOT)).toBe("page 1.png");
  expect(nameOf("https://example.com/")).toBe("example.com");
  expect(nameOf("blob:nowhere")).toBe("nowhere");
});
