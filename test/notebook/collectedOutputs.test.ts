import { describe, expect, test } from "vitest";
import { CollectedOutputs } from "../../src/notebook/collectedOutputs.ts";
import type { Output } from "../../src/notebook/output.ts";

const print = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({ type: "stream", name, text });
const display = (text: string, id?: string): Output => ({
  type: "display",
  data: { "text/plain": text },
  ...(id !== undefined && { id }),
});

describe("what a cell has given", () => {
  const check = (what: string, given: readonly Output[], expected: readonly Output[]) =>
    test(what, () => {
      const together = new CollectedOutputs();
      together.take(given);
      expect(together.saved().map(({ output }) => output)).toEqual(expected);
      const apart = new CollectedOutputs();
      for (const output of given) apart.take([output]);
      expect(apart.saved()).toEqual(together.saved());
    });
  check("is nothing at first", [], []);
  check(
    "joins what one stream prints",
    [print("a"), print("b"), print("c", "stderr"), print("d")],
    [print("ab"), print("c", "stderr"), print("d")],
  );
  check(
    "shows a display with an id in its first place, with its last content",
    [display("1", "x"), display("other"), display("2", "x"), display("3", "x")],
    [display("3"), display("other")],
  );
  check("keeps displays without an id apart", [display("1"), display("1")], [display("1"), display("1")]);
  check(
    "forgets what was before a clear",
    [print("a"), display("1", "x"), { type: "clear" }, display("2", "x")],
    [display("2")],
  );
  const error: Output = { type: "error", name: "E", message: "m", stack: "s" };
  check(
    "keeps results and errors",
    [{ type: "result", data: { "text/plain": "1" } }, error],
    [{ type: "result", data: { "text/plain": "1" } }, error],
  );
});
