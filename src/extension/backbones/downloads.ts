import * as vscode from "vscode";
import type { DownloadNews } from "../../notebook/kernelProtocol.ts";
import { bytesText } from "../../run/views/numberFormat.ts";

interface Shown {
  readonly report: (present: number, total: number) => void;
  readonly close: () => void;
}

/** Downloads of backbones that are under way, each shown as a notification until it is over. */
export class Downloads {
  readonly #shown = new Map<string, Shown>();

  hear(news: DownloadNews): void {
    const shown = this.#shown.get(news.name);
    if (news.kind === "over") {
      this.#shown.delete(news.name);
      shown?.close();
      return;
    }
    const { report } = shown ?? this.#show(news.name);
    report(news.present, news.total);
  }

  #show(name: string): Shown {
    let close = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      close = resolve;
    });
    let progress: vscode.Progress<{ message: string; increment: number }> | undefined;
    let [reported, latest]: [number, readonly [number, number] | undefined] = [0, undefined];
    const report = (present: number, total: number): void => {
      latest = [present, total];
      const percent = total === 0 ? 0 : (100 * present) / total;
      progress?.report({
        message: vscode.l10n.t("{0} of {1}", bytesText(present), bytesText(total)),
        increment: Math.max(0, percent - reported),
      });
      if (progress !== undefined) reported = Math.max(reported, percent);
    };
    const title = vscode.l10n.t("Downloading backbone {0}", name);
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, (made) => {
      progress = made;
      if (latest !== undefined) report(...latest);
      return over;
    });
    const shown = { report, close };
    this.#shown.set(name, shown);
    return shown;
  }
}
