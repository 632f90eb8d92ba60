/**
 * Against a real kernel's routing table, in a network namespace of its own: as root on Linux, else left out.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../agent/io/clock.ts";
import { type RunProgram, runProgram } from "../../../agent/io/program.ts";
import { CappedRoute } from "../../../agent/steps/capped-route.ts";

const NAMESPACE = `ikf-${randomBytes(3).toString("hex")}-route`;
const GATEWAY = { address: "198.51.100.2", family: 4 as const };
const GATEWAY_V6 = { address: "2001:db8:5::2", family: 6 as const };
const { signal } = new AbortController();

const ip = (...words: string[]): string =>
  execFileSync("ip", ["-n", NAMESPACE, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const ourRoutes = () => `${ip("route", "show", "proto", "199")}${ip("-6", "route", "show", "proto", "199")}`;

const available = ((): boolean => {
  try {
    execFileSync("ip", ["netns", "add", NAMESPACE], { stdio: "ignore" });
    return true;
  } catch {
    console.log("Left out: bounding a route takes root and network namespaces");
    return false;
  }
})();

/** As the agent would in that namespace. */
const runThere: RunProgram = (file, words, options) =>
  runProgram("ip", ["netns", "exec", NAMESPACE, file, ...words], options);

const cappedRoute = (run: RunProgram = runThere) =>
  new CappedRoute({ platform: "linux", runProgram: run, clock: systemClock() }, true);

beforeAll(() => {
  if (!available) return;
  ip("link", "add", "eth0", "type", "veth", "peer", "name", "far0");
  ip("addr", "add", "192.0.2.2/24", "dev", "eth0");
  ip("addr", "add", "2001:db8::2/64", "dev", "eth0", "nodad");
  for (const device of ["lo", "eth0", "far0"]) ip("link", "set", device, "up");
  ip("route", "add", "default", "via", "192.0.2.1");
  ip("-6", "route", "add", "default", "via", "2001:db8::1");
});
beforeEach(() => {
  if (!available) return;
  for (const family of ["-4", "-6"]) ip(family, "route", "flush", "proto", "199");
});
afterAll(() => {
  if (available) execFileSync("ip", ["netns", "del", NAMESPACE]);
});

const there = test.runIf(available);

there.each([
  { name: "IPv4", to: GATEWAY, mtu: 1472, other: "198.51.100.3" },
  { name: "IPv6", to: GATEWAY_V6, mtu: 1400, other: "2001:db8:5::3" },
])("during() bounds packets to one $name address, and to no other", async ({ to, mtu, other }) => {
  let during = "";
  let elsewhere = "";
  const refused = await cappedRoute().during(to, mtu, signal, async () => {
    during = ip(`-${to.family}`, "route", "get", to.address);
    elsewhere = ip(`-${to.family}`, "route", "get", other);
  });
  expect(refused).toBeNull();
  expect(during).toContain(`mtu ${mtu}`);
  expect(elsewhere).not.toContain("mtu");
  expect(ourRoutes()).toBe("");
});

there("during() takes its route away when what it was for fails", async () => {
  const send = () => Promise.reject(new Error("no buffers"));
  await expect(cappedRoute().during(GATEWAY, 1472, signal, send)).rejects.toThrow("no buffers");
  expect(ourRoutes()).toBe("");
});

there(
  "during() takes its route away when the run is cut short meanwhile, and sets no further one",
  async () => {
    const stop = new AbortController();
    const route = cappedRoute();
    const first = route.during(GATEWAY, 1472, stop.signal, async () => stop.abort(new Error("interrupted")));
    const second = route.during(GATEWAY, 1400, stop.signal, async () => expect.unreachable());
    await expect(second).rejects.toThrow("interrupted");
    expect(await first).toBeNull();
    await route.settled();
    expect(ourRoutes()).toBe("");
  },
);

there("during() gives each of several MTUs its own moment", async () => {
  const route = cappedRoute();
  const seen: string[] = [];
  const mtus = [1472, 1400, 1280];
  await Promise.all(
    mtus.map((mtu) =>
      route.during(GATEWAY, mtu, signal, async () => {
        seen.push(/mtu (\d+)/.exec(ip("route", "get", GATEWAY.address))?.[1] ?? "none");
      }),
    ),
  );
  expect(seen).toEqual(["1472", "1400", "1280"]);
  expect(ourRoutes()).toBe("");
});

there("during() leaves a route that somebody else made, and says why it is not run", async () => {
  ip("route", "add", `${GATEWAY.address}/32`, "via", "192.0.2.7");
  try {
    const refused = await cappedRoute().during(GATEWAY, 1472, signal, async () => expect.unreachable());
    expect(refused).toBe(`A route for ${GATEWAY.address} alone is there already, and is left as it is`);
    expect(ip("route", "show", `${GATEWAY.address}/32`)).toContain("via 192.0.2.7");
  } finally {
    ip("route", "del", `${GATEWAY.address}/32`);
  }
});

const leaveRoute = (owner: number) =>
  ip(
    ...`route add ${GATEWAY.address}/32 via 192.0.2.1 proto 199 metric 199 mtu 1280 ssthresh ${owner}`.split(
      " ",
    ),
  );

/** A process that has ended, so that its number is nobody's. */
async function endedProcess(): Promise<number> {
  const child = spawn("true");
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid ?? 0;
}

there("removeLeftOvers() takes away what a killed run left behind", async () => {
  leaveRoute(await endedProcess());
  await cappedRoute().removeLeftOvers();
  expect(ourRoutes()).toBe("");
});

there("removeLeftOvers() leaves the route of an agent that is running", async () => {
  leaveRoute(process.ppid);
  await cappedRoute().removeLeftOvers();
  expect(ourRoutes()).toContain(GATEWAY.address);
});

there("during() waits for the turn of another agent that is running", async () => {
  leaveRoute(process.ppid);
  let asked = 0;
  const run: RunProgram = (file, words, options) => {
    // The third look at the routes finds the other agent's gone.
    if (words.includes("exact") && ++asked === 3) ip("route", "flush", "proto", "199");
    return runThere(file, words, options);
  };
  let sent = false;
  const refused = await cappedRoute(run).during(GATEWAY, 1472, signal, async () => {
    sent = true;
  });
  expect({ refused, sent }).toEqual({ refused: null, sent: true });
});

there("during() says that it takes root", async () => {
  const asNobody: RunProgram = (file, words, options) =>
    runThere("setpriv", ["--reuid", "65534", "--clear-groups", file, ...words], options);
  const refused = await cappedRoute(asNobody).during(GATEWAY, 1472, signal, async () => expect.unreachable());
  expect(refused).toMatch(/takes root$/);
});

there("during() bounds nothing towards this computer itself", async () => {
  const refused = await cappedRoute().during({ address: "192.0.2.2", family: 4 }, 1472, signal, async () =>
    expect.unreachable(),
  );
  expect(refused).toMatch(/own or no single host/);
});

test.each([
  { name: "on another system", platform: "macos" as const, allowed: true, want: /no such option/ },
  { name: "without the user's yes", platform: "linux" as const, allowed: false, want: /not agreed/ },
])("a capped route is unavailable $name, and nothing is run", async ({ platform, allowed, want }) => {
  const run: RunProgram = () => expect.unreachable();
  const route = new CappedRoute({ platform, runProgram: run, clock: systemClock() }, allowed);
  expect(route.unavailable).toMatch(want);
  await route.removeLeftOvers();
});
