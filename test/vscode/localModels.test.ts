import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { usualPlaces } from "../../src/models/localServers.ts";
import { type LoopbackServer, startLoopback } from "../models/loopback/loopbackServer.ts";
import { eventually, workspaceFile } from "./openNotebook.ts";
import { Person } from "./person.ts";

const find = () => vscode.commands.executeCommand("optimas.findLocalModels");

/** A server at the first usual port where nothing else answers. */
async function usualServer(
  models: readonly string[],
): Promise<{ readonly provider: string; readonly server: LoopbackServer }> {
  for (const { provider, baseUrl } of usualPlaces) {
    try {
      return { provider, server: await startLoopback({ models }, Number(new URL(baseUrl).port)) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    }
  }
  throw new Error("something listens at every usual port of this machine");
}

suite("servers of models on this machine", () => {
  test("are found when they are looked for, and a model's name is taken from the list", async () => {
    const { provider, server } = await usualServer(["small", "large"]);
    try {
      await Person.during(async (person) => {
        const name = `${provider}:large`;
        const document = await vscode.window.showTextDocument(workspaceFile("local/note.txt", "model: ||"));
        document.selection = new vscode.Selection(0, 8, 0, 8);
        let offered: readonly string[] = [];
        person.answer(/^Models of servers on this machine$/, ({ offers }) => {
          offered = offers;
          return name;
        });
        person.answer(/is in the clipboard/, "Insert at Cursor");
        // On a machine that has much else to do, a server may be later than people wait for one.
        await eventually("the server is found", async () => {
          await find();
          return offered.length > 0;
        });
        assert.ok(offered.includes(`${provider}:small`), offered.join());
        assert.equal(await vscode.env.clipboard.readText(), name);
        assert.equal(document.document.getText(), `model: |${name}|`);
        await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      });
      assert.equal(server.ledger.received, 0, "a model was asked");
    } finally {
      await server.close();
    }
  });

  test("that have no models yet are named", async () => {
    const { server } = await usualServer([]);
    try {
      await Person.during(async (person) => {
        await eventually("the server is found", async () => {
          await find();
          return person.asked.some(({ text }) => /^\w+ answers on this machine, but has no models yet\.$/.test(text));
        });
      });
    } finally {
      await server.close();
    }
  });
});
