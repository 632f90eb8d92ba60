/** Passkeys in Chromium with its virtual authenticators: added, used, lost, and what is refused. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { freePort } from "../support/runtimes.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test passkeys: there is no Chromium at ${executablePath}`);

let browser: Browser;
let server: RunningServer;
let directory: string;
let origin: string;
let token: string;
let link: string;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(() => browser?.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-passkeys-"));
  // An address is no name that a passkey could belong to.
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const options = { host: "127.0.0.1", port, dataDir: directory, publicUrl: origin, log: () => {} };
  server = await startServer(options);
  token = server.firstStart?.apiToken ?? "";
  link = server.firstStart?.signInLink ?? "";
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** A device: a browser with an authenticator of its own. */
interface Device {
  context: BrowserContext;
  page: Page;
  authenticator: { session: CDPSession; id: string };
}
async function aDevice(): Promise<Device> {
  const context = await browser.newContext({ locale: "en" });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId: id } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { context, page, authenticator: { session, id } };
}
const keysOf = async ({ authenticator: { session, id } }: Device) =>
  (await session.send("WebAuthn.getCredentials", { authenticatorId: id })).credentials;

async function openLink({ page }: Device, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Sign this browser in" }).click();
  await page.waitForURL(`${origin}/console/account?welcome`);
}
async function addPasskey({ page }: Device, name: string): Promise<void> {
  await page.getByLabel("Name of the new passkey").fill(name);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("cell", { name, exact: true }).waitFor();
}
async function signOut({ page }: Device): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${origin}/console/sign-in?out`);
}
async function signIn({ page }: Device): Promise<void> {
  await page.goto(`${origin}/console/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
}
/** An administrator is greeted as long as there is no case. */
const isIn = ({ page }: Device) => page.waitForURL(/\/console\/(?:reports|welcome)$/);
const refusal = async ({ page }: Device): Promise<string> =>
  (await page.getByRole("alert").first().textContent()) ?? "";

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(origin + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (response.status === 204 ? null : await response.json()) as T;
}
const firstMember = async (): Promise<string> =>
  (await api<{ members: { memberId: string }[] }>("GET", "/v1/members")).members[0]?.memberId ?? "";

test("the first administrator adds a passkey, signs in by it, and adds a second device", async () => {
  const laptop = await aDevice();
  await openLink(laptop, link);
  await addPasskey(laptop, "laptop");
  await signOut(laptop);
  await signIn(laptop);
  await isIn(laptop);

  const phone = await aDevice();
  const { url } = await api<{ url: string }>("POST", `/v1/members/${await firstMember()}/sign-in-link`, {});
  await openLink(phone, url);
  await addPasskey(phone, "phone");
  await phone.page.getByRole("cell", { name: "laptop", exact: true }).waitFor();
  await signOut(phone);
  await signOut(laptop);
  for (const device of [phone, laptop]) {
    await signIn(device);
    await isIn(device);
  }
});

test("a device has one passkey of a member, and a removed one signs nobody in", async () => {
  const laptop = await aDevice();
  await openLink(laptop, link);
  await addPasskey(laptop, "laptop");
  await laptop.page.getByLabel("Name of the new passkey").fill("again");
  await laptop.page.getByRole("button", { name: "Add a passkey" }).click();
  await expect.poll(() => refusal(laptop)).toContain("this device has one already");
  await laptop.page.getByRole("button", { name: "Remove: laptop" }).click();
  await laptop.page.getByText("You have no passkey yet.").waitFor();
  await signOut(laptop);
  await signIn(laptop);
  await expect.poll(() => refusal(laptop)).toContain("it is not known here");
});

test("a lost device: another administrator's link removes its passkeys, and adds a new one", async () => {
  const lost = await aDevice();
  await openLink(lost, link);
  await addPasskey(lost, "lost");
  const id = await firstMember();
  const { url } = await api<{ url: string }>("POST", `/v1/members/${id}/sign-in-link`, {
    removePasskeys: true,
  });
  await signOut(lost);
  await signIn(lost);
  await expect.poll(() => refusal(lost)).toContain("it is not known here");
  const found = await aDevice();
  await openLink(found, url);
  await addPasskey(found, "new");
  await signOut(found);
  await signIn(found);
  await isIn(found);
});

test("a role and a removal count from the next request on", async () => {
  const laptop = await aDevice();
  await openLink(laptop, link);
  await addPasskey(laptop, "laptop");
  const id = await firstMember();
  const { member } = await api<{ member: { memberId: string } }>("POST", "/v1/members", {
    name: "Second",
    role: "admin",
  });
  expect((await laptop.page.goto(`${origin}/console/people`))?.status()).toBe(200);
  await api("PATCH", `/v1/members/${id}`, { role: "staff" });
  expect((await laptop.page.goto(`${origin}/console/people`))?.status()).toBe(403);
  expect((await laptop.page.goto(`${origin}/console/reports`))?.status()).toBe(200);
  await api("DELETE", `/v1/members/${id}`);
  await laptop.page.goto(`${origin}/console/reports`);
  expect(laptop.page.url()).toContain("/console/sign-in");
  await signIn(laptop);
  await expect.poll(() => refusal(laptop)).toContain("it is not known here");
  expect(member.memberId).not.toBe(id);
});

