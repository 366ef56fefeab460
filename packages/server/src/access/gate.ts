import type { Principal } from "@streamgate/contract";
import type { FastifyRequest } from "fastify";

/** Says who asks. */
export interface Gate {
  /**
   * Whoever sent the request: a token's, a person's session, or anybody on the loopback address where the server is open to them;
   * null where nobody is known.
   *
   * @throws ApiRefusal 401 for a token that is not good, 403 for a change that a foreign page may have sent, 429 for too many
   */
  admit(request: FastifyRequest): Promise<Principal | null>;
  /** Whether whoever was admitted to a long answer still would be. */
  isStillAdmitted(request: FastifyRequest): Promise<boolean>;
}
