import type { Principal } from "@streamgate/contract";

/**
 * Who the audit log says did it, to be spread into an `Act`: `store.note({ ...auditedBy(principal), act, target })`.
 * Without a principal it is the process itself.
 */
export function auditedBy(principal: Principal | null): { readonly actor?: string } {
  return principal === null ? {} : { actor: actorOf(principal) };
}

/** `token ci`, `person ann@example.com`, `loopback`. */
function actorOf({ kind, name }: Principal): string {
  return kind === "loopback" ? "loopback" : `${kind} ${name}`;
}
