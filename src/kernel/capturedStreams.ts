import type { WriteStream } from "node:tty";

type Callback = (error?: Error | null) => void;

/**
 * Hands everything that JavaScript writes to a standard stream, `console` included, to `onChunk` instead.
 * @param onChunk gets text, or bytes of UTF-8
 */
export function captureStream(
  stream: WriteStream | NodeJS.WriteStream,
  onChunk: (chunk: string | Uint8Array) => void,
): void {
  const write = (chunk: unknown, encodingOrCallback?: unknown, callback?: unknown): boolean => {
    if (typeof chunk === "string") {
      const encoding = typeof encodingOrCallback === "string" ? encodingOrCallback : "utf8";
      const plain = encoding === "utf8" || encoding === "utf-8" || !Buffer.isEncoding(encoding);
      onChunk(plain ? chunk : Buffer.from(chunk, encoding));
    } else if (chunk instanceof Uint8Array) onChunk(chunk);
    else throw new TypeError(`A stream takes strings and bytes, not ${chunk === null ? "null" : typeof chunk}.`);
    const done = [encodingOrCallback, callback].find(
      (argument): argument is Callback => typeof argument === "function",
    );
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  stream.write = write;
}
