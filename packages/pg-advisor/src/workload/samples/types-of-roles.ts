import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { ComparisonOperator, ParameterRole } from "../shape/statement-shape.ts";

/** Types of parameters as the columns beside them tell; empty where nothing tells. */
export function typesOfRoles(
  roles: ReadonlyMap<number, ParameterRole>,
  parameterCount: number,
  snapshot: Snapshot,
): readonly string[] {
  return Array.from({ length: parameterCount }, (_, index) => {
    const role = roles.get(index + 1);
    return role === undefined ? "" : typeOf(role, snapshot);
  });
}

function typeOf(role: ParameterRole, snapshot: Snapshot): string {
  switch (role.kind) {
    case "limit":
    case "offset":
      return "bigint";
    case "accepted text":
      return "text";
    case "compared":
    case "written": {
      const { relation, column } = role.column;
      const owner = snapshot.relations.find(
        ({ schema, name }) => schema === relation.schema && name === relation.name,
      );
      const type = owner?.columns.find(({ name }) => name === column)?.type ?? "";
      return role.kind === "compared" ? typeCompared(role.operator, type) : type;
    }
  }
}

/** The type of what a column of a type is compared with. */
function typeCompared(operator: ComparisonOperator, type: string): string {
  if (operator === "any") return `${type}[]`;
  if (operator === "matches") return "text";
  if (operator !== "has key") return type;
  return type.endsWith("[]") ? type.slice(0, -2) : "text";
}
