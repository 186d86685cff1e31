// @ts-check
// Makes the pictures of README and walkthrough (media/*.webp) of the screenshots that `npm run test:editor -- runPanel` has
// taken last: `npm run pictures`. They are drawn and compressed by the Chromium that the tests use.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setUp } from "./setup.mjs";
import { findChromium, needPrograms } from "./systemPrograms.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const screenshots = join(root, "test-results/screenshots");

/** Pictures by the screenshots that they are made of; `width` in pixels. */
const pictures = [
  { from: "run-panel-in-window-dark", to: "run-panel-window", width: 1280 },
  ...["dark", "light"].map((theme) => ({
    from: `run-panel-overview-${theme}`,
    to: `walkthrough/run-overview-${theme}`,
    width: 960,
  })),
];
/** How well they are kept, from 0 to 1; lines and letters stay sharp. */
const QUALITY = 0.82;
/** Together they may have so many bytes: every VSIX carries them. */
const MOST_BYTES = 200 * 1024;

/** In the browser: a picture as WebP of so many pixels across, as base64. */
const encode = `async ({ png, width, quality }) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(width, Math.round((image.height * width) / image.width));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}`;

await setUp();
const { chromium } = await import("playwright-core");
needPrograms(["chromium"], (line) => void process.stderr.write(`${line}\n`));
const missing = pictures.filter(({ from }) => !existsSync(join(screenshots, `${from}.png`)));
if (missing.length > 0) {
  const names = missing.map(({ from }) => `${from}.png`).join(", ");
  process.stderr.write(`test-results/screenshots lacks ${names}: run \`npm run test:editor -- runPanel\` first.\n`);
  process.exit(1);
}
const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  let total = 0;
  for (const { from, to, width } of pictures) {
    const png = readFileSync(join(screenshots, `${from}.png`)).toString("base64");
    const given = JSON.stringify({ png, width, quality: QUALITY });
    const webp = /** @type {string} */ (await page.evaluate(`(${encode})(${given})`));
    const file = join(root, "media", `${to}.webp`);
    writeFileSync(file, Buffer.from(webp, "base64"));
    const { size } = statSync(file);
    total += size;
    process.stdout.write(`media/${to}.webp: ${(size / 1024).toFixed(0)} KB\n`);
  }
  process.stdout.write(`together ${(total / 1024).toFixed(0)} KB (at most ${MOST_BYTES / 1024})\n`);
  if (total > MOST_BYTES) process.exitCode = 1;
} finally {
  await browser.close();
}
