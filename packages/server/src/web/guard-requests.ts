import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "../access/access.ts";
import { wrongHost } from "../access/errors.ts";
import { isOwnHost } from "../access/host-names.ts";
import { HTTPS_ONLY, SECURITY_HEADERS } from "../access/security-headers.ts";
import { ownNames } from "../access/visitor.ts";
import { sendProblem } from "../api/api-routes.ts";

/** Does what comes first with every request: headers of the answer, the name that was asked for, how often somebody asks. */
export function guardRequests(
  app: FastifyInstance,
  access: Access,
  onUnexpected: (error: unknown, requestId: string) => void,
): void {
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(SECURITY_HEADERS);
    if (request.protocol === "https") reply.header("strict-transport-security", HTTPS_ONLY);
    try {
      if (!isOwnHost(request.headers.host, ownNames(access.configuration()))) throw wrongHost();
      access.count(request.ip);
    } catch (error) {
      await sendProblem(request, reply, error, onUnexpected);
      return reply;
    }
    return undefined;
  });
}
