import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { EditorRun } from "../../src/extension/runs/editorRun.ts";
import { editorRunCode } from "../../src/extension/runs/editorRunCode.ts";
import type { Kernel, KernelListener } from "../../src/notebook/kernel.ts";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import type { Output } from "../../src/notebook/output.ts";
import { optimas } from "../cli/commandLine.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { productCopy } from "../productCopy.ts";
import { LoopbackHub } from "../reward/hub/loopbackHub.ts";
import { fixtureBackbone } from "../reward/transformer/fixtureBackbone.ts";
import { sharedFixtures } from "../sharedData.ts";

const installed = fileURLToPath(new URL("../../node_modules", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "optimas-native-"));
const runtime = join(temporary, "dist/node_modules/onnxruntime-node");
const place = join(temporary, "work");
let dist = "";

beforeAll(() => {
  dist = productCopy(temporary, ["cli.js", "kernel.js", "trainer.js", "optimas.js"], ["esbuild", "@esbuild"]);
  mkdirSync(place);
  // Every call of its model costs a dollar or so, at a server that nobody must ask.
  writeFileSync(
    join(place, "optimas.models.json"),
    JSON.stringify({
      version: 1,
      servers: { mine: { baseUrl: "http://127.0.0.1:9/v1" } },
      prices: { "mine:dear": { inputPerMillion: 100_000, outputPerMillion: 100_000 } },
    }),
  );
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** The experiment asks a model that has its price, or a component of its own that costs nothing. */
const experiment = (backbone: string, isPaid: boolean) => `
import { choice, component, experiment, llm, options, rows, system } from "optimas";
const make = (n, salt) => Array.from({ length: n }, (_, at) => ({ question: salt + at + "?" }));
const drafter = ${
  isPaid
    ? `llm({ name: "drafter", description: "Drafts.", inputs: ["question"], outputs: ["draft"], prompt: "Draft." })`
    : `component({ name: "drafter", description: "Drafts.", inputs: ["question"], outputs: ["draft"],
  run: async ({ question }) => ({ draft: question }) })`
};
const picker = component({
  name: "picker", description: "Picks.", inputs: ["draft"], outputs: ["answer"],
  variable: options({ k: choice([1, 2, 3]) }),
  run: async ({ draft }, { variable }) => ({ answer: String(draft).repeat(variable.k) }),
});
export default experiment({
  system: system({ name: "asking", components: [drafter, picker], outputs: ["answer"] }),
  ${isPaid ? 'model: "mine:dear",' : ""}
  data: { train: rows(make(6, "train")), validation: rows(make(4, "validation")) },
  reward: ({ answer }) => String(answer).length / 40,
  rewards: { backbone: ${JSON.stringify(backbone)} },
  settings: { validationRows: 4, stageOneInputs: 4, iterations: 1, budgetRuns: 100 },
});
`;

type Told = { readonly said: string; readonly failed: boolean };

const inTerminal = async (file: string): Promise<Told> => {
  const { code, stderr, stdout } = await optimas(["run", file], { cwd: place, cli: join(dist, "cli.js") });
  // Whoever would be asked about money sees an estimate before.
  expect(stderr).not.toContain("Estimate before the run");
  return { said: stderr + stdout, failed: code === 2 };
};

const kernelIn = (listener: KernelListener | undefined, asked: unknown[]): Promise<Kernel> =>
  startKernel({
    entry: join(dist, "kernel.js"),
    folder: place,
    environment: kernelEnvironment(process.env, { electron: false }),
    ...(listener && { listener }),
    consent: async (request) => {
      asked.push(request);
      return { agreed: true };
    },
  });

const inCell = async (file: string): Promise<Told> => {
  const asked: unknown[] = [];
  const kernel = await kernelIn(undefined, asked);
  const outputs: Output[] = [];
  const code = `import made from "./${file}"; await made.optimize({ iterations: 1 });`;
  const ran = { cell: "a", order: 1, code, language: "typescript" as const };
  const { status } = await kernel.execute(ran, (batch) => void outputs.push(...batch));
  await kernel.dispose();
  expect(asked).toEqual([]);
  const error = outputs.find((output) => output.type === "error");
  return { said: error === undefined ? "" : `${error.name}: ${error.message}`, failed: status === "failed" };
};

const fromLens = async (file: string): Promise<Told> => {
  const asked: unknown[] = [];
  const plan = {
    file: join(place, file),
    exported: { by: "name" as const, name: "default" },
    name: "asking",
    out: join(place, ".optimas/runs"),
    goal: { kind: "optimize" as const, components: undefined, iterations: 1 },
  };
  const run = new EditorRun({
    id: "editor run 1",
    plan,
    code: editorRunCode(plan, english),
    start: (listener) => kernelIn(listener, asked),
    onChange: () => undefined,
    onLog: () => undefined,
  });
  await run.start();
  const end = await run.ended;
  expect(asked).toEqual([]);
  return end.kind === "failed"
    ? { said: `${end.error.name}: ${end.error.message}`, failed: true }
    : { said: "", failed: end.kind !== "finished" };
};

const faces = { "the terminal": inTerminal, "a cell": inCell, "a lens": fromLens };

/** What the package for any machine lacks, and what a machine that onnxruntime was not built for has. */
const installations = {
  "without onnxruntime": () => rmSync(runtime, { recursive: true, force: true }),
  "whose onnxruntime does not load": () => {
    cpSync(join(installed, "onnxruntime-node/dist"), join(runtime, "dist"), { recursive: true });
    copyFileSync(join(installed, "onnxruntime-node/package.json"), join(runtime, "package.json"));
    const common = join(temporary, "dist/node_modules/onnxruntime-common");
    if (!existsSync(common)) symlinkSync(join(installed, "onnxruntime-common"), common);
    const binding = join(runtime, "bin/napi-v6", process.platform, process.arch);
    mkdirSync(binding, { recursive: true });
    writeFileSync(join(binding, "onnxruntime_binding.node"), "made for another machine");
  },
};

describe("an installation without onnxruntime", () => {
  beforeAll(installations["without onnxruntime"]);

  test.each(Object.entries(faces))("learns on words, started from %s", async (_, start) => {
    writeFileSync(join(place, "plain.ts"), experiment("lexical", false));
    expect(await start("plain.ts")).toMatchObject({ failed: false });
    rmSync(join(place, ".optimas"), { recursive: true, force: true });
  });
});

test("an installation without onnxruntime downloads no transformer that it could not run", async () => {
  installations["without onnxruntime"]();
  writeFileSync(join(place, "hub.ts"), experiment("hub:acme/small", false));
  // No hub is asked: there is none.
  const env = { HF_ENDPOINT: "http://127.0.0.1:9" };
  const { code, stderr } = await optimas(["run", "hub.ts", "--yes"], { cwd: place, cli: join(dist, "cli.js"), env });
  expect([code, stderr]).toEqual([2, expect.stringContaining("did not come with this installation of Optimas")]);
});

test("an installation without onnxruntime says so before it brings a transformer for another machine", async () => {
  installations["without onnxruntime"]();
  const hub = await LoopbackHub.started({ "acme/small": { files: { "model.onnx": "model", "tokenizer.json": "{}" } } });
  const caches = scratchFolder();
  const env = { HF_ENDPOINT: hub.endpoint, XDG_CACHE_HOME: caches, LOCALAPPDATA: caches, HOME: caches };
  const run = (...args: readonly string[]) =>
    optimas(["backbone", "acme/small", ...args], { cwd: place, cli: join(dist, "cli.js"), env });
  const why = expect.stringContaining("did not come with this installation of Optimas");
  const told = await run("--dry-run");
  expect(told).toMatchObject({ code: 0, stderr: why, stdout: expect.stringContaining("onnx") });
  expect(told.stderr).toContain("This machine cannot learn on it.");
  const { code, stdout, stderr } = await run("--yes", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.trim().split("\n");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ kind: "offered", unusable: why });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ kind: "cached", unusable: why });
});

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined)
  describe.each([
    ["without onnxruntime", installations["without onnxruntime"], /did not come with this installation of Optimas/],
    ["whose onnxruntime does not load", installations["whose onnxruntime does not load"], /cannot be loaded on this/],
  ] as const)("an installation %s", (_, install, why) => {
    beforeAll(() => {
      install();
      fixtureBackbone(fixtures, join(place, "model"));
    });

    test.each(Object.entries(faces))(
      "refuses transformers before anything is paid for, started from %s",
      async (_, start) => {
        writeFileSync(join(place, "dear.ts"), experiment("./model", true));
        const { said, failed } = await start("dear.ts");
        expect(said).toMatch(why);
        expect(said).toContain('Everything else works: set the backbone of local rewards to "lexical".');
        expect(failed).toBe(true);
        expect(existsSync(join(place, ".optimas/runs"))).toBe(false);
      },
    );
  });
