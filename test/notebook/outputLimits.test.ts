import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNotebook, writeNotebook } from "../../src/notebook/nbformat.ts";
import { type KeptOutput, type SavedOutput, writeOutput } from "../../src/notebook/nbformatOutput.ts";
import { CELL_OUTPUTS, limitOutput, limitOutputs, OUTPUT_BYTES, sizeText } from "../../src/notebook/outputLimits.ts";
import { ownMs } from "../ownTime.ts";

const saved = (output: KeptOutput): SavedOutput => ({ output, metadata: {} });
const stream = (text: string, name: "stdout" | "stderr" = "stdout") => saved({ type: "stream", name, text });
const display = (data: Extract<KeptOutput, { type: "display" }>["data"]) => saved({ type: "display", data });

/** Bytes that the outputs of one cell take in a notebook's file, beyond what the cell takes without them. */
function fileBytes(outputs: readonly SavedOutput[]): number {
  const text = (all: readonly SavedOutput[]) =>
    writeNotebook({
      metadata: {},
      cells: [{ kind: "code", languageId: "typescript", source: "", outputs: all, metadata: { id: "a" } }],
    });
  return Buffer.byteLength(text(outputs)) - Buffer.byteLength(text([]));
}
const textOf = ({ output }: SavedOutput): string => (output?.type === "stream" ? output.text : "");
const dataOf = ({ output }: SavedOutput) => (output?.type === "display" ? output.data : {});

describe("a long stream", () => {
  test("keeps its beginning and its end, and says between them how much is left out", () => {
    const text = Array.from({ length: 100_000 }, (_, at) => `line ${at}\n`).join("");
    const limited = textOf(limitOutput(stream(text)));
    expect(limited).toMatch(/^line 0\nline 1\n/);
    expect(limited).toMatch(/\nline 99998\nline 99999\n$/);
    const [, leftOut] = /\n\.\.\. (.*) left out: a notebook keeps 64 KB of an output \.\.\.\n/.exec(limited) ?? [];
    expect(leftOut).toBe(sizeText(text.length - (limited.length - (limited.match(/^\.\.\..*\n/m)?.[0].length ?? 0))));
    // Only whole lines, and all the room is used.
    for (const line of limited.trimEnd().split("\n")) expect(line).toMatch(/^line \d+$|^\.\.\. /);
    expect(fileBytes([limitOutput(stream(text))])).toBeGreaterThan(OUTPUT_BYTES * 0.85);
  });

  test("of 50 MB without a line feed is cut in time", async () => {
    const text = "é".repeat(25_000_000);
    let limited = "";
    const ms = await ownMs(() => {
      limited = textOf(limitOutput(stream(text)));
    });
    expect(ms).toBeLessThan(3000);
    expect(limited).toContain("\n... 49.9 MB left out");
    expect(fileBytes([stream(text)])).toBeLessThanOrEqual(OUTPUT_BYTES);
  });

  test("counts what was left out of it before", () => {
    const text = `${"a\n".repeat(50_000)}... 46.6 MB left out; it is elsewhere.\n${"b\n".repeat(50_000)}`;
    expect(/\n\.\.\. (.*) left out: a notebook/.exec(textOf(limitOutput(stream(text))))?.[1]).toBe("49.1 MB");
  });

  test("never has a character torn apart", () => {
    for (const shift of ["", "a", "ab", "abc"]) {
      expect(textOf(limitOutput(stream(shift + "😀".repeat(50_000))))).not.toMatch(/\p{Surrogate}/u);
    }
  });

  test("counts what line feeds and escapes take in the file", () => {
    expect(fileBytes([stream("\n".repeat(60_000))])).toBeLessThanOrEqual(OUTPUT_BYTES);
    expect(fileBytes([stream("\u0000".repeat(60_000))])).toBeLessThanOrEqual(OUTPUT_BYTES);
  });
});

describe("consecutive texts", () => {
  test("of one stream are one output, those of others stay apart", () => {
    const outputs = [stream("a"), stream("b\n"), stream("c", "stderr"), stream("d"), stream("e")];
    expect(limitOutputs(outputs)).toEqual([stream("ab\n"), stream("c", "stderr"), stream("de")]);
  });

  test("stay apart where the file says more of one of them", () => {
    const outputs = [stream("a"), { ...stream("b"), metadata: { note: 1 } }, stream("c")];
    expect(limitOutputs(outputs)).toEqual(outputs);
  });

  test("of 10,000 lines take no longer than one", async () => {
    const outputs = Array.from({ length: 10_000 }, (_, at) => stream(`line ${at}\n`));
    const ms = await ownMs(() => expect(fileBytes(outputs)).toBeLessThanOrEqual(OUTPUT_BYTES));
    expect(ms).toBeLessThan(3000);
  });
});

