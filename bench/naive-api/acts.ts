import type { Job, RecommendationPage, RecommendationView } from "@streamgate/contract";

const PATIENCE_MS = 900_000;

/** What the bench asks of a served platform, as a person would by its HTTP API. */
export interface Acts {
  /** Looks at the database now. */
  observe(): Promise<void>;
  recommendations(): Promise<RecommendationPage["items"]>;
  recommendation(id: string): Promise<RecommendationView>;
  /** @returns why it could not be proven; null where it could be tried */
  prove(id: string): Promise<string | null>;
}

/** @param target as the configuration names the database */
export function actsOn(url: string, target: string): Acts {
  const ask = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const ended = async (job: Job): Promise<Job> => {
    const deadlineMs = performance.now() + PATIENCE_MS;
    let now = job;
    while (now.state === "waiting" || now.state === "running") {
      if (performance.now() > deadlineMs) throw new Error(`the job ${job.id} does not end`);
      await new Promise((resolve) => setTimeout(resolve, 250));
      now = await ask<Job>(`/jobs/${job.id}`);
    }
    return now;
  };
  return {
    observe: async () => {
      const { state, problem } = await ended(await ask<Job>("/jobs", { target }));
      if (state !== "done") throw new Error(`the look at ${target} ended as ${state}: ${problem}`);
    },
    recommendations: async () =>
      (await ask<RecommendationPage>("/recommendations?limit=200")).items,
    recommendation: (id) => ask<RecommendationView>(`/recommendations/${encodeURIComponent(id)}`),
    prove: async (id) => {
      const path = `/recommendations/${encodeURIComponent(id)}/prove`;
      const { problem, outcome } = await ended(await ask<Job>(path, { confirm: true }));
      return problem ?? outcome;
    },
  };
}
