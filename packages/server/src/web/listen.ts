import type { FastifyInstance } from "fastify";
import { noFreePort } from "../errors.ts";

const PORTS_TO_TRY = 50;

/** Listens on the first free port from `first` on; 0 is any. @returns the port */
export async function listenOnFreePort(
  app: FastifyInstance,
  host: string,
  first: number,
): Promise<number> {
  const last = first === 0 ? 0 : Math.min(65_535, first + PORTS_TO_TRY - 1);
  for (let port = first; port <= last; port += 1) {
    try {
      await app.listen({ port, host });
      const address = app.server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    }
  }
  throw noFreePort(first, last);
}
