import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate for `localhost` that nobody but its own owner vouches for. */
export async function selfSignedCertificate(): Promise<{
  readonly key: string;
  readonly certificate: string;
}> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-tls-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  await run("openssl", [...options.split(" "), "-keyout", key, "-out", certificate, ...name]);
  const made = {
    key: await readFile(key, "utf8"),
    certificate: await readFile(certificate, "utf8"),
  };
  await rm(folder, { recursive: true });
  return made;
}

/** An HTTPS server that takes everything. */
export async function startTlsReceiver(): Promise<{
  readonly port: number;
  readonly certificate: string;
  stop(): Promise<void>;
}> {
  const { key, certificate } = await selfSignedCertificate();
  const server = createServer({ key, cert: certificate }, (request, response) => {
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    certificate,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
