// Pixels of what the browser shows.

const REACH = { x: 480, y: 240 }; // CSS pixels to each side in which a target is looked for

/** Part of a picture, RGBA; `x` and `y` say where it begins, and which pixel of it is meant. */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
  left: number;
  top: number;
  x: number;
  y: number;
}

/** The pixels around a point of a picture, given in CSS pixels. */
export function pixelsAround(
  image: HTMLImageElement,
  point: { x: number; y: number },
  scale: number,
): Pixels {
  const { naturalWidth, naturalHeight } = image;
  const at = (value: number, size: number) =>
    Math.min(Math.max(0, Math.floor(value * scale)), size - 1);
  const [x, y] = [at(point.x, naturalWidth), at(point.y, naturalHeight)];
  const left = Math.max(0, x - Math.round(REACH.x * scale));
  const top = Math.max(0, y - Math.round(REACH.y * scale));
  const width = Math.min(naturalWidth, x + Math.round(REACH.x * scale)) - left;
  const height = Math.min(naturalHeight, y + Math.round(REACH.y * scale)) - top;
  const context = canvas(width, height);
  context.drawImage(image, -left, -top);
  const { data } = context.getImageData(0, 0, width, height);
  return { data, width, height, left, top, x: x - left, y: y - top };
}

/** The frame that a video shows, as PNG. */
export async function frameOf(video: HTMLVideoElement): Promise<Blob> {
  if (video.seeking)
    await new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
  const context = canvas(video.videoWidth, video.videoHeight);
  context.drawImage(video, 0, 0);
  const png = await new Promise<Blob | null>((resolve) => context.canvas.toBlob(resolve));
  if (!png) throw new Error("The browser gave no picture of the video.");
  return png;
}

function canvas(width: number, height: number): CanvasRenderingContext2D {
  const element = document.createElement("canvas");
  element.width = Math.max(1, width);
  element.height = Math.max(1, height);
  const context = element.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser draws no pictures.");
  return context;
}
