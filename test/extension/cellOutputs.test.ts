import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CellOutputs,
  MAX_OUTPUTS,
  type OutputEdit,
  type ShownOutput,
} from "../../src/extension/notebook/cellOutputs.ts";
import type { Output } from "../../src/notebook/output.ts";

const moreOutputs = (count: number) => `<${count} outputs>`;
const out = (text: string): Output => ({ type: "stream", name: "stdout", text });
const err = (text: string): Output => ({ type: "stream", name: "stderr", text });
const shown = (value: string, id?: string): Output => ({
  type: "display",
  data: { "text/plain": value },
  ...(id !== undefined && { id }),
});
const failure: Output = { type: "error", name: "Error", message: "no", stack: "Error: no" };

/** A cell in the editor: what is left after the edits. */
class Screen {
  #outputs = new Map<number, ShownOutput>();
  edits = 0;

  apply(edits: readonly OutputEdit[]): void {
    this.edits += edits.length;
    for (const edit of edits) {
      if (edit.edit === "clear") this.#outputs.clear();
      else if (edit.edit === "extend") {
        const before = this.#outputs.get(edit.key);
        if (before?.type !== "stream") throw new Error(`output ${edit.key} is no stream`);
        this.#outputs.set(edit.key, { ...before, text: before.text + edit.text });
      } else {
        if (this.#outputs.has(edit.key) !== (edit.edit === "replace")) throw new Error(`${edit.edit} ${edit.key}`);
        this.#outputs.set(edit.key, edit.output);
      }
    }
  }

  get texts(): string[] {
    return [...this.#outputs.values()].map((output) =>
      output.type === "stream"
        ? `${output.name}: ${output.text}`
        : output.type === "bundle"
          ? `${output.result ? "result" : "display"}: ${output.data["text/plain"]}`
          : `error: ${output.message}`,
    );
  }
}

function texts(...looks: readonly (readonly Output[])[]): string[] {
  const outputs = new CellOutputs(moreOutputs);
  const screen = new Screen();
  for (const look of looks) {
    outputs.take(look);
    screen.apply(outputs.edits());
  }
  return screen.texts;
}

describe("the outputs of a cell", () => {
  test("join what one stream says", () => expect(texts([out("a"), out("b")], [out("c")])).toEqual(["stdout: abc"]));
  test("keep streams and values in order", () => {
    expect(texts([out("a")], [shown("1")], [out("b"), err("c")], [out("d")])).toEqual([
      "stdout: a",
      "display: 1",
      "stdout: b",
      "stderr: c",
      "stdout: d",
    ]);
  });
  test("replace a value in its place", () => {
    expect(texts([shown("1", "x"), out("a")], [shown("2", "x")], [shown("3", "x"), shown("4", "y")])).toEqual([
      "display: 3",
      "stdout: a",
      "display: 4",
    ]);
  });
  test("tell the result from what was displayed", () => {
    expect(texts([{ type: "result", data: { "text/plain": "7" } }])).toEqual(["result: 7"]);
  });
  test("start anew when they are cleared", () => {
    expect(texts([out("a"), shown("1", "x")], [{ type: "clear" }, shown("2", "x")])).toEqual(["display: 2"]);
    expect(texts([out("a"), { type: "clear" }])).toEqual([]);
  });
  test("edit nothing when nothing happened", () => {
    const outputs = new CellOutputs(moreOutputs);
    outputs.take([out("a"), out("")]);
    expect(outputs.edits()).toHaveLength(1);
    expect(outputs.edits()).toEqual([]);
  });
  test("show the reason of a failure after any number of values", () => {
    const values = Array.from({ length: MAX_OUTPUTS + 5 }, (_, i) => shown(String(i)));
    const seen = texts(values, [shown("late"), failure]);
    expect(seen.slice(MAX_OUTPUTS)).toEqual(["stderr: <6 outputs>", "error: no"]);
  });
  test("go on with the streams there are when there is no room for another", () => {
    const alternating = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? out("o") : err("e")));
    const seen = texts(alternating);
    expect(seen).toHaveLength(MAX_OUTPUTS);
    expect(seen.join("").replaceAll(/std(?:out|err): /g, "").length).toBe(10_000);
  });
});

describe("looking less often", () => {
  const output: fc.Arbitrary<Output> = fc.oneof(
    fc.constantFrom(out("a\n"), err("b\n"), shown("1"), failure),
    fc.tuple(fc.string(), fc.constantFrom("x", "y")).map(([value, id]) => shown(value, id)),
    { weight: 1, arbitrary: fc.constant<Output>({ type: "clear" }) },
  );

  test("shows the same in the end, with no more edits", () => {
    fc.assert(
      fc.property(fc.array(fc.array(output, { maxLength: 5 }), { maxLength: 20 }), (looks) => {
        expect(texts(looks.flat())).toEqual(texts(...looks));
      }),
    );
  });
});
