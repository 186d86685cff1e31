import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { scratchFolder } from "../data/scratchFolder.ts";
import { typed } from "./typedCommand.ts";

const experiment = (model: string) => `
import { experiment, llm, rows, system } from "optimas";
const writer = llm({ name: "writer", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });
const made = (split, n) => rows(Array.from({ length: n }, (_, index) => ({ question: split + " question " + index })));
export default experiment({
  system: system({ name: "tiny", components: [writer], outputs: ["answer"] }),
  data: { train: made("train", 30), validation: made("validation", 10), test: made("test", 10) },
  reward: () => 1,
  model: ${JSON.stringify(model)},
});
`;

function workspace(model: string): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, "tiny.ts"), experiment(model));
  return folder;
}

describe("optimas estimate", () => {
  test("tells calls, tokens, money and minutes with their range, and how they were computed; it needs no key", async () => {
    const folder = workspace("openai:gpt-4o-mini");
    const { code, stdout } = await typed(["estimate", "tiny.ts"], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/calls +about [\d,]+ \([\d,]+ to [\d,]+\)/);
    expect(stdout).toMatch(/money +about \$[\d.]+ \(\$[\d.]+ to \$[\d.]+\)/);
    expect(stdout).toContain("proposer");
    expect(stdout).toContain("How it was computed");
    expect(existsSync(join(folder, ".optimas"))).toBe(false);
    const json = await typed(["run", "tiny.ts", "--dry-run", "--json"], folder);
    expect(JSON.parse(json.stdout)).toMatchObject({ simulated: false, unpriced: [] });
  });

  test("says that money is unknown where a price is", async () => {
    const { stdout } = await typed(["estimate", "tiny.ts"], workspace("openai:gpt-99"));
    expect(stdout).toMatch(/money +not known/);
    expect(stdout).toContain("nobody knows the price of openai:gpt-99");
  });
});

describe("a run that may cost more than the threshold", () => {
  beforeEach(() => {
    vi.stubEnv("OPENAI_API_KEY", "sk-planted-0123456789abcdef0123456789");
    return () => vi.unstubAllEnvs();
  });

  test("is refused where nobody can be asked, with the remedy, and leaves nothing behind", async () => {
    const folder = workspace("openai:gpt-5-pro");
    const { code, stderr } = await typed(["run", "tiny.ts"], folder);
    expect(code).toBe(2);
    expect(stderr).toContain("Estimate before the run");
    expect(stderr).toMatch(
      /may cost up to \$[\d,.]+, and nobody can be asked here \(threshold \$1\.00\)\. Nothing was spent/,
    );
    expect(stderr).toContain("--yes");
    expect(existsSync(join(folder, ".optimas", "runs"))).toBe(false);
  });

  test("unknown prices count as above", async () => {
    const { stderr } = await typed(["run", "tiny.ts"], workspace("openai:gpt-99"));
    expect(stderr).toContain("may cost an unknown amount");
    expect(stderr).toContain("--budget-tokens");
  });
});

describe("optimas models", () => {
  test("lists providers, prices with day and page, and whether a key is there, never the key", async () => {
    const folder = workspace("openai:gpt-4o-mini");
    const price = { inputPerMillion: 0, outputPerMillion: 0, source: "runs on this machine" };
    const limits = { openai: { requestsPerMinute: 500 } };
    writeFileSync(
      join(folder, "optimas.models.json"),
      JSON.stringify({ version: 1, prices: { "ollama:llama3.2": price }, limits }),
    );
    const key = "sk-planted-0123456789abcdef0123456789";
    vi.stubEnv("OPENAI_API_KEY", key);
    try {
      const { code, stdout } = await typed(["models", "tiny.ts"], folder);
      expect(code).toBe(0);
      expect(stdout).toContain("OPENAI_API_KEY is set");
      expect(stdout).toMatch(/openai:gpt-4o-mini +\$0\.15 +\$0\.075 +\$0\.60 +2026-03 +https:/);
      expect(stdout).toMatch(/ollama:llama3\.2 +\$0 /);
      expect(stdout).toMatch(/openai +500 +none known +64/);
      expect(stdout).not.toContain(key);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
