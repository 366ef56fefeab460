import type { Clock } from "@streamgate/core";
import { explainGenerically, type PlanNode } from "@streamgate/pg-advisor";
import { keepAnswers } from "../queries/kept-answers.ts";

/** Asks watched servers for plans. */
export interface GenericPlans {
  /** Null where the server does not tell: it is busy, or the role may not read the tables. */
  planOf(
    database: { readonly name: string; readonly url: string },
    statement: ToPlan,
  ): Promise<TimedPlan | null>;
}

interface ToPlan {
  readonly fingerprint: string;
  readonly text: string;
}

export interface TimedPlan {
  readonly plan: PlanNode;
  readonly atMs: number;
}

/** However often a page is opened, the watched server is asked so often at most. */
const GOOD_FOR_MS = 60_000;
const MOST_KEPT = 200;
const STATEMENT_TIMEOUT_MS = 2_000;
const LOCK_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;

/** Asks one question at a time for each server, each question once a minute. */
export function askGenericPlans(clock: Clock): GenericPlans {
  const answers = keepAnswers<TimedPlan | null>(clock, MOST_KEPT);
  const lines = new Map<string, Promise<unknown>>();
  const ask = async (url: string, text: string): Promise<TimedPlan | null> => {
    const plan = await explainGenerically(url, text, {
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    }).catch(() => null);
    return plan === null ? null : { plan, atMs: clock.now().getTime() };
  };
  return {
    planOf: ({ name, url }, { fingerprint, text }) =>
      answers.of(`${fingerprint} ${name}`, GOOD_FOR_MS, () => {
        const answer = (lines.get(name) ?? Promise.resolve()).then(() => ask(url, text));
        lines.set(name, answer);
        return answer;
      }),
  };
}
