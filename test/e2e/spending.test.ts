import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoopbackServer, startLoopback } from "../models/loopback/loopbackServer.ts";
import { simulatedReply } from "../models/loopback/simulatedReply.ts";
import { Editor } from "./editor.ts";
import { examplesCopy } from "./workspaces.ts";

const experimentText = `import { choice, component, experiment, llm, options, system, tokenF1 } from "optimas";
export const picker = component({
  name: "picker", description: "Keeps some sentences.", inputs: ["question", "passage"], outputs: ["kept"],
  variable: options({ count: choice([1, 2, 3]) }),
  run: async ({ passage }, { variable }) => ({ kept: String(passage).split(". ").slice(0, variable.count).join(". ") }),
});
export const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "kept"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 16 }, (_, i) => ({
  question: "Where was Ada" + i + " born?",
  passage: "Many were born then. Ada" + i + " was born in Town" + i + ". It was in 18" + (10 + i) + ".",
  answer: "Town" + i,
}));
export default experiment({
  system: system({ name: "dear", components: [picker, answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 8), validation: rows.slice(8) },
  model: "proxy:toy",
  reward: (output, row) => tokenF1(output.answer, row.answer),
});
`;

describe("whatever may cost money", () => {
  let editor: Editor;
  let server: LoopbackServer;
  beforeAll(async () => {
    server = await startLoopback({});
    const folder = examplesCopy();
    const servers = { proxy: { baseUrl: `${server.url}/v1` } };
    const prices = { "proxy:toy": { inputPerMillion: 200, outputPerMillion: 800 } };
    mkdirSync(join(folder, "dear"));
    writeFileSync(join(folder, "dear/optimas.models.json"), JSON.stringify({ version: 1, servers, prices }));
    writeFileSync(join(folder, "dear/experiment.ts"), experimentText);
    editor = await Editor.open(folder);
  });
  afterAll(async () => {
    await editor?.close();
    await server?.close();
  });

  /** Types into the list or input with this title, as soon as it is shown. */
  const types = async (title: string, text: string): Promise<void> => {
    await editor.page.locator(".quick-input-title", { hasText: title }).waitFor();
    await editor.page.keyboard.type(text);
  };
  const enter = () => editor.page.keyboard.press("Enter");

  test("is asked about with what it may come to", async () => {
    await editor.openFile("dear/experiment.ts", 17);
    const dialog = editor.page.locator(".monaco-dialog-box", { hasText: "Scoring dear may cost up to" });
    // While the window is young, lenses are drawn anew, and a press may meet one that is about to go.
    for (let press = 0; press < 3 && !(await dialog.isVisible()); press++) {
      await (await editor.lens("experiment({", "Evaluate")).click();
      await dialog.waitFor({ timeout: 60_000 }).catch(() => undefined);
    }
    expect(await dialog.isVisible()).toBe(true);
    await editor.screenshot("consent");
    await editor.answer("Set Budgets");
    await types("Budgets of the run of dear", "");
    await editor.screenshot("consent-budgets");
    await editor.page.keyboard.press("Escape");
    // Nobody needs to be told what they just did.
    await (await editor.lens("experiment({", "Evaluate")).waitFor();
    await editor.screenshot("consent-declined");
  });

  test("is asked about before values are tried, and refused in the panel", async () => {
    await editor.openFile("dear/experiment.ts", 8);
    await (await editor.lens("answerer = llm", "Tweak")).click();
    await editor.waitForPage(/A trial takes up to .* system runs, for up to \$\d/);
    const page = await editor.pageWith("vscode-button");
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await editor.page.locator(".monaco-dialog-box", { hasText: "Trials of dear may cost up to" }).waitFor();
    await editor.screenshot("trial-consent");
    await editor.answer("Cancel");
    await editor.waitForPage(/This was not tried, for what it may cost/);
    await editor.screenshot("trial-declined");
  });

  test("is begun under budgets that are set with the keyboard alone", async () => {
    await editor.openFile("dear/experiment.ts", 8);
    await editor.command("Optimas: Run with Budgets");
    await types("Which one?", "answerer");
    await enter();
    await types("Optimize answerer of dear", "");
    await editor.screenshot("budgets");
    await types("Optimize answerer of dear", "Money");
    await enter();
    await types("Money in US dollars", "a lot");
    await editor.page.locator(".quick-input-message", { hasText: "Type an amount such as 2.50" }).waitFor();
    await editor.screenshot("budget-refused");
    await editor.page.keyboard.press("ControlOrMeta+A");
    await types("Money in US dollars", "90");
    await enter();
    await types("Optimize answerer of dear", "");
    await editor.page.locator(".quick-input-list", { hasText: "$90.00" }).waitFor();
    await editor.screenshot("budgets-chosen");
    // The run must not be over before it is stopped.
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.answerWith(async (request) => {
      await held;
      return simulatedReply(request);
    });
    const before = server.ledger.received;
    // Begin stands in front.
    await enter();
    // Held by a budget of money, nobody is asked.
    await editor.waitForNotification(/dear/);
    await expect.poll(() => server.ledger.received).toBeGreaterThan(before);
    await editor.screenshot("budgeted-run");
    await editor.command("Optimas: Stop Run");
    await editor.waitForNotification(/stopped/i);
    letGo();
    server.answerWith(simulatedReply);
  });

  test("names its model where the lens says so, and another one is chosen there", async () => {
    await editor.openFile("dear/experiment.ts", 17);
    await (await editor.lens("experiment({", "proxy:toy")).click();
    await types("Which model should dear ask?", "");
    await editor.screenshot("choose-model");
    await types("Which model should dear ask?", "haiku-4-5");
    await editor.screenshot("choose-model-filtered");
    await enter();
    await editor.waitForNotification(/There is no API key of anthropic yet/);
    const written = () => readFileSync(join(editor.folder, "dear/experiment.ts"), "utf8");
    await expect.poll(written).toContain('model: "anthropic:claude-haiku-4-5"');
    await editor.lens("experiment({", "anthropic:claude-haiku-4-5");
    await editor.screenshot("chosen-model");
  });
});
