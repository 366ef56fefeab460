import type { RecommendationOperations } from "@streamgate/contract";
import { jobId, pageOfJobs } from "../../jobs/job-pages.ts";
import type { Platform } from "../../platform/platform.ts";
import { createProofViews } from "../../proof-view/proof-views.ts";
import { RecommendationActs } from "../../recommendations/recommendation-acts.ts";
import {
  proofPartsOf,
  recommendationView,
  recordedOf,
} from "../../recommendations/recommendation-view.ts";
import type { Handlers } from "../handlers.ts";
import { notFound } from "../refusal.ts";

/** Jobs that a recommendation's page shows. */
const SHOWN_JOBS = 20;

export function recommendationsHandlers(
  platform: Platform,
): Pick<Handlers, keyof RecommendationOperations> {
  const { recommendations, jobs, store } = platform;
  const acts = new RecommendationActs(platform);
  const viewOf = createProofViews();
  return {
    listRecommendations: ({ query }) => recommendations.page(query),
    getRecommendation: async ({ parameters, query }) => {
      const one = await recommendations.one(parameters.id, query.target);
      const { target, id } = one.summary;
      const [recorded, done, trackRecord] = await Promise.all([
        recordedOf(store, one),
        jobs.list({ finding: id, target, limit: SHOWN_JOBS }),
        recommendations.trackRecord(one),
      ]);
      const proof = viewOf(proofPartsOf(one, recorded));
      return recommendationView(one, recorded, proof, done, trackRecord);
    },
    getProof: async ({ parameters, query }) => {
      const one = await recommendations.one(parameters.id, query.target);
      return viewOf(proofPartsOf(one, await recordedOf(store, one)));
    },
    proveRecommendation: (call) => acts.request("prove", call),
    applyRecommendation: (call) => acts.request("apply", call),
    verifyRecommendation: (call) => acts.request("verify", call),
    revertRecommendation: (call) => acts.request("revert", call),
    dismissRecommendation: (call) => acts.dismiss(call),
    restoreRecommendation: (call) => acts.restore(call),
    listJobs: ({ query }) => pageOfJobs(jobs, query),
    getJob: async ({ parameters }) => {
      const id = jobId(parameters.id);
      const job = id === undefined ? undefined : await jobs.find(id);
      if (job === undefined) throw notFound("job", parameters.id);
      return job;
    },
    cancelJob: async ({ parameters, principal }) => {
      const id = jobId(parameters.id);
      if (id === undefined) throw notFound("job", parameters.id);
      return acts.cancel(id, principal);
    },
    observeNow: ({ body, principal }) => acts.observe(body.target, principal),
  };
}
