import type { FastifyRequest } from "fastify";
import { ApiProblem } from "./problem.ts";

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Refuses whoever asks from elsewhere. */
export function requireLocal(request: FastifyRequest): void {
  if (LOOPBACK.test(request.socket.remoteAddress ?? "")) return;
  throw new ApiProblem("not-local", "ask from the machine that runs the service");
}
