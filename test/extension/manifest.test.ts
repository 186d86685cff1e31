import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { sourceLanguages } from "../../src/detection/sourceFile.ts";
import {
  CONTROLLER_IDS,
  EXTENSION_ID,
  NOTEBOOK_TYPE,
  RENDERER_ID,
  RUN_MIME,
  RUN_VIEW,
  TWEAK_VIEW,
} from "../../src/extension/identity.ts";
import { RUN_OUTPUT_MIME } from "../../src/run/runOutput.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const { contributes } = manifest;
const source = readdirSync(`${root}src/extension`, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`${root}src/extension/${name}`, "utf8"))
  .join("\n");

interface Step {
  readonly media: {
    readonly svg?: string;
    readonly image?: Readonly<Record<string, string>>;
    readonly altText: string;
  };
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
      // Panels that are filled again after a restart.
      `onWebviewPanel:${TWEAK_VIEW}`,
      `onWebviewPanel:${RUN_VIEW}`,
    ];
    expect([...manifest.activationEvents].sort()).toEqual(activated.sort());
  });

  test("contributes exactly the commands that are registered", () => {
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);
    const registered = [...source.matchAll(/\b(?:registerCommand|onKernel|on)\(\s*"(optimas\.\w+)"/g)].map(
      ([, id]) => id,
    );
    expect(contributed.sort()).toEqual(registered.sort());
  });

  test("names in lenses, rows, notifications and links only commands that it contributes", () => {
    const known = new Set(contributes.commands.map(({ command }: { command: string }) => command));
    const places =
      /(?:command:|command =|command ===|executeCommand\(|does\(|commandLink\([^"]+"[^"]+"\),|": )\s*"(optimas\.\w+)"/g;
    const used = [...source.matchAll(places)].map(([, id]) => id);
    expect(used).toEqual(expect.arrayContaining(["optimas.openRun", "optimas.stopRun", "optimas.goToDefinition"]));
    expect(used.filter((id) => !known.has(id))).toEqual([]);
  });

  test("offers in menus, in empty views and in the walkthrough only commands that it contributes", () => {
    const known = new Set(contributes.commands.map(({ command }: { command: string }) => command));
    const named = JSON.stringify([
      contributes.menus,
      contributes.walkthroughs,
      contributes.viewsWelcome,
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
    const named = ["askAboveUsd", "codeLens.enabled", "kernel.interruptGraceSeconds", "rewards.backbone"];
    // What may be spent unasked is its user's to say, not that of a workspace that came from elsewhere.
    expect(settings["optimas.askAboveUsd"]?.scope).toBe("machine");
    const runs = ["runs.iterations", "runs.parallel", "runs.saveBeforeRun"];
    const tests = ["tests.confirmAbove", "tests.passAt"];
    expect(Object.keys(settings).sort()).toEqual([...named, ...runs, ...tests].map((id) => `optimas.${id}`));
  });

  test("lets commands that run code of the workspace only be called where it is trusted", () => {
    const acting = ["optimizeComponent", "evaluate", "runExperiment", "showLandscape", "stopRun", "resumeRunFolder"];
    const commands: { command: string; enablement?: string }[] = contributes.commands;
    for (const name of acting) {
      const found = commands.find(({ command }) => command === `optimas.${name}`);
      expect(found?.enablement, name).toBe("isWorkspaceTrusted");
    }
  });

  test("gives every view a word for each way of being empty, with one link on a line of its own", () => {
    const views: { id: string }[] = contributes.views.optimas;
    const texts: Record<string, string> = JSON.parse(readFileSync(`${root}package.nls.json`, "utf8"));
    const welcome: { view: string; contents: string; when: string }[] = contributes.viewsWelcome;
    for (const { id } of views) {
      expect(source).toContain(`createTreeView("${id}"`);
      const states = welcome.filter(({ view }) => view === id).map(({ when }) => when);
      for (const state of ["workspaceFolderCount == 0", "!isWorkspaceTrusted", "&& isWorkspaceTrusted"]) {
        expect(
          states.some((when) => when.includes(state)),
          `${id}: ${state}`,
        ).toBe(true);
      }
    }
    for (const { contents } of welcome) {
      expect(texts[contents.slice(1, -1)], contents).toMatch(/^\[[^\]]+\]\(command:[\w.]+\)$/m);
    }
  });

  test("decides menus only by contexts that somebody sets, and by rows that there are", () => {
    const conditions = JSON.stringify([contributes.menus, contributes.viewsWelcome, contributes.submenus]);
    const contexts = new Set([...conditions.matchAll(/[ "!(](optimas\.\w+)(?=[ ")])/g)].map(([, name = ""]) => name));
    const known = new Set([
      ...contributes.views.optimas.map(({ id }: { id: string }) => id),
      ...contributes.commands.map(({ command }: { command: string }) => command),
      ...contributes.submenus.map(({ id }: { id: string }) => id),
    ]);
    const asked = [...contexts].filter((name) => !known.has(name));
    expect(asked.length).toBeGreaterThan(1);
    for (const name of asked) expect(source).toContain(`"${name}"`);
  });

  test("asks for no proposed API", () => expect(manifest).not.toHaveProperty("enabledApiProposals"));

  test("has a picture of one colour for the activity bar, which the editor paints itself", () => {
    const [{ icon }] = contributes.viewsContainers.activitybar;
    const picture = readFileSync(`${root}${icon}`, "utf8");
    expect(picture).toContain('viewBox="0 0 24 24"');
    const painted = [...picture.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, color]) => color);
    expect(new Set(painted)).toEqual(new Set(["none", "currentColor"]));
  });

  test("has an icon and a picture for every step of the walkthrough", () => {
    expect(readFileSync(`${root}${manifest.icon}`).readUInt32BE(16)).toBeGreaterThanOrEqual(128);
    const [{ steps }]: [{ steps: Step[] }] = contributes.walkthroughs;
    expect(steps.length).toBeGreaterThanOrEqual(4);
    for (const { media, completionEvents } of steps) {
      const files = media.svg === undefined ? Object.values(media.image ?? {}) : [media.svg];
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(`${root}${file}`), file).toBe(true);
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
