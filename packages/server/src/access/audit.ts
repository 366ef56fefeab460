import type { Principal } from "@streamgate/contract";
import type { Store } from "../store/store.ts";
import { auditedBy } from "./audited-by.ts";

/** Notes in the audit log who did what to what. */
export type Audit = (
  call: { readonly principal: Principal | null },
  act: string,
  target: string,
  details?: Readonly<Record<string, unknown>>,
) => Promise<void>;

export function auditIn(store: Pick<Store, "note">): Audit {
  return ({ principal }, act, target, details = {}) =>
    store.note({ ...auditedBy(principal), act, target, details });
}