/** What the page sends to sign in, kept back: it can be sent later, or twice, or changed. */
async function answerOf(device: Device): Promise<{ credential: { response: Record<string, string> } }> {
  let sent = "";
  await device.page.route("**/v1/passkeys/sign-in", async (route) => {
    sent = route.request().postData() ?? "";
    await route.abort();
  });
  await signIn(device);
  await expect.poll(() => sent).not.toBe("");
  await device.page.unroute("**/v1/passkeys/sign-in");
  return JSON.parse(sent);
}
const post = (body: unknown, from = origin) =>
  fetch(`${origin}/v1/passkeys/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: from },
    body: JSON.stringify(body),
  });

test("an answer is taken once, unchanged, and from our own pages alone", async () => {
  const laptop = await aDevice();
  await openLink(laptop, link);
  await addPasskey(laptop, "laptop");
  await signOut(laptop);

  const answer = await answerOf(laptop);
  expect((await post(answer, "https://evil.example")).status).toBe(403);
  const taken = await post(answer);
  expect(taken.status).toBe(200);
  expect(taken.headers.get("set-cookie")).toContain("HttpOnly; SameSite=Strict");
  // Replayed.
  expect((await post(answer)).status).toBe(401);

  const { response } = (await answerOf(laptop)).credential;
  for (const name of ["signature", "authenticatorData", "clientDataJSON"]) {
    const fresh = await answerOf(laptop);
    const bytes = Buffer.from(fresh.credential.response[name] ?? "", "base64url");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    fresh.credential.response[name] = bytes.toString("base64url");
    expect((await post(fresh)).status, name).toBe(401);
  }
  // A signature of one challenge with the words of another one.
  const other = await answerOf(laptop);
  other.credential.response.signature = response.signature ?? "";
  expect((await post(other)).status).toBe(401);
});

test("what was signed for another origin is refused, though name and key are the same", async () => {
  const laptop = await aDevice();
  await openLink(laptop, link);
  await addPasskey(laptop, "laptop");
  await signOut(laptop);
  // Another service on the same host name: the browser lets its passkeys be used there.
  const port = await freePort();
  const elsewhere = `http://localhost:${port}`;
  const other = await startServer({
    host: "127.0.0.1",
    port,
    dataDir: join(directory, "other"),
    publicUrl: elsewhere,
    log: () => {},
  });
  try {
    const options = await (
      await fetch(`${origin}/v1/passkeys/sign-in-options`, { method: "POST", headers: { origin } })
    ).text();
    let sent = "";
    await laptop.page.route("**/v1/passkeys/sign-in-options", (route) =>
      route.fulfill({ contentType: "application/json", body: options }),
    );
    await laptop.page.route("**/v1/passkeys/sign-in", async (route) => {
      sent = route.request().postData() ?? "";
      await route.abort();
    });
    await laptop.page.goto(`${elsewhere}/console/sign-in`);
    await laptop.page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect.poll(() => sent).not.toBe("");
    expect((await post(JSON.parse(sent))).status).toBe(401);
  } finally {
    await other.close();
  }
});

test("who is not verified is not signed in, and a counter that goes back is refused", async () => {
  const laptop = await aDevice();
  await openLink(laptop, link);
  await addPasskey(laptop, "laptop");
  await signOut(laptop);
  const { session, id: authenticatorId } = laptop.authenticator;
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await signIn(laptop);
  await expect.poll(() => refusal(laptop)).toContain("Not signed in");
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await signIn(laptop);
  await isIn(laptop);
  await signOut(laptop);
  // A copy of the key, made before: it counts from where it was.
  const [key] = await keysOf(laptop);
  if (key === undefined) throw new Error("There is no passkey in the authenticator");
  await session.send("WebAuthn.removeCredential", { authenticatorId, credentialId: key.credentialId });
  await session.send("WebAuthn.addCredential", { authenticatorId, credential: { ...key, signCount: 1 } });
  await signIn(laptop);
  await expect.poll(() => refusal(laptop)).toContain("it is not known here");
});

test("a token's session is nobody who could have a passkey", async () => {
  const device = await aDevice();
  await device.page.goto(`${origin}/console/sign-in`);
  await device.page.getByLabel("Token").fill(token);
  await device.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await device.page.goto(`${origin}/console/account`);
  await device.page.getByText("Passkeys belong to people").waitFor();
});
