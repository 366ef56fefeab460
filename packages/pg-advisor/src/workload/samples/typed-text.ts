import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { WhatIf } from "../../what-if/what-if.ts";
import type { ParsedStatement } from "../parse-statement.ts";
import type { StatementShape } from "../shape/statement-shape.ts";
import { castListed } from "../text/repair-text.ts";
import { typesOfRoles } from "./types-of-roles.ts";

/** A text that the planner takes, with the types of its parameters. */
export interface TypedText {
  readonly text: string;
  readonly types: readonly string[];
}

/**
 * Asks the planner for the types of a statement's parameters. Where it refuses, it is asked once more
 * with the types of the columns that listed parameters are compared with written into the text.
 *
 * @throws why the statement as it was cannot be planned
 */
export async function askTypes(
  { text, node, parameterCount }: ParsedStatement,
  { parameters }: StatementShape,
  {
    whatIf,
    snapshot,
  }: {
    readonly whatIf: Pick<WhatIf, "parameterTypes">;
    readonly snapshot: Snapshot;
  },
): Promise<TypedText> {
  try {
    return { text, types: await whatIf.parameterTypes(text) };
  } catch (refusal) {
    const types = new Map<number, string>();
    for (const [index, type] of typesOfRoles(parameters, parameterCount, snapshot).entries()) {
      if (parameters.get(index + 1)?.kind === "compared" && type !== "") types.set(index + 1, type);
    }
    const withCasts = castListed(text, node, types);
    if (withCasts === text) throw refusal;
    const known = await whatIf.parameterTypes(withCasts).catch(() => null);
    if (known === null) throw refusal;
    return { text: withCasts, types: known };
  }
}
