import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../api/runtime/config.ts";
import { startServer } from "../../api/runtime/start-server.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-serve-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const options = () => ({
  host: "127.0.0.1",
  port: 0,
  dataDir: join(directory, "data"),
  publicUrl: null,
  log: () => {},
});

test("the first start makes a link and a token, and no later one does", async () => {
  const first = await startServer(options());
  try {
    const { signInLink = "", apiToken = "" } = first.firstStart ?? {};
    expect(signInLink).toMatch(new RegExp(`^${first.url}/console/link/ikl_[0-9a-z]{32}$`));
    expect(apiToken).toMatch(/^ikf_[0-9a-z]{39}$/);
    const list = await fetch(`${first.url}/v1/reports`, { headers: { authorization: `Bearer ${apiToken}` } });
    expect(await list.json()).toEqual({ reports: [], nextCursor: null });
    expect((await fetch(signInLink)).status).toBe(200);
    const signIn = await fetch(signInLink, {
      method: "POST",
      headers: { origin: first.url },
      redirect: "manual",
    });
    expect(signIn.headers.get("set-cookie")).toMatch(/^ikefrag-session=iks_/);

    const files = await readdir(join(directory, "data"));
    for (const file of files) {
      const text = await readFile(join(directory, "data", file), "latin1").catch(() => "");
      for (const secret of [apiToken, signInLink.slice(-36)]) expect(text, file).not.toContain(secret);
    }
    expect((await stat(join(directory, "data/pepper"))).mode & 0o077).toBe(0);
  } finally {
    await first.close();
  }
  const second = await startServer(options());
  try {
    expect(second.firstStart).toBeNull();
    expect(await second.newSignInLink()).toContain("/console/link/ikl_");
  } finally {
    await second.close();
  }
});

test("codes still work after a restart: the pepper stays", async () => {
  const first = await startServer(options());
  const token = first.firstStart?.apiToken;
  const created = await fetch(`${first.url}/v1/cases`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ gateway: "vpn.example.com" }),
  });
  const { code } = (await created.json()) as { code: string };
  await first.close();
  const second = await startServer(options());
  expect((await fetch(`${second.url}/a/${code}.json`)).status).toBe(200);
  await second.close();
});

test("a port that is taken, and a data directory that is a file, are said so", async () => {
  const first = await startServer(options());
  const port = Number(new URL(first.url).port);
  await expect(startServer({ ...options(), port, dataDir: join(directory, "other") })).rejects.toThrow(
    "EADDRINUSE",
  );
  await first.close();
  await writeFile(join(directory, "file"), "");
  await expect(startServer({ ...options(), dataDir: join(directory, "file") })).rejects.toThrow(
    /EEXIST|ENOTDIR/,
  );
});

