import type { Editor } from "./editor.ts";

/**
 * Opens a notebook with quick open.
 * @returns milliseconds from choosing it until a cell with this source is drawn
 */
export async function timeToShow({ page }: Editor, path: string, source: string): Promise<number> {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").fill(path);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: path }).first().waitFor();
  // Measured in the page, so that the way there and back does not count.
  await page.evaluate(
    `void (globalThis.shown = new Promise((resolve) => {
      let began;
      addEventListener("keydown", () => { began = performance.now(); }, { capture: true, once: true });
      const look = () => {
        const cells = [...document.querySelectorAll(".notebookOverlay .cell-list-container .view-lines")];
        if (cells.some((cell) => cell.textContent.includes(${JSON.stringify(source)}))) resolve(performance.now() - began);
        else requestAnimationFrame(look);
      };
      look();
    }))`,
  );
  await page.keyboard.press("Enter");
  return page.evaluate<number>("globalThis.shown");
}

/** @returns the longest time in milliseconds that the window did not answer while the work went on */
export async function longestPause(editor: Editor, work: (editor: Editor) => Promise<void>): Promise<number> {
  await editor.page.evaluate(
    `(() => {
      let last = performance.now();
      globalThis.longestPause = 0;
      globalThis.pauseTimer = setInterval(() => {
        const now = performance.now();
        globalThis.longestPause = Math.max(globalThis.longestPause, now - last);
        last = now;
      }, 10);
    })()`,
  );
  await work(editor);
  return editor.page.evaluate<number>("(clearInterval(globalThis.pauseTimer), globalThis.longestPause)");
}
