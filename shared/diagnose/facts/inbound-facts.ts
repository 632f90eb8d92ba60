/** What pings and a reflector say, taken together, of IP fragments on their way to the client. */
import type { Observations } from "../../evidence/observations.ts";
import { echoFacts } from "./echo-facts.ts";
import { outboundIpFragmentsArrive } from "./ip-fragment-facts.ts";
import { once } from "./once.ts";
import { reflectionFacts } from "./reflection-facts.ts";
import { ipFragmentsComeBack } from "./rehearsal-facts.ts";
import { mayBeTranslated } from "./translator.ts";

/**
 * `lost`: large IKE arrives at the gateway and whole pings are answered, but pings that travel as IP
 * fragments are not.
 * `lost-from-gateway-alone`: the same, although a reflector's IP fragments do reach the client.
 * `translated`: translators drop fragmented pings by design (RFC 7915 §1.2), so their loss says nothing.
 * `unknown`: not asked, or the way out is not proven.
 */
export type FragmentedPings = "answered" | "lost" | "lost-from-gateway-alone" | "translated" | "unknown";

/** What pings that go out and come back as IP fragments say of the way back. */
export const fragmentedPings = once((o: Observations): FragmentedPings => {
  const { answered, silent, whole } = echoFacts(o);
  if (answered.length > 0) return "answered";
  if (silent.length === 0 || whole.length === 0 || !outboundIpFragmentsArrive(o)) return "unknown";
  if (mayBeTranslated(o)) return "translated";
  return reflectionFacts(o).state === "fragments-pass" ? "lost-from-gateway-alone" : "lost";
});

/**
 * `fragments-lost`: the reflector's whole packets reach the client, its IP fragments never do.
 * `large-lost`: neither do, although small packets arrive.
 * `way-out-unproven`: IP fragments may already be lost on their way out, so the way back is not what was
 * tested.
 * `gateway-gets-through`: packets as large from the gateway itself do arrive, which weighs more than what
 * comes from elsewhere.
 * `unknown`: not asked, or no answer that counts.
 */
export type ReflectedPackets =
  | "fragments-pass"
  | "fragments-lost"
  | "large-lost"
  | "way-out-unproven"
  | "gateway-gets-through"
  | "unknown";

/** What a reflector's datagrams say of the way to this client, with regard to what else is known. */
export const reflectedPackets = once((o: Observations): ReflectedPackets => {
  const { state, whole } = reflectionFacts(o);
  if (state === null) return "unknown";
  if (state === "fragments-pass") return state;
  if (!outboundIpFragmentsArrive(o)) return "way-out-unproven";
  const echoes = echoFacts(o);
  if (ipFragmentsComeBack(o)) return "gateway-gets-through";
  const gatewayGetsThrough =
    state === "fragments-lost"
      ? echoes.answered.length > 0
      : echoes.whole.some((e) => !e.replyCut && e.ipBytes >= (whole[0]?.ipBytes ?? 0));
  return gatewayGetsThrough ? "gateway-gets-through" : state;
});