test("an index that was lost beside its objects is not begun anew without a word", async () => {
  const first = await startServer(options());
  const token = first.firstStart?.apiToken;
  const sent = await fetch(`${first.url}/v1/analyses?store=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
    body: await readFile("test/cases/seed/wired-fail.pcapng"),
  });
  expect(sent.status).toBe(200);
  await first.close();
  const objects = async () =>
    (await readdir(join(directory, "data/objects"), { recursive: true })).filter((name) =>
      name.includes("."),
    );
  const before = await objects();
  expect(before).toHaveLength(3);
  const index = join(directory, "data/ikefrag.sqlite");
  const kept = await readFile(index);
  for (const file of [index, `${index}-wal`, `${index}-shm`]) await rm(file, { force: true });
  // Not with a missing file, and not with the empty one that the first try leaves.
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(startServer(options())).rejects.toThrow(
      /^Cannot start: .*ikefrag.sqlite is missing or empty/,
    );
  await expect(startServer(options())).rejects.toThrow(
    new RegExp(`--new-index: .*"ikefrag sweep --data ${directory}/data --anyway"$`),
  );
  const fresh = await startServer({ ...options(), newIndex: true });
  expect(fresh.firstStart).not.toBeNull();
  await fresh.close();
  expect(await objects()).toEqual(before);
  // The index is put back, and all is as before.
  for (const file of [`${index}-wal`, `${index}-shm`]) await rm(file, { force: true });
  await writeFile(index, kept);
  const again = await startServer(options());
  const list = await fetch(`${again.url}/v1/reports`, { headers: { authorization: `Bearer ${token}` } });
  expect(((await list.json()) as { reports: unknown[] }).reports).toHaveLength(1);
  await again.close();
});

const PEPPER = { IKEFRAG_PEPPER: "p".repeat(32) };
test("an identity provider is named whole, with whom it lets in, and its keys come by https", () => {
  const whole = {
    ...PEPPER,
    IKEFRAG_IDP_ISSUER: "https://team.cloudflareaccess.com",
    IKEFRAG_IDP_AUDIENCE: "tag",
    IKEFRAG_IDP_JWKS: "https://team.cloudflareaccess.com/cdn-cgi/access/certs",
    IKEFRAG_IDP_ADMINS: " ada@example.com , bob@example.com,",
  };
  expect(readConfig(PEPPER).identityProvider).toBeNull();
  expect(readConfig(whole).identityProvider).toEqual({
    issuer: "https://team.cloudflareaccess.com",
    audience: "tag",
    jwksUrl: "https://team.cloudflareaccess.com/cdn-cgi/access/certs",
    header: "cf-access-jwt-assertion",
    nameClaim: "email",
    roleClaim: "email",
    admins: ["ada@example.com", "bob@example.com"],
    staff: [],
  });
  for (const name of ["IKEFRAG_IDP_ISSUER", "IKEFRAG_IDP_AUDIENCE", "IKEFRAG_IDP_JWKS"])
    expect(() => readConfig({ ...whole, [name]: "" }), name).toThrow("belong together");
  expect(() => readConfig({ ...whole, IKEFRAG_IDP_ADMINS: "" })).toThrow(
    "whom the identity provider lets in",
  );
  expect(() => readConfig({ ...whole, IKEFRAG_IDP_JWKS: "http://idp.example.com/keys" })).toThrow("https");
  expect(() => readConfig({ ...whole, IKEFRAG_IDP_HEADER: "x y" })).toThrow("IKEFRAG_IDP_HEADER");
});

test("settings come from the environment, and wrong ones are named without their values", () => {
  expect(
    readConfig({ ...PEPPER, IKEFRAG_PUBLIC_URL: "https://ikefrag.example.com/", IKEFRAG_LANGUAGE: "" }),
  ).toMatchObject({
    publicUrl: "https://ikefrag.example.com",
    language: "en",
    uploadsPerMinute: 10,
  });
  for (const [name, value] of [
    ["IKEFRAG_PEPPER", "short"],
    ["IKEFRAG_PUBLIC_URL", "ftp://x"],
    ["IKEFRAG_BOOTSTRAP_TOKEN", "secret-token"],
    ["IKEFRAG_METRICS_TOKEN", "secret-metrics"],
    ["IKEFRAG_LANGUAGE", "de"],
    ["IKEFRAG_CASE_HOURS", "73"],
    ["IKEFRAG_UPLOADS_PER_MINUTE", "many"],
    ["IKEFRAG_REFLECTOR", "reflector.example.net"],
    ["IKEFRAG_REFLECTOR_KEY", "secret-key"],
    ["IKEFRAG_REHEARSAL", "no"],
    ["IKEFRAG_PSEUDONYMISE", "yes"],
  ] as const) {
    const read = () => readConfig({ ...PEPPER, [name]: value });
    expect(read, name).toThrow(name);
    if (value.startsWith("secret-")) expect(read).not.toThrow(value);
  }
});

test("logins are begun unless the operator says off", () => {
  const read = (value: string) => readConfig({ ...PEPPER, IKEFRAG_REHEARSAL: value }).rehearsal;
  expect(["", "on", "off"].map(read)).toEqual([true, true, false]);
});

test("captures have pseudonyms where the operator says on", () => {
  const read = (value: string) => readConfig({ ...PEPPER, IKEFRAG_PSEUDONYMISE: value }).pseudonymise;
  expect(["", "off", "on"].map(read)).toEqual([false, false, true]);
});

test("a reflector and its key come together, or neither", () => {
  const key = "k".repeat(32);
  const read = (given: Record<string, string>) => readConfig({ ...PEPPER, ...given }).reflector;
  const endpoint = "[2001:db8::1]:4555";
  expect(read({})).toBeNull();
  expect(read({ IKEFRAG_REFLECTOR: "", IKEFRAG_REFLECTOR_KEY: "" })).toBeNull();
  expect(read({ IKEFRAG_REFLECTOR: endpoint, IKEFRAG_REFLECTOR_KEY: key })).toEqual({
    host: "2001:db8::1",
    port: 4_555,
    key,
  });
  expect(() => read({ IKEFRAG_REFLECTOR: endpoint })).toThrow("IKEFRAG_REFLECTOR_KEY");
  expect(() => read({ IKEFRAG_REFLECTOR_KEY: key })).toThrow("IKEFRAG_REFLECTOR and");
});
