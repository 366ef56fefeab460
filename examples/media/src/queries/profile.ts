import type { Database } from "../database/database.ts";

export interface ProfileRow {
  readonly id: number;
  readonly wallet_address: string;
  readonly display_name: string;
  readonly country: string;
  readonly language: string;
  readonly plan: string;
}

export interface ProfileChange {
  readonly displayName: string;
  readonly plan: string;
}

const BY_ID =
  "select id, wallet_address, display_name, country, language, plan from users where id = $1";

const UPDATE = `
update users set display_name = $3, plan = $4
where id = $1 and wallet_address = $2
returning id, wallet_address, display_name, country, language, plan`;

export async function findProfile(
  database: Database,
  userId: number,
): Promise<ProfileRow | undefined> {
  const [profile] = await database.query<ProfileRow>(BY_ID, [userId]);
  return profile;
}

/** Undefined where the wallet is not this user's. */
export async function updateProfile(
  database: Database,
  userId: number,
  wallet: string,
  { displayName, plan }: ProfileChange,
): Promise<ProfileRow | undefined> {
  const [profile] = await database.query<ProfileRow>(UPDATE, [userId, wallet, displayName, plan]);
  return profile;
}
