import { l10n } from "../words.ts";
import { AlignmentPage } from "./alignmentPage.ts";
import { BudgetPage } from "./budgetPage.ts";
import { ComparePage } from "./comparePage.ts";
import { ExamplesPage } from "./examplesPage.ts";
import { LandscapePage } from "./landscapePage.ts";
import { OverviewPage } from "./overviewPage.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { UpdatesPage } from "./updatesPage.ts";

/** The pages of the panel by the names of their models, in the order of their tabs. Each is made when it is first opened. */
export const pages: Readonly<Record<string, PageOffer>> = {
  overview: { title: () => l10n.t("Overview"), open: (host) => new OverviewPage(host) },
  landscape: { title: () => l10n.t("Landscape"), open: (host) => new LandscapePage(host) },
  updates: { title: () => l10n.t("Updates"), open: (host) => new UpdatesPage(host) },
  examples: { title: () => l10n.t("Examples"), open: (host) => new ExamplesPage(host) },
  alignment: { title: () => l10n.t("Alignment"), open: (host) => new AlignmentPage(host) },
  budget: { title: () => l10n.t("Budget"), open: (host) => new BudgetPage(host) },
  compare: { title: () => l10n.t("Compare"), open: (host) => new ComparePage(host) },
};

export interface PageOffer {
  /** On the tab, in the page's language. */
  readonly title: () => string;
  readonly open: (host: PanelHost) => PanelPage;
}
