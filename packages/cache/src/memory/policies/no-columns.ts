import type { PolicyColumns } from "../policy.ts";

/** What a policy sees before its table has told it of a capacity. */
export const NO_COLUMNS: PolicyColumns = {
  frequency: new Uint8Array(0),
  lastUse: new Uint32Array(0),
  keyHash: new Uint32Array(0),
  bytes: new Uint32Array(0),
};
