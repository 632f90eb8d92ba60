/** The agent as it is handed out for one case. */
import { sha256Hex } from "../auth/secrets.ts";

/** The bytes that a user downloads, and their SHA-256. */
export interface AgentScript {
  text: string;
  sha256: string;
}

/** Fills in what differs between cases: the code, and the service's origin. All other bytes are the same. */
export function agentScript(agent: string, origin: string, code: string): AgentScript {
  const text = agent.replace("__IKEFRAG_CODE__", () => code).replace("__IKEFRAG_URL__", () => origin);
  return { text, sha256: sha256Hex(text) };
}
