/** A browser as far as cookies go: it keeps what it is given, and sends it along. */
export class Browser {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();

  constructor(base: string) {
    this.#base = base;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  /** Takes over a cookie, as an attacker who has seen it. */
  keep(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** Does not follow redirects. */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#cookies.size > 0)
      headers.set(
        "cookie",
        [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      );
    const response = await fetch(new URL(path, this.#base), {
      ...init,
      headers,
      redirect: "manual",
    });
    for (const text of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === "" || /Max-Age=0(;|$)/.test(text)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Sends JSON, as the pages do. */
  act(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Response> {
    return this.send(`/api/v1${path}`, {
      method,
      headers: {
        "sec-fetch-site": "same-origin",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Fills in the form of the sign-in page. */
  async signInByForm(token: string, to = "/"): Promise<Response> {
    const page = await (await this.send(`/sign-in?${new URLSearchParams({ to })}`)).text();
    const field = (name: string): string =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
    return this.send("/sign-in", {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ token, form: field("form"), to: field("to") }),
    });
  }
}
