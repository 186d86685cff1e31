import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterEdits, type LensLine, withoutGaps } from "../../src/extension/components/lensLines.ts";

const line = (definition: string, at: number, character = 0): LensLine => ({ definition, line: at, character });
const point = (at: number, character: number) => ({ line: at, character });
const shown = (lines: readonly LensLine[]) => lines.map((one) => [one.definition, one.line]);

describe("lenses while somebody types", () => {
  test("move with the lines above them", () => {
    const lines = [line("a", 2), line("b", 10)];
    const insert = { start: point(5, 3), end: point(5, 3), text: "x\ny\nz" };
    const remove = { start: point(0, 0), end: point(1, 0), text: "" };
    expect(shown(afterEdits(lines, [insert]))).toEqual([
      ["a", 2],
      ["b", 12],
    ]);
    expect(shown(afterEdits(lines, [insert, remove]))).toEqual([
      ["a", 1],
      ["b", 11],
    ]);
  });

  test("move when a line is begun before their definition, and stay when one is begun in it", () => {
    const enter = (character: number) => ({ start: point(4, character), end: point(4, character), text: "\n" });
    expect(shown(afterEdits([line("a", 4)], [enter(0)]))).toEqual([["a", 5]]);
    expect(shown(afterEdits([line("a", 4)], [enter(7)]))).toEqual([["a", 4]]);
  });

  test("stay inside a text that took the place of theirs", () => {
    const replaced = { start: point(2, 0), end: point(20, 0), text: "one\ntwo\n" };
    expect(shown(afterEdits([line("a", 9)], [replaced]))).toEqual([["a", 4]]);
  });

  test("stand where their definition stands, for any edits elsewhere in its text", () => {
    const edit = fc.record({ at: fc.nat(30), length: fc.nat(6), text: fc.stringMatching(/^[a\n]{0,5}$/) });
    fc.assert(
      fc.property(
        fc.stringMatching(/^[b\n]{0,30}$/),
        fc.stringMatching(/^[b\n]{0,30}$/),
        edit,
        (above, below, given) => {
          const text = `${above}@${below}`;
          const from = Math.min(given.at, text.length);
          const to = Math.min(from + given.length, text.length);
          fc.pre(!text.slice(from, to).includes("@"));
          const pointAt = (offset: number) => {
            const lines = text.slice(0, offset).split("\n");
            return point(lines.length - 1, lines.at(-1)?.length ?? 0);
          };
          const before = pointAt(above.length);
          const edits = [{ start: pointAt(from), end: pointAt(to), text: given.text }];
          const after = `${text.slice(0, from)}${given.text}${text.slice(to)}`;
          const [moved] = afterEdits([line("a", before.line, before.character)], edits);
          expect(moved?.line).toBe(after.slice(0, after.indexOf("@")).split("\n").length - 1);
        },
      ),
    );
  });

  test("do not vanish with a definition that just cannot be read, unless another stands there", () => {
    const before = [line("a", 2), line("b", 8)];
    expect(shown(withoutGaps([line("b", 8)], before))).toEqual([
      ["a", 2],
      ["b", 8],
    ]);
    expect(shown(withoutGaps([line("renamed", 2), line("b", 8)], before))).toEqual([
      ["renamed", 2],
      ["b", 8],
    ]);
  });
});
