import type { FastifyInstance } from "fastify";
import type { Gate } from "../../access/gate.ts";
import { answerOf, prepare } from "../../api/answer.ts";
import { API_PREFIX, sendProblem } from "../../api/api-routes.ts";
import type { ApiCaller } from "../../api/caller.ts";
import { proofPage } from "./proof-page.ts";
import { PROOF_POLICY } from "./proof-style.ts";

export interface ProofPageOptions {
  readonly caller: ApiCaller;
  readonly gate: Gate;
  readonly onUnexpected: (error: unknown, requestId: string) => void;
}

/** Adds the export of a proof as one HTML file. It is checked and allowed as `getProof` is. */
export function addProofPage(app: FastifyInstance, options: ProofPageOptions): void {
  const { caller, gate, onUnexpected } = options;
  app.get(`${API_PREFIX}/recommendations/:id/proof.html`, async (request, reply) => {
    try {
      const view = await caller.call("getProof", {
        parameters: request.params,
        query: request.query,
        body: undefined,
        principal: await gate.admit(request),
        signal: AbortSignal.timeout(20_000),
        exchange: undefined,
      });
      const acceptEncoding = request.headers["accept-encoding"];
      const answer = await answerOf(200, "text/html; charset=utf-8", prepare(proofPage(view)), {
        ifNoneMatch: request.headers["if-none-match"],
        acceptEncoding: Array.isArray(acceptEncoding) ? acceptEncoding.join(", ") : acceptEncoding,
      });
      const name = view.recommendation.id.replace(/[^\w.-]/g, "-").slice(0, 80);
      await reply
        .code(answer.status)
        .headers({
          ...answer.headers,
          "cache-control": "private, no-cache",
          "content-security-policy": `${PROOF_POLICY}; frame-ancestors 'none'`,
          "x-content-type-options": "nosniff",
          "content-disposition": `inline; filename="proof-${name}.html"`,
        })
        .send(answer.body);
    } catch (error) {
      await sendProblem(request, reply, error, onUnexpected);
    }
    return reply;
  });
}
