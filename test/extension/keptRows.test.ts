import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeptRows } from "../../src/extension/components/keptRows.ts";
import type { Row } from "../../src/extension/components/row.ts";

function row(id: string, description = "", children?: readonly Row[]): Row {
  const words = { label: id, spoken: id, context: "run.finished", icon: { name: "pass" } };
  return { id, ...words, description, ...(children === undefined ? {} : { children: () => children }) };
}

describe("rows from one time that they are made to the next", () => {
  test("are told one by one, as the objects that they were", () => {
    const kept = new KeptRows();
    kept.renew([row("a", "1 of 3"), row("b", "3 of 3")]);
    const before = kept.roots ?? [];
    expect(kept.renew([row("a", "2 of 3"), row("b", "3 of 3")])).toEqual([before[0]]);
    expect(kept.roots?.map((one, index) => one === before[index])).toEqual([true, true]);
    expect(before[0]?.description).toBe("2 of 3");
  });

  test("say nothing of what they said before", () => {
    const kept = new KeptRows();
    kept.renew([{ ...row("a"), tooltip: "It is live." }]);
    const [before] = kept.roots ?? [];
    const [changed] = kept.renew([row("a")]) as readonly Row[];
    expect(changed).toBe(before);
    expect(changed).not.toHaveProperty("tooltip");
  });

  test("are not told where nothing reads otherwise", () => {
    const kept = new KeptRows();
    const made = () => [row("a", "", [row("a1"), row("a2")]), row("b")];
    kept.renew(made());
    for (const one of kept.roots ?? []) kept.childrenOf(one);
    expect(kept.renew(made())).toEqual([]);
  });

  test("are told all where there are others, or another order", () => {
    const kept = new KeptRows();
    kept.renew([row("a"), row("b")]);
    expect(kept.renew([row("b"), row("a")])).toBe("all");
    expect(kept.renew([row("c"), row("b"), row("a")])).toBe("all");
    expect(kept.renew([row("c"), row("a")])).toBe("all");
  });

  test("below another are told alone, unless there are others below it", () => {
    const kept = new KeptRows();
    kept.renew([row("a", "", [row("a1", "open")])]);
    const [parent] = kept.roots ?? [];
    if (parent === undefined) throw new Error("no row was made");
    const [child] = kept.childrenOf(parent);
    expect(kept.renew([row("a", "", [row("a1", "accepted")])])).toEqual([child]);
    expect(kept.parentOf(child ?? parent)).toBe(parent);
    expect(kept.renew([row("a", "", [row("a2"), row("a1", "accepted")])])).toEqual([parent]);
    expect(kept.childrenOf(parent)[1]).toBe(child);
  });

  test("that nobody opened are not made", () => {
    const kept = new KeptRows();
    const closed: Row = {
      ...row("a"),
      children: () => {
        throw new Error("made");
      },
    };
    kept.renew([closed]);
    expect(kept.renew([{ ...closed }])).toEqual([]);
  });

  test("read as if they had been made once, whatever came before", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e");
    const made = fc.uniqueArray(
      fc.record({ id, description: fc.constantFrom("1", "2"), below: fc.constantFrom(0, 1, 2) }),
      { selector: (one) => one.id },
    );
    const rows = (given: readonly { id: string; description: string; below: number }[]) =>
      given.map(({ id, description, below }) =>
        row(id, description, below === 0 ? undefined : Array.from({ length: below }, (_, i) => row(`${id}${i}`))),
      );
    const read = (kept: KeptRows) =>
      (kept.roots ?? []).map((one) => [JSON.stringify(one), JSON.stringify(kept.childrenOf(one))]);
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 6 }), (times) => {
        const kept = new KeptRows();
        for (const given of times) {
          kept.renew(rows(given));
          const fresh = new KeptRows();
          fresh.renew(rows(given));
          expect(read(kept)).toEqual(read(fresh));
        }
      }),
    );
  });
});
