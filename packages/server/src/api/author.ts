import type { Principal } from "@streamgate/contract";

/** Who acts, as the timeline and the audit log name them. */
export function authorOf({ principal }: { readonly principal: Principal | null }): string {
  return principal?.name ?? "somebody";
}
