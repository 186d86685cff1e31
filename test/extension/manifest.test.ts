import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { sourceLanguages } from "../../src/detection/sourceFile.ts";
import { CONTROLLER_IDS, EXTENSION_ID, NOTEBOOK_TYPE, RENDERER_ID, RUN_MIME } from "../../src/extension/identity.ts";
import { RUN_OUTPUT_MIME } from "../../src/run/runOutput.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const { contributes } = manifest;
const source = readdirSync(`${root}src/extension`)
  .map((name) => readFileSync(`${root}src/extension/${name}`, "utf8"))
  .join("\n");

interface Step {
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

describe("the manifest", () => {
  test("names what the code names", () => {
    expect(`${manifest.publisher}.${manifest.name}`).toBe(EXTENSION_ID);
    expect(contributes.notebooks[0].type).toBe(NOTEBOOK_TYPE);
    expect(contributes.notebookRenderer[0].id).toBe(RENDERER_ID);
    expect(contributes.notebookRenderer[0].mimeTypes).toEqual([RUN_MIME]);
    expect(RUN_MIME).toBe(RUN_OUTPUT_MIME);
    const activated = [
      ...Object.keys(CONTROLLER_IDS).map((type) => `onNotebook:${type}`),
      ...sourceLanguages.map((language) => `onLanguage:${language}`),
    ];
    expect([...manifest.activationEvents].sort()).toEqual(activated.sort());
  });

  test("contributes exactly the commands that are registered", () => {
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);
    const registered = [...source.matchAll(/(?:registerCommand|onKernel)\(\s*"(optimas\.\w+)"/g)].map(([, id]) => id);
    expect(contributed.sort()).toEqual(registered.sort());
  });

  test("offers in menus and in the walkthrough only commands that it contributes", () => {
    const known = new Set(contributes.commands.map(({ command }: { command: string }) => command));
    const named = JSON.stringify([
      contributes.menus,
      contributes.walkthroughs,
      readFileSync(`${root}package.nls.json`, "utf8"),
    ]);
    const used = [...named.matchAll(/(?:command\\*":\\*"|command:|onCommand:)(optimas\.\w+)/g)].map(([, id]) => id);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((id) => !known.has(id))).toEqual([]);
  });

  test("says honestly what trust is needed for, and hides nothing behind a setting", () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    expect([untrustedWorkspaces.supported, virtualWorkspaces.supported]).toEqual(["limited", "limited"]);
    const settings: Record<string, { scope: string; markdownDescription: string }> =
      contributes.configuration.properties;
    for (const [id, { markdownDescription }] of Object.entries(settings)) {
      expect(markdownDescription, id).toMatch(/^%.+%$/);
      expect(source, id).toContain(id.split(".").at(-1));
    }
    // No setting says what is executed; one that did would have to be out of a workspace's reach.
    expect(Object.keys(settings)).toEqual(["optimas.kernel.interruptGraceSeconds"]);
  });

  test("asks for no proposed API", () => expect(manifest).not.toHaveProperty("enabledApiProposals"));

  test("has an icon and a picture for every step of the walkthrough", () => {
    expect(readFileSync(`${root}${manifest.icon}`).readUInt32BE(16)).toBeGreaterThanOrEqual(128);
    const [{ steps }]: [{ steps: Step[] }] = contributes.walkthroughs;
    expect(steps.length).toBeGreaterThanOrEqual(4);
    for (const { media, completionEvents } of steps) {
      expect(existsSync(`${root}${media.svg}`), media.svg).toBe(true);
      expect(media.altText).toMatch(/^%.+%$/);
      expect(completionEvents.length).toBeGreaterThan(0);
    }
  });

  test("completes steps by contexts that the extension sets", () => {
    const [{ steps }]: [{ steps: Step[] }] = contributes.walkthroughs;
    const contexts = steps
      .flatMap(({ completionEvents }) => completionEvents)
      .flatMap((event) => /^onContext:(.+)/.exec(event)?.[1] ?? []);
    expect(contexts.length).toBeGreaterThan(0);
    for (const context of contexts) expect(source).toContain(`"${context}"`);
  });
});
