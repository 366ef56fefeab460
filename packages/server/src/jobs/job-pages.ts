import type { JobPage, JobsQuery } from "@streamgate/contract";
import { badRequest } from "../api/refusal.ts";
import type { Jobs } from "./jobs.ts";

const DEFAULT_LIMIT = 50;
const NUMBER = /^\d{1,18}$/;

/** One page of jobs, the latest first. @throws ApiRefusal 400 */
export async function pageOfJobs(
  jobs: Pick<Jobs, "list">,
  { finding, limit = DEFAULT_LIMIT, after }: JobsQuery,
): Promise<JobPage> {
  const below = after === undefined ? undefined : idFrom(after);
  const found = await jobs.list({ finding, below, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && found.length > limit ? cursorOf(last.id) : null };
}

/** An id that the store can look for; undefined for what no job is called. */
export function jobId(text: string): string | undefined {
  return NUMBER.test(text) ? text : undefined;
}

function cursorOf(id: string): string {
  return Buffer.from(`job ${id}`).toString("base64url");
}

function idFrom(cursor: string): string {
  const [word, id = "", ...rest] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  if (word === "job" && NUMBER.test(id) && rest.length === 0) return id;
  throw badRequest("`after` is no place in this list", "use `next` of the page before", [
    { place: "query.after", message: "is no place in this list" },
  ]);
}
