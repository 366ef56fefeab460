import type {
  ActRequest,
  Job,
  Principal,
  RecommendationAct,
  RecommendationSummary,
} from "@streamgate/contract";
import { auditedBy } from "../access/audited-by.ts";
import { authorOf } from "../api/author.ts";
import { badRequest, conflict, notFound } from "../api/refusal.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { LiveBus } from "../live/live-bus.ts";
import type { PlatformConfiguration } from "../platform/platform-configuration.ts";
import type { Act } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { databaseOf } from "./database-of.ts";
import type { Recommendation } from "./recommendation.ts";
import type { Recommendations } from "./recommendations.ts";

/** A call that acts on a recommendation. */
export interface ActCall {
  readonly parameters: { readonly id: string };
  readonly query: { readonly target?: string };
  readonly body: ActRequest;
  readonly principal: Principal | null;
}

export interface RecommendationActsParts {
  readonly recommendations: Recommendations;
  readonly jobs: Jobs;
  readonly store: Store;
  readonly live: LiveBus;
  configuration(): PlatformConfiguration;
}

type JobAct = Exclude<RecommendationAct, "dismiss" | "restore">;

/** What people do about recommendations: each act is confirmed, allowed by the state, and audited. */
export class RecommendationActs {
  readonly #parts: RecommendationActsParts;

  constructor(parts: RecommendationActsParts) {
    this.#parts = parts;
  }

  /** Asks for a job. @throws ApiRefusal 400, 404, 409, 503 */
  async request(act: JobAct, call: ActCall): Promise<Job> {
    requireConfirmation(call.body);
    const one = await this.#find(call);
    const { target, id } = one.summary;
    const underWay = this.#parts.jobs
      .current()
      .find((job) => job.kind === act && job.target === target && job.finding === id);
    if (underWay === undefined) requireAct(one, act);
    const { reason, allowsUnproven, watchMs } = call.body;
    const job = await this.#parts.jobs.request({
      kind: act,
      target,
      finding: id,
      requestedBy: authorOf(call),
      ...(reason === undefined ? {} : { reason }),
      options: {
        ...(allowsUnproven === undefined ? {} : { allowsUnproven }),
        ...(watchMs === undefined ? {} : { watchMs }),
      },
    });
    await this.#note(call, {
      act: `${act} asked for`,
      target,
      finding: id,
      details: { job: job.id, ...call.body },
    });
    return job;
  }

  async dismiss(call: ActCall): Promise<RecommendationSummary> {
    requireConfirmation(call.body);
    const one = await this.#find(call);
    if (one.summary.state === "dismissed") return one.summary;
    requireAct(one, "dismiss");
    const { reason } = call.body;
    await this.#parts.recommendations.dismiss(one, authorOf(call), reason);
    return this.#noted(call, one, "dismissed", reason);
  }

  async restore(call: ActCall): Promise<RecommendationSummary> {
    requireConfirmation(call.body);
    const one = await this.#find(call);
    if (one.summary.state !== "dismissed") return one.summary;
    await this.#parts.recommendations.restore(one);
    return this.#noted(call, one, "restored", call.body.reason);
  }

  async observe(target: string, principal: Principal | null): Promise<Job> {
    const database = databaseOf(this.#parts.configuration().databases, target);
    if (database === undefined) throw notFound("database", target);
    const { name } = database;
    const requestedBy = authorOf({ principal });
    const job = await this.#parts.jobs.request({ kind: "observe", target: name, requestedBy });
    await this.#note(
      { principal },
      { act: "observe asked for", target: name, details: { job: job.id } },
    );
    return job;
  }

  async cancel(id: string, principal: Principal | null): Promise<Job> {
    const known = await this.#parts.jobs.find(id);
    if (known === undefined) throw notFound("job", id);
    const { target, finding, kind } = known;
    const job = await this.#parts.jobs.cancel(id, authorOf({ principal }));
    if (job === undefined) return known;
    await this.#note(
      { principal },
      {
        act: `${kind} cancelled`,
        target,
        ...(finding === null ? {} : { finding }),
        details: { job: id },
      },
    );
    return job;
  }

  #find({ parameters, query }: Pick<ActCall, "parameters" | "query">): Promise<Recommendation> {
    return this.#parts.recommendations.one(parameters.id, query.target);
  }

  async #noted(
    call: Pick<ActCall, "principal" | "parameters">,
    { summary }: Recommendation,
    act: string,
    reason: string | undefined,
  ): Promise<RecommendationSummary> {
    const { target, id } = summary;
    await this.#note(call, {
      act,
      target,
      finding: id,
      details: reason === undefined ? {} : { reason },
    });
    this.#parts.live.changed("recommendations", "now");
    return (await this.#parts.recommendations.one(id, target)).summary;
  }

  async #note({ principal }: Pick<ActCall, "principal">, act: Act): Promise<void> {
    await this.#parts.store.note({ ...auditedBy(principal), ...act });
  }
}

function requireConfirmation({ confirm }: ActRequest): void {
  if (confirm) return;
  throw badRequest("this act wants it said that it is meant", 'send {"confirm": true}', [
    { place: "body.confirm", message: "is not true" },
  ]);
}

/** @throws ApiRefusal 409 with what can be done instead */
function requireAct({ summary, isGone, isTold }: Recommendation, act: RecommendationAct): void {
  const { acts, state, target } = summary;
  if (acts.includes(act)) return;
  const why = isGone
    ? "a later look did not find it again"
    : isTold
      ? "it is only told: there is nothing to apply"
      : `it is ${state}`;
  throw conflict(
    `this recommendation cannot be asked to ${act}: ${why}`,
    acts.length === 0
      ? `see what is done with ${target} under /jobs`
      : `what can be done: ${acts.join(", ")}`,
  );
}
