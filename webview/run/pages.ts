import { l10n } from "../words.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { UpdatesPage } from "./updatesPage.ts";

/** The pages of the panel by the names of their models, in the order of their tabs. Each is made when it is first opened. */
export const pages: Readonly<Record<string, PageOffer>> = {
  updates: { title: () => l10n.t("Updates"), open: (host) => new UpdatesPage(host) },
};

export interface PageOffer {
  /** On the tab, in the page's language. */
  readonly title: () => string;
  readonly open: (host: PanelHost) => PanelPage;
}
