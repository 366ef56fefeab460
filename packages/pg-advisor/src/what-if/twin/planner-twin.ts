import type { Candidate } from "../../candidates/candidate.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { RunContext } from "../../context.ts";
import type { PlanNode } from "../../plans/plan.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { RelationName, Snapshot } from "../../snapshot/snapshot.ts";
import { statementRefused, twinClosed } from "../errors.ts";
import { planOne } from "../plan-one.ts";
import type { Configuration } from "../what-if.ts";
import type { Absences } from "./absences.ts";
import { defineCandidates } from "./define-candidates.ts";
import { expectRows } from "./expected-rows.ts";
import { ExplainRequests, type PlanRequest } from "./explain-requests.ts";
import type { IndexRegistry } from "./index-registry.ts";
import { LeafTables } from "./leaf-tables.ts";
import { plannerSettings } from "./planner-settings.ts";
import { type ExplainRequest, PlanningSession } from "./planning-session.ts";
import { refreshTwin, type TwinRefresh } from "./refresh/refresh-twin.ts";
import { Turns } from "./turns.ts";
import type { Twin } from "./twin.ts";
import type { TwinDatabase } from "./twin-database.ts";

/** What a loaded twin is made of. */
export interface TwinParts {
  readonly cluster: Cluster;
  readonly database: TwinDatabase;
  readonly snapshot: Snapshot;
  readonly registry: IndexRegistry;
  readonly skipped: readonly SkippedObject[];
  readonly absences: Absences;
  readonly context: RunContext;
}

/** The planner of a loaded twin. One question at a time: each changes what the session sees. */
export class PlannerTwin implements Twin {
  readonly name = "twin";
  readonly serverPid: number;
  readonly dataFolder: string;
  #parts: TwinParts;
  #leafTables: LeafTables;
  #requests = new ExplainRequests();
  readonly #turns = new Turns();
  readonly #defined: Candidate[] = [];
  #skipped: SkippedObject[];
  #session: PlanningSession;
  #end: Promise<void> | null = null;

  private constructor(parts: TwinParts, session: PlanningSession) {
    this.serverPid = parts.cluster.pid;
    this.dataFolder = parts.cluster.dataFolder;
    this.#parts = parts;
    this.#leafTables = new LeafTables(parts.snapshot);
    this.#session = session;
    this.#skipped = [...parts.skipped, ...session.skipped];
  }

  static async open(parts: TwinParts): Promise<PlannerTwin> {
    return new PlannerTwin(parts, await openSession(parts));
  }

  get skipped(): readonly SkippedObject[] {
    return this.#skipped;
  }

  indexNames(candidateId: string): readonly RelationName[] {
    return this.#parts.registry.candidate(candidateId).names;
  }

  sizeBytes(candidateId: string): number {
    return this.#parts.registry.candidate(candidateId).bytes;
  }

  parameterTypes(text: string): Promise<readonly string[]> {
    return this.#inTurn(() => this.#requests.parameterTypes(this.#session, text));
  }

  define(candidates: readonly Candidate[]): Promise<void> {
    return this.#inTurn(async () => {
      const unknown = candidates.filter(({ id }) => !this.#parts.registry.isKnown(id));
      if (unknown.length === 0) return;
      this.#defined.push(...unknown);
      await this.#makeKnown(unknown);
    });
  }

  plan(
    text: string,
    sample: PlanRequest["sample"],
    configuration: Configuration,
  ): Promise<PlanNode> {
    return planOne(this, { text, sample }, configuration);
  }

  planMany(
    requests: readonly PlanRequest[],
    configuration: Configuration,
  ): Promise<readonly (PlanNode | Error)[]> {
    return this.#inTurn(async () => {
      const switches = this.#parts.registry.switchesFor(configuration);
      const explains = await this.#requests.prepare(this.#session, requests);
      const answers = await this.#session.explain(explains.filter(isRequest), switches);
      const answer = answers.values();
      return explains.map((explain) =>
        isRequest(explain) ? (answer.next().value ?? statementRefused("no answer")) : explain,
      );
    });
  }

  refresh(snapshot: Snapshot): Promise<TwinRefresh> {
    return this.#inTurn(async () => {
      await this.#session.close();
      const refreshed = await refreshTwin(this.#parts, snapshot);
      this.#parts = refreshed.parts;
      this.#leafTables = new LeafTables(snapshot);
      this.#requests = new ExplainRequests();
      this.#session = await openSession(this.#parts);
      this.#skipped = [...this.#parts.skipped, ...this.#session.skipped];
      if (this.#defined.length > 0) await this.#makeKnown(this.#defined);
      return refreshed.done;
    });
  }

  close(): Promise<void> {
    this.#end ??= this.#stop();
    return this.#end;
  }

  async #stop(): Promise<void> {
    await this.#parts.cluster.stop();
    await this.#turns.finished();
    await this.#session.close().catch(() => undefined);
  }

  /** Sessions remember sizes and heights, so that a new one is opened afterwards. */
  async #makeKnown(candidates: readonly Candidate[]): Promise<void> {
    const { cluster, database, registry, snapshot } = this.#parts;
    const leafTables = this.#leafTables;
    const expectedRows = await expectRows(this.#session, candidates, leafTables);
    await this.#session.close();
    try {
      const input = { candidates, snapshot, leafTables, expectedRows };
      await defineCandidates(cluster, database, registry, input);
    } finally {
      this.#session = await openSession(this.#parts);
    }
    for (const { id } of candidates) {
      const reason = registry.reasonUnmade(id);
      if (reason !== null) this.#skipped.push({ object: `candidate ${id}`, reason });
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(async () => {
      if (this.#end !== null) throw twinClosed();
      this.#parts.context.signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        throw this.#end === null ? error : twinClosed();
      }
    });
  }
}

function isRequest(explain: ExplainRequest | Error): explain is ExplainRequest {
  return !(explain instanceof Error);
}

function openSession({ database, snapshot, absences }: TwinParts): Promise<PlanningSession> {
  return PlanningSession.open(database.plannerUrl, plannerSettings(snapshot), absences);
}
