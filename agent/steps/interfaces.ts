/** The interfaces step: reads this computer's interfaces and its route to the gateway. */
import { createSocket } from "node:dgram";
import type { InterfacesMeasurement } from "../../shared/schema/measurement.ts";
import type { InterfacesStep } from "../../shared/schema/plan.ts";
import type { GatewayAddress } from "../gateway.ts";
import { type InterfaceFacts, type Route, UnreadableSystemError } from "./interface-facts.ts";
import { readLinuxInterfaces } from "./interfaces-linux.ts";
import { readMacosInterfaces } from "./interfaces-macos.ts";
import { readWindowsInterfaces } from "./interfaces-windows.ts";
import { failed, notRun, type StepContext } from "./step.ts";

const MAX_INTERFACES = 256;
const MAX_GATEWAY_ADDRESSES = 32;

/** Reads the interfaces, resolves the gateway's name, and asks the system for its route to it. */
export async function readInterfaces(
  step: InterfacesStep,
  context: StepContext,
): Promise<InterfacesMeasurement> {
  const measurement = { step, startedAtMs: context.clock.nowMs(), sentAtMs: [] };
  if (step.gateway.toLowerCase() !== context.gateway.name.toLowerCase()) {
    const outcome = notRun(`Cannot look up ${step.gateway}: this run is about ${context.gateway.name} alone`);
    return { ...measurement, outcome };
  }
  const gatewayAddresses = (await context.gateway.addresses()).slice(0, MAX_GATEWAY_ADDRESSES);
  const first = gatewayAddresses[0] ?? null;
  try {
    const facts = await readSystem(first, context);
    const outcome = {
      status: "measured" as const,
      interfaces: facts.interfaces.slice(0, MAX_INTERFACES),
      gatewayAddresses,
      route: facts.route ?? (first && (await routeBySocket(first, facts))),
    };
    return { ...measurement, outcome };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof UnreadableSystemError)) throw error;
    return { ...measurement, outcome: failed("refused-by-system", error.message) };
  }
}

function readSystem(first: GatewayAddress | null, context: StepContext): Promise<InterfaceFacts> {
  switch (context.platform) {
    case "windows":
      return readWindowsInterfaces(first, context);
    case "macos":
      return readMacosInterfaces(first, context);
    case "linux":
      return readLinuxInterfaces(first, context);
    case "other":
      throw new UnreadableSystemError("Cannot read interfaces: this system is not Windows, macOS or Linux");
  }
}

/** Connects a UDP socket: that sends nothing, but makes the system choose a source address. */
async function routeBySocket(target: GatewayAddress, { interfaces }: InterfaceFacts): Promise<Route | null> {
  const socket = createSocket(target.family === 4 ? "udp4" : "udp6");
  try {
    const sourceAddress = await new Promise<string | null>((resolve) => {
      socket.on("error", () => resolve(null));
      socket.connect(9, target.address, (error?: Error) => resolve(error ? null : socket.address().address));
    });
    if (sourceAddress === null) return null;
    const owner = interfaces.find(({ addresses }) => addresses.includes(sourceAddress));
    // Where the runtime does not really connect, this is the wildcard address, which no interface has.
    return owner ? { address: target.address, interfaceIndex: owner.index, sourceAddress } : null;
  } finally {
    socket.close();
  }
}
