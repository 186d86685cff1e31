import type { CustomSeriesOption } from "echarts/charts";
import { english, type L10n, plural } from "../l10n.ts";
import type { GridCell, OptionGrid } from "../panel/landscapeShown.ts";
import { rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
import { ground, paler } from "./contrast.ts";
import { shortLabel } from "./label.ts";
import { type Palette, scaleColour } from "./palette.ts";

/** More cells than that have no room for numbers. */
const MOST_NUMBERS = 144;
const ROW_HEIGHT = 34;

/**
 * Mean rewards over the values of two options as a heat map: the higher, the stronger the colour; the best cell has a
 * thick border, the one in force a dashed one. Items are the grid's cells. Null without any.
 */
export function optionGridChart(grid: OptionGrid, palette: Palette, l10n: L10n = english): Chart | null {
  const { cells, columns, rows } = grid;
  const best = bestCell(cells);
  if (best === undefined) return null;
  const [x, y] = [visibleLine(grid.x), visibleLine(grid.y)];
  const reward = grid.reward === "global" ? l10n.t("global reward") : l10n.t("local reward");
  const axis = (name: string, labels: readonly string[]) => ({
    type: "category" as const,
    data: labels.map((label) => shortLabel(label)),
    ...axisStyle(palette),
    name,
    nameLocation: "middle" as const,
    axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true },
    splitLine: { show: false },
  });
  return {
    width: 860,
    height: 80 + ROW_HEIGHT * Math.max(3, Math.min(14, rows.length)),
    summary: summary(grid, best, l10n),
    table: {
      columns: [x, y, l10n.t("{0}, mean", reward), l10n.t("candidates"), l10n.t("in force")],
      rows: cells.map((cell) => [
        visibleLine(columns[cell.column] ?? ""),
        visibleLine(rows[cell.row] ?? ""),
        cell.mean,
        cell.n,
        cell.current ? l10n.t("yes") : "",
      ]),
    },
    hint: ({ item }) => {
      const cell = cells[item];
      if (cell === undefined) return undefined;
      return [
        `${x} = ${visibleLine(columns[cell.column] ?? "")}, ${y} = ${visibleLine(rows[cell.row] ?? "")}`,
        `${reward} ${rewardText(cell.mean)}`,
        plural(l10n, "mean over {0, plural, one {# candidate} other {# candidates}}", cell.n),
        ...(cell.current ? [l10n.t("in force")] : []),
      ];
    },
    option: {
      ...baseOption(palette),
      legend: { show: false },
      grid: { left: 130, right: 24, top: 14, bottom: 46 },
      xAxis: { ...axis(x, columns), nameGap: 28 },
      yAxis: { ...axis(y, rows), nameGap: 112 },
      series: [cellSeries(cells, best, palette)],
    },
  };
}

function cellSeries(cells: readonly GridCell[], best: GridCell, palette: Palette): CustomSeriesOption {
  const numbers = cells.length <= MOST_NUMBERS;
  const low = Math.min(...cells.map(({ mean }) => mean));
  const span = best.mean - low;
  return {
    type: "custom",
    data: cells.map(({ column, row, mean }) => [column, row, mean]),
    encode: { x: 0, y: 1 },
    renderItem: ({ dataIndex }, api) => {
      const cell = cells[dataIndex];
      if (cell === undefined) throw new Error(`no cell at ${dataIndex}`);
      const [x = 0, y = 0] = api.coord([cell.column, cell.row]);
      const size = api.size?.([1, 1]);
      const [width = 0, height = 0] = Array.isArray(size) ? size : [];
      const share = span > 0 ? (cell.mean - low) / span : 1;
      const marked = cell === best || cell.current;
      return {
        type: "group",
        children: [
          {
            type: "rect",
            shape: { x: x - width / 2 + 2, y: y - height / 2 + 2, width: width - 4, height: height - 4 },
            style: {
              fill: numbers ? ground(palette.global, share, palette) : scaleColour(palette, share),
              stroke: marked ? palette.ink : paler(palette.quiet, 0.3, palette),
              lineWidth: cell === best ? 3 : marked ? 2 : 1,
              ...(cell !== best && cell.current ? { lineDash: [5, 3] } : {}),
            },
          },
          ...(numbers && width > 40
            ? [
                {
                  type: "text" as const,
                  style: {
                    x,
                    y,
                    text: rewardText(cell.mean),
                    fill: palette.ink,
                    align: "center" as const,
                    verticalAlign: "middle" as const,
                    fontSize: 11,
                  },
                },
              ]
            : []),
        ],
      };
    },
  };
}

function bestCell(cells: readonly GridCell[]): GridCell | undefined {
  return cells.reduce<GridCell | undefined>(
    (best, cell) => (best === undefined || cell.mean > best.mean ? cell : best),
    undefined,
  );
}

function summary({ x, y, reward, columns, rows, cells }: OptionGrid, best: GridCell, l10n: L10n): string {
  const at = `${visibleLine(x)} = ${visibleLine(columns[best.column] ?? "")}, ${visibleLine(y)} = ${visibleLine(rows[best.row] ?? "")}`;
  const low = Math.min(...cells.map(({ mean }) => mean));
  return reward === "global"
    ? l10n.t(
        "The mean global reward goes from {0} to {1}; it is highest at {2}.",
        rewardText(low),
        rewardText(best.mean),
        at,
      )
    : l10n.t(
        "The mean local reward goes from {0} to {1}; it is highest at {2}.",
        rewardText(low),
        rewardText(best.mean),
        at,
      );
}
