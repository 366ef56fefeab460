import type { PolicyMaker } from "../policy.ts";
import { AdaptivePolicy } from "./adaptive.ts";
import { LruPolicy } from "./lru.ts";
import { S3FifoPolicy } from "./s3-fifo.ts";
import { WTinyLfuPolicy } from "./w-tiny-lfu.ts";

type PolicyName = "adaptive" | "s3-fifo" | "w-tiny-lfu" | "lru";

const MAKERS: Readonly<Record<PolicyName, PolicyMaker>> = {
  adaptive: (columns, share) => new AdaptivePolicy(columns, share),
  "s3-fifo": (columns) => new S3FifoPolicy(columns),
  "w-tiny-lfu": (columns) => new WTinyLfuPolicy(columns),
  lru: () => new LruPolicy(),
};

/** The maker of a policy that comes with the cache. */
export function policyNamed(name: PolicyName): PolicyMaker {
  return MAKERS[name];
}
