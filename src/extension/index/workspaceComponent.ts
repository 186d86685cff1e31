import { type ComponentDefinition, isComponent } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";

/** The component with this id, as long as it is found. */
export function componentOf(model: WorkspaceModel, id: string): ComponentDefinition | undefined {
  const definition = model.definition(id);
  return definition !== undefined && isComponent(definition) ? definition : undefined;
}
