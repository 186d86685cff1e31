import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { agreeToDownload } from "../../src/extension/backbones/downloadQuestion.ts";
import { COMMIT, HubServer } from "../reward/hub/hubServer.ts";
import { Person } from "./person.ts";

const NAME = "acme/tiny-encoder";
const model = Buffer.alloc(3_000_000, createHash("sha512").update("model").digest());
const download = () => vscode.commands.executeCommand("optimas.downloadBackbone");
const TITLE = /^Download a backbone for local rewards$/;

/** A hub that the window's downloads come from, and folders of caches of its own. */
async function whileServed(work: (hub: HubServer, folder: string) => Promise<void>): Promise<void> {
  const hub = new HubServer({ [NAME]: { files: { "model.onnx": model, "tokenizer.json": "{}" } } });
  await hub.listen();
  const caches = mkdtempSync(join(tmpdir(), "optimas-caches-"));
  const own = { HF_ENDPOINT: hub.endpoint, XDG_CACHE_HOME: caches, LOCALAPPDATA: caches };
  const before = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]));
  Object.assign(process.env, own);
  try {
    await work(hub, join(caches, "optimas/backbones", NAME, COMMIT));
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await hub.stop();
    rmSync(caches, { recursive: true, force: true });
  }
}

suite("downloading a backbone", () => {
  test("is asked about with why this machine cannot learn on it, where it cannot", () =>
    Person.during(async (person) => {
      person.answer(/^Download the backbone/, "Download");
      const offer = { name: NAME, host: "hub.example", bytes: 3e6, present: 0 };
      assert.ok(await agreeToDownload(offer, new AbortController().signal, "Made for others."));
      const asked = await person.hears(/^Download the backbone/);
      assert.match(asked.detail, /^This machine cannot learn on it\. Made for others\.\n\n/);
    }));

  test("asks for its name, tells its size, brings it, and uses it where the user wants that", () =>
    whileServed((hub, folder) =>
      Person.during(async (person) => {
        person.answer(TITLE, "tiny encoder");
        await download();
        assert.deepEqual(person.problems, ["Write owner/name, or owner/name@revision."]);

        person.answer(TITLE, "acme/nothing");
        await download();
        await person.hears(/The hub knows no acme\/nothing\. .*HF_TOKEN/);

        person.answer(TITLE, `hub:${NAME}`);
        await download();
        const asked = await person.hears(/^Download the backbone acme\/tiny-encoder \(2\.9 MB\)\?$/);
        assert.ok(asked.modal);
        assert.ok(asked.detail.includes(new URL(hub.endpoint).host));
        assert.equal(hub.sent, 0, "something came that nobody agreed to");

        person.answer(TITLE, NAME);
        person.answer(/^Download the backbone/, "Download");
        person.answer(/is on this machine/, "Use in New Runs");
        await download();
        assert.ok(readFileSync(join(folder, "model.onnx")).equals(model));
        const settings = () => vscode.workspace.getConfiguration("optimas.rewards");
        assert.equal(settings().get("backbone"), `hub:${NAME}`);
        try {
          await hub.stop();
          person.answer(TITLE, ({ value }) => value);
          await download();
          await person.hears(/acme\/tiny-encoder is on this machine, and new runs learn local rewards on it/);
        } finally {
          await settings().update("backbone", undefined, false);
        }
        assert.ok(existsSync(join(folder, "backbone.json")));
      }),
    ));
});
