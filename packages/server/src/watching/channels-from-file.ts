import {
  alertmanagerChannel,
  type Channel,
  emailChannel,
  pagerDutyChannel,
  slackChannel,
  webhookChannel,
} from "@streamgate/monitor";
import { faultOfFile } from "./explain-in-file.ts";
import { readSecret, type SecretReference, type SecretSources } from "./secret-reference.ts";

interface HttpChannelEntry {
  readonly name: string;
  readonly allowPrivateAddresses?: boolean;
  readonly certificateAuthority?: SecretReference;
}

type Headers = Readonly<Record<string, SecretReference>>;

/** A channel as a watch file gives it. */
export type ChannelEntry =
  | (HttpChannelEntry & {
      readonly kind: "webhook";
      readonly url: SecretReference;
      readonly secret?: SecretReference;
      readonly headers?: Headers;
    })
  | (HttpChannelEntry & { readonly kind: "slack"; readonly url: SecretReference })
  | (HttpChannelEntry & {
      readonly kind: "pagerduty";
      readonly routingKey: SecretReference;
      readonly url?: SecretReference;
    })
  | (HttpChannelEntry & {
      readonly kind: "alertmanager";
      readonly url: SecretReference;
      readonly renewEveryMs?: number;
      readonly headers?: Headers;
    })
  | {
      readonly kind: "email";
      readonly name: string;
      readonly host: string;
      readonly port?: number;
      readonly usesTls?: boolean;
      readonly allowPlaintext?: boolean;
      readonly user?: SecretReference;
      readonly password?: SecretReference;
      readonly from: string;
      readonly to: readonly string[];
      readonly certificateAuthority?: SecretReference;
    };

/**
 * Opens the channels of a watch file, with their secrets read.
 *
 * @param path of the file, for messages
 * @throws StreamGateError `SG_SERVER_BAD_SETTING`, never with a secret in it
 */
export function openChannels(
  entries: readonly ChannelEntry[],
  path: string,
  sources: SecretSources,
): Promise<readonly Channel[]> {
  return Promise.all(entries.map((entry) => openChannelOf(entry, path, sources)));
}

/** The same for one. */
export async function openChannelOf(
  entry: ChannelEntry,
  path: string,
  sources: SecretSources,
): Promise<Channel> {
  const secrets = new SecretReader(entry.name, path, sources);
  try {
    return await openChannel(entry, secrets);
  } catch (error) {
    throw faultOfFile(path, error, (text) => secrets.hide(text));
  }
}

async function openChannel(entry: ChannelEntry, secrets: SecretReader): Promise<Channel> {
  const authority = await secrets.optional("certificateAuthority", entry.certificateAuthority);
  switch (entry.kind) {
    case "webhook": {
      const { kind: _, secret, headers, url, certificateAuthority: __, ...rest } = entry;
      return webhookChannel({
        ...rest,
        ...authority,
        url: await secrets.read("url", url),
        ...(await secrets.optional("secret", secret)),
        ...(await secrets.headers(headers)),
      });
    }
    case "slack": {
      const { kind: _, url, certificateAuthority: __, ...rest } = entry;
      return slackChannel({ ...rest, ...authority, url: await secrets.read("url", url) });
    }
    case "pagerduty": {
      const { kind: _, routingKey, url, certificateAuthority: __, ...rest } = entry;
      return pagerDutyChannel({
        ...rest,
        ...authority,
        routingKey: await secrets.read("routingKey", routingKey),
        ...(await secrets.optional("url", url)),
      });
    }
    case "alertmanager": {
      const { kind: _, url, headers, certificateAuthority: __, ...rest } = entry;
      return alertmanagerChannel({
        ...rest,
        ...authority,
        url: await secrets.read("url", url),
        ...(await secrets.headers(headers)),
      });
    }
    case "email": {
      const { kind: _, user, password, certificateAuthority: __, ...rest } = entry;
      return emailChannel({
        ...rest,
        ...authority,
        ...(await secrets.optional("user", user)),
        ...(await secrets.optional("password", password)),
      });
    }
  }
}

/** Reads the secrets of one channel, and knows them again where they would be shown. */
class SecretReader {
  readonly #channel: string;
  readonly #path: string;
  readonly #sources: SecretSources;
  readonly #read: string[] = [];

  constructor(channel: string, path: string, sources: SecretSources) {
    this.#channel = channel;
    this.#path = path;
    this.#sources = sources;
  }

  async read(key: string, reference: SecretReference): Promise<string> {
    const place = `${key} of channel ${this.#channel} in ${this.#path}`;
    const secret = await readSecret(reference, place, this.#sources);
    this.#read.push(secret);
    return secret;
  }

  /** Nothing where nothing was given: an absent key is not one that is undefined. */
  async optional<Key extends string>(
    key: Key,
    reference: SecretReference | undefined,
  ): Promise<{ readonly [K in Key]?: string }> {
    if (reference === undefined) return {};
    return { [key]: await this.read(key, reference) } as { [K in Key]?: string };
  }

  async headers(
    given: Headers | undefined,
  ): Promise<{ readonly headers?: Readonly<Record<string, string>> }> {
    if (given === undefined) return {};
    const read = Object.entries(given).map(
      async ([name, value]) => [name, await this.read(`header ${name}`, value)] as const,
    );
    return { headers: Object.fromEntries(await Promise.all(read)) };
  }

  hide(text: string): string {
    const shown = this.#read.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), secret]);
    return shown.reduce((hidden, secret) => hidden.replaceAll(secret, "…"), text);
  }
}
