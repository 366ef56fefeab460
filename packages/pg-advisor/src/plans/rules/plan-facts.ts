import type {
  Column,
  ColumnStatistics,
  Index,
  Relation,
  Snapshot,
} from "../../snapshot/snapshot.ts";
import type { ExplainedNode } from "../tree/explained-node.ts";
import type { ExplainedPlan } from "../tree/explained-plan.ts";

/** What is known beside the plan: from a snapshot of its database, where there is one. */
export interface PlanFacts {
  /** As `server_version_num`; null where it is not known. */
  readonly versionNumber: number | null;
  relationOf(node: ExplainedNode): Relation | null;
  columnOf(node: ExplainedNode, name: string): Column | null;
  statisticsOf(relation: Relation): readonly ColumnStatistics[];
  indexOf(node: ExplainedNode): Index | null;
  /** The partitioned table that a partition belongs to. */
  parentOf(relation: Relation): Relation | null;
  /** What the plan says under SETTINGS, else what the snapshot says. */
  settingOf(name: string): string | null;
}

/** The facts of a snapshot as a plan's nodes ask for them. */
export function planFacts(plan: ExplainedPlan, snapshot: Snapshot | null): PlanFacts {
  const relationOf = ({ schema, relation }: ExplainedNode): Relation | null => {
    if (relation === null || snapshot === null) return null;
    const named = snapshot.relations.filter(
      (one) => one.name === relation && (schema === null || one.schema === schema),
    );
    // Without VERBOSE a name may be that of several tables.
    return named.length === 1 ? (named[0] ?? null) : null;
  };
  return {
    versionNumber: snapshot?.server.versionNumber ?? null,
    relationOf,
    columnOf: (node, name) => relationOf(node)?.columns.find((one) => one.name === name) ?? null,
    statisticsOf: ({ schema, name }) =>
      snapshot?.columnStatistics.filter(
        (one) => one.schema === schema && one.relation === name && !one.inherited,
      ) ?? [],
    indexOf: ({ index }) => {
      const named = snapshot?.indexes.filter((one) => one.name === index) ?? [];
      return named.length === 1 ? (named[0] ?? null) : null;
    },
    parentOf: ({ partitionOf }) =>
      snapshot?.relations.find(
        ({ schema, name }) =>
          schema === partitionOf?.parent.schema && name === partitionOf.parent.name,
      ) ?? null,
    settingOf: (name) =>
      plan.settings[name] ?? snapshot?.settings.find((one) => one.name === name)?.value ?? null,
  };
}
