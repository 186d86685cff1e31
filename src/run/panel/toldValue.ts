import type { VariableValue } from "../../system/variable.ts";
import type { RunEvent } from "../events.ts";

/** The value of a component that an event tells of; undefined where it tells of none. */
export function valueToldBy(event: RunEvent, component: string): VariableValue | undefined {
  switch (event.type) {
    case "candidate":
    case "landscape":
      return event.component === component ? event.value : undefined;
    case "update":
      return event.component === component ? event.after : undefined;
    case "run.started":
      return Object.hasOwn(event.configuration, component) ? event.configuration[component] : undefined;
    default:
      return undefined;
  }
}
