import { StreamGateError } from "@streamgate/core";
import type { Candidate } from "../../candidates/candidate.ts";
import type { PlanNode } from "../../plans/plan.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { RelationName, Snapshot } from "../../snapshot/snapshot.ts";
import { candidateUnknown, nowherePlanned, statementRefused } from "../errors.ts";
import { planOne } from "../plan-one.ts";
import type { PlanRequest } from "../twin/explain-requests.ts";
import type { TwinRefresh } from "../twin/refresh/refresh-twin.ts";
import type { Twin } from "../twin/twin.ts";
import type { Configuration } from "../what-if.ts";
import { type HypopgOptions, hypopgOf } from "./hypopg-options.ts";
import { HypopgWhatIf } from "./hypopg-what-if.ts";

/**
 * The twin, and beside it HypoPG for the statements that the twin cannot carry (they need an extension's type or function that no server of
 * ours has), where the watched database has that extension: these are planned on the watched server itself, and all others on the twin. Where
 * a statement is planned never changes, so that its costs can be compared. Without HypoPG it is the twin itself.
 *
 * @param twin closed together with what is returned
 * @example
 * ```ts
 * import { besideTwin, type HypopgOptions, type Twin } from "@streamgate/pg-advisor";
 * const whatIf = (twin: Twin, options: HypopgOptions): Twin => besideTwin(twin, options);
 * ```
 */
export function besideTwin(twin: Twin, options: HypopgOptions): Twin {
  const extension = hypopgOf(options.snapshot);
  return extension === null
    ? twin
    : new TwinBesideHypopg(twin, new HypopgWhatIf(extension, options));
}

class TwinBesideHypopg implements Twin {
  readonly name = "twin";
  readonly #twin: Twin;
  readonly #hypopg: HypopgWhatIf;
  readonly #planners = new Map<string, "twin" | "hypopg">();
  readonly #candidates = new Map<string, Candidate>();

  constructor(twin: Twin, hypopg: HypopgWhatIf) {
    this.#twin = twin;
    this.#hypopg = hypopg;
  }

  get skipped(): readonly SkippedObject[] {
    return this.#twin.skipped;
  }

  get serverPid(): number {
    return this.#twin.serverPid;
  }

  get dataFolder(): string {
    return this.#twin.dataFolder;
  }

  plannerOf(text: string): "twin" | "hypopg" {
    return this.#planners.get(text) ?? "twin";
  }

  async parameterTypes(text: string): Promise<readonly string[]> {
    if (this.plannerOf(text) === "hypopg") return this.#hypopg.parameterTypes(text);
    try {
      return await this.#twin.parameterTypes(text);
    } catch (error) {
      if (!isNotPlanned(error)) throw error;
      const types = await this.#hypopg.parameterTypes(text).catch((other: unknown) => {
        throw nowherePlanned(error, other);
      });
      this.#planners.set(text, "hypopg");
      return types;
    }
  }

  async define(candidates: readonly Candidate[]): Promise<void> {
    for (const candidate of candidates) this.#candidates.set(candidate.id, candidate);
    await this.#twin.define(candidates);
    await this.#hypopg.define(candidates.filter(({ id }) => !isMade(this.#twin, id)));
  }

  indexNames(candidateId: string): readonly RelationName[] {
    return isMade(this.#twin, candidateId)
      ? (this.#twin.indexNames?.(candidateId) ?? [])
      : this.#hypopg.indexNames(candidateId);
  }

  sizeBytes(candidateId: string): number {
    return isMade(this.#twin, candidateId)
      ? this.#twin.sizeBytes(candidateId)
      : this.#hypopg.sizeBytes(candidateId);
  }

  plan(
    text: string,
    sample: PlanRequest["sample"],
    configuration: Configuration,
  ): Promise<PlanNode> {
    return planOne(this, { text, sample }, configuration);
  }

  async planMany(
    requests: readonly PlanRequest[],
    configuration: Configuration,
  ): Promise<readonly (PlanNode | Error)[]> {
    const ofTwin = requests.filter(({ text }) => this.plannerOf(text) === "twin");
    const onTwin = await this.#twin.planMany(ofTwin, this.#madeOnTwin(configuration));
    const answers = new Map(ofTwin.map((request, position) => [request, onTwin[position]]));
    for (const [request, answer] of answers) {
      if (answer instanceof Error && isNotPlanned(answer)) await this.#findPlanner(request.text);
    }
    const ofHypopg = requests.filter(({ text }) => this.plannerOf(text) === "hypopg");
    const onHypopg = await this.#planOnWatched(ofHypopg, configuration);
    for (const [position, request] of ofHypopg.entries()) answers.set(request, onHypopg[position]);
    return requests.map((request) => answers.get(request) ?? statementRefused("no answer"));
  }

  refresh(snapshot: Snapshot): Promise<TwinRefresh> {
    this.#planners.clear();
    return this.#twin.refresh(snapshot);
  }

  async close(): Promise<void> {
    await this.#hypopg.close();
    await this.#twin.close();
  }

  /** A statement belongs to HypoPG if the twin cannot even analyse it: with other values it would not be otherwise. */
  async #findPlanner(text: string): Promise<void> {
    await this.parameterTypes(text).catch(() => undefined);
  }

  async #planOnWatched(
    requests: readonly PlanRequest[],
    configuration: Configuration,
  ): Promise<readonly (PlanNode | Error)[]> {
    if (requests.length === 0) return [];
    const { present } = configuration;
    await this.#hypopg.define(present.map((id) => this.#candidate(id)));
    return this.#hypopg.planMany(requests, configuration);
  }

  /** For the twin's statements an index that it cannot make is not there: none of them could use it. */
  #madeOnTwin({ present, absent }: Configuration): Configuration {
    return {
      present: present.filter((id) => !this.#candidates.has(id) || isMade(this.#twin, id)),
      absent,
    };
  }

  #candidate(id: string): Candidate {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) throw candidateUnknown(id);
    return candidate;
  }
}

function isMade(twin: Twin, candidateId: string): boolean {
  try {
    twin.sizeBytes(candidateId);
    return true;
  } catch {
    return false;
  }
}

function isNotPlanned(error: unknown): boolean {
  return error instanceof StreamGateError && error.code === "SG_PG_STATEMENT_NOT_PLANNED";
}
