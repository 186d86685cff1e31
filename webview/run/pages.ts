import type { PanelHost, PanelPage } from "./panelPage.ts";

/** The pages of the panel by the names of their models, in the order of their tabs. Each is made when it is first opened. */
export const pages: Readonly<Record<string, PageOffer>> = {};

export interface PageOffer {
  /** On the tab, in the page's language. */
  readonly title: () => string;
  readonly open: (host: PanelHost) => PanelPage;
}
