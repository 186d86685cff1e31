import { describe, expect, test } from "vitest";
import { browserPath, testBrowser } from "./rendererPage.ts";
import { seriousFindings } from "./seriousFindings.ts";

describe.skipIf(browserPath === undefined)("what keeps people out of a page", () => {
  test("is found with the elements that do so, each time it is looked for", async () => {
    const page = await (await testBrowser()).newPage();
    try {
      await page.setContent('<html lang="en"><title>A</title><main><h1>Runs</h1><button>Apply</button></main></html>');
      expect(await seriousFindings(page)).toEqual([]);
      await page.evaluate(`document.querySelector("main").innerHTML +=
        '<button class="bare"></button><p style="color: #aaa; background: #fff">faint</p>'`);
      const findings = await seriousFindings(page);
      expect(findings.map((finding) => finding.split(":")[0])).toEqual(["button-name", "color-contrast"]);
      expect(findings.join(" ")).toMatch(/<button class="bare">.*<p style="color: #aaa;/);
    } finally {
      await page.close();
    }
  });
});
