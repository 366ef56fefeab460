import { ApiProblem } from "./problem.ts";
import { type JsonSchema, walletAddress } from "./schemas.ts";

/** The schema of a route that asks who is calling. */
export const callerHeaders: JsonSchema = {
  type: "object",
  properties: { "x-wallet-address": walletAddress },
};

export interface CallerHeaders {
  readonly "x-wallet-address"?: string;
}

/** The caller's wallet in lower case, as the tables have it. */
export function callerOf({ headers }: { readonly headers: CallerHeaders }): string {
  const wallet = headers["x-wallet-address"];
  if (wallet === undefined) {
    throw new ApiProblem("wallet-missing", "say who asks by x-wallet-address: 0x…");
  }
  return wallet.toLowerCase();
}
