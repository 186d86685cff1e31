import { alignmentModel } from "./alignmentModel.ts";
import { budgetModel } from "./budgetModel.ts";
import { compareModel } from "./compareModel.ts";
import { examplesModel } from "./examplesModel.ts";
import { headModel } from "./headModel.ts";
import { landscapeModel } from "./landscapeModel.ts";
import { overviewModel } from "./overviewModel.ts";
import { type PageModel, pageModel } from "./panelModel.ts";
import { updatesModel } from "./updatesModel.ts";

/** The models of all pages, new; `webview/run/pages.ts` lists the pages by the same names. */
export function pageModels(): PageModel[] {
  return [
    pageModel(headModel),
    pageModel(overviewModel),
    pageModel(landscapeModel),
    pageModel(budgetModel),
    pageModel(updatesModel),
    pageModel(examplesModel),
    pageModel(alignmentModel),
    pageModel(compareModel),
  ];
}
