import type { MimeBundle, Output } from "../../notebook/output.ts";

/** Outputs that a cell shows; the editor itself stops at 500. */
export const MAX_OUTPUTS = 200;

type ErrorOutput = Extract<Output, { type: "error" }>;

/** One output below a cell. */
export type ShownOutput =
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "bundle"; readonly data: MimeBundle; readonly result: boolean }
  | ErrorOutput;

/** What makes the outputs that are shown those that should be; `key` names an output while its cell runs. */
export type OutputEdit =
  | { readonly edit: "clear" }
  | { readonly edit: "add"; readonly key: number; readonly output: ShownOutput }
  | { readonly edit: "extend"; readonly key: number; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly edit: "replace"; readonly key: number; readonly output: ShownOutput };

/** Words for outputs that are not shown. */
export type MoreOutputs = (count: number) => string;

type EntryContent =
  /** `text` is what it said since it was shown, or from its beginning. The kernel limits how much it may say in all. */
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; text: string }
  | { readonly type: "bundle"; readonly id: string | undefined; readonly result: boolean; data: MimeBundle }
  | { readonly type: "error"; readonly error: ErrorOutput }
  /** Stands for the outputs that there is no room for. */
  | { readonly type: "more"; count: number };

type Entry = EntryContent & { readonly key: number; state: "new" | "shown" | "changed" };

/**
 * The outputs of one run of a cell. What a cell gives between two looks is folded together, so that the edits of a look
 * grow with what is visible and not with what happened: text of one stream is joined, and of a value that is displayed
 * again and again in the same place only the last one counts.
 */
export class CellOutputs {
  readonly #moreOutputs: MoreOutputs;
  #entries: Entry[] = [];
  #cleared = false;
  #nextKey = 0;

  constructor(moreOutputs: MoreOutputs) {
    this.#moreOutputs = moreOutputs;
  }

  take(outputs: readonly Output[]): void {
    for (const output of outputs) this.#take(output);
  }

  /** The edits since the last call; none when nothing happened. */
  edits(): OutputEdit[] {
    const cleared: OutputEdit[] = this.#cleared ? [{ edit: "clear" }] : [];
    this.#cleared = false;
    return [...cleared, ...this.#entries.flatMap((entry) => this.#edit(entry))];
  }

  #take(output: Output): void {
    switch (output.type) {
      case "clear":
        this.#entries = [];
        this.#cleared = true;
        return;
      case "stream":
        this.#write(output.name, output.text);
        return;
      case "display":
        this.#display(output.id, output.data);
        return;
      case "result":
        this.#add({ type: "bundle", id: undefined, data: output.data, result: true });
        return;
      case "error":
        // The reason of a failure is never what is left out.
        this.#entries.push(this.#entry({ type: "error", error: output }));
        return;
    }
  }

  #write(name: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    const last = this.#entries.at(-1);
    const full = this.#entries.length >= MAX_OUTPUTS;
    const same = (entry: Entry) => entry.type === "stream" && entry.name === name;
    const found = last && same(last) ? last : full ? this.#entries.findLast(same) : undefined;
    if (found?.type === "stream") found.text += text;
    else this.#add({ type: "stream", name, text });
  }

  #display(id: string | undefined, data: MimeBundle): void {
    const before = this.#entries.find((entry) => entry.type === "bundle" && entry.id !== undefined && entry.id === id);
    if (before?.type !== "bundle") {
      this.#add({ type: "bundle", id, data, result: false });
      return;
    }
    before.data = data;
    if (before.state === "shown") before.state = "changed";
  }

  #add(content: EntryContent): void {
    if (this.#entries.length < MAX_OUTPUTS) {
      this.#entries.push(this.#entry(content));
      return;
    }
    const more = this.#entries.findLast((entry) => entry.type === "more");
    if (more?.type !== "more") {
      this.#entries.push(this.#entry({ type: "more", count: 1 }));
      return;
    }
    more.count += 1;
    if (more.state === "shown") more.state = "changed";
  }

  #entry(content: EntryContent): Entry {
    return { ...content, key: this.#nextKey++, state: "new" };
  }

  #edit(entry: Entry): OutputEdit[] {
    const { key, state } = entry;
    entry.state = "shown";
    if (entry.type !== "stream") {
      return state === "shown" ? [] : [{ edit: state === "new" ? "add" : "replace", key, output: this.#shown(entry) }];
    }
    const { name, text } = entry;
    entry.text = "";
    if (text === "") return [];
    return [
      state === "new"
        ? { edit: "add", key, output: { type: "stream", name, text } }
        : { edit: "extend", key, name, text },
    ];
  }

  #shown(entry: Exclude<Entry, { type: "stream" }>): ShownOutput {
    switch (entry.type) {
      case "bundle":
        return { type: "bundle", data: entry.data, result: entry.result };
      case "error":
        return entry.error;
      case "more":
        return { type: "stream", name: "stderr", text: this.#moreOutputs(entry.count) };
    }
  }
}
