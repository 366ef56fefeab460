import type {
  BodyOf,
  OperationId,
  ParametersOf,
  Principal,
  QueryOf,
  ResultOf,
} from "@streamgate/contract";
import type { Visitor } from "../access/visitor.ts";

/** One call of an operation: checked against the contract, defaults filled in, and allowed. */
export interface ApiCall<Id extends OperationId> {
  readonly parameters: ParametersOf<Id>;
  readonly query: QueryOf<Id>;
  readonly body: BodyOf<Id>;
  /** Null for operations that need no scope. */
  readonly principal: Principal | null;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
  /** Where the request came in; undefined where the server asks itself. */
  readonly exchange: ApiExchange | undefined;
}

/** What some operations must know and say beside their result: cookies, addresses, headers. */
export interface ApiExchange {
  readonly remoteAddress: string;
  readonly visitor: Visitor;
  header(name: string): string | undefined;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  setHeader(name: string, value: string): void;
}

/** @throws ApiRefusal for what is refused; StreamGateError for what went wrong */
type Handler<Id extends OperationId> = (call: ApiCall<Id>) => Promise<ResultOf<Id>>;

/** What answers each operation of the contract. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };
