/** A request that is refused, for a reason that whoever asks is told. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  /** 4xx, or 503 while something is not there. */
  readonly status: number;
  /** Stable: `SG_SERVER_NOT_FOUND`. */
  readonly code: string;
  readonly remedy: string;
  readonly errors: readonly { readonly place: string; readonly message: string }[];
  /** Headers that belong to it, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(parts: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly remedy: string;
    readonly errors?: ApiRefusal["errors"];
    readonly headers?: Readonly<Record<string, string>>;
    readonly cause?: unknown;
  }) {
    super(parts.detail, { cause: parts.cause });
    this.status = parts.status;
    this.code = parts.code;
    this.remedy = parts.remedy;
    this.errors = parts.errors ?? [];
    this.headers = parts.headers ?? {};
  }
}

/** Nothing of that name is there. */
export function notFound(what: string, name: string): ApiRefusal {
  return new ApiRefusal({
    status: 404,
    code: "SG_SERVER_NOT_FOUND",
    detail: `there is no ${what} ${JSON.stringify(name.slice(0, 200))}`,
    remedy: `list them to see which there are`,
  });
}

/** The request does not fit the contract. */
export function badRequest(
  detail: string,
  remedy: string,
  errors: ApiRefusal["errors"] = [],
): ApiRefusal {
  return new ApiRefusal({ status: 400, code: "SG_SERVER_BAD_REQUEST", detail, remedy, errors });
}

/** What is asked for does not fit the state that things are in. */
export function conflict(detail: string, remedy: string): ApiRefusal {
  return new ApiRefusal({ status: 409, code: "SG_SERVER_CONFLICT", detail, remedy });
}

/** A part that is needed is not there at the moment. */
export function unavailable(detail: string, remedy: string, cause?: unknown): ApiRefusal {
  return new ApiRefusal({
    status: 503,
    code: "SG_SERVER_UNAVAILABLE",
    detail,
    remedy,
    headers: { "retry-after": "5" },
    cause,
  });
}

/** The address is of no operation. */
export function noSuchAddress(method: string, path: string): ApiRefusal {
  return new ApiRefusal({
    status: 404,
    code: "SG_SERVER_NO_SUCH_ADDRESS",
    detail: `nothing answers ${method} ${path.slice(0, 200)}`,
    remedy: "see /api/v1/openapi.json",
  });
}
