/** Where a connection goes, without the password: this may be shown. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** `host:port/database`. */
export function shown(address: Address): string {
  return `${address.host}:${address.port}/${address.database}`;
}
