import type { Principal } from "@streamgate/contract";

/** Anybody on this machine, where the server was told to be open to them. */
export const LOOPBACK: Principal = {
  kind: "loopback",
  name: "loopback",
  scopes: ["read", "act"],
  expiresAt: null,
};
