/** `ikefrag token` and `ikefrag audit`: API tokens, and who did what, of the service on a data directory. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ExitCode } from "../agent/exit-code.ts";
import { addEntry, verifyAuditLog } from "../api/auth/audit-log.ts";
import { createToken } from "../api/auth/credentials.ts";
import { DEFAULT_CONFIG, type Deps } from "../api/deps.ts";
import { INDEX_FILE, PEPPER_FILE } from "../api/store/backup.ts";
import type { ApiToken, Role } from "../api/store/people-port.ts";
import { sqlStores } from "../api/store/sql-stores.ts";
import { openSqlite } from "../api/store/sqlite.ts";
import { UsageError } from "./arguments.ts";

/** More than anybody has. */
const MOST_TOKENS = 10_000;

type Service = Pick<Deps, "people" | "audit" | "config" | "now" | "random">;

/** Runs something on the index of a data directory; the service may run on it meanwhile. */
async function onIndex(dataDir: string, act: (service: Service) => Promise<number>): Promise<number> {
  const file = join(dataDir, INDEX_FILE);
  const pepperFile = join(dataDir, PEPPER_FILE);
  if (!existsSync(file)) {
    process.stderr.write(`Cannot open the service's data: there is no ${INDEX_FILE} in ${dataDir}\n`);
    return ExitCode.USAGE;
  }
  const pepper =
    process.env.IKEFRAG_PEPPER || (existsSync(pepperFile) && readFileSync(pepperFile, "utf8").trim());
  if (!pepper) {
    process.stderr.write(
      `Cannot open the service's data: there is no ${PEPPER_FILE} in ${dataDir}, and IKEFRAG_PEPPER is not set\n`,
    );
    return ExitCode.USAGE;
  }
  const database = openSqlite(file);
  try {
    const [table] = await database.all("SELECT 1 FROM sqlite_schema WHERE name = 'audit_log'");
    if (table === undefined) {
      process.stderr.write(
        `Cannot use ${file}: an older version of ikefrag made it. Start this version's service on it once\n`,
      );
      return ExitCode.USAGE;
    }
    const { people, audit } = sqlStores(database);
    return await act({
      people,
      audit,
      config: { ...DEFAULT_CONFIG, pepper },
      now: () => new Date(),
      random: (count) => randomBytes(count),
    });
  } finally {
    database.close();
  }
}

/** Notes what was done here: whoever may write to the directory is the operator. */
async function noteIt({ audit, config, now }: Service, action: string, token: ApiToken | string) {
  const isNew = typeof token !== "string";
  await addEntry(
    { audit, config },
    {
      at: now().toISOString(),
      actor: "operator",
      actorName: "operator",
      action,
      subject: isNew ? token.id : token,
      detail: JSON.stringify(isNew ? { name: token.name, role: token.role, expiresAt: token.expiresAt } : {}),
      requestId: "",
    },
  );
}

/** What is asked for of a new token on the command line. */
export interface TokenRequest {
  name: string;
  role: Role;
  /** After so many days it ends; `null`: when it is revoked. */
  days: number | null;
}

/** Makes a token, and prints it alone, so that a program can take it over. */
export const createApiToken = (dataDir: string, { name, role, days }: TokenRequest): Promise<number> =>
  onIndex(dataDir, async (service) => {
    const expiresAt =
      days === null ? null : new Date(service.now().getTime() + days * 86_400_000).toISOString();
    const { token, secret } = await createToken(service, { name, role, expiresAt, createdBy: "operator" });
    await noteIt(service, "token-created", token);
    process.stdout.write(`${secret}\n`);
    return ExitCode.HEALTHY;
  });

/** Prints the tokens, a line each: ID, role, state, last use and name. */
export const listApiTokens = (dataDir: string, json: boolean): Promise<number> =>
  onIndex(dataDir, async ({ people, now }) => {
    const tokens = await people.tokens({ after: null, limit: MOST_TOKENS });
    if (json) {
      process.stdout.write(`${JSON.stringify(tokens)}\n`);
      return ExitCode.HEALTHY;
    }
    const at = now().toISOString();
    for (const { id, name, role, expiresAt, revokedAt, lastUsedOn } of tokens) {
      const ended = expiresAt !== null && expiresAt <= at;
      const state = revokedAt !== null ? "revoked" : ended ? "expired" : (expiresAt ?? "no end");
      process.stdout.write(
        `${id}  ${role.padEnd(5)}  ${state.padEnd(24)}  ${lastUsedOn ?? "never used"}  ${name}\n`,
      );
    }
    return ExitCode.HEALTHY;
  });

/** Revokes a token by its ID. */
export const revokeApiToken = (dataDir: string, id: string): Promise<number> =>
  onIndex(dataDir, async (service) => {
    if (!(await service.people.revokeToken(id, service.now().toISOString()))) {
      process.stderr.write(`Cannot revoke ${id}: there is no such token, or it is revoked already\n`);
      return ExitCode.USAGE;
    }
    await noteIt(service, "token-revoked", id);
    process.stdout.write("Revoked. Sessions that were begun with it have ended.\n");
    return ExitCode.HEALTHY;
  });

/**
 * Follows the chain of the audit log.
 *
 * @param head the hash of an entry that was noted earlier: it has to be there still
 * @returns the exit code: 0 when every entry is as it was written, 1 when one is not
 */
export const checkAuditLog = (dataDir: string, head: string | null): Promise<number> =>
  onIndex(dataDir, async (service) => {
    const checked = await verifyAuditLog(service);
    if (checked.brokenAt !== null) {
      process.stdout.write(
        `Entry ${checked.brokenAt} is not what was written, or was left out. The ${checked.entries} before it are.\n`,
      );
      return ExitCode.PROBLEM;
    }
    if (head !== null && !(await isInLog(service, head))) {
      process.stdout.write(
        `No entry has the hash ${head}: entries were cut off, or it has gone with its time.\n`,
      );
      return ExitCode.PROBLEM;
    }
    process.stdout.write(
      checked.head === null
        ? "The audit log has no entries.\n"
        : `All ${checked.entries} entries are as they were written. Note the head elsewhere, so that a cut shows:\n` +
            `  ${checked.head.place} ${checked.head.at} ${checked.head.hash}\n`,
    );
    return ExitCode.HEALTHY;
  });

async function isInLog({ audit }: Service, hash: string): Promise<boolean> {
  let place = 0;
  for (;;) {
    const some = await audit.from(place, 1_000);
    if (some.some((entry) => entry.hash === hash)) return true;
    const last = some.at(-1);
    if (last === undefined) return false;
    ({ place } = last);
  }
}

/** @throws {UsageError} the role is none, or the days are no number */
export function readTokenRequest(name: string, role: string | null, days: string | null): TokenRequest {
  const known = role ?? "staff";
  if (known !== "staff" && known !== "admin")
    throw new UsageError(`--role is "staff" or "admin", not "${role}"`);
  if (days !== null && !/^[1-9]\d{0,4}$/.test(days))
    throw new UsageError(`--days is a number from 1 to 99999, not "${days}"`);
  if (name.trim() === "" || name.length > 80 || /\p{C}/u.test(name))
    throw new UsageError("the name has to have 1 to 80 characters, and none that controls");
  return { name: name.trim(), role: known, days: days === null ? null : Number(days) };
}
