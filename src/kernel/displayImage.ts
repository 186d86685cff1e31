import type { MimeBundle } from "../notebook/output.ts";
import { count } from "./valueTree.ts";

/** Bytes of an image that are shown; larger ones would not survive in a notebook anyway. */
const LARGEST_IMAGE = 20 * 1024 * 1024;

/** First bytes by which a format is known; `null` stands for any. */
const signatures: readonly {
  readonly mime: string;
  readonly name: string;
  readonly bytes: readonly (number | null)[];
}[] = [
  { mime: "image/png", name: "PNG", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mime: "image/jpeg", name: "JPEG", bytes: [0xff, 0xd8, 0xff] },
  { mime: "image/gif", name: "GIF", bytes: [0x47, 0x49, 0x46, 0x38, null, 0x61] },
  { mime: "image/webp", name: "WebP", bytes: [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50] },
];

/** The data of an image by its first bytes; undefined when they are those of no image. */
export function imageData(bytes: Uint8Array): MimeBundle | undefined {
  const found = signatures.find((one) => one.bytes.every((byte, index) => byte === null || bytes[index] === byte));
  if (found === undefined) return undefined;
  const text = `${found.name} image, ${count(bytes.byteLength)} bytes`;
  if (bytes.byteLength > LARGEST_IMAGE) return { "text/plain": `${text}: too large to be shown` };
  return { [found.mime]: base64(bytes), "text/plain": text };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
