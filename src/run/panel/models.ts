import { alignmentModel } from "./alignmentModel.ts";
import { budgetModelWith } from "./budgetModel.ts";
import { CallTimeline } from "./callTimeline.ts";
import { compareModel } from "./compareModel.ts";
import { examplesModel } from "./examplesModel.ts";
import { headModel } from "./headModel.ts";
import { landscapeModel } from "./landscapeModel.ts";
import { overviewModel } from "./overviewModel.ts";
import { type PageModel, pageModel } from "./panelModel.ts";
import { updatesModel } from "./updatesModel.ts";

/**
 * The models of all pages, new; `webview/run/pages.ts` lists the pages by the same names.
 * @param calls when calls were made, as far as anybody kept that
 */
export function pageModels(calls = new CallTimeline()): PageModel[] {
  return [
    pageModel(headModel),
    pageModel(overviewModel),
    pageModel(landscapeModel),
    pageModel(budgetModelWith(calls)),
    pageModel(updatesModel),
    pageModel(alignmentModel),
    pageModel(examplesModel),
    pageModel(compareModel),
  ];
}
