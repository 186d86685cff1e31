import { describe, expect, test, vi } from "vitest";
import type { Example } from "../../src/data/example.ts";
import { ModelFailure } from "../../src/models/modelFailure.ts";
import { type Component, type Fields, field } from "../../src/system/component.ts";
import { initialConfiguration } from "../../src/system/configuration.ts";
import { component, modelChoice } from "../../src/system/declaration.ts";
import {
  executeComponent,
  executeDownstream,
  executeFrom,
  executeSystem,
  executionsOf,
  rerunSet,
} from "../../src/system/execution.ts";
import { type Route, type System, wireSystem } from "../../src/system/system.ts";
import type { Trajectory } from "../../src/system/trajectory.ts";
import { barrier, diamond, executionOf, step } from "./smallSystem.ts";

const example: Example = { id: "one", x: "x" };
const wire = (components: readonly Component[], outputs: readonly string[], route?: Route): System =>
  wireSystem({ name: "toy", components, outputs, route });
const outputs = ({ steps }: Trajectory) =>
  Object.assign({}, ...[...steps.values()].map(({ output }) => output)) as Fields;

describe("executing a system", () => {
  test("hands each component what was written for it and records inputs, outputs and values", async () => {
    const system = wire(diamond(), ["d_out"]);
    const execution = executionOf(system);
    const trajectory = await executeSystem(system, example, execution);
    expect(outputs(trajectory)).toEqual({
      a_out: "a(x)",
      b_out: "b(a(x))",
      c_out: "c(a(x))",
      d_out: "d(b(a(x)),c(a(x)))",
      e_out: "e(x)",
    });
    expect(trajectory.steps.get("b")).toEqual({ input: { a_out: "a(x)" }, output: { b_out: "b(a(x))" }, value: null });
    expect(trajectory.failure).toBeUndefined();
    expect(execution.charged.toSorted()).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("runs components that do not need each other at the same time", async () => {
    // b and c each wait until the other has started; one after the other would never end.
    const meet = barrier(2);
    const system = wire(
      diamond((name) => (name === "b" || name === "c" ? meet() : undefined)),
      ["d_out"],
    );
    const trajectory = await executeSystem(system, example, executionOf(system));
    expect(trajectory.steps.has("d")).toBe(true);
  });

  test("starts a component as soon as its own inputs are there, not when a whole layer is done", async () => {
    // quick -> after, beside slow: slow ends only once after has run.
    let release = () => {};
    const afterRan = new Promise<void>((resolve) => {
      release = resolve;
    });
    const system = wire(
      [
        step("slow", ["x"], ["s"], async () => {
          await afterRan;
          return { s: "" };
        }),
        step("quick", ["x"], ["q"]),
        step("after", ["q"], ["y"], () => {
          release();
          return { y: "" };
        }),
      ],
      ["s", "y"],
    );
    expect((await executeSystem(system, example, executionOf(system))).failure).toBeUndefined();
  });

  test("stops what depends on a failure and nothing else, whoever is quicker", async () => {
    const ran: string[] = [];
    const failing = (delay: Promise<void>) =>
      wire(
        [
          step("bad", ["x"], ["y"], () => Promise.reject(new Error("broken"))),
          step("behind_bad", ["y"], ["z"]),
          step("beside", ["x"], ["b"], async () => {
            await delay;
            return { b: "" };
          }),
          step("behind_beside", ["b"], ["bb"], () => {
            ran.push("behind_beside");
            return { bb: "" };
          }),
        ],
        ["z", "bb"],
      );
    const immediately = failing(Promise.resolve());
    const trajectory = await executeSystem(immediately, example, executionOf(immediately));
    let release = () => {};
    const later = failing(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const pending = executeSystem(later, example, executionOf(later));
    setImmediate(release);
    expect([...(await pending).steps.keys()]).toEqual([...trajectory.steps.keys()]);
    expect([...trajectory.steps.keys()]).toEqual(["beside", "behind_beside"]);
    expect(ran).toHaveLength(2);
    expect(trajectory.failure).toEqual({ exampleId: "one", at: "bad", kind: "threw", message: "broken" });
  });

  test("lists the first of several failures in execution order", async () => {
    const meet = barrier(2);
    const system = wire(
      [
        step("first", ["x"], ["y"], async () => {
          await meet();
          await Promise.resolve();
          throw new Error("one");
        }),
        step("second", ["x"], ["z"], async () => {
          await meet();
          throw new Error("two");
        }),
      ],
      ["y", "z"],
    );
    expect((await executeSystem(system, example, executionOf(system))).failure).toMatchObject({ at: "first" });
  });

  test("rejects with the abort's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const system = wire([step("a", ["x"], ["y"], () => new Promise<never>(() => {}))], ["y"]);
    const pending = executeSystem(system, example, executionOf(system, { signal: controller.signal }));
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test("never takes the right answer that the example holds for a component's output", async () => {
    const reads: Fields[] = [];
    const optional = { answer: field<string>({ optional: true }), x: field<string>() };
    const system = wire(
      [
        step("answerer", ["x"], ["answer"]),
        component({
          name: "checker",
          description: "",
          inputs: optional,
          outputs: ["verdict"],
          run: (inputs) => {
            reads.push(inputs);
            return { verdict: "" };
          },
        }),
      ],
      ["verdict"],
      () => ["checker"],
    );
    await executeSystem(system, { id: "one", x: "x", answer: "42" }, executionOf(system));
    expect(reads).toEqual([{ x: "x" }]);
  });
});

describe("a route", () => {
  const routed = (route: Route) => wire(diamond(), ["d_out"], route);

  test("decides per example which components run; the others cost nothing", async () => {
    const system = routed(({ x }) => (x === "short" ? ["e"] : ["a", "e"]));
    const execution = executionOf(system);
    const short = await executeSystem(system, { id: "1", x: "short" }, execution);
    expect([...short.steps.keys()]).toEqual(["e"]);
    expect(execution.charged).toEqual(["e"]);
    const long = await executeSystem(system, { id: "2", x: "long" }, executionOf(system));
    expect([...long.steps.keys()].toSorted()).toEqual(["a", "e"]);
  });

  test("sees what the example brings, also when only a part runs again, but not what components write", async () => {
    const route = vi.fn<Route>(() => ["a", "b", "c", "d", "e"]);
    const system = routed(route);
    const base = await executeSystem(system, { id: "1", x: "x", d_out: "the right answer" }, executionOf(system));
    await executeFrom(system, base, ["b"], executionOf(system));
    for (const [fields] of route.mock.calls) expect(fields).toEqual({ id: "1", x: "x" });
  });

  test.each<[string, Route, RegExp]>([
    [
      "throws",
      () => {
        throw new Error("no way");
      },
      /no way/,
    ],
    ["names a component that does not exist", () => ["f"], /no component "f"/],
    ["names none", () => [], /chose no component/],
  ])("that %s is a failure of the example", async (_what, route, message) => {
    const system = routed(route);
    const { failure, steps } = await executeSystem(system, example, executionOf(system));
    expect(failure).toMatchObject({ at: "route", kind: "threw", exampleId: "one" });
    expect(failure?.message).toMatch(message);
    expect(steps.size).toBe(0);
  });
});

describe("running a part again", () => {
  const system = wire(diamond(), ["d_out", "e_out"]);
  const base = () => executeSystem(system, example, executionOf(system));

  test("executeDownstream runs neither the component nor what is before or beside it", async () => {
    const execution = executionOf(system);
    const fixed = { input: { a_out: "a(x)" }, output: { b_out: "B" }, value: null };
    const trajectory = await executeDownstream(system, await base(), "b", fixed, execution);
    expect(execution.charged).toEqual(["d"]);
    expect(outputs(trajectory)).toMatchObject({ b_out: "B", d_out: "d(B,c(a(x)))", c_out: "c(a(x))", e_out: "e(x)" });
  });

  test("executeDownstream of the last component runs nothing", async () => {
    const execution = executionOf(system);
    const fixed = { input: {}, output: { d_out: "D" }, value: null };
    expect(outputs(await executeDownstream(system, await base(), "d", fixed, execution))).toMatchObject({ d_out: "D" });
    expect(execution.charged).toEqual([]);
  });

  test("executeFrom runs the named components and, where outputs may differ, what depends on them, each once", async () => {
    const components = diamond().map((each) => ({ ...each, deterministic: false }));
    const stochastic = wire(components, ["d_out", "e_out"]);
    expect(rerunSet(system, ["b", "c"])).toEqual(new Set(["b", "c", "d"]));
    for (const [names, expected] of [
      [["a"], ["a", "b", "c", "d"]],
      [
        ["b", "c"],
        ["b", "c", "d"],
      ],
      [["e"], ["e"]],
      [[], []],
    ] as const) {
      const execution = executionOf(stochastic);
      const trajectory = await executeFrom(stochastic, await base(), names, execution);
      expect(execution.charged.toSorted()).toEqual(expected);
      expect(outputs(trajectory)).toEqual(outputs(await base()));
    }
  });

  test("a change that comes to nothing is not paid for behind the component", async () => {
    const execution = executionOf(system);
    expect(outputs(await executeFrom(system, await base(), ["a"], execution))).toEqual(outputs(await base()));
    expect(execution.charged).toEqual(["a"]);
  });

  test("leaves the base trajectory as it was", async () => {
    const before = await base();
    const copy = structuredClone([...before.steps]);
    await executeFrom(system, before, ["a"], executionOf(system));
    await executeDownstream(
      system,
      before,
      "b",
      { input: {}, output: { b_out: "B" }, value: null },
      executionOf(system),
    );
    expect([...before.steps]).toEqual(copy);
  });

  describe("after a failure", () => {
    const broken = new Set<string>();
    const fragile = wire(
      diamond((name) => {
        if (broken.has(name)) throw new Error(`${name} is broken`);
      }),
      ["d_out", "e_out"],
    );
    const failedBase = (...names: string[]) => {
      broken.clear();
      for (const name of names) broken.add(name);
      return executeSystem(fragile, example, executionOf(fragile)).finally(() => broken.clear());
    };

    test("behind the component, its rerun can mend the example", async () => {
      const execution = executionOf(fragile);
      const mended = await executeFrom(fragile, await failedBase("d"), ["b"], execution);
      expect(mended.failure).toBeUndefined();
      expect(execution.charged.toSorted()).toEqual(["b", "d"]);
    });

    test("beside the component nothing runs, for the example fails anyway", async () => {
      const execution = executionOf(fragile);
      const base = await failedBase("c");
      expect(await executeFrom(fragile, base, ["b"], execution)).toBe(base);
      const fixed = { input: {}, output: { b_out: "B" }, value: null };
      expect((await executeDownstream(fragile, base, "b", fixed, execution)).failure).toMatchObject({ at: "c" });
      expect(execution.charged).toEqual([]);
    });

    test("of component and neighbour together nothing beside the component runs either", async () => {
      const execution = executionOf(fragile);
      await executeFrom(fragile, await failedBase("b", "c"), ["b"], execution);
      expect(execution.charged).toEqual([]);
    });
  });
});

describe("a model chosen per input", () => {
  const chooser = component({
    name: "chooser",
    description: "",
    inputs: ["x"],
    outputs: ["y"],
    variable: modelChoice(["m:small", "m:large"]),
    run: ({ x }, { variable }) => ({ y: `${variable}(${x})` }),
  });
  const system = wire([chooser], ["y"]);
  const perInput = { perInput: true, fallback: "m:large" } as const;

  test("runs every model and uses the output that is preferred, charging each", async () => {
    const choose = vi.fn(async () => 0);
    const execution = executionOf(system, { choiceOf: () => choose });
    expect(await executeComponent(chooser, { x: "q" }, perInput, execution)).toEqual({ y: "m:small(q)" });
    expect(choose).toHaveBeenCalledWith(chooser, { x: "q" }, [{ y: "m:small(q)" }, { y: "m:large(q)" }]);
    expect(execution.charged).toEqual(["chooser", "chooser"]);
    expect(executionsOf(chooser, perInput)).toBe(2);
    expect(executionsOf(chooser, "m:small")).toBe(1);
  });

  test("uses the fallback while there is nothing to prefer by", async () => {
    const execution = executionOf(system);
    expect(await executeComponent(chooser, { x: "q" }, perInput, execution)).toEqual({ y: "m:large(q)" });
    expect(execution.charged).toEqual(["chooser"]);
  });

  test("can differ from input to input", async () => {
    const configuration = { ...initialConfiguration(system.components), chooser: perInput };
    const choose = async (_component: Component, input: Fields) => (input.x === "hard" ? 1 : 0);
    const answer = async (x: string) => {
      const trajectory = await executeSystem(
        system,
        { id: x, x },
        executionOf(system, { choiceOf: () => choose, configuration }),
      );
      return trajectory.steps.get("chooser")?.output.y;
    };
    expect([await answer("easy"), await answer("hard")]).toEqual(["m:small(easy)", "m:large(hard)"]);
  });
});

describe("what ends the run", () => {
  test("ends it also where the component that met it kept it to itself", async () => {
    const down = new ModelFailure("network", "test:model cannot be reached");
    const system = wire([step("a", ["x"], ["y"], () => ({ y: "made up" }))], ["y"]);
    const ended: string[] = [];
    const execution = executionOf(system, {
      watch: (_component, model) => ({ model, runEnd: down, end: (outcome) => void ended.push(outcome) }),
    });
    await expect(executeSystem(system, example, execution)).rejects.toBe(down);
    expect(ended).toEqual(["failed"]);
  });

  test("waits for the other components of the example", async () => {
    const log: string[] = [];
    const down = new ModelFailure("network", "test:model cannot be reached");
    const system = wire(
      [
        step("a", ["x"], ["a_out"], () => Promise.reject(down)),
        step("b", ["x"], ["b_out"], async () => {
          for (let turn = 0; turn < 50; turn++) await Promise.resolve();
          log.push("b is done");
          return { b_out: "b" };
        }),
      ],
      ["a_out", "b_out"],
    );
    await expect(executeSystem(system, example, executionOf(system))).rejects.toBe(down);
    expect(log).toEqual(["b is done"]);
  });
});
