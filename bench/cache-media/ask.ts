/** A request to the API; a body makes it a write or a question with a text. */
export interface Asked {
  readonly path: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly wallet?: string;
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks one process of the API. */
export async function ask(url: string, request: Asked): Promise<Answer> {
  const { path, method = "GET", wallet, body } = request;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(wallet === undefined ? {} : { "x-wallet-address": wallet }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}
