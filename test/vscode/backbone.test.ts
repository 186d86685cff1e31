import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { EditorRunEnd } from "../../src/extension/runs/editorRun.ts";
import { workspaceFile, workspaceFolder } from "./openNotebook.ts";
import { Person } from "./person.ts";
import { editorRuns, experimentIn, experimentText } from "./tinyExperiment.ts";

const NAME = "acme/small";
const COMMIT = "1f".repeat(20);
const files: Readonly<Record<string, Buffer>> = {
  "model.onnx": Buffer.from("no model, but it comes"),
  "tokenizer.json": Buffer.from("{}"),
};

/** A hub with one repository, for what the editor shows of a download; how it is asked is tested elsewhere. */
async function whileHubIs<T>(work: (address: string) => Promise<T>): Promise<T> {
  const hub = createServer(({ url = "" }, response) => answer(url, response));
  await new Promise<void>((up) => hub.listen(0, "127.0.0.1", up));
  const address = `127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const caches = join(workspaceFolder(), "caches");
  const said = { HF_ENDPOINT: `http://${address}`, XDG_CACHE_HOME: caches, LOCALAPPDATA: caches };
  const before = Object.keys(said).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, said);
  try {
    return await work(address);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    hub.closeAllConnections();
    hub.close();
  }
}

function answer(url: string, response: ServerResponse): void {
  const json = (value: unknown) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (url.includes("/tree/")) {
    json(Object.entries(files).map(([path, bytes]) => ({ type: "file", path, size: bytes.length, oid: oidOf(bytes) })));
  } else if (url.startsWith("/api/models/")) {
    const dates = { lastModified: "2026-01-01T00:00:00Z", private: false, gated: false, downloads: 1, likes: 1 };
    json({ _id: "0", id: NAME, sha: COMMIT, ...dates });
  } else {
    const bytes = files[url.slice(url.lastIndexOf("/") + 1)];
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { etag: `"${oidOf(bytes)}"`, "content-length": bytes.length }).end(bytes);
  }
}

const oidOf = (bytes: Buffer): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** How a run of an experiment without a word on backbones ends, where the setting says so. */
async function endWith(backbone: string, name: string): Promise<EditorRunEnd> {
  const settings = vscode.workspace.getConfiguration("optimas.rewards");
  await settings.update("backbone", backbone, vscode.ConfigurationTarget.Workspace);
  try {
    const file = workspaceFile(`${name}/experiment.ts`, experimentText());
    const goal = { kind: "rewards" as const, components: ["picker"] };
    const run = await (await editorRuns()).start({ experiment: experimentIn(file), goal, name });
    assert.ok(run, "the run was refused");
    return await run.ended;
  } finally {
    await settings.update("backbone", undefined, vscode.ConfigurationTarget.Workspace);
  }
}

const messageOf = (end: EditorRunEnd): string => (end.kind === "failed" ? end.error.message : `it is ${end.kind}`);

suite("the backbone that the editor's setting names", () => {
  test("is what runs learn on whose experiment names none, from the workspace's folder on", () =>
    Person.during(async () => {
      const message = messageOf(await endWith("models/absent", "absent"));
      assert.ok(message.includes(join(workspaceFolder(), "models/absent")), message);
      assert.deepEqual(await endWith("lexical", "words"), { kind: "finished" });
    }));

  test("is downloaded once the user agrees to its size, and shown while it comes", () =>
    whileHubIs((address) =>
      Person.during(async (person) => {
        const titles: (string | undefined)[] = [];
        const shows = vscode.window.withProgress;
        const heard = (options: vscode.ProgressOptions, task: unknown): unknown => {
          titles.push(options.title);
          return Reflect.apply(shows, vscode.window, [options, task]);
        };
        Object.defineProperty(vscode.window, "withProgress", { value: heard, writable: true, configurable: true });
        try {
          assert.deepEqual(await endWith(`hub:${NAME}`, "declined"), { kind: "cancelled" });
          const question = await person.hears(/^Download the backbone acme\/small \(24 bytes\)\?$/);
          assert.ok(question.modal);
          assert.deepEqual(question.offers, ["Download"]);
          assert.ok(question.detail.includes(`It comes from ${address} and is kept for later runs.`), question.detail);
          assert.deepEqual(
            titles.filter((title) => title?.startsWith("Downloading")),
            [],
          );
          person.answer(/^Download the backbone/, "Download");
          const message = messageOf(await endWith(`hub:${NAME}`, "agreed"));
          assert.match(message, /tokenizer\.json|model\.onnx/);
          assert.deepEqual(
            titles.filter((title) => title?.startsWith("Downloading")),
            ["Downloading backbone acme/small"],
          );
        } finally {
          Object.defineProperty(vscode.window, "withProgress", { value: shows, writable: true, configurable: true });
        }
      }),
    ));
});
