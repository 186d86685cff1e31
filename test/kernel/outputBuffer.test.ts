import fc from "fast-check";
import { expect, test } from "vitest";
import { OutputBuffer } from "../../src/kernel/outputBuffer.ts";
import type { Output } from "../../src/notebook/output.ts";

const text = (value: string, name: "stdout" | "stderr" = "stdout"): Output => ({ type: "stream", name, text: value });
const display = (value: string, id?: string): Output => ({
  type: "display",
  ...(id !== undefined && { id }),
  data: { "text/plain": value },
});

function taken(...outputs: readonly Output[]): readonly Output[] {
  const buffer = new OutputBuffer();
  for (const output of outputs) buffer.add(output);
  return buffer.take();
}

test("joins text of one stream, and keeps the order of two", () => {
  expect(taken(text("a"), text("b"), text("c", "stderr"), text("d"))).toEqual([
    text("ab"),
    text("c", "stderr"),
    text("d"),
  ]);
});

test("puts a later display in the place of the earlier one of its id", () => {
  expect(taken(display("1", "x"), text("a"), display("2", "x"), display("3"))).toEqual([
    display("2", "x"),
    text("a"),
    display("3"),
  ]);
});

test("forgets what a clear removes, but tells of the clear", () => {
  expect(taken(text("a"), display("1", "x"), { type: "clear" }, display("2", "x"))).toEqual([
    { type: "clear" },
    display("2", "x"),
  ]);
});

test("is empty after it was taken", () => {
  const buffer = new OutputBuffer();
  buffer.add(display("1", "x"));
  buffer.take();
  expect(buffer.empty).toBe(true);
  buffer.add(display("2", "x"));
  expect(buffer.take()).toEqual([display("2", "x")]);
});

/** What a cell shows after outputs, as their contract has it. */
function shown(outputs: readonly Output[]): string[] {
  const places: { id?: string | undefined; what: string }[] = [];
  for (const output of outputs) {
    const last = places.at(-1);
    if (output.type === "clear") places.length = 0;
    else if (output.type === "stream") {
      if (last?.what.startsWith(output.name)) last.what += output.text;
      else places.push({ what: `${output.name}${output.text}` });
    } else if (output.type === "display") {
      const place = places.find(({ id }) => id !== undefined && id === output.id);
      const what = `display ${JSON.stringify(output.data)}`;
      if (place === undefined) places.push({ id: output.id, what });
      else place.what = what;
    }
  }
  return places.map(({ what }) => what);
}

test("shows the same, however the outputs are cut into batches", () => {
  const output = fc.oneof(
    fc
      .record({ value: fc.string(), name: fc.constantFrom("stdout" as const, "stderr" as const) })
      .map((t) => text(t.value, t.name)),
    fc
      .record({ value: fc.string(), id: fc.option(fc.constantFrom("x", "y"), { nil: undefined }) })
      .map((d) => display(d.value, d.id)),
    fc.constant<Output>({ type: "clear" }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(output)), (batches) => {
      const buffer = new OutputBuffer();
      const sent = batches.flatMap((batch) => {
        for (const one of batch) buffer.add(one);
        return buffer.take();
      });
      expect(shown(sent)).toEqual(shown(batches.flat()));
    }),
  );
});
