import type { Exchange } from "./exchange.ts";

/**
 * Who may ask. `open`: anybody. `read`: who may see figures. `act`: the same, one at a time and not too often, as it holds
 * up the process.
 */
export type Access = "open" | "read" | "act";

/** One address of the agent. */
export interface Endpoint {
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly access: Access;
  /** An act that holds nobody up: it needs no turn. @default false */
  readonly isBrief?: boolean;
  /** Whether it reads the body of the request; else that is thrown away. @default false */
  readonly takesBody?: boolean;
  /** Answers; what it throws becomes a problem, or breaks off an answer that was begun. */
  answer(exchange: Exchange): Promise<void>;
}
