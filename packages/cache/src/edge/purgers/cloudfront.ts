import { randomUUID } from "node:crypto";
import type { EdgePurger } from "../purger.ts";
import { type AwsCredentials, signAwsRequest } from "./aws-signature.ts";
import { exchange, outcomeOf } from "./exchange.ts";
import { type PurgerOptions, resolvePurgerOptions } from "./http-options.ts";

export interface CloudFrontPurgerOptions extends PurgerOptions {
  readonly distributionId: string;
  /** With `cloudfront:CreateInvalidation`; a function is asked at every request. */
  readonly credentials: AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>);
}

/** 3,000 items may be in progress at a time; a sixth of them leaves room for others. */
const BATCH = { maxKeys: 500, maxBytes: 128 * 1024 };
/** Errors that pass by themselves, whatever their status. */
const PASSING = /<Code>(TooManyInvalidationsInProgress|Throttling\w*|RequestLimitExceeded)<\/Code>/;
/** An invalidation takes seconds to minutes; before that the limit is not lifted. */
const IN_PROGRESS_WAIT_MS = 10_000;

/**
 * Purges CloudFront by cache tags: items `#tag` of an invalidation. The distribution needs a `CacheTagConfig` whose
 * header is `Cache-Tag`; without it tags are ignored. Every item is an invalidation path on the bill and counts
 * towards 3,000 in progress, hence few keys a tag and, by default, no second purge.
 * Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-by-tags.html,
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 *
 * @example
 * ```ts
 * import { cloudFrontPurger } from "@streamgate/cache/edge";
 * const purger = cloudFrontPurger({
 *   distributionId: "EDFDVBD6EXAMPLE",
 *   credentials: () => ({
 *     accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "",
 *     secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "",
 *   }),
 * });
 * ```
 */
export function cloudFrontPurger(options: CloudFrontPurgerOptions): EdgePurger {
  const { distributionId, credentials } = options;
  const { name, timeoutMs, repeatAfterMs, baseUrl, clock } = resolvePurgerOptions(options, {
    name: "cloudfront",
    baseUrl: "https://cloudfront.amazonaws.com",
    repeatAfterMs: 0,
  });
  const url = new URL(
    `${baseUrl}/2020-05-31/distribution/${encodeURIComponent(distributionId)}/invalidation`,
  );
  return {
    name,
    service: "cloudfront",
    batch: BATCH,
    repeatAfterMs,
    purge: async (keys, signal) => {
      const body = invalidationOf(keys, randomUUID());
      const answer = await exchange({
        url: url.href,
        method: "POST",
        headers: signAwsRequest(
          { method: "POST", url, headers: { "content-type": "application/xml" }, body },
          typeof credentials === "function" ? await credentials() : credentials,
          { region: "us-east-1", service: "cloudfront", at: clock.now() },
        ),
        body,
        timeoutMs,
        signal,
      });
      const code = answer.kind === "answered" ? /<Code>(\w+)<\/Code>/.exec(answer.text)?.[1] : "";
      if (answer.kind === "answered" && PASSING.test(answer.text)) {
        const reason = `HTTP ${answer.status}: ${code}`;
        return { kind: "retry", reason, retryAfterMs: IN_PROGRESS_WAIT_MS };
      }
      return outcomeOf(answer, clock, code);
    },
  };
}

function invalidationOf(keys: readonly string[], reference: string): string {
  const items = keys.map((key) => `<Path>#${key}</Path>`).join("");
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">' +
    `<CallerReference>${reference}</CallerReference>` +
    `<Paths><Items>${items}</Items><Quantity>${keys.length}</Quantity></Paths>` +
    "</InvalidationBatch>"
  );
}
