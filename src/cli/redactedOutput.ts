import { addSecretsOf, anySecrets, RedactedStream, redacted } from "../system/secrets.ts";

type Write = NodeJS.WriteStream["write"];

/**
 * From now on the process writes no secrets: neither it nor the user's code nor Node's warnings, to neither stream. Keys in
 * the variables of its environment are known from the start, others as they are read.
 */
export function redactOutput(own: Pick<NodeJS.Process, "stdout" | "stderr" | "env" | "emitWarning" | "once">): void {
  addSecretsOf(own.env);
  for (const stream of [own.stdout, own.stderr]) {
    const finish = redactStream(stream);
    own.once("exit", finish);
  }
  const emitWarning = own.emitWarning.bind(own) as (...given: readonly unknown[]) => void;
  const redacting = (warning: unknown, ...more: readonly unknown[]): void => {
    if (warning instanceof Error) {
      warning.message = redacted(warning.message);
      if (warning.stack !== undefined) warning.stack = redacted(warning.stack);
    }
    emitWarning(typeof warning === "string" ? redacted(warning) : warning, ...more);
  };
  Object.assign(own, { emitWarning: redacting });
}

/** @returns writes what was held back: nothing follows */
function redactStream(stream: Pick<NodeJS.WriteStream, "write">): () => void {
  const write = stream.write.bind(stream) as Write;
  const redactedStream = new RedactedStream();
  // Bytes as characters, so that what is no text comes out as it went in; keys are of ASCII.
  const through = (text: string): Buffer => Buffer.from(redactedStream.write(text), "latin1");
  const redacting = (chunk: unknown, ...more: readonly unknown[]): boolean => {
    const [given, callback] = typeof more[0] === "function" ? [undefined, more[0]] : more;
    const done = typeof callback === "function" ? (error?: Error | null) => void callback(error) : undefined;
    if (!anySecrets() || !(typeof chunk === "string" || chunk instanceof Uint8Array)) {
      return (write as (...args: readonly unknown[]) => boolean)(chunk, ...more);
    }
    const encoding = typeof given === "string" && Buffer.isEncoding(given) ? given : "utf8";
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
    return write(through(bytes.toString("latin1")), done);
  };
  Object.assign(stream, { write: redacting });
  return () => {
    const rest = redactedStream.finish();
    if (rest !== "") write(Buffer.from(rest, "latin1"));
  };
}
