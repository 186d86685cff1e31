import { DataZoomInsideComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { chartParts } from "../../src/run/charts/chartParts.ts";

use([...chartParts, DataZoomInsideComponent, TooltipComponent, CanvasRenderer, SVGRenderer]);

export { init };
