// Which of the files that a person gives are recordings, before anything is sent.

const NAMES = /\.(mp4|m4v|webm|mov|mkv|avi|mpe?g|wmv|ogv)$/i;

export const RECORDINGS_ACCEPTED = "video/*,.mp4,.m4v,.webm,.mov,.mkv";

/** A film, or a picture that moves. */
export async function isRecording(file: File): Promise<boolean> {
  if (file.type.startsWith("video/") || NAMES.test(file.name)) return true;
  if (!/^image\/(gif|webp)$/.test(file.type) && !/\.(gif|webp)$/i.test(file.name)) return false;
  try {
    return isAnimated(new Uint8Array(await file.arrayBuffer()));
  } catch {
    return false; // gone, or not to be read: whoever takes pictures says so
  }
}

export function isAnimated(bytes: Uint8Array): boolean {
  const text = (start: number, length: number) =>
    String.fromCharCode(...bytes.subarray(start, start + length));
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP")
    return text(12, 4) === "VP8X" && ((bytes[20] ?? 0) & 2) !== 0;
  return text(0, 4) === "GIF8" && countFrames(bytes) > 1;
}

/** Of a GIF, up to two. */
function countFrames(bytes: Uint8Array): number {
  const table = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let place = 13 + table(bytes[10] ?? 0);
  let frames = 0;
  const skipBlocks = () => {
    while (bytes[place]) place += (bytes[place] ?? 0) + 1;
    place += 1;
  };
  while (place < bytes.length && frames < 2) {
    const kind = bytes[place];
    if (kind === 0x2c) {
      frames += 1;
      place += 10 + table(bytes[place + 9] ?? 0) + 1;
    } else if (kind === 0x21) {
      place += 2;
    } else {
      break; // the end, or damage
    }
    skipBlocks();
  }
  return frames;
}
