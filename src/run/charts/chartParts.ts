import { BarChart, CustomChart, LineChart, LinesChart, ParallelChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, ParallelComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";

/**
 * The parts of ECharts that charts are made of, whoever draws them; nothing else of it is loaded. What only a screen needs,
 * and what draws, is added by who draws.
 */
export const chartParts = [
  BarChart,
  CustomChart,
  LineChart,
  LinesChart,
  ParallelChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  LabelLayout,
];
