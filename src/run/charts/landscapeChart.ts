import { english, type L10n } from "../l10n.ts";
import type { OptionCurve } from "../panel/landscapeShown.ts";
import type { LandscapeView } from "../views/findings.ts";
import { landscapeValueText } from "../views/valueText.ts";
import type { Chart } from "./chart.ts";
import { optionCurveChart } from "./optionCurveChart.ts";
import type { Palette } from "./palette.ts";

/** Local and global reward over the values of a variable, as a run measured them. @throws Error without any points */
export function landscapeChart(view: LandscapeView, palette: Palette, l10n: L10n = english): Chart {
  const chart = optionCurveChart(curveOf(view), palette, l10n);
  if (chart === null) throw new Error(`a landscape of ${view.component}.${view.key} without points`);
  return chart;
}

function curveOf({ component, key, points }: LandscapeView): OptionCurve {
  return {
    component,
    key,
    from: "landscape",
    points: points.map((point) => ({
      label: landscapeValueText(point).replace(`${key} = `, ""),
      local: point.local,
      global: point.global,
      n: point.inputs,
      current: point.current,
    })),
  };
}
