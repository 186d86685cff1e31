import type { KeptOutput, SavedOutput } from "./nbformatOutput.ts";
import type { Output } from "./output.ts";
import { limitOutputs } from "./outputLimits.ts";

type Stream = Extract<KeptOutput, { type: "stream" }>;
type Entry =
  | { readonly stream: Stream["name"]; readonly texts: string[] }
  | { readonly id: string | undefined; output: Exclude<KeptOutput, Stream> };

/** What a cell has given so far, as it would stand under the cell: text joined, and of a display with an id the last one. */
export class CollectedOutputs {
  #entries: Entry[] = [];

  take(outputs: readonly Output[]): void {
    for (const output of outputs) this.#take(output);
  }

  /** As a notebook keeps them. */
  saved(): SavedOutput[] {
    return limitOutputs(
      this.#entries.map((entry): SavedOutput => {
        const output: KeptOutput =
          "stream" in entry ? { type: "stream", name: entry.stream, text: entry.texts.join("") } : entry.output;
        return { output, metadata: {} };
      }),
    );
  }

  #take(output: Output): void {
    switch (output.type) {
      case "clear":
        this.#entries = [];
        return;
      case "stream": {
        const last = this.#entries.at(-1);
        if (last && "stream" in last && last.stream === output.name) last.texts.push(output.text);
        else this.#entries.push({ stream: output.name, texts: [output.text] });
        return;
      }
      case "display": {
        const { id, data } = output;
        const earlier = this.#entries.find((entry) => "id" in entry && id !== undefined && entry.id === id);
        // The id has a meaning while the cell runs only.
        const kept = { type: "display", data } as const;
        if (earlier && "id" in earlier) earlier.output = kept;
        else this.#entries.push({ id, output: kept });
        return;
      }
      case "result":
      case "error":
        this.#entries.push({ id: undefined, output });
    }
  }
}
