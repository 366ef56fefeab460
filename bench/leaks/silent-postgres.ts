import { createServer } from "node:net";

const AUTHENTICATION_OK = message("R", Buffer.from([0, 0, 0, 0]));
const READY = message("Z", Buffer.from("I"));
const COMPLETED = message("C", Buffer.from("SELECT 0\0"));
const QUERY = "Q".charCodeAt(0);

/** A server that accepts every client of PostgreSQL and answers every statement with no rows. @returns its port */
export async function startSilentPostgres(): Promise<number> {
  const server = createServer((socket) => {
    let hasStarted = false;
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      if (!hasStarted) {
        hasStarted = true;
        socket.write(Buffer.concat([AUTHENTICATION_OK, READY]));
      } else if (bytes[0] === QUERY) socket.write(Buffer.concat([COMPLETED, READY]));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}

function message(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
