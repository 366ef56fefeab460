import type { Finding } from "@streamgate/core";
import type { RequestAdvisor } from "../findings/request-advisor.ts";
import { writeBatch } from "./write-batch.ts";

/**
 * The findings of an advisor, and with each N+1 the statement that would ask once: the parser is loaded for it.
 *
 * @param at when they are told
 *
 * @example
 * ```ts
 * import { findingsWithBatches, RequestAdvisor } from "@streamgate/postgres";
 *
 * const advisor = new RequestAdvisor();
 * for (const { remedy } of await findingsWithBatches(advisor, new Date(0))) console.log(remedy);
 * ```
 */
export async function findingsWithBatches(
  advisor: RequestAdvisor,
  at: Date,
): Promise<readonly Finding[]> {
  const written: Finding[] = [];
  for (const { finding, example } of advisor.examples(at)) {
    if (example.kind !== "query/n-plus-one") {
      written.push(finding);
      continue;
    }
    const { sql, parameters, varying = [] } = example;
    const batch = await writeBatch({ sql, parameters, varying });
    const remedy =
      batch.kind === "batched"
        ? `Ask once: ${batch.sql} (${batch.note}).`
        : `${finding.remedy ?? ""} It could not be written here: ${batch.reason}.`;
    written.push({ ...finding, remedy });
  }
  return written;
}
