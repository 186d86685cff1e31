import type { Output } from "../notebook/output.ts";

/** Outputs of one cell that wait to be sent, joined where a reader cannot tell the difference. */
export class OutputBuffer {
  #outputs: Output[] = [];
  /** Places in `#outputs` of the displays that have an id. */
  readonly #displays = new Map<string, number>();

  get empty(): boolean {
    return this.#outputs.length === 0;
  }

  add(output: Output): void {
    const last = this.#outputs.at(-1);
    if (output.type === "clear") {
      this.#outputs = [output];
      this.#displays.clear();
    } else if (output.type === "stream" && last?.type === "stream" && last.name === output.name) {
      this.#outputs[this.#outputs.length - 1] = { ...last, text: last.text + output.text };
    } else if (output.type === "display" && output.id !== undefined) {
      const place = this.#displays.get(output.id) ?? this.#outputs.length;
      this.#displays.set(output.id, place);
      this.#outputs[place] = output;
    } else this.#outputs.push(output);
  }

  /** Everything that waits, in order; the buffer is empty afterwards. */
  take(): Output[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    this.#displays.clear();
    return outputs;
  }
}
