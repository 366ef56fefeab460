import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** A person as the issuer knows them. */
export interface IssuerPerson {
  readonly subject: string;
  readonly email?: string;
  readonly isEmailVerified?: boolean;
}

/** A real issuer of OpenID Connect on a free loopback port, where everybody who comes is the same person. */
export interface OpenIdIssuer {
  readonly url: string;
  /** Who signs in from now on. */
  setPerson(person: IssuerPerson): void;
  stop(): Promise<void>;
}

export interface IssuerClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUrl: string;
}

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (
        owner: object,
      ) => { addOIDCScope(scope: string): void; save(): Promise<void> };
    };
  };
}

export async function startOpenIdIssuer(client: IssuerClient): Promise<OpenIdIssuer> {
  let person: IssuerPerson = { subject: "nobody" };
  let answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const provider = new Provider(url, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [client.redirectUrl],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", kid: "test" }] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => "/interaction" },
    findAccount: async () => ({
      accountId: person.subject,
      claims: async () => ({
        sub: person.subject,
        ...(person.email === undefined ? {} : { email: person.email }),
        ...(person.isEmailVerified === undefined ? {} : { email_verified: person.isEmailVerified }),
      }),
    }),
    loadExistingGrant: async ({ oidc }: GrantContext) => {
      const { clientId } = oidc.client;
      const { accountId } = oidc.session;
      const grant = new oidc.provider.Grant({ clientId, accountId });
      grant.addOIDCScope("openid email");
      await grant.save();
      return grant;
    },
  });
  const serve = provider.callback();
  answer = async (request, response) => {
    if (!request.url?.startsWith("/interaction")) return serve(request, response);
    return provider.interactionFinished(request, response, {
      login: { accountId: person.subject },
    });
  };
  return {
    url,
    setPerson: (next) => {
      person = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
