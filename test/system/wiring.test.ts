import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Component } from "../../src/system/component.ts";
import { componentNamed, requiredInputs, wireSystem } from "../../src/system/system.ts";
import { UserError } from "../../src/system/userError.ts";
import { diamond, step } from "./smallSystem.ts";

const wire = (components: readonly Component[], outputs: readonly string[]) =>
  wireSystem({ name: "toy", components, outputs });

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UserError);
    return (thrown as UserError).message;
  }
  throw new Error("nothing was refused");
}

describe("wiring refuses, naming what is wrong", () => {
  test("a system without components or without outputs", () => {
    expect(refusal(() => wire([], ["y"]))).toMatch(/"toy" has no components/);
    expect(refusal(() => wire([step("a", ["x"], ["y"])], []))).toMatch(/"toy" has no outputs/);
  });

  test("two components of one name", () => {
    const twice = [step("a", ["x"], ["y"]), step("a", ["x"], ["z"])];
    expect(refusal(() => wire(twice, ["y"]))).toMatch(/two components called "a"/);
  });

  test("a field that two components write", () => {
    const twice = [step("a", ["x"], ["y"]), step("b", ["x"], ["y"])];
    expect(refusal(() => wire(twice, ["y"]))).toMatch(/"y" is written by a and by b/);
  });

  test("an output that nothing writes, with what is written", () => {
    const message = refusal(() => wire([step("a", ["x"], ["y"])], ["answr"]));
    expect(message).toMatch(/"answr", but no component writes it; written are y/);
  });

  test("a circle, with every component and field on it and none beside it", () => {
    const message = refusal(() =>
      wire(
        [
          step("first", ["x"], ["start"]),
          step("reader", ["start", "z"], ["y"]),
          step("middle", ["y"], ["m"]),
          step("writer", ["m"], ["z"]),
          step("after", ["z"], ["end"]),
        ],
        ["end"],
      ),
    );
    expect(message).toMatch(/circle/);
    for (const part of ['reader needs "z" from writer', 'writer needs "m" from middle', 'middle needs "y" from reader'])
      expect(message).toContain(part);
    expect(message).not.toMatch(/first needs|after needs/);
  });

  test("weights that are all 0", () => {
    const weightless = { ...step("a", ["x"], ["y"]), weight: 0 };
    expect(refusal(() => wire([weightless], ["y"]))).toMatch(/weight above 0/);
  });

  test("a question for a component that does not exist", () => {
    const system = wire(diamond(), ["d_out"]);
    expect(refusal(() => componentNamed(system, "f"))).toMatch(/no component "f"; there are a, b, c, d, e/);
  });
});

describe("a wired system", () => {
  test("knows inputs, writers, readers and everything downstream of a diamond", () => {
    const system = wire(diamond(), ["d_out", "e_out"]);
    expect(system.inputs).toEqual(["x"]);
    expect(system.writerOf.get("b_out")).toBe("b");
    expect(system.readersOf.get("a")).toEqual(["b", "c"]);
    expect(system.downstreamOf.get("a")).toEqual(["b", "c", "d"]);
    expect(system.downstreamOf.get("b")).toEqual(["d"]);
    expect(system.downstreamOf.get("e")).toEqual([]);
  });

  test("shares the cost of a run by weight; the shares sum to 1", () => {
    const [a, b] = [step("a", ["x"], ["y"]), { ...step("b", ["y"], ["z"]), weight: 3 }];
    const system = wire([a, b], ["z"]);
    expect([...system.shareOf]).toEqual([
      ["a", 0.25],
      ["b", 0.75],
    ]);
  });

  test("requires what some component must have, not what is optional everywhere", () => {
    const reader = step("a", ["x", "hint"], ["y"]);
    const { x, hint } = reader.inputs as { x: Component["inputs"][string]; hint: Component["inputs"][string] };
    const system = wire([{ ...reader, inputs: { x, hint: { ...hint, optional: true } } }], ["y"]);
    expect(system.inputs).toEqual(["x", "hint"]);
    expect(requiredInputs(system)).toEqual(["x"]);
  });

  test("takes a field that is named like a member of every object for what it is", () => {
    const system = wire([step("a", ["x"], ["y"]), step("b", ["constructor"], ["z"])], ["y"]);
    expect(system.readersOf.get("a")).toEqual([]);
    expect(system.inputs).toEqual(["x", "constructor"]);
  });

  test("keeps the order of declaration where dependencies leave it open", () => {
    const names = (components: readonly Component[]) => wire(components, ["d_out"]).components.map(({ name }) => name);
    expect(names(diamond())).toEqual(["a", "b", "c", "d", "e"]);
    expect(names(diamond().toReversed())).toEqual(["e", "a", "c", "b", "d"]);
  });

  test("orders any graph so that writers stand before readers, the same way every time", () => {
    // Component i may read the outputs of components before it; the declaration is then shuffled.
    const graph = fc
      .integer({ min: 1, max: 8 })
      .chain((size) =>
        fc.tuple(
          fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: size, maxLength: size }),
          fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
        ),
      );
    fc.assert(
      fc.property(graph, ([reads, order]) => {
        const all = reads.map((sources, index) => {
          const inputs = [...new Set(sources.filter((source) => source < index).map((source) => `f${source}`))];
          return step(`c${index}`, ["x", ...inputs], [`f${index}`]);
        });
        const declared = order.flatMap((index) => all[index] ?? []);
        const system = wire(declared, ["f0"]);
        const place = new Map(system.components.map(({ name }, index) => [name, index]));
        for (const [writer, readers] of system.readersOf) {
          for (const reader of readers) expect(place.get(reader)).toBeGreaterThan(place.get(writer) ?? Infinity);
        }
        expect(wire(declared, ["f0"]).components.map(({ name }) => name)).toEqual([...place.keys()]);
        for (const [name, downstream] of system.downstreamOf) {
          const direct = system.readersOf.get(name) ?? [];
          const reached = new Set(direct.flatMap((reader) => [reader, ...(system.downstreamOf.get(reader) ?? [])]));
          expect(new Set(downstream)).toEqual(reached);
        }
      }),
    );
  });
});
