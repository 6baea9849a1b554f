import { expect, test } from "vitest";
import { isAnimated, isRecording } from "../src/state/recordingFiles";

const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0];
const gif = (...frames: number[][]) =>
  Uint8Array.from([
    ...new TextEncoder().encode("GIF89a"),
    ...[1, 0, 1, 0, 0x80, 0, 0],
    ...[0, 0, 0, 255, 255, 255],
    ...[0x21, 0xf9, 4, 0, 0, 0, 0, 0],
    ...frames.flat(),
    0x3b,
  ]);
const webp = (flags: number) =>
  Uint8Array.from([...new TextEncoder().encode("RIFF....WEBPVP8X"), 10, 0, 0, 0, flags, 0]);

test("a picture that moves is told from one that does not", () => {
  expect(isAnimated(gif(frame))).toBe(false);
  expect(isAnimated(gif(frame, frame))).toBe(true);
  expect(isAnimated(gif(frame, frame).subarray(0, 30))).toBe(false);
  expect(isAnimated(webp(0x10))).toBe(false);
  expect(isAnimated(webp(0x12))).toBe(true);
  expect(isAnimated(new TextEncoder().encode("<svg/>"))).toBe(false);
});

test("a film is known by its kind or its name, a moving picture by what is in it", async () => {
  const file = (name: string, type: string, bytes: Uint8Array<ArrayBuffer> = gif(frame)) =>
    new File([bytes], name, { type });
  expect(await isRecording(file("a.bin", "video/mp4"))).toBe(true);
  expect(await isRecording(file("Screen Recording.MOV", ""))).toBe(true);
  expect(await isRecording(file("a.gif", "image/gif", gif(frame, frame)))).toBe(true);
  expect(await isRecording(file("a.gif", "image/gif"))).toBe(false);
  expect(await isRecording(file("a.png", "image/png", gif(frame, frame)))).toBe(false);
});