describe("values that are too large", () => {
  test("lose a big picture, and say so and what to do in the text beside it", () => {
    const data = { "image/png": "A".repeat(300_000), "text/plain": "Figure 1" };
    const limited = dataOf(limitOutput(display(data)));
    expect(Object.keys(limited)).toEqual(["text/plain"]);
    expect(limited["text/plain"]).toMatch(
      /^Figure 1\n\n\.\.\. image\/png of 300\.0 KB left out: a notebook keeps 64 KB of an output\. To keep all of it, write it to a file in the cell\.$/,
    );
  });

  test("say it in a text of its own where there is none", () => {
    const limited = dataOf(limitOutput(display({ "text/html": "<p>".repeat(100_000) })));
    expect(limited).toEqual({ "text/plain": expect.stringContaining("text/html of 300.0 KB left out") });
  });

  test("keep the representations that fit", () => {
    const data = {
      "image/png": "A".repeat(90_000),
      "text/html": "<b>x</b>",
      "text/markdown": "**x**",
      "text/plain": "x",
    };
    expect(Object.keys(dataOf(limitOutput(display(data)))).sort()).toEqual([
      "text/html",
      "text/markdown",
      "text/plain",
    ]);
  });

  test("keep a run's own representation before all others", () => {
    const run = { updates: Array.from({ length: 1000 }, (_, at) => ({ at })) };
    const data = {
      "application/vnd.optimas.run+json": run,
      "image/svg+xml": "<g/>\n".repeat(5000),
      "text/markdown": "run",
    };
    const limited = dataOf(limitOutput(display(data)));
    expect(limited["application/vnd.optimas.run+json"]).toEqual(run);
    expect(limited["image/svg+xml"]).toBeUndefined();
    expect(limited["text/markdown"]).toMatch(/^run\n\n\.\.\. image\/svg\+xml of /);
  });

  test("keep beginning and end of long plain text", () => {
    const limited = dataOf(limitOutput(display({ "text/plain": `first\n${"x\n".repeat(100_000)}last` })))["text/plain"];
    expect(limited).toMatch(/^first\nx\n[\s\S]*\n\.\.\. \d+\.\d KB left out[\s\S]*x\nlast$/);
  });

  test("of an unknown kind are replaced by words", () => {
    const limited = limitOutput({ output: undefined, metadata: { output_type: "pyout", text: "x".repeat(100_000) } });
    expect(limited).toEqual(
      display({ "text/plain": expect.stringMatching(/^\.\.\. an output of an unknown kind of 100\.1 KB left out/) }),
    );
  });
});

test("a long error keeps its name, and beginning and end of its message and its stack", () => {
  const error = {
    type: "error",
    name: "RangeError",
    message: `start${"m".repeat(1e6)}`,
    stack: `RangeError: start\n${"    at f\n".repeat(50_000)}    at end`,
  } as const;
  const { output } = limitOutput(saved(error));
  expect(output).toMatchObject({
    type: "error",
    name: "RangeError",
    message: expect.stringMatching(/^startm+\n\.\.\. /),
  });
  expect(output?.type === "error" && output.stack).toMatch(
    /^RangeError: start\n {4}at f\n[\s\S]*left out[\s\S]* {4}at end$/,
  );
  expect(fileBytes([saved(error)])).toBeLessThanOrEqual(OUTPUT_BYTES);
});

test("of too many outputs the first and the last are kept, and the others counted", () => {
  const limited = limitOutputs(Array.from({ length: 1200 }, (_, at) => display({ "text/plain": `${at}` })));
  expect(limited).toHaveLength(CELL_OUTPUTS);
  expect(dataOf(limited[249] ?? stream(""))).toEqual({ "text/plain": "249" });
  expect(limited[250]).toEqual(stream("... 701 outputs left out: a notebook keeps 500 of a cell.\n", "stderr"));
  expect(dataOf(limited.at(-1) ?? stream(""))).toEqual({ "text/plain": "1199" });
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 KB"],
  [49_934_464, "49.9 MB"],
  [999_949, "999.9 KB"],
  [999_950, "1.0 MB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

describe("any output", () => {
  const long = fc
    .tuple(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom(1, 100, 5000, 30_000), fc.boolean())
    .map(([text, times, lines]) => `${text}${lines ? "\n" : ""}`.repeat(times));
  const mime = fc.oneof(
    fc.constantFrom("text/plain", "text/markdown", "text/html", "image/png", "image/svg+xml", "application/json"),
    fc.string(),
  );
  const data = fc
    .dictionary(mime, fc.oneof(long, fc.jsonValue()), { maxKeys: 40 })
    .map((all) => JSON.parse(JSON.stringify(all)));
  const output: fc.Arbitrary<KeptOutput> = fc.oneof(
    fc.record({
      type: fc.constant("stream" as const),
      name: fc.constantFrom("stdout" as const, "stderr" as const),
      text: long,
    }),
    fc.record({ type: fc.constantFrom("display" as const, "result" as const), data }),
    fc.record({ type: fc.constant("error" as const), name: long, message: long, stack: long }),
  );
  const metadata = fc.oneof(
    fc.constant({}),
    long.map((text) => ({ metadata: { text } })),
  );

  test("takes no more room in the file than it may, and is limited only once", () => {
    fc.assert(
      fc.property(output, metadata, (one, more) => {
        const limited = limitOutput({ output: one, metadata: more });
        expect(
          Buffer.byteLength(JSON.stringify(writeOutput(limited), null, 1).replaceAll("\n", "\n    ")),
        ).toBeLessThanOrEqual(OUTPUT_BYTES);
        expect(limitOutput(limited)).toBe(limited);
        const text = writeNotebook({
          metadata: {},
          cells: [{ kind: "code", languageId: "typescript", source: "", outputs: [limited], metadata: {} }],
        });
        expect(writeNotebook(readNotebook(Buffer.from(text)))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});
