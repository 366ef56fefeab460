import type { ForeignServerFacts, Relation, Snapshot } from "../snapshot/snapshot.ts";
import { qualify, quoteIdentifier, quoteLiteral } from "./identifiers.ts";
import type { SchemaStatement, SkippedObject } from "./schema-script.ts";

/** The wrapper that plans without a word to the other server. */
const PLANS_ALONE = "postgres_fdw";
/** Whoever sets it wants the other server to be asked, and the twin has none to ask. */
const ASKS_REMOTELY = /^use_remote_estimate=(?:true|on|yes|1)$/i;

export interface RenderedForeign {
  readonly servers: readonly SchemaStatement[];
  readonly skipped: readonly SkippedObject[];
  /** Whether a foreign table can stand here, without its rows. */
  readonly isCarried: (relation: Relation) => boolean;
}

/** Servers that lead nowhere, for foreign tables that are planned and never read. */
export function renderForeignServers(
  snapshot: Pick<Snapshot, "foreignServers">,
  relations: readonly Relation[],
  availableExtensions: readonly string[],
): RenderedForeign {
  const servers = (snapshot.foreignServers ?? []).filter(
    ({ wrapper }) => wrapper === PLANS_ALONE && availableExtensions.includes(wrapper),
  );
  const carried = new Set(servers.map(({ name }) => name));
  const isCarried = ({ foreign }: Relation): boolean =>
    foreign !== undefined && carried.has(foreign.server);
  const tables = relations.filter(({ kind }) => kind === "foreign table");
  return {
    servers: servers.map(createServer),
    isCarried,
    skipped: [
      ...tables.filter((table) => !isCarried(table)).map(leftOut),
      ...servers.filter(({ planOptions }) => asksRemotely(planOptions)).map(guessed),
    ],
  };
}

/** ` SERVER … OPTIONS (…)` of a foreign table. */
export function renderForeignClause(foreign: NonNullable<Relation["foreign"]>): string {
  return ` SERVER ${quoteIdentifier(foreign.server)}${renderPlanOptions(foreign.planOptions)}`;
}

function createServer({ name, wrapper, planOptions }: ForeignServerFacts): SchemaStatement {
  const server = quoteIdentifier(name);
  return {
    object: `foreign server ${server}`,
    sql: `CREATE SERVER ${server} FOREIGN DATA WRAPPER ${quoteIdentifier(wrapper)}${renderPlanOptions(planOptions)}; GRANT USAGE ON FOREIGN SERVER ${server} TO PUBLIC`,
  };
}

function renderPlanOptions(planOptions: readonly string[]): string {
  const rendered = planOptions
    .filter((option) => !option.startsWith("use_remote_estimate="))
    .map((option) => {
      const [name = "", ...value] = option.split("=");
      return `${quoteIdentifier(name)} ${quoteLiteral(value.join("="))}`;
    });
  return rendered.length === 0 ? "" : ` OPTIONS (${rendered.join(", ")})`;
}

function asksRemotely(planOptions: readonly string[]): boolean {
  return planOptions.some((option) => ASKS_REMOTELY.test(option));
}

function leftOut(table: Relation): SkippedObject {
  return {
    object: `foreign table ${qualify(table)}`,
    reason: `its data lies on another server, and only ${PLANS_ALONE} plans without asking there`,
  };
}

function guessed({ name }: ForeignServerFacts): SkippedObject {
  return {
    object: `remote estimates of foreign server ${quoteIdentifier(name)}`,
    reason: "the watched server asks the other one for costs; here they are estimated",
  };
}
